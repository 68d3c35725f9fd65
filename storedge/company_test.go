package storedge_test

import (
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
)

func TestReports(t *testing.T) {
	type service interface {
		Wait(context.Context, string, tenantry.WaitParams[*storedge.ReportRequest]) (*storedge.ReportRequest, error)
		ListRows(context.Context, string) (*tenantry.Page[storedge.ReportRow], error)
	}
	client, mock := connected(t)
	for path, reports := range map[string]service{"/v1/companies/c1": client.Company("c1").Reports, "/v1/f1": client.Facility("f1").Reports} {
		synctest.Test(t, func(t *testing.T) {
			states := []string{"", "pending", "complete"}
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, path+"/report_requests/r1", r.URL.Path)
				state := states[0]
				states = states[1:]
				if state == "" {
					return httpmock.NewStringResponse(503, `{}`), nil
				}
				return httpmock.NewStringResponse(200, fmt.Sprintf(`{"report_request":{"id":"r1","status":%q},"meta":{}}`, state)), nil
			})
			var seen []string
			done, err := reports.Wait(t.Context(), "r1", tenantry.WaitParams[*storedge.ReportRequest]{OnProgress: func(r *storedge.ReportRequest) { seen = append(seen, r.Status) }})
			require.NoError(t, err)
			assert.Equal(t, "complete", done.Status)
			assert.Equal(t, []string{"pending", "complete"}, seen)

			mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"report_request":{"id":"r1","status":"failed"},"meta":{}}`))
			last, err := reports.Wait(t.Context(), "r1", tenantry.WaitParams[*storedge.ReportRequest]{})
			require.ErrorIs(t, err, storedge.ErrReportFailed)
			require.EqualError(t, err, `storedge: the report failed (status "failed")`)
			assert.Equal(t, "failed", last.Status)

			mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"report_request":{"id":"r1","status":"pending"},"meta":{}}`))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			_, err = reports.Wait(ctx, "r1", tenantry.WaitParams[*storedge.ReportRequest]{})
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.ErrorContains(t, err, `storedge: waiting for report r1: context deadline exceeded; last state "pending"`)
		})
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"report_request":{"report":[{"Group Key":"ZQ==","Current Standard Rate":100.0},7]},"meta":{}}`))
		rows, err := reports.ListRows(t.Context(), "r1")
		require.NoError(t, err)
		require.Len(t, rows.Items, 1)
		assert.Len(t, rows.Undecodable, 1)
		assert.Equal(t, 2, rows.Total)
		assert.Equal(t, `100.0`, string(rows.Items[0].Extra["Current Standard Rate"]))
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"report_request":{"status":"pending"},"meta":{}}`))
		_, err = reports.ListRows(t.Context(), "r1")
		var bad *tenantry.DecodeError
		require.ErrorAs(t, err, &bad, "a report that is not complete has no rows")
	}
}

func TestRateImport(t *testing.T) {
	client, mock := connected(t)
	const file = "Group Key,New Standard Rate\nZQ==,50\n"
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		assert.NoError(t, err)
		assert.Equal(t, "multipart/form-data", kind)
		form, err := multipart.NewReader(r.Body, params["boundary"]).ReadForm(1 << 20)
		if assert.NoError(t, err) {
			assert.Equal(t, []string{"u1"}, form.Value["unoccupied_revenue_management[created_by_id]"])
			header := form.File["unoccupied_revenue_management[file]"][0]
			assert.Equal(t, "text/csv", header.Header.Get("Content-Type"))
			f, err := header.Open()
			assert.NoError(t, err)
			b, err := io.ReadAll(f)
			assert.NoError(t, err)
			assert.Equal(t, file, string(b))
		}
		return httpmock.NewStringResponse(200, ``), nil
	})
	response, err := client.Company("c1").RevenueManagement.Import(t.Context(), storedge.RateImportParams{File: []byte(file), CreatedByID: "u1"})
	require.NoError(t, err)
	assert.Nil(t, response)
}

