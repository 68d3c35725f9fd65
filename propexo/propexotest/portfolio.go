package propexotest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
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

// A model makes the records of one kind. Each belongs to a unit, and their indices are
// in the order of the units, except for those that life added.
type model struct {
	kind   string // two letters of its IDs
	xID    int    // the x_id of the first record; 0 if they are not numbered
	len    func() int
	added  func() int // the index from which on records were added by life; nil for none
	span   func(from, to int) [2]int
	unit   func(i int) int
	times  times
	values func(i int) map[string]any
}

// times are when a record was created and changed. A record is never changed before it
// was created, whatever they say.
type times struct {
	created, updated func(i int) time.Time
}

// models returns those that the portfolio makes, by the names of their schemas.
func (w *world) models() map[string]model {
	perProperty := max(w.UnitsPerProperty(), 1)
	itself := func(i int) int { return i }
	begin := func(int) time.Time { return w.begin() }
	signed := func(i int) time.Time { l := w.Lease(i); return l.Signed }
	changed := func(i int) time.Time { l := w.Lease(i); return l.ChangedBy(w.now()) }
	ofUnits := func(kind string, values func(int) map[string]any) model {
		return model{kind, 20_000, w.Units, nil, func(from, to int) [2]int { return [2]int{from, to} }, itself, times{begin, w.unitChanged}, values}
	}
	ofLeases := func(kind string, xID int, created func(int) time.Time, values func(int) map[string]any) model {
		added := func() int { leases, _ := w.Added(); return leases }
		span := func(from, to int) [2]int { return [2]int{w.FirstLease(from), w.FirstLease(to)} }
		return model{kind, xID, w.Leases, added, span, w.UnitOfLease, times{created, changed}, values}
	}
	return map[string]model{
		"Property": {
			"pr", 100, w.Properties, nil, func(from, to int) [2]int { return [2]int{from / perProperty, (to + perProperty - 1) / perProperty} },
			func(i int) int { return i * perProperty }, times{begin, begin}, w.property,
		},
		"Unit":       ofUnits("un", w.unit),
		"UnitDetail": ofUnits("ud", w.unitDetail),
		"Resident": {
			"rs", 500_000, w.People, func() int { _, people := w.Added(); return people }, func(from, to int) [2]int { return [2]int{w.FirstPerson(from), w.FirstPerson(to)} },
			w.UnitOfPerson, times{w.Since, w.residentChanged}, w.resident,
		},
		"RentableItem": {
			"it", 0, func() int { return (w.Units() + 9) / 10 }, nil, func(from, to int) [2]int { return [2]int{(from + 9) / 10, (to + 9) / 10} },
			func(i int) int { return 10 * i }, times{begin, func(i int) time.Time { return w.unitChanged(10 * i) }}, w.item,
		},
		"Lease":                   ofLeases("ls", 70_000, signed, w.lease),
		"ResidentCharge":          ofLeases("rc", 900_000, func(i int) time.Time { l := w.Lease(i); return latest(monthOf(&l), l.Signed) }, w.charge),
		"ResidentPayment":         ofLeases("rp", 950_000, func(i int) time.Time { l := w.Lease(i); return paidOn(&l) }, w.payment),
		"RecurringResidentCharge": ofLeases("rr", 980_000, signed, w.recurring),
		"ResidentInsurance":       ofLeases("ri", 990_000, signed, w.insurance),
		"Deposit":                 ofLeases("dp", 970_000, signed, w.deposit),
		"DepositSummary":          ofLeases("ds", 970_000, signed, w.deposit),
	}
}

// base returns the records of a model as the start of a store.
func (w *world) base(schema string, m model) fakeserver.Base[*record] {
	fields := description().Schemas[schema].Fields
	known := make(map[string]bool, len(fields))
	for f := range fields {
		known[fields[f].Name] = true
	}
	complete := func(i int) map[string]any {
		v := w.complete(m, i)
		maps.DeleteFunc(v, func(name string, _ any) bool { return !known[name] })
		fill(fields, v)
		if r := w.Dirt(schema, i, w.dirt); r != nil {
			soil(r, fields, v)
		}
		return v
	}
	return fakeserver.Base[*record]{
		Len: m.len, Key: func(i int) string { return w.id(m.kind, i) },
		Record: func(i int) *record {
			return &record{
				id: w.id(m.kind, i), made: func() map[string]any { return complete(i) },
				quick: func(name string) (any, bool) { return w.quick(m, i, name) },
			}
		},
	}
}

