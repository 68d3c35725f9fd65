package supergoodtest_test

import (
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
