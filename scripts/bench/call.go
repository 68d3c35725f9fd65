package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
)

// canned returns the same response to every request.
type canned struct{ body []byte }

// RoundTrip is part of http.RoundTripper.
func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(bytes.NewReader(c.body)), ContentLength: int64(len(c.body)),
		Header: http.Header{"Content-Type": {"application/json"}, "X-Ratelimit-Limit": {"1000000"}, "X-Ratelimit-Remaining": {"999999"}},
	}, nil
}

// call returns the row of one call in memory. The SDK's has every feature on: pacing,
// retries, an observer, limits.
func call() row {
	transport := canned{[]byte(`{"write_status":"SUCCESS","errors":[],"created_record_id":"clwktsp9v000008l31iv218hn"}`)}
	byHand := &http.Client{Transport: transport}
	var seen atomic.Int64
	c, err := propexo.NewClient("token", tenantry.WithHTTPClient(&http.Client{Transport: transport}),
		tenantry.WithObserver(func(context.Context, tenantry.Exchange) { seen.Add(1) }))
	if err != nil {
		panic(err)
	}
	return row{name: "one call, in memory", competitors: []competitor{
		{"by hand", func() error { return callByHand(byHand) }},
		{"tenantry", func() error {
			_, err := c.Writes.Status(background, "job1")
			return err
		}},
	}}
}

func callByHand(client *http.Client) error {
	req, err := http.NewRequestWithContext(background, http.MethodGet, propexo.BaseURL+"/v1/admin/write-status/"+"job1", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer token")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "hand-written")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	var v struct {
		Status string   `json:"write_status"`
		Errors []string `json:"errors"`
		ID     *string  `json:"created_record_id"`
	}
	return json.Unmarshal(body, &v)
}
