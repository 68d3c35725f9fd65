// Package oteltenantry makes OpenTelemetry traces and metrics of the calls of a client.
//
//	client, err := propexo.NewClient(token, oteltenantry.Option())
//
// Each call has a span, named after its API and operation, such as "propexo
// residents.get". Within it, each attempt has a client span by OpenTelemetry's
// conventions for HTTP, named after the method and the path's template, such as
// "GET /v1/residents/{id}". Spans of the caller's transport are within that. A call
// that waits before a retry has an event "retry" with the reason and the wait.
//
// Spans and metrics hold nothing personal and nothing secret: no IDs, queries, bodies or
// messages. For that reason, spans have the attribute url.template, and no url.full.
//
// The metrics are:
//
//   - tenantry.call.duration: how long calls take, with their retries, in seconds
//   - http.client.request.duration: how long attempts take, in seconds
//   - tenantry.retries: the number of retries, by their reason
//   - tenantry.rate_limit.wait: how long attempts waited for the rate limit, in seconds
//   - tenantry.rate_limit.remaining: the requests left in the server's window
//   - tenantry.undecodable_records: the number of records that could not be decoded
package oteltenantry
