package main

import (
	"context"
	"iter"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
)

// propexoSource copies Propexo's residents.
type propexoSource struct {
	counter
	client *propexo.Client
}

func newPropexo(token string, opts ...tenantry.Option) (_ *propexoSource, err error) {
	s := new(propexoSource)
	s.client, err = propexo.NewClient(token, s.options(opts)...)
	return s, err
}

func (s *propexoSource) Name() string { return "propexo" }

// TellsChanges returns true.
func (s *propexoSource) TellsChanges() bool { return true }

// Pages lists all residents, or those that changed at or after since.
func (s *propexoSource) Pages(ctx context.Context, from tenantry.Cursor, since time.Time) iter.Seq2[*page, error] {
	params := propexo.ResidentListParams{Limit: 250, Cursor: from, UpdatedAtGTE: since}
	return convert(s.client.Residents.Pages(ctx, params), func(r *propexo.Resident) person {
		return person{ID: r.ID, FirstName: r.FirstName, LastName: r.LastName, Email: r.Email1, Phone: r.Phone1, Place: r.PropertyID}
	})
}
