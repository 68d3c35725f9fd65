// Package fakeserver is the machinery of the fake servers: routes, faults,
// latency and counts. A fake describes itself with a [Spec].
package fakeserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tenantry/tenantry-go/tenantrytest"
)

// Spec describes a fake.
type Spec struct {
	Routes []Route
	// Refuse renders an error of the API, such as for an unknown path (404) or
	// method (405).
	Refuse func(status int, code, message string) Response
	// Before, if any, sees every request first, known or not; a response that
	// it returns is final. It is where credentials and rates are checked. The
	// operation is "" for an unknown path.
	Before func(*Request) *Response
	// After, if any, may change every response, such as add headers.
	After func(*Request, *Response)
	// Advanced, if any, is called when the clock has been put forward, with the times
	// before and after.
	Advanced func(from, to time.Time)
	// Start is the time by the server's clock when it starts. The zero time means now.
	Start time.Time
	// IDs are the names of the members that hold a record's own ID. The default is
	// "id" and "identifier".
	IDs []string
}

// Server is the machinery of a fake. It is safe for concurrent use.
type Server struct {
	URL string // "http://127.0.0.1:port"

	spec   Spec
	server *httptest.Server
	ctx    context.Context
	stop   context.CancelFunc

	advancing sync.Mutex // one Advance at a time

	mu        sync.Mutex
	latency   time.Duration
	faults    []*armed
	arrivals  map[string]int
	processed map[string]int
	records   []tenantrytest.Record
	hook      func(operation string, arrival int)
	ahead     time.Duration // by which the clock was put forward
}

// Start starts a fake.
func Start(spec Spec) *Server {
	s := &Server{spec: spec, arrivals: make(map[string]int), processed: make(map[string]int)}
	if s.spec.IDs == nil {
		s.spec.IDs = []string{"id", "identifier"}
	}
	if !spec.Start.IsZero() {
		s.ahead = time.Until(spec.Start)
	}
	slices.SortStableFunc(s.spec.Routes, func(a, b Route) int { return b.fixed() - a.fixed() })
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.server.URL
	return s
}

// Close stops the server. It breaks off requests under way.
func (s *Server) Close() {
	s.stop()
	s.server.CloseClientConnections()
	s.server.Close()
}

// HangUp closes all connections.
func (s *Server) HangUp() { s.server.CloseClientConnections() }

// SetLatency delays every response from now on.
func (s *Server) SetLatency(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = d
}

// Now returns the time by the server's clock.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.ahead)
}

// Advance puts the server's clock forward.
func (s *Server) Advance(d time.Duration) {
	s.advancing.Lock()
	defer s.advancing.Unlock()
	from := s.Now()
	s.mu.Lock()
	s.ahead += d
	s.mu.Unlock()
	if s.spec.Advanced != nil {
		s.spec.Advanced(from, s.Now())
	}
}

