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

// exampleSite returns a site of a fake server. To use ElevenOS itself, leave out
// WithBaseURL and pass your own credentials.
func exampleSite(residents int) (*elevenos.Site, *elevenostest.Server) {
	server := elevenostest.NewServer(elevenostest.WithResidents(residents))
	client, err := elevenos.NewClient(elevenostest.Email, elevenostest.Password, tenantry.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	return client.Site(elevenostest.TeamID, elevenostest.SiteID), server
}

func Example() {
	site, server := exampleSite(40)
	defer server.Close()

	pending := 0
	for resident, err := range site.Residents.All(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		if resident.Status.Has(elevenos.ResidentPending) {
			pending++
		}
	}
	fmt.Println(pending)
	// Output: 8
}

func ExampleSite() {
	site, server := exampleSite(0)
	defer server.Close()
	mappings, err := site.ListMappings(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	unit := mappings.Items[0]
	fmt.Println(unit.Building, unit.Unit, unit.Passphrase)
	// Output: Building A 100 [redacted]
}

func ExampleResidentsService() {
	site, server := exampleSite(0)
	defer server.Close()
	ctx := context.Background()

	created, err := site.Residents.Create(ctx, elevenos.ResidentCreateParams{
		Email: "ana@example.com", FirstName: tenantry.Set("Ana"),
		Building: tenantry.Set("Building A"), Floor: tenantry.Set("1"), Unit: tenantry.Set("100"),
		ActivationDateUTC: tenantry.Set(tenantry.NewTimestamp(time.Now())),
	})
	if err != nil {
		log.Fatal(err)
	}
	result, err := site.Residents.Terminate(ctx, created.ResidentID)
	fmt.Println(created.Status, result.Result, err)
	// Output: [current pending] Terminated <nil>
}

// From a file to a finished import.
func ExampleReadCSV() {
	site, server := exampleSite(0)
	defer server.Close()
	ctx := context.Background()

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
	job, err := site.Residents.Import(ctx, residents)
	if err != nil {
		log.Fatal(err)
	}
	done, err := site.Residents.WaitImport(ctx, job, tenantry.WaitParams[*elevenos.Job]{MinInterval: time.Millisecond})
	fmt.Println(errors.Is(err, elevenos.ErrJobFailed), len(done.Succeeded), done.FailedItems[0].Errors[0].Message)
	// Output:
	// elevenos: the import has 1 problem: row 3: Email is also in row 2
	// true 1 already exists
}
