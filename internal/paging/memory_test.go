package paging_test

import (
	"bytes"
	"context"
	"strconv"
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
