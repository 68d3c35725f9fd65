package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

// A use is what a struct is for.
type use int

const (
	read  use = iota // of a response
	write            // of a request's body
	query            // of a list's query
)

// said holds what follows the name of a field in its comment, if its name alone
// does not say it.
var said = map[string]string{
	"id":                               "is the record's Propexo ID",
	"x_id":                             "is the record's ID in the property management system",
	"created_at":                       "is when Propexo created the record",
	"updated_at":                       "is when Propexo last updated the record",
	"last_seen":                        "is when a sync last saw the record in the property management system",
	"integration_id":                   "is the Propexo ID of the integration",
	"integration_vendor":               "is the vendor of the property management system",
	"custom_data":                      "is free-form data",
	"meta_data":                        "is free-form data",
	"data_diff":                        "holds the members that changed",
	"credentials":                      "is what the integration signs in to the property management system with",
	"active":                           "reports whether the record is active",
	"enabled":                          "reports whether it is enabled",
	"success":                          "reports whether the operation succeeded",
	"unsupported":                      "reports whether the operation is unsupported",
	"untested":                         "reports whether the operation is untested",
	"qualified":                        "reports whether the person qualified",
	"guarantor":                        "reports whether the person is a guarantor",
	"access_is_authorized":             "reports whether entering the unit is authorized",
	"accessible_hearing":               "reports whether the unit is accessible for people with a hearing impairment",
	"accessible_mobility":              "reports whether the unit is accessible for people with a mobility impairment",
	"accessible_vision":                "reports whether the unit is accessible for people with a visual impairment",
	"allocate_prepays":                 "reports whether prepayments are allocated",
	"began_data_access":                "reports whether the check of the data access began",
	"can_authenticate":                 "reports whether the credentials can authenticate",
	"cats_allowed":                     "reports whether cats are allowed",
	"dogs_allowed":                     "reports whether dogs are allowed",
	"pets_allowed":                     "reports whether pets are allowed",
	"are_utilities_covered":            "reports whether utilities are covered",
	"email_send":                       "reports whether the email is sent",
	"separate_check":                   "reports whether each payment gets a check of its own",
	"notice_provided":                  "reports whether notice was given",
	"allow_manual_syncs":               "reports whether manual syncs are allowed",
	"new_properties_are_enabled":       "reports whether new properties are enabled",
	"no_checks_in_cash_receipts":       "reports whether checks are refused in cash receipts",
	"observes_daylight_savings":        "reports whether the time zone observes daylight saving time",
	"is_allowed":                       "reports whether it is allowed",
	"is_approval_required":             "reports whether approval is required",
	"is_consolidate_checks":            "reports whether checks are consolidated",
	"is_not_reconciled":                "reports whether the payment is not reconciled",
	"is_managed_external":              "reports whether the property is managed externally",
	"is_exempt_from_1099":              "reports whether the vendor is exempt from form 1099",
	"is_recurring":                     "reports whether the concession recurs",
	"is_running_sync":                  "reports whether a sync is running",
	"is_eviction_pending":              "reports whether an eviction is pending",
	"invoice_id_not_null":              "selects, if true, only records with an invoice",
	"only_null_move_outs":              "selects, if true, only leases without a move-out date",
	"include_all_jobs":                 "selects, if \"true\", the jobs that the job started too",
	"is_running_data_access_check":     "reports whether a check of the data access is running",
	"automatically_move_out_residents": "reports whether residents are moved out automatically",
	"data_access_check_in_process":     "reports whether a check of the data access is running",
	"trigger_integration_resync":       "reports whether the integration syncs again",
	"use_custom_sync_schedule":         "reports whether the integration has a sync schedule of its own",
	"create_new_events_only":           "reports whether only new events are created",
	"server_time_error_seconds":        "is how far the server's clock is off, in seconds",
	"trigger":                          "is what the event reports",
	"error":                            "is the error",
	"name":                             "is the name",
	"value":                            "is the value",
	"mime_type":                        "is the MIME type",
	"should_upload_to_tenant":          "reports whether the file goes to the page of the tenant instead of the prospect",
	"tax_id":                           "is the tax ID",
	"account_number":                   "is the account number",
	"email_to":                         "is who the email is sent to",
	"email_from":                       "is who the email is from",
	"email_cc":                         "is who gets a copy of the email",
	"email_bcc":                        "is who gets a blind copy of the email",
	"email_body":                       "is the text of the email",
	"email_subject":                    "is the subject of the email",
	"send_rental_application_email":    "reports whether the rental application is sent by email",
	"send_welcome_email":               "reports whether a welcome email is sent",
	"send_email_receipt":               "reports whether a receipt is sent by email",
	"call_phone_number_to":             "is the phone number that was called",
	"call_phone_number_from":           "is the phone number that called",
	"call_duration":                    "is the duration of the call, in seconds",
	"reported_by":                      "is who reported the problem",
	"year_built":                       "is the year of construction",
	"square_feet":                      "is the area in square feet",
	"square_footage":                   "is the area in square feet",
	"gross_square_feet":                "is the gross area in square feet",
	"rentable_square_feet":             "is the rentable area in square feet",
	"unit_id_next":                     "is the Propexo ID of the next unit",
	"unit_id_previous":                 "is the Propexo ID of the previous unit",
	"lease_id_next":                    "is the Propexo ID of the next lease",
	"lease_id_previous":                "is the Propexo ID of the previous lease",
	"x_unit_id_next":                   "is the ID of the next unit in the property management system",
	"x_unit_id_previous":               "is the ID of the previous unit in the property management system",
	"x_lease_id_next":                  "is the ID of the next lease in the property management system",
	"x_lease_id_previous":              "is the ID of the previous lease in the property management system",
	"access_is_authorized_value":       "is the authorization to enter the unit",
	"date_scheduled":                   "is the scheduled date",
	"date_completed":                   "is the date of completion",
	"date_created":                     "is the date of creation",
	"date_due":                         "is the due date",
	"date_entered":                     "is the date of entry",
	"date_available":                   "is the date from which the unit is available",
	"leases_meta_data":                 "lists the leases",
	"residents_meta_data":              "lists the residents",
	"url":                              "is the URL",
	"notes":                            "holds notes",
	"city":                             "is the city of the address",
	"state":                            "is the state of the address",
	"zip":                              "is the ZIP code of the address",
	"country":                          "is the country of the address",
	"pets":                             "lists the pets",
	"vehicles":                         "lists the vehicles",
	"resident_insurance_id":            "is the Propexo ID of the insurance policy",
	"before":                           "selects changes before this time",
	"after":                            "selects changes after this time",
	"x_created_at":                     "is when the record was created in the property management system",
	"x_updated_at":                     "is when the record was last updated in the property management system",
	"errors":                           "are the errors that the property management system reported",
	"secret":                           "signs the deliveries; see [VerifyWebhook]",
}

