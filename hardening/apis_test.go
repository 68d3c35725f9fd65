package hardening

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"reflect"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/internal/propexodoc"
	"github.com/tenantry/tenantry-go/internal/propexodoc/calls"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/crm"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)                       // net/http tells there of servers that say more than they announced
	const proxy = "github.com/Shopify/toxiproxy/v2" // which leaves its own behind
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction(proxy+".(*ToxicLink).read"), goleak.IgnoreAnyFunction(proxy+".(*ToxicLink).write"),
		goleak.IgnoreAnyFunction(proxy+"/toxics.(*ToxicStub).Run"), goleak.IgnoreAnyFunction(proxy+"/stream.(*ChanWriter).Write"))
}

// An op is one operation of an API, ready to be called.
type op struct {
	name       string
	repeatable bool
	call       func(ctx context.Context, client any) error
}

// A target is one API: its fake, and every operation.
type target struct {
	name   string
	server tenantrytest.Server
	url    string
	expire func() // what expires all tokens; nil if the API has none
	ops    []op
	// connect makes a client with the fake's credentials.
	connect connectFunc
	// tokened makes a client with a token that it need not ask for.
	tokened connectFunc
	secrets []string
}

// typed makes an op of a client of a type.
func typed[C any](name string, repeatable bool, call func(context.Context, C) error) op {
	return op{name, repeatable, func(ctx context.Context, client any) error { return call(ctx, client.(C)) }}
}

func only[T any](_ T, err error) error { return err }

func start(t testing.TB) []*target {
	t.Helper()
	targets := []*target{startPropexo(), startStoredge(), startLeasefind(t), startElevenos(), startSupergood()}
	var clients closers
	for _, target := range targets {
		t.Cleanup(target.server.Close)
		target.connect = clients.add(target.connect)
		target.tokened = clients.add(target.tokened)
	}
	t.Cleanup(func() { require.NoError(t, clients.close()) })
	return targets
}

type connectFunc = func(url string, opts ...tenantry.Option) (any, error)

// closers are the clients that a test made.
type closers struct {
	mu  sync.Mutex
	all []io.Closer
}

// add returns connect, with its clients to be closed at the end.
func (c *closers) add(connect connectFunc) connectFunc {
	return func(url string, opts ...tenantry.Option) (any, error) {
		client, err := connect(url, opts...)
		if err == nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.all = append(c.all, client.(io.Closer))
		}
		return client, err
	}
}

func (c *closers) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, client := range c.all {
		if err := client.Close(); err != nil {
			return err
		}
	}
	return nil
}

var described = propexodoc.Load()

func startPropexo() *target {
	s := propexotest.NewServer(propexotest.WithRateLimit(1<<30, time.Minute), propexotest.WithSlowDown(0))
	t := &target{name: "propexo", server: s, url: s.URL, secrets: []string{propexotest.Token}}
	t.connect = func(url string, opts ...tenantry.Option) (any, error) {
		return propexo.NewClient(propexotest.Token, append(opts, tenantry.WithBaseURL(url))...)
	}
	t.tokened = t.connect
	for i := range 20 {
		s.Add(propexo.Resident{ID: propexotest.DescribedID("Residents", i)})
	}
	for _, o := range described.Operations {
		id := propexotest.DescribedID(o.Service, 3)
		t.ops = append(t.ops, typed(o.Full(), o.Method == http.MethodGet, func(ctx context.Context, c *propexo.Client) error {
			call, err := calls.Prepare(ctx, described, c, o, id, nil)
			if err != nil {
				return err
			}
			return only(call.Run())
		}))
	}
	// The writes without a generic twin, each at the first system that supports it, and
	// the CRM family.
	for _, o := range described.SystemOperations {
		system := supporting(o)
		t.ops = append(t.ops, typed(o.Full(), false, func(ctx context.Context, c *propexo.Client) error {
			call, err := calls.Prepare(ctx, described, c, o, "cl1", nil)
			if err != nil {
				return err
			}
			call.Args[1] = reflect.ValueOf(system)
			call.Args = append(call.Args, options(call)...)
			return only(call.Run())
		}))
	}
	for _, o := range described.CRM {
		t.ops = append(t.ops, typed(o.Full(), o.Method == http.MethodGet, func(ctx context.Context, c *propexo.Client) error {
			crms, err := crm.New(c)
			if err != nil {
				return err
			}
			call, err := calls.Prepare(ctx, described, crms, o, propexotest.DescribedID("crm"+o.Service, 3), nil)
			if err != nil {
				return err
			}
			if o.SystemOnly {
				call.Args[1] = reflect.ValueOf(supporting(o))
			}
			call.Args = append(call.Args, options(call)...)
			return only(call.Run())
		}))
	}
	return t
}

