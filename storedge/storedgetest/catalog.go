package storedgetest

import (
	"fmt"
	"maps"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/storedge"
)

// What a facility offers: groups of units, tiers, discount plans, fees, insurance and
// settings.

// Positions in the catalog.
const (
	adminFee = iota
	lateFee
	scheduledFee
	insuranceItem
	betterInsurance
	serviceItem
	lockItem
	boxItem
)

// catalog makes the collections of what the facility offers.
func (f *facility) catalog() {
	group := f.collection("unit_group", "unit_groups", storedge.UnitGroup{}, func() int { return len(sizes) }, f.madeGroup)
	group.complete = f.completeGroup

	tiers := 1
	if f.tiered {
		tiers = 2
	}
	f.collection("tier", "tiers", storedge.Tier{}, func() int { return tiers }, func(k int) members {
		return members{"name": []string{"Good", "Best"}[k], "rank": k + 1}
	})
	f.collection("unit_group_tier_rate", "unit_group_tier_rates", storedge.UnitGroupTierRate{}, func() int { return tiers * len(sizes) }, func(k int) members {
		g, t := k/tiers, k%tiers
		return members{
			"rate": money(f.groupRate(g) * (10 + t) / 10), "tier_id": f.recordID("tier", t), "unit_group_id": f.recordID("unit_group", g), "base_tier": t == 0, "max_rate": nil,
		}
	})

	plans := []members{
		{"name": "FIRSTMONTH", "description": "Half off the first month", "kind": "limited", "promotion_type": "promotion", "discount": members{"discount_type": "percent", "month_number": 1, "amount": money(5000)}},
		{"name": "MILITARY", "description": "Military", "kind": "always", "promotion_type": "discount", "discount": members{"discount_type": "percent", "month_number": nil, "amount": money(1000)}},
		{"name": "MANAGER", "description": "By the manager only", "kind": "always", "promotion_type": "discount", "hide_from_website": true, "discount": members{"discount_type": "amount", "month_number": nil, "amount": money(500)}},
	}
	f.collection("discount_plan", "discount_plans", storedge.DiscountPlan{}, func() int { return len(plans) }, func(k int) members {
		m := members{
			"availability_text": f.world.Today().Format("1/2/2006"), "requirements_text": "", "min_occupancy_required": false, "prepay_required": false,
			"start_date": f.world.Today().AddDate(-1, 0, 0).Format("2006-01-02"), "auto_apply": false, "deleted": false, "turned_on": true, "available_for_all_facilities": false,
			"hide_from_website": false, "move_in_only": k == 0, "existing_tenant_only": false, "choose_your_own_promo": false, "facility_ids": []string{f.id},
		}
		maps.Copy(m, plans[k])
		discount := members{"id": f.recordID("discount_plan_discount", k), "minimum_amount": nil, "maximum_amount": nil}
		of, _ := plans[k]["discount"].(members)
		maps.Copy(discount, of)
		m["discount_plan_discounts"] = []members{discount}
		delete(m, "discount")
		if m["kind"] == "always" {
			m["always_discount_plan_discount_id"] = discount["id"]
		}
		return m
	})

	items := []members{
		adminFee:        {"product_code": "ADMIN_FEE", "kind": "fee", "description": "Administrative Fee", "amount": money(2000), "required_at_move_in": true},
		lateFee:         {"product_code": "LATE_FEE", "kind": "fee", "description": "Late Fee", "amount": money(1500)},
		scheduledFee:    {"product_code": "NSF_FEE", "kind": "fee", "description": "Fee Schedule", "amount": "Variable"},
		insuranceItem:   {"product_code": "ACME-1", "kind": "insurance", "description": "Acme Mutual - $2,000.00", "amount": money(1100), "coverage_amount": money(200_000), "coverage_percentage": 100, "provider_name": "Acme Mutual", "provider_key": "acme", "show_in_sales_center": true},
		betterInsurance: {"product_code": "ACME-2", "kind": "insurance", "description": "Acme Mutual - $5,000.00", "amount": money(2100), "coverage_amount": money(500_000), "coverage_percentage": 100, "provider_name": "Acme Mutual", "provider_key": "acme", "show_in_sales_center": true},
		serviceItem:     {"product_code": "S-5", "kind": "service", "description": "Pest control", "amount": money(400)},
		lockItem:        {"product_code": "LOCK-1", "kind": "retail", "description": "Disc lock", "amount": money(1599), "quantity": 40, "is_rental_center_lock": true, "show_in_sales_center": true},
		boxItem:         {"product_code": "BOX-1", "kind": "retail", "description": "A box", "amount": money(469), "quantity": 200, "is_rental_center_lock": false, "show_in_sales_center": true},
	}
	f.collection("invoiceable_item", "invoiceable_items", storedge.InvoiceableItem{}, func() int { return len(items) }, func(k int) members {
		m := members{"required_at_move_in": false, "required_at_transfer": false, "short_description": nil, "show_in_sales_center": false}
		maps.Copy(m, items[k])
		amount, tax := cents(m["amount"]), jsontext.Value("0.00")
		if m["kind"] == "retail" { // three decimals, as the reference has them
			tax = jsontext.Value(fmt.Sprintf("%d.%03d", amount*taxPercent/10_000, amount*taxPercent/10%1000))
		}
		m["tax_total"], m["total"] = tax, money(amount)
		if m["kind"] == "retail" {
			m["total"] = jsontext.Value(fmt.Sprintf("%d.%03d", amount*(100+taxPercent)/10_000, amount*(100+taxPercent)/10%1000))
		}
		rows := []members{{"id": f.recordID("invoiceable_amount", k), "amount": m["amount"], "kind": "amount", "limit": nil}}
		if m["amount"] == "Variable" {
			rows = []members{
				{"id": f.recordID("invoiceable_amount", k), "amount": money(1000), "kind": "amount", "limit": money(6000)},
				{"id": f.recordID("invoiceable_amount", 100+k), "amount": money(2500), "kind": "amount", "limit": nil},
			}
			m["total"] = money(0)
		}
		m["invoiceable_amounts"] = rows
		return m
	}).sparse = true

	f.collection("move_out_reason", "reasons", nil, func() int { return 2 }, func(k int) members {
		return members{"reason": []string{"Moved away", "Needs no storage"}[k]}
	})

	f.settings = members{}
	for name := range strings.FieldsSeq(`tenant_portal_disable_contact_editing tenant_portal_disable_autopay_enroll tenant_portal_disable_partial_payment
		tenant_portal_move_in_required_add_contact tenant_portal_move_in_required_autopay tenant_portal_move_in_autopay_default tenant_portal_move_in_required_insurance
		tenant_portal_move_in_required_services tenant_portal_hide_add_another_unit_button tenant_portal_prevent_move_out tenant_portal_hide_unavailable_units
		tenant_portal_allow_decline_alternate_contact tenant_portal_inventory_validation tenant_portal_move_in_required_lock_selection
		rental_center_api_client_enabled rental_center_hide_move_in_promo`) {
		f.settings[name] = false
	}
	maps.Copy(f.settings, members{
		"tenant_portal_display_combo_lock": true, "tenant_portal_online_move_ins_enabled": true, "tenant_portal_allow_ach_for_new_move_ins": true,
		"esignable_move_in_documents_setup": true, "online_move_ins_enabled": true, "rental_center_show_drivers_license_fields": true,
		"tenant_portal_move_in_confirm_text": "An email confirmation has been sent to [renter's email]", "tenant_portal_review_url": "",
		"tenant_portal_delinquency_stage_payment_prevention": "", "tenant_portal_required_retail_item_during_online_move_in_id": nil,
		"tenant_portal_move_in_url": "http://rental-center.example?facilityId=" + f.id + "#/move-in", "tenant_portal_url": "http://rental-center.example?facilityId=" + f.id + "#/login",
		"tenant_portal_gate_code_validation_string": "Gate code length should be between 4 and 8 digits",
	})
}

