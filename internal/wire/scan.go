package wire

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep the JSON may nest.
const maxDepth = 10_000

// A SyntaxError is a response that is not JSON, or not JSON that can be read.
type SyntaxError struct {
	Offset int64
	reason string
}

// Error names the place and never the data.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.reason, e.Offset) }

// A scanner goes over JSON once, from value to value, and checks what it
// passes. All its methods start at pos and leave it behind what they read.
type scanner struct {
	data  []byte
	pos   int
	depth int // of the objects and arrays around pos
}

// syntax is the error for what is at pos.
func (s *scanner) syntax() error {
	switch {
	case len(s.data) == 0 || s.next() == 0 && s.pos == len(s.data) && s.onlySpace():
		return &SyntaxError{0, "the response is empty"}
	case s.pos >= len(s.data):
		return &SyntaxError{int64(s.pos), "the JSON breaks off"}
	}
	return &SyntaxError{int64(s.pos), "the response is not JSON"}
}

func (s *scanner) onlySpace() bool {
	start := scanner{data: s.data}
	return start.next() == 0 && start.pos == len(s.data)
}

// next passes over white space and answers the byte behind it, 0 at the end.
func (s *scanner) next() byte {
	if s.pos < len(s.data) && s.data[s.pos] > ' ' {
		return s.data[s.pos]
	}
	return s.space()
}

func (s *scanner) space() byte {
	for ; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// at reports whether the text comes next.
func (s *scanner) at(text string) bool {
	rest := s.data[s.pos:]
	return len(rest) >= len(text) && string(rest[:len(text)]) == text
}

// open passes over the bracket that opens an object or an array and reports
// whether something is in it; of one that is empty it passes over the end, too.
func (s *scanner) open(end byte) (bool, error) {
	if s.depth == maxDepth {
		return false, &SyntaxError{int64(s.pos), "the JSON nests too deep"}
	}
	s.pos++
	if s.next() == end {
		s.pos++
		return false, nil
	}
	s.depth++
	return true, nil
}

// more passes over a comma, or the bracket that closes what is open, and
// reports whether something follows in it.
func (s *scanner) more(end byte) (bool, error) {
	switch s.next() {
	case ',':
		s.pos++
		return true, nil
	case end:
		s.pos++
		s.depth--
		return false, nil
	}
	return false, s.syntax()
}

// What is in a string.
type content uint8

const (
	escaped content = 1 << iota // escapes
	garbled                     // invalid UTF-8
)

// Masks of eight bytes at a time.
const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// str passes over a string; its text is data[from:to].
func (s *scanner) str() (from, to int, has content, err error) {
	data, i := s.data, s.pos+1
	from = i
	for {
		// The lowest high bit in m marks the first quote, backslash, control
		// character or byte of a rune that is not ASCII.
		for i+8 <= len(data) {
			w := binary.LittleEndian.Uint64(data[i:])
			m := (((w ^ '"'*ones) - ones) | ((w ^ '\\'*ones) - ones) | (w - ' '*ones) | w) & highs
			if m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
			i += 8
		}
		if i >= len(data) {
			s.pos = len(data)
			return 0, 0, 0, s.syntax()
		}
		switch c := data[i]; {
		case c == '"':
			s.pos = i + 1
			return from, i, has, nil
		case c == '\\':
			n := escape(data[i:])
			if n == 0 {
				s.pos = i
				return 0, 0, 0, s.syntax()
			}
			has |= escaped
			i += n
		case c < ' ':
			s.pos = i
			return 0, 0, 0, s.syntax()
		case c < utf8.RuneSelf: // in the last eight bytes
			i++
		default:
			r, n := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && n == 1 {
				has |= garbled
			}
			i += n
		}
	}
}

// escape answers how long the escape is that b starts with, 0 for none.
func escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(b) < 6 {
			return 0
		}
		for _, c := range b[2:6] {
			if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
				return 0
			}
		}
		return 6
	}
	return 0
}

// unescape answers the text of a string that str passed over; the bytes are
// those of the data where it holds no escape, and otherwise go to scratch.
func (s *scanner) unescape(from, to int, has content, scratch []byte) ([]byte, error) {
	switch {
	case has == 0:
		return s.data[from:to], nil
	case has&garbled != 0:
		return nil, errUTF8
	}
	text, err := jsontext.AppendUnquote(scratch[:0], s.data[from-1:to+1])
	if err != nil { // an escaped half of a surrogate pair
		return nil, errUTF8
	}
	return text, nil
}

// literal passes over null, true or false.
func (s *scanner) literal(word string) error {
	if s.at(word) {
		s.pos += len(word)
		return nil
	}
	for i := 0; i < len(word) && s.pos < len(s.data) && s.data[s.pos] == word[i]; i++ {
		s.pos++
	}
	return s.syntax()
}

// number passes over a number.
func (s *scanner) number() error {
	data, i := s.data, s.pos
	digits := func() bool {
		start := i
		for i < len(data) && data[i]-'0' <= 9 {
			i++
		}
		return i > start
	}
	if i < len(data) && data[i] == '-' {
		i++
	}
	ok := true
	if i < len(data) && data[i] == '0' {
		i++
	} else {
		ok = digits()
	}
	if ok && i < len(data) && data[i] == '.' {
		i++
		ok = digits()
	}
	if ok && i < len(data) && data[i]|0x20 == 'e' {
		i++
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		ok = digits()
	}
	s.pos = i
	if !ok {
		return s.syntax()
	}
	return nil
}

// value passes over a value of any kind and reports whether a string in it is
// no valid UTF-8.
func (s *scanner) value() (has content, err error) {
	switch c := s.next(); c {
	case '"':
		_, _, has, err = s.str()
	case '{', '[':
		end := c + 2
		more, err := s.open(end)
		for more && err == nil {
			var in content
			if c == '{' {
				if _, _, in, err = s.name(); err != nil {
					break
				}
				has |= in
			}
			if in, err = s.value(); err != nil {
				break
			}
			has |= in
			more, err = s.more(end)
		}
		return has, err
	case 'n':
		err = s.literal("null")
	case 't':
		err = s.literal("true")
	case 'f':
		err = s.literal("false")
	default:
		err = s.number()
	}
	return has, err
}

// name passes over the name of a member and the colon behind it; the name is
// data[from:to].
func (s *scanner) name() (from, to int, has content, err error) {
	if s.next() != '"' {
		return 0, 0, 0, s.syntax()
	}
	if from, to, has, err = s.str(); err != nil {
		return 0, 0, 0, err
	}
	if s.next() != ':' {
		return 0, 0, 0, s.syntax()
	}
	s.pos++
	return from, to, has, nil
}
