package propexodoc

import (
	"slices"
	"strings"
)

// This file holds the corrections of the description, with their reasons, and the
// names that do not follow from a path.

// naming is the service and method of an operation. does is what its doc comment
// says: a noun for a list ("the items that a lead rents"), a verb for others; "" if
// the method's name says it.
type naming struct{ name, does string }

// names holds the operations that their paths do not name well.
var names = map[string]naming{
	"get_locations_Location": {"Locations.List", "the locations of Rent Manager"},

	// The log of one job is a list, although its path ends in an ID.
	"get_admin_logs_jobs":                   {"JobLogs.List", ""},
	"get_admin_logs_jobs_by_id":             {"JobLogs.ListForJob", "the attempts of one job and, unless the parameters say otherwise, of the jobs that it started"},
	"get_admin_job_logs_by_job_log_id":      {"JobLogs.Get", ""},
	"get_admin_job_logs_by_job_log_id_data": {"JobLogs.Data", ""},
	"get_admin_logs_writes":                 {"WriteLogs.List", ""},
	"get_admin_write_status_by_root_job_id": {"Writes.Status", ""},
	"post_admin_retry_write_by_root_job_id": {"Writes.Retry", ""},

	"post_admin_integrations_by_integration_id_back_sync":                                       {"Integrations.BackSync", "starts a sync of all history since 1970, for which Propexo charges"},
	"post_admin_integrations_by_integration_id_manual_sync":                                     {"Integrations.ManualSync", "starts a sync of all models or of some, in addition to the scheduled ones"},
	"post_admin_integrations_by_integration_id_data_access":                                     {"Integrations.StartDataAccessCheck", "starts a check of what the credentials may read and write"},
	"get_admin_integrations_by_integration_id_data_access":                                      {"Integrations.DataAccess", "returns the result of the last data access check, by model"},
	"get_admin_integrations_by_integration_id_properties":                                       {"Integrations.ListProperties", "the properties of an integration, and whether they are synced"},
	"put_admin_integrations_by_integration_id_properties_by_property_configuration_id":          {"Integrations.UpdateProperty", "switches the sync of a property on or off. The ID is that of the property's configuration, not of the property. The change may start a sync"},
	"get_admin_integrations_by_integration_id_property_lists":                                   {"Integrations.ListPropertyLists", "the property lists of an integration, and whether they are synced"},
	"post_admin_integrations_by_integration_id_property_lists":                                  {"Integrations.CreatePropertyList", "adds a property list to an integration"},
	"put_admin_integrations_by_integration_id_property_lists_by_property_list_configuration_id": {"Integrations.UpdatePropertyList", "switches the sync of a property list on or off. The ID is that of the list's configuration"},
	"get_admin_integrations_by_integration_id_job_schedules":                                    {"Integrations.ListJobSchedules", "the sync schedules of an integration"},
	"get_admin_integrations_by_integration_id_job_schedules_by_job_schedule_id":                 {"Integrations.JobSchedule", "returns one sync schedule"},
	"get_admin_integrations_by_integration_id_rate_limits":                                      {"Integrations.RateLimits", "returns the rate limits of the property management system itself. Entrata and Rent Manager report them"},
	"get_admin_normalization_by_model_by_field":                                                 {"Normalization.Get", "returns how a vendor's values map to normalized ones, for example for model leases and field status"},

	"post_amenities_units_by_id":      {"Amenities.AddToUnit", "queues an amenity to be added to a unit"},
	"put_amenities_units_by_id":       {"Amenities.ReplaceForUnit", "queues the replacement of all amenities of a unit. Amenities that are left out are removed"},
	"post_amenities_properties_by_id": {"Amenities.AddToProperty", "queues an amenity to be added to a property"},
	"put_amenities_properties_by_id":  {"Amenities.ReplaceForProperty", "queues the replacement of all amenities of a property. Amenities that are left out are removed"},

	"get_applicants_by_id_rentable_items":   {"Applicants.ListRentableItems", "the items that an applicant rents"},
	"get_leads_by_id_rentable_items":        {"Leads.ListRentableItems", "the items of a lead"},
	"get_residents_by_id_rentable_items":    {"Residents.ListRentableItems", "the items that a resident rents"},
	"post_rentable_items_applicants_assign": {"RentableItems.Assign", "queues the assignment of an item to an applicant. Items can't be assigned to residents"},

	"post_appointment_availability":                  {"Appointments.ListAvailability", ""},
	"post_events_appointments_applicants":            {"Appointments.CreateForApplicant", "queues an appointment with an applicant"},
	"put_events_appointments_applicants_by_event_id": {"Appointments.UpdateForApplicant", "queues an update of an appointment with an applicant. The ID is that of the appointment's event"},
	"post_events_appointments_applicants_cancel":     {"Appointments.CancelForApplicant", "queues the cancellation of an appointment with an applicant"},
	"post_events_appointments_leads":                 {"Appointments.CreateForLead", "queues an appointment with a lead"},
	"put_events_appointments_leads_by_event_id":      {"Appointments.UpdateForLead", "queues an update of an appointment with a lead. The ID is that of the appointment's event"},
	"post_events_appointments_leads_cancel":          {"Appointments.CancelForLead", "queues the cancellation of an appointment with a lead"},
	"post_events_appointments_residents":             {"Appointments.CreateForResident", "queues an appointment with a resident"},
	"put_events_appointments_residents_by_event_id":  {"Appointments.UpdateForResident", "queues an update of an appointment with a resident. The ID is that of the appointment's event"},
	"post_events_appointments_residents_cancel":      {"Appointments.CancelForResident", "queues the cancellation of an appointment with a resident"},
	"post_events_applicants":                         {"Events.CreateForApplicant", "queues an event of an applicant"},
	"put_events_applicants_by_event_id":              {"Events.UpdateForApplicant", "queues an update of an event of an applicant"},
	"post_events_leads":                              {"Events.CreateForLead", "queues an event of a lead"},
	"put_events_leads_by_event_id":                   {"Events.UpdateForLead", "queues an update of an event of a lead"},
	"post_events_residents":                          {"Events.CreateForResident", "queues an event of a resident"},
	"put_events_residents_by_event_id":               {"Events.UpdateForResident", "queues an update of an event of a resident"},

	"get_construction_jobs_by_construction_job_id_details":   {"ConstructionJobs.ListDetails", "the lines of a construction job"},
	"get_construction_jobs_by_construction_job_id_contracts": {"ConstructionJobs.ListContracts", "the contracts of a construction job"},
	"get_construction_jobs_contracts_by_contract_id_details": {"Contracts.ListDetails", "the lines of a contract"},
	"get_purchase_orders_by_purchase_order_id_items":         {"PurchaseOrders.ListItems", "the lines of a purchase order"},
	"post_payable_registers_cancel":                          {"PayableRegisters.Cancel", "queues the cancellation of a payable register"},
	"get_listings_pricing":                                   {"Listings.ListPricing", "prices of units by lease term"},
	"get_units_details":                                      {"UnitDetails.List", ""},
	"get_units_details_by_unit_detail_id":                    {"UnitDetails.Get", ""},
	"get_vendors_properties_by_property_id":                  {"Vendors.ListForProperty", "the vendors of a property"},
}

