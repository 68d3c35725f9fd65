package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
)

// A plan is what a sync changes.
type plan struct {
	created    []string            // external references
	changed    map[string][]string // the fields that differ, by external reference
	deleted    []string            // external references, or identifiers of listings without one
	unchanged  int                 // as far as can be seen
	total      int                 // of the group's listings before the sync
	everything bool                // the sync deletes all, whether or not they can be seen
}

// newPlan compares a feed with the active listings of a group, and with those of the last
// sync that are not active yet.
func newPlan(feed []leasefind.ListingInput, active []*leasefind.Listing, sent []leasefind.ListingInput, now time.Time) *plan {
	p := &plan{changed: make(map[string][]string), everything: len(feed) == 0}
	byID, byRef := make(map[string]*leasefind.Listing), make(map[string]*leasefind.Listing)
	left := make(map[string]bool) // what the feed does not have, by what it is called
	for _, l := range active {
		byID[l.Identifier] = l
		if l.ExternalRef != "" {
			byRef[l.ExternalRef] = l
		}
		left[called(l)] = true
	}
	pending := make(map[string]bool)
	for i := range sent {
		ref := sent[i].ExternalRef
		if from, _ := sent[i].ActiveDate.Get(); from > tenantry.NewDate(now) && byRef[ref] == nil {
			pending[ref], left[ref] = true, true
		}
	}
	p.total = len(left)
	for i := range feed {
		l := &feed[i]
		id, _ := l.Identifier.Get()
		has := byID[id]
		if has == nil {
			has = byRef[l.ExternalRef]
		}
		switch {
		case has != nil:
			delete(left, called(has))
			if fields := differences(has, l); len(fields) > 0 {
				p.changed[l.ExternalRef] = fields
			} else {
				p.unchanged++
			}
		case pending[l.ExternalRef]:
			delete(left, l.ExternalRef)
			p.unchanged++
		default:
			p.created = append(p.created, l.ExternalRef)
		}
	}
	slices.Sort(p.created)
	p.deleted = slices.Sorted(maps.Keys(left))
	return p
}

// called returns what names a listing, which somebody may have created without an
// external reference.
func called(l *leasefind.Listing) string {
	return cmp.Or(l.ExternalRef, "identifier "+l.Identifier)
}

// deletedShare is the share of the group's listings that the sync deletes.
func (p *plan) deletedShare() float64 {
	switch {
	case p.everything:
		return 1
	case p.total == 0:
		return 0
	}
	return float64(len(p.deleted)) / float64(p.total)
}

func (p *plan) show(out io.Writer) {
	for _, ref := range p.created {
		fmt.Fprintf(out, "+ %s\n", ref)
	}
	for _, ref := range slices.Sorted(maps.Keys(p.changed)) {
		fmt.Fprintf(out, "~ %s: %s\n", ref, strings.Join(p.changed[ref], ", "))
	}
	for _, ref := range p.deleted {
		fmt.Fprintf(out, "- %s\n", ref)
	}
	fmt.Fprintf(out, "%d to create, %d to change, %d to delete, %d without a visible change\n", len(p.created), len(p.changed), len(p.deleted), p.unchanged)
}

// differences returns the names of the fields in which a listing is not as the feed
// wants it. Fields that the feed does not have, or that Find does not return, don't
// count.
func differences(has *leasefind.Listing, want *leasefind.ListingInput) (fields []string) {
	differ := func(name string, different bool) {
		if different {
			fields = append(fields, name)
		}
	}
	differ("external reference", has.ExternalRef != want.ExternalRef)
	differ("unit type", has.UnitType != want.UnitType)
	differ("listing URL", has.ListingURL != want.ListingURL)
	differ("unit", set(want.UnitID, has.UnitID))
	differ("unit number", set(want.UnitNumber, has.UnitNumber))
	differ("description", set(want.Description, has.Description))
	differ("finish", set(want.Finish, has.Finish))
	differ("floor plan", set(want.FloorplanURL, has.FloorplanURL))
	differ("tour", set(want.TourURL, has.TourURL))
	differ("move-in date", set(want.MoveInDate, has.MoveInDate))
	differ("amenities", want.Amenities != nil && !slices.Equal(want.Amenities, has.Amenities))
	differ("features", want.Features != nil && !slices.Equal(want.Features, has.Features))
	differ("images", want.ImageURLs != nil && !slices.Equal(want.ImageURLs, has.ImageURLs))
	differ("bedrooms", setAt(want.Bedrooms, has.Bedrooms))
	differ("flexible", setAt(want.IsFlex, has.IsFlex))
	differ("furnished", setAt(want.IsFurnished, has.IsFurnished))
	sqft, ok := want.Sqft.Get()
	differ("area", ok && !equal(sqft, has.Sqft))
	for _, term := range want.LeaseTerms {
		if term.LengthInMonths != nil && *term.LengthInMonths == 12 {
			differ("rent", term.Rent != "" && !equal(term.Rent, has.RentFor12MonthLease))
			differ("deposit", term.Deposit != "" && !equal(term.Deposit, has.DepositFor12MonthLease))
		}
	}
	return fields
}

// set reports whether the feed has a value other than the listing's.
func set[T comparable](want tenantry.Opt[T], has T) bool {
	v, ok := want.Get()
	return ok && v != has
}

func setAt[T comparable](want tenantry.Opt[T], has *T) bool {
	v, ok := want.Get()
	return ok && (has == nil || v != *has)
}

// equal reports whether two amounts are the same number: 700 is 700.00.
func equal(a, b tenantry.Decimal) bool {
	x, errX := a.Rat()
	y, errY := b.Rat()
	if errX != nil || errY != nil {
		return a == b
	}
	return x.Cmp(y) == 0
}
