package transport_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/config"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// A request without a body has no body of length unknown: strict servers respond
// 411 to a chunked one.
func TestEmptyBodiesHaveALength(t *testing.T) {
	for method, want := range map[string]string{"GET": "", "HEAD": "", "DELETE": "", "POST": "0", "PUT": "0", "PATCH": "0"} {
		for _, scheme := range []auth.Scheme{auth.Bearer("t"), auth.OAuth1("key", "secret", auth.HMACSHA1)} {
			synctest.Test(t, func(t *testing.T) {
				var head http.Header
				s := &pipeServer{handle: func(_ int64, conn net.Conn, r *bufio.Reader) {
					var b bytes.Buffer
					req, err := http.ReadRequest(bufio.NewReader(io.TeeReader(r, &b)))
					assert.NoError(t, err)
					assert.Empty(t, req.TransferEncoding)
					lines, err := bufio.NewReader(&b).ReadString('\x00')
					assert.ErrorIs(t, err, io.EOF)
					head = make(http.Header)
					for line := range strings.SplitSeq(lines, "\r\n") {
						name, value, _ := strings.Cut(line, ": ")
						head.Add(name, value)
					}
					_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
				}}
				c := stubbed(t, s.transport(t))
				c.SetAuth(scheme)
				op := &transport.Op{Name: "things.act", Method: method, Path: "/v1/act", Repeatable: true}
				require.NoError(t, c.Call(t.Context(), &transport.Call{Op: op}, nil))
				assert.Equal(t, want, head.Get("Content-Length"), method)
				assert.Empty(t, head.Get("Transfer-Encoding"))
			})
		}
	}
}

// A brokenConn is a connection that the server closed without the client's
// noticing: it can be read no more, and nothing can be written to it.
type brokenConn struct {
	net.Conn
	requests int  // that it takes before it breaks
	partly   bool // it takes the first bytes of the one that breaks it
}

func (c *brokenConn) Write(b []byte) (int, error) {
	if c.requests == 0 {
		if c.partly {
			n, _ := c.Conn.Write(b[:5])
			return n, errors.New("broken pipe")
		}
		return 0, errors.New("broken pipe")
	}
	c.requests--
	return c.Conn.Write(b)
}

// A request that meets a connection which was closed while it was idle was not
// sent. It is repeated at once, whatever it is, and it is an attempt of ours:
// net/http must not repeat it by itself.
func TestStaleConnections(t *testing.T) {
	empty := &transport.Op{Name: "things.act", Method: http.MethodPost, Path: "/v1/act"}
	for _, op := range []*transport.Op{read, search, write, empty} {
		for _, partly := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%t", op.Name, partly), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var arrived atomic.Int64
					s := &pipeServer{handle: func(_ int64, conn net.Conn, r *bufio.Reader) {
						for {
							if _, err := request(r); err != nil {
								return
							}
							arrived.Add(1)
							_, _ = io.WriteString(conn, well)
						}
					}}
					rt := s.transport(t)
					rt.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
						conn, err := s.dial(ctx, network, addr)
						if err == nil && s.conns.Load() == 1 {
							conn = &brokenConn{Conn: conn, requests: 1, partly: partly}
						}
						return config.Count(conn), err
					}
					var seen []tenantry.Exchange
					c := stubbed(t, rt, tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { seen = append(seen, e) }))
					small := &transport.Call{Op: op}
					if op == read {
						small.Args = []string{"a"}
					} else if op != empty {
						small.Body = &thing{Name: "x"}
					}
					require.NoError(t, c.Call(t.Context(), small, nil))
					begin := time.Now()
					err := c.Call(t.Context(), small, nil)
					if partly && !op.Repeatable {
						var e *tenantry.TransportError
						require.ErrorAs(t, err, &e)
						assert.True(t, e.MaybeSent)
						assert.Len(t, seen, 2)
						return
					}
					require.NoError(t, err)
					assert.EqualValues(t, 2, arrived.Load())
					require.Len(t, seen, 3, "the call took two attempts")
					assert.Equal(t, 2, seen[2].Attempt)
					if !partly {
						assert.Zero(t, time.Since(begin), "a new connection is enough: there is no wait") // on the bubble's clock
					}
				})
			})
		}
	}
}

