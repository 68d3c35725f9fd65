package supergood

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

type object = map[string]tenantry.Raw

// maxNesting is how many objects a list may be inside of. Each of them is decoded
// again, so a bound keeps hostile responses cheap.
const maxNesting = 4

// An envelope is a response with a list.
type envelope struct {
	list tenantry.Raw // the array; nil for none
	path string       // of the array
	// around holds the objects that may describe the list's paging, the outermost
	// first: those that the list is inside of, and some of their members.
	around []object
}

// open finds the list in a response: bare, or under the resource's name, data,
// results or items, at any level. If there is no array, one object under the
// resource's name is a list of one, and a null under any of the names an empty
// list.
func open(resp *transport.Response, name string) (*envelope, error) {
	e := &envelope{path: "$"}
	var one, null tenantry.Raw
	raw := tenantry.Raw(resp.Body)
	for range maxNesting {
		if wire.Kind(raw) == '[' {
			e.list = raw
			break
		}
		members, err := wire.DecodeValue[object](raw)
		if err != nil {
			return nil, resp.Undecodable(err.Error())
		}
		e.add(members)
		raw = nil
		path := e.path
		for _, member := range []string{name, "data", "results", "items"} {
			v := members[member]
			if wire.Kind(v) == '[' || wire.Kind(v) == '{' && raw == nil {
				e.path = path + "." + member
				if raw = v; wire.Kind(v) == '[' {
					break
				}
			}
			switch {
			case wire.Kind(v) == 'n':
				null = tenantry.Raw("[]")
			case wire.Kind(v) == '{' && member == name:
				one = v
			}
		}
		if raw == nil {
			break
		}
	}
	if e.list == nil && one != nil {
		e.list = slices.Concat(tenantry.Raw("["), one, tenantry.Raw("]"))
	}
	if e.list == nil {
		e.list = null
	}
	if e.list == nil {
		return nil, resp.Missing("list; see the package's assumptions")
	}
	return e, nil
}

func (e *envelope) add(members object) {
	e.around = append(e.around, members)
	for _, member := range []string{"pagination", "meta", "paging", "page", "pageInfo", "page_info", "links", "_links"} {
		if v := members[member]; wire.Kind(v) == '{' {
			if inner, err := wire.DecodeValue[object](v); err == nil {
				e.around = append(e.around, inner)
			}
		}
	}
	for _, member := range []string{"links", "_links"} {
		if wire.Kind(members[member]) != '[' {
			continue
		}
		links, _ := wire.DecodeValue[[]object](members[member])
		for _, link := range links {
			if rel, err := wire.DecodeValue[string](link["rel"]); err == nil && rel == "next" {
				e.around = append(e.around, object{"next": link["href"]})
			}
		}
	}
}

// records makes a page of the list of a response. An empty list together with an error is
// that error.
func records[T any](resp *transport.Response, e *envelope) (paging.Result[T], error) {
	var list wire.List[T]
	if err := resp.DecodePart(e.path+"[*]", e.list, &list); err != nil {
		return paging.Result[T]{}, err
	}
	return paging.Of(resp, &list)
}

// text returns the first of the members that is a text, a number or a boolean, or an
// object with a link or a cursor.
func (e *envelope) text(names []string) (member, text string) {
	for _, members := range e.around {
		for _, name := range names {
			raw := members[name]
			if s, err := wire.DecodeValue[string](raw); len(raw) > 0 && err == nil && s != "" {
				return name, s
			}
			if wire.Kind(raw) != '{' {
				continue
			}
			var to struct {
				Href   string `json:"href"`
				URL    string `json:"url"`
				Cursor string `json:"cursor"`
			}
			if wire.Decode(raw, &to) == nil {
				if s := cmp.Or(to.Href, to.URL, to.Cursor); s != "" {
					return name, s
				}
			}
		}
	}
	return "", ""
}

// number returns the number that text finds.
func (e *envelope) number(names []string) (int, bool) {
	_, text := e.text(names)
	n, err := tenantry.Decimal(text).Int64()
	return int(n), err == nil && n >= 0 && n < 1<<31
}

// total returns how many records there are on all pages, or -1 if the response
// does not say.
func (e *envelope) total() int {
	if n, ok := e.number(totalNames); ok {
		return n
	}
	return -1
}

// failed reports whether a response has an error member that says something.
func failed(members object) bool {
	for _, member := range []string{"error", "errors"} {
		switch string(members[member]) {
		case "", "null", "false", `""`, "[]", "{}":
		default:
			return true
		}
	}
	return false
}

var errNoObject = errors.New("it is not an object")

