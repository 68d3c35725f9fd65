package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"sync"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A plan tells how values of a type are read and written.
type plan struct {
	decode decodeFunc
	encode encodeFunc
	// nulls: decode reads null, too. Otherwise null leaves the value alone.
	nulls bool
	// zero: a null among the elements of a list or map reads as the zero value.
	// Otherwise it does not fit.
	zero bool
}

// A decodeFunc reads the value that starts at the scanner's position, with c,
// into v, which is addressable and zero. If the value does not fit, the
// decodeFunc returns errMismatch and may stop anywhere in it. If a part of the
// value has no place in v, it returns errPartial at its end.
type decodeFunc func(d *decoder, c byte, v reflect.Value) error

var (
	rawType      = reflect.TypeFor[json.RawMessage]()
	rawsType     = reflect.TypeFor[map[string]json.RawMessage]()
	listerType   = reflect.TypeFor[lister]()
	customType   = reflect.TypeFor[json.Unmarshaler]()
	customV2Type = reflect.TypeFor[jsonv2.UnmarshalerFrom]()
	secretType   = reflect.TypeFor[secret]()
)

var (
	plans    sync.Map // reflect.Type to *plan
	planning sync.Mutex
	planned  = planner{make(map[reflect.Type]*plan), make(map[reflect.Type]*layout)} // guarded by planning
)

// planFor returns the plan for type t.
func planFor(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	planning.Lock()
	defer planning.Unlock()
	p := planned.plan(t)
	plans.Store(t, p)
	return p
}

// A planner makes one plan per type, and one layout per struct. A type that
// contains itself finds its own.
type planner struct {
	plans   map[reflect.Type]*plan
	layouts map[reflect.Type]*layout
}

func (r planner) plan(t reflect.Type) *plan {
	p, ok := r.plans[t]
	if !ok {
		p = new(plan)
		r.plans[t] = p
		*p = r.make(t)
		p.encode = r.encoder(t)
	}
	return p
}

func (r planner) make(t reflect.Type) plan {
	switch ptr := reflect.PointerTo(t); {
	case t == rawType:
		return plan{decode: decodeRaw, nulls: true, zero: true}
	case ptr.Implements(listerType):
		return plan{decode: decodeLister, nulls: true}
	case t.Kind() == reflect.String:
		return plan{decode: decodeText, zero: true}
	case ptr.Implements(secretType):
		return plan{decode: decodeSecret, zero: true}
	case isOurs(t): // whatever its methods
		return plan{decode: r.layout(t).decode}
	case ptr.Implements(customType), ptr.Implements(customV2Type):
		return plan{decode: decodeCustom, nulls: true, zero: true}
	}
	switch t.Kind() {
	case reflect.Bool:
		return plan{decode: decodeBool}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return plan{decode: decodeInt}
	case reflect.Float32, reflect.Float64:
		return plan{decode: decodeFloat}
	case reflect.Pointer:
		return plan{decode: r.pointer(t), zero: true}
	case reflect.Slice:
		return plan{decode: r.slice(t), zero: true}
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return plan{decode: r.mapping(t), zero: true}
		}
	case reflect.Struct:
		return plan{decode: r.layout(t).decode}
	}
	return plan{decode: decodeCustom, nulls: true, zero: true}
}

// read reads the next value into v. A null leaves v alone.
func (d *decoder) read(p *plan, v reflect.Value) error {
	c := d.next()
	if c == 'n' && !p.nulls {
		return d.literal("null")
	}
	return p.decode(d, c, v)
}

// element reads the next value into v, an element of a list or map, and reports
// whether it fits. If not, it skips the value, and leaves v zero. It sets lost if
// the value, or a part of it, has no place in v.
func (d *decoder) element(p *plan, v reflect.Value, lost *bool) (fits bool, err error) {
	c := d.next()
	if c == 'n' && !p.nulls {
		*lost = *lost || !p.zero
		return p.zero, d.literal("null")
	}
	start, depth := d.pos, d.depth
	switch err = p.decode(d, c, v); err {
	case nil:
		return true, nil
	case errPartial: //nolint:errorlint // never wrapped in here
		*lost = true
		return true, nil
	case errMismatch:
		*lost = true
		v.SetZero()
		return false, d.passOver(start, depth)
	}
	return false, err
}

