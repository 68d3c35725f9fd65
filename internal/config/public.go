package config

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ErrNotPublic is the error for a connection to an address that PublicAddr
// refuses.
var ErrNotPublic = errors.New("the address is not public")

// PublicTransport returns the transport for hosts that a response names. It
// connects to public addresses only. It uses no proxy and keeps no connections.
var PublicTransport = sync.OnceValue(func() *http.Transport { return NewPublicTransport(net.DefaultResolver) })

// NewPublicTransport returns a PublicTransport that looks up names with the
// given resolver.
func NewPublicTransport(resolver *net.Resolver) *http.Transport {
	t := newTransport(&net.Dialer{
		Timeout: 30 * time.Second, KeepAlive: 30 * time.Second, Resolver: resolver,
		// The dialer calls this with each address that it is about to connect
		// to, so a name can't resolve to another address afterwards.
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			if ip, err := netip.ParseAddrPort(address); err != nil || !PublicAddr(ip.Addr()) {
				return ErrNotPublic
			}
			return nil
		},
	})
	t.Proxy = nil // the dialer would see the proxy's address only
	t.DisableKeepAlives = true
	return t
}

// PublicHost reports whether the host of a URL, without its port, may be public.
// For a name, this is a guess: only resolving it tells. Names without a dot and
// names under the private top-level domains belong to a local network.
func PublicHost(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return PublicAddr(ip)
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, c := range []byte(host) {
		if c >= 0x80 { // net/http maps other digits and dots to those of ASCII
			return false
		}
	}
	i := strings.LastIndexByte(host, '.')
	if i < 0 {
		return false
	}
	top := host[i+1:]
	// A number here makes it an address, such as 127.1 or 0x7f.0.0.1, which
	// some resolvers accept. A trailing dot leads here, too.
	if top == "" || top[0] >= '0' && top[0] <= '9' {
		return false
	}
	return top != "localhost" && top != "local" && top != "internal"
}

// special lists the networks within those that are otherwise global that are
// not, or that lead on to addresses that PublicAddr can't see. See IANA's
// registries of special-purpose addresses.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, and broadcast
	netip.MustParsePrefix("2001::/23"),       // protocol assignments, and Teredo
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("2002::/16"),       // 6to4
	netip.MustParsePrefix("3fff::/20"),       // documentation
}

var (
	globalUnicast = netip.MustParsePrefix("2000::/3")
	nat64         = netip.MustParsePrefix("64:ff9b::/96")
)

// PublicAddr reports whether an address is of the public internet. An IPv4
// address within an IPv6 address counts as itself.
func PublicAddr(ip netip.Addr) bool {
	ip = ip.WithZone("").Unmap()
	if nat64.Contains(ip) {
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.Is6() && !globalUnicast.Contains(ip) {
		return false
	}
	for _, network := range special {
		if network.Contains(ip) {
			return false
		}
	}
	return true
}
