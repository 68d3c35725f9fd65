package propexotest

import (
	"maps"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

// systemRoutes returns the routes of the writes that belong to one system, and of the
// CRM family's generic ones.
func (s *Server) systemRoutes() []fakeserver.Route {
	var routes []fakeserver.Route
	for _, w := range description().Writes {
		routes = append(routes, fakeserver.Route{Operation: w.Operation, Method: w.Method, Path: w.Path, Handle: s.systemWrite(w)})
	}
	return routes
}

// systemWrite handles one of them: it refuses what is documented as unsupported,
// checks the body, and queues a job.
func (s *Server) systemWrite(w *propexodoc.SystemWrite) func(*fakeserver.Request) fakeserver.Response {
	var generic shape
	if op := description().Operation(w.Generic); w.Generic != "" && op.Request != "" {
		generic = shapeOf(description().Schemas[op.Request])
	}
	sh := make(shape)
	for i := range w.Fields {
		f := &w.Fields[i]
		sh[f.Name] = member{kind: systemKind(f), required: f.Required, length: f.MaxLength, values: f.Values}
		if g, ok := generic[f.Name]; ok && g.kind.json() != sh[f.Name].kind.json() {
			sh[f.Name] = member{kind: anything, required: f.Required} // the pages of the two operations differ
		}
	}
	return func(r *fakeserver.Request) fakeserver.Response {
		if !w.Supported {
			return refuse(http.StatusMethodNotAllowed, "method_not_allowed", w.System+" does not support this operation.")
		}
		known := sh
		if !w.Complete {
			known = maps.Clone(sh)
			for name := range bodyMembers(r) {
				if _, ok := known[name]; !ok {
					known[name] = member{kind: anything}
				}
			}
		}
		members, refused := known.body(r)
		if refused != nil {
			return *refused
		}
		if strings.HasSuffix(w.Operation, ".list-availability") {
			return s.availability(w.System)
		}
		id := s.jobs.add(func() string { return s.carryOut(w, r, members) })
		if w.System == "GENERIC" && !s.o.nestedWrite {
			return fakeserver.JSON(http.StatusOK, map[string]any{"job_id": id, "data": map[string]any{}})
		}
		return fakeserver.JSON(http.StatusOK, map[string]any{"meta": map[string]any{"job_id": id}, "result": members})
	}
}

// carryOut changes or creates a record, and returns the ID of a record that can be
// read at once.
func (s *Server) carryOut(w *propexodoc.SystemWrite, r *fakeserver.Request, members map[string]any) string {
	switch {
	case w.Operation == "residents.update":
		s.synced(s.residents(), lastArg(r, w.Path), members)
		return ""
	case !strings.HasSuffix(w.Operation, ".create"):
		return ""
	}
	service, _, _ := strings.Cut(strings.TrimPrefix(w.Operation, "crm."), ".")
	st := s.storeOf(w, strings.ReplaceAll(service, "-", ""))
	if st == nil {
		return ""
	}
	if w.Created == "next-sync" {
		s.unsynced.Lock()
		defer s.unsynced.Unlock()
		s.unsynced.waiting = append(s.unsynced.waiting, func() { s.create(st, members) })
		return ""
	}
	id := s.create(st, members)
	if w.Created == "" {
		return "" // the documentation does not promise an ID
	}
	return id
}

// storeOf returns the store of a model, or nil if the fake lists no such records.
func (s *Server) storeOf(w *propexodoc.SystemWrite, model string) *store {
	switch {
	case model == "residents":
		return s.residents()
	case w.API == "crm":
		model = "crm" + model
	}
	if st := s.lists[model]; st != nil {
		return st()
	}
	return nil
}

// Sync makes the records readable that were created in systems whose records appear
// with the next sync. It returns how many there were.
func (s *Server) Sync() int {
	s.unsynced.Lock()
	defer s.unsynced.Unlock()
	for _, create := range s.unsynced.waiting {
		create()
	}
	n := len(s.unsynced.waiting)
	s.unsynced.waiting = nil
	return n
}

// lastArg returns the last ID in a request's path.
func lastArg(r *fakeserver.Request, path string) string {
	_, name, _ := strings.Cut(path[strings.LastIndex(path, "{"):], "{")
	name, _, _ = strings.Cut(name, "}")
	return r.Arg(name)
}

func bodyMembers(r *fakeserver.Request) map[string]jsontext.Value {
	var members map[string]jsontext.Value
	if json.Unmarshal(r.Payload, &members) != nil {
		return nil
	}
	return members
}

// systemKind returns what a system's field takes.
func systemKind(f *propexodoc.SystemField) kind {
	switch {
	case f.Type == "boolean" || f.Type == "boolean or string":
		return flag
	case f.Type == "integer":
		return whole
	case f.Type == "number":
		return num
	case f.Type == "object":
		return object
	case strings.HasPrefix(f.Type, "list of"):
		return list
	case f.Type == "email" || f.Format == "email":
		return email
	case f.Type == "date-time or date" || f.Type == "date" || f.Type == "date-time":
		return dateOrTime
	}
	return text
}

// availability returns a calendar, and a 304 for RentCafe from the second time on.
func (s *Server) availability(system string) fakeserver.Response {
	s.unsynced.Lock()
	defer s.unsynced.Unlock()
	if system == "RENTCAFE" && s.unsynced.asked {
		return fakeserver.Response{Status: http.StatusNotModified}
	}
	s.unsynced.asked = s.unsynced.asked || system == "RENTCAFE"
	return fakeserver.JSON(http.StatusOK, map[string]any{"meta": map[string]any{"job_id": "job000000"}, "result": []any{map[string]any{
		"last_seen": "2026-03-30T00:00:00.000Z", "calendar_type": "PROPERTY_CALENDAR", "x_agent_id": nil, "agent_first_name": "Ana", "agent_last_name": nil,
		"default_appointment_length": 30, "minimum_appointment_lead_time": nil,
	}}})
}
