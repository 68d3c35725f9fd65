package supergood

import (
	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/transport"
)

//go:generate go run ../internal/jsongen

const api = "supergood"

// A Client calls the API. Make one and keep it: it is safe for concurrent use,
// and all calls share one session.
type Client struct {
	// Properties lists properties.
	Properties *PropertiesService

	t      *transport.Client
	tokens *auth.Tokens // nil if tokens come from elsewhere
}

// NewClient returns a client for the base URL that Supergood gave you; the option
// [tenantry.WithBaseURL] replaces it. The first call opens the session. The
// credentials may be empty if the options include [tenantry.WithTokenSource]. The
// error is a [*tenantry.ArgumentError].
func NewClient(baseURL string, creds Credentials, opts ...tenantry.Option) (*Client, error) {
	t, err := transport.New(transport.Spec{API: api, BaseURL: baseURL, DecodeError: decodeError, Known: known}, opts)
	if err != nil {
		return nil, err
	}
	c := &Client{t: t}
	c.Properties = &PropertiesService{c}
	if source := t.Config().TokenSource; source != nil {
		t.SetAuth(auth.FromSource(source))
		return c, nil
	}
	s, err := newSessions(t, creds)
	if err != nil {
		return nil, err
	}
	c.tokens = auth.NewTokens(s.fetch).Patient()
	t.SetAuth(c.tokens)
	return c, nil
}

// String returns the API's name and host, without credentials.
func (c *Client) String() string { return c.t.String() }

// GoString returns the same text as [Client.String].
func (c *Client) GoString() string { return c.t.String() }

// Close drops idle connections that no other client uses, and ends token
// fetches. Calls after Close return [tenantry.ErrClosed]. It returns nil.
func (c *Client) Close() error { return c.t.Close() }
