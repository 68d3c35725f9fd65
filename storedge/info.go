package storedge

import (
	"context"
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

const facilityV2Path = "/v2/facilities/{facility id}"

var (
	infoGet           = read("info.get", facilityPath+"/info", "")
	infoGetV2         = read("info.get-v2", facilityV2Path, "")
	infoListAddresses = read("info.list-addresses", facilityV2Path+"/addresses", "addresses")
)

// InfoService reads what the API knows of a facility itself.
type InfoService service

// Get returns what version 1 of the API knows of the facility, as it came:
// GET /v1/{facility_id}/info (info.get). The response is not documented.
func (s *InfoService) Get(ctx context.Context) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), infoGet, nil, nil, nil)
}

// GetV2 returns what version 2 of the API knows of the facility, as it came:
// GET /v2/facilities/{facility_id} (info.get-v2). The response is not documented.
func (s *InfoService) GetV2(ctx context.Context) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), infoGetV2, nil, nil, nil)
}

// ListAddresses returns one page of the facility's addresses, with their coordinates:
// GET /v2/facilities/{facility_id}/addresses (info.list-addresses). Version 2 of the API
// is not documented; programs use it, and the names of members are those of version 1.
func (s *InfoService) ListAddresses(ctx context.Context, params ListParams) (*tenantry.Page[Address], error) {
	return s.addresses(params).First(ctx)
}

// AllAddresses iterates over the facility's addresses, with their coordinates:
// GET /v2/facilities/{facility_id}/addresses (info.list-addresses). Version 2 of the API
// is not documented; programs use it, and the names of members are those of version 1.
func (s *InfoService) AllAddresses(ctx context.Context, params ListParams) iter.Seq2[*Address, error] {
	return s.addresses(params).All(ctx)
}

// PagesAddresses iterates over pages of the facility's addresses, with their coordinates:
// GET /v2/facilities/{facility_id}/addresses (info.list-addresses). Version 2 of the API
// is not documented; programs use it, and the names of members are those of version 1.
func (s *InfoService) PagesAddresses(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Address], error] {
	return s.addresses(params).Pages(ctx)
}

func (s *InfoService) addresses(p ListParams) paging.List[Address] {
	return list((*service)(s), infoListAddresses, nil, p, nil, func(r *Address) string { return r.ID })
}
