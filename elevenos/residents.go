package elevenos

import (
	"context"
	"iter"
	"net/http"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

const (
	siteResidents = onSite + "/resident"
	oneResident   = siteResidents + "/{resident id}"
)

var (
	residentsList      = &transport.Op{Name: "residents.list", Method: http.MethodGet, Path: siteResidents, Repeatable: true}
	residentsGet       = &transport.Op{Name: "residents.get", Method: http.MethodGet, Path: oneResident, Repeatable: true}
	residentsCreate    = &transport.Op{Name: "residents.create", Method: http.MethodPost, Path: siteResidents}
	residentsUpdate    = &transport.Op{Name: "residents.update", Method: http.MethodPut, Path: oneResident, Repeatable: true}
	residentsTerminate = &transport.Op{Name: "residents.terminate", Method: http.MethodDelete, Path: oneResident}
	residentsPurge     = &transport.Op{Name: "residents.purge", Method: http.MethodDelete, Path: oneResident + "/purge"}
	residentsInvite    = &transport.Op{Name: "residents.invite", Method: http.MethodPost, Path: oneResident + "/invite"}
	residentsResetPSK  = &transport.Op{Name: "residents.reset-psk", Method: http.MethodPost, Path: oneResident + "/pskreset"}
	residentsSetStatus = &transport.Op{Name: "residents.set-status", Method: http.MethodPatch, Path: oneResident + "/status", Repeatable: true}
)

// A ResidentsService is about the residents of one site. Upstream: "Resident
// Management API".
type ResidentsService struct{ site *Site }

// A Resident is someone who has, had or will have WiFi in a unit.
type Resident struct {
	ResidentID string `json:"ResidentId,omitzero"`
	UUID       string `json:"UUID,omitzero"`
	FirstName  string `json:"FirstName,omitzero"`
	LastName   string `json:"LastName,omitzero"`
	Email      string `json:"Email,omitzero"` // who they are; it never changes
	Phone      string `json:"Phone,omitzero"`
	Mobile     string `json:"Mobile,omitzero"`
	// ActivationDate and DeactivationDate are the site's local time, without a
	// zone: read them with In and the site's location. They are the same
	// moments as those that end in UTC.
	ActivationDate      tenantry.Timestamp `json:"ActivationDate,omitzero"`
	DeactivationDate    tenantry.Timestamp `json:"DeactivationDate,omitzero"`
	ActivationDateUTC   tenantry.Timestamp `json:"ActivationDateUTC,omitzero"`
	DeactivationDateUTC tenantry.Timestamp `json:"DeactivationDateUTC,omitzero"`
	OnboardedAt         tenantry.Timestamp `json:"OnboardedAt,omitzero"` // without a zone; "" for someone who was not yet
	Building            string             `json:"Building,omitzero"`
	Floor               string             `json:"Floor,omitzero"`
	Unit                string             `json:"Unit,omitzero"`
	SSID                string             `json:"SSID,omitzero"`
	ServiceAreaNumber   string             `json:"ServiceAreaNumber,omitzero"`
	Status              ResidentStatuses   `json:"Status,omitzero"`
	Extra               tenantry.Extra     `json:",embed,unknown"`
}

// MarshalJSON writes what was read, with the fields that were set since.
func (r Resident) MarshalJSON() ([]byte, error) { return wire.Marshal(r) }

// ResidentStatuses are the words that say how a resident stands, such as
// "current" and "pending".
type ResidentStatuses []string

// UnmarshalJSON reads a list of texts, or one.
func (s *ResidentStatuses) UnmarshalJSON(b []byte) error {
	if raw := tenantry.Raw(b); raw.Kind() == '"' {
		text, err := wire.DecodeValue[string](b)
		*s = ResidentStatuses{text}
		return err
	}
	list, err := wire.DecodeValue[[]string](b)
	*s = list
	return err
}

// Has reports whether a word is among the statuses, letter case aside.
func (s ResidentStatuses) Has(status string) bool {
	for _, one := range s {
		if strings.EqualFold(one, status) {
			return true
		}
	}
	return false
}

// A residentsAnswer holds residents in any of the shapes in which they come.
type residentsAnswer struct {
	Residents wire.List[Resident] `json:"Residents"`
	Resident  *Resident           `json:"Resident"`
}

func (s *ResidentsService) list() paging.Cursors[Resident] {
	return paging.Cursors[Resident]{
		Identity: paging.Identity{API: api, Operation: residentsList.Name, Params: s.site.TeamID + "\n" + s.site.SiteID},
		Send: func(ctx context.Context, _ string) (*transport.Response, error) {
			return s.site.c.t.Send(ctx, s.site.call(residentsList, nil))
		},
		ID: func(r *Resident) string { return r.ResidentID },
		Decode: func(a *transport.Response) (paging.Result[Resident], error) {
			var body residentsAnswer
			r, err := paging.Decode(a, &body, &body.Residents)
			r.Total = body.Residents.Len()
			return r, err
		},
	}
}

// List fetches all residents of the site, whatever their status: this API has
// no pages, so that the one page holds everyone.
func (s *ResidentsService) List(ctx context.Context) (*tenantry.Page[Resident], error) {
	return s.list().First(ctx)
}

// All iterates over all residents of the site.
func (s *ResidentsService) All(ctx context.Context) iter.Seq2[*Resident, error] {
	return s.list().List().All(ctx)
}

// Pages yields the one page of all residents, for programs that treat all APIs
// alike.
func (s *ResidentsService) Pages(ctx context.Context) iter.Seq2[*tenantry.Page[Resident], error] {
	return s.list().List().Pages(ctx)
}

// Get fetches a resident. The error is tenantry.ErrNotFound where the API
// answers none.
func (s *ResidentsService) Get(ctx context.Context, id string) (*Resident, error) {
	return s.one(ctx, s.site.call(residentsGet, nil, id), false)
}

// one makes a call that answers a resident. Where the answer is that of a
// write it may also be the resident bare.
func (s *ResidentsService) one(ctx context.Context, call *transport.Call, bare bool) (*Resident, error) {
	a, err := s.site.c.t.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var answer residentsAnswer
	if err := a.Decode(&answer); err != nil {
		return nil, err
	}
	switch {
	case len(answer.Residents.Items) > 0:
		return &answer.Residents.Items[0], nil
	case len(answer.Residents.Bad) > 0:
		return nil, a.Bad(answer.Residents.Bad[0])
	case answer.Resident != nil:
		return answer.Resident, nil
	case bare:
		var r Resident
		if err := a.Decode(&r); err != nil {
			return nil, err
		}
		dropError(&r.Extra)
		return &r, nil
	}
	return nil, a.NotFound("the answer holds no resident")
}

// A ResidentCreateParams is a resident to add. Building, Floor and Unit must be
// those of a [Mapping], and the unit free for the whole time.
type ResidentCreateParams struct {
	Email     string               `json:"Email"` // needed, and new to Site Manager
	FirstName tenantry.Opt[string] `json:"FirstName,omitzero"`
	LastName  tenantry.Opt[string] `json:"LastName,omitzero"`
	ResidentFields
}

// A ResidentUpdateParams says what to change of a resident. It has no email:
// that never changes.
type ResidentUpdateParams struct {
	FirstName tenantry.Opt[string] `json:"FirstName,omitzero"`
	LastName  tenantry.Opt[string] `json:"LastName,omitzero"`
	ResidentFields
}

// ResidentFields are what create and update have in common beside the names.
type ResidentFields struct {
	PhoneNumber tenantry.Opt[string] `json:"PhoneNumber,omitzero"`
	// The dates are refused without a zone: RFC 3339, such as
	// 2021-11-05T21:10:22Z. A site-local time needs its offset.
	ActivationDateUTC   tenantry.Opt[tenantry.Timestamp] `json:"ActivationDateUTC,omitzero"`
	DeactivationDateUTC tenantry.Opt[tenantry.Timestamp] `json:"DeactivationDateUTC,omitzero"`
	Building            tenantry.Opt[string]             `json:"Building,omitzero"`
	Floor               tenantry.Opt[string]             `json:"Floor,omitzero"`
	Unit                tenantry.Opt[string]             `json:"Unit,omitzero"`
	Extra               tenantry.Extra                   `json:",embed,unknown"` // members that this SDK has no field for, sent as they are
}

func (s *ResidentsService) check(op *transport.Op, f *ResidentFields) error {
	for argument, date := range map[string]tenantry.Opt[tenantry.Timestamp]{"ActivationDateUTC": f.ActivationDateUTC, "DeactivationDateUTC": f.DeactivationDateUTC} {
		if at, set := date.Get(); set {
			if _, err := at.Time(); err != nil {
				return s.site.c.t.Argument(op, argument, "is not a time with a zone; want 2021-11-05T21:10:22Z")
			}
		}
	}
	return nil
}

// Create adds a resident, and answers what the API says of them. It is never
// sent twice once it may have arrived.
func (s *ResidentsService) Create(ctx context.Context, params ResidentCreateParams) (*Resident, error) {
	if strings.TrimSpace(params.Email) == "" {
		return nil, s.site.c.t.Argument(residentsCreate, "Email", "is empty; it is what a resident is known by")
	}
	if err := s.check(residentsCreate, &params.ResidentFields); err != nil {
		return nil, err
	}
	return s.one(ctx, s.site.call(residentsCreate, &params), true)
}

// Update changes a resident. For one who expired, a new DeactivationDateUTC is
// what brings them back.
func (s *ResidentsService) Update(ctx context.Context, id string, params ResidentUpdateParams) (*Resident, error) {
	for name := range params.Extra {
		if strings.EqualFold(name, "Email") {
			return nil, s.site.c.t.Argument(residentsUpdate, "Extra", "holds an email, which can't be changed; leave it out")
		}
	}
	if err := s.check(residentsUpdate, &params.ResidentFields); err != nil {
		return nil, err
	}
	return s.one(ctx, s.site.call(residentsUpdate, &params, id), true)
}

// A TerminateResult says what became of a resident.
type TerminateResult struct {
	Result string         `json:"Result,omitzero"` // ResultTerminated, ResultDeleted, or what the API answers besides
	Extra  tenantry.Extra `json:",embed,unknown"`
}

// MarshalJSON writes what was read, with the fields that were set since.
func (t TerminateResult) MarshalJSON() ([]byte, error) { return wire.Marshal(t) }

// Results of Terminate and Purge.
const (
	ResultTerminated = "Terminated"
	ResultDeleted    = "Deleted"
)

// Terminate ends a resident's service: they are Expired for 31 days, with a
// deactivation date of the day before, and then gone. It is never sent twice
// once it may have arrived.
func (s *ResidentsService) Terminate(ctx context.Context, id string) (*TerminateResult, error) {
	return s.end(ctx, residentsTerminate, id)
}

// Purge ends a resident's service and removes them at once. It does not work on
// one who expired. It is never sent twice once it may have arrived.
func (s *ResidentsService) Purge(ctx context.Context, id string) (*TerminateResult, error) {
	return s.end(ctx, residentsPurge, id)
}

func (s *ResidentsService) end(ctx context.Context, op *transport.Op, id string) (*TerminateResult, error) {
	var result TerminateResult
	if err := s.site.c.t.Call(ctx, s.site.call(op, nil, id), &result); err != nil {
		return nil, err
	}
	dropError(&result.Extra)
	return &result, nil
}

// Invite sends a resident who is pending their invitation again, and others
// their WiFi details, by email. It is never sent twice once it may have arrived.
func (s *ResidentsService) Invite(ctx context.Context, id string) error {
	return s.site.c.t.Call(ctx, s.site.call(residentsInvite, nil, id), new(struct{}))
}

// ResetPSK begins the reset of a resident's pre-shared key: they get an email,
// confirm, and get the new key by another. It works on MDU sites of type PPK-C
// or PPK-D only. It is never sent twice once it may have arrived.
func (s *ResidentsService) ResetPSK(ctx context.Context, id string) error {
	return s.site.c.t.Call(ctx, s.site.call(residentsResetPSK, nil, id), new(struct{}))
}

// A ResidentStatus is what [ResidentsService.SetStatus] sets.
type ResidentStatus string

// The statuses that can be set.
const (
	StatusActive   ResidentStatus = "Active"   // current, and no longer suspended
	StatusDisabled ResidentStatus = "Disabled" // suspended
)

// SetStatus suspends a resident, or ends that. Suspending one who is not
// current, or still pending, changes nothing, and the API reports no error: get
// the resident where it matters.
func (s *ResidentsService) SetStatus(ctx context.Context, id string, status ResidentStatus) error {
	if status != StatusActive && status != StatusDisabled {
		return s.site.c.t.Argument(residentsSetStatus, "status", "is none; want StatusActive or StatusDisabled")
	}
	body := map[string]ResidentStatus{"Status": status}
	return s.site.c.t.Call(ctx, s.site.call(residentsSetStatus, body, id), new(struct{}))
}
