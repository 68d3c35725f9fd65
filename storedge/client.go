package storedge

import (
	"cmp"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/config"
	"github.com/tenantry/tenantry-go/internal/transport"
)

//go:generate go run ../internal/jsongen

// Hosts of the API, for tenantry.WithBaseURL.
const (
	BaseURL          = "https://api.storedgefms.com" // the default
	CubeSmartBaseURL = "https://api.cms.cubesmart.com"
)

const api = "storedge"

// A Client talks to the API. Make one and keep it: it is safe for concurrent
// use.
type Client struct{ t *transport.Client }

type signatureMethod struct{}

// WithHMACSHA256 signs with HMAC-SHA256 in place of HMAC-SHA1, for hosts that
// take it.
func WithHMACSHA256() tenantry.Option {
	return func(c *config.Config) error {
		c.Put(api, signatureMethod{}, auth.HMACSHA256)
		return nil
	}
}

// NewClient makes a client with an API access ID and its secret key. The error
// is a [*tenantry.ArgumentError].
func NewClient(accessID, secretKey string, opts ...tenantry.Option) (*Client, error) {
	t, err := transport.New(transport.Spec{
		API: api, BaseURL: BaseURL, DecodeError: decodeError, CheckResponse: checkResponse,
		Header: http.Header{"Content-Type": {"application/json"}}, // wanted with every call, also without a body
	}, opts)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(auth.Check(api, "access ID", accessID), auth.Check(api, "secret key", secretKey)); err != nil {
		return nil, err
	}
	if t.Config().TokenSource != nil {
		return nil, &tenantry.ArgumentError{API: api, Argument: "WithTokenSource", Reason: "is of no use here: requests are signed, not sent with a token"}
	}
	method := auth.HMACSHA1
	if m, ok := t.Config().Get(api, signatureMethod{}); ok {
		method, _ = m.(auth.Signature)
	}
	t.Hide(accessID, secretKey)
	t.SetAuth(auth.OAuth1(accessID, secretKey, method))
	return &Client{t}, nil
}

// String names the client and its host, and no credentials.
func (c *Client) String() string { return c.t.String() }

// GoString is [Client.String].
func (c *Client) GoString() string { return c.t.String() }

// Close drops idle connections that no other client uses, and ends token
// fetches. Calls after Close return [tenantry.ErrClosed]. It returns nil.
func (c *Client) Close() error { return c.t.Close() }

// A Facility is one facility as a client sees it. It costs nothing to make.
type Facility struct {
	ID      string
	Tenants *TenantsService
}

// Facility answers a facility by its ID. An empty one is refused by the calls.
func (c *Client) Facility(id string) *Facility {
	return &Facility{ID: id, Tenants: &TenantsService{c, id}}
}
