package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// TestMain lets the test's binary be the program itself, so that there is one
// to kill.
func TestMain(m *testing.M) {
	if os.Getenv("ROSTERSYNC_TEST_RUN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func propexoEnv(s *propexotest.Server) []string {
	return []string{"PROPEXO_TOKEN=" + propexotest.Token, "PROPEXO_BASE_URL=" + s.URL}
}

func command(t *testing.T, db string, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, "-db", db)
	cmd.Env = append(append(os.Environ(), "ROSTERSYNC_TEST_RUN=1"), env...)
	return cmd
}

// compare checks the database against the fake: everyone is there once, as they
// are on the server.
func compare(t *testing.T, path string, s *propexotest.Server) {
	t.Helper()
	db, err := openStore(t.Context(), path)
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

// Killed at ten random moments of one run, and run again each time, it ends
// with what a single run would have brought.
func TestKilledAndResumed(t *testing.T) {
	s := propexotest.NewServer(propexotest.WithResidents(5000), propexotest.WithRateLimit(1_000_000, 0))
	defer s.Close()
	s.SetLatency(10 * time.Millisecond)
	path := filepath.Join(t.TempDir(), "people.db")
	killed := 0
	for killed < 10 {
		cmd := command(t, path, propexoEnv(s)...)
		require.NoError(t, cmd.Start())
		before, target := s.Processed("residents.list"), 1+rand.IntN(4)
		for s.Processed("residents.list") < before+target {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(25)) * time.Millisecond)
		_ = cmd.Process.Kill() // SIGKILL
		var exit *exec.ExitError
		require.True(t, errors.As(cmd.Wait(), &exit), "it was still at work")
		killed++
	}
	db, err := openStore(t.Context(), path)
	require.NoError(t, err)
	done, err := db.complete(t.Context(), "propexo")
	require.NoError(t, err)
	require.False(t, done, "all ten kills fell into one run")
	require.NoError(t, db.Close())
	out, err := command(t, path, propexoEnv(s)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "resumed")
	compare(t, path, s)
}

func syncOnce(t *testing.T, path string, s *propexotest.Server) result {
	t.Helper()
	db, err := openStore(t.Context(), path)
	require.NoError(t, err)
	defer db.Close()
	src, err := newPropexo(propexotest.Token, s.URL, 4)
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

// People who come and go while it runs are no reason to lose or repeat others,
// and neither are faults.
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
	assert.NotZero(t, r.retries) // one whose page was given up is not counted
	assert.NotZero(t, removed.Load())
	db, err := openStore(t.Context(), path)
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
	path := filepath.Join(t.TempDir(), "people.db")
	for range 2 {
		require.NoError(t, run(t.Context(), []string{"-db", path}, out, func(string) string { return "" }))
	}
	b, err := os.ReadFile(out.Name())
	require.NoError(t, err)
	assert.Regexp(t, `propexo +25000 +25000 +0 +0 +101 +2 `, string(b))
	assert.Regexp(t, `propexo +25000 +0 +25 +0 +1 +0 `, string(b))
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

// A run that did not see everyone leaves the time alone from which the next run
// takes changes, so that nobody who changed is left out.
func TestFailedRunsDoNotMoveTheTime(t *testing.T) {
	for body, people := range map[string]int{
		`{"ok":false}`: 0,
		`{"error":{"code":"internal","message":"database is down"}}`:                0,
		`{"results":[],"error":{"code":"internal","message":"database is down"}}`:   0,
		`{"meta":{"hasMore":false,"total":1000},"results":[{"id":"a"},{"id":"b"}]}`: 2,
		`{"meta":{"hasMore":true},"results":[]}`:                                    0,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
		db, err := openStore(t.Context(), filepath.Join(t.TempDir(), "people.db"))
		require.NoError(t, err)
		src, err := newPropexo(propexotest.Token, server.URL, 0)
		require.NoError(t, err)
		out, err := os.Create(filepath.Join(t.TempDir(), "out"))
		require.NoError(t, err)
		for range 2 {
			r, err := syncSource(t.Context(), db, src, newProgress(out))
			require.Error(t, err, body)
			assert.Equal(t, people, r.people, "what came is kept")
			var next string
			require.NoError(t, db.QueryRowContext(t.Context(), `SELECT next FROM progress WHERE source = 'propexo'`).Scan(&next))
			assert.Empty(t, next, body)
		}
		require.NoError(t, out.Close())
		require.NoError(t, db.Close())
		server.Close()
	}
}
