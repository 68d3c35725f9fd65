package storedge_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"time"

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

func exampleFacility() (*storedge.Facility, *storedge.Company, *storedgetest.Server) {
	server := storedgetest.NewServer(storedgetest.WithPortfolio(1, 40, 1), storedgetest.WithStart(time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)))
	client, err := storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, tenantry.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	return client.Facility(server.FacilityIDs()[0]), client.Company(storedgetest.CompanyID), server
}

func ExampleUnitsService() {
	facility, _, server := exampleFacility()
	defer server.Close()

	for unit, err := range facility.Units.AllAvailable(context.Background(), storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(unit.Name, unit.Size, unit.Price)
		break // the listing stops here
	}
	// Output: A104 10x10x8 150.00
}

func ExampleUnitGroupsService() {
	facility, _, server := exampleFacility()
	defer server.Close()

	groups, err := facility.UnitGroups.List(context.Background(), storedge.ListParams{Sort: "price", PerPage: 1})
	if err != nil {
		log.Fatal(err)
	}
	group := groups.Items[0]
	fmt.Println(group.Size, group.Price, *group.AvailableUnitsCount, "of", *group.TotalUnitsCount)
	// Output: 5x5x8 54.00 2 of 10
}

// A rental, from the price to the page on which the tenant signs.
func ExampleMoveInsService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	ctx := context.Background()
	units, err := facility.Units.ListAvailable(ctx, storedge.ListParams{PerPage: 1})
	if err != nil {
		log.Fatal(err)
	}
	moveIn := storedge.MoveInParams{
		UnitID:         units.Items[0].ID,
		Tenant:         tenantry.Set(storedge.TenantUpdateParams{FirstName: tenantry.Set("Ana"), LastName: tenantry.Set("Lee"), Email: tenantry.Set("ana@example.test")}),
		GateAccessCode: tenantry.Set(tenantry.NewSecret("56763")),
	}

	review, err := facility.MoveIns.ReviewCostWithDocuments(ctx, moveIn)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("due:", review.Event.MoveInTotal != "")
	moveIn.SessionID = tenantry.Set(review.SessionID)
	var accepted []storedge.AcceptedDocumentParams
	for _, document := range review.Documents { // show each to the tenant
		accepted = append(accepted, storedge.AcceptedDocumentParams{SessionDocumentID: document.SessionDocumentID})
	}
	moveIn.AcceptedDocuments = tenantry.Set(accepted)

	event, err := facility.MoveIns.Process(ctx, storedge.ProcessMoveInParams{
		MoveIn: moveIn,
		PaymentMethod: &storedge.PaymentMethodParams{
			Kind:           tenantry.Set(storedge.PaymentKindCreditCard),
			CardType:       tenantry.Set(storedge.CardTypeVisa),
			CardNumber:     tenantry.Set(tenantry.NewSecret("4111111111111111")),
			SecurityCode:   tenantry.Set(tenantry.NewSecret("123")),
			ExpirationDate: tenantry.Set("12/40"),
			FirstName:      tenantry.Set("Ana"),
			LastName:       tenantry.Set("Lee"),
		},
	})
	var broken *tenantry.TransportError
	if errors.As(err, &broken) && broken.MaybeSent {
		log.Fatal("read the unit before you try again: it may be rented")
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(event.UnitName, event.TenantName, !event.ESignURL.IsZero())
	// Output:
	// due: true
	// A104 Ana Lee true
}

func ExampleLedgersService_MakePayment() {
	facility, _, server := exampleFacility()
	defer server.Close()
	ctx := context.Background()
	ledgers, err := facility.Ledgers.ListCurrent(ctx, storedge.ListParams{PerPage: 1})
	if err != nil {
		log.Fatal(err)
	}

	ledger, err := facility.Ledgers.MakePayment(ctx, ledgers.Items[0].ID, storedge.MakePaymentParams{
		Kind:           storedge.PaymentAmountPrepay, // the balance and two months
		Months:         2,
		IdempotencyKey: "payment 17 of our own database", // to call again with after a crash
		PaymentMethod: storedge.PaymentMethodParams{
			Kind:           tenantry.Set(storedge.PaymentKindCreditCard),
			CardNumber:     tenantry.Set(tenantry.NewSecret("4111111111111111")),
			ExpirationDate: tenantry.Set("12/40"),
		},
	})
	if errors.Is(err, storedge.ErrAccessDenied) {
		log.Fatal("the facility takes no such payments")
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ledger.CurrentAccountBalance)
	// Output: 0.00
}

