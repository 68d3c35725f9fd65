package storedge

import (
	"context"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

const moveOutsPath = facilityPath + "/move_outs"

var (
	moveOutsList        = read("move-outs.list", moveOutsPath, "move_outs")
	moveOutsListReasons = read("move-outs.list-reasons", moveOutsPath+"/reasons", "reasons")
	moveOutsSchedule    = write("move-outs.schedule", http.MethodPost, moveOutsPath+"/schedule_move_out", "").secret()
	moveOutsProcess     = write("move-outs.process", http.MethodPost, moveOutsPath+"/process_move_out", "").secret()
)

// MoveOutsService lists and makes move-outs. Only the methods and paths of its operations
// are documented. Bodies and responses are the caller's JSON, and the members that hold
// lists are inferred from the paths.
type MoveOutsService service

// List returns one page of the move-outs:
// GET /v1/{facility_id}/move_outs (move-outs.list). The response is not documented.
func (s *MoveOutsService) List(ctx context.Context, params ListParams) (*tenantry.Page[MoveOut], error) {
	return s.list(params).First(ctx)
}

// All iterates over the move-outs: GET /v1/{facility_id}/move_outs (move-outs.list). The
// response is not documented.
func (s *MoveOutsService) All(ctx context.Context, params ListParams) iter.Seq2[*MoveOut, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of the move-outs:
// GET /v1/{facility_id}/move_outs (move-outs.list). The response is not documented.
func (s *MoveOutsService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[MoveOut], error] {
	return s.list(params).Pages(ctx)
}

func (s *MoveOutsService) list(p ListParams) paging.List[MoveOut] {
	return list((*service)(s), moveOutsList, nil, p, nil, func(m *MoveOut) string { return m.ID })
}

// ListReasons returns one page of the reasons for a move-out:
// GET /v1/{facility_id}/move_outs/reasons (move-outs.list-reasons). The response is not
// documented.
func (s *MoveOutsService) ListReasons(ctx context.Context, params ListParams) (*tenantry.Page[MoveOutReason], error) {
	return s.reasons(params).First(ctx)
}

// AllReasons iterates over the reasons for a move-out:
// GET /v1/{facility_id}/move_outs/reasons (move-outs.list-reasons). The response is not
// documented.
func (s *MoveOutsService) AllReasons(ctx context.Context, params ListParams) iter.Seq2[*MoveOutReason, error] {
	return s.reasons(params).All(ctx)
}

// PagesReasons iterates over pages of the reasons for a move-out:
// GET /v1/{facility_id}/move_outs/reasons (move-outs.list-reasons). The response is not
// documented.
func (s *MoveOutsService) PagesReasons(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[MoveOutReason], error] {
	return s.reasons(params).Pages(ctx)
}

func (s *MoveOutsService) reasons(p ListParams) paging.List[MoveOutReason] {
	return list((*service)(s), moveOutsListReasons, nil, p, nil, func(r *MoveOutReason) string { return r.ID })
}

// Schedule schedules a move-out:
// POST /v1/{facility_id}/move_outs/schedule_move_out (move-outs.schedule). Neither body
// nor response is documented: body is sent as JSON, and the response is returned as it
// came, nil if it is empty. It is not retried once the request may have reached the
// server.
func (s *MoveOutsService) Schedule(ctx context.Context, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), moveOutsSchedule, nil, nil, body)
}

// Process moves a tenant out of a unit:
// POST /v1/{facility_id}/move_outs/process_move_out (move-outs.process). Body and
// response are as in [MoveOutsService.Schedule]. It is never retried once the request may
// have reached the server.
func (s *MoveOutsService) Process(ctx context.Context, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), moveOutsProcess, nil, nil, body)
}

// A MoveOut is a move-out, begun or completed. Its members are not documented; Extra
// holds them.
type MoveOut struct {
	ID    string         `json:"id,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds all members but ID.
}

// A MoveOutReason is a reason for a move-out. Its members are not documented; Extra holds
// them.
type MoveOutReason struct {
	ID    string         `json:"id,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds all members but ID.
}
