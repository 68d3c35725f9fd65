package wire

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"sync"
)

// ErrMemory reports a response whose records would take far more memory than
// the response itself, such as a million empty objects.
var ErrMemory = errors.New("the records would take more than four times the memory of the response")

const (
	// maxGrowth is how many times the size of the response its records and texts
	// may take, and maxMaps the same for the maps in them. An honest record of 60
	// bytes with one unknown member needs 6 for its Extra.
	maxGrowth = 4
	maxMaps   = 8
	// freeMemory is what the records of a small response may take in any case.
	freeMemory = 4 << 20
	// blockSize is how many bytes of text, or of raw values, neighbors share.
	blockSize = 4 << 10
)

// A decoder is a scanner with the memory that its results come from.
type decoder struct {
	scanner

	used, budget    int // bytes of memory for results without their maps
	maps, mapBudget int // and for their maps

	record bool  // a record is being read
	node   *node // of the struct around the value that is being read; nil if nothing is watched

	spare *any // a pointer to a slice for the records of a list; nil for none

	text  strings.Builder
	raw   []byte
	slabs []slab // by the plan's id

	// Reused:
	scratch []byte
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

func newDecoder(data []byte) *decoder {
	d := decoders.Get().(*decoder)
	d.data = bytes.TrimPrefix(data, bom)
	d.budget, d.mapBudget = max(maxGrowth*len(data), freeMemory), max(maxMaps*len(data), freeMemory)
	return d
}

func (d *decoder) release() {
	clear(d.slabs)
	if cap(d.hashes) > 1<<10 { // for one huge object
		d.hashes = nil
	}
	*d = decoder{
		scanner: scanner{hashes: d.hashes[:0]},
		slabs:   d.slabs, scratch: d.scratch,
	}
	if cap(d.scratch) > 64<<10 {
		d.scratch = nil
	}
	decoders.Put(d)
}

// charge counts memory that a result takes. Only memory that can exceed the
// size of the data is checked.
func (d *decoder) charge(n int) error {
	if d.used += n; d.used > d.budget {
		return ErrMemory
	}
	return nil
}

// chargeMap counts the memory for one more entry of a map that has n.
func (d *decoder) chargeMap(n, entry int) error {
	switch {
	case n == 0: // room for eight
		d.maps += 64 + 8*entry
	case n >= 8:
		d.maps += 2*entry + 16
	}
	if d.maps > d.mapBudget {
		return ErrMemory
	}
	return nil
}

// keep copies a text into the block that it shares with its neighbors.
func (d *decoder) keep(b []byte) string {
	n := d.text.Len()
	if d.text.Cap()-n < len(b) {
		if len(b) >= blockSize/4 {
			d.used += len(b)
			return string(b)
		}
		size := min(blockSize, len(d.data)-d.pos+len(b))
		d.used += size
		d.text.Reset()
		d.text.Grow(size)
		n = 0
	}
	d.text.Write(b)
	return d.text.String()[n:]
}

// keepBytes is keep for raw values. Appending to one never changes another.
func (d *decoder) keepBytes(b []byte) []byte {
	n := len(d.raw)
	if cap(d.raw)-n < len(b) {
		if len(b) >= blockSize/4 {
			d.used += len(b)
			return bytes.Clone(b)
		}
		size := min(blockSize, len(d.data)-d.pos+len(b))
		d.used += size
		d.raw = make([]byte, 0, size)
		n = 0
	}
	d.raw = append(d.raw, b...)
	return d.raw[n:len(d.raw):len(d.raw)]
}

// rawValue reads a value of any kind and returns its raw JSON, a part of the
// data. Within a record it must be fit to be encoded again.
func (d *decoder) rawValue() (raw []byte, has content, err error) {
	d.next()
	start := d.pos
	d.names = d.record
	has, err = d.value()
	d.names = false
	switch {
	case err != nil:
		return nil, 0, err
	case has&garbled != 0 && d.record:
		return nil, 0, errUTF8
	case has&twice != 0:
		return nil, 0, errDuplicate
	}
	return d.data[start:d.pos], has, nil
}

// keepValue is rawValue, and returns a copy.
func (d *decoder) keepValue() ([]byte, error) {
	raw, has, err := d.rawValue()
	if err != nil {
		return nil, err
	}
	raw = d.keepBytes(raw)
	if has&halved != 0 {
		mend(raw)
	}
	return raw, nil
}

// A slab is memory for values that pointers lead to, or for the elements of slices.
// What is not used of it is zero.
type slab struct {
	all        reflect.Value // a slice
	size, used int
}

// slab returns a pointer to a zero value of type t. The first one of a response
// is allocated by itself, later ones in slabs that grow to blockSize.
func (d *decoder) slab(id int, t reflect.Type) (reflect.Value, error) {
	s := d.slabOf(id)
	if s.used == s.size {
		if s.size == 0 {
			s.size, s.used = 1, 1
			return reflect.New(t), d.charge(int(t.Size()))
		}
		if err := d.growSlab(s, reflect.SliceOf(t), 0); err != nil {
			return reflect.Value{}, err
		}
	}
	s.used++
	return s.all.Index(s.used - 1).Addr(), nil
}

// slabOf returns the slab of a plan.
func (d *decoder) slabOf(id int) *slab {
	if len(d.slabs) <= id {
		d.slabs = append(d.slabs, make([]slab, id+1-len(d.slabs))...)
	}
	return &d.slabs[id]
}

// growSlab moves the n elements behind those that are used to the start of a larger
// slab, of type t.
func (d *decoder) growSlab(s *slab, t reflect.Type, n int) error {
	elem := int(t.Elem().Size())
	size := max(2*n, min(4*s.size, 256, blockSize/max(elem, 1)), 1)
	if err := d.charge(size*elem + size*elem/8); err != nil { // the allocator rounds up
		return err
	}
	all := reflect.MakeSlice(t, size, size)
	if n > 0 {
		reflect.Copy(all, s.all.Slice(s.used, s.used+n))
	}
	*s = slab{all: all, size: size}
	return nil
}
