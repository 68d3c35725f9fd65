package leasefindtest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// generate fills a store, the same for the same seed: about two tenants a
// lease, some with two leases, in four groups. The records are as dirty as real
// ones: nulls, empty texts, odd phone numbers, coordinates as texts, members that
// no document mentions.
func generate(seed uint64, tenants int) *store {
	g := generator{rand.New(rand.NewPCG(seed, 0x1ea5e)), newStore()} //nolint:gosec // no secret
	for len(g.people) < tenants {
		g.household(min(1+g.IntN(3), tenants-len(g.people)))
	}
	return g.store
}

type generator struct {
	*rand.Rand
	*store
}

func pick[T any](g generator, from []T) T { return from[g.IntN(len(from))] }

func (g generator) maybe(percent int, v any) any {
	if g.IntN(100) < percent {
		return nil
	}
	return v
}

var (
	firstNames = []string{"Ada", "Björn", "Chen", "Dóra", "Emeka", "Farah", "Giulia", "Hiro", "Inês", "Jo-Ann"}
	lastNames  = []string{"Aydın", "Brown", "Cruz", "D'Amico", "Erikson", "Fofana", "Gruber", "Haddad", "Ivanov", "van der Berg"}
	cities     = [][3]string{{"Chicago", "IL", "60601"}, {"Dallas", "TX", "75201"}, {"Boston", "MA", "02108"}}
	first      = time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
)

func (g generator) date() string { return first.AddDate(0, 0, g.IntN(1500)).Format(time.DateOnly) }

func (g generator) household(tenants int) {
	u := g.unit()
	l := &lease{seq: g.seq(), unit: u, active: g.IntN(4) > 0}
	l.m = members{
		"identifier": "lease-" + strconv.Itoa(l.seq), "landlord_id": g.maybe(10, "landlord-1"), "move_in_date": g.maybe(5, g.date()),
		"start_date": g.date(), "end_date": g.maybe(20, g.date()), "is_furnished": g.maybe(40, g.IntN(2) == 0),
		"minimum_days_notice": g.maybe(30, 30*g.IntN(3)), "deposit": g.maybe(20, float64(g.IntN(500000))/100), "rent": fmt.Sprintf("%d.%02d", 800+g.IntN(3000), g.IntN(100)),
	}
	if g.IntN(30) == 0 {
		l.m["renewal"] = members{"offered": true}
	}
	for range tenants {
		l.tenants = append(l.tenants, g.person(u.group))
	}
	if g.IntN(10) == 0 && len(g.leases) > 0 {
		before := g.leases[len(g.leases)-1]
		l.tenants = append(l.tenants, before.tenants[0])
	}
	g.leases = append(g.leases, l)
}

func (g generator) person(in group) *person {
	p := &person{seq: g.seq(), group: in}
	first, last := pick(g, firstNames), pick(g, lastNames)
	p.m = members{
		"identifier": "tenant-" + strconv.Itoa(p.seq), "first_name": g.maybe(3, first), "last_name": last,
		"email_address": g.maybe(8, fmt.Sprintf("tenant%d@example.com", p.seq)), "external_ref": g.maybe(10, "x-tenant-"+strconv.Itoa(p.seq)),
		"phone_number": pick(g, []any{nil, "", "+1 (212) 555-01" + strconv.Itoa(10+g.IntN(90)), "212555" + strconv.Itoa(1000+g.IntN(9000)), "ask office"}),
	}
	if g.IntN(40) == 0 {
		p.m["preferred_language"] = "es"
	}
	g.people = append(g.people, p)
	return p
}

func (g generator) unit() *unit {
	n := g.IntN(4)
	city := pick(g, cities)
	u := &unit{seq: g.seq(), group: group{"group-" + strconv.Itoa(n), "x-group-" + strconv.Itoa(n)}}
	var latitude, longitude any = 41.8 + float64(g.IntN(1000))/1e4, "-87.6" + strconv.Itoa(g.IntN(1000))
	u.address = members{
		"building_name": g.maybe(50, "The Arc"), "address_line_1": fmt.Sprintf("%d N State St", 1+g.IntN(900)), "address_line_2": g.maybe(70, ""),
		"city": city[0], "state": city[1], "postal_code": city[2], "country": "US", "latitude": g.maybe(10, latitude), "longitude": g.maybe(10, longitude),
	}
	u.m = members{
		"identifier": "unit-" + strconv.Itoa(u.seq), "external_ref": "x-unit-" + strconv.Itoa(u.seq), "unit_number": fmt.Sprintf("%d%c", 1+g.IntN(40), "ABCDEF"[g.IntN(6)]),
		"is_flex": g.maybe(30, g.IntN(3) == 0), "full_bathrooms": g.maybe(10, 1+g.IntN(3)), "half_bathrooms": g.maybe(30, g.IntN(2)),
		"number_of_bedrooms": g.maybe(5, g.IntN(4)), "sqft": g.maybe(10, 400+g.IntN(1500)),
	}
	g.units = append(g.units, u)
	return u
}
