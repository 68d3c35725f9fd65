package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The generated files are those of the description as it is.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	files, err := Generate()
	require.NoError(t, err)
	const dir = "../../../propexo"
	found, err := filepath.Glob(filepath.Join(dir, "*_gen*"))
	require.NoError(t, err)
	inCRM, err := filepath.Glob(filepath.Join(dir, "crm", "*_gen*"))
	require.NoError(t, err)
	found = append(found, inCRM...)
	found = slices.DeleteFunc(found, func(path string) bool { return filepath.Base(path) == "json_gen.go" }) // internal/jsongen's
	assert.Len(t, found, len(files)-1, "run go generate ./propexo")                                          // docs/systems.md is elsewhere
	for name, content := range files {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Equal(t, string(content), string(b), "%s is not current: run go generate ./propexo", name)
	}
}
