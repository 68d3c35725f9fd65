package propexo

import (
	"context"
	"iter"
	"net/http"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

var (
	rentableItemsList   = &transport.Op{Name: "rentable-items.list", Method: http.MethodGet, Path: "/v1/rentable-items/", Repeatable: true}
	rentableItemsGet    = &transport.Op{Name: "rentable-items.get", Method: http.MethodGet, Path: "/v1/rentable-items/{rentable_item_id}", Repeatable: true}
	rentableItemsAssign = &transport.Op{Name: "rentable-items.assign", Method: http.MethodPost, Path: "/v1/rentable-items/applicants/assign"}
)

// A RentableItemsService reads what can be rented besides units, such as
// garages, and assigns it to applicants; residents can't be assigned items.
type RentableItemsService struct{ c *Client }

// List fetches one page of rentable items.
func (s *RentableItemsService) List(ctx context.Context, params RentableItemListParams) (*tenantry.Page[RentableItem], error) {
	return s.list(params).First(ctx)
}

// All iterates over rentable items, fetching pages as the loop needs them. A
// record that can't be decoded is yielded as a [*tenantry.DecodeError] and the
// listing goes on; any other error ends it.
func (s *RentableItemsService) All(ctx context.Context, params RentableItemListParams) iter.Seq2[*RentableItem, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of rentable items, each with the cursor to go on from.
func (s *RentableItemsService) Pages(ctx context.Context, params RentableItemListParams) iter.Seq2[*tenantry.Page[RentableItem], error] {
	return s.list(params).Pages(ctx)
}

func (s *RentableItemsService) list(params RentableItemListParams) paging.List[RentableItem] {
	return list(s.c, rentableItemsList, nil, params.page(), params, func(r *RentableItem) string { return r.ID })
}

// Get fetches one by its ID. The error is [tenantry.ErrNotFound] where there is none.
func (s *RentableItemsService) Get(ctx context.Context, id string) (*RentableItem, error) {
	return get[RentableItem](ctx, s.c, rentableItemsGet, id)
}

// Assign queues the assignment of an item to an applicant.
func (s *RentableItemsService) Assign(ctx context.Context, params RentableItemAssignParams, opts ...WriteOption) (*Write, error) {
	if params.IntegrationID == "" {
		return nil, s.c.t.Argument(rentableItemsAssign, "IntegrationID", "is empty; it says which system to write to")
	}
	return write(ctx, s.c, &transport.Call{Op: rentableItemsAssign, Body: &params}, opts)
}

// RentableItemListParams selects rentable items. Zero fields do not filter.
type RentableItemListParams struct {
	// OrderBy sorts, as "field" or "field:desc", comma-separated. "" is by id,
	// which keeps a listing exact while records come and go; an id is added to
	// any other order.
	OrderBy string `url:"-"`
	// Limit is how many records a page has at most, 1 to 250; 0 means 100.
	Limit int `url:"-"`
	// Cursor goes on where an earlier listing with the same parameters left off.
	Cursor tenantry.Cursor `url:"-"`
	// UpdatedAtGTE and UpdatedAtLTE keep records updated in that time, ends
	// included; a zero time is no bound.
	UpdatedAtGTE      time.Time         `url:"updated_at_gte,omitempty" layout:"2006-01-02T15:04:05.999Z07:00"`
	UpdatedAtLTE      time.Time         `url:"updated_at_lte,omitempty" layout:"2006-01-02T15:04:05.999Z07:00"`
	XID               string            `url:"x_id,omitempty"` // the property management system's own ID; needs IntegrationID and a property besides
	LocationID        string            `url:"location_id,omitempty"`
	PropertyID        string            `url:"property_id,omitempty"`
	IntegrationID     string            `url:"integration_id,omitempty"`
	IntegrationVendor IntegrationVendor `url:"integration_vendor,omitempty"`
}

func (p RentableItemListParams) page() pageParams { return pageParams{p.OrderBy, p.Limit, p.Cursor} }

// A RentableItem is something that can be rented besides a unit.
type RentableItem struct {
	ID                string             `json:"id,omitzero"`
	CreatedAt         tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt         tenantry.Timestamp `json:"updated_at,omitzero"`
	LastSeen          tenantry.Timestamp `json:"last_seen,omitzero"`
	XID               string             `json:"x_id,omitzero"`
	XPropertyID       string             `json:"x_property_id,omitzero"`
	XLocationID       string             `json:"x_location_id,omitzero"`
	XApplicantID      string             `json:"x_applicant_id,omitzero"`
	XLeadID           string             `json:"x_lead_id,omitzero"`
	XResidentID       string             `json:"x_resident_id,omitzero"`
	XTypeID           string             `json:"x_type_id,omitzero"`
	XChargeCodeID     string             `json:"x_charge_code_id,omitzero"`
	AmountInCents     tenantry.Decimal   `json:"amount_in_cents,omitzero"` // in cents
	Description       string             `json:"description,omitzero"`
	Name              string             `json:"name,omitzero"`
	IsAvailable       *bool              `json:"is_available,omitzero"` // nil for null
	ReservedUntilDate tenantry.Timestamp `json:"reserved_until_date,omitzero"`
	Type              string             `json:"type,omitzero"`
	IntegrationID     string             `json:"integration_id,omitzero"`
	IntegrationVendor IntegrationVendor  `json:"integration_vendor,omitzero"`
	PropertyID        string             `json:"property_id,omitzero"`
	ApplicantID       string             `json:"applicant_id,omitzero"` // Deprecated: by Propexo
	LeadID            string             `json:"lead_id,omitzero"`      // Deprecated: by Propexo
	ResidentID        string             `json:"resident_id,omitzero"`  // Deprecated: by Propexo
	ChargeCodeID      string             `json:"charge_code_id,omitzero"`
	Extra             tenantry.Extra     `json:",embed,unknown"` // what this SDK has no field for
}

// A RentableItemAssignParams assigns an item.
type RentableItemAssignParams struct {
	IntegrationID  string               `json:"integration_id"` // required
	RentableItemID tenantry.Opt[string] `json:"rentable_item_id,omitzero"`
	ApplicantID    tenantry.Opt[string] `json:"applicant_id,omitzero"`
	Extra          tenantry.Extra       `json:",embed,unknown"` // members that this SDK has no field for, sent as they are
}
