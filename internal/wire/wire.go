// Package wire decodes responses so that no value in them makes a read fail.
//
// It fills structs by their json tags, like encoding/json, in one pass over the
// bytes. A struct with an Extra, a map[string]json.RawMessage tagged
// `json:",embed,unknown"`, is a record. A struct without one is an envelope: what
// a response puts around its records.
//
//   - A field of string kind takes any scalar as its exact text, and null as "".
//   - A number takes a number, or its text in a string, if it prints as the same
//     decimal value: 850.0 fits an int, 12.50 a float, 0.1 no int, "007" neither.
//   - A bool takes true, false, 1 and 0, or their text in a string.
//   - A slice of structs takes one object as a list of one.
//   - A secret takes any scalar's exact text, and an object or array as its raw
//     JSON. A member whose field holds secrets, at any depth, is never kept in an
//     Extra: what does not fit of it is left out.
//   - A field takes a member under one of the other names in its wire tag, such as
//     `wire:"sucess,ok"`, if no member under its own name fills it.
//   - A raw value is kept as it came. A null is kept as null.
//   - A value that does not fit its field leaves the field zero. Elements of a
//     nested list or map that do not fit are left out, among them nulls in place of
//     objects, numbers and bools. In both cases a record keeps the whole member,
//     raw, in its Extra, beside the members that have no field. An envelope goes
//     on without it.
//   - A record of a [List] that can't be decoded (no object, invalid UTF-8, a
//     member that occurs twice, at any depth) is set aside, and the next one is read.
//   - An escaped half of a surrogate pair reads as U+FFFD, also in raw values, so
//     that whatever was decoded can be encoded again.
//   - The texts of neighbors share a block of at most 4 KiB, and so do their raw
//     values. Keeping one keeps no more of its response than that.
//
// Broken syntax, nesting deeper than 10,000 and trailing data fail the whole
// response with a [*SyntaxError], and records that would take far more memory
// than the response with [ErrMemory]. All work is linear in the response's size.
//
// The scanner (scan.go) knows JSON and no Go types. A plan (plan.go, layout.go)
// tells how a type is read, and is made once. If a value does not fit, the
// scanner goes back to its start and skips it: nothing has to be undone but the
// field.
package wire

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
)

// Reasons why a record can't be decoded.
var (
	errMismatch  = errors.New("the value does not fit its field")
	errPartial   = errors.New("a part of the value does not fit its field")
	errNotObject = errors.New("the record is not an object")
	errDuplicate = errors.New("an object has a member twice")
	errUTF8      = errors.New("a text is not valid UTF-8")
)

// fatal reports whether err ends the decoding.
func fatal(err error) bool {
	if err == ErrMemory { //nolint:errorlint // never wrapped in here
		return true
	}
	_, broken := err.(*SyntaxError) //nolint:errorlint // as above
	return broken
}

// Bad is a record that could not be decoded.
type Bad struct {
	Index int
	Raw   []byte // as it came
	Err   error
}

// A List decodes an array record by record. It takes a null as no records, and
// one object as a list of one.
type List[T any] struct {
	Items []T // its capacity is used
	Bad   []Bad
	Came  bool // the member was there: an array, null, or one object in place of a list
	Asked int  // how many records the request asked for, if more than 1,000; set it before decoding
}

// Len returns how many records came, decodable or not.
func (l *List[T]) Len() int { return len(l.Items) + len(l.Bad) }

// Decode reads the JSON value in data, behind an optional byte order mark, into
// out, a non-nil pointer. It does not keep data.
func Decode(data []byte, out any) error { return DecodeReusing(data, out, nil) }

// DecodeReusing is Decode. If *spare is a *[]T, the first [List] of T is decoded into
// its memory, and *spare is set to nil.
func DecodeReusing(data []byte, out any, spare *any) error {
	d := newDecoder(data)
	defer d.release()
	d.spare = spare
	return d.decode(out)
}

func (d *decoder) decode(out any) error {
	v := reflect.ValueOf(out).Elem()
	err := d.read(planFor(v.Type()), v)
	if err == errMismatch { //nolint:errorlint // never wrapped in here
		// The whole response is of another kind, if it is JSON at all.
		if err = d.passOver(0, 0); err == nil {
			err = errors.New("the response has another shape than documented")
			if d.end() != nil {
				err = d.syntax()
			}
		}
		return err
	}
	if err != nil && err != errPartial { //nolint:errorlint // as above
		return err
	}
	return d.end()
}

// DecodeValue is Decode for a value of type T.
func DecodeValue[T any](data []byte) (T, error) {
	var v T
	err := Decode(data, &v)
	return v, err
}

