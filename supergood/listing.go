package supergood

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// list returns a listing that follows whichever paging its responses show.
func list[T any](c *Client, op *transport.Op, args []string, p ListParams, k kind, settle func(*T), id func(*T) string) paging.Cursors[T] {
	p.Extra = maps.Clone(p.Extra) // the caller may change theirs
	var visits sync.Map           // from a *transport.Response to its visit
	return paging.Cursors[T]{
		Identity: paging.Identity{API: api, Operation: op.Name, Params: strings.Join(append(args, p.Extra.Encode()), "\n")},
		Start:    p.Cursor,
		Prefetch: c.t.Config().Prefetch,
		Send: func(ctx context.Context, cursor string) (*transport.Response, error) {
			at, err := parsePosition(cursor)
			if err != nil {
				return nil, c.t.Argument(op, "Cursor", "is not a cursor; pass a Page.Next")
			}
			v := &visit{t: c.t, call: &transport.Call{Op: op, Args: args}, at: at}
			call := *v.call
			if call.RawQuery = at.Query; at.Query == "" {
				call.Query = maps.Clone(p.Extra)
				if at.Name != "" {
					if call.Query == nil {
						call.Query = make(url.Values)
					}
					call.Query.Set(at.Name, at.Value)
				}
			}
			resp, err := c.t.Send(ctx, &call)
			if err == nil {
				visits.Store(resp, v)
			}
			return resp, err
		},
		ID: id,
		Decode: func(resp *transport.Response) (r paging.Result[T], err error) {
			got, _ := visits.LoadAndDelete(resp)
			v := got.(*visit)
			if v.envelope, err = open(resp, k.many); err != nil {
				return r, err
			}
			if r, err = records[T](resp, v.envelope); err != nil {
				return r, err
			}
			r.Total = v.total()
			for i := range r.Items {
				settle(&r.Items[i])
			}
			next, err := v.next(resp.Header)
			r.Next, r.Stuck = next.String(), err
			r.Before = v.before()
			return r, nil
		},
	}
}

// A position says how to ask for a page of a listing. Cursors store it.
type position struct {
	// Query is the query of a link, which replaces all parameters.
	Query string `json:"q,omitzero"`
	// Name and Value are a parameter that is sent with the filters.
	Name  string `json:"n,omitzero"`
	Value string `json:"v,omitzero"`

	// The other fields belong to pages that are asked for by number.
	Covered  int    `json:"c,omitzero"` // how many records come before the page
	FromZero bool   `json:"z,omitzero"` // the first page has number 0
	Before   string `json:"b,omitzero"` // the hash of the first record of the page before
}

// String encodes a position. The first page is "".
func (p position) String() string {
	if p == (position{}) {
		return ""
	}
	b, err := json.Marshal(p)
	if err != nil {
		return "" // its texts come from JSON, so they are valid
	}
	return string(b)
}

func parsePosition(s string) (p position, err error) {
	if s != "" {
		err = json.Unmarshal([]byte(s), &p, json.RejectUnknownMembers(true))
	}
	return p, err
}

// Members of responses that describe the paging, in their order of precedence.
var (
	moreNames     = []string{"hasMore", "has_more", "hasNext", "has_next", "hasNextPage", "has_next_page"}
	cursorNames   = []string{"nextCursor", "next_cursor", "cursorNext", "endCursor", "end_cursor"}
	nextNames     = []string{"next", "nextUrl", "next_url", "nextLink", "next_link"}
	nextPageNames = []string{"nextPage", "next_page"}
	pageNames     = []string{"page", "currentPage", "current_page", "number", "pageNumber", "page_number", "pageNo", "page_no"}
	lastNames     = []string{"totalPages", "total_pages", "pageCount", "page_count", "lastPage", "last_page", "pages"}
	totalNames    = []string{"total", "totalCount", "total_count", "totalItems", "total_items"}
	offsetNames   = []string{"offset", "skip"}
	limitNames    = []string{"limit", "pageSize", "page_size", "perPage", "per_page", "size"}
)

// pageParameter returns the parameter that asks for a page by number: the member's
// own name if no other use of that name is likely, and page otherwise.
func pageParameter(member string) string {
	switch member {
	case "pageNumber", "page_number", "pageNo", "page_no":
		return member
	}
	return "page"
}

// A visit is a request for a page, and what its response holds.
type visit struct {
	*envelope

	t    *transport.Client
	call *transport.Call // without a query
	at   position        // how the page was asked for
}

// next returns the position of the next page, or the zero position if there is none.
func (v *visit) next(header http.Header) (position, error) {
	if link := paging.NextLink(header); link != "" {
		return v.follow(link)
	}
	_, more := v.text(moreNames)
	_, next := v.text(nextNames)
	if more == "false" || more == "0" || next == "false" {
		return position{}, nil
	}
	if _, cursor := v.text(cursorNames); cursor != "" {
		return position{Name: "cursor", Value: cursor}, nil
	}
	p := v.page()
	follows := more == "true" || more == "1" || next == "true"
	switch {
	case next == "", next == "true":
	case isLink(next):
		return v.follow(next)
	case p.said && next == strconv.Itoa(p.number+1):
		follows = true
	default:
		return position{Name: "cursor", Value: next}, nil
	}
	switch _, next := v.text(nextPageNames); {
	case next == "":
	case isLink(next):
		return v.follow(next)
	default:
		if n, err := strconv.Atoi(next); err == nil && n > p.number {
			follows, p.number, p.said = true, n-1, true
		}
	}
	return v.advance(p, follows)
}

