package propexo

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/go-querystring/query"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Limits of a page's size.
const (
	maxLimit     = 250
	defaultLimit = 100
)

// A pageParams holds the parameters that every list has.
type pageParams struct {
	orderBy string
	limit   int
	cursor  tenantry.Cursor
}

// meta is the metadata of a page; upstream's "Pagination".
type meta struct {
	Total   *int  `json:"total"`
	HasMore *bool `json:"hasMore"`
}

// list makes a listing of op with the given filters, a struct with url tags.
// Upstream: without hasMore, a page shorter than its limit is the last.
func list[T any](c *Client, op *transport.Op, args []string, p pageParams, filters any, id func(*T) string) paging.List[T] {
	size, err := c.size(op, p.limit, defaultLimit, maxLimit)
	if err != nil {
		return paging.Failed[T](err)
	}
	selection, err := c.query(op, filters)
	if err != nil {
		return paging.Failed[T](err)
	}
	order := totalOrder(p.orderBy)
	return paging.Offsets[T]{
		Identity:  paging.Identity{API: api, Operation: op.Name, Params: strings.Join(append(args, order, selection.Encode()), "&")},
		Size:      size,
		Max:       maxLimit,
		Start:     p.cursor,
		Prefetch:  c.t.Config().Prefetch,
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
			return c.t.Send(ctx, &transport.Call{Op: op, Args: args, Query: q})
		},
		Decode: decodePage[T],
	}.List()
}

func decodePage[T any](a *transport.Response) (paging.Result[T], error) {
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

// totalOrder is an order in which no two records are equal: without one, a
// server may shuffle those that are from page to page.
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

// get makes a call that answers one record, under results.
func get[T any](ctx context.Context, c *Client, call *transport.Call) (*T, error) {
	var answer struct {
		Results *T `json:"results"`
	}
	return one(ctx, c, call, &answer, &answer.Results)
}

// getNullable is get for what is null where there is none.
func getNullable[T any](ctx context.Context, c *Client, call *transport.Call) (*T, error) {
	a, err := c.t.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var answer struct {
		Results *T `json:"results"`
	}
	if err := a.Decode(&answer); err != nil {
		return nil, err
	}
	if answer.Results == nil {
		return nil, a.NotFound("results is null")
	}
	return answer.Results, nil
}

// result makes a call that answers one record, under result.
func result[T any](ctx context.Context, c *Client, call *transport.Call) (*T, error) {
	var answer struct {
		Result *T `json:"result"`
	}
	return one(ctx, c, call, &answer, &answer.Result)
}

// bare makes a call that answers one record and nothing else.
func bare[T any](ctx context.Context, c *Client, call *transport.Call) (*T, error) {
	record := new(T)
	if err := c.t.Call(ctx, call, record); err != nil {
		return nil, err
	}
	return record, nil
}

// one makes a call whose answer holds a record at a place.
func one[T any](ctx context.Context, c *Client, call *transport.Call, answer any, at **T) (*T, error) {
	a, err := c.t.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	if err := a.Decode(answer); err != nil {
		return nil, err
	}
	if *at == nil {
		return nil, a.Undecodable("it holds no results")
	}
	return *at, nil
}

// missing is the error for a parameter that is required and empty.
func (c *Client) missing(op *transport.Op, parameter string) error {
	return c.t.Argument(op, parameter, "is empty; Propexo requires it")
}

// size is how many records a page has: the default for 0.
func (c *Client) size(op *transport.Op, limit, standard, largest int) (int, error) {
	switch {
	case limit == 0:
		return standard, nil
	case limit < 1 || limit > largest:
		return 0, c.t.Argument(op, "Limit", fmt.Sprintf("is %d; it must be between 1 and %d, or 0 for %d", limit, largest, standard))
	}
	return limit, nil
}

// query encodes parameters, a struct with url tags.
func (c *Client) query(op *transport.Op, params any) (url.Values, error) {
	q, err := query.Values(params)
	if err != nil {
		return nil, c.t.Argument(op, "parameters", "can't be encoded: "+err.Error())
	}
	return q, nil
}

// A WriteOption changes how a write is sent.
type WriteOption func(url.Values)

// IgnoreUnknownFields has Propexo drop fields that the property management
// system does not take, where it would otherwise refuse the write with a 400.
func IgnoreUnknownFields() WriteOption {
	return func(q url.Values) { q.Set("ignore_unknown_fields", "true") }
}

// write sends an asynchronous write and answers its job.
func write(ctx context.Context, c *Client, call *transport.Call, opts []WriteOption) (*Write, error) {
	if len(opts) > 0 {
		call.Query = make(url.Values)
		for _, opt := range opts {
			opt(call.Query)
		}
	}
	a, err := c.t.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	// Two shapes are documented: {job_id, data} and {meta: {job_id}, result}.
	var answer struct {
		JobID string       `json:"job_id"`
		Data  tenantry.Raw `json:"data"`
		Meta  struct {
			JobID string `json:"job_id"`
		} `json:"meta"`
		Result tenantry.Raw `json:"result"`
	}
	if err := a.Decode(&answer); err != nil {
		return nil, err
	}
	w := &Write{JobID: answer.JobID, Data: answer.Data}
	if w.JobID == "" {
		w.JobID, w.Data = answer.Meta.JobID, answer.Result
	}
	if w.JobID == "" {
		return nil, a.Undecodable("it holds no job_id")
	}
	return w, nil
}
