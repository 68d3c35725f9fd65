package leasefind_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/spy"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// fake starts a fake and a client that is quick to retry.
func fake(t *testing.T, server []leasefindtest.Option, opts ...tenantry.Option) (*leasefind.Client, *leasefindtest.Server) {
	t.Helper()
	s := leasefindtest.NewServer(server...)
	t.Cleanup(s.Close)
	return testclient.Faked(t, s.URL, func(opts ...tenantry.Option) (*leasefind.Client, error) {
		return leasefind.NewClient(leasefindtest.ClientID, leasefindtest.ClientSecret, opts...)
	}, opts...), s
}

func TestListingsOverASocket(t *testing.T) {
	for _, ahead := range []int{0, 3} {
		for _, envelope := range [][]leasefindtest.Option{nil, {leasefindtest.WithTableEnvelope()}} {
			c, s := fake(t, append(envelope, leasefindtest.WithTenants(1234)), tenantry.WithPrefetch(ahead))
			s.Inject(tenantrytest.Fault{Operation: "tenants.find", Attempt: 3, Kind: tenantrytest.CutBody, CutAt: 700})
			s.Inject(tenantrytest.Fault{Operation: "leases.find", Attempt: 2, Status: 503})
			ctx := t.Context()
			tenants, err := tenantry.Collect(c.Tenants.All(ctx, leasefind.TenantFindParams{}))
			require.NoError(t, err)
			got := make([]string, len(tenants))
			for i, p := range tenants {
				got[i] = p.Identifier
			}
			assert.Equal(t, s.TenantIDs(), got)
			leases, err := tenantry.Collect(c.Leases.All(ctx, leasefind.LeaseFindParams{GroupIDs: []string{"group-0", "group-1", "group-2", "group-3"}, Limit: 30}))
			require.NoError(t, err)
			got = got[:0]
			for _, l := range leases {
				got = append(got, l.Identifier)
				assert.NotEmpty(t, l.UnitExternalRef)
				assert.NotEmpty(t, l.Tenants[0].Identifier)
			}
			assert.Equal(t, s.LeaseIDs(), got)
			units, err := tenantry.Collect(c.Units.All(ctx, leasefind.UnitFindParams{}))
			require.NoError(t, err)
			assert.Len(t, units, len(s.UnitIDs()))
			assert.Equal(t, 1, s.TokensIssued())
		}
	}
}

func TestSearches(t *testing.T) {
	c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(300)})
	ctx := t.Context()
	lease, err := c.Leases.Find(ctx, leasefind.LeaseFindParams{Identifier: s.LeaseIDs()[3]})
	require.NoError(t, err)
	require.Len(t, lease.Items, 1)
	l := lease.Items[0]
	tenants, err := c.Tenants.Find(ctx, leasefind.TenantFindParams{Identifier: l.Identifier, MinMoveInDate: l.MoveInDate, Address: l.Address})
	require.NoError(t, err)
	assert.Len(t, tenants.Items, len(l.Tenants))
	theirs, err := tenantry.Collect(c.Leases.AllForTenant(ctx, leasefind.LeaseFindForTenantParams{Identifier: l.Tenants[0].Identifier}))
	require.NoError(t, err)
	assert.NotEmpty(t, theirs)
	assert.Equal(t, l.Tenants[0].Identifier, theirs[0].Tenants[0].Identifier)
	nobody, err := c.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{EmailAddress: "nobody@example.test"})
	require.NoError(t, err)
	assert.Empty(t, nobody.Items)
	nowhere, err := c.Units.Find(ctx, leasefind.UnitFindParams{Identifier: "none"})
	require.NoError(t, err)
	assert.Empty(t, nowhere.Items)
	assert.False(t, nowhere.HasMore)
	none, err := tenantry.Collect(c.Units.All(ctx, leasefind.UnitFindParams{Identifier: "none"}))
	require.NoError(t, err)
	assert.Empty(t, none)
	unit, err := c.Units.Find(ctx, leasefind.UnitFindParams{Identifier: l.UnitID, HasFlexWall: nil})
	require.NoError(t, err)
	assert.Equal(t, l.UnitExternalRef, unit.Items[0].ExternalRef)
}

