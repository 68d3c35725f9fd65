package portfolio

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"
	"time"
)

// A term is what a lease of a unit's history is as of the first day.
type term int

const (
	past term = iota
	current
	monthToMonth
	notice
	future
	renewal // of the lease before it, with the same people
)

// A slot is one lease of a unit's history.
type slot struct {
	term  term
	roles []Role // of the people that come with it
}

var (
	alone    = []Role{Primary}
	pair     = []Role{Primary, Roommate}
	three    = []Role{Primary, Roommate, Roommate}
	backed   = []Role{Primary, Guarantor}
	backed2  = []Role{Primary, Roommate, Guarantor}
	nobodies []Role
)

// cycle is the histories of twenty units, which repeat. Since it is fixed, the
// index of a lease or a person tells the unit, without counting. The values of the
// records are random.
var cycle = [20][]slot{
	{{current, alone}},
	{{past, alone}, {current, pair}},
	{{current, backed2}},
	{}, // never let
	{{current, alone}},
	{{notice, pair}},
	{{past, pair}, {future, alone}}, // vacant, let again
	{{current, pair}},
	{{current, backed}},
	{{past, alone}}, // vacant
	{{current, alone}},
	{{monthToMonth, alone}},
	{{current, pair}, {renewal, nobodies}},
	{{notice, alone}, {future, pair}},
	{{current, three}},
	{{past, backed}, {current, alone}},
	{{current, alone}},
	{{future, backed}}, // new, let before it is built
	{},
	{{past, alone}, {monthToMonth, pair}},
}

// leasesBefore and peopleBefore count the leases and people of a cycle's units
// before each unit, and last those of the whole cycle.
var leasesBefore, peopleBefore = func() (leases, people [len(cycle) + 1]int) {
	for i, slots := range cycle {
		leases[i+1], people[i+1] = leases[i]+len(slots), people[i]
		for _, s := range slots {
			people[i+1] += len(s.roles)
		}
	}
	return leases, people
}()

// before counts the records of all units before the given one.
func before(counts [len(cycle) + 1]int, unit int) int {
	return unit/len(cycle)*counts[len(cycle)] + counts[unit%len(cycle)]
}

// within returns the unit that the ith record belongs to, and its position among
// the unit's records.
func within(counts [len(cycle) + 1]int, i int) (unit, k int) {
	all := counts[len(cycle)]
	rest := i % all
	u := sort.SearchInts(counts[1:], rest+1)
	return i/all*len(cycle) + u, rest - counts[u]
}

// slots returns the history of a unit, as far as there are people for it.
func (p *Portfolio) slots(unit int) []slot {
	slots := cycle[unit%len(cycle)]
	rest := p.people - before(peopleBefore, unit)
	if unit < p.units-1 {
		return slots
	}
	var some []slot
	for _, s := range slots {
		if rest == 0 && s.term != renewal {
			break
		}
		n := min(rest, len(s.roles))
		rest -= n
		some = append(some, slot{s.term, s.roles[:n]})
	}
	return some
}

