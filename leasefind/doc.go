// Package leasefind is a client for the Travtus lease and tenant API. It finds tenants,
// leases and units, creates and updates leases, and verifies the API's webhooks.
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
//		"github.com/tenantry/tenantry-go/leasefind"
//	)
//
//	func main() {
//		client, err := leasefind.NewClient(os.Getenv("LEASEFIND_CLIENT_ID"), os.Getenv("LEASEFIND_CLIENT_SECRET"))
//		if err != nil {
//			log.Fatal(err)
//		}
//		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
//		defer cancel()
//		params := leasefind.TenantFindParams{MinMoveInDate: "2026-12-01", MaxMoveInDate: "2026-12-31"}
//		for tenant, err := range client.Tenants.All(ctx, params) {
//			if err != nil {
//				log.Print(err)
//				return
//			}
//			fmt.Println(tenant.FirstName, tenant.EmailAddress)
//		}
//	}
//
// # Searches
//
// Find returns one page, All iterates over records, and Pages iterates over pages. A
// search that matches nothing is an empty page, or an iterator without values. The API
// pages by cursors, so one request is in flight at a time; tenantry.WithPrefetch keeps
// pages ready ahead of the loop.
//
// Arguments that the server would refuse are refused before sending, with the same
// error.
//
// # Authorization
//
// Credentials are exchanged for a token at /oauth2/token. All calls share the token. It
// is renewed shortly before it expires, and once after a 401. The exchange uses this
// module's own transport, with its time limits and retries. tenantry.WithTokenSource
// uses tokens from elsewhere.
package leasefind
