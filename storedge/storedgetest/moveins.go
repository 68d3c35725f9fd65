package storedgetest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/storedge"
)

func (s *Server) moveInRoutes() []fakeserver.Route {
	get, post := http.MethodGet, http.MethodPost
	return []fakeserver.Route{
		s.route("move-ins.list", get, v1+"/move_ins", s.list("move_in", nil)),
		s.route("move-ins.review-cost", post, v1+"/move_ins/review_cost", reviewCost),
		s.route("move-ins.process", post, v1+"/move_ins/process_move_in", processMoveIn),
		s.route("move-outs.list", get, v1+"/move_outs", s.list("move_out", nil)),
		s.route("move-outs.list-reasons", get, v1+"/move_outs/reasons", s.list("move_out_reason", nil)),
		s.route("move-outs.schedule", post, v1+"/move_outs/schedule_move_out", scheduleMoveOut),
		s.route("move-outs.process", post, v1+"/move_outs/process_move_out", processMoveOut),
	}
}

// sessionTime is how long the documents of a review can be used.
const sessionTime = 24 * time.Hour

// A session is a review of costs with documents.
type session struct {
	id, unit    string
	leaseNumber int
	documents   []string
	until       time.Time
}

// A moveIn is a move-in as a body describes it, checked.
type moveIn struct {
	unit, tenant, lead *record // tenant and lead may be nil
	tenantID           string
	newTenant          members
	date               time.Time
	rent, subtotal     int
	taxes              int
	lines              []members
	own                members // the members of the body
}

// readMoveIn checks what a body says of a move-in and counts what it costs.
func (c *call) readMoveIn(own members) (*moveIn, *fakeserver.Response) {
	fail := func(r fakeserver.Response) (*moveIn, *fakeserver.Response) { return nil, &r }
	f := c.f
	in := &moveIn{own: own, date: f.today()}
	var ok bool
	if id := asText(own["lead_id"]); id != "" {
		if in.lead, ok = f.collections["lead"].get(id); !ok {
			return fail(refuse(http.StatusNotFound, "", "There is no such lead."))
		}
		lead := f.collections["lead"].own(in.lead)
		if lead["closed"] == true {
			return fail(invalid("The lead is closed."))
		}
		in.tenantID = reference(lead, "tenant")
	}
	if id := asText(own["tenant_id"]); id != "" {
		in.tenantID = id
	}
	if in.tenantID != "" {
		if in.tenant, ok = f.collections["tenant"].get(in.tenantID); !ok {
			return fail(refuse(http.StatusNotFound, "", "There is no such tenant."))
		}
		if f.account(in.tenant).ineligible {
			return fail(invalid("The tenant is not eligible to move in."))
		}
	}
	in.newTenant, _ = own["tenant"].(members)
	if in.unit, ok = f.collections["unit"].get(asText(own["unit_id"])); !ok {
		return fail(refuse(http.StatusNotFound, "", "There is no such unit."))
	}
	_, _, reserved := f.occupant(in.unit)
	if !f.available(in.unit) && (in.lead == nil || reserved != in.lead.id) {
		return fail(invalid("The unit is not available."))
	}
	if text := asText(own["move_in_date"]); text != "" {
		in.date, _ = time.Parse(time.DateOnly, text)
	}
	if wrong := in.price(f); wrong != "" {
		return fail(refuse(http.StatusNotFound, "", wrong))
	}
	return in, nil
}

