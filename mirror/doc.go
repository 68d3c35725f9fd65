// Package mirror keeps a copy of the records of many property management accounts in
// one database, and the copy in step.
//
//	m, err := mirror.Open(ctx, "postgres://app@db/app") // or the path of a SQLite file
//	if err != nil {
//		return err
//	}
//	defer m.Close()
//	return m.Run(ctx, mirror.Account{
//		Name: "acme", System: "propexo", Credential: mirror.Fingerprint(token),
//		Source: func(ctx context.Context, opts ...tenantry.Option) (roster.Source, error) {
//			client, err := propexo.NewClient(token, opts...)
//			if err != nil {
//				return nil, err
//			}
//			return roster.Propexo(client), nil
//		},
//	})
//
// # Tables
//
// The tables properties, units, leases, people and tenancies have a row for each
// record, with source, account, scope and id as its key, first_seen, last_changed and
// gone, and the system's whole record in raw. The views current_occupants, moves (in and
// out in the next 30 days) and freshness are for people and reports. On PostgreSQL
// they are in the schema tenantry.
//
// Dates are texts as the systems write them, mostly YYYY-MM-DD. Amounts are numbers.
//
// # Listings
//
// An account has some listings, such as Propexo's residents. Each has a row in the
// table listings, which says where it is and when it is due. A worker takes a listing
// with a lease, and stores each page in one transaction with the position after it, if
// the lease is still its own. So a worker may be killed, or stopped and continued, at
// any moment: another goes on where it was, and nothing is stored twice or lost. Jobs of
// the queue (River) wake workers, and say nothing else: the row says what is to be done.
//
// # What is gone
//
// A record is gone if a complete listing of its scope did not bring it. Propexo removes
// nothing: there, a record is gone if the system has not seen it for Account.GoneAfter.
// If a page had records that could not be read, nothing of its scope is gone. If more
// is gone than Account.MaxGone, or a scope is empty that was not, nothing is marked and
// the listing is blocked until [Mirror.Approve].
//
// # Changes
//
// [Mirror.Changes] yields each change once: a record that is new, changed, gone, back
// or forgotten. Members that change though nothing happened, such as last_seen, are no
// change; see roster.Volatile.
//
// # Size
//
// scripts/fleet measures how far a machine goes. The chapter docs/mirror.md has its
// numbers, and what 10,000 accounts with 100 million people need.
package mirror
