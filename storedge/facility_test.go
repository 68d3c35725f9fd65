package storedge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/lossless"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/internal/wire"
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
	company                         func(context.Context, *storedge.Company) (any, error) // instead of do
}

func (c *call) run(ctx context.Context, client *storedge.Client) (any, error) {
	if c.company != nil {
		return c.company(ctx, client.Company("c1"))
	}
	return c.do(ctx, client.Facility("f1"))
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
	type co = *storedge.Company
	const pdf = "%PDF-1.7\n"
	all := storedge.ListParams{}
	card := storedge.PaymentMethodParams{Kind: tenantry.Set(storedge.PaymentKindCreditCard), CardNumber: tenantry.Set(tenantry.NewSecret("4000123412341234")), SecurityCode: tenantry.Set(tenantry.NewSecret("123"))}
	const cardBody = `{"kind":"credit_card","card_number":"4000123412341234","security_code":"123"}`
	stored := storedge.PaymentMethodParams{PaymentMethodID: tenantry.Set("pm1")}
	return []call{
		{"units.list", "GET", "/v1/f1/units", page, "", list("units", "unit"), true, first[storedge.Unit], func(ctx context.Context, f f) (any, error) { return f.Units.List(ctx, all) }, nil},
		{"units.list CubeSmart", "GET", "/v1/f1/units", page, "", list("units", "unit_cubesmart_variant"), true, first[storedge.Unit], func(ctx context.Context, f f) (any, error) { return f.Units.List(ctx, all) }, nil},
		{"units.list-available", "GET", "/v1/f1/units/available", page, "", list("units", "unit"), true, first[storedge.Unit], func(ctx context.Context, f f) (any, error) { return f.Units.ListAvailable(ctx, all) }, nil},
		{"units.list-v2", "GET", "/v2/facilities/f1/units", page, "", list("units", "unit"), true, first[storedge.Unit], func(ctx context.Context, f f) (any, error) { return f.Units.ListV2(ctx, all) }, nil},
		{"units.get", "GET", "/v1/f1/units/u%2F1", "fields%5Bunit%5D=id%2Cname", "", one("unit", "unit"), true, itself, func(ctx context.Context, f f) (any, error) {
			return f.Units.Get(ctx, "u/1", storedge.Fields("unit", "name"), nil)
		}, nil},
		{"units.rate-history", "GET", "/v1/f1/units/rate_history", "end_date=2023-10-01&start_date=2023-09-01&unit_id=u1", "", `{"units_rate_history":[{"unit_name":"U1","rate_type":"Web","rate":50.0}],"meta":{}}`, true, nil, func(ctx context.Context, f f) (any, error) {
			return f.Units.ListRateHistory(ctx, storedge.RateHistoryParams{UnitID: "u1", StartDate: "2023-09-01", EndDate: "2023-10-01"})
		}, nil},
		{"units.create", "POST", "/v1/f1/units", "", `{"unit":{"name":"U1","width":10,"combination_lock_number":"lock-1-2-3","x":1}}`, one("units", "unit"), false, first[storedge.Unit], func(ctx context.Context, f f) (any, error) {
			return f.Units.Create(ctx, storedge.UnitParams{Name: tenantry.Set("U1"), Width: tenantry.Set[int64](10), CombinationLockNumber: tenantry.Set(tenantry.NewSecret("lock-1-2-3")), Extra: tenantry.Extra{"x": tenantry.Raw("1")}})
		}, nil},
		{"units.update", "PUT", "/v1/f1/units/u1", "", `{"unit":{"rentable":true}}`, one("unit", "unit"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Units.Update(ctx, "u1", storedge.UnitParams{Rentable: tenantry.Set(true)})
		}, nil},
		{"units.bulk-create", "POST", "/v1/f1/units/bulk_create", "", `{"units":[{"name":"U1"}]}`, `{"units":[],"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.Units.BulkCreate(ctx, []storedge.UnitParams{{Name: tenantry.Set("U1")}})
		}, nil},
		{"units.bulk-update", "PUT", "/v1/f1/units/bulk_update", "", `{"units":[{"id":"u1","floor":null}]}`, `{"units":[],"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.Units.BulkUpdate(ctx, []storedge.UnitParams{{ID: tenantry.Set("u1"), Floor: tenantry.Null[int64]()}})
		}, nil},
		{"unit-groups.list", "GET", "/v1/f1/unit_groups", page, "", list("unit_groups", "unit_group"), true, first[storedge.UnitGroup], func(ctx context.Context, f f) (any, error) { return f.UnitGroups.List(ctx, all) }, nil},
		{"unit-groups.get", "GET", "/v1/f1/unit_groups/g1", "", "", one("unit_group", "unit_group"), true, itself, func(ctx context.Context, f f) (any, error) { return f.UnitGroups.Get(ctx, "g1") }, nil},
		{"unit-groups.list-units", "GET", "/v1/f1/unit_groups/g1/units", page, "", list("units", "unit"), true, first[storedge.Unit], func(ctx context.Context, f f) (any, error) {
			return f.UnitGroups.ListUnits(ctx, "g1", all)
		}, nil},
		{"unit-groups.create", "POST", "/v1/f1/unit_groups", "", `{"unit_groups":[{"name":"A"}]}`, list("unit_groups", "unit_group_created"), false, first[storedge.CreatedUnitGroup], func(ctx context.Context, f f) (any, error) {
			return f.UnitGroups.Create(ctx, []storedge.UnitGroupCreateParams{{Name: "A"}})
		}, nil},
		{"tier-rates.list", "GET", "/v1/f1/unit_group_tier_rates", page, "", list("unit_group_tier_rates", "unit_group_tier_rate_measured"), true, first[storedge.UnitGroupTierRate], func(ctx context.Context, f f) (any, error) { return f.TierRates.List(ctx, all) }, nil},
		{"tier-rates.update", "PUT", "/v1/f1/unit_group_tier_rates/update", "", `{"unit_group_tier_rates":[{"rate":7,"tier_id":"t","unit_group_id":"g"}]}`, list("unit_group_tier_rates", "unit_group_tier_rate"), false, first[storedge.UnitGroupTierRate], func(ctx context.Context, f f) (any, error) {
			return f.TierRates.Update(ctx, []storedge.TierRateParams{{Rate: 7, TierID: "t", UnitGroupID: "g"}})
		}, nil},
		{"ledgers.list", "GET", "/v1/f1/ledgers", "created_after=2023-01-02T03%3A04%3A05.000Z&dsort=moved_in_at&include_as_ids=tenant&include_as_object=unit&only_ids=a%2Cb&page=1&per_page=7&updated_since=2023-01-02T03%3A04%3A05.000Z", "", list("ledgers", "ledger"), true, first[storedge.Ledger], func(ctx context.Context, f f) (any, error) {
			at := time.Date(2023, 1, 2, 3, 4, 5, 0, time.UTC)
			return f.Ledgers.List(ctx, storedge.ListParams{PerPage: 7, Sort: "-moved_in_at", CreatedAfter: at, UpdatedSince: at, OnlyIDs: []string{"a", "b"}, Include: []string{"unit"}, IncludeIDs: []string{"tenant"}})
		}, nil},
		{"ledgers.list-current", "GET", "/v1/f1/ledgers/current", page, "", list("ledgers", "ledger"), true, first[storedge.Ledger], func(ctx context.Context, f f) (any, error) { return f.Ledgers.ListCurrent(ctx, all) }, nil},
		{"ledgers.list-previous", "GET", "/v1/f1/ledgers/previous", page, "", list("ledgers", "ledger"), true, first[storedge.Ledger], func(ctx context.Context, f f) (any, error) { return f.Ledgers.ListPrevious(ctx, all) }, nil},
		{"ledgers.get", "GET", "/v1/f1/ledgers/l1", "", "", one("ledger", "ledger"), true, itself, func(ctx context.Context, f f) (any, error) { return f.Ledgers.Get(ctx, "l1") }, nil},
		{"ledgers.list-invoices", "GET", "/v1/f1/ledgers/l1/invoices", page, "", list("invoices", "invoice"), true, first[storedge.Invoice], func(ctx context.Context, f f) (any, error) { return f.Ledgers.ListInvoices(ctx, "l1", all) }, nil},
		{"ledgers.list-rate-changes", "GET", "/v1/f1/ledgers/l1/rate_changes", page, "", list("rate_changes", "rate_change"), true, first[storedge.RateChange], func(ctx context.Context, f f) (any, error) { return f.Ledgers.ListRateChanges(ctx, "l1", all) }, nil},
		{"ledgers.services", "GET", "/v1/f1/ledgers/l1/insurance_services_and_discounts", "", "", string(ex["ledger_insurance_services_and_discounts"]), true, itself, func(ctx context.Context, f f) (any, error) { return f.Ledgers.Services(ctx, "l1") }, nil},
		{"ledgers.set-gate-access-code", "PATCH", "/v1/f1/ledgers/l1/gate_access_code", "", `{"gate_access_code":"code-55555"}`, one("ledger", "ledger"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.SetGateAccessCode(ctx, "l1", storedge.GateAccessCodeParams{GateAccessCode: tenantry.NewSecret("code-55555")})
		}, nil},
		{"ledgers.add-fee", "POST", "/v1/f1/ledgers/l1/add_fee", "", `{"add_fee":{"invoiceable_item_id":"i1","notes_attributes":[{"note":"late"}]}}`, one("line_item", "line_item"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.AddFee(ctx, "l1", storedge.AddFeeParams{InvoiceableItemID: "i1", NotesAttributes: []storedge.NoteAttributes{{Note: "late"}}})
		}, nil},
		{"ledgers.remove-fee", "POST", "/v1/f1/ledgers/l1/remove_fee", "", `{"remove_fee":{"fee_line_item_id":"i1"}}`, one("line_item", "remove_fee_line_item"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.RemoveFee(ctx, "l1", storedge.RemoveFeeParams{FeeLineItemID: "i1"})
		}, nil},
		{"ledgers.make-payment", "POST", "/v1/f1/ledgers/l1/make_payment", "", `{"payment":{"kind":"custom","amount":"5.0","idempotency_key":"k1"},"payment_method":` + cardBody + `,"payment_fee_id":"fee1"}`, one("ledger", "ledger"), true, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.MakePayment(ctx, "l1", storedge.MakePaymentParams{Kind: storedge.PaymentAmountCustom, Amount: "5.0", IdempotencyKey: "k1", PaymentFeeID: "fee1", PaymentMethod: card})
		}, nil},
		{"ledgers.pay-multiple-ledgers", "POST", "/v1/f1/ledgers/pay_multiple_ledgers", "", `{"payments":[{"ledger_id":"l1","kind":"prepay","months":"2"},{"ledger_id":"l2","kind":"balance"}],"idempotency_key":"k1","payment_method":{"payment_method_id":"pm1"}}`, one("successful_payment_event", "successful_payment_event"), true, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.PayMultipleLedgers(ctx, storedge.PayMultipleLedgersParams{
				Payments:       []storedge.LedgerPayment{{LedgerID: "l1", Kind: storedge.PaymentAmountPrepay, Months: 2}, {LedgerID: "l2", Kind: storedge.PaymentAmountBalance}},
				IdempotencyKey: "k1", PaymentMethod: stored,
			})
		}, nil},
		{"ledgers.update-autopay", "PUT", "/v1/f1/ledgers/l1/update_autopay", "", `{"autopay":{"autopay_enabled":"true","autopay_day":"6"},"payment_method":{"payment_method_id":"pm1"}}`, one("ledger", "ledger"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Ledgers.UpdateAutopay(ctx, "l1", storedge.UpdateAutopayParams{AutopayEnabled: true, AutopayDay: 6, PaymentMethod: stored})
		}, nil},
		{"leads.list", "GET", "/v1/f1/leads", "asort=id&channel_category=web&page=1&per_page=100", "", list("leads", "lead"), true, first[storedge.Lead], func(ctx context.Context, f f) (any, error) {
			return f.Leads.List(ctx, storedge.LeadListParams{ChannelCategory: "web"})
		}, nil},
		{"leads.list-reservations", "GET", "/v1/f1/leads/reservations", page, "", list("leads", "lead"), true, first[storedge.Lead], func(ctx context.Context, f f) (any, error) {
			return f.Leads.ListReservations(ctx, storedge.LeadListParams{})
		}, nil},
		{"leads.list-waitlist", "GET", "/v1/f1/leads/waitlist", page, "", list("leads", "lead"), true, first[storedge.Lead], func(ctx context.Context, f f) (any, error) {
			return f.Leads.ListWaitlist(ctx, storedge.LeadListParams{})
		}, nil},
		{"tenants.list-leads", "GET", "/v1/f1/tenants/t1/leads", page, "", list("leads", "lead"), true, first[storedge.Lead], func(ctx context.Context, f f) (any, error) {
			return f.Tenants.ListLeads(ctx, "t1", storedge.LeadListParams{})
		}, nil},
		{"tenants.lead", "GET", "/v1/f1/tenants/t1/leads/l1", "", "", one("lead", "lead"), true, itself, func(ctx context.Context, f f) (any, error) { return f.Tenants.Lead(ctx, "t1", "l1") }, nil},
		{"leads.create", "POST", "/v1/f1/leads", "", `{"lead":{"tenant_id":"t1","unit_id":"u1","is_reservation":true},"payment_method":{"payment_method_id":"pm1"}}`, one("lead", "lead"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Leads.Create(ctx, storedge.LeadCreateParams{Lead: storedge.LeadParams{TenantID: tenantry.Set("t1"), UnitID: tenantry.Set("u1"), IsReservation: tenantry.Set(true)}, PaymentMethod: &stored})
		}, nil},
		{"leads.create all", "POST", "/v1/f1/leads", "", `{"lead":{"tenant_id":"t1","discount_plans":[{"id":"d1"}],"caller_phone_number_attributes":{"number":"1"},"call_source":"web","dnis":"2","close_reason_id":"r1","lead_action_performed":"call","lead_action_performed_index":3}}`, `{"lead":{"id":"l1","unit_group":{"id":"g1"},"unit_type":{"id":"ty1"},"unit_amenities":[{"id":"a1"}],"discount_plans":[{"id":"d1"}],"lead_contents":[{"id":"c1","name":"Boxes","deleted_on":"2023-01-01"}],"caller_phone_number":"1","length_of_stay":3,"close_reason":{"id":"r1","reason":"no"},"current_user":{"id":"u1","initials":"AL"},"created_by":{"id":"p1","category":"web"},"x":1},"meta":{}}`, false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Leads.Create(ctx, storedge.LeadCreateParams{Lead: storedge.LeadParams{
				TenantID: tenantry.Set("t1"), DiscountPlans: tenantry.Set([]storedge.LeadDiscountPlanParams{{ID: "d1"}}), CallerPhoneNumberAttributes: tenantry.Set(storedge.PhoneNumberParams{Number: tenantry.Set("1")}),
				CallSource: tenantry.Set("web"), DNIS: tenantry.Set("2"), CloseReasonID: tenantry.Set("r1"), LeadActionPerformed: tenantry.Set("call"), LeadActionPerformedIndex: tenantry.Set[int64](3),
			}})
		}, nil},
		{"leads.update", "PUT", "/v1/f1/leads/l1", "", string(ex["lead_update_request"]), one("lead", "lead"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Leads.Update(ctx, "l1", storedge.LeadParams{
				DesiredMoveInDate: tenantry.Set[tenantry.Date]("2022-09-14"), NotesAttributes: tenantry.Set([]storedge.NoteAttributes{{Note: "A shorter note"}}),
				TenantAttributes: tenantry.Set(storedge.TenantUpdateParams{FirstName: tenantry.Set("Sample")}),
			})
		}, nil},
		{"leads.delete", "DELETE", "/v1/f1/leads/l1", "", `{"lead":{"close_reason_id":"r1"}}`, one("lead", "lead"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Leads.Delete(ctx, "l1", storedge.LeadDeleteParams{CloseReasonID: tenantry.Set("r1")})
		}, nil},
		{"move-ins.list", "GET", "/v1/f1/move_ins", page, "", list("move_ins", "move_in_unit_event_processed"), true, first[storedge.MoveInUnitEvent], func(ctx context.Context, f f) (any, error) { return f.MoveIns.List(ctx, all) }, nil},
		{"move-ins.review-cost", "POST", "/v1/f1/move_ins/review_cost", "", `{"move_in":{"unit_id":"u1","insurance_id":"private","invoice_period":"monthly","services":[{"service_id":"s1"}],"move_in_date":"2023-09-15","tenant":{"first_name":"Ana"},"should_generate_documents":false,"x":1}}`, one("move_in_unit_event", "move_in_unit_event_review"), true, itself, func(ctx context.Context, f f) (any, error) {
			return f.MoveIns.ReviewCost(ctx, storedge.MoveInParams{
				UnitID: "u1", InsuranceID: tenantry.Set(storedge.InsurancePrivate), InvoicePeriod: tenantry.Set("monthly"), Services: tenantry.Set([]storedge.MoveInServiceParams{{ServiceID: "s1"}}),
				MoveInDate: tenantry.Set[tenantry.Date]("2023-09-15"), Tenant: tenantry.Set(storedge.TenantUpdateParams{FirstName: tenantry.Set("Ana")}), Extra: tenantry.Extra{"x": tenantry.Raw("1")},
			})
		}, nil},
		{"move-ins.review-cost-with-documents", "POST", "/v1/f1/move_ins/review_cost", "", `{"move_in":{"unit_id":"u1","lead_id":"l1","should_generate_documents":true}}`, fmt.Sprintf(`{"move_in_unit_event":%s,"session_id":"s1","meta":{}}`, ex["move_in_unit_event_review"]), false, func(got any) any { return &got.(*storedge.MoveInReview).Event }, func(ctx context.Context, f f) (any, error) {
			return f.MoveIns.ReviewCostWithDocuments(ctx, storedge.MoveInParams{UnitID: "u1", LeadID: tenantry.Set("l1")})
		}, nil},
		{"move-ins.process", "POST", "/v1/f1/move_ins/process_move_in", "", string(ex["process_move_in_request"]), one("move_in_unit_event", "move_in_unit_event_processed"), false, itself, func(ctx context.Context, f f) (any, error) {
			var params storedge.ProcessMoveInParams
			err := json.Unmarshal(ex["process_move_in_request"], &params)
			if err != nil {
				return nil, err
			}
			return f.MoveIns.Process(ctx, params)
		}, nil},
		{"move-outs.list", "GET", "/v1/f1/move_outs", page, "", `{"move_outs":[{"id":"m1","x":1}],"meta":{}}`, true, first[storedge.MoveOut], func(ctx context.Context, f f) (any, error) { return f.MoveOuts.List(ctx, all) }, nil},
		{"move-outs.list-reasons", "GET", "/v1/f1/move_outs/reasons", page, "", `{"reasons":[{"id":"r1","x":1}],"meta":{}}`, true, first[storedge.MoveOutReason], func(ctx context.Context, f f) (any, error) { return f.MoveOuts.ListReasons(ctx, all) }, nil},
		{"move-outs.schedule", "POST", "/v1/f1/move_outs/schedule_move_out", "", `{"move_out":{"x":"1"}}`, `{"x":{},"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.MoveOuts.Schedule(ctx, tenantry.Raw(`{"move_out":{"x":"1"}}`))
		}, nil},
		{"move-outs.process", "POST", "/v1/f1/move_outs/process_move_out", "", `{"code":"code-5555"}`, `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.MoveOuts.Process(ctx, map[string]any{"code": tenantry.NewSecret("code-5555")})
		}, nil},
		{"invoiceable-items.list", "GET", "/v1/f1/invoiceable_items", page, "", list("invoiceable_items", "invoiceable_item_fee"), true, first[storedge.InvoiceableItem], func(ctx context.Context, f f) (any, error) {
			return f.InvoiceableItems.List(ctx, all)
		}, nil},
		{"invoiceable-items.list variable", "GET", "/v1/f1/invoiceable_items", page, "", list("invoiceable_items", "invoiceable_item_variable_fee"), true, first[storedge.InvoiceableItem], func(ctx context.Context, f f) (any, error) {
			return f.InvoiceableItems.List(ctx, all)
		}, nil},
		{"invoiceable-items.list-insurance", "GET", "/v1/f1/invoiceable_items/insurance", page, "", list("invoiceable_items", "invoiceable_item_insurance"), true, first[storedge.InvoiceableItem], func(ctx context.Context, f f) (any, error) {
			return f.InvoiceableItems.ListInsurance(ctx, all)
		}, nil},
		{"invoiceable-items.list-services", "GET", "/v1/f1/invoiceable_items/services", page, "", list("invoiceable_items", "invoiceable_item_service"), true, first[storedge.InvoiceableItem], func(ctx context.Context, f f) (any, error) {
			return f.InvoiceableItems.ListServices(ctx, all)
		}, nil},
		{"invoiceable-items.list-retail", "GET", "/v1/f1/invoiceable_items/retail", page, "", list("invoiceable_items", "invoiceable_item_retail"), true, first[storedge.InvoiceableItem], func(ctx context.Context, f f) (any, error) {
			return f.InvoiceableItems.ListRetail(ctx, all)
		}, nil},
		{"invoiceable-items.list-rental-center", "GET", "/v1/f1/invoiceable_items/rental_center", page, "", list("invoiceable_items", "invoiceable_item_retail"), true, first[storedge.InvoiceableItem], func(ctx context.Context, f f) (any, error) {
			return f.InvoiceableItems.ListRentalCenter(ctx, all)
		}, nil},
		{"invoiceable-items.retail-payment", "POST", "/v1/f1/invoiceable_items/retail_payment", "", `{"retail_payment":{"invoiceable_items":[{"invoiceable_item_id":"i1","quantity":"2"}],"tenant_id":"t1","x":1},"payment_method":{"payment_method_id":"pm1"}}`, one("successful_payment_event", "successful_payment_event"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.InvoiceableItems.RetailPayment(ctx, storedge.RetailPaymentParams{TenantID: "t1", InvoiceableItems: []storedge.RetailItem{{InvoiceableItemID: "i1", Quantity: 2}}, PaymentMethod: stored, Extra: tenantry.Extra{"x": tenantry.Raw("1")}})
		}, nil},
		{"discount-plans.list", "GET", "/v1/f1/discount_plans", page, "", list("discount_plans", "discount_plan"), true, first[storedge.DiscountPlan], func(ctx context.Context, f f) (any, error) { return f.DiscountPlans.List(ctx, all) }, nil},
		{"discount-plans.get", "GET", "/v1/f1/discount_plans/d1", "", "", one("discount_plan", "discount_plan"), true, itself, func(ctx context.Context, f f) (any, error) { return f.DiscountPlans.Get(ctx, "d1") }, nil},
		{"payment-methods.list", "GET", "/v1/f1/tenants/t1/payment_methods", page, "", list("payment_methods", "payment_method_card"), true, first[storedge.PaymentMethod], func(ctx context.Context, f f) (any, error) {
			return f.PaymentMethods.List(ctx, "t1", all)
		}, nil},
		{"payment-methods.list ACH", "GET", "/v1/f1/tenants/t1/payment_methods", page, "", list("payment_methods", "payment_method_ach"), true, first[storedge.PaymentMethod], func(ctx context.Context, f f) (any, error) {
			return f.PaymentMethods.List(ctx, "t1", all)
		}, nil},
		{"documents.get", "GET", "/v1/f1/documents/d1", "", "", pdf, true, nil, func(ctx context.Context, f f) (any, error) { return f.Documents.Get(ctx, "d1") }, nil},
		{"documents.get-for-session", "GET", "/v1/f1/documents/d1/session/s1", "", "", pdf, true, nil, func(ctx context.Context, f f) (any, error) { return f.Documents.GetForSession(ctx, "d1", "s1") }, nil},
		{"documents.list-for-event", "GET", "/v1/f1/events/e1/documents", page, "", list("documents", "event_document"), true, first[storedge.Document], func(ctx context.Context, f f) (any, error) {
			return f.Documents.ListForEvent(ctx, "e1", all)
		}, nil},
		{"documents.send-esignable", "POST", "/v1/f1/documents/e1/send_esignable_documents", "", string(ex["send_esignable_documents_request"]), `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return nil, f.Documents.SendEsignable(ctx, "e1", storedge.SendEsignableParams{Email: "tenant@example.com"})
		}, nil},
		{"documents.send-esignable SMS", "POST", "/v1/f1/documents/e1/send_esignable_documents", "", `{"sms_number":"+15555550100"}`, `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return nil, f.Documents.SendEsignable(ctx, "e1", storedge.SendEsignableParams{SMSNumber: "+15555550100"})
		}, nil},
		{"esign.create", "POST", "/v1/f1/events/e1/esign", "", "", string(ex["esign_answer"]), false, itself, func(ctx context.Context, f f) (any, error) { return f.ESign.Create(ctx, "e1") }, nil},
		{"notes.create", "POST", "/v1/f1/notes", "", `{"note":{"note_text":"A short note","ledger_id":"l1"},"user_id":"u1"}`, one("note_event", "note_event"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Notes.Create(ctx, storedge.NoteCreateParams{Note: storedge.NoteParams{NoteText: "A short note", LedgerID: "l1"}, UserID: "u1"})
		}, nil},
		{"tenants.create-note", "POST", "/v1/f1/tenants/t1/notes", "", `{"note":{"note_text":"A short note"}}`, one("note_event", "note_event"), false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Tenants.CreateNote(ctx, "t1", storedge.NoteCreateParams{Note: storedge.NoteParams{NoteText: "A short note"}})
		}, nil},
		{"portal-settings.get", "GET", "/v1/f1/tenant_portal_settings", "", "", one("tenant_portal_settings", "tenant_portal_settings"), true, itself, func(ctx context.Context, f f) (any, error) { return f.PortalSettings.Get(ctx) }, nil},
		{"insurance.summary", "GET", "/v1/f1/insurance/summary", "end_date=2023-09-16&start_date=2023-09-15", "", one("insurance_summary", "insurance_summary"), true, itself, func(ctx context.Context, f f) (any, error) {
			return f.Insurance.Summary(ctx, storedge.DateRange{StartDate: "2023-09-15", EndDate: "2023-09-16"})
		}, nil},
		{"insurance.activity", "GET", "/v1/f1/insurance/activity", "", "", one("insurance_activity", "insurance_activity"), true, itself, func(ctx context.Context, f f) (any, error) { return f.Insurance.Activity(ctx, storedge.DateRange{}) }, nil},
		{"insurance.update-tenant-auto-enroll-settings", "PUT", "/v1/f1/insurance/tenant_auto_enroll_settings", "", `{"x":1}`, `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.Insurance.UpdateTenantAutoEnrollSettings(ctx, tenantry.Raw(`{"x":1}`))
		}, nil},
		{"info.get", "GET", "/v1/f1/info", "", "", `{"info":{"x":1},"meta":{}}`, true, nil, func(ctx context.Context, f f) (any, error) { return f.Info.Get(ctx) }, nil},
		{"info.get-v2", "GET", "/v2/facilities/f1", "", "", `{"facility":{"x":1}}`, true, nil, func(ctx context.Context, f f) (any, error) { return f.Info.GetV2(ctx) }, nil},
		{"info.list-addresses", "GET", "/v2/facilities/f1/addresses", page, "", `{"addresses":[{"id":"a1","latitude":39.10,"x":1}]}`, true, first[storedge.Address], func(ctx context.Context, f f) (any, error) { return f.Info.ListAddresses(ctx, all) }, nil},
		{"gate.check-code", "POST", "/v1/f1/gate_codes/availability_check", "", `{"gate_access_code":"code-55555"}`, string(ex["gate_code_availability_answer"]), true, itself, func(ctx context.Context, f f) (any, error) {
			return f.Gate.CheckCode(ctx, storedge.GateAccessCodeParams{GateAccessCode: tenantry.NewSecret("code-55555")})
		}, nil},
		{"gate.open", "POST", "/v1/f1/gate_codes/open", "", `{"x":1}`, `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) { return f.Gate.Open(ctx, tenantry.Raw(`{"x":1}`)) }, nil},
		{"gate.list-access-points", "GET", "/v1/f1/access_points", page, "", `{"access_points":[{"id":"a1","x":1}]}`, true, first[storedge.AccessPoint], func(ctx context.Context, f f) (any, error) { return f.Gate.ListAccessPoints(ctx, all) }, nil},
		{"gate.create-activity", "POST", "/v1/f1/gate_activities", "", `{"x":1}`, `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.Gate.CreateActivity(ctx, tenantry.Raw(`{"x":1}`))
		}, nil},
		{"tasks.list", "GET", "/v1/f1/tasks", page, "", `{"tasks":[{"id":"a1","x":1}]}`, true, first[storedge.Task], func(ctx context.Context, f f) (any, error) { return f.Tasks.List(ctx, all) }, nil},
		{"tasks.list-for-unit", "GET", "/v1/f1/units/u1/tasks", page, "", `{"tasks":[{"id":"a1","x":1}]}`, true, first[storedge.Task], func(ctx context.Context, f f) (any, error) { return f.Tasks.ListForUnit(ctx, "u1", all) }, nil},
		{"tasks.create", "POST", "/v1/f1/tasks", "", `{"x":1}`, `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) { return f.Tasks.Create(ctx, tenantry.Raw(`{"x":1}`)) }, nil},
		{"tasks.create-for-unit", "POST", "/v1/f1/units/u1/tasks", "", `{"x":1}`, `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.Tasks.CreateForUnit(ctx, "u1", tenantry.Raw(`{"x":1}`))
		}, nil},
		{"tasks.complete", "PUT", "/v1/f1/tasks/k1/complete", "", "", `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) { return f.Tasks.Complete(ctx, "k1", nil) }, nil},
		{"delinquency-events.list", "GET", "/v1/f1/delinquency_events", page, "", `{"delinquency_events":[{"id":"a1","x":1}]}`, true, first[storedge.DelinquencyEvent], func(ctx context.Context, f f) (any, error) { return f.DelinquencyEvents.List(ctx, all) }, nil},
		{"delinquency-events.get", "GET", "/v1/f1/delinquency_events/d1", "", "", `{"delinquency_event":{"x":1}}`, true, nil, func(ctx context.Context, f f) (any, error) { return f.DelinquencyEvents.Get(ctx, "d1") }, nil},
		{"delinquency-events.act", "PATCH", "/v1/f1/delinquency_events/d1/complete", "", `{"x":1}`, `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.DelinquencyEvents.Act(ctx, "d1", "complete", tenantry.Raw(`{"x":1}`))
		}, nil},
		{"auctions.list-scheduled", "GET", "/v1/f1/auctions/scheduled", page, "", `{"auctions":[{"id":"a1","x":1}]}`, true, first[storedge.ScheduledAuction], func(ctx context.Context, f f) (any, error) { return f.Auctions.ListScheduled(ctx, all) }, nil},
		{"rate-applied-actions.list", "GET", "/v1/f1/rate_applied_actions", "end_date=2022-09-30&page=1&per_page=100&start_date=2022-09-30", "", list("rate_applied_actions", "rate_applied_action_cubesmart"), true, first[storedge.RateAppliedAction], func(ctx context.Context, f f) (any, error) {
			return f.RateAppliedActions.List(ctx, storedge.RateAppliedActionListParams{StartDate: "2022-09-30", EndDate: "2022-09-30"})
		}, nil},
		{"reports.create", "POST", "/v1/f1/report_requests", "", `{"report_request":{"report_name":"x","report_format":"csv","report_params":{}}}`, `{"report_request":{"id":"r1"},"meta":{}}`, false, itself, func(ctx context.Context, f f) (any, error) {
			return f.Reports.Create(ctx, storedge.ReportCreateParams{ReportName: "x", ReportFormat: "csv"})
		}, nil},
		{"reports.get", "GET", "/v1/f1/report_requests/r1", "", "", string(ex["report_request_status"]), true, itself, func(ctx context.Context, f f) (any, error) { return f.Reports.Get(ctx, "r1") }, nil},
		{"reports.list-rows", "GET", "/v1/f1/report_requests/r1/completed_json", "", "", string(ex["report_request_completed_json"]), true, nil, func(ctx context.Context, f f) (any, error) { return f.Reports.ListRows(ctx, "r1") }, nil},
		{"payment-methods.list-credit-card-types", "GET", "/v1/f1/payment_methods/credit_card_types", "", "", string(ex["payment_method_types"]), true, first[storedge.CardType], func(ctx context.Context, f f) (any, error) { return f.PaymentMethods.ListCreditCardTypes(ctx) }, nil},
		{"payment-methods.list-payment-intents", "GET", "/v1/f1/payment_intents", page, "", `{"payment_intents":[{"id":"a1","x":1}]}`, true, first[storedge.PaymentIntent], func(ctx context.Context, f f) (any, error) { return f.PaymentMethods.ListPaymentIntents(ctx, all) }, nil},
		{"payment-methods.create", "POST", "/v1/f1/tenants/t1/payment_methods", "", `{"payment_method":` + cardBody + `}`, `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.PaymentMethods.Create(ctx, "t1", map[string]any{"payment_method": card})
		}, nil},
		{"payment-methods.authorize-funds", "POST", "/v1/f1/authorize_funds", "", `{"x":1}`, `{"meta":{}}`, false, nil, func(ctx context.Context, f f) (any, error) {
			return f.PaymentMethods.AuthorizeFunds(ctx, tenantry.Raw(`{"x":1}`))
		}, nil},
		{"company-leads.list", "GET", "/v1/companies/c1/leads", "asort=id&channel_category=web&page=1&per_page=100", "", list("leads", "lead"), true, first[storedge.Lead], nil, func(ctx context.Context, c co) (any, error) {
			return c.Leads.List(ctx, storedge.LeadListParams{ChannelCategory: "web"})
		}},
		{"company-facilities.list-short", "GET", "/v1/companies/c1/facilities/short", page, "", string(ex["facilities_short"]), true, first[storedge.FacilitySummary], nil, func(ctx context.Context, c co) (any, error) { return c.Facilities.ListShort(ctx, all) }},
		{"company-facilities.list-v2", "GET", "/v2/companies/c1/facilities", page, "", `{"facilities":[{"id":"f1","x":1}]}`, true, first[storedge.FacilityV2], nil, func(ctx context.Context, c co) (any, error) { return c.Facilities.ListV2(ctx, all) }},
		{"company-rate-changes.list", "GET", "/v1/companies/c1/rate_change_updates", "page=1&per_page=2000&x=1", "", list("rate_change_updates", "rate_change_update_cubesmart"), true, first[storedge.RateChangeUpdate], nil, func(ctx context.Context, c co) (any, error) {
			return c.RateChanges.List(ctx, storedge.CompanyListParams{PerPage: 2000, Extra: url.Values{"x": {"1"}}})
		}},
		{"company-same-day-vacates.list", "GET", "/v1/companies/c1/same_day_vacates", "page=1&per_page=100", "", list("same_day_vacates", "same_day_vacate_cubesmart"), true, first[storedge.SameDayVacate], nil, func(ctx context.Context, c co) (any, error) {
			return c.SameDayVacates.List(ctx, storedge.CompanyListParams{})
		}},
		{"company-auctions.list-active", "GET", "/v1/companies/c1/active_auctions", page, "", `{"active_auctions":[{"id":"a1","x":1}]}`, true, first[storedge.ActiveAuction], nil, func(ctx context.Context, c co) (any, error) { return c.Auctions.ListActive(ctx, all) }},
		{"company-reports.create", "POST", "/v1/companies/c1/report_requests", "", string(ex["report_request_create"]), `{"report_request":{"id":"r1","status":"pending"},"meta":{}}`, false, itself, nil, func(ctx context.Context, c co) (any, error) {
			return c.Reports.Create(ctx, storedge.ReportCreateParams{ReportName: "corporate_unoccupied_revenue_management_controller", ReportFormat: "csv", ReportParams: storedge.ReportParams{FilterFacilities: []string{"00000000-0000-4000-8000-000000000001"}}})
		}},
		{"company-reports.get", "GET", "/v1/companies/c1/report_requests/r1", "", "", string(ex["report_request_status"]), true, itself, nil, func(ctx context.Context, c co) (any, error) { return c.Reports.Get(ctx, "r1") }},
		{"company-reports.list-rows", "GET", "/v1/companies/c1/report_requests/r1/completed_json", "", "", string(ex["report_request_completed_json"]), true, nil, nil, func(ctx context.Context, c co) (any, error) { return c.Reports.ListRows(ctx, "r1") }},
		{"company-revenue-management.import", "POST", "/v1/companies/c1/unoccupied_revenue_management/import", "", "", `{"meta":{}}`, false, nil, nil, func(ctx context.Context, c co) (any, error) {
			return c.RevenueManagement.Import(ctx, storedge.RateImportParams{File: []byte("Group Key,New Standard Rate\nZQ==,50\n"), CreatedByID: "u1"})
		}},
	}
}

