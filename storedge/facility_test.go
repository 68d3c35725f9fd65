package storedge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/storedge"
)

// A call is an operation of a facility as the tests know it. Its response holds the
// example under its member, as a list if the member is one.
type call struct {
	name, method, path, query, body string
	response                        string
	repeated                        bool // retried after a 503
	record                          func(got any) any
	do                              func(context.Context, *storedge.Facility) (any, error)
}

func examples(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(testclient.Fixture(t, "examples.json")), &all))
	return all
}

func first[T any](got any) any { return &got.(*tenantry.Page[T]).Items[0] }

func itself(got any) any { return got }

func calls(t *testing.T) []call {
	ex := examples(t)
	list := func(member, example string) string {
		return fmt.Sprintf(`{%q:[%s],"meta":{"pagination":{"total_entries":1,"next_page":null}}}`, member, ex[example])
	}
	one := func(member, example string) string { return fmt.Sprintf(`{%q:%s,"meta":{}}`, member, ex[example]) }
	const page = "asort=id&page=1&per_page=100"
	type f = *storedge.Facility
	all := storedge.ListParams{}
	card := storedge.PaymentMethodParams{Kind: tenantry.Set(storedge.PaymentKindCreditCard), CardNumber: tenantry.Set(tenantry.NewSecret("4111")), SecurityCode: tenantry.Set(tenantry.NewSecret("123"))}
	const cardBody = `{"kind":"credit_card","card_number":"4111","security_code":"123"}`
	stored := storedge.PaymentMethodParams{PaymentMethodID: tenantry.Set("pm1")}
	return []call{
		{"units.list", "GET", "/v1/f1/units", page, "", list("units", "unit"), true, first[storedge.Unit], func(ctx context.Context, f f) (any, error) { return f.Units.List(ctx, all) }},
		{"units.list CubeSmart", "GET", "/v1/f1/units", page, "", list("units", "unit_cubesmart_variant"), true, first[storedge.Unit], func(ctx context.Context, f f) (any, error) { return f.Units.List(ctx, all) }},
		{"units.list-available", "GET", "/v1/f1/units/available", page, "", list("units", "unit"), true, first[storedge.Unit], func(ctx context.Context, f f) (any, error) { return f.Units.ListAvailable(ctx, all) }},
		{"units.list-v2", "GET", "/v2/facilities/f1/units", page, "", list("units", "unit"), true, first[storedge.Unit], func(ctx context.Context, f f) (any, error) { return f.Units.ListV2(ctx, all) }},
		{"units.get", "GET", "/v1/f1/units/u%2F1", "fields%5Bunit%5D=id%2Cname", "", one("unit", "unit"), true, itself, func(ctx context.Context, f f) (any, error) {
			return f.Units.Get(ctx, "u/1", storedge.Fields("unit", "name"), nil)
		}},
		{"units.rate-history", "GET", "/v1/f1/units/rate_history", "end_date=2023-10-01&start_date=2023-09-01&unit_id=u1", "", `{"units_rate_history":[{"unit_name":"U1","rate_type":"Web","rate":50.0}],"meta":{}}`, true, nil, func(ctx context.Context, f f) (any, error) {
			return f.Units.ListRateHistory(ctx, storedge.RateHistoryParams{UnitID: "u1", StartDate: "2023-09-01", EndDate: "2023-10-01"})
		}},
		{"units.create", "POST", "/v1/f1/units", "", `{"unit":{"name":"U1","width":10,"combination_lock_number":"1-2-3","x":1}}`, one("units", "unit"), false, first[storedge.Unit], func(ctx context.Context, f f) (any, error) {
			return f.Units.Create(ctx, storedge.UnitParams{Name: tenantry.Set("U1"), Width: tenantry.Set[int64](10), CombinationLockNumber: tenantry.Set(tenantry.NewSecret("1-2-3")), Extra: tenantry.Extra{"x": tenantry.Raw("1")}})
		}},
		{"units.update", "PUT", "/v1/f1/units/u1", "", `{"unit":{"rentable":true}}`, one("unit", "unit"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Units.Update(ctx, "u1", storedge.UnitParams{Rentable: tenantry.Set(true)})
		}},
		{"units.bulk-create", "POST", "/v1/f1/units/bulk_create", "", `{"units":[{"name":"U1"}]}`, `{"units":[],"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.Units.BulkCreate(ctx, []storedge.UnitParams{{Name: tenantry.Set("U1")}})
		}},
		{"units.bulk-update", "PUT", "/v1/f1/units/bulk_update", "", `{"units":[{"id":"u1","floor":null}]}`, `{"units":[],"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.Units.BulkUpdate(ctx, []storedge.UnitParams{{ID: tenantry.Set("u1"), Floor: tenantry.Null[int64]()}})
		}},
		{"unit-groups.list", "GET", "/v1/f1/unit_groups", page, "", list("unit_groups", "unit_group"), true, first[storedge.UnitGroup], func(ctx context.Context, f f) (any, error) { return f.UnitGroups.List(ctx, all) }},
		{"unit-groups.get", "GET", "/v1/f1/unit_groups/g1", "", "", one("unit_group", "unit_group"), true, itself, func(ctx context.Context, f f) (any, error) { return f.UnitGroups.Get(ctx, "g1") }},
		{"unit-groups.list-units", "GET", "/v1/f1/unit_groups/g1/units", page, "", list("units", "unit"), true, first[storedge.Unit], func(ctx context.Context, f f) (any, error) {
			return f.UnitGroups.ListUnits(ctx, "g1", all)
		}},
		{"unit-groups.create", "POST", "/v1/f1/unit_groups", "", `{"unit_groups":[{"name":"A"}]}`, list("unit_groups", "unit_group_created"), false, first[storedge.CreatedUnitGroup], func(ctx context.Context, f f) (any, error) {
			return f.UnitGroups.Create(ctx, []storedge.UnitGroupCreateParams{{Name: "A"}})
		}},
		{"tier-rates.list", "GET", "/v1/f1/unit_group_tier_rates", page, "", list("unit_group_tier_rates", "unit_group_tier_rate_measured"), true, first[storedge.UnitGroupTierRate], func(ctx context.Context, f f) (any, error) { return f.TierRates.List(ctx, all) }},
		{"tier-rates.update", "PUT", "/v1/f1/unit_group_tier_rates/update", "", `{"unit_group_tier_rates":[{"rate":7,"tier_id":"t","unit_group_id":"g"}]}`, list("unit_group_tier_rates", "unit_group_tier_rate"), false, first[storedge.UnitGroupTierRate], func(ctx context.Context, f f) (any, error) {
			return f.TierRates.Update(ctx, []storedge.TierRateParams{{Rate: 7, TierID: "t", UnitGroupID: "g"}})
		}},
		{"ledgers.list", "GET", "/v1/f1/ledgers", "created_after=2023-01-02T03%3A04%3A05.000Z&dsort=moved_in_at&include_as_ids=tenant&include_as_object=unit&only_ids=a%2Cb&page=1&per_page=7&updated_since=2023-01-02T03%3A04%3A05.000Z", "", list("ledgers", "ledger"), true, first[storedge.Ledger], func(ctx context.Context, f f) (any, error) {
			at := time.Date(2023, 1, 2, 3, 4, 5, 0, time.UTC)
			return f.Ledgers.List(ctx, storedge.ListParams{PerPage: 7, Sort: "-moved_in_at", CreatedAfter: at, UpdatedSince: at, OnlyIDs: []string{"a", "b"}, Include: []string{"unit"}, IncludeIDs: []string{"tenant"}})
		}},
		{"ledgers.list-current", "GET", "/v1/f1/ledgers/current", page, "", list("ledgers", "ledger"), true, first[storedge.Ledger], func(ctx context.Context, f f) (any, error) { return f.Ledgers.ListCurrent(ctx, all) }},
		{"ledgers.list-previous", "GET", "/v1/f1/ledgers/previous", page, "", list("ledgers", "ledger"), true, first[storedge.Ledger], func(ctx context.Context, f f) (any, error) { return f.Ledgers.ListPrevious(ctx, all) }},
		{"ledgers.get", "GET", "/v1/f1/ledgers/l1", "", "", one("ledger", "ledger"), true, itself, func(ctx context.Context, f f) (any, error) { return f.Ledgers.Get(ctx, "l1") }},
		{"ledgers.list-invoices", "GET", "/v1/f1/ledgers/l1/invoices", page, "", list("invoices", "invoice"), true, first[storedge.Invoice], func(ctx context.Context, f f) (any, error) { return f.Ledgers.ListInvoices(ctx, "l1", all) }},
		{"ledgers.list-rate-changes", "GET", "/v1/f1/ledgers/l1/rate_changes", page, "", list("rate_changes", "rate_change"), true, first[storedge.RateChange], func(ctx context.Context, f f) (any, error) { return f.Ledgers.ListRateChanges(ctx, "l1", all) }},
		{"ledgers.services", "GET", "/v1/f1/ledgers/l1/insurance_services_and_discounts", "", "", string(ex["ledger_insurance_services_and_discounts"]), true, itself, func(ctx context.Context, f f) (any, error) { return f.Ledgers.Services(ctx, "l1") }},
		{"ledgers.set-gate-access-code", "PATCH", "/v1/f1/ledgers/l1/gate_access_code", "", `{"gate_access_code":"55555"}`, one("ledger", "ledger"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.SetGateAccessCode(ctx, "l1", storedge.GateAccessCodeParams{GateAccessCode: tenantry.NewSecret("55555")})
		}},
		{"ledgers.add-fee", "POST", "/v1/f1/ledgers/l1/add_fee", "", `{"add_fee":{"invoiceable_item_id":"i1","notes_attributes":[{"note":"late"}]}}`, one("line_item", "line_item"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.AddFee(ctx, "l1", storedge.AddFeeParams{InvoiceableItemID: "i1", NotesAttributes: []storedge.NoteAttributes{{Note: "late"}}})
		}},
		{"ledgers.remove-fee", "POST", "/v1/f1/ledgers/l1/remove_fee", "", `{"remove_fee":{"fee_line_item_id":"i1"}}`, one("line_item", "remove_fee_line_item"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.RemoveFee(ctx, "l1", storedge.RemoveFeeParams{FeeLineItemID: "i1"})
		}},
		{"ledgers.make-payment", "POST", "/v1/f1/ledgers/l1/make_payment", "", `{"payment":{"kind":"custom","amount":"5.0","idempotency_key":"k1"},"payment_method":` + cardBody + `,"payment_fee_id":"fee1"}`, one("ledger", "ledger"), true, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.MakePayment(ctx, "l1", storedge.MakePaymentParams{Kind: storedge.PaymentAmountCustom, Amount: "5.0", IdempotencyKey: "k1", PaymentFeeID: "fee1", PaymentMethod: card})
		}},
		{"ledgers.pay-multiple-ledgers", "POST", "/v1/f1/ledgers/pay_multiple_ledgers", "", `{"payments":[{"ledger_id":"l1","kind":"prepay","months":"2"},{"ledger_id":"l2","kind":"balance"}],"idempotency_key":"k1","payment_method":{"payment_method_id":"pm1"}}`, one("successful_payment_event", "successful_payment_event"), true, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.PayMultipleLedgers(ctx, storedge.PayMultipleLedgersParams{
				Payments:       []storedge.LedgerPayment{{LedgerID: "l1", Kind: storedge.PaymentAmountPrepay, Months: 2}, {LedgerID: "l2", Kind: storedge.PaymentAmountBalance}},
				IdempotencyKey: "k1", PaymentMethod: stored,
			})
		}},
		{"ledgers.update-autopay", "PUT", "/v1/f1/ledgers/l1/update_autopay", "", `{"autopay":{"autopay_enabled":"true","autopay_day":"6"},"payment_method":{"payment_method_id":"pm1"}}`, one("ledger", "ledger"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.UpdateAutopay(ctx, "l1", storedge.UpdateAutopayParams{AutopayEnabled: true, AutopayDay: 6, PaymentMethod: stored})
		}},
		{"leads.list", "GET", "/v1/f1/leads", "asort=id&channel_category=web&page=1&per_page=100", "", list("leads", "lead"), true, first[storedge.Lead], func(ctx context.Context, f f) (any, error) {
			return f.Leads.List(ctx, storedge.LeadListParams{ChannelCategory: "web"})
		}},
		{"leads.list-reservations", "GET", "/v1/f1/leads/reservations", page, "", list("leads", "lead"), true, first[storedge.Lead], func(ctx context.Context, f f) (any, error) {
			return f.Leads.ListReservations(ctx, storedge.LeadListParams{})
		}},
		{"leads.list-waitlist", "GET", "/v1/f1/leads/waitlist", page, "", list("leads", "lead"), true, first[storedge.Lead], func(ctx context.Context, f f) (any, error) {
			return f.Leads.ListWaitlist(ctx, storedge.LeadListParams{})
		}},
		{"tenants.list-leads", "GET", "/v1/f1/tenants/t1/leads", page, "", list("leads", "lead"), true, first[storedge.Lead], func(ctx context.Context, f f) (any, error) {
			return f.Tenants.ListLeads(ctx, "t1", storedge.LeadListParams{})
		}},
		{"tenants.lead", "GET", "/v1/f1/tenants/t1/leads/l1", "", "", one("lead", "lead"), true, itself, func(ctx context.Context, f f) (any, error) { return f.Tenants.Lead(ctx, "t1", "l1") }},
		{"leads.create", "POST", "/v1/f1/leads", "", `{"lead":{"tenant_id":"t1","unit_id":"u1","is_reservation":true},"payment_method":{"payment_method_id":"pm1"}}`, one("lead", "lead"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Leads.Create(ctx, storedge.LeadCreateParams{Lead: storedge.LeadParams{TenantID: tenantry.Set("t1"), UnitID: tenantry.Set("u1"), IsReservation: tenantry.Set(true)}, PaymentMethod: &stored})
		}},
		{"leads.update", "PUT", "/v1/f1/leads/l1", "", string(ex["lead_update_request"]), one("lead", "lead"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Leads.Update(ctx, "l1", storedge.LeadParams{
				DesiredMoveInDate: tenantry.Set[tenantry.Date]("2022-09-14"), NotesAttributes: tenantry.Set([]storedge.NoteAttributes{{Note: "A shorter note"}}),
				TenantAttributes: tenantry.Set(storedge.TenantUpdateParams{FirstName: tenantry.Set("Sample")}),
			})
		}},
		{"leads.delete", "DELETE", "/v1/f1/leads/l1", "", `{"lead":{"close_reason_id":"r1"}}`, one("lead", "lead"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Leads.Delete(ctx, "l1", storedge.LeadDeleteParams{CloseReasonID: tenantry.Set("r1")})
		}},
		{"payment-methods.list", "GET", "/v1/f1/tenants/t1/payment_methods", page, "", list("payment_methods", "payment_method_card"), true, first[storedge.PaymentMethod], func(ctx context.Context, f f) (any, error) {
			return f.PaymentMethods.List(ctx, "t1", all)
		}},
		{"payment-methods.list ACH", "GET", "/v1/f1/tenants/t1/payment_methods", page, "", list("payment_methods", "payment_method_ach"), true, first[storedge.PaymentMethod], func(ctx context.Context, f f) (any, error) {
			return f.PaymentMethods.List(ctx, "t1", all)
		}},
	}
}

