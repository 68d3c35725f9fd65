package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"text/template"

	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"spaced":  propexodoc.Spaced,
	"field":   func(f propexodoc.Field, u use) string { return field(&f, u) },
	"query":   func(f propexodoc.Field) string { return field(&f, query) },
	"comment": func(parts ...string) string { return wrap(strings.Join(parts, ""), "// ") },
	"does":    does,
	"systems": systems, "remarks": remarks,
	"about": about,
	"args": func(op *operation) string {
		if len(op.Args) == 0 {
			return ""
		}
		return ", " + strings.Join(op.Args, ", ") + " string"
	},
	"list": func(args []string) string {
		if len(args) == 0 {
			return "nil"
		}
		return "[]string{" + strings.Join(args, ", ") + "}"
	},
	"join":   func(args []string) string { return strings.Join(args, ", ") },
	"method": func(m string) string { return "http.Method" + m[:1] + strings.ToLower(m[1:]) },
	"wrap": func(path, name string) string { // between a path and its operation's name
		if len(path)+len(name) > 90 {
			return "\n// "
		}
		return " "
	},
	"lower": func(s string) string { return strings.ToLower(s[:1]) + s[1:] },
	// The other examples are written by hand, in example_test.go.
	"example": func(s *service) bool {
		return !slices.Contains([]string{"Residents", "RentableItems", "ResidentInsurance"}, s.Name)
	},
	"quote": func(s string) string { return fmt.Sprintf("%q", s) },
}).Parse(`
{{define "service"}}{{$s := .}}
var (
{{range .Ops}}	{{.Var}} = &transport.Op{Name: {{quote .Full}}, Method: {{method .Method}}, Path: {{quote .Path}}{{if eq .Method "GET"}}, Repeatable: true{{end}}{{if .Secret}}, Secret: true{{end}}}
{{end}})

{{comment .Name "Service " (about .)}}type {{.Name}}Service struct{ c *Client }
{{range .Ops}}{{if not .Hand}}{{if .Paged}}{{template "paged" .}}{{else if .Write}}{{template "write" .}}{{else}}{{template "sync" .}}{{end}}{{end}}{{end}}
{{range .Params}}{{template "params" .}}{{end}}
{{range .Models}}{{template "model" .}}{{end}}
{{range .Enums}}{{template "enum" .}}{{end}}
{{end}}

{{define "path"}}//
// {{.Method}} {{.Path}}{{wrap .Path .Full}}({{.Full}})
{{systems .}}{{end}}

{{define "paged"}}{{$op := .}}{{$svc := .Service}}{{$what := spaced .Service}}{{if .Does}}{{$what = .Does}}{{end}}
{{$x := ""}}{{if ne .Name "List"}}{{$x = slice .Name 4}}{{end}}
{{$all := print "All" $x}}{{$pages := print "Pages" $x}}
{{comment .Name " returns one page of " $what "." (does . "beta")}}{{remarks .}}{{template "path" .}}func (s *{{$svc}}Service) {{.Name}}(ctx context.Context{{args .}}, params {{.Params.Name}}) (*tenantry.Page[{{.Model}}], error) {
	return s.{{lower .Name}}({{range .Args}}{{.}}, {{end}}params).First(ctx)
}

{{comment $all " iterates over " $what ". It fetches pages as the loop needs them. A record that can't be decoded is yielded as a [*tenantry.DecodeError], and the iteration goes on. Any other error ends it."}}{{template "path" .}}func (s *{{$svc}}Service) {{$all}}(ctx context.Context{{args .}}, params {{.Params.Name}}) iter.Seq2[*{{.Model}}, error] {
	return s.{{lower .Name}}({{range .Args}}{{.}}, {{end}}params).All(ctx)
}

{{comment $pages " iterates over pages of " $what ". Each page has the cursor to resume after it."}}{{template "path" .}}func (s *{{$svc}}Service) {{$pages}}(ctx context.Context{{args .}}, params {{.Params.Name}}) iter.Seq2[*tenantry.Page[{{.Model}}], error] {
	return s.{{lower .Name}}({{range .Args}}{{.}}, {{end}}params).Pages(ctx)
}

func (s *{{$svc}}Service) {{lower .Name}}({{with .Args}}{{join .}} string, {{end}}params {{.Params.Name}}) paging.List[{{.Model}}] {
	return link.List(s.c.t, {{.Var}}, {{list .Args}}, params.page(), params, func(r *{{.Model}}) string { return r.ID })
}
{{end}}

{{define "write"}}
{{comment .Name " " (does . "write")}}{{template "path" .}}func (s *{{.Service}}Service) {{.Name}}(ctx context.Context{{if .SystemOnly}}, system System{{end}}{{args .}}{{if .Body}}, params {{.Body}}{{end}}, opts ...WriteOption) (*Write, error) {
	return write(ctx, s.c, &transport.Call{Op: {{.Var}}{{if .Args}}, Args: {{list .Args}}{{end}}{{if .Body}}, Body: {{.BodyArg}}{{end}}}, {{if .SystemOnly}}at(system, opts){{else}}opts{{end}}{{range .Needs}}, link.Need{Name: {{quote .}}, Empty: len(params.{{.}}) == 0}{{end}})
}
{{end}}

{{define "needs"}}{{$op := .}}{{range .Needs}}	if len(params.{{.}}) == 0 {
		return nil, link.Missing(s.c.t, {{$op.Var}}, {{quote .}})
	}
{{end}}{{end}}

{{define "sync"}}
{{comment .Name " " (does . "sync")}}{{template "path" .}}func (s *{{.Service}}Service) {{.Name}}(ctx context.Context{{args .}}{{if .Body}}, params {{.Body}}{{else if .Params}}, params {{.Params.Name}}{{end}}) (*{{.Model}}, error) {
{{template "needs" .}}{{if .Params}}	query, err := link.Query(s.c.t, {{.Var}}, params)
	if err != nil {
		return nil, err
	}
{{end}}	return link.{{if eq .Envelope "result"}}Result{{else if eq .Envelope "bare"}}Bare{{else}}Get{{end}}[{{.Model}}](ctx, s.c.t, &transport.Call{Op: {{.Var}}{{if .Args}}, Args: {{list .Args}}{{end}}{{if .Params}}, Query: query{{end}}{{if .Body}}, Body: {{.BodyArg}}{{end}}})
}
{{end}}

{{define "params"}}
{{comment .Name " selects " .About ". Fields that are zero do not filter."}}type {{.Name}} struct {
{{if .Paged}}	// OrderBy sorts the records: "field" or "field:desc", several separated by
	// commas. If empty, the order is by ID, which keeps a listing exact while records
	// come and go. The ID is added to any other order.
	OrderBy string ` + "`url:\"-\"`" + `
	// Limit is the maximum number of records in a page, 1 to 250. Zero means 100.
	Limit int ` + "`url:\"-\"`" + `
	// Cursor resumes an earlier listing with the same parameters.
	Cursor tenantry.Cursor ` + "`url:\"-\"`" + `
{{end}}{{range .Fields}}{{query .}}{{end}}	// Extra holds query values that have no field. They are sent as they are. A name that
	// has a field is refused.
	Extra url.Values ` + "`url:\"-\"`" + `
}
{{if .Paged}}
func (p {{.Name}}) page() link.Page { return link.Page{OrderBy: p.OrderBy, Limit: p.Limit, Cursor: p.Cursor} }
{{end}}{{end}}

{{define "model"}}
{{comment .About}}type {{.Name}} struct {
{{$use := .Use}}{{range .Fields}}{{field . $use}}{{end}}	// Extra holds {{if $use}}members that have no field. They are sent as they are{{else}}the members that have no field{{end}}.
	Extra tenantry.Extra ` + "`json:\",embed,unknown\"`" + `
}
{{end}}

{{define "enum"}}
{{comment .Name " is one of the constants below, or a value that is new to this SDK."}}type {{.Name}} string

// Values of [{{.Name}}].
const (
{{$name := .Name}}{{range .Values}}	{{index . 0}} {{$name}} = {{index . 1 | quote}}
{{end}})
{{end}}

{{define "enums"}}{{range .}}{{template "enum" .}}{{end}}{{end}}

{{define "examples"}}
import (
	"context"
	"fmt"

	"github.com/tenantry/tenantry-go/propexo"
)
{{range .}}{{if example .}}{{$s := .}}{{range .Ops}}{{if and .Paged (eq .Name "List")}}
func Example{{$s.Name}}Service() {
	client, server := exampleClient(0)
	defer server.Close()

	page, err := client.{{$s.Name}}.List(context.Background(), propexo.{{.Params.Name}}{Limit: 5})
	fmt.Println(len(page.Items), page.Total, err)
	// Output: 5 12 <nil>
}
{{end}}{{end}}{{end}}{{end}}{{end}}

{{define "client"}}
// Client calls Propexo's API. Make one and keep it: it is safe for concurrent use
// and reuses connections. It learns the account's rate limit from the responses and
// stays below the share of it from which Propexo delays responses.
type Client struct {
{{range .}}	{{.Name}} *{{.Name}}Service
{{end}}
	t *transport.Client
}

// attach makes the services.
func (c *Client) attach() {
{{range .}}	c.{{.Name}} = &{{.Name}}Service{c}
{{end}}}
{{end}}
`))

