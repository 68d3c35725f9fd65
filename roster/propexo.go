package roster

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
)

const propexoName = "propexo"

type propexoSource struct{ client *propexo.Client }

// Propexo returns the source of a Propexo account: everything that its token can
// read, of all integrations. The integration is the scope.
//
//	record    field          Propexo's field
//	Property  Name           name
//	          Address        address_1, address_2, city, state, zip, country
//	          UnitCount      number_of_units
//	          Active         is_active
//	          ExternalIDs    x_id, x_property_id, code
//	Unit      Number         number; Building: building_name or building_number; Floor: floor
//	          Bedrooms, …    bedrooms, bathrooms, square_feet
//	          MarketRent     rent_amount_market_in_cents
//	          Occupancy      is_vacant: true is vacant, false is occupied
//	          Leasing        is_available: true is available
//	Lease     State          status_raw if it is a known word, else status_normalized:
//	                         ACTIVE is current, PENDING future, INACTIVE past, EVICTED evicted
//	          Start, End     start_date, end_date
//	          ScheduledMove… scheduled_move_in_date, scheduled_move_out_date
//	          MoveIn, …      realized_move_in_date, realized_move_out_date
//	          Rent           rent_amount_in_cents; Deposit: deposit_amount_in_cents
//	          Balance        balance_amount_in_cents
//	Tenancy   all            residents_meta_data of the lease
//	          Role           PRIMARY is primary, SECONDARY co-resident, GUARANTOR guarantor
//	Person    Emails         email_1, email_2; Phones: phone_1, phone_2 and their types
//	          Addresses      address_1 and so on, and address_1_alternate and so on
//	          ExternalIDs    x_id, in the system behind the integration
//
// Tenancies come with the leases. Propexo never removes records: those that the
// system behind it no longer has keep an old last_seen. Yardi's integrations read
// recent changes only, so their records are never gone.
func Propexo(client *propexo.Client) Source { return propexoSource{client} }

func (s propexoSource) Name() string { return propexoName }

func (s propexoSource) Listings() []Listing {
	return []Listing{
		{Kind: Properties, Carries: []Kind{Properties}, Incremental: true},
		{Kind: Units, Carries: []Kind{Units}, Incremental: true},
		{Kind: Leases, Carries: []Kind{Leases, Tenancies}, Incremental: true},
		{Kind: People, Carries: []Kind{People}, Incremental: true},
	}
}

const propexoLimit = 250

