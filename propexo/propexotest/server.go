// Package propexotest is a fake server of Propexo, for tests of programs that use
// package propexo, and for its examples.
//
//	client, server := propexotest.Start(t, propexotest.WithPortfolio(2, 40, 7))
//
// The server has the properties, units, leases and residents of a portfolio that
// [WithPortfolio] or [WithResidents] makes up. Each other model has twelve records that
// match the API's description; see [DescribedID]. [Server.Add] adds records of any model
// that the API lists. Reads, filters, sorts and writes treat all records alike.
//
// The server is strict. It checks the token, paths to the slash, query parameters and
// bodies, and counts requests by the minute, as Propexo documents it. Writes run as jobs,
// which finish when they are polled or when [Server.Advance] moves the clock.
//
// The server also has every operation that belongs to one system behind Propexo. It
// refuses those that are documented as unsupported with a 405. It makes what a system
// creates readable at once, or after [Server.Sync], as documented.
//
// A [Server] also has the faults, latency and hooks of [tenantrytest.Server].
package propexotest

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/portfolio"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// Token is the bearer token that a server accepts by default.
const Token = "propexotest-token" //nolint:gosec // it opens nothing but the fake

// Server is a fake of Propexo.
type Server struct {
	tenantrytest.Server
	URL string // The server's address, "http://127.0.0.1:port".

	fake    *fakeserver.Server
	o       options
	world   *world
	stores  map[string]func() *store // by model, made on first use
	outbox  fakeserver.Outbox
	jobs    *jobs
	meter   *meter
	created atomic.Int64 // records

	lists    map[string]func() *store // by service, in lower case
	unsynced struct {
		sync.Mutex
		waiting []func() // create records with the next sync
		asked   bool     // RentCafe's availability
	}
}

type options struct {
	client        []tenantry.Option
	token         string
	webhookSecret string
	residents     int
	properties    int
	units         int
	seed          uint64
	dirt          float64
	start         time.Time
	perDay        int
	limit         int
	minute        time.Duration
	slowDown      time.Duration
	retryAfter    bool
	nestedWrite   bool
	pendingPolls  int
	jobTime       time.Duration
}

// Option changes a server. Nil is skipped.
type Option func(*options)

// WithToken sets the token that the server accepts.
func WithToken(token string) Option { return func(o *options) { o.token = token } }

// WithPortfolio fills the server with properties of so many units each, and with the
// leases, residents, charges, payments and deposits that belong to them. The same numbers
// and seed give the same portfolio in the fakes of all APIs. The server makes records when
// they are read, so a portfolio of any size starts at once. It replaces [WithResidents].
// See [WithDirt] and [WithStart].
func WithPortfolio(properties, unitsPerProperty int, seed uint64) Option {
	return func(o *options) { o.properties, o.units, o.seed, o.residents = properties, unitsPerProperty, seed, 0 }
}

// WithDirt makes a share of the portfolio's records, from 0 to 1, as dirty as real
// ones: nulls, empty texts, phone numbers as people type them, dates in other forms,
// values that no enumeration lists, and unknown members. The default is 0.
func WithDirt(share float64) Option { return func(o *options) { o.dirt = share } }

// WithStart sets the time by the server's clock when it starts. The default is now.
// The portfolio is as of that day.
func WithStart(t time.Time) Option { return func(o *options) { o.start = t } }

// WithLife makes n things happen in the portfolio on every day that Advance puts the
// clock forward: notices, renewals, new leases and payments. Tenants move in and out
// by the dates of their leases, with or without it. See [Server.Subscribe].
func WithLife(perDay int) Option { return func(o *options) { o.perDay = perDay } }

// WithResidents fills the server with a portfolio of n residents, in properties of 40
// units, with the leases, charges, payments and deposits that belong to them. It replaces
// [WithPortfolio].
func WithResidents(n int) Option { return func(o *options) { o.residents, o.properties = n, 0 } }

// WithSeed sets the seed of the portfolio. The default is 1.
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

// WithJobTime sets how long a job takes by the server's clock if nobody polls it
// ([WithPendingPolls]). The default is a minute: after Advance(time.Minute), all jobs
// accepted before are done.
func WithJobTime(d time.Duration) Option { return func(o *options) { o.jobTime = d } }

// WithPendingPolls keeps jobs PENDING for n polls. The default is 1.
func WithPendingPolls(n int) Option { return func(o *options) { o.pendingPolls = n } }

// NewServer starts a server. Close it when done.
func NewServer(opts ...Option) *Server {
	o := options{token: Token, webhookSecret: WebhookSecret, seed: 1, limit: 150, minute: time.Minute, slowDown: 2 * time.Second, pendingPolls: 1, jobTime: time.Minute}
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	s := &Server{o: o, stores: make(map[string]func() *store), meter: &meter{limit: o.limit, minute: o.minute}}
	if o.start.IsZero() {
		s.o.start = time.Now()
	}
	s.world = &world{
		Portfolio: portfolio.ForPeople(o.seed, o.residents, s.o.start), seed: o.seed, dirt: o.dirt,
		now: func() time.Time { return s.fake.Now() },
	}
	if o.residents == 0 {
		s.world.Portfolio = portfolio.New(o.seed, o.properties, o.units, s.o.start)
	}
	s.jobs = &jobs{now: s.world.now, time: o.jobTime, pendingPolls: o.pendingPolls, byID: make(map[string]*job)}
	residents := sync.OnceValue(func() *store { return s.newStore("residents", "Resident") })
	s.stores["Resident"], s.stores["residents Resident"] = residents, residents
	s.lists = make(map[string]func() *store)
	routes := slices.Concat(s.jobRoutes(), s.systemRoutes())
	s.fake = fakeserver.Start(fakeserver.Spec{
		Routes:   append(routes, s.describedRoutes(routes)...),
		Refuse:   refuse,
		Before:   s.before,
		After:    s.after,
		Start:    o.start,
		Advanced: s.advanced,
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
	s.jobs.finishDue()
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
	if subtle.ConstantTimeCompare([]byte(r.Bearer()), []byte(s.o.token)) != 1 {
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
