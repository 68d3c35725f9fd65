package propexo_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/lossless"
	"github.com/tenantry/tenantry-go/internal/propexodoc"
	"github.com/tenantry/tenantry-go/internal/propexodoc/calls"
	"github.com/tenantry/tenantry-go/internal/wire"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

var described = propexodoc.Load()

// awkwardID needs escaping.
const awkwardID = "cl/ü 1"

// prepare makes arguments for the method of an operation: IDs, and parameters
// with every field set.
func prepare(t *testing.T, c *propexo.Client, op *propexodoc.Operation, id string) *calls.Call {
	t.Helper()
	m, err := calls.Prepare(t.Context(), described, c, op, id, setCredentials)
	require.NoError(t, err)
	return m
}

var sampleCredentials = propexo.EntrataCredentials{APIKey: tenantry.NewSecret("canary-key"), CompanyID: "c1"}

func setCredentials(params reflect.Value) {
	switch field := params.FieldByName("Credentials"); {
	case !field.IsValid():
	case field.Kind() == reflect.Interface:
		field.Set(reflect.ValueOf(sampleCredentials))
	default:
		field.Set(reflect.ValueOf(tenantry.Set[propexo.IntegrationCredentials](sampleCredentials)))
	}
}

// wantQuery is what all filters come to.
func wantQuery(op *propexodoc.Operation, got url.Values) url.Values {
	want := make(url.Values)
	if op.Paged() {
		want = url.Values{"order-by": {"id:asc"}, "offset": {"0"}, "limit": {"100"}}
	}
	if op.Method != http.MethodGet || op.Hand {
		return got
	}
	for _, f := range op.Filters() {
		switch f.Type {
		case "time":
			want[f.Name] = []string{"2026-01-02T03:04:05Z"}
		case "date":
			want[f.Name] = []string{"2026-01-02"}
		case "boolean":
			want[f.Name] = []string{"false"}
		case "integer":
			want[f.Name] = []string{"0"}
		case "array":
			want[f.Name] = []string{"a", "b"}
		default:
			want[f.Name] = []string{"x"}
		}
	}
	return want
}

// sampleAnswer is a response in the operation's envelope, and the record in it.
func sampleAnswer(op *propexodoc.Operation) (answer, record []byte) {
	marshal := func(v any) []byte {
		b, err := json.Marshal(v, json.Deterministic(true))
		if err != nil {
			panic(err)
		}
		return b
	}
	if len(op.Response) == 0 {
		return []byte("{}"), nil
	}
	record = marshal(propexodoc.NewSampler(described, 3, 0).Struct(op.Response[0]))
	one := jsontext.Value(record)
	switch op.Envelope {
	case "meta+results[]":
		return marshal(map[string]any{"meta": map[string]any{"total": 1, "hasMore": false}, "results": []any{one}}), record
	case "meta+results", "results":
		return marshal(map[string]any{"meta": map[string]any{}, "results": one}), record
	case "result":
		return marshal(map[string]any{"result": one}), record
	case "meta+result[]":
		return marshal(map[string]any{"meta": map[string]any{"job_id": "j"}, "result": []any{one}}), record
	}
	return record, record
}

