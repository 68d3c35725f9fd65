package paging

import (
	"context"

	"github.com/go-json-experiment/json/jsontext"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// A Result is one page as the server sent it.
type Result[T any] struct {
	Items []T
	Bad   []*tenantry.DecodeError // with their indexes on the page
	Total int                     // how many records the whole list has, or -1 if the server does not say
	More  *bool                   // whether more records follow, or nil if the server does not say

	// For Cursors:
	Next   string // the server's cursor of the next page, or "" for none
	Before int    // how many records of the list precede the page; -1, or 0 on a later page, if that is not known
	Stuck  error  // why the records that follow can't be asked for, or nil

	size int // of the response, in bytes
}

func (r *Result[T]) len() int { return len(r.Items) + len(r.Bad) }

// records yields the records in the order of the page, each an item or the error
// of one that could not be decoded.
func (r *Result[T]) records(yield func(item *T, bad *tenantry.DecodeError) bool) {
	items, bad := r.Items, r.Bad
	for n := range r.len() {
		if len(bad) > 0 && (bad[0].Index <= n || len(items) == 0) {
			if !yield(nil, bad[0]) {
				return
			}
			bad = bad[1:]
			continue
		}
		if !yield(&items[0], nil) {
			return
		}
		items = items[1:]
	}
}

// without returns the records whose keys were not covered yet.
func (r *Result[T]) without(keys []key, covered func(key) bool) (items []T, undecodable []*tenantry.DecodeError) {
	i := -1
	for item, bad := range r.records {
		i++
		switch {
		case covered(keys[i]):
		case bad != nil:
			bad.Index = len(items) + len(undecodable)
			undecodable = append(undecodable, bad)
		default:
			items = append(items, *item)
		}
	}
	return items, undecodable
}

// Of is the page that a decoded list makes, with an unknown total. A response
// without the list is an error, and so is an empty list beside an error.
func Of[T any](a *transport.Response, list *wire.List[T]) (Result[T], error) {
	switch {
	case !list.Came:
		return Result[T]{}, a.Missing("list")
	case list.Len() == 0 && mentionsError(a.Body):
		if err := a.Failure(); err != nil {
			return Result[T]{}, err
		}
		return Result[T]{}, a.Undecodable("it holds an error beside an empty list")
	}
	r := Result[T]{Items: list.Items, Total: -1}
	for _, b := range list.Bad {
		r.Bad = append(r.Bad, a.Bad(b))
	}
	return r, nil
}

// mentionsError reports whether a response has a member error or errors that
// says something, or a member success or ok that is false.
func mentionsError(body []byte) bool {
	var members struct {
		Error   tenantry.Raw `json:"error"`
		Errors  tenantry.Raw `json:"errors"`
		Success *bool        `json:"success"`
		OK      *bool        `json:"ok"`
	}
	if wire.Decode(body, &members) != nil {
		return false
	}
	if members.Success != nil && !*members.Success || members.OK != nil && !*members.OK {
		return true
	}
	for _, raw := range []tenantry.Raw{members.Error, members.Errors} {
		v := jsontext.Value(raw)
		_ = v.Compact()
		switch string(v) {
		case "", "null", "false", "0", `""`, "[]", "{}":
		default:
			return true
		}
	}
	return false
}

// Decode decodes a response into out and makes a page of its list.
func Decode[T any](a *transport.Response, out any, list *wire.List[T]) (Result[T], error) {
	if err := a.Decode(out); err != nil {
		return Result[T]{}, err
	}
	return Of(a, list)
}

// Unpaged makes a call whose response holds a list without pages, which decode
// reads. If some records can't be decoded, it returns the others, and the
// *tenantry.DecodeError of the first one that can't.
func Unpaged[T any](ctx context.Context, c *transport.Client, call *transport.Call, decode func(*transport.Response) (Result[T], error)) ([]T, error) {
	a, err := c.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	r, err := decode(a)
	if err != nil {
		return nil, err
	}
	if len(r.Bad) > 0 {
		return r.Items, r.Bad[0]
	}
	return r.Items, nil
}
