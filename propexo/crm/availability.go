package crm

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/internal/link"
)

// ErrNotModified is the error of [AppointmentsService.ListAvailability] if RentCafe
// says that nothing has changed since the last call. Keep the last response; this
// package keeps none.
var ErrNotModified = errors.New("propexo: crm: the availability has not changed since the last call")

// ListAvailability asks the CRM itself for calendars with free slots, and returns all
// of them in one page. Times are in UTC. The request only reads, although it is a
// POST; it is not retried once it may have reached the server. [propexo.At] sends it
// to the operation of one system. The error can be [ErrNotModified].
//
// POST /crm/v1/appointment-availability/ (crm.appointments.list-availability)
func (s *AppointmentsService) ListAvailability(ctx context.Context, params AppointmentAvailabilityParams, opts ...propexo.WriteOption) (*tenantry.Page[AppointmentCalendar], error) {
	call := &transport.Call{Op: appointmentsListAvailability, Body: &params}
	if err := link.Apply(s.c.t, call, opts, link.Need{Name: "IntegrationID", Empty: params.IntegrationID == ""}); err != nil {
		return nil, err
	}
	page, err := link.Unpaged(ctx, s.c.t, call, func(resp *transport.Response) (paging.Result[AppointmentCalendar], error) {
		var body struct {
			Result wire.List[AppointmentCalendar] `json:"result"`
		}
		return paging.Decode(resp, &body, &body.Result)
	})
	var e *tenantry.Error
	if errors.As(err, &e) && e.StatusCode == http.StatusNotModified {
		return nil, fmt.Errorf("%w: %w", ErrNotModified, err)
	}
	return page, err
}
