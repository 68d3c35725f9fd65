package propexo

import (
	"context"
	"errors"
	"fmt"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/poll"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// A Write is a write that Propexo accepted and queued. It is carried out later
// in the property management system; [WritesService.Wait] tells how it ended.
// A record reads as before until the next sync after that.
type Write struct {
	JobID string       // for [WritesService.Status], Wait and Retry
	Data  tenantry.Raw // what else the answer said, an object without documented members; nil for nothing
}

// WriteState is how far a write has got.
type WriteState string

// States of a write.
const (
	WritePending        WriteState = "PENDING"
	WriteSuccess        WriteState = "SUCCESS"
	WritePartialSuccess WriteState = "PARTIAL_SUCCESS"
	WriteFailure        WriteState = "FAILURE"
)

// A WriteStatus is the state of a write's job.
type WriteStatus struct {
	State           WriteState     `json:"write_status,omitzero"`
	Errors          []string       `json:"errors,omitzero"`            // as the property management system put them; may be personal
	CreatedRecordID string         `json:"created_record_id,omitzero"` // "" where there is none; of another model where a write spawned several jobs
	Extra           tenantry.Extra `json:",embed,unknown"`
}

// MarshalJSON writes what was read, with the fields that were set since.
func (w WriteStatus) MarshalJSON() ([]byte, error) { return wire.Marshal(w) }

// Errors that a [*WriteError] is.
var (
	ErrWriteFailed  = errors.New("propexo: the write failed")
	ErrWritePartial = errors.New("propexo: the write succeeded in part")
)

// A WriteError is a job that ended in FAILURE or PARTIAL_SUCCESS. errors.Is
// finds [ErrWriteFailed] or [ErrWritePartial]; Status keeps what did succeed.
type WriteError struct {
	JobID  string
	Status *WriteStatus
}

// Error is one line, without the system's own words, which are in
// Status.Errors and may be personal.
func (e *WriteError) Error() string {
	return fmt.Sprintf("%s with %d errors; see WriteError.Status, and Writes.Retry for another try", e.Unwrap(), len(e.Status.Errors))
}

// Unwrap answers ErrWriteFailed or ErrWritePartial.
func (e *WriteError) Unwrap() error {
	if e.Status.State == WritePartialSuccess {
		return ErrWritePartial
	}
	return ErrWriteFailed
}

// Status answers how far a write has got. The error is [tenantry.ErrNotFound]
// for a job that does not exist.
func (s *WritesService) Status(ctx context.Context, jobID string) (*WriteStatus, error) {
	var status WriteStatus
	if err := s.c.t.Call(ctx, &transport.Call{Op: writesStatus, Args: []string{jobID}}, &status); err != nil {
		return nil, err
	}
	return &status, nil
}

// A WaitOption changes how [WritesService.Wait] waits.
type WaitOption func(*waitConfig)

type waitConfig struct {
	poll     poll.Policy
	progress func(WriteStatus)
}

// PollEvery sets the first wait between two looks, and the longest one that it
// grows to. The defaults are a second and 30 seconds; a value that is not
// positive leaves its default.
func PollEvery(first, longest time.Duration) WaitOption {
	return func(w *waitConfig) { w.poll = w.poll.With(first, longest) }
}

// OnProgress calls f with what each look found.
func OnProgress(f func(WriteStatus)) WaitOption {
	return func(w *waitConfig) { w.progress = f }
}

// Wait looks until a write has ended, with growing waits, for as long as the
// context lasts. The status is returned also beside a [*WriteError], which is
// the error for a write that failed, wholly or in part, and, as far as it got,
// beside the context's error.
func (s *WritesService) Wait(ctx context.Context, jobID string, opts ...WaitOption) (*WriteStatus, error) {
	w := waitConfig{poll: poll.Policy{Min: time.Second, Max: 30 * time.Second}}
	for _, opt := range opts {
		opt(&w)
	}
	var status *WriteStatus
	err := poll.Until(ctx, w.poll, func(ctx context.Context) (bool, error) {
		latest, err := s.Status(ctx, jobID)
		if err != nil {
			return false, err
		}
		status = latest
		if w.progress != nil {
			w.progress(*status)
		}
		switch status.State {
		case WriteSuccess:
			return true, nil
		case WriteFailure, WritePartialSuccess:
			return true, &WriteError{JobID: jobID, Status: status}
		}
		return false, nil // pending, or a state that is new to us
	})
	return status, err
}

// Retry has a write that failed carried out again. It goes on under another
// job, whose ID is returned. It is never sent twice by itself.
func (s *WritesService) Retry(ctx context.Context, jobID string) (*Write, error) {
	return write(ctx, s.c, &transport.Call{Op: writesRetry, Args: []string{jobID}}, nil)
}
