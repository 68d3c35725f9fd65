package webhook

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	tenantry "github.com/tenantry/tenantry-go"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type event struct{ body string }

var errMismatch = errors.New("webhook signature mismatch")

// fake is an API whose deliveries carry their secret as the signature.
var fake = API[event]{
	Name: "fake",
	CheckSecret: func(secret string) error {
		if !strings.HasPrefix(secret, "s") {
			return &tenantry.ArgumentError{Argument: "webhook secret", Reason: "is none"}
		}
		return nil
	},
	Verify: func(secret string, h http.Header, body []byte) (*event, error) {
		switch {
		case !strings.HasPrefix(secret, "s"):
			return nil, &tenantry.ArgumentError{Argument: "webhook secret", Reason: "is none"}
		case h.Get("Signature") != secret:
			return nil, errMismatch
		case string(body) == "junk":
			return nil, &tenantry.DecodeError{Err: io.EOF}
		}
		return &event{string(body)}, nil
	},
	Mismatch: errMismatch,
}

type option = func(*Config)

var errBusy = errors.New("the database is away")

func handle(ctx context.Context, e *event) error {
	if _, ok := ctx.Deadline(); !ok {
		return errors.New("the context has no deadline")
	}
	if e.body == "fails" {
		return errBusy
	}
	return nil
}

func post(method, signature string, body io.Reader) *http.Request {
	r := httptest.NewRequest(method, "/", body)
	r.Header.Set("Signature", signature)
	return r
}

func TestStatuses(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)

	var undecodable *tenantry.DecodeError
	var tooLarge *http.MaxBytesError
	broken := errors.New("gone")
	for name, c := range map[string]struct {
		r      *http.Request
		status int
		is     error
		as     any
		logged bool
	}{
		"handled":     {r: post("POST", "s1", strings.NewReader("fine")), status: 204},
		"fn fails":    {r: post("POST", "s1", strings.NewReader("fails")), status: 500, is: errBusy, logged: true},
		"forged":      {r: post("POST", "s0", strings.NewReader("x")), status: 401, is: errMismatch},
		"unsigned":    {r: post("POST", "", strings.NewReader("x")), status: 401, is: errMismatch},
		"no event":    {r: post("POST", "s1", strings.NewReader("junk")), status: 400, as: &undecodable, logged: true},
		"no delivery": {r: post("GET", "s1", nil), status: 405},
		"at limit":    {r: post("POST", "s1", strings.NewReader(strings.Repeat("x", 1<<20))), status: 204},
		"over limit":  {r: post("POST", "s1", strings.NewReader(strings.Repeat("x", 1<<20+1))), status: 413, as: &tooLarge},
		"broken off":  {r: post("POST", "s1", iotest.ErrReader(broken)), status: 400, is: broken},
	} {
		t.Run(name, func(t *testing.T) {
			log.Reset()
			var got error
			h, err := Handler(fake, tenantry.NewSecret("s1"), handle, []option{nil})
			require.NoError(t, err)
			watched, err := Handler(fake, tenantry.NewSecret("s1"), handle, []option{func(c *Config) { c.OnError = func(_ *http.Request, err error) { got = err } }})
			require.NoError(t, err)
			body, err := io.ReadAll(c.r.Body)
			for i, h := range []http.Handler{h, watched} {
				if c.r.Body = io.NopCloser(bytes.NewReader(body)); err != nil {
					c.r.Body = io.NopCloser(iotest.ErrReader(err))
				}
				w := httptest.NewRecorder()
				h.ServeHTTP(w, c.r)
				assert.Equal(t, c.status, w.Code)
				assert.NotContains(t, w.Body.String(), "database")
				if i == 0 {
					assert.Equal(t, c.logged, log.Len() > 0, log.String())
					log.Reset()
				}
			}
			assert.Zero(t, log.Len(), "OnError stands in for the log")
			switch {
			case c.is != nil:
				require.ErrorIs(t, got, c.is)
			case c.as != nil:
				require.ErrorAs(t, got, c.as)
			default:
				require.NoError(t, got)
			}
		})
	}
}

