package propexo_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/propexo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "token-of-the-tests"

func mocked(t *testing.T, opts ...tenantry.Option) (*propexo.Client, *httpmock.MockTransport) {
	t.Helper()
	return testclient.Mocked(t, func(opts ...tenantry.Option) (*propexo.Client, error) { return propexo.NewClient(token, opts...) }, opts...)
}

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	return []byte(testclient.Fixture(t, name))
}

// Every operation of the residents family: what it sends, and what it makes of
// the response.
func TestResidentsFamily(t *testing.T) {
	one := string(fixture(t, "resident.json"))
	list := `{"meta":{"orderBy":[{}],"offset":0,"limit":100,"hasMore":false,"total":1},"results":[` + resultsOf(t, one) + `]}`
	const accepted, nested = `{"job_id":"j1","data":{"a":1}}`, `{"meta":{"job_id":"j1"},"result":{"a":1}}`
	const item = `{"id":"i1","amount_in_cents":1250,"is_available":null,"new":[1]}`
	const policy = `{"id":"p1","liability_amount_in_cents":1e7}`
	checkWrite := func(t *testing.T, w *propexo.Write, err error) {
		t.Helper()
		require.NoError(t, err)
		assert.Equal(t, "j1", w.JobID)
		assert.JSONEq(t, `{"a":1}`, string(w.Data))
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	for _, c := range []struct {
		name, method, path, query, body, answer string
		call                                    func(context.Context, *testing.T, *propexo.Client)
	}{
		{"list", "GET", "/v1/residents/", "limit=100&offset=0&order-by=id%3Aasc", "", list, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			page, err := c.Residents.List(ctx, propexo.ResidentListParams{})
			require.NoError(t, err)
			require.Len(t, page.Items, 1)
			assert.Equal(t, "clwktsp9v000008l31iv218hn", page.Items[0].ID)
			assert.Equal(t, 1, page.Total)
			assert.False(t, page.HasMore)
		}},
		{"list with every filter", "GET", "/v1/residents/", "email_1=al%40example.test&integration_id=in&integration_vendor=ENTRATA&last_seen_gte=2026-01-02T03%3A04%3A05.678Z" +
			"&last_seen_lte=2026-01-02T03%3A04%3A05.678Z&lease_id=le&limit=250&location_id=lo&offset=0&order-by=updated_at%3Adesc%2Cid%3Aasc&phone_1=2125551234&property_id=pr" +
			"&updated_at_gte=2026-01-02T03%3A04%3A05.678Z&updated_at_lte=2026-01-02T03%3A04%3A05.678Z&x_id=x&x_property_id=xp", "", list, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			_, err := c.Residents.List(ctx, propexo.ResidentListParams{
				OrderBy: "updated_at:desc", Limit: 250, XID: "x", XPropertyID: "xp", LocationID: "lo", PropertyID: "pr", LeaseID: "le",
				IntegrationID: "in", Email1: "al@example.test", Phone1: "2125551234", IntegrationVendor: propexo.IntegrationVendorEntrata,
				UpdatedAtGTE: at, UpdatedAtLTE: at, LastSeenGTE: at, LastSeenLTE: at,
			})
			require.NoError(t, err)
		}},
		{"all", "GET", "/v1/residents/", "limit=10&offset=0&order-by=id%3Aasc", "", list, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			all, err := tenantry.Collect(c.Residents.All(ctx, propexo.ResidentListParams{Limit: 10}))
			require.NoError(t, err)
			assert.Len(t, all, 1)
		}},
		{"get", "GET", "/v1/residents/a%2Fb", "", "", one, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			r, err := c.Residents.Get(ctx, "a/b")
			require.NoError(t, err)
			checkResident(t, r)
		}},
		{"create", "POST", "/v1/residents/", "", `{"integration_id":"in","first_name":"Al","notes":"","phone_2":null,"rent_due_day":1,"custom":true}`, accepted, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			w, err := c.Residents.Create(ctx, propexo.ResidentCreateParams{
				IntegrationID: "in", FirstName: tenantry.Set("Al"), Notes: tenantry.Set(""), Phone2: tenantry.Null[string](),
				RentDueDay: tenantry.Set[int64](1), Extra: tenantry.Extra{"custom": tenantry.Raw("true")},
			})
			checkWrite(t, w, err)
		}},
		{"update", "PUT", "/v1/residents/r1", "ignore_unknown_fields=true", `{"email_1":"al@example.test","qualified":false,"date_of_birth":"1980-01-01"}`, nested, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			w, err := c.Residents.Update(ctx, "r1", propexo.ResidentUpdateParams{
				Email1: tenantry.Set("al@example.test"), Qualified: tenantry.Set(false), DateOfBirth: tenantry.Set[tenantry.Timestamp]("1980-01-01"),
			}, propexo.IgnoreUnknownFields())
			checkWrite(t, w, err)
		}},
		{"update in Entrata", "PUT", "/v1/residents/entrata/r1", "", `{"first_name":"Al","zip":"1"}`, accepted, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			w, err := c.Residents.Update(ctx, "r1", propexo.ResidentUpdateParams{FirstName: tenantry.Set("Al"), Zip: tenantry.Set("1")}, propexo.At(propexo.SystemEntrata))
			checkWrite(t, w, err)
		}},
		{"rentable items", "GET", "/v1/residents/r1/rentable-items", "limit=100&offset=0&order-by=id%3Aasc&property_id=pr", "", `{"meta":{"orderBy":[],"hasMore":null},"results":[` + item + `]}`, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			page, err := c.Residents.ListRentableItems(ctx, "r1", propexo.RentableItemOfPersonListParams{PropertyID: "pr"})
			require.NoError(t, err)
			require.Len(t, page.Items, 1)
			assert.Equal(t, tenantry.Decimal("1250"), page.Items[0].AmountInCents)
			assert.Nil(t, page.Items[0].IsAvailable)
			assert.JSONEq(t, `[1]`, string(page.Items[0].Extra["new"]))
			assert.Equal(t, -1, page.Total)
			assert.False(t, page.HasMore, "a short page ends the listing where the server does not say")
		}},
		{"list of rentable items", "GET", "/v1/rentable-items/", "limit=100&offset=0&order-by=id%3Aasc", "", `{"meta":{},"results":[` + item + `]}`, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			_, err := c.RentableItems.List(ctx, propexo.RentableItemListParams{})
			require.NoError(t, err)
		}},
		{"rentable item", "GET", "/v1/rentable-items/i1", "", "", `{"results":` + item + `}`, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			i, err := c.RentableItems.Get(ctx, "i1")
			require.NoError(t, err)
			assert.Equal(t, "i1", i.ID)
		}},
		{"assignment", "POST", "/v1/rentable-items/applicants/assign", "", `{"integration_id":"in","rentable_item_id":"i1","applicant_id":"a1"}`, accepted, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			w, err := c.RentableItems.Assign(ctx, propexo.RentableItemAssignParams{IntegrationID: "in", RentableItemID: tenantry.Set("i1"), ApplicantID: tenantry.Set("a1")})
			checkWrite(t, w, err)
		}},
		{"insurance list", "GET", "/v1/resident-insurance/", "limit=100&offset=0&order-by=id%3Aasc&resident_id=r1", "", `{"meta":{"total":1},"results":[` + policy + `]}`, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			page, err := c.ResidentInsurance.List(ctx, propexo.ResidentInsuranceListParams{ResidentID: "r1"})
			require.NoError(t, err)
			cents, err := page.Items[0].LiabilityAmountInCents.Int64()
			require.NoError(t, err)
			assert.EqualValues(t, 10_000_000, cents)
		}},
		{"insurance", "GET", "/v1/resident-insurance/p1", "", "", `{"results":` + policy + `}`, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			_, err := c.ResidentInsurance.Get(ctx, "p1")
			require.NoError(t, err)
		}},
		{"new pet", "POST", "/v1/resident-pets/", "", `{"integration_id":"in","name":"Rex","age_in_years":3}`, accepted, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			w, err := c.ResidentPets.Create(ctx, propexo.ResidentPetCreateParams{IntegrationID: "in", Name: tenantry.Set("Rex"), AgeInYears: tenantry.Set[int64](3)})
			checkWrite(t, w, err)
		}},
		{"pet", "PUT", "/v1/resident-pets/p1", "", `{"is_fixed":true,"resident_pet_id":"p1"}`, accepted, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			w, err := c.ResidentPets.Update(ctx, "p1", propexo.ResidentPetUpdateParams{IsFixed: tenantry.Set(true)})
			checkWrite(t, w, err)
		}},
		{"status", "GET", "/v1/admin/write-status/j1", "", "", `{"write_status":"SUCCESS","errors":[],"created_record_id":"r9"}`, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			s, err := c.Writes.Status(ctx, "j1")
			require.NoError(t, err)
			assert.Equal(t, propexo.WriteStatus{State: propexo.WriteSuccess, Errors: []string{}, CreatedRecordID: "r9"}, *s)
		}},
		{"retry", "POST", "/v1/admin/retry-write/j0", "", "", `{"success":true,"job_id":"j1"}`, func(ctx context.Context, t *testing.T, c *propexo.Client) {
			w, err := c.Writes.Retry(ctx, "j0")
			require.NoError(t, err)
			assert.Equal(t, "j1", w.JobID)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, mock := mocked(t)
			calls := 0
			answer := func(r *http.Request) (*http.Response, error) {
				calls++
				assert.Equal(t, c.method, r.Method)
				assert.Equal(t, "https", r.URL.Scheme)
				assert.Equal(t, "api.propexo.com", r.URL.Host)
				assert.Equal(t, c.path, r.URL.EscapedPath())
				assert.Equal(t, c.query, r.URL.RawQuery)
				assert.Equal(t, "Bearer "+token, r.Header.Get("Authorization"))
				assert.Equal(t, "application/json", r.Header.Get("Accept"))
				if c.body == "" {
					assert.True(t, r.Body == nil || r.Body == http.NoBody)
				} else {
					b, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					assert.JSONEq(t, c.body, string(b))
					assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
				}
				return httpmock.NewStringResponse(200, c.answer), nil
			}
			mock.RegisterNoResponder(answer)
			c.call(t.Context(), t, client)
			assert.Equal(t, 1, calls)

			// The documented error, the one for too many requests, and a page
			// from a proxy.
			for _, e := range []struct {
				status int
				kind   string
				body   string
				class  error
			}{
				{400, "application/json", `{"error":{"code":"invalid_request","message":"Invalid","details":{"details":{"issues":[{"code":"x"}]}}}}`, propexo.ErrInvalidRequest},
				{429, "application/json", `{}`, tenantry.ErrRateLimited},
				{502, "text/html", `<html>`, tenantry.ErrServer},
			} {
				status := httpmock.NewStringResponse(e.status, e.body)
				status.Header.Set("Content-Type", e.kind)
				mock.RegisterNoResponder(httpmock.ResponderFromResponse(status))
				err := failureOf(t, client, c.name)
				require.ErrorIs(t, err, e.class)
				var reported *tenantry.Error
				require.ErrorAs(t, err, &reported)
				assert.Equal(t, e.status, reported.StatusCode)
				if e.status == 400 {
					require.ErrorIs(t, err, tenantry.ErrInvalid)
					assert.Contains(t, reported.Details, "details")
				}
			}
		})
	}
}

