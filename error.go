package tenantry

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/tenantry/tenantry-go/internal/redact"
)

// Classes of errors: errors.Is(err, tenantry.ErrNotFound) reports whether err is an
// [*Error] of any API with that status. Each API package also has variables for the
// codes that it documents.
var (
	ErrInvalid      = errors.New("invalid request")         // 400, 422
	ErrUnauthorized = errors.New("unauthorized")            // 401
	ErrForbidden    = errors.New("forbidden")               // 403
	ErrNotFound     = errors.New("not found")               // 404, 410
	ErrNotSupported = errors.New("operation not supported") // 405, 501
	ErrConflict     = errors.New("conflict")                // 409
	ErrRateLimited  = errors.New("rate limited")            // 429
	ErrServer       = errors.New("server error")            // 5xx
	// ErrInvalidArgument means that the SDK refused a call and no request was sent.
	// The error is an [*ArgumentError].
	ErrInvalidArgument = errors.New("invalid argument")
	// ErrIncomplete means that a listing ended before the server's own total, or that
	// it does not end. All records that came were yielded before it.
	ErrIncomplete = errors.New("incomplete listing")
	// ErrPaced means that the wait for the rate limit would be longer than
	// RetryPolicy.MaxWait or the context allow. No request was sent. The error is a
	// [*TransportError] with RetryAfter. errors.Is(err, ErrRateLimited) also holds.
	ErrPaced error = pacedError{}
	// ErrClosed means that the client was closed before the call. No request
	// was sent.
	ErrClosed = errors.New("client closed")
)

type pacedError struct{}

func (pacedError) Error() string        { return "the wait for the rate limit would be too long" }
func (pacedError) Is(target error) bool { return target == ErrRateLimited }

// Error is a failure that a server reported.
//
// Its text, its JSON form and its slog form hold no IDs, credentials, email addresses or
// phone numbers. Message, Details, Body and Header are the server's own words and may.
type Error struct {
	API        string         // The API package, such as "propexo".
	Operation  string         // The operation, such as "residents.get".
	Method     string         // The HTTP method.
	Path       string         // The path's template, such as "/v1/residents/{id}".
	StatusCode int            // The HTTP status. It may be 200 for APIs that report errors in a success.
	Code       string         // The API's own code, such as "no_unit", or "".
	Message    string         // The server's message, or "".
	RequestID  string         // The server's name for the request, or "".
	Details    map[string]any // Everything else in the server's error, or nil.
	// Body is the response's body, at most 64 KiB of it, redacted. It may not be JSON. It
	// is nil for operations whose body is secret.
	Body       []byte
	RetryAfter time.Duration // The time that the server asks to wait, or 0.
	Header     http.Header   // The response's headers without cookies, or nil if the SDK found the error.
	Attempts   int           // The number of requests sent for the call, not counting those for tokens.
	Class      error         // The class of the error if its status does not tell it, or nil.
}

// Error returns one line: what failed, why, and what to do about it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.API)
	if e.Operation != "" {
		b.WriteString(": " + e.Operation)
	}
	if e.StatusCode != 0 && (e.StatusCode < 200 || e.StatusCode > 299) { // "200 OK" would mislead
		b.WriteString(": " + strconv.Itoa(e.StatusCode))
		if e.Code == "" {
			b.WriteString(" " + http.StatusText(e.StatusCode))
		}
	} else if e.Code != "" {
		b.WriteString(":")
	}
	if e.Code != "" {
		b.WriteString(" " + redact.Line(e.Code, 80))
	}
	if e.Message != "" {
		b.WriteString(": " + redact.Line(e.Message, 300))
	}
	if hint := e.hint(); hint != "" {
		b.WriteString("; " + hint)
	}
	var notes []string
	if e.RequestID != "" {
		notes = append(notes, "request "+redact.Line(e.RequestID, 80))
	}
	if e.Attempts > 1 {
		notes = append(notes, strconv.Itoa(e.Attempts)+" attempts")
	}
	if len(notes) > 0 {
		b.WriteString(" (" + strings.Join(notes, ", ") + ")")
	}
	return b.String()
}