// quick returns a member of a record without making the record, if there is a way.
func (w *world) quick(m model, i int, name string) (any, bool) {
	switch name {
	case "id":
		return w.id(m.kind, i), true
	case "integration_id":
		return portfolioIntegration, true
	case "integration_vendor":
		return portfolioVendor, true
	case "property_id":
		return w.id("pr", w.Unit(m.unit(i)).Property), true
	case "created_at":
		return m.times.created(i).Format(stampLayout), true
	case "updated_at":
		return latest(m.times.created(i), m.times.updated(i)).Format(stampLayout), true
	}
	return nil, false
}

// near returns the indices of the base's records that the filters may select, as
// ranges: the filters' references lead to a unit or a property.
func (w *world) near(m model, filters map[string]string) [][2]int {
	from, to := 0, w.Units()
	within := func(a, b int) { from, to = max(from, a), min(to, b) }
	perProperty := w.UnitsPerProperty()
	indices := [2]int{0, m.len()}
	for name, want := range filters {
		i, known := -1, true
		switch name {
		case "property_id", "location_id":
			i = w.index("pr", want)
		case "x_property_id", "x_location_id":
			i = number(want, 100, 1<<31-1) - 100
		case "unit_id":
			i = w.index("un", want)
		case "x_unit_id":
			i = number(want, 20_000, 1<<31-1) - 20_000
		case "lease_id":
			if i = w.index("ls", want); i >= 0 && i < w.Leases() {
				i = w.UnitOfLease(i)
			}
		case "resident_id":
			if i = w.index("rs", want); i >= 0 && i < w.People() {
				i = w.UnitOfPerson(i)
			}
		case "email_1", "phone_1":
			if known = want != "" && m.kind == "rs"; !known {
				break
			}
			if i = w.FindPerson(want); i >= 0 {
				i = w.UnitOfPerson(i)
			}
		case "x_id":
			if m.xID > 0 {
				i = number(want, m.xID, 1<<31-1) - m.xID
				indices = [2]int{i, i + 1}
			}
			continue
		default:
			known = false
		}
		switch {
		case !known:
		case strings.Contains(name, "property") || strings.Contains(name, "location"):
			within(i*perProperty, (i+1)*perProperty)
		default:
			within(i, i+1)
		}
	}
	span := m.span(max(from, 0), max(to, from, 0))
	ranges := [][2]int{{max(span[0], indices[0]), min(span[1], indices[1])}}
	if m.added != nil {
		ranges = append(ranges, [2]int{max(m.added(), indices[0], ranges[0][1]), min(m.len(), indices[1])})
	}
	return ranges
}

// id returns the ID of a record. It looks like a cuid, and sorts as the index does.
func (w *world) id(kind string, i int) string {
	h := w.seed ^ 14695981039346656037
	for _, n := range [...]uint64{uint64(kind[0]), uint64(kind[1]), uint64(i)} { //nolint:gosec // not negative
		h = (h ^ n) * 1099511628211
		h ^= h >> 29
	}
	b := append(make([]byte, 0, 25), "cl"...)
	b = append(b, kind...)
	for digit := 10_000_000; digit > 0; digit /= 10 {
		b = append(b, "0123456789"[i/digit%10])
	}
	for shift := 60; shift > 8; shift -= 4 {
		b = append(b, "0123456789abcdef"[h>>shift&15])
	}
	return string(b)
}

// index returns the index of the record with an ID, or -1 if there can't be one.
func (w *world) index(kind, id string) int {
	if len(id) != 25 {
		return -1
	}
	i, err := strconv.Atoi(id[4:12])
	if err != nil || i < 0 || w.id(kind, i) != id {
		return -1
	}
	return i
}

