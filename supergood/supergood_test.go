package supergood_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/supergood"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const base = "https://entrata.supergood.example/v1"

func mocked(t *testing.T, opts ...tenantry.Option) (*supergood.Client, *httpmock.MockTransport) {
	t.Helper()
	return testclient.Mocked(t, func(opts ...tenantry.Option) (*supergood.Client, error) {
		return supergood.NewClient(base, supergood.Credentials{}, append(opts, tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "tok"})))...)
	}, opts...)
}

type operation struct {
	name, method, path, query, body, response string
	call                                      func(context.Context, *supergood.Client) (any, error)
	check                                     func(*testing.T, any)
}

func operations() []operation {
	return []operation{
		{"properties.list", "GET", "/v1/properties", "state=UT", "", `{"properties":[{"id":"p1","name":"Arc","units":5},{"propertyId":7}],"page":1,"totalPages":1,"total":9}`, func(ctx context.Context, c *supergood.Client) (any, error) {
			return c.Properties.List(ctx, supergood.ListParams{Extra: url.Values{"state": {"UT"}}})
		}, func(t *testing.T, got any) {
			page := got.(*tenantry.Page[supergood.Property])
			assert.Equal(t, []supergood.Property{{ID: "p1", Name: "Arc", Extra: tenantry.Extra{"units": tenantry.Raw("5")}}, {ID: "7"}}, page.Items)
			assert.Equal(t, 9, page.Total)
			assert.False(t, page.HasMore)
		}},
		{"units.list", "GET", "/v1/properties/p%2F1/units", "", "", `[{"id":"u1","pricing":{"rent":1},"residents":[{"id":"r1"}],"leases":[{"id":"l1","rent":10.50,"residents":[{"id":"r1"},{"id":"r2"}]}]}]`, func(ctx context.Context, c *supergood.Client) (any, error) {
			return c.Property("p/1").ListUnits(ctx, supergood.ListParams{})
		}, func(t *testing.T, got any) {
			u := got.(*tenantry.Page[supergood.Unit]).Items[0]
			assert.JSONEq(t, `{"rent":1}`, string(u.Pricing))
			assert.Equal(t, tenantry.Decimal("10.50"), u.Leases[0].Rent)
			assert.Equal(t, []supergood.Resident{{ID: "r1"}, {ID: "r2"}}, u.People())
		}},
		{"leases.create", "POST", "/v1/properties/p1/leases", "", `{"unitId":"u1","startDate":"2026-01-01","rent":1200.50,"terms":{"months":12},"fees":[{"code":"PET","amount":25}],"residents":[{"firstName":"Ana","phone":null}],"x":1}`,
			`{"data":{"lease":{"leaseId":"l1","rent":1200.50,"new":true}}}`, func(ctx context.Context, c *supergood.Client) (any, error) {
				return c.Property("p1").CreateLease(ctx, supergood.LeaseCreateParams{
					UnitID: tenantry.Set("u1"), StartDate: tenantry.Set[tenantry.Date]("2026-01-01"), Rent: tenantry.Set[tenantry.Decimal]("1200.50"), Terms: tenantry.Set(tenantry.Raw(`{"months":12}`)),
					Fees: []supergood.Fee{{Code: "PET", Amount: "25"}}, Residents: []supergood.ResidentInput{{FirstName: tenantry.Set("Ana"), Phone: tenantry.Null[string]()}}, Extra: tenantry.Extra{"x": tenantry.Raw("1")},
				})
			}, func(t *testing.T, got any) {
				assert.Equal(t, &supergood.Lease{ID: "l1", Rent: "1200.50", Extra: tenantry.Extra{"new": tenantry.Raw("true")}}, got)
			}},
		{"work-orders.create", "POST", "/v1/properties/p1/work-orders", "", `{"unitId":"u1","category":"PLUMBING","priority":"HIGH","description":"It drips.","scheduling":{"start":"2026-01-01T10:00:00Z"},"attachments":[{"id":"a1","checksum":"c"}]}`,
			`{"id":"w1","status":"OPEN"}`, func(ctx context.Context, c *supergood.Client) (any, error) {
				return c.Property("p1").CreateWorkOrder(ctx, supergood.WorkOrderCreateParams{
					UnitID: tenantry.Set("u1"), Category: tenantry.Set("PLUMBING"), Priority: tenantry.Set("HIGH"), Description: tenantry.Set("It drips."),
					Scheduling: tenantry.Set(supergood.Scheduling{Start: "2026-01-01T10:00:00Z"}), Attachments: []supergood.Attachment{{ID: "a1", Checksum: "c"}}, IdempotencyKey: "mine",
				})
			}, func(t *testing.T, got any) { assert.Equal(t, &supergood.WorkOrder{ID: "w1", Status: "OPEN"}, got) }},
	}
}

func TestOperations(t *testing.T) {
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			c, mock := mocked(t)
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, op.method, r.Method)
				assert.Equal(t, op.path, r.URL.EscapedPath())
				assert.Equal(t, op.query, r.URL.RawQuery)
				assert.Equal(t, "Bearer tok", r.Header.Get("Authorization"))
				key := r.Header.Get("Idempotency-Key")
				if op.body != "" {
					b, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					assert.JSONEq(t, op.body, string(b))
					assert.NotEmpty(t, key)
				}
				if op.name == "work-orders.create" {
					assert.Equal(t, "mine", key)
				}
				return httpmock.NewStringResponse(200, op.response), nil
			})
			got, err := op.call(t.Context(), c)
			require.NoError(t, err)
			assert.Equal(t, 1, mock.GetTotalCallCount())
			op.check(t, got)
		})
	}
}

