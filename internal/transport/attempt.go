package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

// An attempt is one request and what came of it.
type attempt struct {
	sent          bool // false if there was no token, or no room in the rate limit
	authorization string
	waited        time.Duration // for the rate limit
	start         time.Time
	ended         time.Time
	status        int
	header        http.Header
	body          *body // the whole body
	err           error // why there is no whole response
	maybeSent     bool  // the request may have reached the server
	stale         bool  // it met a connection that the server had closed
	limit         int   // the rate limit, as the response says; -1 if it does not
	remaining     int
	end           func(config.Exchange) // of the attempt's hook, or nil
}

func (a *attempt) ok() bool { return a.status >= 200 && a.status <= 299 }

func (a *attempt) redirects() bool {
	return a.status >= 301 && a.status <= 308 && a.header.Get("Location") != ""
}

func (a *attempt) release() {
	if a.body != nil {
		a.body.release()
		a.body = nil
	}
}

// attempt waits for the rate limit, authorizes and sends one request, and reads
// its whole response.
func (s *sending) attempt(ctx context.Context) {
	if s.last.body != nil {
		s.last.body.reset()
	}
	if s.last.err = ctx.Err(); s.last.err != nil {
		return
	}
	var wait time.Duration
	s.last.waited, wait, s.last.err = s.c.pace.acquire(ctx, s.retry.MaxWait, func(d time.Duration) { s.logWait(ctx, d) })
	if s.last.err != nil {
		s.next.retryAfter = wait
		return
	}
	defer func() { // also if the caller's transport panics
		s.last.ended = time.Now()
		s.last.limit, s.last.remaining = s.c.pace.done(s.last.status, s.last.header, s.last.ended)
	}()
	s.last.err = s.roundTrip(ctx)
}

var (
	errNoResponse = errors.New("the http.Client's Transport returned neither a response nor an error")
	errStatus     = errors.New("the server switched protocols or sent an invalid status")
)

func (s *sending) roundTrip(ctx context.Context) error {
	w := &s.room.watch
	if s.attempts > 0 {
		w = new(watch)
	}
	w.parent = ctx
	defer w.stop()
	req := s.request(w) //nolint:contextcheck // a watch is a context whose parent is ctx
	if !s.call.Op.Anonymous {
		// Waiting for a token is not part of the attempt.
		if err := s.c.auth.Authorize(ctx, req); err != nil {
			return s.tokenError(ctx, err)
		}
		if v := req.Header["Authorization"]; len(v) > 0 {
			s.last.authorization = v[0]
		} else {
			delete(req.Header, "Authorization")
		}
	}
	if s.c.cfg.Hooks.StartAttempt != nil {
		w.parent = s.startAttempt(ctx)
	}
	s.attempts++
	s.last.start = time.Now()
	s.last.sent = true
	s.last.maybeSent = true
	w.start(s.last.start, s.c.timeout, s.attemptTimeout(), s.timeouts.Idle)
	resp, err := s.c.rt.RoundTrip(req)
	if err == nil && resp == nil {
		err = errNoResponse
	}
	if resp != nil && resp.Body == nil {
		resp.Body = http.NoBody
	}
	if err != nil {
		if resp != nil {
			_ = resp.Body.Close()
		}
		s.last.maybeSent = !w.neverSent(err, s.c.traced)
		s.last.stale = w.reused && !s.last.maybeSent
		return w.cause(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 999 {
		return errStatus
	}
	s.last.status, s.last.header = resp.StatusCode, resp.Header
	if s.last.header == nil {
		s.last.header = make(http.Header)
	}
	return w.cause(s.read(w, w.body(resp.Body), resp.ContentLength)) //nolint:contextcheck // its parent is ctx
}

// attemptTimeout returns the time limit of an attempt, 0 for none.
func (s *sending) attemptTimeout() time.Duration {
	d := s.timeouts.Attempt
	if d > 0 {
		d = max(d, s.call.Op.Attempt)
	}
	return d
}

// tokenError reports that there is no token, or that the context ended before
// there was one.
func (s *sending) tokenError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var already *tenantry.TokenError
	if errors.As(err, &already) {
		return err
	}
	return &tenantry.TokenError{API: s.c.spec.API, Err: err}
}

// request makes the request of one attempt. It has no GetBody, so that net/http
// can't send its body again. A request without a body keeps a nil one: POST,
// PUT and PATCH then send "Content-Length: 0".
//
// Transports may change a request's headers in place, so none of them is shared
// between requests.
func (s *sending) request(ctx context.Context) *http.Request {
	h := make(http.Header, 8)
	values := s.room.headers[:0]
	if s.attempts > 0 {
		values = make([]string, 0, len(s.room.headers))
	}
	set := func(name, value string) {
		values = append(values, value)
		h[name] = values[len(values)-1 : len(values) : len(values)]
	}
	set("Accept", "application/json")
	set("User-Agent", s.c.userAgent)
	for name, v := range s.c.spec.Header {
		set(name, v[0])
	}
	req := http.Request{
		Method: s.call.Op.Method, URL: s.url, Host: s.url.Host, Header: h,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if s.body != nil {
		switch {
		case s.call.Body != nil:
			set("Content-Type", "application/json")
		case s.call.Form != nil:
			set("Content-Type", "application/x-www-form-urlencoded")
		}
		req.Body = io.NopCloser(bytes.NewReader(s.body))
		req.ContentLength = int64(len(s.body))
	}
	for name, v := range s.call.Header {
		set(name, v[0])
	}
	if !s.call.Op.Anonymous {
		set("Authorization", "")
		h["Authorization"] = h["Authorization"][:0]
	}
	return req.WithContext(ctx)
}

// maxErrorBody is how much is read of a response that is an error.
const maxErrorBody = 1 << 20

// read reads the whole body. A body that is too large or breaks off is an
// error, unless the status says already that the request failed.
func (s *sending) read(ctx context.Context, r io.Reader, announced int64) error {
	if s.last.body == nil {
		s.last.body = bodies.Get().(*body)
	}
	if !s.last.ok() {
		_ = s.last.body.read(r, -1, min(s.c.cfg.MaxResponseBytes, maxErrorBody))
		return nil
	}
	limit := s.c.cfg.MaxResponseBytes
	if announced > limit || announced > maxGrow || s.call.Op.Method == http.MethodHead {
		announced = -1
	}
	if share, ok := ctx.Value(shareKey{}).(share); ok {
		if err := s.last.body.reserve(ctx, share, announced); err != nil {
			return err
		}
	}
	err := s.last.body.read(r, announced, limit)
	if err != nil {
		s.last.body.giveBack() // another attempt may be long in coming
	}
	return err
}
