package storedgetest

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// A view is what a query asks for: which records, in which order, which of their
// members, and which associations.
type view struct {
	sort       string
	descending bool
	after      time.Time // created after
	before     time.Time // created before
	since      time.Time // updated since
	only       []string
	fields     map[string][]string // by the name of the object
	include    []string            // as objects
	includeIDs []string
	more       url.Values // the parameters of one operation
	page, size int
}

// readView reads a query without the ignored parameters. It returns the parameter that
// is wrong, or "". An operation may have parameters of its own.
func readView(query url.Values, ignored, own []string) (view, string) {
	v := view{page: 1, size: 100, fields: make(map[string][]string), more: make(url.Values)}
	for parameter, values := range query {
		var err error
		value := values[0]
		object, isFields := strings.CutPrefix(parameter, "fields[")
		switch {
		case slices.Contains(own, parameter):
			v.more[parameter] = values
		case len(values) != 1 || value == "":
			return v, parameter
		case slices.Contains(ignored, parameter) || isFields && slices.Contains(ignored, "fields"):
		case isFields:
			v.fields[strings.TrimSuffix(object, "]")] = strings.Split(value, ",")
		case parameter == "page":
			v.page, err = positive(value)
		case parameter == "per_page":
			v.size, err = positive(value)
		case parameter == "asort", parameter == "dsort":
			v.sort, v.descending = value, parameter == "dsort"
		case parameter == "created_after":
			v.after, err = time.Parse(time.RFC3339, value)
		case parameter == "created_before":
			v.before, err = time.Parse(time.RFC3339, value)
		case parameter == "updated_since":
			v.since, err = time.Parse(time.RFC3339, value)
		case parameter == "only_ids":
			v.only = strings.Split(value, ",")
		case parameter == "include_as_object":
			v.include = strings.Split(value, ",")
		case parameter == "include_as_ids":
			v.includeIDs = strings.Split(value, ",")
		case parameter == "suppress_response_codes":
		default:
			return v, parameter
		}
		if err != nil {
			return v, parameter
		}
	}
	return v, ""
}

func positive(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err == nil && n < 1 {
		err = strconv.ErrRange
	}
	return n, err
}

// select returns the page of a collection's records that a view asks for, and the
// number of all of them.
func (v *view) selectFrom(c *collection, keep func(*record) bool) (page []*record, total int) {
	from := (v.page - 1) * v.size
	plain := v.only == nil && v.after.IsZero() && v.before.IsZero() && v.since.IsZero()
	if plain && keep == nil && c.there == nil && v.sort == "id" && !v.descending {
		return c.table.Page(from, v.size) // makes no other records
	}
	all := c.all(func(r *record) bool {
		return (v.only == nil || slices.Contains(v.only, r.id)) && (keep == nil || keep(r)) && (plain || v.inTime(c, r))
	})
	v.order(c, all)
	from = min(from, len(all))
	return all[from:min(from+v.size, len(all))], len(all)
}

// inTime reports whether a record was created and changed when the view wants it.
func (v *view) inTime(c *collection, r *record) bool {
	created, _ := time.Parse(time.RFC3339, createdAt(c.own(r)))
	changed := later(c.changedAt(r), created)
	if at, err := time.Parse(time.RFC3339, asText(c.own(r)["updated_at"])); err == nil {
		changed = later(changed, at)
	}
	return (v.after.IsZero() || created.After(v.after)) && (v.before.IsZero() || created.Before(v.before)) && (v.since.IsZero() || !changed.Before(v.since))
}

// createdAt returns when a record was created, or "" if it does not say.
func createdAt(m members) string {
	return cmp.Or(asText(m["created_at"]), asText(m["moved_in_at"]))
}

// order sorts records as a view wants, or as a server that does not sort.
func (v *view) order(c *collection, all []*record) {
	switch v.sort {
	case "":
		slices.SortStableFunc(all, func(a, b *record) int { return cmp.Compare(a.place, b.place) })
		return
	case "id": // as they come
	default:
		values := make(map[*record]string, len(all))
		for _, r := range all {
			values[r] = asText(c.members(r)[v.sort])
		}
		slices.SortStableFunc(all, func(a, b *record) int { return compare(values[a], values[b]) })
	}
	if v.descending {
		slices.Reverse(all)
	}
}

