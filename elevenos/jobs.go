package elevenos

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

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
	// FirstName is the resident's first name.
	FirstName string `json:"FirstName,omitzero"`
	// LastName is the resident's last name.
	LastName string `json:"LastName,omitzero"`
	// Email is required. It must be new to Site Manager and can never be changed.
	Email string `json:"Email,omitzero"`
	// PhoneNumber is the resident's phone number.
	PhoneNumber string `json:"PhoneNumber,omitzero"`
	// ActivationDateUTC is when service begins, in RFC 3339 with a zone, such as
	// 2021-11-05T21:10:22Z. Other texts are refused before sending.
	ActivationDateUTC tenantry.Timestamp `json:"ActivationDateUTC,omitzero"`
	// DeactivationDateUTC is when service ends, in the same form. "" means that it
	// has no end.
	DeactivationDateUTC tenantry.Timestamp `json:"DeactivationDateUTC,omitzero"`
	// Building is the name of the building. Building, Floor and Unit must be those
	// of a [Mapping].
	Building string `json:"Building,omitzero"`
	// Floor is the name of the floor.
	Floor string `json:"Floor,omitzero"`
	// Unit is the name of the unit.
	Unit string `json:"Unit,omitzero"`
	// Row is the resident's row in a spreadsheet, for problems and for
	// [Job.MatchRows]. 0 means the position in the list, counted from 1.
	Row int `json:"-"`
	// Extra holds other members, sent as they are.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// row returns the row of a resident at an index of a list.
func (r *ResidentImport) row(index int) int {
	if r.Row != 0 {
		return r.Row
	}
	return index + 1
}

// Import starts a job that adds residents, and returns the job's ID. Store the
// ID before waiting: [ResidentsService.WaitImport] needs nothing else, and can
// go on in another process. ElevenOS also emails the outcome to the client's
// user.
//
// Import refuses emails and dates that [CheckImport] refuses; call that first to find
// what else would fail. Import is not retried once the request may have reached the
// server.
//
// POST /team/{TeamId}/site/{SiteId}/resident/import (residents.import)
func (s *ResidentsService) Import(ctx context.Context, residents []ResidentImport) (jobID string, err error) {
	if len(residents) == 0 {
		return "", refuse(residentsImport, "residents", "is empty; there is nothing to import")
	}
	for i := range residents {
		r := &residents[i]
		for _, field := range []struct{ name, reason string }{
			{"Email", checkEmail(r.Email)}, {"ActivationDateUTC", checkTime(r.ActivationDateUTC)}, {"DeactivationDateUTC", checkTime(r.DeactivationDateUTC)},
		} {
			if field.reason != "" {
				return "", refuse(residentsImport, fmt.Sprintf("residents[%d].%s", i, field.name), field.reason)
			}
		}
	}
	return s.begin(ctx, residentsImport, map[string][]ResidentImport{"Residents": residents})
}

// A BulkAction is an action on all residents of a site that it applies to.
type BulkAction string

// The bulk actions.
const (
	BulkSuspend        BulkAction = "suspend"         // suspends all who are current and not pending
	BulkUnsuspend      BulkAction = "unsuspend"       // ends the suspension of all who are suspended
	BulkTerminate      BulkAction = "terminate"       // terminates all who are current, pending or scheduled
	BulkTerminatePurge BulkAction = "terminate-purge" // terminates and removes all who are current, pending or scheduled; it can't be undone
	BulkResendInvites  BulkAction = "resend-invites"  // emails an invitation to all who are pending, and WiFi details to all others who are current, suspended ones included
	BulkOnboardNow     BulkAction = "onboard-now"     // starts onboarding for all who are scheduled, and emails them their first invitation
)

// BulkAction starts a job that does something to all residents of the site, and
// returns the job's ID. It takes no list of residents. [BulkResendInvites] and
// [BulkOnboardNow] send an email to each resident; ElevenOS also emails the
// outcome of every bulk action to the client's user. BulkAction is not retried
// once the request may have reached the server.
//
// POST /team/{TeamId}/site/{SiteId}/resident/bulkaction (residents.bulk-action)
func (s *ResidentsService) BulkAction(ctx context.Context, action BulkAction) (jobID string, err error) {
	switch action {
	case BulkSuspend, BulkUnsuspend, BulkTerminate, BulkTerminatePurge, BulkResendInvites, BulkOnboardNow:
	default:
		return "", refuse(residentsBulkAction, "action", "is unknown; pass one of the Bulk constants")
	}
	return s.begin(ctx, residentsBulkAction, map[string]BulkAction{"Action": action})
}

