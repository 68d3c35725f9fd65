// Package propexo is a client of Propexo's AccessAPI. It reads and writes the data of
// property management systems: properties and units, residents and their leases,
// charges and payments, service requests.
//
//	client, err := propexo.NewClient(os.Getenv("PROPEXO_TOKEN"))
//	if err != nil {
//		log.Fatal(err)
//	}
//	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
//	defer cancel()
//	for resident, err := range client.Residents.All(ctx, propexo.ResidentListParams{}) {
//		if err != nil {
//			log.Fatal(err)
//		}
//		fmt.Println(resident.ID, resident.FirstName, resident.LastName)
//	}
//
// # Services
//
//	Properties    Properties, PropertyLists, Units, UnitTypes, UnitDetails, FloorPlans, Amenities,
//	              RentableItems, Locations, AddressTypes, Timezones
//	People        Residents, ResidentPets, ResidentInsurance, Applicants, Leads, LeadSources,
//	              LeadRelationships, Owners, Employees, Users
//	Leasing       Leases, LeasePeriods, LeaseTransfers, Applications, ApplicationStatuses, ApplicationTemplates,
//	              Listings, Concessions, Fees, Deposits, DepositSummaries
//	Contacts      Appointments, Events, EventTypes, EventSubTypes, EventResults, CallLogs, NoteCategories
//	Billing       ResidentCharges, RecurringResidentCharges, ResidentPayments, ResidentCredits, ChargeCodes
//	Maintenance   ServiceRequests, ServiceRequestHistory, ServiceRequestCategories,
//	              ServiceRequestLocations, ServiceRequestPriorities, ServiceRequestProblems,
//	              ServiceRequestStatuses
//	Accounting    AccountingEntities, FinancialAccounts, Invoices, PayableRegisters, PurchaseOrders,
//	              Vendors, VendorLocations, Contracts, ConstructionJobs
//	Files         FileTypes
//	The account   Integrations, Webhooks, Writes, WriteLogs, JobLogs, DataDiffs, Normalization
//
// # Reads
//
// Reads return Propexo's copy of the data, which a sync updates every few hours.
// Lists are in the order of IDs by default; in that order a listing neither skips nor
// repeats records that come and go meanwhile. Each page has a cursor from which
// another process can resume.
//
// Strings, dates and amounts keep the text that Propexo sent. A null string reads as
// "". Pointers are nil for null. Extra holds the members that have no field.
//
// # Writes
//
// Writes are asynchronous: Create, Update and the like return a job, and
// [WritesService.Wait] waits until it ends. Reads return the old values until the next
// sync after that.
//
// # Systems
//
// Propexo passes a write on to the property management system of the integration, and
// each [System] takes other members. [Support] says what a system takes; [At] sends a
// write to the system's own operation and checks it first. Operations that only some
// systems have, such as uploads of files, take the system as an argument. Package crm
// has the operations of CRMs.
//
// # Rate limit
//
// The client learns the account's rate limit (150 requests a minute by default) from
// the responses, and stays below 80 % of it, from where Propexo delays responses.
//
// Upstream documentation: https://docs.propexo.com.
package propexo
