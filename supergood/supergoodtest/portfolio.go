package supergoodtest

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/portfolio"
)

// property returns a property of the portfolio.
func (s *Server) property(i int) members {
	p := s.world.Property(i)
	return members{
		"id": p.Number, "name": p.Name, "timeZone": "America/Denver", "summary": members{"units": p.Units},
		"address": members{"street": p.Street, "city": p.City, "state": p.State, "postalCode": p.Zip},
	}
}

var statuses = map[portfolio.Status]string{
	portfolio.Future: "FUTURE", portfolio.Current: "CURRENT", portfolio.Notice: "NOTICE", portfolio.Past: "PAST",
}

// dollars returns an amount as a JSON number.
func dollars(cents int) jsontext.Value {
	return jsontext.Value(fmt.Sprintf("%d.%02d", cents/100, cents%100))
}

// unit returns a unit of the portfolio as of now.
func (s *Server) unit(i int) members {
	now := s.Now()
	u := s.world.Unit(i)
	dirty := s.world.Dirt("Supergood unit", i, s.o.dirt)
	status := "VACANT"
	residents, leases := []members{}, []members{}
	for _, l := range s.world.UnitLeases(i) {
		tenants := []members{}
		for _, t := range l.Tenants {
			q := s.world.Person(t.Person)
			one := members{"id": q.Number, "firstName": q.First, "lastName": q.Last, "email": q.Email, "phone": q.Phone}
			if dirty != nil {
				one["phone"], one["email"] = portfolio.Phone(q.Phone, dirty.IntN(6)), nil
			}
			tenants = append(tenants, one)
		}
		state := l.Status(now)
		lease := members{
			"id": l.Number, "status": statuses[state], "startDate": l.Start.Format(time.DateOnly), "endDate": l.End.Format(time.DateOnly), "rent": dollars(l.Rent), "residents": tenants,
		}
		if dirty != nil {
			lease["rent"] = string(dollars(l.Rent))
		}
		leases = append(leases, lease)
		switch state {
		case portfolio.Current:
			status, residents = "OCCUPIED", tenants
		case portfolio.Notice:
			status, residents = "NOTICE", tenants
		}
	}
	m := members{
		"id": u.Code, "name": u.Number, "status": status, "attributes": members{"beds": u.Bedrooms, "baths": u.FullBaths, "squareFeet": u.SquareFeet, "floor": u.Floor, "building": u.Building},
		"pricing": members{"marketRent": dollars(u.MarketRent)}, "amenities": append([]string{}, u.Amenities...), "residents": residents, "leases": leases,
		"floorPlan": members{"name": fmt.Sprintf("%d bed", u.Bedrooms)}, "availability": nil,
	}
	if status == "VACANT" {
		m["availability"] = members{"readyDate": u.ReadyOn.Format(time.DateOnly)}
	}
	if dirty != nil {
		m["a_member_of_tomorrow"], m["pricing"] = true, nil
	}
	return m
}
