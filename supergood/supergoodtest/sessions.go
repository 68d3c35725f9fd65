package supergoodtest

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

type session struct{ expiry time.Time }

// open opens a session, or asks for a code.
func (s *Server) open(r *fakeserver.Request) fakeserver.Response {
	var body struct {
		Username    string `json:"username"`
		Password    string `json:"password"`
		ChallengeID string `json:"challengeId"`
		Code        string `json:"code"`
		SSO         *struct {
			Token string `json:"token"`
		} `json:"sso"`
	}
	if r.Decode(&body) != nil {
		return refuse(http.StatusBadRequest, "bad_request", "The body is not JSON.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wrong >= 5 {
		return refuse(http.StatusForbidden, "account_locked", "The account is locked.")
	}
	known := body.Username == s.o.username && body.Password == s.o.password
	if body.SSO != nil {
		known = body.SSO.Token == SSOToken
	}
	if !known {
		s.wrong++
		return refuse(http.StatusUnauthorized, "invalid_credentials", "The username or password is not right.")
	}
	if s.o.mfa != "" {
		if body.Code == "" {
			return s.ask()
		}
		if !s.checkCode(body.ChallengeID, body.Code) {
			s.wrong++
			return refuse(http.StatusUnauthorized, "invalid_code", "The code is not right.")
		}
	}
	return s.grant()
}

func (s *Server) ask() fakeserver.Response {
	id := "chal_" + rand.Text()
	s.challenge[id] = ""
	if s.o.mfa != "totp" {
		s.lastCode = rand.Text()[:8] // letters, so that no number reads like it
		s.challenge[id] = s.lastCode
	}
	m := members{"challenge": members{"id": id, "type": s.o.mfa, "message": "Enter the code."}}
	if s.o.challengeStatus >= 400 {
		m["error"] = members{"code": "mfa_required", "message": "A code is needed."}
	}
	return fakeserver.JSON(s.o.challengeStatus, m)
}

func (s *Server) checkCode(id, code string) bool {
	want, asked := s.challenge[id]
	delete(s.challenge, id)
	if !asked {
		return false
	}
	if s.o.mfa != "totp" {
		return code == want
	}
	if code == s.used || !totp.Validate(code, TOTPSecret) {
		return false
	}
	s.used = code
	return true
}

func (s *Server) grant() fakeserver.Response {
	token, refresh := s.issue(), "sgr_"+rand.Text()
	s.refresh[refresh] = true
	return fakeserver.JSON(http.StatusOK, members{"token": token, "refreshToken": refresh, "expiresIn": s.o.life.Seconds()})
}

func (s *Server) renew(r *fakeserver.Request) fakeserver.Response {
	var body struct {
		RefreshToken string `json:"refreshToken"`
	}
	token := r.Bearer()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.sessions[token]; r.Decode(&body) != nil || !known || !s.refresh[body.RefreshToken] {
		return refuse(http.StatusUnauthorized, "invalid_session", "The session can't be refreshed.")
	}
	delete(s.refresh, body.RefreshToken)
	delete(s.sessions, token)
	return s.grant()
}

func (s *Server) authorize(r *fakeserver.Request) *fakeserver.Response {
	if strings.HasPrefix(r.Operation, "sessions.") {
		return nil
	}
	token := r.Bearer()
	s.mu.Lock()
	defer s.mu.Unlock()
	if got, known := s.sessions[token]; !known || !s.Now().Before(got.expiry) {
		resp := refuse(http.StatusUnauthorized, "invalid_session", "The session is not valid.")
		return &resp
	}
	return nil
}

// IssueToken opens a session and returns its token.
func (s *Server) IssueToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issue()
}

// issue is IssueToken with s.mu held.
func (s *Server) issue() string {
	token := "sgs_" + rand.Text()
	s.sessions[token] = session{s.Now().Add(s.o.life)}
	s.issued++
	return token
}

// ExpireTokens makes all sessions expire. They can be refreshed.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token := range s.sessions {
		s.sessions[token] = session{}
	}
}

// RevokeTokens ends all sessions. They can't be refreshed.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.sessions)
	clear(s.refresh)
}

// TokensIssued returns how many tokens were issued, for sessions that were opened
// or refreshed.
func (s *Server) TokensIssued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.issued
}

// LastCode returns the code that the server sent last, as by SMS or email.
func (s *Server) LastCode() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastCode
}
