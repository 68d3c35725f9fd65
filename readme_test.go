package tenantry_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// The README's programs compile.
func TestReadmeCompiles(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	dir, err := os.MkdirTemp(".", "_readme")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	programs := 0
	for i, block := range goBlock.FindAllStringSubmatch(string(readme), -1) {
		if !strings.HasPrefix(block[1], "package main") {
			continue
		}
		programs++
		at := filepath.Join(dir, fmt.Sprint(i))
		require.NoError(t, os.Mkdir(at, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(at, "main.go"), []byte(block[1]), 0o600))
		out, err := exec.CommandContext(t.Context(), "go", "vet", "./"+at).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	require.NotZero(t, programs)
}
