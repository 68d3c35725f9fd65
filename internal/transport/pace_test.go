package transport_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// A metered server allows so many requests in a window that begins with the
// first, holds responses back from 80 % on and refuses at 100 %. It runs on the
// bubble's clock.
type metered struct {
	limit  int
	window time.Duration
	others int // requests that others make with the same token, per window

	mu              sync.Mutex
	start           time.Time
	used            int
	served          int
	slowed, refused int
}

func (m *metered) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(10 * time.Millisecond)
	m.mu.Lock()
	if now := time.Now(); m.start.IsZero() || now.Sub(m.start) >= m.window {
		m.start, m.used = now, m.others
	}
	m.used++
	status, delay := http.StatusOK, time.Duration(0)
	switch {
	case m.used > m.limit:
		status = http.StatusTooManyRequests
		m.refused++
		m.used = m.limit
	case float64(m.used) >= 0.8*float64(m.limit):
		m.slowed++
		delay = 2 * time.Second
	}
	if status == http.StatusOK {
		m.served++
	}
	header := http.Header{
		"X-Ratelimit-Limit":     {strconv.Itoa(m.limit)},
		"X-Ratelimit-Remaining": {strconv.Itoa(m.limit - m.used)},
	}
	m.mu.Unlock()
	time.Sleep(delay)
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(`{"name":"x"}`)), Request: r}, nil
}

func paced(t *testing.T, m *metered, opts ...tenantry.Option) *transport.Client {
	t.Helper()
	c, err := transport.New(transport.Spec{API: "test", BaseURL: "https://example.test", DecodeError: decodeError, Pace: &transport.PaceSpec{
		LimitHeader: "X-Ratelimit-Limit", RemainingHeader: "X-Ratelimit-Remaining", Window: time.Minute, Share: 0.8,
	}}, append([]tenantry.Option{tenantry.WithHTTPClient(&http.Client{Transport: m})}, opts...))
	require.NoError(t, err)
	c.SetAuth(auth.Bearer("token"))
	return c
}

// A long run stays below what the server slows down, whatever its limit, alone
// or beside others, in one goroutine or many.
func TestPacingStaysBelowTheSlowDown(t *testing.T) {
	for _, c := range []struct{ limit, others, workers, calls int }{
		{150, 0, 1, 600},
		{150, 0, 8, 600},
		{150, 60, 4, 300},
		{1000, 0, 16, 3000},
		{20, 0, 2, 60},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := &metered{limit: c.limit, window: time.Minute, others: c.others}
			client := paced(t, m)
			// The first response reports the limit.
			require.NoError(t, client.Call(t.Context(), call(read), nil))
			begin := time.Now()
			var wg sync.WaitGroup
			for range c.workers {
				wg.Go(func() {
					for range c.calls / c.workers {
						assert.NoError(t, client.Call(t.Context(), call(read), nil))
					}
				})
			}
			wg.Wait()
			assert.Zero(t, m.refused, "%+v", c)
			assert.Zero(t, m.slowed, "%+v", c)
			// It is not overly careful either: within a fifth of what is allowed.
			minutes := time.Since(begin).Minutes() + 1
			assert.Greater(t, float64(c.calls)/minutes, 0.6*(0.8*float64(c.limit)-float64(c.others)), "%+v", c)
		})
	}
}

func TestPacingDoesNotHoldUpSmallJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, begin := paced(t, &metered{limit: 150, window: time.Minute}), time.Now()
		for range 100 {
			require.NoError(t, client.Call(t.Context(), call(read), nil))
		}
		assert.Less(t, time.Since(begin), 2*time.Second) // on the bubble's clock
	})
}

func TestPacingHonoursDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &metered{limit: 150, window: time.Minute}
		client := paced(t, m)
		for range 119 {
			require.NoError(t, client.Call(t.Context(), call(read), nil))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		err := client.Call(ctx, call(write), nil)
		require.ErrorIs(t, err, tenantry.ErrPaced)
		require.ErrorIs(t, err, tenantry.ErrRateLimited)
		var e *tenantry.TransportError
		require.ErrorAs(t, err, &e)
		assert.False(t, e.MaybeSent)
		assert.Greater(t, e.RetryAfter, 5*time.Second)
		assert.Zero(t, e.Attempts)
		assert.NoError(t, ctx.Err(), "the error comes at once")

		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		require.ErrorIs(t, client.Call(ctx, call(read), nil), context.Canceled)
		assert.Equal(t, 119, m.served)
	})
}

// A 429 without a Retry-After lasts until the minute is over.
func TestRefusedUntilTheWindowIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &metered{limit: 10, window: time.Minute, others: 10}
		m.start = time.Now().Add(-20 * time.Second)
		m.used = 10
		client := paced(t, m)
		begin := time.Now()
		m.others = 0
		require.NoError(t, client.Call(t.Context(), call(write), nil))
		assert.Equal(t, 1, m.refused)
		assert.Less(t, time.Since(begin), 70*time.Second) // on the bubble's clock
	})
}

// Many callers at once on a new client, and again in each new window: one
// request goes ahead, and the others count on what its response says.
func TestAHerdIsHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &metered{limit: 150, window: time.Minute}
		var waited atomic.Int64
		client := paced(t, m, tenantry.WithRetry(tenantry.RetryPolicy{MaxWait: time.Hour}),
			tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) {
				if e.Waited > 0 {
					waited.Add(1)
				}
			}))
		for range 3 {
			var wg sync.WaitGroup
			for range 250 {
				wg.Go(func() { assert.NoError(t, client.Call(t.Context(), call(read), nil)) })
			}
			wg.Wait()
			assert.Zero(t, m.refused)
			assert.Zero(t, m.slowed)
			time.Sleep(2 * time.Minute)
		}
		assert.Equal(t, 750, m.served)
		assert.GreaterOrEqual(t, waited.Load(), int64(3*249))
	})
}

// The gate opens for the rest if the first request fails, or takes 5 s.
func TestTheGateOpens(t *testing.T) {
	for name, c := range map[string]struct {
		first func() (*http.Response, error)
		after time.Duration
	}{
		"no news": {func() (*http.Response, error) { return response(200, `{}`), nil }, 0},
		"unreadable": {func() (*http.Response, error) {
			return response(200, `{}`, "X-Ratelimit-Limit", "many", "X-Ratelimit-Remaining", "-1"), nil
		}, 0},
		"failure":       {func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF }, 0},
		"never answers": {func() (*http.Response, error) { time.Sleep(time.Hour); return response(200, `{}`), nil }, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n atomic.Int64
				client := paced(t, nil, noRetries, tenantry.WithTimeouts(tenantry.Timeouts{Attempt: -1}), tenantry.WithHTTPClient(&http.Client{Transport: stub(func(*http.Request) (*http.Response, error) {
					if n.Add(1) == 1 {
						return c.first()
					}
					return response(200, `{}`), nil
				})}))
				go func() { _ = client.Call(t.Context(), call(search), nil) }()
				synctest.Wait()
				begin := time.Now()
				var wg sync.WaitGroup
				for range 50 {
					wg.Go(func() { assert.NoError(t, client.Call(t.Context(), call(read), nil)) })
				}
				wg.Wait()
				assert.Equal(t, c.after, time.Since(begin)) // on the bubble's clock
				time.Sleep(2 * time.Hour)
				require.NoError(t, client.Call(t.Context(), call(read), nil), "and stays open")
			})
		})
	}
}

// A wait for the gate ends with its context.
func TestTheGateAndContexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := paced(t, nil, tenantry.WithHTTPClient(&http.Client{Transport: stub(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}))
		first, cancelFirst := context.WithCancel(t.Context())
		go func() { _ = client.Call(first, call(read), nil) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		require.ErrorIs(t, client.Call(ctx, call(read), nil), context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(begin)) // on the bubble's clock
		cancelFirst()
		synctest.Wait()
	})
}

