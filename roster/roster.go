package roster

import tenantry "github.com/tenantry/tenantry-go"

// A Kind is a kind of record.
type Kind string

// The kinds of records. A kind that is mentioned by another comes before it.
const (
	Properties Kind = "properties"
	Units      Kind = "units"
	Leases     Kind = "leases"
	People     Kind = "people"
	Tenancies  Kind = "tenancies"
)

// Kinds returns all kinds.
func Kinds() []Kind { return []Kind{Properties, Units, Leases, People, Tenancies} }

// Property is a place with units: a community, a facility or a site.
type Property struct {
	// Source is the name of the system, such as "propexo".
	Source string `json:"source"`
	// Scope is the part of the account within which ID identifies the record, such
	// as an integration or a facility. It is "" if ID identifies the record within
	// the whole account.
	Scope string `json:"scope,omitzero"`
	// ID is the system's own ID.
	ID string `json:"id"`
	// ExternalIDs are the other keys of the record.
	ExternalIDs []ExternalID `json:"external_ids,omitzero"`

	// Name is what people call the property.
	Name string `json:"name,omitzero"`
	// Address is where the property is.
	Address Address `json:"address,omitzero"`
	// TimeZone is an IANA name, or whatever the system has.
	TimeZone string `json:"time_zone,omitzero"`
	// UnitCount is the number of units that the system reports. It is nil if the
	// system does not report one.
	UnitCount *int64 `json:"unit_count,omitzero"`
	// Active is nil if the system does not say.
	Active *bool `json:"active,omitzero"`

	// CreatedAt and UpdatedAt are the system's own times, "" if it has none.
	CreatedAt tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt tenantry.Timestamp `json:"updated_at,omitzero"`
	// LastSeen is when the system itself last saw the record, "" if it does not say.
	LastSeen tenantry.Timestamp `json:"last_seen,omitzero"`
	// Raw is the system's whole record, without its secrets.
	Raw tenantry.Raw `json:"raw,omitzero"`
}

// Unit is an apartment, a storage unit or another part of a property that is let.
type Unit struct {
	Source      string       `json:"source"` // see Property
	Scope       string       `json:"scope,omitzero"`
	ID          string       `json:"id"`
	ExternalIDs []ExternalID `json:"external_ids,omitzero"`

	// PropertyID is the ID of the unit's Property, "" if the system does not say.
	PropertyID string `json:"property_id,omitzero"`
	// LeaseID is the ID of the unit's present lease, "" if there is none, or if the
	// system has leases name their units instead.
	LeaseID string `json:"lease_id,omitzero"`
	// Number is what is written on the door.
	Number   string `json:"number,omitzero"`
	Building string `json:"building,omitzero"`
	Floor    string `json:"floor,omitzero"`
	// Address is the unit's own address. Many systems have one for the property only.
	Address Address `json:"address,omitzero"`
	// Bedrooms and Bathrooms keep the system's text.
	Bedrooms  string `json:"bedrooms,omitzero"`
	Bathrooms string `json:"bathrooms,omitzero"`
	// SquareFeet is nil if the system does not say.
	SquareFeet *int64 `json:"square_feet,omitzero"`
	// MarketRent is the rent that the unit is offered for.
	MarketRent Money `json:"market_rent,omitzero"`
	// Occupancy says whether somebody lives there. OccupancyWord is the system's own
	// word for it.
	Occupancy     Occupancy `json:"occupancy"`
	OccupancyWord string    `json:"occupancy_word,omitzero"`
	// Leasing says whether the unit can be let. LeasingWord is the system's own word
	// for it.
	Leasing     Leasing `json:"leasing"`
	LeasingWord string  `json:"leasing_word,omitzero"`

	CreatedAt tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt tenantry.Timestamp `json:"updated_at,omitzero"`
	LastSeen  tenantry.Timestamp `json:"last_seen,omitzero"`
	Raw       tenantry.Raw       `json:"raw,omitzero"`
}

