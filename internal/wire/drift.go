package wire

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Kinds of what a [Watch] finds.
const (
	Unknown  = "unknown member" // a member of a record that has no field
	Misfit   = "misfit"         // a value, or a part of one, that does not fit its field
	NewValue = "new value"      // a value that is none of an enumeration's
	Never    = "never comes"    // a field whose member never comes
)

const (
	// enoughRecords is how many records without a member make it one that never comes.
	enoughRecords = 1000
	// maxUnknown is how many unknown members of one place are told apart.
	maxUnknown = 100
	// maxName is how long the name of a member may be to be shown.
	maxName = 64
)

// A Found is something that a type does not know of the JSON that is read into it. It
// holds no values.
type Found struct {
	Kind  string
	Type  reflect.Type // of the struct that has the member
	Path  string       // a JSONPath, such as "$.results[*].pets[*].weight"
	Count int          // how many objects of the response have it, or how many came without it
}

// A Watch decodes values and finds what their types do not know. It reports each place
// and kind once, and is safe for concurrent use.
type Watch struct {
	// Values are the enumerations: string types with their values.
	Values map[reflect.Type][]string
	// Around are the members that may come beside those of a record that is a whole
	// response.
	Around []string

	mu    sync.Mutex
	trees map[treeKey]*tree
}

type treeKey struct {
	name string
	typ  reflect.Type
}

// A tree holds what was found in the values of one name and type.
type tree struct {
	all   *node
	spare []*node // of decodings that have ended
}

// Decode is [Decode], and returns what was found for the first time among the values of
// a name, such as the operation's. root is the path of data in the response. If the
// caller asked for a part of the members, partial is true.
func (w *Watch) Decode(data []byte, out any, name, root string, partial bool) ([]Found, error) {
	t, own := w.take(treeKey{name, reflect.TypeOf(out)})
	d := newDecoder(data)
	d.node = own
	err := d.decode(out)
	d.release()
	w.mu.Lock()
	defer w.mu.Unlock()
	t.spare = append(t.spare, own)
	var found []Found
	t.all.merge(own, root, partial || err != nil, &found)
	slices.SortFunc(found, func(a, b Found) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind)) })
	return found, err
}

// take returns the tree of a key, and an empty one for a decoding.
func (w *Watch) take(key treeKey) (*tree, *node) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.trees[key]
	if t == nil {
		if w.trees == nil {
			w.trees = make(map[treeKey]*tree)
		}
		t = &tree{all: &node{watch: w}}
		w.trees[key] = t
	}
	if last := len(t.spare) - 1; last >= 0 {
		own := t.spare[last]
		t.spare = t.spare[:last]
		return t, own
	}
	return t, &node{watch: w}
}

// A node holds what was found in the structs of one type in one place.
type node struct {
	watch    *Watch
	parent   *node
	step     string  // from the parent
	layout   *layout // nil if none came
	same     *node   // the node around this one that is of the same type, or nil
	children []*node // by field
	enums    []enum

	count   int
	came    []uint64 // the fields that came, as a set
	misfits []int    // by field
	values  []int    // new ones, by field
	unknown map[string]int

	told struct { // of the tree's own node
		fields  map[string]bool // kind and member
		missing bool
	}
}

// An enum is a field that holds values of an enumeration.
type enum struct {
	field int
	known []string
	last  int // the index of the last one that came
}

// enter prepares the decoder's node for a struct.
func (d *decoder) enter(l *layout) {
	n := d.node
	if n.layout == nil {
		n.start(l)
	}
	switch {
	case n.layout != l: // no field holds structs of two types
		d.node = nil
	case n.same != nil:
		d.node = n.same
	}
}

func (n *node) start(l *layout) {
	n.layout = l
	for around := n.parent; around != nil && n.same == nil; around = around.parent {
		if around.layout == l {
			n.same = around
			return
		}
	}
	n.children, n.misfits, n.values = make([]*node, len(l.fields)), make([]int, len(l.fields)), make([]int, len(l.fields))
	n.came = make([]uint64, (len(l.fields)+63)/64)
	for i := range l.fields {
		if known := n.watch.Values[enumOf(l.fields[i].typ)]; len(known) > 0 && l.extra != nil {
			n.enums = append(n.enums, enum{field: i, known: known})
		}
	}
}

