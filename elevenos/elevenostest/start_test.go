package elevenostest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestStart(t *testing.T) {
	t.Run("quick", func(t *testing.T) {
		client, server := elevenostest.Start(t, elevenostest.WithResidents(1), nil)
		server.Inject(tenantrytest.Fault{Operation: "residents.list", Times: 3, Status: http.StatusServiceUnavailable})
		page, err := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.List(t.Context())
		require.NoError(t, err)
		assert.Len(t, page.Items, 1)
		assert.Equal(t, 4, server.Arrivals("residents.list"))
	})
	t.Run("client options", func(t *testing.T) {
		client, server := elevenostest.Start(t, elevenostest.WithResidents(1), elevenostest.WithClientOptions(tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1})))
		server.Inject(tenantrytest.Fault{Operation: "residents.list", Status: http.StatusServiceUnavailable})
		_, err := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.List(t.Context())
		require.ErrorIs(t, err, tenantry.ErrServer)
		assert.Equal(t, 1, server.Arrivals("residents.list"))
	})
	// TestMain checks that the cleanup closed the server and the client.
}