// begin starts a job and returns its ID.
func (s *ResidentsService) begin(ctx context.Context, op *transport.Op, body any) (string, error) {
	resp, err := s.send(ctx, op, body)
	if err != nil {
		return "", err
	}
	defer resp.Release()
	var started struct {
		JobID string `json:"job_id"`
	}
	if err := resp.Decode(&started); err != nil {
		return "", err
	}
	if started.JobID == "" {
		return "", resp.Missing("job_id")
	}
	return started.JobID, nil
}

// A JobStatus is the state of a job: one of the constants, or a word that is not
// documented.
type JobStatus string

// The states of a job that ElevenOS documents.
const (
	JobStarted  JobStatus = "started"
	JobFinished JobStatus = "finished"
)

// A Job is the status of an import or a bulk action.
type Job struct {
	// ID identifies the job; it is the ID that the call passed.
	ID string `json:"-"`
	// Status is the job's state. Use [Job.Finished] to find whether it has ended.
	Status JobStatus `json:"status,omitzero"`
	// Progress is how far the job is, in percent.
	Progress tenantry.Decimal `json:"progress,omitzero"`
	// Total is the number of residents attempted so far. Nil means that the job
	// does not say.
	Total *int64 `json:"total,omitzero"`
	// Success is the number of residents that succeeded. Nil means that the job
	// does not say.
	Success *int64 `json:"success,omitzero"`
	// Failed is the number of residents that failed. Nil means that the job does
	// not say.
	Failed *int64 `json:"failed,omitzero"`
	// Action is the bulk action, if the job says it.
	Action BulkAction `json:"action,omitzero"`
	// ActionInvite is the bulk action of a job that sends invitations; the API
	// uses this name for some of them.
	ActionInvite BulkAction `json:"action_invite,omitzero"`
	// Result is the raw result of a job that has ended, nil before. ElevenOS
	// does not document its nesting: Succeeded and FailedItems hold the
	// residents that this SDK found in it.
	Result tenantry.Raw `json:"result,omitzero"`
	// Extra holds the members that are not documented.
	Extra tenantry.Extra `json:",embed,unknown"`

	// Succeeded holds the residents that succeeded, in the job's order.
	Succeeded []JobItem `json:"-"`
	// FailedItems holds the residents that failed, in the job's order.
	FailedItems []JobItem `json:"-"`

	refused bool // the job reports failures, whether or not they could be counted
}

// Finished reports whether the job has ended, well or not.
func (j *Job) Finished() bool { return poll.OutcomeOf(string(j.Status)) != poll.Running }

// failures returns how many residents failed, as far as the job says.
func (j *Job) failures() int64 {
	n := int64(len(j.FailedItems))
	if j.Failed != nil {
		n = max(n, *j.Failed)
	}
	return n
}

// ended reports whether the job has ended. It returns a *JobError unless the
// job succeeded for all residents and says so.
func (j *Job) ended() (bool, error) {
	outcome := poll.OutcomeOf(string(j.Status))
	if outcome == poll.Running {
		return false, nil
	}
	of := ""
	if j.Total != nil {
		of = fmt.Sprintf(" of %d", *j.Total)
	}
	of += " residents"
	reason := ""
	switch n := j.failures(); {
	case outcome == poll.Stopped:
		reason = fmt.Sprintf("ended with status %q; see its Job for what it did before, and send the rest again", j.Status)
	case n > 0:
		reason = fmt.Sprintf("failed for %d%s; see the FailedItems of its Job, correct them, and send those again", n, of)
	case j.refused:
		reason = "reports failures in an unfamiliar form; see the Result and Extra of its Job"
	case j.Success != nil && j.Total != nil && *j.Success != *j.Total:
		reason = fmt.Sprintf("succeeded for %d%s and names none that failed; see the Result of its Job, and list the site's residents", *j.Success, of)
	case j.Success == nil && (j.Total == nil || j.Failed == nil):
		reason = fmt.Sprintf("has status %q and does not say for how many residents it succeeded; see the Result of its Job, and list the site's residents", j.Status)
	default:
		return true, nil
	}
	return true, &JobError{Job: j, Reason: reason}
}

