package transport

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

// A PaceSpec names the headers in which a server reports its rate limit, and
// how it counts.
type PaceSpec struct {
	LimitHeader     string        // requests in a window; in canonical form
	RemainingHeader string        // how many of them are left; in canonical form
	Window          time.Duration // how long a window is
	Share           float64       // the share of the limit that may be used before responses slow down
}

// A pacer holds requests back so that they stay within what the caller allows
// and below what the server slows down.
//
// It knows of the server's window what responses say: a limit, what is left
// and, from the first response in a window, a moment by which that window is
// surely over. In a window of which nothing is known, one request goes ahead
// and the others wait until its response has said how many may follow.
type pacer struct {
	own    *queue           // from WithRateLimit, or nil
	shared tenantry.Limiter // from WithLimiter, or nil
	spec   *PaceSpec        // or nil

	mu       sync.Mutex
	limit    int       // requests in a window; 0: not known
	used     int       // in the window that began before seen
	seen     time.Time // the first response of the window; zero: there was none
	inFlight int       // requests sent without a response
	silent   bool      // the last probe said nothing: don't wait for another
	probe    time.Time // when a request was sent ahead; zero: there is none
	gate     chan struct{}
}

// probePatience is how long others wait for the request that was sent ahead.
const probePatience = 5 * time.Second

func newPacer(spec *PaceSpec, cfg *config.Config) *pacer {
	p := &pacer{spec: spec, shared: cfg.Limiter}
	if cfg.RatePerMinute > 0 {
		p.own = &queue{
			limiter: rate.NewLimiter(rate.Limit(float64(cfg.RatePerMinute)/60), cfg.RateBurst),
			turn:    make(chan struct{}, 1),
		}
	}
	return p
}

// acquire waits until a request may be sent and returns how long that took. It
// calls before, with the expected length, before it begins to wait. A wait that
// would be too long is not begun: its length is returned with
// tenantry.ErrPaced. Each success must be followed by one call of done.
func (p *pacer) acquire(ctx context.Context, maxWait time.Duration, before func(time.Duration)) (waited, wait time.Duration, err error) {
	if p.own == nil && p.shared == nil && p.spec == nil {
		return 0, 0, nil
	}
	start := time.Now()
	now := start
	if p.own != nil {
		if wait, err := p.own.pass(ctx, maxWait, before); err != nil {
			return 0, wait, err
		}
		now = time.Now()
	}
	if p.shared != nil {
		if err := p.shared.Wait(ctx); err != nil {
			return 0, 0, fmt.Errorf("the limiter refused the request: %w", err)
		}
		now = time.Now()
	}
	for p.spec != nil {
		wait, gate := p.admit(now)
		if wait <= 0 {
			break
		}
		if gate == nil && tooLong(ctx, wait, maxWait) {
			return 0, wait, tenantry.ErrPaced
		}
		if gate == nil {
			before(wait)
		}
		if err := sleepUntil(ctx, wait, gate); err != nil {
			return 0, 0, err
		}
		now = time.Now()
	}
	if waited = now.Sub(start); waited < time.Millisecond { // it did not wait
		waited = 0
	}
	return waited, 0, nil
}

// sleepUntil is sleep that ends early if gate, which may be nil, is closed.
func sleepUntil(ctx context.Context, d time.Duration, gate <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-gate:
	case <-timer.C:
	}
	return nil
}

// admit counts a request in if the window has room for it. Otherwise it returns
// how long to wait before asking again: until the window is surely over, or, if
// gate is not nil, at most until gate is closed.
func (p *pacer) admit(now time.Time) (wait time.Duration, gate <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.roll(now)
	switch {
	case !p.seen.IsZero():
		if p.used+p.inFlight >= p.budget() {
			return p.seen.Add(p.spec.Window).Sub(now), nil
		}
	case p.silent:
	case p.probe.IsZero():
		p.probe, p.gate = now, make(chan struct{})
	case now.Before(p.probe.Add(probePatience)):
		return p.probe.Add(probePatience).Sub(now), p.gate
	default:
		p.openBlind(now)
		if !p.seen.IsZero() && p.used+p.inFlight >= p.budget() {
			return p.spec.Window, nil
		}
	}
	p.inFlight++
	return 0, nil
}

