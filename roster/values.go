package roster

import (
	"bytes"
	"errors"
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
	if !jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
		return nil, errors.New("roster: the record is not JSON")
	}
	c := copier{text: text, names: names}
	c.value()
	c.out = append(c.out, text[c.from:c.at]...)
	return c.out, nil
}

// A copier copies a valid JSON text without blanks and without some members. It copies
// the stretches between what it leaves out.
type copier struct {
	text  []byte
	at    int // the position
	from  int // where the stretch begins that is not copied yet
	names []string
	out   []byte
}

// leaveOut leaves out the text from a position to the present one.
func (c *copier) leaveOut(begin int) {
	if c.out == nil {
		c.out = make([]byte, 0, len(c.text))
	}
	c.out = append(c.out, c.text[c.from:begin]...)
	c.from = c.at
}

// peek passes blanks and returns the next byte.
func (c *copier) peek() byte {
	begin := c.at
	for c.text[c.at] == ' ' || c.text[c.at] == '\t' || c.text[c.at] == '\r' || c.text[c.at] == '\n' {
		c.at++
	}
	if c.at > begin {
		c.leaveOut(begin)
	}
	return c.text[c.at]
}

func (c *copier) value() {
	switch c.peek() {
	case '{':
		c.object()
	case '[':
		c.at++
		for c.peek() != ']' {
			if c.peek() == ',' {
				c.at++
			}
			c.value()
		}
		c.at++
	case '"':
		c.string()
	default:
		for c.at < len(c.text) && strings.IndexByte(",]} \t\r\n", c.text[c.at]) < 0 {
			c.at++
		}
	}
}

// string passes a string and returns it with its quotes.
func (c *copier) string() []byte {
	begin := c.at
	for c.at++; c.text[c.at] != '"'; c.at++ {
		if c.text[c.at] == '\\' {
			c.at++
		}
	}
	c.at++
	return c.text[begin:c.at]
}

func (c *copier) object() {
	c.at++
	first := true
	for c.peek() != '}' {
		begin, out, from := c.at, len(c.out), c.from
		if c.peek() == ',' {
			c.at++
			if first { // the members before it are left out
				c.leaveOut(begin)
				begin, out, from = c.at, len(c.out), c.from
			}
			c.peek()
		}
		named := c.named(c.string())
		c.peek()
		c.at++ // the colon
		c.value()
		if named {
			c.out, c.from = c.out[:out], from
			c.leaveOut(begin)
		} else {
			first = false
		}
	}
	c.at++
}

// named reports whether a member's name, in quotes, is one of those to leave out.
func (c *copier) named(quoted []byte) bool {
	name := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(name, '\\') >= 0 {
		name, _ = jsontext.AppendUnquote(nil, quoted)
	}
	for _, want := range c.names {
		if resembles(name, want) && memberName(string(name)) == want {
			return true
		}
	}
	return false
}

// resembles reports whether a name may be another spelling of want: it has the same
// letters and digits.
func resembles(name []byte, want string) bool {
	i := 0
	for _, b := range name {
		switch {
		case b == '_' || b == '-' || b == ' ':
			continue
		case b >= 'A' && b <= 'Z':
			b += 'a' - 'A'
		}
		if i < len(want) && want[i] == '_' {
			i++
		}
		if i >= len(want) || want[i] != b {
			return false
		}
		i++
	}
	return i == len(want)
}

// mentions reports whether the text may have a member of one of the names.
func mentions(text []byte, names []string) bool {
	if len(names) > 0 && bytes.Contains(text, []byte(`\u`)) {
		return true // a name may be written with escapes
	}
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
