// Package portfolio makes up the properties, units, leases and people that all
// fake servers share. The same seed, size and day give the same portfolio, so
// that a person who rents in one fake is the same person in another.
//
// Records are computed from their index when they are asked for and are not kept:
// a portfolio of any size costs nothing until a fake reads it. Only what [Portfolio.Live]
// changes takes memory.
package portfolio

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Portfolio is a set of properties with their units, leases and people. It is safe
// for concurrent use.
type Portfolio struct {
	seed             uint64
	today            time.Time // midnight UTC
	properties       int
	unitsPerProperty int
	units            int
	people           int // as of the first day
	memo             memo

	mu      sync.RWMutex
	changed map[int][]Lease // the leases of units that Live changed, by unit
	leases  []place         // those that Live added
	arrived []Person        // the people that Live added
}

// A place is where a lease is found: the unit and the position in its history.
type place struct{ unit, k int }

// New returns a portfolio as of the day of today. It computes nothing yet.
func New(seed uint64, properties, unitsPerProperty int, today time.Time) *Portfolio {
	properties, unitsPerProperty = max(properties, 0), max(unitsPerProperty, 0)
	units := properties * unitsPerProperty
	return &Portfolio{
		seed: seed, today: today.UTC().Truncate(day), properties: properties, unitsPerProperty: unitsPerProperty, units: units,
		people: before(peopleBefore, units), changed: make(map[int][]Lease),
	}
}

// ForPeople returns a portfolio of n people, in properties of 40 units. The last
// property may have fewer, and the last unit may lack people.
func ForPeople(seed uint64, n int, today time.Time) *Portfolio {
	const units = 2 * len(cycle)
	p := New(seed, 0, units, today)
	p.people = max(n, 0)
	all := peopleBefore[len(cycle)]
	p.units = p.people/all*len(cycle) + sort.SearchInts(peopleBefore[:], p.people%all)
	p.properties = (p.units + units - 1) / units
	return p
}

const day = 24 * time.Hour

// Property is a building or a group of them.
type Property struct {
	Index                     int
	Number                    string // in the property management system
	Name                      string
	Street, City, State, Zip  string
	Latitude, Longitude       float64
	Units                     int
	Built                     int // the year
	Phone, Email, ManagerName string
}

// Unit is an apartment, or whatever else is let.
type Unit struct {
	Index, Property     int
	Number              string // as on the door, such as "B-204"
	Building, Floor     string
	Bedrooms, FullBaths int
	HalfBaths           int
	SquareFeet          int
	MarketRent          int // in cents
	Furnished           bool
	Street              string
	PropertyName        string
	City, State, Zip    string
	Latitude, Longitude float64
	ReadyOn             time.Time // when it can be moved into, if vacant
	Amenities           []string
	Passphrase          string // of its Wi-Fi
	Passcode            string // of its door or gate
	Code                string // its number in the property management system
	PropertyNumber      string // that of its property
}

// Role is a person's part in a lease.
type Role int

// The roles of people.
const (
	Primary Role = iota
	Roommate
	Guarantor
)

// Tenant is a person's part in a lease.
type Tenant struct {
	Person int
	Role   Role
}

// Status is what a lease is on some day.
type Status int

// The statuses of leases.
const (
	Future  Status = iota // not moved in yet
	Current               // moved in
	Notice                // moved in, and going to move out
	Past                  // moved out
)

// Lease is a contract about a unit. Dates are midnights UTC; a zero date means
// that there is none.
type Lease struct {
	Index, Unit   int
	Number        string // in the property management system
	Start, End    time.Time
	MoveIn        time.Time
	MoveOut       time.Time
	NoticeOn      time.Time
	Signed        time.Time
	MonthToMonth  bool
	Renewal       bool // of the lease before it
	Rent, Deposit int  // in cents
	Balance       int  // in cents; what the tenants owe, or less than 0 for a credit
	PaidOn        time.Time
	Tenants       []Tenant
	Changed       time.Time // when it was changed last, apart from moves
}

// Status returns the status of a lease at a time.
func (l *Lease) Status(now time.Time) Status {
	switch {
	case now.Before(l.MoveIn):
		return Future
	case !l.MoveOut.IsZero() && !now.Before(l.MoveOut):
		return Past
	case !l.NoticeOn.IsZero() && !now.Before(l.NoticeOn):
		return Notice
	}
	return Current
}

// ChangedBy returns when the lease was changed last before a time: by a move, or by
// anything else.
func (l *Lease) ChangedBy(now time.Time) time.Time {
	at := l.Changed
	for _, move := range []time.Time{l.MoveIn, l.NoticeOn, l.MoveOut} {
		if move.After(at) && !move.After(now) {
			at = move
		}
	}
	return at
}

// Primary returns the index of the person who signed first.
func (l *Lease) Primary() int { return l.Tenants[0].Person }

// Person is a tenant, a roommate or a guarantor.
type Person struct {
	Index, Unit         int
	Number              string // in the property management system
	First, Middle, Last string
	Email               string
	Phone               string // ten digits
	Born                time.Time
	Since               time.Time // when the system first knew of them
	Role                Role      // in their first lease
}

