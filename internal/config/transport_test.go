package config

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The last client to release the shared transport closes its idle connections.
func TestSharedTransport(t *testing.T) {
	var open atomic.Int64
	closed := make(chan struct{}, 10)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			open.Add(1)
		case http.StateClosed:
			open.Add(-1)
			closed <- struct{}{}
		}
	}
	s.Start()
	defer s.Close()
	first, releaseFirst := SharedTransport()
	second, releaseSecond := SharedTransport()
	require.Same(t, first, second)
	get := func() {
		resp, err := (&http.Client{Transport: first}).Get(s.URL)
		require.NoError(t, err)
		_, _ = io.Copy(io.Discard, resp.Body)
		require.NoError(t, resp.Body.Close())
	}
	get()
	releaseFirst()
	releaseFirst() // counts once
	get()
	assert.EqualValues(t, 1, open.Load(), "the second one still uses the connection")
	releaseSecond()
	<-closed
	assert.Zero(t, open.Load())
}

// Bytes count from before they are written; TLS alerts do not count.
func TestConn(t *testing.T) {
	for name, c := range map[string]struct {
		written string
		want    int64
	}{
		"a request":           {"GET / HTTP/1.1\r\n\r\n", 18},
		"a record":            {"\x17\x03\x03\x00\x14" + "aaaaaaaaaaaaaaaaaaaa", 25},
		"an alert of TLS 1.3": {"\x17\x03\x03\x00\x13" + "aaaaaaaaaaaaaaaaaaa", 0},
		"an alert of TLS 1.2": {"\x15\x03\x03\x00\x02\x01\x00", 0},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := net.Pipe()
			conn := Count(a)
			done := make(chan struct{})
			go func() { _, _ = conn.Write([]byte(c.written)); close(done) }()
			_, err := b.Read(make([]byte, 1))
			require.NoError(t, err)
			assert.Equal(t, c.want, conn.Written(), "while it is being written")
			require.NoError(t, b.Close())
			<-done
			assert.Equal(t, min(c.want, 1), conn.Written(), "one byte arrived")
		})
	}
}

// A TLS connection that its peer has closed sends an alert, and no request.
func TestAlertsOfRealConnections(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		s := httptest.NewUnstartedServer(http.NotFoundHandler())
		s.TLS = &tls.Config{MinVersion: version, MaxVersion: version}
		s.StartTLS()
		raw, err := net.DialTimeout("tcp", s.Listener.Addr().String(), 10*time.Second)
		require.NoError(t, err)
		conn := Count(raw)
		client := tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
		require.NoError(t, client.Handshake())
		before := conn.Written()
		require.NoError(t, client.Close())
		assert.Equal(t, before, conn.Written())
		s.Close()
	}
}
