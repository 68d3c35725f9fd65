package elevenos_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/internal/spy"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// fake starts a fake and a client that is quick to retry.
func fake(t *testing.T, server []elevenostest.Option, opts ...tenantry.Option) (*elevenos.Client, *elevenos.Site, *elevenostest.Server) {
	t.Helper()
	s := elevenostest.NewServer(server...)
	t.Cleanup(s.Close)
	c := testclient.Faked(t, s.URL, func(opts ...tenantry.Option) (*elevenos.Client, error) {
		return elevenos.NewClient(elevenostest.Email, elevenostest.Password, opts...)
	}, opts...)
	return c, c.Site(elevenostest.TeamID, elevenostest.SiteID), s
}

var quick = tenantry.WaitParams[*elevenos.Job]{MinInterval: time.Millisecond, MaxInterval: 5 * time.Millisecond}

func TestTeamsSitesAndMappings(t *testing.T) {
	c, site, s := fake(t, []elevenostest.Option{elevenostest.WithResidents(30)})
	ctx := t.Context()
	teams, err := c.ListTeams(ctx)
	require.NoError(t, err)
	sites, err := c.ListSites(ctx, teams.Items[0].TeamID)
	require.NoError(t, err)
	mappings, err := c.Site(teams.Items[0].TeamID, sites.Items[0].SiteID).ListMappings(ctx)
	require.NoError(t, err)
	assert.Len(t, mappings.Items, 50)
	all, err := tenantry.Collect(site.Residents.All(ctx))
	require.NoError(t, err)
	got := make([]string, len(all))
	for i, r := range all {
		got[i] = r.ResidentID
	}
	assert.Equal(t, s.ResidentIDs(), got)
	_, err = c.Site("other", "x").ListMappings(ctx)
	require.ErrorIs(t, err, tenantry.ErrNotFound)
	assert.Equal(t, 1, s.TokensIssued())
}

// One resident's life: scheduled, pending, current, suspended, expired, brought
// back, and purged.
func TestLifeOfAResident(t *testing.T) {
	_, site, s := fake(t, nil)
	ctx := t.Context()
	r := site.Residents
	mappings, err := site.ListMappings(ctx)
	require.NoError(t, err)
	home := mappings.Items[0]
	params := elevenos.ResidentCreateParams{
		Email: "ana@example.test", FirstName: tenantry.Set("Ana"), Building: tenantry.Set(home.Building), Floor: tenantry.Set(home.Floor), Unit: tenantry.Set(home.Unit),
		ActivationDateUTC: tenantry.Set(tenantry.NewTimestamp(s.Now().Add(24 * time.Hour))),
	}
	created, err := r.Create(ctx, params)
	require.NoError(t, err)
	id := created.ResidentID
	is := func(statuses ...elevenos.ResidentStatus) {
		t.Helper()
		got, err := r.Get(ctx, id)
		require.NoError(t, err)
		assert.Equal(t, elevenos.ResidentStatuses(statuses), got.Status)
	}
	is("scheduled")
	_, err = r.Create(ctx, params)
	require.ErrorContains(t, err, "already exists")
	params.Email = "bo@example.test"
	_, err = r.Create(ctx, params)
	require.ErrorContains(t, err, "occupied")

	s.Advance(25 * time.Hour)
	is("current", "pending")
	require.NoError(t, r.Invite(ctx, id))
	assert.Equal(t, 1, s.EmailsSent("invitation"))
	require.NoError(t, r.SetStatus(ctx, id, elevenos.ServiceDisabled))
	is("current", "pending")
	s.Onboard(id)
	is("current")
	require.NoError(t, r.Invite(ctx, id))
	assert.Equal(t, 1, s.EmailsSent("wifi details"))
	require.NoError(t, r.SetStatus(ctx, id, elevenos.ServiceDisabled))
	is("current", "suspended")
	require.NoError(t, r.SetStatus(ctx, id, elevenos.ServiceActive))
	require.NoError(t, r.ResetPSK(ctx, id))
	assert.Equal(t, 1, s.EmailsSent("psk reset"))

	ended, err := r.Terminate(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, elevenos.ResultTerminated, ended.Result)
	is("expired")
	_, err = r.Purge(ctx, id)
	require.ErrorContains(t, err, "can't be purged")
	back := elevenos.ResidentUpdateParams{DeactivationDateUTC: tenantry.Null[tenantry.Timestamp]()}
	_, err = r.Update(ctx, id, back)
	require.NoError(t, err)
	is("current")
	_, err = r.Terminate(ctx, id)
	require.NoError(t, err)
	s.Advance(32 * 24 * time.Hour)
	_, err = r.Get(ctx, id)
	require.ErrorIs(t, err, tenantry.ErrNotFound, "gone after 31 days")

	created, err = r.Create(ctx, params)
	require.NoError(t, err, "the unit is free again")
	gone, err := r.Purge(ctx, created.ResidentID)
	require.NoError(t, err)
	assert.Equal(t, elevenos.ResultDeleted, gone.Result)
	assert.Empty(t, s.ResidentIDs())

	_, elsewhere, _ := fake(t, []elevenostest.Option{elevenostest.WithSiteType("SPLASH"), elevenostest.WithResidents(1), elevenostest.WithObjectErrors()})
	everyone, err := elsewhere.Residents.List(ctx)
	require.NoError(t, err)
	err = elsewhere.Residents.ResetPSK(ctx, everyone.Items[0].ResidentID)
	var e *tenantry.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "site_type", e.Code)
}

