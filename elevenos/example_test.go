package elevenos_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
)

// exampleClient returns a client of a fake server. To use ElevenOS itself, leave out
// WithBaseURL and pass your own credentials.
func exampleClient(residents int) (*elevenos.Client, *elevenostest.Server) {
	server := elevenostest.NewServer(elevenostest.WithResidents(residents))
	client, err := elevenos.NewClient(elevenostest.Email, elevenostest.Password, tenantry.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	return client, server
}

func Example() {
	client, server := exampleClient(40)
	defer server.Close()
	site := client.Site(elevenostest.TeamID, elevenostest.SiteID)

	pending := 0
	for resident, err := range site.Residents.All(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		if resident.Status.Has(elevenos.ResidentPending) {
			pending++
		}
	}
	fmt.Println(pending, "residents are pending")
	// Output: 8 residents are pending
}

// List the sites that the user has access to.
func ExampleClient() {
	client, server := exampleClient(0)
	defer server.Close()
	ctx := context.Background()

	teams, err := client.ListTeams(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, team := range teams.Items {
		sites, err := client.ListSites(ctx, team.TeamID)
		if err != nil {
			log.Fatal(err)
		}
		for _, site := range sites.Items {
			fmt.Println(team.TeamID, site.SiteID)
		}
	}
	// Output: team-1 site-1
}

// List the units of a site. A passphrase prints only if it is revealed.
func ExampleSite() {
	client, server := exampleClient(0)
	defer server.Close()
	site := client.Site(elevenostest.TeamID, elevenostest.SiteID)

	mappings, err := site.ListMappings(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	unit := mappings.Items[0]
	fmt.Println(unit.Building, unit.Unit, unit.Passphrase, len(unit.Passphrase.Reveal()))
	// Output: Building A 100 [redacted] 12
}

// Add a resident, and end their service.
func ExampleResidentsService() {
	client, server := exampleClient(0)
	defer server.Close()
	ctx := context.Background()
	residents := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents

	created, err := residents.Create(ctx, elevenos.ResidentCreateParams{
		Email:             "ana@example.com",
		FirstName:         tenantry.Set("Ana"),
		Building:          tenantry.Set("Building A"),
		Floor:             tenantry.Set("1"),
		Unit:              tenantry.Set("100"),
		ActivationDateUTC: tenantry.Set(tenantry.NewTimestamp(time.Now())),
	})
	if err != nil {
		log.Fatal(err)
	}
	ended, err := residents.Terminate(ctx, created.ResidentID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(created.Status, ended.Result)
	// Output: [current pending] Terminated
}

// Change what is set and nothing else.
func ExampleResidentsService_Update() {
	client, server := exampleClient(5)
	defer server.Close()
	ctx := context.Background()
	residents := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents

	changed, err := residents.Update(ctx, server.ResidentIDs()[3], elevenos.ResidentUpdateParams{
		LastName:            tenantry.Set("Abbot"),
		DeactivationDateUTC: tenantry.Null[tenantry.Timestamp](), // no end
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s %q\n", changed.LastName, changed.DeactivationDateUTC)
	// Output: Abbot ""
}

// Invite all who have not completed onboarding, and wait for the job's end.
func ExampleResidentsService_BulkAction() {
	client, server := exampleClient(10)
	defer server.Close()
	ctx := context.Background()
	residents := client.Site(elevenostest.TeamID, elevenostest.SiteID).Residents

	jobID, err := residents.BulkAction(ctx, elevenos.BulkResendInvites)
	if err != nil {
		log.Fatal(err)
	}
	job, err := residents.WaitBulkAction(ctx, jobID, tenantry.WaitParams[*elevenos.Job]{MinInterval: time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(job.Status, *job.Failed, server.EmailsSent("invitation"))
	// Output: finished 0 2
}

// Import a file: read it, check it, start the job, and wait for its end.
func ExampleReadCSV() {
	client, server := exampleClient(0)
	defer server.Close()
	ctx := context.Background()
	site := client.Site(elevenostest.TeamID, elevenostest.SiteID)

	const file = `First Name,Last Name,Email,Phone Number,Access Start,Access End,Building,Floor,Unit
Ana,Abbot,ana@example.com,,11/5/2030 2:10 PM,11/5/2031 2:10 PM,Building A,1,100
Bo,Bell,ana@example.com,,11/5/2030 2:10 PM,11/5/2031 2:10 PM,Building B,1,101
`
	residents, err := elevenos.ReadCSV(strings.NewReader(file), elevenos.InLocation(time.UTC))
	if err != nil {
		log.Fatal(err)
	}
	mappings, err := site.ListMappings(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(elevenos.CheckImport(residents, mappings.Items))

	jobID, err := site.Residents.Import(ctx, residents)
	if err != nil {
		log.Fatal(err)
	}
	job, err := site.Residents.WaitImport(ctx, jobID, tenantry.WaitParams[*elevenos.Job]{MinInterval: time.Millisecond})
	fmt.Println(errors.Is(err, elevenos.ErrJobFailed), len(job.Succeeded), job.FailedItems[0].Errors[0].Message)
	// Output:
	// elevenos: the import has 1 problem: row 3: Email is also in row 2
	// true 1 already exists
}
