package storedgetest

import (
	"maps"
	"slices"
	"sort"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/portfolio"
)

// members are a JSON object.
type members = map[string]any

// A facility is a property of a portfolio as storEDGE shows it, with what requests
// and tests changed. The server's lock guards it.
type facility struct {
	id    string
	index int
	now   func() time.Time
	day   time.Time // on which it was used last
	dirt  float64
	full  bool // it is of a portfolio that a test asked for: tenants have payment methods

	world                 *portfolio.Portfolio
	property              int
	people, leases, units span
	hidden                map[int]bool // leases of the portfolio whose unit a test or a request let before
	cancelled             map[int]bool // leases of the portfolio whose reservation a request closed or moved
	collections           map[string]*collection
	links                 map[link][]string   // ids of records that refer to another, in the order of their making
	events                map[string][]string // of tenants, that requests and tests made
	accounts              map[string]*account
	sessions              map[string]*session
	paid                  map[any]fakeserver.Response // by idempotency key
	settings              members
	rateHistory           []members
	addressLocked, tiered bool
	nextID, accountsMade  int
	hash                  uint64
	leaseMemo             memo[portfolio.Lease]
	unitMemo, personMemo  memo[[]portfolio.Lease]
}

// A span is the part of the portfolio's people, leases or units that belongs to a
// facility: a range of the first day, and those that were added since.
type span struct {
	first, n int
	more     []int
}

func (s *span) len() int { return s.n + len(s.more) }

// at returns the portfolio's index of the kth.
func (s *span) at(k int) int {
	if k < s.n {
		return s.first + k
	}
	return s.more[k-s.n]
}

// of returns the position of a portfolio's index.
func (s *span) of(i int) (int, bool) {
	if i >= s.first && i < s.first+s.n {
		return i - s.first, true
	}
	k := sort.SearchInts(s.more, i)
	return s.n + k, k < len(s.more) && s.more[k] == i
}

// newFacility returns a facility of a property. If limit is not negative, it has the
// first so many people only. Nothing is made yet.
func newFacility(id string, index int, world *portfolio.Portfolio, property, limit int, now func() time.Time, dirt float64) *facility {
	f := &facility{
		id: id, index: index, now: now, dirt: dirt, full: limit < 0, world: world, property: property, hidden: make(map[int]bool), cancelled: make(map[int]bool), links: make(map[link][]string), events: make(map[string][]string),
		accounts: make(map[string]*account), sessions: make(map[string]*session), paid: make(map[any]fakeserver.Response), hash: hash(id),
	}
	units := world.UnitsPerProperty()
	f.units = span{first: property * units, n: units}
	f.leases.first, f.people.first = world.Before(property * units)
	leases, people := world.Before((property + 1) * units)
	f.leases.n, f.people.n = leases-f.leases.first, people-f.people.first
	if limit >= 0 {
		f.people.n = min(f.people.n, limit)
		for ; f.leases.n > 0; f.leases.n-- {
			if last := world.Lease(f.leases.first + f.leases.n - 1); last.Primary() < f.people.first+f.people.n {
				break
			}
		}
	}
	allLeases, allPeople := world.Before(world.Units())
	for i := allLeases; i < world.Leases(); i++ {
		if world.Lease(i).Unit/units == property {
			f.leases.more = append(f.leases.more, i)
		}
	}
	for i := allPeople; i < world.People(); i++ {
		if world.Person(i).Unit/units == property {
			f.people.more = append(f.people.more, i)
		}
	}
	f.furnish()
	return f
}

// hash returns a number that looks random, and is the same for the same text.
func hash(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return mix(h)
}

func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// recordID returns the id of the kth record of a kind. It looks like a UUID and sorts
// as k does.
func (f *facility) recordID(kind string, k int) string {
	h := mix(f.hash ^ hash(kind) ^ uint64(k)*0x9e3779b97f4a7c15) //nolint:gosec // k is not negative
	return uuid(uint64(k)<<20|h>>44, h)                          //nolint:gosec // k is not negative
}

// uuid returns a UUID that starts with 48 bits.
func uuid(start, h uint64) string {
	b := make([]byte, 0, 36)
	hex := func(v uint64, digits int) {
		for ; digits > 0; digits-- {
			b = append(b, "0123456789abcdef"[v>>(4*(digits-1))&15])
		}
	}
	hex(start>>16, 8)
	b = append(b, '-')
	hex(start, 4)
	b = append(b, "-4"...)
	hex(h, 3)
	b = append(b, "-8"...)
	hex(h>>12, 3)
	b = append(b, '-')
	hex(mix(h), 12)
	return string(b)
}

