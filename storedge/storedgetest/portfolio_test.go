package storedgetest_test

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
)

var everything = storedge.ListParams{}

func byID[T any](t *testing.T, records []*T, err error, id func(*T) string) map[string]*T {
	t.Helper()
	require.NoError(t, err)
	m := make(map[string]*T)
	for _, r := range records {
		m[id(r)] = r
	}
	assert.Len(t, m, len(records))
	return m
}

func tenantsOf(t *testing.T, f *storedge.Facility) map[string]*storedge.Tenant {
	t.Helper()
	all, err := tenantry.Collect(f.Tenants.All(t.Context(), everything))
	return byID(t, all, err, func(r *storedge.Tenant) string { return r.ID })
}

func unitsOf(t *testing.T, f *storedge.Facility) map[string]*storedge.Unit {
	t.Helper()
	all, err := tenantry.Collect(f.Units.All(t.Context(), everything))
	return byID(t, all, err, func(r *storedge.Unit) string { return r.ID })
}

func ledgersOf(t *testing.T, f *storedge.Facility) map[string]*storedge.Ledger {
	t.Helper()
	all, err := tenantry.Collect(f.Ledgers.All(t.Context(), everything))
	return byID(t, all, err, func(r *storedge.Ledger) string { return r.ID })
}

// check holds what must be true of a facility at every time.
func check(t *testing.T, f *storedge.Facility) {
	t.Helper()
	ctx := t.Context()
	tenants, units, ledgers := tenantsOf(t, f), unitsOf(t, f), ledgersOf(t, f)
	leads, err := tenantry.Collect(f.Leads.All(ctx, storedge.LeadListParams{}))
	leadByID := byID(t, leads, err, func(l *storedge.Lead) string { return l.ID })
	groups, err := tenantry.Collect(f.UnitGroups.All(ctx, everything))
	groupByID := byID(t, groups, err, func(g *storedge.UnitGroup) string { return g.ID })
	available := make(map[string]int64)
	for _, u := range units {
		require.Contains(t, groupByID, u.UnitGroupID)
		require.NotEmpty(t, u.Price)
		assert.Equal(t, u.Status == storedge.UnitStatusVacant, *u.AvailableForMoveIn, u.Name)
		if u.Status == storedge.UnitStatusVacant {
			available[u.UnitGroupID]++
		}
		if u.Status != storedge.UnitStatusOccupied {
			assert.Empty(t, u.CurrentLedgerID)
			continue
		}
		require.Contains(t, ledgers, u.CurrentLedgerID)
		require.Contains(t, tenants, u.CurrentTenantID)
		assert.True(t, *ledgers[u.CurrentLedgerID].Active)
		assert.Contains(t, tenants[u.CurrentTenantID].CurrentLedgerIDs, u.CurrentLedgerID)
	}
	for _, g := range groups {
		assert.Equal(t, available[g.ID], *g.AvailableUnitsCount)
	}
	ofTenants := 0
	for _, r := range tenants {
		delinquent := false
		for _, id := range r.CurrentLedgerIDs {
			require.Contains(t, ledgers, id)
			assert.True(t, *ledgers[id].Active)
			delinquent = delinquent || *ledgers[id].Delinquent
		}
		for _, id := range r.PreviousLedgerIDs {
			require.Contains(t, ledgers, id)
			assert.False(t, *ledgers[id].Active)
			assert.NotEmpty(t, ledgers[id].ClosedOn)
		}
		for _, id := range slices.Concat(r.LeadIDs, r.ClosedLeadIDs) {
			require.Contains(t, leadByID, id)
			assert.Equal(t, r.ID, leadByID[id].TenantID)
		}
		ofTenants += len(r.CurrentLedgerIDs) + len(r.PreviousLedgerIDs)
		assert.Equal(t, delinquent, *r.Delinquent)
	}
	assert.Len(t, ledgers, ofTenants)
	for _, l := range ledgers {
		require.NotNil(t, l.Tenant)
		require.Contains(t, tenants, l.Tenant.ID)
	}
	for _, l := range leads {
		require.Contains(t, tenants, l.TenantID)
		if l.Status == "reserved" {
			require.NotNil(t, l.Unit)
			assert.NotEqual(t, storedge.UnitStatusVacant, units[l.Unit.ID].Status) // the tenants before may still be there
		}
	}
}

