package paging

import (
	"context"
	"errors"
	"iter"
	"slices"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// Cursors lists records page after page, each named by the one before it.
type Cursors[T any] struct {
	Identity
	Start    tenantry.Cursor // "" for the beginning
	Prefetch int
	ID       func(*T) string
	// Send asks for the page that the server's cursor names, "" for the first.
	Send   func(ctx context.Context, cursor string) (*transport.Response, error)
	Decode func(a *transport.Response) (Result[T], error)
	// End reports whether an error of Send means that there are no records, or
	// no more; nil if none does. First returns such an error.
	End func(error) bool

	one bool // only the first page is asked for
}

// List is the listing.
func (c Cursors[T]) List() List[T] {
	s, err := c.Identity.decode(c.Start)
	if err != nil {
		return Failed[T](err)
	}
	return List[T]{source: cursorSource[T]{c, s}, prefetch: c.Prefetch}
}

// First fetches one page. Unlike [List.First] it returns an error that would only
// end the listing, and believes a server that names no next page.
func (c Cursors[T]) First(ctx context.Context) (*tenantry.Page[T], error) {
	end := c.End
	c.End, c.one = nil, true
	page, err := c.List().First(ctx)
	if err != nil && end != nil && end(err) {
		return &tenantry.Page[T]{Total: -1}, nil
	}
	return page, err
}

type cursorSource[T any] struct {
	Cursors[T]
	start state
}

func (c cursorSource[T]) pages(ctx context.Context, prefetch int, spare *spares[T]) iter.Seq2[*tenantry.Page[T], error] {
	if prefetch == 0 {
		return c.walk(ctx, spare, new(int))
	}
	return func(yield func(*tenantry.Page[T], error) bool) {
		type step struct {
			page  *tenantry.Page[T]
			err   error
			panic any // what the caller's transport panicked with, or nil
			taken int // of room
		}
		room := transport.NewBudget(maxAhead)
		ctx, cancel := context.WithCancel(ctx)
		steps := make(chan step, prefetch-1)
		go func() {
			defer close(steps)
			send := func(s step) bool {
				select {
				case steps <- s:
					return true
				case <-ctx.Done():
					return false
				}
			}
			defer func() {
				if p := recover(); p != nil {
					send(step{panic: p})
				}
			}()
			taken, largest := 0, 0
			for page, err := range c.walk(ctx, spare, &largest) {
				if !send(step{page: page, err: err, taken: taken}) {
					return
				}
				taken = largest // the next page is likely no larger
				if room.Acquire(ctx, taken, 0) != nil {
					return
				}
			}
		}()
		defer func() {
			cancel()
			for range steps { // until the goroutine ends
			}
		}()
		for s := range steps {
			if s.panic != nil { // in the goroutine of the caller, who can recover
				panic(s.panic)
			}
			room.Release(s.taken)
			if !yield(s.page, s.err) {
				return
			}
		}
	}
}

// walk fetches one page after the other. It sets largest to the size in bytes of the
// largest response.
func (c cursorSource[T]) walk(ctx context.Context, spare *spares[T], largest *int) iter.Seq2[*tenantry.Page[T], error] {
	return func(yield func(*tenantry.Page[T], error) bool) {
		cursor, again := c.start.Next, c.start.Again
		named := map[string]bool{cursor: true}
		seen, before, fruitless := newPlace(state{}), []key(nil), 0
		for first := true; ; first = false {
			r, err := c.fetch(ctx, spare, cursor)
			switch {
			case err != nil && c.End != nil && c.End(err):
				if first {
					yield(&tenantry.Page[T]{Total: -1}, nil)
				}
				return
			case err != nil:
				yield(nil, err)
				return
			}
			*largest = max(*largest, r.size)
			if r.Stuck != nil && c.one {
				yield(nil, c.incomplete("more records follow that can't be asked for: %v", r.Stuck))
				return
			}
			// The list ends before its own total. Some records may have gone while the
			// server counted them, so the page is asked for again.
			counted := r.Before > 0 || r.Before == 0 && cursor == ""
			cutShort := !c.one && r.Next == "" && r.Stuck == nil && counted && r.Total > r.Before+r.len()
			keys := keysOf(&r, c.ID)
			news := slices.ContainsFunc(keys, func(k key) bool { return !seen.remembers(k) })
			same := slices.Equal(keys, before)
			if fruitless++; news && !same {
				fruitless = 0
			}
			if r.Next == "" && r.Stuck == nil && same && !news && !again && len(keys) > 0 {
				r.Stuck = errors.New("the server sends the same page again")
			}
			page := &tenantry.Page[T]{Total: r.Total, HasMore: r.Next != "" || r.Stuck != nil || cutShort}
			switch {
			case again && !same: // some of it was yielded
				page.Items, page.Undecodable = r.without(keys, seen.remembers)
			case news && !again:
				page.Items, page.Undecodable = r.Items, r.Bad
			}
			switch {
			case r.Stuck != nil || cutShort:
				page.Next = c.encode(state{Next: cursor, Again: cutShort})
			case r.Next != "":
				page.Next = c.encode(state{Next: r.Next})
			}
			news = len(page.Items) > 0 || len(page.Undecodable) > 0
			if (news || len(keys) == 0 && !again || !page.HasMore) && !yield(page, nil) {
				return
			}
			seen.put(seen.at, keys)
			before = keys
			switch {
			case r.Stuck != nil:
				err = c.incomplete("more records follow that can't be asked for: %v", r.Stuck)
			case cutShort && again:
				err = c.incomplete("the server ends the list after %d records, but says that it has %d", r.Before+len(keys), r.Total)
			case cutShort:
				again = true
				continue
			case !page.HasMore:
				return
			case named[r.Next]:
				err = c.incomplete("the listing does not end: the server names a page as the next one that it named before")
			case fruitless >= maxFruitless:
				err = c.incomplete("the listing does not end: %d responses in a row held no new record", fruitless)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			again = false
			cursor = r.Next
			named[cursor] = true
		}
	}
}

func (c cursorSource[T]) fetch(ctx context.Context, spare *spares[T], cursor string) (Result[T], error) {
	response, err := c.Send(ctx, cursor)
	if err != nil {
		return Result[T]{}, err
	}
	return decode(response, spare, c.Decode)
}
