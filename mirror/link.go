package mirror

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/roster"
)

// A Candidate is a person who may be the same as another, and why.
type Candidate struct {
	Person   PersonKey
	Record   *roster.Person
	Evidence []roster.Evidence
	// Linked reports whether Link has linked the two.
	Linked bool
}

// maxCandidates is how many people with something in common are looked at. An email
// address that more of them share is an office's.
const maxCandidates = 1000

// Candidates returns the people, of any account, who share a system's key, an email
// address or a phone number with a person. Nobody is merged: that is for the caller to
// decide, with [Mirror.Link]. The error is [ErrNoRecord] if there is no such person.
func (m *Mirror) Candidates(ctx context.Context, who PersonKey) ([]Candidate, error) {
	table := tableOf(roster.People)
	read := func(statement string, args ...any) (all []Candidate, err error) {
		err = each(ctx, m.db, statement, args, func(r rows) error {
			var c Candidate
			record, err := table.scan(r, &c.Person.Account)
			if err != nil {
				return err
			}
			c.Record = record.(*roster.Person)
			c.Person.Scope, c.Person.ID = c.Record.Scope, c.Record.ID
			all = append(all, c)
			return nil
		})
		return all, err
	}
	self, err := read(`SELECT `+table.selects()+`, t.account FROM @.people t WHERE t.account = $1 AND t.scope = $2 AND t.id = $3`, who.Account, who.Scope, who.ID)
	if err != nil {
		return nil, err
	}
	if len(self) == 0 {
		return nil, noRecord(errNoRow, who)
	}
	if err := m.db.sortKeys(ctx); err != nil {
		return nil, err
	}
	keys := new(writer).keysOf(self[0].Record)
	others, err := read(`SELECT `+table.selects()+`, t.account FROM @.people t WHERE t.gone IS NULL AND t.rec IN (SELECT k.rec FROM @keys k WHERE k.hash IN @list($1 bigint)) ORDER BY t.account, t.scope, t.id LIMIT $2`, keys, maxCandidates)
	if err != nil {
		return nil, err
	}
	linked, err := m.Linked(ctx, who)
	if err != nil {
		return nil, err
	}
	var all []Candidate
	for _, c := range others {
		if c.Person == who {
			continue
		}
		if c.Evidence = roster.Match(self[0].Record, c.Record); c.Evidence == nil {
			continue
		}
		for _, other := range linked {
			c.Linked = c.Linked || other == c.Person
		}
		all = append(all, c)
	}
	return all, nil
}

// ordered returns two people in the order in which links have them.
func ordered(a, b PersonKey) (PersonKey, PersonKey) {
	if strings.Compare(a.Account+"\x00"+a.Scope+"\x00"+a.ID, b.Account+"\x00"+b.Scope+"\x00"+b.ID) > 0 {
		return b, a
	}
	return a, b
}

// Link notes that two records are of one person. It changes neither. The error is
// [ErrNoRecord] if one of them does not exist.
func (m *Mirror) Link(ctx context.Context, a, b PersonKey) error {
	a, b = ordered(a, b)
	if a == b {
		return fmt.Errorf("mirror: Link needs two people; both are account %q, scope %q, ID %q", a.Account, a.Scope, a.ID)
	}
	return m.db.transact(ctx, func(t tx) error {
		for _, who := range []PersonKey{a, b} {
			// Forget has the account locked while it erases links.
			var n int
			if err := row(ctx, t, `SELECT 1 FROM @.accounts WHERE name = $1 @lock`, []any{who.Account}, &n); err != nil {
				return noRecord(err, who)
			}
			if err := row(ctx, t, `SELECT count(*) FROM @.people WHERE account = $1 AND scope = $2 AND id = $3`, []any{who.Account, who.Scope, who.ID}, &n); err != nil {
				return err
			}
			if n == 0 {
				return noRecord(errNoRow, who)
			}
		}
		_, err := t.exec(ctx, `INSERT INTO @.links (account, scope, id, other_account, other_scope, other_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
			a.Account, a.Scope, a.ID, b.Account, b.Scope, b.ID, time.Now().UTC())
		return err
	})
}

// Unlink takes a Link back. It does nothing if there is none.
func (m *Mirror) Unlink(ctx context.Context, a, b PersonKey) error {
	a, b = ordered(a, b)
	return m.db.transact(ctx, func(t tx) error {
		_, err := t.exec(ctx, `DELETE FROM @.links WHERE account = $1 AND scope = $2 AND id = $3 AND other_account = $4 AND other_scope = $5 AND other_id = $6`,
			a.Account, a.Scope, a.ID, b.Account, b.Scope, b.ID)
		return err
	})
}

// Linked returns the records that a person's record is linked with, directly.
func (m *Mirror) Linked(ctx context.Context, who PersonKey) ([]PersonKey, error) {
	var all []PersonKey
	err := each(ctx, m.db, `SELECT other_account, other_scope, other_id FROM @.links WHERE account = $1 AND scope = $2 AND id = $3
		UNION SELECT account, scope, id FROM @.links WHERE other_account = $1 AND other_scope = $2 AND other_id = $3 ORDER BY 1, 2, 3`,
		[]any{who.Account, who.Scope, who.ID}, func(r rows) error {
			var k PersonKey
			err := r.Scan(&k.Account, &k.Scope, &k.ID)
			all = append(all, k)
			return err
		})
	return all, err
}
