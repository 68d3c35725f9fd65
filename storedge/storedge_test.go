package storedge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/lossless"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/storedge"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func mocked(t *testing.T, opts ...tenantry.Option) (*storedge.TenantsService, *httpmock.MockTransport) {
	t.Helper()
	c, mock := testclient.Mocked(t, func(opts ...tenantry.Option) (*storedge.Client, error) {
		return storedge.NewClient("key", "secret", opts...)
	}, opts...)
	return c.Facility("f1").Tenants, mock
}

// under is a member of a fixture.
func under(t *testing.T, fixture, name string) string {
	t.Helper()
	var m map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(fixture), &m))
	return string(m[name])
}

// An operation as the tests know it; the responses are those of the reference.
type operation struct {
	name, method, path, query, body, answer string
	call                                    func(context.Context, *storedge.TenantsService) (any, error)
}

const (
	ledgers = `{"ledgers":[{"id":"l1","active":true,"autopay_info":{"autopay_enabled":true,"day":3,"next_autopay_date":"2026-01-03"},"current_account_balance":10.50,` +
		`"current_rate":1e2,"lease_number":null,"recent_payments":[{"amount":1.10}],"scheduled_move_out":null,"manage_revenue":false,"tenant":{"id":"t1"},"unit":{"name":"A1"}}],"meta":{}}`
	search = `{"tenants":[{"id":"t1","account_number":7}],"meta":{}}`
	onlyID = `{"tenant":{"id":"t1"},"meta":{}}`
)