// price counts what a move-in costs: the rent up to the end of the month less the
// discounts, insurance and services, and the fees of every move-in.
func (in *moveIn) price(f *facility) (wrong string) {
	unit := f.collections["unit"].members(in.unit)
	in.rent = cents(unit["price"])
	end := time.Date(in.date.Year(), in.date.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	first := in.rent * (end.Day() - in.date.Day() + 1) / end.Day()
	for _, plan := range objects(in.own["discount_plans"]) {
		found := f.collections["discount_plan"].find(asText(plan["discount_plan_id"]))
		if found == nil {
			return "There is no such discount plan."
		}
		for _, discount := range objects(found["discount_plan_discounts"]) {
			if discount["discount_type"] == "percent" {
				first -= first * cents(discount["amount"]) / 10_000
			} else {
				first -= min(first, cents(discount["amount"]))
			}
		}
	}
	rent := f.rentLine(nil, fmt.Sprintf("%s - %s", asText(unit["name"]), asText(unit["size"])), first, in.date, end, in.date.Day() > 1)
	rent["current_product_code"] = "Unit #" + asText(unit["name"])
	in.lines = []members{rent}
	in.subtotal, in.taxes = first, cents(rent["tax_total"])
	items := f.collections["invoiceable_item"]
	add := func(id, kind string) bool {
		item := items.find(id)
		if item == nil || item["kind"] != kind {
			return false
		}
		line := f.line(nil, asText(item["description"]), asText(item["product_code"]), cents(item["total"]), 0)
		in.subtotal += cents(item["total"])
		if kind == "fee" {
			in.lines = append(in.lines, line)
		} else { // insurance and services belong to the rent
			rent["children_line_items"] = append(objects(rent["children_line_items"]), line)
		}
		return true
	}
	if id := asText(in.own["insurance_id"]); id != "" && id != "private" && !add(id, "insurance") {
		return "There is no such insurance."
	}
	for _, service := range objects(in.own["services"]) {
		if !add(asText(service["service_id"]), "service") {
			return "There is no such service."
		}
	}
	for _, item := range items.all(nil) {
		if items.own(item)["required_at_move_in"] == true {
			add(item.id, "fee")
		}
	}
	return ""
}

// event returns the event of a move-in.
func (in *moveIn) event(f *facility) members {
	unit := f.collections["unit"].members(in.unit)
	e := members{
		"id": nil, "invoice_period": or(asText(in.own["invoice_period"]), "monthly"), "unit_name": unit["name"], "unit_id": in.unit.id,
		"unit_combination_lock_number": unit["combination_lock_number"], "unit_overlock_lock_number": unit["overlock_lock_number"], "tenant_name": "Jane Doe", "tenant_id": nil,
		"tenant_military_information": nil, "ledger_id": nil, "esign_url": nil, "rate_type": "standard_rate", "channel_rate_id": nil, "discount_plan_ids": in.ids("discount_plans", "discount_plan_id"),
		"storage_items": []any{}, "storing_vehicle": nil, "gate_access_code": in.own["gate_access_code"], "first_month_rent_subtotal": in.lines[0]["subtotal"], "lock_subtotal": money(0),
		"move_in_subtotal": money(in.subtotal), "move_in_taxes_total": money(in.taxes), "move_in_total": money(in.subtotal + in.taxes), "invoice_line_items": in.lines,
	}
	switch {
	case in.tenant != nil:
		own := f.collections["tenant"].own(in.tenant)
		e["tenant_name"], e["tenant_id"], e["tenant_military_information"] = nameOf(own), in.tenant.id, own["military_information"]
	case in.newTenant != nil:
		e["tenant_name"] = nameOf(in.newTenant)
	}
	return e
}

// ids returns the ids that a list of a move-in names.
func (in *moveIn) ids(list, name string) []string {
	all := []string{}
	for _, one := range objects(in.own[list]) {
		all = append(all, asText(one[name]))
	}
	return all
}

// showEvent responds with the event of a move-in.
func (c *call) showEvent(e members) fakeserver.Response {
	return c.result(http.StatusOK, "move_in_unit_event", render(e, moveInModel), nil)
}

// moveInModel is the order of a move-in's members.
var moveInModel = func() *model {
	m := *modelOf(storedge.MoveInUnitEvent{})
	m.names = append(slices.Clone(m.names), "documents")
	return &m
}()

func reviewCost(c *call) fakeserver.Response {
	m, refused := c.read(reviewBody)
	if refused != nil {
		return *refused
	}
	own, _ := m["move_in"].(members)
	in, refused := c.readMoveIn(own)
	if refused != nil {
		return *refused
	}
	e := in.event(c.f)
	if own["should_generate_documents"] != nil && !truth(own["should_generate_documents"]) {
		return c.showEvent(e)
	}
	c.f.nextID++
	s := &session{
		id:   fmt.Sprintf("%016x%016x", mix(c.f.hash+uint64(c.f.nextID)), mix(c.f.hash^uint64(c.f.nextID))), //nolint:gosec // not negative
		unit: in.unit.id, leaseNumber: 1_000_000 + c.f.nextID, until: c.f.now().Add(sessionTime),
	}
	documents := []members{}
	for _, description := range []string{"Lease", "Insurance addendum"} {
		id := c.f.newID("session_document")
		s.documents = append(s.documents, id)
		documents = append(documents, members{"session_document_id": id, "description": description, "type": "PrintTemplate"})
	}
	c.f.sessions[s.id] = s
	e["session_id"], e["documents"] = s.id, documents
	return c.showEvent(e)
}

// sessionOf returns the session of a move-in, or what is wrong with it.
func (c *call) sessionOf(in *moveIn) (s *session, wrong string) {
	valid := func(s *session) bool { return s != nil && s.unit == in.unit.id && c.f.now().Before(s.until) }
	if id := asText(in.own["session_id"]); id != "" {
		if s = c.f.sessions[id]; !valid(s) {
			return nil, "The session is over, or is not one of this unit. Review the cost again."
		}
	} else {
		for _, of := range c.f.sessions {
			if valid(of) && (s == nil || of.until.After(s.until)) {
				s = of
			}
		}
		if s == nil {
			return nil, "No documents were generated for this move-in. Review its cost first."
		}
	}
	for _, id := range in.ids("accepted_documents", "session_document_id") {
		if !slices.Contains(s.documents, id) {
			return nil, "A document is not one of the session."
		}
	}
	return s, ""
}

func processMoveIn(c *call) fakeserver.Response {
	m, refused := c.read(processBody)
	if refused != nil {
		return *refused
	}
	own, _ := m["move_in"].(members)
	in, refused := c.readMoveIn(own)
	if refused != nil {
		return *refused
	}
	if in.tenant == nil && in.newTenant == nil {
		return invalid("tenant_id, tenant or lead_id is missing.")
	}
	session, wrong := c.sessionOf(in)
	if wrong != "" {
		return invalid(wrong)
	}
	code := c.gateCode(in)
	if wrong := c.f.wrongGateCode(code); wrong != "" {
		return invalid("gate_access_code: " + wrong)
	}
	if in.tenant != nil && c.f.blocked(in.tenant.id) {
		return denied("This facility does not accept payments of this tenant.")
	}
	if c.f.settings["tenant_portal_move_in_required_insurance"] == true && asText(own["insurance_id"]) == "" {
		return invalid("insurance_id is missing: this facility requires insurance.")
	}
	given, pays := m["payment_method"].(members)
	if pays { // checked before anything is made
		if _, wrong := c.f.payWith(given, ""); wrong != "" {
			return invalid(wrong)
		}
	}
	id := in.tenantID
	if in.tenant == nil {
		id = c.f.makeTenant(in.newTenant)
		in.tenant, _ = c.f.collections["tenant"].get(id)
	}
	if contact, ok := m["alternate_contact"].(members); ok {
		c.f.apply(in.tenant, members{"contacts_attributes": []any{contact}})
		in.tenant, _ = c.f.collections["tenant"].get(id)
	}
	e := c.moveIn(in, session, code, given)
	return c.showEvent(e)
}

// gateCode returns the gate code of a move-in, or that of an earlier ledger of the
// tenant.
func (c *call) gateCode(in *moveIn) string {
	if code := asText(in.own["gate_access_code"]); code != "" || in.tenant == nil {
		return code
	}
	for _, r := range c.f.ledgersOf(in.tenant) {
		if code := asText(c.f.collections["ledger"].own(r)["gate_access_code"]); code != "" {
			return code
		}
	}
	return ""
}

// moveIn makes the ledger, its invoice and documents, and the payment, and closes the
// lead.
func (c *call) moveIn(in *moveIn, session *session, code string, given members) members {
	f := c.f
	e := in.event(f)
	ledger, event := f.newID("ledger"), f.newID("event")
	total := in.subtotal + in.taxes
	end := time.Date(in.date.Year(), in.date.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	own := members{
		"active": true, "current_account_balance": money(total), "current_rate": money(in.rent), "current_prepay_balance": money(0), "gate_access_code": code,
		"invoice_day_of_month": in.date.Day(), "lease_number": session.leaseNumber, "length_of_stay_in_months": 0, "moved_in_at": stamp(later(f.now(), in.date)),
		"paid_through": end.Format(time.DateOnly), "next_charge_date": end.AddDate(0, 0, 1).Format(time.DateOnly), "rate_last_changed_on": stamp(f.now()),
		"tenant_id": in.tenant.id, "unit_id": in.unit.id, "service_ids": in.ids("services", "service_id"), "discount_plan_ids": in.ids("discount_plans", "discount_plan_id"),
		"recent_open_charges": []members{f.charge(f.newID("charge"), asText(in.lines[0]["description"]), total, in.date)},
	}
	if id := asText(in.own["insurance_id"]); id != "private" {
		own["insurance_id"] = id
	}
	for _, line := range in.lines {
		f.number(line)
	}
	r := f.collections["ledger"].add(ledger, "", own)
	f.collections["invoice"].add(f.newID("invoice"), ledger, f.invoice(5000+f.nextID, in.date, in.lines))
	if given != nil {
		method, _ := f.payWith(given, in.tenant.id)
		f.pay(r, total)
		e["successful_payment_events"] = []members{f.receipt(ledger, in.tenant.id, total, method)}
		if truth(given["autopay_enabled"]) {
			f.collections["ledger"].set(ledger, members{"autopay_enabled": true, "autopay_method": method["id"], "autopay_day": jsontext.Value(or(asText(given["autopay_day"]), "1"))})
		}
	}
	if in.lead != nil {
		f.setLead(in.lead, members{"closed": true, "status": "moved_in", "moved_in_at": stamp(f.now())})
	}
	f.letAgain(own)
	for _, description := range []string{"Lease", "Insurance addendum"} {
		f.collections["document"].add(f.newID("document"), event, members{"description": description, "type": "PrintTemplate", "is_relevant": true, "created_at": stamp(f.now())})
	}
	e["id"], e["tenant_id"], e["tenant_name"], e["ledger_id"], e["gate_access_code"] = event, in.tenant.id, nameOf(f.collections["tenant"].own(in.tenant)), ledger, code
	if f.settings["esignable_move_in_documents_setup"] == true {
		e["esign_url"] = c.s.signingURL(event)
	}
	f.addEvent(event, ledger, in.tenant.id, maps.Clone(e))
	f.collections["rate_applied_action"].add(f.newID("rate_applied_action"), "", members{
		"rate_info": members{"applied_rate": members{"name": "standard_rate", "amount": money(in.rent)}, "standard_rate": f.collections["unit"].own(in.unit)["standard_rate"]},
		"source":    "storEDGE Rental Center", "completed_on": day(f.now()), "completed_by": "Test App", "employee_id": nil, "user_id": nil, "time_completed": stamp(f.now()),
		"event": "MoveInUnitEvent", "old_ledger_id": "", "new_ledger_id": ledger, "unit_id": in.unit.id, "lead_id": or(asText(in.own["lead_id"])),
	})
	return e
}

// number gives a line and its children ids.
func (f *facility) number(line members) {
	line["id"] = f.newID("line_item")
	for _, child := range objects(line["children_line_items"]) {
		f.number(child)
	}
}

// moveOut ends a rental: the ledger is closed and the unit is free.
func (f *facility) moveOut(ledger *record) members {
	ledgers := f.collections["ledger"]
	own := ledgers.own(ledger)
	ledgers.set(ledger.id, members{"active": false, "closed_on": stamp(f.now()), "scheduled_move_out": nil})
	f.letAgain(own)
	id := f.newID("event")
	e := members{"unit_id": reference(own, "unit"), "tenant_id": reference(own, "tenant"), "ledger_id": ledger.id, "moved_out_at": stamp(f.now())}
	f.addEvent(id, ledger.id, reference(own, "tenant"), maps.Clone(e))
	f.collections["move_out"].add(id, ledger.id, maps.Clone(e))
	e["id"] = id
	return e
}

// ledgerOf returns the ledger that a body of a move-out names. The reference does not
// document such bodies; the fake takes {"move_out": {"ledger_id": …}}.
func (c *call) ledgerOf() (*record, members, *fakeserver.Response) {
	fail := func(r fakeserver.Response) (*record, members, *fakeserver.Response) { return nil, nil, &r }
	var m members
	if c.Decode(&m) != nil || m == nil {
		return fail(refuse(http.StatusBadRequest, "", "The body is not a JSON object."))
	}
	m = inner(m, "move_out")
	r, ok := c.f.collections["ledger"].get(asText(m["ledger_id"]))
	if !ok {
		return fail(refuse(http.StatusNotFound, "", "There is no such ledger."))
	}
	if c.f.collections["ledger"].own(r)["active"] == false {
		return fail(invalid("The tenant moved out already."))
	}
	return r, m, nil
}

func scheduleMoveOut(c *call) fakeserver.Response {
	r, m, refused := c.ledgerOf()
	if refused != nil {
		return *refused
	}
	c.f.collections["ledger"].set(r.id, members{"scheduled_move_out": members{"scheduled_on": m["scheduled_on"]}})
	return c.show("ledger", r.id)
}

func processMoveOut(c *call) fakeserver.Response {
	r, _, refused := c.ledgerOf()
	if refused != nil {
		return *refused
	}
	return c.result(http.StatusOK, "move_out_unit_event", render(c.f.moveOut(r), nil), nil)
}

// MoveOut moves a tenant out: it closes the ledger and frees the unit. It panics if
// the facility has no such ledger.
func (s *Server) MoveOut(facilityID, ledgerID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.must(facilityID)
	r, ok := f.collections["ledger"].get(ledgerID)
	if !ok {
		panic(fmt.Sprintf("storedgetest: there is no ledger %q", ledgerID))
	}
	f.moveOut(r)
}
