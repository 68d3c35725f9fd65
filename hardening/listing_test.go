package hardening

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A world is a listing of a paging style, and ways to change what it lists.
type world struct {
	server tenantrytest.Server
	ids    func() []string
	change func(r *rand.Rand, stay map[string]bool) // adds one at random, removes one at random
	pages  func(ctx context.Context, prefetch, size int, from tenantry.Cursor) (iter.Seq2[batch, error], error)
}

// A batch is a page.
type batch struct {
	ids  []string
	next tenantry.Cursor
	more bool
}

func batches[T any](pages iter.Seq2[*tenantry.Page[T], error], id func(*T) string) iter.Seq2[batch, error] {
	return func(yield func(batch, error) bool) {
		for p, err := range pages {
			if err != nil {
				yield(batch{}, err)
				return
			}
			b := batch{next: p.Next, more: p.HasMore}
			for i := range p.Items {
				b.ids = append(b.ids, id(&p.Items[i]))
			}
			if !yield(b, nil) {
				return
			}
		}
	}
}

const people = 60

var worlds = map[string]func() world{
	"offset": func() world {
		s := propexotest.NewServer(propexotest.WithResidents(people), propexotest.WithDirt(0.5), propexotest.WithRateLimit(1<<30, 0), propexotest.WithSlowDown(0))
		return world{s.Server, s.ResidentIDs,
			func(r *rand.Rand, stay map[string]bool) {
				s.Add(propexo.Resident{ID: fmt.Sprintf("clrs%08d-%x", r.IntN(people), r.Uint64())})
				if ids := s.ResidentIDs(); len(ids) > people/2 {
					id := ids[r.IntN(len(ids))]
					s.Remove(propexo.Resident{ID: id})
					delete(stay, id)
				}
			},
			func(ctx context.Context, prefetch, size int, from tenantry.Cursor) (iter.Seq2[batch, error], error) {
				c, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(s.URL), tenantry.WithPrefetch(prefetch))
				if err != nil {
					return nil, err
				}
				return batches(c.Residents.Pages(ctx, propexo.ResidentListParams{Limit: size, Cursor: from}), func(r *propexo.Resident) string { return r.ID }), nil
			}}
	},
	"page number": func() world {
		s := storedgetest.NewServer(storedgetest.WithFacility("f", people))
		return world{s.Server, func() []string { return s.TenantIDs("f") },
			func(r *rand.Rand, stay map[string]bool) {
				s.AddTenant("f", r.IntN(people), nil)
				if ids := s.TenantIDs("f"); len(ids) > people/2 {
					id := ids[r.IntN(len(ids))]
					s.RemoveTenant("f", id)
					delete(stay, id)
				}
			},
			func(ctx context.Context, prefetch, size int, from tenantry.Cursor) (iter.Seq2[batch, error], error) {
				c, err := storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, tenantry.WithBaseURL(s.URL), tenantry.WithPrefetch(prefetch))
				if err != nil {
					return nil, err
				}
				return batches(c.Facility("f").Tenants.Pages(ctx, storedge.ListParams{PerPage: size, Cursor: from}), func(r *storedge.Tenant) string { return r.ID }), nil
			}}
	},
	"last id": func() world {
		s := leasefindtest.NewServer(leasefindtest.WithTenants(5 * people)) // its pages are of a hundred
		token := s.IssueToken()
		return world{s.Server, s.TenantIDs,
			func(r *rand.Rand, stay map[string]bool) {
				s.AddTenant(nil)
				ids := s.TenantIDs()
				id := ids[r.IntN(len(ids))]
				s.RemoveTenant(id)
				delete(stay, id)
			},
			func(ctx context.Context, prefetch, _ int, from tenantry.Cursor) (iter.Seq2[batch, error], error) {
				c, err := leasefind.NewClient("", "", tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})), tenantry.WithBaseURL(s.URL), tenantry.WithPrefetch(prefetch))
				if err != nil {
					return nil, err
				}
				return batches(c.Tenants.Pages(ctx, leasefind.TenantFindParams{Cursor: from}), func(r *leasefind.Tenant) string { return r.Identifier }), nil
			}}
	},
	"cursor": func() world {
		s := supergoodtest.NewServer(supergoodtest.WithProperties(people, 0), supergoodtest.WithPaging(supergoodtest.ByCursor, 7))
		return world{s.Server, s.PropertyIDs,
			func(r *rand.Rand, stay map[string]bool) {
				s.Add(supergood.Property{ID: fmt.Sprintf("prop-%03d-%d", r.IntN(people), r.Uint64())})
				if ids := s.PropertyIDs(); len(ids) > people/2 {
					id := ids[r.IntN(len(ids))]
					s.Remove(supergood.Property{ID: id})
					delete(stay, id)
				}
			},
			func(ctx context.Context, prefetch, _ int, from tenantry.Cursor) (iter.Seq2[batch, error], error) {
				c, err := supergood.NewClient(s.URL, supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password)}, tenantry.WithPrefetch(prefetch))
				if err != nil {
					return nil, err
				}
				return batches(c.Properties.Pages(ctx, supergood.ListParams{Cursor: from}), func(r *supergood.Property) string { return r.ID }), nil
			}}
	},
}

