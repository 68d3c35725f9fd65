package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"io"
	"maps"
	"slices"
	"strconv"
)

// A known is what a package knows of its API's values.
type known struct {
	client bool                // the package has a NewClient
	texts  map[string]bool     // its exported types that are strings
	values map[string][]string // constants, by the name of their type
	codes  []string            // of its sentinel errors
}

func newKnown() *known {
	return &known{texts: make(map[string]bool), values: make(map[string][]string)}
}

// inspect takes what it needs of a node.
func (k *known) inspect(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		k.client = k.client || n.Recv == nil && n.Name.Name == "NewClient"
		return false
	case *ast.TypeSpec:
		if of, ok := n.Type.(*ast.Ident); ok && of.Name == "string" && n.Name.IsExported() {
			k.texts[n.Name.Name] = true
		}
	case *ast.ValueSpec:
		of, ok := n.Type.(*ast.Ident)
		for _, v := range n.Values {
			if text, literal := textOf(v); ok && literal {
				k.values[of.Name] = append(k.values[of.Name], text)
			}
		}
	case *ast.CompositeLit:
		if of, ok := n.Type.(*ast.SelectorExpr); ok && of.Sel.Name == "Error" {
			k.error(n)
		}
	}
	return true
}

// error takes the Code of an Error.
func (k *known) error(literal *ast.CompositeLit) {
	for _, e := range literal.Elts {
		pair, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		name, _ := pair.Key.(*ast.Ident)
		if code, ok := textOf(pair.Value); ok && name != nil && name.Name == "Code" {
			k.codes = append(k.codes, code)
		}
	}
}

func textOf(e ast.Expr) (string, bool) {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}

// write writes the function that returns what is known.
func (k *known) write(w io.Writer) {
	fmt.Fprint(w, "\n// known returns the enumerations and the codes of errors that this package knows.\nfunc known() transport.Known {\nreturn transport.Known{\n")
	if len(k.codes) > 0 {
		slices.Sort(k.codes)
		fmt.Fprintf(w, "Codes: %#v,\n", slices.Compact(k.codes))
	}
	fmt.Fprint(w, "Values: map[reflect.Type][]string{\n")
	for _, name := range slices.Sorted(maps.Keys(k.values)) {
		if values := k.values[name]; k.texts[name] {
			slices.Sort(values)
			fmt.Fprintf(w, "reflect.TypeFor[%s](): {", name)
			for _, v := range slices.Compact(values) {
				fmt.Fprintf(w, "%q, ", v)
			}
			fmt.Fprint(w, "},\n")
		}
	}
	fmt.Fprint(w, "},\n}\n}\n")
}
