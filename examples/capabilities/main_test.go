package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "event.json")
	write := func(body string) { require.NoError(t, os.WriteFile(file, []byte(body), 0o600)) }
	call := func(args ...string) (string, error) {
		var out strings.Builder
		err := run(&out, args, "")
		return out.String(), err
	}

	out, err := call("-system", "MRI", "event-types")
	require.NoError(t, err)
	assert.Contains(t, out, "event-types.create: supported\n  POST /v1/event-types/mri/\n  * integration_id")
	assert.Contains(t, out, "* action_code                  1 or 2 characters")

	write(`{"integration_id":"cl1"}`)
	_, err = call("-system", "MRI", "event-types.create", file)
	require.EqualError(t, err, file+" lacks action_code")
	write(`{"integration_id":"cl1","action_code":"A"}`)
	out, err = call("-system", "MRI", "event-types.create", file)
	require.NoError(t, err)
	assert.Equal(t, file+" has all that MRI requires for event-types.create\n", out)

	_, err = call("-system", "YARDI", "leases.upload-file", file)
	require.EqualError(t, err, "YARDI does not support leases.upload-file: use Create Resident File instead")
	_, err = call("-system", "YARDI", "moons")
	require.EqualError(t, err, "no write of moons is documented for YARDI")
	for _, args := range [][]string{{}, {"leases"}, {"-system", "MRI"}, {"-system", "MRI", "-integration", "cl1", "leases"}} {
		_, err = call(args...)
		require.EqualError(t, err, usage)
	}
}

// The vendor can come from an integration.
func TestIntegration(t *testing.T) {
	server := propexotest.NewServer()
	defer server.Close()
	var out strings.Builder
	err := run(&out, []string{"-integration", propexotest.DescribedID("integrations", 1), "leases"}, propexotest.Token, tenantry.WithBaseURL(server.URL))
	if err != nil { // the fake's integrations have vendors at random, some of which write no leases
		require.ErrorContains(t, err, "no write of leases is documented for ")
		return
	}
	assert.Contains(t, out.String(), "leases.")
}
