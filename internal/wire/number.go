package wire

import (
	"bytes"
	"strconv"
)

// A Number is the decimal value of a number: 0.digits × 10^exp.
type Number struct {
	negative bool
	digits   []byte // without zeros at either end; empty for zero
	exp      int
}

// ParseNumber parses digits with an optional sign, fraction and exponent. The
// Number may share memory with text. The time is linear.
func ParseNumber(text []byte) (Number, bool) {
	var n Number
	rest := text
	if len(rest) > 0 && (rest[0] == '-' || rest[0] == '+') {
		n.negative = rest[0] == '-'
		rest = rest[1:]
	}
	var whole, fraction []byte
	if whole, rest = cutDigits(rest); len(rest) > 0 && rest[0] == '.' {
		fraction, rest = cutDigits(rest[1:])
	}
	if len(whole)+len(fraction) == 0 {
		return Number{}, false
	}
	exp := 0
	if len(rest) > 0 && rest[0]|0x20 == 'e' {
		var ok bool
		if exp, ok = parseExponent(rest[1:]); !ok {
			return Number{}, false
		}
	} else if len(rest) > 0 {
		return Number{}, false
	}
	whole = bytes.TrimLeft(whole, "0")
	fraction = bytes.TrimRight(fraction, "0")
	n.exp = len(whole) + exp
	switch {
	case len(fraction) == 0:
		n.digits = bytes.TrimRight(whole, "0")
	case len(whole) == 0:
		n.digits = bytes.TrimLeft(fraction, "0")
		n.exp -= len(fraction) - len(n.digits)
	default:
		n.digits = append(append(make([]byte, 0, len(whole)+len(fraction)), whole...), fraction...)
	}
	if len(n.digits) == 0 {
		return Number{}, true
	}
	return n, true
}

func cutDigits(b []byte) (digits, rest []byte) {
	i := 0
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return b[:i], b[i:]
}

// maxExponent is beyond the digits of any number that is read: an exponent that
// is larger is as good as this one. Ten times as much fits an int of 32 bits.
const maxExponent = 1 << 27

func parseExponent(b []byte) (int, bool) {
	sign := 1
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		if b[0] == '-' {
			sign = -1
		}
		b = b[1:]
	}
	exp := 0
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		exp = min(10*exp+int(c-'0'), maxExponent)
	}
	return sign * exp, len(b) > 0
}

// Equal reports whether two numbers have the same value.
func (n Number) Equal(m Number) bool {
	return n.negative == m.negative && n.exp == m.exp && bytes.Equal(n.digits, m.digits)
}

// Int64 returns the value if it is a whole number that fits.
func (n Number) Int64() (int64, bool) {
	if len(n.digits) == 0 {
		return 0, true
	}
	if n.exp < len(n.digits) || n.exp > 19 {
		return 0, false
	}
	b := make([]byte, 0, 24)
	if n.negative {
		b = append(b, '-')
	}
	b = append(b, n.digits...)
	for range n.exp - len(n.digits) {
		b = append(b, '0')
	}
	i, err := strconv.ParseInt(string(b), 10, 64)
	return i, err == nil
}

// Float returns the nearest float of 32 or 64 bits, if there is one.
func (n Number) Float(bitSize int) (float64, bool) {
	// ParseFloat misreads whole numbers of more than 800 digits, so it gets a
	// fraction.
	f, err := strconv.ParseFloat(n.String(), bitSize)
	return f, err == nil
}

// String returns the one text that all forms of the number share.
func (n Number) String() string {
	if len(n.digits) == 0 {
		return "0"
	}
	sign := ""
	if n.negative {
		sign = "-"
	}
	return sign + "0." + string(n.digits) + "e" + strconv.Itoa(n.exp)
}

// isNumber reports whether text is a number in JSON.
func isNumber(text []byte) bool {
	s := scanner{data: text}
	return s.number() == nil && s.pos == len(text)
}

// exactInt returns the whole number with the value of text, a number in JSON.
func exactInt(text []byte) (int64, bool) {
	if len(text) <= 20 {
		if i, err := strconv.ParseInt(string(text), 10, 64); err == nil {
			return i, true
		}
	}
	n, _ := ParseNumber(text)
	return n.Int64()
}

// maxFloat is how many digits the shortest text of a float has at most.
const maxFloat = 17

// exactFloat returns the float that prints as the same value as text, a number
// in JSON.
func exactFloat(text []byte, bitSize int) (float64, bool) {
	if len(text) <= 24 { // most are
		f, err := strconv.ParseFloat(string(text), bitSize)
		// A float64 holds every number of up to 15 digits.
		if err == nil && bitSize == 64 && len(text) <= 15 && bytes.IndexByte(text, 'e') < 0 && bytes.IndexByte(text, 'E') < 0 {
			return f, true
		}
		var printed [32]byte
		if err == nil && string(strconv.AppendFloat(printed[:0], f, 'f', -1, bitSize)) == string(text) {
			return f, true
		}
	}
	n, _ := ParseNumber(text)
	if len(n.digits) > maxFloat {
		return 0, false
	}
	f, ok := n.Float(bitSize)
	if !ok {
		return 0, false
	}
	printed, _ := ParseNumber(strconv.AppendFloat(make([]byte, 0, 32), f, 'e', -1, bitSize))
	return f, n.Equal(printed)
}
