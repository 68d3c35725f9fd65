package wire

import (
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/go-json-experiment/json/jsontext"
)

type field struct {
	i      int // its number in the layout
	typ    reflect.Type
	name   string
	quoted string // as it is usually written: "name":
	index  []int
	at     int                      // the only index, or -1
	record bool                     // the field holds a record, or several
	secret bool                     // the field holds a secret, or several
	object bool                     // the field holds a struct, or several
	omit   func(reflect.Value) bool // the field is not written; nil for never
	*plan
}

func (f *field) of(v reflect.Value) reflect.Value {
	if f.at >= 0 {
		return v.Field(f.at)
	}
	return v.FieldByIndex(f.index)
}

// A layout tells how the structs of a type are filled. A struct with an Extra
// is a record, one without is an envelope.
type layout struct {
	typ    reflect.Type
	fields []field
	names  []known        // those of the fields, and then their other ones
	byName map[string]int // 1 + the name
	extra  []int          // nil if there is none
	slots  []int16        // 1 + the name, by its hash
	shift  int
	// A server sends the members of its records in one order, and may leave some
	// out. The decoder learns that order: for each name, 0 for none, the one
	// that followed it. So most names are compared once and not looked up.
	follows   []atomic.Int32
	unordered atomic.Bool // no such order was found
}

// A known name is one of a field.
type known struct {
	quoted string // as it is usually written: "name":
	*alias        // nil for the field's own
}

// enough is how many wrong guesses in a record end the guessing in it.
const enough = 4

// expect reports whether the name expected after another one follows, and
// reads it. last is 1 + the name before.
func (l *layout) expect(d *decoder, last int) (int, bool) {
	i := int(l.follows[last].Load())
	if i < len(l.names) && d.at(l.names[i].quoted) {
		d.pos += len(l.names[i].quoted)
		return i, true
	}
	return i, false
}

// member reads a name that was not expected, and returns its number, or -1 and
// the name. The expected member may have been left out.
func (l *layout) member(d *decoder, last int, wrong *int) (int, []byte, error) {
	if *wrong < enough {
		for i, n := int(l.follows[last].Load()), 0; n < 2 && i < len(l.names); n++ {
			var ok bool
			if i, ok = l.expect(d, i+1); ok {
				return i, nil, nil
			}
		}
	}
	i, name := l.find(d), []byte(nil)
	if i < 0 {
		from, to, has, err := d.name()
		if err != nil {
			return 0, nil, err
		}
		if name, err = d.unescape(from, to, has, nil); err != nil && l.extra != nil {
			return 0, nil, err
		}
		i = l.byName[string(name)] - 1
	}
	if *wrong++; i >= 0 && *wrong <= enough {
		l.follows[last].Store(int32(i)) //nolint:gosec // a struct has fewer names
	}
	return i, name, nil
}

// find reads a name that is written as usual and returns its number, or -1.
func (l *layout) find(d *decoder) int {
	rest := d.data[d.pos:]
	if len(rest) < 17 {
		return -1
	}
	for slot := hash(rest[1:17]) >> l.shift; l.slots[slot] != 0; slot = (slot + 1) & uint64(len(l.slots)-1) { //nolint:gosec // a length is not negative
		i := int(l.slots[slot]) - 1
		if quoted := l.names[i].quoted; d.at(quoted) {
			d.pos += len(quoted)
			return i
		}
	}
	return -1
}

// hash mixes what comes before the quote in sixteen bytes.
func hash(b []byte) uint64 {
	w, x := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	quote := func(w uint64) uint64 {
		w ^= '"' * ones
		return (w - ones) &^ w & highs
	}
	if q := quote(w); q != 0 {
		w, x = w&((q&-q)>>7-1), 0
	} else if q := quote(x); q != 0 {
		x &= (q&-q)>>7 - 1
	}
	return (w ^ bits.RotateLeft64(x, 29)) * 0x9e3779b97f4a7c15
}

func (r planner) layout(t reflect.Type) *layout {
	if l, ok := r.layouts[t]; ok {
		return l
	}
	l := &layout{typ: t}
	r.layouts[t] = l
	r.fields(t, nil, l)
	names := make([]known, len(l.fields), len(l.fields)+len(l.names))
	for i := range l.fields {
		names[i].quoted = l.fields[i].quoted
	}
	l.names = append(names, l.names...)
	l.byName = make(map[string]int, len(l.names))
	l.follows = make([]atomic.Int32, len(l.names)+1)
	size := bits.Len(uint(4 * len(l.names)))
	l.slots, l.shift = make([]int16, 1<<size), 64-size
	for i := range l.names {
		slot := hash([]byte(l.names[i].quoted + strings.Repeat("\x00", 16))[1:]) >> l.shift
		for l.slots[slot] != 0 {
			slot = (slot + 1) & uint64(len(l.slots)-1) //nolint:gosec // as above
		}
		l.slots[slot] = int16(i + 1)
	}
	for i := len(l.names) - 1; i >= 0; i-- { // the first one of a name counts
		if o := l.names[i].alias; o != nil {
			l.byName[o.name] = i + 1
			continue
		}
		l.byName[l.fields[i].name] = i + 1
		l.follows[i].Store(int32(i)) //nolint:gosec // as above
	}
	return l
}

