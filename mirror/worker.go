package mirror

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/roster"
)

// mostGone is how many records of a kind and scope may be gone at once, whatever their
// share.
const mostGone = 10

// A run is one call of Run.
type run struct {
	m        *Mirror
	accounts map[string]*Account
	queue    queue
	ending   context.Context // ends with Run
	timers   sync.WaitGroup

	mu      sync.Mutex
	sources map[string]roster.Source
}

// A completion marks a job as completed in a transaction. The error ends the
// transaction if another worker has the job.
type completion func(context.Context, tx) error

// work does one stretch of a listing. It returns an error only if the database failed.
func (r *run) work(ctx context.Context, args wakeArgs, complete completion) error {
	account := r.accounts[args.Account]
	if account == nil {
		return nil // of another process; its reconciler wakes it again
	}
	err := r.stretch(ctx, args, account, complete)
	if err != nil && ctx.Err() == nil {
		r.m.log.WarnContext(ctx, "mirror: the database failed; trying again", "account", args.Account, "listing", args.Listing, "error", err)
	}
	return err
}

// stretch lists as many pages as fit, each in a transaction of its own.
func (r *run) stretch(ctx context.Context, args wakeArgs, account *Account, complete completion) error {
	claimed := time.Now()
	c, err := r.m.claim(ctx, args.Account, args.Listing)
	if c == nil || err != nil {
		return err
	}
	job := ctx
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s := &stretch{m: r.m, claim: c, cancel: cancel, slot: c.slot != 0}
	s.renewed(claimed)
	ctx = context.WithValue(ctx, stretchKey{}, s)
	var beats sync.WaitGroup
	beats.Go(func() { r.beat(ctx, s) })
	err = r.list(ctx, s, account, claimed, complete)
	if cause := context.Cause(ctx); cause != nil && err != nil {
		err = cause
	}
	if err != nil && errors.Is(job.Err(), context.Canceled) {
		err = errStopped
	}
	cancel(nil)
	beats.Wait()
	if err == nil {
		r.wake(context.WithoutCancel(ctx), c)
		return nil
	}
	return r.settle(context.WithoutCancel(ctx), c, account, err, complete)
}

// beat renews the lease until the stretch ends. The stretch goes on if the database is
// away; its requests stop before the lease ends.
func (r *run) beat(ctx context.Context, s *stretch) {
	for sleep(ctx, r.m.times.Lease/3) == nil {
		at := time.Now()
		switch err := r.m.renew(ctx, s.claim); {
		case errors.Is(err, errLost):
			s.cancel(errLost)
			return
		case err == nil:
			s.renewed(at)
		}
	}
}

// source returns the account's source.
func (r *run) source(ctx context.Context, account *Account) (roster.Source, error) {
	r.mu.Lock()
	source := r.sources[account.Name]
	r.mu.Unlock()
	if source != nil {
		return source, nil
	}
	source, err := account.Source(ctx, r.m.options(account)...)
	if err != nil {
		return nil, err
	}
	if source == nil {
		return nil, errors.New("mirror: the account's Source function returned neither a source nor an error")
	}
	if source.Name() != account.System {
		return nil, fmt.Errorf("%w: account %q is of %q, and its source is of %q", ErrOtherAccount, account.Name, account.System, source.Name())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sources[account.Name] = source
	return source, nil
}

// forgetSource has the account's credentials asked for again.
func (r *run) forgetSource(account string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sources, account)
}

// list lists until the stretch is over.
func (r *run) list(ctx context.Context, s *stretch, account *Account, started time.Time, complete completion) error {
	source, err := r.source(ctx, account)
	if err != nil {
		return err
	}
	c := s.claim
	switch c.kind {
	case kindBegin:
		return r.introduce(ctx, c, source, complete)
	case kindWanted:
		return r.fetch(ctx, s, account, source, complete)
	}
	var listing roster.Listing
	for _, l := range source.Listings() {
		if string(l.Kind) == c.kind {
			listing = l
		}
	}
	if listing.Kind == "" {
		return fmt.Errorf("mirror: %s no longer lists %s", account.System, c.kind)
	}
	if err := r.m.begin(ctx, c, listing, account); err != nil {
		return err
	}
	w, err := r.writer(ctx, account)
	if err != nil {
		return err
	}
	q := roster.Query{Cursor: tenantry.Cursor(c.cursor)}
	if c.since != 0 {
		q.Since = time.UnixMilli(c.since).UTC()
	}
	resumed := c.cursor != ""
	ended := false
	for page, err := range source.Pages(ctx, listing.Kind, q) {
		if err != nil {
			if resumed && errors.Is(err, tenantry.ErrInvalidArgument) || errors.Is(err, tenantry.ErrIncomplete) {
				return &restartError{err}
			}
			return err
		}
		resumed = false
		over := page.HasMore && time.Since(started) > r.m.times.Stretch
		if err := r.store(ctx, s, account, w, listing, page, over, complete); err != nil {
			return err
		}
		if over {
			return nil
		}
		ended = !page.HasMore
	}
	if ended {
		return nil
	}
	// Nothing is there: no page has said so.
	return r.store(ctx, s, account, w, listing, &roster.Page{}, false, complete)
}

