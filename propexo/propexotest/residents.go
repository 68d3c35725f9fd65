package propexotest

import (
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// bounds adds the filters that nearly all lists have.
func bounds(filters map[string]kind) map[string]kind {
	for _, name := range []string{"updated_at_gte", "updated_at_lte", "last_seen_gte", "last_seen_lte"} {
		filters[name] = timestamp
	}
	return filters
}

var residentFilters = bounds(map[string]kind{
	"x_id": text, "x_property_id": text, "location_id": text, "property_id": text, "lease_id": text,
	"integration_id": text, "integration_vendor": text, "email_1": text, "phone_1": tenDigits,
})

func (s *Server) residentRoutes() []fakeserver.Route {
	return []fakeserver.Route{
		{Operation: "residents.list", Method: http.MethodGet, Path: "/v1/residents/", Handle: s.listResidents},
		{Operation: "residents.get", Method: http.MethodGet, Path: "/v1/residents/{id}", Handle: s.getResident},
		{Operation: "residents.create", Method: http.MethodPost, Path: "/v1/residents/", Handle: s.createResident},
		{Operation: "residents.update", Method: http.MethodPut, Path: "/v1/residents/{id}", Handle: s.updateResident(changedResident)},
	}
}

func (s *Server) listResidents(r *fakeserver.Request) fakeserver.Response {
	q, refused := parseList(r, residentFilters, sortable)
	if refused != nil {
		return *refused
	}
	return s.store.list(q)
}

func (s *Server) getResident(r *fakeserver.Request) fakeserver.Response {
	if _, refused := parseList(r, bounds(map[string]kind{}), sortable); refused != nil {
		return *refused
	}
	raw, ok := s.store.get(r.Arg("id"))
	if !ok {
		return refuse(http.StatusNotFound, "not_found", "No resident has this ID.")
	}
	return one(raw)
}

// one returns the envelope of a single record.
func one(raw []byte) fakeserver.Response {
	return fakeserver.JSON(200, map[string]any{
		"meta":    map[string]any{"orderBy": []any{map[string]any{}}, "offset": 0, "limit": 100, "hasMore": false, "total": 1},
		"results": jsontext.Value(raw),
	})
}

func (s *Server) createResident(r *fakeserver.Request) fakeserver.Response {
	members, refused := newResident.body(r)
	if refused != nil {
		return *refused
	}
	return s.accept(func() string { return s.create(s.store, members) })
}

func (s *Server) updateResident(sh shape) func(*fakeserver.Request) fakeserver.Response {
	return func(r *fakeserver.Request) fakeserver.Response {
		members, refused := sh.body(r)
		if refused != nil {
			return *refused
		}
		if members["phone_1"] != nil && members["phone_1_type"] == nil && sh["phone_1_type"].values != nil {
			return invalid([]issue{{"invalid_type", "phone_1_type", "is required with phone_1"}})
		}
		id := r.Arg("id")
		if _, ok := s.store.get(id); !ok {
			return refuse(http.StatusNotFound, "not_found", "No resident has this ID.")
		}
		return s.accept(func() string {
			s.synced(s.store, id, members)
			return ""
		})
	}
}
