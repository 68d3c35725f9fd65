package elevenostest_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestPortfolio(t *testing.T) {
	client, server := elevenostest.Start(t, elevenostest.WithPortfolio(3, 40, 7))
	sites, err := client.ListSites(t.Context(), elevenostest.TeamID)
	require.NoError(t, err)
	require.Len(t, sites.Items, 3)
	assert.Equal(t, []string{"site-1", "site-2", "site-3"}, server.SiteIDs())
	emails := make(map[string]bool)
	for _, info := range sites.Items {
		site := client.Site(elevenostest.TeamID, info.SiteID)
		mappings, err := site.ListMappings(t.Context())
		require.NoError(t, err)
		assert.Len(t, mappings.Items, 40)
		units := make(map[[3]string]bool)
		for _, m := range mappings.Items {
			units[[3]string{m.Building, m.Floor, m.Unit}] = true
		}
		assert.Len(t, units, 40)
		residents, err := site.Residents.List(t.Context())
		require.NoError(t, err)
		statuses := make(map[string]int)
		for _, r := range residents.Items {
			assert.True(t, units[[3]string{r.Building, r.Floor, r.Unit}])
			assert.False(t, emails[r.Email])
			emails[r.Email] = true
			for _, s := range r.Status {
				statuses[string(s)]++
			}
		}
		assert.Positive(t, statuses["current"])
		assert.Positive(t, statuses["scheduled"])
		assert.Less(t, statuses["current"], 40)
	}
	// Whoever moves out expires, and is gone after 31 days.
	before := len(server.ResidentIDs())
	server.Advance(62 * 24 * time.Hour)
	assert.Less(t, len(server.ResidentIDs()), before)
}

func TestDirt(t *testing.T) {
	client, _ := elevenostest.Start(t, elevenostest.WithPortfolio(1, 40, 7), elevenostest.WithDirt(1))
	residents, err := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.List(t.Context())
	require.NoError(t, err)
	for _, r := range residents.Items {
		assert.Equal(t, byte(' '), r.FirstName[0])
	}
}

// A fake of many people starts at once, and keeps the sites that were asked for.
func TestItIsLazy(t *testing.T) {
	used := func(properties int) uint64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		client, server := elevenostest.Start(t, elevenostest.WithPortfolio(properties, 40, 1))
		_, err := client.Site(elevenostest.TeamID, "site-2").Residents.List(t.Context())
		require.NoError(t, err)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(server)
		return after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
	}
	used(2)
	small, large := used(2), used(2000)
	assert.Less(t, large, small+1<<20)
}

// An import goes on when its response was lost and nobody polls it.
func TestJobsGoOnByTheClock(t *testing.T) {
	client, server := elevenostest.Start(t, elevenostest.WithFreeUnits(1), elevenostest.WithPendingPolls(1000), elevenostest.WithJobTime(5*time.Minute))
	server.Inject(tenantrytest.Fault{Operation: "residents.import", Kind: tenantrytest.ResetAfter})
	_, err := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.Import(t.Context(), []elevenos.ResidentImport{
		{FirstName: "Ana", LastName: "Bell", Email: "ana@example.com", Building: "Building A", Floor: "1", Unit: "100"},
	})
	var lost *tenantry.TransportError
	require.ErrorAs(t, err, &lost)
	server.Advance(4 * time.Minute)
	assert.Empty(t, server.ResidentIDs())
	server.Advance(time.Minute)
	assert.Len(t, server.ResidentIDs(), 1)
}