// failureOf makes the call of the same name and returns its error.
func failureOf(t *testing.T, c *propexo.Client, name string) error {
	t.Helper()
	ctx := t.Context()
	var err error
	switch name {
	case "list", "list with every filter":
		_, err = c.Residents.List(ctx, propexo.ResidentListParams{})
	case "all":
		_, err = tenantry.Collect(c.Residents.All(ctx, propexo.ResidentListParams{}))
	case "get":
		_, err = c.Residents.Get(ctx, "a")
	case "create":
		_, err = c.Residents.Create(ctx, propexo.ResidentCreateParams{IntegrationID: "in"})
	case "update":
		_, err = c.Residents.Update(ctx, "a", propexo.ResidentUpdateParams{})
	case "update in Entrata":
		_, err = c.Residents.Update(ctx, "a", propexo.ResidentUpdateParams{}, propexo.At(propexo.SystemEntrata))
	case "rentable items":
		_, err = c.Residents.ListRentableItems(ctx, "a", propexo.RentableItemOfPersonListParams{})
	case "list of rentable items":
		_, err = c.RentableItems.List(ctx, propexo.RentableItemListParams{})
	case "rentable item":
		_, err = c.RentableItems.Get(ctx, "a")
	case "assignment":
		_, err = c.RentableItems.Assign(ctx, propexo.RentableItemAssignParams{IntegrationID: "in"})
	case "insurance list":
		_, err = c.ResidentInsurance.List(ctx, propexo.ResidentInsuranceListParams{})
	case "insurance":
		_, err = c.ResidentInsurance.Get(ctx, "a")
	case "new pet":
		_, err = c.ResidentPets.Create(ctx, propexo.ResidentPetCreateParams{IntegrationID: "in"})
	case "pet":
		_, err = c.ResidentPets.Update(ctx, "a", propexo.ResidentPetUpdateParams{})
	case "status":
		_, err = c.Writes.Status(ctx, "a")
	case "retry":
		_, err = c.Writes.Retry(ctx, "a")
	default:
		t.Fatalf("no call named %q", name)
	}
	return err
}

