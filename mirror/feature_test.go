package mirror

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/roster"
)

// TestChangesMissNothing writes from several transactions at a time, which end in
// another order than they began, and reads meanwhile.
func TestChangesMissNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		const writers, rounds, records = 6, 40, 20
		ctx, cancel := context.WithCancel(c0)
		defer cancel()
		var writing sync.WaitGroup
		for i := range writers {
			writing.Go(func() {
				w := &writer{account: fmt.Sprint("a", i), source: "x"}
				for n := range rounds {
					page := new(roster.Page)
					for j := range records {
						page.People = append(page.People, roster.Person{Source: "x", ID: fmt.Sprint(n, "-", j), Kind: roster.Individual})
					}
					err := m.db.transact(c0, func(t tx) error {
						_, err := w.store(c0, t, page, nil)
						if _, ok := m.db.(*postgres); ok {
							time.Sleep(rand.N(5 * time.Millisecond)) // others end before
						}
						return err
					})
					assert.NoError(t, err)
				}
			})
		}
		seen := make(map[string]int)
		for c, err := range m.Changes(ctx, "") {
			if !assert.NoError(t, err) {
				break
			}
			seen[c.Account+"/"+c.ID]++
			assert.NotNil(t, c.Record)
			if len(seen) == writers*rounds*records {
				break
			}
			if len(seen)%500 == 0 { // another process goes on from a cursor
				after := 0
				for d, err := range m.ChangesNow(c0, c.Cursor) {
					require.NoError(t, err)
					assert.Zero(t, seen[d.Account+"/"+d.ID], "a change comes once")
					if after++; after > 20 {
						break
					}
				}
			}
		}
		writing.Wait()
		assert.Len(t, seen, writers*rounds*records)
		for id, n := range seen {
			assert.Equal(t, 1, n, id)
		}
	})
}

func TestCursorsOfChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		first := func(m *Mirror, after Cursor) error {
			for _, err := range m.ChangesNow(c0, after) {
				return err
			}
			return nil
		}
		empty, err := m.Latest(c0)
		require.NoError(t, err)
		assert.NoError(t, first(m, empty))
		w := newWorld("a")
		w.fill("a", 5)
		again(t, m, w.account("acme"))
		all, _ := ops(t, m, empty)
		assert.Equal(t, 5, all["people new"], "a cursor of the time before the first change")
		_, cursor := ops(t, m, "")
		w.fill("a", 9)
		again(t, m, w.account("acme"))
		_, last := ops(t, m, cursor)

		assert.ErrorIs(t, first(m, "rubbish"), ErrChangesCursor)
		assert.ErrorIs(t, first(m, position{"other", 1, 1, 1}.cursor()), ErrChangesEpoch)
		p, err := last.position()
		require.NoError(t, err)
		p.seq += 1000
		assert.ErrorIs(t, first(m, p.cursor()), ErrChangesEpoch, "a database that was restored has not come that far")
		p, _ = cursor.position()
		p.at++
		assert.ErrorIs(t, first(m, p.cursor()), ErrChangesEpoch, "or has written something else there")

		require.NoError(t, m.prune(c0, time.Hour))
		assert.NoError(t, first(m, cursor), "nothing is old")
		require.NoError(t, m.db.transact(c0, func(tx tx) error {
			_, err := tx.exec(c0, `UPDATE @.changes SET at = $1 WHERE seq <= $2`, time.Now().UTC().AddDate(0, 0, -31), p.seq)
			return err
		}))
		require.NoError(t, m.prune(c0, 30*24*time.Hour))
		assert.ErrorIs(t, first(m, ""), ErrChangesExpired)
		assert.ErrorIs(t, first(m, empty), ErrChangesExpired)
		all, _ = ops(t, m, last)
		assert.Empty(t, all)

		n := 0
		var from Cursor
		for c, err := range m.Snapshot(c0) {
			require.NoError(t, err)
			n++
			from = c.Cursor
		}
		assert.Equal(t, 18, n)
		assert.NoError(t, first(m, from))
	})
}

