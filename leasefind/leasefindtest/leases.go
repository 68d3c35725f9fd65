package leasefindtest

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

const pageSize = 100

func (s *Server) leaseRoutes() []fakeserver.Route {
	return []fakeserver.Route{
		{Operation: "tenants.find", Method: http.MethodPost, Path: "/leases/tenants/", Handle: s.findTenants},
		{Operation: "leases.find", Method: http.MethodGet, Path: "/leases/", Handle: s.findLeases},
		{Operation: "leases.find-for-tenant", Method: http.MethodPost, Path: "/leases/find-for-tenant/", Handle: s.findForTenant},
		{Operation: "leases.save", Method: http.MethodPost, Path: "/leases/create/", Handle: s.saveLease},
	}
}

func (s *Server) findTenants(r *fakeserver.Request) fakeserver.Response {
	m, no := search(r, shape{
		"identifier": aText, "min_move_in_date": aDate, "max_move_in_date": aDate, "group_id": aText, "group_external_ref": aText, "address": object(addressShape),
	})
	if no == nil && m["group_id"] != nil && m["group_external_ref"] != nil {
		no = bothGroups()
	}
	if no != nil {
		return *no
	}
	st := s.store
	st.mu.RLock()
	defer st.mu.RUnlock()
	groups := st.scopeOf(m)
	place, _ := m["address"].(members)
	wanted := func(l row) bool {
		moveIn := text(l.m["move_in_date"])
		lowest, highest := text(m["min_move_in_date"]), text(m["max_move_in_date"])
		return groups.has(l.groups) && (m["identifier"] == nil || l.id == m["identifier"]) && (lowest == "" || moveIn >= lowest) &&
			(highest == "" || moveIn != "" && moveIn <= highest) && (place == nil || within(st.addressOf(l), place))
	}
	people := filter(st.persons.after(after(m)), func(p row) bool { return slices.ContainsFunc(st.leasesOf(p.id), wanted) })
	if id, ok := m["identifier"]; ok { // the lease tells who
		l, _ := st.leases.get(text(id))
		people = func(yield func(row) bool) {
			var tenants []row
			for _, id := range l.people {
				if p, ok := st.persons.get(id); ok && p.seq > after(m) && wanted(l) {
					tenants = append(tenants, p)
				}
			}
			slices.SortFunc(tenants, func(a, b row) int { return a.seq - b.seq })
			slices.Values(tenants)(yield)
		}
	}
	page, last := take(people, pageSize)
	if len(page) == 0 {
		return notFound()
	}
	return fakeserver.JSON(http.StatusOK, members{"tenants": rendered(page, person), "last_id": last})
}

// scopeOf returns the scope of a search by one group or none.
func (st *store) scopeOf(m members) scope {
	var ids, refs []string
	if id := m["group_id"]; id != nil {
		ids = []string{text(id)}
	}
	if ref := m["group_external_ref"]; ref != nil {
		refs = []string{text(ref)}
	}
	return st.scope(ids, refs)
}

// addressOf returns the address of a lease's unit.
func (st *store) addressOf(l row) any {
	if u, ok := st.units.get(l.unit); ok {
		return u.m["address"]
	}
	return l.m["address"]
}

var leaseQuery = []string{"identifier", "start_date", "end_date", "move_in_date", "group_ids", "group_external_refs", "unit_external_ref", "unit_identifier"}

