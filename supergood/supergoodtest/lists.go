package supergoodtest

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// A record is a record as the server sends it.
type record struct {
	id       string
	property string // of a lease or a work order
	json     []byte
}

// A table holds records, sorted by their IDs.
type table = *fakeserver.Table[record]

func newTable() table { return fakeserver.NewTable(fakeserver.Base[record]{}) }

// base returns n records that are made when they are read.
func base(n int, id func(int) string, values func(int) members) fakeserver.Base[record] {
	return fakeserver.Base[record]{
		Len: func() int { return n },
		Key: func(i int) string { return fakeserver.Natural(id(i)) },
		Record: func(i int) record {
			return record{id: id(i), json: fakeserver.JSON(0, values(i)).Body}
		},
	}
}

// find returns the record with an ID.
func find(t table, id string) (record, bool) { return t.Get(fakeserver.Natural(id)) }

// unitsOf returns the units of a property, or nil if there is no such property. s.mu is
// held.
func (s *Server) unitsOf(property string) table {
	if _, known := find(s.properties, property); !known {
		return nil
	}
	if t := s.units[property]; t != nil {
		return t
	}
	return fakeserver.NewTable(s.baseUnits(property))
}

// parameters are those of each style of paging. All others are filters.
var parameters = map[Style]string{ByCursor: "cursor", ByLink: "start", ByPageNumber: "page"}

func (s *Server) listProperties(r *fakeserver.Request) fakeserver.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.page(r, "properties", s.properties, func(p record) []byte { return p.json })
}

func (s *Server) listUnits(r *fakeserver.Request) fakeserver.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	units := s.unitsOf(r.Arg("property"))
	if units == nil {
		return refuse(http.StatusNotFound, "not_found", "There is no such property.")
	}
	return s.page(r, "units", units, func(u record) []byte { return s.withLeases(r.Arg("property"), u) })
}

// withLeases returns a unit together with the leases that were created for it.
func (s *Server) withLeases(property string, unit record) []byte {
	var more []jsontext.Value
	for _, l := range s.leases.All(0) {
		if l.property == property && text(l.json, "unitId") == unit.id {
			more = append(more, l.json)
		}
	}
	if more == nil {
		return unit.json
	}
	var all map[string]jsontext.Value
	var leases []jsontext.Value
	if json.Unmarshal(unit.json, &all) != nil || len(all["leases"]) > 0 && json.Unmarshal(all["leases"], &leases) != nil {
		return unit.json
	}
	all["leases"] = fakeserver.JSON(0, append(leases, more...)).Body
	return fakeserver.JSON(0, all).Body
}

// text returns a member of an object, or of an object in it, as a text, or "".
func text(object []byte, name string) string {
	var all map[string]jsontext.Value
	if json.Unmarshal(object, &all) != nil {
		return ""
	}
	for _, inner := range append([]jsontext.Value{object}, nested(all)...) {
		var in map[string]jsontext.Value
		var s string
		switch {
		case json.Unmarshal(inner, &in) != nil || in[name] == nil:
		case json.Unmarshal(in[name], &s) == nil:
			return s
		default:
			return string(in[name])
		}
	}
	return ""
}

// nested returns the members of an object that are objects.
func nested(object map[string]jsontext.Value) (inner []jsontext.Value) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if object[name].Kind() == '{' {
			inner = append(inner, object[name])
		}
	}
	return inner
}

// filter returns the records that the query's filters select. A filter names a
// member of the record, or of an object in it, such as the state of the address. It
// also reports whether any record has the member.
func (s *Server) filter(r *fakeserver.Request, t table) (selected table, known bool) {
	own := parameters[s.o.style]
	for name, want := range r.Query {
		if name == own {
			continue
		}
		selected, known = newTable(), t.Len() == 0
		for key, record := range t.All(0) {
			v := text(record.json, name)
			known = known || v != ""
			if slices.Contains(want, v) {
				selected.Put(key, record)
			}
		}
		if t = selected; !known {
			return nil, false
		}
	}
	return t, true
}

// page returns the page of a table that a request asks for.
func (s *Server) page(r *fakeserver.Request, name string, t table, render func(record) []byte) fakeserver.Response {
	removed := s.removed
	t, known := s.filter(r, t)
	if !known {
		return refuse(http.StatusBadRequest, "bad_filter", "No record has a member of the filter's name.")
	}
	from, size := 0, s.o.pageSize
	value := r.Query.Get(parameters[s.o.style])
	n, err := strconv.Atoi(value)
	switch {
	case s.o.style == OnePage:
		size = math.MaxInt
	case !r.Query.Has(parameters[s.o.style]):
	case s.o.style == ByCursor:
		key := fakeserver.Natural(value)
		from = t.Position(key)
		if _, there := t.Get(key); there {
			from++
		} else if !removed[value] {
			return refuse(http.StatusBadRequest, "bad_cursor", "The cursor is not known.")
		}
	case err != nil || n < 0 || s.o.style == ByPageNumber && n == 0:
		return refuse(http.StatusBadRequest, "bad_page", "The parameter "+parameters[s.o.style]+" is not a number of a page or record.")
	case s.o.style == ByPageNumber:
		from = (n - 1) * size
	default:
		from = n
	}
	records, total := t.Page(from, size)
	rest := make([]jsontext.Value, len(records))
	for i, record := range records {
		rest[i] = render(record)
	}
	more := from+len(rest) < total
	switch s.o.style {
	case OnePage:
		return fakeserver.JSON(http.StatusOK, rest)
	case ByLink:
		m := members{"results": rest, "next": nil}
		if more {
			q := r.Query
			q.Set("start", strconv.Itoa(from+len(rest)))
			m["next"] = "http://" + r.Host + r.URL.EscapedPath() + "?" + q.Encode()
		}
		return fakeserver.JSON(http.StatusOK, m)
	case ByPageNumber:
		return fakeserver.JSON(http.StatusOK, members{name: rest, "pagination": members{"page": from/size + 1, "totalPages": (total + size - 1) / size, "total": total}})
	}
	m := members{"data": rest, "nextCursor": nil}
	if more {
		m["nextCursor"] = records[len(records)-1].id
	}
	return fakeserver.JSON(http.StatusOK, m)
}
