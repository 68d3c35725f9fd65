package elevenos

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
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

func (s *ResidentsService) send(ctx context.Context, op *transport.Op, body any, args ...string) (*transport.Response, error) {
	var site *Site // of a nil or zero service; its send refuses the call
	if s != nil {
		site = s.site
	}
	return site.send(ctx, op, body, args...)
}

// do makes a call that returns nothing: an empty response and any JSON will do.
func (s *ResidentsService) do(ctx context.Context, op *transport.Op, body any, id string) error {
	resp, err := s.send(ctx, op, body, id)
	if err != nil {
		return err
	}
	defer resp.Release()
	if resp.Empty() {
		return nil
	}
	return resp.Decode(new(tenantry.Raw))
}

// A Resident is someone who has, had or will have WiFi in a unit.
type Resident struct {
	// ResidentID identifies the resident in calls.
	ResidentID string `json:"ResidentId,omitzero"`
	// UUID is another identifier. No call takes it.
	UUID string `json:"UUID,omitzero"`
	// FirstName is the resident's first name.
	FirstName string `json:"FirstName,omitzero"`
	// LastName is the resident's last name.
	LastName string `json:"LastName,omitzero"`
	// Email identifies the resident among all residents and never changes.
	Email string `json:"Email,omitzero"`
	// Phone is the phone number that writes call PhoneNumber.
	Phone string `json:"Phone,omitzero"`
	// Mobile is another phone number.
	Mobile string `json:"Mobile,omitzero"`
	// ActivationDate is when service begins, in local time of the site and
	// without a zone. It is the same moment as ActivationDateUTC.
	ActivationDate tenantry.Timestamp `json:"ActivationDate,omitzero"`
	// DeactivationDate is when service ends, in local time of the site and
	// without a zone. It is "" if service has no end.
	DeactivationDate tenantry.Timestamp `json:"DeactivationDate,omitzero"`
	// ActivationDateUTC is when service begins.
	ActivationDateUTC tenantry.Timestamp `json:"ActivationDateUTC,omitzero"`
	// DeactivationDateUTC is when service ends. It is "" if service has no end.
	DeactivationDateUTC tenantry.Timestamp `json:"DeactivationDateUTC,omitzero"`
	// OnboardedAt is when the resident completed onboarding, in local time of the
	// site and without a zone. It is "" before.
	OnboardedAt tenantry.Timestamp `json:"OnboardedAt,omitzero"`
	// Building is the name of the building. Building, Floor and Unit are those of
	// a [Mapping].
	Building string `json:"Building,omitzero"`
	// Floor is the name of the floor.
	Floor string `json:"Floor,omitzero"`
	// Unit is the name of the unit.
	Unit string `json:"Unit,omitzero"`
	// SSID is the name of the resident's WiFi network.
	SSID string `json:"SSID,omitzero"`
	// ServiceAreaNumber is the number of the resident's service area.
	ServiceAreaNumber string `json:"ServiceAreaNumber,omitzero"`
	// Status holds the resident's statuses; several can apply at once.
	Status ResidentStatuses `json:"Status,omitzero"`
	// Extra holds the members that are not documented.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// A ResidentStatus is a status of a resident: one of the constants, or a word
// that is not documented.
type ResidentStatus string

// Statuses of a resident. The vendor's pages show "current" and "pending" in this
// spelling and name the others in prose only.
const (
	ResidentScheduled ResidentStatus = "scheduled" // service begins later
	ResidentCurrent   ResidentStatus = "current"   // service has begun and not ended
	ResidentPending   ResidentStatus = "pending"   // current, and onboarding is not complete
	ResidentSuspended ResidentStatus = "suspended" // current, and suspended
	ResidentExpired   ResidentStatus = "expired"   // service has ended, at most 31 days ago
)

// ResidentStatuses are the statuses of one resident, such as "current" and
// "pending".
type ResidentStatuses []ResidentStatus

// UnmarshalJSON reads a list of texts, or a single one.
func (s *ResidentStatuses) UnmarshalJSON(b []byte) error {
	if wire.Kind(b) == '"' {
		text, err := wire.DecodeValue[ResidentStatus](b)
		*s = ResidentStatuses{text}
		return err
	}
	list, err := wire.DecodeValue[[]ResidentStatus](b)
	*s = list
	return err
}

// Has reports whether status is among the statuses. It ignores letter case.
func (s ResidentStatuses) Has(status ResidentStatus) bool {
	return slices.ContainsFunc(s, func(one ResidentStatus) bool { return strings.EqualFold(string(one), string(status)) })
}

// A residentsResponse is a response with residents, in either of its shapes.
type residentsResponse struct {
	Residents wire.List[Resident] `json:"Residents"`
	Resident  wire.List[Resident] `json:"Resident"` // one object
}

func (s *ResidentsService) list() paging.Cursors[Resident] {
	send := func(ctx context.Context) (*transport.Response, error) { return s.send(ctx, residentsList, nil) }
	return unpaged(func(r *Resident) string { return r.ResidentID }, send, func(r *transport.Response) (paging.Result[Resident], error) {
		var body residentsResponse
		return paging.Decode(r, &body, &body.Residents)
	})
}

// List returns all residents of the site, whatever their status. The API has no
// pages, so the one page holds all of them.
//
// GET /team/{TeamId}/site/{SiteId}/resident (residents.list)
func (s *ResidentsService) List(ctx context.Context) (*tenantry.Page[Resident], error) {
	return s.list().First(ctx)
}

// All iterates over all residents of the site. A record that can't be decoded is
// yielded as a [*tenantry.DecodeError], and the iteration goes on.
//
// GET /team/{TeamId}/site/{SiteId}/resident (residents.list)
func (s *ResidentsService) All(ctx context.Context) iter.Seq2[*Resident, error] {
	return s.list().List().All(ctx)
}

// Pages yields the one page of all residents, for programs that treat all APIs
// alike.
//
// GET /team/{TeamId}/site/{SiteId}/resident (residents.list)
func (s *ResidentsService) Pages(ctx context.Context) iter.Seq2[*tenantry.Page[Resident], error] {
	return s.list().List().Pages(ctx)
}

// Get returns the resident with the given ID, or [tenantry.ErrNotFound].
//
// GET /team/{TeamId}/site/{SiteId}/resident/{ResidentId} (residents.get)
func (s *ResidentsService) Get(ctx context.Context, id string) (*Resident, error) {
	resp, err := s.send(ctx, residentsGet, nil, id)
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	resident, named, err := namedResident(resp)
	switch {
	case resident != nil || err != nil:
		return resident, err
	case named:
		return nil, resp.NotFound("the response holds no resident")
	}
	return nil, resp.Missing("resident")
}

// write makes a call whose response holds a resident, under a name or as the
// response itself.
func (s *ResidentsService) write(ctx context.Context, op *transport.Op, body any, args ...string) (*Resident, error) {
	resp, err := s.send(ctx, op, body, args...)
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	if resident, named, err := namedResident(resp); named || err != nil {
		if resident == nil && err == nil {
			err = resp.Missing("resident")
		}
		return resident, err
	}
	var resident Resident
	if err := resp.Decode(&resident); err != nil {
		return nil, err
	}
	if resident.ResidentID == "" {
		return nil, resp.Missing("ResidentId")
	}
	dropError(&resident.Extra)
	return &resident, nil
}

// namedResident returns the resident under Residents or Resident, or nil, and
// whether the response has a member of such a name.
func namedResident(resp *transport.Response) (resident *Resident, named bool, err error) {
	var body residentsResponse
	if err := resp.Decode(&body); err != nil {
		return nil, false, err
	}
	for _, list := range []*wire.List[Resident]{&body.Residents, &body.Resident} {
		named = named || list.Came
		switch {
		case len(list.Items) > 0:
			return &list.Items[0], named, nil
		case len(list.Bad) > 0:
			return nil, named, resp.Bad(list.Bad[0])
		}
	}
	return nil, named, nil
}

// ResidentCreateParams describes a resident to add. Building, Floor and Unit must
// be those of a [Mapping], and no other resident may be in the unit at any time
// between the two dates.
type ResidentCreateParams struct {
	// Email is required. It must be new to Site Manager and can never be changed.
	Email string `json:"Email"`
	// FirstName is the resident's first name.
	FirstName tenantry.Opt[string] `json:"FirstName,omitzero"`
	// LastName is the resident's last name.
	LastName tenantry.Opt[string] `json:"LastName,omitzero"`
	// PhoneNumber is the resident's phone number.
	PhoneNumber tenantry.Opt[string] `json:"PhoneNumber,omitzero"`
	// ActivationDateUTC is when service begins, in RFC 3339 with a zone, such as
	// 2021-11-05T21:10:22Z. Other texts are refused before sending.
	ActivationDateUTC tenantry.Opt[tenantry.Timestamp] `json:"ActivationDateUTC,omitzero"`
	// DeactivationDateUTC is when service ends, in the same form.
	DeactivationDateUTC tenantry.Opt[tenantry.Timestamp] `json:"DeactivationDateUTC,omitzero"`
	// Building is the name of the building.
	Building tenantry.Opt[string] `json:"Building,omitzero"`
	// Floor is the name of the floor.
	Floor tenantry.Opt[string] `json:"Floor,omitzero"`
	// Unit is the name of the unit.
	Unit tenantry.Opt[string] `json:"Unit,omitzero"`
	// Extra holds other members, sent as they are.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// ResidentUpdateParams holds the fields of a resident to change. It has no email,
// which can't be changed.
type ResidentUpdateParams struct {
	// FirstName is the resident's first name.
	FirstName tenantry.Opt[string] `json:"FirstName,omitzero"`
	// LastName is the resident's last name.
	LastName tenantry.Opt[string] `json:"LastName,omitzero"`
	// PhoneNumber is the resident's phone number.
	PhoneNumber tenantry.Opt[string] `json:"PhoneNumber,omitzero"`
	// ActivationDateUTC is when service begins, in RFC 3339 with a zone, such as
	// 2021-11-05T21:10:22Z. Other texts are refused before sending.
	ActivationDateUTC tenantry.Opt[tenantry.Timestamp] `json:"ActivationDateUTC,omitzero"`
	// DeactivationDateUTC is when service ends, in the same form. Null means that
	// it has no end.
	DeactivationDateUTC tenantry.Opt[tenantry.Timestamp] `json:"DeactivationDateUTC,omitzero"`
	// Building is the name of the building. Building, Floor and Unit move the
	// resident to another [Mapping].
	Building tenantry.Opt[string] `json:"Building,omitzero"`
	// Floor is the name of the floor.
	Floor tenantry.Opt[string] `json:"Floor,omitzero"`
	// Unit is the name of the unit.
	Unit tenantry.Opt[string] `json:"Unit,omitzero"`
	// Extra holds other members, sent as they are. An email is refused.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// checkDates refuses dates that are set to anything but a moment.
func checkDates(op *transport.Op, start, end tenantry.Opt[tenantry.Timestamp]) error {
	for _, date := range []struct {
		name string
		at   tenantry.Opt[tenantry.Timestamp]
	}{{"ActivationDateUTC", start}, {"DeactivationDateUTC", end}} {
		at, set := date.at.Get()
		reason := checkTime(at)
		if at == "" {
			reason = "is empty; want 2021-11-05T21:10:22Z, or Null for none"
		}
		if set && reason != "" {
			return refuse(op, date.name, reason)
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
// POST /team/{TeamId}/site/{SiteId}/resident (residents.create)
func (s *ResidentsService) Create(ctx context.Context, params ResidentCreateParams) (*Resident, error) {
	if reason := checkEmail(params.Email); reason != "" {
		return nil, refuse(residentsCreate, "Email", reason)
	}
	if err := checkDates(residentsCreate, params.ActivationDateUTC, params.DeactivationDateUTC); err != nil {
		return nil, err
	}
	return s.write(ctx, residentsCreate, &params)
}

// Update changes a resident and returns them as they are now. It is also the
// only way to reactivate a resident who has expired: pass a DeactivationDateUTC
// in the future, or Null, within 31 days.
//
// PUT /team/{TeamId}/site/{SiteId}/resident/{ResidentId} (residents.update)
func (s *ResidentsService) Update(ctx context.Context, id string, params ResidentUpdateParams) (*Resident, error) {
	for name := range params.Extra {
		if strings.EqualFold(name, "Email") {
			return nil, refuse(residentsUpdate, "Extra", "contains an email, which can't be changed; leave it out")
		}
	}
	if err := checkDates(residentsUpdate, params.ActivationDateUTC, params.DeactivationDateUTC); err != nil {
		return nil, err
	}
	return s.write(ctx, residentsUpdate, &params, id)
}

// A Termination is the result of [ResidentsService.Terminate] or
// [ResidentsService.Purge].
type Termination struct {
	// Result is ResultTerminated or ResultDeleted, or "" if the API does not
	// say.
	Result TerminationResult `json:"Result,omitzero"`
	// Extra holds the members that are not documented.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// A TerminationResult says what became of a resident.
type TerminationResult string

// Results of Terminate and Purge.
const (
	ResultTerminated TerminationResult = "Terminated" // expired, and removed after 31 days
	ResultDeleted    TerminationResult = "Deleted"    // removed
)

// Terminate ends a resident's service. Their deactivation date becomes the day
// before, and their unit is free for others. They stay at the site for 31 days as
// expired, when [ResidentsService.Update] can reactivate them and their email
// can't be used for another resident; then ElevenOS removes them. A Result other
// than [ResultTerminated] is an error. Terminate is not retried once the request
// may have reached the server.
//
// DELETE /team/{TeamId}/site/{SiteId}/resident/{ResidentId} (residents.terminate)
func (s *ResidentsService) Terminate(ctx context.Context, id string) (*Termination, error) {
	return s.end(ctx, residentsTerminate, id, ResultTerminated)
}

// Purge ends a resident's service and removes them at once; it can't be undone.
// The API refuses it for residents who have expired. A Result other than
// [ResultDeleted] is an error. Purge is not retried once the request may have
// reached the server.
//
// DELETE /team/{TeamId}/site/{SiteId}/resident/{ResidentId}/purge (residents.purge)
func (s *ResidentsService) Purge(ctx context.Context, id string) (*Termination, error) {
	return s.end(ctx, residentsPurge, id, ResultDeleted)
}

func (s *ResidentsService) end(ctx context.Context, op *transport.Op, id string, want TerminationResult) (*Termination, error) {
	resp, err := s.send(ctx, op, nil, id)
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	var result Termination
	if resp.Empty() {
		return &result, nil
	}
	if err := resp.Decode(&result); err != nil {
		return nil, err
	}
	dropError(&result.Extra)
	got := string(result.Result)
	if odd := result.Extra["Result"]; odd != nil && !isEmpty(odd) {
		got = string(odd) // no text
	}
	if got != "" && !strings.EqualFold(got, string(want)) {
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
// POST /team/{TeamId}/site/{SiteId}/resident/{ResidentId}/invite (residents.invite)
func (s *ResidentsService) Invite(ctx context.Context, id string) error {
	return s.do(ctx, residentsInvite, nil, id)
}

// ResetPSK starts the reset of a resident's pre-shared key: ElevenOS emails them
// a link, and after they confirm, an email with the new key. It works on MDU
// sites of type PPK-C or PPK-D only. ResetPSK is not retried once the request
// may have reached the server.
//
// POST /team/{TeamId}/site/{SiteId}/resident/{ResidentId}/pskreset (residents.reset-psk)
func (s *ResidentsService) ResetPSK(ctx context.Context, id string) error {
	return s.do(ctx, residentsResetPSK, nil, id)
}

// A ServiceStatus is what [ResidentsService.SetStatus] sets.
type ServiceStatus string

// The statuses that can be set.
const (
	ServiceActive   ServiceStatus = "Active"   // ends a suspension
	ServiceDisabled ServiceStatus = "Disabled" // suspends
)

// SetStatus suspends a resident, or ends their suspension. For a resident who is
// not current, or still pending, the API changes nothing and reports no error:
// call [ResidentsService.Get] to be sure.
//
// PATCH /team/{TeamId}/site/{SiteId}/resident/{ResidentId}/status (residents.set-status)
func (s *ResidentsService) SetStatus(ctx context.Context, id string, status ServiceStatus) error {
	if status != ServiceActive && status != ServiceDisabled {
		return refuse(residentsSetStatus, "status", "is unknown; want ServiceActive or ServiceDisabled")
	}
	return s.do(ctx, residentsSetStatus, map[string]ServiceStatus{"Status": status}, id)
}
