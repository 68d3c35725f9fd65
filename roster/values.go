package roster

import (
	"bytes"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	tenantry "github.com/tenantry/tenantry-go"
)

// secrets are the members that Raw loses, by their normal names (see memberName),
// wherever in a record they are.
var secrets = map[string][]string{
	"propexo":   {"password", "ssn", "identification_number", "drivers_license_number", "account_number", "routing_number", "card_number"},
	"storedge":  {"password", "gate_access_code", "gate_code", "access_code", "combo_lock_group", "combination_lock_number", "overlock_lock_number", "drivers_license_number", "military_id", "last_4_of_ssn", "card_number", "account_or_card_number", "security_code", "account_number_confirmation", "routing_number", "reset_token", "answer"},
	"leasefind": {"password", "access_code", "ssn"},
	"elevenos":  {"password", "passphrase", "psk"},
	"supergood": {"password", "token", "ssn", "access_code", "gate_code", "card_number", "account_number", "routing_number"},
}

// volatile are the members that change though nothing happened to the record.
var volatile = map[string][]string{
	"propexo":   {"last_seen", "updated_at"},
	"storedge":  {"last_sign_in_at", "updated_at", "length_of_stay_in_months"},
	"leasefind": {"updated_at"},
	"elevenos":  {},
	"supergood": {"updated_at", "last_synced_at", "synced_at", "retrieved_at"},
}

// Secrets returns the names of the members that Raw of a system's records loses, in
// lower case with underscores. Members in other spellings, such as gateAccessCode,
// are lost, too.
func Secrets(source string) []string { return slices.Clone(secrets[source]) }

// Volatile returns the names of the members of a system's records that change though
// nothing happened to the record. They are no change of the record.
func Volatile(source string) []string { return slices.Clone(volatile[source]) }

// raw encodes a system's record, always in the same order, without its secrets.
func raw[T any](source string, record *T) (tenantry.Raw, error) {
	b, err := json.Marshal(record, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	return Without(b, secrets[source])
}

// Without returns a JSON text without the members of the given names, at any depth.
// Names are in lower case with underscores, and stand for other spellings, too:
// gate_code also for gateCode and GateCode. The result may share memory with text.
func Without(text tenantry.Raw, names []string) (tenantry.Raw, error) {
	if !mentions(text, names) {
		return text, nil
	}
	var out bytes.Buffer
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	enc := jsontext.NewEncoder(&out, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true), jsontext.PreserveRawStrings(true))
	for depth := 0; ; {
		if kind, n := dec.StackIndex(dec.StackDepth()); kind == '{' && n%2 == 0 && dec.PeekKind() == '"' {
			token, err := dec.ReadToken()
			if err != nil {
				return nil, err
			}
			if slices.Contains(names, memberName(token.String())) {
				if err := dec.SkipValue(); err != nil {
					return nil, err
				}
				continue
			}
			if err := enc.WriteToken(token); err != nil {
				return nil, err
			}
			continue
		}
		switch dec.PeekKind() {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		default:
			v, err := dec.ReadValue()
			if err != nil {
				return nil, err
			}
			if err := enc.WriteValue(v); err != nil {
				return nil, err
			}
			if depth == 0 {
				return bytes.TrimSpace(out.Bytes()), nil
			}
			continue
		}
		token, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		if err := enc.WriteToken(token); err != nil {
			return nil, err
		}
		if depth == 0 {
			return bytes.TrimSpace(out.Bytes()), nil
		}
	}
}

// mentions reports whether the text may have a member of one of the names.
func mentions(text []byte, names []string) bool {
	for _, name := range names {
		// All spellings of a name share its first word but for the first letter.
		word, _, _ := strings.Cut(name, "_")
		if bytes.Contains(text, []byte(word[1:])) || bytes.Contains(text, []byte(strings.ToUpper(word[1:]))) {
			return true
		}
	}
	return false
}

