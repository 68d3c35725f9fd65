package storedgetest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
)

// first starts a fake of a portfolio and returns its first facility.
func first(t *testing.T, opts ...storedgetest.Option) (*storedge.Facility, *storedgetest.Server) {
	t.Helper()
	client, server := storedgetest.Start(t, append([]storedgetest.Option{storedgetest.WithPortfolio(2, 40, 7), storedgetest.WithStart(time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC))}, opts...)...)
	return client.Facility(server.FacilityIDs()[0]), server
}

func card(number string) storedge.PaymentMethodParams {
	return storedge.PaymentMethodParams{
		Kind: tenantry.Set(storedge.PaymentKindCreditCard), FirstName: tenantry.Set("Ana"), LastName: tenantry.Set("Doe"), CardNumber: tenantry.Set(tenantry.NewSecret(number)),
		CardType: tenantry.Set(storedge.CardType("visa")), ExpirationDate: tenantry.Set("10/29"), SecurityCode: tenantry.Set(tenantry.NewSecret("123")),
	}
}

func vacant(t *testing.T, f *storedge.Facility) []storedge.Unit {
	t.Helper()
	page, err := f.Units.ListAvailable(t.Context(), everything)
	require.NoError(t, err)
	require.NotEmpty(t, page.Items)
	return page.Items
}

func newTenant() storedge.TenantUpdateParams {
	return storedge.TenantUpdateParams{
		FirstName: tenantry.Set("Ana"), LastName: tenantry.Set("Doe"), Email: tenantry.Set("ana@example.com"),
		PhoneNumbersAttributes: tenantry.Set([]storedge.PhoneNumberParams{{Number: tenantry.Set("212 555 0100")}}),
	}
}

func float(t *testing.T, d tenantry.Decimal) float64 {
	t.Helper()
	f, err := d.Float64()
	require.NoError(t, err, "%q", d)
	return f
}

