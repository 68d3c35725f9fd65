package tenantrytest

import (
	"net/http"
	"time"
)

// A Kind says what a Fault does to a request.
type Kind int

// Kinds of faults.
const (
	// Answer sends the fault's Status, Header and Body instead of handling the
	// request. It is the default.
	Answer Kind = iota
	// AnswerAfter handles the request, and then sends the fault's answer.
	AnswerAfter
	// ResetUnread breaks the connection before the request's body is read.
	ResetUnread
	// ResetBefore breaks it after the request was read, before it is handled.
	ResetBefore
	// ResetAfter handles the request and breaks the connection instead of
	// answering.
	ResetAfter
	// CutBody handles the request and breaks the connection after CutAt bytes
	// of the answer's body.
	CutBody
	// Slow handles the request and sends the answer's body in pieces of 1 KiB,
	// with Delay after each.
	Slow
	// Delayed only waits for Delay, and then handles the request.
	Delayed
)

// A Fault strikes requests. Its zero fields strike all of them.
type Fault struct {
	Operation string // "" for any
	Attempt   int    // only the nth arrival of the operation since the fault was injected, from 1; 0 for any
	Times     int    // how often it strikes at most; 0 for ever
	Kind      Kind
	Status    int // of the answer; 0 means 200
	Header    http.Header
	Body      []byte
	CutAt     int
	Delay     time.Duration // before anything else, except for Slow
}

// HTMLPage is a fault that answers with a page such as a proxy makes.
func HTMLPage(status int) Fault {
	return Fault{
		Status: status, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body: []byte("<!doctype html><html><head><title>Sorry</title></head><body>Down for maintenance.</body></html>"),
	}
}
