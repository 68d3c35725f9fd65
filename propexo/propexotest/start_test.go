package propexotest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestStart(t *testing.T) {
	t.Run("quick", func(t *testing.T) {
		client, server := propexotest.Start(t, propexotest.WithResidents(1), nil)
		server.Inject(tenantrytest.Fault{Operation: "residents.list", Times: 3, Status: http.StatusServiceUnavailable})
		page, err := client.Residents.List(t.Context(), propexo.ResidentListParams{})
		require.NoError(t, err)
		assert.Len(t, page.Items, 1)
		assert.Equal(t, 4, server.Arrivals("residents.list"))
	})
	t.Run("client options", func(t *testing.T) {
		client, server := propexotest.Start(t, propexotest.WithResidents(1), propexotest.WithClientOptions(tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1})))
		server.Inject(tenantrytest.Fault{Operation: "residents.list", Status: http.StatusServiceUnavailable})
		_, err := client.Residents.List(t.Context(), propexo.ResidentListParams{})
		require.ErrorIs(t, err, tenantry.ErrServer)
		assert.Equal(t, 1, server.Arrivals("residents.list"))
	})
	// TestMain checks that the cleanup closed the server and the client.
}
