package tenantrytest_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A subject is a fake, with an operation on one record and one that lists records.
type subject struct {
	server    tenantrytest.Server
	one, list string // operations
	ids       []string
	get       func(ctx context.Context, id string) error
	all       func(context.Context) (n, undecodable int, err error)
}

// subjects returns the fakes, with clients that don't retry.
func subjects(t *testing.T) map[string]subject {
	t.Helper()
	once := tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1})
	p, ps := propexotest.Start(t, propexotest.WithResidents(30), propexotest.WithClientOptions(once))
	e, es := elevenostest.Start(t, elevenostest.WithResidents(30), elevenostest.WithClientOptions(once))
	s, ss := supergoodtest.Start(t, supergoodtest.WithProperties(20, 2), supergoodtest.WithClientOptions(once))
	residents := e.Site(elevenostest.TeamID, elevenostest.SiteID).Residents
	return map[string]subject{
		"propexo": {
			ps, "residents.get", "residents.list", ps.ResidentIDs(),
			func(ctx context.Context, id string) error { _, err := p.Residents.Get(ctx, id); return err },
			func(ctx context.Context) (int, int, error) {
				return count(p.Residents.List(ctx, propexo.ResidentListParams{}))
			},
		},
		"elevenos": {
			es, "residents.get", "residents.list", es.ResidentIDs(),
			func(ctx context.Context, id string) error { _, err := residents.Get(ctx, id); return err },
			func(ctx context.Context) (int, int, error) { return count(residents.List(ctx)) },
		},
		"supergood": {
			ss, "units.list", "properties.list", ss.PropertyIDs(),
			func(ctx context.Context, id string) error {
				_, err := s.Property(id).ListUnits(ctx, supergood.ListParams{})
				return err
			},
			func(ctx context.Context) (int, int, error) {
				return count(s.Properties.List(ctx, supergood.ListParams{}))
			},
		},
	}
}

func count[T any](page *tenantry.Page[T], err error) (n, undecodable int, _ error) {
	if err != nil {
		return 0, 0, err
	}
	return len(page.Items), len(page.Undecodable), nil
}

// Every fake fails by operation, ID, attempt, share and record.
func TestFaults(t *testing.T) {
	for name, s := range subjects(t) {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			failing := func(n int, call func(i int) error) (failed []int) {
				t.Helper()
				for i := range n {
					if err := call(i); err != nil {
						require.ErrorIs(t, err, tenantry.ErrServer)
						failed = append(failed, i)
					}
				}
				s.server.ClearFaults()
				return failed
			}
			get := func(i int) error { return s.get(ctx, s.ids[i]) }
			s.server.Inject(tenantrytest.Fault{Operation: s.one, Status: http.StatusInternalServerError, ID: s.ids[4]})
			assert.Equal(t, []int{4}, failing(10, get))
			s.server.Inject(tenantrytest.Fault{Operation: s.one, Status: http.StatusInternalServerError, Attempt: 3})
			assert.Equal(t, []int{2}, failing(10, get))
			s.server.Inject(tenantrytest.Fault{Status: http.StatusInternalServerError, ID: s.ids[1], Attempt: 2})
			assert.Equal(t, []int{1}, failing(3, func(i int) error { return s.get(ctx, s.ids[1]) }))
			share := func() []int {
				s.server.Inject(tenantrytest.Fault{Operation: s.one, Status: http.StatusInternalServerError, Share: 0.3})
				return failing(20, get)
			}
			some := share()
			assert.Greater(t, len(some), 1)
			assert.Less(t, len(some), 12)
			assert.Equal(t, some, share(), "the same each time")

			s.server.Inject(tenantrytest.Fault{Record: s.ids[2], Kind: tenantrytest.SpoilRecord})
			n, bad, err := s.all(ctx)
			require.NoError(t, err)
			assert.Equal(t, 1, bad)
			s.server.ClearFaults()
			again, bad, err := s.all(ctx)
			require.NoError(t, err)
			assert.Equal(t, n+1, again)
			assert.Zero(t, bad)
			s.server.Inject(tenantrytest.Fault{Record: s.ids[2], Kind: tenantrytest.ResetAfter, Times: 1})
			_, _, err = s.all(ctx)
			var lost *tenantry.TransportError
			require.ErrorAs(t, err, &lost)
			_, _, err = s.all(ctx)
			require.NoError(t, err)

			assert.True(t, slices.IsSorted(s.server.Operations()))
			assert.Contains(t, s.server.Operations(), s.one)
			assert.Contains(t, panicOf(func() { s.server.Inject(tenantrytest.Fault{Operation: s.one + "s"}) }),
				`there is no operation "`+s.one+`s"; near ones are `+s.one)
			assert.Contains(t, panicOf(func() { s.server.Arrivals("x") }), `there is no operation "x"`)
		})
	}
}

// panicOf returns the text that a function panics with.
func panicOf(f func()) (text string) {
	defer func() { text, _ = recover().(string) }()
	f()
	return ""
}
