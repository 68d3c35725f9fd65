package storedgetest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var plain = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func send(t *testing.T, scheme auth.Scheme, method, url, body string) (int, string, *http.Request) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	require.NoError(t, scheme.Authorize(req.Context(), req))
	resp, err := plain.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(b), req
}

func TestItIsStrict(t *testing.T) {
	s := storedgetest.NewServer(storedgetest.WithFacility("f1", 120))
	defer s.Close()
	good := auth.OAuth1(storedgetest.AccessID, storedgetest.SecretKey, auth.HMACSHA1)
	id := s.TenantIDs("f1")[0]
	s.SetAccount("f1", id, "al", "pw")
	f1 := s.URL + "/v1/f1"
	base, unit, ledger := f1+"/tenants", f1+"/units/"+s.At("f1").IDs(storedge.Unit{})[0], f1+"/ledgers/"+s.At("f1").IDs(storedge.Ledger{})[0]
	for _, c := range []struct {
		scheme            auth.Scheme
		method, url, body string
		status            int
		says              string
	}{
		{auth.None, "GET", base, "", 401, "Invalid OAuth"},
		{auth.OAuth1("x", storedgetest.SecretKey, auth.HMACSHA1), "GET", base, "", 401, "consumer key"},
		{auth.OAuth1(storedgetest.AccessID, "x", auth.HMACSHA1), "GET", base, "", 401, "signature"},
		{auth.OAuth1(storedgetest.AccessID, storedgetest.SecretKey, auth.HMACSHA256), "GET", base, "", 401, "not supported"},
		{good, "GET", base, "", 200, `"next_page":2`},
		{good, "GET", base + "?page=2", "", 200, `"next_page":null`},
		{good, "GET", base + "?page=0", "", 422, "page"},
		{good, "GET", base + "?per_page=-1", "", 422, "per_page"},
		{good, "GET", base + "?limit=3", "", 422, "limit"},
		{good, "GET", base + "/", "", 404, "nothing at this path"},
		{good, "DELETE", base, "", 405, "method"},
		{good, "GET", s.URL + "/v1/other/tenants", "", 404, "facility"},
		{good, "GET", base + "/none", "", 404, "tenant"},
		{good, "GET", base + "/search", "", 422, "either"},
		{good, "GET", base + "/search?phone_number=1&account_number=2", "", 422, "either"},
		{good, "POST", base + "/username_lookup", `{"username":"al"}`, 422, "tenant is missing"},
		{good, "POST", base + "/username_lookup", `{"tenant":{"username":"none"}}`, 404, "username"},
		{good, "POST", base + "/forgot_username", `{"tenant":{"account_number":1000000}}`, 422, "String"},
		{good, "POST", base + "/forgot_username", `{"tenant":{"account_number":"1000000"}}`, 200, "[FILTERED]"},
		{good, "POST", base + "/sign_in", `{"tenant":{"login":"al","password":"no"}}`, 401, "login or password"},
		{good, "POST", base + "/sign_in", `{"tenant":{"login":"al","password":"pw"}}`, 200, "[FILTERED]"},
		{good, "POST", base + "/" + id + "/sign_up", `{"tenant":{"username":"x","password":"y"}}`, 409, "account already"},
		{good, "PUT", base + "/" + id, `{"tenant":{"tax_exempt":"true"}}`, 422, "tax_exempt must be a Boolean"},
		{good, "PUT", base + "/" + id, `{"tenant":{"shoe_size":9}}`, 422, "shoe_size is not a parameter"},
		{good, "PUT", base + "/" + id, `{"tenant":{"military_information":{"date_entered_service":"1/2/2001"}}}`, 422, "YYYY-MM-DD"},
		{good, "PUT", base + "/" + id, `{"tenant":{"military_information":{"branch_of_service":"Space Force"}}}`, 422, "must be Air Force"},
		{good, "PUT", base + "/" + id, `{"tenant":{"contacts_attributes":[{}]}}`, 422, "description is missing"},
		{good, "PATCH", base + "/" + id, `{"tenant":{"phone_numbers_attributes":[{"number":"2125550100","sms_opt_in":true}]}}`, 200, "+12125550100"},
		{good, "PUT", base + "/" + id + "/preferences", `{"tenant_settings":{"email_invoices":"yes"},"tenant":{}}`, 422, "Boolean"},
		{good, "PUT", base + "/" + id + "/change_password", `{"tenant":{"current_password":"no","new_password":"x"}}`, 401, "current password"},
		{good, "POST", base + "/reset_password_with_token", `{"tenant":{"reset_token":"x","password":"y"}}`, 422, "reset_token"},
		{good, "POST", base + "/reset_password_with_token", `{"reset_token":"x","password":"y"}`, 422, "reset token is not valid"},
		{good, "POST", base + "/sign_in", `[`, 400, "not a JSON object"},
		{good, "GET", base + "/none?suppress_response_codes=true", "", 200, `"status_code":404`},
		{good, "GET", f1 + "/units?updated_since=yesterday", "", 422, "updated_since"},
		{good, "GET", f1 + "/units/rate_history?start_date=2023-01-01&end_date=2023-03-01", "", 422, "31 days"},
		{good, "POST", f1 + "/units", `{"unit":{"name":"U1"}}`, 422, "width is missing"},
		{good, "PUT", unit, `{"unit":{"door_type":"glass"}}`, 422, "must be none, roll_up, swing"},
		{good, "PUT", unit, `{"unit":{"rentable":"perhaps"}}`, 422, "true, false, 1, 0"},
		{good, "PUT", unit, `{"unit":{"rentable":"1","shape":"round"}}`, 422, "shape is not a parameter"},
		{good, "PUT", f1 + "/unit_group_tier_rates/update", `{"unit_group_tier_rates":[{"rate":1.5,"tier_id":"t","unit_group_id":"g"}]}`, 400, "invalid rate: 1.5"},
		{good, "POST", ledger + "/make_payment", `{"payment":{"kind":"custom","amount":5},"payment_method":{"kind":"cash"}}`, 422, "amount must be a String"},
		{good, "POST", ledger + "/make_payment", `{"payment":{"kind":"all"},"payment_method":{"kind":"cash"}}`, 422, "must be prepay, balance, custom"},
		{good, "POST", ledger + "/make_payment", `{"payment":{"kind":"balance"}}`, 422, "payment_method is missing"},
		{good, "POST", ledger + "/make_payment", `{"payment":{"kind":"balance"},"payment_method":{"card_number":"1","kind":"card"}}`, 422, "kind must be ach"},
		{good, "POST", ledger + "/make_payment", `{"payment":{"kind":"balance"},"payment_method":{"kind":"credit_card","card_number":"4111"},"idempotency_key":"k"}`, 422, "idempotency_key is not a parameter"},
		{good, "POST", ledger + "/make_payment", `{"payment":{"kind":"balance"},"payment_method":{"kind":"credit_card","card_number":"41110009"}}`, 200, `"card_number":"[FILTERED]"`},
		{good, "PATCH", ledger + "/gate_access_code", `{"gate_access_code":"x"}`, 422, "4 and 8 digits"},
		{good, "POST", ledger + "/add_fee", `{"add_fee":{"invoiceable_item_id":"none"}}`, 404, "no such fee"},
		{good, "POST", f1 + "/leads", `{"lead":{}}`, 422, "tenant_id or tenant_attributes is missing"},
		{good, "POST", f1 + "/leads", `{"lead":{"tenant_id":"` + id + `","colour":"blue"}}`, 422, "colour is not a parameter"},
		{good, "POST", f1 + "/leads", `{"lead":{"tenant_id":"` + id + `","is_reservation":true}}`, 422, "needs a unit_id"},
		{good, "POST", f1 + "/leads", `{"lead":{"tenant_id":"` + id + `"}}`, 201, `"status":"created"`},
		{good, "POST", f1 + "/move_ins/review_cost", `{"move_in":{"tenant_id":"` + id + `"}}`, 422, "unit_id is missing"},
		{good, "POST", f1 + "/move_ins/review_cost", `{"move_in":{"unit_id":"none"}}`, 404, "no such unit"},
		{good, "POST", f1 + "/move_ins/process_move_in", `{"move_in":{"unit_id":"u"},"move_out":{}}`, 422, "move_out is not a parameter"},
		{good, "POST", f1 + "/notes", `{"note":{"note_text":"x"}}`, 422, "One of tenant_id"},
		{good, "POST", f1 + "/events/none/esign", ``, 404, "no such event"},
		{good, "GET", s.URL + "/v1/companies/other/leads", "", 404, "company"},
		{good, "POST", s.URL + "/v1/companies/" + storedgetest.CompanyID + "/report_requests", `{"report_request":{"report_name":"x","report_params":{"filter_facilities":["f9"]}}}`, 404, "no facility f9"},
	} {
		status, body, _ := send(t, c.scheme, c.method, c.url, c.body)
		assert.Equal(t, c.status, status, "%s %s %s: %s", c.method, c.url, c.body, body)
		assert.Contains(t, body, c.says, "%s %s", c.url, c.body)
	}
	status, _, req := send(t, good, "GET", base, "")
	require.Equal(t, 200, status)
	resp, err := plain.Do(req.Clone(t.Context()))
	require.NoError(t, err)
	resp.Body.Close()
	assert.Equal(t, 401, resp.StatusCode, "a nonce is taken once")
}