// quote returns a name as it is usually written, with the colon behind it.
func quote(name string) string {
	quoted, _ := jsontext.AppendQuote(nil, name)
	return string(quoted) + ":"
}

func (r planner) fields(t reflect.Type, prefix []int, l *layout) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(prefix), i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case isExtra(f):
			l.extra = index
		case isEmbedded(f):
			r.fields(f.Type, index, l)
		case f.IsExported():
			if name == "" {
				name = f.Name
			}
			at := -1
			if len(index) == 1 {
				at = i
			}
			var omit func(reflect.Value) bool
			if strings.Contains(options, "omitzero") {
				omit = isZero(f.Type)
			}
			for other := range strings.FieldsFuncSeq(f.Tag.Get("wire"), func(r rune) bool { return r == ',' }) {
				l.names = append(l.names, known{quote(other), &alias{other, len(l.fields)}})
			}
			l.fields = append(l.fields, field{
				len(l.fields), f.Type, name, quote(name), index, at,
				holds(f.Type, isRecord, nil), holds(f.Type, isSecret, nil), holds(f.Type, isStruct, nil), omit, r.plan(f.Type),
			})
		}
	}
}

func isExtra(f reflect.StructField) bool {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return f.Type.ConvertibleTo(rawsType) && strings.Contains(options, "embed")
}

func isEmbedded(f reflect.StructField) bool {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct
}

// isRecord reports whether values of type t are structs that have an Extra.
func isRecord(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		if f := t.Field(i); isExtra(f) || isEmbedded(f) && isRecord(f.Type) {
			return true
		}
	}
	return false
}

// module is the path of the module, which owns the types whose methods call this
// package.
var module = strings.TrimSuffix(reflect.TypeFor[plan]().PkgPath(), "/internal/wire")

// isOurs reports whether structs of type t are read and written by their fields,
// even if t has methods for JSON: records, and structs with json tags that either
// are this module's, whose methods call this package, or have no name, since their
// methods are those of an embedded field.
func isOurs(t reflect.Type) bool {
	switch {
	case t.Kind() != reflect.Struct:
		return false
	case isRecord(t):
		return true
	case t.Name() != "" && t.PkgPath() != module && !strings.HasPrefix(t.PkgPath(), module+"/"):
		return false
	}
	for i := range t.NumField() {
		if _, tagged := t.Field(i).Tag.Lookup("json"); tagged {
			return true
		}
	}
	return false
}

func isStruct(t reflect.Type) bool { return t.Kind() == reflect.Struct }

func isSecret(t reflect.Type) bool { return reflect.PointerTo(t).Implements(secretType) }

// holds reports whether values of type t are, or hold, values of a type that is
// asked for.
func holds(t reflect.Type, is func(reflect.Type) bool, within []reflect.Type) bool {
	if is(t) {
		return true
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return holds(t.Elem(), is, within)
	case reflect.Struct:
		if slices.Contains(within, t) {
			return false
		}
		within = append(within, t)
		for i := range t.NumField() {
			if holds(t.Field(i).Type, is, within) {
				return true
			}
		}
	}
	return false
}

func (l *layout) decode(d *decoder, c byte, v reflect.Value) error {
	if c != '{' {
		return errMismatch
	}
	var few [2]uint64
	seen := few[:]
	if n := (len(l.fields) + 63) / 64; n > len(few) {
		seen = make([]uint64, n)
	}
	last, wrong := 0, 0
	var two [2]late
	later := two[:0]
	if l.unordered.Load() {
		wrong = enough - 1
	}
	within, lost, outer := d.record, false, d.node
	d.record = within || l.extra != nil
	if outer != nil {
		d.enter(l)
	}
	more, err := d.open('}')
	for ; more; more, err = d.more('}') {
		d.next()
		i, ok := -1, false
		if wrong < enough {
			i, ok = l.expect(d, last)
		}
		if ok {
			wrong = 0
		} else {
			var name []byte
			if i, name, err = l.member(d, last, &wrong); err != nil {
				return err
			}
			if i < 0 {
				if err := l.unknown(d, v, name); err != nil {
					return err
				}
				lost = true
				continue
			}
		}
		last = i + 1
		if o := l.names[i].alias; o != nil {
			if d.node != nil {
				d.node.came[o.field/64] |= 1 << (o.field % 64)
			}
			if later, err = putOff(d, later, o); err != nil {
				return err
			}
			continue
		}
		if seen[i/64]&(1<<(i%64)) != 0 {
			return errDuplicate
		}
		seen[i/64] |= 1 << (i % 64)
		f := &l.fields[i]
		misfits, err := l.value(d, f, v, f.name)
		if err != nil {
			return err
		}
		lost = lost || misfits
	}
	if err == nil && len(later) > 0 {
		misfits, failed := l.settle(d, v, later)
		lost, err = lost || misfits, failed
	}
	if unordered := wrong >= enough; last > 0 && l.unordered.Load() != unordered {
		l.unordered.Store(unordered)
	}
	d.record = within
	if outer != nil {
		if err == nil && d.node != nil {
			d.node.record(seen, v)
		}
		d.node = outer
	}
	if err == nil && lost && l.extra == nil {
		return errPartial
	}
	return err
}

