package roster

import (
	"context"
	"iter"
	"slices"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
)

const leasefindName = "leasefind"

type leasefindSource struct {
	client *leasefind.Client
	groups []string
}

type cursor = tenantry.Cursor

// Leasefind returns the source of some groups of a leasefind account, by their IDs.
// The group is the scope: the API has no complete listing without one.
//
//	record    field         leasefind's field
//	Property  ID            community_id, which is the group's; Name: name; TimeZone: timezone
//	          UnitCount     unit_count; Active: status is active, or is not
//	          ExternalIDs   community_external_ref
//	Unit      Number        unit_number; Address: address; Building: address.building_name
//	          Bedrooms, …   number_of_bedrooms, full_bathrooms, half_bathrooms, sqft
//	          ExternalIDs   external_ref
//	Lease     State         unknown: the API has no status; see Lease.StateOn
//	          Start, End    start_date, end_date; ScheduledMoveIn: move_in_date
//	          Rent, Deposit rent, deposit
//	          UnitID        unit_id; UnitNumber: unit_number
//	Tenancy   PersonID      tenants of the lease; Active: active
//	Person    names         first_name, last_name
//	          Emails        email_address; Phones: phone_number
//	          ExternalIDs   external_ref
//
// A group is a community: everything is in the property with its ID. Tenancies come with
// the leases. A record that a listing of the group does not have is gone.
func Leasefind(client *leasefind.Client, groups ...string) Source {
	groups = slices.DeleteFunc(slices.Clone(groups), func(g string) bool { return g == "" })
	return leasefindSource{client, unique(groups)}
}

func (s leasefindSource) Name() string { return leasefindName }

func (s leasefindSource) Listings() []Listing {
	return []Listing{
		{Kind: Properties, Carries: []Kind{Properties}},
		{Kind: Units, Carries: []Kind{Units}},
		{Kind: Leases, Carries: []Kind{Leases, Tenancies}},
		{Kind: People, Carries: []Kind{People}},
	}
}

func (s leasefindSource) Pages(ctx context.Context, kind Kind, q Query) iter.Seq2[*Page, error] {
	var list func(group string, cursor cursor) iter.Seq2[*Page, error]
	switch kind {
	case Properties:
		list = func(group string, cursor cursor) iter.Seq2[*Page, error] {
			return convert(s.client.Communities.Pages(ctx, leasefind.CommunityFindParams{CommunityID: group, Cursor: cursor}), func(p *Page, c *leasefind.Community) error { return leasefindProperty(p, group, c) })
		}
	case Units:
		list = func(group string, cursor cursor) iter.Seq2[*Page, error] {
			return convert(s.client.Units.Pages(ctx, leasefind.UnitFindParams{GroupIDs: []string{group}, Cursor: cursor}), func(p *Page, u *leasefind.Unit) error { return leasefindUnit(p, group, u) })
		}
	case Leases:
		list = func(group string, cursor cursor) iter.Seq2[*Page, error] {
			return convert(s.client.Leases.Pages(ctx, leasefind.LeaseFindParams{GroupIDs: []string{group}, Cursor: cursor}), func(p *Page, l *leasefind.Lease) error { return leasefindLease(p, group, l) })
		}
	case People:
		list = func(group string, cursor cursor) iter.Seq2[*Page, error] {
			return convert(s.client.Tenants.Pages(ctx, leasefind.TenantFindParams{GroupID: group, Cursor: cursor}), func(p *Page, t *leasefind.Tenant) error { return leasefindPerson(p, group, t) })
		}
	default:
		return notSupported(leasefindName, kind, s.Listings())
	}
	return inTurn(leasefindName, s.groups, q, list)
}

// Get fetches a lease. Its group is the one that has it.
func (s leasefindSource) Get(ctx context.Context, kind Kind, id string) (*Page, error) {
	if kind != Leases {
		return nil, tenantry.ErrNotSupported
	}
	for _, group := range s.groups {
		for l, err := range s.client.Leases.All(ctx, leasefind.LeaseFindParams{Identifier: id, GroupIDs: []string{group}}) {
			if err != nil {
				return nil, err
			}
			if l.Identifier == id {
				p := &Page{Scope: group, Total: -1}
				return p, leasefindLease(p, group, l)
			}
		}
	}
	return nil, tenantry.ErrNotFound
}