// roll forgets a window that is over.
func (p *pacer) roll(now time.Time) {
	if !p.seen.IsZero() && !now.Before(p.seen.Add(p.spec.Window)) {
		p.seen, p.used, p.silent = time.Time{}, 0, false
	}
}

// budget returns how many requests a window has room for: fewer than the share
// at which responses slow down, but at least one.
func (p *pacer) budget() int { return max(int(math.Ceil(p.spec.Share*float64(p.limit)))-1, 1) }

// open lets the requests pass that wait for the one that was sent ahead.
func (p *pacer) open() {
	if !p.probe.IsZero() {
		p.probe = time.Time{}
		close(p.gate)
	}
}

// openBlind is open if the request that was sent ahead brought no news. If the
// limit is known from an earlier window, the requests count against it.
func (p *pacer) openBlind(now time.Time) {
	switch {
	case p.probe.IsZero():
		return
	case p.limit > 0 && p.seen.IsZero():
		p.seen, p.used = now, 0
	case p.limit == 0:
		p.silent = true
	}
	p.open()
}

// done counts a request out and returns the rate limit that its response
// reports. status is 0 and header nil if there was no response.
func (p *pacer) done(status int, header http.Header, now time.Time) (limit, remaining int) {
	limit, remaining = p.allowance(header)
	if p.spec == nil {
		return limit, remaining
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inFlight--
	p.roll(now)
	if limit < 1 || remaining < 0 {
		if status == http.StatusTooManyRequests && p.limit > 0 && header.Get("Retry-After") == "" {
			if p.seen.IsZero() {
				p.seen = now
			}
			p.used = max(p.used, p.limit)
		}
		p.openBlind(now)
		return limit, remaining
	}
	used := limit - remaining
	// Responses overtake one another, so that a few less used is no new window.
	rolled := used+p.inFlight+limit/10 < p.used
	if p.seen.IsZero() || rolled {
		p.seen, p.used = now, used
	}
	p.limit, p.used = limit, max(p.used, used)
	p.open()
	return limit, remaining
}

// refused returns how long a 429 without a Retry-After lasts: until the window
// is over, if it is used up.
func (p *pacer) refused(now time.Time) time.Duration {
	if p.spec == nil {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen.IsZero() || p.used < p.limit {
		return 0
	}
	return max(p.seen.Add(p.spec.Window).Sub(now), 0)
}

// allowance returns what the headers say, -1 for what they don't.
func (p *pacer) allowance(header http.Header) (limit, remaining int) {
	if p.spec == nil || header == nil {
		return -1, -1
	}
	return headerInt(header, p.spec.LimitHeader), headerInt(header, p.spec.RemainingHeader)
}

func headerInt(header http.Header, name string) int {
	values := header[name]
	if len(values) == 0 {
		return -1
	}
	n, err := strconv.Atoi(strings.TrimSpace(values[0]))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// A queue lets calls pass at a rate, in the order in which they come. Only the
// first in line holds a reservation, so that a call that gives up takes nothing
// from those behind it.
type queue struct {
	limiter *rate.Limiter
	turn    chan struct{} // holds the first in line

	mu      sync.Mutex
	waiting int // calls without a reservation
}

// pass waits for the call's turn. A wait that would be too long is not begun:
// its length is returned with tenantry.ErrPaced.
func (q *queue) pass(ctx context.Context, maxWait time.Duration, before func(time.Duration)) (time.Duration, error) {
	q.mu.Lock()
	missing := float64(q.waiting+1) - q.limiter.Tokens()
	wait := time.Duration(max(missing, 0) / float64(q.limiter.Limit()) * float64(time.Second))
	if tooLong(ctx, wait, maxWait) {
		q.mu.Unlock()
		return wait, tenantry.ErrPaced
	}
	q.waiting++
	q.mu.Unlock()
	if wait > 0 {
		before(wait)
	}
	select {
	case q.turn <- struct{}{}:
	case <-ctx.Done():
		q.mu.Lock()
		q.waiting--
		q.mu.Unlock()
		return 0, ctx.Err()
	}
	defer func() { <-q.turn }()
	q.mu.Lock()
	q.waiting--
	r := q.limiter.Reserve()
	q.mu.Unlock()
	if err := sleep(ctx, r.Delay()); err != nil {
		r.Cancel()
		return 0, err
	}
	return 0, nil
}
