package storedge

import (
	"bytes"
	"context"
	"iter"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

var (
	companyLeadsList         = read("company-leads.list", companyPath+"/leads", "leads").secret()
	companyFacilitiesList    = read("company-facilities.list-short", companyPath+"/facilities/short", "facilities")
	companyFacilitiesListV2  = read("company-facilities.list-v2", "/v2/companies/{company id}/facilities", "facilities")
	companyRateChanges       = read("company-rate-changes.list", companyPath+"/rate_change_updates", "rate_change_updates").unsorted()
	companySameDayVacates    = read("company-same-day-vacates.list", companyPath+"/same_day_vacates", "same_day_vacates").unsorted()
	companyActiveAuctions    = read("company-auctions.list-active", companyPath+"/active_auctions", "active_auctions")
	companyRevenueManagement = write("company-revenue-management.import", http.MethodPost, companyPath+"/unoccupied_revenue_management/import", "")
)

// A Company reaches the records of a company that has facilities, through its services.
// It is made by [Client.Company].
type Company struct {
	id string

	Facilities        *CompanyFacilitiesService        // Facilities are the company's places.
	Leads             *CompanyLeadsService             // Leads are those of all facilities.
	Reports           *CompanyReportsService           // Reports are requested, waited for and then read.
	RateChanges       *CompanyRateChangesService       // RateChanges are changes of tenants' rates.
	SameDayVacates    *CompanySameDayVacatesService    // SameDayVacates are units that tenants left, or rented, on a day.
	Auctions          *CompanyAuctionsService          // Auctions are the auctions of all facilities.
	RevenueManagement *CompanyRevenueManagementService // RevenueManagement changes standard rates in bulk.
}

// Company returns the company with the given id. It sends nothing. Calls on a company
// with an empty id return an ArgumentError.
func (c *Client) Company(id string) *Company {
	s := &service{c, id}
	return &Company{
		id:                id,
		Facilities:        (*CompanyFacilitiesService)(s),
		Leads:             (*CompanyLeadsService)(s),
		Reports:           (*CompanyReportsService)(s),
		RateChanges:       (*CompanyRateChangesService)(s),
		SameDayVacates:    (*CompanySameDayVacatesService)(s),
		Auctions:          (*CompanyAuctionsService)(s),
		RevenueManagement: (*CompanyRevenueManagementService)(s),
	}
}

// ID returns the company's id, or "" for a nil or zero Company.
func (c *Company) ID() string {
	if c == nil {
		return ""
	}
	return c.id
}

// CompanyLeadsService lists the leads of a company's facilities.
type CompanyLeadsService service

// List returns one page of the leads of all facilities:
// GET /v1/companies/{company_id}/leads (company-leads.list). FacilityID tells which
// facility a lead belongs to.
func (s *CompanyLeadsService) List(ctx context.Context, params LeadListParams) (*tenantry.Page[Lead], error) {
	return leads((*service)(s), companyLeadsList, nil, params).First(ctx)
}

// All iterates over the leads of all facilities:
// GET /v1/companies/{company_id}/leads (company-leads.list). FacilityID tells which
// facility a lead belongs to.
func (s *CompanyLeadsService) All(ctx context.Context, params LeadListParams) iter.Seq2[*Lead, error] {
	return leads((*service)(s), companyLeadsList, nil, params).All(ctx)
}

// Pages iterates over pages of the leads of all facilities:
// GET /v1/companies/{company_id}/leads (company-leads.list). FacilityID tells which
// facility a lead belongs to.
func (s *CompanyLeadsService) Pages(ctx context.Context, params LeadListParams) iter.Seq2[*tenantry.Page[Lead], error] {
	return leads((*service)(s), companyLeadsList, nil, params).Pages(ctx)
}

// CompanyFacilitiesService lists the facilities of a company.
type CompanyFacilitiesService service

// ListShort returns one page of the company's facilities with their names:
// GET /v1/companies/{company_id}/facilities/short (company-facilities.list-short).
// Programs use it; the reference does not list it.
func (s *CompanyFacilitiesService) ListShort(ctx context.Context, params ListParams) (*tenantry.Page[FacilitySummary], error) {
	return s.short(params).First(ctx)
}

// AllShort iterates over the company's facilities with their names:
// GET /v1/companies/{company_id}/facilities/short (company-facilities.list-short).
// Programs use it; the reference does not list it.
func (s *CompanyFacilitiesService) AllShort(ctx context.Context, params ListParams) iter.Seq2[*FacilitySummary, error] {
	return s.short(params).All(ctx)
}

// PagesShort iterates over pages of the company's facilities with their names:
// GET /v1/companies/{company_id}/facilities/short (company-facilities.list-short).
// Programs use it; the reference does not list it.
func (s *CompanyFacilitiesService) PagesShort(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[FacilitySummary], error] {
	return s.short(params).Pages(ctx)
}

func (s *CompanyFacilitiesService) short(p ListParams) paging.List[FacilitySummary] {
	return list((*service)(s), companyFacilitiesList, nil, p, nil, func(r *FacilitySummary) string { return r.ID })
}

// ListV2 returns one page of the company's facilities as version 2 of the API has them:
// GET /v2/companies/{company_id}/facilities (company-facilities.list-v2). Version 2 of the
// API is not documented; programs use it. The member that holds the list is inferred.
func (s *CompanyFacilitiesService) ListV2(ctx context.Context, params ListParams) (*tenantry.Page[FacilityV2], error) {
	return s.v2(params).First(ctx)
}

// AllV2 iterates over the company's facilities as version 2 of the API has them:
// GET /v2/companies/{company_id}/facilities (company-facilities.list-v2). Version 2 of the
// API is not documented; programs use it. The member that holds the list is inferred.
func (s *CompanyFacilitiesService) AllV2(ctx context.Context, params ListParams) iter.Seq2[*FacilityV2, error] {
	return s.v2(params).All(ctx)
}

// PagesV2 iterates over pages of the company's facilities as version 2 of the API has
// them: GET /v2/companies/{company_id}/facilities (company-facilities.list-v2). Version 2
// of the API is not documented; programs use it. The member that holds the list is
// inferred.
func (s *CompanyFacilitiesService) PagesV2(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[FacilityV2], error] {
	return s.v2(params).Pages(ctx)
}

func (s *CompanyFacilitiesService) v2(p ListParams) paging.List[FacilityV2] {
	return list((*service)(s), companyFacilitiesListV2, nil, p, nil, func(r *FacilityV2) string { return r.ID })
}

// A FacilitySummary is a facility in short.
type FacilitySummary struct {
	ID           string         `json:"id,omitzero"` // ID is for [Client.Facility].
	FacilityName string         `json:"facility_name,omitzero"`
	Extra        tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// A FacilityV2 is a facility as version 2 of the API has it. Its members are not
// documented; Extra holds them.
type FacilityV2 struct {
	ID    string         `json:"id,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds all members but ID.
}

// CompanyListParams selects the records of a list of a company.
type CompanyListParams struct {
	// PerPage is the number of records a page, at most 2,000. Zero means 100.
	PerPage int
	// Cursor resumes a listing behind the page that it came with.
	Cursor tenantry.Cursor
	// Extra holds query values that have no field. The reference has filters by date
	// whose names are not known.
	Extra url.Values
}

// companyList is a listing of a company whose pages have at most 2,000 records.
func companyList[T any](s *service, op *operation, p CompanyListParams, id func(*T) string) paging.List[T] {
	if p.PerPage > 2000 {
		return paging.Failed[T](op.argument("PerPage", "is more than 2000"))
	}
	return list(s, op, nil, ListParams{PerPage: p.PerPage, Cursor: p.Cursor, Extra: p.Extra}, nil, id)
}

// CompanyRateChangesService lists changes of tenants' rates.
type CompanyRateChangesService service

// List returns one page of the changes of tenants' rates:
// GET /v1/companies/{company_id}/rate_change_updates (company-rate-changes.list). Only
// the reference of CubeSmart's host shows it.
func (s *CompanyRateChangesService) List(ctx context.Context, params CompanyListParams) (*tenantry.Page[RateChangeUpdate], error) {
	return s.list(params).First(ctx)
}

// All iterates over the changes of tenants' rates:
// GET /v1/companies/{company_id}/rate_change_updates (company-rate-changes.list). Only
// the reference of CubeSmart's host shows it.
func (s *CompanyRateChangesService) All(ctx context.Context, params CompanyListParams) iter.Seq2[*RateChangeUpdate, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of the changes of tenants' rates:
// GET /v1/companies/{company_id}/rate_change_updates (company-rate-changes.list). Only
// the reference of CubeSmart's host shows it.
func (s *CompanyRateChangesService) Pages(ctx context.Context, params CompanyListParams) iter.Seq2[*tenantry.Page[RateChangeUpdate], error] {
	return s.list(params).Pages(ctx)
}

func (s *CompanyRateChangesService) list(p CompanyListParams) paging.List[RateChangeUpdate] {
	return companyList((*service)(s), companyRateChanges, p, func(r *RateChangeUpdate) string { return r.ID })
}

// A RateChangeUpdate is a change of a tenant's rate.
type RateChangeUpdate struct {
	ID              string             `json:"id,omitzero"`
	FacilityName    string             `json:"facility_name,omitzero"`
	TenantID        string             `json:"tenant_id,omitzero"`
	TenantName      string             `json:"tenant_name,omitzero"`
	UnitID          string             `json:"unit_id,omitzero"`
	UnitName        string             `json:"unit_name,omitzero"`
	ChangedAt       tenantry.Timestamp `json:"changed_at,omitzero"`
	OldRate         tenantry.Decimal   `json:"old_rate,omitzero"`
	NewRate         tenantry.Decimal   `json:"new_rate,omitzero"`
	EffectiveOnDate tenantry.Date      `json:"effective_on_date,omitzero"`
	Extra           tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// CompanySameDayVacatesService lists units that were left, or rented, on a day.
type CompanySameDayVacatesService service

// List returns one page of the units that were left, or rented, on a day:
// GET /v1/companies/{company_id}/same_day_vacates (company-same-day-vacates.list). Only
// the reference of CubeSmart's host shows it.
func (s *CompanySameDayVacatesService) List(ctx context.Context, params CompanyListParams) (*tenantry.Page[SameDayVacate], error) {
	return s.list(params).First(ctx)
}

// All iterates over the units that were left, or rented, on a day:
// GET /v1/companies/{company_id}/same_day_vacates (company-same-day-vacates.list). Only
// the reference of CubeSmart's host shows it.
func (s *CompanySameDayVacatesService) All(ctx context.Context, params CompanyListParams) iter.Seq2[*SameDayVacate, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of the units that were left, or rented, on a day:
// GET /v1/companies/{company_id}/same_day_vacates (company-same-day-vacates.list). Only
// the reference of CubeSmart's host shows it.
func (s *CompanySameDayVacatesService) Pages(ctx context.Context, params CompanyListParams) iter.Seq2[*tenantry.Page[SameDayVacate], error] {
	return s.list(params).Pages(ctx)
}

func (s *CompanySameDayVacatesService) list(p CompanyListParams) paging.List[SameDayVacate] {
	return companyList((*service)(s), companySameDayVacates, p, func(v *SameDayVacate) string { return v.ID })
}

// A SameDayVacate is a unit that a tenant left or rented.
type SameDayVacate struct {
	ID               string             `json:"id,omitzero"`
	StoreNumber      *int64             `json:"store_number,omitzero"`
	UnitName         string             `json:"unit_name,omitzero"`
	InternalTenantID *int64             `json:"tenant_id,omitzero"` // InternalTenantID is the API's tenant_id, an integer that no operation takes.
	TenantName       string             `json:"tenant_name,omitzero"`
	Action           string             `json:"action,omitzero"` // Action is "vacate" or "rental".
	ActionAt         tenantry.Timestamp `json:"action_at,omitzero"`
	ActionBy         string             `json:"action_by,omitzero"`
	Extra            tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// CompanyAuctionsService lists the auctions of what delinquent tenants stored. Only the
// method and path of its operation are documented.
type CompanyAuctionsService service

// ListActive returns one page of the auctions that go on:
// GET /v1/companies/{company_id}/active_auctions (company-auctions.list-active). The
// response is not documented.
func (s *CompanyAuctionsService) ListActive(ctx context.Context, params ListParams) (*tenantry.Page[ActiveAuction], error) {
	return s.active(params).First(ctx)
}

// AllActive iterates over the auctions that go on:
// GET /v1/companies/{company_id}/active_auctions (company-auctions.list-active). The
// response is not documented.
func (s *CompanyAuctionsService) AllActive(ctx context.Context, params ListParams) iter.Seq2[*ActiveAuction, error] {
	return s.active(params).All(ctx)
}

// PagesActive iterates over pages of the auctions that go on:
// GET /v1/companies/{company_id}/active_auctions (company-auctions.list-active). The
// response is not documented.
func (s *CompanyAuctionsService) PagesActive(ctx context.Context, params ListParams) iter.Seq2[*tenantry.Page[ActiveAuction], error] {
	return s.active(params).Pages(ctx)
}

func (s *CompanyAuctionsService) active(p ListParams) paging.List[ActiveAuction] {
	return list((*service)(s), companyActiveAuctions, nil, p, nil, func(r *ActiveAuction) string { return r.ID })
}

// An ActiveAuction is an auction that goes on. Its members are not documented; Extra holds
// them.
type ActiveAuction struct {
	ID    string         `json:"id,omitzero"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds all members but ID.
}

// CompanyRevenueManagementService changes the standard rates of units in bulk.
type CompanyRevenueManagementService service

// RateImportParams holds rates to set.
type RateImportParams struct {
	// File is a CSV file with the columns "Group Key" and "New Standard Rate". The keys
	// are those in the rows of the report
	// "corporate_unoccupied_revenue_management_controller". It is required.
	File []byte
	// CreatedByID is the user who sets the rates. It is required.
	CreatedByID string
}

// Import sets the standard rates of groups of units from a CSV file, and returns the
// response as it came, nil if it is empty:
// POST /v1/companies/{company_id}/unoccupied_revenue_management/import
// (company-revenue-management.import), as multipart/form-data. A program sends it; the
// reference does not list it. It is never retried once the request may have reached the
// server.
func (s *CompanyRevenueManagementService) Import(ctx context.Context, params RateImportParams) (tenantry.Raw, error) {
	op := companyRevenueManagement
	if len(params.File) == 0 || params.CreatedByID == "" {
		return nil, op.argument("File or CreatedByID", "is empty")
	}
	content, kind, err := params.form()
	if err != nil {
		return nil, op.argument("File", "can't be written: "+err.Error())
	}
	if err := (*service)(s).check(op); err != nil {
		return nil, err
	}
	a, err := s.c.t.Send(ctx, &transport.Call{Op: &op.Op, Args: []string{s.id}, Content: content, Header: http.Header{"Content-Type": {kind}}})
	if err != nil {
		return nil, err
	}
	return rawOf(a, op)
}

// form returns the file and the user as a form, and its content type.
func (p *RateImportParams) form() (content []byte, kind string, err error) {
	const name = "unoccupied_revenue_management"
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	file, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="` + name + `[file]"; filename="rates.csv"`}, "Content-Type": {"text/csv"},
	})
	if err != nil {
		return nil, "", err
	}
	if _, err := file.Write(p.File); err != nil {
		return nil, "", err
	}
	if err := form.WriteField(name+"[created_by_id]", p.CreatedByID); err != nil {
		return nil, "", err
	}
	if err := form.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), form.FormDataContentType(), nil
}
