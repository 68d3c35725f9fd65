package roster

import (
	"context"
	"errors"
	"iter"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// decode reads a system's record as the SDK does.
func decode[T any](t *testing.T, text string) *T {
	t.Helper()
	record := new(T)
	require.NoError(t, json.Unmarshal([]byte(text), record))
	return record
}

func TestPropexoResident(t *testing.T) {
	p := new(Page)
	require.NoError(t, propexoPerson(p, decode[propexo.Resident](t, `{
		"id":"cm1","created_at":"2024-01-02T03:04:05.000Z","updated_at":"2024-02-02T00:00:00.000Z","last_seen":"2024-03-02T00:00:00.000Z",
		"x_id":"77","first_name":"Ana","middle_name":"B","last_name":"Diaz","email_1":" Ana@Example.com ","email_2":"no address",
		"phone_1":"(212) 555-0100","phone_1_type":"MOBILE","phone_2":"+44 20 7946 0000","phone_2_type":"WORK",
		"address_1":"1 Main St","city":"Austin","state":"TX","zip":"78701","address_1_alternate":null,
		"integration_id":"int1","integration_vendor":"ENTRATA","property_id":"prop1","new_member":{"ssn":"1","kept":2}}`)))
	require.Len(t, p.People, 1)
	got := p.People[0]
	raw := got.Raw
	got.Raw = nil
	assert.Equal(t, Person{
		Source: "propexo", Scope: "int1", ID: "cm1", ExternalIDs: []ExternalID{{"ENTRATA", "resident", "77"}},
		Kind: Individual, FirstName: "Ana", MiddleName: "B", LastName: "Diaz", PropertyID: "prop1",
		Emails:    []Contact{{Value: " Ana@Example.com ", Normal: "ana@example.com"}, {Value: "no address"}},
		Phones:    []Contact{{Value: "(212) 555-0100", Normal: "+12125550100", Kind: "mobile", Label: "MOBILE"}, {Value: "+44 20 7946 0000", Normal: "+442079460000", Kind: "work", Label: "WORK"}},
		Addresses: []Address{{Label: "main", Line1: "1 Main St", City: "Austin", State: "TX", PostalCode: "78701"}},
		CreatedAt: "2024-01-02T03:04:05.000Z", UpdatedAt: "2024-02-02T00:00:00.000Z", LastSeen: "2024-03-02T00:00:00.000Z",
	}, got)
	assert.Contains(t, string(raw), `"kept":2`)
	assert.NotContains(t, string(raw), "ssn")
}

func TestPropexoLease(t *testing.T) {
	p := new(Page)
	require.NoError(t, propexoLease(p, decode[propexo.Lease](t, `{
		"id":"l1","x_id":"9","start_date":"2024-01-01T00:00:00.000Z","end_date":"2024-12-31","realized_move_in_date":"2024-01-03T00:00:00.000Z",
		"rent_amount_in_cents":125050,"deposit_amount_in_cents":-5,"balance_amount_in_cents":null,"status_normalized":"ACTIVE","status_raw":"Notice",
		"unit_id":"u1","property_id":"p1","integration_id":"int1","integration_vendor":"RESMAN",
		"residents_meta_data":[
			{"resident_id":"r1","x_resident_type":"Head","resident_type_normalized":"PRIMARY","move_in_date":"2024-01-03","notice_date":"2024-11-01"},
			{"resident_id":"r2","resident_type_normalized":"SECONDARY"},{"resident_id":""}]}`)))
	l := p.Leases[0]
	assert.Equal(t, LeaseNotice, l.State)
	assert.Equal(t, "Notice", l.StateWord)
	assert.Equal(t, Money{Amount: "1250.50"}, l.Rent)
	assert.Equal(t, Money{Amount: "-0.05"}, l.Deposit)
	assert.Equal(t, Money{}, l.Balance)
	assert.Equal(t, tenantry.Date("2024-01-01"), l.Start)
	assert.Equal(t, tenantry.Date("2024-01-03"), l.MoveIn)
	assert.Equal(t, tenantry.Date("2024-11-01"), l.Notice)
	require.Len(t, p.Tenancies, 2)
	assert.Equal(t, Tenancy{
		Source: "propexo", Scope: "int1", ID: "l1/r1", PersonID: "r1", LeaseID: "l1", UnitID: "u1", PropertyID: "p1",
		Role: Primary, RoleWord: "Head", MoveIn: "2024-01-03", Notice: "2024-11-01", Raw: p.Tenancies[0].Raw,
	}, p.Tenancies[0])
	assert.Equal(t, CoResident, p.Tenancies[1].Role)
	assert.Equal(t, 1, p.Unidentified)

	p.SetCurrency("USD")
	assert.Equal(t, Money{"1250.50", "USD"}, p.Leases[0].Rent)
	assert.Equal(t, Money{}, p.Leases[0].Balance, "no amount has a currency")
}

func TestPropexoStates(t *testing.T) {
	for text, want := range map[string]LeaseState{
		`{"status_normalized":"ACTIVE"}`:                              LeaseCurrent,
		`{"status_normalized":"PENDING"}`:                             LeaseFuture,
		`{"status_normalized":"INACTIVE"}`:                            LeasePast,
		`{"status_normalized":"EVICTED"}`:                             LeaseEvicted,
		`{"status_normalized":"OTHER"}`:                               LeaseUnknown,
		`{"status_normalized":"OTHER","status_raw":"MONTH_TO_MONTH"}`: LeaseCurrent,
		`{"status_normalized":"PENDING","status_raw":"Applicant"}`:    LeaseApplicant,
		`{"status_normalized":"INACTIVE","status_raw":"Canceled"}`:    LeaseCancelled,
		`{"status_normalized":"INACTIVE","status_raw":"weird"}`:       LeasePast,
	} {
		assert.Equal(t, want, propexoState(decode[propexo.Lease](t, text)), text)
	}
}

func TestPropexoUnit(t *testing.T) {
	p := new(Page)
	require.NoError(t, propexoUnit(p, decode[propexo.Unit](t, `{"id":"u1","number":"4B","is_vacant":true,"is_available":false,"bedrooms":"2","bathrooms":"1.5","square_feet":800,"rent_amount_market_in_cents":99}`)))
	u := p.Units[0]
	assert.Equal(t, Vacant, u.Occupancy)
	assert.Equal(t, LeasingUnknown, u.Leasing, "not available is several states")
	assert.Equal(t, "is_available: false", u.LeasingWord)
	assert.Equal(t, Money{Amount: "0.99"}, u.MarketRent)
	assert.EqualValues(t, 800, *u.SquareFeet)
}

// example returns a record of upstream's examples, if this machine has them.
func example(t *testing.T, file, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var all map[string]jsontext.Value
	require.NoError(t, json.Unmarshal(b, &all))
	require.Contains(t, all, name)
	return string(all[name])
}

func TestStoredgeTenant(t *testing.T) {
	p := new(Page)
	require.NoError(t, storedgePerson(p, "f1", decode[storedge.Tenant](t, example(t, "storedge.json", "tenant"))))
	person := p.People[0]
	assert.Equal(t, "f1", person.Scope)
	assert.Equal(t, "Jordan", person.FirstName)
	assert.Equal(t, Business, person.Kind)
	assert.Equal(t, "Acme Storage Users", person.BusinessName)
	assert.Equal(t, []ExternalID{{"storedge", "account_number", "10042"}}, person.ExternalIDs)
	yes := true
	assert.Equal(t, []Contact{{Value: "+12125550143", Normal: "+12125550143", Kind: "mobile", Label: "Mobile", Primary: &yes}}, person.Phones)
	assert.Len(t, person.Addresses, 1, "the mailing address occurs again among the addresses")
	assert.NotContains(t, string(person.Raw), "license_number")
	require.Len(t, p.Tenancies, 2)
	assert.Equal(t, "ledger-1", p.Tenancies[0].LeaseID)
	assert.True(t, *p.Tenancies[0].Active)
	assert.False(t, *p.Tenancies[1].Active)
}

func TestStoredgeUnit(t *testing.T) {
	p := new(Page)
	require.NoError(t, storedgeUnit(p, "f1", decode[storedge.Unit](t, example(t, "storedge.json", "unit"))))
	require.NoError(t, storedgeUnit(p, "f1", decode[storedge.Unit](t, `{"name":"no id"}`)))
	assert.Equal(t, 1, p.Unidentified)
	u := p.Units[0]
	assert.NotContains(t, string(u.Raw), "canary")
	assert.Contains(t, string(u.Raw), `"door_type":"roll_up"`)
	u.Raw = nil
	area := int64(60)
	assert.Equal(t, Unit{
		Source: "storedge", Scope: "f1", ID: "00000000-0000-4000-8000-000000000201", PropertyID: "f1", LeaseID: "ledger-1", Number: "U131", Floor: "2", SquareFeet: &area,
		MarketRent: Money{Amount: "764.95"}, Occupancy: Occupied, OccupancyWord: "occupied", Leasing: Leased, LeasingWord: "occupied",
	}, u)
	for members, want := range map[string]struct {
		occupancy Occupancy
		leasing   Leasing
		word      string
	}{
		`"status":"vacant","rentable":true,"available_for_move_in":true`:                   {Vacant, Available, "available_for_move_in: true"},
		`"status":"vacant","rentable":true,"available_for_move_in":false`:                  {Vacant, LeasingUnknown, "available_for_move_in: false"},
		`"status":"vacant","rentable":false,"available_for_move_in":true`:                  {Vacant, OffMarket, "rentable: false"},
		`"status":"vacant","rentable":true,"damaged":true,"available_for_move_in":true`:    {Vacant, OffMarket, "damaged: true"},
		`"status":"vacant","rentable":true,"unrentable":true,"available_for_move_in":true`: {Vacant, OffMarket, "unrentable: true"},
		`"status":"vacant"`:                    {Vacant, LeasingUnknown, "vacant"},
		`"status":"reserved","rentable":false`: {OccupancyUnknown, Reserved, "reserved"},
		`"status":"occupied","damaged":true`:   {Occupied, Leased, "occupied"},
		`"status":"auction"`:                   {OccupancyUnknown, LeasingUnknown, "auction"},
	} {
		p := new(Page)
		require.NoError(t, storedgeUnit(p, "f1", decode[storedge.Unit](t, `{"id":"u",`+members+`,"area":12.5}`)))
		assert.Equal(t, want.occupancy, p.Units[0].Occupancy, members)
		assert.Equal(t, want.leasing, p.Units[0].Leasing, members)
		assert.Equal(t, want.word, p.Units[0].LeasingWord, members)
		assert.Nil(t, p.Units[0].SquareFeet, "it is not whole")
	}
}

func TestStoredgeLedger(t *testing.T) {
	p := new(Page)
	require.NoError(t, storedgeLease(p, "f1", decode[storedge.Ledger](t, example(t, "storedge.json", "ledger"))))
	require.NoError(t, storedgeLease(p, "f1", decode[storedge.Ledger](t, `{"active":true}`)))
	assert.Equal(t, 1, p.Unidentified)
	l := p.Leases[0]
	assert.NotContains(t, string(l.Raw), "canary")
	assert.Contains(t, string(l.Raw), `"paid_through":"2023-09-12"`)
	l.Raw = nil
	assert.Equal(t, Lease{
		Source: "storedge", Scope: "f1", ID: "00000000-0000-4000-8000-000000000601", PropertyID: "f1", ExternalIDs: []ExternalID{{"storedge", "lease_number", "1694788753"}},
		State: LeaseCurrent, StateWord: "active: true", MoveIn: "2023-09-15", Rent: Money{Amount: "12.0"}, Balance: Money{Amount: "54.36"},
	}, l)
	for members, want := range map[string]Lease{
		`"active":false,"closed_on":"2024-01-02T03:04:05.000-05:00"`: {State: LeasePast, StateWord: "active: false", MoveOut: "2024-01-02"},
		`"active":true,"scheduled_move_out":"2024-03-01"`:            {State: LeaseNotice, StateWord: "active: true", ScheduledMoveOut: "2024-03-01"},
		`"active":true,"scheduled_move_out":{"date":"2024-03-01"}`:   {State: LeaseNotice, StateWord: "active: true"},
		`"active":true,"scheduled_move_out":null`:                    {State: LeaseCurrent, StateWord: "active: true"},
		`"active":null`: {State: LeaseUnknown},
	} {
		p := new(Page)
		require.NoError(t, storedgeLease(p, "f1", decode[storedge.Ledger](t, `{"id":"l",`+members+`}`)))
		got := p.Leases[0]
		assert.Equal(t, want, Lease{State: got.State, StateWord: got.StateWord, MoveOut: got.MoveOut, ScheduledMoveOut: got.ScheduledMoveOut}, members)
	}
}

// TestEverySecretIsLeftOut goes through the types of records for fields that are
// secrets: Raw must lose each of them.
func TestEverySecretIsLeftOut(t *testing.T) {
	for source, records := range map[string][]any{
		"propexo":   {propexo.Property{}, propexo.Unit{}, propexo.Lease{}, propexo.Resident{}},
		"storedge":  {storedge.Unit{}, storedge.Ledger{}, storedge.Tenant{}},
		"leasefind": {leasefind.Community{}, leasefind.Unit{}, leasefind.Lease{}, leasefind.Tenant{}},
		"elevenos":  {elevenos.SiteInfo{}, elevenos.Mapping{}, elevenos.Resident{}},
		"supergood": {supergood.Property{}, supergood.Unit{}},
	} {
		seen := make(map[reflect.Type]bool)
		var walk func(typ reflect.Type)
		walk = func(typ reflect.Type) {
			if seen[typ] || typ == reflect.TypeFor[tenantry.Secret]() {
				return
			}
			seen[typ] = true
			switch typ.Kind() {
			case reflect.Pointer, reflect.Slice, reflect.Map:
				walk(typ.Elem())
			case reflect.Struct:
				for f := range typ.Fields() {
					if f.Type == reflect.TypeFor[tenantry.Secret]() {
						name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
						assert.Contains(t, Secrets(source), memberName(name), "%s of %s", f.Name, typ)
					}
					walk(f.Type)
				}
			}
		}
		for _, record := range records {
			walk(reflect.TypeOf(record))
		}
	}
}

func TestLeasefindCommunity(t *testing.T) {
	p := new(Page)
	require.NoError(t, leasefindProperty(p, "g1", decode[leasefind.Community](t, example(t, "leasefind.json", "community"))))
	require.NoError(t, leasefindProperty(p, "g1", decode[leasefind.Community](t, `{"community_id":"g1","status":"inactive","unit_count":12}`)))
	require.NoError(t, leasefindProperty(p, "g1", decode[leasefind.Community](t, `{"name":"no ID"}`)))
	assert.Equal(t, 1, p.Unidentified)
	assert.Contains(t, string(p.Properties[0].Raw), `"phone_number":"+15555550199"`)
	p.Properties[0].Raw, p.Properties[1].Raw = nil, nil
	yes, no, twelve := true, false, int64(12)
	assert.Equal(t, []Property{
		{
			Source: "leasefind", Scope: "g1", ID: "00000000-0000-4000-8000-000000000001", ExternalIDs: []ExternalID{{"leasefind", "community_external_ref", "987123"}},
			Name: "Test Community", TimeZone: "America/New_York", Active: &yes,
		},
		{Source: "leasefind", Scope: "g1", ID: "g1", ExternalIDs: []ExternalID{}, UnitCount: &twelve, Active: &no},
	}, p.Properties)
}

func TestLeasefindLease(t *testing.T) {
	p := new(Page)
	require.NoError(t, leasefindLease(p, "g1", decode[leasefind.Lease](t, example(t, "leasefind.json", "lease"))))
	l := p.Leases[0]
	assert.Equal(t, LeaseUnknown, l.State)
	assert.Equal(t, tenantry.Date("2024-02-01"), l.ScheduledMoveIn)
	assert.Equal(t, Money{Amount: "1500.00"}, l.Rent)
	assert.Equal(t, "g1", l.PropertyID)
	assert.Equal(t, "g1", p.Tenancies[0].PropertyID)
	require.Len(t, p.Tenancies, 2)
	assert.Equal(t, "t1", p.Tenancies[0].PersonID)
	assert.Equal(t, "t2", p.Tenancies[1].PersonID, "the other form")
}

func TestElevenosResident(t *testing.T) {
	p := new(Page)
	require.NoError(t, elevenosPerson(p, "t/s", decode[elevenos.Resident](t, example(t, "elevenos.json", "resident"))))
	assert.Equal(t, "t/s", p.People[0].Scope)
	tenancy := p.Tenancies[0]
	assert.Equal(t, "A/1/101", tenancy.UnitID)
	assert.Equal(t, tenantry.Date("2021-11-05"), tenancy.MoveIn)
	assert.True(t, *tenancy.Active)
	assert.Equal(t, "current,pending", tenancy.RoleWord)

	require.NoError(t, elevenosUnit(p, "t/s", decode[elevenos.Mapping](t, `{"Building":"A","Floor":"1","Unit":"101","Passphrase":"canary","Vlan":"7"}`)))
	assert.Equal(t, "A/1/101", p.Units[0].ID)
	assert.NotContains(t, string(p.Units[0].Raw), "assphrase")
}

func TestSupergoodUnit(t *testing.T) {
	p := new(Page)
	unit := decode[supergood.Unit](t, `{"id":"u1","status":"Notice Rented","number":"12","residents":[{"id":"r1","firstName":"Ana","lastName":"Diaz","email":"a@b.co"},{"id":"r3","firstName":"Cy"}],
		"leases":[{"id":"l1","status":"CURRENT","rent":"1000.5","residents":[{"id":"r1"},{"id":"r2","phone":"2125550100"}]},{"id":"","status":"x"}]}`)
	require.NoError(t, supergoodUnit(p, "p1", unit))
	assert.Equal(t, Occupied, p.Units[0].Occupancy)
	assert.Equal(t, NoticeLeased, p.Units[0].Leasing)
	assert.Equal(t, "12", p.Units[0].Number)
	require.Len(t, p.Leases, 1)
	assert.Equal(t, LeaseCurrent, p.Leases[0].State)
	assert.Equal(t, Money{Amount: "1000.5"}, p.Leases[0].Rent)
	require.Len(t, p.People, 3)
	assert.Equal(t, "Ana", p.People[0].FirstName, "the fullest record is kept")
	var ids []string
	for _, tenancy := range p.Tenancies {
		ids = append(ids, tenancy.ID)
	}
	assert.Equal(t, []string{"l1/r1", "l1/r2", "u1/r3"}, ids)
	assert.Equal(t, 1, p.Unidentified)
}

func TestCents(t *testing.T) {
	for in, want := range map[tenantry.Decimal]tenantry.Decimal{
		"": "", "0": "0.00", "5": "0.05", "12": "0.12", "123": "1.23", "-123": "-1.23", "100.5": "1.005", "1e3": "10.00", "12345678901234567890": "123456789012345678.90", "x": "", "-7": "-0.07",
	} {
		assert.Equal(t, want, cents(in).Amount, "%q", in)
	}
}

func TestPhone(t *testing.T) {
	for in, want := range map[string]string{
		"2125550100": "+12125550100", "1-212-555-0100": "+12125550100", "+1 (212) 555.0100": "+12125550100", "212-555-0100 x7": "", "0125550100": "", "123": "", "": "", "+49 30 123456": "+4930123456",
	} {
		assert.Equal(t, want, phone(in).Normal, "%q", in)
	}
}

func TestStateOn(t *testing.T) {
	for _, test := range []struct {
		lease Lease
		day   tenantry.Date
		want  LeaseState
	}{
		{Lease{State: LeaseUnknown, Start: "2024-01-01", End: "2024-12-31"}, "2023-12-31", LeaseFuture},
		{Lease{State: LeaseUnknown, Start: "2024-01-01", End: "2024-12-31"}, "2024-06-01", LeaseCurrent},
		{Lease{State: LeaseUnknown, Start: "2024-01-01", End: "2024-12-31"}, "2024-12-31", LeasePast},
		{Lease{State: LeaseCurrent, Start: "2024-01-01", End: "2024-12-31"}, "2025-06-01", LeaseCurrent},
		{Lease{State: LeaseNotice, MoveIn: "2024-01-01", ScheduledMoveOut: "2024-09-30"}, "2024-09-29", LeaseNotice},
		{Lease{State: LeaseNotice, MoveIn: "2024-01-01", ScheduledMoveOut: "2024-09-30"}, "2024-09-30", LeasePast},
		{Lease{State: LeaseFuture, ScheduledMoveIn: "2024-05-01"}, "2024-05-01", LeaseCurrent},
		{Lease{State: LeasePast, MoveIn: "2020-01-01", MoveOut: "2021-01-01"}, "2020-06-01", LeaseCurrent},
		{Lease{State: LeasePast, MoveIn: "2020-01-01"}, "2020-06-01", LeasePast},
		{Lease{State: LeaseEvicted, MoveIn: "2020-01-01"}, "2019-06-01", LeaseEvicted},
		{Lease{State: LeaseApplicant, Start: "2020-01-01"}, "2021-06-01", LeaseApplicant},
		{Lease{State: LeaseUnknown}, "2021-06-01", LeaseUnknown},
		{Lease{State: LeaseUnknown, Start: "soon"}, "2021-06-01", LeaseUnknown},
		{Lease{State: LeaseCurrent, Start: "2020-01-01"}, "someday", LeaseCurrent},
	} {
		assert.Equal(t, test.want, test.lease.StateOn(test.day), "%+v on %s", test.lease, test.day)
	}
}

func TestMatch(t *testing.T) {
	a := &Person{ExternalIDs: []ExternalID{{"ENTRATA", "resident", "7"}}, Emails: []Contact{email("A@b.co"), email("?")}, Phones: []Contact{phone("2125550100")}}
	b := &Person{ExternalIDs: []ExternalID{{"ENTRATA", "resident", "7"}}, Emails: []Contact{email("a@B.co"), email("?")}, Phones: []Contact{phone("+12125550100")}}
	assert.Equal(t, []Evidence{{"key", "ENTRATA/resident/7"}, {"email", "a@b.co"}, {"phone", "+12125550100"}}, Match(a, b))
	assert.Nil(t, Match(a, &Person{ExternalIDs: []ExternalID{{"RESMAN", "resident", "7"}}, Emails: []Contact{email("?")}}))
}

func TestWithout(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":1,"gateCode":"x","b":{"GATE_CODE":[1,{"c":2}],"d":[{"gate-code":1,"e":1.0}]}}`: `{"a":1,"b":{"d":[{"e":1.0}]}}`,
		`{"gateCode":1}`:            `{}`,
		`[{"GateCode":1},"gate"]`:   `[{},"gate"]`,
		`"gate_code"`:               `"gate_code"`,
		`{"gate_codes":1}`:          `{"gate_codes":1}`,
		`{"g\u0061teCode":1,"b":2}`: `{"b":2}`,
		` { "gate_code" : { "a" : [ "}" , "\"" ] } , "x" : [ ] , "gateCode":1,"y":-1.50e+3 , "GATE CODE":null } `: `{"x":[],"y":-1.50e+3}`,
		`{"gatecode":1,"gate__code":2,"ga_te_code":3}`:                                                            `{"gatecode":1,"gate__code":2,"ga_te_code":3}`,
	} {
		got, err := Without(tenantry.Raw(in), []string{"gate_code"})
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	got, err := Without(tenantry.Raw(`{"PSK":"x","SSN":1,"k":{"resetPSK":1}}`), []string{"psk", "ssn"})
	require.NoError(t, err)
	assert.Equal(t, `{"k":{"resetPSK":1}}`, string(got))
}

// FuzzWithout compares with what encoding/json reads.
func FuzzWithout(f *testing.F) {
	f.Add(`{"gate_code":1,"a":[{"GateCode":{"b":"\"}"},"c":[]},{}],"psk":null,"d":1.0}`)
	names := []string{"gate_code", "psk"}
	var remove func(v any) any
	remove = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for name, e := range v {
				if v[name] = remove(e); slices.Contains(names, memberName(name)) {
					delete(v, name)
				}
			}
		case []any:
			for i := range v {
				v[i] = remove(v[i])
			}
		}
		return v
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Without(tenantry.Raw(text), names)
		if !jsontext.Value(text).IsValid() { // strictly
			return
		}
		require.NoError(t, err)
		var a, b any
		require.NoError(t, json.Unmarshal([]byte(text), &a))
		require.NoError(t, json.Unmarshal(got, &b))
		require.Equal(t, remove(a), b)
	})
}