func (s *Server) findLeases(r *fakeserver.Request) fakeserver.Response {
	q := r.Query
	place, searched := members{}, false
	for name, values := range q {
		part, isAddress := strings.CutPrefix(name, "address[")
		part, isAddress2 := strings.CutSuffix(part, "]")
		switch {
		case len(values) != 1 || values[0] == "":
			return *invalid("The parameter " + name + " is empty or repeated.")
		case isAddress && isAddress2 && addressShape[part] != nil:
			place[part] = values[0]
			searched = true
		case slices.Contains(leaseQuery, name):
			searched = true
			if strings.HasSuffix(name, "_date") && !isDate(values[0]) {
				return *invalid("The parameter " + name + " is not YYYY-MM-DD.")
			}
		case name != "after_id" && name != "offset" && name != "limit":
			return *invalid("There is no parameter " + name + ".")
		}
	}
	if !searched {
		return *refused("no_search_parameters", "No search parameters were given.")
	}
	if q.Has("group_ids") && q.Has("group_external_refs") {
		return *bothGroups()
	}
	limit, offset, from := pageSize, 0, 1
	for name, into := range map[string]*int{"limit": &limit, "offset": &offset} {
		if !q.Has(name) {
			continue
		}
		n, err := strconv.Atoi(q.Get(name))
		if err != nil || n < 0 || name == "limit" && (n < 1 || n > pageSize) {
			return *invalid("The parameter " + name + " is out of range.")
		}
		*into = n
	}
	if q.Has("after_id") {
		b, err := base64.RawURLEncoding.DecodeString(q.Get("after_id"))
		n, convErr := strconv.Atoi(strings.TrimPrefix(string(b), "lease:"))
		if err != nil || convErr != nil {
			return *invalid("The parameter after_id is not a cursor.")
		}
		from = n
	}
	st := s.store
	st.mu.RLock()
	defer st.mu.RUnlock()
	groups := st.scope(commas(q.Get("group_ids")), commas(q.Get("group_external_refs")))
	unitRef, unitID := q.Get("unit_external_ref"), q.Get("unit_identifier")
	wanted := func(l row) bool {
		for _, name := range []string{"identifier", "start_date", "end_date", "move_in_date"} {
			if q.Has(name) && l.m[name] != q.Get(name) {
				return false
			}
		}
		return groups.has(l.groups) && (unitID == "" || l.unit == unitID) && (unitRef == "" || st.refOf(l) == unitRef) &&
			(len(place) == 0 || within(st.addressOf(l), place))
	}
	selection := maps.Clone(q)
	for _, name := range []string{"after_id", "offset", "limit"} {
		delete(selection, name)
	}
	total := st.count(selection.Encode(), filter(st.leases.after(0), wanted))
	if total == 0 {
		return notFound()
	}
	rows := filter(st.leases.after(from), wanted)
	if offset > 0 {
		skipped, all := 0, filter(st.leases.after(0), wanted)
		rows = filter(all, func(l row) bool { skipped++; return skipped > offset && l.seq > from })
	}
	page, last := take(rows, limit)
	pagination := members{"count": total, "next_cursor": nil, "previous_cursor": nil}
	if last >= 0 {
		pagination["next_cursor"] = base64.RawURLEncoding.EncodeToString([]byte("lease:" + strconv.Itoa(last)))
	}
	name := "leases"
	if s.o.table {
		name = "data"
	}
	return fakeserver.JSON(http.StatusOK, members{name: rendered(page, s.lease), "pagination": pagination})
}

