package storedgetest

import (
	"time"

	"github.com/tenantry/tenantry-go/internal/portfolio"
)

// advanced lets the portfolio live. The clock alone moves tenants in and out.
func (s *Server) advanced(from, to time.Time) {
	if s.o.perDay == 0 || s.world.Properties() == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	leases, people := s.world.Leases(), s.world.People()
	events := s.world.Live(from, to, s.o.perDay)
	for _, e := range s.facilities {
		if e.made != nil {
			e.made.forget()
		}
	}
	for i := people; i < s.world.People(); i++ {
		if f := s.facilityOf(s.world.Person(i).Unit); f != nil {
			f.people.more = append(f.people.more, i)
		}
	}
	for i := leases; i < s.world.Leases(); i++ {
		l := s.world.Lease(i)
		if f := s.facilityOf(l.Unit); f != nil {
			f.signed(&l)
		}
	}
	for _, e := range events {
		if l := s.world.Lease(e.Lease); e.What == portfolio.Paid {
			if f := s.facilityOf(l.Unit); f != nil {
				f.paidFor(&l)
			}
		}
	}
}

// facilityOf returns the facility of a unit of the portfolio, or nil if it is not made
// yet. s.mu is held.
func (s *Server) facilityOf(unit int) *facility { return s.facilities[unit/s.o.units].made }

// signed takes in a new lease of the portfolio. A unit that a request or a test let is
// not the portfolio's to let again.
func (f *facility) signed(l *portfolio.Lease) {
	f.leases.more = append(f.leases.more, l.Index)
	if l.Renewal {
		for _, other := range f.unitLeases(l.Unit) {
			if other.Index == l.Index {
				return
			}
			f.hide(l, f.hidden[other.Index])
		}
		return
	}
	unit, ok := f.collections["unit"].get(f.unitID(l))
	f.hide(l, !ok || f.letByOthers(unit))
}

// hide makes a lease of the portfolio one that the facility does not have, or has.
func (f *facility) hide(l *portfolio.Lease, yes bool) {
	if yes {
		f.hidden[l.Index] = true
	} else {
		delete(f.hidden, l.Index)
	}
}

// letByOthers reports whether a unit has a ledger or a reservation that is not of the
// portfolio, or can't be let.
func (f *facility) letByOthers(unit *record) bool {
	ledger, _, reserved := f.occupant(unit)
	for kind, id := range map[string]string{"ledger": ledger, "lead": reserved} {
		if r, ok := f.collections[kind].get(id); ok && r.k < 0 {
			return true
		}
	}
	return unit.own["status"] != nil || unit.own["rentable"] == false
}

// paidFor takes in a payment of the portfolio for a ledger whose balance a request or a
// test set. Other balances are the portfolio's own.
func (f *facility) paidFor(l *portfolio.Lease) {
	k, ok := f.leases.of(l.Index)
	if !ok || f.hidden[l.Index] {
		return
	}
	if l.Renewal {
		k = f.original(k)
	}
	if r, ok := f.collections["ledger"].get(f.recordID("ledger", k)); ok && r.own["current_account_balance"] != nil {
		f.pay(r, max(cents(r.own["current_account_balance"]), 0))
	}
}
