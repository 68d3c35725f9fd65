//go:build !race

package wire

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// repeated returns n bytes or a little less: parts between two ends.
func repeated(n int, before, part, behind string) []byte {
	var b bytes.Buffer
	b.Grow(n)
	b.WriteString(before)
	for b.Len()+len(part)+len(behind) < n {
		b.WriteString(part)
	}
	return append(b.Bytes(), behind...)
}

// Decoding allocates at most four times the size of a body, garbage included, and does
// work in proportion to the size, whatever is in the body.
func TestHostileBodies(t *testing.T) {
	nested := func(open, inner, closing string) string {
		const depth = maxDepth - 10
		return strings.Repeat(open, depth) + inner + strings.Repeat(closing, depth) + ","
	}
	long := strings.Repeat("x", 1<<10)
	for _, c := range []struct{ name, before, part, behind string }{
		{"empty records", `{"results":[`, `{},`, `{}]}`},
		{"empty records of an unknown list", `{"results":[{"zzz":[`, `{},`, `{}]}]}`},
		{"empty objects in place of texts", `{"results":[{"tags":[`, `{},`, `{}]}]}`},
		{"empty pets", `{"results":[{"pets":[`, `{},`, `{}]}]}`},
		{"no records", `{"results":[`, `0,`, `0]}`},
		{"deep lists", `{"results":[{"zzz":[`, nested("[", "", "]"), `0]}]}`},
		{"deep objects", `{"results":[{"custom":[`, nested(`{"a":`, `0`, `}`), `0]}]}`},
		{"deep friends", `{"results":[`, nested(`{"friend":`, `5`, `}`), `0]}`},
		{"deep lists in place of texts", `{"results":[{"id":[`, nested("[", "", "]"), `0]}]}`},
		{"deep lists in place of records", `{"results":[`, nested("[", "", "]"), `{}]}`},
		{"a long whole number", `{"results":[{"count":`, `7`, `}]}`},
		{"a long fraction", `{"results":[{"count":7.`, `70`, `}]}`},
		{"a long fraction of a float", `{"results":[{"pets":[{"age":7.`, `70`, `}]}]}`},
		{"a long float", `{"results":[{"pets":[{"age":7`, `70`, `}]}]}`},
		{"a long exponent", `{"results":[{"pets":[{"age":7e`, `7`, `}],"count":7}]}`},
		{"a long number in a text", `{"results":[{"count":"7.`, `70`, `"}]}`},
		{"a long number as a text", `{"results":[{"id":`, `7`, `}]}`},
		{"long numbers", `{"results":[{"counts":[`, strings.Repeat("7", 1<<10) + `,`, `7]}]}`},
		{"a long text", `{"results":[{"id":"\n`, `x`, `"}]}`},
		{"a text of escapes", `{"results":[{"id":"`, `\n`, `"}]}`},
		{"a text of halves", `{"results":[{"id":"`, `\ud800`, `"}]}`},
		{"raw halves", `{"results":[{"custom":"`, `\ud800`, `"}]}`},
		{"unknown halves", `{"results":[{"zzz":"`, `\ud800\udc00`, `"}]}`},
		{"texts with escapes", `{"results":[{"tags":[`, `"\t` + long + `",`, `""]}]}`},
		{"a long name", `{"results":[{"\n`, `x`, `":1}]}`},
		{"long names", `{"results":[`, `{"\n` + long + `":1},`, `{}]}`},
		{"bad records with long texts", `{"results":[`, `{"id":"` + long + `","id":"` + long + `"},`, `{}]}`},
		{"spaces", `{"results":[`, "\n\t  ", `{}]}`},
	} {
		var back [2]float64 // read again, for each byte
		for i, size := range []int{4 << 20, 32 << 20} {
			body := repeated(size, c.before, c.part, c.behind)
			runtime.GC()
			d := newDecoder(body)
			var err error
			n := allocated(func() { err = d.decode(new(page)) })
			back[i] = float64(d.back) / float64(len(body))
			d.release()
			if limit := maxGrowth*len(body) + freeMemory; n > limit {
				t.Errorf("%s: %.1f times its %d bytes, %v", c.name, float64(n)/float64(len(body)), len(body), err)
			}
		}
		// More than a thousand records are counted before they are read.
		assert.LessOrEqual(t, back[1], back[0]+1, "%s: the work grows faster than the body", c.name)
		assert.LessOrEqual(t, back[1], 2.0, "%s: bytes are read three times at most", c.name)
	}
}