func TestThePortfolioFitsTogether(t *testing.T) {
	for _, dirt := range []float64{0, 0.5} {
		client, server := storedgetest.Start(t, storedgetest.WithPortfolio(3, 40, 7), storedgetest.WithDirt(dirt))
		require.Len(t, server.FacilityIDs(), 3)
		seen := make(map[string]bool)
		for _, id := range server.FacilityIDs() {
			f := client.Facility(id)
			check(t, f)
			for tenant := range tenantsOf(t, f) {
				assert.False(t, seen[tenant], "ids are of one facility")
				seen[tenant] = true
			}
			assert.Len(t, unitsOf(t, f), 40)
			states := make(map[storedge.UnitStatus]int)
			for _, u := range unitsOf(t, f) {
				states[u.Status]++
			}
			assert.Len(t, states, 3, "%v", states)
		}
		ctx := t.Context()
		f := client.Facility(server.FacilityIDs()[1]) // with tiers
		tiers, err := tenantry.Collect(f.TierRates.AllTiers(ctx, everything))
		require.NoError(t, err)
		assert.Len(t, tiers, 2)
		rates, err := tenantry.Collect(f.TierRates.All(ctx, everything))
		require.NoError(t, err)
		assert.Len(t, rates, 8)
		for _, u := range unitsOf(t, f) {
			require.NotNil(t, u.Tier)
			assert.True(t, slices.ContainsFunc(rates, func(r *storedge.UnitGroupTierRate) bool {
				return r.UnitGroupID == u.UnitGroupID && r.TierID == u.Tier.ID && r.Rate == u.Price
			}))
		}
		methods, autopay := 0, 0
		for id, r := range tenantsOf(t, f) {
			page, err := f.PaymentMethods.List(ctx, id, everything)
			require.NoError(t, err)
			methods += len(page.Items)
			_, err = f.Tenants.ListNotes(ctx, id, everything)
			require.NoError(t, err)
			of, err := f.Tenants.ListLedgers(ctx, id)
			require.NoError(t, err)
			assert.Len(t, of.Items, len(r.CurrentLedgerIDs))
			for _, l := range of.Items {
				if *l.AutopayEnabled {
					autopay++
					assert.Equal(t, page.Items[0].ID, l.AutopayInfo.PaymentMethodID)
				}
			}
		}
		assert.Positive(t, methods)
		assert.Positive(t, autopay)
		invoices, changes := 0, 0
		for id := range ledgersOf(t, f) {
			page, err := f.Ledgers.ListInvoices(ctx, id, everything)
			require.NoError(t, err)
			invoices += len(page.Items)
			changed, err := f.Ledgers.ListRateChanges(ctx, id, everything)
			require.NoError(t, err)
			changes += len(changed.Items)
			_, err = f.Ledgers.Services(ctx, id)
			require.NoError(t, err)
		}
		assert.Positive(t, invoices)
		assert.Zero(t, changes, "no renewal has begun yet")
	}
}

func TestDirt(t *testing.T) {
	unknown := func(opts ...storedgetest.Option) (n int) {
		client, server := storedgetest.Start(t, append(opts, storedgetest.WithPortfolio(1, 200, 7))...)
		all := tenantsOf(t, client.Facility(server.FacilityIDs()[0]))
		for _, r := range all {
			if len(r.Extra) > 0 {
				n++
			}
		}
		return n * 100 / len(all)
	}
	assert.Zero(t, unknown())
	assert.InDelta(t, 30, unknown(storedgetest.WithDirt(0.3)), 10)
}

// A fake of 100,000 people starts at once, and makes only the facilities that are used.
func TestItIsLazy(t *testing.T) {
	used := func(facilities int) uint64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		client, server := storedgetest.Start(t, storedgetest.WithPortfolio(facilities, 40, 1))
		_, err := client.Facility(server.FacilityIDs()[3]).Tenants.List(t.Context(), everything)
		require.NoError(t, err)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(server)
		return after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
	}
	used(30)
	small, large := used(30), used(1500)
	assert.Less(t, large, small+2<<20)

	// One facility of as many keeps little of what it lists.
	client, server := storedgetest.Start(t, storedgetest.WithPortfolio(1, 60_000, 1))
	f := client.Facility(server.FacilityIDs()[0])
	page, err := f.Tenants.List(t.Context(), storedge.ListParams{PerPage: 10})
	require.NoError(t, err)
	assert.Equal(t, 60_000/20*37, page.Total)
	one, err := f.Tenants.Get(t.Context(), page.Items[3].ID)
	require.NoError(t, err)
	assert.Equal(t, page.Items[3], *one)
}

// The same seed gives the same people as in the fakes of other APIs.
func TestTheSamePeople(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	client, server := storedgetest.Start(t, storedgetest.WithPortfolio(2, 40, 7), storedgetest.WithStart(at), storedgetest.WithLife(4))
	other, otherServer := propexotest.Start(t, propexotest.WithPortfolio(2, 40, 7), propexotest.WithStart(at), propexotest.WithLife(4))
	for _, days := range []int{0, 90} {
		server.Advance(time.Duration(days) * 24 * time.Hour)
		otherServer.Advance(time.Duration(days) * 24 * time.Hour)
		here, there := make(map[string]string), make(map[string]string)
		for _, id := range server.FacilityIDs() {
			for _, r := range tenantsOf(t, client.Facility(id)) {
				here[r.Email] = r.FirstName + " " + r.LastName
			}
		}
		for r, err := range other.Residents.All(t.Context(), propexo.ResidentListParams{Limit: 250}) {
			require.NoError(t, err)
			there[r.Email1] = r.FirstName + " " + r.LastName
		}
		assert.Equal(t, there, here)
	}
}

