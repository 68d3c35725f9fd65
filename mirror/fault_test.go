package mirror

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// slowWorlds are n accounts whose listings take some seconds.
func slowWorlds(n, pages int) (accounts []Account, total int) {
	for i := range n {
		w := newWorld("a")
		w.fill("a", pages*w.size-5)
		total += pages*w.size - 5
		w.fail = func() error { time.Sleep(20 * time.Millisecond); return nil }
		accounts = append(accounts, w.account(fmt.Sprintf("acme%d", i)))
	}
	return accounts, total
}

// everyRecordOnce asserts that each record is there, and that it came once.
func everyRecordOnce(t *testing.T, m *Mirror, total int) {
	t.Helper()
	assert.Equal(t, total, m.count(t, `@.people`))
	all, _ := ops(t, m, "")
	assert.Equal(t, map[string]int{"people new": total, "tenancies new": total}, all)
}

func TestDatabaseStops(t *testing.T) {
	c := newCluster(t)
	m := open(t, c.database(t))
	accounts, total := slowWorlds(6, 60)
	stopped := false
	runUntil(t, m, func() bool {
		var n, finished int
		if row(c0, m.db, `SELECT count(*) FROM @.people`, nil, &n) != nil {
			return false
		}
		if n > total/4 && !stopped {
			stopped = true
			c.stop()
			time.Sleep(quick.Lease + quick.Lease/2) // longer than any lease
			require.NoError(t, c.start())
		}
		return row(c0, m.db, `SELECT count(*) FROM @.listings WHERE kind = 'people' AND finished > 0`, nil, &finished) == nil && finished == len(accounts)
	}, accounts...)
	assert.True(t, stopped)
	everyRecordOnce(t, m, total)
}

func TestJobsAreDeletedAndDiscarded(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		accounts, total := slowWorlds(3, 60)
		jobs := "river_job"
		if _, ok := m.db.(*postgres); ok {
			jobs = riverSchema + ".river_job"
		}
		n := 0
		runUntil(t, m, func() bool {
			statement := `DELETE FROM ` + jobs
			if n++; n%2 == 0 {
				statement = `UPDATE ` + jobs + ` SET state = 'discarded', finalized_at = CURRENT_TIMESTAMP, attempt = 3 WHERE state <> 'discarded' AND finalized_at IS NULL`
			}
			if n < 100 {
				require.NoError(t, m.db.transact(c0, func(tx tx) error { _, err := tx.exec(c0, statement); return err }))
			}
			return m.count(t, `@.listings WHERE kind = 'people' AND finished > 0`) == len(accounts)
		}, accounts...)
		everyRecordOnce(t, m, total)
	})
}

// TestJobsDoNotPileUp has more work than its worker can do for long.
func TestJobsDoNotPileUp(t *testing.T) {
	inTurn(t, func(t *testing.T, url string) {
		m := open(t, url, WithWorkers(1))
		accounts, total := slowWorlds(20, 15)
		jobs := "river_job"
		if _, ok := m.db.(*postgres); ok {
			jobs = riverSchema + ".river_job"
		}
		most := 0
		runUntil(t, m, func() bool {
			most = max(most, m.count(t, jobs+` WHERE state = 'available'`))
			return m.count(t, `@.listings WHERE kind = 'people' AND finished > 0`) == len(accounts)
		}, accounts...)
		assert.LessOrEqual(t, most, 2*len(accounts)) // a listing may be woken anew while its job waits
		everyRecordOnce(t, m, total)
	})
}

// waitFor waits until a condition holds. within only keeps a test from hanging.
func waitFor(t testing.TB, within time.Duration, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not within " + within.String() + ": " + what)
		}
	}
}

