package propexo

import (
	"encoding/json"
	"maps"

	tenantry "github.com/tenantry/tenantry-go"
)

// A genericBody has members that only the generic operation takes; plain returns it
// without them.
type genericBody interface{ plain() any }

const (
	petIDMember      = "resident_pet_id" // in the path too
	misspelledMember = "intgration_id"   // required in addition to integration_id
)

func (p *ResidentPetUpdateParams) body(id string) any {
	all := *p
	all.Extra = with(p.Extra, petIDMember, id)
	return &all
}

func (p *ResidentPetUpdateParams) plain() any {
	some := *p
	some.Extra = without(p.Extra, petIDMember)
	return &some
}

func (p *UnitCreateParams) body() any {
	all := *p
	all.Extra = with(p.Extra, misspelledMember, p.IntegrationID)
	return &all
}

func (p *UnitCreateParams) plain() any {
	some := *p
	some.Extra = without(p.Extra, misspelledMember)
	return &some
}

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

func with(extra tenantry.Extra, name, value string) tenantry.Extra {
	all := maps.Clone(extra)
	if all == nil {
		all = make(tenantry.Extra, 1)
	}
	quoted, err := json.Marshal(value)
	if err == nil { // a string can always be marshalled
		all[name] = quoted
	}
	return all
}

func without(extra tenantry.Extra, name string) tenantry.Extra {
	some := maps.Clone(extra)
	delete(some, name)
	return some
}
