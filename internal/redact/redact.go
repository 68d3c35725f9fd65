// Package redact decides what errors, log lines and recordings may say. It
// masks what looks personal in any text, and replaces known secrets in every
// form in which a server may repeat them.
package redact

import (
	"regexp"
	"strings"
)

// Mask replaces a secret.
const Mask = "[redacted]"

var (
	emailText = regexp.MustCompile(`[^\s"'<>(),;:=]+[@＠][^\s"'<>(),;:]+`)
	phoneText = regexp.MustCompile(`\+?\(?\d[\d ()./·‐‑–-]{5,}\d`)
	dateText  = regexp.MustCompile(`^\d{4}[-/.]\d{2}[-/.]\d{2}[ ]?$`)
	hostText  = regexp.MustCompile(`^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$`)
)

// Line makes a server's words fit for a log line: it removes control
// characters, masks email addresses and phone numbers, and cuts what is longer
// than limit bytes.
func Line(s string, limit int) string {
	if len(s) > 8*limit {
		s = s[:8*limit]
	}
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	s = emailText.ReplaceAllString(s, "[email]")
	s = phoneText.ReplaceAllStringFunc(s, maskNumber)
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return strings.TrimSpace(s)
}

// maskNumber masks a text with as many digits as a phone number. Dates and IP
// addresses stay readable.
func maskNumber(s string) string {
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	if digits < 7 || dateText.MatchString(s) || hostText.MatchString(s) {
		return s
	}
	return "[number]"
}
