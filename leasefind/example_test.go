package leasefind_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

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

// portfolioClient is a client of a fake with two communities, and their IDs.
func portfolioClient() (*leasefind.Client, *leasefindtest.Server, []string) {
	server := leasefindtest.NewServer(leasefindtest.WithPortfolio(2, 20, 1))
	client, err := leasefind.NewClient(leasefindtest.ClientID, leasefindtest.ClientSecret, tenantry.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	return client, server, server.IDs(leasefind.Community{})
}

func ExampleCommunitiesService() {
	client, server, _ := portfolioClient()
	defer server.Close()
	ctx := context.Background()

	_, err := client.Communities.Create(ctx, leasefind.CommunityCreateParams{
		Name: "Skyline Apartments", Timezone: "US/Eastern", CommunityExternalRef: tenantry.Set("SKY-1"),
	})
	if err != nil {
		log.Fatal(err)
	}
	// The response does not name the community.
	page, err := client.Communities.Find(ctx, leasefind.CommunityFindParams{CommunityExternalRef: "SKY-1"})
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Communities.Update(ctx, leasefind.CommunityUpdateParams{CommunityID: page.Items[0].CommunityID, Status: tenantry.Set(leasefind.CommunityInactive)})
	fmt.Println(page.Items[0].Name, err)
	// Output: Skyline Apartments <nil>
}

func ExamplePersonsService_Save() {
	client, server, groups := portfolioClient()
	defer server.Close()

	saved, err := client.Persons.Save(context.Background(), leasefind.PersonSaveParams{Persons: []leasefind.PersonInput{
		{ExternalRef: tenantry.Set("crm-17"), FirstName: tenantry.Set("Ana"), GroupIDs: groups[:1]},
		{EmailAddress: tenantry.Set("bo@example.com"), LastName: tenantry.Set("Li"), AllGroups: true},
	}})
	var failure *leasefind.SaveError
	if errors.As(err, &failure) {
		for _, item := range failure.Failed {
			fmt.Println("not saved:", item.Index, item.Reason)
		}
	} else if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(saved.Persons), saved.Persons[0].FirstName)
	// Output: 2 Ana
}

func ExampleUnitsService_Save() {
	client, server, groups := portfolioClient()
	defer server.Close()

	saved, err := client.Units.Save(context.Background(), leasefind.UnitSaveParams{GroupID: groups[0], Units: []leasefind.UnitInput{{
		UnitNumber: tenantry.Set("12"),
		Address:    tenantry.Set(leasefind.Address{AddressLine1: "1 Example Street", State: "NY", PostalCode: "10001"}),
	}}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(saved.Units[0].UnitNumber, saved.Units[0].Identifier != "")
	// Output: 12 true
}

func ExampleListingsService_Sync() {
	client, server, groups := portfolioClient()
	defer server.Close()
	ctx := context.Background()

	// All listings that the group is to have: Sync deletes the others.
	vacancies := []leasefind.ListingInput{{
		ExternalRef: "unit-12", UnitNumber: tenantry.Set("12"), UnitType: leasefind.UnitTypeApartment, ListingURL: "https://example.com/12",
		NumberOfBathrooms: tenantry.Set[tenantry.Decimal]("1.5"), LeaseTerms: []leasefind.LeaseTerm{{LengthInMonths: new(int64(12)), Rent: "1450.00"}},
	}}
	if err := client.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: groups[0], Listings: vacancies}); err != nil {
		log.Fatal(err)
	}
	for listing, err := range client.Listings.All(ctx, leasefind.ListingFindParams{GroupID: groups[0]}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(listing.ExternalRef, listing.UnitNumber, listing.RentFor12MonthLease)
	}
	// An empty list is a mistake, unless you say that it is none.
	err := client.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: groups[0]})
	fmt.Println("refused:", errors.Is(err, tenantry.ErrInvalidArgument))
	// Output:
	// unit-12 12 1450.00
	// refused: true
}

