package supergoodtest_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

// What is added is listed, filtered, paged, written and removed like all else.
func TestSeeding(t *testing.T) {
	for name, opts := range map[string][]supergoodtest.Option{
		"empty": nil, "portfolio": {supergoodtest.WithPortfolio(3, 20, 1)}, "plain": {supergoodtest.WithProperties(3, 20)},
	} {
		t.Run(name, func(t *testing.T) {
			client, server := supergoodtest.Start(t, append(opts, supergoodtest.WithPaging(supergoodtest.ByCursor, 7))...)
			ctx := t.Context()
			before := server.PropertyIDs()
			added := supergood.Property{ID: "zz-9", Name: "Zed", Address: tenantry.Raw(`{"state":"ZZ"}`), Extra: tenantry.Extra{"class": tenantry.Raw(`"A"`)}}
			server.Add(&added, supergood.Property{ID: "zz-10", Name: "Zed Two"})
			assert.Equal(t, append(before, "zz-9", "zz-10"), server.PropertyIDs())
			for _, filters := range []url.Values{{"state": {"ZZ"}}, {"class": {"A"}}, {"name": {"Zed"}}, {"id": {"zz-9"}}} {
				found, err := tenantry.Collect(client.Properties.All(ctx, supergood.ListParams{Extra: filters}))
				require.NoError(t, err)
				assert.Equal(t, []*supergood.Property{&added}, found, "%v", filters)
			}

			home := server.At("zz-9")
			unit := supergood.Unit{ID: "u1", Status: "VACANT", Pricing: tenantry.Raw(`{"marketRent":1250.50}`)}
			for _, id := range []string{"u3", "u10", "u2"} {
				home.Add(supergood.Unit{ID: id, Status: "OCCUPIED"})
			}
			home.Add(unit)
			units, err := tenantry.Collect(client.Property("zz-9").AllUnits(ctx, supergood.ListParams{}))
			require.NoError(t, err)
			var ids []string
			for _, u := range units {
				ids = append(ids, u.ID)
			}
			assert.Equal(t, []string{"u1", "u2", "u3", "u10"}, ids)
			assert.Equal(t, &unit, units[0])
			vacant, err := client.Property("zz-9").ListUnits(ctx, supergood.ListParams{Extra: url.Values{"status": {"VACANT"}}})
			require.NoError(t, err)
			assert.Len(t, vacant.Items, 1)
			_, err = client.Property("zz-9").ListUnits(ctx, supergood.ListParams{Extra: url.Values{"colour": {"red"}}})
			require.ErrorIs(t, err, tenantry.ErrInvalid)

			// A lease that is created is one of its unit's.
			lease, err := client.Property("zz-9").CreateLease(ctx, supergood.LeaseCreateParams{
				UnitID: tenantry.Set("u1"), Rent: tenantry.Set[tenantry.Decimal]("1250.50"), StartDate: tenantry.Set[tenantry.Date]("2026-04-01"),
				Residents: []supergood.ResidentInput{{FirstName: tenantry.Set("Ana"), Email: tenantry.Set("ana@example.com")}},
			})
			require.NoError(t, err)
			stored := supergood.Lease{ID: lease.ID}
			require.True(t, server.At("zz-9").Get(&stored))
			assert.Equal(t, *lease, stored)
			home.Add(supergood.Lease{ID: "l-mine", UnitID: "u1", Status: "CURRENT"})
			vacant, err = client.Property("zz-9").ListUnits(ctx, supergood.ListParams{Extra: url.Values{"id": {"u1"}}})
			require.NoError(t, err)
			require.Len(t, vacant.Items[0].Leases, 2)
			assert.Equal(t, "l-mine", vacant.Items[0].Leases[0].ID)
			assert.Equal(t, tenantry.Decimal("1250.50"), vacant.Items[0].Leases[1].Rent)
			assert.Equal(t, "Ana", vacant.Items[0].Leases[1].Residents[0].FirstName)
			order, err := client.Property("zz-9").CreateWorkOrder(ctx, supergood.WorkOrderCreateParams{UnitID: tenantry.Set("u2"), Category: tenantry.Set("HVAC")})
			require.NoError(t, err)
			kept := supergood.WorkOrder{ID: order.ID}
			require.True(t, home.Get(&kept))
			assert.Equal(t, "HVAC", kept.Category)
			_, err = client.Property("zz-9").CreateLease(ctx, supergood.LeaseCreateParams{UnitID: tenantry.Set("u99"), Rent: tenantry.Set[tenantry.Decimal]("1")})
			require.ErrorContains(t, err, "no unit with this unitId")

			unit.Status = "DOWN"
			assert.True(t, home.Update(unit))
			assert.False(t, home.Update(supergood.Unit{ID: "none"}))
			got := supergood.Unit{ID: "u1"}
			require.True(t, home.Get(&got))
			assert.Equal(t, "DOWN", got.Status)
			assert.True(t, home.Remove(supergood.Unit{ID: "u2"}))
			assert.False(t, home.Remove(&supergood.Unit{ID: "u2"}))
			assert.False(t, home.Get(&supergood.Unit{ID: "u2"}))

			if len(before) > 0 { // generated records are changed likewise
				units, err := tenantry.Collect(client.Property(before[0]).AllUnits(ctx, supergood.ListParams{}))
				require.NoError(t, err)
				changed := *units[3]
				changed.Status = "DOWN"
				require.True(t, server.Update(changed))
				require.True(t, server.Remove(supergood.Unit{ID: units[4].ID}))
				require.True(t, server.Update(supergood.Property{ID: before[1], Name: "Renamed"}))
				again, err := tenantry.Collect(client.Property(before[0]).AllUnits(ctx, supergood.ListParams{}))
				require.NoError(t, err)
				units[3].Status = "DOWN"
				assert.Equal(t, append(units[:4], units[5:]...), again)
			}
			assert.True(t, server.Remove(supergood.Property{ID: "zz-9"}))
			_, err = client.Property("zz-9").ListUnits(ctx, supergood.ListParams{})
			require.ErrorIs(t, err, tenantry.ErrNotFound)
			server.Add(supergood.Property{ID: "zz-9"})
			page, err := client.Property("zz-9").ListUnits(ctx, supergood.ListParams{})
			require.NoError(t, err)
			assert.Empty(t, page.Items, "it is another property")
		})
	}
	server := supergoodtest.NewServer()
	defer server.Close()
	for says, add := range map[string]any{
		"supergoodtest: Add: string is not a model of github.com/tenantry/tenantry-go/supergood": "x",
		"supergoodtest: Add: the Property has no ID":                                             supergood.Property{},
		`supergoodtest: Add: there is no property ""; add it first`:                              supergood.Unit{ID: "u"},
	} {
		assert.PanicsWithValue(t, says, func() { server.Add(add) })
	}
	server.Add(supergood.Property{ID: "p"})
	assert.PanicsWithValue(t, "supergoodtest: Add: the server has no records of type Resident", func() { server.Add(supergood.Resident{ID: "x"}) })
	assert.PanicsWithValue(t, `supergoodtest: Add: there is no property "q"; add it first`, func() { server.At("q").Add(supergood.Unit{ID: "u"}) })
}

// A cursor goes on where it was when records come and go, also the one that it names.
func TestCursorsUnderChange(t *testing.T) {
	client, server := supergoodtest.Start(t, supergoodtest.WithProperties(10, 0), supergoodtest.WithPaging(supergoodtest.ByCursor, 4))
	page, err := client.Properties.List(t.Context(), supergood.ListParams{})
	require.NoError(t, err)
	server.Remove(supergood.Property{ID: "prop-003"})
	server.Remove(supergood.Property{ID: "prop-004"})
	server.Add(supergood.Property{ID: "prop-000-1"}, supergood.Property{ID: "prop-005-1"})
	rest, err := tenantry.Collect(client.Properties.All(t.Context(), supergood.ListParams{Cursor: page.Next}))
	require.NoError(t, err)
	var ids []string
	for _, p := range rest {
		ids = append(ids, p.ID)
	}
	assert.Equal(t, []string{"prop-005", "prop-005-1", "prop-006", "prop-007", "prop-008", "prop-009"}, ids)
}
