package elevenostest

import (
	"crypto/rand"
	"maps"
	"net/http"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// A job does a part of its work at each poll of its status.
type job struct {
	kind, action    string
	due             time.Time // when it finishes, polled or not
	work            []func() (members, bool)
	pending         int // polls until it is finished
	done            int
	success, failed []members
}

func (s *site) begin(j *job) fakeserver.Response {
	j.pending, j.due = s.o.pendingPolls, s.Now().Add(s.o.jobTime)
	id := "job-" + rand.Text()
	s.store.jobs[id] = j
	s.store.running = append(s.store.running, j)
	return fakeserver.JSON(http.StatusOK, members{"job_id": id})
}

func (s *site) startImport(req *fakeserver.Request) fakeserver.Response {
	m := body(req)
	residents, _ := m["Residents"].([]any)
	if len(residents) == 0 || len(m) > 1 {
		return s.wrong("bad_request", "The body holds no residents, or something else.")
	}
	j := &job{kind: "import"}
	for _, one := range residents {
		m, ok := one.(members)
		if !ok {
			return s.wrong("bad_request", "A resident of the body is not a JSON object.")
		}
		j.work = append(j.work, func() (members, bool) {
			r, p := s.store.add(m)
			if p == nil {
				return s.store.render(r), true
			}
			failed := maps.Clone(m)
			failed[p.field] = members{"value": p.value, "error": p.message}
			return failed, false
		})
	}
	return s.begin(j)
}

var bulkActions = map[string]func(*store, *resident) bool{
	"suspend":         func(st *store, r *resident) bool { return st.suspend(r, true) },
	"unsuspend":       func(st *store, r *resident) bool { return st.suspend(r, false) },
	"terminate":       func(st *store, r *resident) bool { return !r.expired(st.now()) && st.done(r, (*store).end) },
	"terminate-purge": func(st *store, r *resident) bool { return !r.expired(st.now()) && st.done(r, (*store).remove) },
	"resend-invites":  (*store).mail,
	"onboard-now": func(st *store, r *resident) bool {
		if !st.now().Before(r.start) {
			return false
		}
		r.start = st.now()
		return st.mail(r)
	},
}

func (st *store) done(r *resident, f func(*store, *resident)) bool {
	f(st, r)
	return true
}

func (s *site) startBulk(req *fakeserver.Request) fakeserver.Response {
	m := body(req)
	if len(m) != 1 {
		return s.wrong("bad_request", "The body is not a bulk action.")
	}
	action, _ := m["Action"].(string)
	act := bulkActions[action]
	if act == nil {
		return s.wrong("invalid", "There is no such action.")
	}
	j := &job{kind: "bulkaction", action: action}
	for _, r := range records(s.store.residents) {
		j.work = append(j.work, func() (members, bool) {
			r := s.store.find(r.id)
			if r == nil || !act(s.store, r) {
				return nil, true // it does not apply to them
			}
			m := s.store.render(r)
			m["result"] = action + " done"
			return m, true
		})
	}
	return s.begin(j)
}

// poll does a part of the work, or all that is left, and reports whether the job
// is finished.
func (j *job) poll() bool {
	until, finished := len(j.work), j.pending <= 0
	if !finished {
		until = j.done + (len(j.work)-j.done)/(j.pending+1)
		j.pending--
	}
	for ; j.done < until; j.done++ {
		item, good := j.work[j.done]()
		switch {
		case item == nil:
		case good:
			j.success = append(j.success, item)
		default:
			j.failed = append(j.failed, item)
		}
	}
	return finished
}

func jobStatus(kind string) func(*site, *fakeserver.Request) fakeserver.Response {
	return func(s *site, req *fakeserver.Request) fakeserver.Response {
		j := s.store.jobs[req.Arg("job")]
		if j == nil || j.kind != kind {
			return s.refuse(http.StatusNotFound, "not_found", "There is no such job.")
		}
		finished := j.poll()
		response := members{
			"status": "started", "progress": 100 * j.done / max(len(j.work), 1), "success": len(j.success), "failed": len(j.failed), "total": len(j.success) + len(j.failed),
		}
		if finished {
			response["status"], response["progress"], response["result"] = "finished", 100, s.result(j)
		}
		return fakeserver.JSON(http.StatusOK, response)
	}
}

func (s *site) result(j *job) any {
	success, failed := append([]members{}, j.success...), append([]members{}, j.failed...)
	if s.o.listResult {
		list := []members{{"success": success}, {"failed": failed}}
		if j.action != "" {
			list = append(list, members{"action": j.action})
		}
		return list
	}
	result := members{"success": success, "failed": failed}
	if j.action != "" {
		result["action"] = j.action
	}
	return result
}
