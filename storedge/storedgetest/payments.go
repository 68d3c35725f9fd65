package storedgetest

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// DeclinedCard is the number of a card that no payment is taken from.
const DeclinedCard = "4000000000000002"

// payments returns the routes that take payments. A payment whose idempotency key was
// seen before changes nothing and gets the same response.
func (s *Server) payments() []fakeserver.Route {
	const v1 = "/v1/{facility}"
	return []fakeserver.Route{
		s.route("payment-methods.list", http.MethodGet, v1+"/tenants/{tenant}/payment_methods", func(r *fakeserver.Request, _ *facility, t *tenant) fakeserver.Response {
			return s.paged(r, "payment_methods", t.methods)
		}),
		s.route("ledgers.make-payment", http.MethodPost, v1+"/ledgers/{id}/make_payment", func(r *fakeserver.Request, f *facility, _ *tenant) fakeserver.Response {
			var m members
			if r.Decode(&m) != nil {
				return refuse(http.StatusBadRequest, "", "The body is not a JSON object.")
			}
			payment, _ := m["payment"].(members)
			return f.once(payment["idempotency_key"], func() fakeserver.Response {
				ledger, wrong := f.pay(r.Arg("id"), payment, m["payment_method"])
				if wrong != nil {
					return *wrong
				}
				return result(r, "ledger", ledger, nil)
			})
		}),
		s.route("ledgers.pay-multiple-ledgers", http.MethodPost, v1+"/ledgers/pay_multiple_ledgers", func(r *fakeserver.Request, f *facility, _ *tenant) fakeserver.Response {
			var m members
			if r.Decode(&m) != nil {
				return refuse(http.StatusBadRequest, "", "The body is not a JSON object.")
			}
			payments, _ := m["payments"].([]any)
			return f.once(m["idempotency_key"], func() fakeserver.Response {
				for _, p := range payments {
					payment, _ := p.(members)
					if _, wrong := f.pay(fmt.Sprint(payment["ledger_id"]), payment, m["payment_method"]); wrong != nil {
						return *wrong
					}
				}
				return result(r, "successful_payment_event", members{"id": f.newID(9), "success": true, "date": stamp(time.Now()), "payment_method": nil}, nil)
			})
		}),
	}
}

// once runs f unless the key was seen, and returns the response of the first time.
func (f *facility) once(key any, pay func() fakeserver.Response) fakeserver.Response {
	if key == nil || key == "" {
		return pay()
	}
	if earlier, ok := f.paid[key]; ok {
		return earlier
	}
	response := pay()
	if response.Status == http.StatusOK {
		if f.paid == nil {
			f.paid = make(map[any]fakeserver.Response)
		}
		f.paid[key] = response
	}
	return response
}

// pay changes the balances of a ledger.
func (f *facility) pay(id string, payment members, method any) (members, *fakeserver.Response) {
	fail := func(message string) (members, *fakeserver.Response) {
		r := refuse(http.StatusUnprocessableEntity, "", message)
		return nil, &r
	}
	how, _ := method.(members)
	switch {
	case how["payment_method_id"] == nil && how["kind"] == nil:
		return fail("A payment_method is missing.")
	case how["card_number"] == DeclinedCard:
		return fail("The card was declined.")
	}
	for _, ledger := range f.ledgers() {
		if ledger["id"] != id {
			continue
		}
		balance, rate := cents(ledger["current_account_balance"]), cents(ledger["current_rate"])
		switch payment["kind"] {
		case "balance":
			balance = 0
		case "prepay":
			months, err := strconv.Atoi(fmt.Sprint(payment["months"]))
			if err != nil || months < 1 {
				return fail("months must be a positive number.")
			}
			balance = 0
			ledger["current_prepay_balance"] = amount(cents(ledger["current_prepay_balance"]) + months*rate)
		case "custom":
			sum := cents(payment["amount"])
			if _, text := payment["amount"].(string); !text || sum <= 0 || sum > balance {
				return fail("amount must be a String, above zero and at most the balance.")
			}
			balance -= sum
		default:
			return fail("kind must be custom, prepay or balance.")
		}
		ledger["current_account_balance"] = amount(balance)
		return ledger, nil
	}
	r := refuse(http.StatusNotFound, "", "There is no such ledger.")
	return nil, &r
}

func cents(v any) int {
	n, _ := strconv.ParseFloat(fmt.Sprintf("%s", v), 64)
	return int(math.Round(n * 100))
}
