package leasefindtest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

type members = map[string]any

// A group is what leases and units belong to.
type group struct{ id, externalRef string }

type person struct {
	seq   int // what after-id counts by
	m     members
	group group
}

type unit struct {
	seq     int
	m       members
	address members
	group   group
}

type lease struct {
	seq     int
	m       members
	unit    *unit
	tenants []*person
	active  bool
}

// A store holds the records, each kind in the order of its seq.
type store struct {
	mu     sync.Mutex
	next   int
	people []*person
	units  []*unit
	leases []*lease
}

// newStore begins at 2, since after-id begins at 1.
func newStore() *store { return &store{next: 2} }

func (st *store) seq() int {
	st.next++
	return st.next - 1
}

func (st *store) unit(id, externalRef string) *unit {
	i := slices.IndexFunc(st.units, func(u *unit) bool {
		return id != "" && u.m["identifier"] == id || id == "" && u.m["external_ref"] == externalRef
	})
	if i < 0 {
		return nil
	}
	return st.units[i]
}

func (st *store) lease(id string) *lease {
	i := slices.IndexFunc(st.leases, func(l *lease) bool { return l.m["identifier"] == id })
	if i < 0 {
		return nil
	}
	return st.leases[i]
}

// page is what follows after, up to limit records, and the seq of the last of
// them where more follow, or else -1.
func page[T any](all []T, seq func(T) int, after, limit int) (rest []T, last int) {
	from, found := slices.BinarySearchFunc(all, after, func(r T, after int) int { return cmp.Compare(seq(r), after) })
	if found {
		from++
	}
	rest = all[from:]
	if len(rest) <= limit {
		return rest, -1
	}
	return rest[:limit], seq(rest[limit-1])
}

func filter[T any](all []T, keep func(T) bool) []T {
	var kept []T
	for _, r := range all {
		if keep(r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// text is a member as text, whatever it is.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int:
		return strconv.Itoa(v)
	}
	return ""
}

// within reports whether an address has all that is asked for, letter case
// aside.
func within(address, wanted members) bool {
	for name, want := range wanted {
		if !strings.EqualFold(text(address[name]), text(want)) {
			return false
		}
	}
	return true
}

// render returns a lease as a search does.
func (l *lease) render(tenant func(*person) members) members {
	m := members{}
	for name, v := range l.m {
		m[name] = v
	}
	m["unit_id"], m["unit_number"], m["address"] = l.unit.m["identifier"], l.unit.m["unit_number"], l.unit.address
	ref := "unit_external_ref"
	if l.seq%5 == 0 {
		ref = "unit_external_reference" // the API says both
	}
	m[ref] = l.unit.m["external_ref"]
	tenants := make([]members, len(l.tenants))
	for i, p := range l.tenants {
		tenants[i] = tenant(p)
	}
	m["tenants"] = tenants
	return m
}

// AddTenant adds a tenant, with a lease of the first unit, while a program runs.
// Names are those of the API's fields. It returns the tenant's identifier.
func (s *Server) AddTenant(fields map[string]any) string {
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(st.units) == 0 {
		st.units = append(st.units, &unit{seq: st.seq(), m: members{"identifier": "unit-added", "external_ref": "x-unit-added"}, address: members{}})
	}
	p := &person{seq: st.seq(), m: members{}, group: st.units[0].group}
	id := "tenant-" + strconv.Itoa(p.seq)
	p.m["identifier"] = id
	for name, v := range fields {
		p.m[name] = v
	}
	st.people = append(st.people, p)
	n := st.seq()
	st.leases = append(st.leases, &lease{seq: n, unit: st.units[0], tenants: []*person{p}, active: true, m: members{"identifier": "lease-" + strconv.Itoa(n)}})
	return text(p.m["identifier"])
}

// RemoveTenant takes a tenant away, and reports whether it was there.
func (s *Server) RemoveTenant(id string) bool {
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	is := func(p *person) bool { return p.m["identifier"] == id }
	n := len(st.people)
	st.people = slices.DeleteFunc(st.people, is)
	for _, l := range st.leases {
		l.tenants = slices.DeleteFunc(l.tenants, is)
	}
	return len(st.people) < n
}

// TenantIDs are the identifiers of all tenants, in the order of listings.
func (s *Server) TenantIDs() []string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return identifiers(s.store.people, func(p *person) members { return p.m })
}

// LeaseIDs are the identifiers of all leases, in the order of listings.
func (s *Server) LeaseIDs() []string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return identifiers(s.store.leases, func(l *lease) members { return l.m })
}

// UnitIDs are the identifiers of all units, in the order of listings.
func (s *Server) UnitIDs() []string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return identifiers(s.store.units, func(u *unit) members { return u.m })
}

func identifiers[T any](all []T, m func(T) members) []string {
	ids := make([]string, len(all))
	for i, r := range all {
		ids[i] = text(m(r)["identifier"])
	}
	return ids
}