// byHand holds the methods that the templates can't write.
var byHand = map[string]bool{
	"JobLogs.Data":                  true, // a redirect to another host, which gets no credentials
	"WriteLogs.List":                true, // results.logs, in pages of 100
	"Writes.Status":                 true, // bare
	"Writes.Retry":                  true, // bare
	"Appointments.ListAvailability": true, // a POST that reads
}

// correct applies all corrections.
func (d *Description) correct() {
	d.newerThanDocument()
	d.merge()
	d.narrow()
	d.hide()
	d.secrets()
	d.times()
	d.note()
}

// newerThanDocument adds what later pages say and the document lacks.
func (d *Description) newerThanDocument() {
	// An incremental copy needs the time of the last update and the time when a sync
	// last saw the record. All lists take both, except those where they were not seen.
	bounds := func(name string) []Field {
		return []Field{{Name: name + "_gte", Type: "time", Nullable: true}, {Name: name + "_lte", Type: "time", Nullable: true}}
	}
	d.newLists()
	unseen := []string{"get_webhooks", "get_admin_logs_jobs", "get_admin_logs_jobs_by_id", "get_data_diffs"}
	for _, op := range d.Operations {
		nested := len(op.PathParams) > 0
		if op.Paged() && !nested && !slices.Contains(unseen, op.ID) && slices.ContainsFunc(op.Query, func(f Field) bool { return f.Name == "order-by" }) {
			op.Query = slices.Concat(op.Query, bounds("updated_at"), bounds("last_seen"))
		}
	}
	d.vendors()

	// The page about residents also shows when a sync saw a resident's lease.
	d.Schemas["ResidentLease"].Fields = append(d.Schemas["ResidentLease"].Fields, Field{Name: "last_seen", Type: "string", Nullable: true})

	// These two have no documented members: callers pass them in Extra.
	for _, op := range []struct{ id, request string }{
		{"put_construction_jobs_by_construction_job_id", "UpdateConstructionJobRequest"},
		{"put_payable_registers_by_payable_register_id", "UpdatePayableRegisterRequest"},
	} {
		d.Schemas[op.request] = &Schema{}
		d.Operation(op.id).Request = op.request
	}
}

