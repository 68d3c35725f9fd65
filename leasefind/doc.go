// Package leasefind is a client of the Travtus API. It finds and saves communities,
// persons, leases, units and listings, creates tasks, passes messages to the API's
// assistant, and receives the API's webhooks.
//
//	package main
//
//	import (
//		"context"
//		"errors"
//		"fmt"
//		"log"
//		"os"
//		"time"
//
//		tenantry "github.com/tenantry/tenantry-go"
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
//
//		params := leasefind.TenantFindParams{MinMoveInDate: "2026-12-01", MaxMoveInDate: "2026-12-31"}
//		for tenant, err := range client.Tenants.All(ctx, params) {
//			if err != nil {
//				log.Print(err)
//				return
//			}
//			fmt.Println(tenant.FirstName, tenant.EmailAddress)
//		}
//
//		saved, err := client.Persons.Save(ctx, leasefind.PersonSaveParams{Persons: []leasefind.PersonInput{{
//			ExternalRef: tenantry.Set("crm-17"), FirstName: tenantry.Set("Ana"), GroupIDs: []string{os.Getenv("LEASEFIND_GROUP_ID")},
//		}}})
//		if errors.Is(err, leasefind.ErrSomeFailed) {
//			log.Print(saved.Persons[0].FailureReason)
//		} else if err != nil {
//			log.Print(err)
//		}
//	}
//
// # Operations
//
//	Communities.Find, All, Pages              GET /communities/
//	Communities.Create                        POST /communities/
//	Communities.Update                        PATCH /communities/
//	Persons.Find, All, Pages                  POST /persons/find/
//	Persons.Save                              POST /persons/multiple/
//	Leases.Find, All, Pages                   GET /leases/
//	Leases.FindForTenant, AllForTenant, …     POST /leases/find-for-tenant/
//	Leases.Save                               POST /leases/create/
//	Tenants.Find, All, Pages                  POST /leases/tenants/
//	Units.Find, All, Pages                    POST /units/find/
//	Units.Save                                POST /units/multiple/
//	Listings.Find, All, Pages                 POST /listings/find/
//	Listings.Create                           POST /listing/
//	Listings.Sync                             POST /listing/sync/
//	Listings.Delete                           DELETE /listings/{listing-id}/
//	Tasks.Create                              POST /tasks/
//	Tasks.Update                              PATCH /tasks/
//	Messages.Create                           POST /messages/
//	Client.WebhookPortal                      GET /webhook/app-portal-access/
//
// [Client.Do] sends requests to other operations. Tokens come from POST /oauth2/token.
//
// A group, a community and a portfolio are one thing, and the fields are called GroupID
// and GroupExternalRef except in communities themselves. External references are yours,
// and unique within a group only.
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
// # Writes
//
// Some writes report failures inside a success: [PersonsService.Save] and
// [UnitsService.Save] return a result for each item, and an error if any failed.
// Communities, tasks and messages are carried out later; the outcome of a task comes in
// an [Event]. [ListingsService.Sync] deletes what is not in its list.
//
// Updates of communities, saves of persons, syncs, and saves of units that all have an
// address are retried like searches, because a repeat changes nothing. Other writes are
// not retried once the request may have reached the server.
//
// # Authorization
//
// Credentials are exchanged for a token at /oauth2/token. All calls share the token. It
// is renewed shortly before it expires, and once after a 401. The exchange uses this
// module's own transport, with its time limits and retries. tenantry.WithTokenSource
// uses tokens from elsewhere.
package leasefind
