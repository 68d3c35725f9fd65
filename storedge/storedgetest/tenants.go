package storedgetest

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

const (
	facilityTenants = v1 + "/tenants"
	oneTenant       = facilityTenants + "/{tenant}"
)

func (s *Server) tenantRoutes() []fakeserver.Route {
	route := func(name, method, path string, h handler) fakeserver.Route {
		return s.route("tenants."+name, method, path, h)
	}
	get, post, put := http.MethodGet, http.MethodPost, http.MethodPut
	return []fakeserver.Route{
		route("list", get, facilityTenants, s.list("tenant", nil)),
		route("list-previous", get, facilityTenants+"/previous", s.list("tenant", func(c *call, r *record) bool { return !c.f.rents(r) && len(c.f.ledgersOf(r)) > 0 })),
		route("list-current", get, facilityTenants+"/current", s.list("tenant", func(c *call, r *record) bool { return c.f.rents(r) })),
		route("search", get, facilityTenants+"/search", s.search),
		route("lookup-username", post, facilityTenants+"/username_lookup", lookUp),
		route("forgot-username", post, facilityTenants+"/forgot_username", forgot),
		route("sign-in", post, facilityTenants+"/sign_in", signIn),
		route("reset-password-with-token", post, facilityTenants+"/reset_password_with_token", reset),
		route("get", get, oneTenant, s.get("tenant")),
		route("patch", http.MethodPatch, oneTenant, change(updateBody)),
		route("update", put, oneTenant, change(updateBody)),
		route("sign-up", post, oneTenant+"/sign_up", signUp),
		route("change-password", put, oneTenant+"/change_password", changePassword),
		route("eligibility", get, oneTenant+"/eligibility", func(c *call) fakeserver.Response {
			return c.result(http.StatusOK, "eligibility", members{"eligible_for_move_in": !c.f.account(c.of["tenant"]).ineligible}, nil)
		}),
		route("list-notes", get, oneTenant+"/notes", s.list("note", children("tenant"))),
		route("delinquency", get, oneTenant+"/delinquency", func(c *call) fakeserver.Response {
			return c.result(http.StatusOK, "delinquency", c.f.account(c.of["tenant"]).delinquency, nil)
		}),
		route("preferences", get, oneTenant+"/preferences", settings),
		route("update-preferences", put, oneTenant+"/preferences", changePreferences),
		route("list-ledgers", get, oneTenant+"/ledgers", s.list("ledger", func(c *call, r *record) bool {
			own := c.f.collections["ledger"].own(r)
			return reference(own, "tenant") == c.of["tenant"].id && own["active"] != false
		})),
		route("list-leads", get, oneTenant+"/leads", s.list("lead", ofTenant, "channel_category")),
		route("lead", get, oneTenant+"/leads/{lead}", func(c *call) fakeserver.Response {
			if !ofTenant(c, c.of["lead"]) {
				return refuse(http.StatusNotFound, "", "There is no such lead.")
			}
			return s.get("lead")(c)
		}),
	}
}

// rents reports whether a tenant rents a unit now.
func (f *facility) rents(tenant *record) bool {
	return slices.ContainsFunc(f.ledgersOf(tenant), func(r *record) bool { return f.collections["ledger"].own(r)["active"] != false })
}

// ofTenant reports whether a lead is of the tenant that the path names, and of the
// channel that the query asks for.
func ofTenant(c *call, r *record) bool {
	return reference(c.f.collections["lead"].own(r), "tenant") == c.of["tenant"].id && ofChannel(c, r)
}

// inner returns the object of a body that may also be the body itself.
func inner(m members, name string) members {
	if object, ok := m[name].(members); ok && len(object) > 0 {
		return object
	}
	return m
}

func (s *Server) search(c *call) fakeserver.Response {
	v, wrong := readView(c.Query, s.o.ignored, []string{"phone_number", "account_number"})
	phone, account := v.more.Get("phone_number"), v.more.Get("account_number")
	if (phone == "") == (account == "") {
		return invalid("Search by either phone_number or account_number.")
	}
	if wrong != "" {
		return badParameter(wrong)
	}
	tenants := c.f.collections["tenant"]
	found := []any{}
	for _, r := range tenants.all(nil) {
		m := tenants.own(r)
		match := account != "" && asText(m["account_number"]) == account
		for _, n := range objects(m["phone_numbers"]) {
			match = match || phone != "" && (n["number"] == phone || n["unformatted_number"] == phone || n["formatted_number"] == phone)
		}
		if match {
			found = append(found, v.show(tenants, r))
		}
	}
	return c.result(http.StatusOK, "tenants", found, nil)
}

