package storedgetest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestStart(t *testing.T) {
	t.Run("quick", func(t *testing.T) {
		client, server := storedgetest.Start(t, storedgetest.WithFacility("f", 1), nil)
		server.Inject(tenantrytest.Fault{Operation: "tenants.list", Times: 3, Status: http.StatusServiceUnavailable})
		page, err := client.Facility("f").Tenants.List(t.Context(), storedge.ListParams{})
		require.NoError(t, err)
		assert.Len(t, page.Items, 1)
		assert.Equal(t, 4, server.Arrivals("tenants.list"))
	})
	t.Run("client options", func(t *testing.T) {
		client, server := storedgetest.Start(t, storedgetest.WithFacility("f", 1), storedgetest.WithClientOptions(tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1})))
		server.Inject(tenantrytest.Fault{Operation: "tenants.list", Status: http.StatusServiceUnavailable})
		_, err := client.Facility("f").Tenants.List(t.Context(), storedge.ListParams{})
		require.ErrorIs(t, err, tenantry.ErrServer)
		assert.Equal(t, 1, server.Arrivals("tenants.list"))
	})
	// TestMain checks that the cleanup closed the server and the client.
}
