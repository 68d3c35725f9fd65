package paging_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// A panic of the caller's transport comes out of the caller's loop, also if pages
// are fetched ahead in other goroutines. None of those is left behind.
func TestPanicsComeOutOfTheLoop(t *testing.T) {
	for _, prefetch := range []int{0, 1, 4} {
		n := 0
		list := paging.Cursors[string]{
			Identity: paging.Identity{API: "test", Operation: "things.list"}, Prefetch: prefetch,
			ID:     func(s *string) string { return *s },
			Send:   func(context.Context, string) (*transport.Response, error) { panic("the caller's own") },
			Decode: func(*transport.Response) (paging.Result[string], error) { n++; return paging.Result[string]{}, nil },
		}.List()
		require.PanicsWithValue(t, "the caller's own", func() {
			for range list.All(t.Context()) {
				n++
			}
		})
		byOffset := paging.Offsets[string]{
			Identity: paging.Identity{API: "test", Operation: "things.list"}, Prefetch: prefetch, Size: 10, Max: 100,
			ID: func(s *string) string { return *s },
			Send: func(_ context.Context, w paging.Window) (*transport.Response, error) {
				if w.Offset > 0 { // the first page is not fetched ahead
					panic("the caller's own")
				}
				return new(transport.Response), nil
			},
			Decode: func(*transport.Response) (paging.Result[string], error) {
				return paging.Result[string]{Items: strings.Split("abcdefghij", ""), Total: -1}, nil
			},
		}.List()
		require.PanicsWithValue(t, "the caller's own", func() {
			for range byOffset.All(t.Context()) {
				n++
			}
		})
		require.Equal(t, 10, n, "the first page by offset")
	}
}
