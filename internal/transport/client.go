// Package transport carries one call from its operation to the decoded
// response: URL, body, credentials, pacing, attempts, limits, error decoding and
// observation. It knows no API's facts: each API package passes it a Spec and
// its operations.
//
// [Client.Send] in send.go is where to start. An attempt (attempt.go) is one
// request, a verdict (retry.go) is what follows it.
package transport

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/config"
)

// A Spec holds what an API's client is made of.
type Spec struct {
	API     string // "propexo"; it begins every error
	BaseURL string // "" if the caller must give one
	// DecodeError fills Code, Message, RequestID and Details from an error's
	// body, which may be anything. It reports whether it understood the body.
	DecodeError func(e *tenantry.Error, body []byte) bool
	// CheckResponse finds an error inside a response of status 2xx and fills e
	// from it. It reports whether there was one. It is nil for APIs that report
	// errors by status alone.
	CheckResponse func(e *tenantry.Error, body []byte) bool
	// TokenRejected reports whether a 401 is about the token, so that another
	// one may help. It is nil for APIs whose every 401 is.
	TokenRejected func(e *tenantry.Error) bool
	// Header is sent with every call, one value for each name; nil for none.
	Header http.Header
	// Pace names the headers that report the rate limit; nil for none.
	Pace *PaceSpec
	// Known returns what the package knows of the API's values, for drift; nil if it
	// knows none.
	Known func() Known
	// Around are members that stand beside those of a record that is a whole
	// response.
	Around []string
}

// A Client sends calls. It is safe for concurrent use.
type Client struct {
	spec      Spec
	base      url.URL
	escaped   string // base's path
	cfg       *config.Config
	rt        http.RoundTripper
	release   func()            // gives rt back if it is shared
	public    bool              // the API's host is public, so Download's stores must be
	direct    http.RoundTripper // to public addresses only; nil if rt is the caller's
	traced    bool              // rt is net/http's own, which reports its connections
	timeout   time.Duration     // http.Client.Timeout; 0 for none
	auth      auth.Scheme
	pace      *pacer
	drift     *drift // nil for none
	userAgent string
	log       *slog.Logger
	closed    atomic.Bool
	hidden    func() []string // see Hide; a closure is out of reach of fmt
}

// New returns a client for an API's spec and the caller's options. SetAuth must
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
	base, err := parseURL(spec.API, "base URL", cfg.BaseURL, cfg.InsecureHTTP)
	if err != nil {
		return nil, err
	}
	c := &Client{
		spec: spec, base: *base, escaped: base.EscapedPath(), cfg: cfg, auth: auth.None, log: cfg.Logger,
		pace: newPacer(spec.Pace, cfg), drift: newDrift(&spec, cfg.Drift),
	}
	c.public = config.PublicHost(base.Hostname())
	c.userAgent = strings.TrimSpace(cfg.UserAgent + " tenantry-go/" + version())
	if cfg.HTTPClient != nil {
		c.rt, c.timeout = cfg.HTTPClient.Transport, max(cfg.HTTPClient.Timeout, 0)
	}
	if c.rt == nil {
		c.rt, c.release = config.SharedTransport()
		c.direct = config.PublicTransport()
	}
	_, c.traced = c.rt.(*http.Transport)
	if cfg.Mock != nil && !c.traced {
		c.rt = cfg.Mock(c.rt)
	}
	return c, nil
}

// Close ends token fetches and, if no other client uses the shared transport,
// closes idle connections. A transport from the caller is not touched. Calls
// after Close return tenantry.ErrClosed. Closing again does nothing.
func (c *Client) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	c.auth.Close()
	if c.release != nil {
		c.release()
	}
	return nil
}

// SetAuth sets how requests are authorized.
func (c *Client) SetAuth(scheme auth.Scheme) { c.auth = scheme }

// Hide keeps the client's credentials out of every error, whatever request a
// server repeats them for.
func (c *Client) Hide(secrets ...string) { c.hidden = func() []string { return secrets } }

// API returns the name that begins every error.
func (c *Client) API() string { return c.spec.API }

// Config returns what the options set.
func (c *Client) Config() *config.Config { return c.cfg }

// String names the client and its host. It holds no credentials.
func (c *Client) String() string {
	return fmt.Sprintf("tenantry client of %s at %s", c.spec.API, c.base.Host)
}

// GoString is [Client.String].
func (c *Client) GoString() string { return c.String() }

// ParseURL returns a URL that the caller configured, by the rules of a base URL.
// name is what errors call it.
func (c *Client) ParseURL(name, raw string) (*url.URL, error) {
	return parseURL(c.spec.API, name, raw, c.cfg.InsecureHTTP)
}

// parseURL accepts https, and http to a loopback host or, if insecure, to any.
func parseURL(api, name, raw string, insecure bool) (*url.URL, error) {
	refuse := func(reason string) (*url.URL, error) {
		return nil, &tenantry.ArgumentError{API: api, Argument: name, Reason: reason}
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
		if !insecure && !isLoopback(u.Hostname()) {
			return refuse("is http to a host that is not loopback; use https, or WithInsecureHTTP if credentials may travel in the clear")
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
