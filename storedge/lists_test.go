package storedge_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
)

// The meta of a response of status 200 may report an error, whatever else it
// holds.
func TestErrorsInResponsesOfStatus200(t *testing.T) {
	for meta, says := range map[string]string{
		`{"status_code":404,"status_message":"Not Found"}`:                                "Not Found",
		`{"status_code":"500","message":"database is down"}`:                              "database is down",
		`{"status_code":200,"status_message":"OK","error_code":17,"message":"no access"}`: "no access",
		`{"error_code":"E1"}`: "E1",
		`{"status_code":503}`: "503",
	} {
		for _, body := range []string{`{"tenants":[{"id":"a"}],"tenant":{"id":"a"},"meta":%s}`, `{"meta":%s,"tenants":[],"tenant":{"id":"a"}}`} {
			tenants, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, fmt.Sprintf(body, meta)))
			var e *tenantry.Error
			_, err := tenants.List(t.Context(), storedge.ListParams{})
			require.ErrorAs(t, err, &e, meta)
			require.ErrorContains(t, err, says)
			_, err = tenants.Search(t.Context(), storedge.TenantSearchParams{PhoneNumber: "1"})
			require.ErrorAs(t, err, &e, meta)
			_, err = tenants.Get(t.Context(), "a")
			require.ErrorAs(t, err, &e, meta)
		}
	}
	for _, meta := range []string{
		`{"status_code":200,"status_message":"OK","error_code":null}`, `{"status_code":"200"}`, `{"status_code" : 201, "error_code": ""}`, `{"error_code":0}`, `{}`, `[]`, `null`, `"status_code"`,
	} {
		tenants, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"tenants":[{"id":"a","error_code":5}],"meta":`+meta+`}`))
		page, err := tenants.List(t.Context(), storedge.ListParams{})
		require.NoError(t, err, meta)
		assert.Len(t, page.Items, 1)
	}
	tenants, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"meta":{"status_code":200,"status_message":"OK"}}`))
	_, err := tenants.List(t.Context(), storedge.ListParams{})
	var bad *tenantry.DecodeError
	require.ErrorAs(t, err, &bad, "a status that says that all is well is no error")
}

// A listing goes on by what is readable of the metadata.
func TestMetadataThatCannotBeRead(t *testing.T) {
	for pagination, requests := range map[string]int{
		`{"next_page":null}`:                     1,
		`{"next_page":""}`:                       1, // a first page that is short
		`{"next_page":"","total_entries":"n/a"}`: 1,
		`{"next_page":"","total_entries":150}`:   2,
		`{"next_page":"2"}`:                      2,
		`{"next_page":{},"total_entries":"150"}`: 2,
		`[]`:                                     1,
	} {
		tenants, mock := mocked(t)
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			rows := `{"id":"a"},{"id":"b"}`
			if mock.GetTotalCallCount() > 1 {
				rows, pagination = `{"id":"b"},{"id":"c"}`, `{"next_page":null}`
			}
			return httpmock.NewStringResponse(200, `{"tenants":[`+rows+`],"meta":{"pagination":`+pagination+`}}`), nil
		})
		got, err := tenantry.Collect(tenants.All(t.Context(), storedge.ListParams{}))
		require.NoError(t, err, pagination)
		assert.Equal(t, requests, mock.GetTotalCallCount(), pagination)
		assert.Len(t, got, requests+1, pagination)
	}
}
