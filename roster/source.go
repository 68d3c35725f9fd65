package roster

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
)

// Source reads one account of a system.
type Source interface {
	// Name is the system's name, such as "propexo". All records have it as their
	// Source.
	Name() string
	// Pages lists the records of a kind. A page may bring records of other kinds. The
	// error is tenantry.ErrNotSupported, for errors.Is, if the system has no such
	// records, or only as a part of another listing; see Listings.
	Pages(ctx context.Context, kind Kind, q Query) iter.Seq2[*Page, error]
	// Listings describes the listings that together bring every record, with each
	// request made once.
	Listings() []Listing
}

// Getter is a Source that can fetch single records.
type Getter interface {
	Source
	// Get fetches the record of a kind with an ID, with everything that the same
	// response brings. The error is tenantry.ErrNotFound, for errors.Is, if there is
	// no such record.
	Get(ctx context.Context, kind Kind, id string) (*Page, error)
}

// Query selects what Pages lists.
type Query struct {
	// Cursor resumes a listing with the same Since. "" starts a new one.
	Cursor tenantry.Cursor
	// Since selects records that changed at that time or later. The zero time selects
	// all records. Only listings that are Incremental heed it.
	Since time.Time
}

// Listing describes one listing of a Source.
type Listing struct {
	// Kind is what to pass to Pages.
	Kind Kind
	// Carries are the kinds of which the listing brings every record.
	Carries []Kind
	// Incremental reports whether the listing heeds Query.Since.
	Incremental bool
}

// Page is one page of a listing.
type Page struct {
	Properties []Property
	Units      []Unit
	Leases     []Lease
	People     []Person
	Tenancies  []Tenancy

	// Undecodable holds the records that could not be decoded.
	Undecodable []*tenantry.DecodeError
	// Unidentified is the number of records without an ID. They are left out.
	Unidentified int
	// Scope is the scope of all records of the page, or "" if each has its own.
	Scope string
	// Ends are the scopes of which this page is the last. Whatever a listing of the
	// whole scope has not brought is gone, by the rule of the End.
	Ends []End
	// Scopes are all scopes of the listing, on its last page. It is nil if the listing
	// has none, and on other pages.
	Scopes []string
	// Total is the number of the system's own records in the whole listing, or -1 if
	// it is not known.
	Total int
	// Next resumes the listing after this page. It is "" if HasMore is false.
	Next tenantry.Cursor
	// HasMore reports whether more pages may follow.
	HasMore bool

	people map[string]int // the index of each person of a page whose people come several times
}

// End is the end of a scope within a listing.
type End struct {
	Scope string
	// LastSync says which records are gone. If it is zero, they are those that the
	// listing did not bring. Otherwise the system never removes records, and gone are
	// those that it has not seen for long: before LastSync, which is when the system
	// last finished reading the scope, and before an age that the caller chooses.
	LastSync time.Time
}

// Len returns the number of records of all kinds.
func (p *Page) Len() int {
	return len(p.Properties) + len(p.Units) + len(p.Leases) + len(p.People) + len(p.Tenancies)
}

// SetCurrency sets the currency of every amount.
func (p *Page) SetCurrency(currency string) {
	set := func(m *Money) {
		if m.Amount != "" {
			m.Currency = currency
		}
	}
	for i := range p.Units {
		set(&p.Units[i].MarketRent)
	}
	for i := range p.Leases {
		set(&p.Leases[i].Rent)
		set(&p.Leases[i].Deposit)
		set(&p.Leases[i].Balance)
	}
}

// notSupported returns a listing of a kind that a source does not list.
func notSupported(source string, kind Kind, listings []Listing) iter.Seq2[*Page, error] {
	reason := "the system has none"
	for _, l := range listings {
		if slices.Contains(l.Carries, kind) {
			reason = fmt.Sprintf("they come with the %s", l.Kind)
		}
	}
	return failed(fmt.Errorf("roster: %s does not list %s: %s: %w", source, kind, reason, tenantry.ErrNotSupported))
}

func failed(err error) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) { yield(nil, err) }
}

// convert makes pages of a system's own pages. add puts one record into a page.
func convert[T any](pages iter.Seq2[*tenantry.Page[T], error], add func(*Page, *T) error) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		for from, err := range pages {
			if err != nil {
				yield(nil, err)
				return
			}
			p := &Page{Undecodable: from.Undecodable, Total: from.Total, Next: from.Next, HasMore: from.HasMore}
			for i := range from.Items {
				if err := add(p, &from.Items[i]); err != nil {
					yield(nil, err)
					return
				}
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

// ending marks the last page of a listing of one scope as its end.
func ending(pages iter.Seq2[*Page, error], ends ...End) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		for p, err := range pages {
			if err == nil && !p.HasMore {
				p.Ends = ends
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// A position is where a listing over several scopes is.
type position struct {
	Scope  string          `json:"s"`
	Cursor tenantry.Cursor `json:"c,omitempty"`
}

// inTurn lists one scope after the other, as one listing. A scope that the system
// no longer finds is an empty one.
//
// If the scope that a cursor is in has disappeared, the listing begins again: the
// error is tenantry.ErrInvalidArgument.
func inTurn(source string, scopes []string, q Query, list func(scope string, cursor tenantry.Cursor) iter.Seq2[*Page, error]) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		var at position
		start := 0
		if q.Cursor != "" {
			err := json.Unmarshal([]byte(q.Cursor), &at)
			start = slices.Index(scopes, at.Scope)
			if err != nil || start < 0 {
				yield(nil, &tenantry.ArgumentError{API: source, Operation: "roster", Argument: "Cursor", Reason: "is not one of this listing; start again without one"})
				return
			}
		}
		if len(scopes) == 0 {
			yield(&Page{Scopes: []string{}}, nil)
			return
		}
		for i := start; i < len(scopes); i++ {
			var cursor tenantry.Cursor
			if i == start {
				cursor = at.Cursor
			}
			ended := false
			finish := func(p *Page) {
				p.Scope, p.Total = scopes[i], -1 // a total would be of this scope alone
				next := position{scopes[i], p.Next}
				if ended = !p.HasMore; ended {
					p.Ends = []End{{Scope: scopes[i]}}
					if p.HasMore = i+1 < len(scopes); p.HasMore {
						next = position{Scope: scopes[i+1]}
					} else {
						p.Scopes = scopes
					}
				}
				p.Next = ""
				if p.HasMore {
					b, _ := json.Marshal(next)
					p.Next = tenantry.Cursor(b)
				}
			}
			for p, err := range list(scopes[i], cursor) {
				if errors.Is(err, tenantry.ErrNotFound) && !ended {
					p, err = new(Page), nil
				}
				if err == nil {
					finish(p)
				}
				if !yield(p, err) || err != nil {
					return
				}
			}
			if !ended {
				p := new(Page)
				if finish(p); !yield(p, nil) {
					return
				}
			}
		}
	}
}
