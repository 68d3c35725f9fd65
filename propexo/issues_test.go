package propexo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
)

func TestIssues(t *testing.T) {
	const issues = `[{"code":"invalid_string","path":["email_1"],"message":"must be an email address"},{"code":"too_big","path":["items",0,"day"],"message":"is out of range"},` +
		`{"code":"unrecognized_keys","path":[],"keys":["a","b"],"message":"is not known"},{"code":"unrecognized_keys","path":["c"],"keys":["c"],"message":"is not known"},{"code":"custom"},5,{"path":["x"]}]`
	want := []propexo.Issue{
		{"email_1", "invalid_string", "must be an email address"},
		{"items.0.day", "too_big", "is out of range"},
		{"a", "unrecognized_keys", "is not known"}, {"b", "unrecognized_keys", "is not known"},
		{"c", "unrecognized_keys", "is not known"},
		{"", "custom", ""},
	}
	const text = "email_1: must be an email address; items.0.day: is out of range; a: is not known; b: is not known; c: is not known; custom"
	for name, c := range map[string]struct {
		body string
		text string
		want []propexo.Issue
	}{
		"as documented":      {`{"error":{"code":"invalid_request","message":"Invalid.","details":{"details":{"name":"ZodError","issues":` + issues + `}}}}`, "Invalid: " + text, want},
		"one level less":     {`{"error":{"code":"invalid_request","message":"Invalid.","details":{"name":"ZodError","issues":` + issues + `}}}`, "Invalid: " + text, want},
		"a list":             {`{"error":{"code":"invalid_request","message":"Invalid","details":` + issues + `}}`, "Invalid: " + text, want},
		"no message":         {`{"error":{"code":"invalid_request","details":{"issues":` + issues + `}}}`, text, want},
		"the message has it": {`{"error":{"code":"invalid_request","message":"rent is low","details":{"issues":[{"code":"x","path":"rent","message":"is low"}]}}}`, "rent is low", []propexo.Issue{{"rent", "x", "is low"}}},
		"no issues":          {`{"error":{"code":"invalid_request","message":"Invalid.","details":{"issues":null}}}`, "Invalid.", nil},
	} {
		c1, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusBadRequest, c.body))
		_, err := c1.Residents.Get(t.Context(), "r")
		require.ErrorIs(t, err, propexo.ErrInvalidRequest, name)
		assert.Equal(t, c.want, propexo.Issues(fmt.Errorf("wrapped: %w", err)), name)
		assert.Equal(t, "propexo: residents.get: 400 invalid_request: "+c.text, err.Error(), name)
	}
	assert.Nil(t, propexo.Issues(nil))
	assert.Nil(t, propexo.Issues(errors.New("other")))
	assert.Nil(t, propexo.Issues(&tenantry.Error{API: "other", Details: map[string]any{"issues": []any{map[string]any{"message": "x"}}}}))
}

func ExampleIssues() {
	client, server := exampleClient(1)
	defer server.Close()
	_, err := client.Residents.List(context.Background(), propexo.ResidentListParams{OrderBy: "sideways"})
	for _, issue := range propexo.Issues(err) {
		fmt.Println(issue.Path, "—", issue.Message)
	}
	// Output:
	// order-by — must be fields with asc or desc
}