// options makes a write of the CRM family lenient: its fields are those of all systems.
func options(call *calls.Call) []reflect.Value {
	if !call.Method.Type().IsVariadic() {
		return nil
	}
	return []reflect.Value{reflect.ValueOf(propexo.IgnoreUnknownFields()), reflect.ValueOf(propexo.Unchecked())}
}

// supporting returns the first system that supports an operation.
func supporting(o *propexodoc.Operation) propexo.System {
	for _, w := range described.SystemsOf(o.Full()) {
		if w.Supported {
			return propexo.System(w.System)
		}
	}
	return ""
}

func startStoredge() *target {
	s := storedgetest.NewServer(storedgetest.WithFacility("f1", 30))
	t := &target{name: "storedge", server: s, url: s.URL, secrets: []string{storedgetest.AccessID, storedgetest.SecretKey, "canary-password", "canary-card-number", "canary-gate-code", "canary-lock"}}
	t.connect = func(url string, opts ...tenantry.Option) (any, error) {
		return storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, append(opts, tenantry.WithBaseURL(url))...)
	}
	t.tokened = t.connect
	id := s.TenantIDs("f1")[0]
	s.SetAccount("f1", id, "al", "canary-password")
	on := func(name string, repeatable bool, call func(context.Context, *storedge.TenantsService) error) {
		t.ops = append(t.ops, typed("tenants."+name, repeatable, func(ctx context.Context, c *storedge.Client) error { return call(ctx, c.Facility("f1").Tenants) }))
	}
	p := storedge.ListParams{}
	on("list", true, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.List(ctx, p)) })
	on("list-previous", true, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.ListPrevious(ctx, p)) })
	on("list-current", true, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.ListCurrent(ctx, p)) })
	on("get", true, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.Get(ctx, id)) })
	on("lookup-username", true, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.LookupUsername(ctx, "al")) })
	on("forgot-username", false, func(ctx context.Context, s *storedge.TenantsService) error { return s.ForgotUsername(ctx, "1000000") })
	on("search", true, func(ctx context.Context, s *storedge.TenantsService) error {
		return only(s.Search(ctx, storedge.TenantSearchParams{AccountNumber: "1000000"}))
	})
	on("eligibility", true, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.Eligibility(ctx, id)) })
	on("list-notes", true, func(ctx context.Context, s *storedge.TenantsService) error {
		return only(s.ListNotes(ctx, id, storedge.ListParams{}))
	})
	on("delinquency", true, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.Delinquency(ctx, id)) })
	on("preferences", true, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.Preferences(ctx, id)) })
	on("update-preferences", false, func(ctx context.Context, s *storedge.TenantsService) error {
		return only(s.UpdatePreferences(ctx, id, storedge.PreferencesUpdateParams{PrintInvoices: tenantry.Set(true)}))
	})
	on("list-ledgers", true, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.ListLedgers(ctx, id)) })
	update := storedge.TenantUpdateParams{Title: tenantry.Set("Dr")}
	on("patch", false, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.Patch(ctx, id, update)) })
	on("update", false, func(ctx context.Context, s *storedge.TenantsService) error { return only(s.Update(ctx, id, update)) })
	on("sign-in", true, func(ctx context.Context, s *storedge.TenantsService) error {
		return only(s.SignIn(ctx, storedge.SignInParams{Login: "al", Password: tenantry.NewSecret("canary-password")}))
	})
	on("sign-up", false, func(ctx context.Context, s *storedge.TenantsService) error {
		return only(s.SignUp(ctx, id, storedge.TenantUpdateParams{Username: tenantry.Set("x"), Password: tenantry.Set[tenantry.Secret](tenantry.NewSecret("canary-password"))}))
	})
	on("change-password", false, func(ctx context.Context, s *storedge.TenantsService) error {
		return only(s.ChangePassword(ctx, id, storedge.ChangePasswordParams{CurrentPassword: tenantry.NewSecret("canary-password"), NewPassword: tenantry.NewSecret("canary-password")}))
	})
	on("reset-password-with-token", false, func(ctx context.Context, s *storedge.TenantsService) error {
		return s.ResetPasswordWithToken(ctx, storedge.ResetPasswordParams{ResetToken: tenantry.NewSecret("canary-password"), Password: tenantry.NewSecret("canary-password")})
	})
	t.ops = append(t.ops, storedgeOps(s, id, t.ops)...)
	return t
}

