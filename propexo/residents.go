package propexo

import (
	"context"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
)

// CreateEntrata always fails with [tenantry.ErrNotSupported], without a request:
// Entrata can't create residents.
//
// POST /v1/residents/entrata/
func (s *ResidentsService) CreateEntrata(context.Context, ResidentCreateParams) (*Write, error) {
	op := residentsCreateEntrata
	return nil, s.c.t.ArgumentWith(op, "", "Entrata can't create residents", &tenantry.Error{
		API: api, Operation: op.Name, Method: op.Method, Path: op.Path, StatusCode: http.StatusMethodNotAllowed,
	})
}

// body adds the pet's ID, which is in the path and required in the body too.
func (p *ResidentPetUpdateParams) body(id string) any {
	return &struct {
		ResidentPetUpdateParams
		ResidentPetID string `json:"resident_pet_id"`
	}{*p, id}
}

// body adds the integration's ID under the misspelled name that Propexo requires.
func (p *UnitCreateParams) body() any {
	return &struct {
		UnitCreateParams
		Misspelled string `json:"intgration_id"`
	}{*p, p.IntegrationID}
}

// body makes the webhook active unless the caller says otherwise: Propexo would
// make one that sends nothing.
func (p *WebhookCreateParams) body() any {
	if !p.Active.IsZero() {
		return p
	}
	active := *p
	active.Active = tenantry.Set(true)
	return &active
}
