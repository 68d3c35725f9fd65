package leasefindtest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

func (s *Server) listingRoutes() []fakeserver.Route {
	return []fakeserver.Route{
		{Operation: "listings.find", Method: http.MethodPost, Path: "/listings/find/", Handle: s.findListings},
		{Operation: "listings.create", Method: http.MethodPost, Path: "/listing/", Handle: s.createListing},
		{Operation: "listings.sync", Method: http.MethodPost, Path: "/listing/sync/", Handle: s.syncListings},
		{Operation: "listings.delete", Method: http.MethodDelete, Path: "/listings/{listing-id}/", Handle: s.deleteListing},
	}
}

// today is the date by the server's clock.
func (s *Server) today() string { return s.Now().UTC().Format(time.DateOnly) }

// current reports whether a listing is active today.
func (s *Server) current(r row) bool {
	from, to := text(r.m["active_date"]), text(r.m["inactive_date"])
	return from <= s.today() && (to == "" || to > s.today())
}

// hiddenOfListings are the members of listings that a search does not show.
var hiddenOfListings = []string{"address", "bathrooms", "lease_terms", "active_date", "inactive_date"}

func listing(r row) jsontext.Value {
	m := maps.Clone(r.m)
	m["unit_id"] = r.unit
	return render(m, listingOrder, hiddenOfListings...)
}

func (s *Server) findListings(r *fakeserver.Request) fakeserver.Response {
	m, no := search(r, shape{"group_id": aText, "group_external_ref": aText, "external_ref": aText, "identifier": aText})
	if no != nil {
		return *no
	}
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	group, no := s.store.oneGroup(m, "no_group_identifier_provided", http.StatusUnauthorized, "no_access_to_group")
	if no != nil {
		return *no
	}
	page, last := take(filter(s.store.listings.after(after(m)), func(r row) bool {
		return slices.Contains(r.groups, group) && s.current(r) && (m["identifier"] == nil || r.id == m["identifier"]) &&
			(m["external_ref"] == nil || r.m["external_ref"] == m["external_ref"])
	}), pageSize)
	if len(page) == 0 {
		return notFound()
	}
	return fakeserver.JSON(http.StatusOK, members{"listings": rendered(page, listing), "last_id": last})
}

var unitTypes = []string{"apartment", "studio_apartment"}

// listingShape is what can be written of a listing, apart from its dates.
var listingShape = shape{
	"unit_id": aText, "amenities": anyTexts, "features": anyTexts, "image_urls": anyTexts, "finish": aText, "description": aText, "floorplan_url": aText,
	"tour_url": aText, "unit_number": aText, "address": object(addressShape, "address_line_1", "state", "postal_code"), "bathrooms": list(aBathroom),
	"bedrooms": anInt, "is_flex": aBool, "is_furnished": aBool, "lease_terms": either(list(aTerm), aTerm), "sqft": aNumber, "unit_type": aText,
	"listing_url": aText,
}

var aTerm = object(shape{"deposit": aNumber, "length_in_months": anInt, "rent": aNumber})

// with returns the shape with more members.
func (sh shape) with(more shape) shape {
	all := maps.Clone(sh)
	maps.Copy(all, more)
	return all
}

func (s *Server) createListing(r *fakeserver.Request) fakeserver.Response {
	m, no := body(r, listingShape.with(shape{"group_id": aText, "active_date": aDate, "move_in_date": aDate}))
	if no != nil {
		return *no
	}
	defer s.store.write()()
	group, no := s.store.oneGroup(m, "no_group_provided", http.StatusUnauthorized, "no_access_to_group")
	switch {
	case no != nil:
		return *no
	case !slices.Contains(unitTypes, text(m["unit_type"])):
		return *refused("missing_or_invalid_unit_type", "The unit_type must be apartment or studio_apartment.")
	case text(m["listing_url"]) == "":
		return *refused("no_listing_url", "The listing has no listing_url.")
	case !s.store.hasUnit(group, m):
		return *refused("unit_not_found", "The listing's unit does not exist.")
	}
	created := s.saveListing(group, row{}, m)
	shown := maps.Clone(created.m)
	delete(shown, "external_ref")
	delete(shown, "inactive_date")
	order := append(slices.Clone(listingOrder), "bathrooms", "lease_terms", "active_date", "unit_identifer")
	if s.o.table {
		shown["unit_id"] = created.unit
		terms := []any{}
		for _, term := range created.m["lease_terms"].([]any) {
			term := maps.Clone(term.(members))
			delete(term, "group")
			terms = append(terms, term)
		}
		shown["lease_terms"] = terms
		return fakeserver.JSON(http.StatusOK, members{"success": true, "listing": render(shown, order, "address", "active_date")})
	}
	shown["unit_identifer"] = created.unit // as the documented example has it
	for _, name := range []string{"full_bathrooms", "half_bathrooms", "rent_for_12_month_lease"} {
		delete(shown, name)
	}
	return fakeserver.JSON(http.StatusOK, members{"success": true, "listing": []jsontext.Value{render(shown, order, "address")}})
}

