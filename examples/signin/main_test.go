package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/storedge/storedgetest"
)

func TestDemo(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, nil, &out, func(string) string { return "" }))
	assert.Regexp(t, `account 10000\d\d`, out.String())
	assert.Contains(t, out.String(), "PAID THROUGH")
	assert.Regexp(t, `receive legal notices by email +not set`, out.String())
	assert.NotContains(t, out.String(), "correct horse")
}

func TestOwnServer(t *testing.T) {
	s := storedgetest.NewServer(storedgetest.WithFacility("f1", 1))
	defer s.Close()
	s.SetAccount("f1", s.TenantIDs("f1")[0], "bo", "pass word")
	env := func(name string) string {
		return map[string]string{"STOREDGE_ACCESS_ID": storedgetest.AccessID, "STOREDGE_SECRET_KEY": storedgetest.SecretKey, "STOREDGE_BASE_URL": s.URL}[name]
	}
	args := []string{"-facility", "f1", "-login", "bo"}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), args, strings.NewReader("pass word"), &out, env))
	err := run(t.Context(), args, strings.NewReader("wrong\n"), &out, env)
	require.ErrorContains(t, err, "try again")
	require.Error(t, run(t.Context(), []string{"-x"}, nil, &out, env))
}
