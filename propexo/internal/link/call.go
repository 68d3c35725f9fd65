// Package link holds what package propexo and its package crm share: the way from a
// client to its transport, lists, reads and writes.
package link

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-querystring/query"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Transport returns the transport of a *propexo.Client, or nil if client is nil.
// Package propexo sets it.
var Transport func(client any) *transport.Client

// Limits of a page's size.
const (
	maxLimit     = 250
	defaultLimit = 100
)

// Page holds the parameters that all lists have.
type Page struct {
	OrderBy string
	Limit   int
	Cursor  tenantry.Cursor
}

// meta is the metadata of a page.
type meta struct {
	Total   *int  `json:"total"`
	HasMore *bool `json:"hasMore"`
}

// List returns the listing of op with the given filters, a struct with url tags. If
// a page does not say hasMore and is shorter than its limit, it is the last.
func List[T any](c *transport.Client, op *transport.Op, args []string, p Page, filters any, id func(*T) string) paging.List[T] {
	size, err := Size(c, op, p.Limit, defaultLimit, maxLimit)
	if err != nil {
		return paging.Failed[T](err)
	}
	selection, err := Query(c, op, filters)
	if err != nil {
		return paging.Failed[T](err)
	}
	order := totalOrder(p.OrderBy)
	return paging.Offsets[T]{
		Identity:  paging.Identity{API: c.API(), Operation: op.Name, Params: strings.Join(append(args, order, selection.Encode()), "&")},
		Size:      size,
		Max:       maxLimit,
		Start:     p.Cursor,
		Prefetch:  c.Config().Prefetch,
		ShortEnds: true,
		ID:        id,
		Send: func(ctx context.Context, w paging.Window) (*transport.Response, error) {
			q := make(url.Values, len(selection)+3)
			for name, values := range selection {
				q[name] = values
			}
			q.Set("order-by", order)
			q.Set("offset", strconv.Itoa(w.Offset))
			q.Set("limit", strconv.Itoa(w.Limit))
			return c.Send(ctx, &transport.Call{Op: op, Args: args, Query: q})
		},
		Decode: DecodePage[T],
	}.List()
}

// DecodePage returns the records and the metadata of a page.
func DecodePage[T any](a *transport.Response) (paging.Result[T], error) {
	var body struct {
		Meta    meta         `json:"meta"`
		Results wire.List[T] `json:"results"`
	}
	r, err := paging.Decode(a, &body, &body.Results)
	r.More = body.Meta.HasMore
	if body.Meta.Total != nil {
		r.Total = *body.Meta.Total
	}
	return r, err
}

const byID = "id:asc"

// totalOrder returns orderBy with the ID added: without it, a server may return
// records that are equal in the order in another order for each page.
func totalOrder(orderBy string) string {
	if orderBy == "" {
		return byID
	}
	for field := range strings.SplitSeq(orderBy, ",") {
		if name, _, _ := strings.Cut(strings.TrimSpace(field), ":"); name == "id" {
			return orderBy
		}
	}
	return orderBy + "," + byID
}

// Get sends a call and returns the record under results. A record that is null or
// an empty list does not exist.
func Get[T any](ctx context.Context, c *transport.Client, call *transport.Call) (*T, error) {
	resp, err := c.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	var body struct {
		Results *T `json:"results"`
	}
	if err := resp.Decode(&body); err != nil || body.Results == nil {
		return nil, absent(resp, err, "results")
	}
	return body.Results, nil
}

// Result sends a call and returns the record under result.
func Result[T any](ctx context.Context, c *transport.Client, call *transport.Call) (*T, error) {
	resp, err := c.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	var body struct {
		Result *T `json:"result"`
	}
	if err := resp.Decode(&body); err != nil || body.Result == nil {
		return nil, absent(resp, err, "result")
	}
	return body.Result, nil
}

// absent returns the error for a response without a record: tenantry.ErrNotFound
// if the member is null or an empty list, and otherwise err or the error for a
// response without the member.
func absent(resp *transport.Response, err error, member string) error {
	var members map[string]tenantry.Raw
	if wire.Decode(resp.Body, &members) != nil {
		return err
	}
	value, ok := members[member]
	switch {
	case !ok:
		return resp.Missing(member)
	case wire.Kind(value) == 'n' || strings.Join(strings.Fields(string(value)), "") == "[]":
		return resp.NotFound("the response holds no record")
	case err == nil:
		return resp.Undecodable(member + " is not an object")
	}
	return err
}

// Bare sends a call and returns the record that is the whole response.
func Bare[T any](ctx context.Context, c *transport.Client, call *transport.Call) (*T, error) {
	record := new(T)
	if err := c.Call(ctx, call, record); err != nil {
		return nil, err
	}
	return record, nil
}

// Unpaged sends a call and returns its records, which decode reads, as one page.
func Unpaged[T any](ctx context.Context, c *transport.Client, call *transport.Call, decode func(*transport.Response) (paging.Result[T], error)) (*tenantry.Page[T], error) {
	resp, err := c.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	r, err := decode(resp)
	if err != nil {
		return nil, err
	}
	return &tenantry.Page[T]{Items: r.Items, Undecodable: r.Bad, Total: len(r.Items) + len(r.Bad)}, nil
}

// Missing returns the error for a required parameter that is empty.
func Missing(c *transport.Client, op *transport.Op, parameter string) error {
	return c.Argument(op, parameter, "is empty; Propexo requires it")
}

// Size returns the number of records in a page: the default for 0.
func Size(c *transport.Client, op *transport.Op, limit, standard, largest int) (int, error) {
	switch {
	case limit == 0:
		return standard, nil
	case limit < 1 || limit > largest:
		return 0, c.Argument(op, "Limit", fmt.Sprintf("is %d; it must be between 1 and %d, or 0 for %d", limit, largest, standard))
	}
	return limit, nil
}

// Query encodes parameters, a struct with url tags, and checks their dates. A field
// Extra of type url.Values holds more query values.
func Query(c *transport.Client, op *transport.Op, params any) (url.Values, error) {
	v := reflect.ValueOf(params)
	own := []string{"order-by", "offset", "limit"}
	var extra url.Values
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("url"), ",")
		own = append(own, name)
		switch value := v.Field(i).Interface().(type) {
		case tenantry.Date:
			if _, err := time.Parse(time.DateOnly, string(value)); err != nil && value != "" {
				return nil, c.Argument(op, v.Type().Field(i).Name, "is not a date; write it as YYYY-MM-DD")
			}
		case url.Values:
			extra = value
		}
	}
	q, err := query.Values(params)
	if err != nil {
		return nil, c.Argument(op, "parameters", "can't be encoded: "+err.Error())
	}
	return q, transport.AddExtra(c.API(), op, q, extra, own...)
}
