package storedgetest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/storedge"
)

// DeclinedCard is the number of a card that no payment is taken from. So are all
// numbers that end in 0002.
const DeclinedCard = "4000000000000002"

// paymentRoutes returns the routes that take payments. A payment whose idempotency key
// was seen before changes nothing and gets the same response.
func (s *Server) paymentRoutes() []fakeserver.Route {
	get, post := http.MethodGet, http.MethodPost
	return []fakeserver.Route{
		s.route("payment-methods.list", get, oneTenant+"/payment_methods", s.list("payment_method", func(c *call, r *record) bool {
			return r.of == c.of["tenant"].id && c.f.collections["payment_method"].own(r)["reuseable"] != false
		})),
		s.route("payment-methods.list-credit-card-types", get, v1+"/payment_methods/credit_card_types", func(c *call) fakeserver.Response {
			return c.result(http.StatusOK, "payment_methods", []any{"visa", "mastercard", "american_express", "diners", "discover", "jcb"}, nil)
		}),
		s.route("payment-methods.create", post, oneTenant+"/payment_methods", storeMethod),
		s.route("payment-methods.authorize-funds", post, v1+"/authorize_funds", anyBody),
		s.route("payment-methods.list-payment-intents", get, v1+"/payment_intents", s.list("payment_intent", nil)),
		s.route("ledgers.make-payment", post, v1+"/ledgers/{ledger}/make_payment", makePayment),
		s.route("ledgers.pay-multiple-ledgers", post, v1+"/ledgers/pay_multiple_ledgers", payLedgers),
		s.route("invoiceable-items.retail-payment", post, v1+"/invoiceable_items/retail_payment", retailPayment),
	}
}

// once calls pay unless the key was seen, and returns the response of the first time.
func (f *facility) once(key any, pay func() fakeserver.Response) fakeserver.Response {
	if key == nil || key == "" {
		return pay()
	}
	if earlier, ok := f.paid[key]; ok {
		return earlier
	}
	response := pay()
	if response.Status == http.StatusOK {
		f.paid[key] = response
	}
	return response
}

// payWith returns the payment method that a body names, which is stored if the body
// says so, or what is wrong with it.
func (f *facility) payWith(given members, tenant string) (method members, wrong string) {
	methods := f.collections["payment_method"]
	if id := asText(given["payment_method_id"]); id != "" {
		r, ok := methods.get(id)
		if !ok || tenant != "" && r.of != "" && r.of != tenant {
			return nil, "There is no such payment method."
		}
		return methods.members(r), ""
	}
	number := asText(given["card_number"])
	switch kind := storedge.PaymentKind(asText(given["kind"])); {
	case kind == "":
		return nil, "A payment_method is missing."
	case strings.HasSuffix(number, "0002"):
		return nil, "The card was declined."
	case kind == storedge.PaymentKindCreditCard && number == "":
		return nil, "card_number is missing."
	case kind == "ach" && (given["account_number"] == nil || given["account_number"] != or(asText(given["account_number_confirmation"]), asText(given["account_number"]))):
		return nil, "account_number is missing or not as its confirmation."
	}
	method = make(members)
	for _, name := range []string{"kind", "first_name", "last_name", "card_type", "expiration_date", "account_type", "bank_name"} {
		if given[name] != nil {
			method[name] = given[name]
		}
	}
	for _, name := range []string{"card_number", "account_number", "routing_number"} {
		if text := asText(given[name]); text != "" {
			method[name] = "****" + text[max(0, len(text)-4):]
		}
	}
	method["reuseable"], method["billing_address"] = truth(given["reuseable"]), any(nil)
	if a, ok := given["billing_address_attributes"].(members); ok {
		billing := address(f.newID("address"), a)
		billing["latitude"], billing["longitude"] = nil, nil
		method["billing_address"] = billing
	}
	id := f.newID("payment_method")
	if tenant != "" {
		methods.add(id, tenant, maps.Clone(method))
	}
	method["id"] = id
	return method, ""
}

// storeMethod stores a payment method. The reference does not document the body; the
// fake takes that of a payment's payment_method.
func storeMethod(c *call) fakeserver.Response {
	var m members
	if c.Decode(&m) != nil || m == nil {
		return refuse(http.StatusBadRequest, "", "The body is not a JSON object.")
	}
	given := maps.Clone(inner(m, "payment_method"))
	given["reuseable"] = "true"
	method, wrong := c.f.payWith(given, c.of["tenant"].id)
	if wrong != "" {
		return invalid(wrong)
	}
	return c.show("payment_method", asText(method["id"]))
}

// due returns what a payment takes of a ledger, or a response that refuses it.
func (f *facility) due(ledger, payment members) (sum int, refused *fakeserver.Response) {
	fail := func(r fakeserver.Response) (int, *fakeserver.Response) { return 0, &r }
	balance := cents(ledger["current_account_balance"])
	switch payment["kind"] {
	case "balance":
		return max(balance, 0), nil
	case "prepay":
		months, err := positive(asText(payment["months"]))
		if err != nil {
			return fail(invalid("months must be a positive number."))
		}
		return prepaid(ledger, months), nil
	case "custom":
		if f.settings["tenant_portal_disable_partial_payment"] == true {
			return fail(denied("This facility accepts no partial payments."))
		}
		sum = cents(payment["amount"])
		if _, text := payment["amount"].(string); !text || sum <= 0 || sum > balance {
			return fail(invalid("amount must be a String, above zero and at most the balance."))
		}
		return sum, nil
	}
	return fail(invalid("kind must be custom, prepay or balance."))
}

