// Package elevenostest is a fake of the ElevenOS Resident Management API, for
// tests of programs that use package elevenos, and for examples. It is strict: it
// accepts credentials at the token endpoint only, checks tokens, and moves
// residents through their statuses by its own clock, which a test can put
// forward.
//
//	server := elevenostest.NewServer(elevenostest.WithResidents(200))
//	defer server.Close()
//	client, err := elevenos.NewClient(elevenostest.Email, elevenostest.Password, tenantry.WithBaseURL(server.URL))
//	residents := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents
//
// It refuses requests for their content with status 200 and an Error, as the API
// does. A [Server] also has the faults, latency and hooks of
// [tenantrytest.Server].
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
	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// Defaults of a server.
const (
	Email    = "service@example.com"
	Password = "elevenostest:pass:wörd"
	TeamID   = "team-1"
	SiteID   = "site-1"
)

// A Server is a fake of ElevenOS.
type Server struct {
	tenantrytest.Server
	URL string // The server's address, "http://127.0.0.1:port".

	fake  *fakeserver.Server
	o     options
	store *store

	mu     sync.Mutex
	tokens map[string]time.Time // to their expiry
	issued int
}

type options struct {
	client          []tenantry.Option
	email, password string
	residents       int
	units           int
	seed            uint64
	siteType        string
	tokenLife       time.Duration
	pendingPolls    int
	listResult      bool
	objectErrors    bool
}

// An Option changes a server. Nil is skipped.
type Option func(*options)

// WithCredentials sets the email and password that the server accepts.
func WithCredentials(email, password string) Option {
	return func(o *options) { o.email, o.password = email, password }
}

// WithResidents adds n generated residents to the site, each in their own unit.
func WithResidents(n int) Option { return func(o *options) { o.residents = n } }

// WithFreeUnits sets the number of units without a resident. The default is 20.
func WithFreeUnits(n int) Option { return func(o *options) { o.units = n } }

// WithSeed sets the seed of the generated residents. The default is 1.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithSiteType sets the site's type. The default is PPK-C, which can reset
// pre-shared keys.
func WithSiteType(kind string) Option { return func(o *options) { o.siteType = kind } }

// WithTokenLife makes tokens expire after d, and the token endpoint say so. By
// default tokens don't expire, and the token endpoint says nothing.
func WithTokenLife(d time.Duration) Option { return func(o *options) { o.tokenLife = d } }

// WithPendingPolls keeps jobs unfinished for the first n polls of their status.
// The default is 2.
func WithPendingPolls(n int) Option { return func(o *options) { o.pendingPolls = n } }

// WithListedResults returns a job's result as a list of objects, which is another
// way to read the quick start.
func WithListedResults() Option { return func(o *options) { o.listResult = true } }

// WithObjectErrors returns errors as objects instead of texts.
func WithObjectErrors() Option { return func(o *options) { o.objectErrors = true } }

// NewServer starts a server. Close it when done.
func NewServer(opts ...Option) *Server {
	o := options{email: Email, password: Password, units: 20, seed: 1, siteType: "PPK-C", pendingPolls: 2}
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	s := &Server{o: o, tokens: make(map[string]time.Time), store: newStore()}
	s.store.generate(o.seed, o.residents, o.units)
	const site = "/team/{team}/site/{site}"
	const all, one = site + "/resident", site + "/resident/{resident}"
	route := func(operation, method, path string, handle func(*fakeserver.Request) fakeserver.Response) fakeserver.Route {
		return fakeserver.Route{Operation: operation, Method: method, Path: path, Handle: handle}
	}
	s.fake = fakeserver.Start(fakeserver.Spec{
		Routes: []fakeserver.Route{
			route("tokens.create", http.MethodPost, "/oauth/token", s.createToken),
			route("teams.list", http.MethodGet, "/team", s.teams),
			route("sites.list", http.MethodGet, "/team/{team}/site", s.sites),
			route("mappings.list", http.MethodGet, site+"/mappings", s.onSite(s.mappings)),
			route("residents.list", http.MethodGet, all, s.onSite(s.list)),
			route("residents.create", http.MethodPost, all, s.onSite(s.create)),
			route("residents.import", http.MethodPost, all+"/import", s.onSite(s.startImport)),
			route("residents.import-status", http.MethodGet, all+"/import/{job}", s.onSite(s.jobStatus("import"))),
			route("residents.bulk-action", http.MethodPost, all+"/bulkaction", s.onSite(s.startBulk)),
			route("residents.bulk-action-status", http.MethodGet, all+"/bulkaction/{job}", s.onSite(s.jobStatus("bulkaction"))),
			route("residents.get", http.MethodGet, one, s.onResident(s.get)),
			route("residents.update", http.MethodPut, one, s.onResident(s.update)),
			route("residents.terminate", http.MethodDelete, one, s.onResident(s.terminate)),
			route("residents.purge", http.MethodDelete, one+"/purge", s.onResident(s.purge)),
			route("residents.invite", http.MethodPost, one+"/invite", s.onResident(s.invite)),
			route("residents.reset-psk", http.MethodPost, one+"/pskreset", s.onResident(s.resetPSK)),
			route("residents.set-status", http.MethodPatch, one+"/status", s.onResident(s.setStatus)),
		},
		Refuse: func(status int, code, message string) fakeserver.Response { return s.refuse(status, code, message) },
		Before: s.authorize,
		IDs:    []string{"ResidentId", "TeamId", "SiteId"},
	})
	s.Server, s.URL = s.fake, s.fake.URL
	s.store.now = s.fake.Now
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
	encoded, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Password ")
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

func (s *Server) teams(*fakeserver.Request) fakeserver.Response {
	return fine(members{"Teams": []members{{"TeamId": TeamID, "Name": "Demo team"}}})
}

func (s *Server) sites(r *fakeserver.Request) fakeserver.Response {
	if r.Arg("team") != TeamID {
		return s.refuse(http.StatusNotFound, "not_found", "There is no such team.")
	}
	return fine(members{"Sites": []members{{"SiteId": SiteID, "Name": "Demo site", "SiteType": s.o.siteType, "TimeZone": siteZone.String()}}})
}

// onSite calls a handler with the store locked and brought up to the clock.
func (s *Server) onSite(handle func(*fakeserver.Request) fakeserver.Response) func(*fakeserver.Request) fakeserver.Response {
	return func(r *fakeserver.Request) fakeserver.Response {
		if r.Arg("team") != TeamID || r.Arg("site") != SiteID {
			return s.refuse(http.StatusNotFound, "not_found", "There is no such site.")
		}
		s.store.mu.Lock()
		defer s.store.mu.Unlock()
		s.store.tick()
		return handle(r)
	}
}

func (s *Server) onResident(handle func(*fakeserver.Request, *resident) fakeserver.Response) func(*fakeserver.Request) fakeserver.Response {
	return s.onSite(func(r *fakeserver.Request) fakeserver.Response {
		one := s.store.find(r.Arg("resident"))
		if one == nil {
			return s.refuse(http.StatusNotFound, "not_found", "There is no such resident.")
		}
		return handle(r, one)
	})
}

func (s *Server) mappings(*fakeserver.Request) fakeserver.Response {
	return fine(members{"Mappings": s.store.mappings})
}
