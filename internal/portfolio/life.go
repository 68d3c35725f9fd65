package portfolio

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// What says what happened.
type What int

// What happens in a portfolio.
const (
	Signed     What = iota // a lease of a unit that is or becomes free
	MovedIn                // a lease's tenants
	GaveNotice             // a lease's tenants
	Renewed                // a lease, by a new one
	MovedOut               // a lease's tenants
	Paid                   // a lease's balance
)

// Event is one thing that happened to a lease.
type Event struct {
	What What
	At   time.Time
	// Lease is the index of the lease; of a renewal, that of the new one.
	Lease int
}

// Live lets the time from one moment to another pass. Every day from nine o'clock on,
// perDay things happen: notices, renewals, new leases and payments. It returns them and
// the moves of the time, in their order. The same portfolio has the same life, whether
// the time passes in one call or in many.
func (p *Portfolio) Live(from, to time.Time, perDay int) []Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	var events []Event
	for today := from.UTC().Truncate(day); !today.After(to); today = today.Add(day) {
		for n := range perDay {
			at := today.Add(time.Duration(9*60+n%480) * time.Minute)
			if !at.After(from) || at.After(to) {
				continue
			}
			if e, ok := p.happen(p.random("life", int(today.Unix()/86400)*10_000+n), at); ok {
				events = append(events, e)
			}
		}
	}
	for unit := range p.Units() {
		for _, l := range p.unitLeases(unit) {
			if l.MoveIn.After(from) && !l.MoveIn.After(to) && !l.Renewal {
				events = append(events, Event{MovedIn, l.MoveIn, l.Index})
			}
			if l.MoveOut.After(from) && !l.MoveOut.After(to) {
				events = append(events, Event{MovedOut, l.MoveOut, l.Index})
			}
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Or(a.At.Compare(b.At), a.Lease-b.Lease) })
	return events
}

// happen makes one thing happen to a unit at random.
func (p *Portfolio) happen(r *rand.Rand, at time.Time) (Event, bool) {
	acts := []func(*rand.Rand, time.Time, int, []Lease) (Event, bool){p.pay, p.pay, p.pay, p.giveNotice, p.renew, p.sign}
	if p.Units() == 0 {
		return Event{}, false
	}
	act := pick(r, acts)
	for range 100 { // most units fit soon
		unit := r.IntN(p.Units())
		if e, ok := act(r, at, unit, p.unitLeases(unit)); ok {
			return e, true
		}
	}
	return Event{}, false
}

// living returns the lease whose tenants live in the unit, or nil.
func living(leases []Lease, at time.Time) *Lease {
	for i := range leases {
		l := &leases[i]
		renewed := i+1 < len(leases) && leases[i+1].Renewal && !leases[i+1].MoveIn.After(at)
		if s := l.Status(at); !renewed && (s == Current || s == Notice) {
			return l
		}
	}
	return nil
}

func (p *Portfolio) pay(r *rand.Rand, at time.Time, unit int, leases []Lease) (Event, bool) {
	l := living(leases, at)
	if l == nil || l.Balance <= 0 && r.IntN(4) > 0 {
		return Event{}, false
	}
	l.Balance, l.PaidOn, l.Changed = min(0, l.Balance), at.Truncate(day), at
	p.changed[unit] = leases
	return Event{Paid, at, l.Index}, true
}

func (p *Portfolio) giveNotice(r *rand.Rand, at time.Time, unit int, leases []Lease) (Event, bool) {
	l := living(leases, at)
	if l == nil || !l.NoticeOn.IsZero() || l.Index != leases[len(leases)-1].Index {
		return Event{}, false
	}
	l.NoticeOn, l.Changed = at.Truncate(day), at
	l.MoveOut = l.NoticeOn.AddDate(0, 0, between(r, 20, 60))
	p.changed[unit] = leases
	return Event{GaveNotice, at, l.Index}, true
}

func (p *Portfolio) renew(_ *rand.Rand, at time.Time, unit int, leases []Lease) (Event, bool) {
	l := living(leases, at)
	if l == nil || !l.NoticeOn.IsZero() || l.Index != leases[len(leases)-1].Index || l.End.After(at.AddDate(0, 0, 120)) || !l.End.After(at) {
		return Event{}, false
	}
	next := renewed(p.newLease(unit, len(leases)), *l, at.Truncate(day))
	next.Changed = at
	p.changed[unit] = append(leases, next)
	return Event{Renewed, at, next.Index}, true
}

func (p *Portfolio) sign(r *rand.Rand, at time.Time, unit int, leases []Lease) (Event, bool) {
	start := at.Truncate(day).AddDate(0, 0, between(r, 3, 30))
	if len(leases) > 0 {
		last := leases[len(leases)-1]
		if last.MoveOut.IsZero() {
			return Event{}, false
		}
		if free := last.MoveOut.AddDate(0, 0, 3); free.After(start) {
			start = free
		}
	}
	next := p.newLease(unit, len(leases))
	next.Start, next.MoveIn, next.End, next.Signed, next.Changed = start, start, start.AddDate(1, 0, -1), at.Truncate(day), at
	next.Rent = p.Unit(unit).MarketRent
	next.Deposit = next.Rent
	next.Balance = -next.Deposit
	for _, role := range pick(r, [][]Role{alone, alone, pair, backed}) {
		q := p.newPerson(p.basePeople()+len(p.arrived), unit, role)
		q.Since = at
		p.arrived = append(p.arrived, q)
		next.Tenants = append(next.Tenants, Tenant{q.Index, role})
	}
	p.changed[unit] = append(leases, next)
	return Event{Signed, at, next.Index}, true
}

// newLease adds an empty lease as the kth of a unit.
func (p *Portfolio) newLease(unit, k int) Lease {
	i := p.baseLeases() + len(p.leases)
	p.leases = append(p.leases, place{unit, k})
	return Lease{Index: i, Unit: unit, Number: leaseNumber(i)}
}
