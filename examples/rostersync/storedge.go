package main

import (
	"context"
	"errors"
	"iter"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
)

// storedgeSource copies the tenants of the given facilities, one after the other.
type storedgeSource struct {
	counter
	client     *storedge.Client
	facilities []string
}

func newStoredge(accessID, secretKey string, facilities []string, opts ...tenantry.Option) (_ *storedgeSource, err error) {
	s := &storedgeSource{facilities: facilities}
	if len(facilities) == 0 || strings.Join(facilities, "") == "" {
		return nil, errors.New("storedge: STOREDGE_FACILITIES is empty; set it to the IDs of the facilities, separated by commas")
	}
	s.client, err = storedge.NewClient(accessID, secretKey, s.options(opts)...)
	return s, err
}

func (s *storedgeSource) Name() string { return "storedge" }

// Pages lists all people. This API can't tell what changed.
func (s *storedgeSource) Pages(ctx context.Context, from tenantry.Cursor, _ time.Time) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		inTurn(s.facilities, from, yield, func(facility string, cursor tenantry.Cursor) iter.Seq2[*page, error] {
			return convert(s.client.Facility(facility).Tenants.Pages(ctx, storedge.TenantListParams{Cursor: cursor}), storedgePerson)
		})
	}
}

func storedgePerson(t *storedge.Tenant) person {
	p := person{ID: t.ID, FirstName: t.FirstName, LastName: t.LastName, Email: t.Email, Place: t.FacilityID}
	for _, n := range t.PhoneNumbers {
		if p.Phone == "" || n.Primary != nil && *n.Primary {
			p.Phone = n.Number
		}
	}
	return p
}
