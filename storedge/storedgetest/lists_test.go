package storedgetest_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
)

// Lists are sorted by numbers, texts and times, and select by dates and ids.
func TestOrderAndDates(t *testing.T) {
	f, server := first(t)
	ctx := t.Context()
	all, err := tenantry.Collect(f.Ledgers.All(ctx, storedge.ListParams{Sort: "-current_rate", PerPage: 7}))
	require.NoError(t, err)
	assert.True(t, slices.IsSortedFunc(all, func(a, b *storedge.Ledger) int {
		return int(100 * (float(t, b.CurrentRate) - float(t, a.CurrentRate)))
	}))
	people, err := tenantry.Collect(f.Tenants.All(ctx, storedge.ListParams{Sort: "created_at"}))
	require.NoError(t, err)
	middle, err := people[len(people)/2].CreatedAt.Time()
	require.NoError(t, err)
	after, err := f.Tenants.List(ctx, storedge.ListParams{CreatedAfter: middle})
	require.NoError(t, err)
	before, err := f.Tenants.List(ctx, storedge.ListParams{CreatedBefore: middle})
	require.NoError(t, err)
	same := 0
	for _, r := range people {
		if r.CreatedAt == people[len(people)/2].CreatedAt {
			same++
		}
	}
	assert.Equal(t, len(people), after.Total+before.Total+same)

	// Whatever changes a record makes it one that was changed: itself, or another.
	server.Advance(time.Hour)
	at := server.Now()
	server.Advance(time.Minute)
	id := all[0].Tenant.ID
	_, err = f.Tenants.Patch(ctx, people[0].ID, storedge.TenantUpdateParams{Title: tenantry.Set("Dr")})
	require.NoError(t, err)
	_, err = f.Ledgers.MakePayment(ctx, all[0].ID, storedge.MakePaymentParams{Kind: storedge.PaymentAmountPrepay, Months: 1, PaymentMethod: card("4111111111111111")})
	require.NoError(t, err)
	changed, err := tenantry.Collect(f.Tenants.All(ctx, storedge.ListParams{UpdatedSince: at}))
	require.NoError(t, err)
	var ids []string
	for _, r := range changed {
		ids = append(ids, r.ID)
	}
	assert.ElementsMatch(t, []string{people[0].ID, id}, ids)
	ledgers, err := f.Ledgers.List(ctx, storedge.ListParams{UpdatedSince: at})
	require.NoError(t, err)
	require.Len(t, ledgers.Items, 1)
	assert.Equal(t, all[0].ID, ledgers.Items[0].ID)
}

// Fields trim records and the objects in them, and associations are included as objects
// or ids.
func TestFieldsAndAssociations(t *testing.T) {
	f, _ := first(t)
	ctx := t.Context()
	current, err := f.Ledgers.ListCurrent(ctx, storedge.ListParams{Fields: map[string][]string{"ledger": {"tenant"}, "tenant": {"email"}}, Include: []string{"rate_changes"}})
	require.NoError(t, err)
	l := current.Items[0]
	assert.Equal(t, storedge.Ledger{ID: l.ID, Tenant: &storedge.Tenant{ID: l.Tenant.ID, Email: l.Tenant.Email}}, l)
	assert.NotEmpty(t, l.Tenant.Email)

	tenant, err := f.Tenants.Get(ctx, l.Tenant.ID, storedge.Include("ledgers", "notes", "nonsense"), storedge.IncludeIDs("ledgers", "leads"))
	require.NoError(t, err)
	var included []storedge.Ledger
	require.NoError(t, json.Unmarshal(tenant.Extra["ledgers"], &included))
	require.NotEmpty(t, included)
	assert.Equal(t, l.ID, included[len(included)-1].ID)
	assert.Contains(t, string(tenant.Extra["ledger_ids"]), l.ID)
	assert.NotContains(t, tenant.Extra, "nonsense")

	whole, err := f.Tenants.Get(ctx, tenant.ID)
	require.NoError(t, err)
	assert.NotEmpty(t, whole.PhoneNumbers[0].Number, "trimming a copy leaves the record")
	leads, err := f.Leads.List(ctx, storedge.LeadListParams{Include: []string{"unit_group"}})
	require.NoError(t, err)
	assert.Contains(t, string(leads.Items[0].Extra["unit_group"]), "Group")
	units, err := f.Units.List(ctx, storedge.ListParams{Include: []string{"current_ledger"}, IncludeIDs: []string{"unit_group"}})
	require.NoError(t, err)
	for _, u := range units.Items {
		assert.Equal(t, u.CurrentLedgerID == "", string(u.Extra["current_ledger"]) == "null", u.Name)
	}
}

// Requests and the portfolio's life don't get in each other's way: a unit that a
// request let is not let again.
func TestLifeBesideRequests(t *testing.T) {
	f, server := first(t, storedgetest.WithLife(4))
	ctx := t.Context()
	own := make(map[string]string)
	rent := func() {
		for _, unit := range vacant(t, f)[:2] {
			in := storedge.MoveInParams{UnitID: unit.ID, Tenant: tenantry.Set(newTenant()), GateAccessCode: tenantry.Set(tenantry.NewSecret("55555"))}
			_, err := f.MoveIns.ReviewCostWithDocuments(ctx, in)
			require.NoError(t, err)
			event, err := f.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: in})
			require.NoError(t, err)
			own[unit.ID] = event.LedgerID
		}
	}
	rent()
	for range 6 {
		server.Advance(20 * 24 * time.Hour)
		check(t, f)
		for unit, ledger := range own {
			u, err := f.Units.Get(ctx, unit)
			require.NoError(t, err)
			assert.Equal(t, ledger, u.CurrentLedgerID)
		}
	}
	for unit, ledger := range own {
		server.MoveOut(f.ID(), ledger)
		u, err := f.Units.Get(ctx, unit)
		require.NoError(t, err)
		assert.Equal(t, storedge.UnitStatusVacant, u.Status)
	}
	server.Advance(60 * 24 * time.Hour)
	check(t, f)
}
