package leasefind

import (
	"cmp"
	"context"
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

// LeasesService finds and saves leases.
type LeasesService struct{ c *Client }

// LeaseFindParams selects leases. A zero field does not narrow the search. At least one
// field other than Limit and Cursor must be set.
type LeaseFindParams struct {
	Identifier        string          // The lease's identifier.
	StartDate         tenantry.Date   // The first day of the lease, YYYY-MM-DD.
	EndDate           tenantry.Date   // The last day of the lease, YYYY-MM-DD.
	MoveInDate        tenantry.Date   // The day on which the tenants move in, YYYY-MM-DD.
	GroupIDs          []string        // Groups by ID. It can't be combined with GroupExternalRefs.
	GroupExternalRefs []string        // Groups by external reference. It can't be combined with GroupIDs.
	UnitExternalRef   string          // The external reference of the unit.
	UnitID            string          // The identifier of the unit: unit_identifier.
	Address           *Address        // The unit's address, or a part of it.
	Limit             int             // The number of leases on a page. 0 means the server's default of 100.
	Cursor            tenantry.Cursor // Resumes an earlier search with the same parameters.
	Extra             url.Values      // Query values without a field, sent as they are. A name that has a field is refused.
}

func (p *LeaseFindParams) query() (url.Values, error) {
	q, err := query(leasesFind, map[string]string{
		"identifier": p.Identifier, "start_date": string(p.StartDate), "end_date": string(p.EndDate), "move_in_date": string(p.MoveInDate),
		"group_ids": strings.Join(p.GroupIDs, ","), "group_external_refs": strings.Join(p.GroupExternalRefs, ","),
		"unit_external_ref": p.UnitExternalRef, "unit_identifier": p.UnitID,
	}, p.Extra, "address[", "limit")
	if p.Address != nil {
		p.Address.brackets(q)
	}
	return q, err
}

// Find returns one page of leases: GET /leases/ (leases.find). If no lease matches, the
// page is empty. The error is [ErrNoSearchParameters] if no parameter is set, and
// [ErrBothGroupIdentifiersProvided] for both kinds of group identifiers; in both cases no
// request is sent.
func (s *LeasesService) Find(ctx context.Context, params LeaseFindParams) (*tenantry.Page[Lease], error) {
	if err := s.check(&params); err != nil {
		return nil, err
	}
	return s.find(params).First(ctx)
}

// All iterates over leases: GET /leases/ (leases.find).
func (s *LeasesService) All(ctx context.Context, params LeaseFindParams) iter.Seq2[*Lease, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of leases: GET /leases/ (leases.find).
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
			return s.c.t.Argument(leasesFind, "group", "is empty or holds a comma, by which the API separates groups")
		}
	}
	if err := cmp.Or(
		s.c.date(leasesFind, "StartDate", p.StartDate), s.c.date(leasesFind, "EndDate", p.EndDate), s.c.date(leasesFind, "MoveInDate", p.MoveInDate),
	); err != nil {
		return err
	}
	if p.Limit < 0 {
		return s.c.t.Argument(leasesFind, "Limit", fmt.Sprintf("is %d; it must be at least 1, or 0 for the default", p.Limit))
	}
	q, err := p.query()
	if err == nil && len(q) == 0 {
		return s.c.refuse(leasesFind, "parameters", "are all empty; search by at least one", "no_search_parameters")
	}
	return err
}

func (s *LeasesService) find(params LeaseFindParams) paging.Cursors[Lease] {
	selection, _ := params.query() // check has refused what it refuses
	more := make(url.Values)
	if params.Limit > 0 {
		more.Set("limit", strconv.Itoa(params.Limit))
	}
	return querySearcher(s.c, leasesFind, selection, more, params.Cursor, (*Lease).id, func(a *transport.Response) (paging.Result[Lease], error) {
		return decodeLeases(a, params.Limit)
	})
}

func (l *Lease) id() string { return l.Identifier }

// decodeLeases reads both documented envelopes: data with pagination, as in the
// reference's table, and leases with last_id, as in its examples. What
// pagination.count counts is not documented, so it is not taken for the total.
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
	r, err := paging.Of(a, list)
	r.Next = cmp.Or(body.Pagination.NextCursor, body.LastID.next())
	return r, err
}

// LeaseFindForTenantParams names a tenant by an Identifier, an ExternalRef with a group,
// an EmailAddress or a PhoneNumber. At least one of them must be set.
type LeaseFindForTenantParams struct {
	Identifier       string          `json:"identifier,omitzero"`         // The tenant's identifier.
	ExternalRef      string          `json:"external_ref,omitzero"`       // The tenant's external reference. It needs a group.
	GroupID          string          `json:"group_id,omitzero"`           // The group's ID. It can't be combined with GroupExternalRef.
	GroupExternalRef string          `json:"group_external_ref,omitzero"` // The group's external reference.
	EmailAddress     string          `json:"email_address,omitzero"`      // The tenant's email address.
	PhoneNumber      string          `json:"phone_number,omitzero"`       // The tenant's phone number.
	Active           *bool           `json:"active,omitzero"`             // Whether to find only leases that started before today and end after today. The default of the API is false.
	Cursor           tenantry.Cursor `json:"-"`                           // Resumes an earlier search with the same parameters.
	Extra            tenantry.Extra  `json:",embed,unknown"`              // Members without a field, sent as they are. A name that has a field is refused.
}

