package propexotest

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// Resident is a record of the fake: its ID and its JSON.
type Resident struct {
	ID  string
	Raw []byte
}

// A record is a resident with what lists sort and filter by.
type record struct {
	id     string
	raw    []byte
	fields map[string]string // of those that filter or sort
	leases []string
}

// indexed are the members that a list can be sorted or filtered by.
var indexed = []string{
	"id", "created_at", "updated_at", "last_seen", "x_id", "property_id", "integration_id", "integration_vendor",
	"email_1", "phone_1", "last_name", "first_name",
}

func newRecord(r Resident) *record {
	rec := &record{id: r.ID, raw: r.Raw, fields: map[string]string{"id": r.ID}}
	var members map[string]jsontext.Value
	if json.Unmarshal(r.Raw, &members) != nil {
		return rec // planted; it can only be listed
	}
	for _, name := range indexed {
		var text string
		if json.Unmarshal(members[name], &text) == nil && name != "id" {
			rec.fields[name] = text
		}
	}
	var leases []struct {
		LeaseID string `json:"lease_id"`
	}
	if json.Unmarshal(members["leases_meta_data"], &leases) == nil {
		for _, l := range leases {
			rec.leases = append(rec.leases, l.LeaseID)
		}
	}
	return rec
}

// A store holds the residents, sorted by ID.
type store struct {
	mu   sync.RWMutex
	byID map[string]*record
	rows []*record
}

func newStore() *store { return &store{byID: make(map[string]*record)} }

func (s *store) put(residents ...Resident) {
	records := make([]*record, len(residents))
	for i, r := range residents {
		records[i] = newRecord(r)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sorted := true
	for _, rec := range records {
		if old, ok := s.byID[rec.id]; ok {
			*old = *rec
			continue
		}
		s.byID[rec.id] = rec
		if len(residents) > 50 {
			s.rows, sorted = append(s.rows, rec), false
			continue
		}
		i, _ := s.find(rec.id)
		s.rows = slices.Insert(s.rows, i, rec)
	}
	if !sorted {
		slices.SortFunc(s.rows, func(a, b *record) int { return cmp.Compare(a.id, b.id) })
	}
}

func (s *store) find(id string) (int, bool) {
	return slices.BinarySearchFunc(s.rows, id, func(r *record, id string) int { return cmp.Compare(r.id, id) })
}

func (s *store) remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.byID[id]; !ok {
		return false
	}
	delete(s.byID, id)
	i, _ := s.find(id)
	s.rows = slices.Delete(s.rows, i, i+1)
	return true
}

func (s *store) get(id string) ([]byte, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r, ok := s.byID[id]
	if !ok {
		return nil, false
	}
	return r.raw, true
}

// AddResidents adds residents, or replaces those with the same IDs.
func (s *Server) AddResidents(residents ...Resident) { s.store.put(residents...) }

// AddRaw adds a record with any content, such as JSON that is not an object. The ID
// gives its position in lists.
func (s *Server) AddRaw(id string, raw []byte) { s.store.put(Resident{id, raw}) }

// RemoveResident removes a resident and reports whether it existed.
func (s *Server) RemoveResident(id string) bool { return s.store.remove(id) }

// ResidentIDs returns the IDs of all residents, sorted.
func (s *Server) ResidentIDs() []string {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	ids := make([]string, len(s.store.rows))
	for i, r := range s.store.rows {
		ids[i] = r.id
	}
	return ids
}

// ResidentJSON returns the JSON of a resident, or nil.
func (s *Server) ResidentJSON(id string) []byte {
	raw, _ := s.store.get(id)
	return bytes.Clone(raw)
}

// UpdateResident sets members of a resident and reports whether it existed. It does
// not change updated_at and last_seen by itself.
func (s *Server) UpdateResident(id string, members map[string]any) bool {
	raw, ok := s.store.get(id)
	if !ok {
		return false
	}
	merged, err := merge(raw, members)
	if err != nil {
		return false
	}
	s.store.put(Resident{id, merged})
	return true
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

// list returns a page of what the query selects.
func (s *store) list(q listQuery) fakeserver.Response {
	s.mu.RLock()
	defer s.mu.RUnlock()
	rows := s.rows
	if len(q.filters) > 0 {
		rows = slices.DeleteFunc(slices.Clone(rows), func(r *record) bool { return !q.selects(r) })
	}
	if !slices.Equal(q.orders, []order{{"id", false}}) {
		rows = sorted(rows, q.orders)
	}
	from := min(q.offset, len(rows))
	to := min(from+q.limit, len(rows))
	size := 256
	for _, r := range rows[from:to] {
		size += len(r.raw) + 1
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
	b = fmt.Appendf(b, `],"offset":%d,"limit":%d,"hasMore":%t,"total":%d},"results":[`, q.offset, q.limit, to < len(rows), len(rows))
	for i, r := range rows[from:to] {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, r.raw...)
	}
	return fakeserver.Raw(200, append(b, "]}"...))
}

// sorted returns a sorted copy. Records that are equal come in a random order, as
// from a database.
func sorted(rows []*record, orders []order) []*record {
	rows = slices.Clone(rows)
	rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] }) //nolint:gosec // no secret
	sort.SliceStable(rows, func(i, j int) bool {
		for _, o := range orders {
			c := strings.Compare(rows[i].fields[o.field], rows[j].fields[o.field])
			if o.desc {
				c = -c
			}
			if c != 0 {
				return c < 0
			}
		}
		return false
	})
	return rows
}

// A listQuery is a list's query, checked.
type listQuery struct {
	orders        []order
	offset, limit int
	filters       map[string]string
}

func (q *listQuery) selects(r *record) bool {
	for name, want := range q.filters {
		switch field, bound := strings.CutSuffix(name, "_gte"); {
		case bound:
			if instant(r.fields[field]) < instant(want) {
				return false
			}
			continue
		}
		switch field, bound := strings.CutSuffix(name, "_lte"); {
		case bound:
			if instant(r.fields[field]) > instant(want) || r.fields[field] == "" {
				return false
			}
		case name == "lease_id":
			if !slices.Contains(r.leases, want) {
				return false
			}
		case name == "phone_1":
			if digits(r.fields["phone_1"]) != want {
				return false
			}
		case r.fields[name] != want:
			return false
		}
	}
	return true
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
