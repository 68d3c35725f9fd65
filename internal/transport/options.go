package transport

import (
	"context"
	"errors"
	"net/http"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
	"github.com/tenantry/tenantry-go/internal/redact"
)

// setOptions sets what tenantry.CallOptions says for the calls made with ctx. A call
// that fetches a token is not the caller's own, and ignores it.
func (s *sending) setOptions(ctx context.Context) error {
	call := config.CallFrom(ctx)
	if call == nil || s.call.Op.Anonymous {
		return nil
	}
	if call.Err != nil {
		var e *tenantry.ArgumentError
		if errors.As(call.Err, &e) {
			return s.c.Argument(s.call.Op, e.Argument, e.Reason)
		}
		return s.c.ArgumentWith(s.call.Op, "CallOptions", "has an option that is refused", call.Err)
	}
	s.options = call
	if call.Retry != nil {
		s.retry = *call.Retry
	}
	if call.Timeouts != nil {
		s.timeouts = *call.Timeouts
	}
	return nil
}

// RefuseAhead returns the error for a listing that makes calls before the loop asks
// for them, if the options of ctx say that the caller reads their responses.
func RefuseAhead(ctx context.Context) error {
	if call := config.CallFrom(ctx); call != nil && call.Response != nil {
		return &tenantry.ArgumentError{Argument: "WithResponse", Reason: "can't be used while pages are fetched ahead; use a client without WithPrefetch"}
	}
	return nil
}

// sendObserved is send for a call whose beginning and end are observed.
func (s *sending) sendObserved(ctx context.Context) (r *Response, err error) {
	start := time.Now()
	end := func(config.CallEnd) {}
	if hook := s.c.cfg.Hooks.StartCall; hook != nil {
		ctx, end = hook(ctx, s.c.base.Host, s.exchange())
	}
	finished := false
	defer func() { // also if the caller's transport panics
		e := config.CallEnd{StatusCode: s.last.status, RequestID: s.safeRequestID(), Attempts: s.attempts, Err: err}
		if !finished {
			e.Err = errPanicked
			if s.last.end != nil {
				attempt := s.exchange()
				attempt.Attempt, attempt.Start, attempt.Err = s.attempts, s.last.start, errPanicked
				s.last.end(attempt)
			}
		}
		end(e)
		if finished && s.options != nil && s.options.Response != nil && s.attempts > 0 {
			s.options.Response(config.Response{
				StatusCode: s.last.status, Header: s.safeHeader(), RequestID: e.RequestID, Attempts: s.attempts,
				Duration: time.Since(start), RateLimit: s.last.limit, RateRemaining: s.last.remaining,
			})
		}
	}()
	r, err = s.send(ctx)
	finished = true
	return r, err
}

var errPanicked = errors.New("the call panicked")

// startAttempt calls the hook for an attempt and returns its context.
func (s *sending) startAttempt(ctx context.Context) context.Context {
	e := s.exchange()
	e.Attempt, e.Start, e.RequestBytes, e.Waited = s.attempts+1, time.Now(), int64(len(s.body)), s.last.waited
	ctx, s.last.end = s.c.cfg.Hooks.StartAttempt(ctx, e)
	return ctx
}

func (s *sending) exchange() config.Exchange {
	return config.Exchange{API: s.c.spec.API, Operation: s.call.Op.Name, Method: s.call.Op.Method, Path: s.call.Op.Path, RateLimit: -1, RateRemaining: -1}
}

// safeHeader and safeRequestID return what the last response says, without what it
// repeats of the credentials and the call's own arguments.
func (s *sending) safeHeader() http.Header {
	h := s.header()
	secrets := redact.NewSecrets(s.secrets())
	for _, values := range h {
		for i, v := range values {
			values[i] = secrets.Text(v)
		}
	}
	return h
}

func (s *sending) safeRequestID() string {
	id := s.requestID()
	if id == "" {
		return ""
	}
	return shown(redact.NewSecrets(s.secrets()), id, maxName)
}
