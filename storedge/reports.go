package storedge

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/poll"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// A reportOperations holds the operations of a company's reports or of a facility's.
type reportOperations struct{ create, get, rows *operation }

var (
	companyReports  = reportsAt("company-reports", companyPath+"/report_requests")
	facilityReports = reportsAt("reports", facilityPath+"/report_requests")
)

func reportsAt(service, path string) reportOperations {
	return reportOperations{
		create: write(service+".create", http.MethodPost, path, "report_request"),
		get:    read(service+".get", path+"/{report request id}", "report_request"),
		rows:   read(service+".list-rows", path+"/{report request id}/completed_json", "report_request").secret(),
	}
}

// ErrReportFailed reports a report that the API could not make. Test for it with
// errors.Is.
var ErrReportFailed = errors.New("storedge: the report failed")

// ReportCreateParams holds a report to request.
type ReportCreateParams struct {
	// ReportName is a name such as "corporate_unoccupied_revenue_management_controller".
	// It is required. The names are not documented.
	ReportName string `json:"report_name"`
	// ReportFormat is "csv". It is required.
	ReportFormat string `json:"report_format"`
	// ReportParams selects what the report is about.
	ReportParams ReportParams   `json:"report_params"`
	Extra        tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// ReportParams selects what a report is about.
type ReportParams struct {
	FilterFacilities []string       `json:"filter_facilities,omitzero"` // FilterFacilities are the ids of facilities.
	Extra            tenantry.Extra `json:",embed,unknown"`             // Extra holds members to send that have no field.
}

// A ReportRequest is a report that was requested.
type ReportRequest struct {
	ID string `json:"id,omitzero"`
	// Status is "complete" when the rows can be listed. Other words are not documented.
	Status string         `json:"status,omitzero"`
	Extra  tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// A ReportRow is a row of a report.
type ReportRow struct {
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds the cells by the headings of their columns.
}

// CompanyReportsService requests reports on a company.
type CompanyReportsService service

// ReportsService requests reports on a facility. Only the methods and paths of its
// operations are documented; bodies and responses are taken to be as in
// [CompanyReportsService].
type ReportsService service

// Create requests a report and returns the request, for [CompanyReportsService.Wait]:
// POST /v1/companies/{company_id}/report_requests (company-reports.create). It is not retried
// once the request may have reached the server.
func (s *CompanyReportsService) Create(ctx context.Context, params ReportCreateParams) (*ReportRequest, error) {
	return (*service)(s).createReport(ctx, companyReports, &params)
}

// Get returns how far a report is, or ErrNotFound:
// GET /v1/companies/{company_id}/report_requests/{id} (company-reports.get).
func (s *CompanyReportsService) Get(ctx context.Context, id string) (*ReportRequest, error) {
	return one[ReportRequest](ctx, (*service)(s), companyReports.get, []string{id}, nil, nil)
}

// Wait polls until a report is complete, with growing waits, for as long as the context
// lasts: GET /v1/companies/{company_id}/report_requests/{id}. It needs only the id, so
// that another process can continue to wait. It tolerates up to ten failed polls in a
// row. The intervals of params default to a second and 30 seconds. OnProgress receives
// each status.
//
// The error wraps [ErrReportFailed] if the API reports a failure. If the context ends
// first, the error wraps the context's error and the last failed poll's. Wait also
// returns the latest status with an error; it is nil if no poll succeeded.
func (s *CompanyReportsService) Wait(ctx context.Context, id string, params tenantry.WaitParams[*ReportRequest]) (*ReportRequest, error) {
	return waitReport(ctx, id, params, s.Get)
}

// ListRows returns all rows of a complete report:
// GET /v1/companies/{company_id}/report_requests/{id}/completed_json (company-reports.list-rows).
func (s *CompanyReportsService) ListRows(ctx context.Context, id string) (*tenantry.Page[ReportRow], error) {
	return (*service)(s).reportRows(ctx, companyReports, id)
}

// Create requests a report and returns the request, for [ReportsService.Wait]:
// POST /v1/{facility_id}/report_requests (reports.create). It is not retried once the request
// may have reached the server. See [ReportsService].
func (s *ReportsService) Create(ctx context.Context, params ReportCreateParams) (*ReportRequest, error) {
	return (*service)(s).createReport(ctx, facilityReports, &params)
}

// Get returns how far a report is, or ErrNotFound:
// GET /v1/{facility_id}/report_requests/{id} (reports.get). See [ReportsService].
func (s *ReportsService) Get(ctx context.Context, id string) (*ReportRequest, error) {
	return one[ReportRequest](ctx, (*service)(s), facilityReports.get, []string{id}, nil, nil)
}

// Wait polls until a report is complete, with growing waits, for as long as the context
// lasts: GET /v1/{facility_id}/report_requests/{id}. It needs only the id, so that
// another process can continue to wait. It tolerates up to ten failed polls in a row.
// The intervals of params default to a second and 30 seconds. OnProgress receives each
// status.
//
// The error wraps [ErrReportFailed] if the API reports a failure. If the context ends
// first, the error wraps the context's error and the last failed poll's. Wait also
// returns the latest status with an error; it is nil if no poll succeeded.
func (s *ReportsService) Wait(ctx context.Context, id string, params tenantry.WaitParams[*ReportRequest]) (*ReportRequest, error) {
	return waitReport(ctx, id, params, s.Get)
}

// ListRows returns all rows of a complete report:
// GET /v1/{facility_id}/report_requests/{id}/completed_json (reports.list-rows). See
// [ReportsService].
func (s *ReportsService) ListRows(ctx context.Context, id string) (*tenantry.Page[ReportRow], error) {
	return (*service)(s).reportRows(ctx, facilityReports, id)
}

func (s *service) createReport(ctx context.Context, ops reportOperations, params *ReportCreateParams) (*ReportRequest, error) {
	if params.ReportName == "" || params.ReportFormat == "" {
		return nil, ops.create.argument("ReportName or ReportFormat", "is empty")
	}
	return one[ReportRequest](ctx, s, ops.create, nil, nil, map[string]any{"report_request": params})
}

func waitReport(ctx context.Context, id string, params tenantry.WaitParams[*ReportRequest], get func(context.Context, string) (*ReportRequest, error)) (*ReportRequest, error) {
	w := poll.Wait[*ReportRequest]{
		What: "storedge: waiting for report " + poll.Name(id), Params: params,
		Poll:  func(ctx context.Context) (*ReportRequest, error) { return get(ctx, id) },
		State: func(r *ReportRequest) string { return r.Status },
		Done: func(r *ReportRequest) (bool, error) {
			switch poll.OutcomeOf(r.Status) {
			case poll.Finished:
				return true, nil
			case poll.Stopped:
				return true, fmt.Errorf("%w (status %.40q)", ErrReportFailed, r.Status)
			case poll.Running:
			}
			return false, nil
		},
	}
	return w.Run(ctx)
}

func (s *service) reportRows(ctx context.Context, ops reportOperations, id string) (*tenantry.Page[ReportRow], error) {
	a, err := s.send(ctx, ops.rows, []string{id}, nil, nil)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var response struct {
		ReportRequest struct {
			Report wire.List[ReportRow] `json:"report"`
		} `json:"report_request"`
	}
	r, err := paging.Decode(a, &response, &response.ReportRequest.Report)
	if err != nil {
		return nil, err
	}
	return &tenantry.Page[ReportRow]{Items: r.Items, Undecodable: r.Bad, Total: len(r.Items) + len(r.Bad)}, nil
}
