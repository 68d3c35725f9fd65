package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

const (
	header = "FirstName,LastName,Email,PhoneNumber,ActivationDateUTC,DeactivationDateUTC,Building,Floor,Unit\n"
	bo     = "Bo,Bell,bo@example.com,+1 415,2030-01-01T10:00:00Z,,Building B,1,101\n"
	ana    = "Ana,Abbot,ana@example.com,,2030-01-01T10:00:00Z,,Building A,2,102\n"
	taken  = "Ana,Abbot,resident0@example.com,,2030-01-01T10:00:00Z,,Building A,2,102\n" // is there already
)

// A bench runs the program against a fake, in a directory of its own.
type bench struct {
	*testing.T
	server *elevenostest.Server
	file   string
	out    bytes.Buffer
}

func newBench(t *testing.T, rows string) *bench {
	t.Helper()
	b := &bench{T: t, server: elevenostest.NewServer(elevenostest.WithResidents(1), elevenostest.WithPendingPolls(0))}
	t.Cleanup(b.server.Close)
	t.Chdir(t.TempDir())
	b.file = "residents.csv"
	b.write(b.file, header+rows)
	return b
}

func (b *bench) write(file, text string) {
	b.Helper()
	require.NoError(b, os.WriteFile(file, []byte(text), 0o600))
}

func (b *bench) read(file string) string {
	b.Helper()
	text, err := os.ReadFile(file)
	require.NoError(b, err)
	return string(text)
}

func (b *bench) env(name string) string {
	return map[string]string{"ELEVENOS_EMAIL": elevenostest.Email, "ELEVENOS_PASSWORD": elevenostest.Password, "ELEVENOS_BASE_URL": b.server.URL}[name]
}

func (b *bench) run(args ...string) error {
	return run(b.Context(), b.args(args), &b.out, b.env)
}

func (b *bench) args(args []string) []string {
	if len(args) == 0 {
		args = []string{b.file}
	}
	return append([]string{"-team", elevenostest.TeamID, "-site", elevenostest.SiteID}, args...)
}

func (b *bench) imports() int { return b.server.Arrivals("residents.import") }

// left lists the files in the directory.
func (b *bench) left() []string {
	b.Helper()
	files, err := filepath.Glob("*")
	require.NoError(b, err)
	return files
}

func TestDemo(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("failures.csv", []byte("of a real run"), 0o600))
	var out bytes.Buffer
	none := func(string) string { return "" }
	require.ErrorIs(t, run(t.Context(), nil, &out, none), elevenos.ErrJobFailed)
	assert.Contains(t, out.String(), "38 imported, 2 failed")
	b, err := os.ReadFile("demo-failures.csv")
	require.NoError(t, err)
	assert.Contains(t, string(b), "resident1@example.com")
	assert.Contains(t, string(b), "Email already exists")
	b, err = os.ReadFile("failures.csv")
	require.NoError(t, err)
	assert.Equal(t, "of a real run", string(b))
}

// A real run never becomes a demo.
func TestMissingSettings(t *testing.T) {
	b := newBench(t, bo)
	b.write("failures.csv", "of an earlier run")
	for _, missing := range []string{"ELEVENOS_EMAIL", "ELEVENOS_PASSWORD"} {
		env := func(name string) string {
			if name == missing {
				return ""
			}
			return b.env(name)
		}
		require.ErrorContains(t, run(t.Context(), b.args(nil), &b.out, env), "is not set", missing)
		require.ErrorContains(t, run(t.Context(), nil, &b.out, env), "is not set", missing)
	}
	require.ErrorContains(t, run(t.Context(), b.args(nil), &b.out, func(string) string { return "" }), "is not set")
	require.ErrorContains(t, run(t.Context(), nil, &b.out, b.env), "name the CSV file")
	require.ErrorContains(t, b.run("a.csv", "b.csv"), "name one file")
	require.Error(t, b.run("-zone", "Nowhere/Else", b.file))
	require.Error(t, b.run("none.csv"))
	assert.Equal(t, "of an earlier run", b.read("failures.csv"))
	assert.Equal(t, []string{"failures.csv", "residents.csv"}, b.left())
	assert.Zero(t, b.imports())
}

func TestImport(t *testing.T) {
	b := newBench(t, bo+ana)
	require.NoError(t, b.run())
	assert.Contains(t, b.out.String(), "2 imported, 0 failed")
	assert.Len(t, b.server.ResidentIDs(), 3)
	assert.Equal(t, []string{"residents.csv"}, b.left(), "nothing is left behind")
}

