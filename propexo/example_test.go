package propexo_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

// The examples run against a fake; against Propexo itself, leave out
// WithBaseURL and pass your own token.
func exampleClient(residents int, opts ...propexotest.Option) (*propexo.Client, *propexotest.Server) {
	server := propexotest.NewServer(append([]propexotest.Option{propexotest.WithResidents(residents)}, opts...)...)
	client, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	return client, server
}

func Example() {
	client, server := exampleClient(300)
	defer server.Close()

	n := 0
	for resident, err := range client.Residents.All(context.Background(), propexo.ResidentListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		if resident.Email1 != "" {
			n++
		}
	}
	fmt.Println(n > 200)
	// Output: true
}

func ExampleResidentsService() {
	client, server := exampleClient(1)
	defer server.Close()
	ctx, id := context.Background(), server.ResidentIDs()[0]

	job, err := client.Residents.Update(ctx, id, propexo.ResidentUpdateParams{FirstName: tenantry.Set("Ana")})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Writes.Wait(ctx, job.JobID, tenantry.WaitParams[*propexo.WriteStatus]{}); err != nil {
		log.Fatal(err)
	}
	resident, err := client.Residents.Get(ctx, id)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resident.FirstName)
	// Output: Ana
}

// A page at a time, and on from a cursor that was stored.
func ExampleResidentsService_Pages() {
	client, server := exampleClient(25)
	defer server.Close()
	ctx := context.Background()

	var stored tenantry.Cursor
	for page, err := range client.Residents.Pages(ctx, propexo.ResidentListParams{Limit: 10}) {
		if err != nil {
			log.Fatal(err)
		}
		stored = page.Next // in the same transaction as page.Items
		break
	}
	rest, err := tenantry.Collect(client.Residents.All(ctx, propexo.ResidentListParams{Limit: 10, Cursor: stored}))
	fmt.Println(len(rest), err)
	// Output: 15 <nil>
}

func ExampleWritesService() {
	client, server := exampleClient(1)
	defer server.Close()
	ctx := context.Background()
	server.PlanWrite(propexotest.Failure, "the unit is taken")

	job, err := client.Residents.Create(ctx, propexo.ResidentCreateParams{IntegrationID: "cl1"})
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Writes.Wait(ctx, job.JobID, tenantry.WaitParams[*propexo.WriteStatus]{})
	var failed *propexo.WriteError
	if errors.As(err, &failed) {
		fmt.Println(failed.Status.Errors)
	}
	again, err := client.Writes.Retry(ctx, job.JobID)
	if err != nil {
		log.Fatal(err)
	}
	status, err := client.Writes.Wait(ctx, again.JobID, tenantry.WaitParams[*propexo.WriteStatus]{})
	fmt.Println(status.State, err)
	// Output:
	// [the unit is taken]
	// SUCCESS <nil>
}

