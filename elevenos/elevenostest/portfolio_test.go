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

// listed returns the residents of a site of the team.
func listed(t *testing.T, client *elevenos.Client, site string) map[string]elevenos.Resident {
	t.Helper()
	page, err := client.Site(elevenostest.TeamID, site).Residents.List(t.Context())
	require.NoError(t, err)
	all := make(map[string]elevenos.Resident)
	for _, r := range page.Items {
		all[r.ResidentID] = r
	}
	return all
}

// Whoever moves out is expired for 31 days, and new leases bring new residents. It does
// not matter when a site is looked at first.
func TestLife(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	opts := []elevenostest.Option{elevenostest.WithPortfolio(2, 120, 7), elevenostest.WithStart(start), elevenostest.WithLife(6)}
	client, server := elevenostest.Start(t, opts...)
	lateClient, lateServer := elevenostest.Start(t, opts...)
	expired, seen := make(map[string]time.Time), make(map[string]bool)
	arrived, paid := 0, 0
	suspended := make(map[string]bool)
	for day := range 120 {
		now := listed(t, client, elevenostest.SiteID)
		for id, r := range now {
			if r.Status.Has(elevenos.ResidentExpired) {
				var err error
				expired[id], err = r.DeactivationDateUTC.Time()
				require.NoError(t, err)
			}
			if !seen[id] && day > 0 {
				arrived++
			}
			seen[id] = true
			if suspended[id] && r.Status.Has(elevenos.ResidentCurrent) && !r.Status.Has(elevenos.ResidentSuspended) {
				paid++
			}
			suspended[id] = r.Status.Has(elevenos.ResidentSuspended)
		}
		for id, since := range expired {
			_, here := now[id]
			assert.Equal(t, server.Now().Sub(since) <= 31*24*time.Hour, here, "%s on day %d", id, day)
			if !here {
				delete(expired, id)
			}
		}
		server.Advance(24 * time.Hour)
		lateServer.Advance(24 * time.Hour)
	}
	assert.Greater(t, arrived, 5)
	assert.Positive(t, paid, "whoever pays is no longer suspended")
	for _, site := range server.SiteIDs() {
		assert.Equal(t, listed(t, client, site), listed(t, lateClient, site), site)
	}
}

// Life does not bring back whom a client terminated or purged.
func TestLifeKeepsWrites(t *testing.T) {
	client, server := elevenostest.Start(t, elevenostest.WithPortfolio(1, 40, 7), elevenostest.WithLife(20))
	site := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents
	gone := make(map[string]bool)
	for id, r := range listed(t, client, elevenostest.SiteID) {
		switch {
		case !r.Status.Has(elevenos.ResidentCurrent):
		case len(gone)%2 == 0:
			_, err := site.Purge(t.Context(), id)
			require.NoError(t, err)
			gone[id] = true
		default:
			_, err := site.Terminate(t.Context(), id)
			require.NoError(t, err)
			gone[id] = true
		}
	}
	require.Greater(t, len(gone), 10)
	for range 10 {
		server.Advance(3 * 24 * time.Hour)
		for id, r := range listed(t, client, elevenostest.SiteID) {
			assert.False(t, gone[id] && r.Status.Has(elevenos.ResidentCurrent), id)
		}
	}
	_, err := site.Terminate(t.Context(), "none")
	require.ErrorIs(t, err, tenantry.ErrNotFound)
}

// A resident who was terminated stays for 31 days from then.
func TestTerminated(t *testing.T) {
	client, server := elevenostest.Start(t, elevenostest.WithResidents(5))
	id := server.ResidentIDs()[3]
	_, err := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.Terminate(t.Context(), id)
	require.NoError(t, err)
	server.Advance(31*24*time.Hour - time.Minute)
	assert.Contains(t, server.ResidentIDs(), id)
	server.Advance(2 * time.Minute)
	assert.NotContains(t, server.ResidentIDs(), id)
}

// An email is taken at all sites, also at one that nobody has looked at.
func TestEmailsOfAllSites(t *testing.T) {
	client, _ := elevenostest.Start(t, elevenostest.WithPortfolio(2, 20, 7))
	other, _ := elevenostest.Start(t, elevenostest.WithPortfolio(2, 20, 7))
	for _, r := range listed(t, other, "site-2") {
		_, err := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.Create(t.Context(), elevenos.ResidentCreateParams{Email: r.Email})
		require.ErrorContains(t, err, "already exists")
	}
}

// A bulk action whose response was lost goes on, without anyone who polls it.
func TestLostBulkAction(t *testing.T) {
	client, server := elevenostest.Start(t, elevenostest.WithResidents(25), elevenostest.WithPendingPolls(1000))
	server.Inject(tenantrytest.Fault{Operation: "residents.bulk-action", Kind: tenantrytest.ResetAfter})
	_, err := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.BulkAction(t.Context(), elevenos.BulkTerminatePurge)
	var lost *tenantry.TransportError
	require.ErrorAs(t, err, &lost)
	assert.True(t, lost.MaybeSent)
	assert.Len(t, server.ResidentIDs(), 25)
	server.Advance(time.Minute)
	assert.Len(t, server.ResidentIDs(), 5, "those who had expired")
}
