package oteltenantry

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

const scope = "github.com/tenantry/tenantry-go/oteltenantry"

// Setting changes what [Option] does. A nil Setting is skipped.
type Setting func(*settings) error

type settings struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
}

// WithTracerProvider makes spans with provider instead of the global one. A nil provider
// is refused.
func WithTracerProvider(provider trace.TracerProvider) Setting {
	return func(s *settings) error {
		if provider == nil {
			return &tenantry.ArgumentError{Argument: "WithTracerProvider", Reason: "is nil; leave it out to use the global provider"}
		}
		s.tracers = provider
		return nil
	}
}

// WithMeterProvider makes metrics with provider instead of the global one. A nil
// provider is refused.
func WithMeterProvider(provider metric.MeterProvider) Setting {
	return func(s *settings) error {
		if provider == nil {
			return &tenantry.ArgumentError{Argument: "WithMeterProvider", Reason: "is nil; leave it out to use the global provider"}
		}
		s.meters = provider
		return nil
	}
}

// Option makes a client trace and measure its calls. Pass it to an API package's
// NewClient.
func Option(opts ...Setting) tenantry.Option {
	return func(c *config.Config) error {
		if c.Call != nil {
			return &tenantry.ArgumentError{Argument: "oteltenantry.Option", Reason: "can't be used with CallOptions; pass it to NewClient"}
		}
		s := settings{otel.GetTracerProvider(), otel.GetMeterProvider()}
		for _, opt := range opts {
			if opt == nil {
				continue
			}
			if err := opt(&s); err != nil {
				return err
			}
		}
		o := &observer{tracer: s.tracers.Tracer(scope)}
		if err := o.makeInstruments(s.meters.Meter(scope)); err != nil {
			return err
		}
		c.Hooks = config.Hooks{StartCall: o.startCall, StartAttempt: o.startAttempt, Undecodable: o.undecodable}
		return nil
	}
}

// An observer makes the spans and metrics of a client.
type observer struct {
	tracer trace.Tracer

	calls      metric.Float64Histogram
	attempts   metric.Float64Histogram
	waits      metric.Float64Histogram
	retries    metric.Int64Counter
	remaining  metric.Int64Gauge
	badRecords metric.Int64Counter
}

func (o *observer) makeInstruments(m metric.Meter) error {
	var errs [6]error
	seconds := metric.WithUnit("s")
	buckets := metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120)
	o.calls, errs[0] = m.Float64Histogram("tenantry.call.duration", seconds, buckets, metric.WithDescription("Duration of calls, with their retries."))
	o.attempts, errs[1] = m.Float64Histogram("http.client.request.duration", seconds, buckets, metric.WithDescription("Duration of HTTP client requests."))
	o.waits, errs[2] = m.Float64Histogram("tenantry.rate_limit.wait", seconds, buckets, metric.WithDescription("Time that attempts waited for the rate limit."))
	o.retries, errs[3] = m.Int64Counter("tenantry.retries", metric.WithUnit("{retry}"), metric.WithDescription("Retries, by their reason."))
	o.remaining, errs[4] = m.Int64Gauge("tenantry.rate_limit.remaining", metric.WithUnit("{request}"), metric.WithDescription("Requests left in the server's window."))
	o.badRecords, errs[5] = m.Int64Counter("tenantry.undecodable_records", metric.WithUnit("{record}"), metric.WithDescription("Records that could not be decoded."))
	return errors.Join(errs[:]...)
}

// A call is what the attempts of a call know of it.
type call struct {
	span   trace.Span
	server []attribute.KeyValue
	retry  string // why the next attempt is made
}

type callKey struct{}

