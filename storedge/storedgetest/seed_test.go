package storedgetest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// What is added is listed, read, filtered, sorted, paid for, moved into and removed
// like all else.
func TestSeeding(t *testing.T) {
	f, server := first(t)
	ctx := t.Context()
	n := len(server.At(f.ID()).IDs(storedge.Tenant{}))
	server.Add(
		&storedge.Tenant{ID: "t1", FirstName: "Ana", LastName: "zz", Extra: tenantry.Extra{"loyalty": tenantry.Raw(`{"points":3.50}`)}},
		storedge.Unit{ID: "u1", Name: "My unit", StandardRate: "61.50", UnitGroupID: "g1"},
		storedge.UnitGroup{ID: "g1", Name: "Mine"},
		storedge.Ledger{ID: "l1", Tenant: &storedge.Tenant{ID: "t1"}, CurrentAccountBalance: "20.50", CurrentRate: "61.50", Extra: tenantry.Extra{"unit_id": tenantry.Raw(`"u1"`)}},
		storedge.Lead{ID: "d1", TenantID: "t1", Status: "created", WaitList: new(true)},
	)
	server.AddTo(storedge.Tenant{ID: "t1"}, storedge.Note{ID: "n1", Note: "Added."}, storedge.PaymentMethod{ID: "m1", Kind: storedge.PaymentKindCreditCard, CardNumber: tenantry.NewSecret("XXXX1234")})
	server.AddTo(&storedge.Ledger{ID: "l1"}, storedge.Invoice{ID: "i1", Total: "61.50"}, storedge.RateChange{ID: "c1", NewRate: "70.00"})
	check(t, f)

	tenant, err := f.Tenants.Get(ctx, "t1")
	require.NoError(t, err)
	assert.Equal(t, []string{"l1"}, tenant.CurrentLedgerIDs)
	assert.True(t, *tenant.Delinquent)
	assert.JSONEq(t, `{"points":3.50}`, string(tenant.Extra["loyalty"]))
	page, err := f.Tenants.List(ctx, storedge.ListParams{Sort: "-last_name", PerPage: 1})
	require.NoError(t, err)
	assert.Equal(t, "t1", page.Items[0].ID)
	assert.Equal(t, n+1, page.Total)
	later, err := f.Tenants.List(ctx, storedge.ListParams{UpdatedSince: server.Now().Add(-time.Minute)})
	require.NoError(t, err)
	assert.Len(t, later.Items, 1)
	unit, err := f.Units.Get(ctx, "u1")
	require.NoError(t, err)
	assert.Equal(t, storedge.UnitStatusOccupied, unit.Status)
	assert.EqualValues(t, "61.50", unit.Price)
	waiting, err := f.Leads.ListWaitlist(ctx, storedge.LeadListParams{})
	require.NoError(t, err)
	require.Len(t, waiting.Items, 1)
	assert.Equal(t, "Ana", waiting.Items[0].Tenant.FirstName)
	notes, err := f.Tenants.ListNotes(ctx, "t1", everything)
	require.NoError(t, err)
	require.Len(t, notes.Items, 1)
	invoices, err := f.Ledgers.ListInvoices(ctx, "l1", everything)
	require.NoError(t, err)
	assert.EqualValues(t, "61.50", invoices.Items[0].Total)
	changes, err := f.Ledgers.ListRateChanges(ctx, "l1", everything)
	require.NoError(t, err)
	assert.Len(t, changes.Items, 1)

	paid, err := f.Ledgers.MakePayment(ctx, "l1", storedge.MakePaymentParams{Kind: storedge.PaymentAmountBalance, PaymentMethod: storedge.PaymentMethodParams{PaymentMethodID: tenantry.Set("m1")}})
	require.NoError(t, err)
	assert.EqualValues(t, "0.00", paid.CurrentAccountBalance)
	stored := storedge.Ledger{ID: "l1"}
	require.True(t, server.Get(&stored))
	assert.Equal(t, *paid, stored)

	stored.Active = new(false)
	assert.True(t, server.Update(stored))
	assert.False(t, server.Update(storedge.Ledger{ID: "none"}))
	checkWith(t, f, storedge.UnitStatusVacant)
	in := storedge.MoveInParams{UnitID: "u1", TenantID: tenantry.Set("t1"), GateAccessCode: tenantry.Set(tenantry.NewSecret("4444"))}
	_, err = f.MoveIns.ReviewCostWithDocuments(ctx, in)
	require.NoError(t, err)
	_, err = f.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: in})
	require.NoError(t, err)
	checkWith(t, f, storedge.UnitStatusOccupied)

	// Records of the portfolio are changed and removed in the same way.
	id := server.At(f.ID()).IDs(storedge.Unit{})[3] // never let
	one := storedge.Unit{ID: id}
	require.True(t, server.Get(&one))
	price := one.Price
	one.Name = "Renamed"
	require.True(t, server.Update(&one))
	in.UnitID, in.TenantID = id, tenantry.Set("t1")
	_, err = f.MoveIns.ReviewCostWithDocuments(ctx, in)
	require.NoError(t, err)
	moved, err := f.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: in})
	require.NoError(t, err)
	checkAll := func() {
		check(t, f)
		renamed, err := f.Units.Get(ctx, id)
		require.NoError(t, err)
		assert.Equal(t, "Renamed", renamed.Name)
		assert.Equal(t, price, renamed.Price)
		assert.Equal(t, storedge.UnitStatusOccupied, renamed.Status, "what follows from other records still does")
	}
	checkAll()
	for _, of := range server.TenantIDs(f.ID()) { // replacing all by what they are changes nothing
		tenant := storedge.Tenant{ID: of}
		require.True(t, server.Get(&tenant))
		require.True(t, server.Update(tenant))
	}
	for _, of := range server.At(f.ID()).IDs(storedge.Ledger{}) {
		ledger := storedge.Ledger{ID: of}
		require.True(t, server.Get(&ledger))
		server.Add(ledger)
	}
	checkAll()
	_, err = f.Tenants.Patch(ctx, "t1", storedge.TenantUpdateParams{LastName: tenantry.Set("Married")})
	require.NoError(t, err)
	for _, l := range ledgersOf(t, f) {
		if l.Tenant.ID == "t1" {
			assert.Equal(t, "Married", l.Tenant.LastName, "a ledger's tenant is the tenant as of now")
		}
	}
	server.MoveOut(f.ID(), moved.LedgerID)
	check(t, f)
	given := server.At(f.ID()).IDs(storedge.Ledger{})[0]
	another := storedge.Ledger{ID: given}
	require.True(t, server.Get(&another))
	before := another.Tenant.ID
	another.Tenant = &storedge.Tenant{ID: "t1"}
	server.Update(another)
	check(t, f)
	tenant, err = f.Tenants.Get(ctx, "t1")
	require.NoError(t, err)
	assert.Contains(t, append(tenant.CurrentLedgerIDs, tenant.PreviousLedgerIDs...), given)
	tenant, err = f.Tenants.Get(ctx, before)
	require.NoError(t, err)
	assert.NotContains(t, append(tenant.CurrentLedgerIDs, tenant.PreviousLedgerIDs...), given)
	assert.True(t, server.Remove(storedge.Unit{ID: id}))
	assert.False(t, server.Remove(storedge.Unit{ID: id}))
	assert.False(t, server.Get(&storedge.Unit{ID: id}))
	_, err = f.Units.Get(ctx, id)
	require.ErrorIs(t, err, tenantry.ErrNotFound)

	// A record goes to the facility that it names.
	second := server.FacilityIDs()[1]
	server.Add(storedge.Tenant{ID: "t2", FacilityID: second})
	server.At(second).Add(storedge.Unit{ID: "u2"})
	assert.Contains(t, server.TenantIDs(second), "t2")
	assert.NotContains(t, server.TenantIDs(f.ID()), "t2")
	assert.Contains(t, server.At(second).IDs(storedge.Unit{}), "u2")

	for says, add := range map[string]any{
		"storedgetest: Add: string is not a model of github.com/tenantry/tenantry-go/storedge":      "x",
		"storedgetest: Add: http.Client is not a model of github.com/tenantry/tenantry-go/storedge": http.Client{},
		"storedgetest: Add: the Unit has no ID":                                                     storedge.Unit{},
		"storedgetest: Add: a storedge.TenantUpdateParams has no ID":                                storedge.TenantUpdateParams{},
		"storedgetest: Add: the server has no records of type UnitType":                             storedge.UnitType{ID: "x"},
		`storedgetest: there is no facility "none"`:                                                 storedge.Tenant{ID: "x", FacilityID: "none"},
	} {
		assert.PanicsWithValue(t, says, func() { server.Add(add) })
	}
	assert.PanicsWithValue(t, "storedgetest: Add: the server has no facility", func() {
		_, empty := storedgetest.Start(t)
		empty.Add(storedge.Unit{ID: "x"})
	})
}