func startLeasefind(tb testing.TB) *target {
	tb.Helper()
	s := leasefindtest.NewServer(leasefindtest.WithTenants(30))
	s.Add(leasefind.Listing{Identifier: "listing-0", UnitID: s.UnitIDs()[0]})
	t := &target{name: "leasefind", server: s, url: s.URL, expire: s.ExpireTokens, secrets: []string{leasefindtest.ClientSecret}}
	t.connect = func(url string, opts ...tenantry.Option) (any, error) {
		return leasefind.NewClient(leasefindtest.ClientID, leasefindtest.ClientSecret, append(opts, tenantry.WithBaseURL(url))...)
	}
	static := s.IssueToken()
	t.secrets = append(t.secrets, static)
	t.tokened = func(url string, opts ...tenantry.Option) (any, error) {
		return leasefind.NewClient("", "", append(opts, tenantry.WithBaseURL(url), tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: static})))...)
	}
	unit, tenant := s.UnitIDs()[0], s.TenantIDs()[0]
	on := func(name string, repeatable bool, call func(context.Context, *leasefind.Client) error) {
		t.ops = append(t.ops, typed(name, repeatable, call))
	}
	on("tenants.find", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Tenants.Find(ctx, leasefind.TenantFindParams{}))
	})
	on("leases.find", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Leases.Find(ctx, leasefind.LeaseFindParams{GroupIDs: []string{"group-0", "group-1", "group-2", "group-3"}}))
	})
	on("leases.find-for-tenant", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{Identifier: tenant}))
	})
	on("leases.save", false, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Leases.Save(ctx, leasefind.LeaseSaveParams{Lease: leasefind.LeaseInput{UnitID: tenantry.Set(unit)}}))
	})
	on("units.find", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Units.Find(ctx, leasefind.UnitFindParams{}))
	})
	on("units.save", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Units.Save(ctx, leasefind.UnitSaveParams{GroupID: "group-0", Units: []leasefind.UnitInput{{Address: tenantry.Set(leasefind.Address{AddressLine1: "1 N State St", State: "IL", PostalCode: "60602"})}}}))
	})
	on("communities.find", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Communities.Find(ctx, leasefind.CommunityFindParams{CommunityID: "group-0"}))
	})
	on("communities.create", false, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Communities.Create(ctx, leasefind.CommunityCreateParams{Name: "x", Timezone: "US/Eastern"}))
	})
	on("communities.update", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Communities.Update(ctx, leasefind.CommunityUpdateParams{CommunityID: "group-0", Name: tenantry.Set("x")}))
	})
	on("persons.find", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Persons.Find(ctx, leasefind.PersonFindParams{}))
	})
	on("persons.save", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Persons.Save(ctx, leasefind.PersonSaveParams{Persons: []leasefind.PersonInput{{ExternalRef: tenantry.Set("x"), AllGroups: true}}}))
	})
	on("listings.find", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Listings.Find(ctx, leasefind.ListingFindParams{GroupID: "group-0"}))
	})
	on("listings.create", false, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Listings.Create(ctx, leasefind.ListingCreateParams{GroupID: "group-0", UnitType: leasefind.UnitTypeApartment, ListingURL: "https://example.test/1"}))
	})
	on("listings.sync", true, func(ctx context.Context, c *leasefind.Client) error {
		return c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: "group-1", DeleteAll: true})
	})
	on("listings.delete", false, func(ctx context.Context, c *leasefind.Client) error {
		return c.Listings.Delete(ctx, "listing-0", leasefind.ListingDeleteParams{Now: true})
	})
	on("tasks.create", false, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Tasks.Create(ctx, leasefind.TaskCreateParams{GroupID: "group-0", ExternalRef: tenantry.Set("task-0")}))
	})
	on("tasks.update", false, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Tasks.Update(ctx, leasefind.TaskUpdateParams{ExternalRef: "task-0", Status: tenantry.Set(leasefind.TaskCompleted)}))
	})
	on("messages.create", false, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.Messages.Create(ctx, leasefind.MessageCreateParams{
			GroupID: "group-0", MessageDirection: leasefind.MessageInbound, WebChat: &leasefind.WebChatMessage{MessageID: "m", Text: "x", CreatedDatetime: "2026-01-02T03:04:05Z"},
		}))
	})
	on("webhook-portal", true, func(ctx context.Context, c *leasefind.Client) error {
		return only(c.WebhookPortal(ctx))
	})
	return t
}