// Nothing below an attempt sends again: what net/http would repeat by itself is
// counted, paced and bounded by the policy.
func TestNothingSendsBehindOurBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived atomic.Int64
		s := &pipeServer{handle: func(n int64, conn net.Conn, r *bufio.Reader) {
			for first := true; ; first = false {
				if _, err := request(r); err != nil {
					return
				}
				arrived.Add(1)
				if n > 1 || !first { // reads the request, and closes without a word
					return
				}
				_, _ = io.WriteString(conn, well)
			}
		}}
		c := stubbed(t, s.transport(t))
		require.NoError(t, c.Call(t.Context(), call(read), nil))
		arrived.Store(0)
		err := c.Call(t.Context(), call(read), nil)
		var e *tenantry.TransportError
		require.ErrorAs(t, err, &e)
		assert.EqualValues(t, e.Attempts, arrived.Load())
		assert.Equal(t, 3, e.Attempts)
	})
}

// Backoff grows, has jitter over its whole range, and is capped.
func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 300
		waits := make(map[int][]time.Duration)
		c := stubbed(t, stub(func(*http.Request) (*http.Response, error) { return response(503, `{}`), nil }),
			tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 6, MinWait: time.Second, MaxWait: 10 * time.Second}),
			tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) {
				if e.WillRetry {
					waits[e.Attempt] = append(waits[e.Attempt], e.RetryIn)
				}
			}))
		for range calls {
			require.ErrorIs(t, c.Call(t.Context(), call(read), nil), tenantry.ErrServer)
		}
		for attempt, ceiling := range map[int]time.Duration{1: 1, 2: 2, 3: 4, 4: 8, 5: 10, 6: 10} {
			ceiling *= time.Second
			require.Len(t, waits[attempt], calls)
			var longest time.Duration
			low := 0
			for _, w := range waits[attempt] {
				longest = max(longest, w)
				if w < ceiling/4 {
					low++
				}
			}
			assert.LessOrEqual(t, longest, ceiling, "attempt %d", attempt)
			assert.Greater(t, longest, ceiling*9/10, "attempt %d", attempt)
			assert.InDelta(t, calls/4, low, calls/8, "attempt %d", attempt)
		}
	})
}

