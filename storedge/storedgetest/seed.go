package storedgetest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// Add adds records, such as a storedge.Unit or a pointer to one, to the facility that
// the record names in its FacilityID, or else to the server's first. See [Records.Add].
func (s *Server) Add(records ...any) {
	for _, record := range records {
		s.recordsOf("Add", record).Add(record)
	}
}

// AddTo adds records that belong to another, such as the notes of a tenant, to the
// facility that the other one names, or else to the server's first. See
// [Records.AddTo].
func (s *Server) AddTo(parent any, records ...any) {
	s.recordsOf("AddTo", parent).AddTo(parent, records...)
}

// Update replaces the record with the ID of the given one, of any facility, and reports
// whether there was one. See [Records.Update].
func (s *Server) Update(changed any) bool {
	return s.any(func(r Records) bool { return r.Update(changed) })
}

// Remove removes the record of the given type with its ID, of any facility, as in
// Remove(storedge.Unit{ID: id}), and reports whether there was one.
func (s *Server) Remove(record any) bool {
	return s.any(func(r Records) bool { return r.Remove(record) })
}

// Get sets the record that a pointer points to from the one with its ID, of any
// facility, and reports whether there is one:
//
//	ledger := storedge.Ledger{ID: id}
//	found := server.Get(&ledger)
func (s *Server) Get(record any) bool {
	return s.any(func(r Records) bool { return r.Get(record) })
}

// any calls do for each facility until it returns true: first for those that were used
// before, since others are made by it.
func (s *Server) any(do func(Records) bool) bool {
	s.mu.Lock()
	var used, others []string
	for _, e := range s.facilities {
		if e.made != nil {
			used = append(used, e.id)
		} else {
			others = append(others, e.id)
		}
	}
	s.mu.Unlock()
	return slices.ContainsFunc(append(used, others...), func(id string) bool { return do(Records{s, id}) })
}

// recordsOf returns the records of the facility that a record names.
func (s *Server) recordsOf(method string, record any) Records {
	if id := asText(membersOf(typed(method, record))["facility_id"]); id != "" {
		return s.At(id)
	}
	ids := s.FacilityIDs()
	if len(ids) == 0 {
		panic(fmt.Sprintf("storedgetest: %s: the server has no facility", method))
	}
	return Records{s, ids[0]}
}

// Records are the records of one facility. [Server.At] returns them.
type Records struct {
	s        *Server
	facility string
}

// At returns the records of a facility, for Add, Update, Remove and Get:
//
//	server.At("f2").Add(storedge.Unit{ID: "u1"}, storedge.Unit{ID: "u2"})
//
// It panics if there is no such facility.
func (s *Server) At(facilityID string) Records {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Records{s, s.must(facilityID).id}
}

func typed(method string, record any) fakeserver.Typed {
	return fakeserver.NewTyped("storedgetest: "+method, modelPackage, record, "ID")
}

// membersOf returns the members of a record that are set.
func membersOf(t fakeserver.Typed) members {
	m, _ := parse(t.JSON()).(members)
	return m
}

// typed returns a record and the collection of its model. The server is locked.
func (r Records) typed(method string, record any) (fakeserver.Typed, *collection) {
	t := typed(method, record)
	f := r.s.must(r.facility)
	name, ok := collectionOf[t.Model]
	if !ok {
		t.Refuse()
	}
	return t, f.collections[name]
}

// collectionOf are the collections of the models that package storedge lists.
var collectionOf = map[string]string{
	"Tenant": "tenant", "Unit": "unit", "UnitGroup": "unit_group", "Tier": "tier", "UnitGroupTierRate": "unit_group_tier_rate", "Ledger": "ledger", "Invoice": "invoice",
	"RateChange": "rate_change", "Lead": "lead", "PaymentMethod": "payment_method", "Note": "note", "DiscountPlan": "discount_plan", "InvoiceableItem": "invoiceable_item",
	"Document": "document", "MoveInUnitEvent": "move_in", "MoveOut": "move_out", "MoveOutReason": "move_out_reason", "Task": "task", "AccessPoint": "access_point",
	"PaymentIntent": "payment_intent", "DelinquencyEvent": "delinquency_event", "ScheduledAuction": "auction", "ActiveAuction": "auction",
}

