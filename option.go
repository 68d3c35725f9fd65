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

// Option changes how a client works. Every NewClient of this module takes any number
// of options and returns an [*ArgumentError] for the first invalid one. A nil Option is
// skipped. API packages have options of their own; an option of another API is refused.
// Some options also work for single calls: see [CallOptions].
type Option func(*config.Config) error

// forClient returns an option that CallOptions refuses.
func forClient(name string, set func(*config.Config) error) Option {
	return func(c *config.Config) error {
		if c.Call != nil {
			return &ArgumentError{Argument: name, Reason: "can't be used with CallOptions; pass it to NewClient"}
		}
		return set(c)
	}
}

// WithBaseURL sends requests to the given URL instead of the API's own host: a sandbox,
// another operator of the same API, or a fake in a test. The URL must be https, or http
// to a loopback host, since credentials travel with every request. It may have a path,
// which is put before every operation's path, but no user, query or fragment.
func WithBaseURL(url string) Option {
	return forClient("WithBaseURL", func(c *config.Config) error {
		if url == "" {
			return &ArgumentError{Argument: "WithBaseURL", Reason: "is empty; leave the option out to use the API's own host"}
		}
		c.BaseURL = url
		return nil
	})
}

// WithInsecureHTTP allows a base URL with http and any host, for fakes in containers
// and for sidecars that add TLS. Credentials then travel in the clear.
func WithInsecureHTTP() Option {
	return forClient("WithInsecureHTTP", func(c *config.Config) error {
		c.InsecureHTTP = true
		return nil
	})
}

// WithHTTPClient sends requests through the Transport of client, for mocks, proxies and
// tracing round trippers. The client's Timeout, if any, bounds each attempt. The client
// is copied and never changed. Its cookie jar and redirect policy are not used, and
// redirects to another host are never followed. A nil Transport means the SDK's
// default. A nil client is refused.
//
// The Transport must return when the context of a request ends, as
// http.RoundTripper requires.
func WithHTTPClient(client *http.Client) Option {
	return forClient("WithHTTPClient", func(c *config.Config) error {
		if client == nil {
			return &ArgumentError{Argument: "WithHTTPClient", Reason: "is nil; leave the option out to use the default transport"}
		}
		c.HTTPClient = client
		return nil
	})
}

// NewTransport returns a new transport with the SDK's default settings. Change
// it, for example its Proxy or TLSClientConfig, and pass it to
// [WithHTTPClient]. The caller owns it: closing a client does not touch it.
func NewTransport() *http.Transport { return config.NewTransport() }

// WithUserAgent puts a product, such as "acme-sync/2.1", before the SDK's own in the
// User-Agent header. It must be printable ASCII. "" adds nothing.
func WithUserAgent(product string) Option {
	return forClient("WithUserAgent", func(c *config.Config) error {
		for _, r := range product {
			if r < ' ' || r > '~' {
				return &ArgumentError{Argument: "WithUserAgent", Reason: "holds a character that a header can't carry; use printable ASCII"}
			}
		}
		c.UserAgent = product
		return nil
	})
}

// WithLogger logs every attempt at debug level, every retry at warn level, and
// at info level every wait of a second or more for the rate limit. Records name
// the operation, its path template, status, attempt and times: never ids,
// queries, bodies or credentials. Without this option the SDK logs nothing. A nil logger
// is refused.
func WithLogger(logger *slog.Logger) Option {
	return forClient("WithLogger", func(c *config.Config) error {
		if logger == nil {
			return &ArgumentError{Argument: "WithLogger", Reason: "is nil; leave the option out to log nothing"}
		}
		c.Logger = logger
		return nil
	})
}

// WithObserver calls observe after every attempt, from the goroutine that made the
// attempt. observe must be safe for concurrent use and should return at once. Its
// context is the caller's. A nil function is refused.
func WithObserver(observe func(context.Context, Exchange)) Option {
	return forClient("WithObserver", func(c *config.Config) error {
		if observe == nil {
			return &ArgumentError{Argument: "WithObserver", Reason: "is nil; leave the option out to observe nothing"}
		}
		c.Observer = func(ctx context.Context, e config.Exchange) { observe(ctx, Exchange(e)) }
		return nil
	})
}

// RetryPolicy says how often a request is retried, where that is safe, and how long the
// client waits before each retry. Zero fields mean the defaults.
type RetryPolicy struct {
	// MaxRetries is the number of attempts after the first. Zero means 4. A negative
	// number means none.
	MaxRetries int
	// MinWait is the upper bound of the first wait, which is random. The bound doubles
	// with each retry. Zero means 500 ms, or MaxWait if that is shorter.
	MinWait time.Duration
	// MaxWait is the longest wait. A wait that would have to be longer, because of a
	// Retry-After or a rate limit, is not begun: the error comes at once. Zero means a
	// minute, or MinWait if that is longer.
	MaxWait time.Duration
}

// WithRetry replaces the default retry policy. A negative wait is refused, and so is a
// MinWait above a MaxWait. It also works with [CallOptions].
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
		switch {
		case r.MinWait <= r.MaxWait:
		case p.MaxWait == 0:
			r.MaxWait = r.MinWait
		case p.MinWait == 0:
			r.MinWait = r.MaxWait
		default:
			return &ArgumentError{Argument: "WithRetry", Reason: "has a MinWait above its MaxWait"}
		}
		c.SetRetry(r)
		return nil
	}
}

