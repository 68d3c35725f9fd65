package paging_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
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
)

// numbered has rows r0, r1, and so on, in the order of their numbers.
func numbered(n int) *table {
	s := new(table)
	for i := range n {
		s.rows = append(s.rows, row{key: fmt.Sprintf("%09d", i), id: "r" + strconv.Itoa(i)})
	}
	return s
}

func (s *table) ids() []string {
	var ids []string
	for _, r := range s.rows {
		ids = append(ids, r.id)
	}
	return ids
}

// put inserts n new rows before the one with an ID.
func (s *table) put(n int, before, name string) {
	at := slices.Index(s.ids(), before)
	for i := range n {
		s.rows = slices.Insert(s.rows, at+i, row{key: s.rows[at+i].key, id: name + strconv.Itoa(i)})
	}
}

// toEnd moves a row to the end, as a change does in an order by time.
func (s *table) toEnd(i int) {
	r := s.rows[i]
	s.remove(i)
	s.rows = append(s.rows, r)
}

// drop removes the rows with the given numbers.
func (s *table) drop(from, to int) {
	s.rows = slices.DeleteFunc(s.rows, func(r row) bool {
		n, err := strconv.Atoi(strings.TrimPrefix(r.id, "r"))
		return err == nil && n >= from && n < to
	})
}

// resumed lists with a new listing for each page, as programs do that store a
// cursor.
func resumed(t *testing.T, o paging.Offsets[record]) []string {
	t.Helper()
	var got []string
	for more := true; more; {
		page, err := o.List().First(t.Context())
		require.NoError(t, err)
		for _, r := range page.Items {
			got = append(got, r.ID)
		}
		o.Start, more = page.Next, page.HasMore
	}
	return got
}

func all(t *testing.T, o paging.Offsets[record]) []string {
	t.Helper()
	records, err := tenantry.Collect(o.List().All(t.Context()))
	require.NoError(t, err)
	var got []string
	for _, r := range records {
		got = append(got, r.ID)
	}
	return got
}

// What changes between two requests, and what must come all the same: each of
// the records once that were there all along.
func TestPositionsThatAreLost(t *testing.T) {
	for name, test := range map[string]struct {
		change func(s *table)
		stored bool // in a cursor meanwhile
	}{
		"the last record covered is removed":                  {change: func(s *table) { s.drop(599, 600) }},
		"and all but the first of 512":                        {change: func(s *table) { s.drop(89, 600) }},
		"and all but one in the middle of 512":                {change: func(s *table) { s.drop(0, 300); s.drop(301, 600) }},
		"and all but the first of 48":                         {change: func(s *table) { s.drop(553, 600) }, stored: true},
		"and all but the last of 48":                          {change: func(s *table) { s.drop(0, 599) }, stored: true},
		"others come in front":                                {change: func(s *table) { s.put(40, "r0", "new") }},
		"as many as are remembered come in front":             {change: func(s *table) { s.put(600, "r0", "new") }},
		"more come in front than a search reads at once":      {change: func(s *table) { s.put(3000, "r0", "new") }},
		"others come right before the last record":            {change: func(s *table) { s.put(60, "r599", "new") }},
		"others come right before it, and it was stored":      {change: func(s *table) { s.put(60, "r599", "new") }, stored: true},
		"more come before it than are remembered":             {change: func(s *table) { s.put(700, "r599", "new") }},
		"others come among those that are stored":             {change: func(s *table) { s.put(100, "r570", "new") }, stored: true},
		"others come after it":                                {change: func(s *table) { s.put(60, "r600", "new") }, stored: true},
		"it goes, and others come where it was":               {change: func(s *table) { s.put(60, "r599", "new"); s.drop(599, 600) }, stored: true},
		"many go in front and it goes too":                    {change: func(s *table) { s.drop(0, 590); s.drop(599, 600) }},
		"many go in front, others come there, and it goes":    {change: func(s *table) { s.drop(0, 590); s.put(100, "r590", "new"); s.drop(599, 600) }, stored: true},
		"it moves to the end":                                 {change: func(s *table) { s.toEnd(599) }},
		"it moves to the end, and the page after was the end": {change: func(s *table) { s.drop(620, 1000); s.toEnd(599) }},
	} {
		for _, order := range []string{"offset", "page number"} {
			t.Run(name+", by "+order, func(t *testing.T) {
				s := numbered(1000)
				changed := false
				var stayed []string
				s.before = func(s *table) {
					if at := s.windows[len(s.windows)-1]; !changed && at.Offset >= 590 {
						test.change(s)
						changed = true
						stayed = slices.DeleteFunc(s.ids(), func(id string) bool { return strings.HasPrefix(id, "new") })
					}
				}
				o := offsets(20, s.send)
				if order == "page number" {
					o.Fit = paging.ByPageNumber(250)
				}
				var got []string
				if test.stored {
					got = resumed(t, o)
				} else {
					got = all(t, o)
				}
				require.True(t, changed)
				times := make(map[string]int)
				for _, id := range got {
					times[id]++
				}
				for _, id := range stayed {
					assert.Equal(t, 1, times[id], id)
				}
				assert.LessOrEqual(t, s.sends, 75+len(s.rows)/20, "requests")
			})
		}
	}
}

