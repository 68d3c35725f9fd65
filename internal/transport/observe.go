package transport

import (
	"context"
	"log/slog"
	"time"

	"github.com/tenantry/tenantry-go/internal/config"
)

// observe tells the observer and the logger of the attempt that just ended.
// What they get is listed here, field by field: nothing else is told.
func (f *flight) observe(ctx context.Context, retry bool, wait time.Duration) {
	if f.c.cfg.Observer == nil && f.c.log == nil {
		return
	}
	e := config.Exchange{
		API: f.c.spec.API, Operation: f.call.Op.Name, Method: f.call.Op.Method, Path: f.call.Op.Path,
		Attempt: f.attempts, Start: f.start, Duration: f.ended.Sub(f.start), StatusCode: f.status,
		RequestBytes: int64(len(f.body)), WillRetry: retry, RetryIn: wait,
	}
	if f.answer != nil {
		e.ResponseBytes = int64(f.answer.Len())
	}
	if f.header != nil {
		e.RequestID = f.header.Get("X-Request-Id")
	}
	e.RateLimit, e.RateRemaining = f.limit, f.remaining
	if f.err != nil {
		e.Err = f.withoutURL(f.err)
	}
	if f.c.cfg.Observer != nil {
		f.c.cfg.Observer(ctx, e)
	}
	if f.c.log != nil {
		f.logAttempt(ctx, e)
	}
}

func (f *flight) logAttempt(ctx context.Context, e config.Exchange) {
	level := slog.LevelDebug
	if e.WillRetry {
		level = slog.LevelWarn
	}
	if !f.c.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("api", e.API), slog.String("operation", e.Operation), slog.String("method", e.Method),
		slog.String("path", e.Path), slog.Int("attempt", e.Attempt), slog.Int("status", e.StatusCode),
		slog.Duration("duration", e.Duration), slog.Int64("bytes", e.ResponseBytes),
	}
	if e.RequestID != "" {
		attrs = append(attrs, slog.String("request_id", e.RequestID))
	}
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	if e.WillRetry {
		attrs = append(attrs, slog.Duration("retry_in", e.RetryIn))
	}
	f.c.log.LogAttrs(ctx, level, "tenantry request", attrs...)
}
