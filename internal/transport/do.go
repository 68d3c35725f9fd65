package transport

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
)

// Do sends a request of the caller's own making, and decodes the response into out. If
// out is nil, the response may be empty or any JSON.
func (c *Client) Do(ctx context.Context, r tenantry.Request, out any) error {
	op := &Op{
		Name: r.Method + " " + r.Path, Method: r.Method, Path: r.Path,
		Repeatable: r.Repeatable || r.Method == http.MethodGet || r.Method == http.MethodHead,
	}
	if argument, reason := refusal(r, out); reason != "" {
		return c.Argument(nil, argument, reason) // the operation's name is not checked yet
	}
	return c.Call(ctx, &Call{Op: op, Args: r.Args, Query: r.Query, Body: r.Body}, out)
}

// refusal says what is wrong with a request, or "" if nothing is.
func refusal(r tenantry.Request, out any) (argument, reason string) {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
	case "":
		return "Method", "is empty; use a method such as GET"
	default:
		return "Method", "is not one of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS"
	}
	if reason = badPath(r.Path, r.Args); reason != "" {
		return "Path", reason
	}
	if out == nil {
		return "", ""
	}
	if v := reflect.ValueOf(out); v.Kind() != reflect.Pointer || v.IsNil() {
		return "out", "must be a pointer to what the response is decoded into, or nil"
	}
	if r.Method == http.MethodHead {
		return "out", "must be nil, since the response to HEAD has no body"
	}
	return "", ""
}

// badPath says what is wrong with a path's template.
func badPath(path string, args []string) string {
	if !strings.HasPrefix(path, "/") {
		return "must begin with a slash; the host is that of the client"
	}
	if strings.ContainsAny(path, "?#%\\") {
		return "holds one of ?, #, % and \\; pass queries in Query, and IDs in Args, which are escaped"
	}
	placeholders := 0
	for rest := path; ; placeholders++ {
		fixed, after, found := strings.Cut(rest, "{")
		name, tail, closed := strings.Cut(after, "}")
		switch {
		case strings.Contains(fixed, "}"), found && (!closed || name == "" || strings.ContainsAny(name, "{/")):
			return "has a brace that is not part of a placeholder such as {id}"
		case !found:
			if placeholders != len(args) {
				return "has another number of placeholders than there are Args"
			}
			if traverses(expand(path, args)) { // also "." behind a placeholder for "."
				return "has a dot segment"
			}
			return ""
		}
		rest = tail
	}
}
