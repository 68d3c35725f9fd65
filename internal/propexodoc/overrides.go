package propexodoc

import "slices"

// This file holds every correction of the description, with its reason, and
// every name that does not follow from a path.

// A naming is the service and method of an operation, and what the method does,
// for its doc comment; "" where the verb says it.
type naming struct{ name, does string }

// names are the operations that their path does not name well.
var names = map[string]naming{
	// The log of one job's attempts is a list, although its path ends in an ID.
	"get_admin_logs_jobs":                   {"JobLogs.List", ""},
	"get_admin_logs_jobs_by_id":             {"JobLogs.ForJob", "every attempt of one job and, unless the parameters say otherwise, of the jobs that it spawned"},
	"get_admin_job_logs_by_job_log_id":      {"JobLogs.Get", ""},
	"get_admin_job_logs_by_job_log_id_data": {"JobLogs.Data", ""},
	"get_admin_logs_writes":                 {"WriteLogs.List", ""},
	"get_admin_write_status_by_root_job_id": {"Writes.Status", ""},
	"post_admin_retry_write_by_root_job_id": {"Writes.Retry", ""},

	"post_admin_integrations_by_integration_id_back_sync":                                       {"Integrations.BackSync", "starts a sync of all history since 1970, which Propexo bills"},
	"post_admin_integrations_by_integration_id_manual_sync":                                     {"Integrations.ManualSync", "starts a sync beside the scheduled ones, of all models or of some"},
	"post_admin_integrations_by_integration_id_data_access":                                     {"Integrations.StartDataAccessCheck", "starts a check of what the credentials may read and write"},
	"get_admin_integrations_by_integration_id_data_access":                                      {"Integrations.DataAccess", "fetches the outcome of the last check, by model"},
	"get_admin_integrations_by_integration_id_properties":                                       {"Integrations.Properties", "the properties of an integration, and whether they are ingested"},
	"put_admin_integrations_by_integration_id_properties_by_property_configuration_id":          {"Integrations.UpdateProperty", "switches the ingestion of a property, by its configuration's ID and not its own; it may start a sync"},
	"get_admin_integrations_by_integration_id_property_lists":                                   {"Integrations.PropertyLists", "the property lists of an integration, and whether they are ingested"},
	"post_admin_integrations_by_integration_id_property_lists":                                  {"Integrations.CreatePropertyList", "adds a property list to an integration"},
	"put_admin_integrations_by_integration_id_property_lists_by_property_list_configuration_id": {"Integrations.UpdatePropertyList", "switches the ingestion of a property list, by its configuration's ID"},
	"get_admin_integrations_by_integration_id_job_schedules":                                    {"Integrations.JobSchedules", "the sync schedules of an integration"},
	"get_admin_integrations_by_integration_id_job_schedules_by_job_schedule_id":                 {"Integrations.JobSchedule", "fetches one sync schedule"},
	"get_admin_integrations_by_integration_id_rate_limits":                                      {"Integrations.RateLimits", "fetches the limits of the property management system itself, which Entrata and Rent Manager tell"},
	"get_admin_normalization_by_model_by_field":                                                 {"Normalization.Get", "fetches how a vendor's values map to normalized ones, such as for model leases and field status"},

	"post_amenities_units_by_id":      {"Amenities.AddToUnit", "queues an amenity to add to a unit"},
	"put_amenities_units_by_id":       {"Amenities.ReplaceForUnit", "queues the whole set of a unit's amenities: those that are left out are removed"},
	"post_amenities_properties_by_id": {"Amenities.AddToProperty", "queues an amenity to add to a property"},
	"put_amenities_properties_by_id":  {"Amenities.ReplaceForProperty", "queues the whole set of a property's amenities: those that are left out are removed"},

	"get_applicants_by_id_rentable_items":   {"Applicants.RentableItems", "the items that an applicant rents"},
	"get_leads_by_id_rentable_items":        {"Leads.RentableItems", "the items of a lead"},
	"get_residents_by_id_rentable_items":    {"Residents.RentableItems", "the items that a resident rents"},
	"post_rentable_items_applicants_assign": {"RentableItems.Assign", "queues the assignment of an item to an applicant; residents can't be assigned items"},
	"put_residents_entrata_by_id":           {"Residents.UpdateEntrata", "queues a change of a resident in Entrata, with the fields that Entrata takes"},
	"post_residents_entrata":                {"Residents.CreateEntrata", ""},

	"post_appointment_availability":                  {"Appointments.Availability", ""},
	"post_events_appointments_applicants":            {"Appointments.CreateForApplicant", "queues an appointment with an applicant"},
	"put_events_appointments_applicants_by_event_id": {"Appointments.UpdateForApplicant", "queues a change of an appointment with an applicant, by its event's ID"},
	"post_events_appointments_applicants_cancel":     {"Appointments.CancelForApplicant", "queues the end of an appointment with an applicant"},
	"post_events_appointments_leads":                 {"Appointments.CreateForLead", "queues an appointment with a lead"},
	"put_events_appointments_leads_by_event_id":      {"Appointments.UpdateForLead", "queues a change of an appointment with a lead, by its event's ID"},
	"post_events_appointments_leads_cancel":          {"Appointments.CancelForLead", "queues the end of an appointment with a lead"},
	"post_events_appointments_residents":             {"Appointments.CreateForResident", "queues an appointment with a resident"},
	"put_events_appointments_residents_by_event_id":  {"Appointments.UpdateForResident", "queues a change of an appointment with a resident, by its event's ID"},
	"post_events_appointments_residents_cancel":      {"Appointments.CancelForResident", "queues the end of an appointment with a resident"},
	"post_events_applicants":                         {"Events.CreateForApplicant", "queues an event of an applicant"},
	"put_events_applicants_by_event_id":              {"Events.UpdateForApplicant", "queues a change of an event of an applicant"},
	"post_events_leads":                              {"Events.CreateForLead", "queues an event of a lead"},
	"put_events_leads_by_event_id":                   {"Events.UpdateForLead", "queues a change of an event of a lead"},
	"post_events_residents":                          {"Events.CreateForResident", "queues an event of a resident"},
	"put_events_residents_by_event_id":               {"Events.UpdateForResident", "queues a change of an event of a resident"},

	"get_construction_jobs_by_construction_job_id_details":   {"ConstructionJobs.Details", "the lines of a construction job"},
	"get_construction_jobs_by_construction_job_id_contracts": {"ConstructionJobs.Contracts", "the contracts of a construction job"},
	"get_construction_jobs_contracts_by_contract_id_details": {"Contracts.Details", "the lines of a contract"},
	"get_purchase_orders_by_purchase_order_id_items":         {"PurchaseOrders.Items", "the lines of a purchase order"},
	"post_payable_registers_cancel":                          {"PayableRegisters.Cancel", "queues the end of a payable"},
	"get_listings_pricing":                                   {"Listings.Pricing", "prices by lease term"},
	"get_units_details":                                      {"UnitDetails.List", ""},
	"get_units_details_by_unit_detail_id":                    {"UnitDetails.Get", ""},
	"get_vendors_properties_by_property_id":                  {"Vendors.ForProperty", "the vendors of a property"},
}

