// Package supergoodtest is a fake server of Supergood's Entrata API, for tests of programs
// that use package supergood, and for examples. It follows the assumptions of that
// package.
//
//	client, server := supergoodtest.Start(t, supergoodtest.WithPortfolio(2, 40, 7))
//
// The server has the properties, units, leases and residents of a portfolio, or plain ones
// ([WithProperties]). [Server.Add] adds others. Query parameters that are not about paging
// are filters: they select the records with that value, in the record or in an object in
// it, such as the state of a property's address.
//
// The server is strict. Sessions expire, each code works once, and five wrong passwords
// lock the account. The server creates one record for an idempotency key, and refuses
// another body with the same key. It checks the members of bodies that package supergood
// assumes, and keeps others as they are.
//
// A [Server] also has the faults, latency and hooks of [tenantrytest.Server].
package supergoodtest

import (
	"net/http"
	"sync"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/portfolio"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// The credentials that a server accepts by default.
const (
	Username   = "onsite@example.com"
	Password   = "supergoodtest-password"
	TOTPSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" //nolint:gosec // it opens nothing but the fake
	SSOToken   = "supergoodtest-sso-token"
)

// A Style is a way to page lists.
type Style int

// Styles of paging.
const (
	ByCursor     Style = iota // nextCursor, sent as cursor
	ByLink                    // next, a URL
	ByPageNumber              // page and totalPages
	OnePage                   // a bare array of all records
)

// Server is a fake of the API.
type Server struct {
	tenantrytest.Server
	URL string // The server's address, "http://127.0.0.1:port".

	fake  *fakeserver.Server
	o     options
	world *portfolio.Portfolio

	mu         sync.Mutex
	sessions   map[string]session // by token
	refresh    map[string]bool    // refresh tokens that were not used yet
	challenge  map[string]string  // from an ID to the code, "" for TOTP
	used       string             // the last TOTP code
	lastCode   string
	wrong      int // sign-ons that failed
	issued     int
	properties table
	units      map[string]table // of the properties whose units were changed
	leases     table            // that were created or added
	workOrders table            // likewise
	removed    map[string]bool  // IDs that a cursor may still name
	created    map[string]creation
	creates    int
}

type members = map[string]any

type options struct {
	client             []tenantry.Option
	username, password string
	properties, units  int
	portfolio          bool // the properties are those of the portfolio
	seed               uint64
	dirt               float64
	start              time.Time
	perDay             int
	life               time.Duration
	style              Style
	pageSize           int
	mfa                string
	challengeStatus    int
}

// Option changes a server. Nil is skipped.
type Option func(*options)

// WithCredentials sets the username and password that the server accepts.
func WithCredentials(username, password string) Option {
	return func(o *options) { o.username, o.password = username, password }
}

// WithProperties adds n plain properties with the given number of units each. Their IDs
// are "prop-000", "prop-001" and so on.
func WithProperties(n, units int) Option {
	return func(o *options) { o.properties, o.units = n, units }
}

// WithPortfolio adds properties with the given number of units each, with leases and
// residents. The same numbers and seed give the same portfolio in the fakes of all
// APIs; properties, units, leases and residents have the IDs that Propexo calls x_id.
// Units are made when they are read; a portfolio of any size starts at once. See
// [WithDirt] and [WithStart].
func WithPortfolio(properties, unitsPerProperty int, seed uint64) Option {
	return func(o *options) {
		o.properties, o.units, o.seed, o.portfolio = properties, unitsPerProperty, seed, true
	}
}

// WithDirt makes a share of the portfolio's units, from 0 to 1, as dirty as real ones:
// nulls, amounts as texts, phone numbers as people type them, and unknown members. The
// default is 0.
func WithDirt(share float64) Option { return func(o *options) { o.dirt = share } }

// WithStart sets the time by the server's clock when it starts. The default is now.
// The portfolio is as of that day.
func WithStart(t time.Time) Option { return func(o *options) { o.start = t } }

// WithLife makes n things happen in the portfolio on every day that Advance puts the
// clock forward: notices, renewals, new leases and payments. Tenants move in and out
// by the dates of their leases, with or without it.
func WithLife(perDay int) Option { return func(o *options) { o.perDay = perDay } }

// WithSessionLife sets how long a session lasts. The default is ten minutes.
func WithSessionLife(d time.Duration) Option { return func(o *options) { o.life = d } }

// WithPaging sets the style and size of pages. The defaults are ByCursor and 25; a
// size of 0 means 25.
func WithPaging(style Style, size int) Option {
	return func(o *options) {
		if o.style = style; size > 0 {
			o.pageSize = size
		}
	}
}

// WithMFA makes the server ask for a code before it opens a session. kind is "sms",
// "email" or "totp", and status that of the challenge, 200 or 401.
func WithMFA(kind string, status int) Option {
	return func(o *options) { o.mfa, o.challengeStatus = kind, status }
}

// NewServer starts a server. Close it when done.
func NewServer(opts ...Option) *Server {
	o := options{username: Username, password: Password, life: 10 * time.Minute, pageSize: 25}
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	s := &Server{
		o: o, sessions: make(map[string]session), refresh: make(map[string]bool), challenge: make(map[string]string),
		leases: newTable(), workOrders: newTable(), units: make(map[string]table), removed: make(map[string]bool), created: make(map[string]creation),
	}
	if o.start.IsZero() {
		s.o.start = time.Now()
	}
	if o.portfolio {
		s.world = portfolio.New(o.seed, o.properties, o.units, s.o.start)
	}
	s.properties = fakeserver.NewTable(s.baseProperties())
	route := func(operation, method, path string, handle func(*fakeserver.Request) fakeserver.Response) fakeserver.Route {
		return fakeserver.Route{Operation: operation, Method: method, Path: path, Handle: handle}
	}
	s.fake = fakeserver.Start(fakeserver.Spec{
		Routes: []fakeserver.Route{
			route("sessions.open", http.MethodPost, "/sessions", s.open),
			route("sessions.refresh", http.MethodPost, "/sessions/refresh", s.renew),
			route("properties.list", http.MethodGet, "/properties", s.listProperties),
			route("units.list", http.MethodGet, "/properties/{property}/units", s.listUnits),
			route("leases.create", http.MethodPost, "/properties/{property}/leases", s.createLease),
			route("work-orders.create", http.MethodPost, "/properties/{property}/work-orders", s.createWorkOrder),
		},
		Refuse: refuse,
		Before: s.authorize,
		Start:  o.start,
		Advanced: func(from, to time.Time) {
			if s.world != nil && o.perDay > 0 {
				s.world.Live(from, to, o.perDay)
			}
		},
	})
	s.Server, s.URL = s.fake, s.fake.URL
	return s
}

func refuse(status int, code, message string) fakeserver.Response {
	return fakeserver.JSON(status, members{"error": members{"code": code, "message": message}})
}