// pages yields what was put together.
func pages(all ...*Page) iter.Seq2[*Page, error] {
	return func(yield func(*Page, error) bool) {
		for _, p := range all {
			if !yield(p, nil) {
				return
			}
		}
	}
}

func TestInTurn(t *testing.T) {
	list := func(scope string, cursor tenantry.Cursor) iter.Seq2[*Page, error] {
		switch {
		case scope == "lost":
			return failed(&tenantry.Error{StatusCode: 404})
		case scope == "empty":
			return pages()
		case cursor == "2":
			return pages(&Page{Total: 2})
		}
		return pages(&Page{Next: "2", HasMore: true, Total: 2}, &Page{Total: 2})
	}
	type step struct {
		scope, ends string
		more        bool
	}
	read := func(q Query) (steps []step, cursors []tenantry.Cursor, scopes []string) {
		for p, err := range inTurn("x", []string{"a", "lost", "empty", "b"}, q, list) {
			require.NoError(t, err)
			s := step{scope: p.Scope, more: p.HasMore}
			for _, end := range p.Ends {
				s.ends += end.Scope
			}
			assert.Equal(t, -1, p.Total)
			steps, cursors, scopes = append(steps, s), append(cursors, p.Next), p.Scopes
		}
		return steps, cursors, scopes
	}
	steps, cursors, scopes := read(Query{})
	want := []step{{"a", "", true}, {"a", "a", true}, {"lost", "lost", true}, {"empty", "empty", true}, {"b", "", true}, {"b", "b", false}}
	assert.Equal(t, want, steps)
	assert.Equal(t, []string{"a", "lost", "empty", "b"}, scopes)
	for i := range len(cursors) - 1 {
		rest, _, scopes := read(Query{Cursor: cursors[i]})
		assert.Equal(t, want[i+1:], rest)
		assert.Equal(t, []string{"a", "lost", "empty", "b"}, scopes)
	}
	for _, cursor := range []tenantry.Cursor{"rubbish", `{"s":"other"}`} {
		for _, err := range inTurn("x", []string{"a"}, Query{Cursor: cursor}, list) {
			assert.ErrorIs(t, err, tenantry.ErrInvalidArgument)
		}
	}
}

