package paging

import (
	"context"
	"errors"
	"iter"
	"sync"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// Cursors lists records page after page, each named by the one before it.
type Cursors[T any] struct {
	Identity
	Start    tenantry.Cursor // "" for the beginning
	Prefetch int
	// Send asks for the page that the server's cursor names, "" for the first.
	Send func(ctx context.Context, cursor string) (*transport.Response, error)
	// Next finds the cursor of the page that follows, "" for none. It is
	// called before Decode, so that the next page can be asked for meanwhile.
	Next   func(a *transport.Response) (string, error)
	Decode func(a *transport.Response) (Result[T], error)
	// End reports whether an error of Send means that there are no records,
	// or no more; nil where none does. First reports it all the same.
	End func(error) bool
}

// List is the listing.
func (c Cursors[T]) List() List[T] {
	s, err := c.Identity.decode(c.Start)
	if err != nil {
		return Failed[T](err)
	}
	return List[T]{source: cursorSource[T]{c, s.Next}, prefetch: c.Prefetch}
}

// First fetches one page; unlike [List.First] it reports an error that would
// only end the listing.
func (c Cursors[T]) First(ctx context.Context) (*tenantry.Page[T], error) {
	c.End = nil
	return c.List().First(ctx)
}

type cursorSource[T any] struct {
	Cursors[T]
	start string
}

// A step is one page and what names the next.
type step[T any] struct {
	next   string
	done   chan struct{}
	result Result[T]
	err    error
}

func (c cursorSource[T]) pages(ctx context.Context, prefetch int) iter.Seq2[*tenantry.Page[T], error] {
	return func(yield func(*tenantry.Page[T], error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		steps := make(chan *step[T], max(prefetch-1, 0))
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		if prefetch == 0 {
			c.walk(ctx, &running, func(s *step[T]) bool { return c.deliver(s, yield) })
			return
		}
		running.Go(func() {
			defer close(steps)
			c.walk(ctx, &running, func(s *step[T]) bool {
				select {
				case steps <- s:
					return true
				case <-ctx.Done():
					return false
				}
			})
		})
		for s := range steps {
			if !c.deliver(s, yield) {
				return
			}
		}
	}
}

// walk sends one request after the other and hands each page out, decoded or
// being decoded.
func (c cursorSource[T]) walk(ctx context.Context, running *sync.WaitGroup, hand func(*step[T]) bool) {
	cursor := c.start
	seen := map[string]bool{cursor: true}
	for {
		s := &step[T]{done: make(chan struct{})}
		answer, err := c.Send(ctx, cursor)
		if err == nil {
			if s.next, err = c.Next(answer); err != nil {
				answer.Release()
			}
		}
		if err == nil && s.next != "" && seen[s.next] {
			err = &tenantry.DecodeError{API: c.API, Operation: c.Operation, Index: -1,
				Err: errors.New("the listing does not end: the server answers a cursor that it answered before")}
			answer.Release()
		}
		if err != nil {
			if c.End == nil || !c.End(err) {
				s.err = err
				close(s.done)
				hand(s)
			}
			return
		}
		running.Go(func() {
			defer close(s.done)
			s.result, s.err = decode(answer, c.Decode)
		})
		if !hand(s) || s.next == "" {
			return
		}
		cursor = s.next
		seen[cursor] = true
	}
}

// deliver yields one page and reports whether the listing goes on.
func (c cursorSource[T]) deliver(s *step[T], yield func(*tenantry.Page[T], error) bool) bool {
	<-s.done
	if s.err != nil {
		yield(nil, s.err)
		return false
	}
	page := &tenantry.Page[T]{Items: s.result.Items, Undecodable: s.result.Bad, Total: s.result.Total, HasMore: s.next != ""}
	if page.HasMore {
		page.Next = c.Identity.encode(state{Next: s.next})
	}
	return yield(page, nil) && page.HasMore
}
