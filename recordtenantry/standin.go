package recordtenantry

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// A key makes stand-ins. The same key, kind and value make the same stand-in.
type key []byte

// public is the key for values that a test sends: a replay has no other.
var public = key("github.com/tenantry/tenantry-go/recordtenantry")

func randomKey() key {
	k := make(key, sha256.Size)
	_, _ = rand.Read(k) // never fails
	return k
}

// seed returns what makes two values of a kind the same: a phone number in two forms, an
// email address in upper and lower case.
func seed(k kind, value string) string {
	switch k {
	case kindSecret:
		return string(k) + value
	case kindPhone:
		if digits := onlyDigits(value); digits != "" {
			return string(k) + digits[countryCode(value):]
		}
	}
	return string(k) + strings.ToLower(value)
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// countryCode returns the number of digits before the last ten, in a phone number that
// begins with + or 1.
func countryCode(phone string) int {
	digits := onlyDigits(phone)
	if len(digits) > 10 && strings.HasPrefix(phone, "+") || len(digits) == 11 && digits[0] == '1' {
		return len(digits) - 10
	}
	return 0
}

var isoDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}`)

// standIn returns a text of the same shape as value: letters for letters, digits for
// digits. It differs from value if value has a letter or a digit.
func (k key) standIn(of kind, value string) string {
	for try := byte(0); ; try++ {
		r := &stream{mac: append([]byte{try}, seed(of, value)...), key: k}
		var s string
		switch {
		case of == kindEmail && strings.ContainsAny(value, "@＠"):
			local := value[:strings.IndexAny(value, "@＠")]
			s = r.shape(local, 0) + fmt.Sprintf(".%04x@example.com", r.next()<<8|r.next())
		case of == kindBirth && isoDate.MatchString(value):
			s = fmt.Sprintf("%04d-%02d-%02d", 1940+r.next()%60, 1+r.next()%12, 1+r.next()%28) + value[len("2006-01-02"):]
		case of == kindPhone:
			s = r.shape(value, countryCode(value))
		default:
			s = r.shape(value, 0)
		}
		if s != value || try == 255 {
			return s
		}
	}
}

// A stream is an endless sequence of bytes that follow from a seed.
type stream struct {
	key  key
	mac  []byte
	n    uint32
	left []byte
}

func (s *stream) next() int {
	if len(s.left) == 0 {
		h := hmac.New(sha256.New, s.key)
		_, _ = h.Write(binary.BigEndian.AppendUint32(s.mac, s.n)) // never fails
		s.n++
		s.left = h.Sum(nil)
	}
	b := s.left[0]
	s.left = s.left[1:]
	return int(b)
}

const (
	vowels     = "aeiou"
	consonants = "bcdfghjklmnpqrstvwxyz"
)

// shape replaces the letters of a text by letters and its digits, after the given number
// of them, by digits from 2 to 9.
func (s *stream) shape(text string, digits int) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			if digits--; digits >= 0 {
				return r
			}
			return rune('2' + s.next()%8)
		case !unicode.IsLetter(r):
			return r
		}
		letters := consonants
		if strings.ContainsRune(vowels, unicode.ToLower(r)) {
			letters = vowels
		}
		letter := rune(letters[s.next()%len(letters)])
		if unicode.IsUpper(r) {
			letter = unicode.ToUpper(letter)
		}
		return letter
	}, text)
}
