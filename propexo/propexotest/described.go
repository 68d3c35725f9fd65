package propexotest

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

// The operations without code of their own are served from the API's description:
// reads return records of the portfolio, or else twelve of each model that match the
// description, and writes run as jobs.

var description = sync.OnceValue(propexodoc.Load)

const described = 12

// describedRoutes returns the routes of the operations that are not in served.
func (s *Server) describedRoutes(served []fakeserver.Route) []fakeserver.Route {
	d := description()
	var routes []fakeserver.Route
	for _, op := range slices.Concat(d.Operations, d.CRM) {
		if slices.ContainsFunc(served, func(r fakeserver.Route) bool { return r.Method == op.Method && r.Path == op.Path }) {
			continue
		}
		route := fakeserver.Route{Operation: op.Full(), Method: op.Method, Path: op.Path}
		switch {
		case op.Envelope == "empty":
			route.Handle = s.redirectToStore
		case op.Write():
			route.Handle = s.describedWrite(d, op)
		case op.Envelope == "meta+results[]":
			st := s.stored(op)
			if op.Name == "List" {
				s.lists[strings.ToLower(op.Family+op.Service)] = st
			}
			route.Handle = describedList(op, st)
		case op.Envelope == "meta+results":
			route.Handle = describedGet(op, s.stored(op))
		default:
			route.Handle = describedAnswer(d, op)
		}
		routes = append(routes, route)
	}
	return append(routes, fakeserver.Route{Operation: storeOperation, Method: http.MethodGet, Path: "/store/{key}", Handle: fromStore})
}

// stored returns the records of an operation's model, the same for its list, its get
// and its writes. They are made on first use: most tests need a few models only.
func (s *Server) stored(op *propexodoc.Operation) func() *store {
	prefix, name := strings.ToLower(op.Family+op.Service), op.Response[0]
	if op.Name != "List" && op.Name != "Get" {
		prefix = strings.ToLower(name)
	}
	key := prefix + " " + name
	if _, ok := s.world.models()[name]; ok && s.world.Properties() > 0 {
		key = name
	}
	if s.stores[key] == nil {
		s.stores[key] = sync.OnceValue(func() *store { return s.newStore(prefix, name) })
	}
	return s.stores[key]
}

// newStore fills a store from the portfolio, or, if it has no records of the model,
// from the description.
func (s *Server) newStore(prefix, name string) *store {
	if m, ok := s.world.models()[name]; ok && s.world.Properties() > 0 || name == "Resident" {
		st := newStore(name, s.world.base(name, m))
		st.near = func(filters map[string]string) [][2]int { return s.world.near(m, filters) }
		return st
	}
	st := newStore(name, fakeserver.Base[*record]{})
	for i := range described {
		m := propexodoc.NewSampler(description(), uint64(len(prefix+" "+name)*100+i), 25).Struct(name)
		id := DescribedID(prefix, i)
		m["id"] = id
		s.world.refer(m, i)
		st.put(id, st.render(m))
	}
	return st
}

// DescribedID returns the ID of the ith of the twelve records that the server makes from
// the API's description for a service, such as "leases" or, of package crm,
// "crmprospects". With a portfolio, the server has no such records of the models that the
// portfolio makes: use [Server.IDs]. Without one, it has no residents.
func DescribedID(service string, i int) string {
	return fmt.Sprintf("cl%s%06d", strings.ToLower(service), i)
}

// filterKinds returns the kinds of an operation's query parameters.
func filterKinds(op *propexodoc.Operation) (kinds map[string]kind, repeated []string, required []string) {
	kinds = make(map[string]kind)
	for _, f := range op.Filters() {
		switch {
		case f.Type == "time":
			kinds[f.Name] = timestamp
		case f.Type == "date":
			kinds[f.Name] = dateOrTime
		case f.Type == "boolean":
			kinds[f.Name] = flag
		case f.Type == "integer":
			kinds[f.Name] = whole
		case f.Pattern != "":
			kinds[f.Name] = tenDigits
		default:
			kinds[f.Name] = text
		}
		if f.Type == "array" {
			repeated = append(repeated, f.Name)
		}
		if f.Required {
			required = append(required, f.Name)
		}
	}
	return kinds, repeated, required
}

