package storedge

import (
	"context"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

const (
	tasksPath = facilityPath + "/tasks"
	unitTasks = unitPath + "/tasks"
)

var (
	tasksList          = read("tasks.list", tasksPath, "tasks")
	tasksListForUnit   = read("tasks.list-for-unit", unitTasks, "tasks")
	tasksCreate        = write("tasks.create", http.MethodPost, tasksPath, "")
	tasksCreateForUnit = write("tasks.create-for-unit", http.MethodPost, unitTasks, "")
	tasksComplete      = write("tasks.complete", http.MethodPut, tasksPath+"/{task id}/complete", "")
)

// TasksService lists, makes and completes the tasks of a facility's staff. Only the
// methods and paths of its operations are documented. Bodies and responses are the
// caller's JSON, and the members that hold lists are inferred from the paths.
type TasksService service

// List returns one page of the tasks: GET /v1/{facility_id}/tasks (tasks.list). The
// response is not documented.
func (s *TasksService) List(ctx context.Context, params ListParams) (*tenantry.Page[Task], error) {
	return s.list(params).First(ctx)
}

// All iterates over the tasks: GET /v1/{facility_id}/tasks (tasks.list). The response is
// not documented.
func (s *TasksService) All(ctx context.Context, params ListParams) iter.Seq2[*Task, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of the tasks: GET /v1/{facility_id}/tasks (tasks.list). The
// response is not documented.
func (s *TasksService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Task], error] {
	return s.list(params).Pages(ctx)
}

func (s *TasksService) list(p ListParams) paging.List[Task] {
	return list((*service)(s), tasksList, nil, p, nil, func(r *Task) string { return r.ID })
}

// ListForUnit returns one page of the tasks of a unit:
// GET /v1/{facility_id}/units/{id}/tasks (tasks.list-for-unit). The response is not
// documented.
func (s *TasksService) ListForUnit(ctx context.Context, unitID string, params ListParams) (*tenantry.Page[Task], error) {
	return s.forUnit(unitID, params).First(ctx)
}

// AllForUnit iterates over the tasks of a unit:
// GET /v1/{facility_id}/units/{id}/tasks (tasks.list-for-unit). The response is not
// documented.
func (s *TasksService) AllForUnit(ctx context.Context, unitID string, params ListParams) iter.Seq2[*Task, error] {
	return s.forUnit(unitID, params).All(ctx)
}

// PagesForUnit iterates over pages of the tasks of a unit:
// GET /v1/{facility_id}/units/{id}/tasks (tasks.list-for-unit). The response is not
// documented.
func (s *TasksService) PagesForUnit(ctx context.Context, unitID string, params ListParams) iter.Seq2[*tenantry.Page[Task], error] {
	return s.forUnit(unitID, params).Pages(ctx)
}

func (s *TasksService) forUnit(unitID string, p ListParams) paging.List[Task] {
	return list((*service)(s), tasksListForUnit, []string{unitID}, p, nil, func(r *Task) string { return r.ID })
}

// Create makes a task: POST /v1/{facility_id}/tasks (tasks.create). Neither body nor
// response is documented: body is sent as JSON, and the response is returned as it came,
// nil if it is empty. It is not retried once the request may have reached the server.
func (s *TasksService) Create(ctx context.Context, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), tasksCreate, nil, nil, body)
}

// CreateForUnit makes a task of a unit:
// POST /v1/{facility_id}/units/{id}/tasks (tasks.create-for-unit). Body and response are
// as in [TasksService.Create].
func (s *TasksService) CreateForUnit(ctx context.Context, unitID string, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), tasksCreateForUnit, []string{unitID}, nil, body)
}

// Complete marks a task as done:
// PUT /v1/{facility_id}/tasks/{id}/complete (tasks.complete). Body, which may be nil, and
// response are as in [TasksService.Create].
func (s *TasksService) Complete(ctx context.Context, id string, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), tasksComplete, []string{id}, nil, body)
}

// A Task is something for the staff to do. Its members are not documented; Extra holds
// them.
type Task struct {
	ID    string         `json:"id,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds all members but ID.
}
