package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	read  = &transport.Op{Name: "things.get", Method: http.MethodGet, Path: "/v1/things/{id}", Repeatable: true}
	write = &transport.Op{Name: "things.create", Method: http.MethodPost, Path: "/v1/things/"}
	// A POST that changes nothing may be repeated.
	search = &transport.Op{Name: "things.search", Method: http.MethodPost, Path: "/v1/things/search", Repeatable: true}
)

type thing struct {
	Name string `json:"name"`
}

func decodeError(e *tenantry.Error, body []byte) bool {
	var answer struct {
		Error struct {
			Code, Message string
			Details       map[string]any
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer, json.MatchCaseInsensitiveNames(true)) != nil || answer.Error.Code == "" {
		return false
	}
	e.Code, e.Message, e.Details = answer.Error.Code, answer.Error.Message, answer.Error.Details
	return true
}

func newClient(t *testing.T, url string, opts ...tenantry.Option) *transport.Client {
	t.Helper()
	quick := tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond, MaxWait: 5 * time.Second})
	c, err := transport.New(transport.Spec{API: "test", BaseURL: url, DecodeError: decodeError}, append([]tenantry.Option{quick}, opts...))
	require.NoError(t, err)
	c.SetAuth(auth.Bearer("token-of-the-test"))
	return c
}

// call makes the operation's call; a write has a body of some size.
func call(op *transport.Op) *transport.Call {
	c := &transport.Call{Op: op}
	if op == read {
		c.Args = []string{"a"}
	} else {
		c.Body = &thing{Name: strings.Repeat("body ", 20_000)}
	}
	return c
}

// A fault is what a server does to the first requests that reach it.
type fault func(w http.ResponseWriter, r *http.Request)

func status(code int, header ...string) fault {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = fmt.Fprintf(w, `{"error":{"code":"c%d","message":"words"}}`, code)
	}
}

