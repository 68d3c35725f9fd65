package supergoodtest_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

func TestPortfolio(t *testing.T) {
	for _, dirt := range []float64{0, 1} {
		client, server := supergoodtest.Start(t, supergoodtest.WithPortfolio(3, 40, 7), supergoodtest.WithDirt(dirt))
		assert.Len(t, server.PropertyIDs(), 3)
		status := make(map[string]int)
		for _, id := range server.PropertyIDs() {
			units, err := tenantry.Collect(client.Property(id).AllUnits(t.Context(), supergood.ListParams{}))
			require.NoError(t, err)
			require.Len(t, units, 40)
			for _, u := range units {
				status[u.Status]++
				assert.Equal(t, u.Status == "VACANT", len(u.Residents) == 0)
				assert.Equal(t, dirt > 0, len(u.Extra["a_member_of_tomorrow"]) > 0)
				for _, l := range u.Leases {
					assert.NotEmpty(t, l.Residents)
				}
			}
		}
		assert.Positive(t, status["VACANT"])
		assert.Positive(t, status["NOTICE"])
		assert.Greater(t, status["OCCUPIED"], 60)
		server.Advance(61 * 24 * time.Hour)
		units, err := tenantry.Collect(client.Property(server.PropertyIDs()[0]).AllUnits(t.Context(), supergood.ListParams{}))
		require.NoError(t, err)
		for _, u := range units {
			assert.NotEqual(t, "NOTICE", u.Status)
		}
	}
	_, err := func() (*supergood.Lease, error) {
		client, server := supergoodtest.Start(t, supergoodtest.WithPortfolio(1, 4, 7))
		return client.Property(server.PropertyIDs()[0]).CreateLease(t.Context(), supergood.LeaseCreateParams{Rent: tenantry.Set(tenantry.Decimal("1"))})
	}()
	require.NoError(t, err)
}

// A fake of many people starts at once, and keeps nothing of what it serves.
func TestItIsLazy(t *testing.T) {
	used := func(properties int) uint64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		client, server := supergoodtest.Start(t, supergoodtest.WithPortfolio(properties, 40, 1))
		_, err := client.Property("101").ListUnits(t.Context(), supergood.ListParams{})
		require.NoError(t, err)
		_, err = client.Properties.List(t.Context(), supergood.ListParams{})
		require.NoError(t, err)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(server)
		return after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
	}
	used(2)
	small, large := used(2), used(100_000)
	assert.Less(t, large, small+1<<20)
}

// Life signs, renews and ends leases, which the units show.
func TestLife(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	client, server := supergoodtest.Start(t, supergoodtest.WithPortfolio(1, 60, 7), supergoodtest.WithStart(start), supergoodtest.WithLife(5))
	leases := func() (statuses map[string]string, people map[string]bool) {
		statuses, people = make(map[string]string), make(map[string]bool)
		for u, err := range client.Property(server.PropertyIDs()[0]).AllUnits(t.Context(), supergood.ListParams{}) {
			require.NoError(t, err)
			for _, l := range u.Leases {
				statuses[l.ID] = l.Status
			}
			for _, r := range u.People() {
				people[r.ID] = true
			}
		}
		return statuses, people
	}
	before, peopleBefore := leases()
	server.Advance(90 * 24 * time.Hour)
	after, peopleAfter := leases()
	assert.Greater(t, len(after), len(before)+5)
	assert.Greater(t, len(peopleAfter), len(peopleBefore))
	moved := make(map[string]int)
	for id, status := range before {
		if after[id] != status {
			moved[status+" to "+after[id]]++
		}
	}
	for _, move := range []string{"FUTURE to CURRENT", "NOTICE to PAST", "CURRENT to PAST"} {
		assert.Positive(t, moved[move], "%s of %v", move, moved)
	}
}
