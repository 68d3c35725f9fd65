package storedge

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

const (
	tenantsPath = facilityPath + "/tenants"
	tenantPath  = tenantsPath + "/{tenant id}"
)

var (
	tenantsList         = read("tenants.list", tenantsPath, "tenants")
	tenantsListPrevious = read("tenants.list-previous", tenantsPath+"/previous", "tenants")
	tenantsListCurrent  = read("tenants.list-current", tenantsPath+"/current", "tenants")
	tenantsGet          = read("tenants.get", tenantPath, "tenant")
	tenantsSearch       = read("tenants.search", tenantsPath+"/search", "tenants").secret()
	tenantsEligibility  = read("tenants.eligibility", tenantPath+"/eligibility", "eligibility")
	tenantsNotes        = read("tenants.list-notes", tenantPath+"/notes", "notes")
	tenantsDelinquency  = read("tenants.delinquency", tenantPath+"/delinquency", "delinquency")
	tenantsLedgers      = read("tenants.list-ledgers", tenantPath+"/ledgers", "ledgers").secret()
	// Attributes without an id add a record each time, and a body may hold a password.
	tenantsPatch  = write("tenants.patch", http.MethodPatch, tenantPath, "tenant").secret()
	tenantsUpdate = write("tenants.update", http.MethodPut, tenantPath, "tenant").secret()
)

// TenantsService lists, reads and changes the tenants of a facility, and their
// portal accounts.
type TenantsService service

// List returns one page of all tenants: GET /v1/{facility_id}/tenants (tenants.list).
func (s *TenantsService) List(ctx context.Context, params ListParams) (*tenantry.Page[Tenant], error) {
	return s.list(tenantsList, params).First(ctx)
}

// All iterates over all tenants: GET /v1/{facility_id}/tenants (tenants.list).
func (s *TenantsService) All(ctx context.Context, params ListParams) iter.Seq2[*Tenant, error] {
	return s.list(tenantsList, params).All(ctx)
}

// Pages iterates over pages of all tenants: GET /v1/{facility_id}/tenants (tenants.list).
func (s *TenantsService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Tenant], error] {
	return s.list(tenantsList, params).Pages(ctx)
}

// ListPrevious returns one page of the tenants who moved out:
// GET /v1/{facility_id}/tenants/previous (tenants.list-previous).
func (s *TenantsService) ListPrevious(ctx context.Context, params ListParams) (*tenantry.Page[Tenant], error) {
	return s.list(tenantsListPrevious, params).First(ctx)
}

// AllPrevious iterates over the tenants who moved out:
// GET /v1/{facility_id}/tenants/previous (tenants.list-previous).
func (s *TenantsService) AllPrevious(ctx context.Context, params ListParams) iter.Seq2[*Tenant, error] {
	return s.list(tenantsListPrevious, params).All(ctx)
}

// PagesPrevious iterates over pages of the tenants who moved out:
// GET /v1/{facility_id}/tenants/previous (tenants.list-previous).
func (s *TenantsService) PagesPrevious(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Tenant], error] {
	return s.list(tenantsListPrevious, params).Pages(ctx)
}

// ListCurrent returns one page of the tenants who rent now:
// GET /v1/{facility_id}/tenants/current (tenants.list-current).
func (s *TenantsService) ListCurrent(ctx context.Context, params ListParams) (*tenantry.Page[Tenant], error) {
	return s.list(tenantsListCurrent, params).First(ctx)
}

// AllCurrent iterates over the tenants who rent now:
// GET /v1/{facility_id}/tenants/current (tenants.list-current).
func (s *TenantsService) AllCurrent(ctx context.Context, params ListParams) iter.Seq2[*Tenant, error] {
	return s.list(tenantsListCurrent, params).All(ctx)
}

// PagesCurrent iterates over pages of the tenants who rent now:
// GET /v1/{facility_id}/tenants/current (tenants.list-current).
func (s *TenantsService) PagesCurrent(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Tenant], error] {
	return s.list(tenantsListCurrent, params).Pages(ctx)
}

func (s *TenantsService) list(op *operation, p ListParams) paging.List[Tenant] {
	return list((*service)(s), op, nil, p, nil, func(t *Tenant) string { return t.ID })
}

// Get returns the tenant with the given id, or ErrNotFound:
// GET /v1/{facility_id}/tenants/{id} (tenants.get).
func (s *TenantsService) Get(ctx context.Context, id string, opts ...ReadOption) (*Tenant, error) {
	return get[Tenant](ctx, (*service)(s), tenantsGet, []string{id}, opts)
}