// commas splits a list of a query; "" is nil.
func commas(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// refOf returns the external reference of a lease's unit.
func (st *store) refOf(l row) string {
	u, _ := st.units.get(l.unit)
	return text(u.m["external_ref"])
}

// hiddenOfLeases are the members of leases that only events show.
var hiddenOfLeases = []string{"notice_given", "notice_date", "move_out_date_requested"}

// lease renders a lease as a search for leases does.
func (s *Server) lease(l row) jsontext.Value {
	m := maps.Clone(l.m)
	ref := "unit_external_ref"
	if s.o.table {
		ref = "unit_external_reference"
	}
	if u, ok := s.store.units.get(l.unit); ok {
		m["unit_id"], m[ref], m["address"] = u.id, u.m["external_ref"], u.m["address"]
	}
	tenants := []members{}
	for _, id := range l.people {
		if p, ok := s.store.persons.get(id); ok {
			tenants = append(tenants, members{"tenant_id": p.id, "tenant_external_ref": p.m["external_ref"]})
		}
	}
	m["tenants"] = tenants
	return render(m, leaseOrder, hiddenOfLeases...)
}

// leaseForTenant renders a lease as a search for a tenant's leases does.
func (s *Server) leaseForTenant(l row) jsontext.Value {
	m := maps.Clone(l.m)
	delete(m, "landlord_id")
	if u, ok := s.store.units.get(l.unit); ok {
		m["unit_id"], m["unit_external_ref"], m["unit_number"], m["address"] = u.id, u.m["external_ref"], u.m["unit_number"], u.m["address"]
	}
	tenants := []members{}
	for _, id := range l.people {
		p, ok := s.store.persons.get(id)
		switch {
		case !ok:
		case s.o.table:
			tenants = append(tenants, members{"tenant_id": p.id, "tenant_external_ref": p.m["external_ref"]})
		default:
			group := ""
			if len(p.groups) > 0 {
				group = p.groups[0]
			}
			tenants = append(tenants, members{
				"identifier": p.id, "external_ref": p.m["external_ref"], "email_address": p.m["email_address"], "phone_number": p.m["phone_number"],
				"active": s.active(l), "group": group,
			})
		}
	}
	m["tenants"] = tenants
	return render(m, leaseOrder, hiddenOfLeases...)
}

// active reports whether a lease started before today and ends after today.
func (s *Server) active(l row) bool {
	today, start, end := s.today(), text(l.m["start_date"]), text(l.m["end_date"])
	return start != "" && start < today && (end == "" || end > today)
}

func (s *Server) findForTenant(r *fakeserver.Request) fakeserver.Response {
	m, no := search(r, shape{
		"identifier": aText, "external_ref": aText, "group_id": aText, "group_external_ref": aText, "email_address": aText, "phone_number": aText, "active": aBool,
	})
	if no != nil {
		return *no
	}
	switch {
	case m["group_id"] != nil && m["group_external_ref"] != nil:
		return *bothGroups()
	case m["external_ref"] != nil && m["group_id"] == nil && m["group_external_ref"] == nil:
		return *refused("both_group_identifiers_provided", "An external_ref needs a group_id or a group_external_ref.")
	case m["identifier"] == nil && m["external_ref"] == nil && m["email_address"] == nil && m["phone_number"] == nil:
		return *refused("no_tenant_information", "Nothing was given to find the tenant by.")
	}
	st := s.store
	st.mu.RLock()
	defer st.mu.RUnlock()
	groups := st.scopeOf(m)
	people := st.persons.after(0)
	if id := m["identifier"]; id != nil {
		p, ok := st.persons.get(text(id))
		people = func(yield func(row) bool) { _ = ok && yield(p) }
	}
	var leases []row
	for p := range people {
		if !groups.has(p.groups) || slices.ContainsFunc([]string{"external_ref", "email_address", "phone_number"}, func(name string) bool {
			return m[name] != nil && p.m[name] != m[name]
		}) {
			continue
		}
		for _, l := range st.leasesOf(p.id) {
			if l.seq > after(m) && (m["active"] != true || s.active(l)) {
				leases = append(leases, l)
			}
		}
	}
	slices.SortFunc(leases, func(a, b row) int { return a.seq - b.seq })
	leases = slices.CompactFunc(leases, func(a, b row) bool { return a.seq == b.seq })
	page, last := take(slices.Values(leases), pageSize)
	resp := members{"leases": rendered(page, s.leaseForTenant)}
	if last >= 0 || s.o.table {
		resp["last_id"] = last // the example has none at the end
	}
	return fakeserver.JSON(http.StatusOK, resp)
}

// saveLease changes the lease with the identifier that it is given. If there is none, it
// adds a lease, with an identifier of its own.
func (s *Server) saveLease(r *fakeserver.Request) fakeserver.Response {
	m, no := body(r, shape{
		"lease": object(shape{
			"identifier": aText, "start_date": aDate, "end_date": aDate, "move_in_date": aDate, "unit_id": aText, "unit_external_ref": aText, "is_furnished": aBool,
			"minimum_days_notice": anInt, "deposit": aNumber, "rent": aNumber,
		}),
		"tenants": list(object(personShape)),
	}, "lease")
	if no != nil {
		return *no
	}
	written, _ := m["lease"].(members)
	id, ref := text(written["unit_id"]), text(written["unit_external_ref"])
	if id == "" && ref == "" {
		return *refused("no_unit", "The lease names no unit.")
	}
	st := s.store
	defer st.write()()
	all := st.scope(nil, nil)
	unit, ok := st.units.get(id)
	if id == "" {
		unit, ok = st.units.first(func(r row) bool { return r.m["external_ref"] == ref && all.has(r.groups) })
	}
	if !ok || !all.has(unit.groups) {
		return *refused("unit_not_found", "The lease's unit does not exist.")
	}
	lease, ok := st.leases.get(text(written["identifier"]))
	if !ok {
		lease.record = st.leases.put("", value{m: members{
			"landlord_id": nil, "start_date": nil, "end_date": nil, "move_in_date": nil, "is_furnished": nil, "minimum_days_notice": nil, "deposit": nil, "rent": nil,
			"notice_given": false, "notice_date": nil, "move_out_date_requested": nil,
		}})
	}
	people := st.saveTenants(m["tenants"], unit.groups)
	lease = st.leases.change(lease.record, func(v *value) {
		v.unit, v.groups = unit.id, unit.groups
		for name, set := range written {
			if name != "identifier" && name != "unit_id" && name != "unit_external_ref" {
				v.m[name] = set
			}
		}
		for _, id := range people {
			if !slices.Contains(v.people, id) {
				v.people = append(v.people, id)
			}
		}
	})
	s.leaseChanged(s.Now(), lease)
	return fakeserver.JSON(http.StatusOK, members{"success": true, "lease": lease.id})
}

// saveTenants finds or adds the tenants of a lease, by the rules for persons.
func (st *store) saveTenants(written any, groups []string) (ids []string) {
	all, _ := written.([]any)
	items := make([]members, len(all))
	for i := range all {
		items[i], _ = all[i].(members)
	}
	known := st.candidates(items)
	for _, item := range items {
		p, ok := known.find(item, st.scope(groups, nil))
		if ok {
			st.persons.change(p.record, func(v *value) { maps.Copy(v.m, item) })
		} else {
			p = st.newPerson(item, groups)
		}
		known.add(p.id)
		ids = append(ids, p.id)
	}
	return ids
}