// compare compares numbers as numbers, and else texts.
func compare(a, b string) int {
	x, xErr := strconv.ParseFloat(a, 64)
	y, yErr := strconv.ParseFloat(b, 64)
	if xErr == nil && yErr == nil {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(a, b)
}

// show returns a record as the view wants it.
func (v *view) show(c *collection, r *record) any {
	m := c.members(r)
	v.associate(c, r, m)
	return render(v.trim(c.name, m), c.model)
}

// associations are the records that others can include, by their collection.
var associations = map[string][]string{
	"tenant": {"ledgers", "leads", "payment_methods", "notes"},
	"unit":   {"unit_group", "current_ledger", "current_tenant"},
	"ledger": {"tenant", "unit", "invoices", "rate_changes"},
	"lead":   {"tenant", "unit", "unit_group"},
}

// associate adds the associations that the view asks for.
func (v *view) associate(c *collection, r *record, m members) {
	for _, name := range associations[c.name] {
		asObject, asIDs := slices.Contains(v.include, name), slices.Contains(v.includeIDs, name)
		if !asObject && !asIDs {
			continue
		}
		of, records := c.f.associated(c, r, m, name)
		if strings.HasSuffix(name, "s") {
			objects, ids := []any{}, []string{}
			for _, r := range records {
				objects, ids = append(objects, render(of.members(r), of.model)), append(ids, r.id)
			}
			if asObject {
				m[name] = objects
			}
			if asIDs {
				m[singular(name)+"_ids"] = ids
			}
			continue
		}
		if len(records) == 0 {
			records = append(records, nil)
		}
		if asObject {
			m[name] = nil
			if records[0] != nil {
				m[name] = of.members(records[0])
			}
		}
		if asIDs {
			m[name+"_id"] = nil
			if records[0] != nil {
				m[name+"_id"] = records[0].id
			}
		}
	}
}

// associated returns the records of an association.
func (f *facility) associated(c *collection, r *record, m members, name string) (*collection, []*record) {
	kind := strings.TrimPrefix(singular(name), "current_")
	of := f.collections[kind]
	switch {
	case c.name == "tenant" && (kind == "ledger" || kind == "lead"):
		return of, f.recordsOf(kind, r)
	case strings.HasSuffix(name, "s"):
		return of, of.all(func(child *record) bool { return child.of == r.id })
	}
	own := c.own(r)
	id := cmp.Or(reference(own, kind), asText(m[name+"_id"]))
	if c.name == "lead" && kind == "unit_group" {
		if unit, ok := f.collections["unit"].get(reference(own, "unit")); ok {
			id = asText(f.collections["unit"].own(unit)["unit_group_id"])
		}
	}
	if one, ok := of.get(id); ok {
		return of, []*record{one}
	}
	return of, nil
}

func singular(plural string) string {
	if stem, ok := strings.CutSuffix(plural, "ies"); ok {
		return stem + "y"
	}
	return strings.TrimSuffix(plural, "s")
}

// trim returns an object with the members that were asked for, also of the objects in
// it.
func (v *view) trim(object string, m members) members {
	if len(v.fields) == 0 {
		return m
	}
	wanted, some := v.fields[object]
	trimmed := make(members, len(m))
	for name, value := range m {
		if some && !slices.Contains(wanted, name) {
			continue
		}
		switch inner := value.(type) {
		case members:
			value = v.trim(name, inner)
		case []members, []any:
			if all := objects(inner); len(all) > 0 {
				list := make([]any, len(all))
				for i, one := range all {
					list[i] = v.trim(singular(name), one)
				}
				value = list
			}
		}
		trimmed[name] = value
	}
	return trimmed
}

// badParameter refuses a query.
func badParameter(name string) fakeserver.Response {
	return refuse(http.StatusUnprocessableEntity, "", "The parameter "+name+" is unknown or out of range.")
}

// list returns a handler of a list of those records that are kept. The operation may
// have parameters of its own, which keep reads.
func (s *Server) list(collection string, keep func(*call, *record) bool, own ...string) handler {
	return func(c *call) fakeserver.Response {
		v, wrong := readView(c.Query, s.o.ignored, own)
		if wrong != "" {
			return badParameter(wrong)
		}
		of := c.f.collections[collection]
		var kept func(*record) bool
		if keep != nil {
			kept = func(r *record) bool { return keep(c, r) }
		}
		page, total := v.selectFrom(of, kept)
		shown := make([]any, len(page))
		for i, r := range page {
			shown[i] = v.show(of, r)
		}
		return c.page(of.plural, shown, &v, total)
	}
}

// page returns a page of a list.
func (c *call) page(name string, records []any, v *view, total int) fakeserver.Response {
	pagination := members{
		"current_page": v.page, "total_pages": (total + v.size - 1) / v.size, "per_page": v.size, "total_entries": total, "previous_page": nil, "next_page": nil,
	}
	if v.page > 1 {
		pagination["previous_page"] = v.page - 1
	}
	if (v.page-1)*v.size+len(records) < total && len(records) > 0 {
		pagination["next_page"] = v.page + 1
	}
	return c.result(http.StatusOK, name, records, pagination)
}

// children are the records that belong to the one that the path names.
func children(of string) func(*call, *record) bool {
	return func(c *call, r *record) bool { return r.of == c.of[of].id }
}

// get returns a handler that returns the record that the path names.
func (s *Server) get(collection string) handler {
	return func(c *call) fakeserver.Response {
		v, wrong := readView(c.Query, s.o.ignored, nil)
		if wrong != "" {
			return badParameter(wrong)
		}
		of := c.f.collections[collection]
		return c.result(http.StatusOK, of.name, v.show(of, c.of[collection]), nil)
	}
}

// show responds with a record of a collection.
func (c *call) show(collection, id string) fakeserver.Response {
	return c.showWith(http.StatusOK, collection, id)
}

func (c *call) showWith(status int, collection, id string) fakeserver.Response {
	of := c.f.collections[collection]
	r, ok := of.get(id)
	if !ok {
		panic("storedgetest: a record that was just changed is not there")
	}
	return c.result(status, of.name, render(of.members(r), of.model), nil)
}