// catalogOf returns the facility's one type or amenity of units.
func (f *facility) catalogOf(kind string) members {
	if kind == "unit_type" {
		return members{
			"id": f.recordID(kind, 0), "name": "Storage", "deleted": false, "internal_account_code": "4000", "code_and_description": "4000 - Rental Revenue", "ii_excluded": []any{},
		}
	}
	return members{
		"id": f.recordID(kind, 0), "name": "24 Hour Access", "short_code": "A14", "show_in_sales_center_filter_dropdown": false, "deleted": false, "primary_key_id": 503,
	}
}

func (f *facility) madeGroup(k int) members {
	size := sizes[k]
	text := fmt.Sprintf("%dx%dx8", size.width, size.length)
	rate := money(f.groupRate(k))
	return members{
		"group_key": fmt.Sprintf("%s - $%s - %d", text, rate, 3133+k), "name": fmt.Sprintf("%d - Group", 101+k), "size": text, "standard_rate": rate, "floor": 1,
		"area": money(size.width * size.length * 100), "length": money(size.length * 100), "width": money(size.width * 100), "height": money(800),
		"attribute_description": "CDN", "description": "(CDN) - 24 Hour Access", "active_rate_type": "standard_rate",
	}
}

// completeGroup counts a group's units.
func (f *facility) completeGroup(r *record, m members) {
	total, available, rents := 0, 0, 0
	for _, unit := range f.collections["unit"].all(nil) {
		own := f.collections["unit"].own(unit)
		if own["unit_group_id"] != r.id {
			continue
		}
		total++
		ledger, _, reserved := f.occupant(unit)
		if ledger == "" && reserved == "" {
			available++
			continue
		}
		if of, ok := f.collections["ledger"].get(ledger); ok {
			rents += cents(f.collections["ledger"].own(of)["current_rate"])
		}
	}
	occupied := total - available
	rate := m["standard_rate"]
	setIfAbsent(m, "total_units_count", total)
	setIfAbsent(m, "total_non_excluded_units_count", total)
	setIfAbsent(m, "available_units_count", available)
	setIfAbsent(m, "occupancy_percent", jsontext.Value(fmt.Sprintf("%.1f", 100*float64(occupied)/float64(max(total, 1)))))
	setIfAbsent(m, "average_rent", money(rents/max(occupied, 1)))
	for _, name := range []string{"reduced_price", "due_at_move_in_without_fees", "due_monthly"} {
		setIfAbsent(m, name, rate)
	}
	setIfAbsent(m, "due_at_move_in", money(cents(rate)+f.requiredFees()))
	setIfAbsent(m, "cyo_reduced_prices", members{})
	setIfAbsent(m, "unit_amenities", []any{f.catalogOf("unit_amenity")})
	setIfAbsent(m, "unit_type", f.catalogOf("unit_type"))
	if !f.tiered {
		setIfAbsent(m, "price", rate)
	}
	plans := []members{}
	for _, plan := range f.collections["discount_plan"].all(nil) {
		of := f.collections["discount_plan"].members(plan)
		if of["hide_from_website"] == true {
			continue
		}
		for _, name := range []string{"deleted", "hide_from_website", "turned_on"} {
			delete(of, name)
		}
		plans = append(plans, of)
	}
	setIfAbsent(m, "discount_plans", plans)
}

// requiredFees returns the sum of the fees of every move-in.
func (f *facility) requiredFees() (sum int) {
	for _, item := range f.collections["invoiceable_item"].all(nil) {
		if own := f.collections["invoiceable_item"].own(item); own["required_at_move_in"] == true {
			sum += cents(own["total"])
		}
	}
	return sum
}

// tierRate returns the price of a group in a tier, or nil.
func (f *facility) tierRate(group, tier string) any {
	c := f.collections["unit_group_tier_rate"]
	for _, r := range c.all(nil) {
		if own := c.own(r); own["unit_group_id"] == group && own["tier_id"] == tier {
			return own["rate"]
		}
	}
	return nil
}
