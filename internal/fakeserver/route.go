package fakeserver

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
)

// Route is one operation that a fake serves.
type Route struct {
	Operation string // "residents.get", the name that the SDK gives it
	Method    string
	Path      string // a template such as /v1/residents/{id}, to the letter
	Handle    func(*Request) Response
}

// match returns the path's arguments, decoded, if path is of the template.
func (r *Route) match(path string) (map[string]string, bool) {
	want, got := strings.Split(r.Path, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	var args map[string]string
	for i, segment := range want {
		if !strings.HasPrefix(segment, "{") {
			if segment != got[i] {
				return nil, false
			}
			continue
		}
		arg, err := url.PathUnescape(got[i])
		if err != nil || arg == "" || arg == "." || arg == ".." {
			return nil, false
		}
		if args == nil {
			args = make(map[string]string)
		}
		args[strings.Trim(segment, "{}")] = arg
	}
	return args, true
}

// fixed counts the segments that are not arguments. Of two templates that match, the
// one with more of them wins.
func (r *Route) fixed() int {
	n := 0
	for segment := range strings.SplitSeq(r.Path, "/") {
		if !strings.HasPrefix(segment, "{") {
			n++
		}
	}
	return n
}

// Request is a request to a Route.
type Request struct {
	*http.Request
	Operation string
	Query     url.Values
	Payload   []byte // the whole body
	args      map[string]string
}

// Arg returns a decoded argument of the path.
func (r *Request) Arg(name string) string { return r.args[name] }

// Bearer returns the token of the Authorization header, or "". The scheme may be in
// any case, as HTTP has it.
func (r *Request) Bearer() string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// Decode reads the body, strictly: no duplicate names, no invalid UTF-8.
func (r *Request) Decode(v any) error { return json.Unmarshal(r.Payload, v) }

// Response is a response of a fake.
type Response struct {
	Status int // 0 means 200
	Header http.Header
	Body   []byte
}

// JSON returns a response with v as its body. It panics if v can't be marshalled.
func JSON(status int, v any) Response {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	return Raw(status, b)
}

// Raw returns a response with a body that is already encoded, or is not meant to be JSON.
func Raw(status int, body []byte) Response {
	return Response{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

// maxBody bounds what a fake reads of a request.
const maxBody = 64 << 20

func readBody(r *http.Request) ([]byte, error) { return io.ReadAll(io.LimitReader(r.Body, maxBody)) }
