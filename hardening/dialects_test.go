package hardening

import (
	"cmp"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// A dialect says how an API's server is asked for a page of a list, and how it
// responds.
type dialect struct {
	name  string
	style style
	// id is the member with a record's ID, or "" if records have none.
	id string
	// counts says that responses have a total, and full that a short page without
	// metadata is the last by the API's documentation.
	counts, shortEnds bool
	list              string // with %s for the records
	ask               func(r *http.Request, body map[string]string) ask
	meta              func(a ask, r reply) []string // the members beside the list
	// odd are members of wrong kinds that may stand beside the list.
	odd []string
}

type style int

const (
	unpaged style = iota
	byOffset
	byPage
	byCursor
	// The caller does not say how large a page is, and pages do not overlap.
	byTheirOffset
	byTheirPage
)

func (s style) shifts() bool { return s == byOffset || s == byPage }

// An ask is what a request asks for.
type ask struct{ from, limit int }

// A reply is a page. Its fields are raw JSON, "" for what it does not say.
type reply struct {
	records     []string
	total, more string
	next        int // for byCursor: where the next page begins, or 0 for none
}

// dialects are by record type, or by API if all its lists are alike.
var dialects = map[string][]*dialect{
	"propexo": {{
		name: "meta", style: byOffset, id: "id", counts: true, shortEnds: true, list: `"results":[%s]`, ask: offsets,
		meta: func(_ ask, r reply) []string {
			return []string{`"meta":{` + strings.Join(members("total", r.total, "hasMore", r.more), ",") + `}`}
		},
		odd: []string{`"meta":null`, `"meta":[]`, `"meta":"ok"`, `"meta":{"total":"n/a"}`, `"meta":{"total":null,"hasMore":"no"}`, `"meta":{"total":{},"hasMore":[]}`, `"meta":{"total":-1}`},
	}},
	"propexo.WriteLog":            {{name: "logs", style: byOffset, id: "id", shortEnds: true, list: `"results":{"logs":[%s]}`, ask: offsets, odd: []string{`"meta":[]`}}},
	"propexo.AppointmentCalendar": {{name: "one page", list: `"result":[%s]`, odd: []string{`"meta":[]`}}},
	"storedge.Tenant":             {numbered("tenants")},
	"storedge.Note":               {numbered("notes")},
	"storedge.Ledger":             {numbered("ledgers")},
	"storedge.Unit":               {numbered("units")},
	"storedge.UnitGroup":          {numbered("unit_groups")},
	"storedge.UnitGroupTierRate":  {numbered("unit_group_tier_rates")},
	"storedge.Tier":               {numbered("tiers")},
	"storedge.Invoice":            {numbered("invoices")},
	"storedge.Lead":               {numbered("leads")},
	"storedge.PaymentMethod":      {numbered("payment_methods")},
	"storedge.RateChange":         {numbered("rate_changes")},
	"storedge.MoveInUnitEvent":    {numbered("move_ins")},
	"storedge.MoveOut":            {numbered("move_outs")},
	"storedge.MoveOutReason":      {numbered("reasons")},
	"storedge.InvoiceableItem":    {numbered("invoiceable_items")},
	"storedge.DiscountPlan":       {numbered("discount_plans")},
	"storedge.Document":           {numbered("documents")},
	"storedge.Address":            {numbered("addresses")},
	"storedge.AccessPoint":        {numbered("access_points")},
	"storedge.Task":               {numbered("tasks")},
	"storedge.DelinquencyEvent":   {numbered("delinquency_events")},
	"storedge.ScheduledAuction":   {numbered("auctions")},
	"storedge.PaymentIntent":      {numbered("payment_intents")},
	"storedge.FacilitySummary":    {numbered("facilities")},
	"storedge.FacilityV2":         {numbered("facilities")},
	"storedge.RateChangeUpdate":   {numbered("rate_change_updates")},
	"storedge.SameDayVacate":      {numbered("same_day_vacates")},
	"storedge.ActiveAuction":      {numbered("active_auctions")},
	"storedge.RateAppliedAction":  {identified("rate_applied_actions", "new_ledger_id")},
	"storedge.ReportRow":          {{name: "rows", list: `"report_request":{"report":[%s]}`, odd: []string{`"meta":[]`}}},
	"storedge.UnitRateHistory":    {onePage("units_rate_history", "")},
	"leasefind.Tenant":            {lastID("tenants", "identifier")},
	"leasefind.Person":            {lastID("persons", "identifier")},
	"leasefind.Unit":              {lastID("units", "identifier")},
	"leasefind.Listing":           {lastID("listings", "identifier")},
	"leasefind.Community":         {lastID("communities", "community_id")},
	"leasefind.Lease": {lastID("leases", "identifier"), {
		name: "pagination", style: byCursor, id: "identifier", list: `"data":[%s]`, ask: after,
		meta: func(_ ask, r reply) []string {
			next := "null"
			if r.next > 0 {
				next = strconv.Quote(strconv.Itoa(r.next))
			}
			return []string{`"pagination":{"next_cursor":` + next + `}`}
		},
		odd: []string{`"meta":"ok"`, `"last_id":-1`, `"last_id":[]`, `"leases":[]`, `"leases":null`},
	}},
	"elevenos.Team":      {onePage("Teams", "TeamId")},
	"elevenos.SiteInfo":  {onePage("Sites", "SiteId")},
	"elevenos.Mapping":   {onePage("Mappings", "")},
	"elevenos.Resident":  {onePage("Residents", "ResidentId")},
	"supergood.Property": assumed,
	"supergood.Unit":     assumed,
}

// dialectsOf returns the dialects in which a record is listed.
func dialectsOf(record reflect.Type) []*dialect {
	api, _, _ := strings.Cut(record.String(), ".")
	if d, ok := dialects[record.String()]; ok {
		return d
	}
	return dialects[api]
}

// numbered is storEDGE's dialect.
func numbered(list string) *dialect {
	return &dialect{
		name: "pagination", style: byPage, id: "id", counts: true, list: `"` + list + `":[%s]`,
		ask: func(r *http.Request, _ map[string]string) ask {
			page, limit := number(r, "page"), number(r, "per_page")
			return ask{max(page-1, 0) * limit, limit}
		},
		meta: func(a ask, r reply) []string {
			next := map[string]string{"true": strconv.Itoa(a.from/max(a.limit, 1) + 2), "false": "null"}[r.more]
			return []string{`"meta":{"pagination":{` + strings.Join(members("total_entries", r.total, "next_page", next), ",") + `}}`}
		},
		odd: []string{`"meta":null`, `"meta":[]`, `"meta":"ok"`, `"meta":{"pagination":[]}`, `"meta":{"pagination":null}`, `"meta":{"pagination":{"next_page":"","total_entries":"n/a"}}`, `"meta":{"pagination":{"next_page":[],"total_entries":{}}}`},
	}
}

// identified is storEDGE's dialect for records that another member than id identifies.
func identified(list, id string) *dialect {
	d := numbered(list)
	d.id = id
	return d
}

// lastID is leasefind's dialect.
func lastID(list, id string) *dialect {
	return &dialect{
		name: "last_id", style: byCursor, id: id, list: `"` + list + `":[%s]`, ask: after,
		meta: func(_ ask, r reply) []string { return members("last_id", strconv.Itoa(cmp.Or(r.next, -1))) },
		odd:  []string{`"meta":[]`, `"pagination":[]`, `"pagination":"ok"`, `"pagination":null`, `"pagination":{"next_cursor":""}`, `"pagination":{"next_cursor":[]}`},
	}
}

// onePage is ElevenOS' dialect.
func onePage(list, id string) *dialect {
	return &dialect{name: "one page", id: id, list: `"` + list + `":[%s]`, odd: []string{`"meta":[]`, `"Resident":[]`, `"Resident":null`, `"total":"n/a"`}}
}

// assumed are the dialects that Supergood's server may speak.
var assumed = []*dialect{
	{
		name: "nextCursor", style: byCursor, id: "id", counts: true, list: `"data":[%s]`,
		ask: func(r *http.Request, _ map[string]string) ask { return ask{from: number(r, "cursor")} },
		meta: func(_ ask, r reply) []string {
			next := ""
			if r.next > 0 {
				next = strconv.Quote(strconv.Itoa(r.next))
			}
			return members("nextCursor", next, "total", r.total, "hasMore", r.more)
		},
		odd: []string{`"meta":[]`, `"meta":"ok"`, `"pagination":[]`, `"total":"n/a"`, `"hasMore":"no"`, `"next_page":""`, `"links":"none"`},
	},
	{
		name: "page", style: byTheirPage, id: "id", counts: true, list: `"data":[%s]`,
		ask: func(r *http.Request, _ map[string]string) ask { return ask{from: -max(number(r, "page"), 1)} },
		meta: func(a ask, r reply) []string {
			return members("page", strconv.Itoa(a.from/a.limit+1), "perPage", strconv.Itoa(a.limit), "total", r.total, "hasMore", r.more)
		},
		odd: []string{`"meta":[]`, `"pagination":"ok"`, `"totalPages":"n/a"`, `"links":[]`},
	},
	{
		name: "offset", style: byTheirOffset, id: "id", counts: true, list: `"data":[%s]`,
		ask: func(r *http.Request, _ map[string]string) ask { return ask{from: number(r, "offset")} },
		meta: func(a ask, r reply) []string {
			return members("offset", strconv.Itoa(a.from), "limit", strconv.Itoa(a.limit), "total", r.total, "hasMore", r.more)
		},
		odd: []string{`"meta":[]`, `"pagination":"ok"`, `"total_pages":{}`, `"links":{}`},
	},
}

func offsets(r *http.Request, _ map[string]string) ask {
	return ask{number(r, "offset"), number(r, "limit")}
}

// after reads where a page of leasefind begins, which is in the query or the
// body.
func after(r *http.Request, body map[string]string) ask {
	from, _ := strconv.Atoi(body["after-id"])
	return ask{from: max(from, number(r, "after_id"))}
}

func number(r *http.Request, parameter string) int {
	n, _ := strconv.Atoi(r.URL.Query().Get(parameter))
	return n
}

// members are the members of an object that have a value.
func members(pairs ...string) []string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, fmt.Sprintf("%q:%s", pairs[i], pairs[i+1]))
		}
	}
	return all
}

// read reads a request for pages of a size, if it does not say another.
func (d *dialect) read(r *http.Request, size int) ask {
	if d.ask == nil {
		return ask{0, 1 << 30}
	}
	var raw map[string]any
	_ = json.UnmarshalRead(r.Body, &raw)
	body := make(map[string]string)
	for name, value := range raw {
		body[name] = fmt.Sprint(value)
	}
	a := d.ask(r, body)
	a.limit = cmp.Or(a.limit, size)
	if a.from < 0 { // the number of a page
		a.from = (-a.from - 1) * a.limit
	}
	return a
}

// body is the response that a reply makes, with more members.
func (d *dialect) body(a ask, r reply, more ...string) string {
	parts := append([]string{fmt.Sprintf(d.list, strings.Join(r.records, ","))}, more...)
	if d.meta != nil {
		for _, m := range d.meta(a, r) {
			name, _, _ := strings.Cut(m, ":")
			if !strings.HasPrefix(strings.Join(more, ""), name+":") { // odd members replace it
				parts = append(parts, m)
			}
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}
