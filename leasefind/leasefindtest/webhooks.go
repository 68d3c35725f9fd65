package leasefindtest

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/webhook"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

const portalOperation = "webhook-portal"

// portal returns a link to the portal, with a key that is good once.
func (s *Server) portal(*fakeserver.Request) fakeserver.Response {
	return fakeserver.JSON(http.StatusOK, members{"url": "https://app.svix.com/login?application=leasefindtest#key=" + rand.Text()})
}

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
	encoded, err := json.Marshal(body, json.Deterministic(true))
	if err != nil {
		return 0, err
	}
	return s.deliver(ctx, url, event{eventType, rand.Text(), encoded})
}

// An event is what a webhook delivers. Each delivery of it has the same identifier.
type event struct {
	kind leasefind.EventType
	id   string
	body jsontext.Value
}

// deliver posts an event. It is signed with the real time, which receivers check.
func (s *Server) deliver(ctx context.Context, url string, e event) (int, error) {
	var payload fakeserver.Object
	payload.Set("body", e.body)
	payload.Set("event_type", string(e.kind))
	payload.Set("message_id", e.id)
	b := payload.Bytes()
	return webhook.Deliver(ctx, url, Sign(s.o.webhookSecret, "msg_"+e.id, time.Now(), b), b)
}

// Subscribe delivers signed webhooks to a URL from now on: about the leases of the
// portfolio and those that are saved, about tasks, and in response to messages. They go
// out while Advance puts the clock forward, before it returns; a receiver that fails
// gets them once all the same. All deliveries of an event have the same MessageID and
// DeliveryID.
func (s *Server) Subscribe(url string, how tenantrytest.Deliveries) { s.outbox.Subscribe(url, how) }

// post queues an event.
func (s *Server) post(at time.Time, kind leasefind.EventType, body jsontext.Value) {
	if s.outbox.Empty() {
		return
	}
	id := s.store.world.id("event", int(s.posted.Add(1)))
	s.outbox.Post(at, event{kind, id, body})
}

func (s *Server) taskChanged(at time.Time, kind leasefind.EventType, task members) {
	s.post(at, kind, render(task, taskOrder))
}

// leaseChanged queues the event of a lease, which has neither its unit nor its tenants.
func (s *Server) leaseChanged(at time.Time, l row) {
	var body fakeserver.Object
	for _, name := range []string{
		"move_in_date", "start_date", "end_date", "identifier", "is_furnished", "minimum_days_notice", "deposit", "rent", "notice_given", "notice_date",
		"move_out_date_requested",
	} {
		v := l.m[name]
		if n, ok := v.(jsontext.Value); ok {
			v = short(n)
		}
		body.Set(name, v)
	}
	s.post(at, leasefind.EventLeaseUpdate, body.Bytes())
}
