package storedge

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

const leadsPath = facilityPath + "/leads"

var (
	leadsList             = read("leads.list", leadsPath, "leads").secret()
	leadsListReservations = read("leads.list-reservations", leadsPath+"/reservations", "leads").secret()
	leadsListWaitlist     = read("leads.list-waitlist", leadsPath+"/waitlist", "leads").secret()
	leadsCreate           = write("leads.create", http.MethodPost, leadsPath, "lead").secret()
	leadsUpdate           = write("leads.update", http.MethodPut, leadsPath+"/{lead id}", "lead").secret()
	leadsDelete           = write("leads.delete", http.MethodDelete, leadsPath+"/{lead id}", "lead").secret()
	tenantsLeads          = read("tenants.list-leads", tenantPath+"/leads", "leads").secret()
	tenantsLead           = read("tenants.lead", tenantPath+"/leads/{lead id}", "lead").secret()
)

// LeadsService lists, makes and changes leads: people who asked for a unit or reserved
// one.
type LeadsService service

// LeadListParams selects, orders and trims leads. All fields but ChannelCategory are
// as in [ListParams].
type LeadListParams struct {
	// ChannelCategory is system, tenant_portal, sales_center, web, print, other or
	// web_popup. The zero value selects all.
	ChannelCategory string
	PerPage         int                 // PerPage is the number of leads a page; zero means 100.
	Cursor          tenantry.Cursor     // Cursor resumes a listing.
	Sort            string              // Sort orders by a member; zero means by id.
	Fields          map[string][]string // Fields trims leads to the named members.
	CreatedAfter    time.Time           // CreatedAfter selects leads created after this time, if not zero.
	CreatedBefore   time.Time           // CreatedBefore selects leads created before this time, if not zero.
	UpdatedSince    time.Time           // UpdatedSince selects leads changed since this time, if not zero.
	OnlyIDs         []string            // OnlyIDs selects the leads with these ids; nil selects all.
	Include         []string            // Include adds associations as objects.
	IncludeIDs      []string            // IncludeIDs adds associations as lists of ids.
	Extra           url.Values          // Extra holds query values that have no field.
}

func (p *LeadListParams) list() ListParams {
	return ListParams{p.PerPage, p.Cursor, p.Sort, p.Fields, p.CreatedAfter, p.CreatedBefore, p.UpdatedSince, p.OnlyIDs, p.Include, p.IncludeIDs, p.Extra}
}

// List returns one page of all leads: GET /v1/{facility_id}/leads (leads.list).
func (s *LeadsService) List(ctx context.Context, params LeadListParams) (*tenantry.Page[Lead], error) {
	return leads((*service)(s), leadsList, nil, params).First(ctx)
}

// All iterates over all leads: GET /v1/{facility_id}/leads (leads.list).
func (s *LeadsService) All(ctx context.Context, params LeadListParams) iter.Seq2[*Lead, error] {
	return leads((*service)(s), leadsList, nil, params).All(ctx)
}

// Pages iterates over pages of all leads: GET /v1/{facility_id}/leads (leads.list).
func (s *LeadsService) Pages(ctx context.Context, params LeadListParams) iter.Seq2[*tenantry.Page[Lead], error] {
	return leads((*service)(s), leadsList, nil, params).Pages(ctx)
}

// ListReservations returns one page of the reservations, which are leads with a unit:
// GET /v1/{facility_id}/leads/reservations (leads.list-reservations).
func (s *LeadsService) ListReservations(ctx context.Context, params LeadListParams) (*tenantry.Page[Lead], error) {
	return leads((*service)(s), leadsListReservations, nil, params).First(ctx)
}

// AllReservations iterates over the reservations, which are leads with a unit:
// GET /v1/{facility_id}/leads/reservations (leads.list-reservations).
func (s *LeadsService) AllReservations(ctx context.Context, params LeadListParams) iter.Seq2[*Lead, error] {
	return leads((*service)(s), leadsListReservations, nil, params).All(ctx)
}

// PagesReservations iterates over pages of the reservations, which are leads with a unit:
// GET /v1/{facility_id}/leads/reservations (leads.list-reservations).
func (s *LeadsService) PagesReservations(ctx context.Context, params LeadListParams) iter.Seq2[*tenantry.Page[Lead], error] {
	return leads((*service)(s), leadsListReservations, nil, params).Pages(ctx)
}

// ListWaitlist returns one page of the leads that wait for a unit:
// GET /v1/{facility_id}/leads/waitlist (leads.list-waitlist).
func (s *LeadsService) ListWaitlist(ctx context.Context, params LeadListParams) (*tenantry.Page[Lead], error) {
	return leads((*service)(s), leadsListWaitlist, nil, params).First(ctx)
}