// Retry-After in every form that servers use, measured by the server's clock.
func TestRetryAfterForms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now().UTC()
		const minute = time.Minute
		date := func(d time.Duration, layout string) string { return now.Add(d).Format(layout) }
		for name, row := range map[string]struct {
			header []string
			want   time.Duration // RetryAfter of a 503
		}{
			"seconds":              {[]string{"Retry-After", "120"}, 2 * minute},
			"seconds with a unit":  {[]string{"Retry-After", "300s"}, 5 * minute},
			"fraction":             {[]string{"Retry-After", "90.5"}, 90500 * time.Millisecond},
			"blanks":               {[]string{"Retry-After", "  120  "}, 2 * minute},
			"IMF-fixdate":          {[]string{"Retry-After", date(5*minute, http.TimeFormat)}, 5 * minute},
			"RFC 850":              {[]string{"Retry-After", date(5*minute, time.RFC850)}, 5 * minute},
			"asctime":              {[]string{"Retry-After", date(5*minute, time.ANSIC)}, 5 * minute},
			"UTC":                  {[]string{"Retry-After", date(5*minute, "Mon, 02 Jan 2006 15:04:05 UTC")}, 5 * minute},
			"+0000":                {[]string{"Retry-After", date(5*minute, time.RFC1123Z)}, 5 * minute},
			"+0200":                {[]string{"Retry-After", now.Add(5 * minute).In(time.FixedZone("", 7200)).Format(time.RFC1123Z)}, 5 * minute},
			"RFC 3339":             {[]string{"Retry-After", date(5*minute, time.RFC3339)}, 5 * minute},
			"a zone by name":       {[]string{"Retry-After", date(5*minute, "Mon, 02 Jan 2006 15:04:05 PST")}, minute},
			"largest of a list":    {[]string{"Retry-After", "70, 130,90"}, 130 * time.Second},
			"dates in a list":      {[]string{"Retry-After", date(2*minute, http.TimeFormat) + ", " + date(5*minute, time.RFC850) + ", 90"}, 5 * minute},
			"largest of headers":   {[]string{"Retry-After", "70", "Retry-After", "130", "Retry-After", "90"}, 130 * time.Second},
			"unreadable":           {[]string{"Retry-After", "soon"}, minute},
			"unreadable in a list": {[]string{"Retry-After", "soon, 90"}, 90 * time.Second},
			"a malformed date":     {[]string{"Retry-After", "Fri, 99 Foo 2026"}, minute},
			"NaN":                  {[]string{"Retry-After", "NaN"}, minute},
			"absurd":               {[]string{"Retry-After", "99999999999999999999999"}, 1<<63 - 1},
			"server is behind": {[]string{"Retry-After", now.Add(-10*minute + 5*minute).Format(http.TimeFormat),
				"Date", now.Add(-10 * minute).Format(http.TimeFormat)}, 5 * minute},
			"server is ahead": {[]string{"Retry-After", now.Add(65 * minute).Format(http.TimeFormat),
				"Date", now.Add(60 * minute).Format(http.TimeFormat)}, 5 * minute},
			"an unreadable Date": {[]string{"Retry-After", date(5*minute, http.TimeFormat), "Date", "today"}, 5 * minute},
			"empty":              {[]string{"Retry-After", ""}, 0},
			"blank":              {[]string{"Retry-After", "  "}, 0},
			"zero":               {[]string{"Retry-After", "0"}, 0},
			"negative":           {[]string{"Retry-After", "-120"}, 0},
			"past":               {[]string{"Retry-After", date(-time.Hour, http.TimeFormat)}, 0},
			"absent":             {nil, 0},
		} {
			for _, status := range []int{429, 503, 400} {
				n := 0
				c := stubbed(t, stub(func(*http.Request) (*http.Response, error) {
					if n++; n > 1 {
						return response(200, `{}`), nil
					}
					return response(status, `{"error":{"code":"c","message":"m"}}`, row.header...), nil
				}), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: time.Nanosecond, MaxWait: 30 * time.Second}))
				err := c.Call(t.Context(), call(read), nil)
				want := row.want
				if want == minute && status == 400 {
					want = 0 // text that can't be read counts for statuses that are retried only
				}
				if want == 0 && status != 400 {
					require.NoError(t, err, name)
					assert.Equal(t, 2, n, name)
					continue
				}
				var e *tenantry.Error
				require.ErrorAs(t, err, &e, name)
				assert.InDelta(t, want, e.RetryAfter, float64(time.Second), "%s, %d", name, status)
				assert.Equal(t, 1, n, name)
			}
		}
	})
}

// No retry begins after the context has ended, whatever the attempt brought.
func TestNoRetryAfterTheContext(t *testing.T) {
	for name, fail := range map[string]func() (*http.Response, error){
		"status": func() (*http.Response, error) { return response(503, `{}`, "Retry-After", "0"), nil },
		"dial":   func() (*http.Response, error) { return nil, &net.OpError{Op: "dial", Err: errors.New("refused")} },
		"cut":    func() (*http.Response, error) { return nil, io.ErrUnexpectedEOF },
	} {
		n := 0
		ctx, cancel := context.WithCancel(t.Context())
		c := stubbed(t, stub(func(*http.Request) (*http.Response, error) {
			n++
			cancel()
			return fail()
		}), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 5, MinWait: time.Nanosecond}),
			tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { assert.Equal(t, name == "status", e.WillRetry, name) }))
		require.ErrorIs(t, c.Call(ctx, call(read), nil), context.Canceled, name)
		assert.Equal(t, 1, n, name)
	}
}

