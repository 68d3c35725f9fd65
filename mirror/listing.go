package mirror

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/tenantry/tenantry-go/roster"
)

// Kinds of listings in addition to those of roster.
const (
	kindBegin  = "begin"  // finds out which listings the account has
	kindWanted = "wanted" // fetches single records
)

// never is a due time that does not come.
const never = int64(1) << 60

// A claim is a worker's hold on a listing. The row has the same token as long as the
// worker holds it.
type claim struct {
	account string
	kind    string
	token   string
	cursor  string
	run     int64
	begun   int64
	server  int64 // when it began, by the server's clock
	since   int64
	slot    int64
	group   string
	forgets int64 // see listings.forgets
}

// errLost means that another worker has the listing, or that its cursor is not where
// this worker left it.
var errLost = errors.New("mirror: another worker has the listing")

// claim takes a listing that is due, unless another of the account is worked on or the
// group has no room. It returns nil if there is nothing to do.
func (m *Mirror) claim(ctx context.Context, account, kind string) (*claim, error) {
	var c *claim
	err := m.db.transact(ctx, func(t tx) error {
		c = nil
		var group string
		var notBefore, now int64
		err := row(ctx, t, `SELECT grp, not_before, @now FROM @.accounts WHERE name = $1 @lock`, []any{account}, &group, &notBefore, &now)
		if errors.Is(err, errNoRow) || err == nil && notBefore > now {
			return nil
		}
		if err != nil {
			return err
		}
		var busy int
		if err := row(ctx, t, `SELECT count(*) FROM @.listings WHERE account = $1 AND until > @now`, []any{account}, &busy); err != nil {
			return err
		}
		if busy > 0 {
			return wait(ctx, t, account, kind)
		}
		if group != "" {
			var limit int
			if err := row(ctx, t, `SELECT concurrent FROM @.groups WHERE name = $1 @lock`, []any{group}, &limit); err != nil && !errors.Is(err, errNoRow) {
				return err
			}
			if err := row(ctx, t, `SELECT count(*) FROM @.listings l JOIN @.accounts a ON a.name = l.account WHERE a.grp = $1 AND l.until > @now`, []any{group}, &busy); err != nil {
				return err
			}
			if limit > 0 && busy >= limit {
				return wait(ctx, t, account, kind)
			}
		}
		one := &claim{account: account, kind: kind, token: rand.Text(), group: group}
		err = row(ctx, t, `UPDATE @.listings SET token = $3, until = @now + $4, wake = wake + 1, wake_at = @now
			WHERE account = $1 AND kind = $2 AND due <= @now AND until <= @now AND blocked = ''
			RETURNING cursor, run, begun, begun_server, since, slot, forgets`,
			[]any{account, kind, one.token, m.times.Lease.Milliseconds()}, &one.cursor, &one.run, &one.begun, &one.server, &one.since, &one.slot, &one.forgets)
		if errors.Is(err, errNoRow) {
			return nil
		}
		c = one
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// wait leaves a listing to whoever ends what it waits for.
func wait(ctx context.Context, t tx, account, kind string) error {
	_, err := t.exec(ctx, `UPDATE @.listings SET woken = 0, wake = wake + 1, wake_at = @now WHERE account = $1 AND kind = $2`, account, kind)
	return err
}

// renew extends the lease.
func (m *Mirror) renew(ctx context.Context, c *claim) error {
	return m.db.transact(ctx, func(t tx) error {
		n, err := t.exec(ctx, `UPDATE @.listings SET until = @now + $4 WHERE account = $1 AND kind = $2 AND token = $3`, c.account, c.kind, c.token, m.times.Lease.Milliseconds())
		if err == nil && n == 0 {
			return errLost
		}
		return err
	})
}

// begin begins the listing, if it is not under way: of everything, or of what changed
// since the last one.
func (m *Mirror) begin(ctx context.Context, c *claim, listing roster.Listing, account *Account) error {
	if c.begun != 0 {
		return nil
	}
	return m.db.transact(ctx, func(t tx) error {
		var watermark, completed, approved, now int64
		if err := row(ctx, t, `SELECT watermark, completed, approved, @now FROM @.listings WHERE account = $1 AND kind = $2 AND token = $3`,
			[]any{c.account, c.kind, c.token}, &watermark, &completed, &approved, &now); err != nil {
			return lost(err)
		}
		since := int64(0)
		if listing.Incremental && watermark > 0 && completed > 0 && approved == 0 && now-completed < account.CompleteEvery.Milliseconds() {
			since = watermark
		}
		if err := row(ctx, t, `UPDATE @.listings SET run = run + 1, begun = @now, begun_server = 0, since = $4, cursor = '', pages = 0, records = 0, undecodable = 0, unidentified = 0, scope_bad = 0
			WHERE account = $1 AND kind = $2 AND token = $3 RETURNING run, begun`, []any{c.account, c.kind, c.token, since}, &c.run, &c.begun); err != nil {
			return lost(err)
		}
		c.since, c.cursor, c.server = since, "", 0
		_, err := t.exec(ctx, `DELETE FROM @.seen WHERE account = $1 AND listing = $2`, c.account, c.kind)
		return err
	})
}

func lost(err error) error {
	if errors.Is(err, errNoRow) {
		return errLost
	}
	return err
}

// A step is what a page makes of a listing's row.
type step struct {
	cursor                             string
	records, undecodable, unidentified int
	server                             int64 // when the listing began by the server's clock, 0 for unknown
}

// A standing is how a listing stands after a step.
type standing struct {
	now      time.Time // the database's
	approved bool      // anything may be marked as gone
	bad      int       // records of the scope that could not be read
	forgot   bool      // somebody was forgotten since the claim
}

// advance moves the cursor, if the worker still holds the listing and the cursor is
// where it left it.
func (m *Mirror) advance(ctx context.Context, t tx, c *claim, s step) (standing, error) {
	var ms, yes, forgets int64
	var to standing
	err := row(ctx, t, `UPDATE @.listings SET cursor = $6, until = @now + $4, pages = pages + 1, records = records + $7, undecodable = undecodable + $8, unidentified = unidentified + $9,
			scope_bad = scope_bad + $8 + $9, begun_server = CASE WHEN begun_server = 0 THEN $10 ELSE begun_server END, slot = 0
		WHERE account = $1 AND kind = $2 AND token = $3 AND cursor = $5 AND run = $11 RETURNING @now, approved, scope_bad, forgets`,
		[]any{c.account, c.kind, c.token, m.times.Lease.Milliseconds(), c.cursor, s.cursor, s.records, s.undecodable, s.unidentified, s.server, c.run}, &ms, &yes, &to.bad, &forgets)
	to.now, to.approved, to.forgot = time.UnixMilli(ms).UTC(), yes == 1, forgets != c.forgets
	return to, lost(err)
}

// lockListings locks all listings of an account, so that nobody writes its records.
func lockListings(ctx context.Context, t tx, account string) error {
	return each(ctx, t, `SELECT kind FROM @.listings WHERE account = $1 ORDER BY kind @bytewise @lock`, []any{account}, func(r rows) error {
		var kind string
		return r.Scan(&kind)
	})
}

// lookback is how much of what the last listing selected the next one selects again:
// a system may show a little later what it wrote.
const lookback = 10 * time.Minute

// finish ends the listing. blocked says why nothing more may happen before Approve.
func (m *Mirror) finish(ctx context.Context, t tx, c *claim, account *Account, server int64, blocked string) error {
	began := c.begun
	if server != 0 {
		began = server
	}
	watermark := began - lookback.Milliseconds()
	wait := account.Every.Milliseconds()
	if blocked != "" {
		wait = never
	}
	n, err := t.exec(ctx, `UPDATE @.listings SET token = '', until = 0, cursor = '', begun = 0, watermark = $4, finished = @now,
			completed = CASE WHEN since = 0 THEN begun ELSE completed END, due = @now + CASE WHEN again = 1 AND $6 = '' THEN 0 ELSE CAST($5 AS @int) END, again = 0, blocked = $6, approved = 0, slot = 0, woken = 0
		WHERE account = $1 AND kind = $2 AND token = $3`, c.account, c.kind, c.token, watermark, wait, blocked)
	if err == nil && n == 0 {
		return errLost
	}
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE @.accounts SET fails = 0, error = '', error_at = 0, not_before = 0 WHERE name = $1`, c.account)
	return err
}

// release gives the listing back, due after a wait. slot is a request that the group's
// limiter has counted already.
func (m *Mirror) release(ctx context.Context, t tx, c *claim, wait time.Duration, slot int64) error {
	n, err := t.exec(ctx, `UPDATE @.listings SET token = '', until = 0, due = @now + $4, slot = $5, woken = 0 WHERE account = $1 AND kind = $2 AND token = $3`,
		c.account, c.kind, c.token, max(wait.Milliseconds(), 0), slot)
	if err == nil && n == 0 {
		return errLost
	}
	return err
}

// restart makes the listing begin again.
func (m *Mirror) restart(ctx context.Context, t tx, c *claim) error {
	n, err := t.exec(ctx, `UPDATE @.listings SET cursor = '', begun = 0 WHERE account = $1 AND kind = $2 AND token = $3`, c.account, c.kind, c.token)
	if err == nil && n == 0 {
		return errLost
	}
	return err
}

// fail records a failure of the account, which then waits, longer with each one.
func (m *Mirror) fail(ctx context.Context, t tx, c *claim, failure error, atLeast time.Duration) (time.Duration, error) {
	var fails int
	if err := row(ctx, t, `UPDATE @.accounts SET fails = fails + 1, error = $2, error_at = @now WHERE name = $1 RETURNING fails`, []any{c.account, failure.Error()}, &fails); err != nil {
		return 0, err
	}
	wait := min(m.times.Backoff<<min(fails-1, 20), m.times.MaxBackoff)
	wait = max(wait/2+jitter(wait/2), atLeast)
	_, err := t.exec(ctx, `UPDATE @.accounts SET not_before = @now + $2 WHERE name = $1`, c.account, wait.Milliseconds())
	return wait, err
}
