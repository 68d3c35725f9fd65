package leasefindtest

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/tenantry/tenantry-go/internal/webhook"
	"github.com/tenantry/tenantry-go/leasefind"
)

// Sign returns the header of a delivery with the given ID, time and body, signed
// with secret. It panics if the secret is not base64.
func Sign(secret, id string, at time.Time, body []byte) http.Header {
	hook, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		panic("leasefindtest: the secret is not base64")
	}
	signature, err := hook.Sign(id, at, body)
	if err != nil {
		panic(err) // it never fails
	}
	h := make(http.Header)
	h.Set("Content-Type", "application/json")
	h.Set("Svix-Id", id)
	h.Set("Svix-Timestamp", strconv.FormatInt(at.Unix(), 10))
	h.Set("Svix-Signature", signature)
	return h
}

// Deliver posts a signed event with the given type and body to a receiver, and
// returns the status of its response.
func (s *Server) Deliver(ctx context.Context, url string, eventType leasefind.EventType, body map[string]any) (int, error) {
	payload, err := json.Marshal(map[string]any{"event_type": eventType, "message_id": rand.Text(), "body": body})
	if err != nil {
		return 0, err
	}
	return webhook.Deliver(ctx, url, Sign(s.o.webhookSecret, "msg_"+rand.Text(), time.Now(), payload), payload)
}