func TestSave(t *testing.T) {
	c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(3)})
	ctx := t.Context()
	saved, err := c.Leases.Save(ctx, leasefind.LeaseSaveParams{
		Lease:   leasefind.LeaseInput{UnitID: tenantry.Set(s.UnitIDs()[0]), StartDate: tenantry.Set[tenantry.Date]("2026-05-01"), Rent: tenantry.Set[tenantry.Decimal]("1200.10")},
		Tenants: []leasefind.TenantInput{{FirstName: tenantry.Set("Ana"), EmailAddress: tenantry.Set("ana@example.test")}},
	})
	require.NoError(t, err)
	assert.True(t, *saved.Success)
	_, err = c.Leases.Save(ctx, leasefind.LeaseSaveParams{Lease: leasefind.LeaseInput{
		Identifier: tenantry.Set(saved.LeaseID), UnitID: tenantry.Set(s.UnitIDs()[0]), EndDate: tenantry.Set[tenantry.Date]("2027-04-30"),
	}})
	require.NoError(t, err)
	leases, err := c.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{EmailAddress: "ana@example.test"})
	require.NoError(t, err)
	require.Len(t, leases.Items, 1)
	assert.Equal(t, tenantry.Date("2026-05-01"), leases.Items[0].StartDate)
	assert.Equal(t, tenantry.Date("2027-04-30"), leases.Items[0].EndDate)
	assert.Equal(t, tenantry.Decimal("1200.10"), leases.Items[0].Rent)
	_, err = c.Leases.Save(ctx, leasefind.LeaseSaveParams{Lease: leasefind.LeaseInput{UnitID: tenantry.Set("none")}})
	require.ErrorIs(t, err, leasefind.ErrUnitNotFound)

	// Whatever becomes of it, it is sent once.
	for _, f := range []tenantrytest.Fault{{Kind: tenantrytest.ResetBefore}, {Kind: tenantrytest.ResetAfter}, {Kind: tenantrytest.CutBody}, {Status: 500}, {Status: 503}} {
		before := s.Arrivals("leases.save")
		s.Inject(f)
		_, err = c.Leases.Save(ctx, leasefind.LeaseSaveParams{Lease: leasefind.LeaseInput{UnitID: tenantry.Set(s.UnitIDs()[0])}})
		require.Error(t, err)
		assert.Equal(t, before+1, s.Arrivals("leases.save"), "%+v", f)
		s.ClearFaults()
	}
}

