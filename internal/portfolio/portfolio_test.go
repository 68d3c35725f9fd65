package portfolio_test

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/internal/portfolio"
)

var today = time.Date(2026, 3, 10, 17, 0, 0, 0, time.UTC)

func TestSameSeed(t *testing.T) {
	a, b := portfolio.New(7, 3, 45, today), portfolio.New(7, 3, 45, today.Add(time.Hour))
	other := portfolio.New(8, 3, 45, today)
	differ := 0
	for i := range a.People() {
		assert.Equal(t, a.Person(i), b.Person(i))
		if a.Person(i).Last != other.Person(i).Last {
			differ++
		}
	}
	assert.Greater(t, differ, a.People()/2)
	for i := range a.Leases() {
		assert.Equal(t, a.Lease(i), b.Lease(i))
	}
	for i := range a.Units() {
		assert.Equal(t, a.Unit(i), b.Unit(i))
	}
	for i := range a.Properties() {
		assert.Equal(t, a.Property(i), b.Property(i))
	}
}

// check holds what must be true of every portfolio at every time.
func check(t *testing.T, p *portfolio.Portfolio, now time.Time) {
	t.Helper()
	seenLease, emails, phones, numbers := make(map[int]bool), make(map[string]bool), make(map[string]bool), make(map[string]bool)
	tenants := make(map[int]bool)
	for i := range p.Units() {
		var before portfolio.Lease
		for k, l := range p.UnitLeases(i) {
			require.Equal(t, i, l.Unit)
			require.Equal(t, l, p.Lease(l.Index))
			seenLease[l.Index] = true
			require.NotEmpty(t, l.Tenants)
			assert.Equal(t, portfolio.Primary, l.Tenants[0].Role)
			assert.True(t, l.Start.Before(l.End) && !l.Signed.After(l.Start), "%+v", l)
			assert.Positive(t, l.Rent)
			if !l.MoveOut.IsZero() {
				assert.True(t, l.MoveIn.Before(l.MoveOut), "%+v", l)
			}
			if k > 0 && l.Renewal {
				assert.Equal(t, before.Tenants, l.Tenants)
				assert.Equal(t, before.End.AddDate(0, 0, 1), l.Start)
			} else if k > 0 {
				require.False(t, before.MoveOut.IsZero(), "two households: %+v %+v", before, l)
				assert.True(t, before.MoveOut.Before(l.MoveIn), "two households: %+v %+v", before, l)
			}
			for _, tenant := range l.Tenants {
				tenants[tenant.Person] = true
				q := p.Person(tenant.Person)
				require.Equal(t, tenant.Person, q.Index)
				require.Equal(t, i, q.Unit)
				assert.True(t, slices.ContainsFunc(p.PersonLeases(q.Index), func(o portfolio.Lease) bool { return o.Index == l.Index }))
				if !l.Renewal {
					assert.Equal(t, tenant.Role, q.Role)
				}
			}
			before = l
		}
	}
	assert.Len(t, seenLease, p.Leases())
	assert.Len(t, tenants, p.People(), "everyone has a lease")
	for i := range p.People() {
		q := p.Person(i)
		for set, v := range map[*map[string]bool]string{&emails: q.Email, &phones: q.Phone, &numbers: q.Number} {
			assert.False(t, (*set)[v], "%s twice", v)
			(*set)[v] = true
		}
		assert.Equal(t, i, p.FindPerson(strings.ToUpper(q.Email)))
		assert.Equal(t, i, p.FindPerson(q.Phone))
		assert.Regexp(t, `^[2-9][0-9]{9}$`, q.Phone)
		assert.False(t, q.Since.After(now))
	}
}

func TestItFitsTogether(t *testing.T) {
	p := portfolio.New(1, 3, 45, today)
	check(t, p, today)
	count := make(map[portfolio.Status]int)
	for i := range p.Leases() {
		l := p.Lease(i)
		count[l.Status(today)]++
	}
	for _, s := range []portfolio.Status{portfolio.Future, portfolio.Current, portfolio.Notice, portfolio.Past} {
		assert.Positive(t, count[s], "status %d", s)
	}
	numbers := make(map[string]bool)
	for i := range p.Units() {
		u := p.Unit(i)
		assert.False(t, numbers[u.PropertyNumber+u.Number])
		numbers[u.PropertyNumber+u.Number] = true
	}
}

