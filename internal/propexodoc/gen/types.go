package main

import (
	"regexp"
	"strings"

	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

var (
	dateName   = regexp.MustCompile(`(_at|_date|_datetime|^last_seen|^date_of_birth|^date)$`)
	moneyName  = regexp.MustCompile(`(_in_cents|^amount|_amount)$`)
	secretName = regexp.MustCompile(`(?i)^(secret|password|onesite_password|apikey|apisecret|license_?key|partnerkey|partnertoken|clientsecret|license|sftp_password|tax_id|passport_number|drivers_license_number|identification_number)$`)
	request    = regexp.MustCompile(`^(Create|Update|Cancel|Assign|Upload|Send)(.+)Request$`)
)

// renamed holds the schemas whose names would mislead in Go.
var renamed = map[string]string{
	"LeaseService": "LeasedService", // LeasesService reads and writes leases
	"SyncRequest":  "SyncParams",
	// See propexodoc's vendors.
	"Sample1Credentials": "YardiCredentials", "Sample1InterfaceCredentials": "YardiInterfaceCredentials", "Sample2Credentials": "AppFolioCredentials",
	"CreateForUnitAmenityRequest": "AmenityCreateForUnitParams", "CreateForPropertyAmenityRequest": "AmenityCreateForPropertyParams",
}

// goName returns the Go name of a schema.
func goName(schema string) string {
	if name := renamed[schema]; name != "" {
		return name
	}
	schema = strings.Replace(schema, "CRM", "", 1) // the package says it
	if m := request.FindStringSubmatch(schema); m != nil {
		return propexodoc.Pascal(m[2] + m[1] + "Params")
	}
	if stem, ok := strings.CutSuffix(schema, "AvailabilityRequest"); ok {
		return propexodoc.Pascal(stem + "AvailabilityParams")
	}
	return propexodoc.Pascal(schema)
}

// scalar returns the Go type of a string, number or object.
func scalar(f *propexodoc.Field, u use) string {
	switch f.Type {
	case "string":
		switch {
		case f.Enum != "":
			return f.Enum
		case f.Secret || secretName.MatchString(f.Name):
			return "tenantry.Secret"
		case f.Format == "date-time" || f.Format == "date-time|date" || f.Format == "" && u == read && dateName.MatchString(f.Name):
			return "tenantry.Timestamp"
		}
		return "string"
	case "boolean":
		return "bool"
	case "integer":
		if u == read && moneyName.MatchString(f.Name) {
			return "tenantry.Decimal"
		}
		return "int64"
	case "number":
		if u == write || moneyName.MatchString(f.Name) {
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

// element returns the Go type of what a list or map holds.
func element(f *propexodoc.Field, u use) string {
	switch {
	case f.Enum != "":
		return f.Enum
	case f.Items == "string" || f.Items == "boolean" || f.Items == "integer" || f.Items == "number" || f.Items == "object":
		inner := *f
		inner.Type, inner.Name = f.Items, ""
		return scalar(&inner, u)
	}
	return goName(f.Items)
}

// readType returns the type of a field of a response. A null string reads as "". If
// null is not zero, the field is a pointer.
func readType(f *propexodoc.Field) string {
	switch f.Type {
	case "array":
		return "[]" + element(f, read)
	case "map":
		return "map[string]" + element(f, read)
	}
	switch t := scalar(f, read); {
	case t == "bool" || t == "int64" || t == "float64" || f.Type == "ref":
		return "*" + t
	default:
		return t
	}
}

// writeType returns the type of a field of a body, and whether it is always sent.
func writeType(f *propexodoc.Field) (t string, always bool) {
	switch f.Type {
	case "array":
		t = "[]" + element(f, write)
	case "map":
		t = "map[string]" + element(f, write)
	default:
		t = scalar(f, write)
	}
	if f.Required {
		return t, true
	}
	return "tenantry.Opt[" + t + "]", false
}

// queryType returns the type of a query parameter.
func queryType(f *propexodoc.Field) string {
	switch {
	case f.Type == "time":
		return "time.Time"
	case f.Type == "date":
		return "tenantry.Date"
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

// field returns the declaration of a field, with its comment.
func field(f *propexodoc.Field, u use) string {
	name := propexodoc.Pascal(f.Name)
	typ, tag := readType(f), `json:"`+f.Name+`,omitzero"`
	switch u {
	case read:
	case write:
		// An empty string or list is refused before it is sent, unless a system's own
		// operation, which may not take it, is called.
		var always bool
		if typ, always = writeType(f); always && (f.Type == "boolean" || f.Type == "integer" || f.Type == "number" || f.Type == "ref") {
			tag = `json:"` + f.Name + `"`
		}
	case query:
		typ, tag = queryType(f), `url:"`+f.Name+`,omitempty"`
		if f.Type == "time" {
			tag += ` layout:"2006-01-02T15:04:05.999Z07:00"`
		}
	}
	return comment(name, f, u) + "\t" + name + " " + typ + " `" + tag + "`\n"
}

// constant returns the name of an enumeration's value. Values of two capitals, such
// as states, keep them.
func constant(enum, value string, states bool) string {
	if states {
		return enum + value
	}
	return enum + propexodoc.Pascal(value)
}
