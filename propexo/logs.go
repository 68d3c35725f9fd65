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
)

// MaxJobData bounds what [JobLogsService.Data] reads.
const MaxJobData = 256 << 20

// Data writes the stored traffic of a write's job to w: of POST and PUT jobs
// alone, others are [tenantry.ErrNotFound] or a redirect that leads nowhere.
// Propexo answers where it is stored, a URL on another host that is good for a
// short time: it is fetched without credentials, over https, up to [MaxJobData]
// bytes. It answers how much was written. What was
// written before an error stands.
func (s *JobLogsService) Data(ctx context.Context, id string, w io.Writer) (int64, error) {
	return s.c.t.Download(ctx, &transport.Call{Op: jobLogsData, Args: []string{id}}, w, MaxJobData)
}

// A WriteLogListParams selects the latest entries of write jobs. Zero fields do
// not filter.
type WriteLogListParams struct {
	// Limit is how many entries a page has at most, 1 to 100; 0 means 100.
	Limit int `url:"-"`
	// Cursor goes on where an earlier listing with the same parameters left off.
	Cursor        tenantry.Cursor `url:"-"`
	TimeRange     string          `url:"time_range,omitempty"`
	IntegrationID string          `url:"integration_id,omitempty"`
	Status        string          `url:"status,omitempty"`
	WriteCategory string          `url:"write_category,omitempty"`
}

const maxWriteLogs = 100

// List fetches one page of write logs.
func (s *WriteLogsService) List(ctx context.Context, params WriteLogListParams) (*tenantry.Page[WriteLog], error) {
	return s.list(params).First(ctx)
}

// All iterates over write logs, fetching pages as the loop needs them. Their
// order is Propexo's own.
func (s *WriteLogsService) All(ctx context.Context, params WriteLogListParams) iter.Seq2[*WriteLog, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of write logs, each with the cursor to go on from.
func (s *WriteLogsService) Pages(ctx context.Context, params WriteLogListParams) iter.Seq2[*tenantry.Page[WriteLog], error] {
	return s.list(params).Pages(ctx)
}

func (s *WriteLogsService) list(params WriteLogListParams) paging.List[WriteLog] {
	size, err := s.c.size(writeLogsList, params.Limit, maxWriteLogs, maxWriteLogs)
	if err != nil {
		return paging.Failed[WriteLog](err)
	}
	selection, err := s.c.query(writeLogsList, params)
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
		Decode: func(a *transport.Response) (paging.Result[WriteLog], error) {
			var body struct {
				Results struct {
					Logs wire.List[WriteLog] `json:"logs"`
				} `json:"results"`
			}
			return paging.Decode(a, &body, &body.Results.Logs)
		},
	}.List()
}
