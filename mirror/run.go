package mirror

import (
	"context"
	"net/http"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/roster"
)

// Run keeps the accounts' records in step until the context ends. Any number of
// processes may run the same accounts on one PostgreSQL database, and share the work;
// on SQLite there is one Run for a file, and a second returns [ErrRunning].
//
// Failures of accounts and of the database end nothing: they are in [Mirror.Status],
// and what failed is tried again. Run returns nil when the context ends, or the reason
// why it could not begin, such as [ErrOtherAccount].
func (m *Mirror) Run(ctx context.Context, accounts ...Account) error {
	all, err := m.checkAccounts(accounts)
	if err != nil {
		return err
	}
	release, alone, err := m.db.lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	if alone { // the workers of a Run before this one are dead
		err := m.db.transact(ctx, func(t tx) error {
			_, err := t.exec(ctx, `UPDATE @.listings SET token = '', until = 0, woken = 0, wake = wake + 1`)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := m.register(ctx, all); err != nil {
		return err
	}
	r := &run{m: m, accounts: all, sources: make(map[string]roster.Source), ending: ctx}
	defer r.timers.Wait()
	longest := time.Duration(0)
	for _, a := range all {
		longest = max(longest, r.timeout(a))
	}
	r.queue, err = m.db.queue(queueConfig{
		workers: m.workers,
		work:    r.work,
		timeout: func(args wakeArgs) time.Duration {
			if a := all[args.Account]; a != nil {
				return r.timeout(a)
			}
			return longest
		},
		longest: longest,
		retry:   m.times.Reconcile,
	})
	if err != nil {
		return err
	}
	// The jobs' context ends with stop, and not with ctx: they put their listings back.
	if err := r.queue.start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	r.reconcile(ctx)
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.times.Lease)
	defer cancel()
	return r.queue.stop(stopping)
}

// timeout returns how long a job of the account may take: a stretch, and the request
// that it ends with.
func (r *run) timeout(a *Account) time.Duration {
	return a.Attempt + max(10*time.Second, r.m.times.Stretch)
}

// options are those of the account's client. Nothing is fetched ahead, so that no
// request is under way during a transaction, and no wait is long: the listing's row
// waits instead.
func (m *Mirror) options(a *Account) []tenantry.Option {
	var next http.RoundTripper = m.transport
	if a.Transport != nil {
		next = a.Transport
	}
	opts := []tenantry.Option{
		tenantry.WithHTTPClient(&http.Client{Transport: &gate{next}}),
		tenantry.WithTimeouts(tenantry.Timeouts{Attempt: a.Attempt, Idle: a.Attempt}),
		tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: 100 * time.Millisecond, MaxWait: 2 * time.Second}),
		tenantry.WithPrefetch(0),
		tenantry.WithLimiter(limiter{}),
	}
	if a.BaseURL != "" {
		opts = append(opts, tenantry.WithBaseURL(a.BaseURL))
	}
	return opts
}

// reconcile wakes the listings that are due and that nobody works on, until the context
// ends. It also deletes old changes.
func (r *run) reconcile(ctx context.Context) {
	pruned := time.Time{}
	for {
		if err := r.wakeDue(ctx, ""); err != nil && ctx.Err() == nil {
			r.m.log.WarnContext(ctx, "mirror: the database failed; trying again", "error", err)
		}
		if time.Since(pruned) > time.Hour {
			if err := r.m.prune(ctx, r.m.keep); err == nil {
				pruned = time.Now()
			}
		}
		if sleep(ctx, r.m.times.Reconcile) != nil {
			return
		}
	}
}

// wake wakes what the end of a stretch makes room for.
func (r *run) wake(ctx context.Context, c *claim) {
	ctx, cancel := context.WithTimeout(ctx, r.m.times.Reconcile)
	defer cancel()
	_ = r.wakeDue(ctx, c.account) // the reconciler does it otherwise
	if c.group != "" {
		_ = r.wakeDue(ctx, "")
	}
}

