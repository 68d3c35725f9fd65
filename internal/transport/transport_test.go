package transport_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// clientOf returns a client of a server with the given handler.
func clientOf(t *testing.T, f http.HandlerFunc, opts ...tenantry.Option) *transport.Client {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return newClient(t, s.URL, append([]tenantry.Option{tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1})}, opts...)...)
}

func TestBaseURL(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://api.example.test":            true,
		"https://api.example.test/base/":      true,
		"https://api.example.test:8443":       true,
		"http://localhost:80":                 true,
		"http://127.0.0.1":                    true,
		"http://127.8.9.10":                   true,
		"http://[::1]:1":                      true,
		"":                                    false,
		"http://api.example.test":             false,
		"http://localhost.example.test":       false,
		"http://127.0.0.1.example.test":       false,
		"ftp://api.example.test":              false,
		"api.example.test":                    false,
		"https:///x":                          false,
		"https://:443":                        false,
		"https://user:secret@api.example.tld": false,
		"https://api.example.test?x=1":        false,
		"https://api.example.test#x":          false,
		"https://api.example.test/a/../b":     false,
		"https:api.example.test":              false,
		"://":                                 false,
	} {
		_, err := transport.New(transport.Spec{API: "test", BaseURL: "https://default.test"}, []tenantry.Option{tenantry.WithBaseURL(url)})
		if ok {
			assert.NoError(t, err, url)
			continue
		}
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, url)
		assert.NotContains(t, err.Error(), "secret")
	}
}

func TestPaths(t *testing.T) {
	var got string
	c := clientOf(t, func(_ http.ResponseWriter, r *http.Request) { got = r.RequestURI })
	for arg, want := range map[string]string{
		"a":         "/v1/things/a",
		"a/b":       "/v1/things/a%2Fb",
		"a b?c#d%e": "/v1/things/a%20b%3Fc%23d%25e",
		"100%":      "/v1/things/100%25",
		"%41":       "/v1/things/%2541",
		"a..b":      "/v1/things/a..b",
		"v1.":       "/v1/things/v1.",
		"ü":         "/v1/things/%C3%BC",
		"...":       "/v1/things/...",
		"x/y":       "/v1/things/x%2Fy",
		"a\r\nb":    "/v1/things/a%0D%0Ab",
	} {
		require.NoError(t, c.Call(t.Context(), &transport.Call{Op: read, Args: []string{arg}}, nil), arg)
		assert.Equal(t, want, got)
	}
	got = ""
	for _, arg := range []string{
		"", ".", "..", "../admin", "a/..", "a/../b", `a\..\b`, "a/./b", "%2e", "%2E%2e", "%2e%2e%2fadmin", "..%5Cadmin", "a%2f..",
		"%252e%252e", "%25252e", "%%32e", "%" + strings.Repeat("25", 1e5) + "2e",
	} {
		err := c.Call(t.Context(), &transport.Call{Op: read, Args: []string{arg}}, nil)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
		assert.Contains(t, err.Error(), "things.get")
	}
	assert.Empty(t, got, "nothing was sent")
}

func TestBasePathIsKept(t *testing.T) {
	var got string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RequestURI }))
	defer s.Close()
	c := newClient(t, s.URL+"/a%2Fb/c/")
	require.NoError(t, c.Call(t.Context(), &transport.Call{Op: read, Args: []string{"x/y"}, Query: url.Values{"q": {"1 2"}}}, nil))
	assert.Equal(t, "/a%2Fb/c/v1/things/x%2Fy?q=1+2", got)
	require.NoError(t, c.Call(t.Context(), call(write), nil))
	assert.Equal(t, "/a%2Fb/c/v1/things/", got)
}