// TenantSearchParams selects the tenants to search for. Exactly one of PhoneNumber and
// AccountNumber must be set.
type TenantSearchParams struct {
	PhoneNumber   string
	AccountNumber string
	Extra         url.Values // Extra holds query values that have no field.
}

// Search returns the tenants with the given phone number or account number:
// GET /v1/{facility_id}/tenants/search (tenants.search). If nobody matches, the page is
// empty. The reference shows no further pages; if the server reports some, HasMore is
// true.
func (s *TenantsService) Search(ctx context.Context, params TenantSearchParams, opts ...ReadOption) (*tenantry.Page[Tenant], error) {
	q, err := reading(tenantsSearch, opts)
	if err != nil {
		return nil, err
	}
	if q == nil {
		q = make(url.Values, 1)
	}
	switch {
	case params.PhoneNumber != "" && params.AccountNumber != "":
		return nil, tenantsSearch.argument("parameters", "have both a phone number and an account number; pass one of them")
	case params.PhoneNumber != "":
		q.Set("phone_number", params.PhoneNumber)
	case params.AccountNumber != "":
		q.Set("account_number", params.AccountNumber)
	default:
		return nil, tenantsSearch.argument("parameters", "have neither a phone number nor an account number; pass one of them")
	}
	if err := transport.AddExtra(api, &tenantsSearch.Op, q, params.Extra, append(readNames, "phone_number", "account_number")...); err != nil {
		return nil, err
	}
	return unpaged[Tenant](ctx, (*service)(s), tenantsSearch, nil, q, nil)
}

// ListNotes returns one page of a tenant's notes:
// GET /v1/{facility_id}/tenants/{id}/notes (tenants.list-notes).
func (s *TenantsService) ListNotes(ctx context.Context, id string, params ListParams) (*tenantry.Page[Note], error) {
	return s.notes(id, params).First(ctx)
}

// AllNotes iterates over a tenant's notes:
// GET /v1/{facility_id}/tenants/{id}/notes (tenants.list-notes).
func (s *TenantsService) AllNotes(ctx context.Context, id string, params ListParams) iter.Seq2[*Note, error] {
	return s.notes(id, params).All(ctx)
}

// PagesNotes iterates over pages of a tenant's notes:
// GET /v1/{facility_id}/tenants/{id}/notes (tenants.list-notes).
func (s *TenantsService) PagesNotes(ctx context.Context, id string, params ListParams) iter.Seq2[*tenantry.Page[Note], error] {
	return s.notes(id, params).Pages(ctx)
}

func (s *TenantsService) notes(id string, p ListParams) paging.List[Note] {
	return list((*service)(s), tenantsNotes, []string{id}, p, nil, func(n *Note) string { return n.ID })
}

// ListLedgers returns a tenant's current ledgers:
// GET /v1/{facility_id}/tenants/{id}/ledgers (tenants.list-ledgers). The reference shows
// no further pages; if the server reports some, HasMore is true.
func (s *TenantsService) ListLedgers(ctx context.Context, id string, opts ...ReadOption) (*tenantry.Page[Ledger], error) {
	q, err := reading(tenantsLedgers, opts)
	if err != nil {
		return nil, err
	}
	return unpaged[Ledger](ctx, (*service)(s), tenantsLedgers, []string{id}, q, nil)
}

// Eligibility reports whether a tenant may move in:
// GET /v1/{facility_id}/tenants/{id}/eligibility (tenants.eligibility).
func (s *TenantsService) Eligibility(ctx context.Context, id string) (*Eligibility, error) {
	return one[Eligibility](ctx, (*service)(s), tenantsEligibility, []string{id}, nil, nil)
}

// Delinquency reports which steps were taken against a tenant who owes:
// GET /v1/{facility_id}/tenants/{id}/delinquency (tenants.delinquency).
func (s *TenantsService) Delinquency(ctx context.Context, id string) (*Delinquency, error) {
	return one[Delinquency](ctx, (*service)(s), tenantsDelinquency, []string{id}, nil, nil)
}

// Patch changes a tenant and returns the tenant:
// PATCH /v1/{facility_id}/tenants/{id} (tenants.patch). It is not retried once the
// request may have reached the server, since phone numbers and contacts without an id are
// added each time. The error is [ErrAccessDenied] if the facility does not let tenants
// change their mailing address.
func (s *TenantsService) Patch(ctx context.Context, id string, params TenantUpdateParams) (*Tenant, error) {
	return s.write(ctx, tenantsPatch, id, &params)
}

// Update is [TenantsService.Patch] by
// PUT /v1/{facility_id}/tenants/{id} (tenants.update).
func (s *TenantsService) Update(ctx context.Context, id string, params TenantUpdateParams) (*Tenant, error) {
	return s.write(ctx, tenantsUpdate, id, &params)
}