// parseDescribed checks a query against the description.
func parseDescribed(r *fakeserver.Request, op *propexodoc.Operation) (listQuery, *fakeserver.Response) {
	kinds, repeated, required := filterKinds(op)
	for _, name := range required {
		if r.Query.Get(name) == "" {
			resp := invalid([]issue{{"invalid_type", name, "is required"}})
			return listQuery{}, &resp
		}
	}
	for _, name := range repeated {
		if values := r.Query[name]; len(values) > 1 {
			r.Query[name] = values[:1]
		}
	}
	return parseList(r, kinds)
}

func describedList(op *propexodoc.Operation, st func() *store) func(*fakeserver.Request) fakeserver.Response {
	return func(r *fakeserver.Request) fakeserver.Response {
		q, refused := parseDescribed(r, op)
		if refused != nil {
			return *refused
		}
		return st().list(q)
	}
}

func describedGet(op *propexodoc.Operation, st func() *store) func(*fakeserver.Request) fakeserver.Response {
	return func(r *fakeserver.Request) fakeserver.Response {
		if _, refused := parseDescribed(r, op); refused != nil {
			return *refused
		}
		raw, ok := st().get(r.Arg(op.PathParams[len(op.PathParams)-1]))
		if !ok && op.Nullable {
			return fakeserver.JSON(http.StatusOK, map[string]any{"meta": map[string]any{"orderBy": []any{}}, "results": nil})
		}
		if !ok {
			return refuse(http.StatusNotFound, "not_found", "No record has this ID.")
		}
		return one(raw)
	}
}

// one returns the envelope of a single record.
func one(raw []byte) fakeserver.Response {
	return fakeserver.JSON(http.StatusOK, map[string]any{
		"meta":    map[string]any{"orderBy": []any{map[string]any{}}, "offset": 0, "limit": 100, "hasMore": false, "total": 1},
		"results": jsontext.Value(raw),
	})
}

// shapeOf returns what a body, or an object in it, may hold.
func shapeOf(schema *propexodoc.Schema) shape {
	sh := make(shape)
	for i := range schema.Fields {
		f := &schema.Fields[i]
		m := member{required: f.Required, min: f.Min, max: f.Max, above: f.ExclusiveMin, within: inner(f)}
		switch f.Type {
		case "boolean":
			m.kind = flag
		case "integer":
			m.kind = whole
		case "number":
			m.kind = num
		case "array":
			m.kind = list
		case "object", "map", "ref", "union", "any":
			m.kind = object
		}
		switch {
		case f.Type == "string" && f.Enum != "" && !f.OpenEnum:
			m.values = slices.DeleteFunc(slices.Clone(description().Enums[f.Enum]), func(v string) bool { return slices.Contains(f.Except, v) })
		case f.Format == "email":
			m.kind = email
		case f.Format == "date-time":
			m.kind = timestamp
		case f.Format == "date-time|date":
			m.kind = dateOrTime
		}
		for _, limit := range []struct {
			from *int
			to   *int
		}{{f.MinLength, &m.shortest}, {f.MaxLength, &m.length}, {f.MinItems, &m.shortest}, {f.MaxItems, &m.length}} {
			if limit.from != nil {
				*limit.to = *limit.from
			}
		}
		sh[f.Name] = m
	}
	return sh
}

// inner returns the shape of the objects that a field holds, or nil if it holds none, or
// of several shapes.
func inner(f *propexodoc.Field) shape {
	for _, name := range []string{f.Ref, f.Items} {
		if schema := description().Schemas[name]; schema != nil && len(schema.Fields) > 0 {
			return shapeOf(schema)
		}
	}
	return nil
}

