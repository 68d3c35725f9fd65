package supergood_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/spy"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

var good = supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password)}

func fake(t *testing.T, creds supergood.Credentials, opts ...supergoodtest.Option) (*supergood.Client, *supergoodtest.Server) {
	t.Helper()
	s := supergoodtest.NewServer(append([]supergoodtest.Option{supergoodtest.WithProperties(60, 30)}, opts...)...)
	t.Cleanup(s.Close)
	return testclient.Faked(t, s.URL, func(opts ...tenantry.Option) (*supergood.Client, error) {
		return supergood.NewClient("", creds, opts...)
	}), s
}

func list(ctx context.Context, c *supergood.Client) error {
	_, err := c.Properties.List(ctx, supergood.ListParams{})
	return err
}

func TestListings(t *testing.T) {
	for _, style := range []supergoodtest.Style{supergoodtest.ByCursor, supergoodtest.ByLink, supergoodtest.ByPageNumber, supergoodtest.OnePage} {
		c, s := fake(t, good, supergoodtest.WithPaging(style, 7))
		s.Inject(tenantrytest.Fault{Operation: "properties.list", Attempt: 2, Kind: tenantrytest.CutBody, CutAt: 50})
		all, err := tenantry.Collect(c.Properties.All(t.Context(), supergood.ListParams{}))
		require.NoError(t, err)
		got := make([]string, len(all))
		for i, p := range all {
			got[i] = p.ID
		}
		assert.Equal(t, s.PropertyIDs(), got, style)
		var cursor tenantry.Cursor
		n := 0
		for page, err := range c.Property(got[5]).PagesUnits(t.Context(), supergood.ListParams{}) {
			require.NoError(t, err)
			n += len(page.Items)
			cursor = page.Next
			if page.HasMore {
				break
			}
		}
		if cursor != "" {
			rest, err := tenantry.Collect(c.Property(got[5]).AllUnits(t.Context(), supergood.ListParams{Cursor: cursor}))
			require.NoError(t, err)
			n += len(rest)
		}
		assert.Equal(t, 30, n, style)
		assert.Equal(t, 1, s.TokensIssued())
	}
}

func TestSessions(t *testing.T) {
	c, s := fake(t, good)
	ctx := t.Context()
	require.NoError(t, list(ctx, c))
	s.ExpireTokens()
	require.NoError(t, list(ctx, c))
	assert.Equal(t, 2, s.TokensIssued())
	assert.Equal(t, 1, s.Arrivals("sessions.refresh"))
	assert.Equal(t, 1, s.Arrivals("sessions.open"))
	s.RevokeTokens()
	require.ErrorIs(t, list(ctx, c), tenantry.ErrUnauthorized, "rejections renew once a minute")

	c, s = fake(t, good)
	require.NoError(t, list(ctx, c))
	s.RevokeTokens()
	require.NoError(t, list(ctx, c))
	assert.Equal(t, 2, s.Arrivals("sessions.open"), "a session that can't be refreshed is replaced")

	c, s = fake(t, good)
	require.NoError(t, list(ctx, c))
	s.ExpireTokens()
	var failed atomic.Int64
	var wg sync.WaitGroup
	before := s.Arrivals("sessions.refresh")
	for range 100 {
		wg.Go(func() {
			if list(ctx, c) != nil {
				failed.Add(1)
			}
		})
	}
	wg.Wait()
	assert.Zero(t, failed.Load())
	assert.Equal(t, before+1, s.Arrivals("sessions.refresh"))

	c, s = fake(t, good)
	require.NoError(t, list(ctx, c))
	s.Inject(tenantrytest.Fault{Operation: "sessions.refresh", Kind: tenantrytest.ResetAfter})
	s.ExpireTokens()
	require.NoError(t, list(ctx, c), "a refresh that may have been carried out is not repeated")
	assert.Equal(t, 2, s.Arrivals("sessions.open"))
	assert.Equal(t, 1, s.Arrivals("sessions.refresh"))
}

func TestSessionsAreRefreshedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, mock := testclient.Mocked(t, func(opts ...tenantry.Option) (*supergood.Client, error) {
			return supergood.NewClient(base, good, opts...)
		})
		issued, opened, refreshed := time.Now(), 0, 0
		session := func(count *int) httpmock.Responder {
			return func(*http.Request) (*http.Response, error) {
				issued, *count = time.Now(), *count+1
				return httpmock.NewStringResponse(200, `{"token":"t","refreshToken":"r","expiresIn":3}`), nil
			}
		}
		mock.RegisterResponder("POST", base+"/sessions", session(&opened))
		mock.RegisterResponder("POST", base+"/sessions/refresh", session(&refreshed))
		mock.RegisterNoResponder(func(*http.Request) (*http.Response, error) {
			assert.Less(t, time.Since(issued), 3*time.Second, "no call meets an expired session") // on the bubble's clock
			return httpmock.NewStringResponse(200, `[]`), nil
		})
		for range 35 {
			require.NoError(t, list(t.Context(), c))
			time.Sleep(100 * time.Millisecond)
		}
		assert.Equal(t, 1, opened)
		assert.Equal(t, 1, refreshed)
	})
}

// A wrong password is sent once, however many calls there are.
func TestWrongPasswordIsSentOnce(t *testing.T) {
	c, s := fake(t, supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret("wrong password")})
	for range 20 {
		err := list(t.Context(), c)
		require.ErrorIs(t, err, supergood.ErrCredentials)
		var e *tenantry.TokenError
		require.ErrorAs(t, err, &e)
		assert.NotContains(t, err.Error(), "wrong password")
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { _ = list(t.Context(), c) })
	}
	wg.Wait()
	assert.Equal(t, 1, s.Arrivals("sessions.open"))
	require.ErrorIs(t, c.OpenSession(t.Context()), supergood.ErrCredentials, "OpenSession tries again")
	assert.Equal(t, 2, s.Arrivals("sessions.open"))

	// What is no refusal is not remembered, nor repeated by itself.
	c, s = fake(t, good)
	for _, f := range []tenantrytest.Fault{{Status: 500}, {Status: 503}, {Kind: tenantrytest.ResetAfter}, {Kind: tenantrytest.CutBody}} {
		before := s.Arrivals("sessions.open")
		f.Operation, f.Times = "sessions.open", 1
		s.Inject(f)
		require.Error(t, list(t.Context(), c))
		assert.Equal(t, before+1, s.Arrivals("sessions.open"), "%+v", f)
		s.ClearFaults()
	}
	require.NoError(t, list(t.Context(), c))
}

// After a sign-on that failed in any way, later calls send neither password nor code.
func TestFailedSignOnsAreRemembered(t *testing.T) {
	broken := good
	broken.MFA = func(context.Context, supergood.Challenge) (tenantry.Secret, error) {
		return tenantry.NewSecret(""), errors.New("no phone")
	}
	for name, c := range map[string]struct {
		creds supergood.Credentials
		opts  []supergoodtest.Option
		fault tenantrytest.Fault
		want  string
	}{
		"an error in a 200":        {good, nil, tenantrytest.Fault{Status: 200, Body: []byte(`{"error":"invalid_client","error_description":"The client is gone."}`)}, "The client is gone."},
		"a text in a 200":          {good, nil, tenantrytest.Fault{Status: 200, Body: []byte(`{"error":"locked"}`)}, "locked"},
		"nothing in a 200":         {good, nil, tenantrytest.Fault{Status: 200, Body: []byte(`{}`)}, "holds no token"},
		"a page":                   {good, nil, tenantrytest.HTMLPage(200), "not JSON"},
		"a proxy's page":           {good, nil, tenantrytest.HTMLPage(403), "403"},
		"an MFA that fails":        {broken, []supergoodtest.Option{supergoodtest.WithMFA("sms", 200)}, tenantrytest.Fault{}, "no phone"},
		"an MFA that is not there": {good, []supergoodtest.Option{supergoodtest.WithMFA("sms", 401)}, tenantrytest.Fault{}, "set Credentials.MFA"},
	} {
		t.Run(name, func(t *testing.T) {
			client, s := fake(t, c.creds, c.opts...)
			if c.fault.Status != 0 {
				c.fault.Operation = "sessions.open"
				s.Inject(c.fault)
			}
			for range 20 {
				err := list(t.Context(), client)
				var e *tenantry.TokenError
				require.ErrorAs(t, err, &e)
				require.ErrorContains(t, err, c.want)
			}
			assert.Equal(t, 1, s.Arrivals("sessions.open"))
		})
	}
}

