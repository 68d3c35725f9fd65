package transport

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// A sending is one call in progress. Send makes the first attempt. Each attempt
// gets a verdict, and go-retryablehttp waits for and makes the attempts that
// verdicts ask for.
type sending struct {
	c        *Client
	call     Call
	options  *config.Call // of the call's context; nil for none
	retry    config.Retry
	timeouts config.Timeouts
	url      *url.URL
	body     []byte
	revealed []string // the secrets in the body
	attempts int      // requests begun
	retries  int      // attempts that count against RetryPolicy.MaxRetries
	hops     int      // redirects followed
	renewed  bool     // a 401 has led to another token
	last     attempt  // the latest attempt
	next     verdict  // what follows it

	room room
}

// A room is memory for what a call needs once. It is allocated with its sending.
type room struct {
	url      url.URL
	watch    watch // of the first attempt
	headers  [4]string
	response Response
}

// A verdict is what follows an attempt.
type verdict struct {
	again      bool
	wait       time.Duration // before the next attempt
	retryAfter time.Duration // for the error: how long to wait before another call
}

// Send makes the call, with as many attempts as the retry rules allow. The
// caller must release the response.
func (c *Client) Send(ctx context.Context, call *Call) (*Response, error) {
	s, err := c.newSending(ctx, call)
	if err != nil {
		return nil, err
	}
	if s.options != nil && s.options.Response != nil || c.cfg.Hooks.StartCall != nil {
		return s.sendObserved(ctx)
	}
	return s.send(ctx)
}

func (s *sending) send(ctx context.Context) (*Response, error) {
	s.try(ctx)
	var err error
	if s.next.again {
		err = s.tryAgain(ctx)
	}
	return s.outcome(ctx, err)
}

// Call sends the call and decodes the response into out. If out is nil, the
// operation returns nothing: an empty body and any JSON will do.
func (c *Client) Call(ctx context.Context, call *Call, out any) error {
	r, err := c.Send(ctx, call)
	if err != nil {
		return err
	}
	defer r.Release()
	if out == nil {
		return r.checkNothing()
	}
	return r.Decode(out)
}

func (c *Client) newSending(ctx context.Context, call *Call) (*sending, error) {
	if c.closed.Load() {
		return nil, &tenantry.TransportError{
			API: c.spec.API, Operation: call.Op.Name, Method: call.Op.Method, Path: call.Op.Path, Err: tenantry.ErrClosed,
		}
	}
	s := &sending{c: c, call: *call, retry: c.cfg.Retry, timeouts: c.cfg.Timeouts}
	err := s.setOptions(ctx)
	if err != nil {
		return nil, err
	}
	if s.url, err = c.url(call, &s.room.url); err != nil {
		return nil, err
	}
	if s.body, s.revealed, err = call.encode(); err != nil {
		return nil, c.Argument(call.Op, "body", "can't be marshalled to JSON: "+err.Error())
	}
	return s, nil
}

// encode returns the body of the request, and the secrets in it.
func (call *Call) encode() (body []byte, secrets []string, err error) {
	switch {
	case call.Form != nil:
		return []byte(call.Form.Encode()), nil, nil
	case call.Content != nil:
		return call.Content, nil, nil
	case call.Body != nil:
		return wire.MarshalRequest(call.Body)
	}
	return nil, nil, nil
}

// try makes one attempt, decides what follows it, and reports it.
func (s *sending) try(ctx context.Context) {
	s.last, s.next = attempt{body: s.last.body}, verdict{}
	s.attempt(ctx)
	s.next = s.judge(ctx)
	if s.last.sent {
		s.observe(ctx)
	}
}

// tryAgain waits for and makes the attempts after the first. The error is the
// context's if it ended a wait.
func (s *sending) tryAgain(ctx context.Context) error {
	if err := sleep(ctx, s.next.wait); err != nil {
		return err
	}
	ctx = context.WithValue(ctx, sendingKey{}, s)
	req := (&http.Request{Method: http.MethodGet, URL: s.url, Host: s.url.Host, Header: http.Header{}}).WithContext(ctx)
	_, err := driver.Do(&retryablehttp.Request{Request: req}) //nolint:bodyclose // an attempt closes its own
	return err
}

type sendingKey struct{}

// driver makes the attempts after the first, for all clients. The sending in
// the context says whether and when another attempt follows.
var driver = &retryablehttp.Client{
	HTTPClient: &http.Client{Transport: attempts{}},
	RetryMax:   math.MaxInt32, // verdicts decide
	CheckRetry: func(ctx context.Context, _ *http.Response, _ error) (bool, error) {
		return ctx.Value(sendingKey{}).(*sending).next.again, nil
	},
	Backoff: func(_, _ time.Duration, _ int, resp *http.Response) time.Duration {
		return resp.Request.Context().Value(sendingKey{}).(*sending).next.wait
	},
}

// attempts is a RoundTripper that makes one attempt of the sending in the
// request's context. Its responses are empty: the sending keeps the real one.
type attempts struct{}

func (attempts) RoundTrip(req *http.Request) (*http.Response, error) {
	req.Context().Value(sendingKey{}).(*sending).try(req.Context())
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: req}, nil
}

// outcome turns the last attempt into a response or an error. err is the
// context's error if it ended a wait.
func (s *sending) outcome(ctx context.Context, err error) (*Response, error) {
	defer s.last.release()
	switch {
	case s.last.err != nil:
		return nil, s.failure(ctx, s.last.err, nil)
	case err != nil:
		return nil, s.failure(ctx, err, s.serverError())
	case s.call.Op.Elsewhere && s.last.redirects():
	case !s.last.ok():
		return nil, s.serverError()
	}
	r := &s.room.response
	*r = Response{StatusCode: s.last.status, Header: s.last.header, Body: s.last.body.data, s: s, body: s.last.body}
	if s.c.spec.CheckResponse != nil {
		e := s.newError()
		if s.c.spec.CheckResponse(e, r.Body) {
			s.complete(e, r.Body)
			return nil, e
		}
	}
	s.c.drift.status(s.call.Op.Name, s.last.status)
	s.last.body = nil
	return r, nil
}
