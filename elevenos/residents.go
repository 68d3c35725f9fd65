package elevenos

import (
	"context"
	"fmt"
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

// ResidentsService lists, creates and changes the residents of one site.
type ResidentsService struct{ site *Site }

// A Resident is someone who has, had or will have WiFi in a unit.
type Resident struct {
	ResidentID string `json:"ResidentId,omitzero"`
	UUID       string `json:"UUID,omitzero"`
	FirstName  string `json:"FirstName,omitzero"`
	LastName   string `json:"LastName,omitzero"`
	Email      string `json:"Email,omitzero"` // identifies the resident and never changes
	Phone      string `json:"Phone,omitzero"`
	Mobile     string `json:"Mobile,omitzero"`
	// ActivationDate and DeactivationDate are local times of the site, without a
	// zone. They are the same moments as ActivationDateUTC and
	// DeactivationDateUTC.
	ActivationDate      tenantry.Timestamp `json:"ActivationDate,omitzero"`
	DeactivationDate    tenantry.Timestamp `json:"DeactivationDate,omitzero"`
	ActivationDateUTC   tenantry.Timestamp `json:"ActivationDateUTC,omitzero"`
	DeactivationDateUTC tenantry.Timestamp `json:"DeactivationDateUTC,omitzero"`
	OnboardedAt         tenantry.Timestamp `json:"OnboardedAt,omitzero"` // local time of the site, without a zone; "" until onboarding is complete
	Building            string             `json:"Building,omitzero"`
	Floor               string             `json:"Floor,omitzero"`
	Unit                string             `json:"Unit,omitzero"`
	SSID                string             `json:"SSID,omitzero"`
	ServiceAreaNumber   string             `json:"ServiceAreaNumber,omitzero"`
	Status              ResidentStatuses   `json:"Status,omitzero"` // the Resident constants, and words that are not documented
	Extra               tenantry.Extra     `json:",embed,unknown"`
}

// Statuses of a resident, for [ResidentStatuses.Has]. The vendor's pages show
// "current" and "pending" in this spelling and name the others in prose only.
const (
	ResidentScheduled = "scheduled" // service begins later
	ResidentCurrent   = "current"   // service has begun and not ended
	ResidentPending   = "pending"   // current, and onboarding is not complete
	ResidentSuspended = "suspended" // current, and suspended
	ResidentExpired   = "expired"   // service has ended, at most 31 days ago
)

// ResidentStatuses are the statuses of one resident, such as "current" and
// "pending".
type ResidentStatuses []string

// UnmarshalJSON reads a list of texts, or a single one.
func (s *ResidentStatuses) UnmarshalJSON(b []byte) error {
	if raw := tenantry.Raw(b); wire.Kind(raw) == '"' {
		text, err := wire.DecodeValue[string](b)
		*s = ResidentStatuses{text}
		return err
	}
	list, err := wire.DecodeValue[[]string](b)
	*s = list
	return err
}

// Has reports whether status is among the statuses. It ignores letter case.
func (s ResidentStatuses) Has(status string) bool {
	for _, one := range s {
		if strings.EqualFold(one, status) {
			return true
		}
	}
	return false
}

// A residentsAnswer is a response with residents, in any of its shapes.
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

// List returns all residents of the site, whatever their status. The API has no
// pages, so the one page holds all residents.
//
// GET /team/{TeamId}/site/{SiteId}/resident
func (s *ResidentsService) List(ctx context.Context) (*tenantry.Page[Resident], error) {
	return s.list().First(ctx)
}

// All iterates over all residents of the site.
//
// GET /team/{TeamId}/site/{SiteId}/resident
func (s *ResidentsService) All(ctx context.Context) iter.Seq2[*Resident, error] {
	return s.list().List().All(ctx)
}

// Pages yields the one page of all residents, for programs that treat all APIs
// alike.
//
// GET /team/{TeamId}/site/{SiteId}/resident
func (s *ResidentsService) Pages(ctx context.Context) iter.Seq2[*tenantry.Page[Resident], error] {
	return s.list().List().Pages(ctx)
}

// Get returns a resident, or [tenantry.ErrNotFound].
//
// GET /team/{TeamId}/site/{SiteId}/resident/{ResidentId}
func (s *ResidentsService) Get(ctx context.Context, id string) (*Resident, error) {
	return s.one(ctx, s.site.call(residentsGet, nil, id), false)
}

// one makes a call whose response holds a resident: under Residents, under
// Resident, or, for a write, as the response itself.
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
		if r.ResidentID == "" {
			return nil, a.Missing("ResidentId")
		}
		dropError(&r.Extra)
		return &r, nil
	}
	return nil, a.NotFound("the response holds no resident")
}