// Expiry is measured by the server's clock. A new token that seems to have
// expired has an unknown life.
func TestExpiryByTheServersClock(t *testing.T) {
	now := time.Now().UTC()
	for name, c := range map[string]struct {
		date      time.Time
		expires   string
		refreshed int // for two calls
	}{
		"2 h behind":          {now.Add(-2 * time.Hour), now.Add(-2*time.Hour + 30*time.Minute).Format(time.RFC3339), 0},
		"2 h ahead":           {now.Add(2 * time.Hour), now.Add(2*time.Hour + 30*time.Minute).Format(time.RFC3339), 0},
		"local time with a Z": {now, now.Add(-5*time.Hour + 30*time.Minute).Format("2006-01-02T15:04:05Z"), 0},
		"today's date alone":  {now, now.Format("2006-01-02"), 0},
		"at once":             {now, now.Format(time.RFC3339), 0},
	} {
		t.Run(name, func(t *testing.T) {
			client, s := fake(t, good)
			s.Inject(tenantrytest.Fault{Operation: "sessions.open", Status: 200, Body: []byte(`{"token":"` + s.IssueToken() + `","expires_at":"` + c.expires + `"}`),
				Header: http.Header{"Date": {c.date.Format(http.TimeFormat)}}})
			for range 20 {
				require.NoError(t, list(t.Context(), client))
			}
			assert.Equal(t, 1, s.Arrivals("sessions.open"))
			assert.Equal(t, c.refreshed, s.Arrivals("sessions.refresh"))
		})
	}
}

// A 401 that is not about the session costs one session a minute, not one a call.
func TestResourceThatRefuses(t *testing.T) {
	client, s := fake(t, good)
	s.Inject(tenantrytest.Fault{Operation: "properties.list", Status: 401, Body: []byte(`{"error":{"code":"no_access"}}`)})
	for range 20 {
		require.ErrorIs(t, list(t.Context(), client), tenantry.ErrUnauthorized)
	}
	assert.Equal(t, 1, s.Arrivals("sessions.open"))
	assert.Equal(t, 1, s.Arrivals("sessions.refresh"))
	assert.Equal(t, 21, s.Arrivals("properties.list"))
}