// Every method: what it sends, and what it makes of the response, of a 400 with
// details, and of a 429.
func TestEveryOperation(t *testing.T) {
	require.Len(t, described.Operations, 216)
	for _, op := range described.Operations {
		t.Run(op.Full(), func(t *testing.T) {
			c, mock := mocked(t)
			m := prepare(t, c, op, awkwardID)
			path := op.Path
			for _, p := range op.PathParams {
				path = strings.Replace(path, "{"+p+"}", url.PathEscape(awkwardID), 1)
			}
			answer, record := sampleAnswer(op)
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, op.Method, r.Method)
				assert.Equal(t, path, r.URL.EscapedPath())
				assert.Equal(t, wantQuery(op, r.URL.Query()), r.URL.Query())
				assert.Equal(t, "Bearer "+token, r.Header.Get("Authorization"))
				checkBody(t, op, m, r)
				return httpmock.NewStringResponse(200, string(answer)), nil
			})
			got, err := m.Run()
			require.NoError(t, err)
			assert.Equal(t, 1, mock.GetTotalCallCount())
			checkDecoded(t, op, record, got)

			mock.RegisterNoResponder(httpmock.NewStringResponder(400, `{"error":{"code":"invalid_request","message":"No.","details":{"details":{"name":"ZodError","issues":[{"code":"x","path":["a"]}]}}}}`))
			_, err = m.Run()
			require.ErrorIs(t, err, propexo.ErrInvalidRequest)
			require.ErrorIs(t, err, tenantry.ErrInvalid)
			var e *tenantry.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, op.Full(), e.Operation)
			assert.Equal(t, op.Path, e.Path)
			assert.NotEmpty(t, e.Details["details"])
			mock.RegisterNoResponder(httpmock.NewStringResponder(429, ``))
			_, err = m.Run()
			require.ErrorIs(t, err, tenantry.ErrRateLimited)
		})
	}
}

func checkBody(t *testing.T, op *propexodoc.Operation, m *calls.Call, r *http.Request) {
	t.Helper()
	if op.Request == "" {
		assert.True(t, r.Body == nil || r.ContentLength == 0, "a body without reason")
		return
	}
	b, err := io.ReadAll(r.Body)
	assert.NoError(t, err)
	var want map[string]any
	assert.NoError(t, json.Unmarshal(m.Body, &want))
	switch op.Full() {
	case "resident-pets.update":
		want["resident_pet_id"] = awkwardID
	case "units.create":
		want["intgration_id"] = want["integration_id"]
	case "integrations.create", "integrations.update":
		want["credentials"] = map[string]any{"apiKey": "canary-key", "companyId": "c1"}
	}
	expected, err := json.Marshal(want)
	assert.NoError(t, err)
	assert.JSONEq(t, string(expected), string(b))
}

// checkDecoded compares what came out with the record that went in.
func checkDecoded(t *testing.T, op *propexodoc.Operation, record []byte, got any) {
	t.Helper()
	v := reflect.ValueOf(got)
	switch {
	case op.Write():
		w, _ := got.(*propexo.Write)
		require.NotNil(t, w)
		assert.NotEmpty(t, w.JobID)
		return
	case op.Hand && op.Envelope != "meta+result[]":
		return
	case op.Paged() || op.Envelope == "meta+result[]":
		v = v.Elem().FieldByName("Items").Index(0)
	}
	if op.Service == "Webhooks" && op.Name != "Delete" {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		assert.NotEmpty(t, v.FieldByName("URL").String())
		assert.NotEmpty(t, v.FieldByName("Secret").String())
		return // it refuses to be marshalled, for its secret
	}
	if v.Kind() != reflect.Pointer {
		v = v.Addr()
	}
	said(t, record, v.Interface())
}

func said(t *testing.T, record []byte, decoded any) {
	t.Helper()
	back, _, err := wire.MarshalRequest(decoded) // with its secrets
	require.NoError(t, err)
	want, err := lossless.Of(record)
	require.NoError(t, err)
	got, err := lossless.Of(back)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

// Every method against the fake, over a socket.
func TestEveryOperationAgainstTheFake(t *testing.T) {
	c, s := fake(t, nil, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}))
	for i := range 5 {
		s.Add(propexo.Resident{ID: propexotest.DescribedID("Residents", i)})
	}
	for _, op := range described.Operations {
		if op.Full() == "writes.retry" || op.Full() == "writes.status" {
			continue // tested on their own
		}
		t.Run(op.Full(), func(t *testing.T) {
			id := propexotest.DescribedID(op.Service, 3)
			if op.Service == "Integrations" && op.Name == "JobSchedule" {
				id = propexotest.DescribedID("JobSchedule", 3)
			}
			m := prepare(t, c, op, id)
			if op.Method == http.MethodGet {
				for i, arg := range m.Args { // what matches is another matter
					if arg.Kind() == reflect.Struct && op.Full() != "normalization.get" {
						m.Args[i] = reflect.New(arg.Type()).Elem()
					}
				}
			}
			got, err := m.Run()
			require.NoError(t, err)
			if page := reflect.ValueOf(got); op.Paged() {
				assert.NotZero(t, page.Elem().FieldByName("Items").Len())
			}
		})
	}
}

