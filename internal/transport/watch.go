package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptrace"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/tenantry/tenantry-go/internal/config"
)

// A watch is the context of one attempt. It ends the attempt in time, keeps
// net/http from sending its request a second time, and knows whether the request
// was sent at all. net/http may call it after the attempt, so a watch is never
// reused.
//
// Many transports of tests and middleware never ask whether their context has
// ended. So the watch becomes a cancelable context with a timer only when it is
// asked for the first time, and it makes its trace only when a transport asks for
// that.
type watch struct {
	parent context.Context // the caller's

	mu     sync.Mutex
	ctx    context.Context // parent, cancelable; nil until the watch is asked
	cancel context.CancelCauseFunc
	why    error // why the attempt ended; nil if it goes on
	trace  *httptrace.ClientTrace

	timer   *time.Timer
	fires   time.Time        // when timer fires; zero: it does not run
	limits  [3]time.Duration // 0: none
	ends    [3]time.Time     // when they end the attempt; zero: not now
	reading bool             // a Read of the body is running

	conns  int          // connections that the request got
	conn   *config.Conn // the first one, or nil if it does not count
	before int64        // the bytes that earlier requests wrote to conn
	reader watchedBody
	reused bool // conn had served another request
}

// Indices of the limits of a watch.
const (
	byClient  = iota // http.Client.Timeout
	byAttempt        // Timeouts.Attempt
	byIdle           // Timeouts.Idle
)

// A timeoutError reports a time limit of an attempt. It is not
// context.DeadlineExceeded, which is the caller's.
type timeoutError struct {
	by    int
	after time.Duration
}

func (e *timeoutError) Error() string {
	switch e.by {
	case byClient:
		return fmt.Sprintf("no response within the client's timeout of %s", e.after)
	case byAttempt:
		return fmt.Sprintf("no response within %s; WithTimeouts allows more", e.after)
	}
	return fmt.Sprintf("the response stalled for %s; WithTimeouts allows more", e.after)
}

// Timeout is part of net.Error.
func (e *timeoutError) Timeout() bool { return true }

var (
	errSentAgain = errors.New("the connection was closed before the request was sent")
	errOver      = errors.New("the attempt is over")
)

// Deadline is part of context.Context. The limits of the attempt are none: they
// move.
func (w *watch) Deadline() (time.Time, bool) { return w.parent.Deadline() }

// Done is part of context.Context.
func (w *watch) Done() <-chan struct{} { return w.become().Done() }

// Err is part of context.Context.
func (w *watch) Err() error { return w.become().Err() }

// onlyTrace is a context that holds a trace and nothing else.
var onlyTrace = httptrace.WithClientTrace(context.Background(), new(httptrace.ClientTrace))

// Value is part of context.Context.
func (w *watch) Value(key any) any {
	if onlyTrace.Value(key) != nil {
		return w.clientTrace()
	}
	w.mu.Lock()
	ctx, ended := w.ctx, w.why != nil
	w.mu.Unlock()
	switch {
	case ended: // context.Cause asks by a key of its own
		ctx = w.become()
	case ctx == nil:
		ctx = w.parent
	}
	return ctx.Value(key)
}

// become returns the watch as a cancelable context, and lets its limits count.
func (w *watch) become() context.Context {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ctx == nil {
		w.ctx, w.cancel = context.WithCancelCause(w.parent)
		if w.why != nil {
			w.cancel(w.why)
		} else if now := time.Now(); w.reading {
			w.count(byIdle, now)
		} else {
			w.arm(now)
		}
	}
	return w.ctx
}

// clientTrace returns the trace of the attempt, with the caller's own in it.
func (w *watch) clientTrace() *httptrace.ClientTrace {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trace == nil {
		w.trace = &httptrace.ClientTrace{GotConn: w.gotConn, WroteRequest: w.wroteRequest}
		_ = httptrace.WithClientTrace(w.parent, w.trace)
	}
	return w.trace
}

// start begins to count the attempt's time.
func (w *watch) start(now time.Time, client, attempt, idle time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limits = [3]time.Duration{client, attempt, idle}
	w.count(byClient, now)
	w.count(byAttempt, now)
}

// count lets a limit count from now on. w.mu is held.
func (w *watch) count(by int, now time.Time) {
	if w.limits[by] > 0 {
		w.ends[by] = now.Add(w.limits[by])
		w.arm(now)
	}
}

// arm sees to it that the timer fires before the earliest end, or then. It may
// fire earlier, and is then armed anew: so most reads of a body leave it alone.
// w.mu is held.
func (w *watch) arm(now time.Time) {
	if w.ctx == nil || w.why != nil {
		return
	}
	var first time.Time
	for _, end := range w.ends {
		if !end.IsZero() && (first.IsZero() || end.Before(first)) {
			first = end
		}
	}
	switch {
	case first.IsZero(), !w.fires.IsZero() && !first.Before(w.fires):
		return
	case w.timer == nil:
		w.timer = time.AfterFunc(first.Sub(now), w.expire)
	default:
		w.timer.Reset(first.Sub(now))
	}
	w.fires = first
}

