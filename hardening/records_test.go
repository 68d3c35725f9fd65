package hardening

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A response of many tiny records for a small limit takes no more memory than a
// few times its size.
func TestListsOfTinyRecords(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector takes memory of its own")
	}
	const size = 3 << 20
	for name, test := range map[string]struct {
		record string
		all    bool   // for every list, and otherwise for one of each API and dialect
		factor uint64 // of the body's size
	}{
		"empty objects":     {`{}`, true, 8},
		"numbers":           {`5`, false, 8},
		"nulls":             {`null`, false, 8},
		"lists":             {`[{}]`, false, 8},
		"an unknown member": {`{"a":1}`, false, 20}, // each record has a map
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			records := slices.Repeat([]string{test.record}, size/(len(test.record)+1))
			bodies := make(map[string]string) // made before the memory is measured
			seen := make(map[string]bool)
			for _, target := range start(t) {
				for _, l := range target.listings(t) {
					kind := target.name + l.dialect.name
					if l.pages || seen[kind] && !test.all {
						continue
					}
					seen[kind] = true
					body := bodies[l.dialect.list]
					if body == "" {
						body = l.dialect.body(ask{0, 2}, reply{records: records})
						bodies[l.dialect.list] = body
					}
					var before, after runtime.MemStats
					runtime.ReadMemStats(&before)
					h := s.play(t, l, 2, func(ask, int) string { return body })
					runtime.ReadMemStats(&after)
					if h.err == nil {
						assert.LessOrEqual(t, len(h.records)+len(h.bad), len(records), "%s", l)
					}
					assert.Less(t, after.TotalAlloc-before.TotalAlloc, test.factor*size, "%s: %d records, %d bad ones: %v", l, len(h.records), len(h.bad), h.err)
				}
			}
		})
	}
}

// One bad record of a list loses itself alone, and what was decoded can be
// encoded.
func TestListsWithABadRecord(t *testing.T) {
	const size, has, odd = 20, 50, 25
	const markFirst = "a byte order mark before each response"
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	member := func(m string) func(good string) string {
		return func(good string) string { return strings.Replace(good, "{", "{"+m+",", 1) }
	}
	for name, test := range map[string]struct {
		record func(good string) string
		bad    bool
	}{
		"deep":                            {member(`"zzz":` + deep(9000)), false},
		"a long number":                   {member(`"zzz":` + strings.Repeat("9", 30_000)), false},
		"a huge number":                   {member(`"zzz":1e999999999`), false},
		"a long name":                     {member(`"` + strings.Repeat("z", 30_000) + `":1`), false},
		"many members":                    {member(manyMembers(500)), false},
		"half a surrogate pair":           {member(`"zzz":"\ud800"`), false},
		"half a surrogate pair in a name": {member(`"z\udfff":1`), false},
		"half a surrogate pair, deeper":   {member(`"zzz":[{"\ud800":"\udfff\ud800"}]`), false},
		"a member twice":                  {member(`"zzz":1,"zzz":2`), true},
		"a member twice, escaped":         {member(`"zzz":1,"zz\u007a":2`), true},
		"a member twice, deeper":          {member(`"zzz":[{"a":1,"a":2}]`), true},
		"invalid UTF-8":                   {member("\"zzz\":\"\xff\""), true},
		"invalid UTF-8 in a name":         {member("\"z\xc3\":1"), true},
		"another kind":                    {func(string) string { return `"gone"` }, true},
		"null":                            {func(string) string { return `null` }, true},
		markFirst:                         {func(good string) string { return good }, false},
	} {
		t.Run(name, func(t *testing.T) {
			before := ""
			if name == markFirst {
				before = "\xef\xbb\xbf"
			}
			s := newStage(t)
			forEveryListing(t, func(l *listing) {
				records := l.dialect.marked(has, plain)
				records[odd] = test.record(records[odd])
				h := s.play(t, l, size, func(a ask, _ int) string { return before + l.dialect.body(a, honest(a, records)) })
				assert.NoError(t, h.err, "%s", l)
				want := upTo(has)
				if test.bad {
					want = append(want[:odd], want[odd+1:]...)
					if assert.Len(t, h.bad, 1, "%s", l) && len(h.bad[0].Raw) > 0 { // secret lists keep none
						assert.Equal(t, records[odd], string(h.bad[0].Raw), "%s", l)
					}
				} else {
					assert.Empty(t, h.bad, "%s", l)
				}
				assert.Equal(t, fmt.Sprint(want), fmt.Sprint(h.marks(t)), "%s", l)
				for _, r := range h.records {
					_, err := json.Marshal(r.Interface())
					assert.NoError(t, err, "%s", l)
				}
			})
		})
	}
}

func manyMembers(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`"z%d":%d`, i, i)
	}
	return strings.Join(all, ",")
}
