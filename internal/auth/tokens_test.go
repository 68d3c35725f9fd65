package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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

// numbered makes a fetch that takes a second on the bubble's clock and counts.
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
					assert.NoError(t, tokens.Authorize(r))
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
		require.NoError(t, tokens.Authorize(old))
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 20 * time.Millisecond) // before, while and after it is replaced
				again, err := tokens.Rejected(t.Context(), old)
				assert.NoError(t, err)
				assert.True(t, again)
				r := request(t.Context())
				assert.NoError(t, tokens.Authorize(r))
				assert.Equal(t, "Bearer t2", r.Header.Get("Authorization"))
			})
		}
		wg.Wait()
		assert.EqualValues(t, 2, n.Load())
	})
}

func TestEachCallerWaitsAsLongAsItLikes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, n := numbered(0)
		tokens := auth.NewTokens(fetch)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, tokens.Authorize(request(ctx)), context.DeadlineExceeded)
		// The fetch that it began goes on, and serves the next caller.
		require.NoError(t, tokens.Authorize(request(t.Context())))
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
	require.ErrorIs(t, tokens.Authorize(request(t.Context())), boom)
	fail = false
	require.NoError(t, tokens.Authorize(request(t.Context())), "the next call tries again")
	fail = true
	r := request(t.Context())
	require.NoError(t, tokens.Authorize(r))
	_, err := tokens.Rejected(t.Context(), r)
	require.ErrorIs(t, err, boom)
}

func TestAnswerWithoutToken(t *testing.T) {
	tokens := auth.NewTokens(func(context.Context, *oauth2.Token) (*oauth2.Token, error) { return &oauth2.Token{}, nil })
	require.ErrorContains(t, tokens.Authorize(request(t.Context())), "no token")
}

func TestShortLivedTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetch, n := numbered(10 * time.Second)
		tokens := auth.NewTokens(fetch)
		for range 60 {
			require.NoError(t, tokens.Authorize(request(t.Context())))
			time.Sleep(time.Second)
		}
		assert.InDelta(t, 7, n.Load(), 1)
	})
}

func TestSources(t *testing.T) {
	tokens := auth.FromSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "fixed"}))
	r := request(t.Context())
	require.NoError(t, tokens.Authorize(r))
	assert.Equal(t, "Bearer fixed", r.Header.Get("Authorization"))
	again, err := tokens.Rejected(t.Context(), r)
	require.NoError(t, err)
	assert.False(t, again, "the source has no other token")

	_, err = auth.StaticOrSource("test", "", nil)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	_, err = auth.StaticOrSource("test", "secret \n", nil)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	assert.NotContains(t, err.Error(), "secret")
	scheme, err := auth.StaticOrSource("test", "secret", nil)
	require.NoError(t, err)
	require.NoError(t, scheme.Authorize(r))
	assert.Equal(t, "Bearer secret", r.Header.Get("Authorization"))
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", scheme, scheme, scheme), "secret")
}
