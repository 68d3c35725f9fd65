package elevenos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/poll"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

var (
	residentsImport           = &transport.Op{Name: "residents.import", Method: http.MethodPost, Path: siteResidents + "/import"}
	residentsImportStatus     = &transport.Op{Name: "residents.import-status", Method: http.MethodGet, Path: siteResidents + "/import/{job id}", Repeatable: true}
	residentsBulkAction       = &transport.Op{Name: "residents.bulk-action", Method: http.MethodPost, Path: siteResidents + "/bulkaction"}
	residentsBulkActionStatus = &transport.Op{Name: "residents.bulk-action-status", Method: http.MethodGet, Path: siteResidents + "/bulkaction/{job id}", Repeatable: true}
)

// A ResidentImport is a resident to import. Empty fields are not sent.
type ResidentImport struct {
	FirstName           string             `json:"FirstName,omitzero"`
	LastName            string             `json:"LastName,omitzero"`
	Email               string             `json:"Email,omitzero"`
	PhoneNumber         string             `json:"PhoneNumber,omitzero"`
	ActivationDateUTC   tenantry.Timestamp `json:"ActivationDateUTC,omitzero"`   // with a zone: 2021-11-05T21:10:22Z
	DeactivationDateUTC tenantry.Timestamp `json:"DeactivationDateUTC,omitzero"` // with a zone; "" for no end
	Building            string             `json:"Building,omitzero"`
	Floor               string             `json:"Floor,omitzero"`
	Unit                string             `json:"Unit,omitzero"`
	// Row is the row of a CSV file, by which problems name the resident; 0
	// where there is none.
	Row int `json:"-"`
}

// Import begins to add residents, and answers the ID of the job that does. The
// API mails its outcome to the client's user besides. It is never sent twice
// once it may have arrived. [CheckImport] tells beforehand most of what would
// fail.
func (s *ResidentsService) Import(ctx context.Context, residents []ResidentImport) (jobID string, err error) {
	if len(residents) == 0 {
		return "", s.site.c.t.Argument(residentsImport, "residents", "are none; there is nothing to import")
	}
	for i := range residents {
		for _, at := range []tenantry.Timestamp{residents[i].ActivationDateUTC, residents[i].DeactivationDateUTC} {
			if _, err := at.Time(); at != "" && err != nil {
				return "", s.site.c.t.Argument(residentsImport, "residents", fmt.Sprintf("hold, at %d, a date without a zone; want 2021-11-05T21:10:22Z", i))
			}
		}
		if strings.TrimSpace(residents[i].Email) == "" {
			return "", s.site.c.t.Argument(residentsImport, "residents", fmt.Sprintf("hold, at %d, one without an email", i))
		}
	}
	return s.begin(ctx, s.site.call(residentsImport, map[string]any{"Residents": residents}))
}

// A BulkAction is done to every resident of the site whom it is for.
type BulkAction string

// The bulk actions.
const (
	BulkSuspend        BulkAction = "suspend"         // all who are current and not pending
	BulkUnsuspend      BulkAction = "unsuspend"       // all who are suspended
	BulkTerminate      BulkAction = "terminate"       // all who are current, pending or scheduled
	BulkTerminatePurge BulkAction = "terminate-purge" // all who are current, pending or scheduled; there is no way back
	BulkResendInvites  BulkAction = "resend-invites"  // invitations to all who are pending, WiFi details to all others who are current
	BulkOnboardNow     BulkAction = "onboard-now"     // all who are scheduled
)

// BulkAction begins to do something to all residents of the site, and answers
// the ID of the job that does. It takes no list of residents: the site's are all
// meant. It is never sent twice once it may have arrived.
func (s *ResidentsService) BulkAction(ctx context.Context, action BulkAction) (jobID string, err error) {
	switch action {
	case BulkSuspend, BulkUnsuspend, BulkTerminate, BulkTerminatePurge, BulkResendInvites, BulkOnboardNow:
	default:
		return "", s.site.c.t.Argument(residentsBulkAction, "action", "is none; pass one of the Bulk constants")
	}
	return s.begin(ctx, s.site.call(residentsBulkAction, map[string]BulkAction{"Action": action}))
}

func (s *ResidentsService) begin(ctx context.Context, call *transport.Call) (string, error) {
	a, err := s.site.c.t.Send(ctx, call)
	if err != nil {
		return "", err
	}
	defer a.Release()
	var answer struct {
		JobID string `json:"job_id"`
	}
	if err := a.Decode(&answer); err != nil {
		return "", err
	}
	if answer.JobID == "" {
		return "", a.Undecodable("it holds no job_id")
	}
	return answer.JobID, nil
}

// States of a job.
const (
	JobStarted  = "started"
	JobFinished = "finished"
)