// firstMade is where the ids of records start that requests and tests make.
const firstMade = 1 << 26

// newID returns the id of a record that is made now. It sorts after all others.
func (f *facility) newID(kind string) string {
	f.nextID++
	return f.recordID(kind, firstMade+f.nextID)
}

// scatteredID returns the id of a record that sorts anywhere among n records.
func (f *facility) scatteredID(kind string, n int) string {
	f.nextID++
	h := mix(f.hash ^ hash(kind) ^ uint64(f.nextID)<<32) //nolint:gosec // it is not negative
	return uuid(h%(uint64(n+1)<<20), h)                  //nolint:gosec // n is not negative
}

// A collection holds the records of a kind, sorted by id.
type collection struct {
	f            *facility
	name, plural string
	model        *model
	table        *fakeserver.Table[*record]
	made         func(k int) members        // the kth record of the portfolio
	there        func(k int) bool           // whether it exists; nil for always
	of           func(k int) string         // the id of the record that it belongs to; nil for none
	changed      func(k int) time.Time      // when the portfolio changed it last
	complete     func(r *record, m members) // sets what follows from other records
	dirty        bool                       // it may be soiled
	sparse       bool                       // records have no members that are null
	kept         memo[members]
}

// A record is one of the portfolio, or was made by a request or a test.
type record struct {
	id      string
	k       int       // the position in the portfolio; -1 for none
	place   float64   // in the order of a listing that does not sort
	own     members   // the members that a request or a test set
	whole   bool      // it has no other members of the portfolio
	of      string    // the id of the record that it belongs to, such as a note's tenant
	changed time.Time // when a request or a test changed it last
}

// collection adds a collection of n records of the portfolio.
func (f *facility) collection(name, plural string, zero any, n func() int, made func(k int) members) *collection {
	c := &collection{f: f, name: name, plural: plural, model: modelOf(zero), made: made}
	base := fakeserver.Base[*record]{}
	if n != nil {
		base = fakeserver.Base[*record]{
			Len: n, Key: func(k int) string { return f.recordID(name, k) },
			Record: func(k int) *record {
				r := &record{id: f.recordID(name, k), k: k, place: float64(k)}
				if c.of != nil {
					r.of = c.of(k)
				}
				return r
			},
		}
	}
	c.table = fakeserver.NewTable(base)
	f.collections[name] = c
	return c
}

// get returns a record that exists.
func (c *collection) get(id string) (*record, bool) {
	r, ok := c.table.Get(id)
	if !ok || !c.exists(r) {
		return nil, false
	}
	return r, true
}

func (c *collection) exists(r *record) bool { return r.k < 0 || c.there == nil || c.there(r.k) }

// own returns a record's members without those that follow from other records.
func (c *collection) own(r *record) members {
	m := make(members, len(r.own)+8)
	if r.k >= 0 && !r.whole {
		m = maps.Clone(c.remade(r))
	}
	m["id"] = r.id
	maps.Copy(m, r.own)
	return m
}

// remade returns the members of a record of the portfolio, which must not be changed.
func (c *collection) remade(r *record) members {
	return c.kept.of(r.k, func(int) members {
		m := c.made(r.k)
		if c.dirty {
			c.soil(r, m)
		}
		return m
	})
}

// A memo keeps some of what is made, for a while: what follows from the portfolio
// changes with the day and with what happens in the portfolio.
type memo[V any] struct{ kept map[int]V }

// keptValues bounds the values that a memo keeps.
const keptValues = 2000

func (m *memo[V]) of(i int, made func(int) V) V {
	if v, ok := m.kept[i]; ok {
		return v
	}
	v := made(i)
	if m.kept == nil || len(m.kept) == keptValues {
		m.kept = make(map[int]V)
	}
	m.kept[i] = v
	return v
}

// forget drops what is kept of the portfolio.
func (f *facility) forget() {
	for _, c := range f.collections {
		c.kept.kept = nil
	}
	f.leaseMemo.kept, f.unitMemo.kept, f.personMemo.kept = nil, nil, nil
}

// members returns a record as the API has it.
func (c *collection) members(r *record) members {
	m := c.own(r)
	if c.complete != nil {
		c.complete(r, m)
	}
	if !c.sparse {
		c.model.fill(m)
	}
	return m
}

// find returns the record with an id, as the API has it, or nil.
func (c *collection) find(id string) members {
	if r, ok := c.get(id); ok {
		return c.members(r)
	}
	return nil
}

