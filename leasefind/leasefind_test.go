package leasefind_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/leasefind"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "token-of-the-tests"

// mocked is a client with a token that it need not ask for.
func mocked(t *testing.T, opts ...tenantry.Option) (*leasefind.Client, *httpmock.MockTransport) {
	t.Helper()
	return testclient.Mocked(t, func(opts ...tenantry.Option) (*leasefind.Client, error) {
		return leasefind.NewClient("", "", append(opts, tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})))...)
	}, opts...)
}

// An operation as the tests know it.
type operation struct {
	name, method, path, query, body, answer string
	call                                    func(context.Context, *leasefind.Client) (any, error)
	check                                   func(*testing.T, any)
}

func ptr[T any](v T) *T { return &v }

func operations(t *testing.T) []operation {
	tenants, leases := testclient.Fixture(t, "tenants.json"), testclient.Fixture(t, "leases.json")
	address := &leasefind.Address{City: "Chicago", AddressLine1: "1 N State St", Latitude: "41.8"}
	return append(documentedOperations(t), []operation{
		{"tenants.find", "POST", "/leases/tenants/", "", `{}`, tenants, func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Tenants.Find(ctx, leasefind.TenantFindParams{})
		}, func(t *testing.T, got any) {
			page := got.(*tenantry.Page[leasefind.Tenant])
			require.Len(t, page.Items, 2)
			assert.Equal(t, leasefind.Tenant{
				Identifier: "t1", EmailAddress: "al@example.test", FirstName: "Al", LastName: "Baker", ExternalRef: "x1", PhoneNumber: "+1 212 555 0100",
				Extra: tenantry.Extra{"vip": tenantry.Raw("true")},
			}, page.Items[0])
			assert.Equal(t, "7", page.Items[1].Identifier, "a number where a text is documented")
			assert.Empty(t, page.Items[1].EmailAddress)
			assert.True(t, page.HasMore)
			assert.Equal(t, -1, page.Total)
		}},
		{"tenants.find with all", "POST", "/leases/tenants/", "", `{"identifier":"l1","min_move_in_date":"2026-01-01","max_move_in_date":"2026-01-31","group_id":"g1","address":{"address_line_1":"1 N State St","city":"Chicago","latitude":41.8}}`, tenants, func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Tenants.Find(ctx, leasefind.TenantFindParams{Identifier: "l1", MinMoveInDate: "2026-01-01", MaxMoveInDate: "2026-01-31", GroupID: "g1", Address: address})
		}, nil},
		{"tenants.find by reference", "POST", "/leases/tenants/", "", `{"group_external_ref":"xg"}`, tenants, func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Tenants.Find(ctx, leasefind.TenantFindParams{GroupExternalRef: "xg"})
		}, nil},
		{"leases.find", "GET", "/leases/", "address%5Baddress_line_1%5D=1+N+State+St&address%5Bcity%5D=Chicago&address%5Blatitude%5D=41.8&end_date=2026-12-31&group_ids=g1%2Cg2&identifier=l1&limit=20&move_in_date=2026-01-02&start_date=2026-01-01&unit_external_ref=xu&unit_identifier=u1", "", leases, func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Leases.Find(ctx, leasefind.LeaseFindParams{
				Identifier: "l1", StartDate: "2026-01-01", EndDate: "2026-12-31", MoveInDate: "2026-01-02", GroupIDs: []string{"g1", "g2"},
				UnitExternalRef: "xu", UnitID: "u1", Address: address, Limit: 20,
			})
		}, checkLeases},
		{"leases.find, the table's envelope", "GET", "/leases/", "group_external_refs=a%2Cb", "", testclient.Fixture(t, "leases_data.json"), func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Leases.Find(ctx, leasefind.LeaseFindParams{GroupExternalRefs: []string{"a", "b"}})
		}, func(t *testing.T, got any) {
			page := got.(*tenantry.Page[leasefind.Lease])
			require.Len(t, page.Items, 1)
			assert.Equal(t, "l9", page.Items[0].Identifier)
			assert.True(t, page.HasMore)
			assert.Equal(t, -1, page.Total, "what count counts is not documented")
		}},
		{"leases.find-for-tenant", "POST", "/leases/find-for-tenant/", "", `{"external_ref":"x1","group_external_ref":"xg","active":false}`, testclient.Fixture(t, "for_tenant.json"), func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{ExternalRef: "x1", GroupExternalRef: "xg", Active: ptr(false)})
		}, func(t *testing.T, got any) {
			page := got.(*tenantry.Page[leasefind.Lease])
			require.Len(t, page.Items, 1)
			tenant := page.Items[0].Tenants[0]
			assert.Equal(t, "t1", tenant.Identifier)
			assert.Equal(t, "x1", tenant.ExternalRef)
			assert.Equal(t, "al@example.test", tenant.EmailAddress)
			assert.True(t, *tenant.Active)
			assert.JSONEq(t, `{"id":"g1"}`, string(tenant.Group))
			assert.False(t, page.HasMore, "no last_id is the end")
		}},
		{"leases.find-for-tenant, others", "POST", "/leases/find-for-tenant/", "", `{"identifier":"t1","email_address":"al@example.test","phone_number":"1"}`, `{"leases":[]}`, func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{Identifier: "t1", EmailAddress: "al@example.test", PhoneNumber: "1"})
		}, func(t *testing.T, got any) { assert.Empty(t, got.(*tenantry.Page[leasefind.Lease]).Items) }},
		{"leases.save", "POST", "/leases/create/", "", `{"lease":{"identifier":"l1","start_date":"2026-01-01","end_date":null,"unit_external_ref":"xu","is_furnished":false,"minimum_days_notice":0,"deposit":1000.50,"rent":2000,"custom":1},"tenants":[{"email_address":"al@example.test","first_name":"Al","last_name":"","external_ref":"x1","phone_number":null}]}`, `{"success":true,"lease":"l1","more":2}`, func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Leases.Save(ctx, leasefind.LeaseSaveParams{
				Lease: leasefind.LeaseInput{
					Identifier: tenantry.Set("l1"), StartDate: tenantry.Set[tenantry.Date]("2026-01-01"), EndDate: tenantry.Null[tenantry.Date](), UnitExternalRef: tenantry.Set("xu"),
					IsFurnished: tenantry.Set(false), MinimumDaysNotice: tenantry.Set[int64](0), Deposit: tenantry.Set[tenantry.Decimal]("1000.50"),
					Rent: tenantry.Set[tenantry.Decimal]("2000"), Extra: tenantry.Extra{"custom": tenantry.Raw("1")},
				},
				Tenants: []leasefind.TenantInput{{
					EmailAddress: tenantry.Set("al@example.test"), FirstName: tenantry.Set("Al"), LastName: tenantry.Set(""), ExternalRef: tenantry.Set("x1"), PhoneNumber: tenantry.Null[string](),
				}},
			})
		}, func(t *testing.T, got any) {
			assert.Equal(t, &leasefind.SavedLease{Success: new(true), LeaseID: "l1", Extra: tenantry.Extra{"more": tenantry.Raw("2")}}, got)
		}},
		{"units.find", "POST", "/units/find/", "", `{"group_ids":["g1"],"external_ref":"xu","identifier":"u1","has_flex_wall":false,"number_of_bathrooms":1,"number_of_bedrooms":0,"sqft":500,"unit_number":"2B","address":{"city":"Chicago"}}`, testclient.Fixture(t, "units.json"), func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Units.Find(ctx, leasefind.UnitFindParams{
				GroupIDs: []string{"g1"}, ExternalRef: "xu", Identifier: "u1", HasFlexWall: ptr(false), NumberOfBathrooms: ptr[int64](1), NumberOfBedrooms: ptr[int64](0),
				Sqft: ptr[int64](500), UnitNumber: "2B", Address: &leasefind.Address{City: "Chicago"},
			})
		}, func(t *testing.T, got any) {
			page := got.(*tenantry.Page[leasefind.Unit])
			require.Len(t, page.Items, 1)
			u := page.Items[0]
			assert.Equal(t, tenantry.Decimal("41.8819"), u.Address.Latitude)
			assert.Equal(t, tenantry.Decimal("-87.6278"), u.Address.Longitude)
			assert.Nil(t, u.IsFlex)
			assert.EqualValues(t, 0, *u.NumberOfBedrooms)
			assert.False(t, page.HasMore)
		}},
		{"units.find by references", "POST", "/units/find/", "", `{"groups_external_refs":["xg"]}`, `{"units":[],"last_id":-1}`, func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Units.Find(ctx, leasefind.UnitFindParams{GroupExternalRefs: []string{"xg"}})
		}, nil},
	}...)
}

