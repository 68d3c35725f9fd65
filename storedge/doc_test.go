package storedge_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/storedge"
)

// The table in the package's doc has every operation, by its method.
func TestTheTableOfOperations(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	var listed []string
	for _, row := range regexp.MustCompile(`(?m)^//\t([\w.]+) +[VCAB]  (?:GET|POST|PUT|PATCH|DELETE) +/v[12]/\S+$`).FindAllStringSubmatch(string(text), -1) {
		listed = append(listed, row[1])
	}
	var have []string
	for prefix, handle := range map[string]reflect.Type{"": reflect.TypeFor[storedge.Facility](), "Company.": reflect.TypeFor[storedge.Company]()} {
		for field := range handle.Fields() {
			if !field.IsExported() {
				continue
			}
			for m := range field.Type.Methods() {
				if !strings.HasPrefix(m.Name, "All") && !strings.HasPrefix(m.Name, "Pages") && m.Name != "Wait" {
					have = append(have, prefix+field.Name+"."+m.Name)
				}
			}
		}
	}
	assert.ElementsMatch(t, have, listed)
}
