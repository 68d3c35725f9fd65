package main

import (
	"context"
	"iter"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
)

// leasefindSource copies the tenants of all leases that the account has access to.
type leasefindSource struct {
	counter
	client *leasefind.Client
}

func newLeasefind(clientID, clientSecret string, opts ...tenantry.Option) (_ *leasefindSource, err error) {
	s := new(leasefindSource)
	s.client, err = leasefind.NewClient(clientID, clientSecret, s.options(opts)...)
	return s, err
}

func (s *leasefindSource) Name() string { return "leasefind" }

// Pages lists all people. This API can't tell what changed.
func (s *leasefindSource) Pages(ctx context.Context, from tenantry.Cursor, _ time.Time) iter.Seq2[*page, error] {
	return convert(s.client.Tenants.Pages(ctx, leasefind.TenantFindParams{Cursor: from}), func(t *leasefind.Tenant) person {
		return person{ID: t.Identifier, FirstName: t.FirstName, LastName: t.LastName, Email: t.EmailAddress, Phone: t.PhoneNumber}
	})
}
