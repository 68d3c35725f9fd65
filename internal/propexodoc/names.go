package propexodoc

import (
	"net/http"
	"strings"
	"unicode"
)

// spellings are the words that names in Go do not write with one capital.
var spellings = map[string]string{
	// Initialisms.
	"ach": "ACH", "ap": "AP", "api": "API", "bcc": "BCC", "cc": "CC", "crm": "CRM", "eft": "EFT", "ein": "EIN", "ftp": "FTP", "gl": "GL", "gte": "GTE", "http": "HTTP", "hvac": "HVAC", "id": "ID", "ids": "IDs",
	"ils": "ILS", "json": "JSON", "lte": "LTE", "mime": "MIME", "mri": "MRI", "nsf": "NSF", "pmc": "PMC", "pms": "PMS", "rest": "REST", "rpx": "RPX", "sftp": "SFTP", "sms": "SMS", "soap": "SOAP",
	"ssn": "SSN", "tv": "TV", "uri": "URI", "url": "URL", "urls": "URLs", "utc": "UTC", "x": "X",
	// Systems.
	"appfolio": "AppFolio", "eliseai": "EliseAI", "realpage": "RealPage", "rentcafe": "RentCafe", "rentmanager": "RentManager", "resman": "ResMan",
}

// Words splits a name such as move_in_date, clientId, SITE_ID or MRICredentials.
func Words(name string) []string {
	runes := []rune(name)
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, string(word))
		}
		word = nil
	}
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
			continue
		}
		if i > 0 && unicode.IsUpper(r) {
			acronymEnds := unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1]) && !isPlural(runes[i+1:])
			if unicode.IsLower(runes[i-1]) || acronymEnds {
				end()
			}
		}
		word = append(word, r)
	}
	end()
	return words
}

// isPlural reports whether rest is the s of a plural, as in URLs.
func isPlural(rest []rune) bool {
	return rest[0] == 's' && (len(rest) == 1 || !unicode.IsLower(rest[1]))
}

// Pascal returns a name as Go writes it: MoveInDate, ClientID, SiteID,
// MRICredentials.
func Pascal(name string) string {
	var b strings.Builder
	for _, word := range Words(name) {
		lower := strings.ToLower(word)
		if spelling := spellings[lower]; spelling != "" {
			b.WriteString(spelling)
			continue
		}
		if word == strings.ToUpper(word) {
			word = lower
		}
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// Kebab returns a Go name in lower case with hyphens: list-rentable-items.
func Kebab(name string) string { return strings.ToLower(strings.Join(Words(name), "-")) }

// Spaced returns a name as words of prose: service requests, MRI credentials.
func Spaced(name string) string {
	words := Words(name)
	for i, word := range words {
		lower := strings.ToLower(word)
		if spelling := spellings[lower]; spelling != "" && spelling != "X" {
			words[i] = spelling
			continue
		}
		words[i] = lower
	}
	return strings.Join(words, " ")
}

// name gives an operation its service and method, from the table or from its path
// and HTTP method.
func (op *Operation) name() {
	if n, ok := names[op.ID]; ok {
		op.Service, op.Name, _ = strings.Cut(n.name, ".")
		op.Does = n.does
	} else {
		segments := strings.Split(strings.Trim(strings.TrimPrefix(strings.TrimPrefix(op.Path, "/v1/"), "admin/"), "/"), "/")
		op.Service = Pascal(segments[0])
		item := strings.HasPrefix(segments[len(segments)-1], "{")
		switch op.Method {
		case http.MethodGet:
			if op.Name = "List"; item {
				op.Name = "Get"
			}
		case http.MethodPost:
			op.Name = "Create"
		case http.MethodPut:
			op.Name = "Update"
		case http.MethodDelete:
			op.Name = "Delete"
		}
		if len(segments) > 1 && !item || len(segments) > 2 {
			panic("propexodoc: " + op.ID + " (" + op.Method + " " + op.Path + ") needs a name in the table")
		}
	}
	op.Hand = byHand[op.Service+"."+op.Name]
}
