package storedge

import (
	"context"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

var (
	paymentMethodsList           = read("payment-methods.list", tenantPath+"/payment_methods", "payment_methods").secret()
	paymentMethodsListCardTypes  = read("payment-methods.list-credit-card-types", facilityPath+"/payment_methods/credit_card_types", "payment_methods")
	paymentMethodsListIntents    = read("payment-methods.list-payment-intents", facilityPath+"/payment_intents", "payment_intents").secret()
	paymentMethodsCreate         = write("payment-methods.create", http.MethodPost, tenantPath+"/payment_methods", "").secret()
	paymentMethodsAuthorizeFunds = write("payment-methods.authorize-funds", http.MethodPost, facilityPath+"/authorize_funds", "").secret()
)

// PaymentMethodsService lists and stores the cards and bank accounts of tenants.
type PaymentMethodsService service

// List returns one page of a tenant's stored payment methods:
// GET /v1/{facility_id}/tenants/{id}/payment_methods (payment-methods.list). The API
// lists only those that may be used again.
func (s *PaymentMethodsService) List(ctx context.Context, tenantID string, params ListParams) (*tenantry.Page[PaymentMethod], error) {
	return s.list(tenantID, params).First(ctx)
}

// All iterates over a tenant's stored payment methods:
// GET /v1/{facility_id}/tenants/{id}/payment_methods (payment-methods.list).
func (s *PaymentMethodsService) All(ctx context.Context, tenantID string, params ListParams) iter.Seq2[*PaymentMethod, error] {
	return s.list(tenantID, params).All(ctx)
}

// Pages iterates over pages of a tenant's stored payment methods:
// GET /v1/{facility_id}/tenants/{id}/payment_methods (payment-methods.list).
func (s *PaymentMethodsService) Pages(ctx context.Context, tenantID string, params ListParams) iter.Seq2[*tenantry.Page[PaymentMethod], error] {
	return s.list(tenantID, params).Pages(ctx)
}

func (s *PaymentMethodsService) list(tenantID string, p ListParams) paging.List[PaymentMethod] {
	return list((*service)(s), paymentMethodsList, []string{tenantID}, p, nil, func(m *PaymentMethod) string { return m.ID })
}

// ListCreditCardTypes returns the types of cards that the facility takes:
// GET /v1/{facility_id}/payment_methods/credit_card_types
// (payment-methods.list-credit-card-types).
func (s *PaymentMethodsService) ListCreditCardTypes(ctx context.Context) (*tenantry.Page[CardType], error) {
	return unpaged[CardType](ctx, (*service)(s), paymentMethodsListCardTypes, nil, nil, nil)
}

// Create stores a card or bank account of a tenant:
// POST /v1/{facility_id}/tenants/{id}/payment_methods (payment-methods.create). Neither
// body nor response is documented: body is sent as JSON, with the secrets in it, and the
// response is returned as it came, nil if it is empty. Other operations hold a
// [PaymentMethodParams] as payment_method. The call is not retried once the request may
// have reached the server.
func (s *PaymentMethodsService) Create(ctx context.Context, tenantID string, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), paymentMethodsCreate, []string{tenantID}, nil, body)
}

// AuthorizeFunds authorizes a payment by a wallet:
// POST /v1/{facility_id}/authorize_funds (payment-methods.authorize-funds). Body and
// response are as in [PaymentMethodsService.Create]. It is never retried once the request
// may have reached the server.
func (s *PaymentMethodsService) AuthorizeFunds(ctx context.Context, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), paymentMethodsAuthorizeFunds, nil, nil, body)
}

// ListPaymentIntents returns one page of the payment intents:
// GET /v1/{facility_id}/payment_intents (payment-methods.list-payment-intents). The
// response is not documented.
func (s *PaymentMethodsService) ListPaymentIntents(ctx context.Context, params ListParams) (*tenantry.Page[PaymentIntent], error) {
	return s.intents(params).First(ctx)
}

// AllPaymentIntents iterates over the payment intents:
// GET /v1/{facility_id}/payment_intents (payment-methods.list-payment-intents). The
// response is not documented.
func (s *PaymentMethodsService) AllPaymentIntents(ctx context.Context, params ListParams) iter.Seq2[*PaymentIntent, error] {
	return s.intents(params).All(ctx)
}

// PagesPaymentIntents iterates over pages of the payment intents:
// GET /v1/{facility_id}/payment_intents (payment-methods.list-payment-intents). The
// response is not documented.
func (s *PaymentMethodsService) PagesPaymentIntents(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[PaymentIntent], error] {
	return s.intents(params).Pages(ctx)
}

func (s *PaymentMethodsService) intents(p ListParams) paging.List[PaymentIntent] {
	return list((*service)(s), paymentMethodsListIntents, nil, p, nil, func(r *PaymentIntent) string { return r.ID })
}

