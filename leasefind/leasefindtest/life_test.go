package leasefindtest_test

import (
	"context"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// An inbox receives the events of a subscription.
type inbox struct {
	mu     sync.Mutex
	events []*leasefind.Event
}

func subscribe(t *testing.T, s *leasefindtest.Server, how tenantrytest.Deliveries) *inbox {
	t.Helper()
	in := new(inbox)
	h, err := leasefind.WebhookHandler(tenantry.NewSecret(leasefindtest.WebhookSecret), func(_ context.Context, e *leasefind.Event) error {
		in.mu.Lock()
		defer in.mu.Unlock()
		in.events = append(in.events, e)
		return nil
	})
	require.NoError(t, err)
	receiver := httptest.NewServer(h)
	t.Cleanup(receiver.Close)
	s.Subscribe(receiver.URL, how)
	return in
}

// take returns the events since the last call.
func (in *inbox) take() (types []leasefind.EventType, events []*leasefind.Event) {
	in.mu.Lock()
	defer in.mu.Unlock()
	events, in.events = in.events, nil
	for _, e := range events {
		types = append(types, e.EventType)
	}
	return types, events
}

// Writes have events of all seven kinds for an outcome.
func TestEvents(t *testing.T) {
	both(t, func(t *testing.T, c *leasefind.Client, s *leasefindtest.Server) {
		ctx := t.Context()
		s.Add(group("a"), leasefind.Unit{Identifier: "u", ExternalRef: "x-u", UnitNumber: "4"}, leasefind.Person{Identifier: "p", EmailAddress: "ana@example.com", FirstName: "Ana"})
		in := subscribe(t, s, tenantrytest.Deliveries{})
		_, err := c.Tasks.Create(ctx, leasefind.TaskCreateParams{
			GroupExternalRef: "x-a", ExternalRef: tenantry.Set("T1"), Title: tenantry.Set("Shower"), DueDatetime: tenantry.Set[tenantry.Timestamp]("2026-11-11T20:00:00"),
			Resident: &leasefind.TaskPerson{EmailAddress: tenantry.Set("ana@example.com"), FirstName: tenantry.Set("Ana")}, UnitExternalRef: tenantry.Set("x-u"),
		})
		require.NoError(t, err)
		types, _ := in.take()
		assert.Empty(t, types, "the clock has not moved")
		s.Advance(time.Minute)
		types, events := in.take()
		require.Equal(t, []leasefind.EventType{leasefind.EventTaskCreate}, types)
		task := leasefind.Task{}
		decode(t, events[0], &task)
		assert.Equal(t, "T1", task.ExternalRef)
		assert.Equal(t, "p", task.ResidentID)
		assert.Equal(t, "a", task.GroupID)
		assert.Equal(t, tenantry.Timestamp("2026-11-11T20:00:00+00:00"), task.DueDatetime)
		stored := leasefind.Task{Identifier: task.Identifier}
		require.True(t, s.Get(&stored))
		assert.Equal(t, task, stored)
		for _, status := range []leasefind.TaskStatus{leasefind.TaskCompleted, leasefind.TaskDeleted, leasefind.TaskCompleted} {
			_, err = c.Tasks.Update(ctx, leasefind.TaskUpdateParams{ExternalRef: "T1", Status: tenantry.Set(status)})
			require.NoError(t, err)
		}
		_, err = c.Leases.Save(ctx, leasefind.LeaseSaveParams{Lease: leasefind.LeaseInput{UnitID: tenantry.Set("u"), Rent: tenantry.Set[tenantry.Decimal]("500.00")}})
		require.NoError(t, err)
		at := tenantry.Timestamp("2026-01-01T00:00:00Z")
		for _, m := range []leasefind.MessageCreateParams{
			{SMS: &leasefind.SMSMessage{MessageID: "m1", Text: "x", CreatedDatetime: at, PhoneNumber: "+15555550101", ConversationID: "c1"}},
			{Email: &leasefind.EmailMessage{MessageID: "m2", Text: "x", CreatedDatetime: at, FromEmailAddress: "a@example.com", ToEmailAddresses: "b@example.com", ConversationID: "c2"}},
			{WebChat: &leasefind.WebChatMessage{MessageID: "m3", Text: "x", CreatedDatetime: at}},
			{CallTranscript: &leasefind.CallTranscript{MessageID: "m4", CreatedDatetime: at, ConversationID: "c4", RecordingURL: "https://example.com/4"}},
			{Review: &leasefind.Review{Title: tenantry.Set("Good")}},
		} {
			m.GroupID, m.MessageDirection = "a", leasefind.MessageInbound
			_, err = c.Messages.Create(ctx, m)
			require.NoError(t, err)
		}
		s.Advance(time.Minute)
		types, events = in.take()
		assert.Equal(t, []leasefind.EventType{
			leasefind.EventLeaseUpdate, leasefind.EventTaskUpdate, leasefind.EventTaskDelete, leasefind.EventSMSRespond, leasefind.EventEmailRespond, leasefind.EventWebChatRespond,
		}, types, "a lease is saved at once, a deleted task changes no more, and calls and reviews have no replies")
		assert.Equal(t, tenantry.Decimal("500"), events[0].Lease.Rent)
		assert.Contains(t, string(events[5].Body), `"message_id":"m3"`)
		assert.Contains(t, string(events[5].Body), `"channel":"website"`)
		assert.Contains(t, string(events[5].Body), `"portfolio_external_ref":"x-a"`)
		assert.Len(t, s.Messages(), 5)
		assert.Empty(t, s.IDs(leasefind.Task{}))
	}, leasefindtest.WithWriteTime(time.Second))
}

func decode[T any](t *testing.T, e *leasefind.Event, into *T) {
	t.Helper()
	v, err := tenantry.Decode[T](e.Body)
	require.NoError(t, err)
	*into = *v
}

// The life of the portfolio has events, which come twice, late and out of order if the
// test wants it.
func TestLife(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	_, s := leasefindtest.Start(t, leasefindtest.WithPortfolio(2, 40, 1), leasefindtest.WithStart(start), leasefindtest.WithLife(5))
	plain := subscribe(t, s, tenantrytest.Deliveries{})
	odd := subscribe(t, s, tenantrytest.Deliveries{Late: 24 * time.Hour, Twice: true, Shuffled: true})
	s.Advance(90 * 24 * time.Hour)
	_, events := plain.take()
	require.NotEmpty(t, events)
	notices := 0
	var order []string
	last := make(map[string]string)
	for _, e := range events {
		order = append(order, e.MessageID)
		assert.NotEqual(t, last[e.Lease.Identifier], string(e.Body), "an event without a change")
		last[e.Lease.Identifier] = string(e.Body)
		require.Equal(t, leasefind.EventLeaseUpdate, e.EventType)
		lease := leasefind.Lease{Identifier: e.Lease.Identifier}
		require.True(t, s.Get(&lease))
		if *e.Lease.NoticeGiven {
			notices++
			assert.NotEmpty(t, e.Lease.NoticeDate)
			assert.NotEmpty(t, e.Lease.MoveOutDateRequested)
		}
	}
	assert.Positive(t, notices)
	s.Advance(24 * time.Hour)
	_, late := odd.take()
	seen := make(map[string]int)
	var oddOrder []string
	for _, e := range late {
		if seen[e.MessageID]++; seen[e.MessageID] == 1 {
			oddOrder = append(oddOrder, e.MessageID)
		}
		assert.Equal(t, "msg_"+e.MessageID, e.DeliveryID, "both deliveries have the same identifiers")
	}
	for _, id := range order {
		assert.Equal(t, 2, seen[id])
	}
	assert.NotEqual(t, order, oddOrder[:len(order)])
}
