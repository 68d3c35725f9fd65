package mirror

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/roster"
)

// Errors of [Mirror.Changes].
var (
	// ErrChangesExpired reports a cursor that is older than the changes that are kept.
	// Read everything with [Mirror.Snapshot] and go on from its cursor.
	ErrChangesExpired = errors.New("mirror: the changes after this cursor are no longer kept; take a Snapshot")
	// ErrChangesEpoch reports a cursor of another database, or of the time before this
	// one was restored. Read everything with [Mirror.Snapshot] and go on from its
	// cursor.
	ErrChangesEpoch = errors.New("mirror: the cursor is of another database, or this one was restored; take a Snapshot")
	// ErrChangesCursor reports a text that is no cursor.
	ErrChangesCursor = errors.New("mirror: the text is not a cursor of Changes")
)

// Cursor marks a position in the changes. "" is the beginning. Store it with what you
// did about the changes, and pass it back to go on from there.
type Cursor string

// A Change is one change of one record.
type Change struct {
	// Cursor is the position after this change.
	Cursor Cursor
	// At is when the change was stored.
	At time.Time
	// Kind, Account, Scope and ID name the record.
	Kind    roster.Kind
	Account string
	Scope   string
	ID      string
	// Op is OpNew, OpChanged, OpGone, OpBack or OpForgotten.
	Op string
	// Fields names what changed, for OpChanged and OpBack: columns of the record's
	// table, or members of Raw as raw.name.
	Fields []string
	// Version counts the changes of the record, from 1.
	Version int64
	// Record is the record as it is now, which may be newer than the change: a
	// *roster.Property, *roster.Unit, *roster.Lease, *roster.Person or *roster.Tenancy.
	// It is nil if the record was forgotten.
	Record any
	// Gone is when the system no longer had the record, or zero.
	Gone time.Time
}

// A position is what a Cursor holds. at is the time of the change, in microseconds:
// it shows that a database was restored and has since written another change in its
// place.
type position struct {
	epoch        string
	xid, seq, at int64
}

