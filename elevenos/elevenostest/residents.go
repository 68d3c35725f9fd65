package elevenostest

import (
	"fmt"
	"maps"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// A problem says what is wrong with a field of a resident.
type problem struct{ field, value, message string }

// fill sets a resident's fields from a body. Fields that are absent keep their
// values.
func (r *resident) fill(m members) *problem {
	texts := map[string]*string{
		"FirstName": &r.firstName, "LastName": &r.lastName, "Email": &r.email, "PhoneNumber": &r.phone, "Building": &r.building, "Floor": &r.floor, "Unit": &r.unit,
	}
	dates := map[string]*time.Time{"ActivationDateUTC": &r.start, "DeactivationDateUTC": &r.end}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		v := m[name]
		text, ok := v.(string)
		if !ok && v != nil {
			return &problem{name, fmt.Sprint(v), "must be a text"}
		}
		if field := texts[name]; field != nil {
			*field = text
			continue
		}
		date := dates[name]
		if date == nil {
			return &problem{name, text, "is no field of a resident"}
		}
		*date = time.Time{}
		r.more = maps.Clone(r.more) // of a copy, too
		delete(r.more, name)
		delete(r.more, strings.TrimSuffix(name, "UTC"))
		if name == "DeactivationDateUTC" {
			r.terminated = time.Time{}
		}
		if v == nil {
			continue
		}
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return &problem{name, text, "is not a date and time"}
		}
		*date = at
	}
	return nil
}

// admit returns why a resident, new or changed, is refused, or nil.
func (st *store) admit(r *resident) *problem {
	isNew := r.id == ""
	a, err := mail.ParseAddress(r.email)
	switch {
	case isNew && (err != nil || a.Address != r.email): // without a name or blanks
		return &problem{"Email", r.email, "is not an email address"}
	case isNew && st.server.emailTaken(r.email):
		return &problem{"Email", r.email, "already exists"}
	case !st.hasUnit(r):
		return &problem{"Unit", r.unit, "does not match a mapping of the site"}
	case !r.end.IsZero() && !r.end.After(r.start):
		return &problem{"DeactivationDateUTC", r.end.Format(time.RFC3339), "is not after the activation date"}
	case st.occupied(r):
		return &problem{"Unit", r.unit, "is occupied at that time"}
	}
	return nil
}

func (st *store) add(m members) (*resident, *problem) {
	r := &resident{}
	if p := r.fill(m); p != nil {
		return nil, p
	}
	if r.start.IsZero() {
		r.start = st.now()
	}
	if p := st.admit(r); p != nil {
		return nil, p
	}
	r.id = st.id()
	r.more = network("00000000-0000-4000-8000-0000"+r.id[1:]+"00", r.unit)
	st.put(r)
	return r, nil
}

func (s *site) list(*fakeserver.Request) fakeserver.Response {
	all := []members{}
	for _, r := range s.store.residents.All(0) {
		all = append(all, s.store.render(r))
	}
	return fine(members{"Residents": all})
}

func (s *site) get(_ *fakeserver.Request, r *resident) fakeserver.Response {
	return fine(members{"Residents": []members{s.store.render(r)}})
}

// body returns the members of a request's body, or nil if it is not a JSON object.
func body(req *fakeserver.Request) members {
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	var m members
	if kind != "application/json" || req.Decode(&m) != nil {
		return nil
	}
	return m
}

func (s *site) create(req *fakeserver.Request) fakeserver.Response {
	m := body(req)
	if m == nil {
		return s.wrong("bad_request", "The body is not a resident.")
	}
	r, p := s.store.add(m)
	if p != nil {
		return s.wrong("invalid", "The field "+p.field+" "+p.message+".")
	}
	return fine(members{"ResidentId": r.id, "Status": r.status(s.store.now())})
}

func (s *site) update(req *fakeserver.Request, r *resident) fakeserver.Response {
	m := body(req)
	if m == nil {
		return s.wrong("bad_request", "The body is not a resident.")
	}
	changed := *r
	if p := changed.fill(m); p != nil {
		return s.wrong("invalid", "The field "+p.field+" "+p.message+".")
	}
	if changed.email != r.email {
		return s.wrong("invalid", "The email can't be changed.")
	}
	before := *r
	*r = changed
	if p := s.store.admit(r); p != nil {
		*r = before
		return s.wrong("invalid", "The field "+p.field+" "+p.message+".")
	}
	return s.get(req, r)
}

// end terminates a resident: the deactivation date becomes the day before.
func (st *store) end(r *resident) {
	r.terminated = st.now()
	r.end = r.terminated.AddDate(0, 0, -1)
	if r.start.After(r.end) {
		r.start = r.end
	}
}

func (s *site) terminate(_ *fakeserver.Request, r *resident) fakeserver.Response {
	if r.expired(s.store.now()) {
		return s.wrong("expired", "The resident is expired already.")
	}
	s.store.end(r)
	return fine(members{"Result": "Terminated"})
}

func (s *site) purge(_ *fakeserver.Request, r *resident) fakeserver.Response {
	if r.expired(s.store.now()) {
		return s.wrong("expired", "A resident who is expired can't be purged.")
	}
	s.store.remove(r)
	return fine(members{"Result": "Deleted"})
}

func (st *store) mail(r *resident) bool {
	switch {
	case !r.current(st.now()):
		return false
	case r.pending(st.now()):
		st.mails["invitation"]++
	default:
		st.mails["wifi details"]++
	}
	return true
}

func (s *site) invite(_ *fakeserver.Request, r *resident) fakeserver.Response {
	if !s.store.mail(r) {
		return s.wrong("not_current", "The resident is not current.")
	}
	return fine(members{})
}

func (s *site) resetPSK(req *fakeserver.Request, _ *resident) fakeserver.Response {
	if kind := s.siteType(req); kind != "PPK-C" && kind != "PPK-D" {
		return s.wrong("site_type", "Pre-shared keys are reset on sites of type PPK-C and PPK-D only.")
	}
	s.store.mails["psk reset"]++
	return fine(members{})
}

func (st *store) suspend(r *resident, suspended bool) bool {
	if !r.current(st.now()) || r.pending(st.now()) || r.suspended == suspended {
		return false
	}
	r.suspended = suspended
	return true
}

func (s *site) setStatus(req *fakeserver.Request, r *resident) fakeserver.Response {
	m := body(req)
	if len(m) != 1 || m["Status"] != "Active" && m["Status"] != "Disabled" {
		return s.wrong("invalid", "The status must be Active or Disabled.")
	}
	s.store.suspend(r, m["Status"] == "Disabled") // if it is not possible, the API reports no error
	return fine(members{})
}
