package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/hashicorp/go-retryablehttp"

	tenantry "github.com/tenantry/tenantry-go"
)

var (
	errPaced       = errors.New("the wait for the rate limit would be too long")
	errForeignHost = errors.New("the request was redirected to another host, which gets no credentials")
)

// A flight is one call on its way: all its attempts, and what the last one
// brought. It is the round tripper of its own http.Client, so that one attempt
// of retryablehttp is exactly one request: paced, authorized, sent, and its
// answer read to the end. Flights are pooled, and one whose first attempt
// succeeds, as almost all do, never comes to those two.
type flight struct {
	retry retryablehttp.Client
	http  http.Client
	state
}

// The state of a flight is what one call leaves behind.
type state struct {
	c    *Client
	call *Call
	body []byte

	attempts int
	retries  int // attempts after the first that the policy counts
	renewed  bool
	replay   bool // the next RoundTrip is for the attempt that was made already

	// Of the last attempt.
	sent       *http.Request
	err        error // no whole answer came
	maybeSent  bool  // it may have reached the server
	staleConn  bool  // it met a connection that had been closed while idle
	status     int
	header     http.Header
	answer     *bytes.Buffer
	retryAfter time.Duration
	start      time.Time
	ended      time.Time
	wait       time.Duration
	limit      int // as the answer tells the allowance; -1 where it does not
	remaining  int
}

var flights = sync.Pool{New: func() any {
	f := new(flight)
	f.http = http.Client{Transport: f, CheckRedirect: f.redirect}
	f.retry = retryablehttp.Client{
		HTTPClient:   &f.http,
		RetryMax:     math.MaxInt32, // check decides
		CheckRetry:   f.check,
		Backoff:      f.backOff,
		ErrorHandler: func(_ *http.Response, err error, _ int) (*http.Response, error) { return nil, err },
	}
	return f
}}

// Send makes the call, with as many attempts as the rules allow, and answers
// what came with a status of 2xx, or the error. The answer must be released.
func (c *Client) Send(ctx context.Context, call *Call) (*Response, error) {
	u, err := c.url(call)
	if err != nil {
		return nil, err
	}
	f := flights.Get().(*flight)
	f.c, f.call = c, call
	defer f.land()
	if err := f.encode(); err != nil {
		return nil, c.Argument(call.Op, "body", "can't be marshalled to JSON: "+err.Error())
	}
	f.once(ctx, u)
	if f.err == nil && f.status >= 200 && f.status <= 299 {
		f.observe(ctx, false, 0)
		return f.outcome(ctx, nil)
	}
	// The first attempt was no success: whether and when another follows, and
	// where to, is for retryablehttp and net/http to run, from that one on.
	f.replay = true
	first := http.Request{Method: call.Op.Method, URL: u, Host: u.Host, Header: make(http.Header)}
	_, err = f.retry.Do(&retryablehttp.Request{Request: first.WithContext(ctx)}) //nolint:bodyclose // read and closed by once
	return f.outcome(ctx, err)
}

// Call is Send with the answer decoded into out; nil leaves it unread.
func (c *Client) Call(ctx context.Context, call *Call, out any) error {
	a, err := c.Send(ctx, call)
	if err != nil {
		return err
	}
	defer a.Release()
	if out == nil {
		return nil
	}
	return a.Decode(out)
}

func (f *flight) land() {
	if f.answer != nil {
		putBuffer(f.answer)
	}
	f.state = state{}
	flights.Put(f)
}

// reveal lets a Secret into the request that it is for.
var reveal = json.WithMarshalers(json.MarshalToFunc(func(enc *jsontext.Encoder, s tenantry.Secret) error {
	return enc.WriteToken(jsontext.String(string(s)))
}))

func (f *flight) encode() (err error) {
	switch {
	case f.call.Form != nil:
		f.body = []byte(f.call.Form.Encode())
	case f.call.Body != nil:
		f.body, err = json.Marshal(f.call.Body, reveal)
	}
	return err
}

