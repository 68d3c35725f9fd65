package storedgetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/portfolio"
	"github.com/tenantry/tenantry-go/storedge"
)

// The records of a facility that follow from the portfolio. They are made when they
// are read. Everyone of the portfolio is a tenant; those who sign a lease have a
// ledger for it from the day on which they move in, and a lead from the day on which
// they sign. A renewal changes the rate of the ledger.

// sizes are the sizes of units, in feet, and their monthly rates in cents.
var sizes = []struct{ width, length, rate int }{{5, 5, 4500}, {5, 10, 7000}, {10, 10, 12500}, {10, 20, 21000}}

// furnish makes the facility's collections.
func (f *facility) furnish() {
	f.collections = make(map[string]*collection)
	f.tiered = f.full && f.index%2 == 1
	f.catalog()

	unit := f.collection("unit", "units", storedge.Unit{}, f.units.len, f.madeUnit)
	unit.complete, unit.dirty = f.completeUnit, true
	unit.changed = func(k int) (at time.Time) {
		for _, l := range f.unitLeases(f.units.at(k)) {
			if f.visible(&l) {
				at = later(at, l.ChangedBy(f.now()))
			}
		}
		return at
	}

	tenant := f.collection("tenant", "tenants", storedge.Tenant{}, f.people.len, f.madeTenant)
	tenant.complete, tenant.dirty = f.completeTenant, true
	tenant.changed = func(k int) time.Time {
		at := f.person(k).Since
		for _, l := range f.personLeases(f.people.at(k)) {
			if f.visible(&l) {
				at = later(at, l.ChangedBy(f.now()))
			}
		}
		return at
	}

	ledger := f.collection("ledger", "ledgers", storedge.Ledger{}, f.leases.len, f.madeLedger)
	ledger.complete, ledger.dirty = f.completeLedger, true
	ledger.there = func(k int) bool {
		l := f.lease(k)
		return f.visible(&l) && !l.Renewal && !f.cancelled[l.Index] && !f.now().Before(l.MoveIn)
	}
	ledger.changed = func(k int) (at time.Time) {
		for _, l := range f.chain(k) {
			at = later(at, l.ChangedBy(f.now()))
		}
		return at
	}

	lead := f.collection("lead", "leads", storedge.Lead{}, f.leases.len, f.madeLead)
	lead.complete, lead.dirty = f.completeLead, true
	lead.there = func(k int) bool {
		l := f.lease(k)
		return f.visible(&l) && !l.Renewal
	}
	lead.changed = func(k int) time.Time {
		l := f.lease(k)
		if !f.now().Before(l.MoveIn) {
			return l.MoveIn
		}
		return l.Signed
	}

	note := f.collection("note", "notes", storedge.Note{}, f.people.len, func(k int) members {
		q := f.person(k)
		return members{"note": []string{"Prefers email.", "Asked for a larger unit.", "Has a \"spare\" key \u2014 see office."}[k%3], "created_at": stamp(q.Since.Add(48 * time.Hour))}
	})
	note.there = func(k int) bool { return k%2 == 0 }
	note.of = func(k int) string { return f.recordID("tenant", k) }

	method := f.collection("payment_method", "payment_methods", storedge.PaymentMethod{}, f.people.len, f.madeMethod)
	method.there, method.sparse = f.hasMethod, true
	method.of = note.of

	invoice := f.collection("invoice", "invoices", storedge.Invoice{}, f.leases.len, f.madeInvoice)
	invoice.there = ledger.there
	invoice.complete = func(r *record, m members) { m["uuid"] = r.id }
	invoice.of = func(k int) string { return f.recordID("ledger", k) }

	change := f.collection("rate_change", "rate_changes", storedge.RateChange{}, f.leases.len, f.madeRateChange)
	change.there = func(k int) bool {
		l := f.lease(k)
		return f.visible(&l) && l.Renewal && !f.now().Before(l.MoveIn)
	}
	change.of = func(k int) string { return f.recordID("ledger", f.original(k)) }

	event := f.collection("event", "events", nil, f.leases.len, func(k int) members {
		l := f.lease(k)
		q := f.world.Person(l.Primary())
		return members{
			"invoice_period": "monthly", "unit_name": f.world.Unit(l.Unit).Number, "unit_id": f.unitID(&l), "tenant_name": q.First + " " + q.Last, "tenant_id": f.tenantID(&l),
			"ledger_id": f.recordID("ledger", k), "rate_type": "standard_rate",
		}
	})
	event.there, event.of = ledger.there, invoice.of

	document := f.collection("document", "documents", storedge.Document{}, f.leases.len, func(k int) members {
		l := f.lease(k)
		return members{"description": "Lease " + l.Number, "type": "PrintTemplate", "is_relevant": true, "created_at": stamp(l.Signed)}
	})
	document.there = ledger.there

	for name, plural := range map[string]string{
		"move_in": "move_ins", "move_out": "move_outs", "access_point": "access_points", "task": "tasks", "rate_applied_action": "rate_applied_actions",
		"payment_intent": "payment_intents", "delinquency_event": "delinquency_events", "auction": "auctions",
	} { // the portfolio has none
		f.collection(name, plural, nil, nil, nil)
	}
	document.of = func(k int) string { return f.recordID("event", k) } // the move-in
}

