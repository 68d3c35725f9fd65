package transport_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
	"github.com/tenantry/tenantry-go/internal/transport"
)

var thingsGet = &transport.Call{Op: &transport.Op{Name: "things.get", Method: http.MethodGet, Path: "/v1/things", Repeatable: true}}

func refusing(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 503, Header: http.Header{"X-Request-Id": {"r1"}, "Set-Cookie": {"a=b"}, "X-Kept": {"yes"}}, Body: http.NoBody}, nil
}

func TestCallOptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := stubbed(t, stub(refusing), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: time.Second}))
		attempts := func(ctx context.Context) int {
			var e *tenantry.Error
			require.ErrorAs(t, c.Call(ctx, thingsGet, nil), &e)
			return e.Attempts
		}
		assert.Equal(t, 3, attempts(t.Context()), "the client's")
		var outer, inner tenantry.Response
		once := tenantry.CallOptions(t.Context(), nil, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}), tenantry.WithResponse(&outer))
		assert.Equal(t, 1, attempts(once), "the call's")
		assert.Equal(t, 3, attempts(t.Context()), "and of no other call")
		assert.Equal(t, 1, attempts(tenantry.CallOptions(once, tenantry.WithResponse(&inner))), "nested options add up")
		assert.Equal(t, 1, inner.Attempts)
		assert.Equal(t, 2, attempts(tenantry.CallOptions(once, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1}))), "and the inner wins")
		assert.Equal(t, 2, outer.Attempts, "the last call wins")
		assert.NotZero(t, outer.Duration)
		outer.Duration = 0
		assert.Equal(t, tenantry.Response{StatusCode: 503, RequestID: "r1", Attempts: 2, Header: http.Header{"X-Request-Id": {"r1"}, "X-Kept": {"yes"}}, RateLimit: -1, RateRemaining: -1}, outer)
	})
}

// A wait that the call's own policy does not allow is not begun.
func TestMaxWaitOfACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := stubbed(t, stub(refusing), tenantry.WithRateLimit(1, 1), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}))
		require.Error(t, c.Call(t.Context(), thingsGet, nil))
		begin := time.Now()
		require.ErrorIs(t, c.Call(tenantry.CallOptions(t.Context(), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1, MaxWait: time.Second})), thingsGet, nil), tenantry.ErrPaced)
		assert.Zero(t, time.Since(begin))
	})
}

func TestTimeoutsOfACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := stubbed(t, stub(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}))
		begin := time.Now()
		err := c.Call(tenantry.CallOptions(t.Context(), tenantry.WithTimeouts(tenantry.Timeouts{Attempt: 2 * time.Second})), thingsGet, nil)
		var e *tenantry.TransportError
		require.ErrorAs(t, err, &e)
		assert.True(t, e.Timeout())
		assert.Equal(t, 2*time.Second, time.Since(begin))
	})
}

func TestCallOptionsRefuse(t *testing.T) {
	c := stubbed(t, stub(func(*http.Request) (*http.Response, error) { panic("a request was sent") }))
	foreign := func(c *config.Config) error { c.Put("other", 1, 2); return nil }
	own := errors.New("own")
	for want, opt := range map[string]tenantry.Option{
		"WithPrefetch can't be used with CallOptions":       tenantry.WithPrefetch(0),
		"WithBaseURL can't be used":                         tenantry.WithBaseURL("https://x.test"),
		"WithLimiter can't be used":                         tenantry.WithLimiter(rate.NewLimiter(1, 1)),
		"an option of other can't be used with CallOptions": foreign,
		"WithResponse is nil":                               tenantry.WithResponse(nil),
		"WithRetry has a negative wait":                     tenantry.WithRetry(tenantry.RetryPolicy{MinWait: -1}),
		"CallOptions has an option that is refused":         func(*config.Config) error { return own },
	} {
		err := c.Call(tenantry.CallOptions(tenantry.CallOptions(t.Context(), opt), tenantry.WithRetry(tenantry.RetryPolicy{})), thingsGet, nil)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, want)
		assert.ErrorContains(t, err, "test: things.get: "+want)
	}
	_, err := transport.New(transport.Spec{API: "test", BaseURL: "https://x.test"}, []tenantry.Option{tenantry.WithResponse(new(tenantry.Response))})
	require.ErrorContains(t, err, "pass it to CallOptions")
	_, err = transport.New(transport.Spec{API: "test", BaseURL: "https://x.test"}, []tenantry.Option{tenantry.WithLimiter(nil)})
	require.ErrorContains(t, err, "WithLimiter is nil")
}

// A call that fetches a token keeps the client's options and is no response of the
// caller's.
func TestCallOptionsAndTokens(t *testing.T) {
	c := stubbed(t, stub(refusing), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: 1}))
	var response tenantry.Response
	ctx := tenantry.CallOptions(t.Context(), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}), tenantry.WithResponse(&response))
	var e *tenantry.Error
	require.ErrorAs(t, c.Call(ctx, &transport.Call{Op: &transport.Op{Name: "tokens.create", Method: http.MethodPost, Path: "/token", Repeatable: true, Anonymous: true}}, nil), &e)
	assert.Equal(t, 2, e.Attempts)
	assert.Zero(t, response)
}

