package propexo

import tenantry "github.com/tenantry/tenantry-go"

// A genericBody is a body with members that only the generic operation takes.
type genericBody interface{ plain() any }

// body adds the pet's ID, which is in the path and required in the body too.
func (p *ResidentPetUpdateParams) body(id string) any { return &petUpdate{*p, id} }

type petUpdate struct {
	ResidentPetUpdateParams
	ResidentPetID string `json:"resident_pet_id"`
}

func (p *petUpdate) plain() any { return &p.ResidentPetUpdateParams }

// body adds the integration's ID under the misspelled name that Propexo requires.
func (p *UnitCreateParams) body() any { return &unitCreate{*p, p.IntegrationID} }

type unitCreate struct {
	UnitCreateParams
	Misspelled string `json:"intgration_id"`
}

func (p *unitCreate) plain() any { return &p.UnitCreateParams }

// body makes the webhook active unless the caller says otherwise: Propexo would make
// one that sends nothing.
func (p *WebhookCreateParams) body() any {
	if !p.Active.IsZero() {
		return p
	}
	active := *p
	active.Active = tenantry.Set(true)
	return &active
}
