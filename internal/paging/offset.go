package paging

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// A Window is the part of a list that one request asks for.
type Window struct{ Offset, Limit int }

// Offsets lists records by offset, or by page number with [ByPageNumber].
//
// Between two requests records may come and go, and those behind them shift:
// an offset alone would skip or repeat some. So each window overlaps the last
// one by a record, and what is new in it begins behind the records that were
// covered already. Where it shows none of them, it may begin too late, and the
// listing steps back until it sees one; where it shows nothing else, the
// listing goes on. The order must be total and, as long as the listing lasts,
// the same for records that stay.
//
// In an order by ID every record tells on which side of the place it is. In
// another one only those tell that are remembered: the last 512, or the last 48
// in a cursor. If every one of them is gone, the listing begins again, since a
// record twice is better than one never.
type Offsets[T any] struct {
	Identity
	Size     int             // records a page
	Max      int             // the largest Size that the API takes
	Start    tenantry.Cursor // "" for the beginning
	Prefetch int
	ID       func(*T) string
	// Ascending says that the order asked for is by ID, so that any record
	// tells whether it was covered. Otherwise only those that are remembered
	// do.
	Ascending bool
	// Fit answers a window that the API can be asked for, which begins at the
	// offset or before it; nil where it can be asked for any.
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
		return Failed[T](&tenantry.ArgumentError{API: o.API, Operation: o.Operation, Argument: "Limit", Reason: "is 1, which leaves no room for an overlap"})
	}
	return List[T]{source: offsetSource[T]{o, s}, prefetch: o.Prefetch}
}

// ByPageNumber fits windows to an API that is asked for pages of a size: a
// window begins at a multiple of its size, so that page Offset/Limit+1 of size
// Limit is the window. Sizes near the one asked for are tried, up to the
// largest that the API takes, for the window that reaches farthest.
func ByPageNumber(largest int) func(offset, size int) Window {
	return func(offset, size int) Window {
		best := Window{offset / size * size, size}
		reach := func(w Window) int { return w.Offset + w.Limit }
		for limit := size - 1; limit > size/2; limit-- {
			if w := (Window{offset / limit * limit, limit}); reach(w) > reach(best) {
				best = w
			}
		}
		for limit := size + 1; reach(best) <= offset+1 && limit <= largest; limit++ {
			best = Window{offset / limit * limit, limit} // must show more than the overlap
		}
		return best
	}
}

const (
	remembered   = 512    // records by which a place is found again
	storedIDs    = 48     // of them in a cursor
	maxFruitless = 10_000 // windows in a row that bring nothing new
	maxSame      = 100    // of them that begin with the same record
)

type offsetSource[T any] struct {
	Offsets[T]
	start state
}

func (o offsetSource[T]) pages(ctx context.Context, prefetch int) iter.Seq2[*tenantry.Page[T], error] {
	return func(yield func(*tenantry.Page[T], error) bool) {
		w := walk[T]{offsetSource: o, covered: o.start.Offset}
		for i := len(o.start.Seen) - 1; i >= 0; i-- {
			w.remember(o.start.Seen[i])
		}
		fetch := newAhead(ctx, prefetch, o.Send, o.Decode)
		defer fetch.stop()
		want, fruitless, same, first := w.wanted(), 0, 0, ""
		for {
			win, r, err := fetch.next(want, w.total, o.after)
			if err != nil {
				yield(nil, err)
				return
			}
			keys := w.keys(&r)
			more := w.more(win, &r)
			from, elsewhere, found := w.judge(win, keys, more)
			if !found {
				if fruitless++; fruitless > maxFruitless {
					yield(nil, o.endless("the place where it was is not found again"))
					return
				}
				want = elsewhere
				fetch.drop()
				continue
			}
			w.searching, w.doubted = search{}, doubt{}
			page := w.cover(win, &r, keys, from, more)
			if len(page.Items) == 0 && len(page.Undecodable) == 0 && more {
				if keys[0] == first {
					same++
				}
				if fruitless++; fruitless > maxFruitless || same > maxSame {
					yield(nil, o.endless("the server answers the same page again"))
					return
				}
			} else {
				fruitless, same = 0, 0
				if !yield(page, nil) || !more {
					return
				}
			}
			first = keys[0]
			want = w.wanted()
		}
	}
}

