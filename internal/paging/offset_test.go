package paging_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type record struct {
	ID string `json:"id"`
}

// A table is a list on a server, sorted by key, that changes while it is read.
type table struct {
	mu      sync.Mutex
	rows    []row // sorted by key
	sends   int
	windows []paging.Window
	before  func(*table) // called before each response, locked
	total   bool
	more    bool
}

// A row is sorted by key; at is about where.
type row struct {
	key, id string
	at      float64
}

func (s *table) insert(r row) {
	i, found := slices.BinarySearchFunc(s.rows, r, func(a, b row) int { return cmp.Compare(a.key, b.key) })
	if !found {
		s.rows = slices.Insert(s.rows, i, r)
	}
}

// between is a place before the row with an index.
func (s *table) between(i int) float64 {
	low, high := 0.0, 1.0
	if i > 0 {
		low = s.rows[i-1].at
	}
	if i < len(s.rows) {
		high = s.rows[i].at
	}
	return (low + high) / 2
}

func (s *table) remove(i int) { s.rows = slices.Delete(s.rows, i, i+1) }

func (s *table) send(_ context.Context, w paging.Window) (*transport.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sends++
	s.windows = append(s.windows, w)
	if s.before != nil {
		s.before(s)
	}
	from := min(w.Offset, len(s.rows))
	to := min(from+w.Limit, len(s.rows))
	body := []byte(`{"results":[`)
	for i, r := range s.rows[from:to] {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(append(append(body, `{"id":"`...), r.id...), `"}`...)
	}
	body = append(body, ']')
	if s.total {
		body = fmt.Appendf(body, `,"total":%d`, len(s.rows))
	}
	if s.more {
		body = fmt.Appendf(body, `,"hasMore":%v`, to < len(s.rows))
	}
	return &transport.Response{StatusCode: 200, Body: append(body, '}')}, nil
}

func decode(a *transport.Response) (paging.Result[record], error) {
	var body struct {
		Results wire.List[record] `json:"results"`
		Total   *int              `json:"total"`
		HasMore *bool             `json:"hasMore"`
	}
	if err := wire.DecodeReusing(a.Body, &body, &a.Spare); err != nil {
		return paging.Result[record]{}, err
	}
	r := paging.Result[record]{Items: body.Results.Items, Total: -1, More: body.HasMore}
	if body.Total != nil {
		r.Total = *body.Total
	}
	for _, b := range body.Results.Bad {
		r.Bad = append(r.Bad, &tenantry.DecodeError{API: "test", Operation: "rows.list", Index: b.Index, Raw: b.Raw, Err: b.Err})
	}
	return r, nil
}

// offsets is a list by offset, of pages of a size.
func offsets(size int, send func(context.Context, paging.Window) (*transport.Response, error)) paging.Offsets[record] {
	return paging.Offsets[record]{
		Identity: paging.Identity{API: "test", Operation: "rows.list"}, Size: size, Max: 250,
		ID: func(r *record) string { return r.ID }, Send: send, Decode: decode,
	}
}

func listing(s *table, size, prefetch int, pageNumbers bool, start tenantry.Cursor) paging.List[record] {
	o := offsets(size, s.send)
	o.Start, o.Prefetch = start, prefetch
	if pageNumbers {
		o.Fit = paging.ByPageNumber(250)
	}
	return o.List()
}

func filled(n int) *table {
	s := &table{total: true, more: true}
	for i := range n {
		id := fmt.Sprintf("%06d", i)
		s.insert(row{key: id, id: id})
	}
	return s
}

func TestPagesAndCursors(t *testing.T) {
	s := filled(25)
	page, err := listing(s, 10, 4, false, "").First(t.Context())
	require.NoError(t, err)
	assert.Len(t, page.Items, 10)
	assert.Equal(t, 25, page.Total)
	assert.True(t, page.HasMore)
	assert.Equal(t, 1, s.sends, "one page is one request")
	page, err = listing(s, 10, 0, false, page.Next).First(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "000010", page.Items[0].ID)
	assert.Len(t, page.Items, 10)
	page, err = listing(s, 10, 0, false, page.Next).First(t.Context())
	require.NoError(t, err)
	assert.Len(t, page.Items, 5)
	assert.False(t, page.HasMore)
	assert.Empty(t, page.Next)
}

func TestOneByOne(t *testing.T) {
	s := filled(5)
	n := 0
	for page, err := range listing(s, 1, 0, false, "").Pages(t.Context()) {
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		n++
	}
	assert.Equal(t, 5, n)
}

func TestNoMoreRequestsThanPages(t *testing.T) {
	for _, prefetch := range []int{0, 1, 4, 16} {
		s := filled(1000)
		got, err := tenantry.Collect(listing(s, 100, prefetch, false, "").All(t.Context()))
		require.NoError(t, err)
		assert.Len(t, got, 1000)
		assert.Equal(t, 10, s.sends, "prefetch %d", prefetch)
	}
}

