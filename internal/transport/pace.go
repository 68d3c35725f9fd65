package transport

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

// A PaceSpec names the headers in which a server tells its allowance, and how
// it counts.
type PaceSpec struct {
	LimitHeader     string        // requests in a window
	RemainingHeader string        // how many of them are left
	Window          time.Duration // how long a window is
	Share           float64       // the share of the limit that may be used before answers slow down
}

// A pacer holds requests back so that they stay within what the caller allows
// and below what the server slows down.
//
// Of the server's window it knows what the answers say: a limit, what is left,
// and, from the first answer that it saw in a window, a moment by which that
// window is surely over.
type pacer struct {
	own     *rate.Limiter // from WithRateLimit, or nil
	spec    *PaceSpec     // or nil
	maxWait time.Duration

	mu       sync.Mutex
	limit    int
	used     int       // in the window that began before seen
	seen     time.Time // the first answer of the window; zero: none is known
	inFlight int       // sent, not answered
}

func newPacer(spec *PaceSpec, cfg *config.Config) *pacer {
	p := &pacer{spec: spec, maxWait: cfg.Retry.MaxWait}
	if cfg.RatePerMinute > 0 {
		p.own = rate.NewLimiter(rate.Limit(float64(cfg.RatePerMinute)/60), cfg.RateBurst)
	}
	return p
}

// acquire waits until a request may be sent, and answers when that was. A wait
// that would pass the context's deadline is not begun; its length is returned
// with errPaced. Every success is followed by one call of answered.
func (p *pacer) acquire(ctx context.Context) (now time.Time, wait time.Duration, err error) {
	if p.own != nil {
		r := p.own.Reserve()
		wait := r.Delay()
		if tooLong(ctx, wait, wait) {
			r.Cancel()
			return now, wait, errPaced
		}
		if err := sleep(ctx, wait); err != nil {
			r.Cancel()
			return now, 0, err
		}
	}
	for {
		now = time.Now()
		if p.spec == nil {
			return now, 0, nil
		}
		wait := p.admit(now)
		if wait <= 0 {
			return now, 0, nil
		}
		if tooLong(ctx, wait, p.maxWait) {
			return now, wait, errPaced
		}
		if err := sleep(ctx, wait); err != nil {
			return now, 0, err
		}
	}
}

// admit counts a request in if the window has room for it, and otherwise says
// how long until the window is surely over.
func (p *pacer) admit(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if end := p.seen.Add(p.spec.Window); !p.seen.IsZero() {
		if now.Before(end) {
			if float64(p.used+p.inFlight+1) >= p.spec.Share*float64(p.limit) && p.used > 0 {
				return end.Sub(now)
			}
		} else {
			p.seen, p.used = time.Time{}, 0
		}
	}
	p.inFlight++
	return 0
}

// answered counts a request out, and answers the allowance that its answer
// tells; header is nil where no answer came.
func (p *pacer) answered(header http.Header, now time.Time) (limit, remaining int) {
	limit, remaining = p.allowance(header)
	if p.spec == nil {
		return limit, remaining
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.inFlight--
	if limit < 1 || remaining < 0 {
		return limit, remaining
	}
	used := limit - remaining
	// Answers overtake one another, so that a few less used is no new window.
	rolled := used+p.inFlight+limit/10 < p.used
	if p.seen.IsZero() || rolled || !now.Before(p.seen.Add(p.spec.Window)) {
		p.seen, p.used = now, used
	}
	p.limit, p.used = limit, max(p.used, used)
	return limit, remaining
}

// refused answers how long a 429 without a Retry-After lasts: until the window
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

// allowance is what the headers say, -1 for what they don't.
func (p *pacer) allowance(header http.Header) (limit, remaining int) {
	if p.spec == nil || header == nil {
		return -1, -1
	}
	return headerInt(header, p.spec.LimitHeader), headerInt(header, p.spec.RemainingHeader)
}

func headerInt(header http.Header, name string) int {
	value := header.Get(name)
	if value == "" {
		return -1
	}
	n, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// pacedError is what a call gets instead of a wait that would be too long.
func (f *flight) pacedError(wait time.Duration) error {
	return &tenantry.Error{
		API: f.c.spec.API, Operation: f.call.Op.Name, Method: f.call.Op.Method, Path: f.call.Op.Path,
		StatusCode: http.StatusTooManyRequests, Code: "paced", Attempts: f.attempts,
		Message:    "the allowance is used up and the wait for more would be too long; nothing was sent",
		RetryAfter: wait,
	}
}
