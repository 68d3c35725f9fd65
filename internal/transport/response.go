package transport

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// A Response has a status of 2xx, or of 3xx for an Op that is Elsewhere. Its
// Body is valid until Release.
type Response struct {
	StatusCode int
	Header     http.Header
	Body       []byte
	// Spare is a pointer to a slice of records, or nil. Decode may use their memory
	// again for a list of records of their type, and then sets Spare to nil.
	Spare any

	s    *sending
	body *body
}

// Release gives the body's memory back.
func (a *Response) Release() {
	if a.body != nil {
		a.body.release()
		a.body, a.Body = nil, nil
	}
}

// Date returns the server's time when it sent the response, or, if it does not
// say, the local time when the response came.
func (a *Response) Date() time.Time {
	if date, ok := parseDate(a.Header.Get("Date")); ok {
		return date
	}
	return a.s.last.ended
}

// Decode reads the body into out. The error for a body that can't be read is a
// *tenantry.DecodeError.
func (a *Response) Decode(out any) error { return a.DecodePart("$", a.Body, out) }

// DecodePart is Decode for a part of the body, such as that at "$.data".
func (a *Response) DecodePart(path string, part []byte, out any) error {
	var err error
	if a.s == nil || a.s.c.drift == nil {
		err = wire.DecodeReusing(part, out, &a.Spare)
	} else {
		err = a.s.c.drift.decode(&a.s.call, path, part, out)
	}
	if err != nil {
		return a.undecodable(err)
	}
	return nil
}

// checkNothing accepts a response of an operation that returns nothing: an
// empty one, or any JSON. Anything else is not from the API.
func (a *Response) checkNothing() error {
	if a.Empty() {
		return nil
	}
	return a.Decode(new(tenantry.Raw))
}

// Empty reports whether the response has no body.
func (a *Response) Empty() bool { return len(bytes.TrimSpace(a.Body)) == 0 }

// Undecodable returns the error for a response that is JSON, but not what was
// documented.
func (a *Response) Undecodable(reason string) error { return a.undecodable(errors.New(reason)) }

func (a *Response) undecodable(err error) error {
	if kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type")); kind != "" && kind != "application/json" {
		err = fmt.Errorf("%w (its content type is %.40q)", err, kind)
	}
	if !a.s.call.Op.Repeatable {
		err = fmt.Errorf("%w; the server accepted the request, so do not send it again", err)
	}
	e := &tenantry.DecodeError{API: a.s.c.spec.API, Operation: a.s.call.Op.Name, Index: -1, Err: err}
	if !a.s.call.Op.Secret {
		e.Raw = bytes.Clone(a.Body[:min(len(a.Body), maxKeptBody)])
	}
	return e
}

// Missing returns the error for a response without what it should hold: the
// server's own error if the body has one, and a *tenantry.DecodeError
// otherwise.
func (a *Response) Missing(what string) error {
	if err := a.Failure(); err != nil {
		return err
	}
	return a.Undecodable("it holds no " + what)
}

// Failure returns the error that the body of a response with status 2xx
// reports, or nil.
func (a *Response) Failure() error {
	e := a.s.newError()
	decode := a.s.c.spec.DecodeError
	understood := decode != nil && decode(e, a.Body)
	if !Fallback(e, a.Header.Get("Content-Type"), a.Body) && !understood {
		return nil
	}
	a.s.complete(e, a.Body)
	return e
}

// Refused returns the server's error in a response whose status says otherwise.
func (a *Response) Refused(message string) *tenantry.Error {
	e := a.s.newError()
	e.Message = message
	a.s.complete(e, nil)
	return e
}

// NotFound returns tenantry.ErrNotFound for a response that holds no record.
func (a *Response) NotFound(message string) error {
	return fmt.Errorf("%w: %w", tenantry.ErrNotFound, a.Refused(message))
}

// Bad returns the error for one record of a listing.
func (a *Response) Bad(b wire.Bad) *tenantry.DecodeError {
	e := &tenantry.DecodeError{API: a.s.c.spec.API, Operation: a.s.call.Op.Name, Index: b.Index, Err: b.Err}
	if undecodable := a.s.c.cfg.Hooks.Undecodable; undecodable != nil {
		undecodable(e.API, e.Operation)
	}
	if !a.s.call.Op.Secret {
		e.Raw = b.Raw
	}
	return e
}