// The whole way of a rental: from a unit and its price to the signed lease.
func TestMoveIn(t *testing.T) {
	f, server := first(t)
	ctx := t.Context()
	unit := vacant(t, f)[0]
	insurance, err := f.InvoiceableItems.ListInsurance(ctx, everything)
	require.NoError(t, err)
	plans, err := f.DiscountPlans.List(ctx, everything)
	require.NoError(t, err)
	in := storedge.MoveInParams{
		UnitID: unit.ID, Tenant: tenantry.Set(newTenant()), InsuranceID: tenantry.Set(insurance.Items[0].ID), GateAccessCode: tenantry.Set(tenantry.NewSecret("55555")),
		DiscountPlans: tenantry.Set([]storedge.MoveInDiscountPlanParams{{DiscountPlanID: plans.Items[0].ID}}),
	}
	cost, err := f.MoveIns.ReviewCost(ctx, in)
	require.NoError(t, err)
	assert.Empty(t, cost.SessionID)
	assert.Equal(t, "Ana Doe", cost.TenantName)
	assert.InDelta(t, float(t, cost.MoveInTotal), float(t, cost.MoveInSubtotal)+float(t, cost.MoveInTaxesTotal), 0.001)
	require.Len(t, cost.InvoiceLineItems[0].ChildrenLineItems, 1, "insurance belongs to the rent")

	process := func(in storedge.MoveInParams, number string) (*storedge.MoveInUnitEvent, error) {
		method := card(number)
		return f.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: in, PaymentMethod: &method})
	}
	_, err = process(in, "4111111111111111")
	require.ErrorContains(t, err, "Review its cost first")
	review, err := f.MoveIns.ReviewCostWithDocuments(ctx, in)
	require.NoError(t, err)
	require.Len(t, review.Documents, 2)
	file, err := f.Documents.GetForSession(ctx, review.Documents[0].SessionDocumentID, review.SessionID)
	require.NoError(t, err)
	b, err := io.ReadAll(file)
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(b, []byte("%PDF-")) && bytes.HasSuffix(b, []byte("%%EOF\n")))
	in.SessionID = tenantry.Set(review.SessionID)
	in.AcceptedDocuments = tenantry.Set([]storedge.AcceptedDocumentParams{{SessionDocumentID: review.Documents[0].SessionDocumentID}})

	people := len(server.TenantIDs(f.ID()))
	_, err = process(in, storedgetest.DeclinedCard)
	require.ErrorContains(t, err, "declined")
	assert.Len(t, server.TenantIDs(f.ID()), people, "a declined card changes nothing")
	server.Advance(25 * time.Hour)
	_, err = process(in, "4111111111111111")
	require.ErrorContains(t, err, "session is over")
	review, err = f.MoveIns.ReviewCostWithDocuments(ctx, in)
	require.NoError(t, err)
	in.SessionID, in.AcceptedDocuments = tenantry.Set(review.SessionID), tenantry.Opt[[]storedge.AcceptedDocumentParams]{}
	before := server.Now()
	done, err := process(in, "4111111111111111")
	require.NoError(t, err)
	assert.Equal(t, "Ana Doe", done.TenantName)
	require.Len(t, done.SuccessfulPaymentEvents, 1)
	assert.Equal(t, done.MoveInTotal, done.SuccessfulPaymentEvents[0].Amount)
	assert.Equal(t, "****1111", done.SuccessfulPaymentEvents[0].PaymentMethod.CardNumber.Reveal())
	_, err = process(in, "4111111111111111")
	require.ErrorContains(t, err, "not available")

	// It shows everywhere at once.
	check(t, f)
	rented, err := f.Units.Get(ctx, unit.ID)
	require.NoError(t, err)
	assert.Equal(t, storedge.UnitStatusOccupied, rented.Status)
	assert.Equal(t, done.LedgerID, rented.CurrentLedgerID)
	ledger, err := f.Ledgers.Get(ctx, done.LedgerID, storedge.Include("unit"), storedge.IncludeIDs("tenant"))
	require.NoError(t, err)
	assert.EqualValues(t, "0.00", ledger.CurrentAccountBalance)
	assert.Equal(t, "55555", ledger.GateAccessCode.Reveal())
	assert.Equal(t, insurance.Items[0].Total, ledger.CurrentInsurance.Premium)
	assert.Equal(t, `"`+done.TenantID+`"`, string(ledger.Extra["tenant_id"]))
	services, err := f.Ledgers.Services(ctx, done.LedgerID)
	require.NoError(t, err)
	assert.Equal(t, plans.Items[0].ID, services.Discounts[0].ID)
	current, err := tenantry.Collect(f.Tenants.AllCurrent(ctx, everything))
	require.NoError(t, err)
	assert.True(t, slices.ContainsFunc(current, func(r *storedge.Tenant) bool { return r.ID == done.TenantID }))
	changed, err := f.Units.List(ctx, storedge.ListParams{UpdatedSince: before})
	require.NoError(t, err)
	require.Len(t, changed.Items, 1)
	assert.Equal(t, unit.ID, changed.Items[0].ID)
	invoices, err := f.Ledgers.ListInvoices(ctx, done.LedgerID, everything)
	require.NoError(t, err)
	require.Len(t, invoices.Items, 1)
	assert.Equal(t, done.MoveInTotal, invoices.Items[0].Total)
	applied, err := f.RateAppliedActions.List(ctx, storedge.RateAppliedActionListParams{})
	require.NoError(t, err)
	require.Len(t, applied.Items, 1)
	assert.Equal(t, done.LedgerID, applied.Items[0].NewLedgerID)

	// Its documents can be read and signed.
	documents, err := f.Documents.ListForEvent(ctx, done.ID, everything)
	require.NoError(t, err)
	require.Len(t, documents.Items, 2)
	_, err = f.Documents.Get(ctx, documents.Items[0].ID)
	require.NoError(t, err)
	_, err = f.Documents.Get(ctx, review.Documents[0].SessionDocumentID)
	require.ErrorIs(t, err, tenantry.ErrNotFound)
	page, err := f.ESign.Create(ctx, done.ID)
	require.NoError(t, err)
	assert.Equal(t, done.ESignURL, page.EmbedURL)
	require.NoError(t, f.Documents.SendEsignable(ctx, done.ID, storedge.SendEsignableParams{Email: "ana@example.com"}))
	server.SetPortalSettings(f.ID(), map[string]any{"esignable_move_in_documents_setup": false})
	require.ErrorIs(t, f.Documents.SendEsignable(ctx, done.ID, storedge.SendEsignableParams{Email: "ana@example.com"}), tenantry.ErrInvalid)

	server.MoveOut(f.ID(), done.LedgerID)
	check(t, f)
	rented, err = f.Units.Get(ctx, unit.ID)
	require.NoError(t, err)
	assert.Equal(t, storedge.UnitStatusVacant, rented.Status)
}

