package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/roster"
)

// maxChunk is how many rows a statement writes at most.
const maxChunk = 500

// Operations of a change.
const (
	OpNew       = "new"       // the record was not there before
	OpChanged   = "changed"   // some of its fields changed
	OpGone      = "gone"      // the system no longer has it
	OpBack      = "back"      // the system has it again
	OpForgotten = "forgotten" // Forget erased it
)

// Written counts what became of the records of a page.
type Written struct {
	New, Changed, Back int
	Refreshed          int // whose Raw alone is newer
	Unchanged          int
	Gone               int
	Forgotten          int // that were left out because of Forget
}

func (w *Written) add(o Written) {
	w.New += o.New
	w.Changed += o.Changed
	w.Back += o.Back
	w.Refreshed += o.Refreshed
	w.Unchanged += o.Unchanged
	w.Gone += o.Gone
	w.Forgotten += o.Forgotten
}

// A writer writes the records of one account.
type writer struct {
	account   string
	source    string
	redact    []string // names of columns, and of members of Raw
	forgotten forgotten
	// seal and plain are the memory of settle.
	seal, plain []byte
}

// A target is the listing that a page belongs to. A page that was fetched by itself
// has none.
type target struct {
	kind  roster.Kind
	run   int64
	begun time.Time
}

// An entry is a record on its way into the database.
type entry struct {
	scope, id string
	values    []*string // of table.columns
	keys      []int64   // of a person
	// keysBefore are the keys that a person had. It is nil if they are as before.
	keysBefore []int64
	hash       string
	seal       string
	lastSeen   string
	op         string
	rec        int64
	version    int64
	fields     []string
}

// A batch is a page that is ready to be stored.
type batch struct {
	entries   [][]*entry // in the order of tables
	forgotten int
}

// prepare makes a page ready, so that the transaction that stores it is short.
func (w *writer) prepare(page *roster.Page) (*batch, error) {
	b := &batch{entries: make([][]*entry, len(tables))}
	for i, table := range tables {
		entries, left, err := w.entries(table, page)
		if err != nil {
			return nil, err
		}
		b.entries[i] = entries
		b.forgotten += left
	}
	return b, nil
}

// without prepares a page again, without those who were forgotten since.
func (w *writer) without(ctx context.Context, t tx, page *roster.Page) (b *batch, err error) {
	if w.forgotten, err = forgottenOf(ctx, t, w.account); err != nil {
		return nil, err
	}
	return w.prepare(page)
}

// write stores a page. It may be called again if its transaction failed.
func (w *writer) write(ctx context.Context, t tx, now time.Time, b *batch, to *target) (Written, error) {
	sum := Written{Forgotten: b.forgotten}
	for i, table := range tables {
		for chunk := range slices.Chunk(b.entries[i], maxChunk) {
			one, err := w.chunk(ctx, t, now, table, chunk, to)
			if err != nil {
				return sum, err
			}
			sum.add(one)
		}
	}
	return sum, nil
}

// entries prepares the records of a table. Of several with the same key it keeps the
// last.
func (w *writer) entries(table *table, page *roster.Page) (all []*entry, left int, err error) {
	columns, volatile := table.columns(), roster.Volatile(w.source)
	byKey := make(map[[2]string]int)
	for _, record := range table.records(page) {
		k := table.key(record)
		if *k.source != w.source {
			return nil, 0, fmt.Errorf("%w: account %q is of %q, and a record of %q came", ErrOtherAccount, w.account, w.source, *k.source)
		}
		if w.forgotten.leavesOut(w.account, record) {
			left++
			continue
		}
		e := &entry{scope: clean(*k.scope), id: clean(*k.id), values: make([]*string, len(columns))}
		for i, c := range columns {
			at := c.at(record)
			if raw, ok := at.(*tenantry.Raw); ok && len(*raw) > 0 {
				if *raw, err = roster.Without(*raw, w.redact); err != nil {
					return nil, 0, err
				}
				*raw = w.forgotten.strip(w.account, *raw)
			}
			if slices.Contains(w.redact, c.name) {
				continue
			}
			e.values[i] = encode(c.kind, at)
			if c.name == "last_seen" && e.values[i] != nil {
				e.lastSeen = *e.values[i]
			}
		}
		if err := w.settle(e, columns, volatile); err != nil {
			return nil, 0, err
		}
		if p, ok := record.(*person); ok {
			e.keys = w.keysOf(p)
		}
		at := [2]string{e.scope, e.id}
		if i, ok := byKey[at]; ok {
			all[i] = e
			continue
		}
		byKey[at] = len(all)
		all = append(all, e)
	}
	return all, left, nil
}

