package storedge

import (
	"context"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

const delinquencyEventsPath = facilityPath + "/delinquency_events"

var (
	delinquencyEventsList = read("delinquency-events.list", delinquencyEventsPath, "delinquency_events")
	delinquencyEventsGet  = read("delinquency-events.get", delinquencyEventsPath+"/{delinquency event id}", "")
	delinquencyEventsAct  = write("delinquency-events.act", http.MethodPatch, delinquencyEventsPath+"/{delinquency event id}/{verb}", "")
	auctionsListScheduled = read("auctions.list-scheduled", facilityPath+"/auctions/scheduled", "auctions")
)

// DelinquencyEventsService lists and takes the steps against tenants who owe. Only the
// methods and paths of its operations are documented. [TenantsService.Delinquency] tells
// which steps were taken against a tenant.
type DelinquencyEventsService service

// List returns one page of the delinquency events:
// GET /v1/{facility_id}/delinquency_events (delinquency-events.list). The response is not
// documented.
func (s *DelinquencyEventsService) List(ctx context.Context, params ListParams) (*tenantry.Page[DelinquencyEvent], error) {
	return s.list(params).First(ctx)
}

// All iterates over the delinquency events:
// GET /v1/{facility_id}/delinquency_events (delinquency-events.list). The response is not
// documented.
func (s *DelinquencyEventsService) All(ctx context.Context, params ListParams) iter.Seq2[*DelinquencyEvent, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of the delinquency events:
// GET /v1/{facility_id}/delinquency_events (delinquency-events.list). The response is not
// documented.
func (s *DelinquencyEventsService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[DelinquencyEvent], error] {
	return s.list(params).Pages(ctx)
}

func (s *DelinquencyEventsService) list(p ListParams) paging.List[DelinquencyEvent] {
	return list((*service)(s), delinquencyEventsList, nil, p, nil, func(r *DelinquencyEvent) string { return r.ID })
}

// Get returns what the API knows of a delinquency event, as it came:
// GET /v1/{facility_id}/delinquency_events/{id} (delinquency-events.get). The response is
// not documented.
func (s *DelinquencyEventsService) Get(ctx context.Context, id string) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), delinquencyEventsGet, []string{id}, nil, nil)
}

// Act does something with a delinquency event:
// PATCH /v1/{facility_id}/delinquency_events/{id}/{verb} (delinquency-events.act).
// Neither verbs, body nor response are documented: body is sent as JSON, and the response
// is returned as it came, nil if it is empty. It is not retried once the request may have
// reached the server.
func (s *DelinquencyEventsService) Act(ctx context.Context, id, verb string, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), delinquencyEventsAct, []string{id, verb}, nil, body)
}

// A DelinquencyEvent is a step against a tenant who owes. Its members are not documented;
// Extra holds them.
type DelinquencyEvent struct {
	ID    string         `json:"id,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds all members but ID.
}

// AuctionsService lists the auctions of what delinquent tenants stored. Only the method
// and path of its operation are documented.
type AuctionsService service

// ListScheduled returns one page of the auctions that are scheduled:
// GET /v1/{facility_id}/auctions/scheduled (auctions.list-scheduled). The response is not
// documented.
func (s *AuctionsService) ListScheduled(ctx context.Context, params ListParams) (*tenantry.Page[ScheduledAuction], error) {
	return s.scheduled(params).First(ctx)
}

// AllScheduled iterates over the auctions that are scheduled:
// GET /v1/{facility_id}/auctions/scheduled (auctions.list-scheduled). The response is not
// documented.
func (s *AuctionsService) AllScheduled(ctx context.Context, params ListParams) iter.Seq2[*ScheduledAuction, error] {
	return s.scheduled(params).All(ctx)
}

// PagesScheduled iterates over pages of the auctions that are scheduled:
// GET /v1/{facility_id}/auctions/scheduled (auctions.list-scheduled). The response is not
// documented.
func (s *AuctionsService) PagesScheduled(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[ScheduledAuction], error] {
	return s.scheduled(params).Pages(ctx)
}

func (s *AuctionsService) scheduled(p ListParams) paging.List[ScheduledAuction] {
	return list((*service)(s), auctionsListScheduled, nil, p, nil, func(r *ScheduledAuction) string { return r.ID })
}

// A ScheduledAuction is an auction to come. Its members are not documented; Extra holds
// them.
type ScheduledAuction struct {
	ID    string         `json:"id,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds all members but ID.
}
