package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A run is what a command did.
type run struct {
	out, errs string
	err       error
}

func tenantryWith(t *testing.T, env map[string]string, in string, terminal bool, args ...string) run {
	t.Helper()
	var out, errs bytes.Buffer
	p := &program{in: strings.NewReader(in), out: &out, errs: &errs, terminal: terminal, env: func(name string) string { return env[name] }}
	err := p.run(t.Context(), args)
	return run{out.String(), errs.String(), err}
}

func fake(t *testing.T, args ...string) run {
	t.Helper()
	return tenantryWith(t, nil, "", false, append([]string{"--fake"}, args...)...)
}

func TestForms(t *testing.T) {
	table := fake(t, "propexo", "residents", "list", "--limit", "3")
	require.NoError(t, table.err)
	rows := strings.Split(strings.TrimSpace(table.out), "\n")
	require.Len(t, rows, 4)
	assert.True(t, strings.HasPrefix(rows[0], "ID "), rows[0])
	assert.Empty(t, table.errs)

	var records []propexo.Resident
	array := fake(t, "propexo", "residents", "list", "--limit", "3", "-o", "json")
	require.NoError(t, json.Unmarshal([]byte(array.out), &records))
	require.Len(t, records, 3)
	assert.NotEmpty(t, records[0].ID)

	lines := fake(t, "propexo", "residents", "list", "--limit", "3", "-o", "jsonl")
	require.NoError(t, lines.err)
	assert.Equal(t, 3, strings.Count(lines.out, "\n"))

	cells, err := csv.NewReader(strings.NewReader(fake(t, "propexo", "residents", "list", "--limit", "3", "-o", "csv", "--columns", "id,email_1").out)).ReadAll()
	require.NoError(t, err)
	require.Len(t, cells, 4)
	assert.Equal(t, []string{"id", "email_1"}, cells[0])
	assert.Equal(t, records[0].ID, cells[1][0])

	assert.Equal(t, "[]\n", fake(t, "propexo", "residents", "list", "--property-id", "none", "-o", "json").out)
	assert.Empty(t, fake(t, "propexo", "residents", "list", "--property-id", "none").out)
	require.ErrorContains(t, fake(t, "propexo", "residents", "list", "-o", "xml").err, "want one of table, json, jsonl, csv")
}

// Whatever a record holds, a terminal obeys none of it.
func TestTablesShowNoControlCharacters(t *testing.T) {
	var out bytes.Buffer
	p, err := newPrinter(&out, "table", nil)
	require.NoError(t, err)
	require.NoError(t, p.print([]any{&propexo.Resident{ID: "a\x1b[2J\tb\nc"}}))
	require.NoError(t, p.close())
	assert.Equal(t, "ID\na [2J b c\n", out.String())
}

// Each list that needs no ID shows something of the fake.
func TestReads(t *testing.T) {
	searches := map[string]string{
		"propexo appointments list-availability":     "--integration-id cl1",
		"propexo crm appointments list-availability": "--integration-id cl1 --at funnel --community-id cl2 --appointment-type VIDEO",
		"storedge tenants search":                    "--account-number " + accountNumber(t),
		"leasefind communities find":                 "--community-external-ref 100",
		"leasefind leases find":                      "--group-external-refs 100",
		"leasefind leases find-for-tenant":           "--email-address chen.brown0@example.com",
		"leasefind listings find":                    "--group-external-ref 100",
	}
	// These are of the last days, or of actions that the fake does not take.
	empty := []string{"storedge company same-day-vacates list", "storedge units list-rate-history", "storedge rate-applied-actions list"}
	ran := 0
	for i := range operations {
		op := &operations[i]
		if op.pages == nil || op.write || len(op.args) > 0 {
			continue
		}
		ran++
		name := strings.Join(append([]string{op.api}, op.words...), " ")
		r := fake(t, append(strings.Fields(name+" "+searches[name]), "--limit", "1", "-o", "jsonl")...)
		require.NoError(t, r.err, name)
		assert.Empty(t, r.errs, name)
		if !slices.Contains(empty, name) {
			assert.Equal(t, 1, strings.Count(r.out, "\n"), name)
		}
	}
	assert.Greater(t, ran, 90)
	require.ErrorContains(t, fake(t, "leasefind", "listings", "find").err, "the fake has the group ")
}

// accountNumber returns the account number of the fake's first tenant.
func accountNumber(t *testing.T) string {
	t.Helper()
	r := fake(t, "storedge", "tenants", "list", "--limit", "1", "-o", "csv", "--columns", "account_number")
	require.NoError(t, r.err)
	return strings.TrimSpace(strings.TrimPrefix(r.out, "account_number\n"))
}

