// Package leasefindtest is a fake of the Travtus lease and tenant API, for tests
// of programs that use package leasefind and for its examples. It is strict: it
// gives tokens that expire and checks them, refuses what the API refuses with
// the error that the API gives, pages as documented, and signs webhooks.
//
//	server := leasefindtest.NewServer(leasefindtest.WithTenants(500))
//	defer server.Close()
//	client, err := leasefind.NewClient(leasefindtest.ClientID, leasefindtest.ClientSecret, tenantry.WithBaseURL(server.URL))
//
// Where the API's documents are silent it decides: a search with a member that
// no document names, or a value of another type, is refused as invalid_request.
//
// The faults, latency and hooks of [tenantrytest.Server] are its own as well.
package leasefindtest

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// The credentials that a server takes unless told otherwise.
const (
	ClientID      = "leasefindtest-id"
	ClientSecret  = "leasefindtest-secret"
	WebhookSecret = "whsec_bGVhc2VmaW5kdGVzdC13ZWJob29rLXNlY3JldA==" //nolint:gosec // it signs nothing but the fake's webhooks
)

// A Server is a fake of the API.
type Server struct {
	tenantrytest.Server
	URL string // The server's address, "http://127.0.0.1:port".

	fake   *fakeserver.Server
	o      options
	store  *store
	tokens *tokens
}

type options struct {
	client                                []tenantry.Option
	clientID, clientSecret, webhookSecret string
	tenants                               int
	seed                                  uint64
	tokenLife                             time.Duration
	silentExpiry                          bool
	tableEnvelope                         bool
}

// An Option changes a server. Nil is skipped.
type Option func(*options)

// WithCredentials sets the client credentials that the server takes.
func WithCredentials(clientID, clientSecret string) Option {
	return func(o *options) { o.clientID, o.clientSecret = clientID, clientSecret }
}

// WithTenants fills the server with n generated tenants, and with leases and
// units for them.
func WithTenants(n int) Option { return func(o *options) { o.tenants = n } }

// WithSeed makes other records of the same number; the default is 1.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithTokenLife sets how long a token is good; the default is an hour, the most
// that the API gives.
func WithTokenLife(d time.Duration) Option { return func(o *options) { o.tokenLife = d } }

// WithSilentExpiry has the token endpoint leave out expires_in, so that clients
// learn of the end of a token from a 401.
func WithSilentExpiry() Option { return func(o *options) { o.silentExpiry = true } }

// WithTableEnvelope responds to searches for leases as the reference's table has
// it, with data; by default they are as its example, with leases.
func WithTableEnvelope() Option { return func(o *options) { o.tableEnvelope = true } }

// WithWebhookSecret sets the secret that deliveries are signed with.
func WithWebhookSecret(secret string) Option { return func(o *options) { o.webhookSecret = secret } }

// NewServer starts a server. Close it when done.
func NewServer(opts ...Option) *Server {
	o := options{clientID: ClientID, clientSecret: ClientSecret, webhookSecret: WebhookSecret, seed: 1, tokenLife: time.Hour}
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	s := &Server{o: o, store: generate(o.seed, o.tenants), tokens: &tokens{known: make(map[string]time.Time)}}
	post := func(operation, path string, handle func(*fakeserver.Request) fakeserver.Response) fakeserver.Route {
		return fakeserver.Route{Operation: operation, Method: http.MethodPost, Path: path, Handle: handle}
	}
	s.fake = fakeserver.Start(fakeserver.Spec{
		Routes: []fakeserver.Route{
			post("tokens.create", "/oauth2/token", s.createToken),
			post("tenants.find", "/leases/tenants/", s.findTenants),
			{Operation: "leases.find", Method: http.MethodGet, Path: "/leases/", Handle: s.findLeases},
			post("leases.find-for-tenant", "/leases/find-for-tenant/", s.findForTenant),
			post("leases.save", "/leases/create/", s.saveLease),
			post("units.find", "/units/find/", s.findUnits),
		},
		Refuse: refuse,
		Before: s.authorize,
	})
	s.Server, s.URL = s.fake, s.fake.URL
	return s
}

// refuse renders the documented error.
func refuse(status int, kind, message string) fakeserver.Response {
	return fakeserver.JSON(status, members{"error": members{"type": kind, "message": message}})
}

func invalid(message string) *fakeserver.Response {
	resp := refuse(http.StatusBadRequest, "invalid_request", message)
	return &resp
}

// tokens are those that were given out, and when they expire.
type tokens struct {
	mu     sync.Mutex
	known  map[string]time.Time
	issued int
}

// issue makes a token that is good until expiry.
func (t *tokens) issue(expiry time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	token := "lft_" + rand.Text()
	t.known[token] = expiry
	t.issued++
	return token
}

// IssueToken makes a token as the token endpoint would, for clients that are
// given one.
func (s *Server) IssueToken() string { return s.tokens.issue(s.Now().Add(s.o.tokenLife)) }

// ExpireTokens has all tokens that were given out so far be expired.
func (s *Server) ExpireTokens() {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	for token := range s.tokens.known {
		s.tokens.known[token] = time.Time{}
	}
}

// RevokeTokens has all tokens that were given out so far be unknown.
func (s *Server) RevokeTokens() {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	clear(s.tokens.known)
}

// TokensIssued counts the tokens that were given out.
func (s *Server) TokensIssued() int {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	return s.tokens.issued
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *Server) createToken(r *fakeserver.Request) fakeserver.Response {
	fail := func(status int, code string) fakeserver.Response {
		return fakeserver.JSON(status, members{"error": code, "error_description": "The token request was refused."})
	}
	form, err := url.ParseQuery(string(r.Payload))
	switch {
	case r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || err != nil || len(r.Query) > 0:
		return fail(http.StatusBadRequest, "invalid_request")
	case form.Get("grant_type") != "client_credentials":
		return fail(http.StatusBadRequest, "unsupported_grant_type")
	case !same(form.Get("client_id"), s.o.clientID) || !same(form.Get("client_secret"), s.o.clientSecret):
		return fail(http.StatusUnauthorized, "invalid_client")
	}
	answer := members{"access_token": s.IssueToken(), "token_type": "Bearer"}
	if !s.o.silentExpiry {
		answer["expires_in"] = int(s.o.tokenLife / time.Second)
	}
	return fakeserver.JSON(http.StatusOK, answer)
}

// authorize checks the token.
func (s *Server) authorize(r *fakeserver.Request) *fakeserver.Response {
	if r.Operation == "tokens.create" {
		return nil
	}
	fail := func(status int, kind, message string) *fakeserver.Response {
		resp := refuse(status, kind, message)
		return &resp
	}
	header := r.Header.Get("Authorization")
	if header == "" {
		return fail(http.StatusBadRequest, "missing_authorization", "The request has no Authorization header.")
	}
	token, bearer := strings.CutPrefix(header, "Bearer ")
	s.tokens.mu.Lock()
	expiry, known := s.tokens.known[token]
	s.tokens.mu.Unlock()
	switch {
	case !bearer || !known:
		return fail(http.StatusUnauthorized, "invalid_authorization", "The bearer token is not valid.")
	case !s.Now().Before(expiry):
		return fail(http.StatusUnauthorized, "expired_token", "The bearer token has expired.")
	}
	return nil
}
