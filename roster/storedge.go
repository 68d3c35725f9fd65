package roster

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
)

const storedgeName = "storedge"

type storedgeSource struct {
	client     *storedge.Client
	facilities []string
}

// StorEDGE returns the source of some facilities of a storEDGE account. The facility
// is the scope.
//
//	record    field         storEDGE's field
//	Property  ID            the facility's ID; version 1 of the API says no more of it
//	Unit      Number        name; Floor: floor; SquareFeet: area, if it is whole
//	          MarketRent    price
//	          Occupancy     status: vacant, occupied; reserved is unknown
//	          Leasing       status: occupied is leased, reserved is reserved; of a vacant
//	                        unit rentable, unrentable, damaged, company_owned and deleted
//	                        say off_market, and available_for_move_in says available
//	          LeaseID       current_ledger_id
//	Lease     State         active: true is current, or notice with a scheduled_move_out;
//	                        false is past
//	          MoveIn, …     moved_in_at, closed_on; ScheduledMoveOut: scheduled_move_out,
//	                        if it is a text
//	          Rent          current_rate; Balance: current_account_balance
//	          ExternalIDs   lease_number
//	Person    Kind          is_business
//	          names         first_name, middle_initial, last_name, business_name
//	          Emails        email; Phones: phone_numbers, with label and primary
//	          Addresses     mailing_address, addresses
//	          ExternalIDs   account_number
//	Tenancy   LeaseID       current_ledger_ids (active) and previous_ledger_ids (not active)
//
// Ledgers are the leases. They do not name their unit: the unit names its ledger.
// Tenancies come with the people. A record that a listing of the facility does not
// have is gone.
func StorEDGE(client *storedge.Client, facilities ...string) Source {
	facilities = slices.DeleteFunc(slices.Clone(facilities), func(f string) bool { return f == "" })
	return storedgeSource{client, unique(facilities)}
}

// unique returns the texts without those that occur again.
func unique(all []string) []string {
	seen := make(map[string]bool)
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool {
		again := seen[s]
		seen[s] = true
		return again
	})
}

func (s storedgeSource) Name() string { return storedgeName }

func (s storedgeSource) Listings() []Listing {
	return []Listing{
		{Kind: Properties, Carries: []Kind{Properties}},
		{Kind: Units, Carries: []Kind{Units}},
		{Kind: Leases, Carries: []Kind{Leases}},
		{Kind: People, Carries: []Kind{People, Tenancies}},
	}
}

func (s storedgeSource) Pages(ctx context.Context, kind Kind, q Query) iter.Seq2[*Page, error] {
	var list func(facility string, cursor cursor) iter.Seq2[*Page, error]
	switch kind {
	case Properties:
		return s.properties()
	case Units:
		list = func(facility string, cursor cursor) iter.Seq2[*Page, error] {
			return convert(s.client.Facility(facility).Units.Pages(ctx, storedge.ListParams{Cursor: cursor}), func(p *Page, u *storedge.Unit) error { return storedgeUnit(p, facility, u) })
		}
	case Leases:
		list = func(facility string, cursor cursor) iter.Seq2[*Page, error] {
			return convert(s.client.Facility(facility).Ledgers.Pages(ctx, storedge.ListParams{Cursor: cursor}), func(p *Page, l *storedge.Ledger) error { return storedgeLease(p, facility, l) })
		}
	case People:
		list = func(facility string, cursor cursor) iter.Seq2[*Page, error] {
			return convert(s.client.Facility(facility).Tenants.Pages(ctx, storedge.ListParams{Cursor: cursor}), func(p *Page, t *storedge.Tenant) error { return storedgePerson(p, facility, t) })
		}
	default:
		return notSupported(storedgeName, kind, s.Listings())
	}
	return inTurn(storedgeName, s.facilities, q, list)
}

// properties lists the facilities, without a request.
func (s storedgeSource) properties() iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		p := &Page{Total: len(s.facilities), Ends: []End{{}}}
		for _, facility := range s.facilities {
			p.Properties = append(p.Properties, Property{Source: storedgeName, ID: facility, ExternalIDs: ids(ExternalID{storedgeName, "facility", facility})})
		}
		yield(p, nil)
	}
}

func storedgeUnit(p *Page, facility string, r *storedge.Unit) error {
	if r.ID == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(storedgeName, r)
	if err != nil {
		return err
	}
	state := stateOfUnit(string(r.Status))
	u := Unit{
		Source: storedgeName, Scope: facility, ID: r.ID, PropertyID: facility, LeaseID: r.CurrentLedgerID,
		Number: r.Name, Floor: number(r.Floor), SquareFeet: whole(r.Area), MarketRent: units(r.Price),
		Occupancy: state.occupancy, Leasing: state.leasing, OccupancyWord: string(r.Status), LeasingWord: string(r.Status), Raw: b,
	}
	if r.Status == storedge.UnitStatusVacant {
		u.Leasing, u.LeasingWord = storedgeVacant(r)
	}
	p.Units = append(p.Units, u)
	return nil
}

