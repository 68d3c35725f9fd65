package leasefind

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/webhook"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// WebhookTolerance is the greatest difference between a delivery's timestamp and
// this machine's clock that [VerifyWebhook] accepts.
const WebhookTolerance = 5 * time.Minute

// Errors of [VerifyWebhook], for errors.Is.
var (
	// ErrWebhookSignature reports that a header is missing or malformed, or that
	// none of the signatures is of this body by this secret.
	ErrWebhookSignature = errors.New("leasefind: webhook signature mismatch")
	// ErrWebhookTimestamp reports a valid signature on a delivery that is more than
	// WebhookTolerance old, such as a replayed one, or as far in the future.
	ErrWebhookTimestamp = errors.New("leasefind: webhook timestamp is more than 5 minutes off; check this machine's clock, or drop the delivery as a replay")
)

// EventType is the type of an [Event]. Types other than the constants occur.
type EventType string

// Types of events. Those of leases have their body decoded in Event.Lease.
const (
	EventLeaseUpdate    EventType = "lease.update" // a new or changed lease
	EventTaskCreate     EventType = "task.create"
	EventTaskUpdate     EventType = "task.update"
	EventTaskDelete     EventType = "task.delete"
	EventSMSRespond     EventType = "sms.respond"
	EventEmailRespond   EventType = "email.respond"
	EventWebChatRespond EventType = "web_chat.respond"
)

// Event is one delivery of a webhook.
//
// A delivery can arrive more than once, late, and out of order. To handle each
// event once, store its MessageID in the transaction that handles it, and drop an
// event whose MessageID is already stored.
type Event struct {
	// DeliveryID is the svix-id header. It is the same each time the delivery is
	// sent.
	DeliveryID string `json:"-"`
	// Timestamp is the time of the attempt, to the second.
	Timestamp time.Time `json:"-"`

	EventType EventType `json:"event_type,omitzero"`
	// MessageID identifies the event. It is the same each time the event is sent.
	MessageID string `json:"message_id,omitzero"`
	// Body is what the event says, as JSON. It is nil if the event has no body.
	Body  tenantry.Raw   `json:"body,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"`

	// Lease is the decoded Body of an event whose type starts with "lease.". It is
	// nil for other types, and if the body is not an object.
	Lease *LeaseUpdate `json:"-"`
	// Raw is the whole payload as it was received.
	Raw tenantry.Raw `json:"-"`
}

// LeaseUpdate is a lease in an event. The API documents no unit and no tenants in it;
// if they come, they are in Extra.
type LeaseUpdate struct {
	Identifier           string           `json:"identifier,omitzero"`
	StartDate            tenantry.Date    `json:"start_date,omitzero"`
	EndDate              tenantry.Date    `json:"end_date,omitzero"`
	MoveInDate           tenantry.Date    `json:"move_in_date,omitzero"`
	IsFurnished          *bool            `json:"is_furnished,omitzero"`
	MinimumDaysNotice    *int64           `json:"minimum_days_notice,omitzero"`
	Deposit              tenantry.Decimal `json:"deposit,omitzero"`
	Rent                 tenantry.Decimal `json:"rent,omitzero"`
	NoticeGiven          *bool            `json:"notice_given,omitzero"` // Nil if the event does not say.
	NoticeDate           tenantry.Date    `json:"notice_date,omitzero"`
	MoveOutDateRequested tenantry.Date    `json:"move_out_date_requested,omitzero"`
	Extra                tenantry.Extra   `json:",embed,unknown"` // Members without a field.
}

// VerifyWebhook checks the signature of a delivery and decodes its event. secret
// is the endpoint's signing secret ("whsec_…"), header is the request's header,
// and body is the request's body, byte for byte. While a secret is being rotated, a
// delivery carries several signatures, and one valid signature is enough.
// Headers named webhook-id, webhook-timestamp and webhook-signature count like
// those named svix-id and so on.
//
// The error is [ErrWebhookSignature], [ErrWebhookTimestamp], a
// [*tenantry.ArgumentError] for a malformed secret, or a [*tenantry.DecodeError]
// for a signed body that is not an event.
func VerifyWebhook(secret string, header http.Header, body []byte) (*Event, error) {
	key, err := webhookKey(secret)
	if err != nil {
		return nil, err
	}
	id, sent, ok := signed(key, header, body)
	if !ok {
		return nil, ErrWebhookSignature
	}
	if off := time.Since(sent).Truncate(time.Second).Abs(); off > WebhookTolerance {
		return nil, ErrWebhookTimestamp
	}
	event := &Event{DeliveryID: id, Timestamp: sent, Raw: bytes.Clone(body)}
	if err := event.decode(); err != nil {
		return nil, &tenantry.DecodeError{API: api, Operation: "webhook", Index: -1, Raw: event.Raw, Err: err}
	}
	return event, nil
}

// webhookKey returns the key that a secret stands for. A short one could be
// guessed, and the empty one is known to everybody.
func webhookKey(secret string) ([]byte, error) {
	encoded, prefixed := strings.CutPrefix(secret, "whsec_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !prefixed || err != nil || len(key) < 16 || strings.ContainsAny(secret, "\r\n") {
		return nil, &tenantry.ArgumentError{API: api, Argument: "webhook secret", Reason: "is not whsec_ and at least 16 bytes in base64; copy it from the endpoint's page"}
	}
	return key, nil
}

