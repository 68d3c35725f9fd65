package propexotest

import (
	"testing"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// WithClientOptions sets options of the client that [Start] returns. They come
// after its own, so they win.
func WithClientOptions(opts ...tenantry.Option) Option {
	return func(o *options) { o.client = append(o.client, opts...) }
}

// Start starts a server and returns it with a client of it, which retries within
// milliseconds. The test's cleanup closes both. Unless [WithRateLimit] says
// otherwise, the server allows a million requests a minute, so that tests don't
// wait for the next minute.
func Start(t testing.TB, opts ...Option) (*propexo.Client, *Server) {
	t.Helper()
	s := NewServer(append([]Option{WithRateLimit(1_000_000, time.Minute)}, opts...)...)
	t.Cleanup(s.Close)
	client, err := propexo.NewClient(s.o.token, append([]tenantry.Option{tenantry.WithBaseURL(s.URL), tenantrytest.Quick()}, s.o.client...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client, s
}
