package supergood

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Credentials open sessions: Username and Password, or SSO alone.
type Credentials struct {
	// Username is the user's name.
	Username string
	// Password is the user's password. It prints as "[redacted]".
	Password tenantry.Secret
	// MFA returns the codes that the server asks for: [TOTP], or a function of
	// your own. Nil means that the server asks for none; if it does, calls return
	// [ErrChallenge].
	MFA MFA
	// SSO signs on with another provider and returns what Supergood takes instead
	// of Username and Password. Nil means that there is no other provider.
	SSO func(context.Context) (SSOResult, error)
}

// An SSOResult is the result of a sign-on with another provider.
type SSOResult struct {
	// Provider names the provider. "" is not sent.
	Provider string `json:"provider,omitzero"`
	// Token is the provider's token. It prints as "[redacted]".
	Token tenantry.Secret `json:"token"`
}

var (
	// Opening is never repeated: each time may count towards a lock of the account.
	sessionsOpen    = &transport.Op{Name: "sessions.open", Method: http.MethodPost, Path: "/sessions", Secret: true, Anonymous: true}
	sessionsRefresh = &transport.Op{Name: "sessions.refresh", Method: http.MethodPost, Path: "/sessions/refresh", Secret: true, Anonymous: true}
)

// sessions opens and refreshes sessions.
type sessions struct {
	t    *transport.Client
	open func(context.Context) (*oauth2.Token, error) // a closure, out of reach of fmt
}

func newSessions(t *transport.Client, creds Credentials) (*sessions, error) {
	if creds.SSO == nil {
		if err := cmp.Or(auth.Check(api, "username", creds.Username), auth.CheckPassword(api, "password", creds.Password.Reveal())); err != nil {
			return nil, err
		}
	}
	if err := creds.MFA.check(); err != nil {
		return nil, err
	}
	t.Hide(creds.Password.Reveal())
	s := &sessions{t: t}
	s.open = func(ctx context.Context) (*oauth2.Token, error) { return s.openWith(ctx, &creds) }
	return s, nil
}

// A sessionRequest is the body that opens a session.
type sessionRequest struct {
	Username    string          `json:"username,omitzero"`
	Password    tenantry.Secret `json:"password,omitzero"`
	SSO         *SSOResult      `json:"sso,omitzero"`
	ChallengeID string          `json:"challengeId,omitzero"`
	Code        tenantry.Secret `json:"code,omitzero"`
}

// fetch refreshes the previous session, if there is one, or opens another. A
// session that can't be refreshed is replaced: the password was right before.
func (s *sessions) fetch(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error) {
	if previous != nil {
		if token, err := s.refresh(ctx, previous); err == nil || ctx.Err() != nil {
			return token, err
		}
	}
	return s.open(ctx)
}

func (s *sessions) refresh(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error) {
	var body struct {
		RefreshToken tenantry.Secret `json:"refreshToken,omitzero"`
	}
	body.RefreshToken = tenantry.NewSecret(previous.RefreshToken)
	header := http.Header{"Authorization": {"Bearer " + previous.AccessToken}}
	token, _, err := s.send(ctx, &transport.Call{Op: sessionsRefresh, Body: &body, Header: header})
	if err != nil {
		return nil, err
	}
	if token.RefreshToken == "" {
		token.RefreshToken = previous.RefreshToken
	}
	return token, nil
}

// openWith opens a session. It sends the password once, and one code at most.
// An [auth.Refusal] keeps the client from doing so again by itself.
func (s *sessions) openWith(ctx context.Context, creds *Credentials) (*oauth2.Token, error) {
	request := sessionRequest{Username: creds.Username, Password: creds.Password}
	if creds.SSO != nil {
		result, err := creds.SSO(ctx)
		if err != nil {
			return nil, fmt.Errorf("supergood: Credentials.SSO failed: %w", err)
		}
		request.SSO = &result
	}
	token, challenge, err := s.send(ctx, &transport.Call{Op: sessionsOpen, Body: &request})
	switch {
	case err != nil:
		return nil, refused(ErrCredentials, err)
	case token != nil:
		return token, nil
	case creds.MFA == nil:
		return nil, &auth.Refusal{Err: ErrChallenge}
	}
	code, err := creds.MFA(ctx, challenge.public())
	if err != nil {
		return nil, &auth.Refusal{Err: fmt.Errorf("supergood: Credentials.MFA failed; call OpenSession to try again: %w", err)}
	}
	request.ChallengeID, request.Code = challenge.id(), code
	token, _, err = s.send(ctx, &transport.Call{Op: sessionsOpen, Body: &request})
	switch {
	case err != nil:
		return nil, refused(ErrCodeRefused, err)
	case token == nil: // it asks again; another code may lock the account
		return nil, &auth.Refusal{Err: ErrCodeRefused}
	}
	return token, nil
}

// refused marks err as a refusal of the given kind if the server refused. A server
// in trouble and a broken connection are no refusals.
func refused(kind, err error) error {
	var e *tenantry.Error
	if !errors.As(err, &e) || e.StatusCode >= 500 {
		return err
	}
	switch e.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return err
	}
	return &auth.Refusal{Err: fmt.Errorf("%w: %w", kind, err)}
}

