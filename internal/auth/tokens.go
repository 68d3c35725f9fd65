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

// A Fetch gets a new token. previous is the token that it replaces, or nil: a
// scheme that can refresh tokens needs it. ctx is the fetch's own: it outlives
// any caller that waits for the token.
type Fetch func(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error)

// Tokens keeps one bearer token and fetches another when it is about to expire
// or was rejected. However many goroutines need it, one fetch runs at a time,
// and each of them waits for it no longer than its own context lasts.
//
// Credentials that were refused are not sent again and again: see patience.
type Tokens struct {
	fetch   Fetch
	timeout time.Duration
	source  bool // fetch asks a source of the caller, which has its own rules

	mu        sync.Mutex
	token     *oauth2.Token
	renewAt   time.Time // when token is about to expire; zero: unknown
	rejected  bool      // the server refused token
	renewedAt time.Time // when a rejected token was last replaced
	refused   error     // why the last fetch failed, if the next one has to wait
	retryAt   time.Time // until when refused holds; zero: for good
	flight    *renewal  // the fetch that runs, or nil
	closed    bool
}

// A renewal is one fetch.
type renewal struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when the others are set
	token  *oauth2.Token
	err    error
}

// rejectionInterval is the shortest time between two fetches that rejections
// cause. A server whose 401 is not about the token would cost a fetch a call.
const rejectionInterval = time.Minute

const (
	fetchTimeout  = 2 * time.Minute  // bounds a fetch that nobody may be waiting for any more
	fetchPatience = 10 * time.Minute // if someone may have to type a code
)

// renewAt returns 15 s before a token expires, or, if its life is short, the
// end of four fifths of it.
func renewAt(expiry, now time.Time) time.Time {
	if expiry.IsZero() {
		return expiry
	}
	return expiry.Add(-min(15*time.Second, expiry.Sub(now)/5))
}

// NewTokens returns a scheme over a fetch.
func NewTokens(fetch Fetch) *Tokens { return &Tokens{fetch: fetch, timeout: fetchTimeout} }

// FromSource returns a scheme over a source that keeps tokens itself.
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

// Obtain drops the token, if any, forgets that credentials were refused, and
// fetches another token.
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

// Rejected drops the token that the attempt carried, unless it was replaced
// meanwhile, fetches another, and reports whether it differs. It does so once a
// minute: within it the rejection stands.
func (t *Tokens) Rejected(ctx context.Context, authorization string) (bool, error) {
	used := strings.TrimPrefix(authorization, "Bearer ")
	t.mu.Lock()
	if t.token != nil && t.token.AccessToken == used && !t.rejected {
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

// Close ends the fetch that runs, if any, and lets later ones fail.
func (t *Tokens) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	if t.flight != nil {
		t.finish(t.flight, nil, tenantry.ErrClosed)
	}
}

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
	// A fetch that ignores its context must not block all calls for ever.
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

// finish sets the outcome of a fetch, unless it has one. t.mu is held.
func (t *Tokens) finish(r *renewal, token *oauth2.Token, err error) {
	if t.flight != r {
		return
	}
	now := time.Now()
	if err == nil {
		t.token, t.renewAt, t.rejected, t.refused = token, renewAt(token.Expiry, now), false, nil
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

// A Refusal is the error of a fetch that must not be made again by itself, since
// it cost a password or a code. It says what its cause says.
type Refusal struct{ Err error }

func (e *Refusal) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Refusal) Unwrap() error { return e.Err }

// patience reports whether a fetch that failed was refused, and for how long
// the refusal holds; 0 is for good. A refusal in the server's own words is for
// good, since the same credentials will not do better. One without words, such
// as a proxy's page, may be a matter of the moment. Failures on the way are no
// refusals.
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

// run fetches a token and checks it. The fetch may be the caller's own code: a
// panic in it is its error.
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