// person, lease and unit return what the portfolio knows of the facility's kth.
func (f *facility) person(k int) portfolio.Person { return f.world.Person(f.people.at(k)) }
func (f *facility) lease(k int) portfolio.Lease {
	return f.leaseMemo.of(f.leases.at(k), f.world.Lease)
}
func (f *facility) unit(k int) portfolio.Unit { return f.world.Unit(f.units.at(k)) }

// unitLeases and personLeases return the leases of the portfolio's unit or person.
func (f *facility) unitLeases(unit int) []portfolio.Lease {
	return f.unitMemo.of(unit, f.world.UnitLeases)
}
func (f *facility) personLeases(person int) []portfolio.Lease {
	return f.personMemo.of(person, f.world.PersonLeases)
}

// visible reports whether a lease of the portfolio is one of the facility's.
func (f *facility) visible(l *portfolio.Lease) bool {
	_, ok := f.leases.of(l.Index)
	return ok && !f.hidden[l.Index]
}

// leaseID returns the id of the record of a kind that belongs to a lease.
func (f *facility) leaseID(kind string, l *portfolio.Lease) string {
	k, _ := f.leases.of(l.Index)
	return f.recordID(kind, k)
}

func (f *facility) tenantID(l *portfolio.Lease) string {
	k, _ := f.people.of(l.Primary())
	return f.recordID("tenant", k)
}

func (f *facility) unitID(l *portfolio.Lease) string {
	k, _ := f.units.of(l.Unit)
	return f.recordID("unit", k)
}

// chain returns a lease and its renewals that have begun.
func (f *facility) chain(k int) []portfolio.Lease {
	first := f.lease(k)
	all := []portfolio.Lease{first}
	for _, l := range f.unitLeases(first.Unit) {
		if l.Index == first.Index || l.MoveIn.Before(first.MoveIn) {
			continue
		}
		if !l.Renewal || f.now().Before(l.MoveIn) {
			break
		}
		all = append(all, l)
	}
	return all
}

// original returns the position of the lease that the kth renews.
func (f *facility) original(k int) int {
	renewal := f.lease(k)
	at := renewal.Index
	for _, l := range f.unitLeases(renewal.Unit) {
		if !l.Renewal {
			at = l.Index
		}
		if l.Index == renewal.Index {
			break
		}
	}
	k, _ = f.leases.of(at)
	return k
}

// money returns an amount of cents as a JSON number.
func money(cents int) jsontext.Value {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return jsontext.Value(fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100))
}

// groupRate returns the standard rate of a group of units.
func (f *facility) groupRate(group int) int {
	return sizes[group].rate * int(90+f.hash%31) / 100 / 100 * 100
}

