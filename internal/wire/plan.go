package wire

import (
	"encoding/binary"
	"math"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A plan is how values of a type are read.
type plan struct {
	decode decodeFunc
	nulls  bool // decode wants to see a null, too; else it leaves the field alone
}

// A decodeFunc reads the value that starts at the scanner's position, with c,
// into v, which is addressable and zero.
type decodeFunc func(d *decoder, c byte, v reflect.Value) error

var (
	rawType      = reflect.TypeFor[jsontext.Value]()
	extraType    = reflect.TypeFor[map[string]jsontext.Value]()
	listerType   = reflect.TypeFor[lister]()
	customType   = reflect.TypeFor[json.Unmarshaler]()
	customV2Type = reflect.TypeFor[json.UnmarshalerFrom]()
)

var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

var (
	plans    sync.Map // reflect.Type to *plan
	planning sync.Mutex
	planned  planner // guarded by planning
)

// planFor answers how values of type t are read.
func planFor(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	planning.Lock()
	defer planning.Unlock()
	if planned == nil {
		planned = make(planner)
	}
	p := planned.plan(t)
	plans.Store(t, p)
	return p
}

// A planner makes plans, each once, so that a type that contains itself finds
// its own.
type planner map[reflect.Type]*plan

func (r planner) plan(t reflect.Type) *plan {
	p, ok := r[t]
	if !ok {
		p = new(plan)
		r[t] = p
		p.decode, p.nulls = r.make(t)
	}
	return p
}

func (r planner) make(t reflect.Type) (decode decodeFunc, nulls bool) {
	switch ptr := reflect.PointerTo(t); {
	case t == rawType:
		return decodeRaw, false
	case ptr.Implements(listerType):
		return func(d *decoder, c byte, v reflect.Value) error { return v.Addr().Interface().(lister).decodeList(d, c) }, true
	case t.Kind() == reflect.String:
		return decodeText, false
	case ptr.Implements(customType), ptr.Implements(customV2Type):
		return decodeCustom, true
	}
	switch t.Kind() {
	case reflect.Bool:
		return decodeBool, false
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return decodeInt, false
	case reflect.Float32, reflect.Float64:
		return decodeFloat, false
	case reflect.Pointer:
		return r.pointer(t), false
	case reflect.Slice:
		return r.slice(t), false
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return r.mapping(t), false
		}
	case reflect.Struct:
		return r.structure(t), false
	}
	return decodeCustom, true
}

// read reads the next value into v. A null leaves it as it is.
func (d *decoder) read(p *plan, v reflect.Value) error {
	c := d.next()
	if c == 'n' && !p.nulls {
		return d.literal("null")
	}
	return p.decode(d, c, v)
}

func decodeRaw(d *decoder, _ byte, v reflect.Value) error {
	start := d.pos
	has, err := d.value()
	switch {
	case err != nil:
		return err
	case has&garbled != 0:
		return errUTF8
	}
	v.SetBytes(d.keepRaw(d.data[start:d.pos]))
	return nil
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

// scalar answers the text of a number, a bool or a string that may hold one,
// and errMismatch for anything else. It is good until the next one is read.
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
		if from == to {
			return nil, errMismatch
		}
		if has == 0 {
			return d.data[from:to], nil
		}
		return d.unescape(from, to, has, nil)
	}
	_, err := d.value()
	return d.data[start:d.pos], err
}

func decodeBool(d *decoder, c byte, v reflect.Value) error {
	s, err := d.scalar(c)
	switch {
	case err != nil:
		return err
	case string(s) == "false":
		v.SetBool(false)
	case string(s) == "true":
		v.SetBool(true)
	default:
		return errMismatch
	}
	return nil
}