// Timeouts are the time limits of one attempt. A zero field means the default. A
// negative field means no limit.
type Timeouts struct {
	// Attempt bounds the time until a request has been written, and then the time
	// until its whole response has been read. Responses that are streamed, such as
	// documents, are bounded by Idle alone once their headers have come. The default
	// is 2 minutes.
	Attempt time.Duration
	// Idle bounds the time without a byte of a response's body. The default is 30
	// seconds.
	Idle time.Duration
}

// WithTimeouts replaces the default time limits of an attempt. They also apply to a
// transport from [WithHTTPClient]. A call with retries takes longer; bound it with its
// context. WithTimeouts also works with [CallOptions].
func WithTimeouts(t Timeouts) Option {
	return func(c *config.Config) error {
		c.SetTimeouts(config.Timeouts{Attempt: orDefault(t.Attempt, config.DefaultAttempt), Idle: orDefault(t.Idle, config.DefaultIdle)})
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

// WithRateLimit allows the client perMinute requests a minute, with up to burst of them
// at once. Both must be at least 1. Every attempt counts. Calls wait in the order in
// which they come. A call that would wait longer than RetryPolicy.MaxWait or its context
// allow fails at once with [ErrPaced]. The limit applies in addition to the pacing that
// an API's own headers ask for.
func WithRateLimit(perMinute, burst int) Option {
	return forClient("WithRateLimit", func(c *config.Config) error {
		if perMinute < 1 || burst < 1 {
			return &ArgumentError{Argument: "WithRateLimit", Reason: fmt.Sprintf("is (%d, %d); both must be at least 1", perMinute, burst)}
		}
		c.RatePerMinute, c.RateBurst = perMinute, burst
		return nil
	})
}

// Limiter limits how fast requests are sent. The Limiter of golang.org/x/time/rate is
// one. It must be safe for concurrent use.
type Limiter interface {
	// Wait waits until a request may be sent, or returns an error, so that nothing is
	// sent. It must return when ctx ends.
	Wait(ctx context.Context) error
}

// WithLimiter waits for limiter before every attempt. Clients with the same Limiter
// share its limit, in several processes too if the Limiter can. If its Wait fails, the
// call fails with a [*TransportError] that wraps the error, which may be [ErrPaced], and
// is not retried. The limits of [WithRateLimit] and of an API's own headers also apply.
// A nil Limiter is refused.
func WithLimiter(limiter Limiter) Option {
	return forClient("WithLimiter", func(c *config.Config) error {
		if limiter == nil {
			return &ArgumentError{Argument: "WithLimiter", Reason: "is nil; leave the option out to send without it"}
		}
		c.Limiter = limiter
		return nil
	})
}

// WithTokenSource uses source for bearer tokens. The client's own credentials may then
// be empty. After a 401 the client asks the source again, and retries once if it
// returns another token. APIs without bearer tokens refuse the option. A nil source is
// refused.
func WithTokenSource(source oauth2.TokenSource) Option {
	return forClient("WithTokenSource", func(c *config.Config) error {
		if source == nil {
			return &ArgumentError{Argument: "WithTokenSource", Reason: "is nil"}
		}
		c.TokenSource = source
		return nil
	})
}

// WithPrefetch keeps up to the given number of pages in flight or ready while listing,
// in order. It is at most 256. The default, 0, fetches a page when the loop needs it.
// APIs whose next page depends on the last one have one request in flight at a time,
// and keep up to that many pages ready. A listing asks for at most 8 MiB of responses
// ahead, or for one page if that is larger.
func WithPrefetch(pages int) Option {
	return forClient("WithPrefetch", func(c *config.Config) error {
		if pages < 0 || pages > 256 {
			return &ArgumentError{Argument: "WithPrefetch", Reason: fmt.Sprintf("is %d; it must be between 0 and 256", pages)}
		}
		c.Prefetch = pages
		return nil
	})
}

// WithMaxResponseBytes refuses responses that are larger than n bytes, decompressed,
// with [ErrTooLarge]. The default is 32 MiB. n must be at least 1.
func WithMaxResponseBytes(n int64) Option {
	return forClient("WithMaxResponseBytes", func(c *config.Config) error {
		if n < 1 {
			return &ArgumentError{Argument: "WithMaxResponseBytes", Reason: "must be at least 1"}
		}
		c.MaxResponseBytes = n
		return nil
	})
}

// Exchange describes one attempt to a [WithObserver] function. It holds nothing secret
// and nothing personal.
type Exchange struct {
	API           string        // The API package, such as "propexo".
	Operation     string        // The operation, such as "residents.get".
	Method        string        // The HTTP method.
	Path          string        // The path's template, such as "/v1/residents/{id}".
	Attempt       int           // The number of the attempt, from 1.
	Start         time.Time     // The beginning of the attempt, after any wait for the rate limit.
	Duration      time.Duration // The time until the whole response was read, or the attempt failed.
	StatusCode    int           // The response's status, or 0 if there was no response.
	RequestID     string        // The server's name for the request, or "".
	RequestBytes  int64         // The size of the request's body.
	ResponseBytes int64         // The size of the response's body as read, decompressed.
	RateLimit     int           // The requests a minute that the server says it allows, or -1.
	RateRemaining int           // The number of requests left of them, or -1.
	Waited        time.Duration // The time spent waiting for the rate limit before Start.
	Err           error         // The reason for no usable response, or nil; an error status is no Err.
	WillRetry     bool          // Another attempt follows.
	RetryIn       time.Duration // The wait before that attempt.
}
