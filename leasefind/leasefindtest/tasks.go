package leasefindtest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/leasefind"
)

func (s *Server) taskRoutes() []fakeserver.Route {
	return []fakeserver.Route{
		{Operation: "tasks.create", Method: http.MethodPost, Path: "/tasks/", Handle: s.createTask},
		{Operation: "tasks.update", Method: http.MethodPatch, Path: "/tasks/", Handle: s.updateTask},
	}
}

var (
	importances = oneOf("low", "normal", "high", "very_high")

	// aPerson is a person of a task, who is found or could be created.
	aPerson check = func(path string, v any) []problem {
		found := object(personShape.with(shape{"identifier": aText}))(path, v)
		if m, ok := v.(members); ok && found == nil && !identifiable(m) {
			found = []problem{{path, "needs an identifier or an external_ref, or an email_address or phone_number with a first_name or last_name."}}
		}
		return found
	}
)

// newTask returns the members of a task that was created at a time.
func newTask(at time.Time) members {
	m := members{}
	for _, name := range taskOrder {
		m[name] = nil
	}
	m["action_type"], m["attachments"], m["importance"], m["status"] = "Assistance", members{}, "normal", "created"
	m["priority_score"], m["escalation_flag"], m["onsite_indicator"] = 500, false, "offsite"
	m["datetime_created"], m["datetime_updated"] = moment(at), moment(at)
	return m
}

func (s *Server) createTask(r *fakeserver.Request) fakeserver.Response {
	m, no := body(r, shape{
		"group_id": aText, "group_external_ref": aText, "external_ref": aText, "due_datetime": aDateTime, "reminder_datetime": aDateTime, "importance": importances,
		"relevant_conversation": aText, "creator": aPerson, "assignee": aPerson, "resident": aPerson, "unit_id": aText, "unit_external_ref": aText,
		"notes": aText, "title": aText, "description": aText,
	})
	if no == nil && m["group_id"] != nil && m["group_external_ref"] != nil {
		no = bothGroups()
	}
	if no != nil {
		return *no
	}
	defer s.store.write()()
	st := s.store
	id := st.world.id("task", st.next)
	st.next++
	resp := members{}
	if s.o.table {
		resp["identifier"] = id
	}
	return s.laterWith(resp, func(at time.Time) {
		groups := st.scopeOf(m).reachable()
		if m["group_id"] == nil && m["group_external_ref"] == nil {
			groups = groups[:min(1, len(groups))] // which one is not documented
		}
		if len(groups) == 0 {
			return // nothing says what becomes of it
		}
		task := newTask(at)
		task["portfolio_id"], task["portfolio_external_ref"] = groups[0], nil
		if c, ok := st.communities.get(groups[0]); ok {
			task["portfolio_external_ref"] = c.m["community_external_ref"]
		}
		schedule(task, m)
		for name, into := range map[string]string{"assignee": "assignee_id", "resident": "resident_id"} {
			if p, ok := st.personOf(m[name], groups); ok {
				task[into] = p.id
			}
		}
		s.locate(task, m, groups)
		st.tasks.put(id, value{m: task, groups: groups})
		s.taskChanged(at, leasefind.EventTaskCreate, task)
	})
}

// schedule sets the members of a task that a write has under the same name.
func schedule(task, written members) {
	for _, name := range []string{
		"external_ref", "due_datetime", "reminder_datetime", "completed_datetime", "importance", "relevant_conversation", "notes", "title", "description", "status",
		"assignee_id", "resident_id",
	} {
		v, ok := written[name]
		if !ok {
			continue
		}
		if at, isText := v.(string); isText && strings.HasSuffix(name, "_datetime") {
			v = strings.Replace(at, " ", "T", 1) + "+00:00"
		}
		task[name] = v
	}
}

// personOf returns the person of groups that a task names.
func (st *store) personOf(named any, groups []string) (row, bool) {
	m, ok := named.(members)
	if !ok {
		return row{}, false
	}
	if p, ok := st.persons.get(text(m["identifier"])); ok {
		return p, true
	}
	return st.candidates([]members{m}).find(m, st.scope(groups, nil))
}

// locate sets the creator and the unit of a task. The documented example has the unit
// in the creator, and the documented table beside it.
func (s *Server) locate(task, written members, groups []string) {
	creator := members{
		"email": nil, "unit_external_ref": nil, "lease_external_ref": nil, "first_name": nil, "last_name": nil, "phone_number": nil, "resident_address": nil,
		"unit_identifier": nil, "unit_number": nil,
	}
	named, _ := written["creator"].(members)
	if p, ok := s.store.personOf(named, groups); ok {
		named = p.m
	}
	creator["email"], creator["first_name"], creator["last_name"], creator["phone_number"] = named["email_address"], named["first_name"], named["last_name"], named["phone_number"]
	unit, ok := s.store.units.get(text(written["unit_id"]))
	if ref := written["unit_external_ref"]; !ok && ref != nil {
		unit, ok = s.store.units.first(func(r row) bool { return r.m["external_ref"] == ref && slices.Contains(r.groups, groups[0]) })
	}
	into := creator
	if s.o.table {
		into = task
	}
	if ok {
		place, _ := unit.m["address"].(members)
		creator["unit_external_ref"] = unit.m["external_ref"]
		into["unit_identifier"], into["unit_number"], into["resident_address"] = unit.id, unit.m["unit_number"], place["address_line_1"]
	}
	task["creator"] = creator
}

func (s *Server) updateTask(r *fakeserver.Request) fakeserver.Response {
	m, no := body(r, shape{
		"identifier": aText, "external_ref": aText, "status": oneOf("created", "in_progress", "completed", "deleted", "error"), "due_datetime": aDateTime,
		"reminder_datetime": aDateTime, "completed_datetime": aDateTime, "importance": importances, "assignee_id": aText, "resident_id": aText, "notes": aText,
		"title": aText, "description": aText,
	})
	if no == nil && m["identifier"] == nil && m["external_ref"] == nil {
		no = invalid("The task has neither an identifier nor an external_ref.")
	}
	if no != nil {
		return *no
	}
	defer s.store.write()()
	st := s.store
	return s.later(func(at time.Time) {
		all := st.scope(nil, nil)
		found, ok := st.tasks.get(text(m["identifier"]))
		if m["identifier"] == nil {
			found, ok = st.tasks.first(func(r row) bool { return r.m["external_ref"] == m["external_ref"] && all.has(r.groups) })
		}
		if !ok || !all.has(found.groups) {
			return // no event comes for a task that does not exist
		}
		changed := maps.Clone(m)
		if m["identifier"] == nil {
			delete(changed, "external_ref")
		}
		now := moment(at)
		task := st.tasks.change(found.record, func(v *value) {
			schedule(v.m, changed)
			v.m["datetime_updated"] = now
			if changed["status"] == "completed" && v.m["completed_datetime"] == nil {
				v.m["completed_datetime"] = now
			}
		})
		if task.m["status"] == "deleted" {
			st.tasks.remove(task.id)
			s.taskChanged(at, leasefind.EventTaskDelete, task.m)
			return
		}
		s.taskChanged(at, leasefind.EventTaskUpdate, task.m)
	})
}
