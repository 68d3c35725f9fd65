package propexotest_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

func byID[T any](records []*T, id func(*T) string) map[string]*T {
	m := make(map[string]*T)
	for _, r := range records {
		m[id(r)] = r
	}
	return m
}

// Every reference is to a record that exists and refers back.
func TestThePortfolioFitsTogether(t *testing.T) {
	for _, dirt := range []float64{0, 0.5} {
		client, _ := propexotest.Start(t, propexotest.WithPortfolio(3, 40, 7), propexotest.WithDirt(dirt))
		ctx := t.Context()
		all, err := tenantry.Collect(client.Properties.All(ctx, propexo.PropertyListParams{}))
		require.NoError(t, err)
		properties := byID(all, func(p *propexo.Property) string { return p.ID })
		units, err := tenantry.Collect(client.Units.All(ctx, propexo.UnitListParams{}))
		require.NoError(t, err)
		unitByID := byID(units, func(u *propexo.Unit) string { return u.ID })
		leases, err := tenantry.Collect(client.Leases.All(ctx, propexo.LeaseListParams{}))
		require.NoError(t, err)
		leaseByID := byID(leases, func(l *propexo.Lease) string { return l.ID })
		residents, err := tenantry.Collect(client.Residents.All(ctx, propexo.ResidentListParams{}))
		require.NoError(t, err)
		residentByID := byID(residents, func(r *propexo.Resident) string { return r.ID })
		assert.Len(t, properties, 3)
		assert.Len(t, unitByID, 120)
		assert.Greater(t, len(leaseByID), 100)
		assert.Greater(t, len(residentByID), 150)
		vacant := 0
		for _, u := range units {
			require.Contains(t, properties, u.PropertyID)
			if u.IsVacant != nil && *u.IsVacant {
				vacant++
			}
		}
		assert.Positive(t, vacant)
		for _, l := range leases {
			require.Contains(t, unitByID, l.UnitID)
			require.Equal(t, unitByID[l.UnitID].PropertyID, l.PropertyID)
			for _, of := range l.ResidentsMetaData {
				require.Contains(t, residentByID, of.ResidentID)
				assert.True(t, slices.ContainsFunc(residentByID[of.ResidentID].LeasesMetaData, func(m propexo.ResidentLease) bool { return m.LeaseID == l.ID }))
			}
		}
		for _, r := range residents {
			require.Contains(t, properties, r.PropertyID)
			require.NotEmpty(t, r.LeasesMetaData)
			for _, of := range r.LeasesMetaData {
				require.Contains(t, leaseByID, of.LeaseID)
			}
		}
		payments, err := tenantry.Collect(client.ResidentPayments.All(ctx, propexo.ResidentPaymentListParams{}))
		require.NoError(t, err)
		for _, p := range payments {
			require.Contains(t, leaseByID, p.LeaseID)
			require.Contains(t, residentByID, p.ResidentID)
		}
		events, err := tenantry.Collect(client.Events.All(ctx, propexo.EventListParams{}))
		require.NoError(t, err)
		for _, e := range events {
			if e.PropertyID != "" {
				require.Contains(t, properties, e.PropertyID)
			}
		}
		one := leases[0]
		of, err := client.Leases.List(ctx, propexo.LeaseListParams{UnitID: one.UnitID})
		require.NoError(t, err)
		for _, l := range of.Items {
			assert.Equal(t, one.UnitID, l.UnitID)
		}
		inLease, err := client.Residents.List(ctx, propexo.ResidentListParams{LeaseID: one.ID})
		require.NoError(t, err)
		assert.Len(t, inLease.Items, len(one.ResidentsMetaData))
		got, err := client.Residents.Get(ctx, residents[5].ID)
		require.NoError(t, err)
		assert.Equal(t, residents[5], got)
	}
}

func TestDirt(t *testing.T) {
	read := func(opts ...propexotest.Option) (unknown int) {
		client, _ := propexotest.Start(t, append(opts, propexotest.WithPortfolio(2, 40, 7))...)
		all, err := tenantry.Collect(client.Residents.All(t.Context(), propexo.ResidentListParams{}))
		require.NoError(t, err)
		for _, r := range all {
			if len(r.Extra) > 0 {
				unknown++
			}
		}
		return unknown * 100 / len(all)
	}
	assert.Zero(t, read())
	assert.InDelta(t, 30, read(propexotest.WithDirt(0.3)), 12)
}

// A fake of 100,000 people starts at once, and keeps nothing of what it serves.
func TestItIsLazy(t *testing.T) {
	used := func(properties int) uint64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		client, server := propexotest.Start(t, propexotest.WithPortfolio(properties, 40, 1))
		_, err := client.Residents.List(t.Context(), propexo.ResidentListParams{Limit: 250})
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

// The clock moves tenants in and out; what changed is found by updated_at.
func TestTimePasses(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	client, server := propexotest.Start(t, propexotest.WithPortfolio(2, 40, 7), propexotest.WithStart(start))
	statuses := func() map[string]int {
		n := make(map[string]int)
		for l, err := range client.Leases.All(t.Context(), propexo.LeaseListParams{}) {
			require.NoError(t, err)
			n[l.StatusRaw]++
		}
		return n
	}
	before := statuses()
	assert.Positive(t, before["Future"])
	server.Advance(61 * 24 * time.Hour)
	after := statuses()
	assert.Zero(t, after["Future"])
	assert.Zero(t, after["Notice"])
	assert.Greater(t, after["Past"], before["Past"])
	changed, err := tenantry.Collect(client.Leases.All(t.Context(), propexo.LeaseListParams{UpdatedAtGTE: start}))
	require.NoError(t, err)
	assert.Len(t, changed, before["Future"]+before["Notice"], fmt.Sprint(before))
	for _, l := range changed {
		assert.GreaterOrEqual(t, string(l.UpdatedAt), start.Format(time.RFC3339))
	}
}