// keysOf returns hashes of what a person can be found by. Other people may have the
// same hash: who looks for somebody compares the records.
func (w *writer) keysOf(p *person) (keys []int64) {
	for _, key := range p.Keys() {
		h := sha256.Sum256([]byte(key.Kind + ":" + clean(key.Value)))
		hash := int64(binary.LittleEndian.Uint64(h[:8])) //nolint:gosec // any number will do
		if !w.redacts(key.Kind) && !slices.Contains(keys, hash) {
			keys = append(keys, hash)
		}
	}
	return keys
}

// keyColumns are the columns that the keys of a person are made of.
var keyColumns = []string{"external_ids", "emails", "phones"}

// settle computes the seal, which tells whether anything is new, and the hash of what is
// a change.
func (w *writer) settle(e *entry, columns []column, volatile []string) error {
	seal, plain := w.seal[:0], w.plain[:0]
	for i, c := range columns {
		seal = c.mix(seal, e.values[i])
		switch {
		case c.name == "raw" && e.values[i] != nil:
			rest, err := roster.Without(tenantry.Raw(*e.values[i]), volatile)
			if err != nil {
				return err
			}
			plain = mixed(plain, rest)
		case !volatileColumns[c.name]:
			plain = c.mix(plain, e.values[i])
		}
	}
	e.seal, e.hash, w.seal, w.plain = sum(seal), sum(plain), seal, plain
	return nil
}

func (w *writer) redacts(kind string) bool {
	return slices.Contains(w.redact, map[string]string{"key": "external_ids", "email": "emails", "phone": "phones"}[kind])
}

func clean(s string) string {
	if t := textOf(s); t != nil {
		return *t
	}
	return ""
}

// mix adds a value to what is hashed, with its length before it. A column that was added
// later and has no value leaves the hashes of records as they were without it.
func (c column) mix(b []byte, v *string) []byte {
	if c.since > 0 {
		if v == nil {
			return b
		}
		b = append(b, c.name...)
	}
	if v == nil {
		return append(b, make([]byte, 9)...)
	}
	return mixed(b, *v)
}

func mixed[T ~string | ~[]byte](b []byte, v T) []byte {
	b = binary.LittleEndian.AppendUint64(append(b, 1), uint64(len(v)))
	return append(b, v...)
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return base64.RawStdEncoding.EncodeToString(h[:16])
}

