package tenantrytest_test

import (
	"context"
	"fmt"
	"strings"
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

// The same seed gives the same records, to the last member, and another seed others.
func TestDeterminism(t *testing.T) {
	records := func(seed uint64) (all []any) {
		f := start(t, seed)
		for _, s := range f.servers {
			s.Advance(45 * 24 * time.Hour)
		}
		for l, err := range f.propexo.Leases.All(t.Context(), propexo.LeaseListParams{}) {
			require.NoError(t, err)
			all = append(all, *l)
		}
		for r, err := range f.propexo.Residents.All(t.Context(), propexo.ResidentListParams{}) {
			require.NoError(t, err)
			all = append(all, *r)
		}
		for _, id := range f.sites {
			for r, err := range f.elevenos.Site(elevenostest.TeamID, id).Residents.All(t.Context()) {
				require.NoError(t, err)
				all = append(all, *r)
			}
		}
		for _, id := range f.entrata {
			for u, err := range f.supergood.Property(id).AllUnits(t.Context(), supergood.ListParams{}) {
				require.NoError(t, err)
				all = append(all, *u)
			}
		}
		return all
	}
	first := records(5)
	assert.Greater(t, len(first), 200)
	assert.Equal(t, first, records(5))
	assert.NotEqual(t, first, records(6))
}

// Two fakes of each API, each with fifty clients that read and write, have what was
// written to them, and nothing of the other.
func TestInParallel(t *testing.T) {
	const clients = 100
	worlds := []fakes{start(t, 1), start(t, 2)}
	mark := func(world, n int) string { return fmt.Sprintf("World %d client %d", world, n) }
	var all sync.WaitGroup
	failed := make(chan error, 3*clients)
	for n := range clients {
		w := n % 2
		f := worlds[w]
		servers := f.servers
		all.Go(func() { failed <- f.changeInPropexo(t.Context(), n/2, mark(w, n)) })
		all.Go(func() { failed <- f.changeInElevenOS(t.Context(), n/2, mark(w, n)) })
		all.Go(func() { failed <- f.changeInSupergood(t.Context(), n/2, mark(w, n)) })
		all.Go(func() {
			for _, s := range servers {
				s.Now()
				s.Requests()
				s.Arrivals("")
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		require.NoError(t, err)
	}
	for w, f := range worlds {
		var want []string
		for n := w; n < clients; n += 2 {
			want = append(want, mark(w, n))
		}
		var marks [3][]string
		keep := func(api int, text string) {
			if strings.HasPrefix(text, "World") {
				marks[api] = append(marks[api], text)
			}
		}
		for r, err := range f.propexo.Residents.All(t.Context(), propexo.ResidentListParams{}) {
			require.NoError(t, err)
			keep(inPropexo, r.FirstName)
		}
		for _, id := range f.sites {
			for r, err := range f.elevenos.Site(elevenostest.TeamID, id).Residents.All(t.Context()) {
				require.NoError(t, err)
				keep(inElevenOS, r.FirstName)
			}
		}
		for _, id := range f.entrata {
			for u, err := range f.supergood.Property(id).AllUnits(t.Context(), supergood.ListParams{}) {
				require.NoError(t, err)
				for _, r := range u.People() {
					keep(inSupergood, r.FirstName)
				}
			}
		}
		for api := range marks {
			assert.ElementsMatch(t, want, marks[api], "world %d", w)
		}
	}
}

// changeInPropexo renames the nth resident with a client of its own.
func (f fakes) changeInPropexo(ctx context.Context, n int, name string) error {
	server := f.servers[inPropexo].(*propexotest.Server)
	c, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL))
	if err != nil {
		return err
	}
	defer c.Close()
	page, err := c.Residents.List(ctx, propexo.ResidentListParams{Limit: 100})
	if err != nil {
		return err
	}
	job, err := c.Residents.Update(ctx, page.Items[n].ID, propexo.ResidentUpdateParams{FirstName: tenantry.Set(name)})
	if err != nil {
		return err
	}
	_, err = c.Writes.Wait(ctx, job.JobID, tenantry.WaitParams[*propexo.WriteStatus]{MinInterval: time.Millisecond})
	return err
}

// changeInElevenOS renames the nth resident of the first site with a client of its own.
func (f fakes) changeInElevenOS(ctx context.Context, n int, name string) error {
	server := f.servers[inElevenOS].(*elevenostest.Server)
	c, err := elevenos.NewClient(elevenostest.Email, elevenostest.Password, tenantry.WithBaseURL(server.URL))
	if err != nil {
		return err
	}
	defer c.Close()
	site := c.Site(elevenostest.TeamID, f.sites[n%2]).Residents
	page, err := site.List(ctx)
	if err != nil {
		return err
	}
	_, err = site.Update(ctx, page.Items[n/2].ResidentID, elevenos.ResidentUpdateParams{FirstName: tenantry.Set(name)})
	return err
}

// changeInSupergood creates a lease with a client of its own.
func (f fakes) changeInSupergood(ctx context.Context, n int, name string) error {
	server := f.servers[inSupergood].(*supergoodtest.Server)
	c, err := supergood.NewClient(server.URL, supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password)})
	if err != nil {
		return err
	}
	defer c.Close()
	home := c.Property(f.entrata[n%2])
	page, err := home.ListUnits(ctx, supergood.ListParams{})
	if err != nil {
		return err
	}
	_, err = home.CreateLease(ctx, supergood.LeaseCreateParams{
		UnitID: tenantry.Set(page.Items[n%20].ID), Rent: tenantry.Set[tenantry.Decimal]("1"),
		Residents: []supergood.ResidentInput{{FirstName: tenantry.Set(name)}},
	})
	return err
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
