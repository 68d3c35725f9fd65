package wire

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An encodeFunc appends v as JSON. The options are for values that encode
// themselves.
type encodeFunc func(dst []byte, v reflect.Value, opts json.Options) ([]byte, error)

var (
	marshalerType     = reflect.TypeFor[json.Marshaler]()
	marshalerV2Type   = reflect.TypeFor[json.MarshalerTo]()
	textMarshalerType = reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()
)

// Marshal encodes v as encoding/json/v2 does, and records by their fields,
// whatever methods their types have. Members of Extra follow the fields.
//
// Extra may hold a member that also has a field: one that did not fit when it was
// read, or not as a whole. If the field is omitted, or still is as that member
// reads, the member is written. Otherwise the caller has set the field, and the
// field is written.
func Marshal(v any) ([]byte, error) {
	value := reflect.ValueOf(v)
	if !value.IsValid() {
		return []byte("null"), nil
	}
	return planFor(value.Type()).encode(nil, value, nil)
}

// MarshalRequest encodes the body of a request as encoding/json/v2 does, but
// writes the texts of secrets.
func MarshalRequest(body any) ([]byte, error) { return json.Marshal(body, toServer) }

// Secrets returns the texts of the secrets in the body of a request.
func Secrets(body any) []string {
	var all []string
	_, _ = json.Marshal(body, revealing(func(text string) { all = append(all, text) }))
	return all
}

var toServer = revealing(func(string) {})

// revealing returns options that write the texts of secrets, and pass them to
// found. The methods of secrets, and of records that hold them, would redact.
func revealing(found func(text string)) (opts json.Options) {
	opts = json.WithMarshalers(json.JoinMarshalers(
		json.MarshalToFunc(func(enc *jsontext.Encoder, s interface{ Reveal() string }) error {
			found(s.Reveal())
			return enc.WriteToken(jsontext.String(s.Reveal()))
		}),
		json.MarshalToFunc(func(enc *jsontext.Encoder, m json.Marshaler) error {
			v := reflect.Indirect(reflect.ValueOf(m))
			if !v.IsValid() || !isRecord(v.Type()) {
				return errors.ErrUnsupported
			}
			b, err := planFor(v.Type()).encode(nil, v, opts)
			if err != nil {
				return err
			}
			return enc.WriteValue(b)
		}),
	))
	return opts
}

func (r planner) encoder(t reflect.Type) encodeFunc {
	switch ptr := reflect.PointerTo(t); {
	case t == rawType:
		return encodeRaw
	case isRecord(t): // whatever its methods
		return r.layout(t).encode
	case ptr.Implements(marshalerType), ptr.Implements(marshalerV2Type), ptr.Implements(textMarshalerType):
		return encodeCustom
	}
	switch t.Kind() {
	case reflect.String:
		return encodeText
	case reflect.Bool:
		return func(dst []byte, v reflect.Value, _ json.Options) ([]byte, error) {
			return strconv.AppendBool(dst, v.Bool()), nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(dst []byte, v reflect.Value, _ json.Options) ([]byte, error) {
			return strconv.AppendInt(dst, v.Int(), 10), nil
		}
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

var errBadRaw = errors.New("a raw value is not JSON")

func encodeRaw(dst []byte, v reflect.Value, _ json.Options) ([]byte, error) {
	return appendRaw(dst, v.Bytes())
}

func appendRaw(dst, raw []byte) ([]byte, error) {
	if raw == nil {
		return append(dst, "null"...), nil
	}
	d := decoder{scanner: scanner{data: raw}}
	if _, err := d.value(); err != nil || d.end() != nil {
		return nil, errBadRaw
	}
	return append(dst, raw...), nil
}

// encodeCustom leaves the value to the type's own methods, or to the library.
func encodeCustom(dst []byte, v reflect.Value, opts json.Options) ([]byte, error) {
	b, err := json.Marshal(v.Interface(), json.Deterministic(true), opts)
	return append(dst, b...), err
}

func encodeText(dst []byte, v reflect.Value, _ json.Options) ([]byte, error) {
	return jsontext.AppendQuote(dst, v.String())
}

func (r planner) encodePointer(t reflect.Type) encodeFunc {
	elem := r.plan(t.Elem())
	return func(dst []byte, v reflect.Value, opts json.Options) ([]byte, error) {
		if v.IsNil() {
			return append(dst, "null"...), nil
		}
		return elem.encode(dst, v.Elem(), opts)
	}
}

func (r planner) encodeSlice(t reflect.Type) encodeFunc {
	elem := r.plan(t.Elem())
	return func(dst []byte, v reflect.Value, opts json.Options) (_ []byte, err error) {
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = elem.encode(dst, v.Index(i), opts); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	}
}

func (r planner) encodeMap(t reflect.Type) encodeFunc {
	elem := r.plan(t.Elem())
	return func(dst []byte, v reflect.Value, opts json.Options) (_ []byte, err error) {
		names := make(map[string]reflect.Value, v.Len())
		for at := v.MapRange(); at.Next(); {
			names[at.Key().String()] = at.Value()
		}
		m := members{dst: dst}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if err = m.name(name); err != nil {
				return nil, err
			}
			if m.dst, err = elem.encode(m.dst, names[name], opts); err != nil {
				return nil, err
			}
		}
		return m.end(), nil
	}
}

// members appends the members of an object to dst.
type members struct {
	dst  []byte
	some bool
}

// next appends what comes before a name.
func (m *members) next() {
	if m.some {
		m.dst = append(m.dst, ',')
	} else {
		m.dst = append(m.dst, '{')
	}
	m.some = true
}

// name appends a name and its colon.
func (m *members) name(name string) (err error) {
	m.next()
	m.dst, err = jsontext.AppendQuote(m.dst, name)
	m.dst = append(m.dst, ':')
	return err
}

func (m *members) end() []byte {
	if !m.some {
		m.dst = append(m.dst, '{')
	}
	return append(m.dst, '}')
}

func (l *layout) encode(dst []byte, v reflect.Value, opts json.Options) ([]byte, error) {
	var extra map[string]jsontext.Value
	if l.extra != nil {
		extra = v.FieldByIndex(l.extra).Interface().(map[string]jsontext.Value)
	}
	var written map[string]bool // of the members of extra
	m := members{dst: dst}
	for i := range l.fields {
		f := &l.fields[i]
		value := f.of(v)
		if f.omit != nil && f.omit(value) {
			continue
		}
		m.next()
		m.dst = append(m.dst, f.quoted...)
		raw, kept := extra[f.name]
		if kept {
			if written == nil {
				written = make(map[string]bool)
			}
			written[f.name] = true
		}
		var err error
		if kept && f.reads(raw, value) {
			m.dst, err = appendRaw(m.dst, raw)
		} else {
			m.dst, err = f.encode(m.dst, value, opts)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if written[name] {
			continue
		}
		err := m.name(name)
		if err == nil {
			m.dst, err = appendRaw(m.dst, extra[name])
		}
		if err != nil {
			return nil, err
		}
	}
	return m.end(), nil
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
