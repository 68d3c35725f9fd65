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

//go:generate go run ../internal/jsongen

// Hosts of the API, for tenantry.WithBaseURL.
const (
	BaseURL    = "https://api.travtus.com"    // The API's own host, the default.
	UATBaseURL = "https://apiuat.travtus.com" // The API's test environment.
)

const api = "leasefind"

// Client calls the API. Make it once and keep it: it is safe for concurrent use, and all
// calls share one token.
type Client struct {
	Communities *CommunitiesService
	Persons     *PersonsService
	Leases      *LeasesService
	Tenants     *TenantsService
	Units       *UnitsService
	Listings    *ListingsService
	Tasks       *TasksService
	Messages    *MessagesService

	t *transport.Client
}

type tokenURL struct{}

// WithTokenURL fetches tokens from another URL than /oauth2/token at the base
// URL, such as the host that the vendor used before 2026. It gets the client's
// credentials, and must be https, or http to a loopback host.
func WithTokenURL(url string) tenantry.Option {
	return func(c *config.Config) error {
		c.Put(api, tokenURL{}, url)
		return nil
	}
}

// NewClient returns a client that uses an account's client credentials. They may be
// empty only with tenantry.WithTokenSource, which also takes a token that was fetched
// elsewhere: oauth2.StaticTokenSource. The error is a [*tenantry.ArgumentError].
func NewClient(clientID, clientSecret string, opts ...tenantry.Option) (*Client, error) {
	t, err := transport.New(transport.Spec{API: api, BaseURL: BaseURL, DecodeError: decodeError, TokenRejected: tokenRejected, Known: known}, opts)
	if err != nil {
		return nil, err
	}
	scheme, err := newScheme(t, clientID, clientSecret)
	if err != nil {
		return nil, err
	}
	t.SetAuth(scheme)
	c := &Client{t: t}
	c.Communities, c.Persons = &CommunitiesService{c}, &PersonsService{c}
	c.Leases, c.Tenants, c.Units = &LeasesService{c}, &TenantsService{c}, &UnitsService{c}
	c.Listings, c.Tasks, c.Messages = &ListingsService{c}, &TasksService{c}, &MessagesService{c}
	return c, nil
}

func newScheme(t *transport.Client, clientID, clientSecret string) (auth.Scheme, error) {
	if source := t.Config().TokenSource; source != nil {
		return auth.StaticOrSource(api, "", source)
	}
	if err := cmp.Or(auth.Check(api, "client id", clientID), auth.Check(api, "client secret", clientSecret)); err != nil {
		return nil, err
	}
	t.Hide(clientSecret)
	call := &transport.Call{Op: tokensCreate}
	if raw, ok := t.Config().Get(api, tokenURL{}); ok {
		var err error
		if call.URL, err = t.ParseURL("token URL", raw.(string)); err != nil {
			return nil, err
		}
	}
	call.Form = url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {clientSecret}}
	return auth.NewTokens(func(ctx context.Context, _ *oauth2.Token) (*oauth2.Token, error) {
		return exchange(ctx, t, call)
	}), nil
}

var tokensCreate = &transport.Op{
	Name: "tokens.create", Method: http.MethodPost, Path: "/oauth2/token",
	Repeatable: true, Secret: true, Anonymous: true,
}

// tokenLife is how long a token lasts if its response does not say.
const tokenLife = time.Hour

// exchange fetches a token.
func exchange(ctx context.Context, t *transport.Client, call *transport.Call) (*oauth2.Token, error) {
	asked := time.Now()
	a, err := t.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var response struct {
		AccessToken string       `json:"access_token"`
		ExpiresIn   tenantry.Raw `json:"expires_in"` // seconds
	}
	if err := a.Decode(&response); err != nil {
		return nil, err
	}
	if response.AccessToken == "" {
		return nil, a.Missing("access_token")
	}
	return &oauth2.Token{AccessToken: response.AccessToken, Expiry: asked.Add(auth.Lifetime(response.ExpiresIn, tokenLife))}, nil
}

var webhookPortal = &transport.Op{
	Name: "webhook-portal", Method: http.MethodGet, Path: "/webhook/app-portal-access/",
	Repeatable: true, Secret: true,
}

// WebhookPortal returns a link that logs in to the portal in which the account's
// webhooks are set up: GET /webhook/app-portal-access/ (webhook-portal). The link works
// for a short time, and without further credentials: give it only to the person who is
// to use it.
func (c *Client) WebhookPortal(ctx context.Context) (tenantry.Secret, error) {
	a, err := c.t.Send(ctx, &transport.Call{Op: webhookPortal})
	if err != nil {
		return tenantry.Secret{}, err
	}
	defer a.Release()
	var response struct {
		URL tenantry.Secret `json:"url"`
	}
	if err := a.Decode(&response); err != nil {
		return tenantry.Secret{}, err
	}
	if response.URL.IsZero() {
		return tenantry.Secret{}, a.Missing("url")
	}
	return response.URL, nil
}

// tokenRejected reports whether another token may help after a 401. The API also sends
// 401 for other faults.
func tokenRejected(e *tenantry.Error) bool {
	switch e.Code {
	case "", "expired_token", "invalid_authorization", "invalid_token":
		return true
	}
	return false
}

// String returns the names of the API and its host. It holds no credentials.
func (c *Client) String() string { return c.t.String() }

// GoString returns the same text as [Client.String].
func (c *Client) GoString() string { return c.t.String() }

// Close drops idle connections that no other client uses, and ends token
// fetches. Calls after Close return [tenantry.ErrClosed]. It returns nil.
func (c *Client) Close() error { return c.t.Close() }
