package propexodoc

import (
	"net/http"
	"slices"
	"strings"
)

// crm adds the operations of the CRM family: its lists and gets, and the writes of
// all its systems as one.
func (d *Description) crm() {
	text := func(name string) Field { return Field{Name: name, Type: "string", Nullable: true} }
	times := func(names ...string) (all []Field) {
		for _, name := range names {
			all = append(all, Field{Name: name + "_gte", Type: "time", Nullable: true}, Field{Name: name + "_lte", Type: "time", Nullable: true})
		}
		return all
	}
	for _, m := range []struct {
		service, model, path, param string
		filters                     []string
	}{
		{"Agents", "CRMAgent", "agents", "agent_id", []string{"integration_id", "integration_vendor"}},
		{"Attributions", "CRMAttribution", "attributions", "attribution_id", []string{"integration_id", "integration_vendor", "community_id"}},
		{"Communities", "CRMCommunity", "communities", "community_id", nil},
		{"Events", "CRMEvent", "events", "event_id", nil},
		{"Prospects", "CRMProspect", "prospects", "prospect_id", nil},
	} {
		d.Schemas[m.model] = &Schema{Fields: []Field{text("id"), text("created_at"), text("updated_at"), text("last_seen"), text("x_id"), text("integration_id"), text("integration_vendor")}}
		query := append([]Field{text("order-by"), {Name: "offset", Type: "integer"}, {Name: "limit", Type: "integer"}}, times("updated_at", "last_seen")...)
		for _, f := range m.filters {
			query = append(query, text(f))
		}
		path := "/crm/v1/" + m.path + "/"
		d.CRM = append(d.CRM,
			&Operation{ID: "crm_list_" + m.path, Method: "GET", Path: path, Query: query, Response: Names{m.model}, Envelope: "meta+results[]", Service: m.service, Name: "List", Family: "crm"},
			&Operation{ID: "crm_get_" + m.path, Method: "GET", Path: path + "{" + m.param + "}", PathParams: []string{m.param}, Response: Names{m.model}, Envelope: "meta+results", Service: m.service, Name: "Get", Family: "crm"})
	}
	d.Schemas["CRMAppointmentCalendar"] = &Schema{Fields: []Field{
		text("last_seen"), text("calendar_type"), text("x_agent_id"), text("agent_first_name"), text("agent_last_name"),
		{Name: "default_appointment_length", Type: "number", Nullable: true, Note: "The unit is minutes."}, {Name: "minimum_appointment_lead_time", Type: "number", Nullable: true},
	}}
	for _, w := range d.Writes {
		if w.API == "crm" {
			d.crmWrite(w)
		}
	}
}

// crmWrites says what the methods do and take, by operation.
var crmWrites = map[string]struct{ service, name, request, does string }{
	"crm.prospects.create":               {"Prospects", "Create", "CreateCRMProspectRequest", ""},
	"crm.prospects.update":               {"Prospects", "Update", "UpdateCRMProspectRequest", ""},
	"crm.appointments.create":            {"Appointments", "Create", "CreateCRMAppointmentRequest", "queues an appointment. Times are in UTC. Without a ProspectID, some systems create a new prospect"},
	"crm.appointments.update":            {"Appointments", "Update", "UpdateCRMAppointmentRequest", "queues the outcome of an appointment; it can't move one. The ID is that of the appointment's event"},
	"crm.appointments.cancel":            {"Appointments", "Cancel", "CancelCRMAppointmentRequest", "queues the cancellation of an appointment"},
	"crm.appointments.list-availability": {"Appointments", "ListAvailability", "CRMAppointmentAvailabilityRequest", ""},
	"crm.events.create":                  {"Events", "Create", "CreateCRMEventRequest", ""},
	"crm.communications.create":          {"Communications", "Create", "CreateCRMCommunicationRequest", "queues the logging of a message that was sent or received elsewhere"},
	"crm.communications.send":            {"Communications", "Send", "SendCRMCommunicationRequest", "queues a message to be sent to a prospect"},
	"crm.listings.create":                {"Listings", "Create", "CreateCRMListingRequest", ""},
}

// crmWrite adds a write's operation, or its fields to the one that is there.
func (d *Description) crmWrite(w *SystemWrite) {
	n := crmWrites[w.Operation]
	i := slices.IndexFunc(d.CRM, func(op *Operation) bool { return op.Service == n.service && op.Name == n.name })
	if i < 0 {
		op := &Operation{
			ID: w.Operation, Method: w.Method, Path: strings.TrimSuffix(w.template(), "/"), Service: n.service, Name: n.name, Does: n.does, Family: "crm",
			Request: n.request, Response: Names{"WriteAccepted"}, Envelope: "bare", SystemOnly: n.name == "Cancel" || n.name == "Send",
		}
		if _, param, ok := strings.Cut(op.Path, "/{"); ok && strings.HasSuffix(param, "_id}") {
			_, param, _ = strings.Cut(op.Path[strings.LastIndex(op.Path, "{"):], "{")
			op.PathParams = []string{strings.TrimSuffix(param, "}")}
		}
		if n.name == "ListAvailability" {
			op.Response, op.Envelope, op.Hand = Names{"CRMAppointmentCalendar"}, "meta+result[]", true
		}
		d.Schemas[n.request] = &Schema{}
		d.CRM = append(d.CRM, op)
		i = len(d.CRM) - 1
	}
	op := d.CRM[i]
	if w.System == "GENERIC" {
		op.Path = w.Path
	}
	d.addFields(n.request, w, true)
	if f := d.Schemas[n.request].Field("integration_id"); f != nil && w.Method == http.MethodPost {
		f.Required = true
	}
}
