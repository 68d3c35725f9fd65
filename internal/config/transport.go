package config

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// NewTransport returns the SDK's default transport. Its connections count what
// is written to them, so that a request that was never sent can be told from
// one that may have been.
func NewTransport() *http.Transport {
	return newTransport(&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second})
}

func newTransport(dialer *net.Dialer) *http.Transport {
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
			if resp.StatusCode != http.StatusOK {
				return &ProxyError{resp.StatusCode}
			}
			return nil
		},
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return Count(conn), nil
		},
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   256, // as many as WithPrefetch allows
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
}

// A ProxyError reports that a proxy refused to connect.
type ProxyError struct{ StatusCode int }

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy refused to connect: %d %s", e.StatusCode, http.StatusText(e.StatusCode))
}

// UnmatchedError reports a request that a mock does not expect. It was not sent.
type UnmatchedError struct {
	Method, Path string
	Err          error
}

func (e *UnmatchedError) Error() string { return fmt.Sprintf("%s %s: %v", e.Method, e.Path, e.Err) }

// Unwrap returns the mock's error.
func (e *UnmatchedError) Unwrap() error { return e.Err }

// Count returns conn with a count of what is written to it.
func Count(conn net.Conn) *Conn { return &Conn{Conn: conn} }

// A Conn counts the bytes that were, or are being, written to a connection.
type Conn struct {
	net.Conn
	written atomic.Int64
}

// Written returns the number of bytes written so far. Bytes of a Write that
// has not returned count, since they may be on their way. TLS alerts do not:
// they end a connection and are not part of a request.
func (c *Conn) Written() int64 { return c.written.Load() }

// Write counts b before it writes it.
func (c *Conn) Write(b []byte) (int, error) {
	if isAlert(b) {
		return c.Conn.Write(b)
	}
	c.written.Add(int64(len(b)))
	n, err := c.Conn.Write(b)
	c.written.Add(int64(n - len(b)))
	return n, err
}

// isAlert reports whether b is a TLS alert: a record of that type or, in TLS
// 1.3, where the type is encrypted, a record with the size of one. No HTTP
// request starts with such a record.
func isAlert(b []byte) bool {
	const (
		alert, applicationData = 21, 23
		encryptedAlert         = 5 + 2 + 1 + 16 // header, alert, type, tag
	)
	if len(b) < 5 || b[1] != 3 {
		return false
	}
	return b[0] == alert || b[0] == applicationData && len(b) == encryptedAlert
}

// shared is the transport of all clients that were not given another one.
var shared struct {
	sync.Mutex
	transport *http.Transport
	users     int
}

// SharedTransport returns the transport that clients share by default. The
// caller must call release once; the last release closes idle connections.
func SharedTransport() (transport *http.Transport, release func()) {
	shared.Lock()
	defer shared.Unlock()
	if shared.transport == nil {
		shared.transport = NewTransport()
	}
	shared.users++
	return shared.transport, sync.OnceFunc(func() {
		shared.Lock()
		shared.users--
		last := shared.users == 0
		shared.Unlock()
		if last {
			shared.transport.CloseIdleConnections()
		}
	})
}