func (s *TenantsService) write(ctx context.Context, op *operation, id string, params *TenantUpdateParams) (*Tenant, error) {
	if err := params.check(op); err != nil {
		return nil, err
	}
	return one[Tenant](ctx, (*service)(s), op, []string{id}, nil, map[string]any{"tenant": params})
}

// check refuses dates that are none, and a number that is not of four digits.
func (p *TenantUpdateParams) check(op *operation) error {
	military, ok := p.MilitaryInformation.Get()
	if !ok {
		return nil
	}
	for argument, date := range map[string]tenantry.Opt[tenantry.Date]{
		"DateEnteredService": military.DateEnteredService, "EndOfActiveServiceDate": military.EndOfActiveServiceDate,
	} {
		if d, set := date.Get(); set {
			if err := checkDate(op, argument, d); err != nil {
				return err
			}
		}
	}
	if secret, set := military.Last4OfSSN.Get(); set {
		if digits := secret.Reveal(); len(digits) != 4 || strings.Trim(digits, "0123456789") != "" {
			return op.argument("Last4OfSSN", "is not 4 digits")
		}
	}
	return nil
}

func checkDate(op *operation, argument string, d tenantry.Date) error {
	if _, err := d.Time(); err != nil || len(d) != len("2006-01-02") {
		return op.argument(argument, "is not a date; want YYYY-MM-DD")
	}
	return nil
}

