package propexo

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/webhook"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// ErrWebhookSignature is for errors.Is: the propexo-signature header is missing,
// or not of this body by this secret.
var ErrWebhookSignature = errors.New("propexo: the webhook's signature does not hold; answer 401")

// Triggers of webhooks. Others occur.
const (
	TriggerDataNew               = "DATA_NEW"
	TriggerDataUpdate            = "DATA_UPDATE"
	TriggerJobFailure            = "JOB_FAILURE"
	TriggerJobSuccess            = "JOB_SUCCESS"
	TriggerSyncComplete          = "SYNC_COMPLETE"
	TriggerFirstSyncComplete     = "FIRST_SYNC_COMPLETE"
	TriggerWriteOperationFailure = "WRITE_OPERATION_FAILURE"
)

// A WebhookEvent is what a webhook delivers, in whichever of the documented
// shapes it came: fields are empty where that shape does not have them, and Raw
// has everything. A delivery carries neither an ID nor a time, may come more
// than once, and in any order.
type WebhookEvent struct {
	// Trigger is one of the Trigger constants, or a new one; "" where the shape
	// does not say it.
	Trigger       string
	IntegrationID string

	// Of a record that is new or changed.
	Object   string                  // the model, as WebhookModel lists them
	RecordID string                  // to be had by the model's Get
	New      map[string]tenantry.Raw // the fields that changed, as they are
	Previous map[string]tenantry.Raw // and as they were

	// Of a sync that ended.
	Vendor             IntegrationVendor
	SuccessfulJobCount *int64
	FailedJobCount     *int64
	IsSyncFinished     *bool          // false for a sync that was cut off
	Extra              tenantry.Extra // members of the event that have no field
	Raw                tenantry.Raw   // the whole body as it came
}

// String names the event, without what is in the record.
func (e *WebhookEvent) String() string {
	return fmt.Sprintf("propexo event %q of %q %s", e.Trigger, e.Object, e.RecordID)
}

// A webhookBody is all documented shapes in one.
type webhookBody struct {
	Trigger string `json:"trigger"`
	webhookData
	Data webhookData `json:"data"`
	Meta struct {
		Object        string         `json:"object"`
		IntegrationID string         `json:"integration_id"`
		Extra         tenantry.Extra `json:",embed,unknown"`
	} `json:"meta"`
}

type webhookData struct {
	Event         string `json:"event"`
	Object        string `json:"object"`
	RecordID      string `json:"record_id"`
	IntegrationID string `json:"integration_id"`
	Diff          struct {
		New      map[string]tenantry.Raw `json:"new"`
		Previous map[string]tenantry.Raw `json:"previous"`
	} `json:"diff"`
	Vendor             IntegrationVendor `json:"vendor"`
	SuccessfulJobCount *int64            `json:"successful_job_count"`
	FailedJobCount     *int64            `json:"failed_job_count"`
	IsSyncFinished     *bool             `json:"is_sync_finished"`
	Extra              tenantry.Extra    `json:",embed,unknown"`
}

// VerifyWebhook checks a delivery against the webhook's secret, and decodes it.
// Header is the request's, body its bytes exactly as they came.
//
// The error is [ErrWebhookSignature], or a [*tenantry.ArgumentError] for an empty
// secret; and for a delivery that is genuine but not an event, a
// [*tenantry.DecodeError].
func VerifyWebhook(secret string, header http.Header, body []byte) (*WebhookEvent, error) {
	if secret == "" {
		return nil, &tenantry.ArgumentError{API: api, Argument: "webhook secret", Reason: "is empty; pass the webhook's Secret"}
	}
	given, err := hex.DecodeString(header.Get("Propexo-Signature"))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	if err != nil || !hmac.Equal(given, mac.Sum(nil)) {
		return nil, ErrWebhookSignature
	}
	var b webhookBody
	raw := tenantry.Raw(bytes.Clone(body))
	if err := wire.Decode(raw, &b); err != nil {
		return nil, &tenantry.DecodeError{API: api, Operation: "webhook", Index: -1, Raw: raw, Err: err}
	}
	e := &WebhookEvent{Trigger: b.Trigger, Raw: raw, IntegrationID: b.Meta.IntegrationID, Object: b.Meta.Object}
	for _, d := range []*webhookData{&b.Data, &b.webhookData} {
		e.take(d)
	}
	return e, nil
}

// take fills what is not filled yet.
func (e *WebhookEvent) take(d *webhookData) {
	fill := func(at *string, text string) {
		if *at == "" {
			*at = text
		}
	}
	fill(&e.Trigger, d.Event)
	fill(&e.Object, d.Object)
	fill(&e.RecordID, d.RecordID)
	fill(&e.IntegrationID, d.IntegrationID)
	fill((*string)(&e.Vendor), string(d.Vendor))
	if e.New == nil {
		e.New = d.Diff.New
	}
	if e.Previous == nil {
		e.Previous = d.Diff.Previous
	}
	if e.SuccessfulJobCount == nil {
		e.SuccessfulJobCount = d.SuccessfulJobCount
	}
	if e.FailedJobCount == nil {
		e.FailedJobCount = d.FailedJobCount
	}
	if e.IsSyncFinished == nil {
		e.IsSyncFinished = d.IsSyncFinished
	}
	for name, v := range d.Extra {
		if e.Extra == nil {
			e.Extra = make(tenantry.Extra)
		}
		e.Extra[name] = v
	}
}

// WebhookHandler receives deliveries and hands each event, of a known trigger
// or not, to handle. It answers 2xx once handle returns nil, 500 where it
// returns an error, and 401 to a bad signature. Whether Propexo sends an event
// again after a failure is not documented: store it first, and work on it later.
// The context ends after 14 s.
//
// It refuses an empty secret with a [*tenantry.ArgumentError].
func WebhookHandler(secret string, handle func(context.Context, *WebhookEvent) error) (http.Handler, error) {
	var refused *tenantry.ArgumentError
	if _, err := VerifyWebhook(secret, http.Header{}, nil); errors.As(err, &refused) {
		return nil, err
	}
	return webhook.Handler(func(h http.Header, body []byte) (*WebhookEvent, error) {
		return VerifyWebhook(secret, h, body)
	}, handle), nil
}
