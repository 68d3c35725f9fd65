package storedgetest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/storedge"
)

// A company is what the company's own operations know.
type company struct {
	reports []*report
}

// A report is one that was asked for.
type report struct {
	id         string
	facilities []string
	polls      int
}

const (
	companies   = "/v1/companies/{company}"
	importRates = "company-revenue-management.import"
)

// companyRoute returns the route of an operation of the company.
func (s *Server) companyRoute(operation, method, path string, h func(*fakeserver.Request) fakeserver.Response) fakeserver.Route {
	return fakeserver.Route{Operation: operation, Method: method, Path: path, Handle: func(r *fakeserver.Request) fakeserver.Response {
		s.mu.Lock()
		defer s.mu.Unlock()
		if company := r.Arg("company"); company != "" && company != CompanyID {
			return refuse(http.StatusNotFound, "", "There is no such company.")
		}
		return h(r)
	}}
}

func (s *Server) companyRoutes() []fakeserver.Route {
	get, post := http.MethodGet, http.MethodPost
	route := s.companyRoute
	return []fakeserver.Route{
		route("company-facilities.list-short", get, companies+"/facilities/short", s.facilitiesShort),
		route("company-leads.list", get, companies+"/leads", s.companyLeads),
		route("company-rate-changes.list", get, companies+"/rate_change_updates", s.rateChangeUpdates),
		route("company-same-day-vacates.list", get, companies+"/same_day_vacates", s.sameDayVacates),
		route("company-auctions.list-active", get, companies+"/active_auctions", func(r *fakeserver.Request) fakeserver.Response {
			var all []any
			for _, e := range s.facilities {
				auctions := e.facility().collections["auction"]
				for _, auction := range auctions.all(nil) {
					all = append(all, render(auctions.members(auction), nil))
				}
			}
			return s.companyPage(r, "active_auctions", all, nil)
		}),
		route("company-reports.create", post, companies+"/report_requests", s.createReport),
		route("company-reports.get", get, companies+"/report_requests/{report}", s.reportStatus),
		route("company-reports.list-rows", get, companies+"/report_requests/{report}/completed_json", s.reportRows),
		s.route("reports.create", post, v1+"/report_requests", func(c *call) fakeserver.Response { return s.createReport(c.Request) }),
		s.route("reports.get", get, v1+"/report_requests/{report}", func(c *call) fakeserver.Response { return s.reportStatus(c.Request) }),
		s.route("reports.list-rows", get, v1+"/report_requests/{report}/completed_json", func(c *call) fakeserver.Response { return s.reportRows(c.Request) }),
		route(importRates, post, companies+"/unoccupied_revenue_management/import", func(r *fakeserver.Request) fakeserver.Response {
			return (&call{Request: r, s: s}).nothing()
		}),
		route("company-facilities.list-v2", get, "/v2/companies/{company}/facilities", s.facilitiesV2),
		s.route("info.get-v2", get, "/v2/facilities/{facility}", func(c *call) fakeserver.Response {
			return c.result(http.StatusOK, "facility", render(c.f.info(), nil), nil)
		}),
		s.route("info.list-addresses", get, "/v2/facilities/{facility}/addresses", func(c *call) fakeserver.Response {
			return s.companyPage(c.Request, "addresses", []any{render(c.f.info()["address"], modelOf(storedge.Address{}))}, nil)
		}),
	}
}

// companyPage returns a page of a list over facilities.
func (s *Server) companyPage(r *fakeserver.Request, name string, all []any, own []string) fakeserver.Response {
	v, wrong := readView(r.Query, s.o.ignored, own)
	if wrong != "" {
		return badParameter(wrong)
	}
	from := min((v.page-1)*v.size, len(all))
	c := &call{Request: r, s: s}
	return c.page(name, slices.Clone(all[from:min(from+v.size, len(all))]), &v, len(all))
}

