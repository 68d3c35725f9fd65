package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func request(ctx context.Context) *http.Request {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://example.test", nil)
	if err != nil {
		panic(err)
	}
	return r
}

// numbered returns a fetch that takes a second on the bubble's clock, and its count.
func numbered(life time.Duration) (auth.Fetch, *atomic.Int64) {
	var n atomic.Int64
	return func(ctx context.Context, _ *oauth2.Token) (*oauth2.Token, error) {
		i := n.Add(1)
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		token := &oauth2.Token{AccessToken: fmt.Sprintf("t%d", i)}
		if life > 0 {
			token.Expiry = time.Now().Add(life)
		}
		return token, nil
	}, &n
}

func TestOneFetchForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, n := numbered(time.Hour)
		tokens := auth.NewTokens(fetch)
		all := func(want string) {
			var wg sync.WaitGroup
			for range 200 {
				wg.Go(func() {
					r := request(t.Context())
					assert.NoError(t, tokens.Authorize(r.Context(), r))
					assert.Equal(t, "Bearer "+want, r.Header.Get("Authorization"))
				})
			}
			wg.Wait()
		}
		all("t1")
		assert.EqualValues(t, 1, n.Load())
		time.Sleep(time.Hour - time.Minute)
		all("t1")
		time.Sleep(50 * time.Second) // ten seconds to go
		all("t2")
		assert.EqualValues(t, 2, n.Load())
	})
}

func TestRejectedTokenIsReplacedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, n := numbered(0)
		tokens := auth.NewTokens(fetch)
		old := request(t.Context())
		require.NoError(t, tokens.Authorize(old.Context(), old))
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 20 * time.Millisecond) // before, while and after it is replaced
				again, err := tokens.Rejected(t.Context(), old.Header.Get("Authorization"), time.Time{})
				assert.NoError(t, err)
				assert.True(t, again)
				r := request(t.Context())
				assert.NoError(t, tokens.Authorize(r.Context(), r))
				assert.Equal(t, "Bearer t2", r.Header.Get("Authorization"))
			})
		}
		wg.Wait()
		assert.EqualValues(t, 2, n.Load())
	})
}

func TestEachCallerWaitsForItsOwnContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, n := numbered(0)
		tokens := auth.NewTokens(fetch)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, tokens.Authorize(ctx, request(ctx)), context.DeadlineExceeded)
		// The fetch that it began continues and serves the next caller.
		require.NoError(t, tokens.Authorize(t.Context(), request(t.Context())))
		assert.EqualValues(t, 1, n.Load())
	})
}

func TestFailedFetch(t *testing.T) {
	boom := errors.New("boom")
	fail := true
	tokens := auth.NewTokens(func(context.Context, *oauth2.Token) (*oauth2.Token, error) {
		if fail {
			return nil, boom
		}
		return &oauth2.Token{AccessToken: "x"}, nil
	})
	require.ErrorIs(t, tokens.Authorize(t.Context(), request(t.Context())), boom)
	fail = false
	require.NoError(t, tokens.Authorize(t.Context(), request(t.Context())), "the next call tries again")
	fail = true
	r := request(t.Context())
	require.NoError(t, tokens.Authorize(r.Context(), r))
	_, err := tokens.Rejected(t.Context(), r.Header.Get("Authorization"), time.Time{})
	require.ErrorIs(t, err, boom)
}

func TestResponseWithoutToken(t *testing.T) {
	tokens := auth.NewTokens(func(context.Context, *oauth2.Token) (*oauth2.Token, error) { return &oauth2.Token{}, nil })
	require.ErrorContains(t, tokens.Authorize(t.Context(), request(t.Context())), "no token")
}

func TestShortLivedTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, n := numbered(10 * time.Second)
		tokens := auth.NewTokens(fetch)
		for range 60 {
			require.NoError(t, tokens.Authorize(t.Context(), request(t.Context())))
			time.Sleep(time.Second)
		}
		assert.InDelta(t, 7, n.Load(), 1)
	})
}

func TestSources(t *testing.T) {
	tokens := auth.FromSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "fixed"}))
	r := request(t.Context())
	require.NoError(t, tokens.Authorize(r.Context(), r))
	assert.Equal(t, "Bearer fixed", r.Header.Get("Authorization"))
	again, err := tokens.Rejected(t.Context(), r.Header.Get("Authorization"), time.Time{})
	require.NoError(t, err)
	assert.False(t, again, "the source has no other token")

	_, err = auth.StaticOrSource("test", "", nil)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	_, err = auth.StaticOrSource("test", "secret \n", nil)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	assert.NotContains(t, err.Error(), "secret")
	scheme, err := auth.StaticOrSource("test", "secret", nil)
	require.NoError(t, err)
	require.NoError(t, scheme.Authorize(r.Context(), r))
	assert.Equal(t, "Bearer secret", r.Header.Get("Authorization"))
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", scheme, scheme, scheme), "secret")
}