// checkWith checks the facility, and the state of the unit that the test added.
func checkWith(t *testing.T, f *storedge.Facility, want storedge.UnitStatus) {
	t.Helper()
	check(t, f)
	unit, err := f.Units.Get(t.Context(), "u1")
	require.NoError(t, err)
	assert.Equal(t, want, unit.Status)
}

// Add works for every model that the package lists.
func TestEveryModel(t *testing.T) {
	f, server := first(t)
	for _, record := range []any{
		storedge.Tenant{ID: "x"}, storedge.Unit{ID: "x"}, storedge.UnitGroup{ID: "x"}, storedge.Tier{ID: "x"}, storedge.UnitGroupTierRate{ID: "x"}, storedge.Ledger{ID: "x"},
		storedge.Invoice{ID: "x"}, storedge.RateChange{ID: "x"}, storedge.Lead{ID: "x"}, storedge.PaymentMethod{ID: "x"}, storedge.Note{ID: "x"}, storedge.DiscountPlan{ID: "x"},
		storedge.InvoiceableItem{ID: "x"}, storedge.Document{ID: "x"}, storedge.MoveInUnitEvent{ID: "x"}, storedge.MoveOut{ID: "x"}, storedge.MoveOutReason{ID: "x"},
		storedge.Task{ID: "x"}, storedge.AccessPoint{ID: "x"}, storedge.PaymentIntent{ID: "x"}, storedge.DelinquencyEvent{ID: "x"}, storedge.ScheduledAuction{ID: "x"},
	} {
		server.Add(record)
		assert.Contains(t, server.At(f.ID()).IDs(record), "x", "%T", record)
	}
	for name, list := range map[string]func() (int, error){
		"move-ins":   func() (int, error) { return total(f.MoveIns.List(t.Context(), everything)) },
		"move-outs":  func() (int, error) { return total(f.MoveOuts.List(t.Context(), everything)) },
		"tasks":      func() (int, error) { return total(f.Tasks.List(t.Context(), everything)) },
		"auctions":   func() (int, error) { return total(f.Auctions.ListScheduled(t.Context(), everything)) },
		"gate":       func() (int, error) { return total(f.Gate.ListAccessPoints(t.Context(), everything)) },
		"intents":    func() (int, error) { return total(f.PaymentMethods.ListPaymentIntents(t.Context(), everything)) },
		"delinquent": func() (int, error) { return total(f.DelinquencyEvents.List(t.Context(), everything)) },
	} {
		n, err := list()
		require.NoError(t, err, name)
		assert.Equal(t, 1, n, name)
	}
}

func total[T any](page *tenantry.Page[T], err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return page.Total, nil
}

// A fault for an operation that there is not is a mistake of the test.
func TestFaultsAreChecked(t *testing.T) {
	f, server := first(t)
	assert.PanicsWithValue(t, `tenantrytest: Inject: there is no operation "ledgers.makepayment"; near ones are ledgers.make-payment, ledgers.prepay-amount, ledgers.add-fee, ledgers.get, ledgers.list-current`, func() {
		server.Inject(tenantrytest.Fault{Operation: "ledgers.makepayment"})
	})
	assert.Greater(t, len(server.Operations()), 100)
	id := server.TenantIDs(f.ID())[3]
	server.Inject(tenantrytest.Fault{Operation: "tenants.list", Record: id, Kind: tenantrytest.SpoilRecord})
	page, err := f.Tenants.List(t.Context(), everything)
	require.NoError(t, err)
	assert.Len(t, page.Undecodable, 1)
}
