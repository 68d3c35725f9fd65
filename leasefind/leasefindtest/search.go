package leasefindtest

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

const pageSize = 100

// A kind is what a member of a search may be.
type kind int

const (
	aText kind = iota
	aDate
	anInt
	aBool
	aList    // of texts
	anObject // an address
	aCursor  // a number, or a text of digits
)

// fits reports whether a value is of the kind.
func (k kind) fits(v any) bool {
	switch k {
	case aText:
		_, ok := v.(string)
		return ok
	case aDate:
		s, _ := v.(string)
		_, err := time.Parse(time.DateOnly, s)
		return err == nil
	case anInt:
		f, ok := v.(float64)
		return ok && f == float64(int(f))
	case aBool:
		_, ok := v.(bool)
		return ok
	case aList:
		list, ok := v.([]any)
		return ok && len(list) > 0 && !slices.ContainsFunc(list, func(e any) bool { return !aText.fits(e) })
	case anObject:
		_, ok := v.(map[string]any)
		return ok
	case aCursor:
		_, err := strconv.Atoi(text(v))
		return err == nil
	}
	return false
}

// search reads a body that is a search.
func search(r *fakeserver.Request, shape map[string]kind) (members, *fakeserver.Response) {
	m := members{}
	if r.Header.Get("Content-Type") != "application/json" || r.Decode(&m) != nil {
		return nil, invalid("The body is not a JSON object.")
	}
	for name, v := range m {
		k, known := shape[name]
		if !known {
			return nil, invalid("There is no parameter " + name + ".")
		}
		if !k.fits(v) {
			return nil, invalid("The parameter " + name + " is not of its type.")
		}
	}
	return m, nil
}

func after(m members) int {
	n, err := strconv.Atoi(text(m["after-id"]))
	if err != nil {
		return 1
	}
	return n
}

func bothGroups() fakeserver.Response {
	return refuse(http.StatusBadRequest, "both_group_identifiers_provided", "Both a group id and a group external reference were given; give one of them.")
}

func notFound() fakeserver.Response {
	return refuse(http.StatusNotFound, "not_found", "No records match the parameters.")
}

// in reports whether a group is the one asked for; nothing asked for is any.
func (g group) in(id, externalRef string) bool {
	return (id == "" || id == g.id) && (externalRef == "" || externalRef == g.externalRef)
}

func (s *Server) findTenants(r *fakeserver.Request) fakeserver.Response {
	m, refused := search(r, map[string]kind{
		"identifier": aText, "min_move_in_date": aDate, "max_move_in_date": aDate, "group_id": aText, "group_external_ref": aText, "address": anObject, "after-id": aCursor,
	})
	if refused != nil {
		return *refused
	}
	if m["group_id"] != nil && m["group_external_ref"] != nil {
		return bothGroups()
	}
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	wanted := make(map[*person]bool)
	for _, l := range st.leases {
		moveIn := text(l.m["move_in_date"])
		lowest, highest := text(m["min_move_in_date"]), text(m["max_move_in_date"])
		address, _ := m["address"].(map[string]any)
		if id := text(m["identifier"]); id != "" && l.m["identifier"] != id ||
			lowest != "" && moveIn < lowest || highest != "" && (moveIn == "" || moveIn > highest) ||
			!l.unit.group.in(text(m["group_id"]), text(m["group_external_ref"])) || !within(l.unit.address, address) {
			continue
		}
		for _, p := range l.tenants {
			wanted[p] = true
		}
	}
	found := filter(st.people, func(p *person) bool { return wanted[p] })
	rest, last := page(found, func(p *person) int { return p.seq }, after(m), pageSize)
	if len(rest) == 0 {
		return notFound()
	}
	tenants := make([]members, len(rest))
	for i, p := range rest {
		tenants[i] = p.m
	}
	return fakeserver.JSON(http.StatusOK, members{"tenants": tenants, "last_id": last})
}

var leaseQuery = []string{"identifier", "start_date", "end_date", "move_in_date", "group_ids", "group_external_refs", "unit_external_ref", "unit_identifier"}