func checkLeases(t *testing.T, got any) {
	page := got.(*tenantry.Page[leasefind.Lease])
	require.Len(t, page.Items, 1)
	l := page.Items[0]
	assert.Equal(t, tenantry.Date("2026-01-01"), l.StartDate)
	assert.Equal(t, "xu", l.UnitExternalRef, "under its other name")
	assert.Nil(t, l.Extra)
	assert.Equal(t, tenantry.Decimal("1500.10"), l.Rent)
	assert.Equal(t, tenantry.Decimal("2000.00"), l.Deposit)
	assert.True(t, *l.IsFurnished)
	assert.EqualValues(t, 30, *l.MinimumDaysNotice)
	assert.Equal(t, "landlord", l.LandlordID)
	require.Len(t, l.Tenants, 1)
	assert.Equal(t, "t1", l.Tenants[0].Identifier)
	assert.Equal(t, "x1", l.Tenants[0].ExternalRef)
	assert.Equal(t, "Chicago", l.Address.City)
	assert.False(t, page.HasMore)
}

func TestOperations(t *testing.T) {
	for _, op := range operations(t) {
		t.Run(op.name, func(t *testing.T) {
			c, mock := mocked(t)
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, op.method, r.Method)
				assert.Equal(t, op.path, r.URL.EscapedPath())
				assert.Equal(t, op.query, r.URL.RawQuery)
				assert.Equal(t, "Bearer "+token, r.Header.Get("Authorization"))
				assert.Equal(t, "api.travtus.com", r.URL.Host)
				if op.body != "" {
					b, err := io.ReadAll(r.Body)
					assert.NoError(t, err)
					assert.JSONEq(t, op.body, string(b))
				}
				return httpmock.NewStringResponse(200, op.answer), nil
			})
			got, err := op.call(t.Context(), c)
			require.NoError(t, err)
			assert.Equal(t, 1, mock.GetTotalCallCount())
			if op.check != nil {
				op.check(t, got)
			}
		})
	}
}

