package hardening

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

const (
	goroutines = 64
	callsEach  = 30
)

// 64 goroutines on one client, while tokens expire and 429s rain: every call
// is accounted for, and what may not be repeated was carried out as often as it
// succeeded.
func TestSoak(t *testing.T) {
	for _, target := range start(t) {
		t.Run(target.name, func(t *testing.T) {
			client, err := target.connect(target.url, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 50, MinWait: time.Millisecond, MaxWait: 10 * time.Second}))
			require.NoError(t, err)
			for _, o := range some(target.ops, 15) { // after each of these, all calls wait
				target.server.Inject(tenantrytest.Fault{Operation: o.name, Times: 2, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}, Body: []byte(`{}`)})
			}
			stop := make(chan struct{})
			var expiring sync.WaitGroup
			if target.expire != nil {
				expiring.Go(func() {
					// Once: rejections renew a token once a minute.
					select {
					case <-stop:
					case <-time.After(400 * time.Millisecond):
						target.expire()
					}
				})
			}
			var good, refused, other atomic.Int64
			var mu sync.Mutex
			succeeded := make(map[string]int)
			before := make(map[string]int)
			for _, o := range target.ops {
				before[o.name] = target.server.Processed(o.name)
			}
			var wg sync.WaitGroup
			for range goroutines {
				wg.Go(func() {
					for range callsEach {
						o := target.ops[rand.IntN(len(target.ops))]
						err := o.call(t.Context(), client)
						var e *tenantry.Error
						switch {
						case err == nil:
							good.Add(1)
						case errors.Is(err, tenantry.ErrUnauthorized) && target.expire != nil:
							refused.Add(1) // expired again between the renewal and the replay
						case errors.As(err, &e):
							good.Add(1) // the fake's own response, such as a 404: it was carried out
						default:
							other.Add(1)
							t.Errorf("%s: %v", o.name, err)
						}
						if err == nil || errors.As(err, &e) && !errors.Is(err, tenantry.ErrUnauthorized) && !errors.Is(err, tenantry.ErrRateLimited) {
							mu.Lock()
							succeeded[o.name]++
							mu.Unlock()
						}
					}
				})
			}
			wg.Wait()
			close(stop)
			expiring.Wait()
			assert.EqualValues(t, goroutines*callsEach, good.Load()+refused.Load()+other.Load())
			assert.Less(t, refused.Load(), int64(goroutines*callsEach/20), "renewals are shared")
			for _, o := range target.ops {
				if !o.repeatable {
					assert.Equal(t, succeeded[o.name], target.server.Processed(o.name)-before[o.name], o.name)
				}
			}
		})
	}
}

// A client that is given up on stops at once, whatever it waits for.
func TestCancelled(t *testing.T) {
	for _, target := range start(t) {
		target.server.SetLatency(time.Hour)
		client, err := target.connect(target.url)
		require.NoError(t, err)
		each(target.ops, func(o op) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			defer cancel()
			assert.ErrorIs(t, o.call(ctx, client), context.DeadlineExceeded, o.name)
		})
		target.server.Close()
	}
}
