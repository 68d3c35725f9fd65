// Package words names commands and flags.
package words

import (
	"strings"
	"unicode"
)

// Kebab turns a Go name into a word of a command line: PropertyID into property-id,
// AllIDs into all-ids.
func Kebab(name string) string {
	runes := []rune(name)
	upper := func(i int) bool { return i < len(runes) && unicode.IsUpper(runes[i]) }
	plural := func(i int) bool { return i < len(runes) && runes[i] == 's' && (i+1 == len(runes) || upper(i+1)) }
	var b strings.Builder
	for i, r := range runes {
		if i > 0 && upper(i) && (!upper(i-1) || i+1 < len(runes) && !upper(i+1) && !plural(i+1)) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