// Every service works over a socket, with responses as the documentation's examples and
// as its tables, in the face of faults.
func TestServicesOverASocket(t *testing.T) {
	for _, envelope := range [][]leasefindtest.Option{nil, {leasefindtest.WithTableEnvelope()}} {
		c, s := fake(t, append(envelope, leasefindtest.WithPortfolio(3, 150, 1)), tenantry.WithPrefetch(2))
		for _, operation := range []string{"communities.find", "communities.update", "persons.find", "persons.save", "units.save", "listings.find", "listings.sync", "webhook-portal"} {
			s.Inject(tenantrytest.Fault{Operation: operation, Attempt: 1, Kind: tenantrytest.ResetAfter})
		}
		ctx := t.Context()
		ids := s.IDs(leasefind.Community{})
		require.Len(t, ids, 3)

		group := find(t, c, ids[0])
		_, err := c.Communities.Update(ctx, leasefind.CommunityUpdateParams{CommunityID: group.CommunityID, Name: tenantry.Set("Renamed")})
		require.NoError(t, err)
		assert.Equal(t, "Renamed", find(t, c, ids[0]).Name)
		_, err = c.Communities.Update(ctx, leasefind.CommunityUpdateParams{CommunityID: "none", Name: tenantry.Set("x")})
		require.ErrorIs(t, err, leasefind.ErrCommunityNotFound)
		_, err = c.Communities.Create(ctx, leasefind.CommunityCreateParams{Name: "New", Timezone: "US/Eastern", CommunityExternalRef: tenantry.Set("new-1")})
		require.NoError(t, err)
		created, err := tenantry.Collect(c.Communities.All(ctx, leasefind.CommunityFindParams{CommunityExternalRef: "new-1"}))
		require.NoError(t, err)
		require.Len(t, created, 1)
		empty, err := c.Communities.Find(ctx, leasefind.CommunityFindParams{CommunityID: "none"})
		require.NoError(t, err)
		assert.Empty(t, empty.Items)

		people, err := tenantry.Collect(c.Persons.All(ctx, leasefind.PersonFindParams{}))
		require.NoError(t, err)
		got := make([]string, len(people))
		for i, p := range people {
			got[i] = p.Identifier
		}
		assert.Equal(t, s.IDs(leasefind.Person{}), got)
		persons := leasefind.PersonSaveParams{Persons: []leasefind.PersonInput{
			{ExternalRef: tenantry.Set("mine-1"), EmailAddress: tenantry.Set("ana@example.test"), FirstName: tenantry.Set("Ana"), GroupIDs: ids[:1]},
			{PhoneNumber: tenantry.Set("+1 212 555 0177"), LastName: tenantry.Set("Li"), GroupExternalRefs: []string{group.CommunityExternalRef}},
		}}
		saved, err := c.Persons.Save(ctx, persons)
		require.NoError(t, err)
		again, err := c.Persons.Save(ctx, persons)
		require.NoError(t, err)
		require.NotEmpty(t, saved.Persons[1].Identifier)
		assert.Equal(t, saved.Persons[1].Identifier, again.Persons[1].Identifier, "an upsert")
		assert.Len(t, s.IDs(leasefind.Person{}), len(people)+2)

		units, err := c.Units.Save(ctx, leasefind.UnitSaveParams{GroupID: ids[0], Units: []leasefind.UnitInput{
			{UnitNumber: tenantry.Set("900"), Sqft: tenantry.Set[int64](500), Address: tenantry.Set(leasefind.Address{AddressLine1: "9 Test St", State: "IL", PostalCode: "60602"})},
		}})
		require.NoError(t, err)
		found, err := c.Units.Find(ctx, leasefind.UnitFindParams{Identifier: units.Units[0].Identifier})
		require.NoError(t, err)
		require.Len(t, found.Items, 1)
		assert.EqualValues(t, 500, *found.Items[0].Sqft)
		_, err = c.Units.Save(ctx, leasefind.UnitSaveParams{GroupID: "none", Units: []leasefind.UnitInput{{UnitNumber: tenantry.Set("1")}}})
		require.ErrorIs(t, err, leasefind.ErrGroupNotFound)

		listed := func() (all []leasefind.Listing) {
			for l, err := range c.Listings.All(ctx, leasefind.ListingFindParams{GroupID: ids[0]}) {
				require.NoError(t, err)
				all = append(all, *l)
			}
			return all
		}
		before := len(listed())
		l, err := c.Listings.Create(ctx, leasefind.ListingCreateParams{GroupID: ids[0], UnitID: tenantry.Set(units.Units[0].Identifier), UnitType: leasefind.UnitTypeApartment, ListingURL: "https://example.test/900"})
		require.NoError(t, err)
		assert.Equal(t, units.Units[0].Identifier, l.UnitID)
		assert.Len(t, listed(), before+1)
		require.NoError(t, c.Listings.Delete(ctx, l.Identifier, leasefind.ListingDeleteParams{Now: true}))
		assert.Len(t, listed(), before)
		require.NoError(t, c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: ids[0], Listings: []leasefind.ListingInput{vacancy()}}))
		require.Len(t, listed(), 1)
		assert.Equal(t, vacancy().ExternalRef, listed()[0].ExternalRef)
		require.NoError(t, c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupExternalRef: group.CommunityExternalRef, DeleteAll: true}))
		assert.Empty(t, listed())

		_, err = c.Tasks.Create(ctx, leasefind.TaskCreateParams{GroupID: ids[0], ExternalRef: tenantry.Set("task-1"), Title: tenantry.Set("Fix the door")})
		require.NoError(t, err)
		_, err = c.Tasks.Update(ctx, leasefind.TaskUpdateParams{ExternalRef: "task-1", Status: tenantry.Set(leasefind.TaskCompleted)})
		require.NoError(t, err)
		for _, m := range []leasefind.MessageCreateParams{
			{SMS: sms()},
			{Email: &leasefind.EmailMessage{MessageID: "m", CreatedDatetime: "2026-01-02T03:04:05Z", FromEmailAddress: "a@example.test", ToEmailAddresses: "b@example.test", ConversationID: "c"}},
			{WebChat: &leasefind.WebChatMessage{MessageID: "m", CreatedDatetime: "2026-01-02T03:04:05Z"}},
			{CallTranscript: &leasefind.CallTranscript{MessageID: "m", CreatedDatetime: "2026-01-02T03:04:05Z", ConversationID: "c", RecordingURL: "https://example.test/1.mp3"}},
			{Review: &leasefind.Review{Rating: tenantry.Set[tenantry.Decimal]("4.5")}},
		} {
			m.GroupID, m.MessageDirection = ids[0], leasefind.MessageInbound
			_, err = c.Messages.Create(ctx, m)
			require.NoError(t, err)
		}
		assert.Len(t, s.Messages(), 5)
		url, err := c.WebhookPortal(ctx)
		require.NoError(t, err)
		assert.Contains(t, url.Reveal(), "#key=")
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v", url, url, url), "key")

		s.DenyGroups(ids[0])
		_, err = c.Listings.Find(ctx, leasefind.ListingFindParams{GroupID: ids[0]})
		require.ErrorIs(t, err, leasefind.ErrNoAccessToGroup)
		require.ErrorIs(t, err, tenantry.ErrForbidden)
		assert.Equal(t, 1, s.TokensIssued(), "a group that is denied costs no token")
	}
}

