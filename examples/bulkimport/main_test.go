package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
)

func none(string) string { return "" }

func TestDemo(t *testing.T) {
	failures := filepath.Join(t.TempDir(), "failures.csv")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-failures", failures}, &out, none))
	assert.Contains(t, out.String(), "38 imported, 2 failed")
	b, err := os.ReadFile(failures)
	require.NoError(t, err)
	assert.Contains(t, string(b), "resident1@example.com")
	assert.Contains(t, string(b), "Email already exists")
}

// What failed is corrected and sent again.
func TestFailuresGoBackIn(t *testing.T) {
	server := elevenostest.NewServer(elevenostest.WithResidents(1))
	defer server.Close()
	env := func(name string) string {
		return map[string]string{"ELEVENOS_EMAIL": elevenostest.Email, "ELEVENOS_PASSWORD": elevenostest.Password, "ELEVENOS_BASE_URL": server.URL}[name]
	}
	dir := t.TempDir()
	file, failures := filepath.Join(dir, "in.csv"), filepath.Join(dir, "failures.csv")
	require.NoError(t, os.WriteFile(file, []byte("FirstName,LastName,Email,ActivationDateUTC,Building,Floor,Unit\nBo,Bell,resident0@example.com,2030-01-01 10:00,Building B,1,101\n"), 0o600))
	args := []string{"-team", elevenostest.TeamID, "-site", elevenostest.SiteID, "-zone", "America/Denver", "-failures", failures}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), append(args, file), &out, env))
	assert.Contains(t, out.String(), "0 imported, 1 failed")
	b, err := os.ReadFile(failures)
	require.NoError(t, err)
	assert.Contains(t, string(b), "2030-01-01T17:00:00Z")
	require.NoError(t, os.WriteFile(failures, []byte(strings.ReplaceAll(string(b), "resident0@", "bo@")), 0o600))
	require.NoError(t, run(t.Context(), append(args, failures), &out, env))
	assert.Contains(t, out.String(), "1 imported, 0 failed")
	assert.Len(t, server.ResidentIDs(), 2)

	require.NoError(t, os.WriteFile(file, []byte("FirstName,LastName,Email,ActivationDateUTC,Building,Floor,Unit\nBo,Bell,x@example.com,2030-01-01 10:00,Nowhere,1,101\n"), 0o600))
	require.ErrorContains(t, run(t.Context(), append(args, file), &out, env), "nothing was imported")
	require.NoError(t, os.WriteFile(file, []byte("Email\nx\n"), 0o600))
	require.Error(t, run(t.Context(), append(args, file), &out, env))
	require.Error(t, run(t.Context(), []string{"-zone", "Nowhere/Else"}, &out, env))
	require.Error(t, run(t.Context(), []string{filepath.Join(dir, "none.csv")}, &out, env))
}
