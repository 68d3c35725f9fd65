package tenantry

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/wire"
)

// Decimal is an amount of money, or another number whose digits matter. It keeps
// the exact text that the API sent. "" means that there is no value. In JSON, it is
// a number if its text is one, null if it is "", and a string otherwise. As a
// [sql.Scanner] and [driver.Valuer], "" is NULL.
type Decimal string

// maxDigits is how long a number may be that is parsed as a fraction: the time
// for that is not linear.
const maxDigits = 1000

var (
	errNotNumber = errors.New("tenantry: the text is not a number")
	errNotWhole  = errors.New("tenantry: the number is not whole or too large for an int64")
	errTooLarge  = errors.New("tenantry: the number is too large for a float64")
	errTooLong   = errors.New("tenantry: the number is too long")
	errTooMany   = errors.New("tenantry: the amount is too large for an int64 of cents")
)

// Cents returns an amount of money given in cents: Cents(1250) is "12.50".
func Cents(cents int64) Decimal {
	sign, n := "", uint64(cents) //nolint:gosec // the sign is kept apart
	if cents < 0 {
		sign, n = "-", -n
	}
	return Decimal(fmt.Sprintf("%s%d.%02d", sign, n/100, n%100))
}

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

// Cents returns the amount of money in cents. Fractions of a cent are rounded:
// [big.ToNearestAway] rounds half a cent away from zero and [big.ToNearestEven]
// to an even number of cents. The error is [ErrNoValue] for "".
func (d Decimal) Cents(rounding big.RoundingMode) (int64, error) {
	_, n, err := d.number()
	if err != nil {
		return 0, err
	}
	cents, ok := n.Shift(2).Round(rounding)
	if !ok {
		return 0, errTooMany
	}
	return cents, nil
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
