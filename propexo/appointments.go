package propexo

import (
	"context"

	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Availability asks the property management system itself for calendars with
// free slots. It is the one POST that reads. Times are mostly the property's
// local time. If some calendars can't be decoded, it returns the others with a
// [*tenantry.DecodeError].
func (s *AppointmentsService) Availability(ctx context.Context, params AppointmentAvailabilityParams) ([]AppointmentCalendar, error) {
	if params.IntegrationID == "" {
		return nil, s.c.missing(appointmentsAvailability, "IntegrationID")
	}
	return paging.Unpaged(ctx, s.c.t, &transport.Call{Op: appointmentsAvailability, Body: &params}, func(a *transport.Response) (paging.Result[AppointmentCalendar], error) {
		var body struct {
			Result wire.List[AppointmentCalendar] `json:"result"`
		}
		return paging.Decode(a, &body, &body.Result)
	})
}
