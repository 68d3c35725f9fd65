package transport

import (
	"context"
	"io"
	"net/http"
	"net/url"

	tenantry "github.com/tenantry/tenantry-go"
)

// Download makes a call whose answer says where a file is, by a redirect, and
// writes the file to w. The store gets no credentials, whatever host it is on:
// it is asked by a request of its own, once, over https. A
// file over limit is tenantry.ErrTooLarge. Where the API answers the file
// itself, that is written.
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
	// An API on loopback, which is a fake, may have its store there too.
	local := c.base.Scheme == "http" && err == nil && store.Scheme == "http" && isLoopback(store.Hostname())
	if err != nil || store.Host == "" || store.User != nil || store.Scheme != "https" && !local {
		return 0, a.Refused("the file is said to be where it is not fetched from; want an https URL")
	}
	return c.fetch(ctx, &op, store, w, limit)
}

func (c *Client) fetch(ctx context.Context, op *Op, store *url.URL, w io.Writer, limit int64) (int64, error) {
	fail := func(err error) error {
		if cause := ctx.Err(); cause != nil {
			err = cause
		}
		return &tenantry.TransportError{API: c.spec.API, Operation: op.Name, Method: op.Method, Path: op.Path, Attempts: 1, Err: err}
	}
	req := (&http.Request{
		Method: http.MethodGet, URL: store, Host: store.Host, Header: http.Header{"User-Agent": c.userAgent},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	// The bare round trip follows nothing, and its errors hold no URL.
	resp, err := c.rt.RoundTrip(req)
	if err != nil {
		return 0, fail(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, &tenantry.Error{
			API: c.spec.API, Operation: op.Name, Method: op.Method, Path: op.Path, StatusCode: resp.StatusCode, Attempts: 1,
			Message: "the store did not answer with the file; its URL is good for a short time, so ask again",
		}
	}
	n, err := io.Copy(w, io.LimitReader(resp.Body, limit))
	if err != nil {
		return n, fail(err)
	}
	if more, _ := resp.Body.Read(make([]byte, 1)); more > 0 {
		return n, fail(tenantry.ErrTooLarge)
	}
	return n, nil
}
