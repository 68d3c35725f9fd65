// Package leasefind is a client of the Travtus lease and tenant API: it finds
// tenants by their leases, leases by their tenants, and units, creates and
// updates leases, and verifies the API's webhooks.
//
// Credentials are exchanged for a token at /oauth2/token, which all calls share
// and which is renewed shortly before it expires, or once after a 401. The
// exchange goes through the same transport as every call, and not through
// x/oauth2/clientcredentials, whose errors carry the server's raw answer and
// which knows none of this module's bounds and retries. A token from elsewhere
// comes in by [WithStaticToken] or tenantry.WithTokenSource.
//
// A search that matches nothing is [ErrNoRecords] from Find and an end without
// records from All. What the server would refuse for its arguments alone is
// refused here with the same error, and nothing is sent.
//
// The API pages by cursors, so that a page may be asked for once the one before
// it came; tenantry.WithPrefetch keeps pages ready ahead of the loop.
//
// Upstream's page for the central operation: "Find tenants", POST
// /leases/tenants/.
package leasefind