func TestChallenges(t *testing.T) {
	for _, status := range []int{200, 401} {
		for _, kind := range []supergood.ChallengeKind{supergood.ChallengeSMS, supergood.ChallengeEmail} {
			creds := good
			var server *supergoodtest.Server
			asked := 0
			creds.MFA = func(_ context.Context, ch supergood.Challenge) (tenantry.Secret, error) {
				asked++
				assert.Equal(t, kind, ch.Kind)
				assert.Equal(t, "Enter the code.", ch.Message)
				return tenantry.NewSecret(server.LastCode()), nil
			}
			c, s := fake(t, creds, supergoodtest.WithMFA(string(kind), status))
			server = s
			require.NoError(t, c.OpenSession(t.Context()))
			require.NoError(t, list(t.Context(), c))
			assert.Equal(t, 1, asked)
			assert.Equal(t, 2, s.Arrivals("sessions.open"))
		}
		creds := good
		creds.MFA = func(context.Context, supergood.Challenge) (tenantry.Secret, error) {
			return tenantry.NewSecret("000000"), nil
		}
		c, s := fake(t, creds, supergoodtest.WithMFA("sms", status))
		for range 5 {
			require.ErrorIs(t, list(t.Context(), c), supergood.ErrCodeRefused)
		}
		assert.Equal(t, 2, s.Arrivals("sessions.open"))

		// A server that follows a refused code with another challenge gets no
		// other code.
		c, s = fake(t, creds, supergoodtest.WithMFA("sms", status))
		s.Inject(tenantrytest.Fault{Operation: "sessions.open", Status: status, Body: []byte(`{"challenge":{"id":"c","type":"sms"}}`)})
		for range 3 {
			require.ErrorIs(t, list(t.Context(), c), supergood.ErrCodeRefused)
		}
		assert.Equal(t, 2, s.Arrivals("sessions.open"))

		c, s = fake(t, good, supergoodtest.WithMFA("sms", status))
		for range 3 {
			require.ErrorIs(t, list(t.Context(), c), supergood.ErrChallenge)
		}
		assert.Equal(t, 1, s.Arrivals("sessions.open"), "nobody is sent a code that no one can type")
		tired := errors.New("nobody is at the phone")
		creds.MFA = func(context.Context, supergood.Challenge) (tenantry.Secret, error) {
			return tenantry.NewSecret(""), tired
		}
		c, _ = fake(t, creds, supergoodtest.WithMFA("sms", status))
		require.ErrorIs(t, list(t.Context(), c), tired)
	}
}

// The codes are those of RFC 6238, each used once.
func TestTOTP(t *testing.T) {
	creds := good
	creds.MFA = supergood.TOTP(tenantry.NewSecret(supergoodtest.TOTPSecret))
	c, s := fake(t, creds, supergoodtest.WithMFA("totp", 200))
	require.NoError(t, list(t.Context(), c))
	assert.Equal(t, 1, s.TokensIssued())
	synctest.Test(t, func(t *testing.T) {
		answer := supergood.TOTP(tenantry.NewSecret(supergoodtest.TOTPSecret))
		want, err := totp.GenerateCode(supergoodtest.TOTPSecret, time.Now())
		require.NoError(t, err)
		first, err := answer(t.Context(), supergood.Challenge{})
		require.NoError(t, err)
		assert.Equal(t, want, first.Reveal())
		begin := time.Now()
		second, err := answer(t.Context(), supergood.Challenge{})
		require.NoError(t, err)
		assert.NotEqual(t, first, second)
		assert.LessOrEqual(t, time.Since(begin), 30*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = answer(ctx, supergood.Challenge{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		// RFC 6238, appendix B: the last six digits at 2000-01-01 are a matter of
		// the library; its vector at 59 s is 287082.
		code, err := totp.GenerateCode("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", time.Unix(59, 0))
		require.NoError(t, err)
		assert.Equal(t, "287082", code)
	})
}

// A secret is taken in every form in which it is shown, and anything else is
// refused before a password is sent.
func TestTOTPSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		want, err := totp.GenerateCode("JBSWY3DPEHPK3PXPJBSWY3DPEH", time.Now())
		require.NoError(t, err)
		for _, secret := range []tenantry.Secret{
			tenantry.NewSecret("JBSWY3DPEHPK3PXPJBSWY3DPEH"), tenantry.NewSecret("jbswy3dpehpk3pxpjbswy3dpeh"), tenantry.NewSecret("JBSW Y3DP EHPK 3PXP JBSW Y3DP EH"), tenantry.NewSecret("jbsw-y3dp-ehpk-3pxp-jbsw-y3dp-eh"),
			tenantry.NewSecret("JBSWY3DPEHPK3PXPJBSWY3DPEH======"), tenantry.NewSecret("jbsw y3dp ehpk 3pxp\r\njbsw y3dp eh== ====\n"), tenantry.NewSecret("  JBSWY3DPEHPK3PXP\u00a0JBSWY3DPEH\t"), tenantry.NewSecret("JBSWY3DPEHPK3PXPJBSWY3DPEH="),
		} {
			_, err := supergood.NewClient(base, supergood.Credentials{Username: "u", Password: tenantry.NewSecret("p"), MFA: supergood.TOTP(secret)})
			require.NoError(t, err)
			code, err := supergood.TOTP(secret)(t.Context(), supergood.Challenge{})
			require.NoError(t, err)
			assert.Equal(t, want, code.Reveal())
		}
	})
	for _, secret := range []tenantry.Secret{
		tenantry.NewSecret(""), tenantry.NewSecret(" "), tenantry.NewSecret("===="), tenantry.NewSecret("-"), tenantry.NewSecret("not base 32!"), tenantry.NewSecret("JBSWY3DPEHPK3PX0"), tenantry.NewSecret("JBSWY3DPEHPK3PX1"), tenantry.NewSecret("JBSWY3DPEHPK3PX8"), tenantry.NewSecret("JBSWY3DP=EHPK3PXP"), tenantry.NewSecret("=JBSWY3DPEHPK3PXP"), tenantry.NewSecret("JBSWY3DPEHPK3PXPA"), tenantry.NewSecret("JBSWY3DPEHPK3P"), tenantry.NewSecret("JBSWY3DPEHPK3PXPJBS"),
		tenantry.NewSecret("JBSW_Y3DP"), tenantry.NewSecret("JBSWY3DPEHPK3PX\u200bP"), tenantry.NewSecret("JBſWY3DPEHPK3PXP"), tenantry.NewSecret("JBSWY3DPEHPK3PXı"), tenantry.NewSecret("otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"),
	} {
		creds := good
		creds.MFA = supergood.TOTP(secret)
		s := supergoodtest.NewServer(supergoodtest.WithMFA("totp", 200))
		_, err := supergood.NewClient(s.URL, creds)
		s.Close()
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "%q", secret.Reveal())
		assert.Contains(t, err.Error(), "base 32")
		assert.NotContains(t, err.Error(), "JBSW")
		_, err = creds.MFA(t.Context(), supergood.Challenge{})
		require.ErrorContains(t, err, "base 32")
		// NewClient can't check a function of the caller's.
		creds.MFA = func(ctx context.Context, c supergood.Challenge) (tenantry.Secret, error) {
			return supergood.TOTP(secret)(ctx, c)
		}
		_, err = supergood.NewClient(base, creds)
		require.NoError(t, err)
	}
}

