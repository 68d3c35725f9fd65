package leasefind_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
)

// The vector that Svix publishes.
const (
	vectorSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	vectorBody   = `{"test": 2432232314}`
)

func vectorHeader() http.Header {
	h := make(http.Header)
	h.Set("svix-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	h.Set("svix-timestamp", "1614265330")
	h.Set("svix-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	return h
}

// at runs f at a moment, which must be after 2000.
func at(t *testing.T, moment time.Time, f func(*testing.T)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(moment))
		f(t)
	})
}

func TestKnownVector(t *testing.T) {
	sent := time.Unix(1614265330, 0)
	for offset, want := range map[time.Duration]error{
		0: nil, 5 * time.Minute: nil, -5 * time.Minute: nil,
		5*time.Minute + time.Second: leasefind.ErrWebhookTimestamp, -5*time.Minute - time.Second: leasefind.ErrWebhookTimestamp, 24 * time.Hour: leasefind.ErrWebhookTimestamp,
	} {
		at(t, sent.Add(offset), func(t *testing.T) {
			event, err := leasefind.VerifyWebhook(vectorSecret, vectorHeader(), []byte(vectorBody))
			if want != nil {
				require.ErrorIs(t, err, want)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, "msg_p5jXN8AQM9LWM0D4loKWxJek", event.DeliveryID)
			assert.Equal(t, sent, event.Timestamp)
			assert.Equal(t, tenantry.Raw("2432232314"), event.Extra["test"])
			assert.Equal(t, vectorBody, string(event.Raw))
			assert.Nil(t, event.Lease)
		})
	}
}

func TestSignatures(t *testing.T) {
	good := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	at(t, time.Unix(1614265330, 0), func(t *testing.T) {
		for signature, holds := range map[string]bool{
			good: true, "v1,AAAA " + good: true, good + " v2,zzz": true, "v1a,xx " + good + " junk": true,
			"": false, "v1": false, "v1,": false, "v2," + good[3:]: false, good[3:]: false, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=": false, strings.ToLower(good): false,
		} {
			h := vectorHeader()
			h.Set("svix-signature", signature)
			_, err := leasefind.VerifyWebhook(vectorSecret, h, []byte(vectorBody))
			assert.Equal(t, holds, err == nil, signature)
			if !holds {
				require.ErrorIs(t, err, leasefind.ErrWebhookSignature)
			}
		}
		for name, value := range map[string]string{"svix-id": "msg_other", "svix-timestamp": "1614265331"} {
			h := vectorHeader()
			h.Set(name, value)
			_, err := leasefind.VerifyWebhook(vectorSecret, h, []byte(vectorBody))
			require.ErrorIs(t, err, leasefind.ErrWebhookSignature, name)
			h.Del(name)
			_, err = leasefind.VerifyWebhook(vectorSecret, h, []byte(vectorBody))
			require.ErrorIs(t, err, leasefind.ErrWebhookSignature, name)
		}
		h := vectorHeader()
		h.Set("svix-timestamp", "soon")
		_, err := leasefind.VerifyWebhook(vectorSecret, h, []byte(vectorBody))
		require.ErrorIs(t, err, leasefind.ErrWebhookSignature)
		_, err = leasefind.VerifyWebhook(vectorSecret, vectorHeader(), []byte(vectorBody+" "))
		require.ErrorIs(t, err, leasefind.ErrWebhookSignature)
		_, err = leasefind.VerifyWebhook(leasefindtest.WebhookSecret, vectorHeader(), []byte(vectorBody))
		require.ErrorIs(t, err, leasefind.ErrWebhookSignature)
	})
}

// The key of a secret is known to nobody else: an empty, blank or short one is
// refused.
func TestSecretsOfWebhooks(t *testing.T) {
	handle := func(context.Context, *leasefind.Event) error { return nil }
	for _, secret := range []string{
		"", "whsec_", "whsec_\n", "whsec_\r\n", "whsec_   ", "   ", "whsec_AA==", "whsec_AAAAAAAAAAAAAAAAAAAA" /* 15 bytes */, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		"whsec_not base64!", vectorSecret + "\n", "\n" + vectorSecret, "whsec_MfKQ9r8GKYqr\nTwjUPD8ILPZIo2LaLaSw", vectorSecret + " ", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	} {
		_, err := leasefind.VerifyWebhook(secret, vectorHeader(), nil)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "%q", secret)
		assert.NotContains(t, err.Error(), "MfKQ")
		_, err = leasefind.WebhookHandler(tenantry.NewSecret(secret), handle)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "%q", secret)
		_, err = leasefind.WebhookHandler(tenantry.NewSecret(vectorSecret), handle, leasefind.WithSecrets(tenantry.NewSecret(leasefindtest.WebhookSecret), tenantry.NewSecret(secret)))
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "%q", secret)
	}
	_, err := leasefind.WebhookHandler(tenantry.NewSecret("whsec_AAAAAAAAAAAAAAAAAAAAAA=="), handle)
	require.NoError(t, err, "16 bytes")
	_, err = leasefind.WebhookHandler(tenantry.NewSecret(vectorSecret), nil)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
}