func resultsOf(t *testing.T, answer string) string {
	t.Helper()
	var v struct{ Results json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(answer), &v))
	return string(v.Results)
}

func checkResident(t *testing.T, r *propexo.Resident) {
	t.Helper()
	assert.Equal(t, tenantry.Timestamp("2024-03-21T15:38:08.337Z"), r.CreatedAt)
	assert.Equal(t, "(123) 456-7890", r.Phone1)
	assert.Equal(t, propexo.PhoneTypeHome, r.Phone1Type)
	assert.Equal(t, propexo.IntegrationVendorEntrata, r.IntegrationVendor)
	assert.Empty(t, r.BalanceInCents, "null is no amount")
	assert.Empty(t, r.Notes)
	require.NotNil(t, r.IsEmployee)
	assert.True(t, *r.IsEmployee)
	assert.JSONEq(t, `{}`, string(r.CustomData))
	require.Len(t, r.Pets, 1)
	assert.Nil(t, r.Pets[0].IsFixed)
	assert.InDelta(t, 60, *r.Pets[0].WeightInPounds, 0)
	require.Len(t, r.Vehicles, 1)
	assert.Equal(t, "2020", r.Vehicles[0].Year)
	require.Len(t, r.LeasesMetaData, 1)
	assert.Equal(t, propexo.ResidentTypePrimary, r.LeasesMetaData[0].ResidentTypeNormalized)
	assert.Equal(t, tenantry.Timestamp("2024-03-22T10:59:45.119Z"), r.LeasesMetaData[0].LastSeen)
	assert.Nil(t, r.Extra)
}

