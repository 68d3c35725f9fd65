package elevenos

import (
	"context"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// NewClientFromEnv returns a client with the credentials in the environment variables
// ELEVENOS_EMAIL, ELEVENOS_PASSWORD and, if it is set,
// ELEVENOS_BASE_URL.
// The error is a [*tenantry.ArgumentError] that names the variable that is not set, or
// that of [NewClient]. Options win over the environment.
func NewClientFromEnv(opts ...tenantry.Option) (*Client, error) {
	v, err := transport.FromEnv(api, "ELEVENOS_EMAIL", "ELEVENOS_PASSWORD", "ELEVENOS_BASE_URL?")
	if err != nil {
		return nil, err
	}
	return NewClient(v[0], v[1], transport.WithEnvBaseURL(v[2], opts)...)
}

var checkRead = &transport.Op{Name: "check", Method: http.MethodGet, Path: "/team", Repeatable: true}

// Check finds out whether the client works, such as for a "test connection" button. It
// fetches a token and lists the teams. It returns nil if the API accepts the
// credentials. Otherwise errors.Is reports [tenantry.ErrUnauthorized] for wrong
// credentials and [tenantry.ErrForbidden] for missing permissions, and errors.As a
// [*tenantry.TransportError] if the server can't be reached. It retries at most once;
// bound the time that it may take with ctx.
//
// GET /team
func (c *Client) Check(ctx context.Context) error {
	return c.t.Check(ctx, &transport.Call{Op: checkRead})
}
