package mirror

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

type sqlite struct {
	path   string
	writer *sql.DB // one connection, which River shares
	reader *sql.DB // read-only connections
	d      *dialect
}

func openSQLite(path string) (*sqlite, error) {
	uri := "file:" + (&url.URL{Path: path}).EscapedPath() // path may hold what a URI takes for its query
	writer, err := sql.Open("sqlite", uri+"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=secure_delete(ON)")
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", uri+"?mode=ro&_pragma=busy_timeout(10000)&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	reader.SetMaxOpenConns(8)
	return &sqlite{path, writer, reader, &dialect{words: sqliteWords}}, nil
}

func sqliteWords(word, argument string) string {
	switch word {
	case "$":
		return "?" + argument
	case ".":
		return ""
	case "now":
		return "CAST(unixepoch('subsec')*1000 AS INTEGER)"
	case "oldestjob":
		return "(SELECT CAST(unixepoch(min(scheduled_at), 'subsec')*1000 AS INTEGER) FROM river_job WHERE state = 'available')"
	case "list":
		name, _, _ := strings.Cut(argument, " ")
		return "(SELECT value FROM json_each(?" + strings.TrimPrefix(name, "$") + "))"
	case "seen":
		return "SELECT j.value AS rec FROM seen s, json_each(s.recs) j WHERE"
	case "keys":
		return "(SELECT hash, rec FROM person_keys UNION ALL SELECT hash, rec FROM new_keys)"
	case "bytewise":
		return "COLLATE BINARY"
	case "lock", "skiplocked":
		return ""
	case "json", "time", "num", "recs":
		return "TEXT"
	case "int":
		return "INTEGER"
	case "bool":
		return "BOOLEAN"
	case "serial":
		return "INTEGER PRIMARY KEY AUTOINCREMENT"
	case "order":
		return "seq INTEGER PRIMARY KEY AUTOINCREMENT,"
	case "norowid":
		return "WITHOUT ROWID"
	case "today":
		return "date('now')"
	case "inthirtydays":
		return "date('now', '+30 days')"
	}
	return "@" + word
}

// sqliteArgs puts arguments in forms that SQLite keeps.
func sqliteArgs(args []any) ([]any, error) {
	out := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case time.Time:
			out[i] = a.UTC().Format(stampText)
		case []int64, []string:
			b, err := json.Marshal(a)
			if err != nil {
				return nil, err
			}
			out[i] = string(b)
		default:
			out[i] = a
		}
	}
	return out, nil
}

// sqlRows are rows of database/sql.
type sqlRows struct{ *sql.Rows }

func (r sqlRows) Close() { _ = r.Rows.Close() }

type sqlQuerier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func sqliteExec(ctx context.Context, q sqlQuerier, statement string, args []any) (int64, error) {
	args, err := sqliteArgs(args)
	if err != nil {
		return 0, err
	}
	result, err := q.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func sqliteQuery(ctx context.Context, q sqlQuerier, statement string, args []any) (rows, error) {
	args, err := sqliteArgs(args)
	if err != nil {
		return nil, err
	}
	r, err := q.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	return sqlRows{r}, nil
}

func (s *sqlite) exec(ctx context.Context, statement string, args ...any) (int64, error) {
	return sqliteExec(ctx, s.writer, s.d.sql(statement), args)
}

func (s *sqlite) query(ctx context.Context, statement string, args ...any) (rows, error) {
	return sqliteQuery(ctx, s.reader, s.d.sql(statement), args)
}

func (s *sqlite) transact(ctx context.Context, fn func(tx) error) (err error) {
	t, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			_ = t.Rollback()
		}
	}()
	if err := fn(&sqliteTx{t, s.d}); err != nil {
		return err
	}
	done = true
	return t.Commit()
}

func (s *sqlite) close() {
	_ = s.reader.Close()
	_ = s.writer.Close()
}