// All of every list, to its end.
func TestEveryIterator(t *testing.T) {
	c, _ := fake(t, []propexotest.Option{propexotest.WithPortfolio(5, 20, 1)})
	for _, op := range described.Operations {
		if !op.Paged() {
			continue
		}
		name := "All"
		if op.Name != "List" {
			name = "All" + strings.TrimPrefix(op.Name, "List")
		}
		m := prepare(t, c, op, "clx")
		m.Args[len(m.Args)-1] = reflect.New(m.Args[len(m.Args)-1].Type()).Elem()
		all := reflect.ValueOf(c).Elem().FieldByName(op.Service).MethodByName(name)
		require.True(t, all.IsValid(), "%s.%s", op.Service, name)
		n := 0
		for _, err := range all.Call(m.Args)[0].Seq2() {
			require.True(t, err.IsNil(), "%v", err)
			n++
		}
		assert.GreaterOrEqual(t, n, 5, op.Full())
	}
}

// Random JSON that is true to the description, nulls and unknown members
// included, survives decoding and encoding, for every structure of every response.
func TestEveryModelIsLossless(t *testing.T) {
	models := make(map[string]reflect.Type)
	c, _ := mocked(t)
	for _, op := range described.Operations {
		if op.Hand || op.Write() || len(op.Response) != 1 {
			continue
		}
		out := reflect.ValueOf(c).Elem().FieldByName(op.Service).MethodByName(op.Name).Type().Out(0).Elem()
		if op.Paged() {
			items, _ := out.FieldByName("Items")
			out = items.Type.Elem()
		}
		models[op.Response[0]] = out
	}
	models["WriteLog"], models["AppointmentCalendar"] = reflect.TypeFor[propexo.WriteLog](), reflect.TypeFor[propexo.AppointmentCalendar]()
	require.Greater(t, len(models), 60)
	for schema, model := range models {
		for seed := range uint64(60) {
			record, err := json.Marshal(propexodoc.NewSampler(described, seed, 35).Struct(schema))
			require.NoError(t, err)
			decoded := reflect.New(model).Interface()
			require.NoError(t, wire.Decode(record, decoded))
			if strings.HasPrefix(schema, "Webhook") && schema != "WebhookDeleted" {
				continue // see above
			}
			said(t, record, decoded)
			if t.Failed() {
				t.Fatalf("%s: %s", schema, record)
			}
		}
	}
}

// What Propexo requires is asked for before anything is sent.
func TestRequiredParameters(t *testing.T) {
	c, mock := mocked(t)
	n := 0
	for _, op := range described.Operations {
		if op.Request == "" || op.Hand && op.Name != "ListAvailability" || !slices.ContainsFunc(described.Schemas[op.Request].Fields, func(f propexodoc.Field) bool {
			return f.Required && !f.Hidden && (f.Type == "string" || f.Type == "array")
		}) {
			continue
		}
		m := prepare(t, c, op, "cl1")
		for i, arg := range m.Args {
			if arg.Kind() == reflect.Struct {
				m.Args[i] = reflect.New(arg.Type()).Elem()
			}
		}
		_, err := m.Run()
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, op.Full())
		n++
	}
	assert.Greater(t, n, 40)
	_, err := c.Normalization.Get(t.Context(), "leases", "status", propexo.NormalizationMappingGetParams{})
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "the one parameter of a query that is required")
	assert.Zero(t, mock.GetTotalCallCount())
}

