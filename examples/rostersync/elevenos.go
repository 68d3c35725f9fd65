package main

import (
	"context"
	"iter"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
)

// elevenosSource copies the residents of all sites that the user may see. A
// page is one site, since this API has no pages.
type elevenosSource struct {
	counter
	client *elevenos.Client
}

func newElevenos(email, password, baseURL string, prefetch int) (_ *elevenosSource, err error) {
	s := new(elevenosSource)
	s.client, err = elevenos.NewClient(email, password, s.options(baseURL, prefetch)...)
	return s, err
}

func (s *elevenosSource) Name() string { return "elevenos" }

// sites are all sites of all teams.
func (s *elevenosSource) sites(ctx context.Context) (names []string, byName map[string]*elevenos.Site, err error) {
	byName = make(map[string]*elevenos.Site)
	teams, err := s.client.Teams(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, team := range teams {
		sites, err := s.client.Sites(ctx, team.TeamID)
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

// Pages lists everyone: this API can't tell what changed.
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
				return person{ID: r.ResidentID, FirstName: r.FirstName, LastName: r.LastName, Email: r.Email, Phone: r.Phone, Place: site.SiteID}
			})
		})
	}
}