// What fails before a request is sent, and will fail again, is not retried.
func TestHopelessAttempts(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"unknown host":        {&net.DNSError{Err: "no such host", IsNotFound: true}, 2},
		"DNS does not answer": {&net.DNSError{Err: "i/o timeout", IsTimeout: true}, 3},
		"407":                 {&net.OpError{Op: "proxyconnect", Err: &config.ProxyError{StatusCode: 407}}, 1},
		"403":                 {&net.OpError{Op: "proxyconnect", Err: &config.ProxyError{StatusCode: 403}}, 1},
		"502":                 {&net.OpError{Op: "proxyconnect", Err: &config.ProxyError{StatusCode: 502}}, 3},
		"proxy is down":       {&net.OpError{Op: "proxyconnect", Err: errors.New("refused")}, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			err := stubbed(t, stub(func(*http.Request) (*http.Response, error) { n++; return nil, c.err })).Call(t.Context(), call(write), nil)
			var e *tenantry.TransportError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, c.want, n, name)
			assert.False(t, e.MaybeSent)
		})
	}
}

// A proxy's refusal is told by its status.
func TestProxyRefuses(t *testing.T) {
	n := 0
	s := &pipeServer{handle: func(_ int64, conn net.Conn, r *bufio.Reader) {
		n++
		_, _ = request(r)
		_, _ = io.WriteString(conn, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
	}}
	rt := tenantry.NewTransport()
	rt.DialContext = s.dial
	rt.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.test:3128"})
	c := stubbed(t, rt, tenantry.WithBaseURL("https://api.example.test"))
	err := c.Call(t.Context(), call(write), nil)
	require.ErrorContains(t, err, "the proxy refused to connect: 407 Proxy Authentication Required")
	assert.Equal(t, 1, n)
}

// The caller's own code may do anything. The error is clear, or the panic is
// the caller's own, and the client goes on.
func TestRoundTrippersThatMisbehave(t *testing.T) {
	closed := 0
	body := closer{strings.NewReader(`{}`), func() { closed++ }}
	for name, c := range map[string]struct {
		rt   stub
		want string
	}{
		"nothing":        {func(*http.Request) (*http.Response, error) { return nil, nil }, "neither a response nor an error"},
		"no body":        {func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 200}, nil }, ""},
		"no body, error": {func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 400}, nil }, "400"},
		"both": {func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: body}, io.ErrClosedPipe
		}, "closed pipe"},
		"both, without body": {func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 200}, io.ErrClosedPipe }, "closed pipe"},
		"no status":          {func(*http.Request) (*http.Response, error) { return &http.Response{Body: body}, nil }, "invalid status"},
		"empty reads": {func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: closer{&empty{n: 1000}, func() {}}}, nil
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			closed = 0
			err := stubbed(t, c.rt, noRetries).Call(t.Context(), call(search), nil)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
			if name == "both" || name == "no status" {
				assert.Equal(t, 1, closed, "the body is closed")
			}
		})
	}
}

type closer struct {
	io.Reader
	close func()
}

func (c closer) Close() error { c.close(); return nil }

// An empty reader says nothing n times before it ends.
type empty struct{ n int }

func (e *empty) Read([]byte) (int, error) {
	if e.n--; e.n < 0 {
		return 0, io.EOF
	}
	return 0, nil
}

// A panic is the caller's own, and takes nothing of the client with it.
func TestPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &metered{limit: 150, window: time.Minute}
		bad := true
		c := paced(t, m, tenantry.WithHTTPClient(&http.Client{Transport: stub(func(r *http.Request) (*http.Response, error) {
			if bad {
				panic("the caller's own")
			}
			return m.RoundTrip(r)
		})}))
		for range 200 {
			require.PanicsWithValue(t, "the caller's own", func() { _ = c.Call(t.Context(), call(read), nil) })
		}
		bad = false
		begin := time.Now()
		for range 100 {
			require.NoError(t, c.Call(t.Context(), call(read), nil))
		}
		assert.Less(t, time.Since(begin), 10*time.Second) // on the bubble's clock
	})
}

