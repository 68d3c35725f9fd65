package recordtenantry

import "strings"

// A kind is what a value is, by the name of its member.
type kind rune

const (
	kindNone kind = iota
	kindSecret
	kindName
	kindUser
	kindEmail
	kindPhone
	kindAddress
	kindBirth
	kindText
)

// names holds the kinds of names that the test sets.
type names map[string]kind

func (n names) set(k kind, list []string) {
	for _, name := range list {
		n[normalize(name)] = k
	}
}

// normalize makes first_name, firstName and First-Name the same, and so email_1 and email.
func normalize(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	return strings.TrimRight(name, "0123456789")
}

// The rules, in order. A name is normalized.
var (
	secretNames = set("answer", "clientid", "consumerkey", "combolockgroup", "embedurl", "esignurl", "cvc", "cvv", "license", "magnetictrack", "militaryid", "pin",
		"passcode", "psk", "securitycode", "ssn", "taxid", "accountnumberconfirmation", "accountorcardnumber", "totp", "otp", "iban", "idempotencykey")
	secretEnds = []string{"accesscode", "accountnumber", "apikey", "cardnumber", "credential", "credentials", "doorcode", "entrycode", "gatecode",
		"identificationnumber", "licensekey", "licensenumber", "lockcode", "locknumber", "partnerkey", "passphrase", "passportnumber", "password",
		"privatekey", "routingnumber", "secret", "secretkey", "securitytoken", "signature", "ssn", "token"}
	// Tokens that mark a position in a list.
	positions = []string{"cursor", "page", "next", "continuation", "sync"}
	// Ends of names that say something about a value but are not one.
	aboutEnds = []string{"id", "ids", "type", "kind", "at", "on", "date", "enabled", "count", "required", "status", "state", "country", "url", "urls", "ref"}
	// Names of things, not people.
	things = []string{"amenity", "attribute", "building", "category", "charge", "column", "database", "event", "facility", "field", "file", "floor",
		"group", "interface", "kind", "location", "marketing", "operation", "plan", "product", "property", "provider", "queue", "rate", "report", "server",
		"site", "source", "status", "system", "table", "team", "unit"}
	// Names of people that do not end in "name".
	nameEnds     = []string{"initial", "initials", "createdby", "updatedby", "modifiedby", "enteredby", "completedby", "assignedto", "assignee", "author"}
	addressNames = set("city", "street", "zip", "zipcode", "postal", "postalcode", "latitude", "longitude", "lat", "lng", "lon", "county", "placeofbirth",
		"billingcity", "billingzip", "billingpostal", "shippingcity", "shippingzip", "taxcity", "taxzip")
	textEnds = []string{"note", "notes", "comment", "comments", "notetext", "messagetext", "messagebody", "messagesubject", "emailbody", "emailsubject",
		"transcript", "description", "platenumber", "leasingagentcontactinfo", "additionalmessage"}
)

func set(list ...string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

func endsIn(name string, ends []string) bool {
	for _, end := range ends {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

func containsAny(name string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// kind returns the kind of a member by its name and the name of the member that its
// object is in, both normalized.
func (n names) kind(name, parent string) kind {
	k := standard(name, parent)
	if k == kindSecret {
		return k
	}
	if own, ok := n[name]; ok {
		return own
	}
	return k
}

func standard(name, parent string) kind {
	switch {
	case secretNames[name], endsIn(name, secretEnds) && !isPosition(name):
		return kindSecret
	case name == "value" && (strings.Contains(parent, "auth") || strings.Contains(parent, "header")):
		return kindSecret
	case name == "dateofbirth", name == "dob", name == "birthdate", name == "birthday", name == "birthdatetime":
		return kindBirth
	case endsIn(name, textEnds):
		return kindText
	case endsIn(name, aboutEnds) && !addressNames[name]:
		return kindNone
	case strings.Contains(name, "email"):
		return kindEmail
	case strings.Contains(name, "phone"), strings.HasSuffix(name, "mobile"), strings.HasSuffix(name, "cell"), strings.HasSuffix(name, "fax"),
		strings.Contains(parent, "phone") && strings.HasSuffix(name, "number"):
		return kindPhone
	case addressNames[name], strings.Contains(name, "address"), strings.HasPrefix(name, "street"), strings.Contains(parent, "address") && strings.HasPrefix(name, "line"):
		return kindAddress
	case name == "login", strings.HasSuffix(name, "username"):
		return kindUser
	case endsIn(name, nameEnds), strings.HasSuffix(name, "name") && !containsAny(name, things), name == "nameoncheck",
		name == "paymentnameonaccount", name == "namenormalized":
		return kindName
	}
	return kindNone
}

func isPosition(name string) bool {
	return strings.HasSuffix(name, "token") && containsAny(name, positions)
}
