package tenantrytest_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestQuick(t *testing.T) {
	mock := httpmock.NewMockTransport()
	client, err := propexo.NewClient("token", tenantrytest.Quick(), tenantry.WithHTTPClient(&http.Client{Transport: mock}))
	require.NoError(t, err)
	defer client.Close()

	mock.RegisterResponder(http.MethodGet, "https://api.propexo.com/v1/residents/known", httpmock.NewStringResponder(503, "{}"))
	_, err = client.Residents.Get(t.Context(), "known")
	require.ErrorIs(t, err, tenantry.ErrServer)
	assert.Equal(t, 5, mock.GetTotalCallCount())

	mock.Reset()
	_, err = client.Residents.Get(t.Context(), "unknown")
	var failed *tenantry.TransportError
	require.ErrorAs(t, err, &failed)
	assert.Contains(t, err.Error(), "GET /v1/residents/unknown: no responder found")
	assert.Equal(t, 1, failed.Attempts)
	_, err = client.Residents.Update(t.Context(), "unknown", propexo.ResidentUpdateParams{})
	require.ErrorAs(t, err, &failed)
	assert.Contains(t, err.Error(), "PUT /v1/residents/unknown")
	assert.Equal(t, 1, failed.Attempts)
	assert.False(t, failed.MaybeSent, "a mock without a responder did not send it")
}

func TestSeq(t *testing.T) {
	broken := errors.New("broken")
	type record struct{ ID string }
	records := []record{{"a"}, {"b"}}
	got, err := tenantry.Collect(tenantrytest.Seq(records, broken))
	require.ErrorIs(t, err, broken)
	assert.Equal(t, []*record{{"a"}, {"b"}}, got)
	got[0].ID = "changed"
	assert.Equal(t, "a", records[0].ID)
	got, err = tenantry.Collect(tenantrytest.Seq(records, nil))
	require.NoError(t, err)
	assert.Len(t, got, 2)
	for range tenantrytest.Seq(records, broken) {
		break
	}
}

func TestPages(t *testing.T) {
	broken := errors.New("broken")
	pages, err := tenantry.Collect(tenantrytest.Pages([]int{1, 2, 3}, 2, broken))
	require.ErrorIs(t, err, broken)
	assert.Equal(t, []*tenantry.Page[int]{{Items: []int{1, 2}, Total: 3, HasMore: true}, {Items: []int{3}, Total: 3}}, pages)
	pages, err = tenantry.Collect(tenantrytest.Pages[int](nil, 2, nil))
	require.NoError(t, err)
	assert.Len(t, pages, 1)
	assert.Empty(t, pages[0].Items)
	assert.Panics(t, func() { tenantrytest.Pages([]int{1}, 0, nil) })
	for range tenantrytest.Pages([]int{1, 2}, 1, nil) {
		break
	}
}
