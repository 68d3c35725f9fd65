package transport

import (
	"context"
	"log/slog"
	"time"

	"github.com/tenantry/tenantry-go/internal/config"
)

// observe reports the attempt that just ended to the hook, the observer and the
// logger. It lists what they get field by field: they get nothing else.
func (s *sending) observe(ctx context.Context) {
	level := slog.LevelDebug
	if s.next.again {
		level = slog.LevelWarn
	}
	logs := s.c.log != nil && s.c.log.Enabled(ctx, level)
	if s.c.cfg.Observer == nil && !logs && s.last.end == nil {
		return
	}
	e := config.Exchange{
		API: s.c.spec.API, Operation: s.call.Op.Name, Method: s.call.Op.Method, Path: s.call.Op.Path,
		Attempt: s.attempts, Start: s.last.start, Duration: s.last.ended.Sub(s.last.start), StatusCode: s.last.status,
		RequestBytes: int64(len(s.body)), WillRetry: s.next.again, RetryIn: s.next.wait,
		RateLimit: s.last.limit, RateRemaining: s.last.remaining, Waited: s.last.waited,
	}
	if s.last.body != nil {
		e.ResponseBytes = int64(len(s.last.body.data))
	}
	e.RequestID = s.safeRequestID()
	if s.last.err != nil {
		e.Err = s.clean(s.last.err)
	}
	if s.last.end != nil {
		s.last.end(e)
		s.last.end = nil
	}
	if s.c.cfg.Observer != nil {
		s.c.cfg.Observer(ctx, e)
	}
	if logs {
		s.logAttempt(ctx, level, e)
	}
}

func (s *sending) logAttempt(ctx context.Context, level slog.Level, e config.Exchange) {
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
	s.c.log.LogAttrs(ctx, level, "tenantry request", attrs...)
}

// loggedWait is the shortest wait for the rate limit that is logged.
const loggedWait = time.Second

// logWait logs a wait for the rate limit that is about to begin.
func (s *sending) logWait(ctx context.Context, d time.Duration) {
	if s.c.log == nil || d < loggedWait {
		return
	}
	s.c.log.LogAttrs(ctx, slog.LevelInfo, "tenantry waits for the rate limit",
		slog.String("api", s.c.spec.API), slog.String("operation", s.call.Op.Name), slog.Duration("wait", d))
}
