package crm_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

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
	"github.com/tenantry/tenantry-go/propexo/crm"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

var described = propexodoc.Load()

const (
	token     = "token-of-the-tests"
	awkwardID = "cl/ü 1" // needs escaping
)

func mocked(t *testing.T) (*crm.Client, *httpmock.MockTransport) {
	t.Helper()
	client, mock := testclient.Mocked(t, func(opts ...tenantry.Option) (*propexo.Client, error) { return propexo.NewClient(token, opts...) })
	c, err := crm.New(client)
	require.NoError(t, err)
	return c, mock
}

func fake(t *testing.T, opts ...propexotest.Option) (*propexo.Client, *crm.Client, *propexotest.Server) {
	t.Helper()
	s := propexotest.NewServer(append(opts, propexotest.WithRateLimit(1_000_000, 0))...)
	t.Cleanup(s.Close)
	client := testclient.Faked(t, s.URL, func(opts ...tenantry.Option) (*propexo.Client, error) {
		return propexo.NewClient(propexotest.Token, opts...)
	})
	c, err := crm.New(client)
	require.NoError(t, err)
	return client, c, s
}

var argument = regexp.MustCompile(`\{[a-z_]+\}`)

// writeOf makes arguments for a write of the CRM family, generic or of one system.
func writeOf(t *testing.T, c *crm.Client, w *propexodoc.SystemWrite, opts ...propexo.WriteOption) *calls.Call {
	t.Helper()
	for _, op := range described.CRM {
		if op.Full() != w.Operation {
			continue
		}
		m, err := calls.Prepare(t.Context(), described, c, op, awkwardID, nil)
		require.NoError(t, err)
		switch {
		case op.SystemOnly:
			m.Args[1] = reflect.ValueOf(propexo.System(w.System))
		case w.System != "GENERIC":
			m.Args = append(m.Args, reflect.ValueOf(propexo.At(propexo.System(w.System))))
		}
		for _, opt := range opts {
			m.Args = append(m.Args, reflect.ValueOf(opt))
		}
		return m
	}
	t.Fatalf("no operation %s", w.Operation)
	return nil
}

// Every write of the CRM family: its method, path and body, in both envelopes.
func TestEveryWrite(t *testing.T) {
	n := 0
	for _, w := range described.Writes {
		if w.API != "crm" {
			continue
		}
		n++
		t.Run(w.System+" "+w.Operation, func(t *testing.T) {
			c, mock := mocked(t)
			m := writeOf(t, c, w)
			availability := strings.HasSuffix(w.Operation, ".list-availability")
			response := `{"job_id":"j1"}`
			if availability {
				response = `{"meta":{"job_id":"j1"},"result":[{"calendar_type":"AGENT_CALENDAR","new":1}]}`
			}
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, w.Method, r.Method)
				assert.Equal(t, argument.ReplaceAllString(w.Path, url.PathEscape(awkwardID)), r.URL.EscapedPath())
				assert.Equal(t, "Bearer "+token, r.Header.Get("Authorization"))
				b, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.JSONEq(t, string(m.Body), string(b))
				var sent map[string]any
				assert.NoError(t, json.Unmarshal(b, &sent))
				for _, f := range w.Fields {
					assert.Contains(t, sent, f.Name)
				}
				return httpmock.NewStringResponse(200, response), nil
			})
			got, err := m.Run()
			require.NoError(t, err)
			if availability {
				page := got.(*tenantry.Page[crm.AppointmentCalendar])
				require.Len(t, page.Items, 1)
				assert.Equal(t, "AGENT_CALENDAR", page.Items[0].CalendarType)
				assert.Contains(t, page.Items[0].Extra, "new")
			} else {
				assert.Equal(t, "j1", got.(*propexo.Write).JobID)
				response = `{"meta":{"job_id":"j2"},"result":{}}`
				got, err = m.Run()
				require.NoError(t, err)
				assert.Equal(t, "j2", got.(*propexo.Write).JobID)
			}
			mock.RegisterNoResponder(httpmock.NewStringResponder(400, `{"error":{"code":"invalid_request","message":"No."}}`))
			_, err = m.Run()
			require.ErrorIs(t, err, propexo.ErrInvalidRequest)
			var e *tenantry.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, w.Operation, e.Operation)
			assert.Equal(t, w.Path, e.Path)
		})
	}
	assert.Equal(t, 30, n)
}

// Every write of the CRM family, with each fault of a server.
func TestFailuresOfEveryWrite(t *testing.T) {
	for _, w := range described.Writes {
		if w.API != "crm" {
			continue
		}
		t.Run(w.System+" "+w.Operation, func(t *testing.T) {
			c, mock := mocked(t)
			m := writeOf(t, c, w, propexo.Unchecked())
			testclient.Fails(t, mock, w.Operation, token, func() error {
				_, err := m.Run()
				return err
			})
		})
	}
}

