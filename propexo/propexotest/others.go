package propexotest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

var (
	personsItemFilters = map[string]kind{
		"x_id": text, "location_id": text, "property_id": text, "integration_id": text, "integration_vendor": text,
	}
	itemFilters   = bounds(maps.Clone(personsItemFilters))
	policyFilters = bounds(map[string]kind{
		"resident_id": text, "unit_id": text, "lease_id": text, "property_id": text, "integration_id": text, "integration_vendor": text,
	})
)

func (s *Server) otherRoutes() []fakeserver.Route {
	items, policies := sampleItems(), samplePolicies()
	nothing := func() string { return "" }
	write := func(sh shape) func(*fakeserver.Request) fakeserver.Response {
		return func(r *fakeserver.Request) fakeserver.Response {
			members, refused := sh.body(r)
			if refused != nil {
				return *refused
			}
			if id, ok := members["resident_pet_id"].(jsontext.Value); ok && string(id) != fmt.Sprintf("%q", r.Arg("pet_id")) {
				return invalid([]issue{{"invalid_value", "resident_pet_id", "must be the pet of the path"}})
			}
			return s.accept(nothing)
		}
	}
	return []fakeserver.Route{
		{Operation: "residents.list-rentable-items", Method: http.MethodGet, Path: "/v1/residents/{id}/rentable-items", Handle: items.list(personsItemFilters)},
		{Operation: "rentable-items.list", Method: http.MethodGet, Path: "/v1/rentable-items/", Handle: items.list(itemFilters)},
		{Operation: "rentable-items.get", Method: http.MethodGet, Path: "/v1/rentable-items/{rentable_item_id}", Handle: items.get("rentable_item_id")},
		{Operation: "rentable-items.assign", Method: http.MethodPost, Path: "/v1/rentable-items/applicants/assign", Handle: write(assignment)},
		{Operation: "resident-insurance.list", Method: http.MethodGet, Path: "/v1/resident-insurance/", Handle: policies.list(policyFilters)},
		{Operation: "resident-insurance.get", Method: http.MethodGet, Path: "/v1/resident-insurance/{resident_insurance_id}", Handle: policies.get("resident_insurance_id")},
		{Operation: "resident-pets.create", Method: http.MethodPost, Path: "/v1/resident-pets/", Handle: write(newPet)},
		{Operation: "resident-pets.update", Method: http.MethodPut, Path: "/v1/resident-pets/{pet_id}", Handle: write(changedPet)},
		{Operation: "writes.status", Method: http.MethodGet, Path: "/v1/admin/write-status/{root_job_id}", Handle: s.writeStatus},
		{Operation: "writes.retry", Method: http.MethodPost, Path: "/v1/admin/retry-write/{root_job_id}", Handle: s.retryWrite},
	}
}

// samples are a few records that can only be read.
type samples struct{ store *store }

func (s samples) list(filters map[string]kind) func(*fakeserver.Request) fakeserver.Response {
	return func(r *fakeserver.Request) fakeserver.Response {
		q, refused := parseList(r, filters, slices.Clone(indexed))
		if refused != nil {
			return *refused
		}
		return s.store.list(q)
	}
}

func (s samples) get(arg string) func(*fakeserver.Request) fakeserver.Response {
	return func(r *fakeserver.Request) fakeserver.Response {
		raw, ok := s.store.get(r.Arg(arg))
		if !ok {
			return refuse(http.StatusNotFound, "not_found", "No record has this ID.")
		}
		return one(raw)
	}
}

func sampleItems() samples {
	s := samples{newStore()}
	for i := range 12 {
		id := fmt.Sprintf("clitem%018d", i)
		s.store.put(Resident{id, fmt.Appendf(nil, `{"id":%q,"created_at":"2024-03-21T15:38:08.337Z","updated_at":"2024-03-22T10:59:45.119Z","last_seen":null,`+
			`"x_id":"g%d","x_property_id":"7","x_location_id":null,"x_applicant_id":null,"x_lead_id":null,"x_resident_id":null,"x_type_id":null,"x_charge_code_id":null,`+
			`"amount_in_cents":%d,"description":null,"name":"Garage %d","is_available":%t,"reserved_until_date":null,"type":"Garage","integration_id":"clwh5u07w000508me66sfh3um",`+
			`"integration_vendor":"ENTRATA","property_id":"clwi5xiix000008l6ctdgafyh","applicant_id":null,"lead_id":null,"resident_id":null,"charge_code_id":null}`, id, i, 7500+i, i, i%2 == 0)})
	}
	return s
}

func samplePolicies() samples {
	s := samples{newStore()}
	for i := range 12 {
		id := fmt.Sprintf("clpolicy%016d", i)
		s.store.put(Resident{id, fmt.Appendf(nil, `{"id":%q,"created_at":"2024-03-21T15:38:08.337Z","updated_at":"2024-03-22T10:59:45.119Z","last_seen":null,`+
			`"x_id":"p%d","x_property_id":"7","x_location_id":null,"x_unit_id":null,"x_lease_id":null,"x_resident_id":null,"provider":"Acme","insurance_type":null,`+
			`"policy_number":"A-%d","effective_date":"2024-01-01","expiration_date":null,"cancellation_date":null,"liability_amount_in_cents":10000000,"liability_amount_raw":"100000.00",`+
			`"notes":null,"integration_id":"clwh5u07w000508me66sfh3um","integration_vendor":"ENTRATA","property_id":"clwi5xiix000008l6ctdgafyh","unit_id":null,"lease_id":null,"resident_id":null}`, id, i, i)})
	}
	return s
}