func TestChangesWait(t *testing.T) {
	m := open(t, filepath.Join(t.TempDir(), "m.db"))
	w := newWorld("a")
	w.put("a", "1", "1@example.com")
	ctx, cancel := context.WithTimeout(c0, 20*time.Second)
	defer cancel()
	got := make(chan *Change, 10)
	go func() {
		defer close(got)
		for c, err := range m.Changes(ctx, "") {
			if err != nil {
				return
			}
			got <- c
		}
	}()
	again(t, m, w.account("acme"))
	assert.Equal(t, OpNew, (<-got).Op)
	<-got
	w.put("a", "1", "2@example.com")
	again(t, m, w.account("acme"))
	assert.Equal(t, OpChanged, (<-got).Op)
	cancel()
	for range got {
	}
}

// contents returns all that the database has on disk, or in a dump.
func contents(t *testing.T, m *Mirror, url string) []byte {
	t.Helper()
	if s, ok := m.db.(*sqlite); ok {
		require.NoError(t, s.scrub(c0))
		var all []byte
		for _, suffix := range []string{"", "-wal"} {
			b, err := os.ReadFile(url + suffix)
			if err != nil && !os.IsNotExist(err) {
				require.NoError(t, err)
			}
			all = append(all, b...)
		}
		return all
	}
	if _, err := exec.LookPath("pg_dump"); err != nil {
		t.Skip("pg_dump is not on this machine")
	}
	out, err := exec.Command("pg_dump", url).Output()
	require.NoError(t, err)
	return out
}

func TestForget(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a", "b")
		w.put("a", "CANARY-ID", "canary@example.com")
		w.put("b", "CANARY-ID", "canary@example.com")
		w.put("a", "other", "canary@example.com")
		account := w.account("acme")
		again(t, m, account)
		who, other := PersonKey{"acme", "a", "CANARY-ID"}, PersonKey{"acme", "a", "other"}
		require.NoError(t, m.Link(c0, who, other))
		// A record of another kind that holds a copy of the person.
		unit := roster.Unit{Source: "propexo", Scope: "a", ID: "CANARY-ID", Raw: tenantry.Raw(`{"id":"CANARY-ID","residents":[{"id":"CANARY-ID","name":"Canary Nested"},{"id":"x"}],"leases":[{"id":"CANARY-ID","resident":{"id":"y"},"tenants":["CANARY-ID"]}]}`)}
		require.NoError(t, m.db.transact(c0, func(tx tx) error {
			_, err := (&writer{account: "acme", source: "propexo"}).store(c0, tx, &roster.Page{Units: []roster.Unit{unit}}, nil)
			return err
		}))

		assert.ErrorIs(t, m.Forget(c0, PersonKey{"acme", "a", "nobody"}), ErrNoRecord)
		assert.ErrorIs(t, m.Forget(c0, PersonKey{"nobody", "a", "CANARY-ID"}), ErrNoRecord)
		_, cursor := ops(t, m, "")
		require.NoError(t, m.Forget(c0, who))
		all, _ := ops(t, m, cursor)
		assert.Equal(t, map[string]int{"people forgotten": 2, "tenancies forgotten": 2}, all, "in all scopes")
		for c, err := range m.ChangesNow(c0, cursor) {
			require.NoError(t, err)
			assert.Nil(t, c.Record)
		}
		linked, err := m.Linked(c0, other)
		require.NoError(t, err)
		assert.Empty(t, linked)
		for c, err := range m.Snapshot(c0) {
			require.NoError(t, err)
			if u, ok := c.Record.(*roster.Unit); ok {
				assert.JSONEq(t, `{"id":"CANARY-ID","residents":[{"id":"x"}],"leases":[{"id":"CANARY-ID","resident":{"id":"y"},"tenants":[]}]}`, string(u.Raw), "the copies are gone, and others of the ID stay")
			}
		}
		again(t, m, account)
		assert.Equal(t, 1, m.count(t, `@.people`), "the next listing does not bring the person back")
		assert.NotContains(t, string(contents(t, m, url)), "Canary Nested")

		w.remove("a", "other")
		require.NoError(t, m.want(c0, "acme", roster.People, "CANARY-ID"))
		assert.Zero(t, m.count(t, `@.wanted`))
	})
}

