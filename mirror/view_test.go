package mirror

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/roster"
)

// put stores records of account acme, of system x.
func put(t *testing.T, m *Mirror, page *roster.Page) {
	t.Helper()
	require.NoError(t, m.db.transact(c0, func(tx tx) error {
		_, err := (&writer{account: "acme", source: "x"}).store(c0, tx, page, nil)
		return err
	}))
}

// lines returns the rows of a query whose columns are texts, with | between columns.
func lines(t *testing.T, m *Mirror, columns int, query string) []string {
	t.Helper()
	all := []string{}
	require.NoError(t, each(c0, m.db, query, nil, func(r rows) error {
		texts := make([]*string, columns)
		dest := make([]any, columns)
		for i := range texts {
			dest[i] = &texts[i]
		}
		err := r.Scan(dest...)
		cells := make([]string, columns)
		for i, text := range texts {
			cells[i] = deref(text)
		}
		all = append(all, strings.Join(cells, "|"))
		return err
	}))
	slices.Sort(all)
	return all
}

// day returns a day by the database's calendar.
func day(t *testing.T, m *Mirror, after int) tenantry.Date {
	t.Helper()
	var today string
	require.NoError(t, row(c0, m.db, `SELECT @today`, nil, &today))
	at, err := time.Parse(time.DateOnly, today)
	require.NoError(t, err)
	return tenantry.Date(at.AddDate(0, 0, after).Format(time.DateOnly))
}

func TestCurrentOccupants(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		on := func(after int) tenantry.Date { return day(t, m, after) }
		yes, no := true, false
		page := new(roster.Page)
		// Each case is a lease, a tenancy of it, and whether the person is in the unit.
		cases := map[string]struct {
			lease   roster.Lease
			tenancy roster.Tenancy
			in      bool
		}{
			"current":                    {roster.Lease{State: roster.LeaseCurrent, MoveIn: on(-100)}, roster.Tenancy{}, true},
			"current, after its term":    {roster.Lease{State: roster.LeaseCurrent, Start: on(-500), End: on(-100)}, roster.Tenancy{}, true},
			"notice":                     {roster.Lease{State: roster.LeaseNotice, MoveIn: on(-100), ScheduledMoveOut: on(1)}, roster.Tenancy{}, true},
			"moves out today":            {roster.Lease{State: roster.LeaseNotice, MoveIn: on(-100), ScheduledMoveOut: on(0)}, roster.Tenancy{}, false},
			"moved out":                  {roster.Lease{State: roster.LeaseCurrent, MoveIn: on(-100)}, roster.Tenancy{MoveOut: on(-1)}, false},
			"moves in tomorrow":          {roster.Lease{State: roster.LeaseFuture, ScheduledMoveIn: on(1)}, roster.Tenancy{}, false},
			"moves in today":             {roster.Lease{State: roster.LeaseFuture, ScheduledMoveIn: on(0)}, roster.Tenancy{}, true},
			"today, with a time":         {roster.Lease{State: roster.LeaseCurrent, MoveIn: on(0) + "T09:00:00Z"}, roster.Tenancy{}, true},
			"future without a day":       {roster.Lease{State: roster.LeaseFuture}, roster.Tenancy{}, false},
			"joins later":                {roster.Lease{State: roster.LeaseCurrent, MoveIn: on(-100)}, roster.Tenancy{MoveIn: on(5)}, false},
			"past":                       {roster.Lease{State: roster.LeasePast, MoveIn: on(-100)}, roster.Tenancy{}, false},
			"evicted":                    {roster.Lease{State: roster.LeaseEvicted, MoveIn: on(-100)}, roster.Tenancy{}, false},
			"applicant":                  {roster.Lease{State: roster.LeaseApplicant, Start: on(-1)}, roster.Tenancy{}, false},
			"unknown, within its term":   {roster.Lease{State: roster.LeaseUnknown, Start: on(-1), End: on(1)}, roster.Tenancy{}, true},
			"unknown, after its term":    {roster.Lease{State: roster.LeaseUnknown, Start: on(-100), End: on(-1)}, roster.Tenancy{}, false},
			"no longer on the lease":     {roster.Lease{State: roster.LeaseCurrent, MoveIn: on(-100)}, roster.Tenancy{Active: &no}, false},
			"still on the lease":         {roster.Lease{State: roster.LeaseCurrent, MoveIn: on(-100)}, roster.Tenancy{Active: &yes}, true},
			"the unit names the lease":   {roster.Lease{State: roster.LeaseCurrent}, roster.Tenancy{}, true},
			"the tenancy names the unit": {roster.Lease{State: roster.LeaseCurrent}, roster.Tenancy{UnitID: "other unit"}, true},
		}
		want := []string{}
		for name, c := range cases {
			c.lease.Source, c.lease.Scope, c.lease.ID, c.lease.UnitID = "x", "s", name, "unit of "+name
			unit := roster.Unit{Source: "x", Scope: "s", ID: "unit of " + name, Number: "no. " + name}
			if name == "the unit names the lease" {
				c.lease.UnitID, unit.LeaseID = "", name
			}
			if c.tenancy.UnitID != "" {
				unit.ID = c.tenancy.UnitID
			}
			c.tenancy.Source, c.tenancy.Scope, c.tenancy.ID, c.tenancy.PersonID, c.tenancy.LeaseID = "x", "s", name, name, name
			page.Leases, page.Tenancies, page.Units = append(page.Leases, c.lease), append(page.Tenancies, c.tenancy), append(page.Units, unit)
			page.People = append(page.People, roster.Person{Source: "x", Scope: "s", ID: name, FirstName: "Ana"})
			if c.in {
				want = append(want, fmt.Sprintf("%s|Ana|%s|no. %s", name, unit.ID, name))
			}
		}
		// Of another scope, with the same IDs; without a lease, as ElevenOS has them.
		page.Leases = append(page.Leases, roster.Lease{Source: "x", Scope: "t", ID: "current", State: roster.LeasePast})
		page.Tenancies = append(page.Tenancies, roster.Tenancy{Source: "x", Scope: "t", ID: "current", PersonID: "current", LeaseID: "current"},
			roster.Tenancy{Source: "x", Scope: "e", ID: "1", PersonID: "1", UnitID: "u", MoveIn: on(-1), Active: &yes},
			roster.Tenancy{Source: "x", Scope: "e", ID: "2", PersonID: "2", UnitID: "u", MoveIn: on(-1), Active: &no})
		want = append(want, "1||u|")
		put(t, m, page)
		slices.Sort(want)
		const query = `SELECT person_id, first_name, unit_id, unit_number FROM @.current_occupants`
		assert.Equal(t, want, lines(t, m, 4, query))
		require.NoError(t, m.db.transact(c0, func(tx tx) error {
			if _, err := tx.exec(c0, `UPDATE @.tenancies SET gone = first_seen WHERE id = 'current'`); err != nil {
				return err
			}
			_, err := tx.exec(c0, `UPDATE @.leases SET gone = first_seen WHERE id = 'notice'`)
			return err
		}))
		assert.Len(t, lines(t, m, 4, query), len(want)-2, "without who is gone")
	})
}

