package leasefind

import (
	"context"
	"errors"
	"maps"
	"net/url"

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
	// What can't be marshalled is reported by Send, which marshals it again.
	encoded, _ := json.Marshal(params, json.Deterministic(true))
	return paging.Cursors[T]{
		Identity: paging.Identity{API: api, Operation: op.Name, Params: string(encoded)},
		Start:    cursor,
		Prefetch: c.t.Config().Prefetch,
		End:      none,
		Send: func(ctx context.Context, after string) (*transport.Response, error) {
			body := maps.Clone(members(encoded))
			if after != "" {
				quoted, err := jsontext.AppendQuote(nil, after)
				if err != nil {
					return nil, c.t.Argument(op, "Cursor", "is not a cursor; pass a Page.Next")
				}
				body["after-id"] = quoted
			}
			return c.t.Send(ctx, &transport.Call{Op: op, Body: body})
		},
		ID:     id,
		Decode: decode,
	}
}

// querySearcher makes a listing of a search with its parameters in the query, which
// asks for its next page there, as after_id. more are parameters that select nothing.
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

// query returns the parameters that have a value.
func query(params map[string]string) url.Values {
	q := make(url.Values)
	for name, value := range params {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
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
