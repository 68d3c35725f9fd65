package storedge_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
)

// The examples run against a fake; against storEDGE itself, leave out
// WithBaseURL and pass your own credentials.
func exampleClient(tenants int) (*storedge.Client, *storedgetest.Server) {
	server := storedgetest.NewServer(storedgetest.WithFacility("f1", tenants))
	client, err := storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, tenantry.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	return client, server
}

func Example() {
	client, server := exampleClient(250)
	defer server.Close()

	n := 0
	for tenant, err := range client.Facility("f1").Tenants.All(context.Background(), storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		if tenant.AccountNumber != 0 {
			n++
		}
	}
	fmt.Println(n)
	// Output: 250
}

func ExampleTenantsService() {
	client, server := exampleClient(1)
	defer server.Close()
	tenants := client.Facility("f1").Tenants

	changed, err := tenants.Patch(context.Background(), server.TenantIDs("f1")[0], storedge.TenantUpdateParams{
		FirstName:  tenantry.Set("Ana"),     // sent
		Title:      tenantry.Null[string](), // sent as null
		IsMilitary: tenantry.Set(false),     // sent as a JSON bool
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(changed.FirstName)
	// Output: Ana
}

func ExampleTenantsService_SignIn() {
	client, server := exampleClient(1)
	defer server.Close()
	server.SetAccount("f1", server.TenantIDs("f1")[0], "ana", "correct horse")

	_, err := client.Facility("f1").Tenants.SignIn(context.Background(), storedge.SignInParams{Login: "ana", Password: tenantry.NewSecret("a guess")})
	switch {
	case errors.Is(err, storedge.ErrTenantCredentials):
		fmt.Println("ask again")
	case errors.Is(err, tenantry.ErrUnauthorized):
		fmt.Println("the API key is wrong")
	}
	// Output: ask again
}