var leasefindGroups = []string{"group-0", "group-1", "group-2", "group-3"}

// sources are sources of all fakes, with what each of their listings brings.
func sources(t *testing.T) map[string]Source {
	t.Helper()
	all := make(map[string]Source)
	p := propexotest.NewServer(propexotest.WithResidents(300), propexotest.WithDirt(0.5))
	t.Cleanup(p.Close)
	propexoClient, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(p.URL))
	require.NoError(t, err)
	t.Cleanup(func() { propexoClient.Close() })
	all["propexo"] = Propexo(propexoClient)

	s := storedgetest.NewServer(storedgetest.WithFacility("harbor", 150), storedgetest.WithFacility("midtown", 30))
	t.Cleanup(s.Close)
	storedgeClient, err := storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, tenantry.WithBaseURL(s.URL))
	require.NoError(t, err)
	t.Cleanup(func() { storedgeClient.Close() })
	all["storedge"] = StorEDGE(storedgeClient, "harbor", "midtown", "harbor", "")

	l := leasefindtest.NewServer(leasefindtest.WithTenants(120))
	t.Cleanup(l.Close)
	leasefindClient, err := leasefind.NewClient(leasefindtest.ClientID, leasefindtest.ClientSecret, tenantry.WithBaseURL(l.URL))
	require.NoError(t, err)
	t.Cleanup(func() { leasefindClient.Close() })
	all["leasefind"] = Leasefind(leasefindClient, leasefindGroups...)

	e := elevenostest.NewServer(elevenostest.WithResidents(40))
	t.Cleanup(e.Close)
	elevenosClient, err := elevenos.NewClient(elevenostest.Email, elevenostest.Password, tenantry.WithBaseURL(e.URL))
	require.NoError(t, err)
	t.Cleanup(func() { elevenosClient.Close() })
	all["elevenos"] = ElevenOS(elevenosClient)

	g := supergoodtest.NewServer(supergoodtest.WithProperties(2, 30))
	t.Cleanup(g.Close)
	supergoodClient, err := supergood.NewClient(g.URL, supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password)})
	require.NoError(t, err)
	t.Cleanup(func() { supergoodClient.Close() })
	all["supergood"] = Supergood(supergoodClient)
	return all
}

