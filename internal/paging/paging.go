// Package paging turns pages into iterators. Two mechanisms serve every API:
//
//   - [Offsets], for lists that are asked for by offset or page number, where
//     records that come and go shift the others about;
//   - [Cursors], for lists whose next page is named by the last one, and for
//     those that have only one page.
//
// Both resume from a tenantry.Cursor and fetch ahead if asked to.
package paging

import (
	"context"
	"iter"
	"runtime"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// A Result is one page as the server answered it.
type Result[T any] struct {
	Items []T
	Bad   []*tenantry.DecodeError // with their places on the page
	Total int                     // -1 where the server does not say
	More  *bool                   // whether the server says that more follow; nil where it does not say
}

func (r *Result[T]) len() int { return len(r.Items) + len(r.Bad) }

// A source makes the pages of one listing, one after the other, from where its
// cursor left off.
type source[T any] interface {
	pages(ctx context.Context, prefetch int) iter.Seq2[*tenantry.Page[T], error]
}

// A List is a listing that has not begun: each of its methods begins it anew.
type List[T any] struct {
	source   source[T]
	prefetch int
	err      error
}

// Failed is a listing that yields nothing but err: its arguments were refused.
func Failed[T any](err error) List[T] { return List[T]{err: err} }

// First fetches one page.
func (l List[T]) First(ctx context.Context) (*tenantry.Page[T], error) {
	if l.err != nil {
		return nil, l.err
	}
	for page, err := range l.source.pages(ctx, 0) {
		return page, err
	}
	return &tenantry.Page[T]{Total: -1}, nil
}

// Pages yields the pages, and ends on the first error.
func (l List[T]) Pages(ctx context.Context) iter.Seq2[*tenantry.Page[T], error] {
	return func(yield func(*tenantry.Page[T], error) bool) {
		if l.err != nil {
			yield(nil, l.err)
			return
		}
		for page, err := range l.source.pages(ctx, l.prefetch) {
			if !yield(page, err) || err != nil {
				return
			}
		}
	}
}

// All yields the records, each in memory of its own. A record that could not
// be decoded is yielded as its error, in its place, and the listing goes on;
// any other error ends it.
func (l List[T]) All(ctx context.Context) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for page, err := range l.Pages(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			bad := page.Undecodable
			for place, item := 0, 0; item < len(page.Items) || len(bad) > 0; place++ {
				if len(bad) > 0 && (bad[0].Index <= place || item == len(page.Items)) {
					if !yield(nil, bad[0]) {
						return
					}
					bad = bad[1:]
					continue
				}
				record := page.Items[item]
				item++
				if !yield(&record, nil) {
					return
				}
			}
		}
	}
}

// decoding bounds how many pages are decoded at once, in the whole process:
// more than there are cores only holds more memory.
var decoding = make(chan struct{}, runtime.GOMAXPROCS(0))

// decode runs a decoder in its turn and gives the answer's memory back.
func decode[T any](a *transport.Response, f func(*transport.Response) (Result[T], error)) (Result[T], error) {
	decoding <- struct{}{}
	defer func() { <-decoding }()
	defer a.Release()
	return f(a)
}