// chunk stores up to maxChunk records of one table.
func (w *writer) chunk(ctx context.Context, t tx, now time.Time, table *table, entries []*entry, to *target) (sum Written, err error) {
	if len(entries) == 0 {
		return sum, nil
	}
	byKey := make(map[[2]string]*entry, len(entries))
	scopes, ids := make([]string, len(entries)), make([]string, len(entries))
	for i, e := range entries {
		byKey[[2]string{e.scope, e.id}], scopes[i], ids[i] = e, e.scope, e.id
		e.op, e.fields, e.keysBefore = OpNew, nil, nil
	}
	var refresh, changed, added []*entry
	found, err := t.find(ctx, string(table.kind), w.account, scopes, ids)
	if err != nil {
		return sum, err
	}
	defer found.Close()
	for found.Next() {
		var rec, version int64
		var scope, id, hash, seal, lastSeen string
		var gone bool
		if err := found.Scan(&rec, &scope, &id, &hash, &seal, &version, &gone, &lastSeen); err != nil {
			return sum, err
		}
		e := byKey[[2]string{scope, id}]
		e.rec, e.version = rec, version
		switch {
		case gone && e.lastSeen != "" && e.lastSeen == lastSeen:
			e.op = "" // the system keeps what it no longer sees
			sum.Unchanged++
		case gone:
			e.op = OpBack
			changed = append(changed, e)
			sum.Back++
		case seal == e.seal:
			e.op = ""
			sum.Unchanged++
		case hash != e.hash:
			e.op = OpChanged
			changed = append(changed, e)
			sum.Changed++
		default:
			e.op = ""
			refresh = append(refresh, e)
			sum.Refreshed++
		}
	}
	found.Close()
	if err := found.Err(); err != nil {
		return sum, err
	}
	for _, e := range entries {
		if e.op == OpNew {
			added = append(added, e)
		}
	}
	sum.New = len(added)
	if err := w.addNew(ctx, t, now, table, added, byKey); err != nil {
		return sum, err
	}
	if err := w.refresh(ctx, t, table, refresh); err != nil {
		return sum, err
	}
	if err := w.change(ctx, t, now, table, changed); err != nil {
		return sum, err
	}
	if err := w.tellNew(ctx, t, now, table.kind, added); err != nil {
		return sum, err
	}
	if err := w.tell(ctx, t, now, table.kind, changed); err != nil {
		return sum, err
	}
	if to == nil {
		return sum, nil
	}
	return sum, w.see(ctx, t, table.kind, entries, to)
}

// addNew inserts records.
func (w *writer) addNew(ctx context.Context, t tx, now time.Time, table *table, entries []*entry, byKey map[[2]string]*entry) error {
	if len(entries) == 0 {
		return nil
	}
	columns := []string{"source", "account", "scope", "id", "first_seen", "last_changed", "version", "hash", "seal"}
	for _, c := range table.columns() {
		columns = append(columns, c.name)
	}
	at, one := now.UTC().Format(stampText), "1"
	values := make([][]*string, len(entries))
	for i, e := range entries {
		e.version = 1
		values[i] = append([]*string{&w.source, &w.account, &e.scope, &e.id, &at, &at, &one, &e.hash, &e.seal}, e.values...)
	}
	err := t.insert(ctx, string(table.kind), columns, values, func(rec int64, scope, id string) { byKey[[2]string{scope, id}].rec = rec })
	if err != nil || table.kind != roster.People {
		return err
	}
	return addKeys(ctx, t, entries)
}

// addKeys adds the keys of people.
func addKeys(ctx context.Context, t tx, people []*entry) error {
	var hashes, recs []int64
	for _, e := range people {
		for _, hash := range e.keys {
			hashes, recs = append(hashes, hash), append(recs, e.rec)
		}
	}
	if len(hashes) == 0 {
		return nil
	}
	return t.addKeys(ctx, hashes, recs)
}

// refresh replaces what may change without a change of the record.
func (w *writer) refresh(ctx context.Context, t tx, table *table, entries []*entry) error {
	if len(entries) == 0 {
		return nil
	}
	columns, at := []string{"seal"}, []int{}
	for i, c := range table.columns() {
		if volatileColumns[c.name] {
			columns, at = append(columns, c.name), append(at, i)
		}
	}
	recs, values := make([]int64, len(entries)), make([][]*string, len(entries))
	for i, e := range entries {
		recs[i], values[i] = e.rec, []*string{&e.seal}
		for _, c := range at {
			values[i] = append(values[i], e.values[c])
		}
	}
	return t.update(ctx, string(table.kind), columns, recs, values)
}

