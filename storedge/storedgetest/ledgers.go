package storedgetest

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/storedge"
)

func (s *Server) ledgerRoutes() []fakeserver.Route {
	get, post, patch, put := http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodPut
	const one = v1 + "/ledgers/{ledger}"
	active := func(c *call, r *record) bool { return c.f.collections["ledger"].own(r)["active"] != false }
	return []fakeserver.Route{
		s.route("ledgers.list", get, v1+"/ledgers", s.list("ledger", nil)),
		s.route("ledgers.list-current", get, v1+"/ledgers/current", s.list("ledger", active)),
		s.route("ledgers.list-previous", get, v1+"/ledgers/previous", s.list("ledger", func(c *call, r *record) bool { return !active(c, r) })),
		s.route("ledgers.search", get, v1+"/ledgers/search", s.list("ledger", searched, searchable...)),
		s.route("ledgers.get", get, one, s.get("ledger")),
		s.route("ledgers.list-invoices", get, one+"/invoices", s.list("invoice", children("ledger"))),
		s.route("ledgers.invoice", get, v1+"/invoices/{invoice}", s.get("invoice")),
		s.route("ledgers.list-rate-changes", get, one+"/rate_changes", s.list("rate_change", children("ledger"))),
		s.route("ledgers.services", get, one+"/insurance_services_and_discounts", services),
		s.route("ledgers.prepay-amount", get, one+"/prepay_amount_for", prepayAmount),
		s.route("ledgers.set-gate-access-code", patch, one+"/gate_access_code", setGateCode),
		s.route("ledgers.add-fee", post, one+"/add_fee", addFee),
		s.route("ledgers.remove-fee", post, one+"/remove_fee", removeFee),
		s.route("ledgers.update-autopay", put, one+"/update_autopay", updateAutopay),
	}
}

// searchable are the parameters of the search for ledgers. The reference does not
// document them.
var searchable = []string{"tenant_id", "unit_id", "lease_number", "q"}

// searched reports whether a ledger is one that is searched for.
func searched(c *call, r *record) bool {
	own := c.f.collections["ledger"].own(r)
	for _, name := range searchable {
		want := c.Query.Get(name)
		switch {
		case want == "" || name == "q":
		case name == "lease_number" && asText(own[name]) != want, name != "lease_number" && reference(own, name[:len(name)-len("_id")]) != want:
			return false
		}
	}
	return true
}

// services responds with what a ledger pays for in addition to the rent, in three
// members.
func services(c *call) fakeserver.Response {
	own := c.f.collections["ledger"].own(c.of["ledger"])
	since := or(asText(own["moved_in_at"]), stamp(c.f.now()))[:len(time.DateOnly)]
	items, plans := c.f.collections["invoiceable_item"], c.f.collections["discount_plan"]
	insurance := any(nil)
	if item := items.find(asText(own["insurance_id"])); item != nil {
		insurance = members{
			"id": c.of["ledger"].id, "effective_date": since, "cancel_date": nil, "amount": item["total"], "data": members{
				"description": item["description"], "retain_type": "percent", "product_code": item["product_code"], "policy_number": "0000001", "retain_amount": "0.0",
				"coverage_amount": asText(item["coverage_amount"]), "coverage_percentage": asText(item["coverage_percentage"]), "insurance_provider_key": item["provider_key"],
			},
		}
	}
	paid, discounts := []any{}, []any{}
	for _, id := range texts(own["service_ids"]) {
		if item := items.find(id); item != nil {
			paid = append(paid, members{
				"id": id, "effective_date": since, "cancel_date": nil, "data": members{"description": item["description"], "product_code": item["product_code"]}, "amount": item["total"],
			})
		}
	}
	for _, id := range texts(own["discount_plan_ids"]) {
		if plan := plans.find(id); plan != nil {
			discount := make(members)
			for _, name := range []string{"id", "name", "kind", "description", "start_date", "end_date", "min_occupancy_months"} {
				discount[name] = plan[name]
			}
			discounts = append(discounts, discount)
		}
	}
	var o fakeserver.Object
	o.Set("insurance", render(insurance, modelOf(storedge.LedgerInsurance{})))
	o.Set("services", render(paid, modelOf(storedge.LedgerService{})))
	o.Set("discounts", render(discounts, modelOf(storedge.LedgerDiscount{})))
	o.Set("meta", c.meta(http.StatusOK, nil))
	return fakeserver.Raw(http.StatusOK, o.Bytes())
}

// prepaid returns what a prepayment of months takes: the balance, and the rents.
func prepaid(own members, months int) int {
	return max(cents(own["current_account_balance"]), 0) + months*cents(own["current_rate"])
}

func prepayAmount(c *call) fakeserver.Response {
	months, err := positive(c.Query.Get("months"))
	if err != nil {
		return badParameter("months")
	}
	return c.result(http.StatusOK, "prepay_amount", money(prepaid(c.f.collections["ledger"].own(c.of["ledger"]), months)), nil)
}