func facility(t *testing.T, opts ...tenantry.Option) (*storedge.Facility, *httpmock.MockTransport) {
	t.Helper()
	c, mock := testclient.Mocked(t, func(opts ...tenantry.Option) (*storedge.Client, error) {
		return storedge.NewClient("key", "secret", opts...)
	}, opts...)
	return c.Facility("f1"), mock
}

func TestFacilityOperations(t *testing.T) {
	for _, c := range calls(t) {
		t.Run(c.name, func(t *testing.T) {
			f, mock := facility(t)
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, c.method, r.Method)
				assert.Equal(t, c.path, r.URL.EscapedPath())
				assert.Equal(t, c.query, r.URL.RawQuery)
				assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
				assert.Contains(t, r.Header.Get("Authorization"), `OAuth oauth_consumer_key="key"`)
				if c.body != "" {
					b, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					assert.JSONEq(t, c.body, string(b))
				}
				return httpmock.NewStringResponse(200, c.response), nil
			})
			got, err := c.do(t.Context(), f)
			require.NoError(t, err)
			require.NotNil(t, got)
			assert.Equal(t, 1, mock.GetTotalCallCount())
			if c.record != nil {
				assert.NotZero(t, c.record(got))
			}
		})
	}
}

// What moves money or adds records is sent once, unless it has an idempotency key,
// and then with the same key.
func TestWhichOperationsAreRepeated(t *testing.T) {
	for _, c := range calls(t) {
		f, mock := facility(t, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond}))
		bodies := make(map[string]bool)
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			if r.Body != nil {
				b, _ := io.ReadAll(r.Body)
				bodies[string(b)] = true
			}
			return httpmock.NewStringResponse(503, `{"meta":{"message":"busy"}}`), nil
		})
		_, err := c.do(t.Context(), f)
		require.ErrorIs(t, err, tenantry.ErrServer, c.name)
		want := 1
		if c.repeated {
			want = 3
		}
		assert.Equal(t, want, mock.GetTotalCallCount(), c.name)
		assert.LessOrEqual(t, len(bodies), 1, c.name)
	}
}