// ResidentCreateParams describes a resident to add. Building, Floor and Unit must
// be those of a [Mapping], and no other resident may be in the unit at any time
// between the two dates.
type ResidentCreateParams struct {
	Email     string               `json:"Email"` // required; new to Site Manager, and never to be changed
	FirstName tenantry.Opt[string] `json:"FirstName,omitzero"`
	LastName  tenantry.Opt[string] `json:"LastName,omitzero"`
	ResidentFields
}

// ResidentUpdateParams holds the fields of a resident to change. It has no email,
// which can't be changed.
type ResidentUpdateParams struct {
	FirstName tenantry.Opt[string] `json:"FirstName,omitzero"`
	LastName  tenantry.Opt[string] `json:"LastName,omitzero"`
	ResidentFields
}

// ResidentFields are the fields that create and update have in common.
type ResidentFields struct {
	PhoneNumber tenantry.Opt[string] `json:"PhoneNumber,omitzero"`
	// The dates are RFC 3339 with a zone, such as 2021-11-05T21:10:22Z. Other
	// texts are refused. A local time of the site needs its offset.
	ActivationDateUTC   tenantry.Opt[tenantry.Timestamp] `json:"ActivationDateUTC,omitzero"`
	DeactivationDateUTC tenantry.Opt[tenantry.Timestamp] `json:"DeactivationDateUTC,omitzero"`
	Building            tenantry.Opt[string]             `json:"Building,omitzero"`
	Floor               tenantry.Opt[string]             `json:"Floor,omitzero"`
	Unit                tenantry.Opt[string]             `json:"Unit,omitzero"`
	Extra               tenantry.Extra                   `json:",embed,unknown"` // other members, sent as they are
}

func (s *ResidentsService) check(op *transport.Op, f *ResidentFields) error {
	for _, date := range []struct {
		name string
		at   tenantry.Opt[tenantry.Timestamp]
	}{{"ActivationDateUTC", f.ActivationDateUTC}, {"DeactivationDateUTC", f.DeactivationDateUTC}} {
		at, set := date.at.Get()
		reason := checkTime(at)
		if at == "" {
			reason = "is empty; want 2021-11-05T21:10:22Z, or Null for none"
		}
		if set && reason != "" {
			return s.site.c.t.Argument(op, date.name, reason)
		}
	}
	return nil
}

// Create adds a resident and returns what the API says about them, at least the
// ResidentID. On their activation date, ElevenOS emails them an invitation. A
// resident who has expired can't be created again for 31 days; see
// [ResidentsService.Update]. Create is not retried once the request may have
// reached the server.
//
// POST /team/{TeamId}/site/{SiteId}/resident
func (s *ResidentsService) Create(ctx context.Context, params ResidentCreateParams) (*Resident, error) {
	if reason := checkEmail(params.Email); reason != "" {
		return nil, s.site.c.t.Argument(residentsCreate, "Email", reason)
	}
	if err := s.check(residentsCreate, &params.ResidentFields); err != nil {
		return nil, err
	}
	return s.one(ctx, s.site.call(residentsCreate, &params), true)
}

// Update changes a resident and returns them as they are now. It is also the
// only way to reactivate a resident who has expired: pass a DeactivationDateUTC
// in the future, or Null, within 31 days.
//
// PUT /team/{TeamId}/site/{SiteId}/resident/{ResidentId}
func (s *ResidentsService) Update(ctx context.Context, id string, params ResidentUpdateParams) (*Resident, error) {
	for name := range params.Extra {
		if strings.EqualFold(name, "Email") {
			return nil, s.site.c.t.Argument(residentsUpdate, "Extra", "contains an email, which can't be changed; leave it out")
		}
	}
	if err := s.check(residentsUpdate, &params.ResidentFields); err != nil {
		return nil, err
	}
	return s.one(ctx, s.site.call(residentsUpdate, &params, id), true)
}