// newLists adds the lists that the document lacks. Of their records, only the members
// that all records have are known. The path of vendor locations is inferred.
func (d *Description) newLists() {
	text := func(name string) Field { return Field{Name: name, Type: "string", Nullable: true} }
	query := func(more ...Field) []Field {
		filters := []Field{text("order-by"), {Name: "offset", Type: "integer"}, {Name: "limit", Type: "integer"}, text("x_id"), text("integration_id")}
		vendor := text("integration_vendor")
		vendor.Enum = "IntegrationVendor"
		return append(append(filters, vendor), more...)
	}
	for _, l := range []struct{ path, model, tag, param string }{
		{"/v1/lease-periods/", "LeasePeriod", "leases", "lease_period_id"},
		{"/v1/vendor-locations/", "VendorLocation", "vendors", "vendor_location_id"},
		{"/v1/locations/rentmanager/", "Location", "locations", ""},
	} {
		vendor := text("integration_vendor")
		vendor.Enum = "IntegrationVendor"
		d.Schemas[l.model] = &Schema{Fields: []Field{text("id"), text("created_at"), text("updated_at"), text("last_seen"), text("x_id"), text("integration_id"), vendor}}
		if l.model == "LeasePeriod" {
			d.Schemas[l.model].Fields = append(d.Schemas[l.model].Fields, text("x_property_id"), text("x_location_id"), text("x_application_template_id"), text("name"), text("application_template_id"))
		}
		list := &Operation{ID: "get_" + l.tag + "_" + l.model, Method: "GET", Path: l.path, Tag: l.tag, Query: query(), Response: Names{l.model}, Envelope: "meta+results[]"}
		d.Operations = append(d.Operations, list)
		if l.param != "" {
			d.Operations = append(d.Operations, &Operation{
				ID: list.ID + "_by_id", Method: "GET", Path: l.path + "{" + l.param + "}", Tag: l.tag, PathParams: []string{l.param}, Response: Names{l.model}, Envelope: "meta+results",
			})
		}
	}
}

// vendors gives the systems their names. The older document hides three of them;
// that SAMPLE1 is Yardi, SAMPLE2 AppFolio and SAMPLE3 RentCafe is inferred from their
// positions in alphabetical lists and from their credentials.
func (d *Description) vendors() {
	named := map[string]string{"SAMPLE1": "YARDI", "SAMPLE2": "APPFOLIO", "SAMPLE3": "RENTCAFE"}
	for enum, more := range map[string][]string{"IntegrationVendor": {"YARDI_REST"}, "IntegrationAccountVendor": {"YARDI_REST", "ELISEAI"}, "WriteLogVendor": {"YARDI_REST", "ELISEAI"}} {
		values := d.Enums[enum]
		for i, v := range values {
			if name := named[v]; name != "" {
				values[i] = name
			}
		}
		d.Enums[enum] = append(values, more...)
		slices.Sort(d.Enums[enum])
	}
}

