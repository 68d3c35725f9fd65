package leasefindtest_test

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
)

func byID[T any](records []*T, id func(*T) string) map[string]*T {
	m := make(map[string]*T, len(records))
	for _, r := range records {
		m[id(r)] = r
	}
	return m
}

func leaseID(l *leasefind.Lease) string { return l.Identifier }

// Whatever a record of the portfolio refers to exists, and says the same.
func TestPortfolio(t *testing.T) {
	for _, opts := range [][]leasefindtest.Option{nil, {leasefindtest.WithTableEnvelope()}, {leasefindtest.WithDirt(0.5)}} {
		client, server := leasefindtest.Start(t, append(opts, leasefindtest.WithPortfolio(3, 40, 7))...)
		ctx := t.Context()
		groups := server.IDs(leasefind.Community{})
		require.Len(t, groups, 3)
		units, err := tenantry.Collect(client.Units.All(ctx, leasefind.UnitFindParams{}))
		require.NoError(t, err)
		unitByID := byID(units, func(u *leasefind.Unit) string { return u.Identifier })
		require.Len(t, unitByID, 120)
		people, err := tenantry.Collect(client.Persons.All(ctx, leasefind.PersonFindParams{}))
		require.NoError(t, err)
		personByID := byID(people, func(p *leasefind.Person) string { return p.Identifier })
		tenants, err := tenantry.Collect(client.Tenants.All(ctx, leasefind.TenantFindParams{}))
		require.NoError(t, err)
		assert.Len(t, tenants, len(people), "everyone has a lease")
		leases, err := tenantry.Collect(client.Leases.All(ctx, leasefind.LeaseFindParams{GroupIDs: groups}))
		require.NoError(t, err)
		leaseByID := byID(leases, leaseID)
		assert.Greater(t, len(leaseByID), 100)
		assert.True(t, slices.ContainsFunc(leases, func(l *leasefind.Lease) bool { return l.StartDate != "" && l.EndDate == "" }), "from month to month")
		for _, l := range leases {
			require.Contains(t, unitByID, l.UnitID)
			assert.Equal(t, unitByID[l.UnitID].ExternalRef, l.UnitExternalRef)
			assert.Equal(t, unitByID[l.UnitID].Address.City, l.Address.City)
			require.NotEmpty(t, l.Tenants)
			for _, of := range l.Tenants {
				require.Contains(t, personByID, of.Identifier)
				assert.Equal(t, personByID[of.Identifier].ExternalRef, of.ExternalRef)
			}
		}
		for _, p := range people[:20] {
			theirs, err := tenantry.Collect(client.Leases.AllForTenant(ctx, leasefind.LeaseFindForTenantParams{Identifier: p.Identifier}))
			require.NoError(t, err)
			require.NotEmpty(t, theirs)
			for _, l := range theirs {
				assert.True(t, slices.ContainsFunc(leaseByID[l.Identifier].Tenants, func(of leasefind.LeaseTenant) bool { return of.Identifier == p.Identifier }))
			}
		}
		of := 0
		for _, id := range groups {
			group := leasefind.Community{CommunityID: id}
			require.True(t, server.Get(&group))
			found, err := client.Communities.Find(ctx, leasefind.CommunityFindParams{CommunityExternalRef: group.CommunityExternalRef})
			require.NoError(t, err)
			require.Equal(t, []leasefind.Community{group}, found.Items)
			in, err := tenantry.Collect(client.Leases.All(ctx, leasefind.LeaseFindParams{GroupExternalRefs: []string{group.CommunityExternalRef}}))
			require.NoError(t, err)
			of += len(in)
			listings, err := tenantry.Collect(client.Listings.All(ctx, leasefind.ListingFindParams{GroupID: id}))
			require.NoError(t, err)
			require.NotEmpty(t, listings)
			assert.Less(t, len(listings), 15)
			for _, l := range listings {
				require.Contains(t, unitByID, l.UnitID)
				inUnit, err := client.Leases.Find(ctx, leasefind.LeaseFindParams{UnitID: l.UnitID})
				require.NoError(t, err)
				assert.False(t, slices.ContainsFunc(inUnit.Items, func(o leasefind.Lease) bool {
					return o.EndDate == "" && o.StartDate != "" && len(opts) == 0
				}), "a unit that is let")
			}
		}
		assert.Equal(t, len(leases), of)
		tasks := server.IDs(leasefind.Task{})
		assert.Len(t, tasks, 24)
		for _, id := range tasks {
			task := leasefind.Task{Identifier: id}
			require.True(t, server.Get(&task))
			require.Contains(t, groups, task.GroupID)
			require.Contains(t, unitByID, task.Creator.UnitID)
			if task.ResidentID != "" {
				require.Contains(t, personByID, task.ResidentID)
			}
		}
	}
}

