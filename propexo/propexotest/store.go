package propexotest

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

// Resident is a record of the fake: its ID and its JSON.
type Resident struct {
	ID  string
	Raw []byte
}

// A record is either JSON, or made when it is read.
type record struct {
	id     string
	raw    []byte         // nil if it is made
	fields map[string]any // of raw: what lists sort and filter by
	made   func() map[string]any
	patch  map[string]any // what was changed of a record that is made
}

// values returns what lists sort and filter by.
func (r *record) values() map[string]any {
	if r.made == nil {
		return r.fields
	}
	m := r.made()
	maps.Copy(m, r.patch)
	return m
}

// sortable are the members that every list can be sorted by.
var sortable = []string{
	"id", "created_at", "updated_at", "last_seen", "x_id", "property_id", "integration_id", "integration_vendor",
	"email_1", "phone_1", "last_name", "first_name",
}

// A store holds the records of a model, sorted by ID.
type store struct {
	model  string
	schema *propexodoc.Schema
	table  *fakeserver.Table[*record]
	names  map[string]bool // the members that lists sort and filter by
}

// newStore returns a store of a model that starts with the records of base.
func newStore(model string, base fakeserver.Base[*record]) *store {
	s := &store{model: model, schema: description().Schemas[model], table: fakeserver.NewTable(base), names: make(map[string]bool)}
	for _, name := range append(slices.Clone(sortable), "leases_meta_data", "residents_meta_data") {
		s.names[name] = true
	}
	for _, op := range description().Operations {
		if len(op.Response) == 0 || op.Response[0] != model {
			continue
		}
		for _, f := range op.Query {
			s.names[f.Name] = true
		}
	}
	for _, f := range s.schema.Fields { // such as the move-in date, which filters go by other names
		if strings.HasSuffix(f.Name, "_date") {
			s.names[f.Name] = true
		}
	}
	return s
}

// newRecord returns a record that is JSON.
func (s *store) newRecord(id string, raw []byte) *record {
	r := &record{id: id, raw: raw, fields: make(map[string]any)}
	var members map[string]jsontext.Value
	if json.Unmarshal(raw, &members) == nil { // others can only be listed
		for name, v := range members {
			var value any
			if s.names[name] && json.Unmarshal(v, &value) == nil {
				r.fields[name] = value
			}
		}
	}
	r.fields["id"] = id
	return r
}

func (s *store) put(records ...Resident) {
	keys, all := make([]string, len(records)), make([]*record, len(records))
	for i, r := range records {
		keys[i], all[i] = r.ID, s.newRecord(r.ID, r.Raw)
	}
	s.table.PutAll(keys, all)
}

func (s *store) remove(id string) bool { return s.table.Remove(id) }

func (s *store) get(id string) ([]byte, bool) {
	r, ok := s.table.Get(id)
	if !ok {
		return nil, false
	}
	return s.json(r), true
}

// update sets members of a record, and reports whether it exists.
func (s *store) update(id string, members map[string]any) bool {
	return s.table.Change(id, func(r *record) *record {
		if r.made != nil {
			patch := maps.Clone(members)
			for name, v := range r.patch {
				if _, again := patch[name]; !again {
					patch[name] = v
				}
			}
			return &record{id: id, made: r.made, patch: plainValues(patch)}
		}
		merged, err := merge(r.raw, members)
		if err != nil {
			return r
		}
		return s.newRecord(id, merged)
	})
}

// plainValues turns JSON values into what they stand for.
func plainValues(members map[string]any) map[string]any {
	for name, v := range members {
		if raw, ok := v.(jsontext.Value); ok {
			var value any
			if json.Unmarshal(raw, &value) == nil {
				members[name] = value
			}
		}
	}
	return members
}

// json returns a record's JSON, with its members in the documented order.
func (s *store) json(r *record) []byte {
	if r.made == nil {
		return r.raw
	}
	return s.render(r.values())
}

