package leasefindtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
)

// splitRecords returns the records of a response as they came.
func splitRecords(t *testing.T, body, name string) (all []string) {
	t.Helper()
	var m map[string][]json.RawMessage
	var whole map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(body), &whole))
	require.NoError(t, json.Unmarshal([]byte(`{"`+name+`":`+string(whole[name])+`}`), &m))
	for _, raw := range m[name] {
		all = append(all, string(raw))
	}
	require.NotEmpty(t, all)
	return all
}

// both runs a test against a server that follows the documentation's examples, and
// against one that follows its tables.
func both(t *testing.T, test func(*testing.T, *leasefind.Client, *leasefindtest.Server), opts ...leasefindtest.Option) {
	t.Helper()
	for name, more := range map[string][]leasefindtest.Option{"examples": nil, "tables": {leasefindtest.WithTableEnvelope()}} {
		t.Run(name, func(t *testing.T) {
			client, server := leasefindtest.Start(t, append(more, opts...)...)
			test(t, client, server)
		})
	}
}

func group(id string) leasefind.Community {
	return leasefind.Community{CommunityID: id, CommunityExternalRef: "x-" + id, Name: id}
}

func TestCommunities(t *testing.T) {
	both(t, func(t *testing.T, c *leasefind.Client, s *leasefindtest.Server) {
		ctx := t.Context()
		r, err := c.Communities.Create(ctx, leasefind.CommunityCreateParams{
			Name: "Skyline", Timezone: "US/Eastern", CommunityExternalRef: tenantry.Set("SKY"), EmailAddress: tenantry.Set("sky@example.com"),
			WebsiteAddress: tenantry.Set("https://example.com"), Latitude: tenantry.Set[tenantry.Decimal]("40.71"), Longitude: tenantry.Set[tenantry.Decimal]("-74.00"),
			PropertyType: tenantry.Set(leasefind.PropertyResidential),
		})
		require.NoError(t, err)
		require.NotEmpty(t, r.RequestID)
		find := func() []leasefind.Community {
			page, err := c.Communities.Find(ctx, leasefind.CommunityFindParams{CommunityExternalRef: "SKY"})
			require.NoError(t, err)
			return page.Items
		}
		assert.Empty(t, find(), "the API carries it out later")
		s.Advance(time.Minute)
		found := find()
		require.Len(t, found, 1)
		assert.Equal(t, leasefind.Community{
			CommunityID: found[0].CommunityID, CommunityExternalRef: "SKY", Name: "Skyline", Timezone: "America/New_York", EmailAddress: "sky@example.com",
			WebsiteAddress: "https://example.com", Status: "active", Location: &leasefind.Location{Latitude: "40.71", Longitude: "-74.00"},
		}, found[0])
		_, err = c.Communities.Update(ctx, leasefind.CommunityUpdateParams{
			CommunityExternalRef: "SKY", Name: tenantry.Set("Skyline East"), Latitude: tenantry.Set[tenantry.Decimal]("41"), Description: tenantry.Null[string](),
		})
		require.NoError(t, err)
		s.Advance(time.Minute)
		assert.Equal(t, "Skyline East", find()[0].Name)
		assert.Equal(t, leasefind.Location{Latitude: "41", Longitude: "-74.00"}, *find()[0].Location)
		_, err = c.Communities.Update(ctx, leasefind.CommunityUpdateParams{CommunityID: "none", Name: tenantry.Set("x")})
		require.ErrorIs(t, err, leasefind.ErrCommunityNotFound)
		for _, operation := range []string{"communities.create", "communities.find"} {
			s.Inject(leasefindtest.InternalError(operation))
		}
		_, err = c.Communities.Create(ctx, leasefind.CommunityCreateParams{Name: "A", Timezone: "UTC"})
		require.ErrorContains(t, err, "Something went wrong.")
		_, err = c.Communities.Find(ctx, leasefind.CommunityFindParams{Name: "A"})
		require.ErrorContains(t, err, "Something went wrong.")
	}, leasefindtest.WithWriteTime(time.Minute))
}

