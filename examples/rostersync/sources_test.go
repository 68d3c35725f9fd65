package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A fake is a source and its server.
type fake struct {
	source
	server tenantrytest.Server
	ids    []string // of all people
	lists  []string // the operations that list
	short  string   // a response to the last of lists that ends before its own total, or ""
}

// quick returns the options of a client that is quick to retry.
func quick(url string) []tenantry.Option {
	return append(options(url, 2), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond}))
}

// fakes starts each source with a number of people.
var fakes = map[string]func(t *testing.T, people int) fake{
	"propexo": func(t *testing.T, people int) fake {
		server := propexotest.NewServer(propexotest.WithResidents(people), propexotest.WithRateLimit(1_000_000, 0))
		t.Cleanup(server.Close)
		s, err := newPropexo(propexotest.Token, quick(server.URL)...)
		require.NoError(t, err)
		return fake{s, server.Server, server.ResidentIDs(), []string{"residents.list"}, `{"meta":{"hasMore":false,"total":1000},"results":[{"id":"a"}]}`}
	},
	"leasefind": func(t *testing.T, people int) fake {
		server := leasefindtest.NewServer(leasefindtest.WithTenants(people))
		t.Cleanup(server.Close)
		s, err := newLeasefind(leasefindtest.ClientID, leasefindtest.ClientSecret, quick(server.URL)...)
		require.NoError(t, err)
		return fake{s, server.Server, server.TenantIDs(), []string{"tenants.find"}, ""}
	},
	"storedge": func(t *testing.T, people int) fake {
		server := storedgetest.NewServer(storedgetest.WithFacility("a", people), storedgetest.WithFacility("bb", people/2))
		t.Cleanup(server.Close)
		s, err := newStoredge(storedgetest.AccessID, storedgetest.SecretKey, []string{"a", "bb"}, quick(server.URL)...)
		require.NoError(t, err)
		return fake{s, server.Server, append(server.TenantIDs("a"), server.TenantIDs("bb")...), []string{"tenants.list"}, `{"tenants":[{"id":"a"}],"meta":{"pagination":{"current_page":1,"total_entries":1000,"next_page":null}}}`}
	},
	"elevenos": func(t *testing.T, people int) fake {
		server := elevenostest.NewServer(elevenostest.WithResidents(people))
		t.Cleanup(server.Close)
		s, err := newElevenos(elevenostest.Email, elevenostest.Password, quick(server.URL)...)
		require.NoError(t, err)
		return fake{s, server.Server, server.ResidentIDs(), []string{"teams.list", "sites.list", "residents.list"}, ""}
	},
	"supergood": func(t *testing.T, people int) fake {
		server := supergoodtest.NewServer(supergoodtest.WithProperties(3, people/10))
		t.Cleanup(server.Close)
		s, err := newSupergood(server.URL, supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password)}, quick(server.URL)...)
		require.NoError(t, err)
		var ids []string
		for _, id := range server.PropertyIDs() {
			for n := 0; n < people/10; n += 3 { // every third unit is let, to two people
				ids = append(ids, fmt.Sprintf("%s-res-%04d-a", id, n), fmt.Sprintf("%s-res-%04d-b", id, n))
			}
		}
		return fake{s, server.Server, ids, []string{"properties.list", "units.list"}, `{"data":[{"id":"a"}],"total":1000}`}
	},
}

// copyAll copies a source into a database.
func copyAll(ctx context.Context, t *testing.T, db *store, s source) (result, error) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer out.Close()
	return syncSource(ctx, db, s, newProgress(out))
}

