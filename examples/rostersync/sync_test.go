package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/tenantrytest"
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

func propexoEnv(url string) []string {
	return []string{"PROPEXO_TOKEN=" + propexotest.Token, "PROPEXO_BASE_URL=" + url}
}

// environment returns a function that looks up a variable.
func environment(variables []string) func(string) string {
	return func(name string) string {
		for _, v := range variables {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

func command(t *testing.T, db string, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, "-db", db)
	cmd.Env = append(append(os.Environ(), "ROSTERSYNC_TEST_RUN=1"), env...)
	return cmd
}

// compare checks that the database has each resident of the fake once, as they are on
// the server.
func compare(t *testing.T, path string, s *propexotest.Server) {
	t.Helper()
	db, err := openStore(t.Context(), path, realRun)
	require.NoError(t, err)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT id, record FROM people WHERE source = 'propexo' ORDER BY id`)
	require.NoError(t, err)
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		var record []byte
		require.NoError(t, rows.Scan(&id, &record))
		ids = append(ids, id)
		var got, want map[string]any
		require.NoError(t, json.Unmarshal(record, &got))
		require.NoError(t, json.Unmarshal(s.ResidentJSON(id), &want))
		for name, v := range want {
			if v != nil && v != "" {
				assert.Contains(t, got, name)
			}
		}
		assert.Equal(t, want["updated_at"], got["updated_at"])
	}
	require.NoError(t, rows.Err())
	assert.Equal(t, s.ResidentIDs(), ids)
}

// A run that is killed at ten random moments and resumed copies what a single run
// copies.
func TestKilledAndResumed(t *testing.T) {
	s := propexotest.NewServer(propexotest.WithResidents(5000), propexotest.WithRateLimit(1_000_000, 0))
	defer s.Close()
	s.SetLatency(10 * time.Millisecond)
	path := filepath.Join(t.TempDir(), "people.db")
	killed := 0
	for killed < 10 {
		cmd := command(t, path, propexoEnv(s.URL)...)
		require.NoError(t, cmd.Start())
		before, target := s.Processed("residents.list"), 1+rand.IntN(4)
		for s.Processed("residents.list") < before+target {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(25)) * time.Millisecond)
		_ = cmd.Process.Kill() // SIGKILL
		var exit *exec.ExitError
		require.True(t, errors.As(cmd.Wait(), &exit), "it was still running")
		killed++
	}
	db, err := openStore(t.Context(), path, realRun)
	require.NoError(t, err)
	done, err := db.complete(t.Context(), "propexo")
	require.NoError(t, err)
	require.False(t, done, "all ten kills were in one run")
	require.NoError(t, db.Close())
	out, err := command(t, path, propexoEnv(s.URL)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "resumed")
	compare(t, path, s)
}

func syncOnce(t *testing.T, path string, s *propexotest.Server) result {
	t.Helper()
	db, err := openStore(t.Context(), path, realRun)
	require.NoError(t, err)
	defer db.Close()
	src, err := newPropexo(propexotest.Token, quick(s.URL)...)
	require.NoError(t, err)
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer out.Close()
	r, err := syncSource(t.Context(), db, src, newProgress(out))
	require.NoError(t, err)
	return r
}

func TestSecondRunTakesWhatChanged(t *testing.T) {
	s := propexotest.NewServer(propexotest.WithResidents(1000), propexotest.WithRateLimit(1_000_000, 0))
	defer s.Close()
	path := filepath.Join(t.TempDir(), "people.db")
	r := syncOnce(t, path, s)
	assert.Equal(t, 1000, r.added)
	ids := s.ResidentIDs()
	for _, id := range ids[:7] {
		s.UpdateResident(id, map[string]any{"notes": "changed", "updated_at": time.Now().UTC().Format(time.RFC3339Nano)})
	}
	s.AddResidents(propexotest.GenerateResidents(99, 1)...)
	for _, id := range s.ResidentIDs() {
		if !slices.Contains(ids, id) {
			s.UpdateResident(id, map[string]any{"updated_at": time.Now().UTC().Format(time.RFC3339Nano)})
		}
	}
	before := s.Processed("residents.list")
	r = syncOnce(t, path, s)
	assert.Equal(t, 1, r.added)
	assert.Equal(t, 7, r.changed)
	assert.Equal(t, 1001, r.people)
	assert.Equal(t, 1, s.Processed("residents.list")-before)
	compare(t, path, s)
}

// A run neither loses nor repeats anyone if other people come and go during it, or if
// requests fail.
func TestChangesAndFaultsMeanwhile(t *testing.T) {
	s := propexotest.NewServer(propexotest.WithResidents(3000), propexotest.WithRateLimit(1_000_000, 0))
	defer s.Close()
	stay := s.ResidentIDs()
	var removed atomic.Int64
	fresh := propexotest.GenerateResidents(5, 200)
	s.OnRequest(func(operation string, n int) {
		if operation != "residents.list" || n*3 >= len(stay) || n*5 >= len(fresh) {
			return
		}
		s.RemoveResident(stay[n*3])
		removed.Add(1)
		s.AddResidents(fresh[n*5 : n*5+5]...)
	})
	s.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 3, Kind: tenantrytest.ResetAfter})
	s.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 6, Status: http.StatusServiceUnavailable})
	s.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 8, Kind: tenantrytest.CutBody, CutAt: 1000})
	path := filepath.Join(t.TempDir(), "people.db")
	r := syncOnce(t, path, s)
	assert.NotZero(t, r.retries) // retries of an abandoned page are not counted
	assert.NotZero(t, removed.Load())
	db, err := openStore(t.Context(), path, realRun)
	require.NoError(t, err)
	defer db.Close()
	got := make(map[string]bool)
	rows, err := db.QueryContext(t.Context(), `SELECT id FROM people`)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var id string
		require.NoError(t, rows.Scan(&id))
		got[id] = true
	}
	require.NoError(t, rows.Err())
	for _, id := range stay {
		if s.ResidentJSON(id) != nil {
			assert.True(t, got[id], "%s was there all along", id)
		}
	}
}

func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("copies 25,000 people")
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer out.Close()
	t.Chdir(t.TempDir())
	for range 2 {
		require.NoError(t, run(t.Context(), nil, out, func(string) string { return "" }))
	}
	require.NoFileExists(t, "rostersync.db")
	require.ErrorContains(t, run(t.Context(), []string{"-db", "rostersync-demo.db"}, out, environment(propexoEnv("http://127.0.0.1:1"))), "rostersync-demo.db holds the records of a demo, and this is a real run")
	b, err := os.ReadFile(out.Name())
	require.NoError(t, err)
	assert.Regexp(t, `propexo +25000 +25000 +0 +0 +101 +2 `, string(b))
	assert.Regexp(t, `propexo +25000 +0 +25 +0 +1 +0 `, string(b))
	assert.Contains(t, string(b), "propexo: changes since ")
	assert.NotContains(t, string(b), "supergood: changes since ")
}

func TestConfiguration(t *testing.T) {
	_, err := configured(func(name string) string {
		return map[string]string{"PROPEXO_TOKEN": "secret-token", "PROPEXO_BASE_URL": "http://example.test"}[name]
	}, 0)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "secret-token")
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer out.Close()
	require.Error(t, run(context.Background(), []string{"-db", filepath.Join(t.TempDir(), "none", "x.db")}, out, func(string) string { return "" }))
	require.NoError(t, run(context.Background(), []string{"-h"}, out, func(string) string { return "" }))
}

// A database of a real run is not used for a demo, nor the other way round, and one
// whose origin is unknown for neither.
func TestDemoAndRealRunsDoNotMix(t *testing.T) {
	s := propexotest.NewServer(propexotest.WithResidents(3))
	defer s.Close()
	t.Chdir(t.TempDir())
	out, err := os.Create("out")
	require.NoError(t, err)
	defer out.Close()
	real, none := environment(propexoEnv(s.URL)), environment(nil)
	for range 2 {
		require.NoError(t, run(t.Context(), nil, out, real))
	}
	require.NoFileExists(t, "rostersync-demo.db")
	require.EqualError(t, run(t.Context(), []string{"-db", "rostersync.db"}, out, none), "rostersync.db holds the records of a real run, and this is a demo; name another file with -db")

	db, err := openStore(t.Context(), "rostersync.db", realRun)
	require.NoError(t, err)
	n, err := db.people(t.Context(), "propexo")
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	_, err = db.ExecContext(t.Context(), `DROP TABLE mode`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	for _, m := range []mode{realRun, demoRun} {
		_, err := openStore(t.Context(), "rostersync.db", m)
		require.ErrorContains(t, err, "left no mark")
	}
}
