package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheTableIsCurrent(t *testing.T) {
	want, err := generate()
	require.NoError(t, err)
	got, err := os.ReadFile("../table_gen.go")
	require.NoError(t, err)
	assert.True(t, string(want) == string(got), "run go generate in cmd/tenantry")
}
