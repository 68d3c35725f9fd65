package mirror

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/roster"
)

const benchPage = 250

// benchPages returns n pages of residents of the fake of Propexo.
func benchPages(b *testing.B, n int) []*roster.Page {
	b.Helper()
	server := propexotest.NewServer(propexotest.WithResidents(n*benchPage), propexotest.WithRateLimit(1_000_000, 0))
	defer server.Close()
	client, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL))
	require.NoError(b, err)
	defer client.Close()
	var all []*roster.Page
	for p, err := range roster.Propexo(client).Pages(context.Background(), roster.People, roster.Query{}) {
		require.NoError(b, err)
		all = append(all, p)
	}
	return all
}

// BenchmarkWritePage writes pages of 250 people: bare, as one insert of the same rows
// that are ready, and as the mirror does, if they are new, unchanged, changed to a
// tenth, and all changed. They must come to at most 1.5, 0.9, 1.5 and 2.2 times the
// bare insert; scripts/fleet prints it.
func BenchmarkWritePage(b *testing.B) {
	const n = 20
	pages := benchPages(b, n)[:n]
	for _, name := range []string{"sqlite", "postgres"} {
		database := func() *Mirror {
			url := filepath.Join(b.TempDir(), "m.db")
			if name == "postgres" {
				url = theCluster.c.database(b)
			}
			m, err := Open(c0, url)
			require.NoError(b, err)
			return m
		}
		if name == "postgres" && clusterIfHere() != "" {
			continue
		}
		m, bare := database(), database()
		w := &writer{account: "acme", source: "propexo"}
		// As in a worker, pages are prepared before the transaction.
		batches := make([]*batch, n)
		ready := func() {
			for i, p := range pages {
				var err error
				batches[i], err = w.prepare(p)
				require.NoError(b, err)
			}
		}
		run := func(m *Mirror, what string, prepare func(), fn func(t tx, i int) error) {
			b.Run(name+"/"+what, func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					if i%n == 0 {
						b.StopTimer()
						prepare()
						ready()
						b.StartTimer()
					}
					require.NoError(b, m.db.transact(c0, func(t tx) error { return fn(t, i%n) }))
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/page")
			})
		}
		account := 0
		fresh := func() { account++; w.account = fmt.Sprint("acme", account) }
		write := func(t tx, i int) error {
			_, err := w.write(c0, t, time.Now(), batches[i], &target{kind: roster.People, run: 1})
			return err
		}
		changed := 0
		change := func(every int) func() {
			return func() {
				changed++
				for _, p := range pages {
					for i := 0; i < len(p.People); i += every {
						p.People[i].FirstName = fmt.Sprint("N", changed)
					}
				}
			}
		}
		columns, rows := bareRows(b, w, pages)
		run(bare, "bare", fresh, func(t tx, i int) error {
			return t.insert(c0, "people", columns, rows[i], func(int64, string, string) {})
		})
		run(m, "new", fresh, write)
		fresh()
		ready()
		for i := range pages {
			require.NoError(b, m.db.transact(c0, func(t tx) error { return write(t, i) }))
		}
		run(m, "unchanged", func() {}, write)
		run(m, "tenth", change(10), write)
		run(m, "all", change(1), write)
		require.NoError(b, m.Close())
		require.NoError(b, bare.Close())
	}
}

// bareRows returns the rows of people as they are stored.
func bareRows(b *testing.B, w *writer, pages []*roster.Page) (columns []string, all [][][]*string) {
	b.Helper()
	table := tableOf(roster.People)
	columns = []string{"source", "account", "scope", "id", "first_seen", "last_changed", "version", "hash", "seal"}
	for _, c := range table.columns() {
		columns = append(columns, c.name)
	}
	at, one := time.Now().UTC().Format(stampText), "1"
	for _, p := range pages {
		entries, _, err := w.entries(table, p)
		require.NoError(b, err)
		values := make([][]*string, len(entries))
		for i, e := range entries {
			values[i] = append([]*string{&w.source, &w.account, &e.scope, &e.id, &at, &at, &one, &e.hash, &e.seal}, e.values...)
		}
		all = append(all, values)
	}
	return columns, all
}
