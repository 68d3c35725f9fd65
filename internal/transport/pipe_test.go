package transport_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// A pipeServer serves connections in memory, which a synctest bubble can wait
// for. Its handler gets each connection with its number, from 1.
type pipeServer struct {
	handle func(n int64, conn net.Conn, r *bufio.Reader)
	conns  atomic.Int64
}

// maxConns ends a test whose client never stops.
const maxConns = 50

func (s *pipeServer) dial(context.Context, string, string) (net.Conn, error) {
	n := s.conns.Add(1)
	if n > maxConns {
		return nil, errors.New("test: the client does not stop")
	}
	client, server := net.Pipe()
	go func() {
		defer server.Close()
		s.handle(n, server, bufio.NewReader(server))
	}()
	return client, nil
}

// transport returns the SDK's own transport, apart from its dialling. At the
// bubble's end it waits for the server's goroutines.
func (s *pipeServer) transport(t *testing.T) *http.Transport {
	rt := tenantry.NewTransport()
	rt.DialContext = s.dial
	t.Cleanup(func() {
		rt.CloseIdleConnections()
		time.Sleep(24 * time.Hour)
	})
	return rt
}

// stubbed returns a client over a round tripper of the test. Its waits are long:
// they are the bubble's.
func stubbed(t *testing.T, rt http.RoundTripper, opts ...tenantry.Option) *transport.Client {
	t.Helper()
	c, err := transport.New(transport.Spec{API: "test", BaseURL: "http://127.0.0.1", DecodeError: decodeError}, append([]tenantry.Option{
		tenantry.WithHTTPClient(&http.Client{Transport: rt}),
		tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: 10 * time.Second, MaxWait: time.Minute}),
	}, opts...))
	require.NoError(t, err)
	c.SetAuth(auth.Bearer("token-of-the-test"))
	return c
}

// request reads one request with its body.
func request(r *bufio.Reader) (*http.Request, error) {
	req, err := http.ReadRequest(r)
	if err == nil {
		_, err = io.Copy(io.Discard, req.Body)
	}
	return req, err
}

const well = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"name\":\"well\"}"

// A stub is a round tripper that is a function.
type stub func(*http.Request) (*http.Response, error)

func (s stub) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

// response returns a response with the given headers, in pairs.
func response(status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}
