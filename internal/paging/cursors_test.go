package paging_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// chain is a list of n records, three a page, each page named by its first.
func chain(n, prefetch int, start tenantry.Cursor, send func(cursor string) error) paging.Cursors[record] {
	return paging.Cursors[record]{
		Identity: paging.Identity{API: "test", Operation: "rows.find"}, Start: start, Prefetch: prefetch,
		Send: func(_ context.Context, cursor string) (*transport.Response, error) {
			if err := send(cursor); err != nil {
				return nil, err
			}
			from, _ := strconv.Atoi(cursor)
			body := `{"results":[`
			for i := from; i < min(from+3, n); i++ {
				if i > from {
					body += ","
				}
				body += fmt.Sprintf(`{"id":"%d"}`, i)
			}
			next := from + 3
			if next >= n {
				next = -1
			}
			return &transport.Response{Body: fmt.Appendf(nil, `%s],"last_id":%d}`, body, next)}, nil
		},
		ID:     func(r *record) string { return r.ID },
		Decode: decodeChain,
	}
}

func decodeChain(a *transport.Response) (paging.Result[record], error) {
	v, err := wire.DecodeValue[struct {
		LastID string `json:"last_id"`
		Before int    `json:"before"`
		Stuck  string `json:"stuck"`
	}](a.Body)
	if err != nil {
		return paging.Result[record]{}, err
	}
	r, err := decode(a)
	r.Before = v.Before
	if v.Stuck != "" {
		r.Stuck = errors.New(v.Stuck)
	}
	if v.LastID != "-1" {
		r.Next = v.LastID
	}
	return r, err
}

func TestCursors(t *testing.T) {
	for _, prefetch := range []int{0, 1, 5} {
		var sent []string
		record := func(cursor string) error { sent = append(sent, cursor); return nil }
		got, err := tenantry.Collect(chain(10, prefetch, "", record).List().All(t.Context()))
		require.NoError(t, err)
		assert.Len(t, got, 10)
		assert.Equal(t, []string{"", "3", "6", "9"}, sent)
	}
	page, err := chain(10, 0, "", func(string) error { return nil }).First(t.Context())
	require.NoError(t, err)
	assert.Equal(t, -1, page.Total)
	rest, err := tenantry.Collect(chain(10, 0, page.Next, func(string) error { return nil }).List().All(t.Context()))
	require.NoError(t, err)
	assert.Equal(t, "3", rest[0].ID)
	assert.Len(t, rest, 7)
	for range chain(1000, 5, "", func(string) error { return nil }).List().Pages(t.Context()) {
		break
	}
}

// script is a list by cursor whose responses are given; the last one repeats.
func script(prefetch int, bodies ...string) (c paging.Cursors[record], sent *int) {
	sent = new(int)
	c = chain(0, prefetch, "", nil)
	c.Send = func(context.Context, string) (*transport.Response, error) {
		body := bodies[min(*sent, len(bodies)-1)]
		*sent++
		return &transport.Response{Body: []byte(strings.ReplaceAll(body, "N", strconv.Itoa(*sent)))}, nil
	}
	return c, sent
}