// A Tenant is the record of a person. The person need not rent a unit, now or ever.
// Pointers are nil, and texts empty, if the server sent null or nothing.
type Tenant struct {
	ID               string             `json:"id,omitzero"`
	AccountNumber    int64              `json:"account_number,omitzero"` // AccountNumber is 0 if there is none.
	FirstName        string             `json:"first_name,omitzero"`
	LastName         string             `json:"last_name,omitzero"`
	MiddleInitial    string             `json:"middle_initial,omitzero"`
	Email            string             `json:"email,omitzero"`
	TaxExempt        *bool              `json:"tax_exempt,omitzero"`
	IsMilitary       *bool              `json:"is_military,omitzero"`
	IsBusiness       *bool              `json:"is_business,omitzero"`
	BusinessName     string             `json:"business_name,omitzero"`
	LastSignInAt     tenantry.Timestamp `json:"last_sign_in_at,omitzero"`
	Title            string             `json:"title,omitzero"`
	Delinquent       *bool              `json:"delinquent,omitzero"`
	CurrentLedgerIDs []string           `json:"current_ledger_ids,omitzero"`
	Preferences      *Preferences       `json:"preferences,omitzero"`
	// MilitaryInformation is nil if the tenant has none.
	MilitaryInformation       *MilitaryInformation `json:"military_information,omitzero"`
	Username                  string               `json:"username,omitzero"`
	DriversLicenseNumber      tenantry.Secret      `json:"drivers_license_number,omitzero"`
	DriversLicenseState       string               `json:"drivers_license_state,omitzero"`
	VehicleLicensePlateNumber string               `json:"vehicle_license_plate_number,omitzero"`
	VehicleLicenseState       string               `json:"vehicle_license_state,omitzero"`
	VehicleDescription        string               `json:"vehicle_description,omitzero"`
	HasTenantPortalAccount    *bool                `json:"has_tenant_portal_account,omitzero"`
	CreatedAt                 tenantry.Timestamp   `json:"created_at,omitzero"`
	Gate24HourAccess          *bool                `json:"gate_24_hour_access,omitzero"`
	Active                    *bool                `json:"active,omitzero"`
	TenantAccountKindName     string               `json:"tenant_account_kind_name,omitzero"`
	// BlockedPayments marks, it seems, tenants whom the facility keeps from paying.
	BlockedPayments *bool         `json:"blocked_payments,omitzero"`
	DateOfBirth     tenantry.Date `json:"date_of_birth,omitzero"`
	PhoneNumbers    []PhoneNumber `json:"phone_numbers,omitzero"`
	// MailingAddress is nil if the tenant has none.
	MailingAddress              *Address       `json:"mailing_address,omitzero"`
	Addresses                   []Address      `json:"addresses,omitzero"`
	FacilityID                  string         `json:"facility_id,omitzero"`
	PreviousLedgerIDs           []string       `json:"previous_ledger_ids,omitzero"`
	LeadIDs                     []string       `json:"lead_ids,omitzero"`
	ClosedLeadIDs               []string       `json:"closed_lead_ids,omitzero"`
	ContactIDs                  []string       `json:"contact_ids,omitzero"`
	SupportCaseIDs              []string       `json:"support_case_ids,omitzero"`
	EventIDs                    []string       `json:"event_ids,omitzero"`
	PasswordRecoveryQuestionIDs []string       `json:"password_recovery_question_ids,omitzero"`
	Extra                       tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// A PhoneNumber is one of a tenant's phone numbers.
type PhoneNumber struct {
	ID                string         `json:"id,omitzero"`
	Primary           *bool          `json:"primary,omitzero"`
	Source            string         `json:"source,omitzero"`
	Number            string         `json:"number,omitzero"` // Number is in the form of E.164.
	FormattedNumber   string         `json:"formatted_number,omitzero"`
	Extension         string         `json:"extension,omitzero"`
	Label             string         `json:"label,omitzero"`
	UnformattedNumber string         `json:"unformatted_number,omitzero"`
	SMSOptIn          *bool          `json:"sms_opt_in,omitzero"`
	Extra             tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// An Address is a postal address.
type Address struct {
	ID             string           `json:"id,omitzero"`
	Address1       string           `json:"address1,omitzero"`
	Address2       string           `json:"address2,omitzero"`
	City           string           `json:"city,omitzero"`
	State          string           `json:"state,omitzero"`
	Postal         string           `json:"postal,omitzero"`
	Country        string           `json:"country,omitzero"`
	FullAddress    string           `json:"full_address,omitzero"`
	Latitude       tenantry.Decimal `json:"latitude,omitzero"`         // Latitude is in degrees.
	Longitude      tenantry.Decimal `json:"longitude,omitzero"`        // Longitude is in degrees.
	TimeZoneID     string           `json:"time_zone_id,omitzero"`     // TimeZoneID is a name such as "America/New_York".
	TimeZoneOffset string           `json:"time_zone_offset,omitzero"` // TimeZoneOffset is an offset such as "-04:00".
	InvalidData    *bool            `json:"invalid_data,omitzero"`
	Label          string           `json:"label,omitzero"`
	Extra          tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}

// Eligibility tells what a tenant may do.
type Eligibility struct {
	EligibleForMoveIn *bool          `json:"eligible_for_move_in,omitzero"`
	Extra             tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// Delinquency tells which steps were taken against a tenant who owes.
type Delinquency struct {
	GateLockoutComplete *bool          `json:"gate_lockout_complete,omitzero"`
	OverlockComplete    *bool          `json:"overlock_complete,omitzero"`
	CutLockComplete     *bool          `json:"cut_lock_complete,omitzero"`
	LienComplete        *bool          `json:"lien_complete,omitzero"`
	AuctionComplete     *bool          `json:"auction_complete,omitzero"`
	Extra               tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// TenantUpdateParams holds the fields of a tenant to change, or to fill in at sign-up
// or move-in. Fields that are left alone are not sent.
type TenantUpdateParams struct {
	FirstName tenantry.Opt[string] `json:"first_name,omitzero"`
	// AccountNumber is a text here and a number in a Tenant.
	AccountNumber             tenantry.Opt[string]          `json:"account_number,omitzero"`
	MiddleInitial             tenantry.Opt[string]          `json:"middle_initial,omitzero"`
	LastName                  tenantry.Opt[string]          `json:"last_name,omitzero"`
	DateOfBirth               tenantry.Opt[tenantry.Date]   `json:"date_of_birth,omitzero"` // DateOfBirth is sent by programs that move tenants in; the reference of tenants does not list it.
	DriversLicenseNumber      tenantry.Opt[tenantry.Secret] `json:"drivers_license_number,omitzero"`
	DriversLicenseState       tenantry.Opt[string]          `json:"drivers_license_state,omitzero"`
	VehicleLicensePlateNumber tenantry.Opt[string]          `json:"vehicle_license_plate_number,omitzero"`
	VehicleLicenseState       tenantry.Opt[string]          `json:"vehicle_license_state,omitzero"`
	VehicleDescription        tenantry.Opt[string]          `json:"vehicle_description,omitzero"`
	Email                     tenantry.Opt[string]          `json:"email,omitzero"`
	Username                  tenantry.Opt[string]          `json:"username,omitzero"`
	Password                  tenantry.Opt[tenantry.Secret] `json:"password,omitzero"`
	TaxExempt                 tenantry.Opt[bool]            `json:"tax_exempt,omitzero"`
	IsMilitary                tenantry.Opt[bool]            `json:"is_military,omitzero"`
	IsBusiness                tenantry.Opt[bool]            `json:"is_business,omitzero"`
	BusinessName              tenantry.Opt[string]          `json:"business_name,omitzero"`
	Title                     tenantry.Opt[string]          `json:"title,omitzero"`
	// DeclineAlternateContact records that the tenant gives no alternate contact.
	DeclineAlternateContact             tenantry.Opt[bool]                             `json:"decline_alternate_contact,omitzero"`
	MilitaryInformation                 tenantry.Opt[MilitaryInformationParams]        `json:"military_information,omitzero"`
	PasswordRecoveryQuestionsAttributes tenantry.Opt[[]PasswordRecoveryQuestionParams] `json:"password_recovery_questions_attributes,omitzero"`
	// PhoneNumbersAttributes adds phone numbers. The reference marks it as required
	// and leaves it out of its own examples, so it is not checked here.
	PhoneNumbersAttributes tenantry.Opt[[]PhoneNumberParams] `json:"phone_numbers_attributes,omitzero"`
	// MailingAddressAttributes sets the mailing address; see [ErrAccessDenied]. The
	// reference marks it as required and leaves it out of its own examples, so it is
	// not checked here.
	MailingAddressAttributes tenantry.Opt[AddressParams]   `json:"mailing_address_attributes,omitzero"`
	ContactsAttributes       tenantry.Opt[[]ContactParams] `json:"contacts_attributes,omitzero"`
	// ContactAttributes is sent by programs that move tenants in; the reference lists only
	// ContactsAttributes.
	ContactAttributes tenantry.Opt[ContactParams] `json:"contact_attributes,omitzero"`
	Extra             tenantry.Extra              `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// PasswordRecoveryQuestionParams holds a question and its reply. Both are required.
type PasswordRecoveryQuestionParams struct {
	Question string          `json:"question"`
	Answer   tenantry.Secret `json:"answer"`
	Extra    tenantry.Extra  `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// LabelMobile is the label that a phone number needs to get SMS.
const LabelMobile = "Mobile"

// PhoneNumberParams holds a phone number to add.
type PhoneNumberParams struct {
	// Number is required in leads.
	Number tenantry.Opt[string] `json:"number,omitzero"`
	// Extension is marked as required by the reference of tenants, whose own example
	// leaves it out, so it is not checked here.
	Extension tenantry.Opt[string] `json:"extension,omitzero"`
	// Label is "Home", "Work", LabelMobile or any other text.
	Label tenantry.Opt[string] `json:"label,omitzero"`
	// Primary is "true" for the tenant's main number. It is a text here and a bool in a
	// PhoneNumber, as the reference has it.
	Primary tenantry.Opt[string] `json:"primary,omitzero"`
	// SMSOptIn needs the label LabelMobile to have an effect.
	SMSOptIn tenantry.Opt[bool] `json:"sms_opt_in,omitzero"`
	Extra    tenantry.Extra     `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// AddressParams holds an address to write. The reference requires all fields but
// Address2 and Country of a mailing address. Its own example leaves Postal out, so the
// fields are not checked here.
type AddressParams struct {
	Address1 tenantry.Opt[string] `json:"address1,omitzero"`
	Address2 tenantry.Opt[string] `json:"address2,omitzero"`
	City     tenantry.Opt[string] `json:"city,omitzero"`
	State    tenantry.Opt[string] `json:"state,omitzero"`
	Postal   tenantry.Opt[string] `json:"postal,omitzero"`
	Country  tenantry.Opt[string] `json:"country,omitzero"` // Country is for billing addresses.
	Extra    tenantry.Extra       `json:",embed,unknown"`   // Extra holds members to send that have no field.
}

// ContactParams holds a contact of a tenant to add or change.
type ContactParams struct {
	// ID is the contact to change. Leave it alone to add one.
	ID            tenantry.Opt[string] `json:"id,omitzero"`
	FirstName     tenantry.Opt[string] `json:"first_name,omitzero"`
	MiddleInitial tenantry.Opt[string] `json:"middle_initial,omitzero"`
	LastName      tenantry.Opt[string] `json:"last_name,omitzero"`
	Email         tenantry.Opt[string] `json:"email,omitzero"`
	// Description is required by the API; it is "Alternate" for an alternate contact.
	Description tenantry.Opt[string] `json:"description,omitzero"`
	// Primary is "true" for the tenant's main contact. It is a text, as the reference
	// has it.
	Primary                tenantry.Opt[string]              `json:"primary,omitzero"`
	PhoneNumbersAttributes tenantry.Opt[[]PhoneNumberParams] `json:"phone_numbers_attributes,omitzero"`
	AddressAttributes      tenantry.Opt[AddressParams]       `json:"address_attributes,omitzero"`
	Extra                  tenantry.Extra                    `json:",embed,unknown"` // Extra holds members to send that have no field.
}
