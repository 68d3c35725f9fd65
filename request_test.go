package tenantry_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

// Each client sends any request with its own credentials, and gives the errors that
// its methods give.
func TestDo(t *testing.T) {
	type do interface {
		Do(ctx context.Context, r tenantry.Request, out any) error
	}
	elevenos, _ := elevenostest.Start(t)
	leasefind, _ := leasefindtest.Start(t, leasefindtest.WithTenants(3))
	propexo, _ := propexotest.Start(t)
	storedge, _ := storedgetest.Start(t, storedgetest.WithFacility("f/1", 2))
	supergood, _ := supergoodtest.Start(t)
	for _, c := range []struct {
		client do
		api    string
		good   tenantry.Request
	}{
		{elevenos, "elevenos", tenantry.Request{Path: "/team"}},
		{leasefind, "leasefind", tenantry.Request{Method: "POST", Path: "/leases/tenants/", Body: map[string]any{}, Repeatable: true}},
		{propexo, "propexo", tenantry.Request{Path: "/v1/residents/", Query: url.Values{"limit": {"2"}}}},
		{storedge, "storedge", tenantry.Request{Path: "/v1/{facility}/tenants", Args: []string{"f/1"}, Query: url.Values{"per_page": {"2"}}}},
		{supergood, "supergood", tenantry.Request{Path: "/properties"}},
	} {
		if c.good.Method == "" {
			c.good.Method = "GET"
		}
		var out tenantry.Raw
		require.NoError(t, c.client.Do(t.Context(), c.good, &out), c.api)
		assert.NotEmpty(t, out, c.api)
		err := c.client.Do(t.Context(), tenantry.Request{Method: "GET", Path: "/no/such/{id}", Args: []string{"1"}}, nil)
		var e *tenantry.Error
		require.ErrorAs(t, err, &e, c.api)
		assert.Equal(t, c.api, e.API)
		assert.Equal(t, "GET /no/such/{id}", e.Operation)
	}
}

func ExampleRequest() {
	server := propexotest.NewServer(propexotest.WithResidents(3))
	defer server.Close()
	client, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	ctx := context.Background()

	// Any endpoint, with the client's credentials, rate limit and retries.
	var list struct {
		Results []propexo.Resident `json:"results"`
	}
	err = client.Do(ctx, tenantry.Request{Method: "GET", Path: "/v1/residents/", Query: url.Values{"limit": {"2"}}}, &list)
	fmt.Println(len(list.Results), err)
	err = client.Do(ctx, tenantry.Request{Method: "GET", Path: "/v1/residents/{id}", Args: []string{"nobody"}}, nil)
	fmt.Println(err)
	// Output:
	// 2 <nil>
	// propexo: GET /v1/residents/{id}: 404 not_found: No record has this ID.
}

func ExampleCallOptions() {
	server := propexotest.NewServer(propexotest.WithResidents(3))
	defer server.Close()
	client, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()

	var response tenantry.Response
	ctx := tenantry.CallOptions(context.Background(),
		tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}), // fail at once
		tenantry.WithResponse(&response))
	if _, err := client.Residents.List(ctx, propexo.ResidentListParams{}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(response.StatusCode, response.Attempts)
	// Output: 200 1
}

// Two clients, such as those of two customers behind one account, share a limit.
func ExampleWithLimiter() {
	server := propexotest.NewServer(propexotest.WithResidents(3))
	defer server.Close()
	limiter := rate.NewLimiter(rate.Limit(10), 1) // ten requests a second
	for _, customer := range []string{"west", "east"} {
		client, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL), tenantry.WithLimiter(limiter))
		if err != nil {
			fmt.Println(err)
			return
		}
		page, err := client.Residents.List(context.Background(), propexo.ResidentListParams{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(customer, len(page.Items))
		client.Close()
	}
	// Output:
	// west 3
	// east 3
}

// A "test connection" button.
func Example_check() {
	server := propexotest.NewServer()
	defer server.Close()
	client, err := propexo.NewClient("a-wrong-token", tenantry.WithBaseURL(server.URL))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	var broken *tenantry.TransportError
	switch err := client.Check(context.Background()); {
	case err == nil:
		fmt.Println("It works.")
	case errors.Is(err, tenantry.ErrUnauthorized):
		fmt.Println("The token is wrong.")
	case errors.Is(err, tenantry.ErrForbidden):
		fmt.Println("The token lacks a permission.")
	case errors.As(err, &broken):
		fmt.Println("The server can't be reached.")
	default:
		fmt.Println(err)
	}
	// Output: The token is wrong.
}
