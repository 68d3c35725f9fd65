// Package auth authorizes requests with a bearer token that never changes, with
// bearer tokens that are fetched and renewed, or with OAuth 1.0a signatures. It keeps
// credentials in closures, out of reach of fmt.
package auth

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

// A Scheme authorizes requests. It is safe for concurrent use.
type Scheme interface {
	// Authorize adds credentials to the request of one attempt. It may wait for
	// a token until ctx, the caller's context, ends. If the request has an
	// Authorization header without a value, its memory is used.
	Authorize(ctx context.Context, req *http.Request) error
	// Rejected is called after a 401 with the Authorization header of the attempt
	// and the server's own time, which is zero if the response does not say. It
	// gets other credentials, if possible, and reports whether another attempt
	// may succeed. The error says why there are no other credentials.
	Rejected(ctx context.Context, authorization string, date time.Time) (bool, error)
	// Close ends fetches of credentials.
	Close()
}

// fixed is the part of a Scheme whose credentials never change.
type fixed struct{}

func (fixed) Rejected(context.Context, string, time.Time) (bool, error) { return false, nil }
func (fixed) Close()                                                    {}

// None adds no credentials.
var None Scheme = none{}

type none struct{ fixed }

func (none) Authorize(context.Context, *http.Request) error { return nil }

// Bearer returns a scheme for a token that never changes.
func Bearer(token string) Scheme {
	value := "Bearer " + token
	return bearer{value: func() string { return value }}
}

type bearer struct {
	fixed
	value func() string
}

func (b bearer) Authorize(_ context.Context, req *http.Request) error {
	authorize(req, b.value())
	return nil
}

func authorize(req *http.Request, value string) {
	req.Header["Authorization"] = append(req.Header["Authorization"][:0], value)
}

// StaticOrSource returns the scheme for a client whose caller passes a bearer token
// or, by option, a token source, which wins.
func StaticOrSource(api, token string, source oauth2.TokenSource) (Scheme, error) {
	if source != nil {
		return FromSource(source), nil
	}
	if err := CheckToken(api, "token", token); err != nil {
		return nil, err
	}
	return Bearer(token), nil
}