func reset(readBody bool) fault {
	return func(w http.ResponseWriter, r *http.Request) {
		if readBody {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		hijackReset(w, "")
	}
}

func cut(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	hijackReset(w, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{\"name\":\"cut")
}

// cutCleanly ends the connection in good order, but too early.
func cutCleanly(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Length", "400")
	_, _ = io.WriteString(w, `{"name":"cut`)
}

func hijackReset(w http.ResponseWriter, first string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(conn, first)
	if first == "" {
		_ = conn.(*net.TCPConn).SetLinger(0)
	}
	_ = conn.Close()
}

// maxArrivals ends a test whose client does not stop.
const maxArrivals = 150

// serve responds to the first n requests with the fault and the others well.
func serve(t *testing.T, n int64, f fault) (*httptest.Server, *atomic.Int64, *sync.Map) {
	t.Helper()
	var arrived atomic.Int64
	var bodies sync.Map
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nth := arrived.Add(1)
		if nth > maxArrivals {
			t.Error("the client does not stop")
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if nth <= n {
			f(w, r)
			return
		}
		b, _ := io.ReadAll(r.Body)
		bodies.Store(nth, string(b))
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"name":"well"}`)
	}))
	t.Cleanup(s.Close)
	return s, &arrived, &bodies
}

// Every row of the retry rule, over a real socket, with a real body, for an
// operation that may be repeated and for one that may not.
func TestRetryRule(t *testing.T) {
	for _, row := range []struct {
		name              string
		fault             fault
		repeated, written int // requests that arrive, for one fault
	}{
		{"reset after the headers", reset(false), 2, 1},
		{"reset after the request was read", reset(true), 2, 1},
		{"body cut short", cut, 2, 1},
		{"body cut short cleanly", cutCleanly, 2, 1},
		{"400", status(400), 1, 1},
		{"403", status(403), 1, 1},
		{"404", status(404), 1, 1},
		{"408", status(408), 2, 1},
		{"409", status(409), 1, 1},
		{"425", status(425), 2, 2},
		{"429", status(429), 2, 2},
		{"500", status(500), 2, 1},
		{"501", status(501), 1, 1},
		{"502", status(502), 2, 1},
		{"503", status(503), 2, 1},
		{"504", status(504), 2, 1},
		{"505", status(505), 1, 1},
		{"507", status(507), 2, 1},
		{"520", status(520), 2, 1},
		{"522", status(522), 2, 1},
		{"525", status(525), 2, 1},
		{"526", status(526), 2, 1},
		{"530", status(530), 2, 1},
		{"598", status(598), 2, 1},
		{"599", status(599), 2, 1},
		{"600", status(600), 1, 1},
	} {
		for _, op := range []*transport.Op{read, search, write} {
			t.Run(row.name+"/"+op.Name, func(t *testing.T) {
				want := row.repeated
				if !op.Repeatable {
					want = row.written
				}
				s, arrived, bodies := serve(t, 1, row.fault)
				var got thing
				err := newClient(t, s.URL).Call(t.Context(), call(op), &got)
				assert.EqualValues(t, want, arrived.Load())
				if want == 2 {
					require.NoError(t, err)
					assert.Equal(t, "well", got.Name)
					if body, _ := bodies.Load(int64(2)); op != read {
						assert.JSONEq(t, `{"name":"`+strings.Repeat("body ", 20_000)+`"}`, body.(string), "the body is sent whole again")
					}
					return
				}
				var reported *tenantry.Error
				var broken *tenantry.TransportError
				switch {
				case errors.As(err, &reported):
					assert.Equal(t, row.name, fmt.Sprint(reported.StatusCode))
					assert.Equal(t, "c"+row.name, reported.Code)
					assert.Equal(t, 1, reported.Attempts)
				case errors.As(err, &broken):
					assert.True(t, broken.MaybeSent)
					assert.Equal(t, 1, broken.Attempts)
				default:
					t.Fatalf("unexpected %v", err)
				}
			})
		}
	}
}

// A server that goes on failing: attempts are counted, and the last response is
// decoded.
func TestLastAnswerIsDecoded(t *testing.T) {
	for _, code := range []int{429, 500, 503} {
		s, arrived, _ := serve(t, 99, status(code))
		err := newClient(t, s.URL).Call(t.Context(), call(read), nil)
		var e *tenantry.Error
		require.ErrorAs(t, err, &e)
		assert.EqualValues(t, 3, arrived.Load())
		assert.Equal(t, 3, e.Attempts)
		assert.Equal(t, fmt.Sprintf("c%d", code), e.Code)
		assert.Equal(t, "words", e.Message)
		assert.NotContains(t, err.Error(), "giving up")
		assert.Contains(t, err.Error(), "3 attempts")
	}
	s, arrived, _ := serve(t, 99, reset(true))
	err := newClient(t, s.URL).Call(t.Context(), call(read), nil)
	var broken *tenantry.TransportError
	require.ErrorAs(t, err, &broken)
	assert.EqualValues(t, 3, arrived.Load())
	assert.Equal(t, 3, broken.Attempts)
}

func TestNoRetriesWhereThePolicySaysSo(t *testing.T) {
	s, arrived, _ := serve(t, 99, status(503))
	err := newClient(t, s.URL, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1})).Call(t.Context(), call(read), nil)
	require.ErrorIs(t, err, tenantry.ErrServer)
	assert.EqualValues(t, 1, arrived.Load())
}

// A request that never left is sent again whatever it is.
func TestNeverLeft(t *testing.T) {
	for _, op := range []*transport.Op{read, write} {
		t.Run("dial/"+op.Name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			require.NoError(t, l.Close())
			err = newClient(t, "http://"+l.Addr().String()).Call(t.Context(), call(op), nil)
			var e *tenantry.TransportError
			require.ErrorAs(t, err, &e)
			assert.False(t, e.MaybeSent)
			assert.Equal(t, 3, e.Attempts)
		})
		t.Run("TLS/"+op.Name, func(t *testing.T) {
			var dials atomic.Int64
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			defer l.Close()
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					dials.Add(1)
					_ = conn.Close()
				}
			}()
			err = newClient(t, "https://"+l.Addr().String()).Call(t.Context(), call(op), nil)
			var e *tenantry.TransportError
			require.ErrorAs(t, err, &e)
			assert.False(t, e.MaybeSent)
			assert.EqualValues(t, 3, dials.Load())
		})
		t.Run("connection closed while idle/"+op.Name, func(t *testing.T) {
			s, arrived, _ := serve(t, 0, nil)
			c := newClient(t, s.URL, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond}))
			failed := 0
			for range 20 {
				err := c.Call(t.Context(), call(op), nil)
				var e *tenantry.TransportError
				if errors.As(err, &e) && op == write {
					// The connection went while the request was being written.
					assert.True(t, e.MaybeSent)
					failed++
				} else {
					require.NoError(t, err)
				}
				s.CloseClientConnections()
			}
			assert.GreaterOrEqual(t, arrived.Load(), int64(20-failed))
			if op == write {
				assert.LessOrEqual(t, arrived.Load(), int64(20), "no write twice")
			}
		})
	}
}

func TestCertificateThatIsNotTrusted(t *testing.T) {
	s := httptest.NewTLSServer(http.NotFoundHandler())
	s.Config.ErrorLog = nil
	defer s.Close()
	err := newClient(t, s.URL).Call(t.Context(), call(read), nil)
	var e *tenantry.TransportError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 1, e.Attempts, "it would not be trusted next time either")
	assert.False(t, e.MaybeSent)
}

func TestRetryAfter(t *testing.T) {
	date := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for _, c := range []struct {
		name, value string
		arrivals    int64
		least       time.Duration // of RetryAfter, where the wait is not begun
	}{
		{"zero", "0", 2, 0},
		{"negative", "-5", 2, 0},
		{"a date past", date(-time.Hour), 2, 0},
		{"more than MaxWait", "6", 1, 6 * time.Second},
		{"a date beyond MaxWait", date(time.Hour), 1, 59 * time.Minute},
		{"absurd", "99999999999999999999999", 1, 1 << 62},
		{"86400", "86400", 1, 24 * time.Hour},
	} {
		for _, code := range []int{429, 503} {
			t.Run(fmt.Sprint(code, " ", c.name), func(t *testing.T) {
				s, arrived, _ := serve(t, 1, status(code, "Retry-After", c.value))
				err := newClient(t, s.URL).Call(t.Context(), call(read), nil)
				assert.Equal(t, c.arrivals, arrived.Load())
				if c.least == 0 {
					require.NoError(t, err)
					return
				}
				var e *tenantry.Error
				require.ErrorAs(t, err, &e)
				assert.GreaterOrEqual(t, e.RetryAfter, c.least)
				assert.Equal(t, 1, e.Attempts)
			})
		}
	}
}

func TestRetryAfterIsNotShortened(t *testing.T) {
	s, _, _ := serve(t, 1, status(429, "Retry-After", "1"))
	var waits []time.Duration
	c := newClient(t, s.URL, tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { waits = append(waits, e.RetryIn) }))
	require.NoError(t, c.Call(t.Context(), call(read), nil))
	require.Len(t, waits, 2)
	assert.GreaterOrEqual(t, waits[0], time.Second)
}

func TestWaitThatWouldPassTheDeadline(t *testing.T) {
	s, arrived, _ := serve(t, 99, status(503, "Retry-After", "4"))
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	err := newClient(t, s.URL).Call(ctx, call(read), nil)
	var e *tenantry.Error
	require.ErrorAs(t, err, &e)
	assert.NoError(t, ctx.Err(), "the error comes at once")
	assert.Equal(t, 4*time.Second, e.RetryAfter)
	assert.EqualValues(t, 1, arrived.Load())
}

func TestCancelledWait(t *testing.T) {
	s, arrived, _ := serve(t, 99, status(503, "Retry-After", "4"))
	ctx, cancel := context.WithCancel(t.Context())
	c := newClient(t, s.URL, tenantry.WithObserver(func(context.Context, tenantry.Exchange) { cancel() }))
	err := c.Call(ctx, call(read), nil)
	require.ErrorIs(t, err, context.Canceled)
	var e *tenantry.Error
	require.ErrorAs(t, err, &e, "what the server said is not lost")
	assert.Equal(t, 503, e.StatusCode)
	assert.EqualValues(t, 1, arrived.Load())
}

func TestCancelledBeforeAndDuring(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, arrived, _ := serve(t, 0, nil)
	err := newClient(t, s.URL).Call(ctx, call(read), nil)
	require.ErrorIs(t, err, context.Canceled)
	assert.EqualValues(t, 0, arrived.Load())

	block := make(chan struct{})
	s, arrived, _ = serve(t, 99, func(http.ResponseWriter, *http.Request) { <-block })
	ctx, cancel = context.WithCancel(t.Context())
	go func() {
		for arrived.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	err = newClient(t, s.URL).Call(ctx, call(write), nil)
	close(block)
	require.ErrorIs(t, err, context.Canceled)
	var e *tenantry.TransportError
	require.ErrorAs(t, err, &e)
	assert.True(t, e.MaybeSent)
	assert.EqualValues(t, 1, arrived.Load())
}

// The caller's own client's Timeout bounds an attempt, not the call.
func TestAttemptTimeout(t *testing.T) {
	block := make(chan struct{})
	s, arrived, _ := serve(t, 1, func(http.ResponseWriter, *http.Request) { <-block })
	defer close(block)
	require.NoError(t, newClient(t, s.URL, tenantry.WithHTTPClient(&http.Client{Timeout: 300 * time.Millisecond, Transport: &http.Transport{DisableKeepAlives: true}})).Call(t.Context(), call(read), nil))
	assert.EqualValues(t, 2, arrived.Load())
}

// A round tripper of the caller's own, which tells nothing of connections.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestForeignRoundTripper(t *testing.T) {
	for _, c := range []struct {
		err       error
		maybeSent bool
	}{
		{io.ErrUnexpectedEOF, true},
		{os.ErrDeadlineExceeded, true},
		{&net.OpError{Op: "dial", Err: errors.New("refused")}, false},
		{&net.DNSError{Err: "no such host"}, false},
	} {
		err := newClient(t, "https://example.test", tenantry.WithHTTPClient(&http.Client{Transport: failing{c.err}})).Call(t.Context(), call(write), nil)
		var e *tenantry.TransportError
		require.ErrorAs(t, err, &e)
		assert.Equal(t, c.maybeSent, e.MaybeSent, "%v", c.err)
		if c.maybeSent {
			assert.Equal(t, 1, e.Attempts)
		} else {
			assert.Equal(t, 3, e.Attempts)
		}
		require.ErrorIs(t, err, c.err)
	}
}
