package leasefind

import (
	tenantry "github.com/tenantry/tenantry-go"
)

// Tenant is a person on a lease.
type Tenant struct {
	Identifier   string         `json:"identifier,omitzero"`
	EmailAddress string         `json:"email_address,omitzero"`
	FirstName    string         `json:"first_name,omitzero"`
	LastName     string         `json:"last_name,omitzero"`
	ExternalRef  string         `json:"external_ref,omitzero"`
	PhoneNumber  string         `json:"phone_number,omitzero"`
	Extra        tenantry.Extra `json:",embed,unknown"`
}

// Address is the address of a unit, in a response, in a search or in a write. In a
// search, an empty field does not narrow it. In a write, an empty field is not sent.
type Address struct {
	BuildingName string           `json:"building_name,omitzero"`
	AddressLine1 string           `json:"address_line_1,omitzero"`
	AddressLine2 string           `json:"address_line_2,omitzero"`
	City         string           `json:"city,omitzero"`
	Country      string           `json:"country,omitzero"`
	State        string           `json:"state,omitzero"`
	PostalCode   string           `json:"postal_code,omitzero"`
	Latitude     tenantry.Decimal `json:"latitude,omitzero"`  // In degrees. The API sends a number or a string.
	Longitude    tenantry.Decimal `json:"longitude,omitzero"` // In degrees. The API sends a number or a string.
	Extra        tenantry.Extra   `json:",embed,unknown"`
}

// Lease is a lease of a unit.
type Lease struct {
	Identifier        string           `json:"identifier,omitzero"`
	StartDate         tenantry.Date    `json:"start_date,omitzero"`
	EndDate           tenantry.Date    `json:"end_date,omitzero"`
	MoveInDate        tenantry.Date    `json:"move_in_date,omitzero"`
	LandlordID        string           `json:"landlord_id,omitzero"`
	Tenants           []LeaseTenant    `json:"tenants,omitzero"`
	UnitID            string           `json:"unit_id,omitzero"`
	UnitExternalRef   string           `json:"unit_external_ref,omitzero" wire:"unit_external_reference"` // The API also calls it unit_external_reference.
	UnitNumber        string           `json:"unit_number,omitzero"`
	Address           *Address         `json:"address,omitzero"` // Nil if the lease has none.
	IsFurnished       *bool            `json:"is_furnished,omitzero"`
	MinimumDaysNotice *int64           `json:"minimum_days_notice,omitzero"`
	Deposit           tenantry.Decimal `json:"deposit,omitzero"`
	Rent              tenantry.Decimal `json:"rent,omitzero"`
	Extra             tenantry.Extra   `json:",embed,unknown"`
}

// LeaseTenant is a tenant in a lease. [LeasesService.Find] sets Identifier and
// ExternalRef alone, and [LeasesService.FindForTenant] sets all fields.
type LeaseTenant struct {
	Identifier   string         `json:"identifier,omitzero" wire:"tenant_id"`             // The API also calls it tenant_id.
	ExternalRef  string         `json:"external_ref,omitzero" wire:"tenant_external_ref"` // The API also calls it tenant_external_ref.
	EmailAddress string         `json:"email_address,omitzero"`
	PhoneNumber  string         `json:"phone_number,omitzero"`
	Active       *bool          `json:"active,omitzero"` // Nil if the response does not say.
	Group        tenantry.Raw   `json:"group,omitzero"`  // The API does not document its shape.
	Extra        tenantry.Extra `json:",embed,unknown"`
}

// Unit is a unit that can be leased.
type Unit struct {
	Identifier       string         `json:"identifier,omitzero"`
	ExternalRef      string         `json:"external_ref,omitzero"`
	UnitNumber       string         `json:"unit_number,omitzero"`
	IsFlex           *bool          `json:"is_flex,omitzero"`
	FullBathrooms    *int64         `json:"full_bathrooms,omitzero"`
	HalfBathrooms    *int64         `json:"half_bathrooms,omitzero"`
	NumberOfBedrooms *int64         `json:"number_of_bedrooms,omitzero"`
	Sqft             *int64         `json:"sqft,omitzero"` // In square feet.
	Address          *Address       `json:"address,omitzero"`
	Extra            tenantry.Extra `json:",embed,unknown"`
}

// Bathroom tells what a bathroom has. A full one has a shower or bath.
type Bathroom struct {
	Identifier      string         `json:"identifier,omitzero"` // The bathroom's identifier, in responses.
	HasShowerOrBath *bool          `json:"has_shower_or_bath,omitzero"`
	HasSink         *bool          `json:"has_sink,omitzero"`
	HasToilet       *bool          `json:"has_toilet,omitzero"`
	Extra           tenantry.Extra `json:",embed,unknown"`
}
