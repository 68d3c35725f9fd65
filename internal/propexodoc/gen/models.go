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
	Enums  []enum
}

// An operation is one of the description, with what its template needs.
type operation struct {
	*propexodoc.Operation
	Var     string   // residentsList
	Args    []string // of the path, as Go names
	Model   string   // the type that it returns
	Body    string   // the type of its body; "" for none
	Needs   []string // fields that must not be empty
	Params  *params  // of the query; nil for none
	BodyArg string   // the expression that is sent
	Secret  bool
	Systems []*propexodoc.SystemWrite
	Remarks []propexodoc.Remark // on this list
}

// params are the parameters of a list.
type params struct {
	Name, About string
	Paged       bool
	Fields      []propexodoc.Field
}

// A model is a schema.
type model struct {
	Name, About string
	Use         use
	Fields      []propexodoc.Field
}

// An enum is an enumeration.
type enum struct {
	Name   string
	Values [][2]string // the constant and its value
}

type generator struct {
	d        *propexodoc.Description
	services []*service
	params   map[string]*params // by name
	placed   map[string]bool    // schemas that have a file
	shared   []enum             // enumerations of several services
}

func newGenerator(d *propexodoc.Description, operations []*propexodoc.Operation) *generator {
	g := &generator{d: d, params: make(map[string]*params), placed: make(map[string]bool)}
	for _, op := range operations {
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
	g.placeEnums()
	return g
}

// rank orders the methods in a file.
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
	o.Systems = g.d.SystemsOf(op.Full())
	for _, r := range propexodoc.Remarks {
		if r.Path == op.Path && op.Method == http.MethodGet {
			o.Remarks = append(o.Remarks, r)
		}
	}
	o.Secret = op.Service == "Webhooks" || op.Service == "Integrations" && op.Request != "" && strings.Contains(op.ID, "integrations") && (op.Name == "Create" || op.Name == "Update")
	s.Ops = append(s.Ops, o)
	for _, schema := range op.Response {
		switch schema {
		case "WriteAccepted", "WriteStatus", "RetryWriteResult":
		case "WriteLogPage":
			g.place(s, "WriteLog", read, "is the latest log entry of a write's job")
		default:
			o.Model = goName(schema)
			g.place(s, schema, read, "is "+withArticle(propexodoc.Spaced(goName(schema)))+" as Propexo returns it")
		}
	}
	if op.Request != "" {
		o.Body = goName(op.Request)
		g.place(s, op.Request, write, "holds the parameters of ["+op.Service+"Service."+op.Name+"]. Fields that are left alone are not sent")
		for _, f := range g.d.Schemas[op.Request].Fields {
			if t, _ := writeType(&f); f.Required && !f.Hidden && (t == "string" || strings.HasPrefix(t, "[]") || f.Enum != "" && f.Type == "string") {
				o.Needs = append(o.Needs, propexodoc.Pascal(f.Name))
			}
		}
		o.BodyArg = "&params"
		if g.d.Schemas[op.Request].Filled {
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

// paramNames holds the parameter types whose names would mislead.
var paramNames = map[string]string{
	"PropertyListListParams":              "PropertyListsParams",
	"PropertyListConfigurationListParams": "PropertyListConfigurationsParams",
	"JobLogListForJobListParams":          "JobLogForJobParams",
	"VendorListForPropertyListParams":     "VendorForPropertyParams",
}

// listParams returns the parameters of a list: those of its model, if they are the
// same.
func (g *generator) listParams(s *service, op *operation, filters []propexodoc.Field) *params {
	kind := "GetParams"
	if op.Paged() {
		kind = "ListParams"
	}
	about := propexodoc.Spaced(op.Service)
	if op.Does != "" && op.Paged() {
		about = op.Does
	}
	if op.Model == "RentableItem" && len(op.Args) > 0 {
		about = "the items of one person"
	}
	if op.Model == "RentableItem" && len(op.Args) > 0 {
		kind = "OfPersonListParams"
	}
	for _, name := range []string{strings.TrimSuffix(op.Model, "ListItem") + kind, singular(op.Service) + kind, singular(op.Service) + op.Name + kind} {
		if better := paramNames[name]; better != "" {
			name = better
		}
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

// place puts a schema, and those in it, into a service's file, unless it has one.
// is follows the type's name in its comment.
func (g *generator) place(s *service, name string, u use, is string) {
	schema := g.d.Schemas[name]
	if schema == nil || g.placed[name] {
		return
	}
	g.placed[name] = true
	m := &model{Name: goName(name), Use: u}
	m.About = m.Name + " " + is + "."
	for _, f := range schema.Fields {
		if !f.Hidden {
			m.Fields = append(m.Fields, f)
		}
	}
	s.Models = append(s.Models, m)
	for _, f := range schema.Fields {
		g.place(s, f.Items, u, "is an element of ["+m.Name+"]."+propexodoc.Pascal(f.Name))
		g.place(s, f.Ref, u, "is the type of ["+m.Name+"]."+propexodoc.Pascal(f.Name))
	}
}

// credentials places the types of what an integration signs in with.
func (g *generator) credentials(s *service, f *propexodoc.Field) {
	for _, name := range f.Of {
		if name != "object" {
			vendor := strings.TrimSuffix(goName(name), "Credentials")
			g.place(s, name, write, "are the credentials of an integration with "+vendor)
		}
	}
}

// placeEnums puts each enumeration beside the service that uses it, or into the
// file of shared ones.
func (g *generator) placeEnums() {
	users := make(map[string][]*service)
	for _, s := range g.services {
		use := func(fields []propexodoc.Field) {
			for _, f := range fields {
				if f.Enum != "" && !slices.Contains(users[f.Enum], s) {
					users[f.Enum] = append(users[f.Enum], s)
				}
			}
		}
		for _, m := range s.Models {
			use(m.Fields)
		}
		for _, p := range s.Params {
			use(p.Fields)
		}
		for _, op := range s.Ops {
			if op.Hand {
				use(op.Query)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(users)) {
		e := g.enum(name)
		if len(users[name]) == 1 {
			users[name][0].Enums = append(users[name][0].Enums, e)
			continue
		}
		g.shared = append(g.shared, e)
	}
}

func (g *generator) enum(name string) enum {
	values := g.d.Enums[name]
	states := !slices.ContainsFunc(values, func(v string) bool { return len(v) != 2 || v != strings.ToUpper(v) })
	e := enum{Name: name}
	seen := make(map[string]bool)
	for _, value := range values {
		c := constant(name, value, states)
		for seen[c] {
			c += "2"
		}
		seen[c] = true
		e.Values = append(e.Values, [2]string{c, value})
	}
	return e
}
