package storedgetest

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// A view is what a query asks for: which records, in which order, and which of
// their members.
type view struct {
	sort       string
	descending bool
	after      time.Time // created after
	before     time.Time // created before
	since      time.Time // updated since
	only       []string
	fields     map[string][]string // by the name of the object
	page, size int
}

// readView reads a query. It returns the parameter that is wrong, or "".
func readView(query url.Values) (view, string) {
	v := view{page: 1, size: 100, fields: make(map[string][]string)}
	for parameter, values := range query {
		var err error
		value := values[0]
		object, isFields := strings.CutPrefix(parameter, "fields[")
		switch {
		case len(values) != 1 || value == "":
			return v, parameter
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
		case parameter == "include_as_object", parameter == "include_as_ids", parameter == "channel_category":
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

// pick returns the records of the view, in its order.
func (v *view) pick(all []members, sorted bool) []members {
	moment := func(m members, name string) time.Time {
		t, _ := time.Parse(time.RFC3339, fmt.Sprint(m[name]))
		return t
	}
	all = slices.DeleteFunc(slices.Clone(all), func(m members) bool {
		created := moment(m, "created_at")
		updated := created
		if t := moment(m, "updated_at"); !t.IsZero() {
			updated = t
		}
		return !v.after.IsZero() && !created.After(v.after) || !v.before.IsZero() && !created.Before(v.before) ||
			!v.since.IsZero() && updated.Before(v.since) || v.only != nil && !slices.Contains(v.only, fmt.Sprint(m["id"]))
	})
	if v.sort != "" && sorted {
		slices.SortStableFunc(all, func(a, b members) int {
			order := cmp.Compare(fmt.Sprint(a[v.sort]), fmt.Sprint(b[v.sort]))
			if v.descending {
				return -order
			}
			return order
		})
	}
	return all
}

// trim leaves a record the members that were asked for.
func (v *view) trim(object string, m members) members {
	wanted, ok := v.fields[object]
	if !ok {
		return m
	}
	trimmed := make(members)
	for _, name := range wanted {
		if value, ok := m[name]; ok {
			trimmed[name] = value
		}
	}
	return trimmed
}

// paged returns the page that is asked for.
func (s *Server) paged(r *fakeserver.Request, name string, all []members) fakeserver.Response {
	v, wrong := readView(r.Query)
	if wrong != "" {
		return refuse(http.StatusUnprocessableEntity, "", "The parameter "+wrong+" is unknown or out of range.")
	}
	all = v.pick(all, !s.o.unsorted)
	from := min((v.page-1)*v.size, len(all))
	to := min(from+v.size, len(all))
	pagination := members{
		"current_page": v.page, "total_pages": (len(all) + v.size - 1) / v.size, "per_page": v.size, "total_entries": len(all), "previous_page": nil, "next_page": nil,
	}
	if v.page > 1 {
		pagination["previous_page"] = v.page - 1
	}
	if to < len(all) {
		pagination["next_page"] = v.page + 1
	}
	records := []members{}
	for _, m := range all[from:to] {
		records = append(records, v.trim(strings.TrimSuffix(name, "s"), m))
	}
	return result(r, name, records, pagination)
}
