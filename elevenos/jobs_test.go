package elevenos_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
)

func TestJobResults(t *testing.T) {
	failed := `{"FirstName":"Al","Email":{"value":"al@example.test","error":"already exists"},"Unit":"101"}`
	for name, result := range map[string]string{
		"object":       `{"success":[` + resident + `],"failed":[` + failed + `]}`,
		"list":         `[{"success":[` + resident + `]},{"failed":[` + failed + `]}]`,
		"list of list": `[[{"failed":[` + failed + `]}],{"success":[` + resident + `]}]`,
		"wrapped":      `{"residents":{"success":[` + resident + `],"failed":[` + failed + `]}}`,
	} {
		c, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"status":"finished","progress":100,"total":2,"success":1,"failed":1,"result":`+result+`,"odd":1}`))
		job, err := on(c).WaitImport(t.Context(), "j1", tenantry.WaitParams[*elevenos.Job]{})
		require.ErrorIs(t, err, elevenos.ErrJobFailed, name)
		var e *elevenos.JobError
		require.ErrorAs(t, err, &e)
		assert.Same(t, job, e.Job)
		assert.Equal(t, "elevenos: job j1 failed for 1 of 2 residents; see the FailedItems of its Job, correct them, and send those again", err.Error())
		require.Len(t, job.Succeeded, 1, name)
		b, err := json.Marshal(job.Succeeded[0])
		require.NoError(t, err)
		var succeeded elevenos.Resident // a JobItem has all fields of a resident
		require.NoError(t, json.Unmarshal(b, &succeeded))
		checkResident(t, &succeeded)
		require.Len(t, job.FailedItems, 1, name)
		assert.Equal(t, []elevenos.ItemError{{Field: "Email", Value: "al@example.test", Message: "already exists"}}, job.FailedItems[0].Errors)
		assert.Equal(t, "Al", job.FailedItems[0].FirstName)
		assert.JSONEq(t, failed, string(job.FailedItems[0].Raw))
		assert.JSONEq(t, result, string(job.Result))
		assert.Equal(t, tenantry.Raw("1"), job.Extra["odd"])
	}
	for in, want := range map[string][]elevenos.ItemError{
		`{"error":"bad"}`: {{Message: "bad"}},
		`{"errors":{"Email":"taken","Unit":["no such","x"]}}`:          {{Field: "Email", Message: "taken"}, {Field: "Unit", Message: "no such"}, {Field: "Unit", Message: "x"}},
		`{"errors":[{"field":"Email","value":"a","message":"taken"}]}`: {{Field: "Email", Value: "a", Message: "taken"}},
		`"just text"`: nil, `5`: nil, `{"Email":"x"}`: nil,
	} {
		c, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"status":"Finished","failed":null,"result":{"failed":[`+in+`]}}`))
		job, err := on(c).WaitBulkAction(t.Context(), "j1", tenantry.WaitParams[*elevenos.Job]{})
		require.ErrorIs(t, err, elevenos.ErrJobFailed)
		assert.ElementsMatch(t, want, job.FailedItems[0].Errors, in)
		assert.JSONEq(t, in, string(job.FailedItems[0].Raw))
	}
	c, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"status":"finished","failed":3,"result":"see your mail"}`))
	job, err := on(c).WaitImport(t.Context(), "j1", tenantry.WaitParams[*elevenos.Job]{})
	require.ErrorIs(t, err, elevenos.ErrJobFailed, "what can't be found failed all the same")
	assert.JSONEq(t, `"see your mail"`, string(job.Result))
}

// status waits for an import whose status is body.
func waitFor(t *testing.T, body string) (*elevenos.Job, error) {
	t.Helper()
	c, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
	return on(c).WaitImport(t.Context(), "j1", tenantry.WaitParams[*elevenos.Job]{})
}

// A job succeeded if nothing failed and it says for how many it succeeded.
// Everything else is an error that keeps the job.
func TestJobOutcomes(t *testing.T) {
	finished := func(members string) string { return `{"status":"finished",` + members + `}` }
	for _, body := range []string{
		finished(`"total":2,"success":2,"failed":0`),
		finished(`"total":2,"success":2`),
		finished(`"total":2,"success":2,"failed":null,"result":{"success":[{},{}],"failed":[]}`),
		finished(`"total":2,"success":2,"failed":"0","result":{"failed":{}}`),
		finished(`"total":2,"success":2,"failed":"","result":{"failed":false}`),
		finished(`"total":2,"success":2,"result":[[{},{}],[]]`),
		finished(`"total":0,"success":0,"result":[[],[]]`),
		finished(`"total":2,"success":2,"result":[[{"success":[{},{}]}],[{"failed":[]}]]`),
		finished(`"total":2,"success":2,"result":[[],[{}],[{}]]`), // three lists are no pair
		finished(`"total":"2","success":"2","failed":{}`),
		finished(`"total":2,"success":2,"failed":{"count":0,"residents":[]},"errors":[]`),
		finished(`"total":2,"success":2,"failed":[[],[[]]]`),
		finished(`"result":[{"success":[{}]},{"success":[{}],"failed":[]},{"total":2}]`),
		finished(`"total":2,"failed":0`), // total is documented as the sum of both
		finished(`"success":2`),
		finished(`"result":{"success":[{},{}],"failed":[]}`),
		finished(`"result":{"total":2,"success":2}`),
		`{"status":"completed","total":2,"success":2,"failed":0}`,
		`{"status":"Finished","job_id":"j1","total":2,"success":2}`,
	} {
		job, err := waitFor(t, body)
		require.NoError(t, err, body)
		assert.True(t, job.Finished(), body)
	}
	for body, want := range map[string]string{
		finished(`"total":2,"success":1`):                                                     "succeeded for 1 of 2 residents and names none that failed",
		finished(`"total":2,"success":3`):                                                     "succeeded for 3 of 2",
		finished(`"total":2,"success":1,"failed":0`):                                          "succeeded for 1 of 2",
		finished(`"total":2,"success":2,"result":{"failed":{"1":{"Email":"a@b"}}}`):           "failed for 1 of 2",
		finished(`"total":2,"success":2,"result":{"failed":{"Email":{"error":"taken"}}}`):     "failed for 1 of 2",
		finished(`"total":2,"success":2,"result":{"failed":{"a@b":"taken","c@d":"taken"}}`):   "failed for 2 of 2",
		finished(`"total":2,"success":2,"result":{"failed":3}`):                               "failed for 3 of 2",
		finished(`"total":2,"success":2,"result":{"failed":"3"}`):                             "failed for 3 of 2",
		finished(`"total":2,"success":2,"failed":[{"Email":"a@b"}]`):                          "failed for 1 of 2",
		finished(`"total":2,"success":2,"failed":{"1":{"Email":"a@b"}}`):                      "failed for 1 of 2",
		finished(`"total":2,"success":2,"Failed":[{"Email":"a@b"}]`):                          "failed for 1 of 2",
		finished(`"total":2,"success":2,"failed":true`):                                       "reports failures in an unfamiliar form",
		finished(`"total":2,"success":2,"failed":"see your mail"`):                            "reports failures in an unfamiliar form",
		finished(`"total":2,"success":2,"failed":1.5`):                                        "reports failures in an unfamiliar form",
		finished(`"total":2,"success":2,"failed":-1`):                                         "reports failures in an unfamiliar form",
		finished(`"total":2,"success":2,"result":[[],[{"Email":"a@b"}]]`):                     "failed for 1 of 2",
		finished(`"result":[[],[{"Email":"a@b"}]]`):                                           "failed for 1 residents",
		finished(`"total":2,"success":2,"result":[[[{"Email":"c@d"}],[{"Email":"a@b"}]]]`):    "failed for 1 of 2",
		finished(`"total":2,"success":2,"result":[[{"success":[]}],[{"failed":["a@b"]}]]`):    "failed for 1 of 2",
		finished(`"total":2,"success":2,"result":{"failed":{"residents":[{"Email":"a@b"}]}}`): "failed for 1 of 2",
		finished(`"total":2,"success":2,"errors":["see your mail"]`):                          "failed for 1 of 2",
		finished(`"total":2,"success":2,"failed":[{}]`):                                       "failed for 1 of 2",
		finished(`"total":2,"success":2,"failed":{"1":{}}`):                                   "failed for 1 of 2",
		finished(`"total":2,"success":2,"failed":[null]`):                                     "failed for 1 of 2",
		finished(`"success":false`):                                                           "reports failures in an unfamiliar form",
		finished(`"total":2`):                                                                 `has status "finished" and does not say for how many`,
		finished(`"failed":0`):                                                                `has status "finished" and does not say for how many`,
		finished(`"result":"see your mail"`):                                                  `has status "finished" and does not say for how many`,
		finished(`"result":7`):                                                                `has status "finished" and does not say for how many`,
		`{"status":"completed"}`:                                                              `has status "completed" and does not say`,
		`{"status":"failed"}`:                                                                 `ended with status "failed"`,
		`{"status":"Aborted","total":2,"success":2,"failed":0}`:                               `ended with status "Aborted"`,
		`{"status":"cancelled"}`:                                                              `ended with status "cancelled"`,
		`{"status":"canceled","result":{"failed":[{"Email":"a@b"}]}}`:                         `ended with status "canceled"`,
	} {
		job, err := waitFor(t, body)
		var e *elevenos.JobError
		require.ErrorAs(t, err, &e, body)
		require.ErrorIs(t, err, elevenos.ErrJobFailed)
		assert.Same(t, job, e.Job)
		assert.Contains(t, err.Error(), "elevenos: job j1 "+want, body)
		assert.True(t, job.Finished(), body)
		if _, result, ok := strings.Cut(body, `"result":`); ok {
			assert.Equal(t, strings.TrimSuffix(result, "}"), string(job.Result), body)
		}
		if strings.Contains(body, "a@b") {
			require.NotEmpty(t, job.FailedItems, body)
			if !strings.Contains(body, `["a@b"]`) {
				assert.Equal(t, "a@b", job.FailedItems[0].Email, body)
			}
			assert.NotContains(t, err.Error(), "a@b")
		}
	}
}

// What is no status of this job is an error, of a wait as well.
func TestNoStatus(t *testing.T) {
	for _, body := range []string{
		`{}`, `{"status":""}`, `{"status":null}`, `{"status":{}}`, `{"progress":100,"total":2,"success":2}`,
		`{"status":"finished","job_id":"j2","total":2,"success":2}`, `{"status":"started","job_id":2}`, `{"status":"started","JobId":"j2"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			c, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
			for name, get := range map[string]func() (*elevenos.Job, error){
				"import":      func() (*elevenos.Job, error) { return on(c).ImportStatus(t.Context(), "j1") },
				"bulk action": func() (*elevenos.Job, error) { return on(c).BulkActionStatus(t.Context(), "j1") },
				"wait": func() (*elevenos.Job, error) {
					return on(c).WaitImport(t.Context(), "j1", tenantry.WaitParams[*elevenos.Job]{})
				},
				"wait for actions": func() (*elevenos.Job, error) {
					return on(c).WaitBulkAction(t.Context(), "j1", tenantry.WaitParams[*elevenos.Job]{})
				},
			} {
				job, err := get()
				var e *tenantry.DecodeError
				require.ErrorAs(t, err, &e, "%s: %s", name, body)
				assert.Nil(t, job)
			}
		})
	}
}

