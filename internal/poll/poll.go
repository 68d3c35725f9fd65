// Package poll waits for something that takes its time on a server.
package poll

import (
	"context"
	"math/rand/v2"
	"time"
)

// A Policy says how long to wait between two looks.
type Policy struct {
	Min time.Duration // before the second look; the first is at once
	Max time.Duration // at most, as waits grow
}

// With is the policy with other waits; those that are not positive stay.
func (p Policy) With(first, longest time.Duration) Policy {
	if first > 0 {
		p.Min = first
	}
	if longest > 0 {
		p.Max = longest
	}
	p.Max = max(p.Max, p.Min)
	return p
}

// Until calls look until it is done or fails, or the context ends. Waits grow
// by half each, with a fifth of jitter. A wait that would pass the context's
// deadline is still begun: what is waited for may come with another caller.
func Until(ctx context.Context, p Policy, look func(context.Context) (done bool, err error)) error {
	wait := p.Min
	for {
		done, err := look(ctx)
		if done || err != nil {
			return err
		}
		jittered := wait - time.Duration(rand.Int64N(int64(wait)/5+1)) //nolint:gosec // jitter needs no secrecy
		timer := time.NewTimer(jittered)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		wait = min(wait+wait/2, p.Max)
	}
}