func ExampleResidentInsuranceService() {
	client, server := exampleClient(0, propexotest.WithPortfolio(1, 20, 1))
	defer server.Close()
	page, err := client.ResidentInsurance.List(context.Background(), propexo.ResidentInsuranceListParams{Limit: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(page.Items[0].Provider, page.Items[0].LiabilityAmountInCents, page.Total)
	// Output: Acme Mutual 10000000 24
}

func ExampleRentableItemsService() {
	client, server := exampleClient(0, propexotest.WithPortfolio(1, 20, 1))
	defer server.Close()
	page, err := client.RentableItems.List(context.Background(), propexo.RentableItemListParams{Limit: 1})
	if err != nil {
		log.Fatal(err)
	}
	item := page.Items[0]
	fmt.Println(item.Name, item.AmountInCents, *item.IsAvailable)
	// Output: Garage A101 7500 false
}

func ExampleResidentPetsService() {
	client, server := exampleClient(0)
	defer server.Close()
	job, err := client.ResidentPets.Create(context.Background(), propexo.ResidentPetCreateParams{
		IntegrationID: "cl1", Name: tenantry.Set("Rex"), IsServiceAnimal: tenantry.Set(true),
	})
	fmt.Println(job.JobID != "", err)
	// Output: true <nil>
}

func ExampleWriteLogsService() {
	client, server := exampleClient(0)
	defer server.Close()
	logs, err := tenantry.Collect(client.WriteLogs.All(context.Background(), propexo.WriteLogListParams{}))
	fmt.Println(len(logs), err)
	// Output: 150 <nil>
}

func ExampleNormalizationService() {
	client, server := exampleClient(0)
	defer server.Close()
	mapping, err := client.Normalization.Get(context.Background(), "leases", "status", propexo.NormalizationMappingGetParams{IntegrationVendor: propexo.IntegrationVendorEntrata})
	fmt.Println(len(mapping.Mappings) > 0, err)
	// Output: true <nil>
}

func ExampleContractsService() {
	client, server := exampleClient(0)
	defer server.Close()
	page, err := client.Contracts.ListDetails(context.Background(), propexotest.DescribedID("contracts", 1), propexo.ContractDetailListParams{})
	fmt.Println(len(page.Items), err)
	// Output: 12 <nil>
}

func ExampleResidentCreditsService() {
	client, server := exampleClient(0)
	defer server.Close()
	_, err := client.ResidentCredits.Create(context.Background(), propexo.ResidentCreditCreateParams{})
	fmt.Println(err)
	// Output: propexo: resident-credits.create: IntegrationID is empty; Propexo requires it
}

// A webhook sends nothing unless it is made active.
func ExampleWebhooksService_Create() {
	client, server := exampleClient(0)
	defer server.Close()
	saved, err := client.Webhooks.Create(context.Background(), propexo.WebhookCreateParams{
		URL: "https://example.com/propexo", Triggers: []propexo.Trigger{propexo.TriggerDataUpdate},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*saved.Active, saved.Secret)
	// Output: true [redacted]
}

func ExampleWebhookHandler() {
	handler, err := propexo.WebhookHandler(tenantry.NewSecret(propexotest.WebhookSecret), func(_ context.Context, e *propexo.WebhookEvent) error {
		if e.Trigger == propexo.TriggerDataUpdate && e.Model() == propexo.WebhookModelResidents {
			fmt.Println("changed:", e.RecordID)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	receiver := httptest.NewServer(handler)
	defer receiver.Close()

	server := propexotest.NewServer()
	defer server.Close()
	status, err := server.Deliver(context.Background(), receiver.URL, string(propexo.TriggerDataUpdate), map[string]any{"object": "residents", "record_id": "clr1"})
	fmt.Println(status, err)
	// Output:
	// changed: clr1
	// 204 <nil>
}

// A write goes to the system's own operation, checked before it is sent.
func ExampleAt() {
	client, server := exampleClient(0)
	defer server.Close()

	params := propexo.ResidentPetCreateParams{IntegrationID: "cl1", Name: tenantry.Set("Rex")}
	_, err := client.ResidentPets.Create(context.Background(), params, propexo.At(propexo.SystemYardi))
	fmt.Println(err)
	_, err = client.Residents.Create(context.Background(), propexo.ResidentCreateParams{IntegrationID: "cl1"}, propexo.At(propexo.SystemEntrata))
	fmt.Println(errors.Is(err, tenantry.ErrNotSupported))
	// Output:
	// propexo: resident-pets.create: ResidentID, Type must be set: YARDI requires it; Unchecked sends it anyway
	// true
}

func ExampleSupport() {
	c, ok := propexo.Support(propexo.SystemMRI, "event-types.create")
	fmt.Println(ok, c.Supported, c.Method, c.Path, c.Required())
	// Output: true true POST /v1/event-types/mri/ [integration_id action_code]
}

// An upload is a write too: wait for its job.
func ExampleLeasesService_UploadFile() {
	client, server := exampleClient(0)
	defer server.Close()
	ctx := context.Background()

	data, err := propexo.FileData(strings.NewReader("a lease"), 12<<20)
	if err != nil {
		log.Fatal(err)
	}
	job, err := client.Leases.UploadFile(ctx, propexo.SystemPropertyware, "cl2", propexo.LeaseFileUploadParams{
		IntegrationID: tenantry.Set("cl1"),
		Attachment: tenantry.Set(propexo.SystemFile{
			FileData: tenantry.Set(data), FileName: tenantry.Set("lease.txt"), MIMEType: tenantry.Set("text/plain"),
		}),
	})
	if err != nil {
		log.Fatal(err)
	}
	status, err := client.Writes.Wait(ctx, job.JobID, tenantry.WaitParams[*propexo.WriteStatus]{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status.State)
	// Output: SUCCESS
}
