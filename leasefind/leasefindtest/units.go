package leasefindtest

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

func (s *Server) unitRoutes() []fakeserver.Route {
	return []fakeserver.Route{
		{Operation: "units.find", Method: http.MethodPost, Path: "/units/find/", Handle: s.findUnits},
		{Operation: "units.save", Method: http.MethodPost, Path: "/units/multiple/", Handle: s.saveUnits},
	}
}

var (
	addressShape = shape{
		"building_name": aText, "address_line_1": aText, "address_line_2": aText, "city": aText, "country": aText, "state": aText, "postal_code": aText,
		"latitude": aNumber, "longitude": aNumber,
	}
	aBathroom = object(shape{"has_shower_or_bath": aBool, "has_sink": aBool, "has_toilet": aBool, "identifier": either(aText, aBool)})
)

// unit renders a unit. Its coordinates are texts by the documented table, and numbers
// by the documented example.
func (s *Server) unit(r row) jsontext.Value {
	place, ok := r.m["address"].(members)
	if !ok || !s.o.table {
		return render(r.m, unitOrder)
	}
	m, shown := maps.Clone(r.m), maps.Clone(place)
	for _, name := range []string{"latitude", "longitude"} {
		if shown[name] != nil {
			shown[name] = text(shown[name])
		}
	}
	m["address"] = shown
	return render(m, unitOrder)
}

func (s *Server) findUnits(r *fakeserver.Request) fakeserver.Response {
	m, no := search(r, shape{
		"group_ids": texts, "groups_external_refs": texts, "external_ref": aText, "identifier": aText, "has_flex_wall": aBool, "number_of_bathrooms": anInt,
		"number_of_bedrooms": anInt, "sqft": anInt, "unit_number": aText, "address": object(addressShape),
	})
	if no == nil && m["group_ids"] != nil && m["groups_external_refs"] != nil {
		no = bothGroups()
	}
	if no != nil {
		return *no
	}
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	groups := s.store.scope(stringsOf(m["group_ids"]), stringsOf(m["groups_external_refs"]))
	place, _ := m["address"].(members)
	page, last := take(filter(s.store.units.after(after(m)), func(r row) bool {
		for _, name := range []string{"external_ref", "identifier", "unit_number", "number_of_bedrooms", "sqft"} {
			if m[name] != nil && text(r.m[name]) != text(m[name]) {
				return false
			}
		}
		return (m["has_flex_wall"] == nil || r.m["is_flex"] == m["has_flex_wall"]) &&
			(m["number_of_bathrooms"] == nil || number(r.m["full_bathrooms"])+number(r.m["half_bathrooms"]) == number(m["number_of_bathrooms"])) &&
			groups.has(r.groups) && within(r.m["address"], place)
	}), pageSize)
	if len(page) == 0 {
		return notFound()
	}
	return fakeserver.JSON(http.StatusOK, members{"units": rendered(page, s.unit), "last_id": last})
}

var savedUnitOrder = []string{
	"success", "sucess", "failure_reason", "identifier", "external_ref", "has_flex_wall", "is_flex", "number_of_bathrooms", "full_bathrooms", "half_bathrooms",
	"number_of_bedrooms", "sqft", "unit_number", "bathrooms", "address",
}

func (s *Server) saveUnits(r *fakeserver.Request) fakeserver.Response {
	m, no := body(r, shape{"group_id": aText, "group_external_ref": aText, "units": list(object(shape{
		"identifier": aText, "external_ref": aText, "has_flex_wall": aBool, "number_of_bathrooms": anInt, "number_of_bedrooms": anInt, "sqft": anInt,
		"unit_number": aText, "bathrooms": list(aBathroom), "address": object(addressShape),
	}))}, "units")
	if no != nil {
		return *no
	}
	defer s.store.write()()
	group, no := s.store.oneGroup(m, "no_group", http.StatusNotFound, "group_not_found")
	if no != nil {
		return *no
	}
	success := "sucess" // as the documented example has it
	if s.o.table {
		success = "success"
	}
	saved := []jsontext.Value{}
	for _, item := range m["units"].([]any) {
		shown := maps.Clone(item.(members))
		unit, reason := s.store.saveUnit(group, item.(members))
		shown[success], shown["failure_reason"] = reason == "", reason
		switch {
		case reason != "":
			delete(shown, "identifier")
		case s.o.table:
			shown = members{success: true, "failure_reason": ""}
			maps.Copy(shown, unit.m)
			fallthrough
		default:
			shown["identifier"] = unit.id
		}
		saved = append(saved, render(shown, savedUnitOrder))
	}
	return fakeserver.JSON(http.StatusOK, members{"units": saved})
}

// saveUnit changes the unit of a group with an identifier, or else the one with an
// address, or adds a unit. It returns why it fails, or "".
func (st *store) saveUnit(group string, written members) (row, string) {
	place, _ := written["address"].(members)
	for _, name := range []string{"address_line_1", "state", "postal_code"} {
		if place != nil && text(place[name]) == "" {
			return row{}, "The address needs address_line_1, state and postal_code."
		}
	}
	found, ok := st.units.get(text(written["identifier"]))
	ok = ok && slices.Contains(found.groups, group)
	if !ok && place != nil {
		found, ok = st.units.first(func(r row) bool { return slices.Contains(r.groups, group) && sameAddress(r.m["address"], place) })
	}
	switch {
	case ok:
		return st.units.change(found.record, func(v *value) { furnish(v.m, written) }), ""
	case place == nil:
		return row{}, "A new unit needs an address."
	}
	m := members{}
	for _, name := range unitOrder {
		m[name] = nil
	}
	furnish(m, written)
	r := st.units.put("", value{m: m, groups: []string{group}})
	return row{r, r.v}, ""
}

func sameAddress(a any, b members) bool {
	has, _ := a.(members)
	for _, name := range []string{"address_line_1", "address_line_2", "city", "state", "postal_code"} {
		if !strings.EqualFold(text(has[name]), text(b[name])) {
			return false
		}
	}
	return has != nil
}

// furnish sets the members of a unit from those of a write, which has others.
func furnish(unit, written members) {
	for name, v := range written {
		switch name {
		case "identifier", "number_of_bathrooms", "bathrooms":
		case "has_flex_wall":
			unit["is_flex"] = v
		default:
			unit[name] = v
		}
	}
	if baths, ok := written["bathrooms"].([]any); ok {
		unit["full_bathrooms"], unit["half_bathrooms"] = countBathrooms(baths)
	} else if n, ok := written["number_of_bathrooms"]; ok {
		unit["full_bathrooms"], unit["half_bathrooms"] = n, 0
	}
}
