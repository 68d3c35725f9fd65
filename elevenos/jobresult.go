package elevenos

import (
	"bytes"
	"iter"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// The quick start describes a job's result in words only: "An array containing
// arrays of residents and their details that were successfully imported
// (success) or failed to import (failed). Errors are indicated in the failed
// array." This file reads it in every form that fits these words. What it does
// not understand never counts as a success.

const (
	maxNesting    = 6      // levels of a result that are searched
	maxItemErrors = 20     // errors of one item
	freeItems     = 10_000 // items that a result of any size may hold
)

// A resultReader collects what a finished job says.
type resultReader struct {
	job    *Job
	room   int  // items that may still be added
	listed bool // there was a list of successes
}

// readResult reads the counts and items of a finished job from its status. It
// reports false for a status of so many small items that holding them would
// take many times its size.
func (j *Job) readResult(status []byte) bool {
	r := resultReader{job: j, room: max(freeItems, 4*len(status)/int(reflect.TypeFor[JobItem]().Size()))}
	r.search(bytes.Clone(status), 0)
	if n := int64(len(j.Succeeded)); r.listed && j.Success == nil {
		j.Success = &n
	}
	return r.room >= 0
}

// search looks for the members of a job at any depth.
func (r *resultReader) search(raw tenantry.Raw, depth int) {
	if depth > maxNesting || r.room < 0 {
		return
	}
	switch wire.Kind(raw) {
	case '[':
		if success, failed, ok := pair(raw); ok {
			r.succeeded(success)
			r.failed(failed)
			return
		}
		for e := range elements(raw) {
			r.search(e, depth+1)
		}
	case '{':
		for name, v := range members(raw) {
			switch fold(name) {
			case "success", "succeeded":
				r.succeeded(v)
			case "failed", "failure", "failures":
				r.failed(v)
			case "errors":
				if !isEmpty(v) {
					r.failed(v)
				}
			case "total":
				setCount(&r.job.Total, v)
			case "action":
				setText((*string)(&r.job.Action), v)
			case "actioninvite":
				setText((*string)(&r.job.ActionInvite), v)
			default:
				r.search(v, depth+1)
			}
		}
	}
}

// pair returns the two lists of a result that has no names for them: an array
// of an array of successes and an array of failures.
func pair(raw tenantry.Raw) (success, failed tenantry.Raw, ok bool) {
	n := 0
	for e := range elements(raw) {
		if wire.Kind(e) != '[' || named(e) {
			return nil, nil, false
		}
		n++
		success, failed = failed, e
	}
	return success, failed, n == 2
}

// named reports whether an array holds objects that name their lists.
func named(raw tenantry.Raw) bool {
	for e := range elements(raw) {
		if wire.Kind(e) != '{' {
			continue
		}
		for name := range members(e) {
			if name = fold(name); name == "success" || name == "failed" {
				return true
			}
		}
	}
	return false
}

func (r *resultReader) succeeded(raw tenantry.Raw) {
	switch wire.Kind(raw) {
	case '[', '{':
		r.job.Succeeded, r.listed = r.items(r.job.Succeeded, raw, false), true
	case 'f':
		r.job.refused = true
	default:
		setCount(&r.job.Success, raw)
	}
}

// failed takes everything but an empty value for a failure.
func (r *resultReader) failed(raw tenantry.Raw) {
	switch {
	case isEmpty(raw):
		if r.job.Failed == nil {
			r.job.Failed = new(int64)
		}
		return
	case wire.Kind(raw) == '[' || wire.Kind(raw) == '{':
		r.job.FailedItems = r.items(r.job.FailedItems, raw, true)
	default:
		setCount(&r.job.Failed, raw)
	}
	r.job.refused = true
}

// isEmpty reports whether a value says that there is nothing: null, false, 0, a
// blank text, an array of empty arrays, or an object of such values. An object
// within another value is always something.
func isEmpty(raw tenantry.Raw) bool { return isEmptyAt(raw, 0) }

func isEmptyAt(raw tenantry.Raw, depth int) bool {
	switch kind := wire.Kind(raw); {
	case depth > maxNesting:
		return false
	case kind == 'n', kind == 'f':
		return true
	case kind == '[':
		for e := range elements(raw) {
			if wire.Kind(e) != '[' || !isEmptyAt(e, depth+1) {
				return false
			}
		}
		return true
	case kind == '{' && depth == 0:
		for _, v := range members(raw) {
			if !isEmptyAt(v, depth+1) {
				return false
			}
		}
		return true
	case kind == '"', kind == '0':
		text, err := wire.DecodeValue[string](raw)
		if err != nil {
			return false
		}
		text = strings.TrimSpace(text)
		zero, err := tenantry.Decimal(text).Float64()
		return text == "" || err == nil && zero == 0
	}
	return false
}

// items appends the residents of an array, or of an object that has them as its
// members, by a number or an email, or is one itself.
func (r *resultReader) items(items []JobItem, raw tenantry.Raw, failed bool) []JobItem {
	add := func(name string, v tenantry.Raw) {
		if r.room--; r.room >= 0 {
			items = append(items, newItem(name, v, failed))
		}
	}
	switch {
	case wire.Kind(raw) == '[':
		for e := range elements(raw) {
			add("", e)
		}
	case isItem(raw):
		add("", raw)
	default:
		for name, v := range members(raw) {
			switch {
			case wire.Kind(v) == '[' && holdsObjects(v):
				items = r.items(items, v, failed)
			case wire.Kind(v) != '0': // a number is a count
				add(name, v)
			}
		}
	}
	return items
}

func holdsObjects(raw tenantry.Raw) bool {
	for e := range elements(raw) {
		return wire.Kind(e) == '{'
	}
	return false
}

// isItem reports whether an object is one resident and not an object of them.
func isItem(raw tenantry.Raw) bool {
	var it JobItem
	for name := range members(raw) {
		if it.text(name) != nil || isMessage(name) {
			return true
		}
	}
	return false
}

// newItem reads a resident. name is the member that it came under, or "".
func newItem(name string, raw tenantry.Raw, failed bool) JobItem {
	it := JobItem{}
	if wire.Kind(raw) == '{' && wire.Decode(raw, &it) != nil {
		it = JobItem{}
	}
	it.Raw = raw
	switch {
	case failed && wire.Kind(raw) == '{':
		it.readErrors(raw)
	case failed && name != "":
		it.addErrors("", "", raw, 0)
	}
	if it.Email == "" && strings.Contains(name, "@") {
		it.Email = name
	}
	return it
}

// readErrors finds the errors of an item, which are "in line with the item that
// caused an error": instead of a field's value, under a field's name, or in
// members of their own. It then gives the fields that were refused the values
// that the errors repeat.
func (it *JobItem) readErrors(raw tenantry.Raw) {
	field, value := subject(raw, "", "")
	for name, v := range members(raw) {
		switch {
		case isMessage(name):
			it.addErrors(field, value, v, 0)
		case wire.Kind(v) == '{', wire.Kind(v) == '[' && it.text(name) != nil:
			it.addErrors(name, "", v, 0)
		}
	}
	for _, e := range it.Errors {
		if text := it.text(e.Field); text != nil && *text == "" {
			*text = e.Value
		}
	}
}

// addErrors reads a text, an object with a message, an object of errors by
// field, or an array of any of these.
func (it *JobItem) addErrors(field, value string, raw tenantry.Raw, depth int) {
	if depth > maxNesting || len(it.Errors) == maxItemErrors || isEmpty(raw) {
		return
	}
	switch wire.Kind(raw) {
	case '"', '0':
		message, _ := wire.DecodeValue[string](raw)
		it.Errors = append(it.Errors, ItemError{Field: field, Value: value, Message: message})
	case '[':
		for e := range elements(raw) {
			it.addErrors(field, value, e, depth+1)
		}
	case '{':
		before := len(it.Errors)
		byField := field == "" && !describesError(raw)
		field, value = subject(raw, field, value)
		for name, v := range members(raw) {
			switch {
			case isMessage(name):
				it.addErrors(field, value, v, depth+1)
			case wire.Kind(v) == '{', wire.Kind(v) == '[', byField && wire.Kind(v) == '"':
				it.addErrors(name, "", v, depth+1)
			}
		}
		if len(it.Errors) == before && value != "" {
			it.Errors = append(it.Errors, ItemError{Field: field, Value: value})
		}
	}
}

// subject returns the field and the value that an object says its error is
// about, or those given.
func subject(raw tenantry.Raw, field, value string) (string, string) {
	for name, v := range members(raw) {
		if k := wire.Kind(v); k != '"' && k != '0' {
			continue
		}
		text, _ := wire.DecodeValue[string](v)
		switch fold(name) {
		case "field", "column":
			field = text
		case "value":
			value = text
		}
	}
	return field, value
}

// describesError reports whether an object is about one error, and does not
// hold errors by field.
func describesError(raw tenantry.Raw) bool {
	for name := range members(raw) {
		if isMessage(name) || fold(name) == "value" {
			return true
		}
	}
	return false
}

// isMessage reports whether a member of this name says what is wrong.
func isMessage(name string) bool {
	switch fold(name) {
	case "error", "errors", "message", "messages", "errormessage", "errormessages", "errormsg", "reason", "detail":
		return true
	}
	return false
}

// text returns the field of an item by its name, in the spelling of the API or
// of Site Manager's template, or nil.
func (it *JobItem) text(name string) *string {
	switch fold(name) {
	case "residentid":
		return &it.ResidentID
	case "uuid":
		return &it.UUID
	case "firstname":
		return &it.FirstName
	case "lastname":
		return &it.LastName
	case "email":
		return &it.Email
	case "phone":
		return &it.Phone
	case "phonenumber":
		return &it.PhoneNumber
	case "mobile":
		return &it.Mobile
	case "activationdate":
		return (*string)(&it.ActivationDate)
	case "deactivationdate":
		return (*string)(&it.DeactivationDate)
	case "activationdateutc", "accessstart":
		return (*string)(&it.ActivationDateUTC)
	case "deactivationdateutc", "accessend":
		return (*string)(&it.DeactivationDateUTC)
	case "building":
		return &it.Building
	case "floor":
		return &it.Floor
	case "unit":
		return &it.Unit
	case "ssid":
		return &it.SSID
	}
	return nil
}

func setCount(count **int64, raw tenantry.Raw) {
	text, _ := wire.DecodeValue[string](raw)
	f, err := tenantry.Decimal(text).Float64()
	if n := int64(f); err == nil && float64(n) == f && *count == nil {
		*count = &n
	}
}

func setText(text *string, raw tenantry.Raw) {
	if wire.Kind(raw) == '"' && *text == "" {
		*text, _ = wire.DecodeValue[string](raw)
	}
}

// fold returns a name without what servers and people vary: letter case, blanks
// and underscores.
func fold(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch r {
		case ' ', '_', '\t', '\n', '\r', '\u00a0', '\u202f':
			return -1
		}
		return r
	}, name))
}