func TestWorkerIsStoppedAndContinued(t *testing.T) {
	t.Parallel()
	url := newCluster(t).database(t)
	m := open(t, url)
	server := propexotest.NewServer(propexotest.WithResidents(4000), propexotest.WithDirt(0.3), propexotest.WithRateLimit(100000, 0))
	defer server.Close()
	server.SetLatency(100 * time.Millisecond)
	front := newFront(t, server.URL)
	config := workerConfig{URL: url, Accounts: []workerAccount{{Name: "acme", System: "propexo", BaseURL: front.URL, Every: time.Hour}}}
	first := startWorker(t, config)
	people := func() int { return m.count(t, `@.people`) }
	waitFor(t, 2*time.Minute, "the first pages", func() bool { return people() > 1000 })
	require.NoError(t, first.Process.Signal(syscall.SIGSTOP))
	time.Sleep(300 * time.Millisecond) // what it had sent has its response
	before := people()
	startWorker(t, config)
	waitFor(t, 2*time.Minute, "the second worker goes on", func() bool { return people() > before+250 })
	require.NoError(t, first.Process.Signal(syscall.SIGCONT))
	waitFor(t, 2*time.Minute, "all listings", func() bool {
		return m.count(t, `@.listings WHERE kind IN ('properties', 'units', 'leases', 'people') AND finished > 0`) == 4
	})
	assert.Equal(t, 4000, people())
	all, _ := ops(t, m, "")
	assert.Equal(t, 4000, all["people new"])
	assert.Zero(t, all["people changed"])
	front.mu.Lock()
	defer front.mu.Unlock()
	assert.Equal(t, 1, front.most, "requests of one account at a time")
}

// kill kills a worker and starts another.
func kill(t *testing.T, workers []*exec.Cmd, c workerConfig) {
	t.Helper()
	i := rand.IntN(len(workers))
	_ = workers[i].Process.Kill()
	_ = workers[i].Wait()
	workers[i] = startWorker(t, c)
}

