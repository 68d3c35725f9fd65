package main

import (
	"context"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/mirror"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/roster"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A demo is a set of fakes to copy from, with some latency and a few faults.
type demo struct {
	accounts []mirror.Account
	servers  []tenantrytest.Server
}

const (
	demoResidents = 25_000
	demoTenants   = 2_000
	demoLatency   = 20 * time.Millisecond
)

func startDemo() *demo {
	d := new(demo)

	p := propexotest.NewServer(propexotest.WithResidents(demoResidents), propexotest.WithDirt(0.3), propexotest.WithRateLimit(1000, 0))
	p.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 20, Status: 503})
	p.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 55, Kind: tenantrytest.CutBody, CutAt: 100_000})
	for i, id := range p.ResidentIDs() { // a few people change between two runs
		if i%1000 == 0 {
			p.UpdateResident(id, map[string]any{"updated_at": time.Now().UTC().Format(time.RFC3339Nano), "notes": time.Now().String()})
		}
	}
	d.join(0, p, p.URL, map[string]string{"PROPEXO_TOKEN": propexotest.Token})

	s := storedgetest.NewServer(storedgetest.WithFacility("harbor", demoTenants/2), storedgetest.WithFacility("midtown", demoTenants/2), storedgetest.WithSeed(7))
	s.Inject(tenantrytest.Fault{Operation: "tenants.list", Attempt: 5, Status: 429})
	d.join(1, s, s.URL, map[string]string{"STOREDGE_ACCESS_ID": storedgetest.AccessID, "STOREDGE_SECRET_KEY": storedgetest.SecretKey, "STOREDGE_FACILITIES": "harbor, midtown"})

	l := leasefindtest.NewServer(leasefindtest.WithTenants(demoTenants))
	l.Inject(tenantrytest.Fault{Operation: "tenants.find", Attempt: 7, Kind: tenantrytest.ResetAfter})
	d.join(2, l, l.URL, map[string]string{"LEASEFIND_CLIENT_ID": leasefindtest.ClientID, "LEASEFIND_CLIENT_SECRET": leasefindtest.ClientSecret, "LEASEFIND_GROUPS": "group-0, group-1, group-2, group-3"})

	e := elevenostest.NewServer(elevenostest.WithResidents(demoTenants / 4))
	d.join(3, e, e.URL, map[string]string{"ELEVENOS_EMAIL": elevenostest.Email, "ELEVENOS_PASSWORD": elevenostest.Password})

	g := supergoodtest.NewServer(supergoodtest.WithProperties(4, 300), supergoodtest.WithMFA("totp", 200), supergoodtest.WithPaging(supergoodtest.ByCursor, 100))
	d.join(4, g, g.URL, map[string]string{"SUPERGOOD_BASE_URL": g.URL, "SUPERGOOD_USERNAME": supergoodtest.Username, "SUPERGOOD_PASSWORD": supergoodtest.Password, "SUPERGOOD_TOTP_SECRET": supergoodtest.TOTPSecret})
	return d
}

// join adds a fake and its account. The fake has another port in each run, so the
// account has no base URL: the source sets it.
func (d *demo) join(i int, server tenantrytest.Server, url string, variables map[string]string) {
	server.SetLatency(demoLatency)
	d.servers = append(d.servers, server)
	s := systems[i]
	env := func(name string) string { return variables[name] }
	d.accounts = append(d.accounts, mirror.Account{
		Name: s.name, System: s.name, Credential: "demo",
		Source: func(_ context.Context, opts ...tenantry.Option) (roster.Source, error) {
			return s.source(env, append(opts, tenantry.WithBaseURL(url))...)
		},
	})
}

func (d *demo) close() {
	for _, s := range d.servers {
		s.Close()
	}
}
