package propexo

import (
	"context"

	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Availability asks the property management system itself for calendars with
// free slots: the one POST that reads. Times are mostly the property's local
// time. Beside a [*tenantry.DecodeError] for calendars that could not be read,
// the others are answered all the same.
func (s *AppointmentsService) Availability(ctx context.Context, params AppointmentAvailabilityParams) ([]AppointmentCalendar, error) {
	if params.IntegrationID == "" {
		return nil, s.c.missing(appointmentsAvailability, "IntegrationID")
	}
	var answer struct {
		Result wire.List[AppointmentCalendar] `json:"result"`
	}
	return paging.Unpaged(ctx, s.c.t, &transport.Call{Op: appointmentsAvailability, Body: &params}, &answer, &answer.Result)
}
