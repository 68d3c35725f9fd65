package storedge

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

const (
	ledgersPath = facilityPath + "/ledgers"
	ledgerPath  = ledgersPath + "/{ledger id}"
)

var (
	ledgersList         = read("ledgers.list", ledgersPath, "ledgers").secret()
	ledgersListCurrent  = read("ledgers.list-current", ledgersPath+"/current", "ledgers").secret()
	ledgersListPrevious = read("ledgers.list-previous", ledgersPath+"/previous", "ledgers").secret()
	ledgersSearch       = read("ledgers.search", ledgersPath+"/search", "ledgers").secret()
	ledgersGet          = read("ledgers.get", ledgerPath, "ledger").secret()
	ledgersInvoices     = read("ledgers.list-invoices", ledgerPath+"/invoices", "invoices")
	ledgersInvoice      = read("ledgers.invoice", facilityPath+"/invoices/{invoice id}", "")
	ledgersRateChanges  = read("ledgers.list-rate-changes", ledgerPath+"/rate_changes", "rate_changes")
	ledgersServices     = read("ledgers.services", ledgerPath+"/insurance_services_and_discounts", "").secret()
	ledgersPrepayAmount = read("ledgers.prepay-amount", ledgerPath+"/prepay_amount_for", "")
	ledgersGateCode     = write("ledgers.set-gate-access-code", http.MethodPatch, ledgerPath+"/gate_access_code", "ledger").secret()
	ledgersAddFee       = write("ledgers.add-fee", http.MethodPost, ledgerPath+"/add_fee", "line_item")
	ledgersRemoveFee    = write("ledgers.remove-fee", http.MethodPost, ledgerPath+"/remove_fee", "line_item")
)

// LedgersService lists and reads the ledgers of a facility, and takes payments.
type LedgersService service

// List returns one page of all ledgers: GET /v1/{facility_id}/ledgers (ledgers.list).
func (s *LedgersService) List(ctx context.Context, params ListParams) (*tenantry.Page[Ledger], error) {
	return s.list(ledgersList, params, nil).First(ctx)
}

// All iterates over all ledgers: GET /v1/{facility_id}/ledgers (ledgers.list).
func (s *LedgersService) All(ctx context.Context, params ListParams) iter.Seq2[*Ledger, error] {
	return s.list(ledgersList, params, nil).All(ctx)
}

// Pages iterates over pages of all ledgers: GET /v1/{facility_id}/ledgers (ledgers.list).
func (s *LedgersService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Ledger], error] {
	return s.list(ledgersList, params, nil).Pages(ctx)
}

// ListCurrent returns one page of the ledgers of tenants who rent now:
// GET /v1/{facility_id}/ledgers/current (ledgers.list-current).
func (s *LedgersService) ListCurrent(ctx context.Context, params ListParams) (*tenantry.Page[Ledger], error) {
	return s.list(ledgersListCurrent, params, nil).First(ctx)
}

// AllCurrent iterates over the ledgers of tenants who rent now:
// GET /v1/{facility_id}/ledgers/current (ledgers.list-current).
func (s *LedgersService) AllCurrent(ctx context.Context, params ListParams) iter.Seq2[*Ledger, error] {
	return s.list(ledgersListCurrent, params, nil).All(ctx)
}

// PagesCurrent iterates over pages of the ledgers of tenants who rent now:
// GET /v1/{facility_id}/ledgers/current (ledgers.list-current).
func (s *LedgersService) PagesCurrent(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Ledger], error] {
	return s.list(ledgersListCurrent, params, nil).Pages(ctx)
}

// ListPrevious returns one page of the ledgers that are closed:
// GET /v1/{facility_id}/ledgers/previous (ledgers.list-previous).
func (s *LedgersService) ListPrevious(ctx context.Context, params ListParams) (*tenantry.Page[Ledger], error) {
	return s.list(ledgersListPrevious, params, nil).First(ctx)
}

// AllPrevious iterates over the ledgers that are closed:
// GET /v1/{facility_id}/ledgers/previous (ledgers.list-previous).
func (s *LedgersService) AllPrevious(ctx context.Context, params ListParams) iter.Seq2[*Ledger, error] {
	return s.list(ledgersListPrevious, params, nil).All(ctx)
}

