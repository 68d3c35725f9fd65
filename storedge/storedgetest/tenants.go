package storedgetest

import (
	"crypto/subtle"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

const (
	facilityTenants = "/v1/{facility}/tenants"
	oneTenant       = facilityTenants + "/{tenant}"
)

// A handler gets the facility, and the tenant where the path names one, under
// the store's lock.
type handler func(*fakeserver.Request, *facility, *tenant) fakeserver.Response

// route has a handler called under the store's lock.
func (s *Server) route(operation, method, path string, h handler) fakeserver.Route {
	return fakeserver.Route{Operation: operation, Method: method, Path: path, Handle: func(r *fakeserver.Request) fakeserver.Response {
		s.store.mu.Lock()
		defer s.store.mu.Unlock()
		f := s.store.facility(r.Arg("facility"))
		if f == nil {
			return refuse(http.StatusNotFound, "", "There is no such facility.")
		}
		var t *tenant
		if id := r.Arg("tenant"); id != "" {
			if t = f.tenant(id); t == nil {
				return refuse(http.StatusNotFound, "", "There is no such tenant.")
			}
		}
		return h(r, f, t)
	}}
}

func (s *Server) routes() []fakeserver.Route {
	route := func(name, method, path string, h handler) fakeserver.Route {
		return s.route("tenants."+name, method, path, h)
	}
	get, post, put := http.MethodGet, http.MethodPost, http.MethodPut
	everyone := func(*tenant) bool { return true }
	return append(append(s.records(), s.payments()...),
		route("list", get, facilityTenants, s.listOf(everyone)),
		route("list-previous", get, facilityTenants+"/previous", s.listOf((*tenant).previous)),
		route("list-current", get, facilityTenants+"/current", s.listOf((*tenant).current)),
		route("search", get, facilityTenants+"/search", search),
		route("lookup-username", post, facilityTenants+"/username_lookup", lookUp),
		route("forgot-username", post, facilityTenants+"/forgot_username", forgot),
		route("sign-in", post, facilityTenants+"/sign_in", signIn),
		route("reset-password-with-token", post, facilityTenants+"/reset_password_with_token", reset),
		route("get", get, oneTenant, func(r *fakeserver.Request, _ *facility, t *tenant) fakeserver.Response {
			return result(r, "tenant", t.render(), nil)
		}),
		route("patch", http.MethodPatch, oneTenant, change(updateBody)),
		route("update", put, oneTenant, change(updateBody)),
		route("sign-up", post, oneTenant+"/sign_up", signUp),
		route("change-password", put, oneTenant+"/change_password", changePassword),
		route("eligibility", get, oneTenant+"/eligibility", func(r *fakeserver.Request, _ *facility, t *tenant) fakeserver.Response {
			return result(r, "eligibility", members{"eligible_for_move_in": !t.ineligible}, nil)
		}),
		route("list-notes", get, oneTenant+"/notes", func(r *fakeserver.Request, _ *facility, t *tenant) fakeserver.Response {
			return s.paged(r, "notes", t.notes)
		}),
		route("delinquency", get, oneTenant+"/delinquency", func(r *fakeserver.Request, _ *facility, t *tenant) fakeserver.Response {
			return result(r, "delinquency", t.delinquency, nil)
		}),
		route("preferences", get, oneTenant+"/preferences", func(r *fakeserver.Request, _ *facility, t *tenant) fakeserver.Response {
			return result(r, "tenant_settings", t.settings(), nil)
		}),
		route("update-preferences", put, oneTenant+"/preferences", changePreferences),
		route("list-ledgers", get, oneTenant+"/ledgers", func(r *fakeserver.Request, _ *facility, t *tenant) fakeserver.Response {
			return result(r, "ledgers", t.ledgers, nil)
		}),
	)
}

func (s *Server) listOf(wanted func(*tenant) bool) handler {
	return func(r *fakeserver.Request, f *facility, _ *tenant) fakeserver.Response {
		var all []members
		for _, t := range f.tenants {
			if wanted(t) {
				all = append(all, t.render())
			}
		}
		return s.paged(r, "tenants", all)
	}
}

// read checks a body's shape, and returns the object under tenant.
func read(r *fakeserver.Request, shape kind) (members, *fakeserver.Response) {
	var m members
	if r.Decode(&m) != nil || m == nil {
		resp := refuse(http.StatusBadRequest, "", "The body is not a JSON object.")
		return nil, &resp
	}
	if wrong := shape(m); wrong != "" {
		resp := refuse(http.StatusUnprocessableEntity, "", "The request is invalid: "+wrong+".")
		return nil, &resp
	}
	if inner, ok := m["tenant"].(members); ok && len(inner) > 0 {
		return inner, nil
	}
	return m, nil
}

func search(r *fakeserver.Request, f *facility, _ *tenant) fakeserver.Response {
	phone, account := r.Query.Get("phone_number"), r.Query.Get("account_number")
	if (phone == "") == (account == "") || len(r.Query) != 1 {
		return refuse(http.StatusUnprocessableEntity, "", "Search by either phone_number or account_number.")
	}
	found := []members{}
	for _, t := range f.tenants {
		numbers, _ := t.m["phone_numbers"].([]members)
		match := account != "" && fmt.Sprint(t.m["account_number"]) == account
		for _, n := range numbers {
			match = match || phone != "" && (n["number"] == phone || n["unformatted_number"] == phone || n["formatted_number"] == phone)
		}
		if match {
			found = append(found, t.render())
		}
	}
	return result(r, "tenants", found, nil)
}

func (f *facility) find(match func(*tenant) bool) *tenant {
	for _, t := range f.tenants {
		if match(t) {
			return t
		}
	}
	return nil
}

func lookUp(r *fakeserver.Request, f *facility, _ *tenant) fakeserver.Response {
	m, refused := read(r, lookupBody)
	if refused != nil {
		return *refused
	}
	t := f.find(func(t *tenant) bool { return t.m["username"] == m["username"] })
	if t == nil {
		return refuse(http.StatusNotFound, "", "There is no tenant with that username.")
	}
	return result(r, "tenant", t.render(), nil)
}

func forgot(r *fakeserver.Request, f *facility, _ *tenant) fakeserver.Response {
	m, refused := read(r, forgotBody)
	if refused != nil {
		return *refused
	}
	if f.find(func(t *tenant) bool { return fmt.Sprint(t.m["account_number"]) == m["account_number"] }) == nil {
		return refuse(http.StatusNotFound, "", "There is no tenant with that account number.")
	}
	return result(r, "", nil, nil)
}

func same(a string, b any) bool {
	s, _ := b.(string)
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(s)) == 1
}

