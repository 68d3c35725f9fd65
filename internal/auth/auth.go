// Package auth authorizes requests: with a bearer token that never changes, with
// bearer tokens that are fetched and renewed, or with OAuth 1.0a signatures.
// Credentials live in closures, out of reach of fmt.
package auth

import (
	"context"
	"net/http"

	"golang.org/x/oauth2"
)

// A Scheme authorizes requests. It is safe for concurrent use.
type Scheme interface {
	// Authorize adds credentials to the request of one attempt. It may wait for
	// a token until ctx, the caller's context, ends. If the request has an
	// Authorization header without a value, its memory is used.
	Authorize(ctx context.Context, req *http.Request) error
	// Rejected is called after a 401 with the Authorization header of the
	// attempt. It fetches other credentials if there can be any, and reports
	// whether another attempt is worth it. The error says why there are none.
	Rejected(ctx context.Context, authorization string) (bool, error)
	// Close ends fetches of credentials.
	Close()
}

// fixed is the part of a Scheme whose credentials never change.
type fixed struct{}

func (fixed) Rejected(context.Context, string) (bool, error) { return false, nil }
func (fixed) Close()                                         {}

// None sends requests as they are.
var None Scheme = none{}

type none struct{ fixed }

func (none) Authorize(context.Context, *http.Request) error { return nil }

// Bearer sends a token that never changes.
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

// StaticOrSource returns the scheme for a client that gets a bearer token, or a
// source of tokens by option.
func StaticOrSource(api, token string, source oauth2.TokenSource) (Scheme, error) {
	if source != nil {
		return FromSource(source), nil
	}
	if err := CheckToken(api, "token", token); err != nil {
		return nil, err
	}
	return Bearer(token), nil
}
