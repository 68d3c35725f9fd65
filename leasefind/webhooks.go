package leasefind

import (
	"bytes"
	"cmp"
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

// Types of events.
const (
	EventLeaseUpdate    EventType = "lease.update"     // A new or changed lease, in Event.Lease.
	EventTaskCreate     EventType = "task.create"      // A new task, in Event.Task.
	EventTaskUpdate     EventType = "task.update"      // A changed task, in Event.Task.
	EventTaskDelete     EventType = "task.delete"      // A deleted task, in Event.Task.
	EventSMSRespond     EventType = "sms.respond"      // A reply to a text message, in Event.Reply.
	EventEmailRespond   EventType = "email.respond"    // A reply to an email, in Event.Reply.
	EventWebChatRespond EventType = "web_chat.respond" // A reply in a chat, in Event.Reply.
)

// Event is one delivery of a webhook.
//
// A delivery can arrive more than once, late, and out of order. To handle each
// event once, store its MessageID in the transaction that handles it, and drop an
// event whose MessageID is already stored; [WithSeen] asks before it calls the handler.
type Event struct {
	// DeliveryID is the svix-id header. It is the same each time the delivery is
	// sent.
	DeliveryID string `json:"-"`
	// Timestamp is the time of the attempt, to the second.
	Timestamp time.Time `json:"-"`

	EventType EventType `json:"event_type,omitzero"` // What happened.
	// MessageID identifies the event. It is the same each time the event is sent.
	MessageID string `json:"message_id,omitzero"`
	// Body is what the event says, as JSON. It is nil if the event has no body.
	Body  tenantry.Raw   `json:"body,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Members without a field.

	// Lease is the decoded Body of an event whose type starts with "lease.". It is
	// nil for other types, and if the body is not an object.
	Lease *LeaseUpdate `json:"-"`
	// Task is the decoded Body of an event whose type starts with "task.", or nil.
	Task *Task `json:"-"`
	// Reply is the decoded Body of an event whose type ends with ".respond", or nil.
	Reply *MessageReply `json:"-"`
	// Raw is the whole payload as it was received.
	Raw tenantry.Raw `json:"-"`
}

// LeaseUpdate is a lease in an event. The API documents no unit and no tenants in it;
// if they come, they are in Extra.
type LeaseUpdate struct {
	Identifier           string           `json:"identifier,omitzero"`              // The API's identifier of the lease.
	StartDate            tenantry.Date    `json:"start_date,omitzero"`              // The first day of the lease, YYYY-MM-DD.
	EndDate              tenantry.Date    `json:"end_date,omitzero"`                // The last day of the lease, YYYY-MM-DD.
	MoveInDate           tenantry.Date    `json:"move_in_date,omitzero"`            // The day on which the tenants move in, YYYY-MM-DD.
	IsFurnished          *bool            `json:"is_furnished,omitzero"`            // Whether the unit is furnished. Nil if the API does not say.
	MinimumDaysNotice    *int64           `json:"minimum_days_notice,omitzero"`     // How many days before its end the lease is to be given notice. Nil if the API does not say.
	Deposit              tenantry.Decimal `json:"deposit,omitzero"`                 // The deposit, as the API writes it.
	Rent                 tenantry.Decimal `json:"rent,omitzero"`                    // The rent, as the API writes it.
	NoticeGiven          *bool            `json:"notice_given,omitzero"`            // Whether notice was given. Nil if the event does not say.
	NoticeDate           tenantry.Date    `json:"notice_date,omitzero"`             // The day on which notice was given, YYYY-MM-DD.
	MoveOutDateRequested tenantry.Date    `json:"move_out_date_requested,omitzero"` // The day on which the tenants want to move out, YYYY-MM-DD.
	Extra                tenantry.Extra   `json:",embed,unknown"`                   // Members without a field.
}

// Task is a task in an event.
type Task struct {
	Identifier        string             `json:"identifier,omitzero"`             // The API's identifier of the task.
	ExternalRef       string             `json:"external_ref,omitzero"`           // Your reference of the task, unique within a group.
	Title             string             `json:"title,omitzero"`                  // The title of the task.
	Summary           string             `json:"summary,omitzero"`                // A summary of the task, of any length.
	Description       string             `json:"description,omitzero"`            // What the task is about, in prose.
	Notes             string             `json:"notes,omitzero"`                  // Notes on the task.
	ActionType        string             `json:"action_type,omitzero"`            // What the task asks for, in words of the API.
	Category          string             `json:"category,omitzero"`               // The category of the task.
	Topic             string             `json:"topic,omitzero"`                  // The topic of the task, such as "maintenance".
	UserGoal          string             `json:"user_goal,omitzero"`              // What the person wants, such as "fix_shower".
	QueueName         string             `json:"queue_name,omitzero"`             // The queue that the task is in, such as "Leasing", or "".
	Status            TaskStatus         `json:"status,omitzero"`                 // The status of the task.
	Importance        TaskImportance     `json:"importance,omitzero"`             // The importance of the task.
	PriorityScore     *int64             `json:"priority_score,omitzero"`         // The priority, from 0 to 1000. Nil if the event does not say.
	OnsiteIndicator   string             `json:"onsite_indicator,omitzero"`       // Where the task is to be done: "onsite" or "offsite".
	EscalationFlag    *bool              `json:"escalation_flag,omitzero"`        // Whether the task is escalated. Nil if the event does not say.
	Attachments       map[string]string  `json:"attachments,omitzero"`            // The URLs of attachments, by their labels.
	DueDatetime       tenantry.Timestamp `json:"due_datetime,omitzero"`           // When the task is due.
	ReminderDatetime  tenantry.Timestamp `json:"reminder_datetime,omitzero"`      // When to remind of the task, or "".
	CompletedDatetime tenantry.Timestamp `json:"completed_datetime,omitzero"`     // When the task was completed, or "".
	DatetimeCreated   tenantry.Timestamp `json:"datetime_created,omitzero"`       // When the task was created.
	DatetimeUpdated   tenantry.Timestamp `json:"datetime_updated,omitzero"`       // When the task was changed last.
	GroupID           string             `json:"portfolio_id,omitzero"`           // The group's ID: portfolio_id.
	GroupExternalRef  string             `json:"portfolio_external_ref,omitzero"` // The group's external reference: portfolio_external_ref.
	ResidentID        string             `json:"resident_id,omitzero"`            // The identifier of the person whom the task is about, or "".
	AssigneeID        string             `json:"assignee_id,omitzero"`            // The identifier of the person who is to do the task, or "".
	Creator           *TaskCreator       `json:"creator,omitzero"`                // The person who asked for the task. Nil if the event does not say.
	// RelevantConversation is a transcript, or "".
	RelevantConversation string `json:"relevant_conversation,omitzero"`
	// The unit, the lease and the address are those of the creator if the task itself has
	// none: the API documents both places.
	UnitID           string         `json:"unit_identifier,omitzero"`    // The unit's identifier: unit_identifier.
	UnitNumber       string         `json:"unit_number,omitzero"`        // The number of the unit, such as "2B".
	LeaseExternalRef string         `json:"lease_external_ref,omitzero"` // Your reference of the lease.
	ResidentAddress  string         `json:"resident_address,omitzero"`   // The address of the person.
	Extra            tenantry.Extra `json:",embed,unknown"`              // Members without a field.
}

// TaskCreator is the person who asked for a task.
type TaskCreator struct {
	EmailAddress     string         `json:"email,omitzero" wire:"email_address"` // The email address. The API calls it email.
	FirstName        string         `json:"first_name,omitzero"`                 // The person's first name.
	LastName         string         `json:"last_name,omitzero"`                  // The person's last name.
	PhoneNumber      string         `json:"phone_number,omitzero"`               // The person's phone number.
	UnitID           string         `json:"unit_identifier,omitzero"`            // The identifier of the person's unit: unit_identifier.
	UnitExternalRef  string         `json:"unit_external_ref,omitzero"`          // Your reference of the unit.
	UnitNumber       string         `json:"unit_number,omitzero"`                // The number of the unit, such as "2B".
	LeaseExternalRef string         `json:"lease_external_ref,omitzero"`         // Your reference of the lease.
	ResidentAddress  string         `json:"resident_address,omitzero"`           // The address of the person.
	Extra            tenantry.Extra `json:",embed,unknown"`                      // Members without a field.
}

// MessageReply is the assistant's reply to a message, in an event.
type MessageReply struct {
	MessageID         string         `json:"message_id,omitzero"`             // The MessageID of the message that it replies to.
	ConversationID    string         `json:"conversation_id,omitzero"`        // The identifier of the conversation.
	SenderName        string         `json:"sender_name,omitzero"`            // The name of the sender.
	SenderExternalRef string         `json:"sender_external_ref,omitzero"`    // The external reference of the sender.
	MessageText       string         `json:"message_text,omitzero"`           // The text of the reply.
	Channel           MessageChannel `json:"channel,omitzero"`                // The channel of the reply. It is ChannelWebChat for what events call website.
	CompanyID         string         `json:"company_id,omitzero"`             // The identifier of the company.
	GroupExternalRef  string         `json:"portfolio_external_ref,omitzero"` // The group's external reference: portfolio_external_ref.
	HumanHandoverInd  *bool          `json:"human_handover_ind,omitzero"`     // Whether a person is to go on. Nil if the event does not say.
	Extra             tenantry.Extra `json:",embed,unknown"`                  // Members without a field.
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
	if wire.Kind(e.Body) != '{' {
		return nil
	}
	kind := string(e.EventType)
	switch {
	case strings.HasPrefix(kind, "lease."):
		e.Lease = new(LeaseUpdate)
		return wire.Decode(e.Body, e.Lease)
	case strings.HasPrefix(kind, "task."):
		e.Task = new(Task)
		if err := wire.Decode(e.Body, e.Task); err != nil {
			return err
		}
		e.Task.complete()
	case strings.HasSuffix(kind, ".respond"):
		e.Reply = new(MessageReply)
		if err := wire.Decode(e.Body, e.Reply); err != nil {
			return err
		}
		if e.Reply.Channel == "website" {
			e.Reply.Channel = ChannelWebChat
		}
	}
	return nil
}

// complete fills in what events say of the creator alone.
func (t *Task) complete() {
	c := t.Creator
	if c == nil {
		return
	}
	t.UnitID, t.UnitNumber = cmp.Or(t.UnitID, c.UnitID), cmp.Or(t.UnitNumber, c.UnitNumber)
	t.LeaseExternalRef, t.ResidentAddress = cmp.Or(t.LeaseExternalRef, c.LeaseExternalRef), cmp.Or(t.ResidentAddress, c.ResidentAddress)
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

// SeenStore knows the events that were handled. The function of a [WebhookHandler]
// stores the MessageID of an event in the transaction that handles it, such as in a
// table with a unique key; Seen looks it up.
type SeenStore interface {
	// Seen reports whether the event with a MessageID was handled. It stores nothing.
	Seen(ctx context.Context, messageID string) (bool, error)
}

// WithSeen drops events that were handled: the handler responds with 204 to an event
// that store has seen, without calling its function. An error of Seen becomes a 500, and
// the event is delivered again. Events without a MessageID always go to the function.
//
// Two deliveries of an event at the same time may both pass, before either is stored. A
// unique key on the MessageID tells them apart: if the function can't store it because it
// is there, it undoes its transaction and returns nil.
func WithSeen(store SeenStore) WebhookOption {
	return func(c *webhook.Config) {
		c.Seen = func(ctx context.Context, id string) (bool, error) { return store.Seen(ctx, id) }
		if store == nil {
			c.Refuse("store", "is nil; pass one, or leave WithSeen out")
		}
	}
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
		ID:          func(e *Event) string { return e.MessageID },
	}, secret, fn, opts)
}