// A restartError is the failure of a listing that must begin again.
type restartError struct{ err error }

func (e *restartError) Error() string { return e.err.Error() }
func (e *restartError) Unwrap() error { return e.err }

func (r *run) writer(ctx context.Context, account *Account) (*writer, error) {
	f, err := forgottenOf(ctx, r.m.db, account.Name)
	return &writer{account: account.Name, source: account.System, redact: r.m.redact, forgotten: f}, err
}

// store writes a page and moves the cursor, in one transaction, which is tried again
// while the database is away and the lease lasts. over says that the stretch ends with
// the page.
func (r *run) store(ctx context.Context, s *stretch, account *Account, w *writer, listing roster.Listing, page *roster.Page, over bool, complete completion) error {
	c := s.claim
	page.SetCurrency(account.Currency)
	batch, err := w.prepare(page)
	if err != nil {
		return err
	}
	server := s.began()
	if c.server != 0 {
		server = c.server
	} else if c.cursor != "" {
		server = 0 // an earlier stretch began the listing
	}
	var written Written
	var blocked string
	err = r.insist(ctx, s, func() error {
		return r.m.db.transact(ctx, func(t tx) error {
			if !page.HasMore {
				if _, err := t.exec(ctx, `UPDATE @.accounts SET seen_at = @now WHERE name = $1`, c.account); err != nil { // before the listing's row, as everywhere
					return err
				}
			}
			at, err := r.m.advance(ctx, t, c, step{
				cursor: string(page.Next), records: page.Len(), undecodable: len(page.Undecodable), unidentified: page.Unidentified, server: server,
			})
			if err != nil {
				return err
			}
			to := &target{kind: listing.Kind, run: c.run, begun: time.UnixMilli(c.begun).UTC()}
			if c.since != 0 {
				to = nil // what an incremental listing does not bring is not gone
			}
			if at.forgot {
				if batch, err = w.without(ctx, t, page); err != nil {
					return err
				}
			}
			if written, err = w.write(ctx, t, at.now, batch, to); err != nil {
				return err
			}
			if to != nil {
				rule := goneRule{share: account.MaxGone, most: mostGone, after: account.GoneAfter, approved: at.approved}
				var gone int
				if gone, err = r.ends(ctx, t, at.now, c, w, listing, page, to, rule, at.bad); err != nil {
					return err
				}
				written.Gone = gone
			}
			if page.HasMore && !over {
				return nil
			}
			if !page.HasMore {
				if blocked, err = r.blocked(ctx, t, c); err != nil {
					return err
				}
				if err := r.m.finish(ctx, t, c, account, server, blocked); err != nil {
					return err
				}
			} else if err := r.m.release(ctx, t, c, 0, 0); err != nil {
				return err
			}
			return complete(ctx, t)
		})
	})
	if err != nil {
		return err
	}
	c.cursor = string(page.Next)
	s.stored()
	if !page.HasMore {
		level, text := slog.LevelInfo, "mirror: listing finished"
		if blocked != "" {
			level, text = slog.LevelError, "mirror: listing blocked"
		}
		r.m.log.Log(ctx, level, text, "account", c.account, "listing", c.kind, "new", written.New, "changed", written.Changed, "gone", written.Gone, "blocked", blocked)
	}
	return nil
}

// ends marks what is gone of the scopes that end with the page, and notes on the
// listing's row what is blocked.
func (r *run) ends(ctx context.Context, t tx, now time.Time, c *claim, w *writer, listing roster.Listing, page *roster.Page, to *target, rule goneRule, bad int) (gone int, err error) {
	all := page.Ends
	if page.Scopes != nil && !page.HasMore {
		lost, err := r.lostScopes(ctx, t, c, listing, page.Scopes)
		if err != nil {
			return 0, err
		}
		for _, scope := range lost {
			all = append(all[:len(all):len(all)], roster.End{Scope: scope})
		}
	}
	for _, end := range all {
		if bad > 0 && end.LastSync.IsZero() && slices.Contains(page.Ends, end) {
			continue // who is missing may be among the records that could not be read
		}
		n, reason, err := w.end(ctx, t, now, end, listing.Carries, to, rule)
		if err != nil {
			return 0, err
		}
		gone += n
		if reason != "" {
			if _, err := t.exec(ctx, `UPDATE @.listings SET blocked = CASE WHEN blocked = '' THEN $3 ELSE blocked || '; ' || $3 END WHERE account = $1 AND kind = $2`, c.account, c.kind, reason); err != nil {
				return 0, err
			}
		}
	}
	if len(page.Ends) > 0 {
		_, err = t.exec(ctx, `UPDATE @.listings SET scope_bad = 0 WHERE account = $1 AND kind = $2`, c.account, c.kind)
	}
	return gone, err
}