// Every signature header counts, under either of the scheme's names.
func TestSignatureHeaders(t *testing.T) {
	const good, bad = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,AAAA"
	standard := func(signatures ...string) http.Header {
		return http.Header{"Webhook-Id": {"msg_p5jXN8AQM9LWM0D4loKWxJek"}, "Webhook-Timestamp": {"1614265330"}, "Webhook-Signature": signatures}
	}
	with := func(h http.Header, name string, values ...string) http.Header {
		h[name] = values
		return h
	}
	at(t, time.Unix(1614265330, 0), func(t *testing.T) {
		for name, c := range map[string]struct {
			header http.Header
			holds  bool
		}{
			"second header":        {with(vectorHeader(), "Svix-Signature", bad, good), true},
			"last of several":      {with(vectorHeader(), "Svix-Signature", bad+" "+bad, "v2,x", bad+" "+good), true},
			"standard names":       {standard(good), true},
			"standard, second":     {standard(bad, good), true},
			"both, one of them":    {with(standard(good), "Svix-Signature", bad), true},
			"none":                 {standard(), false},
			"bad ones":             {standard(bad, bad), false},
			"another's signature":  {with(with(with(standard(bad), "Svix-Id", "msg_other"), "Svix-Timestamp", "1614265330"), "Svix-Signature", good), false},
			"names that are mixed": {http.Header{"Svix-Id": {"msg_p5jXN8AQM9LWM0D4loKWxJek"}, "Webhook-Timestamp": {"1614265330"}, "Svix-Signature": {good}}, false},
		} {
			event, err := leasefind.VerifyWebhook(vectorSecret, c.header, []byte(vectorBody))
			if !c.holds {
				require.ErrorIs(t, err, leasefind.ErrWebhookSignature, name)
				continue
			}
			require.NoError(t, err, name)
			assert.Equal(t, "msg_p5jXN8AQM9LWM0D4loKWxJek", event.DeliveryID, name)
			assert.Equal(t, time.Unix(1614265330, 0), event.Timestamp, name)
		}
	})
}

func TestEvents(t *testing.T) {
	event, err := verify(`{"event_type":"lease.update","message_id":"m-1","body":{"identifier":"l1","rent":"10.50","unit_external_reference":"xu","notice_given":true,"notice_date":"2026-02-01","move_out_date_requested":null,"odd":1},"v":2}`)
	require.NoError(t, err)
	assert.Equal(t, leasefind.EventLeaseUpdate, event.EventType)
	assert.Equal(t, "m-1", event.MessageID)
	require.NotNil(t, event.Lease)
	assert.Equal(t, "l1", event.Lease.Identifier)
	assert.Equal(t, tenantry.Raw(`"xu"`), event.Lease.Extra["unit_external_reference"])
	assert.Equal(t, tenantry.Decimal("10.50"), event.Lease.Rent)
	assert.True(t, *event.Lease.NoticeGiven)
	assert.Equal(t, tenantry.Date("2026-02-01"), event.Lease.NoticeDate)
	assert.Empty(t, event.Lease.MoveOutDateRequested)
	assert.Equal(t, tenantry.Raw("1"), event.Lease.Extra["odd"])
	assert.Equal(t, tenantry.Raw("2"), event.Extra["v"])

	event, err = verify(`{"event_type":"unit.painted","body":["red"]}`)
	require.NoError(t, err)
	assert.Nil(t, event.Lease)
	assert.JSONEq(t, `["red"]`, string(event.Body))

	for _, body := range []string{`not JSON`, ``, `null`, `{}`, `{"data":null}`, `{"event_type":null,"body":{}}`, `[]`, `"lease.update"`} {
		_, err = verify(body)
		var e *tenantry.DecodeError
		require.ErrorAs(t, err, &e, body)
	}
}

