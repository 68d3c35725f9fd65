package storedge

import (
	"context"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
)

var (
	notesCreate       = write("notes.create", http.MethodPost, facilityPath+"/notes", "note_event")
	tenantsCreateNote = write("tenants.create-note", http.MethodPost, tenantPath+"/notes", "note_event")
)

// NotesService leaves notes on tenants, ledgers and units. [TenantsService.ListNotes]
// lists those of a tenant.
type NotesService service

// NoteCreateParams holds a note to leave.
type NoteCreateParams struct {
	// Note is the text, and what it is about.
	Note NoteParams `json:"note"`
	// UserID is the user who leaves the note. The zero value sends none: the reference
	// marks it as required, and its own example leaves it out.
	UserID string         `json:"user_id,omitzero"`
	Extra  tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// NoteParams holds the text of a note, and what it is about.
type NoteParams struct {
	// NoteText is required.
	NoteText string `json:"note_text"`
	// TenantID, LedgerID or UnitID is required by [NotesService.Create].
	TenantID string `json:"tenant_id,omitzero"`
	// LedgerID brings the ledger's unit and tenant.
	LedgerID string `json:"ledger_id,omitzero"`
	// UnitID is a unit.
	UnitID string         `json:"unit_id,omitzero"`
	Extra  tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// Create leaves a note on a tenant, ledger or unit:
// POST /v1/{facility_id}/notes (notes.create). It is not retried once the request may
// have reached the server.
func (s *NotesService) Create(ctx context.Context, params NoteCreateParams) (*NoteEvent, error) {
	if n := &params.Note; n.TenantID == "" && n.LedgerID == "" && n.UnitID == "" {
		return nil, notesCreate.argument("Note", "has no TenantID, LedgerID or UnitID; pass one of them")
	}
	return createNote(ctx, (*service)(s), notesCreate, nil, &params)
}

// CreateNote leaves a note on a tenant:
// POST /v1/{facility_id}/tenants/{id}/notes (tenants.create-note). It is not retried once
// the request may have reached the server.
func (s *TenantsService) CreateNote(ctx context.Context, id string, params NoteCreateParams) (*NoteEvent, error) {
	return createNote(ctx, (*service)(s), tenantsCreateNote, []string{id}, &params)
}

func createNote(ctx context.Context, s *service, op *operation, args []string, params *NoteCreateParams) (*NoteEvent, error) {
	if params.Note.NoteText == "" {
		return nil, op.argument("NoteText", "is empty")
	}
	return one[NoteEvent](ctx, s, op, args, nil, params)
}

// A NoteEvent is a note that was left.
type NoteEvent struct {
	ID        string         `json:"id,omitzero"`
	Notes     []Note         `json:"notes,omitzero"`
	CreatedBy *CreatedBy     `json:"created_by,omitzero"`
	UnitID    string         `json:"unit_id,omitzero"`
	TenantID  string         `json:"tenant_id,omitzero"`
	Extra     tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// A Note is a text that staff or a program left on a record.
type Note struct {
	ID        string             `json:"id,omitzero"`
	Note      string             `json:"note,omitzero"`
	CreatedAt tenantry.Timestamp `json:"created_at,omitzero"`
	Extra     tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// NoteAttributes holds a note to add to what is written.
type NoteAttributes struct {
	Note  string         `json:"note"`
	Extra tenantry.Extra `json:",embed,unknown"` // Extra holds members to send that have no field.
}

// CreatedBy names the person or program that made a record.
type CreatedBy struct {
	ID       string         `json:"id,omitzero"`
	Name     string         `json:"name,omitzero"`
	Type     string         `json:"type,omitzero"`     // Type is a word such as "ClientApplication".
	Category string         `json:"category,omitzero"` // Category is in leads.
	Extra    tenantry.Extra `json:",embed,unknown"`    // Extra holds members that have no field.
}
