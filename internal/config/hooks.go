package config

import "context"

// Hooks are called as calls and attempts begin and end, for traces. Unlike an
// observer, they may put a span into the context. Nil hooks are not called. Hooks
// must be safe for concurrent use. They get nothing secret and nothing personal,
// errors aside.
type Hooks struct {
	// StartCall is called before the first attempt of a call, with an Exchange that
	// holds the API, Operation, Method and Path. The call goes on with the context
	// that it returns, and calls end once.
	StartCall func(ctx context.Context, host string, e Exchange) (_ context.Context, end func(CallEnd))
	// StartAttempt is called before a request is sent, after any wait for the rate
	// limit or a token. The request has the context that it returns. end is called
	// once, with what an observer gets.
	StartAttempt func(ctx context.Context, e Exchange) (_ context.Context, end func(Exchange))
	// Undecodable is called for each record that could not be decoded.
	Undecodable func(api, operation string)
}

// CallEnd is the outcome of a call.
type CallEnd struct {
	StatusCode int    // of the last response, or 0 if the last attempt got none
	RequestID  string // as the server named it, or ""
	Attempts   int    // the number of requests begun
	Err        error  // what the call returns
}
