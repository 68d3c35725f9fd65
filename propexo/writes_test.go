package propexo_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
)

// statuses responds with a write's status with one body after the other, and then with
// the last one. A number is a status without a body.
func statuses(mock *httpmock.MockTransport, bodies ...any) {
	n := 0
	mock.RegisterResponder("GET", propexo.BaseURL+"/v1/admin/write-status/j1", func(*http.Request) (*http.Response, error) {
		body := bodies[min(n, len(bodies)-1)]
		n++
		if code, ok := body.(int); ok {
			return httpmock.NewStringResponse(code, ""), nil
		}
		return httpmock.NewStringResponse(200, body.(string)), nil
	})
}

func TestWaitToleratesFailedPolls(t *testing.T) {
	const pending, success = `{"write_status":"PENDING"}`, `{"write_status":"SUCCESS","created_record_id":"r9"}`
	for name, c := range map[string]struct {
		bodies []any
		want   error
	}{
		"the job is not known yet":  {[]any{404, 404, success}, nil},
		"outages":                   {[]any{pending, 503, 502, "<html>", pending, 500, success}, nil},
		"ten outages":               {[]any{503, 503, 503, 503, 503, 503, 503, 503, 503, 503, success}, nil},
		"outages without an end":    {[]any{503}, tenantry.ErrServer},
		"a job that is gone":        {[]any{pending, 404}, tenantry.ErrNotFound},
		"a refusal":                 {[]any{403, success}, tenantry.ErrForbidden},
		"an undocumented success":   {[]any{pending, `{"write_status":"completed"}`}, nil},
		"an undocumented failure":   {[]any{pending, `{"write_status":"CANCELLED"}`}, propexo.ErrWriteFailed},
		"a failure in lower case":   {[]any{`{"write_status":"failure"}`}, propexo.ErrWriteFailed},
		"a part in lower case":      {[]any{`{"write_status":"partial_success"}`}, propexo.ErrWritePartial},
		"a new state, then the end": {[]any{`{"write_status":"QUEUED"}`, success}, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, mock := mocked(t)
			statuses(mock, c.bodies...)
			_, err := client.Writes.Wait(t.Context(), "j1", tenantry.WaitParams[*propexo.WriteStatus]{})
			if c.want == nil {
				require.NoError(t, err, name)
			} else {
				require.ErrorIs(t, err, c.want, name)
			}
		})
	}
}

func TestWaitNamesWhatItWaitedFor(t *testing.T) {
	for body, want := range map[any]string{
		503:                         "propexo: waiting for write j1: context deadline exceeded; last response 503",
		`{"write_status":"QUEUED"}`: `propexo: waiting for write j1: context deadline exceeded; last state "QUEUED"`,
	} {
		synctest.Test(t, func(t *testing.T) {
			client, mock := mocked(t)
			statuses(mock, body)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			_, err := client.Writes.Wait(ctx, "j1", tenantry.WaitParams[*propexo.WriteStatus]{})
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, want, err.Error())
			assert.Equal(t, body == 503, errors.Is(err, tenantry.ErrServer))
		})
	}
	client, mock := mocked(t)
	statuses(mock, `{"write_status":"CANCELLED","errors":["al@example.test is taken"]}`)
	status, err := client.Writes.Wait(t.Context(), "j1", tenantry.WaitParams[*propexo.WriteStatus]{})
	require.ErrorIs(t, err, propexo.ErrWriteFailed)
	assert.Equal(t, `propexo: the write failed (state "CANCELLED") with 1 errors; see WriteError.Status, and Writes.Retry to try again`, err.Error())
	assert.Equal(t, propexo.WriteState("CANCELLED"), status.State)

	statuses(mock, `{}`)
	_, err = client.Writes.Status(t.Context(), "j1")
	var undecodable *tenantry.DecodeError
	require.ErrorAs(t, err, &undecodable, "a status without a state is none")
}