func startElevenos() *target {
	s := elevenostest.NewServer(elevenostest.WithResidents(30))
	t := &target{name: "elevenos", server: s, url: s.URL, expire: s.RevokeTokens, secrets: []string{elevenostest.Password}}
	t.connect = func(url string, opts ...tenantry.Option) (any, error) {
		return elevenos.NewClient(elevenostest.Email, elevenostest.Password, append(opts, tenantry.WithBaseURL(url))...)
	}
	t.tokened = func(url string, opts ...tenantry.Option) (any, error) {
		return elevenos.NewClient("", "", append(opts, tenantry.WithBaseURL(url), staticToken("elevenos"))...)
	}
	t.secrets = append(t.secrets, "canary-token-elevenos")
	id := s.ResidentIDs()[3]
	on := func(name string, repeatable bool, call func(context.Context, *elevenos.Client, *elevenos.Site) error) {
		t.ops = append(t.ops, typed(name, repeatable, func(ctx context.Context, c *elevenos.Client) error {
			return call(ctx, c, c.Site(elevenostest.TeamID, elevenostest.SiteID))
		}))
	}
	on("teams.list", true, func(ctx context.Context, c *elevenos.Client, _ *elevenos.Site) error { return only(c.ListTeams(ctx)) })
	on("sites.list", true, func(ctx context.Context, c *elevenos.Client, _ *elevenos.Site) error {
		return only(c.ListSites(ctx, elevenostest.TeamID))
	})
	on("mappings.list", true, func(ctx context.Context, _ *elevenos.Client, s *elevenos.Site) error {
		return only(s.ListMappings(ctx))
	})
	residents := func(name string, repeatable bool, call func(context.Context, *elevenos.ResidentsService) error) {
		on("residents."+name, repeatable, func(ctx context.Context, _ *elevenos.Client, s *elevenos.Site) error { return call(ctx, s.Residents) })
	}
	residents("list", true, func(ctx context.Context, r *elevenos.ResidentsService) error { return only(r.List(ctx)) })
	residents("get", true, func(ctx context.Context, r *elevenos.ResidentsService) error { return only(r.Get(ctx, id)) })
	residents("create", false, func(ctx context.Context, r *elevenos.ResidentsService) error {
		return only(r.Create(ctx, elevenos.ResidentCreateParams{Email: "x@example.test"}))
	})
	residents("update", true, func(ctx context.Context, r *elevenos.ResidentsService) error {
		return only(r.Update(ctx, id, elevenos.ResidentUpdateParams{FirstName: tenantry.Set("Ana")}))
	})
	residents("invite", false, func(ctx context.Context, r *elevenos.ResidentsService) error { return r.Invite(ctx, id) })
	residents("reset-psk", false, func(ctx context.Context, r *elevenos.ResidentsService) error { return r.ResetPSK(ctx, id) })
	residents("set-status", true, func(ctx context.Context, r *elevenos.ResidentsService) error {
		return r.SetStatus(ctx, id, elevenos.ServiceActive)
	})
	residents("import", false, func(ctx context.Context, r *elevenos.ResidentsService) error {
		return only(r.Import(ctx, []elevenos.ResidentImport{{Email: "x@example.test"}}))
	})
	residents("import-status", true, func(ctx context.Context, r *elevenos.ResidentsService) error {
		return only(r.ImportStatus(ctx, "none"))
	})
	residents("bulk-action", false, func(ctx context.Context, r *elevenos.ResidentsService) error {
		return only(r.BulkAction(ctx, elevenos.BulkUnsuspend))
	})
	residents("bulk-action-status", true, func(ctx context.Context, r *elevenos.ResidentsService) error {
		return only(r.BulkActionStatus(ctx, "none"))
	})
	residents("terminate", false, func(ctx context.Context, r *elevenos.ResidentsService) error { return only(r.Terminate(ctx, "none")) })
	residents("purge", false, func(ctx context.Context, r *elevenos.ResidentsService) error { return only(r.Purge(ctx, "none")) })
	return t
}

