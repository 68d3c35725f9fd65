package propexodoc

import (
	_ "embed" // the systems' operations
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A SystemWrite is a write that belongs to one system behind Propexo.
type SystemWrite struct {
	API          string        `json:"api"` // pms or crm
	System       string        `json:"system"`
	Slug         string        `json:"slug"`
	Model        string        `json:"model"`
	Method       string        `json:"method"`
	Path         string        `json:"path"`
	Supported    bool          `json:"supported"`      // false: the operation always responds with 405
	Created      string        `json:"created_record"` // immediate, next-sync or ""
	PathInferred bool          `json:"path_inferred"`
	Generic      string        `json:"generic"` // the ID of the generic operation; "" for none
	Upstream     []string      `json:"upstream"`
	Note         string        `json:"note"`
	Fields       []SystemField `json:"fields"`
	Complete     bool          `json:"fields_complete"`

	Operation string `json:"-"` // the SDK's name: "leases.create", "crm.prospects.create"
}

// A SystemField is a member of a SystemWrite's body.
type SystemField struct {
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Required  bool     `json:"required"`
	Rule      string   `json:"rule"`
	Values    []string `json:"values"`
	Format    string   `json:"format"`
	Pattern   string   `json:"pattern"`
	MaxLength int      `json:"max_length"`
	New       bool     `json:"not_in_generic"`
}

// A Remark is what a reader of a list should know, in one system or, if System is
// empty, in all.
type Remark struct{ System, Path, Text string }

const ledger = "the list is one side of the ledger and not the whole balance. Propexo bills these records by number; agree on the volume with Propexo first."

// Remarks holds the remarks on lists, from the same pages as the writes.
var Remarks = []Remark{
	{"YARDI", "/v1/residents/", "for new customers since March 30, 2026, a sync brings only residents that changed within the last two days. An old LastSeen does not mean that a resident is gone."},
	{"MRI", "/v1/residents/", "syncs bring current and future residents. Ask Propexo for past ones."},
	{"RENTVINE", "/v1/residents/", "only residents of type PRIMARY in LeasesMetaData can get payments."},
	{"REALPAGE_RPX", "/v1/properties/", "a sync brings little of a property without an active site subscription; see [PropertiesService.UpdateSiteSubscription]."},
	{"PROPERTYWARE", "/v1/properties/", "most properties have one unit, so there are many of them."},
	{"REALPAGE", "/v1/service-request-history/", "some integrations need an SFTP server."},
	{"REALPAGE_RPX", "/v1/lead-relationships/", "the creation of a lead requires the ID of a lead relationship."},
	{"RENTVINE", "/v1/application-templates/", "the template decides which fields of an application are required."},
	{"RENTMANAGER", "/v1/timezones/", "appointments are in this time zone, or in Eastern Time if there is none."},
	{"", "/v1/units/details", "unit details are a model of their own, which must be enabled for the integration."},
	{"", "/v1/resident-charges/", "credits are negative charges; " + ledger},
	{"", "/v1/resident-payments/", ledger},
	{"", "/v1/lease-periods/", "the list is documented for Entrata, RealPage and Rentvine."},
	{"", "/v1/vendor-locations/", "the list is documented for Entrata. Its path is inferred."},
}

//go:embed systems.json
var systemsSource []byte

// systems reads the writes that belong to one system.
func (d *Description) systems() {
	var file struct {
		Writes []*SystemWrite `json:"writes"`
	}
	if err := json.Unmarshal(systemsSource, &file); err != nil {
		panic(err) // the file is part of the program
	}
	d.Writes = file.Writes
	for _, w := range d.Writes {
		if w.API == "crm" {
			w.Operation = "crm." + crmNames[strings.ReplaceAll(w.Method+" "+w.template(), "{system}/", "")]
			if strings.HasSuffix(w.Operation, ".") {
				panic("propexodoc: " + w.Method + " " + w.Path + " needs a name in the table")
			}
			continue
		}
		if w.Generic == "" {
			op := d.systemOperation(w)
			w.Operation = op.Full()
		}
	}
}

// nameSystems names the writes that route to a generic operation, once those have names.
func (d *Description) nameSystems() {
	for _, w := range d.Writes {
		if w.Generic != "" {
			w.Operation = d.Operation(w.Generic).Full()
		}
	}
}

// template is the path with {system} for the slug, which ends in a slash.
func (w *SystemWrite) template() string {
	return strings.Replace(strings.TrimSuffix(w.Path, "/")+"/", "/"+w.Slug+"/", "/{system}/", 1)
}

// systemOperation returns the operation that a write without a generic twin belongs
// to. It makes the operation for the first of them, and adds the write's fields.
func (d *Description) systemOperation(w *SystemWrite) *Operation {
	template := w.template()
	key := w.Method + " " + generalized(template)
	n, ok := systemNames[key]
	if !ok {
		panic("propexodoc: " + key + " needs a name in the table")
	}
	service, name, _ := strings.Cut(n.name, ".")
	i := slices.IndexFunc(d.SystemOperations, func(op *Operation) bool { return op.Service == service && op.Name == name })
	if i < 0 {
		op := &Operation{
			ID: "system_" + Kebab(service) + "_" + Kebab(name), Method: w.Method, Path: template, Service: service, Name: name, Does: n.does,
			Request: n.request, Response: Names{"WriteAccepted"}, Envelope: "bare", SystemOnly: true,
		}
		if n.param != "" {
			op.PathParams = []string{n.param}
			op.Path = strings.Replace(generalized(template), "{id}", "{"+n.param+"}", 1)
		}
		if d.Schemas[n.request] == nil {
			d.Schemas[n.request] = &Schema{}
		}
		d.SystemOperations = append(d.SystemOperations, op)
		i = len(d.SystemOperations) - 1
	}
	op := d.SystemOperations[i]
	d.addFields(op.Request, w, true)
	return op
}

// generalized is a template with {id} for the record's ID, whatever its name.
func generalized(template string) string {
	var parts []string
	for part := range strings.SplitSeq(template, "/") {
		if strings.HasPrefix(part, "{") && part != "{system}" {
			part = "{id}"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "/")
}

// A systemName is a method without a generic twin.
type systemName struct{ name, request, param, does string }

// systemNames names the writes without a generic twin, by method and path.
var systemNames = func() map[string]systemName {
	names := map[string]systemName{
		"POST /v1/event-types/{system}/":            {"EventTypes.Create", "CreateEventTypeRequest", "", "queues the creation of an event type"},
		"PUT /v1/site-subscriptions/{system}/{id}/": {"Properties.UpdateSiteSubscription", "UpdateSiteSubscriptionRequest", "property_id", "queues a change of a property's site subscription, which decides whether syncs bring its data"},
		"POST /v1/resident-charges/batch/{system}/": {"ResidentCharges.CreateBatch", "CreateResidentChargeBatchRequest", "", "queues the creation of several charges in one job, all in one property or location"},
		"POST /v1/amenities/{system}/units/":        {"Amenities.CreateForUnit", "CreateForUnitAmenityRequest", "", "queues the creation of an amenity of a unit, which the parameters name"},
		"POST /v1/amenities/{system}/properties/":   {"Amenities.CreateForProperty", "CreateForPropertyAmenityRequest", "", "queues the creation of an amenity of a property, which the parameters name"},
		"POST /v1/vendors/{system}/file-upload/":    {"Vendors.UploadFile", "UploadVendorFileRequest", "vendor_id", ""},
	}
	for _, model := range []struct{ path, service, one, param string }{
		{"leases", "Leases", "Lease", "lease_id"}, {"residents", "Residents", "Resident", "resident_id"}, {"applicants", "Applicants", "Applicant", "applicant_id"},
		{"leads", "Leads", "Lead", "lead_id"}, {"units", "Units", "Unit", "unit_id"}, {"properties", "Properties", "Property", "property_id"},
		{"service-requests", "ServiceRequests", "ServiceRequest", "service_request_id"}, {"payable-registers", "PayableRegisters", "PayableRegister", "payable_register_id"},
		{"vendors", "Vendors", "Vendor", "vendor_id"},
	} {
		at := " /v1/" + model.path + "/{system}/{id}/"
		one := Spaced(model.one)
		article := "a "
		if strings.ContainsAny(one[:1], "aeio") {
			article = "an "
		}
		names["POST"+at+"file-upload/"] = systemName{model.service + ".UploadFile", "Upload" + model.one + "FileRequest", model.param, "queues an upload of files to " + article + one}
		names["POST"+at+"notes/"] = systemName{model.service + ".CreateNote", "Create" + model.one + "NoteRequest", model.param, "queues the creation of a note on " + article + one}
		names["POST"+at+"custom-data/"] = systemName{model.service + ".CreateCustomData", "CreateCustomDataRequest", model.param, "queues the creation of custom data of " + article + one}
		names["PUT"+at+"custom-data/"] = systemName{model.service + ".UpdateCustomData", "UpdateCustomDataRequest", model.param, "queues an update of custom data of " + article + one + ". The custom fields must already exist"}
	}
	return names
}()

// crmNames names the writes of the CRM family, by method and path.
var crmNames = map[string]string{
	"POST /crm/v1/prospects/": "prospects.create", "PUT /crm/v1/prospects/{prospect_id}/": "prospects.update",
	"POST /crm/v1/appointments/": "appointments.create", "PUT /crm/v1/appointments/{appointment_id}/": "appointments.update", "POST /crm/v1/appointments/cancel/": "appointments.cancel",
	"POST /crm/v1/appointment-availability/": "appointments.list-availability",
	"POST /crm/v1/events/":                   "events.create", "POST /crm/v1/communications/": "communications.create", "POST /crm/v1/communications/send/": "communications.send",
	"POST /crm/v1/listings/": "listings.create",
}

// addFields adds the fields of a write to a schema that lacks them: all, or those
// that the generic operation is said not to have.
func (d *Description) addFields(schema string, w *SystemWrite, all bool) {
	s := d.Schemas[schema]
	for _, f := range w.Fields {
		if (all || f.New) && s.Field(f.Name) == nil {
			s.Fields = append(s.Fields, d.field(&f))
		}
	}
}

// field returns a system's field as one of the description. It is never required:
// what a system requires is checked by the table.
func (d *Description) field(f *SystemField) Field {
	field := Field{Name: f.Name, Type: "string", Pattern: f.Pattern}
	switch f.Type {
	case "integer", "number", "boolean", "object":
		field.Type = f.Type
	case "email":
		field.Format = "email"
	case "boolean or string":
		field.Type = "boolean"
	case "date-time", "date-time or date", "date":
		field.Format, field.Pattern = "date-time|date", ""
	case "list of objects":
		field.Type, field.Items = "array", "object"
	case "list of strings", "list of enums":
		field.Type, field.Items = "array", "string"
	case "list of integers":
		field.Type, field.Items = "array", "integer"
	}
	if strings.Contains(f.Pattern, "date-time") {
		field.Format, field.Pattern = "date-time|date", ""
	}
	switch f.Name {
	case "attachment":
		field.Type, field.Ref = "ref", "SystemFile"
	case "attachments", "images":
		field.Type, field.Items = "array", "SystemFile"
	case "charges":
		field.Items = "BatchCharge"
	}
	if f.Format == "email" {
		field.Format = "email"
	}
	if strings.HasPrefix(f.Format, "date-time") {
		field.Format = "date-time|date"
	}
	if len(f.Values) > 0 {
		field.Values = f.Values
		field.Note = "The values are " + strings.Join(f.Values, ", ") + "."
	}
	if f.MaxLength > 0 {
		field.MaxLength = &f.MaxLength
	}
	return field
}

// twins adds the fields that a system takes and the generic operation lacks.
func (d *Description) twins() {
	for _, w := range d.Writes {
		if w.Generic == "" {
			continue
		}
		op := d.Operation(w.Generic)
		if op == nil {
			panic(fmt.Sprintf("propexodoc: %s %s routes to no operation %s", w.Method, w.Path, w.Generic))
		}
		if op.Request != "" {
			d.addFields(op.Request, w, false)
		}
	}
}

// SystemsOf returns the writes of one operation, in the order of systems.
func (d *Description) SystemsOf(operation string) []*SystemWrite {
	var all []*SystemWrite
	for _, w := range d.Writes {
		if w.Operation == operation && w.System != "GENERIC" {
			all = append(all, w)
		}
	}
	return all
}

// systemSchemas adds the schemas of the writes without a generic twin, as far as
// their members were seen.
func (d *Description) systemSchemas() {
	text := func(name, note string) Field { return Field{Name: name, Type: "string", Note: note} }
	d.Schemas["SystemFile"] = &Schema{Fields: []Field{
		text("file_data", "It is the content in base64; see [FileData]."),
		text("file_name", "It has an extension."),
		text("mime_type", ""),
		text("file_type_id", "The file type must suit the model."),
		text("file_type", ""),
		text("file_extension", "Yardi takes pdf, doc, docx, xls, xlsx, jpg, jpeg and png."),
		text("name", ""),
		text("description", ""),
		text("page_type", "The values are FRONT and BACK."),
		{Name: "page_number", Type: "integer"},
		{Name: "page_count", Type: "integer"},
		{Name: "is_private", Type: "boolean", Note: "A private file is hidden from the portal for residents."},
		{Name: "should_upload_to_tenant", Type: "boolean"},
	}}
	d.Schemas["BatchCharge"] = &Schema{Fields: []Field{
		text("property_id", ""), text("resident_id", ""), text("unit_id", ""), text("financial_account_id", ""), text("charge_code_id", ""),
		text("batch_id", "It is unique in your own system."),
		{Name: "transaction_date", Type: "string", Format: "date-time"},
		text("post_month", ""), text("description", ""), text("notes", ""),
		{Name: "amount_in_cents", Type: "integer"},
		text("reference_number", ""),
	}}
}
