package propexo

import (
	"context"
	"net/http"
	"net/url"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// NewClientFromEnv returns a client with the credentials in the environment variables
// PROPEXO_TOKEN and, if it is set, PROPEXO_BASE_URL.
// The error is a [*tenantry.ArgumentError] that names the variable that is not set, or
// that of [NewClient]. Options win over the environment.
func NewClientFromEnv(opts ...tenantry.Option) (*Client, error) {
	v, err := transport.FromEnv(api, "PROPEXO_TOKEN", "PROPEXO_BASE_URL?")
	if err != nil {
		return nil, err
	}
	return NewClient(v[0], transport.WithEnvBaseURL(v[1], opts)...)
}

var checkRead = &transport.Op{Name: "check", Method: http.MethodGet, Path: "/v1/properties/", Repeatable: true}

// Check finds out whether the client works, such as for a "test connection" button. It
// reads one property. It returns nil if the API accepts the
// credentials. Otherwise errors.Is reports [tenantry.ErrUnauthorized] for wrong
// credentials and [tenantry.ErrForbidden] for missing permissions, and errors.As a
// [*tenantry.TransportError] if the server can't be reached. It retries at most once;
// bound the time that it may take with ctx.
//
// GET /v1/properties/
func (c *Client) Check(ctx context.Context) error {
	return c.t.Check(ctx, &transport.Call{Op: checkRead, Query: url.Values{"limit": {"1"}}})
}
