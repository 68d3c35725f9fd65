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

// A watch ends one attempt in time, keeps net/http from sending its request a
// second time, and knows whether the request was sent at all. net/http may call
// it after the attempt, so a watch is never reused.
type watch struct {
	ctx    context.Context // of the request
	cancel context.CancelCauseFunc
	trace  httptrace.ClientTrace

	mu     sync.Mutex
	timer  *time.Timer
	over   bool             // the attempt has ended
	limits [3]time.Duration // 0: none
	ends   [3]time.Time     // when they end the attempt; zero: not now

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

var errSentAgain = errors.New("the connection was closed before the request was sent")

// begin prepares a zero watch for an attempt.
func (w *watch) begin(ctx context.Context) {
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	w.trace.GotConn = w.gotConn
	w.trace.WroteRequest = w.wroteRequest
	w.ctx = httptrace.WithClientTrace(w.ctx, &w.trace)
}

// start begins to count the attempt's time.
func (w *watch) start(client, attempt, idle time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limits = [3]time.Duration{client, attempt, idle}
	w.count(byClient)
	w.count(byAttempt)
}

// count lets a limit count from now on. w.mu is held.
func (w *watch) count(by int) {
	if w.limits[by] <= 0 || w.over {
		return
	}
	now := time.Now()
	w.ends[by] = now.Add(w.limits[by])
	w.arm(now)
}

// arm sets the timer to the earliest end. w.mu is held.
func (w *watch) arm(now time.Time) {
	var first time.Time
	for _, end := range w.ends {
		if !end.IsZero() && (first.IsZero() || end.Before(first)) {
			first = end
		}
	}
	switch {
	case first.IsZero():
	case w.timer == nil:
		w.timer = time.AfterFunc(first.Sub(now), w.expire)
	default:
		w.timer.Reset(first.Sub(now))
	}
}

// expire ends the attempt if one of its limits has passed.
func (w *watch) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return
	}
	now := time.Now()
	for by, end := range w.ends {
		if !end.IsZero() && !now.Before(end) {
			w.cancel(&timeoutError{by, w.limits[by]})
			return
		}
	}
	w.arm(now)
}

// stop ends the attempt. It must be called.
func (w *watch) stop() {
	w.mu.Lock()
	w.over = true
	if w.timer != nil {
		w.timer.Stop()
	}
	w.mu.Unlock()
	w.cancel(nil)
}

// cause returns the reason why the watch ended the attempt, if it did, and err
// otherwise. A nil err stays nil.
func (w *watch) cause(err error) error {
	if err == nil {
		return nil
	}
	cause := context.Cause(w.ctx)
	var timeout *timeoutError
	if errors.As(cause, &timeout) || errors.Is(cause, errSentAgain) {
		return cause
	}
	return err
}

// wroteRequest starts the time limit anew: from here on the server has the
// request.
func (w *watch) wroteRequest(httptrace.WroteRequestInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count(byAttempt)
}

// gotConn notes the connection that the request got. On a second one, net/http
// is about to send the request again by itself: the attempt ends instead, and
// the retry rules decide.
func (w *watch) gotConn(info httptrace.GotConnInfo) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conns++; w.conns > 1 {
		w.cancel(errSentAgain)
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
		return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") || errors.As(err, &dns)
	case w.ctx.Err() != nil: // a writer may still run
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
	r io.Reader
	w *watch
}

// Read is part of io.Reader. It skips empty reads, so that each of its calls
// ends with data, an error or the attempt.
func (b *watchedBody) Read(p []byte) (n int, err error) {
	w := b.w
	w.mu.Lock()
	w.count(byIdle)
	w.mu.Unlock()
	for n == 0 && err == nil && len(p) > 0 {
		if n, err = b.r.Read(p); n == 0 && err == nil {
			if err = w.ctx.Err(); err == nil {
				runtime.Gosched()
			}
		}
	}
	w.mu.Lock()
	w.ends[byIdle] = time.Time{}
	w.mu.Unlock()
	return n, err
}
