// Package elevenostest is a fake server of the ElevenOS Resident Management API, for
// tests of programs that use package elevenos, and for examples.
//
//	client, server := elevenostest.Start(t, elevenostest.WithResidents(200))
//	residents := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents
//
// The server has one team with one site, or with a site for each property of a portfolio
// ([WithPortfolio]). [Server.Add] adds records of every model that the API lists.
// Residents move through their statuses by the server's clock, which Advance puts
// forward. The server removes them after they were expired for 31 days.
//
// The server is strict. It accepts credentials at the token endpoint only, and checks
// tokens and bodies. It refuses requests for their content with status 200 and an Error,
// as the API does. Jobs finish when they are polled or when the clock moves.
//
// A [Server] also has the faults, latency and hooks of [tenantrytest.Server].
package elevenostest

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/portfolio"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// Defaults of a server.
const (
	Email    = "service@example.com"
	Password = "elevenostest:pass:wörd"
	TeamID   = "team-1"
	SiteID   = "site-1"
)

// Server is a fake of ElevenOS.
type Server struct {
	tenantrytest.Server
	URL string // The server's address, "http://127.0.0.1:port".

	fake  *fakeserver.Server
	o     options
	world *portfolio.Portfolio

	mu     sync.Mutex // guards all below and the records of all sites
	teams  *fakeserver.Table[elevenos.Team]
	sites  map[string]*fakeserver.Table[elevenos.SiteInfo] // by team
	stores map[place]*store                                // the sites that were asked for
	tokens map[string]time.Time                            // to their expiry
	issued int
}

// A place is a site of a team.
type place struct{ team, site string }

type options struct {
	client          []tenantry.Option
	email, password string
	residents       int
	units           int
	seed            uint64
	siteType        string
	tokenLife       time.Duration
	properties      int
	perProperty     int
	dirt            float64
	start           time.Time
	perDay          int
	pendingPolls    int
	jobTime         time.Duration
	listResult      bool
	objectErrors    bool
}

// Option changes a server. Nil is skipped.
type Option func(*options)

// WithCredentials sets the email and password that the server accepts.
func WithCredentials(email, password string) Option {
	return func(o *options) { o.email, o.password = email, password }
}

// WithPortfolio replaces the one site by a site for each property, with so many units:
// "site-1" (SiteID), "site-2" and so on. The first tenant of each lease is a resident. The
// same numbers and seed give the same portfolio in the fakes of all APIs. The server makes
// a site when it is first asked for, so a portfolio of any size starts at once. See
// [WithDirt] and [WithStart].
func WithPortfolio(properties, unitsPerProperty int, seed uint64) Option {
	return func(o *options) { o.properties, o.perProperty, o.seed = properties, unitsPerProperty, seed }
}

// WithDirt makes a share of the portfolio's residents, from 0 to 1, as dirty as real
// ones: blanks around names, emails in capitals, phone numbers as people type them.
// The default is 0.
func WithDirt(share float64) Option { return func(o *options) { o.dirt = share } }

// WithStart sets the time by the server's clock when it starts. The default is now.
// The portfolio is as of that day.
func WithStart(t time.Time) Option { return func(o *options) { o.start = t } }

// WithLife makes n things happen in the portfolio on every day that Advance puts the
// clock forward: notices, renewals, new leases and payments. Tenants move in and out
// by the dates of their leases, with or without it.
func WithLife(perDay int) Option { return func(o *options) { o.perDay = perDay } }

// WithResidents adds n generated residents to the site, each in their own unit.
func WithResidents(n int) Option { return func(o *options) { o.residents = n } }

// WithFreeUnits sets the number of units without a resident. The default is 20.
func WithFreeUnits(n int) Option { return func(o *options) { o.units = n } }

// WithSeed sets the seed of the generated residents. The default is 1.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithSiteType sets the site's type. The default is PPK-C, which can reset
// pre-shared keys.
func WithSiteType(kind string) Option { return func(o *options) { o.siteType = kind } }

// WithTokenLife makes tokens expire after d, and the token endpoint return that time. By
// default, tokens don't expire for a year, and the token endpoint returns no time.
func WithTokenLife(d time.Duration) Option { return func(o *options) { o.tokenLife = d } }

// WithPendingPolls keeps jobs unfinished for the first n polls of their status.
// The default is 2.
func WithPendingPolls(n int) Option { return func(o *options) { o.pendingPolls = n } }

// WithJobTime sets how long a job takes by the server's clock if nobody polls it
// ([WithPendingPolls]). The default is a minute: after Advance(time.Minute), all jobs
// accepted before are done.
func WithJobTime(d time.Duration) Option { return func(o *options) { o.jobTime = d } }

// WithListedResults returns a job's result as a list of objects, which is another
// way to read the quick start.
func WithListedResults() Option { return func(o *options) { o.listResult = true } }

// WithObjectErrors returns errors as objects instead of texts.
func WithObjectErrors() Option { return func(o *options) { o.objectErrors = true } }