// change replaces records, and finds out what changed of them.
func (w *writer) change(ctx context.Context, t tx, now time.Time, table *table, entries []*entry) error {
	if len(entries) == 0 {
		return nil
	}
	byRec := make(map[int64]*entry, len(entries))
	recs := make([]int64, len(entries))
	for i, e := range entries {
		byRec[e.rec], recs[i] = e, e.rec
	}
	all := table.columns()
	err := each(ctx, t, `SELECT `+table.selects()+`, t.rec FROM @.`+string(table.kind)+` t WHERE t.rec IN @list($1 bigint)`, []any{recs}, func(r rows) error {
		var source, scope, id string
		var rec int64
		old := make([]*string, len(all))
		dest := []any{&source, &scope, &id}
		for i := range old {
			dest = append(dest, &old[i])
		}
		if err := r.Scan(append(dest, &rec)...); err != nil {
			return err
		}
		e := byRec[rec]
		e.fields = w.differences(all, old, e.values)
		if table.kind != roster.People || !slices.ContainsFunc(e.fields, func(f string) bool { return slices.Contains(keyColumns, f) }) {
			return nil
		}
		before := new(person)
		for i, c := range all {
			if slices.Contains(keyColumns, c.name) {
				if err := decode(c.kind, c.at(before), old[i]); err != nil {
					return err
				}
			}
		}
		e.keysBefore = append([]int64{}, w.keysOf(before)...)
		return nil
	})
	if err != nil {
		return err
	}
	columns := []string{"last_changed", "gone", "version", "hash", "seal"}
	for _, c := range all {
		columns = append(columns, c.name)
	}
	at := now.UTC().Format(stampText)
	values := make([][]*string, len(entries))
	for i, e := range entries {
		e.version++
		version := strconv.FormatInt(e.version, 10)
		values[i] = append([]*string{&at, nil, &version, &e.hash, &e.seal}, e.values...)
	}
	if err := t.update(ctx, string(table.kind), columns, recs, values); err != nil || table.kind != roster.People {
		return err
	}
	var moved []*entry
	var oldKeys, oldRecs []int64
	for _, e := range entries {
		if e.keysBefore != nil {
			moved, oldKeys, oldRecs = append(moved, e), append(oldKeys, e.keysBefore...), append(oldRecs, e.rec)
		}
	}
	if len(moved) == 0 {
		return nil
	}
	if err := t.dropKeys(ctx, oldKeys, oldRecs); err != nil {
		return err
	}
	return addKeys(ctx, t, moved)
}

// differences names the columns that changed, and the members of Raw as raw.name if
// no other column tells.
func (w *writer) differences(columns []column, before, after []*string) []string {
	var fields []string
	raw := 0
	for i, c := range columns {
		if c.name == "raw" {
			raw = i
		}
		if !volatileColumns[c.name] && !same(c.kind, before[i], after[i]) {
			fields = append(fields, c.name)
		}
	}
	if len(fields) == 0 {
		return w.members(before[raw], after[raw])
	}
	return fields
}

func same(kind string, a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	if *a == *b {
		return true
	}
	switch kind {
	case "bool":
		return (*a == "1" || *a == "true" || *a == "t") == (*b == "1" || *b == "true" || *b == "t")
	case "num":
		x, err := tenantry.Decimal(*a).Rat()
		y, err2 := tenantry.Decimal(*b).Rat()
		return err == nil && err2 == nil && x.Cmp(y) == 0
	}
	return false
}

func (w *writer) members(before, after *string) []string {
	read := func(text *string) map[string]json.RawMessage {
		m := make(map[string]json.RawMessage)
		if text != nil {
			_ = json.Unmarshal([]byte(*text), &m) // what is no object has no members
		}
		return m
	}
	volatile := roster.Volatile(w.source)
	a, b := read(before), read(after)
	var names []string
	for name, v := range b {
		rest, err := roster.Without(v, volatile)
		old, err2 := roster.Without(a[name], volatile)
		if (err != nil || err2 != nil || string(rest) != string(old)) && !slices.Contains(volatile, name) {
			names = append(names, "raw."+name)
		}
	}
	for name := range a {
		if _, ok := b[name]; !ok && !slices.Contains(volatile, name) {
			names = append(names, "raw."+name)
		}
	}
	slices.Sort(names)
	return names
}

