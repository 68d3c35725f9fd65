package transport

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
)

// When may an operation be sent again after an attempt?
type rule uint8

const (
	never      rule = iota
	repeatable      // where the operation may be repeated
	always          // the server refused the request unread
	renewed         // once, where another token can be had
)

// ruleFor is the retry rule for an answer's status.
func ruleFor(status int) rule {
	switch status {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return repeatable
	case http.StatusTooEarly, http.StatusTooManyRequests:
		return always
	case http.StatusUnauthorized:
		return renewed
	}
	return never
}

// ruleForFailure is the retry rule for an attempt without a whole answer.
func ruleForFailure(ctx context.Context, err error, left bool) rule {
	var refused *tenantry.Error
	var token *tenantry.TokenError
	switch {
	case ctx.Err() != nil, errors.Is(err, tenantry.ErrTooLarge), errors.Is(err, errForeignHost),
		errors.As(err, &refused), errors.As(err, &token):
		return never
	case !left && permanent(err):
		return never
	case !left:
		return always
	}
	return repeatable
}

// next decides what follows the attempt that just ended: another one, and
// after which wait.
func (f *flight) next(ctx context.Context) (retry bool, wait time.Duration) {
	var r rule
	if f.err != nil {
		r = ruleForFailure(ctx, f.err, f.maybeSent)
	} else {
		r = ruleFor(f.status)
		f.retryAfter = parseRetryAfter(f.header.Get("Retry-After"), time.Now())
	}
	switch {
	case r == renewed:
		return f.renew(ctx), 0
	case r == never, r == repeatable && !f.call.Op.Repeatable, f.retries >= f.c.cfg.Retry.MaxRetries:
		return false, 0
	}
	if f.err != nil && !f.maybeSent && f.staleConn && f.retries == 0 {
		f.retries++
		return true, 0 // the idle connection was closed meanwhile; a new one will do
	}
	wait = max(f.backoff(), f.retryAfter)
	if f.err == nil && f.status == http.StatusTooManyRequests && f.retryAfter == 0 {
		wait = max(wait, f.c.pace.refused(time.Now()))
	}
	if tooLong(ctx, wait, f.c.cfg.Retry.MaxWait) {
		f.retryAfter = wait
		return false, 0
	}
	f.retries++
	return true, wait
}

// renew reports whether another token could be had after a 401.
func (f *flight) renew(ctx context.Context) bool {
	if f.renewed || f.call.Op.Anonymous {
		return false
	}
	again, err := f.c.auth.Rejected(ctx, f.sent)
	if err != nil {
		f.err = f.tokenError(ctx, err)
		return false
	}
	f.renewed = true
	return again
}

// backoff is exponential with full jitter.
func (f *flight) backoff() time.Duration {
	policy := f.c.cfg.Retry
	ceiling := min(float64(policy.MinWait)*math.Pow(2, float64(f.retries)), float64(policy.MaxWait))
	return time.Duration(rand.Int64N(int64(ceiling) + 1)) //nolint:gosec // jitter needs no secrecy
}

// tooLong reports whether a wait is above the limit or ends after the
// context's deadline.
func tooLong(ctx context.Context, wait, limit time.Duration) bool {
	if wait > limit {
		return true
	}
	deadline, ok := ctx.Deadline()
	return ok && wait > 0 && time.Until(deadline) <= wait
}

// parseRetryAfter reads seconds or a date; what is malformed, negative or past
// is 0, and what is too long for a Duration is the longest one.
func parseRetryAfter(s string, now time.Time) time.Duration {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(s, 64); err == nil {
		switch {
		case math.IsNaN(seconds) || seconds <= 0:
			return 0
		case seconds >= math.MaxInt64/float64(time.Second):
			return math.MaxInt64
		}
		return time.Duration(seconds * float64(time.Second))
	}
	at, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	return max(at.Sub(now), 0)
}

// sleep waits, unless the context ends first.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
