package supergood

import (
	"context"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// NewClientFromEnv returns a client with the credentials in the environment variables
// SUPERGOOD_BASE_URL, SUPERGOOD_USERNAME,
// SUPERGOOD_PASSWORD and, if it is set, SUPERGOOD_TOTP_SECRET for the codes.
// The error is a [*tenantry.ArgumentError] that names the variable that is not set, or
// that of [NewClient]. Options win over the environment.
func NewClientFromEnv(opts ...tenantry.Option) (*Client, error) {
	v, err := transport.FromEnv(api, "SUPERGOOD_BASE_URL", "SUPERGOOD_USERNAME", "SUPERGOOD_PASSWORD", "SUPERGOOD_TOTP_SECRET?")
	if err != nil {
		return nil, err
	}
	creds := Credentials{Username: v[1], Password: tenantry.NewSecret(v[2])}
	if v[3] != "" {
		creds.MFA = TOTP(tenantry.NewSecret(v[3]))
	}
	return NewClient(v[0], creds, opts...)
}

var checkRead = &transport.Op{Name: "check", Method: http.MethodGet, Path: "/properties", Repeatable: true}

// Check finds out whether the client works, such as for a "test connection" button. It
// opens a session, unless one is open, and lists the properties. It returns nil if the API accepts the
// credentials. Otherwise errors.Is reports [tenantry.ErrUnauthorized] for wrong
// credentials and [tenantry.ErrForbidden] for missing permissions, and errors.As a
// [*tenantry.TransportError] if the server can't be reached. It retries at most once;
// bound the time that it may take with ctx.
//
// GET /properties
func (c *Client) Check(ctx context.Context) error {
	return c.t.Check(ctx, &transport.Call{Op: checkRead})
}
