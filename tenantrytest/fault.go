package tenantrytest

import (
	"net/http"
	"time"
)

// Kind says what a [Fault] does to a request.
type Kind int

// The kinds of faults.
const (
	// Answer sends the fault's Status, Header and Body instead of handling the
	// request. It is the default.
	Answer Kind = iota
	// AnswerAfter handles the request, and sends the fault's Status, Header and
	// Body instead of the response.
	AnswerAfter
	// ResetUnread breaks the connection before the request's body is read.
	ResetUnread
	// ResetBefore reads the request and breaks the connection without handling it.
	ResetBefore
	// ResetAfter handles the request and breaks the connection instead of
	// sending the response.
	ResetAfter
	// CutBody handles the request and breaks the connection after CutAt bytes of
	// the response's body.
	CutBody
	// Slow handles the request and sends the response's body in pieces of 1 KiB,
	// with Delay after each.
	Slow
	// Delayed waits for Delay and then handles the request.
	Delayed
	// SpoilRecord handles the request and sends the text "spoiled" where the
	// response holds the object that Record names, so that the record can't be
	// decoded.
	SpoilRecord
)

// Fault says which requests fail, and how. The first five fields select the
// requests; a request must match all of those that are set. A Fault without them
// strikes every request.
type Fault struct {
	// Operation selects requests by their operation, such as "residents.list". The
	// doc of each method of a client ends with the name, and Server.Operations lists
	// all names. Inject panics if there is no such operation. "" selects all
	// operations.
	Operation string
	// ID selects requests whose path names this ID. "" selects all requests.
	ID string
	// Record selects responses that hold the record with this ID. It goes with the
	// kinds AnswerAfter, ResetAfter, CutBody, Slow and SpoilRecord; Inject panics
	// for others. "" selects all responses.
	Record string
	// Attempt selects the nth request for each operation among those that the fields
	// above select, counted from 1 since the fault was injected. 0 selects all.
	Attempt int
	// Share selects this share of the requests, from 0 to 1, at random: 0.1 is one
	// request in ten. The same faults on the same requests give the same choice.
	// 0 selects all.
	Share float64

	// Times limits how often the fault strikes. 0 means no limit.
	Times int
	// Kind says what happens to the selected requests.
	Kind Kind
	// Status, Header and Body are the response of Answer and AnswerAfter. A Status
	// of 0 is 200, and a nil Header says that the body is JSON.
	Status int
	Header http.Header
	Body   []byte
	// CutAt is the number of bytes of the body that CutBody sends.
	CutAt int
	// Delay is how long Slow waits after each piece. All other kinds, if they don't
	// select by Record, wait this long before they do anything else.
	Delay time.Duration
}

// HTMLPage returns a fault that responds with an HTML page, as proxies do.
func HTMLPage(status int) Fault {
	return Fault{
		Status: status, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body: []byte("<!doctype html><html><head><title>Sorry</title></head><body>Down for maintenance.</body></html>"),
	}
}