func ExampleListingsService_Delete() {
	client, server, groups := portfolioClient()
	defer server.Close()
	ctx := context.Background()

	listing, err := client.Listings.Create(ctx, leasefind.ListingCreateParams{GroupID: groups[0], UnitType: leasefind.UnitTypeStudioApartment, ListingURL: "https://example.com/7"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.Listings.Delete(ctx, listing.Identifier, leasefind.ListingDeleteParams{Now: true}))
	// Output: <nil>
}

func ExampleTasksService() {
	client, server, groups := portfolioClient()
	defer server.Close()
	ctx := context.Background()

	_, err := client.Tasks.Create(ctx, leasefind.TaskCreateParams{
		GroupID: groups[0], ExternalRef: tenantry.Set("ticket-9"), Title: tenantry.Set("Fix the door"), Importance: tenantry.Set(leasefind.ImportanceHigh),
		DueDatetime: tenantry.Set(tenantry.Timestamp("2026-12-31T17:00:00")),
		Resident:    &leasefind.TaskPerson{EmailAddress: tenantry.Set("ana@example.com"), FirstName: tenantry.Set("Ana")},
	})
	if err != nil {
		log.Fatal(err)
	}
	// The API reports the new task in an event; see ExampleWebhookHandler.
	_, err = client.Tasks.Update(ctx, leasefind.TaskUpdateParams{ExternalRef: "ticket-9", Status: tenantry.Set(leasefind.TaskDeleted)})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleMessagesService() {
	client, server, groups := portfolioClient()
	defer server.Close()

	_, err := client.Messages.Create(context.Background(), leasefind.MessageCreateParams{
		GroupID: groups[0], MessageDirection: leasefind.MessageInbound, FirstName: tenantry.Set("Ana"),
		SMS: &leasefind.SMSMessage{
			MessageID: "SM123", ConversationID: "conv-1", Text: "Is it still free?", PhoneNumber: "+12125550100",
			CreatedDatetime: tenantry.NewTimestamp(time.Date(2026, 3, 15, 11, 30, 0, 0, time.UTC)),
		},
	})
	fmt.Println(err, len(server.Messages()))
	// Output: <nil> 1
}

func ExampleClient_WebhookPortal() {
	client, server, _ := portfolioClient()
	defer server.Close()

	link, err := client.WebhookPortal(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(link, strings.HasPrefix(link.Reveal(), "https://"))
	// Output: [redacted] true
}

func ExampleWebhookHandler() {
	handler, err := leasefind.WebhookHandler(tenantry.NewSecret(leasefindtest.WebhookSecret), func(_ context.Context, e *leasefind.Event) error {
		switch {
		case e.Lease != nil:
			fmt.Println("changed:", e.Lease.Identifier)
		case e.Task != nil:
			fmt.Println("task:", e.Task.ExternalRef, e.Task.Status)
		case e.Reply != nil:
			fmt.Println("reply to", e.Reply.MessageID)
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

// handled is a SeenStore. A real one looks into a table of the database that the
// program's own records are in.
type handled map[string]bool

func (h handled) Seen(_ context.Context, messageID string) (bool, error) { return h[messageID], nil }

func ExampleWithSeen() {
	store := make(handled)
	handler, err := leasefind.WebhookHandler(tenantry.NewSecret(leasefindtest.WebhookSecret), func(_ context.Context, e *leasefind.Event) error {
		fmt.Println("handled:", e.EventType)
		store[e.MessageID] = true // in the transaction that handles the event
		return nil
	}, leasefind.WithSeen(store))
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		body := `{"event_type":"lease.update","message_id":"m1","body":{"identifier":"lease-9"}}`
		delivery := httptest.NewRequest(http.MethodPost, "/travtus", strings.NewReader(body))
		delivery.Header = leasefindtest.Sign(leasefindtest.WebhookSecret, "d1", time.Now(), []byte(body))
		response := httptest.NewRecorder()
		handler.ServeHTTP(response, delivery)
		fmt.Println(response.Code)
	}
	// Output:
	// handled: lease.update
	// 204
	// 204
}
