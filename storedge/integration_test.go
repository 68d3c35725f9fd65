package storedge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// fake starts a fake with one facility and a client that is quick to retry.
func fake(t *testing.T, tenants int, opts ...tenantry.Option) (*storedge.TenantsService, *storedgetest.Server) {
	t.Helper()
	s := storedgetest.NewServer(storedgetest.WithFacility("f1", tenants))
	t.Cleanup(s.Close)
	return client(t, s, opts...), s
}

func client(t *testing.T, s *storedgetest.Server, opts ...tenantry.Option) *storedge.TenantsService {
	t.Helper()
	return connect(t, s, opts...).Facility("f1").Tenants
}

func connect(t *testing.T, s *storedgetest.Server, opts ...tenantry.Option) *storedge.Client {
	t.Helper()
	return testclient.Faked(t, s.URL, func(opts ...tenantry.Option) (*storedge.Client, error) {
		return storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, opts...)
	}, opts...)
}

func TestListingsOverASocket(t *testing.T) {
	for _, ahead := range []int{0, 4} {
		s, server := fake(t, 730, tenantry.WithPrefetch(ahead))
		server.Inject(tenantrytest.Fault{Operation: "tenants.list", Attempt: 2, Status: 503})
		server.Inject(tenantrytest.Fault{Operation: "tenants.list", Attempt: 4, Kind: tenantrytest.CutBody, CutAt: 999})
		all, err := tenantry.Collect(s.All(t.Context(), storedge.ListParams{}))
		require.NoError(t, err)
		got := make([]string, len(all))
		current, previous := 0, 0
		for i, tenant := range all {
			got[i] = tenant.ID
			if len(tenant.CurrentLedgerIDs) > 0 {
				current++
			} else if len(tenant.PreviousLedgerIDs) > 0 {
				previous++
			}
		}
		assert.Equal(t, server.TenantIDs("f1"), got)
		now, err := tenantry.Collect(s.AllCurrent(t.Context(), storedge.ListParams{PerPage: 20}))
		require.NoError(t, err)
		assert.Len(t, now, current)
		then, err := tenantry.Collect(s.AllPrevious(t.Context(), storedge.ListParams{PerPage: 7}))
		require.NoError(t, err)
		assert.Len(t, then, previous)
	}
}

// Resumed in another client after every page, while tenants come and go
// anywhere in the list.
func TestResumedWhileTenantsComeAndGo(t *testing.T) {
	for _, ahead := range []int{0, 3} {
		_, server := fake(t, 600, tenantry.WithPrefetch(ahead))
		ids := server.TenantIDs("f1")
		stay := make(map[string]bool)
		for _, id := range ids {
			stay[id] = true
		}
		var mu sync.Mutex
		server.OnRequest(func(_ string, n int) {
			mu.Lock()
			defer mu.Unlock()
			if n > 60 {
				return
			}
			server.AddTenant("f1", (n*137)%500, map[string]any{"last_name": "New"})
			id := ids[(n*89)%len(ids)]
			server.RemoveTenant("f1", id)
			delete(stay, id)
		})
		seen := make(map[string]int)
		var cursor tenantry.Cursor
		for more := true; more; {
			s := client(t, server, tenantry.WithPrefetch(ahead))
			more = false
			pages := 0
			for page, err := range s.Pages(t.Context(), storedge.ListParams{PerPage: 40, Cursor: cursor}) {
				require.NoError(t, err)
				for _, tenant := range page.Items {
					seen[tenant.ID]++
				}
				cursor, more = page.Next, page.HasMore
				if pages++; pages == 2 {
					break
				}
			}
		}
		mu.Lock()
		for id := range stay {
			assert.Equal(t, 1, seen[id], "%s, %d ahead", id, ahead)
		}
		mu.Unlock()
	}
}

func TestNotes(t *testing.T) {
	s, server := fake(t, 3)
	id := server.TenantIDs("f1")[0]
	for i := range 120 {
		server.AddNote("f1", id, fmt.Sprint(i))
	}
	first, err := s.ListNotes(t.Context(), id, storedge.ListParams{PerPage: 50})
	require.NoError(t, err)
	rest, err := tenantry.Collect(s.AllNotes(t.Context(), id, storedge.ListParams{PerPage: 50, Cursor: first.Next}))
	require.NoError(t, err)
	assert.Equal(t, first.Total, len(first.Items)+len(rest))
	assert.Equal(t, "119", rest[len(rest)-1].Note)
	_, err = s.ListNotes(t.Context(), server.TenantIDs("f1")[1], storedge.ListParams{PerPage: 50, Cursor: first.Next})
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "a cursor is of one tenant's notes")
}

