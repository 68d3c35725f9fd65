package leasefind

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// The API's pages also show /listings/ for creating and syncing. A listing to create
// that is sent to the route of the sync reads there as no listings, which deletes all of
// them. So each operation has one path, and never falls back to another one.
var (
	listingsFind   = &transport.Op{Name: "listings.find", Method: http.MethodPost, Path: "/listings/find/", Repeatable: true}
	listingsCreate = &transport.Op{Name: "listings.create", Method: http.MethodPost, Path: "/listing/"}
	listingsSync   = &transport.Op{Name: "listings.sync", Method: http.MethodPost, Path: "/listing/sync/", Repeatable: true}
	listingsDelete = &transport.Op{Name: "listings.delete", Method: http.MethodDelete, Path: "/listings/{listing-id}/"}
)

// ListingsService finds, creates, syncs and deletes listings: vacancies of a group.
type ListingsService struct{ c *Client }

// UnitType is the type of a listed unit. Other values than the constants may occur in
// responses.
type UnitType string

// Types of units.
const (
	UnitTypeApartment       UnitType = "apartment"
	UnitTypeStudioApartment UnitType = "studio_apartment"
)

func (t UnitType) known() bool { return t == UnitTypeApartment || t == UnitTypeStudioApartment }

// Listing is a vacancy. [ListingsService.Find] sets neither Bathrooms, LeaseTerms nor
// ActiveDate, and [ListingsService.Create] sets no ExternalRef.
type Listing struct {
	Identifier             string           `json:"identifier,omitzero"`                                    // The API's identifier of the listing.
	ExternalRef            string           `json:"external_ref,omitzero" wire:"external_reference"`        // Your reference of the listing, unique within a group.
	UnitID                 string           `json:"unit_id,omitzero" wire:"unit_identifer,unit_identifier"` // The unit's identifier. The API also calls it unit_identifer.
	UnitNumber             string           `json:"unit_number,omitzero"`                                   // The number of the unit, such as "2B".
	UnitType               UnitType         `json:"unit_type,omitzero"`                                     // The type of the unit.
	ListingURL             string           `json:"listing_url,omitzero"`                                   // The page of the listing.
	Description            string           `json:"description,omitzero"`                                   // The description of the listing.
	Finish                 string           `json:"finish,omitzero"`                                        // The finish, such as "gold".
	Amenities              []string         `json:"amenities,omitzero"`                                     // What the building offers, such as "Gym".
	Features               []string         `json:"features,omitzero"`                                      // What the unit offers, such as "Floor heating".
	ImageURLs              []string         `json:"image_urls,omitzero"`                                    // Pictures of the unit.
	FloorplanURL           string           `json:"floorplan_url,omitzero"`                                 // A picture of the floor plan.
	TourURL                string           `json:"tour_url,omitzero"`                                      // The page of a virtual tour.
	ActiveDate             tenantry.Date    `json:"active_date,omitzero"`                                   // The first day on which the listing is shown.
	MoveInDate             tenantry.Date    `json:"move_in_date,omitzero"`                                  // The day on which the tenants move in, YYYY-MM-DD.
	Bedrooms               *int64           `json:"bedrooms,omitzero"`                                      // The number of bedrooms. Nil if the API does not say.
	FullBathrooms          *int64           `json:"full_bathrooms,omitzero"`                                // The number of bathrooms with a shower or bath.
	HalfBathrooms          *int64           `json:"half_bathrooms,omitzero"`                                // The number of bathrooms without.
	Bathrooms              []Bathroom       `json:"bathrooms,omitzero"`                                     // What each bathroom has.
	IsFlex                 *bool            `json:"is_flex,omitzero"`                                       // Whether the unit is a flex unit. Nil if the API does not say.
	IsFurnished            *bool            `json:"is_furnished,omitzero"`                                  // Whether the unit is furnished. Nil if the API does not say.
	Sqft                   tenantry.Decimal `json:"sqft,omitzero"`                                          // The area in square feet.
	RentFor12MonthLease    tenantry.Decimal `json:"rent_for_12_month_lease,omitzero"`                       // The rent of a lease of twelve months.
	DepositFor12MonthLease tenantry.Decimal `json:"deposit_for_12_month_lease,omitzero"`                    // The deposit of a lease of twelve months.
	LeaseTerms             []LeaseTerm      `json:"lease_terms,omitzero"`                                   // What leases of several lengths cost.
	Extra                  tenantry.Extra   `json:",embed,unknown"`                                         // Members without a field.
}

