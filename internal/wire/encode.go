package wire

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Marshal encodes v as encoding/json/v2 does, and records and parameters by their
// fields, whatever methods their types have. Members of Extra follow the fields.
// Secrets are written as "[redacted]".
//
// Extra may hold a member that also has a field: one that did not fit when it was
// read, or not as a whole. If the field is omitted, or still is as that member
// reads, the member is written. Otherwise the caller has set the field, and the
// field is written.
func Marshal(v any) ([]byte, error) {
	var e encoder
	err := e.any(reflect.ValueOf(v))
	return e.dst, err
}

// MarshalRequest encodes the body of a request like [Marshal], but writes the
// texts of secrets, and returns them.
func MarshalRequest(body any) (b []byte, secrets []string, err error) {
	e := encoder{reveal: true}
	err = e.any(reflect.ValueOf(body))
	return e.dst, e.secrets, err
}

// An encoder appends values to dst.
type encoder struct {
	dst     []byte
	depth   int
	reveal  bool     // write the texts of secrets
	secrets []string // that were written
}

// An encodeFunc appends v as JSON.
type encodeFunc func(e *encoder, v reflect.Value) error

var (
	errBadRaw = errors.New("a raw value is not JSON")
	errCycle  = errors.New("the value contains itself")
)

func (e *encoder) literal(text string) error {
	e.dst = append(e.dst, text...)
	return nil
}

// any encodes the value of an interface.
func (e *encoder) any(v reflect.Value) error {
	if !v.IsValid() {
		return e.literal("null")
	}
	return planFor(v.Type()).encode(e, v)
}

// nested encodes a value within another one.
func (e *encoder) nested(encode encodeFunc, v reflect.Value) error {
	if e.depth++; e.depth > maxDepth {
		return errCycle
	}
	err := encode(e, v)
	e.depth--
	return err
}

var (
	marshalerType     = reflect.TypeFor[json.Marshaler]()
	marshalerV2Type   = reflect.TypeFor[jsonv2.MarshalerTo]()
	textMarshalerType = reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()
	secretRawType     = reflect.TypeFor[secretRaw]()
	optionalType      = reflect.TypeFor[optional]()
)

func (r planner) encoder(t reflect.Type) encodeFunc {
	switch ptr := reflect.PointerTo(t); {
	case t == rawType:
		return func(e *encoder, v reflect.Value) error { return e.raw(v.Bytes()) }
	case t.Kind() == reflect.Struct && isSecret(t):
		return encodeSecret
	case t.Implements(secretRawType):
		return encodeSecretRaw
	case t.Kind() == reflect.Struct && t.Implements(optionalType):
		return r.encodeOptional(t)
	case isOurs(t): // whatever its methods
		return r.layout(t).encode
	case ptr.Implements(marshalerType), ptr.Implements(marshalerV2Type), ptr.Implements(textMarshalerType):
		return encodeCustom
	}
	switch t.Kind() {
	case reflect.String:
		return encodeText
	case reflect.Bool:
		return func(e *encoder, v reflect.Value) error {
			e.dst = strconv.AppendBool(e.dst, v.Bool())
			return nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(e *encoder, v reflect.Value) error {
			e.dst = strconv.AppendInt(e.dst, v.Int(), 10)
			return nil
		}
	case reflect.Interface:
		return func(e *encoder, v reflect.Value) error { return e.nested((*encoder).any, v.Elem()) }
	case reflect.Pointer:
		return r.encodePointer(t)
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 {
			return r.encodeSlice(t)
		}
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return r.encodeMap(t)
		}
	case reflect.Struct:
		return r.layout(t).encode
	}
	return encodeCustom
}

func (e *encoder) raw(raw []byte) error {
	if raw == nil {
		return e.literal("null")
	}
	d := decoder{scanner: scanner{data: raw}}
	if _, err := d.value(); err != nil || d.end() != nil {
		return errBadRaw
	}
	e.dst = append(e.dst, raw...)
	return nil
}

// encodeCustom leaves the value to the type's own methods, or to the library.
func encodeCustom(e *encoder, v reflect.Value) error {
	b, err := jsonv2.Marshal(v.Interface(), jsonv2.Deterministic(true))
	e.dst = append(e.dst, b...)
	return err
}

func encodeText(e *encoder, v reflect.Value) error { return e.text(v.String()) }

func (e *encoder) text(text string) (err error) {
	e.dst, err = jsontext.AppendQuote(e.dst, text)
	return err
}

func encodeSecret(e *encoder, v reflect.Value) error {
	if !e.reveal {
		return encodeCustom(e, v)
	}
	text := v.Interface().(interface{ Reveal() string }).Reveal()
	e.secrets = append(e.secrets, text)
	return e.text(text)
}

