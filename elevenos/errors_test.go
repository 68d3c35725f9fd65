package elevenos_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

func TestErrorBodies(t *testing.T) {
	for name, c := range map[string]struct {
		body    string
		code    string
		message string
		id      string
		details map[string]any
	}{
		"text":                   {body: `{"Error":"No."}`, message: "No."},
		"lower case":             {body: `{"error":{"code":"c","message":"No."}}`, code: "c", message: "No."},
		"null, and lower case":   {body: `{"Error":null,"error":"No."}`, message: "No."},
		"null, and a message":    {body: `{"Error":null,"message":"No."}`, message: "No."},
		"object":                 {body: `{"Error":{"Type":"c","Detail":"No.","Code":null,"Hints":["a",1],"Message":{}}}`, code: "c", message: "No.", details: map[string]any{"Hints": []any{"a", 1.0}, "Message": map[string]any{}}},
		"code, number":           {body: `{"Error":{"Code":7,"Message":"No."}}`, code: "7", message: "No."},
		"code, null":             {body: `{"Error":{"Code":null,"Type":"t","Message":["One.","Two."]}}`, code: "t", message: "One.; Two."},
		"list":                   {body: `{"Error":["One.",{"Message":"Two."}]}`, message: "One.; Two.", details: map[string]any{"error": []any{"One.", map[string]any{"Message": "Two."}}}},
		"by field":               {body: `{"Error":{"Email":["is taken"]}}`, message: "Email: is taken", details: map[string]any{"Email": []any{"is taken"}}},
		"number":                 {body: `{"Error":5}`, message: "the response is not the API's own error"},
		"nothing, and a message": {body: `{"Error":{},"message":"No."}`, message: "No."},
		"a name twice":           {body: `{"Error":{"Message":"a","Message":"No."}}`, message: "No."},
		"invalid UTF-8":          {body: "{\"Error\":\"N\xffo.\"}", message: "N\ufffdo."},
		"breaks off":             {body: `{"Error":{"Code":"c","Message":"No`, code: "c", message: "No"},
		"title":                  {body: `{"title":"No such site"}`, message: "No such site"},
		"plain text":             {body: `Bad request`, message: "Bad request"},
	} {
		t.Run(name, func(t *testing.T) {
			client, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusUnprocessableEntity, c.body))
			_, err := client.ListTeams(t.Context())
			var e *tenantry.Error
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, tenantry.ErrInvalid)
			assert.Equal(t, c.code, e.Code)
			assert.Equal(t, c.message, e.Message)
			assert.Equal(t, c.id, e.RequestID)
			assert.Equal(t, c.details, e.Details)
		})
	}
}

// A status of 200 may hold an error, in any of its shapes.
func TestErrorOfASuccess(t *testing.T) {
	for body, want := range map[string]string{
		" \n" + `{"Teams":[],"Error":{"Message":["One.","Two."]}}`: "One.; Two.", `{"Error":["One."]}`: "One.", `{"Error":true}`: "the response holds an error without a message",
		`{"Error":"No.","Error":null}`: "No.", `{"Error":true,"message":"No."}`: "No.", `{"Teams":[{"Error":"x"},"}"],"Error":{"Email":["is taken"]}}`: "Email: is taken",
		"{\"Error\":\"N\xffo.\"}": "N\ufffdo.", `{"Teams":[` + strings.Repeat(`{"TeamId":"T1"},`, 1e5) + `{}],"Error":"No."}`: "No.",
	} {
		client, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusOK, body))
		_, err := client.ListTeams(t.Context())
		var e *tenantry.Error
		require.ErrorAs(t, err, &e, "%.60q", body)
		assert.Equal(t, want, e.Message)
	}
	client, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusOK, `{"Teams":[{"TeamId":"T1","Error":"x"}],"error":"","Error":null}`))
	_, err := client.ListTeams(t.Context())
	require.NoError(t, err)
}