// A lead reserves a unit, and its tenant moves in.
func TestLeadsBecomeTenants(t *testing.T) {
	f, server := first(t)
	ctx := t.Context()
	unit := vacant(t, f)[0]
	_, err := f.Leads.Create(ctx, storedge.LeadCreateParams{Lead: storedge.LeadParams{TenantAttributes: tenantry.Set(storedge.TenantUpdateParams{FirstName: tenantry.Set("Ana")})}})
	require.ErrorContains(t, err, "phone_numbers_attributes is missing")
	method := card("4111111111111111")
	lead, err := f.Leads.Create(ctx, storedge.LeadCreateParams{
		Lead:          storedge.LeadParams{TenantAttributes: tenantry.Set(newTenant()), UnitID: tenantry.Set(unit.ID), IsReservation: tenantry.Set(true), DesiredMoveInDate: tenantry.Set[tenantry.Date]("2026-03-20")},
		PaymentMethod: &method,
	})
	require.NoError(t, err)
	assert.Equal(t, "reserved", lead.Status)
	assert.True(t, *lead.HasPaidReservationFee)
	assert.EqualValues(t, "2026-03-20", lead.DesiredMoveInDate)
	check(t, f)
	_, err = f.Leads.Create(ctx, storedge.LeadCreateParams{Lead: storedge.LeadParams{TenantAttributes: tenantry.Set(newTenant()), UnitID: tenantry.Set(unit.ID)}})
	require.ErrorContains(t, err, "not available")
	_, err = f.MoveIns.ReviewCost(ctx, storedge.MoveInParams{UnitID: unit.ID})
	require.ErrorContains(t, err, "not available", "it is reserved for another")

	other := vacant(t, f)[0]
	lead, err = f.Leads.Update(ctx, lead.ID, storedge.LeadParams{UnitID: tenantry.Set(other.ID), NotesAttributes: tenantry.Set([]storedge.NoteAttributes{{Note: "Calls later."}})})
	require.NoError(t, err)
	assert.Equal(t, other.ID, lead.Unit.ID)
	check(t, f)
	in := storedge.MoveInParams{UnitID: other.ID, LeadID: tenantry.Set(lead.ID), GateAccessCode: tenantry.Set(tenantry.NewSecret("1234"))}
	review, err := f.MoveIns.ReviewCostWithDocuments(ctx, in)
	require.NoError(t, err)
	in.SessionID = tenantry.Set(review.SessionID)
	done, err := f.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: in})
	require.NoError(t, err)
	assert.Equal(t, lead.TenantID, done.TenantID)
	check(t, f)
	ledger, err := f.Ledgers.Get(ctx, done.LedgerID)
	require.NoError(t, err)
	assert.Equal(t, done.MoveInTotal, ledger.CurrentAccountBalance, "nothing was paid")
	closed, err := f.Tenants.Lead(ctx, lead.TenantID, lead.ID)
	require.NoError(t, err)
	assert.True(t, *closed.Closed)
	assert.NotEmpty(t, closed.MovedInAt)

	// Of the portfolio's reservations, one is cancelled and one moves in early.
	reserved, err := f.Leads.ListReservations(ctx, storedge.LeadListParams{})
	require.NoError(t, err)
	var free []storedge.Lead
	for _, l := range reserved.Items {
		if l.Unit.Status == storedge.UnitStatusReserved {
			free = append(free, l)
		}
	}
	require.GreaterOrEqual(t, len(free), 2)
	_, err = f.Leads.Delete(ctx, free[0].ID, storedge.LeadDeleteParams{})
	require.NoError(t, err)
	early := storedge.MoveInParams{UnitID: free[1].Unit.ID, LeadID: tenantry.Set(free[1].ID), GateAccessCode: tenantry.Set(tenantry.NewSecret("1234"))}
	_, err = f.MoveIns.ReviewCostWithDocuments(ctx, early)
	require.NoError(t, err)
	_, err = f.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: early})
	require.NoError(t, err)
	check(t, f)
	before := len(ledgersOf(t, f))
	server.Advance(61 * 24 * time.Hour)
	check(t, f)
	assert.Len(t, ledgersOf(t, f), before+reserved.Total-2, "the other reservations moved in")
}