// byHand are methods that facts can't describe.
var byHand = map[string]bool{
	"JobLogs.Data":              true, // a redirect to another host, which gets no credentials
	"WriteLogs.List":            true, // results.logs, and pages of 100
	"Writes.Status":             true, // bare
	"Writes.Retry":              true, // bare
	"Appointments.Availability": true, // the POST that reads
	"Residents.CreateEntrata":   true, // refused without sending
}

// correct applies all corrections.
func (d *Description) correct() {
	d.newerThanDocument()
	d.merge()
	d.hide()
	d.secrets()
	d.note()
}

// newerThanDocument adds what later pages say and the document lacks.
func (d *Description) newerThanDocument() {
	// Lists take the time of the last update, and the residents' list the time
	// when a sync saw the record: what an incremental copy needs.
	bounds := func(name string) []Field {
		return []Field{{Name: name + "_gte", Type: "time", Nullable: true}, {Name: name + "_lte", Type: "time", Nullable: true}}
	}
	for _, op := range d.Operations {
		if op.Paged() && slices.ContainsFunc(op.Query, func(f Field) bool { return f.Name == "order-by" }) {
			op.Query = append(op.Query, bounds("updated_at")...)
		}
	}
	list := d.Operation("get_residents")
	list.Query = append(list.Query, bounds("last_seen")...)

	// The page of residents shows when a sync saw a resident's lease.
	d.Schemas["ResidentLease"].Fields = append(d.Schemas["ResidentLease"].Fields, Field{Name: "last_seen", Type: "string", Nullable: true})

	// Entrata's own update of residents, and the create that always answers 405.
	update := &Schema{}
	for _, name := range []string{"first_name", "middle_name", "last_name", "email_1", "date_of_birth", "address_1", "address_2", "city", "state", "zip", "country", "phone_1", "events", "custom_data"} {
		field := *d.Schemas["UpdateResidentRequest"].Field(name)
		field.Enum, field.OpenEnum, field.Required = "", false, false // the page lists no values
		field.Deprecated = name == "events" || name == "custom_data"
		update.Fields = append(update.Fields, field)
	}
	d.Schemas["UpdateEntrataResidentRequest"] = update
	accepted := Names{"WriteAccepted"}
	d.Operations = append(d.Operations,
		&Operation{ID: "put_residents_entrata_by_id", Method: "PUT", Path: "/v1/residents/entrata/{id}", Tag: "residents", PathParams: []string{"id"}, Request: "UpdateEntrataResidentRequest", Response: accepted, Envelope: "bare"},
		&Operation{ID: "post_residents_entrata", Method: "POST", Path: "/v1/residents/entrata/", Tag: "residents", Request: "CreateResidentRequest", Response: accepted, Envelope: "bare"},
	)
}

