package mirror

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d) //nolint:gosec // it spreads waits, and protects nothing
}

// A stretch is one job's work on a listing, as its requests see it.
type stretch struct {
	m      *Mirror
	claim  *claim
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	until time.Time // the end of the lease, by this machine's clock
	slot  bool      // the group's limiter has counted the next request
	begun bool      // there was a request since the last page that was stored
	first time.Time // the server's Date of the first response, zero for none
}

type stretchKey struct{}

// Reasons why a stretch ends that are no failures.
var (
	errLeaseEnds = errors.New("mirror: the lease ends soon")
	errStopped   = errors.New("mirror: the process stops")
)

// A pacedError says that the group's next request is not due yet. The limiter has
// counted it: the listing has the slot.
type pacedError struct {
	wait time.Duration
	slot int64
}

func (e *pacedError) Error() string {
	return fmt.Sprintf("mirror: the group's rate limit is used up for %s", e.wait)
}

// A limiter is the tenantry.Limiter of all clients: it lets the attempts of a stretch
// pass when their group's limit allows.
type limiter struct{}

// Wait is part of tenantry.Limiter.
func (limiter) Wait(ctx context.Context) error {
	s, ok := ctx.Value(stretchKey{}).(*stretch)
	if !ok {
		return nil
	}
	err := s.admit(ctx)
	if err != nil {
		s.cancel(err)
	}
	return err
}

// A gate lets the requests of a stretch pass only while its lease lasts.
type gate struct{ next http.RoundTripper }

// RoundTrip is part of http.RoundTripper.
func (g *gate) RoundTrip(req *http.Request) (*http.Response, error) {
	s, ok := req.Context().Value(stretchKey{}).(*stretch)
	if ok && s.left() < s.m.times.Margin {
		s.cancel(errLeaseEnds) // there is no use in trying again
		return nil, errLeaseEnds
	}
	resp, err := g.next.RoundTrip(req)
	if ok && err == nil {
		s.answered(resp)
	}
	return resp, err
}

// admit waits for the group's limit only if the work on a page has begun: it would
// have to begin again. Otherwise the wait ends the job.
func (s *stretch) admit(ctx context.Context) error {
	s.mu.Lock()
	slot, begun := s.slot, s.begun
	s.slot, s.begun = false, true
	s.mu.Unlock()
	if s.left() < s.m.times.Margin { // before the group counts the request
		return errLeaseEnds
	}
	if slot || s.claim.group == "" {
		return nil
	}
	err := s.m.take(ctx, s.claim.group)
	var paced *pacedError
	if !begun || !errors.As(err, &paced) || paced.wait > s.m.times.Stretch {
		return err
	}
	return sleep(ctx, paced.wait)
}

// left returns how long the lease lasts.
func (s *stretch) left() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Until(s.until)
}

// stored notes that a page was stored.
func (s *stretch) stored() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun = false
}

func (s *stretch) renewed(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = at.Add(s.m.times.Lease)
}

func (s *stretch) answered(resp *http.Response) {
	at, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first.IsZero() {
		s.first = at
	}
}

// began returns when the server sent the first response, in milliseconds, 0 for
// unknown.
func (s *stretch) began() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first.IsZero() {
		return 0
	}
	return s.first.UnixMilli()
}

// take counts a request of a group. If the request is not due yet, its slot is
// reserved and returned as a *pacedError.
//
// The row keeps when the next request would be due if there were no bursts; requests
// may be ahead of that by the burst.
func (m *Mirror) take(ctx context.Context, group string) error {
	var wait int64
	err := m.db.transact(ctx, func(t tx) error {
		return row(ctx, t, `UPDATE @.groups SET next_us = CASE WHEN next_us > @now*1000 THEN next_us ELSE @now*1000 END + interval_us
			WHERE name = $1 RETURNING next_us - interval_us * burst - @now*1000`, []any{group}, &wait)
	})
	if errors.Is(err, errNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	if wait <= 0 {
		return nil
	}
	d := time.Duration(wait)*time.Microsecond + time.Millisecond
	return &pacedError{d, time.Now().Add(d).UnixMilli()}
}
