package propexo_test

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
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

const hookSecret = propexotest.WebhookSecret

func verified(t *testing.T, body string) *propexo.WebhookEvent {
	t.Helper()
	e, err := propexo.VerifyWebhook(hookSecret, propexotest.Sign(hookSecret, []byte(body)), []byte(body))
	require.NoError(t, err)
	assert.Equal(t, body, string(e.Raw))
	return e
}

// The documented shapes, older and newer, come to the same event.
func TestWebhookShapes(t *testing.T) {
	const diff = `"diff":{"new":{"first_name":"Ana"},"previous":{"first_name":"Al"}}`
	for _, body := range []string{
		`{"data":{"event":"DATA_UPDATE","object":"residents-to-leases","record_id":"clr1","integration_id":"cli1",` + diff + `,"x":1}}`,
		`{"event":"DATA_UPDATE","meta":{"object":"residents_to_leases","integration_id":"cli1","x":1},"record_id":"clr1",` + diff + `}`,
		`{"context":{"property_id":"clp1"},"event":"DATA_UPDATE","object":"residents-to-leases","record_id":"clr1","integration_id":"cli1",` + diff + `,"x":1}`,
		`{"trigger":"DATA_UPDATE","data":{"job_id":"j1","root_job_id":"j0","integration_id":"cli1","job_type":"ENTRATA_RESIDENTS","vendor":"ENTRATA","event":"DATA_UPDATE","record_id":"clr1","object":"residents-to-leases",` + diff + `},"meta":{"x":1}}`,
	} {
		e := verified(t, body)
		assert.Equal(t, propexo.TriggerDataUpdate, e.Trigger, body)
		assert.Equal(t, propexo.WebhookModelResidentsToLeases, e.Model(), body)
		assert.Equal(t, "clr1", e.RecordID, body)
		assert.Equal(t, "cli1", e.IntegrationID, body)
		assert.Equal(t, map[string]tenantry.Raw{"first_name": tenantry.Raw(`"Ana"`)}, e.New, body)
		assert.Equal(t, map[string]tenantry.Raw{"first_name": tenantry.Raw(`"Al"`)}, e.Previous, body)
		assert.Equal(t, tenantry.Extra{"x": tenantry.Raw("1")}, e.Extra, body)
		if strings.Contains(body, "job_id") {
			assert.Equal(t, []string{"j1", "j0", "ENTRATA_RESIDENTS", "ENTRATA"}, []string{e.JobID, e.RootJobID, e.JobType, string(e.Vendor)})
		}
		if strings.Contains(body, "context") {
			assert.Equal(t, "clp1", e.PropertyID)
		}
	}

	const done = `"integration_id":"cli1","vendor":"ENTRATA","successful_job_count":12.0,"failed_job_count":0,"is_sync_finished":false`
	for _, body := range []string{
		`{"trigger":"SYNC_COMPLETE","data":{"event":"SYNC_COMPLETE",` + done + `,"is_backsync":true,"job_schedule_id":null,"models_synced":["residents","residents-to-leases"]}}`,
		`{` + done + `}`,
	} {
		e := verified(t, body)
		assert.Equal(t, "cli1", e.IntegrationID)
		assert.Equal(t, propexo.IntegrationVendorEntrata, e.Vendor)
		assert.EqualValues(t, 12, *e.SuccessfulJobCount)
		assert.EqualValues(t, 0, *e.FailedJobCount)
		assert.False(t, *e.IsSyncFinished)
		assert.Empty(t, e.Extra)
		if e.Trigger != "" {
			assert.Equal(t, propexo.TriggerSyncComplete, e.Trigger)
			assert.True(t, *e.IsBacksync)
			assert.Equal(t, []string{"residents", "residents-to-leases"}, e.ModelsSynced)
		}
	}

	for _, body := range []string{`{"trigger":"JOB_FAILURE","job_id":"j1"}`, `{"trigger":"JOB_FAILURE","data":{"job_id":"j1","event":"JOB_FAILURE"}}`} {
		e := verified(t, body)
		assert.Equal(t, propexo.TriggerJobFailure, e.Trigger)
		assert.Equal(t, "j1", e.JobID)
	}
	e := verified(t, `{"trigger":"WRITE_OPERATION_FAILURE","data":{"event":"WRITE_OPERATION_FAILURE","root_job_id":"j0","write_status":"PARTIAL_SUCCESS","errors":["No such unit."]}}`)
	assert.Equal(t, propexo.WritePartialSuccess, e.WriteStatus)
	assert.Equal(t, []string{"No such unit."}, e.Errors)
	assert.Equal(t, "j0", e.RootJobID)
	e = verified(t, `{"trigger":"WRITE_OPERATION_FAILURE","data":{"errors":[{"code":"x"}]}}`)
	assert.JSONEq(t, `[{"code":"x"}]`, string(e.Extra["errors"]), "errors of another kind are kept")
	assert.Equal(t, propexo.Trigger("NEW_ONE"), verified(t, `{"trigger":"NEW_ONE"}`).Trigger)
}