// send makes a call about a session. The response is a token or, for a call that
// opens a session, a challenge, which may come as an error.
func (s *sessions) send(ctx context.Context, call *transport.Call) (*oauth2.Token, *challenge, error) {
	asked := time.Now()
	resp, err := s.t.Send(ctx, call)
	if err != nil {
		var e *tenantry.Error
		if errors.As(err, &e) {
			if c, ok := e.Details["challenge"].(*challenge); ok && call.Op == sessionsOpen {
				return nil, c, nil
			}
		}
		return nil, nil, err
	}
	defer resp.Release()
	var response sessionResponse
	if err := resp.Decode(&response); err != nil {
		return nil, nil, err
	}
	if token := response.token(asked, resp.Date()); token != nil {
		return token, nil, nil
	}
	if c := response.challenge(); c != nil && call.Op == sessionsOpen {
		return nil, c, nil
	}
	return nil, nil, resp.Missing("token and no challenge")
}

// OpenSession opens a session now, even if credentials or a code were refused
// before. Other calls open a session by themselves; call OpenSession to find at
// once whether the credentials work, or after the user has corrected something.
// The error is a [*tenantry.TokenError]. With [tenantry.WithTokenSource],
// OpenSession does nothing.
//
// POST /sessions (sessions.open)
func (c *Client) OpenSession(ctx context.Context) error {
	if c.tokens == nil {
		return nil // the client has a token source
	}
	if err := c.tokens.Obtain(ctx); err != nil {
		return &tenantry.TokenError{API: api, Err: err}
	}
	return nil
}

// A sessionResponse holds a token, or a challenge, at any of the usual places.
type sessionResponse struct {
	sessionFields
	Data    sessionFields `json:"data"`
	Session sessionFields `json:"session"`
}

type sessionFields struct {
	Token         string             `json:"token"`
	AccessToken   string             `json:"access_token"`
	AccessToken2  string             `json:"accessToken"`
	AuthToken     string             `json:"authToken"`
	ExpiresIn     tenantry.Raw       `json:"expires_in"`
	ExpiresIn2    tenantry.Raw       `json:"expiresIn"`
	ExpiresAt     tenantry.Timestamp `json:"expires_at"`
	ExpiresAt2    tenantry.Timestamp `json:"expiresAt"`
	RefreshToken  string             `json:"refresh_token"`
	RefreshToken2 string             `json:"refreshToken"`
	challenges
}

// token returns the token, or nil. asked is when the request was sent, and date the
// server's own time, from which an expiry date counts. If the token seems to have
// expired already, clocks or zones differ, and its life is unknown.
func (r *sessionResponse) token(asked, date time.Time) *oauth2.Token {
	for _, f := range []*sessionFields{&r.sessionFields, &r.Data, &r.Session} {
		access := cmp.Or(f.Token, f.AccessToken, f.AccessToken2, f.AuthToken)
		if access == "" {
			continue
		}
		token := &oauth2.Token{AccessToken: access, RefreshToken: cmp.Or(f.RefreshToken, f.RefreshToken2)}
		life := cmp.Or(auth.Lifetime(f.ExpiresIn, 0), auth.Lifetime(f.ExpiresIn2, 0))
		if at, err := cmp.Or(f.ExpiresAt, f.ExpiresAt2).Time(); err == nil && life == 0 {
			life = max(at.Sub(date), 0)
		}
		if life > 0 {
			token.Expiry = asked.Add(life)
		}
		return token
	}
	return nil
}

func (r *sessionResponse) challenge() *challenge {
	for _, f := range []*sessionFields{&r.sessionFields, &r.Data, &r.Session} {
		if c := f.find(); c != nil {
			return c
		}
	}
	return nil
}

// challenges holds the members that may describe a challenge.
type challenges struct {
	Challenge   tenantry.Raw `json:"challenge"`
	MFA         tenantry.Raw `json:"mfa"`
	ChallengeID string       `json:"challengeId"`
	MFARequired *bool        `json:"mfaRequired"`
	MFAType     string       `json:"mfaType"`
}

// A challenge is a challenge as it came.
type challenge struct {
	ID      string `json:"id"`
	ID2     string `json:"challengeId"`
	Kind    string `json:"kind"`
	Type    string `json:"type"`
	Method  string `json:"method"`
	Message string `json:"message"`
	raw     tenantry.Raw
}

func (c *challenges) find() *challenge {
	found := &challenge{ID2: c.ChallengeID, Type: c.MFAType}
	for _, raw := range []tenantry.Raw{c.Challenge, c.MFA} {
		if wire.Kind(raw) == '{' && wire.Decode(raw, found) == nil {
			found.raw = raw
			return found
		}
	}
	if c.ChallengeID != "" || c.MFARequired != nil && *c.MFARequired {
		return found
	}
	return nil
}

func (c *challenge) id() string { return cmp.Or(c.ID, c.ID2) }

func (c *challenge) public() Challenge {
	return Challenge{Kind: ChallengeKind(cmp.Or(c.Kind, c.Type, c.Method)), Message: c.Message, Raw: c.raw}
}
