package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/mirror"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/roster"
)

// TestMain runs the program itself if the environment says so, so that tests can kill
// it.
func TestMain(m *testing.M) {
	if os.Getenv("ROSTERSYNC_TEST_RUN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// command returns a command that runs the program.
func command(t *testing.T, db string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, append([]string{"-db", db}, args...)...)
	cmd.Env = append(append(os.Environ(), "ROSTERSYNC_TEST_RUN=1"), env...)
	return cmd
}

func propexoEnv(url string) []string {
	return []string{"PROPEXO_TOKEN=" + propexotest.Token, "PROPEXO_BASE_URL=" + url}
}

// compare checks that the database has each resident of the fake once.
func compare(t *testing.T, path string, s *propexotest.Server) {
	t.Helper()
	m, err := mirror.Open(t.Context(), path)
	require.NoError(t, err)
	defer m.Close()
	var ids []string
	for c, err := range m.Snapshot(t.Context()) {
		require.NoError(t, err)
		if p, ok := c.Record.(*roster.Person); ok {
			ids = append(ids, p.ID)
			assert.EqualValues(t, 1, c.Version, "it was written once")
		}
	}
	assert.ElementsMatch(t, s.ResidentIDs(), ids)
}

// A run that is killed at ten random moments and resumed copies what a single run
// copies.
func TestKilledAndResumed(t *testing.T) {
	s := propexotest.NewServer(propexotest.WithResidents(5000), propexotest.WithRateLimit(1_000_000, 0))
	defer s.Close()
	s.SetLatency(10 * time.Millisecond)
	path := filepath.Join(t.TempDir(), "people.db")
	for range 10 {
		cmd := command(t, path, propexoEnv(s.URL))
		require.NoError(t, cmd.Start())
		before := s.Processed("residents.list")
		require.Eventually(t, func() bool { return s.Processed("residents.list") > before }, time.Minute, time.Millisecond)
		time.Sleep(time.Duration(rand.IntN(25)) * time.Millisecond)
		_ = cmd.Process.Kill() // SIGKILL
		var exit *exec.ExitError
		require.True(t, errors.As(cmd.Wait(), &exit), "it was still running")
	}
	out, err := command(t, path, propexoEnv(s.URL)).CombinedOutput()
	require.NoError(t, err, "%s", out)
	compare(t, path, s)
}

// inside runs the program in this process and returns what it prints.
func inside(t *testing.T, env map[string]string, args ...string) (string, error) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer file.Close()
	failed := run(t.Context(), args, file, func(name string) string { return env[name] })
	_, err = file.Seek(0, io.SeekStart)
	require.NoError(t, err)
	out, err := io.ReadAll(file)
	require.NoError(t, err)
	return string(out), failed
}

func TestCommands(t *testing.T) {
	s := propexotest.NewServer(propexotest.WithResidents(40), propexotest.WithRateLimit(1_000_000, 0))
	defer s.Close()
	db := filepath.Join(t.TempDir(), "m.db")
	env := map[string]string{"PROPEXO_TOKEN": propexotest.Token, "PROPEXO_BASE_URL": s.URL, "DATABASE_URL": db}
	out, err := inside(t, env)
	require.NoError(t, err)
	assert.Regexp(t, `propexo +1 +22 +27 +40 `, out)

	out, err = inside(t, env, "status")
	require.NoError(t, err)
	assert.Contains(t, out, "people")
	assert.Contains(t, out, "waiting until")

	out, err = inside(t, env, "changes")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	assert.Equal(t, 40, strings.Count(out, `"kind":"people"`))
	_, cursor, _ := strings.Cut(lines[len(lines)-1], `"cursor":"`)
	cursor, _, _ = strings.Cut(cursor, `"`)
	out, err = inside(t, env, "changes", cursor)
	require.NoError(t, err)
	assert.Empty(t, out)

	m, err := mirror.Open(t.Context(), db)
	require.NoError(t, err)
	var people []*roster.Person
	for c, err := range m.Snapshot(t.Context()) {
		require.NoError(t, err)
		if p, ok := c.Record.(*roster.Person); ok {
			people = append(people, p)
		}
	}
	require.NoError(t, m.Close())
	a, b := people[0], people[1]
	_, err = inside(t, env, "link", "propexo", a.Scope, a.ID, "propexo", b.Scope, b.ID)
	require.NoError(t, err)
	_, err = inside(t, env, "candidates", "propexo", a.Scope, a.ID)
	require.NoError(t, err)
	_, err = inside(t, env, "forget", "propexo", a.Scope, a.ID)
	require.NoError(t, err)
	_, err = inside(t, env, "forget", "propexo", a.Scope, a.ID)
	assert.ErrorIs(t, err, mirror.ErrNoRecord)
	_, err = inside(t, env, "approve", "propexo")
	require.NoError(t, err)
	_, err = inside(t, env, "approve", "nobody")
	assert.ErrorIs(t, err, mirror.ErrNoAccount)
	_, err = inside(t, env, "frobnicate")
	assert.ErrorContains(t, err, "usage")

	out, err = inside(t, env)
	require.NoError(t, err)
	assert.Regexp(t, `propexo +1 +22 +27 +39 `, out, "who was forgotten stays away")

	// A demo does not go into the database of a real run.
	_, err = inside(t, map[string]string{"DATABASE_URL": db})
	assert.ErrorIs(t, err, mirror.ErrOtherData)
	env["PROPEXO_TOKEN"] = "another"
	_, err = inside(t, env)
	assert.ErrorIs(t, err, mirror.ErrOtherAccount)
}

func TestFailingAccount(t *testing.T) {
	s := propexotest.NewServer()
	defer s.Close()
	env := map[string]string{"PROPEXO_TOKEN": "wrong", "PROPEXO_BASE_URL": s.URL, "DATABASE_URL": filepath.Join(t.TempDir(), "m.db")}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer file.Close()
	err = run(ctx, nil, file, func(name string) string { return env[name] })
	assert.ErrorContains(t, err, "propexo: ")
	assert.ErrorContains(t, err, "401")
}
