package mirror

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// A querier runs statements. They are written for PostgreSQL, with these words that
// each database puts in its own form:
//
//	@.          the schema, with its dot
//	@now        the database's time, in milliseconds since 1970
//	@list($1)   a subquery with the elements of an argument that is a []int64 or []string
//	@oldestjob  when the job was due that waits longest for a worker, NULL if none waits
//	@keys       the keys of people, as a table
//	@bytewise   compares texts by their bytes, as Go does
//	@lock       locks the rows that a query returns
//	@skiplocked the same, and leaves out rows that others have locked
//	@int …      types of columns, and other words of the schema
type querier interface {
	exec(ctx context.Context, statement string, args ...any) (int64, error)
	query(ctx context.Context, statement string, args ...any) (rows, error)
}

// rows are the result of a query.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// A tx is a transaction.
type tx interface {
	querier
	// later runs a statement without a result before the next one that has a result, or
	// at the end of the transaction.
	later(ctx context.Context, statement string, args ...any) error
	// find returns what is stored of the records with the given keys.
	find(ctx context.Context, table, account string, scopes, ids []string) (rows, error)
	// insert adds rows to a table, and calls added with the number, scope and ID of
	// each if it is not nil.
	insert(ctx context.Context, table string, columns []string, values [][]*string, added func(rec int64, scope, id string)) error
	// update sets columns of the rows with the given numbers.
	update(ctx context.Context, table string, columns []string, recs []int64, values [][]*string) error
	// addKeys adds keys of people: the person with the number recs[i] has hashes[i].
	addKeys(ctx context.Context, hashes, recs []int64) error
	// dropKeys deletes those of the given keys that any of the given people has.
	dropKeys(ctx context.Context, hashes, recs []int64) error
}

// A database is PostgreSQL or SQLite.
//
// All transactions lock rows in one order, so that none waits for another that waits
// for it: accounts by name, groups by name, listings by account and kind, wanted, the
// tables of records in the order of tables, and the queue's jobs. Whoever writes an
// account's records holds one of its listings, or all of them.
type database interface {
	querier // each statement by itself, and never a write on SQLite
	// transact runs fn in a transaction, which ends with fn. It runs fn again if the
	// database ended the transaction for the sake of another.
	transact(ctx context.Context, fn func(tx) error) error
	// migrate brings the schema to the version of this package.
	migrate(ctx context.Context) error
	// identity is a text that another database, or a restored one, does not have.
	identity(ctx context.Context, tx tx) (string, error)
	// changes returns the statement that reads changes after a position. lastChange,
	// firstChanges and oneChange read positions and times: the last one, the first ones,
	// and one. deleteChanges deletes changes up to a position.
	changes() string
	lastChange() string
	firstChanges() string
	oneChange() string
	deleteChanges() string
	// sortKeys makes the keys of people quick to find.
	sortKeys(ctx context.Context) error
	// scrub removes what is deleted from where the database keeps it for a while.
	scrub(ctx context.Context) error
	// queue makes a queue of wake-ups.
	queue(q queueConfig) (queue, error)
	// lock makes sure that only one Run uses the database, if that is needed. alone
	// reports whether it is.
	lock(ctx context.Context) (release func(), alone bool, err error)
	// temporary reports whether an error passes: a lost connection, a full disk.
	temporary(err error) bool
	close()
}

var errNoRow = errors.New("mirror: no such row")

// row scans the only row of a query. The error is errNoRow if there is none.
func row(ctx context.Context, q querier, statement string, args []any, dest ...any) error {
	r, err := q.query(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer r.Close()
	if !r.Next() {
		if err := r.Err(); err != nil {
			return err
		}
		return errNoRow
	}
	if err := r.Scan(dest...); err != nil {
		return err
	}
	r.Close()
	return r.Err()
}

// each calls fn for each row of a query.
func each(ctx context.Context, q querier, statement string, args []any, fn func(rows) error) error {
	r, err := q.query(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer r.Close()
	for r.Next() {
		if err := fn(r); err != nil {
			return err
		}
	}
	return r.Err()
}

// A dialect puts statements in a database's form.
type dialect struct {
	words func(word, argument string) string
	cache sync.Map
}

var wordPattern = regexp.MustCompile(`@(\.|[a-z]+)(?:\(([^()]*)\))?|\$\d+`)

func (d *dialect) sql(statement string) string {
	if done, ok := d.cache.Load(statement); ok {
		return done.(string)
	}
	done := wordPattern.ReplaceAllStringFunc(statement, func(s string) string {
		m := wordPattern.FindStringSubmatch(s)
		if m[1] == "" {
			return d.words("$", s[1:])
		}
		rest := ""
		if m[2] == "" && strings.HasSuffix(s, "()") {
			rest = "()"
		}
		return d.words(m[1], m[2]) + rest
	})
	d.cache.Store(statement, done)
	return done
}

// stamp scans a time, which SQLite keeps as text. The zero time is NULL.
type stamp struct{ time.Time }

// Scan is part of sql.Scanner.
func (s *stamp) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		s.Time = time.Time{}
	case time.Time:
		s.Time = v.UTC()
	case string:
		t, err := time.Parse(time.RFC3339Nano, v)
		if err != nil {
			return err
		}
		s.Time = t.UTC()
	default:
		return fmt.Errorf("mirror: a time can't be read from a %T", v)
	}
	return nil
}

// stampText is how SQLite keeps times: as text that sorts.
const stampText = "2006-01-02T15:04:05.000000Z"
