package elevenos_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/tenantry/tenantry-go/elevenos"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/testclient"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func mocked(t *testing.T, opts ...tenantry.Option) (*elevenos.Client, *httpmock.MockTransport) {
	t.Helper()
	return testclient.Mocked(t, func(opts ...tenantry.Option) (*elevenos.Client, error) {
		return elevenos.NewClient("", "", append(opts, tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "tok"})))...)
	}, opts...)
}

// resident is the documented object.
const resident = `{"ActivationDate":"2021-11-05T14:10:22","ActivationDateUTC":"2021-11-05T21:10:22.844348+00:00","Building":"A","DeactivationDate":"2022-11-05T14:10:22",` +
	`"DeactivationDateUTC":"2022-11-05T21:10:22.844348+00:00","Email":"al@example.test","FirstName":"Al","Floor":"1","LastName":"Baker","Mobile":null,"OnboardedAt":null,` +
	`"Phone":"4155550100","ResidentId":9001,"SSID":"WiFi","ServiceAreaNumber":"SA1","Status":["current","pending"],"UUID":"u-1","Unit":"101","New":{"a":1}}`

type operation struct {
	name, method, path, body, answer string
	call                             func(context.Context, *elevenos.Client) (any, error)
	check                            func(*testing.T, any)
}

func on(c *elevenos.Client) *elevenos.ResidentsService { return c.Site("T1", "S/1").Residents }

var at = tenantry.Set[tenantry.Timestamp]("2021-11-05T21:10:22Z")