func TestSecretsReachNoDatabase(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url, WithRedact("phones", "date_of_birth"))
		server := propexotest.NewServer(propexotest.WithToken("canary-token"))
		defer server.Close()
		server.AddRaw("r1", []byte(`{"id":"r1","created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-01T00:00:00Z","x_id":"1","integration_id":"i","integration_vendor":"ENTRATA","property_id":"p",
			"first_name":"Ana","phone_1":"2125550177","date_of_birth":"1970-canary","custom_data":{"SSN":"canary-ssn","driversLicenseNumber":"canary-license","nested":[{"card_number":"canary-card"}]}}`))
		account := fakeAccount(workerAccount{Name: "acme", System: "propexo", BaseURL: server.URL, Every: time.Hour})
		account.Source = sourceWithToken("canary-token")
		runUntil(t, m, func() bool { return m.count(t, `@.people`) == 1 }, account)
		all := contents(t, m, url)
		assert.True(t, bytes.Contains(all, []byte("Ana")))
		for _, canary := range []string{"canary-token", "canary-ssn", "canary-license", "canary-card", "1970-canary"} {
			assert.False(t, bytes.Contains(all, []byte(canary)), canary)
		}
		assert.Zero(t, m.count(t, `@.people WHERE phones IS NOT NULL`))
		assert.Equal(t, 1, m.count(t, `@keys k`), "the key of the system, and none of the phone")
	})
}

func TestCandidatesAndLinks(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		one, two := newWorld("a"), newWorld("b")
		two.name = "storedge"
		one.put("a", "1", "same@example.com")
		one.put("a", "2", "else@example.com")
		two.put("b", "9", "same@example.com")
		runUntil(t, m, func() bool { return m.count(t, `@.people`) == 3 }, one.account("one"), two.account("two"))
		who, other := PersonKey{"one", "a", "1"}, PersonKey{"two", "b", "9"}
		candidates, err := m.Candidates(c0, who)
		require.NoError(t, err)
		require.Len(t, candidates, 1)
		assert.Equal(t, other, candidates[0].Person)
		assert.Equal(t, []roster.Evidence{{Kind: "email", Value: "same@example.com"}}, candidates[0].Evidence)
		assert.False(t, candidates[0].Linked)

		require.NoError(t, m.Link(c0, other, who))
		require.NoError(t, m.Link(c0, who, other))
		assert.Error(t, m.Link(c0, who, who))
		assert.ErrorIs(t, m.Link(c0, who, PersonKey{"one", "a", "3"}), ErrNoRecord)
		for _, pair := range [][2]PersonKey{{who, other}, {other, who}} {
			linked, err := m.Linked(c0, pair[0])
			require.NoError(t, err)
			assert.Equal(t, []PersonKey{pair[1]}, linked)
		}
		candidates, err = m.Candidates(c0, who)
		require.NoError(t, err)
		assert.True(t, candidates[0].Linked)
		require.NoError(t, m.Unlink(c0, who, other))
		linked, err := m.Linked(c0, who)
		require.NoError(t, err)
		assert.Empty(t, linked)
		_, err = m.Candidates(c0, PersonKey{"one", "a", "3"})
		assert.ErrorIs(t, err, ErrNoRecord)

		one.put("a", "1", "moved@example.com")
		again(t, m, one.account("one"))
		candidates, err = m.Candidates(c0, who)
		require.NoError(t, err)
		assert.Empty(t, candidates, "keys follow the record")
	})
}