// RoundTrip is called by the flight's own http.Client: for the first attempt,
// which was made already, for those that follow, and for a redirect that
// redirect allowed.
func (f *flight) RoundTrip(req *http.Request) (*http.Response, error) {
	if !f.replay {
		f.once(req.Context(), req.URL)
	}
	f.replay = false
	if f.err != nil {
		return nil, f.err
	}
	return &http.Response{
		StatusCode: f.status, Header: f.header, Body: http.NoBody, Request: req,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// once makes one attempt, and leaves what it brought in the flight.
func (f *flight) once(ctx context.Context, u *url.URL) {
	f.sent, f.err, f.maybeSent, f.staleConn = nil, nil, false, false
	f.status, f.header, f.retryAfter = 0, nil, 0
	f.start, f.ended = time.Time{}, time.Time{}
	if f.answer != nil {
		f.answer.Reset()
	}
	if u.Scheme != f.c.base.Scheme || u.Host != f.c.base.Host {
		f.err = errForeignHost
		return
	}
	now, wait, err := f.c.pace.acquire(ctx)
	f.start = now
	if err != nil {
		f.err = err
		if errors.Is(err, errPaced) {
			f.err = f.pacedError(wait)
		}
		return
	}
	f.err = f.attempt(ctx, u)
	f.ended = time.Now()
	f.limit, f.remaining = f.c.pace.answered(f.header, f.ended)
}

// attempt authorizes and sends the request, and reads the whole answer.
func (f *flight) attempt(ctx context.Context, u *url.URL) error {
	if f.c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.c.timeout)
		defer cancel()
	}
	var p *probe
	if f.c.traced {
		p = new(probe)
		ctx = p.watch(ctx)
	}
	req := f.request(ctx, u)
	if !f.call.Op.Anonymous {
		if err := f.c.auth.Authorize(req); err != nil {
			return f.tokenError(ctx, err)
		}
	}
	f.attempts++
	f.sent = req
	resp, err := f.c.rt.RoundTrip(req)
	if err != nil {
		f.maybeSent = !p.neverLeft(err)
		f.staleConn = p != nil && p.reused && !f.maybeSent
		return err
	}
	defer resp.Body.Close()
	f.maybeSent = true
	f.status, f.header = resp.StatusCode, resp.Header
	if f.header == nil {
		f.header = make(http.Header)
	}
	return f.read(resp)
}

// tokenError says that no token could be had, or that the caller did not wait
// for it.
func (f *flight) tokenError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var already *tenantry.TokenError
	if errors.As(err, &already) {
		return err
	}
	return &tenantry.TokenError{API: f.c.spec.API, Err: err}
}

var (
	acceptJSON = []string{"application/json"}
	jsonType   = []string{"application/json"}
	formType   = []string{"application/x-www-form-urlencoded"}
)

