package webhook

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Hollow reports whether a body is JSON that tells of no event: anything but an
// object, or an object that holds only nulls, empty strings and such objects.
func Hollow(body []byte) bool {
	dec := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if dec.PeekKind() != '{' {
		return true
	}
	for {
		token, err := dec.ReadToken()
		if err != nil {
			return true // the end
		}
		switch token.Kind() {
		case '{', '}', 'n':
			continue
		case '"':
			// The tokens of an object are its names and values in turn.
			if in, n := dec.StackIndex(dec.StackDepth()); in == '{' && n%2 == 1 || token.String() == "" {
				continue
			}
		}
		return false
	}
}
