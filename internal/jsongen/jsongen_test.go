package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGeneratedFilesAreCurrent(t *testing.T) {
	packages := 0
	require.NoError(t, filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Base(path) != output {
			return err
		}
		packages++
		got, err := generate(filepath.Dir(path))
		require.NoError(t, err)
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, string(got), string(b), "%s is not current: run go generate in its folder", path)
		return nil
	}))
	assert.GreaterOrEqual(t, packages, 5)
}

func TestGenerate(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte("package x\n"+
		"type A struct { B string `json:\"b\"` }\n"+
		"type Own struct { B string `json:\"b\"` }\n"+
		"func (o *Own) MarshalJSON() ([]byte, error) { return nil, nil }\n"+
		"type Query struct { B string `url:\"b\"` }\n"+
		"type Hidden struct { B string `json:\"-\"` }\n"+
		"type private struct { B string `json:\"b\"` }\n"+
		"type Text string\n"), 0o600))
	b, err := generate(dir)
	require.NoError(t, err)
	var methods []string
	for line := range strings.Lines(string(b)) {
		if _, rest, ok := strings.Cut(line, "func ("); ok {
			head, _, _ := strings.Cut(rest, " {")
			methods = append(methods, head)
		}
	}
	assert.Equal(t, []string{"v A) MarshalJSON() ([]byte, error)", "v *A) UnmarshalJSON(b []byte) error", "v *Own) UnmarshalJSON(b []byte) error"}, methods)
}
