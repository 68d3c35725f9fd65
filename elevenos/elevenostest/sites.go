package elevenostest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// baseSites returns the sites that the server starts with: one for each property of the
// portfolio, or else one.
func (s *Server) baseSites() fakeserver.Base[elevenos.SiteInfo] {
	id := func(i int) string { return "site-" + strconv.Itoa(i+1) }
	return fakeserver.Base[elevenos.SiteInfo]{
		Len: func() int { return max(1, s.world.Properties()) },
		Key: func(i int) string { return fakeserver.Natural(id(i)) },
		Record: func(i int) elevenos.SiteInfo {
			name := "Demo site"
			if s.world.Properties() > 0 {
				name = s.world.Property(i).Name
			}
			extra := make(tenantry.Extra)
			for member, text := range map[string]string{"Name": name, "SiteType": s.o.siteType, "TimeZone": siteZone.String()} {
				extra[member] = tenantry.Raw(strconv.Quote(text))
			}
			return elevenos.SiteInfo{SiteID: id(i), Extra: extra}
		},
	}
}

func records[R any](table *fakeserver.Table[R]) []R {
	all := make([]R, 0, table.Len())
	for _, r := range table.All(0) {
		all = append(all, r)
	}
	return all
}

func (s *Server) listTeams(*fakeserver.Request) fakeserver.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fine(members{"Teams": records(s.teams)})
}

func (s *Server) listSites(r *fakeserver.Request) fakeserver.Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	sites := s.sites[r.Arg("team")]
	if sites == nil {
		return s.refuse(http.StatusNotFound, "not_found", "There is no such team.")
	}
	return fine(members{"Sites": records(sites)})
}

// SiteIDs returns the IDs of all sites of the team with [TeamID].
func (s *Server) SiteIDs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	if sites := s.sites[TeamID]; sites != nil {
		for _, info := range sites.All(0) {
			ids = append(ids, info.SiteID)
		}
	}
	return ids
}

// A site is a server with the records of one site.
type site struct {
	*Server
	store *store
}

// at returns the records of a site, or nil. They are made when they are first asked
// for. s.mu is held.
func (s *Server) at(p place) *store {
	sites := s.sites[p.team]
	if sites == nil {
		return nil
	}
	if _, known := sites.Get(fakeserver.Natural(p.site)); !known {
		return nil
	}
	if st := s.stores[p]; st != nil {
		return st
	}
	st := newStore(s)
	digits, isSite := strings.CutPrefix(p.site, "site-")
	switch i, err := strconv.Atoi(digits); {
	case p.team != TeamID || !isSite || err != nil: // it was added
	case i >= 1 && i <= s.world.Properties():
		st.settle(s.world, i-1, s.o.dirt)
	case p.site == SiteID:
		st.generate(s.o.seed, s.o.residents, s.o.units)
	}
	s.stores[p] = st
	return st
}

// with calls f with the records of the first site, brought up to the clock.
func (s *Server) with(f func(*store)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.at(place{TeamID, SiteID}); st != nil {
		st.tick()
		f(st)
	}
}

// advanced finishes jobs and lets the portfolio live.
func (s *Server) advanced(from, to time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.stores {
		st.tick()
	}
	if s.o.perDay == 0 {
		return
	}
	for _, e := range s.world.Live(from, to, s.o.perDay) {
		l := s.world.Lease(e.Lease)
		at := place{TeamID, fmt.Sprintf("site-%d", 1+l.Unit/s.world.UnitsPerProperty())}
		if st := s.stores[at]; st != nil { // else it is made later
			st.live(s.world, e.What, &l, s.o.dirt)
		}
	}
}

// onSite calls a handler with the site's records brought up to the clock.
func (s *Server) onSite(handle func(*site, *fakeserver.Request) fakeserver.Response) func(*fakeserver.Request) fakeserver.Response {
	return func(r *fakeserver.Request) fakeserver.Response {
		s.mu.Lock()
		defer s.mu.Unlock()
		st := s.at(place{r.Arg("team"), r.Arg("site")})
		if st == nil {
			return s.refuse(http.StatusNotFound, "not_found", "There is no such site.")
		}
		st.tick()
		return handle(&site{s, st}, r)
	}
}

func (s *Server) onResident(handle func(*site, *fakeserver.Request, *resident) fakeserver.Response) func(*fakeserver.Request) fakeserver.Response {
	return s.onSite(func(at *site, r *fakeserver.Request) fakeserver.Response {
		one := at.store.find(r.Arg("resident"))
		if one == nil {
			return s.refuse(http.StatusNotFound, "not_found", "There is no such resident.")
		}
		return handle(at, r, one)
	})
}

// siteType returns the type of the request's site.
func (s *site) siteType(r *fakeserver.Request) string {
	info, _ := s.sites[r.Arg("team")].Get(fakeserver.Natural(r.Arg("site")))
	if raw, ok := info.Extra["SiteType"]; ok {
		text, _ := strconv.Unquote(string(raw))
		return text
	}
	return s.o.siteType
}

func (s *site) mappings(*fakeserver.Request) fakeserver.Response {
	all := []members{}
	for i := range s.store.mappings {
		all = append(all, renderMapping(&s.store.mappings[i]))
	}
	return fine(members{"Mappings": all})
}

func renderMapping(m *elevenos.Mapping) members {
	rendered := members{"Building": m.Building, "Floor": m.Floor, "Unit": m.Unit, "Passphrase": m.Passphrase.Reveal(), "SSID": m.SSID, "Vlan": nil}
	if n, err := strconv.Atoi(m.VLAN); err == nil && strconv.Itoa(n) == m.VLAN {
		rendered["Vlan"] = n
	} else if m.VLAN != "" {
		rendered["Vlan"] = m.VLAN
	}
	for name, value := range m.Extra {
		rendered[name] = value
	}
	return rendered
}

// emailTaken reports whether someone at any site has an email address. s.mu is held.
func (s *Server) emailTaken(email string) bool {
	if i := s.world.FindPerson(email); i >= 0 { // whose site may not be made yet
		s.at(place{TeamID, fmt.Sprintf("site-%d", 1+s.world.UnitOfPerson(i)/s.world.UnitsPerProperty())})
	}
	for _, st := range s.stores {
		if _, taken := st.emails[strings.ToLower(email)]; taken {
			return true
		}
	}
	return false
}
