package elevenostest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// Add adds records, such as an elevenos.Resident or a pointer to one. Lists, writes and
// jobs treat them like all others. A record with the ID of an old one replaces it. A
// mapping's building, floor and unit together are its ID. Add works for teams, for the
// sites of the team with [TeamID], and for the mappings and residents of the site with
// [SiteID]; [Server.At] adds those of other teams and sites. Add panics for other values
// and for records without an ID.
//
// A resident's Status follows from their dates and the clock, as for all residents. Of
// the record's Status, the server keeps "suspended", "pending" and words that it does
// not know. Without OnboardedAt, a resident who is not "pending" was onboarded on their
// activation date.
func (s *Server) Add(records ...any) { s.At(TeamID, SiteID).Add(records...) }

// Update replaces the record with the ID of the given one, and reports whether there
// was one. It finds the records that [Server.Add] adds.
func (s *Server) Update(changed any) bool { return s.At(TeamID, SiteID).Update(changed) }

// Remove removes the record of the given type with its ID, as in
// Remove(elevenos.Resident{ResidentID: id}), and reports whether there was one. It finds
// the records that [Server.Add] adds.
func (s *Server) Remove(record any) bool { return s.At(TeamID, SiteID).Remove(record) }

// Get sets the record that a pointer points to from the one with its ID, and reports
// whether there is one. It finds the records that [Server.Add] adds.
//
//	resident := elevenos.Resident{ResidentID: id}
//	found := server.Get(&resident)
func (s *Server) Get(record any) bool { return s.At(TeamID, SiteID).Get(record) }

// Records are the records of one site. [Server.At] returns them.
type Records struct {
	s  *Server
	at place
}

// At returns the records of a site, for Add, Update, Remove and Get:
//
//	server.Add(elevenos.Team{TeamID: "t2"})
//	site := server.At("t2", "s9")
//	site.Add(elevenos.SiteInfo{SiteID: "s9"}, elevenos.Mapping{Unit: "1"}, elevenos.Resident{ResidentID: "R1", Unit: "1"})
//
// A SiteInfo belongs to the team, whatever the site.
func (s *Server) At(teamID, siteID string) Records { return Records{s, place{teamID, siteID}} }

// Add adds records to the site, like [Server.Add]. It panics if there is no such site.
func (r Records) Add(records ...any) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	for _, record := range records {
		r.typed("Add", record, true).put()
	}
}

// Update replaces a record of the site, like [Server.Update].
func (r Records) Update(changed any) bool {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	a := r.typed("Update", changed, false)
	if a.get() == nil {
		return false
	}
	a.put()
	return true
}

// Remove removes a record of the site, like [Server.Remove].
func (r Records) Remove(record any) bool {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	a := r.typed("Remove", record, false)
	if a.get() == nil {
		return false
	}
	a.remove()
	return true
}

// Get reads a record of the site, like [Server.Get].
func (r Records) Get(record any) bool {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	a := r.typed("Get", record, false)
	found := a.get()
	if found != nil {
		a.Decode(fakeserver.JSON(0, found).Body)
	}
	return found != nil
}

// access reads and writes one record.
type access struct {
	fakeserver.Typed
	get    func() any // nil for none
	put    func()
	remove func()
}

// typed returns the access to a record. s.mu is held.
func (r Records) typed(method string, record any, needID bool) access {
	what := "elevenostest: " + method
	t := fakeserver.NewTyped(what, "github.com/tenantry/tenantry-go/elevenos", record, "TeamID", "SiteID", "ResidentID", "Unit")
	if needID {
		t.NeedID()
	}
	key := fakeserver.Natural(t.ID)
	switch v := t.Value().(type) {
	case elevenos.Team:
		return tableAccess(t, r.s.teams, key, v, func(here bool) {
			if r.s.sites[v.TeamID] == nil {
				r.s.sites[v.TeamID] = fakeserver.NewTable(fakeserver.Base[elevenos.SiteInfo]{})
			}
			if !here {
				delete(r.s.sites, v.TeamID)
			}
		})
	case elevenos.SiteInfo:
		sites := r.s.sites[r.at.team]
		if sites == nil {
			panic(fmt.Sprintf("%s: there is no team %q; add it first", what, r.at.team))
		}
		return tableAccess(t, sites, key, v, func(here bool) {
			if !here {
				r.s.stores[place{r.at.team, v.SiteID}] = newStore(r.s) // for a site of the same ID
			}
		})
	}
	st := r.s.at(r.at)
	if st == nil {
		panic(fmt.Sprintf("%s: there is no site %q of team %q; add it first", what, r.at.site, r.at.team))
	}
	st.tick()
	switch v := t.Value().(type) {
	case elevenos.Mapping:
		return st.mappingAccess(t, v)
	case elevenos.Resident:
		return access{t, func() any {
			if r := st.find(t.ID); r != nil {
				return st.render(r)
			}
			return nil
		}, func() { st.put(residentOf(&v)) }, func() { st.remove(st.find(t.ID)) }}
	}
	t.Refuse()
	return access{}
}

