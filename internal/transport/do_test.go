package transport_test

import (
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

func TestDo(t *testing.T) {
	type seen struct{ method, uri, body, contentType string }
	var got []seen
	c := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, seen{r.Method, r.RequestURI, string(body), r.Header.Get("Content-Type")})
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/v1/gone/secret-id":
			w.WriteHeader(404)
			_, _ = io.WriteString(w, `{"message":"no secret-id here"}`)
		case len(got) == 1:
			w.WriteHeader(503)
		case r.Method == http.MethodDelete:
			w.WriteHeader(204)
		default:
			_, _ = io.WriteString(w, `{"name":"well"}`)
		}
	}, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: 1}))
	var out thing
	get := tenantry.Request{Method: "GET", Path: "/v1/things/{id}/parts/{part}", Args: []string{"a/b c", "d%"}, Query: url.Values{"q": {"x y"}}}
	require.NoError(t, c.Do(t.Context(), get, &out))
	assert.Equal(t, "well", out.Name)
	want := seen{method: "GET", uri: "/v1/things/a%2Fb%20c/parts/d%25?q=x+y"}
	assert.Equal(t, []seen{want, want}, got, "a read is retried")

	got = nil
	post := tenantry.Request{Method: "POST", Path: "/v1/things", Body: map[string]any{"pin": tenantry.NewSecret("1234")}}
	var server *tenantry.Error
	require.ErrorAs(t, c.Do(t.Context(), post, nil), &server)
	assert.Equal(t, "test: POST /v1/things: 503 Service Unavailable: the response has no body", server.Error())
	assert.Equal(t, []seen{{"POST", "/v1/things", `{"pin":"1234"}`, "application/json"}}, got, "a write is not")
	got = nil
	post.Repeatable = true
	require.NoError(t, c.Do(t.Context(), post, nil))
	assert.Len(t, got, 2, "unless it may be")

	require.NoError(t, c.Do(t.Context(), tenantry.Request{Method: "DELETE", Path: "/v1/things/{id}", Args: []string{"1"}}, nil))
	require.NoError(t, c.Do(t.Context(), tenantry.Request{Method: "HEAD", Path: "/v1/things"}, nil))
	err := c.Do(t.Context(), tenantry.Request{Method: "GET", Path: "/v1/gone/{id}", Args: []string{"secret-id"}}, &out)
	require.ErrorIs(t, err, tenantry.ErrNotFound)
	assert.NotContains(t, err.Error(), "secret-id")
	assert.Contains(t, err.Error(), "GET /v1/gone/{id}: 404")
}

func TestDoRefuses(t *testing.T) {
	c := clientOf(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	for argument, r := range map[string]tenantry.Request{
		"Method is empty":      {Path: "/v1"},
		"Method is not one of": {Method: "CONNECT", Path: "/v1"},
		"Method is not one":    {Method: "get", Path: "/v1"},
		"Path must begin with": {Method: "GET"},
		"Path must begin":      {Method: "GET", Path: "https://elsewhere.test/v1"},
		"Path must":            {Method: "GET", Path: "v1"},
		"Path holds one of":    {Method: "GET", Path: "/v1?a=b"},
		"Path holds one":       {Method: "GET", Path: "/v1/%2e%2e/v2"},
		"Path holds":           {Method: "GET", Path: `/v1\..\v2`},
		"Path has a dot":       {Method: "GET", Path: "/v1/../v2"},
		"Path has a dot seg":   {Method: "GET", Path: "/v1/.{x}", Args: []string{"."}},
		"Path has another":     {Method: "GET", Path: "/v1/{id}"},
		"Path has another num": {Method: "GET", Path: "/v1", Args: []string{"1"}},
		"Path has a brace":     {Method: "GET", Path: "/v1/{id", Args: []string{"1"}},
		"Path has a brace t":   {Method: "GET", Path: "/v1/id}"},
		"Path has a brace th":  {Method: "GET", Path: "/v1/{}", Args: []string{"1"}},
		"Path has a brace tha": {Method: "GET", Path: "/v1/{{id}}", Args: []string{"1"}},
		"id is empty":          {Method: "GET", Path: "/v1/{id}", Args: []string{""}},
		"Path has a dot segm":  {Method: "GET", Path: "/v1/{id}", Args: []string{".."}},
	} {
		err := c.Do(t.Context(), r, nil)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, argument)
		assert.ErrorContains(t, err, argument)
	}
	var nothing *thing
	for _, out := range []any{thing{}, nothing} {
		require.ErrorContains(t, c.Do(t.Context(), tenantry.Request{Method: "GET", Path: "/v1"}, out), "out must be a pointer")
	}
	require.ErrorContains(t, c.Do(t.Context(), tenantry.Request{Method: "HEAD", Path: "/v1"}, new(thing)), "out must be nil")
	require.ErrorContains(t, c.Do(t.Context(), tenantry.Request{Method: "POST", Path: "/v1", Body: make(chan int)}, nil), "can't be marshalled")
}