// Neither fmt nor slog prints what is in a record.
func TestWebhookEventsInLogs(t *testing.T) {
	e := verified(t, `{"trigger":"DATA_UPDATE","name":"Ana","data":{"object":"residents","record_id":"clr1","errors":["Ana Li is unknown"],"diff":{"new":{"first_name":"Ana"},"previous":{"first_name":"Ana"}}}}`)
	var out bytes.Buffer
	for _, log := range []*slog.Logger{slog.New(slog.NewJSONHandler(&out, nil)), slog.New(slog.NewTextHandler(&out, nil))} {
		log.Info("x", "event", e)
		log.Info("x", "event", *e)
	}
	fmt.Fprintf(&out, "%v %+v %#v %s %v %+v %#v", e, e, e, e, *e, *e, *e)
	assert.NotContains(t, out.String(), "Ana")
	assert.Equal(t, 2, strings.Count(out.String(), `"event":{"trigger":"DATA_UPDATE","integration_id":"","object":"residents","record_id":"clr1"`))
	assert.Contains(t, out.String(), `propexo event "DATA_UPDATE" of "residents" "clr1"`)
}

func TestWebhookSignatures(t *testing.T) {
	// echo -n '{"a":1}' | openssl dgst -sha256 -hmac 'key of a webhook'
	const key = "key of a webhook"
	known := http.Header{"Propexo-Signature": {"4566ef0849f54c530f8c933f8d2a01d38909809ad521d1c5294f30e871762513"}}
	_, err := propexo.VerifyWebhook(key, known, []byte(`{"a":1}`))
	require.NoError(t, err)
	_, err = propexo.VerifyWebhook(key, known, []byte(`{"a":2}`))
	require.ErrorIs(t, err, propexo.ErrWebhookSignature)
	body := []byte(`{"trigger":"X"}`)
	good := propexotest.Sign(hookSecret, body).Get("Propexo-Signature")
	for signature, holds := range map[string]bool{good: true, strings.ToUpper(good): true, good[:62]: false, "": false, good + "00": false, "zz": false, "sha256=" + good: false} {
		_, err := propexo.VerifyWebhook(hookSecret, http.Header{"Propexo-Signature": {signature}}, body)
		assert.Equal(t, holds, err == nil, signature)
		if !holds {
			require.ErrorIs(t, err, propexo.ErrWebhookSignature)
		}
	}
	_, err = propexo.VerifyWebhook(hookSecret, http.Header{"Propexo-Signature": {"00", good}}, body)
	require.NoError(t, err, "all headers count")
	for _, junk := range []string{"junk", "", "null", "{}", `{"data":null}`, `{"data":{},"meta":{"object":null}}`, "[]", `[{"trigger":"X"}]`, "5"} {
		_, err = propexo.VerifyWebhook(hookSecret, propexotest.Sign(hookSecret, []byte(junk)), []byte(junk))
		var e *tenantry.DecodeError
		require.ErrorAs(t, err, &e, junk)
	}
}

func TestWebhookSecrets(t *testing.T) {
	handle := func(context.Context, *propexo.WebhookEvent) error { return nil }
	for _, secret := range []string{"", "short", "123456789", "ééééé", "          ", "\t\t\t\t\t\t\t\t\t\t", hookSecret + "\n", "\r\n" + hookSecret, "a secret\nof tests"} {
		_, err := propexo.VerifyWebhook(secret, nil, []byte(`{"trigger":"X"}`))
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "%q", secret)
		_, err = propexo.WebhookHandler(tenantry.NewSecret(secret), handle)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "%q", secret)
		_, err = propexo.WebhookHandler(tenantry.NewSecret(hookSecret), handle, propexo.WithSecrets(tenantry.NewSecret(secret)))
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "%q", secret)
	}
	for _, secret := range []string{"1234567890", "éééééééééé", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"} {
		_, err := propexo.WebhookHandler(tenantry.NewSecret(secret), handle)
		require.NoError(t, err, "it is not decoded")
	}
	_, err := propexo.WebhookHandler(tenantry.NewSecret(hookSecret), nil)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
}

