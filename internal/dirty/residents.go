// Package dirty makes records as dirty as those of real systems, for tests and benchmarks.
package dirty

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// Residents returns the JSON of n residents, the same for the same seed. They are
// as dirty as real ones, with nulls, empty strings, dates in two formats, phone numbers
// as people type them, values that are in no enumeration, and undocumented members.
func Residents(seed uint64, n int) [][]byte {
	g := generator{rand.New(rand.NewPCG(seed, 0x7e4a47))} //nolint:gosec // no secret
	residents := make([][]byte, n)
	for i := range residents {
		residents[i] = g.resident(i)
	}
	return residents
}

// AddResidents adds n dirty residents to a fake of Propexo by its AddRaw, and returns
// their IDs, sorted.
func AddResidents(add func(id string, raw []byte), seed uint64, n int) []string {
	byID := make(map[string][]byte, n)
	for _, raw := range Residents(seed, n) {
		var r struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(raw, &r); err != nil {
			panic(err) // it was marshalled just now
		}
		byID[r.ID] = raw
	}
	ids := slices.Sorted(maps.Keys(byID))
	for _, id := range ids {
		add(id, byID[id])
	}
	return ids
}

type generator struct{ *rand.Rand }

var (
	firstNames = []string{"Al", "Ana María", "Bob", "Chloé", "D'Angelo", "Eva", "Fatima", "Gus", "Hân", "Ivan", "Jo-Ann", "김민수", "Lena", "Mo", "Nia", "Ólafur", "Pat", "Quinn", "Rosa", "Søren"}
	lastNames  = []string{"Abara", "Baker", "Castro", "de la Cruz", "Evans", "Fischer", "García", "Hughes", "Ito", "Jones", "Kim", "López", "Müller", "Nguyen", "O'Neil", "Park", "Quist", "Rossi", "Smith", "van Dyk"}
	streets    = []string{"Main St", "Oak Avenue", "Elm Court Apt", "N. Pine Blvd", "Sunset Dr #", "5th Street Unit"}
	cities     = [][3]string{{"Springfield", "IL", "62704"}, {"Denver", "CO", "80203"}, {"Austin", "TX", "78701"}, {"Portland", "OR", "97205"}, {"Albany", "NY", "12207"}}
	vendors    = []string{"ENTRATA", "BUILDIUM", "RESMAN", "RENTMANAGER", "YARDI_NEXT"} // the last one is not listed
	phoneTypes = []string{"HOME", "MOBILE", "WORK", "CELL", "mobile"}                   // nor are the last two
)

func pick[T any](g generator, from []T) T { return from[g.IntN(len(from))] }

// maybe returns v, or null in the given percentage of cases.
func (g generator) maybe(percent int, v any) any {
	if g.IntN(100) < percent {
		return nil
	}
	return v
}

// id returns an ID that looks like a cuid.
func (g generator) id() string {
	const letters = "0123456789abcdefghijklmnopqrstuvwxyz"
	b := []byte("cl")
	for len(b) < 25 {
		b = append(b, letters[g.IntN(len(letters))])
	}
	return string(b)
}

var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// at returns a time in Propexo's form: UTC, with milliseconds.
func (g generator) at() string {
	return epoch.Add(time.Duration(g.Int64N(int64(600 * 24 * time.Hour)))).Format("2006-01-02T15:04:05.000Z")
}

// date returns a date in one of the formats that property management systems use.
func (g generator) date() any {
	t := epoch.AddDate(0, 0, g.IntN(1500)-750)
	switch g.IntN(10) {
	case 0:
		return nil
	case 1, 2, 3:
		return t.Format(time.DateOnly)
	case 4:
		return ""
	default:
		return t.Format("2006-01-02T15:04:05Z")
	}
}

func (g generator) phone() any {
	area, mid, end := 201+g.IntN(700), 200+g.IntN(700), g.IntN(10000)
	switch g.IntN(8) {
	case 0:
		return nil
	case 1:
		return ""
	case 2:
		return fmt.Sprintf("%d%d%04d", area, mid, end)
	case 3:
		return fmt.Sprintf("+1 %d.%d.%04d", area, mid, end)
	case 4:
		return fmt.Sprintf("%d-%d-%04d x%d", area, mid, end, g.IntN(999))
	case 5:
		return "call office"
	default:
		return fmt.Sprintf("(%d) %d-%04d", area, mid, end)
	}
}

// cents returns an amount as a number, sometimes with a fraction.
func (g generator) cents() any {
	switch g.IntN(6) {
	case 0:
		return nil
	case 1:
		return float64(g.IntN(1_000_000)) + 0.5
	default:
		return g.IntN(400_000) - 50_000
	}
}

type members = map[string]any

