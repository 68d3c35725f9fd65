package leasefind_test

import (
	"context"
	"errors"
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
	for _, secret := range []string{"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64!"} {
		_, err := leasefind.VerifyWebhook(secret, vectorHeader(), nil)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, secret)
		assert.NotContains(t, err.Error(), "MfKQ")
		_, err = leasefind.WebhookHandler(secret, nil)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, secret)
	}
}

func TestEvents(t *testing.T) {
	verify := func(body string) (*leasefind.Event, error) {
		return leasefind.VerifyWebhook(leasefindtest.WebhookSecret, leasefindtest.Sign(leasefindtest.WebhookSecret, "m1", time.Now(), []byte(body)), []byte(body))
	}
	event, err := verify(`{"event_type":"lease.update","message_id":"m-1","body":{"identifier":"l1","rent":"10.50","unit_external_reference":"xu","notice_given":true,"notice_date":"2026-02-01","move_out_date_requested":null,"odd":1},"v":2}`)
	require.NoError(t, err)
	assert.Equal(t, leasefind.EventLeaseUpdate, event.EventType)
	assert.Equal(t, "m-1", event.MessageID)
	require.NotNil(t, event.Lease)
	assert.Equal(t, "l1", event.Lease.Identifier)
	assert.Equal(t, "xu", event.Lease.UnitExternalRef)
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

	_, err = verify(`not JSON`)
	var e *tenantry.DecodeError
	require.ErrorAs(t, err, &e)
}

func TestDeliveries(t *testing.T) {
	s := leasefindtest.NewServer()
	defer s.Close()
	var got []*leasefind.Event
	h, err := leasefind.WebhookHandler(leasefindtest.WebhookSecret, func(_ context.Context, e *leasefind.Event) error {
		got = append(got, e)
		if e.EventType == "lease.fails" {
			return errors.New("the database is away")
		}
		return nil
	})
	require.NoError(t, err)
	receiver := httptest.NewServer(h)
	defer receiver.Close()
	for eventType, want := range map[string]int{"lease.update": 204, "lease.fails": 500, "tenant.sang": 204} {
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

// No input makes the verifier panic, or accept what was not signed.
func FuzzVerifyWebhook(f *testing.F) {
	f.Add(vectorSecret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", []byte(vectorBody))
	f.Add(leasefindtest.WebhookSecret, "m", "-1", "v1,", []byte(`{"event_type":"lease.update","body":{}}`))
	f.Add("whsec_AA==", "", "99999999999999999999", " , v1,,", []byte("\xff"))
	f.Fuzz(func(t *testing.T, secret, id, stamp, signature string, body []byte) {
		h := http.Header{"Svix-Id": {id}, "Svix-Timestamp": {stamp}, "Svix-Signature": {signature}}
		if event, err := leasefind.VerifyWebhook(secret, h, body); err == nil {
			t.Fatalf("accepted what nobody signed just now: %v", event)
		}
		if len(secret) > len("whsec_") && strings.HasPrefix(secret, "whsec_") && id != "" {
			defer func() { _ = recover() }() // Sign refuses a secret that is none
			genuine := leasefindtest.Sign(secret, id, time.Now(), body)
			_, err := leasefind.VerifyWebhook(secret, genuine, body)
			if errors.Is(err, leasefind.ErrWebhookSignature) || errors.Is(err, leasefind.ErrWebhookTimestamp) {
				t.Errorf("refused what was signed: %v", err)
			}
		}
	})
}
