package mirror

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/roster"
)

// Errors of this package.
var (
	// ErrRunning reports a second Run on the same SQLite file.
	ErrRunning = errors.New("mirror: another Run uses this file; stop it first, or use PostgreSQL to share the work")
	// ErrOtherAccount reports an account that is another than the one that the database
	// has under its name, or a source of another system.
	ErrOtherAccount = errors.New("mirror: not the account that the database has under this name")
	// ErrOtherData reports demo accounts in a database of real ones, or real accounts
	// in a database of a demo.
	ErrOtherData = errors.New("mirror: demo and real accounts can't share a database; use another one")
	// ErrNoRecord reports that the database has no such record.
	ErrNoRecord = errors.New("mirror: no such record")
	// ErrNoAccount reports that the database has no account of this name.
	ErrNoAccount = errors.New("mirror: no such account")
)

// A Mirror is a database with the records of many accounts. It is safe for concurrent
// use.
type Mirror struct {
	db        database
	log       *slog.Logger
	times     Times
	groups    []Group
	redact    []string
	workers   int
	demo      bool
	keep      time.Duration
	transport *http.Transport
}

// An Option changes a Mirror.
type Option func(*Mirror) error

// Times are the durations that make the mirror patient or quick. The zero value of a
// field is its default. All processes on one database should have the same.
type Times struct {
	// Lease is how long a worker that is not heard of keeps its listing. The worker
	// renews it every third of that. The default is 30 s.
	Lease time.Duration
	// Margin is how long before the end of its lease a worker begins no request. The
	// default is 5 s.
	Margin time.Duration
	// Reconcile is how often each process looks for listings that are due and that
	// nobody works on. The default is 5 s.
	Reconcile time.Duration
	// Stretch is how long a job lists before it makes room for others. The default is
	// 10 s.
	Stretch time.Duration
	// Backoff is how long an account waits after a first failure. It doubles with each
	// further one up to MaxBackoff. The defaults are 5 s and 15 minutes.
	Backoff, MaxBackoff time.Duration
	// Poll is how often Changes looks for more. The default is 1 s.
	Poll time.Duration
}

func (t Times) withDefaults() Times {
	set := func(d *time.Duration, standard time.Duration) {
		if *d == 0 {
			*d = standard
		}
	}
	set(&t.Lease, 30*time.Second)
	set(&t.Margin, 5*time.Second)
	set(&t.Reconcile, 5*time.Second)
	set(&t.Stretch, 10*time.Second)
	set(&t.Backoff, 5*time.Second)
	set(&t.MaxBackoff, 15*time.Minute)
	set(&t.Poll, time.Second)
	return t
}

// WithTimes replaces the default times.
func WithTimes(t Times) Option {
	return func(m *Mirror) error {
		t = t.withDefaults()
		for _, d := range []time.Duration{t.Lease, t.Margin, t.Reconcile, t.Stretch, t.Backoff, t.MaxBackoff, t.Poll} {
			if d < 0 {
				return errors.New("mirror: WithTimes has a negative time; use 0 for the default")
			}
		}
		if t.Margin >= t.Lease/2 {
			return errors.New("mirror: WithTimes has a Margin of half of its Lease or more; no request could begin")
		}
		m.times = t
		return nil
	}
}

// WithLogger logs failures at warn level, blocked listings at error level, and
// finished listings at info level. It logs names of accounts and no records. Without
// it the mirror is silent.
func WithLogger(log *slog.Logger) Option {
	return func(m *Mirror) error {
		if log == nil {
			return errors.New("mirror: WithLogger is nil; leave the option out to log nothing")
		}
		m.log = log
		return nil
	}
}

// WithGroups defines groups of accounts that share limits. Accounts name theirs.
func WithGroups(groups ...Group) Option {
	return func(m *Mirror) error {
		for _, g := range groups {
			if g.Name == "" || g.Concurrent < 0 || g.PerMinute < 0 || g.Burst < 0 {
				return errors.New("mirror: WithGroups has a group without a name or with a negative limit")
			}
			if slices.ContainsFunc(m.groups, func(o Group) bool { return o.Name == g.Name }) {
				return fmt.Errorf("mirror: WithGroups has the group %q twice", g.Name)
			}
			m.groups = append(m.groups, g)
		}
		return nil
	}
}

