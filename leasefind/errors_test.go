package leasefind_test

import (
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
)

func TestErrorBodies(t *testing.T) {
	for name, c := range map[string]struct {
		body    string
		code    string
		message string
		id      string
		details map[string]any
	}{
		"type and message":       {body: `{"error":{"type":"no_unit","message":"No."}}`, code: "no_unit", message: "No."},
		"no type":                {body: `{"error":{"message":"No."}}`, message: "No."},
		"type, number":           {body: `{"error":{"type":7,"message":["One.","Two."]}}`, code: "7", message: "One.; Two."},
		"a type twice":           {body: `{"error":{"type":"a","type":"no_unit","message":"No."}}`, code: "no_unit", message: "No."},
		"invalid UTF-8":          {body: "{\"error\":{\"type\":\"no_unit\",\"message\":\"N\xffo.\"}}", code: "no_unit", message: "N\ufffdo."},
		"breaks off":             {body: `{"error":{"type":"no_unit","message":"No`, code: "no_unit", message: "No"},
		"error, text":            {body: `{"error":"No communities found"}`, message: "No communities found"},
		"token error":            {body: `{"error":"invalid_scope"}`, code: "invalid_scope"},
		"token error, described": {body: `{"error":"invalid_client","error_description":"No such client"}`, code: "invalid_client", message: "No such client"},
		"detail":                 {body: `{"detail":"Authentication credentials were not provided."}`, message: "Authentication credentials were not provided."},
		"message":                {body: `{"message":"Forbidden"}`, message: "Forbidden"},
		"non_field_errors":       {body: `{"non_field_errors":["Nothing to update."]}`, message: "Nothing to update.", details: map[string]any{"non_field_errors": []any{"Nothing to update."}}},
		"fields":                 {body: `{"name":["This field may not be blank."],"pets":["Not a boolean.","Too late."]}`, message: "name: This field may not be blank.; pets: Not a boolean.; Too late.", details: map[string]any{"name": []any{"This field may not be blank."}, "pets": []any{"Not a boolean.", "Too late."}}},
		"nested fields":          {body: `{"agents":[{},{"agent_id":["Too long."]}]}`, message: "agents.agent_id: Too long.", details: map[string]any{"agents": []any{map[string]any{}, map[string]any{"agent_id": []any{"Too long."}}}}},
		"errorCode":              {body: `{"status":404,"errorCode":"session_not_found"}`, code: "session_not_found"},
		"a list of texts":        {body: `["Not allowed."]`, message: "Not allowed."},
		"plain text":             {body: `Too Many Requests`, message: "Too Many Requests"},
		"HTML":                   {body: `<html><head><title>502 Bad Gateway</title></head></html>`, message: "502 Bad Gateway"},
		"nothing":                {body: ``, message: "the response has no body"},
	} {
		t.Run(name, func(t *testing.T) {
			client, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusUnprocessableEntity, c.body))
			_, err := client.Units.Find(t.Context(), leasefind.UnitFindParams{})
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
