package elevenostest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/internal/portfolio"
)

// settle fills a store with a property of the portfolio: its units, and whoever signed
// a lease that has not ended for longer than the grace period.
func (st *store) settle(p *portfolio.Portfolio, property int, dirt float64) {
	first := property * p.UnitsPerProperty()
	for i := first; i < first+p.UnitsPerProperty(); i++ {
		u := p.Unit(i)
		st.mappings = append(st.mappings, elevenos.Mapping{
			Building: u.Building, Floor: u.Floor, Unit: u.Number, Passphrase: tenantry.NewSecret(u.Passphrase), SSID: "Resident WiFi", VLAN: strconv.Itoa(100 + i - first),
		})
		for _, l := range p.UnitLeases(i) {
			st.moveIn(p, &l, dirt)
		}
	}
	// New residents get IDs of their own.
	st.next = 10_000_000 + 100_000*property
}

// residentID returns the ID of a person of the portfolio.
func residentID(person int) string { return "R" + strconv.Itoa(100_001+person) }

// moveIn adds the resident of a lease, or gives them its end.
func (st *store) moveIn(p *portfolio.Portfolio, l *portfolio.Lease, dirt float64) {
	q, u := p.Person(l.Primary()), p.Unit(l.Unit)
	if r := st.find(residentID(q.Index)); r != nil {
		r.end = l.MoveOut
		return
	}
	r := &resident{
		id: residentID(q.Index), firstName: q.First, lastName: q.Last, email: q.Email, phone: q.Phone, building: u.Building, floor: u.Floor, unit: u.Number,
		start: l.MoveIn, end: l.MoveOut, suspended: behind(l), more: network(fmt.Sprintf("00000000-0000-4000-9000-%012x", q.Index), u.Number),
	}
	if q.Index%8 > 0 {
		r.onboarded = l.MoveIn.Add(time.Hour)
	}
	if dirty := p.Dirt("ElevenOS resident", q.Index, dirt); dirty != nil {
		r.firstName, r.email, r.phone = " "+r.firstName, strings.ToUpper(r.email), portfolio.Phone(r.phone, dirty.IntN(6))
	}
	if !r.gone(st.now()) {
		st.put(r)
	}
}

// behind reports whether tenants owe more than a month's rent, for which they are
// suspended.
func behind(l *portfolio.Lease) bool { return l.MoveOut.IsZero() && l.Balance > l.Rent }

// live does what something that happened to a lease means for its resident. A resident
// whom a client terminated or purged stays so.
func (st *store) live(p *portfolio.Portfolio, what portfolio.What, l *portfolio.Lease, dirt float64) {
	r := st.find(residentID(l.Primary()))
	switch {
	case what == portfolio.Signed:
		st.moveIn(p, l, dirt)
	case r == nil || !r.terminated.IsZero():
	case what == portfolio.Paid:
		r.suspended = behind(l)
	default:
		r.end = l.MoveOut
	}
}
