package tenantry

import (
	"errors"
	"iter"
)

// Cursor marks the position after a page of a listing. It is opaque text. Store it with
// the page's records, and pass it in the parameters of the same listing to resume, in
// another process too. "" is the beginning.
type Cursor string

// Page is one page of a listing.
type Page[T any] struct {
	// Items are the records that could be decoded, in the server's order.
	Items []T
	// Total is the number of records in the whole listing, or -1 if the API does not
	// report it.
	Total int
	// Next marks the position after this page. It is "" if HasMore is false.
	Next Cursor
	// HasMore reports whether records may follow.
	HasMore bool
	// Undecodable holds the records of this page that could not be decoded, with
	// their raw JSON. Nil means none.
	Undecodable []*DecodeError
}

// Each returns an iterator over pointers to the records in p.Items.
func (p *Page[T]) Each() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for i := range p.Items {
			if !yield(&p.Items[i]) {
				return
			}
		}
	}
}

// Collect reads a listing into a slice. Records that can't be decoded do not end it:
// their errors are joined and returned beside all other records. Any other error ends
// the listing, and the records before it are returned with it.
func Collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var all []T
	var bad []error
	for v, err := range seq {
		switch undecodable, ok := undecodableRecord(err); {
		case err == nil:
			all = append(all, v)
		case ok:
			bad = append(bad, undecodable)
		default:
			return all, errors.Join(append(bad, err)...)
		}
	}
	return all, errors.Join(bad...)
}

// OnUndecodable returns seq without the records that can't be decoded, and calls f with
// each of them instead. A nil f skips them. Errors that end the listing stay in it.
func OnUndecodable[T any](seq iter.Seq2[T, error], f func(*DecodeError)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range seq {
			bad, ok := undecodableRecord(err)
			if !ok {
				if !yield(v, err) {
					return
				}
			} else if f != nil {
				f(bad)
			}
		}
	}
}

// undecodableRecord returns err as the error of one record of a page. A response that
// can't be decoded as a whole is no such error.
func undecodableRecord(err error) (*DecodeError, bool) {
	var bad *DecodeError
	return bad, errors.As(err, &bad) && bad.Index >= 0
}
