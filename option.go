package tenantry

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/tenantry/tenantry-go/internal/config"
)

// An Option changes how a client works. Every NewClient of this module takes
// any number of them and reports the first that is not valid. The API packages
// add options of their own; one that belongs to another API is refused.
type Option func(*config.Config) error

// WithBaseURL sends requests to another host than the API's own, such as a
// sandbox, another operator of the same API, or a fake in a test. The URL must
// be https, or http to a loopback host, since credentials travel with every
// request; it may have a path, which then stands before every operation's
// path, but no user, query or fragment.
func WithBaseURL(url string) Option {
	return func(c *config.Config) error {
		if url == "" {
			return &ArgumentError{Argument: "WithBaseURL", Reason: "is empty; leave the option out to use the API's own host"}
		}
		c.BaseURL = url
		return nil
	}
}

// WithInsecureHTTP allows a base URL with http and any host, for fakes in
// containers and for sidecars that add TLS. Credentials then travel in the
// clear.
func WithInsecureHTTP() Option {
	return func(c *config.Config) error {
		c.InsecureHTTP = true
		return nil
	}
}

// WithHTTPClient sends requests through the Transport of client, so that mocks,
// proxies and tracing round trippers plug in. The client's Timeout, if any,
// bounds each attempt. The client is copied and never changed. Its cookie jar
// and redirect policy are not used: redirects to another host are never
// followed. A nil Transport means the SDK's default.
//
// The Transport must return when the context of a request ends, as
// http.RoundTripper requires.
func WithHTTPClient(client *http.Client) Option {
	return func(c *config.Config) error {
		if client == nil {
			return &ArgumentError{Argument: "WithHTTPClient", Reason: "is nil; leave the option out to use the default transport"}
		}
		c.HTTPClient = client
		return nil
	}
}

// NewTransport returns a new transport with the SDK's default settings. Change
// it, for example its Proxy or TLSClientConfig, and pass it to
// [WithHTTPClient]. The caller owns it: closing a client does not touch it.
func NewTransport() *http.Transport { return config.NewTransport() }

// WithUserAgent puts a product, such as "acme-sync/2.1", before the SDK's own
// in the User-Agent header.
func WithUserAgent(product string) Option {
	return func(c *config.Config) error {
		for _, r := range product {
			if r < ' ' || r > '~' {
				return &ArgumentError{Argument: "WithUserAgent", Reason: "holds a character that a header can't carry; use printable ASCII"}
			}
		}
		c.UserAgent = product
		return nil
	}
}

// WithLogger logs every attempt at debug level, every retry at warn level, and
// at info level every wait of a second or more for the rate limit. Records name
// the operation, its path template, status, attempt and times: never ids,
// queries, bodies or credentials. Without it the SDK is silent.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config.Config) error {
		c.Logger = logger
		return nil
	}
}

// WithObserver calls observe once after every attempt, from the goroutine that
// made it, for metrics and traces. It must be safe for concurrent use and
// should return at once. The context is the caller's.
func WithObserver(observe func(context.Context, Exchange)) Option {
	return func(c *config.Config) error {
		if observe == nil {
			c.Observer = nil
			return nil
		}
		c.Observer = func(ctx context.Context, e config.Exchange) { observe(ctx, Exchange(e)) }
		return nil
	}
}

// RetryPolicy says how often and how patiently a request is repeated where
// that is safe. Its zero fields mean the defaults.
type RetryPolicy struct {
	MaxRetries int           // attempts after the first; 0 means 4, negative means none
	MinWait    time.Duration // the first wait is between 0 and this, doubling from there; 0 means 500 ms
	MaxWait    time.Duration // no single wait is longer; one that would have to be is not begun; 0 means a minute
}

// WithRetry replaces the default retry policy.
func WithRetry(p RetryPolicy) Option {
	return func(c *config.Config) error {
		if p.MinWait < 0 || p.MaxWait < 0 {
			return &ArgumentError{Argument: "WithRetry", Reason: "has a negative wait; use 0 for the default"}
		}
		r := config.Default().Retry
		if p.MaxRetries != 0 {
			r.MaxRetries = max(p.MaxRetries, 0)
		}
		if p.MinWait != 0 {
			r.MinWait = p.MinWait
		}
		if p.MaxWait != 0 {
			r.MaxWait = p.MaxWait
		}
		if r.MinWait > r.MaxWait {
			if p.MinWait != 0 && p.MaxWait != 0 {
				return &ArgumentError{Argument: "WithRetry", Reason: "has a MinWait above its MaxWait"}
			}
			r.MinWait = min(r.MinWait, r.MaxWait)
			r.MaxWait = max(r.MinWait, r.MaxWait)
		}
		c.Retry = r
		return nil
	}
}

