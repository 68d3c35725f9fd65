package tenantry

import (
	"context"
	"net/url"

	"github.com/tenantry/tenantry-go/internal/config"
)

// Request is a request to any endpoint of an API, also one that this SDK has no method
// for. Each client sends it with its Do method.
type Request struct {
	// Method is the HTTP method, such as "GET".
	Method string
	// Path is the path's template, such as "/v1/residents/{id}". It begins with a slash
	// and is put behind the path of the base URL. Errors, logs and observers show it as
	// it is, so pass IDs in Args.
	Path string
	// Args replace the placeholders in Path, in their order. They are escaped. An empty
	// one is refused, and so is one that would lead out of the path.
	Args []string
	// Query is the query. Nil means none.
	Query url.Values
	// Body is sent as JSON, by the rules of this SDK. Nil means no body.
	Body any
	// Repeatable says that the server may get the request twice, so that it is retried
	// as reads are. GET and HEAD requests always are.
	Repeatable bool
}

// CallOptions returns a context for calls with other options than the client's. It
// takes [WithRetry], [WithTimeouts] and [WithResponse]. With any other option, the calls
// return an [*ArgumentError]. If ctx has call options already, they add up, and the
// inner one wins. Fetching a token, which calls share, keeps the client's options.
//
// This makes a portal's sign-in fail within seconds, while a nightly job with the same
// client retries for minutes:
//
//	ctx = tenantry.CallOptions(ctx,
//		tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}),
//		tenantry.WithTimeouts(tenantry.Timeouts{Attempt: 2 * time.Second}))
//	tenant, err := facility.Tenants.SignIn(ctx, params)
func CallOptions(ctx context.Context, opts ...Option) context.Context {
	call := new(config.Call)
	if outer := config.CallFrom(ctx); outer != nil {
		*call = *outer
	}
	c := &config.Config{Call: call}
	for _, opt := range opts {
		if opt == nil || call.Err != nil {
			continue
		}
		call.Err = opt(c)
		if api := c.Foreign(""); api != "" && call.Err == nil {
			call.Err = &ArgumentError{Argument: "an option", Reason: "of " + api + " can't be used with CallOptions; pass it to NewClient"}
		}
	}
	return config.WithCall(ctx, call)
}