// find returns the community with an ID.
func find(t *testing.T, c *leasefind.Client, id string) leasefind.Community {
	t.Helper()
	page, err := c.Communities.Find(t.Context(), leasefind.CommunityFindParams{CommunityID: id})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	return page.Items[0]
}

// addGroups adds the groups that the documented examples name. Otherwise the fake refuses
// them with a 401, and a 401 whose body breaks off is taken for the token's.
func addGroups(s *leasefindtest.Server) {
	for id, ref := range map[string]string{
		"group-1": "group-external-ref-1", "group-id-1": "group-1", "00000000-0000-4000-8000-000000000032": "portfolio_123",
	} {
		s.Add(leasefind.Community{CommunityID: id, CommunityExternalRef: ref, Name: id})
	}
}

// What must not be sent twice arrives once, whatever becomes of it.
func TestWritesAreSentOnce(t *testing.T) {
	c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(4)})
	addGroups(s)
	sent := 0
	for _, op := range operations(t) {
		name, _, _ := strings.Cut(strings.Split(op.name, ",")[0], " ")
		switch name {
		case "communities.create", "listings.create", "listings.delete", "tasks.create", "tasks.update", "messages.create", "leases.save":
		default:
			continue
		}
		sent++
		for _, f := range []tenantrytest.Fault{{Kind: tenantrytest.ResetBefore}, {Kind: tenantrytest.ResetAfter}, {Kind: tenantrytest.CutBody}, {Status: 500}, {Status: 503}} {
			before := s.Arrivals(name)
			f.Operation = name
			s.Inject(f)
			_, err := op.call(t.Context(), c)
			require.Error(t, err)
			assert.Equal(t, before+1, s.Arrivals(name), "%s: %+v", name, f)
			s.ClearFaults()
		}
	}
	assert.Greater(t, sent, 10)
}

// 200 goroutines meet an expired token: one token request, and all succeed.
func TestExpiredTokenUnderLoad(t *testing.T) {
	for _, how := range []func(*leasefindtest.Server){(*leasefindtest.Server).ExpireTokens, (*leasefindtest.Server).RevokeTokens} {
		c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(5)})
		_, err := c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
		require.NoError(t, err)
		require.Equal(t, 1, s.TokensIssued())
		how(s)
		s.SetLatency(10 * time.Millisecond)
		var failed atomic.Int64
		var wg sync.WaitGroup
		start := make(chan struct{})
		for range 200 {
			wg.Go(func() {
				<-start
				page, err := c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
				if err != nil || len(page.Items) != 5 {
					failed.Add(1)
				}
			})
		}
		close(start)
		wg.Wait()
		assert.Zero(t, failed.Load())
		assert.Equal(t, 2, s.TokensIssued())
		assert.Equal(t, 2, s.Arrivals("tokens.create"))
	}
}

func TestTokenIsRenewedBeforeItExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, mock := testclient.Mocked(t, func(opts ...tenantry.Option) (*leasefind.Client, error) {
			return leasefind.NewClient("id", "secret", opts...)
		})
		issued, n := time.Now(), 0
		mock.RegisterResponder("POST", "/oauth2/token", func(*http.Request) (*http.Response, error) {
			issued, n = time.Now(), n+1
			return httpmock.NewStringResponse(200, `{"access_token":"t","expires_in":3}`), nil
		})
		mock.RegisterNoResponder(func(*http.Request) (*http.Response, error) {
			assert.Less(t, time.Since(issued), 3*time.Second, "no call meets an expired token") // on the bubble's clock
			return httpmock.NewStringResponse(200, `{"tenants":[]}`), nil
		})
		for range 35 {
			_, err := c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
			require.NoError(t, err)
			time.Sleep(100 * time.Millisecond)
		}
		assert.Equal(t, 2, n)
	})
}

func TestSecondExpiryIsReported(t *testing.T) {
	c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(2)})
	s.Inject(tenantrytest.Fault{Operation: "tenants.find", Status: 401, Body: []byte(`{"error":{"type":"expired_token","message":"no"}}`)})
	_, err := c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
	require.ErrorIs(t, err, leasefind.ErrExpiredToken)
	assert.Equal(t, 2, s.Arrivals("tenants.find"), "one replay")
	assert.Equal(t, 2, s.TokensIssued())
}

// The API also sends 401 for faults that are not the token's. They cost no token.
func TestOnlyTokensFaultsRenew(t *testing.T) {
	type want struct {
		tokens int
		class  error
	}
	for body, want := range map[string]want{
		`{"error":{"type":"expired_token","message":"m"}}`:         {2, tenantry.ErrUnauthorized},
		`{"error":{"type":"invalid_authorization","message":"m"}}`: {2, tenantry.ErrUnauthorized},
		`{"error":"invalid_token"}`:                                {2, tenantry.ErrUnauthorized},
		`{"message":"Unauthorized"}`:                               {2, tenantry.ErrUnauthorized},
		`<html>`:                                                   {2, tenantry.ErrUnauthorized},
		``:                                                         {2, tenantry.ErrUnauthorized},
		`{"error":{"type":"missing_authorization","message":"m"}}`: {1, tenantry.ErrUnauthorized},
		`{"error":{"type":"missing_field","message":"m"}}`:         {1, tenantry.ErrUnauthorized},
		`{"error":{"type":"no_access_to_group","message":"m"}}`:    {1, tenantry.ErrForbidden},
		`{"error":{"type":"not_authorized","message":"m"}}`:        {1, tenantry.ErrForbidden},
		`{"error":{"type":"no_external_reference","message":"m"}}`: {1, tenantry.ErrInvalid},
		`{"error":{"type":"missing_unit_type","message":"m"}}`:     {1, leasefind.ErrUnitType},
	} {
		c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(2)})
		s.Inject(tenantrytest.Fault{Operation: "tenants.find", Status: 401, Body: []byte(body)})
		for range 20 {
			_, err := c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
			require.ErrorIs(t, err, want.class)
			assert.Equal(t, errors.Is(want.class, tenantry.ErrUnauthorized), errors.Is(err, tenantry.ErrUnauthorized), body)
		}
		assert.Equal(t, want.tokens, s.TokensIssued(), body)
	}
}

// What a token response says of its life never costs a token a call, nor the
// call itself.
func TestLivesOfTokens(t *testing.T) {
	for _, life := range []string{`10000000000`, `9223372036854775807`, `3599.5`, `""`, `1e400`, `"soon"`, `{}`, `null`, `-1`, `0`} {
		c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(2)})
		s.Inject(tenantrytest.Fault{Operation: "tokens.create", Status: 200, Body: []byte(`{"access_token":"` + s.IssueToken() + `","expires_in":` + life + `}`)})
		for range 5 {
			_, err := c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
			require.NoError(t, err, life)
		}
		assert.Equal(t, 1, s.Arrivals("tokens.create"), life)
	}
}

