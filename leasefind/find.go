package leasefind

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// none reports whether an error says that there are no records, or no more.
func none(err error) bool { return errors.Is(err, ErrNoRecords) }

// searcher makes a listing of a search that asks for its next page in the body,
// as after-id.
func searcher[T any](c *Client, op *transport.Op, params any, cursor tenantry.Cursor, id func(*T) string, decode func(*transport.Response) (paging.Result[T], error)) paging.Cursors[T] {
	encoded, refused := json.Marshal(params, json.Deterministic(true))
	if refused != nil {
		refused = c.t.Argument(op, "parameters", "can't be marshalled to JSON: "+refused.Error())
	} else {
		refused = checkExtra(c, op, params)
	}
	return paging.Cursors[T]{
		Identity: paging.Identity{API: api, Operation: op.Name, Params: string(encoded)},
		Start:    cursor,
		Prefetch: c.t.Config().Prefetch,
		End:      none,
		Send: func(ctx context.Context, after string) (*transport.Response, error) {
			if refused != nil {
				return nil, refused
			}
			body := maps.Clone(members(encoded))
			if after != "" {
				quoted, err := jsontext.AppendQuote(nil, after)
				if err != nil {
					return nil, c.t.Argument(op, "Cursor", "is not a cursor; pass a Page.Next")
				}
				body[afterID] = quoted
			}
			return c.t.Send(ctx, &transport.Call{Op: op, Body: body})
		},
		ID:     id,
		Decode: decode,
	}
}

// afterID is the member that asks for the next page.
const afterID = "after-id"

// checkExtra refuses members of the Extra of params, a pointer to a struct, that the
// SDK sets itself.
func checkExtra(c *Client, op *transport.Op, params any) error {
	v := reflect.ValueOf(params).Elem()
	extra, _ := v.FieldByName("Extra").Interface().(tenantry.Extra)
	own := []string{afterID}
	for f := range v.Type().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		own = append(own, name)
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if slices.Contains(own, name) {
			return c.t.Argument(op, "Extra", fmt.Sprintf("holds %q, which the SDK sets itself; use the field for it", name))
		}
	}
	return nil
}

// querySearcher makes a listing of a search with its parameters in the query, which
// asks for its next page there, as after_id. more are parameters that select nothing.
// extra is the Extra of the caller's parameters, and own are the names that it may not
// hold, after_id aside.
func querySearcher[T any](c *Client, op *transport.Op, params, more url.Values, cursor tenantry.Cursor, id func(*T) string, decode func(*transport.Response) (paging.Result[T], error)) paging.Cursors[T] {
	return paging.Cursors[T]{
		Identity: paging.Identity{API: api, Operation: op.Name, Params: params.Encode()},
		Start:    cursor,
		Prefetch: c.t.Config().Prefetch,
		End:      none,
		Send: func(ctx context.Context, after string) (*transport.Response, error) {
			q := maps.Clone(params)
			maps.Copy(q, more)
			if after != "" {
				q.Set("after_id", after)
			}
			return c.t.Send(ctx, &transport.Call{Op: op, Query: q})
		},
		ID:     id,
		Decode: decode,
	}
}

// query returns the parameters that have a value, and extra. extra may not hold the
// name of a parameter, nor those of own.
func query(op *transport.Op, params map[string]string, extra url.Values, own ...string) (url.Values, error) {
	q := make(url.Values)
	own = append(own, "after_id")
	for name, value := range params {
		own = append(own, name)
		if value != "" {
			q.Set(name, value)
		}
	}
	return q, transport.AddExtra(api, op, q, extra, own...)
}

// A lastID names the next page of a search: a number, or absent or -1 at the end.
type lastID string

func (id lastID) next() string {
	if id == "-1" {
		return ""
	}
	return string(id)
}

func members(encoded []byte) map[string]jsontext.Value {
	all := make(map[string]jsontext.Value)
	_ = json.Unmarshal(encoded, &all)
	return all
}

// brackets are an address as query parameters, address[city]=…: the encoding
// that its reference leaves open, in the form that most servers read.
func (a *Address) brackets(q url.Values) {
	encoded, err := json.Marshal(a)
	if err != nil {
		return // it holds texts alone
	}
	for name, raw := range members(encoded) {
		text := string(raw)
		if raw.Kind() == '"' {
			b, err := jsontext.AppendUnquote(nil, raw)
			if err != nil {
				continue
			}
			text = string(b)
		}
		q.Set("address["+name+"]", text)
	}
}