func TestByPageNumber(t *testing.T) {
	for size := 2; size <= 100; size++ {
		for offset := range 3000 {
			w := paging.ByPageNumber(100)(offset, size)
			require.LessOrEqual(t, w.Offset, offset)
			require.Zero(t, w.Offset%w.Limit)
			require.Greater(t, w.Offset+w.Limit, offset+1)
			require.LessOrEqual(t, w.Limit, 100)
		}
	}
	s := filled(5000)
	got, err := tenantry.Collect(listing(s, 100, 0, true, "").All(t.Context()))
	require.NoError(t, err)
	assert.Len(t, got, 5000)
	assert.Less(t, s.sends, 60, "overlapping pages cost few requests more than the 50 it takes")
}

func TestStoppingEarlyLeaksNothing(t *testing.T) {
	for _, prefetch := range []int{0, 1, 8} {
		n := 0
		for _, err := range listing(filled(1000), 10, prefetch, false, "").All(t.Context()) {
			require.NoError(t, err)
			if n++; n == 15 {
				break
			}
		}
	}
}

func TestFirstErrorEndsTheListing(t *testing.T) {
	boom := errors.New("boom")
	for _, prefetch := range []int{0, 4} {
		s := filled(100)
		o := offsets(10, func(ctx context.Context, w paging.Window) (*transport.Response, error) {
			if w.Offset > 30 {
				return nil, boom
			}
			return s.send(ctx, w)
		})
		o.Prefetch = prefetch
		got, err := tenantry.Collect(o.List().All(t.Context()))
		require.ErrorIs(t, err, boom)
		assert.GreaterOrEqual(t, len(got), 30)
		assert.Less(t, len(got), 60)
	}
}

func TestCursorsOfOthersAreRefused(t *testing.T) {
	page, err := listing(filled(30), 10, 0, false, "").First(t.Context())
	require.NoError(t, err)
	for name, c := range map[string]struct {
		id     paging.Identity
		cursor tenantry.Cursor
	}{
		"no cursor":        {paging.Identity{API: "test", Operation: "rows.list"}, "zzz"},
		"not base64":       {paging.Identity{API: "test", Operation: "rows.list"}, "%%%"},
		"another API":      {paging.Identity{API: "other", Operation: "rows.list"}, page.Next},
		"another list":     {paging.Identity{API: "test", Operation: "cols.list"}, page.Next},
		"other parameters": {paging.Identity{API: "test", Operation: "rows.list", Params: "x=1"}, page.Next},
	} {
		s := filled(1)
		o := paging.Offsets[record]{Identity: c.id, Size: 10, Max: 250, Start: c.cursor, ID: func(r *record) string { return r.ID }, Send: s.send, Decode: decode}
		_, err := o.List().First(t.Context())
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
		assert.Zero(t, s.sends)
		_, err = tenantry.Collect(o.List().All(t.Context()))
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
}

func FuzzCursor(f *testing.F) {
	page, err := listing(filled(30), 10, 0, false, "").First(context.Background())
	require.NoError(f, err)
	f.Add(string(page.Next))
	f.Add("")
	f.Add("eyJhIjoidGVzdCIsIm8iOiJyb3dzLmxpc3QifQ")
	f.Fuzz(func(t *testing.T, cursor string) {
		s := filled(30)
		_, err := tenantry.Collect(listing(s, 10, 2, false, tenantry.Cursor(cursor)).All(t.Context()))
		if err != nil {
			require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
			assert.Zero(t, s.sends)
		}
	})
}

// The end of a list moves before the request for it, so that a page of another size
// shows the same records once more. The server still has pages.
func TestEndMoves(t *testing.T) {
	const most = 3
	for n := range 20 * most * most * most * 7 {
		rows, n := 5+n%20, n/20
		in, n := n%most, n/most     // records that come in front
		behind, n := n%most, n/most // and at the end
		gone, n := n%most, n/most   // and that go there
		request := 2 + n            // before this request
		s := filled(rows)
		s.more = false
		s.before = func(s *table) {
			if s.sends != request {
				return
			}
			for range gone {
				s.remove(len(s.rows) - 1)
			}
			for i := range in {
				s.insert(row{key: fmt.Sprint("#", i), id: fmt.Sprint("in front ", i)})
			}
			for i := range behind {
				s.insert(row{key: fmt.Sprint("X", i), id: fmt.Sprint("behind ", i)})
			}
		}
		seen := make(map[string]int)
		for r, err := range listing(s, 4, 0, true, "").All(t.Context()) {
			require.NoError(t, err, "of %d records, %d go at the end, and %d come there and %d in front, before request %d", rows, gone, behind, in, request)
			seen[r.ID]++
		}
		for i := range rows - gone {
			assert.Equal(t, 1, seen[fmt.Sprintf("%06d", i)])
		}
	}
}