// CubeSmart's host is not known to honor idempotency keys.
func TestPaymentsOnCubeSmart(t *testing.T) {
	f, mock := facility(t, tenantry.WithBaseURL(storedge.CubeSmartBaseURL), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond}))
	mock.RegisterNoResponder(httpmock.NewStringResponder(503, `{}`))
	_, err := f.Ledgers.MakePayment(t.Context(), "l1", storedge.MakePaymentParams{Kind: storedge.PaymentAmountBalance, PaymentMethod: storedge.PaymentMethodParams{PaymentMethodID: tenantry.Set("p")}})
	require.ErrorIs(t, err, tenantry.ErrServer)
	assert.Equal(t, 1, mock.GetTotalCallCount())
}

// A key is made for each call.
func TestIdempotencyKeysAreMade(t *testing.T) {
	f, mock := facility(t)
	keys := make(map[string]bool)
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		var body struct {
			Payment struct {
				Key string `json:"idempotency_key"`
			} `json:"payment"`
		}
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&body))
		assert.NotEmpty(t, body.Payment.Key)
		keys[body.Payment.Key] = true
		return httpmock.NewStringResponse(200, `{"ledger":{"id":"l1"},"meta":{}}`), nil
	})
	for range 2 {
		_, err := f.Ledgers.MakePayment(t.Context(), "l1", storedge.MakePaymentParams{Kind: storedge.PaymentAmountBalance, PaymentMethod: storedge.PaymentMethodParams{PaymentMethodID: tenantry.Set("p")}})
		require.NoError(t, err)
	}
	assert.Len(t, keys, 2)
}