func (s *Server) facilitiesShort(r *fakeserver.Request) fakeserver.Response {
	all := make([]any, len(s.facilities))
	for i, e := range s.facilities {
		f := e.facility()
		all[i] = render(members{"id": f.id, "facility_name": f.world.Property(f.property).Name}, nil)
	}
	return s.companyPage(r, "facilities", all, nil)
}

func (s *Server) facilitiesV2(r *fakeserver.Request) fakeserver.Response {
	all := make([]any, len(s.facilities))
	for i, e := range s.facilities {
		info := e.facility().info()
		delete(info, "address")
		all[i] = render(info, nil)
	}
	return s.companyPage(r, "facilities", all, nil)
}

// companyLeads lists the leads of all facilities, sorted by id unless the query wants
// another order.
func (s *Server) companyLeads(r *fakeserver.Request) fakeserver.Response {
	v, wrong := readView(r.Query, s.o.ignored, []string{"channel_category"})
	if wrong != "" {
		return badParameter(wrong)
	}
	type found struct {
		c    *collection
		r    *record
		sort string
	}
	var all []found
	whole := v
	whole.page, whole.size = 1, 1<<30
	for _, e := range s.facilities {
		f := e.facility()
		c := &call{Request: r, s: s, f: f}
		leads, _ := whole.selectFrom(f.collections["lead"], func(lead *record) bool { return ofChannel(c, lead) })
		for _, lead := range leads {
			all = append(all, found{f.collections["lead"], lead, asText(f.collections["lead"].members(lead)[cmp.Or(v.sort, "created_at")])})
		}
	}
	if v.sort != "" {
		slices.SortStableFunc(all, func(a, b found) int {
			order := compare(a.sort, b.sort)
			if v.sort == "id" {
				order = cmp.Compare(a.sort, b.sort)
			}
			if v.descending {
				return -order
			}
			return order
		})
	}
	from := min((v.page-1)*v.size, len(all))
	shown := []any{}
	for _, one := range all[from:min(from+v.size, len(all))] {
		shown = append(shown, v.show(one.c, one.r))
	}
	return (&call{Request: r, s: s}).page("leads", shown, &v, len(all))
}

// dateFilters are parameters of the lists below. The reference's names are not known.
var dateFilters = []string{"start_date", "end_date"}

func (s *Server) rateChangeUpdates(r *fakeserver.Request) fakeserver.Response {
	var all []members
	for _, e := range s.facilities {
		f := e.facility()
		changes := f.collections["rate_change"]
		for _, change := range changes.all(nil) {
			m := changes.members(change)
			tenant := any(nil)
			if ledger, ok := f.collections["ledger"].get(asText(m["ledger_id"])); ok {
				tenant = reference(f.collections["ledger"].own(ledger), "tenant")
			}
			all = append(all, members{
				"id": m["id"], "facility_name": f.world.Property(f.property).Name, "tenant_id": tenant, "tenant_name": m["tenant_name"], "unit_id": m["unit_id"],
				"unit_name": asText(m["unit_details"])[strings.LastIndex(asText(m["unit_details"]), " ")+1:], "changed_at": m["created_at"], "old_rate": m["previous_rate"], "new_rate": m["new_rate"],
				"effective_on_date": m["effective_on"],
			})
		}
	}
	slices.SortStableFunc(all, func(a, b members) int {
		return cmp.Or(cmp.Compare(asText(a["facility_name"]), asText(b["facility_name"])), cmp.Compare(asText(a["tenant_name"]), asText(b["tenant_name"])))
	})
	return s.companyPage(r, "rate_change_updates", rendered(all, "id facility_name tenant_id tenant_name unit_id unit_name changed_at old_rate new_rate effective_on_date"), dateFilters)
}

// rendered writes objects with their members in an order.
func rendered(all []members, names string) []any {
	m := &model{names: strings.Fields(names)}
	written := make([]any, len(all))
	for i, one := range all {
		written[i] = render(one, m)
	}
	return written
}