// Every operation has a command with help, and no flag for a secret.
func TestEveryOperationIsACommand(t *testing.T) {
	for i := range operations {
		op := &operations[i]
		words := append([]string{op.api}, op.words...)
		r := tenantryWith(t, nil, "", false, append(words, "--help")...)
		require.NoError(t, r.err, strings.Join(words, " "))
		assert.Contains(t, r.out, "tenantry "+strings.Join(words, " "))
		assert.NotEmpty(t, op.doc, strings.Join(words, " "))
		if op.params == nil || reflect.TypeOf(op.params()).Elem().Kind() != reflect.Struct {
			continue
		}
		for _, p := range fieldsOf(op.params()) {
			typ := reflect.TypeOf(op.params()).Elem().Field(p.index).Type
			if value, ok := optional(typ); ok {
				typ = value
			}
			assert.NotEqual(t, secretType, typ, "%s --%s", strings.Join(words, " "), p.flag)
		}
	}
	for _, a := range []string{"propexo", "storedge", "leasefind", "elevenos", "supergood"} {
		assert.Contains(t, apis, a)
	}
}

func TestWritesAsk(t *testing.T) {
	server := propexotest.NewServer()
	defer server.Close()
	env := map[string]string{"PROPEXO_TOKEN": propexotest.Token, "PROPEXO_BASE_URL": server.URL}
	create := []string{"propexo", "residents", "create", "--integration-id", "1", "--property-id", "p", "--first-name", "Al", "--last-name", "B"}
	for answer, sent := range map[string]bool{"": false, "n\n": false, "no\n": false, "y\n": true, "YES\n": true} {
		before := server.Processed("residents.create")
		r := tenantryWith(t, env, answer, true, create...)
		assert.Contains(t, r.errs, "This writes: tenantry propexo residents create")
		if sent {
			require.NoError(t, r.err)
			assert.Contains(t, r.out, "SUCCESS")
			assert.Contains(t, r.errs, "job ")
		} else {
			require.ErrorIs(t, r.err, errDeclined)
			assert.Empty(t, r.out)
		}
		assert.Equal(t, sent, server.Processed("residents.create") > before, "%q", answer)
	}
	require.ErrorContains(t, tenantryWith(t, env, "y\n", false, create...).err, "--yes")
	require.NoError(t, tenantryWith(t, env, "", false, append(create, "--yes")...).err)
	noWait := tenantryWith(t, env, "", false, append(create, "--yes", "--no-wait", "-o", "json")...)
	require.NoError(t, noWait.err)
	assert.Contains(t, noWait.out, `"JobID"`)
	assert.Empty(t, noWait.errs)

	server.PlanWrite(propexotest.Failure, "the unit is taken")
	failed := tenantryWith(t, env, "", false, append(create, "--yes", "-o", "json")...)
	require.ErrorContains(t, failed.err, "the write failed")
	assert.Contains(t, failed.out, "the unit is taken", "the job's end is printed, too")
}

func TestParameters(t *testing.T) {
	var sent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		_, _ = io.WriteString(w, `{"job_id":"j1","data":{}}`)
	}))
	defer server.Close()
	env := map[string]string{"PROPEXO_TOKEN": propexotest.Token, "PROPEXO_BASE_URL": server.URL}
	const id = "cl1"
	file := filepath.Join(t.TempDir(), "update.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"first_name":"Cy","new_member":true}`), 0o600))
	for _, c := range []struct {
		in, want string
		args     []string
	}{
		{"", `{"first_name":"Al","last_name":null}`, []string{"--first-name", "Al", "--null", "last-name"}},
		{"", `{"first_name":"Bo"}`, []string{"--json", `{"first_name":"Cy"}`, "--first-name", "Bo"}},
		{`{"first_name":"Di"}`, `{"first_name":"Di"}`, []string{"--json", "-"}},
		{"", `{"first_name":"Cy","new_member":true}`, []string{"--json", "@" + file}},
	} {
		r := tenantryWith(t, env, c.in, false, append([]string{"propexo", "residents", "update", id, "--yes", "--no-wait"}, c.args...)...)
		require.NoError(t, r.err, "%v", c.args)
		assert.JSONEq(t, c.want, sent)
	}
	for _, bad := range [][]string{
		{"--null", "nothing"}, {"--null", "integration-id"}, {"--json", "{"}, {"--json", "[]"}, {"--json", "@/does/not/exist"}, {"--no-such-flag", "1"},
	} {
		require.Error(t, tenantryWith(t, env, "", false, append([]string{"propexo", "residents", "update", id, "--yes"}, bad...)...).err, "%v", bad)
	}
	require.ErrorContains(t, fake(t, "propexo", "residents", "list", "--updated-at-gte", "yesterday").err, "want a time")
	require.ErrorContains(t, fake(t, "propexo", "residents", "list", "--page-size", "x").err, "want a whole number")
	require.ErrorContains(t, fake(t, "propexo", "residents", "list", "--json", `{"limit":1}`).err, "which the SDK sets itself")
	require.ErrorContains(t, fake(t, "propexo", "residents", "list", "--json", `{"new":{}}`).err, "new: want a text")
	one := fake(t, "supergood", "properties", "list", "--json", `{"name":["Mill Flats"]}`, "-o", "jsonl")
	require.NoError(t, one.err)
	assert.Equal(t, 1, strings.Count(one.out, "\n"), "members without a field are query values")
	require.NoError(t, fake(t, "propexo", "residents", "list", "--updated-at-gte", "2026-01-02T00:00:00Z", "--page-size", "2", "--limit", "3").err)
}

