package propexotest

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// Outcome is how a write ends.
type Outcome string

// Outcomes of writes.
const (
	Success        Outcome = "SUCCESS"
	PartialSuccess Outcome = "PARTIAL_SUCCESS"
	Failure        Outcome = "FAILURE"
)

// A job is a write that was accepted.
type job struct {
	do      func() string
	due     time.Time // when it finishes, polled or not
	polls   int
	outcome Outcome
	errors  []string
	created string
	done    bool
}

type jobs struct {
	mu           sync.Mutex
	now          func() time.Time
	time         time.Duration // that a job takes
	pendingPolls int
	byID         map[string]*job
	pending      []*job // in the order in which they were accepted
	planned      []job  // how the next ones end
	count        int
}

// PlanWrite sets the outcome of the next accepted write, and the errors in its
// status. A second call sets those of the write after it. Writes without a plan
// succeed. A write that fails changes nothing.
func (s *Server) PlanWrite(outcome Outcome, errors ...string) {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	s.jobs.planned = append(s.jobs.planned, job{outcome: outcome, errors: errors})
}

// add queues a job and returns its ID.
func (j *jobs) add(do func() string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	next := &job{outcome: Success}
	if len(j.planned) > 0 {
		*next, j.planned = j.planned[0], j.planned[1:]
	}
	next.do, next.due = do, j.now().Add(j.time)
	j.count++
	id := fmt.Sprintf("job%06d", j.count)
	j.byID[id] = next
	j.pending = append(j.pending, next)
	return id
}

// accept queues a write and returns its job in either documented shape.
func (s *Server) accept(do func() string) fakeserver.Response {
	id := s.jobs.add(do)
	if s.o.nestedWrite {
		return fakeserver.JSON(200, map[string]any{"meta": map[string]any{"job_id": id}, "result": map[string]any{}})
	}
	return fakeserver.JSON(200, map[string]any{"job_id": id, "data": map[string]any{}})
}

// finishDue carries out the jobs whose time has come, in their order.
func (j *jobs) finishDue() {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.now()
	for len(j.pending) > 0 && (j.pending[0].done || !now.Before(j.pending[0].due)) {
		j.pending[0].finish()
		j.pending = j.pending[1:]
	}
}

// finish carries a job out once.
func (j *job) finish() {
	if j.done {
		return
	}
	j.done = true
	if j.outcome != Failure {
		j.created = j.do()
	}
}

// jobRoutes returns the routes of the jobs that writes start.
func (s *Server) jobRoutes() []fakeserver.Route {
	return []fakeserver.Route{
		{Operation: "writes.status", Method: http.MethodGet, Path: "/v1/admin/write-status/{root_job_id}", Handle: s.writeStatus},
		{Operation: "writes.retry", Method: http.MethodPost, Path: "/v1/admin/retry-write/{root_job_id}", Handle: s.retryWrite},
	}
}

func (s *Server) writeStatus(r *fakeserver.Request) fakeserver.Response {
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	j, ok := s.jobs.byID[r.Arg("root_job_id")]
	if !ok {
		return refuse(http.StatusNotFound, "not_found", "No job has this ID.")
	}
	status := map[string]any{"write_status": "PENDING", "errors": []string{}, "created_record_id": nil}
	if j.polls++; j.polls > s.jobs.pendingPolls || j.done {
		j.finish()
		status["write_status"] = j.outcome
		status["errors"] = append([]string{}, j.errors...)
		if j.created != "" {
			status["created_record_id"] = j.created
		}
	}
	return fakeserver.JSON(200, status)
}

func (s *Server) retryWrite(r *fakeserver.Request) fakeserver.Response {
	s.jobs.mu.Lock()
	j, ok := s.jobs.byID[r.Arg("root_job_id")]
	failed := ok && j.done && j.outcome == Failure
	s.jobs.mu.Unlock()
	switch {
	case !ok:
		return refuse(http.StatusNotFound, "not_found", "No job has this ID.")
	case !failed:
		return refuse(http.StatusBadRequest, "invalid_request", "Only a failed job can be retried.")
	}
	return fakeserver.JSON(200, map[string]any{"success": true, "job_id": s.jobs.add(j.do)})
}