func FuzzPath(f *testing.F) {
	for _, s := range []string{"a", "a/b", "..", "%2e", "\x00", "\xff", "ü?#;", strings.Repeat("../", 50)} {
		f.Add(s)
	}
	var got string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.URL.EscapedPath() }))
	f.Cleanup(s.Close)
	c, err := transport.New(transport.Spec{API: "test", BaseURL: s.URL}, nil)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, id string) {
		got = ""
		err := c.Call(t.Context(), &transport.Call{Op: read, Args: []string{id}}, nil)
		if err != nil {
			require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
			assert.Empty(t, got)
			return
		}
		assert.NotContains(t, strings.Split(strings.ReplaceAll(id, `\`, "/"), "/"), "..")
		require.NoError(t, err)
		escaped, ok := strings.CutPrefix(got, "/v1/things/")
		require.True(t, ok, got)
		assert.NotContains(t, escaped, "/")
		back, err := url.PathUnescape(escaped)
		require.NoError(t, err)
		assert.Equal(t, id, back)
	})
}

func TestErrorBodies(t *testing.T) {
	for name, c := range map[string]struct{ kind, body, want string }{
		"documented": {"application/json", `{"error":{"code":"bad","message":"words"}}`, "400 bad: words"},
		"HTML":       {"text/html; charset=utf-8", `<html><body>Bad Gateway a@b.test</body></html>`, "the response is text/html, not the API's own error"},
		"empty":      {"application/json", ``, "the response has no body"},
		"truncated":  {"application/json", `{"error":{"code":"bad","mess`, "400 bad (request"},
		"no object":  {"application/json", `[1,2]`, "the response is not the API's own error"},
		"giant":      {"application/json", `{"error":"` + strings.Repeat("x", 3<<20) + `"}`, "400 Bad Request: xxx"},
		"deep":       {"application/json", strings.Repeat("[", 1e6), "the response is not the API's own error"},
		"personal": {"application/json", `{"error":{"code":"bad","message":"al@example.test or (123) 456-7890 is\ntaken"}}`,
			"400 bad: [email] or [number] is taken"},
	} {
		t.Run(name, func(t *testing.T) {
			client := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				w.Header().Set("X-Request-Id", "req-7")
				w.Header().Set("Set-Cookie", "session=hidden")
				w.WriteHeader(400)
				_, _ = io.WriteString(w, c.body)
			})
			err := client.Call(t.Context(), call(read), nil)
			var e *tenantry.Error
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, tenantry.ErrInvalid)
			assert.Equal(t, tenantry.Error{API: "test", Operation: "things.get", Method: "GET", Path: "/v1/things/{id}", StatusCode: 400, RequestID: "req-7", Attempts: 1},
				tenantry.Error{API: e.API, Operation: e.Operation, Method: e.Method, Path: e.Path, StatusCode: e.StatusCode, RequestID: e.RequestID, Attempts: e.Attempts})
			assert.Contains(t, err.Error(), c.want)
			assert.Contains(t, err.Error(), "req-7")
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "hidden")
			assert.NotContains(t, err.Error(), "\n")
			assert.Empty(t, e.Header.Get("Set-Cookie"))
		})
	}
}

func TestAnswersThatAreNotUsable(t *testing.T) {
	for name, c := range map[string]struct{ kind, body, want string }{
		"HTML":         {"text/html", "<html>maintenance</html>", `is not JSON at byte 0 (its content type is "text/html")`},
		"empty":        {"application/json", "", "is empty"},
		"half":         {"application/json", `{"name":"x"`, "breaks off"},
		"more":         {"application/json", `{"name":"x"}{"name":"y"}`, "data follows"},
		"deep":         {"application/json", `{"x":` + strings.Repeat("[", 1e6) + strings.Repeat("]", 1e6) + `}`, "nests too deep"},
		"another kind": {"application/json", `["x"]`, "another shape"},
	} {
		t.Run(name, func(t *testing.T) {
			client := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				_, _ = io.WriteString(w, c.body)
			})
			err := client.Call(t.Context(), call(read), new(thing))
			var e *tenantry.DecodeError
			require.ErrorAs(t, err, &e)
			assert.Contains(t, err.Error(), c.want)
			assert.Equal(t, -1, e.Index)
			assert.LessOrEqual(t, len(e.Raw), 64<<10)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "maintenance")
		})
	}
}