func TestListingsOfFakes(t *testing.T) {
	want := map[string]map[Kind]int{
		"propexo":   {People: 300},
		"storedge":  {Properties: 2, Units: 122, People: 180},
		"leasefind": {Properties: 4, People: 120},
		"elevenos":  {People: 40, Tenancies: 40},
		"supergood": {Properties: 2, Units: 60},
	}
	for name, source := range sources(t) {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, name, source.Name())
			var named []string                    // leases that units and tenancies name
			got := make(map[Kind]map[string]bool) // a person may be in several groups of leasefind
			for _, listing := range source.Listings() {
				last := &Page{HasMore: true}
				for p, err := range source.Pages(context.Background(), listing.Kind, Query{}) {
					require.NoError(t, err)
					for _, u := range p.Units {
						named = append(named, u.LeaseID)
					}
					for _, tenancy := range p.Tenancies {
						named = append(named, tenancy.LeaseID)
					}
					for kind, records := range each(p) {
						if got[kind] == nil {
							got[kind] = make(map[string]bool)
						}
						for _, r := range records {
							got[kind][r.id] = true
							assert.Equal(t, name, r.source)
							assert.NotEmpty(t, r.id)
							if p.Scope != "" {
								assert.Equal(t, p.Scope, r.scope)
							}
						}
						if len(records) > 0 {
							assert.Contains(t, listing.Carries, kind)
						}
					}
					last = p
				}
				assert.False(t, last.HasMore)
			}
			for kind, n := range want[name] {
				assert.Len(t, got[kind], n, kind)
			}
			if len(got[Leases]) > 0 {
				assert.True(t, slices.ContainsFunc(named, func(id string) bool { return got[Leases][id] }), "the leases are those that are named")
			}
			for _, kind := range Kinds() {
				listed := false
				for _, listing := range source.Listings() {
					listed = listed || listing.Kind == kind
				}
				if !listed {
					for _, err := range source.Pages(context.Background(), kind, Query{}) {
						assert.True(t, errors.Is(err, tenantry.ErrNotSupported), "%s: %v", kind, err)
					}
				}
			}
		})
	}
}

type key struct{ source, scope, id string }

func each(p *Page) map[Kind][]key {
	all := make(map[Kind][]key)
	for _, r := range p.Properties {
		all[Properties] = append(all[Properties], key{r.Source, r.Scope, r.ID})
	}
	for _, r := range p.Units {
		all[Units] = append(all[Units], key{r.Source, r.Scope, r.ID})
	}
	for _, r := range p.Leases {
		all[Leases] = append(all[Leases], key{r.Source, r.Scope, r.ID})
	}
	for _, r := range p.People {
		all[People] = append(all[People], key{r.Source, r.Scope, r.ID})
	}
	for _, r := range p.Tenancies {
		all[Tenancies] = append(all[Tenancies], key{r.Source, r.Scope, r.ID})
	}
	return all
}
