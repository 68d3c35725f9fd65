package tenantry_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// widest is how many columns a line that is only a comment may have.
const widest = 110

// notPlain are words that this project's language does without. The comment
// says what to write instead.
var notPlain = map[string]*regexp.Regexp{
	"response, return":    regexp.MustCompile(`\banswer(s|ed|ing)?\b`),
	"also, except":        regexp.MustCompile(`\b[Bb]esides\b`),
	"if there is no":      regexp.MustCompile(`\bwhere there (is|are|was|were) no`),
	"the resident's, its": regexp.MustCompile(`\bsuch as it is\b|\bis told of\b`),
}

// initialisms are written in one case within exported names: ID, not Id.
var initialisms = regexp.MustCompile(`(Api|Ach|Csv|Html|Http|Id|Json|Mfa|Mri|Pdf|Psk|Sftp|Sql|Ssid|Ssn|Sso|Totp|Ttl|Uri|Url|Uuid|Vlan|Xml)([A-Z]|s?$|s[A-Z])`)

// The language of the project, as far as a machine can check it.
func TestLanguage(t *testing.T) {
	listed, err := exec.CommandContext(t.Context(), "git", "ls-files", "*.go", "*.md").Output()
	if err != nil {
		t.Skip("not a git checkout")
	}
	for path := range strings.Lines(string(listed)) {
		path = strings.TrimSpace(path)
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) || path == "style_test.go" {
			continue
		}
		require.NoError(t, err)
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			prose := line
			if strings.HasSuffix(path, ".go") {
				_, comment, ok := strings.Cut(line, "// ")
				if !ok {
					continue
				}
				prose = comment
				if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "// ") && !strings.Contains(line, "://") && !strings.Contains(line, "//nolint") {
					assert.LessOrEqual(t, utf8.RuneCountInString(trimmed), widest, "%s:%d: a wide comment", path, n)
				}
			}
			for instead, word := range notPlain {
				assert.False(t, word.MatchString(prose), "%s:%d: %q; write %s", path, n, word.FindString(prose), instead)
			}
		}
	}
}

func TestInitialisms(t *testing.T) {
	for _, pattern := range []string{"*.go", "*/*.go", "*/*test/*.go", "propexo/crm/*.go"} {
		paths, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "_") {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && id.IsExported() && id.Obj != nil {
					assert.False(t, initialisms.MatchString(id.Name), "%s: %s", set.Position(id.Pos()), id.Name)
				}
				if f, ok := n.(*ast.Field); ok {
					for _, id := range f.Names {
						assert.False(t, id.IsExported() && initialisms.MatchString(id.Name), "%s: %s", set.Position(id.Pos()), id.Name)
					}
				}
				return true
			})
		}
	}
}
