package propexo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/poll"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/propexo/internal/link"
)

// Write is a write that Propexo accepted and queued. Propexo carries it out later in
// the property management system; [WritesService.Wait] waits until it has. Reads
// return the old values until the next sync after that.
type Write struct {
	// JobID names the job for [WritesService.Status], [WritesService.Wait] and
	// [WritesService.Retry].
	JobID string
	// Data is the data of the response, an object without documented members. It is
	// nil if there is none.
	Data tenantry.Raw
}

// WriteState is the state of a write's job.
type WriteState string

// States of a write.
const (
	WritePending        WriteState = "PENDING"
	WriteSuccess        WriteState = "SUCCESS"
	WritePartialSuccess WriteState = "PARTIAL_SUCCESS"
	WriteFailure        WriteState = "FAILURE"
)

// WriteStatus is the status of a write's job.
type WriteStatus struct {
	// State is one of the Write constants, or a value that is new to this SDK.
	State WriteState `json:"write_status,omitzero"`
	// Errors are the errors that the property management system reported, in its own
	// words. They may be personal data.
	Errors []string `json:"errors,omitzero"`
	// CreatedRecordID is the Propexo ID of the record that the write created. It is
	// empty if there is none or if the record appears with the next sync. If the write
	// led to several jobs, it can be a record of another model.
	CreatedRecordID string `json:"created_record_id,omitzero"`
	// Extra holds the members that have no field.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// ended reports whether the job has ended, and returns a *WriteError unless all
// of it succeeded.
func (s *WriteStatus) ended(jobID string) (bool, error) {
	switch poll.OutcomeOf(string(s.State)) {
	case poll.Finished:
		return true, nil
	case poll.Stopped:
		return true, &WriteError{JobID: jobID, Status: s}
	case poll.Running:
	}
	return false, nil
}

// Errors that a [*WriteError] wraps.
var (
	ErrWriteFailed  = errors.New("propexo: the write failed")
	ErrWritePartial = errors.New("propexo: the write succeeded in part")
)

// WriteError reports a job that ended without full success. It wraps
// [ErrWritePartial] or [ErrWriteFailed]. Status holds what did succeed.
type WriteError struct {
	JobID  string
	Status *WriteStatus
}

// Error returns one line, without Status.Errors, which may be personal data.
func (e *WriteError) Error() string {
	as := ""
	if e.Status.State != WriteFailure && e.Status.State != WritePartialSuccess {
		as = fmt.Sprintf(" (state %.40q)", string(e.Status.State))
	}
	return fmt.Sprintf("%s%s with %d errors; see WriteError.Status, and Writes.Retry to try again", e.Unwrap(), as, len(e.Status.Errors))
}

// Unwrap returns ErrWritePartial or ErrWriteFailed.
func (e *WriteError) Unwrap() error {
	if strings.EqualFold(string(e.Status.State), string(WritePartialSuccess)) {
		return ErrWritePartial
	}
	return ErrWriteFailed
}

// A WriteOption changes how a write is sent. Nil is skipped.
type WriteOption func(*writeConfig)

type writeConfig = link.WriteConfig

// IgnoreUnknownFields makes Propexo drop the fields that the property management
// system does not take. Without it, Propexo refuses the write with a 400.
func IgnoreUnknownFields() WriteOption {
	return func(c *writeConfig) { c.IgnoreUnknownFields = true }
}

// write sends an asynchronous write and returns its job.
func write(ctx context.Context, c *Client, call *transport.Call, opts []WriteOption, needs ...link.Need) (*Write, error) {
	accepted, err := link.Write(ctx, c.t, call, opts, needs...)
	return (*Write)(accepted), err
}

// Status returns the status of a write's job, or [tenantry.ErrNotFound].
//
// GET /v1/admin/write-status/{root_job_id} (writes.status)
func (s *WritesService) Status(ctx context.Context, jobID string) (*WriteStatus, error) {
	resp, err := s.c.t.Send(ctx, &transport.Call{Op: writesStatus, Args: []string{jobID}})
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	var status WriteStatus
	if err := resp.Decode(&status); err != nil {
		return nil, err
	}
	if status.State == "" {
		return nil, resp.Missing("write_status")
	}
	return &status, nil
}

// Wait polls until a write's job ends, with growing waits, for as long as the
// context lasts. It needs only the job's ID, so that another process can continue
// to wait. It tolerates up to ten failed polls in a row, and [tenantry.ErrNotFound]
// until a poll has found the job. The intervals of params default to a second and
// 30 seconds. OnProgress receives each status.
//
// The error is a [*WriteError] for a job that ended without full success. If the
// context ends first, the error wraps the context's error and the last failed
// poll's. Wait also returns the latest status with an error; it is nil if no poll
// succeeded.
//
// GET /v1/admin/write-status/{root_job_id} (writes.status)
func (s *WritesService) Wait(ctx context.Context, jobID string, params tenantry.WaitParams[*WriteStatus]) (*WriteStatus, error) {
	w := poll.Wait[*WriteStatus]{
		What: "propexo: waiting for write " + poll.Name(jobID), Params: params,
		Poll:  func(ctx context.Context) (*WriteStatus, error) { return s.Status(ctx, jobID) },
		State: func(status *WriteStatus) string { return string(status.State) },
		Done:  func(status *WriteStatus) (bool, error) { return status.ended(jobID) },
	}
	return w.Run(ctx)
}

// Retry repeats a failed write under a new job and returns it. The request is not
// retried once it may have reached the server.
//
// POST /v1/admin/retry-write/{root_job_id} (writes.retry)
func (s *WritesService) Retry(ctx context.Context, jobID string) (*Write, error) {
	return write(ctx, s.c, &transport.Call{Op: writesRetry, Args: []string{jobID}}, nil)
}
