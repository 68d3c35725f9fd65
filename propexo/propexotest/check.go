package propexotest

import (
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// A kind is what a parameter or member may be.
type kind int

const (
	text kind = iota
	flag
	whole
	num
	email
	timestamp
	dateOrTime
	tenDigits
	object
	list
	anything
)

func (k kind) String() string {
	return []string{"a text", "a bool", "a whole number", "a number", "an email address", "an ISO 8601 timestamp",
		"an ISO 8601 timestamp or date", "ten digits, the first 2 to 9", "an object", "an array", "anything"}[k]
}

// json returns the kind of JSON that a value of the kind is.
func (k kind) json() byte {
	switch k {
	case flag:
		return 't'
	case whole, num:
		return '0'
	case object:
		return '{'
	case list:
		return '['
	}
	return '"'
}

var phone = regexp.MustCompile(`^[2-9][0-9]{9}$`)

// takesText reports whether a text is of the kind.
func (k kind) takesText(s string) bool {
	switch k {
	case flag:
		return s == "true" || s == "false"
	case whole:
		_, err := strconv.Atoi(s)
		return err == nil
	case email:
		a, err := mail.ParseAddress(s)
		return err == nil && a.Address == s // without a name or blanks
	case timestamp:
		_, err := time.Parse(time.RFC3339Nano, s)
		return err == nil
	case dateOrTime:
		_, err := time.Parse(time.DateOnly, s)
		return err == nil || timestamp.takesText(s)
	case tenDigits:
		return phone.MatchString(s)
	}
	return true
}

// takes reports whether a JSON value is of the kind.
func (k kind) takes(v jsontext.Value) bool {
	if k == anything {
		return true
	}
	switch v.Kind() {
	case '"':
		var s string
		return json.Unmarshal(v, &s) == nil && !slices.Contains([]kind{flag, whole, num, object, list}, k) && k.takesText(s)
	case 't', 'f':
		return k == flag
	case '0':
		return k == num || k == whole && whole.takesText(string(v))
	case '{':
		return k == object
	case '[':
		return k == list
	}
	return false // also for null: no field of a request is nullable
}

// A member is what a body's member may be.
type member struct {
	kind     kind
	required bool
	values   []string
	min, max *float64
	above    *float64
	shortest int   // characters or elements, at least
	length   int   // at most; 0 for any
	within   shape // of an object, or of the objects of an array; nil for any
}

type shape map[string]member

// An issue is one thing wrong with a request.
type issue struct{ code, path, message string }

func invalid(issues []issue) fakeserver.Response {
	slices.SortFunc(issues, func(a, b issue) int { return strings.Compare(a.path, b.path) })
	all := make([]map[string]any, 0, len(issues))
	for _, i := range issues {
		all = append(all, map[string]any{"code": i.code, "path": strings.Split(i.path, "."), "message": i.message, "keys": []string{i.path}})
	}
	return refuseWith(400, "invalid_request", "The request is not valid.", map[string]any{
		"details": map[string]any{"name": "ZodError", "issues": all},
	})
}

// body checks a write's query and body, and returns the members.
func (sh shape) body(r *fakeserver.Request) (map[string]any, *fakeserver.Response) {
	bad := func(issues ...issue) (map[string]any, *fakeserver.Response) {
		resp := invalid(issues)
		return nil, &resp
	}
	lenient := false
	for name, values := range r.Query {
		if name != "ignore_unknown_fields" || len(values) != 1 || values[0] != "true" && values[0] != "false" {
			return bad(issue{"unrecognized_keys", name, "is not known"})
		}
		lenient = values[0] == "true"
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return bad(issue{"invalid_type", "Content-Type", "must be application/json"})
	}
	var members map[string]jsontext.Value
	if err := r.Decode(&members); err != nil || members == nil {
		return bad(issue{"invalid_type", "body", "must be a JSON object without duplicates"})
	}
	if issues := sh.check(members, "", lenient); len(issues) > 0 {
		return bad(issues...)
	}
	out := make(map[string]any, len(members))
	for name, v := range members {
		if _, known := sh[name]; known {
			out[name] = v
		}
	}
	return out, nil
}

// check returns what is wrong with an object's members. at starts their paths.
func (sh shape) check(members map[string]jsontext.Value, at string, lenient bool) (issues []issue) {
	for name, v := range members {
		m, known := sh[name]
		if !known {
			if !lenient {
				issues = append(issues, issue{"unrecognized_keys", at + name, "is not known"})
			}
			continue
		}
		if problem := m.check(v); problem != "" {
			issues = append(issues, issue{"invalid_type", at + name, problem})
			continue
		}
		issues = append(issues, m.checkWithin(v, at+name, lenient)...)
	}
	for name, m := range sh {
		if _, there := members[name]; m.required && !there {
			issues = append(issues, issue{"invalid_type", at + name, "is required"})
		}
	}
	return issues
}

// checkWithin returns what is wrong with the objects that a value holds.
func (m member) checkWithin(v jsontext.Value, at string, lenient bool) (issues []issue) {
	elements := []jsontext.Value{v}
	if v.Kind() == '[' {
		_ = json.Unmarshal(v, &elements) // it is an array
		if n := len(elements); n < m.shortest || m.length > 0 && n > m.length {
			return []issue{{"too_small", at, "has too few or too many elements"}}
		}
	}
	if m.within == nil {
		return nil
	}
	for i, element := range elements {
		path := at
		if v.Kind() == '[' {
			path += "." + strconv.Itoa(i)
		}
		var members map[string]jsontext.Value
		if json.Unmarshal(element, &members) != nil || members == nil {
			issues = append(issues, issue{"invalid_type", path, "must be an object"})
			continue
		}
		issues = append(issues, m.within.check(members, path+".", lenient)...)
	}
	return issues
}

// check returns what is wrong with a value, or "".
func (m member) check(v jsontext.Value) string {
	if !m.kind.takes(v) {
		return "must be " + m.kind.String()
	}
	if v.Kind() == '"' {
		var s string
		_ = json.Unmarshal(v, &s)
		switch {
		case m.values != nil && !slices.Contains(m.values, s):
			return "must be one of " + strings.Join(m.values, ", ")
		case m.length > 0 && utf8.RuneCountInString(s) > m.length:
			return "must have at most " + strconv.Itoa(m.length) + " characters"
		case utf8.RuneCountInString(s) < m.shortest:
			return "must have at least " + strconv.Itoa(m.shortest) + " characters"
		case m.required && s == "":
			return "must not be empty"
		}
	}
	if v.Kind() == '0' {
		f, _ := strconv.ParseFloat(string(v), 64)
		if m.min != nil && f < *m.min || m.max != nil && f > *m.max || m.above != nil && f <= *m.above {
			return "is out of range"
		}
	}
	return ""
}

// instant returns a timestamp in a form that sorts, or "" for none.
func instant(s string) string {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000000")
}