// A transport may change the headers of a request in place.
func TestHeadersAreNotShared(t *testing.T) {
	var got []http.Header
	c, err := transport.New(transport.Spec{API: "test", BaseURL: "https://example.test", Header: http.Header{"X-Spec": {"spec"}}}, []tenantry.Option{
		tenantry.WithHTTPClient(&http.Client{Transport: stub(func(r *http.Request) (*http.Response, error) {
			got = append(got, r.Header.Clone())
			for _, values := range r.Header {
				values[0] = "masked"
			}
			return response(401, `{"token":"token-of-the-test"}`), nil
		})}), noRetries})
	require.NoError(t, err)
	c.SetAuth(auth.Bearer("token-of-the-test"))
	header := http.Header{"X-Call": {"call"}}
	for range 2 {
		err = c.Call(t.Context(), &transport.Call{Op: write, Body: &thing{}, Header: header}, nil)
		var e *tenantry.Error
		require.ErrorAs(t, err, &e)
		assert.NotContains(t, string(e.Body), "token-of-the-test")
	}
	assert.Equal(t, got[0], got[1])
	assert.Equal(t, "Bearer token-of-the-test", got[1].Get("Authorization"))
	assert.Equal(t, "call", header.Get("X-Call"))
}

// Hosts are equal without case and with the scheme's own port. Anything else is
// another host.
func TestHosts(t *testing.T) {
	for to, same := range map[string]bool{
		"https://api.example.test/v1/x":         true,
		"https://API.Example.TEST:443/v1/x":     true,
		"HTTPS://api.example.test/v1/x":         true,
		"/v1/x":                                 true,
		"//api.example.test/v1/x":               true,
		"http://api.example.test/v1/x":          false,
		"http://api.example.test:443/v1/x":      false,
		"https://api.example.test:8443/v1/x":    false,
		"https://api.example.test.evil/v1/x":    false,
		"https://user@api.example.test/v1/x":    false,
		"https://evil.test/api.example.test":    false,
		"https://api.example.test%2eevil/v1/x":  false,
		"https:api.example.test/v1/x":           false,
		"https://api.example.test:44%33/hidden": false,
		"https://[::1/hidden":                   false,
	} {
		var hosts []string
		c := stubbed(t, stub(func(r *http.Request) (*http.Response, error) {
			hosts = append(hosts, r.URL.Host)
			if len(hosts) == 1 {
				return response(308, ``, "Location", to), nil
			}
			return response(200, `{}`), nil
		}), tenantry.WithBaseURL("https://api.example.test"))
		err := c.Call(t.Context(), &transport.Call{Op: read, Args: []string{"id-1234"}}, nil)
		if same {
			require.NoError(t, err, to)
			assert.Len(t, hosts, 2)
			continue
		}
		var e *tenantry.Error
		require.ErrorAs(t, err, &e, to)
		assert.Len(t, hosts, 1, to)
		assert.NotContains(t, err.Error(), "hidden")
		assert.NotContains(t, err.Error(), "id-1234")
		assert.NotContains(t, err.Error(), "token")
		assert.Empty(t, e.Header.Get("Location"))
	}
}

// A write whose response has no body succeeded, if nothing is promised.
// Otherwise the error says that it was accepted.
func TestResponsesWithoutABody(t *testing.T) {
	for _, status := range []int{200, 201, 202, 204} {
		for _, body := range []string{"", " \n", "{}", "null", `"ok"`} {
			c := stubbed(t, stub(func(*http.Request) (*http.Response, error) { return response(status, body), nil }))
			require.NoError(t, c.Call(t.Context(), call(write), nil), body)
			if strings.TrimSpace(body) == "" {
				err := c.Call(t.Context(), call(write), new(thing))
				require.ErrorContains(t, err, "empty")
				require.ErrorContains(t, err, "the server accepted the request, so do not send it again")
				err = c.Call(t.Context(), call(read), new(thing))
				require.ErrorContains(t, err, "empty")
				assert.NotContains(t, err.Error(), "again")
			}
		}
		for _, body := range []string{"<html>", "{", "{}{}"} {
			c := stubbed(t, stub(func(*http.Request) (*http.Response, error) { return response(status, body), nil }))
			var e *tenantry.DecodeError
			require.ErrorAs(t, c.Call(t.Context(), call(write), nil), &e, body)
		}
	}
}