// random returns the source of one record's random values.
func (p *Portfolio) random(kind string, i int) *rand.Rand {
	h := uint64(1469598103934665603)
	for _, b := range []byte(kind) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return rand.New(rand.NewPCG(p.seed, h+uint64(i)*0x9e3779b97f4a7c15)) //nolint:gosec // no secret
}

// Dirt returns a source of random values for a share of the records of a kind, and
// nil for the others.
func (p *Portfolio) Dirt(kind string, i int, share float64) *rand.Rand {
	r := p.random("dirt of "+kind, i)
	if r.Float64() >= share {
		return nil
	}
	return r
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// between returns a number from low to high.
func between(r *rand.Rand, low, high int) int { return low + r.IntN(high-low+1) }

// Today is the day that the portfolio starts with.
func (p *Portfolio) Today() time.Time { return p.today }

// Properties returns the number of properties.
func (p *Portfolio) Properties() int { return p.properties }

// Units returns the number of units.
func (p *Portfolio) Units() int { return p.units }

// UnitsPerProperty returns the number of units of each property.
func (p *Portfolio) UnitsPerProperty() int { return p.unitsPerProperty }

// Leases returns the number of leases, past and future ones included.
func (p *Portfolio) Leases() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.baseLeases() + len(p.leases)
}

// People returns the number of people.
func (p *Portfolio) People() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.basePeople() + len(p.arrived)
}

func (p *Portfolio) baseLeases() int {
	if p.units == 0 {
		return 0
	}
	return before(leasesBefore, p.units-1) + len(p.slots(p.units-1))
}

func (p *Portfolio) basePeople() int { return p.people }

// FirstPerson and FirstLease return the index of the first person or lease of a
// unit, or of the units after it. Those that Live adds come after all others.
func (p *Portfolio) FirstPerson(unit int) int { return min(before(peopleBefore, unit), p.people) }

// FirstLease is like FirstPerson.
func (p *Portfolio) FirstLease(unit int) int { return min(before(leasesBefore, unit), p.baseLeases()) }

// Added returns the indices from which on leases and people were added by Live.
func (p *Portfolio) Added() (leases, people int) { return p.baseLeases(), p.basePeople() }

// PropertyNumber returns the Number of the property with an index.
func PropertyNumber(i int) string { return strconv.Itoa(100 + i) }

// UnitCode returns the Code of the unit with an index.
func UnitCode(i int) string { return strconv.Itoa(20_000 + i) }

// Before counts the leases and the people of the units before the given one, as of
// the first day. Their indices come before those of the unit.
func (p *Portfolio) Before(unit int) (leases, people int) {
	return before(leasesBefore, unit), before(peopleBefore, unit)
}

// Property returns a property by its index.
func (p *Portfolio) Property(i int) Property {
	r := p.random("property", i)
	city := pick(r, cities)
	manager := pick(r, givenNames) + " " + pick(r, surnames)
	return Property{
		Index: i, Number: PropertyNumber(i), Name: pick(r, propertyNames) + " " + pick(r, propertyKinds), Units: min(p.unitsPerProperty, p.units-i*p.unitsPerProperty),
		Street: fmt.Sprintf("%d %s", between(r, 1, 9899), pick(r, streets)), City: city.name, State: city.state, Zip: city.zip,
		Latitude: city.latitude + float64(r.IntN(1000))/1e4, Longitude: city.longitude + float64(r.IntN(1000))/1e4, Built: between(r, 1962, 2024),
		Phone: fmt.Sprintf("%d5550%03d", 201+i%790, i%1000), Email: fmt.Sprintf("office%d@example.com", i), ManagerName: manager,
	}
}

// Unit returns a unit by its index. The units of a property follow each other.
func (p *Portfolio) Unit(i int) Unit { return p.memo.get(p, i).unit }

func (p *Portfolio) makeUnit(i int) Unit {
	property := p.Property(i / p.unitsPerProperty)
	n := i % p.unitsPerProperty
	r := p.random("unit", i)
	floor := 1 + n/8%9
	building := string(rune('A' + n/72%26))
	bedrooms := r.IntN(4)
	squareFeet := 420 + 260*bedrooms + r.IntN(180)
	u := Unit{
		Index: i, Property: property.Index, Building: building, Floor: strconv.Itoa(floor), Number: fmt.Sprintf("%s%d%02d", building, floor, 1+n%8),
		Bedrooms: bedrooms, FullBaths: 1 + bedrooms/2, HalfBaths: r.IntN(2), SquareFeet: squareFeet, MarketRent: (squareFeet*185/500*500 + r.IntN(20)*500),
		Furnished: r.IntN(12) == 0, Street: property.Street, PropertyName: property.Name, City: property.City, State: property.State, Zip: property.Zip,
		Latitude: property.Latitude, Longitude: property.Longitude, Passphrase: fmt.Sprintf("%s-%s-%04d", pick(r, words), pick(r, words), r.IntN(10000)),
		Passcode: fmt.Sprintf("%06d", r.IntN(1_000_000)), Code: UnitCode(i), PropertyNumber: property.Number,
		ReadyOn: p.today.AddDate(0, 0, between(r, -20, 15)),
	}
	if n >= 72*26 {
		u.Number += "-" + strconv.Itoa(n/(72*26))
	}
	for _, a := range amenities {
		if r.IntN(3) == 0 {
			u.Amenities = append(u.Amenities, a)
		}
	}
	return u
}