// memberName returns a member's name in lower case with underscores.
func memberName(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case r == '-' || r == ' ':
			b.WriteByte('_')
		case r >= 'A' && r <= 'Z':
			if i > 0 && (name[i-1] >= 'a' && name[i-1] <= 'z' || name[i-1] >= '0' && name[i-1] <= '9') {
				b.WriteByte('_')
			}
			b.WriteRune(r - 'A' + 'a')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cents returns an amount of cents in units of the currency, with every digit.
func cents(amount tenantry.Decimal) Money {
	text := strings.TrimSpace(string(amount))
	if text == "" {
		return Money{}
	}
	digits, fraction, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if strings.Trim(digits+fraction, "0123456789") != "" || digits == "" {
		r, err := amount.Rat()
		if err != nil {
			return Money{}
		}
		r.Quo(r, big.NewRat(100, 1))
		n, _ := r.FloatPrec() // a decimal number has one
		return Money{Amount: tenantry.Decimal(r.FloatString(max(n, 2)))}
	}
	digits = strings.Repeat("0", max(3-len(digits), 0)) + digits
	at := len(digits) - 2
	whole := strings.TrimLeft(digits[:at], "0")
	if whole == "" {
		whole = "0"
	}
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign = "-"
	}
	return Money{Amount: tenantry.Decimal(sign + whole + "." + digits[at:] + fraction)}
}

// units returns an amount in units of the currency. Text that is no number is left
// to Raw.
func units(amount tenantry.Decimal) Money {
	if _, err := amount.Rat(); err != nil {
		return Money{}
	}
	return Money{Amount: tenantry.Decimal(strings.TrimSpace(string(amount)))}
}

// day returns the date of a timestamp as the system wrote it, and the whole text if
// it does not begin with a date.
func day(t tenantry.Timestamp) tenantry.Date {
	if len(t) > 10 {
		if _, err := time.Parse(time.DateOnly, string(t[:10])); err == nil {
			return tenantry.Date(t[:10])
		}
	}
	return tenantry.Date(t)
}

// email returns an email address as a contact.
func email(value string) Contact {
	normal := strings.ToLower(strings.TrimSpace(value))
	if at := strings.LastIndexByte(normal, '@'); at < 1 || at == len(normal)-1 || strings.ContainsAny(normal, " \t\r\n,;<>") {
		normal = ""
	}
	return Contact{Value: value, Normal: normal}
}

// phone returns a phone number as a contact. Ten digits are a number in North
// America, as in all systems.
func phone(value string) Contact {
	c := Contact{Value: value}
	text := strings.TrimSpace(value)
	plus := strings.HasPrefix(text, "+")
	var digits []byte
	for i := range len(text) {
		switch b := text[i]; {
		case b >= '0' && b <= '9':
			digits = append(digits, b)
		case strings.IndexByte("+-(). /\u00a0", b) < 0:
			return c // an extension or a word: no number to compare by
		}
	}
	switch {
	case plus && len(digits) >= 8 && len(digits) <= 15:
		c.Normal = "+" + string(digits)
	case plus:
	case len(digits) == 10 && digits[0] >= '2':
		c.Normal = "+1" + string(digits)
	case len(digits) == 11 && digits[0] == '1' && digits[1] >= '2':
		c.Normal = "+" + string(digits)
	}
	return c
}

// contactKind returns the kind that a system's word stands for.
func contactKind(word string) string {
	switch w := strings.ToLower(strings.TrimSpace(word)); w {
	case "mobile", "home", "work", "fax", "other", "":
		return w
	case "cell", "cellular", "cell phone":
		return "mobile"
	case "office", "business":
		return "work"
	}
	return "other"
}

// ids returns the external IDs that have a value.
func ids(all ...ExternalID) []ExternalID {
	return slices.DeleteFunc(all, func(id ExternalID) bool { return id.Value == "" })
}

// join makes an ID of several.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "/")
}

// addresses returns the addresses that say anything.
func addresses(all ...Address) []Address {
	return slices.DeleteFunc(all, func(a Address) bool { a.Label = ""; return a == Address{} })
}