// about returns what follows the name of a service in its comment.
func about(s *service) string {
	verbs := map[string]string{"List": "lists", "Get": "lists", "Create": "creates", "Update": "updates", "Delete": "deletes"}
	var all []string
	for _, op := range s.Ops {
		if v := verbs[op.Name]; v != "" && !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	what := propexodoc.Spaced(s.Name)
	switch n := len(all); {
	case s.Name == "Writes":
		return "returns the status of writes, waits for them and retries them."
	case s.Name == "Appointments":
		return "finds free slots and makes, updates and cancels appointments."
	case s.Name == "Normalization":
		return "returns how values are normalized."
	case n == 0:
		return "works on " + what + "."
	case n == 1:
		return all[0] + " " + what + "."
	default:
		return strings.Join(all[:n-1], ", ") + " and " + all[n-1] + " " + what + "."
	}
}

// systems returns the lines about the systems that have an operation of their own.
func systems(op *operation) string {
	if len(op.Systems) == 0 {
		return ""
	}
	var supported, not []string
	for _, w := range op.Systems {
		name := propexodoc.Pascal(w.System)
		if w.PathInferred {
			name += " (its path is inferred)"
		}
		if w.Supported {
			supported = append(supported, name)
		} else {
			not = append(not, name)
		}
	}
	var b strings.Builder
	way := "With [At], it is sent to the operation of"
	if op.SystemOnly {
		way = "It is documented for"
	}
	if len(supported) > 0 {
		b.WriteString("//\n" + wrap(way+" "+strings.Join(supported, ", ")+".", "// "))
	}
	if len(not) > 0 {
		b.WriteString("//\n" + wrap("It is documented as unsupported by "+strings.Join(not, ", ")+".", "// "))
	}
	return b.String()
}

// remarks returns what is known of a list in one system or in all.
func remarks(op *operation) string {
	var b strings.Builder
	for _, r := range op.Remarks {
		system := propexodoc.Pascal(r.System)
		if system == "" {
			system = "All systems"
		}
		b.WriteString("//\n" + wrap(system+": "+r.Text, "// "))
	}
	return b.String()
}

// does returns the sentences about a method that follow its name.
func does(op *operation, kind string) string {
	one := withArticle(propexodoc.Spaced(singular(op.Service)))
	beta := ""
	if op.Beta != "" {
		beta = " Propexo calls this operation " + op.Beta + "."
	}
	verb := func(s string) string {
		if op.Does != "" {
			s = op.Does
		}
		return s + "."
	}
	const once = " The request is not retried once it may have reached the server."
	switch {
	case kind == "beta":
		return beta
	case kind == "write":
		text := verb(map[string]string{"Create": "queues the creation of " + one, "Update": "queues an update of " + one}[op.Name])
		text += " It returns the job; see [WritesService.Wait]."
		if op.Body != "" && !op.SystemOnly {
			text += " The property management system may require more fields; it reports them as a 400 or in the job."
		}
		return text + once + beta
	case op.Method == http.MethodGet && op.Name == "Get" && op.Does == "":
		return "returns the " + propexodoc.Spaced(singular(op.Service)) + " with the given ID, or [tenantry.ErrNotFound]." + beta
	case op.Method == http.MethodGet:
		return verb("") + " The error is [tenantry.ErrNotFound] if there is none." + beta
	default:
		return verb(map[string]string{"Create": "creates " + one + " at once", "Update": "updates " + one + " at once", "Delete": "deletes " + one + " at once"}[op.Name]) + once + beta
	}
}