func decodeInt(d *decoder, c byte, v reflect.Value) error {
	s, err := d.scalar(c)
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(string(s), 10, 64)
	if err != nil {
		f, ferr := strconv.ParseFloat(string(s), 64)
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

func decodeFloat(d *decoder, c byte, v reflect.Value) error {
	s, err := d.scalar(c)
	if err != nil {
		return err
	}
	f, err := strconv.ParseFloat(string(s), v.Type().Bits())
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return errMismatch
	}
	v.SetFloat(f)
	return nil
}

// decodeCustom leaves the value to the type's own methods, or to the library.
func decodeCustom(d *decoder, _ byte, v reflect.Value) error {
	start := d.pos
	has, err := d.value()
	switch {
	case err != nil:
		return err
	case has&garbled != 0:
		return errUTF8
	case json.Unmarshal(d.data[start:d.pos], v.Addr().Interface(), lenient) != nil:
		return errMismatch
	}
	return nil
}

// ids number the plans that keep something in a decoder. (Guarded by planning.)
var ids int

func nextID() int {
	ids++
	return ids
}

func (r planner) pointer(t reflect.Type) decodeFunc {
	elem, id := r.plan(t.Elem()), nextID()
	return func(d *decoder, c byte, v reflect.Value) error {
		p := d.slab(id, t.Elem())
		if err := elem.decode(d, c, p.Elem()); err != nil {
			return err
		}
		v.Set(p)
		return nil
	}
}

func (r planner) slice(t reflect.Type) decodeFunc {
	elem, id := r.plan(t.Elem()), nextID()
	empty := reflect.MakeSlice(t, 0, 0)
	return func(d *decoder, c byte, v reflect.Value) error {
		if c != '[' {
			return errMismatch
		}
		more, err := d.open(']')
		if !more {
			v.Set(empty)
			return err
		}
		// How many there are is known at the end: they are read into a slice
		// that is used again, and copied.
		all := d.takeScratch(id, t)
		n := 0
		for ; more && err == nil; n++ {
			if n == all.Cap() {
				all.Grow(max(n, 4))
			}
			all.SetLen(n + 1)
			if err = d.read(elem, all.Index(n)); err == nil {
				more, err = d.more(']')
			}
		}
		if err == nil {
			v.SetZero()
			v.Grow(n)
			v.SetLen(n)
			reflect.Copy(v, all)
		}
		all.Clear()
		if all.Cap() <= 64 {
			d.scratches[id] = all
		}
		return err
	}
}

func (r planner) mapping(t reflect.Type) decodeFunc {
	elem := r.plan(t.Elem())
	return func(d *decoder, c byte, v reflect.Value) error {
		if c != '{' {
			return errMismatch
		}
		v.Set(reflect.MakeMap(t))
		more, err := d.open('}')
		for ; more; more, err = d.more('}') {
			from, to, has, err := d.name()
			if err != nil {
				return err
			}
			name, err := d.unescape(from, to, has, nil)
			if err != nil {
				return err
			}
			key := reflect.ValueOf(string(name)).Convert(t.Key())
			if v.MapIndex(key).IsValid() {
				return errDuplicate
			}
			value := reflect.New(t.Elem()).Elem()
			if err := d.read(elem, value); err != nil {
				return err
			}
			v.SetMapIndex(key, value)
		}
		return err
	}
}

type field struct {
	name   string
	quoted string // the name as it mostly comes: "name":
	index  []int
	at     int // index, where it is but one; else -1
	*plan
}

func (f *field) of(v reflect.Value) reflect.Value {
	if f.at >= 0 {
		return v.Field(f.at)
	}
	return v.FieldByIndex(f.index)
}

// A layout is how the structs of a type are filled.
type layout struct {
	fields []field
	byName map[string]int // 1 + the field
	extra  []int          // nil where there is none
	slots  []int16        // 1 + the field, by the hash of its name
	shift  int
	// A server sends the members of its records in one order, of which some may
	// be left out. It is learned: by each field, 0 for none, the one that
	// followed it. So a name is mostly compared once and not looked up.
	follows   []atomic.Int32
	unordered atomic.Bool // no such order was found
}

// enough is how many members of a record may be found otherwise until no more
// guesses are made in it.
const enough = 4

// expect reports whether the field that is expected after another one comes
// next, and passes over its name. last is 1 + the field before.
func (l *layout) expect(d *decoder, last int) (int, bool) {
	i := int(l.follows[last].Load())
	if i < len(l.fields) && d.at(l.fields[i].quoted) {
		d.pos += len(l.fields[i].quoted)
		return i, true
	}
	return i, false
}

// member reads the name of a member that is not the one expected, and answers
// its field, or -1 and the name. One that was left out may have been expected.
func (l *layout) member(d *decoder, last int, wrong *int) (int, []byte, error) {
	if *wrong < enough {
		for i, n := int(l.follows[last].Load()), 0; n < 2 && i < len(l.fields); n++ {
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
		l.follows[last].Store(int32(i)) //nolint:gosec // a struct has fewer fields
	}
	return i, name, nil
}

// find passes over a name that is written as it is mostly, and answers its
// field; or -1.
func (l *layout) find(d *decoder) int {
	rest := d.data[d.pos:]
	if len(rest) < 17 {
		return -1
	}
	for slot := hash(rest[1:17]) >> l.shift; l.slots[slot] != 0; slot = (slot + 1) & uint64(len(l.slots)-1) {
		i := int(l.slots[slot]) - 1
		if quoted := l.fields[i].quoted; d.at(quoted) {
			d.pos += len(quoted)
			return i
		}
	}
	return -1
}

// hash mixes what is before the quote in sixteen bytes.
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

func (r planner) structure(t reflect.Type) decodeFunc {
	l := new(layout)
	r.fields(t, nil, &l.fields, &l.extra)
	l.byName = make(map[string]int, len(l.fields))
	l.follows = make([]atomic.Int32, len(l.fields)+1)
	size := bits.Len(uint(4 * len(l.fields)))
	l.slots, l.shift = make([]int16, 1<<size), 64-size
	for i := range l.fields {
		slot := hash([]byte(l.fields[i].quoted + strings.Repeat("\x00", 16))[1:]) >> l.shift
		for l.slots[slot] != 0 {
			slot = (slot + 1) & uint64(len(l.slots)-1)
		}
		l.slots[slot] = int16(i + 1)
	}
	for i := len(l.fields) - 1; i >= 0; i-- {
		l.byName[l.fields[i].name] = i + 1 // the first one of a name counts
		l.follows[i].Store(int32(i))       //nolint:gosec // as above
	}
	return l.decode
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
	if l.unordered.Load() {
		wrong = enough - 1
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
				if err := d.keepExtra(v, l.extra, name); err != nil {
					return err
				}
				continue
			}
		}
		if seen[i/64]&(1<<(i%64)) != 0 {
			return errDuplicate
		}
		seen[i/64] |= 1 << (i % 64)
		last = i + 1
		f := &l.fields[i]
		c := d.next()
		if c == 'n' && !f.nulls {
			if err := d.literal("null"); err != nil {
				return err
			}
			continue
		}
		start, depth := d.pos, d.depth
		if err := f.decode(d, c, f.of(v)); err != nil {
			if err := l.misfit(d, f, v, start, depth, err); err != nil {
				return err
			}
		}
	}
	if unordered := wrong >= enough; last > 0 && l.unordered.Load() != unordered {
		l.unordered.Store(unordered)
	}
	return err
}

