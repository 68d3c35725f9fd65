package oteltenantry_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	apitrace "go.opentelemetry.io/otel/trace"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/oteltenantry"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A telemetry keeps what a client reports.
type telemetry struct {
	spans   *tracetest.SpanRecorder
	tracers *trace.TracerProvider
	reader  *metric.ManualReader
	option  tenantry.Option
}

func newTelemetry() telemetry {
	t := telemetry{spans: tracetest.NewSpanRecorder(), reader: metric.NewManualReader()}
	t.tracers = trace.NewTracerProvider(trace.WithSpanProcessor(t.spans))
	t.option = oteltenantry.Option(nil, oteltenantry.WithTracerProvider(t.tracers),
		oteltenantry.WithMeterProvider(metric.NewMeterProvider(metric.WithReader(t.reader))))
	return t
}

func attributes(all []attribute.KeyValue) map[string]any {
	m := make(map[string]any, len(all))
	for _, kv := range all {
		m[string(kv.Key)] = kv.Value.AsInterface()
	}
	return m
}

// The spans of a listing of two pages, the second of which needs a retry.
func TestListing(t *testing.T) {
	tel := newTelemetry()
	client, server := propexotest.Start(t, propexotest.WithResidents(3), propexotest.WithClientOptions(tel.option))
	server.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 2, Status: http.StatusServiceUnavailable})
	server.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 1, Kind: tenantrytest.SpoilRecord, Record: server.ResidentIDs()[1]})

	ctx, parent := tel.tracers.Tracer("test").Start(t.Context(), "job")
	bad := 0
	for _, err := range client.Residents.All(ctx, propexo.ResidentListParams{Limit: 2}) {
		var undecodable *tenantry.DecodeError
		if errors.As(err, &undecodable) {
			bad++
			continue
		}
		require.NoError(t, err)
	}
	parent.End()
	assert.Equal(t, 1, bad)

	var calls, attempts []trace.ReadOnlySpan
	for _, s := range tel.spans.Ended() {
		switch {
		case s.Name() == "propexo residents.list":
			calls = append(calls, s)
			assert.Equal(t, parent.SpanContext().SpanID(), s.Parent().SpanID())
		case s.Name() == "GET /v1/residents/":
			attempts = append(attempts, s)
			assert.Equal(t, apitrace.SpanKindClient, s.SpanKind())
		}
	}
	require.GreaterOrEqual(t, len(calls), 2)
	require.Len(t, attempts, len(calls)+1)
	assert.Equal(t, calls[0].SpanContext().SpanID(), attempts[0].Parent().SpanID())
	failed, again := attributes(attempts[1].Attributes()), attributes(attempts[2].Attributes())
	assert.Equal(t, codes.Error, attempts[1].Status().Code)
	assert.Equal(t, "503", failed["error.type"])
	assert.EqualValues(t, 503, failed["http.response.status_code"])
	assert.NotContains(t, failed, "http.request.resend_count")
	assert.Equal(t, calls[1].SpanContext().SpanID(), attempts[2].Parent().SpanID())
	assert.EqualValues(t, 1, again["http.request.resend_count"])
	assert.Equal(t, "503", again["tenantry.retry.reason"])
	assert.Equal(t, "127.0.0.1", again["server.address"])
	assert.NotZero(t, again["server.port"])
	assert.Positive(t, again["http.response.body.size"])
	second := attributes(calls[1].Attributes())
	assert.Equal(t, map[string]any{
		"tenantry.api": "propexo", "tenantry.operation": "residents.list", "url.template": "/v1/residents/",
		"tenantry.attempts": int64(2), "http.response.status_code": int64(200),
	}, second)
	require.Len(t, calls[1].Events(), 1)
	assert.Equal(t, "retry", calls[1].Events()[0].Name)
	assert.Equal(t, codes.Unset, calls[1].Status().Code)

	counts := tel.counts(t)
	assert.EqualValues(t, len(calls), counts["tenantry.call.duration"])
	assert.EqualValues(t, len(attempts), counts["http.client.request.duration"])
	assert.EqualValues(t, len(attempts), counts["tenantry.rate_limit.wait"])
	assert.EqualValues(t, 1, counts["tenantry.retries"])
	assert.EqualValues(t, 1, counts["tenantry.undecodable_records"])
	assert.Positive(t, counts["tenantry.rate_limit.remaining"])
}

