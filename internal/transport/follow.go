package transport

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Errors of Client.Follow.
var (
	ErrOtherHost = errors.New("the link leads to another host, which gets no credentials")
	ErrOtherPath = errors.New("the link leads to another path than the operation's own")
)

// Follow returns the query of a link that a response to call names, to be sent as
// the RawQuery of a call with the same Op and Args. The link must lead to the call's
// own host and path. Its scheme may differ, as behind a proxy that ends TLS.
func (c *Client) Follow(call *Call, link string) (query string, err error) {
	own, err := c.url(&Call{Op: call.Op, Args: call.Args}, new(url.URL))
	if err != nil {
		return "", err
	}
	to, err := own.Parse(link)
	switch {
	case err != nil || to.User != nil || to.Opaque != "" || !strings.EqualFold(to.Hostname(), own.Hostname()) || !samePort(to, own):
		return "", ErrOtherHost
	case canonicalPath(to) != canonicalPath(own):
		return "", ErrOtherPath
	}
	return to.RawQuery, nil
}

// sameHost reports whether two URLs have the same scheme, host and port.
func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && samePort(a, b)
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// samePort reports whether two URLs have the same port, or both their scheme's
// default.
func samePort(a, b *url.URL) bool {
	port, other := cmp.Or(a.Port(), defaultPorts[a.Scheme]), cmp.Or(b.Port(), defaultPorts[b.Scheme])
	return port != "" && (port == other || port == defaultPorts[a.Scheme] && other == defaultPorts[b.Scheme])
}

// canonicalPath returns the same text for all spellings of a path.
func canonicalPath(u *url.URL) string {
	segments := strings.Split(strings.TrimSuffix(u.EscapedPath(), "/"), "/")
	for i, s := range segments {
		if plain, err := url.PathUnescape(s); err == nil {
			segments[i] = url.PathEscape(plain)
		}
	}
	return strings.Join(segments, "/")
}

// escapeQuery escapes the characters that a query can't have, such as blanks, and
// leaves the others as they are.
func escapeQuery(query string) string {
	var b strings.Builder
	for _, c := range []byte(query) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"#<>", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
