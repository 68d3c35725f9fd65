package paging_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

// orders make rows at a position between 0 and 1, each with an ID of its own.
// The listing is not told the order.
var orders = map[string]func(at float64, fresh int, random *rand.Rand) row{
	"by id, bytewise": func(at float64, fresh int, _ *rand.Rand) row {
		id := fmt.Sprintf("%.9f-%d", at, fresh)
		return row{key: id, id: id, at: at}
	},
	"by id, as numbers": func(at float64, fresh int, _ *rand.Rand) row {
		n := int(at*1e4)*1000 + fresh
		return row{key: fmt.Sprintf("%012d", n), id: strconv.Itoa(n), at: at}
	},
	"by id, letter case aside": func(at float64, fresh int, random *rand.Rand) row {
		key := strings.Map(func(r rune) rune { return 'a' + r%26 }, fmt.Sprintf("%012.0f%06d", at*1e12, fresh))
		id := strings.Map(func(r rune) rune { return r - 32*rune(random.IntN(2)) }, key)
		return row{key: key, id: id, at: at}
	},
	"by id, in a locale that ignores hyphens": func(at float64, fresh int, random *rand.Rand) row {
		key := fmt.Sprintf("%.9f%d", at, fresh)
		i := random.IntN(len(key))
		return row{key: key, id: key[:i] + "-" + key[i:], at: at}
	},
	"by another field": func(at float64, fresh int, _ *rand.Rand) row {
		return row{key: fmt.Sprintf("%.9f-%d", at, fresh), id: fmt.Sprintf("id-%d", fresh), at: at}
	},
}

// Records come and go at random places while the list is read, in one go
// or in several with a stored cursor between them, one page at a time or several
// ahead. Those that were there all along are found. They are found once as long
// as one of the records that the listing remembers is still there.
//
// The seeds are fixed. -rapid.checks and -rapid.seed replace them.
func TestNothingIsSkippedOrRepeated(t *testing.T) {
	seeds := 20
	if raceDetector || testing.Short() {
		seeds = 1
	}
	set := make(map[string]string)
	flag.Visit(func(f *flag.Flag) { set[f.Name] = f.Value.String() })
	if set["rapid.checks"] != "" || set["rapid.seed"] != "" {
		rapid.Check(t, nothingIsSkippedOrRepeated)
		return
	}
	defer flag.Set("rapid.checks", flag.Lookup("rapid.checks").Value.String())
	defer flag.Set("rapid.seed", flag.Lookup("rapid.seed").Value.String())
	for seed := 1; seed <= seeds && !t.Failed(); seed++ {
		flag.Set("rapid.checks", "6000")
		flag.Set("rapid.seed", strconv.Itoa(seed))
		rapid.Check(t, nothingIsSkippedOrRepeated)
	}
}

func nothingIsSkippedOrRepeated(t *rapid.T) {
	order := orders[rapid.SampledFrom(slices.Sorted(func(yield func(string) bool) {
		for name := range orders {
			if !yield(name) {
				return
			}
		}
	})).Draw(t, "order")]
	size := rapid.IntRange(2, 20).Draw(t, "size")
	largest := rapid.SampledFrom([]int{max(size, 3), size + 1, 2 * size, 100}).Draw(t, "largest")
	prefetch := rapid.SampledFrom([]int{0, 0, 1, 3, 8}).Draw(t, "prefetch")
	pageNumbers := rapid.Bool().Draw(t, "page numbers")
	if pageNumbers {
		largest += 20 // there must be a window for every offset
	}
	resume := rapid.Bool().Draw(t, "resume")
	s := &table{total: rapid.Bool().Draw(t, "total"), more: rapid.Bool().Draw(t, "more")}
	// Requests run side by side, so what they draw is drawn from a seed.
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	fresh := 0
	newRow := func(at float64) row {
		fresh++
		return order(at, fresh, random)
	}
	insert := func(at float64) {
		s.insert(newRow(at))
	}
	for range rapid.IntRange(0, 120).Draw(t, "rows") {
		insert(random.Float64())
	}
	stayed := make(map[string]bool)
	for _, r := range s.rows {
		stayed[r.id] = true
	}
	changes := rapid.IntRange(0, 8).Draw(t, "changes a request")
	where := rapid.SampledFrom([]string{"anywhere", "in front", "around the position"}).Draw(t, "where")
	removals := rapid.SampledFrom([]float64{0, 0.2, 0.5, 0.8, 1}).Draw(t, "removals")
	left := 120
	covered := covered{limit: 512}
	if resume {
		covered.limit = 48
	}
	s.before = func(s *table) {
		for range changes {
			if left--; left < 0 {
				break
			}
			i, at := random.IntN(len(s.rows)+1), random.Float64()
			switch where {
			case "in front":
				at /= 1000
			case "around the position":
				i = covered.near(s.rows, random)
				at = s.between(i)
			}
			if i == len(s.rows) || random.Float64() >= removals {
				insert(at)
				continue
			}
			delete(stayed, s.rows[i].id)
			s.remove(i)
		}
		covered.check(s.rows)
	}
	seen := make(map[string]int)
	var cursor tenantry.Cursor
	for more := true; more; {
		more = false
		o := offsets(size, s.send)
		o.Max, o.Start, o.Prefetch = max(largest, 2), cursor, prefetch
		if pageNumbers {
			o.Fit = paging.ByPageNumber(o.Max)
		}
		for page, err := range o.List().Pages(t.Context()) {
			if errors.Is(err, tenantry.ErrIncomplete) && changes*(prefetch+max(runtime.GOMAXPROCS(0), 2)) >= min(size, largest-1) {
				return // as many records can come as a page has
			}
			if err != nil {
				t.Fatal(err)
			}
			s.mu.Lock()
			for _, r := range page.Items {
				seen[r.ID]++
				covered.ids = append(covered.ids, r.ID)
			}
			s.mu.Unlock()
			if page.HasMore && resume {
				cursor, more = page.Next, true
				break
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range stayed {
		switch n := seen[id]; {
		case n == 0:
			t.Fatalf("%s was there all along and was skipped", id)
		case n > 1 && !covered.lost:
			t.Fatalf("%s was repeated %d times", id, n)
		}
	}
}

// covered is what a listing covered so far.
type covered struct {
	ids   []string
	limit int  // how many of them the listing remembers
	lost  bool // whether all of those were gone at once
}

func (c *covered) check(rows []row) {
	there := func(id string) bool {
		return slices.ContainsFunc(rows, func(r row) bool { return r.id == id })
	}
	last := c.ids[max(len(c.ids)-c.limit, 0):]
	for _, id := range slices.Backward(last) {
		if there(id) {
			return
		}
	}
	c.lost = c.lost || len(last) > 0
}

// near returns an index in rows close to the record that was covered last.
func (c *covered) near(rows []row, random *rand.Rand) int {
	at := 0
	if len(c.ids) > 0 {
		at = max(slices.IndexFunc(rows, func(r row) bool { return r.id == c.ids[len(c.ids)-1] }), 0)
	}
	return min(max(at+random.IntN(9)-4, 0), len(rows))
}
