package recordtenantry

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/recorder"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

// Setting changes what [Record] does. A nil Setting is skipped.
type Setting func(*settings)

type settings struct {
	again     bool
	transport http.RoundTripper
	names     names
}

// Again records even if the file exists, and replaces it.
func Again() Setting { return func(s *settings) { s.again = true } }

// WithTransport sends the requests to record through transport. Nil means the SDK's
// default.
func WithTransport(transport http.RoundTripper) Setting {
	return func(s *settings) { s.transport = transport }
}

// Keep leaves the values of the named JSON members and query parameters as they are,
// such as "name" if only properties have one. Email addresses and formatted phone numbers
// in them are still replaced, and so is what other members say. A name of a secret is
// ignored.
func Keep(names ...string) Setting {
	return func(s *settings) { s.names.set(kindNone, names) }
}

// Replace also replaces the values of the named JSON members and query parameters.
func Replace(names ...string) Setting {
	return func(s *settings) { s.names.set(kindText, names) }
}

// ReplaceSecrets also treats the named JSON members and query parameters as secrets: in a
// replay, any value matches.
func ReplaceSecrets(names ...string) Setting {
	return func(s *settings) { s.names.set(kindSecret, names) }
}

// The values of the environment variable TENANTRY_RECORD.
const (
	variable = "TENANTRY_RECORD"
	always   = "always"
	never    = "never"
)

// Record returns an option for the NewClient of any API package. If file exists, the
// client's requests are replayed from it. Otherwise they are sent and recorded, and the
// file is written when the test ends, unless it failed or made no request. The name of
// the file ends in ".yaml", which is added if it is missing. Several clients may share
// the option, but not the file. Errors with the file fail the test at once.
func Record(t testing.TB, file string, opts ...Setting) tenantry.Option {
	t.Helper()
	s := settings{names: make(names)}
	for _, opt := range opts {
		if opt != nil {
			opt(&s)
		}
	}
	mode := recorder.ModeRecordOnce
	switch env := os.Getenv(variable); {
	case env == never:
		mode = recorder.ModeReplayOnly
	case env == always || s.again && env == "":
		mode = recorder.ModeRecordOnly
	case env != "":
		t.Fatalf("recordtenantry: %s is %q; it must be empty, %q or %q", variable, env, always, never)
	}
	tape := newTape(s.names)
	transport := s.transport
	if transport == nil {
		standard := tenantry.NewTransport()
		t.Cleanup(standard.CloseIdleConnections)
		transport = standard
	}
	r, err := recorder.New(strings.TrimSuffix(file, ".yaml"),
		recorder.WithMode(mode),
		recorder.WithRealTransport(sender{transport}),
		recorder.WithSkipRequestLatency(true),
		recorder.WithMatcher(tape.matches),
		recorder.WithHook(tape.capture, recorder.AfterCaptureHook),
		recorder.WithHook(tape.redact, recorder.BeforeSaveHook),
		// The recorder's own log would print secrets if VCR_DEBUG is set.
		recorder.WithDebugWriter(struct{ io.Writer }{io.Discard}),
	)
	if errors.Is(err, cassette.ErrCassetteNotFound) {
		t.Fatalf("recordtenantry: %s is missing, and %s is %q; unset it to record", file, variable, never)
	}
	if err != nil {
		t.Fatalf("recordtenantry: %s can't be read: %v", file, err)
	}
	if !r.IsRecording() {
		if err := tape.load(strings.TrimSuffix(file, ".yaml")); err != nil {
			t.Fatalf("recordtenantry: %s can't be read: %v", file, err)
		}
	}
	t.Cleanup(func() {
		switch {
		case r.IsRecording() && t.Failed():
			t.Logf("recordtenantry: %s is not written, since the test failed", file)
			return
		case r.IsRecording() && tape.empty():
			return
		}
		if err := r.Stop(); err != nil {
			t.Errorf("recordtenantry: %s can't be written: %v", file, err)
		}
	})
	return tenantry.WithHTTPClient(&http.Client{Transport: &player{t: t, file: file, r: r, tape: tape, told: make(map[string]bool)}})
}

// A player is the transport of a client that records or replays.
type player struct {
	t    testing.TB
	file string
	r    *recorder.Recorder
	tape *tape

	mu   sync.Mutex
	told map[string]bool
}

func (p *player) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	resp, err := p.r.RoundTrip(req.WithContext(quiet{context.WithValue(ctx, callerKey{}, ctx)})) //nolint:contextcheck // it wraps the request's
	if err == nil {
		resp.Request = req
		return resp, nil
	}
	if errors.Is(err, cassette.ErrInteractionNotFound) {
		path := p.tape.path(req.URL)
		p.mu.Lock()
		told := p.told[req.Method+path]
		p.told[req.Method+path] = true
		p.mu.Unlock()
		if !told {
			p.t.Errorf("recordtenantry: %s has no recording of this %s %s, or it was replayed already; delete the file to record again", p.file, req.Method, path)
		}
		err = &config.UnmatchedError{Method: req.Method, Path: path, Err: err}
	}
	return nil, err
}

// A quiet context hides the client's httptrace from the recorder, which dumps a request
// before it sends it: the client would believe that it has been sent.
type quiet struct{ context.Context }

type callerKey struct{}

func (q quiet) Value(key any) any {
	if key == (callerKey{}) {
		return q.Context.Value(key)
	}
	return nil
}

// A sender sends a request with the client's own context. Its transport decompresses.
type sender struct{ transport http.RoundTripper }

func (s sender) RoundTrip(req *http.Request) (*http.Response, error) {
	if ctx, ok := req.Context().Value(callerKey{}).(context.Context); ok {
		req = req.WithContext(ctx) //nolint:contextcheck // it is the one that quiet hides
	}
	req.Header = req.Header.Clone()
	req.Header.Del("Accept-Encoding")
	return s.transport.RoundTrip(req)
}
