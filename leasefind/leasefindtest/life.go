package leasefindtest

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/portfolio"
)

// A write is one that was accepted and is carried out later.
type write struct {
	due time.Time
	do  func(at time.Time)
}

// later accepts a write, with the response of those whose outcome comes by webhook. The
// store is locked for writing, also when the write is carried out, at the time that do
// is told.
func (s *Server) later(do func(at time.Time)) fakeserver.Response { return s.laterWith(members{}, do) }

func (s *Server) laterWith(resp members, do func(at time.Time)) fakeserver.Response {
	s.accepted++
	resp = maps.Clone(resp)
	resp["request_id"] = s.store.world.id("request", s.accepted)
	if now := s.Now(); s.o.writeTime <= 0 {
		do(now)
	} else {
		s.pending = append(s.pending, write{now.Add(s.o.writeTime), do})
	}
	return fakeserver.JSON(http.StatusOK, resp)
}

// settle carries out the writes whose time has come.
func (s *Server) settle() {
	if s.o.writeTime <= 0 {
		return
	}
	now := s.Now()
	defer s.store.write()()
	for len(s.pending) > 0 && !now.Before(s.pending[0].due) {
		s.pending[0].do(s.pending[0].due)
		s.pending = s.pending[1:]
	}
}

// advanced carries out writes, lets the portfolio live, and delivers what happened.
func (s *Server) advanced(from, to time.Time) {
	s.settle()
	switch {
	case !s.outbox.Empty():
		// By the day, so that an event shows its lease as of that day.
		const day = 24 * time.Hour
		for at := from; at.Before(to); {
			evening := at.UTC().Truncate(day).Add(2*day - time.Nanosecond)
			if evening.After(to) {
				evening = to
			}
			s.live(at, evening)
			at = evening
		}
	case s.o.perDay > 0:
		s.live(from, to)
	}
	s.outbox.Deliver(to, func(url string, e any) {
		post, _ := e.(event)
		_, _ = s.deliver(context.Background(), url, post) // nobody to report it to
	})
}

func (s *Server) live(from, to time.Time) {
	defer s.store.write()()
	for _, e := range s.store.world.Live(from, to, s.o.perDay) {
		if e.What != portfolio.Signed && e.What != portfolio.Renewed && e.What != portfolio.GaveNotice {
			continue // no member of a lease says so
		}
		if l, ok := s.store.leases.get(s.store.world.refer("lease", e.Lease)); ok {
			s.leaseChanged(e.At, l)
		}
	}
}

// short returns an amount as events have it: without cents if there are none.
func short(amount jsontext.Value) jsontext.Value {
	return bytes.TrimSuffix(amount, []byte(".00"))
}
