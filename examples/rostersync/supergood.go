package main

import (
	"context"
	"iter"
	"time"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
)

// supergoodSource copies the residents of units and of their leases, one property
// after the other.
type supergoodSource struct {
	counter
	client *supergood.Client
}

func newSupergood(baseURL string, creds supergood.Credentials, opts ...tenantry.Option) (_ *supergoodSource, err error) {
	s := new(supergoodSource)
	s.client, err = supergood.NewClient(baseURL, creds, s.options(opts)...)
	return s, err
}

func (s *supergoodSource) Name() string { return "supergood" }

// Pages lists all people. This API can't tell what changed.
func (s *supergoodSource) Pages(ctx context.Context, from tenantry.Cursor, _ time.Time) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		properties, err := tenantry.Collect(s.client.Properties.All(ctx, supergood.ListParams{}))
		if err != nil {
			yield(nil, err)
			return
		}
		ids := make([]string, len(properties))
		for i, p := range properties {
			ids[i] = p.ID
		}
		inTurn(ids, from, yield, func(id string, cursor tenantry.Cursor) iter.Seq2[*page, error] {
			return unitPages(s.client.Property(id).PagesUnits(ctx, supergood.ListParams{Cursor: cursor}), id)
		})
	}
}

// unitPages turns pages of units into pages of people.
func unitPages(units iter.Seq2[*tenantry.Page[supergood.Unit], error], property string) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		for p, err := range units {
			if err != nil {
				yield(nil, err)
				return
			}
			var people []person
			for i := range p.Items {
				for _, r := range p.Items[i].People() {
					raw, err := json.Marshal(&r, json.Deterministic(true))
					if err != nil {
						yield(nil, err)
						return
					}
					people = append(people, person{r.ID, r.FirstName, r.LastName, r.Email, r.Phone, property, raw})
				}
			}
			if !yield(&page{people, len(p.Undecodable), -1, p.Next, p.HasMore}, nil) {
				return
			}
		}
	}
}
