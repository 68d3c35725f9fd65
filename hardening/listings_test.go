package hardening

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

// A listing is a method that lists records: an iterator over records or pages,
// or a call that returns a slice.
type listing struct {
	*target
	method  string // such as "TenantsService.All"
	record  reflect.Type
	pages   bool // it iterates over pages
	iter    bool
	reach   func(client reflect.Value) reflect.Value // returns the method
	dialect *dialect
}

func (l *listing) String() string { return l.name + "." + l.method + " " + l.dialect.name }

// listings returns every listing of an API, in each dialect that its server may
// speak.
func (t *target) listings(tb testing.TB) []*listing {
	tb.Helper()
	client, err := t.tokened("http://127.0.0.1:1")
	require.NoError(tb, err)
	w := walk{target: t, seen: make(map[reflect.Type]bool)}
	w.handle(reflect.TypeOf(client), func(v reflect.Value) reflect.Value { return v })
	var all []*listing
	for _, l := range w.found {
		spoken := dialectsOf(l.record)
		require.NotEmpty(tb, spoken, "dialects lacks %s, which %s.%s lists", l.record, t.name, l.method)
		for _, d := range spoken {
			one := *l
			one.dialect = d
			if !l.iter {
				only := *d
				only.style, only.ask = unpaged, nil
				one.dialect = &only
			}
			all = append(all, &one)
		}
	}
	return all
}

// A walk finds the listings of a client and of all that the client leads to.
type walk struct {
	*target
	seen  map[reflect.Type]bool
	found []*listing
}

// handle walks through the methods and fields of a type. reach gets a value of
// the type from a client.
func (w *walk) handle(t reflect.Type, reach func(reflect.Value) reflect.Value) {
	if w.seen[t] || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return
	}
	w.seen[t] = true
	for m := range t.Methods() {
		method := func(client reflect.Value) reflect.Value { return reach(client).Method(m.Index) }
		l := &listing{target: w.target, method: t.Elem().Name() + "." + m.Name, reach: method}
		switch out := m.Type; {
		case out.NumOut() == 1 && iterates(out.Out(0)):
			l.iter = true
			l.record = out.Out(0).In(0).In(0).Elem()
			if record, ok := recordOf(l.record); ok {
				l.pages, l.record = true, record
			}
			w.found = append(w.found, l)
		case out.NumOut() == 2 && out.Out(0).Kind() == reflect.Pointer && isUnpaged(t, m.Name):
			if record, ok := recordOf(out.Out(0).Elem()); ok && isRecord(record) { // and not a list of words
				l.pages, l.record = true, record
				w.found = append(w.found, l)
			}
		case out.NumOut() == 2 && out.Out(0).Kind() == reflect.Slice && isRecord(out.Out(0).Elem()):
			l.record = out.Out(0).Elem()
			w.found = append(w.found, l)
		case out.NumOut() == 1 && takesIDs(m.Type) && samePackage(out.Out(0), t):
			w.handle(out.Out(0), func(client reflect.Value) reflect.Value {
				return method(client).Call(slices.Repeat([]reflect.Value{reflect.ValueOf("x")}, out.NumIn()-1))[0]
			})
		}
	}
	for f := range t.Elem().Fields() {
		if f.IsExported() && samePackage(f.Type, t) {
			w.handle(f.Type, func(client reflect.Value) reflect.Value { return reach(client).Elem().FieldByIndex(f.Index) })
		}
	}
}

func iterates(t reflect.Type) bool {
	return t.PkgPath() == "iter" && t.CanSeq2() && t.In(0).In(0).Kind() == reflect.Pointer
}

// recordOf returns the type of a page's records.
func recordOf(page reflect.Type) (reflect.Type, bool) {
	if page.Kind() != reflect.Struct {
		return nil, false
	}
	undecodable, ok := page.FieldByName("Undecodable")
	if !ok || undecodable.Type != reflect.TypeFor[[]*tenantry.DecodeError]() {
		return nil, false
	}
	items, _ := page.FieldByName("Items")
	return items.Type.Elem(), true
}

// isUnpaged reports whether a method is the only one that lists its records: one
// page holds them all.
func isUnpaged(t reflect.Type, name string) bool {
	kind, ok := strings.CutPrefix(name, "List")
	if !ok {
		return false
	}
	_, iterated := t.MethodByName("All" + kind)
	return !iterated
}

func isRecord(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	extra, ok := t.FieldByName("Extra")
	return ok && extra.Type == reflect.TypeFor[tenantry.Extra]()
}

