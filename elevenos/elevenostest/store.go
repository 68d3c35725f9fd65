package elevenostest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

type members = map[string]any

// siteZone is the zone of the site's local times.
var siteZone = time.FixedZone("UTC-7", -7*60*60)

// A resident of the site. Their status follows from their dates, the clock, and
// the fields onboarded and suspended.
type resident struct {
	id                                string
	firstName, lastName, email, phone string
	building, floor, unit             string
	start, end                        time.Time // a zero end means none
	terminated                        time.Time // zero if service ended by its date
	onboarded                         time.Time // zero while pending
	suspended                         bool
	statuses                          []string // others, that a test added
	more                              members  // all other members
}

const grace = 31 * 24 * time.Hour

func (r *resident) expired(now time.Time) bool { return !r.end.IsZero() && !now.Before(r.end) }

// current reports whether the resident's service has begun and not ended.
func (r *resident) current(now time.Time) bool { return !now.Before(r.start) && !r.expired(now) }

func (r *resident) pending(now time.Time) bool {
	return r.onboarded.IsZero() || now.Before(r.onboarded)
}

// longAgo is when a resident was onboarded of whom no date is known.
var longAgo = time.Unix(0, 0)

// gone reports whether the resident has been expired for longer than the grace period.
func (r *resident) gone(now time.Time) bool {
	since := r.end
	if r.terminated.After(since) {
		since = r.terminated
	}
	return r.expired(now) && now.Sub(since) > grace
}

func (r *resident) status(now time.Time) []string {
	return append(r.byDates(now), r.statuses...)
}

func (r *resident) byDates(now time.Time) []string {
	switch {
	case r.expired(now):
		return []string{"expired"}
	case now.Before(r.start):
		return []string{"scheduled"}
	case r.pending(now):
		return []string{"current", "pending"}
	case r.suspended:
		return []string{"current", "suspended"}
	}
	return []string{"current"}
}

// A store holds the records of one site. The server's mutex guards it.
type store struct {
	server    *Server
	residents *fakeserver.Table[*resident]
	emails    map[string]*resident // by their email address, in lower case
	mappings  []elevenos.Mapping
	jobs      map[string]*job
	running   []*job // in the order in which they were accepted
	next      int
	mails     map[string]int // by kind
}

func newStore(s *Server) *store {
	return &store{
		server: s, residents: fakeserver.NewTable(fakeserver.Base[*resident]{}), emails: make(map[string]*resident),
		jobs: make(map[string]*job), mails: make(map[string]int),
	}
}

func (st *store) now() time.Time { return st.server.Now() }

// tick finishes the jobs whose time has come, and removes residents who have been
// expired for longer than the grace period.
func (st *store) tick() {
	now := st.now()
	for len(st.running) > 0 && !now.Before(st.running[0].due) {
		st.running[0].pending = 0
		st.running[0].poll()
		st.running = st.running[1:]
	}
	for _, r := range records(st.residents) {
		if r.gone(now) {
			st.remove(r)
		}
	}
}

// put adds a resident, or replaces the one with their ID.
func (st *store) put(r *resident) {
	if old := st.find(r.id); old != nil {
		st.remove(old)
	}
	st.residents.Put(fakeserver.Natural(r.id), r)
	st.emails[strings.ToLower(r.email)] = r
}

func (st *store) remove(r *resident) {
	st.residents.Remove(fakeserver.Natural(r.id))
	if email := strings.ToLower(r.email); st.emails[email] == r {
		delete(st.emails, email)
	}
}

// find returns the resident with an ID, or nil.
func (st *store) find(id string) *resident {
	r, _ := st.residents.Get(fakeserver.Natural(id))
	return r
}

func (st *store) hasUnit(r *resident) bool {
	return slices.ContainsFunc(st.mappings, func(m elevenos.Mapping) bool {
		return m.Building == r.building && m.Floor == r.floor && m.Unit == r.unit
	})
}

// occupied reports whether someone else is in the unit during r's time.
func (st *store) occupied(r *resident) bool {
	now := st.now()
	return slices.ContainsFunc(records(st.residents), func(o *resident) bool {
		return o != r && !o.expired(now) && o.building == r.building && o.floor == r.floor && o.unit == r.unit &&
			(o.end.IsZero() || r.start.Before(o.end)) && (r.end.IsZero() || o.start.Before(r.end))
	})
}

func (st *store) id() string {
	st.next++
	return "R" + strconv.Itoa(100000+st.next)
}

