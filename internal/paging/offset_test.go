package paging_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

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
	before  func(*table) // called before each answer, locked
	total   bool
	more    bool
}

type row struct{ key, id string }

func (s *table) insert(r row) {
	i, found := slices.BinarySearchFunc(s.rows, r, func(a, b row) int { return cmp.Compare(a.key, b.key) })
	if !found {
		s.rows = slices.Insert(s.rows, i, r)
	}
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
	answer := map[string]any{"results": slices.Collect(func(yield func(record) bool) {
		for _, r := range s.rows[from:to] {
			if !yield(record{r.id}) {
				return
			}
		}
	})}
	if s.total {
		answer["total"] = len(s.rows)
	}
	if s.more {
		answer["hasMore"] = to < len(s.rows)
	}
	b, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return &transport.Response{StatusCode: 200, Body: b}, nil
}

func decode(a *transport.Response) (paging.Result[record], error) {
	var answer struct {
		Results wire.List[record] `json:"results"`
		Total   *int              `json:"total"`
		HasMore *bool             `json:"hasMore"`
	}
	if err := wire.Decode(a.Body, &answer); err != nil {
		return paging.Result[record]{}, err
	}
	r := paging.Result[record]{Items: answer.Results.Items, Total: -1, More: answer.HasMore}
	if answer.Total != nil {
		r.Total = *answer.Total
	}
	for _, b := range answer.Results.Bad {
		r.Bad = append(r.Bad, &tenantry.DecodeError{API: "test", Operation: "rows.list", Index: b.Index, Raw: b.Raw, Err: b.Err})
	}
	return r, nil
}

func listing(s *table, size, prefetch int, byID, pageNumbers bool, start tenantry.Cursor) paging.List[record] {
	o := paging.Offsets[record]{
		Identity: paging.Identity{API: "test", Operation: "rows.list"},
		Size:     size, Max: 250, Start: start, Prefetch: prefetch, Ascending: byID,
		ID: func(r *record) string { return r.ID }, Send: s.send, Decode: decode,
	}
	if pageNumbers {
		o.Fit = paging.ByPageNumber(250)
	}
	return o.List()
}

// Records come and go at random places while the list is read, in one go or in
// several with a stored cursor between them, one page at a time or several
// ahead. Those that were there all along are found, and found once.
func TestNothingIsSkippedOrRepeated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// By ID, or in another total order in which records are found by
		// remembering them.
		byID := rapid.Bool().Draw(t, "by id")
		pageNumbers := rapid.Bool().Draw(t, "page numbers")
		size := rapid.IntRange(2, 20).Draw(t, "size")
		prefetch := rapid.SampledFrom([]int{0, 0, 1, 3, 8}).Draw(t, "prefetch")
		resume := rapid.Bool().Draw(t, "resume")
		s := &table{total: rapid.Bool().Draw(t, "total"), more: rapid.Bool().Draw(t, "more")}
		fresh := 0
		newRow := func(at float64) row {
			fresh++
			key := fmt.Sprintf("%.9f-%d", at, fresh)
			if byID {
				return row{key, key}
			}
			return row{key, fmt.Sprintf("id-%d", fresh)}
		}
		// Requests run side by side, so what they draw is drawn from a seed.
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for range rapid.IntRange(0, 150).Draw(t, "rows") {
			s.insert(newRow(random.Float64()))
		}
		stayed := make(map[string]bool)
		for _, r := range s.rows {
			stayed[r.id] = true
		}
		changes := rapid.IntRange(0, 8).Draw(t, "changes a request")
		if !byID {
			// What is remembered is bounded, and so is what may come between.
			changes = min(changes, size/4)
		}
		front := rapid.Bool().Draw(t, "all in front")
		removals := rapid.SampledFrom([]float64{0, 0.2, 0.5, 0.8, 1}).Draw(t, "removals")
		left := 150
		s.before = func(s *table) {
			for range changes {
				if left--; left < 0 {
					return
				}
				if len(s.rows) > 0 && random.Float64() < removals {
					i := random.IntN(len(s.rows))
					delete(stayed, s.rows[i].id)
					s.remove(i)
					continue
				}
				at := random.Float64()
				if front {
					at /= 1000
				}
				s.insert(newRow(at))
			}
		}
		seen := make(map[string]int)
		var cursor tenantry.Cursor
		for more := true; more; {
			more = false
			for page, err := range listing(s, size, prefetch, byID, pageNumbers, cursor).Pages(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range page.Items {
					seen[r.ID]++
				}
				if page.HasMore && resume {
					cursor, more = page.Next, true
					break
				}
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		for id := range stayed {
			if seen[id] == 0 {
				t.Fatalf("%s was there all along and was skipped", id)
			}
		}
		for id, n := range seen {
			// In an order by ID no record comes twice at all.
			if n > 1 && (byID || stayed[id]) {
				t.Fatalf("%s was repeated %d times", id, n)
			}
		}
	})
}

func filled(n int) *table {
	s := &table{total: true, more: true}
	for i := range n {
		id := fmt.Sprintf("%06d", i)
		s.insert(row{id, id})
	}
	return s
}

func TestPagesAndCursors(t *testing.T) {
	s := filled(25)
	page, err := listing(s, 10, 4, true, false, "").First(t.Context())
	require.NoError(t, err)
	assert.Len(t, page.Items, 10)
	assert.Equal(t, 25, page.Total)
	assert.True(t, page.HasMore)
	assert.Equal(t, 1, s.sends, "one page is one request")
	page, err = listing(s, 10, 0, true, false, page.Next).First(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "000010", page.Items[0].ID)
	assert.Len(t, page.Items, 10)
	page, err = listing(s, 10, 0, true, false, page.Next).First(t.Context())
	require.NoError(t, err)
	assert.Len(t, page.Items, 5)
	assert.False(t, page.HasMore)
	assert.Empty(t, page.Next)
}

