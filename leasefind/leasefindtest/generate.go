package leasefindtest

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// generate adds tenants to a store, the same for the same seed: about two tenants a
// lease, some with two leases, in four groups. The records are as dirty as real
// ones: nulls, empty texts, odd phone numbers, coordinates as texts, members that
// no document mentions.
func generate(st *store, seed uint64, tenants int) {
	if tenants <= 0 {
		return
	}
	g := generator{Rand: rand.New(rand.NewPCG(seed, 0x1ea5e)), store: st} //nolint:gosec // no secret
	for n := range 4 {
		g.groups = append(g.groups, g.group(fmt.Sprint("group-", n)))
	}
	for left := tenants; left > 0; {
		n := min(1+g.IntN(3), left)
		g.household(n)
		left -= n
	}
}

type generator struct {
	*rand.Rand
	*store
	groups []string
	before string // a tenant of the household before
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

// group adds a community with an identifier, which its external reference also holds.
func (st *store) group(id string) string {
	r := st.communities.put(id, value{groups: []string{id}, m: members{
		"community_external_ref": "x-" + id, "name": "Community " + id, "description": nil, "location": members{"latitude": "41.8000000", "longitude": "-87.6000000"},
		"timezone": "America/Chicago", "website": nil, "phone_number": nil, "email": id + "@example.com", "status": "active",
	}})
	return r.id
}

// nextID returns the next identifier of a kind.
func (st *store) nextID(kind string) string { return kind + "-" + strconv.Itoa(st.next) }

func (g *generator) household(tenants int) {
	unit := g.unit()
	lease := value{groups: unit.v.groups, unit: unit.id, m: members{
		"landlord_id": g.maybe(10, "landlord-1"), "move_in_date": g.maybe(5, g.date()), "start_date": g.date(), "end_date": g.maybe(20, g.date()),
		"is_furnished": g.maybe(40, g.IntN(2) == 0), "minimum_days_notice": g.maybe(30, 30*g.IntN(3)), "deposit": g.maybe(20, amount(g.IntN(500000))),
		"rent": fmt.Sprintf("%d.%02d", 800+g.IntN(3000), g.IntN(100)),
	}}
	if g.IntN(30) == 0 {
		lease.m["renewal"] = members{"offered": true}
	}
	for range tenants {
		lease.people = append(lease.people, g.person(unit.v.groups).id)
	}
	if g.IntN(10) == 0 && g.before != "" {
		lease.people = append(lease.people, g.before)
	}
	g.before = lease.people[0]
	g.leases.put(g.nextID("lease"), lease)
}

func (g generator) person(groups []string) *record {
	n := strconv.Itoa(g.next)
	m := members{
		"first_name": g.maybe(3, pick(g, firstNames)), "last_name": pick(g, lastNames), "email_address": g.maybe(8, "tenant"+n+"@example.com"),
		"external_ref": g.maybe(10, "x-tenant-"+n),
		"phone_number": pick(g, []any{nil, "", "+1 (212) 555-01" + strconv.Itoa(10+g.IntN(90)), "212555" + strconv.Itoa(1000+g.IntN(9000)), "ask office"}),
	}
	if g.IntN(40) == 0 {
		m["preferred_language"] = "es"
	}
	return g.persons.put(g.nextID("tenant"), value{m: m, groups: groups})
}

func (g generator) unit() *record {
	n := strconv.Itoa(g.next)
	city := pick(g, cities)
	var latitude, longitude any = degrees(41.8 + float64(g.IntN(1000))/1e4), "-87.6" + strconv.Itoa(g.IntN(1000))
	return g.units.put(g.nextID("unit"), value{groups: []string{pick(g, g.groups)}, m: members{
		"external_ref": "x-unit-" + n, "unit_number": fmt.Sprintf("%d%c", 1+g.IntN(40), "ABCDEF"[g.IntN(6)]), "is_flex": g.maybe(30, g.IntN(3) == 0),
		"full_bathrooms": g.maybe(10, 1+g.IntN(3)), "half_bathrooms": g.maybe(30, g.IntN(2)), "number_of_bedrooms": g.maybe(5, g.IntN(4)),
		"sqft": g.maybe(10, 400+g.IntN(1500)),
		"address": members{
			"building_name": g.maybe(50, "The Arc"), "address_line_1": fmt.Sprintf("%d N State St", 1+g.IntN(900)), "address_line_2": g.maybe(70, ""),
			"city": city[0], "state": city[1], "postal_code": city[2], "country": "US", "latitude": g.maybe(10, latitude), "longitude": g.maybe(10, longitude),
		},
	}})
}
