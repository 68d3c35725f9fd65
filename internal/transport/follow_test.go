package transport

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFollow(t *testing.T) {
	follow := func(base, link string) (string, error) {
		u, err := url.Parse(base)
		require.NoError(t, err)
		return (&Client{base: *u, escaped: u.EscapedPath()}).Follow(&Call{Op: &Op{Path: "/properties/{id}/units"}, Args: []string{"p/1 x"}}, link)
	}
	const base, path = "https://api.example/v1", "/v1/properties/p%2F1%20x/units"
	for _, link := range []string{
		"https://api.example" + path + "?a=1", "http://api.example" + path + "?a=1", "https://api.example:443" + path + "?a=1", "http://api.example:443" + path + "?a=1",
		"http://api.example:80" + path + "?a=1", "HTTPS://API.Example" + path + "?a=1", "//api.example" + path + "?a=1", path + "?a=1", path + "/?a=1", path + "?a=1#top",
		"?a=1", "units?a=1", "./units?a=1", "/v1/x/../properties/p%2f1%20x/units?a=1", "/v1/properties/%70%2F1%20x/units?a=1",
	} {
		query, err := follow(base, link)
		require.NoError(t, err, link)
		assert.Equal(t, "a=1", query, link)
	}
	for _, link := range []string{
		"https://evil.example" + path, "//evil.example" + path, "https://api.example.evil.example" + path, "https://api.example:8443" + path, "https://user@api.example" + path,
		"https://api.example@evil.example" + path, "javascript:alert(1)/", "https:" + path, "ftp://api.example" + path, "https://api.example:bad" + path, "http://[::1" + path, "\x7f",
	} {
		_, err := follow(base, link)
		require.ErrorIs(t, err, ErrOtherHost, link)
	}
	for _, link := range []string{
		"/v1/sessions", "https://api.example/v1/properties/p%2F2/units?a=1", "/v1/properties/p/1%20x/units", "/v1/properties/p%2F1%20x/units/..", "/properties/p%2F1%20x/units", "/v1/properties/p%252F1%20x/units",
		"/v1/properties/%2e%2e/units", "/", "..", "/V1/properties/p%2F1%20x/units",
	} {
		_, err := follow(base, link)
		require.ErrorIs(t, err, ErrOtherPath, link)
	}
	for _, c := range []struct {
		base, link string
		ok         bool
	}{
		{"https://h.example:8443/v1", "http://h.example:8443" + path, true},
		{"https://h.example:8443/v1", "https://h.example" + path, false},
		{"http://h.example/v1", "https://h.example" + path, true},
		{"http://h.example:8080/v1", "https://h.example:8080" + path, true},
		{"http://127.0.0.1:8080/v1", "http://127.0.0.1:8081" + path, false},
	} {
		_, err := follow(c.base, c.link)
		assert.Equal(t, c.ok, err == nil, "%s %s", c.base, c.link)
	}
}

// A query is sent as it came, as far as a request can carry it.
func TestRawQuery(t *testing.T) {
	c, err := New(Spec{API: "test", BaseURL: "https://api.example/v1"}, nil)
	require.NoError(t, err)
	for query, want := range map[string]string{
		"": "f=x", "b=2&a=1&sig=a%2Fb+c;d": "b=2&a=1&sig=a%2Fb+c;d", "a=x y#z\"\r\nHost: evil": "a=x%20y%23z%22%0D%0AHost:%20evil", "a=é": "a=%C3%A9",
	} {
		u, err := c.url(&Call{Op: &Op{Path: "/properties"}, Query: map[string][]string{"f": {"x"}}, RawQuery: query}, new(url.URL))
		require.NoError(t, err)
		assert.Equal(t, "/v1/properties?"+want, u.RequestURI())
	}
}
