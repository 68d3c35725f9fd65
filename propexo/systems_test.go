package propexo_test

import (
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-json-experiment/json"
	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/propexodoc"
	"github.com/tenantry/tenantry-go/internal/propexodoc/calls"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/internal/wire"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

var argument = regexp.MustCompile(`\{[a-z_]+\}`)

// prepareAt makes arguments for a write that belongs to one system.
func prepareAt(t *testing.T, c *propexo.Client, w *propexodoc.SystemWrite, id string, opts ...propexo.WriteOption) *calls.Call {
	t.Helper()
	i := slices.IndexFunc(described.SystemOperations, func(op *propexodoc.Operation) bool { return op.Full() == w.Operation })
	var m *calls.Call
	if i >= 0 {
		m = prepare(t, c, described.SystemOperations[i], id)
		m.Args[1] = reflect.ValueOf(propexo.System(w.System))
	} else {
		m = prepare(t, c, described.Operation(w.Generic), id)
		m.Args = append(m.Args, reflect.ValueOf(propexo.At(propexo.System(w.System))))
	}
	for _, opt := range opts {
		m.Args = append(m.Args, reflect.ValueOf(opt))
	}
	return m
}

// Every write of every system: its method, path and body, in both envelopes.
func TestEverySystemsWrite(t *testing.T) {
	n := 0
	for _, w := range described.Writes {
		if w.API != "pms" {
			continue
		}
		n++
		t.Run(w.System+" "+w.Operation, func(t *testing.T) {
			c, mock := mocked(t)
			m := prepareAt(t, c, w, awkwardID, propexo.Unchecked())
			path := argument.ReplaceAllString(w.Path, url.PathEscape(awkwardID))
			response := `{"job_id":"j1","data":{"a":1}}`
			if w.Operation == "appointments.list-availability" {
				response = `{"meta":{"job_id":"j1"},"result":[]}`
			}
			var sent map[string]any
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, w.Method, r.Method)
				assert.Equal(t, path, r.URL.EscapedPath())
				assert.Equal(t, "Bearer "+token, r.Header.Get("Authorization"))
				b, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.NoError(t, json.Unmarshal(b, &sent))
				assert.JSONEq(t, string(m.Body), string(b))
				return httpmock.NewStringResponse(200, response), nil
			})
			got, err := m.Run()
			require.NoError(t, err)
			for _, f := range w.Fields {
				assert.Contains(t, sent, f.Name, "no parameter has this member")
			}
			if write, ok := got.(*propexo.Write); ok {
				assert.Equal(t, "j1", write.JobID)
				response = `{"meta":{"job_id":"j2"},"result":{"a":2}}`
				got, err = m.Run()
				require.NoError(t, err)
				assert.Equal(t, &propexo.Write{JobID: "j2", Data: tenantry.Raw(`{"a":2}`)}, got)
			}

			mock.Reset()
			_, err = prepareAt(t, c, w, awkwardID).Run()
			if !w.Supported {
				require.ErrorIs(t, err, tenantry.ErrNotSupported)
				require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
				require.ErrorContains(t, err, w.System+" does not support it")
				require.ErrorContains(t, err, w.Note)
				assert.Zero(t, mock.GetTotalCallCount())
				return
			}
			require.NotErrorIs(t, err, tenantry.ErrInvalidArgument, "all fields are set")
			checkMissing(t, c, w)
		})
	}
	assert.Equal(t, 344, n)
}

// Every write of every system, with each fault of a server.
func TestFailuresOfEverySystemsWrite(t *testing.T) {
	n := 0
	for _, w := range described.Writes {
		if w.API != "pms" {
			continue
		}
		n++
		t.Run(w.System+" "+w.Operation, func(t *testing.T) {
			c, mock := mocked(t)
			m := prepareAt(t, c, w, "cl1", propexo.Unchecked())
			testclient.Fails(t, mock, w.Operation, token, func() error {
				_, err := m.Run()
				return err
			})
		})
	}
	assert.Equal(t, 344, n)
}

// checkMissing checks that a write without parameters is refused with the names of
// all required ones.
func checkMissing(t *testing.T, c *propexo.Client, w *propexodoc.SystemWrite) {
	t.Helper()
	m := prepareAt(t, c, w, "cl1")
	for i, arg := range m.Args {
		if arg.Kind() == reflect.Struct {
			m.Args[i] = reflect.New(arg.Type()).Elem()
			if f := m.Args[i].FieldByName("IntegrationID"); f.IsValid() && f.Kind() == reflect.String {
				f.SetString("cl1") // required by the generic operation too
			}
		}
	}
	_, err := m.Run()
	capability, ok := propexo.Support(propexo.System(w.System), w.Operation)
	require.True(t, ok)
	for _, name := range capability.Required() {
		if name == "integration_id" {
			continue
		}
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
		if !strings.Contains(err.Error(), "Propexo requires it") { // the generic operation requires another one first
			require.ErrorContains(t, err, propexodoc.Pascal(name))
		}
	}
}

