package storedgetest

import (
	"fmt"
	"net/http"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// unitsOfGroup is the number of units that a generated facility has in each group.
const unitsOfGroup = 12

// furnish gives a facility its groups of units and their tier rates.
func (f *facility) furnish() {
	amenity := members{"id": f.fixedID("302", 0), "name": "24 Hour Access", "short_code": "A14", "show_in_sales_center_filter_dropdown": false, "deleted": false, "primary_key_id": 503}
	unitType := members{"id": f.fixedID("301", 0), "name": "Unit Type 1", "deleted": false, "internal_account_code": "4000", "code_and_description": "4000 - Rental Revenue", "ii_excluded": []any{}}
	for g, width := range []int{5, 10} {
		rate := amount(width * 1000)
		size := fmt.Sprintf("%dx10x8", width)
		group := members{
			"id": f.fixedID("401", g), "price": rate, "group_key": size, "name": fmt.Sprintf("%d - Group", 101+g), "available_units_count": unitsOfGroup,
			"total_units_count": unitsOfGroup, "total_non_excluded_units_count": unitsOfGroup, "size": size, "standard_rate": rate, "floor": 1, "reduced_price": rate,
			"cyo_reduced_prices": members{}, "occupancy_percent": 0, "area": width * 10, "length": 10, "width": width, "height": 8, "due_at_move_in": rate,
			"due_at_move_in_without_fees": rate, "due_monthly": rate, "attribute_description": "CDN", "description": "(CDN) - 24 Hour Access, 1st floor",
			"invoiceable_fees": []any{}, "average_rent": 0, "active_rate_type": "standard_rate", "scheduled_move_outs": []any{}, "managed_rate": nil,
			"reservation_fee": nil, "reference_unit_id": nil, "channel_rate": nil, "unit_amenities": []members{amenity}, "unit_type": unitType,
			"discount_plans": []any{}, "channel_rate_ids": []string{}, "available_upgrade_to_unit_groups": []any{},
		}
		f.groups = append(f.groups, group)
		f.tierRates = append(f.tierRates, members{"id": f.fixedID("403", g), "rate": rate, "tier_id": f.fixedID("402", 0), "unit_group_id": group["id"], "base_tier": true, "channel_rate": nil, "max_rate": nil})
		for n := range unitsOfGroup {
			f.units = append(f.units, members{
				"id": f.fixedID("201", g*unitsOfGroup+n), "price": rate, "name": fmt.Sprintf("U%d", 100*(g+1)+n), "description": "", "width": width, "length": 10, "height": 8,
				"door_height": 8, "door_width": width - 1, "door_type": "roll_up", "access_type": "indoor", "floor": 1, "directions": nil, "size": size, "area": width * 10,
				"standard_rate": rate, "managed_rate": nil, "tiered_rate": nil, "available_for_move_in": true, "rentable": true, "status": "vacant", "payment_status": nil,
				"current_ledger_id": nil, "current_tenant_id": nil, "combo_lock_group": nil, "combination_lock_number": nil, "overlock_lock_number": nil,
				"attribute_description": nil, "deleted": false, "damaged": false, "complimentary": nil, "unrentable": false, "company_owned": false, "is_prepped": nil,
				"rank": nil, "custom_fields": []any{}, "allow_future_move_ins_limit": nil, "channel_rate": nil, "unit_amenities": []members{amenity},
				"unit_type": unitType, "tier": nil, "unit_group_id": group["id"],
			})
		}
	}
}

// fixedID is an id that does not count up the facility's own.
func (f *facility) fixedID(kind string, n int) string {
	return fmt.Sprintf("%08x-0%s-4000-8000-%012x", len(f.id)*7919, kind, n)
}

// records returns the routes of a facility's lists of records, and of single ones.
func (s *Server) records() []fakeserver.Route {
	const v1 = "/v1/{facility}"
	get := http.MethodGet
	list := func(name, path, member string, all func(*facility) []members, keep func(members) bool) fakeserver.Route {
		return s.route(name, get, path, func(r *fakeserver.Request, f *facility, _ *tenant) fakeserver.Response {
			var found []members
			for _, m := range all(f) {
				if group := r.Arg("group"); (keep == nil || keep(m)) && (group == "" || m["unit_group_id"] == group) {
					found = append(found, m)
				}
			}
			return s.paged(r, member, found)
		})
	}
	one := func(name, path, member string, all func(*facility) []members) fakeserver.Route {
		return s.route(name, get, path, func(r *fakeserver.Request, f *facility, _ *tenant) fakeserver.Response {
			v, wrong := readView(r.Query)
			if wrong != "" {
				return refuse(http.StatusUnprocessableEntity, "", "The parameter "+wrong+" is unknown or out of range.")
			}
			for _, m := range all(f) {
				if m["id"] == r.Arg("id") {
					return result(r, member, v.trim(member, m), nil)
				}
			}
			return refuse(http.StatusNotFound, "", "There is no such "+member+".")
		})
	}
	units := func(f *facility) []members { return f.units }
	groups := func(f *facility) []members { return f.groups }
	noLeads := func(*facility) []members { return nil } // the fake keeps no leads
	active := func(m members) bool { return m["active"] == true }
	return []fakeserver.Route{
		list("units.list", v1+"/units", "units", units, nil),
		list("units.list-available", v1+"/units/available", "units", units, func(m members) bool { return m["available_for_move_in"] == true }),
		list("units.list-v2", "/v2/facilities/{facility}/units", "units", units, nil),
		s.route("units.rate-history", get, v1+"/units/rate_history", func(r *fakeserver.Request, _ *facility, _ *tenant) fakeserver.Response {
			return result(r, "units_rate_history", []any{}, nil)
		}),
		one("units.get", v1+"/units/{id}", "unit", units),
		list("unit-groups.list", v1+"/unit_groups", "unit_groups", groups, nil),
		one("unit-groups.get", v1+"/unit_groups/{id}", "unit_group", groups),
		list("unit-groups.list-units", v1+"/unit_groups/{group}/units", "units", units, nil),
		list("tier-rates.list", v1+"/unit_group_tier_rates", "unit_group_tier_rates", func(f *facility) []members { return f.tierRates }, nil),
		list("tier-rates.list-tiers", v1+"/tiers", "tiers", func(f *facility) []members { return []members{{"id": f.fixedID("402", 0)}} }, nil),
		list("leads.list", v1+"/leads", "leads", noLeads, nil),
		list("leads.list-reservations", v1+"/leads/reservations", "leads", noLeads, nil),
		list("leads.list-waitlist", v1+"/leads/waitlist", "leads", noLeads, nil),
		list("ledgers.list", v1+"/ledgers", "ledgers", (*facility).ledgers, nil),
		list("ledgers.list-current", v1+"/ledgers/current", "ledgers", (*facility).ledgers, active),
		list("ledgers.list-previous", v1+"/ledgers/previous", "ledgers", (*facility).ledgers, func(m members) bool { return !active(m) }),
		one("ledgers.get", v1+"/ledgers/{id}", "ledger", (*facility).ledgers),
	}
}

func (f *facility) ledgers() []members {
	var all []members
	for _, t := range f.tenants {
		all = append(all, t.ledgers...)
	}
	return all
}