// WithRedact leaves out fields: columns of the tables, such as phones, and members of
// Raw at any depth, in lower case with underscores, such as date_of_birth. Records that
// are in the database already lose them when they are listed again.
func WithRedact(fields ...string) Option {
	return func(m *Mirror) error {
		for _, f := range fields {
			if f == "" || f != strings.ToLower(f) || strings.ContainsAny(f, " -.") {
				return fmt.Errorf("mirror: WithRedact has %q; want lower case with underscores", f)
			}
		}
		m.redact = append(m.redact, fields...)
		return nil
	}
}

// WithWorkers sets how many listings a process works on at a time. The default is 8.
func WithWorkers(n int) Option {
	return func(m *Mirror) error {
		if n < 1 || n > 1000 {
			return errors.New("mirror: WithWorkers must be between 1 and 1000")
		}
		m.workers = n
		return nil
	}
}

// WithDemo marks the accounts as those of a demo. A database has either such accounts
// or real ones.
func WithDemo() Option { return func(m *Mirror) error { m.demo = true; return nil } }

// WithKeepChanges sets how long changes are kept. The default is 30 days.
func WithKeepChanges(d time.Duration) Option {
	return func(m *Mirror) error {
		if d <= 0 {
			return errors.New("mirror: WithKeepChanges must be positive")
		}
		m.keep = d
		return nil
	}
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.Level(100)}))

// Open opens a database and brings its schema up to date. The URL is one of PostgreSQL
// (postgres://user@host/database), or a path of a SQLite file, which is made if it does
// not exist. Add pool=transaction to the URL of a PostgreSQL database behind PgBouncer
// in transaction mode.
//
// On PostgreSQL the tables are in the schema tenantry, and those of the queue in
// tenantry_river. The error is [ErrNewerVersion] for a database that a newer version
// of this package has changed.
func Open(ctx context.Context, databaseURL string, opts ...Option) (*Mirror, error) {
	m := &Mirror{log: quiet, times: Times{}.withDefaults(), workers: 8, keep: 30 * 24 * time.Hour}
	for _, opt := range opts {
		if opt == nil {
			continue
		}
		if err := opt(m); err != nil {
			return nil, err
		}
	}
	var err error
	switch {
	case strings.HasPrefix(databaseURL, "postgres://"), strings.HasPrefix(databaseURL, "postgresql://"):
		m.db, err = openPostgres(ctx, databaseURL, m.workers+8, m.times.Lease)
	case databaseURL == "" || strings.Contains(databaseURL, "://") || strings.Contains(databaseURL, ":memory:"):
		return nil, errors.New("mirror: the database URL must be postgres://… or the path of a file")
	default:
		m.db, err = openSQLite(strings.TrimPrefix(databaseURL, "file:"))
	}
	if err != nil {
		return nil, err
	}
	if err := m.db.migrate(ctx); err != nil {
		m.db.close()
		if errors.Is(err, ErrNewerVersion) {
			return nil, err
		}
		return nil, fmt.Errorf("mirror: the database can't be used: %w", err)
	}
	m.transport = tenantry.NewTransport()
	return m, nil
}

// Close closes the database. End Run and all loops first.
func (m *Mirror) Close() error {
	m.transport.CloseIdleConnections()
	m.db.close()
	return nil
}

