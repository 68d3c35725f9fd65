package tenantry

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An Opt is a field of a write that says just what it changes: left alone (the
// zero value, not sent), set to null, or set to a value.
//
//	update := propexo.ResidentUpdateParams{
//		Email1: tenantry.Set("al@example.com"),
//		Phone2: tenantry.Null[string](),
//	}
type Opt[T any] struct {
	state optState
	value T
}

type optState uint8

const (
	absent optState = iota
	null
	set
)

// Set is a field that is sent with the value v, also where v is zero.
func Set[T any](v T) Opt[T] { return Opt[T]{set, v} }

// Null is a field that is sent as null.
func Null[T any]() Opt[T] { return Opt[T]{state: null} }

// Get answers the value and true, or the zero value and false where the field
// is absent or null.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == set }

// IsNull reports whether the field is sent as null.
func (o Opt[T]) IsNull() bool { return o.state == null }

// IsZero reports whether the field is left alone; encoders use it to omit it.
func (o Opt[T]) IsZero() bool { return o.state == absent }

// Format prints the value as fmt prints a T, or "absent" or "null".
func (o Opt[T]) Format(f fmt.State, verb rune) {
	switch o.state {
	case absent:
		_, _ = f.Write([]byte("absent"))
	case null:
		_, _ = f.Write([]byte("null"))
	default:
		_, _ = fmt.Fprintf(f, fmt.FormatString(f, verb), o.value)
	}
}

// String returns the value as text, or "absent" or "null".
func (o Opt[T]) String() string { return fmt.Sprint(o) }

// MarshalJSONTo writes the value, or null. A field that is absent belongs
// behind an omitzero tag.
func (o Opt[T]) MarshalJSONTo(enc *jsontext.Encoder) error {
	if o.state != set {
		return enc.WriteToken(jsontext.Null)
	}
	return json.MarshalEncode(enc, o.value)
}

// MarshalJSON does the same for encoding/json.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != set {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads null or a value; a field that does not occur stays
// absent. It is what lets a program keep writes in a queue as JSON.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*o = Null[T]()
		return nil
	}
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*o = Set(v)
	return nil
}
