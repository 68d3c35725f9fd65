// Package wire decodes answers so that no value in them makes a read fail.
//
// It fills structs by their json tags, like encoding/json, over the tokens of
// jsontext, and differs where lenience or speed asks for it:
//
//   - a field of string kind takes any scalar, as its exact text, and null as "";
//   - a bool or number takes its text in a string, too;
//   - a value that does not fit its field leaves the field zero and is kept, raw,
//     in the record's Extra (a map[string]jsontext.Value tagged
//     `json:",embed,unknown"`), beside the members that have no field;
//   - a record of a [List] that still can't be decoded (no object, duplicate
//     members, invalid UTF-8) is set aside, and the next one is read;
//   - the strings of a record share one allocation, so that keeping a record
//     keeps nothing of the page it came on.
//
// Broken syntax, absurd nesting (10,000 deep) and trailing data fail the whole
// answer with a [*SyntaxError].
package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A SyntaxError is an answer that is not JSON, or not JSON that can be read.
type SyntaxError struct {
	Offset int64
	reason string
}

// Error names the place and never the data.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.reason, e.Offset) }

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
	d.reset(data)
	v := reflect.ValueOf(out).Elem()
	err := planFor(v.Type())(d, v)
	switch {
	case err == nil:
		d.flush()
		return d.end()
	case errors.Is(err, errMismatch):
		// Only a whole answer of another kind gets here.
		if len(bytes.TrimSpace(data)) == 0 {
			return &SyntaxError{0, "the answer is empty"}
		}
		if !jsontext.Value(data).IsValid(lenient) {
			return &SyntaxError{0, "the answer is not JSON"}
		}
		return errors.New("the answer has another shape than documented")
	default:
		return err
	}
}

// DecodeValue is Decode for a value of type T.
func DecodeValue[T any](data []byte) (T, error) {
	var v T
	err := Decode(data, &v)
	return v, err
}

var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

type decoder struct {
	src   bytes.Buffer
	dec   jsontext.Decoder
	data  []byte
	text  []byte // the strings since the last flush, end to end
	fixes []fix  // where they go
	gen   int    // how many flushes there were
}

type fix struct {
	v        reflect.Value
	from, to int
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

func (d *decoder) reset(data []byte) {
	d.data = data
	d.src = *bytes.NewBuffer(data)
	d.dec.Reset(&d.src, lenient)
	d.text, d.fixes, d.gen = d.text[:0], d.fixes[:0], 0
}

func (d *decoder) release() {
	d.data = nil
	d.src = bytes.Buffer{}
	clear(d.fixes[:cap(d.fixes)])
	if cap(d.text) > 1<<20 {
		d.text = nil
	}
	decoders.Put(d)
}

// flush gives the strings read so far to their fields, in one allocation.
func (d *decoder) flush() {
	d.gen++
	if len(d.fixes) == 0 {
		return
	}
	s := string(d.text)
	for _, f := range d.fixes {
		f.v.SetString(s[f.from:f.to])
	}
	d.text, d.fixes = d.text[:0], d.fixes[:0]
}

func (d *decoder) end() error {
	if _, err := d.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return &SyntaxError{d.dec.InputOffset(), "data follows the JSON value"}
	}
	return nil
}

// value reads the next value; the bytes are good until the next read.
func (d *decoder) value() (jsontext.Value, error) {
	v, err := d.dec.ReadValue()
	if err != nil {
		return nil, d.syntax(err)
	}
	return v, nil
}

func (d *decoder) token() error {
	if _, err := d.dec.ReadToken(); err != nil {
		return d.syntax(err)
	}
	return nil
}

func (d *decoder) syntax(err error) error {
	offset := d.dec.InputOffset()
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic):
		offset = syntactic.ByteOffset
		if offset >= int64(len(d.data)) {
			return &SyntaxError{offset, "the JSON breaks off"}
		}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		if len(bytes.TrimSpace(d.data)) == 0 {
			return &SyntaxError{0, "the answer is empty"}
		}
		return &SyntaxError{offset, "the JSON breaks off"}
	}
	if d.dec.StackDepth() > 1000 || nestsAbsurdly(d.data) {
		return &SyntaxError{offset, "the JSON nests too deep or is broken"}
	}
	return &SyntaxError{offset, "the answer is not JSON"}
}

// nestsAbsurdly reports whether data opens more levels than jsontext follows.
func nestsAbsurdly(data []byte) bool {
	depth, inString, escaped := 0, false, false
	for _, c := range data {
		switch {
		case inString:
			switch {
			case escaped:
				escaped = false
			case c == '\\':
				escaped = true
			case c == '"':
				inString = false
			}
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			if depth++; depth > 10_000 {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// attempt decodes the next value into v. Where it does not fit, v is left
// zero, the value is passed over, and its raw form is returned with
// errMismatch; errors of the record come back as they are, passed over as
// well.
func (d *decoder) attempt(decode decodeFunc, v reflect.Value) (jsontext.Value, error) {
	start, depth := d.dec.InputOffset(), d.dec.StackDepth()
	gen, text, fixes := d.gen, len(d.text), len(d.fixes)
	err := decode(d, v)
	if err == nil {
		return nil, nil
	}
	if broken, ok := err.(*SyntaxError); ok { //nolint:errorlint // never wrapped in here
		return nil, broken
	}
	v.SetZero()
	if d.gen != gen {
		text, fixes = 0, 0
	}
	d.text, d.fixes = d.text[:text], d.fixes[:fixes]
	if d.dec.StackDepth() == depth && d.dec.InputOffset() == start {
		if skip := d.dec.SkipValue(); skip != nil {
			return nil, d.syntax(skip)
		}
	}
	for d.dec.StackDepth() > depth {
		if broken := d.token(); broken != nil {
			return nil, broken
		}
	}
	raw := bytes.TrimLeft(d.data[start:d.dec.InputOffset()], " \t\r\n:,")
	return bytes.Clone(raw), err
}

// lister is what *List[T] is to the plan of a struct that has one.
type lister interface{ decodeList(d *decoder) error }

func (l *List[T]) decodeList(d *decoder) error {
	switch d.dec.PeekKind() {
	case 'n':
		l.Came = true
		return d.token()
	case '[':
	default:
		return errMismatch
	}
	if err := d.token(); err != nil {
		return err
	}
	l.Came = true
	l.Items = l.Items[:0]
	decode := planFor(reflect.TypeFor[T]())
	record := func(d *decoder, v reflect.Value) error {
		if v.Kind() == reflect.Struct && d.dec.PeekKind() != '{' {
			return errNotObject
		}
		return decode(d, v)
	}
	for d.dec.PeekKind() != ']' {
		if d.dec.PeekKind() == 0 {
			return d.token()
		}
		d.flush() // what came before must not be undone with a bad record
		var zero T
		l.Items = append(l.Items, zero)
		raw, err := d.attempt(record, reflect.ValueOf(&l.Items[len(l.Items)-1]).Elem())
		if err != nil {
			if broken, ok := err.(*SyntaxError); ok { //nolint:errorlint // never wrapped in here
				return broken
			}
			l.Items = l.Items[:len(l.Items)-1]
			l.Bad = append(l.Bad, Bad{Index: l.Len(), Raw: raw, Err: err})
		}
	}
	d.flush()
	return d.token()
}

func validText(b []byte) bool { return utf8.Valid(b) }
