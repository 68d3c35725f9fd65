package storedgetest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A kind is what a member may be. It returns what is wrong, or "".
type kind func(v any) string

func text(v any) string {
	if _, ok := v.(string); !ok && v != nil {
		return "must be a String"
	}
	return ""
}

func boolean(v any) string {
	if _, ok := v.(bool); !ok && v != nil {
		return "must be a Boolean"
	}
	return ""
}

// flag is a bool, or one of the texts and numbers that the API takes for one.
func flag(v any) string {
	if v != nil && !slices.Contains([]string{"true", "false", "1", "0"}, asText(v)) {
		return "must be one of: true, false, 1, 0"
	}
	return ""
}

func number(v any) string {
	if _, err := strconv.ParseFloat(asText(v), 64); v != nil && err != nil {
		return "must be a number"
	}
	return ""
}

func anything(any) string { return "" }

func date(v any) string {
	s, ok := v.(string)
	if _, err := time.Parse(time.DateOnly, s); v != nil && (!ok || err != nil) {
		return "must be YYYY-MM-DD"
	}
	return ""
}

func digits(v any) string {
	if s, ok := v.(string); v != nil && (!ok || len(s) != 4 || strings.Trim(s, "0123456789") != "") {
		return "must be a 4 digit number"
	}
	return ""
}

func oneOf(values ...string) kind {
	return func(v any) string {
		if s, ok := v.(string); v != nil && (!ok || !slices.Contains(values, s)) {
			return "must be " + strings.Join(values, ", ")
		}
		return ""
	}
}

func object(shape map[string]kind, required ...string) kind {
	return func(v any) string {
		if v == nil {
			return ""
		}
		m, ok := v.(members)
		if !ok {
			return "must be a Hash"
		}
		for _, name := range required {
			if m[name] == nil || m[name] == "" {
				return name + " is missing"
			}
		}
		for _, name := range slices.Sorted(maps.Keys(m)) {
			k, known := shape[name]
			if !known {
				return name + " is not a parameter"
			}
			if wrong := k(m[name]); wrong != "" {
				return fmt.Sprintf("%s %s", name, wrong)
			}
		}
		return ""
	}
}

func list(of kind) kind {
	return func(v any) string {
		all, ok := v.([]any)
		if !ok && v != nil {
			return "must be an Array"
		}
		for _, e := range all {
			if wrong := of(e); wrong != "" {
				return wrong
			}
		}
		return ""
	}
}

var (
	phoneNumbers  = list(object(map[string]kind{"number": text, "extension": text, "label": text, "primary": text, "sms_opt_in": boolean}, "number"))
	postalAddress = object(map[string]kind{"address1": text, "address2": text, "city": text, "state": text, "postal": text})
	military      = object(map[string]kind{
		"retired_military": boolean, "no_agent_given": boolean, "date_entered_service": date, "military_id": text, "end_of_active_service_date": date,
		"place_of_birth": text, "last_4_of_ssn": digits, "military_email_address": text, "military_rank": text, "current_duty_location": text,
		"branch_of_service": oneOf("Air Force", "Army", "Coast Guard", "Marines", "Navy", "National Guard", "Other"), "military_unit": text, "squadron": text,
		"division": text, "type_of_service": oneOf("Active Component", "Reserve Component", "National Guard"), "agent_first_name": text, "agent_last_name": text,
		"agent_email_address": text, "agent_phone_number": text, "agent_address": text, "agent_city": text, "agent_state": text, "agent_postal_code": text,
		"officer_first_name": text, "officer_last_name": text, "officer_phone_number": text,
	})
	update = map[string]kind{
		"first_name": text, "account_number": text, "middle_initial": text, "last_name": text, "drivers_license_number": text, "drivers_license_state": text,
		"vehicle_license_plate_number": text, "vehicle_license_state": text, "vehicle_description": text, "email": text, "username": text, "password": text,
		"tax_exempt": boolean, "is_military": boolean, "is_business": boolean, "business_name": text, "title": text, "decline_alternate_contact": boolean, "date_of_birth": date,
		"military_information": military, "password_recovery_questions_attributes": list(object(map[string]kind{"question": text, "answer": text}, "question", "answer")),
		"phone_numbers_attributes": phoneNumbers, "mailing_address_attributes": postalAddress,
		"contacts_attributes": list(object(map[string]kind{
			"id": text, "first_name": text, "middle_initial": text, "last_name": text, "email": text, "description": text, "primary": text,
			"phone_numbers_attributes": phoneNumbers, "address_attributes": postalAddress,
		}, "description")),
	}
	preferences = func() map[string]kind {
		shape := map[string]kind{"exclude_from_insurance_auto_enroll_reason": text}
		for name := range defaults {
			shape[name] = boolean
		}
		return shape
	}()
	body = func(name string, inner kind) kind { return object(map[string]kind{name: inner}, name) }

	lookupBody      = body("tenant", object(map[string]kind{"username": text}, "username"))
	forgotBody      = body("tenant", object(map[string]kind{"account_number": text}, "account_number"))
	updateBody      = body("tenant", object(update))
	signUpBody      = body("tenant", object(update))
	signInBody      = body("tenant", object(map[string]kind{"login": text, "password": text, "facility_uuid": text}, "login", "password"))
	changeBody      = body("tenant", object(map[string]kind{"current_password": text, "new_password": text}, "current_password", "new_password"))
	resetInner      = map[string]kind{"reset_token": text, "password": text}
	resetBody       = object(map[string]kind{"reset_token": text, "password": text, "tenant": object(resetInner)}, "reset_token", "password")
	preferencesBody = object(map[string]kind{"tenant_settings": object(preferences), "tenant": object(nil)}, "tenant_settings")
)