// tell records changes.
func (w *writer) tell(ctx context.Context, t tx, now time.Time, kind roster.Kind, entries []*entry) error {
	if len(entries) == 0 {
		return nil
	}
	at, name := now.UTC().Format(stampText), string(kind)
	values := make([][]*string, len(entries))
	for i, e := range entries {
		version := strconv.FormatInt(e.version, 10)
		var fields *string
		if len(e.fields) > 0 {
			b, err := json.Marshal(e.fields)
			if err != nil {
				return err
			}
			text := string(b)
			fields = &text
		}
		values[i] = []*string{&at, &name, &w.account, &e.scope, &e.id, &e.op, fields, &version}
	}
	return t.insert(ctx, "changes", []string{"at", "kind", "account", "scope", "id", "op", "fields", "version"}, values, nil)
}

// tellNew records the changes of new records, which are as tell would record them.
func (w *writer) tellNew(ctx context.Context, t tx, now time.Time, kind roster.Kind, entries []*entry) error {
	if len(entries) == 0 {
		return nil
	}
	recs := make([]int64, len(entries))
	for i, e := range entries {
		recs[i] = e.rec
	}
	return t.later(ctx, `INSERT INTO @.changes (at, kind, account, scope, id, op, version)
		SELECT $1, $2, t.account, t.scope, t.id, $3, t.version FROM @.`+string(kind)+` t WHERE t.rec IN @list($4 bigint) ORDER BY t.rec`, now.UTC(), string(kind), OpNew, recs)
}

// see notes which records the listing has brought.
func (w *writer) see(ctx context.Context, t tx, kind roster.Kind, entries []*entry, to *target) error {
	byScope := make(map[string][]int64)
	for _, e := range entries {
		byScope[e.scope] = append(byScope[e.scope], e.rec)
	}
	for scope, recs := range byScope {
		if err := t.later(ctx, `INSERT INTO @.seen (account, listing, run, kind, scope, recs) VALUES ($1, $2, $3, $4, $5, $6)`,
			w.account, string(to.kind), to.run, string(kind), scope, recs); err != nil {
			return err
		}
	}
	return nil
}

// A goneRule says how many records may be gone at once, and when those of a system
// that removes none are.
type goneRule struct {
	share    float64 // of a scope; more than that and more than most is blocked
	most     int
	after    time.Duration // without the system seeing them
	approved bool          // nothing is blocked
}

// end marks what is gone of a scope that a complete listing has come to the end of.
// It returns why it did not, or "".
func (w *writer) end(ctx context.Context, t tx, now time.Time, end roster.End, carries []roster.Kind, to *target, rule goneRule) (gone int, blocked string, err error) {
	type lost struct {
		table   *table
		entries []*entry
	}
	var all []lost
	var reasons []string
	brought := false
	for _, kind := range carries {
		var n int
		if err := row(ctx, t, `SELECT count(*) FROM @.seen WHERE account = $1 AND listing = $2 AND run = $3 AND kind = $4 AND scope = $5`,
			[]any{w.account, string(to.kind), to.run, string(kind), end.Scope}, &n); err != nil {
			return 0, "", err
		}
		brought = brought || n > 0
	}
	for _, kind := range carries {
		table := tableOf(kind)
		var total int
		if err := row(ctx, t, `SELECT count(*) FROM @.`+string(kind)+` t WHERE t.account = $1 AND t.scope = $2 AND t.gone IS NULL`, []any{w.account, end.Scope}, &total); err != nil {
			return 0, "", err
		}
		if total == 0 {
			continue
		}
		var entries []*entry
		if end.LastSync.IsZero() {
			entries, err = w.absent(ctx, t, kind, end.Scope, to)
		} else {
			entries, err = w.unseen(ctx, t, now, kind, end, rule.after)
		}
		if err != nil {
			return 0, "", err
		}
		n := len(entries)
		switch {
		case n == 0 || rule.approved:
		case end.LastSync.IsZero() && !brought:
			reasons = append(reasons, fmt.Sprintf("the listing of %s is empty, and had %d %s", place(end.Scope), total, kind))
		case n > rule.most && float64(n) > rule.share*float64(total):
			reasons = append(reasons, fmt.Sprintf("%d of %d %s of %s would be gone", n, total, kind, place(end.Scope)))
		}
		all = append(all, lost{table, entries})
	}
	if len(reasons) > 0 {
		return 0, strings.Join(reasons, "; "), nil
	}
	for _, l := range all {
		for chunk := range slices.Chunk(l.entries, maxChunk) {
			if err := w.mark(ctx, t, now, l.table.kind, chunk); err != nil {
				return 0, "", err
			}
			gone += len(chunk)
		}
	}
	_, err = t.exec(ctx, `DELETE FROM @.seen WHERE account = $1 AND listing = $2 AND scope = $3`, w.account, string(to.kind), end.Scope)
	return gone, "", err
}

