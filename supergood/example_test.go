package supergood_test

import (
	"context"
	"fmt"
	"log"
	"net/url"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

// exampleClient returns a client of a fake server. To use the API itself, pass the
// base URL that Supergood gave you, and your own credentials.
func exampleClient(properties, units int) (*supergood.Client, *supergoodtest.Server) {
	server := supergoodtest.NewServer(supergoodtest.WithProperties(properties, units))
	client, err := supergood.NewClient(server.URL, supergood.Credentials{
		Username: supergoodtest.Username,
		Password: tenantry.NewSecret(supergoodtest.Password),
	})
	if err != nil {
		log.Fatal(err)
	}
	return client, server
}

// Sign in with a second factor, and list all properties.
func Example() {
	server := supergoodtest.NewServer(supergoodtest.WithProperties(40, 3), supergoodtest.WithMFA("totp", 200))
	defer server.Close()
	client, err := supergood.NewClient(server.URL, supergood.Credentials{
		Username: supergoodtest.Username,
		Password: tenantry.NewSecret(supergoodtest.Password),
		MFA:      supergood.TOTP(tenantry.NewSecret(supergoodtest.TOTPSecret)),
	})
	if err != nil {
		log.Fatal(err)
	}
	n := 0
	for _, err := range client.Properties.All(context.Background(), supergood.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		n++
	}
	fmt.Println(n, "properties in", server.TokensIssued(), "session")
	// Output: 40 properties in 1 session
}

// Find properties with a filter. Members that the package does not know are in
// Extra.
func ExamplePropertiesService() {
	client, server := exampleClient(2, 3)
	defer server.Close()

	page, err := client.Properties.List(context.Background(), supergood.ListParams{Extra: url.Values{"name": {"The Arc 1"}}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(page.Items[0].ID, string(page.Items[0].Extra["summary"]))
	// Output: prop-001 {"units":3}
}

// Count the people in the units of a property.
func ExamplePropertyHandle() {
	client, server := exampleClient(1, 30)
	defer server.Close()

	people := 0
	for unit, err := range client.Property("prop-000").AllUnits(context.Background(), supergood.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		people += len(unit.People())
	}
	fmt.Println(people)
	// Output: 20
}

// The idempotency key makes it safe to create a lease again after a crash: the
// server creates one.
func ExamplePropertyHandle_CreateLease() {
	client, server := exampleClient(1, 1)
	defer server.Close()

	for range 2 {
		lease, err := client.Property("prop-000").CreateLease(context.Background(), supergood.LeaseCreateParams{
			UnitID:         tenantry.Set("prop-000-unit-0000"),
			StartDate:      tenantry.Set[tenantry.Date]("2030-09-01"),
			Rent:           tenantry.Set[tenantry.Decimal]("1200.50"),
			Residents:      []supergood.ResidentInput{{FirstName: tenantry.Set("Ana"), Email: tenantry.Set("ana@example.com")}},
			IdempotencyKey: "application-4711",
		})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(lease.ID, lease.Rent)
	}
	// Output:
	// lease-1 1200.50
	// lease-1 1200.50
}

func ExamplePropertyHandle_CreateWorkOrder() {
	client, server := exampleClient(1, 1)
	defer server.Close()

	order, err := client.Property("prop-000").CreateWorkOrder(context.Background(), supergood.WorkOrderCreateParams{
		Category:       tenantry.Set("PLUMBING"),
		Priority:       tenantry.Set("HIGH"),
		Description:    tenantry.Set("The sink drips."),
		IdempotencyKey: "ticket-4711",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(order.ID, order.Status)
	// Output: workorder-1 CREATED
}

// Ask the user for the code that the server sent them.
func ExampleMFA() {
	server := supergoodtest.NewServer(supergoodtest.WithProperties(1, 1), supergoodtest.WithMFA("sms", 200))
	defer server.Close()
	client, err := supergood.NewClient(server.URL, supergood.Credentials{
		Username: supergoodtest.Username,
		Password: tenantry.NewSecret(supergoodtest.Password),
		MFA: func(_ context.Context, challenge supergood.Challenge) (tenantry.Secret, error) {
			fmt.Println(challenge.Kind, challenge.Message)
			return tenantry.NewSecret(server.LastCode()), nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.OpenSession(context.Background()))
	// Output:
	// sms Enter the code.
	// <nil>
}
