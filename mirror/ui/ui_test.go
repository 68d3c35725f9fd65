package ui_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/mirror"
	"github.com/tenantry/tenantry-go/mirror/ui"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/roster"
)

func TestJobsAreShown(t *testing.T) {
	m, err := mirror.Open(t.Context(), filepath.Join(t.TempDir(), "m.db"))
	require.NoError(t, err)
	defer m.Close()
	fake := propexotest.NewServer(propexotest.WithResidents(30))
	defer fake.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- m.Run(ctx, mirror.Account{
			Name: "acme", System: "propexo", Credential: mirror.Fingerprint(propexotest.Token), BaseURL: fake.URL,
			Source: func(_ context.Context, opts ...tenantry.Option) (roster.Source, error) {
				client, err := propexo.NewClient(propexotest.Token, opts...)
				if err != nil {
					return nil, err
				}
				return roster.Propexo(client), nil
			},
		})
	}()
	defer func() {
		stop()
		require.NoError(t, <-ended)
	}()

	handler, err := ui.New(m, "/queue", nil)
	require.NoError(t, err)
	require.NoError(t, handler.Start(ctx))
	server := httptest.NewServer(handler)
	defer server.Close()
	get := func(path string) (int, []byte) {
		response, err := http.Get(server.URL + path)
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, body
	}
	require.Eventually(t, func() bool {
		status, body := get("/queue/api/jobs?state=completed")
		return status == http.StatusOK && strings.Contains(string(body), `"kind":"tenantry_mirror"`) && strings.Contains(string(body), "acme")
	}, time.Minute, 50*time.Millisecond)
	status, body := get("/queue/")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, string(body), "<html")
	_, err = ui.New(nil, "", nil)
	assert.ErrorContains(t, err, "nil")
}
