package leasefindtest_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var plain = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func send(t *testing.T, method, url, token, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	if token != "" {
		req.Header.Set("Authorization", token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := plain.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(b)
}

// What the API refuses, the fake refuses, with the same error.
func TestItIsStrict(t *testing.T) {
	s := leasefindtest.NewServer(leasefindtest.WithTenants(3))
	defer s.Close()
	good := "Bearer " + s.IssueToken()
	unit := s.UnitIDs()[0]
	for _, c := range []struct {
		method, path, token, body string
		status                    int
		says                      string
	}{
		{"POST", "/leases/tenants/", "", `{}`, 400, "missing_authorization"},
		{"POST", "/leases/tenants/", "Bearer nonsense", `{}`, 401, "invalid_authorization"},
		{"POST", "/leases/tenants/", good[7:], `{}`, 401, "invalid_authorization"},
		{"POST", "/leases/tenants/", good, `{}`, 200, `"last_id":-1`},
		{"POST", "/leases/tenants", good, `{}`, 404, "not_found"},
		{"GET", "/leases/tenants/", good, ``, 405, "method_not_allowed"},
		{"POST", "/leases/tenants/", good, `[]`, 400, "invalid_request"},
		{"POST", "/leases/tenants/", good, `{"after_id":3}`, 400, "after_id"},
		{"POST", "/leases/tenants/", good, `{"identifier":3}`, 400, "identifier"},
		{"POST", "/leases/tenants/", good, `{"min_move_in_date":"2026-1-1"}`, 400, "min_move_in_date"},
		{"POST", "/leases/tenants/", good, `{"group_id":"a","group_external_ref":"b"}`, 400, "both_group_identifiers_provided"},
		{"POST", "/leases/tenants/", good, `{"identifier":"none"}`, 404, "not_found"},
		{"GET", "/leases/", good, ``, 400, "no_search_parameters"},
		{"GET", "/leases/?limit=5", good, ``, 400, "no_search_parameters"},
		{"GET", "/leases/?identifier=a&limit=101", good, ``, 400, "limit"},
		{"GET", "/leases/?identifier=a&after_id=7", good, ``, 400, "after_id"},
		{"GET", "/leases/?identifier=", good, ``, 400, "identifier"},
		{"GET", "/leases/?address=x", good, ``, 400, "address"},
		{"GET", "/leases/?start_date=yesterday", good, ``, 400, "start_date"},
		{"GET", "/leases/?group_ids=a&group_external_refs=b", good, ``, 400, "both_group_identifiers_provided"},
		{"GET", "/leases/?identifier=none", good, ``, 404, "not_found"},
		{"POST", "/leases/find-for-tenant/", good, `{"group_id":"a","active":true}`, 400, "no_tenant_information"},
		{"POST", "/leases/find-for-tenant/", good, `{"external_ref":"a"}`, 400, "both_group_identifiers_provided"},
		{"POST", "/leases/find-for-tenant/", good, `{"identifier":"none"}`, 200, `{"leases":[]}`},
		{"POST", "/leases/create/", good, `{"lease":{}}`, 400, "no_unit"},
		{"POST", "/leases/create/", good, `{"lease":{"unit_id":"none"}}`, 400, "unit_not_found"},
		{"POST", "/leases/create/", good, `{"lease":{"unit_id":"` + unit + `","start_date":"soon"}}`, 400, "start_date"},
		{"POST", "/leases/create/", good, `{}`, 400, "invalid_request"},
		{"POST", "/leases/create/", good, `{"lease":{"unit_id":"` + unit + `"}}`, 200, `"success":true`},
		{"POST", "/units/find/", good, `{"group_ids":["a"],"groups_external_refs":["b"]}`, 400, "both_group_identifiers_provided"},
		{"POST", "/units/find/", good, `{"group_ids":"a"}`, 400, "group_ids"},
		{"POST", "/units/find/", good, `{"sqft":1.5}`, 400, "sqft"},
	} {
		status, body := send(t, c.method, s.URL+c.path, c.token, c.body)
		assert.Equal(t, c.status, status, "%s %s", c.path, c.body)
		assert.Contains(t, body, c.says, "%s %s", c.path, c.body)
	}
	s.ExpireTokens()
	status, body := send(t, "POST", s.URL+"/units/find/", good, `{}`)
	assert.Equal(t, 401, status)
	assert.Contains(t, body, "expired_token")
}

func TestTokenEndpoint(t *testing.T) {
	s := leasefindtest.NewServer(leasefindtest.WithTokenLife(90 * time.Second))
	defer s.Close()
	post := func(form url.Values) (int, string) {
		resp, err := plain.PostForm(s.URL+"/oauth2/token", form)
		require.NoError(t, err)
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(b)
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {leasefindtest.ClientID}, "client_secret": {leasefindtest.ClientSecret}}
	status, body := post(form)
	assert.Equal(t, 200, status)
	assert.Contains(t, body, `"expires_in":90`)
	form.Set("client_secret", "x")
	status, body = post(form)
	assert.Equal(t, 401, status)
	assert.Contains(t, body, "invalid_client")
	form.Set("grant_type", "password")
	status, _ = post(form)
	assert.Equal(t, 400, status)
	status, _ = send(t, "POST", s.URL+"/oauth2/token", "", `{"grant_type":"client_credentials"}`)
	assert.Equal(t, 400, status)
	assert.Equal(t, 1, s.TokensIssued())
}
