package propexo

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	tenantry "github.com/tenantry/tenantry-go"
)

type canned struct{ body []byte }

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(c.body)), ContentLength: int64(len(c.body)), Request: r}, nil
}

var small = []byte(`{"write_status":"SUCCESS","errors":[],"created_record_id":"abc"}`)

func BenchmarkOneCall(b *testing.B) {
	b.Run("tenantry", func(b *testing.B) {
		c, _ := NewClient("token", tenantry.WithHTTPClient(&http.Client{Transport: canned{small}}))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Writes.Status(b.Context(), "abc"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("handwritten", func(b *testing.B) {
		hc := &http.Client{Transport: canned{small}}
		b.ReportAllocs()
		for b.Loop() {
			req, _ := http.NewRequestWithContext(b.Context(), "GET", BaseURL+"/v1/admin/write-status/"+"abc", nil)
			req.Header.Set("Authorization", "Bearer token")
			req.Header.Set("Accept", "application/json")
			resp, err := hc.Do(req)
			if err != nil {
				b.Fatal(err)
			}
			var v struct {
				Status string   `json:"write_status"`
				Errors []string `json:"errors"`
				ID     *string  `json:"created_record_id"`
			}
			if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
				b.Fatal(err)
			}
			resp.Body.Close()
		}
	})
}