// Every write of the CRM family against the fake: a 405 for what is not supported, and
// otherwise a job that ends.
func TestEveryWriteAgainstTheFake(t *testing.T) {
	client, c, _ := fake(t, propexotest.WithPendingPolls(0))
	for _, w := range described.Writes {
		if w.API != "crm" {
			continue
		}
		t.Run(w.System+" "+w.Operation, func(t *testing.T) {
			m := writeOf(t, c, w, propexo.Unchecked())
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
			if !w.Supported {
				require.ErrorIs(t, err, tenantry.ErrNotSupported)
				return
			}
			require.NoError(t, err)
			if write, ok := got.(*propexo.Write); ok {
				status, err := client.Writes.Status(t.Context(), write.JobID)
				require.NoError(t, err)
				assert.Equal(t, propexo.WriteSuccess, status.State)
			}
		})
	}
}

// Every list and get, by the mock and against the fake.
func TestEveryRead(t *testing.T) {
	_, c, _ := fake(t)
	n := 0
	for _, op := range described.CRM {
		if op.Method != http.MethodGet {
			continue
		}
		n++
		id := propexotest.DescribedID("crm"+op.Service, 3)
		m, err := calls.Prepare(t.Context(), described, c, op, id, nil)
		require.NoError(t, err)
		if op.Paged() {
			m.Args[1] = reflect.New(m.Args[1].Type()).Elem()
		}
		got, err := m.Run()
		require.NoError(t, err, op.Full())
		if v := reflect.ValueOf(got).Elem(); op.Paged() {
			assert.Equal(t, 12, v.FieldByName("Items").Len(), op.Full())
		} else {
			assert.Equal(t, id, v.FieldByName("ID").String())
		}

		mockedClient, mock := mocked(t)
		m, err = calls.Prepare(t.Context(), described, mockedClient, op, awkwardID, nil)
		require.NoError(t, err)
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			assert.Equal(t, argument.ReplaceAllString(op.Path, url.PathEscape(awkwardID)), r.URL.EscapedPath())
			for _, f := range op.Filters() {
				assert.Equal(t, op.Paged(), r.URL.Query().Has(f.Name), f.Name)
			}
			if op.Paged() {
				return httpmock.NewStringResponse(200, `{"meta":{"total":1},"results":[{"id":"a"}]}`), nil
			}
			return httpmock.NewStringResponse(200, `{"meta":{},"results":null}`), nil
		})
		_, err = m.Run()
		if op.Paged() {
			require.NoError(t, err, op.Full())
			continue
		}
		require.ErrorIs(t, err, tenantry.ErrNotFound)
	}
	assert.Equal(t, 10, n)
}

func TestNewNeedsAClient(t *testing.T) {
	_, err := crm.New(nil)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
}

func TestNotModified(t *testing.T) {
	_, c, s := fake(t)
	at := propexo.At(propexo.SystemRentCafe)
	params := crm.AppointmentAvailabilityParams{IntegrationID: "cl1", CommunityID: tenantry.Set("cl2")}
	page, err := c.Appointments.ListAvailability(t.Context(), params, at)
	require.NoError(t, err)
	assert.Len(t, page.Items, 1)
	_, err = c.Appointments.ListAvailability(t.Context(), params, at)
	require.ErrorIs(t, err, crm.ErrNotModified)
	assert.Equal(t, 2, s.Arrivals("crm.appointments.list-availability"))
	_, err = c.Appointments.ListAvailability(t.Context(), crm.AppointmentAvailabilityParams{IntegrationID: "cl1"}, at)
	require.ErrorContains(t, err, "CommunityID must be set")
	_, err = c.Appointments.ListAvailability(t.Context(), crm.AppointmentAvailabilityParams{})
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
}

func ExampleAppointmentsService_Create() {
	server := propexotest.NewServer()
	defer server.Close()
	client, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	crms, err := crm.New(client)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	params := crm.AppointmentCreateParams{IntegrationID: "cl1", CommunityID: tenantry.Set("cl2"), AppointmentDate: tenantry.Set[tenantry.Timestamp]("2026-06-01"), AppointmentTime: tenantry.Set("15:30:00")}
	_, err = crms.Appointments.Create(ctx, params, propexo.At(propexo.SystemFunnel))
	fmt.Println(err)

	params.Email1 = tenantry.Set("ana@example.com")
	job, err := crms.Appointments.Create(ctx, params, propexo.At(propexo.SystemFunnel))
	if err != nil {
		log.Fatal(err)
	}
	status, err := client.Writes.Wait(ctx, job.JobID, tenantry.WaitParams[*propexo.WriteStatus]{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status.State)
	// Output:
	// propexo: crm.appointments.create: Email1 must be set: FUNNEL requires it; Unchecked sends it anyway
	// SUCCESS
}
