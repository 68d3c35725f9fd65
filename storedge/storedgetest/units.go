package storedgetest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/storedge"
)

func (s *Server) unitRoutes() []fakeserver.Route {
	get, post, put := http.MethodGet, http.MethodPost, http.MethodPut
	inGroup := func(c *call, r *record) bool {
		return c.f.collections["unit"].own(r)["unit_group_id"] == c.of["unit_group"].id
	}
	return []fakeserver.Route{
		s.route("units.list", get, v1+"/units", s.list("unit", nil)),
		s.route("units.list-available", get, v1+"/units/available", s.list("unit", func(c *call, r *record) bool { return c.f.available(r) })),
		s.route("units.rate-history", get, v1+"/units/rate_history", rateHistory),
		s.route("units.get", get, v1+"/units/{unit}", s.get("unit")),
		s.route("units.future-scheduled-rates", get, v1+"/units/{unit}/future_scheduled_rates", func(c *call) fakeserver.Response {
			return c.result(http.StatusOK, "future_scheduled_rates", []any{}, nil)
		}),
		s.route("units.create", post, v1+"/units", createUnit),
		s.route("units.bulk-create", post, v1+"/units/bulk_create", createUnits),
		s.route("units.update", put, v1+"/units/{unit}", updateUnit),
		s.route("units.bulk-update", put, v1+"/units/bulk_update", updateUnits),
		s.route("units.list-v2", get, "/v2/facilities/{facility}/units", s.unitsV2),
		s.route("unit-groups.list", get, v1+"/unit_groups", s.list("unit_group", nil)),
		s.route("unit-groups.get", get, v1+"/unit_groups/{unit_group}", s.get("unit_group")),
		s.route("unit-groups.list-units", get, v1+"/unit_groups/{unit_group}/units", s.list("unit", inGroup)),
		s.route("unit-groups.create", post, v1+"/unit_groups", createGroups),
		s.route("unit-groups.update", put, v1+"/unit_groups", updateGroups),
		s.route("tier-rates.list", get, v1+"/unit_group_tier_rates", s.list("unit_group_tier_rate", nil)),
		s.route("tier-rates.update", put, v1+"/unit_group_tier_rates/update", updateTierRates),
		s.route("tier-rates.list-tiers", get, v1+"/tiers", s.list("tier", nil)),
	}
}

// available reports whether a unit can be moved into.
func (f *facility) available(unit *record) bool {
	return f.collections["unit"].members(unit)["available_for_move_in"] == true
}

// days reads a start and an end date from a query. Without them, both are today. It
// returns the parameter that is wrong, or "".
func (c *call) days(v *view) (from, to time.Time, wrong string) {
	today, _ := time.Parse(time.DateOnly, day(c.f.now()))
	from, to = today, today
	for _, d := range []struct {
		name string
		at   *time.Time
	}{{"start_date", &from}, {"end_date", &to}} {
		text := v.more.Get(d.name)
		if text == "" {
			if d.name == "end_date" && v.more.Has("start_date") {
				to = later(from, to)
			}
			continue
		}
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return from, to, d.name
		}
		*d.at = at
	}
	return from, to, ""
}

// rateHistory lists the changes of units' rates: those that requests made, since the
// portfolio's rates don't change.
func rateHistory(c *call) fakeserver.Response {
	v, wrong := readView(c.Query, c.s.o.ignored, []string{"unit_id", "start_date", "end_date"})
	if wrong != "" {
		return badParameter(wrong)
	}
	from, to, wrong := c.days(&v)
	if wrong != "" {
		return badParameter(wrong)
	}
	if to.Before(from) || to.Sub(from) > 31*24*time.Hour {
		return invalid("The dates must be at most 31 days apart.")
	}
	found := []any{}
	for _, change := range c.f.rateHistory {
		of := asText(change["effective_datetime"])[:len(time.DateOnly)]
		unit := v.more.Get("unit_id")
		if of >= from.Format(time.DateOnly) && of <= to.Format(time.DateOnly) && (unit == "" || change["unit_id"] == unit) {
			found = append(found, render(change, rateHistoryModel))
		}
	}
	return c.result(http.StatusOK, "units_rate_history", found, nil)
}

var rateHistoryModel = modelOf(storedge.UnitRateHistory{})

// readUnit returns the members of a unit that a body sets.
func (f *facility) readUnit(m members) members {
	own := make(members, len(m))
	for name, v := range m {
		switch name {
		case "width", "length", "height", "door_height", "door_width", "standard_rate":
			own[name] = money(cents(v))
		case "unit_type": // one for all
		case "unit_amenities", "tax_rates", "walk_thru_order", "fully_enclosed", "id":
		case "rentable":
			own["rentable"], own["unrentable"] = truth(v), !truth(v)
		default:
			own[name] = v
		}
	}
	if m["width"] != nil && m["length"] != nil {
		own["area"] = money(cents(m["width"]) * cents(m["length"]) / 100)
		own["size"] = fmt.Sprintf("%dx%dx%d", cents(m["width"])/100, cents(m["length"])/100, cents(m["height"])/100)
	}
	return own
}

