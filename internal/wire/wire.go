// Package wire decodes responses so that no value in them makes a read fail.
//
// It fills structs by their json tags, like encoding/json, in one pass over the
// bytes, and differs where lenience or speed asks for it:
//
//   - a field of string kind takes any scalar, as its exact text, and null as "";
//   - a bool or number takes its text in a string, too;
//   - a value that does not fit its field leaves the field zero and is kept, raw,
//     in the record's Extra (a map[string]jsontext.Value tagged
//     `json:",embed,unknown"`), beside the members that have no field;
//   - a record of a [List] that still can't be decoded (no object, duplicate
//     members, invalid UTF-8) is set aside, and the next one is read;
//   - the texts of neighbours share a block of at most 4 KiB, and so do their raw
//     values: that is all that one of them keeps of the page it came on.
//
// Broken syntax, absurd nesting (10,000 deep) and trailing data fail the whole
// response with a [*SyntaxError].
//
// The scanner (scan.go) knows JSON and no Go types. A plan (plan.go) knows how
// a type is read, and is made once for each. Where a value does not fit, the
// scanner goes back to its start and passes over it: nothing has to be undone
// but the field.
package wire

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Reasons why a record can't be decoded.
var (
	errMismatch  = errors.New("the value does not fit its field")
	errNotObject = errors.New("the record is not an object")
	errDuplicate = errors.New("the record has a member twice")
	errUTF8      = errors.New("the record holds invalid UTF-8")
)

// A Bad record could not be decoded.
type Bad struct {
	Index int
	Raw   []byte
	Err   error
}

// A List decodes an array record by record. A null reads as no records.
type List[T any] struct {
	Items []T // capacity that is there already is used
	Bad   []Bad
	Came  bool // the member was there: an array, null, or one object in place of a list
}

// Len is how many records came, decodable or not.
func (l *List[T]) Len() int { return len(l.Items) + len(l.Bad) }

// Decode reads the JSON value in data into out, a non-nil pointer. data is not
// kept.
func Decode(data []byte, out any) error {
	d := decoders.Get().(*decoder)
	defer d.release()
	d.scanner = scanner{data: data}
	v := reflect.ValueOf(out).Elem()
	err := d.read(planFor(v.Type()), v)
	if err == nil {
		return d.end()
	}
	if _, broken := err.(*SyntaxError); broken || !errors.Is(err, errMismatch) { //nolint:errorlint // never wrapped in here
		return err
	}
	// Only a whole response of another kind gets here.
	d.scanner = scanner{data: data}
	switch _, err := d.value(); {
	case err == nil && d.end() == nil:
	case len(bytes.TrimSpace(data)) == 0:
		return err
	default:
		return &SyntaxError{0, "the response is not JSON"}
	}
	return errors.New("the response has another shape than documented")
}

// DecodeValue is Decode for a value of type T.
func DecodeValue[T any](data []byte) (T, error) {
	var v T
	err := Decode(data, &v)
	return v, err
}

// blockSize is how many bytes of text, or of raw values, neighbours share.
const blockSize = 4 << 10