const (
	utcLayout   = "2006-01-02T15:04:05.999999-07:00"
	localLayout = "2006-01-02T15:04:05"
)

func stamp(t time.Time, layout string) any {
	if t.IsZero() {
		return nil
	}
	if layout == localLayout {
		return t.In(siteZone).Format(layout)
	}
	return t.UTC().Format(layout)
}

// render returns a resident as the API does.
func (st *store) render(r *resident) members {
	m := members{
		"ResidentId": r.id, "UUID": nil, "FirstName": r.firstName, "LastName": r.lastName, "Email": r.email, "Phone": r.phone, "Mobile": nil,
		"Building": r.building, "Floor": r.floor, "Unit": r.unit, "SSID": nil, "ServiceAreaNumber": nil,
		"ActivationDate": stamp(r.start, localLayout), "DeactivationDate": stamp(r.end, localLayout),
		"ActivationDateUTC": stamp(r.start, utcLayout), "DeactivationDateUTC": stamp(r.end, utcLayout),
		"OnboardedAt": nil, "Status": r.status(st.now()),
	}
	if !r.pending(st.now()) && r.onboarded != longAgo {
		m["OnboardedAt"] = stamp(r.onboarded, localLayout)
	}
	maps.Copy(m, r.more)
	return m
}

// network returns the members that the site gives a new resident.
func network(uuid, unit string) members {
	return members{"UUID": uuid, "SSID": "Resident WiFi", "ServiceAreaNumber": "SA-" + unit}
}

// generate adds residents, each in a unit, and free units.
func (st *store) generate(seed uint64, residents, free int) {
	g := rand.New(rand.NewPCG(seed, 0xe1e7e)) //nolint:gosec // no secret
	first := []string{"Ana", "Bo", "Chidi", "Dörte", "Eleni", "Fu", "Gwyn"}
	last := []string{"Abbot", "Bell", "Córdoba", "Dang", "O'Dea"}
	now := st.now().Truncate(time.Second)
	for i := range residents + free {
		building, floor, unit := "Building "+string("AB"[i%2]), strconv.Itoa(1+i/2%12), fmt.Sprintf("%d", 100+i)
		st.mappings = append(st.mappings, elevenos.Mapping{
			Building: building, Floor: floor, Unit: unit, Passphrase: tenantry.NewSecret(fmt.Sprintf("psk-%08x", g.Uint32())), SSID: "Resident WiFi", VLAN: strconv.Itoa(100 + i),
		})
		if i >= residents {
			continue
		}
		r := &resident{
			id: st.id(), more: network(fmt.Sprintf("%08x-0000-4000-8000-%012x", g.Uint32(), i), unit), firstName: first[g.IntN(len(first))], lastName: last[g.IntN(len(last))],
			email: fmt.Sprintf("resident%d@example.com", i), phone: []string{"", "+1 (415) 555-01" + strconv.Itoa(10+g.IntN(90)), "4155550100"}[g.IntN(3)],
			building: building, floor: floor, unit: unit,
		}
		switch i % 5 {
		case 0: // scheduled
			r.start = now.AddDate(0, 0, 1+g.IntN(60))
		case 1: // pending
			r.start = now.AddDate(0, 0, -3)
		case 2: // expired
			r.start, r.end = now.AddDate(-1, 0, 0), now.AddDate(0, 0, -1-g.IntN(20))
		default:
			r.start, r.end = now.AddDate(0, -6, 0), now.AddDate(0, 6, 0)
			r.onboarded = r.start.Add(time.Hour)
			r.suspended = i%5 == 4 && g.IntN(4) == 0
		}
		st.put(r)
	}
}

// ResidentIDs returns the IDs of all residents of the first site, in the order of
// listings.
func (s *Server) ResidentIDs() (ids []string) {
	s.with(func(st *store) {
		for _, r := range st.residents.All(0) {
			ids = append(ids, r.id)
		}
	})
	return ids
}

// Onboard completes the onboarding of a resident of the first site, so that they are
// no longer pending. It reports whether the resident exists.
func (s *Server) Onboard(id string) (found bool) {
	s.with(func(st *store) {
		if r := st.find(id); r != nil {
			r.onboarded, found = st.now(), true
		}
	})
	return found
}

// EmailsSent returns how many emails of a kind the first site sent: "invitation",
// "wifi details" or "psk reset".
func (s *Server) EmailsSent(kind string) (n int) {
	s.with(func(st *store) { n = st.mails[kind] })
	return n
}