func TestOneByOne(t *testing.T) {
	s := filled(5)
	n := 0
	for page, err := range listing(s, 1, 0, true, false, "").Pages(t.Context()) {
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		n++
	}
	assert.Equal(t, 5, n)
}

func TestNoMoreRequestsThanPages(t *testing.T) {
	for _, prefetch := range []int{0, 1, 4, 16} {
		s := filled(1000)
		got, err := tenantry.Collect(listing(s, 100, prefetch, true, false, "").All(t.Context()))
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
	got, err := tenantry.Collect(listing(s, 100, 0, false, true, "").All(t.Context()))
	require.NoError(t, err)
	assert.Len(t, got, 5000)
	assert.Less(t, s.sends, 60, "overlapping pages cost few requests more than the 50 it takes")
}

func TestStoppingEarlyLeaksNothing(t *testing.T) {
	for _, prefetch := range []int{0, 1, 8} {
		n := 0
		for _, err := range listing(filled(1000), 10, prefetch, true, false, "").All(t.Context()) {
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
		o := paging.Offsets[record]{
			Identity: paging.Identity{API: "test", Operation: "rows.list"}, Size: 10, Max: 250, Prefetch: prefetch,
			Ascending: true, ID: func(r *record) string { return r.ID }, Decode: decode,
			Send: func(ctx context.Context, w paging.Window) (*transport.Response, error) {
				if w.Offset > 30 {
					return nil, boom
				}
				return s.send(ctx, w)
			},
		}
		got, err := tenantry.Collect(o.List().All(t.Context()))
		require.ErrorIs(t, err, boom)
		assert.GreaterOrEqual(t, len(got), 30)
		assert.Less(t, len(got), 60)
	}
}

func TestBadRecordsComeInTheirPlaceOnce(t *testing.T) {
	raw := `{"results":[{"id":"a"},5,{"id":"c"},"x","y"],"hasMore":true}`
	next := `{"results":["y",{"id":"f"},7],"hasMore":false}`
	answers := map[int]string{0: raw, 4: next}
	o := paging.Offsets[record]{
		Identity: paging.Identity{API: "test", Operation: "rows.list"}, Size: 5, Max: 250, Ascending: true,
		ID: func(r *record) string { return r.ID }, Decode: decode,
		Send: func(_ context.Context, w paging.Window) (*transport.Response, error) {
			return &transport.Response{Body: []byte(answers[w.Offset])}, nil
		},
	}
	var got []string
	for r, err := range o.List().All(t.Context()) {
		var bad *tenantry.DecodeError
		if errors.As(err, &bad) {
			got = append(got, string(bad.Raw))
			continue
		}
		require.NoError(t, err)
		got = append(got, r.ID)
	}
	assert.Equal(t, []string{"a", "5", "c", `"x"`, `"y"`, "f", "7"}, got)
	all, err := tenantry.Collect(o.List().All(t.Context()))
	assert.Len(t, all, 3)
	var bad *tenantry.DecodeError
	require.ErrorAs(t, err, &bad)
}

// Servers that never come to an end.
func TestEndlessListings(t *testing.T) {
	for name, send := range map[string]func(paging.Window) string{
		"the same page for ever": func(paging.Window) string { return `{"results":[{"id":"a"},{"id":"b"}],"hasMore":true}` },
		"another order each time": func(w paging.Window) string {
			return fmt.Sprintf(`{"results":[{"id":"z%d"},{"id":"a%d"}],"hasMore":true}`, w.Offset, w.Offset)
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			o := paging.Offsets[record]{
				Identity: paging.Identity{API: "test", Operation: "rows.list"}, Size: 2, Max: 2, Ascending: true,
				ID: func(r *record) string { return r.ID }, Decode: decode,
				Send: func(_ context.Context, w paging.Window) (*transport.Response, error) {
					if n++; n > 5000 {
						t.Fatal("it goes on and on")
					}
					return &transport.Response{Body: []byte(send(w))}, nil
				},
			}
			_, err := tenantry.Collect(o.List().All(t.Context()))
			require.ErrorContains(t, err, "does not end")
		})
	}
	// More is said to follow, but nothing comes.
	o := paging.Offsets[record]{
		Identity: paging.Identity{API: "test", Operation: "rows.list"}, Size: 2, Max: 250, Ascending: true,
		ID: func(r *record) string { return r.ID }, Decode: decode,
		Send: func(context.Context, paging.Window) (*transport.Response, error) {
			return &transport.Response{Body: []byte(`{"results":[],"hasMore":true}`)}, nil
		},
	}
	got, err := tenantry.Collect(o.List().All(t.Context()))
	require.NoError(t, err)
	assert.Empty(t, got)
}

func TestCursorsOfOthersAreRefused(t *testing.T) {
	page, err := listing(filled(30), 10, 0, true, false, "").First(t.Context())
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
	page, err := listing(filled(30), 10, 0, true, false, "").First(context.Background())
	require.NoError(f, err)
	f.Add(string(page.Next))
	f.Add("")
	f.Add("eyJhIjoidGVzdCIsIm8iOiJyb3dzLmxpc3QifQ")
	f.Fuzz(func(t *testing.T, cursor string) {
		s := filled(30)
		_, err := tenantry.Collect(listing(s, 10, 2, true, false, tenantry.Cursor(cursor)).All(t.Context()))
		if err != nil {
			require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
			assert.Zero(t, s.sends)
		}
	})
}
