package supergood

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"strconv"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// What names the page that follows; it begins the cursor that is stored.
const (
	byCursor = "c:" // sent as cursor
	byPage   = "p:" // sent as page
	byLink   = "l:" // path and query on the same host
	byQuery  = "q:" // the query of a link that is one alone
)

// list makes a listing that follows whichever paging the responses show.
func list[T any](c *Client, op *transport.Op, args []string, p ListParams, name string, settle func(*T), id func(*T) string) paging.Cursors[T] {
	return paging.Cursors[T]{
		Identity: paging.Identity{API: api, Operation: op.Name, Params: strings.Join(append(args, p.Filters.Encode()), "\n")},
		Start:    p.Cursor,
		Prefetch: c.t.Config().Prefetch,
		Send: func(ctx context.Context, next string) (*transport.Response, error) {
			call := &transport.Call{Op: op, Args: args, Query: maps.Clone(p.Filters)}
			if call.Query == nil {
				call.Query = make(url.Values)
			}
			switch value := next[min(len(next), len(byLink)):]; next[:min(len(next), len(byLink))] {
			case byCursor:
				call.Query.Set("cursor", value)
			case byPage:
				call.Query.Set("page", value)
			case byLink:
				call.At = value
			case byQuery:
				q, err := url.ParseQuery(value)
				if err != nil {
					return nil, c.t.Argument(op, "Cursor", "is not a cursor; pass a Page.Next")
				}
				call.Query = q
			}
			return c.t.Send(ctx, call)
		},
		ID: id,
		Decode: func(a *transport.Response) (paging.Result[T], error) {
			raw, total, err := records(a.Body, name, 0)
			if errors.Is(err, errNoList) {
				return paging.Result[T]{}, a.Missing("list; see the package's assumptions")
			}
			if err != nil {
				return paging.Result[T]{}, a.Undecodable(err.Error())
			}
			var found wire.List[T]
			if err := wire.Decode(raw, &found); err != nil {
				return paging.Result[T]{}, a.Undecodable(err.Error())
			}
			r, err := paging.Of(a, &found)
			if err != nil {
				return r, err
			}
			r.Total = total
			for i := range r.Items {
				settle(&r.Items[i])
			}
			if r.Next, err = follows(a, c.t); err != nil {
				return r, a.Undecodable(err.Error())
			}
			return r, nil
		},
	}
}

var errNoList = errors.New("it holds no list; see the package's assumptions")

// maxNesting is how many objects records looks into, one within the other.
const maxNesting = 4

// records finds the list in a response, and its total, or -1 if it has none.
func records(body []byte, name string, depth int) (tenantry.Raw, int, error) {
	raw := tenantry.Raw(body)
	if wire.Kind(body) == '[' {
		return raw, -1, nil
	}
	if depth > maxNesting {
		return nil, -1, errNoList
	}
	all, err := wire.DecodeValue[map[string]tenantry.Raw](raw)
	if err != nil {
		return nil, -1, err
	}
	total := -1
	for _, within := range pagers(all) {
		for _, member := range []string{"total", "totalCount", "total_count", "totalItems"} {
			if n, err := wire.DecodeValue[tenantry.Decimal](within[member]); err == nil && within[member] != nil {
				if i, err := n.Int64(); err == nil && i >= 0 && i < 1<<31 {
					total = int(i)
				}
			}
		}
	}
	var null tenantry.Raw
	for _, member := range []string{name, "data", "results", "items"} {
		switch v := all[member]; v.Kind() {
		case '[':
			return v, total, nil
		case '{':
			if nested, inner, err := records(v, name, depth+1); err == nil {
				return nested, max(total, inner), nil
			}
			if member == name { // one record in place of a list
				return v, total, nil
			}
		case 'n':
			null = v
		}
	}
	if null != nil { // an empty list
		return null, total, nil
	}
	return nil, -1, errNoList
}

// pagers are where an answer may tell of its paging: itself, and some members.
func pagers(all map[string]tenantry.Raw) []map[string]tenantry.Raw {
	found := []map[string]tenantry.Raw{all}
	for _, member := range []string{"pagination", "meta", "paging", "page", "links", "_links"} {
		if v := all[member]; v.Kind() == '{' {
			if inner, err := wire.DecodeValue[map[string]tenantry.Raw](v); err == nil {
				found = append(found, inner)
			}
		}
	}
	return found
}

// follows names the page behind an answer, "" for none.
func follows(a *transport.Response, t *transport.Client) (string, error) {
	for _, link := range a.Header.Values("Link") {
		for part := range strings.SplitSeq(link, ",") {
			target, params, _ := strings.Cut(strings.TrimSpace(part), ";")
			if strings.Contains(strings.ReplaceAll(params, `"`, ""), "rel=next") {
				return linked(strings.Trim(target, "<>"), t)
			}
		}
	}
	all, err := wire.DecodeValue[map[string]tenantry.Raw](a.Body)
	if err != nil {
		return "", nil //nolint:nilerr // a bare array says nothing, and anything else is for Decode to refuse
	}
	if inner := all["data"]; inner.Kind() == '{' {
		if nested, err := wire.DecodeValue[map[string]tenantry.Raw](inner); err == nil {
			maps.Copy(nested, all)
			all = nested
		}
	}
	text := func(within map[string]tenantry.Raw, members ...string) string {
		for _, member := range members {
			if raw := within[member]; raw != nil {
				if s, err := wire.DecodeValue[string](raw); err == nil && s != "" {
					return s
				}
				var object struct {
					Href   string `json:"href"`
					Cursor string `json:"cursor"`
				}
				if raw.Kind() == '{' && wire.Decode(raw, &object) == nil && object.Href != "" {
					return object.Href
				}
			}
		}
		return ""
	}
	for _, within := range pagers(all) {
		if cursor := text(within, "nextCursor", "next_cursor", "cursorNext"); cursor != "" {
			return byCursor + cursor, nil
		}
		if next := text(within, "next", "nextUrl", "next_url", "nextLink"); strings.ContainsAny(next, "/?") {
			return linked(next, t)
		} else if next != "" {
			return byCursor + next, nil
		}
		page, err := strconv.Atoi(text(within, "page", "currentPage", "current_page", "number"))
		if err != nil || page < 0 {
			continue
		}
		last, err := strconv.Atoi(text(within, "totalPages", "total_pages", "pageCount", "pages"))
		more := text(within, "hasMore", "has_more", "hasNext") == "true"
		if err == nil && page < last || more {
			return byPage + strconv.Itoa(page+1), nil
		}
		return "", nil
	}
	return "", nil
}

// linked checks that a link is on the client's own host.
func linked(link string, t *transport.Client) (string, error) {
	if query, alone := strings.CutPrefix(link, "?"); alone {
		return byQuery + query, nil
	}
	at, ok := t.Local(link)
	if !ok {
		return "", errors.New("its next page is on another host, which gets no credentials")
	}
	return byLink + at, nil
}

// one finds the record in an answer: bare, or under one of the usual names.
func one[T any](body []byte, name string) (*T, error) {
	all, err := wire.DecodeValue[map[string]tenantry.Raw](body)
	if err != nil {
		return nil, err
	}
	record := tenantry.Raw(body)
	for _, member := range []string{name, "data", "result"} {
		if v := all[member]; v.Kind() == '{' {
			if inner, err := wire.DecodeValue[map[string]tenantry.Raw](v); err == nil && inner[name].Kind() == '{' {
				v = inner[name]
			}
			record = v
			break
		}
	}
	v, err := wire.DecodeValue[T](record)
	return &v, err
}