// TestNewKeysAreSorted holds that SQLite finds people by the keys that wait in new_keys,
// moves them once they are many, and drops them from both tables.
func TestNewKeysAreSorted(t *testing.T) {
	m := open(t, filepath.Join(t.TempDir(), "mirror.db"))
	w := newWorld("a")
	w.put("a", "1", "x@example.com")
	w.put("a", "2", "x@example.com")
	w.put("a", "3", "x@example.com")
	account := w.account("acme")
	again(t, m, account)
	find := func() (n int) {
		all, err := m.Candidates(c0, PersonKey{"acme", "a", "1"})
		require.NoError(t, err)
		return len(all)
	}
	keys := func() [2]int { return [2]int{m.count(t, `new_keys`), m.count(t, `person_keys`)} }
	assert.Equal(t, 2, find())
	assert.Equal(t, [2]int{6, 0}, keys(), "a few are read as they are")

	many := make([]int64, mostNewKeys)
	for i := range many {
		many[i] = -int64(i)
	}
	require.NoError(t, m.db.transact(c0, func(t tx) error { return t.addKeys(c0, many, many) }))
	assert.Equal(t, 2, find())
	assert.Equal(t, [2]int{0, 6 + mostNewKeys}, keys())

	w.put("a", "2", "y@example.com")
	again(t, m, account)
	assert.Equal(t, 1, find())
	assert.Equal(t, [2]int{2, 4 + mostNewKeys}, keys(), "the keys of the person who changed are the new ones")
	require.NoError(t, m.Forget(c0, PersonKey{"acme", "a", "2"}))
	require.NoError(t, m.Forget(c0, PersonKey{"acme", "a", "3"}))
	assert.Zero(t, find())
	assert.Equal(t, [2]int{0, 2 + mostNewKeys}, keys())

	w.put("a", "1", "z@example.com")
	require.NoError(t, m.db.transact(c0, func(t tx) error { return t.addKeys(c0, append(many, 1), append(many, 1)) }))
	again(t, m, account)
	assert.Equal(t, 2, keys()[0], "keys are sorted before some of them are dropped")
}

func TestWebhook(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a")
		w.fill("a", 3)
		account := w.account("acme")
		again(t, m, account)
		handler, err := m.PropexoWebhook("acme", tenantry.NewSecret(propexotest.WebhookSecret))
		require.NoError(t, err)
		deliver := func(body string) int {
			r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader([]byte(body)))
			for name, values := range propexotest.Sign(propexotest.WebhookSecret, []byte(body)) {
				r.Header[name] = values
			}
			response := httptest.NewRecorder()
			handler.ServeHTTP(response, r)
			return response.Code
		}
		update := `{"data":{"event":"DATA_UPDATE","object":"residents","record_id":"p0001","diff":{"new":{"email_1":"hint@example.com"}}}}`
		w.put("a", "p0001", "first@example.com")
		fetched := make(chan bool, 10)
		w.mu.Lock()
		w.gets = func(string) { // while the record is fetched, it changes again
			if len(fetched) == 0 {
				w.people["a"]["p0001"] = "second@example.com"
				assert.Equal(t, http.StatusNoContent, deliver(update))
			}
			fetched <- true
		}
		w.mu.Unlock()
		assert.Equal(t, http.StatusNoContent, deliver(update))
		assert.Equal(t, http.StatusNoContent, deliver(update))
		_, cursor := ops(t, m, "")
		runUntil(t, m, func() bool { return len(fetched) == 2 && m.count(t, `@.wanted`) == 0 }, account)
		all, _ := ops(t, m, cursor)
		assert.Equal(t, map[string]int{"people changed": 2}, all)
		assert.Equal(t, 1, m.count(t, `@.people WHERE CAST(emails AS text) LIKE '%second@%'`), "what the event says is not written")

		assert.Equal(t, http.StatusNoContent, deliver(`{"trigger":"DATA_NEW","data":{"event":"DATA_NEW","object":"residents","record_id":"nobody"}}`))
		runUntil(t, m, func() bool { return m.count(t, `@.wanted`) == 0 }, account)

		assert.Zero(t, m.count(t, `@.listings WHERE kind = 'people' AND due <= @now`))
		assert.Equal(t, http.StatusNoContent, deliver(`{"trigger":"SYNC_COMPLETE","data":{"event":"SYNC_COMPLETE","integration_id":"i"}}`))
		assert.Equal(t, 1, m.count(t, `@.listings WHERE kind = 'people' AND due <= @now`))

		handler, err = m.PropexoWebhook("unknown", tenantry.NewSecret(propexotest.WebhookSecret))
		require.NoError(t, err)
		assert.Equal(t, http.StatusInternalServerError, deliver(update))
	})
}

