package propexotest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

// all returns the records of a list, over the pages of a query.
func all(t *testing.T, s *propexotest.Server, path string, q url.Values) (records []map[string]any) {
	t.Helper()
	for {
		q.Set("offset", fmt.Sprint(len(records)))
		q.Set("limit", "250")
		q.Set("order-by", "id")
		status, _, v := send(t, s, http.MethodGet, path+"?"+q.Encode(), "")
		require.Equal(t, 200, status, "%v", v)
		page := v["results"].([]any)
		for _, r := range page {
			records = append(records, r.(map[string]any))
		}
		if v["meta"].(map[string]any)["hasMore"] != true {
			return records
		}
	}
}

// A filter selects what looking at every record would, after life, changes, additions
// and removals.
func TestFilters(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	s := newServer(t, propexotest.WithPortfolio(4, 40, 7), propexotest.WithDirt(0.2), propexotest.WithStart(start), propexotest.WithLife(5))
	s.Advance(40 * 24 * time.Hour)
	property, unit := s.IDs(propexo.Property{})[2], s.IDs(propexo.Unit{})[85]
	leases, people := s.IDs(propexo.Lease{}), s.IDs(propexo.Resident{})
	require.True(t, s.UpdateResident(people[3], map[string]any{"property_id": property, "email_1": "moved@example.com"}))
	require.True(t, s.Remove(propexo.Resident{ID: people[len(people)/2]}))
	s.Add(propexo.Resident{ID: "added", PropertyID: property, XID: "500012"}, propexo.Lease{ID: "added", PropertyID: property, UnitID: unit, XID: "70007"})
	for _, c := range []struct{ path, filter string }{
		{"/v1/residents/", "property_id"}, {"/v1/residents/", "x_id"}, {"/v1/residents/", "email_1"}, {"/v1/residents/", "phone_1"}, {"/v1/residents/", "lease_id"},
		{"/v1/residents/", "integration_id"}, {"/v1/leases/", "property_id"}, {"/v1/leases/", "unit_id"}, {"/v1/leases/", "x_id"}, {"/v1/leases/", "resident_id"},
		{"/v1/leases/", "x_unit_id"}, {"/v1/leases/", "status_raw"}, {"/v1/units/", "property_id"}, {"/v1/units/", "x_id"}, {"/v1/units/details", "property_id"},
		{"/v1/properties/", "x_id"}, {"/v1/rentable-items/", "property_id"}, {"/v1/resident-insurance/", "unit_id"}, {"/v1/resident-insurance/", "lease_id"},
	} {
		every := all(t, s, c.path, url.Values{})
		require.NotEmpty(t, every)
		ids := func(of []map[string]any) (ids []string) {
			for _, r := range of {
				ids = append(ids, r["id"].(string))
			}
			return ids
		}
		wanted := []string{"nothing", property, unit, leases[len(leases)-1], people[len(people)-1], "70007", "500012", "moved@example.com"}
		if c.filter == "phone_1" {
			wanted = []string{"2015559999"}
		}
		for i := range every {
			if v, ok := every[i][c.filter].(string); ok && i%17 == 0 && (c.filter != "phone_1" || len(v) == 10) && v != "" {
				wanted = append(wanted, v)
			}
		}
		for _, want := range wanted {
			expected := slices.DeleteFunc(slices.Clone(every), func(r map[string]any) bool {
				of := []any{r[c.filter]}
				for _, meta := range []string{"leases_meta_data", "residents_meta_data"} {
					list, _ := r[meta].([]any)
					for _, m := range list {
						of = append(of, m.(map[string]any)[c.filter])
					}
				}
				_, known := r[c.filter]
				return !slices.Contains(of, any(want)) && (known || len(of) > 1 || slices.Contains([]string{"lease_id", "resident_id", "phone_1"}, c.filter))
			})
			got := all(t, s, c.path, url.Values{c.filter: {want}})
			assert.Equal(t, ids(expected), ids(got), "%s?%s=%s", c.path, c.filter, want)
		}
	}
	changed := all(t, s, "/v1/residents/", url.Values{"updated_at_gte": {start.Format(time.RFC3339)}})
	assert.NotEmpty(t, changed)
	for _, r := range changed {
		assert.GreaterOrEqual(t, r["updated_at"], start.Format("2006-01-02"))
	}
}

// A filter by ID, and a page far into a list, cost no more for more people.
func TestFiltersAreCheap(t *testing.T) {
	for _, c := range []struct {
		path  string
		query func(*propexotest.Server) url.Values
	}{
		{"/v1/residents/", func(*propexotest.Server) url.Values { return url.Values{"offset": {"900"}, "limit": {"10"}} }},
		{"/v1/residents/", func(s *propexotest.Server) url.Values {
			return url.Values{"property_id": {firstID(t, s, "/v1/properties/")}}
		}},
		{"/v1/leases/", func(s *propexotest.Server) url.Values { return url.Values{"unit_id": {firstID(t, s, "/v1/units/")}} }},
		{"/v1/leases/", func(s *propexotest.Server) url.Values {
			return url.Values{"resident_id": {firstID(t, s, "/v1/residents/")}}
		}},
		{"/v1/residents/", func(*propexotest.Server) url.Values { return url.Values{"x_id": {"500003"}} }},
		{"/v1/residents/", func(*propexotest.Server) url.Values { return url.Values{"email_1": {"x.y3@example.com"}} }},
		{"/v1/residents/", func(*propexotest.Server) url.Values { return url.Values{"phone_1": {"2045550100"}} }},
		{"/v1/leases/", func(*propexotest.Server) url.Values { return url.Values{"x_unit_id": {"20003"}} }},
		{"/v1/leases/", func(*propexotest.Server) url.Values { return url.Values{"x_property_id": {"100"}} }},
		{"/v1/units/", func(s *propexotest.Server) url.Values {
			return url.Values{"unit_number": {"A101"}, "property_id": {firstID(t, s, "/v1/properties/")}}
		}},
	} {
		cost := func(people int) uint64 {
			s := newServer(t, propexotest.WithResidents(people))
			q := c.query(s)
			q.Set("order-by", "id")
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			status, _, _ := send(t, s, http.MethodGet, c.path+"?"+q.Encode(), "")
			runtime.ReadMemStats(&after)
			require.Equal(t, 200, status)
			return after.TotalAlloc - before.TotalAlloc
		}
		cost(1000) // what is loaded once
		small, large := cost(1000), cost(1_000_000)
		assert.Less(t, large, small+1<<20, "%s %v", c.path, c.query(newServer(t, propexotest.WithResidents(1000))))
	}
}

func firstID(t *testing.T, s *propexotest.Server, path string) string {
	t.Helper()
	_, _, v := send(t, s, http.MethodGet, path+"?order-by=id&limit=1", "")
	return ids(v)[0]
}