// The body's limit is exact, and so is that of an error's.
func TestLimitsAreExact(t *testing.T) {
	sized := func(status, size int) stub {
		return func(*http.Request) (*http.Response, error) {
			return response(status, `{"name":"`+strings.Repeat("x", size-11)+`"}`), nil
		}
	}
	var got thing
	require.NoError(t, stubbed(t, sized(200, 1000), tenantry.WithMaxResponseBytes(1000)).Call(t.Context(), call(read), &got))
	require.ErrorIs(t, stubbed(t, sized(200, 1001), tenantry.WithMaxResponseBytes(1000)).Call(t.Context(), call(read), &got), tenantry.ErrTooLarge)

	var read1 atomic.Int64
	counting := stub(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 400, Body: closer{readerFunc(func(p []byte) (int, error) {
			read1.Add(int64(len(p)))
			return copy(p, bytes.Repeat([]byte("x"), len(p))), nil
		}), func() {}}}, nil
	})
	err := stubbed(t, counting).Call(t.Context(), call(read), nil)
	var e *tenantry.Error
	require.ErrorAs(t, err, &e)
	assert.LessOrEqual(t, read1.Load(), int64(2<<20), "an error's body is read up to 1 MiB")
	assert.GreaterOrEqual(t, read1.Load(), int64(1<<20))
	assert.Len(t, e.Body, 64<<10, "and kept up to 64 KiB")
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A closed client sends nothing. Closing again does nothing, and a transport of
// the caller's is not touched.
func TestClose(t *testing.T) {
	var closedIdle atomic.Int64
	s, arrived, _ := serve(t, 0, nil)
	c := newClient(t, s.URL, tenantry.WithHTTPClient(&http.Client{Transport: idleCloser{http.DefaultTransport, &closedIdle}}))
	require.NoError(t, c.Call(t.Context(), call(read), nil))
	scheme := &closedAuth{Scheme: auth.None}
	c.SetAuth(scheme)
	require.NoError(t, c.Close())
	require.NoError(t, c.Close())
	assert.Equal(t, 1, scheme.closed, "token fetches are ended")
	err := c.Call(t.Context(), call(write), nil)
	require.ErrorIs(t, err, tenantry.ErrClosed)
	assert.ErrorContains(t, err, "nothing was sent")
	assert.EqualValues(t, 1, arrived.Load())
	assert.Zero(t, closedIdle.Load())
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

type closedAuth struct {
	auth.Scheme
	closed int
}

func (c *closedAuth) Close() { c.closed++ }

type idleCloser struct {
	http.RoundTripper
	n *atomic.Int64
}

func (i idleCloser) CloseIdleConnections() { i.n.Add(1) }

// Clients share a transport, and with it connections.
func TestClientsShareATransport(t *testing.T) {
	var mu sync.Mutex
	conns := make(map[string]bool)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		conns[r.RemoteAddr] = true
		_, _ = io.WriteString(w, `{}`)
	}))
	defer s.Close()
	for range 50 {
		c := newClient(t, s.URL)
		defer c.Close()
		require.NoError(t, c.Call(t.Context(), call(read), nil))
	}
	assert.LessOrEqual(t, len(conns), 2)
}