// Those who failed are corrected and imported again, from the same file.
func TestFailuresGoBackIn(t *testing.T) {
	b := newBench(t, bo+taken)
	require.ErrorIs(t, b.run(), elevenos.ErrJobFailed, "exit 1")
	assert.Contains(t, b.out.String(), "1 imported, 1 failed")
	assert.Equal(t, []string{"failures.csv", "residents.csv"}, b.left())
	assert.Equal(t, "\ufeff"+strings.TrimSpace(header)+",Problem\n"+strings.TrimSpace(taken)+",Email already exists\n", b.read("failures.csv"))

	b.write("failures.csv", strings.ReplaceAll(b.read("failures.csv"), "resident0@", "ana@"))
	require.NoError(t, b.run("failures.csv"))
	assert.Contains(t, b.out.String(), "1 imported, 0 failed")
	assert.Len(t, b.server.ResidentIDs(), 3)
}

// An input that is also the file for failures keeps those who failed.
func TestInputIsFailures(t *testing.T) {
	b := newBench(t, bo+taken)
	require.ErrorIs(t, b.run("-failures", b.file, b.file), elevenos.ErrJobFailed)
	assert.Contains(t, b.read(b.file), "resident0@example.com")
	assert.NotContains(t, b.read(b.file), "bo@example.com")
	assert.Equal(t, []string{"residents.csv"}, b.left())
}

func TestNothingIsImported(t *testing.T) {
	for name, c := range map[string]struct {
		file, want string
	}{
		"a misspelt column":   {strings.Replace(header, "DeactivationDateUTC", "Access End Date", 1) + bo, "column 6 has a name"},
		"a bad email":         {header + strings.Replace(bo, "bo@", "bo\u200b@", 1), "invisible"},
		"a missing column":    {"Email\nx\n", "is missing"},
		"an unknown building": {header + strings.Replace(bo, "Building B", "Nowhere", 1), "nothing was imported"},
	} {
		b := newBench(t, "")
		b.write(b.file, c.file)
		require.ErrorContains(t, b.run(), c.want, name)
		assert.Zero(t, b.imports(), name)
		assert.Equal(t, []string{"residents.csv"}, b.left(), name)
	}
	b := newBench(t, bo)
	require.ErrorIs(t, b.run("-failures", filepath.Join("no", "such", "directory.csv"), b.file), os.ErrNotExist)
	assert.Zero(t, b.imports(), "the failures could not have been written")

	b = newBench(t, strings.Replace(bo, "Building B", "Nowhere", 1))
	require.ErrorIs(t, b.run("-anyway", b.file), elevenos.ErrJobFailed)
	assert.Equal(t, 1, b.imports())
}

// cancelOn cancels a context when a text is written.
type cancelOn struct {
	text   string
	cancel context.CancelFunc
	bytes.Buffer
}

func (c *cancelOn) Write(p []byte) (int, error) {
	if strings.Contains(string(p), c.text) {
		c.cancel()
	}
	return c.Buffer.Write(p)
}

// An import that is interrupted is not begun again: the next run goes on with
// its job.
func TestInterrupted(t *testing.T) {
	interrupt := func(t *testing.T, rows string) *bench {
		t.Helper()
		b := newBench(t, rows)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		err := run(ctx, b.args(nil), &cancelOn{text: "has begun", cancel: cancel}, b.env)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorContains(t, err, "run the same command again")
		assert.Equal(t, []string{"residents.csv", "residents.csv.job"}, b.left())
		assert.Contains(t, b.read("residents.csv.job"), `"JobID":"job-`)
		return b
	}
	t.Run("it goes on", func(t *testing.T) {
		b := interrupt(t, bo+taken)
		require.ErrorIs(t, b.run(), elevenos.ErrJobFailed)
		assert.Contains(t, b.out.String(), "going on with job job-")
		assert.Contains(t, b.out.String(), "1 imported, 1 failed")
		assert.Contains(t, b.read("failures.csv"), "resident0@example.com")
		assert.Equal(t, 1, b.imports())
		assert.Equal(t, []string{"failures.csv", "residents.csv"}, b.left())
	})
	t.Run("the file has changed", func(t *testing.T) {
		b := interrupt(t, bo)
		b.write(b.file, header+ana)
		require.ErrorContains(t, b.run(), "has changed since job")
		assert.Equal(t, 1, b.imports())
		require.NoError(t, b.run())
		assert.Equal(t, 2, b.imports())
		assert.Len(t, b.server.ResidentIDs(), 3)
	})
	t.Run("the file can't be read any more", func(t *testing.T) {
		b := interrupt(t, bo)
		b.write(b.file, "x")
		require.ErrorContains(t, b.run(), "has changed since job")
		assert.Contains(t, b.out.String(), "1 imported, 0 failed")
	})
	t.Run("another site", func(t *testing.T) {
		b := interrupt(t, bo)
		require.ErrorContains(t, b.run("-site", "other", b.file), "finish that first")
		assert.Equal(t, 1, b.imports())
	})
	t.Run("a record that is broken", func(t *testing.T) {
		b := interrupt(t, bo)
		b.write("residents.csv.job", "{")
		require.ErrorContains(t, b.run(), "is not a record")
		assert.Equal(t, 1, b.imports())
	})
}

