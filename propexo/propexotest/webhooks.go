package propexotest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
)

// SignWebhook makes the headers of a delivery, as Propexo does: for tests of
// handlers.
func SignWebhook(secret string, body []byte) http.Header {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return http.Header{"Content-Type": {"application/json"}, "Propexo-Signature": {hex.EncodeToString(mac.Sum(nil))}}
}
