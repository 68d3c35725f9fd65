package hardening

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
)

// A toxic is a fault of the wire, as toxiproxy has them.
type toxic struct {
	name, kind, stream, attributes string
}

var toxics = []toxic{
	{"latency and jitter", "latency", "downstream", `{"latency":15,"jitter":10}`},
	{"a narrow line", "bandwidth", "downstream", `{"rate":400}`},
	{"a slow close", "slow_close", "downstream", `{"delay":20}`},
	{"silence from the server", "timeout", "downstream", `{"timeout":40}`},
	{"silence to the server", "timeout", "upstream", `{"timeout":40}`},
	{"a reset from the server", "reset_peer", "downstream", `{"timeout":0}`},
	{"a reset on the way", "reset_peer", "upstream", `{"timeout":3}`},
	{"cut in the headers", "limit_data", "downstream", `{"bytes":40}`},
	{"cut in the body", "limit_data", "downstream", `{"bytes":260}`},
	{"cut in the request", "limit_data", "upstream", `{"bytes":90}`},
}

// through puts a proxy with a toxic before a server.
func through(t *testing.T, url string, toxin toxic) string {
	t.Helper()
	quiet := zerolog.New(io.Discard)
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), quiet)
	// The name of a proxy's listener is known before it listens.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	at := listener.Addr().String()
	require.NoError(t, listener.Close())
	proxy := toxiproxy.NewProxy(server, "p", at, strings.TrimPrefix(url, "http://"))
	proxy.Logger = &quiet
	require.NoError(t, proxy.Start())
	t.Cleanup(proxy.Stop)
	_, err = proxy.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(`{"name":"x","type":%q,"stream":%q,"attributes":%s}`, toxin.kind, toxin.stream, toxin.attributes)))
	require.NoError(t, err)
	return "http://" + at
}

// kind says what type of error a call came to; "" is none of ours.
func kind(err error) string {
	var server *tenantry.Error
	var broken *tenantry.TransportError
	var undecodable *tenantry.DecodeError
	var token *tenantry.TokenError
	var argument *tenantry.ArgumentError
	switch {
	case err == nil:
		return "none"
	case errors.As(err, &token):
		return "token"
	case errors.As(err, &broken):
		return "transport"
	case errors.As(err, &undecodable):
		return "decode"
	case errors.As(err, &server):
		return "server"
	case errors.As(err, &argument):
		return "argument"
	case errors.Is(err, tenantry.ErrIncomplete):
		return "incomplete"
	case errors.Is(err, leasefind.ErrSomeFailed):
		return "some failed"
	}
	return ""
}

const workers = 16

// each calls f for every operation, some at a time.
func each(ops []op, f func(op)) {
	var wg sync.WaitGroup
	queue := make(chan op)
	for range workers {
		wg.Go(func() {
			for o := range queue {
				f(o)
			}
		})
	}
	for _, o := range ops {
		queue <- o
	}
	close(queue)
	wg.Wait()
}

// Whatever the wire does, what may not be repeated is carried out at most once,
// a success means that it was carried out, and a failure is one of our errors.
func TestEveryOperationOnABadWire(t *testing.T) {
	for _, target := range start(t) {
		for _, toxin := range toxics {
			t.Run(target.name+"/"+toxin.name, func(t *testing.T) {
				client, err := target.connect(through(t, target.url, toxin), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: time.Millisecond}))
				require.NoError(t, err)
				each(target.ops, func(o op) {
					ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
					defer cancel()
					before := target.server.Processed(o.name)
					err := o.call(ctx, client)
					done := target.server.Processed(o.name) - before
					assert.NotEmpty(t, kind(err), "%s: %v", o.name, err)
					assert.NotErrorIs(t, err, context.DeadlineExceeded, o.name)
					if !o.repeatable {
						assert.LessOrEqual(t, done, 1, "%s was carried out %d times: %v", o.name, done, err)
					}
					if err == nil {
						assert.GreaterOrEqual(t, done, 1, o.name)
					}
					var broken *tenantry.TransportError
					if errors.As(err, &broken) && !broken.MaybeSent && kind(err) == "transport" && !o.repeatable {
						assert.Zero(t, done, "%s was carried out, and MaybeSent is false", o.name)
					}
				})
			})
		}
	}
}