// changedAt returns when a record was changed last.
func (c *collection) changedAt(r *record) time.Time {
	at := r.changed
	if r.k >= 0 && c.changed != nil {
		at = later(at, c.changed(r.k))
	}
	return at
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// add adds a record that belongs to another, if of is not "".
func (c *collection) add(id, of string, own members) *record {
	c.f.nextID++
	r := &record{id: id, k: -1, place: float64(firstMade + c.f.nextID), own: own, of: of, changed: c.f.now()}
	delete(own, "id")
	c.refer(own)
	c.table.Put(id, r)
	c.f.connect(c, r)
	return r
}

// set changes members of a record, and reports whether it exists.
func (c *collection) set(id string, changes members) bool {
	now := c.f.now()
	return c.table.Change(id, func(r *record) *record {
		changed := *r
		changed.own, changed.changed = maps.Clone(r.own), now
		if changed.own == nil {
			changed.own = make(members, len(changes))
		}
		maps.Copy(changed.own, changes)
		return &changed
	})
}

// touch makes a record one that was changed now.
func (c *collection) touch(id string) { c.set(id, nil) }

// all returns the records that exist and are kept, in the order of their ids.
func (c *collection) all(keep func(*record) bool) []*record {
	var found []*record
	for _, r := range c.table.All(0) {
		if c.exists(r) {
			found = append(found, r)
		}
	}
	if keep != nil {
		found = slices.DeleteFunc(found, func(r *record) bool { return !keep(r) })
	}
	return found
}

// A link is a record to which those of a collection refer.
type link struct{ collection, to string }

// refer turns a tenant or unit that has only its id into a reference, so that the
// record shows the tenant or unit as it is.
func (c *collection) refer(own members) {
	if c.name != "ledger" && c.name != "lead" {
		return
	}
	for _, to := range []string{"tenant", "unit"} {
		if object, ok := own[to].(members); ok && len(object) == 1 && object["id"] != nil {
			own[to+"_id"] = object["id"]
			delete(own, to)
		}
	}
}

// connect remembers to which tenant and unit a ledger or lead refers that is not of
// the portfolio.
func (f *facility) connect(c *collection, r *record) {
	if c.name != "ledger" && c.name != "lead" {
		return
	}
	for _, to := range []string{"tenant", "unit"} {
		if id := reference(r.own, to); id != "" {
			key := link{c.name, to + " " + id}
			if !slices.Contains(f.links[key], r.id) {
				f.links[key] = append(f.links[key], r.id)
			}
		}
	}
}

// reference returns the id of the tenant or unit that a record names, by an id or as
// an object.
func reference(m members, to string) string {
	if id, ok := m[to+"_id"].(string); ok {
		return id
	}
	object, _ := m[to].(members)
	id, _ := object["id"].(string)
	return id
}

// linked returns the records of a collection that refer to a tenant or a unit and are
// not of the portfolio.
func (f *facility) linked(collection, to, id string) []*record {
	c := f.collections[collection]
	var found []*record
	for _, of := range f.links[link{collection, to + " " + id}] {
		if r, ok := c.get(of); ok && reference(r.own, to) == id {
			found = append(found, r)
		}
	}
	return found
}

// An account is what the API knows of a tenant and does not list.
type account struct {
	password, resetToken string
	preferences          members // those that the tenant has set
	delinquency          members
	ineligible           bool
}

// account returns a tenant's account.
func (f *facility) account(tenant *record) *account {
	a := f.accounts[tenant.id]
	if a == nil {
		a = &account{preferences: members{}, delinquency: members{
			"gate_lockout_complete": false, "overlock_complete": false, "cut_lock_complete": false, "lien_complete": false, "auction_complete": false,
		}}
		if f.signsIn(tenant) {
			a.password = Password
		}
		f.accounts[tenant.id] = a
	}
	return a
}

// signsIn reports whether a tenant has a portal account.
func (f *facility) signsIn(tenant *record) bool {
	if a := f.accounts[tenant.id]; a != nil {
		return a.password != ""
	}
	return tenant.k >= 0 && f.hasAccount(tenant.k)
}

// hasAccount reports whether a tenant of the portfolio has a portal account from the
// start.
func (f *facility) hasAccount(k int) bool { return k%3 == 1 }

// stamp returns a time as the API writes it.
func stamp(t time.Time) string { return t.In(zone).Format("2006-01-02T15:04:05.000-07:00") }

// zone is the facilities' time zone.
var zone = time.FixedZone("", -10*60*60)

// day returns the day of a time at the facility.
func day(t time.Time) string { return t.In(zone).Format(time.DateOnly) }
