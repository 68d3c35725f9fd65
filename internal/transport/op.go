package transport

import (
	"net/http"
	"net/url"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
)

// An Op is one operation of an API, as data.
type Op struct {
	Name   string // "residents.get": the service, a dot, the method
	Method string // "GET"
	Path   string // "/v1/residents/{id}", to the letter, trailing slash and all
	// Repeatable says that sending it twice does no more than sending it once.
	Repeatable bool
	// Secret says that its body or its answer carries credentials: neither is
	// kept on an error, and what the server echoes of the body is redacted.
	Secret bool
	// Anonymous says that it is sent without the client's credentials: it is
	// what gets them.
	Anonymous bool
	// Elsewhere says that a redirect is the answer, and not followed.
	Elsewhere bool
}

// A Call is an operation with its arguments.
type Call struct {
	Op       *Op
	Args     []string    // the path's arguments, in the template's order
	Query    url.Values  // nil for none
	RawQuery string      // sent in place of Query, as Client.Follow made it; "" for none
	Body     any         // marshalled to JSON; nil for no body
	Form     url.Values  // sent as application/x-www-form-urlencoded, in place of Body
	Header   http.Header // beside the client's own; nil for none
}

// Argument is the error for a call that is refused before it is sent.
func (c *Client) Argument(op *Op, argument, reason string) error {
	return c.ArgumentWith(op, argument, reason, nil)
}

// ArgumentWith is Argument with the error that the server would have given.
func (c *Client) ArgumentWith(op *Op, argument, reason string, server error) error {
	e := &tenantry.ArgumentError{API: c.spec.API, Argument: argument, Reason: reason, Err: server}
	if op != nil {
		e.Operation = op.Name
	}
	return e
}

// url is the operation's URL with its arguments escaped. An empty argument,
// "." and ".." are refused, since they would name another operation.
func (c *Client) url(call *Call) (*url.URL, error) {
	u := c.base
	u.RawQuery = call.Query.Encode()
	if call.RawQuery != "" {
		u.RawQuery = escapeQuery(call.RawQuery)
	}
	if len(call.Args) == 0 && !strings.Contains(call.Op.Path, "{") {
		u.Path += call.Op.Path
		if u.RawPath != "" {
			u.RawPath += call.Op.Path
		}
		return &u, nil
	}
	var plain strings.Builder
	plain.Grow(len(u.Path) + len(call.Op.Path) + 32)
	plain.WriteString(u.Path)
	escaped := u.EscapedPath()
	awkward := escaped != u.Path
	rest := call.Op.Path
	for i := 0; ; i++ {
		fixed, after, found := strings.Cut(rest, "{")
		plain.WriteString(fixed)
		if !found {
			if i != len(call.Args) {
				return nil, c.Argument(call.Op, "path", "takes another number of arguments")
			}
			break
		}
		name, tail, _ := strings.Cut(after, "}")
		if i >= len(call.Args) {
			return nil, c.Argument(call.Op, name, "is missing")
		}
		switch arg := call.Args[i]; arg {
		case "":
			return nil, c.Argument(call.Op, name, "is empty; pass the id of a record")
		case ".", "..":
			return nil, c.Argument(call.Op, name, "is a dot segment, which is no id")
		default:
			plain.WriteString(arg)
			awkward = awkward || url.PathEscape(arg) != arg
		}
		rest = tail
	}
	u.Path = plain.String()
	if awkward {
		u.RawPath = escaped + expand(call.Op.Path, call.Args)
	}
	return &u, nil
}

// expand fills a template with escaped arguments.
func expand(path string, args []string) string {
	var b strings.Builder
	for _, arg := range args {
		fixed, after, _ := strings.Cut(path, "{")
		_, path, _ = strings.Cut(after, "}")
		b.WriteString(fixed + url.PathEscape(arg))
	}
	return b.String() + path
}
