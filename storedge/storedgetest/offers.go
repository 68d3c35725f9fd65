package storedgetest

import (
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/storedge"
)

// catalogRoutes returns the routes of what a facility offers and says of itself.
func (s *Server) catalogRoutes() []fakeserver.Route {
	get, post, put := http.MethodGet, http.MethodPost, http.MethodPut
	kind := func(kinds ...string) func(*call, *record) bool {
		return func(c *call, r *record) bool {
			own := c.f.collections["invoiceable_item"].own(r)
			for _, k := range kinds {
				if own["kind"] == k {
					return true
				}
			}
			return false
		}
	}
	return []fakeserver.Route{
		s.route("discount-plans.list", get, v1+"/discount_plans", s.list("discount_plan", nil)),
		s.route("discount-plans.get", get, v1+"/discount_plans/{discount_plan}", s.get("discount_plan")),
		s.route("invoiceable-items.list", get, v1+"/invoiceable_items", s.list("invoiceable_item", nil)),
		s.route("invoiceable-items.list-insurance", get, v1+"/invoiceable_items/insurance", s.list("invoiceable_item", kind("insurance"))),
		s.route("invoiceable-items.list-services", get, v1+"/invoiceable_items/services", s.list("invoiceable_item", kind("service"))),
		s.route("invoiceable-items.list-retail", get, v1+"/invoiceable_items/retail", s.list("invoiceable_item", kind("retail"))),
		s.route("invoiceable-items.list-rental-center", get, v1+"/invoiceable_items/rental_center", s.list("invoiceable_item", kind("retail", "insurance"))),
		s.route("portal-settings.get", get, v1+"/tenant_portal_settings", func(c *call) fakeserver.Response {
			v, wrong := readView(c.Query, s.o.ignored, nil)
			if wrong != "" {
				return badParameter(wrong)
			}
			return c.result(http.StatusOK, "tenant_portal_settings", render(v.trim("tenant_portal_settings", c.f.settings), modelOf(storedge.PortalSettings{})), nil)
		}),
		s.route("info.get", get, v1+"/info", func(c *call) fakeserver.Response {
			return c.result(http.StatusOK, "info", render(c.f.info(), nil), nil)
		}),
		s.route("insurance.summary", get, v1+"/insurance/summary", insuranceSummary),
		s.route("insurance.activity", get, v1+"/insurance/activity", insuranceActivity),
		s.route("insurance.update-tenant-auto-enroll-settings", put, v1+"/insurance/tenant_auto_enroll_settings", anyBody),
		s.route("gate.check-code", post, v1+"/gate_codes/availability_check", checkGateCode),
		s.route("gate.open", post, v1+"/gate_codes/open", anyBody),
		s.route("gate.list-access-points", get, v1+"/access_points", s.list("access_point", nil)),
		s.route("gate.create-activity", post, v1+"/gate_activities", anyBody),
		s.route("tasks.list", get, v1+"/tasks", s.list("task", nil)),
		s.route("tasks.list-for-unit", get, v1+"/units/{unit}/tasks", s.list("task", children("unit"))),
		s.route("tasks.create", post, v1+"/tasks", createTask),
		s.route("tasks.create-for-unit", post, v1+"/units/{unit}/tasks", createTask),
		s.route("tasks.complete", put, v1+"/tasks/{task}/complete", func(c *call) fakeserver.Response {
			c.f.collections["task"].set(c.of["task"].id, members{"completed_at": stamp(c.f.now())})
			return c.show("task", c.of["task"].id)
		}),
		s.route("delinquency-events.list", get, v1+"/delinquency_events", s.list("delinquency_event", nil)),
		s.route("delinquency-events.get", get, v1+"/delinquency_events/{delinquency_event}", s.get("delinquency_event")),
		s.route("delinquency-events.act", http.MethodPatch, v1+"/delinquency_events/{delinquency_event}/{verb}", func(c *call) fakeserver.Response {
			c.f.collections["delinquency_event"].set(c.of["delinquency_event"].id, members{"last_action": c.Arg("verb")})
			return c.show("delinquency_event", c.of["delinquency_event"].id)
		}),
		s.route("auctions.list-scheduled", get, v1+"/auctions/scheduled", s.list("auction", nil)),
		s.route("rate-applied-actions.list", get, v1+"/rate_applied_actions", s.list("rate_applied_action", withinDays("completed_on"), "start_date", "end_date")),
	}
}

// anyBody accepts a body that the reference does not document, and changes nothing.
func anyBody(c *call) fakeserver.Response {
	var v any
	if len(c.Payload) > 0 && c.Decode(&v) != nil {
		return refuse(http.StatusBadRequest, "", "The body is not JSON.")
	}
	return c.nothing()
}

// withinDays keeps the records whose date is within the days of the query, by default
// today.
func withinDays(name string) func(*call, *record) bool {
	return func(c *call, r *record) bool {
		v, _ := readView(c.Query, c.s.o.ignored, []string{"start_date", "end_date"})
		from, to, wrong := c.days(&v)
		at := asText(r.own[name])
		return wrong == "" && len(at) >= len(time.DateOnly) && at[:len(time.DateOnly)] >= from.Format(time.DateOnly) && at[:len(time.DateOnly)] <= to.Format(time.DateOnly)
	}
}