// A listing by cursor that can't be complete, or that does not end, says so
// after everything that came.
func TestCursorsThatAreIncomplete(t *testing.T) {
	for name, test := range map[string]struct {
		bodies  []string
		records int
		sent    int
		reason  string // "" for none
	}{
		"a cursor that was named before": {[]string{`{"results":[{"id":"a"}],"last_id":7}`, `{"results":[{"id":"b"}],"last_id":8}`, `{"results":[{"id":"c"}],"last_id":7}`}, 3, 3, "named before"},
		"the same page for ever":         {[]string{`{"results":[{"id":"a"},{"id":"b"}],"last_id":N}`}, 2, 41, "no new record"},
		"the same two pages for ever":    {slices.Repeat([]string{`{"results":[{"id":"a"}],"last_id":N}`, `{"results":[{"id":"b"}],"last_id":N}`}, 50), 2, 42, "no new record"},
		"the same page without ids":      {[]string{`{"results":[{},5],"last_id":N}`}, 41, 41, "no new record"},
		"two pages without ids":          {[]string{`{"results":[{}],"last_id":7}`, `{"results":[{}],"last_id":-1}`}, 2, 2, ""},
		"empty pages for ever":           {[]string{`{"results":[],"last_id":N}`}, 0, 40, "no new record"},
		"39 empty pages":                 {append(slices.Repeat([]string{`{"results":[],"last_id":N}`}, 39), `{"results":[{"id":"a"}],"last_id":-1}`), 1, 40, ""},
		"one page of two":                {[]string{`{"results":[{"id":"a"}],"last_id":-1,"total":2}`}, 1, 2, "2"},
		"no page of two":                 {[]string{`{"results":[],"last_id":-1,"total":2}`}, 0, 2, "2"},
		"one page, counted too early":    {[]string{`{"results":[{"id":"a"}],"last_id":-1,"total":2}`, `{"results":[{"id":"a"}],"last_id":-1,"total":1}`}, 1, 2, ""},
		"one page of three, then two":    {[]string{`{"results":[{"id":"a"}],"last_id":-1,"total":3}`, `{"results":[{"id":"a"},{"id":"b"}],"last_id":-1,"total":3}`}, 2, 2, "after 2 records"},
		"the last page of two":           {[]string{`{"results":[{"id":"a"}],"last_id":7,"total":9}`, `{"results":[{"id":"b"}],"last_id":-1,"total":9,"before":1}`}, 2, 3, "after 2 records"},
		"a later page, counted too late": {[]string{`{"results":[{"id":"a"}],"last_id":7,"total":9}`, `{"results":[{"id":"b"}],"last_id":-1,"total":9,"before":1}`, `{"results":[{"id":"b"},{"id":"c"}],"last_id":-1,"total":3,"before":1}`}, 3, 3, ""},
		"a page of unknown place":        {[]string{`{"results":[{"id":"a"}],"last_id":-1,"total":9,"before":-1}`}, 1, 1, ""},
		"the last page twice":            {[]string{`{"results":[{"id":"a"}],"last_id":7}`, `{"results":[{"id":"a"}],"last_id":-1}`}, 1, 2, "the same page again"},
		"a page that leads nowhere":      {[]string{`{"results":[{"id":"a"}],"last_id":7}`, `{"results":[{"id":"b"}],"last_id":-1,"stuck":"on the rocks"}`}, 2, 2, "on the rocks"},
		"an empty page, to nowhere":      {[]string{`{"results":[],"last_id":-1,"stuck":"on the rocks"}`}, 0, 1, "on the rocks"},
		"a total that counts otherwise":  {[]string{`{"results":[{"id":"a"}],"last_id":5,"total":9}`, `{"results":[{"id":"b"}],"last_id":-1,"total":9}`}, 2, 2, ""},
	} {
		for _, prefetch := range []int{0, 3} {
			t.Run(fmt.Sprint(name, prefetch), func(t *testing.T) {
				c, sent := script(prefetch, test.bodies...)
				got, err := tenantry.Collect(c.List().All(t.Context()))
				if test.reason == "" {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, tenantry.ErrIncomplete)
					require.ErrorContains(t, err, "test: rows.find: ")
					require.ErrorContains(t, err, test.reason)
				}
				assert.Len(t, got, test.records)
				assert.Equal(t, test.sent, *sent)
			})
		}
	}
}

func TestErrorsThatEndAListing(t *testing.T) {
	none, boom := errors.New("none"), errors.New("boom")
	c := chain(10, 0, "", func(string) error { return none })
	c.End = func(err error) bool { return errors.Is(err, none) }
	got, err := tenantry.Collect(c.List().All(t.Context()))
	require.NoError(t, err)
	assert.Empty(t, got)
	for page, err := range c.List().Pages(t.Context()) {
		require.NoError(t, err)
		assert.Equal(t, &tenantry.Page[record]{Total: -1}, page, "an empty list is an empty page")
	}
	first, err := c.First(t.Context())
	require.NoError(t, err)
	assert.Equal(t, &tenantry.Page[record]{Total: -1}, first)
	for _, prefetch := range []int{0, 4} {
		c = chain(10, prefetch, "", func(cursor string) error {
			if cursor == "6" {
				return boom
			}
			return nil
		})
		got, err = tenantry.Collect(c.List().All(t.Context()))
		require.ErrorIs(t, err, boom)
		assert.Len(t, got, 6, "what came before is kept")
	}
}

// A single page that leads nowhere is an error, and a page of a listing asks for
// itself again.
func TestPagesThatLeadNowhere(t *testing.T) {
	const first, second = `{"results":[{"id":"a"}],"last_id":7}`, `{"results":[{"id":"b"}],"last_id":-1,"stuck":"on the rocks"}`
	c, _ := script(0, second)
	_, err := c.First(t.Context())
	require.ErrorIs(t, err, tenantry.ErrIncomplete)

	var next tenantry.Cursor
	c, _ = script(0, first, second)
	for page, err := range c.List().Pages(t.Context()) {
		if err == nil {
			assert.True(t, page.HasMore)
			next = page.Next
		}
	}
	c, sent := script(0, `{"results":[{"id":"b"},{"id":"c"}],"last_id":-1}`)
	c.Start = next
	var asked []string
	send := c.Send
	c.Send = func(ctx context.Context, cursor string) (*transport.Response, error) {
		asked = append(asked, cursor)
		return send(ctx, cursor)
	}
	got, err := tenantry.Collect(c.List().All(t.Context()))
	require.NoError(t, err)
	assert.Len(t, got, 2)
	assert.Equal(t, []string{"7"}, asked)
	assert.Equal(t, 1, *sent)
}
