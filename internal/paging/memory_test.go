package paging_test

import (
	"bytes"
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// padded makes a response larger by white space.
func padded(response *transport.Response, size int) *transport.Response {
	response.Body = append(bytes.Repeat([]byte(" "), size), response.Body...)
	return response
}

// While a loop is at its first page, no more bytes are asked for ahead than the bound
// allows, however many pages the option does.
func TestBytesAheadAreBounded(t *testing.T) {
	const prefetch, most = 12, 8 << 20
	for _, size := range []int{1 << 10, 3 << 20, 7 << 20, 40 << 20} {
		for _, style := range []string{"offset", "cursor"} {
			synctest.Test(t, func(t *testing.T) {
				var sends atomic.Int64
				var list paging.List[record]
				if style == "cursor" {
					c := chain(1000, prefetch, "", func(string) error { return nil })
					send := c.Send
					c.Send = func(ctx context.Context, cursor string) (*transport.Response, error) {
						sends.Add(1)
						response, err := send(ctx, cursor)
						return padded(response, size), err
					}
					list = c.List()
				} else {
					s := filled(1000)
					o := offsets(3, func(ctx context.Context, w paging.Window) (*transport.Response, error) {
						sends.Add(1)
						response, err := s.send(ctx, w)
						return padded(response, size), err
					})
					o.Prefetch = prefetch
					list = o.List()
				}
				n := 0
				for page, err := range list.Pages(t.Context()) {
					require.NoError(t, err)
					require.NotEmpty(t, page.Items)
					synctest.Wait()
					if n++; n == 3 {
						break
					}
				}
				// The loop took three pages, and the next one may be of any size.
				ahead := int(sends.Load()) - n
				name := style + ", pages of " + strconv.Itoa(size)
				assert.LessOrEqual(t, ahead, max(1, most/size), name)
				assert.GreaterOrEqual(t, ahead, min(prefetch, most/size)-1, name)
			})
		}
	}
}

// All uses the memory of pages again, and yet its records keep their values. Pages are
// left to the caller.
func TestMemoryOfPagesIsUsedAgain(t *testing.T) {
	for _, prefetch := range []int{0, 5} {
		for _, style := range []string{"offset", "cursor"} {
			var mu sync.Mutex
			var pages []*record // the first record of each, which keeps the page alive
			note := func(r paging.Result[record], err error) (paging.Result[record], error) {
				mu.Lock()
				defer mu.Unlock()
				if len(r.Items) > 0 {
					pages = append(pages, &r.Items[0])
				}
				return r, err
			}
			var list paging.List[record]
			var ids []string
			if style == "cursor" {
				c := chain(300, prefetch, "", func(string) error { return nil })
				decode := c.Decode
				c.Decode = func(a *transport.Response) (paging.Result[record], error) { return note(decode(a)) }
				list = c.List()
			} else {
				o := offsets(10, filled(1000).send)
				o.Prefetch = prefetch
				o.Decode = func(a *transport.Response) (paging.Result[record], error) { return note(decode(a)) }
				list = o.List()
			}
			for page, err := range list.Pages(t.Context()) {
				require.NoError(t, err)
				for _, r := range page.Items {
					ids = append(ids, r.ID)
				}
			}
			name := style + ", " + strconv.Itoa(prefetch) + " ahead"
			fetched := len(pages)
			require.Greater(t, fetched, 90, name)
			assert.Len(t, distinct(pages), fetched, name)

			pages = nil
			var kept []*record
			for r, err := range list.All(t.Context()) {
				require.NoError(t, err)
				kept = append(kept, r)
			}
			require.Len(t, kept, len(ids), name)
			for i, r := range kept {
				require.Equal(t, ids[i], r.ID, name)
			}
			assert.Len(t, distinct(kept), len(ids), name)
			assert.Less(t, len(distinct(pages)), fetched*2/3, name) // the race detector drops a fourth
		}
	}
}

func distinct(all []*record) map[*record]bool {
	set := make(map[*record]bool)
	for _, r := range all {
		set[r] = true
	}
	return set
}