func setGateCode(c *call) fakeserver.Response {
	m, refused := c.read(gateCodeBody)
	if refused != nil {
		return *refused
	}
	if wrong := c.f.wrongGateCode(asText(m["gate_access_code"])); wrong != "" {
		return invalid(wrong)
	}
	c.f.collections["ledger"].set(c.of["ledger"].id, members{"gate_access_code": m["gate_access_code"]})
	return c.show("ledger", c.of["ledger"].id)
}

// wrongGateCode returns what is wrong with a gate code, by the facility's rule in its
// portal settings, or "".
func (f *facility) wrongGateCode(code string) string {
	if _, err := strconv.Atoi(code); err != nil || len(code) < 4 || len(code) > 8 {
		return "Gate code length should be between 4 and 8 digits."
	}
	return ""
}

// owe adds a charge to a ledger, or a credit if it is negative.
func (f *facility) owe(ledger *record, line members) {
	ledgers := f.collections["ledger"]
	own := ledgers.own(ledger)
	total := cents(line["total"])
	changes := members{"current_account_balance": money(cents(own["current_account_balance"]) + total)}
	if total > 0 {
		charge := f.charge(asText(line["id"]), asText(line["description"]), total, f.now())
		changes["recent_open_charges"] = append(slices.Clone(objects(own["recent_open_charges"])), charge)
	}
	changes["line_items"] = append(slices.Clone(objects(own["line_items"])), line)
	ledgers.set(ledger.id, changes)
	if tenant := reference(own, "tenant"); tenant != "" {
		f.collections["tenant"].touch(tenant)
	}
}

func addFee(c *call) fakeserver.Response {
	m, refused := c.read(addFeeBody)
	if refused != nil {
		return *refused
	}
	given, _ := m["add_fee"].(members)
	item := c.f.collections["invoiceable_item"].find(asText(given["invoiceable_item_id"]))
	if item == nil || item["kind"] != "fee" {
		return refuse(http.StatusNotFound, "", "There is no such fee.")
	}
	balance := cents(c.f.collections["ledger"].own(c.of["ledger"])["current_account_balance"])
	line := c.f.line(c.f.newID("line_item"), asText(item["description"]), asText(item["product_code"]), feeOf(item, balance), 0)
	c.f.owe(c.of["ledger"], line)
	c.f.noteAll(c.of["ledger"].id, given)
	return c.result(http.StatusOK, "line_item", render(line, modelOf(storedge.LineItem{})), nil)
}

// feeOf returns the amount of a fee for a balance.
func feeOf(item members, balance int) int {
	for _, row := range objects(item["invoiceable_amounts"]) {
		if row["limit"] == nil || balance <= cents(row["limit"]) {
			return cents(row["amount"])
		}
	}
	return cents(item["total"])
}

// noteAll adds the notes of a body to a record.
func (f *facility) noteAll(of string, m members) {
	for _, n := range objects(m["notes_attributes"]) {
		f.addNote(of, asText(n["note"]))
	}
}

func removeFee(c *call) fakeserver.Response {
	m, refused := c.read(removeFeeBody)
	if refused != nil {
		return *refused
	}
	given, _ := m["remove_fee"].(members)
	for _, line := range objects(c.f.collections["ledger"].own(c.of["ledger"])["line_items"]) {
		if line["id"] != given["fee_line_item_id"] || cents(line["total"]) <= 0 {
			continue
		}
		credit := c.f.line(c.f.newID("line_item"), asText(line["description"]), asText(line["current_product_code"]), -cents(line["total"]), 0)
		credit["full_description"] = asText(line["description"]) + " - Credit"
		c.f.owe(c.of["ledger"], credit)
		c.f.noteAll(c.of["ledger"].id, given)
		return c.result(http.StatusOK, "line_item", render(credit, modelOf(storedge.LineItem{})), nil)
	}
	return refuse(http.StatusNotFound, "", "There is no such fee on this ledger.")
}

func updateAutopay(c *call) fakeserver.Response {
	m, refused := c.read(autopayBody)
	if refused != nil {
		return *refused
	}
	if c.f.settings["tenant_portal_disable_autopay_enroll"] == true {
		return denied("This facility does not let tenants change autopay.")
	}
	autopay, _ := m["autopay"].(members)
	given, _ := m["payment_method"].(members)
	ledger := c.of["ledger"]
	method, wrong := c.f.payWith(given, reference(c.f.collections["ledger"].own(ledger), "tenant"))
	if wrong != "" {
		return invalid(wrong)
	}
	changes := members{"autopay_enabled": truth(autopay["autopay_enabled"]), "autopay_method": method["id"]}
	if text := asText(autopay["autopay_day"]); text != "" {
		n, err := positive(text)
		if err != nil || n > 31 {
			return invalid("autopay_day must be a day of the month.")
		}
		changes["autopay_day"] = n
	}
	c.f.collections["ledger"].set(ledger.id, changes)
	return c.show("ledger", ledger.id)
}

// cents reads an amount.
func cents(v any) int {
	n, err := strconv.ParseFloat(asText(v), 64)
	if err != nil {
		return 0
	}
	return int(math.Round(n * 100))
}

// or returns the first text that is not empty.
func or(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// nameOf returns a person's whole name.
func nameOf(m members) string {
	return fmt.Sprintf("%s %s", asText(m["first_name"]), asText(m["last_name"]))
}