func TestAccounts(t *testing.T) {
	s, server := fake(t, 3)
	ctx := t.Context()
	id := server.TenantIDs("f1")[0]
	server.SetAccount("f1", id, "al", "old password")

	tenant, err := s.SignIn(ctx, storedge.SignInParams{Login: "al", Password: tenantry.NewSecret("old password")})
	require.NoError(t, err)
	assert.Equal(t, id, tenant.ID)
	at, err := tenant.LastSignInAt.Time()
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), at, time.Hour)

	_, err = s.SignIn(ctx, storedge.SignInParams{Login: "al", Password: tenantry.NewSecret("wrong one")})
	require.ErrorIs(t, err, storedge.ErrTenantCredentials)
	require.ErrorIs(t, err, tenantry.ErrUnauthorized)
	require.EqualError(t, err, "storedge: tenants.sign-in: the tenant's login or password is wrong; ask for it again")
	badKey, err := storedge.NewClient("other", "key", tenantry.WithBaseURL(server.URL))
	require.NoError(t, err)
	_, err = badKey.Facility("f1").Tenants.SignIn(ctx, storedge.SignInParams{Login: "al", Password: tenantry.NewSecret("old password")})
	require.ErrorIs(t, err, tenantry.ErrUnauthorized)
	require.NotErrorIs(t, err, storedge.ErrTenantCredentials)

	_, err = s.ChangePassword(ctx, id, storedge.ChangePasswordParams{CurrentPassword: tenantry.NewSecret("wrong"), NewPassword: tenantry.NewSecret("new password")})
	require.ErrorIs(t, err, storedge.ErrTenantCredentials)
	_, err = s.ChangePassword(ctx, id, storedge.ChangePasswordParams{CurrentPassword: tenantry.NewSecret("old password"), NewPassword: tenantry.NewSecret("new password")})
	require.NoError(t, err)
	_, err = s.SignIn(ctx, storedge.SignInParams{Login: "al", Password: tenantry.NewSecret("new password")})
	require.NoError(t, err)

	token := server.ResetToken("f1", id)
	err = s.ResetPasswordWithToken(ctx, storedge.ResetPasswordParams{ResetToken: tenantry.NewSecret("not " + token), Password: tenantry.NewSecret("newer")})
	require.ErrorIs(t, err, tenantry.ErrInvalid)
	require.NoError(t, s.ResetPasswordWithToken(ctx, storedge.ResetPasswordParams{ResetToken: tenantry.NewSecret(token), Password: tenantry.NewSecret("newer")}))
	_, err = s.SignIn(ctx, storedge.SignInParams{Login: "al", Password: tenantry.NewSecret("newer")})
	require.NoError(t, err)

	found, err := s.LookupUsername(ctx, "al")
	require.NoError(t, err)
	assert.Equal(t, id, found.ID)
	require.NoError(t, s.ForgotUsername(ctx, fmt.Sprint(found.AccountNumber)))
	require.ErrorIs(t, s.ForgotUsername(ctx, "1"), tenantry.ErrNotFound)
	byAccount, err := s.Search(ctx, storedge.TenantSearchParams{AccountNumber: fmt.Sprint(found.AccountNumber)})
	require.NoError(t, err)
	assert.Len(t, byAccount.Items, 1)

	fresh := server.AddTenant("f1", 0, nil)
	_, err = s.SignUp(ctx, fresh, storedge.TenantUpdateParams{Username: tenantry.Set("neo"), Password: tenantry.Set(tenantry.NewSecret("p4ssword")), FirstName: tenantry.Set("Thomas")})
	require.NoError(t, err)
	signedIn, err := s.SignIn(ctx, storedge.SignInParams{Login: "neo", Password: tenantry.NewSecret("p4ssword")})
	require.NoError(t, err)
	assert.Equal(t, "Thomas", signedIn.FirstName)
	assert.True(t, *signedIn.HasTenantPortalAccount)
}