// nouns are what an is_ member says that a record is, if it is a noun.
var nouns = map[string]string{
	"company": "a company", "credit_memo": "a credit memo", "adjustment": "an adjustment", "criminal_charge": "a criminal charge", "current_employer": "the current employer",
	"custom_mapping": "a mapping of one's own", "default": "the default", "employee": "an employee", "felony": "a felony", "one_time": "a one-time charge",
	"service_animal": "a service animal", "unit": "a unit", "unit_amenity": "an amenity of units",
}

var (
	line     = regexp.MustCompile(`^(.*?)_?address_(\d)(_alternate)?$`)
	numbered = regexp.MustCompile(`^(.*)_([123])$`)
	bounded  = regexp.MustCompile(`^(.+)_(gte|lte)$`)
	moment   = regexp.MustCompile(`^(.+)_(at|datetime)$`)
)

// thing returns the noun for a name: "the Propexo ID of the property".
func thing(name string) string {
	if m := line.FindStringSubmatch(name); m != nil {
		return "line " + m[2] + " of the " + strings.TrimSpace(map[bool]string{true: "alternate "}[m[3] != ""]+phrase(m[1])+" address")
	}
	if stem, ok := strings.CutSuffix(name, "_alternate"); ok {
		return "the " + phrase(stem) + " of the alternate address"
	}
	if stem, ok := strings.CutSuffix(name, "_raw"); ok {
		return thing(stem) + " as the property management system writes it"
	}
	if stem, ok := strings.CutSuffix(name, "_normalized"); ok {
		return thing(stem) + " in Propexo's own terms"
	}
	if stem, ok := strings.CutSuffix(name, "_type"); ok {
		return "the type of " + thing(stem)
	}
	if stem, ok := strings.CutSuffix(name, "_in_cents"); ok {
		return "the " + phrase(stem) + " in cents"
	}
	if m := numbered.FindStringSubmatch(name); m != nil {
		return "the " + map[string]string{"1": "first", "2": "second", "3": "third"}[m[2]] + " " + phrase(m[1])
	}
	of, plural := "", false
	switch {
	case strings.HasSuffix(name, "_ids"):
		of, plural = strings.TrimSuffix(name, "_ids"), true
	case strings.HasSuffix(name, "_id"):
		of = strings.TrimSuffix(name, "_id")
	default:
		return "the " + phrase(name)
	}
	id := map[bool]string{false: "ID", true: "IDs"}[plural]
	if external, ok := strings.CutPrefix(of, "x_"); ok {
		return "the " + id + " of the " + phrase(external) + " in the property management system"
	}
	return "the Propexo " + id + " of the " + phrase(of)
}