func (o offsetSource[T]) endless(what string) error {
	return &tenantry.DecodeError{API: o.API, Operation: o.Operation, Index: -1, Err: errors.New("the listing does not end: " + what)}
}

// A walk is how far a listing has got.
type walk[T any] struct {
	offsetSource[T]
	covered int // records of the list up to and with the last one covered
	total   int // as last said; 0: not known
	last    string
	lastID  string         // of the last one covered that has an ID
	ring    []string       // the keys of those covered last
	at      int            // where in the ring the next one goes
	age     map[string]int // key to when it was covered
	now     int

	searching search
	doubted   doubt
}

// A doubt is about a window that shows a remembered record, others behind it,
// and not the record that was covered last: either that is gone, and the others
// are next, or it comes later, and they came between. The window after it
// tells.
type doubt struct {
	window Window // its zero value: there is none
	age    int    // of the remembered record
	over   bool   // what was covered later is gone
}

// A search is for the place in the list that was reached, after a window that
// did not show it.
type search struct {
	origin  Window // the window in question; its zero value: there is no search
	back    int    // how far the last step back went
	forward bool   // the beginning was reached, and the place is behind the window
}

// search answers the next window to look at.
func (w *walk[T]) search(win Window, more bool, keys []string) Window {
	s := &w.searching
	if s.origin.Limit == 0 {
		s.origin = win
	}
	switch {
	case !s.forward && win.Offset > 0:
		s.back = max(2*s.back, w.Size-1, 1)
		return w.Fit(max(win.Offset-s.back, 0), min(w.Size+1, w.Max))
	case !s.forward && s.origin.Offset > 0:
		s.forward = true
		return s.origin
	case more && len(keys) > 0:
		s.forward = true
		return w.after(win)
	}
	// All that was remembered is gone.
	w.ring, w.at, w.age, w.now, w.last, w.lastID, w.covered = nil, 0, nil, 0, "", "", 0
	w.searching, w.doubted = search{}, doubt{}
	return w.wanted()
}

// wanted is the window that shows the last record covered and what follows.
func (w *walk[T]) wanted() Window {
	if w.covered == 0 {
		return w.Fit(0, w.Size)
	}
	return w.overlapping(w.covered)
}

// overlapping shows one of the records covered, and a page of others where the
// API allows so many at once.
func (o offsetSource[T]) overlapping(covered int) Window {
	return o.Fit(covered-1, min(o.Size+1, o.Max))
}

// after is the window that follows another, if that one comes full.
func (o offsetSource[T]) after(win Window) Window { return o.overlapping(win.Offset + win.Limit) }

func (w *walk[T]) remember(key string) {
	if w.age == nil {
		w.age = make(map[string]int, remembered)
	}
	w.now++
	if _, again := w.age[key]; !again {
		if len(w.ring) < remembered {
			w.ring = append(w.ring, key)
		} else {
			delete(w.age, w.ring[w.at])
			w.ring[w.at] = key
		}
		w.at = (w.at + 1) % remembered
	}
	w.age[key] = w.now
	w.last = key
	if !isBad(key) {
		w.lastID = key
	}
}

// keys are what the page's records are known by: their IDs, or for one that
// could not be decoded, its bytes.
func (w *walk[T]) keys(r *Result[T]) []string {
	keys := make([]string, 0, r.len())
	item, bad := 0, 0
	for len(keys) < cap(keys) {
		if bad < len(r.Bad) && (r.Bad[bad].Index <= len(keys) || item == len(r.Items)) {
			keys = append(keys, badKey(r.Bad[bad].Raw))
			bad++
			continue
		}
		keys = append(keys, w.ID(&r.Items[item]))
		item++
	}
	return keys
}

const badPrefix = "\x00"

func isBad(key string) bool { return len(key) > 0 && key[0] == badPrefix[0] }