// elements iterates over an array. Each element shares raw's memory.
func elements(raw tenantry.Raw) iter.Seq[tenantry.Raw] {
	return func(yield func(tenantry.Raw) bool) {
		d, ok := open(raw, '[')
		for ok && d.PeekKind() != ']' {
			v, valid := next(d, raw)
			if !valid || !yield(v) {
				return
			}
		}
	}
}

// members iterates over an object in its order, duplicates included. Each value
// shares raw's memory.
func members(raw tenantry.Raw) iter.Seq2[string, tenantry.Raw] {
	return func(yield func(string, tenantry.Raw) bool) {
		d, ok := open(raw, '{')
		for ok && d.PeekKind() == '"' {
			name, err := d.ReadToken()
			if err != nil {
				return
			}
			text := name.String()
			v, valid := next(d, raw)
			if !valid || !yield(text, v) {
				return
			}
		}
	}
}

// open returns a decoder behind the first token of raw, and whether that is
// kind.
func open(raw tenantry.Raw, kind jsontext.Kind) (*jsontext.Decoder, bool) {
	d := jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	t, err := d.ReadToken()
	return d, err == nil && t.Kind() == kind
}

// next returns the next value of raw, which d reads.
func next(d *jsontext.Decoder, raw tenantry.Raw) (tenantry.Raw, bool) {
	start := d.InputOffset()
	if d.SkipValue() != nil {
		return nil, false
	}
	end := d.InputOffset()
	return bytes.TrimLeft(raw[start:end:end], " \t\r\n:,"), true
}
