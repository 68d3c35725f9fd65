package mirror

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/roster"
)

var c0 = context.Background()

// TestMain is also the worker processes of tests. Tests that mostly wait run in parallel;
// those that stop the cluster, measure how jobs keep up, or hold that a change is seen at
// once, run by themselves.
func TestMain(m *testing.M) {
	if os.Getenv("TENANTRY_MIRROR_WORKER") != "" {
		workerMain()
		return
	}
	code := m.Run()
	if c := theCluster.c; c != nil {
		c.stop()
		os.RemoveAll(c.dir)
	}
	os.Exit(code)
}

// quick are times of a tenth of the defaults.
var quick = Times{Lease: 3 * time.Second, Margin: 500 * time.Millisecond, Reconcile: 500 * time.Millisecond, Stretch: time.Second, Backoff: 200 * time.Millisecond, MaxBackoff: 2 * time.Second, Poll: 20 * time.Millisecond}

// onBoth runs a test on SQLite, and at the same time on PostgreSQL if it is here.
func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	inTurn(t, func(t *testing.T, url string) {
		t.Parallel()
		test(t, url)
	})
}

// inTurn runs a test on SQLite, and then on PostgreSQL if it is here.
func inTurn(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "mirror.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, newCluster(t).database(t)) })
}

func open(t testing.TB, url string, opts ...Option) *Mirror {
	t.Helper()
	m, err := Open(c0, url, append([]Option{WithTimes(quick)}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(func() { m.Close() })
	return m
}

// A world is a system that a test makes up: people and units in scopes.
type world struct {
	mu       sync.Mutex
	name     string
	scopes   []string
	people   map[string]map[string]string // by scope and ID: the email address
	size     int                          // of a page
	fail     func() error                 // of each page, or nil
	bad      int                          // undecodable records of each page
	stamp    string                       // a volatile member of every record
	lastSync map[string]time.Time         // if not nil, gone is what the system has not seen
	seen     map[string]string            // last_seen by ID
	pages    int
	gets     func(id string)
	since    []time.Time
}

func newWorld(scopes ...string) *world {
	return &world{name: "propexo", scopes: scopes, people: make(map[string]map[string]string), size: 10}
}

func (w *world) put(scope, id, email string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.people[scope] == nil {
		w.people[scope] = make(map[string]string)
	}
	w.people[scope][id] = email
}

func (w *world) fill(scope string, n int) {
	for i := range n {
		w.put(scope, fmt.Sprintf("p%04d", i), fmt.Sprintf("p%d@example.com", i))
	}
}

func (w *world) remove(scope string, ids ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		delete(w.people[scope], id)
	}
}

func (w *world) Name() string { return w.name }

func (w *world) Listings() []roster.Listing {
	return []roster.Listing{{Kind: roster.People, Carries: []roster.Kind{roster.People, roster.Tenancies}, Incremental: w.lastSync != nil}}
}

func (w *world) record(scope, id string) (roster.Person, roster.Tenancy) {
	email := w.people[scope][id]
	raw := fmt.Sprintf(`{"id":%q,"email_1":%q,"last_seen":%q,"notes":"n"}`, id, email, w.stamp)
	p := roster.Person{Source: w.name, Scope: scope, ID: id, Kind: roster.Individual, FirstName: "F" + id, Emails: []roster.Contact{{Value: email, Normal: email}},
		ExternalIDs: []roster.ExternalID{{System: "PMS", Kind: "resident", Value: scope + id}}, LastSeen: tenantry.Timestamp(w.seen[id]), Raw: tenantry.Raw(raw)}
	return p, roster.Tenancy{Source: w.name, Scope: scope, ID: "l-" + id, PersonID: id, LeaseID: "l", Role: roster.Primary, LastSeen: p.LastSeen, Raw: tenantry.Raw(`{"resident_id":` + strconv.Quote(id) + `}`)}
}

func (w *world) ids(scope string) []string {
	var ids []string
	for id := range w.people[scope] {
		ids = append(ids, id)
	}
	sortStrings(ids)
	return ids
}

func (w *world) Pages(ctx context.Context, kind roster.Kind, q roster.Query) iter.Seq2[*roster.Page, error] {
	return func(yield func(*roster.Page, error) bool) {
		if kind != roster.People {
			yield(nil, tenantry.ErrNotSupported)
			return
		}
		s, after := 0, ""
		if q.Cursor != "" {
			if _, err := fmt.Sscanf(string(q.Cursor), "%d/%s", &s, &after); err != nil || s >= len(w.scopes) {
				yield(nil, tenantry.ErrInvalidArgument)
				return
			}
			if after == "-" {
				after = ""
			}
		}
		for ; s < len(w.scopes); s++ {
			for {
				w.mu.Lock()
				if q.Cursor == "" && after == "" && s == 0 {
					w.since = append(w.since, q.Since)
				}
				fail := w.fail
				w.pages++
				page := &roster.Page{Scope: w.scopes[s], Total: -1}
				for range w.bad {
					page.Undecodable = append(page.Undecodable, &tenantry.DecodeError{})
				}
				for _, id := range w.ids(w.scopes[s]) {
					if id > after && len(page.People) < w.size {
						p, t := w.record(w.scopes[s], id)
						page.People, page.Tenancies = append(page.People, p), append(page.Tenancies, t)
					}
				}
				full := len(page.People) == w.size
				w.mu.Unlock()
				if fail != nil {
					if err := fail(); err != nil {
						yield(nil, err)
						return
					}
				}
				if ctx.Err() != nil {
					yield(nil, ctx.Err())
					return
				}
				if full {
					after = page.People[len(page.People)-1].ID
					page.Next, page.HasMore = tenantry.Cursor(fmt.Sprintf("%d/%s", s, after)), true
				} else {
					if w.lastSync == nil {
						page.Ends = []roster.End{{Scope: w.scopes[s]}}
					}
					if page.HasMore = s+1 < len(w.scopes); page.HasMore {
						page.Next = tenantry.Cursor(fmt.Sprintf("%d/-", s+1))
					} else if w.lastSync == nil {
						page.Scopes = w.scopes
					} else {
						for scope, last := range w.lastSync {
							page.Ends = append(page.Ends, roster.End{Scope: scope, LastSync: last})
						}
					}
				}
				if !yield(page, nil) {
					return
				}
				if !full {
					after = ""
					break
				}
			}
		}
	}
}

func (w *world) Get(_ context.Context, kind roster.Kind, id string) (*roster.Page, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for scope := range w.people {
		if _, ok := w.people[scope][id]; ok && kind == roster.People {
			p, t := w.record(scope, id)
			if w.gets != nil {
				w.gets(id)
			}
			return &roster.Page{People: []roster.Person{p}, Tenancies: []roster.Tenancy{t}}, nil
		}
	}
	return nil, tenantry.ErrNotFound
}

func (w *world) account(name string) Account {
	return Account{Name: name, System: w.name, Credential: "c", Every: time.Hour, Source: func(context.Context, ...tenantry.Option) (roster.Source, error) { return w, nil }}
}

// runUntil runs the accounts until a condition holds.
func runUntil(t *testing.T, m *Mirror, done func() bool, accounts ...Account) {
	t.Helper()
	ctx, cancel := context.WithCancel(c0)
	result := make(chan error, 1)
	go func() { result <- m.Run(ctx, accounts...) }()
	deadline := time.Now().Add(2 * time.Minute) // it only keeps a test from hanging
	for !done() {
		select {
		case err := <-result:
			require.NoError(t, err)
			t.Fatal("Run ended")
		default:
		}
		if time.Now().After(deadline) {
			cancel()
			<-result
			status, err := m.Status(c0)
			t.Fatalf("it does not come to pass: %+v %v", status, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	require.NoError(t, <-result)
}

func (m *Mirror) count(t testing.TB, query string, args ...any) int {
	t.Helper()
	var n int
	require.NoError(t, row(c0, m.db, "SELECT count(*) FROM "+query, args, &n))
	return n
}

// finishedRuns returns when the last listing of an account finished.
func finishedRuns(t testing.TB, m *Mirror, account string) func() int {
	return func() int {
		var n int
		err := row(c0, m.db, `SELECT finished FROM @.listings WHERE account = $1 AND kind = 'people'`, []any{account}, &n)
		if errors.Is(err, errNoRow) {
			return 0
		}
		require.NoError(t, err)
		return n
	}
}

// again makes a listing due and runs until it has finished once more.
func again(t *testing.T, m *Mirror, account Account) {
	t.Helper()
	runs := finishedRuns(t, m, account.Name)
	before := runs()
	require.NoError(t, m.due(c0, account.Name))
	runUntil(t, m, func() bool { return runs() > before }, account)
}

func (m *Mirror) due(ctx context.Context, account string) error {
	return m.db.transact(ctx, func(t tx) error {
		_, err := t.exec(ctx, `UPDATE @.listings SET due = 0, woken = 0 WHERE account = $1 AND kind NOT IN ('begin', 'wanted')`, account)
		return err
	})
}

// ops returns the operations of the changes after a cursor, and the last cursor.
func ops(t testing.TB, m *Mirror, after Cursor) (map[string]int, Cursor) {
	t.Helper()
	if _, ok := m.db.(*postgres); ok {
		// A transaction of another test in the cluster hides later changes until it ends.
		waitFor(t, 2*time.Minute, "all changes are visible", func() bool { return m.count(t, `@.changes WHERE xid >= `+visible) == 0 })
	}
	all := make(map[string]int)
	for c, err := range m.ChangesNow(c0, after) {
		require.NoError(t, err)
		all[string(c.Kind)+" "+c.Op]++
		after = c.Cursor
	}
	return all, after
}

func TestLifeOfARecord(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a", "b")
		w.fill("a", 35)
		w.fill("b", 12) // the same IDs in another scope
		account := w.account("acme")
		again(t, m, account)
		assert.Equal(t, 47, m.count(t, `@.people WHERE gone IS NULL`))
		all, cursor := ops(t, m, "")
		assert.Equal(t, map[string]int{"people new": 47, "tenancies new": 47}, all)
		assert.Zero(t, m.count(t, `@.seen`))

		w.stamp = "2026-01-01"
		again(t, m, account)
		all, cursor = ops(t, m, cursor)
		assert.Empty(t, all, "a stamp is no change")
		assert.Equal(t, 47, m.count(t, `@.people WHERE CAST(raw AS text) LIKE '%2026-01-01%'`), "but Raw has it")

		w.put("a", "p0003", "new@example.com")
		w.remove("a", "p0004")
		w.put("b", "q1", "q1@example.com")
		again(t, m, account)
		all, next := ops(t, m, cursor)
		assert.Equal(t, map[string]int{"people changed": 1, "people gone": 1, "people new": 1, "tenancies gone": 1, "tenancies new": 1}, all)
		for c, err := range m.ChangesNow(c0, cursor) {
			require.NoError(t, err)
			if c.Kind == roster.People && c.Op == OpChanged {
				assert.Equal(t, []string{"emails"}, c.Fields)
				assert.EqualValues(t, 2, c.Version)
				assert.Equal(t, "new@example.com", c.Record.(*roster.Person).Emails[0].Value)
			}
			if c.Op == OpGone {
				assert.False(t, c.Gone.IsZero())
			}
		}

		w.put("a", "p0004", "p4@example.com")
		again(t, m, account)
		all, _ = ops(t, m, next)
		assert.Equal(t, map[string]int{"people back": 1, "tenancies back": 1}, all)
		assert.Zero(t, m.count(t, `@.people WHERE gone IS NOT NULL`))
	})
}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		yes, n := true, int64(7)
		page := &roster.Page{
			Properties: []roster.Property{{Source: "x", ID: "1", Name: "N\x00ul \xff", Address: roster.Address{City: "Austin"}, UnitCount: &n, Active: &yes, Raw: tenantry.Raw(`{"a":"\u0000"}`)}},
			Units:      []roster.Unit{{Source: "x", Scope: "s", ID: "1", MarketRent: roster.Money{Amount: "1250.50", Currency: "USD"}, Occupancy: roster.Vacant, Leasing: roster.Available, SquareFeet: &n}},
			Leases:     []roster.Lease{{Source: "x", ID: "1", State: roster.LeaseNotice, Rent: roster.Money{Amount: "12345678901234567890.123"}, Balance: roster.Money{Amount: "-1"}, Start: "2024-01-01", Notice: "whenever"}},
			People:     []roster.Person{{Source: "x", ID: "1", Kind: roster.Business, Phones: []roster.Contact{{Value: "1", Primary: &yes}}, Addresses: []roster.Address{{Line1: "x"}}}, {Source: "x", ID: "2", Kind: roster.Individual}, {Source: "x", ID: "2", Kind: roster.Individual, FirstName: "last", LastName: "a\tb\r\nc\\N \\. \\t", MiddleName: `\N`, Raw: tenantry.Raw(`{"a":"\t\\"}`)}},
			Tenancies:  []roster.Tenancy{{Source: "x", ID: "1", PersonID: "1", Role: roster.Guarantor, Active: &yes}},
		}
		w := &writer{account: "a", source: "x"}
		store := func() (sum Written) {
			require.NoError(t, m.db.transact(c0, func(t tx) (err error) {
				sum, err = w.store(c0, t, page, nil)
				return err
			}))
			return sum
		}
		assert.Equal(t, Written{New: 6}, store())
		assert.Equal(t, Written{Unchanged: 6}, store())
		got := make(map[string]any)
		for c, err := range m.Snapshot(c0) {
			require.NoError(t, err)
			got[string(c.Kind)+c.ID] = c.Record
		}
		page.Properties[0].Name, page.Properties[0].Raw = "N�ul �", tenantry.Raw(`{"a":"\ufffd"}`)
		assert.Equal(t, &page.Properties[0], got["properties1"])
		assert.Equal(t, &page.Units[0], got["units1"])
		assert.Equal(t, &page.Leases[0], got["leases1"])
		assert.Equal(t, &page.People[0], got["people1"])
		assert.Equal(t, &page.People[2], got["people2"], "the last of two")
		assert.Equal(t, &page.Tenancies[0], got["tenancies1"])

		page.People[0].Source = "y"
		err := m.db.transact(c0, func(t tx) error {
			_, err := w.store(c0, t, page, nil)
			return err
		})
		assert.ErrorIs(t, err, ErrOtherAccount)
	})
}

// store prepares and writes a page.
func (w *writer) store(ctx context.Context, t tx, page *roster.Page, to *target) (Written, error) {
	batch, err := w.prepare(page)
	if err != nil {
		return Written{}, err
	}
	return w.write(ctx, t, time.Now(), batch, to)
}
