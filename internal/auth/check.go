package auth

import (
	"strings"
	"unicode"

	tenantry "github.com/tenantry/tenantry-go"
)

// Check refuses a key, ID or email that is empty, holds a control or format
// character, or begins or ends with white space. It trims nothing: the caller should
// know that the value is not what they think it is.
func Check(api, argument, value string) error { return refuse(api, argument, problem(value)) }

// CheckPassword refuses a password that is empty or holds a control character. White
// space may be part of a password.
func CheckPassword(api, argument, value string) error {
	return refuse(api, argument, passwordProblem(value))
}

// CheckToken is Check for a bearer token, which a header must be able to carry.
func CheckToken(api, argument, value string) error { return refuse(api, argument, tokenProblem(value)) }

func refuse(api, argument, problem string) error {
	if problem == "" {
		return nil
	}
	return &tenantry.ArgumentError{API: api, Argument: argument, Reason: problem}
}

func passwordProblem(value string) string {
	switch {
	case value == "":
		return "is empty; pass the one that the vendor gave you"
	case strings.ContainsFunc(value, isControl):
		return "holds a line break or another control character; remove it"
	}
	return ""
}

func isControl(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

func problem(value string) string {
	switch reason := passwordProblem(value); {
	case reason != "":
		return reason
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.Is(unicode.Cf, r) }):
		return "holds an invisible character; remove it"
	case strings.TrimSpace(value) != value:
		return "begins or ends with white space; remove it"
	}
	return ""
}

func tokenProblem(value string) string {
	switch reason := problem(value); {
	case reason != "":
		return reason
	case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "holds a space or a character that a header can't carry; remove it"
	}
	return ""
}
