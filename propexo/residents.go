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
	residentsList          = &transport.Op{Name: "residents.list", Method: http.MethodGet, Path: "/v1/residents/", Repeatable: true}
	residentsGet           = &transport.Op{Name: "residents.get", Method: http.MethodGet, Path: "/v1/residents/{id}", Repeatable: true}
	residentsRentableItems = &transport.Op{Name: "residents.rentable-items", Method: http.MethodGet, Path: "/v1/residents/{id}/rentable-items", Repeatable: true}
	residentsCreate        = &transport.Op{Name: "residents.create", Method: http.MethodPost, Path: "/v1/residents/"}
	residentsUpdate        = &transport.Op{Name: "residents.update", Method: http.MethodPut, Path: "/v1/residents/{id}"}
	residentsUpdateEntrata = &transport.Op{Name: "residents.update-entrata", Method: http.MethodPut, Path: "/v1/residents/entrata/{id}"}
	residentsCreateEntrata = &transport.Op{Name: "residents.create-entrata", Method: http.MethodPost, Path: "/v1/residents/entrata/"}
)

// A ResidentsService reads and writes residents. Upstream: "Residents".
type ResidentsService struct{ c *Client }

// List fetches one page of residents.
func (s *ResidentsService) List(ctx context.Context, params ResidentListParams) (*tenantry.Page[Resident], error) {
	return s.list(params).First(ctx)
}