// An Account is one account of one system. Its Name, System, BaseURL and Credential
// say what it is: the database keeps them, and refuses another account under the name.
type Account struct {
	// Name is the account's name in the database.
	Name string
	// System is the name of the source, such as "propexo".
	System string
	// BaseURL is where the account is, "" for the API's own host.
	BaseURL string
	// Credential tells the account from others of the system: a client ID, an email
	// address, or [Fingerprint] of a token. It is stored, so it must not be a secret.
	Credential string
	// Group is the name of the account's group, "" for none. Accounts that share a
	// token belong in one.
	Group string
	// Currency is the ISO 4217 code of the account's amounts, "" for unknown.
	Currency string
	// Every is how long after the end of a listing the next begins. The default is 15
	// minutes.
	Every time.Duration
	// CompleteEvery is how often a listing reads everything, if it otherwise reads
	// what changed. The default is 7 days.
	CompleteEvery time.Duration
	// Attempt bounds one request. The default is 30 s.
	Attempt time.Duration
	// MaxGone is the share of the records of a kind and scope that may be gone at once.
	// If more of them are, and more than 10, the listing is blocked until
	// [Mirror.Approve]. The default is 0.2.
	MaxGone float64
	// GoneAfter is how long a system that never removes records must not have seen one
	// before it is gone. The default is 30 days.
	GoneAfter time.Duration
	// Transport sends the requests. Nil is a transport that all accounts share.
	Transport http.RoundTripper
	// Source makes the account's source, with a client that is made with opts: they hold
	// the base URL, timeouts and the group's limit, so add none of these. It is called
	// when the account is first listed, and again after its credentials were refused, so
	// ask for them here. The mirror never stores them.
	Source func(ctx context.Context, opts ...tenantry.Option) (roster.Source, error)
}

// A Group limits the accounts that share a token, over all processes on the database.
type Group struct {
	Name string
	// Concurrent is how many listings of the group are worked on at a time, 0 for no
	// limit.
	Concurrent int
	// PerMinute and Burst limit requests: PerMinute in the long run, and up to Burst at
	// once. 0 requests per minute is no limit, and a Burst of 0 is 1.
	PerMinute, Burst int
}

// Fingerprint returns a text by which a long random token can be told from others, and
// not be found. Don't use it for passwords that people chose: those can be guessed.
func Fingerprint(token string) string {
	h := sha256.Sum256([]byte("tenantry mirror\n" + token))
	return base64.RawURLEncoding.EncodeToString(h[:9])
}

// Names splits a list of names from the environment: at commas, semicolons, blanks,
// tabs and line breaks. It leaves out empty and repeated names.
func Names(list string) []string {
	var names []string
	for _, name := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(",; \t\r\n\u00a0\ufeff", r) }) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (a Account) withDefaults() Account {
	set := func(d *time.Duration, standard time.Duration) {
		if *d == 0 {
			*d = standard
		}
	}
	set(&a.Every, 15*time.Minute)
	set(&a.CompleteEvery, 7*24*time.Hour)
	set(&a.Attempt, 30*time.Second)
	set(&a.GoneAfter, 30*24*time.Hour)
	if a.MaxGone == 0 {
		a.MaxGone = 0.2
	}
	a.BaseURL = strings.TrimRight(a.BaseURL, "/")
	return a
}

var namePattern = regexp.MustCompile(`^[^\s\x00-\x1f,;]{1,200}$`)

// checkAccounts refuses accounts that can't be run together.
func (m *Mirror) checkAccounts(accounts []Account) (map[string]*Account, error) {
	all := make(map[string]*Account, len(accounts))
	if len(accounts) == 0 {
		return nil, errors.New("mirror: Run needs at least one account")
	}
	for _, a := range accounts {
		a = a.withDefaults()
		switch {
		case !namePattern.MatchString(a.Name):
			return nil, fmt.Errorf("mirror: the account name %q is empty or has blanks, commas or semicolons", a.Name)
		case all[a.Name] != nil:
			return nil, fmt.Errorf("mirror: the account name %q is used twice", a.Name)
		case a.System == "" || a.Source == nil:
			return nil, fmt.Errorf("mirror: account %q has no System or no Source", a.Name)
		case a.Every < 0 || a.CompleteEvery < 0 || a.Attempt < 0 || a.GoneAfter < 0 || a.MaxGone < 0:
			return nil, fmt.Errorf("mirror: account %q has a negative setting; use 0 for the default", a.Name)
		case a.Group != "" && !slices.ContainsFunc(m.groups, func(g Group) bool { return g.Name == a.Group }):
			return nil, fmt.Errorf("mirror: account %q is in group %q, which WithGroups does not define", a.Name, a.Group)
		}
		all[a.Name] = &a
	}
	return all, nil
}

