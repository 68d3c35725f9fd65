package supergoodtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/portfolio"
)

// The records that a server starts with are made when they are read: those of the
// portfolio, or those that WithProperties asks for.

// baseProperties returns the properties that the server starts with.
func (s *Server) baseProperties() fakeserver.Base[record] {
	return base(s.o.properties, s.propertyID, func(i int) members {
		if s.world != nil {
			return s.property(i)
		}
		return members{
			"id": s.propertyID(i), "name": fmt.Sprintf("The Arc %d", i), "address": members{"city": "Lehi", "state": "UT"}, "summary": members{"units": s.o.units},
		}
	})
}

// propertyID returns the ID of the ith property.
func (s *Server) propertyID(i int) string {
	if s.world != nil {
		return portfolio.PropertyNumber(i)
	}
	return fmt.Sprintf("prop-%03d", i)
}

// baseUnits returns the units that a property starts with.
func (s *Server) baseUnits(property string) fakeserver.Base[record] {
	digits := property[len(strings.TrimRight(property, "0123456789")):]
	i, _ := strconv.Atoi(digits)
	if s.world != nil {
		i -= 100 // the portfolio's properties are numbered from 100
	}
	switch {
	case i < 0 || i >= s.o.properties || s.propertyID(i) != property:
		return fakeserver.Base[record]{} // it was added
	case s.world != nil:
		first := i * s.o.units
		return base(s.o.units, func(n int) string { return portfolio.UnitCode(first + n) }, func(n int) members { return s.unit(first + n) })
	}
	return base(s.o.units, func(n int) string { return fmt.Sprintf("%s-unit-%04d", property, n) }, func(n int) members { return plainUnit(property, n) })
}

// plainUnit returns the nth unit of a property that WithProperties asks for.
func plainUnit(property string, n int) members {
	u := members{
		"id": fmt.Sprintf("%s-unit-%04d", property, n), "status": []string{"OCCUPIED", "VACANT", "on notice"}[n%3], "attributes": members{"beds": n % 4, "baths": 1.5},
		"pricing": members{"marketRent": 1200 + n}, "availability": members{"readyDate": "2026-12-01"}, "buildingNo": n % 7,
	}
	if n%3 == 0 {
		resident := func(k string) members {
			return members{"id": fmt.Sprintf("%s-res-%04d-%s", property, n, k), "firstName": "Ana", "lastName": "Li", "email": fmt.Sprintf("res%d%s@example.com", n, k), "phone": nil}
		}
		u["residents"] = []members{resident("a")}
		u["leases"] = []members{{"id": fmt.Sprintf("%s-lease-%04d", property, n), "rent": 1200.5, "residents": []members{resident("a"), resident("b")}}}
	}
	return u
}

// PropertyIDs returns the IDs of all properties, in the order of listings.
func (s *Server) PropertyIDs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := s.properties.Keys()
	for i, key := range keys {
		keys[i] = key[strings.LastIndexByte(key, 0)+1:]
	}
	return slices.Clip(keys)
}
