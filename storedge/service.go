package storedge

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// A service is what all services are made of: the client, and the id of the
// facility or company whose records they reach.
type service struct {
	c  *Client
	id string
}

// An operation is an operation of the API, with the name of the member that
// holds the result beside meta.
type operation struct {
	transport.Op
	member string // "" if the response holds only meta, or is no JSON
	once   bool   // an idempotency key, and not its nature, makes it repeatable
	fixed  bool   // its list has an order of its own, or no ids to sort by
}

const (
	facilityPath = "/v1/{facility id}"
	companyPath  = "/v1/companies/{company id}"
)

// read is an operation that changes nothing.
func read(name, path, member string) *operation {
	return &operation{Op: transport.Op{Name: name, Method: http.MethodGet, Path: path, Repeatable: true}, member: member}
}

// write is an operation that must not be sent twice.
func write(name, method, path, member string) *operation {
	return &operation{Op: transport.Op{Name: name, Method: method, Path: path}, member: member}
}

// asks makes an operation one that changes nothing although it is no GET.
func (op *operation) asks() *operation {
	op.Repeatable = true
	return op
}

// keyed makes an operation one that may be repeated, since its body holds an
// idempotency key.
func (op *operation) keyed() *operation {
	op.Repeatable, op.once = true, true
	return op
}

// unsorted makes an operation one that does not ask for an order.
func (op *operation) unsorted() *operation {
	op.fixed = true
	return op
}

// secret makes an operation one whose body or response holds secrets.
func (op *operation) secret() *operation {
	op.Secret = true
	return op
}

// send sends a call about the facility or company, which comes before the other
// arguments of the path.
func (s *service) send(ctx context.Context, op *operation, args []string, query url.Values, body any) (*transport.Response, error) {
	if err := s.check(op); err != nil {
		return nil, err
	}
	return s.c.t.Send(ctx, &transport.Call{Op: &op.Op, Args: s.args(args), Query: query, Body: body, Trimmed: trims(query)})
}

// check refuses a call on a handle that no client made.
func (s *service) check(op *operation) error {
	if s == nil || s.c == nil || s.c.t == nil {
		return &tenantry.ArgumentError{API: api, Operation: op.Name, Argument: "handle", Reason: "is nil or empty; get one from Client.Facility or Client.Company"}
	}
	return nil
}

func (s *service) args(args []string) []string { return append([]string{s.id}, args...) }

// argument is the error for a call that is refused before it is sent.
func (op *operation) argument(argument, reason string) error {
	return &tenantry.ArgumentError{API: api, Operation: op.Name, Argument: argument, Reason: reason}
}

// do makes a call that returns nothing.
func do(ctx context.Context, s *service, op *operation, args []string, body any) error {
	if err := s.check(op); err != nil {
		return err
	}
	return s.c.t.Call(ctx, &transport.Call{Op: &op.Op, Args: s.args(args), Body: body}, nil)
}

// one makes a call whose response holds one record.
func one[T any](ctx context.Context, s *service, op *operation, args []string, query url.Values, body any) (*T, error) {
	a, err := s.send(ctx, op, args, query, body)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	return record[T](a, op)
}

// record reads the record in a response. A response without the member is an
// error. In a read, a member that is null or empty is ErrNotFound.
func record[T any](a *transport.Response, op *operation) (*T, error) {
	list, _, err := decode[T](a, op.member)
	switch {
	case err != nil:
		return nil, err
	case !list.Came:
		return nil, a.Missing(op.member)
	case len(list.Bad) > 0:
		return nil, a.Bad(list.Bad[0])
	case len(list.Items) == 0 && op.Repeatable && !op.once:
		return nil, a.NotFound("the response holds no " + op.member)
	case len(list.Items) == 0:
		return nil, a.Missing(op.member)
	}
	return &list.Items[0], nil
}

// members returns what extra says, for a body to add to.
func members(extra tenantry.Extra) map[string]any {
	m := make(map[string]any)
	for name, value := range extra {
		m[name] = value
	}
	return m
}

