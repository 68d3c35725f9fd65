package storedge

import (
	"context"
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

const discountPlansPath = facilityPath + "/discount_plans"

var (
	discountPlansList = read("discount-plans.list", discountPlansPath, "discount_plans")
	discountPlansGet  = read("discount-plans.get", discountPlansPath+"/{discount plan id}", "discount_plan")
)

// DiscountPlansService lists the promotions of a facility.
type DiscountPlansService service

// List returns one page of the discount plans:
// GET /v1/{facility_id}/discount_plans (discount-plans.list).
func (s *DiscountPlansService) List(ctx context.Context, params ListParams) (*tenantry.Page[DiscountPlan], error) {
	return s.list(params).First(ctx)
}

// All iterates over the discount plans:
// GET /v1/{facility_id}/discount_plans (discount-plans.list).
func (s *DiscountPlansService) All(ctx context.Context, params ListParams) iter.Seq2[*DiscountPlan, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of the discount plans:
// GET /v1/{facility_id}/discount_plans (discount-plans.list).
func (s *DiscountPlansService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[DiscountPlan], error] {
	return s.list(params).Pages(ctx)
}

func (s *DiscountPlansService) list(p ListParams) paging.List[DiscountPlan] {
	return list((*service)(s), discountPlansList, nil, p, nil, func(d *DiscountPlan) string { return d.ID })
}

// Get returns the discount plan with the given id, or ErrNotFound:
// GET /v1/{facility_id}/discount_plans/{id} (discount-plans.get).
func (s *DiscountPlansService) Get(ctx context.Context, id string, opts ...ReadOption) (*DiscountPlan, error) {
	return get[DiscountPlan](ctx, (*service)(s), discountPlansGet, []string{id}, opts)
}

// A DiscountPlan is a promotion. Pointers are nil, and texts empty, if the server sent
// null or nothing.
type DiscountPlan struct {
	ID                string   `json:"id,omitzero"`
	FacilityIDs       []string `json:"facility_ids,omitzero"`
	Name              string   `json:"name,omitzero"`
	Description       string   `json:"description,omitzero"`
	PublicDescription string   `json:"public_description,omitzero"`
	// AvailabilityText is for people. It may be a date such as "9/15/2023".
	AvailabilityText string `json:"availability_text,omitzero"`
	RequirementsText string `json:"requirements_text,omitzero"`
	// Kind is "always" or "limited", for a number of months.
	Kind                         string                 `json:"kind,omitzero"`
	MinOccupancyRequired         *bool                  `json:"min_occupancy_required,omitzero"`
	MinOccupancyMonths           *int64                 `json:"min_occupancy_months,omitzero"`
	PrepayRequired               *bool                  `json:"prepay_required,omitzero"`
	PrepayMonths                 *int64                 `json:"prepay_months,omitzero"`
	StartDate                    tenantry.Date          `json:"start_date,omitzero"`
	EndDate                      tenantry.Date          `json:"end_date,omitzero"`
	AutoApply                    *bool                  `json:"auto_apply,omitzero"`
	PromotionType                string                 `json:"promotion_type,omitzero"`
	Deleted                      *bool                  `json:"deleted,omitzero"`
	TurnedOn                     *bool                  `json:"turned_on,omitzero"`
	AvailableForAllFacilities    *bool                  `json:"available_for_all_facilities,omitzero"`
	RoundToNearest               string                 `json:"round_to_nearest,omitzero"`
	HideFromWebsite              *bool                  `json:"hide_from_website,omitzero"`
	MoveInOnly                   *bool                  `json:"move_in_only,omitzero"`
	ExistingTenantOnly           *bool                  `json:"existing_tenant_only,omitzero"`
	Priority                     string                 `json:"priority,omitzero"`
	RolePermission               string                 `json:"role_permission,omitzero"`
	ChooseYourOwnPromo           *bool                  `json:"choose_your_own_promo,omitzero"`
	TenantAccountKindID          string                 `json:"tenant_account_kind_id,omitzero"`
	AlwaysDiscountPlanDiscountID string                 `json:"always_discount_plan_discount_id,omitzero"`
	APIAssociationIDs            []string               `json:"api_association_ids,omitzero"`
	DiscountPlanDiscounts        []DiscountPlanDiscount `json:"discount_plan_discounts,omitzero"`
	DiscountPlanControls         []DiscountPlanControl  `json:"discount_plan_controls,omitzero"`
	ClientApplications           []ClientApplication    `json:"client_applications,omitzero"`
	Extra                        tenantry.Extra         `json:",embed,unknown"` // Extra holds members that have no field.
}

// A DiscountPlanDiscount is the discount of one month, or of all.
type DiscountPlanDiscount struct {
	ID string `json:"id,omitzero"`
	// DiscountType is "amount" (off the price), "fixed" (a price), "none", "percent" or
	// "variable".
	DiscountType  string           `json:"discount_type,omitzero"`
	MonthNumber   *int64           `json:"month_number,omitzero"`
	Amount        tenantry.Decimal `json:"amount,omitzero"`
	MinimumAmount tenantry.Decimal `json:"minimum_amount,omitzero"`
	MaximumAmount tenantry.Decimal `json:"maximum_amount,omitzero"`
	Extra         tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}

// A DiscountPlanControl is a condition under which a plan applies.
type DiscountPlanControl struct {
	ID                           string           `json:"id,omitzero"`
	Kind                         string           `json:"kind,omitzero"`
	MinValue                     tenantry.Decimal `json:"min_value,omitzero"`
	MaxValue                     tenantry.Decimal `json:"max_value,omitzero"`
	Deleted                      *bool            `json:"deleted,omitzero"`
	DeletedOn                    string           `json:"deleted_on,omitzero"` // DeletedOn is a date or a time.
	RequirementsText             string           `json:"requirements_text,omitzero"`
	ApplicableDiscountPlansCount *int64           `json:"applicable_discount_plans_count,omitzero"`
	UnitAmenityIDs               []string         `json:"unit_amenity_ids,omitzero"`
	DiscountPlanIDs              []string         `json:"discount_plan_ids,omitzero"`
	UnitType                     *UnitType        `json:"unit_type,omitzero"`
	Extra                        tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}

// A ClientApplication is a program that uses the API.
type ClientApplication struct {
	ID             string         `json:"id,omitzero"`
	Name           string         `json:"name,omitzero"`
	ChannelRatesOn *bool          `json:"channel_rates_on,omitzero"`
	Internal       *bool          `json:"internal,omitzero"`
	Extra          tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}
