package storedge

import (
	"cmp"
	"context"
	"crypto/rand"
	"maps"
	"net/http"
	"strconv"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
)

// Payments may be repeated: the server takes one payment for each idempotency key.
var (
	ledgersMakePayment = write("ledgers.make-payment", http.MethodPost, ledgerPath+"/make_payment", "ledger").keyed().secret()
	ledgersPayMultiple = write("ledgers.pay-multiple-ledgers", http.MethodPost, ledgersPath+"/pay_multiple_ledgers", "successful_payment_event").keyed().secret()
	ledgersAutopay     = write("ledgers.update-autopay", http.MethodPut, ledgerPath+"/update_autopay", "ledger").secret()
)

// A PaymentAmount says how much to pay.
type PaymentAmount string

// The documented ways to say how much to pay.
const (
	PaymentAmountCustom  PaymentAmount = "custom"  // an amount, at most the balance
	PaymentAmountPrepay  PaymentAmount = "prepay"  // the balance and a number of months
	PaymentAmountBalance PaymentAmount = "balance" // the balance
)

// MakePaymentParams holds a payment to a ledger.
type MakePaymentParams struct {
	// Kind says how much to pay. It is required.
	Kind PaymentAmount `json:"kind"`
	// Amount is required by PaymentAmountCustom and refused with the other kinds.
	Amount tenantry.Decimal `json:"amount,omitzero"`
	// Months is required by PaymentAmountPrepay and refused with the other kinds.
	Months int64 `json:"months,omitzero"`
	// IdempotencyKey identifies the payment: the server takes one payment for each key.
	// The zero value makes a key for this call. To be able to call again after a crash,
	// store a key of your own first. The API does not say how long it remembers keys.
	IdempotencyKey string `json:"idempotency_key,omitzero"`
	// PaymentFeeID is a fee for the payment. The zero value charges none.
	PaymentFeeID string `json:"payment_fee_id,omitzero"`
	// PaymentMethod is what to pay with. It is required.
	PaymentMethod PaymentMethodParams `json:"payment_method"`
	Extra         tenantry.Extra      `json:",embed,unknown"` // Extra holds members of the payment to send that have no field.
}

// MakePayment takes a payment for a ledger and returns the ledger:
// POST /v1/{facility_id}/ledgers/{id}/make_payment (ledgers.make-payment). It is retried
// with the same idempotency key. On CubeSmart's host it is not retried once the request
// may have reached the server, since it is not known whether that host honors keys. The
// error is [ErrAccessDenied] if the facility does not accept the payment, for example if
// it accepts no part of a balance.
func (s *LedgersService) MakePayment(ctx context.Context, id string, params MakePaymentParams) (*Ledger, error) {
	payment, err := payment(ledgersMakePayment, params.Kind, params.Amount, params.Months, params.Extra)
	if err != nil {
		return nil, err
	}
	if err := params.PaymentMethod.check(ledgersMakePayment); err != nil {
		return nil, err
	}
	payment["idempotency_key"] = cmp.Or(params.IdempotencyKey, rand.Text())
	body := map[string]any{"payment": payment, "payment_method": &params.PaymentMethod}
	if params.PaymentFeeID != "" {
		body["payment_fee_id"] = params.PaymentFeeID
	}
	return one[Ledger](ctx, (*service)(s), (*service)(s).charge(ledgersMakePayment), []string{id}, nil, body)
}