// The order of ids is the server's own. Here they are ordered as numbers, and one
// of the first page goes while the fourth is fetched.
func TestIDsThatAreOrderedAsNumbers(t *testing.T) {
	for _, prefetch := range []int{0, 3} {
		s := new(table)
		for i := range 250 {
			s.rows = append(s.rows, row{id: strconv.Itoa(i + 1)})
		}
		s.before = func(s *table) {
			if s.sends == 4 {
				s.remove(10)
			}
		}
		o := offsets(33, s.send)
		o.Prefetch = prefetch
		assert.Len(t, all(t, o), 250, "the one that went was listed before")
	}
}

// Nothing is left of what was covered: the listing starts again, leaves out what
// it remembers, and skips nothing.
func TestAllThatIsRememberedIsGone(t *testing.T) {
	s := numbered(1000)
	s.before = func(s *table) {
		if s.sends == 40 {
			s.drop(200, 800)
		}
	}
	got := all(t, offsets(20, s.send))
	slices.Sort(got)
	for _, id := range s.ids() {
		assert.Contains(t, got, id)
	}
}

// Records are told apart by their IDs, whatever those are. One without an ID is
// like no other.
func TestIdentity(t *testing.T) {
	equal := slices.Repeat([]string{`5`, `{"id":null}`, `{}`, `{"id":""}`, `{"id":"known"}`}, 60)
	for i := range equal {
		equal[i] = strings.Replace(equal[i], "known", strconv.Itoa(i), 1)
	}
	for name, rows := range map[string][]string{
		"ids that begin with U+0000":    idRows(300, func(i int) string { return fmt.Sprintf(`{"id":"\u0000%d"}`, i) }),
		"ids that are marks":            idRows(300, func(i int) string { return fmt.Sprintf(`{"id":"#%d="}`, i) }),
		"every tenth without an id":     idRows(600, func(i int) string { return []string{`{"id":"` + strconv.Itoa(i) + `"}`, `{"id":null}`}[i%10/9] }),
		"every tenth but one":           idRows(600, func(i int) string { return []string{`{}`, `{"id":"` + strconv.Itoa(i) + `"}`}[i%10/9] }),
		"undecodable at the page's end": idRows(600, func(i int) string { return []string{`{"id":"` + strconv.Itoa(i) + `"}`, `5`}[i%10/9] }),
		"equal ones on all pages":       equal,
		"many in a row":                 slices.Concat(idRows(50, func(i int) string { return fmt.Sprintf(`{"id":"%d"}`, i) }), idRows(50, func(int) string { return `{}` }), idRows(60, func(i int) string { return strconv.Itoa(i) }), idRows(50, func(i int) string { return fmt.Sprintf(`{"id":"x%d"}`, i) })),
		"no ids at all":                 idRows(200, strconv.Itoa),
	} {
		for _, size := range []int{7, 10, 100} {
			for _, stored := range []bool{false, true} {
				t.Run(fmt.Sprint(name, size, stored), func(t *testing.T) {
					o := offsets(size, func(_ context.Context, w paging.Window) (*transport.Response, error) {
						from, to := min(w.Offset, len(rows)), min(w.Offset+w.Limit, len(rows))
						return &transport.Response{Body: fmt.Appendf(nil, `{"results":[%s],"hasMore":%v}`, strings.Join(rows[from:to], ","), to < len(rows))}, nil
					})
					n, sent := 0, 0
					send := o.Send
					o.Send = func(ctx context.Context, w paging.Window) (*transport.Response, error) {
						sent++
						return send(ctx, w)
					}
					for more := true; more; {
						more = false
						for page, err := range o.List().Pages(t.Context()) {
							require.NoError(t, err)
							n += len(page.Items) + len(page.Undecodable)
							for i, bad := range page.Undecodable {
								assert.Less(t, bad.Index, len(page.Items)+len(page.Undecodable), i)
							}
							if stored && page.HasMore {
								o.Start, more = page.Next, true
								break
							}
						}
					}
					assert.Equal(t, len(rows), n)
					if strings.HasPrefix(name, "every tenth") {
						assert.LessOrEqual(t, sent, len(rows)/(size-1)+2, "requests")
					}
				})
			}
		}
	}
}