// Operations returns the names of the operations, sorted.
func (s *Server) Operations() []string {
	var names []string
	for _, route := range s.spec.Routes {
		names = append(names, route.Operation)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Inject adds a fault.
func (s *Server) Inject(f tenantrytest.Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, s.arm(f, len(s.faults)))
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// OnRequest makes the server call hook before it handles a request.
func (s *Server) OnRequest(hook func(operation string, arrival int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// Arrivals counts the requests for an operation that reached the server.
func (s *Server) Arrivals(operation string) int { return s.count("Arrivals", s.arrivals, operation) }

// Processed counts the requests for an operation that the server carried out.
func (s *Server) Processed(operation string) int {
	return s.count("Processed", s.processed, operation)
}

func (s *Server) count(method string, counts map[string]int, operation string) int {
	s.check(method, operation)
	s.mu.Lock()
	defer s.mu.Unlock()
	if operation != "" {
		return counts[operation]
	}
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// Requests returns the requests so far.
func (s *Server) Requests() []tenantrytest.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.records)
}

// find returns the route of a request, or the status with which to refuse it.
func (s *Server) find(r *http.Request) (*Route, map[string]string, int) {
	status := http.StatusNotFound
	for i := range s.spec.Routes {
		route := &s.spec.Routes[i]
		args, ok := route.match(r.URL.EscapedPath())
		if !ok {
			continue
		}
		if route.Method == r.Method {
			return route, args, 0
		}
		status = http.StatusMethodNotAllowed
	}
	return nil, nil, status
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	route, args, refused := s.find(r)
	req := &Request{Request: r, Query: r.URL.Query(), args: args}
	record := tenantrytest.Record{Method: r.Method}
	if route != nil {
		req.Operation, record.Operation, record.Path = route.Operation, route.Operation, route.Path
	}
	fault, delay, hook := s.arrive(req, &record)
	if !s.sleep(r, delay) {
		panic(http.ErrAbortHandler) // else net/http would send 200
	}
	var resp Response
	broken := false
	defer func() {
		if !broken {
			record.Status = resp.Status
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.records = append(s.records, record)
	}()
	if fault != nil && fault.Kind == tenantrytest.ResetUnread {
		broken = true
		reset(w, "")
		return
	}
	var err error
	if req.Payload, err = readBody(r); err != nil {
		broken = true
		return // the client went away
	}
	if hook != nil {
		hook(req.Operation, record.Attempt)
	}
	if fault != nil && fault.Kind == tenantrytest.ResetBefore {
		broken = true
		reset(w, "")
		return
	}
	if fault != nil && fault.Kind == tenantrytest.Answer {
		resp = answer(fault)
		s.finish(w, req, &resp)
		return
	}
	resp = s.handle(req, route, refused)
	if fault == nil {
		fault = s.struckAfter(req, resp.Body)
	}
	if fault == nil {
		s.finish(w, req, &resp)
		return
	}
	switch fault.Kind {
	case tenantrytest.AnswerAfter:
		resp = answer(fault)
		s.finish(w, req, &resp)
	case tenantrytest.ResetAfter:
		broken = true
		reset(w, "")
	case tenantrytest.CutBody:
		broken = true
		s.cut(w, req, &resp, fault.CutAt)
	case tenantrytest.SpoilRecord:
		resp.Body = s.spoil(resp.Body, fault.Record)
		s.finish(w, req, &resp)
	case tenantrytest.Slow:
		s.drip(w, req, &resp, fault.Delay)
	default:
		s.finish(w, req, &resp)
	}
}

// arrive counts a request in. It returns the fault that strikes it before it is
// handled, if any.
func (s *Server) arrive(req *Request, record *tenantrytest.Record) (*tenantrytest.Fault, time.Duration, func(string, int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrivals[req.Operation]++
	record.Attempt = s.arrivals[req.Operation]
	delay := s.latency
	for _, f := range s.faults {
		if s.strikes(f, req, nil) {
			if f.Kind != tenantrytest.Slow {
				delay += f.Delay
			}
			return &f.Fault, delay, s.hook
		}
	}
	return nil, delay, s.hook
}

// struckAfter returns the fault that strikes a request for a record of its
// response, if any.
func (s *Server) struckAfter(req *Request, response []byte) *tenantrytest.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if response != nil && s.strikes(f, req, response) {
			return &f.Fault
		}
	}
	return nil
}

// handle carries out a request.
func (s *Server) handle(req *Request, route *Route, refused int) Response {
	if s.spec.Before != nil {
		if resp := s.spec.Before(req); resp != nil {
			return *resp
		}
	}
	if route == nil {
		if refused == http.StatusMethodNotAllowed {
			return s.spec.Refuse(refused, "method_not_allowed", "This path does not take that method.")
		}
		return s.spec.Refuse(refused, "not_found", "There is nothing at this path.")
	}
	if _, err := url.ParseQuery(req.URL.RawQuery); err != nil { // net/http drops what it can't parse, such as "limit=10;offset=3"
		return s.spec.Refuse(http.StatusBadRequest, "invalid_request", "The query is malformed.")
	}
	s.mu.Lock()
	s.processed[req.Operation]++
	s.mu.Unlock()
	return route.Handle(req)
}

func answer(f *tenantrytest.Fault) Response {
	h := f.Header.Clone()
	if h == nil {
		h = http.Header{"Content-Type": {"application/json"}}
	}
	return Response{Status: f.Status, Header: h, Body: f.Body}
}

func (s *Server) prepare(w http.ResponseWriter, req *Request, resp *Response) {
	if resp.Status == 0 {
		resp.Status = http.StatusOK
	}
	if resp.Header == nil {
		resp.Header = make(http.Header)
	}
	if s.spec.After != nil {
		s.spec.After(req, resp)
	}
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
}

func (s *Server) finish(w http.ResponseWriter, req *Request, resp *Response) {
	s.prepare(w, req, resp)
	w.Header().Set("Content-Length", strconv.Itoa(len(resp.Body)))
	w.WriteHeader(resp.Status)
	_, _ = w.Write(resp.Body) //nolint:gosec // a fake, whose records are JSON
}

// cut promises the whole body and breaks the connection before its end.
func (s *Server) cut(w http.ResponseWriter, req *Request, resp *Response, at int) {
	s.prepare(w, req, resp)
	reset(w, fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		resp.Status, http.StatusText(resp.Status), max(len(resp.Body), 1), resp.Body[:max(0, min(at, len(resp.Body)-1))]))
}

func (s *Server) drip(w http.ResponseWriter, req *Request, resp *Response, delay time.Duration) {
	s.prepare(w, req, resp)
	w.Header().Set("Content-Length", strconv.Itoa(len(resp.Body)))
	w.WriteHeader(resp.Status)
	for piece := range slices.Chunk(resp.Body, 1<<10) {
		if _, err := w.Write(piece); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		if !s.sleep(req.Request, delay) {
			panic(http.ErrAbortHandler)
		}
	}
}

// reset writes first to the connection, if it is not "", and breaks it.
func reset(w http.ResponseWriter, first string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if errors.Is(err, http.ErrNotSupported) {
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		return
	}
	defer conn.Close()
	if first != "" {
		_, _ = conn.Write([]byte(first))
		return // closing in order, so that what was written arrives
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

// sleep waits for d, and reports whether the server and the request still exist.
func (s *Server) sleep(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-s.ctx.Done():
	}
	return false
}

// Sleep waits for d, or until the server is closed; handlers use it to be slow.
func (s *Server) Sleep(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.ctx.Done():
	}
}