// rent returns a lease's rent: its rent in the portfolio, of a unit of storage.
func (f *facility) rent(l *portfolio.Lease) int {
	u := f.world.Unit(l.Unit)
	return f.groupRate(u.Bedrooms) * l.Rent / u.MarketRent / 50 * 50
}

// owed returns what a lease owes.
func (f *facility) owed(l *portfolio.Lease) int { return l.Balance * f.rent(l) / l.Rent }

func (f *facility) madeUnit(k int) members {
	u := f.unit(k)
	size := sizes[u.Bedrooms]
	floor, _ := strconv.Atoi(u.Floor)
	m := members{
		"name": u.Number, "description": "", "width": money(size.width * 100), "length": money(size.length * 100), "height": money(800), "door_height": money(700),
		"door_width": money(min(size.width, 9) * 100), "door_type": storedge.DoorTypeRollUp, "access_type": storedge.AccessTypeIndoor, "floor": floor,
		"size": fmt.Sprintf("%dx%dx8", size.width, size.length), "area": money(size.width * size.length * 100), "standard_rate": money(f.groupRate(u.Bedrooms)),
		"rentable": true, "combination_lock_number": fmt.Sprintf("%02d-%02d-%02d", u.Index%40, u.Index/40%40, u.Index*7%40), "deleted": false, "damaged": false,
		"unrentable": false, "company_owned": false, "unit_group_id": f.recordID("unit_group", u.Bedrooms), "tier_id": f.recordID("tier", 0),
	}
	if floor == 1 {
		m["tier_id"] = f.recordID("tier", 1)
	}
	return m
}

// completeUnit sets a unit's rates, type and amenities, and who has it.
func (f *facility) completeUnit(r *record, m members) {
	tier, _ := m["tier_id"].(string)
	delete(m, "tier_id")
	setIfAbsent(m, "unit_type", f.catalogOf("unit_type"))
	setIfAbsent(m, "unit_amenities", []any{f.catalogOf("unit_amenity")})
	if f.tiered && tier != "" {
		setIfAbsent(m, "tier", members{"id": tier})
		if rate := f.tierRate(asText(m["unit_group_id"]), tier); rate != nil {
			setIfAbsent(m, "tiered_rate", rate)
			setIfAbsent(m, "price", rate)
		}
	}
	setIfAbsent(m, "price", m["standard_rate"])
	ledger, tenant, reserved := f.occupant(r)
	status := storedge.UnitStatusVacant
	switch {
	case ledger != "":
		status = storedge.UnitStatusOccupied
	case reserved != "":
		status = storedge.UnitStatusReserved
	}
	setIfAbsent(m, "status", string(status))
	if ledger != "" {
		setIfAbsent(m, "current_ledger_id", ledger)
		setIfAbsent(m, "current_tenant_id", tenant)
	}
	setIfAbsent(m, "available_for_move_in", m["status"] == string(storedge.UnitStatusVacant) && m["rentable"] != false)
}

// setIfAbsent sets a member that neither a request nor a test set.
func setIfAbsent(m members, name string, v any) {
	if _, set := m[name]; !set {
		m[name] = v
	}
}

// occupant returns the ledger and the tenant of a unit, or else the reservation of it.
func (f *facility) occupant(unit *record) (ledger, tenant, reserved string) {
	for _, r := range f.linked("ledger", "unit", unit.id) {
		if m := f.collections["ledger"].own(r); m["active"] != false {
			return r.id, reference(m, "tenant"), ""
		}
	}
	for _, r := range f.linked("lead", "unit", unit.id) {
		if m := f.collections["lead"].own(r); m["closed"] != true {
			return "", "", r.id
		}
	}
	if unit.k < 0 {
		return "", "", ""
	}
	for _, l := range f.unitLeases(f.units.at(unit.k)) {
		if !f.visible(&l) || l.Renewal {
			continue
		}
		k, _ := f.leases.of(l.Index)
		if !f.now().Before(l.MoveIn) {
			if r, ok := f.collections["ledger"].get(f.recordID("ledger", k)); ok {
				if own := f.collections["ledger"].own(r); own["active"] != false && reference(own, "unit") == unit.id {
					return r.id, reference(own, "tenant"), ""
				}
			}
			continue
		}
		if r, ok := f.collections["lead"].get(f.recordID("lead", k)); ok {
			if own := f.collections["lead"].own(r); own["closed"] != true && reference(own, "unit") == unit.id {
				reserved = r.id
			}
		}
	}
	return "", "", reserved
}

