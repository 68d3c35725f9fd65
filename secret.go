package tenantry

import (
	crand "crypto/rand"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"unique"

	"github.com/go-json-experiment/json/jsontext"
)

// A Secret is a text that must not get out by accident: a password, a token, a
// gate code, an account number. [NewSecret] makes one and [Secret.Reveal] returns
// its text. The zero Secret is empty.
//
// Whatever else shows a Secret shows "[redacted]" for it, or nothing of its text:
// fmt with every verb, slog, encoding/json and everything that uses
// encoding.TextMarshaler. fmt and other printers that look into unexported fields
// find no text there either. encoding/gob and database/sql refuse a Secret. Only
// the requests of this SDK's clients carry the text.
//
// Secrets with the same text are equal (==).
type Secret struct {
	// The handle keeps the text out of reach of fmt, which follows no pointers
	// below the top, and masking it out of reach of printers that do.
	masked unique.Handle[string]
}

const redacted = "[redacted]"

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{unique.Make(mask(text))}
}

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return mask(s.masked.Value())
}

var maskKey = func() (key [32]byte) {
	_, _ = crand.Read(key[:]) // never fails
	return key
}()

// mask masks a text, or unmasks one, with a key of this process. It hides the text
// from printers, and is no encryption.
func mask(text string) string {
	b := make([]byte, len(text))
	_, _ = rand.NewChaCha8(maskKey).Read(b) // never fails
	subtle.XORBytes(b, b, []byte(text))
	return string(b)
}

// IsZero reports whether the Secret is empty. Encoders use it to omit a field.
func (s Secret) IsZero() bool { return s == Secret{} }

// String returns "[redacted]", or "" for an empty Secret.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// GoString returns [Secret.String].
func (s Secret) GoString() string { return s.String() }

// Format writes [Secret.String] for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// LogValue returns [Secret.String].
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns [Secret.String].
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON returns [Secret.String] as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }

// UnmarshalText sets the text.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}

// UnmarshalJSON takes a string, null as the empty text, and any other JSON as its
// exact text.
func (s *Secret) UnmarshalJSON(b []byte) error {
	switch jsontext.Value(b).Kind() {
	case 'n':
		*s = Secret{}
	case '"':
		text, err := jsontext.AppendUnquote(nil, b)
		if err != nil {
			return err
		}
		*s = NewSecret(string(text))
	default:
		*s = NewSecret(strings.TrimSpace(string(b)))
	}
	return nil
}