func signIn(r *fakeserver.Request, f *facility, _ *tenant) fakeserver.Response {
	m, refused := read(r, signInBody)
	if refused != nil {
		return *refused
	}
	t := f.find(func(t *tenant) bool { return m["login"] == t.m["username"] || m["login"] == t.m["email"] })
	if t == nil || !same(t.password, m["password"]) {
		return refuse(http.StatusUnauthorized, "", "The login or password is not right.")
	}
	t.m["last_sign_in_at"] = stamp(time.Now())
	return result(r, "tenant", t.render(), nil)
}

func signUp(r *fakeserver.Request, f *facility, t *tenant) fakeserver.Response {
	if t.password != "" {
		return refuse(http.StatusConflict, "", "The tenant has an account already.")
	}
	return change(signUpBody)(r, f, t)
}

func changePassword(r *fakeserver.Request, _ *facility, t *tenant) fakeserver.Response {
	m, refused := read(r, changeBody)
	if refused != nil {
		return *refused
	}
	if !same(t.password, m["current_password"]) {
		return refuse(http.StatusUnauthorized, "", "The current password is not right.")
	}
	t.password, _ = m["new_password"].(string)
	return result(r, "tenant", t.render(), nil)
}

func reset(r *fakeserver.Request, f *facility, _ *tenant) fakeserver.Response {
	m, refused := read(r, resetBody)
	if refused != nil {
		return *refused
	}
	t := f.find(func(t *tenant) bool { return same(t.resetToken, m["reset_token"]) })
	if t == nil {
		return refuse(http.StatusUnprocessableEntity, "", "The reset token is not valid.")
	}
	t.password, _ = m["password"].(string)
	t.resetToken = ""
	return result(r, "", nil, nil)
}

