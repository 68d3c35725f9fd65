package tenantry

import (
	"fmt"
	"reflect"

	"github.com/tenantry/tenantry-go/internal/wire"
)

// Opt is a field of a write in one of three states: absent (the zero value), which is
// not sent; null; or set to a value.
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

// Set returns a field that is sent with the value v, even if v is zero.
func Set[T any](v T) Opt[T] { return Opt[T]{set, v} }

// SetNonZero returns a field that is sent with the value v, or is absent if v is zero.
func SetNonZero[T comparable](v T) Opt[T] {
	var zero T
	if v == zero {
		return Opt[T]{}
	}
	return Set(v)
}

// Null returns a field that is sent as null.
func Null[T any]() Opt[T] { return Opt[T]{state: null} }

// Get returns the value and true, or the zero value and false if the field is absent or
// null.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == set }

// IsNull reports whether the field is sent as null.
func (o Opt[T]) IsNull() bool { return o.state == null }

// IsZero reports whether the field is absent. Encoders use it to omit the field.
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

// MarshalJSON returns the value as JSON, or null. A field that may be absent needs
// an omitzero tag.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != set {
		return []byte("null"), nil
	}
	return wire.Marshal(o.value)
}

// UnmarshalJSON sets the field to null or to a value, by the rules of this SDK, so
// that a program can keep writes in a queue as JSON. A field without a member stays
// absent.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	if wire.Kind(b) == 'n' {
		*o = Null[T]()
		return nil
	}
	v, err := wire.DecodeValue[T](b)
	if err != nil {
		return fmt.Errorf("tenantry: the member does not fit an Opt[%s]: %w", reflect.TypeFor[T](), err)
	}
	*o = Set(v)
	return nil
}
