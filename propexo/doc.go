// Package propexo is a client of Propexo's AccessAPI, which reads and writes
// the data of property management systems: residents, their leases, what they
// rent.
//
// Reads come from Propexo's cache, which a sync fills every few hours. Writes
// are asynchronous: Create and Update answer a job, and [WritesService.Wait]
// tells how it ended; the cache keeps the old values until the next sync.
//
// Lists are by ID unless asked otherwise, which makes them exact while records
// come and go; [ResidentListParams] and its like say how to filter and resume
// them. Texts, dates and amounts keep the form in which they came, a null text
// reads as "", and members that this package does not know are in Extra.
//
// The client learns the account's allowance (150 requests a minute unless
// agreed otherwise) from the answers and stays below the 80 % from which
// Propexo holds answers back. Upstream documentation: docs.propexo.com.
package propexo