// Persons match in the given groups by external reference, or else by email address or
// phone number.
func TestPersons(t *testing.T) {
	both(t, func(t *testing.T, c *leasefind.Client, s *leasefindtest.Server) {
		ctx := t.Context()
		s.Add(group("a"), group("b"), group("denied"))
		s.DenyGroups("denied")
		save := func(people ...leasefind.PersonInput) *leasefind.SavedPersons {
			saved, err := c.Persons.Save(ctx, leasefind.PersonSaveParams{Persons: people})
			require.NoError(t, err)
			return saved
		}
		text := tenantry.Set[string]
		first := save(
			leasefind.PersonInput{ExternalRef: text("1"), EmailAddress: text("al@example.com"), GroupIDs: []string{"a"}},
			leasefind.PersonInput{PhoneNumber: text("+15550100"), LastName: text("Bo"), GroupExternalRefs: []string{"x-a", "x-denied"}},
			leasefind.PersonInput{ExternalRef: text("3"), AllGroups: true},
		)
		al, bo, all := first.Persons[0].Identifier, first.Persons[1].Identifier, first.Persons[2].Identifier
		again := save(
			leasefind.PersonInput{ExternalRef: text("1"), EmailAddress: text("new@example.com"), GroupIDs: []string{"a"}},
			leasefind.PersonInput{ExternalRef: text("2"), PhoneNumber: text("+15550100"), FirstName: text("Cy"), GroupIDs: []string{"a", "b"}},
			leasefind.PersonInput{ExternalRef: text("1"), GroupIDs: []string{"b"}},
			leasefind.PersonInput{ExternalRef: text("3"), FirstName: text("Di"), GroupIDs: []string{"b"}},
		)
		assert.Equal(t, al, again.Persons[0].Identifier, "by external reference")
		assert.Equal(t, "new@example.com", again.Persons[0].EmailAddress)
		assert.Equal(t, bo, again.Persons[1].Identifier, "by phone number")
		assert.Equal(t, "Bo", again.Persons[1].LastName, "what is not sent stays")
		assert.NotEqual(t, al, again.Persons[2].Identifier, "an external reference is unique in its group")
		assert.Equal(t, all, again.Persons[3].Identifier, "a person without groups is in all of them")
		lost := save(leasefind.PersonInput{ExternalRef: text("9"), GroupIDs: []string{"denied"}})
		found, err := c.Persons.Find(ctx, leasefind.PersonFindParams{ExternalRef: "9"})
		require.NoError(t, err)
		assert.Empty(t, found.Items, "groups that the caller can't reach are ignored")
		assert.NotEmpty(t, lost.Persons[0].Identifier)
		found, err = c.Persons.Find(ctx, leasefind.PersonFindParams{GroupIDs: []string{"b"}})
		require.NoError(t, err)
		assert.Len(t, found.Items, 2)
		found, err = c.Persons.Find(ctx, leasefind.PersonFindParams{EmailAddress: "new@example.com", GroupExternalRefs: []string{"x-a"}})
		require.NoError(t, err)
		require.Len(t, found.Items, 1)
		assert.Equal(t, al, found.Items[0].Identifier)
	})
}

// Two items of a request may be the same person. An item that fails fails alone.
func TestPersonsInOneRequest(t *testing.T) {
	_, s := leasefindtest.Start(t)
	s.Add(group("a"))
	status, body := send(t, "POST", s.URL+"/persons/multiple/", "Bearer "+s.IssueToken(), `{"persons":[
		{"external_ref":"1","group_ids":"['a']"},{"first_name":"Al","groups_external_refs":["x-a","none"]},{"external_ref":"1","last_name":"Bo","group_ids":["a"]}]}`)
	require.Equal(t, 200, status, body)
	all := splitRecords(t, body, "persons")
	assert.Len(t, s.IDs(leasefind.Person{}), 1)
	assert.Contains(t, all[0], `"success":true,"failure_reason":""`)
	assert.Contains(t, all[1], `{"first_name":"Al","groups":"['x-a', 'none']","success":false,"failure_reason":"A new person needs`)
	assert.Contains(t, all[2], `"last_name":"Bo"`)
}

