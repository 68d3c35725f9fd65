package leasefind

import (
	"context"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

var unitsFind = &transport.Op{Name: "units.find", Method: http.MethodPost, Path: "/units/find/", Repeatable: true}

// UnitsService finds units.
type UnitsService struct{ c *Client }

// UnitFindParams selects units. A zero field does not narrow the search. Numbers are
// pointers, since 0 bedrooms is a search of its own.
type UnitFindParams struct {
	GroupIDs          []string        `json:"group_ids,omitzero"`            // Groups by ID. It can't be combined with GroupExternalRefs.
	GroupExternalRefs []string        `json:"groups_external_refs,omitzero"` // Groups by external reference: groups_external_refs.
	ExternalRef       string          `json:"external_ref,omitzero"`         // The unit's external reference.
	Identifier        string          `json:"identifier,omitzero"`           // The unit's identifier.
	HasFlexWall       *bool           `json:"has_flex_wall,omitzero"`
	NumberOfBathrooms *int64          `json:"number_of_bathrooms,omitzero"`
	NumberOfBedrooms  *int64          `json:"number_of_bedrooms,omitzero"`
	Sqft              *int64          `json:"sqft,omitzero"` // The area in square feet.
	UnitNumber        string          `json:"unit_number,omitzero"`
	Address           *Address        `json:"address,omitzero"` // The unit's address, or a part of it.
	Cursor            tenantry.Cursor `json:"-"`                // Resumes an earlier search with the same parameters.
	Extra             tenantry.Extra  `json:",embed,unknown"`   // Members without a field, sent as they are. A name that has a field is refused.
}

// Find returns one page of units: POST /units/find/. If no unit matches, the page is
// empty. The error is [ErrBothGroupIdentifiersProvided] for both kinds of group
// identifiers; then no request is sent.
func (s *UnitsService) Find(ctx context.Context, params UnitFindParams) (*tenantry.Page[Unit], error) {
	if err := s.check(&params); err != nil {
		return nil, err
	}
	return s.find(params).First(ctx)
}

// All iterates over units: POST /units/find/.
func (s *UnitsService) All(ctx context.Context, params UnitFindParams) iter.Seq2[*Unit, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of units: POST /units/find/.
func (s *UnitsService) Pages(ctx context.Context, params UnitFindParams) iter.Seq2[*tenantry.Page[Unit], error] {
	return s.list(params).Pages(ctx)
}

func (s *UnitsService) list(params UnitFindParams) paging.List[Unit] {
	if err := s.check(&params); err != nil {
		return paging.Failed[Unit](err)
	}
	return s.find(params).List()
}

func (s *UnitsService) check(p *UnitFindParams) error {
	return s.c.oneGroup(unitsFind, len(p.GroupIDs) > 0, len(p.GroupExternalRefs) > 0)
}

func (s *UnitsService) find(params UnitFindParams) paging.Cursors[Unit] {
	return searcher(s.c, unitsFind, &params, params.Cursor, func(r *Unit) string { return r.Identifier }, func(a *transport.Response) (paging.Result[Unit], error) {
		var body struct {
			Units  wire.List[Unit] `json:"units"`
			LastID lastID          `json:"last_id"`
		}
		r, err := paging.Decode(a, &body, &body.Units)
		r.Next = body.LastID.next()
		return r, err
	})
}
