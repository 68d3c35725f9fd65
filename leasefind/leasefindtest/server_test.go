package leasefindtest_test

import (
	"encoding/json"
	"io"
	"maps"
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

// changed returns a JSON object with one member replaced or added.
func changed(t *testing.T, object, member string) string {
	t.Helper()
	var all, one map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(object), &all))
	require.NoError(t, json.Unmarshal([]byte("{"+member+"}"), &one))
	maps.Copy(all, one)
	b, err := json.Marshal(all)
	require.NoError(t, err)
	return string(b)
}

// What the API refuses, the fake refuses, with the same error.
func TestItIsStrict(t *testing.T) {
	s := leasefindtest.NewServer(leasefindtest.WithTenants(3))
	defer s.Close()
	s.DenyGroups("group-3")
	good := "Bearer " + s.IssueToken()
	unit := s.UnitIDs()[0]
	synced := func(member string) string {
		one := changed(t, `{"external_reference":"l1","number_of_bathrooms":1,"unit_type":"apartment","listing_url":"x"}`, member)
		return `{"group_id":"group-0","listings":[` + one + `]}`
	}
	message := func(member string) string {
		return changed(t, `{"channel":"web_chat","message_direction":"Inbound","group_id":"group-0","web_chat":{"message_id":"1","text":"x","created_datetime":"2026-01-01T00:00:00Z"}}`, member)
	}
	for _, c := range []struct {
		method, path, token, body string
		status                    int
		says                      string
	}{
		{"POST", "/leases/tenants/", "", `{}`, 400, "missing_authorization"},
		{"POST", "/leases/tenants/", "Bearer nonsense", `{}`, 401, "invalid_authorization"},
		{"POST", "/leases/tenants/", good[7:], `{}`, 401, "invalid_authorization"},
		{"POST", "/leases/tenants/", "bearer" + good[6:], `{}`, 200, `"tenants"`},
		{"POST", "/tasks/", "", `{}`, 401, "missing_authorization"},
		{"PATCH", "/tasks/", "", `{}`, 401, "missing_authorization"},
		{"GET", "/webhook/app-portal-access/", "", ``, 401, "missing_authorization"},
		{"GET", "/webhook/app-portal-access/", good, ``, 200, `#key=`},
		{"GET", "/communities/?name=a", "", ``, 400, "missing_authorization"},
		{"POST", "/leases/tenants/", good, `{}`, 200, `"last_id":-1`},
		{"POST", "/leases/tenants", good, `{}`, 404, "not_found"},
		{"GET", "/leases/tenants/", good, ``, 405, "method_not_allowed"},
		{"POST", "/leases/tenants/", good, `[]`, 400, "invalid_request"},
		{"POST", "/leases/tenants/", good, `{"after-id":9223372036854775807}`, 404, "not_found"},
		{"POST", "/leases/tenants/", good, `{"after-id":"-9223372036854775808"}`, 200, `"tenants"`},
		{"POST", "/leases/tenants/", good, `{"after-id":"9223372036854775808"}`, 400, "after-id"},
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
		{"POST", "/leases/create/", good, `{"lease":{"unit_id":"` + unit + `","colour":1}}`, 400, "lease.colour"},
		{"POST", "/leases/create/", good, `{"lease":{"unit_id":"` + unit + `"},"tenants":[{"identifier":"t"}]}`, 400, "tenants[0].identifier"},
		{"POST", "/leases/create/?x=1", good, `{"lease":{"unit_id":"` + unit + `"}}`, 400, "query"},
		{"POST", "/leases/create/", good, `{"lease":{"unit_id":"` + unit + `","start_date":"soon"}}`, 400, "start_date"},
		{"POST", "/leases/create/", good, `{}`, 400, "invalid_request"},
		{"POST", "/leases/create/", good, `{"lease":{"unit_id":"` + unit + `"}}`, 200, `"success":true`},
		{"POST", "/units/find/", good, `{"group_ids":["a"],"groups_external_refs":["b"]}`, 400, "both_group_identifiers_provided"},
		{"POST", "/units/find/", good, `{"group_ids":"a"}`, 400, "group_ids"},
		{"POST", "/units/find/", good, `{"sqft":1.5}`, 400, "sqft"},
		{"POST", "/units/find/", good, `{"address":{"planet":"Mars"}}`, 400, "address.planet"},
		{"POST", "/units/find/", good, `{"unit_number":null}`, 400, "unit_number"},
		{"POST", "/units/multiple/", good, `{"units":[]}`, 400, "no_group"},
		{"POST", "/units/multiple/", good, `{"units":[],"group_id":"group-0","group_external_ref":"x-group-0"}`, 400, "both_group_identifiers_provided"},
		{"POST", "/units/multiple/", good, `{"units":[],"group_id":"nothing"}`, 404, "group_not_found"},
		{"POST", "/units/multiple/", good, `{"units":[],"group_id":"group-3"}`, 401, "no_access_to_group"},
		{"POST", "/units/multiple/", good, `{"group_id":"group-0"}`, 400, "units"},
		{"POST", "/units/multiple/", good, `{"group_id":"group-0","units":[{"number_of_bathrooms":1.5}]}`, 400, "units[0].number_of_bathrooms"},
		{"GET", "/communities/", good, ``, 400, "no_search_parameters"},
		{"GET", "/communities/?after_id=1", good, ``, 400, "no_search_parameters"},
		{"GET", "/communities/?city=x", good, ``, 400, "city"},
		{"GET", "/communities/?name=", good, ``, 400, "name"},
		{"GET", "/communities/?name=nowhere", good, ``, 404, `{"error":"No communities`},
		{"GET", "/communities/?community_id=group-3", good, ``, 404, `{"error":"No communities`},
		{"GET", "/communities/?community_id=group-0&after_id=1", good, ``, 200, `"last_id":-1`},
		{"POST", "/communities/", good, `{"email_address":"x@y@z"}`, 400, `"name":["This field is required."]`},
		{"POST", "/communities/", good, `{"name":"A","timezone":"US/Eastern","email_address":"x@y@z"}`, 400, `{"email_address":["This field must be an email address."]}`},
		{"POST", "/communities/", good, `{"name":"A","timezone":"US/Eastern","units":3}`, 400, `{"units":["This field is not known."]}`},
		{"POST", "/communities/", good, `{"name":"A","timezone":"soon"}`, 400, `{"timezone":[`},
		{"PATCH", "/communities/", good, `{"name":"A"}`, 400, `{"non_field_errors":["Either`},
		{"PATCH", "/communities/", good, `{"community_id":"group-0"}`, 400, `{"non_field_errors":["There is nothing`},
		{"PATCH", "/communities/", good, `{"community_id":"group-0","name":5}`, 400, `{"name":["This field must be a text."]}`},
		{"PATCH", "/communities/", good, `{"community_id":"nothing","name":"A"}`, 404, "community_not_found"},
		{"PATCH", "/communities/", good, `{"community_id":"group-3","name":"A"}`, 404, "community_not_found"},
		{"PATCH", "/communities/", good, `{"community_id":"group-0","name":"A"}`, 200, "request_id"},
		{"PUT", "/communities/", good, `{}`, 405, "method_not_allowed"},
		{"POST", "/persons/find/", good, `{"group_ids":["a"],"groups_external_refs":["b"]}`, 400, "both_group_identifiers_provided"},
		{"POST", "/persons/find/", good, `{"group_ids":["group-3"]}`, 404, "not_found"},
		{"POST", "/persons/find/", good, `{"age":3}`, 400, "age"},
		{"POST", "/persons/multiple/", good, `{}`, 400, "persons"},
		{"POST", "/persons/multiple/", good, `{"persons":[{"first_name":"A","groups":["x"]}]}`, 400, "persons[0].groups"},
		{"POST", "/persons/multiple/", good, `{"persons":[{"first_name":"A"},{"group_ids":["a"],"groups_external_refs":["b"]}]}`, 400, "both_group_identifiers_provided"},
		{"POST", "/persons/multiple/", good, `{"persons":[{"group_ids":"group-1"}]}`, 400, "persons[0].group_ids"},
		{"POST", "/persons/", good, `{}`, 404, "not_found"},
		{"POST", "/listings/find/", good, `{}`, 400, "no_group_identifier_provided"},
		{"POST", "/listings/find/", good, `{"group_id":"a","group_external_ref":"b"}`, 400, "both_group_identifiers_provided"},
		{"POST", "/listings/find/", good, `{"group_id":"nothing"}`, 401, "no_access_to_group"},
		{"POST", "/listings/find/", good, `{"group_id":"group-3"}`, 401, "no_access_to_group"},
		{"POST", "/listings/find/", good, `{"group_id":"group-0"}`, 404, "not_found"},
		{"POST", "/listings/", good, `{"group_id":"group-0"}`, 404, "not_found"},
		{"POST", "/listing/", good, `{"unit_type":"apartment","listing_url":"x"}`, 400, "no_group_provided"},
		{"POST", "/listing/", good, `{"group_id":"group-0","listing_url":"x"}`, 400, "missing_or_invalid_unit_type"},
		{"POST", "/listing/", good, `{"group_id":"group-0","listing_url":"x","unit_type":"house"}`, 400, "missing_or_invalid_unit_type"},
		{"POST", "/listing/", good, `{"group_id":"group-0","unit_type":"apartment"}`, 400, "no_listing_url"},
		{"POST", "/listing/", good, `{"group_id":"group-0","group_external_ref":"x"}`, 400, "group_external_ref"},
		{"POST", "/listing/", good, `{"group_id":"group-0","unit_type":"apartment","listing_url":"x","unit_id":"none"}`, 400, "unit_not_found"},
		{"POST", "/listing/", good, `{"group_id":"group-0","unit_type":"apartment","listing_url":"x","address":{"state":"IL"}}`, 400, "address.address_line_1"},
		{"POST", "/listing/", good, `{"group_id":"group-0","unit_type":"apartment","listing_url":"x","move_in_date":"1/2/26"}`, 400, "move_in_date"},
		{"POST", "/listing/sync/", good, `{"listings":[]}`, 400, "no_group_provided"},
		{"POST", "/listing/sync/", good, `{"group_id":"a","group_external_ref":"b"}`, 400, "both_group_identifiers_provided"},
		{"POST", "/listing/sync/", good, `{"group_id":"group-3"}`, 401, "no_access_to_group"},
		{"POST", "/listing/sync/", good, synced(`"external_reference":""`), 401, "no_external_reference"},
		{"POST", "/listing/sync/", good, synced(`"bathrooms":[]`), 400, "both_bathroom_attributes_provided"},
		{"POST", "/listing/sync/", good, synced(`"number_of_bathrooms":null`), 401, "no_bathroom_attributes_provided"},
		{"POST", "/listing/sync/", good, synced(`"number_of_bathrooms":0.5`), 401, "invalid_number_of_bathrooms"},
		{"POST", "/listing/sync/", good, synced(`"unit_type":null`), 401, "missing_unit_type"},
		{"POST", "/listing/sync/", good, synced(`"unit_type":"house"`), 401, "invalid_unit_type"},
		{"POST", "/listing/sync/", good, synced(`"listing_url":null`), 401, "missing_listing_url"},
		{"POST", "/listing/sync/", good, synced(`"active_date":"soon"`), 401, "date_format_invalid"},
		{"POST", "/listing/sync/", good, synced(`"group_id":"x"`), 400, "listings[0].group_id"},
		{"DELETE", "/listings/none/", good, `{"inactive_date":"2030-01-01"}`, 404, "not_found"},
		{"DELETE", "/listings/none/", good, `{"inactive-date":"soon"}`, 400, "inactive-date"},
		{"DELETE", "/listings/none/", good, `{"inactive-date":"2030-01-01","inactive_date":"2030-01-02"}`, 400, "differ"},
		{"DELETE", "/listings/none/?inactive_date=2030-01-01", good, ``, 400, "query"},
		{"POST", "/task/", good, `{}`, 404, "not_found"},
		{"POST", "/tasks/", good, `{"group_id":"a","group_external_ref":"b"}`, 400, "both_group_identifiers_provided"},
		{"POST", "/tasks/", good, `{"importance":"urgent"}`, 400, "importance"},
		{"POST", "/tasks/", good, `{"due_datetime":"2026-01-01T10:00:00Z"}`, 400, "due_datetime"},
		{"POST", "/tasks/", good, `{"due_datetime":"2026-01-01 10:00:00"}`, 200, "request_id"},
		{"POST", "/tasks/", good, `{"resident":{"first_name":"A"}}`, 400, "resident"},
		{"POST", "/tasks/", good, `{"status":"created"}`, 400, "status"},
		{"PATCH", "/tasks/", good, `{"status":"completed"}`, 400, "identifier"},
		{"PATCH", "/tasks/", good, `{"identifier":"t","group_id":"g"}`, 400, "group_id"},
		{"PATCH", "/tasks/", good, `{"identifier":"t","status":"done"}`, 400, "status"},
		{"POST", "/messages/", good, `{"message_direction":"Inbound","group_id":"group-0"}`, 400, "channel"},
		{"POST", "/messages/", good, `{"channel":"sms","message_direction":"Inbound","group_id":"group-0"}`, 400, "sms"},
		{"POST", "/messages/", good, message(`"message_direction":null`), 400, "message_direction"},
		{"POST", "/messages/", good, message(`"message_direction":"inbound"`), 400, "message_direction"},
		{"POST", "/messages/", good, message(`"group_id":null`), 400, "no_group"},
		{"POST", "/messages/", good, message(`"group_external_ref":"x"`), 400, "both_group_identifiers_provided"},
		{"POST", "/messages/", good, message(`"group_id":"nothing"`), 404, "group_not_found"},
		{"POST", "/messages/", good, message(`"group_id":"group-3"`), 401, "no_access_to_group"},
		{"POST", "/messages/", good, message(`"email":{}`), 400, "email"},
		{"POST", "/messages/", good, message(`"web_chat":{"message_id":"1"}`), 400, "web_chat.text"},
		{"POST", "/messages/", good, `{"channel":"review","group_id":"group-0","review":{"source":"yelp"}}`, 400, "review.source"},
		{"POST", "/messages/", good, `{"channel":"review","group_id":"group-0","review":{"rating":5}}`, 200, "request_id"},
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