// Units match by identifier, or else by address. An external reference matches nothing.
func TestUnits(t *testing.T) {
	both(t, func(t *testing.T, c *leasefind.Client, s *leasefindtest.Server) {
		ctx := t.Context()
		s.Add(group("a"), group("b"))
		at := func(line string) tenantry.Opt[leasefind.Address] {
			return tenantry.Set(leasefind.Address{AddressLine1: line, State: "IL", PostalCode: "60601", Latitude: "41.5"})
		}
		save := func(u leasefind.UnitInput) leasefind.UnitResult {
			saved, err := c.Units.Save(ctx, leasefind.UnitSaveParams{GroupID: "a", Units: []leasefind.UnitInput{u}})
			require.NoError(t, err)
			return saved.Units[0]
		}
		one := save(leasefind.UnitInput{
			Identifier: tenantry.Set("mine"), ExternalRef: tenantry.Set("1"), Address: at("1 Main St"), HasFlexWall: tenantry.Set(true),
			Bathrooms: []leasefind.Bathroom{{HasShowerOrBath: ptr(true)}, {HasShowerOrBath: ptr(false)}}, NumberOfBathrooms: tenantry.Set[int64](2),
		})
		assert.NotEqual(t, "mine", one.Identifier, "a sent identifier is not adopted")
		assert.Equal(t, one.Identifier, save(leasefind.UnitInput{Address: at("1 MAIN ST"), UnitNumber: tenantry.Set("4")}).Identifier, "by address")
		assert.Equal(t, one.Identifier, save(leasefind.UnitInput{Identifier: tenantry.Set(one.Identifier), Sqft: tenantry.Set[int64](40)}).Identifier)
		assert.NotEqual(t, one.Identifier, save(leasefind.UnitInput{ExternalRef: tenantry.Set("1"), Address: at("2 Main St")}).Identifier)
		found, err := c.Units.Find(ctx, leasefind.UnitFindParams{UnitNumber: "4", NumberOfBathrooms: ptr[int64](2), HasFlexWall: ptr(true), GroupExternalRefs: []string{"x-a"}})
		require.NoError(t, err)
		require.Len(t, found.Items, 1)
		assert.Equal(t, leasefind.Unit{
			Identifier: one.Identifier, ExternalRef: "1", UnitNumber: "4", IsFlex: ptr(true), FullBathrooms: ptr[int64](1), HalfBathrooms: ptr[int64](1), Sqft: ptr[int64](40),
			Address: &leasefind.Address{AddressLine1: "1 MAIN ST", State: "IL", PostalCode: "60601", Latitude: "41.5"},
		}, found.Items[0])
		saved, err := c.Units.Save(ctx, leasefind.UnitSaveParams{GroupID: "b", Units: []leasefind.UnitInput{
			{Identifier: tenantry.Set(one.Identifier), ExternalRef: tenantry.Set("x")}, {Address: at("1 Main St")},
		}})
		var some *leasefind.SaveError
		require.ErrorAs(t, err, &some)
		assert.Equal(t, "A new unit needs an address.", some.Failed[0].Reason)
		assert.NotEqual(t, one.Identifier, saved.Units[1].Identifier, "another group")
	})
}

func ptr[T any](v T) *T { return &v }

func input(ref string) leasefind.ListingInput {
	return leasefind.ListingInput{
		ExternalRef: ref, UnitType: leasefind.UnitTypeApartment, ListingURL: "https://example.com/" + ref, NumberOfBathrooms: tenantry.Set[tenantry.Decimal]("1.5"),
		LeaseTerms: []leasefind.LeaseTerm{{LengthInMonths: ptr[int64](12), Rent: "700.00", Deposit: "1400.00"}},
	}
}