// history returns the leases of a unit as of the first day.
func (p *Portfolio) history(unit, market int) []Lease {
	slots := p.slots(unit)
	if len(slots) == 0 {
		return nil
	}
	r := p.random("history", unit)
	leases := make([]Lease, len(slots))
	first, person := before(leasesBefore, unit), before(peopleBefore, unit)
	for k, s := range slots {
		l := &leases[k]
		*l = Lease{Index: first + k, Unit: unit, Number: leaseNumber(first + k)}
		for _, role := range s.roles {
			l.Tenants = append(l.Tenants, Tenant{person, role})
			person++
		}
		l.Rent = market * between(r, 94, 104) / 100 / 100 * 100
		l.Deposit = []int{0, 50000, l.Rent}[r.IntN(3)]
	}
	ends := p.today.AddDate(0, 0, -between(r, 10, 60)) // of a past lease
	for k := len(slots) - 1; k >= 0; k-- {
		l := &leases[k]
		switch slots[k].term {
		case past:
			l.MoveOut = ends
			l.End = ends
			l.Start = ends.AddDate(0, 0, -between(r, 300, 700))
			l.NoticeOn = ends.AddDate(0, 0, -between(r, 30, 60))
			l.Balance = owes(r, l.Rent, 5)
		case current:
			l.Start = p.today.AddDate(0, 0, -between(r, 15, 330))
			if k+1 < len(slots) && slots[k+1].term == renewal {
				l.Start = p.today.AddDate(-1, 0, between(r, 20, 60))
			}
			l.End = l.Start.AddDate(1, 0, -1)
			l.Balance = owes(r, l.Rent, 15)
		case monthToMonth:
			l.Start, l.MonthToMonth = p.today.AddDate(0, 0, -between(r, 400, 900)), true
			l.End = l.Start.AddDate(1, 0, -1)
			l.Balance = owes(r, l.Rent, 15)
		case notice:
			l.Start = p.today.AddDate(0, 0, -between(r, 200, 340))
			l.NoticeOn = p.today.AddDate(0, 0, -between(r, 1, 25))
			l.MoveOut = p.today.AddDate(0, 0, between(r, 3, 30))
			l.End = l.MoveOut
			l.Balance = owes(r, l.Rent, 25)
		case future:
			l.Start = p.today.AddDate(0, 0, between(r, 35, 60)) // after any notice has run out
			l.End = l.Start.AddDate(1, 0, -1)
			l.Balance = -l.Deposit
		case renewal:
		}
		l.MoveIn = l.Start
		l.Signed = l.Start.AddDate(0, 0, -between(r, 10, 30))
		ends = l.Start.AddDate(0, 0, -between(r, 3, 40))
		if slots[k].term == future {
			ends = p.today.AddDate(0, 0, -between(r, 5, 60))
			l.Signed = p.today.AddDate(0, 0, -between(r, 1, 20))
		}
	}
	for k, s := range slots {
		if s.term == renewal {
			leases[k] = renewed(leases[k], leases[k-1], p.today.AddDate(0, 0, -between(r, 2, 30)))
		}
	}
	for k := range leases {
		l := &leases[k]
		l.Changed = l.Signed
		if !l.MoveIn.After(p.today) {
			l.PaidOn = time.Date(p.today.Year(), p.today.Month(), 1, 0, 0, 0, 0, time.UTC)
			if !l.MoveOut.IsZero() && l.MoveOut.Before(l.PaidOn) {
				l.PaidOn = l.MoveOut
			}
		}
	}
	return leases
}

// renewed makes l the renewal of a lease.
func renewed(l, of Lease, signed time.Time) Lease {
	l.Renewal, l.Tenants, l.Deposit, l.Signed = true, of.Tenants, of.Deposit, signed
	l.Start = of.End.AddDate(0, 0, 1)
	l.MoveIn, l.End, l.Balance = l.Start, l.Start.AddDate(1, 0, -1), 0
	l.Rent = of.Rent * 103 / 100 / 100 * 100
	return l
}

func leaseNumber(i int) string { return strconv.Itoa(70_000 + i) }

// owes returns a balance: in a share of cases, in percent, one or two rents, and
// now and then a credit.
func owes(r *rand.Rand, rent, percent int) int {
	switch n := r.IntN(100); {
	case n < percent/4:
		return 2*rent + 7500
	case n < percent:
		return rent
	case n >= 95:
		return -r.IntN(20) * 500
	}
	return 0
}

// plain returns a name as it stands in an email address.
func plain(name string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		if s, ok := ascii[c]; ok {
			b.WriteString(s)
		} else if c >= 'a' && c <= 'z' {
			b.WriteRune(c)
		}
	}
	if b.Len() == 0 {
		return "tenant"
	}
	return b.String()
}

// Phone returns ten digits in one of the forms that people type.
func Phone(digits string, form int) string {
	area, mid, end := digits[:3], digits[3:6], digits[6:]
	return []string{
		digits, fmt.Sprintf("(%s) %s-%s", area, mid, end), fmt.Sprintf("+1 %s.%s.%s", area, mid, end), fmt.Sprintf("%s-%s-%s", area, mid, end),
		fmt.Sprintf("%s-%s-%s x12", area, mid, end), "call office",
	}[form%6]
}