// PagesPrevious iterates over pages of the ledgers that are closed:
// GET /v1/{facility_id}/ledgers/previous (ledgers.list-previous).
func (s *LedgersService) PagesPrevious(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Ledger], error] {
	return s.list(ledgersListPrevious, params, nil).Pages(ctx)
}

// Search returns one page of the ledgers that match a query:
// GET /v1/{facility_id}/ledgers/search (ledgers.search). The reference's example has no
// query, and its list of parameters is not known.
func (s *LedgersService) Search(ctx context.Context, query url.Values, params ListParams) (*tenantry.Page[Ledger], error) {
	return s.list(ledgersSearch, params, query).First(ctx)
}

func (s *LedgersService) list(op *operation, p ListParams, more url.Values) paging.List[Ledger] {
	return list((*service)(s), op, nil, p, more, func(l *Ledger) string { return l.ID })
}

// Get returns the ledger with the given id, or ErrNotFound:
// GET /v1/{facility_id}/ledgers/{id} (ledgers.get).
func (s *LedgersService) Get(ctx context.Context, id string, opts ...ReadOption) (*Ledger, error) {
	return get[Ledger](ctx, (*service)(s), ledgersGet, []string{id}, opts)
}

// ListInvoices returns one page of a ledger's invoices:
// GET /v1/{facility_id}/ledgers/{id}/invoices (ledgers.list-invoices).
func (s *LedgersService) ListInvoices(ctx context.Context, id string, params ListParams) (*tenantry.Page[Invoice], error) {
	return s.invoices(id, params).First(ctx)
}

// AllInvoices iterates over a ledger's invoices:
// GET /v1/{facility_id}/ledgers/{id}/invoices (ledgers.list-invoices).
func (s *LedgersService) AllInvoices(ctx context.Context, id string, params ListParams) iter.Seq2[*Invoice, error] {
	return s.invoices(id, params).All(ctx)
}

// PagesInvoices iterates over pages of a ledger's invoices:
// GET /v1/{facility_id}/ledgers/{id}/invoices (ledgers.list-invoices).
func (s *LedgersService) PagesInvoices(ctx context.Context, id string, params ListParams) iter.Seq2[*tenantry.Page[Invoice], error] {
	return s.invoices(id, params).Pages(ctx)
}

func (s *LedgersService) invoices(id string, p ListParams) paging.List[Invoice] {
	return list((*service)(s), ledgersInvoices, []string{id}, p, nil, func(i *Invoice) string { return i.ID })
}

// Invoice returns what the API knows of an invoice, as it came:
// GET /v1/{facility_id}/invoices/{id} (ledgers.invoice). The response is not documented.
func (s *LedgersService) Invoice(ctx context.Context, id string) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), ledgersInvoice, []string{id}, nil, nil)
}

// ListRateChanges returns one page of the changes of a ledger's rate:
// GET /v1/{facility_id}/ledgers/{id}/rate_changes (ledgers.list-rate-changes).
func (s *LedgersService) ListRateChanges(ctx context.Context, id string, params ListParams) (*tenantry.Page[RateChange], error) {
	return s.rateChanges(id, params).First(ctx)
}

// AllRateChanges iterates over the changes of a ledger's rate:
// GET /v1/{facility_id}/ledgers/{id}/rate_changes (ledgers.list-rate-changes).
func (s *LedgersService) AllRateChanges(ctx context.Context, id string, params ListParams) iter.Seq2[*RateChange, error] {
	return s.rateChanges(id, params).All(ctx)
}

// PagesRateChanges iterates over pages of the changes of a ledger's rate:
// GET /v1/{facility_id}/ledgers/{id}/rate_changes (ledgers.list-rate-changes).
func (s *LedgersService) PagesRateChanges(ctx context.Context, id string, params ListParams) iter.Seq2[*tenantry.Page[RateChange], error] {
	return s.rateChanges(id, params).Pages(ctx)
}

func (s *LedgersService) rateChanges(id string, p ListParams) paging.List[RateChange] {
	return list((*service)(s), ledgersRateChanges, []string{id}, p, nil, func(r *RateChange) string { return r.ID })
}