// Unmarshal is an UnmarshalJSON method of type T: it sets *v to what b says, and
// leaves it alone if b is null.
func Unmarshal[T any](b []byte, v *T) error {
	if Kind(b) == 'n' {
		return nil
	}
	read, err := DecodeValue[T](b)
	if err != nil {
		return err
	}
	*v = read
	return nil
}

// Kind returns the byte that the JSON value in data starts with, '0' for every
// number, or 0 if there is no value.
func Kind(data []byte) byte {
	s := scanner{data: bytes.TrimPrefix(data, bom)}
	c := s.next()
	if c == '-' || '0' <= c && c <= '9' {
		return '0'
	}
	return c
}

// bom is the byte order mark that some servers start a response with.
var bom = []byte("\xef\xbb\xbf")

// end checks that no data follows.
func (d *decoder) end() error {
	if d.next() != 0 || d.pos < len(d.data) {
		return &SyntaxError{int64(d.pos), "data follows the JSON value"}
	}
	return nil
}

// lister is what *List[T] is to the plan of a struct that has one.
type lister interface {
	decodeList(d *decoder, c byte) error
}

// free is how many records of a list may be smaller in JSON than in memory by
// any factor. Most APIs have no larger pages.
const free = 1000

func (l *List[T]) decodeList(d *decoder, c byte) error {
	t := reflect.TypeFor[T]()
	switch {
	case c == '[':
	case c == 'n':
		l.Came = true
		return d.literal("null")
	case c == '{' && holdsObjects(t):
	default:
		return errMismatch
	}
	l.Came = true
	if d.spare != nil {
		if items, ok := (*d.spare).(*[]T); ok {
			l.Items, *d.spare = *items, nil
		}
	}
	clear(l.Items[:cap(l.Items)])
	l.Items, l.Bad = l.Items[:0], nil
	p := planFor(t)
	if c == '{' {
		return l.decodeRecord(d, p)
	}
	first, asked := d.pos, max(free, l.Asked)
	more, err := d.open(']')
	for ; more; more, err = d.more(']') {
		switch n := l.Len(); {
		case n == asked:
			if err := l.reserve(d, int(t.Size())); err != nil {
				return err
			}
		case n < asked && len(l.Items) == cap(l.Items):
			// As many as the rest can be, going by those that came.
			rest := len(d.data) - d.pos
			more := 1 + n*rest/max(d.pos-first, 1)*17/16
			if n < 8 {
				more = min(more, 1+6*n)
			}
			l.Items = slices.Grow(l.Items, min(more, asked-n, 1024))
		}
		if err := l.decodeRecord(d, p); err != nil {
			return err
		}
	}
	return err
}

// reserve makes room for all records that follow, if they fit the budget.
func (l *List[T]) reserve(d *decoder, size int) error {
	rest, err := d.count()
	if err != nil {
		return err
	}
	d.budget = maxGrowth * len(d.data)
	if err := d.charge((cap(l.Items) + rest) * size); err != nil || cap(l.Items)-len(l.Items) >= rest {
		return err
	}
	items := make([]T, len(l.Items), len(l.Items)+rest)
	copy(items, l.Items)
	l.Items = items
	return nil
}

// decodeRecord reads the next record into Items or Bad.
func (l *List[T]) decodeRecord(d *decoder, p *plan) error {
	c := d.next()
	start, depth := d.pos, d.depth
	n := len(l.Items)
	if n == cap(l.Items) {
		l.Items = slices.Grow(l.Items, 1)
	}
	l.Items = l.Items[:n+1]
	err := errNotObject
	if c == '{' || reflect.TypeFor[T]().Kind() != reflect.Struct {
		err = d.read(p, reflect.ValueOf(&l.Items[n]).Elem())
	}
	if err == nil || err == errPartial { //nolint:errorlint // never wrapped in here
		return nil
	}
	d.record = false
	clear(l.Items[n:])
	l.Items = l.Items[:n]
	if fatal(err) {
		return err
	}
	if err := d.passOver(start, depth); err != nil {
		return err
	}
	more := 0
	if n := len(l.Bad); n == cap(l.Bad) {
		more = max(2*n, 4) * int(reflect.TypeFor[Bad]().Size())
		l.Bad = append(make([]Bad, 0, max(2*n, 4)), l.Bad...)
	}
	raw := bytes.Clone(d.data[start:d.pos])
	l.Bad = append(l.Bad, Bad{Index: l.Len(), Raw: raw, Err: err})
	return d.charge(more + len(raw) + 16)
}
