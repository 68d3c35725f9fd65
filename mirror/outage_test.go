package mirror

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A journal is a log that a test reads.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) has(text string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Contains(j.text.String(), text)
}

// TestDatabaseRefuses lets the database refuse to write in the middle of listings: the
// run waits, says why, and goes on where it was.
func TestDatabaseRefuses(t *testing.T) {
	t.Parallel()
	type outage struct {
		says       string
		begin, end func(t *testing.T, m *Mirror)
	}
	statement := func(statements ...string) func(t *testing.T, m *Mirror) {
		return func(t *testing.T, m *Mirror) {
			if s, ok := m.db.(*sqlite); ok {
				for _, statement := range statements {
					_, err := s.writer.ExecContext(c0, statement)
					require.NoError(t, err)
				}
				return
			}
			require.NoError(t, m.db.transact(c0, func(tx tx) error {
				for _, statement := range statements {
					if _, err := tx.exec(c0, statement); err != nil {
						return err
					}
				}
				return nil
			}))
		}
	}
	const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
	// Settings of a database hold for new connections: this one is left out.
	setting := func(statements ...string) func(t *testing.T, m *Mirror) {
		return func(t *testing.T, m *Mirror) {
			admin := open(t, theCluster.c.url(m.db.(*postgres).pool.Config().ConnConfig.Database)+"&options=-c%20default_transaction_read_only%3Doff")
			statement(statements...)(t, admin)
			require.NoError(t, admin.Close())
		}
	}
	for name, outages := range map[string]map[string]outage{
		"sqlite": {
			"full":      {"full", statement(`PRAGMA max_page_count = 1`), statement(`PRAGMA max_page_count = 1000000`)},
			"read-only": {"readonly", statement(`PRAGMA query_only = 1`), statement(`PRAGMA query_only = 0`)},
		},
		"postgres": {
			"full": {
				"No space left on device",
				statement(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`,
					`CREATE TRIGGER full_disk BEFORE INSERT ON @.people EXECUTE FUNCTION full_disk()`),
				statement(`DROP TRIGGER full_disk ON @.people`),
			},
			"read-only": {
				"read-only transaction",
				setting(`DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET default_transaction_read_only = on'; END $$`, cut),
				setting(`DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET default_transaction_read_only = off'; END $$`, cut),
			},
			"connections cut": {"", setting(cut), setting(cut)}, // which is soon over
		},
	} {
		for what, o := range outages {
			t.Run(name+"/"+what, func(t *testing.T) {
				t.Parallel()
				url := t.TempDir() + "/m.db"
				if name == "postgres" {
					url = newCluster(t).database(t)
				}
				log := new(journal)
				m := open(t, url, WithLogger(slog.New(slog.NewTextHandler(log, nil))))
				w := newWorld("a")
				const pages = 60
				w.fill("a", pages*w.size-5)
				w.fail = func() error { time.Sleep(20 * time.Millisecond); return nil }
				began, ended := false, false
				runUntil(t, m, func() bool {
					var n, finished int
					_ = row(c0, m.db, `SELECT count(*) FROM @.people`, nil, &n)
					switch {
					case !began && n > 100:
						began = true
						o.begin(t, m)
					case began && !ended && log.has(o.says):
						ended = true
						o.end(t, m)
					}
					return ended && row(c0, m.db, `SELECT count(*) FROM @.listings WHERE kind = 'people' AND finished > 0`, nil, &finished) == nil && finished == 1
				}, w.account("acme"))
				everyRecordOnce(t, m, pages*w.size-5)
				assert.Less(t, w.pages, pages+pages/4, "it goes on where it was")
			})
		}
	}
}

func TestOpenReadOnly(t *testing.T) {
	url := newCluster(t).database(t)
	_, err := Open(c0, url+"&options=-c%20default_transaction_read_only%3Don")
	require.ErrorContains(t, err, "mirror: the database can't be used")
	assert.ErrorContains(t, err, "read-only")
	_, err = Open(c0, "/proc/mirror.db")
	require.ErrorContains(t, err, "mirror: the database can't be used")
	_, err = Open(c0, t.TempDir())
	assert.ErrorContains(t, err, "folder")
}

// TestEveryAttemptIsCounted retries within a call: the group's limit counts each attempt.
func TestEveryAttemptIsCounted(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url, WithGroups(Group{Name: "g", PerMinute: 1, Burst: 1000}))
		server := propexotest.NewServer(propexotest.WithResidents(30), propexotest.WithRateLimit(100_000, 0))
		defer server.Close()
		server.Inject(tenantrytest.Fault{Attempt: 2, Status: 503})
		account := fakeAccount(workerAccount{Name: "acme", System: "propexo", BaseURL: server.URL, Group: "g", Every: time.Hour})
		begin := time.Now()
		runUntil(t, m, func() bool {
			return m.count(t, `@.listings WHERE kind IN ('properties', 'units', 'leases', 'people') AND finished > 0`) == 4
		}, account)
		var next int64
		require.NoError(t, row(c0, m.db, `SELECT next_us FROM @.groups`, nil, &next))
		assert.EqualValues(t, server.Processed("")+1, time.UnixMicro(next).Sub(begin)/time.Minute, "the server did not process the fault")
	})
}

// TestPacedByTheClient lets a client refuse to wait for the system's own limit: that is
// no failure of the account.
func TestPacedByTheClient(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a")
		w.fill("a", 25)
		refused := 0
		w.fail = func() error {
			if refused++; refused == 2 {
				return &tenantry.TransportError{API: "propexo", Err: tenantry.ErrPaced, RetryAfter: 300 * time.Millisecond}
			}
			return nil
		}
		var due time.Time
		seen := func() bool {
			var fails, at int
			require.NoError(t, row(c0, m.db, `SELECT fails FROM @.accounts`, nil, &fails))
			assert.Zero(t, fails)
			if row(c0, m.db, `SELECT due FROM @.listings WHERE kind = 'people' AND begun > 0 AND token = ''`, nil, &at) == nil {
				due = time.UnixMilli(int64(at))
			}
			return m.count(t, `@.listings WHERE kind = 'people' AND finished > 0`) == 1
		}
		begin := time.Now()
		ctx, cancel := context.WithTimeout(c0, time.Minute)
		defer cancel()
		ended := make(chan error, 1)
		running, stop := context.WithCancel(ctx)
		go func() { ended <- m.Run(running, w.account("acme")) }()
		waitFor(t, 2*time.Minute, "an account", func() bool { return m.count(t, `@.accounts`) == 1 })
		waitFor(t, 2*time.Minute, "the end", seen)
		stop()
		require.NoError(t, <-ended)
		assert.True(t, due.After(begin), "the listing waited")
		everyRecordOnce(t, m, 25)
	})
}