// Whether an import was carried out is not known if its response was lost: it is
// not sent again.
func TestLostResponse(t *testing.T) {
	b := newBench(t, bo)
	b.server.Inject(tenantrytest.Fault{Operation: "residents.import", Kind: tenantrytest.ResetAfter})
	require.ErrorContains(t, b.run(), "look at the site's residents")
	b.server.ClearFaults()
	require.ErrorContains(t, b.run(), "an earlier run may have imported residents.csv")
	assert.Equal(t, 1, b.imports())
	require.NoError(t, os.Remove("residents.csv.job"))
	require.NoError(t, b.run())
	assert.Equal(t, 2, b.imports())

	// One that was refused may be sent again.
	for _, fault := range []tenantrytest.Fault{{Status: 400, Body: []byte(`{"Error":"no"}`)}, {Status: 200, Body: []byte(`{"Error":"no"}`)}, {Status: 403}} {
		b := newBench(t, bo)
		fault.Operation = "residents.import"
		b.server.Inject(fault)
		var refused *tenantry.Error
		require.ErrorAs(t, b.run(), &refused)
		assert.Equal(t, []string{"residents.csv"}, b.left())
		b.server.ClearFaults()
		require.NoError(t, b.run())
	}
}

// A job whose failures are unfamiliar is no success, and loses nothing.
func TestUnfamiliarResults(t *testing.T) {
	for _, status := range []string{
		`{"status":"finished","result":"see your mail"}`,
		`{"status":"finished","total":1,"success":1,"failed":3,"result":"see your mail"}`,
		`{"status":"finished","total":2,"success":0,"failed":2,"result":{"failed":[{"Email":"a@b"}]}}`,
		`{"status":"aborted","total":9,"result":{"failed":[{"Email":"a@b"}]}}`,
	} {
		b := newBench(t, bo)
		b.write("failures.csv", "of an earlier run")
		b.server.Inject(tenantrytest.Fault{Operation: "residents.import-status", Status: 200, Body: []byte(status)})
		require.ErrorIs(t, b.run(), elevenos.ErrJobFailed, status)
		assert.Equal(t, []string{"failures.csv", "failures.csv.json", "residents.csv", "residents.csv.job"}, b.left(), status)
		assert.Equal(t, "of an earlier run", b.read("failures.csv"))
		assert.Contains(t, status, b.read("failures.csv.json"))
		assert.Equal(t, header+bo, b.read(b.file))
		require.Error(t, b.run())
		assert.Equal(t, 1, b.imports(), status)
	}
}

// Excel reads the failures as UTF-8, and computes none of their cells.
func TestFormulas(t *testing.T) {
	const rows = `=1+1,-José,resident0@example.com,+1 415 555 0100,2030-01-01T10:00:00Z,,Building B,1,101` + "\n" +
		`"@SUM(1,2)",'tis,=cmd@example.com,-1,2030-01-01T10:00:00Z,,-1,＝2,@3` + "\n"
	b := newBench(t, rows)
	require.ErrorIs(t, b.run("-anyway", b.file), elevenos.ErrJobFailed)
	text := b.read("failures.csv")
	require.True(t, strings.HasPrefix(text, "\ufeff"))
	cells, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, cells, 3)
	for _, row := range cells[1:] {
		for _, cell := range row {
			assert.NotContains(t, "=+-@\t\r＝＋－＠", string([]rune(cell + "x")[0]), cell)
		}
	}
	// They are the same residents when they are read again.
	s, err := parse([]string{"failures.csv"})
	require.NoError(t, err)
	again, err := s.read([]byte(text))
	require.NoError(t, err)
	first, err := s.read([]byte(header + rows))
	require.NoError(t, err)
	for i := range first {
		first[i].Row, again[i].Row = 0, 0
	}
	assert.Equal(t, first, again)
	assert.Equal(t, "'tis", first[1].LastName)
}