// Services returns the insurance, services and discounts of a ledger:
// GET /v1/{facility_id}/ledgers/{id}/insurance_services_and_discounts (ledgers.services).
func (s *LedgersService) Services(ctx context.Context, id string) (*LedgerServices, error) {
	a, err := (*service)(s).send(ctx, ledgersServices, []string{id}, nil, nil)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var response struct {
		Insurance tenantry.Raw `json:"insurance"`
		Services  tenantry.Raw `json:"services"`
		Discounts tenantry.Raw `json:"discounts"`
	}
	if err := a.Decode(&response); err != nil {
		return nil, err
	}
	if response.Insurance == nil && response.Services == nil && response.Discounts == nil {
		return nil, a.Missing("insurance, services or discounts")
	}
	var services LedgerServices
	if err := a.Decode(&services); err != nil {
		return nil, err
	}
	delete(services.Extra, "meta")
	return &services, nil
}

// PrepayAmount returns what a prepayment of a number of months would take, as it came:
// GET /v1/{facility_id}/ledgers/{id}/prepay_amount_for (ledgers.prepay-amount). The
// reference names this operation and shows neither parameters nor response; both are
// inferred.
func (s *LedgersService) PrepayAmount(ctx context.Context, id string, months int) (tenantry.Raw, error) {
	if months < 1 {
		return nil, ledgersPrepayAmount.argument("months", "must be at least 1")
	}
	return raw(ctx, (*service)(s), ledgersPrepayAmount, []string{id}, url.Values{"months": {strconv.Itoa(months)}}, nil)
}

// SetGateAccessCode changes the code with which a tenant opens the gate:
// PATCH /v1/{facility_id}/ledgers/{id}/gate_access_code (ledgers.set-gate-access-code).
// It is not retried once the request may have reached the server.
func (s *LedgersService) SetGateAccessCode(ctx context.Context, id string, params GateAccessCodeParams) (*Ledger, error) {
	if params.GateAccessCode.IsZero() {
		return nil, ledgersGateCode.argument("GateAccessCode", "is empty")
	}
	return one[Ledger](ctx, (*service)(s), ledgersGateCode, []string{id}, nil, &params)
}