func operations() []operation {
	const site = "/v2/team/T1/site/S%2F1"
	one := `{"Error":null,"Residents":[` + resident + `]}`
	return []operation{
		{"teams.list", "GET", "/v2/team", "", `{"Error":null,"Teams":[{"TeamId":"T1","Name":"x"},{"TeamId":2}]}`, func(ctx context.Context, c *elevenos.Client) (any, error) { return c.ListTeams(ctx) }, func(t *testing.T, got any) {
			assert.Equal(t, &tenantry.Page[elevenos.Team]{Items: []elevenos.Team{{TeamID: "T1", Extra: tenantry.Extra{"Name": tenantry.Raw(`"x"`)}}, {TeamID: "2"}}, Total: 2}, got)
		}},
		{"sites.list", "GET", "/v2/team/T1/site", "", `{"Error":null,"Sites":[{"SiteId":"S1"}]}`, func(ctx context.Context, c *elevenos.Client) (any, error) { return c.ListSites(ctx, "T1") }, func(t *testing.T, got any) {
			assert.Equal(t, []elevenos.SiteInfo{{SiteID: "S1"}}, got.(*tenantry.Page[elevenos.SiteInfo]).Items)
		}},
		{"mappings.list", "GET", site + "/mappings", "", `{"Error":null,"Mappings":[{"Building":"A","Floor":1,"Unit":"101","Passphrase":"psk-canary","SSID":"WiFi","Vlan":101}]}`, func(ctx context.Context, c *elevenos.Client) (any, error) {
			return c.Site("T1", "S/1").ListMappings(ctx)
		}, func(t *testing.T, got any) {
			m := got.(*tenantry.Page[elevenos.Mapping]).Items[0]
			assert.Equal(t, elevenos.Mapping{Building: "A", Floor: "1", Unit: "101", Passphrase: tenantry.NewSecret("psk-canary"), SSID: "WiFi", VLAN: "101"}, m)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", m, m, m, m.Passphrase), "psk-canary")
		}},
		{"residents.list", "GET", site + "/resident", "", `{"Error":null,"Residents":[` + resident + `,{"ResidentId":"2"}]}`, func(ctx context.Context, c *elevenos.Client) (any, error) { return on(c).List(ctx) }, func(t *testing.T, got any) {
			page := got.(*tenantry.Page[elevenos.Resident])
			require.Len(t, page.Items, 2)
			checkResident(t, &page.Items[0])
			assert.Equal(t, 2, page.Total)
			assert.False(t, page.HasMore)
		}},
		{"residents.get", "GET", site + "/resident/R1", "", one, func(ctx context.Context, c *elevenos.Client) (any, error) { return on(c).Get(ctx, "R1") }, func(t *testing.T, got any) {
			checkResident(t, got.(*elevenos.Resident))
		}},
		{"residents.create", "POST", site + "/resident", `{"Email":"al@example.test","FirstName":"Al","PhoneNumber":null,"ActivationDateUTC":"2021-11-05T21:10:22Z","Building":"A","Floor":"1","Unit":"101","X":1}`,
			`{"Error":null,"ResidentId":"R9","Status":"pending"}`, func(ctx context.Context, c *elevenos.Client) (any, error) {
				return on(c).Create(ctx, elevenos.ResidentCreateParams{
					Email: "al@example.test", FirstName: tenantry.Set("Al"), PhoneNumber: tenantry.Null[string](), ActivationDateUTC: at,
					Building: tenantry.Set("A"), Floor: tenantry.Set("1"), Unit: tenantry.Set("101"), Extra: tenantry.Extra{"X": tenantry.Raw("1")},
				})
			}, func(t *testing.T, got any) {
				assert.Equal(t, &elevenos.Resident{ResidentID: "R9", Status: elevenos.ResidentStatuses{"pending"}}, got)
			}},
		{"residents.update", "PUT", site + "/resident/R1", `{"LastName":"","Unit":"102"}`, one, func(ctx context.Context, c *elevenos.Client) (any, error) {
			return on(c).Update(ctx, "R1", elevenos.ResidentUpdateParams{LastName: tenantry.Set(""), Unit: tenantry.Set("102")})
		}, func(t *testing.T, got any) { checkResident(t, got.(*elevenos.Resident)) }},
		{"residents.terminate", "DELETE", site + "/resident/R1", "", `{"Error":null,"Result":"Terminated"}`, func(ctx context.Context, c *elevenos.Client) (any, error) { return on(c).Terminate(ctx, "R1") }, func(t *testing.T, got any) {
			assert.Equal(t, &elevenos.Termination{Result: elevenos.ResultTerminated}, got)
		}},
		{"residents.purge", "DELETE", site + "/resident/R1/purge", "", `{"Error":null,"Result":"Deleted"}`, func(ctx context.Context, c *elevenos.Client) (any, error) { return on(c).Purge(ctx, "R1") }, func(t *testing.T, got any) {
			assert.Equal(t, elevenos.ResultDeleted, got.(*elevenos.Termination).Result)
		}},
		{"residents.invite", "POST", site + "/resident/R1/invite", "", `{"Error":null}`, func(ctx context.Context, c *elevenos.Client) (any, error) { return nil, on(c).Invite(ctx, "R1") }, nil},
		{"residents.reset-psk", "POST", site + "/resident/R1/pskreset", "", `{"Error":null}`, func(ctx context.Context, c *elevenos.Client) (any, error) { return nil, on(c).ResetPSK(ctx, "R1") }, nil},
		{"residents.set-status", "PATCH", site + "/resident/R1/status", `{"Status":"Disabled"}`, `{"Error":null}`, func(ctx context.Context, c *elevenos.Client) (any, error) {
			return nil, on(c).SetStatus(ctx, "R1", elevenos.ServiceDisabled)
		}, nil},
		{"residents.import", "POST", site + "/resident/import", `{"Residents":[{"FirstName":"Al","LastName":"B","Email":"al@example.test","PhoneNumber":"1","ActivationDateUTC":"2021-11-05T21:10:22Z","DeactivationDateUTC":"2022-11-05T21:10:22Z","Building":"A","Floor":"1","Unit":"101"},{"Email":"bo@example.test","X":1}]}`,
			`{"job_id":77}`, func(ctx context.Context, c *elevenos.Client) (any, error) {
				return on(c).Import(ctx, []elevenos.ResidentImport{
					{FirstName: "Al", LastName: "B", Email: "al@example.test", PhoneNumber: "1", ActivationDateUTC: "2021-11-05T21:10:22Z", DeactivationDateUTC: "2022-11-05T21:10:22Z", Building: "A", Floor: "1", Unit: "101", Row: 2},
					{Email: "bo@example.test", Extra: tenantry.Extra{"X": tenantry.Raw("1")}},
				})
			}, func(t *testing.T, got any) { assert.Equal(t, "77", got) }},
		{"residents.import-status", "GET", site + "/resident/import/j1", "", `{"status":"started","progress":40,"total":5,"success":2,"failed":0}`, func(ctx context.Context, c *elevenos.Client) (any, error) {
			return on(c).ImportStatus(ctx, "j1")
		}, func(t *testing.T, got any) {
			job := got.(*elevenos.Job)
			assert.False(t, job.Finished())
			assert.Equal(t, tenantry.Decimal("40"), job.Progress)
			assert.EqualValues(t, 5, *job.Total)
			assert.Nil(t, job.Result)
		}},
		{"residents.bulk-action", "POST", site + "/resident/bulkaction", `{"Action":"resend-invites"}`, `{"job_id":"j2"}`, func(ctx context.Context, c *elevenos.Client) (any, error) {
			return on(c).BulkAction(ctx, elevenos.BulkResendInvites)
		}, func(t *testing.T, got any) { assert.Equal(t, "j2", got) }},
		{"residents.bulk-action-status", "GET", site + "/resident/bulkaction/j2", "", `{"status":"finished","total":1,"success":1,"failed":0,"result":{"action_invite":"resend-invites","success":[{"ResidentId":"R1","result":"sent"}],"failed":[]}}`, func(ctx context.Context, c *elevenos.Client) (any, error) {
			return on(c).BulkActionStatus(ctx, "j2")
		}, func(t *testing.T, got any) {
			job := got.(*elevenos.Job)
			assert.True(t, job.Finished())
			assert.Equal(t, elevenos.BulkResendInvites, job.ActionInvite)
			require.Len(t, job.Succeeded, 1)
			assert.Equal(t, "sent", job.Succeeded[0].Result)
			assert.Equal(t, "R1", job.Succeeded[0].ResidentID)
		}},
	}
}

