package propexo

import (
	"context"

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
	a, err := s.c.t.Send(ctx, &transport.Call{Op: appointmentsAvailability, Body: &params})
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var answer struct {
		Result wire.List[AppointmentCalendar] `json:"result"`
	}
	if err := a.Decode(&answer); err != nil {
		return nil, err
	}
	if len(answer.Result.Bad) > 0 {
		return answer.Result.Items, a.Bad(answer.Result.Bad[0])
	}
	return answer.Result.Items, nil
}
