package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math/bits"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep the JSON may nest.
const maxDepth = 10_000

// SyntaxError reports a response that is not JSON, or that nests too deep.
type SyntaxError struct {
	Offset int64
	reason string
}

// Error names the position but never the data.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.reason, e.Offset) }

// A scanner reads JSON once, from value to value, and checks the syntax. All
// methods start at pos and leave pos behind what they read.
type scanner struct {
	data  []byte
	pos   int
	depth int // of the objects and arrays around pos

	back int // bytes that were read again: tests see by it that the work is linear

	names  bool     // value looks for members that occur twice
	hashes []uint64 // of the names of the objects around pos, while names is set
}

// syntax returns the error for the byte at pos.
func (s *scanner) syntax() error {
	if s.pos < len(s.data) {
		return &SyntaxError{int64(s.pos), "the response is not JSON"}
	}
	if start := (scanner{data: s.data}); start.next() == 0 && start.pos == len(s.data) {
		return &SyntaxError{0, "the response is empty"}
	}
	return &SyntaxError{int64(s.pos), "the JSON breaks off"}
}

// rewind goes back to where a value started.
func (s *scanner) rewind(pos, depth int) {
	s.back += s.pos - pos
	s.pos, s.depth = pos, depth
}

// next skips white space and returns the byte at pos, or 0 at the end.
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

// at reports whether the data at pos starts with text.
func (s *scanner) at(text string) bool {
	rest := s.data[s.pos:]
	return len(rest) >= len(text) && string(rest[:len(text)]) == text
}

// open reads the opening bracket of an object or array and reports whether it
// has elements. It also reads the closing bracket of an empty one.
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

// more reads a comma or the closing bracket and reports whether another
// element follows.
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

// content tells what the strings of a value contain.
type content uint8

const (
	escaped content = 1 << iota // escape sequences
	halved                      // an escaped half of a surrogate pair
	garbled                     // invalid UTF-8
	twice                       // an object with a member that occurs twice
)

// Masks for eight bytes at a time.
const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// str reads a string. Its text is data[from:to].
func (s *scanner) str() (from, to int, has content, err error) {
	data, i := s.data, s.pos+1
	from = i
	for {
		// The lowest high bit in m marks the first quote, backslash, control
		// character or byte of a rune outside ASCII.
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
			n, half := escape(data[i:])
			if n == 0 {
				s.pos = i
				return 0, 0, 0, s.syntax()
			}
			has |= escaped
			if half {
				has |= halved
			}
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

// escape returns the length of the escape sequence, or surrogate pair, at the
// start of b, or 0 if it is invalid. half reports half of a surrogate pair.
func escape(b []byte) (n int, half bool) {
	if len(b) < 2 {
		return 0, false
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, false
	case 'u':
		switch first := unit(b); {
		case first < 0:
			return 0, false
		case first>>11 != 0xd800>>11:
			return 6, false
		case first < 0xdc00 && unit(b[6:])>>10 == 0xdc00>>10:
			return 12, false
		}
		return 6, true
	}
	return 0, false
}

// unit returns the UTF-16 code unit of the \u escape at the start of b, or -1.
func unit(b []byte) int {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1
	}
	n := 0
	for _, c := range b[2:6] {
		switch {
		case c-'0' <= 9:
			n = n<<4 | int(c-'0')
		case c|0x20-'a' <= 5:
			n = n<<4 | int(c|0x20-'a'+10)
		default:
			return -1
		}
	}
	return n
}

// mend replaces each escaped half of a surrogate pair in raw JSON with U+FFFD,
// in place.
func mend(raw []byte) {
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			i++
			continue
		}
		n, half := escape(raw[i:])
		if half {
			copy(raw[i:], `\ufffd`)
		}
		i += n
	}
}

// unescape returns the text of a string that str read, with halves of surrogate
// pairs as U+FFFD. It returns a part of data if the text has no escapes, and
// otherwise appends to scratch[:0].
func (s *scanner) unescape(from, to int, has content, scratch []byte) ([]byte, error) {
	switch {
	case has == 0:
		return s.data[from:to], nil
	case has&garbled != 0:
		return nil, errUTF8
	}
	return appendText(slices.Grow(scratch[:0], to-from), s.data[from:to]), nil
}

// appendText appends the text of a string between its quotes, whose escape sequences
// are valid. It is no longer than the string.
func appendText(text, b []byte) []byte {
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\\')
		if i < 0 {
			return append(text, b...)
		}
		text, b = append(text, b[:i]...), b[i:]
		n, half := escape(b)
		switch c := b[1]; {
		case half:
			text = utf8.AppendRune(text, utf8.RuneError)
		case n == 12:
			text = utf8.AppendRune(text, utf16.DecodeRune(rune(unit(b)), rune(unit(b[6:])))) //nolint:gosec // of 16 bits
		case c == 'u':
			text = utf8.AppendRune(text, rune(unit(b))) //nolint:gosec // of 16 bits
		default:
			text = append(text, unescaped[c])
		}
		b = b[n:]
	}
	return text
}

// unescaped holds the characters that escapes of two bytes stand for.
var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// literal reads null, true or false.
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

// number reads a number.
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

// value reads a value of any kind.
func (s *scanner) value() (has content, err error) {
	switch c := s.next(); c {
	case '"':
		_, _, has, err = s.str()
	case '{':
		return s.object()
	case '[':
		more, err := s.open(']')
		for more && err == nil {
			var in content
			if in, err = s.value(); err == nil {
				has |= in
				more, err = s.more(']')
			}
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

func (s *scanner) object() (has content, err error) {
	first := len(s.hashes)
	more, err := s.open('}')
	for more && err == nil {
		from, to, in, err := s.name()
		if err != nil {
			return 0, err
		}
		has |= in
		if s.names {
			if len(s.hashes) == cap(s.hashes) { // append would leave more garbage
				s.hashes = slices.Grow(s.hashes, max(len(s.hashes), 16))
			}
			s.hashes = append(s.hashes, s.hash(from, to, in))
		}
		if in, err = s.value(); err != nil {
			return 0, err
		}
		has |= in
		if more, err = s.more('}'); err != nil {
			return 0, err
		}
	}
	if names := s.hashes[first:]; len(names) > 1 {
		slices.Sort(names)
		for i := range names[1:] {
			if names[i] == names[i+1] {
				has |= twice
			}
		}
	}
	s.hashes = s.hashes[:first]
	return has, err
}

var seed = maphash.MakeSeed()

// hash returns a hash of a name. Equal hashes mean equal names: the seed is
// random, and of a million names, two share a hash once in 37 million tries.
func (s *scanner) hash(from, to int, has content) uint64 {
	name := s.data[from:to]
	if has&escaped != 0 {
		name = appendText(make([]byte, 0, len(name)), name)
	}
	return maphash.Bytes(seed, name)
}

// count returns how many elements the array has from pos to its end, and stays
// at pos.
func (s *scanner) count() (int, error) {
	pos, depth := s.pos, s.depth
	n := 0
	for more := true; more; n++ {
		_, err := s.value()
		if err == nil {
			more, err = s.more(']')
		}
		if err != nil {
			return 0, err
		}
	}
	s.rewind(pos, depth)
	return n, nil
}

// name reads the name of a member and the colon behind it. The name is
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
