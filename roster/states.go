package roster

import (
	"cmp"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
)

// leaseWords are the states that the systems' own words stand for, in lower case
// with spaces.
var leaseWords = map[string]LeaseState{
	"applicant": LeaseApplicant, "application": LeaseApplicant, "applied": LeaseApplicant, "pending application": LeaseApplicant, "approved applicant": LeaseApplicant, "pending approval": LeaseApplicant,
	"future": LeaseFuture, "future resident": LeaseFuture, "upcoming": LeaseFuture, "pending move in": LeaseFuture, "scheduled": LeaseFuture, "pending": LeaseFuture, "signed": LeaseFuture,
	"current": LeaseCurrent, "current resident": LeaseCurrent, "active": LeaseCurrent, "month to month": LeaseCurrent, "occupied": LeaseCurrent,
	"notice": LeaseNotice, "on notice": LeaseNotice, "notice given": LeaseNotice, "under notice": LeaseNotice,
	"past": LeasePast, "past resident": LeasePast, "former": LeasePast, "former resident": LeasePast, "ended": LeasePast, "expired": LeasePast, "moved out": LeasePast, "inactive": LeasePast, "terminated": LeasePast, "closed": LeasePast,
	"evicted": LeaseEvicted, "eviction": LeaseEvicted,
	"cancelled": LeaseCancelled, "canceled": LeaseCancelled, "denied": LeaseCancelled, "declined": LeaseCancelled, "withdrawn": LeaseCancelled, "void": LeaseCancelled, "voided": LeaseCancelled,
}

// A unitState is a place on both axes.
type unitState struct {
	occupancy Occupancy
	leasing   Leasing
}

// unitWords are the states that the systems' own words stand for, in lower case with
// spaces.
var unitWords = map[string]unitState{
	"vacant":                    {Vacant, LeasingUnknown},
	"available":                 {OccupancyUnknown, Available},
	"vacant available":          {Vacant, Available},
	"vacant ready":              {Vacant, Available},
	"vacant unrented ready":     {Vacant, Available},
	"vacant not ready":          {Vacant, NotReady},
	"vacant unrented not ready": {Vacant, NotReady},
	"vacant leased":             {Vacant, Leased},
	"vacant rented ready":       {Vacant, Leased},
	"vacant rented not ready":   {Vacant, Leased},
	"vacant rented":             {Vacant, Leased},
	"reserved":                  {OccupancyUnknown, Reserved},
	"leased":                    {OccupancyUnknown, Leased},
	"occupied":                  {Occupied, Leased},
	"occupied no notice":        {Occupied, Leased},
	"notice":                    {Occupied, OnNotice},
	"on notice":                 {Occupied, OnNotice},
	"notice unrented":           {Occupied, OnNotice},
	"notice available":          {Occupied, OnNotice},
	"occupied on notice":        {Occupied, OnNotice},
	"notice rented":             {Occupied, NoticeLeased},
	"notice leased":             {Occupied, NoticeLeased},
	"not ready":                 {OccupancyUnknown, NotReady},
	"make ready":                {OccupancyUnknown, NotReady},
	"down":                      {OccupancyUnknown, OffMarket},
	"off market":                {OccupancyUnknown, OffMarket},
	"offline":                   {OccupancyUnknown, OffMarket},
	"model":                     {OccupancyUnknown, OffMarket},
	"admin":                     {OccupancyUnknown, OffMarket},
	"unavailable":               {OccupancyUnknown, OffMarket},
	"not available":             {OccupancyUnknown, OffMarket},
	"vacant down":               {Vacant, OffMarket},
	"employee":                  {Occupied, OffMarket},
	"excluded":                  {OccupancyUnknown, OffMarket},
}

// words returns a system's word in lower case, with single spaces between its words.
func words(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" \t\r\n_-/()", r) }), " ")
}

func leaseState(word string) (LeaseState, bool) {
	s, ok := leaseWords[words(word)]
	return s, ok
}

func stateOfUnit(word string) unitState {
	if s, ok := unitWords[words(word)]; ok {
		return s
	}
	return unitState{OccupancyUnknown, LeasingUnknown}
}

// StateOn returns the state of the lease on a day, by its dates: a lease that begins
// later is future, and one that has ended is past. Of a lease without dates, or with
// dates that are not YYYY-MM-DD, it returns State.
//
// The end of the term ends a lease only if nothing else is known of it: people stay
// after their term. An application, an eviction and a cancellation stay what they
// are.
func (l *Lease) StateOn(day tenantry.Date) LeaseState {
	switch l.State {
	case LeaseApplicant, LeaseEvicted, LeaseCancelled:
		return l.State
	}
	on, ok := date(day)
	if !ok {
		return l.State
	}
	out := cmp.Or(l.MoveOut, l.ScheduledMoveOut)
	if out == "" && (l.State == LeaseUnknown || l.State == LeasePast) {
		out = l.End
	}
	in, begins := date(cmp.Or(l.MoveIn, l.ScheduledMoveIn, l.Start))
	end, ends := date(out)
	switch {
	case begins && on.Before(in):
		return LeaseFuture
	case ends && !on.Before(end):
		return LeasePast
	case begins && (l.State == LeaseFuture || l.State == LeaseUnknown || l.State == LeasePast && ends):
		return LeaseCurrent
	}
	return l.State
}

func date(d tenantry.Date) (time.Time, bool) {
	t, err := d.Time()
	return t, err == nil
}

// Evidence says why two people may be one.
type Evidence struct {
	Kind  string `json:"kind"`  // "key", "email" or "phone"
	Value string `json:"value"` // the key as system/kind/value, or the contact's Normal
}

// Match returns what two people have in common: keys of the same system and kind,
// email addresses and phone numbers. It returns nil if they share nothing. Sharing
// something proves nothing: families share phones, and offices enter their own.
func Match(a, b *Person) []Evidence {
	var all []Evidence
	for _, x := range a.Keys() {
		for _, y := range b.Keys() {
			if x == y {
				all = append(all, x)
			}
		}
	}
	return all
}

// Keys returns what a person can be found by; see [Match].
func (p *Person) Keys() []Evidence {
	var all []Evidence
	seen := make(map[Evidence]bool)
	add := func(kind, value string) {
		if e := (Evidence{kind, value}); value != "" && !seen[e] {
			seen[e] = true
			all = append(all, e)
		}
	}
	for _, id := range p.ExternalIDs {
		add("key", id.System+"/"+id.Kind+"/"+id.Value)
	}
	for _, c := range p.Emails {
		add("email", c.Normal)
	}
	for _, c := range p.Phones {
		add("phone", c.Normal)
	}
	return all
}
