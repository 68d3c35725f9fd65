package leasefind

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/webhook"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// WebhookTolerance is how far a delivery's timestamp may be off.
const WebhookTolerance = 5 * time.Minute

// What is wrong with a delivery, for errors.Is.
var (
	// ErrWebhookSignature: a header is missing or malformed, or no signature
	// in them is of this body by this secret.
	ErrWebhookSignature = errors.New("leasefind: the webhook's signature does not hold; answer 401")
	// ErrWebhookTimestamp: the signature holds, but the delivery is more than
	// WebhookTolerance old or ahead, as a replayed one is.
	ErrWebhookTimestamp = errors.New("leasefind: the webhook's timestamp is more than 5 minutes off; check this machine's clock, or drop it as a replay")
)

// EventLeaseUpdate is the type of an [Event] that tells of a changed lease.
const EventLeaseUpdate = "lease.update"

// An Event is what a webhook delivers.
type Event struct {
	// DeliveryID is the svix-id header: the same whenever the message is sent
	// again. Keep it, to handle each message once.
	DeliveryID string    `json:"-"`
	Timestamp  time.Time `json:"-"` // when it was sent, to the second

	EventType string         `json:"event_type,omitzero"`
	MessageID string         `json:"message_id,omitzero"`
	Body      tenantry.Raw   `json:"body,omitzero"` // nil where the event has none
	Extra     tenantry.Extra `json:",embed,unknown"`

	// Lease is the Body of an event whose type begins with "lease."; nil for
	// other types, known to this SDK or not, which have their Body alone.
	Lease *LeaseUpdate `json:"-"`
	// Raw is the whole message as it came.
	Raw tenantry.Raw `json:"-"`
}

// MarshalJSON writes what was read, with the fields that were set since.
func (e Event) MarshalJSON() ([]byte, error) { return wire.Marshal(e) }

// A LeaseUpdate is a lease as an event tells of it.
type LeaseUpdate struct {
	Lease
	NoticeGiven          *bool         `json:"notice_given,omitzero"` // nil where it is not said
	NoticeDate           tenantry.Date `json:"notice_date,omitzero"`
	MoveOutDateRequested tenantry.Date `json:"move_out_date_requested,omitzero"`
}

// MarshalJSON writes what was read, with the fields that were set since.
func (l LeaseUpdate) MarshalJSON() ([]byte, error) { return wire.Marshal(l) }

// VerifyWebhook checks a delivery against the endpoint's secret ("whsec_…"),
// and decodes it. Header is the request's, body its bytes exactly as they came.
// While a secret is being changed a delivery carries several signatures; one
// that holds is enough.
//
// The error is [ErrWebhookSignature], [ErrWebhookTimestamp], or a
// [*tenantry.ArgumentError] for a secret that is none; and for a delivery that
// is genuine but not an event, a [*tenantry.DecodeError]. Upstream: "Webhooks",
// by Svix.
func VerifyWebhook(secret string, header http.Header, body []byte) (*Event, error) {
	encoded, ok := strings.CutPrefix(secret, "whsec_")
	hook, err := standardwebhooks.NewWebhook(encoded)
	if !ok || encoded == "" || err != nil {
		return nil, &tenantry.ArgumentError{API: api, Argument: "webhook secret", Reason: "is not whsec_ and base64; copy it from the endpoint's page"}
	}
	const id, stamp, signature = "svix-id", "svix-timestamp", "svix-signature"
	standard := make(http.Header, 3)
	standard.Set(standardwebhooks.HeaderWebhookID, header.Get(id))
	standard.Set(standardwebhooks.HeaderWebhookTimestamp, header.Get(stamp))
	standard.Set(standardwebhooks.HeaderWebhookSignature, header.Get(signature))
	if hook.VerifyIgnoringTimestamp(body, standard) != nil {
		return nil, ErrWebhookSignature
	}
	seconds, err := strconv.ParseInt(header.Get(stamp), 10, 64)
	if err != nil {
		return nil, ErrWebhookSignature
	}
	now, tolerance := time.Now().Unix(), int64(WebhookTolerance/time.Second)
	if seconds < now-tolerance || seconds > now+tolerance {
		return nil, ErrWebhookTimestamp
	}
	event := &Event{DeliveryID: header.Get(id), Timestamp: time.Unix(seconds, 0), Raw: bytes.Clone(body)}
	if err := event.decode(); err != nil {
		return nil, &tenantry.DecodeError{API: api, Operation: "webhook", Index: -1, Raw: event.Raw, Err: err}
	}
	return event, nil
}

func (e *Event) decode() error {
	if err := wire.Decode(e.Raw, e); err != nil {
		return err
	}
	if !strings.HasPrefix(e.EventType, "lease.") || e.Body.Kind() != '{' {
		return nil
	}
	e.Lease = new(LeaseUpdate)
	if err := wire.Decode(e.Body, e.Lease); err != nil {
		return err
	}
	e.Lease.settle()
	return nil
}

// String names the event, without the people in it.
func (e *Event) String() string {
	return fmt.Sprintf("leasefind event %q, delivery %s", e.EventType, e.DeliveryID)
}

// WebhookHandler receives deliveries and hands each event, of a known type or
// not, to handle. It answers 2xx once handle returns nil, and 500 where it
// returns an error, so that the delivery is repeated; a bad signature gets 401.
// The context ends a second before the sender gives up, which is after 15 s:
// what takes longer belongs in a queue. Deliveries come more than once, and not
// in order.
//
// It refuses with a [*tenantry.ArgumentError] a secret that is none.
func WebhookHandler(secret string, handle func(context.Context, *Event) error) (http.Handler, error) {
	var refused *tenantry.ArgumentError
	if _, err := VerifyWebhook(secret, http.Header{}, nil); errors.As(err, &refused) {
		return nil, err
	}
	return webhook.Handler(func(h http.Header, body []byte) (*Event, error) {
		return VerifyWebhook(secret, h, body)
	}, handle), nil
}
