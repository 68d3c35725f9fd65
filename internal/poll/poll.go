// Package poll waits for a job on a server to finish.
package poll

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	tenantry "github.com/tenantry/tenantry-go"
)

// MaxFailures is how many polls in a row may fail before a wait gives up.
const MaxFailures = 10

// maxRetryAfter is the longest wait that a server can ask for.
const maxRetryAfter = 5 * time.Minute

// Defaults of the waits between two polls.
const (
	DefaultMin = time.Second
	DefaultMax = 30 * time.Second
)

// A Wait polls one job.
type Wait[T any] struct {
	What   string                           // begins the error at the context's end: "elevenos: waiting for import job-1"
	Params tenantry.WaitParams[T]           // the caller's
	Poll   func(context.Context) (T, error) // asks for the job's status
	State  func(T) string                   // returns the status's own word, for errors
	Done   func(T) (bool, error)            // reports whether the job has ended, and how
}

// intervals returns the waits after the first poll and at most.
func (w *Wait[T]) intervals() (first, longest time.Duration) {
	first, longest = DefaultMin, DefaultMax
	if w.Params.MinInterval > 0 {
		first = w.Params.MinInterval
	}
	if w.Params.MaxInterval > 0 {
		longest = w.Params.MaxInterval
	}
	return first, max(first, longest)
}

// Run polls until the job has ended, a poll fails for good, or the context
// ends. It returns the latest status, also with an error; the zero T means that
// no poll succeeded.
//
// Each wait is half as long again as the one before, less a fifth of jitter, and
// never shorter than a Retry-After. Up to MaxFailures polls in a row may fail for
// a passing reason: a broken connection, an unreadable response, a used-up rate
// limit, a 408 or 5xx, and, until a poll has found the job, a 404, since a server
// may need a moment to know a job that it has just accepted. A failure that asks
// to wait longer than five minutes ends the wait.
//
// If the context ends first, the error wraps the context's error and the last
// failed poll's, and names both.
func (w *Wait[T]) Run(ctx context.Context) (latest T, _ error) {
	var (
		found    bool
		failures int
		failed   error // of the latest poll
	)
	first, longest := w.intervals()
	for wait := first; ; wait = min(wait+wait/2, longest) {
		status, err := w.Poll(ctx)
		switch {
		case err == nil:
			latest, found, failures, failed = status, true, 0, nil
			if w.Params.OnProgress != nil {
				w.Params.OnProgress(status)
			}
			if done, err := w.Done(status); done || err != nil {
				return latest, err
			}
		case ctx.Err() != nil && errors.Is(err, ctx.Err()):
			var response *tenantry.Error
			if errors.As(err, &response) {
				failed = response
			}
			return latest, w.ended(ctx, latest, found, failed)
		case failures == MaxFailures || !passing(err, found):
			return latest, err
		default:
			failures, failed = failures+1, err
		}
		jittered := wait - time.Duration(rand.Int64N(int64(wait)/5+1)) //nolint:gosec // jitter needs no secrecy
		timer := time.NewTimer(max(jittered, retryAfter(failed)))
		select {
		case <-ctx.Done():
			timer.Stop()
			return latest, w.ended(ctx, latest, found, failed)
		case <-timer.C:
		}
	}
}

// passing reports whether the next poll may succeed after err.
func passing(err error, found bool) bool {
	var broken *tenantry.TransportError
	var unreadable *tenantry.DecodeError
	var response *tenantry.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, tenantry.ErrInvalidArgument), errors.Is(err, tenantry.ErrNotSupported), retryAfter(err) > maxRetryAfter:
		return false
	case errors.Is(err, tenantry.ErrClosed), errors.Is(err, tenantry.ErrTooLarge), errors.As(err, &certificate):
		return false // the next request will fail in the same way
	case errors.Is(err, tenantry.ErrNotFound):
		return !found
	case errors.As(err, &response) && response.StatusCode == http.StatusRequestTimeout:
		return true
	}
	return errors.As(err, &broken) || errors.As(err, &unreadable) || errors.Is(err, tenantry.ErrServer) || errors.Is(err, tenantry.ErrRateLimited)
}

// retryAfter returns how long to wait before the next poll, as err says.
func retryAfter(err error) time.Duration {
	var response *tenantry.Error
	var broken *tenantry.TransportError
	wait := time.Duration(0)
	if errors.As(err, &response) {
		wait = response.RetryAfter
	}
	if errors.As(err, &broken) {
		wait = max(wait, broken.RetryAfter)
	}
	return wait
}

func (w *Wait[T]) ended(ctx context.Context, latest T, found bool, failed error) error {
	e := &endedError{what: w.What, err: ctx.Err(), failed: failed}
	if found && w.State != nil {
		e.state = w.State(latest)
	}
	return e
}

// endedError reports a wait that the context ended.
type endedError struct {
	what   string
	err    error  // the context's
	failed error  // the last poll's, if it failed
	state  string // of the latest status; "" if there is none
}

func (e *endedError) Error() string {
	text := e.what + ": " + e.err.Error()
	var response *tenantry.Error
	switch {
	case errors.As(e.failed, &response) && response.StatusCode >= 300:
		return text + "; last response " + strconv.Itoa(response.StatusCode)
	case e.failed != nil:
		return text + "; last poll: " + e.failed.Error()
	case e.state != "":
		return text + fmt.Sprintf("; last state %.40q", e.state)
	}
	return text
}

// GoString returns the quoted text, so that %#v prints no more than %v.
func (e *endedError) GoString() string { return fmt.Sprintf("&poll.endedError{%q}", e.Error()) }

// Unwrap returns the context's error and, if set, the last failed poll's.
func (e *endedError) Unwrap() []error {
	if e.failed == nil {
		return []error{e.err}
	}
	return []error{e.err, e.failed}
}

// Name returns a job's ID as errors print it: quoted if it is not plain text.
func Name(id string) string {
	quoted := strconv.Quote(id)
	if quoted[1:len(quoted)-1] == id && id != "" {
		return id
	}
	return quoted
}

// An Outcome is what a job's state means.
type Outcome int

// Outcomes.
const (
	Running  Outcome = iota // the job goes on, or the word is unknown
	Finished                // the job ended by itself
	Stopped                 // the job failed or was ended before it was done
)

// OutcomeOf returns what a word means that APIs use for the state of a job. It
// ignores letter case, blanks, hyphens and underscores.
func OutcomeOf(state string) Outcome {
	plain := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return unicode.ToLower(r)
	}, state)
	switch plain {
	case "finished", "complete", "completed", "done", "success", "succeeded", "successful", "ended":
		return Finished
	case "failed", "failure", "error", "errored", "partialsuccess", "partialfailure", "aborted", "cancelled", "canceled", "rejected",
		"terminated", "stopped", "killed", "timeout", "timedout", "expired":
		return Stopped
	}
	return Running
}