// enumOf returns the type that the fields of type t hold values of.
func enumOf(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

// child returns the node of the structs in a field.
func (n *node) child(i int) *node {
	c := n.children[i]
	if c == nil {
		f := &n.layout.fields[i]
		c = &node{watch: n.watch, parent: n, step: step(f.name)}
		for t := f.typ; ; t = t.Elem() {
			switch {
			case t.Kind() == reflect.Pointer:
				continue
			case t.Kind() == reflect.Map:
				c.step += ".*"
				continue
			case t.Kind() == reflect.Slice:
				c.step += "[*]"
				continue
			case reflect.PointerTo(t).Implements(listerType):
				c.step += "[*]"
			}
			break
		}
		n.children[i] = c
	}
	return c
}

// record counts a struct whose members came.
func (n *node) record(came []uint64, v reflect.Value) {
	n.count++
	for i := range n.came {
		n.came[i] |= came[i]
	}
	for i := range n.enums {
		if e := &n.enums[i]; !e.knows(n.layout.fields[e.field].of(v)) {
			n.values[e.field]++
		}
	}
}

// knows reports whether a field holds known values only, or none.
func (e *enum) knows(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		text := v.String()
		if text == "" || text == e.known[e.last] {
			return true
		}
		i := slices.Index(e.known, text)
		e.last = max(i, 0)
		return i >= 0
	case reflect.Pointer:
		return v.IsNil() || e.knows(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if !e.knows(v.Index(i)) {
				return false
			}
		}
	}
	return true
}

// stranger counts a member that has no field.
func (n *node) stranger(name []byte) {
	if n.parent == nil && slices.Contains(n.watch.Around, string(name)) {
		return
	}
	if len(name) > maxName { // no name of a programmer; it is not worth its memory
		name = []byte("*")
	}
	if n.unknown == nil {
		n.unknown = make(map[string]int)
	}
	if _, ok := n.unknown[string(name)]; ok || len(n.unknown) < maxUnknown {
		n.unknown[string(name)]++
	}
}

// merge moves what a decoding found into n, and appends what is new to found.
func (n *node) merge(own *node, path string, partial bool, found *[]Found) {
	if own.layout == nil || own.same != nil {
		return
	}
	if n.layout == nil {
		n.start(own.layout)
		n.told.fields = make(map[string]bool)
	}
	l := n.layout
	report := func(kind, member string, count int) {
		if count == 0 {
			return
		}
		if key := kind + " " + member; !n.told.fields[key] && len(n.told.fields) < 4*maxUnknown+2*len(l.fields) {
			n.told.fields[key] = true
			*found = append(*found, Found{kind, l.typ, path + step(member), count})
		}
	}
	for name, count := range own.unknown {
		report(Unknown, name, count)
	}
	for i := range l.fields {
		report(Misfit, l.fields[i].name, own.misfits[i])
		report(NewValue, l.fields[i].name, own.values[i])
		n.values[i] += own.values[i]
	}
	own.enums = slices.DeleteFunc(own.enums, func(e enum) bool { return n.values[e.field] > 0 }) // reported
	if !partial && l.extra != nil && !n.told.missing {
		n.count += own.count
		for i := range n.came {
			n.came[i] |= own.came[i]
		}
		if n.told.missing = n.count >= enoughRecords; n.told.missing {
			for i := range l.fields {
				if n.came[i/64]&(1<<(i%64)) == 0 {
					report(Never, l.fields[i].name, n.count)
				}
			}
		}
	}
	own.count, own.unknown = 0, nil
	clear(own.came)
	clear(own.misfits)
	clear(own.values)
	for i, c := range own.children {
		if c != nil {
			n.child(i).merge(c, path+c.step, partial, found)
		}
	}
}

// nameLike matches names of members as programmers choose them. Others may be data.
var nameLike = regexp.MustCompile(`^[A-Za-z_$@][A-Za-z_$]*([-_. ]?[A-Za-z_$]+|_?[0-9]{1,3})*$`)

// step returns a member's part of a path. A name that may be data is shown as "*".
func step(name string) string {
	switch {
	case len(name) > maxName || !nameLike.MatchString(name):
		return ".*"
	case strings.ContainsAny(name, "-. $@"):
		return fmt.Sprintf("['%s']", name)
	}
	return "." + name
}