// A token endpoint that sends 200 with an error is quoted, and not asked at
// every call.
func TestErrorsInTokenResponses(t *testing.T) {
	c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(2)})
	s.Inject(tenantrytest.Fault{Operation: "tokens.create", Status: 200, Body: []byte(`{"error":"invalid_client","error_description":"The client is gone."}`)})
	for range 20 {
		_, err := c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
		var e *tenantry.TokenError
		require.ErrorAs(t, err, &e)
		require.ErrorContains(t, err, "invalid_client: The client is gone.")
	}
	assert.Equal(t, 1, s.Arrivals("tokens.create"))
}

// Tokens may come from another URL, which gets the credentials; the API's own
// host gets the token.
func TestWithTokenURL(t *testing.T) {
	api := leasefindtest.NewServer(leasefindtest.WithTenants(2))
	defer api.Close()
	var form url.Values
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.NoError(t, r.ParseForm())
		assert.Equal(t, "/pool/oauth2/token", r.URL.Path)
		form = r.PostForm
		_, _ = io.WriteString(w, `{"access_token":"`+api.IssueToken()+`"}`)
	}))
	defer tokens.Close()
	c, err := leasefind.NewClient("id", "secret", tenantry.WithBaseURL(api.URL), leasefind.WithTokenURL(tokens.URL+"/pool/oauth2/token"))
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
	require.NoError(t, err)
	assert.Equal(t, "secret", form.Get("client_secret"))
	assert.Zero(t, api.Arrivals("tokens.create"))
	for _, bad := range []string{"", "http://tokens.example.test/x", "ftp://x", "https://user:pass@tokens.example.test", "tokens"} {
		_, err = leasefind.NewClient("id", "secret", leasefind.WithTokenURL(bad))
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, bad)
		require.ErrorContains(t, err, "token URL")
	}
}

// A page may have as many records as were asked for, however small they are.
func TestAskedRecordsAreNotTooMany(t *testing.T) {
	const asked = 20_000
	body := `{"data":[` + strings.Repeat(`{"identifier":"l"},`, asked-1) + `{"identifier":"l"}]}`
	for limit, fits := range map[int]bool{asked: true, 10: false} {
		c, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		page, err := c.Leases.Find(t.Context(), leasefind.LeaseFindParams{Identifier: "l", Limit: limit})
		assert.Equal(t, fits, err == nil, "%d: %v", limit, err)
		if fits {
			assert.Len(t, page.Items, asked)
		}
	}
}

// A lease that was not saved is an error in the server's words.
func TestSaveWithoutSuccess(t *testing.T) {
	for body, want := range map[string]string{
		`{"success":false,"message":"The unit is taken."}`:             "The unit is taken.",
		`{"success":false,"error":{"type":"x","message":"No lease."}}`: "x: No lease.",
		`{"success":false,"lease":"l1"}`:                               "success is false",
		`{"success":"false"}`:                                          "success is false",
	} {
		c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(2)})
		s.Inject(tenantrytest.Fault{Operation: "leases.save", Status: 200, Body: []byte(body)})
		_, err := c.Leases.Save(t.Context(), leasefind.LeaseSaveParams{Lease: leasefind.LeaseInput{UnitID: tenantry.Set(s.UnitIDs()[0])}})
		require.ErrorIs(t, err, tenantry.ErrInvalid, body)
		require.ErrorContains(t, err, want)
	}
}

