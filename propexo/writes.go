package propexo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/poll"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// A Write is a write that Propexo accepted and queued. Propexo carries it out
// later in the property management system; [WritesService.Wait] returns how it
// ended. The record reads as before until the next sync after that.
type Write struct {
	JobID string       // for [WritesService.Status], [WritesService.Wait] and [WritesService.Retry]
	Data  tenantry.Raw // the response's data, an object without documented members; nil if there is none
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

// A WriteStatus is the status of a write's job.
type WriteStatus struct {
	State           WriteState     `json:"write_status,omitzero"`      // one of the Write constants, or a word that is new to this SDK
	Errors          []string       `json:"errors,omitzero"`            // in the property management system's words; they may be personal data
	CreatedRecordID string         `json:"created_record_id,omitzero"` // "" if there is none; of another model if the write led to several jobs
	Extra           tenantry.Extra `json:",embed,unknown"`
}

// MarshalJSON writes what was read, with the fields that were set since.
func (s WriteStatus) MarshalJSON() ([]byte, error) { return wire.Marshal(s) }

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

// Status returns the status of a write's job, or [tenantry.ErrNotFound].
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
// context lasts. It needs the job's ID only, so another process can go on
// waiting. Up to ten failed polls in a row are tolerated, and so is
// [tenantry.ErrNotFound] until a poll has found the job. The intervals of params
// default to a second and 30 seconds; OnProgress receives each status.
//
// The error is a [*WriteError] for a job that ended without full success. If the
// context ends first, the error wraps the context's error and the last failed
// poll's. Wait returns the latest status also beside an error; it is nil if no
// poll succeeded.
func (s *WritesService) Wait(ctx context.Context, jobID string, params tenantry.WaitParams[*WriteStatus]) (*WriteStatus, error) {
	w := poll.Wait[*WriteStatus]{
		What: "propexo: waiting for write " + poll.Name(jobID), Params: params,
		Poll:  func(ctx context.Context) (*WriteStatus, error) { return s.Status(ctx, jobID) },
		State: func(status *WriteStatus) string { return string(status.State) },
		Done:  func(status *WriteStatus) (bool, error) { return status.ended(jobID) },
	}
	return w.Run(ctx)
}

// Retry carries out a failed write again, under a new job whose ID it returns.
// It is not retried once the request may have reached the server.
func (s *WritesService) Retry(ctx context.Context, jobID string) (*Write, error) {
	return write(ctx, s.c, &transport.Call{Op: writesRetry, Args: []string{jobID}}, nil)
}
