package leasefindtest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
)

// What is added is found, written and removed like all else.
func TestSeeding(t *testing.T) {
	client, server := leasefindtest.Start(t, leasefindtest.WithPortfolio(2, 20, 1))
	ctx := t.Context()
	groups := server.IDs(leasefind.Community{})
	unit := leasefind.Unit{Identifier: "my-unit", ExternalRef: "x-my-unit", UnitNumber: "9", Address: &leasefind.Address{City: "Chicago"}}
	lease := leasefind.Lease{Identifier: "my-lease", UnitID: "my-unit", StartDate: "2026-01-01", Rent: "900.00", Tenants: []leasefind.LeaseTenant{{Identifier: "me"}}}
	server.Add(leasefind.Community{CommunityID: "mine", CommunityExternalRef: "x-mine", Name: "Mine"})
	server.AddTo("mine", unit)
	server.Add(&lease, leasefind.Person{Identifier: "me", FirstName: "Ana", EmailAddress: "ana@example.com"}, leasefind.Task{Identifier: "my-task", GroupID: "mine"})
	server.AddTo("mine", leasefind.Listing{Identifier: "my-listing", UnitID: "my-unit", ListingURL: "https://example.com"})

	leases, err := client.Leases.Find(ctx, leasefind.LeaseFindParams{GroupExternalRefs: []string{"x-mine"}})
	require.NoError(t, err)
	require.Len(t, leases.Items, 1)
	assert.Equal(t, "x-my-unit", leases.Items[0].UnitExternalRef)
	assert.Equal(t, "Chicago", leases.Items[0].Address.City)
	assert.Equal(t, "me", leases.Items[0].Tenants[0].Identifier)
	tenants, err := client.Tenants.Find(ctx, leasefind.TenantFindParams{GroupID: "mine"})
	require.NoError(t, err)
	require.Len(t, tenants.Items, 1)
	assert.Equal(t, "Ana", tenants.Items[0].FirstName)
	theirs, err := client.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{EmailAddress: "ana@example.com"})
	require.NoError(t, err)
	require.Len(t, theirs.Items, 1)
	listings, err := client.Listings.Find(ctx, leasefind.ListingFindParams{GroupID: "mine"})
	require.NoError(t, err)
	require.Len(t, listings.Items, 1)
	assert.Equal(t, "my-unit", listings.Items[0].UnitID)

	// Writes change added and generated records.
	for _, id := range []string{"my-lease", server.IDs(leasefind.Lease{})[2]} {
		old := leasefind.Lease{Identifier: id}
		require.True(t, server.Get(&old))
		_, err := client.Leases.Save(ctx, leasefind.LeaseSaveParams{Lease: leasefind.LeaseInput{
			Identifier: tenantry.Set(id), UnitID: tenantry.Set(old.UnitID), EndDate: tenantry.Set[tenantry.Date]("2030-01-02"),
		}})
		require.NoError(t, err)
		got, err := client.Leases.Find(ctx, leasefind.LeaseFindParams{Identifier: id})
		require.NoError(t, err)
		stored := leasefind.Lease{Identifier: id}
		require.True(t, server.Get(&stored))
		assert.Equal(t, got.Items[0], stored)
		old.EndDate = "2030-01-02"
		assert.Equal(t, old, stored)
	}

	unit.UnitNumber = "10"
	assert.True(t, server.Update(unit))
	assert.False(t, server.Update(&leasefind.Unit{Identifier: "nothing"}))
	found, err := client.Units.Find(ctx, leasefind.UnitFindParams{GroupIDs: []string{"mine"}})
	require.NoError(t, err)
	assert.Equal(t, []leasefind.Unit{unit}, found.Items)
	person := leasefind.Person{Identifier: server.IDs(leasefind.Person{})[0]}
	require.True(t, server.Get(&person))
	person.LastName = "New"
	assert.True(t, server.Update(person))
	persons, err := client.Persons.Find(ctx, leasefind.PersonFindParams{LastName: "New", GroupIDs: groups[:1]})
	require.NoError(t, err)
	assert.Equal(t, []leasefind.Person{person}, persons.Items)
	for _, record := range []any{
		leasefind.Unit{Identifier: "my-unit"}, leasefind.Lease{Identifier: "my-lease"}, leasefind.Tenant{Identifier: "me"}, leasefind.Listing{Identifier: "my-listing"},
		leasefind.Task{Identifier: "my-task"}, leasefind.Community{CommunityID: "mine"}, person,
	} {
		assert.True(t, server.Remove(record), "%T", record)
		assert.False(t, server.Remove(record), "%T", record)
	}
	assert.False(t, server.Get(&leasefind.Unit{Identifier: "my-unit"}))
	assert.NotContains(t, server.IDs(leasefind.Person{}), person.Identifier)

	for says, add := range map[string]any{
		"leasefindtest: Add: string is not a model of github.com/tenantry/tenantry-go/leasefind":      "x",
		"leasefindtest: Add: http.Client is not a model of github.com/tenantry/tenantry-go/leasefind": http.Client{},
		"leasefindtest: Add: the Lease has no ID":                                                     leasefind.Lease{},
		"leasefindtest: Add: a leasefind.Address has no ID":                                           leasefind.Address{},
		"leasefindtest: Add: the server has no records of type LeaseTerm":                             leasefind.LeaseTerm{Identifier: "x"},
	} {
		assert.PanicsWithValue(t, says, func() { server.Add(add) })
	}
	assert.PanicsWithValue(t, "leasefindtest: AddTo: there is no group nothing", func() { server.AddTo("nothing", unit) })
}

// A server without groups gets one for what is added.
func TestAddToNothing(t *testing.T) {
	client, server := leasefindtest.Start(t)
	server.Add(leasefind.Person{Identifier: "me"})
	server.AddTenant(map[string]any{"identifier": "you"})
	found, err := client.Persons.Find(t.Context(), leasefind.PersonFindParams{GroupIDs: []string{"group-0"}})
	require.NoError(t, err)
	assert.Len(t, found.Items, 2)
	assert.True(t, server.RemoveTenant("you"))
	assert.False(t, server.RemoveTenant("you"))
}

func TestUnknownOperations(t *testing.T) {
	_, server := leasefindtest.Start(t)
	assert.Len(t, server.Operations(), 20)
	for _, operation := range server.Operations() {
		server.Inject(leasefindtest.InternalError(operation))
	}
	assert.PanicsWithValue(t, `tenantrytest: Inject: there is no operation "listing.sync"; near ones are listings.sync, listings.find`, func() {
		server.Inject(leasefindtest.InternalError("listing.sync"))
	})
}
