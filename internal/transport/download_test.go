package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

var download = &Op{Name: "files.get", Method: http.MethodGet, Path: "/files/{id}", Repeatable: true}

func (c *Client) file(ctx context.Context, limit int64) (string, error) {
	var file bytes.Buffer
	_, err := c.Download(ctx, &Call{Op: download, Args: []string{"f1"}}, &file, limit)
	return file.String(), err
}

// redirecting returns a client of an API on loopback that says where its files
// are. public has the client take the API for a public one.
func redirecting(t *testing.T, location string, public bool, opts ...tenantry.Option) *Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
	}))
	t.Cleanup(s.Close)
	c, err := New(Spec{API: "test", BaseURL: s.URL}, append([]tenantry.Option{tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1})}, opts...))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	require.False(t, c.public)
	c.public = public
	return c
}

// A store is a server of files, which counts its requests.
func fileStore(t *testing.T) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	n := new(atomic.Int64)
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.Add(1)
		_, _ = io.WriteString(w, "a file")
	}))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(s.Close)
	return s, n
}

// trusting returns the SDK's own transport for a store's certificate.
func trusting(s *httptest.Server) *http.Transport {
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	rt := tenantry.NewTransport()
	rt.DisableKeepAlives = true
	rt.TLSClientConfig = &tls.Config{RootCAs: roots}
	return rt
}

// resolver returns one that resolves every name to the given address.
func resolver(t *testing.T, address string) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	ip := netip.MustParseAddr(address)
	kind := uint16(1) // A
	if ip.Is6() {
		kind = 28 // AAAA
	}
	go func() {
		query := make([]byte, 1500)
		for {
			n, client, err := server.ReadFrom(query)
			if err != nil {
				return
			}
			const header = 12
			end := header + bytes.IndexByte(query[header:n], 0) + 1 // of the name
			question := query[header : end+4]
			reply := append(bytes.Clone(query[:2]), 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0)
			reply = append(reply, question...)
			if binary.BigEndian.Uint16(question[len(question)-4:]) == kind {
				reply[7] = 1
				reply = append(reply, 0xc0, header)
				reply = binary.BigEndian.AppendUint16(reply, kind)
				reply = append(reply, 0, 1, 0, 0, 0, 60)
				reply = binary.BigEndian.AppendUint16(reply, uint16(len(ip.AsSlice())))
				reply = append(reply, ip.AsSlice()...)
			}
			_, _ = server.WriteTo(reply, client)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// A public API can't send the client to an address of the client's own network,
// by whatever name.
func TestStoresOfAPublicAPI(t *testing.T) {
	store, arrived := fileStore(t)
	_, port, err := net.SplitHostPort(store.Listener.Addr().String())
	require.NoError(t, err)
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254", "minio", "2130706433"} {
		for _, opt := range []tenantry.Option{nil, tenantry.WithHTTPClient(&http.Client{Transport: trusting(store)})} {
			_, err := redirecting(t, "https://"+host+":"+port+"/x?sig=canary", true, opt).file(t.Context(), 100)
			require.ErrorContains(t, err, "not fetched", host)
			assert.NotContains(t, err.Error(), "canary")
		}
	}
	_, err = redirecting(t, "http://127.0.0.1:"+port+"/x", true).file(t.Context(), 100)
	require.ErrorContains(t, err, "not fetched")
	for _, address := range []string{"127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "::ffff:127.0.0.1", "fd00::1", "fe80::1"} {
		c := redirecting(t, "https://files.example:"+port+"/x?sig=canary", true)
		assert.Same(t, config.PublicTransport(), c.direct)
		c.direct = config.NewPublicTransport(resolver(t, address))
		_, err := c.file(t.Context(), 100)
		require.ErrorIs(t, err, config.ErrNotPublic, address)
		assert.ErrorContains(t, err, "WithHTTPClient")
		assert.NotContains(t, err.Error(), "canary")
	}
	assert.Zero(t, arrived.Load())
}

// The fake of an API has its store on loopback too.
func TestStoresOfAFake(t *testing.T) {
	store, arrived := fileStore(t)
	file, err := redirecting(t, store.URL+"/x", false, tenantry.WithHTTPClient(&http.Client{Transport: trusting(store)})).file(t.Context(), 100)
	require.NoError(t, err)
	assert.Equal(t, "a file", file)
	assert.EqualValues(t, 1, arrived.Load())
}

// A proxy may be on the client's own network: it is the proxy that connects to
// the store.
func TestStoresBehindAProxy(t *testing.T) {
	store, arrived := fileStore(t)
	var connects atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connects.Add(1)
		to, err := net.Dial("tcp", store.Listener.Addr().String())
		if !assert.NoError(t, err) {
			return
		}
		defer to.Close()
		w.WriteHeader(http.StatusOK)
		from, buffered, err := http.NewResponseController(w).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		defer from.Close()
		go func() { _, _ = io.Copy(to, buffered) }() // the server may have read ahead
		_, _ = io.Copy(from, to)
	}))
	defer proxy.Close()
	proxyURL, err := url.Parse(proxy.URL)
	require.NoError(t, err)
	c := redirecting(t, "https://example.com/x", true)
	rt := trusting(store)
	rt.Proxy = func(r *http.Request) (*url.URL, error) {
		if r.URL.Hostname() == "127.0.0.1" { // the API
			return nil, nil
		}
		return proxyURL, nil
	}
	c.rt = rt
	file, err := c.file(t.Context(), 100)
	require.NoError(t, err)
	assert.Equal(t, "a file", file)
	assert.EqualValues(t, 1, connects.Load())
	assert.EqualValues(t, 1, arrived.Load())
}