// expire ends the attempt if one of its limits has passed.
func (w *watch) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fires = time.Time{}
	now := time.Now()
	for by, end := range w.ends {
		if !end.IsZero() && !now.Before(end) {
			w.end(&timeoutError{by, w.limits[by]})
			return
		}
	}
	w.arm(now)
}

// end ends the attempt. The first reason counts. w.mu is held.
func (w *watch) end(why error) {
	if w.why != nil {
		return
	}
	w.why = why
	if w.timer != nil {
		w.timer.Stop()
	}
	if w.cancel != nil {
		w.cancel(why)
	}
}

// stop ends the attempt if nothing else did. It must be called.
func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end(errOver)
}

// cause returns the reason why the watch ended the attempt, if it did, and err
// otherwise. A nil err stays nil.
func (w *watch) cause(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil || w.why == nil || w.why == errOver { //nolint:errorlint // never wrapped in here
		return err
	}
	return w.why
}

// wroteRequest starts the time limit anew: from here on the server has the
// request.
func (w *watch) wroteRequest(httptrace.WroteRequestInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count(byAttempt, time.Now())
}

// gotConn notes the connection that the request got. On a second one, net/http
// is about to send the request again by itself: the attempt ends instead, and
// the retry rules decide.
func (w *watch) gotConn(info httptrace.GotConnInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conns++; w.conns > 1 {
		w.end(errSentAgain)
		// HTTP/1 does not look at the context before it writes. Over HTTP/2
		// the connection has other users, and the context is enough.
		if t, ok := info.Conn.(*tls.Conn); !ok || t.ConnectionState().NegotiatedProtocol != "h2" {
			_ = info.Conn.Close()
		}
		return
	}
	w.reused = info.Reused
	conn := info.Conn
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if c, ok := conn.(*config.Conn); ok {
		w.conn, w.before = c, c.Written()
	}
}

// neverSent reports whether it is certain that no server has read any of a
// request that failed with err. traced says that the transport is net/http's,
// which always reports the connections that it gets.
func (w *watch) neverSent(err error, traced bool) bool {
	ended := w.Err() != nil
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.conns > 1, refusedByHTTP2(err):
		return true
	case w.conns == 0 && traced:
		return true
	case w.conns == 0: // another transport may not tell
		var op *net.OpError
		var dns *net.DNSError
		var unmatched *config.UnmatchedError
		return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") || errors.As(err, &dns) || errors.As(err, &unmatched)
	case ended: // a writer may still run
		return false
	}
	return w.conn != nil && w.conn.Written() == w.before
}

// refusedByHTTP2 reports whether an HTTP/2 server said that it did not process
// the request: by REFUSED_STREAM, or by a GOAWAY that excludes its stream.
// net/http hides both in a text if the request has a body. It would repeat a
// request after a PROTOCOL_ERROR, too, but that says nothing of the kind.
func refusedByHTTP2(err error) bool {
	hidden, ok := strings.CutPrefix(err.Error(), "http2: Transport: cannot retry err [")
	return ok && (strings.HasPrefix(hidden, "http2: Transport received Server's graceful shutdown GOAWAY]") || refusedStream.MatchString(hidden))
}

var refusedStream = regexp.MustCompile(`^stream error: stream ID \d+; REFUSED_STREAM(; received from peer)?\]`)

// body returns a reader of a response's body that ends the attempt if it stays
// silent for too long. Only the time within its Reads counts.
func (w *watch) body(r io.Reader) *watchedBody {
	w.reader = watchedBody{r: r, w: w}
	return &w.reader
}

// stream is body for a response that is handed on as it comes: the attempt's
// other limits end with its headers.
func (w *watch) stream(r io.Reader) *watchedBody {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limits[byClient], w.limits[byAttempt] = 0, 0
	w.ends = [3]time.Time{}
	return w.body(r)
}

type watchedBody struct {
	r     io.Reader
	w     *watch
	reads int
}

// Read is part of io.Reader. It skips empty reads, so that each of its calls
// ends with data, an error or the attempt.
func (b *watchedBody) Read(p []byte) (n int, err error) {
	w := b.w
	if b.reads++; b.reads > 2 { // the body may take long, also if the transport never asks
		if err := w.Err(); err != nil {
			return 0, err
		}
	}
	w.mu.Lock()
	w.reading = true
	if w.ctx != nil {
		w.count(byIdle, time.Now())
	}
	w.mu.Unlock()
	for n == 0 && err == nil && len(p) > 0 {
		if n, err = b.r.Read(p); n == 0 && err == nil {
			if err = w.Err(); err == nil {
				runtime.Gosched()
			}
		}
	}
	w.mu.Lock()
	w.reading = false
	w.ends[byIdle] = time.Time{}
	w.mu.Unlock()
	return n, err
}
