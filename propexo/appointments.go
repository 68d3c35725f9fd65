package propexo

import (
	"context"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
	"github.com/tenantry/tenantry-go/propexo/internal/link"
)

// ListAvailability asks the property management system itself for calendars with
// free slots, and returns all of them in one page. Most times are in the property's
// local time. The request only reads, although it is a POST; it is not retried once
// it may have reached the server. [At] sends it to the operation of one system.
//
// POST /v1/appointment-availability/ (appointments.list-availability)
func (s *AppointmentsService) ListAvailability(ctx context.Context, params AppointmentAvailabilityParams, opts ...WriteOption) (*tenantry.Page[AppointmentCalendar], error) {
	call := &transport.Call{Op: appointmentsListAvailability, Body: &params}
	if err := link.Apply(s.c.t, call, opts, link.Need{Name: "IntegrationID", Empty: params.IntegrationID == ""}); err != nil {
		return nil, err
	}
	return link.Unpaged(ctx, s.c.t, call, func(resp *transport.Response) (paging.Result[AppointmentCalendar], error) {
		var body struct {
			Result wire.List[AppointmentCalendar] `json:"result"`
		}
		return paging.Decode(resp, &body, &body.Result)
	})
}
