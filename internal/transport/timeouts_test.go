package transport_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

var noRetries = tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1})

// Every attempt ends, by the limit that applies and with an error that names
// it; honest servers that take their time are waited for.
func TestEveryAttemptEnds(t *testing.T) {
	const headers = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
	slowly := func(conn net.Conn, text string, pause time.Duration) {
		for i := range len(text) {
			time.Sleep(pause)
			if _, err := io.WriteString(conn, text[i:i+1]); err != nil {
				return
			}
		}
	}
	for _, c := range []struct {
		name  string
		serve func(conn net.Conn, r *bufio.Reader)
		limit tenantry.Timeouts
		clnt  time.Duration // http.Client.Timeout
		raise time.Duration // Op.Attempt
		took  time.Duration
		want  string // "" for success
	}{
		{name: "no headers", serve: func(conn net.Conn, r *bufio.Reader) { _, _ = request(r); time.Sleep(time.Hour) },
			took: 2 * time.Minute, want: "no response within 2m0s"},
		{name: "headers after 119 s", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			time.Sleep(119 * time.Second)
			_, _ = io.WriteString(conn, well)
		},
			took: 119 * time.Second},
		{name: "silence after the headers", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			_, _ = io.WriteString(conn, headers)
			time.Sleep(time.Hour)
		},
			took: 30 * time.Second, want: "stalled for 30s"},
		{name: "silence within the body", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			_, _ = io.WriteString(conn, headers)
			time.Sleep(20 * time.Second)
			_, _ = io.WriteString(conn, "{")
			time.Sleep(time.Hour)
		}, took: 50 * time.Second, want: "stalled for 30s"},
		{name: "silence after 119 s without headers", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			time.Sleep(119 * time.Second)
			_, _ = io.WriteString(conn, headers)
			time.Sleep(time.Hour)
		}, took: 120 * time.Second, want: "no response within 2m0s"},
		{name: "a byte at a time", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			_, _ = io.WriteString(conn, headers)
			slowly(conn, `{"name":"well"}`, 29*time.Second)
		}, took: 2 * time.Minute, want: "no response within 2m0s"},
		{name: "a byte at a time, allowed", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			_, _ = io.WriteString(conn, headers)
			slowly(conn, `{"name":"well"}`, 29*time.Second)
		}, limit: tenantry.Timeouts{Attempt: -1}, took: 15 * 29 * time.Second},
		{name: "an error body that stalls", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 150\r\n\r\n")
			_, _ = io.WriteString(conn, `{"error":{"code":"c400","message":"words"}}`)
			time.Sleep(time.Hour)
		}, took: 30 * time.Second, want: "400 c400: words"},
		{name: "no limits", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			time.Sleep(time.Hour)
			_, _ = io.WriteString(conn, well)
		},
			limit: tenantry.Timeouts{Attempt: -1, Idle: -1}, took: time.Hour},
		{name: "an operation that takes longer", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			time.Sleep(9 * time.Minute)
			_, _ = io.WriteString(conn, well)
		},
			raise: 10 * time.Minute, took: 9 * time.Minute},
		{name: "a request that is read slowly", serve: func(conn net.Conn, r *bufio.Reader) {
			time.Sleep(100 * time.Second)
			_, _ = request(r)
			time.Sleep(100 * time.Second)
			_, _ = io.WriteString(conn, well)
		}, took: 200 * time.Second},
		{name: "a request that is never read", serve: func(net.Conn, *bufio.Reader) { time.Sleep(time.Hour) },
			took: 2 * time.Minute, want: "no response within 2m0s"},
		{name: "101", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
			time.Sleep(time.Hour)
		}, want: "switched protocols"},
		{name: "the client's timeout", serve: func(conn net.Conn, r *bufio.Reader) { _, _ = request(r); time.Sleep(time.Hour) },
			clnt: 100 * time.Millisecond, took: 100 * time.Millisecond, want: "no response within the client's timeout of 100ms"},
		{name: "the client's timeout within the body", serve: func(conn net.Conn, r *bufio.Reader) {
			_, _ = request(r)
			_, _ = io.WriteString(conn, headers)
			time.Sleep(time.Hour)
		}, clnt: 100 * time.Millisecond, took: 100 * time.Millisecond, want: "no response within the client's timeout of 100ms"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &pipeServer{handle: func(_ int64, conn net.Conn, r *bufio.Reader) { c.serve(conn, r) }}
				op := *search
				op.Attempt = c.raise
				begin := time.Now()
				var got thing
				err := stubbed(t, nil, noRetries, tenantry.WithTimeouts(c.limit),
					tenantry.WithHTTPClient(&http.Client{Transport: s.transport(t), Timeout: c.clnt})).Call(t.Context(), call(&op), &got)
				assert.Equal(t, c.took, time.Since(begin)) // on the bubble's clock
				if c.want == "" {
					require.NoError(t, err)
					assert.Equal(t, "well", got.Name)
					return
				}
				require.ErrorContains(t, err, c.want)
				assert.NotErrorIs(t, err, context.DeadlineExceeded, "that is the caller's deadline")
				var e *tenantry.TransportError
				if errors.As(err, &e) {
					assert.Equal(t, c.name != "101", e.Timeout())
				}
			})
		})
	}
}

