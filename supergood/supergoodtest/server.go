// Package supergoodtest is a fake of Supergood's Entrata API, for tests of programs
// that use package supergood, and for examples. It follows the assumptions of that
// package. It is strict: sessions expire, each code works once, five wrong passwords
// lock the account, and the server creates one record for an idempotency key and
// refuses another body with the same key.
//
//	server := supergoodtest.NewServer(supergoodtest.WithProperties(3, 40))
//	defer server.Close()
//	client, err := supergood.NewClient(server.URL, supergood.Credentials{
//		Username: supergoodtest.Username,
//		Password: tenantry.NewSecret(supergoodtest.Password),
//	})
//
// A [Server] also has the faults, latency and hooks of [tenantrytest.Server].
package supergoodtest

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pquerna/otp/totp"

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
	wrong      int
	issued     int
	properties []members
	units      map[string][]members
	created    map[string]creation
	orders     int
	added      int
	gone       map[string]string // from a removed property to the one before it
}

type session struct{ expiry time.Time }

// A creation is what an idempotency key was used for.
type creation struct {
	body     []byte
	response fakeserver.Response
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

// WithProperties adds n properties with the given number of units each.
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
		units: make(map[string][]members), created: make(map[string]creation), gone: make(map[string]string),
	}
	if o.start.IsZero() {
		s.o.start = time.Now()
	}
	if o.portfolio {
		s.world = portfolio.New(o.seed, o.properties, o.units, s.o.start)
		s.settle()
	} else {
		s.generate()
	}
	route := func(operation, method, path string, handle func(*fakeserver.Request) fakeserver.Response) fakeserver.Route {
		return fakeserver.Route{Operation: operation, Method: method, Path: path, Handle: handle}
	}
	s.fake = fakeserver.Start(fakeserver.Spec{
		Routes: []fakeserver.Route{
			route("sessions.open", http.MethodPost, "/sessions", s.open),
			route("sessions.refresh", http.MethodPost, "/sessions/refresh", s.renew),
			route("properties.list", http.MethodGet, "/properties", s.listProperties),
			route("units.list", http.MethodGet, "/properties/{property}/units", s.listUnits),
			route("leases.create", http.MethodPost, "/properties/{property}/leases", s.create("lease", "rent")),
			route("work-orders.create", http.MethodPost, "/properties/{property}/work-orders", s.create("workOrder", "category")),
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

func (s *Server) generate() {
	for i := range s.o.properties {
		id := fmt.Sprintf("prop-%03d", i)
		s.properties = append(s.properties, members{"id": id, "name": fmt.Sprintf("The Arc %d", i), "address": members{"city": "Lehi", "state": "UT"}, "summary": members{"units": s.o.units}})
		s.units[id] = []members{}
		for n := range s.o.units {
			u := members{
				"id": fmt.Sprintf("%s-unit-%04d", id, n), "status": []string{"OCCUPIED", "VACANT", "on notice"}[n%3], "attributes": members{"beds": n % 4, "baths": 1.5},
				"pricing": members{"marketRent": 1200 + n}, "availability": members{"readyDate": "2026-12-01"}, "buildingNo": n % 7,
			}
			if n%3 == 0 {
				resident := func(k string) members {
					return members{"id": fmt.Sprintf("%s-res-%04d-%s", id, n, k), "firstName": "Ana", "lastName": "Li", "email": fmt.Sprintf("res%d%s@example.com", n, k), "phone": nil}
				}
				u["residents"] = []members{resident("a")}
				u["leases"] = []members{{"id": fmt.Sprintf("%s-lease-%04d", id, n), "rent": 1200.5, "residents": []members{resident("a"), resident("b")}}}
			}
			s.units[id] = append(s.units[id], u)
		}
	}
}

// open opens a session, or asks for a code.
func (s *Server) open(r *fakeserver.Request) fakeserver.Response {
	var body struct {
		Username    string `json:"username"`
		Password    string `json:"password"`
		ChallengeID string `json:"challengeId"`
		Code        string `json:"code"`
		SSO         *struct {
			Token string `json:"token"`
		} `json:"sso"`
	}
	if r.Decode(&body) != nil {
		return refuse(http.StatusBadRequest, "bad_request", "The body is not JSON.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wrong >= 5 {
		return refuse(http.StatusForbidden, "account_locked", "The account is locked.")
	}
	known := body.Username == s.o.username && body.Password == s.o.password
	if body.SSO != nil {
		known = body.SSO.Token == SSOToken
	}
	if !known {
		s.wrong++
		return refuse(http.StatusUnauthorized, "invalid_credentials", "The username or password is not right.")
	}
	if s.o.mfa != "" {
		if body.Code == "" {
			return s.ask()
		}
		if !s.checkCode(body.ChallengeID, body.Code) {
			s.wrong++
			return refuse(http.StatusUnauthorized, "invalid_code", "The code is not right.")
		}
	}
	return s.grant()
}

func (s *Server) ask() fakeserver.Response {
	id := "chal_" + rand.Text()
	s.challenge[id] = ""
	if s.o.mfa != "totp" {
		s.lastCode = rand.Text()[:8] // letters, so that no number reads like it
		s.challenge[id] = s.lastCode
	}
	m := members{"challenge": members{"id": id, "type": s.o.mfa, "message": "Enter the code."}}
	if s.o.challengeStatus >= 400 {
		m["error"] = members{"code": "mfa_required", "message": "A code is needed."}
	}
	return fakeserver.JSON(s.o.challengeStatus, m)
}

func (s *Server) checkCode(id, code string) bool {
	want, asked := s.challenge[id]
	delete(s.challenge, id)
	if !asked {
		return false
	}
	if s.o.mfa != "totp" {
		return code == want
	}
	if code == s.used || !totp.Validate(code, TOTPSecret) {
		return false
	}
	s.used = code
	return true
}

func (s *Server) grant() fakeserver.Response {
	token, refresh := s.issue(), "sgr_"+rand.Text()
	s.refresh[refresh] = true
	return fakeserver.JSON(http.StatusOK, members{"token": token, "refreshToken": refresh, "expiresIn": s.o.life.Seconds()})
}

func (s *Server) renew(r *fakeserver.Request) fakeserver.Response {
	var body struct {
		RefreshToken string `json:"refreshToken"`
	}
	token := r.Bearer()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.sessions[token]; r.Decode(&body) != nil || !known || !s.refresh[body.RefreshToken] {
		return refuse(http.StatusUnauthorized, "invalid_session", "The session can't be refreshed.")
	}
	delete(s.refresh, body.RefreshToken)
	delete(s.sessions, token)
	return s.grant()
}

func (s *Server) authorize(r *fakeserver.Request) *fakeserver.Response {
	if strings.HasPrefix(r.Operation, "sessions.") {
		return nil
	}
	token := r.Bearer()
	s.mu.Lock()
	defer s.mu.Unlock()
	if got, known := s.sessions[token]; !known || !s.Now().Before(got.expiry) {
		resp := refuse(http.StatusUnauthorized, "invalid_session", "The session is not valid.")
		return &resp
	}
	return nil
}

// IssueToken opens a session and returns its token.
func (s *Server) IssueToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issue()
}

// issue is IssueToken with s.mu held.
func (s *Server) issue() string {
	token := "sgs_" + rand.Text()
	s.sessions[token] = session{s.Now().Add(s.o.life)}
	s.issued++
	return token
}

// ExpireTokens makes all sessions expire. They can be refreshed.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token := range s.sessions {
		s.sessions[token] = session{}
	}
}

// RevokeTokens ends all sessions. They can't be refreshed.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.sessions)
	clear(s.refresh)
}

