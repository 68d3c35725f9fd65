package hardening

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

// An end says how a listing ends.
type end int

const (
	other    end = iota // the case says nothing of the dialect
	complete            // without an error
	cut                 // with ErrIncomplete
	either
)

// Servers that end a list too early, or never. Whatever came is yielded before
// the error.
func TestListsThatCannotBeComplete(t *testing.T) {
	const size = 100
	counting := func(d *dialect) bool { return d.counts && d.style != unpaged }
	if1 := func(holds bool, e end) end {
		if holds {
			return e
		}
		return other
	}
	// again is the first page, whatever was asked for.
	again := func(a ask, records []string) reply { return reply{records: records[:min(a.limit, len(records))]} }
	for name, test := range map[string]struct {
		has   int
		reply func(a ask, n int, records []string) reply
		ends  func(d *dialect) (e end, records int)
	}{
		"says that no more follow, and counts more": {1000,
			func(a ask, _ int, records []string) reply {
				r := honest(a, records)
				r.more, r.next = "false", 0
				return r
			},
			func(d *dialect) (end, int) { return if1(counting(d), cut), size }},
		"says that no more follow after some pages, and counts more": {1000,
			func(a ask, _ int, records []string) reply {
				r := honest(a, records[:300])
				r.total = "1000"
				return r
			},
			func(d *dialect) (end, int) {
				if d.style == byCursor { // only the first page can tell
					return complete, 300
				}
				return if1(counting(d), cut), 300
			}},
		"counts more than it has": {250,
			func(a ask, _ int, records []string) reply {
				r := honest(a, records)
				r.total, r.more = "1000", ""
				return r
			},
			func(d *dialect) (end, int) { return if1(counting(d) && d.style != byCursor, cut), 250 }},
		"a total of 0 on a full page": {250,
			func(a ask, _ int, records []string) reply {
				r := honest(a, records)
				r.total, r.more = "0", ""
				return r
			},
			func(d *dialect) (end, int) { return if1(d.style != unpaged, complete), 250 }},
		"a total of 0 on full pages only": {200,
			func(a ask, _ int, records []string) reply {
				r := honest(a, records)
				r.total, r.more = "0", ""
				return r
			},
			func(d *dialect) (end, int) { return if1(d.style != unpaged, complete), 200 }},
		"caps its pages, without metadata": {1000, // a short first page is believed
			func(a ask, _ int, records []string) reply {
				return reply{records: honest(ask{a.from, min(a.limit, 50)}, records).records}
			},
			func(d *dialect) (end, int) { return if1(d.style.shifts(), complete), 50 }},
		"caps its later pages, without metadata": {1000,
			func(a ask, _ int, records []string) reply {
				if a.from > 0 {
					a.limit = min(a.limit, 50)
				}
				return reply{records: honest(a, records).records}
			},
			func(d *dialect) (end, int) {
				if d.shortEnds {
					return if1(d.style.shifts(), complete), 149
				}
				return if1(d.style.shifts(), complete), 1000
			}},
		"caps its pages, and counts": {400,
			func(a ask, _ int, records []string) reply {
				r := honest(ask{a.from, min(a.limit, 50)}, records)
				r.more = ""
				return r
			},
			func(d *dialect) (end, int) {
				if d.style == byPage { // no page size that it takes shows the rest
					return if1(d.counts, cut), 50
				}
				return if1(d.style.shifts() && d.counts, complete), 400
			}},
		"ignores which page is asked for": {1000,
			func(a ask, _ int, records []string) reply { return again(a, records) },
			func(d *dialect) (end, int) { return if1(d.style.shifts(), cut), size }},
		"ignores which page is asked for, and counts": {1000,
			func(a ask, _ int, records []string) reply {
				r := again(a, records)
				r.total = "1000"
				return r
			},
			func(d *dialect) (end, int) {
				return if1(counting(d) && d.style != byCursor, cut), size
			}},
		"ignores which page is asked for, and says that more follow": {1000,
			func(a ask, n int, records []string) reply {
				r := again(a, records)
				r.more, r.next = "true", n
				return r
			},
			func(d *dialect) (end, int) { return if1(d.style != unpaged, cut), size }},
		"has no pages, and fewer records than asked for": {30,
			func(a ask, _ int, records []string) reply { return again(a, records) },
			func(*dialect) (end, int) { return complete, 30 }},
		"has no pages, and fewer records, and says that more follow": {30,
			func(a ask, _ int, records []string) reply {
				r := again(a, records)
				r.more = "true"
				return r
			},
			func(d *dialect) (end, int) { return if1(d.style.shifts(), complete), 30 }},
		"has no pages, and more records than asked for": {300,
			func(_ ask, _ int, records []string) reply { return reply{records: records} },
			func(d *dialect) (end, int) { return if1(d.style.shifts() || d.style == unpaged, complete), 300 }},
		"says that more follow, and sends none": {0,
			func(ask, int, []string) reply { return reply{more: "true", next: 7} },
			func(d *dialect) (end, int) { return if1(d.style != unpaged && d.meta != nil, cut), 0 }},
		"says that more follow, for ever, and sends none": {0,
			func(_ ask, n int, _ []string) reply { return reply{more: "true", next: n} },
			func(d *dialect) (end, int) { return if1(d.style != unpaged && d.meta != nil, cut), 0 }},
		"says after the last page that more follow": {250,
			func(a ask, n int, records []string) reply {
				r := honest(a, records)
				r.total, r.more, r.next = "", "true", a.from+max(len(r.records), 1)
				return r
			},
			func(d *dialect) (end, int) { return if1(d.style != unpaged && d.meta != nil, either), 250 }},
		"names the same page as the next one": {1000,
			func(_ ask, n int, records []string) reply {
				return reply{records: records[(n-1)*size%1000:][:size], next: 7}
			},
			func(d *dialect) (end, int) { return if1(d.style == byCursor, cut), 2 * size }},
		"sends a page that names itself": {size,
			func(_ ask, _ int, records []string) reply { return reply{records: records, next: 7} },
			func(d *dialect) (end, int) { return if1(d.style == byCursor, cut), size }},
		"names two pages in turn": {1000,
			func(_ ask, n int, records []string) reply {
				return reply{records: records[(n-1)*size%1000:][:size], next: 7 + n%2}
			},
			func(d *dialect) (end, int) { return if1(d.style == byCursor, cut), 3 * size }},
		"always names another page, with the same records": {size,
			func(_ ask, n int, records []string) reply { return reply{records: records, next: n} },
			func(d *dialect) (end, int) { return if1(d.style == byCursor, cut), size }},
		"always names another page, with the records of two in turn": {2 * size,
			func(_ ask, n int, records []string) reply {
				return reply{records: records[n%2*size:][:size], next: n}
			},
			func(d *dialect) (end, int) { return if1(d.style == byCursor, cut), 2 * size }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			forEveryListing(t, func(l *listing) {
				ends, want := test.ends(l.dialect)
				if ends == other {
					return
				}
				records := l.dialect.marked(test.has, plain)
				h := s.play(t, l, size, func(a ask, n int) string { return l.dialect.body(a, test.reply(a, n, records)) })
				switch {
				case ends == cut:
					if assert.ErrorIs(t, h.err, tenantry.ErrIncomplete, "%s: %d records", l, len(h.records)) {
						assert.NotContains(t, h.err.Error(), "\n")
					}
				case ends == complete || h.err != nil && !assert.ErrorIs(t, h.err, tenantry.ErrIncomplete, "%s", l):
					assert.NoError(t, h.err, "%s", l)
				}
				came := make(map[int]bool)
				for _, mark := range h.marks(t) {
					came[mark] = true
				}
				// A window that overlaps asks for a record more.
				if n := len(came); n != want && (n != want+1 || !l.dialect.style.shifts()) {
					t.Errorf("%s: %d records came, not %d (%d in all): %v", l, n, want, len(h.records), h.err)
				}
			})
			require.NotEmpty(t, s.acts)
		})
	}
}