func (e *Error) hint() string {
	switch {
	case e.RetryAfter > 0:
		return "try again in " + e.RetryAfter.Round(time.Second).String()
	case e.StatusCode == http.StatusUnauthorized && e.Is(ErrUnauthorized):
		return "check the credentials"
	case e.StatusCode == http.StatusTooManyRequests:
		return "try again in a minute"
	case e.StatusCode >= 300 && e.StatusCode < 400:
		return "check the base URL"
	}
	return ""
}

// Is reports whether target is the class of e's status, or an API's variable
// for e's code.
func (e *Error) Is(target error) bool {
	if code, ok := target.(*Error); ok {
		return code.Code != "" && code.Code == e.Code && code.API == e.API
	}
	if e.Class != nil {
		return errors.Is(e.Class, target)
	}
	switch target {
	case ErrInvalid:
		return e.StatusCode == http.StatusBadRequest || e.StatusCode == http.StatusUnprocessableEntity
	case ErrUnauthorized:
		return e.StatusCode == http.StatusUnauthorized
	case ErrForbidden:
		return e.StatusCode == http.StatusForbidden
	case ErrNotFound:
		return e.StatusCode == http.StatusNotFound || e.StatusCode == http.StatusGone
	case ErrNotSupported:
		return e.StatusCode == http.StatusMethodNotAllowed || e.StatusCode == http.StatusNotImplemented
	case ErrConflict:
		return e.StatusCode == http.StatusConflict
	case ErrRateLimited:
		return e.StatusCode == http.StatusTooManyRequests
	case ErrServer:
		return e.StatusCode >= 500
	}
	return false
}

// GoString returns the quoted text, so that %#v prints no more than %v.
func (e *Error) GoString() string { return "&tenantry.Error{" + strconv.Quote(e.Error()) + "}" }

// LogValue returns a group of the fields that are safe to log.
func (e *Error) LogValue() slog.Value {
	s := e.safe()
	return slog.GroupValue(
		slog.String("api", s.API), slog.String("operation", s.Operation), slog.String("method", s.Method),
		slog.String("path", s.Path), slog.Int("status", s.StatusCode), slog.String("code", s.Code),
		slog.String("message", s.Message), slog.String("request_id", s.RequestID),
		slog.String("retry_after", s.RetryAfter), slog.Int("attempts", s.Attempts))
}

// MarshalJSON returns the fields that are safe to store.
func (e *Error) MarshalJSON() ([]byte, error) { return json.Marshal(e.safe()) }

type safeError struct {
	API        string `json:"api"`
	Operation  string `json:"operation,omitzero"`
	Method     string `json:"method,omitzero"`
	Path       string `json:"path,omitzero"`
	StatusCode int    `json:"status,omitzero"`
	Code       string `json:"code,omitzero"`
	Message    string `json:"message,omitzero"`
	RequestID  string `json:"request_id,omitzero"`
	RetryAfter string `json:"retry_after,omitzero"`
	Attempts   int    `json:"attempts,omitzero"`
}

func (e *Error) safe() safeError {
	s := safeError{
		API: e.API, Operation: e.Operation, Method: e.Method, Path: e.Path, StatusCode: e.StatusCode,
		Code: redact.Line(e.Code, 80), Message: redact.Line(e.Message, 300), RequestID: redact.Line(e.RequestID, 80),
		Attempts: e.Attempts,
	}
	if e.RetryAfter > 0 {
		s.RetryAfter = e.RetryAfter.String()
	}
	return s
}

// ArgumentError reports an invalid argument. No request was sent. errors.Is holds for
// [ErrInvalidArgument] and for the error that the server would have returned, if there
// is one.
type ArgumentError struct {
	API       string // The API package, or "" for an Option of this package.
	Operation string // The operation, or "" outside a call.
	Argument  string // The name of the argument or field, or "".
	Reason    string // What is wrong, and what would be right. It never holds the value.
	Err       error  // The error that the server would have returned, or nil.
}

// Error returns one line.
func (e *ArgumentError) Error() string {
	parts := make([]string, 0, 3)
	for _, p := range []string{e.API, e.Operation} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "tenantry")
	}
	return strings.Join(append(parts, strings.TrimSpace(e.Argument+" "+e.Reason)), ": ")
}