func TestSSO(t *testing.T) {
	calls := 0
	c, s := fake(t, supergood.Credentials{SSO: func(context.Context) (supergood.SSOResult, error) {
		calls++
		return supergood.SSOResult{Provider: "okta", Token: tenantry.NewSecret(supergoodtest.SSOToken)}, nil
	}})
	require.NoError(t, list(t.Context(), c))
	assert.Equal(t, 1, calls)
	assert.Equal(t, 1, s.TokensIssued())
	down := errors.New("okta is down")
	c, _ = fake(t, supergood.Credentials{SSO: func(context.Context) (supergood.SSOResult, error) { return supergood.SSOResult{}, down }})
	require.ErrorIs(t, list(t.Context(), c), down)
}

// A create that is sent several times creates one record.
func TestCreates(t *testing.T) {
	c, s := fake(t, good)
	p := c.Property(s.PropertyIDs()[0])
	ctx := t.Context()
	for i, f := range []tenantrytest.Fault{{Kind: tenantrytest.ResetBefore}, {Kind: tenantrytest.ResetAfter}, {Kind: tenantrytest.CutBody}, {Kind: tenantrytest.AnswerAfter, Status: 503}} {
		f.Operation, f.Times = "leases.create", 1
		s.Inject(f)
		lease, err := p.CreateLease(ctx, supergood.LeaseCreateParams{Rent: tenantry.Set[tenantry.Decimal]("1200.50")})
		require.NoError(t, err, "%+v", f)
		assert.Equal(t, "CREATED", lease.Status)
		assert.Equal(t, i+1, s.Created())
		assert.GreaterOrEqual(t, s.Arrivals("leases.create"), 2*(i+1))
	}
	first, err := p.CreateWorkOrder(ctx, supergood.WorkOrderCreateParams{Category: tenantry.Set("HVAC"), IdempotencyKey: "k1"})
	require.NoError(t, err)
	again, err := p.CreateWorkOrder(ctx, supergood.WorkOrderCreateParams{Category: tenantry.Set("HVAC"), IdempotencyKey: "k1"})
	require.NoError(t, err)
	assert.Equal(t, first, again)
	_, err = p.CreateWorkOrder(ctx, supergood.WorkOrderCreateParams{Category: tenantry.Set("OTHER"), IdempotencyKey: "k1"})
	require.ErrorIs(t, err, tenantry.ErrInvalid)
	other, err := p.CreateWorkOrder(ctx, supergood.WorkOrderCreateParams{Category: tenantry.Set("HVAC")})
	require.NoError(t, err)
	assert.NotEqual(t, first.ID, other.ID)
}