// A sync deletes what it leaves out, also what is not active yet.
func TestSync(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	both(t, func(t *testing.T, c *leasefind.Client, s *leasefindtest.Server) {
		ctx := t.Context()
		of := s.IDs(leasefind.Community{})
		refs := func(group string) (refs []string) {
			for l, err := range c.Listings.All(ctx, leasefind.ListingFindParams{GroupID: group}) {
				require.NoError(t, err)
				refs = append(refs, l.ExternalRef)
			}
			return refs
		}
		other := refs(of[1])
		require.NotEmpty(t, refs(of[0]))
		later := input("c")
		later.ActiveDate = tenantry.Set[tenantry.Date]("2026-03-12")
		require.NoError(t, c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: of[0], Listings: []leasefind.ListingInput{input("a"), input("b"), later}}))
		assert.Equal(t, []string{"a", "b"}, refs(of[0]))
		assert.Equal(t, other, refs(of[1]), "another group")
		s.Advance(48 * time.Hour)
		assert.Equal(t, []string{"a", "b", "c"}, refs(of[0]))
		units := len(s.UnitIDs())
		page, err := c.Listings.Find(ctx, leasefind.ListingFindParams{GroupID: of[0], ExternalRef: "a"})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		a := page.Items[0]
		assert.Equal(t, tenantry.Decimal("700.00"), a.RentFor12MonthLease)
		assert.Equal(t, int64(1), *a.FullBathrooms)
		assert.Equal(t, int64(1), *a.HalfBathrooms)
		assert.Nil(t, a.LeaseTerms)
		changed, renamed := input("b"), input("d")
		changed.Description = tenantry.Set("new")
		renamed.Identifier = tenantry.Set(a.Identifier)
		require.NoError(t, c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: of[0], Listings: []leasefind.ListingInput{renamed, changed}}))
		assert.Equal(t, []string{"d", "b"}, refs(of[0]), "a listing keeps its identifier, and its place")
		assert.Len(t, s.UnitIDs(), units, "and its unit")
		got := leasefind.Listing{Identifier: a.Identifier}
		require.True(t, s.Get(&got))
		assert.Equal(t, a.UnitID, got.UnitID)
		bad := input("e")
		bad.UnitID = tenantry.Set("none")
		err = c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: of[0], Listings: []leasefind.ListingInput{input("f"), bad}})
		require.ErrorIs(t, err, leasefind.ErrUnitNotFound)
		assert.Equal(t, []string{"d", "b"}, refs(of[0]), "all or nothing")
		require.NoError(t, c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: of[0], DeleteAll: true}))
		assert.Empty(t, refs(of[0]))
		s.Advance(60 * 24 * time.Hour)
		assert.Empty(t, refs(of[0]), "the caller lists the units of a group that it syncs")
	}, leasefindtest.WithPortfolio(2, 40, 1), leasefindtest.WithStart(start), leasefindtest.WithLife(20))
}