// A Job is how far an import or a bulk action has got.
type Job struct {
	ID           string           `json:"-"`
	Status       string           `json:"status,omitzero"`   // JobStarted or JobFinished
	Progress     tenantry.Decimal `json:"progress,omitzero"` // percent
	Total        *int64           `json:"total,omitzero"`
	Success      *int64           `json:"success,omitzero"`
	Failed       *int64           `json:"failed,omitzero"`
	Action       string           `json:"action,omitzero"`
	ActionInvite string           `json:"action_invite,omitzero"`
	// Result is what a finished job answers, as it came; nil before. Where it
	// is nested in an unfamiliar way, the items are here alone.
	Result tenantry.Raw   `json:"result,omitzero"`
	Extra  tenantry.Extra `json:",embed,unknown"`

	Succeeded   []JobItem `json:"-"` // found in Result
	FailedItems []JobItem `json:"-"` // found in Result
}

// MarshalJSON writes what was read, with the fields that were set since.
func (j Job) MarshalJSON() ([]byte, error) { return wire.Marshal(j) }

// Finished reports whether the job has ended.
func (j *Job) Finished() bool { return strings.EqualFold(j.Status, JobFinished) }

// failures is the number of residents that failed.
func (j *Job) failures() int {
	n := len(j.FailedItems)
	if j.Failed != nil {
		n = max(n, int(min(*j.Failed, 1<<30)))
	}
	return n
}

// A JobItem is one resident in a job's result.
type JobItem struct {
	Resident
	PhoneNumber string      `json:"PhoneNumber,omitzero"` // as an import has it
	Result      string      `json:"result,omitzero"`      // what a bulk action did
	Errors      []ItemError `json:"-"`                    // of an item that failed, as far as they are understood
	// Raw is the item as it came.
	Raw tenantry.Raw `json:"-"`
}

// MarshalJSON writes what was read, with the fields that were set since.
func (it JobItem) MarshalJSON() ([]byte, error) { return wire.Marshal(it) }

// An ItemError is what was wrong with an item.
type ItemError struct {
	Field   string // the member that it stands at; "" for the item as a whole
	Value   string // what caused it, where the API says so
	Message string
}

// ErrJobFailed is for errors.Is: at least one resident of a job failed. The
// error itself is a [*JobError].
var ErrJobFailed = errors.New("elevenos: a job failed for some residents")

// A JobError is the error for a job that ended with failures. Those it succeeded
// for are on the Job as well.
type JobError struct{ Job *Job }

func (e *JobError) Error() string {
	of := ""
	if e.Job.Total != nil {
		of = fmt.Sprintf(" of %d", *e.Job.Total)
	}
	return fmt.Sprintf("elevenos: job %s failed for %d%s residents; see the FailedItems of its Job, correct them, and send those again", e.Job.ID, e.Job.failures(), of)
}

// GoString is the quoted text, so that %#v prints no more than %v does.
func (e *JobError) GoString() string { return fmt.Sprintf("&elevenos.JobError{%q}", e.Error()) }

// Unwrap answers ErrJobFailed.
func (e *JobError) Unwrap() error { return ErrJobFailed }

// ImportStatus answers how far an import has got.
func (s *ResidentsService) ImportStatus(ctx context.Context, jobID string) (*Job, error) {
	return s.job(ctx, residentsImportStatus, jobID)
}

// BulkActionStatus answers how far a bulk action has got.
func (s *ResidentsService) BulkActionStatus(ctx context.Context, jobID string) (*Job, error) {
	return s.job(ctx, residentsBulkActionStatus, jobID)
}

func (s *ResidentsService) job(ctx context.Context, op *transport.Op, jobID string) (*Job, error) {
	job := &Job{ID: jobID}
	if err := s.site.c.t.Call(ctx, s.site.call(op, nil, jobID), job); err != nil {
		return nil, err
	}
	dropError(&job.Extra)
	job.find(job.Result, 0)
	return job, nil
}

// maxNesting is how deep a result is looked into.
const maxNesting = 6

// find collects the items of a result: the lists under success and failed,
// wherever they are.
func (j *Job) find(raw tenantry.Raw, depth int) {
	if depth > maxNesting {
		return
	}
	switch raw.Kind() {
	case '[':
		elements, err := wire.DecodeValue[[]tenantry.Raw](raw)
		if err != nil {
			return
		}
		for _, e := range elements {
			j.find(e, depth+1)
		}
	case '{':
		all, err := wire.DecodeValue[map[string]tenantry.Raw](raw)
		if err != nil {
			return
		}
		for name, v := range all {
			switch strings.ToLower(name) {
			case "success":
				j.Succeeded = append(j.Succeeded, items(v, false)...)
			case "failed":
				j.FailedItems = append(j.FailedItems, items(v, true)...)
			case "action":
				if v.Kind() == '"' && j.Action == "" {
					j.Action, _ = wire.DecodeValue[string](v)
				}
			case "action_invite":
				if v.Kind() == '"' && j.ActionInvite == "" {
					j.ActionInvite, _ = wire.DecodeValue[string](v)
				}
			default:
				j.find(v, depth+1)
			}
		}
	}
}

