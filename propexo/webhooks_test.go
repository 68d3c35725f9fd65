package propexo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

const hookSecret = "a secret of the tests"

func verified(t *testing.T, body string) *propexo.WebhookEvent {
	t.Helper()
	e, err := propexo.VerifyWebhook(hookSecret, propexotest.SignWebhook(hookSecret, []byte(body)), []byte(body))
	require.NoError(t, err)
	assert.Equal(t, body, string(e.Raw))
	return e
}

// The documented shapes come to the same event.
func TestWebhookShapes(t *testing.T) {
	record := func(e *propexo.WebhookEvent) {
		t.Helper()
		assert.Equal(t, "residents", e.Object)
		assert.Equal(t, "clr1", e.RecordID)
		assert.Equal(t, tenantry.Raw(`"Ana"`), e.New["first_name"])
		assert.Equal(t, tenantry.Raw(`"Al"`), e.Previous["first_name"])
	}
	const diff = `"diff":{"new":{"first_name":"Ana"},"previous":{"first_name":"Al"}}`
	e := verified(t, `{"data":{"event":"DATA_UPDATE","object":"residents","record_id":"clr1",`+diff+`,"x":1}}`)
	record(e)
	assert.Equal(t, propexo.TriggerDataUpdate, e.Trigger)
	assert.Equal(t, tenantry.Raw("1"), e.Extra["x"])
	e = verified(t, `{"meta":{"object":"residents","integration_id":"cli1"},"record_id":"clr1",`+diff+`}`)
	record(e)
	assert.Equal(t, "cli1", e.IntegrationID)

	sync := func(e *propexo.WebhookEvent) {
		t.Helper()
		assert.Equal(t, "cli1", e.IntegrationID)
		assert.Equal(t, propexo.IntegrationVendorEntrata, e.Vendor)
		assert.EqualValues(t, 12, *e.SuccessfulJobCount)
		assert.EqualValues(t, 0, *e.FailedJobCount)
		assert.False(t, *e.IsSyncFinished)
	}
	const done = `"integration_id":"cli1","vendor":"ENTRATA","successful_job_count":12,"failed_job_count":0,"is_sync_finished":false`
	e = verified(t, `{"trigger":"SYNC_COMPLETE","data":{"event":"SYNC_COMPLETE",`+done+`}}`)
	sync(e)
	assert.Equal(t, propexo.TriggerSyncComplete, e.Trigger)
	sync(verified(t, `{`+done+`}`))
	e = verified(t, `{"trigger":"JOB_FAILURE","job_id":"j1"}`)
	assert.Equal(t, propexo.TriggerJobFailure, e.Trigger)
	assert.Equal(t, tenantry.Raw(`"j1"`), e.Extra["job_id"])
	assert.NotContains(t, e.String(), "Ana")
}

func TestWebhookSignatures(t *testing.T) {
	// echo -n '{"a":1}' | openssl dgst -sha256 -hmac key
	known := http.Header{"Propexo-Signature": {"88a67f24bbcdaed0e6c997404bb79a743baf44c6bab2f4c27328e3009d22e342"}}
	_, err := propexo.VerifyWebhook("key", known, []byte(`{"a":1}`))
	require.NoError(t, err)
	_, err = propexo.VerifyWebhook("key", known, []byte(`{"a":2}`))
	require.ErrorIs(t, err, propexo.ErrWebhookSignature)
	body := []byte(`{"trigger":"X"}`)
	good := propexotest.SignWebhook(hookSecret, body).Get("Propexo-Signature")
	for signature, holds := range map[string]bool{good: true, strings.ToUpper(good): true, good[:62]: false, "": false, good + "00": false, "zz": false, "sha256=" + good: false} {
		_, err := propexo.VerifyWebhook(hookSecret, http.Header{"Propexo-Signature": {signature}}, body)
		assert.Equal(t, holds, err == nil, signature)
		if !holds {
			require.ErrorIs(t, err, propexo.ErrWebhookSignature)
		}
	}
	_, err = propexo.VerifyWebhook("", nil, body)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	_, err = propexo.WebhookHandler("", nil)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	junk := []byte("junk")
	_, err = propexo.VerifyWebhook(hookSecret, propexotest.SignWebhook(hookSecret, junk), junk)
	var e *tenantry.DecodeError
	require.ErrorAs(t, err, &e)
}

func TestWebhookHandler(t *testing.T) {
	var got []string
	h, err := propexo.WebhookHandler(hookSecret, func(_ context.Context, e *propexo.WebhookEvent) error {
		got = append(got, e.Trigger)
		if e.Trigger == "FAILS" {
			return errors.New("no")
		}
		return nil
	})
	require.NoError(t, err)
	for body, want := range map[string]int{`{"trigger":"DATA_NEW"}`: 204, `{"trigger":"FAILS"}`: 500, `[`: 400} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header = propexotest.SignWebhook(hookSecret, []byte(body))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, body)
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{}`))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, 401, w.Code)
	assert.Len(t, got, 2)
}

func FuzzVerifyWebhook(f *testing.F) {
	f.Add("key", "00", []byte(`{"data":{"diff":{"new":{"a":[1]}}}}`))
	f.Add("k", "", []byte(`{"trigger":5,"data":[],"meta":{"object":{}}}`))
	f.Fuzz(func(t *testing.T, secret, signature string, body []byte) {
		if _, err := propexo.VerifyWebhook(secret+"x", http.Header{"Propexo-Signature": {signature}}, body); err == nil && signature != propexotest.SignWebhook(secret+"x", body).Get("Propexo-Signature") {
			t.Fatal("accepted what was not signed")
		}
		e, err := propexo.VerifyWebhook(secret+"x", propexotest.SignWebhook(secret+"x", body), body)
		if errors.Is(err, propexo.ErrWebhookSignature) {
			t.Fatal("refused what was signed")
		}
		if err == nil {
			_ = fmt.Sprint(e)
		}
	})
}
