package supergood

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Credentials are how sessions are opened: with Username and Password, or with
// SSO alone.
type Credentials struct {
	Username string
	Password tenantry.Secret
	// MFA answers challenges: a function, or [TOTP]. It is nil if none are expected.
	MFA MFA
	// SSO, if any, signs on elsewhere and answers what Supergood is to be
	// given in place of username and password.
	SSO func(context.Context) (SSOAnswer, error)
}

// An SSOAnswer is what a sign-on elsewhere brought.
type SSOAnswer struct {
	Provider string          `json:"provider,omitzero"` // "" is not sent
	Token    tenantry.Secret `json:"token"`
}

var (
	// Opening is never repeated: each time counts towards a lock.
	sessionsOpen    = &transport.Op{Name: "sessions.open", Method: http.MethodPost, Path: "/sessions", Secret: true, Anonymous: true}
	sessionsRefresh = &transport.Op{Name: "sessions.refresh", Method: http.MethodPost, Path: "/sessions/refresh", Secret: true, Anonymous: true}
)

// sessions opens and refreshes them, one at a time.
type sessions struct {
	t        *transport.Client
	open     func(context.Context, *sessions) (*oauth2.Token, error) // a closure, so that no verb prints credentials
	mu       sync.Mutex
	rejected error // what opening came to, once it was refused for good
}

func newSessions(t *transport.Client, creds Credentials) (*sessions, error) {
	if creds.SSO == nil {
		if err := cmp.Or(auth.Check(api, "username", creds.Username), auth.CheckPassword(api, "password", string(creds.Password))); err != nil {
			return nil, err
		}
	}
	if err := creds.MFA.check(); err != nil {
		return nil, err
	}
	return &sessions{t: t, open: func(ctx context.Context, s *sessions) (*oauth2.Token, error) {
		return s.openWith(ctx, &creds)
	}}, nil
}

// A sessionRequest is the body that opens a session.
type sessionRequest struct {
	Username    string          `json:"username,omitzero"`
	Password    tenantry.Secret `json:"password,omitzero"`
	SSO         *SSOAnswer      `json:"sso,omitzero"`
	ChallengeID string          `json:"challengeId,omitzero"`
	Code        tenantry.Secret `json:"code,omitzero"`
}

// fetch is what keeps the client's token.
func (s *sessions) fetch(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error) {
	if previous != nil {
		// One that can't be refreshed is replaced: the password was good before.
		if token, err := s.refresh(ctx, previous); err == nil || ctx.Err() != nil {
			return token, err
		}
	}
	s.mu.Lock()
	rejected := s.rejected
	s.mu.Unlock()
	if rejected != nil {
		return nil, rejected
	}
	return s.open(ctx, s)
}

func (s *sessions) refresh(ctx context.Context, previous *oauth2.Token) (*oauth2.Token, error) {
	var body struct {
		RefreshToken tenantry.Secret `json:"refreshToken,omitzero"`
	}
	body.RefreshToken = tenantry.Secret(previous.RefreshToken)
	header := http.Header{"Authorization": {"Bearer " + previous.AccessToken}}
	asked := time.Now()
	answer, _, err := s.send(ctx, &transport.Call{Op: sessionsRefresh, Body: &body, Header: header})
	if err != nil {
		return nil, err
	}
	token := answer.token(asked)
	if token == nil {
		return nil, errors.New("supergood: the answer to a refresh holds no token")
	}
	if token.RefreshToken == "" {
		token.RefreshToken = previous.RefreshToken
	}
	return token, nil
}

func (s *sessions) openWith(ctx context.Context, creds *Credentials) (*oauth2.Token, error) {
	request := sessionRequest{Username: creds.Username, Password: creds.Password}
	if creds.SSO != nil {
		answer, err := creds.SSO(ctx)
		if err != nil {
			return nil, fmt.Errorf("supergood: the sign-on elsewhere failed: %w", err)
		}
		request.SSO = &answer
	}
	token, challenge, err := s.post(ctx, &request)
	switch {
	case err != nil:
		return nil, s.remember(ErrCredentials, err)
	case token != nil:
		return token, nil
	case creds.MFA == nil:
		return nil, s.reject(ErrChallenge)
	}
	code, err := creds.MFA(ctx, challenge.public())
	if err != nil {
		return nil, fmt.Errorf("supergood: the challenge was not answered: %w", err)
	}
	request.ChallengeID, request.Code = challenge.id(), code
	token, _, err = s.post(ctx, &request)
	switch {
	case err != nil:
		return nil, s.remember(ErrCodeRefused, err)
	case token == nil: // it asks again, and gets no other code from us
		return nil, s.reject(ErrCodeRefused)
	}
	return token, nil
}