// objects returns the objects of an array.
func objects(v any) []members {
	switch v := v.(type) {
	case []members:
		return v
	case []any:
		var all []members
		for _, one := range v {
			if m, ok := one.(members); ok {
				all = append(all, m)
			}
		}
		return all
	}
	return nil
}

// find returns the first tenant that matches, or nil.
func (f *facility) find(match func(*record, members) bool) *record {
	tenants := f.collections["tenant"]
	for _, r := range tenants.all(nil) {
		if match(r, tenants.own(r)) {
			return r
		}
	}
	return nil
}

func lookUp(c *call) fakeserver.Response {
	m, refused := c.read(lookupBody)
	if refused != nil {
		return *refused
	}
	name := inner(m, "tenant")["username"]
	t := c.f.find(func(_ *record, own members) bool { return own["username"] == name })
	if t == nil {
		return refuse(http.StatusNotFound, "", "There is no tenant with that username.")
	}
	return c.show("tenant", t.id)
}

func forgot(c *call) fakeserver.Response {
	m, refused := c.read(forgotBody)
	if refused != nil {
		return *refused
	}
	number := inner(m, "tenant")["account_number"]
	if c.f.find(func(_ *record, own members) bool { return asText(own["account_number"]) == number }) == nil {
		return refuse(http.StatusNotFound, "", "There is no tenant with that account number.")
	}
	return c.nothing()
}

func same(a string, b any) bool {
	s, _ := b.(string)
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(s)) == 1
}

func signIn(c *call) fakeserver.Response {
	m, refused := c.read(signInBody)
	if refused != nil {
		return *refused
	}
	m = inner(m, "tenant")
	t := c.f.find(func(r *record, own members) bool {
		return (m["login"] == own["username"] || m["login"] == own["email"]) && same(c.f.account(r).password, m["password"])
	})
	if t == nil {
		return refuse(http.StatusUnauthorized, "", "The login or password is not right.")
	}
	c.f.collections["tenant"].set(t.id, members{"last_sign_in_at": stamp(c.f.now())})
	return c.show("tenant", t.id)
}

func signUp(c *call) fakeserver.Response {
	if c.f.account(c.of["tenant"]).password != "" {
		return refuse(http.StatusConflict, "", "The tenant has an account already.")
	}
	return change(signUpBody)(c)
}

func changePassword(c *call) fakeserver.Response {
	m, refused := c.read(changeBody)
	if refused != nil {
		return *refused
	}
	m = inner(m, "tenant")
	account := c.f.account(c.of["tenant"])
	if !same(account.password, m["current_password"]) {
		return refuse(http.StatusUnauthorized, "", "The current password is not right.")
	}
	account.password, _ = m["new_password"].(string)
	return c.show("tenant", c.of["tenant"].id)
}

func reset(c *call) fakeserver.Response {
	m, refused := c.read(resetBody)
	if refused != nil {
		return *refused
	}
	for _, account := range c.f.accounts {
		if same(account.resetToken, inner(m, "tenant")["reset_token"]) {
			account.password, _ = inner(m, "tenant")["password"].(string)
			account.resetToken = ""
			return c.nothing()
		}
	}
	return invalid("The reset token is not valid.")
}

// change returns a handler that updates a tenant by a body of the shape.
func change(shape kind) handler {
	return func(c *call) fakeserver.Response {
		m, refused := c.read(shape)
		if refused != nil {
			return *refused
		}
		m = inner(m, "tenant")
		if c.f.addressLocked && m["mailing_address_attributes"] != nil {
			return denied("This facility does not let tenants change their mailing address.")
		}
		c.f.apply(c.of["tenant"], m)
		return c.show("tenant", c.of["tenant"].id)
	}
}