// rules check what a member's own shape does not say, by operation.
var rules = map[string]func(*fakeserver.Request, map[string]any) *issue{
	"residents.update": func(_ *fakeserver.Request, members map[string]any) *issue {
		if members["phone_1"] != nil && members["phone_1_type"] == nil {
			return &issue{"invalid_type", "phone_1_type", "is required with phone_1"}
		}
		return nil
	},
	"resident-pets.update": func(r *fakeserver.Request, members map[string]any) *issue {
		if id, ok := members["resident_pet_id"].(jsontext.Value); ok && string(id) != fmt.Sprintf("%q", r.Arg("pet_id")) {
			return &issue{"invalid_value", "resident_pet_id", "must be the pet of the path"}
		}
		return nil
	},
}

func (s *Server) describedWrite(d *propexodoc.Description, op *propexodoc.Operation) func(*fakeserver.Request) fakeserver.Response {
	sh := make(shape)
	if op.Request != "" {
		sh = shapeOf(d.Schemas[op.Request])
	}
	change := s.change(d, op)
	return func(r *fakeserver.Request) fakeserver.Response {
		members := make(map[string]any)
		if op.Request != "" || len(r.Payload) > 0 {
			var refused *fakeserver.Response
			if members, refused = sh.body(r); refused != nil {
				return *refused
			}
		}
		if rule := rules[op.Full()]; rule != nil {
			if wrong := rule(r, members); wrong != nil {
				return invalid([]issue{*wrong})
			}
		}
		do, refused := change(r, members)
		if refused != nil {
			return *refused
		}
		return s.accept(do)
	}
}

// change returns what a write does to the records of its service: create, update or
// delete one. Other writes, such as of files, change nothing.
func (s *Server) change(d *propexodoc.Description, op *propexodoc.Operation) func(*fakeserver.Request, map[string]any) (func() string, *fakeserver.Response) {
	nothing := func() string { return "" }
	none := func(*fakeserver.Request, map[string]any) (func() string, *fakeserver.Response) { return nothing, nil }
	sibling := func(name string) *propexodoc.Operation {
		i := slices.IndexFunc(d.Operations, func(o *propexodoc.Operation) bool {
			return o.Service == op.Service && o.Name == name && strings.HasPrefix(o.Envelope, "meta+results")
		})
		if i < 0 {
			return nil
		}
		return d.Operations[i]
	}
	if list := sibling("List"); list != nil && op.Name == "Create" && op.Path == list.Path {
		st := s.stored(list)
		return func(_ *fakeserver.Request, members map[string]any) (func() string, *fakeserver.Response) {
			return func() string { return s.create(st(), members) }, nil
		}
	}
	get := sibling("Get")
	if get == nil || op.Name != "Update" && op.Name != "Delete" || pathless(op.Path) != pathless(get.Path) {
		return none
	}
	st := s.stored(get)
	return func(r *fakeserver.Request, members map[string]any) (func() string, *fakeserver.Response) {
		id := r.Arg(op.PathParams[0])
		if _, ok := st().get(id); !ok {
			resp := refuse(http.StatusNotFound, "not_found", "No record has this ID.")
			return nil, &resp
		}
		if op.Name == "Delete" {
			return func() string { st().remove(id); return "" }, nil
		}
		return func() string { s.synced(st(), id, members); return "" }, nil
	}
}

var pathParam = regexp.MustCompile(`\{[^}]*\}`)

// pathless returns a path without the names of its parameters.
func pathless(path string) string {
	return pathParam.ReplaceAllString(strings.TrimSuffix(path, "/"), "{}")
}

// create adds a record with those members that its model has, and returns its ID.
func (s *Server) create(st *store, members map[string]any) string {
	now := s.Now().UTC().Format(stampLayout)
	v := map[string]any{"id": fmt.Sprintf("clnew%020d", s.created.Add(1)), "created_at": now, "updated_at": now, "last_seen": now}
	for i := range st.schema.Fields {
		f := &st.schema.Fields[i]
		if value, given := members[f.Name]; given {
			v[f.Name] = value
		}
	}
	fill(st.schema.Fields, v)
	id, _ := v["id"].(string)
	st.put(id, st.render(v))
	return id
}

