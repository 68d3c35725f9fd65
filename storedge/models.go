package storedge

import (
	"bytes"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// A Tenant is a record of a person, who may or may not rent a unit, now or ever.
type Tenant struct {
	ID                          string               `json:"id,omitzero"`
	AccountNumber               int64                `json:"account_number,omitzero"` // 0 where there is none
	FirstName                   string               `json:"first_name,omitzero"`
	LastName                    string               `json:"last_name,omitzero"`
	MiddleInitial               string               `json:"middle_initial,omitzero"`
	Email                       string               `json:"email,omitzero"`
	TaxExempt                   *bool                `json:"tax_exempt,omitzero"`
	IsMilitary                  *bool                `json:"is_military,omitzero"`
	IsBusiness                  *bool                `json:"is_business,omitzero"`
	BusinessName                string               `json:"business_name,omitzero"`
	LastSignInAt                tenantry.Timestamp   `json:"last_sign_in_at,omitzero"`
	Title                       string               `json:"title,omitzero"`
	Delinquent                  *bool                `json:"delinquent,omitzero"`
	CurrentLedgerIDs            []string             `json:"current_ledger_ids,omitzero"`
	Preferences                 *Preferences         `json:"preferences,omitzero"`
	MilitaryInformation         *MilitaryInformation `json:"military_information,omitzero"` // nil where there is none
	Username                    string               `json:"username,omitzero"`
	DriversLicenseNumber        tenantry.Secret      `json:"drivers_license_number,omitzero"`
	DriversLicenseState         string               `json:"drivers_license_state,omitzero"`
	VehicleLicensePlateNumber   string               `json:"vehicle_license_plate_number,omitzero"`
	VehicleLicenseState         string               `json:"vehicle_license_state,omitzero"`
	VehicleDescription          string               `json:"vehicle_description,omitzero"`
	HasTenantPortalAccount      *bool                `json:"has_tenant_portal_account,omitzero"`
	CreatedAt                   tenantry.Timestamp   `json:"created_at,omitzero"`
	Gate24HourAccess            *bool                `json:"gate_24_hour_access,omitzero"`
	Active                      *bool                `json:"active,omitzero"`
	TenantAccountKindName       string               `json:"tenant_account_kind_name,omitzero"`
	BlockedPayments             *bool                `json:"blocked_payments,omitzero"`
	DateOfBirth                 tenantry.Date        `json:"date_of_birth,omitzero"`
	PhoneNumbers                []PhoneNumber        `json:"phone_numbers,omitzero"`
	MailingAddress              *Address             `json:"mailing_address,omitzero"` // nil where there is none
	Addresses                   []Address            `json:"addresses,omitzero"`
	FacilityID                  string               `json:"facility_id,omitzero"`
	PreviousLedgerIDs           []string             `json:"previous_ledger_ids,omitzero"`
	LeadIDs                     []string             `json:"lead_ids,omitzero"`
	ClosedLeadIDs               []string             `json:"closed_lead_ids,omitzero"`
	ContactIDs                  []string             `json:"contact_ids,omitzero"`
	SupportCaseIDs              []string             `json:"support_case_ids,omitzero"`
	EventIDs                    []string             `json:"event_ids,omitzero"`
	PasswordRecoveryQuestionIDs []string             `json:"password_recovery_question_ids,omitzero"`
	Extra                       tenantry.Extra       `json:",embed,unknown"`
}

// Preferences are what a tenant wants to get and how they are treated; a
// pointer is nil where it is not said, as for most of what a tenant has not set
// (see [TenantSettings]).
type Preferences struct {
	EmailInvoices                           *bool          `json:"email_invoices,omitzero"`
	PrintInvoices                           *bool          `json:"print_invoices,omitzero"`
	ChargeInvoiceFee                        *bool          `json:"charge_invoice_fee,omitzero"`
	ReceiveLegalNoticesByEmail              *bool          `json:"receive_legal_notices_by_email,omitzero"`
	DelinquencyExempt                       *bool          `json:"delinquency_exempt,omitzero"`
	DelinquencyDocsByEmail                  *bool          `json:"delinquency_docs_by_email,omitzero"`
	DelinquencyDocsByMail                   *bool          `json:"delinquency_docs_by_mail,omitzero"`
	ReceiveSMSForGateActivity               *bool          `json:"receive_sms_for_gate_activity,omitzero"`
	OptInToMarketingEmails                  *bool          `json:"opt_in_to_marketing_emails,omitzero"`
	OptInToMarketingSMS                     *bool          `json:"opt_in_to_marketing_sms,omitzero"`
	OptInToTransactionalSMS                 *bool          `json:"opt_in_to_transactional_sms,omitzero"`
	ExcludeFromInsuranceAutoEnroll          *bool          `json:"exclude_from_insurance_auto_enroll,omitzero"`
	ExcludeFromInsuranceAutoEnrollReason    string         `json:"exclude_from_insurance_auto_enroll_reason,omitzero"`
	ExcludeFromInsuranceAutoEnrollCreatedBy string         `json:"exclude_from_insurance_auto_enroll_created_by,omitzero"`
	ExcludeFromInsuranceAutoEnrollOn        tenantry.Date  `json:"exclude_from_insurance_auto_enroll_on,omitzero"`
	Extra                                   tenantry.Extra `json:",embed,unknown"`
}

// A PhoneNumber is one of a tenant's.
type PhoneNumber struct {
	ID                string         `json:"id,omitzero"`
	Primary           *bool          `json:"primary,omitzero"`
	Source            string         `json:"source,omitzero"`
	Number            string         `json:"number,omitzero"` // E.164
	FormattedNumber   string         `json:"formatted_number,omitzero"`
	Extension         string         `json:"extension,omitzero"`
	Label             string         `json:"label,omitzero"`
	UnformattedNumber string         `json:"unformatted_number,omitzero"`
	SMSOptIn          *bool          `json:"sms_opt_in,omitzero"`
	Extra             tenantry.Extra `json:",embed,unknown"`
}

// An Address is one of a tenant's.
type Address struct {
	ID             string           `json:"id,omitzero"`
	Address1       string           `json:"address1,omitzero"`
	Address2       string           `json:"address2,omitzero"`
	City           string           `json:"city,omitzero"`
	State          string           `json:"state,omitzero"`
	Postal         string           `json:"postal,omitzero"`
	Country        string           `json:"country,omitzero"`
	FullAddress    string           `json:"full_address,omitzero"`
	Latitude       tenantry.Decimal `json:"latitude,omitzero"`         // degrees
	Longitude      tenantry.Decimal `json:"longitude,omitzero"`        // degrees
	TimeZoneID     string           `json:"time_zone_id,omitzero"`     // "America/New_York"
	TimeZoneOffset string           `json:"time_zone_offset,omitzero"` // "-04:00"
	InvalidData    *bool            `json:"invalid_data,omitzero"`
	Label          string           `json:"label,omitzero"`
	Extra          tenantry.Extra   `json:",embed,unknown"`
}

// A BranchOfService is one of the documented ones, or whatever the API answers.
type BranchOfService string

// Branches of service.
const (
	AirForce      BranchOfService = "Air Force"
	Army          BranchOfService = "Army"
	CoastGuard    BranchOfService = "Coast Guard"
	Marines       BranchOfService = "Marines"
	Navy          BranchOfService = "Navy"
	NationalGuard BranchOfService = "National Guard"
	OtherBranch   BranchOfService = "Other"
)

// A TypeOfService is one of the documented ones, or whatever the API answers.
type TypeOfService string

// Types of service.
const (
	ActiveComponent        TypeOfService = "Active Component"
	ReserveComponent       TypeOfService = "Reserve Component"
	NationalGuardComponent TypeOfService = "National Guard"
)

// MilitaryInformation is what is known of a tenant's service.
type MilitaryInformation struct {
	RetiredMilitary        *bool           `json:"retired_military,omitzero"`
	NoAgentGiven           *bool           `json:"no_agent_given,omitzero"`
	DateEnteredService     tenantry.Date   `json:"date_entered_service,omitzero"`
	MilitaryID             tenantry.Secret `json:"military_id,omitzero"`
	EndOfActiveServiceDate tenantry.Date   `json:"end_of_active_service_date,omitzero"`
	PlaceOfBirth           string          `json:"place_of_birth,omitzero"`
	Last4OfSSN             tenantry.Secret `json:"last_4_of_ssn,omitzero"`
	MilitaryEmailAddress   string          `json:"military_email_address,omitzero"`
	MilitaryRank           string          `json:"military_rank,omitzero"`
	CurrentDutyLocation    string          `json:"current_duty_location,omitzero"`
	BranchOfService        BranchOfService `json:"branch_of_service,omitzero"`
	MilitaryUnit           string          `json:"military_unit,omitzero"`
	Squadron               string          `json:"squadron,omitzero"`
	Division               string          `json:"division,omitzero"`
	TypeOfService          TypeOfService   `json:"type_of_service,omitzero"`
	AgentFirstName         string          `json:"agent_first_name,omitzero"`
	AgentLastName          string          `json:"agent_last_name,omitzero"`
	AgentEmailAddress      string          `json:"agent_email_address,omitzero"`
	AgentPhoneNumber       string          `json:"agent_phone_number,omitzero"`
	AgentAddress           string          `json:"agent_address,omitzero"`
	AgentCity              string          `json:"agent_city,omitzero"`
	AgentState             string          `json:"agent_state,omitzero"`
	AgentPostalCode        string          `json:"agent_postal_code,omitzero"`
	OfficerFirstName       string          `json:"officer_first_name,omitzero"`
	OfficerLastName        string          `json:"officer_last_name,omitzero"`
	OfficerPhoneNumber     string          `json:"officer_phone_number,omitzero"`
	Extra                  tenantry.Extra  `json:",embed,unknown"`
}

// Eligibility says what a tenant may do.
type Eligibility struct {
	EligibleForMoveIn *bool          `json:"eligible_for_move_in,omitzero"`
	Extra             tenantry.Extra `json:",embed,unknown"`
}

// A Note is one that staff left on a tenant.
type Note struct {
	ID        string             `json:"id,omitzero"`
	Note      string             `json:"note,omitzero"`
	CreatedAt tenantry.Timestamp `json:"created_at,omitzero"`
	Extra     tenantry.Extra     `json:",embed,unknown"`
}

// Delinquency says how far the steps against a tenant who owes have gone.
type Delinquency struct {
	GateLockoutComplete *bool          `json:"gate_lockout_complete,omitzero"`
	OverlockComplete    *bool          `json:"overlock_complete,omitzero"`
	CutLockComplete     *bool          `json:"cut_lock_complete,omitzero"`
	LienComplete        *bool          `json:"lien_complete,omitzero"`
	AuctionComplete     *bool          `json:"auction_complete,omitzero"`
	Extra               tenantry.Extra `json:",embed,unknown"`
}

// TenantSettings are a tenant's own preferences and the facility's defaults.
type TenantSettings struct {
	ID string `json:"id,omitzero"`
	// TenantsPreferences are those that the tenant has set; the others are nil.
	TenantsPreferences Preferences        `json:"tenants_preferences,omitzero"`
	DefaultSettings    map[string]Setting `json:"default_settings,omitzero"` // by the preference's name upstream, such as "email_invoices"
	Extra              tenantry.Extra     `json:",embed,unknown"`
}

// A Setting is a default. The API answers it as a bool, or as an object where
// no default is set.
type Setting struct {
	Value *bool        // nil where there is no default, or where Raw is none of the documented forms
	Type  string       // "Boolean", where the API answers an object
	Raw   tenantry.Raw // as it came
}

// UnmarshalJSON reads either form, and keeps any other.
func (s *Setting) UnmarshalJSON(b []byte) error {
	*s = Setting{Raw: bytes.Clone(b)}
	var object struct {
		Value tenantry.Raw `json:"value"`
		Type  string       `json:"type"`
	}
	value := s.Raw
	if wire.Kind(s.Raw) == '{' && json.Unmarshal(b, &object) == nil {
		s.Type, value = object.Type, object.Value
	}
	switch string(value) {
	case "true", "false":
		on := string(value) == "true"
		s.Value = &on
	}
	return nil
}

// MarshalJSON writes the form in which the setting came.
func (s Setting) MarshalJSON() ([]byte, error) {
	if s.Raw != nil {
		return s.Raw, nil
	}
	if s.Type != "" {
		return json.Marshal(map[string]any{"value": s.Value, "type": s.Type}, json.Deterministic(true))
	}
	return json.Marshal(s.Value)
}

// A Ledger is a tenant's account for a unit.
type Ledger struct {
	ID                       string             `json:"id,omitzero"`
	Active                   *bool              `json:"active,omitzero"`
	AutopayEnabled           *bool              `json:"autopay_enabled,omitzero"`
	AutopayInfo              *AutopayInfo       `json:"autopay_info,omitzero"`
	ClosedOn                 tenantry.Date      `json:"closed_on,omitzero"`
	CurrentAccountBalance    tenantry.Decimal   `json:"current_account_balance,omitzero"`
	CurrentRate              tenantry.Decimal   `json:"current_rate,omitzero"`
	CurrentPrepayBalance     tenantry.Decimal   `json:"current_prepay_balance,omitzero"`
	NextChargeAmount         tenantry.Decimal   `json:"next_charge_amount,omitzero"`
	NextChargeAmountByLedger tenantry.Decimal   `json:"next_charge_amount_by_ledger,omitzero"`
	RatePerSquareFoot        tenantry.Decimal   `json:"rate_per_square_foot,omitzero"`
	CurrentInsurance         tenantry.Raw       `json:"current_insurance,omitzero"` // absent or null if there is none; its shape is not documented
	Delinquent               *bool              `json:"delinquent,omitzero"`
	GateAccessCode           tenantry.Secret    `json:"gate_access_code,omitzero"`
	InvoiceDayOfMonth        *int64             `json:"invoice_day_of_month,omitzero"`
	LeaseNumber              *int64             `json:"lease_number,omitzero"`
	LengthOfStayInMonths     *int64             `json:"length_of_stay_in_months,omitzero"`
	MovedInAt                tenantry.Timestamp `json:"moved_in_at,omitzero"`
	NextChargeDate           tenantry.Date      `json:"next_charge_date,omitzero"`
	PaidThrough              tenantry.Date      `json:"paid_through,omitzero"`
	RateLastChangedOn        tenantry.Timestamp `json:"rate_last_changed_on,omitzero"`
	RecentOpenCharges        []tenantry.Raw     `json:"recent_open_charges,omitzero"`   // their shape is not documented
	RecentPayments           []tenantry.Raw     `json:"recent_payments,omitzero"`       // nor is theirs
	ScheduledMoveOut         tenantry.Raw       `json:"scheduled_move_out,omitzero"`    // absent or null if none is scheduled
	ScheduledRateChange      tenantry.Raw       `json:"scheduled_rate_change,omitzero"` // absent or null if none is scheduled
	ScheduledTransfer        tenantry.Raw       `json:"scheduled_transfer,omitzero"`    // absent or null if none is scheduled
	ManageRevenue            tenantry.Raw       `json:"manage_revenue,omitzero"`        // its shape is not documented
	RateIncreaseExempt       *bool              `json:"rate_increase_exempt,omitzero"`
	StorageItems             []tenantry.Raw     `json:"storage_items,omitzero"` // their shape is not documented
	Tenant                   *Tenant            `json:"tenant,omitzero"`
	Extra                    tenantry.Extra     `json:",embed,unknown"`
}

// AutopayInfo says how a ledger is paid by itself.
type AutopayInfo struct {
	AutopayEnabled      *bool           `json:"autopay_enabled,omitzero"`
	Day                 *int64          `json:"day,omitzero"` // of the month
	NextAutopayDate     tenantry.Date   `json:"next_autopay_date,omitzero"`
	PaymentMethodID     string          `json:"payment_method_id,omitzero"`
	PaymentType         string          `json:"payment_type,omitzero"`
	AccountOrCardNumber tenantry.Secret `json:"account_or_card_number,omitzero"`
	Extra               tenantry.Extra  `json:",embed,unknown"`
}