// complete returns the members that the model sets, and those that all records have.
func (w *world) complete(m model, i int) map[string]any {
	v := m.values(i)
	created := m.times.created(i)
	updated := latest(created, m.times.updated(i))
	seen := latest(updated, w.now().UTC().Truncate(time.Hour)) // the integration reads every record once an hour
	v["id"], v["created_at"], v["updated_at"], v["last_seen"] = w.id(m.kind, i), created.Format(stampLayout), updated.Format(stampLayout), seen.Format(stampLayout)
	v["integration_id"], v["integration_vendor"] = portfolioIntegration, portfolioVendor
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
	return v
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

func (w *world) unitChanged(i int) time.Time {
	_, _, changed := w.occupied(i)
	return changed
}

func (w *world) unit(i int) map[string]any {
	v := make(map[string]any, 64)
	u := w.unitRefs(v, i)
	occupied, leaving, _ := w.occupied(i)
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
	return v
}

func (w *world) unitDetail(i int) map[string]any {
	v := make(map[string]any, 64)
	u := w.unitRefs(v, i)
	occupied, leaving, _ := w.occupied(i)
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
	return v
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
	v := make(map[string]any, 64)
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
	return v
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

func (w *world) residentChanged(i int) (changed time.Time) {
	now := w.now()
	for _, l := range w.PersonLeases(i) {
		changed = latest(changed, l.ChangedBy(now))
	}
	return changed
}

func (w *world) resident(i int) map[string]any {
	v := make(map[string]any, 64)
	q := w.Person(i)
	u := w.unitRefs(v, q.Unit)
	balance := 0
	leases := []map[string]any{}
	for _, l := range w.PersonLeases(i) {
		role := q.Role
		m := moves(&l, role)
		m["lease_id"] = w.id("ls", l.Index)
		leases = append(leases, m)
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
	return v
}

// monthOf returns the month that a lease paid last.
func monthOf(l *portfolio.Lease) time.Time {
	if l.PaidOn.IsZero() {
		return l.Start
	}
	return l.PaidOn
}

// charge returns the rent of the month that a lease paid last.
func (w *world) charge(i int) map[string]any {
	v := make(map[string]any, 64)
	l := w.leaseRefs(v, i)
	month := monthOf(&l)
	open := max(l.Balance, 0)
	for name, value := range map[string]any{
		"x_id": fmt.Sprint(900_000 + i), "amount_in_cents": l.Rent, "amount_raw": cents(l.Rent), "amount_open_in_cents": open, "amount_open_raw": cents(open),
		"amount_paid_in_cents": l.Rent - min(open, l.Rent), "amount_paid_raw": cents(l.Rent - min(open, l.Rent)), "due_date": date(month), "transaction_date": date(month),
		"name": "Rent", "description": "Rent " + month.Format("01/2006"), "is_open": open > 0, "post_month": month.Format("2006-01"),
	} {
		v[name] = value
	}
	return v
}

// paidOn returns when a lease, or its deposit, was paid last.
func paidOn(l *portfolio.Lease) time.Time {
	if l.PaidOn.IsZero() {
		return l.Signed
	}
	return l.PaidOn
}

// payment returns the last payment of a lease.
func (w *world) payment(i int) map[string]any {
	v := make(map[string]any, 64)
	l := w.leaseRefs(v, i)
	paid := paidOn(&l)
	for name, value := range map[string]any{
		"x_id": fmt.Sprint(950_000 + i), "amount_in_cents": l.Rent, "amount_raw": cents(l.Rent), "transaction_date": date(paid), "payment_method_raw": "ACH",
		"name": "Payment", "description": "Payment", "is_open": false, "post_month": paid.Format("2006-01"),
	} {
		v[name] = value
	}
	return v
}

func (w *world) recurring(i int) map[string]any {
	v := make(map[string]any, 64)
	l := w.leaseRefs(v, i)
	for name, value := range map[string]any{
		"x_id": fmt.Sprint(980_000 + i), "amount_in_cents": l.Rent, "amount_raw": cents(l.Rent), "is_active": l.Status(w.now()) != portfolio.Past, "description": "Rent",
		"start_date": date(l.Start), "end_date": date(l.End), "frequency_raw": "Monthly", "frequency_normalized": "MONTHLY", "charge_due_day": 1,
	} {
		v[name] = value
	}
	return v
}

func (w *world) insurance(i int) map[string]any {
	v := make(map[string]any, 64)
	l := w.leaseRefs(v, i)
	for name, value := range map[string]any{
		"x_id": fmt.Sprint(990_000 + i), "provider": "Acme Mutual", "policy_number": fmt.Sprintf("HO4-%07d", 31*i+7), "effective_date": date(l.Start), "expiration_date": date(l.End),
		"liability_amount_in_cents": 10_000_000, "liability_amount_raw": "100000.00",
	} {
		v[name] = value
	}
	return v
}

// item returns the garage that comes with every tenth unit.
func (w *world) item(i int) map[string]any {
	v := make(map[string]any, 64)
	u := w.unitRefs(v, 10*i)
	occupied, _, _ := w.occupied(u.Index)
	v["x_id"], v["name"], v["type"], v["amount_in_cents"], v["is_available"] = "G"+u.Code, "Garage "+u.Number, "Garage", 7500, !occupied
	for _, l := range w.UnitLeases(u.Index) {
		if s := l.Status(w.now()); s == portfolio.Current || s == portfolio.Notice {
			v["resident_id"], v["x_resident_id"] = w.id("rs", l.Primary()), w.Person(l.Primary()).Number
		}
	}
	return v
}

func (w *world) deposit(i int) map[string]any {
	v := make(map[string]any, 64)
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
	return v
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