// Waits are visible: an info line, and the observer's Waited.
func TestWaitsAreVisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var waited []time.Duration
		client := paced(t, &metered{limit: 1 << 30, window: time.Minute}, tenantry.WithRateLimit(30, 1),
			tenantry.WithLogger(slog.New(slog.NewTextHandler(&log, nil))),
			tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { waited = append(waited, e.Waited) }))
		for range 2 {
			require.NoError(t, client.Call(t.Context(), call(read), nil))
		}
		require.Len(t, waited, 2)
		assert.Zero(t, waited[0])
		assert.InDelta(t, 2*time.Second, waited[1], float64(20*time.Millisecond))
		assert.Equal(t, 1, strings.Count(log.String(), `msg="tenantry waits for the rate limit" api=test operation=things.get wait=1.9`), log.String())
	})
}

// A wait that would be longer than MaxWait is not begun, and those who give up
// take nothing from those behind them.
func TestTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &metered{limit: 1 << 30, window: time.Minute}
		client := paced(t, m, tenantry.WithRateLimit(60, 1))
		require.NoError(t, client.Call(t.Context(), call(read), nil))
		ctx, cancel := context.WithCancel(t.Context())
		var cancelled, refused atomic.Int64
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				err := client.Call(ctx, call(read), nil)
				var e *tenantry.TransportError
				assert.ErrorAs(t, err, &e)
				switch {
				case errors.Is(err, tenantry.ErrPaced):
					assert.Greater(t, e.RetryAfter, time.Minute)
					refused.Add(1)
				case errors.Is(err, context.Canceled):
					cancelled.Add(1)
				}
			})
		}
		synctest.Wait()
		cancel()
		wg.Wait()
		assert.EqualValues(t, 60, cancelled.Load())
		assert.EqualValues(t, 40, refused.Load())
		begin := time.Now()
		require.NoError(t, client.Call(t.Context(), call(read), nil))
		assert.LessOrEqual(t, time.Since(begin), 1100*time.Millisecond) // on the bubble's clock
	})
}

// After a 429 that says nothing, the others wait for the window to pass, too.
// A call whose wait would be too long gets the server's refusal.
func TestRefusalsCountForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		var begin time.Time
		rt := stub(func(*http.Request) (*http.Response, error) {
			switch n.Add(1) {
			case 1:
				return response(200, `{}`, "X-Ratelimit-Limit", "150", "X-Ratelimit-Remaining", "149"), nil
			case 2:
				return response(429, `{}`), nil
			}
			assert.GreaterOrEqual(t, time.Since(begin), 50*time.Second, "the window has passed") // on the bubble's clock
			return response(200, `{}`), nil
		})
		client := paced(t, nil, tenantry.WithHTTPClient(&http.Client{Transport: rt}))
		require.NoError(t, client.Call(t.Context(), call(read), nil))
		time.Sleep(10 * time.Second)
		begin = time.Now()
		short, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := client.Call(short, call(write), nil)
		var e *tenantry.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, 429, e.StatusCode)
		assert.Equal(t, 50*time.Second, e.RetryAfter)
		require.ErrorIs(t, client.Call(short, call(write), nil), tenantry.ErrPaced)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { assert.NoError(t, client.Call(t.Context(), call(write), nil)) })
		}
		wg.Wait()
		assert.EqualValues(t, 22, n.Load())
	})
}

func TestWithRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &metered{limit: 1 << 30, window: time.Minute}
		client, begin := paced(t, m, tenantry.WithRateLimit(60, 5)), time.Now()
		for range 65 {
			require.NoError(t, client.Call(t.Context(), call(read), nil))
		}
		assert.InDelta(t, 60, time.Since(begin).Seconds(), 1) // on the bubble's clock
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, client.Call(ctx, call(read), nil), tenantry.ErrRateLimited)
	})
}
