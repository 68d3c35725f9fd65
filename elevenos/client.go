package elevenos

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/transport"
)

//go:generate go run ../internal/jsongen

// BaseURL is the API's own host, with the version of the API.
const BaseURL = "https://api.11os.com/v2"

const api = "elevenos"

// A Client calls the API. Make one and keep it: it is safe for concurrent use,
// and all calls share one token.
type Client struct{ t *transport.Client }

// NewClient returns a client that signs in with the email and password of a Site
// Manager user. Both may be empty if the options include
// [tenantry.WithTokenSource]. The error is a [*tenantry.ArgumentError].
func NewClient(email, password string, opts ...tenantry.Option) (*Client, error) {
	t, err := transport.New(transport.Spec{
		API: api, BaseURL: BaseURL, DecodeError: decodeError, CheckResponse: checkResponse,
		Known: known, Around: []string{"Error"},
	}, opts)
	if err != nil {
		return nil, err
	}
	if source := t.Config().TokenSource; source != nil {
		t.SetAuth(auth.FromSource(source))
		return &Client{t}, nil
	}
	if err := cmp.Or(auth.Check(api, "email", email), auth.CheckPassword(api, "password", password)); err != nil {
		return nil, err
	}
	if strings.Contains(email, ":") {
		return nil, &tenantry.ArgumentError{API: api, Argument: "email", Reason: "holds a colon, after which the API would read the password"}
	}
	t.Hide(password, email+":"+password)
	header := http.Header{"Authorization": {"Password " + base64.StdEncoding.EncodeToString([]byte(email+":"+password))}}
	t.SetAuth(auth.NewTokens(func(ctx context.Context, _ *oauth2.Token) (*oauth2.Token, error) {
		return exchange(ctx, t, header)
	}))
	return &Client{t}, nil
}

var tokensCreate = &transport.Op{
	Name: "tokens.create", Method: http.MethodPost, Path: "/oauth/token",
	Repeatable: true, Secret: true, Anonymous: true,
}

// tokenLife is how long a token lasts if its response does not say. That it says
// so is not documented.
const tokenLife = time.Hour

// exchange fetches a token for the credentials in a header.
func exchange(ctx context.Context, t *transport.Client, credentials http.Header) (*oauth2.Token, error) {
	asked := time.Now()
	resp, err := t.Send(ctx, &transport.Call{Op: tokensCreate, Header: credentials})
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	var response struct {
		AccessToken string       `json:"access_token"`
		ExpiresIn   tenantry.Raw `json:"expires_in"` // seconds
	}
	if err := resp.Decode(&response); err != nil {
		return nil, err
	}
	if response.AccessToken == "" {
		return nil, resp.Missing("access_token")
	}
	return &oauth2.Token{AccessToken: response.AccessToken, Expiry: asked.Add(auth.Lifetime(response.ExpiresIn, tokenLife))}, nil
}

// String returns the API's name and host, without credentials.
func (c *Client) String() string { return c.t.String() }

// GoString returns the same text as [Client.String].
func (c *Client) GoString() string { return c.t.String() }

// Close drops idle connections that no other client uses, and ends token
// fetches. Calls after Close return [tenantry.ErrClosed]. It returns nil.
func (c *Client) Close() error { return c.t.Close() }