// What each operation makes of errors and responses that are not documented.
func TestOtherErrors(t *testing.T) {
	for _, op := range operations(t) {
		client, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(429, `{"error":{"type":"new_one","message":"What it says."}}`))
		_, err := op.call(t.Context(), client)
		require.ErrorIs(t, err, tenantry.ErrRateLimited)
		require.ErrorIs(t, err, error(&tenantry.Error{API: "leasefind", Code: "new_one"}))
		client, mock = mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(502, `<html>`))
		_, err = op.call(t.Context(), client)
		require.ErrorIs(t, err, tenantry.ErrServer)
		for _, body := range []string{``, `[]`, `{"tenants":5`, `<html>`, `{}`} {
			client, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
			_, err := op.call(t.Context(), client)
			var undecodable *tenantry.DecodeError
			require.ErrorAs(t, err, &undecodable, "%s: %q", op.name, body)
		}
		for _, body := range []string{`{"error":{"type":"no_unit","message":"What it says."}}`, `{"success":false,"message":"What it says."}`} {
			client, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
			_, err := op.call(t.Context(), client)
			require.ErrorContains(t, err, "What it says.", "%s: %s", op.name, body)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestRefusedBeforeSending(t *testing.T) {
	c, mock := mocked(t)
	ctx := t.Context()
	both := leasefind.ErrBothGroupIdentifiersProvided
	some := []string{"a"}
	x := tenantry.Set("x")
	const flat = leasefind.UnitTypeApartment
	otherCursor := pageCursor(t)
	savePerson := func(p leasefind.PersonInput) error {
		good := leasefind.PersonInput{ExternalRef: x, AllGroups: true}
		return second(c.Persons.Save(ctx, leasefind.PersonSaveParams{Persons: []leasefind.PersonInput{good, p}}))
	}
	syncListing := func(change func(*leasefind.ListingInput)) error {
		l := vacancy()
		change(&l)
		return c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: "a", Listings: []leasefind.ListingInput{vacancy(), l}})
	}
	send := func(p leasefind.MessageCreateParams) error {
		p.GroupID = "a"
		return second(c.Messages.Create(ctx, p))
	}
	for name, refused := range map[string]struct {
		err  error
		want error
	}{
		"tenants, both groups":      {second(c.Tenants.Find(ctx, leasefind.TenantFindParams{GroupID: "a", GroupExternalRef: "b"})), both},
		"all tenants, both groups":  {second(tenantry.Collect(c.Tenants.All(ctx, leasefind.TenantFindParams{GroupID: "a", GroupExternalRef: "b"}))), both},
		"leases, both groups":       {second(c.Leases.Find(ctx, leasefind.LeaseFindParams{GroupIDs: some, GroupExternalRefs: some})), both},
		"all leases, both groups":   {second(tenantry.Collect(c.Leases.All(ctx, leasefind.LeaseFindParams{GroupIDs: some, GroupExternalRefs: some}))), both},
		"for tenant, both groups":   {second(c.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{Identifier: "a", GroupID: "a", GroupExternalRef: "b"})), both},
		"for tenant, no group":      {second(c.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{ExternalRef: "a"})), both},
		"all for tenant, no group":  {second(tenantry.Collect(c.Leases.AllForTenant(ctx, leasefind.LeaseFindForTenantParams{ExternalRef: "a"}))), both},
		"units, both groups":        {second(c.Units.Find(ctx, leasefind.UnitFindParams{GroupIDs: some, GroupExternalRefs: some})), both},
		"all units, both groups":    {second(tenantry.Collect(c.Units.All(ctx, leasefind.UnitFindParams{GroupIDs: some, GroupExternalRefs: some}))), both},
		"leases by nothing":         {second(c.Leases.Find(ctx, leasefind.LeaseFindParams{Limit: 5})), leasefind.ErrNoSearchParameters},
		"leases by an empty street": {second(c.Leases.Find(ctx, leasefind.LeaseFindParams{Address: &leasefind.Address{}})), leasefind.ErrNoSearchParameters},
		"for nobody":                {second(c.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{GroupID: "a"})), leasefind.ErrNoTenantInformation},
		"no unit":                   {second(c.Leases.Save(ctx, leasefind.LeaseSaveParams{})), leasefind.ErrNoUnit},
		"null unit":                 {second(c.Leases.Save(ctx, leasefind.LeaseSaveParams{Lease: leasefind.LeaseInput{UnitID: tenantry.Null[string]()}})), leasefind.ErrNoUnit},
		"communities by nothing":    {second(c.Communities.Find(ctx, leasefind.CommunityFindParams{})), leasefind.ErrNoSearchParameters},
		"all communities":           {second(tenantry.Collect(c.Communities.All(ctx, leasefind.CommunityFindParams{}))), leasefind.ErrNoSearchParameters},
		"community without a name":  {second(c.Communities.Create(ctx, leasefind.CommunityCreateParams{Timezone: "US/Eastern"})), tenantry.ErrInvalid},
		"community without a zone":  {second(c.Communities.Create(ctx, leasefind.CommunityCreateParams{Name: "x"})), tenantry.ErrInvalid},
		"no community to update":    {second(c.Communities.Update(ctx, leasefind.CommunityUpdateParams{Name: tenantry.Set("x")})), tenantry.ErrInvalid},
		"nothing to update":         {second(c.Communities.Update(ctx, leasefind.CommunityUpdateParams{CommunityID: "c"})), tenantry.ErrInvalid},
		"nothing to update, by ref": {second(c.Communities.Update(ctx, leasefind.CommunityUpdateParams{CommunityExternalRef: "c"})), tenantry.ErrInvalid},
		"persons, both groups":      {second(c.Persons.Find(ctx, leasefind.PersonFindParams{GroupIDs: some, GroupExternalRefs: some})), both},
		"all persons, both groups":  {second(tenantry.Collect(c.Persons.All(ctx, leasefind.PersonFindParams{GroupIDs: some, GroupExternalRefs: some}))), both},
		"no persons":                {second(c.Persons.Save(ctx, leasefind.PersonSaveParams{})), nil},
		"person, both groups":       {savePerson(leasefind.PersonInput{ExternalRef: x, GroupIDs: some, GroupExternalRefs: some}), both},
		"person, no group":          {savePerson(leasefind.PersonInput{ExternalRef: x}), nil},
		"person, an empty list":     {savePerson(leasefind.PersonInput{ExternalRef: x, GroupIDs: []string{}}), nil},
		"person, an empty group":    {savePerson(leasefind.PersonInput{ExternalRef: x, GroupIDs: []string{""}}), nil},
		"person, all and some":      {savePerson(leasefind.PersonInput{ExternalRef: x, GroupExternalRefs: some, AllGroups: true}), nil},
		"person without anything":   {savePerson(leasefind.PersonInput{AllGroups: true}), tenantry.ErrInvalid},
		"person, only a name":       {savePerson(leasefind.PersonInput{FirstName: x, LastName: x, AllGroups: true}), tenantry.ErrInvalid},
		"person, only addresses":    {savePerson(leasefind.PersonInput{EmailAddress: x, PhoneNumber: x, AllGroups: true}), tenantry.ErrInvalid},
		"person, empty and null":    {savePerson(leasefind.PersonInput{ExternalRef: tenantry.Set(""), EmailAddress: x, FirstName: tenantry.Null[string](), AllGroups: true}), tenantry.ErrInvalid},
		"units without a group":     {second(c.Units.Save(ctx, leasefind.UnitSaveParams{Units: []leasefind.UnitInput{{}}})), leasefind.ErrNoGroup},
		"saved units, both groups":  {second(c.Units.Save(ctx, leasefind.UnitSaveParams{GroupID: "a", GroupExternalRef: "b", Units: []leasefind.UnitInput{{}}})), both},
		"no units":                  {second(c.Units.Save(ctx, leasefind.UnitSaveParams{GroupID: "a"})), nil},
		"half an address":           {second(c.Units.Save(ctx, leasefind.UnitSaveParams{GroupID: "a", Units: []leasefind.UnitInput{{Address: tenantry.Set(leasefind.Address{City: "x", AddressLine1: "y"})}}})), nil},
		"listings without a group":  {second(c.Listings.Find(ctx, leasefind.ListingFindParams{Identifier: "l"})), leasefind.ErrNoGroupIdentifierProvided},
		"all listings, no group":    {second(tenantry.Collect(c.Listings.All(ctx, leasefind.ListingFindParams{}))), leasefind.ErrGroupMissing},
		"listings, both groups":     {second(c.Listings.Find(ctx, leasefind.ListingFindParams{GroupID: "a", GroupExternalRef: "b"})), both},
		"new listing, no group":     {second(c.Listings.Create(ctx, leasefind.ListingCreateParams{UnitType: flat, ListingURL: "u"})), leasefind.ErrNoGroupProvided},
		"new listing, no type":      {second(c.Listings.Create(ctx, leasefind.ListingCreateParams{GroupID: "a", ListingURL: "u"})), leasefind.ErrMissingOrInvalidUnitType},
		"new listing, bad type":     {second(c.Listings.Create(ctx, leasefind.ListingCreateParams{GroupID: "a", UnitType: "house", ListingURL: "u"})), leasefind.ErrUnitType},
		"new listing, no URL":       {second(c.Listings.Create(ctx, leasefind.ListingCreateParams{GroupID: "a", UnitType: flat})), leasefind.ErrNoListingURL},
		"new listing, bad date":     {second(c.Listings.Create(ctx, leasefind.ListingCreateParams{GroupID: "a", UnitType: flat, ListingURL: "u", ActiveDate: tenantry.Set[tenantry.Date]("soon")})), nil},
		"sync without a group":      {c.Listings.Sync(ctx, leasefind.ListingSyncParams{Listings: []leasefind.ListingInput{vacancy()}}), leasefind.ErrNoGroupProvided},
		"sync, both groups":         {c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: "a", GroupExternalRef: "b", Listings: []leasefind.ListingInput{vacancy()}}), both},
		"sync, no listings":         {c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: "a"}), nil},
		"sync, an empty list":       {c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: "a", Listings: []leasefind.ListingInput{}}), nil},
		"sync, listings and none":   {c.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: "a", Listings: []leasefind.ListingInput{vacancy()}, DeleteAll: true}), nil},
		"sync, no reference":        {syncListing(func(l *leasefind.ListingInput) { l.ExternalRef = "" }), leasefind.ErrNoExternalReference},
		"sync, no type":             {syncListing(func(l *leasefind.ListingInput) { l.UnitType = "" }), leasefind.ErrMissingUnitType},
		"sync, a bad type":          {syncListing(func(l *leasefind.ListingInput) { l.UnitType = "house" }), leasefind.ErrInvalidUnitType},
		"sync, no URL":              {syncListing(func(l *leasefind.ListingInput) { l.ListingURL = "" }), leasefind.ErrMissingListingURL},
		"sync, both bathrooms":      {syncListing(func(l *leasefind.ListingInput) { l.Bathrooms = []leasefind.Bathroom{{}} }), leasefind.ErrBothBathroomAttributesProvided},
		"sync, no bathrooms":        {syncListing(func(l *leasefind.ListingInput) { l.NumberOfBathrooms = tenantry.Opt[tenantry.Decimal]{} }), leasefind.ErrNoBathroomAttributesProvided},
		"sync, half a bathroom":     {syncListing(func(l *leasefind.ListingInput) { l.NumberOfBathrooms = tenantry.Set[tenantry.Decimal]("0.5") }), leasefind.ErrInvalidNumberOfBathrooms},
		"sync, many bathrooms":      {syncListing(func(l *leasefind.ListingInput) { l.NumberOfBathrooms = tenantry.Set[tenantry.Decimal]("many") }), leasefind.ErrInvalidNumberOfBathrooms},
		"sync, a bad date":          {syncListing(func(l *leasefind.ListingInput) { l.ActiveDate = tenantry.Set[tenantry.Date]("1/2/2026") }), leasefind.ErrDateFormatInvalid},
		"sync, an empty date":       {syncListing(func(l *leasefind.ListingInput) { l.MoveInDate = tenantry.Set[tenantry.Date]("") }), leasefind.ErrDateFormatInvalid},
		"sync, half an address":     {syncListing(func(l *leasefind.ListingInput) { l.Address = tenantry.Set(leasefind.Address{State: "NY"}) }), nil},
		"delete without a date":     {c.Listings.Delete(ctx, "l", leasefind.ListingDeleteParams{}), nil},
		"delete then and now":       {c.Listings.Delete(ctx, "l", leasefind.ListingDeleteParams{InactiveDate: "2026-01-02", Now: true}), nil},
		"delete on a bad date":      {c.Listings.Delete(ctx, "l", leasefind.ListingDeleteParams{InactiveDate: "tomorrow"}), nil},
		"delete without an ID":      {c.Listings.Delete(ctx, "", leasefind.ListingDeleteParams{Now: true}), nil},
		"delete another path":       {c.Listings.Delete(ctx, "..", leasefind.ListingDeleteParams{Now: true}), nil},
		"task, both groups":         {second(c.Tasks.Create(ctx, leasefind.TaskCreateParams{GroupID: "a", GroupExternalRef: "b"})), both},
		"task for nobody":           {second(c.Tasks.Create(ctx, leasefind.TaskCreateParams{Resident: &leasefind.TaskPerson{FirstName: x}})), nil},
		"task by nobody":            {second(c.Tasks.Create(ctx, leasefind.TaskCreateParams{Creator: &leasefind.TaskPerson{}})), nil},
		"task to nobody":            {second(c.Tasks.Create(ctx, leasefind.TaskCreateParams{Assignee: &leasefind.TaskPerson{PhoneNumber: x}})), nil},
		"task with a zone":          {second(c.Tasks.Create(ctx, leasefind.TaskCreateParams{DueDatetime: tenantry.Set[tenantry.Timestamp]("2026-01-02T03:04:05Z")})), nil},
		"task with a blank":         {second(c.Tasks.Create(ctx, leasefind.TaskCreateParams{ReminderDatetime: tenantry.Set[tenantry.Timestamp]("2026-01-02 03:04:05")})), nil},
		"no task to update":         {second(c.Tasks.Update(ctx, leasefind.TaskUpdateParams{Status: tenantry.Set(leasefind.TaskCompleted)})), nil},
		"task updated to a date":    {second(c.Tasks.Update(ctx, leasefind.TaskUpdateParams{Identifier: "t", CompletedDatetime: tenantry.Set[tenantry.Timestamp]("2026-01-02")})), nil},
		"message without a group":   {second(c.Messages.Create(ctx, leasefind.MessageCreateParams{MessageDirection: leasefind.MessageInbound, SMS: sms()})), leasefind.ErrNoGroup},
		"message, both groups":      {second(c.Messages.Create(ctx, leasefind.MessageCreateParams{GroupID: "a", GroupExternalRef: "b", MessageDirection: leasefind.MessageInbound, SMS: sms()})), both},
		"message without direction": {send(leasefind.MessageCreateParams{SMS: sms()}), nil},
		"message, bad direction":    {send(leasefind.MessageCreateParams{MessageDirection: "inbound", SMS: sms()}), nil},
		"review, bad direction":     {send(leasefind.MessageCreateParams{MessageDirection: "inbound", Review: &leasefind.Review{}}), nil},
		"no message":                {send(leasefind.MessageCreateParams{MessageDirection: leasefind.MessageInbound}), nil},
		"two messages":              {send(leasefind.MessageCreateParams{MessageDirection: leasefind.MessageInbound, SMS: sms(), Review: &leasefind.Review{}}), nil},
		"empty message":             {send(leasefind.MessageCreateParams{MessageDirection: leasefind.MessageInbound, SMS: &leasefind.SMSMessage{}}), nil},
		"email without sender":      {send(leasefind.MessageCreateParams{MessageDirection: leasefind.MessageInbound, Email: &leasefind.EmailMessage{MessageID: "m", CreatedDatetime: "2026-01-02T03:04:05Z", ToEmailAddresses: "a@example.test", ConversationID: "c"}}), nil},
		"chat without a time":       {send(leasefind.MessageCreateParams{MessageDirection: leasefind.MessageInbound, WebChat: &leasefind.WebChatMessage{MessageID: "m"}}), nil},
		"chat with a bad time":      {send(leasefind.MessageCreateParams{MessageDirection: leasefind.MessageInbound, WebChat: &leasefind.WebChatMessage{MessageID: "m", CreatedDatetime: "now"}}), nil},
		"call without a recording":  {send(leasefind.MessageCreateParams{MessageDirection: leasefind.MessageInbound, CallTranscript: &leasefind.CallTranscript{MessageID: "m", CreatedDatetime: "2026-01-02T03:04:05Z", ConversationID: "c"}}), nil},
		"review with a zone":        {send(leasefind.MessageCreateParams{Review: &leasefind.Review{UpdatedDatetime: tenantry.Set[tenantry.Timestamp]("2026-01-02T03:04:05Z")}}), nil},
		"malformed date":            {second(c.Tenants.Find(ctx, leasefind.TenantFindParams{MinMoveInDate: "01/02/2026"})), nil},
		"a moment for a date":       {second(c.Tenants.Find(ctx, leasefind.TenantFindParams{MaxMoveInDate: "2026-01-02T00:00:00Z"})), nil},
		"no such day":               {second(c.Leases.Find(ctx, leasefind.LeaseFindParams{StartDate: "2026-02-30"})), nil},
		"saved date":                {second(c.Leases.Save(ctx, leasefind.LeaseSaveParams{Lease: leasefind.LeaseInput{UnitID: tenantry.Set("u"), EndDate: tenantry.Set[tenantry.Date]("2026-1-2")}})), nil},
		"empty date":                {second(c.Leases.Save(ctx, leasefind.LeaseSaveParams{Lease: leasefind.LeaseInput{UnitID: tenantry.Set("u"), EndDate: tenantry.Set[tenantry.Date]("")}})), nil},
		"comma in a group":          {second(c.Leases.Find(ctx, leasefind.LeaseFindParams{GroupIDs: []string{"a,b"}})), nil},
		"empty group":               {second(c.Leases.Find(ctx, leasefind.LeaseFindParams{GroupIDs: []string{""}})), nil},
		"negative limit":            {second(c.Leases.Find(ctx, leasefind.LeaseFindParams{Identifier: "l", Limit: -1})), nil},
		"no cursor":                 {second(c.Tenants.Find(ctx, leasefind.TenantFindParams{Cursor: "x"})), nil},
		"another listing's cursor":  {second(c.Units.Find(ctx, leasefind.UnitFindParams{Cursor: otherCursor})), nil},
		"other parameters' cursor":  {second(c.Tenants.Find(ctx, leasefind.TenantFindParams{GroupID: "a", Cursor: otherCursor})), nil},
		// Of Propexo's residents: {"a":"propexo","o":"residents.list","p":"x","n":1}.
		"another API's cursor": {second(c.Tenants.Find(ctx, leasefind.TenantFindParams{Cursor: "eyJhIjoicHJvcGV4byIsIm8iOiJyZXNpZGVudHMubGlzdCIsInAiOiJ4IiwibiI6MX0"})), nil},
	} {
		require.ErrorIs(t, refused.err, tenantry.ErrInvalidArgument, name)
		if refused.want != nil {
			require.ErrorIs(t, refused.err, refused.want, name)
			require.ErrorIs(t, refused.err, tenantry.ErrInvalid, name)
		}
	}
	assert.Zero(t, mock.GetTotalCallCount())
	for name, err := range map[string]error{
		"no id":      second(leasefind.NewClient("", "s")),
		"no secret":  second(leasefind.NewClient("i", "")),
		"no source":  second(leasefind.NewClient("i", "s", tenantry.WithTokenSource(nil))),
		"plain http": second(leasefind.NewClient("i", "s", tenantry.WithBaseURL("http://api.travtus.com"))),
	} {
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
}

