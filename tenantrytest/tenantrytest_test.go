package tenantrytest_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/supergood"
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

// In every package, a request that a mock does not expect fails at once.
func TestUnmatchedRequests(t *testing.T) {
	mock := &counted{mock: httpmock.NewMockTransport()}
	opts := []tenantry.Option{tenantrytest.Quick(), tenantry.WithHTTPClient(&http.Client{Transport: mock})}
	for path, call := range map[string]func(context.Context) error{
		"GET /v1/residents/": func(ctx context.Context) error {
			c, err := propexo.NewClient("token", opts...)
			return first(err, func() error { _, err := c.Residents.List(ctx, propexo.ResidentListParams{}); return err })
		},
		"GET /v1/f/tenants": func(ctx context.Context) error {
			c, err := storedge.NewClient("id", "key", opts...)
			return first(err, func() error { _, err := c.Facility("f").Tenants.List(ctx, storedge.ListParams{}); return err })
		},
		"POST ": func(ctx context.Context) error { // for a token
			c, err := leasefind.NewClient("id", "secret", opts...)
			return first(err, func() error { _, err := c.Tenants.Find(ctx, leasefind.TenantFindParams{}); return err })
		},
		"POST /v2/oauth/token": func(ctx context.Context) error {
			c, err := elevenos.NewClient("a@example.com", "password", opts...)
			return first(err, func() error { _, err := c.ListTeams(ctx); return err })
		},
		"POST /sessions": func(ctx context.Context) error {
			c, err := supergood.NewClient("https://supergood.example", supergood.Credentials{Username: "u", Password: tenantry.NewSecret("p")}, opts...)
			return first(err, func() error { _, err := c.Properties.List(ctx, supergood.ListParams{}); return err })
		},
	} {
		mock.requests = 0
		err := call(t.Context())
		require.ErrorContains(t, err, path)
		require.ErrorContains(t, err, "no responder found")
		assert.Equal(t, 1, mock.requests, path)
	}
}

type counted struct {
	mock     http.RoundTripper
	requests int
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	c.requests++
	return c.mock.RoundTrip(r)
}

func first(err error, call func() error) error {
	if err != nil {
		return err
	}
	return call()
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