func (s *store) render(m map[string]any) []byte {
	var o fakeserver.Object
	for i := range s.schema.Fields {
		if v, ok := m[s.schema.Fields[i].Name]; ok {
			o.Set(s.schema.Fields[i].Name, v)
			delete(m, s.schema.Fields[i].Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		o.Set(name, m[name])
	}
	return o.Bytes()
}

// AddResidents adds residents, or replaces those with the same IDs.
func (s *Server) AddResidents(residents ...Resident) { s.store.put(residents...) }

// AddRaw adds a record with any content, such as JSON that is not an object. The ID
// gives its position in lists.
func (s *Server) AddRaw(id string, raw []byte) { s.store.put(Resident{id, raw}) }

// RemoveResident removes a resident and reports whether it existed.
func (s *Server) RemoveResident(id string) bool { return s.store.remove(id) }

// ResidentIDs returns the IDs of all residents, sorted.
func (s *Server) ResidentIDs() []string { return s.store.table.Keys() }

// ResidentJSON returns the JSON of a resident, or nil.
func (s *Server) ResidentJSON(id string) []byte {
	raw, _ := s.store.get(id)
	return bytes.Clone(raw)
}

// UpdateResident sets members of a resident and reports whether it exists. It changes
// updated_at and last_seen only if they are among the members.
func (s *Server) UpdateResident(id string, members map[string]any) bool {
	return s.store.update(id, members)
}

func merge(raw []byte, members map[string]any) ([]byte, error) {
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	for name, v := range members {
		all[name] = v
	}
	return json.Marshal(all, json.Deterministic(true))
}

// An order is one term of order-by.
type order struct {
	field string
	desc  bool
}

// A row is a record and what it is sorted by.
type row struct {
	*record
	values map[string]any
}

// list returns a page of what the query selects.
func (s *store) list(q listQuery) fakeserver.Response {
	var page [][]byte
	var total int
	if len(q.filters) == 0 && slices.Equal(q.orders, []order{{"id", false}}) {
		var records []*record
		records, total = s.table.Page(q.offset, q.limit)
		for _, r := range records {
			page = append(page, s.json(r))
		}
	} else {
		var rows []row
		for _, r := range s.table.All(0) {
			if v := r.values(); q.selects(v) {
				rows = append(rows, row{r, v})
			}
		}
		sortRows(rows, q.orders)
		total = len(rows)
		from := min(q.offset, total)
		for _, r := range rows[from:min(from+q.limit, total)] {
			page = append(page, s.json(r.record))
		}
	}
	size := 256
	for _, raw := range page {
		size += len(raw) + 1
	}
	b := make([]byte, 0, size)
	b = fmt.Appendf(b, `{"meta":{"orderBy":[`)
	for i, o := range q.orders {
		if i > 0 {
			b = append(b, ',')
		}
		direction := "asc"
		if o.desc {
			direction = "desc"
		}
		b = fmt.Appendf(b, `{"field":%q,"direction":%q}`, o.field, direction)
	}
	b = fmt.Appendf(b, `],"offset":%d,"limit":%d,"hasMore":%t,"total":%d},"results":[`, q.offset, q.limit, q.offset+len(page) < total, total)
	for i, raw := range page {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, raw...)
	}
	return fakeserver.Raw(200, append(b, "]}"...))
}

// sortRows sorts rows by orders. Rows that are equal in them come in another order
// each time, as they may from a database.
func sortRows(rows []row, orders []order) {
	if !slices.Equal(orders, []order{{"id", false}}) {
		rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] }) //nolint:gosec // no secret
	}
	sort.SliceStable(rows, func(i, j int) bool {
		for _, o := range orders {
			c := strings.Compare(asText(rows[i].values[o.field]), asText(rows[j].values[o.field]))
			if o.desc {
				c = -c
			}
			if c != 0 {
				return c < 0
			}
		}
		return false
	})
}

// asText returns a value as it stands in a query.
func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// A listQuery is a list's query, checked.
type listQuery struct {
	orders        []order
	offset, limit int
	filters       map[string]string
}

// selects reports whether the filters select a record.
func (q *listQuery) selects(v map[string]any) bool {
	for name, want := range q.filters {
		if !selects(name, want, v) {
			return false
		}
	}
	return true
}

