// Package tenantrytest helps to test programs that use this module. [Quick] is an option
// for clients in tests. [Seq] and [Pages] make stubs of listings.
//
// The package also holds what the fake servers share: propexotest, storedgetest,
// leasefindtest, elevenostest and supergoodtest. A test starts one of them, and makes it
// slow, makes it fail or makes it lose connections:
//
//	client, server := propexotest.Start(t, propexotest.WithResidents(1000))
//	server.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 3, Kind: tenantrytest.CutBody, CutAt: 5000})
//
// The fakes listen on real sockets and are strict: they refuse what the real server
// refuses. What they record holds no credentials and no IDs.
package tenantrytest

import "time"

// Server is what every fake can do; each fake embeds it. Only the fakes of this
// module implement it, and it may gain methods. All methods are safe for
// concurrent use.
type Server interface {
	// Close stops the server. It breaks off requests under way.
	Close()
	// HangUp closes all connections, as servers do with idle ones. A client's
	// next request may meet a closed connection.
	HangUp()
	// SetLatency delays every response from now on.
	SetLatency(d time.Duration)

	// Now returns the time by the server's clock, which starts with the real time.
	Now() time.Time
	// Advance puts the server's clock forward: tokens expire, jobs finish, and
	// records change as they would in that time.
	Advance(d time.Duration)

	// Operations returns the names of the operations that the server knows, sorted.
	Operations() []string
	// Inject adds a fault. The server tries faults in the order in which they
	// were added; at most one strikes each request.
	// Inject panics if the fault can never strike.
	Inject(f Fault)
	// ClearFaults removes all faults.
	ClearFaults()
	// OnRequest makes the server call hook before it handles a request, with the
	// operation and the number of its arrival, from 1. The hook may change the
	// server's records, as other users would while a program runs.
	OnRequest(hook func(operation string, arrival int))

	// Arrivals counts the requests for an operation that reached the server,
	// including those struck by a fault; "" counts all requests. It panics if
	// there is no such operation.
	Arrivals(operation string) int
	// Processed counts the requests for an operation that the server carried
	// out, whether or not the response arrived; "" counts all of them. It panics if
	// there is no such operation.
	Processed(operation string) int
	// Requests returns the requests so far, in the order in which the server
	// finished with them.
	Requests() []Record
}

// Record describes one request as a server saw it, without anything secret.
type Record struct {
	Operation string // The operation, or "" for an unknown path.
	Method    string // The HTTP method.
	Path      string // The path's template, or "" for an unknown path.
	Attempt   int    // The number of the operation's arrival, from 1.
	Status    int    // The response's status, or 0 if the connection was broken.
}