// MatchRows sets the Row of each item to the row of the resident with the same
// email in the list that was imported. If an email occurs in several rows, the
// first rows go to the items that succeeded. An item without a match keeps Row
// 0.
func (j *Job) MatchRows(residents []ResidentImport) {
	rows := make(map[string][]int)
	for i := range residents {
		email := foldEmail(residents[i].Email)
		rows[email] = append(rows[email], residents[i].row(i))
	}
	for _, items := range [][]JobItem{j.Succeeded, j.FailedItems} {
		for i := range items {
			email := foldEmail(items[i].Email)
			if left := rows[email]; email != "" && len(left) > 0 {
				items[i].Row, rows[email] = left[0], left[1:]
			}
		}
	}
}

// A JobItem is one resident of a job's result, as the job returned it. A field
// that was wrong holds the value that was refused, if the job repeats it.
type JobItem struct {
	// ResidentID identifies the resident, if there is one.
	ResidentID string `json:"ResidentId,omitzero"`
	// UUID is another identifier. No call takes it.
	UUID string `json:"UUID,omitzero"`
	// FirstName is the resident's first name.
	FirstName string `json:"FirstName,omitzero"`
	// LastName is the resident's last name.
	LastName string `json:"LastName,omitzero"`
	// Email is the resident's email.
	Email string `json:"Email,omitzero"`
	// Phone is the resident's phone number, under the name that residents have it.
	Phone string `json:"Phone,omitzero"`
	// PhoneNumber is the resident's phone number, under the name that imports use.
	PhoneNumber string `json:"PhoneNumber,omitzero"`
	// Mobile is another phone number.
	Mobile string `json:"Mobile,omitzero"`
	// ActivationDate is when service begins, in local time of the site and
	// without a zone.
	ActivationDate tenantry.Timestamp `json:"ActivationDate,omitzero"`
	// DeactivationDate is when service ends, in local time of the site and
	// without a zone.
	DeactivationDate tenantry.Timestamp `json:"DeactivationDate,omitzero"`
	// ActivationDateUTC is when service begins.
	ActivationDateUTC tenantry.Timestamp `json:"ActivationDateUTC,omitzero"`
	// DeactivationDateUTC is when service ends.
	DeactivationDateUTC tenantry.Timestamp `json:"DeactivationDateUTC,omitzero"`
	// OnboardedAt is when the resident completed onboarding, in local time of the
	// site and without a zone.
	OnboardedAt tenantry.Timestamp `json:"OnboardedAt,omitzero"`
	// Building is the name of the building.
	Building string `json:"Building,omitzero"`
	// Floor is the name of the floor.
	Floor string `json:"Floor,omitzero"`
	// Unit is the name of the unit.
	Unit string `json:"Unit,omitzero"`
	// SSID is the name of the resident's WiFi network.
	SSID string `json:"SSID,omitzero"`
	// ServiceAreaNumber is the number of the resident's service area.
	ServiceAreaNumber string `json:"ServiceAreaNumber,omitzero"`
	// Status holds the resident's statuses.
	Status ResidentStatuses `json:"Status,omitzero"`
	// Result says what a bulk action did, or why it failed.
	Result string `json:"result,omitzero"`
	// Extra holds the members that are not documented.
	Extra tenantry.Extra `json:",embed,unknown"`

	// Errors says why the item failed, in the job's order, as far as this SDK
	// understands it. There are at most 20.
	Errors []ItemError `json:"-"`
	// Row is the row in the imported list, set by [Job.MatchRows]. It is 0 if the
	// row is not known.
	Row int `json:"-"`
	// Raw is the item as it came.
	Raw tenantry.Raw `json:"-"`
}

// An ItemError says what was wrong with an item.
type ItemError struct {
	// Field is the field, in the API's spelling; "" means the item as a whole.
	Field string
	// Value is the value that was refused, if the job repeats it.
	Value string
	// Message is the reason, in the API's words.
	Message string
}

// ErrJobFailed is wrapped by every [*JobError].
var ErrJobFailed = errors.New("elevenos: the job did not succeed for all residents")

