package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// Every write that the SDK knows of a system is a command that takes the system.
func TestEverySystemsWriteIsACommand(t *testing.T) {
	require.Len(t, systems, 17)
	for _, system := range systems {
		all := propexo.Capabilities(system)
		require.NotEmpty(t, all, system)
		for i := range all {
			c := &all[i]
			at := slices.IndexFunc(operations, func(op operation) bool { return op.api == "propexo" && op.name() == c.Operation })
			require.GreaterOrEqual(t, at, 0, c.Operation)
			op := &operations[at]
			assert.True(t, op.options, c.Operation)
			assert.Contains(t, op.systems(), string(system), c.Operation)
			if !op.write {
				continue
			}
			words := append([]string{"propexo"}, op.words...)
			for _, arg := range op.args {
				words = append(words, map[bool]string{true: string(system), false: "id1"}[arg == "system"])
			}
			if !op.takesSystem() {
				words = append(words, "--at", string(system))
			}
			r := fake(t, append(words, "--no-wait")...)
			assert.Contains(t, r.errs, c.Method+" "+c.Path, words)
			switch {
			case !c.Supported:
				assert.Contains(t, r.errs, ": not supported\n", words)
				require.ErrorIs(t, r.err, tenantry.ErrNotSupported, words)
			case len(c.Required()) > 0:
				assert.Contains(t, r.errs, "  missing: "+strings.Join(c.Required(), ", "), words)
				require.ErrorContains(t, r.err, "Unchecked sends it anyway", words)
			}
		}
	}
}

// What is known of a system is shown before anybody is asked.
func TestSystemsAreShown(t *testing.T) {
	server := propexotest.NewServer()
	defer server.Close()
	env := map[string]string{"PROPEXO_TOKEN": propexotest.Token, "PROPEXO_BASE_URL": server.URL}
	lead := []string{"propexo", "leads", "create", "--at", "appfolio", "--integration-id", "i1", "--property-id", "p1", "--first-name", "Al"}

	r := tenantryWith(t, env, "y\n", true, lead...)
	require.ErrorContains(t, r.err, "LastName must be set: APPFOLIO requires it")
	assert.Equal(t, `APPFOLIO, POST /v1/leads/appfolio/: supported
  note: update twin continues with has_other_pets
  required: integration_id, property_id, first_name, last_name
  missing: last_name
  condition of desired_unit_ids: at most 25
  condition of unit_id: used where desired_unit_ids is not given
  condition of number_of_additional_occupants: 0 or more
  condition of desired_num_bedrooms: 0 or more
  condition of target_move_in_date: date-time or YYYY-MM-DD
  created record: can be read when the job has ended
  knowledge: the system may take and require other members
`, r.errs, "nobody is asked about a write that is refused")
	assert.Zero(t, server.Arrivals("leads.create"))

	lead = append(lead, "--last-name", "B")
	r = tenantryWith(t, env, "n\n", true, lead...)
	require.ErrorIs(t, r.err, errDeclined)
	assert.NotContains(t, r.errs, "missing")
	assert.Less(t, strings.Index(r.errs, "APPFOLIO"), strings.Index(r.errs, "This writes"))
	assert.Zero(t, server.Arrivals("leads.create"))
	r = tenantryWith(t, env, "y\n", true, lead...)
	require.NoError(t, r.err)
	assert.Contains(t, r.out, "SUCCESS")
	assert.Equal(t, 1, server.Arrivals("leads.create"))
	r = tenantryWith(t, env, "", false, append(lead, "--yes", "--no-wait")...)
	require.NoError(t, r.err)
	assert.Empty(t, r.errs, "--yes asks nothing and shows nothing")

	r = tenantryWith(t, env, "", true, "propexo", "leads", "create-note", "Rentmanager", "l1")
	require.ErrorContains(t, r.err, "must be set: RENTMANAGER requires it")
	assert.Contains(t, r.errs, "RENTMANAGER, POST ")
}