// A million empty items would take a hundred times their size.
func TestTooManyItems(t *testing.T) {
	for name, items := range map[string]string{
		"objects": `"success":[` + strings.Repeat("{},", 20_000) + `{}]`, "numbers": `"failed":[` + strings.Repeat("1,", 20_000) + `1]`, "members": `"failed":{` + strings.Repeat(`"1":{},`, 20_000) + `"1":{}}`,
	} {
		c, mock := mocked(t)
		states(mock, `{"status":"finished","total":1,"success":1,"result":{`+items+`}}`)
		_, err := on(c).ImportStatus(t.Context(), "j1")
		var e *tenantry.DecodeError
		require.ErrorAs(t, err, &e, name)
	}
	c, mock := mocked(t)
	states(mock, `{"status":"finished","total":9000,"success":9000,"result":{"success":[`+strings.Repeat("{},", 8999)+`{}]}}`)
	job, err := on(c).ImportStatus(t.Context(), "j1")
	require.NoError(t, err)
	assert.Len(t, job.Succeeded, 9000)
}

func TestFailedItems(t *testing.T) {
	for in, want := range map[string]struct {
		email  string
		errors []elevenos.ItemError
	}{
		`{"Email":{"value":"a@b","error":"taken"}}`:                                                          {"a@b", []elevenos.ItemError{{Field: "Email", Value: "a@b", Message: "taken"}}},
		`{"Email":{"Value":"a@b","Error_Message":"taken"}}`:                                                  {"a@b", []elevenos.ItemError{{Field: "Email", Value: "a@b", Message: "taken"}}},
		`{"Email":{"value":"a@b","errors":["taken","too long"]}}`:                                            {"a@b", []elevenos.ItemError{{Field: "Email", Value: "a@b", Message: "taken"}, {Field: "Email", Value: "a@b", Message: "too long"}}},
		`{"Email":[{"value":"a@b","error":{"code":"dup","message":"taken"}}]}`:                               {"a@b", []elevenos.ItemError{{Field: "Email", Value: "a@b", Message: "taken"}}},
		`{"Email":{"value":"a@b"}}`:                                                                          {"a@b", []elevenos.ItemError{{Field: "Email", Value: "a@b"}}},
		`{"Email":["already exists"]}`:                                                                       {"", []elevenos.ItemError{{Field: "Email", Message: "already exists"}}},
		`{"Email":"a@b","error_message":"no"}`:                                                               {"a@b", []elevenos.ItemError{{Message: "no"}}},
		`{"Email":"a@b","errorMessage":["no","never"]}`:                                                      {"a@b", []elevenos.ItemError{{Message: "no"}, {Message: "never"}}},
		`{"field":"Email","value":"a@b","error":"taken"}`:                                                    {"a@b", []elevenos.ItemError{{Field: "Email", Value: "a@b", Message: "taken"}}},
		`{"errors":[{"column":"Email","value":"a@b","message":"taken"}]}`:                                    {"a@b", []elevenos.ItemError{{Field: "Email", Value: "a@b", Message: "taken"}}},
		`{"Email":"a@b","errors":{"Unit":"no such","Floor":["x","y"]}}`:                                      {"a@b", []elevenos.ItemError{{Field: "Unit", Message: "no such"}, {Field: "Floor", Message: "x"}, {Field: "Floor", Message: "y"}}},
		`{"Unit":{"value":7,"error":"no such"},"Email":"a@b","Floor":["high"]}`:                              {"a@b", []elevenos.ItemError{{Field: "Unit", Value: "7", Message: "no such"}, {Field: "Floor", Message: "high"}}},
		`{"Email":"a@b","error":null,"errors":[],"message":"","reason":false}`:                               {"a@b", nil},
		`{"Email":"a@b","New":{"a":"text"},"Tags":["vip"],"Status":["x"]}`:                                   {"a@b", nil},
		`{"Email":"a@b","error":` + strings.Repeat(`{"error":`, 2000) + `"deep"` + strings.Repeat("}", 2001): {"a@b", nil},
	} {
		job, err := waitFor(t, `{"status":"finished","total":1,"success":0,"failed":1,"result":{"failed":[`+in+`]}}`)
		require.ErrorIs(t, err, elevenos.ErrJobFailed)
		require.Len(t, job.FailedItems, 1)
		it := job.FailedItems[0]
		assert.Equal(t, want.errors, it.Errors, in)
		assert.Equal(t, want.email, it.Email, in)
		assert.Equal(t, in, string(it.Raw))
		if strings.Contains(in, `"value":7`) {
			assert.Equal(t, "7", it.Unit, "every field that was refused keeps its value")
		}
	}
	job, err := waitFor(t, `{"status":"finished","result":{"failed":{"a@b":"taken","7":{"Email":"c@d","error":"no"},"e@f":["x"]}}}`)
	require.Error(t, err)
	require.Len(t, job.FailedItems, 3, "by name, in order")
	assert.Equal(t, []string{"a@b", "c@d", "e@f"}, []string{job.FailedItems[0].Email, job.FailedItems[1].Email, job.FailedItems[2].Email})
	assert.Equal(t, []elevenos.ItemError{{Message: "taken"}}, job.FailedItems[0].Errors)

	many := strings.Repeat(`"no",`, 5000) + `"no"`
	job, err = waitFor(t, `{"status":"finished","result":{"failed":[{"Email":"a@b","errors":[`+many+`]}]}}`)
	require.Error(t, err)
	assert.Len(t, job.FailedItems[0].Errors, 20)
}

