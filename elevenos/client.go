package elevenos

import (
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
	t, err := transport.New(transport.Spec{API: api, BaseURL: BaseURL, DecodeError: decodeError, CheckResponse: checkAnswer}, opts)
	if err != nil {
		return nil, err
	}
	if source := t.Config().TokenSource; source != nil {
		t.SetAuth(auth.FromSource(source))
		return &Client{t}, nil
	}
	switch {
	case email == "" || password == "":
		return nil, &tenantry.ArgumentError{API: api, Argument: "email or password", Reason: "is empty; pass both, or tenantry.WithTokenSource"}
	case strings.Contains(email, ":"):
		return nil, &tenantry.ArgumentError{API: api, Argument: "email", Reason: "contains a colon, where the API would end the email and begin the password"}
	}
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

// exchange returns a new token for the credentials in a header.
func exchange(ctx context.Context, t *transport.Client, credentials http.Header) (*oauth2.Token, error) {
	var response struct {
		AccessToken string           `json:"access_token"`
		ExpiresIn   tenantry.Decimal `json:"expires_in"` // seconds; not documented
	}
	asked := time.Now()
	if err := t.Call(ctx, &transport.Call{Op: tokensCreate, Header: credentials}, &response); err != nil {
		return nil, err
	}
	token := &oauth2.Token{AccessToken: response.AccessToken}
	if seconds, err := response.ExpiresIn.Int64(); err == nil && seconds > 0 {
		token.Expiry = asked.Add(time.Duration(min(seconds, 1e9)) * time.Second)
	}
	return token, nil
}

// String returns the API's name and host, without credentials.
func (c *Client) String() string { return c.t.String() }

// GoString returns the same text as [Client.String].
func (c *Client) GoString() string { return c.t.String() }