func TestChanges(t *testing.T) {
	s, server := fake(t, 40)
	ctx := t.Context()
	id := server.TenantIDs("f1")[0]
	before, err := s.Get(ctx, id)
	require.NoError(t, err)
	after, err := s.Patch(ctx, id, storedge.TenantUpdateParams{
		LastName: tenantry.Set("Smith"), PhoneNumbersAttributes: tenantry.Set([]storedge.PhoneNumberParams{{Number: tenantry.Set("212 555 0100"), Label: tenantry.Set(storedge.LabelMobile), SMSOptIn: tenantry.Set(true)}}),
		MailingAddressAttributes: tenantry.Set(storedge.AddressParams{Address1: tenantry.Set("1 Main St")}),
	})
	require.NoError(t, err)
	assert.Equal(t, before.FirstName, after.FirstName)
	assert.Equal(t, "Smith", after.LastName)
	number := after.PhoneNumbers[len(after.PhoneNumbers)-1]
	assert.Equal(t, "+12125550100", number.Number)
	assert.True(t, *number.SMSOptIn)
	found, err := s.Search(ctx, storedge.TenantSearchParams{PhoneNumber: "+12125550100"})
	require.NoError(t, err)
	assert.Len(t, found.Items, 1)

	server.LockMailingAddresses("f1")
	_, err = s.Update(ctx, id, storedge.TenantUpdateParams{MailingAddressAttributes: tenantry.Set(storedge.AddressParams{Address1: tenantry.Set("2 Main St")})})
	require.ErrorIs(t, err, storedge.ErrAccessDenied)
	require.ErrorIs(t, err, tenantry.ErrForbidden)

	settings, err := s.UpdatePreferences(ctx, id, storedge.PreferencesUpdateParams{PrintInvoices: tenantry.Set(true)})
	require.NoError(t, err)
	assert.True(t, *settings.TenantsPreferences.PrintInvoices)
	_, err = s.UpdatePreferences(ctx, id, storedge.PreferencesUpdateParams{PrintInvoices: tenantry.Null[bool]()})
	require.NoError(t, err)
	settings, err = s.Preferences(ctx, id)
	require.NoError(t, err)
	assert.Nil(t, settings.TenantsPreferences.PrintInvoices)
	assert.False(t, *settings.DefaultSettings["print_invoices"].Value)

	server.SetIneligible("f1", id)
	eligible, err := s.Eligibility(ctx, id)
	require.NoError(t, err)
	assert.False(t, *eligible.EligibleForMoveIn)
	current, err := s.ListCurrent(ctx, storedge.ListParams{})
	require.NoError(t, err)
	ledgers, err := s.ListLedgers(ctx, current.Items[0].ID)
	require.NoError(t, err)
	require.Len(t, ledgers.Items, 1)
	assert.Regexp(t, `^\d+\.\d\d$`, string(ledgers.Items[0].CurrentRate), "money keeps its text")
	assert.NotNil(t, ledgers.Items[0].Extra["unit"])
	_, err = s.Delinquency(ctx, id)
	require.NoError(t, err)
}

// Writes arrive once, whatever becomes of them; what changes nothing, or has an
// idempotency key, is retried like a read.
func TestWhatIsSentAgain(t *testing.T) {
	type operation struct {
		name  string // at the fake
		again bool
		call  func(context.Context, *storedge.Client) error
	}
	var all []operation
	for _, op := range operations(t) {
		again := op.method == http.MethodGet || op.name == "lookup-username" || op.name == "sign-in"
		all = append(all, operation{"tenants." + op.name, again, func(ctx context.Context, c *storedge.Client) error {
			return second(op.call(ctx, c.Facility("f1").Tenants))
		}})
	}
	for _, c := range calls(t) {
		name := c.name
		if name == "move-ins.review-cost-with-documents" {
			name = "move-ins.review-cost"
		}
		all = append(all, operation{name, c.repeated, func(ctx context.Context, client *storedge.Client) error { return second(c.run(ctx, client)) }})
	}
	server := storedgetest.NewServer(storedgetest.WithFacility("f1", 1))
	defer server.Close()
	for _, op := range all {
		if strings.Contains(op.name, " ") {
			continue
		}
		for _, f := range []tenantrytest.Fault{{Kind: tenantrytest.ResetBefore}, {Kind: tenantrytest.ResetAfter}, {Status: 500}, {Status: 503}} {
			c := connect(t, server, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond}))
			server.Inject(f)
			before := server.Arrivals(op.name)
			require.Error(t, op.call(t.Context(), c))
			want := 1
			if op.again {
				want = 3
			}
			assert.Equal(t, want, server.Arrivals(op.name)-before, "%s %+v", op.name, f)
			server.ClearFaults()
		}
	}
}

