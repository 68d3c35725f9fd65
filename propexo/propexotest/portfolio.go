package propexotest

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/portfolio"
	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

// The portfolio's records are made when they are read. Those of the models below
// have plausible values; the other models have twelve records each that refer to
// them.

// The one integration that all records of the portfolio come from.
const (
	portfolioIntegration = "clintegration0000000000001"
	portfolioVendor      = "ENTRATA"
)

// A world is a portfolio as this API shows it.
type world struct {
	*portfolio.Portfolio
	seed uint64
	dirt float64
	now  func() time.Time
}

// A model makes the records of one kind.
type model struct {
	kind   string // two letters of its IDs
	len    func() int
	values func(i int) map[string]any
}

// models returns those that the portfolio makes, by the names of their schemas.
func (w *world) models() map[string]model {
	return map[string]model{
		"Property":                {"pr", w.Properties, w.property},
		"Unit":                    {"un", w.Units, w.unit},
		"UnitDetail":              {"ud", w.Units, w.unitDetail},
		"Lease":                   {"ls", w.Leases, w.lease},
		"Resident":                {"rs", w.People, w.resident},
		"ResidentCharge":          {"rc", w.Leases, w.charge},
		"ResidentPayment":         {"rp", w.Leases, w.payment},
		"RecurringResidentCharge": {"rr", w.Leases, w.recurring},
		"ResidentInsurance":       {"ri", w.Leases, w.insurance},
		"RentableItem":            {"it", func() int { return (w.Units() + 9) / 10 }, w.item},
		"Deposit":                 {"dp", w.Leases, w.deposit},
		"DepositSummary":          {"ds", w.Leases, w.deposit},
	}
}

// base returns the records of a model as the start of a store.
func (w *world) base(schema string, m model) fakeserver.Base[*record] {
	return fakeserver.Base[*record]{
		Len: m.len, Key: func(i int) string { return w.id(m.kind, i) },
		Record: func(i int) *record {
			return &record{id: w.id(m.kind, i), made: func() map[string]any { return w.complete(schema, m, i) }}
		},
	}
}

// id returns the ID of a record. It looks like a cuid, and sorts as the index does.
func (w *world) id(kind string, i int) string {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, w.seed, kind, i)
	return fmt.Sprintf("cl%s%08d%013x", kind, i, h.Sum64()>>12)
}

// complete returns a record's members: those that the model sets, null for the
// others, and dirt.
func (w *world) complete(schema string, m model, i int) map[string]any {
	v := m.values(i)
	v["id"] = w.id(m.kind, i)
	v["integration_id"], v["integration_vendor"] = portfolioIntegration, portfolioVendor
	fields := description().Schemas[schema].Fields
	fill(fields, v)
	known := make(map[string]bool, len(fields))
	for f := range fields {
		known[fields[f].Name] = true
	}
	for name := range v {
		if !known[name] {
			delete(v, name)
		}
	}
	if r := w.Dirt(schema, i, w.dirt); r != nil {
		soil(r, fields, v)
	}
	return v
}

// fill sets the fields that a record lacks: to null, or to nothing.
func fill(fields []propexodoc.Field, v map[string]any) {
	for i := range fields {
		f := &fields[i]
		if _, set := v[f.Name]; set {
			continue
		}
		switch {
		case f.Type == "array":
			v[f.Name] = []any{}
		case f.Nullable:
			v[f.Name] = nil
		case f.Type == "string":
			v[f.Name] = ""
		case f.Type == "boolean":
			v[f.Name] = false
		case f.Type == "integer", f.Type == "number":
			v[f.Name] = 0
		case f.Required:
			v[f.Name] = map[string]any{}
		}
	}
}

