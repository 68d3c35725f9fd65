package tenantry

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strconv"
	"time"
)

// Value returns the text, or nil for "". It implements [driver.Valuer].
func (d Date) Value() (driver.Value, error) { return textValue(string(d)), nil }

// Value returns the text, or nil for "". It implements [driver.Valuer].
func (t Timestamp) Value() (driver.Value, error) { return textValue(string(t)), nil }

// Value returns the text, or nil for "". It implements [driver.Valuer].
func (d Decimal) Value() (driver.Value, error) { return textValue(string(d)), nil }

// Value returns the value, or nil if the field is absent or null. It implements
// [driver.Valuer].
func (o Opt[T]) Value() (driver.Value, error) {
	if o.state != set {
		return nil, nil
	}
	return driver.DefaultParameterConverter.ConvertValue(o.value)
}

// Scan reads a column of text or of a date. NULL becomes "". It implements
// [sql.Scanner].
func (d *Date) Scan(src any) error {
	return scanText(d, src, NewDate)
}

// Scan reads a column of text or of a time, which it keeps exactly, in UTC. NULL
// becomes "". It implements [sql.Scanner].
func (t *Timestamp) Scan(src any) error {
	return scanText(t, src, func(at time.Time) Timestamp {
		return Timestamp(at.UTC().Format(time.RFC3339Nano))
	})
}

// Scan reads a column of text or of a number. NULL becomes "". It implements
// [sql.Scanner].
func (d *Decimal) Scan(src any) error {
	switch v := src.(type) {
	case int64:
		*d = Decimal(strconv.FormatInt(v, 10))
	case float64:
		*d = Decimal(strconv.FormatFloat(v, 'f', -1, 64))
	default:
		return scanText(d, src, nil)
	}
	return nil
}

// Scan sets the field to null for NULL, and to the column's value otherwise. It
// converts as [sql.Rows.Scan] does. It implements [sql.Scanner].
func (o *Opt[T]) Scan(src any) error {
	var n sql.Null[T]
	if err := n.Scan(src); err != nil {
		return err
	}
	if *o = Null[T](); n.Valid {
		*o = Set(n.V)
	}
	return nil
}

func textValue(text string) driver.Value {
	if text == "" {
		return nil
	}
	return text
}

// scanText reads a column into dst. fromTime is nil for a type that is no time.
func scanText[T ~string](dst *T, src any, fromTime func(time.Time) T) error {
	switch v := src.(type) {
	case nil:
		*dst = ""
	case string:
		*dst = T(v)
	case []byte:
		*dst = T(v)
	case time.Time:
		if fromTime == nil {
			return fmt.Errorf("tenantry: a time can't be scanned into a %T", *dst)
		}
		*dst = fromTime(v)
	default:
		return fmt.Errorf("tenantry: a %T can't be scanned into a %T", src, *dst)
	}
	return nil
}