// A deeply nested status takes time in proportion to its size.
func TestDeepResults(t *testing.T) {
	for name, open := range map[string]string{"objects": `{"a":`, "arrays": `[`, "pairs": `[[],`, "errors": `{"error":`, "lists": `{"failed":[`} {
		closing := map[string]string{"objects": "}", "arrays": "]", "pairs": "]", "errors": "}", "lists": "]}"}[name]
		deep := strings.Repeat(open, 4000) + "1" + strings.Repeat(closing, 4000)
		job, err := waitFor(t, `{"status":"finished","total":1,"success":1,"failed":0,"result":`+deep+`}`)
		require.NotNil(t, job, name)
		assert.Equal(t, name == "lists" || name == "pairs", err != nil, "%s: %v", name, err)
		_, err = waitFor(t, `{"status":"finished","result":{"failed":[`+deep+`]}}`)
		require.ErrorIs(t, err, elevenos.ErrJobFailed, name)
	}
}

func TestMatchRows(t *testing.T) {
	job, err := waitFor(t, `{"status":"finished","total":5,"success":2,"failed":3,"result":{"success":[{"Email":"A@b"},{"Email":"twice@b"}],
		"failed":[{"Email":{"value":"twice@b","error":"already exists"}},{"Email":"c@d","error":"x"},{"Email":["gone"]}]}}`)
	require.ErrorIs(t, err, elevenos.ErrJobFailed)
	rows := func() []int {
		return []int{job.Succeeded[0].Row, job.Succeeded[1].Row, job.FailedItems[0].Row, job.FailedItems[1].Row, job.FailedItems[2].Row}
	}
	assert.Equal(t, []int{0, 0, 0, 0, 0}, rows())
	job.MatchRows([]elevenos.ResidentImport{{Email: "c@d", Row: 7}, {Email: "a@b"}, {Email: "twice@b", Row: 9}, {Email: "Twice@b", Row: 12}, {Email: ""}})
	assert.Equal(t, []int{2, 9, 12, 7, 0}, rows())
}