func idRows(n int, row func(i int) string) []string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = row(i)
	}
	return rows
}

func TestUndecodableRecordsComeInTheirPlace(t *testing.T) {
	rows := []string{`{"id":"a"}`, `5`, `{"id":"c"}`, `"x"`, `"y"`, `{"id":"f"}`, `7`}
	o := offsets(3, func(_ context.Context, w paging.Window) (*transport.Response, error) {
		from, to := min(w.Offset, len(rows)), min(w.Offset+w.Limit, len(rows))
		return &transport.Response{Body: fmt.Appendf(nil, `{"results":[%s]}`, strings.Join(rows[from:to], ","))}, nil
	})
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
}

// Servers whose pages have nothing to do with each other.
func TestEndlessListings(t *testing.T) {
	fresh := 0
	for name, id := range map[string]func(offset int) string{
		"another order each time": func(offset int) string { return fmt.Sprintf("z%d", -offset) },
		"ids that are new each time": func(int) string {
			fresh++
			return strconv.Itoa(fresh)
		},
	} {
		for _, meta := range []string{`,"hasMore":true`, `,"total":1000000000`, ``} {
			for _, size := range []int{2, 100} {
				t.Run(fmt.Sprint(name, meta, size), func(t *testing.T) {
					n := 0
					o := offsets(size, func(_ context.Context, w paging.Window) (*transport.Response, error) {
						if n++; n > 1000 {
							t.Fatal("it goes on and on")
						}
						var rows []string
						for range w.Limit {
							rows = append(rows, fmt.Sprintf(`{"id":"%s-%d"}`, id(w.Offset), len(rows)))
						}
						return &transport.Response{Body: fmt.Appendf(nil, `{"results":[%s]%s}`, strings.Join(rows, ","), meta)}, nil
					})
					_, err := tenantry.Collect(o.List().All(t.Context()))
					require.ErrorIs(t, err, tenantry.ErrIncomplete)
					require.ErrorContains(t, err, "does not end")
				})
			}
		}
	}
}

// forge makes a cursor of its members.
func forge(t *testing.T, change func(members map[string]any)) tenantry.Cursor {
	t.Helper()
	page, err := offsets(10, numbered(30).send).List().First(t.Context())
	require.NoError(t, err)
	b, err := base64.RawURLEncoding.DecodeString(string(page.Next))
	require.NoError(t, err)
	members := make(map[string]any)
	require.NoError(t, json.Unmarshal(b, &members))
	change(members)
	b, err = json.Marshal(members)
	require.NoError(t, err)
	return tenantry.Cursor(base64.RawURLEncoding.EncodeToString(b))
}

func TestCursorsThatAreForged(t *testing.T) {
	for name, change := range map[string]func(map[string]any){
		"a negative offset": func(m map[string]any) { m["n"] = -5 },
		"a fraction":        func(m map[string]any) { m["n"] = 1.5 },
		"another member":    func(m map[string]any) { m["x"] = 1 },
	} {
		s := numbered(30)
		o := offsets(10, s.send)
		o.Start = forge(t, change)
		_, err := o.List().First(t.Context())
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
		assert.Zero(t, s.sends, name)
	}
	for name, change := range map[string]func(map[string]any){
		"an offset far away": func(m map[string]any) { m["n"] = 1 << 30 },
		"no offset":          func(m map[string]any) { delete(m, "n") },
		"nothing seen":       func(m map[string]any) { m["s"] = []string{"", "=", "#"} },
		"twice":              func(m map[string]any) { m["s"], m["f"] = []string{"=r1", "=r1"}, []string{"=r1"} },
	} {
		o := offsets(10, numbered(30).send)
		o.Start = forge(t, change)
		_, err := tenantry.Collect(o.List().All(t.Context()))
		require.NoError(t, err, name)
	}
}