// The bodies of the other operations.
var (
	unit = map[string]kind{
		"name": text, "width": number, "length": number, "height": number, "door_height": number, "door_width": number, "door_type": oneOf("none", "roll_up", "swing"),
		"access_type": oneOf("indoor", "outdoor"), "standard_rate": number, "walk_thru_order": number, "unit_type": text, "floor": number, "rentable": flag,
		"combination_lock_number": text, "overlock_lock_number": text, "attribute_description": text, "tax_rates": list(text), "unit_amenities": list(text),
		"unit_group_id": text, "fully_enclosed": flag,
	}
	unitWithID = func() map[string]kind {
		all := maps.Clone(unit)
		all["id"] = text
		return all
	}()
	unitRequired    = []string{"name", "width", "length", "height", "door_height", "door_width", "door_type", "access_type", "standard_rate", "walk_thru_order", "unit_type"}
	unitBody        = body("unit", object(unit, unitRequired...))
	unitUpdateBody  = body("unit", object(unit))
	unitsBody       = body("units", list(object(unit, unitRequired...)))
	unitsUpdateBody = body("units", list(object(unitWithID, "id")))

	groupsBody       = body("unit_groups", list(object(map[string]kind{"name": text}, "name")))
	groupsUpdateBody = body("unit_groups", list(object(map[string]kind{"id": text, "name": text, "fully_enclosed": flag, "reference_unit_id": text}, "id")))
	tierRatesBody    = body("unit_group_tier_rates", list(object(map[string]kind{"rate": number, "tier_id": text, "unit_group_id": text}, "rate", "tier_id", "unit_group_id")))

	billingAddress = object(map[string]kind{"address1": text, "address2": text, "city": text, "state": text, "postal": text, "country": text})
	paymentMethod  = object(map[string]kind{
		"payment_method_id": text, "first_name": text, "last_name": text, "kind": oneOf("ach", "credit_card", "check", "cash", "card_swipe", "money_order"), "reuseable": flag,
		"magnetic_track": text, "card_number": text, "card_type": oneOf("visa", "mastercard", "american_express", "diners", "discover", "jcb"), "security_code": text,
		"expiration_date": monthOfYear, "account_number": text, "account_number_confirmation": text, "account_type": text, "bank_name": text, "routing_number": text,
		"check_number": text, "name_on_check": text, "check_amount": number, "reference_number": text, "money_order_amount": number, "amount_tendered": number,
		"billing_address_attributes": billingAddress, "billing_postal": text, "autopay_enabled": flag, "autopay_day": number,
	})
	ledgerPayment   = map[string]kind{"ledger_id": text, "kind": oneOf("prepay", "balance", "custom"), "amount": text, "months": text}
	makePaymentBody = object(map[string]kind{
		"payment":        object(map[string]kind{"kind": oneOf("prepay", "balance", "custom"), "amount": text, "months": text, "idempotency_key": text}, "kind"),
		"payment_method": paymentMethod, "payment_fee_id": text,
	}, "payment", "payment_method")
	payLedgersBody = object(map[string]kind{"idempotency_key": text, "payments": list(object(ledgerPayment, "ledger_id", "kind")), "payment_method": paymentMethod}, "payments", "payment_method")
	retailBody     = object(map[string]kind{
		"retail_payment": object(map[string]kind{"tenant_id": text, "invoiceable_items": list(object(map[string]kind{"invoiceable_item_id": text, "quantity": text}, "invoiceable_item_id"))}, "invoiceable_items"),
		"payment_method": paymentMethod,
	}, "retail_payment", "payment_method")
	autopayBody   = object(map[string]kind{"autopay": object(map[string]kind{"autopay_enabled": flag, "autopay_day": text}), "payment_method": paymentMethod}, "payment_method")
	gateCodeBody  = object(map[string]kind{"gate_access_code": text}, "gate_access_code")
	notes         = list(object(map[string]kind{"note": text}))
	addFeeBody    = body("add_fee", object(map[string]kind{"invoiceable_item_id": text, "notes_attributes": notes}, "invoiceable_item_id"))
	removeFeeBody = body("remove_fee", object(map[string]kind{"fee_line_item_id": text, "notes_attributes": notes}))

	leadTenant = func() kind {
		all := maps.Clone(update)
		all["settings_attributes"] = object(preferences)
		return object(all)
	}()
	lead = object(map[string]kind{
		"tenant_id": text, "tenant_attributes": leadTenant, "unit_id": text, "is_reservation": flag, "desired_move_in_date": date, "channel_id": text, "confirmation_email": flag,
		"notes_attributes": notes, "caller_first_name": text, "caller_last_name": text, "caller_phone_number_attributes": object(map[string]kind{"number": text}), "call_source": text,
		"dnis": text, "close_reason_id": text, "lead_action_performed": text, "lead_action_performed_index": number, "kind": text, "size": text, "wait_list": flag,
		"length_of_stay_id": text, "discount_plans": list(object(map[string]kind{"id": text})), "source_id": text, "reservation_window": number,
	})
	leadBody       = body("lead", lead)
	leadCreateBody = object(map[string]kind{"lead": lead, "payment_method": paymentMethod}, "lead")
	leadCloseBody  = object(map[string]kind{"lead": object(map[string]kind{"close_reason_id": text, "notes_attributes": notes})})

	newTenant = func() kind {
		all := maps.Clone(update)
		all["contact_attributes"] = object(map[string]kind{"first_name": text, "last_name": text, "email": text, "description": text, "primary": anything, "phone_numbers_attributes": phoneNumbers, "address_attributes": postalAddress})
		return object(all, "first_name", "last_name")
	}()
	moveInMembers = object(map[string]kind{
		"unit_id": text, "tenant_id": text, "tenant": newTenant, "lead_id": text, "should_generate_documents": flag, "move_in_date": date, "invoice_period": text, "insurance_id": text,
		"services": list(object(map[string]kind{"service_id": text}, "service_id")), "discount_plans": list(object(map[string]kind{"discount_plan_id": text}, "discount_plan_id")),
		"gate_access_code": text, "session_id": text, "accepted_documents": list(object(map[string]kind{"session_document_id": text}, "session_document_id")),
	}, "unit_id")
	reviewBody  = body("move_in", moveInMembers)
	processBody = object(map[string]kind{
		"move_in": moveInMembers, "payment_method": paymentMethod, "alternate_contact": object(map[string]kind{
			"first_name": text, "middle_initial": text, "last_name": text, "description": text, "email": text, "primary": anything, "phone_numbers_attributes": phoneNumbers, "address_attributes": postalAddress,
		}),
	}, "move_in")

	sendBody = object(map[string]kind{"email": text, "sms_number": text})
	noteBody = object(map[string]kind{
		"user_id": text, "note": object(map[string]kind{"note_text": text, "tenant_id": text, "ledger_id": text, "unit_id": text}, "note_text"),
	}, "note")
	reportBody = body("report_request", object(map[string]kind{"report_name": text, "report_format": text, "report_params": anything}, "report_name"))
)

// monthOfYear is MM/YY.
func monthOfYear(v any) string {
	if _, err := time.Parse("01/06", asText(v)); v != nil && err != nil {
		return "must be MM/YY"
	}
	return ""
}
