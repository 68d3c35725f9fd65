package propexo

import (
	"context"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

var (
	residentPetsCreate = &transport.Op{Name: "resident-pets.create", Method: http.MethodPost, Path: "/v1/resident-pets/"}
	residentPetsUpdate = &transport.Op{Name: "resident-pets.update", Method: http.MethodPut, Path: "/v1/resident-pets/{pet_id}"}
)

// A ResidentPetsService writes residents' pets; they are read as part of a
// resident.
type ResidentPetsService struct{ c *Client }

// Create queues a new pet.
func (s *ResidentPetsService) Create(ctx context.Context, params ResidentPetCreateParams, opts ...WriteOption) (*Write, error) {
	if params.IntegrationID == "" {
		return nil, s.c.t.Argument(residentPetsCreate, "IntegrationID", "is empty; it says which system to write to")
	}
	return write(ctx, s.c, &transport.Call{Op: residentPetsCreate, Body: &params}, opts)
}

// Update queues a change of a pet. Upstream wants the pet's ID in the body as
// well, where it is put for you.
func (s *ResidentPetsService) Update(ctx context.Context, id string, params ResidentPetUpdateParams, opts ...WriteOption) (*Write, error) {
	body := struct {
		ResidentPetUpdateParams
		ResidentPetID string `json:"resident_pet_id"`
	}{params, id}
	return write(ctx, s.c, &transport.Call{Op: residentPetsUpdate, Args: []string{id}, Body: &body}, opts)
}

// A ResidentPetCreateParams is a new pet.
type ResidentPetCreateParams struct {
	IntegrationID   string               `json:"integration_id"` // required
	ResidentID      tenantry.Opt[string] `json:"resident_id,omitzero"`
	IsServiceAnimal tenantry.Opt[bool]   `json:"is_service_animal,omitzero"`
	AgeInYears      tenantry.Opt[int64]  `json:"age_in_years,omitzero"` // at least 0
	Color           tenantry.Opt[string] `json:"color,omitzero"`
	GenderRaw       tenantry.Opt[string] `json:"gender_raw,omitzero"`
	IsFixed         tenantry.Opt[bool]   `json:"is_fixed,omitzero"`
	Name            tenantry.Opt[string] `json:"name,omitzero"`
	Type            tenantry.Opt[string] `json:"type,omitzero"`
	WeightInPounds  tenantry.Opt[int64]  `json:"weight_in_pounds,omitzero"` // at least 0
	Extra           tenantry.Extra       `json:",embed,unknown"`            // members that this SDK has no field for, sent as they are
}

// A ResidentPetUpdateParams is a change of a pet.
type ResidentPetUpdateParams struct {
	IsServiceAnimal tenantry.Opt[bool]   `json:"is_service_animal,omitzero"`
	AgeInYears      tenantry.Opt[int64]  `json:"age_in_years,omitzero"` // at least 0
	Color           tenantry.Opt[string] `json:"color,omitzero"`
	GenderRaw       tenantry.Opt[string] `json:"gender_raw,omitzero"`
	IsFixed         tenantry.Opt[bool]   `json:"is_fixed,omitzero"`
	Name            tenantry.Opt[string] `json:"name,omitzero"`
	Type            tenantry.Opt[string] `json:"type,omitzero"`
	WeightInPounds  tenantry.Opt[int64]  `json:"weight_in_pounds,omitzero"` // at least 0
	Extra           tenantry.Extra       `json:",embed,unknown"`            // members that this SDK has no field for, sent as they are
}
