package leasefind

import (
	"context"
	"fmt"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

var (
	unitsFind = &transport.Op{Name: "units.find", Method: http.MethodPost, Path: "/units/find/", Repeatable: true}
	unitsSave = &transport.Op{Name: "units.save", Method: http.MethodPost, Path: "/units/multiple/", Repeatable: true}
	// unitsSaveOnce saves units that a repeat would create again.
	unitsSaveOnce = &transport.Op{Name: unitsSave.Name, Method: unitsSave.Method, Path: unitsSave.Path}
)

// UnitsService finds units, and saves many at a time.
type UnitsService struct{ c *Client }

// UnitFindParams selects units. A zero field does not narrow the search. Numbers are
// pointers, since 0 bedrooms is a search of its own.
type UnitFindParams struct {
	GroupIDs          []string        `json:"group_ids,omitzero"`            // Groups by ID. It can't be combined with GroupExternalRefs.
	GroupExternalRefs []string        `json:"groups_external_refs,omitzero"` // Groups by external reference: groups_external_refs.
	ExternalRef       string          `json:"external_ref,omitzero"`         // The unit's external reference.
	Identifier        string          `json:"identifier,omitzero"`           // The unit's identifier.
	HasFlexWall       *bool           `json:"has_flex_wall,omitzero"`        // Whether the unit has a flexible wall. Nil does not narrow the search.
	NumberOfBathrooms *int64          `json:"number_of_bathrooms,omitzero"`  // The number of bathrooms. Nil does not narrow the search.
	NumberOfBedrooms  *int64          `json:"number_of_bedrooms,omitzero"`   // The number of bedrooms. Nil does not narrow the search.
	Sqft              *int64          `json:"sqft,omitzero"`                 // The area in square feet.
	UnitNumber        string          `json:"unit_number,omitzero"`          // The number of the unit, such as "2B".
	Address           *Address        `json:"address,omitzero"`              // The unit's address, or a part of it.
	Cursor            tenantry.Cursor `json:"-"`                             // Resumes an earlier search with the same parameters.
	Extra             tenantry.Extra  `json:",embed,unknown"`                // Members without a field, sent as they are. A name that has a field is refused.
}

// Find returns one page of units: POST /units/find/ (units.find). If no unit matches, the
// page is empty. The error is [ErrBothGroupIdentifiersProvided] for both kinds of group
// identifiers; then no request is sent.
func (s *UnitsService) Find(ctx context.Context, params UnitFindParams) (*tenantry.Page[Unit], error) {
	if err := s.check(&params); err != nil {
		return nil, err
	}
	return s.find(params).First(ctx)
}

// All iterates over units: POST /units/find/ (units.find).
func (s *UnitsService) All(ctx context.Context, params UnitFindParams) iter.Seq2[*Unit, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of units: POST /units/find/ (units.find).
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

// UnitSaveParams holds units to save, and their group: a GroupID or a GroupExternalRef.
type UnitSaveParams struct {
	GroupID          string         `json:"group_id,omitzero"`           // The group's ID. It can't be combined with GroupExternalRef.
	GroupExternalRef string         `json:"group_external_ref,omitzero"` // The group's external reference.
	Units            []UnitInput    `json:"units"`                       // The units.
	Extra            tenantry.Extra `json:",embed,unknown"`              // Members without a field, sent as they are.
}

// UnitInput holds the fields of a unit to save.
//
// The API updates the unit with the Identifier, or else the one with the Address, and
// creates one if there is neither. It gives a new unit an identifier of its own, and
// drops the one that was sent. The ExternalRef does not name a unit: with another
// Address, it makes a second one.
type UnitInput struct {
	Identifier        tenantry.Opt[string]  `json:"identifier,omitzero"`          // The API's identifier of the unit.
	ExternalRef       tenantry.Opt[string]  `json:"external_ref,omitzero"`        // Your reference of the unit, unique within a group.
	HasFlexWall       tenantry.Opt[bool]    `json:"has_flex_wall,omitzero"`       // Whether the unit has a flexible wall.
	NumberOfBathrooms tenantry.Opt[int64]   `json:"number_of_bathrooms,omitzero"` // The number of bathrooms.
	NumberOfBedrooms  tenantry.Opt[int64]   `json:"number_of_bedrooms,omitzero"`  // The number of bedrooms.
	Sqft              tenantry.Opt[int64]   `json:"sqft,omitzero"`                // The area in square feet.
	UnitNumber        tenantry.Opt[string]  `json:"unit_number,omitzero"`         // The number of the unit, such as "2B".
	Bathrooms         []Bathroom            `json:"bathrooms,omitzero"`           // What each bathroom has. Nil is not sent.
	Address           tenantry.Opt[Address] `json:"address,omitzero"`             // The address of the unit. AddressLine1, State and PostalCode are required in it.
	Extra             tenantry.Extra        `json:",embed,unknown"`               // Members without a field, sent as they are.
}

// UnitResult tells what became of a unit to save. The API documents the fields of a
// [Unit] in it, and its example repeats what was sent.
type UnitResult struct {
	Success           *bool          `json:"success,omitzero" wire:"sucess"` // Whether the unit was saved. Nil if the response does not say.
	FailureReason     string         `json:"failure_reason,omitzero"`        // Why the unit was not saved, in the server's words.
	Identifier        string         `json:"identifier,omitzero"`            // The unit's identifier. Failed ones have none.
	ExternalRef       string         `json:"external_ref,omitzero"`          // Your reference of the unit, unique within a group.
	UnitNumber        string         `json:"unit_number,omitzero"`           // The number of the unit, such as "2B".
	IsFlex            *bool          `json:"is_flex,omitzero"`               // Whether the unit is a flex unit. Nil if the API does not say.
	HasFlexWall       *bool          `json:"has_flex_wall,omitzero"`         // Whether the unit has a flexible wall. Nil if the API does not say.
	FullBathrooms     *int64         `json:"full_bathrooms,omitzero"`        // The number of bathrooms with a shower or bath. Nil if the API does not say.
	HalfBathrooms     *int64         `json:"half_bathrooms,omitzero"`        // The number of bathrooms without a shower or bath. Nil if the API does not say.
	NumberOfBathrooms *int64         `json:"number_of_bathrooms,omitzero"`   // The number of bathrooms. Nil if the API does not say.
	Bathrooms         []Bathroom     `json:"bathrooms,omitzero"`             // What each bathroom has.
	NumberOfBedrooms  *int64         `json:"number_of_bedrooms,omitzero"`    // The number of bedrooms. Nil if the API does not say.
	Sqft              *int64         `json:"sqft,omitzero"`                  // The area in square feet.
	Address           *Address       `json:"address,omitzero"`               // The address of the unit. Nil if there is none.
	Extra             tenantry.Extra `json:",embed,unknown"`                 // Members without a field.
}

// SavedUnits holds the results of a save.
type SavedUnits struct {
	// Units holds a result for each unit that was sent, in the same order. A result is
	// zero if the response has none for the unit.
	Units []UnitResult `json:"units"`
	// Others holds results that belong to no unit that was sent. The API documents none.
	Others []UnitResult `json:"others,omitzero"`
}

// Save creates or updates units of a group: POST /units/multiple/ (units.save). It is
// retried if every unit has an Address, by which a repeat finds the unit that the first
// request created. Otherwise a repeat could make second units, and Save is not retried
// once the request may have reached the server.
//
// If some units were not saved, Save returns the results and a [*SaveError], for which
// errors.Is reports [ErrSomeFailed]. The others are saved.
//
// The error is [ErrNoGroup] without a group and [ErrBothGroupIdentifiersProvided] for
// both identifiers of one; in both cases no request is sent. It is [ErrGroupNotFound]
// if the group does not exist, and [ErrNoAccessToGroup] if the account can't reach it.
func (s *UnitsService) Save(ctx context.Context, params UnitSaveParams) (*SavedUnits, error) {
	if err := s.c.theGroup(unitsSave, params.GroupID, params.GroupExternalRef, "no_group"); err != nil {
		return nil, err
	}
	if len(params.Units) == 0 {
		return nil, s.c.t.Argument(unitsSave, "Units", "is empty")
	}
	op := unitsSave
	sent := make([]keys, len(params.Units))
	for i := range params.Units {
		u := &params.Units[i]
		if err := s.c.address(unitsSave, fmt.Sprintf("Units[%d].Address", i), u.Address); err != nil {
			return nil, err
		}
		if _, has := u.Address.Get(); !has {
			op = unitsSaveOnce
		}
		ref, _ := u.ExternalRef.Get()
		number, _ := u.UnitNumber.Get()
		id, _ := u.Identifier.Get()
		sent[i] = keys{ref, number, id}
	}
	a, err := s.c.t.Send(ctx, &transport.Call{Op: op, Body: &params})
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var body struct {
		Units wire.List[UnitResult] `json:"units"`
	}
	body.Units.Asked = len(params.Units)
	if err := a.Decode(&body); err != nil {
		return nil, err
	}
	in, others, err := results(a, unitsSave, &body.Units, sent,
		func(r *UnitResult) keys { return keys{r.ExternalRef, r.UnitNumber, r.Identifier} },
		func(r *UnitResult) outcome { return outcome{r.Success, r.FailureReason, r.Identifier} })
	if in == nil {
		return nil, err
	}
	return &SavedUnits{in, others}, err
}

// address refuses an address to write without the fields that the API requires.
func (c *Client) address(op *transport.Op, argument string, o tenantry.Opt[Address]) error {
	a, set := o.Get()
	if set && (a.AddressLine1 == "" || a.State == "" || a.PostalCode == "") {
		return c.t.Argument(op, argument, "lacks an AddressLine1, State or PostalCode")
	}
	return nil
}
