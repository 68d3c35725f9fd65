package leasefind

import (
	"context"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

var tenantsFind = &transport.Op{Name: "tenants.find", Method: http.MethodPost, Path: "/leases/tenants/", Repeatable: true}

// A TenantsService finds tenants by their leases. Upstream: "Find tenants".
type TenantsService struct{ c *Client }

// A TenantFindParams selects tenants by their leases. Without any field it
// selects the tenants of all groups that the account may see.
type TenantFindParams struct {
	Identifier       string          `json:"identifier,omitzero"`         // of a lease
	MinMoveInDate    tenantry.Date   `json:"min_move_in_date,omitzero"`   // inclusive
	MaxMoveInDate    tenantry.Date   `json:"max_move_in_date,omitzero"`   // inclusive
	GroupID          string          `json:"group_id,omitzero"`           // this,
	GroupExternalRef string          `json:"group_external_ref,omitzero"` // or this, not both
	Address          *Address        `json:"address,omitzero"`
	Cursor           tenantry.Cursor `json:"-"` // goes on where an earlier search with the same parameters left off
}

// Find fetches one page, of up to 100 tenants. The error is [ErrNoRecords]
// where none matches, and [ErrBothGroupIdentifiersProvided] for both
// identifiers of a group, without sending anything.
func (s *TenantsService) Find(ctx context.Context, params TenantFindParams) (*tenantry.Page[Tenant], error) {
	if err := s.check(&params); err != nil {
		return nil, err
	}
	return s.find(params).First(ctx)
}

// All iterates over the tenants. Where none matches it ends at once.
func (s *TenantsService) All(ctx context.Context, params TenantFindParams) iter.Seq2[*Tenant, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of tenants, each with the cursor to go on from.
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
	if err := s.c.date(tenantsFind, "MinMoveInDate", p.MinMoveInDate); err != nil {
		return err
	}
	if err := s.c.date(tenantsFind, "MaxMoveInDate", p.MaxMoveInDate); err != nil {
		return err
	}
	if p.MinMoveInDate != "" && p.MaxMoveInDate != "" && p.MinMoveInDate > p.MaxMoveInDate {
		return s.c.t.Argument(tenantsFind, "MinMoveInDate", "is after MaxMoveInDate")
	}
	return nil
}
