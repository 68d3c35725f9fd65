package supergood

import (
	tenantry "github.com/tenantry/tenantry-go"
)

// A Property is an apartment community.
type Property struct {
	// ID identifies the property.
	ID string `json:"id,omitzero"`
	// Name is the property's name.
	Name string `json:"name,omitzero"`
	// Address is the property's address, as it came.
	Address tenantry.Raw `json:"address,omitzero"`
	// TimeZone is the property's time zone, as it came.
	TimeZone string `json:"timeZone,omitzero"`
	// Extra holds the members that this package does not know.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// A Unit is a unit of a property. The members that the API does not describe
// are kept as they came.
type Unit struct {
	// ID identifies the unit.
	ID string `json:"id,omitzero"`
	// Status is the unit's status, in the API's words.
	Status string `json:"status,omitzero"`
	// Attributes holds attributes such as the number of bedrooms.
	Attributes tenantry.Raw `json:"attributes,omitzero"`
	// Pricing holds rents and other prices.
	Pricing tenantry.Raw `json:"pricing,omitzero"`
	// Availability says when the unit is available.
	Availability tenantry.Raw `json:"availability,omitzero"`
	// FloorPlan is the unit's floor plan.
	FloorPlan tenantry.Raw `json:"floorPlan,omitzero"`
	// Amenities holds the unit's amenities.
	Amenities tenantry.Raw `json:"amenities,omitzero"`
	// Residents are the people of the unit. It is nil if the response has none.
	Residents []Resident `json:"residents,omitzero"`
	// Leases are the leases of the unit. It is nil if the response has none.
	Leases []UnitLease `json:"leases,omitzero"`
	// Extra holds the members that this package does not know.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// A UnitLease is a lease as it is listed with a unit.
type UnitLease struct {
	// ID identifies the lease.
	ID string `json:"id,omitzero"`
	// Status is the lease's status, in the API's words.
	Status string `json:"status,omitzero"`
	// StartDate is the first day of the lease.
	StartDate tenantry.Date `json:"startDate,omitzero"`
	// EndDate is the last day of the lease.
	EndDate tenantry.Date `json:"endDate,omitzero"`
	// Rent is the rent, in the units of the API.
	Rent tenantry.Decimal `json:"rent,omitzero"`
	// Residents are the people on the lease. It is nil if the response has
	// none.
	Residents []Resident `json:"residents,omitzero"`
	// Extra holds the members that this package does not know.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// A Resident is a person of a unit or a lease.
type Resident struct {
	// ID identifies the person.
	ID string `json:"id,omitzero"`
	// FirstName is the person's first name.
	FirstName string `json:"firstName,omitzero"`
	// LastName is the person's last name.
	LastName string `json:"lastName,omitzero"`
	// Email is the person's email.
	Email string `json:"email,omitzero"`
	// Phone is the person's phone number.
	Phone string `json:"phone,omitzero"`
	// Extra holds the members that this package does not know.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// People returns the residents of the unit and of its leases, each ID once. It
// returns every person without an ID.
func (u *Unit) People() []Resident {
	var all []Resident
	seen := make(map[string]bool)
	add := func(residents []Resident) {
		for i := range residents {
			if id := residents[i].ID; id == "" || !seen[id] {
				seen[id] = true
				all = append(all, residents[i])
			}
		}
	}
	add(u.Residents)
	for i := range u.Leases {
		add(u.Leases[i].Residents)
	}
	return all
}

func (p *Property) settle() { propertyKind.settle(&p.ID, &p.Extra) }

func (u *Unit) settle() {
	unitKind.settle(&u.ID, &u.Extra)
	settleList(&u.Leases, &u.Extra, "leases", func(id string) UnitLease { return UnitLease{ID: id} })
	for i := range u.Leases {
		l := &u.Leases[i]
		leaseKind.settle(&l.ID, &l.Extra)
		settleResidents(&l.Residents, &l.Extra)
	}
	settleResidents(&u.Residents, &u.Extra)
}

func (l *Lease) settle() {
	leaseKind.settle(&l.ID, &l.Extra)
	settleResidents(&l.Residents, &l.Extra)
}

func (o *WorkOrder) settle() { workOrderKind.settle(&o.ID, &o.Extra) }

func settleResidents(list *[]Resident, extra *tenantry.Extra) {
	settleList(list, extra, "residents", func(id string) Resident { return Resident{ID: id} })
	for i := range *list {
		r := &(*list)[i]
		residentKind.settle(&r.ID, &r.Extra)
	}
}

// LeaseCreateParams describes a lease to create.
type LeaseCreateParams struct {
	// UnitID is the unit to let.
	UnitID tenantry.Opt[string] `json:"unitId,omitzero"`
	// StartDate is the first day of the lease.
	StartDate tenantry.Opt[tenantry.Date] `json:"startDate,omitzero"`
	// EndDate is the last day of the lease.
	EndDate tenantry.Opt[tenantry.Date] `json:"endDate,omitzero"`
	// Terms holds the terms. The API does not document their shape.
	Terms tenantry.Opt[tenantry.Raw] `json:"terms,omitzero"`
	// Rent is the rent, in the units of the API.
	Rent tenantry.Opt[tenantry.Decimal] `json:"rent,omitzero"`
	// Fees are the fees of the lease. Nil is not sent.
	Fees []Fee `json:"fees,omitzero"`
	// Residents are the people on the lease. Nil is not sent.
	Residents []ResidentInput `json:"residents,omitzero"`
	// Extra holds other members, sent as they are.
	Extra tenantry.Extra `json:",embed,unknown"`
	// IdempotencyKey identifies the lease: the server creates one lease for a key,
	// however often the call is made. "" uses a new key for each call.
	IdempotencyKey string `json:"-"`
}

// A Fee is a fee of a lease.
type Fee struct {
	// Code identifies the kind of fee.
	Code string `json:"code,omitzero"`
	// Name is the name of the fee.
	Name string `json:"name,omitzero"`
	// Amount is the amount, in the units of the API.
	Amount tenantry.Decimal `json:"amount,omitzero"`
	// Extra holds other members, sent as they are.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// A ResidentInput is a person to put on a lease.
type ResidentInput struct {
	// FirstName is the person's first name.
	FirstName tenantry.Opt[string] `json:"firstName,omitzero"`
	// LastName is the person's last name.
	LastName tenantry.Opt[string] `json:"lastName,omitzero"`
	// Email is the person's email.
	Email tenantry.Opt[string] `json:"email,omitzero"`
	// Phone is the person's phone number.
	Phone tenantry.Opt[string] `json:"phone,omitzero"`
	// Extra holds other members, sent as they are.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// A Lease is a lease that was created.
type Lease struct {
	// ID identifies the lease.
	ID string `json:"id,omitzero"`
	// UnitID is the unit that is let.
	UnitID string `json:"unitId,omitzero"`
	// Status is the lease's status, in the API's words.
	Status string `json:"status,omitzero"`
	// StartDate is the first day of the lease.
	StartDate tenantry.Date `json:"startDate,omitzero"`
	// EndDate is the last day of the lease.
	EndDate tenantry.Date `json:"endDate,omitzero"`
	// Rent is the rent, in the units of the API.
	Rent tenantry.Decimal `json:"rent,omitzero"`
	// Residents are the people on the lease. It is nil if the response has
	// none.
	Residents []Resident `json:"residents,omitzero"`
	// Extra holds the members that this package does not know.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// WorkOrderCreateParams describes a maintenance request to create.
type WorkOrderCreateParams struct {
	// UnitID is the unit that needs work.
	UnitID tenantry.Opt[string] `json:"unitId,omitzero"`
	// Category is the kind of work, such as PLUMBING.
	Category tenantry.Opt[string] `json:"category,omitzero"`
	// Priority says how urgent the work is, such as HIGH.
	Priority tenantry.Opt[string] `json:"priority,omitzero"`
	// Description says what is wrong.
	Description tenantry.Opt[string] `json:"description,omitzero"`
	// Scheduling is the time at which someone may come.
	Scheduling tenantry.Opt[Scheduling] `json:"scheduling,omitzero"`
	// Attachments names files that were uploaded. Nil is not sent.
	Attachments []Attachment `json:"attachments,omitzero"`
	// Extra holds other members, sent as they are.
	Extra tenantry.Extra `json:",embed,unknown"`
	// IdempotencyKey identifies the work order: the server creates one for a key,
	// however often the call is made. "" uses a new key for each call.
	IdempotencyKey string `json:"-"`
}

// A Scheduling is the time at which someone may come.
type Scheduling struct {
	// Start is the earliest time.
	Start tenantry.Timestamp `json:"start,omitzero"`
	// End is the latest time.
	End tenantry.Timestamp `json:"end,omitzero"`
	// Extra holds other members, sent as they are.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// An Attachment names a file that was uploaded to a signed URL.
type Attachment struct {
	// ID identifies the file.
	ID string `json:"id,omitzero"`
	// URL is where the file was uploaded to.
	URL string `json:"url,omitzero"`
	// Name is the file's name.
	Name string `json:"name,omitzero"`
	// Checksum is the file's checksum.
	Checksum string `json:"checksum,omitzero"`
	// Extra holds other members, sent as they are.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// A WorkOrder is a maintenance request that was created.
type WorkOrder struct {
	// ID identifies the work order.
	ID string `json:"id,omitzero"`
	// UnitID is the unit that needs work.
	UnitID string `json:"unitId,omitzero"`
	// Status is the work order's status, in the API's words.
	Status string `json:"status,omitzero"`
	// Category is the kind of work.
	Category string `json:"category,omitzero"`
	// Priority says how urgent the work is.
	Priority string `json:"priority,omitzero"`
	// Extra holds the members that this package does not know.
	Extra tenantry.Extra `json:",embed,unknown"`
}
