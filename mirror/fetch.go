package mirror

import (
	"context"
	"errors"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/roster"
)

// A want is a record to fetch.
type want struct {
	kind    roster.Kind
	id      string
	version int64
}

// fetch fetches the records that webhooks named, until there are none or the stretch is
// over. A record that was named again meanwhile is fetched again.
func (r *run) fetch(ctx context.Context, s *stretch, account *Account, source roster.Source, complete completion) error {
	c := s.claim
	getter, ok := source.(roster.Getter)
	w, err := r.writer(ctx, account)
	if err != nil {
		return err
	}
	started := time.Now()
	for {
		var one want
		var kind string
		err := row(ctx, r.m.db, `SELECT kind, id, version FROM @.wanted WHERE account = $1 ORDER BY version, kind, id LIMIT 1`, []any{c.account}, &kind, &one.id, &one.version)
		none := errors.Is(err, errNoRow)
		if err != nil && !none {
			return err
		}
		if none || time.Since(started) > r.m.times.Stretch {
			return r.insist(ctx, s, func() error {
				return r.m.db.transact(ctx, func(t tx) error { return r.rest(ctx, t, c, none, complete) })
			})
		}
		one.kind = roster.Kind(kind)
		page := new(roster.Page)
		if ok {
			got, err := getter.Get(ctx, one.kind, one.id)
			var undecodable *tenantry.DecodeError
			switch {
			case err == nil:
				page = got
			case errors.Is(err, tenantry.ErrNotFound), errors.Is(err, tenantry.ErrNotSupported), errors.As(err, &undecodable):
				// A listing tells what became of it.
			default:
				return err
			}
		}
		page.SetCurrency(account.Currency)
		batch, err := w.prepare(page)
		if err != nil {
			return err
		}
		err = r.insist(ctx, s, func() error {
			return r.m.db.transact(ctx, func(t tx) error {
				at, err := r.m.advance(ctx, t, c, step{records: page.Len()})
				if err != nil {
					return err
				}
				if at.forgot {
					if batch, err = w.without(ctx, t, page); err != nil {
						return err
					}
				}
				if _, err := w.write(ctx, t, at.now, batch, nil); err != nil {
					return err
				}
				_, err = t.exec(ctx, `DELETE FROM @.wanted WHERE account = $1 AND kind = $2 AND id = $3 AND version = $4`, c.account, kind, one.id, one.version)
				return err
			})
		})
		if err != nil {
			return err
		}
		s.stored()
	}
}

// rest ends a stretch of fetches. none says that nothing was wanted; what is wanted
// since then makes the listing due again.
func (r *run) rest(ctx context.Context, t tx, c *claim, none bool, complete completion) error {
	if err := r.m.release(ctx, t, c, 0, 0); err != nil {
		return err
	}
	if none {
		if _, err := t.exec(ctx, `UPDATE @.listings SET due = $3 WHERE account = $1 AND kind = $2 AND NOT EXISTS (SELECT 1 FROM @.wanted w WHERE w.account = $1)`, c.account, c.kind, never); err != nil {
			return err
		}
	}
	return complete(ctx, t)
}