func connected(t *testing.T, opts ...tenantry.Option) (*storedge.Client, *httpmock.MockTransport) {
	t.Helper()
	return testclient.Mocked(t, func(opts ...tenantry.Option) (*storedge.Client, error) {
		return storedge.NewClient("key", "secret", opts...)
	}, opts...)
}

func facility(t *testing.T, opts ...tenantry.Option) (*storedge.Facility, *httpmock.MockTransport) {
	t.Helper()
	c, mock := connected(t, opts...)
	return c.Facility("f1"), mock
}

// keptRecord checks that a record says what its response did: the object beside meta,
// the first record of the list beside meta, or all members but meta.
func keptRecord(t *testing.T, response string, got any) {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(response), &members))
	delete(members, "meta")
	want, err := json.Marshal(members)
	require.NoError(t, err)
	for name, member := range members {
		var list []json.RawMessage
		if json.Unmarshal(member, &list) == nil && len(members) == 1 {
			want = list[0]
		} else if member[0] == '{' && (len(members) == 1 || name == "move_in_unit_event") {
			want = member
		}
	}
	b, _, err := wire.MarshalRequest(got) // with its secrets
	require.NoError(t, err)
	before, err := lossless.Of(want)
	require.NoError(t, err)
	after, err := lossless.Of(b)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

