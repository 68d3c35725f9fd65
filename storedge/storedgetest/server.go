// Package storedgetest is a fake of storEDGE for tests of programs that use package
// storedge, and for its examples. It is strict: it verifies the signature of every
// request, accepts each nonce once and no timestamp that is more than five minutes off,
// refuses parameters and members that the reference does not list, and changes its
// records as documented.
//
//	client, server := storedgetest.Start(t, storedgetest.WithPortfolio(2, 40, 1))
//	tenants := client.Facility(server.FacilityIDs()[0]).Tenants
//
// [WithPortfolio] makes facilities whose units, tenants, ledgers, leads and all else
// refer to each other, and [Server.Add] adds records of a test's own. A move-in takes
// the unit and makes the tenant and the ledger; a payment changes the balance; the
// server's clock moves tenants in and out.
//
// Where the reference is silent the fake decides: a wrong password is a 401, as a bad
// signature is, and a body with members that the reference does not list a 422.
//
// A server also has the faults, latency and hooks of [tenantrytest.Server].
package storedgetest

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/portfolio"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// The credentials that a server accepts by default.
const (
	AccessID  = "storedgetest-id"
	SecretKey = "storedgetest-secret"
)

// Password is the password of generated tenants who have an account.
const Password = "correct horse"

// CompanyID is the id of the company that all facilities belong to.
const CompanyID = "00000000-0000-4000-8000-00000000c0de"

// Server is a fake of storEDGE.
type Server struct {
	tenantrytest.Server
	URL string // The server's address, "http://127.0.0.1:port".

	fake   *fakeserver.Server
	o      options
	nonces *nonces
	world  *portfolio.Portfolio // of WithPortfolio

	mu         sync.Mutex // guards the facilities, all that is in them, and the company
	facilities []*entry
	company    company
}

// An entry is a facility that is made when it is first used.
type entry struct {
	id   string
	make func() *facility
	made *facility
}

func (e *entry) facility() *facility {
	if e.made == nil {
		e.made = e.make()
	}
	if today := e.made.now().UTC().Truncate(24 * time.Hour); !today.Equal(e.made.day) {
		e.made.day = today
		e.made.forget()
	}
	return e.made
}

type options struct {
	client              []tenantry.Option
	accessID, secretKey string
	method              auth.Signature
	seed                uint64
	facilities          []facilityOption
	properties, units   int
	portfolioSeed       uint64
	dirt                float64
	dirtSet             bool
	start               time.Time
	perDay              int
	ignored             []string
	pendingPolls        int
}

type facilityOption struct {
	id      string
	tenants int
}

// Option changes a server. Nil is skipped.
type Option func(*options)

// WithCredentials sets the access ID and the secret key that the server accepts.
func WithCredentials(accessID, secretKey string) Option {
	return func(o *options) { o.accessID, o.secretKey = accessID, secretKey }
}

// WithHMACSHA256 makes the server accept signatures of that method only.
func WithHMACSHA256() Option { return func(o *options) { o.method = auth.HMACSHA256 } }

// WithPortfolio fills the server with facilities of so many units each, and with the
// tenants, ledgers, leads, payment methods and all else that refers to them. The same
// numbers and seed give the same people in the fakes of all APIs. The records are made
// when they are read; a portfolio of any size starts at once. [Server.FacilityIDs]
// returns the ids of the facilities. See also [WithDirt] and [WithStart].
func WithPortfolio(facilities, unitsPerFacility int, seed uint64) Option {
	return func(o *options) { o.properties, o.units, o.portfolioSeed = facilities, unitsPerFacility, seed }
}

// WithDirt makes a share of the records, from 0 to 1, as dirty as real ones: nulls,
// empty texts, blanks, phone numbers as people type them, and unknown members. The
// default is 0 for [WithPortfolio] and 0.2 for [WithFacility].
func WithDirt(share float64) Option { return func(o *options) { o.dirt, o.dirtSet = share, true } }

// WithStart sets the time by the server's clock when it starts. The default is now.
// The records are as of that day. Signatures are checked by the real time.
func WithStart(t time.Time) Option { return func(o *options) { o.start = t } }

// WithLife makes n things happen in the portfolio on every day that Advance puts the
// clock forward: reservations, notices, renewals and payments. Tenants move in and out
// by their dates, with or without it, and their units become free.
func WithLife(perDay int) Option { return func(o *options) { o.perDay = perDay } }

// WithFacility adds a facility with an id of the test's own and n tenants, with
// ledgers and all else, as dirty as real ones.
func WithFacility(id string, n int) Option {
	return func(o *options) { o.facilities = append(o.facilities, facilityOption{id, n}) }
}

// WithSeed sets the seed of the facilities of [WithFacility]. The default is 1.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithoutSorting makes the server ignore asort and dsort, which the reference does not
// document for each list. It then lists records in the order in which they were made,
// of tenants that of [Server.TenantIDs].
func WithoutSorting() Option { return WithIgnored("asort", "dsort") }

