package main

import (
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"pascal": propexodoc.Pascal, "spaced": spaced, "singular": singular, "article": article,
	"readType":  func(f propexodoc.Field) string { return readType(&f) },
	"queryType": func(f propexodoc.Field) string { return queryType(&f) },
	"required":  func(f propexodoc.Field) string { return required(&f) },
	"facts":     func(f propexodoc.Field) string { return facts(&f, false) },
	"writeField": func(f propexodoc.Field) string {
		t, always := writeType(&f)
		option := ",omitzero"
		if always {
			option = ""
		}
		comment := required(&f)
		return fmt.Sprintf("%s %s `json:\"%s%s\"`%s", propexodoc.Pascal(f.Name), t, f.Name, option, comment)
	},
	"args": func(op *operation) string {
		var b strings.Builder
		for _, a := range op.Args {
			b.WriteString(", " + a + " string")
		}
		return b.String()
	},
	"list": func(args []string) string {
		if len(args) == 0 {
			return "nil"
		}
		return "[]string{" + strings.Join(args, ", ") + "}"
	},
	"method": func(m string) string { return "http.Method" + m[:1] + strings.ToLower(m[1:]) },
	"pathIn": func(op *operation) string { return op.Method + " " + op.Path },
	"lower":  func(s string) string { return strings.ToLower(s[:1]) + s[1:] },
	// Those by hand are in example_test.go.
	"example": func(s *service) bool {
		return !slices.Contains([]string{"Residents", "RentableItems", "ResidentInsurance"}, s.Name)
	},
	"quote": func(s string) string { return fmt.Sprintf("%q", s) },
}).Parse(`
{{define "service"}}{{$s := .}}
var (
{{range .Ops}}	{{.Var}} = &transport.Op{Name: {{quote .Full}}, Method: {{method .Method}}, Path: {{quote .Path}}{{if eq .Method "GET"}}, Repeatable: true{{end}}{{if .Secret}}, Secret: true{{end}}}
{{end}})

// {{with article .Name}}{{if eq . "an"}}An{{else}}A{{end}}{{end}} {{.Name}}Service is about {{spaced .Name}}. Upstream:
{{range .Ops}}//   - {{pathIn .}}
{{end}}type {{.Name}}Service struct{ c *Client }
{{range .Ops}}{{if not .Hand}}{{if .Paged}}{{template "paged" .}}{{else if .Write}}{{template "write" .}}{{else}}{{template "sync" .}}{{end}}{{end}}{{end}}
{{range .Params}}{{template "params" .}}{{end}}
{{range .Models}}{{template "model" .}}{{end}}
{{end}}

{{define "paged"}}{{$op := .}}{{$svc := .Service}}{{$what := spaced .Service}}{{if .Does}}{{$what = .Does}}{{end}}
{{$one := .Name}}{{$all := "All"}}{{$pages := "Pages"}}{{if ne .Name "List"}}{{$all = print "All" .Name}}{{$pages = print (singular .Name) "Pages"}}{{end}}
// {{$one}} fetches one page of {{$what}}.{{if .Beta}} Propexo calls it {{.Beta}}.{{end}}
func (s *{{$svc}}Service) {{$one}}(ctx context.Context{{args .}}, params {{.Params.Name}}) (*tenantry.Page[{{.Model}}], error) {
	return s.{{lower .Name}}({{range .Args}}{{.}}, {{end}}params).First(ctx)
}

// {{$all}} iterates over {{$what}}, fetching pages as the loop needs them. A
// record that can't be decoded is yielded as a [*tenantry.DecodeError] and the
// listing goes on; any other error ends it.
func (s *{{$svc}}Service) {{$all}}(ctx context.Context{{args .}}, params {{.Params.Name}}) iter.Seq2[*{{.Model}}, error] {
	return s.{{lower .Name}}({{range .Args}}{{.}}, {{end}}params).All(ctx)
}

// {{$pages}} iterates over pages of {{$what}}, each with the cursor to go on from.
func (s *{{$svc}}Service) {{$pages}}(ctx context.Context{{args .}}, params {{.Params.Name}}) iter.Seq2[*tenantry.Page[{{.Model}}], error] {
	return s.{{lower .Name}}({{range .Args}}{{.}}, {{end}}params).Pages(ctx)
}

func (s *{{$svc}}Service) {{lower .Name}}({{range .Args}}{{.}} string, {{end}}params {{.Params.Name}}) paging.List[{{.Model}}] {
	return list(s.c, {{.Var}}, {{list .Args}}, params.page(), params, func(r *{{.Model}}) string { return r.ID })
}
{{end}}

{{define "write"}}
// {{.Name}} {{if .Does}}{{.Does}}{{else if eq .Name "Create"}}queues a new {{spaced (singular .Service)}}{{else}}queues a change of {{article (spaced (singular .Service))}} {{spaced (singular .Service)}}{{end}}.
// {{if .Body}}What a property management system requires besides it says in a 400 or in
// the job. {{end}}It is never sent twice once it may have arrived.
func (s *{{.Service}}Service) {{.Name}}(ctx context.Context{{args .}}{{if .Body}}, params {{.Body}}{{end}}, opts ...WriteOption) (*Write, error) {
{{template "needs" .}}	return write(ctx, s.c, &transport.Call{Op: {{.Var}}{{if .Args}}, Args: {{list .Args}}{{end}}{{if .Body}}, Body: {{.BodyArg}}{{end}}}, opts)
}
{{end}}

{{define "needs"}}{{$op := .}}{{range .Needs}}	if len(params.{{.}}) == 0 {
		return nil, s.c.missing({{$op.Var}}, {{quote .}})
	}
{{end}}{{end}}

{{define "sync"}}
// {{.Name}} {{if .Does}}{{.Does}}{{else if eq .Name "Get"}}fetches one by its ID{{else if eq .Name "Create"}}makes a new {{spaced (singular .Service)}}, at once{{else if eq .Name "Update"}}changes {{article (spaced (singular .Service))}} {{spaced (singular .Service)}}, at once{{else}}deletes {{article (spaced (singular .Service))}} {{spaced (singular .Service)}}, at once{{end}}.
// {{if eq .Method "GET"}}The error is [tenantry.ErrNotFound] where there is none.{{else}}It is never sent twice once it may have arrived.{{end}}
func (s *{{.Service}}Service) {{.Name}}(ctx context.Context{{args .}}{{if .Body}}, params {{.Body}}{{else if .Params}}, params {{.Params.Name}}{{end}}) (*{{.Model}}, error) {
{{template "needs" .}}{{if .Params}}	query, err := s.c.query({{.Var}}, params)
	if err != nil {
		return nil, err
	}
{{end}}	return {{if eq .Envelope "result"}}result{{else if eq .Envelope "bare"}}bare{{else if .Nullable}}getNullable{{else}}get{{end}}[{{.Model}}](ctx, s.c, &transport.Call{Op: {{.Var}}{{if .Args}}, Args: {{list .Args}}{{end}}{{if .Params}}, Query: query{{end}}{{if .Body}}, Body: {{.BodyArg}}{{end}}})
}
{{end}}

{{define "params"}}
// {{with article .Name}}{{if eq . "an"}}An{{else}}A{{end}}{{end}} {{.Name}} selects {{.About}}. Zero fields do not filter.
type {{.Name}} struct {
{{if .Paged}}	// OrderBy sorts, as "field" or "field:desc", comma-separated. "" is by id,
	// which keeps a listing exact while records come and go; an id is added to
	// any other order.
	OrderBy string ` + "`url:\"-\"`" + `
	// Limit is how many records a page has at most, 1 to 250; 0 means 100.
	Limit int ` + "`url:\"-\"`" + `
	// Cursor goes on where an earlier listing with the same parameters left off.
	Cursor tenantry.Cursor ` + "`url:\"-\"`" + `
{{end}}{{range .Fields}}{{if eq .Type "time"}}	{{pascal .Name}} time.Time ` + "`url:\"{{.Name}},omitempty\" layout:\"2006-01-02T15:04:05.999Z07:00\"`" + ` // included; a zero time is no bound
{{else}}	{{pascal .Name}} {{queryType .}} ` + "`url:\"{{.Name}},omitempty\"`" + `{{required .}}
{{end}}{{end}}}
{{if .Paged}}
func (p {{.Name}}) page() pageParams { return pageParams{p.OrderBy, p.Limit, p.Cursor} }
{{end}}{{end}}

{{define "model"}}
// {{.About}}
type {{.Name}} struct {
{{$write := .Write}}{{range .Fields}}{{if $write}}	{{writeField .}}
{{else}}	{{pascal .Name}} {{readType .}} ` + "`json:\"{{.Name}},omitzero\"`" + `{{facts .}}
{{end}}{{end}}	Extra tenantry.Extra ` + "`json:\",embed,unknown\"`" + ` // {{if $write}}members that this SDK has no field for, sent as they are{{else}}what this SDK has no field for{{end}}
}
{{end}}

{{define "enums"}}{{range $name, $values := .}}
// {{$name}} is one of the listed values, or a new one.
type {{$name}} string

// Values of {{$name}}.
const (
{{range $values}}	{{index . 0}} {{$name}} = {{index . 1 | quote}}
{{end}})
{{end}}{{end}}

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
// A Client talks to Propexo. Make one and keep it: it is safe for concurrent
// use, reuses connections, and paces itself by the allowance that Propexo
// tells in its answers, below the share from which answers are held back.
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
