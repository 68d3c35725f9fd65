package storedgetest

import (
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

func (s *Server) leadRoutes() []fakeserver.Route {
	const one = v1 + "/leads/{lead}"
	get, put := http.MethodGet, http.MethodPut
	own := func(c *call, r *record) members { return c.f.collections["lead"].own(r) }
	return []fakeserver.Route{
		s.route("leads.list", get, v1+"/leads", s.list("lead", ofChannel, "channel_category")),
		s.route("leads.list-reservations", get, v1+"/leads/reservations", s.list("lead", func(c *call, r *record) bool {
			m := own(c, r)
			return ofChannel(c, r) && m["closed"] != true && m["status"] == "reserved"
		}, "channel_category")),
		s.route("leads.list-waitlist", get, v1+"/leads/waitlist", s.list("lead", func(c *call, r *record) bool {
			m := own(c, r)
			return ofChannel(c, r) && m["closed"] != true && m["wait_list"] == true
		}, "channel_category")),
		s.route("leads.create", http.MethodPost, v1+"/leads", createLead),
		s.route("leads.update", put, one, updateLead),
		s.route("leads.delete", http.MethodDelete, one, deleteLead),
	}
}

// ofChannel reports whether a lead came by the channel that the query asks for. The
// portfolio's leads came by the web or by walking in.
func ofChannel(c *call, r *record) bool {
	want := c.Query.Get("channel_category")
	return want == "" || or(asText(c.f.collections["lead"].own(r)["channel_category"]), map[any]string{"internet": "web", "walk_in": "system"}[c.f.collections["lead"].own(r)["kind"]]) == want
}

// takeLead checks what a body says of a lead and returns the members to set.
func (c *call) takeLead(m members, of *record) (members, *fakeserver.Response) {
	fail := func(r fakeserver.Response) (members, *fakeserver.Response) { return nil, &r }
	changes := make(members)
	for name, v := range m {
		switch name {
		case "tenant_attributes", "notes_attributes", "caller_phone_number_attributes", "is_reservation", "confirmation_email", "call_source", "dnis", "channel_id", "discount_plans",
			"lead_action_performed", "lead_action_performed_index", "close_reason_id":
		default:
			changes[name] = v
		}
	}
	if id := asText(m["tenant_id"]); id != "" && c.f.collections["tenant"].find(id) == nil {
		return fail(refuse(http.StatusNotFound, "", "There is no such tenant."))
	}
	if id := asText(m["unit_id"]); id != "" {
		unit, ok := c.f.collections["unit"].get(id)
		if !ok {
			return fail(refuse(http.StatusNotFound, "", "There is no such unit."))
		}
		_, _, by := c.f.occupant(unit)
		if (of == nil || by != of.id) && !c.f.available(unit) {
			return fail(invalid("The unit is not available."))
		}
		changes["status"], changes["reserved_at"] = "reserved", stamp(c.f.now())
	} else if of == nil && m["is_reservation"] != nil && truth(m["is_reservation"]) {
		return fail(invalid("A reservation needs a unit_id."))
	}
	return changes, nil
}

func createLead(c *call) fakeserver.Response {
	m, refused := c.read(leadCreateBody)
	if refused != nil {
		return *refused
	}
	given, _ := m["lead"].(members)
	attributes, isNew := given["tenant_attributes"].(members)
	if !isNew && asText(given["tenant_id"]) == "" {
		return invalid("tenant_id or tenant_attributes is missing.")
	}
	if isNew && (asText(attributes["first_name"]) == "" || len(objects(attributes["phone_numbers_attributes"])) == 0) {
		return invalid("first_name or phone_numbers_attributes is missing.")
	}
	changes, refused := c.takeLead(given, nil)
	if refused != nil {
		return *refused
	}
	var payment members
	if method, ok := m["payment_method"].(members); ok {
		if c.f.blocked(asText(given["tenant_id"])) {
			return denied("This facility does not accept payments of this tenant.")
		}
		var wrong string
		if payment, wrong = c.f.payWith(method, asText(given["tenant_id"])); wrong != "" {
			return invalid(wrong)
		}
	}
	now := c.f.now()
	if isNew {
		changes["tenant_id"] = c.f.makeTenant(attributes)
	}
	own := members{
		"status": "created", "created_at": stamp(now), "started_at": stamp(now), "kind": "internet", "source_name": "Test App", "closed": false,
		"desired_move_in_date": day(now), "confirmation_number": fmt.Sprintf("%d-1-%d", firstAccount, 5000+c.f.nextID),
	}
	maps.Copy(own, changes)
	id := c.f.newID("lead")
	if payment != nil && own["status"] == "reserved" {
		own["has_paid_reservation_fee"] = true
		own["successful_payment_events"] = []members{c.f.receipt(id, asText(own["tenant_id"]), reservationFee, payment)}
	}
	c.f.collections["lead"].add(id, "", own)
	c.f.letAgain(own)
	c.f.noteAll(id, given)
	return c.showWith(http.StatusCreated, "lead", id)
}

// reservationFee is what a reservation with a payment method costs, in cents.
const reservationFee = 1000

// makeTenant adds a tenant with the attributes of a body and returns the id.
func (f *facility) makeTenant(attributes members) string {
	id := f.newID("tenant")
	r := f.collections["tenant"].add(id, "", members{"account_number": f.nextAccount(), "created_at": stamp(f.now())})
	f.apply(r, attributes)
	return id
}

// letAgain makes a unit one that was changed now, since a ledger or lead refers to it,
// and the tenant.
func (f *facility) letAgain(own members) {
	for _, kind := range []string{"unit", "tenant"} {
		if id := reference(own, kind); id != "" {
			f.collections[kind].touch(id)
		}
	}
}

func updateLead(c *call) fakeserver.Response {
	m, refused := c.read(leadBody)
	if refused != nil {
		return *refused
	}
	given, _ := m["lead"].(members)
	lead := c.of["lead"]
	leads := c.f.collections["lead"]
	changes, refused := c.takeLead(given, lead)
	if refused != nil {
		return *refused
	}
	before := leads.own(lead)
	if before["closed"] == true {
		return invalid("The lead is closed.")
	}
	if attributes, ok := given["tenant_attributes"].(members); ok {
		if r, ok := c.f.collections["tenant"].get(reference(before, "tenant")); ok {
			c.f.apply(r, attributes)
		}
	}
	c.f.setLead(lead, changes)
	c.f.letAgain(before)
	c.f.noteAll(lead.id, given)
	return c.show("lead", lead.id)
}

// setLead changes members of a lead, and the unit and tenant that it refers to.
func (f *facility) setLead(lead *record, changes members) {
	leads := f.collections["lead"]
	if lead.k >= 0 && (changes["closed"] == true || changes["unit_id"] != nil) {
		f.cancelled[f.leases.at(lead.k)] = true
	}
	leads.set(lead.id, changes)
	changed, _ := leads.get(lead.id)
	f.connect(leads, changed)
	f.letAgain(leads.own(changed))
}

func deleteLead(c *call) fakeserver.Response {
	if len(c.Payload) > 0 {
		if _, refused := c.read(leadCloseBody); refused != nil {
			return *refused
		}
	}
	lead := c.of["lead"]
	if c.f.collections["lead"].own(lead)["closed"] == true {
		return invalid("The lead is closed.")
	}
	c.f.setLead(lead, members{"closed": true, "status": "cancelled", "cancelled_at": stamp(c.f.now())})
	return c.show("lead", lead.id)
}

// today returns the facility's day.
func (f *facility) today() time.Time {
	t, _ := time.Parse(time.DateOnly, day(f.now()))
	return t
}