func TestMoves(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		on := func(after int) tenantry.Date { return day(t, m, after) }
		page := new(roster.Page)
		var want []string
		for name, c := range map[string]struct {
			lease   roster.Lease
			in, out tenantry.Date
		}{
			"tomorrow":                {roster.Lease{State: roster.LeaseFuture, ScheduledMoveIn: on(1), Start: on(-5)}, on(1), ""},
			"today and in 30 days":    {roster.Lease{State: roster.LeaseCurrent, MoveIn: on(0) + "T08:00:00Z", ScheduledMoveOut: on(30)}, on(0), on(30)},
			"in 31 days":              {roster.Lease{State: roster.LeaseNotice, MoveIn: on(-9), ScheduledMoveOut: on(31)}, "", ""},
			"yesterday":               {roster.Lease{State: roster.LeaseCurrent, MoveIn: on(-1)}, "", ""},
			"applicant":               {roster.Lease{State: roster.LeaseApplicant, Start: on(3), ScheduledMoveOut: on(9)}, on(3), ""},
			"cancelled":               {roster.Lease{State: roster.LeaseCancelled, Start: on(3), ScheduledMoveOut: on(5)}, "", ""},
			"term of one that stays":  {roster.Lease{State: roster.LeaseCurrent, Start: on(-300), End: on(5)}, "", ""},
			"term of one with notice": {roster.Lease{State: roster.LeaseNotice, Start: on(-300), End: on(5)}, "", on(5)},
			"term of one unknown":     {roster.Lease{State: roster.LeaseUnknown, Start: on(2), End: on(20)}, on(2), on(20)},
			"evicted":                 {roster.Lease{State: roster.LeaseEvicted, Start: on(2), ScheduledMoveOut: on(4)}, "", on(4)},
			"no dates":                {roster.Lease{State: roster.LeaseCurrent}, "", ""},
		} {
			c.lease.Source, c.lease.Scope, c.lease.ID = "x", "s", name
			unit := roster.Unit{Source: "x", Scope: "s", ID: "u " + name, Number: "no. " + name, LeaseID: name}
			if len(name)%2 == 0 {
				c.lease.UnitID, unit.LeaseID = unit.ID, ""
			}
			page.Leases, page.Units = append(page.Leases, c.lease), append(page.Units, unit)
			for direction, date := range map[string]tenantry.Date{"in": c.in, "out": c.out} {
				if date != "" {
					want = append(want, fmt.Sprintf("%s|%s|%s|u %s|no. %s", name, direction, date, name, name))
				}
			}
		}
		put(t, m, page)
		slices.Sort(want)
		assert.Equal(t, want, lines(t, m, 5, `SELECT lease_id, direction, day, unit_id, unit_number FROM @.moves`))
	})
}