// All iterates over residents, fetching pages as the loop needs them. A
// record that can't be decoded is yielded as a [*tenantry.DecodeError] and the
// listing goes on; any other error ends it.
func (s *ResidentsService) All(ctx context.Context, params ResidentListParams) iter.Seq2[*Resident, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of residents, each with the cursor to go on from.
func (s *ResidentsService) Pages(ctx context.Context, params ResidentListParams) iter.Seq2[*tenantry.Page[Resident], error] {
	return s.list(params).Pages(ctx)
}

func (s *ResidentsService) list(params ResidentListParams) paging.List[Resident] {
	return list(s.c, residentsList, nil, params.page(), params, func(r *Resident) string { return r.ID })
}

// Get fetches one by its ID. The error is [tenantry.ErrNotFound] where there is none.
func (s *ResidentsService) Get(ctx context.Context, id string) (*Resident, error) {
	return get[Resident](ctx, s.c, residentsGet, id)
}

// Create queues a new resident. What a property management system requires
// beyond IntegrationID it says in a 400 or in the job. It is never sent twice
// once it may have arrived.
func (s *ResidentsService) Create(ctx context.Context, params ResidentCreateParams, opts ...WriteOption) (*Write, error) {
	if params.IntegrationID == "" {
		return nil, s.c.t.Argument(residentsCreate, "IntegrationID", "is empty; it says which system to write to")
	}
	return write(ctx, s.c, &transport.Call{Op: residentsCreate, Body: &params}, opts)
}

// Update queues a change of a resident. Fields that are left alone are not
// sent; a phone type must accompany Phone1.
func (s *ResidentsService) Update(ctx context.Context, id string, params ResidentUpdateParams, opts ...WriteOption) (*Write, error) {
	return write(ctx, s.c, &transport.Call{Op: residentsUpdate, Args: []string{id}, Body: &params}, opts)
}

// UpdateEntrata queues a change of a resident in Entrata, with the fields that
// Entrata takes.
func (s *ResidentsService) UpdateEntrata(ctx context.Context, id string, params EntrataResidentUpdateParams, opts ...WriteOption) (*Write, error) {
	return write(ctx, s.c, &transport.Call{Op: residentsUpdateEntrata, Args: []string{id}, Body: &params}, opts)
}

// CreateEntrata always fails: Entrata can't create residents, and Propexo
// answers 405 whatever is sent. So nothing is sent, and the error is
// [tenantry.ErrNotSupported].
func (s *ResidentsService) CreateEntrata(context.Context, ResidentCreateParams) (*Write, error) {
	return nil, s.c.t.ArgumentWith(residentsCreateEntrata, "", "Entrata can't create residents", &tenantry.Error{
		API: api, Operation: residentsCreateEntrata.Name, Method: residentsCreateEntrata.Method,
		Path: residentsCreateEntrata.Path, StatusCode: http.StatusMethodNotAllowed,
	})
}

// RentableItems fetches one page of the items that a resident rents.
func (s *ResidentsService) RentableItems(ctx context.Context, id string, params RentableItemListParams) (*tenantry.Page[RentableItem], error) {
	return s.rentableItems(id, params).First(ctx)
}

// AllRentableItems iterates over the items that a resident rents, fetching pages as the loop needs them. A
// record that can't be decoded is yielded as a [*tenantry.DecodeError] and the
// listing goes on; any other error ends it.
func (s *ResidentsService) AllRentableItems(ctx context.Context, id string, params RentableItemListParams) iter.Seq2[*RentableItem, error] {
	return s.rentableItems(id, params).All(ctx)
}

// RentableItemPages iterates over pages of the items that a resident rents, each with the cursor to go on from.
func (s *ResidentsService) RentableItemPages(ctx context.Context, id string, params RentableItemListParams) iter.Seq2[*tenantry.Page[RentableItem], error] {
	return s.rentableItems(id, params).Pages(ctx)
}

func (s *ResidentsService) rentableItems(id string, params RentableItemListParams) paging.List[RentableItem] {
	return list(s.c, residentsRentableItems, []string{id}, params.page(), params, func(r *RentableItem) string { return r.ID })
}

// ResidentListParams selects residents. Zero fields do not filter.
type ResidentListParams struct {
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
	UpdatedAtGTE time.Time `url:"updated_at_gte,omitempty" layout:"2006-01-02T15:04:05.999Z07:00"`
	UpdatedAtLTE time.Time `url:"updated_at_lte,omitempty" layout:"2006-01-02T15:04:05.999Z07:00"`
	// LastSeenGTE and LastSeenLTE keep records that a sync saw in that time.
	LastSeenGTE       time.Time         `url:"last_seen_gte,omitempty" layout:"2006-01-02T15:04:05.999Z07:00"`
	LastSeenLTE       time.Time         `url:"last_seen_lte,omitempty" layout:"2006-01-02T15:04:05.999Z07:00"`
	XID               string            `url:"x_id,omitempty"`          // the property management system's own ID; needs IntegrationID and a property besides
	XPropertyID       string            `url:"x_property_id,omitempty"` // Deprecated: by Propexo, in favour of PropertyID
	LocationID        string            `url:"location_id,omitempty"`
	PropertyID        string            `url:"property_id,omitempty"`
	LeaseID           string            `url:"lease_id,omitempty"`
	IntegrationID     string            `url:"integration_id,omitempty"`
	IntegrationVendor IntegrationVendor `url:"integration_vendor,omitempty"`
	Email1            string            `url:"email_1,omitempty"`
	Phone1            string            `url:"phone_1,omitempty"` // ten digits, the first 2 to 9
}

func (p ResidentListParams) page() pageParams { return pageParams{p.OrderBy, p.Limit, p.Cursor} }

// A Resident is a person who lives, lived or will live in a unit.
type Resident struct {
	ID                 string             `json:"id,omitzero"`
	CreatedAt          tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt          tenantry.Timestamp `json:"updated_at,omitzero"`
	LastSeen           tenantry.Timestamp `json:"last_seen,omitzero"`
	XID                string             `json:"x_id,omitzero"`
	XLeaseID           string             `json:"x_lease_id,omitzero"` // Deprecated: by Propexo
	LeasesMetaData     []ResidentLease    `json:"leases_meta_data,omitzero"`
	Address1Alternate  string             `json:"address_1_alternate,omitzero"`
	Address1           string             `json:"address_1,omitzero"`
	Address2Alternate  string             `json:"address_2_alternate,omitzero"`
	Address2           string             `json:"address_2,omitzero"`
	BalanceInCents     tenantry.Decimal   `json:"balance_in_cents,omitzero"` // in cents
	CityAlternate      string             `json:"city_alternate,omitzero"`
	City               string             `json:"city,omitzero"`
	CountryAlternate   string             `json:"country_alternate,omitzero"`
	Country            string             `json:"country,omitzero"`
	CustomData         tenantry.Raw       `json:"custom_data,omitzero"`
	DateOfBirth        tenantry.Timestamp `json:"date_of_birth,omitzero"`
	Email1             string             `json:"email_1,omitzero"`
	Email2             string             `json:"email_2,omitzero"`
	FirstName          string             `json:"first_name,omitzero"`
	IsEmployee         *bool              `json:"is_employee,omitzero"` // nil for null
	LastName           string             `json:"last_name,omitzero"`
	LateBalanceInCents tenantry.Decimal   `json:"late_balance_in_cents,omitzero"` // in cents
	MiddleName         string             `json:"middle_name,omitzero"`
	Notes              string             `json:"notes,omitzero"`
	Phone1Type         PhoneType          `json:"phone_1_type,omitzero"`
	Phone1             string             `json:"phone_1,omitzero"`
	Phone2Type         PhoneType          `json:"phone_2_type,omitzero"`
	Phone2             string             `json:"phone_2,omitzero"`
	StateAlternate     string             `json:"state_alternate,omitzero"`
	State              string             `json:"state,omitzero"`
	ZipAlternate       string             `json:"zip_alternate,omitzero"`
	Zip                string             `json:"zip,omitzero"`
	Pets               []ResidentPet      `json:"pets,omitzero"`
	Vehicles           []ResidentVehicle  `json:"vehicles,omitzero"`
	IntegrationID      string             `json:"integration_id,omitzero"`
	IntegrationVendor  IntegrationVendor  `json:"integration_vendor,omitzero"`
	PropertyID         string             `json:"property_id,omitzero"`
	Extra              tenantry.Extra     `json:",embed,unknown"` // what this SDK has no field for
}

// A ResidentLease is a resident's part in a lease.
type ResidentLease struct {
	LeaseID                string             `json:"lease_id,omitzero"`
	XResidentType          string             `json:"x_resident_type,omitzero"`
	ResidentTypeNormalized ResidentType       `json:"resident_type_normalized,omitzero"`
	MoveInDate             tenantry.Timestamp `json:"move_in_date,omitzero"`
	MoveOutDate            tenantry.Timestamp `json:"move_out_date,omitzero"`
	LastSeen               tenantry.Timestamp `json:"last_seen,omitzero"`
	NoticeDate             tenantry.Timestamp `json:"notice_date,omitzero"`
	CustomData             tenantry.Raw       `json:"custom_data,omitzero"`
	Extra                  tenantry.Extra     `json:",embed,unknown"` // what this SDK has no field for
}

// A ResidentPet is a pet of a resident.
type ResidentPet struct {
	ID              string             `json:"id,omitzero"`
	CreatedAt       tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt       tenantry.Timestamp `json:"updated_at,omitzero"`
	LastSeen        tenantry.Timestamp `json:"last_seen,omitzero"`
	XID             string             `json:"x_id,omitzero"`
	Name            string             `json:"name,omitzero"`
	Type            string             `json:"type,omitzero"`
	Breed           string             `json:"breed,omitzero"`
	GenderRaw       string             `json:"gender_raw,omitzero"`
	AgeInYears      *float64           `json:"age_in_years,omitzero"`      // nil for null
	WeightInPounds  *float64           `json:"weight_in_pounds,omitzero"`  // nil for null
	IsFixed         *bool              `json:"is_fixed,omitzero"`          // nil for null
	IsServiceAnimal *bool              `json:"is_service_animal,omitzero"` // nil for null
	Notes           string             `json:"notes,omitzero"`
	CustomData      tenantry.Raw       `json:"custom_data,omitzero"`
	Extra           tenantry.Extra     `json:",embed,unknown"` // what this SDK has no field for
}

// A ResidentVehicle is a vehicle of a resident; it can only be read.
type ResidentVehicle struct {
	ID                 string             `json:"id,omitzero"`
	CreatedAt          tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt          tenantry.Timestamp `json:"updated_at,omitzero"`
	LastSeen           tenantry.Timestamp `json:"last_seen,omitzero"`
	XID                string             `json:"x_id,omitzero"`
	Make               string             `json:"make,omitzero"`
	Model              string             `json:"model,omitzero"`
	Color              string             `json:"color,omitzero"`
	Year               string             `json:"year,omitzero"`
	LicensePlateNumber string             `json:"license_plate_number,omitzero"`
	LicensePlateState  string             `json:"license_plate_state,omitzero"`
	Notes              string             `json:"notes,omitzero"`
	CustomData         tenantry.Raw       `json:"custom_data,omitzero"`
	Extra              tenantry.Extra     `json:",embed,unknown"` // what this SDK has no field for
}

// A ResidentCreateParams is a new resident.
type ResidentCreateParams struct {
	IntegrationID     string                             `json:"integration_id"` // required
	LeaseID           tenantry.Opt[string]               `json:"lease_id,omitzero"`
	LastName          tenantry.Opt[string]               `json:"last_name,omitzero"`
	FirstName         tenantry.Opt[string]               `json:"first_name,omitzero"`
	Email1            tenantry.Opt[string]               `json:"email_1,omitzero"`
	Email2            tenantry.Opt[string]               `json:"email_2,omitzero"`
	DateOfBirth       tenantry.Opt[tenantry.Timestamp]   `json:"date_of_birth,omitzero"` // a timestamp
	Address1          tenantry.Opt[string]               `json:"address_1,omitzero"`
	Address2          tenantry.Opt[string]               `json:"address_2,omitzero"`
	City              tenantry.Opt[string]               `json:"city,omitzero"`
	State             tenantry.Opt[string]               `json:"state,omitzero"`
	Zip               tenantry.Opt[string]               `json:"zip,omitzero"`
	Country           tenantry.Opt[CountryName]          `json:"country,omitzero"`
	Address1Alternate tenantry.Opt[string]               `json:"address_1_alternate,omitzero"`
	Address2Alternate tenantry.Opt[string]               `json:"address_2_alternate,omitzero"`
	CityAlternate     tenantry.Opt[string]               `json:"city_alternate,omitzero"`
	StateAlternate    tenantry.Opt[string]               `json:"state_alternate,omitzero"`
	ZipAlternate      tenantry.Opt[string]               `json:"zip_alternate,omitzero"`
	CountryAlternate  tenantry.Opt[CountryUS]            `json:"country_alternate,omitzero"`
	Notes             tenantry.Opt[string]               `json:"notes,omitzero"`
	Phone1            tenantry.Opt[string]               `json:"phone_1,omitzero"`
	Phone1Type        tenantry.Opt[PhoneType]            `json:"phone_1_type,omitzero"`
	Phone2            tenantry.Opt[string]               `json:"phone_2,omitzero"`
	Phone2Type        tenantry.Opt[PhoneType]            `json:"phone_2_type,omitzero"`
	CustomData        tenantry.Opt[tenantry.Raw]         `json:"custom_data,omitzero"` // Deprecated: by Propexo
	MiddleName        tenantry.Opt[string]               `json:"middle_name,omitzero"`
	PropertyID        tenantry.Opt[string]               `json:"property_id,omitzero"`
	RentPeriod        tenantry.Opt[RentPeriod]           `json:"rent_period,omitzero"`
	RentDueDay        tenantry.Opt[int64]                `json:"rent_due_day,omitzero"` // 1 to 31
	Attachments       tenantry.Opt[[]ResidentAttachment] `json:"attachments,omitzero"`
	Extra             tenantry.Extra                     `json:",embed,unknown"` // members that this SDK has no field for, sent as they are
}

// A ResidentUpdateParams is a change of a resident.
type ResidentUpdateParams struct {
	ResidentID             tenantry.Opt[string]             `json:"resident_id,omitzero"`
	LastName               tenantry.Opt[string]             `json:"last_name,omitzero"`
	FirstName              tenantry.Opt[string]             `json:"first_name,omitzero"`
	Email1                 tenantry.Opt[string]             `json:"email_1,omitzero"`
	Email2                 tenantry.Opt[string]             `json:"email_2,omitzero"`
	DateOfBirth            tenantry.Opt[tenantry.Timestamp] `json:"date_of_birth,omitzero"` // a timestamp or a date
	Address1               tenantry.Opt[string]             `json:"address_1,omitzero"`
	Address2               tenantry.Opt[string]             `json:"address_2,omitzero"`
	City                   tenantry.Opt[string]             `json:"city,omitzero"`
	State                  tenantry.Opt[StateProvinceFull]  `json:"state,omitzero"`
	Zip                    tenantry.Opt[string]             `json:"zip,omitzero"`
	Country                tenantry.Opt[CountryCode]        `json:"country,omitzero"`
	Address1Alternate      tenantry.Opt[string]             `json:"address_1_alternate,omitzero"`
	Address2Alternate      tenantry.Opt[string]             `json:"address_2_alternate,omitzero"`
	CityAlternate          tenantry.Opt[string]             `json:"city_alternate,omitzero"`
	StateAlternate         tenantry.Opt[string]             `json:"state_alternate,omitzero"`
	ZipAlternate           tenantry.Opt[string]             `json:"zip_alternate,omitzero"`
	CountryAlternate       tenantry.Opt[CountryUS]          `json:"country_alternate,omitzero"`
	Notes                  tenantry.Opt[string]             `json:"notes,omitzero"`
	Phone1                 tenantry.Opt[string]             `json:"phone_1,omitzero"`
	Phone1Type             tenantry.Opt[PhoneTypeNoOther]   `json:"phone_1_type,omitzero"`
	Phone2                 tenantry.Opt[string]             `json:"phone_2,omitzero"`
	Phone2Type             tenantry.Opt[PhoneType]          `json:"phone_2_type,omitzero"`
	CustomData             tenantry.Opt[tenantry.Raw]       `json:"custom_data,omitzero"` // Deprecated: by Propexo
	MiddleName             tenantry.Opt[string]             `json:"middle_name,omitzero"`
	Events                 tenantry.Opt[[]ResidentEvent]    `json:"events,omitzero"` // Deprecated: by Propexo
	LeadSourceID           tenantry.Opt[string]             `json:"lead_source_id,omitzero"`
	MiddleInitial          tenantry.Opt[string]             `json:"middle_initial,omitzero"` // at most 1 characters
	Qualified              tenantry.Opt[bool]               `json:"qualified,omitzero"`
	Gender                 tenantry.Opt[Gender]             `json:"gender,omitzero"`
	Guarantor              tenantry.Opt[bool]               `json:"guarantor,omitzero"`
	MonthlyIncomeInCents   tenantry.Opt[int64]              `json:"monthly_income_in_cents,omitzero"` // at least 0
	NoChecksInCashReceipts tenantry.Opt[bool]               `json:"no_checks_in_cash_receipts,omitzero"`
	RentPeriod             tenantry.Opt[RentPeriod]         `json:"rent_period,omitzero"`
	RentDueDay             tenantry.Opt[int64]              `json:"rent_due_day,omitzero"` // 1 to 31
	IsPrimary              tenantry.Opt[bool]               `json:"is_primary,omitzero"`
	Extra                  tenantry.Extra                   `json:",embed,unknown"` // members that this SDK has no field for, sent as they are
}

// An EntrataResidentUpdateParams is a change of a resident in Entrata.
type EntrataResidentUpdateParams struct {
	FirstName   tenantry.Opt[string]             `json:"first_name,omitzero"`
	MiddleName  tenantry.Opt[string]             `json:"middle_name,omitzero"`
	LastName    tenantry.Opt[string]             `json:"last_name,omitzero"`
	Email1      tenantry.Opt[string]             `json:"email_1,omitzero"`
	DateOfBirth tenantry.Opt[tenantry.Timestamp] `json:"date_of_birth,omitzero"`
	Address1    tenantry.Opt[string]             `json:"address_1,omitzero"`
	Address2    tenantry.Opt[string]             `json:"address_2,omitzero"`
	City        tenantry.Opt[string]             `json:"city,omitzero"`
	State       tenantry.Opt[string]             `json:"state,omitzero"`
	Zip         tenantry.Opt[string]             `json:"zip,omitzero"`
	Country     tenantry.Opt[string]             `json:"country,omitzero"`
	Phone1      tenantry.Opt[string]             `json:"phone_1,omitzero"`
	Events      tenantry.Opt[[]ResidentEvent]    `json:"events,omitzero"`      // Deprecated: by Propexo
	CustomData  tenantry.Opt[tenantry.Raw]       `json:"custom_data,omitzero"` // Deprecated: by Propexo
	Extra       tenantry.Extra                   `json:",embed,unknown"`       // members that this SDK has no field for, sent as they are
}

// A ResidentAttachment is a file that goes with a new resident: at most 29 MB, and 50 MB with the others.
type ResidentAttachment struct {
	FileTypeID string                         `json:"file_type_id"` // required
	FileType   tenantry.Opt[ResidentFileType] `json:"file_type,omitzero"`
	FileData   string                         `json:"file_data"`      // required; at most 40443576 characters; base64
	FileName   string                         `json:"file_name"`      // required
	MimeType   string                         `json:"mime_type"`      // required
	Extra      tenantry.Extra                 `json:",embed,unknown"` // members that this SDK has no field for, sent as they are
}

// A ResidentEvent is an event in a write.
//
// Deprecated: by Propexo, as part of a resident.
type ResidentEvent struct {
	UnitID              tenantry.Opt[string]             `json:"unit_id,omitzero"`
	XTypeID             string                           `json:"x_type_id"` // required
	XLeasingAgentID     tenantry.Opt[string]             `json:"x_leasing_agent_id,omitzero"`
	XSubTypeID          tenantry.Opt[string]             `json:"x_sub_type_id,omitzero"`
	XResultID           tenantry.Opt[string]             `json:"x_result_id,omitzero"`
	EventDatetime       tenantry.Opt[tenantry.Timestamp] `json:"event_datetime,omitzero"`       // a timestamp
	AppointmentDatetime tenantry.Opt[tenantry.Timestamp] `json:"appointment_datetime,omitzero"` // a timestamp
	TimeFrom            tenantry.Opt[string]             `json:"time_from,omitzero"`
	TimeTo              tenantry.Opt[string]             `json:"time_to,omitzero"`
	Notes               tenantry.Opt[string]             `json:"notes,omitzero"`
	Title               tenantry.Opt[string]             `json:"title,omitzero"`
	ReasonsForEvent     tenantry.Opt[string]             `json:"reasons_for_event,omitzero"`
	ID                  tenantry.Opt[string]             `json:"id,omitzero"`
	Extra               tenantry.Extra                   `json:",embed,unknown"` // members that this SDK has no field for, sent as they are
}
