package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

// A service is what goes into one file.
type service struct {
	Name   string
	Ops    []*operation
	Params []*params
	Models []*model
}

// An operation is one of the description, with what its template needs.
type operation struct {
	*propexodoc.Operation
	Var     string   // residentsList
	Args    []string // of the path, as Go names
	Model   string   // what it answers
	Body    string   // the type of its body; "" for none
	Needs   []string // fields that must not be empty
	Params  *params  // of the query; nil for none
	BodyArg string   // the expression that is sent
	Secret  bool
}

// params are the parameters of a list.
type params struct {
	Name, About string
	Paged       bool
	Fields      []propexodoc.Field
}

// A model is a structure.
type model struct {
	Name, About string
	Write       bool
	Fields      []propexodoc.Field
}

type generator struct {
	d        *propexodoc.Description
	services []*service
	params   map[string]*params // by name
	placed   map[string]bool    // schemas that have a file
}

func newGenerator(d *propexodoc.Description) *generator {
	g := &generator{d: d, params: make(map[string]*params), placed: make(map[string]bool)}
	for _, op := range d.Operations {
		g.add(op)
	}
	slices.SortFunc(g.services, func(a, b *service) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range g.services {
		slices.SortStableFunc(s.Ops, func(a, b *operation) int { return rank(a) - rank(b) })
		for _, m := range s.Models {
			for i := range m.Fields {
				if m.Fields[i].Type == "union" {
					g.credentials(s, &m.Fields[i])
				}
			}
		}
	}
	return g
}

// rank is the order of methods in a file.
func rank(op *operation) int {
	i := slices.Index([]string{"List", "Get", "Create", "Update", "Delete"}, op.Name)
	if i < 0 {
		return 9
	}
	return i
}

func (g *generator) service(name string) *service {
	i := slices.IndexFunc(g.services, func(s *service) bool { return s.Name == name })
	if i < 0 {
		g.services = append(g.services, &service{Name: name})
		i = len(g.services) - 1
	}
	return g.services[i]
}

func (g *generator) add(op *propexodoc.Operation) {
	s := g.service(op.Service)
	o := &operation{Operation: op, Var: strings.ToLower(op.Service[:1]) + op.Service[1:] + op.Name}
	for _, p := range op.PathParams {
		name := propexodoc.Pascal(p)
		o.Args = append(o.Args, strings.ToLower(name[:1])+name[1:])
	}
	if len(o.Args) == 1 {
		o.Args[0] = "id"
	}
	o.Secret = op.Service == "Webhooks" || op.Service == "Integrations" && op.Request != "" && strings.Contains(op.ID, "integrations") && (op.Name == "Create" || op.Name == "Update")
	s.Ops = append(s.Ops, o)
	for _, schema := range op.Response {
		switch schema {
		case "WriteAccepted", "WriteStatus", "RetryWriteResult":
		case "WriteLogPage":
			g.place(s, "WriteLog", false, "the latest entry of a write's job")
		default:
			o.Model = goName(schema)
			g.place(s, schema, false, "what Propexo knows of "+article(spaced(singular(op.Service)))+" "+spaced(singular(op.Service)))
		}
	}
	if op.Request != "" {
		o.Body = goName(op.Request)
		g.place(s, op.Request, true, "")
		for _, f := range g.d.Schemas[op.Request].Fields {
			if t, _ := writeType(&f); f.Required && !f.Hidden && (t == "string" || strings.HasPrefix(t, "[]") || f.Enum != "" && f.Type == "string") {
				o.Needs = append(o.Needs, propexodoc.Pascal(f.Name))
			}
		}
		o.BodyArg = "&params"
		if slices.ContainsFunc(g.d.Schemas[op.Request].Fields, func(f propexodoc.Field) bool { return f.Hidden }) {
			o.BodyArg = fmt.Sprintf("params.body(%s)", strings.Join(o.Args, ", "))
		}
	}
	if filters := op.Filters(); op.Method == http.MethodGet && (op.Paged() || len(filters) > 0) && !op.Hand {
		o.Params = g.listParams(s, o, filters)
		for _, f := range filters {
			if f.Required {
				o.Needs = append(o.Needs, propexodoc.Pascal(f.Name))
			}
		}
	}
}

// listParams finds or makes the parameters of a list: those of its model, where
// they are the same.
func (g *generator) listParams(s *service, op *operation, filters []propexodoc.Field) *params {
	kind := "GetParams"
	if op.Paged() {
		kind = "ListParams"
	}
	about := spaced(op.Service)
	if op.Does != "" && op.Paged() {
		about = op.Does
	}
	for _, name := range []string{strings.TrimSuffix(op.Model, "ListItem") + kind, singular(op.Service) + kind, singular(op.Service) + op.Name + kind} {
		p := g.params[name]
		if p == nil {
			p = &params{Name: name, About: about, Paged: op.Paged(), Fields: filters}
			g.params[name] = p
			s.Params = append(s.Params, p)
			return p
		}
		if p.Paged == op.Paged() && slices.EqualFunc(p.Fields, filters, sameField) {
			return p
		}
	}
	panic("no name is left for the parameters of " + op.ID)
}

func sameField(a, b propexodoc.Field) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// place puts a structure, and those in it, into a service's file, unless it has
// one.
func (g *generator) place(s *service, name string, write bool, is string) {
	schema := g.d.Schemas[name]
	if schema == nil || g.placed[name] {
		return
	}
	g.placed[name] = true
	m := &model{Name: goName(name), Write: write}
	if is == "" {
		is = about(m.Name)
	}
	m.About = article(m.Name) + " " + m.Name + " is " + is + "."
	m.About = strings.ToUpper(m.About[:1]) + m.About[1:]
	for _, f := range schema.Fields {
		if !f.Hidden {
			m.Fields = append(m.Fields, f)
		}
	}
	s.Models = append(s.Models, m)
	for _, f := range schema.Fields {
		part := "part of " + article(m.Name) + " " + m.Name
		g.place(s, f.Items, write, part)
		g.place(s, f.Ref, write, part)
	}
}

// about is what a structure's comment says.
func about(name string) string {
	for _, end := range [][2]string{{"CreateParams", "a new %s"}, {"UpdateParams", "a change of %s"}, {"CancelParams", "the end of %s"}, {"AssignParams", "the assignment of %s"}} {
		if stem, ok := strings.CutSuffix(name, end[0]); ok {
			return fmt.Sprintf(end[1], strings.TrimPrefix(article(stem)+" "+spaced(stem), map[bool]string{true: article(stem) + " "}[end[0] == "CreateParams"])) + "; what is left alone is not sent"
		}
	}
	return "what " + spaced(strings.TrimSuffix(name, "Params")) + " takes"
}

// credentials makes the types of what an integration signs in with.
func (g *generator) credentials(s *service, f *propexodoc.Field) {
	for _, name := range f.Of {
		if name != "object" {
			g.place(s, name, true, "what an integration signs in with")
		}
	}
}

// enums are the enumerations by name.
func (g *generator) enums() map[string][][2]string {
	used := make(map[string]bool)
	see := func(fields []propexodoc.Field) {
		for _, f := range fields {
			used[f.Enum] = true
		}
	}
	for _, s := range g.services {
		for _, m := range s.Models {
			see(m.Fields)
		}
		for _, p := range s.Params {
			see(p.Fields)
		}
	}
	all := make(map[string][][2]string)
	for _, name := range slices.Sorted(maps.Keys(g.d.Enums)) {
		if !used[name] {
			continue
		}
		seen := make(map[string]bool)
		for _, value := range g.d.Enums[name] {
			c := constant(name, value)
			for seen[c] {
				c += "2"
			}
			seen[c] = true
			all[name] = append(all[name], [2]string{c, value})
		}
	}
	return all
}