// change updates a tenant by a body of the shape.
func change(shape kind) handler {
	return func(r *fakeserver.Request, f *facility, t *tenant) fakeserver.Response {
		m, refused := read(r, shape)
		if refused != nil {
			return *refused
		}
		if f.addressLocked && m["mailing_address_attributes"] != nil {
			return refuse(http.StatusForbidden, "AccessDenied", "This facility does not let tenants change their mailing address.")
		}
		f.apply(t, m)
		return result(r, "tenant", t.render(), nil)
	}
}

func (f *facility) apply(t *tenant, m members) {
	for name, v := range m {
		switch name {
		case "password":
			t.password, _ = v.(string)
		case "account_number":
			n, err := strconv.Atoi(fmt.Sprint(v))
			if err == nil {
				t.m[name] = n
			}
		case "phone_numbers_attributes":
			given, _ := v.([]any)
			numbers, _ := t.m["phone_numbers"].([]members)
			for _, n := range given {
				one, _ := n.(members)
				numbers = append(numbers, f.phoneNumber(one))
			}
			t.m["phone_numbers"] = numbers
		case "mailing_address_attributes":
			one, _ := v.(members)
			t.m["mailing_address"] = f.address(one)
			t.m["addresses"] = []members{f.address(one)}
		case "contacts_attributes":
			given, _ := v.([]any)
			for range given {
				t.m["contact_ids"] = append(ids(t.m["contact_ids"]), f.newID(6))
			}
		case "password_recovery_questions_attributes":
			t.m["password_recovery_question_ids"] = append(ids(t.m["password_recovery_question_ids"]), f.newID(7))
		case "decline_alternate_contact":
		default:
			t.m[name] = v
		}
	}
}

func (f *facility) phoneNumber(given members) members {
	raw := fmt.Sprint(given["number"])
	bare := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, raw)
	bare = strings.TrimPrefix(bare, "1")
	formatted := bare
	if len(bare) == 10 {
		formatted = "(" + bare[:3] + ") " + bare[3:6] + "-" + bare[6:]
	}
	n := members{"id": f.newID(2), "primary": false, "source": nil, "number": "+1" + bare, "formatted_number": formatted, "extension": nil, "label": "Home", "unformatted_number": bare, "sms_opt_in": false}
	for name, v := range given {
		switch name {
		case "number":
		case "primary":
			n[name] = v == true || v == "true" // a text in requests
		default:
			n[name] = v
		}
	}
	return n
}

func (f *facility) address(given members) members {
	a := members{
		"id": f.newID(3), "address2": nil, "postal": nil, "country": "US", "latitude": 39.114844, "longitude": -94.630169, "time_zone_id": "America/New_York",
		"time_zone_offset": "-04:00", "invalid_data": false, "label": "Home",
	}
	maps.Copy(a, given)
	a["full_address"] = fmt.Sprintf("%v, %v, %v", a["address1"], a["city"], a["state"])
	return a
}

func (t *tenant) settings() members {
	return members{"id": t.m["id"], "tenants_preferences": t.preferences, "default_settings": defaults}
}

func changePreferences(r *fakeserver.Request, _ *facility, t *tenant) fakeserver.Response {
	m, refused := read(r, preferencesBody)
	if refused != nil {
		return *refused
	}
	changed, _ := m["tenant_settings"].(members)
	for name, v := range changed {
		if v == nil {
			delete(t.preferences, name)
			continue
		}
		t.preferences[name] = v
	}
	return result(r, "tenant_settings", t.settings(), nil)
}
