package transport

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
	"github.com/tenantry/tenantry-go/internal/redact"
)

// maxKeptBody is how much of a body is kept on an error.
const maxKeptBody = 64 << 10

// newError returns an error with what the last attempt says, its body aside.
func (s *sending) newError() *tenantry.Error {
	return &tenantry.Error{
		API: s.c.spec.API, Operation: s.call.Op.Name, Method: s.call.Op.Method, Path: s.call.Op.Path,
		StatusCode: s.last.status, RetryAfter: s.next.retryAfter, Header: s.header(), RequestID: s.requestID(), Attempts: s.attempts,
	}
}

// header returns the headers of the last response that a caller may see.
func (s *sending) header() http.Header {
	h := s.last.header.Clone()
	for _, name := range []string{"Set-Cookie", "Set-Cookie2", "Authorization", "Proxy-Authorization", "Location"} {
		h.Del(name)
	}
	return h
}

// requestID returns the server's name for the last request, or "".
func (s *sending) requestID() string {
	for _, name := range []string{"X-Request-Id", "Request-Id", "X-Amzn-Requestid", "Cf-Ray"} {
		if ids := s.last.header[name]; len(ids) > 0 && ids[0] != "" {
			return ids[0]
		}
	}
	return ""
}

// serverError decodes the last response, whatever its body is.
func (s *sending) serverError() *tenantry.Error {
	e := s.newError()
	body := s.last.body.data
	understood := s.c.spec.DecodeError != nil && s.c.spec.DecodeError(e, body)
	if !Fallback(e, s.last.header.Get("Content-Type"), body) && !understood {
		e.Message = s.describe(body)
	}
	s.complete(e, body)
	return e
}

// describe says what came instead of the API's own error.
func (s *sending) describe(body []byte) string {
	if s.last.status >= 300 && s.last.status < 400 {
		where := "elsewhere"
		if u, err := url.Parse(s.last.header.Get("Location")); err == nil && u.Host != "" {
			where = "to " + u.Scheme + "://" + u.Host
		}
		return "the server redirects " + where + ", which is not followed"
	}
	if len(body) == 0 {
		return "the response has no body"
	}
	if kind, _, _ := mime.ParseMediaType(s.last.header.Get("Content-Type")); kind != "" && kind != "application/json" {
		return "the response is " + kind + ", not the API's own error"
	}
	return "the response is not the API's own error"
}

// complete keeps the body on an error, and takes out of the error what the
// server repeated of the credentials, of the call's own arguments and, for a
// secret operation, of the request.
func (s *sending) complete(e *tenantry.Error, body []byte) {
	secrets := redact.NewSecrets(s.secrets())
	e.Code, e.RequestID, e.Message = shown(secrets, e.Code, maxName), shown(secrets, e.RequestID, maxName), shown(secrets, e.Message, maxMessage)
	if e.Details != nil {
		e.Details, _ = secrets.Value(e.Details).(map[string]any)
	}
	for _, values := range e.Header {
		for i, v := range values {
			values[i] = secrets.Text(v)
		}
	}
	if len(body) > 0 && !s.call.Op.Secret {
		e.Body = secrets.Head(body, maxKeptBody)
	}
	s.c.drift.failure(e)
}

// shown returns a server's words without secrets, and cut to limit bytes. It reads
// little more of them than that.
func shown(secrets redact.Secrets, words string, limit int) string {
	return cut(string(secrets.Head([]byte(words), 8*limit)), limit)
}

// failure returns the error for a call without a whole response. last is the
// error of the response after which the context ended, or nil.
func (s *sending) failure(ctx context.Context, err error, last *tenantry.Error) error {
	var token *tenantry.TokenError
	if errors.As(err, &token) {
		return err
	}
	if ctx.Err() != nil {
		err = contextError(ctx)
	} else {
		err = s.clean(err)
	}
	e := &tenantry.TransportError{
		API: s.c.spec.API, Operation: s.call.Op.Name, Method: s.call.Op.Method, Path: s.call.Op.Path,
		Attempts: s.attempts, MaybeSent: s.last.maybeSent && !s.call.Op.Repeatable, RetryAfter: s.next.retryAfter, Err: err,
	}
	if last != nil {
		e.Last = last
	}
	return e
}

// contextError returns the error of a context that has ended, with its cause.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// clean returns err without the URL, whose path and query may be personal, and
// without the call's secrets.
func (s *sending) clean(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var unmatched *config.UnmatchedError
	if errors.As(err, &unmatched) { // within a test, which needs the path
		return err
	}
	text := err.Error()
	clean := redact.NewSecrets(append(s.secrets(), s.url.String(), s.url.RequestURI(), s.url.RawQuery)).Text(text)
	if clean == text {
		return err
	}
	return &cleanError{clean, err}
}

// A cleanError is an error with another text. It keeps the original out of
// reach of errors.As, by which a caller could print it.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string   { return e.text }
func (e *cleanError) Is(t error) bool { return errors.Is(e.err, t) }

// Timeout is part of net.Error.
func (e *cleanError) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.err, &t) && t.Timeout()
}

// secrets lists what an error must not repeat: the credentials of the last
// attempt, arguments that may be personal and the secrets of the request. For a
// secret operation, it lists all texts of the request.
func (s *sending) secrets() []string {
	var all []string
	if s.c.hidden != nil {
		all = s.c.hidden()
	}
	scheme, token, _ := strings.Cut(s.last.authorization, " ")
	if scheme == "OAuth" {
		all = append(all, oauthSecrets(token)...)
	} else {
		all = append(all, token)
	}
	all = append(all, s.call.Args...)
	for _, values := range s.call.Query {
		for _, v := range values {
			// Names and enumerations help to understand an error.
			if s.call.Op.Secret || strings.ContainsAny(v, "0123456789@") {
				all = append(all, v)
			}
		}
	}
	if !s.call.Op.Secret {
		return append(all, s.revealed...)
	}
	for _, values := range s.call.Form {
		all = append(all, values...)
	}
	for _, values := range s.call.Header {
		for _, v := range values {
			_, token, _ := strings.Cut(v, " ")
			all = append(all, v, token)
			if plain, err := base64.StdEncoding.DecodeString(token); err == nil { // user:password
				_, password, _ := strings.Cut(string(plain), ":")
				all = append(all, string(plain), password)
			}
		}
	}
	var body any
	if s.call.Form == nil && json.Unmarshal(s.body, &body) == nil {
		all = appendTexts(all, body)
	}
	return all
}

// oauthSecrets returns the parameters of an OAuth 1.0a header that must not be
// repeated, as sent and decoded.
func oauthSecrets(params string) []string {
	var all []string
	for part := range strings.SplitSeq(params, ",") {
		name, quoted, _ := strings.Cut(strings.TrimSpace(part), "=")
		if name != "oauth_signature" && name != "oauth_consumer_key" {
			continue
		}
		encoded := strings.Trim(quoted, `"`)
		all = append(all, encoded)
		if plain, err := url.PathUnescape(encoded); err == nil {
			all = append(all, plain)
		}
	}
	return all
}

// appendTexts appends every text and number in a JSON value.
func appendTexts(all []string, v any) []string {
	switch v := v.(type) {
	case string:
		return append(all, v)
	case float64:
		return append(all, strconv.FormatFloat(v, 'f', -1, 64))
	case []any:
		for _, e := range v {
			all = appendTexts(all, e)
		}
	case map[string]any:
		for _, e := range v {
			all = appendTexts(all, e)
		}
	}
	return all
}
