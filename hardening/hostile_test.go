package hardening

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

// bomb is 256 MiB of zeros, as gzip makes them small.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(make([]byte, 1<<20))
	_ = z.Close()
	return bytes.Repeat(b.Bytes(), 256) // files of gzip may follow each other
})

// responses are the responses of hostile servers, with a status of 200 unless they say
// another.
var responses = map[string]http.HandlerFunc{
	"an endless body": func(w http.ResponseWriter, r *http.Request) {
		piece := []byte(`{"results":[` + strings.Repeat(`{"id":"x"},`, 5000))
		for r.Context().Err() == nil {
			if _, err := w.Write(piece); err != nil {
				return
			}
		}
	},
	"an endless error": func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	},
	"a gzip bomb": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb())
	},
	"broken gzip": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, "not gzip at all")
	},
	"a million brackets":      text(strings.Repeat("[", 500_000)),
	"a million braces":        text(strings.Repeat(`{"results":`, 90_000)),
	"deep under results":      text(`{"results":` + strings.Repeat("[", 400_000) + strings.Repeat("]", 400_000) + `}`),
	"duplicate names":         text(`{"results":[{"id":"a","id":"b"}],"results":5,"job_id":"j","job_id":[],"tenants":[],"tenants":{}}`),
	"invalid UTF-8":           text("{\"results\":[{\"id\":\"\xff\xfe\"}],\"tenant\":{\"id\":\"\xc3\"},\"\xff\":1}"),
	"huge numbers":            text(`{"results":[{"id":1e999999999,"balance_in_cents":` + strings.Repeat("9", 100_000) + `}],"last_id":1e400,"total":-1e99,"meta":{"total":1e300,"pagination":{"total_entries":99999999999999999999}},"page":1e50,"totalPages":1e60}`),
	"a number as a word":      text(`{"results":"twelve","tenants":7,"leases":true,"units":{"a":1},"Residents":"x","Error":0,"job_id":{}}`),
	"HTML":                    html(http.StatusOK),
	"HTML as an error":        html(http.StatusBadGateway),
	"nothing":                 text(""),
	"null":                    text("null"),
	"a surrogate alone":       text(`{"results":[{"id":"\ud800"}],"tenant":{"id":"\udfff"}}`),
	"empty records":           text(everyList(`[` + strings.Repeat(`{},`, 100_000) + `{}]`)),
	"members of another kind": text(everyList(`{"id":[],"total":"n/a","meta":"ok","pets":{"a":1},"balance":"0x1p4"}`)),
	"a byte order mark":       text("\xef\xbb\xbf" + everyList(`[null,{"id":"\udfff","x":{"a":1,"a":2}}]`)),
	"much whitespace":         text(strings.Repeat(" \n\t", 300_000)),
	"garbage behind":          text(`{"results":[]} trailing`),
	"a header flood": func(w http.ResponseWriter, _ *http.Request) {
		for i := range 2000 {
			w.Header().Set(fmt.Sprintf("X-Flood-%d", i), strings.Repeat("x", 400))
		}
		_, _ = io.WriteString(w, "{}")
	},
	"a loop of redirects": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) },
	"a longer and longer loop": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path+"/x", http.StatusTemporaryRedirect)
	},
	"another scheme":      func(w http.ResponseWriter, r *http.Request) { redirect(w, "ftp://"+r.Host+"/") },
	"a script":            func(w http.ResponseWriter, _ *http.Request) { redirect(w, "javascript:alert(1)") },
	"a file":              func(w http.ResponseWriter, _ *http.Request) { redirect(w, "file:///etc/passwd") },
	"a redirect nowhere":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) },
	"less than announced": func(w http.ResponseWriter, _ *http.Request) { short(w, "200 OK", 1000, `{"results":[]`) },
	"more than announced": func(w http.ResponseWriter, _ *http.Request) { short(w, "200 OK", 3, `{"results":[]}`) },
	"a length that lies":  func(w http.ResponseWriter, _ *http.Request) { short(w, "200 OK", 1<<62, `{}`) },
	"no HTTP":             func(w http.ResponseWriter, _ *http.Request) { short(w, "", 0, "SSH-2.0-OpenSSH_9.6\r\n") },
	"an odd status":       func(w http.ResponseWriter, _ *http.Request) { short(w, "999 What", 2, `{}`) },
	"an absurd wait": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "99999999999999999999")
		w.WriteHeader(http.StatusTooManyRequests)
	},
}