func (f *facility) madeTenant(k int) members {
	q := f.person(k)
	u := f.world.Unit(q.Unit)
	m := members{
		"account_number": firstAccount + k, "first_name": q.First, "last_name": q.Last, "middle_initial": nil, "email": q.Email, "date_of_birth": q.Born.Format(time.DateOnly),
		"created_at": stamp(q.Since), "facility_id": f.id,
		"phone_numbers": []members{phoneNumber(f.recordID("phone", k), members{"number": q.Phone, "label": storedge.LabelMobile, "primary": true})},
	}
	if q.Middle != "" {
		m["middle_initial"] = string([]rune(q.Middle)[:1])
	}
	if f.hasAccount(k) {
		m["username"] = "user" + strconv.Itoa(firstAccount+k)
	}
	a := address(f.recordID("address", k), members{
		"address1": u.Street, "address2": "Unit " + u.Number, "city": u.City, "state": u.State, "postal": u.Zip,
		"latitude": jsontext.Value(fmt.Sprintf("%.4f", u.Latitude)), "longitude": jsontext.Value(fmt.Sprintf("%.4f", u.Longitude)),
	})
	m["mailing_address"], m["addresses"] = a, []members{a}
	return m
}

// firstAccount is the account number of a facility's first tenant.
const firstAccount = 1_000_000

// completeTenant sets what a tenant's ledgers, leads and account say of them.
func (f *facility) completeTenant(r *record, m members) {
	for name, v := range (members{
		"tax_exempt": false, "is_military": false, "is_business": false, "gate_24_hour_access": false, "tenant_account_kind_name": "Standard", "blocked_payments": false,
		"facility_id": f.id,
	}) {
		setIfAbsent(m, name, v)
	}
	current, previous, delinquent := []string{}, []string{}, false
	for _, ledger := range f.ledgersOf(r) {
		own := f.collections["ledger"].own(ledger)
		if own["active"] == false {
			previous = append(previous, ledger.id)
			continue
		}
		current = append(current, ledger.id)
		delinquent = delinquent || cents(own["current_account_balance"]) > 0
	}
	open, closed := []string{}, []string{}
	for _, lead := range f.leadsOf(r) {
		if f.collections["lead"].own(lead)["closed"] == true {
			closed = append(closed, lead.id)
		} else {
			open = append(open, lead.id)
		}
	}
	setIfAbsent(m, "event_ids", f.eventsOf(r))
	setIfAbsent(m, "current_ledger_ids", current)
	setIfAbsent(m, "previous_ledger_ids", previous)
	setIfAbsent(m, "active", len(current) > 0)
	setIfAbsent(m, "delinquent", delinquent)
	setIfAbsent(m, "lead_ids", open)
	setIfAbsent(m, "closed_lead_ids", closed)
	setIfAbsent(m, "preferences", f.preferences(r))
	setIfAbsent(m, "has_tenant_portal_account", f.signsIn(r))
}

// eventsOf returns the ids of a tenant's events: move-ins, move-outs and payments.
func (f *facility) eventsOf(tenant *record) []string {
	ids := []string{}
	for _, ledger := range f.ledgersOf(tenant) {
		if ledger.k >= 0 {
			ids = append(ids, f.recordID("event", ledger.k)) // the move-in
		}
	}
	return append(ids, f.events[tenant.id]...)
}

