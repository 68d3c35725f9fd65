// Package hardening puts the rules that every package keeps under stress, for all
// five APIs and every operation, by tables: faults on the wire, attacks by a
// server, and dirt. It has tests alone, and is a module of its own since its
// fault proxy, Shopify's toxiproxy, brings many others along.
package hardening
