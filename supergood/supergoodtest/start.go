package supergoodtest

import (
	"context"
	"testing"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// WithClientOptions sets options of the client that [Start] returns. They come
// after its own, so they win.
func WithClientOptions(opts ...tenantry.Option) Option {
	return func(o *options) { o.client = append(o.client, opts...) }
}

// Start starts a server and returns it with a client of it, which retries within
// milliseconds and knows the codes that [WithMFA] asks for. The test's cleanup
// closes both.
func Start(t testing.TB, opts ...Option) (*supergood.Client, *Server) {
	t.Helper()
	s := NewServer(opts...)
	t.Cleanup(s.Close)
	client, err := supergood.NewClient(s.URL, s.credentials(), append([]tenantry.Option{tenantrytest.Quick()}, s.o.client...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client, s
}

// credentials are what the server accepts.
func (s *Server) credentials() supergood.Credentials {
	c := supergood.Credentials{Username: s.o.username, Password: tenantry.NewSecret(s.o.password)}
	switch s.o.mfa {
	case "":
	case "totp":
		c.MFA = supergood.TOTP(tenantry.NewSecret(TOTPSecret))
	default:
		c.MFA = func(context.Context, supergood.Challenge) (tenantry.Secret, error) {
			return tenantry.NewSecret(s.LastCode()), nil
		}
	}
	return c
}
