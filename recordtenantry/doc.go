// Package recordtenantry records the requests and responses of a test in a file, and
// replays them afterwards, so that the test needs no server.
//
//	func TestResidents(t *testing.T) {
//		client, err := propexo.NewClient(token, recordtenantry.Record(t, "testdata/residents.yaml"))
//		…
//	}
//
// The first run needs a server and credentials, and writes the file. Later runs replay
// it; any credentials that the client accepts will do. Delete the file to record again,
// or set the environment variable TENANTRY_RECORD to "always". With "never", a missing
// file fails the test.
//
// # What the file says
//
// Secrets, names, email addresses, phone numbers, addresses, dates of birth and free text
// are replaced by stand-ins of the same shape before the file is written. They are found
// by the names of headers, JSON members and query parameters; email addresses and
// formatted phone numbers in any text. What was found somewhere is also replaced where a
// text repeats it. Of the headers, only harmless ones are kept. Bodies that are not text,
// such as documents, are not kept. IDs and the server's host are: look at a file before
// you publish it.
//
// A value has the same stand-in throughout a file, so references still fit. A test must
// not expect a real name from a replay, but it may compare and pass on what it gets.
//
// Stand-ins are random, except for those of values that the test itself sent, which it
// may send again in a replay. These are a hash: who guesses such a value can confirm the
// guess. Secrets are always random.
//
// # How replays match
//
// Each recorded response is replayed once, in order. A request matches by method, path,
// query and body, after replacing its secrets and personal values; the JSON's order and
// spacing do not matter. Of an OAuth 1.0a signature, the method counts but not key, nonce,
// timestamp and signature. The host does not count, but links in responses lead to the
// recorded one. A request that was not recorded fails the test with its method and path.
//
// A client with tenantry.WithPrefetch may ask for pages that a loop which stops early does
// not need, and not for the same ones each time: record without it, or read to the end.
package recordtenantry