// AllWaitlist iterates over the leads that wait for a unit:
// GET /v1/{facility_id}/leads/waitlist (leads.list-waitlist).
func (s *LeadsService) AllWaitlist(ctx context.Context, params LeadListParams) iter.Seq2[*Lead, error] {
	return leads((*service)(s), leadsListWaitlist, nil, params).All(ctx)
}

// PagesWaitlist iterates over pages of the leads that wait for a unit:
// GET /v1/{facility_id}/leads/waitlist (leads.list-waitlist).
func (s *LeadsService) PagesWaitlist(ctx context.Context, params LeadListParams) iter.Seq2[*tenantry.Page[Lead], error] {
	return leads((*service)(s), leadsListWaitlist, nil, params).Pages(ctx)
}

func leads(s *service, op *operation, args []string, p LeadListParams) paging.List[Lead] {
	more := url.Values{"channel_category": nil}
	if p.ChannelCategory != "" {
		more.Set("channel_category", p.ChannelCategory)
	}
	return list(s, op, args, p.list(), more, func(l *Lead) string { return l.ID })
}

// ListLeads returns one page of a tenant's leads:
// GET /v1/{facility_id}/tenants/{id}/leads (tenants.list-leads).
func (s *TenantsService) ListLeads(ctx context.Context, id string, params LeadListParams) (*tenantry.Page[Lead], error) {
	return leads((*service)(s), tenantsLeads, []string{id}, params).First(ctx)
}

// AllLeads iterates over a tenant's leads:
// GET /v1/{facility_id}/tenants/{id}/leads (tenants.list-leads).
func (s *TenantsService) AllLeads(ctx context.Context, id string, params LeadListParams) iter.Seq2[*Lead, error] {
	return leads((*service)(s), tenantsLeads, []string{id}, params).All(ctx)
}

// PagesLeads iterates over pages of a tenant's leads:
// GET /v1/{facility_id}/tenants/{id}/leads (tenants.list-leads).
func (s *TenantsService) PagesLeads(ctx context.Context, id string, params LeadListParams) iter.Seq2[*tenantry.Page[Lead], error] {
	return leads((*service)(s), tenantsLeads, []string{id}, params).Pages(ctx)
}

// Lead returns one of a tenant's leads, or ErrNotFound:
// GET /v1/{facility_id}/tenants/{id}/leads/{lead_id} (tenants.lead).
func (s *TenantsService) Lead(ctx context.Context, id, leadID string, opts ...ReadOption) (*Lead, error) {
	return get[Lead](ctx, (*service)(s), tenantsLead, []string{id, leadID}, opts)
}

