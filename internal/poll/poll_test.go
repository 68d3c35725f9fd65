package poll_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/poll"
)

const what = "acme: waiting for job-1"

// script polls through a list of results: a string is a state, an error fails.
// The last one repeats.
func script(results ...any) (w *poll.Wait[string], polls *[]time.Duration) {
	begin := time.Now()
	polls = new([]time.Duration)
	return &poll.Wait[string]{
		What: what,
		Poll: func(ctx context.Context) (string, error) {
			if err := ctx.Err(); err != nil {
				return "", &tenantry.TransportError{API: "acme", Operation: "jobs.get", Method: "GET", Err: err}
			}
			result := results[min(len(*polls), len(results)-1)]
			*polls = append(*polls, time.Since(begin))
			if err, failed := result.(error); failed {
				return "", err
			}
			return result.(string), nil
		},
		State: func(state string) string { return state },
		Done:  func(state string) (bool, error) { return poll.OutcomeOf(state) != poll.Running, nil },
	}, polls
}

func status(code int) error {
	return &tenantry.Error{API: "acme", Operation: "jobs.get", StatusCode: code}
}

func repeat(n int, result any) []any {
	all := make([]any, n)
	for i := range all {
		all[i] = result
	}
	return all
}

func TestFailedPollsAreTolerated(t *testing.T) {
	broken := &tenantry.TransportError{API: "acme", Err: errors.New("connection reset")}
	untrusted := &tls.CertificateVerificationError{Err: errors.New("unknown authority")}
	for name, c := range map[string]struct {
		results []any
		want    error // nil: the wait ends well
		polls   int
	}{
		"ten in a row":                {append(repeat(10, status(503)), "done"), nil, 11},
		"eleven in a row":             {append(repeat(11, status(503)), "done"), tenantry.ErrServer, 11},
		"ten, a success, ten":         {append(append(append(repeat(10, broken), "running"), repeat(10, status(429))...), "done"), nil, 22},
		"an unreadable response":      {[]any{&tenantry.DecodeError{Err: errors.New("not JSON")}, "done"}, nil, 2},
		"a request timeout":           {[]any{status(408), "done"}, nil, 2},
		"no token for the moment":     {[]any{&tenantry.TokenError{Err: status(502)}, "done"}, nil, 2},
		"not found yet":               {append(repeat(10, status(404)), "done"), nil, 11},
		"not found at all":            {[]any{status(404)}, tenantry.ErrNotFound, 11},
		"not found any more":          {[]any{"running", status(404), "done"}, tenantry.ErrNotFound, 2},
		"forbidden":                   {[]any{status(403), "done"}, tenantry.ErrForbidden, 1},
		"not implemented":             {[]any{status(501), "done"}, tenantry.ErrNotSupported, 1},
		"a refused call":              {[]any{&tenantry.ArgumentError{API: "acme"}, "done"}, tenantry.ErrInvalidArgument, 1},
		"an error of the job's API":   {[]any{status(200), "done"}, status(200), 1},
		"a token that can't be had":   {[]any{&tenantry.TokenError{Err: status(401)}, "done"}, tenantry.ErrUnauthorized, 1},
		"a wait of an hour":           {[]any{&tenantry.Error{StatusCode: 429, RetryAfter: time.Hour}, "done"}, tenantry.ErrRateLimited, 1},
		"a pace of an hour":           {[]any{&tenantry.TransportError{RetryAfter: time.Hour, Err: tenantry.ErrPaced}, "done"}, tenantry.ErrRateLimited, 1},
		"a closed client":             {[]any{&tenantry.TransportError{Err: tenantry.ErrClosed}, "done"}, tenantry.ErrClosed, 1},
		"a response that is too big":  {[]any{&tenantry.TransportError{Err: tenantry.ErrTooLarge}, "done"}, tenantry.ErrTooLarge, 1},
		"an untrusted certificate":    {[]any{&tenantry.TransportError{Err: untrusted}, "done"}, untrusted, 1},
		"not found, then unavailable": {append(append(repeat(5, status(404)), repeat(5, status(503))...), "done"), nil, 11},
	} {
		synctest.Test(t, func(t *testing.T) {
			w, polls := script(c.results...)
			got, err := w.Run(t.Context())
			assert.Len(t, *polls, c.polls, name)
			var response *tenantry.Error
			switch {
			case c.want == nil:
				require.NoError(t, err, name)
				assert.Equal(t, "done", got, name)
			case errors.As(c.want, &response):
				require.ErrorAs(t, err, &response, name)
			default:
				require.ErrorIs(t, err, c.want, name)
			}
		})
	}
}

