package main

import (
	"context"
	"iter"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
)

// elevenosSource copies the residents of all sites that the user may see. A
// page is one site, since this API has no pages; the cursor is the site behind
// it.
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
func (s *elevenosSource) sites(ctx context.Context) ([]*elevenos.Site, error) {
	teams, err := s.client.Teams(ctx)
	if err != nil {
		return nil, err
	}
	var all []*elevenos.Site
	for _, team := range teams {
		sites, err := s.client.Sites(ctx, team.TeamID)
		if err != nil {
			return nil, err
		}
		for _, site := range sites {
			all = append(all, s.client.Site(team.TeamID, site.SiteID))
		}
	}
	return all, nil
}

// Pages lists everyone: this API can't tell what changed.
func (s *elevenosSource) Pages(ctx context.Context, from tenantry.Cursor, _ time.Time) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		sites, err := s.sites(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		name := func(site *elevenos.Site) tenantry.Cursor { return tenantry.Cursor(site.TeamID + "/" + site.SiteID) }
		for i, site := range sites {
			if from != "" && name(site) != from {
				continue // was copied, or is new: the next run takes it
			}
			from = ""
			for p, err := range convert(site.Residents.Pages(ctx), func(r *elevenos.Resident) person {
				return person{ID: r.ResidentID, FirstName: r.FirstName, LastName: r.LastName, Email: r.Email, Phone: r.Phone, Place: site.SiteID}
			}) {
				if err != nil {
					yield(nil, err)
					return
				}
				if p.Total, p.More = -1, i+1 < len(sites); p.More {
					p.Next = name(sites[i+1])
				}
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}