func TestPayments(t *testing.T) {
	f, server := first(t)
	ctx := t.Context()
	var owing []*storedge.Ledger
	for _, id := range slices.Sorted(maps.Keys(ledgersOf(t, f))) {
		if l := ledgersOf(t, f)[id]; *l.Delinquent {
			owing = append(owing, l)
		}
	}
	require.GreaterOrEqual(t, len(owing), 3)
	pay := func(id string, p storedge.MakePaymentParams) (*storedge.Ledger, error) {
		if p.PaymentMethod.Kind == (tenantry.Opt[storedge.PaymentKind]{}) {
			p.PaymentMethod = card("4111111111111111")
		}
		return f.Ledgers.MakePayment(ctx, id, p)
	}
	l := owing[0]
	paid, err := pay(l.ID, storedge.MakePaymentParams{Kind: storedge.PaymentAmountCustom, Amount: "1.50", IdempotencyKey: "k1"})
	require.NoError(t, err)
	assert.InDelta(t, float(t, l.CurrentAccountBalance)-1.5, float(t, paid.CurrentAccountBalance), 0.001)
	again, err := pay(l.ID, storedge.MakePaymentParams{Kind: storedge.PaymentAmountCustom, Amount: "1.50", IdempotencyKey: "k1"})
	require.NoError(t, err)
	assert.Equal(t, paid, again, "the key was seen before")
	for says, p := range map[string]storedge.MakePaymentParams{
		"at most the balance": {Kind: storedge.PaymentAmountCustom, Amount: "100000"},
		"declined":            {Kind: storedge.PaymentAmountBalance, PaymentMethod: card("5555000000000002")},
		"MM/YY":               {Kind: storedge.PaymentAmountBalance, PaymentMethod: storedge.PaymentMethodParams{Kind: tenantry.Set(storedge.PaymentKindCreditCard), ExpirationDate: tenantry.Set("2029")}},
	} {
		_, err = pay(l.ID, p)
		require.ErrorContains(t, err, says)
	}
	prepaid, err := pay(l.ID, storedge.MakePaymentParams{Kind: storedge.PaymentAmountPrepay, Months: 2})
	require.NoError(t, err)
	assert.EqualValues(t, "0.00", prepaid.CurrentAccountBalance)
	assert.InDelta(t, 2*float(t, l.CurrentRate), float(t, prepaid.CurrentPrepayBalance), 0.001)
	assert.False(t, *prepaid.Delinquent)

	both := storedge.PayMultipleLedgersParams{
		Payments:       []storedge.LedgerPayment{{LedgerID: owing[1].ID, Kind: storedge.PaymentAmountBalance}, {LedgerID: owing[2].ID, Kind: storedge.PaymentAmountBalance}},
		IdempotencyKey: "k2", PaymentMethod: card("4111111111111111"),
	}
	event, err := f.Ledgers.PayMultipleLedgers(ctx, both)
	require.NoError(t, err)
	assert.InDelta(t, float(t, owing[1].CurrentAccountBalance)+float(t, owing[2].CurrentAccountBalance), float(t, event.Amount), 0.001)
	same, err := f.Ledgers.PayMultipleLedgers(ctx, both)
	require.NoError(t, err)
	assert.Equal(t, event.ID, same.ID)
	receipts, err := f.Documents.ListForEvent(ctx, event.ID, everything)
	require.NoError(t, err)
	assert.Len(t, receipts.Items, 1)
	both.Payments[1].LedgerID, both.IdempotencyKey = "none", "k3"
	_, err = f.Ledgers.PayMultipleLedgers(ctx, both)
	require.ErrorIs(t, err, tenantry.ErrNotFound)

	// Fees, and switches of the facility and of a tenant.
	items, err := f.InvoiceableItems.List(ctx, everything)
	require.NoError(t, err)
	fees := make(map[string]string)
	for _, item := range items.Items {
		fees[item.ProductCode] = item.ID
	}
	line, err := f.Ledgers.AddFee(ctx, l.ID, storedge.AddFeeParams{InvoiceableItemID: fees["LATE_FEE"], NotesAttributes: []storedge.NoteAttributes{{Note: "Late."}}})
	require.NoError(t, err)
	charged, err := f.Ledgers.Get(ctx, l.ID)
	require.NoError(t, err)
	assert.Equal(t, line.Total, charged.CurrentAccountBalance)
	assert.Len(t, charged.RecentOpenCharges, 1)
	credit, err := f.Ledgers.RemoveFee(ctx, l.ID, storedge.RemoveFeeParams{FeeLineItemID: line.ID})
	require.NoError(t, err)
	assert.Equal(t, "-"+string(line.Total), string(credit.Total))
	variable, err := f.Ledgers.AddFee(ctx, l.ID, storedge.AddFeeParams{InvoiceableItemID: fees["NSF_FEE"]})
	require.NoError(t, err)
	assert.EqualValues(t, "10.00", variable.Total)
	server.SetPortalSettings(f.ID(), map[string]any{"tenant_portal_disable_partial_payment": true, "tenant_portal_disable_autopay_enroll": true})
	_, err = pay(l.ID, storedge.MakePaymentParams{Kind: storedge.PaymentAmountCustom, Amount: "1"})
	require.ErrorIs(t, err, storedge.ErrAccessDenied)
	_, err = f.Ledgers.UpdateAutopay(ctx, l.ID, storedge.UpdateAutopayParams{AutopayEnabled: true, PaymentMethod: card("4111111111111111")})
	require.ErrorIs(t, err, storedge.ErrAccessDenied)
	server.SetPortalSettings(f.ID(), map[string]any{"tenant_portal_disable_autopay_enroll": false})
	autopay, err := f.Ledgers.UpdateAutopay(ctx, l.ID, storedge.UpdateAutopayParams{AutopayEnabled: true, AutopayDay: 6, PaymentMethod: card("4111111111111111")})
	require.NoError(t, err)
	assert.EqualValues(t, 6, *autopay.AutopayInfo.Day)
	assert.Equal(t, "****1111", autopay.AutopayInfo.AccountOrCardNumber.Reveal())
	blocked := storedge.Tenant{ID: l.Tenant.ID}
	require.True(t, server.Get(&blocked))
	blocked.BlockedPayments = new(true)
	require.True(t, server.Update(blocked))
	_, err = pay(l.ID, storedge.MakePaymentParams{Kind: storedge.PaymentAmountBalance})
	require.ErrorIs(t, err, storedge.ErrAccessDenied)

	sale, err := f.InvoiceableItems.RetailPayment(ctx, storedge.RetailPaymentParams{
		InvoiceableItems: []storedge.RetailItem{{InvoiceableItemID: fees["BOX-1"], Quantity: 3}}, PaymentMethod: card("4111111111111111"),
	})
	require.NoError(t, err)
	assert.InDelta(t, 3*4.69*1.08, float(t, sale.Amount), 0.01)
	boxes := storedge.InvoiceableItem{ID: fees["BOX-1"]}
	require.True(t, server.Get(&boxes))
	assert.EqualValues(t, 197, *boxes.Quantity)
	check(t, f)
}

