package storedge

import (
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

const (
	facilityTenants = "/v1/{facility id}/tenants"
	oneTenant       = facilityTenants + "/{tenant id}"
)

var (
	tenantsList         = &transport.Op{Name: "tenants.list", Method: http.MethodGet, Path: facilityTenants, Repeatable: true}
	tenantsListPrevious = &transport.Op{Name: "tenants.list-previous", Method: http.MethodGet, Path: facilityTenants + "/previous", Repeatable: true}
	tenantsListCurrent  = &transport.Op{Name: "tenants.list-current", Method: http.MethodGet, Path: facilityTenants + "/current", Repeatable: true}
	tenantsGet          = &transport.Op{Name: "tenants.get", Method: http.MethodGet, Path: oneTenant, Repeatable: true}
	tenantsSearch       = &transport.Op{Name: "tenants.search", Method: http.MethodGet, Path: facilityTenants + "/search", Repeatable: true, Secret: true}
	tenantsEligibility  = &transport.Op{Name: "tenants.eligibility", Method: http.MethodGet, Path: oneTenant + "/eligibility", Repeatable: true}
	tenantsNotes        = &transport.Op{Name: "tenants.notes", Method: http.MethodGet, Path: oneTenant + "/notes", Repeatable: true}
	tenantsDelinquency  = &transport.Op{Name: "tenants.delinquency", Method: http.MethodGet, Path: oneTenant + "/delinquency", Repeatable: true}
	tenantsLedgers      = &transport.Op{Name: "tenants.ledgers", Method: http.MethodGet, Path: oneTenant + "/ledgers", Repeatable: true}
	// Attributes without an ID add a record each time, and a body may hold a
	// password.
	tenantsPatch  = &transport.Op{Name: "tenants.patch", Method: http.MethodPatch, Path: oneTenant, Secret: true}
	tenantsUpdate = &transport.Op{Name: "tenants.update", Method: http.MethodPut, Path: oneTenant, Secret: true}
)

// A TenantsService is about the tenants of one facility. Upstream: "Tenants".
type TenantsService struct {
	c        *Client
	facility string
}

const maxPerPage = 100

// A TenantListParams says how to list tenants.
type TenantListParams struct {
	PerPage int             // tenants a page, up to 100; 0 means 100
	Cursor  tenantry.Cursor // goes on where an earlier listing left off
}

// List fetches one page of all tenants.
func (s *TenantsService) List(ctx context.Context, params TenantListParams) (*tenantry.Page[Tenant], error) {
	return s.tenants(tenantsList, params).First(ctx)
}

// All iterates over all tenants.
func (s *TenantsService) All(ctx context.Context, params TenantListParams) iter.Seq2[*Tenant, error] {
	return s.tenants(tenantsList, params).All(ctx)
}

// Pages iterates over pages of all tenants, each with the cursor to go on from.
func (s *TenantsService) Pages(ctx context.Context, params TenantListParams) iter.Seq2[*tenantry.Page[Tenant], error] {
	return s.tenants(tenantsList, params).Pages(ctx)
}

// ListPrevious fetches one page of the tenants who moved out.
func (s *TenantsService) ListPrevious(ctx context.Context, params TenantListParams) (*tenantry.Page[Tenant], error) {
	return s.tenants(tenantsListPrevious, params).First(ctx)
}

// AllPrevious iterates over the tenants who moved out.
func (s *TenantsService) AllPrevious(ctx context.Context, params TenantListParams) iter.Seq2[*Tenant, error] {
	return s.tenants(tenantsListPrevious, params).All(ctx)
}

// PreviousPages iterates over pages of the tenants who moved out.
func (s *TenantsService) PreviousPages(ctx context.Context, params TenantListParams) iter.Seq2[*tenantry.Page[Tenant], error] {
	return s.tenants(tenantsListPrevious, params).Pages(ctx)
}

// ListCurrent fetches one page of the tenants who rent now.
func (s *TenantsService) ListCurrent(ctx context.Context, params TenantListParams) (*tenantry.Page[Tenant], error) {
	return s.tenants(tenantsListCurrent, params).First(ctx)
}

// AllCurrent iterates over the tenants who rent now.
func (s *TenantsService) AllCurrent(ctx context.Context, params TenantListParams) iter.Seq2[*Tenant, error] {
	return s.tenants(tenantsListCurrent, params).All(ctx)
}

// CurrentPages iterates over pages of the tenants who rent now.
func (s *TenantsService) CurrentPages(ctx context.Context, params TenantListParams) iter.Seq2[*tenantry.Page[Tenant], error] {
	return s.tenants(tenantsListCurrent, params).Pages(ctx)
}

// A NoteListParams says how to list notes.
type NoteListParams struct {
	PerPage int             // notes a page, up to 100; 0 means 100
	Cursor  tenantry.Cursor // goes on where an earlier listing left off
}

// Notes fetches one page of a tenant's notes.
func (s *TenantsService) Notes(ctx context.Context, id string, params NoteListParams) (*tenantry.Page[Note], error) {
	return s.notes(id, params).First(ctx)
}

// AllNotes iterates over a tenant's notes.
func (s *TenantsService) AllNotes(ctx context.Context, id string, params NoteListParams) iter.Seq2[*Note, error] {
	return s.notes(id, params).All(ctx)
}

// NotePages iterates over pages of a tenant's notes.
func (s *TenantsService) NotePages(ctx context.Context, id string, params NoteListParams) iter.Seq2[*tenantry.Page[Note], error] {
	return s.notes(id, params).Pages(ctx)
}

func (s *TenantsService) tenants(op *transport.Op, p TenantListParams) paging.List[Tenant] {
	return list(s.c, op, []string{s.facility}, p.PerPage, p.Cursor, func(t *Tenant) string { return t.ID })
}

func (s *TenantsService) notes(id string, p NoteListParams) paging.List[Note] {
	return list(s.c, tenantsNotes, []string{s.facility, id}, p.PerPage, p.Cursor, func(n *Note) string { return n.ID })
}

// list makes a listing by page number.
func list[T any](c *Client, op *transport.Op, args []string, perPage int, cursor tenantry.Cursor, id func(*T) string) paging.List[T] {
	switch {
	case perPage == 0:
		perPage = maxPerPage
	case perPage < 1 || perPage > maxPerPage:
		return paging.Failed[T](c.t.Argument(op, "PerPage", fmt.Sprintf("is %d; it must be between 1 and %d, or 0 for %d", perPage, maxPerPage, maxPerPage)))
	}
	return paging.Offsets[T]{
		Identity: paging.Identity{API: api, Operation: op.Name, Params: fmt.Sprintf("%q", args)},
		Size:     perPage,
		Max:      maxPerPage,
		Start:    cursor,
		Prefetch: c.t.Config().Prefetch,
		ID:       id,
		Fit:      paging.ByPageNumber(maxPerPage),
		Send: func(ctx context.Context, w paging.Window) (*transport.Response, error) {
			q := url.Values{"page": {strconv.Itoa(w.Offset/w.Limit + 1)}, "per_page": {strconv.Itoa(w.Limit)}}
			return c.t.Send(ctx, &transport.Call{Op: op, Args: args, Query: q})
		},
		Decode: decodePage[T],
	}.List()
}

// decodePage reads a list under any of the names that lists have.
func decodePage[T any](a *transport.Response) (paging.Result[T], error) {
	var body struct {
		Tenants wire.List[T] `json:"tenants"`
		Notes   wire.List[T] `json:"notes"`
		Ledgers wire.List[T] `json:"ledgers"`
		Meta    struct {
			Pagination struct {
				TotalEntries *int         `json:"total_entries"`
				NextPage     tenantry.Raw `json:"next_page"` // a number; null at the end
			} `json:"pagination"`
		} `json:"meta"`
	}
	if err := a.Decode(&body); err != nil {
		return paging.Result[T]{}, err
	}
	list := &body.Tenants
	for _, other := range []*wire.List[T]{&body.Notes, &body.Ledgers} {
		if !list.Came {
			list = other
		}
	}
	r, err := paging.Of(a, list)
	if body.Meta.Pagination.TotalEntries != nil {
		r.Total = *body.Meta.Pagination.TotalEntries
	}
	switch next := body.Meta.Pagination.NextPage; {
	case wire.Kind(next) == 'n':
		r.More = new(false)
	default: // what is no page number says nothing
		if n, err := strconv.Atoi(strings.Trim(string(next), `"`)); err == nil && n > 0 {
			r.More = new(true)
		}
	}
	return r, err
}

// one makes a call whose response holds a record under a name of its own. A
// response without it is an error.
func one[T any](ctx context.Context, s *TenantsService, call *transport.Call, pick func(*envelope) **T) (*T, error) {
	call.Args = append([]string{s.facility}, call.Args...)
	a, err := s.c.t.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var response envelope
	if err := a.Decode(&response); err != nil {
		return nil, err
	}
	record := *pick(&response)
	if record == nil {
		return nil, a.Missing("record")
	}
	return record, nil
}

// An envelope is a response with one record.
type envelope struct {
	Tenant         *Tenant         `json:"tenant"`
	Eligibility    *Eligibility    `json:"eligibility"`
	Delinquency    *Delinquency    `json:"delinquency"`
	TenantSettings *TenantSettings `json:"tenant_settings"`
}

func (e *envelope) tenant() **Tenant           { return &e.Tenant }
func (e *envelope) eligibility() **Eligibility { return &e.Eligibility }
func (e *envelope) delinquency() **Delinquency { return &e.Delinquency }
func (e *envelope) settings() **TenantSettings { return &e.TenantSettings }

// Get fetches a tenant.
func (s *TenantsService) Get(ctx context.Context, id string) (*Tenant, error) {
	return one(ctx, s, &transport.Call{Op: tenantsGet, Args: []string{id}}, (*envelope).tenant)
}

// A TenantSearchParams says whom to search: by one of its fields, not both.
type TenantSearchParams struct {
	PhoneNumber   string
	AccountNumber string
}

// Search returns the tenants with the given phone number or account number. If
// some can't be decoded, it returns the others with a [*tenantry.DecodeError].
func (s *TenantsService) Search(ctx context.Context, params TenantSearchParams) ([]Tenant, error) {
	q := make(url.Values, 1)
	switch {
	case params.PhoneNumber != "" && params.AccountNumber != "":
		return nil, s.c.t.Argument(tenantsSearch, "parameters", "have both a phone number and an account number; pass one of them")
	case params.PhoneNumber != "":
		q.Set("phone_number", params.PhoneNumber)
	case params.AccountNumber != "":
		q.Set("account_number", params.AccountNumber)
	default:
		return nil, s.c.t.Argument(tenantsSearch, "parameters", "have neither a phone number nor an account number; pass one of them")
	}
	return paging.Unpaged(ctx, s.c.t, &transport.Call{Op: tenantsSearch, Args: []string{s.facility}, Query: q}, decodePage[Tenant])
}

// Ledgers fetches a tenant's current ledgers. If some can't be decoded, it
// returns the others with a [*tenantry.DecodeError].
func (s *TenantsService) Ledgers(ctx context.Context, id string) ([]Ledger, error) {
	return paging.Unpaged(ctx, s.c.t, &transport.Call{Op: tenantsLedgers, Args: []string{s.facility, id}}, decodePage[Ledger])
}

// Eligibility says whether a tenant may move in.
func (s *TenantsService) Eligibility(ctx context.Context, id string) (*Eligibility, error) {
	return one(ctx, s, &transport.Call{Op: tenantsEligibility, Args: []string{id}}, (*envelope).eligibility)
}

// Delinquency says how far the steps against a tenant have gone.
func (s *TenantsService) Delinquency(ctx context.Context, id string) (*Delinquency, error) {
	return one(ctx, s, &transport.Call{Op: tenantsDelinquency, Args: []string{id}}, (*envelope).delinquency)
}

// Patch changes a tenant, by PATCH. It is never sent twice once it may have
// arrived, since phone numbers and contacts without an ID are added each time.
// The error is [ErrAccessDenied] where the facility does not let tenants change
// their mailing address.
func (s *TenantsService) Patch(ctx context.Context, id string, params TenantUpdateParams) (*Tenant, error) {
	return s.write(ctx, tenantsPatch, id, &params)
}

// Update is [TenantsService.Patch] by PUT.
func (s *TenantsService) Update(ctx context.Context, id string, params TenantUpdateParams) (*Tenant, error) {
	return s.write(ctx, tenantsUpdate, id, &params)
}

func (s *TenantsService) write(ctx context.Context, op *transport.Op, id string, params *TenantUpdateParams) (*Tenant, error) {
	if err := s.check(op, params); err != nil {
		return nil, err
	}
	return one(ctx, s, &transport.Call{Op: op, Args: []string{id}, Body: map[string]any{"tenant": params}}, (*envelope).tenant)
}

// check refuses dates and digits that are none.
func (s *TenantsService) check(op *transport.Op, params *TenantUpdateParams) error {
	military, ok := params.MilitaryInformation.Get()
	if !ok {
		return nil
	}
	for argument, date := range map[string]tenantry.Opt[tenantry.Date]{
		"DateEnteredService": military.DateEnteredService, "EndOfActiveServiceDate": military.EndOfActiveServiceDate,
	} {
		d, set := date.Get()
		if _, err := d.Time(); set && (err != nil || len(d) != len("2006-01-02")) {
			return s.c.t.Argument(op, argument, "is not a date; want YYYY-MM-DD")
		}
	}
	if secret, set := military.Last4OfSSN.Get(); set {
		if digits := secret.Reveal(); len(digits) != 4 || strings.Trim(digits, "0123456789") != "" {
			return s.c.t.Argument(op, "Last4OfSSN", "is not 4 digits")
		}
	}
	return nil
}
