// Package auth holds the schemes by which requests are authorized: a bearer
// token that is given, bearer tokens that are got and renewed, and OAuth 1.0a
// signatures. Credentials live in closures, where no verb of fmt reaches them.
package auth

import (
	"context"
	"net/http"
	"strings"

	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
)

// A Scheme authorizes requests. It is safe for concurrent use.
type Scheme interface {
	// Authorize puts credentials on one attempt. It may wait for a token, as
	// long as the request's context lasts.
	Authorize(req *http.Request) error
	// Rejected is told that the server answered an attempt with a 401. It
	// gets other credentials, where there are any, and reports whether another
	// attempt is worth it; the error is why they could not be had.
	Rejected(ctx context.Context, req *http.Request) (bool, error)
	// OneShot reports whether a request must never be sent twice under one
	// authorization.
	OneShot() bool
}

// None sends requests as they are.
var None Scheme = none{}

type none struct{}

func (none) Authorize(*http.Request) error                         { return nil }
func (none) Rejected(context.Context, *http.Request) (bool, error) { return false, nil }
func (none) OneShot() bool                                         { return false }

// Bearer sends a token that never changes.
func Bearer(token string) Scheme {
	value := []string{"Bearer " + token}
	return bearer{func() []string { return value }}
}

type bearer struct{ value func() []string }

func (b bearer) Authorize(req *http.Request) error {
	req.Header["Authorization"] = b.value()
	return nil
}
func (bearer) Rejected(context.Context, *http.Request) (bool, error) { return false, nil }
func (bearer) OneShot() bool                                         { return false }

// StaticOrSource is the scheme for a client that is given a bearer token, or
// a source of them by option.
func StaticOrSource(api, token string, source oauth2.TokenSource) (Scheme, error) {
	switch {
	case source != nil:
		return FromSource(source), nil
	case token == "":
		return nil, &tenantry.ArgumentError{API: api, Argument: "token", Reason: "is empty; pass the one that the vendor gave you"}
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, &tenantry.ArgumentError{API: api, Argument: "token", Reason: "holds a space or a character that a header can't carry; trim it"}
	}
	return Bearer(token), nil
}