type decoder struct {
	scanner
	text  strings.Builder
	raw   []byte
	slabs []slab // by the plan's id

	// What is used again:
	scratch   []byte
	scratches []reflect.Value // slices, by the plan's id
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

func (d *decoder) release() {
	clear(d.slabs)
	*d = decoder{slabs: d.slabs, scratch: d.scratch, scratches: d.scratches}
	if cap(d.scratch) > 64<<10 {
		d.scratch = nil
	}
	decoders.Put(d)
}

// A slab is memory for values that pointers lead to.
type slab struct {
	all        reflect.Value // a slice
	size, used int
}

// slab answers a pointer to a zero value of type t: the first one of an answer
// by itself, and those that come later out of slabs that grow to blockSize.
func (d *decoder) slab(id int, t reflect.Type) reflect.Value {
	if len(d.slabs) <= id {
		d.slabs = append(d.slabs, make([]slab, id+1-len(d.slabs))...)
	}
	s := &d.slabs[id]
	if s.used == s.size {
		s.size, s.used = min(4*s.size, 256, blockSize/max(int(t.Size()), 1)), 0
		if s.size == 0 {
			s.size, s.used = 1, 1
			return reflect.New(t)
		}
		s.all = reflect.MakeSlice(reflect.SliceOf(t), s.size, s.size)
	}
	s.used++
	return s.all.Index(s.used - 1).Addr()
}

// takeScratch answers an empty slice of type t.
func (d *decoder) takeScratch(id int, t reflect.Type) reflect.Value {
	for len(d.scratches) <= id {
		d.scratches = append(d.scratches, reflect.Value{})
	}
	s := d.scratches[id]
	if !s.IsValid() {
		return reflect.New(t).Elem()
	}
	d.scratches[id] = reflect.Value{} // a slice within it of the same type takes another
	s.SetLen(0)
	return s
}

func (d *decoder) end() error {
	if d.next() != 0 || d.pos < len(d.data) {
		return &SyntaxError{int64(d.pos), "data follows the JSON value"}
	}
	return nil
}

// keep copies a text into the block that it shares with its neighbours.
func (d *decoder) keep(b []byte) string {
	n := d.text.Len()
	if d.text.Cap()-n < len(b) {
		if len(b) >= blockSize/4 {
			return string(b)
		}
		d.text.Reset()
		d.text.Grow(min(blockSize, len(d.data)-d.pos+len(b)))
		n = 0
	}
	d.text.Write(b)
	return d.text.String()[n:]
}

// keepRaw is keep for a raw value; what is appended to one is never seen in
// another.
func (d *decoder) keepRaw(b []byte) []byte {
	n := len(d.raw)
	if cap(d.raw)-n < len(b) {
		if len(b) >= blockSize/4 {
			return bytes.Clone(b)
		}
		d.raw = make([]byte, 0, min(blockSize, len(d.data)-d.pos+len(b)))
		n = 0
	}
	d.raw = append(d.raw, b...)
	return d.raw[n:len(d.raw):len(d.raw)]
}

// passOver goes back to where a value that can't be decoded starts, passes
// over it and answers its bytes, and whether they are valid UTF-8.
func (d *decoder) passOver(start, depth int) (raw []byte, valid bool, err error) {
	d.pos, d.depth = start, depth
	has, err := d.value()
	return d.data[start:d.pos], has&garbled == 0, err
}

// lister is what *List[T] is to the plan of a struct that has one.
type lister interface {
	decodeList(d *decoder, c byte) error
}

func (l *List[T]) decodeList(d *decoder, c byte) error {
	switch c {
	case '[':
	case 'n':
		l.Came = true
		return d.literal("null")
	default:
		return errMismatch
	}
	l.Came = true
	clear(l.Items[:cap(l.Items)])
	l.Items = l.Items[:0]
	p := planFor(reflect.TypeFor[T]())
	isStruct := reflect.TypeFor[T]().Kind() == reflect.Struct
	first := d.pos
	more, err := d.open(']')
	for ; more; more, err = d.more(']') {
		if n := len(l.Items); n == cap(l.Items) {
			// As many as the rest can be, going by those that came.
			rest := len(d.data) - d.pos
			more := 1 + n*rest/max(d.pos-first, 1)*17/16
			if n < 8 {
				more = min(more, 1+6*n)
			}
			l.Items = slices.Grow(l.Items, min(more, 1024))
		}
		c := d.next()
		start, depth := d.pos, d.depth
		n := len(l.Items)
		l.Items = l.Items[:n+1]
		err := errNotObject
		if c == '{' || !isStruct {
			err = d.read(p, reflect.ValueOf(&l.Items[n]).Elem())
		}
		if err == nil {
			continue
		}
		if _, broken := err.(*SyntaxError); broken { //nolint:errorlint // never wrapped in here
			return err
		}
		clear(l.Items[n:])
		l.Items = l.Items[:n]
		raw, _, broken := d.passOver(start, depth)
		if broken != nil {
			return broken
		}
		l.Bad = append(l.Bad, Bad{Index: l.Len(), Raw: bytes.Clone(raw), Err: err})
	}
	return err
}
