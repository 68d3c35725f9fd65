package paging

import (
	"context"
	"iter"
	"slices"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// A Window is the part of a list that one request asks for.
type Window struct{ Offset, Limit int }

// Offsets lists records by offset, or by page number with [ByPageNumber].
//
// Records may come and go between two requests, and the others shift. So each
// window overlaps the last one by a record, and the new records are those after
// the ones that were covered: see [place]. If a window shows none of those, it
// does not show the position, and the listing searches for it: see search.go.
//
// The listing needs a total order that stays the same, but not to know it. It
// remembers the last 512 records that it covered, and a cursor keeps the last
// 48. If all of them are gone, the listing starts again from the beginning,
// since a record that comes twice is better than one that never comes.
type Offsets[T any] struct {
	Identity
	Size     int             // records a page
	Max      int             // the largest Size that the API takes
	Start    tenantry.Cursor // "" for the beginning
	Prefetch int
	// ShortEnds says that a page with fewer records than it was asked for is
	// the last one, if the response has no metadata.
	ShortEnds bool
	ID        func(*T) string
	// Fit returns a window that the API can be asked for and that begins at the
	// offset or before it; nil if it can be asked for any.
	Fit    func(offset, size int) Window
	Send   func(ctx context.Context, w Window) (*transport.Response, error)
	Decode func(a *transport.Response) (Result[T], error)
}

// List is the listing.
func (o Offsets[T]) List() List[T] {
	s, err := o.Identity.decode(o.Start)
	if err != nil {
		return Failed[T](err)
	}
	if o.Fit == nil {
		o.Fit = func(offset, size int) Window { return Window{offset, size} }
	}
	if o.Max == 1 {
		return Failed[T](&tenantry.ArgumentError{API: o.API, Operation: o.Operation, Argument: "Limit", Reason: "must be at least 2, since pages overlap by a record"})
	}
	return List[T]{source: offsetSource[T]{o, s}, prefetch: o.Prefetch}
}

// ByPageNumber fits windows to an API that is asked for pages of a size: a
// window begins at a multiple of its size, so that page Offset/Limit+1 of size
// Limit is the window. It tries sizes near the one asked for, up to the largest
// that the API takes, and chooses the window that reaches farthest.
func ByPageNumber(largest int) func(offset, size int) Window {
	return func(offset, size int) Window {
		best := Window{offset / size * size, size}
		for limit := size - 1; limit > size/2; limit-- {
			if w := (Window{offset / limit * limit, limit}); w.end() > best.end() {
				best = w
			}
		}
		for limit := size + 1; best.end() <= offset+1 && limit <= largest; limit++ {
			best = Window{offset / limit * limit, limit} // must show more than the overlap
		}
		return best
	}
}

func (w Window) end() int { return w.Offset + w.Limit }

type offsetSource[T any] struct {
	Offsets[T]
	start state
}

// pages is the whole listing: it fetches the window at the position, yields the
// new records on it, and decides how to go on.
func (o offsetSource[T]) pages(ctx context.Context, prefetch int, spare *spares[T]) iter.Seq2[*tenantry.Page[T], error] {
	return func(yield func(*tenantry.Page[T], error) bool) {
		l := &listing[T]{
			offsetSource: o,
			ahead:        newAhead(ctx, prefetch, spare, o.Send, o.Decode),
			place:        newPlace(o.start),
			first:        o.start.Offset == 0,
		}
		defer l.ahead.stop()
		for {
			w, s, err := l.locate()
			if err != nil {
				yield(nil, err)
				return
			}
			page := l.cover(w, s)
			news := len(page.Items) > 0 || len(page.Undecodable) > 0
			page.HasMore, err = l.more(w, news)
			if page.HasMore {
				page.Next = l.encode(l.place.state())
			}
			if (news || !page.HasMore) && !yield(page, nil) || !page.HasMore {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// A listing is one run through the pages.
type listing[T any] struct {
	offsetSource[T]
	ahead *ahead[T]
	place place
	total int  // as the last response said, or 0
	first bool // no window of the list was covered yet

	before    Window // the last window
	asked     bool   // it had the size that was asked for
	keys      []key  // of its records
	same      int    // windows in a row that showed the same records again
	again     bool   // the last window is asked for again
	unpaged   bool   // the server sends all records, whatever it is asked for
	fruitless int    // responses in a row without a new record
	lost      int    // searches in a row that found nothing
}

// A window is a page that was fetched, with the keys of its records.
type window[T any] struct {
	Window
	Result[T]
	keys []key
	wide bool // fetched by a search, which asks for more than a page
}

// end is the offset after the last record.
func (w *window[T]) end() int { return w.Offset + len(w.keys) }

// asked reports whether a server with pages sends so many records: as many as it was
// asked for, or those at the end of its list.
func (w *window[T]) asked() bool {
	return len(w.keys) == w.Limit || w.Total > 0 && w.end() == w.Total
}

// locate fetches the window at the position and finds the new records on it.
func (l *listing[T]) locate() (window[T], sighting, error) {
	want := l.wanted()
	if l.again {
		want = l.before
	}
	got, r, err := l.ahead.next(want, l.total, l.after)
	if err != nil {
		return window[T]{}, sighting{}, err
	}
	w := l.window(got, r)
	s := l.place.on(w.Offset, w.keys)
	if s.evidence == certain {
		if l.place.at > 0 {
			l.lost = 0
		}
		return w, s, nil
	}
	return l.search(w, s)
}

func (l *listing[T]) window(w Window, r Result[T]) window[T] {
	l.total = max(r.Total, 0)
	return window[T]{Window: w, Result: r, keys: keysOf(&r, l.ID)}
}

// wanted is the window that shows the last record covered and those after it.
func (l *listing[T]) wanted() Window {
	covered := l.place.covered
	if covered == 0 {
		return l.Fit(0, l.Size)
	}
	// A record without an ID can't be recognized, so the window begins with the
	// last one that can.
	if tail := l.place.tail(); tail > 0 && tail < min(covered, l.Max/2) {
		if w := l.Fit(covered-tail-1, min(l.Size+tail+1, l.Max)); w.end() > covered {
			return w
		}
	}
	return l.overlapping(covered)
}

// overlapping is the window that shows one of the records covered and, if the
// API allows that many, a page of others.
func (o offsetSource[T]) overlapping(covered int) Window {
	return o.Fit(covered-1, min(o.Size+1, o.Max))
}

// after is the window that follows a full one.
func (o offsetSource[T]) after(w Window) Window { return o.overlapping(w.end()) }

// cover makes a page of the new records on a window, and moves the position
// behind them.
func (l *listing[T]) cover(w window[T], s sighting) *tenantry.Page[T] {
	if l.same++; len(w.keys) == 0 || !slices.Equal(w.keys, l.keys) {
		l.same = 0
	}
	to := len(w.keys)
	switch {
	case l.same > 0: // records without an ID are not new either
		s.next = to
	case w.wide:
		to = min(to, s.next+l.Size)
	}
	page := &tenantry.Page[T]{Total: w.Total, Items: w.Items[:0]}
	i := -1
	for item, bad := range w.records {
		i++
		switch {
		case i < s.next, i >= to, l.place.remembers(w.keys[i]):
		case bad != nil:
			bad.Index = len(page.Items) + len(page.Undecodable)
			page.Undecodable = append(page.Undecodable, bad)
		default:
			page.Items = append(page.Items, *item)
		}
	}
	if to == len(w.keys) && len(page.Items)+len(page.Undecodable) == 0 {
		l.place.pass(w.Offset, w.keys)
	} else {
		l.place.cover(w.Offset, w.keys, s, to)
	}
	return page
}

// more reports whether the listing goes on after a window. The error says that
// there is more that it can't get.
func (l *listing[T]) more(w window[T], news bool) (bool, error) {
	first, again := l.first, l.again
	l.first, l.again, l.before, l.keys = false, false, w.Window, w.keys
	if w.wide { // of which a part was covered
		l.keys = nil
	}
	if l.fruitless++; news {
		l.fruitless = 0
	}
	n, end := len(w.keys), w.end()
	// A server that sends the same page again, of another size than it was asked
	// for, has no pages.
	asked := l.asked
	l.asked = w.asked()
	if !again { // otherwise it was asked for
		l.unpaged = l.same > 0 && (!asked || !l.asked)
	}
	if l.unpaged {
		end = n
	}
	switch {
	case l.place.covered < w.end() && w.wide:
		return true, nil
	case l.follows(w, news && !first) && !l.unpaged:
		switch {
		case l.same > maxFruitless/n: // a small page shows the same records if as many came before it
			return true, l.incomplete("the listing does not end: the server sends the same page again")
		case l.fruitless >= maxFruitless:
			return true, l.incomplete("the listing does not end: %d responses in a row held no new record", l.fruitless)
		}
		return true, nil
	case w.Total <= end && (n > 0 || w.More == nil || !*w.More):
		return false, nil
	case !again:
		l.again = true // records may have gone while the server counted them
		return true, nil
	case w.Total <= end:
		return true, l.incomplete("the server says that more records follow, but sends none")
	}
	return true, l.incomplete("the server ends the list after %d records, but says that it has %d", end, w.Total)
}

// follows reports whether a response says that records follow. Without metadata
// a full page says so, and a short one may be cut short by the server.
func (l *listing[T]) follows(w window[T], maybe bool) bool {
	n := len(w.keys)
	switch {
	case n == 0:
		return false
	case w.More != nil:
		return *w.More
	case w.Total > 0:
		return w.end() < w.Total
	}
	return n >= w.Limit || maybe && !l.ShortEnds
}
