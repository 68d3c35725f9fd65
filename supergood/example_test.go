package supergood_test

import (
	"context"
	"fmt"
	"log"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

// The examples run against a fake; pass the base URL that Supergood gave you,
// and your own credentials.
func Example() {
	server := supergoodtest.NewServer(supergoodtest.WithProperties(40, 3), supergoodtest.WithMFA("totp", 200))
	defer server.Close()
	client, err := supergood.NewClient(server.URL, supergood.Credentials{
		Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password), MFA: supergood.TOTP(tenantry.NewSecret(supergoodtest.TOTPSecret)),
	})
	if err != nil {
		log.Fatal(err)
	}
	n := 0
	for property, err := range client.Properties.All(context.Background(), supergood.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		if property.Name != "" {
			n++
		}
	}
	fmt.Println(n, server.TokensIssued())
	// Output: 40 1
}

func ExamplePropertiesService() {
	server := supergoodtest.NewServer(supergoodtest.WithProperties(2, 3))
	defer server.Close()
	client, err := supergood.NewClient(server.URL, supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password)})
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.Properties.List(context.Background(), supergood.ListParams{Filters: map[string][]string{"name": {"The Arc 1"}}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(page.Items[0].ID, string(page.Items[0].Extra["summary"]))
	// Output: prop-001 {"units":3}
}

func ExamplePropertyHandle_CreateWorkOrder() {
	server := supergoodtest.NewServer(supergoodtest.WithProperties(1, 1))
	defer server.Close()
	client, err := supergood.NewClient(server.URL, supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password)})
	if err != nil {
		log.Fatal(err)
	}
	order, err := client.Property("prop-000").CreateWorkOrder(context.Background(), supergood.WorkOrderCreateParams{
		Category: tenantry.Set("PLUMBING"), Priority: tenantry.Set("HIGH"), Description: tenantry.Set("The sink drips."),
		IdempotencyKey: "ticket-4711",
	})
	fmt.Println(order.ID, order.Status, err)
	// Output: workorder-1 CREATED <nil>
}
