package leasefindtest

import (
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// saveLease creates a lease, or updates the one whose identifier it is given.
func (s *Server) saveLease(r *fakeserver.Request) fakeserver.Response {
	var body struct {
		Lease   members   `json:"lease"`
		Tenants []members `json:"tenants"`
	}
	var amounts struct {
		Lease struct {
			Deposit jsontext.Value `json:"deposit"`
			Rent    jsontext.Value `json:"rent"`
		} `json:"lease"`
	}
	if r.Header.Get("Content-Type") != "application/json" || r.Decode(&body) != nil || r.Decode(&amounts) != nil || body.Lease == nil {
		return *invalid("The body is not a JSON object with a lease.")
	}
	for name, k := range map[string]kind{"start_date": aDate, "end_date": aDate, "move_in_date": aDate, "is_furnished": aBool, "minimum_days_notice": anInt} {
		if v := body.Lease[name]; v != nil && !k.fits(v) {
			return *invalid("The lease's " + name + " is not of its type.")
		}
	}
	id, ref := text(body.Lease["unit_id"]), text(body.Lease["unit_external_ref"])
	if id == "" && ref == "" {
		return refuse(http.StatusBadRequest, "no_unit", "The lease names no unit.")
	}
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	u := st.unit(id, ref)
	if u == nil {
		return refuse(http.StatusBadRequest, "unit_not_found", "The lease's unit does not exist.")
	}
	l := st.lease(text(body.Lease["identifier"]))
	if l == nil {
		l = &lease{seq: st.seq(), m: members{}, active: true}
		l.m["identifier"] = "lease-" + strconv.Itoa(l.seq)
		if given := text(body.Lease["identifier"]); given != "" {
			l.m["identifier"] = given
		}
		st.leases = append(st.leases, l)
	}
	l.unit = u
	for name, exact := range map[string]jsontext.Value{"deposit": amounts.Lease.Deposit, "rent": amounts.Lease.Rent} {
		if exact != nil {
			body.Lease[name] = exact
		}
	}
	for name, v := range body.Lease {
		if name != "identifier" && name != "unit_id" && name != "unit_external_ref" {
			l.m[name] = v
		}
	}
	for _, t := range body.Tenants {
		p := &person{seq: st.seq(), m: t, group: u.group}
		p.m["identifier"] = "tenant-" + strconv.Itoa(p.seq)
		st.people = append(st.people, p)
		l.tenants = append(l.tenants, p)
	}
	return fakeserver.JSON(http.StatusOK, members{"success": true, "lease": l.m["identifier"]})
}
