// Package roster is what the five systems have in common: properties, units,
// leases, people, and who is on which lease.
//
// A [Source] reads one account of one system page by page:
//
//	client, err := propexo.NewClient(token)
//	…
//	for page, err := range roster.Propexo(client).Pages(ctx, roster.People, roster.Query{}) {
//		if err != nil {
//			return err
//		}
//		for _, person := range page.People {
//			fmt.Println(person.FirstName, person.LastName)
//		}
//	}
//
// Records keep the system's own words beside the normal ones, and the whole record
// in Raw, without secrets. A state is what the record says and never depends on the
// day; [Lease.StateOn] is what it comes to on a day.
//
// Each system has a file with a table of what becomes of its fields: propexo.go,
// storedge.go, leasefind.go, elevenos.go and supergood.go.
//
// Package mirror keeps a copy of many accounts in a database.
package roster