func TestImport(t *testing.T) {
	for _, opts := range [][]elevenostest.Option{nil, {elevenostest.WithListedResults()}} {
		_, site, s := fake(t, append(opts, elevenostest.WithPendingPolls(4)))
		ctx := t.Context()
		mappings, err := site.ListMappings(ctx)
		require.NoError(t, err)
		var rows []elevenos.ResidentImport
		for i, m := range mappings.Items[:10] {
			rows = append(rows, elevenos.ResidentImport{Email: fmt.Sprintf("r%d@example.test", i), Building: m.Building, Floor: m.Floor, Unit: m.Unit, ActivationDateUTC: tenantry.NewTimestamp(s.Now())})
		}
		require.NoError(t, elevenos.CheckImport(rows, mappings.Items))
		rows[3].Unit = "nowhere"
		rows[7].Email = rows[6].Email
		require.Error(t, elevenos.CheckImport(rows, mappings.Items))
		s.Inject(tenantrytest.Fault{Operation: "residents.import-status", Attempt: 2, Kind: tenantrytest.ResetAfter})
		job, err := site.Residents.Import(ctx, rows)
		require.NoError(t, err)
		polls := 0
		params := quick
		params.OnProgress = func(*elevenos.Job) { polls++ }
		done, err := site.Residents.WaitImport(ctx, job, params)
		var e *elevenos.JobError
		require.ErrorAs(t, err, &e)
		assert.Greater(t, polls, 2)
		assert.Len(t, done.Succeeded, 8)
		require.Len(t, done.FailedItems, 2)
		assert.Equal(t, []elevenos.ItemError{{Field: "Unit", Value: "nowhere", Message: "does not match a mapping of the site"}}, done.FailedItems[0].Errors)
		assert.Equal(t, []elevenos.ItemError{{Field: "Email", Value: "r6@example.test", Message: "already exists"}}, done.FailedItems[1].Errors)
		assert.Len(t, s.ResidentIDs(), 8)
		done.MatchRows(rows)
		assert.Equal(t, []int{4, 8}, []int{done.FailedItems[0].Row, done.FailedItems[1].Row})
		assert.Equal(t, "r6@example.test", done.FailedItems[1].Email, "an email that failed is kept")

		// Another process that knows only the job's ID sees the same.
		other, err := elevenos.NewClient(elevenostest.Email, elevenostest.Password, tenantry.WithBaseURL(s.URL))
		require.NoError(t, err)
		again, err := other.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.WaitImport(ctx, job, quick)
		require.ErrorIs(t, err, elevenos.ErrJobFailed)
		assert.Len(t, again.FailedItems, 2)
		assert.NotContains(t, err.Error(), "r6@")
	}
}

func TestBulkActions(t *testing.T) {
	_, site, s := fake(t, []elevenostest.Option{elevenostest.WithResidents(25)})
	ctx := t.Context()
	for _, action := range []elevenos.BulkAction{elevenos.BulkOnboardNow, elevenos.BulkResendInvites, elevenos.BulkSuspend, elevenos.BulkUnsuspend, elevenos.BulkTerminate, elevenos.BulkTerminatePurge} {
		id, err := site.Residents.BulkAction(ctx, action)
		require.NoError(t, err)
		job, err := site.Residents.WaitBulkAction(ctx, id, quick)
		require.NoError(t, err, action)
		assert.Equal(t, action, job.Action)
		if action != elevenos.BulkTerminatePurge {
			assert.NotEmpty(t, job.Succeeded, action)
		}
	}
	all, err := tenantry.Collect(site.Residents.All(ctx))
	require.NoError(t, err)
	for _, r := range all {
		assert.True(t, r.Status.Has("expired"))
	}
	assert.Positive(t, s.EmailsSent("invitation"))
}