// misfit puts a value that does not fit its field into the Extra of v. Other
// errors stay.
func (l *layout) misfit(d *decoder, f *field, v reflect.Value, start, depth int, err error) error {
	if _, broken := err.(*SyntaxError); broken { //nolint:errorlint // never wrapped in here
		return err
	}
	f.of(v).SetZero()
	if err != errMismatch || l.extra == nil { //nolint:errorlint // never wrapped in here
		return err
	}
	raw, valid, err := d.passOver(start, depth)
	switch {
	case err != nil:
		return err
	case !valid:
		return errUTF8
	}
	d.putExtra(extraOf(v, l.extra), f.name, raw)
	return nil
}

// keepExtra puts the value that follows into the Extra of v, or passes over it
// where v has none.
func (d *decoder) keepExtra(v reflect.Value, extra []int, name []byte) error {
	if extra == nil {
		_, err := d.value()
		return err
	}
	d.next()
	start := d.pos
	has, err := d.value()
	switch {
	case err != nil:
		return err
	case has&garbled != 0:
		return errUTF8
	}
	m := extraOf(v, extra)
	if _, twice := (*m)[string(name)]; twice {
		return errDuplicate
	}
	d.putExtra(m, d.keep(name), d.data[start:d.pos])
	return nil
}

func extraOf(v reflect.Value, index []int) *map[string]jsontext.Value {
	return v.FieldByIndex(index).Addr().Interface().(*map[string]jsontext.Value)
}

func (d *decoder) putExtra(m *map[string]jsontext.Value, name string, raw []byte) {
	if *m == nil {
		*m = make(map[string]jsontext.Value, 1)
	}
	(*m)[name] = d.keepRaw(raw)
}

func (r planner) fields(t reflect.Type, prefix []int, fields *[]field, extra *[]int) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int(nil), prefix...), i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case f.Type == extraType && strings.Contains(options, "embed"):
			*extra = index
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			r.fields(f.Type, index, fields, extra)
		case f.IsExported():
			if name == "" {
				name = f.Name
			}
			at := -1
			if len(index) == 1 {
				at = i
			}
			quoted, _ := jsontext.AppendQuote(nil, name)
			*fields = append(*fields, field{name, string(quoted) + ":", index, at, r.plan(f.Type)})
		}
	}
}
