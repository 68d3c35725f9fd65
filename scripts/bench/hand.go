package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

// handResident is a hand-written model: nullable members are pointers.
type handResident struct {
	ID                 string          `json:"id"`
	CreatedAt          string          `json:"created_at"`
	UpdatedAt          string          `json:"updated_at"`
	LastSeen           *string         `json:"last_seen"`
	XID                string          `json:"x_id"`
	XLeaseID           *string         `json:"x_lease_id"`
	LeasesMetaData     []handLease     `json:"leases_meta_data"`
	Address1Alternate  *string         `json:"address_1_alternate"`
	Address1           *string         `json:"address_1"`
	Address2Alternate  *string         `json:"address_2_alternate"`
	Address2           *string         `json:"address_2"`
	BalanceInCents     *float64        `json:"balance_in_cents"`
	CityAlternate      *string         `json:"city_alternate"`
	City               *string         `json:"city"`
	CountryAlternate   *string         `json:"country_alternate"`
	Country            *string         `json:"country"`
	CustomData         json.RawMessage `json:"custom_data"`
	DateOfBirth        *string         `json:"date_of_birth"`
	Email1             *string         `json:"email_1"`
	Email2             *string         `json:"email_2"`
	FirstName          *string         `json:"first_name"`
	IsEmployee         *bool           `json:"is_employee"`
	LastName           *string         `json:"last_name"`
	LateBalanceInCents *float64        `json:"late_balance_in_cents"`
	MiddleName         *string         `json:"middle_name"`
	Notes              *string         `json:"notes"`
	Phone1Type         *string         `json:"phone_1_type"`
	Phone1             *string         `json:"phone_1"`
	Phone2Type         *string         `json:"phone_2_type"`
	Phone2             *string         `json:"phone_2"`
	StateAlternate     *string         `json:"state_alternate"`
	State              *string         `json:"state"`
	ZipAlternate       *string         `json:"zip_alternate"`
	Zip                *string         `json:"zip"`
	Pets               []handPet       `json:"pets"`
	Vehicles           []handVehicle   `json:"vehicles"`
	IntegrationID      string          `json:"integration_id"`
	IntegrationVendor  string          `json:"integration_vendor"`
	PropertyID         string          `json:"property_id"`
}

type handLease struct {
	LeaseID                string          `json:"lease_id"`
	XResidentType          *string         `json:"x_resident_type"`
	ResidentTypeNormalized *string         `json:"resident_type_normalized"`
	MoveInDate             *string         `json:"move_in_date"`
	MoveOutDate            *string         `json:"move_out_date"`
	NoticeDate             *string         `json:"notice_date"`
	CustomData             json.RawMessage `json:"custom_data"`
}

type handPet struct {
	ID              string          `json:"id"`
	CreatedAt       string          `json:"created_at"`
	UpdatedAt       string          `json:"updated_at"`
	LastSeen        *string         `json:"last_seen"`
	XID             string          `json:"x_id"`
	Name            *string         `json:"name"`
	Type            *string         `json:"type"`
	Breed           *string         `json:"breed"`
	GenderRaw       *string         `json:"gender_raw"`
	AgeInYears      *float64        `json:"age_in_years"`
	WeightInPounds  *float64        `json:"weight_in_pounds"`
	IsFixed         *bool           `json:"is_fixed"`
	IsServiceAnimal *bool           `json:"is_service_animal"`
	Notes           *string         `json:"notes"`
	CustomData      json.RawMessage `json:"custom_data"`
}

type handVehicle struct {
	ID                 string          `json:"id"`
	CreatedAt          string          `json:"created_at"`
	UpdatedAt          string          `json:"updated_at"`
	LastSeen           *string         `json:"last_seen"`
	XID                string          `json:"x_id"`
	Make               *string         `json:"make"`
	Model              *string         `json:"model"`
	Color              *string         `json:"color"`
	Year               *string         `json:"year"`
	LicensePlateNumber *string         `json:"license_plate_number"`
	LicensePlateState  *string         `json:"license_plate_state"`
	Notes              *string         `json:"notes"`
	CustomData         json.RawMessage `json:"custom_data"`
}

type handPage struct {
	Meta    handMeta       `json:"meta"`
	Results []handResident `json:"results"`
}

type handMeta struct {
	HasMore bool `json:"hasMore"`
	Total   int  `json:"total"`
}

var handClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}

func pageByHand(base string, offset int) (*http.Response, error) {
	req, err := http.NewRequestWithContext(background, http.MethodGet, base+"/v1/residents/?order-by=id:asc&limit=250&offset="+strconv.Itoa(offset), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+propexotest.Token)
	return handClient.Do(req)
}

// listByHand lists all residents, one page after the other.
func listByHand(base string) (int, error) {
	n := 0
	for {
		resp, err := pageByHand(base, n)
		if err != nil {
			return n, err
		}
		var p handPage
		err = json.NewDecoder(resp.Body).Decode(&p)
		_ = resp.Body.Close()
		n += len(p.Results)
		if err != nil || !p.Meta.HasMore {
			return n, err
		}
	}
}

// discard fetches every page, so many at a time, and throws it away: no client can
// be faster.
func discard(base string, workers int) (int, error) {
	var next atomic.Int64
	var wg sync.WaitGroup
	failed := make(chan error, workers)
	for range workers {
		wg.Go(func() {
			for {
				offset := int(next.Add(perPage)) - perPage
				if offset >= *residents {
					return
				}
				resp, err := pageByHand(base, offset)
				if err == nil {
					_, err = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
				}
				if err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	select {
	case err := <-failed:
		return 0, err
	default:
		return *residents, nil
	}
}