// request is a new request for one attempt.
//
// net/http sends a request again by itself where nothing of it was written to a
// connection that had been closed meanwhile. That is welcome, unless the scheme
// authorizes one sending only, as a signature does: then the request gets a
// body that can't be had again, and the flight makes another attempt.
func (f *flight) request(ctx context.Context, u *url.URL) *http.Request {
	h := make(http.Header, 8)
	h["Accept"] = acceptJSON
	h["User-Agent"] = f.c.userAgent
	req := http.Request{
		Method: f.call.Op.Method, URL: u, Host: u.Host, Header: h,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	for name, values := range f.c.spec.Header {
		h[name] = values
	}
	oneShot := f.c.auth.OneShot() && !f.call.Op.Anonymous
	switch {
	case f.body != nil:
		if f.call.Body != nil {
			h["Content-Type"] = jsonType
		} else {
			h["Content-Type"] = formType
		}
		body := f.body
		req.Body = io.NopCloser(bytes.NewReader(body))
		req.ContentLength = int64(len(body))
		if !oneShot {
			req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		}
	case oneShot:
		req.Body = emptyBody{}
	}
	for name, values := range f.call.Header {
		h[name] = values
	}
	return req.WithContext(ctx)
}

// An emptyBody keeps net/http from taking a request for one that it may
// replay.
type emptyBody struct{}

func (emptyBody) Read([]byte) (int, error) { return 0, io.EOF }
func (emptyBody) Close() error             { return nil }

// redirect lets net/http follow a redirect of a read within the host.
func (f *flight) redirect(req *http.Request, via []*http.Request) error {
	same := req.URL.Scheme == f.c.base.Scheme && req.URL.Host == f.c.base.Host
	if !same || f.call.Op.Elsewhere || len(via) >= 5 || !f.call.Op.Repeatable || via[0].Method != req.Method ||
		(req.Method != http.MethodGet && req.Method != http.MethodHead) {
		return http.ErrUseLastResponse
	}
	f.observe(req.Context(), true, 0)
	return nil
}

// check is retryablehttp's CheckRetry: it decides, and tells the observer.
func (f *flight) check(ctx context.Context, _ *http.Response, _ error) (bool, error) {
	retry, wait := f.next(ctx)
	f.wait = wait
	if f.sent != nil {
		f.observe(ctx, retry, wait)
	}
	return retry, nil
}

// backOff is retryablehttp's Backoff: what check decided.
func (f *flight) backOff(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return f.wait }

// outcome turns what the last attempt brought into an answer or an error. err
// is what retryablehttp returned: the context's error where a wait was cut
// short, and otherwise nothing that the flight does not know better.
func (f *flight) outcome(ctx context.Context, err error) (*Response, error) {
	switch {
	case f.err != nil:
		return nil, f.failure(ctx, f.err, nil)
	case err != nil:
		if f.status != 0 {
			return nil, f.failure(ctx, err, f.serverError())
		}
		return nil, f.failure(ctx, err, nil)
	case f.call.Op.Elsewhere && f.status >= 301 && f.status <= 308 && f.header.Get("Location") != "":
	case f.status < 200 || f.status > 299:
		return nil, f.serverError()
	}
	if f.c.spec.CheckResponse != nil {
		e := f.newError()
		if f.c.spec.CheckResponse(e, f.answer.Bytes()) {
			f.redact(e)
			return nil, e
		}
	}
	a := &Response{
		StatusCode: f.status, Header: f.header, Body: f.answer.Bytes(),
		api: f.c.spec.API, op: f.call.Op, attempts: f.attempts, buf: f.answer,
		decodeError: f.c.spec.DecodeError,
	}
	f.answer = nil
	return a, nil
}

// failure is the error for a call that got no whole answer.
func (f *flight) failure(ctx context.Context, err error, last *tenantry.Error) error {
	var refused *tenantry.Error
	var token *tenantry.TokenError
	switch {
	case errors.As(err, &refused) && f.sent == nil, errors.As(err, &token):
		return err
	}
	if cause := ctx.Err(); cause != nil {
		err = cause
	} else {
		err = f.withoutURL(err)
	}
	e := &tenantry.TransportError{
		API: f.c.spec.API, Operation: f.call.Op.Name, Method: f.call.Op.Method, Path: f.call.Op.Path,
		Attempts: f.attempts, MaybeSent: f.maybeSent, Err: err,
	}
	if last != nil {
		e.Last = last
	}
	return e
}

// withoutURL is err without the URL, whose path and query may be personal.
func (f *flight) withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	text := err.Error()
	clean := text
	if f.sent != nil {
		for _, s := range append([]string{f.sent.URL.String(), f.sent.URL.RequestURI(), f.sent.URL.RawQuery}, f.secrets()...) {
			if len(s) > 3 {
				clean = strings.ReplaceAll(clean, s, redacted)
			}
		}
	}
	if clean == text {
		return err
	}
	return &cleanError{clean, err}
}

// A cleanError is an error whose text was cleaned.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string   { return e.text }
func (e *cleanError) Is(t error) bool { return errors.Is(e.err, t) }