// passOver goes back to the start of a value that does not fit and skips it.
func (d *decoder) passOver(start, depth int) error {
	d.rewind(start, depth)
	_, err := d.value()
	return err
}

func decodeLister(d *decoder, c byte, v reflect.Value) error {
	return v.Addr().Interface().(lister).decodeList(d, c)
}

func decodeRaw(d *decoder, c byte, v reflect.Value) error {
	if c == 'n' { // often
		v.SetBytes(d.keepBytes([]byte("null")))
		return d.literal("null")
	}
	raw, err := d.keepValue()
	v.SetBytes(raw)
	return err
}

func decodeText(d *decoder, c byte, v reflect.Value) (err error) {
	var text []byte
	if c == '"' {
		from, to, has, err := d.str()
		if err != nil {
			return err
		}
		text = d.data[from:to]
		if has != 0 {
			if text, err = d.unescape(from, to, has, d.scratch); err != nil {
				return err
			}
			d.scratch = text
		}
	} else if text, err = d.scalar(c); err != nil {
		return err
	}
	v.SetString(d.keep(text))
	return nil
}

// secret is what *tenantry.Secret is to a plan.
type secret interface {
	Reveal() string
	UnmarshalText(text []byte) error
}

// interned is about what a secret takes in memory in addition to its text.
const interned = 96

// decodeSecret takes any value, so that nothing of a secret gets into an Extra.
func decodeSecret(d *decoder, c byte, v reflect.Value) (err error) {
	var text []byte
	if c == '{' || c == '[' {
		text, _, err = d.rawValue()
	} else {
		text, err = d.scalar(c)
	}
	if err != nil {
		return err
	}
	if err := d.charge(len(text) + interned); err != nil {
		return err
	}
	return v.Addr().Interface().(secret).UnmarshalText(text)
}

// scalar returns the text of a number, a bool or a string, and errMismatch for
// anything else.
func (d *decoder) scalar(c byte) ([]byte, error) {
	start := d.pos
	switch c {
	case '{', '[':
		return nil, errMismatch
	case '"':
		from, to, has, err := d.str()
		if err != nil {
			return nil, err
		}
		return d.unescape(from, to, has, nil)
	}
	_, err := d.value()
	return d.data[start:d.pos], err
}

// number returns the text of a number, which may be in a string, and
// errMismatch for anything else.
func (d *decoder) number(c byte) ([]byte, error) {
	s, err := d.scalar(c)
	if err == nil && (c == '"' || c == 't' || c == 'f') && !isNumber(s) {
		err = errMismatch
	}
	return s, err
}

func decodeBool(d *decoder, c byte, v reflect.Value) error {
	s, err := d.scalar(c)
	if err != nil {
		return err
	}
	switch string(s) {
	case "false", "0":
		v.SetBool(false)
	case "true", "1":
		v.SetBool(true)
	default:
		return errMismatch
	}
	return nil
}

func decodeInt(d *decoder, c byte, v reflect.Value) error {
	s, err := d.number(c)
	if err != nil {
		return err
	}
	n, ok := exactInt(s)
	if !ok || v.OverflowInt(n) {
		return errMismatch
	}
	v.SetInt(n)
	return nil
}

func decodeFloat(d *decoder, c byte, v reflect.Value) error {
	s, err := d.number(c)
	if err != nil {
		return err
	}
	f, ok := exactFloat(s, v.Type().Bits())
	if !ok {
		return errMismatch
	}
	v.SetFloat(f)
	return nil
}

