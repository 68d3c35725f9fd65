package main

import (
	"context"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A demo is a set of fakes to copy from.
type demo struct {
	sources []source
	servers []interface{ Close() }
}

func (d *demo) close() {
	for _, s := range d.servers {
		s.Close()
	}
}

const (
	demoResidents = 25_000
	demoTenants   = 2_000
	demoLatency   = 20 * time.Millisecond
)

// startDemo starts the fakes, with some latency and a few faults. If there was a run
// before, a few people have changed since.
func startDemo(ctx context.Context, db *store, prefetch int) (*demo, error) {
	d := new(demo)
	for _, start := range []func(context.Context, *store, int) error{d.startPropexo, d.startStoredge, d.startLeasefind, d.startElevenos, d.startSupergood} {
		if err := start(ctx, db, prefetch); err != nil {
			d.close()
			return nil, err
		}
	}
	return d, nil
}

// join adds a source and its fake.
func (d *demo) join(server interface{ Close() }, s source, err error) error {
	d.servers = append(d.servers, server)
	if err == nil {
		d.sources = append(d.sources, s)
	}
	return err
}

func options(url string, prefetch int) []tenantry.Option {
	return []tenantry.Option{tenantry.WithBaseURL(url), tenantry.WithPrefetch(prefetch)}
}

func (d *demo) startPropexo(ctx context.Context, db *store, prefetch int) error {
	server := propexotest.NewServer(propexotest.WithResidents(demoResidents), propexotest.WithRateLimit(600, 0))
	server.SetLatency(demoLatency)
	server.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 20, Status: 503})
	server.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 55, Kind: tenantrytest.CutBody, CutAt: 100_000})
	before, err := db.complete(ctx, "propexo")
	if err != nil {
		server.Close()
		return err
	}
	if before {
		for i, id := range server.ResidentIDs() {
			if i%1000 == 0 {
				server.UpdateResident(id, map[string]any{"updated_at": time.Now().UTC().Format(time.RFC3339Nano), "notes": time.Now().String()})
			}
		}
	}
	s, err := newPropexo(propexotest.Token, options(server.URL, prefetch)...)
	return d.join(server, s, err)
}

func (d *demo) startStoredge(_ context.Context, _ *store, prefetch int) error {
	server := storedgetest.NewServer(storedgetest.WithFacility("harbor", demoTenants/2), storedgetest.WithFacility("midtown", demoTenants/2), storedgetest.WithSeed(7))
	server.SetLatency(demoLatency)
	server.Inject(tenantrytest.Fault{Operation: "tenants.list", Attempt: 5, Status: 429})
	s, err := newStoredge(storedgetest.AccessID, storedgetest.SecretKey, []string{"harbor", "midtown"}, options(server.URL, prefetch)...)
	return d.join(server, s, err)
}

func (d *demo) startLeasefind(_ context.Context, _ *store, prefetch int) error {
	server := leasefindtest.NewServer(leasefindtest.WithTenants(demoTenants))
	server.SetLatency(demoLatency)
	server.Inject(tenantrytest.Fault{Operation: "tenants.find", Attempt: 7, Kind: tenantrytest.ResetAfter})
	s, err := newLeasefind(leasefindtest.ClientID, leasefindtest.ClientSecret, options(server.URL, prefetch)...)
	return d.join(server, s, err)
}

func (d *demo) startElevenos(_ context.Context, _ *store, prefetch int) error {
	server := elevenostest.NewServer(elevenostest.WithResidents(demoTenants / 4))
	server.SetLatency(demoLatency)
	s, err := newElevenos(elevenostest.Email, elevenostest.Password, options(server.URL, prefetch)...)
	return d.join(server, s, err)
}

func (d *demo) startSupergood(_ context.Context, _ *store, prefetch int) error {
	server := supergoodtest.NewServer(supergoodtest.WithProperties(4, 300), supergoodtest.WithMFA("totp", 200), supergoodtest.WithPaging(supergoodtest.ByCursor, 100))
	server.SetLatency(demoLatency)
	creds := supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password), MFA: supergood.TOTP(tenantry.NewSecret(supergoodtest.TOTPSecret))}
	s, err := newSupergood(server.URL, creds, tenantry.WithPrefetch(prefetch))
	return d.join(server, s, err)
}
