package leasefind

import (
	"cmp"
	"context"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

var tenantsFind = &transport.Op{Name: "tenants.find", Method: http.MethodPost, Path: "/leases/tenants/", Repeatable: true}

// TenantsService finds tenants by their leases.
type TenantsService struct{ c *Client }

// TenantFindParams selects tenants by their leases. A zero field does not narrow the
// search. The zero value selects the tenants of all groups that the account may see.
type TenantFindParams struct {
	Identifier string `json:"identifier,omitzero"` // The identifier of a lease.
	// MinMoveInDate is the first move-in date to find, YYYY-MM-DD. The API does not
	// document whether the bounds are inclusive.
	MinMoveInDate    tenantry.Date   `json:"min_move_in_date,omitzero"`
	MaxMoveInDate    tenantry.Date   `json:"max_move_in_date,omitzero"`   // The last move-in date to find, YYYY-MM-DD.
	GroupID          string          `json:"group_id,omitzero"`           // The group's ID. It can't be combined with GroupExternalRef.
	GroupExternalRef string          `json:"group_external_ref,omitzero"` // The group's external reference.
	Address          *Address        `json:"address,omitzero"`            // The unit's address, or a part of it.
	Cursor           tenantry.Cursor `json:"-"`                           // Resumes an earlier search with the same parameters.
	Extra            tenantry.Extra  `json:",embed,unknown"`              // Members without a field, sent as they are. A name that has a field is refused.
}

// Find returns one page of up to 100 tenants: POST /leases/tenants/ (tenants.find). If no
// tenant matches, the page is empty. The error is [ErrBothGroupIdentifiersProvided] for
// both identifiers of a group; then no request is sent.
func (s *TenantsService) Find(ctx context.Context, params TenantFindParams) (*tenantry.Page[Tenant], error) {
	if err := s.check(&params); err != nil {
		return nil, err
	}
	return s.find(params).First(ctx)
}

// All iterates over tenants: POST /leases/tenants/ (tenants.find).
func (s *TenantsService) All(ctx context.Context, params TenantFindParams) iter.Seq2[*Tenant, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of tenants: POST /leases/tenants/ (tenants.find).
func (s *TenantsService) Pages(ctx context.Context, params TenantFindParams) iter.Seq2[*tenantry.Page[Tenant], error] {
	return s.list(params).Pages(ctx)
}

func (s *TenantsService) list(params TenantFindParams) paging.List[Tenant] {
	if err := s.check(&params); err != nil {
		return paging.Failed[Tenant](err)
	}
	return s.find(params).List()
}

func (s *TenantsService) find(params TenantFindParams) paging.Cursors[Tenant] {
	return searcher(s.c, tenantsFind, &params, params.Cursor, func(r *Tenant) string { return r.Identifier }, func(a *transport.Response) (paging.Result[Tenant], error) {
		var body struct {
			Tenants wire.List[Tenant] `json:"tenants"`
			LastID  lastID            `json:"last_id"`
		}
		r, err := paging.Decode(a, &body, &body.Tenants)
		r.Next = body.LastID.next()
		return r, err
	})
}

func (s *TenantsService) check(p *TenantFindParams) error {
	if err := s.c.oneGroup(tenantsFind, p.GroupID != "", p.GroupExternalRef != ""); err != nil {
		return err
	}
	return cmp.Or(s.c.date(tenantsFind, "MinMoveInDate", p.MinMoveInDate), s.c.date(tenantsFind, "MaxMoveInDate", p.MaxMoveInDate))
}
