package storedge

import tenantry "github.com/tenantry/tenantry-go"

// A BranchOfService is a branch of the armed forces. Responses may hold others than
// the constants. The reference requires one of them in a request; the server checks
// that.
type BranchOfService string

// The documented branches of service.
const (
	MilitaryBranchAirForce      BranchOfService = "Air Force"
	MilitaryBranchArmy          BranchOfService = "Army"
	MilitaryBranchCoastGuard    BranchOfService = "Coast Guard"
	MilitaryBranchMarines       BranchOfService = "Marines"
	MilitaryBranchNavy          BranchOfService = "Navy"
	MilitaryBranchNationalGuard BranchOfService = "National Guard"
	MilitaryBranchOther         BranchOfService = "Other"
)

// A TypeOfService is a component of the armed forces. Responses may hold others than
// the constants. The reference requires one of them in a request; the server checks
// that.
type TypeOfService string

// The documented types of service.
const (
	MilitaryServiceActiveComponent  TypeOfService = "Active Component"
	MilitaryServiceReserveComponent TypeOfService = "Reserve Component"
	MilitaryServiceNationalGuard    TypeOfService = "National Guard"
)

// MilitaryInformation describes a tenant's service.
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
	Extra                  tenantry.Extra  `json:",embed,unknown"` // Extra holds members that have no field.
}

// MilitaryInformationParams holds the fields of a tenant's service to change. Fields
// that are left alone are not sent.
type MilitaryInformationParams struct {
	RetiredMilitary        tenantry.Opt[bool]            `json:"retired_military,omitzero"`
	NoAgentGiven           tenantry.Opt[bool]            `json:"no_agent_given,omitzero"`
	DateEnteredService     tenantry.Opt[tenantry.Date]   `json:"date_entered_service,omitzero"` // DateEnteredService must be YYYY-MM-DD.
	MilitaryID             tenantry.Opt[tenantry.Secret] `json:"military_id,omitzero"`
	EndOfActiveServiceDate tenantry.Opt[tenantry.Date]   `json:"end_of_active_service_date,omitzero"` // EndOfActiveServiceDate must be YYYY-MM-DD.
	PlaceOfBirth           tenantry.Opt[string]          `json:"place_of_birth,omitzero"`
	Last4OfSSN             tenantry.Opt[tenantry.Secret] `json:"last_4_of_ssn,omitzero"` // Last4OfSSN must be four digits.
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
	AgentState             tenantry.Opt[string]          `json:"agent_state,omitzero"`       // AgentState must be an abbreviation of a US state.
	AgentPostalCode        tenantry.Opt[string]          `json:"agent_postal_code,omitzero"` // AgentPostalCode must be a US postal code.
	OfficerFirstName       tenantry.Opt[string]          `json:"officer_first_name,omitzero"`
	OfficerLastName        tenantry.Opt[string]          `json:"officer_last_name,omitzero"`
	OfficerPhoneNumber     tenantry.Opt[string]          `json:"officer_phone_number,omitzero"`
	Extra                  tenantry.Extra                `json:",embed,unknown"` // Extra holds members to send that have no field.
}