// TokensIssued returns how many tokens were issued, for sessions that were opened
// or refreshed.
func (s *Server) TokensIssued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issued
}

// LastCode returns the code that the server sent last, as by SMS or email.
func (s *Server) LastCode() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastCode
}

// Created returns how many records were created.
func (s *Server) Created() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.orders
}

// AddProperty adds a property at an index of the listing and returns its ID. An
// index past the end adds it at the end.
func (s *Server) AddProperty(index int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.added++
	id := "prop-added-" + strconv.Itoa(s.added)
	s.properties = slices.Insert(s.properties, min(max(index, 0), len(s.properties)), members{"id": id, "name": "Added"})
	s.units[id] = []members{}
	return id
}

// RemoveProperty removes a property and reports whether it was there. A cursor that
// names it then names the property before it.
func (s *Server) RemoveProperty(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.properties, func(p members) bool { return p["id"] == id })
	if i < 0 {
		return false
	}
	s.gone[id] = ""
	if i > 0 {
		s.gone[id], _ = s.properties[i-1]["id"].(string)
	}
	s.properties = slices.Delete(s.properties, i, i+1)
	return true
}

// PropertyIDs returns the IDs of all properties, in the order of listings.
func (s *Server) PropertyIDs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]string, len(s.properties))
	for i, p := range s.properties {
		ids[i], _ = p["id"].(string)
	}
	return ids
}

