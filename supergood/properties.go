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

// ListParams are the parameters of a listing.
type ListParams struct {
	// Extra holds query values. The documentation promises filters and does not name
	// them.
	Extra url.Values
	// Cursor resumes a listing with the same Extra. "" starts a new one.
	Cursor tenantry.Cursor
}

// PropertiesService lists properties.
type PropertiesService struct{ c *Client }

// List returns one page of properties.
//
// GET /properties (properties.list)
func (s *PropertiesService) List(ctx context.Context, params ListParams) (*tenantry.Page[Property], error) {
	return s.list(params).First(ctx)
}

// All iterates over the properties and fetches pages as the loop needs them. A
// record that can't be decoded is yielded as a [*tenantry.DecodeError], and the
// iteration goes on; any other error ends it.
//
// GET /properties (properties.list)
func (s *PropertiesService) All(ctx context.Context, params ListParams) iter.Seq2[*Property, error] {
	return s.list(params).List().All(ctx)
}

// Pages iterates over pages of properties. The Next of a page resumes after it.
//
// GET /properties (properties.list)
func (s *PropertiesService) Pages(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Property], error] {
	return s.list(params).List().Pages(ctx)
}

func (s *PropertiesService) list(params ListParams) paging.Cursors[Property] {
	return list(s.c, propertiesList, nil, params, propertyKind, (*Property).settle, func(p *Property) string { return p.ID })
}

// A PropertyHandle makes calls on one property. [Client.Property] returns one; the
// methods of a zero PropertyHandle return a [*tenantry.ArgumentError].
type PropertyHandle struct {
	id string
	c  *Client
}

// Property returns the property with the given ID. It sends no request. The
// methods of the PropertyHandle return a [*tenantry.ArgumentError] if the ID is
// empty.
func (c *Client) Property(id string) *PropertyHandle { return &PropertyHandle{id, c} }

// ID returns the property's ID.
func (p *PropertyHandle) ID() string {
	if p == nil {
		return ""
	}
	return p.id
}

// ListUnits returns one page of the property's units.
//
// GET /properties/{propertyId}/units (units.list)
func (p *PropertyHandle) ListUnits(ctx context.Context, params ListParams) (*tenantry.Page[Unit], error) {
	return p.units(params).First(ctx)
}

// AllUnits iterates over the property's units, like [PropertiesService.All].
//
// GET /properties/{propertyId}/units (units.list)
func (p *PropertyHandle) AllUnits(ctx context.Context, params ListParams) iter.Seq2[*Unit, error] {
	return p.units(params).List().All(ctx)
}

// PagesUnits iterates over pages of the property's units. The Next of a page
// resumes after it.
//
// GET /properties/{propertyId}/units (units.list)
func (p *PropertyHandle) PagesUnits(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[Unit], error] {
	return p.units(params).List().Pages(ctx)
}

func (p *PropertyHandle) units(params ListParams) paging.Cursors[Unit] {
	id := func(u *Unit) string { return u.ID }
	if err := p.check(unitsList); err != nil {
		return paging.Cursors[Unit]{ID: id, Send: func(context.Context, string) (*transport.Response, error) { return nil, err }}
	}
	return list(p.c, unitsList, []string{p.id}, params, unitKind, (*Unit).settle, id)
}

// check refuses a call on a handle that Client.Property did not make.
func (p *PropertyHandle) check(op *transport.Op) error {
	if p == nil || p.c == nil {
		return &tenantry.ArgumentError{API: api, Operation: op.Name, Argument: "property", Reason: "was not made by Client.Property"}
	}
	return nil
}

// CreateLease creates a lease. It is retried after failures that may pass, always
// with the same idempotency key, so that the server creates one lease.
//
// POST /properties/{propertyId}/leases (leases.create)
func (p *PropertyHandle) CreateLease(ctx context.Context, params LeaseCreateParams) (*Lease, error) {
	lease, err := create(ctx, p, leasesCreate, &params, params.IdempotencyKey, leaseKind, func(l *Lease) *tenantry.Extra { return &l.Extra })
	if err != nil {
		return nil, err
	}
	lease.settle()
	return lease, nil
}

// CreateWorkOrder creates a maintenance request. It is retried after failures that
// may pass, always with the same idempotency key, so that the server creates one
// work order.
//
// POST /properties/{propertyId}/work-orders (work-orders.create)
func (p *PropertyHandle) CreateWorkOrder(ctx context.Context, params WorkOrderCreateParams) (*WorkOrder, error) {
	order, err := create(ctx, p, workOrdersCreate, &params, params.IdempotencyKey, workOrderKind, func(o *WorkOrder) *tenantry.Extra { return &o.Extra })
	if err != nil {
		return nil, err
	}
	order.settle()
	return order, nil
}

func create[T any](ctx context.Context, p *PropertyHandle, op *transport.Op, body any, key string, k kind, extra func(*T) *tenantry.Extra) (*T, error) {
	if err := p.check(op); err != nil {
		return nil, err
	}
	if key == "" {
		key = rand.Text()
	}
	for _, r := range key {
		if r <= ' ' || r > '~' {
			return nil, p.c.t.Argument(op, "IdempotencyKey", "holds a space or a character that a header can't carry; remove it")
		}
	}
	resp, err := p.c.t.Send(ctx, &transport.Call{Op: op, Args: []string{p.id}, Body: body, Header: http.Header{"Idempotency-Key": {key}}})
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	return record(resp, k, extra)
}
