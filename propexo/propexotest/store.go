package propexotest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

// A record is either JSON, or made when it is read.
type record struct {
	id     string
	raw    []byte         // nil if it is made
	fields map[string]any // of raw: what lists sort and filter by
	made   func() map[string]any
	quick  func(name string) (any, bool) // a member of what is made, if that is cheaper
	patch  map[string]any                // what was changed of a record that is made
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
	near   func(filters map[string]string) [][2]int
}

// newStore returns a store of a model that starts with the records of base.
func newStore(model string, base fakeserver.Base[*record]) *store {
	s := &store{model: model, schema: description().Schemas[model], table: fakeserver.NewTable(base), names: make(map[string]bool)}
	s.near = func(map[string]string) [][2]int { return nil }
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

func (s *store) put(id string, raw []byte) { s.table.Put(id, s.newRecord(id, raw)) }

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
			return &record{id: id, made: r.made, quick: r.quick, patch: plainValues(patch)}
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

// A row is a record that a list looks at.
type row struct {
	*record
	all  map[string]any // nil until it is needed
	keys []string       // what it is sorted by
}

// value returns a member of the record. It makes the record only if it must.
func (r *row) value(name string) (any, bool) {
	if r.all == nil && r.made != nil {
		if v, patched := r.patch[name]; patched {
			return v, true
		}
		if v, ok := r.quick(name); ok {
			return v, true
		}
	}
	if r.all == nil {
		r.all = r.values()
	}
	v, ok := r.all[name]
	return v, ok
}

func (r *row) text(name string) string {
	v, _ := r.value(name)
	return asText(v)
}

// selected returns the rows that a query selects, sorted.
func (s *store) selected(q *listQuery) []*row {
	var rows []*row
	for _, r := range s.table.Some(s.near(q.filters)...) {
		one := &row{record: r}
		if !q.selects(one) {
			continue
		}
		for _, o := range q.orders {
			one.keys = append(one.keys, one.text(o.field))
		}
		one.all = nil // there may be many rows
		rows = append(rows, one)
	}
	// Rows that are equal in all orders come in another order each time, as they may
	// from a database.
	if !slices.Equal(q.orders, []order{{"id", false}}) {
		rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] }) //nolint:gosec // no secret
	}
	slices.SortStableFunc(rows, func(a, b *row) int {
		for i, o := range q.orders {
			if c := strings.Compare(a.keys[i], b.keys[i]); c != 0 && o.desc {
				return -c
			} else if c != 0 {
				return c
			}
		}
		return 0
	})
	return rows
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
		rows := s.selected(&q)
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

// selects reports whether the filters select a record. Those that are cheap to check
// come first.
func (q *listQuery) selects(r *row) bool {
	for _, cheap := range []bool{true, false} {
		for name, want := range q.filters {
			quick := strings.HasSuffix(name, "_gte") || strings.HasSuffix(name, "_lte") || name == "property_id" || strings.HasPrefix(name, "integration_")
			if quick == cheap && !selects(name, want, r) {
				return false
			}
		}
	}
	return true
}

func selects(name, want string, r *row) bool {
	if field, ok := strings.CutSuffix(name, "_gte"); ok {
		return instant(r.text(field)) >= instant(want)
	}
	if field, ok := strings.CutSuffix(name, "_lte"); ok {
		at := instant(r.text(field))
		return at != "" && at <= instant(want)
	}
	if field, ok := strings.CutPrefix(name, "before_"); ok {
		at := moveDate(r, field)
		return at != "" && at < want
	}
	if field, ok := strings.CutPrefix(name, "after_"); ok {
		return moveDate(r, field) > want
	}
	switch name {
	case "transaction_date_start":
		return r.text("transaction_date") >= want
	case "transaction_date_end":
		return r.text("transaction_date") <= want
	case "only_null_move_outs":
		return want != "true" || moveDate(r, "move_out_date") == ""
	case "phone_1":
		return digits(r.text("phone_1")) == want
	case "unit_number":
		return r.text("unit_number") == want || r.text("number") == want
	case "location_id": // the old name
		return r.text("property_id") == want
	case "lease_id", "resident_id":
		leases, _ := r.value("leases_meta_data")
		residents, _ := r.value("residents_meta_data")
		return r.text(name) == want || refersTo(leases, name, want) || refersTo(residents, name, want)
	}
	field, known := r.value(name)
	return !known || asText(field) == want // how unknown ones match is not documented
}

// moveDate returns the date of a move, realized or scheduled.
func moveDate(r *row, field string) string {
	if at := r.text("realized_" + field); at != "" {
		return at
	}
	return r.text("scheduled_" + field)
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
func parseList(r *fakeserver.Request, filters map[string]kind) (listQuery, *fakeserver.Response) {
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