// raw makes a call whose response is not documented and returns it as it came,
// with its meta. The response to a write may be empty.
func raw(ctx context.Context, s *service, op *operation, args []string, query url.Values, body any) (tenantry.Raw, error) {
	a, err := s.send(ctx, op, args, query, body)
	if err != nil {
		return nil, err
	}
	return rawOf(a, op)
}

// rawOf returns what raw does of a response, and releases it.
func rawOf(a *transport.Response, op *operation) (tenantry.Raw, error) {
	defer a.Release()
	if a.Empty() && !op.Repeatable {
		return nil, nil
	}
	var response tenantry.Raw
	if err := a.Decode(&response); err != nil {
		return nil, err
	}
	return bytes.Clone(response), nil
}

// unpaged makes a call whose response holds a whole list.
func unpaged[T any](ctx context.Context, s *service, op *operation, args []string, query url.Values, body any) (*tenantry.Page[T], error) {
	a, err := s.send(ctx, op, args, query, body)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	r, err := decodePage[T](a, op.member)
	if err != nil {
		return nil, err
	}
	page := &tenantry.Page[T]{Items: r.Items, Undecodable: r.Bad, Total: max(r.Total, len(r.Items)+len(r.Bad))}
	page.HasMore = r.More != nil && *r.More
	return page, nil
}

// list is a listing by page number.
func list[T any](s *service, op *operation, args []string, p ListParams, more url.Values, id func(*T) string) paging.List[T] {
	if err := s.check(op); err != nil {
		return paging.Failed[T](err)
	}
	query, err := p.query(op, more)
	if err != nil {
		return paging.Failed[T](err)
	}
	args = s.args(args)
	size := p.PerPage
	if size == 0 {
		size = defaultPerPage
	}
	largest := max(size, defaultPerPage)
	return paging.Offsets[T]{
		Identity: paging.Identity{API: api, Operation: op.Name, Params: strings.Join(args, "/") + "?" + query.Encode()},
		Size:     size,
		Max:      largest,
		Start:    p.Cursor,
		Prefetch: s.c.t.Config().Prefetch,
		ID:       id,
		Fit:      paging.ByPageNumber(largest),
		Send: func(ctx context.Context, w paging.Window) (*transport.Response, error) {
			q := url.Values{"page": {strconv.Itoa(w.Offset/w.Limit + 1)}, "per_page": {strconv.Itoa(w.Limit)}}
			for name, values := range query {
				q[name] = values
			}
			return s.c.t.Send(ctx, &transport.Call{Op: &op.Op, Args: args, Query: q, Trimmed: trims(q)})
		},
		Decode: func(a *transport.Response) (paging.Result[T], error) { return decodePage[T](a, op.member) },
	}.List()
}

// A meta is what every response says beside its result.
type meta struct {
	Pagination struct {
		TotalEntries *int         `json:"total_entries"`
		NextPage     tenantry.Raw `json:"next_page"` // a number, or null at the end
	} `json:"pagination"`
}

// decode reads a response whose result is under the given name. A record is read
// as a list of one.
func decode[T any](a *transport.Response, member string) (*wire.List[T], *meta, error) {
	response := reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "Result", Type: reflect.TypeFor[wire.List[T]](), Tag: reflect.StructTag(`json:"` + member + `"`)},
		{Name: "Meta", Type: reflect.TypeFor[meta](), Tag: `json:"meta"`},
	}))
	if err := a.Decode(response.Interface()); err != nil {
		return nil, nil, err
	}
	result, _ := response.Elem().Field(0).Addr().Interface().(*wire.List[T])
	m, _ := response.Elem().Field(1).Addr().Interface().(*meta)
	return result, m, nil
}

// decodePage reads one page of a list.
func decodePage[T any](a *transport.Response, member string) (paging.Result[T], error) {
	list, meta, err := decode[T](a, member)
	if err != nil {
		return paging.Result[T]{}, err
	}
	r, err := paging.Of(a, list)
	if meta.Pagination.TotalEntries != nil {
		r.Total = *meta.Pagination.TotalEntries
	}
	switch next := meta.Pagination.NextPage; {
	case string(next) == "null":
		r.More = new(false)
	default: // anything but a page number says nothing
		if n, err := strconv.Atoi(strings.Trim(string(next), `"`)); err == nil && n > 0 {
			r.More = new(true)
		}
	}
	return r, err
}