func TestErrors(t *testing.T) {
	for _, op := range operations() {
		for status, class := range map[int]error{400: tenantry.ErrInvalid, 401: tenantry.ErrUnauthorized, 404: tenantry.ErrNotFound, 409: tenantry.ErrConflict, 422: tenantry.ErrInvalid, 429: tenantry.ErrRateLimited, 500: tenantry.ErrServer} {
			for _, body := range []string{`{"error":{"code":"c","message":"No."}}`, `{"error":"c","message":"No."}`, `{"code":"c","message":"No.","requestId":"r1"}`, `{"errors":[{"type":"c","detail":"No."}]}`} {
				c, mock := mocked(t)
				mock.RegisterNoResponder(httpmock.NewStringResponder(status, body))
				_, err := op.call(t.Context(), c)
				require.ErrorIs(t, err, class)
				var e *tenantry.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, "No.", e.Message, body)
				assert.Equal(t, "c", e.Code, body)
			}
		}
		for _, body := range []string{``, `{`, `<html>`, `5`, `"x"`} {
			c, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
			_, err := op.call(t.Context(), c)
			var e *tenantry.DecodeError
			require.ErrorAs(t, err, &e, "%s: %q", op.name, body)
		}
	}
}

// A create whose response holds no record is not one that returned an empty record.
func TestNoRecord(t *testing.T) {
	for _, body := range []string{`{}`, `{"lease":null,"workOrder":null}`, `{"data":null}`, `{"data":{}}`, `{"data":{"lease":null,"workOrder":null}}`, `{"result":null,"success":true}`} {
		c, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		var e *tenantry.DecodeError
		require.ErrorAs(t, second(c.Property("p1").CreateLease(t.Context(), supergood.LeaseCreateParams{})), &e, body)
		require.ErrorAs(t, second(c.Property("p1").CreateWorkOrder(t.Context(), supergood.WorkOrderCreateParams{})), &e, body)
	}
	c, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"lease":null,"message":"The unit is let."}`))
	var e *tenantry.Error
	require.ErrorAs(t, second(c.Property("p1").CreateLease(t.Context(), supergood.LeaseCreateParams{})), &e)
	assert.Equal(t, "The unit is let.", e.Message)
	for _, body := range []string{`{"id":"l1","data":null}`, `{"lease":{"id":"l1"},"data":null}`} {
		c, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		lease, err := c.Property("p1").CreateLease(t.Context(), supergood.LeaseCreateParams{})
		require.NoError(t, err, body)
		assert.Equal(t, "l1", lease.ID)
	}
}

// A PropertyHandle that Client.Property did not make refuses every call.
func TestZeroHandles(t *testing.T) {
	var none *supergood.PropertyHandle
	assert.Empty(t, none.ID())
	c, _ := mocked(t)
	assert.Equal(t, "p1", c.Property("p1").ID())
	ctx := t.Context()
	for _, p := range []*supergood.PropertyHandle{nil, {}} {
		for _, err := range []error{
			second(p.ListUnits(ctx, supergood.ListParams{})), second(tenantry.Collect(p.AllUnits(ctx, supergood.ListParams{}))), second(tenantry.Collect(p.PagesUnits(ctx, supergood.ListParams{}))),
			second(p.CreateLease(ctx, supergood.LeaseCreateParams{})), second(p.CreateWorkOrder(ctx, supergood.WorkOrderCreateParams{})),
		} {
			require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestRefusedBeforeSending(t *testing.T) {
	c, mock := mocked(t)
	ctx := t.Context()
	creds := supergood.Credentials{Username: "u", Password: tenantry.NewSecret("p")}
	for name, err := range map[string]error{
		"no base URL":      second(supergood.NewClient("", creds)),
		"plain http":       second(supergood.NewClient("http://supergood.example", creds)),
		"no username":      second(supergood.NewClient(base, supergood.Credentials{Password: tenantry.NewSecret("p")})),
		"no password":      second(supergood.NewClient(base, supergood.Credentials{Username: "u"})),
		"no property":      second(c.Property("").ListUnits(ctx, supergood.ListParams{})),
		"no property, all": second(tenantry.Collect(c.Property("").AllUnits(ctx, supergood.ListParams{}))),
		"no property, new": second(c.Property("").CreateLease(ctx, supergood.LeaseCreateParams{})),
		"dots":             second(c.Property("..").CreateWorkOrder(ctx, supergood.WorkOrderCreateParams{})),
		"key":              second(c.Property("p").CreateLease(ctx, supergood.LeaseCreateParams{IdempotencyKey: "a b"})),
		"cursor":           second(c.Properties.List(ctx, supergood.ListParams{Cursor: "x"})),
	} {
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
	assert.Zero(t, mock.GetTotalCallCount())
	require.NoError(t, c.OpenSession(ctx), "nothing to open")
}
