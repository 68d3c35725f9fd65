// Package propexotest is a fake of Propexo for tests of programs that use package
// propexo, and for its examples. It is strict: it checks the token, paths to the
// slash, query parameters and bodies, returns pages, sorts and filters, runs writes
// as jobs, and counts requests by the minute, as Propexo documents it.
//
// It also serves every operation that belongs to one system behind Propexo: a 405
// for what is documented as unsupported, a 400 for a missing or an unknown member, and
// a record that can be read at once or after [Server.Sync], as documented.
//
// Residents can be added, changed and removed. Every other model has twelve records
// that match the API's description; see [DescribedID]. Writes of them are checked
// and run as jobs that change nothing.
//
//	server := propexotest.NewServer(propexotest.WithResidents(500))
//	defer server.Close()
//	client, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL))
//
// A server also has the faults, latency and hooks of [tenantrytest.Server].
package propexotest

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// Token is the bearer token that a server accepts by default.
const Token = "propexotest-token" //nolint:gosec // it opens nothing but the fake

// Server is a fake of Propexo.
type Server struct {
	tenantrytest.Server
	URL string // The server's address, "http://127.0.0.1:port".

	fake  *fakeserver.Server
	o     options
	store *store
	jobs  *jobs
	meter *meter

	stores  map[string]func() *store // by service, in lower case
	created struct {
		sync.Mutex
		count   int
		waiting []created // for the next sync
		asked   bool      // RentCafe's availability
	}
}

type options struct {
	client        []tenantry.Option
	token         string
	webhookSecret string
	residents     int
	seed          uint64
	limit         int
	minute        time.Duration
	slowDown      time.Duration
	retryAfter    bool
	nestedWrite   bool
	pendingPolls  int
}

// Option changes a server. Nil is skipped.
type Option func(*options)

// WithToken sets the token that the server accepts.
func WithToken(token string) Option { return func(o *options) { o.token = token } }

// WithResidents fills the server with n generated residents.
func WithResidents(n int) Option { return func(o *options) { o.residents = n } }

// WithSeed sets the seed of the generated residents. The default is 1.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithRateLimit sets how many requests a minute are allowed, and how long that minute
// is. The defaults are 150 and a minute. Zero keeps a default.
func WithRateLimit(perMinute int, minute time.Duration) Option {
	return func(o *options) {
		if perMinute > 0 {
			o.limit = perMinute
		}
		if minute > 0 {
			o.minute = minute
		}
	}
}

// WithSlowDown sets how long responses are delayed after 80 % of the minute's
// requests are used. The default is 2 s. Zero means no delay.
func WithSlowDown(d time.Duration) Option { return func(o *options) { o.slowDown = d } }

// WithRetryAfter adds a Retry-After header to a 429. Propexo does not document one.
func WithRetryAfter() Option { return func(o *options) { o.retryAfter = true } }

// WithNestedWrites makes writes return the other documented shape, with the job's ID
// in meta.
func WithNestedWrites() Option { return func(o *options) { o.nestedWrite = true } }

// WithPendingPolls keeps jobs PENDING for n polls. The default is 1.
func WithPendingPolls(n int) Option { return func(o *options) { o.pendingPolls = n } }

// NewServer starts a server. Close it after use.
func NewServer(opts ...Option) *Server {
	o := options{token: Token, webhookSecret: WebhookSecret, seed: 1, limit: 150, minute: time.Minute, slowDown: 2 * time.Second, pendingPolls: 1}
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	s := &Server{o: o, store: newStore(), meter: &meter{limit: o.limit, minute: o.minute}}
	s.jobs = &jobs{pendingPolls: o.pendingPolls, byID: make(map[string]*job)}
	s.AddResidents(GenerateResidents(o.seed, o.residents)...)
	s.stores = make(map[string]func() *store)
	routes := slices.Concat(s.residentRoutes(), s.otherRoutes(), s.systemRoutes())
	s.fake = fakeserver.Start(fakeserver.Spec{
		Routes: append(routes, s.describedRoutes(routes)...),
		Refuse: refuse,
		Before: s.before,
		After:  s.after,
	})
	s.Server, s.URL = s.fake, s.fake.URL
	return s
}

// refuse returns the documented error.
func refuse(status int, code, message string) fakeserver.Response {
	return refuseWith(status, code, message, nil)
}

func refuseWith(status int, code, message string, details map[string]any) fakeserver.Response {
	e := map[string]any{"code": code, "message": message}
	if details != nil {
		e["details"] = details
	}
	return fakeserver.JSON(status, map[string]any{"error": e})
}

// before counts the request and checks its token.
func (s *Server) before(r *fakeserver.Request) *fakeserver.Response {
	if r.Operation == storeOperation {
		return nil // it stands for another host
	}
	used, refused := s.meter.count(s.Now())
	if refused {
		resp := refuse(http.StatusTooManyRequests, "rate_limited", "Too many requests in this minute.")
		if s.o.retryAfter {
			resp.Header.Set("Retry-After", strconv.Itoa(int(s.meter.rest(s.Now()).Seconds())+1))
		}
		return &resp
	}
	if s.o.slowDown > 0 && float64(used) >= 0.8*float64(s.o.limit) {
		s.fake.Sleep(s.o.slowDown)
	}
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+s.o.token)) != 1 {
		resp := refuse(http.StatusUnauthorized, "unauthorized", "The bearer token is missing or not known.")
		return &resp
	}
	return nil
}

func (s *Server) after(_ *fakeserver.Request, resp *fakeserver.Response) {
	limit, remaining := s.meter.state()
	resp.Header.Set("X-Ratelimit-Limit", strconv.Itoa(limit))
	resp.Header.Set("X-Ratelimit-Remaining", strconv.Itoa(remaining))
}

// Slowed counts the requests whose responses were delayed.
func (s *Server) Slowed() int { return s.meter.read(&s.meter.slowed) }

// Refused counts the requests that got a 429.
func (s *Server) Refused() int { return s.meter.read(&s.meter.refused) }

// A meter counts the requests of a minute, which begins with a request.
type meter struct {
	limit  int
	minute time.Duration

	mu              sync.Mutex
	start           time.Time
	used            int
	slowed, refused int
}

func (m *meter) count(now time.Time) (used int, refused bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now.Sub(m.start) >= m.minute {
		m.start, m.used = now, 0
	}
	if m.used >= m.limit {
		m.refused++
		return m.used, true
	}
	m.used++
	if float64(m.used) >= 0.8*float64(m.limit) {
		m.slowed++
	}
	return m.used, false
}

func (m *meter) rest(now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.start.Add(m.minute).Sub(now)
}

func (m *meter) state() (limit, remaining int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.limit, m.limit - m.used
}

func (m *meter) read(n *int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return *n
}
