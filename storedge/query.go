package storedge

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// defaultPerPage is the API's own page size.
const defaultPerPage = 100

// ListParams selects, orders and trims the records of a list. The zero value
// lists all records.
//
// The API documents Sort, Fields, CreatedAfter, CreatedBefore, UpdatedSince,
// OnlyIDs, Include and IncludeIDs for all collections at once. Whether each list
// honors each of them is not documented. A list that ignores a filter returns
// records that the caller did not ask for, and never fewer.
type ListParams struct {
	// PerPage is the number of records a page. Zero means 100, the API's default.
	// The API does not name a maximum. If it sends shorter pages than it was asked
	// for, the listing ends with tenantry.ErrIncomplete.
	PerPage int
	// Cursor resumes a listing behind the page that it came with. The other
	// parameters must be the same as in that listing, except for PerPage.
	Cursor tenantry.Cursor
	// Sort orders the records by a member, such as "created_at". A leading "-"
	// reverses the order. The zero value sorts by id, so that every record has one
	// place in the list.
	Sort string
	// Fields trims records to the named members, by the name of the object that
	// they are in: {"tenant": {"username"}}. The id is always requested. Other
	// fields of the record then have their zero values.
	Fields map[string][]string
	// CreatedAfter selects records that were created after this time, if not zero.
	CreatedAfter time.Time
	// CreatedBefore selects records that were created before this time, if not zero.
	CreatedBefore time.Time
	// UpdatedSince selects records that changed since this time, if not zero.
	UpdatedSince time.Time
	// OnlyIDs selects the records with these ids. Nil selects all records.
	OnlyIDs []string
	// Include adds the named associations to each record as objects.
	Include []string
	// IncludeIDs adds the named associations to each record as lists of ids.
	IncludeIDs []string
	// Extra holds query values that have no field. They are sent as they are. A name
	// that has a field is refused.
	Extra url.Values
}

// Query values that the fields of ReadOptions and of lists set.
var (
	readNames = []string{"fields[", "include_as_object", "include_as_ids"}
	listNames = append([]string{"page", "per_page", "asort", "dsort", "created_after", "created_before", "updated_since", "only_ids"}, readNames...)
)

// query checks the parameters and returns their query, without the page.
func (p *ListParams) query(op *operation, more url.Values) (url.Values, error) {
	q := make(url.Values)
	maps.Copy(q, more)
	if p.PerPage < 0 {
		return nil, op.argument("PerPage", "is negative; pass a number of records, or 0 for the API's default")
	}
	field, descending := strings.CutPrefix(p.Sort, "-")
	switch {
	case p.Sort != "" && field == "":
		return nil, op.argument("Sort", "names no member")
	case descending:
		q.Set("dsort", field)
	case field != "":
		q.Set("asort", field)
	case !op.fixed:
		q.Set("asort", "id")
	}
	for name, at := range map[string]time.Time{"created_after": p.CreatedAfter, "created_before": p.CreatedBefore, "updated_since": p.UpdatedSince} {
		if !at.IsZero() {
			q.Set(name, stamp(at))
		}
	}
	if p.OnlyIDs != nil {
		if len(p.OnlyIDs) == 0 {
			return nil, op.argument("OnlyIDs", "is empty; pass nil to list all records")
		}
		if err := names(op, "OnlyIDs", p.OnlyIDs); err != nil {
			return nil, err
		}
		q.Set("only_ids", strings.Join(p.OnlyIDs, ","))
	}
	read := readQuery{fields: p.Fields, include: p.Include, includeIDs: p.IncludeIDs}
	if err := read.add(op, q); err != nil {
		return nil, err
	}
	return q, transport.AddExtra(api, &op.Op, q, p.Extra, listNames...)
}

// stamp is a time as queries carry it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// A ReadOption trims or extends the record that a read returns. A nil one is
// skipped.
type ReadOption func(*readQuery)

type readQuery struct {
	fields              map[string][]string
	include, includeIDs []string
}

// Fields trims a record to the named members of the named object, such as
// "tenant". The id is always requested. Other fields then have their zero values.
func Fields(object string, members ...string) ReadOption {
	return func(r *readQuery) {
		if r.fields == nil {
			r.fields = make(map[string][]string)
		}
		r.fields[object] = append(r.fields[object], members...)
	}
}

// Include adds the named associations to a record as objects.
func Include(associations ...string) ReadOption {
	return func(r *readQuery) { r.include = append(r.include, associations...) }
}

// IncludeIDs adds the named associations to a record as lists of ids.
func IncludeIDs(associations ...string) ReadOption {
	return func(r *readQuery) { r.includeIDs = append(r.includeIDs, associations...) }
}

// reading returns the query of a read; nil for none.
func reading(op *operation, opts []ReadOption) (url.Values, error) {
	var r readQuery
	for _, opt := range opts {
		if opt != nil {
			opt(&r)
		}
	}
	q := make(url.Values)
	if err := r.add(op, q); err != nil || len(q) == 0 {
		return nil, err
	}
	return q, nil
}

// trims reports whether a query asks for some members of the records only.
func trims(query url.Values) bool {
	for name := range query {
		if strings.HasPrefix(name, "fields[") {
			return true
		}
	}
	return false
}

func (r *readQuery) add(op *operation, q url.Values) error {
	for object, members := range r.fields {
		if len(members) == 0 || strings.ContainsAny(object, "[],") || object == "" {
			return op.argument("Fields", "names no object or no member of it")
		}
		if err := names(op, "Fields", members); err != nil {
			return err
		}
		if !slices.Contains(members, "id") {
			members = append([]string{"id"}, members...)
		}
		q.Set("fields["+object+"]", strings.Join(members, ","))
	}
	for parameter, associations := range map[string][]string{"include_as_object": r.include, "include_as_ids": r.includeIDs} {
		if len(associations) == 0 {
			continue
		}
		if err := names(op, "Include", associations); err != nil {
			return err
		}
		q.Set(parameter, strings.Join(associations, ","))
	}
	return nil
}

// names refuses names that a comma-separated list can't hold.
func names(op *operation, argument string, all []string) error {
	for _, name := range all {
		if name == "" || strings.Contains(name, ",") {
			return op.argument(argument, "holds an empty name or one with a comma")
		}
	}
	return nil
}

// get makes a read of one record.
func get[T any](ctx context.Context, s *service, op *operation, args []string, opts []ReadOption) (*T, error) {
	query, err := reading(op, opts)
	if err != nil {
		return nil, err
	}
	return one[T](ctx, s, op, args, query, nil)
}