// secretRaw is a secret that is JSON, and no text.
type secretRaw interface{ Reveal() json.RawMessage }

func encodeSecretRaw(e *encoder, v reflect.Value) error {
	if !e.reveal {
		return encodeCustom(e, v)
	}
	raw := v.Interface().(secretRaw).Reveal()
	e.secrets = append(e.secrets, string(raw))
	return e.raw(raw)
}

// optional is what a tenantry.Opt is to a plan. It also has a Get method that
// returns its value, and whether it has one.
type optional interface {
	IsNull() bool
	IsZero() bool
}

func (r planner) encodeOptional(t reflect.Type) encodeFunc {
	get, _ := t.MethodByName("Get")
	elem := r.plan(get.Type.Out(0))
	return func(e *encoder, v reflect.Value) error {
		out := get.Func.Call([]reflect.Value{v})
		if !out[1].Bool() {
			return e.literal("null")
		}
		return elem.encode(e, out[0])
	}
}

func (r planner) encodePointer(t reflect.Type) encodeFunc {
	elem := r.plan(t.Elem())
	return func(e *encoder, v reflect.Value) error {
		if v.IsNil() {
			return e.literal("null")
		}
		return e.nested(elem.encode, v.Elem())
	}
}

func (r planner) encodeSlice(t reflect.Type) encodeFunc {
	elem := r.plan(t.Elem())
	return func(e *encoder, v reflect.Value) error {
		e.dst = append(e.dst, '[')
		for i := range v.Len() {
			if i > 0 {
				e.dst = append(e.dst, ',')
			}
			if err := e.nested(elem.encode, v.Index(i)); err != nil {
				return err
			}
		}
		return e.literal("]")
	}
}

func (r planner) encodeMap(t reflect.Type) encodeFunc {
	elem := r.plan(t.Elem())
	return func(e *encoder, v reflect.Value) error {
		values := make(map[string]reflect.Value, v.Len())
		for at := v.MapRange(); at.Next(); {
			values[at.Key().String()] = at.Value()
		}
		open := byte('{')
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if err := e.name(&open, name); err != nil {
				return err
			}
			if err := e.nested(elem.encode, values[name]); err != nil {
				return err
			}
		}
		return e.close(open)
	}
}

// name begins a member of an object: open is '{' before the first one.
func (e *encoder) name(open *byte, name string) error {
	e.dst = append(e.dst, *open)
	*open = ','
	err := e.text(name)
	e.dst = append(e.dst, ':')
	return err
}

// close ends an object.
func (e *encoder) close(open byte) error {
	if open == '{' {
		e.dst = append(e.dst, '{')
	}
	return e.literal("}")
}

func (l *layout) encode(e *encoder, v reflect.Value) error {
	var extra map[string]json.RawMessage
	if l.extra != nil {
		extra = v.FieldByIndex(l.extra).Convert(rawsType).Interface().(map[string]json.RawMessage)
	}
	var written map[string]bool // of the members of extra
	open := byte('{')
	for i := range l.fields {
		f := &l.fields[i]
		value := f.of(v)
		if f.omit != nil && f.omit(value) {
			continue
		}
		e.dst = append(e.dst, open)
		open = ','
		e.dst = append(e.dst, f.quoted...)
		raw, kept := extra[f.name]
		if kept {
			if written == nil {
				written = make(map[string]bool)
			}
			written[f.name] = true
		}
		var err error
		if kept && f.reads(raw, value) {
			err = e.raw(raw)
		} else {
			err = f.encode(e, value)
		}
		if err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if written[name] {
			continue
		}
		if err := e.name(&open, name); err != nil {
			return err
		}
		if err := e.raw(extra[name]); err != nil {
			return err
		}
	}
	return e.close(open)
}

// reads reports whether a member that did not fit its field reads as value: the
// field has not been set since.
func (f *field) reads(raw []byte, value reflect.Value) bool {
	d := newDecoder(raw)
	defer d.release()
	v := reflect.New(value.Type()).Elem()
	if err := d.read(f.plan, v); err != nil && err != errPartial { //nolint:errorlint // never wrapped in here
		v.SetZero()
	}
	return reflect.DeepEqual(v.Interface(), value.Interface())
}

// isZero returns what tells the zero values of type t.
func isZero(t reflect.Type) func(reflect.Value) bool {
	type zeroer interface{ IsZero() bool }
	if t.Kind() == reflect.Pointer || !t.Implements(reflect.TypeFor[zeroer]()) {
		return reflect.Value.IsZero
	}
	return func(v reflect.Value) bool { return v.Interface().(zeroer).IsZero() }
}
