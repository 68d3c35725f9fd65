package main

import (
	"context"
	"time"

	"github.com/tenantry/tenantry-go/propexo/propexotest"
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
	demoLatency   = 20 * time.Millisecond
)

// startDemo starts the fakes: with some latency, a few faults, and, where there
// was a run before, a few people who changed meanwhile.
func startDemo(ctx context.Context, db *store, prefetch int) (*demo, error) {
	d := new(demo)
	if err := d.startPropexo(ctx, db, prefetch); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *demo) startPropexo(ctx context.Context, db *store, prefetch int) error {
	server := propexotest.NewServer(propexotest.WithResidents(demoResidents), propexotest.WithRateLimit(600, 0))
	d.servers = append(d.servers, server)
	server.SetLatency(demoLatency)
	server.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 20, Status: 503})
	server.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 55, Kind: tenantrytest.CutBody, CutAt: 100_000})
	before, err := db.complete(ctx, "propexo")
	if err != nil {
		return err
	}
	if before {
		for i, id := range server.ResidentIDs() {
			if i%1000 == 0 {
				server.UpdateResident(id, map[string]any{"updated_at": time.Now().UTC().Format(time.RFC3339Nano), "notes": time.Now().String()})
			}
		}
	}
	s, err := newPropexo(propexotest.Token, server.URL, prefetch)
	if err != nil {
		return err
	}
	d.sources = append(d.sources, s)
	return nil
}
