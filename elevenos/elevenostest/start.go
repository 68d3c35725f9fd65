package elevenostest

import (
	"testing"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// WithClientOptions sets options of the client that [Start] returns. They come
// after its own, so they win.
func WithClientOptions(opts ...tenantry.Option) Option {
	return func(o *options) { o.client = append(o.client, opts...) }
}

// Start starts a server and returns it with a client of it, which retries within
// milliseconds. The test's cleanup closes both.
func Start(t testing.TB, opts ...Option) (*elevenos.Client, *Server) {
	t.Helper()
	s := NewServer(opts...)
	t.Cleanup(s.Close)
	client, err := elevenos.NewClient(s.o.email, s.o.password, append([]tenantry.Option{tenantry.WithBaseURL(s.URL), tenantrytest.Quick()}, s.o.client...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client, s
}