func (s *sqlite) changes() string {
	return `SELECT 0, c.seq, c.at, c.kind, c.account, c.scope, c.id, c.op, c.fields, c.version FROM @.changes c WHERE c.seq > $2 AND $1 IS NOT NULL ORDER BY c.seq LIMIT $3`
}

func (s *sqlite) lastChange() string {
	return `SELECT 0, seq, at FROM @.changes ORDER BY seq DESC LIMIT 1`
}

func (s *sqlite) firstChanges() string {
	return `SELECT 0, seq, at FROM @.changes ORDER BY seq LIMIT $1`
}

func (s *sqlite) oneChange() string {
	return `SELECT at FROM @.changes WHERE seq = $2 AND $1 IS NOT NULL`
}

func (s *sqlite) deleteChanges() string {
	return `DELETE FROM @.changes WHERE seq <= $2 AND $1 IS NOT NULL`
}

// scrub empties the log beside the file. Deleted rows are overwritten.
func (s *sqlite) scrub(ctx context.Context) error {
	_, err := s.writer.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// identity returns nothing: a file can't tell that it was replaced. Cursors carry
// the time of their change instead.
func (s *sqlite) identity(context.Context, tx) (string, error) { return "", nil }

func (s *sqlite) temporary(err error) bool {
	var e *driver.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM:
		return true
	}
	return false
}

// lock holds a transaction on a file beside the database: it ends with the process,
// however that ends.
func (s *sqlite) lock(ctx context.Context) (release func(), alone bool, err error) {
	path := s.path + "-run"
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(0)&_txlock=exclusive")
	if err != nil {
		return nil, false, err
	}
	t, err := db.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		_ = db.Close()
		if s.temporary(err) {
			return nil, false, fmt.Errorf("%w: %s", ErrRunning, s.path)
		}
		return nil, false, err
	}
	return func() {
		_ = t.Rollback()
		_ = db.Close()
	}, true, nil
}