// large are responses of which all operations together read too much for the race
// detector. CI runs the test without it, too.
var large = map[string]bool{
	"a million brackets": true, "a million braces": true, "deep under results": true, "huge numbers": true,
	"empty records": true, "much whitespace": true, "a header flood": true,
}

// everyList is a response in which every list of every API has the given value.
func everyList(value string) string {
	var b strings.Builder
	for _, name := range []string{"results", "result", "logs", "tenants", "notes", "ledgers", "data", "leases", "units", "persons", "communities", "listings", "Residents", "Teams", "Sites", "Mappings", "properties"} {
		fmt.Fprintf(&b, "%q:%s,", name, value)
	}
	written := []string{`"tenants":[%s]`, `"notes":[%s]`, `"ledgers":[%s]`, `"units":[%s]`}
	for record, spoken := range dialects {
		if list := spoken[0].list; strings.HasPrefix(record, "storedge.") && !slices.Contains(written, list) {
			written = append(written, list)
			b.WriteString(strings.Replace(list, "[%s]", value, 1) + ",")
		}
	}
	return `{` + b.String() + `"meta":[]}`
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

func html(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<!doctype html><title>Sorry</title>")
	}
}

func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusFound)
}

// short writes a response with a wrong length.
func short(w http.ResponseWriter, status string, length int64, body string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if status != "" {
		fmt.Fprintf(conn, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", status, length)
	}
	_, _ = io.WriteString(conn, body)
}

// serve starts a server that always sends the same response, and counts requests.
func serve(t *testing.T, h http.HandlerFunc) (url string, arrivals *atomic.Int64) {
	t.Helper()
	arrivals = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrivals.Add(1)
		h(w, r)
	}))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL, arrivals
}

// No response makes an operation hang, crash, or take much memory.
func TestHostileResponses(t *testing.T) {
	targets := start(t)
	for name, response := range responses {
		t.Run(name, func(t *testing.T) {
			url, arrivals := serve(t, response)
			peak := watchHeap()
			calls := 0
			for _, target := range targets {
				client, err := target.tokened(url, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}), tenantry.WithMaxResponseBytes(1<<20))
				require.NoError(t, err)
				ops := target.ops
				if strings.HasPrefix(name, "an endless") || name == "a gzip bomb" || raceDetector && large[name] {
					ops = some(ops, 25)
				}
				calls += len(ops)
				each(ops, func(o op) {
					ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
					defer cancel()
					err := o.call(ctx, client)
					assert.NotEmpty(t, kind(err), "%s %s: %v", target.name, o.name, err)
					assert.NotErrorIs(t, err, context.DeadlineExceeded, "%s %s", target.name, o.name)
					if err != nil {
						assert.NotContains(t, err.Error(), "\n", "one line")
						assert.Less(t, len(err.Error()), 1200, "%s %s", target.name, o.name)
					}
				})
			}
			assert.LessOrEqual(t, arrivals.Load(), int64(8*calls), "requests are bounded")
			assert.Less(t, peak(), uint64(192<<20), "memory is bounded, for %d calls at once", workers)
		})
	}
}

func some(ops []op, n int) []op {
	if len(ops) <= n {
		return ops
	}
	var picked []op
	for i := 0; i < len(ops); i += len(ops) / n {
		picked = append(picked, ops[i])
	}
	return picked
}

// watchHeap returns a function that returns how much the heap has grown at most.
func watchHeap() func() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base, peak := m.HeapAlloc, m.HeapAlloc
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return peak - base
	}
}

// A redirect to another host brings it no credentials, and no body.
func TestCredentialsStayWithTheHost(t *testing.T) {
	other := make(chan string, 10_000)
	elsewhere, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		other <- r.Header.Get("Authorization") + string(b)
		_, _ = io.WriteString(w, "{}")
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", strings.Replace(elsewhere, "127.0.0.1", "localhost", 1)+r.URL.Path)
			w.WriteHeader(status)
		})
		for _, target := range start(t) {
			for _, connect := range []func(string, ...tenantry.Option) (any, error){target.tokened, target.connect} {
				client, err := connect(url, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}))
				require.NoError(t, err)
				each(target.ops, func(o op) {
					err := o.call(t.Context(), client)
					if o.name == "job-logs.data" {
						return // it goes there without credentials: see below
					}
					assert.Error(t, err, "%s %s", target.name, o.name)
				})
			}
		}
	}
	close(other)
	for got := range other {
		assert.Empty(t, got)
	}
}
