package storedge

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

const (
	unitsPath = facilityPath + "/units"
	unitPath  = unitsPath + "/{unit id}"
)

var (
	unitsList          = read("units.list", unitsPath, "units").secret()
	unitsListAvailable = read("units.list-available", unitsPath+"/available", "units").secret()
	unitsGet           = read("units.get", unitPath, "unit").secret()
	unitsRateHistory   = read("units.rate-history", unitsPath+"/rate_history", "units_rate_history")
	unitsFutureRates   = read("units.future-scheduled-rates", unitPath+"/future_scheduled_rates", "")
	unitsCreate        = write("units.create", http.MethodPost, unitsPath, "units").secret()
	unitsUpdate        = write("units.update", http.MethodPut, unitPath, "unit").secret()
	unitsBulkCreate    = write("units.bulk-create", http.MethodPost, unitsPath+"/bulk_create", "").secret()
	unitsBulkUpdate    = write("units.bulk-update", http.MethodPut, unitsPath+"/bulk_update", "").secret()
	unitsListV2        = read("units.list-v2", "/v2/facilities/{facility id}/units", "units").secret()
)

// UnitsService lists, reads and changes the units of a facility.
type UnitsService service

func unitID(u *Unit) string { return u.ID }

// List returns one page of all units: GET /v1/{facility_id}/units (units.list).
func (s *UnitsService) List(ctx context.Context, params ListParams) (*tenantry.Page[Unit], error) {
	return s.list(unitsList, params).First(ctx)
}

// All iterates over all units: GET /v1/{facility_id}/units (units.list).
func (s *UnitsService) All(ctx context.Context, params ListParams) iter.Seq2[*Unit, error] {
	return s.list(unitsList, params).All(ctx)
}

// Pages iterates over pages of all units: GET /v1/{facility_id}/units (units.list).
func (s *UnitsService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Unit], error] {
	return s.list(unitsList, params).Pages(ctx)
}

// ListAvailable returns one page of the units that can be moved into:
// GET /v1/{facility_id}/units/available (units.list-available).
func (s *UnitsService) ListAvailable(ctx context.Context, params ListParams) (*tenantry.Page[Unit], error) {
	return s.list(unitsListAvailable, params).First(ctx)
}

// AllAvailable iterates over the units that can be moved into:
// GET /v1/{facility_id}/units/available (units.list-available).
func (s *UnitsService) AllAvailable(ctx context.Context, params ListParams) iter.Seq2[*Unit, error] {
	return s.list(unitsListAvailable, params).All(ctx)
}

// PagesAvailable iterates over pages of the units that can be moved into:
// GET /v1/{facility_id}/units/available (units.list-available).
func (s *UnitsService) PagesAvailable(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Unit], error] {
	return s.list(unitsListAvailable, params).Pages(ctx)
}

// ListV2 returns one page of all units, without anything that is secret:
// GET /v2/facilities/{facility_id}/units (units.list-v2). Its units lack CurrentTenantID,
// CurrentLedgerID, PaymentStatus, the locks, AvailableForMoveIn, ChannelRate and Tier,
// and name types and amenities by id only, in Extra. Version 2 of the API is not
// documented; programs use it.
func (s *UnitsService) ListV2(ctx context.Context, params ListParams) (*tenantry.Page[Unit], error) {
	return s.list(unitsListV2, params).First(ctx)
}

// AllV2 iterates over all units as [UnitsService.ListV2] has them.
func (s *UnitsService) AllV2(ctx context.Context, params ListParams) iter.Seq2[*Unit, error] {
	return s.list(unitsListV2, params).All(ctx)
}

// PagesV2 iterates over pages of all units as [UnitsService.ListV2] has them.
func (s *UnitsService) PagesV2(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Unit], error] {
	return s.list(unitsListV2, params).Pages(ctx)
}

func (s *UnitsService) list(op *operation, p ListParams) paging.List[Unit] {
	return list((*service)(s), op, nil, p, nil, unitID)
}

