package storedgetest

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

func (s *Server) documentRoutes() []fakeserver.Route {
	get, post := http.MethodGet, http.MethodPost
	return []fakeserver.Route{
		s.route("documents.get", get, v1+"/documents/{document}", func(c *call) fakeserver.Response {
			own := c.f.collections["document"].own(c.of["document"])
			return pdf(asText(own["description"]))
		}),
		s.route("documents.get-for-session", get, v1+"/documents/{session_document}/session/{session}", func(c *call) fakeserver.Response {
			session := c.f.sessions[c.Arg("session")]
			if session == nil || !c.f.now().Before(session.until) || !slices.Contains(session.documents, c.Arg("session_document")) {
				return refuse(http.StatusNotFound, "", "There is no such document in the session.")
			}
			return pdf("Lease, to be signed")
		}),
		s.route("documents.list-for-event", get, v1+"/events/{event}/documents", s.list("document", children("event"))),
		s.route("documents.send-esignable", post, v1+"/documents/{event}/send_esignable_documents", sendDocuments),
		s.route("esign.create", post, v1+"/events/{event}/esign", func(c *call) fakeserver.Response {
			if !c.f.signable(c.of["event"]) {
				return refuse(http.StatusBadRequest, "", "The event has no document to sign.")
			}
			var o fakeserver.Object
			o.Set("embed_url", s.signingURL(c.of["event"].id))
			o.Set("meta", c.meta(http.StatusOK, nil))
			return fakeserver.Raw(http.StatusOK, o.Bytes())
		}),
		s.route("notes.create", post, v1+"/notes", addNotes),
		s.route("tenants.create-note", post, oneTenant+"/notes", addNotes),
	}
}

// servesPDF reports whether the response to an operation is a PDF.
func servesPDF(operation string) bool {
	return operation == "documents.get" || operation == "documents.get-for-session"
}

// pdf responds with a PDF of one page that shows a text.
func pdf(text string) fakeserver.Response {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	page := fmt.Sprintf("BT /F1 24 Tf 72 720 Td (%s) Tj ET", strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(text))
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(page), page), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return fakeserver.Response{Header: http.Header{"Content-Type": {"application/pdf"}}, Body: b.Bytes()}
}

// signable reports whether an event has documents to sign: a move-in does, if the
// facility has them set up.
func (f *facility) signable(event *record) bool {
	own := f.collections["event"].own(event)
	return f.settings["esignable_move_in_documents_setup"] == true && own["invoice_period"] != nil
}

// signingURL returns where an event's documents are signed.
func (s *Server) signingURL(event string) string { return s.fake.URL + "/esign/" + event }

func sendDocuments(c *call) fakeserver.Response {
	m, refused := c.read(sendBody)
	if refused != nil {
		return *refused
	}
	if (asText(m["email"]) == "") == (asText(m["sms_number"]) == "") {
		return invalid("Pass either email or sms_number.")
	}
	if !c.f.signable(c.of["event"]) {
		return refuse(http.StatusBadRequest, "", "The event has no document to sign.")
	}
	return c.nothing()
}

// addNotes adds a note to a tenant, a ledger or a unit.
func addNotes(c *call) fakeserver.Response {
	m, refused := c.read(noteBody)
	if refused != nil {
		return *refused
	}
	given, _ := m["note"].(members)
	event := members{"unit_id": nil, "tenant_id": nil}
	of := ""
	if tenant := c.of["tenant"]; tenant != nil {
		of, event["tenant_id"] = tenant.id, tenant.id
	}
	for _, kind := range []string{"unit", "ledger", "tenant"} {
		id := asText(given[kind+"_id"])
		if id == "" {
			continue
		}
		r, ok := c.f.collections[kind].get(id)
		if !ok {
			return refuse(http.StatusNotFound, "", "There is no such "+kind+".")
		}
		own := c.f.collections[kind].own(r)
		of = id
		switch kind {
		case "ledger":
			event["unit_id"], event["tenant_id"] = reference(own, "unit"), reference(own, "tenant")
			of = reference(own, "tenant")
		default:
			event[kind+"_id"] = id
		}
	}
	if of == "" {
		return invalid("One of tenant_id, ledger_id and unit_id is needed.")
	}
	note := c.f.addNote(of, asText(given["note_text"]))
	event["id"] = c.f.newID("event")
	event["created_by"] = members{"id": c.f.recordID("client", 0), "name": "Test App", "type": "ClientApplication"}
	event["notes"] = []members{{"id": note.id, "note": note.own["note"], "created_at": note.own["created_at"]}}
	return c.result(http.StatusOK, "note_event", render(event, noteEventModel), nil)
}

var noteEventModel = &model{
	names: strings.Fields("id notes created_by unit_id tenant_id"),
	objects: map[string]*model{
		"notes": {names: strings.Fields("id note created_at")}, "created_by": {names: strings.Fields("id name type")},
	},
}