// lostScopes returns the scopes that have records, and are no longer among those of
// the system.
func (r *run) lostScopes(ctx context.Context, t tx, c *claim, listing roster.Listing, scopes []string) (lost []string, err error) {
	for _, kind := range listing.Carries {
		err := each(ctx, t, `SELECT DISTINCT scope FROM @.`+string(kind)+` WHERE account = $1 AND gone IS NULL`, []any{c.account}, func(r rows) error {
			var scope string
			if err := r.Scan(&scope); err != nil {
				return err
			}
			if !slices.Contains(scopes, scope) && !slices.Contains(lost, scope) {
				lost = append(lost, scope)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return lost, nil
}

func (r *run) blocked(ctx context.Context, t tx, c *claim) (reason string, err error) {
	err = row(ctx, t, `SELECT blocked FROM @.listings WHERE account = $1 AND kind = $2`, []any{c.account, c.kind}, &reason)
	return reason, err
}

// insist tries again while the database is away and the lease lasts. A transaction of
// which it is not known whether it was carried out is safe to try again: the cursor
// tells.
func (r *run) insist(ctx context.Context, s *stretch, fn func() error) error {
	last := time.Now().Add(r.m.times.Lease)
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := fn()
		if err == nil || errors.Is(err, errLost) || ctx.Err() != nil || !r.m.db.temporary(err) {
			return err
		}
		if s.left() < wait || time.Until(last) < wait {
			return err
		}
		if sleep(ctx, wait) != nil {
			return err
		}
	}
}

// introduce notes which listings the account has.
func (r *run) introduce(ctx context.Context, c *claim, source roster.Source, complete completion) error {
	return r.m.db.transact(ctx, func(t tx) error {
		for _, l := range source.Listings() {
			if _, err := t.exec(ctx, `INSERT INTO @.listings (account, kind) VALUES ($1, $2) ON CONFLICT (account, kind) DO NOTHING`, c.account, string(l.Kind)); err != nil {
				return err
			}
		}
		if _, err := t.exec(ctx, `INSERT INTO @.listings (account, kind, due) VALUES ($1, $2, $3) ON CONFLICT (account, kind) DO NOTHING`, c.account, kindWanted, never); err != nil {
			return err
		}
		if err := r.m.release(ctx, t, c, 0, 0); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE @.listings SET due = $3 WHERE account = $1 AND kind = $2`, c.account, c.kind, never); err != nil {
			return err
		}
		return complete(ctx, t)
	})
}

// settle ends a stretch that failed.
func (r *run) settle(ctx context.Context, c *claim, account *Account, failure error, complete completion) error {
	var paced *pacedError
	var restart *restartError
	wait, slot, failed := time.Duration(0), int64(0), false
	switch {
	case errors.Is(failure, errLost):
		return nil
	case errors.As(failure, &paced):
		wait, slot = paced.wait, paced.slot
	case errors.Is(failure, tenantry.ErrPaced): // the client knows the system's own limit
		wait = retryAfter(failure)
	case errors.Is(failure, errLeaseEnds), errors.Is(failure, errStopped):
	default:
		failed = true
	}
	if errors.Is(failure, tenantry.ErrUnauthorized) {
		r.forgetSource(c.account)
	}
	err := r.m.db.transact(ctx, func(t tx) (err error) {
		if failed {
			if wait, err = r.m.fail(ctx, t, c, failure, retryAfter(failure)); err != nil {
				return err
			}
		}
		if errors.As(failure, &restart) {
			if err := r.m.restart(ctx, t, c); err != nil {
				return err
			}
		}
		if err := r.m.release(ctx, t, c, wait, slot); err != nil {
			return err
		}
		return complete(ctx, t)
	})
	if errors.Is(err, errLost) {
		return nil
	}
	if err != nil {
		return errors.Join(failure, err)
	}
	if failed {
		r.m.log.WarnContext(ctx, "mirror: listing failed", "account", c.account, "listing", c.kind, "retry_in", wait, "error", failure)
	} else if wait > 0 {
		r.later(c, wait) //nolint:contextcheck // the wait ends with Run, and not with the job
	}
	r.wake(ctx, c)
	return nil
}

// retryAfter returns how long a server asks to wait.
func retryAfter(err error) time.Duration {
	var refused *tenantry.Error
	var unsent *tenantry.TransportError
	var wait time.Duration
	if errors.As(err, &refused) {
		wait = refused.RetryAfter
	}
	if errors.As(err, &unsent) {
		wait = max(wait, unsent.RetryAfter)
	}
	return wait
}
