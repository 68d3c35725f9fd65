package paging_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// page is a response with records numbered from one number to before another.
func page(from, to int, meta string) string {
	var ids []string
	for i := from; i < to; i++ {
		ids = append(ids, fmt.Sprintf(`{"id":"r%d"}`, i))
	}
	return fmt.Sprintf(`{"results":[%s]%s}`, strings.Join(ids, ","), meta)
}

// Servers that end a list too early or never, and honest ones that look like
// them.
func TestListsThatAreIncomplete(t *testing.T) {
	none := func(paging.Window) string { return "" }
	fixed := func(meta string) func(paging.Window) string { return func(paging.Window) string { return meta } }
	for name, test := range map[string]struct {
		has     int                        // records on the server
		most    int                        // records that it sends at most, if not 0
		ignores bool                       // the offset
		all     bool                       // it ignores the limit too
		meta    func(paging.Window) string // members after the list
		short   bool                       // the API says that a short page is the last
		size    int
		got     int
		reason  string // "" if the listing is complete
		sent    int
	}{
		"honest, without metadata":                {has: 1000, meta: none, short: true, size: 100, got: 1000, sent: 11},
		"honest, a full page at the end":          {has: 200, meta: none, short: true, size: 200, got: 200, sent: 2},
		"honest, and short pages may go on":       {has: 950, meta: none, size: 100, got: 950, sent: 11},
		"honest, and a first page that is short":  {has: 50, meta: none, size: 100, got: 50, sent: 1},
		"honest, empty":                           {has: 0, meta: none, size: 100, got: 0, sent: 1},
		"honest, empty, and counts":               {has: 0, meta: fixed(`,"hasMore":false,"total":0`), size: 100, got: 0, sent: 1},
		"says that there is no more, but counts":  {has: 1000, meta: fixed(`,"hasMore":false,"total":1000`), size: 100, got: 100, reason: "has 1000", sent: 2},
		"a total of 0":                            {has: 1000, meta: fixed(`,"total":0`), size: 100, short: true, got: 1000, sent: 11},
		"sends fewer than it is asked for":        {has: 1000, most: 50, meta: fixed(`,"total":1000`), size: 100, got: 1000, sent: 21},
		"counts more than it has":                 {has: 250, meta: fixed(`,"total":1000`), size: 100, got: 250, reason: "has 1000", sent: 6},
		"ignores the offset":                      {has: 1000, ignores: true, meta: none, size: 100, got: 101, reason: "the same page again", sent: 3},
		"ignores the offset, and counts":          {has: 1000, ignores: true, meta: fixed(`,"total":1000`), size: 100, got: 101, reason: "the same page again", sent: 3},
		"ignores the offset, with small pages":    {has: 1000, ignores: true, meta: none, size: 4, got: 5, reason: "the same page again", sent: 11},
		"has no pages, and more than a page":      {has: 300, ignores: true, all: true, meta: none, size: 100, got: 300, sent: 2},
		"has no pages, and a page and one":        {has: 101, ignores: true, all: true, meta: none, size: 100, got: 101, sent: 2},
		"has no pages, and exactly a page":        {has: 100, ignores: true, all: true, meta: none, size: 100, got: 100, sent: 2},
		"has no pages, and says that more follow": {has: 30, ignores: true, all: true, meta: fixed(`,"hasMore":true`), size: 100, got: 30, sent: 2},
		"has no pages, and counts more":           {has: 30, ignores: true, all: true, meta: fixed(`,"total":60`), size: 100, got: 30, reason: "has 60", sent: 3},
		"has no pages, and counts a few more":     {has: 30, ignores: true, all: true, meta: fixed(`,"total":50`), size: 100, got: 30, reason: "30 records, but says that it has 50", sent: 3},
		"says that more follow, and sends none":   {has: 0, meta: fixed(`,"hasMore":true`), size: 100, got: 0, reason: "sends none", sent: 2},
		"says so at the end":                      {has: 150, meta: fixed(`,"hasMore":true`), size: 100, got: 150, sent: 4},
	} {
		for _, prefetch := range []int{0, 4} {
			t.Run(fmt.Sprintf("%s, %d ahead", name, prefetch), func(t *testing.T) {
				var sent atomic.Int64
				o := offsets(test.size, func(_ context.Context, w paging.Window) (*transport.Response, error) {
					sent.Add(1)
					from, to := min(w.Offset, test.has), min(w.Offset+w.Limit, test.has)
					if test.ignores {
						from, to = 0, min(w.Limit, test.has)
					}
					if test.all {
						to = test.has
					}
					if test.most > 0 {
						to = min(to, from+test.most)
					}
					return &transport.Response{Body: []byte(page(from, to, test.meta(w)))}, nil
				})
				o.ShortEnds = test.short
				got, err := tenantry.Collect(o.List().All(t.Context()))
				assert.Len(t, got, test.got)
				if prefetch == 0 {
					assert.EqualValues(t, test.sent, sent.Load())
				}
				if test.reason == "" {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, tenantry.ErrIncomplete)
				assert.NotContains(t, err.Error(), "\n")
				for _, part := range []string{"test: rows.list: ", test.reason, "list again later"} {
					assert.Contains(t, err.Error(), part)
				}
			})
		}
	}
}

// A server that counts its last page wrongly once is honest.
func TestACountThatLags(t *testing.T) {
	const has = 250
	for _, lags := range []int{1, 5} {
		for _, ahead := range []int{0, 4} {
			var ends atomic.Int64
			o := offsets(100, func(_ context.Context, w paging.Window) (*transport.Response, error) {
				from, to, total := min(w.Offset, has), min(w.Offset+w.Limit, has), has
				if to == has && ends.Add(1) == 1 {
					total += lags
				}
				return &transport.Response{Body: []byte(page(from, to, fmt.Sprintf(`,"hasMore":%v,"total":%d`, to < has, total)))}, nil
			})
			o.Prefetch = ahead
			got, err := tenantry.Collect(o.List().All(t.Context()))
			require.NoError(t, err)
			assert.Len(t, got, has)
		}
	}
}