// Everyone is copied once, a second run changes nothing, and a source without people
// is no error.
func TestEverySource(t *testing.T) {
	for name, start := range fakes {
		for _, people := range []int{0, 350} {
			t.Run(name, func(t *testing.T) {
				f := start(t, people)
				db, err := openStore(t.Context(), filepath.Join(t.TempDir(), "people.db"), realRun)
				require.NoError(t, err)
				defer db.Close()
				for run := range 2 {
					r, err := copyAll(t.Context(), t, db, f)
					require.NoError(t, err)
					assert.Equal(t, len(f.ids), r.people)
					assert.False(t, r.resumed)
					assert.Zero(t, r.changed)
					if run == 0 {
						assert.Equal(t, len(f.ids), r.added)
					}
				}
				rows, err := db.QueryContext(t.Context(), `SELECT id FROM people WHERE source = ?`, name)
				require.NoError(t, err)
				defer rows.Close()
				var got []string
				for rows.Next() {
					var id string
					require.NoError(t, rows.Scan(&id))
					got = append(got, id)
				}
				require.NoError(t, rows.Err())
				assert.ElementsMatch(t, f.ids, got)
			})
		}
	}
}

// A run whose listing did not come to its end leaves the time alone from which the
// next run takes changes: people who changed during it would be missing. That holds for
// the first run of a source and for later ones.
func TestIncompleteRunsDoNotMoveTheTime(t *testing.T) {
	for name, start := range fakes {
		probe := start(t, 20)
		faults := map[string]tenantrytest.Fault{
			"no list":                   {Status: 200, Body: []byte(`{"ok":false}`)},
			"nothing":                   {Status: 200, Body: []byte(`{}`)},
			"an error in a 200":         {Status: 200, Body: []byte(`{"error":{"code":"internal","message":"database is down"}}`)},
			"a text in a 200":           {Status: 200, Body: []byte(`{"Error":"database is down"}`)},
			"an empty list, and errors": {Status: 200, Body: []byte(`{"results":[],"data":[],"tenants":[],"Residents":[],"error":"database is down","Error":"database is down"}`)},
			"broken JSON":               {Kind: tenantrytest.CutBody, CutAt: 10},
			"a page":                    tenantrytest.HTMLPage(200),
			"a page, 404":               tenantrytest.HTMLPage(404),
			"forbidden":                 {Status: 403, Body: []byte(`{"error":"no"}`)},
		}
		for _, operation := range probe.lists {
			all := faults
			if probe.short != "" && operation == probe.lists[len(probe.lists)-1] {
				all = map[string]tenantrytest.Fault{"too few records": {Status: 200, Body: []byte(probe.short)}}
				for name, fault := range faults {
					all[name] = fault
				}
			}
			for what, fault := range all {
				t.Run(name+"/"+operation+"/"+what, func(t *testing.T) {
					fault.Operation = operation
					checkTime(t, start(t, 20), func(f fake) context.Context {
						f.server.Inject(fault)
						return t.Context()
					})
				})
			}
			t.Run(name+"/"+operation+"/ended context", func(t *testing.T) {
				checkTime(t, start(t, 20), func(f fake) context.Context {
					ctx, cancel := context.WithCancel(t.Context())
					f.server.OnRequest(func(name string, _ int) {
						if name == operation {
							cancel()
						}
					})
					return ctx
				})
			})
		}
	}
}

// checkTime checks that runs that spoil spoils leave the next run's time alone, before
// the first complete run and after it.
func checkTime(t *testing.T, f fake, spoil func(fake) context.Context) {
	db, err := openStore(t.Context(), filepath.Join(t.TempDir(), "people.db"), realRun)
	require.NoError(t, err)
	defer db.Close()
	next := func() (at string) {
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT next FROM progress WHERE source = ?`, f.Name()).Scan(&at))
		return at
	}
	fail := func() {
		t.Helper()
		ctx := spoil(f)
		for range 2 {
			_, err := copyAll(ctx, t, db, f)
			require.Error(t, err)
		}
		f.server.ClearFaults()
		f.server.OnRequest(nil)
	}
	fail()
	assert.Empty(t, next())
	r, err := copyAll(t.Context(), t, db, f)
	require.NoError(t, err)
	for _, id := range f.ids {
		var n int
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM people WHERE source = ? AND id = ?`, f.Name(), id).Scan(&n))
		assert.Equal(t, 1, n)
	}
	assert.True(t, r.ran)
	first := next()
	_, err = time.Parse(time.RFC3339Nano, first)
	require.NoError(t, err)
	fail()
	assert.Equal(t, first, next())
}