func TestLife(t *testing.T) {
	p, q := portfolio.New(1, 3, 45, today), portfolio.New(1, 3, 45, today)
	people, leases := p.People(), p.Leases()
	kinds := make(map[portfolio.What]int)
	now := today
	for range 12 {
		next := now.AddDate(0, 0, 10)
		events := p.Live(now, next, 6)
		assert.Equal(t, events, q.Live(now, next, 6))
		assert.True(t, slices.IsSortedFunc(events, func(a, b portfolio.Event) int { return a.At.Compare(b.At) }))
		for _, e := range events {
			assert.True(t, e.At.After(now) && !e.At.After(next))
			kinds[e.What]++
		}
		now = next
		check(t, p, now)
	}
	for what := portfolio.Signed; what <= portfolio.Paid; what++ {
		assert.Positive(t, kinds[what], "event %d", what)
	}
	assert.Greater(t, p.People(), people)
	assert.Greater(t, p.Leases(), leases)
}

// The life is the same in one step and in many, and every event is returned.
func TestLifeInSteps(t *testing.T) {
	p, q := portfolio.New(1, 3, 45, today), portfolio.New(1, 3, 45, today)
	end := today.AddDate(0, 0, 60)
	whole := p.Live(today, end, 6)
	var steps []portfolio.Event
	for now := today; now.Before(end); now = now.Add(5 * time.Hour) {
		steps = append(steps, q.Live(now, now.Add(5*time.Hour), 6)...)
	}
	assert.Greater(t, len(whole), 300)
	assert.Equal(t, whole, steps)
	for i := range p.Leases() {
		assert.Equal(t, p.Lease(i), q.Lease(i))
	}
}

func TestEmpty(t *testing.T) {
	p := portfolio.New(1, 0, 0, today)
	assert.Zero(t, p.People()+p.Leases()+p.Units()+p.Properties())
	assert.Empty(t, p.Live(today, today.AddDate(0, 0, 3), 5))
}

// A portfolio for so many people has just as many, and fits together.
func TestForPeople(t *testing.T) {
	for n := range 130 {
		p := portfolio.ForPeople(7, n, today)
		require.Equal(t, n, p.People())
		check(t, p, today)
		units := 0
		for i := range p.Properties() {
			units += p.Property(i).Units
		}
		assert.Equal(t, p.Units(), units)
		p.Live(today, today.AddDate(0, 0, 20), 3)
		check(t, p, today.AddDate(0, 0, 20))
	}
	for _, nobody := range []string{"", "x", "5", "@", "x@example.com", "ana.bell5@example.org", "2010000000", "9999999999"} {
		assert.Equal(t, -1, portfolio.ForPeople(7, 100, today).FindPerson(nobody), nobody)
	}
	assert.Equal(t, 100_000, portfolio.ForPeople(1, 100_000, today).People())
}

// What belongs to a range of units is found without looking at the others.
func TestFirst(t *testing.T) {
	p := portfolio.ForPeople(7, 333, today)
	for unit := range p.Units() {
		for i := p.FirstPerson(unit); i < p.FirstPerson(unit+1); i++ {
			assert.Equal(t, unit, p.Person(i).Unit)
		}
		for i := p.FirstLease(unit); i < p.FirstLease(unit+1); i++ {
			assert.Equal(t, unit, p.Lease(i).Unit)
		}
	}
	leases, people := p.Added()
	assert.Equal(t, p.FirstLease(p.Units()), leases)
	assert.Equal(t, p.FirstPerson(p.Units()), people)
}

// A portfolio costs no memory for people that nobody asked for.
func TestItIsLazy(t *testing.T) {
	allocated := func(people int) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		p := portfolio.ForPeople(1, people, today)
		p.Person(people - 1)
		p.Lease(p.Leases() - 1)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	assert.Less(t, allocated(10_000_000), allocated(100)+64<<10)
}

func TestDirt(t *testing.T) {
	p := portfolio.New(1, 1, 20, today)
	dirty := 0
	for i := range 1000 {
		if p.Dirt("unit", i, 0.2) != nil {
			dirty++
		}
		assert.Nil(t, p.Dirt("unit", i, 0))
		assert.NotNil(t, p.Dirt("unit", i, 1))
	}
	assert.InDelta(t, 200, dirty, 60)
}