// Every attempt is signed anew, also after the server hung up on idle
// connections: the fake takes a nonce once.
func TestAttemptsAreSignedAnew(t *testing.T) {
	for name, opts := range map[string]struct {
		server []storedgetest.Option
		client []tenantry.Option
	}{"SHA-1": {}, "SHA-256": {[]storedgetest.Option{storedgetest.WithHMACSHA256()}, []tenantry.Option{storedge.WithHMACSHA256()}}} {
		t.Run(name, func(t *testing.T) {
			server := storedgetest.NewServer(append(opts.server, storedgetest.WithFacility("f1", 3))...)
			defer server.Close()
			s := client(t, server, opts.client...)
			for i := range 30 {
				if i%3 == 0 {
					server.Inject(tenantrytest.Fault{Kind: []tenantrytest.Kind{tenantrytest.ResetBefore, tenantrytest.ResetAfter, tenantrytest.CutBody}[i%9/3], Times: 1, CutAt: 9})
				}
				if i%4 == 0 {
					server.HangUp()
				}
				_, err := s.List(t.Context(), storedge.ListParams{})
				require.NoError(t, err)
				_, err = s.UpdatePreferences(t.Context(), server.TenantIDs("f1")[0], storedge.PreferencesUpdateParams{PrintInvoices: tenantry.Set(i%2 == 0)})
				require.NoError(t, err)
				server.ClearFaults()
			}
			for _, r := range server.Requests() {
				assert.NotEqual(t, http.StatusUnauthorized, r.Status, "a nonce was sent twice")
			}
		})
	}
}

// Secrets are planted everywhere; none of them gets out.
func TestCanary(t *testing.T) {
	const secret = "canary-secret-4be1"
	server := storedgetest.NewServer(storedgetest.WithCredentials("canary-id-4be1", secret), storedgetest.WithFacility("f1", 2))
	defer server.Close()
	var out bytes.Buffer
	c, err := storedge.NewClient("canary-id-4be1", secret, tenantry.WithBaseURL(server.URL), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: time.Millisecond}),
		tenantry.WithLogger(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { fmt.Fprintf(&out, "%+v %#v\n", e, e) }))
	require.NoError(t, err)
	s := c.Facility("f1").Tenants
	note := func(err error) {
		b, _ := json.Marshal(err)
		fmt.Fprintf(&out, "%v %+v %#v %s\n", err, err, err, b)
	}
	type operation struct {
		sends string
		call  func(context.Context) error
	}
	var all []operation
	for _, op := range operations(t) {
		all = append(all, operation{op.query + op.body, func(ctx context.Context) error { return second(op.call(ctx, s)) }})
	}
	for _, op := range calls(t) {
		all = append(all, operation{op.query + op.body, func(ctx context.Context) error { return second(op.run(ctx, c)) }})
	}
	for _, op := range all {
		message, err := json.Marshal("you sent " + op.sends + " as canary-id-4be1")
		require.NoError(t, err)
		echo := fmt.Sprintf(`{"meta":{"message":%s,"error_code":7}`, message)
		for _, f := range []tenantrytest.Fault{
			{Kind: tenantrytest.Delayed}, {Status: 500, Body: []byte(echo + "}"), Header: http.Header{"X-Echo": {"canary-id-4be1"}}}, {Status: 401, Body: []byte(echo + "}")},
			{Kind: tenantrytest.ResetAfter}, {Kind: tenantrytest.CutBody, CutAt: 5}, tenantrytest.HTMLPage(200), {Status: 200, Body: []byte(echo)},
		} {
			server.Inject(f)
			note(op.call(t.Context()))
			server.ClearFaults()
		}
	}
	fmt.Fprintf(&out, "%v %+v %#v %v %+v %#v", c, c, c, *c, server.Requests(), server.Requests())
	fmt.Fprintf(&out, "%v %+v %#v %v", s, s, s, c.Facility("f1"))
	params := storedge.SignInParams{Login: "al", Password: tenantry.NewSecret("super_secret_password")}
	update := storedge.TenantUpdateParams{Password: tenantry.Set(tenantry.NewSecret("super_secret_password"))}
	fmt.Fprintf(&out, "%v %+v %#v %+v %#v", params, params, params, update, update)
	b, err := json.Marshal(map[string]any{"params": params, "update": &update})
	require.NoError(t, err)
	out.Write(b)
	for _, leak := range []string{secret, "canary-id", "super_secret_password", "super_new_password", "supersecretpassword", "tok1", "pass1", "1000002", "new password", "code-5555", "4000123412341234", "lock-1-2-3", "oauth_signature", "OAuth oauth"} {
		if at := strings.Index(out.String(), leak); at >= 0 {
			t.Errorf("%s got out: …%s", leak, out.String()[max(0, at-200):min(out.Len(), at+50)])
		}
	}
	assert.Regexp(t, regexp.MustCompile(`tenants\.sign-in`), out.String())
}
