package storedge

import (
	"context"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

const (
	unitGroupsPath = facilityPath + "/unit_groups"
	unitGroupPath  = unitGroupsPath + "/{unit group id}"
	tierRatesPath  = facilityPath + "/unit_group_tier_rates"
)

var (
	unitGroupsList   = read("unit-groups.list", unitGroupsPath, "unit_groups")
	unitGroupsGet    = read("unit-groups.get", unitGroupPath, "unit_group")
	unitGroupsUnits  = read("unit-groups.list-units", unitGroupPath+"/units", "units").secret()
	unitGroupsCreate = write("unit-groups.create", http.MethodPost, unitGroupsPath, "unit_groups")
	unitGroupsUpdate = write("unit-groups.update", http.MethodPut, unitGroupsPath, "")
	tierRatesList    = read("tier-rates.list", tierRatesPath, "unit_group_tier_rates")
	tierRatesUpdate  = write("tier-rates.update", http.MethodPut, tierRatesPath+"/update", "unit_group_tier_rates")
	tierRatesTiers   = read("tier-rates.list-tiers", facilityPath+"/tiers", "tiers")
)

// UnitGroupsService lists and changes the groups of units that are priced alike.
type UnitGroupsService service

// List returns one page of the unit groups:
// GET /v1/{facility_id}/unit_groups (unit-groups.list).
func (s *UnitGroupsService) List(ctx context.Context, params ListParams) (*tenantry.Page[UnitGroup], error) {
	return s.list(params).First(ctx)
}

// All iterates over the unit groups:
// GET /v1/{facility_id}/unit_groups (unit-groups.list).
func (s *UnitGroupsService) All(ctx context.Context, params ListParams) iter.Seq2[*UnitGroup, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of the unit groups:
// GET /v1/{facility_id}/unit_groups (unit-groups.list).
func (s *UnitGroupsService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[UnitGroup], error] {
	return s.list(params).Pages(ctx)
}

func (s *UnitGroupsService) list(p ListParams) paging.List[UnitGroup] {
	return list((*service)(s), unitGroupsList, nil, p, nil, func(g *UnitGroup) string { return g.ID })
}

// Get returns the unit group with the given id, or ErrNotFound:
// GET /v1/{facility_id}/unit_groups/{id} (unit-groups.get).
func (s *UnitGroupsService) Get(ctx context.Context, id string, opts ...ReadOption) (*UnitGroup, error) {
	return get[UnitGroup](ctx, (*service)(s), unitGroupsGet, []string{id}, opts)
}

// ListUnits returns one page of a group's units:
// GET /v1/{facility_id}/unit_groups/{id}/units (unit-groups.list-units).
func (s *UnitGroupsService) ListUnits(ctx context.Context, id string, params ListParams) (*tenantry.Page[Unit], error) {
	return s.units(id, params).First(ctx)
}

// AllUnits iterates over a group's units:
// GET /v1/{facility_id}/unit_groups/{id}/units (unit-groups.list-units).
func (s *UnitGroupsService) AllUnits(ctx context.Context, id string, params ListParams) iter.Seq2[*Unit, error] {
	return s.units(id, params).All(ctx)
}

// PagesUnits iterates over pages of a group's units:
// GET /v1/{facility_id}/unit_groups/{id}/units (unit-groups.list-units).
func (s *UnitGroupsService) PagesUnits(ctx context.Context, id string, params ListParams) iter.Seq2[*tenantry.Page[Unit], error] {
	return s.units(id, params).Pages(ctx)
}

func (s *UnitGroupsService) units(id string, p ListParams) paging.List[Unit] {
	return list((*service)(s), unitGroupsUnits, []string{id}, p, nil, unitID)
}

// Create makes empty groups: POST /v1/{facility_id}/unit_groups (unit-groups.create). The
// facility must have Custom Unit Groups turned on. A 400 names groups whose name is taken
// in Details of the *tenantry.Error, under name_assignments. It is not retried once the
// request may have reached the server.
func (s *UnitGroupsService) Create(ctx context.Context, params []UnitGroupCreateParams) (*tenantry.Page[CreatedUnitGroup], error) {
	if len(params) == 0 {
		return nil, unitGroupsCreate.argument("params", "is empty")
	}
	for _, p := range params {
		if p.Name == "" {
			return nil, unitGroupsCreate.argument("Name", "is empty")
		}
	}
	return unpaged[CreatedUnitGroup](ctx, (*service)(s), unitGroupsCreate, nil, nil, map[string]any{"unit_groups": params})
}

// UnitGroupCreateParams holds a group to make.
type UnitGroupCreateParams struct {
	// Name is required. It must be unique in the facility.
	Name  string         `json:"name"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// Update changes groups: PUT /v1/{facility_id}/unit_groups (unit-groups.update). Members
// that are not sent stay as they are, and each group may change other members. The
// facility must have Custom Unit Groups turned on. The path and method are inferred, and
// the response is returned as it came. It is not retried once the request may have
// reached the server.
func (s *UnitGroupsService) Update(ctx context.Context, params []UnitGroupParams) (tenantry.Raw, error) {
	if len(params) == 0 {
		return nil, unitGroupsUpdate.argument("params", "is empty")
	}
	for _, p := range params {
		if p.ID == "" {
			return nil, unitGroupsUpdate.argument("ID", "is empty")
		}
	}
	return raw(ctx, (*service)(s), unitGroupsUpdate, nil, nil, map[string]any{"unit_groups": params})
}

// UnitGroupParams holds the fields of a group to change. Fields that are left alone are
// not sent.
type UnitGroupParams struct {
	// ID is the group to change. It is required.
	ID            string               `json:"id"`
	Name          tenantry.Opt[string] `json:"name,omitzero"`
	FullyEnclosed tenantry.Opt[bool]   `json:"fully_enclosed,omitzero"`
	// ReferenceUnitID is a unit of the group. The API copies its size, door, access, floor,
	// type and standard rate to the group. The member's name is inferred from responses.
	ReferenceUnitID tenantry.Opt[string] `json:"reference_unit_id,omitzero"`
	Extra           tenantry.Extra       `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// A UnitGroup is a group of units that are offered at one price. Pointers are nil, and
// texts empty, if the server sent null or nothing.
type UnitGroup struct {
	ID      string `json:"id,omitzero"`
	GroupID string `json:"group_id,omitzero"`
	// Price is empty if the group is priced by tier.
	Price                        tenantry.Decimal `json:"price,omitzero"`
	GroupKey                     string           `json:"group_key,omitzero"`
	Name                         string           `json:"name,omitzero"`
	AvailableUnitsCount          *int64           `json:"available_units_count,omitzero"`
	TotalUnitsCount              *int64           `json:"total_units_count,omitzero"`
	TotalNonExcludedUnitsCount   *int64           `json:"total_non_excluded_units_count,omitzero"`
	Size                         string           `json:"size,omitzero"`
	StandardRate                 tenantry.Decimal `json:"standard_rate,omitzero"`
	Floor                        *int64           `json:"floor,omitzero"`
	ReducedPrice                 tenantry.Decimal `json:"reduced_price,omitzero"`
	CyoReducedPrices             tenantry.Raw     `json:"cyo_reduced_prices,omitzero"` // CyoReducedPrices has no documented form.
	OccupancyPercent             tenantry.Decimal `json:"occupancy_percent,omitzero"`
	Area                         tenantry.Decimal `json:"area,omitzero"`
	Length                       tenantry.Decimal `json:"length,omitzero"`
	Width                        tenantry.Decimal `json:"width,omitzero"`
	Height                       tenantry.Decimal `json:"height,omitzero"`
	DueAtMoveIn                  tenantry.Decimal `json:"due_at_move_in,omitzero"`
	DueAtMoveInWithoutFees       tenantry.Decimal `json:"due_at_move_in_without_fees,omitzero"`
	DueMonthly                   tenantry.Decimal `json:"due_monthly,omitzero"`
	AttributeDescription         string           `json:"attribute_description,omitzero"`
	Description                  string           `json:"description,omitzero"`
	InvoiceableFees              []tenantry.Raw   `json:"invoiceable_fees,omitzero"` // InvoiceableFees are numbers or invoiceable items.
	AverageRent                  tenantry.Decimal `json:"average_rent,omitzero"`
	ActiveRateType               string           `json:"active_rate_type,omitzero"` // ActiveRateType is a name such as "standard_rate".
	ScheduledMoveOuts            []tenantry.Raw   `json:"scheduled_move_outs,omitzero"`
	ManagedRate                  tenantry.Decimal `json:"managed_rate,omitzero"`
	ReservationFee               tenantry.Raw     `json:"reservation_fee,omitzero"` // ReservationFee has no documented form.
	ReferenceUnitID              string           `json:"reference_unit_id,omitzero"`
	ChannelRate                  *ChannelRate     `json:"channel_rate,omitzero"`
	UnitAmenities                []UnitAmenity    `json:"unit_amenities,omitzero"`
	UnitType                     *UnitType        `json:"unit_type,omitzero"`
	DiscountPlans                []DiscountPlan   `json:"discount_plans,omitzero"` // DiscountPlans lack Deleted, HideFromWebsite and TurnedOn.
	ChannelRateIDs               []string         `json:"channel_rate_ids,omitzero"`
	AvailableUpgradeToUnitGroups []tenantry.Raw   `json:"available_upgrade_to_unit_groups,omitzero"`
	Tiering                      *Tiering         `json:"tiering,omitzero"` // Tiering is only on CubeSmart's host.
	Extra                        tenantry.Extra   `json:",embed,unknown"`   // Extra holds members that have no field.
}

// A CreatedUnitGroup is a new group as the API returns it. Most of its other members are
// null and are kept in Extra.
type CreatedUnitGroup struct {
	// UUID is the id by which other operations know the group.
	UUID string `json:"uuid,omitzero"`
	// InternalID is the API's member id, an integer that no operation takes.
	InternalID *int64 `json:"id,omitzero"`
	// InternalFacilityID is the API's member facility_id, an integer that no operation
	// takes.
	InternalFacilityID         *int64             `json:"facility_id,omitzero"`
	Name                       string             `json:"name,omitzero"`
	CreatedAt                  tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt                  tenantry.Timestamp `json:"updated_at,omitzero"`
	TotalNonExcludedUnitsCount *int64             `json:"total_non_excluded_units_count,omitzero"`
	Extra                      tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// TierRatesService lists and changes the prices of unit groups by tier.
type TierRatesService service

// List returns one page of the tier rates:
// GET /v1/{facility_id}/unit_group_tier_rates (tier-rates.list).
func (s *TierRatesService) List(ctx context.Context, params ListParams) (*tenantry.Page[UnitGroupTierRate], error) {
	return s.list(params).First(ctx)
}

// All iterates over the tier rates:
// GET /v1/{facility_id}/unit_group_tier_rates (tier-rates.list).
func (s *TierRatesService) All(ctx context.Context, params ListParams) iter.Seq2[*UnitGroupTierRate, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of the tier rates:
// GET /v1/{facility_id}/unit_group_tier_rates (tier-rates.list).
func (s *TierRatesService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[UnitGroupTierRate], error] {
	return s.list(params).Pages(ctx)
}

func (s *TierRatesService) list(p ListParams) paging.List[UnitGroupTierRate] {
	return list((*service)(s), tierRatesList, nil, p, nil, func(r *UnitGroupTierRate) string { return r.ID })
}

// ListTiers returns one page of the facility's tiers:
// GET /v1/{facility_id}/tiers (tier-rates.list-tiers). The reference names this operation
// and shows neither path nor response; both are inferred.
func (s *TierRatesService) ListTiers(ctx context.Context, params ListParams) (*tenantry.Page[Tier], error) {
	return s.tiers(params).First(ctx)
}

// AllTiers iterates over the facility's tiers:
// GET /v1/{facility_id}/tiers (tier-rates.list-tiers). See [TierRatesService.ListTiers].
func (s *TierRatesService) AllTiers(ctx context.Context, params ListParams) iter.Seq2[*Tier, error] {
	return s.tiers(params).All(ctx)
}

// PagesTiers iterates over pages of the facility's tiers:
// GET /v1/{facility_id}/tiers (tier-rates.list-tiers). See [TierRatesService.ListTiers].
func (s *TierRatesService) PagesTiers(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Tier], error] {
	return s.tiers(params).Pages(ctx)
}

func (s *TierRatesService) tiers(p ListParams) paging.List[Tier] {
	return list((*service)(s), tierRatesTiers, nil, p, nil, func(t *Tier) string { return t.ID })
}

// Update sets the prices of groups by tier:
// PUT /v1/{facility_id}/unit_group_tier_rates/update (tier-rates.update). A price that
// does not exist yet is made. It is not retried once the request may have reached the
// server.
func (s *TierRatesService) Update(ctx context.Context, rates []TierRateParams) (*tenantry.Page[UnitGroupTierRate], error) {
	if len(rates) == 0 {
		return nil, tierRatesUpdate.argument("rates", "is empty")
	}
	for _, r := range rates {
		if r.Rate <= 0 || r.TierID == "" || r.UnitGroupID == "" {
			return nil, tierRatesUpdate.argument("rates", "holds one without TierID or UnitGroupID, or whose Rate is not positive")
		}
	}
	return unpaged[UnitGroupTierRate](ctx, (*service)(s), tierRatesUpdate, nil, nil, map[string]any{"unit_group_tier_rates": rates})
}

// TierRateParams holds a price to set. All fields are required.
type TierRateParams struct {
	Rate        int64          `json:"rate"`    // Rate is a whole number of the facility's currency.
	TierID      string         `json:"tier_id"` // TierID is the ID of a [Tier].
	UnitGroupID string         `json:"unit_group_id"`
	Extra       tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// A UnitGroupTierRate is the price of a group's units in a tier. It belongs to the units
// with its UnitGroupID whose Tier.ID is its TierID. Its own ID is of no use for that.
type UnitGroupTierRate struct {
	ID          string           `json:"id,omitzero"`
	Rate        tenantry.Decimal `json:"rate,omitzero"`
	TierID      string           `json:"tier_id,omitzero"`
	UnitGroupID string           `json:"unit_group_id,omitzero"`
	BaseTier    *bool            `json:"base_tier,omitzero"` // BaseTier is true for one tier of each group.
	ChannelRate *ChannelRate     `json:"channel_rate,omitzero"`
	MaxRate     tenantry.Decimal `json:"max_rate,omitzero"`
	Extra       tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}