func (s *sqlite) migrate(ctx context.Context) error {
	if info, err := os.Stat(s.path); err == nil && info.IsDir() {
		return fmt.Errorf("mirror: %s is a folder; name a file in it", s.path)
	}
	if err := s.transact(ctx, func(t tx) error { return migrateOwn(ctx, t, s) }); err != nil {
		return err
	}
	migrator, err := rivermigrate.New(riversqlite.New(s.writer), &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

type sqliteTx struct {
	*sql.Tx
	d *dialect
}

func (t *sqliteTx) exec(ctx context.Context, statement string, args ...any) (int64, error) {
	return sqliteExec(ctx, t, t.d.sql(statement), args)
}

func (t *sqliteTx) later(ctx context.Context, statement string, args ...any) error {
	_, err := t.exec(ctx, statement, args...)
	return err
}

func (t *sqliteTx) query(ctx context.Context, statement string, args ...any) (rows, error) {
	return sqliteQuery(ctx, t, t.d.sql(statement), args)
}

func (t *sqliteTx) find(ctx context.Context, table, account string, scopes, ids []string) (rows, error) {
	// SQLite does not reorder the tables of a CROSS JOIN: it would go through the
	// account's records otherwise.
	keys := make([][2]string, len(ids))
	for i := range ids {
		keys[i] = [2]string{scopes[i], ids[i]}
	}
	b, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	return t.query(ctx, `SELECT t.rec, t.scope, t.id, t.hash, t.seal, t.version, t.gone IS NOT NULL, coalesce(t.last_seen, '') FROM json_each($2) k
		CROSS JOIN @.`+table+` t ON t.account = $1 AND t.scope = k.value->>0 AND t.id = k.value->>1`, account, string(b))
}

func placeholders(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("?" + strconv.Itoa(from+i))
	}
	return b.String()
}

// bound returns a row's values as arguments.
func bound(values []*string) []any {
	args := make([]any, len(values))
	for i, v := range values {
		if v != nil {
			args[i] = *v
		}
	}
	return args
}

func (t *sqliteTx) insert(ctx context.Context, table string, columns []string, values [][]*string, added func(int64, string, string)) error {
	into := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") "
	if added == nil {
		args := make([]any, 0, len(values)*len(columns))
		for _, v := range values {
			args = append(args, bound(v)...)
		}
		return t.insertMany(ctx, into, len(columns), args)
	}
	statement, err := t.PrepareContext(ctx, into+"VALUES ("+placeholders(1, len(columns))+")")
	if err != nil {
		return err
	}
	defer statement.Close()
	scope, id := slices.Index(columns, "scope"), slices.Index(columns, "id")
	for _, v := range values {
		result, err := statement.ExecContext(ctx, bound(v)...)
		if err != nil {
			return err
		}
		rec, err := result.LastInsertId()
		if err != nil {
			return err
		}
		added(rec, *v[scope], *v[id])
	}
	return nil
}

// maxRows is how many rows an insert has at most.
const maxRows = 125

// insertMany inserts rows of n columns.
func (t *sqliteTx) insertMany(ctx context.Context, into string, n int, args []any) error {
	for chunk := range slices.Chunk(args, maxRows*n) {
		if _, err := t.ExecContext(ctx, into+"VALUES "+strings.Repeat(", (?"+strings.Repeat(", ?", n-1)+")", len(chunk)/n)[2:], chunk...); err != nil {
			return err
		}
	}
	return nil
}

func (t *sqliteTx) addKeys(ctx context.Context, hashes, recs []int64) error {
	args := make([]any, 0, 2*len(hashes))
	for i := range hashes {
		args = append(args, hashes[i], recs[i])
	}
	return t.insertMany(ctx, "INSERT INTO new_keys (hash, rec) ", 2, args)
}

func (t *sqliteTx) dropKeys(ctx context.Context, hashes, recs []int64) error {
	if err := t.sortKeys(ctx); err != nil {
		return err
	}
	for _, table := range []string{"person_keys", "new_keys"} {
		if _, err := t.exec(ctx, `DELETE FROM `+table+` WHERE hash IN @list($1) AND rec IN @list($2)`, hashes, recs); err != nil {
			return err
		}
	}
	return nil
}

// mostNewKeys is how many keys new_keys has at most when it is read.
const mostNewKeys = 10_000

// manyNewKeys reports whether new_keys is too long to be read.
func manyNewKeys(ctx context.Context, q querier) (bool, error) {
	var n int64
	err := row(ctx, q, `SELECT coalesce(max(rowid), 0) FROM new_keys`, nil, &n)
	return n > mostNewKeys, err
}

// sortKeys moves the keys of new_keys to person_keys if they are many. In the order of
// person_keys, many keys go into a page of the file at once; one by one, each takes a
// page. Whoever never looks for people never pays for it.
func (t *sqliteTx) sortKeys(ctx context.Context) error {
	if many, err := manyNewKeys(ctx, t); err != nil || !many {
		return err
	}
	if _, err := t.exec(ctx, `INSERT OR IGNORE INTO person_keys (hash, rec) SELECT hash, rec FROM new_keys ORDER BY hash, rec`); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM new_keys`)
	return err
}

func (s *sqlite) sortKeys(ctx context.Context) error {
	if many, err := manyNewKeys(ctx, s); err != nil || !many {
		return err
	}
	return s.transact(ctx, func(t tx) error { return t.(*sqliteTx).sortKeys(ctx) })
}

func (t *sqliteTx) update(ctx context.Context, table string, columns []string, recs []int64, values [][]*string) error {
	sets := make([]string, len(columns))
	for i, name := range columns {
		sets[i] = name + " = ?" + strconv.Itoa(i+1)
	}
	statement, err := t.PrepareContext(ctx, "UPDATE "+table+" SET "+strings.Join(sets, ", ")+" WHERE rec = ?"+strconv.Itoa(len(columns)+1))
	if err != nil {
		return err
	}
	defer statement.Close()
	for i, v := range values {
		if _, err := statement.ExecContext(ctx, append(bound(v), recs[i])...); err != nil {
			return err
		}
	}
	return nil
}