// sameDayVacates lists the units that were vacated today, by the facilities' day.
func (s *Server) sameDayVacates(r *fakeserver.Request) fakeserver.Response {
	var all []members
	for number, e := range s.facilities {
		f := e.facility()
		ledgers := f.collections["ledger"]
		for _, ledger := range ledgers.all(nil) {
			own := ledgers.own(ledger)
			closed, err := time.Parse(time.RFC3339, asText(own["closed_on"]))
			if err != nil || day(closed) != day(f.now()) {
				continue
			}
			unit, tenant := f.collections["unit"].find(reference(own, "unit")), f.collections["tenant"].find(reference(own, "tenant"))
			all = append(all, members{
				"id": ledger.id, "store_number": 100 + number, "unit_name": unit["name"], "tenant_id": tenant["account_number"], "tenant_name": nameOf(tenant), "action": "vacate",
				"action_at": closed.In(zone).Format(time.RFC3339), "action_by": "Sample Employee",
			})
		}
	}
	return s.companyPage(r, "same_day_vacates", rendered(all, "id store_number unit_name tenant_id tenant_name action action_at action_by"), dateFilters)
}

func (s *Server) createReport(r *fakeserver.Request) fakeserver.Response {
	c := &call{Request: r, s: s}
	m, refused := c.read(reportBody)
	if refused != nil {
		return *refused
	}
	given, _ := m["report_request"].(members)
	parameters, _ := given["report_params"].(members)
	one := &report{id: uuid(uint64(len(s.company.reports)+1)<<24, hash("report")), facilities: texts(parameters["filter_facilities"])}
	if of := r.Arg("facility"); of != "" {
		one.facilities = []string{of}
	}
	for _, id := range one.facilities {
		if s.facility(id) == nil {
			return refuse(http.StatusNotFound, "", "There is no facility "+id+".")
		}
	}
	s.company.reports = append(s.company.reports, one)
	return c.result(http.StatusOK, "report_request", members{"id": one.id, "status": "pending"}, nil)
}

// report returns the report that a path names.
func (s *Server) report(r *fakeserver.Request) *report {
	i := slices.IndexFunc(s.company.reports, func(one *report) bool { return one.id == r.Arg("report") })
	if i < 0 {
		return nil
	}
	return s.company.reports[i]
}

func (s *Server) reportStatus(r *fakeserver.Request) fakeserver.Response {
	one := s.report(r)
	if one == nil {
		return refuse(http.StatusNotFound, "", "There is no such report.")
	}
	status := "pending"
	if one.polls++; one.polls > s.o.pendingPolls {
		status = "complete"
	}
	return (&call{Request: r, s: s}).result(http.StatusOK, "report_request", members{"id": one.id, "status": status}, nil)
}

func (s *Server) reportRows(r *fakeserver.Request) fakeserver.Response {
	one := s.report(r)
	switch {
	case one == nil:
		return refuse(http.StatusNotFound, "", "There is no such report.")
	case one.polls <= s.o.pendingPolls:
		return invalid("The report is not complete.")
	}
	rows := []members{}
	for _, e := range s.facilities {
		if len(one.facilities) > 0 && !slices.Contains(one.facilities, e.id) {
			continue
		}
		groups := e.facility().collections["unit_group"]
		for _, group := range groups.all(nil) {
			m := groups.members(group)
			total, available := cents(m["total_units_count"])/100, cents(m["available_units_count"])/100
			rows = append(rows, members{
				"Group Key": m["group_key"], "Size": m["size"], "Amenities": "24 Hour Access", "Unit Type": "Storage", "Current Standard Rate": m["standard_rate"], "Total Units": total,
				"Occupied": total - available, "Available": available, "Average Rent": m["average_rent"],
			})
		}
	}
	return (&call{Request: r, s: s}).result(http.StatusOK, "report_request", members{"report": rows}, nil)
}
