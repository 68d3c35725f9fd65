package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// A Fetch gets a new token. The previous one, or nil, is what it replaces; a
// scheme that can refresh tokens needs it. The context is of the fetch's own:
// it outlives any caller that waits for the token.
type Fetch func(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error)

// Tokens keeps one bearer token and gets another when it is about to expire or
// was rejected. However many goroutines need it, one fetch runs at a time, and
// each of them waits for it no longer than its own context lasts.
type Tokens struct {
	fetch   Fetch
	timeout time.Duration

	mu       sync.Mutex
	token    *oauth2.Token
	renewAt  time.Time // when token is about to expire; zero: it does not say
	rejected bool      // the server refused token
	flight   *renewal  // the fetch that runs, or nil
}

type renewal struct {
	done  chan struct{} // closed when the others are set
	token *oauth2.Token
	err   error
}

// fetchTimeout bounds a fetch that nobody may be waiting for any more.
const (
	fetchTimeout  = 2 * time.Minute
	fetchPatience = 10 * time.Minute // where someone may have to type a code
)

// renewAt is 15 s before a token expires, or after four fifths of its life
// where that is short.
func renewAt(expiry, now time.Time) time.Time {
	if expiry.IsZero() {
		return expiry
	}
	return expiry.Add(-min(15*time.Second, expiry.Sub(now)/5))
}

// NewTokens makes a scheme over a fetch.
func NewTokens(fetch Fetch) *Tokens { return &Tokens{fetch: fetch, timeout: fetchTimeout} }

// Patient gives a fetch the time that a person needs, and answers t.
func (t *Tokens) Patient() *Tokens {
	t.timeout = fetchPatience
	return t
}

// Obtain drops the token, if any, and gets another.
func (t *Tokens) Obtain(ctx context.Context) error {
	t.mu.Lock()
	t.token = nil
	t.mu.Unlock()
	_, err := t.get(ctx)
	return err
}

// FromSource makes a scheme over a source that keeps tokens itself.
func FromSource(source oauth2.TokenSource) *Tokens {
	return NewTokens(func(context.Context, *oauth2.Token) (*oauth2.Token, error) { return source.Token() })
}

// Authorize waits for a token that is good, if need be.
func (t *Tokens) Authorize(req *http.Request) error {
	token, err := t.get(req.Context())
	if err != nil {
		return err
	}
	req.Header["Authorization"] = []string{"Bearer " + token.AccessToken}
	return nil
}

// Rejected drops the token that the request carried, unless it was replaced
// meanwhile, gets another, and reports whether it is another.
func (t *Tokens) Rejected(ctx context.Context, req *http.Request) (bool, error) {
	used := strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")
	t.mu.Lock()
	if t.token != nil && t.token.AccessToken == used {
		t.rejected = true
	}
	t.mu.Unlock()
	token, err := t.get(ctx)
	if err != nil {
		return false, err
	}
	return token.AccessToken != used, nil
}

// OneShot is false: a bearer token is good for any number of requests.
func (t *Tokens) OneShot() bool { return false }

func (t *Tokens) get(ctx context.Context) (*oauth2.Token, error) {
	t.mu.Lock()
	if t.good() {
		token := t.token
		t.mu.Unlock()
		return token, nil
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

// start begins a fetch; t.mu is held.
func (t *Tokens) start(ctx context.Context) *renewal {
	r := &renewal{done: make(chan struct{})}
	t.flight = r
	previous := t.token
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.timeout)
	go func() {
		defer cancel()
		token, err := t.fetch(ctx, previous)
		if err == nil && (token == nil || token.AccessToken == "") {
			err = errors.New("the server's answer holds no token")
		}
		t.mu.Lock()
		if err == nil {
			t.token, t.renewAt, t.rejected = token, renewAt(token.Expiry, time.Now()), false
		}
		t.flight = nil
		r.token, r.err = token, err
		t.mu.Unlock()
		close(r.done)
	}()
	return r
}