// The http.Client's Timeout bounds an attempt, and neither the wait for a token
// nor the call.
func TestClientTimeoutBoundsAnAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		c := stubbed(t, nil, tenantry.WithHTTPClient(&http.Client{Timeout: time.Second, Transport: stub(func(r *http.Request) (*http.Response, error) {
			if n++; n < 3 {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return response(200, `{"name":"x"}`), nil
		})}))
		c.SetAuth(slowAuth{})
		require.NoError(t, c.Call(t.Context(), call(read), nil))
		assert.Equal(t, 3, n)
	})
}

// slowAuth takes longer than the client's timeout.
type slowAuth struct{}

func (slowAuth) Authorize(ctx context.Context, _ *http.Request) error {
	time.Sleep(time.Minute)
	return ctx.Err()
}
func (slowAuth) Rejected(context.Context, string, time.Time) (bool, error) { return false, nil }
func (slowAuth) Close()                                                    {}

// A timed out write may have been carried out; a timed out read is repeated.
func TestTimeoutsAreRetriedByTheRules(t *testing.T) {
	for _, op := range []*transport.Op{read, search, write} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			c := stubbed(t, stub(func(r *http.Request) (*http.Response, error) {
				n++
				<-r.Context().Done()
				return nil, r.Context().Err()
			}))
			err := c.Call(t.Context(), call(op), nil)
			var e *tenantry.TransportError
			require.ErrorAs(t, err, &e)
			assert.True(t, e.Timeout())
			assert.Equal(t, !op.Repeatable, e.MaybeSent)
			if op.Repeatable {
				assert.Equal(t, 3, n)
				assert.NotContains(t, err.Error(), "carried it out")
			} else {
				assert.Equal(t, 1, n)
				assert.Contains(t, err.Error(), "the server may have carried it out")
			}
		})
	}
}

