package storedge

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"slices"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/wire"
)

const moveInsPath = facilityPath + "/move_ins"

var (
	moveInsList       = read("move-ins.list", moveInsPath, "move_ins").secret()
	moveInsReviewCost = write("move-ins.review-cost", http.MethodPost, moveInsPath+"/review_cost", "move_in_unit_event").asks().secret()
	// With documents, each request makes a session and reserves a lease number.
	moveInsReviewDocuments = write("move-ins.review-cost-with-documents", http.MethodPost, moveInsPath+"/review_cost", "move_in_unit_event").secret()
	moveInsProcess         = write("move-ins.process", http.MethodPost, moveInsPath+"/process_move_in", "move_in_unit_event").secret()
)

// MoveInsService rents units: it reviews what a move-in costs, and processes it.
type MoveInsService service

// List returns one page of the move-ins that are neither completed nor cancelled:
// GET /v1/{facility_id}/move_ins (move-ins.list).
func (s *MoveInsService) List(ctx context.Context, params ListParams) (*tenantry.Page[MoveInUnitEvent], error) {
	return s.list(params).First(ctx)
}

// All iterates over the move-ins that are neither completed nor cancelled:
// GET /v1/{facility_id}/move_ins (move-ins.list).
func (s *MoveInsService) All(ctx context.Context, params ListParams) iter.Seq2[*MoveInUnitEvent, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of the move-ins that are neither completed nor cancelled:
// GET /v1/{facility_id}/move_ins (move-ins.list).
func (s *MoveInsService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[MoveInUnitEvent], error] {
	return s.list(params).Pages(ctx)
}

func (s *MoveInsService) list(p ListParams) paging.List[MoveInUnitEvent] {
	return list((*service)(s), moveInsList, nil, p, nil, func(e *MoveInUnitEvent) string { return e.ID })
}

// ReviewCost returns what a move-in would cost, without documents:
// POST /v1/{facility_id}/move_ins/review_cost (move-ins.review-cost) with
// should_generate_documents false. It changes nothing and is retried like a read. The
// event has no ID.
//
// To rent the unit, call [MoveInsService.ReviewCostWithDocuments] next.
func (s *MoveInsService) ReviewCost(ctx context.Context, params MoveInParams) (*MoveInUnitEvent, error) {
	if err := params.check(moveInsReviewCost); err != nil {
		return nil, err
	}
	params.generateDocuments(false)
	return one[MoveInUnitEvent](ctx, (*service)(s), moveInsReviewCost, nil, nil, map[string]any{"move_in": &params})
}

// ReviewCostWithDocuments returns what a move-in would cost, and makes a session with the
// documents to accept:
// POST /v1/{facility_id}/move_ins/review_cost (move-ins.review-cost-with-documents) with
// should_generate_documents true. The API requires it once before a move-in is processed.
// The session reserves a lease number and lasts 24 hours. Without a tenant or lead, the
// documents name a made-up tenant.
//
// Show the documents, which [DocumentsService.GetForSession] returns, and pass SessionID
// and the accepted ones to [MoveInsService.Process]. The call is not retried once the
// request may have reached the server, since each request makes a session.
func (s *MoveInsService) ReviewCostWithDocuments(ctx context.Context, params MoveInParams) (*MoveInReview, error) {
	op := moveInsReviewDocuments
	if err := params.check(op); err != nil {
		return nil, err
	}
	params.generateDocuments(true)
	a, err := (*service)(s).send(ctx, op, nil, nil, map[string]any{"move_in": &params})
	if err != nil {
		return nil, err
	}
	defer a.Release()
	event, err := record[MoveInUnitEvent](a, op)
	if err != nil {
		return nil, err
	}
	// The reference does not show whether the session and its documents are in the
	// event or beside it.
	var beside struct {
		SessionID string         `json:"session_id"`
		Extra     tenantry.Extra `json:",embed,unknown"`
	}
	if err := a.Decode(&beside); err != nil {
		return nil, err
	}
	review := &MoveInReview{Event: *event, SessionID: event.SessionID}
	if review.SessionID == "" {
		review.SessionID = beside.SessionID
	}
	if review.SessionID == "" {
		return nil, a.Missing("session_id")
	}
	if review.Documents = sessionDocuments(event.Extra); review.Documents == nil {
		review.Documents = sessionDocuments(beside.Extra)
	}
	return review, nil
}

// sessionDocuments returns the list among members whose records have a
// session_document_id, or nil. The name of the list is not documented.
func sessionDocuments(members tenantry.Extra) []SessionDocument {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		documents, err := wire.DecodeValue[[]SessionDocument](members[name])
		if err == nil && len(documents) > 0 && !slices.ContainsFunc(documents, func(d SessionDocument) bool { return d.SessionDocumentID == "" }) {
			return documents
		}
	}
	return nil
}