func place(scope string) string {
	if scope == "" {
		return "the account"
	}
	return strconv.Quote(scope)
}

// absent returns the records that the listing has not brought. Those that another
// path has written since it began were not on the pages before.
func (w *writer) absent(ctx context.Context, t tx, kind roster.Kind, scope string, to *target) (all []*entry, err error) {
	err = each(ctx, t, `SELECT t.rec, t.id, t.version FROM @.`+string(kind)+` t
		LEFT JOIN (@seen s.account = $1 AND s.listing = $3 AND s.run = $4 AND s.kind = $5 AND s.scope = $2) x ON x.rec = t.rec
		WHERE t.account = $1 AND t.scope = $2 AND t.gone IS NULL AND t.last_changed < $6 AND x.rec IS NULL`,
		[]any{w.account, scope, string(to.kind), to.run, string(kind), to.begun}, func(r rows) error {
			e := &entry{scope: scope, op: OpGone}
			all = append(all, e)
			return r.Scan(&e.rec, &e.id, &e.version)
		})
	return all, err
}

// unseen returns the records that the system itself has not seen for long.
func (w *writer) unseen(ctx context.Context, t tx, now time.Time, kind roster.Kind, end roster.End, after time.Duration) (all []*entry, err error) {
	before := now.Add(-after)
	if end.LastSync.Before(before) {
		before = end.LastSync
	}
	err = each(ctx, t, `SELECT t.rec, t.id, t.version, t.last_seen FROM @.`+string(kind)+` t
		WHERE t.account = $1 AND t.scope = $2 AND t.gone IS NULL AND t.last_seen < $3`,
		[]any{w.account, end.Scope, before.UTC().Add(24 * time.Hour).Format(time.RFC3339)}, func(r rows) error {
			e := &entry{scope: end.Scope, op: OpGone}
			var seen string
			if err := r.Scan(&e.rec, &e.id, &e.version, &seen); err != nil {
				return err
			}
			if at, err := tenantry.Timestamp(seen).Time(); err == nil && at.Before(before) {
				all = append(all, e)
			}
			return nil
		})
	return all, err
}

// mark marks records as gone.
func (w *writer) mark(ctx context.Context, t tx, now time.Time, kind roster.Kind, entries []*entry) error {
	recs := make([]int64, len(entries))
	for i, e := range entries {
		recs[i] = e.rec
		e.version++
	}
	if _, err := t.exec(ctx, `UPDATE @.`+string(kind)+` SET gone = $1, last_changed = $1, version = version + 1 WHERE rec IN @list($2 bigint)`, now, recs); err != nil {
		return err
	}
	return w.tell(ctx, t, now, kind, entries)
}
