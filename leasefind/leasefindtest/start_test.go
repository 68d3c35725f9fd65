package leasefindtest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestStart(t *testing.T) {
	t.Run("quick", func(t *testing.T) {
		client, server := leasefindtest.Start(t, leasefindtest.WithTenants(1), nil)
		server.Inject(tenantrytest.Fault{Operation: "tenants.find", Times: 3, Status: http.StatusServiceUnavailable})
		page, err := client.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
		require.NoError(t, err)
		assert.Len(t, page.Items, 1)
		assert.Equal(t, 4, server.Arrivals("tenants.find"))
	})
	t.Run("client options", func(t *testing.T) {
		client, server := leasefindtest.Start(t, leasefindtest.WithTenants(1), leasefindtest.WithClientOptions(tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1})))
		server.Inject(tenantrytest.Fault{Operation: "tenants.find", Status: http.StatusServiceUnavailable})
		_, err := client.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
		require.ErrorIs(t, err, tenantry.ErrServer)
		assert.Equal(t, 1, server.Arrivals("tenants.find"))
	})
	// TestMain checks that the cleanup closed the server and the client.
}