func operations(t *testing.T) []operation {
	page := "asort=id&page=1&per_page=100"
	anything := storedge.ListParams{}
	return []operation{
		{"list", "GET", "/v1/f1/tenants", page, "", testclient.Fixture(t, "list.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) { return s.List(ctx, anything) }},
		{"list-previous", "GET", "/v1/f1/tenants/previous", page, "", testclient.Fixture(t, "previous.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.ListPrevious(ctx, anything)
		}},
		{"list-current", "GET", "/v1/f1/tenants/current", "asort=id&page=1&per_page=50", "", testclient.Fixture(t, "current.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.ListCurrent(ctx, storedge.ListParams{PerPage: 50})
		}},
		{"get", "GET", "/v1/f1/tenants/t%2F1", "", "", testclient.Fixture(t, "get.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) { return s.Get(ctx, "t/1") }},
		{"lookup-username", "POST", "/v1/f1/tenants/username_lookup", "", `{"tenant":{"username":"al"}}`, testclient.Fixture(t, "username_lookup.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.LookupUsername(ctx, "al")
		}},
		{"forgot-username", "POST", "/v1/f1/tenants/forgot_username", "", `{"tenant":{"account_number":"1000002"}}`, testclient.Fixture(t, "forgot_username.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return nil, s.ForgotUsername(ctx, "1000002")
		}},
		{"search", "GET", "/v1/f1/tenants/search", "phone_number=%2B1%20212%20555", "", search, func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.Search(ctx, storedge.TenantSearchParams{PhoneNumber: "+1 212 555"})
		}},
		{"search by account", "GET", "/v1/f1/tenants/search", "account_number=1000002", "", search, func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.Search(ctx, storedge.TenantSearchParams{AccountNumber: "1000002"})
		}},
		{"eligibility", "GET", "/v1/f1/tenants/t1/eligibility", "", "", testclient.Fixture(t, "eligibility.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) { return s.Eligibility(ctx, "t1") }},
		{"list-notes", "GET", "/v1/f1/tenants/t1/notes", page, "", testclient.Fixture(t, "notes.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.ListNotes(ctx, "t1", storedge.ListParams{})
		}},
		{"delinquency", "GET", "/v1/f1/tenants/t1/delinquency", "", "", testclient.Fixture(t, "delinquency.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) { return s.Delinquency(ctx, "t1") }},
		{"preferences", "GET", "/v1/f1/tenants/t1/preferences", "", "", testclient.Fixture(t, "preferences.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) { return s.Preferences(ctx, "t1") }},
		{"update-preferences", "PUT", "/v1/f1/tenants/t1/preferences", "", testclient.Fixture(t, "update_preferences_request.json"), testclient.Fixture(t, "update_preferences.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.UpdatePreferences(ctx, "t1", storedge.PreferencesUpdateParams{DelinquencyExempt: tenantry.Set(true)})
		}},
		{"list-ledgers", "GET", "/v1/f1/tenants/t1/ledgers", "", "", ledgers, func(ctx context.Context, s *storedge.TenantsService) (any, error) { return s.ListLedgers(ctx, "t1") }},
		{"patch", "PATCH", "/v1/f1/tenants/t1", "", `{"tenant":{"title":null,"tax_exempt":false,"account_number":"7","password":"new password","x":1}}`, onlyID, func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.Patch(ctx, "t1", storedge.TenantUpdateParams{
				Title: tenantry.Null[string](), TaxExempt: tenantry.Set(false), AccountNumber: tenantry.Set("7"), Password: tenantry.Set(tenantry.NewSecret("new password")),
				Extra: tenantry.Extra{"x": tenantry.Raw("1")},
			})
		}},
		{"update", "PUT", "/v1/f1/tenants/t1", "", testclient.Fixture(t, "update_request.json"), testclient.Fixture(t, "update.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.Update(ctx, "t1", storedge.TenantUpdateParams{
				FirstName: tenantry.Set("Kelvin"), LastName: tenantry.Set("Benjamin"),
				PhoneNumbersAttributes:   tenantry.Set([]storedge.PhoneNumberParams{{Number: tenantry.Set("5656663476"), Label: tenantry.Set(storedge.LabelMobile), SMSOptIn: tenantry.Set(true)}}),
				MailingAddressAttributes: tenantry.Set(storedge.AddressParams{Address1: tenantry.Set("Ikea St"), City: tenantry.Set("Ikealand"), State: tenantry.Set("KS")}),
			})
		}},
		{"sign-in", "POST", "/v1/f1/tenants/sign_in", "", `{"tenant":{"login":"al@example.test","password":"super_secret_password"}}`, testclient.Fixture(t, "sign_in.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.SignIn(ctx, storedge.SignInParams{Login: "al@example.test", Password: tenantry.NewSecret("super_secret_password")})
		}},
		{"sign-up", "POST", "/v1/f1/tenants/t1/sign_up", "", testclient.Fixture(t, "sign_up_request.json"), testclient.Fixture(t, "sign_up.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.SignUp(ctx, "t1", storedge.TenantUpdateParams{Username: tenantry.Set("awesome_o_5000"), Password: tenantry.Set(tenantry.NewSecret("supersecretpassword"))})
		}},
		{"change-password", "PUT", "/v1/f1/tenants/t1/change_password", "", testclient.Fixture(t, "change_password_request.json"), testclient.Fixture(t, "change_password.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return s.ChangePassword(ctx, "t1", storedge.ChangePasswordParams{CurrentPassword: tenantry.NewSecret("super_secret_password"), NewPassword: tenantry.NewSecret("super_new_password")})
		}},
		{"reset-password-with-token", "POST", "/v1/f1/tenants/reset_password_with_token", "", `{"reset_token":"tok1","password":"pass1","tenant":{"reset_token":"tok1","password":"pass1"}}`, testclient.Fixture(t, "forgot_username.json"), func(ctx context.Context, s *storedge.TenantsService) (any, error) {
			return nil, s.ResetPasswordWithToken(ctx, storedge.ResetPasswordParams{ResetToken: tenantry.NewSecret("tok1"), Password: tenantry.NewSecret("pass1")})
		}},
	}
}

// keptAll checks that a decoded record says what its JSON did.
func keptAll(t *testing.T, want string, got any) {
	t.Helper()
	b, err := json.Marshal(got)
	require.NoError(t, err)
	before, err := lossless.Of([]byte(want))
	require.NoError(t, err)
	after, err := lossless.Of(b)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

func TestOperations(t *testing.T) {
	checks := map[string]func(*testing.T, string, any){
		"list": func(t *testing.T, answer string, got any) {
			page := got.(*tenantry.Page[storedge.Tenant])
			require.Len(t, page.Items, 2)
			assert.Equal(t, 2, page.Total)
			var all []json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(under(t, answer, "tenants")), &all))
			for i := range all {
				keptAll(t, string(all[i]), &page.Items[i])
				assert.Nil(t, page.Items[i].Extra, "every member has its field")
			}
		},
		"get":                func(t *testing.T, answer string, got any) { keptAll(t, under(t, answer, "tenant"), got) },
		"lookup-username":    func(t *testing.T, answer string, got any) { keptAll(t, under(t, answer, "tenant"), got) },
		"update":             func(t *testing.T, answer string, got any) { keptAll(t, under(t, answer, "tenant"), got) },
		"sign-in":            func(t *testing.T, answer string, got any) { keptAll(t, under(t, answer, "tenant"), got) },
		"sign-up":            func(t *testing.T, answer string, got any) { keptAll(t, under(t, answer, "tenant"), got) },
		"change-password":    func(t *testing.T, answer string, got any) { keptAll(t, under(t, answer, "tenant"), got) },
		"delinquency":        func(t *testing.T, answer string, got any) { keptAll(t, under(t, answer, "delinquency"), got) },
		"update-preferences": func(t *testing.T, answer string, got any) { keptAll(t, under(t, answer, "tenant_settings"), got) },
		"eligibility":        func(t *testing.T, _ string, got any) { assert.True(t, *got.(*storedge.Eligibility).EligibleForMoveIn) },
		"preferences": func(t *testing.T, answer string, got any) {
			keptAll(t, under(t, answer, "tenant_settings"), got)
			s := got.(*storedge.TenantSettings)
			assert.True(t, *s.TenantsPreferences.EmailInvoices)
			assert.Nil(t, s.TenantsPreferences.PrintInvoices, "the tenant has not set it")
			assert.True(t, *s.DefaultSettings["charge_invoice_fee"].Value)
			assert.Nil(t, s.DefaultSettings["receive_legal_notices_by_email"].Value)
			assert.Equal(t, "Boolean", s.DefaultSettings["receive_legal_notices_by_email"].Type)
		},
		"list-notes": func(t *testing.T, _ string, got any) {
			page := got.(*tenantry.Page[storedge.Note])
			assert.Equal(t, []storedge.Note{{ID: "492a2d90-e7e1-485c-a6fa-2626a290404b", Note: "test", CreatedAt: "2023-09-15T04:37:43.060-10:00"}}, page.Items)
			assert.False(t, page.HasMore)
		},
		"list-ledgers": func(t *testing.T, _ string, got any) {
			l := got.(*tenantry.Page[storedge.Ledger]).Items[0]
			assert.Equal(t, tenantry.Decimal("10.50"), l.CurrentAccountBalance)
			assert.Equal(t, tenantry.Decimal("1e2"), l.CurrentRate)
			assert.Nil(t, l.LeaseNumber)
			assert.Equal(t, "null", string(l.ScheduledMoveOut))
			assert.EqualValues(t, 3, *l.AutopayInfo.Day)
			assert.Equal(t, "t1", l.Tenant.ID)
			assert.JSONEq(t, `{"name":"A1"}`, string(l.Extra["unit"]))
			assert.JSONEq(t, `{"amount":1.10}`, string(l.RecentPayments[0]))
		},
		"reset-password-with-token": func(t *testing.T, _ string, got any) { assert.Nil(t, got) },
	}
	for _, op := range operations(t) {
		t.Run(op.name, func(t *testing.T) {
			s, mock := mocked(t)
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, op.method, r.Method)
				assert.Equal(t, op.path, r.URL.EscapedPath())
				assert.Equal(t, op.query, r.URL.RawQuery)
				assert.Equal(t, "api.storedgefms.com", r.URL.Host)
				assert.Equal(t, "application/json", r.Header.Get("Accept"))
				assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
				header := r.Header.Get("Authorization")
				assert.True(t, strings.HasPrefix(header, `OAuth oauth_consumer_key="key", oauth_nonce="`), header)
				assert.Contains(t, header, `oauth_signature_method="HMAC-SHA1"`)
				assert.NotContains(t, header, "oauth_token")
				if op.body != "" {
					b, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					assert.JSONEq(t, op.body, string(b))
				}
				return httpmock.NewStringResponse(200, op.answer), nil
			})
			got, err := op.call(t.Context(), s)
			require.NoError(t, err)
			assert.Equal(t, 1, mock.GetTotalCallCount())
			if check := checks[op.name]; check != nil {
				check(t, op.answer, got)
			}
		})
	}
}

func TestEveryUpdateField(t *testing.T) {
	s, mock := mocked(t)
	var sent string
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		return httpmock.NewStringResponse(200, onlyID), nil
	})
	_, err := s.Patch(t.Context(), "t1", storedge.TenantUpdateParams{
		IsMilitary: tenantry.Set(true), DeclineAlternateContact: tenantry.Set(false),
		MilitaryInformation: tenantry.Set(storedge.MilitaryInformationParams{
			DateEnteredService: tenantry.Set[tenantry.Date]("2001-02-03"), EndOfActiveServiceDate: tenantry.Null[tenantry.Date](), Last4OfSSN: tenantry.Set(tenantry.NewSecret("1234")),
			BranchOfService: tenantry.Set(storedge.MilitaryBranchCoastGuard), TypeOfService: tenantry.Set(storedge.MilitaryServiceActiveComponent), RetiredMilitary: tenantry.Set(true), AgentState: tenantry.Set("KS"),
		}),
		PasswordRecoveryQuestionsAttributes: tenantry.Set([]storedge.PasswordRecoveryQuestionParams{{Question: "pet?", Answer: tenantry.NewSecret("rex")}}),
		ContactsAttributes: tenantry.Set([]storedge.ContactParams{{
			ID: tenantry.Set("c1"), Description: tenantry.Set("brother"), Primary: tenantry.Set("false"), Email: tenantry.Null[string](),
			PhoneNumbersAttributes: tenantry.Set([]storedge.PhoneNumberParams{{Number: tenantry.Set("1"), Primary: tenantry.Set("true")}}),
			AddressAttributes:      tenantry.Set(storedge.AddressParams{Address2: tenantry.Null[string](), Postal: tenantry.Set("66002")}),
		}}),
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"tenant":{"is_military":true,"decline_alternate_contact":false,
		"military_information":{"date_entered_service":"2001-02-03","end_of_active_service_date":null,"last_4_of_ssn":"1234","branch_of_service":"Coast Guard","type_of_service":"Active Component","retired_military":true,"agent_state":"KS"},
		"password_recovery_questions_attributes":[{"question":"pet?","answer":"rex"}],
		"contacts_attributes":[{"id":"c1","description":"brother","primary":"false","email":null,"phone_numbers_attributes":[{"number":"1","primary":"true"}],"address_attributes":{"address2":null,"postal":"66002"}}]}}`, sent)
}

func TestErrors(t *testing.T) {
	const body = `{"meta":{"status_code":%d,"status_message":"What it is","status_cat":"x","request_method":"GET","request_id":"r-1","parameters":{"tenant":{"login":"al@example.test"}},"message":"What it says","error_code":%d}}`
	for _, op := range operations(t) {
		for status, class := range map[int]error{400: tenantry.ErrInvalid, 401: tenantry.ErrUnauthorized, 403: tenantry.ErrForbidden, 404: tenantry.ErrNotFound, 409: tenantry.ErrConflict, 422: tenantry.ErrInvalid, 429: tenantry.ErrRateLimited, 500: tenantry.ErrServer} {
			s, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(status, fmt.Sprintf(body, status, 1234)))
			_, err := op.call(t.Context(), s)
			require.ErrorIs(t, err, class, op.name)
			require.NotErrorIs(t, err, storedge.ErrAccessDenied)
			require.NotErrorIs(t, err, storedge.ErrTenantCredentials, "the key is no good either")
			var e *tenantry.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "1234", e.Code)
			assert.Equal(t, "What it says", e.Message)
			assert.Equal(t, "r-1", e.RequestID)
			assert.Equal(t, "What it is", e.Details["status_message"])
			assert.NotContains(t, fmt.Sprint(e.Details), "al@example.test")
		}
		for _, denied := range []string{`{"meta":{"message":"AccessDenied"}}`, `{"meta":{"message":"no","status_message":"Access Denied"}}`, `{"error":"AccessDenied","meta":{}}`, `{"meta":{"error_code":"AccessDenied"}}`} {
			s, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(403, denied))
			_, err := op.call(t.Context(), s)
			require.ErrorIs(t, err, storedge.ErrAccessDenied, denied)
			require.ErrorIs(t, err, tenantry.ErrForbidden)
		}
		for _, broken := range []string{``, `[`, `<html>`, `5`} {
			s, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, broken))
			_, err := op.call(t.Context(), s)
			if (op.name == "forgot-username" || op.name == "reset-password-with-token") && (broken == "" || broken == "5") {
				require.NoError(t, err, "it returns nothing")
			} else {
				var e *tenantry.DecodeError
				require.ErrorAs(t, err, &e, "%s: %q", op.name, broken)
			}
			mock.RegisterNoResponder(httpmock.NewStringResponder(500, broken))
			_, err = op.call(t.Context(), s)
			require.ErrorIs(t, err, tenantry.ErrServer)
		}
	}
	for _, op := range operations(t) {
		if op.name == "forgot-username" || op.name == "reset-password-with-token" || strings.HasPrefix(op.name, "list") || strings.HasPrefix(op.name, "search") {
			continue
		}
		s, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"meta":{}}`))
		_, err := op.call(t.Context(), s)
		var e *tenantry.DecodeError
		require.ErrorAs(t, err, &e, op.name)
	}
}