func (s propexoSource) Pages(ctx context.Context, kind Kind, q Query) iter.Seq2[*Page, error] {
	var pages iter.Seq2[*Page, error]
	switch kind {
	case Properties:
		pages = convert(s.client.Properties.Pages(ctx, propexo.PropertyListParams{Limit: propexoLimit, Cursor: q.Cursor, UpdatedAtGTE: q.Since}), propexoProperty)
	case Units:
		pages = convert(s.client.Units.Pages(ctx, propexo.UnitListParams{Limit: propexoLimit, Cursor: q.Cursor, UpdatedAtGTE: q.Since}), propexoUnit)
	case Leases:
		pages = convert(s.client.Leases.Pages(ctx, propexo.LeaseListParams{Limit: propexoLimit, Cursor: q.Cursor, UpdatedAtGTE: q.Since}), propexoLease)
	case People:
		pages = convert(s.client.Residents.Pages(ctx, propexo.ResidentListParams{Limit: propexoLimit, Cursor: q.Cursor, UpdatedAtGTE: q.Since}), propexoPerson)
	default:
		return notSupported(propexoName, kind, s.Listings())
	}
	return func(yield func(*Page, error) bool) {
		for p, err := range pages {
			if err == nil && !p.HasMore && q.Since.IsZero() {
				p.Ends, err = s.ends(ctx)
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// Get fetches one record.
func (s propexoSource) Get(ctx context.Context, kind Kind, id string) (*Page, error) {
	p := &Page{Total: -1}
	switch kind {
	case Properties:
		return got(p, propexoProperty)(s.client.Properties.Get(ctx, id))
	case Units:
		return got(p, propexoUnit)(s.client.Units.Get(ctx, id))
	case Leases:
		return got(p, propexoLease)(s.client.Leases.Get(ctx, id))
	case People:
		return got(p, propexoPerson)(s.client.Residents.Get(ctx, id))
	}
	return nil, tenantry.ErrNotSupported
}

// got puts a record that was fetched into a page.
func got[T any](p *Page, add func(*Page, *T) error) func(*T, error) (*Page, error) {
	return func(record *T, err error) (*Page, error) {
		if err != nil {
			return nil, err
		}
		return p, add(p, record)
	}
}

// ends returns the integrations whose last sync says what is gone. A token that may
// not read the integrations says nothing of it.
func (s propexoSource) ends(ctx context.Context) ([]End, error) {
	var ends []End
	for i, err := range s.client.Integrations.All(ctx, propexo.IntegrationListParams{Limit: propexoLimit}) {
		var undecodable *tenantry.DecodeError
		switch {
		case errors.As(err, &undecodable):
			continue
		case errors.Is(err, tenantry.ErrForbidden), errors.Is(err, tenantry.ErrUnauthorized), errors.Is(err, tenantry.ErrNotFound):
			return nil, nil
		case err != nil:
			return nil, err
		}
		// Yardi's sync reads what changed in the last days, and SAMPLE1 is Yardi in
		// Propexo's public description.
		if i.Vendor == "YARDI" || i.Vendor == "SAMPLE1" {
			continue
		}
		if last, err := tenantry.Timestamp(i.LastCompletedSync).Time(); err == nil && !last.IsZero() {
			ends = append(ends, End{Scope: i.ID, LastSync: last})
		}
	}
	return ends, nil
}

func propexoProperty(p *Page, r *propexo.Property) error {
	id := cmp.Or(r.ID, r.PropertyID)
	if id == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(propexoName, r)
	if err != nil {
		return err
	}
	vendor := string(r.IntegrationVendor)
	p.Properties = append(p.Properties, Property{
		Source: propexoName, Scope: r.IntegrationID, ID: id,
		ExternalIDs: ids(ExternalID{vendor, "property", r.XID}, ExternalID{vendor, "property_id", r.XPropertyID}, ExternalID{vendor, "property_code", r.Code}),
		Name:        r.Name,
		Address:     Address{Line1: r.Address1, Line2: r.Address2, City: r.City, State: r.State, PostalCode: r.Zip, Country: r.Country},
		UnitCount:   r.NumberOfUnits, Active: r.IsActive,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, LastSeen: r.LastSeen, Raw: b,
	})
	return nil
}

func propexoUnit(p *Page, r *propexo.Unit) error {
	if r.ID == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(propexoName, r)
	if err != nil {
		return err
	}
	u := Unit{
		Source: propexoName, Scope: r.IntegrationID, ID: r.ID,
		ExternalIDs: ids(ExternalID{string(r.IntegrationVendor), "unit", r.XID}),
		PropertyID:  r.PropertyID, Number: r.Number, Building: cmp.Or(r.BuildingName, r.BuildingNumber), Floor: r.Floor,
		Address:  Address{Line1: r.Address1, Line2: r.Address2, City: r.City, State: r.State, PostalCode: r.Zip, Country: r.Country},
		Bedrooms: r.Bedrooms, Bathrooms: r.Bathrooms, SquareFeet: r.SquareFeet, MarketRent: cents(r.RentAmountMarketInCents),
		Occupancy: OccupancyUnknown, Leasing: LeasingUnknown,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, LastSeen: r.LastSeen, Raw: b,
	}
	if r.IsVacant != nil {
		u.Occupancy, u.OccupancyWord = Occupied, "is_vacant: false"
		if *r.IsVacant {
			u.Occupancy, u.OccupancyWord = Vacant, "is_vacant: true"
		}
	}
	if r.IsAvailable != nil {
		u.LeasingWord = "is_available: false"
		if *r.IsAvailable {
			u.Leasing, u.LeasingWord = Available, "is_available: true"
		}
	}
	p.Units = append(p.Units, u)
	return nil
}

func propexoLease(p *Page, r *propexo.Lease) error {
	if r.ID == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(propexoName, r)
	if err != nil {
		return err
	}
	l := Lease{
		Source: propexoName, Scope: r.IntegrationID, ID: r.ID,
		ExternalIDs: ids(ExternalID{string(r.IntegrationVendor), "lease", r.XID}),
		PropertyID:  r.PropertyID, UnitID: r.UnitID, UnitNumber: r.UnitNumber,
		State: propexoState(r), StateWord: cmp.Or(r.StatusRaw, string(r.StatusNormalized)),
		Start: day(r.StartDate), End: day(r.EndDate),
		ScheduledMoveIn: day(r.ScheduledMoveInDate), ScheduledMoveOut: day(r.ScheduledMoveOutDate),
		MoveIn: day(r.RealizedMoveInDate), MoveOut: day(r.RealizedMoveOutDate),
		Rent: cents(r.RentAmountInCents), Deposit: cents(r.DepositAmountInCents), Balance: cents(r.BalanceAmountInCents),
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, LastSeen: r.LastSeen, Raw: b,
	}
	for i := range r.ResidentsMetaData {
		m := &r.ResidentsMetaData[i]
		if m.ResidentID == "" {
			p.Unidentified++
			continue
		}
		b, err := raw(propexoName, m)
		if err != nil {
			return err
		}
		if l.Notice == "" {
			l.Notice = day(m.NoticeDate)
		}
		p.Tenancies = append(p.Tenancies, Tenancy{
			Source: propexoName, Scope: r.IntegrationID, ID: join(r.ID, m.ResidentID),
			PersonID: m.ResidentID, LeaseID: r.ID, UnitID: r.UnitID, PropertyID: r.PropertyID,
			Role: propexoRole(m.ResidentTypeNormalized), RoleWord: cmp.Or(m.XResidentType, string(m.ResidentTypeNormalized)),
			MoveIn: day(m.MoveInDate), MoveOut: day(m.MoveOutDate), Notice: day(m.NoticeDate),
			LastSeen: r.LastSeen, Raw: b,
		})
	}
	p.Leases = append(p.Leases, l)
	return nil
}

func propexoState(r *propexo.Lease) LeaseState {
	if s, ok := leaseState(r.StatusRaw); ok {
		return s
	}
	switch r.StatusNormalized {
	case propexo.LeaseStatusActive:
		return LeaseCurrent
	case propexo.LeaseStatusPending:
		return LeaseFuture
	case propexo.LeaseStatusInactive:
		return LeasePast
	case propexo.LeaseStatusEvicted:
		return LeaseEvicted
	}
	return LeaseUnknown
}

func propexoRole(t propexo.ResidentType) Role {
	switch t {
	case propexo.ResidentTypePrimary:
		return Primary
	case propexo.ResidentTypeSecondary:
		return CoResident
	case propexo.ResidentTypeGuarantor:
		return Guarantor
	case propexo.ResidentTypeOther:
		return RoleOther
	}
	return RoleUnknown
}

func propexoPerson(p *Page, r *propexo.Resident) error {
	if r.ID == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(propexoName, r)
	if err != nil {
		return err
	}
	person := Person{
		Source: propexoName, Scope: r.IntegrationID, ID: r.ID,
		ExternalIDs: ids(ExternalID{string(r.IntegrationVendor), "resident", r.XID}),
		Kind:        Individual, FirstName: r.FirstName, MiddleName: r.MiddleName, LastName: r.LastName, PropertyID: r.PropertyID,
		Addresses: addresses(
			Address{Label: "main", Line1: r.Address1, Line2: r.Address2, City: r.City, State: r.State, PostalCode: r.Zip, Country: r.Country},
			Address{Label: "alternate", Line1: r.Address1Alternate, Line2: r.Address2Alternate, City: r.CityAlternate, State: r.StateAlternate, PostalCode: r.ZipAlternate, Country: r.CountryAlternate},
		),
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, LastSeen: r.LastSeen, Raw: b,
	}
	for _, address := range []string{r.Email1, r.Email2} {
		if strings.TrimSpace(address) != "" {
			person.Emails = append(person.Emails, email(address))
		}
	}
	for _, number := range []struct {
		value string
		kind  propexo.PhoneType
	}{{r.Phone1, r.Phone1Type}, {r.Phone2, r.Phone2Type}} {
		if strings.TrimSpace(number.value) != "" {
			c := phone(number.value)
			c.Kind, c.Label = contactKind(string(number.kind)), string(number.kind)
			person.Phones = append(person.Phones, c)
		}
	}
	p.People = append(p.People, person)
	return nil
}
