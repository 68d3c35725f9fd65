package storedge_test

import (
	"context"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
)

// ids returns the ids of a listing, in its order.
func ids[T any](t *testing.T, list iter.Seq2[*T, error], id func(*T) string) []string {
	t.Helper()
	var all []string
	for r, err := range list {
		require.NoError(t, err)
		all = append(all, id(r))
	}
	return all
}

// listings are lists of a facility by the name of their operation.
func listings(f *storedge.Facility) map[string]func(t *testing.T, p storedge.ListParams) []string {
	tenant := func(r *storedge.Tenant) string { return r.ID }
	unit := func(r *storedge.Unit) string { return r.ID }
	ledger := func(r *storedge.Ledger) string { return r.ID }
	lead := func(r *storedge.Lead) string { return r.ID }
	leads := func(all func(context.Context, storedge.LeadListParams) iter.Seq2[*storedge.Lead, error]) func(*testing.T, storedge.ListParams) []string {
		return func(t *testing.T, p storedge.ListParams) []string {
			t.Helper()
			return ids(t, all(t.Context(), storedge.LeadListParams{
				PerPage: p.PerPage, Sort: p.Sort, CreatedAfter: p.CreatedAfter, CreatedBefore: p.CreatedBefore, UpdatedSince: p.UpdatedSince, OnlyIDs: p.OnlyIDs,
			}), lead)
		}
	}
	return map[string]func(*testing.T, storedge.ListParams) []string{
		"tenants.list": func(t *testing.T, p storedge.ListParams) []string {
			return ids(t, f.Tenants.All(t.Context(), p), tenant)
		},
		"tenants.list-current": func(t *testing.T, p storedge.ListParams) []string {
			return ids(t, f.Tenants.AllCurrent(t.Context(), p), tenant)
		},
		"tenants.list-previous": func(t *testing.T, p storedge.ListParams) []string {
			return ids(t, f.Tenants.AllPrevious(t.Context(), p), tenant)
		},
		"units.list": func(t *testing.T, p storedge.ListParams) []string { return ids(t, f.Units.All(t.Context(), p), unit) },
		"units.list-available": func(t *testing.T, p storedge.ListParams) []string {
			return ids(t, f.Units.AllAvailable(t.Context(), p), unit)
		},
		"ledgers.list": func(t *testing.T, p storedge.ListParams) []string {
			return ids(t, f.Ledgers.All(t.Context(), p), ledger)
		},
		"ledgers.list-current": func(t *testing.T, p storedge.ListParams) []string {
			return ids(t, f.Ledgers.AllCurrent(t.Context(), p), ledger)
		},
		"ledgers.list-previous": func(t *testing.T, p storedge.ListParams) []string {
			return ids(t, f.Ledgers.AllPrevious(t.Context(), p), ledger)
		},
		"leads.list":              leads(f.Leads.All),
		"leads.list-reservations": leads(f.Leads.AllReservations),
		"unit-groups.list": func(t *testing.T, p storedge.ListParams) []string {
			return ids(t, f.UnitGroups.All(t.Context(), p), func(r *storedge.UnitGroup) string { return r.ID })
		},
		"invoiceable-items.list": func(t *testing.T, p storedge.ListParams) []string {
			return ids(t, f.InvoiceableItems.All(t.Context(), p), func(r *storedge.InvoiceableItem) string { return r.ID })
		},
		"discount-plans.list": func(t *testing.T, p storedge.ListParams) []string {
			return ids(t, f.DiscountPlans.All(t.Context(), p), func(r *storedge.DiscountPlan) string { return r.ID })
		},
	}
}

// world starts a fake in which records were made in another order than that of their
// ids, some of them lately.
func world(t *testing.T, opts ...storedgetest.Option) (*storedge.Facility, *storedgetest.Server) {
	t.Helper()
	client, server := storedgetest.Start(t, append(opts, storedgetest.WithPortfolio(1, 60, 3), storedgetest.WithStart(time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)))...)
	f := server.FacilityIDs()[0]
	for n := range 15 {
		id := string(rune('0'+n*7%10)) + "-made-" + string(rune('a'+n))
		server.AddTenant(f, n*9, map[string]any{"id": "t" + id})
		server.Add(
			storedge.Unit{ID: id + "u", Name: id, StandardRate: "50.00", Rentable: new(true)},
			storedge.Ledger{ID: id + "l", Active: new(n%2 == 0), Tenant: &storedge.Tenant{ID: "t" + id}},
			storedge.Lead{ID: id + "d", TenantID: "t" + id, Status: "reserved"},
		)
	}
	return client.Facility(f), server
}

// The reference documents the parameters of lists for all lists at once. A list that
// ignores the order or the filters that it is asked for loses nothing.
func TestServersThatIgnoreParameters(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	dates := []string{"updated_since", "created_after", "created_before"}
	honest, _ := world(t)
	sorting, _ := world(t, storedgetest.WithoutSorting())
	dated, _ := world(t, storedgetest.WithIgnored(dates...))
	none, _ := world(t, storedgetest.WithoutSorting(), storedgetest.WithIgnored(append(dates, "only_ids", "fields", "include_as_object", "include_as_ids")...))
	for name, list := range listings(honest) {
		every := list(t, storedge.ListParams{})
		require.NotEmpty(t, every, name)
		for _, p := range []storedge.ListParams{
			{}, {Sort: "-created_at"}, {UpdatedSince: at}, {CreatedAfter: at}, {CreatedBefore: at}, {OnlyIDs: every[:len(every)/2+1]},
		} {
			p.PerPage = 20
			want := list(t, p)
			for server, f := range map[string]*storedge.Facility{"order": sorting, "dates": dated, "all parameters": none} {
				got := listings(f)[name](t, p)
				assert.Subset(t, got, want, "%s %+v: a server that ignores %s", name, p, server)
				assert.Subset(t, every, got, name)
				slices.Sort(got)
				assert.Len(t, slices.Compact(got), len(got), "%s: a record twice", name)
			}
		}
	}
}

// Without an order, records that come and go move all others. The listing still has
// every record once that was there all along.
func TestRecordsComeAndGoInAListWithoutOrder(t *testing.T) {
	for _, opts := range [][]storedgetest.Option{nil, {storedgetest.WithoutSorting()}} {
		f, server := world(t, opts...)
		before := server.TenantIDs(f.ID())
		removed := make(map[string]bool)
		var requests atomic.Int32
		server.OnRequest(func(string, int) {
			n := int(requests.Add(1))
			if n > 20 {
				return
			}
			server.AddTenant(f.ID(), n*11%100, nil)
			if id := before[n*37%len(before)]; server.RemoveTenant(f.ID(), id) {
				removed[id] = true
			}
		})
		seen := make(map[string]int)
		var cursor tenantry.Cursor
		for page, err := range f.Tenants.Pages(t.Context(), storedge.ListParams{PerPage: 15}) {
			require.NoError(t, err)
			for _, r := range page.Items {
				seen[r.ID]++
			}
			if cursor = page.Next; requests.Load() > 4 {
				break
			}
		}
		for page, err := range f.Tenants.Pages(t.Context(), storedge.ListParams{PerPage: 15, Cursor: cursor}) {
			require.NoError(t, err)
			for _, r := range page.Items {
				seen[r.ID]++
			}
		}
		require.Greater(t, len(removed), 5)
		for _, id := range before {
			if !removed[id] {
				assert.Equal(t, 1, seen[id], id)
			}
		}
	}
}
