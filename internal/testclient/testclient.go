// Package testclient makes the clients of the API packages' tests.
package testclient

import (
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

// New is an API's NewClient with its credentials.
type New[C io.Closer] func(opts ...tenantry.Option) (C, error)

// Mocked returns a client over a mock. It does not retry.
func Mocked[C io.Closer](t testing.TB, connect New[C], opts ...tenantry.Option) (C, *httpmock.MockTransport) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	return start(t, connect, []tenantry.Option{
		tenantry.WithHTTPClient(&http.Client{Transport: mock}),
		tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}),
	}, opts), mock
}

// Faked returns a client of the fake at url. It is quick to retry.
func Faked[C io.Closer](t testing.TB, url string, connect New[C], opts ...tenantry.Option) C {
	t.Helper()
	return start(t, connect, []tenantry.Option{
		tenantry.WithBaseURL(url),
		tenantry.WithRetry(tenantry.RetryPolicy{MinWait: time.Millisecond}),
	}, opts)
}

func start[C io.Closer](t testing.TB, connect New[C], standard, opts []tenantry.Option) C {
	t.Helper()
	c, err := connect(append(standard, opts...)...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// Fixture returns the contents of a file in the package's testdata.
func Fixture(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name) //nolint:gosec // a test names it
	require.NoError(t, err)
	return string(b)
}
