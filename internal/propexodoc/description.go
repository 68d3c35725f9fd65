// Package propexodoc is the description of Propexo's API: facts alone, with
// corrections. The generator in gen writes propexo's *_gen.go files from it, and
// propexotest answers by it.
package propexodoc

import (
	_ "embed" // the description
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode"
)

// An Operation is one of the API's.
type Operation struct {
	ID         string   `json:"id"`
	Method     string   `json:"method"`
	Path       string   `json:"path"`
	Tag        string   `json:"tag"`
	PathParams []string `json:"path_params"`
	Query      []Field  `json:"query"`
	Request    string   `json:"request"` // a schema; "" for none
	Response   Names    `json:"response"`
	Envelope   string   `json:"envelope"`
	Nullable   bool     `json:"response_nullable"` // results may be null
	Beta       string   `json:"availability"`

	// Of the SDK.
	Service string `json:"-"` // "Residents"
	Name    string `json:"-"` // of the method: "List"
	Does    string `json:"-"` // what the method does, where its name does not say it
	Hand    bool   `json:"-"` // the method is written by hand
}

// Names are one schema or several, of which an answer is one.
type Names []string

// UnmarshalJSON reads a text, a list or null.
func (n *Names) UnmarshalJSON(b []byte) error {
	var one *string
	if json.Unmarshal(b, &one) == nil {
		if *n = nil; one != nil {
			*n = Names{*one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(n))
}

// A Field is a member of a structure, or a parameter of a query.
type Field struct {
	Name         string          `json:"name"`
	Type         string          `json:"type"` // string, boolean, integer, number, object, array, map, ref, union, any
	Nullable     bool            `json:"nullable"`
	Required     bool            `json:"required"`
	Enum         string          `json:"enum"`
	OpenEnum     bool            `json:"open_enum"`
	Format       string          `json:"format"`
	Items        string          `json:"items"`
	ItemsNull    bool            `json:"items_nullable"`
	Ref          string          `json:"ref"`
	Of           []string        `json:"of"`
	Deprecated   bool            `json:"deprecated"`
	Default      json.RawMessage `json:"default"`
	Min          *float64        `json:"min"`
	Max          *float64        `json:"max"`
	ExclusiveMin *float64        `json:"exclusive_min"`
	MinLength    *int            `json:"min_length"`
	MaxLength    *int            `json:"max_length"`
	MinItems     *int            `json:"min_items"`
	MaxItems     *int            `json:"max_items"`
	Pattern      string          `json:"pattern"`

	Hidden bool   `json:"-"` // from users: it is filled for them
	Secret bool   `json:"-"` // it must not get out; most secrets are known by their names
	Note   string `json:"-"` // what a user should know besides
}

// A Schema is a structure.
type Schema struct {
	Fields []Field `json:"fields"`
	Model  string  `json:"model"` // what webhooks call it; "" where that is not known
}

// Field is the field of a name, or nil.
func (s *Schema) Field(name string) *Field {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Fields[i]
}

// A Description is the whole API.
type Description struct {
	Operations []*Operation        `json:"operations"`
	Schemas    map[string]*Schema  `json:"schemas"`
	Enums      map[string][]string `json:"enums"`
}

//go:embed description.json
var source []byte

// Load reads the description, corrects it, and names its operations.
func Load() *Description {
	d := new(Description)
	if err := json.Unmarshal(source, d); err != nil {
		panic(err) // it is built in
	}
	d.correct()
	for _, op := range d.Operations {
		op.name()
	}
	return d
}

// Operation is the one of an ID, or nil.
func (d *Description) Operation(id string) *Operation {
	i := slices.IndexFunc(d.Operations, func(op *Operation) bool { return op.ID == id })
	if i < 0 {
		return nil
	}
	return d.Operations[i]
}

// Paged reports whether an operation is a list with pages.
func (op *Operation) Paged() bool { return op.Envelope == "meta+results[]" }

// Write reports whether an operation queues a job.
func (op *Operation) Write() bool { return len(op.Response) == 1 && op.Response[0] == "WriteAccepted" }

// Full is the name of the operation in errors and logs: "residents.list".
func (op *Operation) Full() string { return Kebab(op.Service) + "." + Kebab(op.Name) }

// Filters are the query parameters besides those of paging and order.
func (op *Operation) Filters() []Field {
	var all []Field
	for _, f := range op.Query {
		if f.Name != "order-by" && f.Name != "offset" && f.Name != "limit" {
			all = append(all, f)
		}
	}
	return all
}

// name gives an operation its service and method: as the table says, or by its
// path and verb.
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

// initialisms keep their case in names.
var initialisms = map[string]string{"id": "ID", "ids": "IDs", "url": "URL", "uri": "URI", "api": "API", "ssn": "SSN", "x": "X", "sms": "SMS", "pms": "PMS", "http": "HTTP", "json": "JSON", "urls": "URLs", "utc": "UTC", "gte": "GTE", "lte": "LTE"}

// Pascal is a name such as move_in_date, clientId or SITE_ID as Go has it:
// MoveInDate, ClientID, SiteID.
func Pascal(name string) string {
	var spaced strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(rune(name[i-1])) {
			spaced.WriteByte('_')
		}
		spaced.WriteRune(r)
	}
	var b strings.Builder
	for _, word := range strings.FieldsFunc(spaced.String(), func(r rune) bool { return strings.ContainsRune("_- /.", r) }) {
		lower := strings.ToLower(word)
		if initialisms[lower] == "" {
			if word == strings.ToUpper(word) {
				word = lower
			}
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
			continue
		}
		b.WriteString(initialisms[lower])
	}
	return b.String()
}

// Kebab is a Go name in lower case with hyphens: update-entrata.
func Kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' && (name[i-1] < 'A' || name[i-1] > 'Z') {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