// No log line, error, observer or printed value holds a secret.
func TestCanary(t *testing.T) {
	const password = "canary-password-88c"
	s := supergoodtest.NewServer(supergoodtest.WithCredentials("u", password), supergoodtest.WithProperties(1, 2), supergoodtest.WithMFA("sms", 200))
	defer s.Close()
	var out bytes.Buffer
	var mu sync.Mutex
	secrets := map[string]bool{password: true, supergoodtest.TOTPSecret: true}
	creds := supergood.Credentials{Username: "u", Password: tenantry.NewSecret(password), MFA: func(context.Context, supergood.Challenge) (tenantry.Secret, error) {
		mu.Lock()
		defer mu.Unlock()
		secrets[s.LastCode()] = true
		return tenantry.NewSecret(s.LastCode()), nil
	}}
	c, err := supergood.NewClient(s.URL, creds, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: time.Millisecond}),
		tenantry.WithLogger(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		tenantry.WithHTTPClient(&http.Client{Transport: spy.RoundTripper(func(r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
				secrets[token] = true
			}
		})}),
		tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { fmt.Fprintf(&out, "%+v %#v\n", e, e) }))
	require.NoError(t, err)
	note := func(err error) {
		b, _ := json.Marshal(err)
		fmt.Fprintf(&out, "%v %+v %#v %s\n", err, err, err, b)
	}
	for _, op := range operations() {
		for _, f := range []tenantrytest.Fault{
			{Kind: tenantrytest.Delayed}, {Operation: "sessions.open", Status: 500, Body: []byte(`{"error":{"code":"x","message":"you sent ` + password + `"}}`)},
			{Operation: "sessions.open", Status: 401, Body: []byte(`{"error":"` + password + `"}`)},
			{Operation: op.name, Kind: tenantrytest.ResetAfter}, {Operation: op.name, Kind: tenantrytest.CutBody, CutAt: 3}, {Operation: op.name, Status: 500, Body: []byte(`<html>`)},
		} {
			if f.Operation == "sessions.open" {
				s.RevokeTokens()
			}
			s.Inject(f)
			_, err := op.call(t.Context(), c)
			note(err)
			s.ClearFaults()
			note(c.OpenSession(t.Context()))
		}
	}
	fmt.Fprintf(&out, "%v %+v %#v %v %+v %#v %+v %#v", c, c, c, *c, s.Requests(), s.Requests(), creds.Password, supergood.SSOResult{Token: tenantry.NewSecret(password)})
	fmt.Fprintf(&out, "%v %+v", supergood.Credentials{Username: "u", Password: tenantry.NewSecret(password)}, supergood.Credentials{Username: "u", Password: tenantry.NewSecret(password)})
	b, err := json.Marshal(creds.Password)
	require.NoError(t, err)
	out.Write(b)
	require.Greater(t, len(secrets), 3)
	for secret := range secrets {
		assert.NotContains(t, out.String(), secret)
	}
	assert.Contains(t, out.String(), "work-orders.create")
}