// addEvent adds an event of a ledger or a tenant.
func (f *facility) addEvent(id, of, tenant string, own members) {
	f.collections["event"].add(id, of, own)
	if tenant != "" {
		f.events[tenant] = append(f.events[tenant], id)
	}
}

// ledgersOf returns a tenant's ledgers.
func (f *facility) ledgersOf(tenant *record) []*record { return f.recordsOf("ledger", tenant) }

// leadsOf returns a tenant's leads.
func (f *facility) leadsOf(tenant *record) []*record { return f.recordsOf("lead", tenant) }

func (f *facility) recordsOf(kind string, tenant *record) []*record {
	var found []*record
	if tenant.k >= 0 {
		i := f.people.at(tenant.k)
		for _, l := range f.personLeases(i) {
			if l.Primary() != i || l.Renewal || !f.visible(&l) {
				continue
			}
			if r, ok := f.collections[kind].get(f.leaseID(kind, &l)); ok && reference(f.collections[kind].own(r), "tenant") == tenant.id {
				found = append(found, r)
			}
		}
	}
	for _, r := range f.linked(kind, "tenant", tenant.id) {
		if !slices.ContainsFunc(found, func(other *record) bool { return other.id == r.id }) {
			found = append(found, r)
		}
	}
	return found
}

func (f *facility) madeLedger(k int) members {
	chain := f.chain(k)
	first, l := &chain[0], &chain[len(chain)-1]
	now := f.now()
	unit := f.world.Unit(l.Unit)
	rent, balance := f.rent(l), f.owed(l)
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	paidThrough := month.AddDate(0, 1, -1)
	if balance > 0 {
		paidThrough = month.AddDate(0, 0, -1)
	}
	number, _ := strconv.Atoi(first.Number)
	tenant := f.tenantID(l)
	m := members{
		"active": l.Status(now) != portfolio.Past, "current_account_balance": money(balance), "current_rate": money(rent), "current_prepay_balance": money(0),
		"gate_access_code": unit.Passcode, "invoice_day_of_month": 1 + k%28, "lease_number": number, "length_of_stay_in_months": int(now.Sub(first.MoveIn).Hours() / 24 / 30),
		"moved_in_at": stamp(first.MoveIn.Add(20 * time.Hour)), "paid_through": paidThrough.Format(time.DateOnly), "next_charge_date": paidThrough.AddDate(0, 0, 1).Format(time.DateOnly),
		"rate_last_changed_on": stamp(l.Start), "tenant_id": tenant, "unit_id": f.unitID(l),
	}
	if !l.MoveOut.IsZero() && !now.Before(l.MoveOut) {
		m["closed_on"] = stamp(l.MoveOut.Add(20 * time.Hour))
	} else if l.Status(now) == portfolio.Notice {
		m["scheduled_move_out"] = members{"scheduled_on": l.MoveOut.Format(time.DateOnly)}
	}
	if balance > 0 {
		m["recent_open_charges"] = []members{f.charge(f.recordID("charge", k), "Rent Unit "+unit.Number, balance, month)}
	}
	if !l.PaidOn.IsZero() {
		m["recent_payments"] = []members{{"amount": money(rent), "date": stamp(l.PaidOn.Add(20 * time.Hour))}}
	}
	if k%2 == 0 {
		m["insurance_id"] = f.recordID("invoiceable_item", insuranceItem)
	}
	if q, _ := f.people.of(l.Primary()); f.hasMethod(q) && k%4 == 0 {
		m["autopay_enabled"], m["autopay_day"], m["autopay_method"] = true, 1, f.recordID("payment_method", q)
	}
	return m
}

// charge returns an amount that a tenant owes for a month.
func (f *facility) charge(id, description string, cents int, month time.Time) members {
	return members{
		"id": id, "description": description, "internal_code": "4000", "resolved": false, "amount": money(cents), "tax_amount": money(0), "amount_leftover": money(cents),
		"effective_on": stamp(month), "service_start_date": month.Format(time.DateOnly), "service_end_date": month.AddDate(0, 1, -1).Format(time.DateOnly), "accountable_id": nil,
		"code": nil,
	}
}