// An import waits for its job, and says what failed.
func TestJobs(t *testing.T) {
	r := tenantryWith(t, nil, `[{"FirstName":"Al","LastName":"B","Email":"al@example.com","Phone":"+1 415 555 0100","UnitExternalId":"u"}]`, false, "--fake", "elevenos", "residents", "import", "--json", "-")
	if r.err != nil {
		assert.Contains(t, r.err.Error(), "elevenos")
	} else {
		assert.Contains(t, r.out, "STATUS")
	}
	require.ErrorContains(t, fake(t, "elevenos", "residents", "import").err, "--json")
}

// A list takes no more pages than it needs.
func TestListsStop(t *testing.T) {
	server := propexotest.NewServer(propexotest.WithResidents(500))
	defer server.Close()
	env := map[string]string{"PROPEXO_TOKEN": propexotest.Token, "PROPEXO_BASE_URL": server.URL}
	require.NoError(t, tenantryWith(t, env, "", false, "propexo", "residents", "list", "--page-size", "10", "--limit", "10").err)
	assert.Equal(t, 1, server.Arrivals("residents.list"))
	server.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 3, Status: 403, Body: []byte(`{"error":{"code":"x","message":"no"}}`)})
	r := tenantryWith(t, env, "", false, "propexo", "residents", "list", "--page-size", "10", "-o", "jsonl")
	require.Error(t, r.err)
	assert.NotEmpty(t, r.out, "what came before the failure is printed")
}

func TestCredentials(t *testing.T) {
	server := propexotest.NewServer(propexotest.WithResidents(1))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "credentials")
	write := func(text string, mode os.FileMode) {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.NoError(t, os.Chmod(file, mode))
	}
	list := []string{"--credentials", file, "propexo", "residents", "list"}
	write(fmt.Sprintf("# mine\n\nexport PROPEXO_TOKEN=%q\nPROPEXO_BASE_URL=%s\n", propexotest.Token, server.URL), 0o600)
	require.NoError(t, tenantryWith(t, nil, "", false, list...).err)
	if runtime.GOOS != "windows" {
		write("PROPEXO_TOKEN=canary-token", 0o644)
		r := tenantryWith(t, nil, "", false, list...)
		require.ErrorContains(t, r.err, "chmod 600")
	}
	write("PROPEXO_TOKEN", 0o600)
	require.ErrorContains(t, tenantryWith(t, nil, "", false, list...).err, ":1: want NAME=VALUE")
	require.ErrorContains(t, tenantryWith(t, nil, "", false, "propexo", "residents", "list").err, "PROPEXO_TOKEN is not set")
	require.ErrorContains(t, tenantryWith(t, map[string]string{"STOREDGE_ACCESS_ID": "x", "STOREDGE_SECRET_KEY": "y"}, "", false, "storedge", "tenants", "list").err, "--facility is not set")

	// A refused credential is in none of the output.
	write(fmt.Sprintf("PROPEXO_TOKEN=canary-token\nPROPEXO_BASE_URL=%s\n", server.URL), 0o600)
	r := tenantryWith(t, nil, "", false, list...)
	require.Error(t, r.err)
	assert.NotContains(t, r.out+r.errs+r.err.Error(), "canary")
	e := elevenostest.NewServer()
	defer e.Close()
	r = tenantryWith(t, map[string]string{"ELEVENOS_EMAIL": "a@example.com", "ELEVENOS_PASSWORD": "canary-password", "ELEVENOS_BASE_URL": e.URL}, "", false, "elevenos", "list-teams")
	require.Error(t, r.err)
	assert.NotContains(t, r.out+r.errs+r.err.Error(), "canary")
}

// Any endpoint can be called, and the connection be tested.
func TestRawAndCheck(t *testing.T) {
	r := fake(t, "propexo", "raw", "get", "/v1/residents/", "--query", "limit=2")
	require.NoError(t, r.err)
	var page struct {
		Results []propexo.Resident `json:"results"`
	}
	require.NoError(t, json.Unmarshal([]byte(r.out), &page))
	require.Len(t, page.Results, 2)
	one := fake(t, "propexo", "raw", "GET", "/v1/residents/{id}", page.Results[0].ID)
	require.NoError(t, one.err)
	assert.Contains(t, one.out, page.Results[0].ID)
	require.Error(t, fake(t, "propexo", "raw", "GET", "/v1/residents/{id}", "..").err)
	require.Error(t, fake(t, "propexo", "raw", "GET").err)
	env := map[string]string{"PROPEXO_TOKEN": "canary-token", "PROPEXO_BASE_URL": "http://127.0.0.1:1"}
	require.ErrorContains(t, tenantryWith(t, env, "", false, "propexo", "raw", "DELETE", "/v1/x").err, "--yes")

	require.NoError(t, fake(t, "propexo", "check").err)
	refused := tenantryWith(t, env, "", false, "propexo", "check")
	require.Error(t, refused.err)
	assert.NotContains(t, refused.err.Error(), "canary")
}