// Unwrap returns ErrInvalidArgument and, if set, Err.
func (e *ArgumentError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrInvalidArgument}
	}
	return []error{ErrInvalidArgument, e.Err}
}

// TransportError reports a call without a usable response: the connection
// failed, the response broke off or came too late, the wait for the rate limit
// would have been too long, or the context ended.
type TransportError struct {
	API       string // The API package, such as "propexo".
	Operation string // The operation, such as "residents.get".
	Method    string // The HTTP method.
	Path      string // The path's template.
	Attempts  int    // The number of requests begun.
	// MaybeSent reports whether a write that must not be repeated may have reached
	// the server. If so, find out whether the server carried it out before you send it
	// again.
	MaybeSent  bool
	RetryAfter time.Duration // The time to wait before the next call if the rate limit is used up, or 0.
	Err        error         // The cause. If the context ended, its error and its cause.
	Last       error         // The *Error of the last response, if the wait after it was cut short, or nil.
}

// Error returns one line.
func (e *TransportError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s: %s", e.API, e.Operation, redact.Line(e.Err.Error(), 300))
	switch {
	case e.MaybeSent:
		b.WriteString("; the server may have carried it out, so check before you send it again")
	case e.Attempts == 0:
		b.WriteString("; nothing was sent")
	}
	if e.RetryAfter > 0 {
		b.WriteString("; try again in " + e.RetryAfter.Round(time.Second).String())
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (%d attempts)", e.Attempts)
	}
	return b.String()
}

// Timeout reports whether the call failed because a time limit ended: the
// context's deadline, [WithTimeouts], or the Timeout of an http.Client.
func (e *TransportError) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.Err, &t) && t.Timeout()
}

// GoString returns the quoted text.
func (e *TransportError) GoString() string {
	return "&tenantry.TransportError{" + strconv.Quote(e.Error()) + "}"
}

// MarshalJSON returns the text.
func (e *TransportError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Error()) }

// Unwrap returns Err and, if set, Last.
func (e *TransportError) Unwrap() []error {
	if e.Last == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Last}
}

// ErrTooLarge means that a response is larger than [WithMaxResponseBytes] allows.
var ErrTooLarge = errors.New("the response is larger than the limit; raise it with WithMaxResponseBytes or ask for less")

// TokenError reports a call that was not made because there is no token for it.
type TokenError struct {
	API string // The API package, such as "propexo".
	Err error  // The reason.
}

// Error returns one line.
func (e *TokenError) Error() string { return e.API + ": no token: " + redact.Line(e.Err.Error(), 400) }

// GoString returns the quoted text.
func (e *TokenError) GoString() string {
	return "&tenantry.TokenError{" + strconv.Quote(e.Error()) + "}"
}

// MarshalJSON returns the text.
func (e *TokenError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Error()) }

// Unwrap returns Err.
func (e *TokenError) Unwrap() error { return e.Err }

// DecodeError reports a response, or one record, that could not be decoded. In a
// listing it takes the record's place, and the listing goes on with the next record.
type DecodeError struct {
	API       string // The API package, such as "propexo".
	Operation string // The operation, such as "residents.list".
	Index     int    // The record's index on its page, or -1 for a whole response.
	Raw       []byte // The record, or at most 64 KiB of the response. It may be personal.
	Err       error  // The reason.
}

// Error returns one line, without the data.
func (e *DecodeError) Error() string {
	what := "the response"
	if e.Index >= 0 {
		what = "record " + strconv.Itoa(e.Index) + " of the page"
	}
	return fmt.Sprintf("%s: %s: %s can't be decoded: %s; its raw form is in DecodeError.Raw", e.API, e.Operation, what, redact.Line(e.Err.Error(), 200))
}

// GoString returns the quoted text.
func (e *DecodeError) GoString() string {
	return "&tenantry.DecodeError{" + strconv.Quote(e.Error()) + "}"
}

// MarshalJSON returns the text, without Raw.
func (e *DecodeError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Error()) }

// Unwrap returns Err.
func (e *DecodeError) Unwrap() error { return e.Err }