// record decodes the record in a response: the whole response, or the object under
// the record's name, data or result, which may be nested. The record's Extra keeps
// the other members of the objects around it.
func record[T any](resp *transport.Response, k kind, extra func(*T) *tenantry.Extra) (*T, error) {
	members, err := wire.DecodeValue[object](resp.Body)
	if err == nil && members == nil {
		err = errNoObject
	}
	if err != nil {
		return nil, resp.Undecodable(err.Error())
	}
	raw, path, around := tenantry.Raw(resp.Body), "$", object{}
	for range maxNesting {
		inner := k.inside(members)
		if inner == "" {
			break
		}
		raw, path = members[inner], path+"."+inner
		delete(members, inner)
		maps.Copy(around, members)
		if members, err = wire.DecodeValue[object](raw); err != nil {
			return nil, resp.Undecodable(err.Error())
		}
	}
	if !k.identifies(members) && (failed(members) || failed(around) || k.isAbsent(members)) {
		return nil, resp.Missing(k.name)
	}
	var v T
	if err := resp.DecodePart(path, raw, &v); err != nil {
		return nil, err
	}
	for name, value := range around {
		if _, taken := members[name]; taken {
			continue
		}
		if *extra(&v) == nil {
			*extra(&v) = make(tenantry.Extra)
		}
		(*extra(&v))[name] = value
	}
	return &v, nil
}

// A kind is a kind of record.
type kind struct {
	name string   // what one is called
	many string   // what several are called
	ids  []string // names of its ID, the first being the field's
}

var (
	propertyKind  = kind{"property", "properties", []string{"id", "propertyId", "property_id"}}
	unitKind      = kind{"unit", "units", []string{"id", "unitId", "unit_id"}}
	leaseKind     = kind{"lease", "leases", []string{"id", "leaseId", "lease_id"}}
	workOrderKind = kind{"workOrder", "workOrders", []string{"id", "workOrderId", "work_order_id"}}
	residentKind  = kind{"resident", "residents", []string{"id", "residentId", "resident_id"}}
)

// inside returns the member that holds the record, or "" if the object is the
// record itself.
func (k kind) inside(members object) string {
	if wire.Kind(members[k.name]) == '{' {
		return k.name
	}
	for _, member := range []string{"data", "result"} {
		if v := members[member]; wire.Kind(v) == '{' {
			inner, err := wire.DecodeValue[object](v)
			if err == nil && (!k.identifies(members) || k.identifies(inner) || wire.Kind(inner[k.name]) == '{') {
				return member
			}
		}
	}
	return ""
}

// isAbsent reports whether an object holds no record: it is empty, or has null instead
// of the record.
func (k kind) isAbsent(members object) bool {
	for _, name := range []string{k.name, "data", "result"} {
		if wire.Kind(members[name]) == 'n' {
			return true
		}
	}
	return len(members) == 0
}

// identifies reports whether an object has the ID of a record.
func (k kind) identifies(members object) bool {
	for _, name := range k.ids {
		if v := wire.Kind(members[name]); v == '"' || v == '0' {
			return true
		}
	}
	return false
}

// settle gives a record an ID that came under another name.
func (k kind) settle(id *string, extra *tenantry.Extra) {
	for _, name := range k.ids[1:] {
		if raw := (*extra)[name]; *id == "" && (wire.Kind(raw) == '"' || wire.Kind(raw) == '0') {
			text, err := wire.DecodeValue[string](raw)
			if err != nil {
				continue
			}
			*id = text
			drop(extra, name)
		}
	}
}

// settleList fills a list that came in another shape: as one object instead of a
// list, or with IDs instead of objects. byID makes a record of an ID. What can't be
// read stays in extra.
func settleList[T any](list *[]T, extra *tenantry.Extra, name string, byID func(string) T) {
	raw := (*extra)[name]
	elements := []tenantry.Raw{raw}
	if wire.Kind(raw) == '[' {
		var err error
		if elements, err = wire.DecodeValue[[]tenantry.Raw](raw); err != nil {
			return
		}
	}
	if len(raw) == 0 {
		return
	}
	*list = nil // everything is read again, in its order
	all := true
	for _, element := range elements {
		switch wire.Kind(element) {
		case '{':
			if v, err := wire.DecodeValue[T](element); err == nil {
				*list = append(*list, v)
				continue
			}
		case '"', '0':
			if id, err := wire.DecodeValue[string](element); err == nil && id != "" {
				*list = append(*list, byID(id))
				continue
			}
		case 'n', 0:
			continue
		}
		all = false
	}
	if all {
		drop(extra, name)
	}
}

func drop(extra *tenantry.Extra, name string) {
	if delete(*extra, name); len(*extra) == 0 {
		*extra = nil
	}
}
