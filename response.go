package tenantry

import (
	"net/http"
	"sync"
	"time"

	"github.com/tenantry/tenantry-go/internal/config"
)

// Response describes the response of a call. See [WithResponse].
type Response struct {
	// StatusCode is the HTTP status of the last response, or 0 if the last attempt got
	// none.
	StatusCode int
	// Header holds the headers of the last response, without cookies, credentials and
	// redirects. Nil means that there was no response.
	Header http.Header
	// RequestID is the server's name for the request, or "".
	RequestID string
	// Attempts is the number of requests begun, those for tokens aside.
	Attempts int
	// Duration is the time that the call took, with all waits and retries.
	Duration time.Duration
	// RateLimit is the number of requests that the server says it allows, or -1.
	RateLimit int
	// RateRemaining is the number of requests left of them, or -1.
	RateRemaining int
}

// WithResponse sets *response at the end of every call that is made with the context of
// [CallOptions] and gets as far as an attempt, whether it succeeds or fails. The last
// call wins. Calls may run at once; read *response when they have returned. Iterators of
// a client with [WithPrefetch] refuse it, since their calls are ahead of the loop.
func WithResponse(response *Response) Option {
	var mu sync.Mutex
	return func(c *config.Config) error {
		switch {
		case c.Call == nil:
			return &ArgumentError{Argument: "WithResponse", Reason: "can't be used with NewClient; pass it to CallOptions"}
		case response == nil:
			return &ArgumentError{Argument: "WithResponse", Reason: "is nil"}
		}
		c.Call.Response = func(r config.Response) {
			mu.Lock()
			defer mu.Unlock()
			*response = Response(r)
		}
		return nil
	}
}
