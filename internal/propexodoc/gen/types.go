package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

var (
	dateName   = regexp.MustCompile(`(_at|_date|_datetime|^last_seen|^date_of_birth|^date)$`)
	moneyName  = regexp.MustCompile(`(_in_cents|^amount|_amount)$`)
	secretName = regexp.MustCompile(`(?i)^(secret|password|onesite_password|apikey|apisecret|license_?key|partnerkey|partnertoken|clientsecret|license|sftp_password|tax_id|passport_number|drivers_license_number|identification_number)$`)
	request    = regexp.MustCompile(`^(Create|Update|Cancel|Assign)(.+)Request$`)
)

// renamed are structures that would read as something else in Go.
var renamed = map[string]string{
	"LeaseService": "LeasedService", // not what reads and writes leases
	"SyncRequest":  "SyncParams",
}

// goName is what a structure is called in Go.
func goName(schema string) string {
	if name := renamed[schema]; name != "" {
		return name
	}
	if m := request.FindStringSubmatch(schema); m != nil {
		return m[2] + m[1] + "Params"
	}
	if stem, ok := strings.CutSuffix(schema, "AvailabilityRequest"); ok {
		return stem + "AvailabilityParams"
	}
	return schema
}

// scalar is the Go type of a text, number or object.
func scalar(f *propexodoc.Field, write bool) string {
	switch f.Type {
	case "string":
		switch {
		case f.Enum != "":
			return f.Enum
		case f.Secret || secretName.MatchString(f.Name):
			return "tenantry.Secret"
		case f.Format == "date-time" || f.Format == "date-time|date" || f.Format == "" && !write && dateName.MatchString(f.Name):
			return "tenantry.Timestamp"
		}
		return "string"
	case "boolean":
		return "bool"
	case "integer":
		if !write && moneyName.MatchString(f.Name) {
			return "tenantry.Decimal"
		}
		return "int64"
	case "number":
		if write || moneyName.MatchString(f.Name) {
			return "tenantry.Decimal"
		}
		return "float64"
	case "object", "any":
		return "tenantry.Raw"
	case "ref":
		return goName(f.Ref)
	case "union":
		return "IntegrationCredentials" // the only one left; see overrides
	}
	return ""
}

// element is the Go type of what a list or map holds.
func element(f *propexodoc.Field, write bool) string {
	switch {
	case f.Enum != "":
		return f.Enum
	case f.Items == "string" || f.Items == "boolean" || f.Items == "integer" || f.Items == "number" || f.Items == "object":
		inner := *f
		inner.Type, inner.Name = f.Items, ""
		return scalar(&inner, write)
	}
	return goName(f.Items)
}

// readType is the type of a field of an answer: a null text reads as "", and
// where null is not zero the field is a pointer.
func readType(f *propexodoc.Field) string {
	switch f.Type {
	case "array":
		return "[]" + element(f, false)
	case "map":
		return "map[string]" + element(f, false)
	}
	switch t := scalar(f, false); {
	case t == "bool" || t == "int64" || t == "float64" || f.Type == "ref":
		return "*" + t
	default:
		return t
	}
}

// writeType is the type of a field of a body, and whether it is always sent.
func writeType(f *propexodoc.Field) (t string, always bool) {
	switch f.Type {
	case "array":
		t = "[]" + element(f, true)
	case "map":
		t = "map[string]" + element(f, true)
	default:
		t = scalar(f, true)
	}
	if f.Required {
		return t, true
	}
	return "tenantry.Opt[" + t + "]", false
}

// queryType is the type of a filter.
func queryType(f *propexodoc.Field) string {
	switch {
	case f.Type == "time":
		return "time.Time"
	case f.Enum != "" && f.Type == "array":
		return "[]" + f.Enum
	case f.Enum != "":
		return f.Enum
	case f.Type == "array":
		return "[]string"
	case f.Type == "boolean":
		return "*bool"
	case f.Type == "integer":
		return "*int64"
	}
	return "string"
}

// facts are what a field's comment says: limits, formats, and what happens to
// be known besides.
func facts(f *propexodoc.Field, write bool) string {
	var all []string
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	num := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	if f.Deprecated {
		say("Deprecated: by Propexo")
	}
	if f.Note != "" {
		say("%s", f.Note)
	}
	if strings.HasSuffix(f.Name, "_in_cents") {
		say("in cents")
	}
	switch {
	case f.Min != nil && f.Max != nil:
		say("%s to %s", num(*f.Min), num(*f.Max))
	case f.Min != nil && write:
		say("at least %s", num(*f.Min))
	case f.ExclusiveMin != nil && write:
		say("above %s", num(*f.ExclusiveMin))
	case f.Max != nil:
		say("at most %s", num(*f.Max))
	}
	switch {
	case f.MinLength != nil && f.MaxLength != nil && *f.MinLength == *f.MaxLength:
		say("%d character", *f.MinLength)
	case f.MaxLength != nil:
		say("at most %d characters", *f.MaxLength)
	case f.MinLength != nil && write:
		say("at least %d characters", *f.MinLength)
	}
	if f.MinItems != nil && write {
		say("at least %d", *f.MinItems)
	}
	if f.MaxItems != nil {
		say("at most %d", *f.MaxItems)
	}
	switch f.Pattern {
	case "":
	case `^\d{10}$`:
		say("ten digits")
	case `^[2-9]\d{9}$`:
		say("ten digits, the first 2 to 9")
	case `^([01]\d|2[0-3]):([0-5]\d)$`:
		say("HH:MM")
	default:
		say("of the form %s", f.Pattern)
	}
	switch f.Format {
	case "date-time":
		say("RFC 3339")
	case "date-time|date":
		say("RFC 3339 or YYYY-MM-DD")
	case "email", "uri":
		say("%s", map[string]string{"email": "an email address", "uri": "a URL"}[f.Format])
	}
	if d := string(f.Default); d != "" && d != "null" && d != "[]" && write && !f.Required {
		say("%s where it is not sent", d)
	}
	if t := readType(f); !write && strings.HasPrefix(t, "*") {
		say("nil for null")
	}
	if len(all) == 0 {
		return ""
	}
	return " // " + strings.Join(all, "; ")
}

// required is facts of what is sent, with whether it must be.
func required(f *propexodoc.Field) string {
	comment := facts(f, true)
	switch {
	case !f.Required:
		return comment
	case comment == "":
		return " // required"
	}
	return " // required; " + strings.TrimPrefix(comment, " // ")
}

var word = regexp.MustCompile(`[\pL\pN]+`)

// constant is the name of an enumeration's value.
func constant(enum, value string) string {
	var b strings.Builder
	for _, w := range word.FindAllString(value, -1) {
		if strings.ToUpper(w) == w {
			w = strings.ToLower(w)
		}
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return enum + b.String()
}

// spaced is a Go name as words: service requests.
func spaced(name string) string { return strings.ReplaceAll(propexodoc.Kebab(name), "-", " ") }

// singular is the name of one of several.
func singular(plural string) string {
	for _, end := range [][2]string{{"ies", "y"}, {"statuses", "status"}, {"Statuses", "Status"}, {"Properties", "Property"}, {"History", "History"}, {"history", "history"}, {"s", ""}} {
		if stem, ok := strings.CutSuffix(plural, end[0]); ok {
			return stem + end[1]
		}
	}
	return plural
}

// article is a or an.
func article(name string) string {
	if strings.ContainsAny(name[:1], "AEIOaeio") || strings.HasPrefix(name, "un") && !strings.HasPrefix(name, "unit") {
		return "an"
	}
	return "a"
}