// Get returns the unit with the given id, or ErrNotFound:
// GET /v1/{facility_id}/units/{id} (units.get).
func (s *UnitsService) Get(ctx context.Context, id string, opts ...ReadOption) (*Unit, error) {
	return get[Unit](ctx, (*service)(s), unitsGet, []string{id}, opts)
}

// RateHistoryParams selects changes of units' rates.
type RateHistoryParams struct {
	// UnitID selects one unit. The zero value selects all units.
	UnitID string
	// StartDate is the first day, YYYY-MM-DD. Without it and EndDate, the API takes
	// the day of the request.
	StartDate tenantry.Date
	// EndDate is the last day, YYYY-MM-DD, at most 31 days after StartDate.
	EndDate tenantry.Date
	// Extra holds query values that have no field.
	Extra url.Values
}

// ListRateHistory returns the changes of units' rates within up to 31 days:
// GET /v1/{facility_id}/units/rate_history (units.rate-history).
func (s *UnitsService) ListRateHistory(ctx context.Context, params RateHistoryParams) (*tenantry.Page[UnitRateHistory], error) {
	q := make(url.Values)
	if params.UnitID != "" {
		q.Set("unit_id", params.UnitID)
	}
	if err := dates(unitsRateHistory, q, params.StartDate, params.EndDate); err != nil {
		return nil, err
	}
	from, fromErr := params.StartDate.Time()
	to, toErr := params.EndDate.Time()
	if fromErr == nil && toErr == nil && (to.Before(from) || to.Sub(from) > 31*24*time.Hour) {
		return nil, unitsRateHistory.argument("EndDate", "is before StartDate or more than 31 days after it")
	}
	if err := transport.AddExtra(api, &unitsRateHistory.Op, q, params.Extra, "unit_id", "start_date", "end_date"); err != nil {
		return nil, err
	}
	return unpaged[UnitRateHistory](ctx, (*service)(s), unitsRateHistory, nil, q, nil)
}

// dates adds a first and a last day to a query, if they are set.
func dates(op *operation, q url.Values, start, end tenantry.Date) error {
	for _, d := range []struct {
		argument, parameter string
		date                tenantry.Date
	}{{"StartDate", "start_date", start}, {"EndDate", "end_date", end}} {
		if d.date == "" {
			continue
		}
		if err := checkDate(op, d.argument, d.date); err != nil {
			return err
		}
		q.Set(d.parameter, string(d.date))
	}
	return nil
}

// FutureScheduledRates returns what the API knows of a unit's scheduled rates, as it
// came: GET /v1/{facility_id}/units/{id}/future_scheduled_rates
// (units.future-scheduled-rates). The response is not documented.
func (s *UnitsService) FutureScheduledRates(ctx context.Context, id string) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), unitsFutureRates, []string{id}, nil, nil)
}

// Create makes a unit, or several that are alike if the name is a list with commas:
// POST /v1/{facility_id}/units (units.create). It returns the units that the response
// holds. It is not retried once the request may have reached the server.
func (s *UnitsService) Create(ctx context.Context, params UnitParams) (*tenantry.Page[Unit], error) {
	if name, _ := params.Name.Get(); name == "" {
		return nil, unitsCreate.argument("Name", "is empty")
	}
	return unpaged[Unit](ctx, (*service)(s), unitsCreate, nil, nil, map[string]any{"unit": &params})
}

// Update changes a unit and returns it: PUT /v1/{facility_id}/units/{id} (units.update).
// It is not retried once the request may have reached the server.
func (s *UnitsService) Update(ctx context.Context, id string, params UnitParams) (*Unit, error) {
	return one[Unit](ctx, (*service)(s), unitsUpdate, []string{id}, nil, map[string]any{"unit": &params})
}

