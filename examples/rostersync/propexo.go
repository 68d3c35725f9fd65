package main

import (
	"context"
	"iter"
	"time"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
)

// propexoSource copies Propexo's residents.
type propexoSource struct {
	counter
	client *propexo.Client
}

func newPropexo(token, baseURL string, prefetch int) (*propexoSource, error) {
	s := new(propexoSource)
	opts := []tenantry.Option{tenantry.WithPrefetch(prefetch), s.option(), tenantry.WithUserAgent("rostersync")}
	if baseURL != "" {
		opts = append(opts, tenantry.WithBaseURL(baseURL))
	}
	var err error
	s.client, err = propexo.NewClient(token, opts...)
	return s, err
}

func (s *propexoSource) Name() string { return "propexo" }

func (s *propexoSource) Pages(ctx context.Context, from tenantry.Cursor, since time.Time) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		params := propexo.ResidentListParams{Limit: 250, Cursor: from, UpdatedAtGTE: since}
		for p, err := range s.client.Residents.Pages(ctx, params) {
			if err != nil {
				yield(nil, err)
				return
			}
			people := make([]person, len(p.Items))
			for i := range p.Items {
				r := &p.Items[i]
				raw, err := json.Marshal(r)
				if err != nil {
					yield(nil, err)
					return
				}
				people[i] = person{r.ID, r.FirstName, r.LastName, r.Email1, r.Phone1, r.PropertyID, raw}
			}
			if !yield(&page{people, len(p.Undecodable), p.Total, p.Next, p.HasMore}, nil) {
				return
			}
		}
	}
}