// pay takes a sum from what a ledger owes, or adds it to what is paid ahead.
func (f *facility) pay(ledger *record, sum int) {
	ledgers := f.collections["ledger"]
	own := ledgers.own(ledger)
	balance := cents(own["current_account_balance"])
	ahead := max(sum-max(balance, 0), 0)
	balance -= sum - ahead
	changes := members{
		"current_account_balance": money(balance),
		"current_prepay_balance":  money(cents(own["current_prepay_balance"]) + ahead),
		"recent_payments":         append(slices.Clone(objects(own["recent_payments"])), members{"amount": money(sum), "date": stamp(f.now())}),
	}
	if balance <= 0 {
		changes["recent_open_charges"] = []members{}
	}
	ledgers.set(ledger.id, changes)
	if tenant := reference(own, "tenant"); tenant != "" {
		f.collections["tenant"].touch(tenant)
	}
}

// blocked reports whether a facility stops a tenant from paying.
func (f *facility) blocked(tenant string) bool {
	r, ok := f.collections["tenant"].get(tenant)
	return ok && f.collections["tenant"].own(r)["blocked_payments"] == true
}

func makePayment(c *call) fakeserver.Response {
	m, refused := c.read(makePaymentBody)
	if refused != nil {
		return *refused
	}
	payment, _ := m["payment"].(members)
	given, _ := m["payment_method"].(members)
	return c.f.once(payment["idempotency_key"], func() fakeserver.Response {
		own := c.f.collections["ledger"].own(c.of["ledger"])
		tenant := reference(own, "tenant")
		if c.f.blocked(tenant) {
			return denied("This facility does not accept payments of this tenant.")
		}
		sum, refused := c.f.due(own, payment)
		if refused != nil {
			return *refused
		}
		method, wrong := c.f.payWith(given, tenant)
		if wrong != "" {
			return invalid(wrong)
		}
		c.f.pay(c.of["ledger"], sum)
		c.f.receipt(c.of["ledger"].id, tenant, sum, method)
		return c.show("ledger", c.of["ledger"].id)
	})
}

func payLedgers(c *call) fakeserver.Response {
	m, refused := c.read(payLedgersBody)
	if refused != nil {
		return *refused
	}
	given, _ := m["payment_method"].(members)
	return c.f.once(m["idempotency_key"], func() fakeserver.Response {
		ledgers := c.f.collections["ledger"]
		payments := objects(m["payments"])
		records, sums, total, tenant := make([]*record, len(payments)), make([]int, len(payments)), 0, ""
		for i, payment := range payments { // all or none
			r, ok := ledgers.get(asText(payment["ledger_id"]))
			if !ok {
				return refuse(http.StatusNotFound, "", "There is no such ledger.")
			}
			own := ledgers.own(r)
			tenant = reference(own, "tenant")
			if c.f.blocked(tenant) {
				return denied("This facility does not accept payments of this tenant.")
			}
			sum, refused := c.f.due(own, payment)
			if refused != nil {
				return *refused
			}
			records[i], sums[i] = r, sum
			total += sum
		}
		method, wrong := c.f.payWith(given, tenant)
		if wrong != "" {
			return invalid(wrong)
		}
		for i, r := range records {
			c.f.pay(r, sums[i])
		}
		return c.payment(c.f.receipt(records[0].id, tenant, total, method))
	})
}

// receipt remembers a payment and returns its event.
func (f *facility) receipt(of, tenant string, sum int, method members) members {
	id := f.newID("event")
	event := members{"id": id, "amount": money(sum), "success": true, "date": stamp(f.now()), "payment_method": method}
	f.addEvent(id, of, tenant, maps.Clone(event))
	f.collections["document"].add(f.newID("document"), id, members{"description": "Receipt", "type": "PrintTemplate", "is_relevant": true, "created_at": stamp(f.now())})
	return event
}

// payment responds with the event of a payment.
func (c *call) payment(event members) fakeserver.Response {
	return c.result(http.StatusOK, "successful_payment_event", render(event, modelOf(storedge.SuccessfulPaymentEvent{})), nil)
}

func retailPayment(c *call) fakeserver.Response {
	m, refused := c.read(retailBody)
	if refused != nil {
		return *refused
	}
	sale, _ := m["retail_payment"].(members)
	given, _ := m["payment_method"].(members)
	items := c.f.collections["invoiceable_item"]
	tenant := asText(sale["tenant_id"])
	if tenant != "" && c.f.collections["tenant"].find(tenant) == nil {
		return refuse(http.StatusNotFound, "", "There is no such tenant.")
	}
	if c.f.blocked(tenant) {
		return denied("This facility does not accept payments of this tenant.")
	}
	total := 0.0
	stock := make(map[string]int)
	for _, one := range objects(sale["invoiceable_items"]) {
		id := asText(one["invoiceable_item_id"])
		item := items.find(id)
		n, err := positive(or(asText(one["quantity"]), "1"))
		if item == nil || item["kind"] != "retail" {
			return refuse(http.StatusNotFound, "", "There is no such retail item.")
		}
		if err != nil {
			return invalid("quantity must be a positive number.")
		}
		if _, again := stock[id]; !again {
			stock[id] = cents(item["quantity"]) / 100
		}
		if stock[id] -= n; stock[id] < 0 {
			return invalid("There are not so many of an item.")
		}
		total += float64(n*cents(item["amount"])) * (100 + taxPercent) / 10_000
	}
	method, wrong := c.f.payWith(given, "")
	if wrong != "" {
		return invalid(wrong)
	}
	for id, n := range stock {
		items.set(id, members{"quantity": n})
	}
	method["reuseable"] = false
	event := c.f.receipt(tenant, tenant, 0, method)
	event["amount"] = jsontext.Value(fmt.Sprintf("%.2f", total))
	c.f.collections["event"].set(asText(event["id"]), members{"amount": event["amount"]})
	return c.payment(event)
}
