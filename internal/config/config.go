// Package config holds what a tenantry.Option sets. The root package fills a
// Config, internal/transport reads it; it imports nothing of this module, so
// that both sides can.
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

// Config is the sum of the options that a client was made with.
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
	TokenSource      oauth2.TokenSource
	Prefetch         int
	MaxResponseBytes int64
	Mock             func(http.RoundTripper) http.RoundTripper // wraps a caller's transport that is not net/http's, or nil

	own map[ownKey]any
}

type ownKey struct {
	api string
	key any
}

// Default is the Config before any option.
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

// Put keeps a setting that only the named API has, under a key of the API
// package's own unexported type.
func (c *Config) Put(api string, key, value any) {
	if c.own == nil {
		c.own = make(map[ownKey]any)
	}
	c.own[ownKey{api, key}] = value
}

// Get answers what Put kept.
func (c *Config) Get(api string, key any) (any, bool) {
	v, ok := c.own[ownKey{api, key}]
	return v, ok
}

// Foreign names an API other than the given one that Put was called for, or
// "" if there is none: an option of one API handed to the client of another.
func (c *Config) Foreign(api string) string {
	for k := range c.own {
		if k.api != api {
			return k.api
		}
	}
	return ""
}

// Retry mirrors tenantry.RetryPolicy, field for field.
type Retry struct {
	MaxRetries int
	MinWait    time.Duration
	MaxWait    time.Duration
}

// Timeouts bounds an attempt; 0 means no limit.
type Timeouts struct {
	Attempt time.Duration
	Idle    time.Duration
}

// Exchange mirrors tenantry.Exchange, field for field.
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