func (o *observer) startCall(ctx context.Context, host string, e config.Exchange) (context.Context, func(config.CallEnd)) {
	operation := []attribute.KeyValue{attribute.String("tenantry.api", e.API), attribute.String("tenantry.operation", e.Operation)}
	ctx, span := o.tracer.Start(ctx, e.API+" "+e.Operation, trace.WithAttributes(operation...), trace.WithAttributes(attribute.String("url.template", e.Path)))
	ctx = context.WithValue(ctx, callKey{}, &call{span: span, server: address(host)})
	start := time.Now()
	return ctx, func(end config.CallEnd) {
		attributes := operation
		if end.StatusCode > 0 {
			attributes = append(attributes, attribute.Int("http.response.status_code", end.StatusCode))
		}
		span.SetAttributes(attribute.Int("tenantry.attempts", end.Attempts))
		if end.RequestID != "" {
			span.SetAttributes(attribute.String("tenantry.request_id", end.RequestID))
		}
		if kind := errorType(end.Err); kind != "" {
			attributes = append(attributes, attribute.String("error.type", kind))
			span.SetStatus(codes.Error, "")
		}
		span.SetAttributes(attributes...)
		span.End()
		o.calls.Record(ctx, time.Since(start).Seconds(), metric.WithAttributes(attributes...))
	}
}

func (o *observer) startAttempt(ctx context.Context, e config.Exchange) (context.Context, func(config.Exchange)) {
	c, _ := ctx.Value(callKey{}).(*call)
	request := append([]attribute.KeyValue{attribute.String("http.request.method", e.Method), attribute.String("url.template", e.Path)}, c.server...)
	ctx, span := o.tracer.Start(ctx, e.Method+" "+e.Path, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(request...))
	if e.Attempt > 1 {
		span.SetAttributes(attribute.Int("http.request.resend_count", e.Attempt-1), attribute.String("tenantry.retry.reason", c.retry))
	}
	return ctx, func(e config.Exchange) {
		attributes := request
		if e.StatusCode > 0 {
			attributes = append(attributes, attribute.Int("http.response.status_code", e.StatusCode))
		}
		kind := failure(e)
		if kind != "" {
			attributes = append(attributes, attribute.String("error.type", kind))
			span.SetStatus(codes.Error, "")
		}
		span.SetAttributes(attributes...)
		span.SetAttributes(attribute.Int64("http.request.body.size", e.RequestBytes), attribute.Int64("http.response.body.size", e.ResponseBytes))
		span.End()
		o.attempts.Record(ctx, e.Duration.Seconds(), metric.WithAttributes(attributes...))

		api := attribute.String("tenantry.api", e.API)
		o.waits.Record(ctx, e.Waited.Seconds(), metric.WithAttributes(api))
		if e.RateRemaining >= 0 {
			o.remaining.Record(ctx, int64(e.RateRemaining), metric.WithAttributes(api))
		}
		if e.WillRetry {
			c.retry = kind
			reason := attribute.String("tenantry.retry.reason", kind)
			c.span.AddEvent("retry", trace.WithAttributes(reason, attribute.Float64("tenantry.retry.wait", e.RetryIn.Seconds())))
			o.retries.Add(ctx, 1, metric.WithAttributes(api, attribute.String("tenantry.operation", e.Operation), reason))
		}
	}
}

func (o *observer) undecodable(api, operation string) {
	o.badRecords.Add(context.Background(), 1, metric.WithAttributes(attribute.String("tenantry.api", api), attribute.String("tenantry.operation", operation)))
}

// address returns the attributes of a host with an optional port.
func address(host string) []attribute.KeyValue {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		return []attribute.KeyValue{attribute.String("server.address", host)}
	}
	n, _ := strconv.Atoi(port)
	return []attribute.KeyValue{attribute.String("server.address", name), attribute.Int("server.port", n)}
}

// failure returns the kind of an attempt's failure, "" for none: the status, or why
// there is no response.
func failure(e config.Exchange) string {
	if e.Err != nil {
		return errorType(e.Err)
	}
	if e.StatusCode >= 300 {
		return strconv.Itoa(e.StatusCode)
	}
	return ""
}

// errorType returns a name for an error's kind, "" for none. It holds nothing of the
// error's text.
func errorType(err error) string {
	var server *tenantry.Error
	var token *tenantry.TokenError
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return ""
	case errors.As(err, &token):
		return "token"
	case errors.As(err, &server):
		if server.StatusCode >= 300 {
			return strconv.Itoa(server.StatusCode)
		}
		return "api_error"
	case errors.Is(err, tenantry.ErrPaced):
		return "paced"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, tenantry.ErrTooLarge):
		return "too_large"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	}
	return "connection"
}
