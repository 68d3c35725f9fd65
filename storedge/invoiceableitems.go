package storedge

import (
	"context"
	"iter"
	"net/http"
	"strconv"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

const invoiceableItemsPath = facilityPath + "/invoiceable_items"

var (
	invoiceableItemsList             = read("invoiceable-items.list", invoiceableItemsPath, "invoiceable_items")
	invoiceableItemsListInsurance    = read("invoiceable-items.list-insurance", invoiceableItemsPath+"/insurance", "invoiceable_items")
	invoiceableItemsListServices     = read("invoiceable-items.list-services", invoiceableItemsPath+"/services", "invoiceable_items")
	invoiceableItemsListRetail       = read("invoiceable-items.list-retail", invoiceableItemsPath+"/retail", "invoiceable_items")
	invoiceableItemsListRentalCenter = read("invoiceable-items.list-rental-center", invoiceableItemsPath+"/rental_center", "invoiceable_items")
	invoiceableItemsRetailPayment    = write("invoiceable-items.retail-payment", http.MethodPost, invoiceableItemsPath+"/retail_payment", "successful_payment_event").secret()
)

// InvoiceableItemsService lists what a facility sells in addition to storage, and sells it.
type InvoiceableItemsService service

// List returns one page of all items: fees, services, retail goods and insurance:
// GET /v1/{facility_id}/invoiceable_items (invoiceable-items.list).
func (s *InvoiceableItemsService) List(ctx context.Context, params ListParams) (*tenantry.Page[InvoiceableItem], error) {
	return s.list(invoiceableItemsList, params).First(ctx)
}

// All iterates over all items:
// GET /v1/{facility_id}/invoiceable_items (invoiceable-items.list).
func (s *InvoiceableItemsService) All(ctx context.Context, params ListParams) iter.Seq2[*InvoiceableItem, error] {
	return s.list(invoiceableItemsList, params).All(ctx)
}

// Pages iterates over pages of all items:
// GET /v1/{facility_id}/invoiceable_items (invoiceable-items.list).
func (s *InvoiceableItemsService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[InvoiceableItem], error] {
	return s.list(invoiceableItemsList, params).Pages(ctx)
}

// ListInsurance returns one page of the insurance that tenants can buy:
// GET /v1/{facility_id}/invoiceable_items/insurance (invoiceable-items.list-insurance).
func (s *InvoiceableItemsService) ListInsurance(ctx context.Context, params ListParams) (*tenantry.Page[InvoiceableItem], error) {
	return s.list(invoiceableItemsListInsurance, params).First(ctx)
}

// AllInsurance iterates over the insurance that tenants can buy:
// GET /v1/{facility_id}/invoiceable_items/insurance (invoiceable-items.list-insurance).
func (s *InvoiceableItemsService) AllInsurance(ctx context.Context, params ListParams) iter.Seq2[*InvoiceableItem, error] {
	return s.list(invoiceableItemsListInsurance, params).All(ctx)
}

// PagesInsurance iterates over pages of the insurance that tenants can buy:
// GET /v1/{facility_id}/invoiceable_items/insurance (invoiceable-items.list-insurance).
func (s *InvoiceableItemsService) PagesInsurance(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[InvoiceableItem], error] {
	return s.list(invoiceableItemsListInsurance, params).Pages(ctx)
}

// ListServices returns one page of the services that tenants can buy:
// GET /v1/{facility_id}/invoiceable_items/services (invoiceable-items.list-services).
func (s *InvoiceableItemsService) ListServices(ctx context.Context, params ListParams) (*tenantry.Page[InvoiceableItem], error) {
	return s.list(invoiceableItemsListServices, params).First(ctx)
}

// AllServices iterates over the services that tenants can buy:
// GET /v1/{facility_id}/invoiceable_items/services (invoiceable-items.list-services).
func (s *InvoiceableItemsService) AllServices(ctx context.Context, params ListParams) iter.Seq2[*InvoiceableItem, error] {
	return s.list(invoiceableItemsListServices, params).All(ctx)
}

// PagesServices iterates over pages of the services that tenants can buy:
// GET /v1/{facility_id}/invoiceable_items/services (invoiceable-items.list-services).
func (s *InvoiceableItemsService) PagesServices(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[InvoiceableItem], error] {
	return s.list(invoiceableItemsListServices, params).Pages(ctx)
}

// ListRetail returns one page of the goods for sale:
// GET /v1/{facility_id}/invoiceable_items/retail (invoiceable-items.list-retail).
func (s *InvoiceableItemsService) ListRetail(ctx context.Context, params ListParams) (*tenantry.Page[InvoiceableItem], error) {
	return s.list(invoiceableItemsListRetail, params).First(ctx)
}

// AllRetail iterates over the goods for sale:
// GET /v1/{facility_id}/invoiceable_items/retail (invoiceable-items.list-retail).
func (s *InvoiceableItemsService) AllRetail(ctx context.Context, params ListParams) iter.Seq2[*InvoiceableItem, error] {
	return s.list(invoiceableItemsListRetail, params).All(ctx)
}

// PagesRetail iterates over pages of the goods for sale:
// GET /v1/{facility_id}/invoiceable_items/retail (invoiceable-items.list-retail).
func (s *InvoiceableItemsService) PagesRetail(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[InvoiceableItem], error] {
	return s.list(invoiceableItemsListRetail, params).Pages(ctx)
}

// ListRentalCenter returns one page of the items that the rental center offers:
// GET /v1/{facility_id}/invoiceable_items/rental_center
// (invoiceable-items.list-rental-center). Programs use it; its response is taken to be as
// in [InvoiceableItemsService.List].
func (s *InvoiceableItemsService) ListRentalCenter(ctx context.Context, params ListParams) (*tenantry.Page[InvoiceableItem], error) {
	return s.list(invoiceableItemsListRentalCenter, params).First(ctx)
}

// AllRentalCenter iterates over the items that the rental center offers:
// GET /v1/{facility_id}/invoiceable_items/rental_center
// (invoiceable-items.list-rental-center). Programs use it; its response is taken to be as
// in [InvoiceableItemsService.List].
func (s *InvoiceableItemsService) AllRentalCenter(ctx context.Context, params ListParams) iter.Seq2[*InvoiceableItem, error] {
	return s.list(invoiceableItemsListRentalCenter, params).All(ctx)
}

// PagesRentalCenter iterates over pages of the items that the rental center offers:
// GET /v1/{facility_id}/invoiceable_items/rental_center
// (invoiceable-items.list-rental-center). Programs use it; its response is taken to be as
// in [InvoiceableItemsService.List].
func (s *InvoiceableItemsService) PagesRentalCenter(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[InvoiceableItem], error] {
	return s.list(invoiceableItemsListRentalCenter, params).Pages(ctx)
}

func (s *InvoiceableItemsService) list(op *operation, p ListParams) paging.List[InvoiceableItem] {
	return list((*service)(s), op, nil, p, nil, func(i *InvoiceableItem) string { return i.ID })
}

// RetailPaymentParams holds a sale of retail goods.
type RetailPaymentParams struct {
	// InvoiceableItems must not be empty.
	InvoiceableItems []RetailItem `json:"invoiceable_items"`
	// TenantID is the tenant who buys. The zero value sells to nobody by name.
	TenantID string `json:"tenant_id,omitzero"`
	// PaymentMethod is what to pay with. It is required. BillingPostal may stand in for
	// its address.
	PaymentMethod PaymentMethodParams `json:"payment_method"`
	Extra         tenantry.Extra      `json:",embed,unknown"` // Extra holds members of the sale to send that have no field.
}

// A RetailItem is a number of goods to sell.
type RetailItem struct {
	// InvoiceableItemID is an [InvoiceableItem] of the kind retail.
	InvoiceableItemID string `json:"invoiceable_item_id"`
	// Quantity must be at least 1.
	Quantity int64          `json:"quantity"`
	Extra    tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// RetailPayment sells retail goods and takes a payment for them:
// POST /v1/{facility_id}/invoiceable_items/retail_payment
// (invoiceable-items.retail-payment). It is never retried once the request may have
// reached the server: each request is another sale, and the API knows no idempotency key
// here. The call fails if TenantID is a tenant whom the facility keeps from paying.
func (s *InvoiceableItemsService) RetailPayment(ctx context.Context, params RetailPaymentParams) (*SuccessfulPaymentEvent, error) {
	op := invoiceableItemsRetailPayment
	if len(params.InvoiceableItems) == 0 {
		return nil, op.argument("InvoiceableItems", "is empty")
	}
	items := make([]map[string]any, len(params.InvoiceableItems))
	for i, item := range params.InvoiceableItems {
		if item.InvoiceableItemID == "" || item.Quantity < 1 {
			return nil, op.argument("InvoiceableItems", "holds one without InvoiceableItemID, or whose Quantity is not positive")
		}
		items[i] = members(item.Extra)
		items[i]["invoiceable_item_id"] = item.InvoiceableItemID
		items[i]["quantity"] = strconv.FormatInt(item.Quantity, 10)
	}
	if err := params.PaymentMethod.check(op); err != nil {
		return nil, err
	}
	payment := members(params.Extra)
	payment["invoiceable_items"] = items
	if params.TenantID != "" {
		payment["tenant_id"] = params.TenantID
	}
	body := map[string]any{"retail_payment": payment, "payment_method": &params.PaymentMethod}
	return one[SuccessfulPaymentEvent](ctx, (*service)(s), op, nil, nil, body)
}

// An InvoiceableItemKind is a kind of item. Responses may hold others than the constants.
type InvoiceableItemKind string

// The documented kinds of items.
const (
	InvoiceableItemFee       InvoiceableItemKind = "fee"
	InvoiceableItemService   InvoiceableItemKind = "service"
	InvoiceableItemRetail    InvoiceableItemKind = "retail"
	InvoiceableItemInsurance InvoiceableItemKind = "insurance"
)

// An InvoiceableItem is something that a facility charges for in addition to rent.
// Pointers are nil, and texts empty, if the server sent null or nothing.
type InvoiceableItem struct {
	ID                 string              `json:"id,omitzero"`
	ProductCode        string              `json:"product_code,omitzero"` // ProductCode is a text such as "ADMIN_FEE".
	Kind               InvoiceableItemKind `json:"kind,omitzero"`
	Description        string              `json:"description,omitzero"`
	ShortDescription   string              `json:"short_description,omitzero"`
	RequiredAtMoveIn   *bool               `json:"required_at_move_in,omitzero"`
	RequiredAtTransfer *bool               `json:"required_at_transfer,omitzero"`
	ShowInSalesCenter  *bool               `json:"show_in_sales_center,omitzero"`
	// Amount is the price, or "Variable" if it depends on the balance: see
	// [InvoiceableItem.Variable].
	Amount   tenantry.Decimal `json:"amount,omitzero"`
	TaxTotal tenantry.Decimal `json:"tax_total,omitzero"` // TaxTotal may have three decimals.
	Total    tenantry.Decimal `json:"total,omitzero"`     // Total may have three decimals.
	// InvoiceableAmounts has one amount, or one for each limit of the balance if Amount is
	// "Variable".
	InvoiceableAmounts []InvoiceableAmount `json:"invoiceable_amounts,omitzero"`
	CoverageAmount     tenantry.Decimal    `json:"coverage_amount,omitzero"`       // CoverageAmount is only in insurance.
	CoveragePercentage tenantry.Decimal    `json:"coverage_percentage,omitzero"`   // CoveragePercentage is only in insurance.
	ProviderName       string              `json:"provider_name,omitzero"`         // ProviderName is only in insurance.
	ProviderKey        string              `json:"provider_key,omitzero"`          // ProviderKey is only in insurance. It is a word such as "minico".
	Quantity           *int64              `json:"quantity,omitzero"`              // Quantity is how many are in stock. It is only in retail goods.
	IsRentalCenterLock *bool               `json:"is_rental_center_lock,omitzero"` // IsRentalCenterLock is only in retail goods.
	Extra              tenantry.Extra      `json:",embed,unknown"`                 // Extra holds members that have no field.
}

// Variable reports whether the price depends on the balance. InvoiceableAmounts then has
// an amount for each limit.
func (i *InvoiceableItem) Variable() bool { return i.Amount == "Variable" }

// An InvoiceableAmount is a price of an item.
type InvoiceableAmount struct {
	ID     string           `json:"id,omitzero"`
	Amount tenantry.Decimal `json:"amount,omitzero"`
	Kind   string           `json:"kind,omitzero"`  // Kind is a word such as "amount".
	Limit  tenantry.Decimal `json:"limit,omitzero"` // Limit is the balance up to which the amount holds; "" for none.
	Extra  tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}
