package mirror

import (
	"context"
	"time"

	"github.com/tenantry/tenantry-go/roster"
)

// An AccountStatus is how an account is doing.
type AccountStatus struct {
	Name   string
	Source string
	Group  string
	// Error is why the account's last attempt failed, "" if it did not. ErrorAt is
	// when, Fails the number of failures in a row, and NextTry when it is tried again.
	Error   string
	ErrorAt time.Time
	Fails   int
	NextTry time.Time
	// LastRun is when a Run last worked on the account.
	LastRun  time.Time
	Listings []ListingStatus
}

// A ListingStatus is how a listing is doing.
type ListingStatus struct {
	Kind string
	// Fresh is when the last listing finished, and Complete when the last one of
	// everything began. They are zero if none has.
	Fresh, Complete time.Time
	// Due is when the next one begins, zero if it waits for something else.
	Due time.Time
	// Working reports whether a worker has the listing.
	Working bool
	// Pages, Records, Undecodable and Unidentified count what the present listing has
	// brought, or the last one.
	Pages, Records, Undecodable, Unidentified int
	// Blocked says why nothing was marked as gone, "" if the listing is not blocked. It
	// waits for [Mirror.Approve].
	Blocked string
}

// Status returns how the accounts are doing, by name.
func (m *Mirror) Status(ctx context.Context) ([]AccountStatus, error) {
	var all []AccountStatus
	at := func(ms int64) time.Time {
		if ms == 0 || ms >= never {
			return time.Time{}
		}
		return time.UnixMilli(ms).UTC()
	}
	err := each(ctx, m.db, `SELECT name, source, grp, error, error_at, fails, not_before, seen_at FROM @.accounts ORDER BY name`, nil, func(r rows) error {
		var a AccountStatus
		var errorAt, notBefore, seen int64
		if err := r.Scan(&a.Name, &a.Source, &a.Group, &a.Error, &errorAt, &a.Fails, &notBefore, &seen); err != nil {
			return err
		}
		a.ErrorAt, a.NextTry, a.LastRun = at(errorAt), at(notBefore), at(seen)
		all = append(all, a)
		return nil
	})
	if err != nil {
		return nil, err
	}
	byName := make(map[string]*AccountStatus, len(all))
	for i := range all {
		byName[all[i].Name] = &all[i]
	}
	err = each(ctx, m.db, `SELECT account, kind, finished, completed, due, until > @now, pages, records, undecodable, unidentified, blocked FROM @.listings WHERE kind NOT IN ($1, $2) ORDER BY account, kind`,
		[]any{kindBegin, kindWanted}, func(r rows) error {
			var account string
			var l ListingStatus
			var finished, completed, due int64
			if err := r.Scan(&account, &l.Kind, &finished, &completed, &due, &l.Working, &l.Pages, &l.Records, &l.Undecodable, &l.Unidentified, &l.Blocked); err != nil {
				return err
			}
			l.Fresh, l.Complete, l.Due = at(finished), at(completed), at(due)
			if a := byName[account]; a != nil {
				a.Listings = append(a.Listings, l)
			}
			return nil
		})
	return all, err
}

// Counts returns how many records of each kind each account has, without those that are
// gone.
func (m *Mirror) Counts(ctx context.Context) (map[string]map[roster.Kind]int, error) {
	all := make(map[string]map[roster.Kind]int)
	for _, kind := range roster.Kinds() {
		err := each(ctx, m.db, `SELECT account, count(*) FROM @.`+string(kind)+` WHERE gone IS NULL GROUP BY account`, nil, func(r rows) error {
			var account string
			var n int
			err := r.Scan(&account, &n)
			if all[account] == nil {
				all[account] = make(map[roster.Kind]int)
			}
			all[account][kind] = n
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Refresh makes all listings of an account due. A listing that is under way is due
// again when it ends, and a blocked one stays blocked. The error is [ErrNoAccount] if
// there is no such account.
func (m *Mirror) Refresh(ctx context.Context, account string) error {
	return m.makeDue(ctx, account, "")
}

// Approve releases the blocked listings of an account: the next complete listing marks
// as gone whatever it does not bring, however much that is. The error is
// [ErrNoAccount] if there is no such account. An account without blocked listings is
// left alone.
func (m *Mirror) Approve(ctx context.Context, account string) error {
	return m.db.transact(ctx, func(t tx) error {
		if err := known(ctx, t, account); err != nil {
			return err
		}
		if err := lockListings(ctx, t, account); err != nil {
			return err
		}
		_, err := t.exec(ctx, `UPDATE @.listings SET blocked = '', approved = 1, due = @now, woken = 0 WHERE account = $1 AND blocked <> '' AND begun = 0`, account)
		return err
	})
}
