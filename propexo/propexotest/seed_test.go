package propexotest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

// What is added is listed, filtered, sorted, written and removed like all else.
func TestSeeding(t *testing.T) {
	client, server := propexotest.Start(t, propexotest.WithPortfolio(1, 20, 1), propexotest.WithPendingPolls(0))
	ctx := t.Context()
	at := time.Now().Add(time.Hour)
	n := len(server.IDs(propexo.Lease{}))
	lease := propexo.Lease{ID: "cl-added", UnitID: "my-unit", PropertyID: "my-property", StatusRaw: "Current", UpdatedAt: tenantry.NewTimestamp(at), Term: "12"}
	server.Add(lease, &propexo.Resident{ID: "r-added", LastName: "Doe"}, propexo.ServiceRequest{ID: "sr-added", UnitID: "my-unit"})

	page, err := client.Leases.List(ctx, propexo.LeaseListParams{UnitID: "my-unit"})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	assert.Equal(t, lease.ID, page.Items[0].ID)
	page, err = client.Leases.List(ctx, propexo.LeaseListParams{UpdatedAtGTE: at.Add(-time.Minute)})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	page, err = client.Leases.List(ctx, propexo.LeaseListParams{OrderBy: "updated_at:desc", Limit: 2})
	require.NoError(t, err)
	assert.Equal(t, lease.ID, page.Items[0].ID)
	assert.Equal(t, n+1, page.Total)
	requests, err := client.ServiceRequests.List(ctx, propexo.ServiceRequestListParams{UnitID: "my-unit"})
	require.NoError(t, err)
	assert.Len(t, requests.Items, 1)

	// Writes change added and generated records, and make new ones.
	for _, id := range []string{"cl-added", server.IDs(propexo.Lease{})[3]} {
		job, err := client.Leases.Update(ctx, id, propexo.LeaseUpdateParams{EndDate: tenantry.Set(tenantry.Timestamp("2030-01-02T00:00:00Z"))})
		require.NoError(t, err)
		_, err = client.Writes.Status(ctx, job.JobID)
		require.NoError(t, err)
		got, err := client.Leases.Get(ctx, id)
		require.NoError(t, err)
		assert.EqualValues(t, "2030-01-02T00:00:00Z", got.EndDate)
		stored := propexo.Lease{ID: id}
		require.True(t, server.Get(&stored))
		assert.Equal(t, *got, stored)
	}

	lease.Term = "6"
	assert.True(t, server.Update(lease))
	assert.False(t, server.Update(&propexo.Lease{ID: "nothing"}))
	got, err := client.Leases.Get(ctx, lease.ID)
	require.NoError(t, err)
	assert.Equal(t, "6", got.Term)
	assert.True(t, server.Remove(propexo.Lease{ID: lease.ID}))
	assert.False(t, server.Remove(propexo.Lease{ID: lease.ID}))
	assert.False(t, server.Get(&propexo.Lease{ID: lease.ID}))
	_, err = client.Leases.Get(ctx, lease.ID)
	require.ErrorIs(t, err, tenantry.ErrNotFound)

	for says, add := range map[string]any{
		"propexotest: Add: string is not a model of github.com/tenantry/tenantry-go/propexo":      "x",
		"propexotest: Add: http.Client is not a model of github.com/tenantry/tenantry-go/propexo": http.Client{},
		"propexotest: Add: the Lease has no ID":                                                   propexo.Lease{},
		"propexotest: Add: a propexo.ResidentLease has no ID":                                     propexo.ResidentLease{},
		"propexotest: Add: the server has no records of type ResidentPet":                         propexo.ResidentPet{ID: "x"},
	} {
		assert.PanicsWithValue(t, says, func() { server.Add(add) })
	}
}