// BulkCreate makes units: POST /v1/{facility_id}/units/bulk_create (units.bulk-create).
// Each unit may land in another group. It returns the response as it came, since that is
// not documented. A 400 has the reasons in Details of the *tenantry.Error, by kind. It is
// not retried once the request may have reached the server.
func (s *UnitsService) BulkCreate(ctx context.Context, params []UnitParams) (tenantry.Raw, error) {
	if len(params) == 0 {
		return nil, unitsBulkCreate.argument("params", "is empty")
	}
	return raw(ctx, (*service)(s), unitsBulkCreate, nil, nil, map[string]any{"units": params})
}

// BulkUpdate changes units: PUT /v1/{facility_id}/units/bulk_update (units.bulk-update).
// Each must have an ID. It returns the response as it came, since that is not documented.
// It is not retried once the request may have reached the server.
func (s *UnitsService) BulkUpdate(ctx context.Context, params []UnitParams) (tenantry.Raw, error) {
	if len(params) == 0 {
		return nil, unitsBulkUpdate.argument("params", "is empty")
	}
	for _, p := range params {
		if id, _ := p.ID.Get(); id == "" {
			return nil, unitsBulkUpdate.argument("ID", "is empty")
		}
	}
	return raw(ctx, (*service)(s), unitsBulkUpdate, nil, nil, map[string]any{"units": params})
}

// A DoorType is a kind of door. Responses may hold others than the constants.
type DoorType string

// The documented types of doors.
const (
	DoorTypeNone   DoorType = "none"
	DoorTypeRollUp DoorType = "roll_up"
	DoorTypeSwing  DoorType = "swing"
)

// An AccessType is a way to a unit. Responses may hold others than the constants.
type AccessType string

// The documented types of access.
const (
	AccessTypeIndoor  AccessType = "indoor"
	AccessTypeOutdoor AccessType = "outdoor"
)

// A UnitStatus is the state of a unit. Responses may hold others than the constants.
type UnitStatus string

// The states of units that are known.
const (
	UnitStatusVacant   UnitStatus = "vacant"
	UnitStatusOccupied UnitStatus = "occupied"
	UnitStatusReserved UnitStatus = "reserved"
)

