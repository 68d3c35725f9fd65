package tenantrytest

import (
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
)

// Seq returns an iterator over records, as an All method returns, that ends with
// err unless it is nil. In a stub:
//
//	func (s stub) All(context.Context, propexo.ResidentListParams) iter.Seq2[*propexo.Resident, error] {
//		return tenantrytest.Seq(s.residents, s.err)
//	}
func Seq[T any](records []T, err error) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, r := range records {
			if !yield(&r, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// Pages returns an iterator over pages of up to size records, as a Pages method
// returns, that ends with err unless it is nil. Without records it has one empty
// page. The pages have no cursors. It panics if size is not positive.
func Pages[T any](records []T, size int, err error) iter.Seq2[*tenantry.Page[T], error] {
	if size <= 0 {
		panic("tenantrytest: Pages: size must be positive")
	}
	return func(yield func(*tenantry.Page[T], error) bool) {
		for from := 0; from == 0 || from < len(records); from += size {
			to := min(from+size, len(records))
			page := &tenantry.Page[T]{Items: records[from:to:to], Total: len(records), HasMore: to < len(records)}
			if !yield(page, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}
