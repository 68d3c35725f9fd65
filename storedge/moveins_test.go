package storedge_test

import (
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
)

// The session and its documents are found in the event and beside it, whatever the
// list is called.
func TestSessionsOfReviews(t *testing.T) {
	const documents = `[{"session_document_id":"d1","description":"Lease"},{"session_document_id":"d2"}]`
	for _, body := range []string{
		`{"move_in_unit_event":{"id":null,"session_id":"s1","event_documents":` + documents + `,"invoice_line_items":[]},"meta":{}}`,
		`{"move_in_unit_event":{"unit_id":"u1"},"session_id":"s1","documents":` + documents + `,"meta":{}}`,
		`{"session_documents":` + documents + `,"move_in_unit_event":{"session_id":"s1"},"meta":{}}`,
	} {
		f, mock := facility(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		review, err := f.MoveIns.ReviewCostWithDocuments(t.Context(), storedge.MoveInParams{UnitID: "u1"})
		require.NoError(t, err, body)
		assert.Equal(t, "s1", review.SessionID, body)
		require.Len(t, review.Documents, 2, body)
		assert.Equal(t, "d1", review.Documents[0].SessionDocumentID)
		assert.Equal(t, "Lease", review.Documents[0].Description)
	}
	f, mock := facility(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"move_in_unit_event":{"unit_id":"u1","documents":[{"id":"d1"}]},"session_id":"s1","meta":{}}`))
	review, err := f.MoveIns.ReviewCostWithDocuments(t.Context(), storedge.MoveInParams{UnitID: "u1"})
	require.NoError(t, err)
	assert.Empty(t, review.Documents)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"move_in_unit_event":{"unit_id":"u1"},"meta":{}}`))
	_, err = f.MoveIns.ReviewCostWithDocuments(t.Context(), storedge.MoveInParams{UnitID: "u1"})
	require.ErrorContains(t, err, "session_id")
	require.ErrorContains(t, err, "do not send it again")
}

// The caller's parameters stay as they are.
func TestReviewsLeaveTheirParameters(t *testing.T) {
	f, mock := facility(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"move_in_unit_event":{"unit_id":"u1"},"meta":{}}`))
	params := storedge.MoveInParams{UnitID: "u1", Extra: tenantry.Extra{"x": tenantry.Raw("1")}}
	_, err := f.MoveIns.ReviewCost(t.Context(), params)
	require.NoError(t, err)
	assert.Equal(t, tenantry.Extra{"x": tenantry.Raw("1")}, params.Extra)
}

func TestMoveInsRefusedBeforeSending(t *testing.T) {
	f, mock := facility(t)
	ctx := t.Context()
	who := tenantry.Set("t1")
	badTenant := tenantry.Set(storedge.TenantUpdateParams{MilitaryInformation: tenantry.Set(storedge.MilitaryInformationParams{DateEnteredService: tenantry.Set[tenantry.Date]("today")})})
	process := func(p storedge.MoveInParams, method *storedge.PaymentMethodParams) error {
		return second(f.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: p, PaymentMethod: method}))
	}
	for name, err := range map[string]error{
		"review without a unit":       second(f.MoveIns.ReviewCost(ctx, storedge.MoveInParams{})),
		"session without a unit":      second(f.MoveIns.ReviewCostWithDocuments(ctx, storedge.MoveInParams{})),
		"review on no date":           second(f.MoveIns.ReviewCost(ctx, storedge.MoveInParams{UnitID: "u1", MoveInDate: tenantry.Set[tenantry.Date]("9/15/2023")})),
		"review with a bad tenant":    second(f.MoveIns.ReviewCost(ctx, storedge.MoveInParams{UnitID: "u1", Tenant: badTenant})),
		"process without a unit":      process(storedge.MoveInParams{TenantID: who}, nil),
		"process for nobody":          process(storedge.MoveInParams{UnitID: "u1"}, nil),
		"process for a null tenant":   process(storedge.MoveInParams{UnitID: "u1", Tenant: tenantry.Null[storedge.TenantUpdateParams]()}, nil),
		"process with an empty card":  process(storedge.MoveInParams{UnitID: "u1", TenantID: who}, &storedge.PaymentMethodParams{}),
		"retail without items":        second(f.InvoiceableItems.RetailPayment(ctx, storedge.RetailPaymentParams{})),
		"retail of none":              second(f.InvoiceableItems.RetailPayment(ctx, storedge.RetailPaymentParams{InvoiceableItems: []storedge.RetailItem{{InvoiceableItemID: "i1"}}})),
		"retail without a method":     second(f.InvoiceableItems.RetailPayment(ctx, storedge.RetailPaymentParams{InvoiceableItems: []storedge.RetailItem{{InvoiceableItemID: "i1", Quantity: 1}}})),
		"discount plan without an id": second(f.DiscountPlans.Get(ctx, "")),
		"lead on no date":             second(f.Leads.Update(ctx, "l1", storedge.LeadParams{DesiredMoveInDate: tenantry.Set[tenantry.Date]("soon")})),
		"lead with a bad tenant":      second(f.Leads.Create(ctx, storedge.LeadCreateParams{Lead: storedge.LeadParams{TenantAttributes: badTenant}})),
	} {
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
	assert.Zero(t, mock.GetTotalCallCount())
}

func TestVariableAmounts(t *testing.T) {
	ex := examples(t)
	fee, err := tenantry.Decode[storedge.InvoiceableItem](ex["invoiceable_item_variable_fee"])
	require.NoError(t, err)
	assert.True(t, fee.Variable())
	assert.Equal(t, tenantry.Decimal("60.0"), fee.InvoiceableAmounts[0].Limit)
	box, err := tenantry.Decode[storedge.InvoiceableItem](ex["invoiceable_item_retail"])
	require.NoError(t, err)
	assert.False(t, box.Variable())
	assert.Equal(t, tenantry.Decimal("4.569"), box.TaxTotal)
}
