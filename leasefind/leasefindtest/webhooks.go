package leasefindtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Sign makes the headers of a delivery: it is what the sender does, for tests
// of handlers without a server. It panics if the secret is none.
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

// Deliver posts an event about a lease to a receiver, signed, and answers the
// status that the receiver gave.
func (s *Server) Deliver(ctx context.Context, url, eventType string, lease map[string]any) (int, error) {
	body, err := json.Marshal(map[string]any{"event_type": eventType, "message_id": rand.Text(), "body": lease})
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header = Sign(s.o.webhookSecret, "msg_"+rand.Text(), time.Now(), body)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 15 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, nil
}