// later wakes the account after a wait. If this process ends before, a reconciler does.
func (r *run) later(c *claim, wait time.Duration) {
	r.timers.Go(func() {
		if sleep(r.ending, wait) == nil {
			ctx, cancel := context.WithTimeout(r.ending, r.m.times.Reconcile)
			defer cancel()
			_ = r.wakeDue(ctx, c.account)
		}
	})
}

// wakeBatch is how many listings are woken at once.
const wakeBatch = 200

// wakeDue inserts jobs for listings that are due and have none: of one account, or of
// all. Of an account it wakes one listing at a time, and of a group as many as may be
// worked on.
func (r *run) wakeDue(ctx context.Context, account string) error {
	var all []wakeArgs
	err := r.m.db.transact(ctx, func(t tx) error {
		all = nil
		// A listing is woken again only after a while: its job may wait its turn.
		err := each(ctx, t, `WITH busy AS (SELECT l.account, a.grp FROM @.listings l JOIN @.accounts a ON a.name = l.account WHERE l.until > @now)
			SELECT x.account, x.kind FROM (
				SELECT l.account, l.kind, l.due, l.woken, coalesce(g.concurrent, 0) AS concurrent, CASE WHEN coalesce(g.concurrent, 0) = 0 THEN 0 ELSE (SELECT count(*) FROM busy WHERE busy.grp = a.grp) END AS active,
					row_number() OVER (PARTITION BY l.account ORDER BY l.due, l.kind) AS nth,
					row_number() OVER (PARTITION BY CASE WHEN a.grp = '' THEN 'a' || a.name ELSE 'g' || a.grp END ORDER BY l.due, l.account, l.kind) AS nth_of_group
				FROM @.listings l JOIN @.accounts a ON a.name = l.account LEFT JOIN @.groups g ON g.name = a.grp
				WHERE l.due <= @now AND l.until <= @now AND l.blocked = '' AND a.not_before <= @now AND l.woken <= @now - $1 AND ($2 = '' OR l.account = $2)
					AND NOT EXISTS (SELECT 1 FROM busy WHERE busy.account = l.account)
			) x WHERE x.nth = 1 AND (x.concurrent = 0 OR x.nth_of_group <= x.concurrent - x.active) ORDER BY x.woken, x.due LIMIT $3`,
			[]any{2 * r.m.times.Reconcile.Milliseconds(), account, wakeBatch}, func(rows rows) error {
				var args wakeArgs
				if err := rows.Scan(&args.Account, &args.Listing); err != nil {
					return err
				}
				if r.accounts[args.Account] != nil {
					all = append(all, args)
				}
				return nil
			})
		if err != nil || len(all) == 0 {
			return err
		}
		accounts, keys := make([]string, len(all)), make([]string, len(all))
		for i, args := range all {
			accounts[i], keys[i] = args.Account, args.Listing+" "+args.Account
		}
		all = nil
		// A job that has waited its turn in vain is lost with its worker, and the listing
		// takes another number. While older jobs wait, its job waits, too.
		//
		// Another process may have woken a listing meanwhile, or be about to: nobody
		// waits for it.
		return each(ctx, t, `WITH x AS MATERIALIZED (
				SELECT account, kind FROM @.listings WHERE account IN @list($1 text) AND kind || ' ' || account IN @list($2 text) AND due <= @now AND until <= @now AND woken <= @now - $3 @skiplocked
			)
			UPDATE @.listings SET woken = @now, wake = CASE WHEN wake_at < @now - $4 AND wake_at < coalesce(@oldestjob, @now) THEN wake + 1 ELSE wake END,
				wake_at = CASE WHEN wake_at < @now - $4 AND wake_at < coalesce(@oldestjob, @now) THEN @now ELSE wake_at END
			WHERE (account, kind) IN (SELECT account, kind FROM x) RETURNING account, kind, wake`,
			[]any{accounts, keys, 2 * r.m.times.Reconcile.Milliseconds(), 6 * r.m.times.Reconcile.Milliseconds()}, func(rows rows) error {
				var args wakeArgs
				err := rows.Scan(&args.Account, &args.Listing, &args.Wake)
				all = append(all, args)
				return err
			})
	})
	if err != nil {
		return err
	}
	return r.queue.wake(ctx, all)
}