// The table is the documentation, row by row.
func TestCapabilitiesAreTheDocumentation(t *testing.T) {
	n := 0
	for _, w := range described.Writes {
		if w.System == "GENERIC" {
			continue
		}
		n++
		c, ok := propexo.Support(propexo.System(w.System), w.Operation)
		require.True(t, ok, "%s %s", w.System, w.Operation)
		want := propexo.Capability{
			System: propexo.System(w.System), Operation: w.Operation, Supported: w.Supported, Method: w.Method, Path: w.Path, PathInferred: w.PathInferred,
			FieldsComplete: w.Complete, Created: propexo.CreatedRecord(w.Created), Upstream: w.Upstream, Note: w.Note,
		}
		for i, f := range w.Fields {
			require.Equal(t, f.Name, c.Fields[i].Name)
			require.Equal(t, f.Required, c.Fields[i].Required)
			require.Contains(t, c.Fields[i].Condition, f.Rule)
		}
		require.Len(t, c.Fields, len(w.Fields))
		c.Fields = nil
		require.Equal(t, want, c)
		require.Len(t, slices.DeleteFunc(propexo.Capabilities(want.System), func(o propexo.Capability) bool { return o.Operation != w.Operation }), 1, "one row for %s %s", w.System, w.Operation)
	}
	assert.Equal(t, 366, n)
	_, ok := propexo.Support("", "leases.create")
	assert.False(t, ok)
	_, ok = propexo.Support(propexo.SystemEntrata, "leases.fly")
	assert.False(t, ok)
}

func TestCapabilitiesAreCopies(t *testing.T) {
	c, _ := propexo.Support(propexo.SystemEntrata, "leases.create")
	require.NotEmpty(t, c.Fields)
	c.Fields[0].Name = "changed"
	again, _ := propexo.Support(propexo.SystemEntrata, "leases.create")
	assert.NotEqual(t, "changed", again.Fields[0].Name)
	missing, err := again.Missing(tenantry.Raw(`{"integration_id":"x","move_in_date":null}`))
	require.NoError(t, err)
	assert.NotContains(t, missing, "integration_id")
	assert.NotEmpty(t, missing)
	_, err = again.Missing(tenantry.Raw(`[`))
	require.Error(t, err)
}

func TestAt(t *testing.T) {
	c, mock := mocked(t)
	ctx := t.Context()
	_, err := c.Leases.Create(ctx, propexo.LeaseCreateParams{IntegrationID: "in"}, propexo.At("NOBODY"))
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	require.ErrorContains(t, err, `propexo: leases.create: At names "NOBODY", which has no such operation of its own`)
	_, err = c.Leases.UploadFile(ctx, propexo.SystemMRI, "cl1", propexo.LeaseFileUploadParams{}, propexo.Unchecked())
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	_, err = c.Leases.UploadFile(ctx, propexo.SystemYardi, "cl1", propexo.LeaseFileUploadParams{})
	require.ErrorIs(t, err, tenantry.ErrNotSupported)
	require.ErrorContains(t, err, "use Create Resident File instead")
	_, err = c.EventTypes.Create(ctx, propexo.SystemMRI, propexo.EventTypeCreateParams{})
	require.EqualError(t, err, "propexo: event-types.create: IntegrationID, ActionCode must be set: MRI requires it; Unchecked sends it anyway")
	assert.Zero(t, mock.GetTotalCallCount())

	// A 405 and a 400 of the system's own operation name its path.
	for status, class := range map[int]error{405: tenantry.ErrNotSupported, 400: tenantry.ErrInvalid} {
		mock.RegisterNoResponder(httpmock.NewStringResponder(status, `{"error":{"code":"x","message":"No."}}`))
		_, err = c.Residents.Update(ctx, "r1", propexo.ResidentUpdateParams{}, propexo.Unchecked(), propexo.At(propexo.SystemEntrata))
		require.ErrorIs(t, err, class)
		var e *tenantry.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "/v1/residents/entrata/{id}", e.Path)
		assert.Equal(t, "residents.update", e.Operation)
	}
}