// ProcessMoveInParams holds a move-in to process.
type ProcessMoveInParams struct {
	// MoveIn must have a TenantID, a Tenant or a LeadID. Its SessionID and
	// AcceptedDocuments come from [MoveInsService.ReviewCostWithDocuments].
	MoveIn MoveInParams `json:"move_in"`
	// PaymentMethod is what to pay with. Nil sends none.
	PaymentMethod *PaymentMethodParams `json:"payment_method,omitzero"`
	// AlternateContact is whom to ask if the tenant can't be reached. Nil sends none.
	AlternateContact *ContactParams `json:"alternate_contact,omitzero"`
	Extra            tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// Process rents a unit to a tenant and charges what is due:
// POST /v1/{facility_id}/move_ins/process_move_in (move-ins.process). It is never retried
// once the request may have reached the server. If the error is a
// [*tenantry.TransportError] with MaybeSent, find out whether the unit is rented, with
// [UnitsService.Get] for example, before calling again.
func (s *MoveInsService) Process(ctx context.Context, params ProcessMoveInParams) (*MoveInUnitEvent, error) {
	op := moveInsProcess
	if err := params.MoveIn.check(op); err != nil {
		return nil, err
	}
	tenant, _ := params.MoveIn.TenantID.Get()
	lead, _ := params.MoveIn.LeadID.Get()
	if _, ok := params.MoveIn.Tenant.Get(); tenant == "" && lead == "" && !ok {
		return nil, op.argument("MoveIn", "has no TenantID, Tenant or LeadID; pass one of them")
	}
	if params.PaymentMethod != nil {
		if err := params.PaymentMethod.check(op); err != nil {
			return nil, err
		}
	}
	return one[MoveInUnitEvent](ctx, (*service)(s), op, nil, nil, &params)
}

// InsurancePrivate is the InsuranceID of a tenant who has insurance elsewhere. Programs
// send it; the reference does not list it.
const InsurancePrivate = "private"

// MoveInParams holds a move-in to review or process. Fields that are left alone are not
// sent.
type MoveInParams struct {
	// UnitID is the unit to rent. It is required.
	UnitID string `json:"unit_id"`
	// TenantID is the tenant who rents.
	TenantID tenantry.Opt[string] `json:"tenant_id,omitzero"`
	// Tenant is a new tenant who rents.
	Tenant tenantry.Opt[TenantUpdateParams] `json:"tenant,omitzero"`
	// LeadID is the lead whose tenant rents, which may have reserved the unit.
	LeadID tenantry.Opt[string] `json:"lead_id,omitzero"`
	// MoveInDate is YYYY-MM-DD. Without it, the API takes the facility's today.
	MoveInDate tenantry.Opt[tenantry.Date] `json:"move_in_date,omitzero"`
	// InvoicePeriod is a word such as "monthly".
	InvoicePeriod tenantry.Opt[string] `json:"invoice_period,omitzero"`
	// InsuranceID is an [InvoiceableItem] of the kind insurance, or [InsurancePrivate].
	InsuranceID tenantry.Opt[string] `json:"insurance_id,omitzero"`
	// Services are to be paid for with the rent.
	Services tenantry.Opt[[]MoveInServiceParams] `json:"services,omitzero"`
	// DiscountPlans are to be applied to the rent.
	DiscountPlans tenantry.Opt[[]MoveInDiscountPlanParams] `json:"discount_plans,omitzero"`
	// GateAccessCode is required by the API unless the tenant or lead has one from an
	// earlier ledger.
	GateAccessCode tenantry.Opt[tenantry.Secret] `json:"gate_access_code,omitzero"`
	// SessionID is that of a [MoveInReview]. It keeps the lease number that the review
	// reserved.
	SessionID tenantry.Opt[string] `json:"session_id,omitzero"`
	// AcceptedDocuments are the documents of the review that the tenant accepted.
	AcceptedDocuments tenantry.Opt[[]AcceptedDocumentParams] `json:"accepted_documents,omitzero"`
	Extra             tenantry.Extra                         `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// check refuses what the API would refuse.
func (p *MoveInParams) check(op *operation) error {
	if p.UnitID == "" {
		return op.argument("UnitID", "is empty")
	}
	if date, ok := p.MoveInDate.Get(); ok {
		if err := checkDate(op, "MoveInDate", date); err != nil {
			return err
		}
	}
	tenant, _ := p.Tenant.Get()
	return tenant.check(op)
}

// generateDocuments says whether to make documents.
func (p *MoveInParams) generateDocuments(yes bool) {
	p.Extra = maps.Clone(p.Extra)
	if p.Extra == nil {
		p.Extra = make(tenantry.Extra, 1)
	}
	p.Extra["should_generate_documents"] = tenantry.Raw("false")
	if yes {
		p.Extra["should_generate_documents"] = tenantry.Raw("true")
	}
}

// MoveInServiceParams names a service to pay for.
type MoveInServiceParams struct {
	// ServiceID is an [InvoiceableItem] of the kind service.
	ServiceID string         `json:"service_id"`
	Extra     tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// MoveInDiscountPlanParams names a discount plan to apply.
type MoveInDiscountPlanParams struct {
	// DiscountPlanID is a [DiscountPlan].
	DiscountPlanID string         `json:"discount_plan_id"`
	Extra          tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// AcceptedDocumentParams names a document that a tenant accepted.
type AcceptedDocumentParams struct {
	// SessionDocumentID is a [SessionDocument].
	SessionDocumentID string         `json:"session_document_id"`
	Extra             tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// A MoveInReview is a move-in that can be processed within 24 hours.
type MoveInReview struct {
	// Event says what the move-in costs. It has no ID.
	Event MoveInUnitEvent
	// SessionID is for [MoveInParams] and for [DocumentsService.GetForSession].
	SessionID string
	// Documents are what the tenant is to accept. It is empty if the facility has set up
	// none. The reference does not say where in the response they are; Event.Extra holds
	// them too if they are in the event.
	Documents []SessionDocument
}

// A SessionDocument is a document of a [MoveInReview].
type SessionDocument struct {
	// SessionDocumentID is for [AcceptedDocumentParams] and for
	// [DocumentsService.GetForSession]. It is no id of a [Document].
	SessionDocumentID string         `json:"session_document_id,omitzero"`
	Description       string         `json:"description,omitzero"`
	Extra             tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// A MoveInUnitEvent is a move-in: reviewed, begun or completed. Pointers are nil, and
// texts empty, if the server sent null or nothing.
type MoveInUnitEvent struct {
	ID            string `json:"id,omitzero"`             // ID is empty in a review.
	InvoicePeriod string `json:"invoice_period,omitzero"` // InvoicePeriod is a word such as "monthly".
	UnitName      string `json:"unit_name,omitzero"`
	UnitID        string `json:"unit_id,omitzero"`
	// UnitCombinationLockNumber opens the unit's lock.
	UnitCombinationLockNumber tenantry.Secret `json:"unit_combination_lock_number,omitzero"`
	// UnitOverlockLockNumber opens the facility's lock.
	UnitOverlockLockNumber    tenantry.Secret      `json:"unit_overlock_lock_number,omitzero"`
	TenantName                string               `json:"tenant_name,omitzero"`
	TenantID                  string               `json:"tenant_id,omitzero"`
	TenantMilitaryInformation *MilitaryInformation `json:"tenant_military_information,omitzero"`
	LedgerID                  string               `json:"ledger_id,omitzero"`
	// ESignURL is where the tenant signs, to be shown within a page. It is a Secret:
	// whoever has it can sign. The page sends a window message whose data has the type
	// "sign" when that is done.
	ESignURL               tenantry.Secret  `json:"esign_url,omitzero"`
	RateType               string           `json:"rate_type,omitzero"` // RateType is a name such as "standard_rate".
	ChannelRateID          string           `json:"channel_rate_id,omitzero"`
	DiscountPlanIDs        []string         `json:"discount_plan_ids,omitzero"`
	StorageItems           []tenantry.Raw   `json:"storage_items,omitzero"`   // StorageItems have no documented form.
	StoringVehicle         tenantry.Raw     `json:"storing_vehicle,omitzero"` // StoringVehicle has no documented form.
	GateAccessCode         tenantry.Secret  `json:"gate_access_code,omitzero"`
	FirstMonthRentSubtotal tenantry.Decimal `json:"first_month_rent_subtotal,omitzero"`
	LockSubtotal           tenantry.Decimal `json:"lock_subtotal,omitzero"`
	MoveInSubtotal         tenantry.Decimal `json:"move_in_subtotal,omitzero"`
	MoveInTaxesTotal       tenantry.Decimal `json:"move_in_taxes_total,omitzero"`
	MoveInTotal            tenantry.Decimal `json:"move_in_total,omitzero"` // MoveInTotal is what is due at move-in, with taxes.
	// InvoiceLineItems is what is charged. Insurance and services are children of the
	// line of the rent.
	InvoiceLineItems        []LineItem               `json:"invoice_line_items,omitzero"`
	SessionID               string                   `json:"session_id,omitzero"` // SessionID may be empty although there is a session; see [MoveInReview].
	SuccessfulPaymentEvents []SuccessfulPaymentEvent `json:"successful_payment_events,omitzero"`
	Extra                   tenantry.Extra           `json:",embed,unknown"` // Extra holds members that have no field.
}
