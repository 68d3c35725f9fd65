package supergoodtest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestStart(t *testing.T) {
	t.Run("quick", func(t *testing.T) {
		client, server := supergoodtest.Start(t, supergoodtest.WithProperties(1, 1), supergoodtest.WithMFA("sms", 200), nil)
		server.Inject(tenantrytest.Fault{Operation: "properties.list", Times: 3, Status: http.StatusServiceUnavailable})
		page, err := client.Properties.List(t.Context(), supergood.ListParams{})
		require.NoError(t, err)
		assert.Len(t, page.Items, 1)
		assert.Equal(t, 4, server.Arrivals("properties.list"))
	})
	t.Run("client options", func(t *testing.T) {
		client, server := supergoodtest.Start(t, supergoodtest.WithProperties(1, 1), supergoodtest.WithMFA("sms", 200), supergoodtest.WithClientOptions(tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1})))
		server.Inject(tenantrytest.Fault{Operation: "properties.list", Status: http.StatusServiceUnavailable})
		_, err := client.Properties.List(t.Context(), supergood.ListParams{})
		require.ErrorIs(t, err, tenantry.ErrServer)
		assert.Equal(t, 1, server.Arrivals("properties.list"))
	})
	// TestMain checks that the cleanup closed the server and the client.
}