func TestSizeLimit(t *testing.T) {
	endless := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"name":"`)
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat("x", 1<<16)); err != nil {
				return
			}
		}
	}
	bomb := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for range 1000 {
			if _, err := z.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
		_ = z.Close()
	}
	for name, f := range map[string]http.HandlerFunc{"endless": endless, "gzip bomb": bomb} {
		t.Run(name, func(t *testing.T) {
			err := clientOf(t, f, tenantry.WithMaxResponseBytes(1<<20)).Call(t.Context(), call(read), new(thing))
			require.ErrorIs(t, err, tenantry.ErrTooLarge)
			assert.Contains(t, err.Error(), "WithMaxResponseBytes")
		})
	}
	// An endless error body is cut, and the error is still there.
	err := clientOf(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500); endless(w, r) }).Call(t.Context(), call(read), nil)
	require.ErrorIs(t, err, tenantry.ErrServer)
}

func TestGzipIsTakenApart(t *testing.T) {
	var got thing
	require.NoError(t, clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"))
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"name":"zipped"}`)
		_ = z.Close()
	}).Call(t.Context(), call(read), &got))
	assert.Equal(t, "zipped", got.Name)
}

// Credentials stay on the host, and a redirect of a read within it is followed.
func TestRedirects(t *testing.T) {
	var stolen []string
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen = append(stolen, r.Header.Get("Authorization")) }))
	defer thief.Close()
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, op := range []*transport.Op{read, write} {
			err := clientOf(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, thief.URL+"/x?token=1", code) }).Call(t.Context(), call(op), nil)
			var e *tenantry.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, code, e.StatusCode)
			assert.Contains(t, err.Error(), "redirects to "+thief.URL)
			assert.NotContains(t, err.Error(), "token=1")
		}
	}
	assert.Empty(t, stolen)

	var auths []string
	c := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		auths = append(auths, r.Method+" "+r.Header.Get("Authorization"))
		if r.URL.Path == "/v1/things/a" {
			http.Redirect(w, r, "/v1/things/b?c=d", http.StatusMovedPermanently)
			return
		}
		_, _ = io.WriteString(w, `{"name":"moved"}`)
	})
	var got thing
	require.NoError(t, c.Call(t.Context(), call(read), &got))
	assert.Equal(t, "moved", got.Name)
	assert.Equal(t, []string{"GET Bearer token-of-the-test", "GET Bearer token-of-the-test"}, auths)

	loop := clientOf(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
	var e *tenantry.Error
	require.ErrorAs(t, loop.Call(t.Context(), call(read), nil), &e)
	assert.Equal(t, 302, e.StatusCode)
	assert.LessOrEqual(t, e.Attempts, 6)
}

func TestErrorInsideAnAnswer(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"Error":"no such team"}`) }))
	defer s.Close()
	c, err := transport.New(transport.Spec{API: "test", BaseURL: s.URL, CheckResponse: func(e *tenantry.Error, body []byte) bool {
		e.Message = "no such team"
		return bytes.Contains(body, []byte("Error"))
	}}, nil)
	require.NoError(t, err)
	var e *tenantry.Error
	require.ErrorAs(t, c.Call(t.Context(), call(read), new(thing)), &e)
	assert.Equal(t, 200, e.StatusCode)
	assert.Equal(t, "no such team", e.Message)
}

