package propexotest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"

	"github.com/go-json-experiment/json"

	"github.com/tenantry/tenantry-go/internal/webhook"
)

// WebhookSecret is the secret that a server signs deliveries with by default.
const WebhookSecret = "propexotest-webhook-secret" //nolint:gosec // it signs nothing but the fake's webhooks

// WithWebhookSecret sets the secret that deliveries are signed with.
func WithWebhookSecret(secret string) Option { return func(o *options) { o.webhookSecret = secret } }

// Sign returns the header of a delivery with the given body, signed with secret.
func Sign(secret string, body []byte) http.Header {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return http.Header{"Content-Type": {"application/json"}, "Propexo-Signature": {hex.EncodeToString(mac.Sum(nil))}}
}

// Deliver posts a signed event with the given trigger and data to a receiver, and
// returns the status of its response. The payload is {trigger, data}, and data
// also names the trigger, as event.
func (s *Server) Deliver(ctx context.Context, url, trigger string, data map[string]any) (int, error) {
	all := map[string]any{"event": trigger}
	maps.Copy(all, data)
	payload, err := json.Marshal(map[string]any{"trigger": trigger, "data": all})
	if err != nil {
		return 0, err
	}
	return webhook.Deliver(ctx, url, Sign(s.o.webhookSecret, payload), payload)
}