// register stores what the accounts are, or refuses them all and changes nothing.
func (m *Mirror) register(ctx context.Context, accounts map[string]*Account) error {
	names := slices.Sorted(maps.Keys(accounts))
	return m.db.transact(ctx, func(t tx) error {
		if err := m.registerDemo(ctx, t); err != nil {
			return err
		}
		if err := m.registerNew(ctx, t, names, accounts); err != nil {
			return err
		}
		var moved []string
		err := each(ctx, t, `SELECT name, source, base_url, credential, grp, every_ms, complete_ms FROM @.accounts WHERE name IN @list($1 text) ORDER BY name @bytewise @lock`, []any{names}, func(r rows) error {
			var name, source, baseURL, credential, group string
			var every, complete int64
			if err := r.Scan(&name, &source, &baseURL, &credential, &group, &every, &complete); err != nil {
				return err
			}
			a := accounts[name]
			switch {
			case source != a.System:
				return fmt.Errorf("%w: %q is of %q, not %q", ErrOtherAccount, name, source, a.System)
			case baseURL != a.BaseURL:
				return fmt.Errorf("%w: %q is at %q, not %q", ErrOtherAccount, name, baseURL, a.BaseURL)
			case credential != a.Credential:
				return fmt.Errorf("%w: %q has other credentials", ErrOtherAccount, name)
			}
			if group != a.Group || every != a.Every.Milliseconds() || complete != a.CompleteEvery.Milliseconds() {
				moved = append(moved, name)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, name := range moved {
			a := accounts[name]
			if _, err := t.exec(ctx, `UPDATE @.accounts SET grp = $2, every_ms = $3, complete_ms = $4 WHERE name = $1`, name, a.Group, a.Every.Milliseconds(), a.CompleteEvery.Milliseconds()); err != nil {
				return err
			}
		}
		if _, err := t.exec(ctx, `UPDATE @.accounts SET seen_at = @now WHERE name IN @list($1 text)`, names); err != nil {
			return err
		}
		return m.registerGroups(ctx, t)
	})
}

// registerNew adds the accounts that the database does not have.
func (m *Mirror) registerNew(ctx context.Context, t tx, names []string, accounts map[string]*Account) error {
	known := make(map[string]bool)
	err := each(ctx, t, `SELECT name FROM @.accounts WHERE name IN @list($1 text)`, []any{names}, func(r rows) error {
		var name string
		err := r.Scan(&name)
		known[name] = true
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		if known[name] {
			continue
		}
		a := accounts[name]
		if _, err := t.exec(ctx, `INSERT INTO @.accounts (name, source, base_url, credential, grp, every_ms, complete_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING`,
			name, a.System, a.BaseURL, a.Credential, a.Group, a.Every.Milliseconds(), a.CompleteEvery.Milliseconds()); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `INSERT INTO @.listings (account, kind) VALUES ($1, $2) ON CONFLICT (account, kind) DO NOTHING`, name, kindBegin); err != nil {
			return err
		}
	}
	return nil
}

// registerDemo notes whether the database is of a demo, if it has no accounts yet.
func (m *Mirror) registerDemo(ctx context.Context, t tx) error {
	if _, err := t.exec(ctx, `INSERT INTO @.meta (name, value) VALUES ('demo', $1) ON CONFLICT (name) DO NOTHING`, fmt.Sprint(m.demo)); err != nil {
		return err
	}
	demo, err := meta(ctx, t, "demo")
	if err == nil && demo != fmt.Sprint(m.demo) {
		return ErrOtherData
	}
	return err
}

func (m *Mirror) registerGroups(ctx context.Context, t tx) error {
	for _, g := range slices.SortedFunc(slices.Values(m.groups), func(a, b Group) int { return strings.Compare(a.Name, b.Name) }) {
		interval := int64(0)
		if g.PerMinute > 0 {
			interval = time.Minute.Microseconds() / int64(g.PerMinute)
		}
		if _, err := t.exec(ctx, `INSERT INTO @.groups (name, concurrent, interval_us, burst) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET concurrent = excluded.concurrent, interval_us = excluded.interval_us, burst = excluded.burst`,
			g.Name, g.Concurrent, interval, max(g.Burst, 1)); err != nil {
			return err
		}
	}
	return nil
}
