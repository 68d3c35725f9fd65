package wire

import (
	"bytes"
	"math"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A decodeFunc reads the next value into v, which is addressable and zero.
type decodeFunc func(d *decoder, v reflect.Value) error

var plans sync.Map // reflect.Type to decodeFunc

var (
	rawType      = reflect.TypeFor[jsontext.Value]()
	extraType    = reflect.TypeFor[map[string]jsontext.Value]()
	listerType   = reflect.TypeFor[lister]()
	customType   = reflect.TypeFor[json.Unmarshaler]()
	customV2Type = reflect.TypeFor[json.UnmarshalerFrom]()
)

// planFor answers how values of type t are decoded. A type that contains
// itself finds its own plan when it gets there.
func planFor(t reflect.Type) decodeFunc {
	if p, ok := plans.Load(t); ok {
		return p.(decodeFunc)
	}
	var (
		once sync.Once
		plan decodeFunc
	)
	pending := decodeFunc(func(d *decoder, v reflect.Value) error {
		once.Do(func() { plan = makePlan(t) })
		return plan(d, v)
	})
	if p, loaded := plans.LoadOrStore(t, pending); loaded {
		return p.(decodeFunc)
	}
	once.Do(func() { plan = makePlan(t) })
	plans.Store(t, plan)
	return plan
}

func makePlan(t reflect.Type) decodeFunc {
	switch ptr := reflect.PointerTo(t); {
	case t == rawType:
		return decodeRaw
	case ptr.Implements(listerType):
		return func(d *decoder, v reflect.Value) error { return v.Addr().Interface().(lister).decodeList(d) }
	case t.Kind() == reflect.String:
		return decodeString
	case ptr.Implements(customType), ptr.Implements(customV2Type):
		return decodeCustom
	}
	switch t.Kind() {
	case reflect.Bool:
		return decodeBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return decodeInt
	case reflect.Float32, reflect.Float64:
		return decodeFloat
	case reflect.Pointer:
		return pointerPlan(t)
	case reflect.Slice:
		return slicePlan(t)
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return mapPlan(t)
		}
	case reflect.Struct:
		return structPlan(t)
	}
	return decodeCustom
}

func decodeRaw(d *decoder, v reflect.Value) error {
	raw, err := d.value()
	if err != nil {
		return err
	}
	if !validText(raw) {
		return errUTF8
	}
	if raw.Kind() == 'n' { // as for every other field
		v.SetZero()
		return nil
	}
	v.SetBytes(bytes.Clone(raw))
	return nil
}

func decodeString(d *decoder, v reflect.Value) error {
	raw, err := d.value()
	if err != nil {
		return err
	}
	from := len(d.text)
	switch raw[0] {
	case 'n':
		return nil
	case '{', '[':
		return errMismatch
	case '"':
		if d.text, err = unquote(d.text, raw); err != nil {
			return err
		}
	default:
		d.text = append(d.text, raw...)
	}
	if len(d.text) > from {
		d.fixes = append(d.fixes, fix{v, from, len(d.text)})
	}
	return nil
}

// unquote appends the text of a JSON string.
func unquote(dst []byte, raw jsontext.Value) ([]byte, error) {
	if !validText(raw) {
		return dst, errUTF8
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return append(dst, raw[1:len(raw)-1]...), nil
	}
	out, err := jsontext.AppendUnquote(dst, raw)
	if err != nil { // an escaped half of a surrogate pair
		return dst, errUTF8
	}
	return out, nil
}

// scalar answers the text of a number, a bool or a string that may hold one,
// "" for null, and errMismatch for anything else.
func (d *decoder) scalar() (string, error) {
	raw, err := d.value()
	if err != nil {
		return "", err
	}
	switch raw[0] {
	case 'n':
		return "", nil
	case '{', '[':
		return "", errMismatch
	case '"':
		s, err := unquote(nil, raw)
		if err != nil {
			return "", err
		}
		if len(s) == 0 {
			return "", errMismatch
		}
		return string(s), nil
	}
	return string(raw), nil
}

func decodeBool(d *decoder, v reflect.Value) error {
	s, err := d.scalar()
	switch {
	case err != nil:
		return err
	case s == "", s == "false":
		return nil
	case s == "true":
		v.SetBool(true)
		return nil
	}
	return errMismatch
}

func decodeInt(d *decoder, v reflect.Value) error {
	s, err := d.scalar()
	if err != nil || s == "" {
		return err
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f, ferr := strconv.ParseFloat(s, 64)
		if ferr != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<53 {
			return errMismatch
		}
		n = int64(f)
	}
	if v.OverflowInt(n) {
		return errMismatch
	}
	v.SetInt(n)
	return nil
}

func decodeFloat(d *decoder, v reflect.Value) error {
	s, err := d.scalar()
	if err != nil || s == "" {
		return err
	}
	f, err := strconv.ParseFloat(s, v.Type().Bits())
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return errMismatch
	}
	v.SetFloat(f)
	return nil
}

// decodeCustom leaves the value to the type's own methods, or to the library.
func decodeCustom(d *decoder, v reflect.Value) error {
	raw, err := d.value()
	if err != nil {
		return err
	}
	if !validText(raw) {
		return errUTF8
	}
	if json.Unmarshal(raw, v.Addr().Interface(), lenient) != nil {
		return errMismatch
	}
	return nil
}

func pointerPlan(t reflect.Type) decodeFunc {
	elem := planFor(t.Elem())
	return func(d *decoder, v reflect.Value) error {
		if d.dec.PeekKind() == 'n' {
			return d.token()
		}
		p := reflect.New(t.Elem())
		if err := elem(d, p.Elem()); err != nil {
			return err
		}
		v.Set(p)
		return nil
	}
}