func TestFacilityOperations(t *testing.T) {
	for _, c := range calls(t) {
		t.Run(c.name, func(t *testing.T) {
			client, mock := connected(t)
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, c.method, r.Method)
				assert.Equal(t, c.path, r.URL.EscapedPath())
				assert.Equal(t, c.query, r.URL.RawQuery)
				if c.name != "company-revenue-management.import" {
					assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
				}
				assert.Contains(t, r.Header.Get("Accept"), "application/json")
				assert.Contains(t, r.Header.Get("Authorization"), `OAuth oauth_consumer_key="key"`)
				if c.body != "" {
					b, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					assert.JSONEq(t, c.body, string(b))
				}
				return httpmock.NewStringResponse(200, c.response), nil
			})
			got, err := c.run(t.Context(), client)
			require.NoError(t, err)
			assert.Equal(t, 1, mock.GetTotalCallCount())
			if c.record != nil {
				keptRecord(t, c.response, c.record(got))
			}
		})
	}
}

// What moves money or adds records is sent once, unless it has an idempotency key,
// and then with the same key.
func TestWhichOperationsAreRepeated(t *testing.T) {
	for _, c := range calls(t) {
		client, mock := connected(t, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond}))
		bodies := make(map[string]bool)
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			if r.Body != nil {
				b, _ := io.ReadAll(r.Body)
				bodies[string(b)] = true
			}
			return httpmock.NewStringResponse(503, `{"meta":{"message":"busy"}}`), nil
		})
		_, err := c.run(t.Context(), client)
		require.ErrorIs(t, err, tenantry.ErrServer, c.name)
		want := 1
		if c.repeated {
			want = 3
		}
		assert.Equal(t, want, mock.GetTotalCallCount(), c.name)
		assert.LessOrEqual(t, len(bodies), 1, c.name)
	}
}

