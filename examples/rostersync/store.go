package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	tenantry "github.com/tenantry/tenantry-go"

	_ "modernc.org/sqlite" // the driver
)

const schema = `
CREATE TABLE IF NOT EXISTS people (
	source     TEXT NOT NULL,
	id         TEXT NOT NULL,
	first_name TEXT NOT NULL,
	last_name  TEXT NOT NULL,
	email      TEXT NOT NULL,
	phone      TEXT NOT NULL,
	place      TEXT NOT NULL,
	record     BLOB NOT NULL, -- the whole record, as JSON
	PRIMARY KEY (source, id)
);
CREATE TABLE IF NOT EXISTS progress (
	source  TEXT PRIMARY KEY,
	since   TEXT NOT NULL, -- the current run takes changes from here on; '' means everything
	started TEXT NOT NULL, -- when the current run began; '' if there is none
	cursor  TEXT NOT NULL, -- where the current run resumes
	pages   INTEGER NOT NULL,
	next    TEXT NOT NULL  -- the next run takes changes from here on; '' if no run is complete
);
CREATE TABLE IF NOT EXISTS mode (
	name TEXT NOT NULL -- the one row says what the database is for
);`

// A mode says what a database is for. Records of a demo must never mix with real ones.
type mode string

const (
	realRun mode = "real run"
	demoRun mode = "demo"
)

var defaultPaths = map[mode]string{realRun: "rostersync.db", demoRun: "rostersync-demo.db"}

// A store is the database.
type store struct{ *sql.DB }

// openStore opens the database at path, or creates it. It refuses a database of the
// other mode.
func openStore(ctx context.Context, path string, m mode) (*store, error) {
	uri := "file:" + (&url.URL{Path: path}).EscapedPath() // a path may contain a question mark
	db, err := sql.Open("sqlite", uri+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("%s can't be used: %w", path, err), db.Close())
	}
	s := &store{db}
	if err := s.claim(ctx, path, m); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// claim marks an empty database with a mode, and refuses a database of another mode. A
// database with records and without a mark may be either.
func (s *store) claim(ctx context.Context, path string, m mode) error {
	_, err := s.ExecContext(ctx, `INSERT INTO mode (name) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM mode) AND NOT EXISTS (SELECT 1 FROM progress)`, m)
	if err != nil {
		return err
	}
	var found mode
	switch err := s.QueryRowContext(ctx, `SELECT name FROM mode`).Scan(&found); {
	case errors.Is(err, sql.ErrNoRows):
		found = "run that left no mark"
	case err != nil:
		return err
	}
	if found != m {
		return fmt.Errorf("%s holds the records of a %s, and this is a %s; name another file with -db", path, found, m)
	}
	return nil
}

// A position is how far a source's run is.
type position struct {
	since   time.Time // the run takes changes from here on; zero means everything
	started time.Time
	cursor  tenantry.Cursor
	resumed bool
}

// overlap is how far a run goes back behind the start of the one before: clocks
// differ, and a system may show a change a little later.
const overlap = 10 * time.Minute

// begin returns the position of the source's unfinished run, or begins a new one.
func (s *store) begin(ctx context.Context, source string) (position, error) {
	var since, started, cursor, next string
	err := s.QueryRowContext(ctx, `SELECT since, started, cursor, next FROM progress WHERE source = ?`, source).Scan(&since, &started, &cursor, &next)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return position{}, err
	}
	if started != "" {
		p := position{cursor: tenantry.Cursor(cursor), resumed: true}
		if p.started, err = time.Parse(time.RFC3339Nano, started); err != nil {
			return position{}, err
		}
		if since != "" {
			p.since, err = time.Parse(time.RFC3339Nano, since)
		}
		return p, err
	}
	p := position{started: time.Now().UTC()}
	if next != "" {
		if p.since, err = time.Parse(time.RFC3339Nano, next); err != nil {
			return position{}, err
		}
	}
	_, err = s.ExecContext(ctx, `INSERT INTO progress (source, since, started, cursor, pages, next) VALUES (?, ?, ?, '', 0, '')
		ON CONFLICT (source) DO UPDATE SET since = excluded.since, started = excluded.started, cursor = '', pages = 0`,
		source, next, p.started.Format(time.RFC3339Nano))
	return p, err
}

// complete reports whether a run of the source has been completed.
func (s *store) complete(ctx context.Context, source string) (bool, error) {
	var n int
	err := s.QueryRowContext(ctx, `SELECT count(*) FROM progress WHERE source = ? AND next <> ''`, source).Scan(&n)
	return n > 0, err
}

// people counts the people of a source.
func (s *store) people(ctx context.Context, source string) (n int, err error) {
	err = s.QueryRowContext(ctx, `SELECT count(*) FROM people WHERE source = ?`, source).Scan(&n)
	return n, err
}

// save stores a page and the position after it, together or not at all.
func (s *store) save(ctx context.Context, source string, started time.Time, p *page) (added, changed int, err error) {
	tx, err := s.BeginTx(ctx, nil)
	if err != nil {
		return 0, 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	find, err := tx.PrepareContext(ctx, `SELECT record = ? FROM people WHERE source = ? AND id = ?`)
	if err != nil {
		return 0, 0, err
	}
	defer find.Close()
	put, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO people (source, id, first_name, last_name, email, phone, place, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return 0, 0, err
	}
	defer put.Close()
	for _, one := range p.People {
		var same bool
		switch err := find.QueryRowContext(ctx, one.Raw, source, one.ID).Scan(&same); {
		case errors.Is(err, sql.ErrNoRows):
			added++
		case err != nil:
			return 0, 0, err
		case same:
			continue
		default:
			changed++
		}
		if _, err := put.ExecContext(ctx, source, one.ID, one.FirstName, one.LastName, one.Email, one.Phone, one.Place, one.Raw); err != nil {
			return 0, 0, err
		}
	}
	if p.More {
		_, err = tx.ExecContext(ctx, `UPDATE progress SET cursor = ?, pages = pages + 1 WHERE source = ?`, string(p.Next), source)
	} else {
		err = finish(ctx, tx, source, started)
	}
	if err != nil {
		return 0, 0, err
	}
	return added, changed, tx.Commit()
}

// finish marks a run as complete.
func (s *store) finish(ctx context.Context, source string, started time.Time) error {
	return finish(ctx, s, source, started)
}

func finish(ctx context.Context, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, source string, started time.Time) error {
	_, err := db.ExecContext(ctx, `UPDATE progress SET cursor = '', started = '', since = '', next = ? WHERE source = ?`,
		started.Add(-overlap).Format(time.RFC3339Nano), source)
	return err
}