// items are the residents of a list; one that is no object is its Raw alone.
func items(raw tenantry.Raw, failed bool) []JobItem {
	if raw.Kind() != '[' {
		return nil
	}
	elements, err := wire.DecodeValue[[]tenantry.Raw](raw)
	if err != nil {
		return nil
	}
	all := make([]JobItem, len(elements))
	for i, e := range elements {
		all[i].Raw = bytes.Clone(e)
		if e.Kind() != '{' || wire.Decode(e, &all[i]) != nil {
			continue
		}
		if failed {
			all[i].readErrors()
		}
	}
	return all
}

// readErrors finds the errors that stand in line with what caused them: an
// object in place of a member's value, or a member of that name.
func (it *JobItem) readErrors() {
	for name, raw := range it.Extra {
		switch {
		case strings.EqualFold(name, "error") || strings.EqualFold(name, "errors") || strings.EqualFold(name, "message"):
			it.Errors = append(it.Errors, errorsIn("", raw, 0)...)
		case raw.Kind() == '{':
			it.Errors = append(it.Errors, errorsIn(name, raw, 0)...)
		}
	}
}

// errorsIn reads a text, an object with a message and a value, an object of
// them by field, or a list of any of these.
func errorsIn(field string, raw tenantry.Raw, depth int) []ItemError {
	if depth > maxNesting {
		return nil
	}
	switch raw.Kind() {
	case '"':
		text, _ := wire.DecodeValue[string](raw)
		return []ItemError{{Field: field, Message: text}}
	case '[':
		elements, _ := wire.DecodeValue[[]tenantry.Raw](raw)
		var all []ItemError
		for _, e := range elements {
			all = append(all, errorsIn(field, e, depth+1)...)
		}
		return all
	case '{':
		members, _ := wire.DecodeValue[map[string]tenantry.Raw](raw)
		one := ItemError{Field: field}
		var nested []ItemError
		for name, v := range members {
			text, err := wire.DecodeValue[string](v)
			switch {
			case none(v):
			case err != nil:
				nested = append(nested, errorsIn(name, v, depth+1)...)
			case strings.EqualFold(name, "error") || strings.EqualFold(name, "message") || strings.EqualFold(name, "reason"):
				one.Message = text
			case strings.EqualFold(name, "value"):
				one.Value = text
			case strings.EqualFold(name, "field") || strings.EqualFold(name, "column"):
				one.Field = text
			case field == "":
				nested = append(nested, ItemError{Field: name, Message: text})
			}
		}
		if one.Message != "" || one.Value != "" {
			nested = append(nested, one)
		}
		return nested
	}
	return nil
}

// A WaitOption changes how WaitImport and WaitBulkAction wait.
type WaitOption func(*waitConfig)

type waitConfig struct {
	poll     poll.Policy
	progress func(Job)
}

// PollEvery sets the first wait between two looks, and the longest one that it
// grows to. The defaults are a second and 30 seconds; a value that is not
// positive leaves its default.
func PollEvery(first, longest time.Duration) WaitOption {
	return func(w *waitConfig) { w.poll = w.poll.With(first, longest) }
}

// OnProgress calls f with what each look found.
func OnProgress(f func(Job)) WaitOption {
	return func(w *waitConfig) { w.progress = f }
}

// WaitImport looks until an import has ended, with growing waits, for as long
// as the context lasts. The job is returned also beside a [*JobError], which is
// the error where residents failed, and, as far as it got, beside the context's
// error. A look that fails for the moment, even after its retries, is no reason
// to stop waiting, unless it happens ten times in a row.
func (s *ResidentsService) WaitImport(ctx context.Context, jobID string, opts ...WaitOption) (*Job, error) {
	return s.wait(ctx, residentsImportStatus, jobID, opts)
}

// WaitBulkAction is [ResidentsService.WaitImport] for a bulk action.
func (s *ResidentsService) WaitBulkAction(ctx context.Context, jobID string, opts ...WaitOption) (*Job, error) {
	return s.wait(ctx, residentsBulkActionStatus, jobID, opts)
}

const maxFailedLooks = 10

func (s *ResidentsService) wait(ctx context.Context, op *transport.Op, jobID string, opts []WaitOption) (*Job, error) {
	w := waitConfig{poll: poll.Policy{Min: time.Second, Max: 30 * time.Second}}
	for _, opt := range opts {
		opt(&w)
	}
	var job *Job
	failed := 0
	err := poll.Until(ctx, w.poll, func(ctx context.Context) (bool, error) {
		latest, err := s.job(ctx, op, jobID)
		if err != nil {
			if failed++; failed < maxFailedLooks && passing(err) && ctx.Err() == nil {
				return false, nil
			}
			return false, err
		}
		failed = 0
		job = latest
		if w.progress != nil {
			w.progress(*job)
		}
		if !job.Finished() {
			return false, nil
		}
		if job.failures() > 0 {
			return true, &JobError{job}
		}
		return true, nil
	})
	return job, err
}

// passing reports whether an error may be gone at the next look.
func passing(err error) bool {
	var broken *tenantry.TransportError
	var undecodable *tenantry.DecodeError
	return errors.As(err, &broken) || errors.As(err, &undecodable) || errors.Is(err, tenantry.ErrServer) || errors.Is(err, tenantry.ErrRateLimited)
}
