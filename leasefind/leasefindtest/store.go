package leasefindtest

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

type members = map[string]any

// A value is what a record holds. Other records are named by their identifiers.
type value struct {
	m      members  // as the API shows them, and some that it does not show
	groups []string // the communities that it belongs to
	unit   string   // of a lease or a listing
	people []string // the tenants of a lease
}

// A record is kept, or is one of the portfolio, which is made when it is read.
type record struct {
	seq  int // what after-id counts by
	id   string
	v    value
	made func() value // nil if the record is kept
}

// value returns what the record holds. m is nil for a listing of the portfolio whose
// unit is not to let now. The caller must not change it.
func (r *record) value() value {
	if r.made != nil {
		return r.made()
	}
	return r.v
}

// changed returns the record after a change. What else the portfolio changes in a
// record that is made stays visible.
func (r *record) changed(change func(*value)) *record {
	next := *r
	if r.made == nil {
		next.v.m, next.v.people = maps.Clone(r.v.m), slices.Clone(r.v.people)
		change(&next.v)
		return &next
	}
	next.made = func() value {
		v := r.made()
		change(&v)
		return v
	}
	return &next
}

// A row is a record and what it holds.
type row struct {
	*record
	value
}

// A table holds the records of one kind in the order of their seq.
type table struct {
	kind  string
	store *store
	rows  *fakeserver.Table[*record]
	named map[string]int // the seq of records whose identifier the server did not make, by it
}

// key returns a seq as a key that sorts as it does. All digits of any int fit.
func key(seq int) string {
	b := []byte("0000000000000000000")
	for i := len(b) - 1; seq > 0; i-- {
		b[i] = byte('0' + seq%10)
		seq /= 10
	}
	return string(b)
}

// get returns the record with an identifier, and false if there is none.
func (t *table) get(id string) (row, bool) {
	r, ok := t.find(id)
	if !ok {
		return row{}, false
	}
	v := r.value()
	return row{r, v}, v.m != nil
}

// find is get without what the record holds.
func (t *table) find(id string) (*record, bool) {
	seq, ok := t.named[id]
	if !ok {
		if seq, ok = t.store.world.seqOf(t.kind, id); !ok {
			return nil, false
		}
	}
	return t.rows.Get(key(seq))
}

// put adds a record with an identifier, or a new one if it is "", or replaces the one
// that has it.
func (t *table) put(id string, v value) *record {
	seq, ok := t.named[id]
	if !ok {
		seq, ok = t.store.world.seqOf(t.kind, id)
	}
	if !ok {
		seq = t.store.next
		t.store.next++
		if id == "" {
			id = t.store.world.id(t.kind, seq)
		} else {
			t.named[id] = seq
		}
	}
	name := "identifier"
	if t == t.store.communities {
		name = "community_id"
	}
	v.m[name] = id
	r := &record{seq: seq, id: id, v: v}
	t.rows.Put(key(seq), r)
	t.store.housed(r, v.people)
	return r
}

// change changes a record.
func (t *table) change(r *record, change func(*value)) row {
	next := r.changed(change)
	t.rows.Put(key(r.seq), next)
	v := next.value()
	t.store.housed(next, v.people)
	return row{next, v}
}

// remove removes a record and reports whether there was one.
func (t *table) remove(id string) bool {
	r, ok := t.get(id)
	return ok && t.rows.Remove(key(r.seq))
}

// after iterates over the records after a position.
func (t *table) after(seq int) iter.Seq[row] {
	return func(yield func(row) bool) {
		for _, r := range t.rows.After(key(seq)) {
			if v := r.value(); v.m != nil && !yield(row{r, v}) {
				return
			}
		}
	}
}

func (t *table) ids() []string {
	ids := []string{}
	for r := range t.after(0) {
		ids = append(ids, r.id)
	}
	return ids
}

// first returns the first record that is wanted, and false if there is none.
func (t *table) first(wanted func(row) bool) (row, bool) {
	for r := range filter(t.after(0), wanted) {
		return r, true
	}
	return row{}, false
}

func filter(rows iter.Seq[row], keep func(row) bool) iter.Seq[row] {
	return func(yield func(row) bool) {
		for r := range rows {
			if keep(r) && !yield(r) {
				return
			}
		}
	}
}

// take returns up to limit records, and the seq of the last of them if more follow, or
// else -1.
func take(rows iter.Seq[row], limit int) (page []row, last int) {
	for r := range rows {
		if len(page) == limit {
			return page, page[limit-1].seq
		}
		page = append(page, r)
	}
	return page, -1
}

// A store holds all records. Handlers lock it: what reads for reading, what changes
// records for writing.
type store struct {
	mu    sync.RWMutex
	world *world
	next  int // the next record's seq

	communities, persons, units, leases, listings, tasks *table

	rented map[string][]string // the leases that a person was added to, by the person
	denied map[string]bool     // the groups that the caller can't reach

	counting sync.Mutex
	counts   map[string]int // of the records that queries select, until something changes
}

// firstAdded is the seq of the first record beside a portfolio, which may grow.
const firstAdded = 1_000_000_000