func checkResident(t *testing.T, r *elevenos.Resident) {
	t.Helper()
	assert.Equal(t, "9001", r.ResidentID)
	assert.Equal(t, "al@example.test", r.Email)
	assert.True(t, r.Status.Has("Pending"))
	assert.JSONEq(t, `{"a":1}`, string(r.Extra["New"]))
	utc, err := r.ActivationDateUTC.Time()
	require.NoError(t, err)
	_, err = r.ActivationDate.Time()
	require.ErrorIs(t, err, tenantry.ErrNoZone, "local time is not taken for UTC")
	local, err := r.ActivationDate.TimeIn(time.FixedZone("", -7*3600))
	require.NoError(t, err)
	assert.WithinDuration(t, utc, local, time.Second)
}

func TestOperations(t *testing.T) {
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			c, mock := mocked(t)
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, op.method, r.Method)
				assert.Equal(t, op.path, r.URL.EscapedPath())
				assert.Empty(t, r.URL.RawQuery)
				assert.Equal(t, "api.11os.com", r.URL.Host)
				assert.Equal(t, "Bearer tok", r.Header.Get("Authorization"))
				if op.body != "" {
					b, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					assert.JSONEq(t, op.body, string(b))
				}
				return httpmock.NewStringResponse(200, op.answer), nil
			})
			got, err := op.call(t.Context(), c)
			require.NoError(t, err)
			assert.Equal(t, 1, mock.GetTotalCallCount())
			if op.check != nil {
				op.check(t, got)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for _, op := range operations() {
		for body, want := range map[string]string{
			`{"Error":"It is taken."}`: "It is taken.", `{"Residents":[],"Error":{"Code":"c1","Message":"It is taken.","Hint":"other"}}`: "It is taken.",
			`{"Teams":null,"Error":[1]}`: "without a message", `{"Error":true}`: "without a message", `{"error":"It is taken."}`: "It is taken.", `{"error":{"message":"It is taken."},"job_id":"j1"}`: "It is taken.",
		} {
			c, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
			_, err := op.call(t.Context(), c)
			var e *tenantry.Error
			require.ErrorAs(t, err, &e, "%s: %s", op.name, body)
			assert.Contains(t, e.Message, want)
			assert.Equal(t, 200, e.StatusCode)
			if strings.Contains(body, "c1") {
				assert.Equal(t, "c1", e.Code)
				assert.Equal(t, map[string]any{"Hint": "other"}, e.Details)
			}
		}
		for status, class := range map[int]error{400: tenantry.ErrInvalid, 401: tenantry.ErrUnauthorized, 403: tenantry.ErrForbidden, 404: tenantry.ErrNotFound, 429: tenantry.ErrRateLimited, 500: tenantry.ErrServer} {
			for _, body := range []string{`{"Error":"No."}`, `{"error":{"Message":"No."}}`, `{"message":"No."}`} {
				c, mock := mocked(t)
				mock.RegisterNoResponder(httpmock.NewStringResponder(status, body))
				_, err := op.call(t.Context(), c)
				require.ErrorIs(t, err, class, op.name)
				var e *tenantry.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, "No.", e.Message)
			}
		}
		for _, nothing := range []string{`null`, `""`, `" "`, `false`, `0`, `[]`, `{}`, `{"Code":null,"Message":""}`} {
			c, mock := mocked(t)
			answer := strings.Replace(op.answer, `"Error":null`, `"Error":`+nothing, 1)
			if answer == op.answer {
				answer = strings.Replace(op.answer, "{", `{"error":`+nothing+",", 1)
			}
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, answer))
			_, err := op.call(t.Context(), c)
			require.NoError(t, err, "%s: %s", op.name, nothing)
		}
		for _, body := range []string{``, `[]`, `{"Error":`, `<html>`, `5`} {
			c, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
			_, err := op.call(t.Context(), c)
			anyJSON := body == "" || body == "[]" || body == "5"
			if anyJSON && slices.Contains([]string{"residents.invite", "residents.reset-psk", "residents.set-status"}, op.name) ||
				body == "" && slices.Contains([]string{"residents.terminate", "residents.purge"}, op.name) {
				require.NoError(t, err, op.name)
				continue
			}
			var e *tenantry.DecodeError
			require.ErrorAs(t, err, &e, "%s: %q", op.name, body)
		}
	}
}