func TestUnitsAndPrices(t *testing.T) {
	client, server := storedgetest.Start(t, storedgetest.WithPortfolio(2, 40, 7))
	f := client.Facility(server.FacilityIDs()[1]) // with tiers
	ctx := t.Context()
	made, err := f.Units.Create(ctx, storedge.UnitParams{
		Name: tenantry.Set("N1,N2"), Width: tenantry.Set[int64](8), Length: tenantry.Set[int64](9), Height: tenantry.Set[int64](10), DoorHeight: tenantry.Set[int64](8), DoorWidth: tenantry.Set[int64](7),
		DoorType: tenantry.Set(storedge.DoorTypeSwing), AccessType: tenantry.Set(storedge.AccessTypeOutdoor), StandardRate: tenantry.Set[int64](40), WalkThruOrder: tenantry.Set[int64](5), UnitType: tenantry.Set("t"),
	})
	require.NoError(t, err)
	require.Len(t, made.Items, 2)
	assert.Equal(t, "8x9x10", made.Items[0].Size)
	changed, err := f.Units.Update(ctx, made.Items[0].ID, storedge.UnitParams{Rentable: tenantry.Set(false), StandardRate: tenantry.Set[int64](50)})
	require.NoError(t, err)
	assert.True(t, *changed.Unrentable)
	assert.False(t, *changed.AvailableForMoveIn)
	history, err := f.Units.ListRateHistory(ctx, storedge.RateHistoryParams{UnitID: changed.ID})
	require.NoError(t, err)
	require.Len(t, history.Items, 1)
	assert.EqualValues(t, "50.00", history.Items[0].Rate)
	groups, err := f.UnitGroups.Create(ctx, []storedge.UnitGroupCreateParams{{Name: "Sheds"}})
	require.NoError(t, err)
	assert.NotNil(t, groups.Items[0].InternalID)
	_, err = f.UnitGroups.Create(ctx, []storedge.UnitGroupCreateParams{{Name: "Sheds"}})
	require.ErrorIs(t, err, tenantry.ErrInvalid)
	_, err = f.Units.Update(ctx, changed.ID, storedge.UnitParams{UnitGroupID: tenantry.Set(groups.Items[0].UUID)})
	require.NoError(t, err)
	inGroup, err := f.UnitGroups.ListUnits(ctx, groups.Items[0].UUID, everything)
	require.NoError(t, err)
	assert.Len(t, inGroup.Items, 1)
	rates, err := f.TierRates.List(ctx, everything)
	require.NoError(t, err)
	row := rates.Items[0]
	_, err = f.TierRates.Update(ctx, []storedge.TierRateParams{{Rate: 999, TierID: row.TierID, UnitGroupID: row.UnitGroupID}})
	require.NoError(t, err)
	_, err = f.TierRates.Update(ctx, []storedge.TierRateParams{{Rate: 999, TierID: "none", UnitGroupID: row.UnitGroupID}})
	require.ErrorContains(t, err, "Tier(s) not found: none")
	n := 0
	for _, u := range unitsOf(t, f) {
		if u.UnitGroupID == row.UnitGroupID && u.Tier.ID == row.TierID {
			assert.EqualValues(t, "999.00", u.Price)
			n++
		}
	}
	assert.Positive(t, n)
	for u, err := range f.Units.AllV2(ctx, everything) {
		require.NoError(t, err)
		assert.True(t, u.CombinationLockNumber.IsZero())
		assert.Empty(t, u.CurrentTenantID)
	}
}

