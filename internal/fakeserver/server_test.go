package fakeserver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T) *fakeserver.Server {
	t.Helper()
	echo := func(r *fakeserver.Request) fakeserver.Response {
		return fakeserver.JSON(0, map[string]string{"id": r.Arg("id"), "body": string(r.Payload)})
	}
	s := fakeserver.Start(fakeserver.Spec{
		Routes: []fakeserver.Route{
			{Operation: "things.get", Method: http.MethodGet, Path: "/v1/things/{id}", Handle: echo},
			{Operation: "things.search", Method: http.MethodGet, Path: "/v1/things/search", Handle: echo},
			{Operation: "things.list", Method: http.MethodGet, Path: "/v1/things/", Handle: echo},
			{Operation: "things.create", Method: http.MethodPost, Path: "/v1/things/", Handle: echo},
			{Operation: "things.nested", Method: http.MethodGet, Path: "/v1/nested", Handle: func(*fakeserver.Request) fakeserver.Response {
				return fakeserver.Raw(200, []byte(`{"things":[{"id":"a","parts":[{"id":"c"}],"other":"b"},{"parts":[{"x":{"id":"d"}}],"id":"b"}]}`))
			}},
			{Operation: "things.big", Method: http.MethodGet, Path: "/v1/big", Handle: func(*fakeserver.Request) fakeserver.Response {
				return fakeserver.Raw(200, []byte(strings.Repeat("x", 10_000)))
			}},
		},
		Refuse: func(status int, code, _ string) fakeserver.Response {
			return fakeserver.JSON(status, map[string]string{"code": code})
		},
		Before: func(r *fakeserver.Request) *fakeserver.Response {
			if r.Header.Get("Authorization") == "bad" {
				resp := fakeserver.Raw(401, nil)
				return &resp
			}
			return nil
		},
		After: func(_ *fakeserver.Request, resp *fakeserver.Response) { resp.Header.Set("X-After", "1") },
	})
	t.Cleanup(s.Close)
	return s
}