// A null or an empty list instead of a resident means that there is none; a
// response without the member is no response of the API.
func TestAbsentResidents(t *testing.T) {
	for body, want := range map[string]string{
		`{"Residents":[]}`: "not found", `{"Error":null,"Residents":null}`: "not found", `{"Resident":null}`: "not found", `{"Residents":[],"Resident":null}`: "not found",
		`{}`: "undecodable", `{"Error":null}`: "undecodable", `{"Residents":[5]}`: "undecodable", `{"Resident":5}`: "undecodable", `{"ResidentId":"R1"}`: "undecodable",
		`{"message":"Down for maintenance."}`: "Down for maintenance.",
	} {
		c, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		_, err := on(c).Get(t.Context(), "R1")
		assert.Equal(t, want == "not found", errors.Is(err, tenantry.ErrNotFound), "%s: %v", body, err)
		var undecodable *tenantry.DecodeError
		assert.Equal(t, want == "undecodable", errors.As(err, &undecodable), "%s: %v", body, err)
		var e *tenantry.Error
		if errors.As(err, &e) {
			assert.Equal(t, "residents.get", e.Operation)
			assert.Contains(t, "not found "+e.Message, want)
		}
	}
	for _, body := range []string{`{"Residents":[` + resident + `]}`, `{"Resident":` + resident + `}`, `{"Residents":` + resident + `}`, `{"Residents":[],"Resident":` + resident + `}`} {
		c, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		got, err := on(c).Get(t.Context(), "R1")
		require.NoError(t, err, body)
		checkResident(t, got)
	}
	c, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{}`))
	_, err := on(c).BulkAction(t.Context(), elevenos.BulkSuspend)
	var undecodable *tenantry.DecodeError
	require.ErrorAs(t, err, &undecodable)
}

// A page has both the records that could be decoded and those that could not.
func TestUndecodableRecords(t *testing.T) {
	for name, list := range map[string]func(*elevenos.Client) (int, []*tenantry.DecodeError, error){
		"Teams": func(c *elevenos.Client) (int, []*tenantry.DecodeError, error) { return parts(c.ListTeams(t.Context())) },
		"Sites": func(c *elevenos.Client) (int, []*tenantry.DecodeError, error) {
			return parts(c.ListSites(t.Context(), "T1"))
		},
		"Mappings": func(c *elevenos.Client) (int, []*tenantry.DecodeError, error) {
			return parts(c.Site("T1", "S1").ListMappings(t.Context()))
		},
		"Residents": func(c *elevenos.Client) (int, []*tenantry.DecodeError, error) { return parts(on(c).List(t.Context())) },
	} {
		c, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"`+name+`":[{"Name":"a"},5,{"Name":"b"}]}`))
		items, bad, err := list(c)
		require.NoError(t, err, name)
		assert.Equal(t, 2, items, name)
		require.Len(t, bad, 1, name)
		assert.Equal(t, 1, bad[0].Index, name)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"`+name+`":null}`))
		items, bad, err = list(c)
		require.NoError(t, err, name)
		assert.Zero(t, items, name)
		assert.Empty(t, bad, name)
	}
}

func parts[T any](page *tenantry.Page[T], err error) (int, []*tenantry.DecodeError, error) {
	if err != nil {
		return 0, nil, err
	}
	return len(page.Items), page.Undecodable, nil
}

// A Site that Client.Site did not make refuses every call.
func TestZeroSites(t *testing.T) {
	var none *elevenos.Site
	assert.Empty(t, none.ID()+none.TeamID())
	c, mock := mocked(t)
	site := c.Site("T1", "S1")
	assert.Equal(t, "S1 of T1", site.ID()+" of "+site.TeamID())
	for _, s := range []*elevenos.Site{nil, {}, {Residents: &elevenos.ResidentsService{}}} {
		_, err := s.ListMappings(t.Context())
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
		if s == nil {
			continue
		}
		for _, op := range residentOperations(s.Residents) {
			require.ErrorIs(t, op(t.Context()), tenantry.ErrInvalidArgument)
		}
	}
	assert.Zero(t, mock.GetTotalCallCount())
}

// residentOperations calls each method of a ResidentsService.
func residentOperations(r *elevenos.ResidentsService) []func(context.Context) error {
	return []func(context.Context) error{
		func(ctx context.Context) error { return second(r.List(ctx)) },
		func(ctx context.Context) error { return second(tenantry.Collect(r.All(ctx))) },
		func(ctx context.Context) error { return second(tenantry.Collect(r.Pages(ctx))) },
		func(ctx context.Context) error { return second(r.Get(ctx, "R1")) },
		func(ctx context.Context) error {
			return second(r.Create(ctx, elevenos.ResidentCreateParams{Email: "a@b.test"}))
		},
		func(ctx context.Context) error { return second(r.Update(ctx, "R1", elevenos.ResidentUpdateParams{})) },
		func(ctx context.Context) error { return second(r.Terminate(ctx, "R1")) },
		func(ctx context.Context) error { return second(r.Purge(ctx, "R1")) },
		func(ctx context.Context) error { return r.Invite(ctx, "R1") },
		func(ctx context.Context) error { return r.ResetPSK(ctx, "R1") },
		func(ctx context.Context) error { return r.SetStatus(ctx, "R1", elevenos.ServiceActive) },
		func(ctx context.Context) error {
			return second(r.Import(ctx, []elevenos.ResidentImport{{Email: "a@b.test"}}))
		},
		func(ctx context.Context) error { return second(r.ImportStatus(ctx, "j1")) },
		func(ctx context.Context) error {
			return second(r.WaitImport(ctx, "j1", tenantry.WaitParams[*elevenos.Job]{}))
		},
		func(ctx context.Context) error { return second(r.BulkAction(ctx, elevenos.BulkSuspend)) },
		func(ctx context.Context) error { return second(r.BulkActionStatus(ctx, "j1")) },
		func(ctx context.Context) error {
			return second(r.WaitBulkAction(ctx, "j1", tenantry.WaitParams[*elevenos.Job]{}))
		},
	}
}

// An error in a response with status 200 has a class, and its text does not say
// that all is well.
func TestErrorClasses(t *testing.T) {
	for body, want := range map[string]error{
		`{"Error":"The Email already exists."}`: tenantry.ErrConflict, `{"Error":{"Code":"dup","Message":"Already Exists"}}`: tenantry.ErrConflict,
		`{"Error":"The unit is unknown."}`: tenantry.ErrInvalid, `{"error":true}`: tenantry.ErrInvalid,
	} {
		c, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		_, err := on(c).Create(t.Context(), elevenos.ResidentCreateParams{Email: "a@b.test"})
		for _, class := range []error{tenantry.ErrConflict, tenantry.ErrInvalid, tenantry.ErrNotFound, tenantry.ErrServer} {
			assert.Equal(t, errors.Is(want, class), errors.Is(err, class), "%s: %v", body, class)
		}
		assert.NotContains(t, err.Error(), "200")
	}
}

// What Terminate and Purge report in Result is what was asked for, or an error.
func TestResults(t *testing.T) {
	for answer, failed := range map[string]bool{
		`{"Error":null}`: false, `{"Result":null}`: false, `{"Result":""}`: false, `{"Result":[]}`: false, `{"Result":"RIGHT"}`: false, `{"Result":"right"}`: false,
		`{"Result":"Failed"}`: true, `{"Result":"WRONG"}`: true, `{"Result":false}`: true, `{"Result":{"State":"x"}}`: true, `{"Result":["RIGHT"]}`: true,
	} {
		for right, end := range map[string]func(*elevenos.ResidentsService) (*elevenos.Termination, error){
			string(elevenos.ResultTerminated): func(r *elevenos.ResidentsService) (*elevenos.Termination, error) {
				return r.Terminate(t.Context(), "R1")
			},
			string(elevenos.ResultDeleted): func(r *elevenos.ResidentsService) (*elevenos.Termination, error) {
				return r.Purge(t.Context(), "R1")
			},
		} {
			wrong := string(elevenos.ResultDeleted)
			if right == wrong {
				wrong = string(elevenos.ResultTerminated)
			}
			c, mock := mocked(t)
			body := strings.NewReplacer("RIGHT", right, "right", strings.ToLower(right), "WRONG", wrong).Replace(answer)
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
			result, err := end(on(c))
			if !failed {
				require.NoError(t, err, body)
				assert.NotNil(t, result, body)
				continue
			}
			var e *tenantry.Error
			require.ErrorAs(t, err, &e, body)
			assert.Contains(t, e.Message, "the Result is ", body)
			assert.Nil(t, result, body)
		}
	}
}

// A write whose response holds no resident is not one that returned an empty
// resident.
func TestNoResident(t *testing.T) {
	for _, body := range []string{`{}`, `{"Status":"pending"}`, `{"ResidentId":null}`, `{"Residents":[],"ResidentId":""}`} {
		c, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		_, err := on(c).Create(t.Context(), elevenos.ResidentCreateParams{Email: "a@b"})
		require.Error(t, err, body)
		_, err = on(c).Update(t.Context(), "R1", elevenos.ResidentUpdateParams{})
		require.Error(t, err, body)
	}
}

func second[T any](_ T, err error) error { return err }

func TestRefusedBeforeSending(t *testing.T) {
	c, mock := mocked(t)
	ctx := t.Context()
	r := on(c)
	local := tenantry.Set[tenantry.Timestamp]("2021-11-05T14:10:22")
	for name, err := range map[string]error{
		"no team":          second(c.ListSites(ctx, "")),
		"no site":          second(c.Site("T", "").ListMappings(ctx)),
		"no team, list":    second(c.Site("", "S").Residents.List(ctx)),
		"no resident":      second(r.Get(ctx, "")),
		"dots":             second(r.Terminate(ctx, "..")),
		"no resident, psk": r.ResetPSK(ctx, ""),
		"no job":           second(r.WaitImport(ctx, "", tenantry.WaitParams[*elevenos.Job]{})),
		"no email":         second(r.Create(ctx, elevenos.ResidentCreateParams{})),
		"local date":       second(r.Create(ctx, elevenos.ResidentCreateParams{Email: "a@b", ActivationDateUTC: local})),
		"local date, put":  second(r.Update(ctx, "R1", elevenos.ResidentUpdateParams{ActivationDateUTC: local})),
		"another email":    second(r.Update(ctx, "R1", elevenos.ResidentUpdateParams{Extra: tenantry.Extra{"email": tenantry.Raw(`"x@y"`)}})),
		"status":           r.SetStatus(ctx, "R1", "active"),
		"no status":        r.SetStatus(ctx, "R1", ""),
		"action":           second(r.BulkAction(ctx, "explode")),
		"import nothing":   second(r.Import(ctx, nil)),
		"import nobody":    second(r.Import(ctx, []elevenos.ResidentImport{{FirstName: "Al"}})),
		"import local":     second(r.Import(ctx, []elevenos.ResidentImport{{Email: "a@b", ActivationDateUTC: "2021-11-05 14:10"}})),
		"no credentials":   second(elevenos.NewClient("", "p")),
		"no password":      second(elevenos.NewClient("a@b", "")),
		"colon":            second(elevenos.NewClient("a:b@c", "p")),
		"plain http":       second(elevenos.NewClient("a@b", "p", tenantry.WithBaseURL("http://api.11os.com/v2"))),
	} {
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
	assert.Zero(t, mock.GetTotalCallCount())
}

// Texts that CheckImport refuses are refused wherever they would be sent.
func TestTextsRefusedBeforeSending(t *testing.T) {
	c, mock := mocked(t)
	ctx, r := t.Context(), on(c)
	for _, email := range append([]string{"", " "}, notEmails...) {
		for name, err := range map[string]error{
			"create": second(r.Create(ctx, elevenos.ResidentCreateParams{Email: email})),
			"import": second(r.Import(ctx, []elevenos.ResidentImport{{Email: "a@b"}, {Email: email}})),
		} {
			require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "%s: %q", name, email)
			if len(email) > 2 {
				assert.NotContains(t, err.Error(), email)
			}
		}
	}
	for _, at := range notTimes {
		date := tenantry.Set(at)
		for name, err := range map[string]error{
			"create, start": second(r.Create(ctx, elevenos.ResidentCreateParams{Email: "a@b", ActivationDateUTC: date})),
			"create, end":   second(r.Create(ctx, elevenos.ResidentCreateParams{Email: "a@b", DeactivationDateUTC: date})),
			"update, start": second(r.Update(ctx, "R1", elevenos.ResidentUpdateParams{ActivationDateUTC: date})),
			"update, end":   second(r.Update(ctx, "R1", elevenos.ResidentUpdateParams{DeactivationDateUTC: date})),
			"import, start": second(r.Import(ctx, []elevenos.ResidentImport{{Email: "a@b", ActivationDateUTC: at}})),
			"import, end":   second(r.Import(ctx, []elevenos.ResidentImport{{Email: "a@b", DeactivationDateUTC: at}})),
		} {
			require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "%s: %q", name, at)
		}
	}
	require.ErrorIs(t, second(r.Update(ctx, "R1", elevenos.ResidentUpdateParams{ActivationDateUTC: tenantry.Set[tenantry.Timestamp]("")})), tenantry.ErrInvalidArgument)
	assert.Zero(t, mock.GetTotalCallCount())

	_, err := r.Import(ctx, []elevenos.ResidentImport{{Email: "a@b"}, {Email: "a@b", DeactivationDateUTC: "soon"}})
	require.EqualError(t, err, "elevenos: residents.import: residents[1].DeactivationDateUTC is not a time with a zone; want 2021-11-05T21:10:22Z")
}

// Errors hold no passphrase, neither of a record nor of the whole response.
func TestBadMappings(t *testing.T) {
	c, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"Mappings":[{"Passphrase":"psk-canary","Passphrase":"twice"}]}`))
	page, err := c.Site("T1", "S1").ListMappings(t.Context())
	require.NoError(t, err)
	require.Len(t, page.Undecodable, 1)
	assert.Empty(t, page.Undecodable[0].Raw)
	assert.NotContains(t, page.Undecodable[0].Error(), "psk-canary")
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"Mappings":[{"Passphrase":"psk-canary"`))
	_, err = c.Site("T1", "S1").ListMappings(t.Context())
	var e *tenantry.DecodeError
	require.ErrorAs(t, err, &e)
	assert.Empty(t, e.Raw)
	assert.NotContains(t, err.Error(), "psk-canary")
}

func TestTokenExchange(t *testing.T) {
	mock := httpmock.NewMockTransport()
	const email, password = "al@example.test", "pa:ss:wörd"
	c, err := elevenos.NewClient(email, password, tenantry.WithHTTPClient(&http.Client{Transport: mock}))
	require.NoError(t, err)
	mock.RegisterResponder("POST", elevenos.BaseURL+"/oauth/token", func(r *http.Request) (*http.Response, error) {
		assert.Equal(t, "Password "+base64.StdEncoding.EncodeToString([]byte(email+":"+password)), r.Header.Get("Authorization"))
		assert.True(t, r.Body == nil || r.ContentLength == 0)
		return httpmock.NewStringResponse(200, `{"access_token":"tok2"}`), nil
	})
	mock.RegisterResponder("GET", elevenos.BaseURL+"/team", func(r *http.Request) (*http.Response, error) {
		assert.Equal(t, "Bearer tok2", r.Header.Get("Authorization"))
		return httpmock.NewStringResponse(200, `{"Teams":[]}`), nil
	})
	for range 3 {
		_, err = c.ListTeams(t.Context())
		require.NoError(t, err)
	}
	assert.Equal(t, 4, mock.GetTotalCallCount(), "one token for all")

	c, err = elevenos.NewClient(email, password, tenantry.WithHTTPClient(&http.Client{Transport: mock}))
	require.NoError(t, err)
	mock.RegisterResponder("POST", elevenos.BaseURL+"/oauth/token", httpmock.NewStringResponder(200, `{"Error":"Wrong `+password+`"}`))
	_, err = c.ListTeams(t.Context())
	var e *tenantry.TokenError
	require.ErrorAs(t, err, &e)
	assert.NotContains(t, err.Error(), password)
}
