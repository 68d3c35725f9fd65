package leasefind

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/config"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// BaseURL is the API's own host.
const BaseURL = "https://api.travtus.com"

const api = "leasefind"

// A Client talks to the API. Make one and keep it: it is safe for concurrent
// use, and shares one token among all calls.
type Client struct {
	Tenants *TenantsService
	Leases  *LeasesService
	Units   *UnitsService

	t *transport.Client
}

type staticToken struct{}

// WithStaticToken sends a bearer token that was got elsewhere; the client's
// credentials may then be empty. It is not renewed.
func WithStaticToken(token string) tenantry.Option {
	return func(c *config.Config) error {
		c.Put(api, staticToken{}, token)
		return nil
	}
}

// NewClient makes a client with an account's client credentials, which may be
// empty only beside [WithStaticToken] or tenantry.WithTokenSource. The error is
// a [*tenantry.ArgumentError].
func NewClient(clientID, clientSecret string, opts ...tenantry.Option) (*Client, error) {
	t, err := transport.New(transport.Spec{API: api, BaseURL: BaseURL, DecodeError: decodeError}, opts)
	if err != nil {
		return nil, err
	}
	scheme, err := newScheme(t, clientID, clientSecret)
	if err != nil {
		return nil, err
	}
	t.SetAuth(scheme)
	c := &Client{t: t}
	c.Tenants, c.Leases, c.Units = &TenantsService{c}, &LeasesService{c}, &UnitsService{c}
	return c, nil
}

func newScheme(t *transport.Client, clientID, clientSecret string) (auth.Scheme, error) {
	source := t.Config().TokenSource
	if token, ok := t.Config().Get(api, staticToken{}); ok || source != nil {
		static, _ := token.(string)
		return auth.StaticOrSource(api, static, source)
	}
	if err := cmp.Or(auth.Check(api, "client id", clientID), auth.Check(api, "client secret", clientSecret)); err != nil {
		return nil, err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {clientSecret}}
	return auth.NewTokens(func(ctx context.Context, _ *oauth2.Token) (*oauth2.Token, error) {
		return exchange(ctx, t, form)
	}), nil
}

var tokensCreate = &transport.Op{
	Name: "tokens.create", Method: http.MethodPost, Path: "/oauth2/token",
	Repeatable: true, Secret: true, Anonymous: true,
}

// exchange gets a token.
func exchange(ctx context.Context, t *transport.Client, form url.Values) (*oauth2.Token, error) {
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"` // seconds; 0 where it does not say
	}
	asked := time.Now()
	if err := t.Call(ctx, &transport.Call{Op: tokensCreate, Form: form}, &answer); err != nil {
		return nil, err
	}
	token := &oauth2.Token{AccessToken: answer.AccessToken}
	if answer.ExpiresIn > 0 {
		token.Expiry = asked.Add(time.Duration(answer.ExpiresIn) * time.Second)
	}
	return token, nil
}

// String names the client and its host, and no credentials.
func (c *Client) String() string { return c.t.String() }

// GoString is [Client.String].
func (c *Client) GoString() string { return c.t.String() }

// Close drops idle connections that no other client uses, and ends token
// fetches. Calls after Close return [tenantry.ErrClosed]. It returns nil.
func (c *Client) Close() error { return c.t.Close() }
