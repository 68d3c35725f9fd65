package paging

import (
	"hash/fnv"
	"slices"
	"strconv"

	"github.com/tenantry/tenantry-go/internal/wire"
)

// A key identifies a record of a list by its ID. A record without an ID is like
// no other, so its key identifies nothing: it holds a hash of the record, which
// only tells whether two pages look the same.
type key struct {
	text  string
	known bool // text is an ID
}

func keysOf[T any](r *Result[T], id func(*T) string) []key {
	keys := make([]key, 0, r.len())
	for item, bad := range r.records {
		switch {
		case bad != nil:
			keys = append(keys, hashed(bad.Raw))
		case id(item) != "":
			keys = append(keys, key{id(item), true})
		default:
			raw, _ := wire.Marshal(item) // what was written before an error will do
			keys = append(keys, hashed(raw))
		}
	}
	return keys
}

func hashed(raw []byte) key {
	h := fnv.New64a()
	_, _ = h.Write(raw)
	return key{text: strconv.FormatUint(h.Sum64(), 36)}
}

const (
	remembered = 512 // records by which a position is found again
	stored     = 48  // of them in a cursor
)

// A place is the position that a listing has reached: the records up to it are
// covered. It remembers the last of them, in the order of the list, since an
// offset alone is wrong as soon as records come or go.
//
// The position can move back. Say a, b and c were covered, and others came in
// between:
//
//	a b c | d            the position is after c
//	a 1 2 3 4 5 b c d    the list now
//	a 1 2 3 | 4 5 b c d  the position after a window that shows a, 1, 2 and 3
//
// Then b and c are ahead of the position: covered already, and left out when the
// listing gets there.
type place struct {
	covered int         // how many records of the list are up to the position, as far as known
	seen    []key       // the records covered last, in the order of the list
	at      int         // seen[:at] are up to the position, the others ahead
	index   map[key]int // where in seen a record is, plus dropped
	dropped int         // how many were dropped from the front of seen
}

func newPlace(s state) place {
	p := place{covered: s.Offset, seen: keysFrom(s.Ahead), index: make(map[key]int)}
	p.put(0, keysFrom(s.Seen))
	return p
}

// find returns where in seen a record is.
func (p *place) find(k key) (i int, ok bool) {
	if !k.known {
		return 0, false
	}
	i, ok = p.index[k]
	return i - p.dropped, ok
}

func (p *place) remembers(k key) bool {
	_, ok := p.find(k)
	return ok
}

// A sighting is what a window shows of a place.
type sighting struct {
	evidence evidence
	seen     int // seen[:seen] are before the record at from
	from     int // the index of the first record after those
	next     int // the index of the first record that may be new
}

// Evidence says how far a sighting can be trusted.
type evidence int

const (
	nothing   evidence = iota // the window shows no record that is remembered
	onlyAhead                 // only records that are ahead
	likely                    // a record that was covered, but after others than it was: it may have moved
	certain
)

// on looks in a window for the record that was covered last, or if that is gone,
// for the one that was covered before it, and so on. All that follow it and are
// not remembered are new.
func (p *place) on(offset int, keys []key) sighting {
	if !slices.ContainsFunc(p.seen[:p.at], func(k key) bool { return k.known }) {
		from := min(max(p.covered-offset, 0), len(keys)) // there is nothing to go by but the offset
		return sighting{certain, p.at, from, from}
	}
	var s sighting
	for i, k := range keys {
		at, ok := p.find(k)
		if !ok {
			continue
		}
		found := sighting{likely, at + 1, i + 1, i + 1}
		switch {
		case at >= p.at:
			found = sighting{onlyAhead, p.at, i, i + 1}
		case i == 0, offset+i == p.covered-1 && at == p.at-1, p.inOrder(keys[max(i-2, 0) : i+1]):
			found.evidence = certain
		}
		if found.evidence > s.evidence || found.evidence == s.evidence && found.seen > s.seen {
			s = found
		}
	}
	if s.evidence < likely {
		return s
	}
	// A record without an ID is recognized by those around it.
	behind := p.seen[s.seen:p.at]
	for _, k := range behind {
		if s.next < len(keys) && keys[s.next] == k {
			s.next++
		}
	}
	if s.next-s.from == len(behind) {
		s.seen, s.from = p.at, s.next
	}
	return s
}

// inOrder reports whether records were covered in this order. One without an ID
// fits anywhere.
func (p *place) inOrder(keys []key) bool {
	last := -1
	for _, k := range keys {
		at, ok := p.find(k)
		if k.known && (!ok || at <= last) {
			return false
		}
		if ok {
			last = at
		}
	}
	return true
}

// cover moves the position to the record before keys[to], where s is what the
// window shows of the place.
func (p *place) cover(offset int, keys []key, s sighting, to int) {
	p.covered = offset + to
	p.put(s.seen, keys[s.from:to])
}

// pass moves the position behind a window that shows nothing new. If the records
// that follow it were covered too, it moves behind them.
func (p *place) pass(offset int, keys []key) {
	last := -1
	p.covered = offset + len(keys)
	for i, k := range keys {
		if at, ok := p.find(k); ok && at > last {
			if last = at; at >= p.at {
				p.at = len(p.seen)
			}
			p.covered = max(offset+len(keys), offset+i+p.at-at)
		}
	}
}

// put makes seen[:n] and the given records those up to the position. The rest of
// seen is ahead.
func (p *place) put(n int, keys []key) {
	var rest []key
	if n < len(p.seen) {
		again := make(map[key]bool, len(keys))
		for _, k := range keys {
			again[k] = true
		}
		rest = slices.DeleteFunc(slices.Clone(p.seen[n:]), func(k key) bool { return !k.known || again[k] })
	}
	p.seen = append(p.seen[:n], keys...)
	p.at = len(p.seen)
	if n := len(rest) - remembered; n > 0 {
		for _, k := range rest[:n] {
			delete(p.index, k)
		}
		rest = rest[n:]
	}
	p.seen = append(p.seen, rest...)
	for i, k := range p.seen[n:] {
		if k.known {
			p.index[k] = n + i + p.dropped
		}
	}
	if n := p.at - remembered; n > 0 {
		for i, k := range p.seen[:n] {
			if at, ok := p.find(k); ok && at == i {
				delete(p.index, k)
			}
		}
		p.seen, p.at, p.dropped = p.seen[n:], p.at-n, p.dropped+n
	}
}

// restart moves the position to the beginning.
func (p *place) restart() {
	p.covered = 0
	p.put(0, nil)
}

// tail returns how many records without an ID were covered last.
func (p *place) tail() int {
	n := 0
	for n < p.at && !p.seen[p.at-1-n].known {
		n++
	}
	return n
}

// state is what a cursor keeps.
func (p *place) state() state {
	behind, ahead := p.seen[:p.at], p.seen[p.at:]
	return state{
		Offset: p.covered,
		Seen:   texts(behind[max(len(behind)-stored, 0):]),
		Ahead:  texts(ahead[max(len(ahead)-stored, 0):]),
	}
}

// Marks before the texts of keys in a cursor.
const (
	knownMark  = "="
	hashedMark = "#"
)

func texts(keys []key) []string {
	all := make([]string, 0, len(keys))
	for _, k := range keys {
		mark := hashedMark
		if k.known {
			mark = knownMark
		}
		all = append(all, mark+k.text)
	}
	return all
}

func keysFrom(texts []string) []key {
	var keys []key
	for _, text := range texts {
		if text == "" {
			continue
		}
		keys = append(keys, key{text[1:], text[:1] == knownMark})
	}
	return keys
}