// advance returns the position after a page for listings by number, by offset or by
// total. follows reports whether the response says outright that more records follow.
func (v *visit) advance(p page, follows bool) (position, error) {
	offset, byOffset := v.number(offsetNames)
	total, limit := v.total(), 0
	if byOffset || p.said {
		limit, _ = v.number(limitNames)
	}
	switch asked, err := strconv.Atoi(v.at.Value); {
	case err != nil:
	case v.byPage() && p.said && p.number != asked:
		return position{}, fmt.Errorf("it is page %d, but page %d was asked for", p.number, asked)
	case slices.Contains(offsetNames, v.at.Name) && byOffset && offset != asked:
		return position{}, fmt.Errorf("it starts at record %d, but record %d was asked for", offset, asked)
	}
	if !follows && !p.known && !byOffset {
		return position{}, nil // a cursor or link led here, and nothing leads on
	}
	n, first, err := v.count()
	if err != nil {
		return position{}, err
	}
	covered := v.at.Covered
	switch {
	case byOffset:
		covered = offset
	case v.at == (position{}) && p.said:
		covered = (p.number - p.first) * n // not 0 if the filters have the page
	}
	last, paged := v.number(lastNames)
	switch {
	case follows:
	case paged && p.known && !byOffset:
		follows = p.number < last-1+p.first
	case v.ended():
	case total > 0:
		follows = covered+n < total
	case limit > 0:
		follows = n >= limit
	}
	switch {
	case !follows:
		return position{}, nil
	case n == 0:
		return position{}, errors.New("it says that more records follow, but holds none")
	case byOffset:
		name, _ := v.text(offsetNames)
		return position{Name: name, Value: strconv.Itoa(offset + n)}, nil
	case !p.known:
		return position{}, errors.New("it says that more records follow, but not how to ask for them")
	case v.at.Before == first:
		return position{}, errors.New("it starts with the same record as the page before")
	}
	return position{Name: p.parameter, Value: strconv.Itoa(p.number + 1), Covered: covered + n, FromZero: p.first == 0, Before: first}, nil
}

// A page is the number of a page.
type page struct {
	number    int
	first     int // the number of the first page, 0 or 1
	parameter string
	said      bool // the response says the number
	known     bool // the number is said, or known from the request
}

// page returns the number of the page that the response holds.
func (v *visit) page() page {
	p := page{first: 1, parameter: "page"}
	if v.at.FromZero {
		p.first = 0
	}
	if v.byPage() {
		p.number, _ = strconv.Atoi(v.at.Value)
		p.parameter, p.known = v.at.Name, true
	} else if v.at == (position{}) {
		p.number, p.known = 1, true
	}
	if n, ok := v.number(pageNames); ok {
		member, _ := v.text(pageNames)
		p.number, p.parameter, p.said, p.known = n, pageParameter(member), true, true
		if n == 0 {
			p.first = 0
		}
	}
	return p
}

// before returns how many records of the list precede the page, or -1 if that
// is not known: filters can ask for another page than the first.
func (v *visit) before() int {
	offset, byOffset := v.number(offsetNames)
	switch p := v.page(); {
	case byOffset:
		return offset
	case v.byPage():
		return v.at.Covered
	case v.at != (position{}) || p.said && p.number > 1:
		return -1
	}
	return 0
}

// byPage reports whether the page was asked for by number.
func (v *visit) byPage() bool { return slices.Contains(pageNames, v.at.Name) }

// ended reports whether the response has a member for the next page, which is empty.
func (v *visit) ended() bool {
	for _, names := range [][]string{cursorNames, nextNames, nextPageNames} {
		for _, members := range v.around {
			for _, name := range names {
				if _, ok := members[name]; ok {
					return true
				}
			}
		}
	}
	return false
}

// follow returns the position that a link leads to.
func (v *visit) follow(link string) (position, error) {
	query, err := v.t.Follow(v.call, link)
	if err == nil && query == "" {
		err = errors.New("the link leads to the first page")
	}
	return position{Query: query}, err
}

// isLink tells a URL from a cursor, which may be base 64 and have slashes.
func isLink(next string) bool {
	const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="
	return strings.HasPrefix(next, "/") || strings.ContainsAny(next, "/?") && strings.Trim(next, base64) != ""
}

// count returns the number of records, and a hash of the first one.
func (v *visit) count() (n int, first string, err error) {
	dec := jsontext.NewDecoder(bytes.NewReader(v.list), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if _, err := dec.ReadToken(); err != nil {
		return 0, "", err
	}
	for ; dec.PeekKind() != ']'; n++ {
		record, err := dec.ReadValue()
		if err != nil {
			return 0, "", err
		}
		if n == 0 {
			first = hash(record)
		}
	}
	return n, first, nil
}

func hash(record []byte) string {
	h := fnv.New64a()
	_, _ = h.Write(record)
	return strconv.FormatUint(h.Sum64(), 36)
}
