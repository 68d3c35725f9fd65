package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

// A rule says when an operation may be sent again after an attempt.
type rule uint8

const (
	never      rule = iota
	repeatable      // if the operation may be repeated
	always          // the server did not process the request
	renewed         // once, if there is another token
)

// ruleForStatus returns the retry rule for a response.
func ruleForStatus(status int) rule {
	switch status {
	case http.StatusUnauthorized:
		return renewed
	case http.StatusTooEarly, http.StatusTooManyRequests:
		return always
	case http.StatusRequestTimeout:
		return repeatable
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return never
	}
	if status >= 500 && status <= 599 {
		return repeatable
	}
	return never
}

// ruleForFailure returns the retry rule for an attempt without a whole
// response.
func (s *sending) ruleForFailure(ctx context.Context) rule {
	switch err := s.last.err; {
	case ctx.Err() != nil, !s.last.sent, errors.Is(err, tenantry.ErrTooLarge):
		return never
	case s.last.maybeSent:
		return repeatable
	case s.hopeless(err):
		return never
	}
	return always
}

// hopeless reports whether a request that was not sent will not be sent the
// next time either: a certificate is not trusted, a mock has no response, a proxy
// refuses, or a host is still unknown after one retry.
func (s *sending) hopeless(err error) bool {
	var cert *tls.CertificateVerificationError
	var proxy *config.ProxyError
	var dns *net.DNSError
	var unmatched *config.UnmatchedError
	switch {
	case errors.As(err, &cert), errors.As(err, &unmatched):
		return true
	case errors.As(err, &proxy):
		return ruleForStatus(proxy.StatusCode) == never || ruleForStatus(proxy.StatusCode) == renewed
	case errors.As(err, &dns):
		return dns.IsNotFound && s.retries > 0
	}
	return false
}

// judge decides what follows the attempt that just ended.
func (s *sending) judge(ctx context.Context) verdict {
	if s.last.err == nil && s.last.ok() {
		return verdict{}
	}
	v := verdict{retryAfter: s.next.retryAfter}
	var r rule
	if s.last.err != nil {
		r = s.ruleForFailure(ctx)
	} else {
		r = ruleForStatus(s.last.status)
		v.retryAfter = retryAfter(s.last.header, s.last.ended, r != never && r != renewed)
	}
	switch {
	case s.follow():
		return verdict{again: true}
	case r == renewed:
		v.again = s.renew(ctx)
		return v
	case r == never, r == repeatable && !s.call.Op.Repeatable, s.retries >= s.retry.MaxRetries:
		return v
	case s.last.stale && s.retries == 0: // a new connection is enough
		s.retries++
		return verdict{again: true}
	}
	v.wait = max(s.backoff(), v.retryAfter)
	if s.last.status == http.StatusTooManyRequests && v.retryAfter == 0 {
		v.wait = max(v.wait, s.c.pace.refused(time.Now()))
	}
	if tooLong(ctx, v.wait, s.retry.MaxWait) {
		return verdict{retryAfter: v.wait}
	}
	s.retries++
	v.again = true
	return v
}

const maxHops = 5

// follow reports whether the response redirects a read within the host, and if
// so directs the next attempt to the new URL.
func (s *sending) follow() bool {
	op := s.call.Op
	if s.last.err != nil || !s.last.redirects() || op.Elsewhere || !op.Repeatable || op.Method != http.MethodGet || s.hops == maxHops {
		return false
	}
	to, err := s.url.Parse(s.last.header.Get("Location"))
	if err != nil || to.User != nil || !sameHost(to, &s.c.base) {
		return false
	}
	s.url = to
	s.hops++
	return true
}

// renew reports whether there is another token after a 401.
func (s *sending) renew(ctx context.Context) bool {
	if s.renewed || s.call.Op.Anonymous {
		return false
	}
	if about := s.c.spec.TokenRejected; about != nil && !about(s.serverError()) {
		return false
	}
	date, _ := parseDate(s.last.header.Get("Date"))
	again, err := s.c.auth.Rejected(ctx, s.last.authorization, date)
	if err != nil {
		s.last.err = s.tokenError(ctx, err)
		return false
	}
	s.renewed = true
	return again
}

// backoff returns a wait that is exponential with full jitter.
func (s *sending) backoff() time.Duration {
	policy := s.retry
	ceiling := min(float64(policy.MinWait)*math.Pow(2, float64(s.retries)), float64(policy.MaxWait))
	return time.Duration(rand.Int64N(int64(ceiling) + 1)) //nolint:gosec // jitter needs no secrecy
}

// tooLong reports whether a wait is above the limit or passes the context's
// deadline.
func tooLong(ctx context.Context, wait, limit time.Duration) bool {
	if wait > limit {
		return true
	}
	deadline, ok := ctx.Deadline()
	return ok && wait > 0 && time.Until(deadline) <= wait
}

// sleep waits unless the context ends first.
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