func slicePlan(t reflect.Type) decodeFunc {
	elem := planFor(t.Elem())
	return func(d *decoder, v reflect.Value) error {
		switch d.dec.PeekKind() {
		case 'n':
			return d.token()
		case '[':
		default:
			return errMismatch
		}
		if err := d.token(); err != nil {
			return err
		}
		for n := 0; ; n++ {
			switch d.dec.PeekKind() {
			case ']':
				if v.IsNil() {
					v.Set(reflect.MakeSlice(t, 0, 0))
				}
				return d.token()
			case 0:
				return d.token() // reports what is wrong
			}
			if n == v.Cap() {
				if n > 0 {
					d.flush() // the elements move, and their strings' places with them
				}
				v.Grow(max(n, 1))
			}
			v.SetLen(n + 1)
			v.Index(n).SetZero()
			if err := elem(d, v.Index(n)); err != nil {
				return err
			}
		}
	}
}

func mapPlan(t reflect.Type) decodeFunc {
	elem := planFor(t.Elem())
	return func(d *decoder, v reflect.Value) error {
		switch d.dec.PeekKind() {
		case 'n':
			return d.token()
		case '{':
		default:
			return errMismatch
		}
		if err := d.token(); err != nil {
			return err
		}
		v.Set(reflect.MakeMap(t))
		for {
			switch d.dec.PeekKind() {
			case '}':
				return d.token()
			case 0:
				return d.token()
			}
			raw, err := d.value()
			if err != nil {
				return err
			}
			name, err := unquote(nil, raw)
			if err != nil {
				return err
			}
			key := reflect.ValueOf(string(name)).Convert(t.Key())
			if v.MapIndex(key).IsValid() {
				return errDuplicate
			}
			value := reflect.New(t.Elem()).Elem()
			if err := elem(d, value); err != nil {
				return err
			}
			d.flush()
			v.SetMapIndex(key, value)
		}
	}
}

type field struct {
	name   string
	index  []int
	decode decodeFunc
}

// structPlan fills fields by their names. A server sends the members of its
// records in the same order each time, so the field that followed another one
// last is tried first.
func structPlan(t reflect.Type) decodeFunc {
	var (
		fields []field
		extra  []int
	)
	collectFields(t, nil, &fields, &extra)
	byName := make(map[string]int, len(fields))
	for i, f := range fields {
		if _, twice := byName[f.name]; !twice {
			byName[f.name] = i
		}
	}
	words := (len(fields) + 63) / 64
	follows := make([]atomic.Int32, len(fields)+1) // by the field before, and 0 for the first
	for i := range fields {
		follows[i].Store(int32(i))
	}
	return func(d *decoder, v reflect.Value) error {
		switch d.dec.PeekKind() {
		case 'n':
			return d.token()
		case '{':
		default:
			return errMismatch
		}
		if err := d.token(); err != nil {
			return err
		}
		var few [2]uint64
		seen := few[:]
		if words > len(few) {
			seen = make([]uint64, words)
		}
		for last := 0; ; {
			switch d.dec.PeekKind() {
			case '}':
				return d.token()
			case 0:
				return d.token()
			}
			raw, err := d.value()
			if err != nil {
				return err
			}
			name := raw[1 : len(raw)-1]
			if bytes.IndexByte(name, '\\') >= 0 {
				if name, err = unquote(nil, raw); err != nil {
					return err
				}
			}
			i := int(follows[last].Load())
			known := i < len(fields) && fields[i].name == string(name)
			if !known {
				if i, known = byName[string(name)]; known {
					follows[last].Store(int32(i)) //nolint:gosec // as above
				}
			}
			if !known {
				if err := d.keep(v, extra, name); err != nil {
					return err
				}
				continue
			}
			if seen[i/64]&(1<<(i%64)) != 0 {
				return errDuplicate
			}
			seen[i/64] |= 1 << (i % 64)
			last = i + 1
			f := &fields[i]
			value, err := d.attempt(f.decode, fieldAt(v, f.index))
			switch {
			case err == nil:
			case err == errMismatch && extra != nil: //nolint:errorlint // never wrapped in here
				if !validText(value) {
					return errUTF8
				}
				putExtra(fieldAt(v, extra), f.name, value)
			default:
				return err
			}
		}
	}
}

func fieldAt(v reflect.Value, index []int) reflect.Value {
	if len(index) == 1 {
		return v.Field(index[0])
	}
	return v.FieldByIndex(index)
}

// keep puts the value that follows into the Extra of v, or passes over it
// where v has none.
func (d *decoder) keep(v reflect.Value, extra []int, name []byte) error {
	if extra == nil {
		if err := d.dec.SkipValue(); err != nil {
			return d.syntax(err)
		}
		return nil
	}
	if !validText(name) {
		return errUTF8
	}
	key := string(name)
	raw, err := d.value()
	if err != nil {
		return err
	}
	if !validText(raw) {
		return errUTF8
	}
	m := fieldAt(v, extra)
	if m.MapIndex(reflect.ValueOf(key)).IsValid() {
		return errDuplicate
	}
	putExtra(m, key, bytes.Clone(raw))
	return nil
}

func putExtra(m reflect.Value, name string, raw jsontext.Value) {
	if m.IsNil() {
		m.Set(reflect.ValueOf(map[string]jsontext.Value{name: raw}))
		return
	}
	m.Interface().(map[string]jsontext.Value)[name] = raw
}

func collectFields(t reflect.Type, prefix []int, fields *[]field, extra *[]int) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int(nil), prefix...), i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case f.Type == extraType && strings.Contains(options, "embed"):
			*extra = index
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			collectFields(f.Type, index, fields, extra)
		case f.IsExported():
			if name == "" {
				name = f.Name
			}
			*fields = append(*fields, field{name, index, planFor(f.Type)})
		}
	}
}
