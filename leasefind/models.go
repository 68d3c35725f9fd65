package leasefind

import (
	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// A Tenant is a person on a lease.
type Tenant struct {
	Identifier   string         `json:"identifier,omitzero"`
	EmailAddress string         `json:"email_address,omitzero"`
	FirstName    string         `json:"first_name,omitzero"`
	LastName     string         `json:"last_name,omitzero"`
	ExternalRef  string         `json:"external_ref,omitzero"`
	PhoneNumber  string         `json:"phone_number,omitzero"`
	Extra        tenantry.Extra `json:",embed,unknown"`
}

// An Address is where a unit is, in an answer or as what to search by. In a
// search, fields that are "" don't narrow it.
type Address struct {
	BuildingName string           `json:"building_name,omitzero"`
	AddressLine1 string           `json:"address_line_1,omitzero"`
	AddressLine2 string           `json:"address_line_2,omitzero"`
	City         string           `json:"city,omitzero"`
	Country      string           `json:"country,omitzero"`
	State        string           `json:"state,omitzero"`
	PostalCode   string           `json:"postal_code,omitzero"`
	Latitude     tenantry.Decimal `json:"latitude,omitzero"`  // degrees; answered as a number or a text
	Longitude    tenantry.Decimal `json:"longitude,omitzero"` // degrees; answered as a number or a text
	Extra        tenantry.Extra   `json:",embed,unknown"`
}

// A Lease is a lease of a unit.
type Lease struct {
	Identifier        string           `json:"identifier,omitzero"`
	StartDate         tenantry.Date    `json:"start_date,omitzero"`
	EndDate           tenantry.Date    `json:"end_date,omitzero"`
	MoveInDate        tenantry.Date    `json:"move_in_date,omitzero"`
	LandlordID        string           `json:"landlord_id,omitzero"`
	Tenants           []LeaseTenant    `json:"tenants,omitzero"`
	UnitID            string           `json:"unit_id,omitzero"`
	UnitExternalRef   string           `json:"unit_external_ref,omitzero"` // upstream also calls it unit_external_reference
	UnitNumber        string           `json:"unit_number,omitzero"`
	Address           *Address         `json:"address,omitzero"` // nil where there is none
	IsFurnished       *bool            `json:"is_furnished,omitzero"`
	MinimumDaysNotice *int64           `json:"minimum_days_notice,omitzero"`
	Deposit           tenantry.Decimal `json:"deposit,omitzero"`
	Rent              tenantry.Decimal `json:"rent,omitzero"`
	Extra             tenantry.Extra   `json:",embed,unknown"`
}

// A LeaseTenant is a tenant as a lease names them. A search for leases answers
// TenantID and TenantExternalRef, FindForTenant the other fields;
// [LeaseTenant.ID] and [LeaseTenant.Ref] read both.
type LeaseTenant struct {
	TenantID          string         `json:"tenant_id,omitzero"`
	TenantExternalRef string         `json:"tenant_external_ref,omitzero"`
	Identifier        string         `json:"identifier,omitzero"`
	ExternalRef       string         `json:"external_ref,omitzero"`
	EmailAddress      string         `json:"email_address,omitzero"`
	PhoneNumber       string         `json:"phone_number,omitzero"`
	Active            *bool          `json:"active,omitzero"`
	Group             tenantry.Raw   `json:"group,omitzero"` // its shape is not documented
	Extra             tenantry.Extra `json:",embed,unknown"`
}

// ID is the tenant's identifier, in whichever field it came.
func (t *LeaseTenant) ID() string {
	if t.Identifier != "" {
		return t.Identifier
	}
	return t.TenantID
}

// Ref is the tenant's external reference, in whichever field it came.
func (t *LeaseTenant) Ref() string {
	if t.ExternalRef != "" {
		return t.ExternalRef
	}
	return t.TenantExternalRef
}

// A Unit is what is leased.
type Unit struct {
	Identifier       string         `json:"identifier,omitzero"`
	ExternalRef      string         `json:"external_ref,omitzero"`
	UnitNumber       string         `json:"unit_number,omitzero"`
	IsFlex           *bool          `json:"is_flex,omitzero"`
	FullBathrooms    *int64         `json:"full_bathrooms,omitzero"`
	HalfBathrooms    *int64         `json:"half_bathrooms,omitzero"`
	NumberOfBedrooms *int64         `json:"number_of_bedrooms,omitzero"`
	Sqft             *int64         `json:"sqft,omitzero"` // square feet
	Address          *Address       `json:"address,omitzero"`
	Extra            tenantry.Extra `json:",embed,unknown"`
}

// settle moves what came under another name of a field into the field.
func (l *Lease) settle() {
	const alias = "unit_external_reference"
	raw, ok := l.Extra[alias]
	if !ok || l.UnitExternalRef != "" || wire.Kind(raw) != '"' {
		return
	}
	var ref tenantry.Decimal // it unquotes
	if ref.UnmarshalJSON(raw) != nil {
		return
	}
	l.UnitExternalRef = string(ref)
	if delete(l.Extra, alias); len(l.Extra) == 0 {
		l.Extra = nil
	}
}