func TestResponsesOfCallsAtOnce(t *testing.T) {
	c := stubbed(t, stub(refusing), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}))
	var response tenantry.Response
	ctx := tenantry.CallOptions(t.Context(), tenantry.WithResponse(&response))
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() { _ = c.Call(ctx, thingsGet, nil) })
	}
	calls.Wait()
	assert.Equal(t, 503, response.StatusCode)
}

type limiter func(context.Context) error

func (l limiter) Wait(ctx context.Context) error { return l(ctx) }

func TestLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := rate.NewLimiter(1, 1)
		observed := make([]time.Duration, 0, 4)
		opts := []tenantry.Option{
			tenantry.WithLimiter(shared), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: 1}),
			tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { observed = append(observed, e.Waited) }),
		}
		one, two := stubbed(t, stub(refusing), opts...), stubbed(t, stub(refusing), opts...)
		begin := time.Now()
		require.Error(t, one.Call(t.Context(), thingsGet, nil))
		require.Error(t, two.Call(t.Context(), thingsGet, nil))
		assert.Equal(t, 3*time.Second, time.Since(begin).Round(time.Millisecond), "four attempts of two clients, one a second")
		assert.Equal(t, 3, len(observed)-1)
		assert.Zero(t, observed[0])
		assert.Equal(t, time.Second, observed[3].Round(time.Millisecond))

		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		var e *tenantry.TransportError
		require.ErrorAs(t, one.Call(short, thingsGet, nil), &e)
		assert.Zero(t, e.Attempts)
		assert.ErrorContains(t, e, "would exceed context deadline; nothing was sent")
	})
	var waits, requests atomic.Int32
	down := limiter(func(context.Context) error { waits.Add(1); return tenantry.ErrPaced })
	c := stubbed(t, stub(func(*http.Request) (*http.Response, error) { requests.Add(1); return refusing(nil) }), tenantry.WithLimiter(down))
	err := c.Call(t.Context(), thingsGet, nil)
	require.ErrorIs(t, err, tenantry.ErrPaced)
	require.ErrorIs(t, err, tenantry.ErrRateLimited)
	assert.EqualValues(t, 1, waits.Load(), "not retried")
	assert.Zero(t, requests.Load())
}

// A hook's context is that of what it surrounds, and every beginning has its end.
func TestHooks(t *testing.T) {
	type key string
	var events []string
	hooks := func(c *config.Config) error {
		c.Hooks = config.Hooks{
			StartCall: func(ctx context.Context, host string, e config.Exchange) (context.Context, func(config.CallEnd)) {
				events = append(events, "call "+e.Operation+" "+host)
				return context.WithValue(ctx, key("call"), true), func(end config.CallEnd) {
					assert.Equal(t, 503, end.StatusCode)
					assert.Equal(t, 2, end.Attempts)
					require.ErrorIs(t, end.Err, tenantry.ErrServer)
					events = append(events, "end "+end.RequestID)
				}
			},
			StartAttempt: func(ctx context.Context, _ config.Exchange) (context.Context, func(config.Exchange)) {
				assert.Equal(t, true, ctx.Value(key("call")))
				events = append(events, "attempt")
				return context.WithValue(ctx, key("attempt"), true), func(e config.Exchange) {
					assert.Equal(t, 503, e.StatusCode)
					events = append(events, map[bool]string{true: "again", false: "over"}[e.WillRetry])
				}
			},
		}
		return nil
	}
	c := stubbed(t, stub(func(r *http.Request) (*http.Response, error) {
		assert.Equal(t, true, r.Context().Value(key("attempt")))
		return refusing(r)
	}), hooks, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: 1}))
	require.Error(t, c.Call(t.Context(), thingsGet, nil))
	assert.Equal(t, []string{"call things.get 127.0.0.1", "attempt", "again", "attempt", "over", "end r1"}, events)

	ended := 0
	c = stubbed(t, stub(func(*http.Request) (*http.Response, error) { panic("broken transport") }), func(c *config.Config) error {
		c.Hooks.StartCall = func(ctx context.Context, _ string, _ config.Exchange) (context.Context, func(config.CallEnd)) {
			return ctx, func(e config.CallEnd) { require.Error(t, e.Err); ended++ }
		}
		c.Hooks.StartAttempt = func(ctx context.Context, _ config.Exchange) (context.Context, func(config.Exchange)) {
			return ctx, func(e config.Exchange) { require.Error(t, e.Err); ended++ }
		}
		return nil
	})
	assert.Panics(t, func() { _ = c.Call(t.Context(), thingsGet, nil) })
	assert.Equal(t, 2, ended)
}
