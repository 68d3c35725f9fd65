package leasefindtest

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/internal/portfolio"
)

// The orders of the members of records.
var (
	addressOrder   = []string{"building_name", "address_line_1", "address_line_2", "city", "country", "state", "postal_code", "latitude", "longitude"}
	communityOrder = []string{
		"community_id", "community_external_ref", "name", "description", "location", "timezone", "unit_count", "website", "phone_number", "email", "status",
	}
	personOrder = []string{"identifier", "email_address", "first_name", "last_name", "external_ref", "phone_number"}
	unitOrder   = []string{
		"identifier", "external_ref", "unit_number", "is_flex", "full_bathrooms", "half_bathrooms", "number_of_bedrooms", "sqft", "address",
	}
	leaseOrder = []string{
		"identifier", "start_date", "end_date", "move_in_date", "landlord_id", "tenants", "unit_id", "unit_external_ref", "unit_external_reference",
		"unit_number", "address", "is_furnished", "minimum_days_notice", "deposit", "rent",
	}
	listingOrder = []string{
		"identifier", "external_ref", "amenities", "features", "finish", "bedrooms", "deposit_for_12_month_lease", "description", "floorplan_url",
		"full_bathrooms", "half_bathrooms", "image_urls", "is_flex", "is_furnished", "move_in_date", "rent_for_12_month_lease", "sqft", "tour_url",
		"unit_id", "unit_number", "unit_type", "listing_url",
	}
	taskOrder = []string{
		"action_type", "assignee_id", "attachments", "completed_datetime", "creator", "datetime_created", "datetime_updated", "description", "due_datetime",
		"external_ref", "identifier", "importance", "notes", "portfolio_external_ref", "portfolio_id", "priority_score", "queue_name",
		"relevant_conversation", "reminder_datetime", "resident_id", "status", "category", "summary", "title", "onsite_indicator", "topic", "user_goal",
		"escalation_flag",
	}
)

// firstSeq is the seq of the first record, since after-id starts at 1.
const firstSeq = 2

// A world is a portfolio as this API shows it.
type world struct {
	*portfolio.Portfolio
	seed uint64
	dirt float64
	now  func() time.Time

	unlisted map[string]bool // the groups whose vacancies are not listed; see [store] for the lock
}

// base returns the portfolio's records of a kind as the start of a table.
func (w *world) base(kind string) fakeserver.Base[*record] {
	size, made := w.Units, w.unit
	switch kind {
	case "community":
		size, made = w.Properties, w.community
	case "person":
		size, made = w.People, w.person
	case "lease":
		size, made = w.Leases, w.lease
	case "listing":
		made = w.listing
	case "task":
		size, made = func() int { return w.Units() / unitsPerTask }, w.task
	}
	return fakeserver.Base[*record]{
		Len: size, Key: func(i int) string { return key(i + firstSeq) },
		Record: func(i int) *record {
			return &record{seq: i + firstSeq, id: w.id(kind, i+firstSeq), made: func() value { return w.dirty(kind, i, made(i)) }}
		},
	}
}

// id returns the identifier of a record, a UUID that ends with its seq.
func (w *world) id(kind string, seq int) string {
	h := fnv.New128a()
	_, _ = h.Write(binary.BigEndian.AppendUint64([]byte(kind), w.seed^uint64(seq)<<20)) //nolint:gosec // any bits do
	b := h.Sum(make([]byte, 0, 16))
	b[6], b[8] = 0x40|b[6]&0xf, 0x80|b[8]&0x3f
	n := hex.AppendEncode(make([]byte, 0, 32), binary.BigEndian.AppendUint64(b[:8:8], uint64(seq)&0xffffffffffff|uint64(b[8])<<56|uint64(b[9])<<48)) //nolint:gosec // seqs are positive
	return string(n[:8]) + "-" + string(n[8:12]) + "-" + string(n[12:16]) + "-" + string(n[16:20]) + "-" + string(n[20:])
}

// seqOf returns the seq of a record with an identifier that [world.id] made.
func (w *world) seqOf(kind, id string) (int, bool) {
	if len(id) != 36 {
		return 0, false
	}
	seq, err := strconv.ParseInt(id[24:], 16, 64)
	return int(seq), err == nil && w.id(kind, int(seq)) == id
}

func (w *world) refer(kind string, i int) string { return w.id(kind, i+firstSeq) }

// leasesOf returns the leases of one of the portfolio's people.
func (w *world) leasesOf(person string) (ids []string) {
	seq, ok := w.seqOf("person", person)
	if !ok || seq < firstSeq || seq-firstSeq >= w.People() {
		return nil
	}
	for _, l := range w.PersonLeases(seq - firstSeq) {
		ids = append(ids, w.refer("lease", l.Index))
	}
	return ids
}

