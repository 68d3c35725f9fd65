package hardening

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	tenantry "github.com/tenantry/tenantry-go"
)

// Every record comes, once, whatever its ID is.
func TestListsOfOddIDs(t *testing.T) {
	const size, has = 20, 130
	one := func(id string) func(int) string { return func(int) string { return id } }
	sometimes := func(id string) func(int) string {
		return func(i int) string {
			if i%10 == 0 {
				return id
			}
			return plain(i)
		}
	}
	for name, id := range map[string]func(i int) string{
		"begins with NUL":   func(i int) string { return fmt.Sprintf(`"\u0000%d"`, i) },
		"begins with marks": func(i int) string { return fmt.Sprintf(`"%c#=%d"`, "=#\""[i%2], i) },
		"a number":          strconv.Itoa,
		"null":              one("null"),
		"absent":            one(""),
		"empty":             one(`""`),
		"an object":         one(`{"a":1}`),
		"sometimes null":    sometimes("null"),
		"sometimes absent":  sometimes(""),
		"sometimes empty":   sometimes(`""`),
		"sometimes a list":  sometimes(`[]`),
		"null, in blocks": func(i int) string {
			if i/30%2 == 0 {
				return "null"
			}
			return plain(i)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			forEveryListing(t, func(l *listing) {
				records := l.dialect.marked(has, id)
				h := s.play(t, l, size, func(a ask, _ int) string { return l.dialect.body(a, honest(a, records)) })
				assert.NoError(t, h.err, "%s", l)
				assert.Equal(t, fmt.Sprint(upTo(has)), fmt.Sprint(h.marks(t)), "%s", l)
			})
		})
	}
}

// Of equal records that can't be decoded, each comes.
func TestListsOfEqualUndecodableRecords(t *testing.T) {
	const size, has = 20, 130
	for _, bad := range []string{`5`, `"x"`, `null`, `[]`, `{"id":"a","id":"a"}`, `{"zzz":{"a":1,"a":2}}`} {
		t.Run(bad, func(t *testing.T) {
			s := newStage(t)
			forEveryListing(t, func(l *listing) {
				records := l.dialect.marked(has, plain)
				want, undecodable := upTo(has), 0
				for i := 0; i < has; i += 7 {
					records[i] = bad
					undecodable++
				}
				want = slices.DeleteFunc(want, func(i int) bool { return i%7 == 0 })
				h := s.play(t, l, size, func(a ask, _ int) string { return l.dialect.body(a, honest(a, records)) })
				if !l.iter && !l.pages { // a slice comes with the error of the first one
					undecodable = 1
				}
				assert.NoError(t, h.err, "%s", l)
				assert.Len(t, h.bad, undecodable, "%s", l)
				assert.Equal(t, fmt.Sprint(want), fmt.Sprint(h.marks(t)), "%s", l)
			})
		})
	}
}

// Whatever order a server sorts IDs in, nothing is skipped or repeated if records
// of the first page leave the list meanwhile.
func TestListsInAnyOrder(t *testing.T) {
	const size, has = 33, 250
	random := rand.New(rand.NewPCG(1, 9)).Perm(has)
	for name, order := range map[string]func(i int) string{ // the ID at a place of the list
		"as numbers":       func(i int) string { return strconv.Itoa(i + 1) },
		"numbers in texts": func(i int) string { return strconv.Quote(strconv.Itoa(i + 1)) },
		"negative numbers": func(i int) string { return strconv.Itoa(-i - 1) },
		"case-insensitive": func(i int) string {
			id := fmt.Sprintf("k%04d", i)
			if random[i]%2 == 0 {
				id = strings.ToUpper(id)
			}
			return strconv.Quote(id)
		},
		"locale":     func(i int) string { return strconv.Quote(collated(i)) },
		"random":     func(i int) string { return plain(random[i]) },
		"descending": func(i int) string { return plain(has - i) },
	} {
		for _, test := range []struct{ ahead, at, leave int }{{0, 4, 1}, {0, 2, 5}, {3, 3, 5}, {8, 6, 5}} {
			t.Run(fmt.Sprintf("%s, %d ahead, %d leave", name, test.ahead, test.leave), func(t *testing.T) {
				s := newStage(t)
				forEveryListing(t, func(l *listing) {
					if !l.dialect.style.shifts() || l.pages {
						return
					}
					records := l.dialect.marked(has, order)
					first := random[test.at] % (size - test.leave)
					left := func(i int) bool { return i >= first && i < first+test.leave }
					h := s.play(t, l, size, func(a ask, n int) string {
						if n == test.at {
							records = slices.Delete(records, first, first+test.leave)
						}
						return l.dialect.body(a, honest(a, records))
					}, tenantry.WithPrefetch(test.ahead))
					assert.NoError(t, h.err, "%s", l)
					want := slices.DeleteFunc(upTo(has), left)
					assert.Equal(t, fmt.Sprint(want), fmt.Sprint(slices.DeleteFunc(h.marks(t), left)), "%s: %d to %d leave at request %d", l, first, first+test.leave-1, test.at)
				})
			})
		}
	}
}

// collated are texts in the order of a dictionary, which is not that of their
// bytes.
func collated(i int) string {
	letters := []string{"a", "ä", "Ä", "B", "ç", "d", "É", "f", "g", "Z"}
	return letters[i/100] + letters[i/10%10] + letters[i%10]
}