// states responds with one body after the other, and then with the last one. A
// number is a status without a body, an error breaks the connection.
func states(mock *httpmock.MockTransport, bodies ...any) *int {
	n := new(int)
	mock.RegisterNoResponder(func(*http.Request) (*http.Response, error) {
		body := bodies[min(*n, len(bodies)-1)]
		*n++
		switch body := body.(type) {
		case int:
			return httpmock.NewStringResponse(body, ""), nil
		case error:
			return nil, body
		}
		return httpmock.NewStringResponse(200, body.(string)), nil
	})
	return n
}

func TestWaiting(t *testing.T) {
	const started, done = `{"status":"started","progress":7}`, `{"status":"finished","total":0,"success":0,"failed":0,"result":{"success":[],"failed":[]}}`
	wait := func(t *testing.T, ctx context.Context, params tenantry.WaitParams[*elevenos.Job], bodies ...any) (*elevenos.Job, int, error) {
		c, mock := mocked(t)
		polls := states(mock, bodies...)
		job, err := on(c).WaitImport(ctx, "j1", params)
		return job, *polls, err
	}
	synctest.Test(t, func(t *testing.T) {
		var seen []string
		var params tenantry.WaitParams[*elevenos.Job]
		progress := tenantry.WaitParams[*elevenos.Job]{OnProgress: func(j *elevenos.Job) { seen = append(seen, string(j.Progress)) }}
		job, _, err := wait(t, t.Context(), progress, started, 502, errors.New("reset"), "<html>", started, done)
		require.NoError(t, err)
		assert.True(t, job.Finished())
		assert.Equal(t, []string{"7", "7", ""}, seen)

		_, _, err = wait(t, t.Context(), params, 404, 404, started, done)
		require.NoError(t, err, "a job may not be known at once")
		_, polls, err := wait(t, t.Context(), params, started, 404)
		require.ErrorIs(t, err, tenantry.ErrNotFound, "one that was known is gone")
		assert.Equal(t, 2, polls)
		_, polls, err = wait(t, t.Context(), params, 403)
		require.ErrorIs(t, err, tenantry.ErrForbidden)
		assert.Equal(t, 1, polls)
		_, polls, err = wait(t, t.Context(), params, 503)
		require.ErrorIs(t, err, tenantry.ErrServer)
		assert.Equal(t, 11, polls, "ten are tolerated")

		// Another client that knows only the job's ID continues.
		ctx, cancel := context.WithCancel(t.Context())
		job, _, err = wait(t, ctx, tenantry.WaitParams[*elevenos.Job]{OnProgress: func(*elevenos.Job) { cancel() }}, started)
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, tenantry.Decimal("7"), job.Progress)
		_, _, err = wait(t, t.Context(), params, done)
		require.NoError(t, err)
	})
	for body, want := range map[any]string{
		503:                   "context deadline exceeded; last response 503",
		started:               `context deadline exceeded; last state "started"`,
		`{"status":"queued"}`: `context deadline exceeded; last state "queued"`,
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			c, mock := mocked(t)
			states(mock, body)
			_, err := on(c).WaitImport(ctx, "job-1", tenantry.WaitParams[*elevenos.Job]{})
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, body == 503, errors.Is(err, tenantry.ErrServer))
			assert.Equal(t, "elevenos: waiting for import job-1: "+want, err.Error())
			_, err = on(c).WaitBulkAction(ctx, "job-1\n", tenantry.WaitParams[*elevenos.Job]{})
			assert.Contains(t, err.Error(), `elevenos: waiting for bulk action "job-1\n": context deadline exceeded`)
		})
	}
	assert.NotContains(t, fmt.Sprintf("%#v", &elevenos.JobError{Job: &elevenos.Job{ID: "j", Result: tenantry.Raw(`"a@b"`)}, Reason: "x"}), "a@b")
}

