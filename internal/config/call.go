package config

import (
	"context"
	"net/http"
	"time"
)

// Call is what tenantry.CallOptions sets for the calls made with a context.
type Call struct {
	Retry    *Retry         // nil for the client's
	Timeouts *Timeouts      // nil for the client's
	Response func(Response) // called at the end of each call; nil for none
	Err      error          // why the options are refused; calls return it
}

// Response has the fields of tenantry.Response.
type Response struct {
	StatusCode    int
	Header        http.Header
	RequestID     string
	Attempts      int
	Duration      time.Duration
	RateLimit     int
	RateRemaining int
}

type callKey struct{}

// WithCall returns a context with the options of the calls made with it.
func WithCall(ctx context.Context, c *Call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// CallFrom returns the options of the calls made with ctx, or nil.
func CallFrom(ctx context.Context) *Call {
	c, _ := ctx.Value(callKey{}).(*Call)
	return c
}