func (p position) cursor() Cursor {
	return Cursor(base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d.%d.%d", p.epoch, p.xid, p.seq, p.at)))
}

func (c Cursor) position() (p position, err error) {
	b, err := base64.RawURLEncoding.DecodeString(string(c))
	parts := strings.Split(string(b), ".")
	if err != nil || len(parts) != 4 {
		return p, ErrChangesCursor
	}
	p.epoch = parts[0]
	for i, n := range []*int64{&p.xid, &p.seq, &p.at} {
		if *n, err = strconv.ParseInt(parts[i+1], 10, 64); err != nil {
			return p, ErrChangesCursor
		}
	}
	return p, nil
}

// changesBatch is how many changes are read at once.
const changesBatch = 500

// Changes iterates over the changes after a cursor, in the order in which they became
// visible, and waits for more until the context ends. It yields each change once and
// misses none, whatever else is written meanwhile. It holds no connection while it
// waits, or while the loop works.
//
// The last error is the context's, [ErrChangesExpired], [ErrChangesEpoch] or
// [ErrChangesCursor], or one of the database.
func (m *Mirror) Changes(ctx context.Context, after Cursor) iter.Seq2[*Change, error] {
	return m.changes(ctx, after, true)
}

// ChangesNow is Changes without waiting: it ends after the last change.
func (m *Mirror) ChangesNow(ctx context.Context, after Cursor) iter.Seq2[*Change, error] {
	return m.changes(ctx, after, false)
}

func (m *Mirror) changes(ctx context.Context, after Cursor, wait bool) iter.Seq2[*Change, error] {
	return func(yield func(*Change, error) bool) {
		at, err := m.start(ctx, after)
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			batch, err := m.batch(ctx, at)
			if err != nil {
				if ctx.Err() != nil {
					err = ctx.Err()
				}
				yield(nil, err)
				return
			}
			for _, c := range batch {
				if !yield(c, nil) {
					return
				}
			}
			if len(batch) > 0 {
				at, _ = batch[len(batch)-1].Cursor.position() // it was made here
				continue
			}
			if !wait {
				return
			}
			if err := sleep(ctx, m.times.Poll); err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// start checks a cursor against the database.
func (m *Mirror) start(ctx context.Context, after Cursor) (at position, err error) {
	epoch, err := meta(ctx, m.db, "epoch")
	if err != nil {
		return at, err
	}
	if after == "" {
		at.epoch = epoch
	} else if at, err = after.position(); err != nil {
		return at, err
	}
	if at.epoch != epoch {
		return at, ErrChangesEpoch
	}
	pruned, err := meta(ctx, m.db, "pruned")
	if err != nil || pruned == "" && after == "" {
		return at, err
	}
	if pruned != "" {
		horizon, err := Cursor(pruned).position()
		if err != nil {
			return at, err
		}
		if at.xid < horizon.xid || at.xid == horizon.xid && at.seq < horizon.seq {
			return at, ErrChangesExpired
		}
		if at.xid == horizon.xid && at.seq == horizon.seq {
			return at, nil // its change is no longer there to be compared
		}
	}
	if at.seq == 0 {
		return at, nil // of a Snapshot of a database without changes
	}
	var stored stamp
	err = row(ctx, m.db, m.db.oneChange(), []any{strconv.FormatInt(at.xid, 10), at.seq}, &stored)
	if errors.Is(err, errNoRow) || err == nil && stored.UnixMicro() != at.at {
		return at, ErrChangesEpoch
	}
	return at, err
}

// batch reads the next changes, and the records that they are of.
func (m *Mirror) batch(ctx context.Context, at position) ([]*Change, error) {
	var all []*Change
	err := each(ctx, m.db, m.db.changes(), []any{strconv.FormatInt(at.xid, 10), at.seq, changesBatch}, func(r rows) error {
		c := new(Change)
		p := position{epoch: at.epoch}
		var when stamp
		var kind string
		var fields *string
		if err := r.Scan(&p.xid, &p.seq, &when, &kind, &c.Account, &c.Scope, &c.ID, &c.Op, &fields, &c.Version); err != nil {
			return err
		}
		p.at = when.UnixMicro()
		c.Cursor, c.At, c.Kind = p.cursor(), when.Time, roster.Kind(kind)
		if fields != nil {
			if err := json.Unmarshal([]byte(*fields), &c.Fields); err != nil {
				return err
			}
		}
		all = append(all, c)
		return nil
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, m.attach(ctx, all)
}

// attach puts the present records beside their changes.
func (m *Mirror) attach(ctx context.Context, all []*Change) error {
	type place struct {
		kind           roster.Kind
		account, scope string
	}
	byPlace := make(map[place]map[string][]*Change)
	for _, c := range all {
		p := place{c.Kind, c.Account, c.Scope}
		if byPlace[p] == nil {
			byPlace[p] = make(map[string][]*Change)
		}
		byPlace[p][c.ID] = append(byPlace[p][c.ID], c)
	}
	for p, byID := range byPlace {
		table := tableOf(p.kind)
		if table == nil {
			return fmt.Errorf("mirror: a change is of %q, which this version does not know", p.kind)
		}
		ids := make([]string, 0, len(byID))
		for id := range byID {
			ids = append(ids, id)
		}
		err := each(ctx, m.db, `SELECT `+table.selects()+`, t.gone FROM @.`+string(p.kind)+` t WHERE t.account = $1 AND t.scope = $2 AND t.id IN @list($3 text)`,
			[]any{p.account, p.scope, ids}, func(r rows) error {
				var gone stamp
				record, err := table.scan(r, &gone)
				if err != nil {
					return err
				}
				for _, c := range byID[*table.key(record).id] {
					c.Record, c.Gone = record, gone.Time
				}
				return nil
			})
		if err != nil {
			return err
		}
	}
	return nil
}

// Snapshot iterates over all records as changes with the operation OpNew, those that
// are gone as OpGone. The Cursor of each is the position from which [Mirror.Changes]
// goes on once all of them were read; it may then yield changes that the snapshot
// already shows.
func (m *Mirror) Snapshot(ctx context.Context) iter.Seq2[*Change, error] {
	return func(yield func(*Change, error) bool) {
		cursor, err := m.Latest(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, table := range tables {
			for after := int64(0); ; {
				var all []*Change
				err := each(ctx, m.db, `SELECT `+table.selects()+`, t.account, t.version, t.last_changed, t.gone, t.rec FROM @.`+string(table.kind)+` t WHERE t.rec > $1 ORDER BY t.rec LIMIT $2`,
					[]any{after, changesBatch}, func(r rows) error {
						c := &Change{Cursor: cursor, Kind: table.kind, Op: OpNew}
						var at, gone stamp
						var err error
						if c.Record, err = table.scan(r, &c.Account, &c.Version, &at, &gone, &after); err != nil {
							return err
						}
						k := table.key(c.Record)
						c.Scope, c.ID, c.At, c.Gone = *k.scope, *k.id, at.Time, gone.Time
						if !gone.IsZero() {
							c.Op = OpGone
						}
						all = append(all, c)
						return nil
					})
				if err != nil {
					yield(nil, err)
					return
				}
				for _, c := range all {
					if !yield(c, nil) {
						return
					}
				}
				if len(all) < changesBatch {
					break
				}
			}
		}
	}
}

// Latest returns the position after all changes up to now.
func (m *Mirror) Latest(ctx context.Context) (Cursor, error) {
	p := position{}
	var err error
	if p.epoch, err = meta(ctx, m.db, "epoch"); err != nil {
		return "", err
	}
	var at stamp
	err = row(ctx, m.db, m.db.lastChange(), nil, &p.xid, &p.seq, &at)
	if errors.Is(err, errNoRow) {
		pruned, err := meta(ctx, m.db, "pruned")
		if err != nil || pruned != "" {
			return Cursor(pruned), err
		}
		return p.cursor(), nil
	}
	p.at = at.UnixMicro()
	return p.cursor(), err
}

// pruneBatch is how many changes are deleted at once.
const pruneBatch = 5000

// prune deletes changes that are older than keep, from the first on.
func (m *Mirror) prune(ctx context.Context, keep time.Duration) error {
	for {
		n := 0
		err := m.db.transact(ctx, func(t tx) (err error) {
			n, err = m.pruneSome(ctx, t, keep)
			return err
		})
		if err != nil || n < pruneBatch {
			return err
		}
	}
}

func (m *Mirror) pruneSome(ctx context.Context, t tx, keep time.Duration) (n int, err error) {
	var now int64
	if err := row(ctx, t, `SELECT @now FROM @.meta WHERE name = 'epoch' @lock`, nil, &now); err != nil { // another process may prune, too
		return 0, err
	}
	before := time.UnixMilli(now).Add(-keep)
	var last position
	younger := false
	err = each(ctx, t, m.db.firstChanges(), []any{pruneBatch}, func(r rows) error {
		var p position
		var at stamp
		if err := r.Scan(&p.xid, &p.seq, &at); err != nil {
			return err
		}
		if younger = younger || !at.Before(before); !younger {
			p.at = at.UnixMicro()
			last = p
			n++
		}
		return nil
	})
	if err != nil || n == 0 {
		return 0, err
	}
	if last.epoch, err = meta(ctx, t, "epoch"); err != nil {
		return 0, err
	}
	if err := setMeta(ctx, t, "pruned", string(last.cursor())); err != nil {
		return 0, err
	}
	_, err = t.exec(ctx, m.db.deleteChanges(), strconv.FormatInt(last.xid, 10), last.seq)
	return n, err
}