func selects(name, want string, v map[string]any) bool {
	if field, ok := strings.CutSuffix(name, "_gte"); ok {
		return instant(asText(v[field])) >= instant(want)
	}
	if field, ok := strings.CutSuffix(name, "_lte"); ok {
		at := instant(asText(v[field]))
		return at != "" && at <= instant(want)
	}
	if field, ok := strings.CutPrefix(name, "before_"); ok {
		at := moveDate(v, field)
		return at != "" && at < want
	}
	if field, ok := strings.CutPrefix(name, "after_"); ok {
		return moveDate(v, field) > want
	}
	switch name {
	case "transaction_date_start":
		return asText(v["transaction_date"]) >= want
	case "transaction_date_end":
		return asText(v["transaction_date"]) <= want
	case "only_null_move_outs":
		return want != "true" || moveDate(v, "move_out_date") == ""
	case "phone_1":
		return digits(asText(v["phone_1"])) == want
	case "unit_number":
		return asText(v["unit_number"]) == want || asText(v["number"]) == want
	case "location_id": // the old name
		return asText(v["property_id"]) == want
	case "lease_id", "resident_id":
		return asText(v[name]) == want || refersTo(v["leases_meta_data"], name, want) || refersTo(v["residents_meta_data"], name, want)
	}
	field, known := v[name]
	return !known || asText(field) == want // how unknown ones match is not documented
}

// moveDate returns the date of a move, realized or scheduled.
func moveDate(v map[string]any, field string) string {
	if at := asText(v["realized_"+field]); at != "" {
		return at
	}
	return asText(v["scheduled_"+field])
}

// refersTo reports whether one of a list of objects has a member of this value.
func refersTo(list any, member, want string) bool {
	switch list := list.(type) {
	case []any:
		return slices.ContainsFunc(list, func(v any) bool { m, _ := v.(map[string]any); return m[member] == want })
	case []map[string]any:
		return slices.ContainsFunc(list, func(m map[string]any) bool { return m[member] == want })
	}
	return false
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// parseList checks the query of a list against what it may hold.
func parseList(r *fakeserver.Request, filters map[string]kind, sortable []string) (listQuery, *fakeserver.Response) {
	q := listQuery{limit: 100, filters: make(map[string]string), orders: []order{{"created_at", true}}}
	var issues []issue
	for name, values := range r.Query {
		if len(values) != 1 {
			issues = append(issues, issue{"invalid_type", name, "must be given once"})
			continue
		}
		value := values[0]
		switch name {
		case "offset":
			if q.offset = number(value, 0, 1<<31-1); q.offset < 0 {
				issues = append(issues, issue{"invalid_type", name, "must be a whole number of at least 0"})
			}
		case "limit":
			if q.limit = number(value, 1, 250); q.limit < 0 {
				issues = append(issues, issue{"invalid_type", name, "must be a whole number from 1 to 250"})
			}
		case "order-by":
			q.orders = nil
			for term := range strings.SplitSeq(value, ",") {
				field, direction, _ := strings.Cut(term, ":")
				if !slices.Contains(sortable, field) || direction != "" && direction != "asc" && direction != "desc" {
					issues = append(issues, issue{"invalid_value", name, "must be fields with asc or desc"})
					continue
				}
				q.orders = append(q.orders, order{field, direction == "desc"})
			}
		default:
			kind, known := filters[name]
			switch {
			case !known:
				issues = append(issues, issue{"unrecognized_keys", name, "is not known"})
			case !kind.takesText(value):
				issues = append(issues, issue{"invalid_value", name, "must be " + kind.String()})
			default:
				q.filters[name] = value
			}
		}
	}
	if q.filters["unit_number"] != "" && q.filters["property_id"] == "" {
		issues = append(issues, issue{"invalid_value", "unit_number", "needs property_id"})
	}
	if len(issues) > 0 {
		resp := invalid(issues)
		return q, &resp
	}
	return q, nil
}

func number(s string, low, high int) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high || strconv.Itoa(n) != s {
		return -1
	}
	return n
}
