package supergoodtest

import (
	"fmt"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// Add adds records, such as a supergood.Property or a pointer to one. Lists, filters and
// creates treat them like all others. A record with the ID of an old one replaces it.
// Add works for properties, and for the units, leases and work orders of the first
// property; see [Server.At] for those of others. A lease appears among the leases of
// its unit. Add panics for other values and for records without an ID.
func (s *Server) Add(records ...any) { s.At("").Add(records...) }

// Update replaces the record with the ID of the given one, and reports whether there
// was one. Units are looked for in the first property; see [Server.At].
func (s *Server) Update(changed any) bool { return s.At("").Update(changed) }

// Remove removes the record of the given type with its ID, as in
// Remove(supergood.Property{ID: id}), and reports whether there was one. A cursor that
// names it still works. Units are looked for in the first property; see [Server.At].
func (s *Server) Remove(record any) bool { return s.At("").Remove(record) }

// Get sets the record that a pointer points to from the one with its ID, and reports
// whether there is one. Units are looked for in the first property; see [Server.At].
//
//	lease := supergood.Lease{ID: id}
//	found := server.Get(&lease)
func (s *Server) Get(record any) bool { return s.At("").Get(record) }

// Records are the records of one property. [Server.At] returns them.
type Records struct {
	s        *Server
	property string
}

// At returns the records of the property with an ID, for Add, Update, Remove and Get:
//
//	server.Add(supergood.Property{ID: "p1"})
//	server.At("p1").Add(supergood.Unit{ID: "u1"}, supergood.Unit{ID: "u2"})
func (s *Server) At(propertyID string) Records { return Records{s, propertyID} }

// Add adds records to the property, like [Server.Add]. It panics if there is no such
// property.
func (r Records) Add(records ...any) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	for _, one := range records {
		t, table, property := r.typed("Add", one)
		t.NeedID()
		table.Put(fakeserver.Natural(t.ID), record{t.ID, property, t.JSON()})
	}
}

// Update replaces a record of the property, like [Server.Update].
func (r Records) Update(changed any) bool {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	t, table, _ := r.typed("Update", changed)
	return table.Change(fakeserver.Natural(t.ID), func(old record) record { return record{t.ID, old.property, t.JSON()} })
}

// Remove removes a record of the property, like [Server.Remove].
func (r Records) Remove(removed any) bool {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	t, table, _ := r.typed("Remove", removed)
	if !table.Remove(fakeserver.Natural(t.ID)) {
		return false
	}
	r.s.removed[t.ID] = true
	if t.Model == "Property" {
		r.s.units[t.ID] = newTable() // for a property of the same ID
	}
	return true
}

// Get reads a record of the property, like [Server.Get].
func (r Records) Get(into any) bool {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	t, table, property := r.typed("Get", into)
	found, ok := find(table, t.ID)
	if ok && t.Model == "Unit" {
		found.json = r.s.withLeases(property, found)
	}
	if ok {
		t.Decode(found.json)
	}
	return ok
}

// typed returns a record, the table of its model, and the property. s.mu is held.
func (r Records) typed(method string, record any) (fakeserver.Typed, table, string) {
	t := fakeserver.NewTyped("supergoodtest: "+method, "github.com/tenantry/tenantry-go/supergood", record, "ID")
	if t.Model == "Property" {
		return t, r.s.properties, ""
	}
	property := r.property
	if first, n := r.s.properties.Page(0, 1); property == "" && n > 0 {
		property = first[0].id
	}
	units := r.s.unitsOf(property)
	if units == nil {
		panic(fmt.Sprintf("supergoodtest: %s: there is no property %q; add it first", method, property))
	}
	switch t.Model {
	case "Unit":
		r.s.units[property] = units
		return t, units, property
	case "Lease":
		return t, r.s.leases, property
	case "WorkOrder":
		return t, r.s.workOrders, property
	}
	t.Refuse()
	return t, nil, ""
}
