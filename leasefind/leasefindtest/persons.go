package leasefindtest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

func (s *Server) personRoutes() []fakeserver.Route {
	return []fakeserver.Route{
		{Operation: "persons.find", Method: http.MethodPost, Path: "/persons/find/", Handle: s.findPersons},
		{Operation: "persons.save", Method: http.MethodPost, Path: "/persons/multiple/", Handle: s.savePersons},
	}
}

// personShape is what can be written of a person.
var personShape = shape{"email_address": aText, "first_name": aText, "last_name": aText, "external_ref": aText, "phone_number": aText}

func person(r row) jsontext.Value { return render(r.m, personOrder) }

func (s *Server) findPersons(r *fakeserver.Request) fakeserver.Response {
	m, no := search(r, shape{
		"first_name": aText, "last_name": aText, "email_address": aText, "phone_number": aText, "external_ref": aText, "identifier": aText,
		"group_ids": texts, "groups_external_refs": texts,
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
	page, last := take(filter(s.store.persons.after(after(m)), func(r row) bool {
		for _, name := range personOrder {
			if m[name] != nil && r.m[name] != m[name] {
				return false
			}
		}
		return groups.has(r.groups)
	}), pageSize)
	if len(page) == 0 {
		return notFound()
	}
	return fakeserver.JSON(http.StatusOK, members{"persons": rendered(page, person), "last_id": last})
}

func (s *Server) savePersons(r *fakeserver.Request) fakeserver.Response {
	one := shape{"group_ids": groupList, "groups_external_refs": groupList}
	for name, c := range personShape {
		one[name] = c
	}
	m, no := body(r, shape{"persons": list(object(one))}, "persons")
	if no != nil {
		return *no
	}
	var items []members
	for _, item := range m["persons"].([]any) {
		item := item.(members)
		if item["group_ids"] != nil && item["groups_external_refs"] != nil {
			return *bothGroups()
		}
		items = append(items, item)
	}
	defer s.store.write()()
	known := s.store.candidates(items)
	all, saved := true, make([]jsontext.Value, len(items))
	for i, item := range items {
		groups := s.store.scope(stringsOf(item["group_ids"]), stringsOf(item["groups_external_refs"]))
		asked := append(stringsOf(item["group_ids"]), stringsOf(item["groups_external_refs"])...)
		written := members{}
		for name := range personShape {
			if v, ok := item[name]; ok {
				written[name] = v
			}
		}
		found, ok := known.find(written, groups)
		switch {
		case ok:
			found = s.store.persons.change(found.record, func(v *value) {
				for name, set := range written {
					v.m[name] = set
				}
			})
		case identifiable(written):
			found = s.store.newPerson(written, groups.reachable())
		default:
			all = false
			if len(asked) > 0 {
				written["groups"] = "['" + strings.Join(asked, "', '") + "']"
			}
			written["success"], written["failure_reason"] = false, "A new person needs an external_ref, or a phone_number or email_address with a first_name or last_name."
			saved[i] = render(written, append(slices.Clone(personOrder), "groups", "success", "failure_reason"))
			continue
		}
		known.add(found.id) // for the next items
		shown := members{"success": true, "failure_reason": ""}
		for _, name := range personOrder {
			shown[name] = found.m[name]
		}
		saved[i] = render(shown, append(slices.Clone(personOrder), "success", "failure_reason"))
	}
	resp := members{"persons": saved}
	if s.o.table {
		resp["success"] = all
	}
	return fakeserver.JSON(http.StatusOK, resp)
}

// candidates are the people who may match those that are written.
type candidates struct {
	store *store
	ids   []string
}

func (st *store) candidates(written []members) *candidates {
	wanted := make(map[string]bool)
	for _, item := range written {
		for _, name := range []string{"external_ref", "email_address", "phone_number"} {
			if v := text(item[name]); v != "" {
				wanted[name+v] = true
			}
		}
	}
	c := &candidates{store: st}
	if len(wanted) == 0 {
		return c
	}
	for r := range st.persons.after(0) {
		for _, name := range []string{"external_ref", "email_address", "phone_number"} {
			if wanted[name+text(r.m[name])] {
				c.add(r.id)
			}
		}
	}
	return c
}

func (c *candidates) add(id string) {
	if !slices.Contains(c.ids, id) {
		c.ids = append(c.ids, id)
	}
}

// find returns the person of a group that matches by external reference, or else by
// email address or phone number.
func (c *candidates) find(written members, groups scope) (row, bool) {
	for _, names := range [][]string{{"external_ref"}, {"email_address", "phone_number"}} {
		for _, id := range c.ids {
			r, ok := c.store.persons.get(id)
			if ok && groups.has(r.groups) && slices.ContainsFunc(names, func(name string) bool {
				return text(written[name]) != "" && r.m[name] == written[name]
			}) {
				return r, true
			}
		}
	}
	return row{}, false
}

// identifiable reports whether a new person can be created, or a person of a task be
// found.
func identifiable(m members) bool {
	has := func(name string) bool { return text(m[name]) != "" }
	return has("identifier") || has("external_ref") || (has("phone_number") || has("email_address")) && (has("first_name") || has("last_name"))
}

// newPerson adds a person to groups.
func (st *store) newPerson(written members, groups []string) row {
	m := members{}
	for _, name := range personOrder {
		m[name] = written[name]
	}
	r := st.persons.put("", value{m: m, groups: groups})
	return row{r, r.v}
}