// FindForTenant returns one page of a tenant's leases:
// POST /leases/find-for-tenant/ (leases.find-for-tenant). If the tenant has none, the
// page is empty. The error is [ErrNoTenantInformation] if no tenant is named, and
// [ErrBothGroupIdentifiersProvided] for both identifiers of a group, or for an
// ExternalRef with neither; in these cases no request is sent.
func (s *LeasesService) FindForTenant(ctx context.Context, params LeaseFindForTenantParams) (*tenantry.Page[Lease], error) {
	if err := s.checkTenant(&params); err != nil {
		return nil, err
	}
	return s.forTenant(params).First(ctx)
}

// AllForTenant iterates over a tenant's leases:
// POST /leases/find-for-tenant/ (leases.find-for-tenant).
func (s *LeasesService) AllForTenant(ctx context.Context, params LeaseFindForTenantParams) iter.Seq2[*Lease, error] {
	return s.listForTenant(params).All(ctx)
}

// PagesForTenant iterates over pages of a tenant's leases:
// POST /leases/find-for-tenant/ (leases.find-for-tenant).
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

// LeaseSaveParams holds a lease to create, or to update if Lease.Identifier names an
// existing one.
type LeaseSaveParams struct {
	Lease   LeaseInput     `json:"lease"`            // The lease.
	Tenants []TenantInput  `json:"tenants,omitzero"` // The lease's tenants. Nil is not sent.
	Extra   tenantry.Extra `json:",embed,unknown"`   // Members without a field, sent as they are.
}

// LeaseInput holds the fields of a lease to write. UnitID or UnitExternalRef must be set.
type LeaseInput struct {
	Identifier        tenantry.Opt[string]           `json:"identifier,omitzero"`          // The API's identifier of the lease.
	StartDate         tenantry.Opt[tenantry.Date]    `json:"start_date,omitzero"`          // The first day of the lease, YYYY-MM-DD.
	EndDate           tenantry.Opt[tenantry.Date]    `json:"end_date,omitzero"`            // The last day of the lease, YYYY-MM-DD.
	MoveInDate        tenantry.Opt[tenantry.Date]    `json:"move_in_date,omitzero"`        // The day on which the tenants move in, YYYY-MM-DD.
	UnitID            tenantry.Opt[string]           `json:"unit_id,omitzero"`             // The unit's identifier.
	UnitExternalRef   tenantry.Opt[string]           `json:"unit_external_ref,omitzero"`   // The unit's external reference.
	IsFurnished       tenantry.Opt[bool]             `json:"is_furnished,omitzero"`        // Whether the unit is furnished.
	MinimumDaysNotice tenantry.Opt[int64]            `json:"minimum_days_notice,omitzero"` // How many days before its end the lease is to be given notice.
	Deposit           tenantry.Opt[tenantry.Decimal] `json:"deposit,omitzero"`             // The deposit, as the API writes it.
	Rent              tenantry.Opt[tenantry.Decimal] `json:"rent,omitzero"`                // The rent, as the API writes it.
	Extra             tenantry.Extra                 `json:",embed,unknown"`               // Members without a field, sent as they are.
}

// TenantInput holds the fields of a lease's tenant to write.
type TenantInput struct {
	EmailAddress tenantry.Opt[string] `json:"email_address,omitzero"` // The tenant's email address.
	FirstName    tenantry.Opt[string] `json:"first_name,omitzero"`    // The tenant's first name.
	LastName     tenantry.Opt[string] `json:"last_name,omitzero"`     // The tenant's last name.
	ExternalRef  tenantry.Opt[string] `json:"external_ref,omitzero"`  // Your reference of the tenant, unique within a group.
	PhoneNumber  tenantry.Opt[string] `json:"phone_number,omitzero"`  // The tenant's phone number.
	Extra        tenantry.Extra       `json:",embed,unknown"`         // Members without a field, sent as they are.
}

// SavedLease is the response to a save.
type SavedLease struct {
	Success *bool          `json:"success,omitzero"` // Success is nil if the response does not say.
	LeaseID string         `json:"lease,omitzero"`   // LeaseID is the lease's identifier.
	Extra   tenantry.Extra `json:",embed,unknown"`   // Extra holds members without a field.
}

// Save creates a lease, or updates the one with the given identifier:
// POST /leases/create/ (leases.save). The unit must exist.
//
// The API drops an Identifier that no lease has, and gives the new lease one of its
// own. So saving a new lease twice makes two leases, with and without an Identifier,
// and Save is not retried once the request may have reached the server. Store the
// LeaseID of the response.
//
// The error is [ErrNoUnit], without a request, if no unit is named, [ErrUnitNotFound]
// if the unit does not exist, and tenantry.ErrInvalid if the response says that it was
// no success.
func (s *LeasesService) Save(ctx context.Context, params LeaseSaveParams) (*SavedLease, error) {
	lease := &params.Lease
	if !given(lease.UnitID) && !given(lease.UnitExternalRef) {
		return nil, s.c.refuse(leasesSave, "Lease", "names no unit; set UnitID or UnitExternalRef", "no_unit")
	}
	if err := cmp.Or(
		s.c.optionalDate(leasesSave, "StartDate", lease.StartDate),
		s.c.optionalDate(leasesSave, "EndDate", lease.EndDate),
		s.c.optionalDate(leasesSave, "MoveInDate", lease.MoveInDate),
	); err != nil {
		return nil, err
	}
	a, err := s.c.t.Send(ctx, &transport.Call{Op: leasesSave, Body: &params})
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var saved SavedLease
	if err := cmp.Or(failed(a), a.Decode(&saved)); err != nil {
		return nil, err
	}
	if saved.Success == nil && saved.LeaseID == "" {
		return nil, a.Missing("lease")
	}
	return &saved, nil
}
