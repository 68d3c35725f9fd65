package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
)

// A Fetch gets a new token. previous is the token that it replaces, or nil; it may
// be refreshed. ctx belongs to the fetch and outlives the callers that wait for the
// token.
type Fetch func(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error)

// Tokens keeps one bearer token and fetches another when it is about to expire or
// was rejected. One fetch runs at a time, however many goroutines need its token, and
// each of them waits for as long as its own context lasts.
//
// Tokens does not send refused credentials again and again: see patience.
type Tokens struct {
	fetch   Fetch
	timeout time.Duration
	source  bool // fetch asks a token source of the caller, which has its own rules

	mu        sync.Mutex
	token     *oauth2.Token
	renewAt   time.Time // when to replace token before it expires; zero if that is unknown
	rejected  bool      // the server rejected token
	renewedAt time.Time // when a rejection last caused a fetch
	refused   error     // why the last fetch failed, if the next one has to wait
	retryAt   time.Time // when the next fetch may begin; zero if refused holds for good
	flight    *renewal  // the fetch that runs, or nil
	closed    bool
}

// A renewal is one fetch.
type renewal struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when token or err is set
	token  *oauth2.Token
	err    error
}

// rejectionInterval is the shortest time between two fetches that rejections cause.
// Without it, a server whose 401 is not about the token would cost a fetch for each
// call.
const rejectionInterval = time.Minute

const (
	fetchTimeout  = 2 * time.Minute  // bounds a fetch
	fetchPatience = 10 * time.Minute // bounds a fetch for which someone may have to type a code
)

// renewalOf returns when to replace a new token: 15 s before it expires, or, if its
// life is short, after four fifths of it. It returns zero if the token does not say,
// or says that it expired before it came: it is new, so the clocks differ.
func renewalOf(expiry, now time.Time) time.Time {
	life := expiry.Sub(now)
	if expiry.IsZero() || life <= 0 {
		return time.Time{}
	}
	return expiry.Add(-min(15*time.Second, life/5))
}

// NewTokens returns a scheme that gets its tokens from fetch.
func NewTokens(fetch Fetch) *Tokens { return &Tokens{fetch: fetch, timeout: fetchTimeout} }

// FromSource returns a scheme that gets its tokens from source. It asks the source
// again at every call if the token has expired.
func FromSource(source oauth2.TokenSource) *Tokens {
	t := NewTokens(func(context.Context, *oauth2.Token) (*oauth2.Token, error) { return source.Token() })
	t.source = true
	return t
}

// Patient gives a fetch the time that a person needs, and returns t.
func (t *Tokens) Patient() *Tokens {
	t.timeout = fetchPatience
	return t
}

// Obtain fetches a new token, even if there is one, or if credentials were refused
// before.
func (t *Tokens) Obtain(ctx context.Context) error {
	t.mu.Lock()
	t.token, t.refused = nil, nil
	t.mu.Unlock()
	_, err := t.get(ctx)
	return err
}

// Authorize waits for a valid token if need be.
func (t *Tokens) Authorize(ctx context.Context, req *http.Request) error {
	token, err := t.get(ctx)
	if err != nil {
		return err
	}
	authorize(req, "Bearer "+token.AccessToken)
	return nil
}

// Rejected replaces the token that the attempt carried, unless it has been
// replaced, and reports whether the new one differs. It replaces a token that has
// not expired once a minute at most; within the minute, the rejection stands.
func (t *Tokens) Rejected(ctx context.Context, authorization string, _ time.Time) (bool, error) {
	used := strings.TrimPrefix(authorization, "Bearer ")
	t.mu.Lock()
	if t.good() && t.token.AccessToken == used {
		now := time.Now()
		if !t.renewedAt.IsZero() && now.Before(t.renewedAt.Add(rejectionInterval)) {
			t.mu.Unlock()
			return false, nil
		}
		t.rejected, t.renewedAt = true, now
	}
	t.mu.Unlock()
	token, err := t.get(ctx)
	if err != nil {
		return false, err
	}
	return token.AccessToken != used, nil
}

// Close ends the fetch that runs, if any. Later fetches fail.
func (t *Tokens) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	if t.flight != nil {
		t.finish(t.flight, nil, tenantry.ErrClosed)
	}
}