// truth reads a bool in the forms that the API accepts.
func truth(v any) bool { return slices.Contains([]string{"true", "1"}, asText(v)) }

// makeUnits makes the units whose names a body lists and returns them.
func (f *facility) makeUnits(m members) []*record {
	units := f.collections["unit"]
	var made []*record
	for name := range strings.SplitSeq(asText(m["name"]), ",") {
		own := members{
			"description": "", "rentable": true, "deleted": false, "damaged": false, "unrentable": false, "company_owned": false,
			"unit_group_id": f.recordID("unit_group", 0), "tier_id": f.recordID("tier", 0),
		}
		maps.Copy(own, f.readUnit(m))
		own["name"] = strings.TrimSpace(name)
		made = append(made, units.add(f.newID("unit"), "", own))
	}
	return made
}

func createUnit(c *call) fakeserver.Response {
	m, refused := c.read(unitBody)
	if refused != nil {
		return *refused
	}
	unit, _ := m["unit"].(members)
	made := c.f.makeUnits(unit)
	units := c.f.collections["unit"]
	if len(made) == 1 { // under the plural, as the reference shows it
		return c.result(http.StatusOK, units.plural, render(units.members(made[0]), units.model), nil)
	}
	return c.units(made)
}

// units responds with units.
func (c *call) units(records []*record) fakeserver.Response {
	units := c.f.collections["unit"]
	shown := []any{}
	for _, r := range records {
		shown = append(shown, render(units.members(r), units.model))
	}
	return c.result(http.StatusOK, units.plural, shown, nil)
}

func createUnits(c *call) fakeserver.Response {
	m, refused := c.read(unitsBody)
	if refused != nil {
		return *refused
	}
	taken := make(map[string]bool)
	units := c.f.collections["unit"]
	for _, r := range units.all(nil) {
		taken[asText(units.own(r)["name"])] = true
	}
	errors := []any{}
	for _, unit := range objects(m["units"]) {
		if name := asText(unit["name"]); taken[name] {
			errors = append(errors, members{"name": name, "message": "has already been taken"})
		}
	}
	if len(errors) > 0 {
		return refuseWith(http.StatusBadRequest, "", "Some units can't be made.", members{"error_hash": render(members{"name": errors}, nil)})
	}
	var made []*record
	for _, unit := range objects(m["units"]) {
		made = append(made, c.f.makeUnits(unit)...)
	}
	return c.units(made)
}

// changeUnit changes a unit, and remembers a change of its rate.
func (f *facility) changeUnit(r *record, m members) {
	units := f.collections["unit"]
	before := units.own(r)
	changes := f.readUnit(m)
	if rate, ok := changes["standard_rate"]; ok && cents(rate) != cents(before["standard_rate"]) {
		f.rateHistory = append(f.rateHistory, members{
			"unit_name": before["name"], "unit_id": r.id, "rate_type": "standard", "rate": rate, "effective_datetime": stamp(f.now()), "event_id": f.newID("event"),
		})
	}
	units.set(r.id, changes)
}

func updateUnit(c *call) fakeserver.Response {
	m, refused := c.read(unitUpdateBody)
	if refused != nil {
		return *refused
	}
	unit, _ := m["unit"].(members)
	c.f.changeUnit(c.of["unit"], unit)
	return c.show("unit", c.of["unit"].id)
}

func updateUnits(c *call) fakeserver.Response {
	m, refused := c.read(unitsUpdateBody)
	if refused != nil {
		return *refused
	}
	units := c.f.collections["unit"]
	var changed []*record
	for _, unit := range objects(m["units"]) {
		r, ok := units.get(asText(unit["id"]))
		if !ok {
			return refuse(http.StatusNotFound, "", "Unit not found: "+asText(unit["id"]))
		}
		changed = append(changed, r)
	}
	for i, unit := range objects(m["units"]) {
		c.f.changeUnit(changed[i], unit)
		changed[i], _ = units.get(changed[i].id)
	}
	return c.units(changed)
}

// unitsV2 lists units as version 2 of the API has them, without what is secret.
func (s *Server) unitsV2(c *call) fakeserver.Response {
	v, wrong := readView(c.Query, s.o.ignored, nil)
	if wrong != "" {
		return badParameter(wrong)
	}
	units := c.f.collections["unit"]
	page, total := v.selectFrom(units, nil)
	shown := make([]any, len(page))
	for i, r := range page {
		m := units.members(r)
		var amenities []string
		for _, a := range objects(m["unit_amenities"]) {
			amenities = append(amenities, asText(a["id"]))
		}
		for name := range strings.FieldsSeq(`current_tenant_id current_ledger_id payment_status combination_lock_number combo_lock_group overlock_lock_number
			available_for_move_in channel_rate unit_type tier unit_amenities`) {
			delete(m, name)
		}
		m["unit_amenity_ids"], m["exclude_from_api"] = amenities, false
		shown[i] = render(v.trim("unit", m), units.model)
	}
	return c.page(units.plural, shown, &v, total)
}