// What a server repeats of a call's secrets, in whatever form, is in no error.
func TestRepeatedSecrets(t *testing.T) {
	const password = `p"ä/ss w&rd+1`
	secret := &transport.Op{Name: "people.sign-in", Method: http.MethodPost, Path: "/v1/sign-in/{id}", Secret: true}
	quoted := `p\"ä\/ss w\u0026rd+1`
	for name, echo := range map[string]string{
		"plain": password, "JSON": quoted, "query": url.QueryEscape(password), "path": url.PathEscape(password), "upper": strings.ToUpper(password),
	} {
		c := stubbed(t, stub(func(*http.Request) (*http.Response, error) {
			text := fmt.Sprintf("<%s> is wrong for id-1234 and q-5678, al+capone", echo)
			b := fmt.Sprintf(`{"error":{"code":"bad","message":%q,"details":{"only":%q,"a":[%q,{"b":12345678}]}}}`, text, echo, text)
			return response(400, b, "X-Echo", text, "X-Request-Id", "id-1234", "Location", "/"+password), nil
		}))
		var e *tenantry.Error
		require.ErrorAs(t, c.Call(t.Context(), &transport.Call{
			Op: secret, Args: []string{"id-1234"}, Query: url.Values{"q": {"q-5678", "al capone"}}, Body: map[string]any{"password": password, "pin": 12345678},
		}, nil), &e)
		all := fmt.Sprintf("%+v %s %s", *e, e, e.Body)
		for _, hidden := range []string{echo, password, "id-1234", "q-5678", "12345678", "1.2345678e+07"} {
			assert.NotContains(t, all, hidden, name)
		}
		assert.Contains(t, e.Message, "<[redacted]> is wrong for [redacted] and [redacted], [redacted]")
		assert.Equal(t, map[string]any{"a": []any{"[redacted]", map[string]any{"b": "[redacted]"}}}, map[string]any{"a": []any{e.Details["only"], e.Details["a"].([]any)[1]}})
		assert.Nil(t, e.Body, "the body of a secret operation is not kept")
	}
	// The signature and key of OAuth 1.0a, as sent and decoded.
	var sent string
	c := stubbed(t, stub(func(r *http.Request) (*http.Response, error) {
		sent = r.Header.Get("Authorization")
		plain, _ := url.PathUnescape(sent)
		return response(401, fmt.Sprintf(`{"error":{"code":"bad","message":%q}}`, sent+" "+plain)), nil
	}))
	c.SetAuth(auth.OAuth1("consumer-key", "secret", auth.HMACSHA1))
	var e *tenantry.Error
	require.ErrorAs(t, c.Call(t.Context(), call(read), nil), &e)
	_, signature, _ := strings.Cut(sent, `oauth_signature="`)
	signature = strings.TrimRight(signature, `"`)
	plain, err := url.PathUnescape(signature)
	require.NoError(t, err)
	for _, hidden := range []string{"consumer-key", signature, plain} {
		assert.NotContains(t, e.Message, hidden)
		assert.NotContains(t, string(e.Body), hidden)
	}
	assert.NotEmpty(t, e.Body)
}

// A client whose clock is off signs by the server's clock after one 401.
func TestSkewedClock(t *testing.T) {
	const off = 3 * time.Hour
	statuses := []int{}
	c := stubbed(t, stub(func(r *http.Request) (*http.Response, error) {
		status := 200
		if _, at, err := auth.VerifyOAuth1(r, "key", "secret", auth.HMACSHA1); err != nil || time.Until(at.Add(-off)).Abs() > time.Minute {
			status = 401
		}
		statuses = append(statuses, status)
		return response(status, `{}`, "Date", time.Now().Add(off).UTC().Format(http.TimeFormat)), nil
	}))
	c.SetAuth(auth.OAuth1("key", "secret", auth.HMACSHA1))
	for range 3 {
		require.NoError(t, c.Call(t.Context(), call(read), nil))
	}
	assert.Equal(t, []int{401, 200, 200, 200}, statuses)
}

// An observer and a logger see an error without the URL that is in it.
func TestObservedErrorsHoldNoURL(t *testing.T) {
	var log bytes.Buffer
	var seen []error
	c := newClient(t, "https://example.test", tenantry.WithHTTPClient(&http.Client{Transport: echo{}}),
		tenantry.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { seen = append(seen, e.Err) }))
	require.Error(t, c.Call(t.Context(), &transport.Call{Op: read, Args: []string{"personal-id"}, Query: url.Values{"email_1": {"al@example.test"}}}, nil))
	require.NotEmpty(t, seen)
	for _, hidden := range []string{"personal-id", "al%40example", "al@example", "token-of-the-test"} {
		assert.NotContains(t, fmt.Sprint(seen), hidden)
		assert.NotContains(t, log.String(), hidden)
	}
}