func TestCompany(t *testing.T) {
	client, server := storedgetest.Start(t, storedgetest.WithPortfolio(3, 40, 7), storedgetest.WithPendingPolls(2), storedgetest.WithFacility("own", 10))
	company := client.Company(storedgetest.CompanyID)
	ctx := t.Context()
	facilities, err := tenantry.Collect(company.Facilities.AllShort(ctx, storedge.ListParams{PerPage: 2}))
	require.NoError(t, err)
	names := make([]string, len(facilities))
	for i, f := range facilities {
		names[i] = f.ID
	}
	assert.ElementsMatch(t, server.FacilityIDs(), names)
	leads, err := tenantry.Collect(company.Leads.All(ctx, storedge.LeadListParams{PerPage: 7}))
	require.NoError(t, err)
	seen := make(map[string]int)
	for _, l := range leads {
		seen[l.FacilityID]++
	}
	assert.Len(t, seen, 4)
	_, err = client.Company("other").Leads.List(ctx, storedge.LeadListParams{})
	require.ErrorIs(t, err, tenantry.ErrNotFound)

	report, err := company.Reports.Create(ctx, storedge.ReportCreateParams{ReportName: "corporate_unoccupied_revenue_management_controller", ReportFormat: "csv", ReportParams: storedge.ReportParams{FilterFacilities: names[:1]}})
	require.NoError(t, err)
	_, err = company.Reports.ListRows(ctx, report.ID)
	require.Error(t, err)
	var polls int
	_, err = company.Reports.Wait(ctx, report.ID, tenantry.WaitParams[*storedge.ReportRequest]{MinInterval: time.Millisecond, OnProgress: func(*storedge.ReportRequest) { polls++ }})
	require.NoError(t, err)
	assert.Equal(t, 3, polls)
	rows, err := company.Reports.ListRows(ctx, report.ID)
	require.NoError(t, err)
	assert.Len(t, rows.Items, 4)

	f := client.Facility(names[0])
	settings, err := f.PortalSettings.Get(ctx)
	require.NoError(t, err)
	assert.True(t, *settings.OnlineMoveInsEnabled)
	info, err := f.Info.Get(ctx)
	require.NoError(t, err)
	assert.Contains(t, string(info), names[0])
	summary, err := f.Insurance.Summary(ctx, storedge.DateRange{})
	require.NoError(t, err)
	assert.Positive(t, *summary.InsuredTenantsCount)
	_, err = f.Insurance.Activity(ctx, storedge.DateRange{StartDate: "2020-01-01", EndDate: "2030-01-01"})
	require.NoError(t, err)
	var ledger *storedge.Ledger
	for l, err := range f.Ledgers.AllCurrent(ctx, everything) {
		require.NoError(t, err)
		ledger = l
	}
	free, err := f.Gate.CheckCode(ctx, storedge.GateAccessCodeParams{GateAccessCode: ledger.GateAccessCode})
	require.NoError(t, err)
	assert.False(t, *free.Available)
	_, err = f.Ledgers.SetGateAccessCode(ctx, ledger.ID, storedge.GateAccessCodeParams{GateAccessCode: tenantry.NewSecret("12")})
	require.ErrorContains(t, err, "between 4 and 8 digits")
	note, err := f.Notes.Create(ctx, storedge.NoteCreateParams{Note: storedge.NoteParams{NoteText: "Called.", LedgerID: ledger.ID}})
	require.NoError(t, err)
	assert.Equal(t, ledger.Tenant.ID, note.TenantID)
	notes, err := tenantry.Collect(f.Tenants.AllNotes(ctx, ledger.Tenant.ID, everything))
	require.NoError(t, err)
	assert.Equal(t, "Called.", notes[len(notes)-1].Note)
	server.MoveOut(f.ID(), ledger.ID)
	vacates, err := company.SameDayVacates.List(ctx, storedge.CompanyListParams{})
	require.NoError(t, err)
	assert.Len(t, vacates.Items, 1)
}