// PayMultipleLedgersParams holds payments to several ledgers.
type PayMultipleLedgersParams struct {
	// Payments must not be empty.
	Payments []LedgerPayment `json:"payments"`
	// IdempotencyKey is as in [MakePaymentParams].
	IdempotencyKey string `json:"idempotency_key,omitzero"`
	// PaymentMethod is what to pay with. It is required.
	PaymentMethod PaymentMethodParams `json:"payment_method"`
	Extra         tenantry.Extra      `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// LedgerPayment is the part of a payment that goes to one ledger.
type LedgerPayment struct {
	LedgerID string           `json:"ledger_id"`       // LedgerID is required.
	Kind     PaymentAmount    `json:"kind"`            // Kind is as in [MakePaymentParams].
	Amount   tenantry.Decimal `json:"amount,omitzero"` // Amount is as in [MakePaymentParams].
	Months   int64            `json:"months,omitzero"` // Months is as in [MakePaymentParams].
	Extra    tenantry.Extra   `json:",embed,unknown"`  // Extra holds members to send that have no field.
}

// PayMultipleLedgers takes one payment for several ledgers:
// POST /v1/{facility_id}/ledgers/pay_multiple_ledgers (ledgers.pay-multiple-ledgers). It
// is retried as [LedgersService.MakePayment] is.
func (s *LedgersService) PayMultipleLedgers(ctx context.Context, params PayMultipleLedgersParams) (*SuccessfulPaymentEvent, error) {
	op := ledgersPayMultiple
	if len(params.Payments) == 0 {
		return nil, op.argument("Payments", "is empty")
	}
	payments := make([]map[string]any, len(params.Payments))
	seen := make(map[string]bool)
	for i, p := range params.Payments {
		if p.LedgerID == "" || seen[p.LedgerID] {
			return nil, op.argument("LedgerID", "is empty or repeated")
		}
		seen[p.LedgerID] = true
		one, err := payment(op, p.Kind, p.Amount, p.Months, p.Extra)
		if err != nil {
			return nil, err
		}
		one["ledger_id"] = p.LedgerID
		payments[i] = one
	}
	if err := params.PaymentMethod.check(op); err != nil {
		return nil, err
	}
	body := members(params.Extra)
	maps.Copy(body, map[string]any{
		"idempotency_key": cmp.Or(params.IdempotencyKey, rand.Text()), "payments": payments, "payment_method": &params.PaymentMethod,
	})
	return one[SuccessfulPaymentEvent](ctx, (*service)(s), (*service)(s).charge(op), nil, nil, body)
}

// payment checks a payment and returns it as the API has it, with numbers as texts.
func payment(op *operation, kind PaymentAmount, amount tenantry.Decimal, months int64, extra tenantry.Extra) (map[string]any, error) {
	switch {
	case kind != PaymentAmountCustom && kind != PaymentAmountPrepay && kind != PaymentAmountBalance:
		return nil, op.argument("Kind", "is not custom, prepay or balance")
	case kind != PaymentAmountCustom && amount != "":
		return nil, op.argument("Amount", "is only for the kind custom; the API would ignore it")
	case kind != PaymentAmountPrepay && months != 0:
		return nil, op.argument("Months", "is only for the kind prepay; the API would ignore it")
	case kind == PaymentAmountPrepay && months < 1:
		return nil, op.argument("Months", "must be at least 1")
	}
	p := members(extra)
	p["kind"] = kind
	if kind == PaymentAmountCustom {
		if n, err := strconv.ParseFloat(string(amount), 64); err != nil || !(n > 0) || strings.Trim(string(amount), "0123456789.") != "" {
			return nil, op.argument("Amount", "is not a positive decimal number")
		}
		p["amount"] = string(amount)
	}
	if kind == PaymentAmountPrepay {
		p["months"] = strconv.FormatInt(months, 10)
	}
	return p, nil
}

// charge returns the operation by which to charge: on a host that is not known to
// honor idempotency keys, one that is not repeated.
func (s *service) charge(op *operation) *operation {
	if s == nil || s.c == nil || s.c.t == nil || !strings.Contains(s.c.t.Config().BaseURL, "cubesmart.com") {
		return op
	}
	once := *op
	once.Repeatable = false
	return &once
}

// UpdateAutopayParams holds how a ledger is to be paid automatically.
type UpdateAutopayParams struct {
	// AutopayEnabled turns automatic payment on or off.
	AutopayEnabled bool `json:"autopay_enabled"`
	// AutopayDay is a day of the month. The zero value is not sent.
	AutopayDay int64 `json:"autopay_day,omitzero"`
	// PaymentMethod is what to pay with. It is required.
	PaymentMethod PaymentMethodParams `json:"payment_method"`
	Extra         tenantry.Extra      `json:",embed,unknown"` // Extra holds members of autopay to send that have no field.
}

// UpdateAutopay changes how a ledger is paid automatically and returns the ledger:
// PUT /v1/{facility_id}/ledgers/{id}/update_autopay (ledgers.update-autopay). It is not
// retried once the request may have reached the server. The error is [ErrAccessDenied] if
// the facility does not let tenants change it.
func (s *LedgersService) UpdateAutopay(ctx context.Context, id string, params UpdateAutopayParams) (*Ledger, error) {
	if params.AutopayDay < 0 || params.AutopayDay > 31 {
		return nil, ledgersAutopay.argument("AutopayDay", "is not a day of the month")
	}
	if err := params.PaymentMethod.check(ledgersAutopay); err != nil {
		return nil, err
	}
	autopay := members(params.Extra)
	autopay["autopay_enabled"] = strconv.FormatBool(params.AutopayEnabled)
	if params.AutopayDay > 0 {
		autopay["autopay_day"] = strconv.FormatInt(params.AutopayDay, 10)
	}
	body := map[string]any{"autopay": autopay, "payment_method": &params.PaymentMethod}
	return one[Ledger](ctx, (*service)(s), ledgersAutopay, []string{id}, nil, body)
}

// A SuccessfulPaymentEvent is a payment that was taken.
type SuccessfulPaymentEvent struct {
	ID            string             `json:"id,omitzero"`
	Amount        tenantry.Decimal   `json:"amount,omitzero"`
	Success       *bool              `json:"success,omitzero"`
	Date          tenantry.Timestamp `json:"date,omitzero"`
	PaymentMethod *PaymentMethod     `json:"payment_method,omitzero"`
	Extra         tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}
