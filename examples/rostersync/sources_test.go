package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

// Every source beside Propexo, which has tests of its own: everyone is copied
// once, a second run changes nothing, and nobody at all is no trouble.
func TestEverySource(t *testing.T) {
	for name, start := range map[string]func(t *testing.T, people int) (source, []string){
		"leasefind": func(t *testing.T, people int) (source, []string) {
			server := leasefindtest.NewServer(leasefindtest.WithTenants(people))
			t.Cleanup(server.Close)
			s, err := newLeasefind(leasefindtest.ClientID, leasefindtest.ClientSecret, server.URL, 2)
			require.NoError(t, err)
			return s, server.TenantIDs()
		},
		"storedge": func(t *testing.T, people int) (source, []string) {
			server := storedgetest.NewServer(storedgetest.WithFacility("a", people), storedgetest.WithFacility("bb", people/2))
			t.Cleanup(server.Close)
			s, err := newStoredge(storedgetest.AccessID, storedgetest.SecretKey, server.URL, []string{"a", "bb"}, 2)
			require.NoError(t, err)
			return s, append(server.TenantIDs("a"), server.TenantIDs("bb")...)
		},
		"elevenos": func(t *testing.T, people int) (source, []string) {
			server := elevenostest.NewServer(elevenostest.WithResidents(people))
			t.Cleanup(server.Close)
			s, err := newElevenos(elevenostest.Email, elevenostest.Password, server.URL, 2)
			require.NoError(t, err)
			return s, server.ResidentIDs()
		},
		"supergood": func(t *testing.T, people int) (source, []string) {
			server := supergoodtest.NewServer(supergoodtest.WithProperties(3, people/10))
			t.Cleanup(server.Close)
			s, err := newSupergood(server.URL, supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password)}, 2)
			require.NoError(t, err)
			var want []string
			for _, id := range server.PropertyIDs() {
				for n := 0; n < people/10; n += 3 { // every third unit is let, to two
					want = append(want, fmt.Sprintf("%s-res-%04d-a", id, n), fmt.Sprintf("%s-res-%04d-b", id, n))
				}
			}
			return s, want
		},
	} {
		for _, people := range []int{0, 350} {
			t.Run(name, func(t *testing.T) {
				s, want := start(t, people)
				db, err := openStore(t.Context(), filepath.Join(t.TempDir(), "people.db"))
				require.NoError(t, err)
				defer db.Close()
				out, err := os.Create(filepath.Join(t.TempDir(), "out"))
				require.NoError(t, err)
				defer out.Close()
				for run := range 2 {
					r, err := syncSource(t.Context(), db, s, newProgress(out))
					require.NoError(t, err)
					assert.Equal(t, len(want), r.people)
					assert.False(t, r.resumed)
					assert.Zero(t, r.changed)
					if run == 0 {
						assert.Equal(t, len(want), r.added)
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
				assert.ElementsMatch(t, want, got)
			})
		}
	}
}
