// Command tenantry calls every operation of every API from the command line.
//
//	tenantry propexo residents list --property-id cl1… --limit 5 -o table
//	tenantry storedge --facility 65c2… tenants get 9f31…
//	tenantry --fake elevenos --team t1 --site s1 residents list -o jsonl
//
// Data goes to stdout and everything else to stderr. Lists stream: they take the
// memory of one page. Writes ask before they send, unless --yes is given, and
// wait for the jobs that they start.
//
// Writes of Propexo take --at SYSTEM, which sends them to the system's own operation, or
// have the system as an argument. What is known of the operation in that system is shown
// before the question, and a write that the system does not support or that lacks
// required members is refused, unless --unchecked is given:
//
//	tenantry propexo leases create --at ENTRATA --json @lease.json
//
// Credentials come from the environment, or from a file that only its owner can
// read, and never from arguments. --fake calls a fake server within the command, and
// needs none. All fakes have the same portfolio.
package main

//go:generate go run ./gen