// Timeouts bounds what an attempt may take. A zero field means its default, a
// negative one no limit.
type Timeouts struct {
	// Attempt bounds the time from when a request has been written until its
	// whole response has been read. It also bounds the time before that.
	// Responses that are streamed, such as documents, are bounded by Idle
	// alone once their headers are in. The default is 2 minutes.
	Attempt time.Duration
	// Idle bounds the time without a byte of a response's body, after its
	// headers. The default is 30 seconds.
	Idle time.Duration
}

// WithTimeouts replaces the default time limits of an attempt. They apply to a
// transport from [WithHTTPClient], too. A call with retries takes longer; bound
// it with its context.
func WithTimeouts(t Timeouts) Option {
	return func(c *config.Config) error {
		c.Timeouts = config.Timeouts{Attempt: orDefault(t.Attempt, config.DefaultAttempt), Idle: orDefault(t.Idle, config.DefaultIdle)}
		return nil
	}
}

// orDefault returns d, the default if d is 0, or 0 for no limit if d is negative.
func orDefault(d, standard time.Duration) time.Duration {
	if d == 0 {
		return standard
	}
	return max(d, 0)
}

// WithRateLimit allows the client perMinute requests a minute, with up to burst
// of them at once. Every attempt counts. Calls wait in the order in which they
// come; one that would wait longer than RetryPolicy.MaxWait or its context
// allow fails at once with [ErrPaced]. The limit applies in addition to the
// pacing that an API's own headers ask for.
func WithRateLimit(perMinute, burst int) Option {
	return func(c *config.Config) error {
		if perMinute < 1 || burst < 1 {
			return &ArgumentError{Argument: "WithRateLimit", Reason: fmt.Sprintf("is (%d, %d); both must be at least 1", perMinute, burst)}
		}
		c.RatePerMinute, c.RateBurst = perMinute, burst
		return nil
	}
}

// WithTokenSource takes bearer tokens from elsewhere instead of getting them
// with the client's own credentials, which may then be empty. After a 401 the
// source is asked once more, and the request is repeated if the token is
// another one. It is an error for an API that does not use bearer tokens.
func WithTokenSource(source oauth2.TokenSource) Option {
	return func(c *config.Config) error {
		if source == nil {
			return &ArgumentError{Argument: "WithTokenSource", Reason: "is nil"}
		}
		c.TokenSource = source
		return nil
	}
}

// WithPrefetch keeps up to so many pages in flight while listing, in order.
// The default, 0, fetches a page when the loop gets to it. APIs whose next
// page can only be asked for with what the last one said have one request in
// flight at a time, and keep up to so many pages ready.
func WithPrefetch(pages int) Option {
	return func(c *config.Config) error {
		if pages < 0 || pages > 256 {
			return &ArgumentError{Argument: "WithPrefetch", Reason: fmt.Sprintf("is %d; it must be between 0 and 256", pages)}
		}
		c.Prefetch = pages
		return nil
	}
}

// WithMaxResponseBytes refuses answers that are larger than n bytes once
// decompressed. The default is 32 MiB.
func WithMaxResponseBytes(n int64) Option {
	return func(c *config.Config) error {
		if n < 1 {
			return &ArgumentError{Argument: "WithMaxResponseBytes", Reason: "must be at least 1"}
		}
		c.MaxResponseBytes = n
		return nil
	}
}

// An Exchange is one attempt at a request, as a [WithObserver] function sees
// it. It holds nothing secret and nothing personal: the path is the template.
type Exchange struct {
	API           string        // "propexo"
	Operation     string        // "residents.get"
	Method        string        // "GET"
	Path          string        // "/v1/residents/{id}"
	Attempt       int           // 1 for the first
	Start         time.Time     // when the attempt began, after any wait for the pace
	Duration      time.Duration // until the whole answer was read, or the attempt failed
	StatusCode    int           // 0 where no answer came
	RequestID     string        // as the server named it, or ""
	RequestBytes  int64         // size of the request's body
	ResponseBytes int64         // size of the answer's body as read, decompressed
	RateLimit     int           // requests a minute that the server says it allows, or -1
	RateRemaining int           // how many are left of them, or -1
	Waited        time.Duration // the time that the attempt waited for the rate limit before Start
	Err           error         // why no usable response came, or nil; a response with an error status is no Err
	WillRetry     bool          // another attempt follows
	RetryIn       time.Duration // after this wait, where one follows
}
