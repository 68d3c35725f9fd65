// Package tenantry is the vocabulary that all API packages of this module
// share: options, errors, fields of writes, pages and cursors, and the texts in
// which dates and money are kept.
//
// A client comes from one of the API packages: propexo, storedge, leasefind,
// elevenos or supergood. Whatever the API, it is made once with
// NewClient and kept; its methods take a context and answer a value and an
// error; every list comes as one page, as an iterator over pages and as an
// iterator over records, each of which a [Cursor] resumes; and errors are for
// errors.Is with the class errors of this package, such as [ErrNotFound], and
// for errors.As with [*Error], [*TransportError], [*ArgumentError],
// [*TokenError] and [*DecodeError].
//
// # What is retried
//
// A request that never left is sent again whatever it is, and so is one that
// the server refused with 425 or 429. After a broken connection, a body that
// broke off, 408, 500, 502, 503 or 504, only operations that may be repeated
// are sent again: reads, and writes with an idempotency key. A 401 is tried once
// more where another token can be had. Waits grow, with full jitter; a
// Retry-After is never shortened; a wait that would be longer than
// [RetryPolicy].MaxWait or pass the context's deadline is not begun.
package tenantry
