package propexotest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(int) { http.DefaultClient.CloseIdleConnections() }))
}

func send(t *testing.T, s *propexotest.Server, method, path, body string, header ...string) (int, http.Header, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+propexotest.Token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	var v map[string]any
	require.NoError(t, json.Unmarshal(b, &v), "%s", b)
	return resp.StatusCode, resp.Header, v
}

func newServer(t *testing.T, opts ...propexotest.Option) *propexotest.Server {
	t.Helper()
	s := propexotest.NewServer(append([]propexotest.Option{propexotest.WithRateLimit(100_000, 0)}, opts...)...)
	t.Cleanup(func() { http.DefaultClient.CloseIdleConnections(); s.Close() })
	return s
}

// What the real server would refuse, the fake refuses.
func TestStrictness(t *testing.T) {
	s := newServer(t, propexotest.WithResidents(10))
	id, lease := s.ResidentIDs()[0], s.IDs(propexo.Lease{})[0]
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/v1/residents/", "", 200},
		{"GET", "/v1/residents", "", 404},
		{"GET", "/v1/residents/" + id, "", 200},
		{"GET", "/v1/residents/" + id + "/", "", 404},
		{"GET", "/v1/residents/nobody", "", 404},
		{"GET", "/v1/nothing/", "", 404},
		{"DELETE", "/v1/residents/" + id, "", 405},
		{"GET", "/v1/residents/?limit=250", "", 200},
		{"GET", "/v1/residents/?limit=251", "", 400},
		{"GET", "/v1/residents/?limit=0", "", 400},
		{"GET", "/v1/residents/?limit=ten", "", 400},
		{"GET", "/v1/residents/?limit=1&limit=2", "", 400},
		{"GET", "/v1/residents/?offset=-1", "", 400},
		{"GET", "/v1/residents/?offset=1.5", "", 400},
		{"GET", "/v1/residents/?order-by=id:up", "", 400},
		{"GET", "/v1/residents/?order-by=shoe_size", "", 400},
		{"GET", "/v1/residents/?order-by=updated_at:desc,id", "", 200},
		{"GET", "/v1/residents/?colour=red", "", 400},
		{"GET", "/v1/residents/?phone_1=2125551234", "", 200},
		{"GET", "/v1/residents/?phone_1=1125551234", "", 400},
		{"GET", "/v1/residents/?updated_at_gte=yesterday", "", 400},
		{"GET", "/v1/residents/?updated_at_gte=2026-01-01T00:00:00Z", "", 200},
		{"GET", "/v1/residents/" + id + "?order-by=id", "", 200},
		{"POST", "/v1/residents/", `{"integration_id":"x"}`, 200},
		{"POST", "/v1/residents/", `{}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":""}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":5}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","shoe_size":9}`, 400},
		{"POST", "/v1/residents/?ignore_unknown_fields=true", `{"integration_id":"x","shoe_size":9}`, 200},
		{"POST", "/v1/residents/?ignore_unknown_fields=1", `{"integration_id":"x"}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","integration_id":"y"}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","email_1":"nobody"}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","email_1":null}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","rent_due_day":32}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","phone_1_type":"CELL"}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","date_of_birth":"1980-01-01"}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","attachments":["x"]}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","attachments":[{"file_name":"a.pdf"}]}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","attachments":[{"file_type_id":"f","file_data":"x","file_name":"a.pdf","mime_type":"application/pdf"}]}`, 200},
		{"POST", "/v1/residents/", `{"integration_id":"x","attachments":[{"file_type_id":"f","file_data":"x","file_name":"a.pdf","mime_type":5}]}`, 400},
		{"POST", "/v1/residents/", `{"integration_id":"x","attachments":[{"file_type_id":"f","file_data":"x","file_name":"a.pdf","mime_type":"m","size":5}]}`, 400},
		{"POST", "/v1/residents/?ignore_unknown_fields=true", `{"integration_id":"x","attachments":[{"file_type_id":"f","file_data":"x","file_name":"a.pdf","mime_type":"m","size":5}]}`, 200},
		{"PUT", "/v1/residents/" + id, `{"middle_initial":""}`, 400},
		{"PUT", "/v1/residents/" + id, `{"middle_initial":"Æ"}`, 200},
		{"PUT", "/v1/residents/" + id, `{"middle_initial":"AB"}`, 400},
		{"PUT", "/v1/residents/" + id, `{"state":"Utah"}`, 400},
		{"PUT", "/v1/leases/" + lease, `{"associated_resident_ids":[]}`, 400},
		{"PUT", "/v1/residents/" + id, `{"date_of_birth":"1980-01-01"}`, 200},
		{"PUT", "/v1/residents/" + id, `{"qualified":"true"}`, 400},
		{"PUT", "/v1/residents/" + id, `{"phone_1":"2125550123"}`, 400},
		{"PUT", "/v1/residents/" + id, `{"phone_1":"2125550123","phone_1_type":"HOME"}`, 200},
		{"PUT", "/v1/residents/" + id, `{"email_1":"al @example.com"}`, 400},
		{"PUT", "/v1/residents/" + id, `{"email_1":"Al <al@example.com>"}`, 400},
		{"GET", "/v1/residents/?limit=10;offset=3", "", 400},
		{"GET", "/v1/units/?unit_number=5", "", 400},
		{"GET", "/v1/units/?unit_number=5&property_id=p", "", 200},
		{"GET", "/v1/leases/?unit_number=5", "", 400},
		{"PUT", "/v1/leases/nothing", `{}`, 404},
		{"PUT", "/v1/residents/nobody", `{}`, 404},
		{"PUT", "/v1/residents/" + id, `[]`, 400},
		{"PUT", "/v1/residents/entrata/" + id, `{"first_name":"Al"}`, 200},
		{"PUT", "/v1/resident-pets/yardi/p1", `{"name":"Rex"}`, 200},
		{"PUT", "/v1/resident-pets/yardi/p1", `{"notes":"x"}`, 400},
		{"POST", "/v1/leads/knock/", `{}`, 404},
		{"POST", "/v1/event-types/mri/", `{"integration_id":"x"}`, 400},
		{"POST", "/v1/event-types/mri/", `{"integration_id":"x","action_code":"A"}`, 200},
		{"POST", "/v1/residents/entrata/", `{}`, 405},
		{"GET", "/v1/residents/" + id + "/rentable-items", "", 200},
		{"GET", "/v1/residents/" + id + "/rentable-items/", "", 404},
		{"GET", "/v1/rentable-items/", "", 200},
		{"GET", "/v1/rentable-items/" + s.IDs(propexo.RentableItem{})[0], "", 200},
		{"POST", "/v1/rentable-items/applicants/assign", `{"integration_id":"x"}`, 200},
		{"GET", "/v1/resident-insurance/?resident_id=r", "", 200},
		{"GET", "/v1/resident-insurance/?x_id=r", "", 400},
		{"POST", "/v1/resident-pets/", `{"integration_id":"x","age_in_years":-1}`, 400},
		{"PUT", "/v1/resident-pets/p1", `{"resident_pet_id":"p1"}`, 200},
		{"PUT", "/v1/resident-pets/p1", `{"resident_pet_id":"p2"}`, 400},
		{"PUT", "/v1/resident-pets/p1", `{}`, 400},
		{"GET", "/v1/admin/write-status/none", "", 404},
		{"POST", "/v1/admin/retry-write/none", "", 404},
	} {
		status, _, v := send(t, s, c.method, c.path, c.body)
		assert.Equal(t, c.status, status, "%s %s %s: %v", c.method, c.path, c.body, v)
		if status >= 400 {
			assert.Contains(t, v, "error")
		}
	}
	status, _, _ := send(t, s, "GET", "/v1/residents/", "", "Authorization", "Bearer other")
	assert.Equal(t, 401, status)
	status, _, _ = send(t, s, "GET", "/v1/residents/", "", "Authorization", "bearer "+propexotest.Token)
	assert.Equal(t, 200, status, "the scheme's case does not matter")
	status, _, _ = send(t, s, "POST", "/v1/residents/", `{"integration_id":"x"}`, "Content-Type", "text/plain")
	assert.Equal(t, 400, status)
}