func badKey(raw []byte) string {
	h := fnv.New64a()
	_, _ = h.Write(raw)
	return fmt.Sprintf("%s%x", badPrefix, h.Sum64())
}

// judge finds where on a page the records begin that were not covered yet.
// Where the page does not tell, it answers another window to look at.
func (w *walk[T]) judge(win Window, keys []string, more bool) (from int, elsewhere Window, found bool) {
	if w.now == 0 {
		return min(max(w.covered-win.Offset, 0), len(keys)), Window{}, true // the beginning
	}
	if i := w.covered - 1 - win.Offset; i >= 0 && i < len(keys) && keys[i] == w.last {
		return i + 1, Window{}, true
	}
	if !w.Ascending || w.lastID == "" || !ascending(keys) {
		return w.recognize(win, keys, more)
	}
	for i, key := range keys {
		if !isBad(key) && key <= w.lastID {
			from = i + 1
		}
	}
	if from == 0 && win.Offset > 0 {
		return 0, w.search(win, more, keys), false
	}
	return from, Window{}, true
}

// recognize judges a page by the records that are remembered.
func (w *walk[T]) recognize(win Window, keys []string, more bool) (from int, elsewhere Window, found bool) {
	place, age := w.newest(keys)
	doubt := &w.doubted
	switch {
	case doubt.window.Limit > 0 && !doubt.over && age <= doubt.age:
		doubt.over = true
		return 0, doubt.window, false
	case place < 0:
		return 0, w.search(win, more, keys), false
	case age == w.now, place == len(keys)-1, !more, doubt.over:
		return place + 1, Window{}, true
	}
	doubt.window, doubt.age = win, age
	return 0, w.after(win), false
}

// newest is the place of the record that was covered last among those on the
// page, and when it was; -1 where there is none.
func (w *walk[T]) newest(keys []string) (place, age int) {
	place = -1
	for i, key := range keys {
		if a := w.age[key]; a > age {
			place, age = i, a
		}
	}
	return place, age
}

func ascending(keys []string) bool {
	last := ""
	for _, key := range keys {
		if isBad(key) {
			continue
		}
		if key <= last {
			return false
		}
		last = key
	}
	return true
}

// more reports whether records may follow the page.
func (w *walk[T]) more(win Window, r *Result[T]) bool {
	switch {
	case r.More != nil:
		return *r.More && r.len() > 0
	case r.Total >= 0:
		return r.len() > 0 && win.Offset+r.len() < r.Total
	}
	return r.len() >= win.Limit
}

// cover takes the page's records from the given place on as covered, and
// makes a page of them. Those among them that are remembered were covered
// before: others came between them meanwhile.
func (w *walk[T]) cover(win Window, r *Result[T], keys []string, from int, more bool) *tenantry.Page[T] {
	page := &tenantry.Page[T]{Total: r.Total, HasMore: more}
	item, bad, known := 0, 0, 0
	items := r.Items[:0]
	for i, key := range keys {
		_, remembered := w.age[key]
		skip := i < from || remembered
		if skip {
			known++
		}
		if isBad(key) {
			b := r.Bad[bad]
			bad++
			if !skip {
				b.Index -= known
				page.Undecodable = append(page.Undecodable, b)
			}
		} else {
			if !skip {
				items = append(items, r.Items[item])
			}
			item++
		}
	}
	for _, key := range keys[from:] {
		w.remember(key)
	}
	page.Items = items
	w.covered = win.Offset + len(keys)
	w.total = max(r.Total, 0)
	if more {
		page.Next = w.Identity.encode(state{Offset: w.covered, Seen: w.recent()})
	}
	return page
}

// recent are the keys for a cursor, newest first.
func (w *walk[T]) recent() []string {
	n := min(storedIDs, len(w.ring))
	if w.Ascending && !isBad(w.last) {
		n = min(1, n)
	}
	recent := make([]string, 0, n)
	for i := range n {
		recent = append(recent, w.ring[(w.at-1-i+len(w.ring))%len(w.ring)])
	}
	return recent
}
