package elevenostest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/internal/portfolio"
)

// settle fills a store with a property of the portfolio: its units, and whoever signed
// a lease that has not ended for longer than the grace period.
func (st *store) settle(p *portfolio.Portfolio, property int, dirt float64) {
	now := st.now()
	first := property * p.UnitsPerProperty()
	for i := first; i < first+p.UnitsPerProperty(); i++ {
		u := p.Unit(i)
		st.mappings = append(st.mappings, members{
			"Building": u.Building, "Floor": u.Floor, "Unit": u.Number, "Passphrase": u.Passphrase, "SSID": "Resident WiFi", "Vlan": 100 + i - first,
		})
		for _, l := range p.UnitLeases(i) {
			st.moveIn(p, &l, now, dirt)
		}
	}
	// New residents get IDs of their own.
	st.next = 10_000_000 + 100_000*property
}

// moveIn adds or changes the resident of a lease.
func (st *store) moveIn(p *portfolio.Portfolio, l *portfolio.Lease, now time.Time, dirt float64) {
	q := p.Person(l.Primary())
	id := "R" + strconv.Itoa(100_001+q.Index)
	r := st.find(id)
	if r == nil {
		if !l.MoveOut.IsZero() && now.Sub(l.MoveOut) > grace {
			return
		}
		u := p.Unit(l.Unit)
		r = &resident{
			id: id, uuid: fmt.Sprintf("00000000-0000-4000-9000-%012x", q.Index), firstName: q.First, lastName: q.Last, email: q.Email, phone: q.Phone,
			building: u.Building, floor: u.Floor, unit: u.Number, start: l.MoveIn,
		}
		if l.MoveIn.Before(now) && q.Index%8 > 0 {
			r.onboarded = l.MoveIn.Add(time.Hour)
		}
		r.suspended = l.Status(now) == portfolio.Current && l.Balance > l.Rent // two rents behind
		if dirty := p.Dirt("ElevenOS resident", q.Index, dirt); dirty != nil {
			r.firstName, r.email, r.phone = " "+r.firstName, strings.ToUpper(r.email), portfolio.Phone(r.phone, dirty.IntN(6))
		}
		st.residents = append(st.residents, r)
	}
	r.end = l.MoveOut
}
