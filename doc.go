// Package tenantry has the types that all API packages of this module share:
// options, errors, fields of writes, pages and cursors, and the text types that dates
// and money are kept in.
//
// A client comes from one of the API packages: propexo, storedge, leasefind, elevenos
// or supergood. Make it once with NewClient and keep it: it is safe for concurrent use.
// Its methods take a context and return a value and an error.
//
//	client, err := propexo.NewClient(os.Getenv("PROPEXO_TOKEN"))
//	if err != nil {
//		return err
//	}
//	for resident, err := range client.Residents.All(ctx, propexo.ResidentListParams{}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(resident.FirstName, resident.LastName)
//	}
//
// # Lists
//
// List returns one page, All iterates over records, and Pages iterates over pages. A
// [Cursor] resumes a listing, in another process too. An iterator may be ranged over
// again, and then starts again where its parameters say. It may be ranged over by
// several goroutines at once; each makes its own requests. A loop that is left by
// break or return cancels the requests in flight and waits until they have ended.
//
// # Errors
//
// Use errors.Is with the class errors of this package, such as [ErrNotFound], and with
// the errors of each API's codes. Use errors.As with [*Error], [*TransportError],
// [*ArgumentError], [*TokenError] and [*DecodeError].
//
// # Retries
//
// Requests that were never written to a connection are always retried, and so are
// those that the server refused with 425 or 429. After a broken connection, a body
// that broke off, 408, and every 5xx but 501 and 505, only operations that may be
// repeated are retried: reads, and writes that the API package names. After a 401, the
// client fetches a new token and retries once. Waits grow exponentially, with full
// jitter. A Retry-After is never shortened. A wait that would be longer than
// [RetryPolicy].MaxWait, or would pass the context's deadline, is not begun.
package tenantry
