package leasefindtest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

func (s *Server) communityRoutes() []fakeserver.Route {
	return []fakeserver.Route{
		{Operation: "communities.find", Method: http.MethodGet, Path: "/communities/", Handle: s.findCommunities},
		{Operation: "communities.create", Method: http.MethodPost, Path: "/communities/", Handle: s.createCommunity},
		{Operation: "communities.update", Method: http.MethodPatch, Path: "/communities/", Handle: s.updateCommunity},
	}
}

func (s *Server) findCommunities(r *fakeserver.Request) fakeserver.Response {
	wanted, from := members{}, members{}
	for name, values := range r.Query {
		switch {
		case len(values) != 1 || values[0] == "":
			return *invalid("The parameter " + name + " is empty or repeated.")
		case name == "after_id":
			if aCursor(name, values[0]) != nil {
				return *invalid("The parameter after_id is not a whole number.")
			}
			from["after-id"] = values[0]
		case !slices.Contains([]string{"community_id", "community_external_ref", "name"}, name):
			return *invalid("There is no parameter " + name + ".")
		default:
			wanted[name] = values[0]
		}
	}
	if len(wanted) == 0 {
		return *refused("no_search_parameters", "No search parameters were given.")
	}
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	all := s.store.scope(nil, nil)
	page, last := take(filter(s.store.communities.after(after(from)), func(r row) bool {
		return within(r.m, wanted) && all.has(r.groups)
	}), pageSize)
	if len(page) == 0 {
		return fakeserver.JSON(http.StatusNotFound, members{"error": "No communities match the parameters."})
	}
	return fakeserver.JSON(http.StatusOK, members{"communities": rendered(page, s.community), "last_id": last})
}

func (s *Server) community(r row) jsontext.Value {
	if s.o.table {
		return render(r.m, communityOrder)
	}
	return render(r.m, slices.DeleteFunc(slices.Clone(communityOrder), func(name string) bool { return name == "unit_count" }), "unit_count")
}

var communityShape = shape{
	"name": aText, "timezone": is("a time zone", of(func(s string) bool { return s == "UTC" || strings.Contains(s, "/") })),
	"community_external_ref": aText, "description": aText, "email_address": anEmail, "phone_number": aText, "property_type": aText, "status": aText,
	"website_address": aText, "latitude": aNumber, "longitude": aNumber,
}

// fieldErrors refuses the members of a community as the API does, by their names.
func fieldErrors(found []problem) *fakeserver.Response {
	if len(found) == 0 {
		return nil
	}
	byName := members{}
	for _, p := range found {
		said, _ := byName[p.path].([]string)
		byName[p.path] = append(said, "This field "+p.text)
	}
	resp := fakeserver.JSON(http.StatusBadRequest, byName)
	return &resp
}

func nonFieldError(message string) fakeserver.Response {
	return fakeserver.JSON(http.StatusBadRequest, members{"non_field_errors": []string{message}})
}

func (s *Server) createCommunity(r *fakeserver.Request) fakeserver.Response {
	m, no := decode(r)
	if no == nil {
		no = fieldErrors(object(communityShape, "name", "timezone")("", m))
	}
	if no != nil {
		return *no
	}
	defer s.store.write()()
	return s.later(func(time.Time) {
		v := value{m: members{
			"community_external_ref": nil, "name": nil, "description": nil, "location": nil, "timezone": nil, "website": nil, "phone_number": nil, "email": nil,
			"status": "active",
		}}
		describe(v.m, m)
		created := s.store.communities.put("", v)
		created.v.groups = []string{created.id}
	})
}

var usTimezones = map[string]string{
	"US/Eastern": "America/New_York", "US/Central": "America/Chicago", "US/Mountain": "America/Denver", "US/Arizona": "America/Phoenix",
	"US/Pacific": "America/Los_Angeles", "US/Alaska": "America/Anchorage", "US/Hawaii": "Pacific/Honolulu",
}

// describe sets the members of a community from those of a write, which has others.
func describe(community, written members) {
	place, _ := community["location"].(members)
	for name, v := range written {
		switch name {
		case "community_id", "property_type":
		case "email_address":
			community["email"] = v
		case "website_address":
			community["website"] = v
		case "latitude", "longitude":
			moved := members{"latitude": place["latitude"], "longitude": place["longitude"]}
			moved[name] = text(v)
			place, community["location"] = moved, moved
		case "timezone":
			community[name] = v
			if known, ok := usTimezones[text(v)]; ok {
				community[name] = known
			}
		default:
			community[name] = v
		}
	}
}

func (s *Server) updateCommunity(r *fakeserver.Request) fakeserver.Response {
	m, no := decode(r)
	if no != nil {
		return *no
	}
	sh := shape{"community_id": aText}
	for name, c := range communityShape {
		sh[name] = c
	}
	if no := fieldErrors(object(sh)("", m)); no != nil {
		return *no
	}
	id, ref := m["community_id"], m["community_external_ref"]
	identifiers := 1
	switch {
	case id == nil && ref == nil:
		return nonFieldError("Either community_id or community_external_ref is required.")
	case id != nil && ref != nil:
		identifiers = 2
	}
	if len(m) == identifiers {
		return nonFieldError("There is nothing to update.")
	}
	defer s.store.write()()
	found, ok := s.store.communities.first(func(r row) bool {
		return (id == nil || r.id == id) && (ref == nil || r.m["community_external_ref"] == ref)
	})
	if !ok || s.store.denied[found.id] {
		return refuse(http.StatusNotFound, "community_not_found", "There is no such community.")
	}
	return s.later(func(time.Time) {
		if found, ok := s.store.communities.get(found.id); ok {
			s.store.communities.change(found.record, func(v *value) { describe(v.m, m) })
		}
	})
}