// Lease is a contract for a unit, or a ledger if the system has no leases.
type Lease struct {
	Source      string       `json:"source"` // see Property
	Scope       string       `json:"scope,omitzero"`
	ID          string       `json:"id"`
	ExternalIDs []ExternalID `json:"external_ids,omitzero"`

	PropertyID string `json:"property_id,omitzero"`
	UnitID     string `json:"unit_id,omitzero"`
	// UnitNumber is the unit's number as the lease has it.
	UnitNumber string `json:"unit_number,omitzero"`
	// State is what the record itself says. It does not depend on the day; see
	// [Lease.StateOn]. StateWord is the system's own word for it.
	State     LeaseState `json:"state"`
	StateWord string     `json:"state_word,omitzero"`
	// Start and End are the term of the contract.
	Start tenantry.Date `json:"start,omitzero"`
	End   tenantry.Date `json:"end,omitzero"`
	// ScheduledMoveIn and the like are the dates as they are planned, MoveIn and
	// MoveOut as they came to be.
	ScheduledMoveIn  tenantry.Date `json:"scheduled_move_in,omitzero"`
	ScheduledMoveOut tenantry.Date `json:"scheduled_move_out,omitzero"`
	MoveIn           tenantry.Date `json:"move_in,omitzero"`
	MoveOut          tenantry.Date `json:"move_out,omitzero"`
	// Notice is when notice was given.
	Notice tenantry.Date `json:"notice,omitzero"`
	// Rent is the rent of a period, which is a month if the system does not say
	// otherwise in Raw.
	Rent    Money `json:"rent,omitzero"`
	Deposit Money `json:"deposit,omitzero"`
	// Balance is what is owed, negative for a credit.
	Balance Money `json:"balance,omitzero"`

	CreatedAt tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt tenantry.Timestamp `json:"updated_at,omitzero"`
	LastSeen  tenantry.Timestamp `json:"last_seen,omitzero"`
	Raw       tenantry.Raw       `json:"raw,omitzero"`
}

// Person is somebody who lives, lived or will live in a unit, or pays for it.
type Person struct {
	Source      string       `json:"source"` // see Property
	Scope       string       `json:"scope,omitzero"`
	ID          string       `json:"id"`
	ExternalIDs []ExternalID `json:"external_ids,omitzero"`

	// Kind tells people from businesses.
	Kind         PersonKind `json:"kind"`
	FirstName    string     `json:"first_name,omitzero"`
	MiddleName   string     `json:"middle_name,omitzero"`
	LastName     string     `json:"last_name,omitzero"`
	BusinessName string     `json:"business_name,omitzero"`
	// PropertyID is the property that the system has the person in, "" if it does
	// not say.
	PropertyID string    `json:"property_id,omitzero"`
	Emails     []Contact `json:"emails,omitzero"`
	Phones     []Contact `json:"phones,omitzero"`
	Addresses  []Address `json:"addresses,omitzero"`

	CreatedAt tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt tenantry.Timestamp `json:"updated_at,omitzero"`
	LastSeen  tenantry.Timestamp `json:"last_seen,omitzero"`
	Raw       tenantry.Raw       `json:"raw,omitzero"`
}

// Tenancy says that a person is on a lease, in a unit, or both. Systems have no ID
// for it: ID is made of the IDs of the lease or unit and the person.
type Tenancy struct {
	Source      string       `json:"source"` // see Property
	Scope       string       `json:"scope,omitzero"`
	ID          string       `json:"id"`
	ExternalIDs []ExternalID `json:"external_ids,omitzero"`

	PersonID   string `json:"person_id"`
	LeaseID    string `json:"lease_id,omitzero"`
	UnitID     string `json:"unit_id,omitzero"`
	PropertyID string `json:"property_id,omitzero"`
	// Role is the person's part. RoleWord is the system's own word for it.
	Role     Role   `json:"role"`
	RoleWord string `json:"role_word,omitzero"`
	// MoveIn, MoveOut and Notice are the person's own dates, "" if the system has
	// none. The lease may have others.
	MoveIn  tenantry.Date `json:"move_in,omitzero"`
	MoveOut tenantry.Date `json:"move_out,omitzero"`
	Notice  tenantry.Date `json:"notice,omitzero"`
	// Active is nil if the system does not say.
	Active *bool `json:"active,omitzero"`

	CreatedAt tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt tenantry.Timestamp `json:"updated_at,omitzero"`
	LastSeen  tenantry.Timestamp `json:"last_seen,omitzero"`
	Raw       tenantry.Raw       `json:"raw,omitzero"`
}