// A call goes to the system's own operation, and --unchecked sends whatever it is.
func TestAt(t *testing.T) {
	var sent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = r.Method + " " + r.URL.Path
		_, _ = w.Write([]byte(`{"meta":{"job_id":"j1"},"result":{}}`))
	}))
	defer server.Close()
	env := map[string]string{"PROPEXO_TOKEN": propexotest.Token, "PROPEXO_BASE_URL": server.URL}
	for _, c := range []struct{ args, want string }{
		{"amenities create --at BUILDIUM --unchecked", "POST /v1/amenities/buildium/"},
		{"leads create --at appfolio --unchecked", "POST /v1/leads/appfolio/"},
		{"leads update l1 --at APPFOLIO", "PUT /v1/leads/appfolio/l1"},
		{"leads create-note rentmanager l1 --unchecked", "POST /v1/leads/rentmanager/l1/notes"},
		{"crm prospects create --at knock --unchecked", "POST /crm/v1/prospects/knock"},
		{"crm prospects create --at knock --integration-id i --community-id c --attribution-id a", "POST /crm/v1/prospects/knock"},
		{"crm appointments cancel Funnel --unchecked", "POST /crm/v1/appointments/cancel/funnel"},
		{"crm prospects create --integration-id i", "POST /crm/v1/prospects/"},
	} {
		sent = ""
		r := tenantryWith(t, env, "", false, append([]string{"propexo", "--yes", "--no-wait"}, strings.Fields(c.args)...)...)
		require.NoError(t, r.err, c.args)
		assert.Equal(t, c.want, sent, c.args)
	}
	for args, want := range map[string]string{
		"amenities create --at BUILDIUM":            "BUILDIUM does not support it",
		"leads create --at appfolio":                "must be set",
		"leads create --at nowhere":                 `names "NOWHERE", which has no such operation`,
		"leads create --at nowhere --unchecked":     "APPFOLIO, ",
		"crm prospects create --at BUILDIUM":        "KNOCK",
		"leads create-note APPFOLIO l1":             "RENTMANAGER",
		"appointments list-availability --at knock": "which has no such operation",
	} {
		sent = ""
		r := tenantryWith(t, env, "", false, append([]string{"propexo", "--yes", "--no-wait"}, strings.Fields(args)...)...)
		require.ErrorContains(t, r.err, want, args)
		assert.Empty(t, sent, args)
	}
	require.Error(t, fake(t, "propexo", "residents", "list", "--at", "YARDI").err, "a read has no --at")
	require.Error(t, fake(t, "propexo", "leads", "create-note", "RENTMANAGER", "l1", "--at", "YARDI").err, "the system is an argument")
}

// What --unchecked sends comes back as the server's own error.
func TestUncheckedIsRefusedByTheServer(t *testing.T) {
	r := fake(t, "propexo", "amenities", "create", "--at", "BUILDIUM", "--unchecked")
	require.ErrorIs(t, r.err, tenantry.ErrNotSupported)
	require.ErrorContains(t, r.err, "405 method_not_allowed")
}

// A rehearsal reaches no server, and tries once.
func TestRehearsalsSendNothing(t *testing.T) {
	server := propexotest.NewServer()
	defer server.Close()
	server.Inject(tenantrytest.Fault{Operation: "leads.create", Status: http.StatusTeapot})
	env := map[string]string{"PROPEXO_TOKEN": propexotest.Token, "PROPEXO_BASE_URL": server.URL}
	r := tenantryWith(t, env, "", false, "propexo", "leads", "update", "l1", "--at", "APPFOLIO")
	require.ErrorContains(t, r.err, "--yes")
	assert.Zero(t, server.Arrivals("leads.update"))
}

// The shell completes the systems that have the operation, with what they support.
func TestSystemsAreCompleted(t *testing.T) {
	complete := func(args ...string) []string {
		r := tenantryWith(t, nil, "", false, append([]string{"__complete", "propexo"}, args...)...)
		require.NoError(t, r.err)
		lines := strings.Split(strings.TrimSpace(r.out), "\n")
		assert.Equal(t, ":4", lines[len(lines)-1], "no names of files")
		return lines[:len(lines)-1]
	}
	at := complete("amenities", "create", "--at", "")
	assert.Contains(t, at, "BUILDIUM\tnot supported")
	assert.NotContains(t, strings.Join(at, "\n"), "KNOCK")
	assert.Contains(t, complete("leases", "create", "--at", ""), "ENTRATA\tsupported")
	assert.Equal(t, []string{"RENTMANAGER\tsupported"}, complete("leads", "create-note", ""))
	assert.Empty(t, complete("leads", "create-note", "RENTMANAGER", ""))
	assert.Contains(t, complete("crm", "prospects", "create", "--at", ""), "KNOCK\tsupported")
}