// get returns the token, or waits for another if it is not good.
func (t *Tokens) get(ctx context.Context) (*oauth2.Token, error) {
	t.mu.Lock()
	if t.good() {
		token := t.token
		t.mu.Unlock()
		return token, nil
	}
	if t.closed {
		t.mu.Unlock()
		return nil, tenantry.ErrClosed
	}
	if t.refused != nil && (t.retryAt.IsZero() || time.Now().Before(t.retryAt)) {
		err := t.refused
		t.mu.Unlock()
		return nil, err
	}
	r := t.flight
	if r == nil {
		r = t.start(ctx)
	}
	t.mu.Unlock()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.done:
		return r.token, r.err
	}
}

// good reports whether the token can be used. t.mu is held.
func (t *Tokens) good() bool {
	return t.token != nil && !t.rejected &&
		(t.renewAt.IsZero() || time.Now().Before(t.renewAt))
}

// start begins a fetch. t.mu is held.
func (t *Tokens) start(ctx context.Context) *renewal {
	r := &renewal{done: make(chan struct{})}
	t.flight = r
	previous := t.token
	ctx, r.cancel = context.WithTimeout(context.WithoutCancel(ctx), t.timeout)
	// A fetch that ignores its context must not block all calls forever.
	context.AfterFunc(ctx, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.finish(r, nil, fmt.Errorf("no token within %s", t.timeout))
	})
	go func() {
		var token *oauth2.Token
		err := errors.New("the token source ended its goroutine")
		defer func() {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.finish(r, token, err)
		}()
		token, err = t.run(ctx, previous)
	}()
	return r
}

// finish sets the outcome of a fetch, unless it is set already. t.mu is held.
func (t *Tokens) finish(r *renewal, token *oauth2.Token, err error) {
	if t.flight != r {
		return
	}
	now := time.Now()
	if err == nil {
		t.token, t.renewAt, t.rejected, t.refused = token, renewalOf(token.Expiry, now), false, nil
		if t.source && !token.Expiry.IsZero() && !token.Expiry.After(now) {
			t.renewAt = now
		}
	} else if wait, refused := patience(err); refused && !t.source {
		t.refused, t.retryAt = err, time.Time{}
		if wait > 0 {
			t.retryAt = now.Add(wait)
		}
	}
	t.flight = nil
	r.token, r.err = token, err
	close(r.done)
	r.cancel()
}

// A Refusal is the error of a fetch that must not be repeated without the caller's
// asking, since it cost a password or a code. It has the text of its cause.
type Refusal struct{ Err error }

func (e *Refusal) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Refusal) Unwrap() error { return e.Err }

// patience reports whether a failed fetch was refused, and how long the refusal
// holds; 0 means for good. A refusal with a code, or a 401, holds for good, since the
// same credentials will be refused again. Other refusals, such as a proxy's page, may
// pass. Broken connections and servers in trouble are no refusals.
func patience(err error) (wait time.Duration, refused bool) {
	const moment = time.Minute
	var own *Refusal
	var e *tenantry.Error
	var undecodable *tenantry.DecodeError
	switch {
	case errors.As(err, &own):
		return 0, true
	case errors.As(err, &e):
		switch {
		case e.StatusCode >= 500, e.StatusCode == http.StatusRequestTimeout, e.StatusCode == http.StatusTooEarly, e.StatusCode == http.StatusTooManyRequests:
			return 0, false
		case e.Code != "" || e.StatusCode == http.StatusUnauthorized:
			return 0, true
		}
		return moment, true
	case errors.As(err, &undecodable), errors.Is(err, errNoToken):
		return moment, true
	}
	return 0, false
}

var errNoToken = errors.New("the response holds no token")

// run fetches a token and checks it. The fetch may be the caller's own code, so a
// panic in it becomes its error.
func (t *Tokens) run(ctx context.Context, previous *oauth2.Token) (token *oauth2.Token, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case runtime.Error:
			token, err = nil, fmt.Errorf("the token source panicked: %w", p)
		default: // the value may hold a secret
			token, err = nil, fmt.Errorf("the token source panicked with a %T", p)
		}
	}()
	token, err = t.fetch(ctx, previous)
	switch {
	case err != nil:
		return nil, err
	case token == nil || token.AccessToken == "":
		return nil, errNoToken
	}
	if reason := tokenProblem(token.AccessToken); reason != "" {
		return nil, errors.New("the token " + reason)
	}
	return token, nil
}