func TestRefusedBeforeSending(t *testing.T) {
	client, mock := mocked(t)
	ctx := t.Context()
	for name, err := range map[string]error{
		"limit":         second(client.Residents.List(ctx, propexo.ResidentListParams{Limit: 251})),
		"negative":      second(client.Residents.List(ctx, propexo.ResidentListParams{Limit: -1})),
		"cursor":        second(client.Residents.List(ctx, propexo.ResidentListParams{Cursor: "x"})),
		"all":           second(tenantry.Collect(client.Residents.All(ctx, propexo.ResidentListParams{Limit: 999}))),
		"empty id":      second(client.Residents.Get(ctx, "")),
		"dot":           second(client.Residents.Get(ctx, ".")),
		"dots":          second(client.Residents.Update(ctx, "..", propexo.ResidentUpdateParams{})),
		"integration":   second(client.Residents.Create(ctx, propexo.ResidentCreateParams{})),
		"pet":           second(client.ResidentPets.Create(ctx, propexo.ResidentPetCreateParams{})),
		"item":          second(client.RentableItems.Assign(ctx, propexo.RentableItemAssignParams{})),
		"job":           second(client.Writes.Wait(ctx, "", tenantry.WaitParams[*propexo.WriteStatus]{})),
		"items' cursor": second(client.Residents.ListRentableItems(ctx, "", propexo.RentableItemOfPersonListParams{})),
	} {
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
		assert.True(t, strings.HasPrefix(err.Error(), "propexo: "), err)
	}
	assert.Zero(t, mock.GetTotalCallCount())
	for name, make := range map[string]func() error{
		"empty token": func() error { _, err := propexo.NewClient(""); return err },
		"http": func() error {
			_, err := propexo.NewClient("x", tenantry.WithBaseURL("http://api.propexo.com"))
			return err
		},
		"prefetch": func() error { _, err := propexo.NewClient("x", tenantry.WithPrefetch(-1)); return err },
	} {
		require.ErrorIs(t, make(), tenantry.ErrInvalidArgument, name)
	}
}

func second[T any](_ T, err error) error { return err }