// apply changes a tenant as a body says.
func (f *facility) apply(t *record, m members) {
	tenants := f.collections["tenant"]
	own := tenants.own(t)
	changes := make(members)
	for name, v := range m {
		switch name {
		case "password":
			f.account(t).password, _ = v.(string)
		case "account_number":
			if n, err := strconv.Atoi(asText(v)); err == nil {
				changes[name] = n
			}
		case "phone_numbers_attributes":
			numbers := slices.Clone(objects(own["phone_numbers"]))
			for _, n := range objects(v) {
				numbers = append(numbers, phoneNumber(f.newID("phone"), n))
			}
			changes["phone_numbers"] = numbers
		case "mailing_address_attributes":
			given, _ := v.(members)
			a := address(f.newID("address"), given)
			changes["mailing_address"], changes["addresses"] = a, []members{a}
		case "contacts_attributes":
			contacts := texts(own["contact_ids"])
			for _, contact := range objects(v) {
				if contact["id"] == nil {
					contacts = append(contacts, f.newID("contact"))
				}
			}
			changes["contact_ids"] = contacts
		case "contact_attributes":
			changes["contact_ids"] = append(texts(own["contact_ids"]), f.newID("contact"))
		case "password_recovery_questions_attributes":
			questions := texts(own["password_recovery_question_ids"])
			for range objects(v) {
				questions = append(questions, f.newID("question"))
			}
			changes["password_recovery_question_ids"] = questions
		case "settings_attributes":
			given, _ := v.(members)
			maps.Copy(f.account(t).preferences, given)
		case "decline_alternate_contact":
		default:
			changes[name] = v
		}
	}
	tenants.set(t.id, changes)
}

// texts returns the texts of an array.
func texts(v any) []string {
	switch v := v.(type) {
	case []string:
		return slices.Clone(v)
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, asText(one))
		}
		return all
	}
	return nil
}

// phoneNumber returns a phone number as the API shows it.
func phoneNumber(id string, given members) members {
	bare := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, asText(given["number"]))
	bare = strings.TrimPrefix(bare, "1")
	formatted := bare
	if len(bare) == 10 {
		formatted = "(" + bare[:3] + ") " + bare[3:6] + "-" + bare[6:]
	}
	n := members{"id": id, "primary": false, "source": nil, "number": "+1" + bare, "formatted_number": formatted, "extension": nil, "label": "Home", "unformatted_number": bare, "sms_opt_in": false}
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

// address returns an address as the API shows it.
func address(id string, given members) members {
	a := members{
		"id": id, "address2": nil, "postal": nil, "country": "US", "latitude": jsontext.Value("39.114844"), "longitude": jsontext.Value("-94.630169"),
		"time_zone_id": "America/New_York", "time_zone_offset": "-04:00", "invalid_data": false, "label": "Home",
	}
	maps.Copy(a, given)
	a["full_address"] = fmt.Sprintf("%s, %s, %s", asText(a["address1"]), asText(a["city"]), asText(a["state"]))
	return a
}

// defaults are the preferences of tenants who have not set their own.
var defaults = members{
	"email_invoices": true, "print_invoices": false, "charge_invoice_fee": true, "receive_legal_notices_by_email": members{"value": nil, "type": "Boolean"},
	"delinquency_exempt": false, "delinquency_docs_by_email": false, "delinquency_docs_by_mail": false, "receive_sms_for_gate_activity": false,
	"opt_in_to_marketing_emails": false, "opt_in_to_marketing_sms": false, "opt_in_to_transactional_sms": false, "exclude_from_insurance_auto_enroll": false,
}

// preferences returns what a tenant's record says of their preferences.
func (f *facility) preferences(tenant *record) members {
	preferences := members{
		"exclude_from_insurance_auto_enroll_reason": nil, "exclude_from_insurance_auto_enroll_created_by": nil, "exclude_from_insurance_auto_enroll_on": nil,
	}
	for name, v := range defaults {
		if _, unset := v.(members); unset {
			v = nil
		}
		preferences[name] = v
	}
	if account := f.accounts[tenant.id]; account != nil {
		maps.Copy(preferences, account.preferences)
	}
	return preferences
}

func settings(c *call) fakeserver.Response {
	t := c.of["tenant"]
	return c.result(http.StatusOK, "tenant_settings", members{"id": t.id, "tenants_preferences": c.f.account(t).preferences, "default_settings": defaults}, nil)
}

func changePreferences(c *call) fakeserver.Response {
	m, refused := c.read(preferencesBody)
	if refused != nil {
		return *refused
	}
	changed, _ := m["tenant_settings"].(members)
	own := c.f.account(c.of["tenant"]).preferences
	for name, v := range changed {
		if v == nil {
			delete(own, name)
			continue
		}
		own[name] = v
	}
	c.f.collections["tenant"].touch(c.of["tenant"].id)
	return settings(c)
}

// TenantIDs returns the ids of a facility's tenants in the order in which they were
// made and placed. It is the order of a listing that does not sort.
func (s *Server) TenantIDs(facilityID string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.facility(facilityID)
	if f == nil {
		return nil
	}
	all := f.inPlace("tenant")
	ids := make([]string, len(all))
	for i, r := range all {
		ids[i] = r.id
	}
	return ids
}