// An undocumented write may have an empty response. A read may not.
func TestEmptyResponses(t *testing.T) {
	f, mock := facility(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(204, ""))
	response, err := f.MoveOuts.Schedule(t.Context(), nil)
	require.NoError(t, err)
	assert.Nil(t, response)
	_, err = f.Ledgers.Invoice(t.Context(), "i1")
	require.Error(t, err)
}

// The response to a bad signature holds an empty list. A list that is empty since the
// API refused it is told by its error code.
func TestEmptyListsThatAreErrors(t *testing.T) {
	for status, class := range map[int]error{401: tenantry.ErrUnauthorized, 200: nil} {
		for _, c := range calls(t) {
			client, mock := connected(t)
			var members map[string]json.RawMessage
			if json.Unmarshal([]byte(c.response), &members) != nil { // it is a file
				members = make(map[string]json.RawMessage)
			}
			for name := range members {
				members[name] = json.RawMessage(`[]`)
			}
			members["meta"] = json.RawMessage(`{"status_code":` + strconv.Itoa(status) + `,"error_code":2,"message":"Invalid OAuth Request"}`)
			body, err := json.Marshal(members)
			require.NoError(t, err)
			mock.RegisterNoResponder(httpmock.NewBytesResponder(status, body))
			_, err = c.run(t.Context(), client)
			var e *tenantry.Error
			require.ErrorAs(t, err, &e, c.name)
			assert.Equal(t, "2", e.Code, c.name)
			assert.Equal(t, "Invalid OAuth Request", e.Message, c.name)
			if class != nil {
				require.ErrorIs(t, err, class, c.name)
			}
		}
	}
}