func TestListings(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	both(t, func(t *testing.T, c *leasefind.Client, s *leasefindtest.Server) {
		ctx := t.Context()
		s.Add(group("a"), leasefind.Unit{Identifier: "u", UnitNumber: "4"})
		params := leasefind.ListingCreateParams{
			GroupID: "a", UnitType: leasefind.UnitTypeStudioApartment, ListingURL: "https://example.com/1", Bathrooms: []leasefind.Bathroom{{HasShowerOrBath: ptr(true)}},
			LeaseTerms: []leasefind.LeaseTerm{{LengthInMonths: ptr[int64](12), Rent: "700.00", Deposit: "1400.00"}}, UnitID: tenantry.Set("u"),
		}
		one, err := c.Listings.Create(ctx, params)
		require.NoError(t, err)
		assert.Equal(t, "u", one.UnitID)
		assert.Equal(t, tenantry.Decimal("1400.00"), one.DepositFor12MonthLease)
		require.Len(t, one.LeaseTerms, 1)
		require.Len(t, one.Bathrooms, 1)
		params.UnitID = tenantry.Opt[string]{}
		two, err := c.Listings.Create(ctx, params)
		require.NoError(t, err)
		assert.NotEqual(t, one.Identifier, two.Identifier, "a repeat makes a second listing")
		assert.Len(t, s.UnitIDs(), 2, "and a unit")
		err = c.Listings.Delete(ctx, one.Identifier, leasefind.ListingDeleteParams{InactiveDate: "2026-03-12"})
		require.NoError(t, err)
		find := func() int {
			page, err := c.Listings.Find(ctx, leasefind.ListingFindParams{GroupExternalRef: "x-a"})
			require.NoError(t, err)
			return len(page.Items)
		}
		assert.Equal(t, 2, find())
		s.Advance(48 * time.Hour)
		assert.Equal(t, 1, find())
		err = c.Listings.Delete(ctx, two.Identifier, leasefind.ListingDeleteParams{Now: true})
		require.NoError(t, err)
		assert.Zero(t, find())
		err = c.Listings.Delete(ctx, two.Identifier, leasefind.ListingDeleteParams{Now: true})
		require.ErrorIs(t, err, tenantry.ErrNotFound)
		s.DenyGroups("a")
		err = c.Listings.Delete(ctx, one.Identifier, leasefind.ListingDeleteParams{Now: true})
		require.ErrorIs(t, err, leasefind.ErrNotAuthorized)
	}, leasefindtest.WithStart(start))
}

// Without a date that the server understands, a listing is deleted today.
func TestDeleteWithoutBody(t *testing.T) {
	_, s := leasefindtest.Start(t, leasefindtest.WithPortfolio(1, 20, 1))
	id := s.IDs(leasefind.Listing{})[0]
	for _, want := range []int{http.StatusOK, http.StatusNotFound} {
		status, _ := send(t, "DELETE", s.URL+"/listings/"+id+"/", "Bearer "+s.IssueToken(), "")
		assert.Equal(t, want, status)
	}
	assert.NotContains(t, s.IDs(leasefind.Listing{}), id)
}

// A save updates only a lease whose identifier exists; a repeat makes a second lease.
func TestLeases(t *testing.T) {
	both(t, func(t *testing.T, c *leasefind.Client, s *leasefindtest.Server) {
		ctx := t.Context()
		unit := s.UnitIDs()[3]
		params := leasefind.LeaseSaveParams{
			Lease:   leasefind.LeaseInput{Identifier: tenantry.Set("mine"), UnitID: tenantry.Set(unit), StartDate: tenantry.Set[tenantry.Date]("2026-01-01"), Rent: tenantry.Set[tenantry.Decimal]("1200.10")},
			Tenants: []leasefind.TenantInput{{FirstName: tenantry.Set("Ana"), EmailAddress: tenantry.Set("ana@example.com")}},
		}
		first, err := c.Leases.Save(ctx, params)
		require.NoError(t, err)
		second, err := c.Leases.Save(ctx, params)
		require.NoError(t, err)
		assert.NotEqual(t, "mine", first.LeaseID, "an identifier that matches nothing is dropped")
		assert.NotEqual(t, first.LeaseID, second.LeaseID)
		theirs, err := c.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{EmailAddress: "ana@example.com"})
		require.NoError(t, err)
		require.Len(t, theirs.Items, 2)
		assert.Equal(t, theirs.Items[0].Tenants[0].Identifier, theirs.Items[1].Tenants[0].Identifier, "the tenant matches")

		old := leasefind.Lease{Identifier: s.LeaseIDs()[0]}
		require.True(t, s.Get(&old))
		_, err = c.Leases.Save(ctx, leasefind.LeaseSaveParams{
			Lease:   leasefind.LeaseInput{Identifier: tenantry.Set(old.Identifier), UnitID: tenantry.Set(old.UnitID), MinimumDaysNotice: tenantry.Set[int64](60)},
			Tenants: params.Tenants,
		})
		require.NoError(t, err)
		page, err := c.Leases.Find(ctx, leasefind.LeaseFindParams{Identifier: old.Identifier})
		require.NoError(t, err)
		got := page.Items[0]
		assert.Equal(t, int64(60), *got.MinimumDaysNotice)
		assert.Equal(t, old.Rent, got.Rent)
		assert.Equal(t, append(old.Tenants, got.Tenants[len(got.Tenants)-1]), got.Tenants, "tenants are added")
		tenants, err := c.Tenants.Find(ctx, leasefind.TenantFindParams{Identifier: old.Identifier})
		require.NoError(t, err)
		assert.Len(t, tenants.Items, len(got.Tenants))
	}, leasefindtest.WithPortfolio(1, 20, 1))
}