func TestWriteWithoutJob(t *testing.T) {
	client, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"data":{}}`))
	_, err := client.Residents.Update(t.Context(), "a", propexo.ResidentUpdateParams{})
	var e *tenantry.DecodeError
	require.ErrorAs(t, err, &e)
}

// A record that is null or an empty list does not exist. A response without the
// member says nothing of the kind.
func TestAbsentRecords(t *testing.T) {
	client, mock := mocked(t)
	calls := map[string]func() error{
		"results": func() error { return only(client.Residents.Get(t.Context(), "a")) },
		"result":  func() error { return only(client.Integrations.StartDataAccessCheck(t.Context(), "a")) },
	}
	for member, call := range calls {
		for _, none := range []string{`null`, `[]`, `[ ]`} {
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"meta":{},"`+member+`":`+none+`}`))
			require.ErrorIs(t, call(), tenantry.ErrNotFound, "%s %s", member, none)
		}
		var decode *tenantry.DecodeError
		for _, body := range []string{`{"meta":{}}`, `{"` + member + `":7}`, `{"` + member + `":[1]}`, `[]`} {
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
			err := call()
			require.ErrorAs(t, err, &decode, "%s %s", member, body)
			require.NotErrorIs(t, err, tenantry.ErrNotFound)
		}
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"error":{"code":"x","message":"No."}}`))
		var e *tenantry.Error
		require.ErrorAs(t, call(), &e, member)
		assert.Equal(t, "x", e.Code)
	}
}

func only[T any](_ T, err error) error { return err }

func TestDatesAreCheckedBeforeSending(t *testing.T) {
	client, mock := mocked(t)
	for _, date := range []tenantry.Date{"01/02/2026", "2026-1-2", "2026-02-30", "2026-01-02T00:00:00Z", " "} {
		err := only(client.Leases.List(t.Context(), propexo.LeaseListParams{BeforeMoveInDate: date}))
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, date)
		require.ErrorContains(t, err, "BeforeMoveInDate is not a date; write it as YYYY-MM-DD")
		err = only(client.ResidentCharges.List(t.Context(), propexo.ResidentChargeListParams{TransactionDateEnd: date}))
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, date)
	}
	assert.Zero(t, mock.GetTotalCallCount())
}

func TestNilWriteOptions(t *testing.T) {
	client, mock := mocked(t)
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		assert.Equal(t, "ignore_unknown_fields=true", r.URL.RawQuery)
		return httpmock.NewStringResponse(200, `{"job_id":"j1"}`), nil
	})
	_, err := client.Residents.Update(t.Context(), "a", propexo.ResidentUpdateParams{}, nil, propexo.IgnoreUnknownFields(), nil)
	require.NoError(t, err)
}

// A new webhook is active unless the caller says otherwise.
func TestNewWebhooksAreActive(t *testing.T) {
	client, mock := mocked(t)
	for _, c := range []struct {
		active tenantry.Opt[bool]
		want   string
	}{{tenantry.Opt[bool]{}, "true"}, {tenantry.Set(false), "false"}, {tenantry.Set(true), "true"}, {tenantry.Null[bool](), "null"}} {
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			b, err := io.ReadAll(r.Body)
			assert.NoError(t, err)
			assert.JSONEq(t, `{"url":"https://example.com/","triggers":["DATA_NEW"],"active":`+c.want+`,"new":1}`, string(b))
			return httpmock.NewStringResponse(200, `{"result":{}}`), nil
		})
		params := propexo.WebhookCreateParams{URL: "https://example.com/", Triggers: []propexo.Trigger{propexo.TriggerDataNew}, Active: c.active, Extra: tenantry.Extra{"new": tenantry.Raw("1")}}
		_, err := client.Webhooks.Create(t.Context(), params)
		require.NoError(t, err)
		assert.Equal(t, c.active, params.Active, "the caller's parameters stay as they are")
	}
}

func TestWait(t *testing.T) {
	quick := tenantry.WaitParams[*propexo.WriteStatus]{MinInterval: time.Millisecond, MaxInterval: 2 * time.Millisecond}
	for _, c := range []struct {
		end  string
		want error
	}{{"SUCCESS", nil}, {"FAILURE", propexo.ErrWriteFailed}, {"PARTIAL_SUCCESS", propexo.ErrWritePartial}} {
		client, mock := mocked(t)
		n := 0
		mock.RegisterResponder("GET", propexo.BaseURL+"/v1/admin/write-status/j1", func(*http.Request) (*http.Response, error) {
			n++
			state := "PENDING"
			if n > 3 {
				state = c.end
			}
			return httpmock.NewJsonResponse(200, map[string]any{"write_status": state, "errors": []string{"al@example.test is taken"}, "created_record_id": "r9"})
		})
		var seen []propexo.WriteState
		quick.OnProgress = func(s *propexo.WriteStatus) { seen = append(seen, s.State) }
		status, err := client.Writes.Wait(t.Context(), "j1", quick)
		require.ErrorIs(t, err, c.want)
		assert.Equal(t, "r9", status.CreatedRecordID)
		assert.Equal(t, []propexo.WriteState{"PENDING", "PENDING", "PENDING", propexo.WriteState(c.end)}, seen)
		if err != nil {
			var e *propexo.WriteError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, status, e.Status)
			assert.NotContains(t, err.Error(), "al@example.test")
		}
	}
	client, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"write_status":"PENDING"}`))
	ctx, cancel := context.WithCancel(t.Context())
	quick.OnProgress = func(*propexo.WriteStatus) { cancel() }
	status, err := client.Writes.Wait(ctx, "j1", quick)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, propexo.WritePending, status.State)
}
