package mirror

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
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

// writes are the ways in which BenchmarkWritePage writes a page.
var writes = []string{"bare", "new", "unchanged", "tenth", "all"}

// BenchmarkWritePage writes pages of 250 people: bare, as one insert of the same rows
// that are ready, and as the mirror does, if they are new, unchanged, changed to a
// tenth, and all changed. They must come to at most 1.5, 0.9, 1.5 and 2.2 times the
// bare insert. It takes turns, so that all have the same share of a busy machine, and
// prints medians. scripts/fleet shows them as a table.
func BenchmarkWritePage(b *testing.B) {
	const n = 20
	pages := benchPages(b, n)[:n]
	for _, name := range []string{"sqlite", "postgres"} {
		if name == "postgres" && clusterIfHere() != "" {
			continue
		}
		b.Run(name, func(b *testing.B) {
			database := func() *Mirror {
				url := filepath.Join(b.TempDir(), "m.db")
				if name == "postgres" {
					url = theCluster.c.database(b)
				}
				m, err := Open(c0, url)
				require.NoError(b, err)
				b.Cleanup(func() { m.Close() })
				return m
			}
			m, bare := database(), database()
			w := &writer{account: "acme", source: "propexo"}
			columns, rows := bareRows(b, w, pages)
			change := func(round, every int) {
				for _, p := range pages {
					for i := 0; i < len(p.People); i += every {
						p.People[i].FirstName = fmt.Sprint("N", every, round)
					}
				}
			}
			took := make(map[string][]float64) // milliseconds a page, of each round
			for round := 0; b.Loop(); round++ {
				w.account = fmt.Sprint("acme", round)
				for _, what := range writes {
					switch what {
					case "tenth":
						change(round, 10)
					case "all":
						change(round, 1)
					}
					batches := make([]*batch, n) // as in a worker, they are prepared before the transaction
					for i, p := range pages {
						var err error
						batches[i], err = w.prepare(p)
						require.NoError(b, err)
					}
					begin := time.Now()
					for i := range n {
						db := m.db
						write := func(t tx) error {
							_, err := w.write(c0, t, time.Now(), batches[i], &target{kind: roster.People, run: 1})
							return err
						}
						if what == "bare" {
							db, write = bare.db, func(t tx) error { return bareInsert(t, "people", columns, rows[i]) }
						}
						require.NoError(b, db.transact(c0, write))
					}
					took[what] = append(took[what], float64(time.Since(begin).Microseconds())/1000/n)
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(took["bare"]), "bare-ms")
			for _, what := range writes[1:] {
				var ratios []float64
				for round, ms := range took[what] {
					ratios = append(ratios, ms/took["bare"][round])
				}
				b.ReportMetric(median(ratios), what+"/bare")
			}
		})
	}
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
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

// bareInsert inserts rows as one would by hand: from arrays on PostgreSQL, which is
// faster than a list of values, and with a prepared statement on SQLite.
func bareInsert(t tx, table string, columns []string, values [][]*string) error {
	if s, ok := t.(*sqliteTx); ok {
		return s.insert(c0, table, columns, values, func(int64, string, string) {})
	}
	names := strings.Join(columns, ", ")
	list, unnest := casts(table, columns)
	_, err := t.exec(c0, "INSERT INTO @."+table+" ("+names+") SELECT "+list+" FROM unnest("+unnest+") v("+names+")", columnArrays(len(columns), values)...)
	return err
}