// get sends a request on a connection of its own.
func get(ctx context.Context, s *fakeserver.Server, method, path, body string, header ...string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.URL+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

func TestRoutes(t *testing.T) {
	s := start(t)
	for _, c := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/v1/things/a", 200, `{"body":"","id":"a"}`},
		{"GET", "/v1/things/a%2Fb%20c", 200, `{"body":"","id":"a/b c"}`},
		{"GET", "/v1/things/search", 200, `{"body":"","id":""}`},
		{"GET", "/v1/things/", 200, `{"body":"","id":""}`},
		{"POST", "/v1/things/", 200, `{"body":"x","id":""}`},
		{"GET", "/v1/things", 404, `{"code":"not_found"}`},
		{"GET", "/v1/things/a/", 404, `{"code":"not_found"}`},
		{"GET", "/v1/things/%2E%2E", 404, `{"code":"not_found"}`},
		{"GET", "/v1/things/a/b", 404, `{"code":"not_found"}`},
		{"GET", "/v1/things/?limit=10;offset=3", 400, `{"code":"invalid_request"}`},
		{"PUT", "/v1/things/a", 405, `{"code":"method_not_allowed"}`},
	} {
		body := ""
		if c.method == "POST" {
			body = "x"
		}
		status, got, err := get(t.Context(), s, c.method, c.path, body)
		require.NoError(t, err)
		assert.Equal(t, c.status, status, c.path)
		assert.JSONEq(t, c.body, got, c.path)
	}
	status, _, err := get(t.Context(), s, "GET", "/v1/things/a", "", "Authorization", "bad")
	require.NoError(t, err)
	assert.Equal(t, 401, status)
	assert.Equal(t, 3, s.Arrivals("things.get"))
	assert.Equal(t, 2, s.Processed("things.get"))
	assert.Equal(t, 12, s.Arrivals(""))
	records := s.Requests()
	assert.Equal(t, tenantrytest.Record{Operation: "things.get", Method: "GET", Path: "/v1/things/{id}", Attempt: 2, Status: 200}, records[1])
	assert.NotContains(t, fmt.Sprint(records), "a/b c")
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name      string
		fault     tenantrytest.Fault
		status    int // 0: the connection breaks
		processed int
	}{
		{"answer", tenantrytest.Fault{Status: 503, Body: []byte("{}")}, 503, 0},
		{"answer after", tenantrytest.Fault{Kind: tenantrytest.AnswerAfter, Status: 503}, 503, 1},
		{"page", tenantrytest.HTMLPage(502), 502, 0},
		{"reset unread", tenantrytest.Fault{Kind: tenantrytest.ResetUnread}, 0, 0},
		{"reset before", tenantrytest.Fault{Kind: tenantrytest.ResetBefore}, 0, 0},
		{"reset after", tenantrytest.Fault{Kind: tenantrytest.ResetAfter}, 0, 1},
		{"cut", tenantrytest.Fault{Kind: tenantrytest.CutBody, CutAt: 100}, 0, 1},
		{"slow", tenantrytest.Fault{Kind: tenantrytest.Slow, Delay: time.Millisecond}, 200, 1},
		{"delayed", tenantrytest.Fault{Kind: tenantrytest.Delayed, Delay: time.Millisecond}, 200, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t)
			c.fault.Operation, c.fault.Attempt = "things.big", 2
			s.Inject(c.fault)
			for attempt := 1; attempt <= 3; attempt++ {
				before := s.Processed("things.big")
				status, body, err := get(t.Context(), s, "GET", "/v1/big", "")
				switch {
				case attempt != 2:
					require.NoError(t, err)
					assert.Equal(t, 200, status)
				case c.status == 0:
					require.Error(t, err)
					assert.Less(t, len(body), 10_000)
					assert.Equal(t, c.processed, s.Processed("things.big")-before)
				default:
					require.NoError(t, err)
					assert.Equal(t, c.status, status)
					assert.Equal(t, c.processed, s.Processed("things.big")-before)
				}
			}
		})
	}
}

func TestFaultsByTimes(t *testing.T) {
	s := start(t)
	s.Inject(tenantrytest.Fault{Status: 500, Times: 2})
	var got []int
	for range 3 {
		status, _, err := get(t.Context(), s, "GET", "/v1/things/a", "")
		require.NoError(t, err)
		got = append(got, status)
	}
	assert.Equal(t, []int{500, 500, 200}, got)
	s.Inject(tenantrytest.Fault{Status: 500})
	s.ClearFaults()
	status, _, err := get(t.Context(), s, "GET", "/v1/things/a", "")
	require.NoError(t, err)
	assert.Equal(t, 200, status)
}

func TestHook(t *testing.T) {
	s := start(t)
	var seen []string
	s.OnRequest(func(operation string, n int) { seen = append(seen, fmt.Sprint(operation, n)) })
	for range 2 {
		_, _, err := get(t.Context(), s, "GET", "/v1/things/a", "")
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"things.get1", "things.get2"}, seen)
}

// Close does not wait for responses that are held back, or for clients.
func TestCloseBreaksOff(t *testing.T) {
	s := start(t)
	s.SetLatency(time.Hour)
	done := make(chan error)
	go func() {
		_, _, err := get(context.Background(), s, "GET", "/v1/things/a", "")
		done <- err
	}()
	for s.Arrivals("things.get") == 0 {
		time.Sleep(time.Millisecond)
	}
	s.Close()
	require.Error(t, <-done)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := get(ctx, s, "GET", "/v1/things/a", "")
	require.True(t, errors.Is(err, context.Canceled) || err != nil)
}