// Neither fmt nor slog prints what is in an event.
func TestEventsInLogs(t *testing.T) {
	body := []byte(`{"event_type":"task.create","message_id":"m-1","body":{"creator":{"email":"ana@example.com"}},"name":"Ana Li"}`)
	event, err := leasefind.VerifyWebhook(leasefindtest.WebhookSecret, leasefindtest.Sign(leasefindtest.WebhookSecret, "d-1", time.Now(), body), body)
	require.NoError(t, err)
	var out bytes.Buffer
	for _, log := range []*slog.Logger{slog.New(slog.NewJSONHandler(&out, nil)), slog.New(slog.NewTextHandler(&out, nil))} {
		log.Info("x", "event", event)
		log.Info("x", "event", *event)
	}
	fmt.Fprintf(&out, "%v %+v %#v %s %v %+v %#v", event, event, event, event, *event, *event, *event)
	assert.NotContains(t, out.String(), "ana@")
	assert.NotContains(t, out.String(), "Ana")
	assert.Equal(t, 2, strings.Count(out.String(), `"event":{"event_type":"task.create","message_id":"m-1","delivery_id":"d-1"`))
	assert.Contains(t, out.String(), `leasefind event "task.create", delivery "d-1"`)
}

// verify signs a payload and verifies it.
func verify(body string) (*leasefind.Event, error) {
	return leasefind.VerifyWebhook(leasefindtest.WebhookSecret, leasefindtest.Sign(leasefindtest.WebhookSecret, "d", time.Now(), []byte(body)), []byte(body))
}

// Every documented event is decoded, each member in a field of its own.
func TestDocumentedEvents(t *testing.T) {
	events := documented(t).Events
	assert.Len(t, events, 7)
	for name, payload := range events {
		event, err := verify(string(payload))
		require.NoError(t, err)
		assert.Equal(t, leasefind.EventType(name), event.EventType)
		assert.Contains(t, event.MessageID, "00000000-0000-4000-8000-0000000000")
		var body any
		want := string(event.Body)
		switch {
		case event.Lease != nil:
			assert.Equal(t, leasefind.EventLeaseUpdate, event.EventType)
			assert.Equal(t, tenantry.Decimal("1250"), event.Lease.Rent)
			body = event.Lease
		case event.Task != nil:
			assert.Contains(t, name, "task.")
			assert.EqualValues(t, 500, *event.Task.PriorityScore)
			assert.Equal(t, "https://example.com/file-a", event.Task.Attachments["file_A"])
			// What the creator alone says is the task's, too.
			assert.Equal(t, "00000000-0000-4000-8000-000000000031", event.Task.UnitID)
			assert.Equal(t, "2016", event.Task.UnitNumber)
			assert.Equal(t, "A1234", event.Task.LeaseExternalRef)
			assert.Equal(t, "1 Example Way", event.Task.ResidentAddress)
			task := *event.Task
			task.UnitID, task.UnitNumber, task.LeaseExternalRef, task.ResidentAddress = "", "", "", ""
			body = &task
		case event.Reply != nil:
			assert.Contains(t, name, ".respond")
			channel, _, _ := strings.Cut(name, ".")
			assert.Equal(t, leasefind.MessageChannel(channel), event.Reply.Channel)
			assert.False(t, *event.Reply.HumanHandoverInd)
			want = strings.Replace(want, `"website"`, `"web_chat"`, 1)
			body = event.Reply
		}
		require.NotNil(t, body, name)
		keptAll(t, want, body)
		keptAll(t, string(payload), event)
	}
}

// A task's own unit wins over its creator's.
func TestUnitsOfTasks(t *testing.T) {
	event, err := verify(`{"event_type":"task.update","body":{"unit_number":"7","resident_address":"2 Oak St","creator":{"unit_number":"8","unit_identifier":"u8","email_address":"al@example.test"}}}`)
	require.NoError(t, err)
	assert.Equal(t, "7", event.Task.UnitNumber)
	assert.Equal(t, "2 Oak St", event.Task.ResidentAddress)
	assert.Equal(t, "u8", event.Task.UnitID)
	assert.Equal(t, "8", event.Task.Creator.UnitNumber)
	assert.Equal(t, "al@example.test", event.Task.Creator.EmailAddress)
	assert.Nil(t, event.Task.EscalationFlag)
	event, err = verify(`{"event_type":"task.create","body":{"identifier":7,"creator":null,"attachments":["x"],"maintenance_emergency":true}}`)
	require.NoError(t, err)
	assert.Equal(t, "7", event.Task.Identifier)
	assert.Nil(t, event.Task.Creator)
	assert.Equal(t, tenantry.Raw(`["x"]`), event.Task.Extra["attachments"])
	assert.Equal(t, tenantry.Raw(`true`), event.Task.Extra["maintenance_emergency"])
}