// A PaymentIntent is a payment that was begun. Its members are not documented; Extra holds
// them.
type PaymentIntent struct {
	ID    string         `json:"id,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds all members but ID.
}

// A CardType is a type of card. Responses may hold others than the constants.
type CardType string

// The documented types of cards.
const (
	CardTypeVisa            CardType = "visa"
	CardTypeMastercard      CardType = "mastercard"
	CardTypeAmericanExpress CardType = "american_express"
	CardTypeDiners          CardType = "diners"
	CardTypeDiscover        CardType = "discover"
	CardTypeJCB             CardType = "jcb"
)

// A PaymentKind is a way to pay. Responses may hold others than the constants.
type PaymentKind string

// The documented ways to pay.
const (
	PaymentKindACH        PaymentKind = "ach"
	PaymentKindCreditCard PaymentKind = "credit_card"
	PaymentKindCheck      PaymentKind = "check"
	PaymentKindCash       PaymentKind = "cash"
	PaymentKindCardSwipe  PaymentKind = "card_swipe"
)

// A PaymentMethod is a stored card or bank account. The server sends only the members
// of its kind, and masks numbers.
type PaymentMethod struct {
	ID             string          `json:"id,omitzero"`
	Kind           PaymentKind     `json:"kind,omitzero"`
	FirstName      string          `json:"first_name,omitzero"`
	LastName       string          `json:"last_name,omitzero"`
	Reuseable      *bool           `json:"reuseable,omitzero"` // Reuseable has the API's spelling.
	CardNumber     tenantry.Secret `json:"card_number,omitzero"`
	CardType       CardType        `json:"card_type,omitzero"`
	ExpirationDate string          `json:"expiration_date,omitzero"` // ExpirationDate is MM/YY.
	AccountNumber  tenantry.Secret `json:"account_number,omitzero"`
	AccountType    string          `json:"account_type,omitzero"` // AccountType is a word such as "checking", or "C" on CubeSmart's host.
	BankName       string          `json:"bank_name,omitzero"`
	RoutingNumber  tenantry.Secret `json:"routing_number,omitzero"`
	BillingAddress *Address        `json:"billing_address,omitzero"`
	Extra          tenantry.Extra  `json:",embed,unknown"` // Extra holds members that have no field.
}

// PaymentMethodParams holds what to pay with: the id of a stored method, or a new one.
// Fields that are left alone are not sent.
type PaymentMethodParams struct {
	PaymentMethodID tenantry.Opt[string]      `json:"payment_method_id,omitzero"` // PaymentMethodID is a stored method.
	Kind            tenantry.Opt[PaymentKind] `json:"kind,omitzero"`
	FirstName       tenantry.Opt[string]      `json:"first_name,omitzero"`
	LastName        tenantry.Opt[string]      `json:"last_name,omitzero"`
	// Reuseable is "true" to store the method. It is a text, as in the reference's
	// examples.
	Reuseable                 tenantry.Opt[string]          `json:"reuseable,omitzero"`
	MagneticTrack             tenantry.Opt[tenantry.Secret] `json:"magnetic_track,omitzero"` // MagneticTrack is for a swiped card.
	CardNumber                tenantry.Opt[tenantry.Secret] `json:"card_number,omitzero"`
	CardType                  tenantry.Opt[CardType]        `json:"card_type,omitzero"`
	SecurityCode              tenantry.Opt[tenantry.Secret] `json:"security_code,omitzero"`
	ExpirationDate            tenantry.Opt[string]          `json:"expiration_date,omitzero"` // ExpirationDate is MM/YY.
	AccountNumber             tenantry.Opt[tenantry.Secret] `json:"account_number,omitzero"`
	AccountNumberConfirmation tenantry.Opt[tenantry.Secret] `json:"account_number_confirmation,omitzero"`
	AccountType               tenantry.Opt[string]          `json:"account_type,omitzero"`
	BankName                  tenantry.Opt[string]          `json:"bank_name,omitzero"`
	RoutingNumber             tenantry.Opt[tenantry.Secret] `json:"routing_number,omitzero"`
	CheckNumber               tenantry.Opt[string]          `json:"check_number,omitzero"`
	NameOnCheck               tenantry.Opt[string]          `json:"name_on_check,omitzero"`
	CheckAmount               tenantry.Opt[string]          `json:"check_amount,omitzero"`
	MoneyOrderAmount          tenantry.Opt[string]          `json:"money_order_amount,omitzero"`
	ReferenceNumber           tenantry.Opt[string]          `json:"reference_number,omitzero"` // ReferenceNumber is for a money order.
	AmountTendered            tenantry.Opt[string]          `json:"amount_tendered,omitzero"`  // AmountTendered is for cash.
	BillingAddressAttributes  tenantry.Opt[AddressParams]   `json:"billing_address_attributes,omitzero"`
	BillingPostal             tenantry.Opt[string]          `json:"billing_postal,omitzero"` // BillingPostal stands in for the address in [InvoiceableItemsService.RetailPayment].
	// AutopayEnabled is "true" to pay later charges in the same way. It is only for
	// [MoveInsService.Process]. It is a text, as in the reference's other examples.
	AutopayEnabled tenantry.Opt[string] `json:"autopay_enabled,omitzero"`
	// AutopayDay is a day of the month as a text. It goes with AutopayEnabled.
	AutopayDay tenantry.Opt[string] `json:"autopay_day,omitzero"`
	Extra      tenantry.Extra       `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// check refuses a method that names neither a stored method nor a kind.
func (p *PaymentMethodParams) check(op *operation) error {
	id, _ := p.PaymentMethodID.Get()
	if kind, _ := p.Kind.Get(); id == "" && kind == "" {
		return op.argument("PaymentMethod", "has neither a PaymentMethodID nor a Kind; pass one of them")
	}
	return nil
}