func TestWriteLogs(t *testing.T) {
	c, s := fake(t, nil)
	all, err := tenantry.Collect(c.WriteLogs.All(t.Context(), propexo.WriteLogListParams{Limit: 40}))
	require.NoError(t, err)
	assert.Len(t, all, 150)
	for _, r := range s.Requests() {
		assert.Equal(t, 200, r.Status)
	}
	_, err = c.WriteLogs.List(t.Context(), propexo.WriteLogListParams{Limit: 101})
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
}

// The store of job data is another host: it gets no credentials.
func TestJobData(t *testing.T) {
	c, s := fake(t, nil)
	var got bytes.Buffer
	n, err := c.JobLogs.Data(t.Context(), "log1", &got)
	require.NoError(t, err)
	assert.EqualValues(t, len(propexotest.JobData), n)
	assert.Equal(t, propexotest.JobData, got.String())
	assert.Equal(t, 1, s.Arrivals("store"))

	for location, want := range map[string]string{
		"http://store.example/x?sig=canary": "not fetched", "http://127.0.0.1:9/x?sig=canary": "not fetched", "ftp://store.example/x": "not fetched", "https://u:p@store.example/x": "not fetched", "": "redirects",
	} {
		client, mock := mocked(t)
		mock.RegisterNoResponder(func(*http.Request) (*http.Response, error) {
			resp := httpmock.NewStringResponse(302, "")
			resp.Header.Set("Location", location)
			return resp, nil
		})
		_, err := client.JobLogs.Data(t.Context(), "log1", &got)
		require.ErrorContains(t, err, want, location)
		assert.NotContains(t, err.Error(), "canary")
		assert.Equal(t, 1, mock.GetTotalCallCount())
	}
	client, mock := mocked(t)
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host != "store.example" {
			resp := httpmock.NewStringResponse(302, "")
			resp.Header.Set("Location", "https://store.example/x?sig=canary")
			return resp, nil
		}
		assert.Empty(t, r.Header.Get("Authorization"))
		return httpmock.NewStringResponse(403, "<Error>canary</Error>"), nil
	})
	_, err = client.JobLogs.Data(t.Context(), "log1", &got)
	require.ErrorIs(t, err, tenantry.ErrForbidden)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "canary")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.JobLogs.Data(ctx, "log1", &got)
	require.ErrorIs(t, err, context.Canceled)
}

func TestCredentialsAreSecret(t *testing.T) {
	params := propexo.IntegrationCreateParams{Name: "x", IntegrationVendor: propexo.IntegrationVendorEntrata, Credentials: sampleCredentials}
	raw, err := propexo.NewRawCredentials(tenantry.Raw(`{"key":"canary-raw"}`))
	require.NoError(t, err)
	text := fmt.Sprintf("%v %+v %#v %v %+v %#v %d %x", params, params, params, raw, raw, raw, raw, raw)
	assert.NotContains(t, text, "canary")
	c, mock := mocked(t)
	var sent string
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		return httpmock.NewStringResponse(400, `{"error":{"code":"x","message":"canary-raw canary-key"}}`), nil
	})
	params.Credentials = raw
	_, err = c.Integrations.Create(t.Context(), params)
	require.Error(t, err)
	assert.Contains(t, sent, `"credentials":{"key":"canary-raw"}`)
	assert.NotContains(t, err.Error(), "canary-raw")
	for _, bad := range []string{`5`, `{`, ``, `null`, `{}}`} {
		_, err := propexo.NewRawCredentials(tenantry.Raw(bad))
		require.Error(t, err, bad)
	}
}

// The package documentation names every service.
func TestDocNamesEveryService(t *testing.T) {
	b, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	words := strings.FieldsFunc(string(b), func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
	client := reflect.TypeFor[propexo.Client]()
	for i := range client.NumField() {
		if f := client.Field(i); f.IsExported() {
			assert.Contains(t, words, f.Name)
		}
	}
}