// A lease is active from the day after it starts to the day before it ends.
func TestActiveLeases(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	c, s := leasefindtest.Start(t, leasefindtest.WithStart(start))
	s.Add(leasefind.Unit{Identifier: "u"}, leasefind.Person{Identifier: "p"})
	for id, dates := range map[string][2]tenantry.Date{
		"past": {"2025-01-01", "2026-03-10"}, "active": {"2026-03-09", "2026-03-11"}, "endless": {"2025-01-01", ""}, "future": {"2026-03-10", "2027-01-01"}, "dateless": {},
	} {
		s.Add(leasefind.Lease{Identifier: id, UnitID: "u", StartDate: dates[0], EndDate: dates[1], Tenants: []leasefind.LeaseTenant{{Identifier: "p"}}})
	}
	find := func(active *bool) (ids []string) {
		for l, err := range c.Leases.AllForTenant(t.Context(), leasefind.LeaseFindForTenantParams{Identifier: "p", Active: active}) {
			require.NoError(t, err)
			ids = append(ids, l.Identifier)
			assert.Equal(t, l.Identifier == "active" || l.Identifier == "endless", *l.Tenants[0].Active)
		}
		return ids
	}
	assert.ElementsMatch(t, []string{"active", "endless"}, find(ptr(true)))
	assert.Len(t, find(nil), 5)
	assert.Len(t, find(ptr(false)), 5, "false is the documented default")
}

func TestPages(t *testing.T) {
	c, s := leasefindtest.Start(t, leasefindtest.WithPortfolio(8, 40, 1))
	ctx := t.Context()
	groups := s.IDs(leasefind.Community{})
	counts := func(n int) {
		_, body := send(t, "GET", s.URL+"/leases/?limit=3&group_ids="+strings.Join(groups, ","), "Bearer "+s.IssueToken(), "")
		assert.Contains(t, body, fmt.Sprintf(`"pagination":{"count":%d,`, n))
	}
	n := len(s.LeaseIDs())
	counts(n)
	s.Add(leasefind.Lease{Identifier: "added", UnitID: s.UnitIDs()[0]})
	counts(n + 1)
	var got []string
	for page, err := range c.Leases.Pages(ctx, leasefind.LeaseFindParams{GroupIDs: groups[:7], Limit: 33}) {
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Items), 33)
		for _, l := range page.Items {
			got = append(got, l.Identifier)
		}
	}
	assert.Equal(t, "added", got[len(got)-1])
	assert.Less(t, len(got), len(s.LeaseIDs()))
	_, body := send(t, "GET", s.URL+"/leases/?limit=3&offset=10&group_ids="+groups[0], "Bearer "+s.IssueToken(), "")
	rest := splitRecords(t, body, "leases")
	require.Len(t, rest, 3)
	assert.Contains(t, rest[0], got[10])
	people, err := tenantry.Collect(c.Persons.All(ctx, leasefind.PersonFindParams{GroupIDs: groups[6:]}))
	require.NoError(t, err)
	assert.NotEmpty(t, people)
	assert.Less(t, len(people), len(s.TenantIDs()))
}
