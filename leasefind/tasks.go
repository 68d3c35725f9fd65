package leasefind

import (
	"cmp"
	"context"
	"net/http"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

var (
	tasksCreate = &transport.Op{Name: "tasks.create", Method: http.MethodPost, Path: "/tasks/"}
	tasksUpdate = &transport.Op{Name: "tasks.update", Method: http.MethodPatch, Path: "/tasks/"}
)

// TasksService creates and updates tasks. The API carries both out later, and reports
// the outcome in an event with a [Task]. The event does not hold the RequestID of the
// [Receipt]: tell tasks by their ExternalRef or Identifier.
//
// The API has no search for tasks.
type TasksService struct{ c *Client }

// TaskImportance is the importance of a task. Other values than the constants may occur
// in events.
type TaskImportance string

// Importances of tasks.
const (
	ImportanceLow      TaskImportance = "low"
	ImportanceNormal   TaskImportance = "normal"
	ImportanceHigh     TaskImportance = "high"
	ImportanceVeryHigh TaskImportance = "very_high"
)

// TaskStatus is the status of a task. Other values than the constants may occur in
// events.
type TaskStatus string

// Statuses of tasks.
const (
	TaskCreated    TaskStatus = "created"
	TaskInProgress TaskStatus = "in_progress"
	TaskCompleted  TaskStatus = "completed"
	TaskDeleted    TaskStatus = "deleted" // An update to it deletes the task.
	TaskError      TaskStatus = "error"
)

// TaskCreateParams holds a task to create. The API requires no field. Its times have the
// form 2026-12-31T17:00:00, without a zone; which zone it takes them for is not
// documented.
type TaskCreateParams struct {
	GroupID              string                           `json:"group_id,omitzero"`              // The group's ID. It can't be combined with GroupExternalRef.
	GroupExternalRef     string                           `json:"group_external_ref,omitzero"`    // The group's external reference.
	ExternalRef          tenantry.Opt[string]             `json:"external_ref,omitzero"`          // Your reference of the task, unique within a group.
	Title                tenantry.Opt[string]             `json:"title,omitzero"`                 // The title of the task.
	Description          tenantry.Opt[string]             `json:"description,omitzero"`           // What the task is about, in prose.
	Notes                tenantry.Opt[string]             `json:"notes,omitzero"`                 // Notes on the task.
	Importance           tenantry.Opt[TaskImportance]     `json:"importance,omitzero"`            // The importance of the task.
	DueDatetime          tenantry.Opt[tenantry.Timestamp] `json:"due_datetime,omitzero"`          // When the task is due, without a zone.
	ReminderDatetime     tenantry.Opt[tenantry.Timestamp] `json:"reminder_datetime,omitzero"`     // When to remind of the task, without a zone.
	RelevantConversation tenantry.Opt[string]             `json:"relevant_conversation,omitzero"` // The API does not document what it takes. Events hold a transcript here.
	UnitID               tenantry.Opt[string]             `json:"unit_id,omitzero"`               // The unit's identifier.
	UnitExternalRef      tenantry.Opt[string]             `json:"unit_external_ref,omitzero"`     // The unit's external reference.
	Creator              *TaskPerson                      `json:"creator,omitzero"`               // Who asks for the task. Nil is not sent.
	Assignee             *TaskPerson                      `json:"assignee,omitzero"`              // Who is to do the task. Nil is not sent.
	Resident             *TaskPerson                      `json:"resident,omitzero"`              // Whom the task is about. Nil is not sent.
	Extra                tenantry.Extra                   `json:",embed,unknown"`                 // Members without a field, sent as they are.
}

// TaskPerson is a person of a task to create. It needs an Identifier or an ExternalRef,
// or an EmailAddress or PhoneNumber and a FirstName or LastName.
type TaskPerson struct {
	Identifier   tenantry.Opt[string] `json:"identifier,omitzero"`    // The API's identifier of the person.
	ExternalRef  tenantry.Opt[string] `json:"external_ref,omitzero"`  // Your reference of the person.
	EmailAddress tenantry.Opt[string] `json:"email_address,omitzero"` // The person's email address.
	FirstName    tenantry.Opt[string] `json:"first_name,omitzero"`    // The person's first name.
	LastName     tenantry.Opt[string] `json:"last_name,omitzero"`     // The person's last name.
	PhoneNumber  tenantry.Opt[string] `json:"phone_number,omitzero"`  // The person's phone number.
	Extra        tenantry.Extra       `json:",embed,unknown"`         // Members without a field, sent as they are.
}

// Create creates a task: POST /tasks/ (tasks.create). It is not retried once the request
// may have reached the server: a repeat makes a second task.
//
// The error is [ErrBothGroupIdentifiersProvided] for both identifiers of a group. No
// request is sent for that, for a person with too little to be known or created, and for
// a time of another form.
func (s *TasksService) Create(ctx context.Context, params TaskCreateParams) (*Receipt, error) {
	if err := cmp.Or(
		s.c.oneGroup(tasksCreate, params.GroupID != "", params.GroupExternalRef != ""),
		s.c.localTime(tasksCreate, "DueDatetime", params.DueDatetime), s.c.localTime(tasksCreate, "ReminderDatetime", params.ReminderDatetime),
		s.checkPerson("Creator", params.Creator), s.checkPerson("Assignee", params.Assignee), s.checkPerson("Resident", params.Resident),
	); err != nil {
		return nil, err
	}
	return s.c.receipt(ctx, &transport.Call{Op: tasksCreate, Body: &params})
}

func (s *TasksService) checkPerson(argument string, p *TaskPerson) error {
	if p == nil || given(p.Identifier) || given(p.ExternalRef) || enough(p.EmailAddress, p.PhoneNumber, p.FirstName, p.LastName) {
		return nil
	}
	return s.c.t.Argument(tasksCreate, argument, tooLittle("an Identifier or ExternalRef"))
}

// TaskUpdateParams names a task by its Identifier or its ExternalRef, one of which must
// be set, and holds the fields to change. Times have the form 2026-12-31T17:00:00,
// without a zone.
type TaskUpdateParams struct {
	Identifier        string                           `json:"identifier,omitzero"`         // The API's identifier of the task.
	ExternalRef       string                           `json:"external_ref,omitzero"`       // Your reference of the task. The API takes no group beside it.
	Status            tenantry.Opt[TaskStatus]         `json:"status,omitzero"`             // The status of the task.
	Title             tenantry.Opt[string]             `json:"title,omitzero"`              // The title of the task.
	Description       tenantry.Opt[string]             `json:"description,omitzero"`        // What the task is about, in prose.
	Notes             tenantry.Opt[string]             `json:"notes,omitzero"`              // Notes on the task.
	Importance        tenantry.Opt[TaskImportance]     `json:"importance,omitzero"`         // The importance of the task.
	DueDatetime       tenantry.Opt[tenantry.Timestamp] `json:"due_datetime,omitzero"`       // When the task is due, without a zone.
	ReminderDatetime  tenantry.Opt[tenantry.Timestamp] `json:"reminder_datetime,omitzero"`  // When to remind of the task, without a zone.
	CompletedDatetime tenantry.Opt[tenantry.Timestamp] `json:"completed_datetime,omitzero"` // When the task was completed, without a zone.
	AssigneeID        tenantry.Opt[string]             `json:"assignee_id,omitzero"`        // The identifier of whoever is to do the task.
	ResidentID        tenantry.Opt[string]             `json:"resident_id,omitzero"`        // The identifier of whom the task is about.
	Extra             tenantry.Extra                   `json:",embed,unknown"`              // Members without a field, sent as they are.
}

// Update changes fields of a task: PATCH /tasks/ (tasks.update). The status [TaskDeleted]
// deletes it. Update is not retried once the request may have reached the server. Without
// an Identifier or ExternalRef, and for a time of another form, no request is sent.
func (s *TasksService) Update(ctx context.Context, params TaskUpdateParams) (*Receipt, error) {
	if params.Identifier == "" && params.ExternalRef == "" {
		return nil, s.c.t.Argument(tasksUpdate, "task", "is missing; pass an Identifier or an ExternalRef")
	}
	if err := cmp.Or(
		s.c.localTime(tasksUpdate, "DueDatetime", params.DueDatetime), s.c.localTime(tasksUpdate, "ReminderDatetime", params.ReminderDatetime),
		s.c.localTime(tasksUpdate, "CompletedDatetime", params.CompletedDatetime),
	); err != nil {
		return nil, err
	}
	return s.c.receipt(ctx, &transport.Call{Op: tasksUpdate, Body: &params})
}

// localTime refuses a time to write that is not of the documented form, such as one with
// a zone, which the API might drop.
func (c *Client) localTime(op *transport.Op, argument string, o tenantry.Opt[tenantry.Timestamp]) error {
	text, set := o.Get()
	if !set {
		return nil
	}
	if _, err := time.Parse("2006-01-02T15:04:05", string(text)); err != nil || len(text) != len("2006-01-02T15:04:05") {
		return c.t.Argument(op, argument, "is not a time without a zone; want YYYY-MM-DDThh:mm:ss")
	}
	return nil
}