// LeadCreateParams holds a lead to make.
type LeadCreateParams struct {
	// Lead must have a TenantID or TenantAttributes.
	Lead LeadParams `json:"lead"`
	// PaymentMethod is what to pay a reservation fee with. Nil sends none.
	PaymentMethod *PaymentMethodParams `json:"payment_method,omitzero"`
	Extra         tenantry.Extra       `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// Create makes a lead, or a reservation if it has a unit:
// POST /v1/{facility_id}/leads (leads.create). It is never retried once the request may
// have reached the server: it may charge a fee, and each request makes a lead.
//
// On CubeSmart's host, a facility with the flag flipper_fms_rent_now lets a reservation
// with a unit, a tenant and a payment method move in today.
func (s *LeadsService) Create(ctx context.Context, params LeadCreateParams) (*Lead, error) {
	id, _ := params.Lead.TenantID.Get()
	if _, ok := params.Lead.TenantAttributes.Get(); id == "" && !ok {
		return nil, leadsCreate.argument("Lead", "has neither a TenantID nor TenantAttributes; pass one of them")
	}
	if err := params.Lead.check(leadsCreate); err != nil {
		return nil, err
	}
	if params.PaymentMethod != nil {
		if err := params.PaymentMethod.check(leadsCreate); err != nil {
			return nil, err
		}
	}
	return one[Lead](ctx, (*service)(s), leadsCreate, nil, nil, &params)
}

// Update changes a lead: PUT /v1/{facility_id}/leads/{id} (leads.update). It is not
// retried once the request may have reached the server, since it adds notes.
func (s *LeadsService) Update(ctx context.Context, id string, params LeadParams) (*Lead, error) {
	if err := params.check(leadsUpdate); err != nil {
		return nil, err
	}
	return one[Lead](ctx, (*service)(s), leadsUpdate, []string{id}, nil, map[string]any{"lead": &params})
}

// LeadDeleteParams says why a lead is closed.
type LeadDeleteParams struct {
	CloseReasonID   tenantry.Opt[string]           `json:"close_reason_id,omitzero"`
	NotesAttributes tenantry.Opt[[]NoteAttributes] `json:"notes_attributes,omitzero"`
	Extra           tenantry.Extra                 `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// Delete closes a lead and returns it:
// DELETE /v1/{facility_id}/leads/{id} (leads.delete). It sends the parameters as a body,
// as one of the vendor's clients does. It is not retried once the request may have
// reached the server.
func (s *LeadsService) Delete(ctx context.Context, id string, params LeadDeleteParams) (*Lead, error) {
	return one[Lead](ctx, (*service)(s), leadsDelete, []string{id}, nil, map[string]any{"lead": &params})
}

// LeadParams holds the fields of a lead to make or change. Fields that are left alone
// are not sent.
type LeadParams struct {
	TenantID                    tenantry.Opt[string]                   `json:"tenant_id,omitzero"`
	TenantAttributes            tenantry.Opt[TenantUpdateParams]       `json:"tenant_attributes,omitzero"` // TenantAttributes needs a FirstName and a phone number for a new tenant.
	UnitID                      tenantry.Opt[string]                   `json:"unit_id,omitzero"`           // UnitID makes the lead a reservation.
	IsReservation               tenantry.Opt[bool]                     `json:"is_reservation,omitzero"`
	DesiredMoveInDate           tenantry.Opt[tenantry.Date]            `json:"desired_move_in_date,omitzero"`
	ChannelID                   tenantry.Opt[string]                   `json:"channel_id,omitzero"`
	ConfirmationEmail           tenantry.Opt[bool]                     `json:"confirmation_email,omitzero"`
	NotesAttributes             tenantry.Opt[[]NoteAttributes]         `json:"notes_attributes,omitzero"`
	DiscountPlans               tenantry.Opt[[]LeadDiscountPlanParams] `json:"discount_plans,omitzero"` // DiscountPlans are to be applied to the rent.
	CallerPhoneNumberAttributes tenantry.Opt[PhoneNumberParams]        `json:"caller_phone_number_attributes,omitzero"`
	CallSource                  tenantry.Opt[string]                   `json:"call_source,omitzero"`
	DNIS                        tenantry.Opt[string]                   `json:"dnis,omitzero"` // DNIS is the number that was called.
	CloseReasonID               tenantry.Opt[string]                   `json:"close_reason_id,omitzero"`
	LeadActionPerformed         tenantry.Opt[string]                   `json:"lead_action_performed,omitzero"`
	LeadActionPerformedIndex    tenantry.Opt[int64]                    `json:"lead_action_performed_index,omitzero"`
	Extra                       tenantry.Extra                         `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// LeadDiscountPlanParams names a discount plan to apply.
type LeadDiscountPlanParams struct {
	// ID is a [DiscountPlan].
	ID    string         `json:"id"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// check refuses dates that are none.
func (p *LeadParams) check(op *operation) error {
	if date, ok := p.DesiredMoveInDate.Get(); ok {
		if err := checkDate(op, "DesiredMoveInDate", date); err != nil {
			return err
		}
	}
	tenant, _ := p.TenantAttributes.Get()
	return tenant.check(op)
}

// A Lead is a person who asked for a unit or reserved one. Pointers are nil, and texts
// empty, if the server sent null or nothing.
type Lead struct {
	ID                          string                   `json:"id,omitzero"`
	BilingualAgent              *bool                    `json:"bilingual_agent,omitzero"`
	CallerFirstName             string                   `json:"caller_first_name,omitzero"`
	CallerLastName              string                   `json:"caller_last_name,omitzero"`
	CancelledAt                 tenantry.Timestamp       `json:"cancelled_at,omitzero"`
	Closed                      *bool                    `json:"closed,omitzero"`
	ConfirmationNumber          string                   `json:"confirmation_number,omitzero"`
	CreatedAt                   tenantry.Timestamp       `json:"created_at,omitzero"`
	DesiredMoveInDate           tenantry.Date            `json:"desired_move_in_date,omitzero"`
	DesiredUnitSizeAndPrice     string                   `json:"desired_unit_size_and_price,omitzero"`
	DueAtMoveIn                 tenantry.Decimal         `json:"due_at_move_in,omitzero"`
	DueMonthly                  tenantry.Decimal         `json:"due_monthly,omitzero"`
	ExtraDetails                tenantry.Raw             `json:"extra_details,omitzero"`
	FacilityID                  string                   `json:"facility_id,omitzero"`
	FacilityTimeZone            string                   `json:"facility_time_zone,omitzero"`
	Floor                       *int64                   `json:"floor,omitzero"`
	FreeTruck                   *bool                    `json:"free_truck,omitzero"`
	HasPaidReservationFee       *bool                    `json:"has_paid_reservation_fee,omitzero"`
	InvoiceableFees             []tenantry.Raw           `json:"invoiceable_fees,omitzero"`
	Kind                        string                   `json:"kind,omitzero"`
	LeadActionIndexes           tenantry.Raw             `json:"lead_action_indexes,omitzero"`
	LengthOfStayID              string                   `json:"length_of_stay_id,omitzero"`
	MoveInFromReservationURL    string                   `json:"move_in_from_reservation_url,omitzero"`
	MovedInAt                   tenantry.Timestamp       `json:"moved_in_at,omitzero"`
	MovingLabor                 *bool                    `json:"moving_labor,omitzero"`
	MovingLaborContactedAlready *bool                    `json:"moving_labor_contacted_already,omitzero"`
	NextActionAt                tenantry.Timestamp       `json:"next_action_at,omitzero"`
	NextLeadAction              string                   `json:"next_lead_action,omitzero"`
	NextLeadActionIndex         *int64                   `json:"next_lead_action_index,omitzero"`
	Origination                 string                   `json:"origination,omitzero"`
	PlantATree                  *bool                    `json:"plant_a_tree,omitzero"`
	QuotedRate                  tenantry.Decimal         `json:"quoted_rate,omitzero"`
	RateType                    string                   `json:"rate_type,omitzero"`
	ReducedPrice                tenantry.Decimal         `json:"reduced_price,omitzero"`
	ReservationFeeRequired      *bool                    `json:"reservation_fee_required,omitzero"`
	ReservationWindow           *int64                   `json:"reservation_window,omitzero"`
	ReservedAt                  tenantry.Timestamp       `json:"reserved_at,omitzero"`
	Size                        string                   `json:"size,omitzero"`
	SourceID                    string                   `json:"source_id,omitzero"`
	SourceName                  string                   `json:"source_name,omitzero"`
	StandardRate                tenantry.Decimal         `json:"standard_rate,omitzero"`
	StartedAt                   tenantry.Timestamp       `json:"started_at,omitzero"`
	Status                      string                   `json:"status,omitzero"`
	TenantID                    string                   `json:"tenant_id,omitzero"`
	Urgent                      *bool                    `json:"urgent,omitzero"`
	WaitList                    *bool                    `json:"wait_list,omitzero"`
	WaitListAvailable           *bool                    `json:"wait_list_available,omitzero"`
	WithinReservationWindow     *bool                    `json:"within_reservation_window,omitzero"`
	IsUpgrade                   *bool                    `json:"is_upgrade,omitzero"`
	DesiredUnitSizeAndAmenities string                   `json:"desired_unit_size_and_amenities,omitzero"`
	Tenant                      *Tenant                  `json:"tenant,omitzero"`
	Unit                        *Unit                    `json:"unit,omitzero"` // Unit is set for a reservation.
	UnitGroup                   *UnitGroup               `json:"unit_group,omitzero"`
	UnitType                    *UnitType                `json:"unit_type,omitzero"`
	UnitAmenities               []UnitAmenity            `json:"unit_amenities,omitzero"`
	DiscountPlans               []DiscountPlan           `json:"discount_plans,omitzero"`
	LeadContents                []LeadContent            `json:"lead_contents,omitzero"` // LeadContents are what the person wants to store.
	CallerPhoneNumber           string                   `json:"caller_phone_number,omitzero"`
	LengthOfStay                *int64                   `json:"length_of_stay,omitzero"`
	CloseReason                 *CloseReason             `json:"close_reason,omitzero"` // CloseReason is nil unless the lead is closed.
	CurrentUser                 *LeadUser                `json:"current_user,omitzero"`
	CreatedBy                   *CreatedBy               `json:"created_by,omitzero"`
	SuccessfulPaymentEvents     []SuccessfulPaymentEvent `json:"successful_payment_events,omitzero"`
	Extra                       tenantry.Extra           `json:",embed,unknown"` // Extra holds members that have no field.
}

// A CloseReason says why a lead was closed.
type CloseReason struct {
	ID     string         `json:"id,omitzero"`
	Reason string         `json:"reason,omitzero"`
	Kind   string         `json:"kind,omitzero"`
	Extra  tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// A LeadUser is the user who looks after a lead.
type LeadUser struct {
	ID        string         `json:"id,omitzero"`
	Username  string         `json:"username,omitzero"`
	FirstName string         `json:"first_name,omitzero"`
	LastName  string         `json:"last_name,omitzero"`
	Name      string         `json:"name,omitzero"`
	Initials  string         `json:"initials,omitzero"`
	Email     string         `json:"email,omitzero"`
	Extra     tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// A LeadContent is something that a person wants to store.
type LeadContent struct {
	ID          string             `json:"id,omitzero"`
	Name        string             `json:"name,omitzero"`
	CompanyID   string             `json:"company_id,omitzero"`
	Deleted     *bool              `json:"deleted,omitzero"`
	DeletedOn   string             `json:"deleted_on,omitzero"` // DeletedOn is a date or a time.
	DeletedByID string             `json:"deleted_by_id,omitzero"`
	CreatedAt   tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt   tenantry.Timestamp `json:"updated_at,omitzero"`
	Extra       tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}