// LeaseTerm holds what a lease of a length costs.
type LeaseTerm struct {
	Identifier     string           `json:"identifier,omitzero"`       // The term's identifier, in responses.
	LengthInMonths *int64           `json:"length_in_months,omitzero"` // The length of the lease.
	Rent           tenantry.Decimal `json:"rent,omitzero"`             // The rent, as the API writes it.
	Deposit        tenantry.Decimal `json:"deposit,omitzero"`          // The deposit, as the API writes it.
	Group          string           `json:"group,omitzero"`            // The group's ID, in responses.
	Extra          tenantry.Extra   `json:",embed,unknown"`            // Members without a field.
}

// ListingFindParams selects active listings of one group, by its GroupID or its
// GroupExternalRef.
type ListingFindParams struct {
	GroupID          string          `json:"group_id,omitzero"`           // The group's ID. It can't be combined with GroupExternalRef.
	GroupExternalRef string          `json:"group_external_ref,omitzero"` // The group's external reference.
	ExternalRef      string          `json:"external_ref,omitzero"`       // The listing's external reference.
	Identifier       string          `json:"identifier,omitzero"`         // The listing's identifier.
	Cursor           tenantry.Cursor `json:"-"`                           // Resumes an earlier search with the same parameters.
	Extra            tenantry.Extra  `json:",embed,unknown"`              // Members without a field, sent as they are. A name that has a field is refused.
}

// Find returns one page of up to 100 active listings of a group:
// POST /listings/find/ (listings.find). If no listing matches, the page is empty. What it
// finds can't feed [ListingsService.Sync]: listings that are not active yet are missing,
// and so are the address, bathrooms, lease terms and active date of the others.
//
// The error is [ErrNoGroupIdentifierProvided] without a group and
// [ErrBothGroupIdentifiersProvided] for both identifiers of one; in both cases no
// request is sent. It is [ErrNoAccessToGroup] if the account can't reach the group.
func (s *ListingsService) Find(ctx context.Context, params ListingFindParams) (*tenantry.Page[Listing], error) {
	if err := s.check(&params); err != nil {
		return nil, err
	}
	return s.find(params).First(ctx)
}