// tableAccess returns the access to a record of a table. changed is told after a change
// whether the record is there.
func tableAccess[R any](t fakeserver.Typed, table *fakeserver.Table[R], key string, v R, changed func(here bool)) access {
	return access{t, func() any {
		if found, ok := table.Get(key); ok {
			return found
		}
		return nil
	}, func() {
		table.Put(key, v)
		changed(true)
	}, func() {
		table.Remove(key)
		changed(false)
	}}
}

func (st *store) mappingAccess(t fakeserver.Typed, m elevenos.Mapping) access {
	i := slices.IndexFunc(st.mappings, func(o elevenos.Mapping) bool {
		return o.Building == m.Building && o.Floor == m.Floor && o.Unit == m.Unit
	})
	return access{t, func() any {
		if i < 0 {
			return nil
		}
		return renderMapping(&st.mappings[i])
	}, func() {
		if i < 0 {
			st.mappings = append(st.mappings, m)
		} else {
			st.mappings[i] = m
		}
	}, func() { st.mappings = slices.Delete(st.mappings, i, i+1) }}
}

// residentOf returns a resident that is what a record says.
func residentOf(v *elevenos.Resident) *resident {
	r := &resident{
		id: v.ResidentID, firstName: v.FirstName, lastName: v.LastName, email: v.Email, phone: v.Phone, building: v.Building, floor: v.Floor, unit: v.Unit,
		suspended: v.Status.Has(elevenos.ResidentSuspended), more: make(members),
	}
	for name, value := range v.Extra {
		r.more[name] = value
	}
	for name, text := range map[string]string{"UUID": v.UUID, "Mobile": v.Mobile, "SSID": v.SSID, "ServiceAreaNumber": v.ServiceAreaNumber} {
		if text != "" {
			r.more[name] = text
		}
	}
	// A date that is none stays as it is.
	date := func(name, text, layout string, at *time.Time) {
		parsed, err := time.ParseInLocation(layout, text, siteZone)
		switch {
		case err == nil:
			*at = parsed
		case text != "":
			r.more[name] = text
		}
	}
	date("ActivationDate", string(v.ActivationDate), localLayout, &r.start)
	date("ActivationDateUTC", string(v.ActivationDateUTC), time.RFC3339Nano, &r.start)
	date("DeactivationDate", string(v.DeactivationDate), localLayout, &r.end)
	date("DeactivationDateUTC", string(v.DeactivationDateUTC), time.RFC3339Nano, &r.end)
	date("OnboardedAt", string(v.OnboardedAt), localLayout, &r.onboarded)
	if r.onboarded.IsZero() && !v.Status.Has(elevenos.ResidentPending) {
		r.onboarded = r.start
		if r.start.IsZero() {
			r.onboarded = longAgo
		}
	}
	for _, s := range v.Status {
		known := []elevenos.ResidentStatus{elevenos.ResidentScheduled, elevenos.ResidentCurrent, elevenos.ResidentPending, elevenos.ResidentSuspended, elevenos.ResidentExpired}
		if !slices.ContainsFunc(known, func(k elevenos.ResidentStatus) bool { return strings.EqualFold(string(k), string(s)) }) {
			r.statuses = append(r.statuses, string(s))
		}
	}
	return r
}