func TestPaymentsRefusedBeforeSending(t *testing.T) {
	f, mock := facility(t)
	stored := storedge.PaymentMethodParams{PaymentMethodID: tenantry.Set("p")}
	for name, p := range map[string]storedge.MakePaymentParams{
		"no kind":           {PaymentMethod: stored},
		"no amount":         {Kind: storedge.PaymentAmountCustom, PaymentMethod: stored},
		"negative amount":   {Kind: storedge.PaymentAmountCustom, Amount: "-5", PaymentMethod: stored},
		"no months":         {Kind: storedge.PaymentAmountPrepay, PaymentMethod: stored},
		"amount of prepay":  {Kind: storedge.PaymentAmountPrepay, Months: 1, Amount: "5", PaymentMethod: stored},
		"amount of balance": {Kind: storedge.PaymentAmountBalance, Amount: "5", PaymentMethod: stored},
		"no method":         {Kind: storedge.PaymentAmountBalance},
	} {
		_, err := f.Ledgers.MakePayment(t.Context(), "l1", p)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
	for name, payments := range map[string][]storedge.LedgerPayment{
		"none": nil, "no ledger": {{Kind: storedge.PaymentAmountBalance}},
		"a ledger twice": {{LedgerID: "l", Kind: storedge.PaymentAmountBalance}, {LedgerID: "l", Kind: storedge.PaymentAmountBalance}},
	} {
		_, err := f.Ledgers.PayMultipleLedgers(t.Context(), storedge.PayMultipleLedgersParams{Payments: payments, PaymentMethod: stored})
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
	assert.Zero(t, mock.GetTotalCallCount())
}

// A handle that no client made is refused and does not panic.
func TestZeroHandles(t *testing.T) {
	var none *storedge.Facility
	assert.Empty(t, none.ID())
	var zero storedge.Facility
	_, err := zero.Units.List(t.Context(), storedge.ListParams{})
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	_, err = zero.Tenants.SignIn(t.Context(), storedge.SignInParams{Login: "x", Password: tenantry.NewSecret("y")})
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
}
