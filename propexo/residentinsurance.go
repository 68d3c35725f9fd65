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
	residentInsuranceList = &transport.Op{Name: "resident-insurance.list", Method: http.MethodGet, Path: "/v1/resident-insurance/", Repeatable: true}
	residentInsuranceGet  = &transport.Op{Name: "resident-insurance.get", Method: http.MethodGet, Path: "/v1/resident-insurance/{resident_insurance_id}", Repeatable: true}
)

// A ResidentInsuranceService reads the insurance policies of residents, which
// can't be written.
type ResidentInsuranceService struct{ c *Client }

// List fetches one page of policies.
func (s *ResidentInsuranceService) List(ctx context.Context, params ResidentInsuranceListParams) (*tenantry.Page[ResidentInsurance], error) {
	return s.list(params).First(ctx)
}

// All iterates over policies, fetching pages as the loop needs them. A
// record that can't be decoded is yielded as a [*tenantry.DecodeError] and the
// listing goes on; any other error ends it.
func (s *ResidentInsuranceService) All(ctx context.Context, params ResidentInsuranceListParams) iter.Seq2[*ResidentInsurance, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of policies, each with the cursor to go on from.
func (s *ResidentInsuranceService) Pages(ctx context.Context, params ResidentInsuranceListParams) iter.Seq2[*tenantry.Page[ResidentInsurance], error] {
	return s.list(params).Pages(ctx)
}

func (s *ResidentInsuranceService) list(params ResidentInsuranceListParams) paging.List[ResidentInsurance] {
	return list(s.c, residentInsuranceList, nil, params.page(), params, func(r *ResidentInsurance) string { return r.ID })
}

// Get fetches one by its ID. The error is [tenantry.ErrNotFound] where there is none.
func (s *ResidentInsuranceService) Get(ctx context.Context, id string) (*ResidentInsurance, error) {
	return get[ResidentInsurance](ctx, s.c, residentInsuranceGet, id)
}

// ResidentInsuranceListParams selects policies. Zero fields do not filter.
type ResidentInsuranceListParams struct {
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
	ResidentID        string            `url:"resident_id,omitempty"`
	UnitID            string            `url:"unit_id,omitempty"`
	LeaseID           string            `url:"lease_id,omitempty"`
	PropertyID        string            `url:"property_id,omitempty"`
	IntegrationID     string            `url:"integration_id,omitempty"`
	IntegrationVendor IntegrationVendor `url:"integration_vendor,omitempty"`
}

func (p ResidentInsuranceListParams) page() pageParams {
	return pageParams{p.OrderBy, p.Limit, p.Cursor}
}

// A ResidentInsurance is a policy of a resident.
type ResidentInsurance struct {
	ID                     string             `json:"id,omitzero"`
	CreatedAt              tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt              tenantry.Timestamp `json:"updated_at,omitzero"`
	LastSeen               tenantry.Timestamp `json:"last_seen,omitzero"`
	XID                    string             `json:"x_id,omitzero"`
	XPropertyID            string             `json:"x_property_id,omitzero"`
	XLocationID            string             `json:"x_location_id,omitzero"`
	XUnitID                string             `json:"x_unit_id,omitzero"`
	XLeaseID               string             `json:"x_lease_id,omitzero"`
	XResidentID            string             `json:"x_resident_id,omitzero"`
	Provider               string             `json:"provider,omitzero"`
	InsuranceType          string             `json:"insurance_type,omitzero"`
	PolicyNumber           string             `json:"policy_number,omitzero"`
	EffectiveDate          tenantry.Timestamp `json:"effective_date,omitzero"`
	ExpirationDate         tenantry.Timestamp `json:"expiration_date,omitzero"`
	CancellationDate       tenantry.Timestamp `json:"cancellation_date,omitzero"`
	LiabilityAmountInCents tenantry.Decimal   `json:"liability_amount_in_cents,omitzero"` // in cents
	LiabilityAmountRaw     string             `json:"liability_amount_raw,omitzero"`
	Notes                  string             `json:"notes,omitzero"`
	IntegrationID          string             `json:"integration_id,omitzero"`
	IntegrationVendor      IntegrationVendor  `json:"integration_vendor,omitzero"`
	PropertyID             string             `json:"property_id,omitzero"`
	UnitID                 string             `json:"unit_id,omitzero"`
	LeaseID                string             `json:"lease_id,omitzero"`
	ResidentID             string             `json:"resident_id,omitzero"`
	Extra                  tenantry.Extra     `json:",embed,unknown"` // what this SDK has no field for
}
