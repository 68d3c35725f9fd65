package hardening

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

// most is how many requests a listing of these tests may make.
const most = 200

// markMember is a member that no API has. It tells which record of a test came.
const markMember = "hardening_mark"

// A stage is one server for all listings. Each listing has its own state on it,
// under a path of its own.
type stage struct {
	*httptest.Server
	*http.Transport
	mu   sync.RWMutex
	acts []http.HandlerFunc
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{Transport: tenantry.NewTransport()}
	s.MaxIdleConnsPerHost = 2 * workers
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		act, _, _ := strings.Cut(r.URL.Path[1:], "/")
		n, _ := strconv.Atoi(act)
		s.mu.RLock()
		h := s.acts[n]
		s.mu.RUnlock()
		w.Header().Set("Content-Type", "application/json")
		h(w, r)
	}))
	t.Cleanup(func() {
		s.CloseIdleConnections()
		s.Close()
	})
	return s
}

func (s *stage) add(h http.HandlerFunc) (url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acts = append(s.acts, h)
	return fmt.Sprintf("%s/%d", s.URL, len(s.acts)-1)
}

// play runs a listing against a server that responds to request n, from 1, with
// the given body. A listing that does not end fails the test.
func (s *stage) play(t *testing.T, l *listing, size int, body func(a ask, n int) string, opts ...tenantry.Option) haul {
	t.Helper()
	var mu sync.Mutex
	n := 0
	url := s.add(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if n++; n > most {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		_, _ = io.WriteString(w, body(l.dialect.read(r, size), n))
	})
	ahead := 0
	if l.pages {
		ahead = 4
	}
	client, err := l.tokened(url, append([]tenantry.Option{
		tenantry.WithHTTPClient(&http.Client{Transport: s.Transport}), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}),
		tenantry.WithRateLimit(1<<20, 1<<20), tenantry.WithPrefetch(ahead),
	}, opts...)...)
	if !assert.NoError(t, err) {
		return haul{}
	}
	h := l.run(t.Context(), client, size)
	assert.NoError(t, client.(io.Closer).Close())
	mu.Lock()
	defer mu.Unlock()
	assert.LessOrEqual(t, n, most, "%s: requests", l)
	return h
}

// forEveryListing calls f for the listings of every API, some at a time. With the
// race detector, which is slow, it takes a few of each dialect: they share their code.
func forEveryListing(t *testing.T, f func(l *listing)) {
	t.Helper()
	var wg sync.WaitGroup
	queue := make(chan *listing)
	for range workers {
		wg.Go(func() {
			for l := range queue {
				f(l)
			}
		})
	}
	for _, target := range start(t) {
		few := make(map[string]int)
		for _, l := range target.listings(t) {
			if few[l.dialect.name]++; raceDetector && few[l.dialect.name] > 6 {
				continue
			}
			queue <- l
		}
	}
	close(queue)
	wg.Wait()
}

// marked are n records with the given member for an ID, such as `"id":7`, which
// carry the numbers from 0.
func (d *dialect) marked(n int, id func(i int) string) []string {
	all := make([]string, n)
	for i := range all {
		mark := fmt.Sprintf("%q:%d", markMember, i)
		if raw := id(i); d.id != "" && raw != "" {
			mark = fmt.Sprintf("%q:%s,%s", d.id, raw, mark)
		}
		all[i] = "{" + mark + "}"
	}
	return all
}

// plain are IDs in the order of their texts.
func plain(i int) string { return fmt.Sprintf(`"r%05d"`, i) }

// marks are the numbers of the records that came.
func (h *haul) marks(t *testing.T) []int {
	t.Helper()
	marks := make([]int, 0, len(h.records))
	for _, r := range h.records {
		extra := r.FieldByName("Extra").Interface().(tenantry.Extra)
		n, err := strconv.Atoi(string(extra[markMember]))
		if assert.NoError(t, err) {
			marks = append(marks, n)
		}
	}
	return marks
}

// honest is what an honest server replies.
func honest(a ask, records []string) reply {
	from := min(max(a.from, 0), len(records))
	to := min(from+a.limit, len(records))
	r := reply{records: records[from:to], total: strconv.Itoa(len(records)), more: strconv.FormatBool(to < len(records))}
	if to < len(records) {
		r.next = to
	}
	return r
}

// upTo are the numbers before n.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// Honest servers are listed in full, in every dialect.
func TestListsOfHonestServers(t *testing.T) {
	s := newStage(t)
	forEveryListing(t, func(l *listing) {
		for _, n := range []int{0, 1, 100, 250} {
			records := l.dialect.marked(n, plain)
			h := s.play(t, l, 100, func(a ask, _ int) string { return l.dialect.body(a, honest(a, records)) })
			assert.NoError(t, h.err, "%s", l)
			assert.Equal(t, upTo(n), h.marks(t), "%s", l)
		}
	})
	require.NotEmpty(t, s.acts)
}