// A store's URL is a credential. Transports that name it, whole or in parts, in
// an error give nothing away.
func TestStoreURLsAreSecret(t *testing.T) {
	const location = "https://files.example/bucket/canary-key?X-Amz-Signature=c0ffee%2Bcanary%2F%3D%3D&X-Amz-Credential=AKIACANARY%2F20260101&X-Amz-SignedHeaders=host&token=canarycanary"
	store, err := url.Parse(location)
	require.NoError(t, err)
	q := store.Query()
	for name, text := range map[string]string{
		"the URL":            location,
		"the URL, quoted":    fmt.Sprintf("%q", location),
		"its struct":         fmt.Sprintf("%+v", *store),
		"its request line":   store.RequestURI(),
		"its query":          store.RawQuery,
		"its path":           store.Path,
		"decoded values":     fmt.Sprint(q),
		"one by one":         q.Get("X-Amz-Signature") + " " + q.Get("X-Amz-Credential") + " " + q.Get("token"),
		"as sent":            "c0ffee%2Bcanary%2F%3D%3D AKIACANARY%2F20260101",
		"in lower case":      strings.ToLower(location),
		"sorted anew":        q.Encode(),
		"with another error": "dial tcp: lookup files.example: no such host " + store.RawQuery,
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			var seen []tenantry.Exchange
			c := redirecting(t, location, false,
				tenantry.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
				tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { seen = append(seen, e) }))
			api, broken := c.rt, errors.New(text)
			c.rt = roundTripper(func(r *http.Request) (*http.Response, error) {
				if r.URL.Host != "files.example" {
					return api.RoundTrip(r)
				}
				return nil, &url.Error{Op: "Get", URL: r.URL.String(), Err: fmt.Errorf("%s: %w", text, broken)}
			})
			_, err := c.file(t.Context(), 100)
			require.ErrorIs(t, err, broken)
			assert.NotEmpty(t, seen)
			assert.NotEmpty(t, log.String())
			for e := err; e != nil; e = errors.Unwrap(e) {
				fmt.Fprintf(&log, "%v %+v %s", e, e, e.Error())
			}
			for _, e := range seen {
				fmt.Fprintf(&log, "%v %+v", e, e.Err)
			}
			assert.NotContains(t, strings.ToLower(log.String()), "canary")
			assert.NotContains(t, strings.ToLower(log.String()), "c0ffee")
			if name == "with another error" {
				assert.ErrorContains(t, err, "no such host")
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A file is complete only if the store ended it, also at the limit.
func TestDownloadsAtTheLimit(t *testing.T) {
	for name, c := range map[string]struct {
		response string
		want     error
	}{
		"exactly, with a length":    {"Content-Length: 6\r\n\r\na file", nil},
		"exactly, in chunks":        {"Transfer-Encoding: chunked\r\n\r\n6\r\na file\r\n0\r\n\r\n", nil},
		"exactly, until the end":    {"Connection: close\r\n\r\na file", nil},
		"empty":                     {"Content-Length: 0\r\n\r\n", nil},
		"a byte more":               {"Content-Length: 7\r\n\r\na file!", tenantry.ErrTooLarge},
		"a byte more, in chunks":    {"Transfer-Encoding: chunked\r\n\r\n6\r\na file\r\n1\r\n!\r\n0\r\n\r\n", tenantry.ErrTooLarge},
		"cut before the limit":      {"Content-Length: 6\r\n\r\na fi", io.ErrUnexpectedEOF},
		"cut at the limit":          {"Content-Length: 7\r\n\r\na file", io.ErrUnexpectedEOF},
		"cut at the limit, chunked": {"Transfer-Encoding: chunked\r\n\r\n6\r\na file\r\n", io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := http.NewResponseController(w).Hijack()
				if assert.NoError(t, err) {
					_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n"+c.response)
					_ = conn.Close()
				}
			}))
			defer store.Close()
			file, err := redirecting(t, store.URL, false).file(t.Context(), int64(len("a file")))
			if c.want != nil {
				require.ErrorIs(t, err, c.want)
				return
			}
			require.NoError(t, err)
			if name != "empty" {
				assert.Equal(t, "a file", file)
			}
		})
	}
}