func (g generator) stamped() members {
	created := g.at()
	return members{"id": g.id(), "created_at": created, "updated_at": created, "last_seen": g.maybe(5, created), "x_id": fmt.Sprint(g.IntN(99999))}
}

func (g generator) resident(i int) []byte {
	city := pick(g, cities)
	first, last := pick(g, firstNames), pick(g, lastNames)
	m := g.stamped()
	m["updated_at"] = g.at()
	m["address_1"] = fmt.Sprintf("%d %s %d", g.IntN(9999), pick(g, streets), g.IntN(400))
	m["address_2"] = g.maybe(60, fmt.Sprintf("Unit %d", g.IntN(500)))
	m["address_1_alternate"] = g.maybe(80, "PO Box 12")
	m["address_2_alternate"] = g.maybe(95, "")
	m["city"], m["state"], m["zip"] = city[0], city[1], city[2]
	m["city_alternate"], m["state_alternate"], m["zip_alternate"] = g.maybe(80, "Shelbyville"), g.maybe(80, "MO"), g.maybe(80, "62705")
	m["country"], m["country_alternate"] = g.maybe(20, "US"), nil
	m["balance_in_cents"], m["late_balance_in_cents"] = g.cents(), g.cents()
	m["custom_data"] = g.maybe(50, members{"segment": pick(g, []string{"a", "b"}), "score": g.IntN(100), "notes": []string{"x"}})
	m["date_of_birth"] = g.date()
	m["email_1"] = g.maybe(10, fmt.Sprintf("resident%d@example.com", i))
	m["email_2"] = g.maybe(80, "")
	m["first_name"], m["last_name"], m["middle_name"] = g.maybe(2, first), last, g.maybe(60, pick(g, firstNames))
	m["is_employee"] = g.maybe(40, g.IntN(30) == 0)
	m["notes"] = g.maybe(60, "Prefers calls after 5 pm.\nHas a \"spare\" key \u2014 see office.")
	m["phone_1"], m["phone_1_type"] = g.phone(), g.maybe(30, pick(g, phoneTypes))
	m["phone_2"], m["phone_2_type"] = g.phone(), g.maybe(60, pick(g, phoneTypes))
	m["integration_id"], m["integration_vendor"] = "clwh5u07w000508me66sfh3um", pick(g, vendors)
	m["property_id"], m["x_lease_id"] = fmt.Sprintf("clproperty%014d", g.IntN(40)), g.maybe(50, fmt.Sprint(g.IntN(9999)))
	m["pets"], m["vehicles"], m["leases_meta_data"] = g.pets(), g.vehicles(), g.leases()
	if g.IntN(50) == 0 {
		m["portal_status"] = members{"invited": true}
	}
	raw, err := json.Marshal(m, json.Deterministic(true))
	if err != nil {
		panic(err) // maps of plain values
	}
	return raw
}

func (g generator) pets() []members {
	pets := []members{}
	for range []int{0, 0, 1, 1, 2}[g.IntN(5)] {
		p := g.stamped()
		p["name"], p["type"], p["breed"] = g.maybe(10, "Buddy"), g.maybe(10, pick(g, []string{"Dog", "cat", "Iguana"})), g.maybe(40, "Labrador")
		p["gender_raw"], p["age_in_years"], p["weight_in_pounds"] = g.maybe(30, "M"), g.maybe(40, g.IntN(15)), g.maybe(40, float64(g.IntN(900))/10)
		p["is_fixed"], p["is_service_animal"], p["notes"], p["custom_data"] = g.maybe(50, true), g.maybe(50, false), nil, g.maybe(50, members{})
		pets = append(pets, p)
	}
	return pets
}

func (g generator) vehicles() []members {
	vehicles := []members{}
	for range []int{0, 0, 1, 1, 2}[g.IntN(5)] {
		v := g.stamped()
		v["make"], v["model"], v["color"] = g.maybe(10, "Toyota"), g.maybe(10, "Camry"), g.maybe(30, "Red")
		v["year"], v["license_plate_number"], v["license_plate_state"] = g.maybe(20, fmt.Sprint(1990+g.IntN(35))), g.maybe(10, "ABC1234"), g.maybe(20, "CA")
		v["notes"], v["custom_data"] = nil, nil
		vehicles = append(vehicles, v)
	}
	return vehicles
}

func (g generator) leases() []members {
	leases := []members{}
	for range 1 + g.IntN(2) {
		leases = append(leases, members{
			"lease_id": g.id(), "x_resident_type": g.maybe(20, "main"),
			"resident_type_normalized": g.maybe(10, pick(g, []string{"PRIMARY", "SECONDARY", "GUARANTOR", "ROOMMATE"})),
			"move_in_date":             g.date(), "move_out_date": g.date(), "notice_date": g.maybe(90, g.date()), "custom_data": g.maybe(70, members{}),
			"last_seen": g.at(),
		})
	}
	return leases
}