// hasUnit reports whether a listing names no unit, or one of the group.
func (st *store) hasUnit(group string, m members) bool {
	if m["unit_id"] == nil {
		return true
	}
	u, ok := st.units.get(text(m["unit_id"]))
	return ok && slices.Contains(u.groups, group)
}

// saveListing adds a listing, or replaces one but for its identifier and its unit. A
// listing without a unit gets a new one.
func (s *Server) saveListing(group string, old row, written members) row {
	m := members{}
	for _, name := range listingOrder {
		m[name] = nil
	}
	delete(m, "unit_id")
	m["active_date"] = s.today()
	for name, v := range written {
		switch name {
		case "identifier", "group_id", "unit_id", "bathrooms", "lease_terms", "number_of_bathrooms":
		case "external_reference":
			m["external_ref"] = v
		case "active_date":
			if v != nil {
				m[name] = v
			}
		default:
			m[name] = v
		}
	}
	v := value{m: m, groups: []string{group}, unit: old.unit}
	if unit := text(written["unit_id"]); unit != "" {
		v.unit = unit
	}
	id := ""
	if old.record != nil {
		id = old.id
	}
	created := s.store.listings.put(id, v)
	baths, given := written["bathrooms"].([]any)
	if n := number(written["number_of_bathrooms"]); !given && n > 0 {
		half := 0
		if n > float64(int(n)) {
			half = 1
		}
		baths = bathrooms(int(n), half)
	}
	terms, given := written["lease_terms"].([]any)
	if term, ok := written["lease_terms"].(members); !given && ok {
		terms = []any{term}
	}
	equip(m, baths, terms, group)
	if v.unit == "" {
		unit := members{}
		for _, name := range unitOrder {
			unit[name] = m[name]
		}
		unit["external_ref"], unit["number_of_bedrooms"] = nil, m["bedrooms"]
		created.v.unit = s.store.units.put("", value{m: unit, groups: []string{group}}).id
	}
	return row{created, created.v}
}

func (s *Server) syncListings(r *fakeserver.Request) fakeserver.Response {
	item := listingShape.with(shape{
		"identifier": aText, "external_reference": aText, "active_date": aText, "move_in_date": aText, "number_of_bathrooms": aNumber,
	})
	m, no := body(r, shape{"group_id": aText, "group_external_ref": aText, "listings": list(object(item))})
	if no != nil {
		return *no
	}
	defer s.store.write()()
	group, no := s.store.oneGroup(m, "no_group_provided", http.StatusUnauthorized, "no_access_to_group")
	if no != nil {
		return *no
	}
	all, _ := m["listings"].([]any)
	for i := range all {
		if no := s.store.checkSynced(group, all[i].(members)); no != nil {
			return *no
		}
	}
	var old []row // of the group, whether or not they are active yet
	for r := range s.store.listings.after(0) {
		if slices.Contains(r.groups, group) {
			old = append(old, r)
		}
	}
	kept := make(map[string]bool)
	for i := range all {
		written := all[i].(members)
		at := slices.IndexFunc(old, func(r row) bool { return written["identifier"] != nil && r.id == written["identifier"] })
		if at < 0 {
			at = slices.IndexFunc(old, func(r row) bool { return r.m["external_ref"] == written["external_reference"] })
		}
		var match row
		if at >= 0 {
			match = old[at]
		}
		kept[s.saveListing(group, match, written).id] = true
	}
	for _, r := range old {
		if !kept[r.id] {
			s.store.listings.remove(r.id)
		}
	}
	s.store.world.unlisted[group] = true // new vacancies are for the caller to list
	return fakeserver.JSON(http.StatusOK, members{"success": true})
}

