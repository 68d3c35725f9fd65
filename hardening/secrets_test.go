package hardening

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A sink is everywhere that a secret might get to.
type sink struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *sink) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(b)
}

// spy collects the tokens and signatures that are sent.
type spy struct {
	mu   sync.Mutex
	seen map[string]bool
	next http.RoundTripper
}

func (s *spy) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if name, signature, ok := strings.Cut(credential, `oauth_signature="`); ok {
		_, credential = name, strings.TrimSuffix(signature, `"`)
	}
	s.seen[credential] = true
	s.mu.Unlock()
	return s.next.RoundTrip(r)
}

// Every operation of every API, succeeding and failing in every way, with all
// sinks open: no credential, token, signature or password gets out.
func TestNoSecretGetsOut(t *testing.T) {
	const echoed = `"the credentials were %s"`
	for _, target := range start(t) {
		t.Run(target.name, func(t *testing.T) {
			var out sink
			watch := &spy{seen: make(map[string]bool), next: &http.Transport{DisableKeepAlives: true}}
			client, err := target.connect(target.url, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: time.Millisecond}),
				tenantry.WithLogger(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))),
				tenantry.WithHTTPClient(&http.Client{Transport: watch}),
				tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { fmt.Fprintf(&out, "%v %+v %#v\n", e, e, e) }))
			require.NoError(t, err)
			echo := fmt.Sprintf(echoed, strings.Join(target.secrets, " "))
			for _, f := range []tenantrytest.Fault{
				{Kind: tenantrytest.Delayed}, {Status: 401, Body: []byte(`{}`)}, {Status: 403, Body: []byte(`{"error":5}`)}, {Status: 500, Header: http.Header{"Set-Cookie": {target.secrets[0]}}},
				{Status: 500, Header: http.Header{"X-Request-Id": {"id of " + target.secrets[0]}}}, {Status: 404, Header: http.Header{"Cf-Ray": {target.secrets[0]}}},
				{Kind: tenantrytest.ResetAfter}, {Kind: tenantrytest.CutBody, CutAt: 20}, tenantrytest.HTMLPage(200), {Status: 302, Header: http.Header{"Location": {"https://example.test/?x=" + target.secrets[0]}}},
				{Status: 200, Body: []byte(`{"unexpected":` + echo + `}`)}, {Status: 200, Body: []byte(`[` + echo)},
			} {
				target.server.Inject(f)
				each(target.ops, func(o op) {
					defer func() {
						if p := recover(); p != nil {
							fmt.Fprintf(&out, "panic: %v", p)
							t.Errorf("%s: %v", o.name, p)
						}
					}()
					err := o.call(t.Context(), client)
					b, _ := json.Marshal(err)
					fmt.Fprintf(&out, "%v %+v %#v %q %s\n", err, err, err, err, b)
					slog.New(slog.NewTextHandler(&out, nil)).Error("it failed", "err", err)
				})
				target.server.ClearFaults()
			}
			fmt.Fprintf(&out, "%v %+v %#v %s %v %#v", client, client, client, client, target.server.Requests(), target.server.Requests())
			b, _ := json.Marshal(client)
			_, _ = out.Write(b)
			text := out.String()
			require.Greater(t, strings.Count(text, "\n"), len(target.ops)*10)
			require.NotEmpty(t, watch.seen)
			for _, secret := range target.secrets {
				watch.seen[secret] = true
			}
			for secret := range watch.seen {
				if len(secret) < 8 {
					continue
				}
				at := strings.Index(text, secret)
				assert.Negative(t, at, "%q got out: %.300q", secret, text[max(0, at-200):])
			}
		})
	}
}