// A fault for a mistyped operation would never strike.
func TestUnknownOperations(t *testing.T) {
	s := start(t)
	assert.Equal(t, []string{"things.big", "things.create", "things.get", "things.list", "things.nested", "things.search"}, s.Operations())
	for _, c := range []struct {
		f    func()
		says string
	}{
		{func() { s.Inject(tenantrytest.Fault{Operation: "thing.lists"}) }, `tenantrytest: Inject: there is no operation "thing.lists"; near ones are things.list`},
		{func() { s.Arrivals("things.gte") }, `tenantrytest: Arrivals: there is no operation "things.gte"; near ones are things.get, things.big, things.create, things.list, things.nested`},
		{func() { s.Processed("utterly.different") }, `tenantrytest: Processed: there is no operation "utterly.different"; Operations lists them`},
		{func() { s.Inject(tenantrytest.Fault{Record: "a"}) }, "tenantrytest: Inject: a fault with a Record needs a kind that handles the request: AnswerAfter, ResetAfter, CutBody, Slow or SpoilRecord"},
		{func() { s.Inject(tenantrytest.Fault{Kind: tenantrytest.SpoilRecord}) }, "tenantrytest: Inject: SpoilRecord needs a Record"},
		{func() { s.Inject(tenantrytest.Fault{Share: 1.5}) }, "tenantrytest: Inject: Share must be from 0 to 1"},
	} {
		assert.PanicsWithValue(t, c.says, c.f)
	}
}

func TestFaultsByID(t *testing.T) {
	s := start(t)
	s.Inject(tenantrytest.Fault{ID: "b/c", Attempt: 2, Status: 500})
	var got []int
	for _, path := range []string{"/v1/things/b%2Fc", "/v1/things/a", "/v1/things/b%2Fc", "/v1/things/b%2Fc"} {
		status, _, err := get(t.Context(), s, "GET", path, "")
		require.NoError(t, err)
		got = append(got, status)
	}
	assert.Equal(t, []int{200, 200, 500, 200}, got)
}

func TestFaultsByShare(t *testing.T) {
	struck := func() (statuses []int) {
		s := start(t)
		s.Inject(tenantrytest.Fault{Share: 0.25, Status: 500})
		for range 200 {
			status, _, err := get(t.Context(), s, "GET", "/v1/things/a", "")
			require.NoError(t, err)
			statuses = append(statuses, status)
		}
		return statuses
	}
	first := struck()
	assert.Equal(t, first, struck())
	n := 0
	for _, status := range first {
		if status == 500 {
			n++
		}
	}
	assert.InDelta(t, 50, n, 25)
}

func TestFaultsByRecord(t *testing.T) {
	s := start(t)
	spoil := tenantrytest.Fault{Operation: "things.nested", Record: "b", Kind: tenantrytest.SpoilRecord}
	s.Inject(spoil)
	_, body, err := get(t.Context(), s, "GET", "/v1/nested", "")
	require.NoError(t, err)
	assert.JSONEq(t, `{"things":[{"id":"a","parts":[{"id":"c"}],"other":"b"},"spoiled"]}`, body)
	s.ClearFaults()
	spoil.Record = "c"
	s.Inject(spoil)
	_, body, err = get(t.Context(), s, "GET", "/v1/nested", "")
	require.NoError(t, err)
	assert.JSONEq(t, `{"things":[{"id":"a","parts":["spoiled"],"other":"b"},{"parts":[{"x":{"id":"d"}}],"id":"b"}]}`, body)
	s.ClearFaults()
	s.Inject(tenantrytest.Fault{Record: "b", Kind: tenantrytest.ResetAfter})
	_, _, err = get(t.Context(), s, "GET", "/v1/nested", "")
	require.Error(t, err)
	_, _, err = get(t.Context(), s, "GET", "/v1/things/b", "")
	require.Error(t, err)
	_, _, err = get(t.Context(), s, "GET", "/v1/things/a", "")
	require.NoError(t, err)
}

func TestClock(t *testing.T) {
	s := start(t)
	before := s.Now()
	s.Advance(24 * time.Hour)
	assert.False(t, s.Now().Before(before.Add(24*time.Hour)))
}