// checkSynced refuses a listing as a sync does, mostly with status 401.
func (st *store) checkSynced(group string, m members) *fakeserver.Response {
	no := func(kind, message string) *fakeserver.Response {
		resp := refuse(http.StatusUnauthorized, kind, message)
		return &resp
	}
	kind, baths := text(m["unit_type"]), m["number_of_bathrooms"]
	switch {
	case text(m["external_reference"]) == "":
		return no("no_external_reference", "A listing has no external_reference.")
	case m["bathrooms"] != nil && baths != nil:
		return refused("both_bathroom_attributes_provided", "A listing has bathrooms and number_of_bathrooms; give one of them.")
	case m["bathrooms"] == nil && baths == nil:
		return no("no_bathroom_attributes_provided", "A listing has neither bathrooms nor number_of_bathrooms.")
	case baths != nil && number(baths) < 1:
		return no("invalid_number_of_bathrooms", "A listing has fewer than 1 bathroom.")
	case kind == "":
		return no("missing_unit_type", "A listing has no unit_type.")
	case !slices.Contains(unitTypes, kind):
		return no("invalid_unit_type", "The unit_type of a listing is not apartment or studio_apartment.")
	case text(m["listing_url"]) == "":
		return no("missing_listing_url", "A listing has no listing_url.")
	case !st.hasUnit(group, m):
		return refused("unit_not_found", "The unit of a listing does not exist.")
	}
	for _, name := range []string{"active_date", "move_in_date"} {
		if m[name] != nil && !isDate(text(m[name])) {
			return no("date_format_invalid", "The "+name+" of a listing is not YYYY-MM-DD.")
		}
	}
	return nil
}

func (s *Server) deleteListing(r *fakeserver.Request) fakeserver.Response {
	m := members{}
	if len(r.Payload) > 0 {
		var no *fakeserver.Response
		if m, no = body(r, shape{"inactive-date": aDate, "inactive_date": aDate}); no != nil {
			return *no
		}
	} else if len(r.Query) > 0 {
		return *invalid("The query must be empty.")
	}
	date, other := text(m["inactive-date"]), text(m["inactive_date"])
	if date != "" && other != "" && date != other {
		return *invalid("The members inactive-date and inactive_date differ.")
	}
	if date == "" {
		date = other
	}
	defer s.store.write()()
	found, ok := s.store.listings.get(r.Arg("listing-id"))
	switch {
	case !ok:
		return notFound()
	case !s.store.scope(nil, nil).has(found.groups):
		return refuse(http.StatusUnauthorized, "not_authorized", "The caller may not delete the listing.")
	case date <= s.today():
		s.store.listings.remove(found.id)
	default:
		found.m = maps.Clone(found.m)
		found.m["inactive_date"] = date
		s.store.listings.put(found.id, found.value)
	}
	var id any = found.id
	if s.o.table {
		id = true // as the documented table has it
	}
	return fakeserver.JSON(http.StatusOK, members{"success": true, "listing_id": id})
}

// equip sets the bathrooms and lease terms of a listing, and what is counted of them.
func equip(m members, baths, terms []any, group string) {
	id := text(m["identifier"])
	full, half := countBathrooms(baths)
	m["full_bathrooms"], m["half_bathrooms"] = full, half
	for i, b := range baths {
		if b, ok := b.(members); ok {
			b["identifier"] = fmt.Sprintf("%s-bathroom-%d", id, i+1)
		}
	}
	m["bathrooms"], m["lease_terms"] = baths, terms
	m["deposit_for_12_month_lease"], m["rent_for_12_month_lease"] = nil, nil
	for i, t := range terms {
		term, ok := t.(members)
		if !ok {
			continue
		}
		term["identifier"], term["group"] = fmt.Sprintf("%s-lease-term-%d", id, i+1), group
		if text(term["length_in_months"]) == "12" {
			m["deposit_for_12_month_lease"], m["rent_for_12_month_lease"] = term["deposit"], term["rent"]
		}
	}
}

// bathrooms returns so many bathrooms with a shower or bath, and without.
func bathrooms(full, half int) []any {
	baths := []any{}
	for i := range full + half {
		baths = append(baths, members{"has_shower_or_bath": i < full, "has_sink": true, "has_toilet": true})
	}
	return baths
}

// countBathrooms counts bathrooms with a shower or bath, and those without.
func countBathrooms(baths []any) (full, half int) {
	for _, b := range baths {
		if m, ok := b.(members); ok && m["has_shower_or_bath"] == true {
			full++
		} else {
			half++
		}
	}
	return full, half
}
