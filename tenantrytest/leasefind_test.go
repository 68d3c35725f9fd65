package tenantrytest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
)

// The people of leasefind's fake are those of the others, also after they lived for a
// while.
func TestOnePortfolioWithLeasefind(t *testing.T) {
	f := start(t, 7)
	client, server := leasefindtest.Start(t, leasefindtest.WithPortfolio(2, 40, 7), leasefindtest.WithStart(time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)), leasefindtest.WithLife(4))
	f.servers = append(f.servers, server)
	for _, days := range []int{0, 90} {
		for _, s := range f.servers {
			s.Advance(time.Duration(days) * 24 * time.Hour)
		}
		names, err := f.people(t.Context())
		require.NoError(t, err)
		inLeasefind := make(map[string]string)
		for p, err := range client.Tenants.All(t.Context(), leasefind.TenantFindParams{}) {
			require.NoError(t, err)
			inLeasefind[p.EmailAddress] = p.FirstName + " " + p.LastName
		}
		assert.Equal(t, names[inPropexo], inLeasefind)
	}
}

// Two fakes of leasefind under a hundred clients give what each of them has.
func TestLeasefindInParallel(t *testing.T) {
	type fake struct {
		client *leasefind.Client
		server *leasefindtest.Server
	}
	var fakes [2]fake
	for i := range fakes {
		fakes[i].client, fakes[i].server = leasefindtest.Start(t, leasefindtest.WithPortfolio(2, 40, uint64(i+1)), leasefindtest.WithLife(4))
	}
	t.Run("clients", func(t *testing.T) {
		for n := range 100 {
			f := fakes[n%2]
			t.Run("", func(t *testing.T) {
				t.Parallel()
				if n%10 == 0 {
					f.server.Advance(24 * time.Hour)
				}
				for l, err := range f.client.Leases.All(t.Context(), leasefind.LeaseFindParams{GroupIDs: f.server.IDs(leasefind.Community{})}) {
					require.NoError(t, err)
					for _, of := range l.Tenants {
						require.True(t, f.server.Get(&leasefind.Person{Identifier: of.Identifier}))
					}
				}
			})
		}
	})
}