// amount returns cents as an amount with two decimals.
func amount(cents int) jsontext.Value { return jsontext.Value(fmt.Sprintf("%.2f", float64(cents)/100)) }

// day returns a date, or null.
func day(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.DateOnly)
}

// moment returns a time as events have it.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

var timezones = map[string]string{
	"NY": "America/New_York", "MA": "America/New_York", "TX": "America/Chicago", "IL": "America/Chicago", "CO": "America/Denver", "UT": "America/Denver",
	"OR": "America/Los_Angeles",
}

func (w *world) community(i int) value {
	p := w.Property(i)
	return value{groups: []string{w.refer("community", i)}, m: members{
		"community_id": w.refer("community", i), "community_external_ref": p.Number, "name": p.Name, "description": nil,
		"location": members{"latitude": fmt.Sprintf("%.7f", p.Latitude), "longitude": fmt.Sprintf("%.7f", p.Longitude)}, "timezone": timezones[p.State],
		"unit_count": p.Units, "website": fmt.Sprintf("https://example.com/communities/%s", p.Number), "phone_number": "+1" + p.Phone, "email": p.Email,
		"status": "active",
	}}
}

func (w *world) person(i int) value {
	q := w.Person(i)
	return value{groups: w.groupsOf(q.Unit), m: members{
		"identifier": w.refer("person", i), "email_address": q.Email, "first_name": q.First, "last_name": q.Last, "external_ref": q.Number,
		"phone_number": "+1" + q.Phone,
	}}
}

func (w *world) groupsOf(unit int) []string {
	return []string{w.refer("community", unit/w.UnitsPerProperty())}
}

func address(u *portfolio.Unit) members {
	return members{
		"building_name": u.PropertyName, "address_line_1": u.Street, "address_line_2": "Unit " + u.Number, "city": u.City, "country": "United States",
		"state": u.State, "postal_code": u.Zip, "latitude": degrees(u.Latitude), "longitude": degrees(u.Longitude),
	}
}

func degrees(f float64) jsontext.Value {
	return jsontext.Value(strconv.FormatFloat(f, 'f', 6, 64))
}

func (w *world) unit(i int) value {
	u := w.Unit(i)
	return value{groups: w.groupsOf(i), m: members{
		"identifier": w.refer("unit", i), "external_ref": u.Code, "unit_number": u.Number, "is_flex": i%9 == 4, "full_bathrooms": u.FullBaths,
		"half_bathrooms": u.HalfBaths, "number_of_bedrooms": u.Bedrooms, "sqft": u.SquareFeet, "address": address(&u),
	}}
}

func (w *world) lease(i int) value {
	l := w.Lease(i)
	ends := l.End
	switch {
	case !l.MoveOut.IsZero():
		ends = l.MoveOut
	case l.MonthToMonth:
		ends = time.Time{}
	}
	v := value{groups: w.groupsOf(l.Unit), unit: w.refer("unit", l.Unit), m: members{
		"identifier": w.refer("lease", i), "start_date": day(l.Start), "end_date": day(ends), "move_in_date": day(l.MoveIn),
		"landlord_id": "landlord-" + w.Unit(l.Unit).PropertyNumber, "is_furnished": w.Unit(l.Unit).Furnished, "minimum_days_notice": 30,
		"deposit": amount(l.Deposit), "rent": amount(l.Rent),
		"notice_given": !l.NoticeOn.IsZero(), "notice_date": day(l.NoticeOn), "move_out_date_requested": nil,
	}}
	if !l.NoticeOn.IsZero() {
		v.m["move_out_date_requested"] = day(l.MoveOut)
	}
	for _, t := range l.Tenants {
		v.people = append(v.people, w.refer("person", t.Person))
	}
	return v
}

// free returns the day from which a unit is to let, or false if it is let.
func (w *world) free(unit int) (from time.Time, ok bool) {
	from = w.Unit(unit).ReadyOn
	now := w.now()
	for _, l := range w.UnitLeases(unit) {
		switch l.Status(now) {
		case portfolio.Future, portfolio.Current:
			return from, false
		case portfolio.Notice:
			from = l.MoveOut.AddDate(0, 0, 3)
		case portfolio.Past:
			if ready := l.MoveOut.AddDate(0, 0, 3); ready.After(from) {
				from = ready
			}
		}
	}
	return from, true
}

