package tenantrytest

import (
	"net/http"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

// Quick makes a client retry within milliseconds, for tests. Over a mock of
// [github.com/jarcoal/httpmock], a request without a responder fails at once,
// with its method and path:
//
//	mock := httpmock.NewMockTransport()
//	client, err := propexo.NewClient("token", tenantrytest.Quick(), tenantry.WithHTTPClient(&http.Client{Transport: mock}))
//
// The client still waits as long as a server asks it to, such as by Retry-After.
func Quick() tenantry.Option {
	return func(c *config.Config) error {
		c.Mock = func(mock http.RoundTripper) http.RoundTripper { return strict{mock} }
		return tenantry.WithRetry(tenantry.RetryPolicy{MinWait: time.Millisecond})(c)
	}
}

// strict names the requests that a mock does not expect.
type strict struct{ mock http.RoundTripper }

func (s strict) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.mock.RoundTrip(r)
	// The text of httpmock.NoResponderFound. Importing httpmock here would make
	// every program with a fake depend on it.
	if err != nil && strings.Contains(err.Error(), "no responder found") {
		err = &config.UnmatchedError{Method: r.Method, Path: r.URL.EscapedPath(), Err: err}
	}
	return resp, err
}
