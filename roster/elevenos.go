package roster

import (
	"cmp"
	"context"
	"iter"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
)

const elevenosName = "elevenos"

type elevenosSource struct{ client *elevenos.Client }

// ElevenOS returns the source of an ElevenOS account: all sites that its user may
// see. The site, as team/site, is the scope.
//
//	record    field         ElevenOS's field
//	Property  ID            SiteId; Name: a Name or SiteName if the site has one
//	Unit      ID            Building/Floor/Unit of a mapping; Number: Unit
//	          Building, …   Building, Floor
//	Person    names         FirstName, LastName
//	          Emails        Email; Phones: Phone, Mobile
//	          ExternalIDs   UUID
//	Tenancy   UnitID        Building/Floor/Unit of the resident
//	          Active        Status has current
//	          MoveIn        ActivationDate; MoveOut: DeactivationDate
//	          RoleWord      the statuses, with commas
//
// The system has no leases, and tenancies come with the people. A resident who has
// expired is still listed, and not active, for 31 days; one that a listing of the
// site does not have is gone.
func ElevenOS(client *elevenos.Client) Source { return elevenosSource{client} }

func (s elevenosSource) Name() string { return elevenosName }

func (s elevenosSource) Listings() []Listing {
	return []Listing{
		{Kind: Properties, Carries: []Kind{Properties}},
		{Kind: Units, Carries: []Kind{Units}},
		{Kind: People, Carries: []Kind{People, Tenancies}},
	}
}

// A site is one of a team's.
type site struct {
	team string
	info elevenos.SiteInfo
}

func (s site) scope() string { return s.team + "/" + s.info.SiteID }

// sites returns all sites of all teams, and the teams and sites that could not be
// decoded.
func (s elevenosSource) sites(ctx context.Context) (all []site, bad []*tenantry.DecodeError, err error) {
	teams, err := s.client.ListTeams(ctx)
	if err != nil {
		return nil, nil, err
	}
	bad = teams.Undecodable
	for _, team := range teams.Items {
		if team.TeamID == "" {
			continue
		}
		sites, err := s.client.ListSites(ctx, team.TeamID)
		if err != nil {
			return nil, nil, err
		}
		bad = append(bad, sites.Undecodable...)
		for _, info := range sites.Items {
			all = append(all, site{team.TeamID, info})
		}
	}
	return all, bad, nil
}

func (s elevenosSource) Pages(ctx context.Context, kind Kind, q Query) iter.Seq2[*Page, error] {
	switch kind {
	case Properties, Units, People:
	default:
		return notSupported(elevenosName, kind, s.Listings())
	}
	return func(yield func(*Page, error) bool) {
		sites, bad, err := s.sites(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		if kind == Properties {
			p, err := elevenosProperties(sites, bad)
			yield(p, err)
			return
		}
		if len(bad) > 0 { // an unknown site is no empty one
			yield(nil, bad[0])
			return
		}
		var scopes []string
		byScope := make(map[string]*elevenos.Site)
		for _, one := range sites {
			if one.info.SiteID != "" && byScope[one.scope()] == nil {
				scopes = append(scopes, one.scope())
				byScope[one.scope()] = s.client.Site(one.team, one.info.SiteID)
			}
		}
		pages := inTurn(elevenosName, scopes, q, func(scope string, _ cursor) iter.Seq2[*Page, error] {
			if kind == Units {
				return s.units(ctx, scope, byScope[scope])
			}
			return convert(byScope[scope].Residents.Pages(ctx), func(p *Page, r *elevenos.Resident) error { return elevenosPerson(p, scope, r) })
		})
		for p, err := range pages {
			if !yield(p, err) {
				return
			}
		}
	}
}

func elevenosProperties(sites []site, bad []*tenantry.DecodeError) (*Page, error) {
	p := &Page{Total: len(sites) + len(bad), Undecodable: bad, Ends: []End{{}}}
	for i := range sites {
		info := &sites[i].info
		if info.SiteID == "" {
			p.Unidentified++
			continue
		}
		b, err := raw(elevenosName, info)
		if err != nil {
			return nil, err
		}
		property := Property{Source: elevenosName, ID: sites[i].scope(), ExternalIDs: ids(ExternalID{elevenosName, "site", info.SiteID}), Raw: b}
		for _, member := range []string{"Name", "SiteName"} {
			property.Name = cmp.Or(property.Name, text(info.Extra[member]))
		}
		p.Properties = append(p.Properties, property)
	}
	return p, nil
}

func (s elevenosSource) units(ctx context.Context, scope string, site *elevenos.Site) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		mappings, err := site.ListMappings(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		p := &Page{Total: mappings.Total, Undecodable: mappings.Undecodable}
		for i := range mappings.Items {
			if err = elevenosUnit(p, scope, &mappings.Items[i]); err != nil {
				break
			}
		}
		yield(p, err)
	}
}

func elevenosUnit(p *Page, scope string, m *elevenos.Mapping) error {
	id := join(m.Building, m.Floor, m.Unit)
	if m.Unit == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(elevenosName, m)
	if err != nil {
		return err
	}
	p.Units = append(p.Units, Unit{
		Source: elevenosName, Scope: scope, ID: id, PropertyID: scope,
		Number: m.Unit, Building: m.Building, Floor: m.Floor, Occupancy: OccupancyUnknown, Leasing: LeasingUnknown, Raw: b,
	})
	return nil
}

func elevenosPerson(p *Page, scope string, r *elevenos.Resident) error {
	if r.ResidentID == "" {
		p.Unidentified++
		return nil
	}
	b, err := raw(elevenosName, r)
	if err != nil {
		return err
	}
	person := Person{
		Source: elevenosName, Scope: scope, ID: r.ResidentID, ExternalIDs: ids(ExternalID{elevenosName, "uuid", r.UUID}),
		Kind: Individual, FirstName: r.FirstName, LastName: r.LastName, PropertyID: scope, Raw: b,
	}
	if r.Email != "" {
		person.Emails = []Contact{email(r.Email)}
	}
	for _, number := range []struct{ value, kind string }{{r.Phone, ""}, {r.Mobile, "mobile"}} {
		if number.value != "" {
			c := phone(number.value)
			c.Kind = number.kind
			person.Phones = append(person.Phones, c)
		}
	}
	p.People = append(p.People, person)
	active := r.Status.Has(elevenos.ResidentCurrent)
	t := Tenancy{
		Source: elevenosName, Scope: scope, ID: join(r.Building, r.Floor, r.Unit, r.ResidentID), PersonID: r.ResidentID, PropertyID: scope,
		Role: RoleUnknown, RoleWord: statusWords(r.Status), MoveIn: day(r.ActivationDate), MoveOut: day(r.DeactivationDate),
	}
	if r.Unit != "" {
		t.UnitID = join(r.Building, r.Floor, r.Unit)
	}
	if len(r.Status) > 0 {
		t.Active = &active
	}
	p.Tenancies = append(p.Tenancies, t)
	return nil
}

func statusWords(all elevenos.ResidentStatuses) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return strings.Join(words, ",")
}
