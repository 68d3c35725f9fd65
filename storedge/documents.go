package storedge

import (
	"bytes"
	"context"
	"io"
	"iter"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
)

const (
	documentsPath = facilityPath + "/documents"
	eventPath     = facilityPath + "/events/{event id}"
)

var (
	documentsGet           = read("documents.get", documentsPath+"/{document id}", "")
	documentsGetForSession = read("documents.get-for-session", documentsPath+"/{session document id}/session/{session id}", "")
	documentsListForEvent  = read("documents.list-for-event", eventPath+"/documents", "documents")
	documentsSendEsignable = write("documents.send-esignable", http.MethodPost, documentsPath+"/{event id}/send_esignable_documents", "").secret()
)

// DocumentsService lists, fetches and sends the documents of events, such as leases.
type DocumentsService service

// Get returns a document as a PDF file, or ErrNotFound:
// GET /v1/{facility_id}/documents/{id} (documents.get). The caller must close it. The
// whole file was received, at most as many bytes as [tenantry.WithMaxResponseBytes]
// allows; a larger one is [tenantry.ErrTooLarge]. The id of a [SessionDocument] is not
// found: see [DocumentsService.GetForSession].
func (s *DocumentsService) Get(ctx context.Context, id string) (io.ReadCloser, error) {
	return (*service)(s).pdf(ctx, documentsGet, id)
}

// GetForSession returns a document of a [MoveInReview] as a PDF file, or ErrNotFound:
// GET /v1/{facility_id}/documents/{session_document_id}/session/{session_id}
// (documents.get-for-session). It works for 24 hours after
// [MoveInsService.ReviewCostWithDocuments]. The file is as in [DocumentsService.Get].
func (s *DocumentsService) GetForSession(ctx context.Context, sessionDocumentID, sessionID string) (io.ReadCloser, error) {
	return (*service)(s).pdf(ctx, documentsGetForSession, sessionDocumentID, sessionID)
}

// pdf makes a call whose response is a PDF file. A response without a body holds no
// document.
func (s *service) pdf(ctx context.Context, op *operation, args ...string) (io.ReadCloser, error) {
	if err := s.check(op); err != nil {
		return nil, err
	}
	a, err := s.c.t.Send(ctx, &transport.Call{Op: &op.Op, Args: s.args(args), Header: http.Header{"Accept": {"application/pdf, application/json"}}})
	if err != nil {
		return nil, err
	}
	if a.Empty() {
		defer a.Release()
		return nil, a.NotFound("the response holds no document")
	}
	// Readers of PDF files take the header within the first 1,024 bytes.
	if !bytes.Contains(a.Body[:min(len(a.Body), 1024)], []byte("%PDF-")) {
		defer a.Release()
		return nil, a.Missing("PDF file")
	}
	return io.NopCloser(bytes.NewReader(a.Body)), nil // not released: the file is the caller's now
}

// ListForEvent returns one page of the documents of an event, which is a
// [MoveInUnitEvent], a move-out or a [SuccessfulPaymentEvent]:
// GET /v1/{facility_id}/events/{id}/documents (documents.list-for-event).
func (s *DocumentsService) ListForEvent(ctx context.Context, eventID string, params ListParams) (*tenantry.Page[Document], error) {
	return s.forEvent(eventID, params).First(ctx)
}

// AllForEvent iterates over the documents of an event, which is a [MoveInUnitEvent], a
// move-out or a [SuccessfulPaymentEvent]:
// GET /v1/{facility_id}/events/{id}/documents (documents.list-for-event).
func (s *DocumentsService) AllForEvent(ctx context.Context, eventID string, params ListParams) iter.Seq2[*Document, error] {
	return s.forEvent(eventID, params).All(ctx)
}

// PagesForEvent iterates over pages of the documents of an event, which is a
// [MoveInUnitEvent], a move-out or a [SuccessfulPaymentEvent]:
// GET /v1/{facility_id}/events/{id}/documents (documents.list-for-event).
func (s *DocumentsService) PagesForEvent(ctx context.Context, eventID string, params ListParams) iter.Seq2[*tenantry.Page[Document], error] {
	return s.forEvent(eventID, params).Pages(ctx)
}

func (s *DocumentsService) forEvent(eventID string, p ListParams) paging.List[Document] {
	return list((*service)(s), documentsListForEvent, []string{eventID}, p, nil, func(r *Document) string { return r.ID })
}

// SendEsignableParams says where to send documents. Exactly one of its fields must be
// set.
type SendEsignableParams struct {
	// Email is an email address.
	Email string `json:"email,omitzero"`
	// SMSNumber is a phone number that takes text messages.
	SMSNumber string         `json:"sms_number,omitzero"`
	Extra     tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// SendEsignable sends a person the documents of an event that are to be signed:
// POST /v1/{facility_id}/documents/{event_id}/send_esignable_documents
// (documents.send-esignable). The error is ErrInvalid if there is nothing to sign. It is
// not retried once the request may have reached the server.
func (s *DocumentsService) SendEsignable(ctx context.Context, eventID string, params SendEsignableParams) error {
	if (params.Email == "") == (params.SMSNumber == "") {
		return documentsSendEsignable.argument("parameters", "must have an Email or an SMSNumber, and not both")
	}
	return do(ctx, (*service)(s), documentsSendEsignable, []string{eventID}, &params)
}

// A Document is a document of an event.
type Document struct {
	ID          string             `json:"id,omitzero"`
	Description string             `json:"description,omitzero"`
	Type        string             `json:"type,omitzero"` // Type is a word such as "PrintTemplate".
	IsRelevant  *bool              `json:"is_relevant,omitzero"`
	CreatedAt   tenantry.Timestamp `json:"created_at,omitzero"`
	Extra       tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}