// merge makes one schema of alternatives that nothing tells apart. It has all their
// fields. A field is required if all of them require it.
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

	// The create and the update of webhooks have an enumeration of triggers each,
	// which differ in one value. Deliveries and records have the same triggers.
	const create, update = "WebhookTriggerCreate", "WebhookTriggerUpdate"
	d.Enums["Trigger"] = d.Enums[update]
	delete(d.Enums, create)
	delete(d.Enums, update)
	for _, f := range []*Field{
		d.Schemas["CreateWebhookRequest"].Field("triggers"), d.Schemas["UpdateWebhookRequest"].Field("triggers"), d.Schemas["WebhookTrigger"].Field("trigger"),
	} {
		f.Enum = "Trigger"
	}

	// Booleans that may also come as text.
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

// narrow gives enumerations that are nearly alike one type: of is merged into
// into. Except says which of its values a field does not take.
func (d *Description) narrow() {
	for _, e := range []struct{ of, into string }{
		{"PhoneTypeNoFax", "PhoneType"}, {"PhoneTypeNoOther", "PhoneType"}, {"MaritalStatusBasic", "MaritalStatus"}, {"CountryUS", "CountryCode"},
		{"StateProvinceFull", "StateProvince"}, {"ApplicantOccupantRelationship", "OccupantRelationship"}, {"NewEventName", "EventName"}, {"LeaseCreateStatus", "LeaseStatus"},
	} {
		taken, was := d.Enums[e.of], d.Enums[e.into]
		all := slices.Clone(was)
		for _, value := range taken {
			if !slices.Contains(all, value) {
				all = append(all, value)
			}
		}
		d.Enums[e.into] = all
		delete(d.Enums, e.of)
		for _, s := range d.Schemas {
			for i := range s.Fields {
				f := &s.Fields[i]
				switch f.Enum {
				case e.of:
					f.Enum, f.Except = e.into, without(all, taken)
				case e.into:
					f.Except = append(f.Except, without(all, was)...)
				}
			}
		}
	}
}

func without(all, taken []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(value string) bool { return slices.Contains(taken, value) })
}

// hide takes away what the SDK fills.
func (d *Description) hide() {
	// The ID is in the path and required in the body too.
	pet := d.Schemas["UpdateResidentPetRequest"]
	pet.Field("resident_pet_id").Hidden, pet.Filled = true, true
	// A misspelling is required. Users see integration_id, which is sent under both
	// names.
	unit := d.Schemas["CreateUnitRequest"]
	unit.Field("intgration_id").Hidden, unit.Filled = true, true
	unit.Field("integration_id").Required = true
	// Propexo makes an inactive webhook unless the request says otherwise.
	webhook := d.Schemas["CreateWebhookRequest"]
	webhook.Filled, webhook.Field("active").Default = true, nil
}

// secrets marks the secrets that their names do not show.
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

// times gives query parameters that are dates or times a type of their own.
func (d *Description) times() {
	for _, op := range d.Operations {
		for i := range op.Query {
			switch f := &op.Query[i]; {
			case f.Type != "string":
			case op.ID == "get_data_diffs" && (f.Name == "before" || f.Name == "after"):
				f.Type = "time"
			case strings.HasSuffix(f.Name, "_date") || strings.HasPrefix(f.Name, "transaction_date_"):
				f.Type = "date"
			}
		}
	}
}

// note adds what a user should know.
func (d *Description) note() {
	for _, n := range []struct{ schema, field, note string }{
		{"CreateWebhookRequest", "active", "If it is absent, the webhook is active."},
		{"CreateWebhookRequest", "triggers", "[TriggerJobSuccess] can only be added by an update."},
		{"CreateIntegrationRequest", "active", "A new integration is disabled unless this is true."},
		{"CreateIntegrationRequest", "credentials", "Pass the Credentials type of the vendor, or [RawCredentials]."},
		{"UpdateIntegrationRequest", "credentials", "Pass the Credentials type of the vendor, or [RawCredentials]."},
		{"UpdateResidentRequest", "phone_1_type", "It must be set together with Phone1."},
	} {
		d.Schemas[n.schema].Field(n.field).Note = n.note
	}
	for _, op := range d.Operations {
		for i := range op.Query {
			switch f := &op.Query[i]; {
			case f.Name == "x_id":
				f.Note = "It needs IntegrationID and a property."
			case f.Name == "unit_number":
				f.Note = "It needs PropertyID."
			case f.Name == "active" && op.ID == "get_webhooks":
				f.Note = "Nil lists active webhooks only."
			}
		}
	}
}
