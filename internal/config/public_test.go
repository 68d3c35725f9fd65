package config

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPublicAddr(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8":          true,
		"100.63.255.255":   true,
		"100.128.0.1":      true,
		"172.15.0.1":       true,
		"172.32.0.1":       true,
		"223.255.255.255":  true,
		"2600:1f00::1":     true,
		"2a00:1450::1":     true,
		"::ffff:8.8.8.8":   true,
		"64:ff9b::808:808": true,

		"0.0.0.0":                false,
		"0.1.2.3":                false,
		"127.0.0.1":              false,
		"127.255.255.254":        false,
		"10.0.0.1":               false,
		"172.16.0.1":             false,
		"172.31.255.255":         false,
		"192.168.0.1":            false,
		"169.254.169.254":        false,
		"100.64.0.1":             false,
		"100.127.255.255":        false,
		"192.0.0.1":              false,
		"192.0.2.1":              false,
		"192.88.99.1":            false,
		"198.18.0.1":             false,
		"198.51.100.1":           false,
		"203.0.113.1":            false,
		"224.0.0.1":              false,
		"239.255.255.255":        false,
		"240.0.0.1":              false,
		"255.255.255.255":        false,
		"::":                     false,
		"::1":                    false,
		"::127.0.0.1":            false,
		"::ffff:127.0.0.1":       false,
		"::ffff:10.0.0.1":        false,
		"::ffff:169.254.169.254": false,
		"::ffff:127.0.0.1%eth0":  false,
		"64:ff9b::7f00:1":        false,
		"64:ff9b::a9fe:a9fe":     false,
		"64:ff9b:1::7f00:1":      false,
		"100::1":                 false,
		"2001::1":                false,
		"2001:db8::1":            false,
		"2002:7f00:1::":          false,
		"3fff::1":                false,
		"5f00::1":                false,
		"fc00::1":                false,
		"fd00:ec2::254":          false,
		"fe80::1":                false,
		"fe80::1%eth0":           false,
		"fec0::1":                false,
		"ff02::1":                false,
	} {
		assert.Equal(t, want, PublicAddr(netip.MustParseAddr(address)), address)
		assert.Equal(t, want, PublicHost(address), address)
	}
	assert.False(t, PublicAddr(netip.Addr{}))
}

func TestPublicHost(t *testing.T) {
	for host, want := range map[string]bool{
		"files.example.com":         true,
		"files.example.com.":        true,
		"s3.amazonaws.com":          true,
		"localhost.example":         true,
		"internal.example":          true,
		"127.0.0.1.nip.io":          true, // resolving it tells
		"xn--bcher-kva.com":         true,
		"":                          false,
		".":                         false,
		"localhost":                 false,
		"LOCALHOST":                 false,
		"localhost.":                false,
		"api.localhost":             false,
		"printer.local":             false,
		"metadata.google.internal":  false,
		"METADATA.GOOGLE.INTERNAL.": false,
		"svc.cluster.local":         false,
		"minio":                     false,
		"127.0.0.1.":                false,
		"127.1":                     false,
		"2130706433":                false,
		"0x7f000001":                false,
		"0x7f.0.0.1":                false,
		"127.0.0.0x1":               false,
		"0177.0.0.01":               false,
		"127.0.0.1..":               false,
		"１２７.0.0.1":                 false,
		"127。0。0。1":                 false,
		"ⓛocalhost":                 false,
	} {
		assert.Equal(t, want, PublicHost(host), host)
	}
}

// The address is checked when it is dialled, in whatever form it is given.
func TestPublicTransport(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	require.NoError(t, err)
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::1]", "127.0.0.2", "１２７.0.0.1"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+":"+port, nil)
		require.NoError(t, err)
		resp, err := PublicTransport().RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		require.ErrorIs(t, err, ErrNotPublic, host)
	}
	assert.True(t, PublicTransport().DisableKeepAlives, "no client's Close ends its idle connections")
	assert.Nil(t, PublicTransport().Proxy)
}
