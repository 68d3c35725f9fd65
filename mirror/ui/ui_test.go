package ui_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
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

// startPostgres starts a private server and returns the URL of its database. It skips
// the test if PostgreSQL is not here, and fails it if TENANTRY_NEED_POSTGRES is set.
func startPostgres(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("initdb"); err != nil {
		if os.Getenv("TENANTRY_NEED_POSTGRES") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir, err := os.MkdirTemp("/tmp", "tenantry-pg-") // short, and open to the user postgres
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	attributes := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Getuid() == 0 { // initdb refuses root
		u, err := user.Lookup("postgres")
		require.NoError(t, err)
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		require.NoError(t, err)
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		require.NoError(t, err)
		require.NoError(t, os.Chown(dir, int(uid), int(gid)))
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.SysProcAttr = dir, attributes
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C"}
		return cmd
	}
	out, err := command("initdb", "-D", dir+"/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C").CombinedOutput()
	require.NoError(t, err, "%s", out)
	server := command("postgres", "-D", dir+"/data", "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "log_min_messages=fatal")
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGQUIT)
		_ = server.Wait()
	})
	require.Eventually(t, func() bool {
		conn, err := net.Dial("unix", dir+"/.s.PGSQL.5432")
		if err == nil {
			conn.Close()
		}
		return err == nil
	}, time.Minute, 20*time.Millisecond)
	return "postgres://postgres@/postgres?host=" + dir
}

func TestJobsAreShown(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testJobsAreShown(t, filepath.Join(t.TempDir(), "m.db")) })
	t.Run("postgres", func(t *testing.T) { testJobsAreShown(t, startPostgres(t)) })
}

func testJobsAreShown(t *testing.T, url string) {
	var m *mirror.Mirror
	require.Eventually(t, func() (ok bool) { // the server refuses connections while it starts
		var err error
		m, err = mirror.Open(t.Context(), url)
		return err == nil
	}, time.Minute, 100*time.Millisecond)
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