// value reads the value of a member into its field, and reports whether it, or a
// part of it, has no place there.
func (l *layout) value(d *decoder, f *field, v reflect.Value, name string) (misfits bool, err error) {
	c := d.next()
	if c == 'n' && !f.nulls {
		return false, d.literal("null")
	}
	start, depth := d.pos, d.depth
	if node := d.node; f.object && node != nil {
		d.node = node.child(f.i)
		err = f.decode(d, c, f.of(v))
		d.node = node
	} else {
		err = f.decode(d, c, f.of(v))
	}
	if err != nil {
		return true, l.misfit(d, f, v, name, start, depth, err)
	}
	return false, nil
}

// An alias is another name of a field.
type alias struct {
	name  string
	field int
}

// A late member came under another name of its field.
type late struct {
	*alias
	pos int // of its value
}

// putOff skips a member under another name of its field: the field's own name may
// follow.
func putOff(d *decoder, later []late, o *alias) ([]late, error) {
	for _, l := range later {
		if l.alias == o {
			return nil, errDuplicate
		}
	}
	later = append(later, late{o, d.pos})
	_, err := d.value()
	return later, err
}

// settle reads the members that were put off into the fields that are still zero.
// A record keeps the others in its Extra, and an envelope goes on without them.
func (l *layout) settle(d *decoder, v reflect.Value, later []late) (lost bool, err error) {
	end, depth := d.pos, d.depth
	for _, o := range later {
		f := &l.fields[o.field]
		d.pos, d.depth = o.pos, depth+1
		misfits := true
		if f.of(v).IsZero() {
			misfits, err = l.value(d, f, v, o.name)
		} else if l.extra != nil && !f.secret {
			err = l.keep(d, v, o.name)
		}
		if err != nil {
			return true, err
		}
		lost = lost || misfits
		d.back += d.pos - o.pos
	}
	d.pos, d.depth = end, depth
	return lost, nil
}

// misfit handles a member whose value, or a part of it, has no place in its
// field. A record keeps the member in its Extra, unless the field holds secrets.
// An envelope goes on without it, unless a record was broken.
func (l *layout) misfit(d *decoder, f *field, v reflect.Value, name string, start, depth int, err error) error {
	keeps := l.extra != nil && !f.secret
	if d.node != nil && !fatal(err) && (err != errPartial || l.extra != nil) { //nolint:errorlint // errors are never wrapped in here
		d.node.misfits[f.i]++
	}
	switch {
	case err == errPartial: //nolint:errorlint // as above
		if !keeps {
			return nil
		}
	case err == errMismatch, !fatal(err) && l.extra == nil && !f.record: //nolint:errorlint // as above
		f.of(v).SetZero()
		if !keeps {
			return d.passOver(start, depth)
		}
	default:
		return err
	}
	d.rewind(start, depth)
	return l.keep(d, v, name)
}

// unknown reads the value of a member that has no field.
func (l *layout) unknown(d *decoder, v reflect.Value, name []byte) error {
	if l.extra == nil {
		_, err := d.value()
		return err
	}
	if _, twice := (*l.extraOf(v))[string(name)]; twice {
		return errDuplicate
	}
	if d.node != nil {
		d.node.stranger(name)
	}
	return l.keep(d, v, d.keep(name))
}

// keep reads a value into the Extra of v.
func (l *layout) keep(d *decoder, v reflect.Value, name string) error {
	raw, err := d.keepValue()
	if err != nil {
		return err
	}
	m := l.extraOf(v)
	if *m == nil {
		*m = make(map[string]json.RawMessage, 1)
	}
	if err := d.chargeMap(len(*m), 16+24); err != nil { // a string and a slice
		return err
	}
	(*m)[name] = raw
	return nil
}

// extraOf returns the Extra of v. Each type that isExtra accepts has this map as its
// underlying type, so the address may be converted. Value.Convert takes ten times as long.
func (l *layout) extraOf(v reflect.Value) *map[string]json.RawMessage {
	return (*map[string]json.RawMessage)(v.FieldByIndex(l.extra).Addr().UnsafePointer())
}
