package main

import (
	"context"
	"fmt"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"

	tenantry "github.com/tenantry/tenantry-go"
)

// A Limiter is a tenantry.Limiter that any number of processes share. Redis counts their
// requests under one key.
type Limiter struct {
	limiter *redis_rate.Limiter
	key     string
	limit   redis_rate.Limit
	maxWait time.Duration
}

// NewLimiter returns a Limiter for the given key. A request that would wait longer than
// maxWait, or past its context's deadline, fails with tenantry.ErrPaced.
func NewLimiter(client *redis.Client, key string, limit redis_rate.Limit, maxWait time.Duration) *Limiter {
	return &Limiter{redis_rate.NewLimiter(client), key, limit, maxWait}
}

// Wait waits until Redis allows a request. If Redis can't be reached, it returns the
// error, and nothing is sent: a limit that is not kept is none.
func (l *Limiter) Wait(ctx context.Context) error {
	begin := time.Now()
	for {
		r, err := l.limiter.Allow(ctx, l.key, l.limit)
		if err != nil {
			return fmt.Errorf("redis: %w", err)
		}
		if r.Allowed > 0 {
			return nil
		}
		deadline, limited := ctx.Deadline()
		if time.Since(begin)+r.RetryAfter > l.maxWait || limited && time.Until(deadline) < r.RetryAfter {
			return tenantry.ErrPaced
		}
		timer := time.NewTimer(r.RetryAfter)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}