// ExternalID is a key of a record in a system.
type ExternalID struct {
	System string `json:"system"` // "propexo", or the system behind it, such as "ENTRATA"
	Kind   string `json:"kind"`   // what the key identifies, such as "resident"
	Value  string `json:"value"`
}

// Money is an amount.
type Money struct {
	// Amount is in units of the currency, such as dollars, and keeps every digit. It
	// is "" if the system has none.
	Amount tenantry.Decimal `json:"amount,omitzero"`
	// Currency is an ISO 4217 code. No system names one, so it is "" unless the
	// account sets it; see [Page.SetCurrency].
	Currency string `json:"currency,omitzero"`
}

// Contact is an email address or a phone number.
type Contact struct {
	// Value is the system's own text.
	Value string `json:"value"`
	// Normal is Value in the form in which equal contacts have equal texts: an email
	// address in lower case, a phone number in E.164. It is "" if Value has no such
	// form.
	Normal string `json:"normal,omitzero"`
	// Kind is "mobile", "home", "work", "fax", "other", or "" if the system does not
	// say.
	Kind string `json:"kind,omitzero"`
	// Label is the system's own word for the kind.
	Label string `json:"label,omitzero"`
	// Primary is nil if the system does not say.
	Primary *bool `json:"primary,omitzero"`
}

// Address is a postal address.
type Address struct {
	Label      string `json:"label,omitzero"`
	Line1      string `json:"line_1,omitzero"`
	Line2      string `json:"line_2,omitzero"`
	City       string `json:"city,omitzero"`
	State      string `json:"state,omitzero"`
	PostalCode string `json:"postal_code,omitzero"`
	Country    string `json:"country,omitzero"`
}

// Occupancy says whether somebody lives in a unit.
type Occupancy string

// The occupancies of a unit.
const (
	Vacant           Occupancy = "vacant"
	Occupied         Occupancy = "occupied"
	OccupancyUnknown Occupancy = "unknown"
)

// Leasing says whether a unit can be let.
type Leasing string

// The leasing states of a unit.
const (
	Available      Leasing = "available"
	Reserved       Leasing = "reserved"
	Leased         Leasing = "leased"
	OnNotice       Leasing = "notice"        // occupied, and the occupant gave notice
	NoticeLeased   Leasing = "notice_leased" // as OnNotice, and let to the next
	NotReady       Leasing = "not_ready"
	OffMarket      Leasing = "off_market"
	LeasingUnknown Leasing = "unknown"
)

// LeaseState is the state of a lease.
type LeaseState string

// The states of a lease.
const (
	LeaseApplicant LeaseState = "applicant"
	LeaseFuture    LeaseState = "future"
	LeaseCurrent   LeaseState = "current"
	LeaseNotice    LeaseState = "notice" // current, and notice was given
	LeasePast      LeaseState = "past"
	LeaseEvicted   LeaseState = "evicted"
	LeaseCancelled LeaseState = "cancelled"
	LeaseUnknown   LeaseState = "unknown"
)

// PersonKind tells people from businesses.
type PersonKind string

// The kinds of persons. Systems that do not tell them apart have people only.
const (
	Individual PersonKind = "person"
	Business   PersonKind = "business"
)

// Role is a person's part in a tenancy.
type Role string

// The roles of a tenancy.
const (
	Primary     Role = "primary"
	CoResident  Role = "co_resident"
	Occupant    Role = "occupant"
	Guarantor   Role = "guarantor"
	RoleOther   Role = "other"
	RoleUnknown Role = "unknown"
)