// inPlace returns the records of a collection in the order of a listing that does not
// sort.
func (f *facility) inPlace(collection string) []*record {
	c := f.collections[collection]
	all := c.all(nil)
	new(view).order(c, all)
	return all
}

// AddTenant adds a tenant at a position in the order of [Server.TenantIDs], which may be
// past the end, and returns the id. In a listing by id, the tenant may be anywhere.
// The fields have the API's names. See also [Server.Add].
func (s *Server) AddTenant(facilityID string, position int, fields map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.must(facilityID)
	all := f.inPlace("tenant")
	own := members{"account_number": f.nextAccount(), "created_at": stamp(f.now())}
	maps.Copy(own, fields)
	id, _ := own["id"].(string)
	if id == "" {
		id = f.scatteredID("tenant", len(all))
	}
	t := f.collections["tenant"].add(id, "", own)
	if position = max(position, 0); position < len(all) {
		before := all[position].place - 1
		if position > 0 {
			before = all[position-1].place
		}
		t.place = (before + all[position].place) / 2
	}
	return id
}

// nextAccount returns the account number of a new tenant.
func (f *facility) nextAccount() int {
	f.accountsMade++
	return firstAccount + f.people.n + 100_000 + f.accountsMade
}

// RemoveTenant removes a tenant and reports whether there was one.
func (s *Server) RemoveTenant(facilityID, tenantID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.facility(facilityID)
	return f != nil && f.collections["tenant"].table.Remove(tenantID)
}

// must returns a facility, or panics: a test that asks for what is not there is wrong.
// s.mu is held.
func (s *Server) must(facilityID string) *facility {
	f := s.facility(facilityID)
	if f == nil {
		panic(fmt.Sprintf("storedgetest: there is no facility %q", facilityID))
	}
	return f
}

// with calls change with a facility's tenant, or panics.
func (s *Server) with(facilityID, tenantID string, change func(*facility, *record)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.must(facilityID)
	t, ok := f.collections["tenant"].get(tenantID)
	if !ok {
		panic(fmt.Sprintf("storedgetest: there is no tenant %q", tenantID))
	}
	change(f, t)
}

// SetAccount gives a tenant a username and a password.
func (s *Server) SetAccount(facilityID, tenantID, username, password string) {
	s.with(facilityID, tenantID, func(f *facility, t *record) {
		f.collections["tenant"].set(t.id, members{"username": username})
		f.account(t).password = password
	})
}

// ResetToken makes a token by which a tenant's password can be reset, once, as an
// email to the tenant would hold it.
func (s *Server) ResetToken(facilityID, tenantID string) string {
	token := "reset_" + rand.Text()
	s.with(facilityID, tenantID, func(f *facility, t *record) { f.account(t).resetToken = token })
	return token
}

// AddNote adds a note to a tenant.
func (s *Server) AddNote(facilityID, tenantID, text string) {
	s.with(facilityID, tenantID, func(f *facility, t *record) { f.addNote(t.id, text) })
}

func (f *facility) addNote(of, text string) *record {
	return f.collections["note"].add(f.newID("note"), of, members{"note": text, "created_at": stamp(f.now())})
}

// LockMailingAddresses makes a facility refuse changes of mailing addresses.
func (s *Server) LockMailingAddresses(facilityID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.must(facilityID).addressLocked = true
}

// SetIneligible makes a tenant one who is not eligible to move in.
func (s *Server) SetIneligible(facilityID, tenantID string) {
	s.with(facilityID, tenantID, func(f *facility, t *record) { f.account(t).ineligible = true })
}

// AddPaymentMethod stores a payment method of a tenant and returns its id. The fields
// have the API's names. See also [Server.AddTo].
func (s *Server) AddPaymentMethod(facilityID, tenantID string, fields map[string]any) string {
	var id string
	s.with(facilityID, tenantID, func(f *facility, t *record) {
		id = f.newID("payment_method")
		own := members{"kind": "credit_card", "reuseable": true}
		maps.Copy(own, fields)
		f.collections["payment_method"].add(id, t.id, own)
	})
	return id
}

// SetPortalSettings changes settings of a facility, such as
// tenant_portal_disable_partial_payment, which makes it refuse payments of the kind
// custom, or esignable_move_in_documents_setup.
func (s *Server) SetPortalSettings(facilityID string, settings map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.Copy(s.must(facilityID).settings, settings)
}
