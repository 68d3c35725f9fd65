// Package elevenostest is a fake of the ElevenOS Resident Management API, for
// tests of programs that use package elevenos and for its examples. It is
// strict: it takes credentials at the token endpoint alone, checks tokens, and
// moves residents through their states by a clock of its own, which a test can
// put forward.
//
//	server := elevenostest.NewServer(elevenostest.WithResidents(200))
//	defer server.Close()
//	client, err := elevenos.NewClient(elevenostest.Email, elevenostest.Password, tenantry.WithBaseURL(server.URL))
//	residents := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents
//
// What it refuses for its content it refuses with status 200 and an Error, as
// the API does.
//
// The faults, latency and hooks of [tenantrytest.Server] are its own as well.
package elevenostest

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tenantry/tenantry-go/tenantrytest"
)

// What a server has unless told otherwise.
const (
	Email    = "service@example.com"
	Password = "elevenostest:pass:wörd"
	TeamID   = "team-1"
	SiteID   = "site-1"
)

// A Server is a fake of ElevenOS.
type Server struct {
	*tenantrytest.Server
	o     options
	store *store

	mu     sync.Mutex
	tokens map[string]time.Time // to their expiry, by the real clock
	issued int
}

type options struct {
	email, password string
	residents       int
	units           int
	seed            uint64
	siteType        string
	tokenLife       time.Duration
	jobLooks        int
	listResult      bool
	objectErrors    bool
}

// An Option changes a server.
type Option func(*options)

// WithCredentials sets the email and password that the server takes.
func WithCredentials(email, password string) Option {
	return func(o *options) { o.email, o.password = email, password }
}

// WithResidents fills the site with n generated residents, each in a unit of
// their own.
func WithResidents(n int) Option { return func(o *options) { o.residents = n } }

// WithFreeUnits adds n units beside those of the generated residents; the
// default is 20.
func WithFreeUnits(n int) Option { return func(o *options) { o.units = n } }

// WithSeed makes other residents of the same number; the default is 1.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithSiteType sets the site's type; the default is PPK-C, which can reset
// pre-shared keys.
func WithSiteType(kind string) Option { return func(o *options) { o.siteType = kind } }

// WithTokenLife has the token endpoint tell how long a token is good, and
// tokens expire. The default is that they don't, and that it says nothing.
func WithTokenLife(d time.Duration) Option { return func(o *options) { o.tokenLife = d } }

// WithJobLooks has jobs be under way for so many looks at them; the default is
// 2.
func WithJobLooks(looks int) Option { return func(o *options) { o.jobLooks = looks } }

// WithListedResults nests a job's result the other way that the quick start
// can be read: as a list of objects.
func WithListedResults() Option { return func(o *options) { o.listResult = true } }

// WithObjectErrors answers errors as objects in place of texts.
func WithObjectErrors() Option { return func(o *options) { o.objectErrors = true } }

// NewServer starts a server. Close it when done.
func NewServer(opts ...Option) *Server {
	o := options{email: Email, password: Password, units: 20, seed: 1, siteType: "PPK-C", jobLooks: 2}
	for _, opt := range opts {
		opt(&o)
	}
	s := &Server{o: o, tokens: make(map[string]time.Time), store: newStore()}
	s.store.generate(o.seed, o.residents, o.units)
	const site = "/team/{team}/site/{site}"
	const all, one = site + "/resident", site + "/resident/{resident}"
	route := func(operation, method, path string, handle func(*tenantrytest.Request) tenantrytest.Response) tenantrytest.Route {
		return tenantrytest.Route{Operation: operation, Method: method, Path: path, Handle: handle}
	}
	s.Server = tenantrytest.Start(tenantrytest.Spec{
		Routes: []tenantrytest.Route{
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
		Refuse: func(status int, code, message string) tenantrytest.Response { return s.refuse(status, code, message) },
		Before: s.authorize,
	})
	return s
}

// refuse renders an error as a text or an object.
func (s *Server) refuse(status int, code, message string) tenantrytest.Response {
	var e any = message
	if s.o.objectErrors {
		e = members{"Code": code, "Message": message}
	}
	return tenantrytest.JSON(status, members{"Error": e})
}

// wrong is what the API says with status 200.
func (s *Server) wrong(code, message string) tenantrytest.Response {
	return s.refuse(http.StatusOK, code, message)
}

// fine is an answer without an error.
func fine(m members) tenantrytest.Response {
	m["Error"] = nil
	return tenantrytest.JSON(http.StatusOK, m)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *Server) createToken(r *tenantrytest.Request) tenantrytest.Response {
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
	answer := members{"access_token": token}
	expiry := time.Now().Add(24 * 365 * time.Hour)
	if s.o.tokenLife > 0 {
		expiry = time.Now().Add(s.o.tokenLife)
		answer["expires_in"] = int(s.o.tokenLife / time.Second)
	}
	s.tokens[token] = expiry
	return tenantrytest.JSON(http.StatusOK, answer)
}

func (s *Server) authorize(r *tenantrytest.Request) *tenantrytest.Response {
	if r.Operation == "tokens.create" {
		return nil
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	expiry, known := s.tokens[token]
	s.mu.Unlock()
	if !ok || !known || !time.Now().Before(expiry) {
		resp := s.refuse(http.StatusUnauthorized, "unauthorized", "The token is not valid.")
		return &resp
	}
	return nil
}

// RevokeTokens has all tokens that were given out so far be invalid.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// TokensIssued counts the tokens that were given out.
func (s *Server) TokensIssued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issued
}

func (s *Server) teams(*tenantrytest.Request) tenantrytest.Response {
	return fine(members{"Teams": []members{{"TeamId": TeamID, "Name": "Demo team"}}})
}

func (s *Server) sites(r *tenantrytest.Request) tenantrytest.Response {
	if r.Arg("team") != TeamID {
		return s.refuse(http.StatusNotFound, "not_found", "There is no such team.")
	}
	return fine(members{"Sites": []members{{"SiteId": SiteID, "Name": "Demo site", "SiteType": s.o.siteType, "TimeZone": siteZone.String()}}})
}

// onSite locks the store, and brings it up to the clock, for a handler.
func (s *Server) onSite(handle func(*tenantrytest.Request) tenantrytest.Response) func(*tenantrytest.Request) tenantrytest.Response {
	return func(r *tenantrytest.Request) tenantrytest.Response {
		if r.Arg("team") != TeamID || r.Arg("site") != SiteID {
			return s.refuse(http.StatusNotFound, "not_found", "There is no such site.")
		}
		s.store.mu.Lock()
		defer s.store.mu.Unlock()
		s.store.tick()
		return handle(r)
	}
}

func (s *Server) onResident(handle func(*tenantrytest.Request, *resident) tenantrytest.Response) func(*tenantrytest.Request) tenantrytest.Response {
	return s.onSite(func(r *tenantrytest.Request) tenantrytest.Response {
		one := s.store.find(r.Arg("resident"))
		if one == nil {
			return s.refuse(http.StatusNotFound, "not_found", "There is no such resident.")
		}
		return handle(r, one)
	})
}

func (s *Server) mappings(*tenantrytest.Request) tenantrytest.Response {
	return fine(members{"Mappings": s.store.mappings})
}
