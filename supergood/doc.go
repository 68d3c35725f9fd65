// Package supergood is a client for the Entrata API that Supergood provides. It lists
// properties and their units, creates leases and work orders, and opens and renews
// sessions, with a second factor if need be.
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//		"os"
//		"time"
//
//		tenantry "github.com/tenantry/tenantry-go"
//		"github.com/tenantry/tenantry-go/supergood"
//	)
//
//	func main() {
//		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
//		defer cancel()
//		client, err := supergood.NewClient(os.Getenv("SUPERGOOD_BASE_URL"), supergood.Credentials{
//			Username: os.Getenv("SUPERGOOD_USERNAME"),
//			Password: tenantry.NewSecret(os.Getenv("SUPERGOOD_PASSWORD")),
//			MFA:      supergood.TOTP(tenantry.NewSecret(os.Getenv("SUPERGOOD_TOTP_SECRET"))),
//		})
//		if err != nil {
//			log.Fatal(err)
//		}
//		for property, err := range client.Properties.All(ctx, supergood.ListParams{}) {
//			if err != nil {
//				log.Fatal(err)
//			}
//			for unit, err := range client.Property(property.ID).AllUnits(ctx, supergood.ListParams{}) {
//				if err != nil {
//					log.Fatal(err)
//				}
//				fmt.Println(property.Name, unit.ID, unit.Status)
//			}
//		}
//	}
//
// # Sessions
//
// The first call opens a session, and the client renews it before it expires and once
// after a 401. If the server asks for a code, the client calls [Credentials].MFA: see
// [TOTP] for codes of an authenticator app.
//
// Retries never lock an account. To open a session, the client sends the password
// once and one code at most. If the server refuses them, or asks for a code that
// nothing returns, every later call fails with [ErrCredentials], [ErrCodeRefused] or
// [ErrChallenge] without a request, until [Client.OpenSession] is called.
//
// # Assumptions
//
// The public documentation of this API is one page of endpoints and promises, without
// schemas and without a host: Supergood gives each customer a base URL. Records have
// fields for what the page names and keep all other members in Extra. This package
// assumes the following:
//
//   - Names are in camelCase, like {propertyId} on the page.
//   - A session is opened with {"username", "password"}, or with {"sso"} and what
//     [Credentials].SSO returns. The token is in token, access_token, accessToken or
//     authToken, at the top level or under data or session. expires_in and expiresIn
//     are seconds, and expires_at and expiresAt are a time.
//   - A session is refreshed with its token as the bearer token, and with
//     {"refreshToken"} if it came with a refreshToken or refresh_token.
//   - A response with challenge or mfa and without a token asks for a code, whatever
//     its status. The code goes to /sessions, as code and challengeId together with
//     the credentials.
//   - A list is a bare array, or an array under data, results, items or the
//     resource's name, at most four objects deep. A response without a list is an
//     error, and so is a response with an empty list and an error.
//   - Creates carry an Idempotency-Key header, and the server creates one record for
//     each key.
//   - A new record is the whole response, or is under data, result or its own name.
//     An empty object, and null instead of the record, are errors.
//   - A person has id, firstName, lastName, email and phone. A unit has residents
//     and leases, and a lease has residents: a list or one object, or IDs
//     instead of objects.
//   - Dates are YYYY-MM-DD. The times of a work order's scheduling are start and end.
//   - A file was uploaded elsewhere, and an attachment has its id, url, name and
//     checksum. This package does not upload files.
//
// # Paging
//
// Members of the response describe the next page: members of an object around the
// list, or of its pagination, meta, paging, page, pageInfo, links or _links, in
// camelCase or in snake_case. The client follows the first of these that a response
// has:
//
//  1. A Link header with the relation next.
//  2. hasMore, hasNext, hasNextPage or next, if it is false, ends the list.
//  3. nextCursor or endCursor is sent as cursor.
//  4. next, nextUrl or nextLink is a link, or else sent as cursor.
//  5. nextPage is a link, or else sent as page.
//  6. offset or skip, plus the number of records, is sent under its own name.
//  7. page, currentPage or number, plus one, is sent as page, and pageNumber or
//     pageNo under its own name. Without any of them the client counts pages.
//
// After an offset or a page number, more records follow if hasMore or next is true,
// if the page is before totalPages, pageCount, lastPage or pages, if total or
// totalCount is not reached yet, or if the page is as long as limit, pageSize or
// perPage. Without a page number, the client counts pages only from a listing's first
// page on, and ignores limit, pageSize and perPage.
//
// A link must lead to the path of the operation on the host of the base URL. Other
// links are errors, and so is a response that says that more records follow, but not
// how to ask for them.
//
// Pages by number or offset shift if records are removed during a listing: a record
// can move to a page that was already fetched, and the listing then skips it.
// Cursors and links avoid this as far as the server does.
//
// # Webhooks
//
// The page also promises webhooks for long-running work. It does not describe them,
// so this package does not cover them.
//
// Upstream: "Entrata API", by Supergood.
package supergood