func createGroups(c *call) fakeserver.Response {
	m, refused := c.read(groupsBody)
	if refused != nil {
		return *refused
	}
	if refused := c.uniqueNames(objects(m["unit_groups"])); refused != nil {
		return *refused
	}
	groups := c.f.collections["unit_group"]
	made := []any{}
	for _, group := range objects(m["unit_groups"]) {
		id := c.f.newID("unit_group")
		groups.add(id, "", members{"name": group["name"], "standard_rate": nil})
		row := members{
			"id": 3217 + c.f.nextID, "uuid": id, "facility_id": 3658, "name": group["name"], "created_at": stamp(c.f.now()), "updated_at": stamp(c.f.now()),
			"total_non_excluded_units_count": 0,
		}
		for name := range strings.FieldsSeq(`total_units_count available_units_count occupied_units_count size price floor group_key unit_type_id cross_sell_group_id justification
			managed_rate standard_rate attribute_description access_type door_width door_height width height length area unoccupied_rate_plan_id fully_enclosed reference_unit_id`) {
			row[name] = nil
		}
		made = append(made, render(row, createdGroupModel))
	}
	return c.result(http.StatusCreated, "unit_groups", made, nil)
}

var createdGroupModel = &model{names: strings.Fields("id total_units_count available_units_count size price floor group_key created_at updated_at uuid facility_id")}

// uniqueNames refuses names of groups that are taken.
func (c *call) uniqueNames(named []members) *fakeserver.Response {
	groups := c.f.collections["unit_group"]
	taken := make(map[string]string)
	for _, r := range groups.all(nil) {
		taken[asText(groups.own(r)["name"])] = r.id
	}
	var errors []any
	for _, group := range named {
		name := asText(group["name"])
		if id, ok := taken[name]; ok && id != group["id"] {
			errors = append(errors, name)
		}
		taken[name] = asText(group["id"])
	}
	if errors == nil {
		return nil
	}
	resp := refuseWith(http.StatusBadRequest, "", "The name of a unit group is not unique.", members{"errors": render(members{"name_assignments": errors}, nil)})
	return &resp
}

func updateGroups(c *call) fakeserver.Response {
	m, refused := c.read(groupsUpdateBody)
	if refused != nil {
		return *refused
	}
	groups, units := c.f.collections["unit_group"], c.f.collections["unit"]
	var named []members
	for _, group := range objects(m["unit_groups"]) {
		if _, ok := groups.get(asText(group["id"])); !ok {
			return refuse(http.StatusNotFound, "", "Unit Group(s) not found: "+asText(group["id"]))
		}
		if group["name"] != nil {
			named = append(named, group)
		}
		if unit := asText(group["reference_unit_id"]); unit != "" {
			if r, ok := units.get(unit); !ok || units.own(r)["unit_group_id"] != group["id"] {
				return refuseWith(http.StatusBadRequest, "", "A reference unit is not in its group.", members{"errors": render(members{"reference_unit_assignments": []any{unit}}, nil)})
			}
		}
	}
	if refused := c.uniqueNames(named); refused != nil {
		return *refused
	}
	shown := []any{}
	for _, group := range objects(m["unit_groups"]) {
		id := asText(group["id"])
		changes := maps.Clone(group)
		if r, ok := units.get(asText(group["reference_unit_id"])); ok {
			own := units.members(r)
			for name := range strings.FieldsSeq("access_type area door_height door_width floor height length size standard_rate width") {
				changes[name] = own[name]
			}
		}
		delete(changes, "id")
		groups.set(id, changes)
		shown = append(shown, render(groups.find(id), groups.model))
	}
	return c.result(http.StatusOK, groups.plural, shown, nil)
}

func updateTierRates(c *call) fakeserver.Response {
	m, refused := c.read(tierRatesBody)
	if refused != nil {
		return *refused
	}
	rows := c.f.collections["unit_group_tier_rate"]
	given := objects(m["unit_group_tier_rates"])
	for _, rate := range given {
		if n := cents(rate["rate"]); n <= 0 || n%100 != 0 {
			return refuse(http.StatusBadRequest, "", "Record(s) with invalid rate: "+asText(rate["rate"]))
		}
		for kind, what := range map[string]string{"tier": "Tier(s)", "unit_group": "Unit Group(s)"} {
			if id := asText(rate[kind+"_id"]); c.f.collections[kind].find(id) == nil {
				return refuse(http.StatusNotFound, "", what+" not found: "+id)
			}
		}
	}
	shown := []any{}
	for _, rate := range given {
		same := rows.all(func(r *record) bool {
			own := rows.own(r)
			return own["tier_id"] == rate["tier_id"] && own["unit_group_id"] == rate["unit_group_id"]
		})
		if len(same) == 0 {
			same = append(same, rows.add(c.f.newID("unit_group_tier_rate"), "", members{"tier_id": rate["tier_id"], "unit_group_id": rate["unit_group_id"], "base_tier": false}))
		}
		rows.set(same[0].id, members{"rate": money(cents(rate["rate"]))})
		row := rows.find(same[0].id)
		shown = append(shown, render(members{"id": row["id"], "rate": row["rate"], "tier_id": row["tier_id"], "unit_group_id": row["unit_group_id"]}, rows.model))
	}
	return c.result(http.StatusOK, rows.plural, shown, nil)
}