// soil makes some members of a record as dirty as real ones. References stay.
func soil(r *rand.Rand, fields []propexodoc.Field, v map[string]any) {
	for i := range fields {
		f := &fields[i]
		text, isText := v[f.Name].(string)
		if f.Name == "id" || strings.HasSuffix(f.Name, "_id") || strings.HasSuffix(f.Name, "_at") || f.Name == "integration_vendor" || r.IntN(4) > 0 {
			continue
		}
		_, dateErr := time.Parse(time.RFC3339, text)
		switch {
		case strings.HasPrefix(f.Name, "phone_") && len(text) == 10:
			v[f.Name] = portfolio.Phone(text, r.IntN(6))
		case isText && f.Enum != "":
			v[f.Name] = strings.ToLower(text)
		case isText && dateErr == nil:
			v[f.Name] = []string{text[:10], "", text[5:7] + "/" + text[8:10] + "/" + text[:4]}[r.IntN(3)]
		case f.Nullable && r.IntN(2) == 0:
			v[f.Name] = nil
		case isText && text != "":
			v[f.Name] = []string{"", " " + text, strings.ToUpper(text), text + "\u00a0"}[r.IntN(4)]
		}
	}
	v["a_member_of_tomorrow"] = map[string]any{"x": []any{1, nil, "y"}}
}

// date returns a day as Entrata's integration gives it, or null.
func date(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format("2006-01-02T15:04:05Z")
}

const stampLayout = "2006-01-02T15:04:05.000Z"