// completeLedger sets what follows from a ledger's balance, insurance and tenant.
func (f *facility) completeLedger(r *record, m members) {
	balance, rent := cents(m["current_account_balance"]), cents(m["current_rate"])
	setIfAbsent(m, "active", true)
	if m["active"] == false && !r.changed.IsZero() {
		setIfAbsent(m, "closed_on", stamp(r.changed))
	}
	setIfAbsent(m, "delinquent", m["active"] == true && balance > 0)
	premium := 0
	if item := f.collections["invoiceable_item"].find(asText(m["insurance_id"])); item != nil {
		premium = cents(item["total"])
		setIfAbsent(m, "current_insurance", members{"premium": item["total"], "description": item["description"]})
	}
	next := money(balance + rent + premium)
	if m["active"] == false {
		next = money(0)
	}
	setIfAbsent(m, "next_charge_amount", next)
	setIfAbsent(m, "next_charge_amount_by_ledger", next)
	enabled := m["autopay_enabled"] == true
	setIfAbsent(m, "autopay_enabled", false)
	autopay := members{"autopay_enabled": enabled, "day": nil, "next_autopay_date": nil, "payment_method_id": nil, "payment_type": nil, "account_or_card_number": nil}
	if enabled {
		autopay["day"], autopay["next_autopay_date"] = m["autopay_day"], m["next_charge_date"]
		if method := f.collections["payment_method"].find(asText(m["autopay_method"])); method != nil {
			autopay["payment_method_id"], autopay["payment_type"] = method["id"], method["kind"]
			autopay["account_or_card_number"] = later2(method["card_number"], method["account_number"])
		}
	}
	setIfAbsent(m, "autopay_info", autopay)
	setIfAbsent(m, "manage_revenue", "automatic")
	setIfAbsent(m, "rate_increase_exempt", false)
	if r, ok := f.collections["tenant"].get(reference(m, "tenant")); ok {
		setIfAbsent(m, "tenant", f.collections["tenant"].members(r))
	}
	if r, ok := f.collections["unit"].get(reference(m, "unit")); ok {
		own := f.collections["unit"].own(r)
		setIfAbsent(m, "unit", members{"id": r.id, "name": own["name"], "size": own["size"]})
		if area := cents(own["area"]); area > 0 {
			setIfAbsent(m, "rate_per_square_foot", jsontext.Value(fmt.Sprintf("%.4f", float64(rent)/float64(area))))
		}
	}
	for _, name := range []string{"tenant_id", "unit_id", "insurance_id", "autopay_day", "autopay_method", "service_ids", "discount_plan_ids"} {
		delete(m, name)
	}
}

// later2 returns the first value that is not null.
func later2(a, b any) any {
	if a != nil {
		return a
	}
	return b
}

func (f *facility) madeLead(k int) members {
	l := f.lease(k)
	now := f.now()
	rate := f.rent(&l)
	m := members{
		"confirmation_number": fmt.Sprintf("%d-1-%d", firstAccount+k, 2700+k), "created_at": stamp(l.Signed), "started_at": stamp(l.Signed), "reserved_at": stamp(l.Signed),
		"desired_move_in_date": l.MoveIn.Format(time.DateOnly), "due_at_move_in": money(rate), "due_monthly": money(rate), "quoted_rate": money(rate), "reduced_price": money(rate),
		"standard_rate": money(rate), "kind": []string{"internet", "walk_in"}[k%2], "status": "reserved", "closed": false, "tenant_id": f.tenantID(&l), "unit_id": f.unitID(&l),
		"source_name": []any{"Website", nil}[k%2],
	}
	if !now.Before(l.MoveIn) {
		m["status"], m["closed"], m["moved_in_at"] = "moved_in", true, stamp(l.MoveIn.Add(20*time.Hour))
	} else {
		m["next_action_at"] = stamp(l.Signed.Add(24 * time.Hour))
	}
	return m
}

