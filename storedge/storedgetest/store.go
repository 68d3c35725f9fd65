package storedgetest

import (
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

type members = map[string]any

type store struct {
	mu         sync.Mutex
	facilities []*facility
}

type facility struct {
	id            string
	tenants       []*tenant
	units, groups []members
	tierRates     []members
	paid          map[any]fakeserver.Response // by idempotency key
	addressLocked bool
	nextAccount   int
	nextID        int
}

type tenant struct {
	m              members
	password       string
	resetToken     string
	notes, ledgers []members
	methods        []members
	preferences    members // those that the tenant has set
	delinquency    members
	ineligible     bool
}

func (f *facility) tenant(id string) *tenant {
	i := slices.IndexFunc(f.tenants, func(t *tenant) bool { return t.m["id"] == id })
	if i < 0 {
		return nil
	}
	return f.tenants[i]
}

func (st *store) facility(id string) *facility {
	i := slices.IndexFunc(st.facilities, func(f *facility) bool { return f.id == id })
	if i < 0 {
		return nil
	}
	return st.facilities[i]
}

func (t *tenant) current() bool { return len(ids(t.m["current_ledger_ids"])) > 0 }

func (t *tenant) previous() bool { return !t.current() && len(ids(t.m["previous_ledger_ids"])) > 0 }

func ids(v any) []string {
	list, _ := v.([]string)
	return list
}

// id looks like a UUID, and counts up.
func (f *facility) newID(kind int) string {
	f.nextID++
	return fmt.Sprintf("%08x-%04x-4000-8000-%012x", len(f.id)*7919+f.nextID*104729%0x7fffffff, kind, f.nextID)
}

// scattered changes the start of an id, so that ids are in no order.
func (f *facility) scattered(id any) string {
	n := int64(f.nextID)
	start := n * 2_654_435_761 & 0x7fffffff % max(n*104729, 1)
	return fmt.Sprintf("%08x", start) + fmt.Sprint(id)[8:]
}

var defaults = members{
	"email_invoices": true, "print_invoices": false, "charge_invoice_fee": true, "receive_legal_notices_by_email": members{"value": nil, "type": "Boolean"},
	"delinquency_exempt": false, "delinquency_docs_by_email": false, "delinquency_docs_by_mail": false, "receive_sms_for_gate_activity": false,
	"opt_in_to_marketing_emails": false, "opt_in_to_marketing_sms": false, "opt_in_to_transactional_sms": false, "exclude_from_insurance_auto_enroll": false,
}

// render is a tenant as the API returns them.
func (t *tenant) render() members {
	m := maps.Clone(t.m)
	preferences := members{
		"exclude_from_insurance_auto_enroll_reason": nil, "exclude_from_insurance_auto_enroll_created_by": nil, "exclude_from_insurance_auto_enroll_on": nil,
	}
	for name, v := range defaults {
		if _, unset := v.(members); unset {
			v = nil
		}
		preferences[name] = v
	}
	maps.Copy(preferences, t.preferences)
	m["preferences"] = preferences
	m["has_tenant_portal_account"] = t.password != ""
	return m
}

// with finds a facility's tenant and has f change it, or panics: a test that
// asks for what is not there is wrong.
func (s *Server) with(facilityID, tenantID string, change func(*facility, *tenant)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	f := s.store.facility(facilityID)
	if f == nil || f.tenant(tenantID) == nil {
		panic("storedgetest: there is no such facility or tenant")
	}
	change(f, f.tenant(tenantID))
}

// TenantIDs returns the ids of a facility's tenants in the order in which they were
// generated and placed. It is the order of a listing that does not sort.
func (s *Server) TenantIDs(facilityID string) []string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	f := s.store.facility(facilityID)
	if f == nil {
		return nil
	}
	all := make([]string, len(f.tenants))
	for i, t := range f.tenants {
		all[i], _ = t.m["id"].(string)
	}
	return all
}

// AddTenant adds a tenant at a place in the order of [Server.TenantIDs], which may be
// past the end, and returns the id. In a listing by id, the tenant may be anywhere.
// The fields have the API's names.
func (s *Server) AddTenant(facilityID string, place int, fields map[string]any) string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	f := s.store.facility(facilityID)
	if f == nil {
		panic("storedgetest: there is no such facility")
	}
	t := f.newTenant()
	t.m["id"] = f.scattered(t.m["id"])
	maps.Copy(t.m, fields)
	f.tenants = slices.Insert(f.tenants, min(max(place, 0), len(f.tenants)), t)
	id, _ := t.m["id"].(string)
	return id
}

// RemoveTenant takes a tenant away, and reports whether they were there.
func (s *Server) RemoveTenant(facilityID, tenantID string) bool {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	f := s.store.facility(facilityID)
	if f == nil || f.tenant(tenantID) == nil {
		return false
	}
	f.tenants = slices.DeleteFunc(f.tenants, func(t *tenant) bool { return t.m["id"] == tenantID })
	return true
}

// SetAccount gives a tenant a username and a password.
func (s *Server) SetAccount(facilityID, tenantID, username, password string) {
	s.with(facilityID, tenantID, func(_ *facility, t *tenant) { t.m["username"], t.password = username, password })
}

// ResetToken makes a token by which a tenant's password can be reset, once, as
// an email to them would have it.
func (s *Server) ResetToken(facilityID, tenantID string) string {
	token := "reset_" + rand.Text()
	s.with(facilityID, tenantID, func(_ *facility, t *tenant) { t.resetToken = token })
	return token
}

// AddNote leaves a note on a tenant.
func (s *Server) AddNote(facilityID, tenantID, text string) {
	s.with(facilityID, tenantID, func(f *facility, t *tenant) { t.notes = append(t.notes, f.note(text)) })
}

func (f *facility) note(text string) members {
	return members{"id": f.newID(5), "note": text, "created_at": stamp(time.Now())}
}

// LockMailingAddresses has a facility forbid to change them.
func (s *Server) LockMailingAddresses(facilityID string) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if f := s.store.facility(facilityID); f != nil {
		f.addressLocked = true
	}
}

// SetIneligible has a tenant not be eligible to move in.
func (s *Server) SetIneligible(facilityID, tenantID string) {
	s.with(facilityID, tenantID, func(_ *facility, t *tenant) { t.ineligible = true })
}

// stamp is a moment as the API writes it.
func stamp(t time.Time) string {
	return t.In(time.FixedZone("", -10*60*60)).Format("2006-01-02T15:04:05.000-07:00")
}

// AddPaymentMethod stores a payment method of a tenant and returns its id. The fields
// have the API's names.
func (s *Server) AddPaymentMethod(facilityID, tenantID string, fields map[string]any) string {
	var id string
	s.with(facilityID, tenantID, func(f *facility, t *tenant) {
		id = f.newID(8)
		method := members{"id": id, "kind": "credit_card", "reuseable": true}
		maps.Copy(method, fields)
		t.methods = append(t.methods, method)
	})
	return id
}