func FuzzJobStatus(f *testing.F) {
	for _, status := range []string{
		`{"status":"finished","total":2,"success":1,"failed":1,"result":{"success":[{"Email":"a@b"}],"failed":[{"Email":{"value":"c@d","error":"taken"}}]}}`,
		`{"status":"finished","result":[[],[{"errors":{"Email":["x"]}}]]}`, `{"status":"finished","failed":{"1":{"a":[{"b":{}}]},"a@b":"x"}}`,
		`{"status":"aborted","success":true,"failed":-1.5e9}`, `{"status":"finished","result":[[[[[[[[1]]]]]]]]}`, `{"status":"finished","Success":"2","TOTAL":2}`,
	} {
		f.Add([]byte(status))
	}
	mock := httpmock.NewMockTransport()
	c, err := elevenos.NewClient("", "", tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "tok"})),
		tenantry.WithHTTPClient(&http.Client{Transport: mock}), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, status []byte) {
		mock.RegisterNoResponder(httpmock.NewBytesResponder(200, status))
		job, err := on(c).ImportStatus(t.Context(), "j1")
		if err != nil || !job.Finished() {
			return
		}
		_, err = on(c).WaitImport(t.Context(), "j1", tenantry.WaitParams[*elevenos.Job]{})
		if len(job.FailedItems) > 0 && !errors.Is(err, elevenos.ErrJobFailed) {
			t.Fatalf("failed items, and the error is %v", err)
		}
		if err == nil && job.Success != nil && job.Total != nil && *job.Success != *job.Total {
			t.Fatal("fewer successes than residents")
		}
		for _, it := range job.FailedItems {
			if len(it.Errors) > 20 || !jsontext.Value(it.Raw).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
				t.Fatalf("%d errors of %s", len(it.Errors), it.Raw)
			}
		}
	})
}
