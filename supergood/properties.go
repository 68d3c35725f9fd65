package supergood

import (
	"context"
	"crypto/rand"
	"iter"
	"net/http"
	"net/url"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

var (
	propertiesList   = &transport.Op{Name: "properties.list", Method: http.MethodGet, Path: "/properties", Repeatable: true}
	unitsList        = &transport.Op{Name: "units.list", Method: http.MethodGet, Path: "/properties/{propertyId}/units", Repeatable: true}
	leasesCreate     = &transport.Op{Name: "leases.create", Method: http.MethodPost, Path: "/properties/{propertyId}/leases", Repeatable: true}
	workOrdersCreate = &transport.Op{Name: "work-orders.create", Method: http.MethodPost, Path: "/properties/{propertyId}/work-orders", Repeatable: true}
)

// A ListParams says how to list.
type ListParams struct {
	// Filters are query parameters, which the page promises but does not name.
	Filters url.Values
	Cursor  tenantry.Cursor // goes on where an earlier listing with the same filters left off
}

// A PropertiesService lists properties.
type PropertiesService struct{ c *Client }

// List fetches one page of properties.
func (s *PropertiesService) List(ctx context.Context, params ListParams) (*tenantry.Page[Property], error) {
	return s.list(params).First(ctx)
}

// All iterates over the properties.
func (s *PropertiesService) All(ctx context.Context, params ListParams) iter.Seq2[*Property, error] {
	return s.list(params).List().All(ctx)
}

// Pages iterates over pages of properties, each with the cursor to go on from.
func (s *PropertiesService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Property], error] {
	return s.list(params).List().Pages(ctx)
}

func (s *PropertiesService) list(params ListParams) paging.Cursors[Property] {
	return list(s.c, propertiesList, nil, params, "properties", func(p *Property) { settle(&p.ID, &p.Extra, "propertyId", "property_id") }, func(p *Property) string { return p.ID })
}

// Units fetches one page of the property's units.
func (p *PropertyHandle) Units(ctx context.Context, params ListParams) (*tenantry.Page[Unit], error) {
	return p.units(params).First(ctx)
}

// AllUnits iterates over the property's units.
func (p *PropertyHandle) AllUnits(ctx context.Context, params ListParams) iter.Seq2[*Unit, error] {
	return p.units(params).List().All(ctx)
}

// UnitPages iterates over pages of units, each with the cursor to go on from.
func (p *PropertyHandle) UnitPages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Unit], error] {
	return p.units(params).List().Pages(ctx)
}

func (p *PropertyHandle) units(params ListParams) paging.Cursors[Unit] {
	return list(p.c, unitsList, []string{p.ID}, params, "units", func(u *Unit) { settle(&u.ID, &u.Extra, "unitId", "unit_id") }, func(u *Unit) string { return u.ID })
}

// CreateLease creates a lease. It is sent again where it failed for the moment,
// always with the same idempotency key.
func (p *PropertyHandle) CreateLease(ctx context.Context, params LeaseCreateParams) (*Lease, error) {
	lease, err := create[Lease](ctx, p, leasesCreate, &params, params.IdempotencyKey, "lease")
	if err == nil {
		settle(&lease.ID, &lease.Extra, "leaseId", "lease_id")
	}
	return lease, err
}

// CreateWorkOrder creates a maintenance request. It is sent again where it
// failed for the moment, always with the same idempotency key.
func (p *PropertyHandle) CreateWorkOrder(ctx context.Context, params WorkOrderCreateParams) (*WorkOrder, error) {
	order, err := create[WorkOrder](ctx, p, workOrdersCreate, &params, params.IdempotencyKey, "workOrder")
	if err == nil {
		settle(&order.ID, &order.Extra, "workOrderId", "work_order_id")
	}
	return order, err
}

func create[T any](ctx context.Context, p *PropertyHandle, op *transport.Op, body any, key, name string) (*T, error) {
	if key == "" {
		key = rand.Text()
	}
	for _, r := range key {
		if r <= ' ' || r > '~' {
			return nil, p.c.t.Argument(op, "IdempotencyKey", "holds a space or a character that a header can't carry")
		}
	}
	a, err := p.c.t.Send(ctx, &transport.Call{Op: op, Args: []string{p.ID}, Body: body, Header: http.Header{"Idempotency-Key": {key}}})
	if err != nil {
		return nil, err
	}
	defer a.Release()
	record, err := one[T](a.Body, name)
	if err != nil {
		return nil, a.Undecodable(err.Error())
	}
	return record, nil
}