// A source is the caller's code. Whatever it does, callers get an error, and the
// next call asks it again.
func TestMisbehavingSources(t *testing.T) {
	for name, c := range map[string]struct {
		source func() (*oauth2.Token, error)
		want   string
	}{
		"nothing":       {func() (*oauth2.Token, error) { return nil, nil }, "no token"},
		"panic":         {func() (*oauth2.Token, error) { panic("secret") }, "panicked with a string"},
		"runtime panic": {func() (*oauth2.Token, error) { return []*oauth2.Token{}[len("x")], nil }, "index out of range"},
		"Goexit":        {func() (*oauth2.Token, error) { runtime.Goexit(); return nil, nil }, "ended its goroutine"},
		"line break":    {func() (*oauth2.Token, error) { return &oauth2.Token{AccessToken: "secret\nx"}, nil }, "line break"},
		"blank":         {func() (*oauth2.Token, error) { return &oauth2.Token{AccessToken: "secret "}, nil }, "white space"},
		"not ASCII":     {func() (*oauth2.Token, error) { return &oauth2.Token{AccessToken: "sécret"}, nil }, "a header can't carry"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := true
			tokens := auth.FromSource(source(func() (*oauth2.Token, error) {
				if bad {
					return c.source()
				}
				return &oauth2.Token{AccessToken: "good"}, nil
			}))
			err := tokens.Authorize(t.Context(), request(t.Context()))
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "secret")
			bad = false
			require.NoError(t, tokens.Authorize(t.Context(), request(t.Context())))
		})
	}
}

type source func() (*oauth2.Token, error)

func (s source) Token() (*oauth2.Token, error) { return s() }

// A source that never returns blocks callers until the timeout of a fetch, and does
// not block later callers.
func TestHangingSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		var n atomic.Int64
		tokens := auth.FromSource(source(func() (*oauth2.Token, error) {
			i := n.Add(1)
			if i == 1 {
				<-hang
			}
			return &oauth2.Token{AccessToken: fmt.Sprint("t", i)}, nil
		}))
		require.ErrorContains(t, tokens.Authorize(t.Context(), request(t.Context())), "no token within")
		r := request(t.Context())
		require.NoError(t, tokens.Authorize(t.Context(), r))
		assert.Equal(t, "Bearer t2", r.Header.Get("Authorization"))
		close(hang)
		synctest.Wait()
		require.NoError(t, tokens.Authorize(t.Context(), r))
		assert.Equal(t, "Bearer t2", r.Header.Get("Authorization"), "a token that came too late is not used")
	})
}

func TestCloseEndsTheFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		tokens := auth.NewTokens(func(ctx context.Context, _ *oauth2.Token) (*oauth2.Token, error) {
			<-ctx.Done()
			ended = true
			return nil, ctx.Err()
		})
		failed := make(chan error)
		go func() { failed <- tokens.Authorize(t.Context(), request(t.Context())) }()
		synctest.Wait()
		tokens.Close()
		require.ErrorIs(t, <-failed, tenantry.ErrClosed)
		synctest.Wait()
		assert.True(t, ended)
		require.ErrorIs(t, tokens.Authorize(t.Context(), request(t.Context())), tenantry.ErrClosed)
		tokens.Close()
	})
}

func TestCheck(t *testing.T) {
	for value, want := range map[string][3]bool{ // accepted by Check, CheckPassword, CheckToken
		"good":      {true, true, true},
		"":          {false, false, false},
		" ":         {false, true, false},
		"a b":       {true, true, false},
		" a":        {false, true, false},
		"a\u00a0":   {false, true, false},
		"a\n":       {false, false, false},
		"a\rb":      {false, false, false},
		"a\x00":     {false, false, false},
		"a\x7fb":    {false, false, false},
		"a\u0085b":  {false, false, false},
		"a\u2028b":  {false, false, false},
		"a\u200bb":  {false, true, false},
		"\ufeffa":   {false, true, false},
		"jos\u00e9": {true, true, false},
	} {
		for i, check := range []func(string, string, string) error{auth.Check, auth.CheckPassword, auth.CheckToken} {
			err := check("test", "key", value)
			assert.Equal(t, want[i], err == nil, "%d: %q: %v", i, value, err)
			if err != nil {
				require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
			}
		}
	}
}

func TestLifetime(t *testing.T) {
	const standard, year = 42 * time.Minute, 365 * 24 * time.Hour
	for raw, want := range map[string]time.Duration{
		`3600`: time.Hour, `"3600"`: time.Hour, `3599.5`: 3599500 * time.Millisecond, `" 60 "`: time.Minute, `6e1`: time.Minute,
		``: standard, `null`: standard, `""`: standard, `"soon"`: standard, `{}`: standard, `[]`: standard, `true`: standard, `"NaN"`: standard,
		`0`: standard, `-5`: standard, `"-Inf"`: standard, `-1e400`: standard,
		`10000000000`: year, `9223372036854775807`: year, `1e400`: year, `"Inf"`: year,
	} {
		assert.Equal(t, want, auth.Lifetime(tenantry.Raw(raw), standard), raw)
	}
}

