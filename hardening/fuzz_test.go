package hardening

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	tenantry "github.com/tenantry/tenantry-go"
)

// canned returns the same response to every request.
type canned struct {
	status int
	body   []byte
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: c.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, ContentLength: int64(len(c.body)),
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(c.body)),
	}, nil
}

// Every operation of every API turns any response, with any status, into a result or
// into one of the SDK's errors.
func FuzzEveryResponse(f *testing.F) {
	targets := start(f)
	var all []func(context.Context, canned) error
	for _, target := range targets {
		for _, o := range target.ops {
			all = append(all, func(ctx context.Context, response canned) error {
				client, err := target.tokened(target.url, tenantry.WithHTTPClient(&http.Client{Transport: response}), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}))
				if err != nil {
					return err
				}
				return o.call(ctx, client)
			})
		}
	}
	for i, body := range []string{
		`{"meta":{"total":1,"hasMore":false},"results":[{"id":"a","created_at":null,"x":[1]}]}`, `{"results":{"id":5}}`, `{"job_id":"j","data":{}}`, `{"error":{"code":"c","message":"m","details":{"a":[]}}}`,
		`{"tenants":[{"id":"a"},5],"meta":{"pagination":{"next_page":null}}}`, `{"tenant":{"id":"a","preferences":{"email_invoices":1}},"meta":{"message":"m","error_code":1}}`, `{"tenant_settings":{"default_settings":{"a":{"value":null}}}}`,
		`{"leases":[{"deposit":1.50,"address":{"latitude":"1"}}],"pagination":{"next_cursor":"c"}}`, `{"error":{"type":"not_found","message":"m"}}`, `{"units":[],"last_id":-1}`,
		`{"Error":null,"Residents":[{"Status":"x"}]}`, `{"Error":{"Message":"m"}}`, `{"status":"finished","result":[{"failed":[{"Email":{"error":"x","value":"y"}}]}]}`, `[{"id":"a"}]`, `{"data":{"properties":[]},"next":"/x"}`, ``, `null`, `{"a":`,
	} {
		for _, status := range []int{200, 400, 401, 404, 500} {
			f.Add(uint16(i*29+status), uint16(status), []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, which, status uint16, body []byte) {
		err := all[int(which)%len(all)](t.Context(), canned{200 + int(status)%400, body})
		if kind(err) == "" {
			t.Fatalf("%v", err)
		}
		if err != nil && bytes.ContainsAny([]byte(err.Error()), "\n\r\x00") {
			t.Fatalf("not one line: %q", err.Error())
		}
	})
}
