package leasefind

import (
	tenantry "github.com/tenantry/tenantry-go"
)

// Tenant is a person on a lease.
type Tenant struct {
	Identifier   string         `json:"identifier,omitzero"`    // The API's identifier of the tenant.
	EmailAddress string         `json:"email_address,omitzero"` // The tenant's email address.
	FirstName    string         `json:"first_name,omitzero"`    // The tenant's first name.
	LastName     string         `json:"last_name,omitzero"`     // The tenant's last name.
	ExternalRef  string         `json:"external_ref,omitzero"`  // Your reference of the tenant, unique within a group.
	PhoneNumber  string         `json:"phone_number,omitzero"`  // The tenant's phone number.
	Extra        tenantry.Extra `json:",embed,unknown"`         // Members without a field.
}

// Address is the address of a unit, in a response, in a search or in a write. In a
// search, an empty field does not narrow it. In a write, an empty field is not sent.
type Address struct {
	BuildingName string           `json:"building_name,omitzero"`  // The name of the building.
	AddressLine1 string           `json:"address_line_1,omitzero"` // The street and the number.
	AddressLine2 string           `json:"address_line_2,omitzero"` // The apartment and the like.
	City         string           `json:"city,omitzero"`           // The city.
	Country      string           `json:"country,omitzero"`        // The country, such as "United States".
	State        string           `json:"state,omitzero"`          // The state.
	PostalCode   string           `json:"postal_code,omitzero"`    // The postal code.
	Latitude     tenantry.Decimal `json:"latitude,omitzero"`       // The latitude in degrees. The API sends a number or a string.
	Longitude    tenantry.Decimal `json:"longitude,omitzero"`      // The longitude in degrees. The API sends a number or a string.
	Extra        tenantry.Extra   `json:",embed,unknown"`          // Members without a field.
}

// Lease is a lease of a unit.
type Lease struct {
	Identifier        string           `json:"identifier,omitzero"`                                       // The API's identifier of the lease.
	StartDate         tenantry.Date    `json:"start_date,omitzero"`                                       // The first day of the lease, YYYY-MM-DD.
	EndDate           tenantry.Date    `json:"end_date,omitzero"`                                         // The last day of the lease, YYYY-MM-DD.
	MoveInDate        tenantry.Date    `json:"move_in_date,omitzero"`                                     // The day on which the tenants move in, YYYY-MM-DD.
	LandlordID        string           `json:"landlord_id,omitzero"`                                      // The identifier of the landlord.
	Tenants           []LeaseTenant    `json:"tenants,omitzero"`                                          // The tenants of the lease.
	UnitID            string           `json:"unit_id,omitzero"`                                          // The identifier of the unit.
	UnitExternalRef   string           `json:"unit_external_ref,omitzero" wire:"unit_external_reference"` // Your reference of the unit. The API also calls it unit_external_reference.
	UnitNumber        string           `json:"unit_number,omitzero"`                                      // The number of the unit, such as "2B".
	Address           *Address         `json:"address,omitzero"`                                          // Nil if the lease has none.
	IsFurnished       *bool            `json:"is_furnished,omitzero"`                                     // Whether the unit is furnished. Nil if the API does not say.
	MinimumDaysNotice *int64           `json:"minimum_days_notice,omitzero"`                              // How many days before its end the lease is to be given notice. Nil if the API does not say.
	Deposit           tenantry.Decimal `json:"deposit,omitzero"`                                          // The deposit, as the API writes it.
	Rent              tenantry.Decimal `json:"rent,omitzero"`                                             // The rent, as the API writes it.
	Extra             tenantry.Extra   `json:",embed,unknown"`                                            // Members without a field.
}

// LeaseTenant is a tenant in a lease. [LeasesService.Find] sets Identifier and
// ExternalRef alone, and [LeasesService.FindForTenant] sets all fields.
type LeaseTenant struct {
	Identifier   string         `json:"identifier,omitzero" wire:"tenant_id"`             // The tenant's identifier. The API also calls it tenant_id.
	ExternalRef  string         `json:"external_ref,omitzero" wire:"tenant_external_ref"` // Your reference of the tenant. The API also calls it tenant_external_ref.
	EmailAddress string         `json:"email_address,omitzero"`                           // The tenant's email address.
	PhoneNumber  string         `json:"phone_number,omitzero"`                            // The tenant's phone number.
	Active       *bool          `json:"active,omitzero"`                                  // Whether the tenant is active. Nil if the response does not say.
	Group        tenantry.Raw   `json:"group,omitzero"`                                   // The tenant's group. The API does not document its shape.
	Extra        tenantry.Extra `json:",embed,unknown"`                                   // Members without a field.
}

// Unit is a unit that can be leased.
type Unit struct {
	Identifier       string         `json:"identifier,omitzero"`         // The API's identifier of the unit.
	ExternalRef      string         `json:"external_ref,omitzero"`       // Your reference of the unit, unique within a group.
	UnitNumber       string         `json:"unit_number,omitzero"`        // The number of the unit, such as "2B".
	IsFlex           *bool          `json:"is_flex,omitzero"`            // Whether the unit is a flex unit. Nil if the API does not say.
	FullBathrooms    *int64         `json:"full_bathrooms,omitzero"`     // The number of bathrooms with a shower or bath. Nil if the API does not say.
	HalfBathrooms    *int64         `json:"half_bathrooms,omitzero"`     // The number of bathrooms without a shower or bath. Nil if the API does not say.
	NumberOfBedrooms *int64         `json:"number_of_bedrooms,omitzero"` // The number of bedrooms. Nil if the API does not say.
	Sqft             *int64         `json:"sqft,omitzero"`               // The area in square feet.
	Address          *Address       `json:"address,omitzero"`            // The address of the unit. Nil if there is none.
	Extra            tenantry.Extra `json:",embed,unknown"`              // Members without a field.
}

// Bathroom tells what a bathroom has. A full one has a shower or bath.
type Bathroom struct {
	Identifier      string         `json:"identifier,omitzero"`         // The bathroom's identifier, in responses.
	HasShowerOrBath *bool          `json:"has_shower_or_bath,omitzero"` // Whether it has a shower or a bath.
	HasSink         *bool          `json:"has_sink,omitzero"`           // Whether it has a sink.
	HasToilet       *bool          `json:"has_toilet,omitzero"`         // Whether it has a toilet.
	Extra           tenantry.Extra `json:",embed,unknown"`              // Members without a field.
}
