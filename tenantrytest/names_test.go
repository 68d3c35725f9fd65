package tenantrytest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

// The doc of each method ends with the name of its operation, which faults take.
func TestDocsNameTheOperations(t *testing.T) {
	_, p := propexotest.Start(t)
	_, e := elevenostest.Start(t)
	_, s := supergoodtest.Start(t)
	path := regexp.MustCompile(`(?m)^// (?:GET|POST|PUT|PATCH|DELETE) /\S*(?: |\n// )?(\(.*\))?$`)
	for dir, operations := range map[string][]string{
		"propexo": p.Operations(), "propexo/crm": p.Operations(), "elevenos": e.Operations(), "supergood": s.Operations(),
	} {
		files, err := filepath.Glob("../" + dir + "/*.go")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || filepath.Base(file) == "env.go" { // Check is not an operation of its own
				continue
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, line := range path.FindAllStringSubmatch(string(text), -1) {
				assert.Contains(t, operations, strings.Trim(line[1], " ()"), "%s: %s", file, line[0])
			}
		}
	}
}
