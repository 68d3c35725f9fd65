package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

// Download makes a call whose response is a redirect to a file, and writes the
// file to w. If the API sends the file itself, it writes that. A file of more
// than limit bytes is tenantry.ErrTooLarge.
//
// The store that the redirect names gets one request over https, without
// credentials. If the API is public, so must be the store: see rtFor.
func (c *Client) Download(ctx context.Context, call *Call, w io.Writer, limit int64) (int64, error) {
	op := *call.Op
	op.Elsewhere = true
	a, err := c.Send(ctx, &Call{Op: &op, Args: call.Args, Query: call.Query})
	if err != nil {
		return 0, err
	}
	defer a.Release()
	if a.StatusCode < 300 {
		n, err := w.Write(a.Body)
		return int64(n), err
	}
	store, err := c.base.Parse(a.Header.Get("Location"))
	if err != nil || !c.fetches(store) {
		return 0, a.Refused("the file is at an address that is not fetched; want an https URL of a public host")
	}
	return c.fetch(ctx, &op, store, w, limit)
}

// fetches reports whether the URL of a store may be fetched.
func (c *Client) fetches(store *url.URL) bool {
	if store.Host == "" || store.User != nil || c.public && !config.PublicHost(store.Hostname()) {
		return false
	}
	// An API on loopback is a fake. Its store may be there too.
	fake := c.base.Scheme == "http" && store.Scheme == "http" && isLoopback(store.Hostname())
	return store.Scheme == "https" || fake
}

// rtFor returns the round tripper for a request to a store. If the API is
// public, it refuses to connect to other addresses, whatever the store's name
// resolves to. A proxy, and a transport from the caller, resolve names
// themselves: for those the check in fetches is the only one.
func (c *Client) rtFor(req *http.Request) http.RoundTripper {
	if !c.public || c.direct == nil {
		return c.rt
	}
	if t, ok := c.rt.(*http.Transport); ok && t.Proxy != nil {
		if proxy, err := t.Proxy(req); proxy != nil || err != nil {
			return c.rt
		}
	}
	return c.direct
}

func (c *Client) fetch(ctx context.Context, op *Op, store *url.URL, to io.Writer, limit int64) (int64, error) {
	s := &sending{c: c, call: Call{Op: op, Args: signed(store)}, url: store, attempts: 1}
	w := &watch{parent: ctx}
	defer w.stop()
	req := (&http.Request{
		Method: http.MethodGet, URL: store, Host: store.Host, Header: http.Header{"User-Agent": {c.userAgent}},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(w) //nolint:contextcheck // its parent is ctx
	w.start(time.Now(), c.timeout, s.attemptTimeout(), c.cfg.Timeouts.Idle)
	resp, err := c.rtFor(req).RoundTrip(req) // a bare round trip follows no redirects
	if err == nil && resp == nil {
		err = errNoResponse
	}
	if errors.Is(err, config.ErrNotPublic) {
		err = fmt.Errorf("%w; to allow it, pass WithHTTPClient a transport of your own", err)
	}
	if err != nil {
		return 0, s.failure(ctx, w.cause(err), nil)
	}
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, &tenantry.Error{
			API: c.spec.API, Operation: op.Name, Method: op.Method, Path: op.Path, StatusCode: resp.StatusCode, Attempts: 1,
			Message: "the store did not send the file; its URL is valid for a short time, so call again",
		}
	}
	body := w.stream(resp.Body)
	n, err := io.Copy(to, io.LimitReader(body, limit))
	if err == nil && n == limit { // one byte more tells whether that was all
		switch more, end := body.Read(make([]byte, 1)); {
		case more > 0:
			err = tenantry.ErrTooLarge
		case !errors.Is(end, io.EOF):
			err = end
		}
	}
	if err != nil {
		return n, s.failure(ctx, w.cause(err), nil)
	}
	return n, nil
}

// signed lists the parts of a store's URL that errors must not repeat. Together
// they are a credential.
func signed(store *url.URL) []string {
	all := []string{store.Path, store.EscapedPath(), store.Fragment}
	for _, values := range store.Query() {
		for _, v := range values {
			if len(v) >= 8 || strings.ContainsAny(v, "0123456789") { // not a word such as "host"
				all = append(all, v)
			}
		}
	}
	return all
}
