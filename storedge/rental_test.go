package storedge_test

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A rental over a socket: from the free units to the page on which the tenant signs.
// The server breaks connections after it has carried requests out.
func TestRental(t *testing.T) {
	client, server := storedgetest.Start(t, storedgetest.WithPortfolio(1, 40, 7))
	f, ctx := client.Facility(server.FacilityIDs()[0]), t.Context()
	free, err := tenantry.Collect(f.Units.AllAvailable(ctx, storedge.ListParams{}))
	require.NoError(t, err)
	require.NotEmpty(t, free)
	unit := free[0]
	assert.True(t, unit.Available())
	insurance, err := f.InvoiceableItems.ListInsurance(ctx, storedge.ListParams{})
	require.NoError(t, err)
	move := storedge.MoveInParams{
		UnitID: unit.ID, InsuranceID: tenantry.Set(insurance.Items[0].ID), GateAccessCode: tenantry.Set(tenantry.NewSecret("56763")),
		Tenant: tenantry.Set(storedge.TenantUpdateParams{
			FirstName: tenantry.Set("Ana"), LastName: tenantry.Set("Lee"), Email: tenantry.Set("ana@example.test"),
			PhoneNumbersAttributes: tenantry.Set([]storedge.PhoneNumberParams{{Number: tenantry.Set("+15555550100")}}),
		}),
	}
	code, err := f.Gate.CheckCode(ctx, storedge.GateAccessCodeParams{GateAccessCode: tenantry.NewSecret("56763")})
	require.NoError(t, err)
	assert.True(t, *code.Available)

	server.Inject(tenantrytest.Fault{Operation: "move-ins.review-cost", Kind: tenantrytest.ResetAfter, Times: 1})
	price, err := f.MoveIns.ReviewCost(ctx, move)
	require.NoError(t, err, "a review without documents is repeated")
	assert.Empty(t, price.ID)
	assert.Empty(t, price.SessionID)
	server.ClearFaults()

	server.Inject(tenantrytest.Fault{Operation: "move-ins.review-cost", Kind: tenantrytest.ResetAfter, Times: 1})
	_, err = f.MoveIns.ReviewCostWithDocuments(ctx, move)
	var broken *tenantry.TransportError
	require.ErrorAs(t, err, &broken, "one with documents is not")
	assert.True(t, broken.MaybeSent)
	server.ClearFaults()

	review, err := f.MoveIns.ReviewCostWithDocuments(ctx, move)
	require.NoError(t, err)
	assert.Equal(t, price.MoveInTotal, review.Event.MoveInTotal)
	require.NotEmpty(t, review.Documents)
	move.SessionID = tenantry.Set(review.SessionID)
	var accepted []storedge.AcceptedDocumentParams
	for _, d := range review.Documents {
		file, err := f.Documents.GetForSession(ctx, d.SessionDocumentID, review.SessionID)
		require.NoError(t, err)
		b, err := io.ReadAll(file)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		assert.Contains(t, string(b), "%PDF-")
		_, err = f.Documents.Get(ctx, d.SessionDocumentID)
		require.ErrorIs(t, err, tenantry.ErrNotFound)
		accepted = append(accepted, storedge.AcceptedDocumentParams{SessionDocumentID: d.SessionDocumentID})
	}
	move.AcceptedDocuments = tenantry.Set(accepted)

	card := storedge.PaymentMethodParams{
		Kind: tenantry.Set(storedge.PaymentKindCreditCard), CardType: tenantry.Set(storedge.CardTypeVisa), ExpirationDate: tenantry.Set("12/40"),
		CardNumber: tenantry.Set(tenantry.NewSecret(storedgetest.DeclinedCard)), SecurityCode: tenantry.Set(tenantry.NewSecret("123")),
		FirstName: tenantry.Set("Ana"), LastName: tenantry.Set("Lee"),
	}
	_, err = f.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: move, PaymentMethod: &card})
	require.ErrorIs(t, err, tenantry.ErrInvalid)
	assert.NotContains(t, err.Error(), storedgetest.DeclinedCard)

	card.CardNumber = tenantry.Set(tenantry.NewSecret("4111111111111111"))
	server.Inject(tenantrytest.Fault{Operation: "move-ins.process", Kind: tenantrytest.ResetAfter, Times: 1})
	before := server.Arrivals("move-ins.process")
	_, err = f.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: move, PaymentMethod: &card})
	require.ErrorAs(t, err, &broken)
	assert.True(t, broken.MaybeSent)
	assert.Equal(t, before+1, server.Arrivals("move-ins.process"), "it is never repeated")
	server.ClearFaults()

	rented, err := f.Units.Get(ctx, unit.ID) // as the doc says to do
	require.NoError(t, err)
	assert.False(t, rented.Available())
	ledger, err := f.Ledgers.Get(ctx, rented.CurrentLedgerID)
	require.NoError(t, err)
	assert.Equal(t, "56763", ledger.GateAccessCode.Reveal())
	assert.Equal(t, "Ana", ledger.Tenant.FirstName)
	tenants, err := tenantry.Collect(f.Tenants.AllCurrent(ctx, storedge.ListParams{CreatedAfter: time.Now().Add(-time.Hour)}))
	require.NoError(t, err)
	require.Len(t, tenants, 1)
	assert.Equal(t, rented.CurrentTenantID, tenants[0].ID)
}
