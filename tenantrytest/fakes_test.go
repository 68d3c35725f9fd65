package tenantrytest_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakes are the fakes of one portfolio.
type fakes struct {
	propexo   *propexo.Client
	elevenos  *elevenos.Client
	supergood *supergood.Client
	servers   []tenantrytest.Server
	sites     []string
	entrata   []string // property IDs
}

func start(t *testing.T, seed uint64) fakes {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	p, ps := propexotest.Start(t, propexotest.WithPortfolio(2, 40, seed), propexotest.WithStart(at), propexotest.WithLife(4))
	e, es := elevenostest.Start(t, elevenostest.WithPortfolio(2, 40, seed), elevenostest.WithStart(at), elevenostest.WithLife(4))
	s, ss := supergoodtest.Start(t, supergoodtest.WithPortfolio(2, 40, seed), supergoodtest.WithStart(at), supergoodtest.WithLife(4))
	return fakes{p, e, s, []tenantrytest.Server{ps, es, ss}, es.SiteIDs(), ss.PropertyIDs()}
}

// The fakes that know the people.
const (
	inPropexo = iota
	inElevenOS
	inSupergood
)

// people returns the names of all people that each fake knows, by their email address.
func (f fakes) people(ctx context.Context) (names [3]map[string]string, err error) {
	for i := range names {
		names[i] = make(map[string]string)
	}
	for r, err := range f.propexo.Residents.All(ctx, propexo.ResidentListParams{Limit: 250}) {
		if err != nil {
			return names, err
		}
		names[inPropexo][r.Email1] = r.FirstName + " " + r.LastName
	}
	for _, id := range f.sites {
		for r, err := range f.elevenos.Site(elevenostest.TeamID, id).Residents.All(ctx) {
			if err != nil {
				return names, err
			}
			names[inElevenOS][r.Email] = r.FirstName + " " + r.LastName
		}
	}
	for _, id := range f.entrata {
		for u, err := range f.supergood.Property(id).AllUnits(ctx, supergood.ListParams{}) {
			if err != nil {
				return names, err
			}
			for _, l := range u.Leases {
				for _, r := range l.Residents {
					names[inSupergood][r.Email] = r.FirstName + " " + r.LastName
				}
			}
		}
	}
	return names, nil
}

// The same seed gives the same people, also after they lived for a while.
func TestOnePortfolio(t *testing.T) {
	f := start(t, 7)
	var before int
	for _, days := range []int{0, 90} {
		for _, s := range f.servers {
			s.Advance(time.Duration(days) * 24 * time.Hour)
		}
		names, err := f.people(t.Context())
		require.NoError(t, err)
		assert.Equal(t, names[inPropexo], names[inSupergood])
		for email, name := range names[inElevenOS] {
			assert.Equal(t, names[inPropexo][email], name)
		}
		assert.Greater(t, len(names[inElevenOS]), 50)
		assert.Greater(t, len(names[inPropexo]), before)
		before = len(names[inPropexo])
	}
}

// Two fakes of each API under a hundred clients give what each of them has, and
// nothing of the other.
func TestInParallel(t *testing.T) {
	worlds := []fakes{start(t, 1), start(t, 2)}
	var want [2][3]map[string]string
	for i, f := range worlds {
		var err error
		want[i], err = f.people(t.Context())
		require.NoError(t, err)
	}
	require.NotEqual(t, want[0][inPropexo], want[1][inPropexo])
	var all sync.WaitGroup
	failed := make(chan string, 100)
	for n := range 100 {
		f, w := worlds[n%2], want[n%2]
		all.Go(func() {
			switch n / 2 % 3 {
			case 0:
				page, err := f.propexo.Residents.List(t.Context(), propexo.ResidentListParams{Limit: 50})
				if err != nil || w[inPropexo][page.Items[n%50].Email1] == "" {
					failed <- fmt.Sprint("propexo ", err)
				}
			case 1:
				page, err := f.elevenos.Site(elevenostest.TeamID, f.sites[0]).Residents.List(t.Context())
				if err != nil || w[inElevenOS][page.Items[n%20].Email] == "" {
					failed <- fmt.Sprint("elevenos ", err)
				}
			default:
				units, err := tenantry.Collect(f.supergood.Property(f.entrata[1]).AllUnits(t.Context(), supergood.ListParams{}))
				if err != nil || len(units) != 40 {
					failed <- fmt.Sprint("supergood ", err)
				}
			}
			for _, s := range f.servers {
				s.Now()
				s.Requests()
			}
		})
	}
	all.Wait()
	close(failed)
	for why := range failed {
		t.Error(why)
	}
}

// Reads go on while the clock moves and records change.
func TestReadsDuringLife(t *testing.T) {
	f := start(t, 3)
	var all sync.WaitGroup
	for _, s := range f.servers {
		all.Go(func() {
			for range 20 {
				s.Advance(24 * time.Hour)
			}
		})
	}
	failed := make(chan error, 10)
	for range cap(failed) {
		all.Go(func() {
			_, err := f.people(t.Context())
			failed <- err
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		require.NoError(t, err)
	}
}
