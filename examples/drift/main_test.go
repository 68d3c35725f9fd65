package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	var out strings.Builder
	found, err := run(t.Context(), &out, nil)
	require.NoError(t, err)
	assert.True(t, found)
	assert.Contains(t, out.String(), "| propexo residents.list | unknown member | `$.results[*].")
	assert.Contains(t, out.String(), "| propexo residents.list | new value | `$.results[*].")
	assert.NotContains(t, out.String(), "@")

	t.Setenv("PROPEXO_TOKEN", "")
	_, err = run(t.Context(), &out, []string{"propexo"})
	require.ErrorContains(t, err, "PROPEXO_TOKEN")
	_, err = run(t.Context(), &out, []string{"moon"})
	require.ErrorContains(t, err, "usage")

	out.Reset()
	assert.False(t, new(table).write(&out))
	assert.Equal(t, "no drift\n", out.String())
}
