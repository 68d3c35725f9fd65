package propexo

import (
	"context"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
)

// CreateEntrata always fails: Entrata can't create residents, and Propexo
// answers 405 whatever is sent. So nothing is sent, and the error is
// [tenantry.ErrNotSupported].
func (s *ResidentsService) CreateEntrata(context.Context, ResidentCreateParams) (*Write, error) {
	op := residentsCreateEntrata
	return nil, s.c.t.ArgumentWith(op, "", "Entrata can't create residents", &tenantry.Error{
		API: api, Operation: op.Name, Method: op.Method, Path: op.Path, StatusCode: http.StatusMethodNotAllowed,
	})
}

// body adds the pet's ID, which is in the path and wanted here as well.
func (p *ResidentPetUpdateParams) body(id string) any {
	return &struct {
		ResidentPetUpdateParams
		ResidentPetID string `json:"resident_pet_id"`
	}{*p, id}
}

// body adds the integration's ID under the misspelt name that is required.
func (p *UnitCreateParams) body() any {
	return &struct {
		UnitCreateParams
		Misspelt string `json:"intgration_id"`
	}{*p, p.IntegrationID}
}
