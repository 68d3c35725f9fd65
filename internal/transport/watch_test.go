package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http/httptrace"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/internal/config"
)

// Whether a request was sent, by what is known of its connection.
func TestNeverSent(t *testing.T) {
	counted := func() (*config.Conn, httptrace.GotConnInfo) {
		a, b := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, b) }()
		t.Cleanup(func() { a.Close() })
		c := config.Count(a)
		_, err := c.Write([]byte("an earlier request"))
		require.NoError(t, err)
		return c, httptrace.GotConnInfo{Conn: c, Reused: true}
	}
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		attempt func(w *watch)
		err     error
		traced  bool
		want    bool
	}{
		"no connection":                       {func(*watch) {}, boom, true, true},
		"a transport that does not tell":      {func(*watch) {}, boom, false, false},
		"its dialling failed":                 {func(*watch) {}, &net.OpError{Op: "dial", Err: boom}, false, true},
		"its proxy's dialling failed":         {func(*watch) {}, &net.OpError{Op: "proxyconnect", Err: boom}, false, true},
		"its reading failed":                  {func(*watch) {}, &net.OpError{Op: "read", Err: boom}, false, false},
		"its name look-up failed":             {func(*watch) {}, &net.DNSError{}, false, true},
		"nothing written":                     {func(w *watch) { _, info := counted(); w.gotConn(info) }, boom, true, true},
		"something written":                   {func(w *watch) { c, info := counted(); w.gotConn(info); _, _ = c.Write([]byte("x")) }, boom, true, false},
		"nothing written, but the time is up": {func(w *watch) { _, info := counted(); w.gotConn(info); w.end(&timeoutError{}) }, boom, true, false},
		"nothing written, but cancelled":      {func(w *watch) { _, info := counted(); w.gotConn(info); w.end(errOver) }, boom, true, false},
		"a connection that does not count":    {func(w *watch) { w.gotConn(httptrace.GotConnInfo{Conn: &net.TCPConn{}}) }, boom, true, false},
		"a second connection":                 {func(w *watch) { _, info := counted(); w.gotConn(info); _, info = counted(); w.gotConn(info) }, boom, true, true},
		"REFUSED_STREAM": {func(w *watch) { w.gotConn(httptrace.GotConnInfo{Conn: &net.TCPConn{}}) },
			errors.New("http2: Transport: cannot retry err [stream error: stream ID 3; REFUSED_STREAM; received from peer] after Request.Body was written; define Request.GetBody to avoid this error"), true, true},
		"GOAWAY": {func(w *watch) { w.gotConn(httptrace.GotConnInfo{Conn: &net.TCPConn{}}) },
			errors.New("http2: Transport: cannot retry err [http2: Transport received Server's graceful shutdown GOAWAY] after Request.Body was written; define Request.GetBody to avoid this error"), true, true},
		"PROTOCOL_ERROR": {func(w *watch) { w.gotConn(httptrace.GotConnInfo{Conn: &net.TCPConn{}}) },
			errors.New("http2: Transport: cannot retry err [stream error: stream ID 3; PROTOCOL_ERROR; received from peer] after Request.Body was written; define Request.GetBody to avoid this error"), true, false},
		"a server's own words": {func(w *watch) { w.gotConn(httptrace.GotConnInfo{Conn: &net.TCPConn{}}) },
			errors.New(`http2: server sent GOAWAY and closed the connection; LastStreamID=3, ErrCode=NO_ERROR, debug="http2: Transport: cannot retry err [stream error: stream ID 3; REFUSED_STREAM]"`), true, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := &watch{parent: t.Context()}
			defer w.stop()
			c.attempt(w)
			assert.Equal(t, c.want, w.neverSent(c.err, c.traced))
		})
	}
}

// On a second connection the attempt ends, and nothing more can be written.
func TestSecondConnectionEndsTheAttempt(t *testing.T) {
	w := &watch{parent: t.Context()}
	defer w.stop()
	a, b := net.Pipe()
	defer b.Close()
	w.gotConn(httptrace.GotConnInfo{Conn: &net.TCPConn{}, Reused: true})
	require.NoError(t, w.Err())
	w.gotConn(httptrace.GotConnInfo{Conn: a})
	require.ErrorIs(t, context.Cause(w), errSentAgain)
	_, err := a.Write([]byte("x"))
	require.ErrorIs(t, err, io.ErrClosedPipe)
	assert.True(t, w.reused, "the first one counts")
}

type contextKey struct{}

// A watch is a context like any other, whether it was asked before it ended or
// after that.
func TestWatchIsAContext(t *testing.T) {
	ends := map[string]struct {
		end   func(w *watch, cancel context.CancelCauseFunc)
		cause error
	}{
		"by itself":     {func(w *watch, _ context.CancelCauseFunc) { w.gotConn(httptrace.GotConnInfo{}); w.gotConn(second()) }, errSentAgain},
		"by the end":    {func(w *watch, _ context.CancelCauseFunc) { w.stop() }, errOver},
		"by its parent": {func(_ *watch, cancel context.CancelCauseFunc) { cancel(io.EOF) }, io.EOF},
	}
	for name, c := range ends {
		for _, asked := range []bool{true, false} {
			parent, cancel := context.WithCancelCause(context.WithValue(t.Context(), contextKey{}, "value"))
			w := &watch{parent: parent}
			var done <-chan struct{}
			var child context.Context
			if asked {
				require.NoError(t, w.Err())
				done = w.Done()
				var stop context.CancelFunc
				child, stop = context.WithCancel(w)
				defer stop()
			}
			c.end(w, cancel)
			require.ErrorIs(t, context.Cause(w), c.cause, name)
			require.ErrorIs(t, w.Err(), context.Canceled, name)
			if asked {
				<-done
				<-child.Done()
				require.ErrorIs(t, context.Cause(child), c.cause, name)
			}
			<-w.Done()
			assert.Equal(t, "value", w.Value(contextKey{}))
			cancel(nil)
		}
	}
}

func second() httptrace.GotConnInfo { return httptrace.GotConnInfo{Conn: &net.TCPConn{}} }

// The trace that a caller puts into its context hears of the attempt, too.
func TestCallersTrace(t *testing.T) {
	heard := 0
	w := &watch{parent: httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn:     func(httptrace.GotConnInfo) { heard++ },
		PutIdleConn: func(error) { heard += 10 },
	})}
	trace := httptrace.ContextClientTrace(w)
	require.Same(t, trace, httptrace.ContextClientTrace(w))
	trace.GotConn(httptrace.GotConnInfo{Reused: true})
	trace.PutIdleConn(nil)
	assert.Equal(t, 11, heard)
	assert.True(t, w.reused)
}