// Refused credentials are not sent again. A failure that may pass is tried again
// after a minute.
func TestRefusalsAreRemembered(t *testing.T) {
	const forGood = -1
	for name, c := range map[string]struct {
		err  error
		wait time.Duration // until the next fetch
	}{
		"401":                 {&tenantry.Error{StatusCode: 401}, forGood},
		"the server's words":  {&tenantry.Error{StatusCode: 400, Code: "invalid_client"}, forGood},
		"words in a 200":      {&tenantry.Error{StatusCode: 200, Code: "invalid_client"}, forGood},
		"a refusal":           {fmt.Errorf("wrapped: %w", &auth.Refusal{Err: errors.New("no code")}), forGood},
		"a page":              {&tenantry.Error{StatusCode: 403}, time.Minute},
		"not JSON":            {&tenantry.DecodeError{Err: errors.New("HTML")}, time.Minute},
		"429":                 {&tenantry.Error{StatusCode: 429, Code: "slow"}, 0},
		"503":                 {&tenantry.Error{StatusCode: 503, Code: "down"}, 0},
		"408":                 {&tenantry.Error{StatusCode: 408}, 0},
		"a broken connection": {&tenantry.TransportError{Err: errors.New("reset")}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				tokens := auth.NewTokens(func(context.Context, *oauth2.Token) (*oauth2.Token, error) { n++; return nil, c.err })
				ask := func(want int) {
					t.Helper()
					require.ErrorIs(t, tokens.Authorize(t.Context(), request(t.Context())), c.err)
					assert.Equal(t, want, n)
				}
				ask(1)
				ask(1 + btoi(c.wait == 0))
				n = 1
				time.Sleep(time.Minute - time.Nanosecond)
				ask(1 + btoi(c.wait == 0))
				n = 1
				time.Sleep(time.Nanosecond)
				ask(1 + btoi(c.wait != forGood))
				n = 1
				time.Sleep(1000 * time.Hour)
				ask(1 + btoi(c.wait != forGood))
				n = 1
				require.ErrorIs(t, tokens.Obtain(t.Context()), c.err)
				assert.Equal(t, 2, n, "Obtain tries again")
			})
		})
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A token that expired while the request was under way is replaced, however recent
// the last rejection is.
func TestExpiredTokensAreNoRejections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, n := numbered(20 * time.Second)
		tokens := auth.NewTokens(fetch)
		for i := range 5 {
			r := request(t.Context())
			require.NoError(t, tokens.Authorize(t.Context(), r))
			if i > 0 {
				time.Sleep(20 * time.Second) // the server is slow, and the token expires
			}
			again, err := tokens.Rejected(t.Context(), r.Header.Get("Authorization"), time.Time{})
			require.NoError(t, err)
			assert.True(t, again, i)
			assert.EqualValues(t, i+2, n.Load())
		}
	})
}

// A new token that has expired by the local clock is used, since the clocks differ.
// A token source has its own rules and is asked again.
func TestNewTokensThatHaveExpired(t *testing.T) {
	for _, late := range []time.Duration{0, time.Second, 2 * time.Hour} {
		n := 0
		next := func() (*oauth2.Token, error) {
			n++
			return &oauth2.Token{AccessToken: fmt.Sprint("t", n), Expiry: time.Now().Add(-late)}, nil
		}
		for i, tokens := range []*auth.Tokens{auth.NewTokens(func(context.Context, *oauth2.Token) (*oauth2.Token, error) { return next() }), auth.FromSource(source(next))} {
			n = 0
			for range 20 {
				require.NoError(t, tokens.Authorize(t.Context(), request(t.Context())))
			}
			assert.Equal(t, []int{1, 20}[i], n, "%s", late)
		}
	}
}

// Rejections cause one fetch a minute. Expiry causes any number.
func TestRejectionsRenewOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, n := numbered(20 * time.Second)
		tokens := auth.NewTokens(fetch)
		reject := func(want bool) {
			t.Helper()
			r := request(t.Context())
			require.NoError(t, tokens.Authorize(t.Context(), r))
			again, err := tokens.Rejected(t.Context(), r.Header.Get("Authorization"), time.Time{})
			require.NoError(t, err)
			assert.Equal(t, want, again)
		}
		reject(true)
		for range 50 {
			reject(false)
		}
		assert.EqualValues(t, 2, n.Load())
		for range 3 { // the token expires
			time.Sleep(17 * time.Second)
			reject(false)
		}
		assert.EqualValues(t, 5, n.Load())
		time.Sleep(7 * time.Second)
		reject(true)
		reject(false)
	})
}
