// Package transport carries one call from its operation to the decoded answer:
// URL, body, credentials, pacing, attempts, size limits, error decoding and
// observation. It knows no API's facts; each API package hands it a Spec and
// its operations.
package transport

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/config"
)

// A Spec holds what an API's client is made of.
type Spec struct {
	API     string // "propexo"; it begins every error
	BaseURL string // "" where the caller must give one
	// DecodeError fills Code, Message, RequestID and Details from an error's
	// body, which may be anything at all. It reports whether it understood it.
	DecodeError func(e *tenantry.Error, body []byte) bool
	// CheckResponse finds an error inside an answer of status 2xx and fills e
	// from it; it reports whether there was one. Nil where the API has none.
	CheckResponse func(e *tenantry.Error, body []byte) bool
	// Header is sent with every call, besides what each has; nil for none.
	Header http.Header
	// Pace names the headers that tell the allowance; nil where there are none.
	Pace *PaceSpec
}

// A Client sends calls. It is safe for concurrent use.
type Client struct {
	spec      Spec
	base      url.URL
	cfg       *config.Config
	rt        http.RoundTripper
	traced    bool          // rt tells when it gets a connection
	timeout   time.Duration // of one attempt; 0 for none
	auth      auth.Scheme
	pace      *pacer
	userAgent []string
	log       *slog.Logger
}

// New makes a client from an API's spec and the caller's options. SetAuth must
// be called before the first call.
func New(spec Spec, opts []tenantry.Option) (*Client, error) {
	cfg := config.Default()
	cfg.BaseURL = spec.BaseURL
	for _, opt := range opts {
		if opt == nil {
			continue
		}
		if err := opt(cfg); err != nil {
			return nil, err
		}
	}
	if api := cfg.Foreign(spec.API); api != "" {
		return nil, &tenantry.ArgumentError{API: spec.API, Argument: "an option", Reason: "belongs to " + api}
	}
	base, err := parseBase(spec.API, cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	c := &Client{spec: spec, base: *base, cfg: cfg, auth: auth.None, log: cfg.Logger, pace: newPacer(spec.Pace, cfg)}
	c.userAgent = []string{strings.TrimSpace(cfg.UserAgent + " tenantry-go/" + version())}
	if cfg.HTTPClient != nil {
		c.rt, c.timeout = cfg.HTTPClient.Transport, cfg.HTTPClient.Timeout
	}
	if c.rt == nil {
		c.rt = newRoundTripper(cfg.Prefetch)
	}
	_, c.traced = c.rt.(*http.Transport)
	return c, nil
}

// SetAuth sets how requests are authorized.
func (c *Client) SetAuth(scheme auth.Scheme) { c.auth = scheme }

// API is the name that begins every error.
func (c *Client) API() string { return c.spec.API }

// Config is what the options set.
func (c *Client) Config() *config.Config { return c.cfg }

// String names the client and the host it talks to; it holds no credentials.
func (c *Client) String() string {
	return fmt.Sprintf("tenantry client of %s at %s", c.spec.API, c.base.Host)
}

// GoString is [Client.String].
func (c *Client) GoString() string { return c.String() }

// parseBase accepts https, and http to a loopback host.
func parseBase(api, raw string) (*url.URL, error) {
	refuse := func(reason string) (*url.URL, error) {
		return nil, &tenantry.ArgumentError{API: api, Argument: "base URL", Reason: reason}
	}
	if raw == "" {
		return refuse("is missing; this API has none of its own")
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "" {
		return refuse("is not an absolute URL; want https://host")
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery {
		return refuse("has a user, query or fragment; leave them out")
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return refuse("has a dot segment in its path; leave it out")
		}
	}
	switch u.Scheme {
	case "https":
	case "http":
		if !isLoopback(u.Hostname()) {
			return refuse("is http to a host that is not loopback; use https, since credentials travel with every request")
		}
	default:
		return refuse("has a scheme that is not https")
	}
	base := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.Path, "/")}
	if escaped := strings.TrimRight(u.EscapedPath(), "/"); escaped != base.EscapedPath() {
		base.RawPath = escaped
	}
	return base, nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// newRoundTripper is net/http's transport with connections to spare for the
// pages ahead, a bound on how long a server may keep silent, and connections
// that tell whether anything was written to them.
func newRoundTripper(prefetch int) http.RoundTripper {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return &countingConn{Conn: conn}, nil
		},
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   max(64, prefetch),
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 2 * time.Minute,
		ExpectContinueTimeout: time.Second,
	}
}

const module = "github.com/tenantry/tenantry-go"

// version is this module's version in the program that uses it.
var version = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if i := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == module }); i >= 0 && info.Deps[i].Version != "" {
		return strings.TrimPrefix(info.Deps[i].Version, "v")
	}
	return "devel"
})