// Members come in the order of the reference, the same in every record.
func TestOneOrderOfMembers(t *testing.T) {
	client, server := storedgetest.Start(t, storedgetest.WithPortfolio(1, 40, 7), storedgetest.WithDirt(0.5))
	for path, member := range map[string]string{"units": "units", "tenants": "tenants", "ledgers": "ledgers", "leads": "leads", "unit_groups": "unit_groups"} {
		var body map[string]json.RawMessage
		require.NoError(t, client.Do(t.Context(), tenantry.Request{Method: http.MethodGet, Path: "/v1/{facility}/" + path, Args: []string{server.FacilityIDs()[0]}}, &body))
		var records []json.RawMessage
		require.NoError(t, json.Unmarshal(body[member], &records))
		var order []string
		for _, r := range records {
			names := namesOf(t, r)
			assert.Equal(t, "id", names[0])
			names = slices.DeleteFunc(names, func(n string) bool { return n == "a_member_of_tomorrow" })
			if order == nil {
				order = names
			}
			assert.Equal(t, order, names, path)
		}
	}
}

// namesOf returns the names of an object's members in their order.
func namesOf(t *testing.T, object []byte) (names []string) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	_, err := d.Token()
	require.NoError(t, err)
	for d.More() {
		name, err := d.Token()
		require.NoError(t, err)
		names = append(names, fmt.Sprint(name))
		var value json.RawMessage
		require.NoError(t, d.Decode(&value))
	}
	return names
}
