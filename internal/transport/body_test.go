package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

var list = &transport.Op{Name: "things.list", Method: http.MethodGet, Path: "/v1/things", Repeatable: true}

// Bodies arrive whole, announced or not, in one read or in many, and up to the limit.
func TestBodiesOfAllSizes(t *testing.T) {
	const limit = 100_000
	for _, n := range []int{0, 1, 2, 511, 512, 513, 4096, 65_537, limit - 1, limit, limit + 1, 3 * limit} {
		for _, announced := range []int64{-1, 0, int64(n), int64(n) / 2, int64(n) * 2, 1 << 40} {
			for name, wrap := range map[string]func(io.Reader) io.Reader{
				"whole": func(r io.Reader) io.Reader { return r }, "halves": iotest.HalfReader, "with its end": iotest.DataErrReader,
			} {
				want := strings.Repeat("x", n)
				c := stubbed(t, stub(func(*http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: 200, Body: io.NopCloser(wrap(strings.NewReader(want))), ContentLength: announced}, nil
				}), tenantry.WithMaxResponseBytes(limit))
				what := fmt.Sprintf("%d bytes, announced as %d, %s", n, announced, name)
				r, err := c.Send(t.Context(), &transport.Call{Op: list})
				if n > limit {
					require.ErrorIs(t, err, tenantry.ErrTooLarge, what)
					continue
				}
				require.NoError(t, err, what)
				require.Equal(t, want, string(r.Body), what)
				r.Release()
				require.Nil(t, r.Body)
			}
		}
	}
}

// Of calls that share a budget, only as many have a body in memory as fit into it. The
// one with the lowest turn is served first, and one that fails gives its share back.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 1000
		var mu sync.Mutex
		var begun []string
		fail := map[string]bool{"b": true, "d": true}
		c := stubbed(t, stub(func(r *http.Request) (*http.Response, error) {
			name := r.URL.Query().Get("name")
			body := iotest.DataErrReader(bytes.NewReader(make([]byte, size)))
			mu.Lock()
			failing := fail[name]
			delete(fail, name)
			mu.Unlock()
			if failing {
				body = iotest.ErrReader(errors.New("broken off"))
			}
			return &http.Response{StatusCode: 200, ContentLength: size, Body: io.NopCloser(readBegins(body, func() {
				mu.Lock()
				defer mu.Unlock()
				begun = append(begun, name)
			}))}, nil
		}))
		budget := transport.NewBudget(2*size + size/2)
		responses := make(map[string]*transport.Response)
		var sending sync.WaitGroup
		send := func(ctx context.Context, name string, turn int) {
			sending.Go(func() {
				r, err := c.Send(transport.WithBudget(ctx, budget, turn), &transport.Call{Op: list, Query: map[string][]string{"name": {name}}})
				mu.Lock()
				defer mu.Unlock()
				if assert.NoError(t, err) {
					responses[name] = r
				}
			})
			synctest.Wait()
		}
		release := func(name string) {
			mu.Lock()
			r := responses[name]
			mu.Unlock()
			r.Release()
			synctest.Wait()
		}
		taken := func() string {
			mu.Lock()
			defer mu.Unlock()
			return strings.Join(begun, "")
		}
		send(t.Context(), "a", 1)
		send(t.Context(), "c", 3)
		send(t.Context(), "f", 6)
		send(t.Context(), "e", 5)
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			_, err := c.Send(transport.WithBudget(ctx, budget, 0), &transport.Call{Op: list})
			gone <- err
		}()
		synctest.Wait()
		assert.Equal(t, "ac", taken(), "there is room for two")
		cancel()
		require.ErrorIs(t, <-gone, context.Canceled)
		release("a")
		assert.Equal(t, "ace", taken(), "the lowest turn comes first")
		release("c")
		assert.Equal(t, "acef", taken())
		release("e")
		send(t.Context(), "b", 2)
		release("f")
		send(t.Context(), "d", 4)
		sending.Wait() // the failed ones came again
		release("b")
		release("d")
		letters := strings.Split(taken()[4:], "")
		slices.Sort(letters)
		assert.Equal(t, "bbdd", strings.Join(letters, ""), "two were sent again")
		require.NoError(t, budget.Acquire(t.Context(), 2*size+size/2, 0), "all of it was given back")
	})
}

// readBegins tells when a body is read for the first time.
func readBegins(r io.Reader, f func()) io.Reader {
	first := sync.OnceFunc(f)
	return readerFunc(func(p []byte) (int, error) {
		first()
		return r.Read(p)
	})
}