// WithIgnored makes the server ignore query parameters, such as "asort",
// "updated_since", "created_after", "created_before", "only_ids" or "fields", as real
// servers may: the reference documents them for all lists at once.
func WithIgnored(parameters ...string) Option {
	return func(o *options) { o.ignored = append(o.ignored, parameters...) }
}

// WithPendingPolls makes reports pending for n polls. The default is 1.
func WithPendingPolls(n int) Option { return func(o *options) { o.pendingPolls = n } }

// NewServer starts a server. Close it after use.
func NewServer(opts ...Option) *Server {
	o := options{accessID: AccessID, secretKey: SecretKey, method: auth.HMACSHA1, seed: 1, pendingPolls: 1}
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	start := o.start
	if start.IsZero() {
		start = time.Now()
	}
	s := &Server{o: o, nonces: &nonces{seen: make(map[string]bool)}}
	now := func() time.Time { return s.fake.Now() }
	s.world = portfolio.New(o.portfolioSeed, o.properties, o.units, start)
	for i := range o.properties {
		id := uuid(uint64(i+1)<<32, mix(o.portfolioSeed+uint64(i)<<32))
		s.facilities = append(s.facilities, &entry{id: id, make: func() *facility {
			return newFacility(id, i, s.world, i, -1, now, o.dirt)
		}})
	}
	for i, f := range o.facilities {
		s.facilities = append(s.facilities, &entry{id: f.id, make: func() *facility {
			return newFacility(f.id, o.properties+i, peopled(o.seed+uint64(i), f.tenants, start), 0, f.tenants, now, dirtOf(&o)) //nolint:gosec // i is not negative
		}})
	}
	s.fake = fakeserver.Start(fakeserver.Spec{
		Routes: s.routes(), Refuse: refuse, Before: s.authorize, After: suppressCodes, Start: o.start, Advanced: s.advanced,
		IDs: []string{"id", "uuid", "session_document_id"},
	})
	s.Server, s.URL = s.fake, s.fake.URL
	return s
}

// dirtOf returns the dirt of the facilities of WithFacility.
func dirtOf(o *options) float64 {
	if o.dirtSet {
		return o.dirt
	}
	return 0.2
}

// peopled returns a portfolio of one property with at least n people and 24 units.
func peopled(seed uint64, n int, today time.Time) *portfolio.Portfolio {
	units := 24
	for {
		p := portfolio.New(seed, 1, units, today)
		if _, people := p.Before(units); people >= n {
			return p
		}
		units += max(units/4, n/4)
	}
}

// FacilityIDs returns the ids of all facilities, those of the portfolio first.
func (s *Server) FacilityIDs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]string, len(s.facilities))
	for i, e := range s.facilities {
		ids[i] = e.id
	}
	return ids
}

// facility returns a facility, or nil. s.mu is held.
func (s *Server) facility(id string) *facility {
	for _, e := range s.facilities {
		if e.id == id {
			return e.facility()
		}
	}
	return nil
}

// nonces were seen before.
type nonces struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (n *nonces) take(nonce string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.seen[nonce] {
		return false
	}
	n.seen[nonce] = true
	return true
}

func (s *Server) authorize(r *fakeserver.Request) *fakeserver.Response {
	fail := func(status int, message string) *fakeserver.Response {
		resp := refuse(status, "", message)
		return &resp
	}
	nonce, at, err := auth.VerifyOAuth1(r.Request, s.o.accessID, s.o.secretKey, s.o.method)
	accept, contentType := r.Header.Get("Accept"), r.Header.Get("Content-Type")
	switch {
	case err != nil:
		return fail(http.StatusUnauthorized, "Invalid OAuth request: "+err.Error()+".")
	case time.Since(at).Abs() > 5*time.Minute:
		return fail(http.StatusUnauthorized, "Invalid OAuth request: the timestamp is more than 5 minutes off.")
	case !s.nonces.take(nonce):
		return fail(http.StatusUnauthorized, "Invalid OAuth request: the nonce was used before.")
	case accept != "application/json" && (!servesPDF(r.Operation) || !strings.Contains(accept, "application/pdf")):
		return fail(http.StatusNotAcceptable, "The response is JSON; accept application/json.")
	case contentType != "application/json" && (r.Operation != importRates || !strings.HasPrefix(contentType, "multipart/form-data")):
		return fail(http.StatusUnsupportedMediaType, "The Content-Type of every request must be application/json.")
	}
	return nil
}

// suppressCodes makes every status 200 for requests that ask for it.
func suppressCodes(r *fakeserver.Request, resp *fakeserver.Response) {
	if r.Query.Get("suppress_response_codes") == "true" {
		resp.Status = http.StatusOK
	}
}

var codes = map[string]int{"AccessDenied": 4003, "InvalidOAuth": 2}

// refuse renders an error as the reference has it.
func refuse(status int, code, message string) fakeserver.Response {
	return refuseWith(status, code, message, nil)
}

