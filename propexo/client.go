package propexo

import (
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/propexo/internal/link"
)

// Base URLs of the API. The sandbox has its own tokens and data.
const (
	BaseURL        = "https://api.propexo.com"
	SandboxBaseURL = "https://api.sandbox.propexo.com"
)

const api = "propexo"

//go:generate go run ../internal/propexodoc/gen -dir .
//go:generate go run ../internal/jsongen

// NewClient returns a client that sends the given bearer token. Make a token in
// Propexo's dashboard, one for each environment; tokens do not expire. With
// [tenantry.WithTokenSource] the token may be empty. The error is a
// [*tenantry.ArgumentError] for an empty token or an invalid option.
func NewClient(token string, opts ...tenantry.Option) (*Client, error) {
	t, err := transport.New(transport.Spec{
		API:         api,
		BaseURL:     BaseURL,
		DecodeError: decodeError,
		Known:       known,
		Pace: &transport.PaceSpec{
			LimitHeader:     "X-Ratelimit-Limit",
			RemainingHeader: "X-Ratelimit-Remaining",
			Window:          time.Minute,
			Share:           0.8,
		},
	}, opts)
	if err != nil {
		return nil, err
	}
	scheme, err := auth.StaticOrSource(api, token, t.Config().TokenSource)
	if err != nil {
		return nil, err
	}
	t.SetAuth(scheme)
	c := &Client{t: t}
	c.attach()
	return c, nil
}

func init() {
	link.Transport = func(client any) *transport.Client {
		if c, ok := client.(*Client); ok && c != nil {
			return c.t
		}
		return nil
	}
}

// String names the client and its host, without credentials.
func (c *Client) String() string { return c.t.String() }

// GoString returns [Client.String].
func (c *Client) GoString() string { return c.t.String() }

// Close drops idle connections that no other client uses, and ends token
// fetches. Calls after Close return [tenantry.ErrClosed]. It returns nil.
func (c *Client) Close() error { return c.t.Close() }
