package propexotest

import (
	"context"
	"time"

	"github.com/tenantry/tenantry-go/internal/portfolio"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// Subscribe delivers signed webhooks about the portfolio's leases to a URL from now on.
// Advance sends those of the time that it puts the clock forward by, and returns when all
// are sent. The server does not retry a delivery that fails.
func (s *Server) Subscribe(url string, how tenantrytest.Deliveries) { s.outbox.Subscribe(url, how) }

// An event is a webhook's trigger and data.
type event struct {
	trigger string
	data    map[string]any
}

// advanced finishes jobs and lets the portfolio live.
func (s *Server) advanced(from, to time.Time) {
	s.jobs.finishDue()
	if s.o.perDay > 0 || !s.outbox.Empty() {
		for _, e := range s.world.Live(from, to, s.o.perDay) {
			s.post(e)
		}
	}
	s.outbox.Deliver(to, func(url string, e any) {
		post, _ := e.(event)
		_, _ = s.Deliver(context.Background(), url, post.trigger, post.data) // nobody to report it to
	})
}

// post queues the webhook of something that happened to a lease.
func (s *Server) post(e portfolio.Event) {
	l := s.world.Lease(e.Lease)
	diff := map[string]any{}
	trigger := "DATA_UPDATE"
	switch e.What {
	case portfolio.Signed, portfolio.Renewed:
		trigger = "DATA_NEW"
		if e.What == portfolio.Signed {
			for _, t := range l.Tenants {
				s.outbox.Post(e.At, event{trigger, s.changed("residents", s.world.id("rs", t.Person), map[string]any{"x_id": s.world.Person(t.Person).Number})})
			}
		}
		diff["start_date"], diff["x_id"] = date(l.Start), l.Number
	case portfolio.MovedIn:
		diff["realized_move_in_date"], diff["status_raw"] = date(l.MoveIn), "Current"
	case portfolio.GaveNotice:
		diff["scheduled_move_out_date"], diff["status_raw"] = date(l.MoveOut), "Notice"
	case portfolio.MovedOut:
		diff["realized_move_out_date"], diff["status_raw"] = date(l.MoveOut), "Past"
	case portfolio.Paid:
		diff["balance_amount_in_cents"] = l.Balance
	}
	s.outbox.Post(e.At, event{trigger, s.changed("leases", s.world.id("ls", e.Lease), diff)})
}

// changed returns the data of an event about a record.
func (s *Server) changed(object, id string, diff map[string]any) map[string]any {
	previous := make(map[string]any, len(diff))
	for name := range diff {
		previous[name] = nil
	}
	return map[string]any{
		"object": object, "record_id": id, "integration_id": portfolioIntegration, "diff": map[string]any{"new": diff, "previous": previous},
	}
}