func TestLeasefindWebhook(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		server := leasefindtest.NewServer(leasefindtest.WithTenants(40))
		defer server.Close()
		account := fakeAccount(workerAccount{Name: "acme", System: "leasefind", BaseURL: server.URL, Every: time.Hour})
		runUntil(t, m, func() bool {
			return m.count(t, `@.listings WHERE kind = 'leases' AND finished > 0`) == 1 && m.count(t, `@.listings WHERE finished = 0 AND kind NOT IN ('begin', 'wanted')`) == 0
		}, account)
		handler, err := m.LeasefindWebhook("acme", tenantry.NewSecret(leasefindtest.WebhookSecret))
		require.NoError(t, err)
		receiver := httptest.NewServer(handler)
		defer receiver.Close()
		deliver := func(event leasefind.EventType, id string) int {
			status, err := server.Deliver(c0, receiver.URL, event, map[string]any{"identifier": id, "rent": 98765})
			require.NoError(t, err)
			return status
		}
		lease := server.LeaseIDs()[0]
		require.NoError(t, m.db.transact(c0, func(tx tx) error { // the copy is out of date
			_, err := tx.exec(c0, `UPDATE @.leases SET start_date = '1999-01-01', hash = '', seal = '' WHERE id = $1`, lease)
			return err
		}))
		_, cursor := ops(t, m, "")
		requests := server.Processed("")
		assert.Equal(t, http.StatusNoContent, deliver(leasefind.EventLeaseUpdate, lease))
		assert.Equal(t, http.StatusNoContent, deliver("task.update", lease))
		assert.Equal(t, 1, m.count(t, `@.wanted`), "a task is no record of the mirror")
		assert.Equal(t, http.StatusNoContent, deliver(leasefind.EventLeaseUpdate, "nobody's"))
		assert.Equal(t, http.StatusNoContent, deliver(leasefind.EventLeaseUpdate, ""))
		assert.Equal(t, 2, m.count(t, `@.wanted`))
		runUntil(t, m, func() bool { return m.count(t, `@.wanted`) == 0 }, account)
		all, _ := ops(t, m, cursor)
		assert.Equal(t, map[string]int{"leases changed": 1}, all)
		for c, err := range m.ChangesNow(c0, cursor) {
			require.NoError(t, err)
			assert.Equal(t, lease, c.ID)
			assert.Equal(t, []string{"start_date"}, c.Fields, "what the event says is not written")
		}
		assert.LessOrEqual(t, server.Processed("")-requests, 1+2*4, "one lease is fetched, of the group that has it, and not a listing")

		response, err := http.Post(receiver.URL, "application/json", strings.NewReader(`{"event_type":"lease.update","body":{"identifier":"forged"}}`))
		require.NoError(t, err)
		response.Body.Close()
		assert.GreaterOrEqual(t, response.StatusCode, 400)
		assert.Zero(t, m.count(t, `@.wanted`))
	})
}

func sourceWithToken(token string) func(context.Context, ...tenantry.Option) (roster.Source, error) {
	return func(_ context.Context, opts ...tenantry.Option) (roster.Source, error) {
		return propexoSource(token, opts...)
	}
}