// NewServer starts a server. Close it when done.
func NewServer(opts ...Option) *Server {
	o := options{email: Email, password: Password, units: 20, seed: 1, siteType: "PPK-C", pendingPolls: 2, jobTime: time.Minute}
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	s := &Server{o: o, tokens: make(map[string]time.Time), stores: make(map[place]*store)}
	if o.start.IsZero() {
		s.o.start = time.Now()
	}
	s.world = portfolio.New(o.seed, o.properties, o.perProperty, s.o.start)
	s.teams = fakeserver.NewTable(fakeserver.Base[elevenos.Team]{})
	s.teams.Put(fakeserver.Natural(TeamID), elevenos.Team{TeamID: TeamID, Extra: tenantry.Extra{"Name": tenantry.Raw(`"Demo team"`)}})
	s.sites = map[string]*fakeserver.Table[elevenos.SiteInfo]{TeamID: fakeserver.NewTable(s.baseSites())}
	const onSite = "/team/{team}/site/{site}"
	const all, one = onSite + "/resident", onSite + "/resident/{resident}"
	route := func(operation, method, path string, handle func(*fakeserver.Request) fakeserver.Response) fakeserver.Route {
		return fakeserver.Route{Operation: operation, Method: method, Path: path, Handle: handle}
	}
	s.fake = fakeserver.Start(fakeserver.Spec{
		Routes: []fakeserver.Route{
			route("tokens.create", http.MethodPost, "/oauth/token", s.createToken),
			route("teams.list", http.MethodGet, "/team", s.listTeams),
			route("sites.list", http.MethodGet, "/team/{team}/site", s.listSites),
			route("mappings.list", http.MethodGet, onSite+"/mappings", s.onSite((*site).mappings)),
			route("residents.list", http.MethodGet, all, s.onSite((*site).list)),
			route("residents.create", http.MethodPost, all, s.onSite((*site).create)),
			route("residents.import", http.MethodPost, all+"/import", s.onSite((*site).startImport)),
			route("residents.import-status", http.MethodGet, all+"/import/{job}", s.onSite(jobStatus("import"))),
			route("residents.bulk-action", http.MethodPost, all+"/bulkaction", s.onSite((*site).startBulk)),
			route("residents.bulk-action-status", http.MethodGet, all+"/bulkaction/{job}", s.onSite(jobStatus("bulkaction"))),
			route("residents.get", http.MethodGet, one, s.onResident((*site).get)),
			route("residents.update", http.MethodPut, one, s.onResident((*site).update)),
			route("residents.terminate", http.MethodDelete, one, s.onResident((*site).terminate)),
			route("residents.purge", http.MethodDelete, one+"/purge", s.onResident((*site).purge)),
			route("residents.invite", http.MethodPost, one+"/invite", s.onResident((*site).invite)),
			route("residents.reset-psk", http.MethodPost, one+"/pskreset", s.onResident((*site).resetPSK)),
			route("residents.set-status", http.MethodPatch, one+"/status", s.onResident((*site).setStatus)),
		},
		Refuse:   func(status int, code, message string) fakeserver.Response { return s.refuse(status, code, message) },
		Before:   s.authorize,
		Start:    o.start,
		IDs:      []string{"ResidentId", "TeamId", "SiteId"},
		Advanced: s.advanced,
	})
	s.Server, s.URL = s.fake, s.fake.URL
	return s
}

// refuse returns an error, as a text or an object.
func (s *Server) refuse(status int, code, message string) fakeserver.Response {
	var e any = message
	if s.o.objectErrors {
		e = members{"Code": code, "Message": message}
	}
	return fakeserver.JSON(status, members{"Error": e})
}

// wrong returns an error with status 200, which is how the API refuses a request
// for its content.
func (s *Server) wrong(code, message string) fakeserver.Response {
	return s.refuse(http.StatusOK, code, message)
}

// fine returns a response without an error.
func fine(m members) fakeserver.Response {
	m["Error"] = nil
	return fakeserver.JSON(http.StatusOK, m)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *Server) createToken(r *fakeserver.Request) fakeserver.Response {
	scheme, encoded, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	ok := strings.EqualFold(scheme, "Password")
	plain, err := base64.StdEncoding.DecodeString(encoded)
	email, password, _ := strings.Cut(string(plain), ":")
	switch {
	case len(r.Payload) > 0:
		return s.refuse(http.StatusBadRequest, "bad_request", "The body must be empty.")
	case !ok || err != nil || !same(email, s.o.email) || !same(password, s.o.password):
		return s.refuse(http.StatusUnauthorized, "bad_credentials", "The email or password is not right.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	token := "eos_" + rand.Text()
	s.issued++
	response := members{"access_token": token}
	expiry := s.Now().Add(24 * 365 * time.Hour)
	if s.o.tokenLife > 0 {
		expiry = s.Now().Add(s.o.tokenLife)
		response["expires_in"] = int(s.o.tokenLife / time.Second)
	}
	s.tokens[token] = expiry
	return fakeserver.JSON(http.StatusOK, response)
}

func (s *Server) authorize(r *fakeserver.Request) *fakeserver.Response {
	if r.Operation == "tokens.create" {
		return nil
	}
	token := r.Bearer()
	s.mu.Lock()
	expiry, known := s.tokens[token]
	s.mu.Unlock()
	if !known || !s.Now().Before(expiry) {
		resp := s.refuse(http.StatusUnauthorized, "unauthorized", "The token is not valid.")
		return &resp
	}
	return nil
}

// ExpireTokens makes all tokens expire that were issued so far, before the time
// that the token endpoint named.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token := range s.tokens {
		s.tokens[token] = time.Time{}
	}
}

// RevokeTokens makes the server forget all tokens that were issued so far.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// TokensIssued returns how many tokens were issued.
func (s *Server) TokensIssued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issued
}
