// Package leasefindtest is a fake of the Travtus lease and tenant API, for tests of
// programs that use package leasefind, and for its examples. It serves every documented
// operation, strictly: it issues tokens that expire and checks them, refuses what the
// API refuses with the API's own errors, matches persons and units by the documented
// rules, deletes listings by omission, and signs webhooks.
//
//	server := leasefindtest.NewServer(leasefindtest.WithPortfolio(3, 40, 1))
//	defer server.Close()
//	client, err := leasefind.NewClient(leasefindtest.ClientID, leasefindtest.ClientSecret, tenantry.WithBaseURL(server.URL))
//
// If the documentation says nothing, the fake decides. It refuses a request with a
// member or parameter that is not documented, or with a value of another type, as
// invalid_request; for communities it names the member. A save of a lease adds tenants
// and never removes them. A listing that names an unknown unit is refused as
// unit_not_found, and the deletion of an unknown listing as not_found. A sync matches
// listings by identifier, or else by external reference, and changes nothing if a
// listing is refused.
//
// If the documentation contradicts itself, the fake follows its examples; see
// [WithTableEnvelope].
//
// A server also has the faults, latency and hooks of [tenantrytest.Server].
package leasefindtest

import (
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/portfolio"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// The credentials and the webhook secret of a server by default.
const (
	ClientID      = "leasefindtest-id"
	ClientSecret  = "leasefindtest-secret"
	WebhookSecret = "whsec_bGVhc2VmaW5kdGVzdC13ZWJob29rLXNlY3JldA==" //nolint:gosec // it signs nothing but the fake's webhooks
)

// Server is a fake of the API.
type Server struct {
	tenantrytest.Server
	URL string // The server's address, "http://127.0.0.1:port".

	fake   *fakeserver.Server
	o      options
	store  *store
	tokens *tokens
	outbox fakeserver.Outbox
	posted atomic.Int64 // events

	// Guarded by the store's lock.
	accepted int // writes that are carried out later
	pending  []write
	messages []tenantry.Raw
}

type options struct {
	client                                []tenantry.Option
	clientID, clientSecret, webhookSecret string
	tenants, properties, units            int
	seed                                  uint64
	dirt                                  float64
	start                                 time.Time
	perDay                                int
	writeTime                             time.Duration
	tokenLife                             time.Duration
	silentExpiry                          bool
	table                                 bool
}

// Option changes a server. Nil is skipped.
type Option func(*options)

// WithCredentials sets the client credentials that the server accepts.
func WithCredentials(clientID, clientSecret string) Option {
	return func(o *options) { o.clientID, o.clientSecret = clientID, clientSecret }
}

// WithPortfolio fills the server with properties of so many units each, as communities
// and units, and with the persons, leases, listings and tasks that refer to them. The
// same numbers and seed give the same portfolio in the fakes of all APIs. The records
// are made when they are read; a portfolio of any size starts at once. See [WithDirt]
// and [WithStart].
func WithPortfolio(properties, unitsPerProperty int, seed uint64) Option {
	return func(o *options) { o.properties, o.units, o.seed = properties, unitsPerProperty, seed }
}

// WithDirt makes a share of the portfolio's records, from 0 to 1, as dirty as real
// ones: nulls, empty texts, phone numbers as people type them, dates in other forms,
// numbers as texts, and unknown members. The default is 0.
func WithDirt(share float64) Option { return func(o *options) { o.dirt = share } }

// WithStart sets the time by the server's clock when it starts. The default is now.
// The portfolio is as of that day.
func WithStart(t time.Time) Option { return func(o *options) { o.start = t } }

// WithLife makes n things happen in the portfolio on every day that Advance puts the
// clock forward: notices, renewals, new leases and payments. Tenants move in and out
// by the dates of their leases, with or without it. See [Server.Subscribe].
func WithLife(perDay int) Option { return func(o *options) { o.perDay = perDay } }

// WithTenants adds n dirty tenants, and leases and units for them, in four groups named
// group-0 to group-3. For clean records, use [WithPortfolio].
func WithTenants(n int) Option { return func(o *options) { o.tenants = n } }

// WithSeed sets the seed of the generated tenants. The default is 1.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithWriteTime sets how long the writes take that the API carries out after its
// response: those of communities and tasks, and replies to messages. It is measured by
// the server's clock. The default is 0, so that they are done at once.
func WithWriteTime(d time.Duration) Option { return func(o *options) { o.writeTime = d } }

// WithTokenLife sets how long a token is valid. The default is an hour, the most that
// the API gives. Advance does not make tokens older, since it does not change the
// client's clock; see [Server.ExpireTokens].
func WithTokenLife(d time.Duration) Option { return func(o *options) { o.tokenLife = d } }

// WithSilentExpiry makes the token endpoint leave out expires_in, so that clients
// learn of the end of a token from a 401.
func WithSilentExpiry() Option { return func(o *options) { o.silentExpiry = true } }

// WithTableEnvelope makes responses follow the tables of the API's documentation
// instead of its examples, which differ: data or leases, success or sucess, one listing
// or a list of one, coordinates of units as texts or numbers, and more.
func WithTableEnvelope() Option { return func(o *options) { o.table = true } }

// WithWebhookSecret sets the secret that deliveries are signed with.
func WithWebhookSecret(secret string) Option { return func(o *options) { o.webhookSecret = secret } }

// NewServer starts a server. Close it after use.
func NewServer(opts ...Option) *Server {
	o := options{clientID: ClientID, clientSecret: ClientSecret, webhookSecret: WebhookSecret, seed: 1, tokenLife: time.Hour}
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	s := &Server{o: o, tokens: &tokens{known: make(map[string]time.Time)}}
	if o.start.IsZero() {
		o.start = time.Now()
	}
	s.store = newStore(&world{
		Portfolio: portfolio.New(o.seed, o.properties, o.units, o.start), seed: o.seed, dirt: o.dirt, now: func() time.Time { return s.fake.Now() },
		unlisted: make(map[string]bool),
	})
	generate(s.store, o.seed, o.tenants)
	s.fake = fakeserver.Start(fakeserver.Spec{
		Routes: slices.Concat(
			[]fakeserver.Route{
				{Operation: "tokens.create", Method: http.MethodPost, Path: "/oauth2/token", Handle: s.createToken},
				{Operation: "messages.create", Method: http.MethodPost, Path: "/messages/", Handle: s.sendMessage},
				{Operation: portalOperation, Method: http.MethodGet, Path: "/webhook/app-portal-access/", Handle: s.portal},
			},
			s.communityRoutes(), s.personRoutes(), s.leaseRoutes(), s.unitRoutes(), s.listingRoutes(), s.taskRoutes(),
		),
		Refuse:   refuse,
		Before:   s.before,
		Start:    s.o.start,
		Advanced: s.advanced,
		IDs:      []string{"identifier", "community_id"},
	})
	s.Server, s.URL = s.fake, s.fake.URL
	return s
}

// InternalError returns a fault with the body that the API documents for a 500 of an
// operation: communities.find, communities.create or communities.update. For others it
// has the usual body of an error.
func InternalError(operation string) tenantrytest.Fault {
	body := `{"error":{"type":"internal_error","message":"Something went wrong."}}`
	switch operation {
	case "communities.find":
		body = `{"error":"Something went wrong."}`
	case "communities.create", "communities.update":
		body = `{"error":{"message":"Something went wrong."}}`
	}
	return tenantrytest.Fault{Operation: operation, Status: http.StatusInternalServerError, Body: []byte(body)}
}