func (s *Server) findLeases(r *fakeserver.Request) fakeserver.Response {
	q := r.Query
	address, searched := members{}, false
	for name, values := range q {
		part, isAddress := strings.CutPrefix(name, "address[")
		switch {
		case len(values) != 1 || values[0] == "":
			return *invalid("The parameter " + name + " is empty or repeated.")
		case isAddress && strings.HasSuffix(part, "]"):
			address[strings.TrimSuffix(part, "]")] = values[0]
			searched = true
		case slices.Contains(leaseQuery, name):
			searched = true
			if strings.HasSuffix(name, "_date") && !aDate.fits(values[0]) {
				return *invalid("The parameter " + name + " is not YYYY-MM-DD.")
			}
		case name != "after_id" && name != "offset" && name != "limit":
			return *invalid("There is no parameter " + name + ".")
		}
	}
	if !searched {
		return refuse(http.StatusBadRequest, "no_search_parameters", "No search parameters were given.")
	}
	if q.Has("group_ids") && q.Has("group_external_refs") {
		return bothGroups()
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
	st.mu.Lock()
	defer st.mu.Unlock()
	found := filter(st.leases, func(l *lease) bool {
		for _, name := range []string{"identifier", "start_date", "end_date", "move_in_date"} {
			if q.Has(name) && l.m[name] != q.Get(name) {
				return false
			}
		}
		return oneOf(q.Get("group_ids"), l.unit.group.id) && oneOf(q.Get("group_external_refs"), l.unit.group.externalRef) &&
			oneOf(q.Get("unit_identifier"), text(l.unit.m["identifier"])) && oneOf(q.Get("unit_external_ref"), text(l.unit.m["external_ref"])) &&
			within(l.unit.address, address)
	})
	if len(found) == 0 {
		return notFound()
	}
	rest, last := page(found[min(offset, len(found)):], func(l *lease) int { return l.seq }, from, limit)
	leases := make([]members, len(rest))
	for i, l := range rest {
		leases[i] = l.render(func(p *person) members {
			return members{"tenant_id": p.m["identifier"], "tenant_external_ref": p.m["external_ref"]}
		})
	}
	pagination := members{"count": len(found), "next_cursor": nil, "previous_cursor": nil}
	if last >= 0 {
		pagination["next_cursor"] = base64.RawURLEncoding.EncodeToString([]byte("lease:" + strconv.Itoa(last)))
	}
	name := "leases"
	if s.o.tableEnvelope {
		name = "data"
	}
	return fakeserver.JSON(http.StatusOK, members{name: leases, "pagination": pagination})
}

// oneOf reports whether v is in a comma-separated list; an empty list has all.
func oneOf(list, v string) bool { return list == "" || slices.Contains(strings.Split(list, ","), v) }

func (s *Server) findForTenant(r *fakeserver.Request) fakeserver.Response {
	m, refused := search(r, map[string]kind{
		"identifier": aText, "external_ref": aText, "group_id": aText, "group_external_ref": aText, "email_address": aText, "phone_number": aText, "active": aBool, "after-id": aCursor,
	})
	if refused != nil {
		return *refused
	}
	switch {
	case m["group_id"] != nil && m["group_external_ref"] != nil:
		return bothGroups()
	case m["external_ref"] != nil && m["group_id"] == nil && m["group_external_ref"] == nil:
		return refuse(http.StatusBadRequest, "both_group_identifiers_provided", "An external_ref needs a group_id or a group_external_ref.")
	case m["identifier"] == nil && m["external_ref"] == nil && m["email_address"] == nil && m["phone_number"] == nil:
		return refuse(http.StatusBadRequest, "no_tenant_information", "Nothing was given to find the tenant by.")
	}
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	wanted := func(p *person) bool {
		for _, name := range []string{"identifier", "external_ref", "email_address", "phone_number"} {
			if m[name] != nil && p.m[name] != m[name] {
				return false
			}
		}
		return p.group.in(text(m["group_id"]), text(m["group_external_ref"]))
	}
	found := filter(st.leases, func(l *lease) bool {
		return (m["active"] == nil || m["active"] == l.active) && slices.ContainsFunc(l.tenants, wanted)
	})
	rest, last := page(found, func(l *lease) int { return l.seq }, after(m), pageSize)
	leases := make([]members, len(rest))
	for i, l := range rest {
		leases[i] = l.render(func(p *person) members {
			return members{
				"identifier": p.m["identifier"], "external_ref": p.m["external_ref"], "email_address": p.m["email_address"], "phone_number": p.m["phone_number"],
				"active": l.active, "group": members{"id": p.group.id, "external_ref": p.group.externalRef},
			}
		})
	}
	answer := members{"leases": leases}
	if last >= 0 {
		answer["last_id"] = last // the example has none where nothing follows
	}
	return fakeserver.JSON(http.StatusOK, answer)
}

func (s *Server) findUnits(r *fakeserver.Request) fakeserver.Response {
	m, refused := search(r, map[string]kind{
		"group_ids": aList, "groups_external_refs": aList, "external_ref": aText, "identifier": aText, "has_flex_wall": aBool, "number_of_bathrooms": anInt,
		"number_of_bedrooms": anInt, "sqft": anInt, "unit_number": aText, "address": anObject, "after-id": aCursor,
	})
	if refused != nil {
		return *refused
	}
	if m["group_ids"] != nil && m["groups_external_refs"] != nil {
		return bothGroups()
	}
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	address, _ := m["address"].(map[string]any)
	found := filter(st.units, func(u *unit) bool {
		for name, field := range map[string]string{
			"external_ref": "external_ref", "identifier": "identifier", "unit_number": "unit_number",
			"number_of_bathrooms": "full_bathrooms", "number_of_bedrooms": "number_of_bedrooms", "sqft": "sqft",
		} {
			if m[name] != nil && text(u.m[field]) != text(m[name]) {
				return false
			}
		}
		return (m["has_flex_wall"] == nil || u.m["is_flex"] == m["has_flex_wall"]) &&
			listed(m["group_ids"], u.group.id) && listed(m["groups_external_refs"], u.group.externalRef) && within(u.address, address)
	})
	rest, last := page(found, func(u *unit) int { return u.seq }, after(m), pageSize)
	if len(rest) == 0 {
		return notFound()
	}
	units := make([]members, len(rest))
	for i, u := range rest {
		rendered := members{"address": u.address}
		for name, v := range u.m {
			rendered[name] = v
		}
		units[i] = rendered
	}
	return fakeserver.JSON(http.StatusOK, members{"units": units, "last_id": last})
}

func listed(list any, v string) bool {
	all, ok := list.([]any)
	return !ok || slices.Contains(all, any(v))
}
