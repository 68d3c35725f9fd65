// Package config holds what a tenantry.Option sets. The root package fills a
// Config and internal/transport reads it. It imports nothing of this module, so that
// both can import it.
package config

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

// Defaults of the settings that have one.
const (
	DefaultMaxRetries       = 4
	DefaultMinWait          = 500 * time.Millisecond
	DefaultMaxWait          = time.Minute
	DefaultAttempt          = 2 * time.Minute
	DefaultIdle             = 30 * time.Second
	DefaultMaxResponseBytes = 32 << 20
)

// Config is what the options of a client set, or those of a call.
type Config struct {
	BaseURL          string
	InsecureHTTP     bool
	HTTPClient       *http.Client
	UserAgent        string
	Logger           *slog.Logger
	Observer         func(context.Context, Exchange)
	Retry            Retry
	Timeouts         Timeouts
	RatePerMinute    int
	RateBurst        int
	Limiter          interface{ Wait(context.Context) error }
	TokenSource      oauth2.TokenSource
	Prefetch         int
	MaxResponseBytes int64
	Drift            func(Drift)
	Mock             func(http.RoundTripper) http.RoundTripper // wraps a caller's transport that is not net/http's, or nil
	Hooks            Hooks
	Call             *Call // what the options set if they are for calls; nil if they are for a client

	own map[ownKey]any
}

type ownKey struct {
	api string
	key any
}

// Default returns the Config before any option.
func Default() *Config {
	return &Config{
		Retry: Retry{
			MaxRetries: DefaultMaxRetries,
			MinWait:    DefaultMinWait,
			MaxWait:    DefaultMaxWait,
		},
		Timeouts:         Timeouts{Attempt: DefaultAttempt, Idle: DefaultIdle},
		MaxResponseBytes: DefaultMaxResponseBytes,
	}
}

// Put keeps a setting of the named API. The key has an unexported type of the API's
// package.
func (c *Config) Put(api string, key, value any) {
	if c.own == nil {
		c.own = make(map[ownKey]any)
	}
	c.own[ownKey{api, key}] = value
}

// Get returns what Put kept.
func (c *Config) Get(api string, key any) (any, bool) {
	v, ok := c.own[ownKey{api, key}]
	return v, ok
}

// Foreign returns an API other than the given one whose option is among the options,
// or "" if there is none.
func (c *Config) Foreign(api string) string {
	for k := range c.own {
		if k.api != api {
			return k.api
		}
	}
	return ""
}

// SetRetry sets the retry policy of the client or of the call.
func (c *Config) SetRetry(r Retry) {
	if c.Call != nil {
		c.Call.Retry = &r
		return
	}
	c.Retry = r
}

// SetTimeouts sets the time limits of the client or of the call.
func (c *Config) SetTimeouts(t Timeouts) {
	if c.Call != nil {
		c.Call.Timeouts = &t
		return
	}
	c.Timeouts = t
}

// Retry has the fields of tenantry.RetryPolicy.
type Retry struct {
	MaxRetries int
	MinWait    time.Duration
	MaxWait    time.Duration
}

// Timeouts has the fields of tenantry.Timeouts. 0 means no limit.
type Timeouts struct {
	Attempt time.Duration
	Idle    time.Duration
}

// Exchange has the fields of tenantry.Exchange.
type Exchange struct {
	API           string
	Operation     string
	Method        string
	Path          string
	Attempt       int
	Start         time.Time
	Duration      time.Duration
	StatusCode    int
	RequestID     string
	RequestBytes  int64
	ResponseBytes int64
	RateLimit     int
	RateRemaining int
	Waited        time.Duration
	Err           error
	WillRetry     bool
	RetryIn       time.Duration
}

// Drift has the fields of tenantry.Drift.
type Drift struct {
	API       string
	Operation string
	Type      string
	Path      string
	Kind      string
	Count     int
}

// Kinds of drift, in addition to those that internal/wire finds.
const (
	NewStatus = "new status"
	NewCode   = "new code"
)
