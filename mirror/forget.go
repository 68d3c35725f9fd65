package mirror

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/roster"
)

// A PersonKey names a person in the database.
type PersonKey struct {
	Account string // the account's name
	Scope   string // see roster.Person
	ID      string // the system's own ID
}

// forgotten are the keyed hashes of the people of an account that Forget has erased.
type forgotten struct {
	key    []byte
	hashes map[string]bool
}

// personHash returns the keyed hash of a person. The scope is not part of it: a
// person who is in several scopes of an account is forgotten in all of them.
func personHash(key []byte, account, id string) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%d:%s%s", len(account), account, id)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (f forgotten) has(account, id string) bool {
	return len(f.hashes) > 0 && id != "" && f.hashes[personHash(f.key, account, id)]
}

// leavesOut reports whether a record is of somebody who was forgotten.
func (f forgotten) leavesOut(account string, record any) bool {
	switch r := record.(type) {
	case *person:
		return f.has(account, r.ID)
	case *tenancy:
		return f.has(account, r.PersonID)
	}
	return false
}

// personMembers are the members that hold a person's ID wherever they are. An id or
// identifier is a person's only in a list or member of people.
var personMembers = []string{"residentid", "resident_id", "tenantid", "tenant_id", "personid", "person_id"}

// ofPeople reports whether a member with the given name holds people.
func ofPeople(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"resident", "tenant", "person", "people", "occupant", "guarantor", "contact"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// strip takes the nested copies of forgotten people out of a record of others.
func (f forgotten) strip(account string, raw tenantry.Raw) tenantry.Raw {
	if len(f.hashes) == 0 {
		return raw
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return raw
	}
	rest, changed := f.without(account, "", v)
	if !changed {
		return raw
	}
	b, err := json.Marshal(rest)
	if err != nil {
		return nil // better nothing than the person
	}
	return b
}

// without returns a value, which the named member holds, without forgotten people.
func (f forgotten) without(account, member string, v any) (rest any, changed bool) {
	switch v := v.(type) {
	case []any:
		kept := make([]any, 0, len(v))
		for _, e := range v {
			if f.isPerson(account, member, e) {
				changed = true
				continue
			}
			one, c := f.without(account, member, e)
			changed = changed || c
			kept = append(kept, one)
		}
		return kept, changed
	case map[string]any:
		for name, e := range v {
			if f.isPerson(account, name, e) {
				delete(v, name)
				changed = true
				continue
			}
			if one, c := f.without(account, name, e); c {
				v[name], changed = one, true
			}
		}
	}
	return v, changed
}

// isPerson reports whether a value, which the named member holds, is somebody who was
// forgotten, or their ID.
func (f forgotten) isPerson(account, member string, v any) bool {
	switch v := v.(type) {
	case string:
		return ofPeople(member) && f.has(account, v)
	case json.Number:
		return ofPeople(member) && f.has(account, v.String())
	case map[string]any:
		for name, e := range v {
			name = strings.ToLower(name)
			if slices.Contains(personMembers, name) || ofPeople(member) && (name == "id" || name == "identifier") {
				if f.has(account, scalar(e)) {
					return true
				}
			}
		}
	}
	return false
}

// scalar returns a text or a number as text.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// forgottenOf returns who of an account was forgotten.
func forgottenOf(ctx context.Context, q querier, account string) (forgotten, error) {
	key, err := meta(ctx, q, "forget_key")
	if err != nil {
		return forgotten{}, err
	}
	f := forgotten{key: []byte(key), hashes: make(map[string]bool)}
	err = each(ctx, q, `SELECT hash FROM @.forgotten WHERE account = $1`, []any{account}, func(r rows) error {
		var hash string
		if err := r.Scan(&hash); err != nil {
			return err
		}
		f.hashes[hash] = true
		return nil
	})
	return f, err
}

// Forget erases a person: the record with its Raw, tenancies and links, and the copies
// of the person in the Raw of other records of the account. It leaves a keyed hash of
// the ID, by which later listings leave the person out, and a change with the
// operation OpForgotten. Earlier changes hold no more than the key and names of
// fields.
//
// The error is [ErrNoRecord] if there is no such person. The person stays in the
// system itself.
func (m *Mirror) Forget(ctx context.Context, who PersonKey) error {
	err := m.db.transact(ctx, func(t tx) error {
		var now int64
		if err := row(ctx, t, `SELECT @now FROM @.accounts WHERE name = $1 @lock`, []any{who.Account}, &now); err != nil {
			return noRecord(err, who)
		}
		// Whoever is about to write the person waits, and then sees that somebody was
		// forgotten.
		if err := lockListings(ctx, t, who.Account); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE @.listings SET forgets = forgets + 1 WHERE account = $1`, who.Account); err != nil {
			return err
		}
		var source string
		var recs, keys []int64
		var scopes []string
		people := tableOf(roster.People)
		err := each(ctx, t, `SELECT `+people.selects()+`, t.rec FROM @.people t WHERE t.account = $1 AND t.id = $2`, []any{who.Account, who.ID}, func(r rows) error {
			var rec int64
			record, err := people.scan(r, &rec)
			if err != nil {
				return err
			}
			p := record.(*person)
			source = p.Source
			recs, scopes, keys = append(recs, rec), append(scopes, p.Scope), append(keys, new(writer).keysOf(p)...)
			return nil
		})
		if err != nil {
			return err
		}
		if !slices.Contains(scopes, who.Scope) {
			return noRecord(errNoRow, who)
		}
		at := time.UnixMilli(now).UTC()
		f, err := forgottenOf(ctx, t, who.Account)
		if err != nil {
			return err
		}
		hash := personHash(f.key, who.Account, who.ID)
		if _, err := t.exec(ctx, `INSERT INTO @.forgotten (account, hash, at) VALUES ($1, $2, $3) ON CONFLICT (account, hash) DO NOTHING`, who.Account, hash, at); err != nil {
			return err
		}
		w := &writer{account: who.Account, source: source}
		var erased, tenancies []*entry
		for i := range recs {
			erased = append(erased, &entry{scope: scopes[i], id: who.ID, rec: recs[i], op: OpForgotten})
		}
		err = each(ctx, t, `SELECT rec, scope, id FROM @.tenancies WHERE account = $1 AND person_id = $2`, []any{who.Account, who.ID}, func(r rows) error {
			e := &entry{op: OpForgotten}
			tenancies = append(tenancies, e)
			return r.Scan(&e.rec, &e.scope, &e.id)
		})
		if err != nil {
			return err
		}
		for _, statement := range []string{
			`DELETE FROM @.wanted WHERE account = $1 AND id = $2`,
			`DELETE FROM @.people WHERE account = $1 AND id = $2`,
			`DELETE FROM @.tenancies WHERE account = $1 AND person_id = $2`,
			`DELETE FROM @.links WHERE account = $1 AND id = $2 OR other_account = $1 AND other_id = $2`,
		} {
			if _, err := t.exec(ctx, statement, who.Account, who.ID); err != nil {
				return err
			}
		}
		if err := t.dropKeys(ctx, keys, recs); err != nil {
			return err
		}
		if err := w.tell(ctx, t, at, roster.People, erased); err != nil {
			return err
		}
		if err := w.tell(ctx, t, at, roster.Tenancies, tenancies); err != nil {
			return err
		}
		return stripCopies(ctx, t, who, forgotten{f.key, map[string]bool{hash: true}})
	})
	if err != nil {
		return err
	}
	return m.db.scrub(ctx)
}

// stripCopies takes a person out of the Raw of an account's other records.
func stripCopies(ctx context.Context, t tx, who PersonKey, f forgotten) error {
	for _, table := range tables {
		var recs []int64
		var values [][]*string
		err := each(ctx, t, `SELECT t.rec, CAST(t.raw AS text) FROM @.`+string(table.kind)+` t WHERE t.account = $1 AND CAST(t.raw AS text) LIKE $2`,
			[]any{who.Account, "%" + likeText(who.ID) + "%"}, func(r rows) error {
				var rec int64
				var raw string
				if err := r.Scan(&rec, &raw); err != nil {
					return err
				}
				rest := string(f.strip(who.Account, tenantry.Raw(raw)))
				if rest == raw {
					return nil
				}
				recs = append(recs, rec)
				empty := ""
				values = append(values, []*string{jsonOf([]byte(rest)), &empty}) // the next listing sets the seal
				return nil
			})
		if err != nil {
			return err
		}
		for i := 0; i < len(recs); i += maxChunk {
			j := min(i+maxChunk, len(recs))
			if err := t.update(ctx, string(table.kind), []string{"raw", "seal"}, recs[i:j], values[i:j]); err != nil {
				return err
			}
		}
	}
	return nil
}

// likeText puts a wildcard in place of what LIKE or JSON may write otherwise.
func likeText(id string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > 'z' || r == '\\' {
			return '_'
		}
		return r
	}, id)
}

func noRecord(err error, who PersonKey) error {
	if err == errNoRow { //nolint:errorlint // row returns it as it is
		return fmt.Errorf("%w: account %q, scope %q, ID %q", ErrNoRecord, who.Account, who.Scope, who.ID)
	}
	return err
}
