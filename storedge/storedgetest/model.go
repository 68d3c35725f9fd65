package storedgetest

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/storedge"
)

// A model says in which order the API writes the members of a kind of objects. It is
// read from the fields of package storedge's type, which keep the reference's order.
type model struct {
	names   []string
	lists   map[string]bool   // members that are arrays
	objects map[string]*model // of members that are objects or arrays of them
}

var models sync.Map // by type

// modelOf returns the model of a struct's type. That of nil has no members.
func modelOf(zero any) *model {
	if zero == nil {
		return new(model)
	}
	return modelOfType(reflect.TypeOf(zero))
}

func modelOfType(t reflect.Type) *model {
	if known, ok := models.Load(t); ok {
		m, _ := known.(*model)
		return m
	}
	m := &model{lists: make(map[string]bool), objects: make(map[string]*model)}
	models.Store(t, m) // before its members, which may be of the same type
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || !field.IsExported() {
			continue
		}
		m.names = append(m.names, name)
		of := field.Type
		m.lists[name] = of.Kind() == reflect.Slice && of.Elem().Kind() != reflect.Uint8
		for of.Kind() == reflect.Pointer || m.lists[name] && of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() == reflect.Struct && of.PkgPath() == modelPackage {
			m.objects[name] = modelOfType(of)
		}
	}
	return m
}

var modelPackage = reflect.TypeFor[storedge.Tenant]().PkgPath()

// elsewhere are the members of package storedge's types that are only in some records
// or on CubeSmart's host. They are not written as null.
var elsewhere = []string{
	"exclude_from_api", "group_id", "ledger", "max_rate", "session_id", "successful_payment_events", "tenant", "tiering", "unit", "unit_group",
}

// fill sets the members that an object lacks to null or an empty array.
func (m *model) fill(v members) {
	for _, name := range m.names {
		if _, set := v[name]; set || slices.Contains(elsewhere, name) {
			continue
		}
		if m.lists[name] {
			v[name] = []any{}
		} else {
			v[name] = nil
		}
	}
}

// render writes a value whose objects are of a model, or of none.
func render(v any, m *model) jsontext.Value {
	switch v := v.(type) {
	case members:
		return renderObject(v, m)
	case []members:
		return renderList(v, m)
	case []any:
		return renderList(v, m)
	case jsontext.Value:
		return v
	}
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err) // plain values
	}
	return b
}

func renderList[T any](all []T, m *model) jsontext.Value {
	b := []byte{'['}
	for i, v := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, render(v, m)...)
	}
	return append(b, ']')
}

// renderObject writes the members that the model names first, and in its order.
func renderObject(v members, m *model) jsontext.Value {
	if v == nil {
		return jsontext.Value("null")
	}
	var o fakeserver.Object
	written := make(map[string]bool, len(v))
	set := func(name string, value any, of *model) {
		written[name] = true
		switch value.(type) {
		case members, []members, []any:
			value = render(value, of)
		}
		o.Set(name, value)
	}
	if m != nil {
		for _, name := range m.names {
			if value, ok := v[name]; ok {
				set(name, value, m.objects[name])
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if !written[name] {
			set(name, v[name], nil)
		}
	}
	return o.Bytes()
}

// parse returns what a JSON text says. Numbers keep their text.
func parse(raw jsontext.Value) any {
	switch raw.Kind() {
	case '{':
		var all map[string]jsontext.Value
		if json.Unmarshal(raw, &all) != nil {
			return nil
		}
		m := make(members, len(all))
		for name, v := range all {
			m[name] = parse(v)
		}
		return m
	case '[':
		var all []jsontext.Value
		if json.Unmarshal(raw, &all) != nil {
			return nil
		}
		list := make([]any, len(all))
		for i, v := range all {
			list[i] = parse(v)
		}
		return list
	case '0':
		return raw
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	return v
}

// asText returns a value as it stands in a query.
func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case jsontext.Value:
		return string(v)
	}
	return string(render(v, nil))
}