func TestDirt(t *testing.T) {
	read := func(opts ...leasefindtest.Option) (unknown int) {
		client, _ := leasefindtest.Start(t, append(opts, leasefindtest.WithPortfolio(2, 40, 7))...)
		all, err := tenantry.Collect(client.Persons.All(t.Context(), leasefind.PersonFindParams{}))
		require.NoError(t, err)
		for _, r := range all {
			if len(r.Extra) > 0 {
				unknown++
			}
		}
		return unknown * 100 / len(all)
	}
	assert.Zero(t, read())
	assert.InDelta(t, 30, read(leasefindtest.WithDirt(0.3)), 12)
}

// A fake of 100,000 people starts at once, and keeps nothing of what it serves.
func TestItIsLazy(t *testing.T) {
	used := func(properties int) uint64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		client, server := leasefindtest.Start(t, leasefindtest.WithPortfolio(properties, 40, 1))
		_, err := client.Tenants.Find(t.Context(), leasefind.TenantFindParams{})
		require.NoError(t, err)
		_, err = client.Units.Find(t.Context(), leasefind.UnitFindParams{})
		require.NoError(t, err)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(server)
		return after.HeapAlloc - min(before.HeapAlloc, after.HeapAlloc)
	}
	used(30) // what is loaded once
	small, large := used(30), used(2000)
	assert.Less(t, large, small+2<<20)
}

// The members of records of a kind come in one order.
func TestOrderOfMembers(t *testing.T) {
	s := leasefindtest.NewServer(leasefindtest.WithPortfolio(1, 20, 1))
	defer s.Close()
	_, body := send(t, "POST", s.URL+"/persons/find/", "Bearer "+s.IssueToken(), `{}`)
	for _, p := range splitRecords(t, body, "persons") {
		assert.Regexp(t, `^\{"identifier":.*"email_address":.*"first_name":.*"last_name":.*"external_ref":.*"phone_number":`, p)
	}
}

// The clock ends leases and lists the units that become free.
func TestTimePasses(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	client, server := leasefindtest.Start(t, leasefindtest.WithPortfolio(2, 40, 7), leasefindtest.WithStart(start), leasefindtest.WithLife(6))
	ctx := t.Context()
	count := func() (active int, listed []string) {
		for _, id := range server.IDs(leasefind.Person{}) {
			yes := true
			page, err := client.Leases.FindForTenant(ctx, leasefind.LeaseFindForTenantParams{Identifier: id, Active: &yes})
			require.NoError(t, err)
			active += len(page.Items)
		}
		return active, server.IDs(leasefind.Listing{})
	}
	people := len(server.IDs(leasefind.Person{}))
	active, listed := count()
	assert.Positive(t, active)
	assert.NotEmpty(t, listed)
	server.Advance(90 * 24 * time.Hour)
	later, listedLater := count()
	assert.NotEqual(t, active, later)
	assert.NotEqual(t, listed, listedLater)
	assert.Greater(t, len(server.IDs(leasefind.Person{})), people, "new leases bring people")
}