func TestMoreThatIsRefusedBeforeSending(t *testing.T) {
	client, mock := connected(t)
	f, c, ctx := client.Facility("f1"), client.Company("c1"), t.Context()
	var noCompany *storedge.Company
	assert.Empty(t, noCompany.ID())
	assert.Equal(t, "c1", c.ID())
	var zero storedge.Company
	for name, err := range map[string]error{
		"zero company":              second(zero.Leads.List(ctx, storedge.LeadListParams{})),
		"zero company, rows":        second(zero.Reports.ListRows(ctx, "r1")),
		"zero company, import":      second(zero.RevenueManagement.Import(ctx, storedge.RateImportParams{File: []byte("x"), CreatedByID: "u1"})),
		"no company":                second(client.Company("").RateChanges.List(ctx, storedge.CompanyListParams{})),
		"no company, import":        second(client.Company("").RevenueManagement.Import(ctx, storedge.RateImportParams{File: []byte("x"), CreatedByID: "u1"})),
		"zero facility, document":   second(new(storedge.Facility).Documents.Get(ctx, "d1")),
		"no document":               second(f.Documents.Get(ctx, "")),
		"no session":                second(f.Documents.GetForSession(ctx, "d1", "")),
		"dots for a verb":           second(f.DelinquencyEvents.Act(ctx, "d1", "..", nil)),
		"documents to nobody":       f.Documents.SendEsignable(ctx, "e1", storedge.SendEsignableParams{}),
		"documents to both":         f.Documents.SendEsignable(ctx, "e1", storedge.SendEsignableParams{Email: "a@example.test", SMSNumber: "1"}),
		"note without a text":       second(f.Notes.Create(ctx, storedge.NoteCreateParams{Note: storedge.NoteParams{TenantID: "t1"}})),
		"note on nothing":           second(f.Notes.Create(ctx, storedge.NoteCreateParams{Note: storedge.NoteParams{NoteText: "x"}})),
		"tenant's note, no text":    second(f.Tenants.CreateNote(ctx, "t1", storedge.NoteCreateParams{})),
		"no code":                   second(f.Gate.CheckCode(ctx, storedge.GateAccessCodeParams{})),
		"summary of no date":        second(f.Insurance.Summary(ctx, storedge.DateRange{StartDate: "9/15/2023"})),
		"activity that ends before": second(f.Insurance.Activity(ctx, storedge.DateRange{StartDate: "2023-09-15", EndDate: "2023-09-14"})),
		"rates of no date":          second(tenantry.Collect(f.RateAppliedActions.All(ctx, storedge.RateAppliedActionListParams{EndDate: "now"}))),
		"too many a page":           second(c.SameDayVacates.List(ctx, storedge.CompanyListParams{PerPage: 2001})),
		"report without a name":     second(c.Reports.Create(ctx, storedge.ReportCreateParams{ReportFormat: "csv"})),
		"report without a format":   second(f.Reports.Create(ctx, storedge.ReportCreateParams{ReportName: "x"})),
		"no report":                 second(c.Reports.Wait(ctx, "", tenantry.WaitParams[*storedge.ReportRequest]{})),
		"import of nothing":         second(c.RevenueManagement.Import(ctx, storedge.RateImportParams{CreatedByID: "u1"})),
		"import by nobody":          second(c.RevenueManagement.Import(ctx, storedge.RateImportParams{File: []byte("x")})),
	} {
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
	assert.Zero(t, mock.GetTotalCallCount())
}

// A list whose records have no ids, or that has an order of its own, asks for none.
func TestListsWithoutAnOrder(t *testing.T) {
	client, mock := connected(t)
	var asked []url.Values
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		q := r.URL.Query()
		asked = append(asked, q)
		page, _ := strconv.Atoi(q.Get("page"))
		size, _ := strconv.Atoi(q.Get("per_page"))
		rows := []string{`{"unit_id":"u1"}`, `{"unit_id":"u1"}`, `{"unit_id":"u2"}`}
		from, to := min((page-1)*size, len(rows)), min(page*size, len(rows))
		next := "null"
		if to < len(rows) {
			next = strconv.Itoa(page + 1)
		}
		return httpmock.NewStringResponse(200, `{"rate_applied_actions":[`+strings.Join(rows[from:to], ",")+`],"meta":{"pagination":{"total_entries":3,"next_page":`+next+`}}}`), nil
	})
	all, err := tenantry.Collect(client.Facility("f1").RateAppliedActions.All(t.Context(), storedge.RateAppliedActionListParams{PerPage: 2}))
	require.NoError(t, err)
	assert.Len(t, all, 3, "records that are alike are two")
	for _, q := range asked {
		assert.NotContains(t, q, "asort")
	}
}
