package storedgetest

import (
	"fmt"
	"maps"
	"slices"
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
	phoneNumbers = list(object(map[string]kind{"number": text, "extension": text, "label": text, "primary": text, "sms_opt_in": boolean}, "number"))
	address      = object(map[string]kind{"address1": text, "address2": text, "city": text, "state": text, "postal": text})
	military     = object(map[string]kind{
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
		"tax_exempt": boolean, "is_military": boolean, "is_business": boolean, "business_name": text, "title": text, "decline_alternate_contact": boolean,
		"military_information": military, "password_recovery_questions_attributes": list(object(map[string]kind{"question": text, "answer": text}, "question", "answer")),
		"phone_numbers_attributes": phoneNumbers, "mailing_address_attributes": address,
		"contacts_attributes": list(object(map[string]kind{
			"id": text, "first_name": text, "middle_initial": text, "last_name": text, "email": text, "description": text, "primary": text,
			"phone_numbers_attributes": phoneNumbers, "address_attributes": address,
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
