package tenantry

import (
	"errors"
	"iter"
)

// A Cursor is a place in a listing, behind the records of the page that it
// came with. It is opaque text: store it with those records, hand it back in
// the parameters of the same listing, in another process too, and the listing
// goes on with the first record that was not covered. "" is the beginning.
type Cursor string

// A Page is one page of a listing.
type Page[T any] struct {
	// Items are the records that could be decoded, in the server's order.
	Items []T
	// Total is how many records the whole listing has, or -1 where the API
	// does not say.
	Total int
	// Next goes on behind this page. It is "" where HasMore is false.
	Next Cursor
	// HasMore reports whether records may follow.
	HasMore bool
	// Undecodable holds the records of this page that could not be decoded,
	// with their raw JSON; nil means none.
	Undecodable []*DecodeError
}

// Collect reads a listing into a slice. A record that can't be decoded does
// not end it: such errors are joined, beside all the records that could. Any
// other error ends the listing; what came before it is returned with it.
func Collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var all []T
	var bad []error
	for v, err := range seq {
		var undecodable *DecodeError
		switch {
		case err == nil:
			all = append(all, v)
		case errors.As(err, &undecodable):
			bad = append(bad, err)
		default:
			return all, errors.Join(append(bad, err)...)
		}
	}
	return all, errors.Join(bad...)
}
