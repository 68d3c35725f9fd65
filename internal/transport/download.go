package transport

import (
	"context"
	"io"
	"net/http"
	"net/url"

	tenantry "github.com/tenantry/tenantry-go"
)

// Download makes a call whose response says, by a redirect, where a file is,
// and writes the file to w. The store gets no credentials, whatever host it is
// on: it gets one request of its own, over https. A file of more than limit
// bytes is tenantry.ErrTooLarge. If the API sends the file itself, that is
// written.
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
	// An API on loopback, which is a fake, may have its store there, too.
	local := c.base.Scheme == "http" && err == nil && store.Scheme == "http" && isLoopback(store.Hostname())
	if err != nil || store.Host == "" || store.User != nil || store.Scheme != "https" && !local {
		return 0, a.Refused("the file is at an address that is not fetched; want an https URL")
	}
	return c.fetch(ctx, &op, store, w, limit)
}

func (c *Client) fetch(ctx context.Context, op *Op, store *url.URL, to io.Writer, limit int64) (int64, error) {
	s := &sending{c: c, call: &Call{Op: op}, url: store, attempts: 1}
	w := new(watch)
	w.begin(ctx)
	defer w.stop()
	req := (&http.Request{
		Method: http.MethodGet, URL: store, Host: store.Host, Header: http.Header{"User-Agent": {c.userAgent}},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(w.ctx) //nolint:contextcheck // it is derived from ctx
	w.start(c.timeout, s.attemptTimeout(), c.cfg.Timeouts.Idle)
	resp, err := c.rt.RoundTrip(req) // a bare round trip follows no redirects
	if err == nil && resp == nil {
		err = errNoResponse
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
	if err != nil {
		return n, s.failure(ctx, w.cause(err), nil)
	}
	if more, _ := body.Read(make([]byte, 1)); more > 0 {
		return n, s.failure(ctx, tenantry.ErrTooLarge, nil)
	}
	return n, nil
}
