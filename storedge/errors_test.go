package storedge_test

import (
	"net/http"
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
		"meta":                     {body: `{"meta":{"status_code":422,"status_message":"Unprocessable","message":"No.","error_code":7,"request_id":"r-1","parameters":{"tenant":{"email":"al@example.test"}}}}`, code: "7", message: "No.", id: "r-1", details: map[string]any{"status_message": "Unprocessable", "error_code": "7"}},
		"message, list":            {body: `{"meta":{"message":["One.","Two."],"request_id":"r-1"}}`, message: "One.; Two.", id: "r-1", details: map[string]any{"message": []any{"One.", "Two."}}},
		"message, by field":        {body: `{"meta":{"message":{"email":["is taken"]},"request_id":7}}`, message: "email: is taken", id: "7", details: map[string]any{"email": []any{"is taken"}}},
		"error_code, text":         {body: `{"meta":{"message":"No.","error_code":"x"}}`, code: "x", message: "No.", details: map[string]any{"error_code": "x"}},
		"error_code, null":         {body: `{"meta":{"message":"No.","error_code":null,"request_id":null}}`, message: "No."},
		"error_code, object":       {body: `{"meta":{"message":"No.","error_code":{}}}`, message: "No."},
		"status message alone":     {body: `{"meta":{"status_message":"Unprocessable"}}`, message: "Unprocessable", details: map[string]any{"status_message": "Unprocessable"}},
		"error":                    {body: `{"error":"Not allowed","meta":{"status_message":"Forbidden"}}`, message: "Not allowed", details: map[string]any{"error": "Not allowed", "status_message": "Forbidden"}},
		"Rails":                    {body: `{"errors":{"email":["is invalid","is taken"],"base":["Too late"]},"meta":{"status_message":"Unprocessable","request_id":"r-1"}}`, message: "email: is invalid; is taken; Too late", id: "r-1", details: map[string]any{"status_message": "Unprocessable", "email": []any{"is invalid", "is taken"}, "base": []any{"Too late"}}},
		"Rails, texts":             {body: `{"errors":["Email is invalid"]}`, message: "Email is invalid", details: map[string]any{"errors": []any{"Email is invalid"}}},
		"Rails and a message":      {body: `{"errors":{"name_assignments":["is not unique"]},"meta":{"message":"No."}}`, message: "No.", details: map[string]any{"name_assignments": []any{"is not unique"}}},
		"error_hash":               {body: `{"error_hash":{"width":[{"name":"U1","message":"is negative"}]}}`, message: "width: is negative", details: map[string]any{"width": []any{map[string]any{"name": "U1", "message": "is negative"}}}},
		"denied in a list":         {body: `{"errors":["Access Denied"]}`, code: "AccessDenied", message: "Access Denied", details: map[string]any{"errors": []any{"Access Denied"}}},
		"denied in a list of meta": {body: `{"meta":{"message":["No.","AccessDenied"]}}`, code: "AccessDenied", message: "No.; AccessDenied", details: map[string]any{"message": []any{"No.", "AccessDenied"}}},
		"meta twice":               {body: `{"meta":{"message":"No."},"meta":null}`, message: "No."},
		"invalid UTF-8":            {body: "{\"meta\":{\"message\":\"N\xffo.\",\"error_code\":7}}", code: "7", message: "N\ufffdo.", details: map[string]any{"error_code": "7"}},
		"breaks off":               {body: `{"meta":{"request_id":"r-1","message":"No`, message: "No", id: "r-1"},
		"only what was sent":       {body: `{"meta":{"parameters":{"tenant":{"login":"al of example","notes":["a b"]}}},"tenants":[]}`, message: "the response is not the API's own error"},
		"plain text":               {body: `Invalid OAuth Request`, message: "Invalid OAuth Request"},
	} {
		t.Run(name, func(t *testing.T) {
			client, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusUnprocessableEntity, c.body))
			_, err := client.Get(t.Context(), "t1")
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
