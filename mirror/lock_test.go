package mirror

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/roster"
)

// TestLocksAreTakenInOrder holds the lock that an act needs first, and checks that the
// act waits without the lock that it needs next: somebody else, who takes both in the
// same order, would otherwise wait for the act, and the act for them.
func TestLocksAreTakenInOrder(t *testing.T) {
	w := newWorld("a")
	w.fill("a", 3)
	for name, test := range map[string]struct {
		first, next, blocked string
		act                  func(m *Mirror) error
	}{
		"accounts before groups": {
			`SELECT 1 FROM @.accounts WHERE name = 'acme'`, `SELECT 1 FROM @.groups WHERE name = 'g'`, ``,
			func(m *Mirror) error {
				all, err := m.checkAccounts([]Account{w.account("acme")})
				if err != nil {
					return err
				}
				return m.register(c0, all)
			},
		},
		"a listing before what is wanted": {
			`SELECT 1 FROM @.listings WHERE kind = 'wanted'`, `SELECT 1 FROM @.wanted WHERE id = 'p0001'`, ``,
			func(m *Mirror) error { return m.want(c0, "acme", roster.People, "p0001") },
		},
		"listings before records": {
			`SELECT 1 FROM @.listings WHERE kind = 'people'`, `SELECT 1 FROM @.people WHERE id = 'p0001'`, ``,
			func(m *Mirror) error { return m.Forget(c0, PersonKey{"acme", "a", "p0001"}) },
		},
		"listings by kind, to make them due": {
			`SELECT 1 FROM @.listings WHERE kind = 'people'`, `SELECT 1 FROM @.listings WHERE kind = 'z'`, ``,
			func(m *Mirror) error { return m.makeDue(c0, "acme", "") },
		},
		"listings by kind, to approve them": {
			`SELECT 1 FROM @.listings WHERE kind = 'people'`, `SELECT 1 FROM @.listings WHERE kind = 'z'`, `b`,
			func(m *Mirror) error { return m.Approve(c0, "acme") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			// An index would happen to return the rows in order.
			m := open(t, newCluster(t).database(t)+"&options=-c%20enable_indexscan%3Doff%20-c%20enable_bitmapscan%3Doff", WithTimes(Times{}), WithGroups(Group{Name: "g"}))
			again(t, m, w.account("acme"))
			require.NoError(t, m.want(c0, "acme", roster.People, "p0001"))
			require.NoError(t, m.db.transact(c0, func(tx tx) error {
				// The row that comes last by its kind is the first in the table.
				for _, statement := range []string{
					`CREATE TEMP TABLE kept AS SELECT * FROM @.listings`, `DELETE FROM @.listings`,
					`INSERT INTO @.listings (account, kind) VALUES ('acme', 'z')`, `INSERT INTO @.listings SELECT * FROM kept`,
					`UPDATE @.listings SET blocked = '` + test.blocked + `'`,
				} {
					if _, err := tx.exec(c0, statement); err != nil {
						return err
					}
				}
				return nil
			}))
			acted := make(chan error, 1)
			require.NoError(t, m.db.transact(c0, func(tx tx) error {
				var n int
				if err := row(c0, tx, test.first+` FOR UPDATE`, nil, &n); err != nil {
					return err
				}
				go func() { acted <- test.act(m) }()
				waitFor(t, 2*time.Minute, "the act waits", func() bool {
					return m.count(t, `pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) == 1
				})
				return row(c0, tx, test.next+` FOR UPDATE NOWAIT`, nil, &n)
			}))
			require.NoError(t, <-acted)
		})
	}
}

// TestConflictIsTriedAgain lets two transactions wait for each other.
func TestConflictIsTriedAgain(t *testing.T) {
	t.Parallel()
	m := open(t, newCluster(t).database(t))
	require.NoError(t, m.db.transact(c0, func(tx tx) error {
		_, err := tx.exec(c0, `CREATE TABLE x AS SELECT n FROM unnest(ARRAY[1, 2]) n`)
		return err
	}))
	var both sync.WaitGroup // have their first lock
	both.Add(2)
	deadlock := func(first, next int) error {
		tries := 0
		return m.db.transact(c0, func(tx tx) error {
			if _, err := tx.exec(c0, `UPDATE x SET n = n WHERE n = $1`, first); err != nil {
				return err
			}
			if tries++; tries == 1 {
				both.Done()
				both.Wait()
			}
			_, err := tx.exec(c0, `UPDATE x SET n = n WHERE n = $1`, next)
			return err
		})
	}
	ended := make(chan error, 1)
	go func() { ended <- deadlock(1, 2) }()
	assert.NoError(t, deadlock(2, 1))
	assert.NoError(t, <-ended)

	tries := 0
	assert.ErrorContains(t, m.db.transact(c0, func(tx tx) error {
		tries++
		_, err := tx.exec(c0, `DO $do$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $do$`)
		return err
	}), "40001")
	assert.Equal(t, mostConflicts+1, tries, "it gives up at last")
	ctx, cancel := context.WithCancel(c0)
	tries = 0
	assert.ErrorContains(t, m.db.transact(ctx, func(tx tx) error {
		tries++
		_, err := tx.exec(ctx, `DO $do$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $do$`)
		cancel()
		return err
	}), "40001")
	assert.Equal(t, 1, tries)
}

// TestForgetDuringAListing forgets somebody whose page is on its way.
func TestForgetDuringAListing(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a")
		w.fill("a", 35)
		account := w.account("acme")
		again(t, m, account)
		pages := 0
		w.fail = func() error {
			if pages++; pages == 2 {
				return m.Forget(c0, PersonKey{"acme", "a", "p0012"})
			}
			return nil
		}
		again(t, m, account)
		assert.Equal(t, 34, m.count(t, `@.people`))
		assert.Zero(t, m.count(t, `@.people WHERE id = 'p0012'`))
		assert.Zero(t, m.count(t, `@.tenancies WHERE person_id = 'p0012'`))
		assert.Empty(t, blockedOf(t, m))
	})
}

// wokenQueue keeps what is woken.
type wokenQueue struct{ all []wakeArgs }

func (q *wokenQueue) start(context.Context) error { return nil }
func (q *wokenQueue) stop(context.Context) error  { return nil }
func (q *wokenQueue) wake(_ context.Context, all []wakeArgs) error {
	q.all = append(q.all, all...)
	return nil
}

// TestWakingWaitsForNobody wakes what is due while somebody stores a page of an account.
func TestWakingWaitsForNobody(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a")
		accounts, err := m.checkAccounts([]Account{w.account("a"), w.account("b"), w.account("c")})
		require.NoError(t, err)
		require.NoError(t, m.register(c0, accounts))
		delete(accounts, "c") // another process has it
		q := new(wokenQueue)
		r := &run{m: m, accounts: accounts, queue: q}
		want := []wakeArgs{{"a", "begin", 1}, {"b", "begin", 1}}
		if _, ok := m.db.(*postgres); ok {
			require.NoError(t, m.db.transact(c0, func(tx tx) error {
				if _, err := tx.exec(c0, `SELECT 1 FROM @.listings WHERE account = 'a' FOR UPDATE`); err != nil {
					return err
				}
				ctx, cancel := context.WithTimeout(c0, 10*time.Second)
				defer cancel()
				return r.wakeDue(ctx, "")
			}))
			assert.Equal(t, want[1:], q.all)
			q.all = nil
			want = want[:1]
		}
		require.NoError(t, r.wakeDue(c0, ""))
		assert.ElementsMatch(t, want, q.all)
		q.all = nil
		require.NoError(t, r.wakeDue(c0, ""))
		assert.Empty(t, q.all, "they have just been woken")
	})
}

// TestStoppedTransaction stops within a transaction, as a process does that gets a
// SIGSTOP: whoever waits for its locks goes on after the length of a lease, and what it
// does later fails, and may be tried again.
func TestStoppedTransaction(t *testing.T) {
	t.Parallel()
	w := newWorld("a")
	w.fill("a", 3)
	url := newCluster(t).database(t)
	m, other := open(t, url), open(t, url)
	again(t, m, w.account("acme"))
	renew := func(tx tx) error {
		_, err := tx.exec(c0, `UPDATE @.listings SET due = due WHERE account = 'acme'`)
		return err
	}
	ctx, cancel := context.WithTimeout(c0, 2*time.Minute)
	defer cancel()
	var waited error
	err := m.db.transact(ctx, func(tx tx) error {
		if err := renew(tx); err != nil {
			return err
		}
		waited = other.db.transact(ctx, renew)
		return renew(tx)
	})
	require.NoError(t, waited)
	require.Error(t, err)
	assert.True(t, m.db.temporary(err), "%v", err)
}
