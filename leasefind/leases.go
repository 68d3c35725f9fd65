package leasefind

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

var (
	leasesFind          = &transport.Op{Name: "leases.find", Method: http.MethodGet, Path: "/leases/", Repeatable: true}
	leasesFindForTenant = &transport.Op{Name: "leases.find-for-tenant", Method: http.MethodPost, Path: "/leases/find-for-tenant/", Repeatable: true}
	leasesSave          = &transport.Op{Name: "leases.save", Method: http.MethodPost, Path: "/leases/create/"}
)

// A LeasesService finds and saves leases. Upstream: "Find leases", "Find leases
// for a tenant", "Create leases".
type LeasesService struct{ c *Client }

// A LeaseFindParams selects leases. At least one of its fields must be set
// besides Limit and Cursor.
type LeaseFindParams struct {
	Identifier        string
	StartDate         tenantry.Date
	EndDate           tenantry.Date
	MoveInDate        tenantry.Date
	GroupIDs          []string // these,
	GroupExternalRefs []string // or these, not both
	UnitExternalRef   string
	UnitIdentifier    string
	Address           *Address
	Limit             int             // records a page; 0 means the server's default of 100
	Cursor            tenantry.Cursor // goes on where an earlier search with the same parameters left off
}

func (p *LeaseFindParams) query() url.Values {
	q := make(url.Values)
	for name, value := range map[string]string{
		"identifier": p.Identifier, "start_date": string(p.StartDate), "end_date": string(p.EndDate), "move_in_date": string(p.MoveInDate),
		"group_ids": strings.Join(p.GroupIDs, ","), "group_external_refs": strings.Join(p.GroupExternalRefs, ","),
		"unit_external_ref": p.UnitExternalRef, "unit_identifier": p.UnitIdentifier,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if p.Address != nil {
		p.Address.brackets(q)
	}
	return q
}

// Find fetches one page of leases. The error is [ErrNoSearchParameters] where
// nothing is searched by, and [ErrBothGroupIdentifiersProvided] for both kinds
// of group identifiers, both without sending anything; and [ErrNoRecords] where
// the server says that none matches.
func (s *LeasesService) Find(ctx context.Context, params LeaseFindParams) (*tenantry.Page[Lease], error) {
	if err := s.check(&params); err != nil {
		return nil, err
	}
	return s.find(params).First(ctx)
}

// All iterates over the leases. Where none matches it ends at once.
func (s *LeasesService) All(ctx context.Context, params LeaseFindParams) iter.Seq2[*Lease, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of leases, each with the cursor to go on from.
func (s *LeasesService) Pages(ctx context.Context, params LeaseFindParams) iter.Seq2[*tenantry.Page[Lease], error] {
	return s.list(params).Pages(ctx)
}

func (s *LeasesService) list(params LeaseFindParams) paging.List[Lease] {
	if err := s.check(&params); err != nil {
		return paging.Failed[Lease](err)
	}
	return s.find(params).List()
}

func (s *LeasesService) check(p *LeaseFindParams) error {
	if err := s.c.oneGroup(leasesFind, len(p.GroupIDs) > 0, len(p.GroupExternalRefs) > 0); err != nil {
		return err
	}
	for _, group := range append(append([]string(nil), p.GroupIDs...), p.GroupExternalRefs...) {
		if group == "" || strings.Contains(group, ",") {
			return s.c.t.Argument(leasesFind, "group", "is empty or holds a comma, by which upstream separates groups")
		}
	}
	for argument, date := range map[string]tenantry.Date{"StartDate": p.StartDate, "EndDate": p.EndDate, "MoveInDate": p.MoveInDate} {
		if err := s.c.date(leasesFind, argument, date); err != nil {
			return err
		}
	}
	if p.Limit < 0 {
		return s.c.t.Argument(leasesFind, "Limit", fmt.Sprintf("is %d; it must be at least 1, or 0 for the default", p.Limit))
	}
	if len(p.query()) == 0 {
		return s.c.refuse(leasesFind, "parameters", "are all empty; search by at least one", "no_search_parameters")
	}
	return nil
}

func (s *LeasesService) find(params LeaseFindParams) paging.Cursors[Lease] {
	selection := params.query()
	return paging.Cursors[Lease]{
		Identity: paging.Identity{API: api, Operation: leasesFind.Name, Params: selection.Encode()},
		Start:    params.Cursor,
		Prefetch: s.c.t.Config().Prefetch,
		End:      none,
		Send: func(ctx context.Context, after string) (*transport.Response, error) {
			q := params.query()
			if params.Limit > 0 {
				q.Set("limit", strconv.Itoa(params.Limit))
			}
			if after != "" {
				q.Set("after_id", after)
			}
			return s.c.t.Send(ctx, &transport.Call{Op: leasesFind, Query: q})
		},
		ID:     (*Lease).id,
		Decode: func(a *transport.Response) (paging.Result[Lease], error) { return decodeLeases(a, params.Limit) },
	}
}

func (l *Lease) id() string { return l.Identifier }

// decodeLeases reads either documented envelope: the reference's table says data
// and pagination, its examples leases and last_id. What pagination.count counts is
// not said, so it is not the total.
func decodeLeases(a *transport.Response, asked int) (paging.Result[Lease], error) {
	var body struct {
		Data       wire.List[Lease] `json:"data"`
		Leases     wire.List[Lease] `json:"leases"`
		LastID     lastID           `json:"last_id"`
		Pagination struct {
			NextCursor string `json:"next_cursor"` // null at the end
		} `json:"pagination"`
	}
	body.Data.Asked, body.Leases.Asked = asked, asked
	if err := a.Decode(&body); err != nil {
		return paging.Result[Lease]{}, err
	}
	list := &body.Data
	if body.Leases.Len() > 0 || !list.Came {
		list = &body.Leases
	}
	for i := range list.Items {
		list.Items[i].settle()
	}
	r, err := paging.Of(a, list)
	r.Next = cmp.Or(body.Pagination.NextCursor, body.LastID.next())
	return r, err
}

// A LeaseFindForTenantParams names a tenant: by one of Identifier, ExternalRef
// with a group, EmailAddress and PhoneNumber.
type LeaseFindForTenantParams struct {
	Identifier       string          `json:"identifier,omitzero"`
	ExternalRef      string          `json:"external_ref,omitzero"`       // needs
	GroupID          string          `json:"group_id,omitzero"`           // this,
	GroupExternalRef string          `json:"group_external_ref,omitzero"` // or this, not both
	EmailAddress     string          `json:"email_address,omitzero"`
	PhoneNumber      string          `json:"phone_number,omitzero"`
	Active           *bool           `json:"active,omitzero"` // nil for both
	Cursor           tenantry.Cursor `json:"-"`               // goes on where an earlier search with the same parameters left off
}

// FindForTenant fetches one page of a tenant's leases; a tenant without any has
// an empty one. The error is [ErrNoTenantInformation] where nobody is named, and
// [ErrBothGroupIdentifiersProvided] for both identifiers of a group, or an
// ExternalRef with neither, all without sending anything.
func (s *LeasesService) FindForTenant(ctx context.Context, params LeaseFindForTenantParams) (*tenantry.Page[Lease], error) {
	if err := s.checkTenant(&params); err != nil {
		return nil, err
	}
	return s.forTenant(params).First(ctx)
}

// AllForTenant iterates over a tenant's leases.
func (s *LeasesService) AllForTenant(ctx context.Context, params LeaseFindForTenantParams) iter.Seq2[*Lease, error] {
	return s.listForTenant(params).All(ctx)
}

// PagesForTenant iterates over pages of a tenant's leases, each with the cursor
// to go on from.
func (s *LeasesService) PagesForTenant(ctx context.Context, params LeaseFindForTenantParams) iter.Seq2[*tenantry.Page[Lease], error] {
	return s.listForTenant(params).Pages(ctx)
}

func (s *LeasesService) listForTenant(params LeaseFindForTenantParams) paging.List[Lease] {
	if err := s.checkTenant(&params); err != nil {
		return paging.Failed[Lease](err)
	}
	return s.forTenant(params).List()
}

func (s *LeasesService) checkTenant(p *LeaseFindForTenantParams) error {
	if err := s.c.oneGroup(leasesFindForTenant, p.GroupID != "", p.GroupExternalRef != ""); err != nil {
		return err
	}
	switch {
	case p.ExternalRef != "" && p.GroupID == "" && p.GroupExternalRef == "":
		return s.c.refuse(leasesFindForTenant, "ExternalRef", "needs a GroupID or a GroupExternalRef beside it", "both_group_identifiers_provided")
	case p.Identifier == "" && p.ExternalRef == "" && p.EmailAddress == "" && p.PhoneNumber == "":
		return s.c.refuse(leasesFindForTenant, "parameters", "name no tenant; pass an Identifier, ExternalRef, EmailAddress or PhoneNumber", "no_tenant_information")
	}
	return nil
}

func (s *LeasesService) forTenant(params LeaseFindForTenantParams) paging.Cursors[Lease] {
	return searcher(s.c, leasesFindForTenant, &params, params.Cursor, (*Lease).id, func(a *transport.Response) (paging.Result[Lease], error) { return decodeLeases(a, 0) })
}

// A LeaseSaveParams is a lease to create, or to update where Lease.Identifier is
// that of an existing one.
type LeaseSaveParams struct {
	Lease   LeaseInput    `json:"lease"`
	Tenants []TenantInput `json:"tenants,omitzero"` // nil is not sent
}

// A LeaseInput is what is written of a lease. One of UnitID and UnitExternalRef
// is needed.
type LeaseInput struct {
	Identifier        tenantry.Opt[string]           `json:"identifier,omitzero"`
	StartDate         tenantry.Opt[tenantry.Date]    `json:"start_date,omitzero"`
	EndDate           tenantry.Opt[tenantry.Date]    `json:"end_date,omitzero"`
	MoveInDate        tenantry.Opt[tenantry.Date]    `json:"move_in_date,omitzero"`
	UnitID            tenantry.Opt[string]           `json:"unit_id,omitzero"`
	UnitExternalRef   tenantry.Opt[string]           `json:"unit_external_ref,omitzero"`
	IsFurnished       tenantry.Opt[bool]             `json:"is_furnished,omitzero"`
	MinimumDaysNotice tenantry.Opt[int64]            `json:"minimum_days_notice,omitzero"`
	Deposit           tenantry.Opt[tenantry.Decimal] `json:"deposit,omitzero"`
	Rent              tenantry.Opt[tenantry.Decimal] `json:"rent,omitzero"`
	Extra             tenantry.Extra                 `json:",embed,unknown"` // members that this SDK has no field for, sent as they are
}

// A TenantInput is what is written of a lease's tenant.
type TenantInput struct {
	EmailAddress tenantry.Opt[string] `json:"email_address,omitzero"`
	FirstName    tenantry.Opt[string] `json:"first_name,omitzero"`
	LastName     tenantry.Opt[string] `json:"last_name,omitzero"`
	ExternalRef  tenantry.Opt[string] `json:"external_ref,omitzero"`
	PhoneNumber  tenantry.Opt[string] `json:"phone_number,omitzero"`
	Extra        tenantry.Extra       `json:",embed,unknown"` // members that this SDK has no field for, sent as they are
}

// SavedLease is the response to a save.
type SavedLease struct {
	Success *bool          `json:"success,omitzero"` // nil if the response does not say
	Lease   string         `json:"lease,omitzero"`   // the lease's identifier
	Extra   tenantry.Extra `json:",embed,unknown"`
}

// Save creates a lease, or updates the one with the given identifier:
// POST /leases/create/. It is not retried once the request may have reached the
// server. The error is [ErrNoUnit], without a request, if no unit is named,
// [ErrUnitNotFound] if the unit does not exist, and tenantry.ErrInvalid if the
// response says that it was no success.
func (s *LeasesService) Save(ctx context.Context, params LeaseSaveParams) (*SavedLease, error) {
	lease := &params.Lease
	id, _ := lease.UnitID.Get()
	ref, _ := lease.UnitExternalRef.Get()
	if id == "" && ref == "" {
		return nil, s.c.refuse(leasesSave, "Lease", "names no unit; set UnitID or UnitExternalRef", "no_unit")
	}
	for argument, date := range map[string]tenantry.Opt[tenantry.Date]{"StartDate": lease.StartDate, "EndDate": lease.EndDate, "MoveInDate": lease.MoveInDate} {
		d, set := date.Get()
		if set && d == "" {
			return nil, s.c.t.Argument(leasesSave, argument, "is empty; leave it alone, or send Null")
		}
		if err := s.c.date(leasesSave, argument, d); err != nil {
			return nil, err
		}
	}
	a, err := s.c.t.Send(ctx, &transport.Call{Op: leasesSave, Body: &params})
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var saved SavedLease
	if err := a.Decode(&saved); err != nil {
		return nil, err
	}
	if saved.Success == nil || *saved.Success {
		return &saved, nil
	}
	var refused *tenantry.Error
	if !errors.As(a.Failure(), &refused) {
		refused = a.Refused("success is false")
	}
	refused.Class = tenantry.ErrInvalid
	return nil, refused
}