func TestWebhookHandler(t *testing.T) {
	s := propexotest.NewServer()
	defer s.Close()
	other := propexotest.NewServer(propexotest.WithWebhookSecret("another secret"))
	defer other.Close()
	var got []string
	var failures []error
	h, err := propexo.WebhookHandler(tenantry.NewSecret(""), func(_ context.Context, e *propexo.WebhookEvent) error {
		got = append(got, e.RecordID)
		if e.Trigger == "FAILS" {
			return errors.New("the database is away")
		}
		return nil
	}, propexo.WithSecrets(tenantry.NewSecret(hookSecret)), propexo.WithSecretsFor(func(r *http.Request) ([]tenantry.Secret, error) {
		if r.URL.Path == "/other" {
			return []tenantry.Secret{tenantry.NewSecret("another secret")}, nil
		}
		return nil, nil
	}), propexo.OnError(func(_ *http.Request, err error) { failures = append(failures, err) }), propexo.WithMaxBody(1000), propexo.WithReadTimeout(time.Minute), nil)
	require.NoError(t, err)
	receiver := httptest.NewServer(h)
	defer receiver.Close()
	for _, c := range []struct {
		sender        *propexotest.Server
		path, trigger string
		data          map[string]any
		status        int
	}{
		{s, "/", "DATA_NEW", map[string]any{"record_id": "r1"}, 204},
		{other, "/other", "DATA_NEW", map[string]any{"record_id": "r2"}, 204},
		{other, "/", "DATA_NEW", nil, 401},
		{s, "/", "FAILS", map[string]any{"record_id": "r3"}, 500},
		{s, "/", "DATA_NEW", map[string]any{"diff": strings.Repeat("x", 1000)}, 413},
	} {
		status, err := c.sender.Deliver(t.Context(), receiver.URL+c.path, c.trigger, c.data)
		require.NoError(t, err)
		assert.Equal(t, c.status, status)
	}
	assert.Equal(t, []string{"r1", "r2", "r3"}, got)
	require.Len(t, failures, 3)
	require.ErrorIs(t, failures[0], propexo.ErrWebhookSignature)
	require.ErrorContains(t, failures[1], "the database is away")
	var tooLarge *http.MaxBytesError
	require.ErrorAs(t, failures[2], &tooLarge)
	for _, opt := range []propexo.WebhookOption{propexo.WithMaxBody(0), propexo.WithReadTimeout(0)} {
		_, err := propexo.WebhookHandler(tenantry.NewSecret(hookSecret), func(context.Context, *propexo.WebhookEvent) error { return nil }, opt)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	}
}

func FuzzVerifyWebhook(f *testing.F) {
	f.Add("key", "00", []byte(`{"data":{"diff":{"new":{"a":[1]}}}}`))
	f.Add("k", "", []byte(`{"trigger":5,"data":[],"meta":{"object":{}}}`))
	f.Add("k", "", []byte(`{"trigger":"SYNC_COMPLETE","data":{"event":"SYNC_COMPLETE","successful_job_count":1e3,"models_synced":["residents"],"job_schedule_id":null},"meta":{}}`))
	f.Add("k", "", []byte(`{"trigger":"WRITE_OPERATION_FAILURE","data":{"write_status":"FAILURE","errors":[{}]},"errors":["x"],"data2":null}`))
	f.Add("k", "", []byte(`{"context":{"property_id":"p"},"event":"DATA_NEW","diff":null}`))
	f.Fuzz(func(t *testing.T, secret, signature string, body []byte) {
		secret += "0123456789"
		if strings.ContainsAny(secret, "\r\n") {
			return
		}
		genuine := propexotest.Sign(secret, body)
		if _, err := propexo.VerifyWebhook(secret, http.Header{"Propexo-Signature": {signature}}, body); err == nil && !strings.EqualFold(signature, genuine.Get("Propexo-Signature")) {
			t.Fatal("accepted what was not signed")
		}
		e, err := propexo.VerifyWebhook(secret, genuine, body)
		var undecodable *tenantry.DecodeError
		switch {
		case err == nil:
			_, _ = fmt.Sprint(e), e.Model()
		case !errors.As(err, &undecodable):
			t.Fatalf("refused what was signed: %v", err)
		}
	})
}
