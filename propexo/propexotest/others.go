package propexotest

import (
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

func (s *Server) otherRoutes() []fakeserver.Route {
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
		{Operation: "resident-pets.create", Method: http.MethodPost, Path: "/v1/resident-pets/", Handle: write(newPet)},
		{Operation: "resident-pets.update", Method: http.MethodPut, Path: "/v1/resident-pets/{pet_id}", Handle: write(changedPet)},
		{Operation: "writes.status", Method: http.MethodGet, Path: "/v1/admin/write-status/{root_job_id}", Handle: s.writeStatus},
		{Operation: "writes.retry", Method: http.MethodPost, Path: "/v1/admin/retry-write/{root_job_id}", Handle: s.retryWrite},
	}
}