// Servers that are honest, and look as if they were not.
func TestListsThatChange(t *testing.T) {
	const size, has = 100, 450
	for name, test := range map[string]func(d *dialect, a ask, n int, records []string, ends *int) string{
		"the list shrinks meanwhile": func(d *dialect, a ask, n int, records []string, _ *int) string {
			return d.body(a, honest(a, records[:has-20*min(n-1, 3)]))
		},
		"the list grows meanwhile": func(d *dialect, a ask, n int, records []string, _ *int) string {
			return d.body(a, honest(a, records[:has-60+20*min(n-1, 3)]))
		},
		"null metadata": func(d *dialect, a ask, _ int, records []string, _ *int) string {
			r := honest(a, records)
			r.total = "null"
			if d.style != byTheirPage && d.style != byTheirOffset {
				r.more = "null"
			}
			return d.body(a, r)
		},
		"a total in a text": func(d *dialect, a ask, _ int, records []string, _ *int) string {
			r := honest(a, records)
			r.total = strconv.Quote(r.total)
			return d.body(a, r)
		},
		"the count lags behind the list at its end": func(d *dialect, a ask, _ int, records []string, ends *int) string {
			r := honest(a, records)
			if a.from+a.limit >= has {
				if *ends++; *ends == 1 {
					r.total = strconv.Itoa(has + 5)
				}
			}
			return d.body(a, r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			forEveryListing(t, func(l *listing) {
				records := l.dialect.marked(has, plain)
				ends := 0
				h := s.play(t, l, size, func(a ask, n int) string { return test(l.dialect, a, n, records, &ends) })
				assert.NoError(t, h.err, "%s", l)
				stayed := has - 60
				if l.dialect.style == unpaged && name == "the list shrinks meanwhile" {
					stayed = has
				}
				if marks := h.marks(t); assert.GreaterOrEqual(t, len(marks), stayed, "%s", l) {
					assert.Equal(t, upTo(len(marks)), marks, "%s", l)
				}
			})
		})
	}
}

// Members beside the list that are of another kind than documented hurt nothing.
func TestListsWithOddMembersBeside(t *testing.T) {
	const size, has = 100, 250
	s := newStage(t)
	forEveryListing(t, func(l *listing) {
		for _, odd := range l.dialect.odd {
			records := l.dialect.marked(has, plain)
			h := s.play(t, l, size, func(a ask, _ int) string { return l.dialect.body(a, honest(a, records), odd) })
			assert.NoError(t, h.err, "%s %s", l, odd)
			assert.Equal(t, fmt.Sprint(upTo(has)), fmt.Sprint(h.marks(t)), "%s %s", l, odd)
		}
	})
}