// What a server echoes of a secret body or of the credentials does not get out.
func TestSecretsAreRedacted(t *testing.T) {
	const password, token = "hunter2-hunter2", "token-of-the-test"
	secret := &transport.Op{Name: "people.sign-in", Method: http.MethodPost, Path: "/v1/sign-in", Repeatable: true, Secret: true}
	var log bytes.Buffer
	var seen []tenantry.Exchange
	sent := ""
	c := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		w.Header().Set("X-Echo", r.Header.Get("Authorization"))
		w.WriteHeader(422)
		_, _ = fmt.Fprintf(w, `{"error":{"code":"bad","message":"password %s of %s is wrong"}}`, password, r.Header.Get("Authorization"))
	}, tenantry.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { seen = append(seen, e) }))
	body := struct {
		Login    string                        `json:"login"`
		Password tenantry.Secret               `json:"password"`
		New      tenantry.Opt[tenantry.Secret] `json:"new,omitzero"`
	}{"al", tenantry.NewSecret(password), tenantry.Set(tenantry.NewSecret(password))}
	err := c.Call(t.Context(), &transport.Call{Op: secret, Body: &body}, nil)
	assert.JSONEq(t, `{"login":"al","password":"`+password+`","new":"`+password+`"}`, sent)
	var e *tenantry.Error
	require.ErrorAs(t, err, &e)
	assert.Contains(t, e.Message, "[redacted]")
	errJSON, merr := json.Marshal(e)
	require.NoError(t, merr)
	all := fmt.Sprintf("%v %+v %#v %+v %s %v %+v %#v %v %+v %#v %v", err, err, err, *e, errJSON, c, c, c, body, body, body, seen) + log.String()
	assert.NotContains(t, all, password)
	assert.NotContains(t, all, token)
	elsewhere, err := json.Marshal(body)
	require.NoError(t, err)
	assert.JSONEq(t, `{"login":"al","password":"[redacted]","new":"[redacted]"}`, string(elsewhere))
	require.Len(t, seen, 1)
	assert.Equal(t, 422, seen[0].StatusCode)
	assert.Contains(t, log.String(), "operation=people.sign-in")
}

func TestTransportErrorsHoldNoURL(t *testing.T) {
	c := newClient(t, "https://example.test", tenantry.WithHTTPClient(&http.Client{Transport: echo{}}))
	err := c.Call(t.Context(), &transport.Call{Op: read, Args: []string{"personal-id"}, Query: url.Values{"email_1": {"al@example.test"}}}, nil)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "personal-id")
	assert.NotContains(t, err.Error(), "al%40example")
	assert.NotContains(t, err.Error(), "token-of-the-test")
	assert.ErrorIs(t, err, errEcho)
}

var errEcho = errors.New("echo")

type echo struct{}

func (echo) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("%w: %s %s %s", errEcho, r.Method, r.URL, r.Header.Get("Authorization"))
}

func TestObserverSeesEveryAttempt(t *testing.T) {
	s, _, _ := serve(t, 2, status(503, "X-Request-Id", "r1", "X-Ratelimit-Limit", "150", "X-Ratelimit-Remaining", "149"))
	var seen []string
	c := newClient(t, s.URL, tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) {
		seen = append(seen, strings.Join([]string{e.API, e.Operation, e.Method, e.Path, strconv.Itoa(e.Attempt), strconv.Itoa(e.StatusCode), e.RequestID, strconv.FormatBool(e.WillRetry)}, " "))
	}))
	require.NoError(t, c.Call(t.Context(), call(read), nil))
	assert.Equal(t, []string{
		"test things.get GET /v1/things/{id} 1 503 r1 true",
		"test things.get GET /v1/things/{id} 2 503 r1 true",
		"test things.get GET /v1/things/{id} 3 200  false",
	}, seen)
}

func TestUserAgent(t *testing.T) {
	var got string
	c := clientOf(t, func(_ http.ResponseWriter, r *http.Request) { got = r.UserAgent() }, tenantry.WithUserAgent("acme/1"))
	require.NoError(t, c.Call(t.Context(), call(read), nil))
	assert.Regexp(t, `^acme/1 tenantry-go/`, got)
}
