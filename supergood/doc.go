// Package supergood is a client of the Entrata API that Supergood makes: sessions
// that open themselves, properties and their units, new leases and new work
// orders.
//
// What is public of this API is one page with endpoints and promises, without
// schemas and without a host: Supergood gives each customer a base URL of their
// own. So records have fields where the page names something, and keep
// everything else that they came with in Extra. What is assumed:
//
//   - Names are in camelCase, like {propertyId} on the page.
//   - A session is opened with {"username", "password"}, or {"sso"} with what
//     the hook of [Credentials] answers. The token is read from token,
//     access_token, accessToken or authToken, bare or under data or session;
//     expires_in or expiresIn are seconds, expires_at or expiresAt a moment,
//     refresh_token or refreshToken is sent along with a refresh.
//   - An answer without a token and with challenge or mfa, whatever its status,
//     asks for a code. It is sent to /sessions, as code and challengeId beside
//     the credentials.
//   - A list is a bare array, or under data, results, items or the resource's
//     own name. What follows is named by a cursor (nextCursor or next_cursor,
//     sent as cursor), a link (next, nextUrl, links.next or a Link header, on the
//     same host), or page numbers (page and totalPages, sent as page); bare or
//     under pagination, meta, paging or page. Without any of them the page is
//     the only one.
//   - A new record is answered bare, or under data, result or its own name.
//
// A wrong password and a refused code are never tried again by themselves, and a
// session is opened with one code at most: they are [ErrCredentials] and
// [ErrCodeRefused] from then on, and a challenge that nothing answers is
// [ErrChallenge], without a request, until [Client.OpenSession] is called. No
// account gets locked by retries.
//
// Listings by page number rest on the server's pages: a record that is removed
// meanwhile may move others over the edge of a page, unseen. Cursors and links
// are free of that as far as the server is.
//
// Upstream: "Entrata API", by Supergood.
package supergood
