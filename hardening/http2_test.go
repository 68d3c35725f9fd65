package hardening

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/propexo"
)

// A frameServer speaks HTTP/2 frame by frame. It counts the HEADERS frames that
// arrive and calls refuse for each stream.
type frameServer struct {
	url     string
	client  *http.Client
	arrived atomic.Int64
}

// maxFrames ends a test whose client does not stop.
const maxFrames = 200

func newFrameServer(t *testing.T, refuse func(f *http2.Framer, stream uint32, n int64) (alive bool)) *frameServer {
	t.Helper()
	// httptest makes the certificate.
	certified := httptest.NewTLSServer(http.NotFoundHandler())
	defer certified.Close()
	pool := x509.NewCertPool()
	pool.AddCert(certified.Certificate())
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: certified.TLS.Certificates, NextProtos: []string{"h2"}})
	require.NoError(t, err)
	rt := tenantry.NewTransport()
	rt.TLSClientConfig = &tls.Config{RootCAs: pool}
	s := &frameServer{url: "https://" + l.Addr().String(), client: &http.Client{Transport: rt}}
	var running sync.WaitGroup
	over, end := context.WithCancel(context.Background())
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			stop := context.AfterFunc(over, func() { _ = conn.Close() })
			running.Go(func() {
				defer stop()
				s.serve(t, conn, refuse)
			})
		}
	})
	t.Cleanup(func() {
		rt.CloseIdleConnections()
		_ = l.Close()
		end()
		running.Wait()
	})
	return s
}

func (s *frameServer) serve(t *testing.T, conn net.Conn, refuse func(*http2.Framer, uint32, int64) bool) {
	defer conn.Close()
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	f := http2.NewFramer(conn, conn)
	if f.WriteSettings() != nil {
		return
	}
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return
		}
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				_ = f.WriteSettingsAck()
			}
		case *http2.HeadersFrame:
			n := s.arrived.Add(1)
			if n > maxFrames {
				t.Error("the client does not stop")
				return
			}
			if !refuse(f, frame.StreamID, n) {
				return
			}
		}
	}
}

// well ends a stream with a status and a JSON body.
func well(f *http2.Framer, stream uint32, body string) bool {
	var block bytes.Buffer
	e := hpack.NewEncoder(&block)
	_ = e.WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	_ = e.WriteField(hpack.HeaderField{Name: "content-type", Value: "application/json"})
	return f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true}) == nil &&
		f.WriteData(stream, true, []byte(body)) == nil
}

// writes are a write with a body, a write without one, and a read.
func writes(t *testing.T, s *frameServer, opts ...tenantry.Option) map[string]func(context.Context) error {
	t.Helper()
	opts = append([]tenantry.Option{
		tenantry.WithBaseURL(s.url), tenantry.WithHTTPClient(s.client),
		tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 3, MinWait: time.Millisecond, MaxWait: 10 * time.Millisecond}),
	}, opts...)
	p, err := propexo.NewClient("canary-token", opts...)
	require.NoError(t, err)
	e, err := elevenos.NewClient("", "", append(opts, staticToken("elevenos"))...)
	require.NoError(t, err)
	return map[string]func(context.Context) error{
		"a write with a body": func(ctx context.Context) error {
			return only(p.Residents.Create(ctx, propexo.ResidentCreateParams{IntegrationID: "i"}))
		},
		"a write without a body": func(ctx context.Context) error { return e.Site("t", "s").Residents.Invite(ctx, "r") },
		"a read":                 func(ctx context.Context) error { return only(p.Residents.Get(ctx, "r")) },
	}
}

const anyBody = `{"job_id":"j","results":{"id":"r"}}`

// A stream that an HTTP/2 server refuses was not processed. The call is made
// again, by the policy and one frame an attempt: net/http's own repetition would
// send thousands.
func TestRefusedStreams(t *testing.T) {
	for name, refuse := range map[string]func(f *http2.Framer, stream uint32) bool{
		"REFUSED_STREAM": func(f *http2.Framer, stream uint32) bool {
			return f.WriteRSTStream(stream, http2.ErrCodeRefusedStream) == nil
		},
		"GOAWAY": func(f *http2.Framer, _ uint32) bool {
			_ = f.WriteGoAway(0, http2.ErrCodeNo, []byte("maintenance"))
			return true // the client closes
		},
	} {
		for _, times := range []int64{1, maxFrames} {
			s := newFrameServer(t, func(f *http2.Framer, stream uint32, n int64) bool {
				if n <= times {
					return refuse(f, stream)
				}
				return well(f, stream, anyBody)
			})
			for call, run := range writes(t, s) {
				s.arrived.Store(0)
				err := run(t.Context())
				if times == 1 {
					require.NoError(t, err, "%s, %s", name, call)
					assert.EqualValues(t, 2, s.arrived.Load(), "%s, %s", name, call)
					continue
				}
				var e *tenantry.TransportError
				require.ErrorAs(t, err, &e, "%s, %s", name, call)
				assert.EqualValues(t, 4, s.arrived.Load(), "%s, %s: one for each attempt", name, call)
				assert.Equal(t, 4, e.Attempts)
				assert.False(t, e.MaybeSent, "%s, %s", name, call)
			}
		}
	}
}

// What does not say that the stream was not processed leaves it open: a write
// with a body is not repeated.
func TestStreamsThatMayHaveBeenProcessed(t *testing.T) {
	for name, fail := range map[string]func(f *http2.Framer, stream uint32) bool{
		"PROTOCOL_ERROR": func(f *http2.Framer, stream uint32) bool {
			return f.WriteRSTStream(stream, http2.ErrCodeProtocol) == nil
		},
		"INTERNAL_ERROR": func(f *http2.Framer, stream uint32) bool {
			return f.WriteRSTStream(stream, http2.ErrCodeInternal) == nil
		},
		"a connection that ends": func(*http2.Framer, uint32) bool { return false },
		"GOAWAY after the stream": func(f *http2.Framer, stream uint32) bool {
			_ = f.WriteGoAway(stream, http2.ErrCodeNo, nil)
			return false
		},
	} {
		s := newFrameServer(t, func(f *http2.Framer, stream uint32, _ int64) bool { return fail(f, stream) })
		err := writes(t, s)["a write with a body"](t.Context())
		var e *tenantry.TransportError
		require.ErrorAs(t, err, &e, name)
		assert.EqualValues(t, 1, s.arrived.Load(), name)
		assert.True(t, e.MaybeSent, name)
	}
}

// A write that times out anywhere near its sending arrives at most once.
func TestTimedOutWritesArriveOnce(t *testing.T) {
	s := newFrameServer(t, func(f *http2.Framer, stream uint32, n int64) bool { return well(f, stream, anyBody) })
	run := writes(t, s)
	require.NoError(t, run["a read"](t.Context()), "the connection is there")
	for i := range 60 {
		timed := *s.client
		timed.Timeout = time.Duration(20+10*i) * time.Microsecond
		for _, call := range []string{"a write with a body", "a write without a body"} {
			s.arrived.Store(0)
			_ = writes(t, s, tenantry.WithHTTPClient(&timed))[call](t.Context())
			// The next call's stream comes behind what this one sent.
			before := s.arrived.Load()
			require.NoError(t, run["a read"](t.Context()))
			assert.LessOrEqual(t, max(before, s.arrived.Load()-1), int64(1), call)
		}
	}
}