func ids(v map[string]any) []string {
	var all []string
	for _, r := range v["results"].([]any) {
		all = append(all, r.(map[string]any)["id"].(string))
	}
	return all
}

func TestPagesSortsAndFilters(t *testing.T) {
	s := newServer(t, propexotest.WithResidents(100))
	_, _, v := send(t, s, "GET", "/v1/residents/?order-by=id:asc&limit=30&offset=10", "")
	assert.Equal(t, s.ResidentIDs()[10:40], ids(v))
	meta := v["meta"].(map[string]any)
	assert.Equal(t, true, meta["hasMore"])
	assert.InDelta(t, 100, meta["total"], 0)
	assert.Equal(t, []any{map[string]any{"field": "id", "direction": "asc"}}, meta["orderBy"])
	_, _, v = send(t, s, "GET", "/v1/residents/?order-by=id&limit=30&offset=90", "")
	assert.Len(t, ids(v), 10)
	assert.Equal(t, false, v["meta"].(map[string]any)["hasMore"])
	_, _, v = send(t, s, "GET", "/v1/residents/?offset=1000", "")
	assert.Empty(t, v["results"])

	// Ties come in another order each time.
	_, _, a := send(t, s, "GET", "/v1/residents/?order-by=integration_id", "")
	_, _, b := send(t, s, "GET", "/v1/residents/?order-by=integration_id", "")
	assert.ElementsMatch(t, ids(a), ids(b))
	assert.NotEqual(t, ids(a), ids(b))

	some := s.ResidentIDs()[5]
	require.True(t, s.UpdateResident(some, map[string]any{"updated_at": "2030-01-01T00:00:00.000Z", "email_1": "Al@example.test"}))
	for _, query := range []string{"updated_at_gte=2029-12-31T23:00:00-01:00", "email_1=" + url.QueryEscape("Al@example.test")} {
		_, _, v = send(t, s, "GET", "/v1/residents/?"+query, "")
		assert.Equal(t, []string{some}, ids(v), query)
	}
	_, _, v = send(t, s, "GET", "/v1/residents/?updated_at_lte=2029-12-31T00:00:00Z", "")
	assert.Len(t, ids(v), 99)
	require.True(t, s.Remove(propexo.Resident{ID: some}))
	require.False(t, s.Remove(propexo.Resident{ID: some}))
	_, _, v = send(t, s, "GET", "/v1/residents/?email_1=Al@example.test", "")
	assert.Empty(t, v["results"])
}