func leasefindProperty(p *Page, group string, r *leasefind.Community) error {
	if r.CommunityID == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(leasefindName, r)
	if err != nil {
		return err
	}
	property := Property{
		Source: leasefindName, Scope: group, ID: r.CommunityID, ExternalIDs: ids(ExternalID{leasefindName, "community_external_ref", r.CommunityExternalRef}),
		Name: r.Name, TimeZone: r.Timezone, UnitCount: r.UnitCount, Raw: b,
	}
	if r.Status != "" {
		active := r.Status == leasefind.CommunityActive
		property.Active = &active
	}
	p.Properties = append(p.Properties, property)
	return nil
}

func leasefindUnit(p *Page, group string, r *leasefind.Unit) error {
	if r.Identifier == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(leasefindName, r)
	if err != nil {
		return err
	}
	u := Unit{
		Source: leasefindName, Scope: group, ID: r.Identifier, ExternalIDs: ids(ExternalID{leasefindName, "unit_external_ref", r.ExternalRef}), PropertyID: group,
		Number: r.UnitNumber, Address: leasefindAddress(r.Address), Bedrooms: number(r.NumberOfBedrooms), Bathrooms: baths(r.FullBathrooms, r.HalfBathrooms),
		SquareFeet: r.Sqft, Occupancy: OccupancyUnknown, Leasing: LeasingUnknown, Raw: b,
	}
	if r.Address != nil {
		u.Building = r.Address.BuildingName
	}
	p.Units = append(p.Units, u)
	return nil
}

func leasefindLease(p *Page, group string, r *leasefind.Lease) error {
	if r.Identifier == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(leasefindName, r)
	if err != nil {
		return err
	}
	p.Leases = append(p.Leases, Lease{
		Source: leasefindName, Scope: group, ID: r.Identifier, ExternalIDs: ids(ExternalID{leasefindName, "unit_external_ref", r.UnitExternalRef}), PropertyID: group,
		UnitID: r.UnitID, UnitNumber: r.UnitNumber, State: LeaseUnknown, Start: r.StartDate, End: r.EndDate, ScheduledMoveIn: r.MoveInDate,
		Rent: units(r.Rent), Deposit: units(r.Deposit), Raw: b,
	})
	for i := range r.Tenants {
		t := &r.Tenants[i]
		if t.Identifier == "" {
			p.Unidentified++
			continue
		}
		b, err := raw(leasefindName, t)
		if err != nil {
			return err
		}
		p.Tenancies = append(p.Tenancies, Tenancy{
			Source: leasefindName, Scope: group, ID: join(r.Identifier, t.Identifier), ExternalIDs: ids(ExternalID{leasefindName, "tenant_external_ref", t.ExternalRef}),
			PersonID: t.Identifier, LeaseID: r.Identifier, UnitID: r.UnitID, PropertyID: group, Role: RoleUnknown, Active: t.Active, Raw: b,
		})
	}
	return nil
}

func leasefindPerson(p *Page, group string, r *leasefind.Tenant) error {
	if r.Identifier == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(leasefindName, r)
	if err != nil {
		return err
	}
	person := Person{
		Source: leasefindName, Scope: group, ID: r.Identifier, ExternalIDs: ids(ExternalID{leasefindName, "tenant_external_ref", r.ExternalRef}),
		Kind: Individual, FirstName: r.FirstName, LastName: r.LastName, PropertyID: group, Raw: b,
	}
	if r.EmailAddress != "" {
		person.Emails = []Contact{email(r.EmailAddress)}
	}
	if r.PhoneNumber != "" {
		person.Phones = []Contact{phone(r.PhoneNumber)}
	}
	p.People = append(p.People, person)
	return nil
}

func leasefindAddress(a *leasefind.Address) Address {
	if a == nil {
		return Address{}
	}
	return Address{Line1: a.AddressLine1, Line2: a.AddressLine2, City: a.City, State: a.State, PostalCode: a.PostalCode, Country: a.Country}
}