// completeLead sets what follows from a lead's unit and tenant.
func (f *facility) completeLead(_ *record, m members) {
	for name, v := range (members{
		"bilingual_agent": false, "closed": false, "extra_details": members{}, "facility_id": f.id, "facility_time_zone": "Hawaii", "free_truck": false, "lead_action_indexes": members{},
		"moving_labor": false, "moving_labor_contacted_already": false, "origination": "lead", "plant_a_tree": false, "reservation_window": 0, "urgent": false, "wait_list": false,
		"wait_list_available": false, "within_reservation_window": true, "status": "created", "kind": "internet",
	}) {
		setIfAbsent(m, name, v)
	}
	if r, ok := f.collections["tenant"].get(reference(m, "tenant")); ok {
		setIfAbsent(m, "tenant_id", r.id)
		setIfAbsent(m, "tenant", f.collections["tenant"].members(r))
	}
	if r, ok := f.collections["unit"].get(reference(m, "unit")); ok {
		unit := f.collections["unit"].members(r)
		setIfAbsent(m, "unit", unit)
		setIfAbsent(m, "size", unit["size"])
		setIfAbsent(m, "floor", unit["floor"])
		setIfAbsent(m, "desired_unit_size_and_price", fmt.Sprintf("%s at $%s", asText(unit["size"]), asText(unit["price"])))
		for _, name := range []string{"due_monthly", "quoted_rate", "reduced_price", "standard_rate"} {
			setIfAbsent(m, name, unit["price"])
		}
	}
	delete(m, "unit_id")
}

// hasMethod reports whether a tenant of the portfolio has a stored payment method.
func (f *facility) hasMethod(k int) bool { return f.full && k%2 == 0 }

func (f *facility) madeMethod(k int) members {
	q := f.person(k)
	u := f.world.Unit(q.Unit)
	m := members{
		"kind": "credit_card", "first_name": q.First, "last_name": q.Last, "reuseable": true, "card_number": fmt.Sprintf("XXXX%04d", (q.Index*7919)%10000),
		"card_type": []string{"visa", "mastercard"}[k/2%2], "expiration_date": fmt.Sprintf("%02d/%02d", 1+k%12, f.world.Today().Year()%100+2),
		"billing_address": address(f.recordID("address", k), members{"address1": u.Street, "address2": "Unit " + u.Number, "city": u.City, "state": u.State, "postal": u.Zip}),
	}
	if k%10 == 4 {
		for _, name := range []string{"card_number", "card_type", "expiration_date"} {
			delete(m, name)
		}
		m["kind"], m["account_number"], m["account_type"], m["bank_name"], m["routing_number"] = "ach", fmt.Sprintf("XXXX%04d", (q.Index*104729)%10000), "checking", "Bank of Test", "XXXX1234"
	}
	return m
}

// madeInvoice returns the invoice of the month that a ledger's rent was paid for last.
func (f *facility) madeInvoice(k int) members {
	chain := f.chain(k)
	l := &chain[len(chain)-1]
	month := l.PaidOn
	if month.IsZero() {
		month = l.Start
	}
	unit := f.world.Unit(l.Unit)
	return f.invoice(1000+k, month, []members{f.rentLine(f.recordID("line_item", k), unit.Number, f.rent(l), month, month.AddDate(0, 1, -1), false)})
}

// invoice returns an invoice with the given lines.
func (f *facility) invoice(number int, due time.Time, lines []members) members {
	total := 0
	for _, line := range lines {
		total += cents(line["total"])
		for _, child := range objects(line["children_line_items"]) {
			total += cents(child["total"])
		}
	}
	return members{
		"number": "#" + strconv.Itoa(number), "index": number, "prefix": "#", "postfix": "", "due_on": stamp(due), "status": "finalized", "kind": "invoice", "voided": false,
		"created_by_id": 2144, "tenant_id": 2720, "facility_id": 3747, "created_at": stamp(due), "updated_at": stamp(due), "sent_to_tenant": false, "deleted": false,
		"total": money(total), "account_balance_on_due_date": money(0), "finalized_on": due.Format(time.DateOnly), "line_items": lines,
	}
}

