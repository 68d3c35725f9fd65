package tenantry_test

import (
	"fmt"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// The Go code in the README, in docs and the programs in package docs compile.
func TestDocsCompile(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	dir, err := os.MkdirTemp(".", "_docs")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	var programs []string
	for _, page := range append(pages, "README.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for i, block := range goBlock.FindAllStringSubmatch(string(text), -1) {
			at := filepath.Join(dir, fmt.Sprintf("%s-%d", strings.TrimSuffix(filepath.Base(page), ".md"), i))
			require.NoError(t, os.Mkdir(at, 0o755))
			programs = append(programs, "./"+at)
			code := block[1]
			if !strings.HasPrefix(code, "package ") {
				code = program(code)
			}
			require.NoError(t, os.WriteFile(filepath.Join(at, "main.go"), []byte(code), 0o600))
		}
	}
	packages, err := filepath.Glob("*/doc.go")
	require.NoError(t, err)
	for _, path := range packages {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		require.NoError(t, err)
		for i, block := range new(comment.Parser).Parse(file.Doc.Text()).Content {
			code, ok := block.(*comment.Code)
			if !ok || !strings.HasPrefix(code.Text, "package ") {
				continue
			}
			at := filepath.Join(dir, fmt.Sprintf("%s-%d", filepath.Dir(path), i))
			require.NoError(t, os.Mkdir(at, 0o755))
			programs = append(programs, "./"+at)
			require.NoError(t, os.WriteFile(filepath.Join(at, "main.go"), []byte(code.Text), 0o600))
		}
	}
	require.Greater(t, len(programs), 5)
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"vet"}, programs...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// imports are the packages that a fragment may use.
var imports = map[string]string{
	"context": "", "encoding/json": "", "errors": "", "fmt": "", "log": "", "log/slog": "", "net/http": "", "net/url": "", "os": "", "testing": "", "time": "",
	"github.com/tenantry/tenantry-go":                       "tenantry",
	"github.com/tenantry/tenantry-go/propexo":               "",
	"github.com/tenantry/tenantry-go/propexo/propexotest":   "",
	"github.com/tenantry/tenantry-go/elevenos/elevenostest": "",
	"github.com/tenantry/tenantry-go/storedge":              "",
	"github.com/tenantry/tenantry-go/leasefind":             "",
	"github.com/tenantry/tenantry-go/elevenos":              "",
	"github.com/tenantry/tenantry-go/supergood":             "",
	"github.com/tenantry/tenantry-go/tenantrytest":          "",
	"golang.org/x/time/rate":                                "",
}

// program puts a fragment into a function that has what fragments take for granted.
func program(fragment string) string {
	var all []string
	for path, name := range imports {
		if name == "" {
			name = filepath.Base(path)
		}
		if path != "context" && path != "github.com/tenantry/tenantry-go" && path != "github.com/tenantry/tenantry-go/propexo" && regexp.MustCompile(`\b`+name+`\.`).MatchString(fragment) {
			all = append(all, fmt.Sprintf("%s %q", name, path))
		}
	}
	slices.Sort(all)
	return `package main

import (
	"context"
	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	` + strings.Join(all, "\n\t") + `
)

var (
	loadCursor func() tenantry.Cursor
	store      func([]propexo.Resident, tenantry.Cursor) error
)

func main() {}

func fragment(ctx context.Context, client *propexo.Client, id string, params propexo.ResidentCreateParams, resident *propexo.Resident) error {
	var err error
	{
` + fragment + `
		_ = err
	}
	return err
}
`
}

// The README is short enough to be read, and every page of docs is linked there.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	assert.Less(t, strings.Count(string(readme), "\n"), 200)
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	for _, page := range pages {
		assert.True(t, strings.Contains(string(readme), "("+page+")"), "README.md does not link %s", page)
	}
}
