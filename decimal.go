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

// Decimal is an amount of money, or another number whose digits matter, in its exact
// text. "" means no value. In JSON it is a number if its text is one, null if it is "",
// and a string otherwise.
type Decimal string

// Cents returns an amount of so many hundredths: Cents(-1250) is "-12.50".
func Cents(n int64) Decimal {
	sign, digits := "", strconv.FormatInt(n, 10)
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	digits = strings.Repeat("0", max(0, 3-len(digits))) + digits
	return Decimal(sign + digits[:len(digits)-2] + "." + digits[len(digits)-2:])
}

// Rounding says what [Decimal.Cents] does with a fraction of a cent.
type Rounding int

// Ways of rounding.
const (
	RoundNever    Rounding = iota // A fraction of a cent is an error.
	RoundHalfUp                   // To the nearest cent; a half goes away from zero.
	RoundHalfEven                 // To the nearest cent; a half goes to the even one.
	RoundDown                     // Toward zero.
)

// maxDigits is the length of a number that is parsed as a fraction: the time for that is
// not linear.
const maxDigits = 1000

var (
	errNotNumber = errors.New("tenantry: the text is not a number")
	errNotWhole  = errors.New("tenantry: the number is not whole or too large for an int64")
	errTooLarge  = errors.New("tenantry: the number is too large for a float64")
	errTooLong   = errors.New("tenantry: the number is too long")
	errNotCents  = errors.New("tenantry: the amount has a fraction of a cent, or is too large for an int64")
)

// number parses the text, which may have space around it.
func (d Decimal) number() (text string, n wire.Number, err error) {
	text = strings.TrimSpace(string(d))
	if text == "" {
		return "", wire.Number{}, ErrNoValue
	}
	n, ok := wire.ParseNumber([]byte(text))
	if !ok {
		return "", wire.Number{}, errNotNumber
	}
	return text, n, nil
}

// Float64 returns the nearest float64. The error is [ErrNoValue] if there is no value.
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

// Int64 returns the value of a whole number, such as an amount in cents. "12.0" and
// "1e3" are whole. The error is [ErrNoValue] if there is no value.
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

// Cents returns the amount in hundredths: 1250 for "12.5". The error is [ErrNoValue] if
// there is no value.
func (d Decimal) Cents(rounding Rounding) (int64, error) {
	r, err := d.Rat()
	if err != nil {
		return 0, err
	}
	r.Mul(r, big.NewRat(100, 1))
	n, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() != 0 {
		away := false
		switch half := new(big.Int).Abs(rest); rounding {
		case RoundHalfUp, RoundHalfEven:
			c := half.Lsh(half, 1).Cmp(r.Denom())
			away = c > 0 || c == 0 && (rounding == RoundHalfUp || n.Bit(0) == 1)
		case RoundDown:
		default:
			return 0, errNotCents
		}
		if away {
			n.Add(n, big.NewInt(int64(rest.Sign())))
		}
	}
	if !n.IsInt64() {
		return 0, errNotCents
	}
	return n.Int64(), nil
}

// Rat returns the exact value of a number of up to 1,000 characters and an exponent of
// up to 400. The error is [ErrNoValue] if there is no value.
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

// MarshalJSON returns the text as a number if it is one.
func (d Decimal) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	if v := jsontext.Value(d); v.IsValid() && v.Kind() == '0' {
		return []byte(d), nil
	}
	return jsontext.AppendQuote(nil, string(d))
}

// UnmarshalJSON accepts a number, a string or null.
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
