package mirror

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

// TestFleet measures how the work grows with the workers; see scripts/fleet. All
// accounts list from one fake, each as an account of its own.
func TestFleet(t *testing.T) {
	accounts, err := strconv.Atoi(os.Getenv("TENANTRY_FLEET"))
	if err != nil {
		t.Skip("set TENANTRY_FLEET to a number of accounts, or run scripts/fleet")
	}
	c := newCluster(t)
	server := propexotest.NewServer(propexotest.WithResidents(1000), propexotest.WithRateLimit(100_000_000, 0), propexotest.WithSlowDown(0))
	defer server.Close()
	server.SetLatency(20 * time.Millisecond)
	for _, n := range []int{1, 2, 4, 8} {
		url := c.database(t)
		m := open(t, url)
		config := workerConfig{URL: url}
		for i := range accounts {
			config.Accounts = append(config.Accounts, workerAccount{Name: fmt.Sprint("acme", i), System: "propexo", BaseURL: server.URL, Every: time.Hour})
		}
		conn, err := pgx.Connect(c0, url)
		require.NoError(t, err)
		before := server.Processed("")
		begin := time.Now()
		workers := make([]interface{ Signal(os.Signal) error }, 0, n)
		var wait []func() error
		for range n {
			w := startWorker(t, config)
			workers, wait = append(workers, w.Process), append(wait, w.Wait)
		}
		waitFor(t, 10*time.Minute, "all accounts", func() bool {
			return m.count(t, `@.listings WHERE kind IN ('properties', 'units', 'leases', 'people') AND finished > 0`) == 4*accounts
		})
		took := time.Since(begin)
		var pages int
		require.NoError(t, row(c0, m.db, `SELECT sum(pages) FROM @.listings`, nil, &pages))
		var busy float64 // milliseconds
		require.NoError(t, conn.QueryRow(c0, `SELECT active_time FROM pg_stat_database WHERE datname = current_database()`).Scan(&busy))
		require.NoError(t, conn.Close(c0))
		for i, w := range workers {
			_ = w.Signal(syscall.SIGTERM)
			_ = wait[i]()
		}
		t.Logf("%d workers: %.0f pages a second, %.0f requests a second, %.1f ms of the database a page, %s for %d pages", n,
			float64(pages)/took.Seconds(), float64(server.Processed("")-before)/took.Seconds(), busy/float64(pages), took.Round(time.Millisecond), pages)
		require.NoError(t, m.Close())
	}
}
