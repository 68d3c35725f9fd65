// Package propexodoc describes Propexo's API: facts alone, with corrections. The
// generator in gen writes propexo's *_gen.go files from it, and propexotest serves
// what it describes.
package propexodoc

import (
	_ "embed" // the description
	"encoding/json"
	"slices"
)

// Operation is one operation of the API.
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

	// What the SDK makes of it.
	Service string `json:"-"` // "Residents"
	Name    string `json:"-"` // the method: "List"
	Does    string `json:"-"` // what the method does, for its doc comment; "" if its name says it
	Hand    bool   `json:"-"` // the method is written by hand
	// SystemOnly says that only systems' own operations exist, at a path with
	// {system}.
	SystemOnly bool   `json:"-"`
	Family     string `json:"-"` // "crm", or ""
}

// Names lists one schema or several, one of which a response is.
type Names []string

// UnmarshalJSON decodes a string, a list or null.
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

// Field is a member of a schema, or a query parameter.
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

	Hidden bool     `json:"-"` // the SDK fills it; users do not see it
	Secret bool     `json:"-"` // a secret whose name does not show it
	Values []string `json:"-"` // the values of a field without an enumeration; nil for any
	Except []string `json:"-"` // the values of the enumeration that this field does not take
	Note   string   `json:"-"` // what a user should know, as sentences
}

// Schema is a JSON object with known members.
type Schema struct {
	Fields []Field `json:"fields"`
	Model  string  `json:"model"` // what webhooks call it; "" if unknown
	Filled bool    `json:"-"`     // a body method, written by hand, completes what is sent
}

// Field returns the field with the given name, or nil.
func (s *Schema) Field(name string) *Field {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Fields[i]
}

// Description is the whole API.
type Description struct {
	Operations []*Operation        `json:"operations"`
	Schemas    map[string]*Schema  `json:"schemas"`
	Enums      map[string][]string `json:"enums"`

	SystemOperations []*Operation   `json:"-"` // those without a generic twin
	CRM              []*Operation   `json:"-"` // the CRM family
	Writes           []*SystemWrite `json:"-"`
}

//go:embed description.json
var source []byte

// Load returns the description with its corrections and names.
func Load() *Description {
	d := new(Description)
	if err := json.Unmarshal(source, d); err != nil {
		panic(err) // the file is part of the program
	}
	d.correct()
	for _, op := range d.Operations {
		op.name()
	}
	d.systemSchemas()
	d.systems()
	d.nameSystems()
	d.twins()
	d.crm()
	return d
}

// Operation returns the operation with the given ID, or nil.
func (d *Description) Operation(id string) *Operation {
	i := slices.IndexFunc(d.Operations, func(op *Operation) bool { return op.ID == id })
	if i < 0 {
		return nil
	}
	return d.Operations[i]
}

// Paged reports whether the operation is a list with pages.
func (op *Operation) Paged() bool { return op.Envelope == "meta+results[]" }

// Write reports whether the operation queues a job.
func (op *Operation) Write() bool { return len(op.Response) == 1 && op.Response[0] == "WriteAccepted" }

// Full returns the operation's name in errors and logs: "residents.list".
func (op *Operation) Full() string {
	name := Kebab(op.Service) + "." + Kebab(op.Name)
	if op.Family != "" {
		return op.Family + "." + name
	}
	return name
}

// Filters returns the query parameters without those of paging and order.
func (op *Operation) Filters() []Field {
	var all []Field
	for _, f := range op.Query {
		if f.Name != "order-by" && f.Name != "offset" && f.Name != "limit" {
			all = append(all, f)
		}
	}
	return all
}