// signed returns the ID and the time of a delivery, and whether one of its
// signatures is by key.
func signed(key []byte, header http.Header, body []byte) (id string, sent time.Time, ok bool) {
	hook, err := standardwebhooks.NewWebhookRaw(key)
	if err != nil {
		return "", time.Time{}, false
	}
	for _, prefix := range []string{"Svix-", "Webhook-"} {
		id, stamp := header.Get(prefix+"Id"), header.Get(prefix+"Timestamp")
		standard := make(http.Header, 3)
		standard.Set(standardwebhooks.HeaderWebhookID, id)
		standard.Set(standardwebhooks.HeaderWebhookTimestamp, stamp)
		standard.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(header.Values(prefix+"Signature"), " "))
		if hook.VerifyIgnoringTimestamp(body, standard) != nil {
			continue
		}
		if seconds, err := strconv.ParseInt(stamp, 10, 64); err == nil {
			return id, time.Unix(seconds, 0), true
		}
	}
	return "", time.Time{}, false
}

func (e *Event) decode() error {
	if err := wire.Decode(e.Raw, e); err != nil {
		return err
	}
	if webhook.Hollow(e.Raw) {
		return errors.New("it holds no event")
	}
	if !strings.HasPrefix(string(e.EventType), "lease.") || wire.Kind(e.Body) != '{' {
		return nil
	}
	e.Lease = new(LeaseUpdate)
	return wire.Decode(e.Body, e.Lease)
}

// String names the event. It leaves out the body, which may be personal.
func (e Event) String() string {
	return fmt.Sprintf("leasefind event %q, delivery %q", string(e.EventType), e.DeliveryID)
}

// GoString is [Event.String], so that %#v prints no more than %v does.
func (e Event) GoString() string { return e.String() }

// LogValue is a group of the fields that are safe to log.
func (e Event) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("event_type", string(e.EventType)), slog.String("message_id", e.MessageID),
		slog.String("delivery_id", e.DeliveryID), slog.Time("timestamp", e.Timestamp))
}

// WebhookOption changes a [WebhookHandler].
type WebhookOption func(*webhook.Config)

// WithSecrets adds signing secrets. A delivery is accepted if any of them has
// signed it.
func WithSecrets(secrets ...tenantry.Secret) WebhookOption {
	return func(c *webhook.Config) { c.Secrets = append(c.Secrets, secrets...) }
}

// WithSecretsFor adds the signing secrets that fn returns for a request, such as
// those of the customer in its path. fn returns none for an unknown customer, and
// the handler then responds with 401; an error of fn becomes a 500. With this
// option the handler's own secret may be empty.
func WithSecretsFor(fn func(*http.Request) ([]tenantry.Secret, error)) WebhookOption {
	return func(c *webhook.Config) { c.SecretsFor = fn }
}

// OnError calls fn with the error of each delivery that was refused or failed,
// after its status was chosen: an error of [VerifyWebhook], an
// [*http.MaxBytesError], os.ErrDeadlineExceeded or another error of reading the
// body, or the error of the handler's function or of [WithSecretsFor].
//
// Without this option, [slog.Default] logs the errors of these functions and
// signed bodies that are not events. It does not log what anybody can cause.
func OnError(fn func(r *http.Request, err error)) WebhookOption {
	return func(c *webhook.Config) { c.OnError = fn }
}

// WithMaxBody sets the largest body that is read, in bytes. The default is 1 MiB.
func WithMaxBody(bytes int64) WebhookOption {
	return func(c *webhook.Config) { c.MaxBody = bytes }
}

// WithReadTimeout sets how long reading a body may take. The default is 10 s. It
// needs the server's own [http.ResponseWriter], or one with an Unwrap method;
// behind others, set the ReadTimeout of the [http.Server].
func WithReadTimeout(d time.Duration) WebhookOption {
	return func(c *webhook.Config) { c.ReadTimeout = d }
}

// WebhookHandler returns a handler that verifies deliveries and passes each event
// to fn, whether or not its type is known. secret is the endpoint's signing secret;
// see [VerifyWebhook].
//
// The handler responds with 204 if fn returns nil. If fn returns an error, the
// handler reports it (see [OnError]) and responds with 500, and the sender delivers
// the event again, up to 7 times within 28 hours. A bad signature gets a 401. The
// context of fn ends after 14 s, because the sender gives up after 15 s; put longer
// work into a queue. An event can arrive more than once and out of order; see
// [Event] for how to handle it once.
//
// The error is a [*tenantry.ArgumentError] for a malformed secret or option, or a
// nil fn.
func WebhookHandler(secret tenantry.Secret, fn func(context.Context, *Event) error, opts ...WebhookOption) (http.Handler, error) {
	return webhook.Handler(webhook.API[Event]{
		Name:        api,
		CheckSecret: func(secret string) error { _, err := webhookKey(secret); return err },
		Verify:      VerifyWebhook,
		Mismatch:    ErrWebhookSignature,
	}, secret, fn, opts)
}