// synced changes those members that a record's model has, as a sync reads them back.
func (s *Server) synced(st *store, id string, members map[string]any) {
	now := s.Now().UTC().Format(stampLayout)
	changed := map[string]any{"updated_at": now, "last_seen": now}
	for name, value := range members {
		if st.schema.Field(name) != nil {
			changed[name] = value
		}
	}
	st.update(id, changed)
}

// describedAnswer responds at once, in the operation's own envelope.
func describedAnswer(d *propexodoc.Description, op *propexodoc.Operation) func(*fakeserver.Request) fakeserver.Response {
	var sh shape
	if op.Request != "" {
		sh = shapeOf(d.Schemas[op.Request])
	}
	return func(r *fakeserver.Request) fakeserver.Response {
		given := map[string]any{}
		if sh != nil {
			var refused *fakeserver.Response
			if given, refused = sh.body(r); refused != nil {
				return *refused
			}
		} else if op.Method == http.MethodGet && op.Envelope != "results" {
			if len(r.Query) > 0 {
				return invalid([]issue{{"unrecognized_keys", "query", "is not known"}})
			}
		}
		answer := propexodoc.NewSampler(d, uint64(len(op.ID)), 10).Struct(op.Response[0])
		for name, v := range given {
			if f := d.Schemas[op.Response[0]].Field(name); f != nil && f.Type != "array" && f.Type != "ref" {
				answer[name] = v
			}
		}
		if n := len(op.PathParams); n > 0 && answer["id"] != nil {
			answer["id"] = r.Arg(op.PathParams[n-1])
		}
		switch op.Envelope {
		case "result":
			return fakeserver.JSON(http.StatusOK, map[string]any{"result": answer})
		case "meta+result[]":
			return fakeserver.JSON(http.StatusOK, map[string]any{"meta": map[string]any{"job_id": "job000000"}, "result": []any{answer}})
		case "results":
			if op.Response[0] == "WriteLogPage" {
				return writeLogs(r, d)
			}
			if _, refused := parseDescribed(r, op); refused != nil {
				return *refused
			}
			return fakeserver.JSON(http.StatusOK, map[string]any{"results": answer})
		}
		return fakeserver.JSON(http.StatusOK, answer)
	}
}

// writeLogs returns a page of 150 log entries.
func writeLogs(r *fakeserver.Request, d *propexodoc.Description) fakeserver.Response {
	offset, limit := 0, 100
	for name, values := range r.Query {
		n := 0
		switch name {
		case "offset":
			n = number(values[0], 0, 1<<31-1)
			offset = n
		case "limit":
			n = number(values[0], 1, 100)
			limit = n
		case "time_range", "integration_id", "status", "write_category":
		default:
			n = -1
		}
		if n < 0 {
			return invalid([]issue{{"invalid_value", name, "is not known or out of range"}})
		}
	}
	logs := []any{}
	for i := offset; i < min(offset+limit, 150); i++ {
		m := propexodoc.NewSampler(d, uint64(i), 20).Struct("WriteLog")
		m["id"] = DescribedID("writelogs", i)
		logs = append(logs, m)
	}
	return fakeserver.JSON(http.StatusOK, map[string]any{"results": map[string]any{"logs": logs}})
}

const storeOperation = "store"

// JobData is the stored data of every job.
const JobData = `{"request":{"method":"POST"},"response":{"status":200}}`

func (s *Server) redirectToStore(r *fakeserver.Request) fakeserver.Response {
	return fakeserver.Response{Status: http.StatusFound, Header: http.Header{"Location": {s.URL + "/store/" + r.Arg("job_log_id") + "?signature=presigned"}}}
}

// fromStore serves a presigned URL. It refuses a request with a second
// authorization, as real stores do.
func fromStore(r *fakeserver.Request) fakeserver.Response {
	if r.Header.Get("Authorization") != "" || r.Query.Get("signature") != "presigned" {
		return fakeserver.Response{Status: http.StatusBadRequest, Body: []byte("<Error>Only one auth mechanism allowed</Error>")}
	}
	return fakeserver.Response{Header: http.Header{"Content-Type": {"application/octet-stream"}, "Content-Length": {strconv.Itoa(len(JobData))}}, Body: []byte(JobData)}
}
