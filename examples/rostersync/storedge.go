package main

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
)

// storedgeSource copies the tenants of some facilities, one after the other.
type storedgeSource struct {
	counter
	client     *storedge.Client
	facilities []string
}

func newStoredge(accessID, secretKey, baseURL string, facilities []string, prefetch int) (_ *storedgeSource, err error) {
	s := &storedgeSource{facilities: facilities}
	if len(facilities) == 0 || strings.Join(facilities, "") == "" {
		return nil, errors.New("storedge: STOREDGE_FACILITIES names no facility; list them with commas between")
	}
	s.client, err = storedge.NewClient(accessID, secretKey, s.options(baseURL, prefetch)...)
	return s, err
}

func (s *storedgeSource) Name() string { return "storedge" }

// A place is where in which facility a copy left off.
type place struct {
	Facility string          `json:"f"`
	Cursor   tenantry.Cursor `json:"c,omitempty"`
}

// Pages lists everyone: this API can't tell what changed.
func (s *storedgeSource) Pages(ctx context.Context, from tenantry.Cursor, _ time.Time) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		at := place{Facility: s.facilities[0]}
		if from != "" {
			if err := json.Unmarshal([]byte(from), &at); err != nil {
				yield(nil, err)
				return
			}
		}
		begun := false
		for i, facility := range s.facilities {
			if begun = begun || facility == at.Facility; !begun {
				continue
			}
			next := ""
			if i+1 < len(s.facilities) {
				next = s.facilities[i+1]
			}
			params := storedge.TenantListParams{}
			if facility == at.Facility {
				params.Cursor = at.Cursor
			}
			for p, err := range convert(s.client.Facility(facility).Tenants.Pages(ctx, params), storedgePerson) {
				if err == nil {
					err = p.goOn(place{facility, p.Next}, place{Facility: next})
				}
				if !yield(p, err) || err != nil {
					return
				}
			}
		}
	}
}

// goOn makes a page's cursor one of all facilities.
func (p *page) goOn(here, next place) error {
	at := here
	if !p.More {
		at = next
	}
	p.Total = -1 // of this facility
	p.More = at.Facility != ""
	b, err := json.Marshal(at)
	p.Next = tenantry.Cursor(b)
	return err
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