// opens reports whether records of a type hold codes, combinations or numbers of cards.
func opens(record reflect.Type, seen map[reflect.Type]bool) bool {
	for record.Kind() == reflect.Pointer || record.Kind() == reflect.Slice {
		record = record.Elem()
	}
	if record.Kind() != reflect.Struct || seen[record] {
		return false
	}
	seen[record] = true
	for f := range record.Fields() {
		if f.Type == reflect.TypeFor[tenantry.Secret]() && regexp.MustCompile("Code|Lock|Card|Account").MatchString(f.Name) || opens(f.Type, seen) {
			return true
		}
	}
	return false
}

// A response that can't be decoded, and that may hold secrets, is on no error.
func TestResponsesWithSecretsAreNotKept(t *testing.T) {
	client, mock := connected(t)
	check := func(name string, record reflect.Type, run func() error) {
		if !opens(record, make(map[reflect.Type]bool)) {
			return
		}
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"x":"canary"`))
		var e *tenantry.DecodeError
		require.ErrorAs(t, run(), &e, name)
		assert.Empty(t, e.Raw, "%s: say secret", name)
	}
	for _, c := range calls(t) {
		run := func() (any, error) { return c.run(t.Context(), client) }
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, c.response))
		got, err := run()
		require.NoError(t, err)
		if c.record != nil {
			check(c.name, reflect.TypeOf(c.record(got)), func() error { return second(run()) })
		}
	}
	tenants := client.Facility("f1").Tenants
	check("tenants.list-ledgers", reflect.TypeFor[storedge.Ledger](), func() error { return second(tenants.ListLedgers(t.Context(), "t1")) })
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
