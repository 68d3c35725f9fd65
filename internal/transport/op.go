package transport

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
)

// An Op is one operation of an API, as data.
type Op struct {
	Name   string // "residents.get": the service, a dot, the method
	Method string // "GET"
	Path   string // "/v1/residents/{id}", with a trailing slash if the API wants one
	// Repeatable says that sending it twice does no more than sending it once.
	Repeatable bool
	// Secret says that its body or its response carries credentials: neither is
	// kept on an error, and what the server repeats of the body is redacted.
	Secret bool
	// Anonymous says that it is sent without the client's credentials, since it
	// fetches them.
	Anonymous bool
	// Elsewhere says that a redirect is the response and is not followed.
	Elsewhere bool
	// Attempt raises Timeouts.Attempt for an operation that is known to take
	// longer; 0 leaves it.
	Attempt time.Duration
}

// A Call is an operation with its arguments.
type Call struct {
	Op       *Op
	Args     []string    // the path's arguments, in the template's order
	Query    url.Values  // nil for none
	RawQuery string      // sent instead of Query, as Client.Follow made it; "" for none
	URL      *url.URL    // sent to instead of the base URL and the path, as ParseURL made it; nil for none
	Body     any         // marshalled to JSON; nil for no body
	Form     url.Values  // sent as application/x-www-form-urlencoded instead of Body
	Content  []byte      // sent as it is instead of Body, with the Content-Type in Header
	Header   http.Header // added to the client's own, one value for each name; nil for none
	Trimmed  bool        // records have only those members that the caller asks for
}

// Argument returns the error for a call that is refused before it is sent.
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

// url returns the operation's URL with its arguments escaped, in u or elsewhere.
// An argument that is empty, or that a server might take for a way out of the
// path, is refused.
func (c *Client) url(call *Call, u *url.URL) (*url.URL, error) {
	if call.URL != nil {
		return call.URL, nil
	}
	*u = c.base
	if call.Query != nil {
		u.RawQuery = call.Query.Encode()
	}
	if call.RawQuery != "" {
		u.RawQuery = escapeQuery(call.RawQuery)
	}
	if len(call.Args) == 0 && !strings.Contains(call.Op.Path, "{") {
		u.Path += call.Op.Path
		if u.RawPath != "" {
			u.RawPath += call.Op.Path
		}
		return u, nil
	}
	var plain strings.Builder
	plain.Grow(len(u.Path) + len(call.Op.Path) + 32)
	plain.WriteString(u.Path)
	awkward := c.escaped != u.Path
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
		arg := call.Args[i]
		switch {
		case arg == "":
			return nil, c.Argument(call.Op, name, "is empty; pass the id of a record")
		case traverses(arg):
			return nil, c.Argument(call.Op, name, "has a dot segment; pass the id of a record")
		}
		plain.WriteString(arg)
		awkward = awkward || url.PathEscape(arg) != arg
		rest = tail
	}
	u.Path = plain.String()
	if awkward {
		u.RawPath = c.escaped + expand(call.Op.Path, call.Args)
	}
	return u, nil
}

// maxEscapes is how many times an argument may be escaped.
const maxEscapes = 8

// traverses reports whether an argument holds a segment "." or "..", also in a
// form that a proxy or a server in front of the API might make one of: escaped
// any number of times, or with a backslash for a slash.
func traverses(arg string) bool {
	if !strings.ContainsAny(arg, ".%") {
		return false
	}
	for range maxEscapes {
		for segment := range strings.SplitSeq(strings.ReplaceAll(arg, `\`, "/"), "/") {
			if segment == "." || segment == ".." {
				return true
			}
		}
		plain := unescape(arg)
		if plain == arg {
			return false
		}
		arg = plain
	}
	return true
}

// unescape decodes every valid percent escape once, and leaves the others.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
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
