// Package storedge is a client of the storEDGE v1 tenant API: listings of
// tenants and their notes, ledgers, preferences and delinquency, updates, and
// the accounts by which tenants sign in.
//
// Requests are signed, with OAuth 1.0a of one leg: an access ID and a secret key
// and no token. Every attempt is signed anew. One client serves any number of
// facilities:
//
//	client, err := storedge.NewClient(accessID, secretKey)
//	tenants := client.Facility("65c2a70c-…").Tenants
//
// Listings are by page number, while tenants come and go: see
// tenantry.Cursor for what holds nevertheless. The API does not say in which
// order it lists; what is relied on is that the order does not change.
//
// Passwords, reset tokens and replies to recovery questions are of type [tenantry.Secret]:
// they print as "[redacted]" and go nowhere but into their request.
//
// Upstream: the reference's section "Tenants".
package storedge
