package roster

import (
	"context"
	"iter"
	"slices"
	"strconv"

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
//	Person    Kind          is_business
//	          names         first_name, middle_initial, last_name, business_name
//	          Emails        email; Phones: phone_numbers, with label and primary
//	          Addresses     mailing_address, addresses
//	          ExternalIDs   account_number
//	Tenancy   LeaseID       current_ledger_ids (active) and previous_ledger_ids (not active)
//
// Tenancies come with the people. A tenant that a listing of the facility does not
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
	return []Listing{{Kind: People, Carries: []Kind{People, Tenancies}}}
}

func (s storedgeSource) Pages(ctx context.Context, kind Kind, q Query) iter.Seq2[*Page, error] {
	if kind != People {
		return notSupported(storedgeName, kind, s.Listings())
	}
	return inTurn(storedgeName, s.facilities, q, func(facility string, cursor cursor) iter.Seq2[*Page, error] {
		return convert(s.client.Facility(facility).Tenants.Pages(ctx, storedge.ListParams{Cursor: cursor}), func(p *Page, t *storedge.Tenant) error {
			return storedgePerson(p, facility, t)
		})
	})
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
