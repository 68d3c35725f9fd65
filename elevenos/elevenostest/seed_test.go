package elevenostest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
)

var quick = tenantry.WaitParams[*elevenos.Job]{MinInterval: time.Millisecond, MaxInterval: 5 * time.Millisecond}

// What is added is listed, written, moved by the clock, and removed like all else.
func TestSeeding(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	client, server := elevenostest.Start(t, elevenostest.WithStart(start), elevenostest.WithPortfolio(2, 20, 1))
	ctx := t.Context()
	server.Add(elevenos.Team{TeamID: "t2", Extra: tenantry.Extra{"Name": tenantry.Raw(`"Two"`)}})
	home := server.At("t2", "s9")
	info := elevenos.SiteInfo{SiteID: "s9", Extra: tenantry.Extra{"SiteType": tenantry.Raw(`"SPLASH"`)}}
	mapping := elevenos.Mapping{Building: "A", Floor: "1", Unit: "101", Passphrase: tenantry.NewSecret("psk"), SSID: "Home", VLAN: "7", Extra: tenantry.Extra{"x": tenantry.Raw("1")}}
	ana := elevenos.Resident{
		ResidentID: "R7", UUID: "u-7", FirstName: "Ana", LastName: "Bell", Email: "ana@example.com", Phone: "1", Mobile: "2", Building: "A", Floor: "1", Unit: "101",
		SSID: "Home", ServiceAreaNumber: "SA-7", ActivationDateUTC: "2026-03-01T07:00:00Z", Status: elevenos.ResidentStatuses{"current", "vip"}, Extra: tenantry.Extra{"Pet": tenantry.Raw(`"cat"`)},
	}
	home.Add(info, &mapping, elevenos.Mapping{Building: "A", Floor: "1", Unit: "102"}, ana, elevenos.Resident{ResidentID: "R10", Email: "late@example.com", ActivationDate: "2026-03-20T00:00:00", Unit: "102"})

	teams, err := client.ListTeams(ctx)
	require.NoError(t, err)
	assert.Len(t, teams.Items, 2)
	sites, err := client.ListSites(ctx, "t2")
	require.NoError(t, err)
	assert.Equal(t, []elevenos.SiteInfo{info}, sites.Items)
	site := client.Site("t2", "s9")
	mappings, err := site.ListMappings(ctx)
	require.NoError(t, err)
	require.Len(t, mappings.Items, 2)
	assert.Equal(t, mapping, mappings.Items[0])
	assert.Equal(t, "psk", mappings.Items[0].Passphrase.Reveal())
	residents, err := site.Residents.List(ctx)
	require.NoError(t, err)
	require.Len(t, residents.Items, 2)
	want := ana
	want.ActivationDate, want.ActivationDateUTC, want.OnboardedAt = "2026-03-01T00:00:00", "2026-03-01T07:00:00+00:00", "2026-03-01T00:00:00"
	assert.Equal(t, want, residents.Items[0])
	assert.Equal(t, elevenos.ResidentStatuses{"scheduled"}, residents.Items[1].Status)

	// Writes and jobs.
	require.NoError(t, site.Residents.SetStatus(ctx, "R7", elevenos.ServiceDisabled))
	stored := elevenos.Resident{ResidentID: "R7"}
	require.True(t, home.Get(&stored))
	assert.Equal(t, elevenos.ResidentStatuses{"current", "suspended", "vip"}, stored.Status)
	require.ErrorContains(t, site.Residents.ResetPSK(ctx, "R7"), "site")
	changed, err := site.Residents.Update(ctx, "R7", elevenos.ResidentUpdateParams{DeactivationDateUTC: tenantry.Set[tenantry.Timestamp]("2026-03-15T00:00:00Z")})
	require.NoError(t, err)
	assert.Equal(t, "Home", changed.SSID)
	_, err = client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.Create(ctx, elevenos.ResidentCreateParams{Email: "ANA@example.com"})
	require.ErrorContains(t, err, "already exists", "at any site")
	job, err := site.Residents.BulkAction(ctx, elevenos.BulkOnboardNow)
	require.NoError(t, err)
	done, err := site.Residents.WaitBulkAction(ctx, job, quick)
	require.NoError(t, err)
	require.Len(t, done.Succeeded, 1)
	assert.Equal(t, "R10", done.Succeeded[0].ResidentID)
	server.Advance(10 * 24 * time.Hour)
	require.True(t, home.Get(&stored))
	assert.Equal(t, elevenos.ResidentStatuses{"expired", "vip"}, stored.Status)
	server.Advance(31 * 24 * time.Hour)
	assert.False(t, home.Get(&stored), "gone after 31 days")

	// A date that is none, and one that a write replaces.
	home.Add(elevenos.Resident{ResidentID: "R8", Email: "odd@example.com", Building: "A", Floor: "1", Unit: "101", ActivationDateUTC: "soon", ActivationDate: "soon"})
	odd, err := site.Residents.Get(ctx, "R8")
	require.NoError(t, err)
	assert.EqualValues(t, "soon", odd.ActivationDateUTC)
	odd, err = site.Residents.Update(ctx, "R8", elevenos.ResidentUpdateParams{ActivationDateUTC: tenantry.Set[tenantry.Timestamp]("2026-01-01T00:00:00Z")})
	require.NoError(t, err)
	assert.EqualValues(t, "2026-01-01T00:00:00+00:00", odd.ActivationDateUTC)
	assert.EqualValues(t, "2025-12-31T17:00:00", odd.ActivationDate)

	assert.True(t, home.Update(elevenos.Resident{ResidentID: "R8", Email: "new@example.com", FirstName: "Odd"}))
	assert.False(t, home.Update(elevenos.Resident{ResidentID: "none"}))
	assert.True(t, home.Update(elevenos.Mapping{Building: "A", Floor: "1", Unit: "102", SSID: "Changed"}))
	two := elevenos.Mapping{Building: "A", Floor: "1", Unit: "102"}
	require.True(t, home.Get(&two))
	assert.Equal(t, "Changed", two.SSID)
	assert.True(t, home.Remove(elevenos.Mapping{Building: "A", Floor: "1", Unit: "102"}))
	assert.False(t, home.Remove(elevenos.Mapping{Building: "A", Floor: "1", Unit: "102"}))
	assert.True(t, home.Remove(elevenos.SiteInfo{SiteID: "s9"}))
	_, err = site.Residents.List(ctx)
	require.ErrorIs(t, err, tenantry.ErrNotFound)
	home.Add(elevenos.SiteInfo{SiteID: "s9"})
	residents, err = site.Residents.List(ctx)
	require.NoError(t, err)
	assert.Empty(t, residents.Items, "it is another site")
	assert.True(t, server.Remove(elevenos.Team{TeamID: "t2"}))
	_, err = client.ListSites(ctx, "t2")
	require.ErrorIs(t, err, tenantry.ErrNotFound)

	// The site's generated records are changed likewise.
	id := server.ResidentIDs()[2]
	one := elevenos.Resident{ResidentID: id}
	require.True(t, server.Get(&one))
	one.LastName = "Changed"
	require.True(t, server.Update(one))
	got, err := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.Get(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, one, *got)
	assert.True(t, server.Remove(elevenos.Resident{ResidentID: id}))
	assert.NotContains(t, server.ResidentIDs(), id)

	for says, add := range map[string]any{
		"elevenostest: Add: http.Client is not a model of github.com/tenantry/tenantry-go/elevenos": http.Client{},
		"elevenostest: Add: the Resident has no ID":                                                 elevenos.Resident{},
		"elevenostest: Add: a elevenos.Job has no ID":                                               elevenos.Job{},
	} {
		assert.PanicsWithValue(t, says, func() { server.Add(add) })
	}
	assert.PanicsWithValue(t, `elevenostest: Add: there is no site "s" of team "t"; add it first`, func() { server.At("t", "s").Add(ana) })
	assert.PanicsWithValue(t, `elevenostest: Add: there is no team "t"; add it first`, func() { server.At("t", "s").Add(info) })
}
