// Package supergood is a client of the Entrata API that Supergood provides: it lists
// properties and their units, and creates leases and work orders. It opens and
// renews sessions by itself.
//
//	client, err := supergood.NewClient(baseURL, supergood.Credentials{
//		Username: username, Password: password, MFA: supergood.TOTP(totpSecret),
//	})
//
// # Assumptions
//
// The public documentation of this API is one page with endpoints and promises. It
// has no schemas and no host; Supergood gives each customer a base URL. So records
// have fields for what the page names, and keep all other members in Extra. This
// package assumes the following:
//
//   - Names are in camelCase, like {propertyId} on the page.
//   - A session is opened with {"username", "password"}, or with {"sso"} and what
//     [Credentials].SSO returns. The token is in token, access_token, accessToken or
//     authToken, at the top level or under data or session. expires_in and expiresIn
//     are seconds, and expires_at and expiresAt are a time.
//   - A session is refreshed with its token as the bearer token, and with
//     {"refreshToken"} if it came with a refreshToken or refresh_token.
//   - A response without a token and with challenge or mfa asks for a code, whatever
//     its status. The code goes to /sessions, as code and challengeId beside the
//     credentials.
//   - A list is a bare array, or an array under data, results, items or the
//     resource's name, at most four objects deep. A response without a list is an
//     error, and so is an empty list beside an error.
//   - Creates carry an Idempotency-Key header, and the server creates one record for
//     each key.
//   - A new record is the whole response, or is under data, result or its own name.
//   - A person has id, firstName, lastName, email and phone. A unit has residents
//     and leases, and a lease has residents: a list or one object, or IDs in place
//     of objects.
//   - Dates are YYYY-MM-DD. The times of a work order's scheduling are start and end.
//   - A file was uploaded elsewhere, and an attachment has its id, url, name and
//     checksum. This package does not upload files.
//
// # Paging
//
// The next page is described by members of the response or of an object around the
// list, or by members of their pagination, meta, paging, page, pageInfo, links or
// _links, in camelCase or in snake_case. The first of these that a response has is
// followed:
//
//  1. A Link header with the relation next.
//  2. hasMore, hasNext, hasNextPage or next, if it is false, ends the list.
//  3. nextCursor or endCursor is sent as cursor.
//  4. next, nextUrl or nextLink is a link, or else sent as cursor.
//  5. nextPage is a link, or else sent as page.
//  6. offset or skip, plus the number of records, is sent under its own name.
//  7. page, currentPage or number, plus one, is sent as page, and pageNumber or
//     pageNo under its own name. Without any of them the pages are counted.
//
// After an offset or a page number, more records follow if hasMore or next is true,
// if the page is before totalPages, pageCount, lastPage or pages, if total or
// totalCount is not reached yet, or if the page is as long as limit, pageSize or
// perPage. Without a page number, pages are counted only from a listing's first page
// on, and limit and the like do not count.
//
// Links lead to the path of the operation on the host of the base URL. Other links
// are errors, and so is a response that says that more records follow, but not how to
// ask for them.
//
// Pages by number or offset shift if records are removed during a listing: a record
// can move to a page that was already fetched, and the listing then skips it.
// Cursors and links avoid this as far as the server does.
//
// # Webhooks
//
// The page also promises webhooks for long-running work. It does not describe them,
// and this package does not cover them.
//
// # Sessions
//
// Refused credentials, refused codes and challenges without an answer are
// remembered: every call returns [ErrCredentials], [ErrCodeRefused] or
// [ErrChallenge] without a request, until [Client.OpenSession] is called. A session
// is opened with at most one code. So retries lock no account.
//
// Upstream: "Entrata API", by Supergood.
package supergood
