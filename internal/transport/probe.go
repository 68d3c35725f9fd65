package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// A countingConn counts what is written to a connection, so that a failed
// request can be told from one that never left.
type countingConn struct {
	net.Conn
	written atomic.Int64
}

func (c *countingConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.written.Add(int64(n))
	return n, err
}

// A probe watches one attempt. It may be told things after the attempt is
// over, so it is never reused.
type probe struct {
	trace        httptrace.ClientTrace
	conn         *countingConn
	before       int64
	gotConn      bool
	reused       bool
	wroteHeaders atomic.Bool
	handshake    atomic.Bool // a TLS handshake failed
}

func (p *probe) watch(ctx context.Context) context.Context {
	p.trace.GotConn = p.onConn
	p.trace.WroteHeaders = p.onHeaders
	p.trace.TLSHandshakeDone = p.onHandshake
	return httptrace.WithClientTrace(ctx, &p.trace)
}

func (p *probe) onConn(info httptrace.GotConnInfo) {
	p.gotConn, p.reused = true, info.Reused
	conn := info.Conn
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if c, ok := conn.(*countingConn); ok {
		p.conn, p.before = c, c.written.Load()
	}
}

func (p *probe) onHeaders() { p.wroteHeaders.Store(true) }

func (p *probe) onHandshake(_ tls.ConnectionState, err error) {
	if err != nil {
		p.handshake.Store(true)
	}
}

// neverLeft reports whether it is certain that no byte of the request was
// written to a connection that the server may have read from. A round tripper
// that does not tell is taken to have sent it, unless its error is one of
// dialling.
func (p *probe) neverLeft(err error) bool {
	if p.gotConn {
		if p.conn != nil {
			return p.conn.written.Load() == p.before
		}
		return !p.wroteHeaders.Load()
	}
	if p.handshake.Load() {
		return true
	}
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	var dns *net.DNSError
	return errors.As(err, &dns)
}

// permanent reports whether a request that never left never will.
func permanent(err error) bool {
	var cert *tls.CertificateVerificationError
	return errors.As(err, &cert)
}