func TestRetries(t *testing.T) {
	again := map[string]bool{"residents.update": true, "residents.set-status": true}
	for _, op := range operations() {
		for _, f := range []tenantrytest.Fault{{Kind: tenantrytest.ResetBefore}, {Kind: tenantrytest.ResetAfter}, {Status: 500}, {Status: 503}} {
			c, _, s := fake(t, nil, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond}))
			f.Operation = op.name
			s.Inject(f)
			_, err := op.call(t.Context(), c)
			require.Error(t, err)
			switch n := s.Arrivals(op.name); {
			case op.method == http.MethodGet: // net/http itself repeats a read if a reused connection breaks
				assert.Contains(t, []int{3, 4}, n, "%s %+v", op.name, f)
			case again[op.name]:
				assert.Equal(t, 3, n, "%s %+v", op.name, f)
			default:
				assert.Equal(t, 1, n, "%s %+v", op.name, f)
			}
		}
	}
}

func TestRevokedTokenUnderLoad(t *testing.T) {
	c, site, s := fake(t, []elevenostest.Option{elevenostest.WithResidents(5), elevenostest.WithTokenLife(time.Hour)})
	_, err := c.ListTeams(t.Context())
	require.NoError(t, err)
	s.RevokeTokens()
	s.SetLatency(5 * time.Millisecond)
	var failed atomic.Int64
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, err := site.Residents.List(t.Context()); err != nil {
				failed.Add(1)
			}
		})
	}
	wg.Wait()
	assert.Zero(t, failed.Load())
	assert.Equal(t, 2, s.TokensIssued())
}

// No log line, error, observer or printed value holds a secret.
func TestCanary(t *testing.T) {
	const password = "canary-pässword-19:f"
	s := elevenostest.NewServer(elevenostest.WithCredentials("canary@example.test", password), elevenostest.WithResidents(3))
	defer s.Close()
	var out bytes.Buffer
	var mu sync.Mutex
	var tokens []string
	connect := func() (*elevenos.Client, error) {
		return elevenos.NewClient("canary@example.test", password, tenantry.WithBaseURL(s.URL), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: time.Millisecond}),
			tenantry.WithLogger(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))),
			tenantry.WithHTTPClient(&http.Client{Transport: spy.RoundTripper(func(r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
					tokens = append(tokens, token)
				}
			})}),
			tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { fmt.Fprintf(&out, "%+v %#v\n", e, e) }))
	}
	c, err := connect()
	require.NoError(t, err)
	note := func(err error) {
		b, _ := json.Marshal(err)
		fmt.Fprintf(&out, "%v %+v %#v %s\n", err, err, err, b)
	}
	for _, op := range operations() {
		for _, f := range []tenantrytest.Fault{
			{Kind: tenantrytest.Delayed}, {Operation: "tokens.create", Status: 200, Body: []byte(`{"Error":"you sent ` + password + `"}`)},
			{Operation: op.name, Status: 500, Body: []byte(`{"Error":"for al@example.test or 415-555-0100"}`)},
			{Operation: op.name, Kind: tenantrytest.ResetAfter}, {Operation: op.name, Kind: tenantrytest.CutBody, CutAt: 3}, {Operation: op.name, Status: 200, Body: []byte(`{"Error":{"Message":"al@example.test"}}`)},
		} {
			client := c
			if f.Operation == "tokens.create" { // a refusal of the credentials is remembered
				client, err = connect()
				require.NoError(t, err)
			}
			s.Inject(f)
			_, err := op.call(t.Context(), client)
			note(err)
			s.ClearFaults()
		}
	}
	mappings, err := c.Site(elevenostest.TeamID, elevenostest.SiteID).ListMappings(t.Context())
	require.NoError(t, err)
	fmt.Fprintf(&out, "%v %+v %#v %v %+v %#v %v %+v %#v", c, c, c, *c, s.Requests(), s.Requests(), mappings, mappings, mappings)
	b, err := json.Marshal(mappings)
	require.NoError(t, err)
	out.Write(b)
	require.NotEmpty(t, tokens)
	for _, leak := range append(tokens, password, base64.StdEncoding.EncodeToString([]byte("canary@example.test:"+password)), "canary@", "al@example.test", "415-555-0100", mappings.Items[0].Passphrase.Reveal()) {
		assert.NotContains(t, out.String(), leak)
	}
	assert.Contains(t, out.String(), "residents.create")
}
