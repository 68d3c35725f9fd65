package fakeserver

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Table holds records in the order of their keys. It starts with records that are
// made when they are read and are not kept, so that a table of any size takes no
// memory; only what is put or removed does. It is safe for concurrent use.
type Table[R any] struct {
	base Base[R]

	mu      sync.RWMutex
	changed map[string]R  // by key; of the base's records
	removed []int         // indices of the base's records, sorted
	added   []addedRow[R] // sorted by key
}

// Base makes the records that a Table starts with.
type Base[R any] struct {
	// Len returns their number, which may grow.
	Len func() int
	// Key returns the key of the ith record. Keys are sorted.
	Key func(i int) string
	// Record returns the ith record.
	Record func(i int) R
}

type addedRow[R any] struct {
	key    string
	record R
}

// Natural returns a key that sorts IDs as people do: "site-9" before "site-10".
func Natural(id string) string {
	var b strings.Builder
	for rest := id; rest != ""; {
		n := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if n > 0 {
			b.WriteString(strings.Repeat("0", max(0, 20-n)))
		} else if n = strings.IndexAny(rest, "0123456789"); n < 0 {
			n = len(rest)
		}
		b.WriteString(rest[:n])
		rest = rest[n:]
	}
	return b.String() + "\x00" + id // so that "1" and "01" have two keys
}

// NewTable returns a table that starts with base. A base without functions is
// empty.
func NewTable[R any](base Base[R]) *Table[R] {
	if base.Len == nil {
		base.Len = func() int { return 0 }
	}
	return &Table[R]{base: base, changed: make(map[string]R)}
}

// index returns the index of the base's record with a key, or where it would be.
func (t *Table[R]) index(key string) (int, bool) {
	n := t.base.Len()
	i := sort.Search(n, func(i int) bool { return t.base.Key(i) >= key })
	return i, i < n && t.base.Key(i) == key
}

func (t *Table[R]) find(key string) (int, bool) {
	return slices.BinarySearchFunc(t.added, key, func(r addedRow[R], key string) int { return cmp.Compare(r.key, key) })
}

// Len returns the number of records.
func (t *Table[R]) Len() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.base.Len() - len(t.removed) + len(t.added)
}

// Get returns the record with a key.
func (t *Table[R]) Get(key string) (r R, ok bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.get(key)
}

func (t *Table[R]) get(key string) (r R, ok bool) {
	if i, ok := t.find(key); ok {
		return t.added[i].record, true
	}
	i, ok := t.index(key)
	if !ok {
		return r, false
	}
	if _, gone := slices.BinarySearch(t.removed, i); gone {
		return r, false
	}
	return t.at(i), true
}

// at returns the ith record of the base.
func (t *Table[R]) at(i int) R {
	if len(t.changed) > 0 {
		if r, ok := t.changed[t.base.Key(i)]; ok {
			return r
		}
	}
	return t.base.Record(i)
}

// Put adds a record, or replaces the one with the key.
func (t *Table[R]) Put(key string, r R) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.put(key, r)
}

func (t *Table[R]) put(key string, r R) {
	if i, ok := t.index(key); ok {
		if at, gone := slices.BinarySearch(t.removed, i); gone {
			t.removed = slices.Delete(t.removed, at, at+1)
		}
		t.changed[key] = r
		return
	}
	i, ok := t.find(key)
	if ok {
		t.added[i].record = r
		return
	}
	t.added = slices.Insert(t.added, i, addedRow[R]{key, r})
}

// PutAll puts many records.
func (t *Table[R]) PutAll(keys []string, records []R) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(keys) < 50 {
		for i, key := range keys {
			t.put(key, records[i])
		}
		return
	}
	for i, key := range keys {
		if _, ok := t.index(key); ok {
			t.put(key, records[i])
			continue
		}
		t.added = append(t.added, addedRow[R]{key, records[i]})
	}
	// Of equal keys, the last one stays.
	slices.Reverse(t.added)
	slices.SortStableFunc(t.added, func(a, b addedRow[R]) int { return cmp.Compare(a.key, b.key) })
	t.added = slices.CompactFunc(t.added, func(a, b addedRow[R]) bool { return a.key == b.key })
}

// Change replaces the record with a key by what change returns, and reports whether
// there is one. change must not use the table.
func (t *Table[R]) Change(key string, change func(R) R) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.get(key)
	if ok {
		t.put(key, change(r))
	}
	return ok
}

// Remove removes the record with a key and reports whether there was one.
func (t *Table[R]) Remove(key string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i, ok := t.find(key); ok {
		t.added = slices.Delete(t.added, i, i+1)
		return true
	}
	i, ok := t.index(key)
	if !ok {
		return false
	}
	at, gone := slices.BinarySearch(t.removed, i)
	if gone {
		return false
	}
	delete(t.changed, key)
	t.removed = slices.Insert(t.removed, at, i)
	return true
}

