package hardening

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/supergood"
)

const baseURL = "https://supergood.example.test"

// credentials lists every credential of every API with a NewClient that takes
// it. A password may have blanks around it.
var credentials = map[string]struct {
	connect  func(value string, opts ...tenantry.Option) (any, error)
	password bool
}{
	"propexo token": {connect: func(v string, opts ...tenantry.Option) (any, error) { return propexo.NewClient(v, opts...) }},
	"storedge access ID": {connect: func(v string, opts ...tenantry.Option) (any, error) {
		return storedge.NewClient(v, "secret", opts...)
	}},
	"storedge secret key": {connect: func(v string, opts ...tenantry.Option) (any, error) { return storedge.NewClient("id", v, opts...) }},
	"leasefind client id": {connect: func(v string, opts ...tenantry.Option) (any, error) {
		return leasefind.NewClient(v, "secret", opts...)
	}},
	"leasefind client secret": {connect: func(v string, opts ...tenantry.Option) (any, error) { return leasefind.NewClient("id", v, opts...) }},
	"elevenos email": {connect: func(v string, opts ...tenantry.Option) (any, error) {
		return elevenos.NewClient(v, "secret", opts...)
	}},
	"elevenos password": {connect: func(v string, opts ...tenantry.Option) (any, error) {
		return elevenos.NewClient("a@example.test", v, opts...)
	}, password: true},
	"supergood username": {connect: func(v string, opts ...tenantry.Option) (any, error) {
		return supergood.NewClient(baseURL, supergood.Credentials{Username: v, Password: tenantry.NewSecret("secret")}, opts...)
	}},
	"supergood password": {connect: func(v string, opts ...tenantry.Option) (any, error) {
		return supergood.NewClient(baseURL, supergood.Credentials{Username: "u", Password: tenantry.NewSecret(v)}, opts...)
	}, password: true},
}

// Nothing is trimmed: what no vendor gives out is refused by NewClient, and the
// error does not repeat it.
func TestCredentialsThatAreRefused(t *testing.T) {
	for name, c := range credentials {
		_, err := c.connect("canary@example.test")
		require.NoError(t, err, name)
		for _, bad := range []string{"", "canary\n", "\ncanary", "canary\r\nX-Evil: 1", "canary\x00", "can\tary", "canary\x7f", "canary\u2028"} {
			_, err := c.connect(bad)
			require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "%s: %q", name, bad)
			assert.NotContains(t, err.Error(), "canary")
		}
		for _, blank := range []string{" canary", "canary ", "canary\u00a0"} {
			_, err := c.connect(blank)
			assert.Equal(t, c.password, err == nil, "%s: %q", name, blank)
		}
	}
}

// A token from a source that a header can't carry is not sent, and costs one
// error and no attempts.
func TestTokensThatAreRefused(t *testing.T) {
	for _, target := range start(t) {
		if target.name == "storedge" {
			continue // it signs
		}
		for _, bad := range []string{"canary\n", "canary\r\nX-Evil: 1", " canary", "canary\x00", "cänary"} {
			client, err := target.connect(target.url, tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: bad})))
			require.NoError(t, err)
			before := len(target.server.Requests())
			err = target.ops[0].call(t.Context(), client)
			var e *tenantry.TokenError
			require.ErrorAs(t, err, &e, target.name)
			assert.NotContains(t, err.Error(), "nary")
			assert.Len(t, target.server.Requests(), before)
		}
	}
}

// nothing lists the operations that return nothing: for them, a success without
// a body is a success.
var nothing = map[string][]string{
	"propexo":  {"job-logs.data"}, // a file of no bytes
	"storedge": append([]string{"tenants.forgot-username", "tenants.reset-password-with-token"}, storedgeNothing...),
	"elevenos": {"residents.invite", "residents.reset-psk", "residents.set-status", "residents.terminate", "residents.purge"},
}

func TestSuccessWithoutABody(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusAccepted, http.StatusNoContent} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		for _, target := range start(t) {
			client, err := target.tokened(s.URL)
			require.NoError(t, err)
			for _, o := range target.ops {
				err := o.call(t.Context(), client)
				if slices.Contains(nothing[target.name], o.name) {
					assert.NoError(t, err, "%s %s, %d", target.name, o.name, status)
					continue
				}
				require.Error(t, err, "%s %s, %d", target.name, o.name, status)
				if !o.repeatable {
					assert.ErrorContains(t, err, "do not send it again", "%s %s", target.name, o.name)
				}
			}
		}
		s.Close()
	}
}

// Closed clients send nothing and leave nothing behind, also in the middle of a
// token fetch.
func TestClosedClients(t *testing.T) {
	for _, target := range start(t) {
		var arrived atomic.Int64
		fetching, release := make(chan struct{}, 1), make(chan struct{})
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			arrived.Add(1)
			select {
			case fetching <- struct{}{}:
			default:
			}
			<-release
		}))
		client, err := target.connect(s.URL)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		go func() { failed <- target.ops[0].call(ctx, client) }()
		<-fetching
		require.NoError(t, client.(interface{ Close() error }).Close())
		require.NoError(t, client.(interface{ Close() error }).Close())
		if target.expire != nil { // it was fetching a token
			require.ErrorIs(t, <-failed, tenantry.ErrClosed, target.name)
		} else {
			cancel()
			require.ErrorIs(t, <-failed, context.Canceled, target.name)
		}
		cancel()
		before := arrived.Load()
		for _, o := range target.ops {
			err := o.call(t.Context(), client)
			require.ErrorIs(t, err, tenantry.ErrClosed, "%s %s", target.name, o.name)
			var e *tenantry.TransportError
			if errors.As(err, &e) {
				assert.False(t, e.MaybeSent)
			}
		}
		assert.Equal(t, before, arrived.Load())
		close(release)
		s.Close()
	}
}

// Every attempt of every operation ends, with a transport of the caller's that
// has no limits of its own, too.
func TestEveryOperationEnds(t *testing.T) {
	var release chan struct{}
	for name, serve := range map[string]http.HandlerFunc{
		"no headers": func(http.ResponseWriter, *http.Request) { <-release },
		"no body": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_ = http.NewResponseController(w).Flush()
			<-release
		},
		"a stalled body": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"results":[`))
			_ = http.NewResponseController(w).Flush()
			<-release
		},
		"another protocol": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Upgrade", "x")
			w.WriteHeader(http.StatusSwitchingProtocols)
			_ = http.NewResponseController(w).Flush()
			<-release
		},
	} {
		release = make(chan struct{})
		s := httptest.NewServer(serve)
		for _, target := range start(t) {
			rt := new(http.Transport)
			client, err := target.tokened(s.URL, tenantry.WithHTTPClient(&http.Client{Transport: rt}),
				tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}), tenantry.WithTimeouts(tenantry.Timeouts{Attempt: 100 * time.Millisecond, Idle: 20 * time.Millisecond}))
			require.NoError(t, err)
			each(target.ops, func(o op) {
				err := o.call(t.Context(), client)
				var e *tenantry.TransportError
				if assert.ErrorAs(t, err, &e, "%s: %s %s", name, target.name, o.name) && name != "another protocol" {
					assert.True(t, e.Timeout(), "%s: %s %s: %v", name, target.name, o.name, err)
				}
			})
			rt.CloseIdleConnections()
		}
		close(release)
		s.Close()
	}
}