// A TerminateResult is the result of [ResidentsService.Terminate] or
// [ResidentsService.Purge].
type TerminateResult struct {
	Result string         `json:"Result,omitzero"` // ResultTerminated or ResultDeleted; "" if the API does not say
	Extra  tenantry.Extra `json:",embed,unknown"`
}

// Results of Terminate and Purge.
const (
	ResultTerminated = "Terminated"
	ResultDeleted    = "Deleted"
)

// Terminate ends a resident's service. Their deactivation date becomes the day
// before, and their unit is free for others. They stay at the site for 31 days as
// expired, when [ResidentsService.Update] can reactivate them and their email
// can't be used for another resident; then ElevenOS removes them. A Result other
// than [ResultTerminated] is an error. Terminate is not retried once the request
// may have reached the server.
//
// DELETE /team/{TeamId}/site/{SiteId}/resident/{ResidentId}
func (s *ResidentsService) Terminate(ctx context.Context, id string) (*TerminateResult, error) {
	return s.end(ctx, residentsTerminate, id, ResultTerminated)
}

// Purge ends a resident's service and removes them at once; it can't be undone.
// The API refuses it for residents who have expired. A Result other than
// [ResultDeleted] is an error. Purge is not retried once the request may have
// reached the server.
//
// DELETE /team/{TeamId}/site/{SiteId}/resident/{ResidentId}/purge
func (s *ResidentsService) Purge(ctx context.Context, id string) (*TerminateResult, error) {
	return s.end(ctx, residentsPurge, id, ResultDeleted)
}

func (s *ResidentsService) end(ctx context.Context, op *transport.Op, id, want string) (*TerminateResult, error) {
	resp, err := s.site.c.t.Send(ctx, s.site.call(op, nil, id))
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	var result TerminateResult
	if resp.Empty() {
		return &result, nil
	}
	if err := resp.Decode(&result); err != nil {
		return nil, err
	}
	dropError(&result.Extra)
	got := result.Result
	if odd := result.Extra["Result"]; odd != nil && !isEmpty(odd) {
		got = string(odd) // no text
	}
	if got != "" && !strings.EqualFold(got, want) {
		refused := resp.Refused(fmt.Sprintf("the Result is %.100q, not %q", got, want))
		refused.Class = tenantry.ErrInvalid
		return nil, refused
	}
	return &result, nil
}

// Invite emails a resident who is pending another invitation, with a new link;
// earlier links stay valid. It emails other residents their WiFi details, which
// ElevenOS sends only after onboarding. Invite is not retried once the request
// may have reached the server.
//
// POST /team/{TeamId}/site/{SiteId}/resident/{ResidentId}/invite
func (s *ResidentsService) Invite(ctx context.Context, id string) error {
	return s.site.c.t.Call(ctx, s.site.call(residentsInvite, nil, id), nil)
}

// ResetPSK starts the reset of a resident's pre-shared key: ElevenOS emails them
// a link, and after they confirm, an email with the new key. It works on MDU
// sites of type PPK-C or PPK-D only. ResetPSK is not retried once the request
// may have reached the server.
//
// POST /team/{TeamId}/site/{SiteId}/resident/{ResidentId}/pskreset
func (s *ResidentsService) ResetPSK(ctx context.Context, id string) error {
	return s.site.c.t.Call(ctx, s.site.call(residentsResetPSK, nil, id), nil)
}

// A ResidentStatus is a status that [ResidentsService.SetStatus] can set.
type ResidentStatus string

// The statuses that can be set.
const (
	StatusActive   ResidentStatus = "Active"   // ends a suspension
	StatusDisabled ResidentStatus = "Disabled" // suspends
)

// SetStatus suspends a resident, or ends their suspension. For a resident who is
// not current, or still pending, the API changes nothing and reports no error:
// call [ResidentsService.Get] to be sure.
//
// PATCH /team/{TeamId}/site/{SiteId}/resident/{ResidentId}/status
func (s *ResidentsService) SetStatus(ctx context.Context, id string, status ResidentStatus) error {
	if status != StatusActive && status != StatusDisabled {
		return s.site.c.t.Argument(residentsSetStatus, "status", "is unknown; want StatusActive or StatusDisabled")
	}
	body := map[string]ResidentStatus{"Status": status}
	return s.site.c.t.Call(ctx, s.site.call(residentsSetStatus, body, id), nil)
}
