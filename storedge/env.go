package storedge

import (
	"context"
	"net/http"
	"net/url"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// NewClientFromEnv returns a client with the credentials in the environment variables
// STOREDGE_ACCESS_ID, STOREDGE_SECRET_KEY and, if it is set,
// STOREDGE_BASE_URL.
// The error is a [*tenantry.ArgumentError] that names the variable that is not set, or
// that of [NewClient]. Options win over the environment.
func NewClientFromEnv(opts ...tenantry.Option) (*Client, error) {
	v, err := transport.FromEnv(api, "STOREDGE_ACCESS_ID", "STOREDGE_SECRET_KEY", "STOREDGE_BASE_URL?")
	if err != nil {
		return nil, err
	}
	return NewClient(v[0], v[1], transport.WithEnvBaseURL(v[2], opts)...)
}

var checkRead = &transport.Op{Name: "check", Method: http.MethodGet, Path: "/v1/{facility}/tenants", Repeatable: true}

// Check finds out whether the client works, such as for a "test connection" button. It
// reads one tenant of the facility. It returns nil if the API accepts the
// credentials. Otherwise errors.Is reports [tenantry.ErrUnauthorized] for wrong
// credentials and [tenantry.ErrForbidden] for missing permissions, and errors.As a
// [*tenantry.TransportError] if the server can't be reached. It retries at most once;
// bound the time that it may take with ctx.
//
// GET /v1/{facility}/tenants
func (c *Client) Check(ctx context.Context, facilityID string) error {
	return c.t.Check(ctx, &transport.Call{Op: checkRead, Args: []string{facilityID}, Query: url.Values{"page": {"1"}, "per_page": {"1"}}})
}
