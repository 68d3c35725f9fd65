package storedge

import (
	"context"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

var (
	gateCheckCode        = write("gate.check-code", http.MethodPost, facilityPath+"/gate_codes/availability_check", "availability_check").asks().secret()
	gateOpen             = write("gate.open", http.MethodPost, facilityPath+"/gate_codes/open", "").secret()
	gateListAccessPoints = read("gate.list-access-points", facilityPath+"/access_points", "access_points").secret()
	gateCreateActivity   = write("gate.create-activity", http.MethodPost, facilityPath+"/gate_activities", "").secret()
)

// GateService checks gate codes and opens gates. [LedgersService.SetGateAccessCode]
// changes a tenant's code.
type GateService service

// CheckCode reports whether a gate code is free:
// POST /v1/{facility_id}/gate_codes/availability_check (gate.check-code). It changes
// nothing and is retried like a read. Programs check codes before a move-in; the name of
// the member that holds the code is inferred from other operations. If the server wants
// another name, pass it in Extra.
func (s *GateService) CheckCode(ctx context.Context, params GateAccessCodeParams) (*CodeAvailability, error) {
	if params.GateAccessCode.IsZero() {
		return nil, gateCheckCode.argument("GateAccessCode", "is empty")
	}
	return one[CodeAvailability](ctx, (*service)(s), gateCheckCode, nil, nil, &params)
}

// CodeAvailability tells whether a gate code is free.
type CodeAvailability struct {
	Available *bool          `json:"available,omitzero"`
	Extra     tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// Open opens a gate: POST /v1/{facility_id}/gate_codes/open (gate.open). Neither body nor
// response is documented: body is sent as JSON, and the response is returned as it came,
// nil if it is empty. It is never retried once the request may have reached the server.
func (s *GateService) Open(ctx context.Context, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), gateOpen, nil, nil, body)
}

// ListAccessPoints returns one page of the gates and doors of the facility:
// GET /v1/{facility_id}/access_points (gate.list-access-points). The response is not
// documented.
func (s *GateService) ListAccessPoints(ctx context.Context, params ListParams) (*tenantry.Page[AccessPoint], error) {
	return s.accessPoints(params).First(ctx)
}

// AllAccessPoints iterates over the gates and doors of the facility:
// GET /v1/{facility_id}/access_points (gate.list-access-points). The response is not
// documented.
func (s *GateService) AllAccessPoints(ctx context.Context, params ListParams) iter.Seq2[*AccessPoint, error] {
	return s.accessPoints(params).All(ctx)
}

// PagesAccessPoints iterates over pages of the gates and doors of the facility:
// GET /v1/{facility_id}/access_points (gate.list-access-points). The response is not
// documented.
func (s *GateService) PagesAccessPoints(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[AccessPoint], error] {
	return s.accessPoints(params).Pages(ctx)
}

func (s *GateService) accessPoints(p ListParams) paging.List[AccessPoint] {
	return list((*service)(s), gateListAccessPoints, nil, p, nil, func(r *AccessPoint) string { return r.ID })
}

// CreateActivity records an activity at a gate:
// POST /v1/{facility_id}/gate_activities (gate.create-activity). Body and response are as
// in [GateService.Open]. It is not retried once the request may have reached the server.
func (s *GateService) CreateActivity(ctx context.Context, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), gateCreateActivity, nil, nil, body)
}

// An AccessPoint is a gate or a door. Its members are not documented; Extra holds them.
type AccessPoint struct {
	ID    string         `json:"id,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds all members but ID.
}
