package propexo

import (
	"context"
	"io"
	"iter"
	"net/url"
	"strconv"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
	"github.com/tenantry/tenantry-go/propexo/internal/link"
)

// MaxJobData is how many bytes [JobLogsService.Data] reads at most.
const MaxJobData = 256 << 20

// Data writes the stored requests and responses of a write's job to w, and returns
// how many bytes it wrote. Only POST and PUT jobs have them; for others the error is
// [tenantry.ErrNotFound] or that of a redirect that leads nowhere.
//
// Propexo redirects to a short-lived URL on another host. The SDK fetches it without
// credentials, over https, up to [MaxJobData] bytes. Bytes that were written before
// an error stay written.
//
// GET /v1/admin/job-logs/{job_log_id}/data (job-logs.data)
func (s *JobLogsService) Data(ctx context.Context, id string, w io.Writer) (int64, error) {
	return s.c.t.Download(ctx, &transport.Call{Op: jobLogsData, Args: []string{id}}, w, MaxJobData)
}

// WriteLogListParams selects the latest log entries of writes. Fields that are zero
// do not filter.
type WriteLogListParams struct {
	// Limit is the maximum number of entries in a page, 1 to 100. Zero means 100.
	Limit int `url:"-"`
	// Cursor resumes an earlier listing with the same parameters.
	Cursor tenantry.Cursor `url:"-"`
	// TimeRange selects by the age of the entries.
	TimeRange LogTimeRange `url:"time_range,omitempty"`
	// IntegrationID selects by the Propexo ID of the integration.
	IntegrationID string `url:"integration_id,omitempty"`
	// Status selects by the outcome of the job.
	Status JobOutcome `url:"status,omitempty"`
	// WriteCategory selects by what was written.
	WriteCategory WriteCategory `url:"write_category,omitempty"`
	// Extra holds query values that have no field. They are sent as they are. A name
	// that has a field is refused.
	Extra url.Values `url:"-"`
}

const maxWriteLogs = 100

// List returns one page of write logs.
//
// GET /v1/admin/logs/writes/ (write-logs.list)
func (s *WriteLogsService) List(ctx context.Context, params WriteLogListParams) (*tenantry.Page[WriteLog], error) {
	return s.list(params).First(ctx)
}

// All iterates over write logs in Propexo's own order. It fetches pages as the loop
// needs them.
//
// GET /v1/admin/logs/writes/ (write-logs.list)
func (s *WriteLogsService) All(ctx context.Context, params WriteLogListParams) iter.Seq2[*WriteLog, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of write logs. Each page has the cursor to resume after
// it.
//
// GET /v1/admin/logs/writes/ (write-logs.list)
func (s *WriteLogsService) Pages(ctx context.Context, params WriteLogListParams) iter.Seq2[*tenantry.Page[WriteLog], error] {
	return s.list(params).Pages(ctx)
}

func (s *WriteLogsService) list(params WriteLogListParams) paging.List[WriteLog] {
	size, err := link.Size(s.c.t, writeLogsList, params.Limit, maxWriteLogs, maxWriteLogs)
	if err != nil {
		return paging.Failed[WriteLog](err)
	}
	selection, err := link.Query(s.c.t, writeLogsList, params)
	if err != nil {
		return paging.Failed[WriteLog](err)
	}
	return paging.Offsets[WriteLog]{
		Identity:  paging.Identity{API: api, Operation: writeLogsList.Name, Params: selection.Encode()},
		Size:      size,
		Max:       maxWriteLogs,
		Start:     params.Cursor,
		Prefetch:  s.c.t.Config().Prefetch,
		ShortEnds: true,
		ID:        func(l *WriteLog) string { return l.ID },
		Send: func(ctx context.Context, w paging.Window) (*transport.Response, error) {
			q := url.Values{"offset": {strconv.Itoa(w.Offset)}, "limit": {strconv.Itoa(w.Limit)}}
			for name, values := range selection {
				q[name] = values
			}
			return s.c.t.Send(ctx, &transport.Call{Op: writeLogsList, Query: q})
		},
		Decode: func(resp *transport.Response) (paging.Result[WriteLog], error) {
			var body struct {
				Results struct {
					Logs wire.List[WriteLog] `json:"logs"`
				} `json:"results"`
			}
			return paging.Decode(resp, &body, &body.Results.Logs)
		},
	}.List()
}
