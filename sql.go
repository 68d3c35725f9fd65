package tenantry

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

// Value returns the text, or nil for "", as a value for a database.
func (d Date) Value() (driver.Value, error) { return nullable(string(d)), nil }

// Scan sets the date to a value from a database: a text, a time, of which it takes the
// date as written, or nil, which means "".
func (d *Date) Scan(src any) error {
	if t, ok := src.(time.Time); ok {
		*d = NewDate(t)
		return nil
	}
	return scanText((*string)(d), src, "Date")
}

// Value returns the text, or nil for "", as a value for a database.
func (t Timestamp) Value() (driver.Value, error) { return nullable(string(t)), nil }

// Scan sets the timestamp to a value from a database: a text, a time or nil, which means
// "". A time keeps its offset and its fraction of a second.
func (t *Timestamp) Scan(src any) error {
	if at, ok := src.(time.Time); ok {
		if *t = ""; !at.IsZero() {
			*t = Timestamp(at.Format(time.RFC3339Nano))
		}
		return nil
	}
	return scanText((*string)(t), src, "Timestamp")
}

// Value returns the text, or nil for "", as a value for a database.
func (d Decimal) Value() (driver.Value, error) { return nullable(string(d)), nil }

// Scan sets the decimal to a value from a database: a text, a number or nil, which means
// "".
func (d *Decimal) Scan(src any) error {
	switch n := src.(type) {
	case int64:
		*d = Decimal(strconv.FormatInt(n, 10))
		return nil
	case float64:
		*d = Decimal(strconv.FormatFloat(n, 'g', -1, 64))
		return nil
	}
	return scanText((*string)(d), src, "Decimal")
}

func nullable(text string) driver.Value {
	if text == "" {
		return nil
	}
	return text
}

func scanText(to *string, src any, name string) error {
	switch text := src.(type) {
	case nil:
		*to = ""
	case string:
		*to = text
	case []byte:
		*to = string(text)
	default:
		return fmt.Errorf("tenantry: a %T can't be scanned into a %s", src, name)
	}
	return nil
}

// Value returns the value for a database, or nil if the field is absent or null.
func (o Opt[T]) Value() (driver.Value, error) {
	if o.state != set {
		return nil, nil
	}
	if _, hidden := any(o.value).(Secret); hidden {
		return nil, errors.New("tenantry: a Secret goes to no database; pass its Reveal")
	}
	return driver.DefaultParameterConverter.ConvertValue(o.value)
}

// Scan sets the field to a value from a database. Nil sets it to null.
func (o *Opt[T]) Scan(src any) error {
	if src == nil {
		*o = Null[T]()
		return nil
	}
	var v T
	if err := scan(&v, src); err != nil {
		return err
	}
	*o = Set(v)
	return nil
}

// scan sets *to, which is a pointer to a basic type, a time or a scanner, to a value from
// a database.
func scan(to, src any) error {
	if s, ok := to.(interface{ Scan(any) error }); ok {
		return s.Scan(src)
	}
	v := reflect.ValueOf(to).Elem()
	in := reflect.ValueOf(src)
	switch kind := v.Kind(); {
	case in.Type() == v.Type():
		v.Set(in)
	case kind == reflect.String && (in.Kind() == reflect.String || in.Type() == reflect.TypeFor[[]byte]()):
		v.Set(in.Convert(v.Type()))
	case kind == reflect.Bool && in.Kind() == reflect.Bool:
		v.SetBool(in.Bool())
	case kind == reflect.Bool && in.Kind() == reflect.Int64 && in.Int()&^1 == 0: // SQLite
		v.SetBool(in.Int() == 1)
	case v.CanInt() && in.Kind() == reflect.Int64 && !v.OverflowInt(in.Int()):
		v.SetInt(in.Int())
	case v.CanFloat() && in.Kind() == reflect.Float64:
		v.SetFloat(in.Float())
	case v.CanFloat() && in.Kind() == reflect.Int64 && int64(float64(in.Int())) == in.Int():
		v.SetFloat(float64(in.Int()))
	default:
		return fmt.Errorf("tenantry: a %T can't be scanned into an Opt[%s]", src, v.Type())
	}
	return nil
}