// taxPercent is the tax on rents.
const taxPercent = 8

// rentLine returns the line of an invoice for the rent of a unit.
func (f *facility) rentLine(id any, unit string, rent int, from, to time.Time, prorated bool) members {
	line := f.line(id, "Rent Unit "+unit, "Unit #"+unit, rent, rent*taxPercent/100)
	line["prorated"] = prorated
	line["full_description"] = fmt.Sprintf("Rent Unit %s (%s - %s)", unit, from.Format("1/2/2006"), to.Format("1/2/2006"))
	return line
}

// line returns a line of an invoice.
func (f *facility) line(id any, description, code string, cents, tax int) members {
	return members{
		"id": id, "description": description, "quantity": 1, "prorated": false, "discount_amount": nil, "single_item_price": money(cents), "subtotal": money(cents),
		"tax_total": money(tax), "total": money(cents + tax), "current_product_code": code, "full_description": description, "quantifiable": false, "children_line_items": []members{},
	}
}

// madeRateChange returns the change of a ledger's rate by a renewal.
func (f *facility) madeRateChange(k int) members {
	l := f.lease(k)
	before := l
	for _, earlier := range f.unitLeases(l.Unit) {
		if earlier.Index == l.Index {
			break
		}
		before = earlier
	}
	unit := f.world.Unit(l.Unit)
	q := f.world.Person(l.Primary())
	return members{
		"type": "Rental rate changed", "created_at": stamp(l.Signed), "unit_details": fmt.Sprintf("%dx%dx8 - %s", sizes[unit.Bedrooms].width, sizes[unit.Bedrooms].length, unit.Number),
		"tenant_name": q.First + " " + q.Last, "amount": money(f.rent(&l) - f.rent(&before)), "new_rate": money(f.rent(&l)), "previous_rate": money(f.rent(&before)),
		"applied_on": l.Start.Format(time.DateOnly), "effective_on": l.Start.Format(time.DateOnly), "unit_id": f.unitID(&l), "facility_id": f.id,
		"ledger_id": f.recordID("ledger", f.original(k)),
	}
}

// soil makes some members of a record of the portfolio as dirty as real ones.
// References and amounts stay.
func (c *collection) soil(r *record, m members) {
	dice := c.f.world.Dirt("storEDGE "+c.name, r.k+c.f.property<<20, c.f.dirt)
	if dice == nil {
		return
	}
	for _, name := range c.model.names {
		text, ok := m[name].(string)
		if !ok || name == "id" || name == "username" || strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_at") || name == "closed_on" || name == "status" || dice.IntN(4) > 0 {
			continue
		}
		m[name] = []any{nil, "", " " + text, strings.ToUpper(text), text + "\u00a0"}[dice.IntN(5)]
	}
	c.soilTenant(dice, m)
	m["a_member_of_tomorrow"] = members{"x": []any{1, nil, "y"}}
}

// soilTenant gives a tenant phone numbers as people type them, and a branch of
// service that is not listed.
func (c *collection) soilTenant(dice *rand.Rand, m members) {
	if c.name != "tenant" {
		return
	}
	numbers, _ := m["phone_numbers"].([]members)
	for _, n := range numbers {
		if digits := asText(n["unformatted_number"]); len(digits) == 10 {
			n["formatted_number"] = portfolio.Phone(digits, dice.IntN(6))
		}
	}
	switch dice.IntN(3) {
	case 0:
		m["is_military"], m["military_information"] = true, members{"branch_of_service": "Space Force", "military_rank": "Colonel", "date_entered_service": "2001-01-02"}
	case 1:
		m["phone_numbers"], m["mailing_address"], m["addresses"] = []members{}, nil, []members{}
	}
	if slices.Contains([]any{nil, ""}, m["last_name"]) && m["first_name"] == nil {
		m["last_name"] = "Unknown"
	}
}