// listing returns the vacancy of a unit. A unit that is let has none.
func (w *world) listing(i int) value {
	from, ok := w.free(i)
	if !ok || w.unlisted[w.groupsOf(i)[0]] {
		return value{}
	}
	u := w.Unit(i)
	kind := "apartment"
	if u.Bedrooms == 0 {
		kind = "studio_apartment"
	}
	id := w.refer("listing", i)
	page := "https://example.com/listings/" + u.Code
	pictures := []any{page + "/1.jpg", page + "/2.jpg"}
	features := []any{}
	for _, a := range u.Amenities {
		features = append(features, a)
	}
	v := value{groups: w.groupsOf(i), unit: w.refer("unit", i), m: members{
		"identifier": id, "external_ref": "L" + u.Code, "amenities": []any{"Gym", "Parking"}, "features": features, "finish": "standard", "bedrooms": u.Bedrooms,
		"description":   fmt.Sprintf("%d square feet, floor %s of %s.", u.SquareFeet, u.Floor, u.PropertyName),
		"floorplan_url": page + "/floorplan", "image_urls": pictures, "is_flex": i%9 == 4, "is_furnished": u.Furnished, "move_in_date": day(from),
		"sqft": u.SquareFeet, "tour_url": page + "/tour", "unit_number": u.Number, "unit_type": kind, "listing_url": page,
		"address": address(&u), "active_date": day(w.Today()),
	}}
	equip(v.m, bathrooms(u.FullBaths, u.HalfBaths), []any{members{"deposit": amount(50000), "length_in_months": 12, "rent": amount(u.MarketRent)}}, v.groups[0])
	return v
}

// unitsPerTask is how many units have a task between them.
const unitsPerTask = 5

var chores = []struct{ title, category, topic, goal, queue, onsite string }{
	{"The shower drips", "Maintenance", "maintenance", "fix_shower", "Facilities", "onsite"},
	{"A question about the balance", "Accounting", "payments", "explain_balance", "Accounts", "offsite"},
	{"Asks for a renewal offer", "Leasing", "renewal", "renew_lease", "Renewals", "offsite"},
	{"Noise from upstairs", "Customer Support", "complaint", "stop_noise", "Public Safety", "onsite"},
}

func (w *world) task(i int) value {
	unit := i * unitsPerTask
	u := w.Unit(unit)
	chore := chores[i%len(chores)]
	at := w.Today().AddDate(0, 0, -1-i%20).Add(time.Duration(9*60+7*i%480) * time.Minute)
	v := value{groups: w.groupsOf(unit), m: newTask(at)}
	creator := members{"email": nil, "unit_external_ref": u.Code, "lease_external_ref": nil, "first_name": nil, "last_name": nil, "phone_number": nil,
		"resident_address": u.Street, "unit_identifier": w.refer("unit", unit), "unit_number": u.Number}
	for name, set := range map[string]any{
		"identifier": w.refer("task", i), "external_ref": fmt.Sprint("T", 4000+i), "title": chore.title, "description": chore.title + ", unit " + u.Number + ".", "summary": chore.title,
		"category": chore.category, "topic": chore.topic, "user_goal": chore.goal, "queue_name": chore.queue, "onsite_indicator": chore.onsite,
		"due_datetime": moment(at.AddDate(0, 0, 7)), "portfolio_id": v.groups[0], "portfolio_external_ref": u.PropertyNumber, "creator": creator,
	} {
		v.m[name] = set
	}
	if leases := w.UnitLeases(unit); len(leases) > 0 {
		q := w.Person(leases[0].Primary())
		v.m["resident_id"] = w.refer("person", q.Index)
		creator["email"], creator["first_name"], creator["last_name"], creator["phone_number"] = q.Email, q.First, q.Last, "+1"+q.Phone
	}
	return v
}

// dirty makes the portfolio's share of records as dirty as real ones.
func (w *world) dirty(kind string, i int, v value) value {
	if r := w.Dirt("leasefind "+kind, i, w.dirt); r != nil && v.m != nil {
		soil(r, v.m)
		v.m["a_member_of_tomorrow"] = members{"x": []any{1, nil, "y"}}
	}
	return v
}

// soil makes some members dirty. References stay.
func soil(r *rand.Rand, m members) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if name == "address" || name == "location" {
			inner, _ := m[name].(members)
			soil(r, inner)
			continue
		}
		if name == "identifier" || name == "creator" || name == "tenants" || name == "status" || strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "external_ref") || r.IntN(4) > 0 {
			continue
		}
		switch v := m[name].(type) {
		case string:
			switch {
			case name == "phone_number":
				m[name] = portfolio.Phone(strings.TrimPrefix(v, "+1"), r.IntN(6))
			case isDate(v):
				m[name] = []any{v + "T00:00:00", "", nil}[r.IntN(3)]
			default:
				m[name] = []any{"", nil, " " + v, strings.ToUpper(v), v + "\u00a0"}[r.IntN(5)]
			}
		case jsontext.Value:
			m[name] = []any{string(v), nil}[r.IntN(2)]
		case int, bool:
			m[name] = nil
		}
	}
}