// TestGroupSharesALimit runs accounts of one token in several processes: the server
// never has to refuse.
func TestGroupSharesALimit(t *testing.T) {
	t.Parallel()
	url := newCluster(t).database(t)
	m := open(t, url)
	server := propexotest.NewServer(propexotest.WithResidents(600), propexotest.WithRateLimit(40, time.Second), propexotest.WithSlowDown(0))
	defer server.Close()
	front := newFront(t, server.URL)
	front.allowed = 2
	config := workerConfig{URL: url, Groups: []Group{{Name: "token", Concurrent: 2, PerMinute: 20 * 60, Burst: 5}}}
	for i := range 6 {
		config.Accounts = append(config.Accounts, workerAccount{Name: fmt.Sprint("acme", i), System: "propexo", BaseURL: front.URL, Group: "token", Every: time.Hour})
	}
	for range 4 {
		startWorker(t, config)
	}
	waitFor(t, 2*time.Minute, "all accounts", func() bool {
		return m.count(t, `@.listings WHERE kind = 'people' AND finished > 0`) == 6
	})
	assert.Zero(t, server.Refused())
	front.mu.Lock()
	defer front.mu.Unlock()
	assert.LessOrEqual(t, front.most, 2, "requests at a time")
	assert.Zero(t, front.statuses[http.StatusTooManyRequests])
}

// TestPoolTransaction works by way of PgBouncer in transaction mode, with nothing
// prepared and nobody listening.
func TestPoolTransaction(t *testing.T) {
	c := newCluster(t)
	bouncer := newBouncer(t, c)
	url := c.database(t)
	m := open(t, bouncer.url(url))
	assert.True(t, m.db.(*postgres).pollOnly)
	w := newWorld("a", "b")
	w.fill("a", 25)
	account := w.account("acme")
	again(t, m, account)
	w.put("a", "p0001", "new@example.com")
	w.remove("a", "p0002")
	again(t, m, account)
	all, cursor := ops(t, m, "")
	assert.Equal(t, map[string]int{"people new": 25, "tenancies new": 25, "people changed": 1, "people gone": 1, "tenancies gone": 1}, all)
	require.NoError(t, m.Forget(c0, PersonKey{"acme", "a", "p0003"}))
	assert.Equal(t, 24, m.count(t, `@.people`))
	_, err := m.Candidates(c0, PersonKey{"acme", "a", "p0004"})
	require.NoError(t, err)
	require.NoError(t, m.want(c0, "acme", roster.People, "p0005"))
	runUntil(t, m, func() bool { return m.count(t, `@.wanted`) == 0 }, account)
	for _, err := range m.Snapshot(c0) {
		require.NoError(t, err)
	}
	require.NoError(t, m.prune(c0, time.Hour))

	// Several processes, and a PgBouncer that is killed: others connect anew.
	accounts, total := slowWorlds(6, 40)
	second := open(t, bouncer.url(url))
	restarted := false
	ctx, cancel := context.WithCancel(c0)
	other := make(chan error, 1)
	go func() { other <- second.Run(ctx, accounts...) }()
	runUntil(t, m, func() bool {
		var n, finished int
		if row(c0, m.db, `SELECT count(*) FROM @.people WHERE account <> 'acme'`, nil, &n) != nil {
			return false
		}
		if n > total/4 && !restarted {
			restarted = true
			bouncer.stop()
			bouncer.start(t)
		}
		return row(c0, m.db, `SELECT count(*) FROM @.listings WHERE account <> 'acme' AND kind = 'people' AND finished > 0`, nil, &finished) == nil && finished == len(accounts)
	}, accounts...)
	cancel()
	require.NoError(t, <-other)
	assert.True(t, restarted)
	all, _ = ops(t, m, cursor)
	assert.Equal(t, map[string]int{"people new": total, "tenancies new": total, "people forgotten": 1, "tenancies forgotten": 1}, all)

	direct := open(t, url)
	assert.Zero(t, direct.count(t, `pg_stat_activity WHERE query LIKE 'LISTEN%'`))
	_, err = Open(c0, url+"&pool=statement")
	assert.ErrorContains(t, err, "pool")
}

// A Run that ends is no failure of its accounts.
func TestStopIsNoFailure(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		accounts, _ := slowWorlds(2, 100)
		runUntil(t, m, func() bool { return m.count(t, `@.listings WHERE pages > 3`) == 2 }, accounts...)
		assert.Equal(t, 2, m.count(t, `@.accounts WHERE fails = 0 AND error = ''`))
		assert.Equal(t, 2, m.count(t, `@.listings WHERE kind = 'people' AND token = '' AND begun > 0`), "they are given back where they are")
	})
}
