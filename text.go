package tenantry

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/wire"
)

// Extra holds raw JSON by the member's name: the members of a record that this
// SDK has no field for, and those whose value, or an element of it, does not fit
// their field. Nil means that there are none.
//
// When the record is marshalled, a field that was set wins over a member of its
// name.
type Extra map[string]Raw

// Raw is JSON that an API leaves free-form, as it came. Nil means that it was
// absent. A null is kept as null.
type Raw = json.RawMessage

// Errors of the text types' parsing methods.
var (
	// ErrNoValue is returned for an empty text: the value was null, absent or "".
	ErrNoValue = errors.New("tenantry: no value")
	// ErrNoZone is returned by [Timestamp.Time] for a time of day without an
	// offset; [Timestamp.In] reads it in a place.
	ErrNoZone = errors.New("tenantry: the time has no zone; read it with In")
	// ErrSkippedTime is returned by [Timestamp.In] for a local time that does
	// not exist because clocks are put forward over it.
	ErrSkippedTime = errors.New("tenantry: the local time does not exist: clocks are put forward over it")
	// ErrRepeatedTime is returned by [Timestamp.In] for a local time that
	// happens twice because clocks are put back over it.
	ErrRepeatedTime = errors.New("tenantry: the local time happens twice: clocks are put back over it")
)

// A Date is a calendar date, as its exact text. Most APIs write YYYY-MM-DD, but
// whatever came is kept. "" means that there was none.
type Date string

// NewDate is the date of t, in t's own zone.
func NewDate(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Time parses the date, as midnight UTC. It takes YYYY-MM-DD, and a full
// timestamp, of which it takes the date that is written there. The error is
// [ErrNoValue] for "".
func (d Date) Time() (time.Time, error) {
	if d == "" {
		return time.Time{}, ErrNoValue
	}
	s := string(d)
	if len(s) > 10 && (s[10] == 'T' || s[10] == ' ') {
		if _, err := parseTimestamp(s, time.UTC); err != nil {
			return time.Time{}, err
		}
		s = s[:10]
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, errors.New("tenantry: the text is not a date; want YYYY-MM-DD")
	}
	return t, nil
}

// A Timestamp is a moment, or sometimes only a date, as its exact text. ""
// means that there was none.
type Timestamp string

// NewTimestamp is t in RFC 3339, in UTC, with milliseconds.
func NewTimestamp(t time.Time) Timestamp {
	return Timestamp(t.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

// Time parses the timestamp: RFC 3339 with any fraction, or a date alone, which
// means midnight UTC. The error is [ErrNoValue] for "", and [ErrNoZone] for a
// time of day without an offset, which is never taken for UTC.
func (t Timestamp) Time() (time.Time, error) { return parseTimestamp(string(t), nil) }

// In parses the timestamp like [Timestamp.Time], and reads one without an offset
// as a local time in loc. The error is [ErrSkippedTime] or [ErrRepeatedTime] for
// a local time that does not name one moment.
func (t Timestamp) In(loc *time.Location) (time.Time, error) {
	return parseTimestamp(string(t), loc)
}

func parseTimestamp(s string, loc *time.Location) (time.Time, error) {
	if s == "" {
		return time.Time{}, ErrNoValue
	}
	if len(s) > 10 && s[10] == ' ' {
		s = s[:10] + "T" + strings.TrimLeft(s[11:], " ")
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if wall, err := time.Parse(layout, s); err == nil {
			if loc == nil {
				return time.Time{}, ErrNoZone
			}
			return inPlace(wall, loc)
		}
	}
	if loc == nil {
		loc = time.UTC
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, loc); err == nil {
		return t, nil
	}
	return time.Time{}, errors.New("tenantry: the text is not a timestamp; want RFC 3339")
}

// inPlace returns the one moment at which clocks in loc show the date and time
// of wall, which is in UTC.
func inPlace(wall time.Time, loc *time.Location) (time.Time, error) {
	near := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), loc)
	_, before := near.Add(-12 * time.Hour).Zone()
	_, after := near.Add(12 * time.Hour).Zone()
	var found time.Time
	exists := false
	for _, offset := range []int{before, after} {
		at := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		if _, actual := at.Zone(); actual != offset {
			continue
		}
		if exists && !found.Equal(at) {
			return time.Time{}, ErrRepeatedTime
		}
		found, exists = at, true
	}
	if !exists {
		return time.Time{}, ErrSkippedTime
	}
	return found, nil
}

// Decimal is an amount of money, or another number whose digits matter, as its
// exact text. "" means that there is no value. In JSON it is a number if its text
// is one, null if it is "", and a string otherwise.
type Decimal string

// maxDigits is how long a number may be that is parsed as a fraction: the time
// for that is not linear.
const maxDigits = 1000

var (
	errNotNumber = errors.New("tenantry: the text is not a number")
	errNotWhole  = errors.New("tenantry: the number is not whole or too large for an int64")
	errTooLarge  = errors.New("tenantry: the number is too large for a float64")
	errTooLong   = errors.New("tenantry: the number is too long")
)

// number parses the text, which may have space around it.
func (d Decimal) number() (text string, n wire.Number, err error) {
	if d == "" {
		return "", wire.Number{}, ErrNoValue
	}
	text = strings.TrimSpace(string(d))
	n, ok := wire.ParseNumber([]byte(text))
	if !ok {
		return "", wire.Number{}, errNotNumber
	}
	return text, n, nil
}

// Float64 returns the nearest float64. The error is [ErrNoValue] for "".
func (d Decimal) Float64() (float64, error) {
	_, n, err := d.number()
	if err != nil {
		return 0, err
	}
	f, ok := n.Float(64)
	if !ok {
		return 0, errTooLarge
	}
	return f, nil
}

// Int64 returns the value if it is a whole number that fits, such as an amount
// in cents. "12.0" and "1e3" are whole. The error is [ErrNoValue] for "".
func (d Decimal) Int64() (int64, error) {
	_, n, err := d.number()
	if err != nil {
		return 0, err
	}
	i, ok := n.Int64()
	if !ok {
		return 0, errNotWhole
	}
	return i, nil
}

// Rat returns the exact value of a number of up to 1,000 characters and an
// exponent of up to 400. The error is [ErrNoValue] for "".
func (d Decimal) Rat() (*big.Rat, error) {
	text, _, err := d.number()
	if err != nil {
		return nil, err
	}
	if len(text) > maxDigits {
		return nil, errTooLong
	}
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		// A huge exponent would take memory without bound.
		if exp, err := strconv.Atoi(text[i+1:]); err != nil || exp > 400 || exp < -400 {
			return nil, errTooLong
		}
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, errNotNumber
	}
	return r, nil
}

// MarshalJSON writes the text as a number where it is one.
func (d Decimal) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	if v := jsontext.Value(d); v.IsValid() && v.Kind() == '0' {
		return []byte(d), nil
	}
	return jsontext.AppendQuote(nil, string(d))
}

// UnmarshalJSON takes a number, a string or null.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	v := jsontext.Value(b)
	switch v.Kind() {
	case 'n':
		*d = ""
	case '0':
		*d = Decimal(strings.TrimSpace(string(b)))
	case '"':
		s, err := jsontext.AppendUnquote(nil, b)
		if err != nil {
			return err
		}
		*d = Decimal(s)
	default:
		return fmt.Errorf("tenantry: a decimal can't be read from JSON of kind %v", v.Kind())
	}
	return nil
}