// post asks for a session: it comes to a token, a challenge or an error.
func (s *sessions) post(ctx context.Context, request *sessionRequest) (*oauth2.Token, *challenge, error) {
	asked := time.Now()
	answer, challenge, err := s.send(ctx, &transport.Call{Op: sessionsOpen, Body: request})
	if err != nil {
		return nil, nil, err
	}
	if token := answer.token(asked); token != nil {
		return token, nil, nil
	}
	if challenge == nil {
		return nil, nil, &tenantry.DecodeError{API: api, Operation: sessionsOpen.Name, Index: -1, Err: errors.New("it holds neither a token nor a challenge")}
	}
	return nil, challenge, nil
}

// remember keeps a refusal for good, and answers it.
func (s *sessions) remember(refusal, err error) error {
	var e *tenantry.Error
	if errors.As(err, &e) && (e.StatusCode >= 500 || e.StatusCode < 400 || e.StatusCode == http.StatusTooManyRequests || e.StatusCode == http.StatusTooEarly || e.StatusCode == http.StatusRequestTimeout) {
		return err
	}
	var broken *tenantry.TransportError
	var undecodable *tenantry.DecodeError
	if errors.As(err, &broken) || errors.As(err, &undecodable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return s.reject(fmt.Errorf("%w: %w", refusal, err))
}

// reject has opening fail with err, without a request, from now on.
func (s *sessions) reject(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rejected = err
	return err
}

// send makes a call about a session. A challenge may come as an error.
func (s *sessions) send(ctx context.Context, call *transport.Call) (*sessionAnswer, *challenge, error) {
	var answer sessionAnswer
	err := s.t.Call(ctx, call, &answer)
	var e *tenantry.Error
	if errors.As(err, &e) {
		if c, ok := e.Details["challenge"].(*challenge); ok && call.Op == sessionsOpen {
			return &answer, c, nil
		}
	}
	if err != nil {
		return nil, nil, err
	}
	return &answer, answer.challenge(), nil
}

// OpenSession opens a session now, and forgets that credentials or a code were
// refused before. Calls do it by themselves otherwise; it is for programs that
// want to know at once, and for those whose user has corrected something. The
// error is a [*tenantry.TokenError].
func (c *Client) OpenSession(ctx context.Context) error {
	if c.sessions == nil {
		return nil // the tokens come from elsewhere
	}
	c.sessions.mu.Lock()
	c.sessions.rejected = nil
	c.sessions.mu.Unlock()
	if err := c.tokens.Obtain(ctx); err != nil {
		return &tenantry.TokenError{API: api, Err: err}
	}
	return nil
}

// A sessionAnswer holds a token in any of the shapes in which it may come.
type sessionAnswer struct {
	sessionFields
	Data    sessionFields `json:"data"`
	Session sessionFields `json:"session"`
}

type sessionFields struct {
	Token         string             `json:"token"`
	AccessToken   string             `json:"access_token"`
	AccessToken2  string             `json:"accessToken"`
	AuthToken     string             `json:"authToken"`
	ExpiresIn     tenantry.Decimal   `json:"expires_in"`
	ExpiresIn2    tenantry.Decimal   `json:"expiresIn"`
	ExpiresAt     tenantry.Timestamp `json:"expires_at"`
	ExpiresAt2    tenantry.Timestamp `json:"expiresAt"`
	RefreshToken  string             `json:"refresh_token"`
	RefreshToken2 string             `json:"refreshToken"`
	challenges
}

// token is nil where there is none.
func (a *sessionAnswer) token(asked time.Time) *oauth2.Token {
	for _, f := range []*sessionFields{&a.sessionFields, &a.Data, &a.Session} {
		access := cmp.Or(f.Token, f.AccessToken, f.AccessToken2, f.AuthToken)
		if access == "" {
			continue
		}
		token := &oauth2.Token{AccessToken: access, RefreshToken: cmp.Or(f.RefreshToken, f.RefreshToken2)}
		for _, seconds := range []tenantry.Decimal{f.ExpiresIn, f.ExpiresIn2} {
			if n, err := seconds.Int64(); err == nil && n > 0 {
				token.Expiry = asked.Add(time.Duration(min(n, 1e9)) * time.Second)
			}
		}
		for _, at := range []tenantry.Timestamp{f.ExpiresAt, f.ExpiresAt2} {
			if t, err := at.Time(); err == nil {
				token.Expiry = t
			}
		}
		return token
	}
	return nil
}

func (a *sessionAnswer) challenge() *challenge {
	for _, f := range []*sessionFields{&a.sessionFields, &a.Data, &a.Session} {
		if c := f.find(); c != nil {
			return c
		}
	}
	return nil
}

// challenges are where a challenge may stand.
type challenges struct {
	Challenge   tenantry.Raw `json:"challenge"`
	MFA         tenantry.Raw `json:"mfa"`
	ChallengeID string       `json:"challengeId"`
	MFARequired *bool        `json:"mfaRequired"`
	MFAType     string       `json:"mfaType"`
}

// A challenge is one as it came.
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
		if raw.Kind() == '{' && wire.Decode(raw, found) == nil {
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
	return Challenge{Kind: cmp.Or(c.Kind, c.Type, c.Method), Message: c.Message, Raw: c.raw}
}
