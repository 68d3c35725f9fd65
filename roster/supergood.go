package roster

import (
	"context"
	"errors"
	"iter"
	"strconv"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
)

const supergoodName = "supergood"

type supergoodSource struct{ client *supergood.Client }

// Supergood returns the source of a Supergood account: all its properties. The
// property is the scope of everything in it.
//
//	record    field         Supergood's field
//	Property  Name          name; TimeZone: timeZone; Address: address, if it is a text
//	Unit      Occupancy, …  status, by its words
//	          Number        a number, unitNumber or name among the other members
//	Lease     State         status, by its words; Start, End: startDate, endDate
//	          Rent          rent
//	Person    names         firstName, lastName
//	          Emails        email; Phones: phone
//	Tenancy   all           residents of a unit and of its leases
//
// Leases, people and tenancies come with the units. A record that a listing of the
// property's units does not have is gone.
func Supergood(client *supergood.Client) Source { return supergoodSource{client} }

func (s supergoodSource) Name() string { return supergoodName }

func (s supergoodSource) Listings() []Listing {
	return []Listing{
		{Kind: Properties, Carries: []Kind{Properties}},
		{Kind: Units, Carries: []Kind{Units, Leases, People, Tenancies}},
	}
}

func (s supergoodSource) Pages(ctx context.Context, kind Kind, q Query) iter.Seq2[*Page, error] {
	switch kind {
	case Properties:
		return ending(convert(s.client.Properties.Pages(ctx, supergood.ListParams{Cursor: q.Cursor}), supergoodProperty), End{})
	case Units:
	default:
		return notSupported(supergoodName, kind, s.Listings())
	}
	return func(yield func(*Page, error) bool) {
		var scopes []string
		for property, err := range s.client.Properties.All(ctx, supergood.ListParams{}) {
			if err == nil && property.ID == "" {
				err = errors.New("roster: supergood: a property has no ID, so its units can't be listed")
			}
			if err != nil { // an unknown property is no empty one
				yield(nil, err)
				return
			}
			scopes = append(scopes, property.ID)
		}
		pages := inTurn(supergoodName, unique(scopes), q, func(property string, cursor cursor) iter.Seq2[*Page, error] {
			return convert(s.client.Property(property).PagesUnits(ctx, supergood.ListParams{Cursor: cursor}), func(p *Page, u *supergood.Unit) error {
				return supergoodUnit(p, property, u)
			})
		})
		for p, err := range pages {
			if !yield(p, err) {
				return
			}
		}
	}
}

func supergoodProperty(p *Page, r *supergood.Property) error {
	if r.ID == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(supergoodName, r)
	if err != nil {
		return err
	}
	p.Properties = append(p.Properties, Property{
		Source: supergoodName, ID: r.ID, Name: r.Name, TimeZone: r.TimeZone, Address: Address{Line1: text(r.Address)}, Raw: b,
	})
	return nil
}

// text returns a JSON text, and "" for other JSON.
func text(b tenantry.Raw) (s string) {
	if len(b) > 0 && b[0] == '"' {
		_ = json.Unmarshal(b, &s) // s stays "" if it is none
	}
	return s
}

func supergoodUnit(p *Page, property string, r *supergood.Unit) error {
	if r.ID == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(supergoodName, r)
	if err != nil {
		return err
	}
	state := stateOfUnit(r.Status)
	u := Unit{
		Source: supergoodName, Scope: property, ID: r.ID, PropertyID: property,
		Occupancy: state.occupancy, Leasing: state.leasing, OccupancyWord: r.Status, LeasingWord: r.Status, Raw: b,
	}
	for _, member := range []string{"number", "unitNumber", "name"} {
		if u.Number == "" {
			u.Number = text(r.Extra[member])
		}
	}
	p.Units = append(p.Units, u)
	add := func(resident *supergood.Resident, lease string) error {
		if resident.ID == "" {
			p.Unidentified++
			return nil
		}
		if err := supergoodPerson(p, property, resident); err != nil {
			return err
		}
		t := Tenancy{
			Source: supergoodName, Scope: property, ID: join(lease, resident.ID), PersonID: resident.ID, LeaseID: lease, UnitID: r.ID, PropertyID: property, Role: RoleUnknown,
		}
		if lease == "" {
			t.ID = join(r.ID, resident.ID)
		}
		p.Tenancies = append(p.Tenancies, t)
		return nil
	}
	onLease := make(map[string]bool)
	for i := range r.Leases {
		l := &r.Leases[i]
		if l.ID == "" {
			p.Unidentified++
			continue
		}
		b, err := raw(supergoodName, l)
		if err != nil {
			return err
		}
		state, ok := leaseState(l.Status)
		if !ok {
			state = LeaseUnknown
		}
		p.Leases = append(p.Leases, Lease{
			Source: supergoodName, Scope: property, ID: l.ID, PropertyID: property, UnitID: r.ID, UnitNumber: u.Number,
			State: state, StateWord: l.Status, Start: l.StartDate, End: l.EndDate, Rent: units(l.Rent), Raw: b,
		})
		for j := range l.Residents {
			onLease[l.Residents[j].ID] = true
			if err := add(&l.Residents[j], l.ID); err != nil {
				return err
			}
		}
	}
	for i := range r.Residents {
		resident := &r.Residents[i]
		if resident.ID != "" && onLease[resident.ID] { // the lease may have had the ID alone
			err = supergoodPerson(p, property, resident)
		} else {
			err = add(resident, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// supergoodPerson adds a person to the page. A person may come several times, as an
// ID alone and in full: the page keeps the fullest record.
func supergoodPerson(p *Page, property string, r *supergood.Resident) error {
	b, err := raw(supergoodName, r)
	if err != nil {
		return err
	}
	person := Person{Source: supergoodName, Scope: property, ID: r.ID, Kind: Individual, FirstName: r.FirstName, LastName: r.LastName, PropertyID: property, Raw: b}
	if r.Email != "" {
		person.Emails = []Contact{email(r.Email)}
	}
	if r.Phone != "" {
		person.Phones = []Contact{phone(r.Phone)}
	}
	if p.people == nil {
		p.people = make(map[string]int)
	}
	i, again := p.people[r.ID]
	switch {
	case !again:
		p.people[r.ID] = len(p.People)
		p.People = append(p.People, person)
	case len(b) > len(p.People[i].Raw):
		p.People[i] = person
	}
	return nil
}

// number returns a number as text, "" for nil.
func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// baths returns a number of bathrooms as text: two and a half are "2.5".
func baths(full, half *int64) string {
	if full == nil && half == nil {
		return ""
	}
	var n, h int64
	if full != nil {
		n = *full
	}
	if half != nil {
		h = *half
	}
	return strconv.FormatFloat(float64(n)+float64(h)/2, 'f', -1, 64)
}