// phrase returns a name as words, with the words that a name abbreviates.
func phrase(name string) string {
	words := strings.Fields(propexodoc.Spaced(name))
	if len(words) > 1 && words[0] == "x" {
		words = words[1:]
	}
	front := ""
	for i, word := range words {
		last := i == len(words)-1
		switch {
		case word == "zip":
			words[i] = "ZIP code"
		case word == "phone" && (last || words[i+1] != "number"):
			words[i] = "phone number"
		case word == "email" && last:
			words[i] = "email address"
		case (word == "min" || word == "max") && i > 0:
			front, words[i] = word+"imum ", ""
		case word == "min" || word == "max":
			words[i] = word + "imum"
		case word == "num":
			words[i] = "number of"
		case word == "time" && i > 0 && words[i-1] == "one":
			words[i-1], words[i] = "one-time", ""
		case (word == "in" || word == "out") && i > 0 && words[i-1] == "move":
			words[i-1], words[i] = "move-"+word, ""
		}
	}
	return front + strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// says returns what follows the name of a field in its comment.
func says(f *propexodoc.Field, u use) string {
	if s := said[f.Name]; s != "" && (u != query || !strings.HasPrefix(s, "is ") && !strings.HasPrefix(s, "reports ")) {
		return s
	}
	if u == query {
		return selects(f)
	}
	switch f.Ref {
	case "RealpageMethodCredential":
		return "holds the credentials for RealPage's method " + f.Name
	case "DaySlots":
		return "holds the slots of " + propexodoc.Pascal(f.Name)
	}
	if f.Type == "boolean" {
		return reports(f.Name)
	}
	if m := moment.FindStringSubmatch(f.Name); m != nil {
		return "is the time of the " + phrase(m[1])
	}
	switch f.Type {
	case "array", "map":
		return "holds " + thing(f.Name)
	}
	return "is " + thing(f.Name)
}

// selects is says of a query parameter.
func selects(f *propexodoc.Field) string {
	what := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(said[f.Name], "is "), "reports "), "when ")
	if what == "" {
		what = thing(f.Name)
	}
	if m := bounded.FindStringSubmatch(f.Name); m != nil {
		side := map[string]string{"gte": "or later", "lte": "or earlier"}[m[2]]
		if m[1] == "last_seen" {
			return "selects records that a sync last saw at this time " + side
		}
		return "selects records that Propexo last updated at this time " + side
	}
	switch name := f.Name; {
	case strings.HasPrefix(name, "before_"):
		return "selects records with a " + phrase(strings.TrimPrefix(name, "before_")) + " before this date"
	case strings.HasPrefix(name, "after_"):
		return "selects records with a " + phrase(strings.TrimPrefix(name, "after_")) + " after this date"
	case name == "transaction_date_start":
		return "is the first transaction date"
	case name == "transaction_date_end":
		return "is the last transaction date"
	case f.Type == "boolean" && strings.HasPrefix(what, "whether "), f.Type == "boolean" && strings.HasPrefix(name, "is_"):
		if !strings.HasPrefix(what, "whether ") {
			what = strings.TrimPrefix(reports(name), "reports ")
		}
		return "selects by " + what
	}
	return "selects by " + what
}

// reports is says of a boolean.
func reports(name string) string {
	switch {
	case strings.HasPrefix(name, "is_"):
		stem := strings.TrimPrefix(name, "is_")
		if noun := nouns[stem]; noun != "" {
			return "reports whether the record is " + noun
		}
		return "reports whether the record is " + phrase(stem)
	case strings.HasPrefix(name, "has_"):
		return "reports whether there are " + phrase(strings.TrimPrefix(name, "has_"))
	case strings.HasPrefix(name, "send_"):
		return "reports whether the " + phrase(strings.TrimPrefix(name, "send_")) + " is sent"
	}
	return "reports the " + phrase(name)
}

// comment returns the comment of a field: sentences, and a paragraph of its own if
// the field is deprecated.
func comment(name string, f *propexodoc.Field, u use) string {
	first := name + " " + says(f, u)
	if u == write {
		first = strings.Replace(first, " reports ", " says ", 1)
	}
	sentences := append([]string{first + "."}, facts(f, u)...)
	text := wrap(strings.Join(sentences, " "), "\t// ")
	if f.Deprecated {
		text += "\t//\n\t// Deprecated: Propexo has deprecated this member.\n"
	}
	return text
}