func (s *Server) listProperties(r *fakeserver.Request) fakeserver.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.properties
	if name := r.Query.Get("name"); name != "" {
		found = slices.DeleteFunc(slices.Clone(found), func(p members) bool { return p["name"] != name })
	}
	return s.page(r, "properties", found)
}

func (s *Server) listUnits(r *fakeserver.Request) fakeserver.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	units, known := s.unitsOf(r.Arg("property"))
	if !known {
		return refuse(http.StatusNotFound, "not_found", "There is no such property.")
	}
	return s.page(r, "units", units)
}

func (s *Server) page(r *fakeserver.Request, name string, all []members) fakeserver.Response {
	from, size := 0, s.o.pageSize
	q := r.Query
	switch s.o.style {
	case ByCursor:
		if c := q.Get("cursor"); c != "" {
			for before, removed := s.gone[c]; removed; before, removed = s.gone[c] {
				c = before
			}
			i := slices.IndexFunc(all, func(m members) bool { return m["id"] == c })
			if i < 0 && c != "" {
				return refuse(http.StatusBadRequest, "bad_cursor", "The cursor is not known.")
			}
			from = i + 1
		}
	case ByLink:
		from, _ = strconv.Atoi(q.Get("start"))
	case ByPageNumber:
		if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 0 {
			from = (n - 1) * size
		}
	case OnePage:
		return fakeserver.JSON(http.StatusOK, all)
	}
	from = min(max(from, 0), len(all))
	to := min(from+size, len(all))
	rest, more := append([]members{}, all[from:to]...), to < len(all)
	switch s.o.style {
	case ByLink:
		m := members{"results": rest, "next": nil}
		if more {
			q.Set("start", strconv.Itoa(to))
			m["next"] = "http://" + r.Host + r.URL.EscapedPath() + "?" + q.Encode()
		}
		return fakeserver.JSON(http.StatusOK, m)
	case ByPageNumber:
		return fakeserver.JSON(http.StatusOK, members{name: rest, "pagination": members{"page": from/size + 1, "totalPages": (len(all) + size - 1) / size, "total": len(all)}})
	}
	m := members{"data": rest, "nextCursor": nil}
	if more {
		m["nextCursor"] = all[to-1]["id"]
	}
	return fakeserver.JSON(http.StatusOK, m)
}

// create returns a handler that creates one record for each idempotency key.
func (s *Server) create(name, needed string) func(*fakeserver.Request) fakeserver.Response {
	return func(r *fakeserver.Request) fakeserver.Response {
		key := r.Header.Get("Idempotency-Key")
		s.mu.Lock()
		defer s.mu.Unlock()
		if key == "" {
			return refuse(http.StatusBadRequest, "no_key", "The Idempotency-Key is missing.")
		}
		if before, again := s.created[key]; again {
			if !bytes.Equal(before.body, r.Payload) {
				return refuse(http.StatusUnprocessableEntity, "key_reused", "The Idempotency-Key was used with another body.")
			}
			return before.response
		}
		m := map[string]json.RawMessage{} // numbers keep their exact text
		if !s.known(r.Arg("property")) {
			return refuse(http.StatusNotFound, "not_found", "There is no such property.")
		}
		if r.Decode(&m) != nil || m[needed] == nil {
			return refuse(http.StatusUnprocessableEntity, "invalid", "The member "+needed+" is missing.")
		}
		s.orders++
		m["id"], m["status"] = json.RawMessage(fmt.Sprintf(`"%s-%d"`, strings.ToLower(name), s.orders)), json.RawMessage(`"CREATED"`)
		response := fakeserver.JSON(http.StatusCreated, members{name: m})
		s.created[key] = creation{bytes.Clone(r.Payload), response}
		return response
	}
}