var lenient = jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// decodeCustom leaves the value to the type's own methods, or to the library.
func decodeCustom(d *decoder, _ byte, v reflect.Value) error {
	raw, has, err := d.rawValue()
	if err != nil {
		return err
	}
	if has&halved != 0 {
		raw = bytes.Clone(raw)
		mend(raw)
	}
	if jsonv2.Unmarshal(raw, v.Addr().Interface(), lenient) != nil {
		return errMismatch
	}
	return nil
}

// ids number the plans that keep something in a decoder. Guarded by planning.
var ids int

func nextID() int {
	ids++
	return ids
}

func (r planner) pointer(t reflect.Type) decodeFunc {
	elem, id := r.plan(t.Elem()), nextID()
	return func(d *decoder, c byte, v reflect.Value) error {
		p, err := d.slab(id, t.Elem())
		if err != nil {
			return err
		}
		if err = elem.decode(d, c, p.Elem()); err == nil || err == errPartial { //nolint:errorlint // never wrapped in here
			v.Set(p)
		}
		return err
	}
}

// holdsObjects reports whether values of type t are objects in JSON.
func holdsObjects(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Map
}

func (r planner) slice(t reflect.Type) decodeFunc {
	elem, id, size := r.plan(t.Elem()), nextID(), int(t.Elem().Size())
	empty := reflect.MakeSlice(t, 0, 0)
	objects := holdsObjects(t.Elem())
	return func(d *decoder, c byte, v reflect.Value) error {
		switch {
		case c == '[':
		case c == '{' && objects: // one in place of a list
			v.Grow(1)
			v.SetLen(1)
			return elem.decode(d, c, v.Index(0))
		default:
			return errMismatch
		}
		more, err := d.open(']')
		if !more {
			v.Set(empty)
			return err
		}
		// The elements are read into the part of a slab that is free, which is all zero.
		// A slice of the same type within this one takes another slab.
		s := *d.slabOf(id)
		d.slabs[id] = slab{}
		n, lost := 0, false
		for more && err == nil {
			if s.used+n == s.size {
				if err = d.growSlab(&s, t, n); err != nil {
					break
				}
			}
			var fits bool
			if fits, err = d.element(elem, s.all.Index(s.used+n), &lost); err != nil {
				break
			}
			if fits {
				n++
			}
			more, err = d.more(']')
		}
		switch {
		case err != nil:
			return err
		case n == 0:
			v.Set(empty)
		case n*size > blockSize: // of which a part may be unused
			if err := d.charge(n * size); err != nil {
				return err
			}
			v.Grow(n)
			v.SetLen(n)
			reflect.Copy(v, s.all.Slice(s.used, s.used+n))
			s = slab{}
		default:
			v.Set(s.all.Slice3(s.used, s.used+n, s.used+n))
			s.used += n
		}
		d.slabs[id] = s
		if lost {
			return errPartial
		}
		return nil
	}
}

func (r planner) mapping(t reflect.Type) decodeFunc {
	elem := r.plan(t.Elem())
	entry := int(t.Key().Size() + t.Elem().Size())
	return func(d *decoder, c byte, v reflect.Value) error {
		if c != '{' {
			return errMismatch
		}
		v.Set(reflect.MakeMap(t))
		lost := false
		more, err := d.open('}')
		for ; more; more, err = d.more('}') {
			from, to, has, err := d.name()
			if err != nil {
				return err
			}
			text, err := d.unescape(from, to, has, nil)
			if err != nil {
				return err
			}
			key := reflect.ValueOf(d.keep(text)).Convert(t.Key())
			if v.MapIndex(key).IsValid() {
				return errDuplicate
			}
			value := reflect.New(t.Elem()).Elem()
			fits, err := d.element(elem, value, &lost)
			if err != nil {
				return err
			}
			if fits {
				if err := d.chargeMap(v.Len(), entry); err != nil {
					return err
				}
				v.SetMapIndex(key, value)
			}
		}
		if err == nil && lost {
			return errPartial
		}
		return err
	}
}
