package storedge

import (
	"context"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
)

var esignCreate = write("esign.create", http.MethodPost, eventPath+"/esign", "").secret()

// ESignService makes pages on which tenants sign documents.
type ESignService service

// Create makes a page on which a tenant signs the documents of an event:
// POST /v1/{facility_id}/events/{event_id}/esign (esign.create). The event is a
// [MoveInUnitEvent] or another with documents. The call is not retried once the request
// may have reached the server.
func (s *ESignService) Create(ctx context.Context, eventID string) (*ESignPage, error) {
	a, err := (*service)(s).send(ctx, esignCreate, []string{eventID}, nil, nil)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var page ESignPage
	if err := a.Decode(&page); err != nil {
		return nil, err
	}
	if page.EmbedURL.IsZero() {
		return nil, a.Missing("embed_url")
	}
	delete(page.Extra, "meta")
	return &page, nil
}

// An ESignPage is a page on which a tenant signs.
type ESignPage struct {
	// EmbedURL is to be shown in a frame. Whoever has it can sign. The page sends window
	// messages; data.type is "sign" when the tenant has signed.
	EmbedURL tenantry.Secret `json:"embed_url,omitzero"`
	Extra    tenantry.Extra  `json:",embed,unknown"` // Extra holds members that have no field.
}