// The context's own error and cause are kept, and told from the SDK's limits.
func TestContextErrors(t *testing.T) {
	stopped := errors.New("the job was stopped")
	for name, c := range map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want []error
		text string
	}{
		"deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		},
			[]error{context.DeadlineExceeded}, "context deadline exceeded"},
		"cause": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			time.AfterFunc(time.Second, func() { cancel(stopped) })
			return ctx, func() {}
		}, []error{context.Canceled, stopped}, "context canceled: the job was stopped"},
		"deadline with a cause": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeoutCause(ctx, time.Second, stopped)
		}, []error{context.DeadlineExceeded, stopped}, "the job was stopped"},
	} {
		for where, rt := range map[string]http.RoundTripper{
			"in the request": stub(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, fmt.Errorf("wrapped: %w", context.Cause(r.Context()))
			}),
			"in a wait": stub(func(*http.Request) (*http.Response, error) {
				return response(503, `{"error":{"code":"c503","message":"words"}}`, "Retry-After", "0"), nil
			}),
		} {
			t.Run(name+" "+where, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := c.end(t.Context())
					defer cancel()
					policy := tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1 << 30, MinWait: time.Nanosecond, MaxWait: 2 * time.Nanosecond})
					if where == "in a wait" && name != "cause" {
						t.Skip("a wait that would pass the deadline is not begun")
					}
					if where == "in a wait" {
						policy = tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 5, MinWait: time.Hour, MaxWait: time.Hour})
					}
					err := stubbed(t, rt, policy).Call(ctx, call(read), nil)
					for _, want := range c.want {
						require.ErrorIs(t, err, want)
					}
					assert.ErrorContains(t, err, c.text)
					var e *tenantry.TransportError
					require.ErrorAs(t, err, &e)
					assert.Equal(t, errors.Is(err, context.DeadlineExceeded), e.Timeout())
				})
			})
		}
	}
}

// A file that is downloaded takes as long as it takes, if only bytes come.
func TestDownloads(t *testing.T) {
	for name, c := range map[string]struct {
		pause time.Duration
		want  string
	}{
		"slow":    {29 * time.Second, ""},
		"stalled": {31 * time.Second, "stalled for 30s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &pipeServer{handle: func(n int64, conn net.Conn, r *bufio.Reader) {
					_, _ = request(r)
					if n == 1 {
						_, _ = io.WriteString(conn, "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: http://127.0.0.1/file?signature=hidden\r\nContent-Length: 0\r\n\r\n")
						return
					}
					_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n")
					for range 20 {
						time.Sleep(c.pause)
						if _, err := io.WriteString(conn, "x"); err != nil {
							return
						}
					}
				}}
				client := stubbed(t, s.transport(t), noRetries)
				var file bytes.Buffer
				n, err := client.Download(t.Context(), call(read), &file, 20)
				if c.want != "" {
					require.ErrorContains(t, err, c.want)
					assert.NotContains(t, err.Error(), "hidden")
					return
				}
				require.NoError(t, err, "a file of exactly the limit is complete")
				assert.EqualValues(t, 20, n)
			})
		})
	}
}

// A transport that asks for the end of its context late, or never, is bounded by
// the same limits.
func TestTransportsThatAskLate(t *testing.T) {
	for name, c := range map[string]struct {
		read func(ctx context.Context) (int, error)
		took time.Duration
		want string
	}{
		"within the read": {func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() }, 30 * time.Second, "stalled for 30s"},
		"by its error": {func(ctx context.Context) (int, error) {
			for ctx.Err() == nil {
				time.Sleep(time.Second)
			}
			return 0, ctx.Err()
		}, 30 * time.Second, "stalled for 30s"},
		"never, with empty reads": {func(context.Context) (int, error) { time.Sleep(time.Second); return 0, nil }, 30 * time.Second, "stalled for 30s"},
		"never, a byte at a time": {func(context.Context) (int, error) { time.Sleep(29 * time.Second); return 1, nil }, 2 * time.Minute, "no response within 2m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				err := stubbed(t, stub(func(r *http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: 200, Body: io.NopCloser(reader(func([]byte) (int, error) { return c.read(r.Context()) }))}, nil
				}), noRetries).Call(t.Context(), call(read), nil)
				require.ErrorContains(t, err, c.want)
				assert.WithinRange(t, time.Now(), begin.Add(c.took), begin.Add(c.took+30*time.Second))
			})
		})
	}
}

type reader func([]byte) (int, error)

func (r reader) Read(b []byte) (int, error) { return r(b) }