// stamps sets when a record was created, changed and seen last. The integration
// reads every record once an hour.
func (w *world) stamps(v map[string]any, created, updated time.Time) map[string]any {
	now := w.now().UTC()
	v["created_at"], v["updated_at"] = created.Format(stampLayout), latest(created, updated).Format(stampLayout)
	v["last_seen"] = latest(now.Truncate(time.Hour), latest(created, updated)).Format(stampLayout)
	return v
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// begin is when the integration was set up.
func (w *world) begin() time.Time { return w.Today().AddDate(-2, 0, 0) }

func (w *world) propertyRefs(v map[string]any, i int) {
	p := w.Property(i)
	v["property_id"], v["x_property_id"], v["x_location_id"] = w.id("pr", i), p.Number, p.Number
}

func (w *world) unitRefs(v map[string]any, i int) portfolio.Unit {
	u := w.Unit(i)
	w.propertyRefs(v, u.Property)
	v["unit_id"], v["x_unit_id"], v["unit_number"], v["x_building_id"] = w.id("un", i), u.Code, u.Number, u.Building
	return u
}

func (w *world) leaseRefs(v map[string]any, i int) portfolio.Lease {
	l := w.Lease(i)
	w.unitRefs(v, l.Unit)
	v["lease_id"], v["x_lease_id"] = w.id("ls", i), l.Number
	v["resident_id"], v["x_resident_id"] = w.id("rs", l.Primary()), w.Person(l.Primary()).Number
	return l
}

func (w *world) property(i int) map[string]any {
	p := w.Property(i)
	v := map[string]any{
		"property_id": w.id("pr", i), "x_id": p.Number, "x_property_id": p.Number, "name": p.Name, "street_address_1": p.Street, "address_1": p.Street,
		"city": p.City, "state": p.State, "zip": p.Zip, "country": "US", "is_active": true, "number_of_units": p.Units, "year_built": p.Built,
		"manager_name": p.ManagerName, "manager_email": p.Email, "manager_phone_1": p.Phone, "manager_phone_1_type": "WORK", "code": "P" + p.Number,
		"type": "Apartment", "type_raw": "Apartment", "type_normalized": "MULTI_FAMILY",
	}
	return w.stamps(v, w.begin(), w.begin())
}

// occupied reports whether someone lives in a unit, and when that or the unit's
// leases changed last.
func (w *world) occupied(unit int) (occupied, leaving bool, changed time.Time) {
	now := w.now()
	for _, l := range w.UnitLeases(unit) {
		changed = latest(changed, l.ChangedBy(now))
		switch l.Status(now) {
		case portfolio.Current:
			occupied = true
		case portfolio.Notice:
			occupied, leaving = true, true
		}
	}
	return occupied, leaving, changed
}

func (w *world) unit(i int) map[string]any {
	v := make(map[string]any)
	u := w.unitRefs(v, i)
	occupied, leaving, changed := w.occupied(i)
	for name, value := range map[string]any{
		"x_id": u.Code, "number": u.Number, "building_name": u.Building, "building_number": u.Building, "floor": u.Floor,
		"bedrooms": fmt.Sprint(u.Bedrooms), "bathrooms": fmt.Sprintf("%d.%d", u.FullBaths, 5*u.HalfBaths), "bathrooms_full": u.FullBaths, "bathrooms_half": u.HalfBaths,
		"is_available": !occupied || leaving, "is_vacant": !occupied, "is_listed": !occupied, "is_furnished": u.Furnished,
		"rent_amount_market_in_cents": u.MarketRent, "rent_amount_min_in_cents": u.MarketRent, "rent_amount_max_in_cents": u.MarketRent * 11 / 10,
		"square_feet": u.SquareFeet, "address_1": u.Street, "street_address_1": u.Street, "address_2": "Unit " + u.Number, "city": u.City, "state": u.State, "zip": u.Zip, "country": "US",
		"floor_plan_name": fmt.Sprintf("%d bed", u.Bedrooms), "floor_plan_code": fmt.Sprintf("B%d", u.Bedrooms),
	} {
		v[name] = value
	}
	return w.stamps(v, w.begin(), changed)
}

func (w *world) unitDetail(i int) map[string]any {
	v := make(map[string]any)
	u := w.unitRefs(v, i)
	occupied, leaving, changed := w.occupied(i)
	for name, value := range map[string]any{
		"x_id": u.Code, "building_number": u.Building, "unit_number": u.Number, "is_vacant": !occupied, "is_available": !occupied || leaving, "is_reserved": false,
		"unit_market_rent_in_cents": u.MarketRent, "base_rent_in_cents": u.MarketRent, "floor_plan_market_rent_in_cents": u.MarketRent,
		"gross_square_feet": u.SquareFeet + 20, "rentable_square_feet": u.SquareFeet, "address_1": u.Street, "city": u.City, "state": u.State, "zip": u.Zip, "country": "US",
		"floor_plan_name": fmt.Sprintf("%d bed", u.Bedrooms),
	} {
		v[name] = value
	}
	if !occupied {
		v["made_ready_date"], v["available_date"] = date(u.ReadyOn), date(u.ReadyOn)
	}
	return w.stamps(v, w.begin(), changed)
}

var (
	leaseStatuses = map[portfolio.Status][2]string{
		portfolio.Future: {"PENDING", "Future"}, portfolio.Current: {"ACTIVE", "Current"},
		portfolio.Notice: {"ACTIVE", "Notice"}, portfolio.Past: {"INACTIVE", "Past"},
	}
	residentTypes = map[portfolio.Role][2]string{
		portfolio.Primary: {"PRIMARY", "Primary"}, portfolio.Roommate: {"SECONDARY", "Roommate"}, portfolio.Guarantor: {"GUARANTOR", "Guarantor"},
	}
)

func (w *world) lease(i int) map[string]any {
	v := make(map[string]any)
	l := w.leaseRefs(v, i)
	now := w.now()
	status := leaseStatuses[l.Status(now)]
	residents := []map[string]any{}
	for _, t := range l.Tenants {
		m := moves(&l, t.Role)
		m["resident_id"] = w.id("rs", t.Person)
		residents = append(residents, m)
	}
	var movedIn, movedOut time.Time
	if !l.MoveIn.After(now) {
		movedIn = l.MoveIn
	}
	if !l.MoveOut.After(now) {
		movedOut = l.MoveOut
	}
	term := "12 months"
	if l.MonthToMonth {
		term = "month to month"
	}
	for name, value := range map[string]any{
		"x_id": l.Number, "residents_meta_data": residents, "deposit_amount": cents(l.Deposit), "deposit_amount_in_cents": l.Deposit,
		"start_date": date(l.Start), "end_date": date(l.End), "scheduled_move_in_date": date(l.MoveIn), "scheduled_move_out_date": date(l.MoveOut),
		"realized_move_in_date": date(movedIn), "realized_move_out_date": date(movedOut), "signature_date": date(l.Signed), "application_date": date(l.Signed.AddDate(0, 0, -7)),
		"rent_amount_in_cents": l.Rent, "rent_amount_market_in_cents": w.Unit(l.Unit).MarketRent, "rent_due_day": 1, "status": status[1], "status_raw": status[1], "status_normalized": status[0],
		"term": term, "type": "Residential", "balance_amount_in_cents": l.Balance, "balance_amount_raw": cents(l.Balance),
		"past_due_balance_in_cents": max(l.Balance, 0), "past_due_balance_raw": cents(max(l.Balance, 0)), "services": []any{},
	} {
		v[name] = value
	}
	return w.stamps(v, l.Signed, l.ChangedBy(now))
}

// cents returns an amount as a text.
func cents(n int) string { return fmt.Sprintf("%.2f", float64(n)/100) }

// moves returns what a resident's and a lease's meta data say about a tenancy.
func moves(l *portfolio.Lease, role portfolio.Role) map[string]any {
	kind := residentTypes[role]
	return map[string]any{
		"x_resident_type": kind[1], "resident_type_normalized": kind[0], "move_in_date": date(l.MoveIn), "move_out_date": date(l.MoveOut),
		"notice_date": date(l.NoticeOn), "custom_data": nil,
	}
}

func (w *world) resident(i int) map[string]any {
	v := make(map[string]any)
	q := w.Person(i)
	u := w.unitRefs(v, q.Unit)
	now := w.now()
	updated, balance := q.Since, 0
	leases := []map[string]any{}
	for _, l := range w.PersonLeases(i) {
		role := q.Role
		m := moves(&l, role)
		m["lease_id"] = w.id("ls", l.Index)
		leases = append(leases, m)
		updated = latest(updated, l.ChangedBy(now))
		v["x_lease_id"] = l.Number
		if role == portfolio.Primary {
			balance += l.Balance
		}
	}
	var middle any
	if q.Middle != "" {
		middle = q.Middle
	}
	for name, value := range map[string]any{
		"x_id": q.Number, "leases_meta_data": leases, "first_name": q.First, "middle_name": middle, "last_name": q.Last, "email_1": q.Email,
		"phone_1": q.Phone, "phone_1_type": "MOBILE", "date_of_birth": date(q.Born), "balance_in_cents": balance, "late_balance_in_cents": max(balance, 0),
		"address_1": u.Street, "address_2": "Unit " + u.Number, "city": u.City, "state": u.State, "zip": u.Zip, "country": "US", "is_employee": false,
	} {
		v[name] = value
	}
	return w.stamps(v, q.Since, updated)
}

// charge returns the rent of the month that a lease paid last.
func (w *world) charge(i int) map[string]any {
	v := make(map[string]any)
	l := w.leaseRefs(v, i)
	month := l.PaidOn
	if month.IsZero() {
		month = l.Start
	}
	open := max(l.Balance, 0)
	for name, value := range map[string]any{
		"x_id": fmt.Sprint(900_000 + i), "amount_in_cents": l.Rent, "amount_raw": cents(l.Rent), "amount_open_in_cents": open, "amount_open_raw": cents(open),
		"amount_paid_in_cents": l.Rent - min(open, l.Rent), "amount_paid_raw": cents(l.Rent - min(open, l.Rent)), "due_date": date(month), "transaction_date": date(month),
		"name": "Rent", "description": "Rent " + month.Format("01/2006"), "is_open": open > 0, "post_month": month.Format("2006-01"),
	} {
		v[name] = value
	}
	return w.stamps(v, latest(month, l.Signed), l.ChangedBy(w.now()))
}

// payment returns the last payment of a lease.
func (w *world) payment(i int) map[string]any {
	v := make(map[string]any)
	l := w.leaseRefs(v, i)
	paid := l.PaidOn
	if paid.IsZero() {
		paid = l.Signed
	}
	for name, value := range map[string]any{
		"x_id": fmt.Sprint(950_000 + i), "amount_in_cents": l.Rent, "amount_raw": cents(l.Rent), "transaction_date": date(paid), "payment_method_raw": "ACH",
		"name": "Payment", "description": "Payment", "is_open": false, "post_month": paid.Format("2006-01"),
	} {
		v[name] = value
	}
	return w.stamps(v, paid, l.ChangedBy(w.now()))
}

func (w *world) recurring(i int) map[string]any {
	v := make(map[string]any)
	l := w.leaseRefs(v, i)
	for name, value := range map[string]any{
		"x_id": fmt.Sprint(980_000 + i), "amount_in_cents": l.Rent, "amount_raw": cents(l.Rent), "is_active": l.Status(w.now()) != portfolio.Past, "description": "Rent",
		"start_date": date(l.Start), "end_date": date(l.End), "frequency_raw": "Monthly", "frequency_normalized": "MONTHLY", "charge_due_day": 1,
	} {
		v[name] = value
	}
	return w.stamps(v, l.Signed, l.ChangedBy(w.now()))
}

func (w *world) insurance(i int) map[string]any {
	v := make(map[string]any)
	l := w.leaseRefs(v, i)
	for name, value := range map[string]any{
		"x_id": fmt.Sprint(990_000 + i), "provider": "Acme Mutual", "policy_number": fmt.Sprintf("HO4-%07d", 31*i+7), "effective_date": date(l.Start), "expiration_date": date(l.End),
		"liability_amount_in_cents": 10_000_000, "liability_amount_raw": "100000.00",
	} {
		v[name] = value
	}
	return w.stamps(v, l.Signed, l.Signed)
}

// item returns the garage that comes with every tenth unit.
func (w *world) item(i int) map[string]any {
	v := make(map[string]any)
	u := w.unitRefs(v, 10*i)
	occupied, _, changed := w.occupied(u.Index)
	v["x_id"], v["name"], v["type"], v["amount_in_cents"], v["is_available"] = "G"+u.Code, "Garage "+u.Number, "Garage", 7500, !occupied
	for _, l := range w.UnitLeases(u.Index) {
		if s := l.Status(w.now()); s == portfolio.Current || s == portfolio.Notice {
			v["resident_id"], v["x_resident_id"] = w.id("rs", l.Primary()), w.Person(l.Primary()).Number
		}
	}
	return w.stamps(v, w.begin(), changed)
}

func (w *world) deposit(i int) map[string]any {
	v := make(map[string]any)
	l := w.leaseRefs(v, i)
	refunded := 0
	if l.Status(w.now()) == portfolio.Past {
		refunded = l.Deposit
	}
	for name, value := range map[string]any{
		"x_id": fmt.Sprint(970_000 + i), "amount_charged_in_cents": l.Deposit, "amount_paid_in_cents": l.Deposit, "amount_refunded_in_cents": refunded,
		"refund_amount_due_in_cents": 0, "x_deposit_type": "Security",
	} {
		v[name] = value
	}
	return w.stamps(v, l.Signed, l.ChangedBy(w.now()))
}

// refer sets the references of a record that the portfolio does not make, so that
// they are to records that exist.
func (w *world) refer(v map[string]any, i int) {
	if w.Leases() == 0 {
		return
	}
	refs := make(map[string]any)
	w.leaseRefs(refs, i*7%w.Leases())
	refs["integration_id"], refs["integration_vendor"] = portfolioIntegration, portfolioVendor
	for name, value := range refs {
		if old, there := v[name]; there && old != nil {
			v[name] = value
		}
	}
}