// vacancy is a listing that can be synced.
func vacancy() leasefind.ListingInput {
	return leasefind.ListingInput{ExternalRef: "x1", UnitType: leasefind.UnitTypeApartment, ListingURL: "https://example.test/1", NumberOfBathrooms: tenantry.Set[tenantry.Decimal]("1")}
}

func sms() *leasefind.SMSMessage {
	return &leasefind.SMSMessage{MessageID: "m", CreatedDatetime: "2026-01-02T03:04:05Z", PhoneNumber: "+12125550100", ConversationID: "c"}
}

// pageCursor is the cursor behind a page of all tenants.
func pageCursor(t *testing.T) tenantry.Cursor {
	c, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"tenants":[{}],"last_id":5}`))
	page, err := c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
	require.NoError(t, err)
	return page.Next
}

// The pages that follow are asked for by after-id and after_id, until the end;
// what ends no listing is an error.
func TestPaging(t *testing.T) {
	bodies := func(answers ...string) (*leasefind.Client, *[]string) {
		c, mock := mocked(t)
		sent := new([]string)
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			if r.Body != nil && r.Method == http.MethodPost {
				b, _ := io.ReadAll(r.Body)
				*sent = append(*sent, string(b))
			} else {
				*sent = append(*sent, r.URL.RawQuery)
			}
			a := answers[0]
			answers = answers[1:]
			if a == "404" {
				return httpmock.NewStringResponse(404, `{"error":{"type":"not_found","message":"none"}}`), nil
			}
			return httpmock.NewStringResponse(200, a), nil
		})
		return c, sent
	}
	ctx := t.Context()
	c, sent := bodies(`{"tenants":[{"identifier":"a"}],"last_id":17}`, `{"tenants":[{"identifier":"b"}],"last_id":-1}`)
	all, err := tenantry.Collect(c.Tenants.All(ctx, leasefind.TenantFindParams{GroupID: "g"}))
	require.NoError(t, err)
	assert.Len(t, all, 2)
	require.Len(t, *sent, 2)
	assert.JSONEq(t, `{"group_id":"g"}`, (*sent)[0])
	assert.JSONEq(t, `{"group_id":"g","after-id":"17"}`, (*sent)[1])

	c, _ = bodies("404")
	all, err = tenantry.Collect(c.Tenants.All(ctx, leasefind.TenantFindParams{}))
	require.NoError(t, err, "an iterator over nothing just ends")
	assert.Empty(t, all)

	c, _ = bodies(`{"tenants":[{"identifier":"a"}],"last_id":"17"}`, "404")
	all, err = tenantry.Collect(c.Tenants.All(ctx, leasefind.TenantFindParams{}))
	require.NoError(t, err, "what follows is gone meanwhile")
	assert.Len(t, all, 1)

	c, _ = bodies("404")
	page, err := c.Tenants.Find(ctx, leasefind.TenantFindParams{})
	require.NoError(t, err)
	assert.Equal(t, &tenantry.Page[leasefind.Tenant]{Total: -1}, page)

	c, _ = bodies(`{"units":[{}],"last_id":3}`, `{"units":[{}],"last_id":4}`, `{"units":[{}],"last_id":3}`)
	units, err := tenantry.Collect(c.Units.All(ctx, leasefind.UnitFindParams{}))
	require.ErrorIs(t, err, tenantry.ErrIncomplete)
	assert.Contains(t, err.Error(), "does not end")
	assert.Len(t, units, 3, "all that came")

	c, sent = bodies(`{"leases":[{}],"pagination":{"next_cursor":"n1"}}`, `{"leases":[{}],"pagination":{"next_cursor":null}}`)
	leases, err := tenantry.Collect(c.Leases.All(ctx, leasefind.LeaseFindParams{Identifier: "l"}))
	require.NoError(t, err)
	assert.Len(t, leases, 2)
	assert.Equal(t, []string{"identifier=l", "after_id=n1&identifier=l"}, *sent)

	c, _ = bodies(`{"leases":[{},5],"last_id":9}`, `{"leases":[{}]}`)
	bad := 0
	for _, err := range c.Leases.AllForTenant(ctx, leasefind.LeaseFindForTenantParams{Identifier: "t"}) {
		if err != nil {
			var e *tenantry.DecodeError
			require.ErrorAs(t, err, &e)
			bad++
		}
	}
	assert.Equal(t, 1, bad, "a record that is none is told of, and the listing goes on")
}

func TestClassOfTokenFailures(t *testing.T) {
	mock := httpmock.NewMockTransport()
	c, err := leasefind.NewClient("id", "secret", tenantry.WithHTTPClient(&http.Client{Transport: mock, Timeout: time.Second}))
	require.NoError(t, err)
	mock.RegisterResponder("POST", leasefind.BaseURL+"/oauth2/token", func(r *http.Request) (*http.Response, error) {
		b, _ := io.ReadAll(r.Body)
		assert.Equal(t, "client_id=id&client_secret=secret&grant_type=client_credentials", string(b))
		assert.Equal(t, "application/x-www-form-urlencoded", r.Header.Get("Content-Type"))
		assert.Empty(t, r.Header.Get("Authorization"))
		return httpmock.NewStringResponse(401, `{"error":"invalid_client","error_description":"no such client: secret"}`), nil
	})
	_, err = c.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
	var e *tenantry.TokenError
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, tenantry.ErrUnauthorized)
	var server *tenantry.Error
	require.ErrorAs(t, err, &server)
	assert.Equal(t, "invalid_client", server.Code)
	assert.Equal(t, "tokens.create", server.Operation)
	assert.NotContains(t, err.Error(), ": secret")
	assert.Equal(t, 1, mock.GetTotalCallCount(), "the call itself was not sent")
}

// The API's several names for one thing are one field each, also for records that a
// program kept.
func TestOtherNamesOfFields(t *testing.T) {
	want := &leasefind.Lease{UnitExternalRef: "xu", Tenants: []leasefind.LeaseTenant{{Identifier: "t1", ExternalRef: "x1"}}}
	for _, raw := range []string{
		`{"unit_external_reference":"xu","tenants":[{"tenant_id":"t1","tenant_external_ref":"x1"}]}`,
		`{"unit_external_ref":"xu","tenants":[{"identifier":"t1","external_ref":"x1"}]}`,
	} {
		lease, err := tenantry.Decode[leasefind.Lease]([]byte(raw))
		require.NoError(t, err)
		assert.Equal(t, want, lease)
	}
}

// A search that can't be encoded is refused, and is not sent as a search for all.
func TestSearchesThatCanNotBeEncoded(t *testing.T) {
	client, mock := mocked(t)
	for name, params := range map[string]leasefind.UnitFindParams{
		"a text":      {ExternalRef: "\xff"},
		"a raw value": {Extra: tenantry.Extra{"new": tenantry.Raw("{")}},
	} {
		_, err := client.Units.Find(t.Context(), params)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
	assert.Zero(t, mock.GetTotalCallCount())
}