func startSupergood() *target {
	s := supergoodtest.NewServer(supergoodtest.WithProperties(30, 5))
	t := &target{name: "supergood", server: s, url: s.URL, expire: s.ExpireTokens, secrets: []string{supergoodtest.Password, "canary-token-supergood"}}
	creds := supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password)}
	t.connect = func(url string, opts ...tenantry.Option) (any, error) {
		return supergood.NewClient(url, creds, opts...)
	}
	t.tokened = func(url string, opts ...tenantry.Option) (any, error) {
		return supergood.NewClient(url, supergood.Credentials{}, append(opts, staticToken("supergood"))...)
	}
	on := func(name string, call func(context.Context, *supergood.Client) error) {
		t.ops = append(t.ops, typed(name, true, call))
	}
	on("properties.list", func(ctx context.Context, c *supergood.Client) error {
		return only(c.Properties.List(ctx, supergood.ListParams{}))
	})
	on("units.list", func(ctx context.Context, c *supergood.Client) error {
		return only(c.Property("prop-001").ListUnits(ctx, supergood.ListParams{}))
	})
	on("leases.create", func(ctx context.Context, c *supergood.Client) error {
		return only(c.Property("prop-001").CreateLease(ctx, supergood.LeaseCreateParams{Rent: tenantry.Set[tenantry.Decimal]("1")}))
	})
	on("work-orders.create", func(ctx context.Context, c *supergood.Client) error {
		return only(c.Property("prop-001").CreateWorkOrder(ctx, supergood.WorkOrderCreateParams{Category: tenantry.Set("HVAC")}))
	})
	return t
}

func staticToken(api string) tenantry.Option {
	return tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "canary-token-" + api}))
}

// Every operation of every API is in the table: a new one is put under stress
// too.
func TestTheTableIsComplete(t *testing.T) {
	want := map[string]int{"propexo": 264, "storedge": 122, "leasefind": 19, "elevenos": 16, "supergood": 4}
	for _, target := range start(t) {
		require.Len(t, target.ops, want[target.name], target.name)
		seen := make(map[string]bool)
		for _, o := range target.ops {
			require.False(t, seen[o.name], fmt.Sprintf("%s %s is there twice", target.name, o.name))
			seen[o.name] = true
		}
	}
}
