package supergood

import (
	tenantry "github.com/tenantry/tenantry-go"
)

// Property is a community.
type Property struct {
	ID       string         `json:"id,omitzero"`
	Name     string         `json:"name,omitzero"`
	Address  tenantry.Raw   `json:"address,omitzero"`
	TimeZone string         `json:"timeZone,omitzero"`
	Extra    tenantry.Extra `json:",embed,unknown"`
}

// Unit is a unit of a property.
type Unit struct {
	ID           string         `json:"id,omitzero"`
	Status       string         `json:"status,omitzero"`
	Attributes   tenantry.Raw   `json:"attributes,omitzero"`
	Pricing      tenantry.Raw   `json:"pricing,omitzero"`
	Availability tenantry.Raw   `json:"availability,omitzero"`
	FloorPlan    tenantry.Raw   `json:"floorPlan,omitzero"`
	Amenities    tenantry.Raw   `json:"amenities,omitzero"`
	Residents    []Resident     `json:"residents,omitzero"` // nil if the response has none
	Leases       []UnitLease    `json:"leases,omitzero"`    // nil if the response has none
	Extra        tenantry.Extra `json:",embed,unknown"`
}

// UnitLease is a lease as it is listed with a unit.
type UnitLease struct {
	ID        string           `json:"id,omitzero"`
	Status    string           `json:"status,omitzero"`
	StartDate tenantry.Date    `json:"startDate,omitzero"`
	EndDate   tenantry.Date    `json:"endDate,omitzero"`
	Rent      tenantry.Decimal `json:"rent,omitzero"`
	Residents []Resident       `json:"residents,omitzero"`
	Extra     tenantry.Extra   `json:",embed,unknown"`
}

// Resident is a person of a unit or a lease.
type Resident struct {
	ID        string         `json:"id,omitzero"`
	FirstName string         `json:"firstName,omitzero"`
	LastName  string         `json:"lastName,omitzero"`
	Email     string         `json:"email,omitzero"`
	Phone     string         `json:"phone,omitzero"`
	Extra     tenantry.Extra `json:",embed,unknown"`
}

// People returns the residents of the unit and of its leases, each ID once.
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

// LeaseCreateParams is a lease to create.
type LeaseCreateParams struct {
	UnitID    tenantry.Opt[string]           `json:"unitId,omitzero"`
	StartDate tenantry.Opt[tenantry.Date]    `json:"startDate,omitzero"`
	EndDate   tenantry.Opt[tenantry.Date]    `json:"endDate,omitzero"`
	Terms     tenantry.Opt[tenantry.Raw]     `json:"terms,omitzero"` // the API does not document their shape
	Rent      tenantry.Opt[tenantry.Decimal] `json:"rent,omitzero"`
	Fees      []Fee                          `json:"fees,omitzero"`      // nil is not sent
	Residents []ResidentInput                `json:"residents,omitzero"` // nil is not sent
	Extra     tenantry.Extra                 `json:",embed,unknown"`     // more members, sent as they are
	// IdempotencyKey identifies the lease: the server creates one lease for a key,
	// however often the call is made. "" uses a new key for each call.
	IdempotencyKey string `json:"-"`
}

// Fee is a fee of a lease.
type Fee struct {
	Code   string           `json:"code,omitzero"`
	Name   string           `json:"name,omitzero"`
	Amount tenantry.Decimal `json:"amount,omitzero"`
	Extra  tenantry.Extra   `json:",embed,unknown"`
}

// ResidentInput is a person to put on a lease.
type ResidentInput struct {
	FirstName tenantry.Opt[string] `json:"firstName,omitzero"`
	LastName  tenantry.Opt[string] `json:"lastName,omitzero"`
	Email     tenantry.Opt[string] `json:"email,omitzero"`
	Phone     tenantry.Opt[string] `json:"phone,omitzero"`
	Extra     tenantry.Extra       `json:",embed,unknown"`
}

// Lease is a lease that was created.
type Lease struct {
	ID        string           `json:"id,omitzero"`
	UnitID    string           `json:"unitId,omitzero"`
	Status    string           `json:"status,omitzero"`
	StartDate tenantry.Date    `json:"startDate,omitzero"`
	EndDate   tenantry.Date    `json:"endDate,omitzero"`
	Rent      tenantry.Decimal `json:"rent,omitzero"`
	Residents []Resident       `json:"residents,omitzero"`
	Extra     tenantry.Extra   `json:",embed,unknown"`
}

// WorkOrderCreateParams is a maintenance request to create.
type WorkOrderCreateParams struct {
	UnitID      tenantry.Opt[string]     `json:"unitId,omitzero"`
	Category    tenantry.Opt[string]     `json:"category,omitzero"`
	Priority    tenantry.Opt[string]     `json:"priority,omitzero"`
	Description tenantry.Opt[string]     `json:"description,omitzero"`
	Scheduling  tenantry.Opt[Scheduling] `json:"scheduling,omitzero"`
	Attachments []Attachment             `json:"attachments,omitzero"` // nil is not sent
	Extra       tenantry.Extra           `json:",embed,unknown"`       // more members, sent as they are
	// IdempotencyKey identifies the work order: the server creates one for a key,
	// however often the call is made. "" uses a new key for each call.
	IdempotencyKey string `json:"-"`
}

// Scheduling is the time at which someone may come.
type Scheduling struct {
	Start tenantry.Timestamp `json:"start,omitzero"`
	End   tenantry.Timestamp `json:"end,omitzero"`
	Extra tenantry.Extra     `json:",embed,unknown"`
}

// Attachment names a file that was uploaded to a signed URL.
type Attachment struct {
	ID       string         `json:"id,omitzero"`
	URL      string         `json:"url,omitzero"`
	Name     string         `json:"name,omitzero"`
	Checksum string         `json:"checksum,omitzero"`
	Extra    tenantry.Extra `json:",embed,unknown"`
}

// WorkOrder is a maintenance request that was created.
type WorkOrder struct {
	ID       string         `json:"id,omitzero"`
	UnitID   string         `json:"unitId,omitzero"`
	Status   string         `json:"status,omitzero"`
	Category string         `json:"category,omitzero"`
	Priority string         `json:"priority,omitzero"`
	Extra    tenantry.Extra `json:",embed,unknown"`
}
