package leasefindtest

import (
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// A problem is what is wrong with a member.
type problem struct{ path, text string }

// A check returns what is wrong with a value of a request, which the path names.
type check func(path string, v any) []problem

// A shape is the members that an object may have.
type shape map[string]check

// is makes a check of a test of a value.
func is(what string, ok func(any) bool) check {
	return func(path string, v any) []problem {
		if ok(v) {
			return nil
		}
		return []problem{{path, "must be " + what + "."}}
	}
}

// of tests a value of one type.
func of[T any](ok func(T) bool) func(any) bool {
	return func(v any) bool { t, is := v.(T); return is && ok(t) }
}

func anyOf[T any](T) bool { return true }

var (
	aText     = is("a text", of(anyOf[string]))
	aBool     = is("true or false", of(anyOf[bool]))
	aNumber   = is("a number", of(anyOf[jsontext.Value]))
	anInt     = is("a whole number", of(func(n jsontext.Value) bool { _, err := strconv.Atoi(string(n)); return err == nil }))
	aDate     = is("a date, YYYY-MM-DD", of(isDate))
	aDateTime = is("a date and time, YYYY-MM-DDThh:mm:ss", of(func(s string) bool { return isTime(s, "2006-01-02T15:04:05", time.DateTime) }))
	aTime     = is("a time in ISO 8601", of(func(s string) bool { return isTime(s, time.RFC3339Nano, "2006-01-02T15:04:05") }))
	anEmail   = is("an email address", of(func(s string) bool { a, err := mail.ParseAddress(s); return err == nil && a.Address == s }))
	aPhone    = is("a phone number in E.164", of(regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`).MatchString))
	aCursor   = is("a whole number", func(v any) bool { _, err := strconv.Atoi(text(v)); return err == nil })
	texts     = is("a list of texts", of(func(l []any) bool { return len(l) > 0 && isTexts(l) }))
	anyTexts  = is("a list of texts", of(isTexts))
	groupList = is("a list of groups", func(v any) bool { return groupsOf(v) != nil })
)

func isDate(s string) bool { return isTime(s, time.DateOnly) }

func isTime(s string, layouts ...string) bool {
	return slices.ContainsFunc(layouts, func(layout string) bool { _, err := time.Parse(layout, s); return err == nil })
}

func isTexts(list []any) bool {
	return !slices.ContainsFunc(list, func(e any) bool { _, ok := e.(string); return !ok })
}

func oneOf(values ...string) check {
	return is("one of "+strings.Join(values, ", "), of(func(s string) bool { return slices.Contains(values, s) }))
}

// object checks an object. A null member counts as one that clears a value.
func object(sh shape, required ...string) check {
	return func(path string, v any) (found []problem) {
		m, ok := v.(members)
		if !ok {
			return []problem{{path, "must be an object."}}
		}
		if path != "" {
			path += "."
		}
		for _, name := range required {
			if m[name] == nil {
				found = append(found, problem{path + name, "is required."})
			}
		}
		for _, name := range slices.Sorted(maps.Keys(m)) {
			checked, known := sh[name]
			switch {
			case !known:
				found = append(found, problem{path + name, "is not known."})
			case m[name] != nil:
				found = append(found, checked(path+name, m[name])...)
			}
		}
		return found
	}
}

// list checks a list of values that are alike.
func list(of check) check {
	return func(path string, v any) (found []problem) {
		all, ok := v.([]any)
		if !ok {
			return []problem{{path, "must be a list."}}
		}
		for i, e := range all {
			found = append(found, of(fmt.Sprintf("%s[%d]", path, i), e)...)
		}
		return found
	}
}

// either checks that one of two checks passes.
func either(a, b check) check {
	return func(path string, v any) []problem {
		found := a(path, v)
		if found == nil || b(path, v) == nil {
			return nil
		}
		return found
	}
}

// exactly is json's decoding into any, but numbers keep their text.
var exactly = json.WithUnmarshalers(json.UnmarshalFromFunc(func(d *jsontext.Decoder, v *any) error {
	if d.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	n, err := d.ReadValue()
	*v = n.Clone()
	return err
}))

// decode returns the body of a request as an object.
func decode(r *fakeserver.Request) (members, *fakeserver.Response) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, invalid("The Content-Type must be application/json.")
	}
	if len(r.Query) > 0 {
		return nil, invalid("The query must be empty.")
	}
	m := members{}
	if json.Unmarshal(r.Payload, &m, exactly) != nil || m == nil {
		return nil, invalid("The body is not a JSON object.")
	}
	return m, nil
}

// body returns the body of a request, checked.
func body(r *fakeserver.Request, sh shape, required ...string) (members, *fakeserver.Response) {
	m, refused := decode(r)
	if refused != nil {
		return nil, refused
	}
	if found := object(sh, required...)("", m); len(found) > 0 {
		return nil, invalid("The member " + found[0].path + " " + found[0].text)
	}
	return m, nil
}

// search returns the body of a search, checked. A search has no null members.
func search(r *fakeserver.Request, sh shape) (members, *fakeserver.Response) {
	sh["after-id"] = aCursor
	m, refused := body(r, sh)
	for name, v := range m {
		if v == nil {
			return nil, invalid("The member " + name + " is null.")
		}
	}
	return m, refused
}

// after returns the position that a search continues from.
func after(m members) int {
	n, err := strconv.Atoi(text(m["after-id"]))
	if err != nil {
		return 1
	}
	return n
}

// groupsOf returns a list of groups, which is a JSON list of texts, or a text that
// looks like a list in Python: "['group-1', 'group-2']". It returns nil for others.
func groupsOf(v any) []string {
	switch v := v.(type) {
	case []any:
		if !isTexts(v) {
			return nil
		}
		groups := make([]string, len(v))
		for i, e := range v {
			groups[i] = text(e)
		}
		return groups
	case string:
		inner, opened := strings.CutPrefix(v, "[")
		inner, closed := strings.CutSuffix(inner, "]")
		if !opened || !closed {
			return nil
		}
		groups := []string{}
		for part := range strings.SplitSeq(inner, ",") {
			part = strings.TrimSpace(part)
			if len(part) < 3 || part[0] != part[len(part)-1] || part[0] != '\'' && part[0] != '"' {
				return nil
			}
			groups = append(groups, part[1:len(part)-1])
		}
		return groups
	}
	return nil
}

// text returns a member as a text.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case jsontext.Value:
		return string(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int:
		return strconv.Itoa(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// number returns a member as a number, or 0.
func number(v any) float64 {
	f, _ := strconv.ParseFloat(text(v), 64)
	return f
}

// refuse returns the documented error.
func refuse(status int, kind, message string) fakeserver.Response {
	return fakeserver.JSON(status, members{"error": members{"type": kind, "message": message}})
}

// refused is refuse with status 400.
func refused(kind, message string) *fakeserver.Response {
	resp := refuse(http.StatusBadRequest, kind, message)
	return &resp
}

// invalid refuses what no document describes.
func invalid(message string) *fakeserver.Response { return refused("invalid_request", message) }

func bothGroups() *fakeserver.Response {
	return refused("both_group_identifiers_provided", "Both a group id and a group external reference were given; give one of them.")
}

func notFound() fakeserver.Response {
	return refuse(http.StatusNotFound, "not_found", "No records match the parameters.")
}
