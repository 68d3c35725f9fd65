package supergood_test

import (
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
)

func TestErrorBodies(t *testing.T) {
	for name, c := range map[string]struct {
		body    string
		code    string
		message string
		id      string
		details map[string]any
	}{
		"object":              {body: `{"error":{"type":"t","detail":"No."},"requestId":"r-1"}`, code: "t", message: "No.", id: "r-1"},
		"object over message": {body: `{"message":"Failed","error":{"code":"c","message":"No."}}`, code: "c", message: "No."},
		"error and message":   {body: `{"error":"c","message":"No."}`, code: "c", message: "No."},
		"error":               {body: `{"error":"Unauthorized"}`, message: "Unauthorized"},
		"errors, objects":     {body: `{"errors":[{"code":7,"message":"No."},{"message":"Never."}]}`, code: "7", message: "No.; Never.", details: map[string]any{"errors": []any{map[string]any{"code": 7.0, "message": "No."}, map[string]any{"message": "Never."}}}},
		"errors, by field":    {body: `{"errors":{"rent":["is low"]}}`, message: "rent: is low", details: map[string]any{"rent": []any{"is low"}}},
		"errors, null":        {body: `{"errors":null,"detail":"No."}`, message: "No."},
		"code, number":        {body: `{"code":7,"message":"No."}`, code: "7", message: "No."},
		"code, null":          {body: `{"code":null,"message":"No.","request_id":"r-1"}`, message: "No.", id: "r-1"},
		"a name twice":        {body: `{"code":"a","code":"c","message":"No."}`, code: "c", message: "No."},
		"invalid UTF-8":       {body: "{\"message\":\"N\xffo.\"}", message: "N\ufffdo."},
		"breaks off":          {body: `{"code":"c","message":"No`, code: "c", message: "No"},
		"problem":             {body: `{"type":"about:blank","title":"Conflict","status":409,"detail":"No."}`, message: "No."},
		"plain text":          {body: `Bad request`, message: "Bad request"},
	} {
		t.Run(name, func(t *testing.T) {
			client, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusUnprocessableEntity, c.body))
			_, err := client.Properties.List(t.Context(), supergood.ListParams{})
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

// The API's own id of a request goes before a proxy's.
func TestRequestID(t *testing.T) {
	client, mock := mocked(t)
	response := httpmock.NewStringResponse(http.StatusBadRequest, `{"message":"No.","requestId":"r-1"}`)
	response.Header.Set("Cf-Ray", "ray")
	mock.RegisterNoResponder(httpmock.ResponderFromResponse(response))
	_, err := client.Properties.List(t.Context(), supergood.ListParams{})
	var e *tenantry.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "r-1", e.RequestID)
}
