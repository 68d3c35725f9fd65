package propexo

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/webhook"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// ErrWebhookSignature is the error of [VerifyWebhook], for errors.Is, if the
// propexo-signature header is missing, or not of this body by this secret.
var ErrWebhookSignature = errors.New("propexo: webhook signature mismatch")

// WebhookEvent is one delivery of a webhook, in any of the documented shapes.
// Fields that its shape or its trigger does not have are empty.
//
// A delivery has neither an ID nor a time. It can arrive more than once and out of
// order, and two deliveries with the same content can be two events. So make
// handling an event twice harmless: use it as a hint that a record changed, fetch
// the record with the Get method of its model, and store what Get returns.
type WebhookEvent struct {
	Trigger       Trigger // "" if the shape does not name it
	IntegrationID string
	Vendor        IntegrationVendor
	PropertyID    string

	// Of DATA_NEW and DATA_UPDATE. DATA_NEW is often followed by several
	// DATA_UPDATEs as Propexo completes the record.
	Object   string                  // the record's model as the delivery spells it, such as "residents-to-leases"; see Model
	RecordID string                  // the ID for the Get method of the model
	New      map[string]tenantry.Raw // the fields that changed, with their new values
	Previous map[string]tenantry.Raw // the same fields, with their old values

	// Of jobs and of writes that failed.
	JobID       string
	RootJobID   string // the JobID of the [Write]
	JobType     string
	WriteStatus WriteState
	Errors      []string // what the property management system reported; may be personal

	// Of SYNC_COMPLETE and FIRST_SYNC_COMPLETE.
	SuccessfulJobCount *int64
	FailedJobCount     *int64 // a few are normal; Propexo retries them
	IsSyncFinished     *bool  // false if the sync was cut off
	IsBacksync         *bool
	JobScheduleID      string // "" for a manual sync
	ModelsSynced       []string

	Extra tenantry.Extra // members of the event that have no field
	Raw   tenantry.Raw   // the whole payload as it was received
}

// Model returns Object in the spelling of [WebhookModel], with underscores.
func (e *WebhookEvent) Model() WebhookModel {
	return WebhookModel(strings.ReplaceAll(e.Object, "-", "_"))
}

// String names the event. It leaves out the fields of its record, which may be
// personal.
func (e WebhookEvent) String() string {
	return fmt.Sprintf("propexo event %q of %q %q", string(e.Trigger), e.Object, cmp.Or(e.RecordID, e.RootJobID, e.JobID, e.IntegrationID))
}

// GoString is [WebhookEvent.String], so that %#v prints no more than %v does.
func (e WebhookEvent) GoString() string { return e.String() }

// LogValue is a group of the fields that are safe to log.
func (e WebhookEvent) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("trigger", string(e.Trigger)), slog.String("integration_id", e.IntegrationID),
		slog.String("object", e.Object), slog.String("record_id", e.RecordID),
		slog.String("job_id", e.JobID), slog.String("root_job_id", e.RootJobID), slog.String("write_status", string(e.WriteStatus)))
}

// A webhookBody holds all documented shapes: {trigger, data, meta}, and flat.
type webhookBody struct {
	webhookData
	Data webhookData `json:"data"`
	Meta webhookData `json:"meta"`
}

type webhookData struct {
	Trigger       Trigger           `json:"trigger"`
	Event         Trigger           `json:"event"`
	IntegrationID string            `json:"integration_id"`
	Vendor        IntegrationVendor `json:"vendor"`
	Context       struct {
		PropertyID string `json:"property_id"`
	} `json:"context"`
	Object   string `json:"object"`
	RecordID string `json:"record_id"`
	Diff     struct {
		New      map[string]tenantry.Raw `json:"new"`
		Previous map[string]tenantry.Raw `json:"previous"`
	} `json:"diff"`
	JobID              string         `json:"job_id"`
	RootJobID          string         `json:"root_job_id"`
	JobType            string         `json:"job_type"`
	WriteStatus        WriteState     `json:"write_status"`
	Errors             []string       `json:"errors"`
	SuccessfulJobCount *int64         `json:"successful_job_count"`
	FailedJobCount     *int64         `json:"failed_job_count"`
	IsSyncFinished     *bool          `json:"is_sync_finished"`
	IsBacksync         *bool          `json:"is_backsync"`
	JobScheduleID      string         `json:"job_schedule_id"`
	ModelsSynced       []string       `json:"models_synced"`
	Extra              tenantry.Extra `json:",embed,unknown"`
}