// counts returns the number of measurements of each histogram, and the sum of each other
// metric.
func (tel telemetry) counts(t *testing.T) map[string]int64 {
	var all metricdata.ResourceMetrics
	require.NoError(t, tel.reader.Collect(t.Context(), &all))
	counts := make(map[string]int64)
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					counts[m.Name] += int64(p.Count)
				}
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					counts[m.Name] += p.Value
				}
			case metricdata.Gauge[int64]:
				for _, p := range data.DataPoints {
					counts[m.Name] += p.Value
				}
			}
		}
	}
	return counts
}

// Nothing personal and nothing secret is in a span, whatever the server says.
func TestNothingPersonal(t *testing.T) {
	tel := newTelemetry()
	client, server := propexotest.Start(t, propexotest.WithClientOptions(tel.option))
	server.Inject(tenantrytest.Fault{Operation: "residents.get", Status: http.StatusBadRequest, Body: []byte(`{"error":{"code":"invalid_request","message":"canary-name"}}`)})
	_, err := client.Residents.Get(t.Context(), "canary-id")
	require.ErrorIs(t, err, tenantry.ErrInvalid)
	_, err = client.Residents.List(t.Context(), propexo.ResidentListParams{Email1: "canary-mail@example.test"})
	require.NoError(t, err)
	var all strings.Builder
	for _, s := range tel.spans.Ended() {
		fmt.Fprintf(&all, "%s %v %v %v\n", s.Name(), s.Attributes(), s.Events(), s.Status())
	}
	assert.NotContains(t, all.String(), "canary")
	assert.NotContains(t, all.String(), propexotest.Token)
	assert.Contains(t, all.String(), "error.type")
}

func TestErrorTypes(t *testing.T) {
	for want, c := range map[string]struct {
		err error
	}{
		"canceled":   {err: context.Canceled},
		"timeout":    {err: context.DeadlineExceeded},
		"connection": {err: errors.New("broken")},
	} {
		tel := newTelemetry()
		client, err := propexo.NewClient("token", tel.option, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}),
			tenantry.WithHTTPClient(&http.Client{Transport: transport(func(*http.Request) (*http.Response, error) { return nil, c.err })}))
		require.NoError(t, err)
		_, err = client.Residents.List(t.Context(), propexo.ResidentListParams{})
		require.Error(t, err)
		require.NoError(t, client.Close())
		require.Len(t, tel.spans.Ended(), 2)
		for _, s := range tel.spans.Ended() {
			assert.Equal(t, want, attributes(s.Attributes())["error.type"], s.Name())
			assert.Equal(t, codes.Error, s.Status().Code)
		}
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRefused(t *testing.T) {
	for want, setting := range map[string]oteltenantry.Setting{
		"WithTracerProvider is nil": oteltenantry.WithTracerProvider(nil),
		"WithMeterProvider is nil":  oteltenantry.WithMeterProvider(nil),
	} {
		_, err := propexo.NewClient("token", oteltenantry.Option(setting))
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
		assert.ErrorContains(t, err, want)
	}
	client, _ := propexotest.Start(t)
	_, err := client.Residents.List(tenantry.CallOptions(t.Context(), oteltenantry.Option()), propexo.ResidentListParams{})
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
}

func ExampleOption() {
	server := propexotest.NewServer()
	defer server.Close()
	spans := tracetest.NewSpanRecorder() // in a program, an exporter
	tracers := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
	client, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL),
		oteltenantry.Option(oteltenantry.WithTracerProvider(tracers)))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	if _, err := client.Properties.List(context.Background(), propexo.PropertyListParams{}); err != nil {
		fmt.Println(err)
	}
	for _, span := range spans.Ended() {
		fmt.Println(span.Name())
	}
	// Output:
	// GET /v1/properties/
	// propexo properties.list
}
