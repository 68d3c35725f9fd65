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

// A probe watches one attempt of net/http's own transport, which tells when it
// gets a connection. It may be told things after the attempt is over, so it is
// never reused.
type probe struct {
	trace   httptrace.ClientTrace
	conn    *countingConn
	before  int64
	gotConn bool
	reused  bool
}

func (p *probe) watch(ctx context.Context) context.Context {
	p.trace.GotConn = p.onConn
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

// neverLeft reports whether it is certain that no byte of the request was
// written to a connection. A nil probe is for another round tripper, of which
// only an error of dialling is proof.
func (p *probe) neverLeft(err error) bool {
	switch {
	case p != nil && p.conn != nil:
		return p.conn.written.Load() == p.before
	case p != nil:
		return !p.gotConn
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
