package leasefind_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
)

// The examples run against a fake; against the API itself, leave out
// WithBaseURL and pass your own credentials.
func exampleClient(tenants int) (*leasefind.Client, *leasefindtest.Server) {
	server := leasefindtest.NewServer(leasefindtest.WithTenants(tenants))
	client, err := leasefind.NewClient(leasefindtest.ClientID, leasefindtest.ClientSecret, tenantry.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	return client, server
}

func Example() {
	client, server := exampleClient(250)
	defer server.Close()

	n := 0
	for tenant, err := range client.Tenants.All(context.Background(), leasefind.TenantFindParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		if tenant.Identifier != "" {
			n++
		}
	}
	fmt.Println(n)
	// Output: 250
}

func ExampleTenantsService() {
	client, server := exampleClient(10)
	defer server.Close()

	_, err := client.Tenants.Find(context.Background(), leasefind.TenantFindParams{GroupID: "group-1", GroupExternalRef: "x-group-1"})
	fmt.Println(errors.Is(err, leasefind.ErrBothGroupIdentifiersProvided), server.Arrivals("tenants.find"))
	// Output: true 0
}

func ExampleLeasesService() {
	client, server := exampleClient(1)
	defer server.Close()
	ctx := context.Background()

	saved, err := client.Leases.Save(ctx, leasefind.LeaseSaveParams{
		Lease: leasefind.LeaseInput{
			UnitID:    tenantry.Set(server.UnitIDs()[0]),
			StartDate: tenantry.Set[tenantry.Date]("2026-09-01"),
			Rent:      tenantry.Set[tenantry.Decimal]("1450.00"),
		},
		Tenants: []leasefind.TenantInput{{EmailAddress: tenantry.Set("ana@example.com")}},
	})
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.Leases.Find(ctx, leasefind.LeaseFindParams{Identifier: saved.LeaseID})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(page.Items[0].StartDate, page.Items[0].Rent)
	// Output: 2026-09-01 1450.00
}

func ExampleUnitsService() {
	client, server := exampleClient(40)
	defer server.Close()
	units, err := tenantry.Collect(client.Units.All(context.Background(), leasefind.UnitFindParams{GroupIDs: []string{"group-0", "group-1", "group-2", "group-3"}}))
	fmt.Println(len(units) == len(server.UnitIDs()), err)
	// Output: true <nil>
}

func ExampleWebhookHandler() {
	handler, err := leasefind.WebhookHandler(tenantry.NewSecret(leasefindtest.WebhookSecret), func(_ context.Context, e *leasefind.Event) error {
		if e.EventType == leasefind.EventLeaseUpdate && e.Lease != nil {
			fmt.Println("changed:", e.Lease.Identifier)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/travtus", handler)
	receiver := httptest.NewServer(mux)
	defer receiver.Close()

	server := leasefindtest.NewServer()
	defer server.Close()
	status, err := server.Deliver(context.Background(), receiver.URL+"/travtus", leasefind.EventLeaseUpdate, map[string]any{"identifier": "lease-9"})
	fmt.Println(status, err)
	// Output:
	// changed: lease-9
	// 204 <nil>
}
