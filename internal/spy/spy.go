// Package spy sees requests before they leave, for tests.
package spy

import "net/http"

// RoundTripper calls itself with each request, and sends it. Connections are not
// kept, so that none outlives a test.
type RoundTripper func(*http.Request)

var next = &http.Transport{DisableKeepAlives: true}

// RoundTrip is part of http.RoundTripper.
func (s RoundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	s(r)
	return next.RoundTrip(r)
}