// refuseWith renders an error with members beside meta.
func refuseWith(status int, code, message string, more members) fakeserver.Response {
	m := meta(status, "", nil)
	if code == "AccessDenied" {
		message = "AccessDenied: " + message
	}
	m["message"], m["error_code"] = message, status*10
	if n, ok := codes[code]; ok {
		m["error_code"] = n
	}
	var o fakeserver.Object
	for name, v := range more {
		o.Set(name, v)
	}
	o.Set("meta", render(m, metaModel))
	return fakeserver.Raw(status, o.Bytes())
}

var metaModel = &model{names: strings.Fields("status_code status_message status_cat request_method request_id parameters message error_code pagination"), objects: map[string]*model{
	"pagination": {names: strings.Fields("current_page total_pages per_page total_entries previous_page next_page")},
}}

func meta(status int, method string, parameters any) members {
	return members{
		"status_code": status, "status_message": http.StatusText(status), "status_cat": "https://http.cat/200",
		"request_method": method, "request_id": nil, "parameters": parameters,
	}
}

// A call is a request to a facility.
type call struct {
	*fakeserver.Request
	s  *Server
	f  *facility
	of map[string]*record // those that the path names, by their collection
}

// A handler handles a call. The server is locked.
type handler func(*call) fakeserver.Response

// route returns the route of an operation of a facility. The arguments of its path are
// the names of collections; a record that does not exist is a 404.
func (s *Server) route(operation, method, path string, h handler) fakeserver.Route {
	return fakeserver.Route{Operation: operation, Method: method, Path: path, Handle: func(r *fakeserver.Request) fakeserver.Response {
		s.mu.Lock()
		defer s.mu.Unlock()
		c := &call{Request: r, s: s, f: s.facility(r.Arg("facility")), of: make(map[string]*record)}
		if c.f == nil {
			return refuse(http.StatusNotFound, "", "There is no such facility.")
		}
		for name, of := range c.f.collections {
			id := r.Arg(name)
			if id == "" {
				continue
			}
			one, ok := of.get(id)
			if !ok {
				return refuse(http.StatusNotFound, "", "There is no such "+strings.ReplaceAll(name, "_", " ")+".")
			}
			c.of[name] = one
		}
		return h(c)
	}}
}

// v1 is where the operations of a facility are.
const v1 = "/v1/{facility}"

func (s *Server) routes() []fakeserver.Route {
	return slices.Concat(
		s.tenantRoutes(), s.unitRoutes(), s.ledgerRoutes(), s.paymentRoutes(), s.leadRoutes(), s.moveInRoutes(), s.documentRoutes(), s.catalogRoutes(), s.companyRoutes(),
	)
}

// result responds with a record or a list under its name, and with meta.
func (c *call) result(status int, name string, v any, pagination members) fakeserver.Response {
	var o fakeserver.Object
	if name != "" {
		o.Set(name, plain(v))
	}
	o.Set("meta", c.meta(status, pagination))
	return fakeserver.Raw(status, o.Bytes())
}

// plain writes what is not written yet.
func plain(v any) any {
	switch v.(type) {
	case members, []members, []any:
		return render(v, nil)
	}
	return v
}

func (c *call) meta(status int, pagination members) any {
	var echo any
	if len(c.Payload) > 0 && c.Decode(&echo) == nil {
		filter(echo)
	}
	m := meta(status, c.Method, echo)
	if pagination != nil {
		m["pagination"] = pagination
	}
	return render(m, metaModel)
}

// nothing responds with meta alone.
func (c *call) nothing() fakeserver.Response { return c.result(http.StatusOK, "", nil, nil) }

// filter hides what an echo must not hold.
func filter(v any) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			filter(one)
		}
	case members:
		for name, inner := range v {
			switch name {
			case "password", "current_password", "new_password", "reset_token", "account_number", "answer", "last_4_of_ssn", "card_number", "security_code",
				"account_number_confirmation", "routing_number", "magnetic_track", "gate_access_code", "combination_lock_number", "overlock_lock_number":
				v[name] = "[FILTERED]"
			default:
				filter(inner)
			}
		}
	}
}

// read checks the shape of a body and returns it.
func (c *call) read(shape kind) (members, *fakeserver.Response) {
	var m members
	if c.Decode(&m) != nil || m == nil {
		resp := refuse(http.StatusBadRequest, "", "The body is not a JSON object.")
		return nil, &resp
	}
	if wrong := shape(m); wrong != "" {
		resp := refuse(http.StatusUnprocessableEntity, "", "The request is invalid: "+wrong+".")
		return nil, &resp
	}
	return m, nil
}

// invalid refuses a request that says what can't be done.
func invalid(message string) fakeserver.Response {
	return refuse(http.StatusUnprocessableEntity, "", message)
}

// denied refuses what the facility does not let tenants do.
func denied(message string) fakeserver.Response {
	return refuse(http.StatusForbidden, "AccessDenied", message)
}
