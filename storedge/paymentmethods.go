package storedge

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