// TestWorkersAreKilled is the whole: processes that share accounts of all systems, one
// of which is killed each second, a database that is restarted, and records that come,
// change and go. TENANTRY_FULL makes it as large as CI has it.
func TestWorkersAreKilled(t *testing.T) {
	c := newCluster(t)
	url := c.database(t)
	m := open(t, url)
	each, seconds := 2, 6
	if os.Getenv("TENANTRY_FULL") != "" {
		each, seconds = 12, 20
	}
	config := workerConfig{URL: url, Groups: []Group{{Name: "propexo", Concurrent: 3, PerMinute: 100_000, Burst: 100}}}
	fronts := make(map[string]*front)
	var propexos []*propexotest.Server
	var storedges []*storedgetest.Server
	var leasefinds []*leasefindtest.Server
	people := make(map[string]func() int)
	add := func(system, group string, i int, server tenantrytest.Server, url string) string {
		t.Cleanup(server.Close)
		server.SetLatency(20 * time.Millisecond)
		server.Inject(tenantrytest.Fault{Attempt: 7, Status: 503, Times: 1})
		server.Inject(tenantrytest.Fault{Attempt: 11, Status: 429, Times: 1})
		name := fmt.Sprintf("%s-%d", system, i)
		fronts[name] = newFront(t, url)
		config.Accounts = append(config.Accounts, workerAccount{Name: name, System: system, BaseURL: fronts[name].URL, Group: group, Every: 500 * time.Millisecond})
		return name
	}
	for i := range each {
		p := propexotest.NewServer(propexotest.WithResidents(1500), propexotest.WithDirt(0.3), propexotest.WithSeed(uint64(i+1)), propexotest.WithRateLimit(1_000_000, 0))
		propexos = append(propexos, p)
		people[add("propexo", "propexo", i, p, p.URL)] = func() int { return len(p.ResidentIDs()) }
		s := storedgetest.NewServer(storedgetest.WithFacility("harbor", 300), storedgetest.WithFacility("midtown", 200), storedgetest.WithSeed(uint64(i+1)))
		storedges = append(storedges, s)
		people[add("storedge", "", i, s, s.URL)] = func() int { return len(s.TenantIDs("harbor")) + len(s.TenantIDs("midtown")) }
		l := leasefindtest.NewServer(leasefindtest.WithTenants(300), leasefindtest.WithSeed(uint64(i+1)))
		leasefinds = append(leasefinds, l)
		people[add("leasefind", "", i, l, l.URL)] = func() int { return len(l.TenantIDs()) }
		e := elevenostest.NewServer(elevenostest.WithResidents(100), elevenostest.WithSeed(uint64(i+1)))
		people[add("elevenos", "", i, e, e.URL)] = func() int { return len(e.ResidentIDs()) }
		g := supergoodtest.NewServer(supergoodtest.WithProperties(3, 60))
		add("supergood", "", i, g, g.URL)
	}
	workers := make([]*exec.Cmd, 4)
	for i := range workers {
		workers[i] = startWorker(t, config)
	}
	var changed atomic.Int64
	ctx, stop := context.WithCancel(c0)
	changing := make(chan struct{})
	go func() {
		defer close(changing)
		for sleep(ctx, 50*time.Millisecond) == nil {
			n := int(changed.Add(1))
			p := propexos[n%len(propexos)]
			ids := p.ResidentIDs()
			p.UpdateResident(ids[rand.IntN(len(ids))], map[string]any{"notes": fmt.Sprint(n), "updated_at": time.Now().UTC().Format(time.RFC3339Nano)})
			s := storedges[n%len(storedges)]
			tenants := s.TenantIDs("harbor")
			if n%3 == 0 {
				s.RemoveTenant("harbor", tenants[rand.IntN(len(tenants))])
			}
			s.AddTenant("midtown", rand.IntN(50), map[string]any{"first_name": fmt.Sprint("N", n)})
			l := leasefinds[n%len(leasefinds)]
			l.AddTenant(map[string]any{"first_name": "New", "last_name": fmt.Sprint(n)})
		}
	}()
	for i := range seconds {
		time.Sleep(time.Second)
		kill(t, workers, config)
		if i == seconds/2 {
			c.stop()
			time.Sleep(time.Second)
			require.NoError(t, c.start())
		}
	}
	stop()
	<-changing

	// All comes to rest: every table is as the fakes are.
	settled := time.Now()
	t.Cleanup(func() {
		if t.Failed() {
			dump(t, m)
		}
	})
	waitFor(t, 2*time.Minute, "every listing finishes after the last change", func() bool {
		require.NoError(t, m.db.transact(c0, func(tx tx) error { // everything is listed once more
			_, err := tx.exec(c0, `UPDATE @.listings SET completed = 0 WHERE begun = 0 AND completed > 0 AND completed < $1`, settled.UnixMilli())
			return err
		}))
		return m.count(t, `@.listings WHERE kind NOT IN ('begin', 'wanted') AND (completed < $1)`, settled.UnixMilli()) == 0 && m.count(t, `@.accounts`) == len(config.Accounts)
	})
	for _, w := range workers {
		_ = w.Process.Signal(syscall.SIGTERM)
		_ = w.Wait()
	}
	for name, n := range people {
		assert.Equal(t, n(), m.count(t, `(SELECT DISTINCT id FROM @.people WHERE account = $1 AND gone IS NULL) x`, name), name)
		fronts[name].mu.Lock()
		assert.LessOrEqual(t, fronts[name].most, 1, "%s: requests at a time", name)
		fronts[name].mu.Unlock()
	}
	// The changes, one after the other, come to the tables.
	type key struct{ kind, account, scope, id string }
	folded := make(map[key]string)
	versions := make(map[key]int64)
	for c, err := range m.ChangesNow(c0, "") {
		require.NoError(t, err)
		k := key{string(c.Kind), c.Account, c.Scope, c.ID}
		assert.Equal(t, versions[k]+1, c.Version, "%v", k)
		versions[k], folded[k] = c.Version, c.Op
	}
	rows := 0
	for c, err := range m.Snapshot(c0) {
		require.NoError(t, err)
		rows++
		k := key{string(c.Kind), c.Account, c.Scope, c.ID}
		assert.Equal(t, versions[k], c.Version, "%v", k)
		assert.Equal(t, c.Op == OpGone, folded[k] == OpGone, "%v", k)
	}
	assert.Len(t, folded, rows)
	var refused int
	for name, f := range fronts {
		f.mu.Lock()
		if f.statuses[429] > 1 { // the fault
			refused++
			t.Log(name, f.statuses)
		}
		f.mu.Unlock()
	}
	assert.Zero(t, refused, "accounts with more 429s than those that were made")
	var deadlocks int
	require.NoError(t, row(c0, m.db, `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`, nil, &deadlocks))
	assert.Zero(t, deadlocks)
}