// VerifyWebhook checks the signature of a delivery and decodes its event. secret
// is the Secret of the [Webhook], header is the request's header, and body is the
// request's body, byte for byte.
//
// The error is [ErrWebhookSignature], a [*tenantry.ArgumentError] for a secret
// that Propexo would not accept, or a [*tenantry.DecodeError] for a signed body
// that is not an event.
func VerifyWebhook(secret string, header http.Header, body []byte) (*WebhookEvent, error) {
	if err := checkWebhookSecret(secret); err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	want, signed := mac.Sum(nil), false
	for _, signature := range header.Values("Propexo-Signature") {
		given, err := hex.DecodeString(signature)
		signed = signed || err == nil && hmac.Equal(given, want)
	}
	if !signed {
		return nil, ErrWebhookSignature
	}
	var b webhookBody
	raw := tenantry.Raw(bytes.Clone(body))
	err := wire.Decode(raw, &b)
	if err == nil && webhook.Hollow(raw) {
		err = errors.New("it holds no event")
	}
	if err != nil {
		return nil, &tenantry.DecodeError{API: api, Operation: "webhook", Index: -1, Raw: raw, Err: err}
	}
	e := &WebhookEvent{Raw: raw}
	for _, d := range []*webhookData{&b.webhookData, &b.Data, &b.Meta} {
		e.take(d)
	}
	return e, nil
}

// checkWebhookSecret refuses what is no secret of a webhook: Propexo wants at
// least 10 characters.
func checkWebhookSecret(secret string) error {
	if utf8.RuneCountInString(secret) < 10 || strings.TrimSpace(secret) == "" || strings.ContainsAny(secret, "\r\n") {
		return &tenantry.ArgumentError{API: api, Argument: "webhook secret", Reason: "is blank, shorter than 10 characters or has a line break; pass the webhook's Secret"}
	}
	return nil
}

// take fills the fields that are still empty.
func (e *WebhookEvent) take(d *webhookData) {
	e.Trigger = cmp.Or(e.Trigger, d.Trigger, d.Event)
	e.IntegrationID = cmp.Or(e.IntegrationID, d.IntegrationID)
	e.Vendor = cmp.Or(e.Vendor, d.Vendor)
	e.PropertyID = cmp.Or(e.PropertyID, d.Context.PropertyID)
	e.Object = cmp.Or(e.Object, d.Object)
	e.RecordID = cmp.Or(e.RecordID, d.RecordID)
	e.JobID = cmp.Or(e.JobID, d.JobID)
	e.RootJobID = cmp.Or(e.RootJobID, d.RootJobID)
	e.JobType = cmp.Or(e.JobType, d.JobType)
	e.WriteStatus = cmp.Or(e.WriteStatus, d.WriteStatus)
	e.SuccessfulJobCount = cmp.Or(e.SuccessfulJobCount, d.SuccessfulJobCount)
	e.FailedJobCount = cmp.Or(e.FailedJobCount, d.FailedJobCount)
	e.IsSyncFinished = cmp.Or(e.IsSyncFinished, d.IsSyncFinished)
	e.IsBacksync = cmp.Or(e.IsBacksync, d.IsBacksync)
	e.JobScheduleID = cmp.Or(e.JobScheduleID, d.JobScheduleID)
	if e.New == nil {
		e.New = d.Diff.New
	}
	if e.Previous == nil {
		e.Previous = d.Diff.Previous
	}
	if e.Errors == nil {
		e.Errors = d.Errors
	}
	if e.ModelsSynced == nil {
		e.ModelsSynced = d.ModelsSynced
	}
	for name, v := range d.Extra {
		if e.Extra == nil {
			e.Extra = make(tenantry.Extra)
		}
		if _, taken := e.Extra[name]; !taken {
			e.Extra[name] = v
		}
	}
}

// WebhookOption changes a [WebhookHandler].
type WebhookOption func(*webhook.Config)

// WithSecrets adds secrets. A delivery is accepted if any of them has signed it.
func WithSecrets(secrets ...tenantry.Secret) WebhookOption {
	return func(c *webhook.Config) { c.Secrets = append(c.Secrets, secrets...) }
}

// WithSecretsFor adds the secrets that fn returns for a request, such as those of
// the customer in its path. fn returns none for an unknown customer, and the
// handler then responds with 401; an error of fn becomes a 500. With this option
// the handler's own secret may be empty.
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
// to fn, whether or not its trigger is known. secret is the Secret of the
// [Webhook]; see [VerifyWebhook].
//
// The handler responds with 204 if fn returns nil. If fn returns an error, the
// handler reports it (see [OnError]) and responds with 500. A bad signature gets a
// 401. Propexo does not document how long it waits or whether it tries again, so
// store an event before working on it; the context of fn ends after 14 s. An event
// can arrive more than once and out of order; see [WebhookEvent] for what to do
// about it.
//
// The error is a [*tenantry.ArgumentError] for a malformed secret or option, or a
// nil fn.
func WebhookHandler(secret tenantry.Secret, fn func(context.Context, *WebhookEvent) error, opts ...WebhookOption) (http.Handler, error) {
	return webhook.Handler(webhook.API[WebhookEvent]{
		Name:        api,
		CheckSecret: checkWebhookSecret,
		Verify:      VerifyWebhook,
		Mismatch:    ErrWebhookSignature,
	}, secret, fn, opts)
}