func TestSecrets(t *testing.T) {
	unknown := errors.New("the tenants could not be read")
	byPath := func(c *Config) {
		c.SecretsFor = func(r *http.Request) ([]tenantry.Secret, error) {
			switch r.URL.Path {
			case "/a":
				return []tenantry.Secret{tenantry.NewSecret("s-a1"), tenantry.NewSecret("s-a2")}, nil
			case "/odd":
				return []tenantry.Secret{tenantry.NewSecret("no secret")}, nil
			case "/fails":
				return nil, unknown
			}
			return nil, nil
		}
	}
	also := func(c *Config) { c.Secrets = append(c.Secrets, tenantry.NewSecret("s2"), tenantry.NewSecret("s3")) }
	for _, c := range []struct {
		secret string
		opts   []option
		path   string
		status map[string]int // by signature
	}{
		{"s1", nil, "/", map[string]int{"s1": 204, "s2": 401}},
		{"s1", []option{also}, "/", map[string]int{"s1": 204, "s2": 204, "s3": 204, "s4": 401}},
		{"", []option{byPath}, "/a", map[string]int{"s-a1": 204, "s-a2": 204, "s1": 401, "": 401}},
		{"", []option{byPath}, "/b", map[string]int{"s-a1": 401, "": 401}},
		{"", []option{byPath}, "/odd", map[string]int{"no secret": 500}},
		{"", []option{byPath}, "/fails", map[string]int{"s-a1": 500}},
		{"s1", []option{byPath}, "/a", map[string]int{"s1": 204, "s-a2": 204}},
	} {
		h, err := Handler(fake, tenantry.NewSecret(c.secret), handle, append(c.opts, func(c *Config) { c.OnError = func(*http.Request, error) {} }))
		require.NoError(t, err)
		for signature, want := range c.status {
			r := post("POST", signature, strings.NewReader("fine"))
			r.URL.Path = c.path
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			assert.Equal(t, want, w.Code, "%s %q", c.path, signature)
		}
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		secret string
		fn     func(context.Context, *event) error
		opt    option
	}{
		"no secret":         {"", handle, nil},
		"bad secret":        {"x", handle, nil},
		"bad second secret": {"s", handle, func(c *Config) { c.Secrets = append(c.Secrets, tenantry.NewSecret("")) }},
		"no fn":             {"s", nil, nil},
		"body limit":        {"s", handle, func(c *Config) { c.MaxBody = 0 }},
		"read timeout":      {"s", handle, func(c *Config) { c.ReadTimeout = -1 }},
	} {
		_, err := Handler(fake, tenantry.NewSecret(c.secret), c.fn, []option{c.opt})
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
}

// pipes listens on connections in memory, whose deadlines follow the test's clock.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// A body that trickles in is cut off, whether or not the server's response writer
// takes a deadline; a silent one only if it does.
func TestSlowBodies(t *testing.T) {
	for name, c := range map[string]struct {
		pause   time.Duration // between two bytes
		wrapped bool
	}{
		"a byte a second":          {time.Second, false},
		"silence":                  {time.Hour, false},
		"a byte a second, wrapped": {time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got error
				h, err := Handler(fake, tenantry.NewSecret("s1"), handle, []option{func(c *Config) { c.OnError = func(_ *http.Request, err error) { got = err } }})
				require.NoError(t, err)
				handled := make(chan time.Time, 1)
				server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if c.wrapped {
						w = struct{ http.ResponseWriter }{w}
					}
					h.ServeHTTP(w, r)
					handled <- time.Now()
				})}
				listener := make(pipes)
				go func() { _ = server.Serve(listener) }()
				begin := time.Now()
				conn, far := net.Pipe()
				listener <- far
				var sender sync.WaitGroup
				sender.Go(func() {
					_, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nSignature: s1\r\nContent-Length: 60\r\n\r\n")
					for i := 0; err == nil && i < 60; i++ {
						time.Sleep(c.pause)
						_, err = conn.Write([]byte("x"))
					}
				})
				resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
				require.NoError(t, err)
				assert.Equal(t, http.StatusRequestTimeout, resp.StatusCode)
				require.ErrorIs(t, got, os.ErrDeadlineExceeded)
				assert.LessOrEqual(t, (<-handled).Sub(begin), 11*time.Second)
				_ = conn.Close()
				sender.Wait()
				_ = server.Close()
			})
		})
	}
}

// The deadline of the body is none of the function.
func TestSlowFunctions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, err := Handler(fake, tenantry.NewSecret("s1"), func(ctx context.Context, _ *event) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(13 * time.Second):
				return nil
			}
		}, []option{})
		require.NoError(t, err)
		server := &http.Server{Handler: h}
		listener := make(pipes)
		go func() { _ = server.Serve(listener) }()
		conn, far := net.Pipe()
		listener <- far
		go func() {
			_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nSignature: s1\r\nContent-Length: 4\r\n\r\nfine")
		}()
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		assert.Equal(t, http.StatusNoContent, resp.StatusCode)
		_ = conn.Close()
		_ = server.Close()
	})
}

func TestHollow(t *testing.T) {
	for body, want := range map[string]bool{
		`null`: true, ` {} `: true, `{"data":null}`: true, `{"data":{},"meta":{"a":null}}`: true, `[]`: true, `[{"a":1}]`: true, `5`: true, `"x"`: true, ``: true,
		`{"a":""}`: true, `{"test":1}`: false, `{"a":" "}`: false, `{"a":[]}`: false, `{"a":{"b":{"c":false}}}`: false, `{"a":null,"b":"x"}`: false,
		strings.Repeat(`{"a":`, 5000) + `null` + strings.Repeat(`}`, 5000): true,
	} {
		assert.Equal(t, want, Hollow([]byte(body)), "%.40s", body)
	}
}

func FuzzHollow(f *testing.F) {
	for _, seed := range []string{`null`, `{"data":null}`, `{"a":{"b":[1]},"a":"x"}`, "{\"\xff\":1}", `{"a`, `{}}0`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if !jsontext.Value(body).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
			return // inside another object it may be something else
		}
		wrapped := []byte(`{"data":` + string(body) + `}`)
		if len(body) > 0 && body[0] == '{' && Hollow(body) && !Hollow(wrapped) {
			t.Errorf("%q is hollow and %q is not", body, wrapped)
		}
	})
}
