package tenantrytest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

// The doc of each method that names a path also names the operation, which faults take.
func TestDocsNameTheOperations(t *testing.T) {
	_, p := propexotest.Start(t)
	_, d := storedgetest.Start(t)
	_, l := leasefindtest.Start(t)
	_, e := elevenostest.Start(t)
	_, s := supergoodtest.Start(t)
	named := regexp.MustCompile(`\b(?:GET|POST|PUT|PATCH|DELETE) /\S*[^\s.,:;](?: \(([a-z0-9.-]+)\))?`)
	for dir, operations := range map[string][]string{
		"propexo": p.Operations(), "propexo/crm": p.Operations(), "storedge": d.Operations(), "leasefind": l.Operations(),
		"elevenos": e.Operations(), "supergood": s.Operations(),
	} {
		packages, err := parser.ParseDir(token.NewFileSet(), "../"+dir, func(f fs.FileInfo) bool { //nolint:staticcheck // of one package, without build tags
			return !strings.HasSuffix(f.Name(), "_test.go") && f.Name() != "env.go" // Check is not an operation of its own
		}, parser.ParseComments)
		require.NoError(t, err)
		methods := 0
		for _, pkg := range packages {
			for _, file := range pkg.Files {
				for _, decl := range file.Decls {
					method, ok := decl.(*ast.FuncDecl)
					if !ok || method.Recv == nil || !method.Name.IsExported() || method.Name.Name == "Wait" {
						continue
					}
					for _, name := range named.FindAllStringSubmatch(strings.ReplaceAll(method.Doc.Text(), "\n", " "), -1) {
						methods++
						// The two reviews have one path, and so one name at the fake.
						assert.Contains(t, operations, strings.TrimSuffix(name[1], "-with-documents"), "%s: %s: %s", dir, method.Name, name[0])
					}
				}
			}
		}
		assert.Positive(t, methods, dir)
	}
}