// Files are checked before anything is encoded or sent.
func TestFileSizes(t *testing.T) {
	c, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"job_id":"j1"}`))
	file := func(n int) propexo.SystemFile {
		return propexo.SystemFile{FileData: tenantry.Set(strings.Repeat("A", n)), FileName: tenantry.Set("a.pdf"), MIMEType: tenantry.Set("application/pdf")}
	}
	const limit = 16735272 // of Propertyware
	for n, want := range map[int]bool{limit: true, limit + 1: false} {
		_, err := c.Leases.UploadFile(t.Context(), propexo.SystemPropertyware, "cl1", propexo.LeaseFileUploadParams{IntegrationID: tenantry.Set("in"), Attachment: tenantry.Set(file(n))})
		if want {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
		require.EqualError(t, err, "propexo: leases.upload-file: Attachment has a file of 16735273 characters in base64; PROPERTYWARE takes at most 16735272")
	}
	assert.Equal(t, 1, mock.GetTotalCallCount())
	_, err := c.Leases.UploadFile(t.Context(), propexo.SystemEntrata, "cl1", propexo.LeaseFileUploadParams{
		IntegrationID: tenantry.Set("in"), Attachments: tenantry.Set([]propexo.SystemFile{file(35 << 20), file(35 << 20)}),
	})
	require.ErrorContains(t, err, "leases.upload-file: Attachments has files of 73400320 characters in base64; Propexo takes at most 69905068 together")
	assert.Equal(t, 1, mock.GetTotalCallCount())

	data, err := propexo.FileData(strings.NewReader("hello"), 5)
	require.NoError(t, err)
	assert.Equal(t, "aGVsbG8=", data)
	_, err = propexo.FileData(strings.NewReader("hello!"), 5)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
	_, err = propexo.FileData(iotest.ErrReader(io.ErrUnexpectedEOF), 0)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// Every write of every system against the fake: a 405 for what is not supported, and
// otherwise a job that ends.
func TestEverySystemsWriteAgainstTheFake(t *testing.T) {
	c, s := fake(t, []propexotest.Option{propexotest.WithResidents(1), propexotest.WithPendingPolls(0)}, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}))
	for _, w := range described.Writes {
		if w.API != "pms" {
			continue
		}
		t.Run(w.System+" "+w.Operation, func(t *testing.T) {
			m := prepareAt(t, c, w, s.ResidentIDs()[0], propexo.Unchecked())
			body, err := json.Marshal(propexodoc.NewSampler(described, 7, 0).System(w))
			require.NoError(t, err)
			for i, arg := range m.Args {
				if arg.Kind() == reflect.Struct {
					params := reflect.New(arg.Type())
					require.NoError(t, wire.Decode(body, params.Interface()))
					m.Args[i] = params.Elem()
				}
			}
			got, err := m.Run()
			if !w.Supported && errors.Is(err, tenantry.ErrInvalidArgument) {
				return // the generic operation requires a field that this one does not have
			}
			if !w.Supported {
				require.ErrorIs(t, err, tenantry.ErrNotSupported)
				return
			}
			require.NoError(t, err, "%v", detailsOf(err))
			if write, ok := got.(*propexo.Write); ok {
				status, err := c.Writes.Status(t.Context(), write.JobID)
				require.NoError(t, err)
				assert.Equal(t, propexo.WriteSuccess, status.State)
				assert.Equal(t, w.Created == "immediate" && strings.HasSuffix(w.Operation, ".create") && readable(w), status.CreatedRecordID != "", status.CreatedRecordID)
			}
		})
	}
}

// readable reports whether the fake lists the records that a write creates.
func readable(w *propexodoc.SystemWrite) bool {
	service, _, _ := strings.Cut(w.Operation, ".")
	return slices.ContainsFunc(described.Operations, func(op *propexodoc.Operation) bool {
		return op.Name == "List" && propexodoc.Kebab(op.Service) == service && op.Paged()
	}) && !slices.Contains([]string{"rentable-items", "resident-insurance"}, service)
}

// A record that appears with the next sync can't be read before.
func TestNextSync(t *testing.T) {
	c, s := fake(t, []propexotest.Option{propexotest.WithPendingPolls(0)})
	ctx := t.Context()
	create := func(system propexo.System) string {
		t.Helper()
		before := len(collect(t, c.Leads.All(ctx, propexo.LeadListParams{})))
		w, err := c.Leads.Create(ctx, propexo.LeadCreateParams{IntegrationID: "cl1", PropertyID: tenantry.Set("cl2"), FirstName: tenantry.Set("Ana"), LastName: tenantry.Set("Li")}, propexo.At(system), propexo.IgnoreUnknownFields(), propexo.Unchecked())
		require.NoError(t, err)
		status, err := c.Writes.Status(ctx, w.JobID)
		require.NoError(t, err)
		assert.Equal(t, status.CreatedRecordID != "", len(collect(t, c.Leads.All(ctx, propexo.LeadListParams{}))) > before)
		return status.CreatedRecordID
	}
	ran := 0
	for _, w := range described.Writes {
		if w.Operation != "leads.create" || w.Created == "" || !w.Supported || slices.ContainsFunc(w.Fields, func(f propexodoc.SystemField) bool {
			return f.Required && !slices.Contains([]string{"integration_id", "property_id", "first_name", "last_name"}, f.Name)
		}) {
			continue
		}
		ran++
		id := create(propexo.System(w.System))
		if w.Created == "immediate" {
			_, err := c.Leads.Get(ctx, id)
			require.NoError(t, err)
			continue
		}
		assert.Empty(t, id)
		assert.Equal(t, 1, s.Sync())
		assert.Zero(t, s.Sync())
	}
	assert.Greater(t, ran, 0)
}

func collect[T any](t *testing.T, seq iter.Seq2[*T, error]) []*T {
	t.Helper()
	all, err := tenantry.Collect(seq)
	require.NoError(t, err)
	return all
}

func detailsOf(err error) map[string]any {
	var e *tenantry.Error
	errors.As(err, &e)
	if e == nil {
		return nil
	}
	return e.Details
}
