package supergood

import (
	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/transport"
)

//go:generate go run ../internal/jsongen

const api = "supergood"

// A Client talks to the API. Make one and keep it: it is safe for concurrent
// use, and shares one session among all calls.
type Client struct {
	Properties *PropertiesService

	t      *transport.Client
	tokens *auth.Tokens // nil if tokens come from elsewhere
}

// NewClient makes a client for the base URL that Supergood gave you, which
// tenantry.WithBaseURL may replace. The session is opened at the first call. With
// tenantry.WithTokenSource the credentials may be empty. The error is a
// [*tenantry.ArgumentError].
func NewClient(baseURL string, creds Credentials, opts ...tenantry.Option) (*Client, error) {
	t, err := transport.New(transport.Spec{API: api, BaseURL: baseURL, DecodeError: decodeError}, opts)
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

// String names the client and its host, and no credentials.
func (c *Client) String() string { return c.t.String() }

// GoString is [Client.String].
func (c *Client) GoString() string { return c.t.String() }

// Close drops idle connections that no other client uses, and ends token
// fetches. Calls after Close return [tenantry.ErrClosed]. It returns nil.
func (c *Client) Close() error { return c.t.Close() }

// A PropertyHandle is one property as a client sees it. It costs nothing to make.
type PropertyHandle struct {
	ID string

	c *Client
}

// Property answers a property by its ID. An empty one is refused by the calls.
func (c *Client) Property(id string) *PropertyHandle { return &PropertyHandle{ID: id, c: c} }
