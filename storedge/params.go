package storedge

import tenantry "github.com/tenantry/tenantry-go"

// A TenantUpdateParams says what to change of a tenant, or to fill in as they
// sign up. What is left alone is not sent.
type TenantUpdateParams struct {
	FirstName                           tenantry.Opt[string]                           `json:"first_name,omitzero"`
	AccountNumber                       tenantry.Opt[string]                           `json:"account_number,omitzero"` // a text here, a number on a Tenant
	MiddleInitial                       tenantry.Opt[string]                           `json:"middle_initial,omitzero"`
	LastName                            tenantry.Opt[string]                           `json:"last_name,omitzero"`
	DriversLicenseNumber                tenantry.Opt[tenantry.Secret]                  `json:"drivers_license_number,omitzero"`
	DriversLicenseState                 tenantry.Opt[string]                           `json:"drivers_license_state,omitzero"`
	VehicleLicensePlateNumber           tenantry.Opt[string]                           `json:"vehicle_license_plate_number,omitzero"`
	VehicleLicenseState                 tenantry.Opt[string]                           `json:"vehicle_license_state,omitzero"`
	VehicleDescription                  tenantry.Opt[string]                           `json:"vehicle_description,omitzero"`
	Email                               tenantry.Opt[string]                           `json:"email,omitzero"`
	Username                            tenantry.Opt[string]                           `json:"username,omitzero"`
	Password                            tenantry.Opt[tenantry.Secret]                  `json:"password,omitzero"`
	TaxExempt                           tenantry.Opt[bool]                             `json:"tax_exempt,omitzero"`
	IsMilitary                          tenantry.Opt[bool]                             `json:"is_military,omitzero"`
	IsBusiness                          tenantry.Opt[bool]                             `json:"is_business,omitzero"`
	BusinessName                        tenantry.Opt[string]                           `json:"business_name,omitzero"`
	Title                               tenantry.Opt[string]                           `json:"title,omitzero"`
	DeclineAlternateContact             tenantry.Opt[bool]                             `json:"decline_alternate_contact,omitzero"`
	MilitaryInformation                 tenantry.Opt[MilitaryInformationParams]        `json:"military_information,omitzero"`
	PasswordRecoveryQuestionsAttributes tenantry.Opt[[]PasswordRecoveryQuestionParams] `json:"password_recovery_questions_attributes,omitzero"`
	PhoneNumbersAttributes              tenantry.Opt[[]PhoneNumberParams]              `json:"phone_numbers_attributes,omitzero"`
	MailingAddressAttributes            tenantry.Opt[AddressParams]                    `json:"mailing_address_attributes,omitzero"` // see ErrAccessDenied
	ContactsAttributes                  tenantry.Opt[[]ContactParams]                  `json:"contacts_attributes,omitzero"`
	Extra                               tenantry.Extra                                 `json:",embed,unknown"` // members that this SDK has no field for, sent as they are
}

// A MilitaryInformationParams says what to change of a tenant's service.
type MilitaryInformationParams struct {
	RetiredMilitary        tenantry.Opt[bool]            `json:"retired_military,omitzero"`
	NoAgentGiven           tenantry.Opt[bool]            `json:"no_agent_given,omitzero"`
	DateEnteredService     tenantry.Opt[tenantry.Date]   `json:"date_entered_service,omitzero"` // YYYY-MM-DD
	MilitaryID             tenantry.Opt[tenantry.Secret] `json:"military_id,omitzero"`
	EndOfActiveServiceDate tenantry.Opt[tenantry.Date]   `json:"end_of_active_service_date,omitzero"` // YYYY-MM-DD
	PlaceOfBirth           tenantry.Opt[string]          `json:"place_of_birth,omitzero"`
	Last4OfSSN             tenantry.Opt[tenantry.Secret] `json:"last_4_of_ssn,omitzero"` // 4 digits
	MilitaryEmailAddress   tenantry.Opt[string]          `json:"military_email_address,omitzero"`
	MilitaryRank           tenantry.Opt[string]          `json:"military_rank,omitzero"`
	CurrentDutyLocation    tenantry.Opt[string]          `json:"current_duty_location,omitzero"`
	BranchOfService        tenantry.Opt[BranchOfService] `json:"branch_of_service,omitzero"`
	MilitaryUnit           tenantry.Opt[string]          `json:"military_unit,omitzero"`
	Squadron               tenantry.Opt[string]          `json:"squadron,omitzero"`
	Division               tenantry.Opt[string]          `json:"division,omitzero"`
	TypeOfService          tenantry.Opt[TypeOfService]   `json:"type_of_service,omitzero"`
	AgentFirstName         tenantry.Opt[string]          `json:"agent_first_name,omitzero"`
	AgentLastName          tenantry.Opt[string]          `json:"agent_last_name,omitzero"`
	AgentEmailAddress      tenantry.Opt[string]          `json:"agent_email_address,omitzero"`
	AgentPhoneNumber       tenantry.Opt[string]          `json:"agent_phone_number,omitzero"`
	AgentAddress           tenantry.Opt[string]          `json:"agent_address,omitzero"`
	AgentCity              tenantry.Opt[string]          `json:"agent_city,omitzero"`
	AgentState             tenantry.Opt[string]          `json:"agent_state,omitzero"`       // of two letters
	AgentPostalCode        tenantry.Opt[string]          `json:"agent_postal_code,omitzero"` // of the US
	OfficerFirstName       tenantry.Opt[string]          `json:"officer_first_name,omitzero"`
	OfficerLastName        tenantry.Opt[string]          `json:"officer_last_name,omitzero"`
	OfficerPhoneNumber     tenantry.Opt[string]          `json:"officer_phone_number,omitzero"`
	Extra                  tenantry.Extra                `json:",embed,unknown"`
}