// What lists were made through by random changes, deaths and resumptions: a
// thousand times for each style, nobody who was there all along is missing or
// there twice. A death is a client that is dropped between two pages, or in the
// middle of what it had fetched ahead, and another that begins from the cursor
// that was stored last.
func TestListingsUnderChange(t *testing.T) {
	runs := 1000
	switch {
	case testing.Short():
		runs = 50
	case raceDetector: // CI runs the test without it, too
		runs = 200
	}
	for name, create := range worlds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := create()
			defer w.server.Close()
			lost, repeated := 0, 0
			begin := time.Now()
			m := new(mischief)
			// For good: a request that a dead client left behind may come late.
			w.server.OnRequest(func(string, int) {
				m.Lock()
				defer m.Unlock()
				if m.stay != nil && (m.calm == 0 || m.IntN(m.calm+1) == 0) {
					w.change(m.Rand, m.stay)
				}
			})
			for seed := range uint64(runs) {
				l, r := run(t, w, m, seed)
				lost, repeated = lost+l, repeated+r
			}
			t.Logf("%s: %d runs, %d lost, %d repeated, in %s", name, runs, lost, repeated, time.Since(begin).Round(time.Second))
			require.Zero(t, lost)
			require.Zero(t, repeated)
		})
	}
}

// mischief is what happens to a list meanwhile.
type mischief struct {
	sync.Mutex
	*rand.Rand
	stay map[string]bool // who was there all along
	calm int
}

func run(t *testing.T, w world, m *mischief, seed uint64) (lost, repeated int) {
	t.Helper()
	m.Lock()
	m.Rand = rand.New(rand.NewPCG(seed, 8))
	m.stay, m.calm = make(map[string]bool), m.IntN(3)
	for _, id := range w.ids() {
		m.stay[id] = true
	}
	m.Unlock()
	seen := make(map[string]int)
	var stored tenantry.Cursor
	for more := true; more; {
		more = false
		m.Lock()
		prefetch, size, dies := m.IntN(4), 2+m.IntN(30), 1+m.IntN(4)
		m.Unlock()
		pages, err := w.pages(t.Context(), prefetch, size, stored)
		require.NoError(t, err)
		for b, err := range pages {
			require.NoError(t, err, fmt.Sprintf("seed %d", seed))
			for _, id := range b.ids { // stored in one transaction with the cursor
				seen[id]++
			}
			stored, more = b.next, b.more
			if dies--; dies == 0 {
				break
			}
		}
	}
	m.Lock()
	defer m.Unlock()
	for id := range m.stay {
		switch n := seen[id]; {
		case n == 0:
			lost++
			t.Errorf("seed %d: %s is missing", seed, id)
		case n > 1:
			repeated++
			t.Errorf("seed %d: %s is there %d times", seed, id, n)
		}
	}
	return lost, repeated
}