func ExampleLeadsService_Create() {
	facility, _, server := exampleFacility()
	defer server.Close()
	ctx := context.Background()
	units, err := facility.Units.ListAvailable(ctx, storedge.ListParams{PerPage: 1})
	if err != nil {
		log.Fatal(err)
	}

	lead, err := facility.Leads.Create(ctx, storedge.LeadCreateParams{Lead: storedge.LeadParams{
		UnitID:        tenantry.Set(units.Items[0].ID), // which makes it a reservation
		IsReservation: tenantry.Set(true),
		TenantAttributes: tenantry.Set(storedge.TenantUpdateParams{
			FirstName:              tenantry.Set("Ana"),
			PhoneNumbersAttributes: tenantry.Set([]storedge.PhoneNumberParams{{Number: tenantry.Set("+15555550100")}}),
		}),
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(lead.Status)
	// Output: reserved
}

func ExampleInvoiceableItemsService() {
	facility, _, server := exampleFacility()
	defer server.Close()

	for item, err := range facility.InvoiceableItems.AllInsurance(context.Background(), storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(item.Description, item.Total)
		break
	}
	// Output: Acme Mutual - $2,000.00 11.00
}

func ExampleDiscountPlansService() {
	facility, _, server := exampleFacility()
	defer server.Close()

	for plan, err := range facility.DiscountPlans.All(context.Background(), storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		if plan.MoveInOnly != nil && *plan.MoveInOnly {
			fmt.Println(plan.Name, plan.Kind)
		}
	}
	// Output: FIRSTMONTH limited
}

func ExampleDocumentsService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	ctx := context.Background()
	review := exampleReview(ctx, facility)

	file, err := facility.Documents.GetForSession(ctx, review.Documents[0].SessionDocumentID, review.SessionID)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	header := make([]byte, 4)
	if _, err := io.ReadFull(file, header); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", header)
	// Output: %PDF
}

func exampleReview(ctx context.Context, facility *storedge.Facility) *storedge.MoveInReview {
	units, err := facility.Units.ListAvailable(ctx, storedge.ListParams{PerPage: 1})
	if err != nil {
		log.Fatal(err)
	}
	review, err := facility.MoveIns.ReviewCostWithDocuments(ctx, storedge.MoveInParams{UnitID: units.Items[0].ID})
	if err != nil {
		log.Fatal(err)
	}
	return review
}

func ExampleGateService() {
	facility, _, server := exampleFacility()
	defer server.Close()

	code, err := facility.Gate.CheckCode(context.Background(), storedge.GateAccessCodeParams{GateAccessCode: tenantry.NewSecret("56763")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*code.Available)
	// Output: true
}

func ExampleNotesService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	ctx := context.Background()
	ledgers, err := facility.Ledgers.ListCurrent(ctx, storedge.ListParams{PerPage: 1})
	if err != nil {
		log.Fatal(err)
	}

	event, err := facility.Notes.Create(ctx, storedge.NoteCreateParams{Note: storedge.NoteParams{NoteText: "Called about the gate.", LedgerID: ledgers.Items[0].ID}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(event.Notes[0].Note)
	// Output: Called about the gate.
}

func ExamplePortalSettingsService() {
	facility, _, server := exampleFacility()
	defer server.Close()

	settings, err := facility.PortalSettings.Get(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	if off := settings.TenantPortalDisablePartialPayment; off != nil && !*off {
		fmt.Println("tenants may pay part of a balance")
	}
	// Output: tenants may pay part of a balance
}

func ExampleInsuranceService() {
	facility, _, server := exampleFacility()
	defer server.Close()

	summary, err := facility.Insurance.Summary(context.Background(), storedge.DateRange{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*summary.InsuredTenantsCount, "tenants are insured")
	// Output: 12 tenants are insured
}

func ExampleCompanyReportsService() {
	_, company, server := exampleFacility()
	defer server.Close()
	ctx := context.Background()

	report, err := company.Reports.Create(ctx, storedge.ReportCreateParams{
		ReportName:   "corporate_unoccupied_revenue_management_controller",
		ReportFormat: "csv",
		ReportParams: storedge.ReportParams{FilterFacilities: server.FacilityIDs()},
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := company.Reports.Wait(ctx, report.ID, tenantry.WaitParams[*storedge.ReportRequest]{}); err != nil {
		log.Fatal(err)
	}
	rows, err := company.Reports.ListRows(ctx, report.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", rows.Items[0].Extra["Current Standard Rate"])
	// Output: 54.00
}

func ExampleCompanyFacilitiesService() {
	_, company, server := exampleFacility()
	defer server.Close()

	for facility, err := range company.Facilities.AllShort(context.Background(), storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(facility.FacilityName)
	}
	// Output: Mill Flats
}

func ExampleESignService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	ctx := context.Background()
	review := exampleReview(ctx, facility)
	event, err := facility.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: storedge.MoveInParams{
		UnitID:            review.Event.UnitID,
		Tenant:            tenantry.Set(storedge.TenantUpdateParams{FirstName: tenantry.Set("Ana"), LastName: tenantry.Set("Lee")}),
		GateAccessCode:    tenantry.Set(tenantry.NewSecret("56763")),
		SessionID:         tenantry.Set(review.SessionID),
		AcceptedDocuments: tenantry.Set([]storedge.AcceptedDocumentParams{{SessionDocumentID: review.Documents[0].SessionDocumentID}}),
	}})
	if err != nil {
		log.Fatal(err)
	}
	page, err := facility.ESign.Create(ctx, event.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(page.EmbedURL) // Reveal gives the URL to show in a frame
	// Output: [redacted]
}

func ExampleTierRatesService() {
	facility, _, server := exampleFacility()
	defer server.Close()

	rates := 0
	for rate, err := range facility.TierRates.All(context.Background(), storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		if rate.Rate != "" {
			rates++
		}
	}
	fmt.Println(rates > 0)
	// Output: true
}

func ExamplePaymentMethodsService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	ctx := context.Background()
	tenants, err := facility.Tenants.List(ctx, storedge.ListParams{PerPage: 1})
	if err != nil {
		log.Fatal(err)
	}
	for method, err := range facility.PaymentMethods.All(ctx, tenants.Items[0].ID, storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(method.ID)
	}
}

func ExampleInfoService() {
	facility, _, server := exampleFacility()
	defer server.Close()

	info, err := facility.Info.Get(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(info) > 2)
	// Output: true
}

// What the reference does not document is sent and returned as JSON.
func ExampleMoveOutsService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	ctx := context.Background()
	for ledger, err := range facility.Ledgers.AllCurrent(ctx, storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		response, err := facility.MoveOuts.Process(ctx, tenantry.Raw(`{"move_out":{"ledger_id":"`+ledger.ID+`"}}`))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(response) > 2)
		break
	}
	// Output: true
}

func ExampleTasksService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	for task, err := range facility.Tasks.All(context.Background(), storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(task.ID)
	}
}

func ExampleReportsService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	ctx := context.Background()

	report, err := facility.Reports.Create(ctx, storedge.ReportCreateParams{ReportName: "corporate_unoccupied_revenue_management_controller", ReportFormat: "csv"})
	if err != nil {
		log.Fatal(err)
	}
	report, err = facility.Reports.Wait(ctx, report.ID, tenantry.WaitParams[*storedge.ReportRequest]{})
	if err != nil {
		log.Fatal(err)
	}
	rows, err := facility.Reports.ListRows(ctx, report.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(rows.Items) > 0)
	// Output: true
}

func ExampleCompanyLeadsService() {
	_, company, server := exampleFacility()
	defer server.Close()
	for lead, err := range company.Leads.All(context.Background(), storedge.LeadListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(lead.FacilityID, lead.ID)
	}
}

func ExampleCompanyRateChangesService() {
	_, company, server := exampleFacility()
	defer server.Close()
	for change, err := range company.RateChanges.All(context.Background(), storedge.CompanyListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(change.UnitName, change.ChangedAt)
	}
}

func ExampleCompanySameDayVacatesService() {
	_, company, server := exampleFacility()
	defer server.Close()
	for vacate, err := range company.SameDayVacates.All(context.Background(), storedge.CompanyListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(vacate.ID)
	}
}

func ExampleCompanyAuctionsService() {
	_, company, server := exampleFacility()
	defer server.Close()
	for auction, err := range company.Auctions.AllActive(context.Background(), storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(auction.ID, auction.Extra)
	}
}

func ExampleCompanyRevenueManagementService() {
	_, company, server := exampleFacility()
	defer server.Close()

	_, err := company.RevenueManagement.Import(context.Background(), storedge.RateImportParams{
		File:        []byte("Group Key,New Standard Rate\n5x5x8,59.00\n"),
		CreatedByID: "user-1",
	})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleDelinquencyEventsService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	for event, err := range facility.DelinquencyEvents.All(context.Background(), storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(event.ID)
	}
}

func ExampleAuctionsService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	for auction, err := range facility.Auctions.AllScheduled(context.Background(), storedge.ListParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(auction.ID)
	}
}

func ExampleRateAppliedActionsService() {
	facility, _, server := exampleFacility()
	defer server.Close()
	day := storedge.RateAppliedActionListParams{StartDate: "2026-06-01", EndDate: "2026-06-30"}
	for action, err := range facility.RateAppliedActions.All(context.Background(), day) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(action.Extra)
	}
}