// A Unit is a storage unit. Pointers are nil, and texts empty, if the server sent null or
// nothing. Lengths are in feet, as in Size.
type Unit struct {
	ID string `json:"id,omitzero"`
	// Price may be empty if the unit's group is priced by tier.
	Price        tenantry.Decimal `json:"price,omitzero"`
	Name         string           `json:"name,omitzero"`
	Description  string           `json:"description,omitzero"`
	Width        tenantry.Decimal `json:"width,omitzero"`
	Length       tenantry.Decimal `json:"length,omitzero"`
	Height       tenantry.Decimal `json:"height,omitzero"`
	DoorHeight   tenantry.Decimal `json:"door_height,omitzero"`
	DoorWidth    tenantry.Decimal `json:"door_width,omitzero"`
	DoorType     DoorType         `json:"door_type,omitzero"`
	AccessType   AccessType       `json:"access_type,omitzero"`
	Floor        *int64           `json:"floor,omitzero"`
	Directions   tenantry.Raw     `json:"directions,omitzero"` // Directions has no documented form.
	Size         string           `json:"size,omitzero"`       // Size is a text such as "10x6x4".
	Area         tenantry.Decimal `json:"area,omitzero"`
	StandardRate tenantry.Decimal `json:"standard_rate,omitzero"`
	ManagedRate  tenantry.Decimal `json:"managed_rate,omitzero"`
	// TieredRate may be out of date after a facility stops pricing by tier. The tier
	// rates decide: see [TierRatesService].
	TieredRate         tenantry.Decimal `json:"tiered_rate,omitzero"`
	AvailableForMoveIn *bool            `json:"available_for_move_in,omitzero"`
	Rentable           *bool            `json:"rentable,omitzero"`
	Status             UnitStatus       `json:"status,omitzero"`
	PaymentStatus      string           `json:"payment_status,omitzero"`
	CurrentLedgerID    string           `json:"current_ledger_id,omitzero"`
	CurrentTenantID    string           `json:"current_tenant_id,omitzero"`
	// ComboLockGroup, CombinationLockNumber and OverlockLockNumber open locks.
	ComboLockGroup tenantry.Secret `json:"combo_lock_group,omitzero"`
	// CombinationLockNumber opens the unit's lock.
	CombinationLockNumber tenantry.Secret `json:"combination_lock_number,omitzero"`
	// OverlockLockNumber opens the lock that the facility puts on a unit whose rent is
	// overdue.
	OverlockLockNumber      tenantry.Secret  `json:"overlock_lock_number,omitzero"`
	AttributeDescription    string           `json:"attribute_description,omitzero"`
	Deleted                 *bool            `json:"deleted,omitzero"`
	Damaged                 *bool            `json:"damaged,omitzero"`
	Complimentary           *bool            `json:"complimentary,omitzero"`
	Unrentable              *bool            `json:"unrentable,omitzero"`
	CompanyOwned            *bool            `json:"company_owned,omitzero"`
	IsPrepped               *bool            `json:"is_prepped,omitzero"`
	Rank                    tenantry.Raw     `json:"rank,omitzero"` // Rank has no documented form.
	CustomFields            []tenantry.Raw   `json:"custom_fields,omitzero"`
	AllowFutureMoveInsLimit *int64           `json:"allow_future_move_ins_limit,omitzero"`
	ChannelRate             *ChannelRate     `json:"channel_rate,omitzero"`
	MaxRate                 tenantry.Decimal `json:"max_rate,omitzero"`
	ExcludeFromAPI          *bool            `json:"exclude_from_api,omitzero"`
	UnitAmenities           []UnitAmenity    `json:"unit_amenities,omitzero"`
	UnitType                *UnitType        `json:"unit_type,omitzero"`
	Tier                    *Tier            `json:"tier,omitzero"`    // Tier is nil unless the facility prices by tier.
	Tiering                 *Tiering         `json:"tiering,omitzero"` // Tiering is what CubeSmart's host has instead of Tier.
	UnitGroupID             string           `json:"unit_group_id,omitzero"`
	Extra                   tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}

// Available reports whether a unit can be rented: it is vacant, rentable and available
// for move-in. A reserved unit can't.
func (u *Unit) Available() bool {
	yes := func(b *bool) bool { return b != nil && *b }
	return u.Status == UnitStatusVacant && yes(u.Rentable) && yes(u.AvailableForMoveIn)
}

// A ChannelRate is the rate of a sales channel.
type ChannelRate struct {
	Rate         tenantry.Decimal `json:"rate,omitzero"`          // Rate is in a unit.
	Amount       tenantry.Decimal `json:"amount,omitzero"`        // Amount is in a tier rate, and is added to its rate.
	ModifierType string           `json:"modifier_type,omitzero"` // ModifierType is the unit of Amount, such as "$".
	Extra        tenantry.Extra   `json:",embed,unknown"`         // Extra holds members that have no field.
}