// GateAccessCodeParams holds a code for the gate.
type GateAccessCodeParams struct {
	// GateAccessCode is required.
	GateAccessCode tenantry.Secret `json:"gate_access_code"`
	Extra          tenantry.Extra  `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// AddFeeParams holds a fee to charge.
type AddFeeParams struct {
	// InvoiceableItemID is the fee. It is required.
	InvoiceableItemID string `json:"invoiceable_item_id"`
	// NotesAttributes are notes on the charge.
	NotesAttributes []NoteAttributes `json:"notes_attributes,omitzero"`
	Extra           tenantry.Extra   `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// AddFee charges a fee to a ledger and returns the line that it added:
// POST /v1/{facility_id}/ledgers/{id}/add_fee (ledgers.add-fee). It is never retried once
// the request may have reached the server: each request charges the fee again.
func (s *LedgersService) AddFee(ctx context.Context, id string, params AddFeeParams) (*LineItem, error) {
	if params.InvoiceableItemID == "" {
		return nil, ledgersAddFee.argument("InvoiceableItemID", "is empty")
	}
	return one[LineItem](ctx, (*service)(s), ledgersAddFee, []string{id}, nil, map[string]any{"add_fee": &params})
}

// RemoveFeeParams holds a fee to credit.
type RemoveFeeParams struct {
	// FeeLineItemID is the line of the fee. It is required.
	FeeLineItemID string `json:"fee_line_item_id"`
	// NotesAttributes are notes on the credit.
	NotesAttributes []NoteAttributes `json:"notes_attributes,omitzero"`
	Extra           tenantry.Extra   `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// RemoveFee credits a fee to a ledger and returns the line that it added, whose amounts
// are negative: POST /v1/{facility_id}/ledgers/{id}/remove_fee (ledgers.remove-fee). It
// is never retried once the request may have reached the server: each request may credit
// the fee again.
func (s *LedgersService) RemoveFee(ctx context.Context, id string, params RemoveFeeParams) (*LineItem, error) {
	if params.FeeLineItemID == "" {
		return nil, ledgersRemoveFee.argument("FeeLineItemID", "is empty")
	}
	return one[LineItem](ctx, (*service)(s), ledgersRemoveFee, []string{id}, nil, map[string]any{"remove_fee": &params})
}

// A Ledger is a tenant's account for a rental. Pointers are nil, and texts empty, if the
// server sent null or nothing.
type Ledger struct {
	ID             string       `json:"id,omitzero"`
	Active         *bool        `json:"active,omitzero"`
	AutopayEnabled *bool        `json:"autopay_enabled,omitzero"` // AutopayEnabled is nil on CubeSmart's host.
	AutopayInfo    *AutopayInfo `json:"autopay_info,omitzero"`
	// ClosedOn is a time, in spite of its name.
	ClosedOn                 tenantry.Timestamp `json:"closed_on,omitzero"`
	CurrentAccountBalance    tenantry.Decimal   `json:"current_account_balance,omitzero"`
	CurrentRate              tenantry.Decimal   `json:"current_rate,omitzero"`
	CurrentPrepayBalance     tenantry.Decimal   `json:"current_prepay_balance,omitzero"`
	NextChargeAmount         tenantry.Decimal   `json:"next_charge_amount,omitzero"`
	NextChargeAmountByLedger tenantry.Decimal   `json:"next_charge_amount_by_ledger,omitzero"`
	RatePerSquareFoot        tenantry.Decimal   `json:"rate_per_square_foot,omitzero"`
	CurrentInsurance         *CurrentInsurance  `json:"current_insurance,omitzero"` // CurrentInsurance is nil if there is none.
	Delinquent               *bool              `json:"delinquent,omitzero"`
	GateAccessCode           tenantry.Secret    `json:"gate_access_code,omitzero"`
	InvoiceDayOfMonth        *int64             `json:"invoice_day_of_month,omitzero"`
	LeaseNumber              *int64             `json:"lease_number,omitzero"`
	LengthOfStayInMonths     *int64             `json:"length_of_stay_in_months,omitzero"`
	MovedInAt                tenantry.Timestamp `json:"moved_in_at,omitzero"`
	NextChargeDate           tenantry.Date      `json:"next_charge_date,omitzero"`
	PaidThrough              tenantry.Date      `json:"paid_through,omitzero"`
	RateLastChangedOn        tenantry.Timestamp `json:"rate_last_changed_on,omitzero"`
	RecentOpenCharges        []Charge           `json:"recent_open_charges,omitzero"`
	RecentPayments           []tenantry.Raw     `json:"recent_payments,omitzero"`       // RecentPayments have no documented form.
	ScheduledMoveOut         tenantry.Raw       `json:"scheduled_move_out,omitzero"`    // ScheduledMoveOut is absent or null if there is none.
	ScheduledRateChange      tenantry.Raw       `json:"scheduled_rate_change,omitzero"` // ScheduledRateChange is absent or null if there is none.
	ScheduledTransfer        tenantry.Raw       `json:"scheduled_transfer,omitzero"`    // ScheduledTransfer is absent or null if there is none.
	ManageRevenue            string             `json:"manage_revenue,omitzero"`        // ManageRevenue is a word such as "automatic".
	RateIncreaseExempt       *bool              `json:"rate_increase_exempt,omitzero"`
	StorageItems             []tenantry.Raw     `json:"storage_items,omitzero"` // StorageItems have no documented form.
	Tenant                   *Tenant            `json:"tenant,omitzero"`
	Extra                    tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// AutopayInfo tells how a ledger is paid automatically.
type AutopayInfo struct {
	AutopayEnabled      *bool           `json:"autopay_enabled,omitzero"`
	Day                 *int64          `json:"day,omitzero"` // Day is a day of the month.
	NextAutopayDate     tenantry.Date   `json:"next_autopay_date,omitzero"`
	PaymentMethodID     string          `json:"payment_method_id,omitzero"`
	PaymentType         PaymentKind     `json:"payment_type,omitzero"`
	AccountOrCardNumber tenantry.Secret `json:"account_or_card_number,omitzero"` // AccountOrCardNumber is masked by the server.
	Extra               tenantry.Extra  `json:",embed,unknown"`                  // Extra holds members that have no field.
}

// CurrentInsurance is the insurance of a ledger, in short.
type CurrentInsurance struct {
	Premium     tenantry.Decimal `json:"premium,omitzero"`
	Description string           `json:"description,omitzero"`
	Extra       tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}

// A Charge is an amount that a tenant owes.
type Charge struct {
	ID               string             `json:"id,omitzero"`
	Description      string             `json:"description,omitzero"`
	Code             string             `json:"code,omitzero"`
	InternalCode     string             `json:"internal_code,omitzero"`
	Resolved         *bool              `json:"resolved,omitzero"`
	Amount           tenantry.Decimal   `json:"amount,omitzero"`
	TaxAmount        tenantry.Decimal   `json:"tax_amount,omitzero"`
	AmountLeftover   tenantry.Decimal   `json:"amount_leftover,omitzero"` // AmountLeftover is what is still to pay.
	EffectiveOn      tenantry.Timestamp `json:"effective_on,omitzero"`
	ServiceStartDate tenantry.Date      `json:"service_start_date,omitzero"`
	ServiceEndDate   tenantry.Date      `json:"service_end_date,omitzero"`
	AccountableID    string             `json:"accountable_id,omitzero"`
	Extra            tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// An Invoice is an invoice of a ledger. Its ids of users, tenants and facilities are
// integers that no operation takes.
type Invoice struct {
	ID                      string             `json:"id,omitzero"`
	UUID                    string             `json:"uuid,omitzero"` // UUID is the same as ID.
	Number                  string             `json:"number,omitzero"`
	Index                   *int64             `json:"index,omitzero"`
	Prefix                  string             `json:"prefix,omitzero"`
	Postfix                 string             `json:"postfix,omitzero"`
	PostfixIndex            *int64             `json:"postfix_index,omitzero"`
	DueOn                   tenantry.Timestamp `json:"due_on,omitzero"`
	Status                  string             `json:"status,omitzero"` // Status is a word such as "finalized".
	Kind                    string             `json:"kind,omitzero"`   // Kind is a word such as "invoice".
	Voided                  *bool              `json:"voided,omitzero"`
	InternalCreatedByID     *int64             `json:"created_by_id,omitzero"` // InternalCreatedByID is the API's created_by_id.
	InternalTenantID        *int64             `json:"tenant_id,omitzero"`     // InternalTenantID is the API's tenant_id.
	InternalFacilityID      *int64             `json:"facility_id,omitzero"`   // InternalFacilityID is the API's facility_id.
	ParentInvoiceID         string             `json:"parent_invoice_id,omitzero"`
	ParentInvoiceNumber     string             `json:"parent_invoice_number,omitzero"`
	CreatedAt               tenantry.Timestamp `json:"created_at,omitzero"`
	UpdatedAt               tenantry.Timestamp `json:"updated_at,omitzero"`
	SentToTenant            *bool              `json:"sent_to_tenant,omitzero"`
	Deleted                 *bool              `json:"deleted,omitzero"`
	DeletedOn               tenantry.Timestamp `json:"deleted_on,omitzero"`
	DeletedByID             string             `json:"deleted_by_id,omitzero"`
	Total                   tenantry.Decimal   `json:"total,omitzero"`
	AccountBalanceOnDueDate tenantry.Decimal   `json:"account_balance_on_due_date,omitzero"`
	FinalizedOn             tenantry.Date      `json:"finalized_on,omitzero"`
	ChildrenInvoices        []tenantry.Raw     `json:"children_invoices,omitzero"` // ChildrenInvoices have no documented form.
	LineItems               []LineItem         `json:"line_items,omitzero"`
	Extra                   tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// A LineItem is a line of an invoice. A credit has negative amounts.
type LineItem struct {
	ID                 string           `json:"id,omitzero"` // ID is empty in the review of a move-in.
	Description        string           `json:"description,omitzero"`
	Quantity           *int64           `json:"quantity,omitzero"`
	Prorated           *bool            `json:"prorated,omitzero"`
	DiscountAmount     tenantry.Decimal `json:"discount_amount,omitzero"`
	SingleItemPrice    tenantry.Decimal `json:"single_item_price,omitzero"`
	Subtotal           tenantry.Decimal `json:"subtotal,omitzero"`
	TaxTotal           tenantry.Decimal `json:"tax_total,omitzero"`
	Total              tenantry.Decimal `json:"total,omitzero"`
	CurrentProductCode string           `json:"current_product_code,omitzero"`
	FullDescription    string           `json:"full_description,omitzero"` // FullDescription includes the period that is paid for.
	Quantifiable       *bool            `json:"quantifiable,omitzero"`
	ChildrenLineItems  []LineItem       `json:"children_line_items,omitzero"`
	Extra              tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}

// A RateChange is a change of a ledger's rate.
type RateChange struct {
	ID                string             `json:"id,omitzero"`
	Type              string             `json:"type,omitzero"` // Type is a text such as "Rental rate changed".
	CreatedAt         tenantry.Timestamp `json:"created_at,omitzero"`
	Verb              string             `json:"verb,omitzero"`
	RelatedObjectType string             `json:"related_object_type,omitzero"`
	UnitDetails       string             `json:"unit_details,omitzero"` // UnitDetails is a text such as "10x6x4 - U104".
	TenantName        string             `json:"tenant_name,omitzero"`
	Amount            tenantry.Decimal   `json:"amount,omitzero"`
	NewRate           tenantry.Decimal   `json:"new_rate,omitzero"`
	PreviousRate      tenantry.Decimal   `json:"previous_rate,omitzero"`
	AppliedOn         tenantry.Date      `json:"applied_on,omitzero"`
	EffectiveOn       tenantry.Date      `json:"effective_on,omitzero"`
	IncreaseType      string             `json:"increase_type,omitzero"`
	RowNumber         *int64             `json:"row_number,omitzero"`
	UnitID            string             `json:"unit_id,omitzero"`
	SupportCaseID     string             `json:"support_case_id,omitzero"`
	Notes             []Note             `json:"notes,omitzero"`
	CreatedBy         *CreatedBy         `json:"created_by,omitzero"`
	SourceID          string             `json:"source_id,omitzero"`
	LeadID            string             `json:"lead_id,omitzero"`
	FacilityID        string             `json:"facility_id,omitzero"`
	LedgerID          string             `json:"ledger_id,omitzero"`
	Extra             tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// LedgerServices holds what a tenant pays for in addition to the rent.
type LedgerServices struct {
	Insurance *LedgerInsurance `json:"insurance,omitzero"` // Insurance is nil if there is none.
	Services  []LedgerService  `json:"services,omitzero"`
	Discounts []LedgerDiscount `json:"discounts,omitzero"`
	Extra     tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}

// LedgerInsurance is the insurance of a ledger.
type LedgerInsurance struct {
	ID            string               `json:"id,omitzero"`
	EffectiveDate tenantry.Date        `json:"effective_date,omitzero"`
	CancelDate    tenantry.Date        `json:"cancel_date,omitzero"`
	Data          *LedgerInsuranceData `json:"data,omitzero"`
	Amount        tenantry.Decimal     `json:"amount,omitzero"`
	Ledger        *Ledger              `json:"ledger,omitzero"` // Ledger is set only in reports of insurance.
	Extra         tenantry.Extra       `json:",embed,unknown"`  // Extra holds members that have no field.
}

// LedgerInsuranceData describes the policy of a ledger.
type LedgerInsuranceData struct {
	Description          string           `json:"description,omitzero"`
	RetainType           string           `json:"retain_type,omitzero"` // RetainType is a word such as "percent".
	ProductCode          string           `json:"product_code,omitzero"`
	PolicyNumber         string           `json:"policy_number,omitzero"`
	RetainAmount         tenantry.Decimal `json:"retain_amount,omitzero"`
	CoverageAmount       tenantry.Decimal `json:"coverage_amount,omitzero"`
	CoveragePercentage   tenantry.Decimal `json:"coverage_percentage,omitzero"`
	InsuranceProviderKey string           `json:"insurance_provider_key,omitzero"`
	Extra                tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}

// LedgerService is a service that a tenant pays for.
type LedgerService struct {
	ID            string             `json:"id,omitzero"`
	EffectiveDate tenantry.Date      `json:"effective_date,omitzero"`
	CancelDate    tenantry.Date      `json:"cancel_date,omitzero"`
	Data          *LedgerServiceData `json:"data,omitzero"`
	Amount        tenantry.Decimal   `json:"amount,omitzero"`
	Extra         tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// LedgerServiceData describes a service.
type LedgerServiceData struct {
	Description string         `json:"description,omitzero"`
	ProductCode string         `json:"product_code,omitzero"`
	Extra       tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// LedgerDiscount is a discount on a ledger.
type LedgerDiscount struct {
	ID                 string         `json:"id,omitzero"`
	Name               string         `json:"name,omitzero"`
	Kind               string         `json:"kind,omitzero"`
	Description        string         `json:"description,omitzero"`
	StartDate          tenantry.Date  `json:"start_date,omitzero"`
	EndDate            tenantry.Date  `json:"end_date,omitzero"`
	MinOccupancyMonths *int64         `json:"min_occupancy_months,omitzero"`
	Extra              tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}
