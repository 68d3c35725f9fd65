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

// Class errors: errors.Is(err, tenantry.ErrNotFound) holds for an [*Error] of
// any API with that status. Each API package has variables for the codes that
// it documents besides.
var (
	ErrInvalid      = errors.New("invalid request")         // 400, 422
	ErrUnauthorized = errors.New("unauthorized")            // 401
	ErrForbidden    = errors.New("forbidden")               // 403
	ErrNotFound     = errors.New("not found")               // 404, 410
	ErrNotSupported = errors.New("operation not supported") // 405, 501
	ErrConflict     = errors.New("conflict")                // 409
	ErrRateLimited  = errors.New("rate limited")            // 429
	ErrServer       = errors.New("server error")            // 5xx
	// ErrInvalidArgument means that a call was refused here and nothing was
	// sent. The error is an [*ArgumentError].
	ErrInvalidArgument = errors.New("invalid argument")
	// ErrIncomplete means that a listing ended before the server's own total,
	// or that it does not end. All records that came were yielded before it.
	ErrIncomplete = errors.New("incomplete listing")
	// ErrPaced means that the wait for the rate limit would be longer than
	// RetryPolicy.MaxWait or the context allow. No request was sent. The error
	// is a [*TransportError] with RetryAfter. errors.Is(err, ErrRateLimited)
	// holds, too.
	ErrPaced error = pacedError{}
	// ErrClosed means that the client was closed before the call. No request
	// was sent.
	ErrClosed = errors.New("client closed")
)

type pacedError struct{}

func (pacedError) Error() string        { return "the wait for the rate limit would be too long" }
func (pacedError) Is(target error) bool { return target == ErrRateLimited }

// An Error is a failure that a server reported.
//
// Its text, its JSON form and its slog form hold no ids, credentials, email
// addresses or phone numbers; Message, Details and Header are the server's own
// and may.
type Error struct {
	API        string         // "propexo"
	Operation  string         // "residents.get"
	Method     string         // "GET"
	Path       string         // the template, such as /v1/residents/{id}: no ids, no query
	StatusCode int            // the HTTP status; may be 200 for an API that reports errors inside an answer
	Code       string         // the API's own code, such as "no_unit", or ""
	Message    string         // the server's words, or "" where it had none
	RequestID  string         // as the server named the request, or ""
	Details    map[string]any // what else the server said, or nil
	Body       []byte         // the response's body, at most 64 KiB of it, redacted; may not be JSON; nil for operations whose body is secret
	RetryAfter time.Duration  // how long the server asks to wait, or 0
	Header     http.Header    // the answer's headers, without cookies; nil for an error that was found here
	Attempts   int            // how many requests were sent, tokens aside
	Class      error          // the class of an error in a response with status 2xx, such as ErrConflict; nil if StatusCode says it
}

// Error is one line: where it failed, with what, and what to do about it.
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
	case e.StatusCode == http.StatusUnauthorized:
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
		return target == e.Class
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

// GoString is the quoted text, so that %#v prints no more than %v does.
func (e *Error) GoString() string { return "&tenantry.Error{" + strconv.Quote(e.Error()) + "}" }

// LogValue is a group of the fields that are safe to log.
func (e *Error) LogValue() slog.Value {
	s := e.safe()
	return slog.GroupValue(
		slog.String("api", s.API), slog.String("operation", s.Operation), slog.String("method", s.Method),
		slog.String("path", s.Path), slog.Int("status", s.StatusCode), slog.String("code", s.Code),
		slog.String("message", s.Message), slog.String("request_id", s.RequestID),
		slog.String("retry_after", s.RetryAfter), slog.Int("attempts", s.Attempts))
}

// MarshalJSON writes the fields that are safe to store.
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

// An ArgumentError is a call that was refused here: nothing was sent.
// errors.Is(err, [ErrInvalidArgument]) holds, and so does the error that the
// server would have given, where it has one.
type ArgumentError struct {
	API       string // "propexo"; "" in the error of an Option
	Operation string // "residents.get"; "" outside a call
	Argument  string // the argument's or field's name, or ""
	Reason    string // what is wrong and what would be right; never the value itself
	Err       error  // what the server would have said, or nil
}

// Error is one line.
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

// Unwrap answers ErrInvalidArgument, and Err where there is one.
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
	API       string // "propexo"
	Operation string // "residents.get"
	Method    string // "GET"
	Path      string // the template
	Attempts  int    // the number of requests begun
	// MaybeSent reports whether a write that must not be repeated may have
	// reached the server. If it is true, find out whether the server carried
	// it out before you send it again.
	MaybeSent  bool
	RetryAfter time.Duration // how long to wait before the next call if the rate limit is used up, or 0
	Err        error         // the cause; the context's error and its cause if the context ended
	Last       error         // the [*Error] of the last response, if the wait after it was cut short, or nil
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

// GoString is the quoted text.
func (e *TransportError) GoString() string {
	return "&tenantry.TransportError{" + strconv.Quote(e.Error()) + "}"
}

// MarshalJSON writes the text.
func (e *TransportError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Error()) }

// Unwrap answers the cause, and the last answer's error where there is one.
func (e *TransportError) Unwrap() []error {
	if e.Last == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Last}
}

// ErrTooLarge is in the chain of the error for an answer that is larger than
// [WithMaxResponseBytes] allows.
var ErrTooLarge = errors.New("the answer is larger than the limit; raise it with WithMaxResponseBytes or ask for less")

// A TokenError is a call that was not made because no token could be had for
// it. Err says why.
type TokenError struct {
	API string
	Err error
}

// Error is one line.
func (e *TokenError) Error() string { return e.API + ": no token: " + redact.Line(e.Err.Error(), 400) }

// GoString is the quoted text.
func (e *TokenError) GoString() string {
	return "&tenantry.TokenError{" + strconv.Quote(e.Error()) + "}"
}

// MarshalJSON writes the text.
func (e *TokenError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Error()) }

// Unwrap answers Err.
func (e *TokenError) Unwrap() error { return e.Err }

// A DecodeError is an answer, or one record of it, that is not what the API
// says it is. In a listing it stands for the one record, and the listing goes
// on with the next.
type DecodeError struct {
	API       string
	Operation string
	Index     int    // the record's place on its page, or -1 where the whole answer could not be read
	Raw       []byte // the JSON, or what came instead of it, at most 64 KiB of a whole answer; it may be personal
	Err       error
}

// Error is one line, without the data.
func (e *DecodeError) Error() string {
	what := "the response"
	if e.Index >= 0 {
		what = "record " + strconv.Itoa(e.Index) + " of the page"
	}
	return fmt.Sprintf("%s: %s: %s can't be decoded: %s; its raw form is in DecodeError.Raw", e.API, e.Operation, what, redact.Line(e.Err.Error(), 200))
}

// GoString is the quoted text.
func (e *DecodeError) GoString() string {
	return "&tenantry.DecodeError{" + strconv.Quote(e.Error()) + "}"
}

// MarshalJSON writes the text; Raw is left out.
func (e *DecodeError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Error()) }

// Unwrap answers Err.
func (e *DecodeError) Unwrap() error { return e.Err }
