package propexo_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

// nested is a list in a list, n deep.
func nested(n int) any {
	if n == 0 {
		return []any{nil}
	}
	return []any{nested(n - 1)}
}

func TestErrorBodies(t *testing.T) {
	for name, c := range map[string]struct {
		body    string
		code    string
		message string
		id      string
		details map[string]any
	}{
		"details, list":     {body: `{"error":{"code":"invalid_request","message":"No.","details":[{"path":["a"]},"b"]}}`, code: "invalid_request", message: "No.", details: map[string]any{"details": []any{map[string]any{"path": []any{"a"}}, "b"}}},
		"details, number":   {body: `{"error":{"code":"invalid_request","message":"No.","details":5}}`, code: "invalid_request", message: "No.", details: map[string]any{"details": 5.0}},
		"details, text":     {body: `{"error":{"code":"invalid_request","message":"No.","details":"why"}}`, code: "invalid_request", message: "No.", details: map[string]any{"details": "why"}},
		"details, null":     {body: `{"error":{"code":"invalid_request","message":"No.","details":null}}`, code: "invalid_request", message: "No."},
		"details, false":    {body: `{"error":{"code":"invalid_request","message":"No.","details":false}}`, code: "invalid_request", message: "No.", details: map[string]any{"details": false}},
		"details, object":   {body: `{"error":{"code":"invalid_request","message":"No.","details":{"issues":[1]}}}`, code: "invalid_request", message: "No.", details: map[string]any{"issues": []any{1.0}}},
		"details, empty":    {body: `{"error":{"code":"invalid_request","message":"No.","details":{}}}`, code: "invalid_request", message: "No."},
		"code, number":      {body: `{"error":{"code":400,"message":"No."}}`, code: "400", message: "No."},
		"code, null":        {body: `{"error":{"code":null,"message":"No."}}`, message: "No."},
		"code, object":      {body: `{"error":{"code":{},"message":"No."}}`, message: "No."},
		"code, list":        {body: `{"error":{"code":["x"],"message":"No."}}`, message: "No."},
		"code, true":        {body: `{"error":{"code":true,"message":"No."}}`, message: "No."},
		"message, list":     {body: `{"error":{"code":"c","message":["One.","Two."]}}`, code: "c", message: "One.; Two."},
		"message, by field": {body: `{"error":{"code":"c","message":{"email":["is taken"]}}}`, code: "c", message: "email: is taken"},
		"message, number":   {body: `{"error":{"code":"c","message":5}}`, code: "c"},
		"a name twice":      {body: `{"error":{"code":"a","code":"c","message":"No.","message":"No.","details":{"x":1,"x":2}}}`, code: "c", message: "No.", details: map[string]any{"x": 2.0}},
		"an error twice":    {body: `{"error":{"code":"c","message":"No."},"error":null}`, code: "c", message: "No."},
		"invalid UTF-8":     {body: "{\"error\":{\"code\":\"c\",\"message\":\"N\xffo.\",\"details\":{\"a\xff\":\"\xff\"}}}", code: "c", message: "N\ufffdo.", details: map[string]any{"a\ufffd": "\ufffd"}},
		"BOM":               {body: "\ufeff" + `{"error":{"code":"c","message":"No."}}`, code: "c", message: "No."},
		"breaks off":        {body: `{"error":{"code":"c","message":"No.","details":{"a":[1,`, code: "c", message: "No.", details: map[string]any{"a": []any{1.0}}},
		"deep":              {body: `{"error":{"details":` + strings.Repeat("[", 1e5) + strings.Repeat("]", 1e5) + `,"code":"c","message":"No."}}`, code: "c", message: "No.", details: map[string]any{"details": nested(16)}},
		"details only":      {body: `{"error":{"code":"c","details":{"details":{"issues":[{"code":"too_small","path":["rent"],"message":"is low"}]}}}}`, code: "c", message: "rent: is low", details: map[string]any{"details": map[string]any{"issues": []any{map[string]any{"code": "too_small", "path": []any{"rent"}, "message": "is low"}}}}},
		"a request id":      {body: `{"error":{"code":"c","message":"No."},"request_id":"r-1"}`, code: "c", message: "No.", id: "r-1"},
		"error, text":       {body: `{"error":"Unauthorized"}`, message: "Unauthorized"},
		"a message":         {body: `{"message":"Forbidden"}`, message: "Forbidden"},
		"errors":            {body: `{"errors":[{"message":"No."}]}`, message: "No.", details: map[string]any{"errors": []any{map[string]any{"message": "No."}}}},
		"XML":               {body: `<Error>Only one auth mechanism allowed</Error>`, message: "Only one auth mechanism allowed"},
		"plain text":        {body: `upstream timeout`, message: "upstream timeout"},
		"an empty object":   {body: `{}`, message: "the response is not the API's own error"},
		"a list":            {body: `[]`, message: "the response is not the API's own error"},
	} {
		t.Run(name, func(t *testing.T) {
			client, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusUnprocessableEntity, c.body))
			_, err := client.Residents.Get(t.Context(), "r1")
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
