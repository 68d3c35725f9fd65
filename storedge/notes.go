package storedge

import tenantry "github.com/tenantry/tenantry-go"

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