// Events of types that are not documented are typed by their kind, if it is known.
func TestOtherEvents(t *testing.T) {
	for kind, has := range map[leasefind.EventType][3]bool{
		"lease.create": {true}, "task.archive": {false, true}, "fax.respond": {false, false, true}, "fax.send": {}, "": {}, "respond": {}, "tasks": {},
	} {
		for _, body := range []string{`{"identifier":"i","channel":"website"}`, `["i"]`, `"i"`, `null`} {
			event, err := verify(fmt.Sprintf(`{"event_type":%q,"message_id":"m1","body":%s}`, kind, body))
			require.NoError(t, err)
			object := body[0] == '{'
			assert.Equal(t, has[0] && object, event.Lease != nil, "%s %s", kind, body)
			assert.Equal(t, has[1] && object, event.Task != nil, "%s %s", kind, body)
			assert.Equal(t, has[2] && object, event.Reply != nil, "%s %s", kind, body)
			assert.JSONEq(t, body, string(event.Body))
		}
	}
}

// A seen is a SeenStore in memory.
type seen struct {
	ids map[string]bool
	err error
}

func (s *seen) Seen(_ context.Context, id string) (bool, error) { return s.ids[id], s.err }

// An event that was handled is not handled again. The store only tells; the function
// stores.
func TestWithSeen(t *testing.T) {
	store := &seen{ids: make(map[string]bool)}
	var handled []string
	var failures []error
	fails := true
	h, err := leasefind.WebhookHandler(tenantry.NewSecret(leasefindtest.WebhookSecret), func(_ context.Context, e *leasefind.Event) error {
		handled = append(handled, e.MessageID)
		if fails {
			return errors.New("the database is away")
		}
		store.ids[e.MessageID] = true
		return nil
	}, leasefind.WithSeen(store), leasefind.OnError(func(_ *http.Request, err error) { failures = append(failures, err) }))
	require.NoError(t, err)
	deliver := func(id string) int {
		body := fmt.Sprintf(`{"event_type":"task.create","message_id":%q,"body":{}}`, id)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
		r.Header = leasefindtest.Sign(leasefindtest.WebhookSecret, "d", time.Now(), []byte(body))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	assert.Equal(t, 500, deliver("m1"))
	fails = false
	assert.Equal(t, 204, deliver("m1"), "a delivery that failed comes again")
	assert.Equal(t, 204, deliver("m1"))
	assert.Equal(t, 204, deliver("m2"))
	store.err = errors.New("the store is away")
	assert.Equal(t, 500, deliver("m3"))
	assert.Equal(t, 204, deliver(""), "an event without an ID is not looked up")
	assert.Equal(t, []string{"m1", "m1", "m2", ""}, handled)
	require.Len(t, failures, 2)
	require.ErrorIs(t, failures[1], store.err)

	_, err = leasefind.WebhookHandler(tenantry.NewSecret(leasefindtest.WebhookSecret), func(context.Context, *leasefind.Event) error { return nil }, leasefind.WithSeen(nil))
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	require.ErrorContains(t, err, "store is nil")
}

func TestDeliveries(t *testing.T) {
	s := leasefindtest.NewServer()
	defer s.Close()
	var got []*leasefind.Event
	h, err := leasefind.WebhookHandler(tenantry.NewSecret(leasefindtest.WebhookSecret), func(_ context.Context, e *leasefind.Event) error {
		got = append(got, e)
		if e.EventType == "lease.fails" {
			return errors.New("the database is away")
		}
		return nil
	})
	require.NoError(t, err)
	receiver := httptest.NewServer(h)
	defer receiver.Close()
	for eventType, want := range map[leasefind.EventType]int{"lease.update": 204, "lease.fails": 500, "tenant.sang": 204} {
		status, err := s.Deliver(t.Context(), receiver.URL, eventType, map[string]any{"identifier": "l1", "notice_given": false})
		require.NoError(t, err)
		assert.Equal(t, want, status, eventType)
	}
	assert.Len(t, got, 3)
	forger := leasefindtest.NewServer(leasefindtest.WithWebhookSecret(vectorSecret))
	defer forger.Close()
	status, err := forger.Deliver(t.Context(), receiver.URL, "lease.update", nil)
	require.NoError(t, err)
	assert.Equal(t, 401, status)
	assert.Len(t, got, 3)
}

// The options reach the handler; internal/webhook tests what they do.
func TestWebhookOptions(t *testing.T) {
	s := leasefindtest.NewServer()
	defer s.Close()
	other := leasefindtest.NewServer(leasefindtest.WithWebhookSecret(vectorSecret))
	defer other.Close()
	var failures []error
	h, err := leasefind.WebhookHandler(tenantry.NewSecret(""), func(context.Context, *leasefind.Event) error { return nil },
		leasefind.WithSecrets(tenantry.NewSecret(leasefindtest.WebhookSecret)),
		leasefind.WithSecretsFor(func(r *http.Request) ([]tenantry.Secret, error) {
			if r.URL.Path == "/other" {
				return []tenantry.Secret{tenantry.NewSecret(vectorSecret)}, nil
			}
			return nil, nil
		}),
		leasefind.OnError(func(_ *http.Request, err error) { failures = append(failures, err) }),
		leasefind.WithMaxBody(1000), leasefind.WithReadTimeout(time.Minute), nil)
	require.NoError(t, err)
	receiver := httptest.NewServer(h)
	defer receiver.Close()
	for _, c := range []struct {
		sender *leasefindtest.Server
		path   string
		size   int
		status int
	}{{s, "/", 1, 204}, {other, "/other", 1, 204}, {other, "/", 1, 401}, {s, "/", 1000, 413}} {
		status, err := c.sender.Deliver(t.Context(), receiver.URL+c.path, "unit.painted", map[string]any{"notes": strings.Repeat("x", c.size)})
		require.NoError(t, err)
		assert.Equal(t, c.status, status, c.path)
	}
	require.Len(t, failures, 2)
	require.ErrorIs(t, failures[0], leasefind.ErrWebhookSignature)
	var tooLarge *http.MaxBytesError
	require.ErrorAs(t, failures[1], &tooLarge)
	for _, opt := range []leasefind.WebhookOption{leasefind.WithMaxBody(0), leasefind.WithReadTimeout(0)} {
		_, err := leasefind.WebhookHandler(tenantry.NewSecret(vectorSecret), func(context.Context, *leasefind.Event) error { return nil }, opt)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	}
}

// No input makes the verifier panic, accept what was not signed, or accept what
// is no event.
func FuzzVerifyWebhook(f *testing.F) {
	f.Add(vectorSecret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", []byte(vectorBody))
	f.Add(leasefindtest.WebhookSecret, "m", "-1", "v1,", []byte(`{"event_type":"lease.update","message_id":"m","body":{"identifier":"l","rent":1250,"notice_given":true,"tenants":[5]}}`))
	f.Add(leasefindtest.WebhookSecret, "m", "1", "v1,", []byte(`{"event_type":"task.create","body":{"creator":{"email":"a@example.com"},"notes":null}}`))
	for _, payload := range documented(f).Events {
		f.Add(leasefindtest.WebhookSecret, "m", "1", "v1,", []byte(payload))
	}
	f.Add(leasefindtest.WebhookSecret, "m", "1", "v1,", []byte(`{"event_type":"task.delete","message_id":"m","body":{"creator":[{"unit_number":7}],"attachments":{"a":1}}}`))
	f.Add(leasefindtest.WebhookSecret, "m", "1", "v1,", []byte(`{"event_type":"web_chat.respond","body":{"channel":["website"],"human_handover_ind":"no"}}`))
	f.Add("whsec_AA==", "", "99999999999999999999", " , v1,,", []byte("\xff"))
	f.Add("whsec_\n", "m", "1", "v1,", []byte(`{"data":null}`))
	f.Fuzz(func(t *testing.T, secret, id, stamp, signature string, body []byte) {
		h := http.Header{"Svix-Id": {id}, "Svix-Timestamp": {stamp}, "Svix-Signature": {signature}}
		event, err := leasefind.VerifyWebhook(secret, h, body)
		if err == nil {
			t.Fatalf("accepted what nobody signed just now: %v", event)
		}
		if errors.Is(err, tenantry.ErrInvalidArgument) || id == "" {
			return
		}
		event, err = leasefind.VerifyWebhook(secret, leasefindtest.Sign(secret, id, time.Now(), body), body)
		var undecodable *tenantry.DecodeError
		switch {
		case err == nil:
			if event.EventType == "" && event.MessageID == "" && event.Body == nil && len(event.Extra) == 0 {
				t.Errorf("accepted what is no event: %q", body)
			}
			_ = fmt.Sprint(event)
		case !errors.As(err, &undecodable):
			t.Errorf("refused what was signed: %v", err)
		}
	})
}
