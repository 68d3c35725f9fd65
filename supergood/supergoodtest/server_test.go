package supergoodtest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var plain = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func send(t *testing.T, method, url, token, key, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := plain.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(b)
}

func TestItIsStrict(t *testing.T) {
	s := supergoodtest.NewServer(supergoodtest.WithProperties(30, 1))
	defer s.Close()
	const credentials = `{"username":"` + supergoodtest.Username + `","password":"` + supergoodtest.Password + `"}`
	status, body := send(t, "POST", s.URL+"/sessions", "", "", credentials)
	require.Equal(t, 200, status)
	_, rest, _ := strings.Cut(body, `"token":"`)
	token, _, _ := strings.Cut(rest, `"`)
	const lease = `{"rent":1}`
	for _, c := range []struct {
		method, path, token, key, body string
		status                         int
		says                           string
	}{
		{"GET", "/properties", "x", "", "", 401, "invalid_session"},
		{"GET", "/properties", token, "", "", 200, `"nextCursor":"prop-024"`},
		{"GET", "/properties?cursor=zzz", token, "", "", 400, "bad_cursor"},
		{"GET", "/properties/", token, "", "", 404, "not_found"},
		{"GET", "/properties/none/units", token, "", "", 404, "no such property"},
		{"POST", "/properties/prop-000/leases", token, "", lease, 400, "no_key"},
		{"POST", "/properties/prop-000/leases", token, "k", `{}`, 422, "rent is missing"},
		{"POST", "/properties/prop-000/leases", token, "k", lease, 201, "lease-1"},
		{"POST", "/properties/prop-000/leases", token, "k", lease, 201, "lease-1"},
		{"POST", "/properties/prop-000/leases", token, "k", `{"rent":2}`, 422, "key_reused"},
		{"POST", "/sessions/refresh", token, "", `{"refreshToken":"x"}`, 401, "can't be refreshed"},
		{"POST", "/sessions", "", "", `[`, 400, "bad_request"},
		{"POST", "/sessions", "", "", `{"username":"x"}`, 401, "invalid_credentials"},
	} {
		status, body := send(t, c.method, s.URL+c.path, c.token, c.key, c.body)
		assert.Equal(t, c.status, status, "%s %s", c.method, c.path)
		assert.Contains(t, body, c.says, c.path)
	}
	assert.Equal(t, 1, s.Created())
	for range 5 {
		send(t, "POST", s.URL+"/sessions", "", "", `{"username":"x"}`)
	}
	_, body = send(t, "POST", s.URL+"/sessions", "", "", credentials)
	assert.Contains(t, body, "account_locked")
}
