package storedgetest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// generate makes a facility with n tenants, the same for the same seed: current,
// previous and neither, with ledgers, notes and accounts, and as dirty as real
// ones.
func generate(seed uint64, id string, n int) *facility {
	g := generator{rand.New(rand.NewPCG(seed, 0x570ed6e)), &facility{id: id, nextAccount: 1_000_000}} //nolint:gosec // no secret
	for range n {
		g.tenants = append(g.tenants, g.tenant())
	}
	g.furnish()
	return g.facility
}

type generator struct {
	*rand.Rand
	*facility
}

var (
	givenNames = []string{"Al", "Clarice", "Hana", "Kelvin", "Marcos", "Sinéad", "Ursula", "Zoë"}
	surnames   = []string{"Benjamin", "Quigley", "O'Hara", "Nuñez", "Smith-Jones", "Li"}
	moment     = time.Date(2023, 9, 15, 14, 37, 0, 0, time.UTC)
)

func pick[T any](g generator, from []T) T { return from[g.IntN(len(from))] }

func (g generator) maybe(percent int, v any) any {
	if g.IntN(100) < percent {
		return nil
	}
	return v
}

func (g generator) at() time.Time { return moment.Add(-time.Duration(g.IntN(900*24)) * time.Hour) }

func amount(n int) jsontext.Value { return jsontext.Value(fmt.Sprintf("%d.%02d", n/100, n%100)) }

// newTenant is a tenant about whom nothing is known.
func (f *facility) newTenant() *tenant {
	f.nextAccount++
	none := []string{}
	return &tenant{
		preferences: members{}, delinquency: members{
			"gate_lockout_complete": false, "overlock_complete": false, "cut_lock_complete": false, "lien_complete": false, "auction_complete": false,
		},
		m: members{
			"id": f.newID(1), "account_number": f.nextAccount - 1, "first_name": nil, "last_name": nil, "middle_initial": nil, "email": nil, "tax_exempt": false,
			"is_military": false, "is_business": false, "business_name": nil, "last_sign_in_at": nil, "title": nil, "delinquent": false, "current_ledger_ids": none,
			"military_information": nil, "username": nil, "drivers_license_number": nil, "drivers_license_state": nil, "vehicle_license_plate_number": nil,
			"vehicle_license_state": nil, "vehicle_description": nil, "created_at": stamp(moment), "gate_24_hour_access": false, "active": false,
			"tenant_account_kind_name": "Standard", "blocked_payments": false, "date_of_birth": nil, "phone_numbers": []members{}, "mailing_address": nil,
			"addresses": []members{}, "facility_id": f.id, "previous_ledger_ids": none, "lead_ids": none, "closed_lead_ids": none, "contact_ids": none,
			"support_case_ids": none, "event_ids": none, "password_recovery_question_ids": none,
		},
	}
}

func (g generator) tenant() *tenant {
	t := g.newTenant()
	n := g.nextAccount - 1
	t.m["first_name"], t.m["last_name"] = g.maybe(2, pick(g, givenNames)), pick(g, surnames)
	t.m["email"] = g.maybe(10, fmt.Sprintf("tenant%d@example.com", n))
	t.m["created_at"] = stamp(g.at())
	t.m["middle_initial"] = g.maybe(80, "Q")
	t.m["date_of_birth"] = g.maybe(70, "1980-02-29")
	for range g.IntN(3) {
		number := members{"number": fmt.Sprintf("%d555%04d", 201+g.IntN(700), g.IntN(10000)), "label": pick(g, []string{"Mobile", "Work", "Fax"}), "primary": true}
		numbers, _ := t.m["phone_numbers"].([]members)
		t.m["phone_numbers"] = append(numbers, g.phoneNumber(number))
	}
	if g.IntN(4) > 0 {
		a := g.address(members{"address1": strconv.Itoa(g.IntN(9999)) + " Parisian Ridges", "city": "North Cruzfurt", "state": "DE", "postal": "89980"})
		t.m["mailing_address"], t.m["addresses"] = a, []members{a}
	}
	if g.IntN(10) == 0 {
		t.m["is_military"], t.m["military_information"] = true, members{"branch_of_service": "Space Force", "military_rank": "Colonel", "date_entered_service": "2001-01-02"}
	}
	switch g.IntN(4) {
	case 0: // never rented
	case 1:
		t.m["previous_ledger_ids"] = []string{g.newID(4)}
	default:
		t.ledgers = append(t.ledgers, g.ledger(t))
		t.m["current_ledger_ids"], t.m["active"] = []string{fmt.Sprint(t.ledgers[0]["id"])}, true
		t.m["delinquent"] = t.ledgers[0]["delinquent"]
	}
	if g.IntN(3) == 0 {
		t.m["username"], t.password = "user"+strconv.Itoa(n), Password
	}
	for i := range g.IntN(3) {
		t.notes = append(t.notes, g.note("note "+strconv.Itoa(i)))
	}
	if g.IntN(2) == 0 {
		t.preferences["email_invoices"] = true
	}
	if g.IntN(50) == 0 {
		t.m["loyalty"] = members{"points": g.IntN(900)}
	}
	return t
}

func (g generator) ledger(t *tenant) members {
	rate := 3000 + g.IntN(30000)
	owes := g.IntN(5) == 0
	balance := 0
	if owes {
		balance = rate
	}
	return members{
		"id": g.newID(4), "active": true, "autopay_enabled": false, "autopay_info": members{"autopay_enabled": false, "day": nil, "next_autopay_date": nil},
		"closed_on": nil, "current_account_balance": amount(balance), "current_rate": amount(rate), "current_prepay_balance": amount(0),
		"next_charge_amount": amount(rate + 1200), "next_charge_amount_by_ledger": amount(rate + 1200), "rate_per_square_foot": jsontext.Value("1.1250"),
		"current_insurance": nil, "delinquent": owes, "gate_access_code": g.maybe(50, fmt.Sprintf("%06d", g.IntN(1_000_000))), "invoice_day_of_month": 1 + g.IntN(28),
		"lease_number": g.IntN(9999), "length_of_stay_in_months": g.IntN(60), "moved_in_at": stamp(g.at()), "next_charge_date": "2023-10-01", "paid_through": "2023-09-30",
		"rate_last_changed_on": stamp(g.at()), "recent_open_charges": []members{}, "recent_payments": []members{{"amount": amount(rate)}}, "scheduled_move_out": nil,
		"scheduled_rate_change": nil, "scheduled_transfer": nil, "manage_revenue": true, "rate_increase_exempt": false, "storage_items": []members{},
		"tenant": members{"id": t.m["id"], "account_number": t.m["account_number"]}, "unit": members{"name": "A" + strconv.Itoa(g.IntN(300))},
	}
}