// UnitLeases returns the leases of a unit, the oldest first.
func (p *Portfolio) UnitLeases(unit int) []Lease {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.unitLeases(unit)
}

// unitLeases is UnitLeases with p.mu held.
func (p *Portfolio) unitLeases(unit int) []Lease {
	if leases, ok := p.changed[unit]; ok {
		return slices.Clone(leases)
	}
	return slices.Clone(p.memo.get(p, unit).history)
}

// Lease returns a lease by its index.
func (p *Portfolio) Lease(i int) Lease {
	p.mu.RLock()
	defer p.mu.RUnlock()
	at := p.placeOf(i)
	return p.unitLeases(at.unit)[at.k]
}

// Person returns a person by their index.
func (p *Portfolio) Person(i int) Person {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.person(i)
}

// person is Person with p.mu held.
func (p *Portfolio) person(i int) Person {
	if n := i - p.basePeople(); n >= 0 {
		return p.arrived[n]
	}
	unit, k := within(peopleBefore, i)
	role := Primary
	for _, slot := range p.slots(unit) {
		if k < len(slot.roles) {
			role = slot.roles[k]
			break
		}
		k -= len(slot.roles)
	}
	q := p.newPerson(i, unit, role)
	q.Since = p.since(i)
	return q
}

// Since returns the Since of a person, without making up the rest.
func (p *Portfolio) Since(i int) time.Time {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.since(i)
}

func (p *Portfolio) since(i int) time.Time {
	if n := i - p.basePeople(); n >= 0 {
		return p.arrived[n].Since
	}
	unit, _ := within(peopleBefore, i)
	for _, l := range p.memo.get(p, unit).history {
		if l.has(i) {
			return l.Signed
		}
	}
	return p.today
}

// has reports whether a person is one of the tenants.
func (l *Lease) has(person int) bool {
	return slices.ContainsFunc(l.Tenants, func(t Tenant) bool { return t.Person == person })
}

// UnitOfPerson and UnitOfLease return the unit that a person or a lease belongs to.
func (p *Portfolio) UnitOfPerson(i int) int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.unitOfPerson(i)
}

func (p *Portfolio) unitOfPerson(i int) int {
	if n := i - p.basePeople(); n >= 0 {
		return p.arrived[n].Unit
	}
	unit, _ := within(peopleBefore, i)
	return unit
}

// UnitOfLease is like UnitOfPerson.
func (p *Portfolio) UnitOfLease(i int) int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.placeOf(i).unit
}

// placeOf returns where a lease is found, with p.mu held.
func (p *Portfolio) placeOf(i int) (at place) {
	if n := i - p.baseLeases(); n >= 0 {
		return p.leases[n]
	}
	at.unit, at.k = within(leasesBefore, i)
	return at
}

// FindPerson returns the index of the person with an email address, in whatever case, or
// with a phone number of ten digits; or -1.
func (p *Portfolio) FindPerson(contact string) int {
	contact = strings.TrimSpace(contact)
	name, _, isEmail := strings.Cut(contact, "@")
	i := -1
	if isEmail {
		if n, err := strconv.Atoi(name[len(strings.TrimRight(name, "0123456789")):]); err == nil {
			i = n
		}
	} else if n, err := strconv.Atoi(contact); err == nil && len(contact) == 10 {
		area, mid, end := n/10_000_000, n/10_000%1000, n%10_000
		i = (mid-210)*7_900_000 + end*790 + area - 201
	}
	if i < 0 || i >= p.People() {
		return -1
	}
	if q := p.Person(i); !strings.EqualFold(q.Email, contact) && q.Phone != contact {
		return -1
	}
	return i
}

// newPerson makes up a person.
func (p *Portfolio) newPerson(i, unit int, role Role) Person {
	r := p.random("person", i)
	family := p.random("family", unit)
	q := Person{
		Index: i, Unit: unit, Number: strconv.Itoa(500_000 + i), Role: role, First: pick(r, givenNames), Last: pick(r, surnames),
		Phone: fmt.Sprintf("%d%d%04d", 201+i%790, 210+i/7_900_000%780, i/790%10000), Born: p.today.AddDate(-between(r, 19, 84), 0, -r.IntN(365)),
		Since: p.today,
	}
	if role == Roommate && family.IntN(2) == 0 {
		q.Last = pick(family, surnames)
	}
	if r.IntN(3) == 0 {
		q.Middle = pick(r, givenNames)
	}
	q.Email = fmt.Sprintf("%s.%s%d@example.com", plain(q.First), plain(q.Last), i)
	return q
}

// PersonLeases returns the leases that a person is a tenant of, the oldest first.
func (p *Portfolio) PersonLeases(i int) []Lease {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return slices.DeleteFunc(p.unitLeases(p.unitOfPerson(i)), func(l Lease) bool { return !l.has(i) })
}