// storedgeVacant returns the leasing state of a vacant unit, and the member that says
// so.
func storedgeVacant(r *storedge.Unit) (Leasing, string) {
	for _, flag := range []struct {
		name  string
		value *bool
		off   bool // the value that takes the unit off the market
	}{
		{"deleted", r.Deleted, true}, {"company_owned", r.CompanyOwned, true}, {"damaged", r.Damaged, true}, {"unrentable", r.Unrentable, true}, {"rentable", r.Rentable, false},
	} {
		if flag.value != nil && *flag.value == flag.off {
			return OffMarket, fmt.Sprintf("%s: %t", flag.name, flag.off)
		}
	}
	switch {
	case r.Available():
		return Available, "available_for_move_in: true"
	case r.AvailableForMoveIn != nil:
		return LeasingUnknown, fmt.Sprintf("available_for_move_in: %t", *r.AvailableForMoveIn)
	}
	return LeasingUnknown, string(r.Status)
}

// whole returns a number that is whole, nil for others.
func whole(d tenantry.Decimal) *int64 {
	r, err := d.Rat()
	if err != nil || !r.IsInt() || !r.Num().IsInt64() {
		return nil
	}
	n := r.Num().Int64()
	return &n
}

func storedgeLease(p *Page, facility string, r *storedge.Ledger) error {
	if r.ID == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(storedgeName, r)
	if err != nil {
		return err
	}
	l := Lease{
		Source: storedgeName, Scope: facility, ID: r.ID, ExternalIDs: ids(ExternalID{storedgeName, "lease_number", number(r.LeaseNumber)}), PropertyID: facility,
		State: LeaseUnknown, MoveIn: day(r.MovedInAt), MoveOut: day(r.ClosedOn), ScheduledMoveOut: day(tenantry.Timestamp(text(r.ScheduledMoveOut))),
		Rent: units(r.CurrentRate), Balance: units(r.CurrentAccountBalance), Raw: b,
	}
	scheduled := len(r.ScheduledMoveOut) > 0 && string(r.ScheduledMoveOut) != "null"
	if r.Active != nil {
		l.StateWord = fmt.Sprintf("active: %t", *r.Active)
		switch {
		case !*r.Active:
			l.State = LeasePast
		case scheduled:
			l.State = LeaseNotice
		default:
			l.State = LeaseCurrent
		}
	}
	p.Leases = append(p.Leases, l)
	return nil
}

func storedgePerson(p *Page, facility string, t *storedge.Tenant) error {
	if t.ID == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(storedgeName, t)
	if err != nil {
		return err
	}
	person := Person{
		Source: storedgeName, Scope: facility, ID: t.ID,
		Kind: Individual, FirstName: t.FirstName, MiddleName: t.MiddleInitial, LastName: t.LastName, BusinessName: t.BusinessName,
		PropertyID: facility, CreatedAt: t.CreatedAt, Raw: b,
	}
	if t.AccountNumber != 0 {
		person.ExternalIDs = ids(ExternalID{storedgeName, "account_number", strconv.FormatInt(t.AccountNumber, 10)})
	}
	if t.IsBusiness != nil && *t.IsBusiness {
		person.Kind = Business
	}
	if t.Email != "" {
		person.Emails = []Contact{email(t.Email)}
	}
	for i := range t.PhoneNumbers {
		n := &t.PhoneNumbers[i]
		value := n.Number
		if value == "" {
			value = n.UnformattedNumber
		}
		if value == "" {
			continue
		}
		c := phone(value)
		c.Kind, c.Label, c.Primary = contactKind(n.Label), n.Label, n.Primary
		person.Phones = append(person.Phones, c)
	}
	all := make([]Address, 0, 1+len(t.Addresses))
	seen := make(map[string]bool)
	add := func(label string, a *storedge.Address) {
		if a != nil && (a.ID == "" || !seen[a.ID]) {
			seen[a.ID] = true
			all = append(all, Address{Label: label, Line1: a.Address1, Line2: a.Address2, City: a.City, State: a.State, PostalCode: a.Postal, Country: a.Country})
		}
	}
	add("mailing", t.MailingAddress)
	for i := range t.Addresses {
		add(t.Addresses[i].Label, &t.Addresses[i])
	}
	person.Addresses = addresses(all...)
	p.People = append(p.People, person)
	for _, ledgers := range []struct {
		ids    []string
		active bool
	}{{t.CurrentLedgerIDs, true}, {t.PreviousLedgerIDs, false}} {
		for _, id := range unique(ledgers.ids) {
			p.Tenancies = append(p.Tenancies, Tenancy{
				Source: storedgeName, Scope: facility, ID: join(id, t.ID),
				PersonID: t.ID, LeaseID: id, PropertyID: facility, Role: Primary, Active: &ledgers.active,
			})
		}
	}
	return nil
}
