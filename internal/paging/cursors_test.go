package paging_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// chain is a list of n records, three a page, each page named by its first.
func chain(n, prefetch int, start tenantry.Cursor, send func(cursor string) error) paging.Cursors[record] {
	return paging.Cursors[record]{
		Identity: paging.Identity{API: "test", Operation: "rows.find"}, Start: start, Prefetch: prefetch,
		Send: func(_ context.Context, cursor string) (*transport.Response, error) {
			if err := send(cursor); err != nil {
				return nil, err
			}
			from, _ := strconv.Atoi(cursor)
			body := `{"results":[`
			for i := from; i < min(from+3, n); i++ {
				if i > from {
					body += ","
				}
				body += fmt.Sprintf(`{"id":"%d"}`, i)
			}
			next := from + 3
			if next >= n {
				next = -1
			}
			return &transport.Response{Body: fmt.Appendf(nil, `%s],"last_id":%d}`, body, next)}, nil
		},
		Next: func(a *transport.Response) (string, error) {
			v, err := wire.DecodeValue[struct {
				LastID string `json:"last_id"`
			}](a.Body)
			if v.LastID == "-1" {
				return "", err
			}
			return v.LastID, err
		},
		Decode: decode,
	}
}

func TestCursors(t *testing.T) {
	for _, prefetch := range []int{0, 1, 5} {
		var sent []string
		record := func(cursor string) error { sent = append(sent, cursor); return nil }
		got, err := tenantry.Collect(chain(10, prefetch, "", record).List().All(t.Context()))
		require.NoError(t, err)
		assert.Len(t, got, 10)
		assert.Equal(t, []string{"", "3", "6", "9"}, sent)
	}
	page, err := chain(10, 0, "", func(string) error { return nil }).First(t.Context())
	require.NoError(t, err)
	assert.Equal(t, -1, page.Total)
	rest, err := tenantry.Collect(chain(10, 0, page.Next, func(string) error { return nil }).List().All(t.Context()))
	require.NoError(t, err)
	assert.Equal(t, "3", rest[0].ID)
	assert.Len(t, rest, 7)
	for range chain(1000, 5, "", func(string) error { return nil }).List().Pages(t.Context()) {
		break
	}
}

func TestCursorThatRepeats(t *testing.T) {
	for _, prefetch := range []int{0, 3} {
		c := chain(10, prefetch, "", func(string) error { return nil })
		n := 0
		c.Next = func(*transport.Response) (string, error) {
			n++
			return []string{"3", "6"}[n%2], nil
		}
		_, err := tenantry.Collect(c.List().All(t.Context()))
		require.ErrorContains(t, err, "answered before")
		assert.LessOrEqual(t, n, 4)
	}
}

func TestErrorsThatEndAListing(t *testing.T) {
	none, boom := errors.New("none"), errors.New("boom")
	c := chain(10, 0, "", func(string) error { return none })
	c.End = func(err error) bool { return errors.Is(err, none) }
	got, err := tenantry.Collect(c.List().All(t.Context()))
	require.NoError(t, err)
	assert.Empty(t, got)
	_, err = c.First(t.Context())
	require.ErrorIs(t, err, none, "a single page reports it")
	for _, prefetch := range []int{0, 4} {
		c = chain(10, prefetch, "", func(cursor string) error {
			if cursor == "6" {
				return boom
			}
			return nil
		})
		got, err = tenantry.Collect(c.List().All(t.Context()))
		require.ErrorIs(t, err, boom)
		assert.Len(t, got, 6, "what came before is kept")
	}
}
