// Package storedgetest is a fake of storEDGE's tenant API, for tests of programs
// that use package storedge and for its examples. It is strict: it verifies the
// signature of every request, takes each nonce once and no timestamp that is
// more than five minutes off, checks bodies by member and type, and changes
// tenants as documented.
//
//	server := storedgetest.NewServer(storedgetest.WithFacility("f1", 500))
//	defer server.Close()
//	client, err := storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, tenantry.WithBaseURL(server.URL))
//	tenants := client.Facility("f1").Tenants
//
// Where the reference is silent it decides: a wrong password is a 401, as a bad
// signature is, and a body with members that the reference does not list a 422.
//
// The faults, latency and hooks of [tenantrytest.Server] are its own as well.
package storedgetest

import (
	"net/http"
	"sync"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// The credentials that a server takes unless told otherwise.
const (
	AccessID  = "storedgetest-id"
	SecretKey = "storedgetest-secret"
)

// Password is the password of generated tenants who have an account.
const Password = "correct horse"

// A Server is a fake of storEDGE.
type Server struct {
	tenantrytest.Server
	URL string // The server's address, "http://127.0.0.1:port".

	fake   *fakeserver.Server
	o      options
	store  *store
	nonces *nonces
}

type options struct {
	client              []tenantry.Option
	accessID, secretKey string
	method              auth.Signature
	seed                uint64
	facilities          []facilityOption
	unsorted            bool
}

type facilityOption struct {
	id      string
	tenants int
}

// An Option changes a server. Nil is skipped.
type Option func(*options)

// WithCredentials sets the access ID and the secret key that the server takes.
func WithCredentials(accessID, secretKey string) Option {
	return func(o *options) { o.accessID, o.secretKey = accessID, secretKey }
}

// WithHMACSHA256 has the server take signatures of that method only.
func WithHMACSHA256() Option { return func(o *options) { o.method = auth.HMACSHA256 } }

// WithFacility adds a facility with n generated tenants.
func WithFacility(id string, n int) Option {
	return func(o *options) { o.facilities = append(o.facilities, facilityOption{id, n}) }
}

// WithSeed makes other tenants of the same number; the default is 1.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithoutSorting has the server ignore asort and dsort, which the reference does not
// document for each list. It then lists records in the order of [Server.TenantIDs].
func WithoutSorting() Option { return func(o *options) { o.unsorted = true } }

// NewServer starts a server. Close it when done.
func NewServer(opts ...Option) *Server {
	o := options{accessID: AccessID, secretKey: SecretKey, method: auth.HMACSHA1, seed: 1}
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	s := &Server{o: o, store: &store{}, nonces: &nonces{seen: make(map[string]bool)}}
	for i, f := range o.facilities {
		s.store.facilities = append(s.store.facilities, generate(o.seed+uint64(i), f.id, f.tenants))
	}
	s.fake = fakeserver.Start(fakeserver.Spec{Routes: s.routes(), Refuse: refuse, Before: s.authorize})
	s.Server, s.URL = s.fake, s.fake.URL
	return s
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
	switch {
	case err != nil:
		return fail(http.StatusUnauthorized, "Invalid OAuth request: "+err.Error()+".")
	case time.Since(at).Abs() > 5*time.Minute:
		return fail(http.StatusUnauthorized, "Invalid OAuth request: the timestamp is more than 5 minutes off.")
	case !s.nonces.take(nonce):
		return fail(http.StatusUnauthorized, "Invalid OAuth request: the nonce was used before.")
	case r.Header.Get("Accept") != "application/json":
		return fail(http.StatusNotAcceptable, "Only JSON is answered.")
	case r.Header.Get("Content-Type") != "application/json":
		return fail(http.StatusUnsupportedMediaType, "Every call must say that it is of JSON.")
	}
	return nil
}

var codes = map[string]int{"AccessDenied": 4003}

// refuse renders an error as the reference has it.
func refuse(status int, code, message string) fakeserver.Response {
	meta := meta(status, "", nil)
	meta["message"] = message
	if code == "AccessDenied" {
		meta["message"] = "AccessDenied: " + message
	}
	meta["error_code"] = status * 10
	if n, ok := codes[code]; ok {
		meta["error_code"] = n
	}
	return fakeserver.JSON(status, members{"meta": meta})
}

func meta(status int, method string, parameters any) members {
	return members{
		"status_code": status, "status_message": http.StatusText(status), "status_cat": "https://http.cat/200",
		"request_method": method, "request_id": nil, "parameters": parameters,
	}
}

// result returns a response that holds a record or a list under its name, and meta.
func result(r *fakeserver.Request, name string, v any, pagination members) fakeserver.Response {
	var echo any
	if len(r.Payload) > 0 && r.Decode(&echo) == nil {
		filter(echo)
	}
	m := meta(http.StatusOK, r.Method, echo)
	if pagination != nil {
		m["pagination"] = pagination
	}
	body := members{"meta": m}
	if name != "" {
		body[name] = v
	}
	return fakeserver.JSON(http.StatusOK, body)
}

// filter hides what an echo must not tell.
func filter(v any) {
	m, _ := v.(members)
	for name, inner := range m {
		switch name {
		case "password", "current_password", "new_password", "reset_token", "account_number", "answer", "last_4_of_ssn":
			m[name] = "[FILTERED]"
		default:
			filter(inner)
		}
	}
}