// merge makes one structure where an answer or a body is one of several that
// have nothing to tell them apart by: it has all their fields, and those that not
// all require are not required.
func (d *Description) merge() {
	one := func(name string, of ...string) {
		merged := &Schema{}
		for _, part := range of {
			for _, f := range d.Schemas[part].Fields {
				f.Required = !slices.ContainsFunc(of, func(other string) bool {
					o := d.Schemas[other].Field(f.Name)
					return o == nil || !o.Required
				})
				if merged.Field(f.Name) == nil {
					merged.Fields = append(merged.Fields, f)
				}
			}
		}
		d.Schemas[name] = merged
	}
	one("DataAccess", "DataAccessOutcome", "DataAccessUnsupported", "DataAccessUntested")
	for i := range d.Schemas["ModelDataAccess"].Fields {
		f := &d.Schemas["ModelDataAccess"].Fields[i]
		f.Type, f.Ref, f.Of = "ref", "DataAccess", nil
	}
	one("PurchaseOrderItemInput", "PurchaseOrderItemDetailedInput", "PurchaseOrderItemBasicInput")
	items := d.Schemas["CreatePurchaseOrderRequest"].Field("purchase_order_items")
	items.Items, items.Of = "PurchaseOrderItemInput", nil
	one("RateLimits", "EntrataRateLimits", "RentManagerRateLimits")
	d.Operation("get_admin_integrations_by_integration_id_rate_limits").Response = Names{"RateLimits"}

	// The two writes of webhooks have an enumeration of triggers each, which differ
	// in one value. Deliveries and records have the same triggers.
	const create, update = "WebhookTriggerCreate", "WebhookTriggerUpdate"
	d.Enums["Trigger"] = d.Enums[update]
	delete(d.Enums, create)
	delete(d.Enums, update)
	for _, f := range []*Field{
		d.Schemas["CreateWebhookRequest"].Field("triggers"), d.Schemas["UpdateWebhookRequest"].Field("triggers"), d.Schemas["WebhookTrigger"].Field("trigger"),
	} {
		f.Enum = "Trigger"
	}

	// Booleans that may also be their text.
	for _, s := range d.Schemas {
		for i := range s.Fields {
			if f := &s.Fields[i]; f.Type == "union" && slices.Equal(f.Of, []string{"boolean", "string"}) {
				f.Type, f.Of = "boolean", nil
			}
		}
	}
	for _, op := range d.Operations {
		for i := range op.Query {
			if f := &op.Query[i]; f.Type == "union" {
				f.Type, f.Of = "boolean", nil
			}
		}
	}
}

// hide takes away what users need not know.
func (d *Description) hide() {
	// The ID is in the path, and wanted in the body once more.
	d.Schemas["UpdateResidentPetRequest"].Field("resident_pet_id").Hidden = true
	// A misspelling that is required; integration_id is what users see, and it
	// is sent under both names.
	unit := d.Schemas["CreateUnitRequest"]
	unit.Field("intgration_id").Hidden = true
	unit.Field("integration_id").Required = true
}

// secrets marks the secrets that do not follow from their names.
func (d *Description) secrets() {
	for _, f := range []*Field{
		d.Schemas["WebhookHeader"].Field("value"), // such as that of Authorization
		d.Schemas["BankAccountInput"].Field("account_number"),
		d.Schemas["Vendor"].Field("account_number"),
		d.Schemas["CreateVendorRequest"].Field("account_number"),
	} {
		f.Secret = true
	}
}

// note says what trips users up.
func (d *Description) note() {
	schema := func(name, field string) *Field { return d.Schemas[name].Field(field) }
	// A webhook is inactive unless it is said otherwise: so it has to be said.
	active := schema("CreateWebhookRequest", "active")
	active.Required, active.Note = true, "without it Propexo makes a webhook that sends nothing; it is always sent"
	for i := range d.Operation("get_webhooks").Query {
		if f := &d.Operation("get_webhooks").Query[i]; f.Name == "active" {
			f.Note = "nil lists active ones alone, as Propexo does: a new webhook is not in it unless it was made active"
		}
	}
	schema("CreateWebhookRequest", "triggers").Note = "JOB_SUCCESS can only be added by an update"
	schema("CreateIntegrationRequest", "active").Note = "a new integration is disabled unless this says otherwise"
	schema("UpdateResidentRequest", "phone_1_type").Note = "must accompany Phone1"
	schema("CreateIntegrationRequest", "credentials").Note = "the Credentials type of the vendor, or RawCredentials"
	schema("UpdateIntegrationRequest", "credentials").Note = "the Credentials type of the vendor, or RawCredentials"
	// Filters by the management system's own IDs are of no use alone.
	for _, op := range d.Operations {
		for i := range op.Query {
			if f := &op.Query[i]; f.Name == "x_id" {
				f.Note = "the property management system's own ID; needs IntegrationID and a property besides"
			}
			if f := &op.Query[i]; f.Name == "unit_number" {
				f.Note = "needs PropertyID besides"
			}
		}
	}
}