// A Tier is the price tier of a unit.
type Tier struct {
	ID    string         `json:"id,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// Tiering is the price tier of a unit or group on CubeSmart's host.
type Tiering struct {
	CrossSellGroupID *int64         `json:"cross_sell_group_id,omitzero"`
	Descriptor       string         `json:"descriptor,omitzero"`
	Justification    string         `json:"justification,omitzero"`
	TieredAmenities  []UnitAmenity  `json:"tiered_amenities,omitzero"`
	Extra            tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// A UnitAmenity is something that a unit has.
type UnitAmenity struct {
	ID                              string         `json:"id,omitzero"`
	Name                            string         `json:"name,omitzero"`
	ShortCode                       string         `json:"short_code,omitzero"`
	ShowInSalesCenterFilterDropdown *bool          `json:"show_in_sales_center_filter_dropdown,omitzero"`
	Deleted                         *bool          `json:"deleted,omitzero"`
	PrimaryKeyID                    *int64         `json:"primary_key_id,omitzero"`
	Extra                           tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// A UnitType is a kind of unit.
type UnitType struct {
	ID                  string         `json:"id,omitzero"`
	Name                string         `json:"name,omitzero"`
	Deleted             *bool          `json:"deleted,omitzero"`
	InternalAccountCode string         `json:"internal_account_code,omitzero"`
	CodeAndDescription  string         `json:"code_and_description,omitzero"`
	IIExcluded          []tenantry.Raw `json:"ii_excluded,omitzero"`
	Extra               tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// UnitRateHistory is one change of a unit's rate.
type UnitRateHistory struct {
	UnitName string `json:"unit_name,omitzero"`
	UnitID   string `json:"unit_id,omitzero"`
	// RateType is "standard", "managed" or the name of a channel, such as "Web".
	RateType          string             `json:"rate_type,omitzero"`
	Rate              tenantry.Decimal   `json:"rate,omitzero"`
	EffectiveDatetime tenantry.Timestamp `json:"effective_datetime,omitzero"`
	EventID           string             `json:"event_id,omitzero"`
	Extra             tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// UnitParams holds the fields of a unit to make or change. Fields that are left alone are
// not sent. To make a unit, the API requires the fields from Name to UnitType.
type UnitParams struct {
	// ID is for BulkUpdate alone.
	ID            tenantry.Opt[string]     `json:"id,omitzero"`
	Name          tenantry.Opt[string]     `json:"name,omitzero"` // Name may be a list with commas in Create.
	Width         tenantry.Opt[int64]      `json:"width,omitzero"`
	Length        tenantry.Opt[int64]      `json:"length,omitzero"`
	Height        tenantry.Opt[int64]      `json:"height,omitzero"`
	DoorHeight    tenantry.Opt[int64]      `json:"door_height,omitzero"`
	DoorWidth     tenantry.Opt[int64]      `json:"door_width,omitzero"`
	DoorType      tenantry.Opt[DoorType]   `json:"door_type,omitzero"`
	AccessType    tenantry.Opt[AccessType] `json:"access_type,omitzero"`
	StandardRate  tenantry.Opt[int64]      `json:"standard_rate,omitzero"` // StandardRate is ignored under pricing by tier.
	WalkThruOrder tenantry.Opt[int64]      `json:"walk_thru_order,omitzero"`
	UnitType      tenantry.Opt[string]     `json:"unit_type,omitzero"` // UnitType is an id.
	Floor         tenantry.Opt[int64]      `json:"floor,omitzero"`
	Rentable      tenantry.Opt[bool]       `json:"rentable,omitzero"`
	// CombinationLockNumber opens the unit's lock.
	CombinationLockNumber tenantry.Opt[tenantry.Secret] `json:"combination_lock_number,omitzero"`
	// OverlockLockNumber opens the facility's lock.
	OverlockLockNumber   tenantry.Opt[tenantry.Secret] `json:"overlock_lock_number,omitzero"`
	AttributeDescription tenantry.Opt[string]          `json:"attribute_description,omitzero"`
	FullyEnclosed        tenantry.Opt[bool]            `json:"fully_enclosed,omitzero"`
	TaxRates             tenantry.Opt[[]string]        `json:"tax_rates,omitzero"`      // TaxRates are ids.
	UnitAmenities        tenantry.Opt[[]string]        `json:"unit_amenities,omitzero"` // UnitAmenities are ids.
	// UnitGroupID needs Custom Unit Groups to be turned on. Null takes the unit out of its
	// group.
	UnitGroupID tenantry.Opt[string] `json:"unit_group_id,omitzero"`
	Extra       tenantry.Extra       `json:",embed,unknown"` // Extra holds members to send that have no field.
}
