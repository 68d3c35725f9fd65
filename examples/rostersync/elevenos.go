package main

import (
	"context"
	"iter"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
)

// elevenosSource copies the residents of all sites that the user has access to. A page
// is one site, since this API has no pages.
type elevenosSource struct {
	counter
	client *elevenos.Client
}

func newElevenos(email, password string, opts ...tenantry.Option) (_ *elevenosSource, err error) {
	s := new(elevenosSource)
	s.client, err = elevenos.NewClient(email, password, s.options(opts)...)
	return s, err
}

func (s *elevenosSource) Name() string { return "elevenos" }

// sites returns all sites of all teams. A team or site that can't be read is an
// error: its residents would be missing from the copy.
func (s *elevenosSource) sites(ctx context.Context) (names []string, byName map[string]*elevenos.Site, err error) {
	byName = make(map[string]*elevenos.Site)
	teams, err := whole(s.client.ListTeams(ctx))
	if err != nil {
		return nil, nil, err
	}
	for _, team := range teams {
		sites, err := whole(s.client.ListSites(ctx, team.TeamID))
		if err != nil {
			return nil, nil, err
		}
		for _, site := range sites {
			name := team.TeamID + "/" + site.SiteID
			names, byName[name] = append(names, name), s.client.Site(team.TeamID, site.SiteID)
		}
	}
	return names, byName, nil
}

// whole returns the records of a page, or an error if some can't be decoded.
func whole[T any](page *tenantry.Page[T], err error) ([]T, error) {
	switch {
	case err != nil:
		return nil, err
	case len(page.Undecodable) > 0:
		return nil, page.Undecodable[0]
	}
	return page.Items, nil
}

// Pages lists all people. This API can't tell what changed.
func (s *elevenosSource) Pages(ctx context.Context, from tenantry.Cursor, _ time.Time) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		names, sites, err := s.sites(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		inTurn(names, from, yield, func(name string, _ tenantry.Cursor) iter.Seq2[*page, error] {
			site := sites[name]
			return convert(site.Residents.Pages(ctx), func(r *elevenos.Resident) person {
				return person{ID: r.ResidentID, FirstName: r.FirstName, LastName: r.LastName, Email: r.Email, Phone: r.Phone, Place: site.ID()}
			})
		})
	}
}
