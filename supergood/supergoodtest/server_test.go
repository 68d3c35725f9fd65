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
		{"POST", "/properties/none/leases", token, "k2", lease, 404, "no such property"},
		{"POST", "/properties/prop-000/leases", token, "k2", `[]`, 422, "not a JSON object"},
		{"POST", "/properties/prop-000/leases", token, "k2", `{"rent":1,"rent":2}`, 422, "not a JSON object"},
		{"POST", "/properties/prop-000/leases", token, "k2", `{"rent":"1200"}`, 422, "member rent has a wrong type"},
		{"POST", "/properties/prop-000/leases", token, "k2", `{"rent":1,"unitId":7}`, 422, "member unitId has a wrong type"},
		{"POST", "/properties/prop-000/leases", token, "k2", `{"rent":1,"unitId":"none"}`, 422, "no unit with this unitId"},
		{"POST", "/properties/prop-000/leases", token, "k2", `{"rent":1,"fees":[{"amount":"5"}]}`, 422, "member fees.0.amount has a wrong type"},
		{"POST", "/properties/prop-000/leases", token, "k2", `{"rent":1,"startDate":"1/2/2026"}`, 422, "startDate is not of the form"},
		{"POST", "/properties/prop-000/leases", token, "k2", `{"rent":1,"startDate":"2026-02-01","endDate":"2026-01-01"}`, 422, "endDate is before startDate"},
		{"POST", "/properties/prop-000/leases", token, "k2", `{"rent":1,"residents":["Ana"]}`, 422, "member residents.0 has a wrong type"},
		{"POST", "/properties/prop-000/leases", token, "k2", `{"rent":1,"residents":[{"email":"ana @example.com"}]}`, 422, "email of a resident is not an email address"},
		{"POST", "/properties/prop-000/leases", token, "k2", `{"rent":1,"residents":[{"email":"Ana <ana@example.com>"}]}`, 422, "not an email address"},
		{"POST", "/properties/prop-000/work-orders", token, "k2", `{}`, 422, "category is missing"},
		{"POST", "/properties/prop-000/work-orders", token, "k2", `{"category":"HVAC","scheduling":{"start":"2026-01-01"}}`, 422, "start is not of the form"},
		{"POST", "/properties/prop-000/work-orders", token, "k2", `{"category":"HVAC","attachments":{}}`, 422, "member attachments has a wrong type"},
		{"GET", "/properties?cursor=", token, "", "", 400, "bad_cursor"},
		{"GET", "/properties?colour=red", token, "", "", 400, "bad_filter"},
		{"GET", "/properties?state=UT", token, "", "", 200, `"prop-024"`},
		{"GET", "/properties?limit=10;offset=3", token, "", "", 400, "malformed"},
		{"DELETE", "/properties", token, "", "", 405, "method_not_allowed"},
		{"POST", "/sessions/refresh", token, "", `{"refreshToken":"x"}`, 401, "can't be refreshed"},
		{"POST", "/sessions", "", "", `[`, 400, "bad_request"},
		{"POST", "/sessions", "", "", `{"username":"x"}`, 401, "invalid_credentials"},
	} {
		status, body := send(t, c.method, s.URL+c.path, c.token, c.key, c.body)
		assert.Equal(t, c.status, status, "%s %s", c.method, c.path)
		assert.Contains(t, body, c.says, c.path)
	}
	assert.Equal(t, 1, s.Created())
	for _, scheme := range []string{"bearer", "BEARER"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/properties", nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", scheme+" "+token)
		resp, err := plain.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, 200, resp.StatusCode, scheme)
	}
	for style, query := range map[supergoodtest.Style]string{supergoodtest.ByPageNumber: "page=0", supergoodtest.ByLink: "start=x"} {
		paged := supergoodtest.NewServer(supergoodtest.WithPaging(style, 5))
		status, body := send(t, "GET", paged.URL+"/properties?"+query, paged.IssueToken(), "", "")
		paged.Close()
		assert.Equal(t, 400, status, query)
		assert.Contains(t, body, "bad_page")
	}
	for range 5 {
		send(t, "POST", s.URL+"/sessions", "", "", `{"username":"x"}`)
	}
	_, body = send(t, "POST", s.URL+"/sessions", "", "", credentials)
	assert.Contains(t, body, "account_locked")
}
