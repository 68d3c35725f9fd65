package leasefind

import (
	"context"
	"errors"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// NewClientFromEnv returns a client with the credentials in the environment variables
// LEASEFIND_CLIENT_ID, LEASEFIND_CLIENT_SECRET and, if it is
// set, LEASEFIND_BASE_URL.
// The error is a [*tenantry.ArgumentError] that names the variable that is not set, or
// that of [NewClient]. Options win over the environment.
func NewClientFromEnv(opts ...tenantry.Option) (*Client, error) {
	v, err := transport.FromEnv(api, "LEASEFIND_CLIENT_ID", "LEASEFIND_CLIENT_SECRET", "LEASEFIND_BASE_URL?")
	if err != nil {
		return nil, err
	}
	return NewClient(v[0], v[1], transport.WithEnvBaseURL(v[2], opts)...)
}

var checkRead = &transport.Op{Name: "check", Method: http.MethodPost, Path: "/leases/tenants/", Repeatable: true}

// Check finds out whether the client works, such as for a "test connection" button. It
// fetches a token and searches for a tenant. It returns nil if the API accepts the
// credentials. Otherwise errors.Is reports [tenantry.ErrUnauthorized] for wrong
// credentials and [tenantry.ErrForbidden] for missing permissions, and errors.As a
// [*tenantry.TransportError] if the server can't be reached. It retries at most once;
// bound the time that it may take with ctx.
//
// POST /leases/tenants/
func (c *Client) Check(ctx context.Context) error {
	err := c.t.Check(ctx, &transport.Call{Op: checkRead, Body: map[string]any{}})
	if errors.Is(err, tenantry.ErrNotFound) || errors.Is(err, tenantry.ErrInvalid) && !errors.Is(err, tenantry.ErrUnauthorized) && !errors.Is(err, ErrMissingAuthorization) {
		return nil // the API had accepted the token before it looked at the search
	}
	return err
}