// All iterates over the records from a position, in the order of their keys. The
// loop must not use the table.
func (t *Table[R]) All(from int) iter.Seq2[string, R] {
	return func(yield func(string, R) bool) {
		t.mu.RLock()
		defer t.mu.RUnlock()
		t.walk(from, func(key string, i, j int) bool {
			if j >= 0 {
				return yield(key, t.added[j].record)
			}
			return yield(key, t.at(i))
		})
	}
}

// Some iterates over the base's records with an index in one of the ranges, from the
// first number to before the second, and over all records that were put since. The
// order is not that of the keys, and the loop must not use the table.
func (t *Table[R]) Some(ranges ...[2]int) iter.Seq2[string, R] {
	return func(yield func(string, R) bool) {
		t.mu.RLock()
		defer t.mu.RUnlock()
		for _, r := range ranges {
			for i := max(r[0], 0); i < min(r[1], t.base.Len()); i++ {
				key := t.base.Key(i)
				_, changed := t.changed[key]
				_, gone := slices.BinarySearch(t.removed, i)
				if !changed && !gone && !yield(key, t.base.Record(i)) {
					return
				}
			}
		}
		for key, r := range t.changed {
			if !yield(key, r) {
				return
			}
		}
		for _, r := range t.added {
			if !yield(r.key, r.record) {
				return
			}
		}
	}
}

// After iterates over the records after a key, whether or not there is a record with
// it, in the order of their keys. The loop must not use the table.
func (t *Table[R]) After(key string) iter.Seq2[string, R] {
	return func(yield func(string, R) bool) {
		t.mu.RLock()
		defer t.mu.RUnlock()
		i, there := t.index(key)
		if there {
			i++
		}
		j, there := t.find(key)
		if there {
			j++
		}
		t.walkFrom(i, j, func(key string, i, j int) bool {
			if j >= 0 {
				return yield(key, t.added[j].record)
			}
			return yield(key, t.at(i))
		})
	}
}

// Page returns up to limit records from a position, and the number of all records.
func (t *Table[R]) Page(offset, limit int) (page []R, total int) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	t.walk(offset, func(_ string, i, j int) bool {
		switch {
		case len(page) == limit:
			return false
		case j >= 0:
			page = append(page, t.added[j].record)
		default:
			page = append(page, t.at(i))
		}
		return true
	})
	return page, t.base.Len() - len(t.removed) + len(t.added)
}

// Position counts the records whose keys are before the given one.
func (t *Table[R]) Position(key string) int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	j, _ := t.find(key)
	return t.rank(key) + j
}

// Keys returns all keys, sorted. It makes no records.
func (t *Table[R]) Keys() []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	keys := make([]string, 0, t.base.Len()-len(t.removed)+len(t.added))
	t.walk(0, func(key string, _, _ int) bool {
		keys = append(keys, key)
		return true
	})
	return keys
}

// walk calls visit for the records from a position, with their index in the base or,
// if it is not negative, in the added records.
func (t *Table[R]) walk(from int, visit func(key string, base, added int) bool) {
	i, j := t.seek(max(from, 0))
	t.walkFrom(i, j, visit)
}

// walkFrom is walk from a position in the base and one in the added records.
func (t *Table[R]) walkFrom(i, j int, visit func(key string, base, added int) bool) {
	for n := t.base.Len(); i < n || j < len(t.added); {
		if i < n {
			if _, gone := slices.BinarySearch(t.removed, i); gone {
				i++
				continue
			}
		}
		if j < len(t.added) && (i >= n || t.added[j].key < t.base.Key(i)) {
			if !visit(t.added[j].key, -1, j) {
				return
			}
			j++
			continue
		}
		if !visit(t.base.Key(i), i, -1) {
			return
		}
		i++
	}
}

// seek returns the positions in the base and in the added records of the record at
// a position of the whole table.
func (t *Table[R]) seek(position int) (i, j int) {
	// An added record stands at its own index plus the base's records before it.
	j = sort.Search(len(t.added), func(j int) bool { return j+t.rank(t.added[j].key) >= position })
	rest := position - j
	// The base's record with so many that were not removed before it.
	i = sort.Search(t.base.Len(), func(i int) bool {
		gone, _ := slices.BinarySearch(t.removed, i+1)
		return i+1-gone > rest
	})
	return i, j
}

// rank counts the base's records before a key.
func (t *Table[R]) rank(key string) int {
	i, _ := t.index(key)
	gone, _ := slices.BinarySearch(t.removed, i)
	return i - gone
}