// Add adds records, such as a storedge.Unit or a pointer to one, as if the facility
// had made them now: lists, filters, sorts, reads and writes treat them like all others.
// A record with the ID of an old one replaces it. Members that the record leaves empty
// and that follow from other records, such as a unit's status or a tenant's ledgers,
// follow from them. The Tenant and Unit of a ledger or lead need only have an ID; since a
// storedge.Ledger has no Unit, its unit goes into Extra as unit_id:
//
//	records.Add(storedge.Ledger{
//		ID: "l1", Tenant: &storedge.Tenant{ID: "t1"}, CurrentAccountBalance: "20.50",
//		Extra: tenantry.Extra{"unit_id": tenantry.Raw(`"u1"`)},
//	})
//
// Add works for every model that package storedge lists; it panics for other values and
// for records without an ID.
func (r Records) Add(records ...any) {
	for _, record := range records {
		r.add("Add", "", record)
	}
}

// AddTo adds records that belong to another, which need only have its ID: notes and
// payment methods of a storedge.Tenant, invoices and rate changes of a storedge.Ledger,
// documents of a storedge.MoveInUnitEvent.
func (r Records) AddTo(parent any, records ...any) {
	of := typed("AddTo", parent)
	of.NeedID()
	for _, record := range records {
		r.add("AddTo", of.ID, record)
	}
}

func (r Records) add(method, of string, record any) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	t, c := r.typed(method, record)
	t.NeedID()
	if old, ok := c.get(t.ID); ok {
		c.replace(old, t, record)
		return
	}
	own := membersOf(t)
	if c.name == "rate_change" && of == "" {
		of = asText(own["ledger_id"])
	}
	c.f.letAgain(c.add(t.ID, of, own).own)
}

// replace replaces a record. Members that follow from other records still do, unless the
// new ones say otherwise.
func (c *collection) replace(old *record, t fakeserver.Typed, given any) {
	own, shown := c.own(old), c.members(old)
	// As the package's type has it, without null members.
	before := reflect.New(reflect.Indirect(reflect.ValueOf(given)).Type()).Interface()
	typedBefore := typed("Update", before)
	typedBefore.Decode(render(shown, c.model))
	same, next := membersOf(typedBefore), make(members)
	for name, v := range membersOf(t) {
		if _, set := own[name]; set || string(render(v, nil)) != string(render(same[name], nil)) {
			next[name] = v
		}
	}
	c.refer(next)
	for name, v := range own { // what the API does not show, such as a ledger's unit
		_, visible := shown[name]
		_, other := next[strings.TrimSuffix(name, "_id")] // another unit or tenant
		if !visible && !other && next[name] == nil {
			next[name] = v
		}
	}
	delete(next, "id")
	now := *old
	now.own, now.whole, now.changed = next, true, c.f.now()
	c.table.Put(old.id, &now)
	c.f.connect(c, &now)
	c.f.letAgain(own)
	c.f.letAgain(c.own(&now))
}

// Update replaces the record with the ID of the given one, and reports whether there
// was one. Change what [Records.Get] returned:
//
//	unit := storedge.Unit{ID: id}
//	records.Get(&unit)
//	unit.Name = "U101"
//	records.Update(unit)
//
// Members that follow from other records, such as a unit's status, still do if they are
// empty or as they were.
func (r Records) Update(changed any) bool {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	t, c := r.typed("Update", changed)
	old, ok := c.get(t.ID)
	if ok {
		c.replace(old, t, changed)
	}
	return ok
}

// Remove removes the record of the given type with its ID, as in
// Remove(storedge.Unit{ID: id}), and reports whether there was one.
func (r Records) Remove(record any) bool {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	t, c := r.typed("Remove", record)
	old, ok := c.get(t.ID)
	if !ok {
		return false
	}
	own := c.own(old)
	c.table.Remove(t.ID)
	c.f.letAgain(own)
	return true
}

// Get sets the record that a pointer points to from the one with its ID, and reports
// whether there is one.
func (r Records) Get(record any) bool {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	t, c := r.typed("Get", record)
	found, ok := c.get(t.ID)
	if ok {
		t.Decode(render(c.members(found), c.model))
	}
	return ok
}

// IDs returns the IDs of all records of a model, such as storedge.Unit{}, sorted.
func (r Records) IDs(model any) []string {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	_, c := r.typed("IDs", model)
	all := c.all(nil)
	ids := make([]string, len(all))
	for i, record := range all {
		ids[i] = record.id
	}
	return ids
}
