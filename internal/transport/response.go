package transport

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// A Response has a status of 2xx, or of 3xx for an Op that is Elsewhere. Its Body
// is good until Release.
type Response struct {
	StatusCode int
	Header     http.Header
	Body       []byte

	api      string
	op       *Op
	attempts int
	buf      *bytes.Buffer

	decodeError func(*tenantry.Error, []byte) bool
}

// Release gives the body's memory back.
func (a *Response) Release() {
	if a.buf != nil {
		putBuffer(a.buf)
		a.buf, a.Body = nil, nil
	}
}

// Decode reads the body into out. What can't be read is a
// *tenantry.DecodeError.
func (a *Response) Decode(out any) error {
	if err := wire.Decode(a.Body, out); err != nil {
		return a.undecodable(err)
	}
	return nil
}

// Undecodable is the error for an answer that is JSON, but not the one that
// was documented.
func (a *Response) Undecodable(reason string) error { return a.undecodable(errors.New(reason)) }

func (a *Response) undecodable(err error) error {
	if kind, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type")); kind != "" && kind != "application/json" {
		err = fmt.Errorf("%w (its content type is %.40q)", err, kind)
	}
	e := &tenantry.DecodeError{API: a.api, Operation: a.op.Name, Index: -1, Err: err}
	if !a.op.Secret {
		e.Raw = bytes.Clone(a.Body[:min(len(a.Body), maxRaw)])
	}
	return e
}

// Missing is the error for a response without what it should hold: the server's
// own error, if the body has one, and a *tenantry.DecodeError otherwise.
func (a *Response) Missing(what string) error {
	if e := a.Failure(); e != nil {
		return e
	}
	return a.undecodable(errors.New("it holds no " + what))
}

// Failure is the error that the body of a response with status 2xx speaks of,
// or nil.
func (a *Response) Failure() error {
	e := a.Refused("")
	understood := a.decodeError != nil && a.decodeError(e, a.Body)
	if !Fallback(e, a.Header.Get("Content-Type"), a.Body) && !understood {
		return nil
	}
	return e
}

// Refused is the server's error in an answer whose status says otherwise.
func (a *Response) Refused(message string) *tenantry.Error {
	return &tenantry.Error{
		API: a.api, Operation: a.op.Name, Method: a.op.Method, Path: a.op.Path,
		StatusCode: a.StatusCode, Message: message, Attempts: a.attempts,
	}
}

// NotFound is tenantry.ErrNotFound for an answer that holds no record.
func (a *Response) NotFound(message string) error {
	return fmt.Errorf("%w: %w", tenantry.ErrNotFound, a.Refused(message))
}

// Bad is the error for one record of a listing.
func (a *Response) Bad(b wire.Bad) *tenantry.DecodeError {
	e := &tenantry.DecodeError{API: a.api, Operation: a.op.Name, Index: b.Index, Err: b.Err}
	if !a.op.Secret {
		e.Raw = b.Raw
	}
	return e
}

const (
	maxRaw       = 64 << 10 // of a whole answer on a DecodeError
	maxErrorBody = 1 << 20  // of an answer that is an error
	maxPooled    = 4 << 20  // of a buffer that is kept
	maxGrow      = 64 << 20 // that is made ready for what a server only announces
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func putBuffer(b *bytes.Buffer) {
	if b.Cap() > maxPooled {
		return
	}
	b.Reset()
	buffers.Put(b)
}

// read takes the whole body in. One that is too large is an error, and so is
// one that breaks off, unless its status said already that the request failed.
func (f *flight) read(resp *http.Response) error {
	if f.answer == nil {
		f.answer = buffers.Get().(*bytes.Buffer)
	}
	failed := resp.StatusCode < 200 || resp.StatusCode > 299
	limit := f.c.cfg.MaxResponseBytes
	if failed {
		limit = min(limit, maxErrorBody)
	}
	if n := resp.ContentLength; n > 0 && n <= min(limit, maxGrow) {
		f.answer.Grow(int(n) + bytes.MinRead)
	}
	n, err := f.answer.ReadFrom(io.LimitReader(resp.Body, limit+1))
	switch {
	case failed:
		f.answer.Truncate(int(min(n, limit)))
		return nil
	case n > limit:
		return tenantry.ErrTooLarge
	}
	return err
}
