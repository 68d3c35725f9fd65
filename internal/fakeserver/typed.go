package fakeserver

import (
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json"

	"github.com/tenantry/tenantry-go/internal/wire"
)

// Typed is a record that a test hands to a fake: a model of the API's package, or a
// pointer to one.
type Typed struct {
	Model string // the name of its type
	ID    string
	value reflect.Value
	what  string // "propexotest: Add"
}

// NewTyped returns a record with its ID, which is the first of the named fields that
// its type has. It panics if the record is not a struct of the API's package with such
// a field. what, such as "propexotest: Add", starts the panic's text.
func NewTyped(what, pkg string, record any, idFields ...string) Typed {
	v := reflect.ValueOf(record)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || v.Type().PkgPath() != pkg {
		panic(fmt.Sprintf("%s: %T is not a model of %s", what, record, pkg))
	}
	for _, name := range idFields {
		if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.String {
			return Typed{Model: v.Type().Name(), ID: f.String(), value: v, what: what}
		}
	}
	panic(fmt.Sprintf("%s: a %T has no ID", what, record))
}

// Value returns the record, which is a struct.
func (t Typed) Value() any { return t.value.Interface() }

// Refuse panics: the fake has no records of the model.
func (t Typed) Refuse() {
	panic(fmt.Sprintf("%s: the server has no records of type %s", t.what, t.Model))
}

// NeedID panics if the record has no ID.
func (t Typed) NeedID() {
	if t.ID == "" {
		panic(fmt.Sprintf("%s: the %s has no ID", t.what, t.Model))
	}
}

// JSON returns the record as the server sends it, with its secrets.
func (t Typed) JSON() []byte {
	b, _, err := wire.MarshalRequest(t.value.Interface())
	if err != nil {
		panic(fmt.Sprintf("%s: %v", t.what, err))
	}
	return b
}

// Decode sets the record, which must be a pointer, from JSON.
func (t Typed) Decode(b []byte) {
	if !t.value.CanAddr() {
		panic(t.what + ": the record must be a pointer")
	}
	if err := json.Unmarshal(b, t.value.Addr().Interface()); err != nil {
		panic(fmt.Sprintf("%s: %v", t.what, err))
	}
}