// The clock moves tenants in and out, and frees their units; what changed is found by
// updated_since.
func TestTimePasses(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	client, server := storedgetest.Start(t, storedgetest.WithPortfolio(1, 80, 7), storedgetest.WithStart(start))
	f := client.Facility(server.FacilityIDs()[0])
	count := func() (active, closed, reserved int) {
		for _, l := range ledgersOf(t, f) {
			if *l.Active {
				active++
			} else {
				closed++
			}
		}
		page, err := f.Leads.ListReservations(t.Context(), storedge.LeadListParams{})
		require.NoError(t, err)
		return active, closed, page.Total
	}
	active, closed, reserved := count()
	require.Positive(t, reserved)
	server.Advance(61 * 24 * time.Hour)
	check(t, f)
	activeLater, closedLater, reservedLater := count()
	assert.Zero(t, reservedLater)
	assert.Greater(t, closedLater, closed)
	assert.Equal(t, active+closed+reserved, activeLater+closedLater)
	changed, err := tenantry.Collect(f.Ledgers.All(t.Context(), storedge.ListParams{UpdatedSince: start}))
	require.NoError(t, err)
	renewed := 0
	for id := range ledgersOf(t, f) {
		page, err := f.Ledgers.ListRateChanges(t.Context(), id, everything)
		require.NoError(t, err)
		renewed += page.Total
	}
	require.Positive(t, renewed)
	assert.Len(t, changed, reserved+closedLater-closed+renewed)
}

// Tenants reserve, move in, give notice, pay and move out, and the facility stays whole.
func TestLife(t *testing.T) {
	run := func() (f *storedge.Facility, people, changes int) {
		client, server := storedgetest.Start(t, storedgetest.WithPortfolio(2, 40, 7), storedgetest.WithLife(3), storedgetest.WithStart(time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)))
		f = client.Facility(server.FacilityIDs()[0])
		before := len(tenantsOf(t, f))
		for range 12 {
			server.Advance(10 * 24 * time.Hour)
			check(t, f)
		}
		check(t, client.Facility(server.FacilityIDs()[1])) // made only now
		for id := range ledgersOf(t, f) {
			page, err := f.Ledgers.ListRateChanges(t.Context(), id, everything)
			require.NoError(t, err)
			for _, c := range page.Items {
				assert.Equal(t, id, c.LedgerID)
			}
			changes += page.Total
		}
		return f, len(tenantsOf(t, f)) - before, changes
	}
	f, people, changes := run()
	assert.Positive(t, people)
	assert.Positive(t, changes)
	again, _, _ := run()
	assert.Equal(t, ledgersOf(t, f), ledgersOf(t, again), "the same seed lives the same life")
}

// Two fakes under a hundred clients, which read, pay and move in while the clock moves.
func TestInParallel(t *testing.T) {
	type fake struct {
		f      *storedge.Facility
		server *storedgetest.Server
	}
	fakes := make([]fake, 2)
	for i := range fakes {
		client, server := storedgetest.Start(t, storedgetest.WithPortfolio(1, 40, uint64(i)), storedgetest.WithLife(3))
		fakes[i] = fake{client.Facility(server.FacilityIDs()[0]), server}
	}
	var all sync.WaitGroup
	failed := make(chan error, 200)
	for n := range 100 {
		f := fakes[n%2]
		all.Go(func() {
			page, err := f.f.Ledgers.ListCurrent(t.Context(), everything)
			if err != nil {
				failed <- err
				return
			}
			switch n / 2 % 4 {
			case 0:
				f.server.Advance(24 * time.Hour)
			case 1:
				method := storedge.PaymentMethodParams{Kind: tenantry.Set(storedge.PaymentKindCash)}
				_, err = f.f.Ledgers.MakePayment(t.Context(), page.Items[n%len(page.Items)].ID, storedge.MakePaymentParams{Kind: storedge.PaymentAmountBalance, PaymentMethod: method})
			case 2:
				f.server.Add(storedge.Unit{ID: fmt.Sprint("u", n), Name: fmt.Sprint("U", n), StandardRate: "50.00"})
			default:
				_, err = tenantry.Collect(f.f.Tenants.All(t.Context(), everything))
			}
			if err != nil {
				failed <- err
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	for _, f := range fakes {
		assert.Greater(t, len(unitsOf(t, f.f)), 40)
	}
}
