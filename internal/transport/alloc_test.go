//go:build !race

package transport_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tenantry/tenantry-go/internal/transport"
)

// One call in memory allocates the call's arguments, its state, the request, the
// request's headers (a map is two allocations), its path and the text that the
// record is decoded into: a change that adds one says so here.
func TestOneCallAllocates(t *testing.T) {
	well := []byte(`{"name":"well"}`)
	body := bytes.NewReader(nil)
	resp := &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(body)}
	c := stubbed(t, stub(func(*http.Request) (*http.Response, error) {
		body.Reset(well)
		return resp, nil
	}))
	op := &transport.Op{Name: "things.get", Method: http.MethodGet, Path: "/v1/things/{id}", Repeatable: true}
	var got thing
	n := testing.AllocsPerRun(1000, func() {
		got = thing{}
		if err := c.Call(t.Context(), &transport.Call{Op: op, Args: []string{"a"}}, &got); err != nil || got.Name != "well" {
			t.Fatal(err)
		}
	})
	assert.LessOrEqual(t, int(n), 7)
}
