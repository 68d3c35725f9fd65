package leasefindtest

import (
	"maps"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// Add adds records, such as a leasefind.Lease or a pointer to one: searches and writes
// treat them like all others. A record with the identifier of an old one replaces it.
// Add works for communities, persons, tenants, units, leases, listings and tasks; it
// panics for other values and for records without an identifier.
//
// What a record belongs to is taken from it: a lease belongs to the group of its unit,
// a listing likewise, and a task to its GroupID. A record without such a
// reference, also a person or a unit, belongs to the first group; see [Server.AddTo]. A
// server without groups gets one, "group-0".
func (s *Server) Add(records ...any) { s.add("Add", "", records) }

// AddTo is [Server.Add] for records of the group with an identifier. It panics if there
// is no such group.
func (s *Server) AddTo(group string, records ...any) { s.add("AddTo", group, records) }

func (s *Server) add(method, group string, records []any) {
	defer s.store.write()()
	if _, ok := s.store.communities.get(group); group != "" && !ok {
		panic("leasefindtest: AddTo: there is no group " + group)
	}
	for _, record := range records {
		t, into := s.typed(method, record)
		t.NeedID()
		into.put(t.ID, s.store.seeded(t, into, group))
	}
}

// seeded returns what a record of a test holds.
func (st *store) seeded(t fakeserver.Typed, into *table, group string) value {
	v := value{m: members{}}
	if err := json.Unmarshal(t.JSON(), &v.m, exactly); err != nil {
		panic("leasefindtest: the record is not JSON: " + err.Error()) // Typed made it
	}
	switch into {
	case st.communities:
		v.groups = []string{t.ID}
		return v
	case st.leases, st.listings:
		v.unit = text(v.m["unit_id"])
		if u, ok := st.units.get(v.unit); ok && group == "" {
			v.groups = u.groups
		}
		tenants, _ := v.m["tenants"].([]any)
		for _, tenant := range tenants {
			if m, ok := tenant.(members); ok {
				v.people = append(v.people, text(m["identifier"]))
			}
		}
		delete(v.m, "tenants")
	case st.tasks:
		if id := text(v.m["portfolio_id"]); id != "" && group == "" {
			v.groups = []string{id}
		}
	}
	switch {
	case group != "":
		v.groups = []string{group}
	case v.groups == nil:
		v.groups = []string{st.firstGroup()}
	}
	return v
}

// firstGroup returns the first group, and adds one if there is none.
func (st *store) firstGroup() string {
	if first, ok := st.communities.first(func(row) bool { return true }); ok {
		return first.id
	}
	return st.group("group-0")
}

// Update replaces the record with the identifier of the given one, which stays in its
// groups, and reports whether there was one.
func (s *Server) Update(changed any) bool {
	defer s.store.write()()
	t, in := s.typed("Update", changed)
	old, ok := in.get(t.ID)
	if !ok {
		return false
	}
	v := s.store.seeded(t, in, "")
	v.groups = old.groups
	in.put(t.ID, v)
	return true
}

// Remove removes the record of the given type with its identifier, as in
// Remove(leasefind.Lease{Identifier: id}), and reports whether there was one.
func (s *Server) Remove(record any) bool {
	defer s.store.write()()
	t, from := s.typed("Remove", record)
	return from.remove(t.ID)
}

// Get sets the record that a pointer points to from the one with its identifier, and
// reports whether there is one:
//
//	lease := leasefind.Lease{Identifier: id}
//	found := server.Get(&lease)
//
// The record is as a search returns it. A task, which no search returns, is as events
// have it, and a listing also has the members that only a creation returns.
func (s *Server) Get(record any) bool {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	t, from := s.typed("Get", record)
	r, ok := from.get(t.ID)
	if ok {
		t.Decode(s.shown(from, r))
	}
	return ok
}

func (s *Server) shown(from *table, r row) jsontext.Value {
	switch from {
	case s.store.communities:
		return s.community(r)
	case s.store.persons:
		return person(r)
	case s.store.units:
		return s.unit(r)
	case s.store.leases:
		return s.lease(r)
	case s.store.listings:
		m := maps.Clone(r.m)
		m["unit_id"] = r.unit
		return render(m, listingOrder)
	}
	return render(r.m, taskOrder)
}

// IDs returns the identifiers of all records of a model, such as leasefind.Unit{}, in
// the order of searches.
func (s *Server) IDs(model any) []string {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	_, in := s.typed("IDs", model)
	return in.ids()
}

// typed returns a record and the table of its model.
func (s *Server) typed(method string, record any) (fakeserver.Typed, *table) {
	t := fakeserver.NewTyped("leasefindtest: "+method, "github.com/tenantry/tenantry-go/leasefind", record, "Identifier", "CommunityID", "ID")
	tables := map[string]*table{
		"Community": s.store.communities, "Person": s.store.persons, "Tenant": s.store.persons, "Unit": s.store.units, "Lease": s.store.leases,
		"Listing": s.store.listings, "Task": s.store.tasks,
	}
	in, ok := tables[t.Model]
	if !ok {
		t.Refuse()
	}
	return t, in
}

// AddTenant adds a tenant, with a lease of the first unit. Names are those of the API's
// fields. It returns the tenant's identifier.
func (s *Server) AddTenant(fields map[string]any) string {
	defer s.store.write()()
	st := s.store
	unit, ok := st.units.first(func(row) bool { return true })
	if !ok {
		r := st.units.put("unit-added", value{m: members{"external_ref": "x-unit-added", "address": members{}}, groups: []string{st.firstGroup()}})
		unit = row{r, r.v}
	}
	m := members{}
	for name, v := range fields {
		m[name] = v
	}
	id, ok := fields["identifier"].(string)
	if !ok {
		id = st.nextID("tenant")
	}
	st.persons.put(id, value{m: m, groups: unit.groups})
	st.leases.put(st.nextID("lease"), value{m: members{}, groups: unit.groups, unit: unit.id, people: []string{id}})
	return id
}

// RemoveTenant removes a tenant and reports whether there was one.
func (s *Server) RemoveTenant(id string) bool {
	defer s.store.write()()
	return s.store.persons.remove(id)
}

// TenantIDs returns the identifiers of all people, in the order of searches.
func (s *Server) TenantIDs() []string { return s.allIDs(s.store.persons) }

// LeaseIDs returns the identifiers of all leases, in the order of searches.
func (s *Server) LeaseIDs() []string { return s.allIDs(s.store.leases) }

// UnitIDs returns the identifiers of all units, in the order of searches.
func (s *Server) UnitIDs() []string { return s.allIDs(s.store.units) }

func (s *Server) allIDs(of *table) []string {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	return of.ids()
}