// JobError reports a job that ended and did not succeed for all of its residents, or
// does not say that it did. Job holds the residents that succeeded, those that failed,
// and the raw result.
type JobError struct {
	// Job is the job's last status.
	Job *Job
	// Reason says how the job ended, and what to do.
	Reason string
}

// Error returns the job's ID and the reason.
func (e *JobError) Error() string {
	return "elevenos: job " + poll.Name(e.Job.ID) + " " + e.Reason
}

// GoString returns the quoted text, so that %#v prints no more than %v.
func (e *JobError) GoString() string { return "&elevenos.JobError{" + strconv.Quote(e.Error()) + "}" }

// Unwrap returns ErrJobFailed.
func (e *JobError) Unwrap() error { return ErrJobFailed }

// ImportStatus returns the status of an import, or [tenantry.ErrNotFound].
//
// GET /team/{TeamId}/site/{SiteId}/resident/import/{import_job_id} (residents.import-status)
func (s *ResidentsService) ImportStatus(ctx context.Context, jobID string) (*Job, error) {
	return s.job(ctx, residentsImportStatus, jobID)
}

// BulkActionStatus returns the status of a bulk action, or
// [tenantry.ErrNotFound].
//
// GET /team/{TeamId}/site/{SiteId}/resident/bulkaction/{job_id} (residents.bulk-action-status)
func (s *ResidentsService) BulkActionStatus(ctx context.Context, jobID string) (*Job, error) {
	return s.job(ctx, residentsBulkActionStatus, jobID)
}

func (s *ResidentsService) job(ctx context.Context, op *transport.Op, jobID string) (*Job, error) {
	resp, err := s.send(ctx, op, nil, jobID)
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	job := &Job{ID: jobID}
	if err := resp.Decode(job); err != nil {
		return nil, err
	}
	dropError(&job.Extra)
	switch {
	case job.isOther():
		return nil, resp.Undecodable("it is the status of another job")
	case job.Status == "":
		return nil, resp.Missing("status")
	case job.Finished() && !job.readResult(resp.Body):
		return nil, resp.Undecodable("it holds more items than can be real")
	}
	return job, nil
}

// isOther reports whether the status names another job than the one asked for.
func (j *Job) isOther() bool {
	for _, name := range []string{"job_id", "JobId"} {
		if id, err := wire.DecodeValue[string](j.Extra[name]); err == nil && id != "" && id != j.ID {
			return true
		}
	}
	return false
}

// WaitImport polls until an import ends, with growing waits, for as long as the
// context lasts. It needs the job's ID only, so another process can go on
// waiting. Up to ten failed polls in a row are tolerated, and so is
// [tenantry.ErrNotFound] until a poll has found the job. The intervals of params
// default to a second and 30 seconds; OnProgress receives each status.
//
// The error is a [*JobError] unless the job says that it succeeded for all
// residents: none failed, and as many succeeded as there were. If the context
// ends first, the error wraps the context's error and the last failed poll's.
// WaitImport returns the latest status also with an error; it is nil if no poll
// succeeded.
//
// GET /team/{TeamId}/site/{SiteId}/resident/import/{import_job_id} (residents.import-status)
func (s *ResidentsService) WaitImport(ctx context.Context, jobID string, params tenantry.WaitParams[*Job]) (*Job, error) {
	return s.wait(ctx, residentsImportStatus, "import", jobID, params)
}

// WaitBulkAction polls until a bulk action ends. It works like
// [ResidentsService.WaitImport].
//
// GET /team/{TeamId}/site/{SiteId}/resident/bulkaction/{job_id} (residents.bulk-action-status)
func (s *ResidentsService) WaitBulkAction(ctx context.Context, jobID string, params tenantry.WaitParams[*Job]) (*Job, error) {
	return s.wait(ctx, residentsBulkActionStatus, "bulk action", jobID, params)
}

func (s *ResidentsService) wait(ctx context.Context, op *transport.Op, what, jobID string, params tenantry.WaitParams[*Job]) (*Job, error) {
	w := poll.Wait[*Job]{
		What:   "elevenos: waiting for " + what + " " + poll.Name(jobID),
		Params: params,
		Poll:   func(ctx context.Context) (*Job, error) { return s.job(ctx, op, jobID) },
		State:  func(j *Job) string { return string(j.Status) },
		Done:   (*Job).ended,
	}
	return w.Run(ctx)
}