func second[T any](_ T, err error) error { return err }

func TestRefusedBeforeSending(t *testing.T) {
	s, mock := mocked(t)
	ctx := t.Context()
	military := func(m storedge.MilitaryInformationParams) error {
		_, err := s.Update(ctx, "t1", storedge.TenantUpdateParams{MilitaryInformation: tenantry.Set(m)})
		return err
	}
	c, err := storedge.NewClient("k", "s", tenantry.WithHTTPClient(&http.Client{Transport: mock}))
	require.NoError(t, err)
	nowhere := c.Facility("").Tenants
	for name, err := range map[string]error{
		"search by nothing":    second(s.Search(ctx, storedge.TenantSearchParams{})),
		"search by both":       second(s.Search(ctx, storedge.TenantSearchParams{PhoneNumber: "1", AccountNumber: "2"})),
		"no facility":          second(nowhere.List(ctx, storedge.ListParams{})),
		"no facility, search":  second(nowhere.Search(ctx, storedge.TenantSearchParams{PhoneNumber: "1"})),
		"dots for a facility":  second(c.Facility("..").Tenants.Get(ctx, "t1")),
		"no tenant":            second(s.Get(ctx, "")),
		"no tenant, ledgers":   second(s.ListLedgers(ctx, "")),
		"no tenant, notes":     second(s.ListNotes(ctx, "", storedge.ListParams{})),
		"no tenant, all notes": second(tenantry.Collect(s.AllNotes(ctx, "", storedge.ListParams{}))),
		"no tenant, patch":     second(s.Patch(ctx, "", storedge.TenantUpdateParams{})),
		"negative page":        second(tenantry.Collect(s.AllCurrent(ctx, storedge.ListParams{PerPage: -1}))),
		"cursor":               second(s.List(ctx, storedge.ListParams{Cursor: "x"})),
		"no username":          second(s.LookupUsername(ctx, "")),
		"no account number":    s.ForgotUsername(ctx, ""),
		"no login":             second(s.SignIn(ctx, storedge.SignInParams{Password: tenantry.NewSecret("x")})),
		"no password":          second(s.SignIn(ctx, storedge.SignInParams{Login: "x"})),
		"no new password":      second(s.ChangePassword(ctx, "t1", storedge.ChangePasswordParams{CurrentPassword: tenantry.NewSecret("x")})),
		"no reset token":       s.ResetPasswordWithToken(ctx, storedge.ResetPasswordParams{Password: tenantry.NewSecret("x")}),
		"service's date":       military(storedge.MilitaryInformationParams{DateEnteredService: tenantry.Set[tenantry.Date]("1/2/2001")}),
		"service's empty date": military(storedge.MilitaryInformationParams{EndOfActiveServiceDate: tenantry.Set[tenantry.Date]("")}),
		"three digits":         military(storedge.MilitaryInformationParams{Last4OfSSN: tenantry.Set(tenantry.NewSecret("123"))}),
		"no digits":            military(storedge.MilitaryInformationParams{Last4OfSSN: tenantry.Set(tenantry.NewSecret("-000"))}),
		"no key":               second(storedge.NewClient("", "s")),
		"no secret":            second(storedge.NewClient("k", " ")),
		"tokens":               second(storedge.NewClient("k", "s", tenantry.WithTokenSource(noTokens{}))),
		"plain http":           second(storedge.NewClient("k", "s", tenantry.WithBaseURL("http://storedge.example"))),
	} {
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
		assert.True(t, strings.HasPrefix(err.Error(), "storedge: "), err)
	}
	assert.Zero(t, mock.GetTotalCallCount())
}

func TestSettings(t *testing.T) {
	for in, want := range map[string]*bool{
		`true`: ptr(true), `false`: ptr(false), `null`: nil, `{"value":true,"type":"Boolean"}`: ptr(true), `{"value":null,"type":"Boolean"}`: nil, `"monthly"`: nil, `{"other":[1]}`: nil, `7`: nil,
	} {
		var s storedge.Setting
		require.NoError(t, json.Unmarshal([]byte(in), &s))
		assert.Equal(t, want, s.Value, in)
		b, err := json.Marshal(s)
		require.NoError(t, err)
		if in != `null` {
			assert.JSONEq(t, in, string(b))
		}
	}
	b, err := json.Marshal([]storedge.Setting{{Value: ptr(true)}, {Type: "Boolean"}})
	require.NoError(t, err)
	assert.JSONEq(t, `[true,{"type":"Boolean","value":null}]`, string(b))
}

func ptr[T any](v T) *T { return &v }

type noTokens struct{}

func (noTokens) Token() (*oauth2.Token, error) { return nil, io.EOF }