// A PasswordRecoveryQuestionParams is a question and its answer, both needed.
type PasswordRecoveryQuestionParams struct {
	Question string          `json:"question"`
	Answer   tenantry.Secret `json:"answer"`
	Extra    tenantry.Extra  `json:",embed,unknown"`
}

// LabelMobile is the label that a number needs to get SMS.
const LabelMobile = "Mobile"

// A PhoneNumberParams says what to write of a phone number.
type PhoneNumberParams struct {
	Number    tenantry.Opt[string] `json:"number,omitzero"`
	Extension tenantry.Opt[string] `json:"extension,omitzero"`
	Label     tenantry.Opt[string] `json:"label,omitzero"` // "Home", "Work", LabelMobile, or any
	Primary   tenantry.Opt[bool]   `json:"primary,omitzero"`
	SMSOptIn  tenantry.Opt[bool]   `json:"sms_opt_in,omitzero"` // needs LabelMobile
	Extra     tenantry.Extra       `json:",embed,unknown"`
}

// An AddressParams says what to write of an address. The reference wants all
// but Address2 of a mailing address; its own example leaves Postal out.
type AddressParams struct {
	Address1 tenantry.Opt[string] `json:"address1,omitzero"`
	Address2 tenantry.Opt[string] `json:"address2,omitzero"`
	City     tenantry.Opt[string] `json:"city,omitzero"`
	State    tenantry.Opt[string] `json:"state,omitzero"`
	Postal   tenantry.Opt[string] `json:"postal,omitzero"`
	Extra    tenantry.Extra       `json:",embed,unknown"`
}

// A ContactParams says what to write of a tenant's contact.
type ContactParams struct {
	ID                     tenantry.Opt[string]              `json:"id,omitzero"` // of the one to update; a new one has none
	FirstName              tenantry.Opt[string]              `json:"first_name,omitzero"`
	MiddleInitial          tenantry.Opt[string]              `json:"middle_initial,omitzero"`
	LastName               tenantry.Opt[string]              `json:"last_name,omitzero"`
	Email                  tenantry.Opt[string]              `json:"email,omitzero"`
	Description            tenantry.Opt[string]              `json:"description,omitzero"` // needed
	Primary                tenantry.Opt[bool]                `json:"primary,omitzero"`
	PhoneNumbersAttributes tenantry.Opt[[]PhoneNumberParams] `json:"phone_numbers_attributes,omitzero"`
	AddressAttributes      tenantry.Opt[AddressParams]       `json:"address_attributes,omitzero"`
	Extra                  tenantry.Extra                    `json:",embed,unknown"`
}

// A PreferencesUpdateParams says which of a tenant's preferences to change.
// Null takes back what the tenant had set.
type PreferencesUpdateParams struct {
	EmailInvoices                        tenantry.Opt[bool]   `json:"email_invoices,omitzero"`
	PrintInvoices                        tenantry.Opt[bool]   `json:"print_invoices,omitzero"`
	ChargeInvoiceFee                     tenantry.Opt[bool]   `json:"charge_invoice_fee,omitzero"`
	ReceiveLegalNoticesByEmail           tenantry.Opt[bool]   `json:"receive_legal_notices_by_email,omitzero"`
	DelinquencyExempt                    tenantry.Opt[bool]   `json:"delinquency_exempt,omitzero"`
	DelinquencyDocsByEmail               tenantry.Opt[bool]   `json:"delinquency_docs_by_email,omitzero"`
	DelinquencyDocsByMail                tenantry.Opt[bool]   `json:"delinquency_docs_by_mail,omitzero"`
	ReceiveSMSForGateActivity            tenantry.Opt[bool]   `json:"receive_sms_for_gate_activity,omitzero"`
	OptInToMarketingEmails               tenantry.Opt[bool]   `json:"opt_in_to_marketing_emails,omitzero"`
	OptInToMarketingSMS                  tenantry.Opt[bool]   `json:"opt_in_to_marketing_sms,omitzero"`
	OptInToTransactionalSMS              tenantry.Opt[bool]   `json:"opt_in_to_transactional_sms,omitzero"`
	ExcludeFromInsuranceAutoEnroll       tenantry.Opt[bool]   `json:"exclude_from_insurance_auto_enroll,omitzero"`
	ExcludeFromInsuranceAutoEnrollReason tenantry.Opt[string] `json:"exclude_from_insurance_auto_enroll_reason,omitzero"`
	Extra                                tenantry.Extra       `json:",embed,unknown"` // members that this SDK has no field for, sent as they are
}