// facts returns what is known of a field, as sentences.
func facts(f *propexodoc.Field, u use) []string {
	var all []string
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	num := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	if f.Required && u != read {
		say("This field is required.")
	}
	if f.Note != "" {
		say("%s", f.Note)
	}
	unit := ""
	if strings.HasSuffix(f.Name, "_in_cents") {
		unit = " cents"
	}
	switch {
	case u == read:
	case f.Min != nil && f.Max != nil:
		say("The value is %s to %s%s.", num(*f.Min), num(*f.Max), unit)
	case f.Min != nil:
		say("The value is at least %s%s.", num(*f.Min), unit)
	case f.ExclusiveMin != nil:
		say("The value is above %s%s.", num(*f.ExclusiveMin), unit)
	case f.Max != nil:
		say("The value is at most %s%s.", num(*f.Max), unit)
	}
	characters := func(n int) string {
		if n == 1 {
			return "1 character"
		}
		return strconv.Itoa(n) + " characters"
	}
	switch {
	case u == read:
	case f.MinLength != nil && f.MaxLength != nil && *f.MinLength == *f.MaxLength:
		say("The text has %s.", characters(*f.MinLength))
	case f.MaxLength != nil:
		say("The text has at most %s.", characters(*f.MaxLength))
	case f.MinLength != nil:
		say("The text has at least %s.", characters(*f.MinLength))
	}
	if u != read && f.MinItems != nil {
		say("It needs at least %s.", elements(*f.MinItems))
	}
	if u != read && f.MaxItems != nil {
		say("It takes at most %s.", elements(*f.MaxItems))
	}
	if u != read {
		all = append(all, forms(f)...)
	}
	if d := string(f.Default); d != "" && d != "null" && d != "[]" && u == write && !f.Required {
		say("If it is absent, Propexo takes %s.", d)
	}
	if len(f.Except) > 0 && u == write {
		say("Propexo does not take %s here.", strings.Join(f.Except, ", "))
	}
	if u == query && (f.Type == "boolean" || f.Type == "integer") && !slices.Contains(all, f.Note) {
		say("Nil does not filter.")
	}
	if t := readType(f); u == read && strings.HasPrefix(t, "*") {
		say("It is nil if unknown.")
	}
	return all
}

func elements(n int) string {
	if n == 1 {
		return "1 element"
	}
	return strconv.Itoa(n) + " elements"
}

// forms are the facts about the form of a text.
func forms(f *propexodoc.Field) (all []string) {
	switch f.Pattern {
	case "":
	case `^\d{10}$`:
		all = append(all, "It has ten digits.")
	case `^[2-9]\d{9}$`:
		all = append(all, "It has ten digits, the first of which is 2 to 9.")
	case `^([01]\d|2[0-3]):([0-5]\d)$`:
		all = append(all, "Its form is HH:MM.")
	case `(?:[01]\d|2[0123]):(?:[012345]\d):(?:[012345]\d)`:
		all = append(all, "Its form is HH:MM:SS.")
	default:
		all = append(all, "It matches "+f.Pattern+".")
	}
	switch f.Format {
	case "date-time":
		all = append(all, "It is a time in the form of RFC 3339.")
	case "date-time|date":
		all = append(all, "It is a time in the form of RFC 3339, or a date as YYYY-MM-DD.")
	}
	if f.Type == "date" {
		all = append(all, "Its form is YYYY-MM-DD.")
	}
	return all
}

// wrap breaks a comment into lines that begin with prefix.
func wrap(text, prefix string) string {
	const width = 84
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case column == 0:
			b.WriteString(prefix)
			column = len(prefix) + 3
		case column+1+len(word) > width:
			b.WriteString("\n" + prefix)
			column = len(prefix) + 3
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String() + "\n"
}

// singular returns the name of one of several.
func singular(plural string) string {
	for _, end := range [][2]string{{"ies", "y"}, {"statuses", "status"}, {"Statuses", "Status"}, {"History", "History"}, {"history", "history"}, {"s", ""}} {
		if stem, ok := strings.CutSuffix(plural, end[0]); ok {
			return stem + end[1]
		}
	}
	return plural
}

// article returns a or an.
func article(name string) string {
	if strings.ContainsAny(name[:1], "AEIOaeio") || strings.HasPrefix(name, "MRI") || strings.HasPrefix(name, "SFTP") || strings.HasPrefix(name, "un") && !strings.HasPrefix(name, "unit") {
		return "an"
	}
	return "a"
}

func withArticle(name string) string { return article(name) + " " + name }