func newStore(w *world) *store {
	st := &store{world: w, next: firstSeq, rented: make(map[string][]string), denied: make(map[string]bool), counts: make(map[string]int)}
	if w.Units() > 0 {
		st.next = firstAdded
	}
	for into, kind := range map[**table]string{
		&st.communities: "community", &st.persons: "person", &st.units: "unit", &st.leases: "lease", &st.listings: "listing", &st.tasks: "task",
	} {
		*into = &table{kind: kind, store: st, rows: fakeserver.NewTable(w.base(kind)), named: make(map[string]int)}
	}
	return st
}

// write locks the store for a change. Call what it returns when done.
func (st *store) write() (done func()) {
	st.mu.Lock()
	clear(st.counts)
	return st.mu.Unlock
}

// count returns how many rows there are. It counts once until something changes.
func (st *store) count(query string, rows iter.Seq[row]) int {
	st.counting.Lock()
	defer st.counting.Unlock()
	n, ok := st.counts[query]
	if !ok {
		for range rows {
			n++
		}
		st.counts[query] = n
	}
	return n
}

// housed notes the tenants of a lease.
func (st *store) housed(lease *record, people []string) {
	for _, id := range people {
		if !slices.Contains(st.rented[id], lease.id) && !slices.Contains(st.world.leasesOf(id), lease.id) {
			st.rented[id] = append(st.rented[id], lease.id)
		}
	}
}

// leasesOf returns the leases of a person, in the order of their seq.
func (st *store) leasesOf(person string) []row {
	var found []row
	for _, id := range append(st.world.leasesOf(person), st.rented[person]...) {
		if r, ok := st.leases.get(id); ok && slices.Contains(r.people, person) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b row) int { return a.seq - b.seq })
	return found
}

// A scope is the groups that a request is about.
type scope struct {
	store *store
	only  map[string]bool // nil is all that the caller can reach
}

// scope returns the scope of groups by their identifiers or external references.
// Groups that don't exist are left out.
func (st *store) scope(ids, externalRefs []string) scope {
	if ids == nil && externalRefs == nil {
		return scope{store: st}
	}
	only := make(map[string]bool)
	for _, id := range ids {
		if _, ok := st.communities.find(id); ok {
			only[id] = true
		}
	}
	if len(externalRefs) > 0 {
		for r := range st.communities.after(0) {
			if slices.Contains(externalRefs, text(r.m["community_external_ref"])) {
				only[r.id] = true
			}
		}
	}
	return scope{st, only}
}

// has reports whether one of a record's groups is in the scope.
func (sc scope) has(groups []string) bool {
	return slices.ContainsFunc(groups, func(id string) bool { return !sc.store.denied[id] && (sc.only == nil || sc.only[id]) })
}

// reachable returns the groups of the scope that the caller can reach.
func (sc scope) reachable() []string {
	groups := []string{}
	for r := range sc.store.communities.after(0) {
		if sc.has([]string{r.id}) {
			groups = append(groups, r.id)
		}
	}
	return groups
}

// strings returns the texts of a list, or nil if there is no list.
func stringsOf(v any) []string {
	if v == nil {
		return nil
	}
	return groupsOf(v)
}

// oneGroup returns the group of a request that needs one, or how it is refused: as
// none if none is given, and as unknown or as denied if it can't be reached.
func (st *store) oneGroup(m members, none string, unknownStatus int, unknown string) (id string, resp *fakeserver.Response) {
	byID, byRef := m["group_id"], m["group_external_ref"]
	switch {
	case byID != nil && byRef != nil:
		return "", bothGroups()
	case byID == nil && byRef == nil:
		return "", refused(none, "No group was given.")
	}
	r, ok := st.communities.first(func(r row) bool {
		return byID != nil && r.id == byID || byRef != nil && r.m["community_external_ref"] == byRef
	})
	if ok && !st.denied[r.id] {
		return r.id, nil
	}
	if !ok {
		no := refuse(unknownStatus, unknown, "There is no such group.")
		return "", &no
	}
	no := refuse(401, "no_access_to_group", "The caller has no access to the group.")
	return "", &no
}

// within reports whether an address has all that is asked for, letter case aside.
func within(address any, wanted members) bool {
	has, _ := address.(members)
	for name, want := range wanted {
		if !strings.EqualFold(text(has[name]), text(want)) {
			return false
		}
	}
	return true
}

// render returns an object with its members in an order. Members that the order does
// not have come last; those that are hidden are left out.
func render(m members, order []string, hidden ...string) jsontext.Value {
	var o fakeserver.Object
	for _, name := range order {
		if v, ok := m[name]; ok {
			if address, ok := v.(members); ok && name == "address" {
				v = render(address, addressOrder)
			}
			o.Set(name, v)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(order, name) && !slices.Contains(hidden, name) {
			o.Set(name, m[name])
		}
	}
	return o.Bytes()
}

// rendered returns the objects of a page.
func rendered(page []row, as func(row) jsontext.Value) []jsontext.Value {
	all := make([]jsontext.Value, len(page))
	for i, r := range page {
		all[i] = as(r)
	}
	return all
}

// DenyGroups takes the access to groups away, by their identifiers. Their records are
// not found any more, and what names them is refused as documented.
func (s *Server) DenyGroups(ids ...string) {
	defer s.store.write()()
	for _, id := range ids {
		s.store.denied[id] = true
	}
}
