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
	Send   func(ctx context.Context, w Window) (*transport.Answer, error)
	Decode func(a *transport.Answer) (Result[T], error)
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
// window begins at a multiple of its size. Sizes down to half of the one asked
// for are tried, for the window that reaches farthest.
func ByPageNumber(offset, size int) Window {
	best := Window{offset / size * size, size}
	for limit := size - 1; limit > size/2; limit-- {
		if w := (Window{offset / limit * limit, limit}); w.Offset+w.Limit > best.Offset+best.Limit {
			best = w
		}
	}
	return best
}

const (
	remembered   = 512 // records by which a place is found again
	storedIDs    = 4   // of them in a cursor
	maxFruitless = 200 // windows in a row that bring nothing new
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
		want, back, fruitless, first := w.wanted(), 0, 0, ""
		for {
			win, r, err := fetch.next(want, w.total, o.after)
			if err != nil {
				yield(nil, err)
				return
			}
			from, v := w.judge(win, &r)
			if v == tooFar {
				if fruitless++; fruitless > maxFruitless {
					yield(nil, o.endless("its place is not found again"))
					return
				}
				back = max(2*back, o.Size-1, 1)
				want = o.Fit(max(win.Offset-back, 0), o.Size)
				fetch.drop()
				continue
			}
			back = 0
			keys := w.keys(&r)
			more := w.more(win, &r)
			if from == len(keys) && more {
				if fruitless++; fruitless > maxFruitless || len(keys) == 0 || keys[0] == first {
					yield(nil, o.endless("the server answers the same page again"))
					return
				}
			} else {
				fruitless = 0
			}
			if len(keys) > 0 {
				first = keys[0]
			}
			page := w.cover(win, &r, from, more)
			if from < len(keys) || !more {
				if !yield(page, nil) || !more {
					return
				}
			}
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
	if len(w.ring) < remembered {
		w.ring = append(w.ring, key)
	} else {
		delete(w.age, w.ring[w.at])
		w.ring[w.at] = key
	}
	w.at = (w.at + 1) % remembered
	w.now++
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

type verdict uint8

const (
	found  verdict = iota // what is new begins at from
	tooFar                // the window may begin behind what is new
)

// judge finds where on a page the records begin that were not covered yet.
func (w *walk[T]) judge(win Window, r *Result[T]) (from int, v verdict) {
	if w.now == 0 {
		// Nothing is remembered: this is the beginning, or the place is all
		// that a cursor said.
		return min(max(w.covered-win.Offset, 0), r.len()), found
	}
	keys := w.keys(r)
	if i := w.covered - 1 - win.Offset; i >= 0 && i < len(keys) && keys[i] == w.last {
		return i + 1, found
	}
	if w.Ascending && w.lastID != "" && ascending(keys) {
		from = -1
		for i, key := range keys {
			if !isBad(key) && key <= w.lastID {
				from = i
			}
		}
	} else {
		from = w.newest(keys)
	}
	switch {
	case from >= 0:
		return from + 1, found
	case win.Offset == 0:
		return 0, found
	}
	return 0, tooFar
}

// newest is the place of the record that was covered last among those on the
// page, or -1.
func (w *walk[T]) newest(keys []string) int {
	place, age := -1, 0
	for i, key := range keys {
		if a := w.age[key]; a > age {
			place, age = i, a
		}
	}
	return place
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

// cover takes the page's records from the given place on as covered.
func (w *walk[T]) cover(win Window, r *Result[T], from int, more bool) *tenantry.Page[T] {
	keys := w.keys(r)
	for _, key := range keys[from:] {
		w.remember(key)
	}
	w.covered = win.Offset + len(keys)
	w.total = max(r.Total, 0)
	page := &tenantry.Page[T]{Total: r.Total, HasMore: more}
	skip := from
	for _, b := range r.Bad {
		if b.Index < from {
			skip--
			continue
		}
		b.Index -= from
		page.Undecodable = append(page.Undecodable, b)
	}
	page.Items = r.Items[skip:]
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