func TestWritesAreJobs(t *testing.T) {
	for _, nested := range []bool{false, true} {
		opts := []propexotest.Option{propexotest.WithResidents(1), propexotest.WithPendingPolls(2)}
		if nested {
			opts = append(opts, propexotest.WithNestedWrites())
		}
		s := newServer(t, opts...)
		id := s.ResidentIDs()[0]
		update := func() string {
			_, _, v := send(t, s, "PUT", "/v1/residents/"+id, `{"first_name":"Changed"}`)
			if nested {
				return v["meta"].(map[string]any)["job_id"].(string)
			}
			return v["job_id"].(string)
		}
		state := func(job string) string {
			_, _, v := send(t, s, "GET", "/v1/admin/write-status/"+job, "")
			return v["write_status"].(string)
		}
		s.PlanWrite(propexotest.Failure, "no such unit")
		job := update()
		assert.Equal(t, []string{"PENDING", "PENDING", "FAILURE"}, []string{state(job), state(job), state(job)})
		assert.NotContains(t, string(s.ResidentJSON(id)), "Changed")
		_, _, v := send(t, s, "POST", "/v1/admin/retry-write/"+job, "")
		next := v["job_id"].(string)
		assert.NotEqual(t, job, next)
		assert.Equal(t, []string{"PENDING", "PENDING", "SUCCESS", "SUCCESS"}, []string{state(next), state(next), state(next), state(next)})
		assert.Contains(t, string(s.ResidentJSON(id)), "Changed")
		status, _, _ := send(t, s, "POST", "/v1/admin/retry-write/"+next, "")
		assert.Equal(t, 400, status)
	}
}

func TestRates(t *testing.T) {
	s := propexotest.NewServer(propexotest.WithRateLimit(10, time.Hour), propexotest.WithSlowDown(time.Millisecond), propexotest.WithRetryAfter())
	defer s.Close()
	defer http.DefaultClient.CloseIdleConnections()
	for i := range 10 {
		status, header, _ := send(t, s, "GET", "/v1/residents/", "")
		assert.Equal(t, 200, status)
		assert.Equal(t, "10", header.Get("X-Ratelimit-Limit"))
		assert.Equal(t, fmt.Sprint(9-i), header.Get("X-Ratelimit-Remaining"))
	}
	status, header, _ := send(t, s, "GET", "/v1/residents/", "")
	assert.Equal(t, 429, status)
	assert.NotEmpty(t, header.Get("Retry-After"))
	assert.Equal(t, 3, s.Slowed())
	assert.Equal(t, 1, s.Refused())
}

// A job goes on when its response was lost and nobody polls it.
func TestJobsGoOnByTheClock(t *testing.T) {
	client, server := propexotest.Start(t, propexotest.WithResidents(1), propexotest.WithJobTime(5*time.Minute), propexotest.WithPendingPolls(1000))
	server.Inject(tenantrytest.Fault{Operation: "residents.update", Kind: tenantrytest.ResetAfter})
	id := server.ResidentIDs()[0]
	_, err := client.Residents.Update(t.Context(), id, propexo.ResidentUpdateParams{FirstName: tenantry.Set("Changed")})
	var lost *tenantry.TransportError
	require.ErrorAs(t, err, &lost)
	require.True(t, lost.MaybeSent)
	server.Advance(4 * time.Minute)
	assert.NotContains(t, string(server.ResidentJSON(id)), "Changed")
	server.Advance(time.Minute)
	assert.Contains(t, string(server.ResidentJSON(id)), "Changed")
}
