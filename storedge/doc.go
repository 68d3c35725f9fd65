// Package storedge is a client of the storEDGE v1 API for self-storage facilities:
// tenants and their portal accounts, units and their prices, ledgers and payments,
// and leads.
//
//	client, err := storedge.NewClient(accessID, secretKey)
//	if err != nil {
//		return err
//	}
//	for tenant, err := range client.Facility("65c2a70c-…").Tenants.All(ctx, storedge.ListParams{}) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(tenant.LastName)
//	}
//
// Requests are signed with one-legged OAuth 1.0a: an access ID, a secret key and no
// token. Every attempt is signed anew. One client serves any number of facilities.
//
// # Listings
//
// Listings are by page number. They ask for the order by id, unless Sort asks for
// another, so that every record has one place. The API does not document that each
// list sorts. On one that does not, the client finds its place by the ids of the
// records that it has read: see [tenantry.Cursor].
//
// # Money
//
// [LedgersService.MakePayment] and [LedgersService.PayMultipleLedgers] send an
// idempotency key and are retried with it. AddFee, RemoveFee, UpdateAutopay and
// [LeadsService.Create] have no key and are never retried once the request may have
// reached the server.
//
// # Secrets
//
// Passwords, reset tokens, replies to recovery questions, card and account numbers, security codes,
// gate codes and lock combinations are of type [tenantry.Secret], also in responses.
// They print as "[redacted]" and go only into their request.
//
// # Operations
//
// Services name their operations in the doc of each method. How well each is known:
//
//   - Documented by the vendor: all of Tenants; Units.List, ListAvailable,
//     RateHistory, Create, Update and BulkCreate; UnitGroups.List, ListUnits and Create;
//     TierRates.Update; all of Ledgers but Invoice, Search and PrepayAmount;
//     PaymentMethods.List; Leads.List, ListReservations, Create and Update.
//   - Seen in programs that use the API: Units.Get, ListV2 and BulkUpdate;
//     UnitGroups.Get; TierRates.List; Leads.Delete.
//   - Known by path only, or inferred: Units.FutureScheduledRates; UnitGroups.Update;
//     TierRates.ListTiers; Ledgers.Invoice, Search and PrepayAmount;
//     Leads.ListWaitlist.
//
// [Client.Do] sends requests to operations that have no method.
package storedge