// All iterates over active listings of a group: POST /listings/find/ (listings.find).
func (s *ListingsService) All(ctx context.Context, params ListingFindParams) iter.Seq2[*Listing, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of active listings of a group:
// POST /listings/find/ (listings.find).
func (s *ListingsService) Pages(ctx context.Context, params ListingFindParams) iter.Seq2[*tenantry.Page[Listing], error] {
	return s.list(params).Pages(ctx)
}

func (s *ListingsService) list(params ListingFindParams) paging.List[Listing] {
	if err := s.check(&params); err != nil {
		return paging.Failed[Listing](err)
	}
	return s.find(params).List()
}

func (s *ListingsService) check(p *ListingFindParams) error {
	return s.c.theGroup(listingsFind, p.GroupID, p.GroupExternalRef, "no_group_identifier_provided")
}

func (s *ListingsService) find(params ListingFindParams) paging.Cursors[Listing] {
	return searcher(s.c, listingsFind, &params, params.Cursor, func(r *Listing) string { return r.Identifier }, func(a *transport.Response) (paging.Result[Listing], error) {
		var body struct {
			Listings wire.List[Listing] `json:"listings"`
			LastID   lastID             `json:"last_id"`
		}
		r, err := paging.Decode(a, &body, &body.Listings)
		r.Next = body.LastID.next()
		return r, err
	})
}

// ListingCreateParams holds a listing to create. GroupID, UnitType and ListingURL are
// required.
type ListingCreateParams struct {
	GroupID      string                         `json:"group_id"`               // The group's ID. The API takes no external reference here.
	UnitType     UnitType                       `json:"unit_type"`              // One of the constants.
	ListingURL   string                         `json:"listing_url"`            // The page of the listing.
	UnitID       tenantry.Opt[string]           `json:"unit_id,omitzero"`       // The unit's identifier. Without one, the API creates a new unit.
	UnitNumber   tenantry.Opt[string]           `json:"unit_number,omitzero"`   // The number of the unit, such as "2B".
	Address      tenantry.Opt[Address]          `json:"address,omitzero"`       // The address of the unit. AddressLine1, State and PostalCode are required in it.
	Description  tenantry.Opt[string]           `json:"description,omitzero"`   // The description of the listing.
	Finish       tenantry.Opt[string]           `json:"finish,omitzero"`        // The finish, such as "gold".
	Amenities    []string                       `json:"amenities,omitzero"`     // What the building offers, such as "Gym". Nil is not sent.
	Features     []string                       `json:"features,omitzero"`      // What the unit offers, such as "Floor heating". Nil is not sent.
	ImageURLs    []string                       `json:"image_urls,omitzero"`    // Pictures of the unit. Nil is not sent.
	FloorplanURL tenantry.Opt[string]           `json:"floorplan_url,omitzero"` // A picture of the floor plan.
	TourURL      tenantry.Opt[string]           `json:"tour_url,omitzero"`      // The page of a virtual tour.
	ActiveDate   tenantry.Opt[tenantry.Date]    `json:"active_date,omitzero"`   // The first day on which the listing is shown; today if it is absent.
	MoveInDate   tenantry.Opt[tenantry.Date]    `json:"move_in_date,omitzero"`  // The day on which the tenants move in, YYYY-MM-DD.
	Bedrooms     tenantry.Opt[int64]            `json:"bedrooms,omitzero"`      // The number of bedrooms.
	Bathrooms    []Bathroom                     `json:"bathrooms,omitzero"`     // What each bathroom has. Nil is not sent.
	IsFlex       tenantry.Opt[bool]             `json:"is_flex,omitzero"`       // Whether the unit is a flex unit.
	IsFurnished  tenantry.Opt[bool]             `json:"is_furnished,omitzero"`  // Whether the unit is furnished.
	Sqft         tenantry.Opt[tenantry.Decimal] `json:"sqft,omitzero"`          // The area in square feet.
	LeaseTerms   []LeaseTerm                    `json:"lease_terms,omitzero"`   // What leases of several lengths cost. Nil is not sent.
	Extra        tenantry.Extra                 `json:",embed,unknown"`         // Members without a field, sent as they are.
}

// Create creates a listing of a group: POST /listing/ (listings.create). Without a
// UnitID, the API also creates a new unit for it. Create is not retried once the request
// may have reached the server: a repeat could make a second listing.
//
// The error is [ErrNoGroupProvided], [ErrMissingOrInvalidUnitType] or [ErrNoListingURL],
// without a request, if a required field is missing.
func (s *ListingsService) Create(ctx context.Context, params ListingCreateParams) (*Listing, error) {
	p := &params
	switch {
	case p.GroupID == "":
		return nil, s.c.refuse(listingsCreate, "GroupID", "is empty", "no_group_provided")
	case !p.UnitType.known():
		return nil, s.c.refuse(listingsCreate, "UnitType", unknownUnitType, "missing_or_invalid_unit_type")
	case p.ListingURL == "":
		return nil, s.c.refuse(listingsCreate, "ListingURL", "is empty", "no_listing_url")
	}
	if err := cmp.Or(
		s.c.address(listingsCreate, "Address", p.Address),
		s.c.optionalDate(listingsCreate, "ActiveDate", p.ActiveDate), s.c.optionalDate(listingsCreate, "MoveInDate", p.MoveInDate),
	); err != nil {
		return nil, err
	}
	a, err := s.c.t.Send(ctx, &transport.Call{Op: listingsCreate, Body: p})
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var body struct {
		Listing wire.List[Listing] `json:"listing"` // an object, or a list of one
	}
	if err := cmp.Or(failed(a), a.Decode(&body)); err != nil {
		return nil, err
	}
	switch list := &body.Listing; {
	case list.Len() == 0:
		return nil, a.Missing("listing")
	case list.Len() > 1:
		return nil, a.Undecodable("it holds several listings")
	case len(list.Bad) > 0:
		return nil, a.Undecodable(list.Bad[0].Err.Error())
	}
	return &body.Listing.Items[0], nil
}

const unknownUnitType = "is empty or unknown; pass UnitTypeApartment or UnitTypeStudioApartment"

// ListingSyncParams holds all listings that a group is to have, and the group: a
// GroupID or a GroupExternalRef.
type ListingSyncParams struct {
	GroupID          string `json:"group_id,omitzero"`           // The group's ID. It can't be combined with GroupExternalRef.
	GroupExternalRef string `json:"group_external_ref,omitzero"` // The group's external reference.
	// Listings are all listings of the group. The API deletes the others.
	Listings []ListingInput `json:"listings"`
	// DeleteAll deletes every listing of the group. Listings must be empty then. It is
	// not sent.
	DeleteAll bool           `json:"delete_all,omitzero"`
	Extra     tenantry.Extra `json:",embed,unknown"` // Members without a field, sent as they are.
}

// ListingInput holds a listing to sync. ExternalRef, UnitType and ListingURL are
// required, and so is one of Bathrooms and NumberOfBathrooms.
type ListingInput struct {
	ExternalRef       string                         `json:"external_reference"`           // Your reference of the listing, unique within the group: external_reference.
	UnitType          UnitType                       `json:"unit_type"`                    // One of the constants.
	ListingURL        string                         `json:"listing_url"`                  // The page of the listing.
	Identifier        tenantry.Opt[string]           `json:"identifier,omitzero"`          // The API's identifier of the listing, from Find.
	UnitID            tenantry.Opt[string]           `json:"unit_id,omitzero"`             // The unit's identifier. Without one, the API creates a new unit.
	UnitNumber        tenantry.Opt[string]           `json:"unit_number,omitzero"`         // The number of the unit, such as "2B".
	Address           tenantry.Opt[Address]          `json:"address,omitzero"`             // The address of the unit. AddressLine1, State and PostalCode are required in it.
	Description       tenantry.Opt[string]           `json:"description,omitzero"`         // The description of the listing.
	Finish            tenantry.Opt[string]           `json:"finish,omitzero"`              // The finish, such as "gold".
	Amenities         []string                       `json:"amenities,omitzero"`           // What the building offers, such as "Gym". Nil is not sent.
	Features          []string                       `json:"features,omitzero"`            // What the unit offers, such as "Floor heating". Nil is not sent.
	ImageURLs         []string                       `json:"image_urls,omitzero"`          // Pictures of the unit. Nil is not sent.
	FloorplanURL      tenantry.Opt[string]           `json:"floorplan_url,omitzero"`       // A picture of the floor plan.
	TourURL           tenantry.Opt[string]           `json:"tour_url,omitzero"`            // The page of a virtual tour.
	ActiveDate        tenantry.Opt[tenantry.Date]    `json:"active_date,omitzero"`         // The first day on which the listing is shown; today if it is absent.
	MoveInDate        tenantry.Opt[tenantry.Date]    `json:"move_in_date,omitzero"`        // The day on which the tenants move in, YYYY-MM-DD.
	Bedrooms          tenantry.Opt[int64]            `json:"bedrooms,omitzero"`            // The number of bedrooms.
	Bathrooms         []Bathroom                     `json:"bathrooms,omitzero"`           // What each bathroom has. Nil is not sent.
	NumberOfBathrooms tenantry.Opt[tenantry.Decimal] `json:"number_of_bathrooms,omitzero"` // At least 1, such as 1.5. It can't be combined with Bathrooms.
	IsFlex            tenantry.Opt[bool]             `json:"is_flex,omitzero"`             // Whether the unit is a flex unit.
	IsFurnished       tenantry.Opt[bool]             `json:"is_furnished,omitzero"`        // Whether the unit is furnished.
	Sqft              tenantry.Opt[tenantry.Decimal] `json:"sqft,omitzero"`                // The area in square feet.
	LeaseTerms        []LeaseTerm                    `json:"lease_terms,omitzero"`         // What leases of several lengths cost. Nil is not sent.
	Extra             tenantry.Extra                 `json:",embed,unknown"`               // Members without a field, sent as they are.
}

// Sync deletes every listing of a group that is not in params.Listings, and creates or
// updates the others: POST /listing/sync/ (listings.sync). Pass all listings of the group
// in one call, from your own records. What [ListingsService.Find] returns is not all of
// them: it leaves out listings that are not active yet, and several fields. A Sync of
// what Find returned deletes listings.
//
// An empty list, which deletes every listing of the group, is refused unless DeleteAll
// is set. Because the list is the wanted state, Sync is retried with the same list.
//
// No request is sent for a listing that the API would refuse: the error is
// [ErrNoExternalReference], [ErrMissingUnitType], [ErrInvalidUnitType],
// [ErrMissingListingURL], [ErrDateFormatInvalid], [ErrBothBathroomAttributesProvided],
// [ErrNoBathroomAttributesProvided] or [ErrInvalidNumberOfBathrooms]. The same holds
// for [ErrNoGroupProvided] and [ErrBothGroupIdentifiersProvided]. The error is
// [ErrNoAccessToGroup] if the account can't reach the group.
func (s *ListingsService) Sync(ctx context.Context, params ListingSyncParams) error {
	if err := s.c.theGroup(listingsSync, params.GroupID, params.GroupExternalRef, "no_group_provided"); err != nil {
		return err
	}
	switch empty := len(params.Listings) == 0; {
	case empty && !params.DeleteAll:
		return s.c.t.Argument(listingsSync, "Listings", "is empty, which deletes every listing of the group; set DeleteAll to mean that")
	case !empty && params.DeleteAll:
		return s.c.t.Argument(listingsSync, "DeleteAll", "is set beside listings; pass one of them")
	}
	for i := range params.Listings {
		if err := s.checkInput(fmt.Sprintf("Listings[%d]", i), &params.Listings[i]); err != nil {
			return err
		}
	}
	params.DeleteAll = false // the empty list says it
	return s.c.succeed(ctx, &transport.Call{Op: listingsSync, Body: &params})
}

func (s *ListingsService) checkInput(argument string, l *ListingInput) error {
	refuse := func(field, reason, code string) error {
		return s.c.refuse(listingsSync, argument+"."+field, reason, code)
	}
	date := func(field string, o tenantry.Opt[tenantry.Date]) error {
		if d, set := o.Get(); set && !isDate(d) {
			return refuse(field, notDate, "date_format_invalid")
		}
		return nil
	}
	number, has := l.NumberOfBathrooms.Get()
	count, err := number.Float64()
	switch {
	case l.ExternalRef == "":
		return refuse("ExternalRef", "is empty", "no_external_reference")
	case l.UnitType == "":
		return refuse("UnitType", unknownUnitType, "missing_unit_type")
	case !l.UnitType.known():
		return refuse("UnitType", unknownUnitType, "invalid_unit_type")
	case l.ListingURL == "":
		return refuse("ListingURL", "is empty", "missing_listing_url")
	case has && l.Bathrooms != nil:
		return refuse("Bathrooms", "is set beside NumberOfBathrooms; pass one of them", "both_bathroom_attributes_provided")
	case !has && l.Bathrooms == nil:
		return refuse("Bathrooms", "is not set; pass it or NumberOfBathrooms", "no_bathroom_attributes_provided")
	case has && (err != nil || count < 1):
		return refuse("NumberOfBathrooms", "is no number of at least 1", "invalid_number_of_bathrooms")
	}
	return cmp.Or(date("ActiveDate", l.ActiveDate), date("MoveInDate", l.MoveInDate), s.c.address(listingsSync, argument+".Address", l.Address))
}

// ListingDeleteParams tells when to delete a listing: on the InactiveDate, or now.
type ListingDeleteParams struct {
	InactiveDate tenantry.Date `json:"inactive_date,omitzero"` // The first day without the listing, YYYY-MM-DD.
	Now          bool          `json:"now,omitzero"`           // Deletes the listing today. It is not sent.
}

// Delete deletes a listing on a date, or now:
// DELETE /listings/{listing-id}/ (listings.delete). Without a date the API deletes it at
// once, so Delete is refused unless InactiveDate or Now is set. The date is sent under
// both names that the API documents for it. Delete is not retried once the request may
// have reached the server.
//
// The error is [ErrNotAuthorized] if the account may not delete the listing.
func (s *ListingsService) Delete(ctx context.Context, id string, params ListingDeleteParams) error {
	date := params.InactiveDate
	switch {
	case date == "" && !params.Now:
		return s.c.t.Argument(listingsDelete, "InactiveDate", "is empty, which deletes the listing at once; set a date, or Now to mean that")
	case date != "" && params.Now:
		return s.c.t.Argument(listingsDelete, "Now", "is set beside an InactiveDate; pass one of them")
	}
	if err := s.c.date(listingsDelete, "InactiveDate", date); err != nil {
		return err
	}
	body := make(map[string]tenantry.Date)
	if date != "" {
		body["inactive-date"], body["inactive_date"] = date, date
	}
	return s.c.succeed(ctx, &transport.Call{Op: listingsDelete, Args: []string{id}, Body: body})
}
