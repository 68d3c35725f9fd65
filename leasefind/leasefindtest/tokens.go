package leasefindtest

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// tokens are those that were issued, and when they expire.
type tokens struct {
	mu     sync.Mutex
	known  map[string]time.Time
	issued int
}

func (t *tokens) issue(expiry time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	token := "lft_" + rand.Text()
	t.known[token] = expiry
	t.issued++
	return token
}

// IssueToken returns a new token, as the token endpoint does, for clients that are
// given one.
func (s *Server) IssueToken() string { return s.tokens.issue(time.Now().Add(s.o.tokenLife)) }

// ExpireTokens makes all tokens that were issued so far expire.
func (s *Server) ExpireTokens() {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	for token := range s.tokens.known {
		s.tokens.known[token] = time.Time{}
	}
}

// RevokeTokens makes the server forget all tokens that were issued so far.
func (s *Server) RevokeTokens() {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	clear(s.tokens.known)
}

// TokensIssued counts the tokens that were issued.
func (s *Server) TokensIssued() int {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	return s.tokens.issued
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *Server) createToken(r *fakeserver.Request) fakeserver.Response {
	fail := func(status int, code string) fakeserver.Response {
		return fakeserver.JSON(status, members{"error": code, "error_description": "The token request was refused."})
	}
	form, err := url.ParseQuery(string(r.Payload))
	switch {
	case r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || err != nil || len(r.Query) > 0:
		return fail(http.StatusBadRequest, "invalid_request")
	case form.Get("grant_type") != "client_credentials":
		return fail(http.StatusBadRequest, "unsupported_grant_type")
	case !same(form.Get("client_id"), s.o.clientID) || !same(form.Get("client_secret"), s.o.clientSecret):
		return fail(http.StatusUnauthorized, "invalid_client")
	}
	issued := members{"access_token": s.IssueToken(), "token_type": "Bearer"}
	if !s.o.silentExpiry {
		issued["expires_in"] = int(s.o.tokenLife / time.Second)
	}
	return fakeserver.JSON(http.StatusOK, issued)
}

// before carries out writes whose time has come, and checks the token.
func (s *Server) before(r *fakeserver.Request) *fakeserver.Response {
	s.settle()
	if r.Operation == "tokens.create" {
		return nil
	}
	fail := func(status int, kind, message string) *fakeserver.Response {
		resp := refuse(status, kind, message)
		return &resp
	}
	if r.Header.Get("Authorization") == "" {
		status := http.StatusBadRequest
		if strings.HasPrefix(r.Operation, "tasks.") || r.Operation == portalOperation {
			status = http.StatusUnauthorized
		}
		return fail(status, "missing_authorization", "The request has no Authorization header.")
	}
	token := r.Bearer()
	s.tokens.mu.Lock()
	expiry, known := s.tokens.known[token]
	s.tokens.mu.Unlock()
	switch {
	case !known:
		return fail(http.StatusUnauthorized, "invalid_authorization", "The bearer token is not valid.")
	case !time.Now().Before(expiry):
		return fail(http.StatusUnauthorized, "expired_token", "The bearer token has expired.")
	}
	return nil
}
