// Package paging turns pages into iterators:
//
//   - [Offsets] lists by offset or page number, where records that come and go
//     shift the others;
//   - [Cursors] lists by the server's cursors, and lists that have one page.
//
// Both resume from a tenantry.Cursor and can fetch ahead. A listing that ends
// too early, or that does not end, ends with tenantry.ErrIncomplete.
package paging

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"sync"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// incomplete is the error for a listing that can't be complete.
func (id Identity) incomplete(format string, args ...any) error {
	return fmt.Errorf("%s: %s: %w: %s; list again later, and tell the API's support if it stays so", id.API, id.Operation, tenantry.ErrIncomplete, fmt.Sprintf(format, args...))
}

// maxFruitless is how many responses in a row may bring no new record.
const maxFruitless = 40

// A source makes the pages of a listing, starting at its cursor.
type source[T any] interface {
	// Their records may be decoded into memory that spare holds.
	pages(ctx context.Context, prefetch int, spare *spares[T]) iter.Seq2[*tenantry.Page[T], error]
}

// A List is a listing. Each of its methods starts it from the beginning.
type List[T any] struct {
	source   source[T]
	prefetch int
	err      error
}

// Failed is a listing whose arguments were refused: it yields err.
func Failed[T any](err error) List[T] { return List[T]{err: err} }

// First fetches one page.
func (l List[T]) First(ctx context.Context) (*tenantry.Page[T], error) {
	if l.err != nil {
		return nil, l.err
	}
	for page, err := range l.source.pages(ctx, 0, nil) {
		return page, err
	}
	return &tenantry.Page[T]{Total: -1}, nil
}

// Pages yields the pages, and ends on the first error.
func (l List[T]) Pages(ctx context.Context) iter.Seq2[*tenantry.Page[T], error] {
	return l.pages(ctx, nil)
}

func (l List[T]) pages(ctx context.Context, spare *spares[T]) iter.Seq2[*tenantry.Page[T], error] {
	return func(yield func(*tenantry.Page[T], error) bool) {
		if l.err != nil {
			yield(nil, l.err)
			return
		}
		if l.prefetch > 0 {
			if err := transport.RefuseAhead(ctx); err != nil {
				yield(nil, err)
				return
			}
		}
		for page, err := range l.source.pages(ctx, l.prefetch, spare) {
			if !yield(page, err) || err != nil {
				return
			}
		}
	}
}

// All yields the records, each in memory of its own. For a record that could not
// be decoded it yields the error and goes on; any other error ends the listing.
func (l List[T]) All(ctx context.Context) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		spare := new(spares[T])
		for page, err := range l.pages(ctx, spare) {
			if err != nil {
				yield(nil, err)
				return
			}
			r := Result[T]{Items: page.Items, Bad: page.Undecodable}
			for item, bad := range r.records {
				if bad != nil {
					if !yield(nil, bad) {
						return
					}
					continue
				}
				record := *item
				if !yield(&record, nil) {
					return
				}
			}
			spare.put(page.Items)
		}
	}
}

const (
	// maxRead is how many bytes of bodies a listing reads at once while it fetches
	// ahead. Others wait in the buffers of their connections.
	maxRead = 2 << 20
	// maxAhead is how many bytes of responses a listing asks for ahead. Decoded, they
	// take about as much memory. The page that the loop needs next may be larger.
	maxAhead = 8 << 20
)

// decoding bounds how many pages are decoded at once in the whole process. More
// than there are cores would only hold more memory.
var decoding = make(chan struct{}, runtime.GOMAXPROCS(0))

// Spares are the slices of pages whose records were all copied. They are used again.
// A nil *spares holds none.
type spares[T any] struct{ sync.Pool }

// maxSpare is how many records a slice that is kept may have room for.
const maxSpare = 4096

func (s *spares[T]) put(items []T) {
	if 0 < cap(items) && cap(items) <= maxSpare {
		items = items[:0]
		s.Put(&items)
	}
}

// take returns a *[]T, or nil.
func (s *spares[T]) take() any {
	if s == nil {
		return nil
	}
	return s.Get()
}

// decode runs a decoder when there is room, and releases the response.
func decode[T any](a *transport.Response, spare *spares[T], f func(*transport.Response) (Result[T], error)) (Result[T], error) {
	decoding <- struct{}{}
	defer func() { <-decoding }()
	defer a.Release()
	size := len(a.Body)
	a.Spare = spare.take()
	r, err := f(a)
	r.size = size
	return r, err
}