// createTask makes a task of the members of a body, which the reference does not
// document.
func createTask(c *call) fakeserver.Response {
	var m members
	if c.Decode(&m) != nil || m == nil {
		return refuse(http.StatusBadRequest, "", "The body is not a JSON object.")
	}
	of := ""
	if unit := c.of["unit"]; unit != nil {
		of = unit.id
	}
	id := c.f.newID("task")
	c.f.collections["task"].add(id, of, inner(m, "task"))
	return c.show("task", id)
}

// info returns what a facility says of itself. The reference does not document it.
func (f *facility) info() members {
	p := f.world.Property(f.property)
	return members{
		"id": f.id, "facility_name": p.Name, "name": p.Name, "email": p.Email, "phone": p.Phone, "time_zone": "Hawaii",
		"address": address(f.recordID("facility_address", 0), members{
			"address1": p.Street, "city": p.City, "state": p.State, "postal": p.Zip,
			"latitude": jsontext.Value(fmt.Sprintf("%.4f", p.Latitude)), "longitude": jsontext.Value(fmt.Sprintf("%.4f", p.Longitude)),
		}),
	}
}

// insured returns the ledgers with insurance.
func (f *facility) insured() []*record {
	ledgers := f.collections["ledger"]
	return ledgers.all(func(r *record) bool {
		own := ledgers.own(r)
		return own["active"] != false && asText(own["insurance_id"]) != ""
	})
}

// report reads the days of a report.
func (c *call) report() (from, to time.Time, refused *fakeserver.Response) {
	v, wrong := readView(c.Query, c.s.o.ignored, []string{"start_date", "end_date"})
	if wrong == "" {
		from, to, wrong = c.days(&v)
	}
	if wrong != "" {
		resp := badParameter(wrong)
		return from, to, &resp
	}
	return from, to, nil
}

func insuranceSummary(c *call) fakeserver.Response {
	from, to, refused := c.report()
	if refused != nil {
		return *refused
	}
	ledgers := c.f.collections["ledger"]
	current := ledgers.all(func(r *record) bool { return ledgers.own(r)["active"] != false })
	insured := c.f.insured()
	paid, coverage := 0, 0
	for _, r := range insured {
		item := c.f.collections["invoiceable_item"].find(asText(ledgers.own(r)["insurance_id"]))
		paid += cents(item["total"])
		coverage += cents(item["coverage_amount"])
	}
	return c.result(http.StatusOK, "insurance_summary", render(members{
		"insured_tenants_count": len(insured), "new_policies_count": 0, "cancelled_policies_count": 0,
		"percentage_of_tenants_insured": jsontext.Value(fmt.Sprintf("%.1f", 100*float64(len(insured))/float64(max(len(current), 1)))), "coverage_total": money(coverage),
		"payment_total": money(paid), "refund_total": money(0), "net_payment_amount": money(paid), "start_date": from.Format(time.DateOnly), "end_date": to.Format(time.DateOnly),
		"facility_policy_number": "", "master_policy_number": nil,
	}, modelOf(storedge.InsuranceSummary{})), nil)
}

func insuranceActivity(c *call) fakeserver.Response {
	from, to, refused := c.report()
	if refused != nil {
		return *refused
	}
	lines := []members{}
	for _, r := range c.f.insured() {
		ledger := c.f.collections["ledger"].members(r)
		since := asText(ledger["moved_in_at"])
		if day := since[:min(len(since), len(time.DateOnly))]; day < from.Format(time.DateOnly) || day > to.Format(time.DateOnly) {
			continue
		}
		item := c.f.collections["invoiceable_item"].find(asText(c.f.collections["ledger"].own(r)["insurance_id"]))
		lines = append(lines, members{
			"paid_thru": since, "date": since[:len(time.DateOnly)], "type": "charge", "credits": money(0), "payment": item["total"], "reversed": money(0), "retained": nil,
			"refund_due": money(0), "refund_paid": money(0), "insurance_ledger_item": members{
				"id": r.id, "effective_date": since[:len(time.DateOnly)], "cancel_date": nil, "amount": item["total"], "ledger": ledger,
				"data": members{"description": item["description"], "product_code": item["product_code"], "coverage_amount": asText(item["coverage_amount"])},
			},
		})
	}
	return c.result(http.StatusOK, "insurance_activity", render(members{"start_date": from.Format(time.DateOnly), "end_date": to.Format(time.DateOnly), "insurance_activity_lines": lines}, modelOf(storedge.InsuranceActivity{})), nil)
}

// checkGateCode reports whether no tenant has a code. The name of the member that
// holds the code is not documented.
func checkGateCode(c *call) fakeserver.Response {
	var m members
	if c.Decode(&m) != nil || m == nil {
		return refuse(http.StatusBadRequest, "", "The body is not a JSON object.")
	}
	code := ""
	for _, v := range inner(m, "availability_check") {
		code = or(code, asText(v))
	}
	ledgers := c.f.collections["ledger"]
	used := ledgers.all(func(r *record) bool { return code != "" && asText(ledgers.own(r)["gate_access_code"]) == code })
	available := c.f.wrongGateCode(code) == "" && len(used) == 0
	return c.result(http.StatusOK, "availability_check", members{"available": available}, nil)
}