// A renewal that fails says so; a slow one holds nobody longer than they would
// wait.
func TestTroubleWithTokens(t *testing.T) {
	c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(2)})
	s.Inject(tenantrytest.Fault{Operation: "tokens.create", Status: 500})
	_, err := c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
	var e *tenantry.TokenError
	require.ErrorAs(t, err, &e)
	assert.Zero(t, s.Arrivals("tenants.find"))
	s.ClearFaults()
	_, err = c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
	require.NoError(t, err, "a server's failure is not remembered")

	s.ExpireTokens()
	s.ClearFaults()
	release := make(chan struct{})
	s.OnRequest(func(operation string, _ int) {
		if operation == "tokens.create" {
			<-release
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	patient := make(chan error)
	go func() {
		_, err := c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
		patient <- err
	}()
	_, err = c.Tenants.Find(ctx, leasefind.TenantFindParams{})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	close(release)
	require.NoError(t, <-patient)
}

func TestTokensFromElsewhere(t *testing.T) {
	s := leasefindtest.NewServer(leasefindtest.WithTenants(2))
	defer s.Close()
	static := s.IssueToken()
	for name, opt := range map[string]tenantry.Option{
		"static": tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: static})),
		"source": tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: static})),
	} {
		c, err := leasefind.NewClient("", "", opt, tenantry.WithBaseURL(s.URL))
		require.NoError(t, err, name)
		_, err = c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
		require.NoError(t, err, name)
	}
	s.ExpireTokens()
	c, err := leasefind.NewClient("", "", tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: static})), tenantry.WithBaseURL(s.URL))
	require.NoError(t, err)
	before := s.Arrivals("tenants.find")
	_, err = c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
	require.ErrorIs(t, err, leasefind.ErrExpiredToken)
	assert.Equal(t, before+1, s.Arrivals("tenants.find"))
	assert.Zero(t, s.Arrivals("tokens.create"))
}

func TestListingWhileTenantsComeAndGo(t *testing.T) {
	c, s := fake(t, []leasefindtest.Option{leasefindtest.WithTenants(1000)})
	stay := make(map[string]bool)
	ids := s.TenantIDs()
	for _, id := range ids {
		stay[id] = true
	}
	s.OnRequest(func(_ string, n int) {
		s.AddTenant(map[string]any{"first_name": "New"})
		id := ids[(n*97)%len(ids)]
		s.RemoveTenant(id)
		delete(stay, id)
	})
	seen := make(map[string]int)
	for p, err := range c.Tenants.All(t.Context(), leasefind.TenantFindParams{}) {
		require.NoError(t, err)
		seen[p.Identifier]++
	}
	for id := range stay {
		assert.Equal(t, 1, seen[id], id)
	}
}

// Secrets are planted everywhere; none of them gets out.
func TestCanary(t *testing.T) {
	const secret = "canary-secret-77aa"
	s := leasefindtest.NewServer(leasefindtest.WithCredentials("id", secret), leasefindtest.WithTenants(3))
	defer s.Close()
	addGroups(s)
	var out bytes.Buffer
	var tokens []string
	connect := func() (*leasefind.Client, error) {
		return leasefind.NewClient("id", secret, tenantry.WithBaseURL(s.URL), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: time.Millisecond}),
			tenantry.WithLogger(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))),
			tenantry.WithHTTPClient(&http.Client{Transport: spy.RoundTripper(func(r *http.Request) {
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
	for _, op := range operations(t) {
		for _, f := range []tenantrytest.Fault{
			{Kind: tenantrytest.Delayed},
			{Operation: "tokens.create", Status: 400, Body: []byte(`{"error":"x","error_description":"you sent ` + secret + `"}`)},
			{Status: 500, Body: []byte(`{"error":{"type":"x","message":"you sent ` + secret + `"}}`), Header: http.Header{"X-Echo": {secret}}},
			{Kind: tenantrytest.ResetAfter}, {Kind: tenantrytest.CutBody, CutAt: 5}, tenantrytest.HTMLPage(200),
		} {
			client := c
			if f.Operation != "" { // a refusal of the credentials is remembered
				client, err = connect()
				require.NoError(t, err)
			}
			s.Inject(f)
			got, err := op.call(t.Context(), client)
			if op.name == "webhook-portal" {
				fmt.Fprintf(&out, "%v %+v %#v\n", got, got, got)
			}
			note(err)
			s.ClearFaults()
		}
	}
	fmt.Fprintf(&out, "%v %+v %#v %v %+v %#v", c, c, c, *c, s.Requests(), s.Requests())
	b, _ := json.Marshal(c)
	out.Write(b)
	require.NotEmpty(t, tokens)
	for _, token := range append(tokens, secret) {
		assert.NotContains(t, out.String(), token)
	}
	for _, said := range []string{"leases.save", "webhook-portal", "listings.sync", "messages.create"} {
		assert.Contains(t, out.String(), said)
	}
	assert.NotContains(t, out.String(), "#key=")
}