func TestTheContextEnds(t *testing.T) {
	after := func(code int) error {
		return &tenantry.TransportError{API: "acme", Operation: "jobs.get", Method: http.MethodGet, Err: context.DeadlineExceeded, Last: status(code)}
	}
	for name, c := range map[string]struct {
		results []any
		text    string
		class   error // what the error also is, or nil
		latest  string
	}{
		"while it runs":                {[]any{"running"}, `context deadline exceeded; last state "running"`, nil, "running"},
		"while polls fail":             {repeat(9, status(503)), "context deadline exceeded; last response 503", tenantry.ErrServer, ""},
		"after it ran":                 {append([]any{"running"}, repeat(9, status(502))...), "context deadline exceeded; last response 502", tenantry.ErrServer, "running"},
		"during a poll":                {[]any{after(500)}, "context deadline exceeded; last response 500", tenantry.ErrServer, ""},
		"before the job is found":      {repeat(9, status(404)), "context deadline exceeded; last response 404", tenantry.ErrNotFound, ""},
		"while connections break":      {[]any{&tenantry.TransportError{API: "acme", Operation: "jobs.get", Method: "GET", Err: errors.New("EOF")}}, "context deadline exceeded; last poll: acme: jobs.get: EOF; nothing was sent", nil, ""},
		"and a state is no short word": {[]any{"a\nb" + string(make([]byte, 1000))}, `context deadline exceeded; last state "a\nb`, nil, "*"},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			w, _ := script(c.results...)
			if name == "during a poll" {
				w.Poll = func(ctx context.Context) (string, error) { <-ctx.Done(); return "", c.results[0].(error) }
			}
			latest, err := w.Run(ctx)
			require.ErrorIs(t, err, context.DeadlineExceeded, name)
			assert.Contains(t, err.Error(), what+": "+c.text, name)
			assert.Less(t, len(err.Error()), 300, name)
			assert.NotContains(t, err.Error(), "\n", name)
			assert.Equal(t, fmt.Sprintf("&poll.endedError{%q}", err.Error()), fmt.Sprintf("%#v", err))
			if c.class != nil {
				require.ErrorIs(t, err, c.class, name)
			}
			if c.latest != "*" {
				assert.Equal(t, c.latest, latest, name)
			}
		})
	}
	w, polls := script("running")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.Run(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, what+": context canceled", err.Error())
	assert.Empty(t, *polls)
}

func TestWaitsGrow(t *testing.T) {
	slow := &tenantry.Error{API: "acme", StatusCode: 429, RetryAfter: 50 * time.Second}
	paced := &tenantry.TransportError{API: "acme", RetryAfter: 50 * time.Second, Err: tenantry.ErrPaced}
	for name, c := range map[string]struct {
		first, longest time.Duration
		results        []any
		want           []time.Duration // between polls, before jitter
	}{
		"by themselves":     {0, 0, append(repeat(11, "running"), "done"), []time.Duration{1000, 1500, 2250, 3375, 5062, 7593, 11390, 17085, 25628, 30000, 30000}},
		"as set":            {10 * time.Millisecond, 20 * time.Millisecond, append(repeat(4, "running"), "done"), []time.Duration{10, 15, 20, 20}},
		"never downwards":   {time.Minute, time.Second, append(repeat(2, "running"), "done"), []time.Duration{60000, 60000}},
		"past Retry-After":  {0, 0, []any{slow, "running", "done"}, []time.Duration{62500, 1500}}, // 50 s, with no jitter
		"past the pace":     {0, 0, []any{paced, "running", "done"}, []time.Duration{62500, 1500}},
		"not from nonsense": {-1, -1, []any{"running", "done"}, []time.Duration{1000}},
	} {
		synctest.Test(t, func(t *testing.T) {
			w, polls := script(c.results...)
			w.Params = tenantry.WaitParams[string]{MinInterval: c.first, MaxInterval: c.longest}
			_, err := w.Run(t.Context())
			require.NoError(t, err)
			require.Len(t, *polls, len(c.want)+1, name)
			for i, want := range c.want {
				want *= time.Millisecond
				got := (*polls)[i+1] - (*polls)[i]
				assert.GreaterOrEqual(t, got, want*4/5, "%s, wait %d", name, i)
				assert.LessOrEqual(t, got, want+time.Millisecond, "%s, wait %d", name, i)
			}
		})
	}
}

func TestOutcomes(t *testing.T) {
	for state, want := range map[string]poll.Outcome{
		"finished": poll.Finished, "Completed": poll.Finished, "SUCCESS": poll.Finished, "failed": poll.Stopped, "Canceled": poll.Stopped, "cancelled": poll.Stopped,
		"aborted": poll.Stopped, "timed-out": poll.Stopped, "PARTIAL_SUCCESS": poll.Stopped, "started": poll.Running, "PENDING": poll.Running, "": poll.Running, "unfinished": poll.Running,
	} {
		assert.Equal(t, want, poll.OutcomeOf(state), state)
	}
}

func TestName(t *testing.T) {
	assert.Equal(t, "job-7", poll.Name("job-7"))
	assert.Equal(t, `"a\nb"`, poll.Name("a\nb"))
	assert.Equal(t, `""`, poll.Name(""))
}