func TestFreshness(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a")
		w.fill("a", 3)
		again(t, m, w.account("acme"))
		const query = `SELECT account, source, listing, CASE WHEN finished_ms > 0 AND completed_ms > 0 THEN 'fresh' ELSE 'never' END, blocked, error FROM @.freshness`
		assert.Equal(t, []string{"acme|propexo|people|fresh||"}, lines(t, m, 6, query), "listings of records alone")
		w.fail = func() error { return &tenantry.Error{API: "propexo", StatusCode: 500} }
		require.NoError(t, m.due(c0, "acme"))
		runUntil(t, m, func() bool { return m.count(t, `@.accounts WHERE error <> ''`) == 1 }, w.account("acme"))
		assert.Contains(t, lines(t, m, 6, query)[0], "500")
		w.fail = nil
		w.remove("a", "p0000", "p0001", "p0002")
		again(t, m, w.account("acme"))
		assert.Contains(t, lines(t, m, 6, query)[0], "is empty")
	})
}

// TestOlderDatabase opens a database of the first version of the schema.
func TestOlderDatabase(t *testing.T) {
	inTurn(t, func(t *testing.T, url string) {
		unit := roster.Unit{Source: "x", Scope: "s", ID: "1", Number: "7", Raw: tenantry.Raw(`{"id":"1"}`)}
		all := migrations
		migrations, schemaVersion = all[:1], 1
		defer func() { migrations, schemaVersion = all, len(all) }()
		m := open(t, url)
		w := &writer{account: "acme", source: "x"}
		table := tableOf(roster.Units)
		entries, _, err := w.entries(table, &roster.Page{Units: []roster.Unit{unit}})
		require.NoError(t, err)
		columns, at, one := []string{"source", "account", "scope", "id", "first_seen", "last_changed", "version", "hash", "seal"}, "2026-01-01T00:00:00Z", "1"
		values := []*string{&w.source, &w.account, &entries[0].scope, &entries[0].id, &at, &at, &one, &entries[0].hash, &entries[0].seal}
		for i, c := range table.columns() {
			if c.since == 0 {
				columns, values = append(columns, c.name), append(values, entries[0].values[i])
			}
		}
		require.NoError(t, m.db.transact(c0, func(tx tx) error { return tx.insert(c0, "units", columns, [][]*string{values}, nil) }))
		require.NoError(t, m.Close())

		migrations, schemaVersion = all, len(all)
		m = open(t, url)
		store := func() (sum Written) {
			require.NoError(t, m.db.transact(c0, func(tx tx) (err error) {
				sum, err = w.store(c0, tx, &roster.Page{Units: []roster.Unit{unit}}, nil)
				return err
			}))
			return sum
		}
		assert.Equal(t, Written{Unchanged: 1}, store(), "a new column changes no record by itself")
		unit.LeaseID = "l1"
		assert.Equal(t, Written{Changed: 1}, store())
		for c, err := range m.ChangesNow(c0, "") {
			require.NoError(t, err)
			assert.Equal(t, []string{"lease_id"}, c.Fields)
		}
		assert.Equal(t, 1, m.count(t, `@.units WHERE lease_id = 'l1'`))
	})
}