// takesIDs reports whether a method takes at least one argument, and texts only.
func takesIDs(method reflect.Type) bool {
	for i := 1; i < method.NumIn(); i++ {
		if method.In(i).Kind() != reflect.String {
			return false
		}
	}
	return method.NumIn() > 1 && !method.IsVariadic()
}

func samePackage(a, b reflect.Type) bool {
	return a.Kind() == reflect.Pointer && a.Elem().PkgPath() == b.Elem().PkgPath()
}

// needed are the fields without which some searches are refused.
var needed = map[string]any{"GroupIDs": []string{"g"}, "GroupID": "g", "CommunityID": "c", "Identifier": "x", "AccountNumber": "1", "IntegrationID": "i"}

// call calls the method on a client, for pages of a size if the method has one.
func (l *listing) call(ctx context.Context, client any, size int) []reflect.Value {
	method := l.reach(reflect.ValueOf(client))
	args := []reflect.Value{reflect.ValueOf(ctx)}
	in := method.Type().NumIn()
	if method.Type().IsVariadic() {
		in--
	}
	for i := 1; i < in; i++ {
		arg := reflect.New(method.Type().In(i)).Elem()
		if arg.Kind() == reflect.String {
			arg.SetString("x")
		} else {
			for name, value := range needed {
				if f := arg.FieldByName(name); f.IsValid() && f.Type() == reflect.TypeOf(value) {
					f.Set(reflect.ValueOf(value))
				}
			}
			for _, name := range []string{"Limit", "PerPage"} {
				if f := arg.FieldByName(name); f.IsValid() {
					f.SetInt(int64(size))
				}
			}
		}
		args = append(args, arg)
	}
	return method.Call(args)
}

// A haul is what came of a listing.
type haul struct {
	records []reflect.Value // of the record's type
	bad     []*tenantry.DecodeError
	err     error // that ended the listing
}

// run lists everything.
func (l *listing) run(ctx context.Context, client any, size int) (h haul) {
	out := l.call(ctx, client, size)
	take := func(records reflect.Value) {
		for i := range records.Len() {
			h.records = append(h.records, records.Index(i))
		}
	}
	fail := func(err error) {
		if bad, ok := err.(*tenantry.DecodeError); ok && bad.Index >= 0 { //nolint:errorlint // a record's own error is never wrapped
			h.bad = append(h.bad, bad)
			return
		}
		h.err = err
	}
	takePage := func(page reflect.Value) {
		take(page.Elem().FieldByName("Items"))
		h.bad = append(h.bad, page.Elem().FieldByName("Undecodable").Interface().([]*tenantry.DecodeError)...)
	}
	if !l.iter {
		err, _ := out[1].Interface().(error)
		switch {
		case l.pages && err == nil:
			takePage(out[0])
		case !l.pages:
			take(out[0])
		}
		if err != nil {
			fail(err)
		}
		return h
	}
	for v, err := range out[0].Seq2() {
		switch err, _ := err.Interface().(error); {
		case err != nil:
			fail(err)
		case l.pages:
			takePage(v)
		default:
			h.records = append(h.records, v.Elem())
		}
	}
	return h
}

// The walk finds every iterator that the sources of an API have, and knows the
// dialect of each.
func TestTheListingsAreComplete(t *testing.T) {
	spoken := make(map[string]bool)
	for _, target := range start(t) {
		found := make(map[string]bool)
		for _, l := range target.listings(t) {
			if l.iter {
				found[l.method] = true
			}
			spoken[l.record.String()], spoken[target.name] = true, true
		}
		var names []string
		files, err := filepath.Glob("../" + target.name + "/*.go")
		require.NoError(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Name.IsExported() && f.Recv != nil && returnsSeq2(f) {
					names = append(names, f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name+"."+f.Name.Name)
				}
			}
		}
		assert.ElementsMatch(t, names, slices.Collect(maps.Keys(found)), "%s: a listing is out of reach of the walk", target.name)
	}
	for record := range dialects {
		assert.True(t, spoken[record], "nothing lists %s", record)
	}
}

func returnsSeq2(f *ast.FuncDecl) bool {
	if f.Type.Results.NumFields() != 1 {
		return false
	}
	index, ok := f.Type.Results.List[0].Type.(*ast.IndexListExpr)
	if !ok {
		return false
	}
	s, ok := index.X.(*ast.SelectorExpr)
	return ok && strings.HasPrefix(s.Sel.Name, "Seq")
}
